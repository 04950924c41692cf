"""Policy tests: case files that say what is expected of their cases, run against the reviews of these cases.

files -> cases, expectations -> a review of each case under each policy that it is reviewed under -> results, with what decides them

Each file is a test of its own: what another one states of a case of the same name is not known in it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TypeAlias, assert_never

from msgspec import Struct

from engine.cases import Case, Vocabulary, cases_of
from engine.expectations import (
    Expectable,
    Expectation,
    ExpectedDetermination,
    ExpectedMissing,
    ExpectedStatus,
    parts_of,
)
from engine.knowledge import KnowledgeBase
from engine.policies import Determination, Severity, Standing, Status, standing
from explain.proof.nodes import Node
from explain.report.review import Criterion, Review, Reviewer
from explain.workspace import Workspace
from kb.language.diagnostics import Diagnostic, ProgramError, Sources, in_order
from kb.language.loader import RULES, Loaded, load_cases
from kb.language.printer import show_atom
from kb.language.syntax import AtomF, Clause, Pred, SourceDecl, Span, unqualified
from kb.language.terms import Term, Var, plain_text, term_text

Named: TypeAlias = str | os.PathLike[str]


class Outcome(StrEnum):
    """How an expectation fares."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    """The case cannot be reviewed."""

    @property
    def mark(self) -> str:
        """The sign for it in a line of several."""
        return {Outcome.PASSED: ".", Outcome.FAILED: "F", Outcome.ERROR: "E"}[self]


class Result(Struct, frozen=True):
    """How one expectation fares under one policy."""

    expectation: Expectation
    policy: str | None
    outcome: Outcome
    expected: str
    got: str
    why: tuple[Node, ...] = ()
    """Where it fails: the explanations that decide what the review says instead."""

    @property
    def span(self) -> Span:
        """Where the expectation is stated."""
        return self.expectation.fact.span

    @property
    def text(self) -> str:
        """The expectation as the language writes it."""
        return show_atom(self.expectation.fact)


class FileResults(Struct, frozen=True):
    """The results of one file, with what is wrong with it or doubtful."""

    name: str
    results: tuple[Result, ...]
    diagnostics: tuple[Diagnostic, ...]
    sources: Sources

    @property
    def is_wrong(self) -> bool:
        """Whether there is an error in the file."""
        return any(each.is_error for each in self.diagnostics)

    def count(self, outcome: Outcome) -> int:
        """How many expectations of the file fare so."""
        return sum(each.outcome is outcome for each in self.results)


class Reviewed(Struct, frozen=True):
    """A case and what reviewed it, as a test ran it."""

    case: Case
    reviewer: Reviewer
    kb: KnowledgeBase
    """The rules of the reviewer with the facts of the case."""


class Run(Struct, frozen=True):
    """What became of the tests."""

    files: tuple[FileResults, ...]
    reviewed: tuple[Reviewed, ...]
    """What was reviewed, for what is measured beside."""

    def count(self, outcome: Outcome) -> int:
        """How many expectations fare so."""
        return sum(each.count(outcome) for each in self.files)

    @property
    def results(self) -> tuple[Result, ...]:
        """All results, file by file."""
        return tuple(each for file in self.files for each in file.results)

    @property
    def untested(self) -> tuple[FileResults, ...]:
        """The files without an expectation."""
        return tuple(each for each in self.files if not each.results and not each.is_wrong)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is wrong with the files, or doubtful, file by file."""
        return tuple(each for file in self.files for each in file.diagnostics)

    @property
    def is_passed(self) -> bool:
        """Whether all is as expected, and nothing is wrong with a file."""
        wrong = any(each.is_wrong for each in self.files)
        return not wrong and all(each.outcome is Outcome.PASSED for each in self.results)


def case_files(paths: Iterable[Named]) -> list[Path]:
    """The case files that are named, and those in the folders that are named, each once, those of a folder in order.

    Raises `ProgramError` (E408) for a folder without any.
    """
    found: dict[str, Path] = {}
    for path in map(Path, paths):
        files = [path]
        if path.is_dir():
            files = [each for each in sorted(path.rglob(f"*{RULES}")) if not _has_rules(each)]
        if not files:
            raise _nothing([path])
        for file in files:
            found.setdefault(os.path.realpath(file), file)
    return list(found.values())


def _has_rules(path: Path) -> bool:
    """Whether a file of a folder is one of rules or declarations; what cannot be read is not passed over."""
    items = load_cases([path]).program.items
    return any(not (isinstance(item, SourceDecl) or (isinstance(item, Clause) and item.is_fact)) for item in items)


def _nothing(paths: Iterable[Named]) -> ProgramError:
    """E408: nothing that is named has an expectation."""
    where = ", ".join(f"`{os.fspath(each)}`" for each in paths)
    return ProgramError.of(
        "E408", f"nothing to test in {where}", "<tests>",
        "state what is expected of a case beside its facts, as in `expect(c1, meets_criteria).`",
    )  # fmt: skip


class PolicyTests(Struct, frozen=True, dict=True):
    """Runs tests of the policies of a workspace, whose facts it puts in place; `policy` names the one that cases are reviewed
    under."""

    workspace: Workspace
    policy: str | None = None

    @cached_property
    def expectable(self) -> Expectable:
        """What can be expected under these policies. Raises `ProgramError` (E502) if they review no cases."""
        vocabulary = self.workspace.reviewer.vocabulary
        if not vocabulary.declarations.expectations:
            said = "these rules know no reviews, and so nothing can be expected of one"
            raise ProgramError.of("E502", said, "<rules>", "load `library(policies)` in the policy")
        return expectable(self.workspace)

    def run(self, paths: Iterable[Named]) -> Run:
        """Runs the tests in some files and folders. Raises `ProgramError` where there is nothing to test, or no policy of
        the name."""
        named = list(paths)
        if self.policy is not None:
            self.workspace.reviewer_of(self.policy)
        reviewed: list[Reviewed] = []
        run = Run(tuple(self._file(path, reviewed) for path in case_files(named)), tuple(reviewed))
        if not run.results and not any(each.is_wrong for each in run.files):
            raise _nothing(named)
        return run

    def _file(self, path: Path, reviewed: list[Reviewed]) -> FileResults:
        loaded, vocabulary = load_cases([path]), self.workspace.reviewer.vocabulary
        self.workspace.set_facts(())
        self.workspace.warnings.clear()
        cases, wrong = self.workspace.add_sound_cases(loaded)
        stated = vocabulary.expected(loaded)
        found = [*wrong, *self.workspace.warnings, *misstated(loaded, vocabulary, self.expectable)]
        expected, by_name = self.expectable.read(stated), {case.name: case for case in cases}
        results: list[Result] = []
        for name, several in expected.items():
            if (case := by_name.get(name)) is not None:
                try:
                    results += self._of_case(case, several, reviewed)
                    continue
                except ProgramError as error:
                    found += error.diagnostics
            results += (Result(each, self.policy, Outcome.ERROR, wanted(each), NOT_REVIEWED) for each in several)
        shown = next(iter(loaded.sources.texts), str(path))
        found += _untested(shown, cases, {clause.head.args[0] for clause in stated})
        return FileResults(shown, tuple(results), in_order(found), loaded.sources)

    def _of_case(self, case: Case, expected: Sequence[Expectation], reviewed: list[Reviewed]) -> list[Result]:
        """The results of a case under each policy that it is reviewed under. What is expected of a criterion is tested where the
        policy has it, if one of them does."""
        finds = any(isinstance(each, ExpectedMissing) for each in expected)
        found: list[Result] = []
        with self.workspace.ending(f"the review of {plain_text(case.name)}"):
            several = [
                self._under(each, case, finds_missing=finds) for each in self.workspace.reviewers(case, self.policy)
            ]
            for each in expected:
                able = [under for under in several if under.has(each)]
                found += (under.result(each) for under in able or several)
        reviewed += (Reviewed(under.case, under.reviewer, under.kb) for under in several)
        return found

    def _under(self, reviewer: Reviewer, case: Case, *, finds_missing: bool) -> _Under:
        own = case.within(reviewer.vocabulary) if self.workspace.beside else case
        return _Under(reviewer, own, self.workspace.closed_world, finds_missing)


def expectable(workspace: Workspace) -> Expectable:
    """What can be expected under the policies of a workspace."""
    reviewers = [*workspace.beside.values()] or [workspace.reviewer]
    return Expectable.of(
        workspace.rules.names, (part for each in reviewers for kind in _parts(each).values() for part in kind)
    )


def _parts(reviewer: Reviewer) -> dict[str, dict[str, Pred]]:
    return parts_of(reviewer.policies, reviewer.book, reviewer.rules.declarations)


@dataclass
class _Under:
    """A case under one policy: how it stands, which most tests need no explanation of, and its review where one does."""

    reviewer: Reviewer
    stated: Case
    closed_world: bool
    finds_missing: bool
    case: Case = field(init=False)
    """The case with the names that are meant."""
    kb: KnowledgeBase = field(init=False)
    standing: Standing = field(init=False)

    def __post_init__(self) -> None:
        read = self.reviewer.rules.names.read(self.stated.facts, closed_world=self.closed_world)
        (self.case,) = cases_of(read.facts)
        self.kb = KnowledgeBase(self.reviewer.rules, read.facts, closed_world=read.closed_world)
        unknown = {each.pred for each in read.not_recognised}
        self.standing = standing(self.kb, self.reviewer.policies, self.case, unknown)

    @cached_property
    def review(self) -> Review:
        """The review, with its explanations."""
        return self.reviewer.review(self.stated, closed_world=self.closed_world, finds_missing=self.finds_missing)

    def has(self, expectation: Expectation) -> bool:
        """Whether what is expected is about something that the policy has for the case."""
        return not isinstance(expectation, ExpectedStatus) or self.status(expectation.id) is not None

    def status(self, part: str) -> Status | None:
        """How a criterion, an alternative or an item stands; None if the case is not looked at for it."""
        statuses = self.standing.statuses
        known = next((status for item, status in statuses.items() if item.id == part), None)
        if known is not None or not statuses:
            return known
        pred = _parts(self.reviewer).get(plain_text(self.case.request.args[2]), {}).get(part)
        return None if pred is None else Status.of(self.kb.truth(AtomF(pred, (self.case.name,))))

    def result(self, expectation: Expectation) -> Result:
        """How an expectation fares: what is as expected needs no review, but where it is about what is missing."""
        match expectation:
            case ExpectedDetermination(determination=determination):
                is_so = self.standing.determination is determination
            case ExpectedStatus(id=part, status=status):
                is_so = self.status(part) is status
            case ExpectedMissing():
                is_so = False
            case other:
                assert_never(other)
        if not is_so:
            return tested(expectation, self.review)
        said = wanted(expectation)
        return Result(expectation, self.standing.policy, Outcome.PASSED, said, said)


def misstated(loaded: Loaded, vocabulary: Vocabulary, able: Expectable) -> Iterator[Diagnostic]:
    """What is wrong with the expectations in case files."""
    facts = (clause.head for clause in loaded.program.clauses if clause.is_fact and clause.head.args)
    named = dict.fromkeys(fact.args[0] for fact in facts if fact.pred not in vocabulary.declarations.expectations)
    cases = [each for each in named if not isinstance(each, Var)]
    yield from able.check(vocabulary.expected(loaded), cases, loaded.sources)


def _untested(shown: str, cases: Iterable[Case], tested: Set[Term]) -> Iterator[Diagnostic]:
    """W308 for a file without an expectation, or for each of its cases that has none."""
    instead = "state what is expected of it, as in `expect({}, meets_criteria).`"
    without = [case for case in cases if case.name not in tested]
    if without and not tested:
        yield Diagnostic(
            "W308", f"`{shown}` has no expectation, and is not tested", Span(shown, 0, 0), (),
            instead.format(term_text(without[0].name)),
        )  # fmt: skip
        return
    for case in without:
        name = term_text(case.name)
        said = f"the case `{name}` has no expectation, and is not tested"
        yield Diagnostic("W308", said, case.request.span, (), instead.format(name))


# --- one expectation beside a review ---------------------------------------------------------------------------------

NOT_REVIEWED = "the case cannot be reviewed"


def wanted(expectation: Expectation) -> str:
    """What is expected, in words."""
    match expectation:
        case ExpectedDetermination(determination=determination):
            return determination.value
        case ExpectedStatus(id=part, status=status):
            return f"{part}: {status.value}"
        case ExpectedMissing(pred=pred):
            return f"facts of {pred} among what is missing"
        case other:
            assert_never(other)


def tested(expectation: Expectation, review: Review) -> Result:
    """How an expectation fares beside a review."""
    match expectation:
        case ExpectedDetermination(determination=determination):
            is_so, got = review.determination is determination, review.determination.value
            why = deciding(review)
        case ExpectedStatus(id=part, status=status):
            found = _part(review, part)
            is_so = found is not None and found.status is status
            got = f"{part}: {found.status.value}" if found else _no_part(review, part)
            why = (found.node,) if found else ()
        case ExpectedMissing(pred=pred):
            missing = _missing(review)
            is_so, got = pred in missing, _said_missing(review, missing)
            why = deciding(review)
        case other:
            assert_never(other)
    outcome = Outcome.PASSED if is_so else Outcome.FAILED
    return Result(expectation, review.policy, outcome, wanted(expectation), got, () if is_so else why)


def deciding(review: Review) -> tuple[Node, ...]:
    """The explanations of what decides a determination."""
    match review.determination:
        case Determination.CONFLICTING_EVIDENCE:
            sides = [side for each in review.conflicts for side in (each.stands, each.denied)]
            return (*sides, *(each.node for each in review.checks if each.severity is Severity.IMPOSSIBLE))
        case Determination.INVESTIGATIONAL:
            return review.uncovered
        case Determination.NO_POLICY_IN_FORCE:
            return ()
        case Determination.CRITERIA_NOT_MET:
            return tuple(each.node for each in review.criteria if each.status is Status.NOT_MET)
        case Determination.MORE_INFORMATION_NEEDED:
            return tuple(each.node for each in review.criteria if each.status is Status.NOT_DOCUMENTED)
        case Determination.MEETS_CRITERIA:
            return tuple(each.node for each in review.criteria)


def _part(review: Review, part: str) -> Criterion | None:
    """The criterion, alternative or item of an id in a review, the outermost first."""
    waiting = [*review.criteria]
    for each in waiting:
        if each.id == part:
            return each
        waiting += (*each.alternatives, *each.items)
    return None


def _no_part(review: Review, part: str) -> str:
    if not review.criteria:
        return f"no criteria were looked at: {review.determination.value}"
    return f"the {review.kind} request has no criterion `{part}`"


def _missing(review: Review) -> frozenset[str]:
    """The predicates of which facts are missing."""
    facts = (fact for facts in (*review.missing, *(way.facts for way in review.ways)) for fact in facts)
    return frozenset(unqualified(fact.atom.pred).name for fact in facts)


def _said_missing(review: Review, missing: frozenset[str]) -> str:
    if missing:
        return f"facts of {', '.join(sorted(missing))} among what is missing"
    return "; ".join(review.unfound) or f"nothing is missing: {review.determination.value}"
