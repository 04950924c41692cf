"""What comparisons say of the range of a `between` beside them, so that no engine goes through one that is far larger than
what is asked of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from engine.reading.plan import PlanLiteral, PlanRule, Test
from kb.language.syntax import Builtin, Compare
from kb.language.terms import INT_MAX, INT_MIN, Dec, Int, Term, Var

_TURNED = {"<": ">", "=<": ">=", ">": "<", ">=": "=<", "=:=": "=:="}


def narrowed(rule: PlanRule) -> PlanRule:
    """The rule with each `between` over the values alone that the comparisons with numbers beside it let through."""
    limits = _limits(rule.body)
    return PlanRule(rule.head, rule.args, tuple(_narrowed(each, limits) for each in rule.body)) if limits else rule


def _limits(body: Iterable[PlanLiteral]) -> dict[Var, tuple[int, int]]:
    """The least and the greatest integer that comparisons allow a variable."""
    found: dict[Var, tuple[int, int]] = {}
    for each in body:
        match each:
            case Test(Compare(op, Var() as var, (Int() | Dec()) as number)) if op in _TURNED:
                _limit(found, var, op, number)
            case Test(Compare(op, (Int() | Dec()) as number, Var() as var)) if op in _TURNED:
                _limit(found, var, _TURNED[op], number)
            case _:
                pass
    return found


def _limit(found: dict[Var, tuple[int, int]], var: Var, op: str, number: Int | Dec) -> None:
    low, high = found.get(var, (INT_MIN, INT_MAX))
    if op in (">", ">=", "=:="):
        low = max(low, math.floor(number.value) + 1 if op == ">" else math.ceil(number.value))
    if op in ("<", "=<", "=:="):
        high = min(high, math.ceil(number.value) - 1 if op == "<" else math.floor(number.value))
    found[var] = low, high


def _narrowed(literal: PlanLiteral, limits: Mapping[Var, tuple[int, int]]) -> PlanLiteral:
    match literal:
        case Test(Builtin("between", (low, high, Var() as var)) as test) if var in limits:
            least, most = limits[var]
            ends: tuple[Term, Term] = (
                Int(min(max(low.value, least), INT_MAX)) if isinstance(low, Int) else low,
                Int(max(min(high.value, most), INT_MIN)) if isinstance(high, Int) else high,
            )
            return Test(replace(test, args=(*ends, var)))
        case _:
            return literal
