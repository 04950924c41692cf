"""The proof checker: it takes the JSON of an explanation or a review and says which nodes are wrong, and why.

It shares no code with the search for explanations: neither the engine nor what builds proofs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from explain.recheck import EndlessCheckError, Evaluator
from explain.recheck_scopes import Rulebook
from explain.verify_nodes import Checker
from explain.verify_review import ReviewChecker, is_review
from explain.verify_steps import Fault, read_step
from kb.syntax import Clause, Program

__all__ = ["Fault", "Verifier", "verify"]


def verify(
    data: object, program: Program, facts: tuple[Clause, ...] = (), *, closed_world: bool = False
) -> list[Fault]:
    """What is wrong with an explanation, a review, or a list of either; nothing if it is accepted.

    `data` is parsed JSON; `program` the rules; `facts` the case facts stated beside it.
    """
    return Verifier(Rulebook.of(program)).verify(data, facts, closed_world=closed_world)


@dataclass(frozen=True, slots=True)
class Verifier:
    """Checks many explanations over one program."""

    book: Rulebook

    def verify(self, data: object, facts: tuple[Clause, ...] = (), *, closed_world: bool = False) -> list[Fault]:
        faults: list[Fault] = []
        with _deep():
            try:
                for index, each in enumerate(data if isinstance(data, list) else [data]):
                    path = f"[{index}]" if isinstance(data, list) else ""
                    self._one(each, path, facts, closed_world, faults)
            except RecursionError:
                faults.append(Fault("", "", "the explanation is nested too deeply to be checked"))
            except EndlessCheckError:
                faults.append(Fault("", "", "checking this takes more steps than are allowed"))
        return faults

    def _one(self, data: object, path: str, facts: tuple[Clause, ...], closed_world: bool, faults: list[Fault]) -> None:
        if is_review(data):
            assert isinstance(data, dict)
            ReviewChecker(self.book, facts, path, faults).check(data, closed_world)
            return
        step = read_step(data, path, faults)
        if step is not None:
            checker = Checker(Evaluator(self.book, facts, closed_world), faults=faults)
            checker.explanation(step)


@contextmanager
def _deep() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 20_000))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
