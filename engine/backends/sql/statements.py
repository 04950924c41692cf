"""Pieces of SQL that queries are written of: tables, their columns, unions and conditions; and how dialects differ,
over and above what sqlglot translates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce
from typing import TypeVar

from sqlglot import exp

from engine.backends.sql import scalars
from engine.backends.sql.values import Kind, Table, Value, literal, native_kind
from kb.language.terms import Const

_E = TypeVar("_E", bound=exp.Expr)


def united(selects: list[exp.Select]) -> exp.Query:
    """The distinct rows of several queries."""
    different = without_repetitions(selects)
    return different[0].distinct(copy=False) if len(different) == 1 else union_of(different, distinct=True)


def union_of(queries: Iterable[exp.Query], *, distinct: bool = False) -> exp.Query:
    """The rows of several queries, or of one alone; it takes the queries in."""
    return reduce(lambda one, other: exp.union(one, other, distinct=distinct, copy=False), queries)


def canonical(expression: exp.Expr) -> exp.Expr:
    """The expression with the aliases that it introduces numbered by first occurrence, so that two which differ in their
    aliases alone are equal. Aliases are identifiers of the tree: constants that look like one stay."""
    found = expression.copy()
    own = {alias.name for alias in found.find_all(exp.TableAlias)}
    numbers: dict[str, str] = {}
    for node in found.find_all(exp.TableAlias, exp.Column):
        alias = node.args.get("this" if isinstance(node, exp.TableAlias) else "table")
        if isinstance(alias, exp.Identifier) and alias.name in own:
            alias.set("this", numbers.setdefault(alias.name, f"#{len(numbers)}"))
    return found


def without_repetitions(expressions: Iterable[_E]) -> list[_E]:
    """The expressions, of those that differ in their aliases alone one."""
    return list({canonical(each): each for each in expressions}.values())


def table_named(name: str) -> exp.Table:
    """A table by its exact name."""
    return exp.Table(this=exp.to_identifier(name, quoted=True))


def aliased(name: str, alias: str) -> exp.Table:
    """A table under an alias."""
    return exp.Table(this=exp.to_identifier(name, quoted=True), alias=exp.TableAlias(this=exp.to_identifier(alias)))


def columns_of(table: Table, alias: str) -> Iterator[Value]:
    """The columns of a table under an alias, as values."""
    assert table.columns is not None
    for name, column in zip(table.names, table.columns, strict=False):
        sql = exp.column(exp.to_identifier(name, quoted=True), table=alias)
        yield Value(sql, column.kind, column.computed, of_cases=column.of_cases)


def equals_constant(value: Value, constant: Const) -> exp.Expr:
    """The condition that a value is a constant."""
    if value.kind is Kind.ANY:
        return scalars.equal(value, literal(constant, Kind.ANY))
    return scalars.equal(value, literal(constant)) if value.kind is native_kind(constant) else scalars.FALSE.copy()


def better(one: Value, other: Value) -> Value:
    """Of two values that are equal, the one of which more is known."""

    def known(value: Value) -> tuple[bool, bool, bool, bool]:
        return value.kind is not Kind.ANY, value.of_cases, not value.computed, not value.nullable

    best = other if known(other) > known(one) else one
    return Value(best.sql, best.kind, one.computed and other.computed, of_cases=one.of_cases or other.of_cases)


def exists_in(sources: list[exp.Expr], conditions: list[exp.Expr]) -> exp.Expr:
    """The condition that some row of the sources, joined, meets the conditions."""
    if any(condition == scalars.FALSE for condition in conditions):
        return scalars.FALSE.copy()
    query = exp.Select(expressions=[scalars.number(1)])
    for index, source in enumerate(sources):
        query = query.from_(source, copy=False) if index == 0 else query.join(source, join_type="cross", copy=False)
    condition = scalars.and_(conditions)
    return exp.Exists(this=query if condition == scalars.TRUE else query.where(condition, copy=False))


def selected(values: Iterable[exp.Expr], names: tuple[str, ...]) -> list[exp.Expr]:
    """What a query shows: values under the names of its columns; one that means nothing if there are none."""
    shown = [exp.alias_(value, name, quoted=True) for value, name in zip(values, names, strict=False)]
    return shown or [exp.alias_(scalars.number(1), names[0], quoted=True)]


def everything(source: exp.Expr | str) -> exp.Select:
    """A query for all columns of a source, or of a table by its exact name."""
    return exp.Select(expressions=[exp.Star()]).from_(table_named(source) if isinstance(source, str) else source)


def rows_of(table: Table, rows: Iterable[tuple[Const, ...]]) -> exp.Select:
    """A query that gives rows of constants, in the columns of a table; where it has none, a number for each."""
    kinds = [each.kind for each in table.columns or ()]
    tuples = [
        exp.Tuple(
            expressions=[literal(each, kind).sql for each, kind in zip(row, kinds, strict=True)] or [scalars.number(1)]
        )
        for row in rows
    ]
    columns = [exp.to_identifier(each, quoted=True) for each in table.names]
    alias = exp.TableAlias(this=exp.to_identifier("stated"), columns=columns)
    return everything(exp.Values(expressions=tuples, alias=alias))


def one_row(alias: str) -> exp.Expr:
    """A table of one row."""
    return exp.Select(expressions=[exp.alias_(scalars.number(1), "holds")]).subquery(alias, copy=False)


DIALECTS = ("duckdb", "spark", "databricks", "postgres", "bigquery", "snowflake", "redshift", "trino")
"""The dialects that `compile` is printed in and read back; sqlglot knows more."""

RUN = frozenset({"duckdb", "postgres", "spark"})
"""Those whose scripts were run by the database itself, with the answers of the other engines."""

WITHOUT_UNION_IN_RECURSION = frozenset({"spark", "databricks", "bigquery", "snowflake", "redshift", "trino"})
"""Dialects whose recursion keeps every row, also one that was there before."""

WITHOUT_TRY_CAST = frozenset({"postgres", "redshift"})
"""Dialects in which a number that is too large is an error, not NULL."""

WITH_LARGE_INTEGERS = frozenset({"snowflake"})
"""Dialects whose largest integers have 38 digits, whatever a cast calls them."""

WITH_MATERIALIZED = frozenset({"duckdb", "postgres"})
"""Dialects in which a common table expression can be said to be worked out by itself."""


def rendered(expression: exp.Expr, dialect: str, *, pretty: bool = False) -> str:
    """An expression as text of a dialect."""
    adapted = expression
    if dialect not in WITH_MATERIALIZED and adapted.find(exp.CTE):
        adapted = adapted.copy()
        for part in adapted.find_all(exp.CTE):
            part.set("materialized", None)
    if dialect != "duckdb":
        adapted = _with_exact_quotients(expression).transform(_wide_integers, copy=False)
    if dialect in ("spark", "databricks"):
        adapted = adapted.transform(_series_for_spark, copy=False)
        dialect = "databricks"  # Spark as it is since TRY_CAST
    elif dialect in ("postgres", "redshift"):
        adapted = adapted.transform(_series_as_rows, copy=False)
    elif dialect != "duckdb":
        adapted = adapted.transform(_series_as_table, copy=False)
    return adapted.sql(dialect, pretty=pretty)


def _with_exact_quotients(expression: exp.Expr) -> exp.Expr:
    """The expression with each quotient of integers as that of a dividend without its remainder, which is exact: some
    dialects round a quotient of decimals, and Spark's `DIV` has 64 bits."""
    root = exp.paren(expression)
    for node in reversed(list(root.find_all(exp.IntDiv))):
        remainder = exp.Mod(this=node.this.copy(), expression=node.expression.copy())
        whole = exp.paren(exp.Sub(this=node.this, expression=exp.paren(remainder, copy=False)), copy=False)
        quotient = exp.Div(this=whole, expression=node.expression, typed=True)
        node.replace(exp.paren(quotient, copy=False))
    found: exp.Expr = root.this
    return found


def _wide_integers(node: exp.Expr) -> exp.Expr:
    """Decimals without a fraction where there are no integers of 128 bits."""
    if isinstance(node, exp.DataType) and node.is_type("INT128"):
        return exp.DataType.build("DECIMAL(38, 0)")
    if isinstance(node, exp.Sum):
        return exp.Sum(this=exp.cast(node.this, "DECIMAL(38, 0)"))
    return node


TOO_LONG = "priorlog: a range with too many numbers"
"""What a database is made to say of a range that is longer than its limit."""


def with_limited_ranges(expression: exp.Expr, most: int, failing: str) -> exp.Expr:
    """The expression with each range of numbers, of which a database would make a list, so that one with more than `most` is an
    error; `failing` is the database's function that raises one."""
    if expression.find(exp.GenerateSeries) is None:
        return expression
    limited = expression.copy()
    for series in limited.find_all(exp.GenerateSeries):
        low, high = series.args["start"], series.args["end"]
        length = exp.Sub(this=exp.cast(high.copy(), "INT128"), expression=exp.cast(low.copy(), "INT128"))
        is_long = exp.GT(this=length, expression=exp.Literal.number(most))
        told = exp.Anonymous(this=failing, expressions=[exp.Literal.string(TOO_LONG)])
        series.set("end", exp.Case().when(is_long, exp.cast(told, "BIGINT")).else_(high.copy()))
    return limited


def with_parts_apart(query: exp.Expr) -> tuple[list[tuple[str, exp.Expr]], exp.Expr]:
    """The common table expressions of a query by their names, in order, and the query without them."""
    whole = query.copy()
    expressions = whole.args.get("with_")
    whole.set("with_", None)
    return [] if expressions is None else [(each.alias, each.this) for each in expressions.expressions], whole


def _series_as_rows(node: exp.Expr) -> exp.Expr:
    """A series where it is a set of rows by itself, no array."""
    if isinstance(node, exp.Unnest) and isinstance(series := node.expressions[0], exp.GenerateSeries):
        return series
    return node


def _series_as_table(node: exp.Expr) -> exp.Expr:
    """A series where an array becomes rows in the place of a table alone."""
    if isinstance(node, exp.Lateral) and (unnested := node.find(exp.Unnest)) is not None:
        return exp.Unnest(expressions=unnested.expressions, alias=node.args["alias"])
    return node


def _series_for_spark(node: exp.Expr) -> exp.Expr:
    """A table of integers, which is empty and not in reverse if the last comes before the first."""
    if isinstance(node, exp.Unnest) and isinstance(series := node.expressions[0], exp.GenerateSeries):
        low, high = series.args["start"], series.args["end"]
        rising = exp.LTE(this=low.copy(), expression=high.copy())
        empty = exp.cast(exp.Array(expressions=[]), "ARRAY<BIGINT>", dialect="spark")
        return exp.Explode(this=exp.Case().when(rising, series.copy()).else_(empty))
    return node
