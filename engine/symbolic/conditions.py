"""What tests say of values that are not known: conditions, each a sum of multiples of unknown values beside a number.

Integers and decimals stand for themselves, dates for their day numbers, strings and names for their place among those that are
known. So nothing is tried out: a condition speaks of all values at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from fractions import Fraction
from types import MappingProxyType
from typing import TypeAlias

from msgspec import Struct


class Kind(Enum):
    """What a value that is not known is."""

    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    STRING = "string"
    NAME = "name"

    __hash__ = object.__hash__

    @property
    def is_whole(self) -> bool:
        """Whether there is nothing between one value and the next."""
        return self in (Kind.INTEGER, Kind.DATE)

    @property
    def is_number(self) -> bool:
        """Whether one can compute with values."""
        return self in (Kind.INTEGER, Kind.DECIMAL)

    @property
    def is_text(self) -> bool:
        """Whether values stand for places in an order, as they are no numbers."""
        return self in (Kind.STRING, Kind.NAME)


class Op(Enum):
    """How a sum compares with a number."""

    LESS = "<"
    AT_MOST = "=<"
    EQUAL = "="
    OTHER = "\\="
    AT_LEAST = ">="
    MORE = ">"

    __hash__ = object.__hash__

    @property
    def mirrored(self) -> Op:
        """The same of both sides' opposites."""
        return _MIRRORED.get(self, self)

    @property
    def denied(self) -> Op:
        """What holds where this does not."""
        return _DENIED[self]

    def holds(self, left: Fraction, right: Fraction) -> bool:
        """Whether it is so of two numbers."""
        match self:
            case Op.LESS:
                return left < right
            case Op.AT_MOST:
                return left <= right
            case Op.EQUAL:
                return left == right
            case Op.OTHER:
                return left != right
            case Op.AT_LEAST:
                return left >= right
            case Op.MORE:
                return left > right


_MIRRORED: Mapping[Op, Op] = MappingProxyType(
    {Op.LESS: Op.MORE, Op.MORE: Op.LESS, Op.AT_MOST: Op.AT_LEAST, Op.AT_LEAST: Op.AT_MOST}
)
_DENIED: Mapping[Op, Op] = MappingProxyType(
    {
        Op.LESS: Op.AT_LEAST, Op.AT_LEAST: Op.LESS, Op.AT_MOST: Op.MORE, Op.MORE: Op.AT_MOST, Op.EQUAL: Op.OTHER,
        Op.OTHER: Op.EQUAL,
    }
)  # fmt: skip


class Condition(Struct, frozen=True, cache_hash=True):
    """A sum of multiples of unknown values compares so with a number. The factors are whole and have no common divisor, the
    first is positive; of whole values alone nothing is strict."""

    op: Op
    factors: tuple[int, ...]
    bound: Fraction
    unknowns: tuple[int, ...]
    is_of_range: bool = False
    """Whether it only says that there is such a value at all, as that there is no day after the year 9999."""


Conjunction: TypeAlias = tuple[Condition, ...]
Alternatives: TypeAlias = tuple[Conjunction, ...]
"""Conditions of which some are to hold together: none at all always hold, no alternatives never do."""
ALWAYS: Alternatives = ((),)
NEVER: Alternatives = ()


class Sum(Struct, frozen=True, cache_hash=True):
    """A value: a number, and multiples of unknown values, each by its number."""

    kind: Kind
    terms: tuple[tuple[int, Fraction], ...]
    rest: Fraction

    def times(self, factor: Fraction) -> Sum:
        """So many times this."""
        terms = tuple((unknown, each * factor) for unknown, each in self.terms) if factor else ()
        return Sum(self.kind, terms, self.rest * factor)

    def plus(self, other: Sum, factor: int = 1, kind: Kind | None = None) -> Sum:
        """This and so many times another."""
        terms = dict(self.terms)
        for unknown, each in other.terms:
            terms[unknown] = terms.get(unknown, Fraction(0)) + each * factor
        left = tuple((unknown, each) for unknown, each in terms.items() if each)
        return Sum(kind or self.kind, left, self.rest + other.rest * factor)


def compared(
    left: Sum, op: Op, right: Sum, kinds: Mapping[int, Kind], *, is_of_range: bool = False
) -> bool | Condition:
    """Whether two values compare so: known, or the condition for it."""
    difference = left.plus(right, -1)
    if not difference.terms:
        return op.holds(difference.rest, Fraction(0))
    whole = math.lcm(*(each.denominator for _, each in difference.terms))
    factors = [int(each * whole) for _, each in difference.terms]
    divisor = math.gcd(*factors) * (1 if factors[0] > 0 else -1)
    op = op if divisor > 0 else op.mirrored
    bound = -difference.rest * whole / divisor
    unknowns = tuple(unknown for unknown, _ in difference.terms)
    if all(kinds[each].is_whole for each in unknowns):
        match op:
            case Op.EQUAL | Op.OTHER if bound.denominator > 1:
                return op is Op.OTHER
            case Op.LESS:
                op, bound = Op.AT_MOST, Fraction(math.ceil(bound) - 1)
            case Op.AT_MOST:
                bound = Fraction(math.floor(bound))
            case Op.AT_LEAST:
                bound = Fraction(math.ceil(bound))
            case Op.MORE:
                op, bound = Op.AT_LEAST, Fraction(math.floor(bound) + 1)
            case Op.EQUAL | Op.OTHER:
                pass
    elif len(unknowns) == 1 and op in (Op.EQUAL, Op.OTHER) and not is_decimal(bound):
        return op is Op.OTHER
    return Condition(op, tuple(each // divisor for each in factors), bound, unknowns, is_of_range)


def is_decimal(number: Fraction) -> bool:
    """Whether a number has an end as a decimal."""
    rest = number.denominator
    for factor in (2, 5):
        while rest % factor == 0:
            rest //= factor
    return rest == 1


def denied(condition: Condition, kinds: Mapping[int, Kind]) -> Condition:
    """The condition that holds where another does not."""
    terms = tuple(
        (unknown, Fraction(each)) for unknown, each in zip(condition.unknowns, condition.factors, strict=True)
    )
    zero = Fraction(0)
    found = compared(
        Sum(Kind.DECIMAL, terms, zero), condition.op.denied, Sum(Kind.DECIMAL, (), condition.bound), kinds,
        is_of_range=condition.is_of_range,
    )  # fmt: skip
    assert isinstance(found, Condition)  # its bound is one that it can have
    return found


# --- regions: what is left of one value where conditions hold together ------------------------------------------------


class Limit(Struct, frozen=True):
    """One end of a range: the number, and whether it belongs to it."""

    at: Fraction
    is_in: bool


class Range(Struct, frozen=True):
    """The values between two ends; without an end it goes on."""

    low: Limit | None = None
    high: Limit | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is no number in it."""
        if self.low is None or self.high is None or self.low.at < self.high.at:
            return False
        return self.low.at > self.high.at or not (self.low.is_in and self.high.is_in)


class _Row(Struct, frozen=True):
    """A sum of multiples that is at most a number, or less."""

    factors: tuple[tuple[int, Fraction], ...]
    bound: Fraction
    is_strict: bool


MOST_ROWS = 400
"""Of how many inequalities the projection on one value is worked out."""


def projected(conditions: Iterable[Condition], unknown: int | None, kinds: Mapping[int, Kind]) -> Range | None:
    """The values that one unknown can have where conditions hold together, an empty range if they cannot; by Fourier and
    Motzkin, with whole values rounded. Without an unknown, whether they can. None if that takes too long. That a value is another
    than a number is left out, as it ends no range."""
    rows: set[_Row] = set()
    for each in conditions:
        for row in _rows(each):
            rows.add(_tightened(row, kinds))
    others = {each for row in rows for each, _ in row.factors if each != unknown}
    while others:
        chosen = min(others, key=lambda each: (_pairs(rows, each), each))
        others.remove(chosen)
        rows = _without(rows, chosen, kinds)
        if len(rows) > MOST_ROWS:
            return None
    low: Limit | None = None
    high: Limit | None = None
    for row in rows:
        if not row.factors:
            if row.bound < 0 or (row.is_strict and row.bound == 0):
                return Range(Limit(Fraction(1), True), Limit(Fraction(0), True))
            continue
        ((_, factor),) = row.factors
        end = Limit(row.bound / factor, not row.is_strict)
        if factor > 0 and (high is None or (end.at, end.is_in) < (high.at, high.is_in)):
            high = end
        elif factor < 0 and (low is None or (-end.at, end.is_in) < (-low.at, low.is_in)):
            low = end
    return Range(low, high)


def _rows(condition: Condition) -> Iterator[_Row]:
    factors = tuple(
        (unknown, Fraction(each)) for unknown, each in zip(condition.unknowns, condition.factors, strict=True)
    )
    opposite = tuple((unknown, -each) for unknown, each in factors)
    if condition.op in (Op.LESS, Op.AT_MOST, Op.EQUAL):
        yield _Row(factors, condition.bound, condition.op is Op.LESS)
    if condition.op in (Op.MORE, Op.AT_LEAST, Op.EQUAL):
        yield _Row(opposite, -condition.bound, condition.op is Op.MORE)


def _pairs(rows: Iterable[_Row], unknown: int) -> int:
    signs = [factor > 0 for row in rows for each, factor in row.factors if each == unknown]
    return signs.count(True) * signs.count(False)


def _without(rows: Iterable[_Row], unknown: int, kinds: Mapping[int, Kind]) -> set[_Row]:
    """The inequalities that follow for the others."""
    kept: set[_Row] = set()
    above: list[tuple[Fraction, _Row]] = []
    below: list[tuple[Fraction, _Row]] = []
    for row in rows:
        factor = dict(row.factors).get(unknown)
        if factor is None:
            kept.add(row)
        else:
            (above if factor > 0 else below).append((abs(factor), row))
    for upper, one in above:
        for lower, other in below:
            sums: dict[int, Fraction] = {}
            for factor, row in ((1 / upper, one), (1 / lower, other)):
                for each, own in row.factors:
                    sums[each] = sums.get(each, Fraction(0)) + own * factor
            factors = tuple((each, own) for each, own in sorted(sums.items()) if own)
            bound = one.bound / upper + other.bound / lower
            kept.add(_tightened(_Row(factors, bound, one.is_strict or other.is_strict), kinds))
    return kept


def _tightened(row: _Row, kinds: Mapping[int, Kind]) -> _Row:
    """The inequality with factors that have no common divisor; of whole values, with a whole bound."""
    if not row.factors:
        return row
    whole = Fraction(math.lcm(*(each.denominator for _, each in row.factors)))
    factor = whole / math.gcd(*(int(each * whole) for _, each in row.factors))
    factors = tuple((unknown, each * factor) for unknown, each in sorted(row.factors))
    bound, is_strict = row.bound * factor, row.is_strict
    if all(kinds[unknown].is_whole for unknown, _ in factors):
        bound, is_strict = Fraction(math.ceil(bound) - 1 if is_strict else math.floor(bound)), False
    return _Row(factors, bound, is_strict)


def united(ranges: Iterable[Range], *, are_whole: bool) -> tuple[Range, ...]:
    """Ranges in ascending order, those that overlap or meet put together."""
    found: list[Range] = []
    for each in sorted((each for each in ranges if not each.is_empty), key=_low_key):
        if found and _touch(found[-1], each, are_whole):
            found[-1] = Range(found[-1].low, max(found[-1].high, each.high, key=_high_key))
        else:
            found.append(each)
    return tuple(found)


def _low_key(each: Range) -> tuple[object, ...]:
    return (0,) if each.low is None else (1, each.low.at, not each.low.is_in)


def _high_key(end: Limit | None) -> tuple[object, ...]:
    return (1,) if end is None else (0, end.at, end.is_in)


def _touch(one: Range, other: Range, are_whole: bool) -> bool:
    if one.high is None or other.low is None:
        return True
    gap = other.low.at - one.high.at
    return gap < 0 or (gap == 0 and (one.high.is_in or other.low.is_in)) or (are_whole and gap <= 1)
