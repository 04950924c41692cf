"""Values that are tried for what a set of missing facts leaves open: some that nothing mentions, and some near to what the
program and the case mention."""

from __future__ import annotations

import datetime
import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import count, islice, pairwise, product

from kb.language.builtins import add_days, add_months
from kb.language.terms import INT_MAX, INT_MIN, Atom, Const, Date, Dec, Int, Str, make_decimal, order_key

MOST_NEAR = 2_500
"""So many values, or choices of several, are tried for what a set leaves open."""
MOST_MARKS = 12
"""Of more numbers than these, the smaller ones are looked near to."""
SAMPLES = ((1000, 1950), (1, 2020), (18, 1900))
"""Numbers and years that stand for values that nothing mentions, one pair after the other."""
KINDS = {"integer": Int, "decimal": Dec, "date": Date, "string": Str}
"""The types of values that can be computed with; those of all others are atoms."""


def fresh(kind: str, sample: tuple[int, int], number: int, taken: Collection[Const] = ()) -> list[Const]:
    """Values of a type that nothing mentions: none of those that are `taken`."""
    return list(islice((each for each in _unmentioned(kind, sample) if each not in taken), number))


def _unmentioned(kind: str, sample: tuple[int, int]) -> Iterator[Const]:
    first = datetime.date(sample[1], 1, 1)
    for step in count():
        match kind:
            case "integer":
                yield Int(sample[0] + step)
            case "decimal":
                yield make_decimal(Decimal(sample[0] + step) + Decimal("0.5"))
            case "string":
                yield Str(f"undocumented {step}")
            case "date":
                yield Date(first + datetime.timedelta(step))
            case _:
                yield Atom(f"undocumented_{step}")


def fresh_beside(kind: str, number: int, taken: Collection[Const] = ()) -> list[Const]:
    """Values that nothing mentions, in ascending order; of decimals also those that are equal to integers among them."""
    whole = [make_decimal(Decimal(SAMPLES[0][0] + each)) for each in range(number)] if kind == "decimal" else []
    return [*fresh(kind, SAMPLES[0], number, taken), *whole]


def near(kind: str, mentioned: Iterable[Const]) -> Iterator[Const]:
    """Values of a kind at, beside and between some constants, and at what is computed of two of them."""
    found = sorted(mentioned, key=order_key)
    numbers = sorted({Fraction(each.value) for each in found if isinstance(each, Int | Dec)}, key=abs)[:MOST_MARKS]
    match kind:
        case "integer" | "decimal":
            yield from _near_numbers(kind, numbers)
        case "string":
            yield from map(Str, _near_texts(each.value for each in found if isinstance(each, Str)))
        case "date":
            yield from _near_dates([each.value for each in found if isinstance(each, Date)], numbers)
        case "any":
            yield from (each for other in ("integer", "decimal", "string", "date") for each in near(other, found))
        case _:
            yield from map(Atom, _near_texts(each.name for each in found if isinstance(each, Atom)))


def _near_numbers(kind: str, numbers: Sequence[Fraction]) -> Iterator[Const]:
    pairs = list(product(numbers, repeat=2))
    marks = [*numbers, *((one + other) / 2 for one, other in pairwise(sorted(numbers)))]
    marks += [each for one, two in pairs for each in (one - two, one + two, *((one / two,) if two else ()))]
    marks += [one * two for one, two in pairs]
    marks += [Fraction(INT_MAX), Fraction(INT_MIN)]
    least = Fraction(1, 10**6)
    for shift in (0, -1, 1) if kind == "integer" else (0, -1, 1, least, -least):
        for mark in dict.fromkeys(marks):
            if kind == "integer" and INT_MIN <= mark + shift <= INT_MAX:
                yield Int(math.floor(mark + shift))
            elif kind == "decimal" and abs(mark) < 10**12:
                yield make_decimal(Decimal(math.floor((mark + shift) * 10**6)).scaleb(-6))


def _near_texts(texts: Iterable[str]) -> Iterator[str]:
    """Texts before all others but the empty one, then those right after some."""
    yield from ("", " ", "  ", "   ")
    yield from (each + end for each in texts for end in ("", " ", "a", "zzz"))


def _near_dates(found: Sequence[datetime.date], numbers: Sequence[Fraction]) -> Iterator[Const]:
    days = [*found[-6:]] or [datetime.date(1990, 1, 1)]
    apart = [math.floor(each) for each in numbers if each > 0] + [1]
    for shift, day, many, sign in product((0, -1, 1), days, apart, (1, -1)):
        moved = [add_days(day, sign * many), add_months(day, sign * many), add_months(day, sign * many * 12)]
        shifted = (add_days(each, shift) for each in (day, *moved) if each is not None)
        yield from (Date(each) for each in shifted if each is not None)


def choices_among(options: Sequence[Sequence[Const]]) -> Iterator[tuple[Const, ...]]:
    """Choices of one value of each list: all of one list beside the first of the others, then all of the first few of each."""
    first = [values[0] for values in options]
    for index, values in enumerate(options):
        yield from ((*first[:index], value, *first[index + 1 :]) for value in values)
    if len(options) > 1:
        most = max(2, round(MOST_NEAR ** (1 / len(options))))
        yield from product(*(values[:most] for values in options))
