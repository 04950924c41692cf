"""Bounds of values that would do, and words for them: "300 or more", "from 6.5 to 9.0", "on or before 2025-03-01", "A is 30 days or
more after B"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from explain.words.phrases import say
from kb.language.printer import show_term
from kb.language.terms import Const, Date, Term, Var

if TYPE_CHECKING:  # what a bound is given as; importing it takes as long as all else here
    from fractions import Fraction

_OPPOSITES = {"<": ">", "=<": ">=", ">": "<", ">=": "=<", "=": "=", "\\=": "\\="}


class Interval(Struct, frozen=True):
    """The values from one to another, each of which belongs to them or not; without one they go on."""

    low: Const | None = None
    is_low_in: bool = True
    high: Const | None = None
    is_high_in: bool = True

    @property
    def words(self) -> str:
        """The values, in words.

        >>> from kb.language.terms import Int
        >>> Interval(Int(300)).words, Interval(Int(3), True, Int(14)).words, Interval(Int(5), True, Int(5)).words
        ('300 or more', 'from 3 to 14', '5')
        """
        dated = "_date" if isinstance(self.low or self.high, Date) else ""
        first, last = ("" if each is None else show_term(each) for each in (self.low, self.high))
        if self.low is not None and self.low == self.high:
            return first
        if self.is_low_in and self.is_high_in and first and last:
            return say("bound_between", first, last)
        least, most = (
            "bound_least" if self.is_low_in else "bound_above",
            "bound_most" if self.is_high_in else "bound_below",
        )
        ends = [say(key + dated, each) for key, each in ((least, first), (most, last)) if each]
        return say("and").join(ends)


class ValueBound(Struct, frozen=True):
    """Where the value of a variable has to lie: in one of some intervals, in ascending order."""

    variable: Var
    intervals: tuple[Interval, ...]

    @property
    def variables(self) -> set[Var]:
        """What it is about."""
        return {self.variable}

    def renamed(self, names: Mapping[Var, Term]) -> ValueBound:
        """The same of a variable that has another name."""
        return ValueBound(_renamed(self.variable, names), self.intervals)


class Together(Struct, frozen=True):
    """What has to hold of the values of several variables: a sum of multiples of them compares so with a number. Dates stand for
    their day numbers."""

    terms: tuple[tuple[int, Var], ...]
    op: str
    bound: Fraction
    are_dates: bool

    @property
    def variables(self) -> set[Var]:
        """What it is about."""
        return {var for _, var in self.terms}

    def renamed(self, names: Mapping[Var, Term]) -> Together:
        """The same of variables that have other names."""
        terms = tuple((factor, _renamed(var, names)) for factor, var in self.terms)
        return Together(terms, self.op, self.bound, self.are_dates)


class Separate(Struct, frozen=True):
    """What is told of the values of several variables is told of each by itself: which of them go together is not."""

    of: tuple[Var, ...]

    @classmethod
    def of_all(cls, variables: Iterable[Var]) -> Separate:
        """The same of some variables, in the order of their names."""
        return cls(tuple(sorted(variables, key=lambda var: var.name)))

    @property
    def variables(self) -> set[Var]:
        """What it is about."""
        return set(self.of)

    def renamed(self, names: Mapping[Var, Term]) -> Separate:
        """The same of variables that have other names."""
        return Separate.of_all(_renamed(var, names) for var in self.of)


Bounded: TypeAlias = ValueBound | Together | Separate


def _renamed(var: Var, names: Mapping[Var, Term]) -> Var:
    name = names.get(var, var)
    return name if isinstance(name, Var) else var


def said(bound: Bounded, *, is_alone: bool, names: Mapping[Var, str] = MappingProxyType({})) -> str:
    """A bound in words; the variable is left out where it is the only one. Variables go by their own names where they have no
    others."""

    def name(var: Var) -> str:
        return names.get(var, var.name)

    match bound:
        case ValueBound(variable, intervals):
            words = f" {say('or')} ".join(each.words for each in intervals)
            return words if is_alone else say("where_bound", name(variable), words)
        case Together(terms, op, number, are_dates):
            return together([(factor, name(var)) for factor, var in terms], op, number, are_dates=are_dates)
        case Separate(of):
            return say("bounds_separate", say("and").join(map(name, of)))


def together(terms: Sequence[tuple[int, str]], op: str, bound: Fraction, *, are_dates: bool) -> str:
    """How a sum of multiples of variables compares with a number, in words; dates stand for their day numbers.

    >>> from fractions import Fraction
    >>> together([(1, "A"), (-1, "B")], ">=", Fraction(30), are_dates=True)
    'A is 30 days or more after B'
    >>> together([(1, "A"), (-1, "B")], "=<", Fraction(-1), are_dates=True)
    'B is after A'
    >>> together([(1, "A"), (1, "B")], ">", Fraction(5, 2), are_dates=False)
    'A + B > 2.5'
    """
    if sorted(factor for factor, _ in terms) == [-1, 1]:
        one, other = sorted(terms, reverse=True)
        if op in ("=<", "<", "=") and bound <= 0 and not (op == "=" and bound == 0):
            one, other, op, bound = other, one, _OPPOSITES[op], -bound
        if are_dates:
            return _dates(one[1], op, other[1], int(bound))
        if bound == 0:
            return f"{one[1]} {op} {other[1]}"
        sign = "+" if bound > 0 else "-"
        return f"{one[1]} {op} {other[1]} {sign} {_number(abs(bound))}"
    shown = ""
    for factor, name in terms:
        size = name if abs(factor) == 1 else f"{abs(factor)} * {name}"
        shown += (f" {'+' if factor > 0 else '-'} " if shown else "" if factor > 0 else "-") + size
    return f"{shown} {op} {_number(bound)}"


def _dates(one: str, op: str, other: str, days: int) -> str:
    match op, days:
        case ("=", 0) | ("\\=", 0):
            return say("same_day" if op == "=" else "other_day", one, other)
        case ">=", 0:
            return say("on_or_after", one, other)
        case ">=", 1:
            return say("after", one, other)
        case _:
            return say(
                {">=": "days_or_more", "=<": "days_or_less", "=": "days_exactly", "\\=": "days_not"}[op],
                one,
                days,
                other,
            )


def _number(number: Fraction) -> str:
    if number.denominator == 1:
        return str(number.numerator)
    return f"{float(number):g}"
