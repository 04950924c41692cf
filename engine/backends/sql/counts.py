"""Counts and aggregates in the body of a rule: subqueries over the rows that they count."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TypeAlias

from sqlglot import exp

from engine.backends.sql import scalars
from engine.backends.sql.comparisons import unify
from engine.backends.sql.partial import Frame, PartialQuery
from engine.backends.sql.statements import aliased, columns_of, union_of
from engine.backends.sql.values import Kind, Table, Value, in_kind, literal, native
from engine.reading.plan import AggregateTest, Counted, CountTest
from kb.language.terms import Int, Var

Rows: TypeAlias = Table | exp.Expr
"""Rows to join or count: a table, or whether the one row that is asked for is there."""

Counts: TypeAlias = list[tuple[Counted, Rows]]
"""What is counted, with the rows of each: a table, or whether there is a row where a single one is asked for."""


def _query_for(
    outer: PartialQuery, source: Counted, table: Table, frame: Frame, shown: list[exp.Expr] | None = None
) -> tuple[exp.Select, dict[Var, Value]]:
    """The query for an aggregate over the rows that a source counts, and the values of its variables there."""
    alias = outer.statement.alias()
    inside: dict[Var, Value] = {}
    conditions = []
    for here, arg in zip(columns_of(table, alias), source.args, strict=True):
        if not isinstance(arg, Var) or arg not in source.counted:
            conditions.append(frame.matching(here, arg))
        elif arg in inside:
            conditions.append(scalars.equal(here, inside[arg]))
        else:
            inside[arg] = here
    query = exp.Select(expressions=shown or []).from_(aliased(table.name, alias), copy=False)
    condition = scalars.and_(conditions)
    return (query if condition == scalars.TRUE else query.where(condition, copy=False)), inside


def _number_of(outer: PartialQuery, counts: Counts, frame: Frame) -> exp.Expr:
    """How many rows the sources have."""
    numbers: list[exp.Expr] = []
    for source, rows in counts:
        if not isinstance(rows, Table):
            numbers.append(exp.Case().when(rows, scalars.number(1)).else_(scalars.number(0)))
        elif rows.columns is not None:
            query, _ = _query_for(outer, source, rows, frame, [exp.Count(this=exp.Star())])
            numbers.append(query.subquery(copy=False))
    return reduce(lambda one, other: exp.Add(this=one, expression=other), numbers) if numbers else scalars.number(0)


def _any_row(outer: PartialQuery, source: Counted, rows: Rows, frame: Frame) -> exp.Expr:
    """Whether a source has a row."""
    if not isinstance(rows, Table):
        return rows.copy()
    if rows.columns is None:
        return scalars.FALSE.copy()
    return exp.Exists(this=_query_for(outer, source, rows, frame, [scalars.number(1)])[0])


def count_condition(outer: PartialQuery, each: CountTest, counts: Counts, frame: Frame) -> exp.Expr:
    """The condition that at least, or at most, so many of the rows are there."""
    bound = native(frame.value(each.bound), Kind.INTEGER)
    if bound is None:
        return scalars.FALSE.copy()
    finite = [(source, rows) for source, rows in counts if not source.endless]
    unlimited = [_any_row(outer, source, rows, frame) for source, rows in counts if source.endless]
    if each.op == "at_least" and each.bound == Int(1):
        return scalars.or_([*unlimited, *(_any_row(outer, source, rows, frame) for source, rows in finite)])
    number = _number_of(outer, finite, frame)
    if each.op == "at_least":
        enough = scalars.two_valued(exp.GTE(this=number, expression=bound.sql.copy()), bound)
        return scalars.or_([*unlimited, enough])
    few = scalars.two_valued(exp.LTE(this=number, expression=bound.sql.copy()), bound)
    return scalars.and_([few, *map(scalars.negated, unlimited)])


def add_aggregate(outer: PartialQuery, each: AggregateTest, counts: Counts, frame: Frame) -> None:
    """Adds an aggregate over rows to a query: its result, and that it is known."""
    certain, possible = counts[: len(each.certain)], counts[len(each.certain) :]
    number, most = _number_of(outer, certain, frame), _number_of(outer, possible, frame)
    if each.is_open:
        outer.require(_against(exp.GT, most, number))
        return
    if certain != possible:
        outer.require(_against(exp.LTE, most, number))
    if each.op == "count":
        result: Value | None = Value(exp.cast(exp.paren(number.copy()), "BIGINT"), Kind.INTEGER, computed=True)
    else:
        result = _aggregated(outer, each, certain, number, frame)
    unify(outer, each.result, result, frame)
    if isinstance(each.result, Var) and not outer.strict:
        outer.flush()


def _against(relation: type[exp.Binary], one: exp.Expr, other: exp.Expr) -> exp.Expr:
    """A comparison of two numbers of rows."""
    return relation(this=exp.paren(one.copy()), expression=exp.paren(other.copy()))


def _versus_none(relation: type[exp.Binary], number: exp.Expr) -> exp.Expr:
    return relation(this=exp.paren(number.copy()), expression=scalars.number(0))


def _aggregated(
    outer: PartialQuery, each: AggregateTest, counts: Counts, number: exp.Expr, frame: Frame
) -> Value | None:
    """The sum, least or greatest value of the certain rows."""
    value = each.value
    assert value is not None
    if not (isinstance(value, Var) and value in each.counted):
        return _of_same(each.op, frame.value(value), number)
    found: list[tuple[exp.Select, Value]] = []
    for source, rows in counts:
        if value not in source.counted:
            outer.require(scalars.negated(_any_row(outer, source, rows, frame)))
        elif isinstance(rows, Table) and rows.columns is not None:
            query, inside = _query_for(outer, source, rows, frame)
            found.append((query, inside[value]))
    if not found:
        return literal(Int(0)) if each.op == "sum" else None
    query, one = found[0] if len(found) == 1 else _together(outer, found)
    if each.op != "sum":
        return _subquery(query, scalars.extreme_of(each.op, one.sql.copy(), one.kind))
    total = scalars.summed(one.sql.copy(), one.kind)
    if total is None:
        outer.require(_versus_none(exp.EQ, number))
        return literal(Int(0))
    zero = literal(Int(0), total.kind).sql
    sql = exp.Case().when(_versus_none(exp.EQ, number), zero).else_(_subquery(query, total).sql)
    return Value(sql, total.kind, computed=True, nullable=True)


def _together(outer: PartialQuery, rows: list[tuple[exp.Select, Value]]) -> tuple[exp.Select, Value]:
    """A query for the values of several, without what it shows."""
    column = reduce(or_, (value.column for _, value in rows))
    selects = [query.select(exp.alias_(in_kind(value, column.kind).sql, "c0"), copy=False) for query, value in rows]
    alias = outer.statement.alias()
    query = exp.Select().from_(union_of(selects).subquery(alias, copy=False), copy=False)
    return query, Value(exp.column("c0", table=alias), column.kind, column.computed)


def _subquery(query: exp.Select, value: Value) -> Value:
    found = query.select(value.sql, copy=False).subquery(copy=False)
    return Value(found, value.kind, value.computed, nullable=True)


def _of_same(op: str, value: Value, number: exp.Expr) -> Value | None:
    """The aggregate over rows that all have one value."""
    some = _versus_none(exp.GT, number)
    if op != "sum":
        return Value(exp.Case().when(some, value.sql.copy()), value.kind, value.computed, nullable=True)
    total = scalars.times(value, exp.paren(number.copy()))
    if total is None:
        sql = exp.Case().when(_versus_none(exp.EQ, number), literal(Int(0)).sql)
        return Value(sql, Kind.INTEGER, computed=True, nullable=True)
    sql = exp.Case().when(some, total.sql).else_(literal(Int(0), total.kind).sql)
    return Value(sql, total.kind, computed=True, nullable=True)
