"""What the proof checker's evaluator computes with: rows of constants and individuals, and the literals that test or
compute them. An individual that nothing names is an integer; one below 0 is any that its surroundings do not mention.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import TypeAlias, TypeVar

from kb.language.builtins import BUILTINS, calculate, compare, sum_numbers
from kb.language.syntax import Aggregate, Compare, Expr, Op, expr_terms
from kb.language.terms import Const, Int, Term, Var, order_key
from kb.language.truth import Truth

Value: TypeAlias = Const | int
Row: TypeAlias = tuple[Value, ...]
Rows: TypeAlias = dict[Row, None]
Pattern: TypeAlias = tuple[Value | None, ...]
"""The arguments of a call; None fits everything."""
Binding: TypeAlias = dict[Var, Value]
_Value = TypeVar("_Value")

MOST_VALUES = 5_000
EQUALITIES = {"=": True, "==": True, "\\=": False, "\\==": False}


class EndlessCheckError(Exception):
    """Raised where a check takes more steps than are allowed."""


def constants(terms: Iterable[Term]) -> tuple[Const, ...]:
    """The constants among terms."""
    return tuple(term for term in terms if not isinstance(term, Var))


def values_of(terms: Iterable[Term], binding: Binding) -> Row:
    """The terms under a binding that has a value for each of their variables."""
    return tuple([binding[term] if isinstance(term, Var) else term for term in terms])


def pattern_under(terms: tuple[Term, ...], binding: Binding) -> Pattern:
    """The terms as a call's pattern."""
    return tuple([binding.get(term) if isinstance(term, Var) else term for term in terms])


def matched(
    args: tuple[Term, ...], row: Sequence[_Value | None], binding: Mapping[Var, _Value]
) -> dict[Var, _Value] | None:
    """The binding extended so that the arguments are a row, of which None fits everything, or None if they cannot be."""
    extended = dict(binding)
    for arg, value in zip(args, row, strict=True):
        if value is not None and (extended.setdefault(arg, value) if isinstance(arg, Var) else arg) != value:
            return None
    return extended


def individuals(values: Iterable[Value | None]) -> list[int]:
    """The individuals among values and a fresh one."""
    known = sorted({each for each in values if isinstance(each, int)})
    return [*known, max(known, default=0) + 1]


def is_new(value: Value) -> bool:
    """Whether a value is an individual that the call does not mention."""
    return isinstance(value, int) and value < 0


def is_constant(row: Row) -> bool:
    """Whether no value of a row is an individual."""
    return not any(isinstance(value, int) for value in row)


def canonical(row: Row, known: Pattern) -> Row:
    """The row with the individuals that are not among those known numbered -1, -2, ... by first occurrence."""
    if is_constant(row):
        return row
    names: dict[int, int] = {}
    return tuple(
        names.setdefault(each, -len(names) - 1) if isinstance(each, int) and each not in known else each for each in row
    )


def some(value: Const | None) -> tuple[Const, ...]:
    """The value, if there is one."""
    return () if value is None else (value,)


def constants_in(expr: Expr, binding: Binding) -> dict[Var, Const] | None:
    """The values of an expression's variables, or None if one is an individual."""
    found: dict[Var, Const] = {}
    for term in expr_terms(expr):
        if isinstance(term, Var):
            value = binding[term]
            if isinstance(value, int):
                return None
            found[term] = value
    return found


def compares(comparison: Compare, binding: Binding, possible: bool) -> bool:
    """Whether a comparison is certain, or possible; individuals are compared by identity alone."""
    op, left, right = comparison.op, comparison.left, comparison.right
    if isinstance(left, Op) or isinstance(right, Op):
        known = constants_in(Op(op, (left, right)), binding)
        if known is None:
            return possible
        values = calculate(left, known), calculate(right, known)
        return values[0] is not None and values[1] is not None and compare(op, values[0], values[1])
    first, second = values_of((left, right), binding)
    if op in EQUALITIES:
        return (first == second) is EQUALITIES[op]
    return possible if isinstance(first, int) or isinstance(second, int) else compare(op, first, second)


def built_in(name: str, row: Row, possible: bool) -> bool:
    """Whether a built-in is certain, or possible, for a row."""
    if is_constant(row):
        return BUILTINS[name].holds(row)  # type: ignore[arg-type] # constants
    return possible and not is_constant(row[:-1])


def results(name: str, inputs: Row) -> tuple[Const, ...] | None:
    """The results of a built-in; None if they may be anything. Raises `EndlessCheckError` if they are too many."""
    if not is_constant(inputs):
        return None
    values = tuple(islice(BUILTINS[name].results(inputs), MOST_VALUES + 1))  # type: ignore[arg-type] # constants
    if len(values) > MOST_VALUES:
        raise EndlessCheckError
    return values


def aggregated(aggregate: Aggregate, rows: dict[Row, Truth]) -> tuple[Value, ...] | None:
    """The value of an aggregate over rows, if it has one; None if it is open."""
    if Truth.UNKNOWN in rows.values():
        return None
    if aggregate.op == "count":
        return (Int(len(rows)),)
    values = [row[-1] for row in rows if not isinstance(row[-1], int)]
    if len(values) < len(rows):
        return None
    if aggregate.op == "sum":
        return some(sum_numbers(values))
    return some((max if aggregate.op == "max" else min)(values, key=order_key, default=None))
