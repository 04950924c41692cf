"""Comparisons, built-in calls and memberships about one case, as conditions on its columns and rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlglot import exp

from engine.backends.sql.scalars import built_in, calculated, compared, exists_value, listed, numeric
from engine.backends.sql.values import Value, literal
from engine.batch.lift.ways import Case, Cell, Env, Item, UnfitError, Way, conditioned, item_of, value_of
from engine.builtins import solve_test
from kb.language.builtins import BUILTINS, OneValue
from kb.language.syntax import Builtin, Compare, Expr, Member, Op, literal_terms, variables
from kb.language.terms import Var


def tested(test: Compare | Builtin | Member, env: Env, way: Way) -> Iterator[tuple[Env, Way]]:
    """The ways in which a test holds, with what it binds. Raises `UnfitError` if that takes more than conditions."""
    mentioned = {var: env[var] for var in variables(literal_terms(test)) if var in env}
    constants = {var: item for var, item in mentioned.items() if not isinstance(item, Case | Cell)}
    if len(constants) == len(mentioned):
        for binding in solve_test(test, constants):
            yield {**env, **binding}, way
        return
    items = tuple(mentioned.values())
    match test:
        case Compare("is", Var() as target, right) if target not in env:
            yield from _bound(target, _number(right, env), env, way, items)
        case Compare("=", Var() as target, right) if target not in env:
            yield from _bound(target, _expression(right, env), env, way, items)
        case Compare("=", left, Var() as target) if target not in env:
            yield from _bound(target, _expression(left, env), env, way, items)
        case Compare(op, left, right):
            one, other = _expression(left, env), _number(right, env) if op == "is" else _expression(right, env)
            if one is not None and other is not None:
                condition = compared(op, one, other)
                if condition != exp.false():
                    yield env, conditioned(way, condition, items)
        case Builtin(name, (*inputs, last)):
            record = BUILTINS[name]
            if not isinstance(record.sql, OneValue):
                raise UnfitError(name)
            found = [_expression(each, env) for each in inputs]
            known = [value for value in found if value is not None]
            result = built_in(record, record.sql, known) if len(known) == len(found) else None
            if result is None:
                return
            if isinstance(last, Var) and last not in env:
                yield from _bound(last, result, env, way, items)
                return
            wanted = _expression(last, env)
            if wanted is not None:
                yield env, conditioned(way, compared("=", result, wanted), items)
        case Member(item, choices):
            value = _expression(item, env)
            if value is not None:
                yield env, conditioned(way, listed(value, [literal(each) for each in choices]), items)
        case _:
            raise UnfitError("a test")


def _bound(target: Var, value: Value | None, env: Env, way: Way, items: tuple[Item, ...]) -> Iterator[tuple[Env, Way]]:
    if value is None:
        return
    cells = [item for item in items if isinstance(item, Cell)]
    of_row = any(cell.of_row for cell in cells)
    if of_row and not all(cell.of_row for cell in cells):
        raise UnfitError("a row with a value of its case")
    found = conditioned(way, exists_value(value), items)
    yield {**env, target: Cell(replace(value, nullable=value.nullable), of_row)}, found


def _number(expr: Expr, env: Env) -> Value | None:
    value = _expression(expr, env)
    return None if value is None else numeric(value)


def _expression(expr: Expr, env: Env) -> Value | None:
    if isinstance(expr, Op):
        args = [_expression(arg, env) for arg in expr.args]
        known = [arg for arg in args if arg is not None]
        return calculated(expr.name, known) if len(known) == len(args) else None
    item = item_of(expr, env)
    if item is None:
        raise UnfitError("an unbound variable")
    return value_of(item)
