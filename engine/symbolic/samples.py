"""Values to try for what is not documented: some that nothing mentions, and where rules compare or compute with it, samples.

These are values at, beside and between what it is compared with, linear arithmetic undone, and dates so far from others as
rules ask for: that none of them does something does not show that no value does.
"""

from __future__ import annotations

import datetime
import decimal
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from itertools import chain, count, pairwise, product
from typing import TypeAlias

from kb.language.builtins import add_days, add_months
from kb.language.syntax import Builtin, Compare, Expr, Op
from kb.language.terms import INT_MAX, INT_MIN, Atom, Const, Date, Dec, Int, Str, Var, make_decimal

MOST_LANDMARKS = 20
"""How many values that others are compared with are looked at."""
MOST_NEEDED = 6
"""How many distances between dates, and how many dates, are looked at."""
BASES = tuple(datetime.date(year, 1, 1) for year in (1901, 1918, 1950, 1990, 2000))
"""Dates that nothing mentions."""
ROUND_AGES = (0, 1, 2, 5, 10, 12, 16, 17, 18, 19, 21, 30, 40, 50, 60, 65, 70, 80, 100)
ROUND_NUMBERS = (0, 1, 2, 3, 4, 5, 10, 18, 20, 40, 50, 60, 65, 80, 90, 96, 100, 1000)


class Unit(Enum):
    """What a number is where it comes from dates."""

    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"


_MEASURES: Mapping[str, tuple[int, Unit]] = {
    "age": (2, Unit.YEARS), "days_between": (2, Unit.DAYS), "add_days": (1, Unit.DAYS), "add_months": (1, Unit.MONTHS),
}  # fmt: skip
"""Of a built-in predicate, the argument that is a number, and what that is."""
Linear: TypeAlias = tuple[Mapping[Var, Fraction], Fraction]
"""A sum of multiples of variables, and a number."""


@dataclass(slots=True)
class Landmarks:
    """What the rules compare values with: numbers, and distances between dates."""

    numbers: dict[object, set[Fraction]] = field(default_factory=dict)
    """Of each variable of a rule."""
    distances: dict[Unit, set[int]] = field(default_factory=dict)
    """Those that rules name, by unit; a unit that only occurs has none."""

    def note(self, names: object, tests: Sequence[Compare | Builtin]) -> None:
        """Notes what the tests of one rule compare with; `names` tells its variables from those of others."""
        units: dict[Var, Unit] = {}
        for test in tests:
            if isinstance(test, Builtin) and test.name in _MEASURES:
                at, unit = _MEASURES[test.name]
                self.distances.setdefault(unit, set())
                match test.args[at]:
                    case Int(number):
                        self.distances[unit].add(number)
                    case Var() as var:
                        units[var] = unit
        known: dict[Var, Linear] = {}
        compares = [test for test in tests if isinstance(test, Compare)]
        for test in compares:
            value = linear(test.right, known) if test.op == "is" else None
            if value is not None and isinstance(test.left, Var) and test.left not in known and value[0]:
                known[test.left] = value
        for test in compares:
            left, right = linear(test.left, known), linear(test.right, known)
            if left is not None and right is not None:
                terms, rest = _sum(left, right, -1)
                for var, factor in terms.items():
                    self._compared(names, var, -rest / factor, units.get(var))

    def _compared(self, names: object, var: Var, limit: Fraction, unit: Unit | None) -> None:
        if unit is None:
            self.numbers.setdefault((names, var), set()).add(limit)
        else:
            self.distances[unit] |= {math.floor(limit), math.ceil(limit)}


def linear(expr: Expr, known: Mapping[Var, Linear]) -> Linear | None:
    """An expression as a sum of multiples of variables, those that are known replaced; None if it is none. A quotient is taken
    to be exact, and the greater, lesser or absolute value to be one of the values."""
    match expr:
        case Int(value) | Dec(value):
            return {}, Fraction(value)
        case Var():
            return known.get(expr, ({expr: Fraction(1)}, Fraction(0)))
        case Op(name, args):
            values = [linear(arg, known) for arg in args]
            left, right = values[0], values[-1]
            if left is None or right is None:
                return None
            match name:
                case "+" | "-" if len(args) > 1:
                    return _sum(left, right, 1 if name == "+" else -1)
                case "neg" | "-":
                    return _sum(({}, Fraction(0)), left, -1)
                case "*" if not left[0] or not right[0]:
                    return (
                        _sum(({}, Fraction(0)), right, left[1])
                        if not left[0]
                        else _sum(({}, Fraction(0)), left, right[1])
                    )
                case "//" if not right[0] and right[1]:
                    return _sum(({}, Fraction(0)), left, 1 / right[1])
                case "abs" | "min" | "max":
                    return left if left[0] else right
    return None


def _sum(one: Linear, other: Linear, times: Fraction | int) -> Linear:
    """One and so many times the other."""
    terms = dict(one[0])
    for var, factor in other[0].items():
        terms[var] = terms.get(var, Fraction(0)) + factor * times
    return {var: factor for var, factor in terms.items() if factor}, one[1] + other[1] * times


def landmarks_of(own: Iterable[Fraction], others: Iterable[Fraction]) -> list[Fraction]:
    """The numbers to look near to: a value's own, then others, the smaller first."""

    def ordered(each: Iterable[Fraction]) -> list[Fraction]:
        return sorted(each, key=lambda value: (abs(value), value))

    return list(dict.fromkeys([*ordered(own), *ordered(others)]))[:MOST_LANDMARKS]


def whole_numbers(marks: Sequence[Fraction], number: int) -> Iterator[Const]:
    """Whole numbers at and beside landmarks, so many that stand for themselves, and sums of two landmarks."""
    ends = [end for each in marks for end in dict.fromkeys((math.floor(each), math.ceil(each)))]
    near = [end + shift for end in ends for shift in (0, -1, 1)]
    plain = [base + offset for base in (1000, 1, 18, 90) for offset in range(number)]
    sums = [math.floor(one + sign * other) for one, other in product(marks[:MOST_NEEDED], repeat=2) for sign in (1, -1)]
    found = dict.fromkeys([*plain[:number], *near, *plain[number:], *(-each for each in near), *sums])
    yield from (Int(each) for each in found if INT_MIN <= each <= INT_MAX)


def decimals(marks: Sequence[Fraction], number: int) -> Iterator[Const]:
    """Decimals at, between and beside landmarks, and so many that stand for themselves."""
    line = sorted(marks)
    between = [(low + high) / 2 for low, high in pairwise(line)]
    ends = [line[0] - 1, line[-1] + 1] if line else []
    close = [each + shift for each in line for shift in (Fraction(-1, 100), Fraction(1, 100))]
    halves = [Fraction(2 * each + 1, 2) for each in range(number)]
    yield from filter(None, map(_decimal, [*line, *between, *ends, *halves, *close]))


def _decimal(value: Fraction) -> Dec | None:
    """The decimal of a number, in six places where it has more."""
    try:
        return make_decimal(decimal.Decimal(math.floor(value * 10**6)).scaleb(-6))
    except (decimal.Inexact, decimal.InvalidOperation, decimal.Overflow):
        return None


def texts(landmarks: Iterable[str], number: int) -> Iterator[Const]:
    """Strings at, between and beside landmarks, in standard order."""
    line = sorted(set(landmarks))[:MOST_LANDMARKS]
    between = [each + end for each in line for end in (" ", "a")]
    first = ["", "!"] if line else []
    last = [each + "zzz" for each in line[-1:]]
    plain = ["m" * length for length in range(1, number + 1)]
    yield from map(Str, dict.fromkeys([*line, *between, *first, *last, *plain]))


def dates(known: Iterable[datetime.date], landmarks: Landmarks, years: Iterable[int]) -> Iterator[Date]:
    """Dates that nothing mentions, and those at, beside and so far from some dates as rules ask for; `years` are used as
    distances too where rules take ages."""
    line = sorted(set(known))
    bases = [*line[-3:], *line[:3]][:MOST_NEEDED]
    found = dict.fromkeys(map(Date, BASES))
    found |= dict.fromkeys(dates_apart((*BASES[-1:], *bases), (0,), (0, -1, 1)))
    for base in (*bases, *BASES[-1:]):
        for unit in landmarks.distances:
            own = sorted(landmarks.distances[unit], key=abs)[:MOST_NEEDED]
            more = sorted(each for each in years if 0 < each < 200)[:MOST_NEEDED] if unit is Unit.YEARS else ()
            signed = [sign * each for each in dict.fromkeys((*own, *more)) for sign in (-1, 1)]
            found |= dict.fromkeys(chain.from_iterable(_at(base, unit, each) for each in signed))
    yield from found


def _at(base: datetime.date, unit: Unit, distance: int) -> Iterator[Date]:
    """The dates at a distance from another, a day before and a day after that."""
    day = (
        add_days(base, distance)
        if unit is Unit.DAYS
        else add_months(base, distance * (12 if unit is Unit.YEARS else 1))
    )
    for shift in (0, -1, 1):
        shifted = add_days(day, shift) if day else None
        if shifted:
            yield Date(shifted)


def dates_apart(days: Iterable[datetime.date], years: Iterable[int], more_days: Iterable[int] = (0,)) -> Iterator[Date]:
    """The dates that are so many years, and so many days, after some days; before them if the numbers are negative."""
    for day, number, shift in product(days, years, more_days):
        moved = add_months(day, 12 * number)
        shifted = add_days(moved, shift) if moved else None
        if shifted:
            yield Date(shifted)


def unmentioned(type_: str, first: int = 1000, name: str = "undocumented ") -> Iterator[Const]:
    """Ever further individuals of a type: days from 1901 on, integers from the first on, or so many names."""
    for number in count():
        match type_:
            case "date":
                yield Date(datetime.date(1901, 1, 1) + datetime.timedelta(days=number))
            case "integer":
                yield Int(first + number)
            case "string":
                yield Str(f"{name}{number}")
            case "decimal":
                yield make_decimal(decimal.Decimal(first + number) + decimal.Decimal("0.5"))
            case _:  # any other type has names
                yield Atom(f"{name}{number}")


def round_values(type_: str, day: datetime.date) -> tuple[Const, ...]:
    """The values that tell answers apart where no rule is looked at: dates by round ages on a day, or round numbers.

    An interview asks so: its questions are to be the same whatever the rules compare with. A search for facts takes samples close
    to what is compared instead, as its sets are to be exact at a limit.
    """
    if type_ == "date":
        return tuple(dates_apart((day,), [-age for age in ROUND_AGES]))
    return tuple(map(Int, ROUND_NUMBERS))
