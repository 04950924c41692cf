"""Comparisons, arithmetic and built-in predicates as SQL over values; what fails is NULL in a value, FALSE in a test.

Integers and dates are computed natively. What may be a decimal, or one of several kinds, goes through functions over
marked constants, which back ends that can run Python register. What is computed is in the language's records; here it
meets the kinds of values.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlglot
from sqlglot import exp

from engine.backends.sql.values import NATIVE, Kind, Value, in_kind, marked, native, unmarked
from kb.language.builtins import (
    COMPARISONS,
    OPERATIONS,
    Argument,
    BuiltinPredicate,
    By,
    Comparison,
    ManyValues,
    OneValue,
    compare,
    evaluate_expr,
    sum_numbers,
)
from kb.language.terms import Const, order_key

TRUE, FALSE = exp.true(), exp.false()


def number(value: int) -> exp.Expr:
    """A small integer as SQL."""
    return exp.Literal.number(value) if value >= 0 else exp.Neg(this=exp.Literal.number(-value))


def call(name: str, *args: exp.Expr) -> exp.Expr:
    """A call of one of our functions."""
    return exp.Anonymous(this=name, expressions=list(args))


def and_(conditions: list[exp.Expr]) -> exp.Expr:
    """The conjunction of conditions."""
    kept = [each for each in conditions if each != TRUE]
    if any(each == FALSE for each in kept):
        return FALSE.copy()
    return exp.and_(*kept, copy=False) if kept else TRUE.copy()


def or_(conditions: list[exp.Expr]) -> exp.Expr:
    """The disjunction of conditions."""
    kept = [each for each in conditions if each != FALSE]
    if any(each == TRUE for each in kept):
        return TRUE.copy()
    return exp.or_(*kept, copy=False) if kept else FALSE.copy()


def negated(condition: exp.Expr) -> exp.Expr:
    """The negation of a condition, which is never NULL."""
    if condition == TRUE:
        return FALSE.copy()
    return TRUE.copy() if condition == FALSE else exp.not_(condition, copy=False)


def two_valued(test: exp.Expr, *values: Value) -> exp.Expr:
    """A test of values that is FALSE where one of them is none."""
    if any(value.nullable for value in values):
        return exp.Coalesce(this=test, expressions=[FALSE.copy()])
    return test


def exists_value(value: Value) -> exp.Expr:
    """Whether there is a value."""
    return exp.not_(exp.Is(this=value.sql.copy(), expression=exp.null())) if value.nullable else TRUE.copy()


def equal(left: Value, right: Value) -> exp.Expr:
    """Whether two values are one constant."""
    if left.kind is not right.kind:
        if Kind.ANY not in (left.kind, right.kind):
            return FALSE.copy()
        left, right = in_kind(left, Kind.ANY), in_kind(right, Kind.ANY)
    if left.sql == right.sql:
        return and_([exists_value(left), exists_value(right)])
    if isinstance(left.sql, exp.Literal) and isinstance(right.sql, exp.Literal):
        return FALSE.copy()
    return two_valued(exp.EQ(this=left.sql.copy(), expression=right.sql.copy()), left, right)


def compared(op: str, left: Value, right: Value) -> exp.Expr:
    """Whether `left op right`, for any comparison."""
    comparison = COMPARISONS[op]
    match comparison.by:
        case By.IDENTITY:
            same = equal(left, right)
            is_same = comparison.relation(0, 0)
            return same if is_same else and_([exists_value(left), exists_value(right), negated(same)])
        case By.VALUE:
            numbers = {left.kind, right.kind} <= {Kind.INTEGER, Kind.ANY}
            return _in_order(comparison, left, right) if numbers else FALSE.copy()
        case By.ORDER:
            return _in_order(comparison, left, right)


def _in_order(comparison: Comparison, left: Value, right: Value) -> exp.Expr:
    if Kind.ANY in (left.kind, right.kind):
        terms = (in_kind(left, Kind.ANY).sql.copy(), in_kind(right, Kind.ANY).sql.copy())
        return two_valued(call("priorlog_compare", exp.Literal.string(comparison.op), *terms), left, right)
    if left.kind is not right.kind:
        holds = comparison.relation(left.kind.rank, right.kind.rank)
        return and_([exists_value(left), exists_value(right)]) if holds else FALSE.copy()
    return two_valued(filled(comparison.sql, left=left.sql, right=right.sql), left, right)


def listed(value: Value, items: list[Value]) -> exp.Expr:
    """Whether a value is one of some constants."""
    return or_([equal(value, item) for item in items])


def calculated(op: str, args: list[Value]) -> Value | None:
    """The value of an arithmetic operation, or None if it can have none."""
    if not {arg.kind for arg in args} <= {Kind.INTEGER, Kind.ANY}:
        return None
    if any(arg.kind is Kind.ANY for arg in args):
        name = "priorlog_calculate" if len(args) == 2 else "priorlog_calculate_one"
        terms = [in_kind(arg, Kind.ANY).sql.copy() for arg in args]
        return Value(call(name, exp.Literal.string(op), *terms), Kind.ANY, computed=True, nullable=True)
    names = ("operand",) if len(args) == 1 else ("left", "right")
    wide = {name: _wide(arg.sql.copy()) for name, arg in zip(names, args, strict=True)}
    return Value(_narrow(filled(OPERATIONS[op].sql, **wide)), Kind.INTEGER, computed=True, nullable=True)


@functools.cache
def copies_of_operands(op: str) -> tuple[int, ...]:
    """How many times the SQL of an arithmetic operation has each operand; of a quotient, also in dialects that say it by the
    remainder."""
    operation = OPERATIONS[op]
    names = (":operand",) if operation.arity == 1 else (":left", ":right")
    return tuple(2 if " DIV " in operation.sql else operation.sql.count(name) for name in names)


def numeric(value: Value) -> Value | None:
    """A value if it is a number, else none."""
    match value.kind:
        case Kind.INTEGER:
            return value
        case Kind.ANY:
            sql = filled("CASE WHEN SUBSTRING(:value, 1, 2) IN ('i:', 'n:') THEN :value END", value=value.sql)
            return Value(sql, Kind.ANY, value.computed, nullable=True)
        case Kind.DATE | Kind.ATOM | Kind.STRING:
            return None


def _wide(term: exp.Expr) -> exp.Expr:
    """An integer in a type that holds sums and products of two."""
    return exp.cast(term, "INT128")


def _narrow(sql: exp.Expr) -> exp.Expr:
    """An integer as one of 64 bits, NULL if it is none."""
    return exp.TryCast(this=sql, to=exp.DataType.build("BIGINT"))


def built_in(record: BuiltinPredicate, sql: OneValue, inputs: Sequence[Value]) -> Value | None:
    """The value of a built-in predicate's last argument, given the others; None if it can have none."""
    known = _natively(record.inputs, inputs)
    return (
        None
        if known is None
        else Value(_of(sql.value, known), NATIVE[record.output.kind], computed=True, nullable=True)
    )


def built_in_holds(record: BuiltinPredicate, sql: ManyValues, args: Sequence[Value]) -> exp.Expr:
    """Whether a built-in predicate holds of values."""
    known = _natively(record.arguments, args)
    return FALSE.copy() if known is None else two_valued(_of(sql.test, known), *known.values())


def built_in_series(
    record: BuiltinPredicate, sql: ManyValues, inputs: Sequence[Value], alias: str
) -> tuple[exp.Expr, list[exp.Expr]] | None:
    """A table of the values of a built-in predicate's last argument, in its column `c0`, and the conditions that the
    inputs have values; None if it can have none."""
    known = _natively(record.inputs, inputs)
    if known is None:
        return None
    series = exp.Select(expressions=[exp.alias_(exp.Unnest(expressions=[_of(sql.series, known)]), "c0")])
    named = exp.TableAlias(this=exp.to_identifier(alias), columns=[exp.to_identifier("c0")])
    return exp.Lateral(this=series.subquery(copy=False), alias=named), [exists_value(each) for each in known.values()]


def _natively(arguments: Sequence[Argument], values: Sequence[Value]) -> dict[str, Value] | None:
    """The values by the names of their arguments, each of its kind; None if one cannot be."""
    pairs = zip(arguments, values, strict=True)
    found = {argument.name: native(value, NATIVE[argument.kind]) for argument, value in pairs}
    known = {name: value for name, value in found.items() if value is not None}
    return known if len(known) == len(found) else None


def _of(sql: str, values: Mapping[str, Value]) -> exp.Expr:
    return filled(sql, **{name: value.sql for name, value in values.items()})


def filled(sql: str, **values: exp.Expr) -> exp.Expr:
    """An expression of the language's records, with values in the place of its `:name`s."""

    def value(node: exp.Expr) -> exp.Expr:
        return values[node.name].copy() if isinstance(node, exp.Placeholder) else node

    return _parsed(sql).transform(value)


@functools.cache
def _parsed(sql: str) -> exp.Expr:
    return sqlglot.parse_one(sql)


def summed(sql: exp.Expr, kind: Kind) -> Value | None:
    """The sum over rows, of which there is one at least; None if they are no numbers."""
    match kind:
        case Kind.INTEGER:
            return Value(_narrow(exp.Sum(this=sql)), kind, computed=True, nullable=True)
        case Kind.ANY:
            return Value(call("priorlog_sum", exp.ArrayAgg(this=sql)), kind, computed=True, nullable=True)
        case Kind.DATE | Kind.ATOM | Kind.STRING:
            return None


def times(value: Value, count: exp.Expr) -> Value | None:
    """The sum of that many of a value."""
    match value.kind:
        case Kind.INTEGER:
            sql = exp.Mul(this=_wide(value.sql.copy()), expression=_wide(count))
            return Value(_narrow(sql), value.kind, computed=True, nullable=True)
        case Kind.ANY:
            return Value(call("priorlog_times", value.sql.copy(), count), value.kind, computed=True, nullable=True)
        case Kind.DATE | Kind.ATOM | Kind.STRING:
            return None


def extreme_of(op: str, sql: exp.Expr, kind: Kind) -> Value:
    """The least or greatest value over rows, NULL without rows."""
    if kind is Kind.ANY:
        name = "priorlog_least" if op == "min" else "priorlog_greatest"
        return Value(call(name, exp.ArrayAgg(this=sql)), kind, computed=True, nullable=True)
    result = exp.Min(this=sql) if op == "min" else exp.Max(this=sql)
    return Value(result, kind, computed=False, nullable=True)


class Function(NamedTuple):
    """A function with the SQL types of its arguments and its result."""

    name: str
    call: Callable[..., Any]
    arguments: tuple[str, ...]
    result: str


def _compare(op: str | None, left: str | None, right: str | None) -> bool | None:
    if op is None or left is None or right is None:
        return None
    return compare(op, unmarked(left), unmarked(right))


def _calculate(op: str | None, left: str | None, right: str | None) -> str | None:
    if op is None or left is None or right is None:
        return None
    return _written(evaluate_expr(op, (unmarked(left), unmarked(right))))


def _calculate_one(op: str | None, value: str | None) -> str | None:
    if op is None or value is None:
        return None
    return _written(evaluate_expr(op, (unmarked(value),)))


def _sum(values: Sequence[str] | None) -> str | None:
    return _written(sum_numbers(unmarked(value) for value in values or ()))


def _times(value: str | None, number: int | None) -> str | None:
    """The sum of that many of the value."""
    if value is None or number is None:
        return None
    return _written(sum_numbers([unmarked(value)] * number))


def _least(values: Sequence[str] | None) -> str | None:
    return marked(min(map(unmarked, values), key=order_key)) if values else None


def _greatest(values: Sequence[str] | None) -> str | None:
    return marked(max(map(unmarked, values), key=order_key)) if values else None


def _written(constant: Const | None) -> str | None:
    return None if constant is None else marked(constant)


FUNCTIONS: tuple[Function, ...] = (
    Function("priorlog_compare", _compare, ("TEXT", "TEXT", "TEXT"), "BOOLEAN"),
    Function("priorlog_calculate", _calculate, ("TEXT", "TEXT", "TEXT"), "TEXT"),
    Function("priorlog_calculate_one", _calculate_one, ("TEXT", "TEXT"), "TEXT"),
    Function("priorlog_sum", _sum, ("TEXT[]",), "TEXT"),
    Function("priorlog_times", _times, ("TEXT", "BIGINT"), "TEXT"),
    Function("priorlog_least", _least, ("TEXT[]",), "TEXT"),
    Function("priorlog_greatest", _greatest, ("TEXT[]",), "TEXT"),
)
"""All of them, for a back end to register."""

_NAMES = frozenset(each.name for each in FUNCTIONS)


def calls_functions(expression: exp.Expr) -> bool:
    """Whether an expression calls one of our functions."""
    return any(each.name in _NAMES for each in expression.find_all(exp.Anonymous))
