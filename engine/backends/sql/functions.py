"""What native SQL cannot compute exactly, for decimals and columns of several kinds: functions over marked constants.

Each takes and gives text as engine/backends/sql/values.py writes it, and None where there is no value. Back ends that can run
Python register them under these names; kb/language/builtins.py is what they compute.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from engine.backends.sql.values import marked, unmarked
from kb.language.builtins import compare, evaluate_expr, sum_numbers
from kb.language.terms import Const, order_key


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


FUNCTIONS = (
    Function("priorlog_compare", _compare, ("TEXT", "TEXT", "TEXT"), "BOOLEAN"),
    Function("priorlog_calculate", _calculate, ("TEXT", "TEXT", "TEXT"), "TEXT"),
    Function("priorlog_calculate_one", _calculate_one, ("TEXT", "TEXT"), "TEXT"),
    Function("priorlog_sum", _sum, ("TEXT[]",), "TEXT"),
    Function("priorlog_times", _times, ("TEXT", "BIGINT"), "TEXT"),
    Function("priorlog_least", _least, ("TEXT[]",), "TEXT"),
    Function("priorlog_greatest", _greatest, ("TEXT[]",), "TEXT"),
)
"""All of them, for a back end to register."""
