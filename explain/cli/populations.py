"""The cases of a population that `review` is to explain: of tables as `batch` has them, or of bundles, which are imported one at a time."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from engine.batch import case_facts, stated, unmet
from engine.batch.bundles import check_tables_say_it
from explain.cli.case_files import CaseFile, Together
from explain.cli.reviews import Stated, Unit
from explain.words.phrases import say
from explain.workspace import Workspace
from kb.importers.bundle import charts_of, is_of_bundles
from kb.importers.mapping import each_mapped, no_case
from kb.importers.requests import Given
from kb.importers.writing import case_text
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.syntax import Clause


class Asked(Struct):
    """The cases of a population that are asked for: units, how many cases they are about if that is known, and what is wrong with
    others, which may grow while they are read."""

    units: Iterator[Unit]
    count: int | None
    errors: list[Diagnostic]
    not_mapped: int = 0
    """How many things in bundles are not mapped."""

    def remarks(self) -> list[str]:
        """What there is to say beside, once all are read."""
        return [say("things_not_mapped", self.not_mapped)] if self.not_mapped else []


@contextmanager
def asked(options: argparse.Namespace, workspace: Workspace) -> Iterator[Asked]:
    """What the options of `review` ask for. Raises `ProgramError` if the population cannot be read."""
    given = Given(options.drug, options.kind, options.date)
    if is_of_bundles(Path(options.population)):
        given.check(workspace.reviewer.vocabulary.names)
        yield _of_bundles(options, workspace, given)
        return
    check_tables_say_it(given)
    if options.case:
        yield _named(options, workspace)
        return
    decided = None if options.decided is None else Path(options.decided)
    with stated(options.population, rules=workspace.rules, decided=decided) as found:
        errors = [*found.errors]
        if not found.count and not errors and decided is None:
            said = f"`{options.population}` states no case"
            errors += ProgramError.of("E401", said, options.population).diagnostics
        yield Asked(map(Stated, found.facts), found.count, errors)


def _named(options: argparse.Namespace, workspace: Workspace) -> Asked:
    """Some cases of tables, by their names. Raises `ProgramError` if none of them is there."""
    found: list[tuple[Clause, ...]] = []
    errors: list[Diagnostic] = []
    for name in dict.fromkeys(options.case):
        try:
            found.append(case_facts(options.population, name, rules=workspace.rules))
        except ProgramError as error:
            errors += error.diagnostics
    if not found:
        raise ProgramError(dict.fromkeys(errors))
    return Asked(map(Stated, found), len(found), errors)


def _of_bundles(options: argparse.Namespace, workspace: Workspace, given: Given) -> Asked:
    """Cases of bundles, each as the case file that `priorlog import` writes of it."""
    wanted: frozenset[str] | None = None
    if options.case:
        wanted = frozenset(options.case)
    elif options.decided is not None:
        wanted = unmet(Path(options.decided))
    names = workspace.reviewer.vocabulary.names

    def units() -> Iterator[Unit]:
        lost, found = set(wanted or ()), 0
        try:
            for chart in each_mapped(charts_of(options.population), names, workspace.rules.facts, given):
                about.not_mapped += len(chart.not_mapped)
                for case in chart.cases:
                    found += 1
                    lost.discard(case.name)
                    if wanted is not None and case.name not in wanted:
                        continue
                    about.errors.extend(case.errors)
                    if not case.errors:
                        text = case_text(case, names.declarations)
                        yield Together((CaseFile(f"<{case.chart}>", text.encode()),), 1)
        except ProgramError as error:  # of files that cannot be read, which are told when all others are
            about.errors.extend(error.diagnostics)
        if not found and not about.errors:
            about.errors.append(no_case(options.population))
        for name in sorted(lost):
            said = f"`{options.population}` has no case `{name}`"
            about.errors.append(ProgramError.of("E406", said, options.population).diagnostics[0])

    about = Asked(units(), None if wanted is None else len(wanted), [])
    return about
