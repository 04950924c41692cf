"""Further cases for policy tests: the few that show the values of literals which no test shows, found by the solver.

    coverage -> for each value that is missing the smallest case that shows it -> those of them that show everything together

What a generated case is to come to is for the author to confirm: its file has what the policy says of it now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from msgspec import Struct

from engine.cases import Case, cases_of
from engine.knowledge import KnowledgeBase
from engine.observed import Goal, Outline, case_variables, observed, outlines
from explain.authoring.case_space import CASE, CaseSpace
from explain.authoring.coverage import Coverage
from explain.authoring.smallest_cases import Wanted
from explain.authoring.witnesses import case_of
from explain.report.review import Reviewer
from explain.workspace import Workspace
from kb.language.declarations import REQUEST
from kb.language.diagnostics import ProgramError
from kb.language.syntax import AtomF, Body, Documented, Not, Or, Span
from kb.language.terms import Var
from kb.language.traversal import conjoin, substitute
from kb.language.truth import Truth


class Target(Struct, frozen=True):
    """A value that a literal is to be seen in: the rule and the number of the literal there."""

    rule: Span
    index: int
    truth: Truth


class Generated(Struct, frozen=True):
    """Cases that show values which no test shows, and the values for which none was found."""

    cases: tuple[tuple[AtomF, ...], ...]
    left: tuple[Target, ...]


@dataclass(frozen=True)
class Generation:
    """Looks for cases that complete the coverage of one policy."""

    workspace: Workspace
    reviewer: Reviewer
    coverage: Coverage

    @cached_property
    def outlines(self) -> tuple[Outline, ...]:
        """The rules that are to be seen."""
        own = {rule.key.span for rule in self.coverage.rules}
        return outlines(self.reviewer.book, lambda clause: clause.span in own)

    def missing(self) -> list[Target]:
        """The values that count and that no test shows."""
        return [
            Target(rule.key.span, literal.index, truth)
            for rule in self.coverage.rules
            for literal in rule.literals
            for truth in literal.missing
        ]

    def generated(self) -> Generated:
        """The cases. Raises `EndlessError` or `OutOfTimeError` if the rules take too long."""
        missing = self.missing()
        wanted = [(target, way) for target, way in self._ways() if target in set(missing)]
        if not wanted:
            return Generated((), tuple(missing))
        policies, goals = self.reviewer.policies, [goal for _, each in wanted for goal in each.goals]
        drugs = dict.fromkeys(row[1] for row in policies.covers)
        search = CaseSpace.of(self.reviewer.rules, policies, goals, drugs).search([each for _, each in wanted])
        shown: dict[tuple[AtomF, ...], set[Target]] = {}
        seen: set[Target] = set()
        for target, way in wanted:
            if target not in seen:
                found = search.smallest(way)
                case = self._shown(target, (*found.plainer, *(() if found.facts is None else (found.facts,))))
                if case is not None:
                    shown[case[0]] = case[1]
                    seen |= case[1]
        return Generated(tuple(_needed(shown)), tuple(each for each in missing if each not in seen))

    def _ways(self) -> Iterator[tuple[Target, Wanted]]:
        """What shows each value of each literal: the literals before it hold, and it has the value."""
        request = AtomF(REQUEST, (CASE, *(Var(f"{name}#asked") for name in ("Drug", "Kind", "Date"))))
        for outline in self.outlines:
            cases = dict.fromkeys(case_variables(outline.rule, self.reviewer.rules.declarations), CASE)
            for (_, index), before, goal in _spots(outline.goals, ()):
                for truth, own in _values(goal).items():
                    body = substitute(conjoin((*before, *own)), cases)
                    yield Target(outline.clause.span, index, truth), Wanted((body, request))

    def _shown(
        self, target: Target, forms: Iterable[tuple[AtomF, ...]]
    ) -> tuple[tuple[AtomF, ...], set[Target]] | None:
        """The first form of a case that shows a value, with all the missing values that it shows; None if none does."""
        for facts in forms:
            try:
                _, case = case_of(self.workspace, facts)
            except ProgramError:
                continue
            seen = self._seen(case)
            if target in seen:
                return facts, seen
        return None

    def _seen(self, case: Case) -> set[Target]:
        kb = KnowledgeBase(self.reviewer.rules, case.facts)
        (meant,) = cases_of(kb.facts)
        found = observed(kb, self.outlines, meant.name)
        missing = set(self.missing())
        return {
            target
            for (number, index), values in found.literals.items()
            for truth in values
            if (target := Target(self.outlines[number].clause.span, index, truth)) in missing
        }


def _spots(goals: Sequence[Goal], before: tuple[Body, ...]) -> Iterator[tuple[tuple[int, int], tuple[Body, ...], Body]]:
    """The literals that are seen by themselves, each with those before it."""
    for goal in goals:
        if goal.spot is not None:
            yield goal.spot, before, goal.goal
        for inside in goal.inside:
            yield from _spots(inside, before)
        before = (*before, goal.goal)


def _values(goal: Body) -> dict[Truth, tuple[Body, ...]]:
    """What says that a literal has each value."""
    return {
        Truth.TRUE: (goal,),
        Truth.FALSE: (Not(goal),),
        Truth.UNKNOWN: (Not(Or((Documented(goal), Documented(Not(goal))))),),
    }


def _needed(shown: dict[tuple[AtomF, ...], set[Target]]) -> Iterator[tuple[AtomF, ...]]:
    """The cases without those that others make unnecessary: those that show most are taken first."""
    left: set[Target] = set().union(*shown.values())
    for facts, seen in sorted(shown.items(), key=lambda item: -len(item[1])):
        if left & seen:
            left -= seen
            yield facts
