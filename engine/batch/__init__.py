"""Whole populations of cases, decided all at once: files in, one table with a row for each case out.

`bundles.py` makes tables of health records, `files.py` and `columns.py` are what both engines read and set aside, `lift/` turns rules into expressions over one row
a case, `report.py` asks of every case what a review says of one; `duckdb/` and `spark/` do it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from engine.backends.failures import failures_told
from engine.backends.protocol import EndlessError
from engine.batch.bundles import decided
from engine.batch.files import batch_error
from engine.batch.population import Fault, Job, Progress, Summary, megabytes, shipped_rules
from engine.knowledge import Rules
from engine.limits import endless
from kb.importers.requests import Given
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.syntax import Clause
from kb.output import check_outputs, target_of

if TYPE_CHECKING:
    from engine.batch.duckdb.reading import Stated

__all__ = ["Fault", "Progress", "Summary", "case_facts", "run", "stated", "unmet"]

_NAMES = {"duckdb": "DuckDB", "spark": "Spark"}
_OTHER = {"duckdb": "spark", "spark": "duckdb"}
AT_ONCE = 500_000
"""The number of cases that DuckDB decides at a time."""


def run(
    directory: str | os.PathLike[str],
    output: str | os.PathLike[str],
    *,
    engine: str = "duckdb",
    closed_world: bool = False,
    explain: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    rules: Rules | None = None,
    memory: str | None = None,
    at_once: int = AT_ONCE,
    inputs: Iterable[Path] = (),
    beside: Rules | None = None,
    given: Given | None = None,
) -> Summary:
    """Decides every case of a population, in tables or in bundles of FHIR (bundles.py), under the policies of `rules`, by default those that are shipped. Where these are one of
    several that stand side by side, `beside` has the rules of all: tables that only others read are passed over.

    Writes the report to `output`, the cases that are set aside to the same name with `.rejects` before its suffix, and
    with `explain` the criteria that fail or are not documented. `memory` bounds what the engine holds, as in `"3GB"`.
    `given` is what is requested where bundles do not say it. None of these files may be one of the population or of `inputs`, such as the files that the rules were read from.
    Raises `ProgramError` if the population as a whole cannot be read, the output cannot be written, or the engine is not
    installed.
    """
    match engine:
        case "duckdb":
            with installed("DuckDB", "duckdb"):
                from engine.batch.duckdb.run import run as decide
        case "spark":
            with installed("Spark", "spark"):
                from engine.batch.spark.run import run as decide
        case _:
            raise ProgramError(
                [batch_error("E502", f"`{engine}` is not an engine for batches", "use `duckdb` or `spark`")]
            )
    told = progress or (lambda _share, _what: None)
    reasons = None if explain is None else target_of(explain)
    job = Job(
        Path(directory), target_of(output), closed_world, reasons, told, rules, megabytes(memory), at_once, beside
    )
    check_outputs(job.outputs, (job.directory, *inputs))
    try:
        with failures_told(_NAMES[engine], str(job.directory), f"use `--engine {_OTHER[engine]}`"):
            return decided(job, given or Given(), decide)
    except (EndlessError, RecursionError) as error:
        raise ProgramError([_given_up(job, error)]) from None


def _given_up(job: Job, error: EndlessError | RecursionError) -> Diagnostic:
    """Which limit the rules of a batch came to, and where."""
    rules = job.rules or shipped_rules()
    if isinstance(error, EndlessError) and error.pred is not None:
        error = EndlessError(error.exceeded, rules.completion(job.closed_world).stated_for(error.pred))
    return endless(str(job.directory), error, rules, "<batch>")


def case_facts(directory: str | os.PathLike[str], case: str, *, rules: Rules | None = None) -> tuple[Clause, ...]:
    """The facts of one case of a population; see `engine.batch.duckdb.reading.case_facts`."""
    with installed("DuckDB", "duckdb"):
        from engine.batch.duckdb.reading import case_facts as facts
    with failures_told("DuckDB", str(directory), "look at the files of the population"):
        return facts(Path(directory), case, rules or shipped_rules())


@contextmanager
def stated(
    directory: str | os.PathLike[str], *, rules: Rules | None = None, decided: Path | None = None
) -> Iterator[Stated]:
    """The cases of a population, as they are read; see `engine.batch.duckdb.reading.stated`."""
    with installed("DuckDB", "duckdb"):
        from engine.batch.duckdb.reading import stated as found
    with ExitStack() as stack:
        with failures_told("DuckDB", str(directory), "look at the files of the population"):
            cases = stack.enter_context(found(Path(directory), rules or shipped_rules(), decided))
        yield cases


def unmet(decided: Path) -> frozenset[str]:
    """The cases that a report of a batch says do not meet the criteria. Raises `ProgramError` if it cannot be read."""
    with installed("DuckDB", "duckdb"):
        from engine.batch.duckdb.reading import unmet as found
    return found(decided)


@contextmanager
def installed(name: str, extra: str) -> Iterator[None]:
    """Around imports of what an engine needs: says which extra brings it."""
    try:
        yield
    except ImportError:
        hint = f"install it with `pip install 'priorlog[{extra}]'`"
        raise ProgramError([batch_error("E107", f"batches need {name}, which is not installed", hint)]) from None
