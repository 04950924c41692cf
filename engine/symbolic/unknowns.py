"""Values that are not known and rules compare or compute with: what each is, what is computed of it, and when two compare so.

A value that is not known has a number as constants do. What is computed of it is a sum of multiples, a part of one (`//`), or
goes up or down with one (an age, a date some months later).
"""

from __future__ import annotations

import datetime
import decimal
import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property

from msgspec import Struct, field

from engine.backends.rows import Interner, Key, Row
from engine.symbolic.conditions import (
    ALWAYS,
    NEVER,
    Alternatives,
    Condition,
    Conjunction,
    Kind,
    Op,
    Sum,
    compared,
    is_decimal,
)
from engine.symbolic.steps import FIRST_DAY, LAST_DAY, Steps
from kb.language.builtins import COMPARISONS, By
from kb.language.syntax import Pred
from kb.language.terms import (
    EXACT,
    INT_MAX,
    INT_MIN,
    Atom,
    Const,
    Date,
    Dec,
    Int,
    Str,
    make_decimal,
    order_key,
)

GAP = 1_000
"""How many places there are between two texts that are known."""
MOST_ANCHORS = 3
"""How many of the first and of the last days that are mentioned are looked at where not all days are."""
ANY_DAY = datetime.date(1999, 9, 9)
MOST_STEPS = 12_000
"""Of how many steps a value that goes up or down with another is spelled out, where it stands in a sum."""
OPS: Mapping[str, Op] = {
    "=": Op.EQUAL, "==": Op.EQUAL, "\\=": Op.OTHER, "\\==": Op.OTHER, "<": Op.LESS, "=<": Op.AT_MOST, ">": Op.MORE,
    ">=": Op.AT_LEAST, "=:=": Op.EQUAL, "=\\=": Op.OTHER, "@<": Op.LESS, "@=<": Op.AT_MOST, "@>": Op.MORE,
    "@>=": Op.AT_LEAST,
}  # fmt: skip
_RANKS: Mapping[Kind, int] = {Kind.DECIMAL: 0, Kind.INTEGER: 0, Kind.STRING: 1, Kind.NAME: 2, Kind.DATE: 3}
"""The standard order of constants of different kinds."""
EXAMPLES: Mapping[Kind, Const] = {
    Kind.INTEGER: Int(0), Kind.DECIMAL: Dec(decimal.Decimal("0.5")), Kind.DATE: Date(datetime.date(2000, 1, 1)),
    Kind.STRING: Str(""), Kind.NAME: Atom("a"),
}  # fmt: skip
"""A constant of each kind."""


class Unknowns(Struct, dict=True):
    """The values that are not known, by their numbers among constants."""

    interner: Interner
    kinds: dict[int, Kind] = field(default_factory=dict)
    """What each is, those that are computed among them."""
    groups: dict[int, int] = field(default_factory=dict)
    """Of each that stands for itself the group of arguments that have it: in one group no two are the same."""
    places: dict[tuple[Pred, int], int] = field(default_factory=dict)
    """The groups of arguments of predicates."""
    named: dict[int, frozenset[int]] = field(default_factory=dict)
    """Of each group the constants that a value which is not known is none of."""
    computed: dict[int, Sum] = field(default_factory=dict)
    steps: dict[int, Steps] = field(default_factory=dict)
    spelled_out: dict[int, tuple[tuple[Condition, Condition], ...]] = field(default_factory=dict)
    """For values that go in steps, and stand in a sum: pairs of conditions of which both hold or neither."""
    always: dict[int, Conjunction] = field(default_factory=dict)
    """For parts of values what they are."""
    has_passed_over: bool = False
    """Whether something was computed of what is not known that is not looked at."""
    _numbers: dict[object, int] = field(default_factory=dict)
    _known: int = 0
    """How many constants there were before any other was numbered."""
    _sorted: dict[Kind, list[str]] = field(default_factory=dict)

    @classmethod
    def beside(cls, interner: Interner, known: int | None = None) -> Unknowns:
        """Values beside the constants that are known, the first so many or all that have a number; texts have their places among
        these."""
        return cls(interner, _known=len(interner.constants) if known is None else known)

    def _texts(self, kind: Kind) -> list[str]:
        """The texts of a kind that are known, in order."""
        if kind not in self._sorted:
            of, known = (Str if kind is Kind.STRING else Atom), self.interner.constants[: self._known]
            self._sorted[kind] = sorted({_text(each) for each in known if isinstance(each, of)})
        return self._sorted[kind]

    @cached_property
    def anchors(self) -> tuple[datetime.date, ...]:
        """Days to look at where not all are."""
        known = self.interner.constants[: self._known]
        days = sorted({each.value for each in known if isinstance(each, Date)})
        return tuple(dict.fromkeys((*days[-MOST_ANCHORS:], *days[:MOST_ANCHORS], ANY_DAY)))

    def add(self, kind: Kind, group: int) -> int:
        """The number of a further value that is not known."""
        number = self._placeholder(kind)
        self.groups[number] = group
        return number

    def _placeholder(self, kind: Kind) -> int:
        number = self.interner.number(Atom(f"$unknown {kind.value} {len(self.kinds)}"))
        self.kinds[number] = kind
        return number

    def is_unknown(self, number: int | None) -> bool:
        """Whether a number is that of a value that is not known."""
        return number in self.kinds

    def asked(self, pred: Pred, key: Key) -> Key:
        """The key without values that are not known and are none of the argument's own: computed of others, or of another group."""
        if self.kinds.keys().isdisjoint(key):
            return key
        return tuple(
            None
            if number in self.kinds and self._group_of(number) != self.places.get((pred.positive, index))
            else number
            for index, number in enumerate(key)
        )

    def _group_of(self, number: int) -> int:
        """The group of arguments that have a value which stands for itself; -1 for one that is computed."""
        return self.groups.get(number, -1)

    def may_be_same(self, rows: Sequence[Row]) -> bool:
        """Whether two of some rows may turn out to be one, by what is not known."""
        if len(rows) < 2 or all(map(self._are_told_apart, map(set, zip(*rows, strict=True)))):
            return False
        unsure = [at for at, row in enumerate(rows) if not self.kinds.keys().isdisjoint(row)]
        return any(
            all(self.same(one, other) != NEVER for one, other in zip(rows[at], row, strict=True))
            for at in unsure
            for row in (*rows[:at], *rows[at + 1 :])
        )

    def _are_told_apart(self, numbers: set[int]) -> bool:
        """Whether no two of some numbers can be the same: constants, and values of one group that are none of these."""
        unknown = numbers & self.kinds.keys()
        groups = {self._group_of(number) for number in unknown}
        return not unknown or (
            len(groups) == 1 and groups <= self.named.keys() and numbers - unknown <= self.named[min(groups)]
        )

    # --- values as sums ------------------------------------------------------------------------------------------

    def sum_of(self, number: int) -> Sum:
        """What a constant or a value that is not known is, as a sum."""
        if number in self.computed:
            return self.computed[number]
        if number in self.kinds:
            return Sum(self.kinds[number], ((number, Fraction(1)),), Fraction(0))
        return self.sum_of_constant(self.interner.constants[number])

    def sum_of_constant(self, constant: Const) -> Sum:
        """What a constant is, as a sum."""
        match constant:
            case Int(value):
                return Sum(Kind.INTEGER, (), Fraction(value))
            case Dec(number):
                return Sum(Kind.DECIMAL, (), Fraction(number))
            case Date(day):
                return Sum(Kind.DATE, (), Fraction(day.toordinal()))
            case Str() | Atom():
                kind = Kind.STRING if isinstance(constant, Str) else Kind.NAME
                text, known = _text(constant), self._texts(kind)
                at = bisect_left(known, text)
                is_known = at < len(known) and known[at] == text
                return Sum(kind, (), Fraction((at + 1) * GAP if is_known else at * GAP + GAP // 2))

    def number_of(self, value: Sum) -> int | None:
        """The number of a value that is computed; None if no constant can be it."""
        if not value.terms:
            constant = self.constant_of(value.kind, value.rest)
            return None if constant is None else self.interner.number(constant)
        ((unknown, factor), *others) = value.terms
        if not others and factor == 1 and value.rest == 0 and self.kinds[unknown] is value.kind:
            return unknown
        number = self._number(value, value.kind)
        self.computed[number] = value
        return number

    def number_of_steps(self, steps: Steps, kind: Kind) -> int:
        """The number of a value that goes up or down with another."""
        number = self._number(steps, kind)
        self.steps[number] = steps
        return number

    def part_of(self, value: Sum, divisor: int) -> Sum:
        """The greatest whole number of which so many times are not more than a value."""
        number = self._number((value, divisor), Kind.INTEGER)
        if number not in self.always:
            own = Sum(Kind.INTEGER, ((number, Fraction(divisor)),), Fraction(0))
            last = own.plus(Sum(Kind.INTEGER, (), Fraction(divisor - 1)))
            ends = (compared(own, Op.AT_MOST, value, self.kinds), compared(value, Op.AT_MOST, last, self.kinds))
            self.always[number] = tuple(each for each in ends if isinstance(each, Condition))
        return Sum(Kind.INTEGER, ((number, Fraction(1)),), Fraction(0))

    def _number(self, what: object, kind: Kind) -> int:
        """The number of what is computed, by what it is."""
        if what not in self._numbers:
            self._numbers[what] = self._placeholder(kind)
        return self._numbers[what]

    def constant_of(self, kind: Kind, value: Fraction) -> Const | None:
        """The constant of a kind that a number stands for; None if there is none."""
        match kind:
            case Kind.INTEGER:
                return Int(int(value)) if INT_MIN <= value <= INT_MAX else None
            case Kind.DECIMAL:
                if not is_decimal(value):
                    return None
                try:
                    return make_decimal(
                        EXACT.divide(decimal.Decimal(value.numerator), decimal.Decimal(value.denominator))
                    )
                except decimal.DecimalException:
                    return None
            case Kind.DATE:
                return Date(datetime.date.fromordinal(int(value))) if FIRST_DAY <= value <= LAST_DAY else None
            case Kind.STRING | Kind.NAME:
                return self._text_at(kind, value)

    def _text_at(self, kind: Kind, place: Fraction) -> Const | None:
        make, known = (Str if kind is Kind.STRING else Atom), self._texts(kind)
        index, beyond = divmod(int(place), GAP)
        before = known[index - 1] if index else None
        if beyond == 0 and before is not None:
            return make(before)
        text = (before or "") + "!" * beyond
        after = known[index] if index < len(known) else None
        return make(text) if after is None or text < after else None

    def ends_of(self, number: int) -> tuple[int, int] | None:
        """The least and the greatest number that a value can stand for; None if there are none."""
        kind = self.kinds[number]
        if kind is Kind.DATE:
            return FIRST_DAY, LAST_DAY
        return (1, (len(self._texts(kind)) + 1) * GAP - 1) if kind.is_text else None

    # --- comparisons --------------------------------------------------------------------------------------------------

    def same(self, one: int, other: int) -> Alternatives:
        """When two numbers stand for the same constant."""
        if one == other:
            return ALWAYS
        if not self.is_unknown(one) and not self.is_unknown(other):
            return NEVER
        for unknown, against in ((one, other), (other, one)):
            group = self.groups.get(unknown)
            if group is not None and (self.groups.get(against) == group or against in self.named[group]):
                return NEVER
        left, right = self.sum_of(one), self.sum_of(other)
        return self.related(left, Op.EQUAL, right) if left.kind is right.kind else NEVER

    def differ(self, one: int, other: int) -> Alternatives:
        """When two numbers stand for different constants."""
        found = self.same(one, other)
        if found in (ALWAYS, NEVER):
            return NEVER if found == ALWAYS else ALWAYS
        return self.related(self.sum_of(one), Op.OTHER, self.sum_of(other))

    def compare(self, op: str, one: Sum, other: Sum) -> Alternatives:
        match COMPARISONS[op].by:
            case By.VALUE:
                return self.related(one, OPS[op], other) if one.kind.is_number and other.kind.is_number else NEVER
            case By.ORDER | By.IDENTITY:
                first, second = _RANKS[one.kind], _RANKS[other.kind]
                if first != second:
                    return ALWAYS if OPS[op].holds(Fraction(first), Fraction(second)) else NEVER
                if one.kind is other.kind:
                    return self.related(one, OPS[op], other)
                is_before = one.kind is Kind.DECIMAL  # of two numbers that are equal, the decimal
                is_less = OPS[op] in (Op.LESS, Op.AT_MOST)
                if is_less:
                    return self.related(one, Op.AT_MOST if is_before else Op.LESS, other)
                return self.related(one, Op.MORE if is_before else Op.AT_LEAST, other)

    def related(self, one: Sum, op: Op, other: Sum) -> Alternatives:
        """When two sums compare so; a value that goes in steps with another is replaced by that."""
        difference = one.plus(other, -1)
        stepped = [(unknown, factor) for unknown, factor in difference.terms if unknown in self.steps]
        if len(stepped) == 1 == len(difference.terms):
            ((unknown, factor),) = stepped
            return self._stepped(self.steps[unknown], op if factor > 0 else op.mirrored, -difference.rest / factor)
        for unknown, factor in stepped:
            if not self._spell_out(unknown):
                self.has_passed_over = True
                return self._in_months(unknown, factor, difference, op)
        found = compared(one, op, other, self.kinds)
        return ((found,),) if isinstance(found, Condition) else ALWAYS if found else NEVER

    def _in_months(self, unknown: int, factor: Fraction, difference: Sum, op: Op) -> Alternatives:
        """When a sum compares so with 0 in which a value is a date some months after another, in the months of some dates alone:
        there it is so many days later."""
        steps, found = self.steps[unknown], NEVER
        for month in dict.fromkeys(day.replace(day=1) for day in self.anchors):
            later = steps.at(month.toordinal())
            if later is not None and steps.function == "months_after":
                apart = Sum(Kind.DATE, (), Fraction(later - month.toordinal()))
                own = Sum(Kind.DATE, ((unknown, factor),), Fraction(0))
                moved = difference.plus(own, -1).plus(steps.of.plus(apart).times(factor))
                within = self.in_range(steps.of, month.toordinal(), month.toordinal() + 27, is_of_range=False)
                zero = Sum(Kind.DATE, (), Fraction(0))
                found += tuple((*within, *each) for each in self.related(moved, op, zero))
        return found

    def _stepped(self, steps: Steps, op: Op, bound: Fraction) -> Alternatives:
        """When a value that goes in steps compares so with a number."""
        at_least, above = math.ceil(bound), math.floor(bound) + 1
        match op:
            case Op.AT_LEAST:
                return self._reaches(steps, at_least, is_so=True)
            case Op.MORE:
                return self._reaches(steps, above, is_so=True)
            case Op.LESS:
                return self._reaches(steps, at_least, is_so=False)
            case Op.AT_MOST:
                return self._reaches(steps, above, is_so=False)
            case Op.EQUAL:
                if bound.denominator > 1:
                    return NEVER
                reached = self._reaches(steps, at_least, is_so=True)
                return tuple((*one, *other) for one in reached for other in self._reaches(steps, above, is_so=False))
            case Op.OTHER:
                if bound.denominator > 1:
                    return ALWAYS
                return (
                    *self._reaches(steps, at_least, is_so=False),
                    *self._reaches(steps, above, is_so=True),
                )

    def _reaches(self, steps: Steps, least: int, *, is_so: bool) -> Alternatives:
        """When a value that goes in steps is at least so much, or is not."""
        first, last = steps.ends
        turn = _first_where(lambda value: ((steps.at(value) or 0) >= least) == steps.is_rising, first, last)
        op, edge = (Op.AT_LEAST, turn) if is_so == steps.is_rising else (Op.AT_MOST, turn - 1)
        found = compared(steps.of, op, Sum(Kind.INTEGER, (), Fraction(edge)), self.kinds)
        return ((found,),) if isinstance(found, Condition) else ALWAYS if found else NEVER

    def _spell_out(self, unknown: int) -> bool:
        """Says for every step of a value where it begins; False if there are too many."""
        if unknown not in self.spelled_out:
            steps = self.steps[unknown]
            first, last = steps.ends
            ends = sorted(each for each in (steps.at(first), steps.at(last)) if each is not None)
            if len(ends) < 2 or ends[1] - ends[0] > MOST_STEPS:
                return False
            own = Sum(self.kinds[unknown], ((unknown, Fraction(1)),), Fraction(0))
            pairs = []
            for step in range(ends[0] + 1, ends[1] + 1):
                reached = compared(own, Op.AT_LEAST, Sum(Kind.INTEGER, (), Fraction(step)), self.kinds)
                for (of_other,) in self._reaches(steps, step, is_so=True):
                    if isinstance(reached, Condition):
                        pairs.append((reached, of_other))
            self.spelled_out[unknown] = tuple(pairs)
            low, high = (
                compared(own, op, Sum(Kind.INTEGER, (), Fraction(end)), self.kinds)
                for op, end in zip((Op.AT_LEAST, Op.AT_MOST), ends, strict=True)
            )
            self.always[unknown] = tuple(each for each in (low, high) if isinstance(each, Condition))
        return True

    def in_range(self, value: Sum, low: int, high: int, *, is_of_range: bool = True) -> Conjunction:
        """That a value lies between two numbers, which may only say that there is such a value at all."""
        found = (
            compared(
                value,
                op,
                Sum(Kind.INTEGER, (), Fraction(end)),
                self.kinds,
                is_of_range=is_of_range or end in (FIRST_DAY, LAST_DAY),
            )
            for op, end in ((Op.AT_LEAST, low), (Op.AT_MOST, high))
        )
        return tuple(each for each in found if isinstance(each, Condition))

    # --- aggregates ----------------------------------------------------------------------------------------------

    def sum_of_all(self, numbers: Iterable[int]) -> int | None:
        """The number of the sum of some values; None if one is no number."""
        total = Sum(Kind.INTEGER, (), Fraction(0))
        for each in map(self.sum_of, numbers):
            if not each.kind.is_number:
                return None
            total = total.plus(each, 1, Kind.DECIMAL if Kind.DECIMAL in (total.kind, each.kind) else Kind.INTEGER)
        return self.number_of(total)

    def first_of(self, op: str, number: int, others: Iterable[int]) -> Alternatives:
        """When a value is the least, or with `max` the greatest, of some in standard order."""
        found: Alternatives = ALWAYS
        order = "@=<" if op == "min" else "@>="
        for other in others:
            more = self.compare(order, self.sum_of(number), self.sum_of(other))
            found = tuple((*one, *each) for one in found for each in more)
        return found


def _text(constant: Const) -> str:
    _, text, _ = order_key(constant)
    return str(text)


def _first_where(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The first of the numbers for which something holds that holds for all after it too; the one after the last if for none."""
    while low <= high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle - 1
        else:
            low = middle + 1
    return low
