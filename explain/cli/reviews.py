"""Reviews of many cases: read and made one after the other, or divided among processes, they come in the order in which the cases are
named. Of a case that was reviewed nothing is kept but what is said of it.
"""

from __future__ import annotations

import argparse
import heapq
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from itertools import chain, count, islice
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from engine.cases import Case, Checked, Findings, cases_of
from explain.api import Case as Asked
from explain.api import Program
from explain.cli.case_files import CaseFile, Together, together
from explain.cli.progress import progress
from explain.cli.reviewing import Piece, Texts, Writer
from explain.process import processes_for, processors
from explain.report.review import Review
from explain.workspace import Workspace
from kb.language.diagnostics import Diagnostic, ProgramError, Sources
from kb.language.loader import Loaded
from kb.language.program import Program as Stating
from kb.language.syntax import Clause
from kb.language.terms import plain_text

if TYPE_CHECKING:  # what only a folder needs is only imported for one
    from explain.cli.report_folder import Before, Report, Reports

FEW = 32
"""So many cases are reviewed in this process: it takes as long to begin another."""
AT_ONCE = 8
"""How many units a process is handed at a time, at most."""
Each = TypeVar("Each")


class Stated(Struct, frozen=True):
    """The facts of a case that have been read, and which of all files it is in."""

    facts: tuple[Clause, ...]
    place: int = 0

    @property
    def loaded(self) -> Loaded:
        """What there is of the case."""
        return Loaded(Stating(self.facts))


Unit: TypeAlias = Together | Stated
"""What is reviewed in one place."""


class Reviewed(Struct, frozen=True):
    """What came of a case: pieces, or the report in a folder; neither, if it could not be reviewed."""

    case: str
    file: str
    """Where it is mentioned first."""
    pieces: tuple[Piece, ...] = ()
    report: Report | None = None


class Done(Struct, frozen=True):
    """What came of a unit."""

    place: int
    reviewed: tuple[Reviewed, ...]
    checked: Checked
    """What is wrong with it."""
    errors: tuple[Diagnostic, ...]
    """What kept cases from being reviewed."""
    sources: Sources
    """The texts that are quoted in what is said."""


class Reviewing(Struct, frozen=True):
    """Begins reviews in a process, under the rules that the options name; for a folder, with what there was in it before."""

    options: argparse.Namespace
    texts: Texts
    on_terminal: bool
    before: Before | None = None

    def __call__(self) -> Callable[[Sequence[Unit]], list[Done]]:
        options = self.options
        workspace = Workspace.open(options.file, closed_world=options.closed_world, max_steps=options.max_steps)
        reviewer = self.under(workspace)
        return lambda units: [reviewer.done(each) for each in units]

    def writer(self, workspace: Workspace) -> Writer:
        """What writes reviews under the rules of a workspace. Raises `ProgramError` (E110) for words of letters that cannot be read."""
        return Writer.of(self.options, self.texts, workspace, on_terminal=self.on_terminal)

    def under(self, workspace: Workspace) -> Reviewer:
        """What reviews under the rules of a workspace. Raises `ProgramError` as `writer` does."""
        writer = self.writer(workspace)
        if self.before is None:
            return Reviewer(Program(workspace), writer)
        from explain.cli.report_folder import Reports

        return Reviewer(Program(workspace), writer, Reports(workspace, writer, self.before))


class Reviewer(Struct, frozen=True):
    """Reviews cases, each by itself."""

    program: Program
    writer: Writer
    reports: Reports | None = None

    def done(self, unit: Unit) -> Done:
        """What comes of a unit. Raises `ProgramError` for a template that cannot be filled in (E110)."""
        errors: list[Diagnostic] = []
        loaded = unit.loaded
        checked = self.program.workspace.checked(loaded)
        reviewed = tuple(self._reviewed(each, errors) for each in cases_of(checked.sound))
        return Done(unit.place, reviewed, replace(checked, sound=()), tuple(errors), _quoted(loaded.sources, checked))

    def _reviewed(self, case: Case, errors: list[Diagnostic]) -> Reviewed:
        """What comes of a case; what keeps it from being reviewed is added to the errors, and the others go on."""

        def reviews() -> list[Review]:
            options = self.writer.options
            try:
                found = Asked(self.program, case).reviews(as_of=options.as_of, policy=options.policy)
            except ProgramError as error:
                errors.extend(error.diagnostics)
                return []
            return [each.made for each in found]

        name, file = plain_text(case.name), case.facts[0].span.file
        if self.reports is not None:
            return Reviewed(name, file, report=self.reports.of(case, reviews))
        return Reviewed(name, file, tuple(map(self.writer.piece, reviews())))


def _quoted(sources: Sources, checked: Checked) -> Sources:
    """The texts that are quoted in what is said of case files."""
    places = chain((each.span for each in checked.found), (each.head.span for each in checked.unrequested))
    files = dict.fromkeys(each.file for each in places)
    return Sources({file: sources.texts[file] for file in files if file in sources.texts})


class Reviews(Struct):
    """The reviews that a command asks for, as a stream; what is wrong is known at its end."""

    reviewing: Reviewing
    workspace: Workspace
    sources: Sources
    """Filled with the texts that are quoted in what is said."""
    errors: list[Diagnostic] = field(default_factory=list)
    """What kept cases from being reviewed."""
    warnings: list[Diagnostic] = field(default_factory=list)
    _findings: Findings = field(default_factory=Findings)

    @property
    def writer(self) -> Writer:
        """What writes them."""
        return self.reviewing.writer(self.workspace)

    def of_files(self, names: Sequence[str]) -> Generator[Reviewed, None, None]:
        """Of the cases of case files, in the order of the first mention of each."""
        files = [CaseFile.named(each) for each in names]
        groups = together(files)
        most = sum(each.most_cases for each in groups)
        units = chain.from_iterable(self._units(each, most) for each in groups)
        yield from _placed(self._done(units, most), {each.shown: place for place, each in enumerate(files)})
        self._tell()

    def of_units(self, units: Iterable[Unit], most: int | None) -> Generator[Reviewed, None, None]:
        """Of units that have no case in common, and are about so many cases at most, if that is known."""
        several = iter(units)
        if most is None:
            begun = [*islice(several, FEW * processors())]
            most, several = len(begun), chain(begun, several)
        self._findings.states_nothing = False  # whoever gives units says so if there are none
        for done in self._done(several, most):
            yield from done.reviewed
        self._tell()

    def _units(self, group: Together, most: int) -> Iterator[Unit]:
        """Files as a unit; where they are about so many cases that others would wait for them, each case by itself."""
        if group.most_cases * FEW <= most or group.most_cases < FEW:
            yield group
        else:
            yield from (Stated(each.facts, group.place) for each in self._read(group.loaded))

    def _read(self, loaded: Loaded) -> list[Case]:
        """The cases that nothing is wrong with."""
        checked = self.workspace.checked(loaded)
        self._findings.add(checked)
        self.sources.add(_quoted(loaded.sources, checked))
        return cases_of(checked.sound)

    def _done(self, units: Iterator[Unit], most: int) -> Iterator[Done]:
        """What comes of units that are about so many cases, at most."""
        processes = processes_for(most, self.reviewing.options.processes, few=FEW)
        if processes < 2:
            each_done: Iterator[Done] = map(self.reviewing.under(self.workspace).done, units)
        else:
            from explain.processes import divided

            items = _in_tuples(units, max(1, min(AT_ONCE, most // (processes * AT_ONCE))))
            each_done = chain.from_iterable(divided(self.reviewing, items, processes))
        cases = 0
        with progress() if most > 1 else nullcontext(_untold) as told:
            for done in each_done:
                self._findings.add(done.checked)
                self.sources.add(done.sources)
                self.errors += done.errors
                cases += len(done.reviewed)
                told(cases / max(cases, most, 1), f"{cases} cases")
                yield done

    def _tell(self) -> None:
        for each in self._findings.diagnostics:
            (self.errors if each.is_error else self.warnings).append(each)


def _untold(_share: float, _what: str) -> None:
    """What is quick is not told of."""


def _in_tuples(each: Iterator[Each], size: int) -> Iterator[tuple[Each, ...]]:
    while several := tuple(islice(each, size)):
        yield several


def _placed(each_done: Iterable[Done], places: Mapping[str, int]) -> Iterator[Reviewed]:
    """What came of cases, in the order of the files that mention them first: some are read with an earlier file, since that has a case
    in common with theirs."""
    waiting: list[tuple[int, int, Reviewed]] = []
    number = count()
    for done in each_done:
        while waiting and waiting[0][0] < done.place:
            yield heapq.heappop(waiting)[-1]
        for each in done.reviewed:
            place = places.get(each.file, done.place)
            if place > done.place:
                heapq.heappush(waiting, (place, next(number), each))
            else:
                yield each
    yield from (each for _, _, each in sorted(waiting, key=lambda one: one[:2]))
