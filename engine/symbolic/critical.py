"""Values at which what rules make of something that is not known can turn: from the conditions of a ground program."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from engine.symbolic.candidates import Candidates
from engine.symbolic.conditions import Condition
from engine.symbolic.grounding import Grounder
from engine.symbolic.places import Place
from engine.symbolic.unknowns import ANY_DAY
from kb.language.terms import Const, order_key

MOST_CRITICAL = 24
"""How many such values an argument has; of more, those of the conditions that come first."""
CLOSE = Fraction(1, 1_000)
"""How far beside a decimal another one is looked at."""


def critical_values(candidates: Candidates, grounder: Grounder) -> dict[Place, tuple[Const, ...]]:
    """For each argument that may be asked for and is compared or computed with, values on both sides of every number that it is
    compared with and, of values that are compared with each other, so far apart as that turns."""
    unknowns = candidates.unknowns
    found: dict[tuple[int, object], dict[Const, None]] = {}

    def note(unknown: int, number: Fraction) -> None:
        kind, group = unknowns.kinds[unknown], unknowns.groups.get(unknown)
        step = Fraction(1) if kind.is_whole else CLOSE
        for shift in (0, -step, step) if group is not None else ():
            constant = unknowns.constant_of(kind, number + shift)
            values = found.setdefault((group or 0, kind), {})
            if constant is not None and len(values) < MOST_CRITICAL:
                values[constant] = None

    conditions = sorted(grounder.ground.conditions.items())
    for _, condition in conditions:
        if len(condition.unknowns) == 1 and not condition.is_of_range:
            note(condition.unknowns[0], condition.bound)
    for _, condition in conditions:
        for unknown, other, apart in _pairs(condition):
            if other in unknowns.groups:
                key = unknowns.groups[other], unknowns.kinds[other]
                known = [unknowns.sum_of_constant(each).rest for each in found.get(key, {})]
                for number in known[:3] or [Fraction(ANY_DAY.toordinal())]:
                    note(other, number)
                    note(unknown, number + apart)
    values: dict[Place, tuple[Const, ...]] = {}
    for at, group in enumerate(candidates.places.groups):
        own = [each for (number, _), constants in found.items() if number == at for each in constants]
        for place in group.places:
            takes = [each for each in own if candidates.kb.declarations.takes(*place, each)]
            if takes:
                values[place] = tuple(sorted(takes, key=order_key))
    return values


def _pairs(condition: Condition) -> Iterator[tuple[int, int, Fraction]]:
    """Of two values whose difference is compared with a number, one, the other, and that number."""
    if condition.factors == (1, -1):
        one, other = condition.unknowns
        yield one, other, condition.bound
        yield other, one, -condition.bound
