"""What the language computes from constants: arithmetic, comparisons, sums and the built-in predicates.

Integers have 64 bits and decimals are exact with at most 38 digits. What goes beyond them, divides by zero or is
applied to a constant of another kind has no value: a function gives None (or False, or nothing), and the literal fails.
"""

from __future__ import annotations

import datetime
import decimal
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from kb.language import dates
from kb.language.builtins import NUMERIC_COMPARISONS
from kb.language.syntax import Expr, Op
from kb.language.terms import (
    DECIMAL_DIGITS,
    INT_MAX,
    INT_MIN,
    Const,
    Date,
    Dec,
    Int,
    Term,
    Var,
    make_decimal,
    order_key,
)

Number: TypeAlias = Int | Dec

_EXACT = decimal.Context(prec=DECIMAL_DIGITS, traps=[decimal.Inexact, decimal.InvalidOperation, decimal.Overflow])
_UNBOUNDED = decimal.Context(prec=decimal.MAX_PREC, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)

_Relation: TypeAlias = Callable[[Any, Any], bool]
_BY_VALUE: Mapping[str, _Relation] = MappingProxyType(
    {
        "<": operator.lt,
        "=<": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
        "=:=": operator.eq,
        "=\\=": operator.ne,
    }
)
_BY_IDENTITY: Mapping[str, _Relation] = MappingProxyType(
    {"=": operator.eq, "==": operator.eq, "\\=": operator.ne, "\\==": operator.ne}
)
_BY_ORDER: Mapping[str, _Relation] = MappingProxyType(
    {"@<": operator.lt, "@=<": operator.le, "@>": operator.gt, "@>=": operator.ge}
)


def evaluate_expr(op: str, args: tuple[Const, ...]) -> Number | None:
    """The value of one arithmetic operation, `+ - * // mod min max abs neg`, or None if it has none.

    `//` truncates toward zero and `mod` has the sign of the divisor, both of integers only; an operation on an integer
    and a decimal gives a decimal; of equal numbers, `min` and `max` take the first or last in standard order.

    >>> evaluate_expr("//", (Int(-7), Int(2))), evaluate_expr("mod", (Int(-7), Int(2)))
    (Int(value=-3), Int(value=1))
    >>> evaluate_expr("+", (Int(1), make_decimal(decimal.Decimal("0.50"))))
    Dec(value=Decimal('1.5'))
    >>> evaluate_expr("+", (Int(INT_MAX), Int(1))) is None
    True
    """
    numbers = tuple(arg for arg in args if isinstance(arg, Int | Dec))
    if len(numbers) < len(args):
        return None
    match numbers:
        case (number,):
            return _of_one(op, number)
        case (_, _) if op in ("min", "max"):
            return (min if op == "min" else max)(numbers, key=order_key)
        case (Int(left), Int(right)):
            return _of_integers(op, left, right)
        case (left_number, right_number):
            return _of_decimals(op, decimal.Decimal(left_number.value), decimal.Decimal(right_number.value))
        case _:
            raise ValueError(f"`{op}` does not take {len(args)} operands")


def _of_one(op: str, number: Number) -> Number | None:
    if op not in ("abs", "neg"):
        raise ValueError(f"`{op}` is no operation on one number")
    if op == "abs" and number.value >= 0:
        return number
    return _integer(-number.value) if isinstance(number, Int) else make_decimal(number.value.copy_negate())


def _of_integers(op: str, left: int, right: int) -> Int | None:
    match op:
        case "+":
            return _integer(left + right)
        case "-":
            return _integer(left - right)
        case "*":
            return _integer(left * right)
        case "//":
            return _integer(_truncated(left, right)) if right else None
        case "mod":
            return _integer(left % right) if right else None
        case _:
            raise ValueError(f"`{op}` is no operation on two numbers")


def _of_decimals(op: str, left: decimal.Decimal, right: decimal.Decimal) -> Dec | None:
    try:
        match op:
            case "+":
                return make_decimal(_EXACT.add(left, right))
            case "-":
                return make_decimal(_EXACT.subtract(left, right))
            case "*":
                return make_decimal(_EXACT.multiply(left, right))
            case "//" | "mod":
                return None
            case _:
                raise ValueError(f"`{op}` is no operation on two numbers")
    except (decimal.Inexact, decimal.InvalidOperation):
        return None


def _truncated(left: int, right: int) -> int:
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def _integer(value: int) -> Int | None:
    return Int(value) if INT_MIN <= value <= INT_MAX else None


def calculate(expr: Expr, binding: Mapping[Var, Const]) -> Number | None:
    """The value of an expression whose variables the binding gives, or None if it has none.

    >>> calculate(Op("+", (Var("X"), Op("*", (Int(2), Int(3))))), {Var("X"): Int(1)})
    Int(value=7)

    Raises KeyError if the binding lacks a variable.
    """
    if isinstance(expr, Op):
        values = tuple(calculate(arg, binding) for arg in expr.args)
        numbers = tuple(value for value in values if value is not None)
        return evaluate_expr(expr.name, numbers) if len(numbers) == len(values) else None
    value = _lookup(expr, binding)
    return value if isinstance(value, Int | Dec) else None


def _lookup(term: Term, binding: Mapping[Var, Const]) -> Const:
    return binding[term] if isinstance(term, Var) else term


def compare_numbers(op: str, left: Const, right: Const) -> bool:
    """Whether `left op right` for `<  =<  >  >=  =:=  =\\=`, by value; False unless both are numbers.

    >>> compare_numbers("=:=", Int(1), make_decimal(decimal.Decimal("1.0")))
    True
    """
    relation = _BY_VALUE[op]
    return isinstance(left, Int | Dec) and isinstance(right, Int | Dec) and relation(left.value, right.value)


def compare_terms(op: str, left: Const, right: Const) -> bool:
    """Whether `left op right` for `=  \\=  ==  \\==`, by identity, and `@<  @=<  @>  @>=`, in standard order.

    >>> compare_terms("=", Int(1), make_decimal(decimal.Decimal("1.0")))
    False
    >>> compare_terms("@<", make_decimal(decimal.Decimal("1.0")), Int(1))
    True
    """
    if op in _BY_IDENTITY:
        return _BY_IDENTITY[op](left, right)
    return _BY_ORDER[op](order_key(left), order_key(right))


def compare(op: str, left: Const, right: Const) -> bool:
    """Whether `left op right` for any comparison of two constants but `is`.

    Raises KeyError for any other operator.
    """
    return compare_numbers(op, left, right) if op in NUMERIC_COMPARISONS else compare_terms(op, left, right)


def sum_numbers(values: Iterable[Const]) -> Number | None:
    """The sum of numbers in whatever order, 0 if there are none; None if one is no number or the sum is too large.

    Only the sum itself has to fit: partial sums depend on an order that the language does not have.

    >>> sum_numbers([Int(INT_MAX), Int(1), Int(-2)]) == Int(INT_MAX - 1)
    True
    """
    integers, decimals = 0, decimal.Decimal(0)
    only_integers = True
    for value in values:
        match value:
            case Int(whole):
                integers += whole
            case Dec(exact):
                decimals = _UNBOUNDED.add(decimals, exact)
                only_integers = False
            case _:
                return None
    if only_integers:
        return _integer(integers)
    try:
        return make_decimal(_UNBOUNDED.add(decimals, decimal.Decimal(integers)))
    except (decimal.Inexact, decimal.InvalidOperation):
        return None


def call_builtin(name: str, inputs: tuple[Const, ...]) -> Iterator[Const]:
    """The values of a built-in predicate's last argument, given the others: none if it fails, else one.

    Only `between` has several, in ascending order; they are made one at a time, as there can be very many.

    >>> list(call_builtin("between", (Int(1), Int(3))))
    [Int(value=1), Int(value=2), Int(value=3)]
    >>> list(call_builtin("between", (Int(3), Int(1))))
    []

    Raises ValueError for a name that is not built in.
    """
    match name, inputs:
        case "between", (Int(low), Int(high)):
            yield from map(Int, range(low, high + 1))
        case "age", (Date(birth), Date(on)):
            years = dates.age(birth, on)
            if years is not None:
                yield Int(years)
        case "days_between", (Date(start), Date(end)):
            yield Int(dates.days_between(start, end))
        case "add_days", (Date(day), Int(days)):
            yield from _date(dates.add_days(day, days))
        case "add_months", (Date(day), Int(months)):
            yield from _date(dates.add_months(day, months))
        case (("between" | "age" | "days_between" | "add_days" | "add_months"), (_, _)):
            return
        case _:
            raise ValueError(f"`{name}/{len(inputs) + 1}` is not built in")


def _date(day: datetime.date | None) -> Iterator[Date]:
    if day is not None:
        yield Date(day)


def builtin_holds(name: str, args: tuple[Const, ...]) -> bool:
    """Whether a built-in predicate holds of constants, without making the values of a long `between`.

    >>> builtin_holds("between", (Int(INT_MIN), Int(INT_MAX), Int(5)))
    True
    """
    if name == "between":
        match args:
            case (Int(low), Int(high), Int(value)):
                return low <= value <= high
            case _:
                return False
    return args[-1] in call_builtin(name, args[:-1])
