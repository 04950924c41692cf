"""Values that are not known and rules compare or compute with: what each is, what is computed of it, and what tests say of it.

A value that is not known has a number as constants do. What a test says of it is an alternative of conditions; what is
computed of it is a sum of multiples, a part of one (`//`), or goes up or down with one (an age, a date some months later).
What is more than that is passed over, as a product of two values, or looked at on some days, as an age between two days that
are not known.
"""

from __future__ import annotations

import datetime
import decimal
import math
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import product

from msgspec import Struct, field

from engine.backends.rows import Interner, Key, Numbers, Row
from engine.scopes import solve_test
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
from kb.language.builtins import COMPARISONS, By, calculate
from kb.language.syntax import Builtin, Compare, Expr, Member, Pred
from kb.language.syntax import Op as Operation
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
    Term,
    Var,
    make_decimal,
    order_key,
)
from kb.language.traversal import expr_terms, variables

GAP = 1_000
"""How many places there are between two texts that are known."""
MOST_ANCHORS = 3
"""How many of the first and of the last days that are mentioned are looked at where not all days are."""
ANY_DAY = datetime.date(1999, 9, 9)
MOST_STEPS = 12_000
"""Of how many steps a value that goes up or down with another is spelled out, where it stands in a sum."""
_OPS: Mapping[str, Op] = {
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
    _tests: dict[int, Compare | Builtin | Member] = field(default_factory=dict)
    """The tests that were met, by their identity, which is quicker than equality."""
    _solved: dict[tuple[int, Key], tuple[tuple[Mapping[Var, int], Conjunction], ...]] = field(default_factory=dict)

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
    def _anchors(self) -> tuple[datetime.date, ...]:
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
        return self._number(value, value.kind, self.computed)

    def _number(
        self, what: Sum | Steps, kind: Kind, kept: dict[int, object] | dict[int, Sum] | dict[int, Steps]
    ) -> int:
        if what not in self._numbers:
            number = self._numbers[what] = self._placeholder(kind)
            kept[number] = what  # type: ignore[assignment] # the caller says which of both
        return self._numbers[what]

    def constant_of(self, kind: Kind, value: Fraction, beside: int = 0) -> Const | None:
        """The constant of a kind that a number stands for; None if there is none. Of texts at one place it is one of those
        `beside` each other."""
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

    # --- tests ---------------------------------------------------------------------------------------------------

    def solve(
        self, test: Compare | Builtin | Member, terms: tuple[Var, ...], numbers: Key
    ) -> tuple[tuple[Mapping[Var, int], Conjunction], ...]:
        """What the variables of a test can be where those that have a number are that, each with its conditions."""
        key = id(test), numbers
        found = self._solved.get(key)
        if found is None:  # the same values meet the same test again and again, beside others
            self._tests[id(test)] = test
            own = {var: number for var, number in zip(terms, numbers, strict=True) if number is not None}
            solutions = self._calculated if self.kinds.keys().isdisjoint(numbers) else self._solutions
            found = self._solved[key] = tuple(solutions(test, own))
        return found

    def _calculated(self, test: Compare | Builtin | Member, binding: Numbers) -> Iterator[tuple[Numbers, Conjunction]]:
        """The same of a test of which everything is known."""
        constants = self.interner.constants
        for values in solve_test(test, {var: constants[number] for var, number in binding.items()}):
            yield {var: self.interner.number(value) for var, value in values.items()}, ()

    def _solutions(self, test: Compare | Builtin | Member, binding: Numbers) -> Iterator[tuple[Numbers, Conjunction]]:
        """The same of a test of which something is not known."""
        match test:
            case Compare("is", left, right):
                for value, conditions in self._values(right, binding):
                    yield from self._given(left, value, binding, conditions)
            case Compare(op, left, right) if COMPARISONS[op].by is By.IDENTITY:
                yield from self._identical(op, left, right, binding)
            case Compare(op, left, right):
                for (one, first), (other, second) in product(
                    list(self._values(left, binding, op)), list(self._values(right, binding, op))
                ):
                    for each in self._compare(op, one, other):
                        yield binding, (*first, *second, *each)
            case Member(item, items):
                for constant in dict.fromkeys(items):
                    yield from self._unified(item, self.interner.number(constant), binding, ())
            case Builtin(name, args):
                yield from self._call(name, args, binding)

    def _identical(self, op: str, left: Expr, right: Expr, binding: Numbers) -> Iterator[tuple[Numbers, Conjunction]]:
        """The bindings under which a comparison by identity holds."""
        one, other = self._number_of_term(left, binding), self._number_of_term(right, binding)
        if one is not None and other is not None:
            for each in self.differ(one, other) if _OPS[op] is Op.OTHER else self.same(one, other):
                yield binding, each
        elif op == "=" and other is not None:
            yield from self._unified(left, other, binding, ())
        elif op == "=" and one is not None:
            yield from self._unified(right, one, binding, ())

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
        return self._related(left, Op.EQUAL, right) if left.kind is right.kind else NEVER

    def differ(self, one: int, other: int) -> Alternatives:
        """When two numbers stand for different constants."""
        found = self.same(one, other)
        if found in (ALWAYS, NEVER):
            return NEVER if found == ALWAYS else ALWAYS
        return self._related(self.sum_of(one), Op.OTHER, self.sum_of(other))

    def _number_of_term(self, term: Expr, binding: Numbers) -> int | None:
        """The number of what a term is; None if it is a variable without a value."""
        if isinstance(term, Var):
            return binding.get(term)
        return None if isinstance(term, Operation) else self.interner.number(term)

    def _value_of(self, term: Expr, binding: Numbers) -> Sum | None:
        number = self._number_of_term(term, binding)
        return None if number is None else self.sum_of(number)

    def _unified(
        self, term: Expr, number: int, binding: Numbers, conditions: Conjunction
    ) -> Iterator[tuple[Numbers, Conjunction]]:
        """The term made the same as what has a number."""
        known = self._number_of_term(term, binding)
        if known is not None:
            for each in self.same(known, number):
                yield binding, (*conditions, *each)
        elif isinstance(term, Var):
            yield {**binding, term: number}, conditions

    def _compare(self, op: str, one: Sum, other: Sum) -> Alternatives:
        match COMPARISONS[op].by:
            case By.VALUE:
                return self._related(one, _OPS[op], other) if one.kind.is_number and other.kind.is_number else NEVER
            case By.ORDER | By.IDENTITY:
                first, second = _RANKS[one.kind], _RANKS[other.kind]
                if first != second:
                    return ALWAYS if _OPS[op].holds(Fraction(first), Fraction(second)) else NEVER
                if one.kind is other.kind:
                    return self._related(one, _OPS[op], other)
                is_before = one.kind is Kind.DECIMAL  # of two numbers that are equal, the decimal
                is_less = _OPS[op] in (Op.LESS, Op.AT_MOST)
                if is_less:
                    return self._related(one, Op.AT_MOST if is_before else Op.LESS, other)
                return self._related(one, Op.MORE if is_before else Op.AT_LEAST, other)

    def _related(self, one: Sum, op: Op, other: Sum) -> Alternatives:
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
        for month in dict.fromkeys(day.replace(day=1) for day in self._anchors):
            later = steps.at(month.toordinal())
            if later is not None and steps.function == "months_after":
                apart = Sum(Kind.DATE, (), Fraction(later - month.toordinal()))
                own = Sum(Kind.DATE, ((unknown, factor),), Fraction(0))
                moved = difference.plus(own, -1).plus(steps.of.plus(apart).times(factor))
                within = self._in_range(steps.of, month.toordinal(), month.toordinal() + 27, is_of_range=False)
                zero = Sum(Kind.DATE, (), Fraction(0))
                found += tuple((*within, *each) for each in self._related(moved, op, zero))
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

    # --- expressions ---------------------------------------------------------------------------------------------

    def _values(self, expr: Expr, binding: Numbers, op: str = "is") -> Iterator[tuple[Sum, Conjunction]]:
        """What an expression can be, with conditions; of a comparison that is not of numbers, also what is no number."""
        if not isinstance(expr, Operation):
            value = self._value_of(expr, binding)
            is_of_numbers = op == "is" or COMPARISONS[op].by is By.VALUE
            if value is not None and (value.kind.is_number or not is_of_numbers):
                yield value, ()
            return
        operands = variables(expr_terms(expr))
        if not any(binding.get(var) in self.kinds for var in operands):
            constants = self.interner.constants
            known = calculate(expr, {var: constants[binding[var]] for var in operands})
            if known is not None:
                yield self.sum_of_constant(known), ()
            return
        for chosen in product(*(list(self._values(arg, binding)) for arg in expr.args)):
            conditions = tuple(each for _, conjunction in chosen for each in conjunction)
            for value, more in self._operation(expr.name, [value for value, _ in chosen]):
                yield value, (*conditions, *more)

    def _operation(self, name: str, values: Sequence[Sum]) -> Iterator[tuple[Sum, Conjunction]]:
        one, other = values[0], values[-1]
        kind = Kind.DECIMAL if any(each.kind is Kind.DECIMAL for each in values) else Kind.INTEGER
        zero = Sum(kind, (), Fraction(0))
        match name:
            case "+":
                yield one.plus(other, 1, kind), ()
            case "-" if len(values) > 1:
                yield one.plus(other, -1, kind), ()
            case "neg" | "-":
                yield zero.plus(one, -1, kind), ()
            case "abs":
                yield from self._chosen(one, Op.AT_LEAST, zero, one, zero.plus(one, -1, kind))
            case "min" | "max":
                # of equal numbers that differ in kind, `min` takes the first in standard order, `max` the last
                first = {"min": Op.AT_MOST, "max": Op.MORE}[name] if one.kind is Kind.DECIMAL else Op.LESS
                first = Op.AT_LEAST if name == "max" and one.kind is not Kind.DECIMAL else first
                first = {"min": Op.AT_MOST, "max": Op.AT_LEAST}[name] if one.kind is other.kind else first
                yield from self._chosen(one, first, other, one, other)
            case "*" if not one.terms or not other.terms:
                known, value = (one, other) if not one.terms else (other, one)
                product_ = value.times(known.rest)
                yield Sum(kind, product_.terms, product_.rest), ()
            case "//" | "mod" if kind is Kind.INTEGER and not other.terms:
                if other.rest:
                    yield from self._divided(name, one, int(other.rest))
            case _:
                self.has_passed_over = kind is Kind.INTEGER or name not in ("//", "mod") or self.has_passed_over

    def _chosen(self, one: Sum, op: Op, other: Sum, then: Sum, otherwise: Sum) -> Iterator[tuple[Sum, Conjunction]]:
        """One value where two compare so, and another where they do not."""
        for each in self._related(one, op, other):
            yield then, each
        for each in self._related(one, op.denied, other):
            yield otherwise, each

    def _divided(self, name: str, value: Sum, divisor: int) -> Iterator[tuple[Sum, Conjunction]]:
        """The quotient, truncated, or the rest, with the sign of the divisor."""
        number = Sum(Kind.INTEGER, (), Fraction(divisor))
        if divisor < 0:
            value, divisor = value.times(Fraction(-1)), -divisor
        floor = self._floor(value, divisor)
        rest = value.plus(floor, -divisor, Kind.INTEGER)
        if name == "mod":
            yield rest if number.rest > 0 else rest.times(Fraction(-1)), ()
            return
        zero, one = Sum(Kind.INTEGER, (), Fraction(0)), Sum(Kind.INTEGER, (), Fraction(1))
        for each in (*self._related(value, Op.AT_LEAST, zero),):
            yield floor, each
        for below, exact in product(self._related(value, Op.LESS, zero), self._related(rest, Op.EQUAL, zero)):
            yield floor, (*below, *exact)
        for below, more in product(self._related(value, Op.LESS, zero), self._related(rest, Op.MORE, zero)):
            yield floor.plus(one), (*below, *more)

    def _floor(self, value: Sum, divisor: int) -> Sum:
        """The greatest whole number of which so many times are not more than a value."""
        key = "floor", value, divisor
        if key not in self._numbers:
            number = self._numbers[key] = self._placeholder(Kind.INTEGER)
            own = Sum(Kind.INTEGER, ((number, Fraction(divisor)),), Fraction(0))
            last = own.plus(Sum(Kind.INTEGER, (), Fraction(divisor - 1)))
            ends = (compared(own, Op.AT_MOST, value, self.kinds), compared(value, Op.AT_MOST, last, self.kinds))
            self.always[number] = tuple(each for each in ends if isinstance(each, Condition))
        return Sum(Kind.INTEGER, ((self._numbers[key], Fraction(1)),), Fraction(0))

    # --- built-in predicates -------------------------------------------------------------------------------------

    def _call(self, name: str, args: tuple[Term, ...], binding: Numbers) -> Iterator[tuple[Numbers, Conjunction]]:
        values = [self._value_of(arg, binding) for arg in args]
        inputs = [each for each in values[:-1] if each is not None]
        if len(inputs) < len(args) - 1:
            return
        one, other, last = inputs[0], inputs[1], values[-1]
        whole, day = Kind.INTEGER, Kind.DATE
        match name, one.kind, other.kind:
            case "between", Kind.INTEGER, Kind.INTEGER:
                if last is None:
                    self.has_passed_over = True
                elif last.kind is whole:
                    for low, high in product(
                        self._related(one, Op.AT_MOST, last), self._related(last, Op.AT_MOST, other)
                    ):
                        yield binding, (*low, *high)
            case "days_between", Kind.DATE, Kind.DATE:
                yield from self._given(args[-1], other.plus(one, -1, whole), binding, ())
            case "add_days", Kind.DATE, Kind.INTEGER:
                later = one.plus(other, 1, day)
                yield from self._given(args[-1], later, binding, self._in_range(later, FIRST_DAY, LAST_DAY))
            case "age", Kind.DATE, Kind.DATE:
                yield from self._in_steps(
                    args[-1], ("age_of_birth", one, other), ("age_on", other, one), whole, binding
                )
            case "add_months", Kind.DATE, Kind.INTEGER:
                yield from self._in_steps(
                    args[-1], ("months_after", one, other), ("months_from", other, one), day, binding
                )
            case "earlier" | "later", Kind.DATE, Kind.DATE:
                for chosen, when in self._ends(name, one, other):
                    yield from self._given(args[-1], chosen, binding, when)
            case "overlap_days", Kind.DATE, Kind.DATE if all(each.kind is day for each in inputs):
                begins, ends = self._ends("later", one, inputs[2]), self._ends("earlier", other, inputs[3])
                for (begin, first), (end, second) in product(begins, ends):
                    common = end.plus(begin, -1, whole).plus(Sum(whole, (), Fraction(1)))
                    for when in self._related(begin, Op.AT_MOST, end):
                        yield from self._given(args[-1], common, binding, (*first, *second, *when))
                    for when in self._related(begin, Op.MORE, end):
                        yield from self._given(args[-1], Sum(whole, (), Fraction(0)), binding, (*first, *second, *when))
            case _:  # values of other kinds, of which none holds
                pass

    def _ends(self, which: str, one: Sum, other: Sum) -> list[tuple[Sum, Conjunction]]:
        """The earlier or the later of two days, with when it is that."""
        first, second = (Op.AT_MOST, Op.MORE) if which == "earlier" else (Op.AT_LEAST, Op.LESS)
        return [
            *((one, when) for when in self._related(one, first, other)),
            *((other, when) for when in self._related(one, second, other)),
        ]

    def _in_steps(
        self,
        result: Term,
        first: tuple[str, Sum, Sum],
        second: tuple[str, Sum, Sum],
        kind: Kind,
        binding: Numbers,
    ) -> Iterator[tuple[Numbers, Conjunction]]:
        """What goes up or down with one value, the other being known."""
        function, value, beside = first if not first[2].terms else second
        if beside.terms:
            yield from self._on_some_days(result, first, second, kind, binding)
            return
        constant = self.constant_of(beside.kind, beside.rest)
        if constant is None:
            return
        steps = Steps(function, value, constant)
        low, high = steps.ends
        if low > high:
            return
        if steps not in self._numbers:
            number = self._numbers[steps] = self._placeholder(kind)
            self.steps[number] = steps
        number = self._numbers[steps]
        conditions = self._in_range(value, low, high, is_of_range=not function.startswith("age"))
        yield from self._unified(result, number, binding, conditions)

    def _on_some_days(
        self, result: Term, first: tuple[str, Sum, Sum], second: tuple[str, Sum, Sum], kind: Kind, binding: Numbers
    ) -> Iterator[tuple[Numbers, Conjunction]]:
        """What is computed of two values of which none is known, where one is one of some days."""
        self.has_passed_over = True
        function, value, beside = first if first[2].kind is Kind.DATE else second
        for day in self._anchors:
            known = self.sum_of_constant(Date(day))
            for is_so in self._related(beside, Op.EQUAL, known):
                steps = (function, value, known)
                for extended, conditions in self._in_steps(result, steps, steps, kind, binding):
                    yield extended, (*is_so, *conditions)

    def _given(
        self, result: Expr, value: Sum, binding: Numbers, conditions: Conjunction
    ) -> Iterator[tuple[Numbers, Conjunction]]:
        number = self.number_of(value)
        if number is not None:
            yield from self._unified(result, number, binding, conditions)

    def _in_range(self, value: Sum, low: int, high: int, *, is_of_range: bool = True) -> Conjunction:
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
            more = self._compare(order, self.sum_of(number), self.sum_of(other))
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
