"""What the checks of explanations share: the cases with their reviews, and what was found to differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from explain.proof.nodes import Node
from explain.verify.evaluator import Evaluator
from kb.language.syntax import (
    Clause,
)
from kb.language.terms import Atom
from tests.explain.mutations import Json

NAME = Atom("c")
"""Every case has this name, so that explanations of one could be taken for those of another."""


@dataclass(slots=True)
class Tally:
    """What was checked, and what was found to differ."""

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def must(self, holds: bool, what: str) -> None:
        """Notes a difference unless something holds."""
        if not holds:
            self.differences.append(what)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A case with its review as JSON, and where it comes from."""

    name: str
    facts: tuple[Clause, ...]
    review: Json
    evaluator: Evaluator


def nodes_of(node: Node) -> Iterator[Node]:
    """The node and all below it."""
    yield node
    for child in node.children:
        yield from nodes_of(child)
