"""What the language computes from constants: arithmetic, with one record for each operation, comparisons and sums.

Integers have 64 bits and decimals are exact with at most 38 digits. What goes beyond them, divides by zero or is
applied to a constant of another kind has no value: a function gives None (or False, or nothing), and the literal fails.
"""

from __future__ import annotations

import decimal
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from kb.language.builtins import COMPARISONS, By
from kb.language.syntax import Expr, Op
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
    Var,
    make_decimal,
    order_key,
)

Number: TypeAlias = Int | Dec

_UNBOUNDED = decimal.Context(prec=decimal.MAX_PREC, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)


@dataclass(frozen=True, slots=True)
class Operation:
    """An arithmetic operation: how many operands it takes, its value (None if it has none), and the same in SQL.

    SQL has its operands, `:left` and `:right` or `:operand`, as integers of 128 bits; what then does not fit in 64 is no
    value. Only `neg` has another name in programs: a leading minus.
    """

    name: str
    arity: int
    compute: Callable[..., Number | None]
    sql: str


def _integer(value: int) -> Int | None:
    return Int(value) if INT_MIN <= value <= INT_MAX else None


def _number(
    of_integers: Callable[..., int], of_decimals: Callable[..., decimal.Decimal] | None = None
) -> Callable[..., Number | None]:
    """An operation on integers, and on decimals where one operand is a decimal; without the second, that has no value."""

    def value(*operands: Number) -> Number | None:
        try:
            if all(isinstance(operand, Int) for operand in operands):
                return _integer(of_integers(*(operand.value for operand in operands)))
            if of_decimals is None:
                return None
            return make_decimal(of_decimals(*(decimal.Decimal(operand.value) for operand in operands)))
        except (ZeroDivisionError, decimal.Inexact, decimal.InvalidOperation):
            return None

    return value


def _truncated(left: int, right: int) -> int:
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


_ZERO = "CAST(0 AS INT128)"
_OPERATIONS = (
    Operation("+", 2, _number(operator.add, EXACT.add), ":left + :right"),
    Operation("-", 2, _number(operator.sub, EXACT.subtract), ":left - :right"),
    Operation("*", 2, _number(operator.mul, EXACT.multiply), ":left * :right"),
    Operation("//", 2, _number(_truncated), f":left DIV NULLIF(:right, {_ZERO})"),
    Operation(
        "mod", 2, _number(operator.mod), f"((:left % NULLIF(:right, {_ZERO})) + :right) % NULLIF(:right, {_ZERO})"
    ),
    Operation(
        "min",
        2,
        lambda *both: min(both, key=order_key),
        "CASE WHEN :left <= :right THEN :left WHEN :right < :left THEN :right END",
    ),
    Operation(
        "max",
        2,
        lambda *both: max(both, key=order_key),
        "CASE WHEN :left <= :right THEN :right WHEN :right < :left THEN :left END",
    ),
    Operation("abs", 1, _number(abs, EXACT.abs), "ABS(:operand)"),
    Operation("neg", 1, _number(operator.neg, EXACT.minus), "-:operand"),
)
OPERATIONS = MappingProxyType({record.name: record for record in _OPERATIONS})
"""The arithmetic operations by name."""


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

    Raises KeyError for any other operation.
    """
    operation = OPERATIONS[op]
    return operation.compute(*args) if all(isinstance(arg, Int | Dec) for arg in args) else None


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
    value = binding[expr] if isinstance(expr, Var) else expr
    return value if isinstance(value, Int | Dec) else None


def compare(op: str, left: Const, right: Const) -> bool:
    """Whether `left op right`, for any comparison: by value False unless both are numbers.

    >>> one = make_decimal(decimal.Decimal("1.0"))
    >>> compare("=:=", Int(1), one), compare("=", Int(1), one), compare("@<", one, Int(1))
    (True, False, True)

    Raises KeyError for any other operator.
    """
    comparison = COMPARISONS[op]
    match comparison.by:
        case By.VALUE:
            return (
                isinstance(left, Int | Dec)
                and isinstance(right, Int | Dec)
                and comparison.relation(left.value, right.value)
            )
        case By.IDENTITY:
            return comparison.relation(left, right)
        case By.ORDER:
            return comparison.relation(order_key(left), order_key(right))


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
            case Atom() | Str() | Date():
                return None
    if only_integers:
        return _integer(integers)
    try:
        return make_decimal(_UNBOUNDED.add(decimals, decimal.Decimal(integers)))
    except (decimal.Inexact, decimal.InvalidOperation):
        return None
