"""Bounds that sets of missing facts state for what they leave open, as read from JSON, and values at their ends to try."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from explain.verify.values import fresh_beside
from explain.words.bounds import Bounded, Interval, Separate, Together, ValueBound, said
from explain.words.phrases import one_line
from explain.words.values import constant
from kb.language.syntax import AtomF
from kb.language.terms import INT_MAX, INT_MIN, Atom, Const, Date, Dec, Int, Str, Var, make_decimal, order_key
from kb.language.traversal import variables

_COMPARISONS = ("<", "=<", "=", "\\=", ">=", ">")
_CLOSE = 6
"""How many digits more than an end of decimals one beside it has."""
_FAR = 1_000_000
"""How far from one end numbers are tried where there is no other end."""
_FAR_DAYS = 36_500
"""The same of dates."""


def read_bounds(data: object, atom: AtomF) -> tuple[Bounded, ...] | None:
    """The bounds that JSON data states beside a fact; None if it is not what would be written."""
    if not isinstance(data, list) or not data:
        return None
    is_alone = len(variables(atom.args)) == 1
    found: list[Bounded] = []
    for each in data:
        bound = _bound(each) if isinstance(each, dict) else None
        if bound is None or each.get("text") != one_line(said(bound, is_alone=is_alone)):
            return None
        found.append(bound)
    return tuple(found)


def _bound(data: Mapping[str, object]) -> Bounded | None:
    if data.keys() == {"variable", "intervals", "text"}:
        parts = data["intervals"] if isinstance(data["intervals"], list) else []
        intervals = [_interval(each) for each in parts]
        if not isinstance(data["variable"], str) or not intervals or None in intervals:
            return None
        return ValueBound(Var(data["variable"]), tuple(filter(None, intervals)))
    if data.keys() == {"separate", "text"}:
        names = data["separate"] if isinstance(data["separate"], list) else []
        are_names = len(names) > 1 and all(isinstance(each, str) for each in names) and names == sorted(set(names))
        return Separate(tuple(map(Var, names))) if are_names else None
    if data.keys() != {"sum", "comparison", "number", "dates", "text"}:
        return None
    terms, number = data["sum"], data["number"]
    are_terms = isinstance(terms, list) and all(
        isinstance(each, list) and len(each) == 2 and type(each[0]) is int and each[0] and isinstance(each[1], str)
        for each in terms
    )
    if not are_terms or not isinstance(number, str) or not isinstance(data["dates"], bool):
        return None
    try:
        bound = Fraction(number)
    except (ValueError, ZeroDivisionError):
        return None
    op = data["comparison"]
    if str(bound) != number or not isinstance(op, str) or op not in _COMPARISONS or not isinstance(terms, list):
        return None
    if data["dates"] and (bound.denominator > 1 or op in ("<", ">")):
        return None
    return Together(tuple((factor, Var(name)) for factor, name in terms), op, bound, data["dates"])


def _interval(data: object) -> Interval | None:
    if not isinstance(data, dict) or data.keys() != {"from", "from_included", "to", "to_included"}:
        return None
    if not isinstance(data["from_included"], bool) or not isinstance(data["to_included"], bool):
        return None
    low, high = (None if data[key] is None else constant(data[key]) for key in ("from", "to"))
    if (low is None) != (data["from"] is None) or (high is None) != (data["to"] is None) or low is high is None:
        return None
    return Interval(low, data["from_included"], high, data["to_included"])


def inside(interval: Interval) -> Iterator[Const]:
    """Values at the ends of an interval, as close as they can be, and far away where it goes on."""
    for end, is_in, step in ((interval.low, interval.is_low_in, 1), (interval.high, interval.is_high_in, -1)):
        if end is not None:
            yield from (end,) if is_in else _beside(end, step)
            if interval.low is None or interval.high is None:
                yield from _far(end, step)


def outside(interval: Interval) -> Iterator[Const]:
    """The values just beyond the ends of an interval."""
    for end, is_in, step in ((interval.low, interval.is_low_in, -1), (interval.high, interval.is_high_in, 1)):
        if end is not None:
            yield from _beside(end, step) if is_in else (end,)


def _beside(end: Const, step: int) -> Iterator[Const]:
    match end:
        case Int(value):
            yield Int(value + step)
        case Dec(number):
            yield make_decimal(number + Decimal(step).scaleb(min(0, int(number.as_tuple().exponent)) - _CLOSE))
        case Date(day):
            if datetime.date.min < day < datetime.date.max:
                yield Date(day + datetime.timedelta(step))
        case Str(text) if step > 0:
            yield Str(text + "!")
        case Atom(name) if step > 0:
            yield Atom(name + "!")
        case Str() | Atom():
            return


def _far(end: Const, step: int) -> Iterator[Const]:
    match end:
        case Int(value) if INT_MIN + _FAR < value < INT_MAX - _FAR:
            yield Int(value + step * _FAR)
        case Dec(number):
            yield make_decimal(number + step * _FAR)
        case Date(day):
            moved = day.toordinal() + step * _FAR_DAYS
            if datetime.date.min.toordinal() < moved < datetime.date.max.toordinal():
                yield Date(datetime.date.fromordinal(moved))
        case Int() | Str() | Atom():
            return


def is_within(value: Const, bound: ValueBound) -> bool:
    """Whether a value lies in one of the intervals."""
    for each in bound.intervals:
        low = None if each.low is None else order_key(each.low)[:2]
        high = None if each.high is None else order_key(each.high)[:2]
        own = order_key(value)[:2]
        is_above = low is None or own > low or (each.is_low_in and own == low)
        is_below = high is None or own < high or (each.is_high_in and own == high)
        if is_above and is_below:
            return True
    return False


def candidates(bounds: Iterable[Bounded], kinds: Mapping[Var, str], taken: Collection[Const]) -> dict[Var, list[Const]]:
    """Values to try for variables: those at the ends of their intervals, and those that have to do with values of others; where there
    is nothing of both, one that nothing mentions, none of those that are `taken`."""
    several = tuple(bounds)
    found: dict[Var, list[Const]] = {var: [] for var in kinds}
    for each in several:
        if isinstance(each, ValueBound) and each.variable in found:
            found[each.variable] += [value for part in each.intervals for value in inside(part)]
    for index, (var, kind) in enumerate(kinds.items()):
        found[var] = found[var] or fresh_beside(kind, index + 1, taken)[index : index + 1]
    for each in several:
        if isinstance(each, Together) and len(each.terms) == 2 and all(abs(factor) == 1 for factor, _ in each.terms):
            (one, first), (other, second) = each.terms
            if first in found and second in found:
                found[second] += [
                    moved for value in found[first][:4] for moved in _solving(value, one, other, each.bound)
                ]
                found[first] += [
                    moved for value in found[second][:4] for moved in _solving(value, other, one, each.bound)
                ]
    return {var: list(dict.fromkeys(values)) for var, values in found.items()}


def _solving(value: Const, own: int, other: int, bound: Fraction) -> Iterator[Const]:
    """Values with which a sum of two is a number, one more or one less."""
    for step in (0, 1, -1):
        number = (bound + step - own * Fraction(value.value.toordinal() if isinstance(value, Date) else 0)) / other
        match value:
            case Date() if datetime.date.min.toordinal() <= number <= datetime.date.max.toordinal():
                yield Date(datetime.date.fromordinal(int(number)))
            case Int(known):
                yield Int(int((bound + step - own * known) / other))
            case Dec(decimal):
                exact = (bound + step - own * Fraction(decimal)) / other
                yield make_decimal(Decimal(exact.numerator) / Decimal(exact.denominator))
            case _:
                return
