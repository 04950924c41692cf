"""The reading of a program as data that can be kept between runs: its normal rules, what can be unknown, and the plan rules of every
relation that its predicates ask for. Decoding these takes a small part of the time that making them takes."""

from __future__ import annotations

from typing import Self

from msgspec import Struct

from engine.endless import DEFAULT_STEPS, Effort, EndlessError
from engine.reading.completion import Completion
from engine.reading.normal import NormalProgram, NormalRule, is_auxiliary
from engine.reading.openness import Openness
from engine.reading.plan import PlanRule, Reading, Rel, mentioned
from kb.language.declarations import Declarations
from kb.language.syntax import Body, Pred


class KeptReading(Struct, frozen=True, array_like=True):
    """The fields of a `NormalProgram` and of its `Openness`, and plan rules by their relations."""

    rules: dict[Pred, tuple[NormalRule, ...]]
    open_heads: frozenset[Pred]
    goals: tuple[Body, ...]
    documented: frozenset[Pred]
    unknown: set[Pred]
    anonymous: set[tuple[Pred, int]]
    revisable: set[Pred]
    made: dict[Rel, tuple[PlanRule, ...]]

    @classmethod
    def of(cls, completion: Completion) -> Self | None:
        """The reading of a program, all plan rules made; None where it has rules that can be read in too many ways for that."""
        try:
            _make_all(completion)
        except EndlessError:
            return None
        if completion.has_divided:
            return None
        openness, normal = completion.openness, completion.openness.normal
        return cls(
            dict(normal.rules),
            normal.open_heads,
            tuple(normal.goals),
            normal.documented,
            openness.unknown,
            openness.anonymous,
            openness.revisable,
            completion.made,
        )

    def completion(
        self, declarations: Declarations, *, closed_world: bool = False, max_steps: int = DEFAULT_STEPS
    ) -> Completion:
        """The plan rules of the program, as `Completion.of` makes them."""
        normal = NormalProgram(self.rules, self.open_heads, frozenset(self.goals), self.documented)
        known = self.unknown, self.anonymous, self.revisable
        openness = Openness(normal, declarations, closed_world, None, *known)
        return Completion(openness, effort=Effort(max_steps), made=self.made)


def _make_all(completion: Completion) -> None:
    """Makes the plan rules of the relations of all predicates that rules conclude or that are declared, for constants, and of all
    that these mention."""
    preds = dict.fromkeys((*completion.openness.normal.rules, *completion.declarations.preds))
    asked = [pred for pred in preds if not is_auxiliary(pred)]
    pending = [completion.rel(pred, reading, (0,) * pred.arity) for pred in asked for reading in Reading]
    seen: set[Rel] = set()
    while pending:
        completion.effort.begin()
        rel = pending.pop()
        if rel not in seen:
            seen.add(rel)
            pending += mentioned(completion.rules_for(rel))
