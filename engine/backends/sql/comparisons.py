"""Comparisons, built-in calls and memberships in the body of a rule: conditions on its rows, and values for variables."""

from __future__ import annotations

from sqlglot import exp

from engine.backends.sql import scalars
from engine.backends.sql.statements import MOST_NODES, DeadEndError, Frame, Joins, better, equals_constant, union_of
from engine.backends.sql.values import Value, kind_of_all, literal
from kb.language.builtins import BUILTINS, BuiltinPredicate, ManyValues, OneValue
from kb.language.syntax import Builtin, Compare, Expr, Member, Op
from kb.language.terms import Const, Term, Var


def add_test(body: Joins, test: Compare | Builtin | Member, frame: Frame) -> None:
    """Adds a test to a body. Raises `DeadEndError` if it never holds."""
    match test:
        case Compare("is", left, right):
            unify(body, left, scalars.numeric(expression(body, right, frame)), frame)
        case Compare("=", left, right):
            one, other = known_value(body, left, frame), known_value(body, right, frame)
            if other is not None:
                unify(body, left, other, frame)
            else:
                unify(body, right, one, frame)
        case Compare(op, left, right):
            body.require(scalars.compared(op, expression(body, left, frame), expression(body, right, frame)))
        case Builtin(name, args):
            _built_in(body, BUILTINS[name], args, frame)
        case Member(item, items):
            _member(body, item, items, frame)


def known_value(body: Joins, expr: Expr, frame: Frame) -> Value | None:
    """The value of an expression; None for a variable that has none yet."""
    if isinstance(expr, Var) and expr not in frame.values:
        return None
    return expression(body, expr, frame)


def expression(body: Joins, expr: Expr, frame: Frame) -> Value:
    """The value of an expression over values."""
    if not isinstance(expr, Op):
        return frame.value(expr)
    result = scalars.calculated(expr.name, [expression(body, arg, frame) for arg in expr.args])
    if result is None:
        raise DeadEndError
    return result


def unify(body: Joins, expr: Expr, value: Value | None, frame: Frame) -> None:
    """Makes an expression have a value: by a condition, or by giving it to a new variable."""
    if value is None:
        raise DeadEndError
    known = known_value(body, expr, frame)
    if known is not None:
        body.require(scalars.equal(known, value))
        if isinstance(expr, Var):
            frame.values[expr] = better(known, value)
        return
    assert isinstance(expr, Var)
    body.require(scalars.exists_value(value))
    frame.values[expr] = Value(value.sql, value.kind, value.computed, of_cases=value.of_cases)
    if not body.strict and sum(1 for _ in value.sql.walk()) > MOST_NODES // 10:
        body.flush()


def _built_in(body: Joins, record: BuiltinPredicate, args: tuple[Term, ...], frame: Frame) -> None:
    inputs, last = [frame.value(arg) for arg in args[:-1]], args[-1]
    match record.sql:
        case OneValue() as sql:
            unify(body, last, scalars.built_in(record, sql, inputs), frame)
        case ManyValues() as sql if frame.known(last):
            body.require(scalars.built_in_holds(record, sql, [*inputs, frame.value(last)]))
        case ManyValues() as sql:
            assert isinstance(last, Var)
            alias = body.statement.alias()
            found = scalars.built_in_series(record, sql, inputs, alias)
            if found is None:
                raise DeadEndError
            table, conditions = found
            for condition in conditions:
                body.require(condition)
            body.sources.append((table, []))
            frame.values[last] = Value(exp.column("c0", table=alias), scalars.kind_of(record.output), computed=True)


def _member(body: Joins, item: Term, items: tuple[Const, ...], frame: Frame) -> None:
    constants = list(dict.fromkeys(items))
    if frame.known(item):
        value = frame.value(item)
        body.require(scalars.or_([equals_constant(value, constant) for constant in constants]))
        return
    assert isinstance(item, Var)
    if not constants:
        raise DeadEndError
    kind = kind_of_all(constants)
    rows = [exp.Select(expressions=[exp.alias_(literal(each, kind).sql, "c0")]) for each in constants]
    alias = body.statement.alias()
    body.sources.append((union_of(rows).subquery(alias, copy=False), []))
    frame.values[item] = Value(exp.column("c0", table=alias), kind)
