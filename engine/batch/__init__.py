"""Whole populations of cases, decided all at once: files in, one table with a row for each case out.

`files/` is what both engines read and set aside, `lift/` turns rules into expressions over one row a case, `report.py`
asks of every case what a review says of one; `duckdb.py` and `spark/` do it.
"""

from __future__ import annotations

import os

from engine.batch.population import Fault, Progress, Summary
from engine.knowledge import Rules
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.syntax import Clause, Span

__all__ = ["ENGINES", "Fault", "Progress", "Summary", "case_facts", "run"]

ENGINES = ("duckdb", "spark")
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
) -> Summary:
    """Decides every case of a population under the policies of `rules`, by default those that are shipped.

    Writes the report to `output`, the cases that are set aside to the same name with `.rejects` before its suffix, and
    with `explain` the criteria that fail or are not documented. `memory` bounds what the engine holds, as in `"3GB"`.
    Raises `ProgramError` if the population as a whole cannot be read, the output cannot be written, or the engine is not
    installed.
    """
    if engine == "spark":
        from engine.batch.spark.run import run as run_in_spark

        return run_in_spark(
            directory, output, closed_world=closed_world, explain=explain, progress=progress, rules=rules, memory=memory
        )
    if engine == "duckdb":
        from engine.batch.duckdb import run as run_in_duckdb

        return run_in_duckdb(
            directory, output, closed_world=closed_world, explain=explain, progress=progress, rules=rules, memory=memory,
            at_once=at_once,
        )  # fmt: skip
    message = f"`{engine}` is not an engine for batches"
    raise ProgramError([Diagnostic("E502", message, Span("<batch>", 0, 1), (), "use `duckdb` or `spark`")])


def case_facts(directory: str | os.PathLike[str], case: str, *, rules: Rules | None = None) -> tuple[Clause, ...]:
    """The facts of one case of a population; see `engine.batch.files.one_case.case_facts`."""
    from engine.batch.files.one_case import case_facts as facts

    return facts(directory, case, rules=rules)
