"""The checker of explanations: it takes the JSON of an explanation or a review, works out again whether each step follows,
and says which are wrong, and why.

It shares no code with the search for explanations: of all else it uses the language and the sentences alone. The README of
`explain/` draws its modules.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from explain.verify.evaluator import EndlessCheckError, Evaluator
from explain.verify.explanations import Explanations
from explain.verify.missing import check_missing, is_missing
from explain.verify.obligations import Context
from explain.verify.program import Rulebook, constants
from explain.verify.review import ReviewChecker, is_review
from explain.verify.steps import Fault, read_step
from kb.language.syntax import TRUE, Clause, Program, body_terms

__all__ = ["Fault", "Report", "Verifier", "verify"]

STEPS = "every step: that it follows by a rule or a fact, and of what fails, that nothing else holds; its sentence"
NEAREST = "that a proof is the smallest, that of what fails the nearest comes first, all facts that a conflict rests on"
REVIEW = "the review: determination, criteria, authorization, quantity, conflicts, hashes, title, assumptions"
WORDING = "how an assumption is worded: only its name and what it is about"
MISSING = "what is missing: each set is enough, has nothing too much, and contradicts nothing"
SEARCHED = "what the search for missing facts tried and did not look at"
LEFT_OUT = "whether there are other sets{0} of missing facts"


@dataclass(frozen=True, slots=True)
class Report:
    """What is wrong, nothing if all is accepted; what was checked, and what was not."""

    faults: tuple[Fault, ...]
    checked: tuple[str, ...]
    unchecked: tuple[str, ...]


def verify(
    data: object, program: Program, facts: tuple[Clause, ...] = (), *, closed_world: bool = False
) -> list[Fault]:
    """What is wrong with an explanation, a review, what is missing, or a list of these; nothing if it is accepted.

    `data` is parsed JSON; `program` the rules; `facts` the case facts stated beside it.
    """
    return Verifier.of(program).verify(data, facts, closed_world=closed_world)


@dataclass(frozen=True, slots=True)
class Verifier:
    """Checks many explanations over one program."""

    book: Rulebook

    @classmethod
    def of(cls, program: Program) -> Verifier:
        """A checker of explanations over the rules and facts of a program."""
        return cls(Rulebook(program))

    def verify(self, data: object, facts: tuple[Clause, ...] = (), *, closed_world: bool = False) -> list[Fault]:
        """What is wrong with an explanation, a review, what is missing, or a list of these."""
        return list(self.report(data, facts, closed_world=closed_world).faults)

    def report(self, data: object, facts: tuple[Clause, ...] = (), *, closed_world: bool = False) -> Report:
        """The same, with what was checked and what was not."""
        check = _Check(self.book, facts, closed_world)
        with _deep():
            try:
                for index, each in enumerate(data if isinstance(data, list) else [data]):
                    check.one(each, f"[{index}]" if isinstance(data, list) else "")
            except RecursionError:
                check.faults.append(Fault("", "", "the explanation is nested too deeply to be checked"))
            except EndlessCheckError:
                check.faults.append(Fault("", "", "checking this takes more steps than are allowed"))
        return Report(tuple(check.faults), tuple(check.checked), tuple(check.unchecked))


@dataclass(slots=True)
class _Check:
    """One run of the checker: what it is given, and what it has found."""

    book: Rulebook
    facts: tuple[Clause, ...]
    closed_world: bool
    faults: list[Fault] = field(default_factory=list)
    checked: dict[str, None] = field(default_factory=dict)
    unchecked: dict[str, None] = field(default_factory=dict)

    def one(self, data: object, path: str) -> None:
        """Checks an explanation, a review, or what is missing."""
        if is_review(data):
            complete_to = ReviewChecker(self.book, self.facts, path, self.faults).check(data, self.closed_world)
            self._note([REVIEW, STEPS], [WORDING, NEAREST])
            self._missing(complete_to)
        elif is_missing(data):
            self._missing(check_missing(self.book, self.facts, self.closed_world, data, path, self.faults))
        elif isinstance(data, dict) and {"added", "removed"} <= data.keys():
            self.faults.append(
                Fault(path, "", "a change that swaps two outcomes is not checked; give an explanation or a review")
            )
        else:
            self._explanation(data, path)

    def _explanation(self, data: object, path: str) -> None:
        step = read_step(data, path, self.faults)
        if step is not None:
            asked = frozenset(constants(body_terms(step.said or TRUE)))
            evaluator = Evaluator(self.book, self.facts, self.closed_world, asked)
            self.faults += Explanations(Context(evaluator)).faults(step)
            self._note([STEPS], [NEAREST])

    def _missing(self, complete_to: int | None) -> None:
        if complete_to is not None:
            left = f", larger than {complete_to}," if complete_to else ""
            self._note([MISSING], [LEFT_OUT.format(left), SEARCHED])

    def _note(self, checked: list[str], unchecked: list[str]) -> None:
        self.checked.update(dict.fromkeys(checked))
        self.unchecked.update(dict.fromkeys(unchecked))


@contextmanager
def _deep() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 20_000))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
