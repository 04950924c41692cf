"""Tests of values that are not known: what comparisons and built-ins say of them, and what they give.

What a test says of a value that is not known is an alternative of conditions. What is more than sums, parts and steps of it is
passed over, as a product of two values, or looked at on some days, as an age between two days that are not known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product

from msgspec import Struct, field

from engine.backends.rows import Key, Numbers
from engine.scopes import solve_test
from engine.symbolic.conditions import Conjunction, Kind, Op, Sum
from engine.symbolic.steps import FIRST_DAY, LAST_DAY, Steps
from engine.symbolic.unknowns import OPS, Unknowns
from kb.language.builtins import COMPARISONS, By, calculate
from kb.language.syntax import Builtin, Compare, Expr, Member
from kb.language.syntax import Op as Operation
from kb.language.terms import Date, Term, Var
from kb.language.traversal import expr_terms, variables


class OpenTests(Struct, frozen=True):
    """Tests over the values that are not known, and the constants."""

    unknowns: Unknowns
    _tests: dict[int, Compare | Builtin | Member] = field(default_factory=dict)
    """The tests that were met, by their identity, which is quicker than equality."""
    _solved: dict[tuple[int, Key], tuple[tuple[Mapping[Var, int], Conjunction], ...]] = field(default_factory=dict)

    def solve(
        self, test: Compare | Builtin | Member, terms: tuple[Var, ...], numbers: Key
    ) -> tuple[tuple[Mapping[Var, int], Conjunction], ...]:
        """What the variables of a test can be where those that have a number are that, each with its conditions."""
        key = id(test), numbers
        found = self._solved.get(key)
        if found is None:  # the same values meet the same test again and again, beside others
            self._tests[id(test)] = test
            own = {var: number for var, number in zip(terms, numbers, strict=True) if number is not None}
            solutions = self._calculated if self.unknowns.kinds.keys().isdisjoint(numbers) else self._solutions
            found = self._solved[key] = tuple(solutions(test, own))
        return found

    def _calculated(self, test: Compare | Builtin | Member, binding: Numbers) -> Iterator[tuple[Numbers, Conjunction]]:
        """The same of a test of which everything is known."""
        constants = self.unknowns.interner.constants
        for values in solve_test(test, {var: constants[number] for var, number in binding.items()}):
            yield {var: self.unknowns.interner.number(value) for var, value in values.items()}, ()

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
                    for each in self.unknowns.compare(op, one, other):
                        yield binding, (*first, *second, *each)
            case Member(item, items):
                for constant in dict.fromkeys(items):
                    yield from self._unified(item, self.unknowns.interner.number(constant), binding, ())
            case Builtin(name, args):
                yield from self._call(name, args, binding)

    def _identical(self, op: str, left: Expr, right: Expr, binding: Numbers) -> Iterator[tuple[Numbers, Conjunction]]:
        """The bindings under which a comparison by identity holds."""
        one, other = self._number_of_term(left, binding), self._number_of_term(right, binding)
        if one is not None and other is not None:
            for each in self.unknowns.differ(one, other) if OPS[op] is Op.OTHER else self.unknowns.same(one, other):
                yield binding, each
        elif op == "=" and other is not None:
            yield from self._unified(left, other, binding, ())
        elif op == "=" and one is not None:
            yield from self._unified(right, one, binding, ())

    def _number_of_term(self, term: Expr, binding: Numbers) -> int | None:
        """The number of what a term is; None if it is a variable without a value."""
        if isinstance(term, Var):
            return binding.get(term)
        return None if isinstance(term, Operation) else self.unknowns.interner.number(term)

    def _value_of(self, term: Expr, binding: Numbers) -> Sum | None:
        number = self._number_of_term(term, binding)
        return None if number is None else self.unknowns.sum_of(number)

    def _unified(
        self, term: Expr, number: int, binding: Numbers, conditions: Conjunction
    ) -> Iterator[tuple[Numbers, Conjunction]]:
        """The term made the same as what has a number."""
        known = self._number_of_term(term, binding)
        if known is not None:
            for each in self.unknowns.same(known, number):
                yield binding, (*conditions, *each)
        elif isinstance(term, Var):
            yield {**binding, term: number}, conditions

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
        if not any(binding.get(var) in self.unknowns.kinds for var in operands):
            constants = self.unknowns.interner.constants
            known = calculate(expr, {var: constants[binding[var]] for var in operands})
            if known is not None:
                yield self.unknowns.sum_of_constant(known), ()
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
                self.unknowns.has_passed_over = (
                    kind is Kind.INTEGER or name not in ("//", "mod") or self.unknowns.has_passed_over
                )

    def _chosen(self, one: Sum, op: Op, other: Sum, then: Sum, otherwise: Sum) -> Iterator[tuple[Sum, Conjunction]]:
        """One value where two compare so, and another where they do not."""
        for each in self.unknowns.related(one, op, other):
            yield then, each
        for each in self.unknowns.related(one, op.denied, other):
            yield otherwise, each

    def _divided(self, name: str, value: Sum, divisor: int) -> Iterator[tuple[Sum, Conjunction]]:
        """The quotient, truncated, or the rest, with the sign of the divisor."""
        number = Sum(Kind.INTEGER, (), Fraction(divisor))
        if divisor < 0:
            value, divisor = value.times(Fraction(-1)), -divisor
        floor = self.unknowns.part_of(value, divisor)
        rest = value.plus(floor, -divisor, Kind.INTEGER)
        if name == "mod":
            yield rest if number.rest > 0 else rest.times(Fraction(-1)), ()
            return
        zero, one = Sum(Kind.INTEGER, (), Fraction(0)), Sum(Kind.INTEGER, (), Fraction(1))
        for each in (*self.unknowns.related(value, Op.AT_LEAST, zero),):
            yield floor, each
        for below, exact in product(
            self.unknowns.related(value, Op.LESS, zero), self.unknowns.related(rest, Op.EQUAL, zero)
        ):
            yield floor, (*below, *exact)
        for below, more in product(
            self.unknowns.related(value, Op.LESS, zero), self.unknowns.related(rest, Op.MORE, zero)
        ):
            yield floor.plus(one), (*below, *more)

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
                    self.unknowns.has_passed_over = True
                elif last.kind is whole:
                    for low, high in product(
                        self.unknowns.related(one, Op.AT_MOST, last), self.unknowns.related(last, Op.AT_MOST, other)
                    ):
                        yield binding, (*low, *high)
            case "days_between", Kind.DATE, Kind.DATE:
                yield from self._given(args[-1], other.plus(one, -1, whole), binding, ())
            case "add_days", Kind.DATE, Kind.INTEGER:
                later = one.plus(other, 1, day)
                yield from self._given(args[-1], later, binding, self.unknowns.in_range(later, FIRST_DAY, LAST_DAY))
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
                    for when in self.unknowns.related(begin, Op.AT_MOST, end):
                        yield from self._given(args[-1], common, binding, (*first, *second, *when))
                    for when in self.unknowns.related(begin, Op.MORE, end):
                        yield from self._given(args[-1], Sum(whole, (), Fraction(0)), binding, (*first, *second, *when))
            case _:  # values of other kinds, of which none holds
                pass

    def _ends(self, which: str, one: Sum, other: Sum) -> list[tuple[Sum, Conjunction]]:
        """The earlier or the later of two days, with when it is that."""
        first, second = (Op.AT_MOST, Op.MORE) if which == "earlier" else (Op.AT_LEAST, Op.LESS)
        return [
            *((one, when) for when in self.unknowns.related(one, first, other)),
            *((other, when) for when in self.unknowns.related(one, second, other)),
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
        constant = self.unknowns.constant_of(beside.kind, beside.rest)
        if constant is None:
            return
        steps = Steps(function, value, constant)
        low, high = steps.ends
        if low > high:
            return
        number = self.unknowns.number_of_steps(steps, kind)
        conditions = self.unknowns.in_range(value, low, high, is_of_range=not function.startswith("age"))
        yield from self._unified(result, number, binding, conditions)

    def _on_some_days(
        self, result: Term, first: tuple[str, Sum, Sum], second: tuple[str, Sum, Sum], kind: Kind, binding: Numbers
    ) -> Iterator[tuple[Numbers, Conjunction]]:
        """What is computed of two values of which none is known, where one is one of some days."""
        self.unknowns.has_passed_over = True
        function, value, beside = first if first[2].kind is Kind.DATE else second
        for day in self.unknowns.anchors:
            known = self.unknowns.sum_of_constant(Date(day))
            for is_so in self.unknowns.related(beside, Op.EQUAL, known):
                steps = (function, value, known)
                for extended, conditions in self._in_steps(result, steps, steps, kind, binding):
                    yield extended, (*is_so, *conditions)

    def _given(
        self, result: Expr, value: Sum, binding: Numbers, conditions: Conjunction
    ) -> Iterator[tuple[Numbers, Conjunction]]:
        number = self.unknowns.number_of(value)
        if number is not None:
            yield from self._unified(result, number, binding, conditions)
