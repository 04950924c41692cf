"""What the check of one step finds: what is wrong with it, and what the steps below it have to show in turn.

A check looks at one step and gives obligations for its children; explain/verify/explanations.py meets them one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from explain.verify.evaluator import Evaluator
from explain.verify.matching import visible
from explain.verify.program import Goal, Rulebook
from explain.verify.steps import Fault, Step
from explain.verify.values import Binding
from explain.words.claims import Claim, said
from kb.language.syntax import Builtin, Compare, Member
from kb.language.truth import Truth

TESTS: Mapping[type, str] = {Compare: "comparison", Builtin: "builtin", Member: "member"}
"""The kinds of the steps that show literals which depend on nothing but values."""
WORDS = {Truth.TRUE: "true", Truth.FALSE: "false", Truth.UNKNOWN: "not documented"}


@dataclass(frozen=True, slots=True)
class Context:
    """What every check is given: truth over one program and the facts of a case."""

    evaluator: Evaluator
    section: str | None = None
    """The section of the policy document that citations are from, where there are several."""

    @property
    def book(self) -> Rulebook:
        return self.evaluator.book

    def truth(self, goal: Goal, binding: Binding) -> Truth:
        """The truth of a literal under a binding; its other variables are read as `there is`."""
        return self.evaluator.literal(goal, visible(goal, binding))

    def says(self, step: Step, claim: Claim, *others: Claim) -> Iterator[Fault]:
        """The fault that a step's sentence is not that of what it has to say, or of one of these."""
        texts = [said(each, self.book.declarations) for each in (claim, *others)]
        yield from step.must(step.text in texts, f"its sentence is `{step.text}`, where it ought to be `{texts[0]}`")


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a step stands in an explanation."""

    above: tuple[str, ...] = ()
    """The goals inside whose rules it is, of which it need not say again why they fail."""
    brief: bool = False
    """Whether it may be one line: it is below an alternative that is not the nearest."""
    whole: bool = False
    """Whether every alternative is opened, since what is proved rests on the failure of each."""
    undecided: bool = False
    """Whether it is inside a negation that is not known: there what holds is shown too."""

    def within(self, goal: str) -> Stand:
        """That of the literals of a rule for a goal."""
        return replace(self, above=(*self.above, goal))

    def beside(self, index: int) -> Stand:
        """That of what is below the alternative at a place, of which the first is the nearest."""
        return replace(self, brief=not self.whole and (self.brief or index > 0))

    def refuting(self, status: Truth) -> Stand:
        """That of the goal of a negation with a status."""
        return replace(self, brief=False, whole=True, undecided=self.undecided or status is Truth.UNKNOWN)


@dataclass(frozen=True, slots=True, eq=False)
class Due:
    """An obligation: that a step shows a literal of a clause under a binding."""

    step: Step
    goal: Goal
    binding: Binding
    stand: Stand = Stand()


@dataclass(frozen=True, slots=True, eq=False)
class OneOf:
    """Several readings of one step, of which one is to be right; each is looked at only if none before it is."""

    readings: Iterable[Findings]


Finding: TypeAlias = Fault | Due | OneOf
Findings: TypeAlias = Iterator[Finding]
