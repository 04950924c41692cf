"""Small parts of SQL expressions, as sqlglot's trees, for DuckDB."""

from __future__ import annotations

from functools import cache

from sqlglot import exp


def column(name: str, table: str | None = None) -> exp.Column:
    """A column by its exact name."""
    return exp.column(name, table=table, quoted=True)


def table(name: str, schema: str | None = None) -> exp.Table:
    """A table by its exact name."""
    return exp.table_(name, db=schema, quoted=True)


def text(value: str) -> exp.Literal:
    """A text, quoted as it must be."""
    return exp.Literal.string(value)


def number(value: int) -> exp.Expr:
    """An integer."""
    return exp.Literal.number(value) if value >= 0 else exp.Neg(this=exp.Literal.number(-value))


def function(name: str, *args: exp.Expr) -> exp.Anonymous:
    """A call of one of DuckDB's functions by its name."""
    return exp.Anonymous(this=name, expressions=[arg.copy() for arg in args])


def cast(value: exp.Expr, to: str) -> exp.Cast:
    """The value as another type; an error where there is none."""
    return exp.Cast(this=value.copy(), to=_type(to).copy())


def try_cast(value: exp.Expr, to: str) -> exp.TryCast:
    """The value as another type; null where there is none."""
    return exp.TryCast(this=value.copy(), to=_type(to).copy())


@cache
def _type(name: str) -> exp.DataType:
    return exp.DataType.build(name, dialect="duckdb")


def condition(when: exp.Expr, then: exp.Expr) -> exp.Case:
    """The value under a condition, else null."""
    return exp.Case().when(when.copy(), then.copy())


def files(paths: list[str]) -> exp.Expr:
    """A list of file names."""
    return exp.Array(expressions=[text(path) for path in paths])


def sql(expression: exp.Expr) -> str:
    """The text for DuckDB."""
    return expression.sql(dialect="duckdb", comments=False)
