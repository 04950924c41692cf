"""Counts and aggregates in the body of a rule: subqueries over the rows that they count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from engine.backends.sql import scalars
from engine.backends.sql.statements import Frame, Rows, aliased, columns_of, matching
from engine.backends.sql.tests import unify
from engine.backends.sql.values import Kind, Table, Value, in_kind, literal, native
from engine.reading.plan import AggregateTest, Counted, CountTest
from kb.language.terms import Int, Var

if TYPE_CHECKING:
    from engine.backends.sql.bodies import BodyCompiler


def _counted_tables(body: BodyCompiler, sources: tuple[Counted, ...], frame: Frame) -> list[Rows]:
    """The tables of counted relations, or whether there is a row where a single one is asked for."""
    parts = len(body.statement.parts)
    found = [_counted_table(body, source, frame) for source in sources]
    if len(body.statement.parts) > parts:
        body.flush()  # what was found before the body became a common table expression does not hold now
        found = [
            _counted_table(body, source, frame) if not isinstance(rows, Table) else rows
            for source, rows in zip(sources, found, strict=True)
        ]
    return found


def _counted_table(body: BodyCompiler, source: Counted, frame: Frame) -> Rows:
    if not source.counted:
        return body.holds(source.rel, source.args, frame)
    if body.relations.self_sufficient(source.rel) is not None:
        return body.statement.compiler.table(source.rel, of_cases=body.statement.of_cases)
    own = Frame({var: value for var, value in frame.values.items() if var not in source.counted}, frame.key)
    body.frames.append(own)
    return body.for_these(source.rel, source.args, own)


def _rows_of(
    body: BodyCompiler, source: Counted, table: Table, frame: Frame, shown: list[exp.Expr] | None = None
) -> tuple[exp.Select, dict[Var, Value]]:
    """The query for an aggregate over the rows that a source counts, and the values of its variables there."""
    alias = body.statement.alias()
    inside: dict[Var, Value] = {}
    conditions = []
    for here, arg in zip(columns_of(table, alias), source.args, strict=True):
        if isinstance(arg, Var) and arg in source.counted:
            if arg in inside:
                conditions.append(scalars.equal(here, inside[arg]))
            else:
                inside[arg] = here
        else:
            conditions.append(matching(here, arg, frame))
    query = exp.Select(expressions=shown or []).from_(aliased(table.name, alias), copy=False)
    condition = scalars.both(conditions)
    return (query if condition == scalars.TRUE else query.where(condition, copy=False)), inside


def _number_of(body: BodyCompiler, sources: tuple[Counted, ...], tables: list[Rows], frame: Frame) -> exp.Expr:
    """How many rows the sources have."""
    total: exp.Expr | None = None
    for source, table in zip(sources, tables, strict=True):
        if not isinstance(table, Table):
            number: exp.Expr = exp.Case().when(table, scalars.number(1)).else_(scalars.number(0))
        elif table.columns is None:
            continue
        else:
            query, _ = _rows_of(body, source, table, frame, [exp.Count(this=exp.Star())])
            number = query.subquery(copy=False)
        total = number if total is None else exp.Add(this=total, expression=number)
    return scalars.number(0) if total is None else total


def _any_row(body: BodyCompiler, source: Counted, table: Rows, frame: Frame) -> exp.Expr:
    """Whether a source has a row."""
    if not isinstance(table, Table):
        return table.copy()
    if table.columns is None:
        return scalars.FALSE.copy()
    return exp.Exists(this=_rows_of(body, source, table, frame, [exp.Literal.number(1)])[0])


def count_condition(body: BodyCompiler, each: CountTest, frame: Frame) -> exp.Expr:
    """The condition that at least, or at most, so many rows are there."""
    tables = _counted_tables(body, each.sources, frame)
    bound = native(frame.value(each.bound), Kind.INTEGER)
    if bound is None:
        return scalars.FALSE.copy()
    pairs = list(zip(each.sources, tables, strict=True))
    finite = [(source, table) for source, table in pairs if not source.endless]
    unlimited = [_any_row(body, source, table, frame) for source, table in pairs if source.endless]
    if each.op == "at_least" and each.bound == Int(1):
        return scalars.either([*unlimited, *(_any_row(body, source, table, frame) for source, table in finite)])
    number = _number_of(body, tuple(source for source, _ in finite), [table for _, table in finite], frame)
    if each.op == "at_least":
        enough = scalars.two_valued(exp.GTE(this=number, expression=bound.sql.copy()), bound)
        return scalars.either([*unlimited, enough])
    few = scalars.two_valued(exp.LTE(this=number, expression=bound.sql.copy()), bound)
    return scalars.both([few, *(scalars.negated(any_row) for any_row in unlimited)])


def add_aggregate(body: BodyCompiler, each: AggregateTest, frame: Frame) -> None:
    """Adds an aggregate to a body: its result, and that it is known."""
    tables = _counted_tables(body, each.certain + each.possible, frame)
    certain, possible = tables[: len(each.certain)], tables[len(each.certain) :]
    number = _number_of(body, each.certain, certain, frame)
    most = _number_of(body, each.possible, possible, frame)
    if each.is_open:
        body.require(exp.GT(this=exp.paren(most.copy()), expression=exp.paren(number.copy())))
        return
    if (each.certain, certain) != (each.possible, possible):
        body.require(exp.LTE(this=exp.paren(most.copy()), expression=exp.paren(number.copy())))
    if each.op == "count":
        result: Value | None = Value(exp.cast(exp.paren(number.copy()), "BIGINT"), Kind.INTEGER, computed=True)
    else:
        result = _aggregated(body, each, certain, number, frame)
    unify(body, each.result, result, frame)
    if isinstance(each.result, Var) and not body.strict:
        body.flush()


def _aggregated(
    body: BodyCompiler, each: AggregateTest, tables: list[Rows], number: exp.Expr, frame: Frame
) -> Value | None:
    """The sum, least or greatest value of the certain rows."""
    value = each.value
    assert value is not None
    if not (isinstance(value, Var) and value in each.counted):
        return _of_same(each.op, frame.value(value), number)
    rows: list[tuple[exp.Select, Value]] = []
    for source, table in zip(each.certain, tables, strict=True):
        if value not in source.counted:
            body.require(scalars.negated(_any_row(body, source, table, frame)))
            continue
        if not isinstance(table, Table) or table.columns is None:
            continue
        query, inside = _rows_of(body, source, table, frame)
        rows.append((query, inside[value]))
    if not rows:
        return literal(Int(0)) if each.op == "sum" else None
    query, one = rows[0] if len(rows) == 1 else _together(body, rows)
    if each.op != "sum":
        return _subquery(query, scalars.extreme_of(each.op, one.sql.copy(), one.kind))
    total = scalars.summed(one.sql.copy(), one.kind)
    if total is None:
        body.require(exp.EQ(this=exp.paren(number.copy()), expression=scalars.number(0)))
        return literal(Int(0))
    inner = _subquery(query, total)
    zero = literal(Int(0), total.kind).sql
    none = exp.EQ(this=exp.paren(number.copy()), expression=scalars.number(0))
    return Value(exp.Case().when(none, zero).else_(inner.sql), total.kind, computed=True, nullable=True)


def _together(body: BodyCompiler, rows: list[tuple[exp.Select, Value]]) -> tuple[exp.Select, Value]:
    """A query for the values of several, without what it shows."""
    kinds = {value.kind for _, value in rows}
    kind = kinds.pop() if len(kinds) == 1 else Kind.ANY
    selects = [query.select(exp.alias_(in_kind(value, kind).sql, "c0"), copy=False) for query, value in rows]
    union: exp.Query = selects[0]
    for other in selects[1:]:
        union = exp.union(union, other, distinct=False, copy=False)
    alias = body.statement.alias()
    query = exp.Select().from_(union.subquery(alias, copy=False), copy=False)
    return query, Value(exp.column("c0", table=alias), kind, computed=any(value.computed for _, value in rows))


def _subquery(query: exp.Select, value: Value) -> Value:
    found = query.select(value.sql, copy=False).subquery(copy=False)
    return Value(found, value.kind, value.computed, nullable=True)


def _of_same(op: str, value: Value, number: exp.Expr) -> Value | None:
    """The aggregate over rows that all have one value."""
    some = exp.GT(this=exp.paren(number.copy()), expression=scalars.number(0))
    if op != "sum":
        return Value(exp.Case().when(some, value.sql.copy()), value.kind, value.computed, nullable=True)
    total = scalars.times(value, exp.paren(number.copy()))
    if total is None:
        none = exp.EQ(this=exp.paren(number.copy()), expression=scalars.number(0))
        zero = exp.Case().when(none, literal(Int(0)).sql)
        return Value(zero, Kind.INTEGER, computed=True, nullable=True)
    zero_of_kind = literal(Int(0), total.kind).sql
    sql = exp.Case().when(some, total.sql).else_(zero_of_kind)
    return Value(sql, total.kind, computed=True, nullable=True)
