"""Comparisons, built-ins and membership in the body of a rule: conditions on rows, and values for variables."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from engine.backends.sql import scalars
from engine.backends.sql.partial import COMPUTED, DeadEndError, Frame, NotAConditionError, PartialQuery
from engine.backends.sql.statements import better, equals_constant, union_of
from engine.backends.sql.values import NATIVE, Value, kind_of_all, literal
from kb.language.builtins import BUILTINS, BuiltinPredicate, ManyValues, OneValue
from kb.language.syntax import Builtin, Compare, Expr, Member, Op
from kb.language.terms import Const, Term, Var

MOST_IN_ONE = 60
"""How large a value may get before it has a column of its own."""


def add_test(query: PartialQuery, test: Compare | Builtin | Member, frame: Frame) -> None:
    """Adds a test to a query. Raises `DeadEndError` if it never holds."""
    if isinstance(test, Compare):
        test = Compare(test.op, _in_columns(query, test.left, frame), _in_columns(query, test.right, frame))
    match test:
        case Compare("is", left, right):
            unify(query, left, scalars.numeric(frame.value(right)), frame)
        case Compare("=", left, right):
            known, other = (right, left) if frame.known(right) else (left, right)
            unify(query, other, frame.value(known), frame)
        case Compare(op, left, right):
            query.require(scalars.compared(op, frame.value(left), frame.value(right)))
        case Builtin(name, args):
            _built_in(query, BUILTINS[name], args, frame)
        case Member(item, items):
            _member(query, item, list(dict.fromkeys(items)), frame)


MOST_COPIES = 16
"""How many operations more an expression may come to, as SQL has some operands several times, before these become columns."""


def _in_columns(query: PartialQuery, expr: Expr, frame: Frame) -> Expr:
    """An expression that is short in SQL: operands that it has too many copies of become variables with a column each."""
    if not isinstance(expr, Op):
        return expr
    expr = Op(expr.name, tuple(_in_columns(query, arg, frame) for arg in expr.args))
    if _copies(expr) - _operations(expr) <= MOST_COPIES:
        return expr
    return Op(expr.name, tuple(_in_column(query, arg, frame) for arg in expr.args))


def _copies(expr: Expr) -> int:
    """How many operations an expression comes to in SQL."""
    if not isinstance(expr, Op):
        return 0
    copies: Iterable[int] = map(int.__mul__, scalars.copies_of_operands(expr.name), map(_copies, expr.args))
    return 1 + sum(copies)


def _operations(expr: Expr) -> int:
    return 1 + sum(map(_operations, expr.args)) if isinstance(expr, Op) else 0


def _in_column(query: PartialQuery, expr: Expr, frame: Frame) -> Expr:
    """A variable for an operation, which then has a value, in a column of its own."""
    if not isinstance(expr, Op):
        return expr
    if query.strict:
        raise NotAConditionError
    value = frame.value(expr)
    var = Var(f"operand {query.statement.alias()}")
    query.require(scalars.exists_value(value))
    frame.values[var] = Value(value.sql, value.kind, value.computed, of_cases=value.of_cases)
    if frame.needed is not None:
        frame.needed = frame.needed | {var}
    query.flush(COMPUTED)
    return var


def unify(query: PartialQuery, expr: Expr, value: Value | None, frame: Frame) -> None:
    """Makes an expression have a value: by a condition, or by giving it to a new variable."""
    if value is None:
        raise DeadEndError
    if frame.known(expr):
        known = frame.value(expr)
        query.require(scalars.equal(known, value))
        if isinstance(expr, Var):
            frame.values[expr] = better(known, value)
        return
    assert isinstance(expr, Var)
    query.require(scalars.exists_value(value))
    frame.values[expr] = Value(value.sql, value.kind, value.computed, of_cases=value.of_cases)
    is_large = sum(1 for _ in value.sql.walk()) > MOST_IN_ONE
    if not query.strict and (is_large or scalars.calls_functions(value.sql)):
        query.flush()


def _built_in(query: PartialQuery, record: BuiltinPredicate, args: tuple[Term, ...], frame: Frame) -> None:
    inputs, last = [frame.value(arg) for arg in args[:-1]], args[-1]
    match record.sql:
        case OneValue() as sql:
            unify(query, last, scalars.built_in(record, sql, inputs), frame)
        case ManyValues() as sql if frame.known(last):
            query.require(scalars.built_in_holds(record, sql, [*inputs, frame.value(last)]))
        case ManyValues() as sql:
            assert isinstance(last, Var)
            alias = query.statement.alias()
            found = scalars.built_in_series(record, sql, inputs, alias)
            if found is None:
                raise DeadEndError
            table, conditions = found
            for condition in conditions:
                query.require(condition)
            query.sources.append((table, []))
            frame.values[last] = Value(exp.column("c0", table=alias), NATIVE[record.output.kind], computed=True)


def _member(query: PartialQuery, item: Term, constants: list[Const], frame: Frame) -> None:
    if frame.known(item):
        value = frame.value(item)
        query.require(scalars.or_([equals_constant(value, constant) for constant in constants]))
        return
    assert isinstance(item, Var)
    if not constants:
        raise DeadEndError
    kind = kind_of_all(constants)
    rows = [exp.Select(expressions=[exp.alias_(literal(each, kind).sql, "c0")]) for each in constants]
    alias = query.statement.alias()
    query.sources.append((union_of(rows).subquery(alias, copy=False), []))
    frame.values[item] = Value(exp.column("c0", table=alias), kind)
