"""What is given up: how many steps a question may take, and what is raised when it takes more."""

from __future__ import annotations

import enum

from msgspec import Struct

from kb.language.syntax import Pred

DEFAULT_STEPS = 3_000_000
"""How many steps of resolution, or of making plan rules, a question may take before it is given up."""
LEAST_FOR_RULES = 100_000
"""So many steps making plan rules may take however few are allowed, several times what all those of a policy take: so it makes no difference
which of them were made for another question before, or in another run."""


class Exceeded(enum.Enum):
    """What an evaluation takes more of than is allowed."""

    STEPS = "it takes more steps than are allowed"
    PLAN = "its rules can be read in more ways than steps are allowed"
    VALUES = "it goes on computing new values"
    ROWS = "a round of recursion gives more rows than steps are allowed"
    RANGE = "`between` gives more values than steps are allowed"
    DEPTH = "the rules nest too deeply"


class EndlessError(Exception):
    """Raised when a question is given up: what it takes too much of and, where that is known, of which predicate rows were
    being worked out."""

    def __init__(self, exceeded: Exceeded, pred: Pred | None = None) -> None:
        super().__init__(exceeded.value)
        self.exceeded = exceeded
        self.pred = pred


class Effort(Struct):
    """How many steps making plan rules has taken for the question at hand, of those that it may."""

    max_steps: int = DEFAULT_STEPS
    spent: int = 0

    def begin(self) -> None:
        """Begins the count for a question. What another thread is asked at the same time is then allowed more, never less."""
        self.spent = 0

    def spend(self, steps: int) -> None:
        """Counts steps. Raises `EndlessError` when there are more than may be."""
        self.spent += steps
        if self.spent > most_for_rules(self.max_steps):
            raise EndlessError(Exceeded.PLAN)


def most_for_rules(max_steps: int) -> int:
    """How many steps making the plan rules of a question may take, where a question may take so many."""
    return max(max_steps, LEAST_FOR_RULES)
