"""A population of health records: bundles of FHIR are imported one at a time into the tables that a batch reads.

Beside the report goes an account of the import, a row for each place of each fact and for each thing that is not mapped.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, TypeAlias

from engine.batch.files import CASE, NEGATIVE, Shape, batch_error, shapes
from engine.batch.population import Imported, Job, Summary, shipped_rules
from engine.cases import Vocabulary
from kb.importers.bundle import charts_of, is_of_bundles
from kb.importers.facts import Stated
from kb.importers.mapping import MappedCase, each_mapped, no_case
from kb.importers.requests import Given, Request
from kb.importers.writing import fact_text
from kb.language.declarations import REQUEST
from kb.language.diagnostics import ProgramError
from kb.language.terms import plain_text
from kb.output import check_outputs, failures_told, replacing

WriteRow: TypeAlias = Callable[[Sequence[str]], object]
ACCOUNT = (CASE, "file", "place", "by", "on", "fact", "not_mapped")
"""The columns of the account."""


def account_of(job: Job) -> Path:
    """Where the account of an import is written, beside the report."""
    return job.target.with_name(f"{job.target.stem}.imported.csv")


def decided(job: Job, given: Given, decide: Callable[[Job], Summary]) -> Summary:
    """What `decide` makes of a job, whose folder may have tables, or bundles that are imported first; `given` is what the user says
    of the requests where the bundles do not.

    Raises `ProgramError` if a bundle cannot be read, if none has a case, or for what is given about tables.
    """
    if not is_of_bundles(job.directory):
        check_tables_say_it(given)
        return decide(job)
    account = account_of(job)
    check_outputs([*job.outputs, account], (job.directory,))
    with job.hidden_folder() as folder, failures_told(account), replacing([account]) as (file,):
        imported = _imported(job, given, Path(folder), file)
        summary = decide(replace(job, directory=Path(folder)))
    return replace(summary, imported=replace(imported, account=str(account)))


def check_tables_say_it(given: Given) -> None:
    """Raises `ProgramError` (E502) for what is given about a population in tables."""
    if given.options:
        hint = "of a population in tables, the table `request` says it"
        raise ProgramError([batch_error("E502", f"`{given.options[0]}` is about bundles of FHIR", hint)])


def _imported(job: Job, given: Given, folder: Path, account: Path) -> Imported:
    """Writes the tables of a population and the account of it."""
    rules = job.rules or shipped_rules()
    vocabulary = Vocabulary.of(rules)
    given.check(vocabulary.names)
    cases = not_mapped = 0
    with _tables(folder, vocabulary) as tables, account.open("w", encoding="utf-8", newline="") as text:
        write = _written(text, ACCOUNT)
        charts = charts_of(str(job.directory))
        for chart, found in enumerate(each_mapped(charts, vocabulary.names, rules.facts, given), 1):
            job.told(0.0, f"importing chart {chart:,}")
            for case in found.cases:
                tables.add(case)
                for row in _account(case):
                    write(row)
            for each in found.not_mapped:
                write([each.case or "", each.file, each.place, "", "", "", each.reason])
            cases += len(found.cases)
            not_mapped += len(found.not_mapped)
    if not cases:
        raise ProgramError([no_case(str(job.directory))])
    return Imported(not_mapped, str(account))


@dataclass
class _Tables:
    """CSV files of facts, each opened when it has its first row."""

    folder: Path
    shapes: dict[str, Shape]
    stack: ExitStack
    _rows: dict[str, WriteRow] = field(default_factory=dict)

    def add(self, case: MappedCase) -> None:
        """Writes the facts of a case. Each of its requests is a row with what is known of it: so a batch sets aside a case with
        several, or with one that does not say it all."""
        if case.errors:
            whole = [each for each in case.requests if each.drug is not None]
            for known in dict.fromkeys(map(_known, whole or case.requests)):
                self._write(REQUEST.name, [case.name, *known])
        for fact in case.facts:
            if fact.predicate != REQUEST.name or not case.errors:
                self._write(_table_of(fact), [case.name, *map(plain_text, fact.args)])

    def _write(self, name: str, row: list[str]) -> None:
        if name not in self._rows:
            text = self.stack.enter_context((self.folder / f"{name}.csv").open("w", encoding="utf-8", newline=""))
            self._rows[name] = _written(text, [each.name for each in self.shapes[name].columns])
        self._rows[name](row)


@contextmanager
def _tables(folder: Path, vocabulary: Vocabulary) -> Iterator[_Tables]:
    with ExitStack() as stack:
        yield _Tables(folder, shapes(vocabulary), stack)


def _written(text: IO[str], columns: Sequence[str]) -> WriteRow:
    """What writes a row of a CSV file, with the names of its columns written."""
    write: WriteRow = csv.writer(text, lineterminator="\n").writerow
    write(columns)
    return write


def _table_of(fact: Stated) -> str:
    return (NEGATIVE if fact.negative else "") + fact.predicate


def _known(request: Request) -> tuple[str, ...]:
    """What is known of a request, as the table of requests has it."""
    parts = (request.drug and plain_text(request.drug.written), request.kind, request.date and request.date.isoformat())
    return tuple(part or "" for part in parts)


def _account(case: MappedCase) -> Iterator[list[str]]:
    """A row for each place of each fact of a case; and what keeps the case from being decided."""
    for fact in case.facts:
        for origin in (fact.origin, *fact.also):
            on = "" if origin.on is None else origin.on.isoformat()
            yield [case.name, case.chart, origin.place, origin.by or "", on, fact_text(fact, case.name), ""]
    for error in case.errors:
        yield [case.name, case.chart, "", "", "", "", f"{error.message} [{error.code}]"]
