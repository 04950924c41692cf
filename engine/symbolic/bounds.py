"""For which values a set of assumptions makes a goal hold: the conditions that are left where the assumptions are made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import TypeAlias

from msgspec import Struct, field

from engine.symbolic.conditions import Condition, Limit, Op, Range, denied, projected, united
from engine.symbolic.grounding import GroundRules
from engine.symbolic.unknowns import Unknowns

MOST_APART = 6
"""On how many sides of numbers at most, two for each, values are looked at that are not to be these."""
MOST_ALTERNATIVES = 200
"""Of how many alternatives for the values bounds are worked out."""
_Alternatives: TypeAlias = frozenset[frozenset[Condition]]
_ALWAYS: _Alternatives = frozenset((frozenset(),))
_NEVER: _Alternatives = frozenset()


class _TooManyError(Exception):
    """There are more alternatives than are worked out."""


class Bounds(Struct, frozen=True):
    """What holds of the values that a set of assumptions leaves open."""

    ranges: Mapping[int, tuple[Range, ...]]
    """For each value that has to be in one of some ranges, these in ascending order."""
    relations: tuple[Condition, ...]
    """What is to hold of several values together."""
    separate: tuple[int, ...] = ()
    """Values of which the ranges tell each by itself: not all that they have go together."""


class BoundsOf(Struct):
    """Finds the bounds for the values in a set of assumptions."""

    rules: GroundRules
    unknowns: Unknowns
    goal: int
    forbidden: list[frozenset[int]]
    _made: frozenset[int] = frozenset()
    _known: dict[int, _Alternatives] = field(default_factory=dict)
    _above: list[int] = field(default_factory=list)
    _cut: int = 0

    def of(
        self,
        made: frozenset[int],
        opened: Mapping[int, frozenset[Fraction]],
        swaps: Iterable[Mapping[int, int]] = (),
    ) -> Bounds | None:
        """The bounds for the open values where just some assumptions are made, none of which ends at a number that its value
        cannot be; None if that is not worked out. Of alternatives that are the same but for values put in each other's place,
        in one of some ways, one is taken."""
        self._made, self._known = made, {}
        try:
            found = self._holds(self.goal)
            for atoms in self.forbidden:
                together = _ALWAYS
                for atom in atoms:
                    together = _all(together, self._holds(atom))
                found = _all(found, self._denied(together))
        except (_TooManyError, RecursionError):
            return None
        feasible: list[frozenset[Condition]] = []
        for each, is_exact in map(self._with_what_is, found):
            fits = projected(each, None, self.unknowns.kinds)
            if fits is None or not (fits.is_empty or is_exact):
                return None
            if not fits.is_empty:
                feasible.append(each)
        feasible = _one_of_each(_without_wider(feasible), list(swaps))
        if not all(map(_are_few_apart, feasible)):
            return None
        ranges: dict[int, tuple[Range, ...]] = {}
        for unknown, barred in opened.items():
            is_whole = self.unknowns.kinds[unknown].is_whole
            parts = [projected(part, unknown, self.unknowns.kinds) for each in feasible for part in _split(each)]
            if None in parts:
                return None
            ends = (_within_ends(each, barred, is_whole=is_whole) for each in filter(None, parts))
            own = united(ends, are_whole=is_whole)
            if own and own != (Range(),):
                ranges[unknown] = own
        several = [frozenset(cond for cond in each if len(cond.unknowns) > 1) for each in feasible]
        shared = several[0] if len(set(several)) == 1 else frozenset[Condition]()
        told = [each for each in shared if not any(_says_more(other, each) for other in shared)]
        return Bounds(ranges, tuple(sorted(told, key=_order)), _separate(feasible, opened))

    def _with_what_is(self, conditions: frozenset[Condition]) -> tuple[frozenset[Condition], bool]:
        """The conditions without those that only say that there is a value, and with what parts of values are; and whether there
        are no gaps between the values that do."""
        found, pending = set[Condition](), [each for each in conditions if not each.is_of_range]
        is_exact = True
        while pending:
            unsorted = each = pending.pop()
            terms = sorted(zip(each.unknowns, each.factors, strict=True))
            each = _sorted(each, terms, 1 if terms[0][1] > 0 else -1)
            if each in found:
                continue
            found.add(each)
            parts = [unknown for unknown in each.unknowns if unknown in self.unknowns.always]
            is_of_part = any(unsorted in self.unknowns.always[part] for part in parts)
            if parts and len(each.unknowns) > 1 and not is_of_part:
                is_exact = False  # it is about what is left of a value beside a part of it
            is_exact &= not any(unknown in self.unknowns.spelled_out for unknown in each.unknowns)
            pending += [more for part in parts for more in self.unknowns.always[part]]
        return frozenset(found), is_exact

    def _holds(self, atom: int) -> _Alternatives:
        """When an atom holds."""
        rules = self.rules
        if atom in rules.conditions:
            return frozenset((frozenset((rules.conditions[atom],)),))
        if atom in rules.true or atom in self._made:
            return _ALWAYS
        if atom in self._known:
            return self._known[atom]
        if atom in self._above:
            self._cut = min(self._cut, self._above.index(atom))
            return _NEVER
        outer, self._cut = self._cut, len(self._above)
        self._above.append(atom)
        found = _NEVER
        for positive, negative in rules.rules.get(atom, ()):
            together = _ALWAYS
            for each in positive:
                together = _all(together, self._holds(each)) if together else together
            for each in negative:
                together = _all(together, self._denied(self._holds(each))) if together else together
            found = _any(found, together)
        if atom in rules.counts:
            found = _any(found, self._counted(*rules.counts[atom]))
        self._above.pop()
        if self._cut >= len(self._above):
            self._known[atom] = found
        self._cut = min(outer, self._cut)
        return found

    def _counted(self, least: int, rows: Mapping[int, int]) -> _Alternatives:
        """When so many rows hold."""
        reached: list[_Alternatives] = [_ALWAYS, *(_NEVER for _ in range(least))]
        for atom, weight in rows.items():
            own = self._holds(atom)
            if not own:
                continue
            for number in range(least, 0, -1):
                before = reached[max(0, number - weight)]
                reached[number] = _any(reached[number], _all(before, own))
        return reached[least]

    def _denied(self, alternatives: _Alternatives) -> _Alternatives:
        found = _ALWAYS
        for each in alternatives:
            others = (frozenset((denied(condition, self.unknowns.kinds),)) for condition in each)
            found = _all(found, frozenset(others))
        return found


def _any(one: _Alternatives, other: _Alternatives) -> _Alternatives:
    if _ALWAYS in (one, other):
        return _ALWAYS
    return _without_wider(one | other) if one and other else one or other


def _all(one: _Alternatives, other: _Alternatives) -> _Alternatives:
    if one == _ALWAYS or other == _ALWAYS:
        return other if one == _ALWAYS else one
    return _without_wider(first | second for first, second in product(one, other))


def _without_wider(alternatives: Iterable[frozenset[Condition]]) -> _Alternatives:
    """Alternatives without those that ask for more than another."""
    kept: list[frozenset[Condition]] = []
    for each in sorted(set(alternatives), key=len):
        if not any(other <= each for other in kept):
            kept.append(each)
            if len(kept) > MOST_ALTERNATIVES:
                raise _TooManyError
    return frozenset(kept)


def _one_of_each(
    alternatives: Iterable[frozenset[Condition]], swaps: Sequence[Mapping[int, int]]
) -> list[frozenset[Condition]]:
    """The alternatives without those that others become where values are put in each other's place."""
    kept: list[frozenset[Condition]] = []
    for each in sorted(alternatives, key=lambda each: sorted(map(_order, each))):
        if not any(_swapped(each, swap) in kept for swap in swaps):
            kept.append(each)
    return kept


def _swapped(conditions: frozenset[Condition], swap: Mapping[int, int]) -> frozenset[Condition]:
    found = set[Condition]()
    for each in conditions:
        terms = sorted(
            (swap.get(unknown, unknown), factor) for unknown, factor in zip(each.unknowns, each.factors, strict=True)
        )
        sign = 1 if terms[0][1] > 0 else -1
        found.add(_sorted(each, terms, sign))
    return frozenset(found)


def _sorted(condition: Condition, terms: Sequence[tuple[int, int]], sign: int) -> Condition:
    op = condition.op if sign > 0 else condition.op.mirrored
    factors = tuple(factor * sign for _, factor in terms)
    return Condition(op, factors, condition.bound * sign, tuple(unknown for unknown, _ in terms), condition.is_of_range)


def _within_ends(values: Range, barred: frozenset[Fraction], *, is_whole: bool) -> Range:
    """A range without those of some numbers that it ends at."""
    low, high = values.low, values.high
    while low is not None and low.is_in and low.at in barred:
        low = Limit(low.at + 1, True) if is_whole else Limit(low.at, False)
    while high is not None and high.is_in and high.at in barred:
        high = Limit(high.at - 1, True) if is_whole else Limit(high.at, False)
    return Range(low, high)


def _split(conditions: frozenset[Condition]) -> Iterable[list[Condition]]:
    """The conditions for each side of the numbers that values, and what is computed of them, are not to be."""
    apart = [each for each in conditions if each.op is Op.OTHER]
    rest = [each for each in conditions if each not in apart]
    sides = ([Condition(op, each.factors, each.bound, each.unknowns) for op in (Op.LESS, Op.MORE)] for each in apart)
    for chosen in product(*sides):
        yield [*rest, *chosen]


def _separate(alternatives: Sequence[frozenset[Condition]], opened: Iterable[int]) -> tuple[int, ...]:
    """The open values that alternatives are about; none if they differ in the conditions of one alone, so that whatever its
    range has does beside the others."""
    about = {unknown for each in alternatives for cond in each for unknown in cond.unknowns}
    is_joint = len(alternatives) < 2 or any(
        len({frozenset(cond for cond in each if cond.unknowns != (unknown,)) for each in alternatives}) == 1
        for unknown in about
    )
    return () if is_joint else tuple(unknown for unknown in opened if unknown in about)


def _says_more(one: Condition, other: Condition) -> bool:
    """Whether one limit for a sum is beyond the other."""
    if (one.unknowns, one.factors) != (other.unknowns, other.factors):
        return False
    for strict, ops, sign in ((Op.MORE, (Op.MORE, Op.AT_LEAST), 1), (Op.LESS, (Op.LESS, Op.AT_MOST), -1)):
        if one.op in ops and other.op in ops:
            return (one.bound * sign, one.op is strict) > (other.bound * sign, other.op is strict)
    return False


def _are_few_apart(conditions: Iterable[Condition]) -> bool:
    return sum(each.op is Op.OTHER for each in conditions) <= MOST_APART


def _order(condition: Condition) -> tuple[object, ...]:
    return condition.unknowns, condition.factors, condition.op.value, condition.bound
