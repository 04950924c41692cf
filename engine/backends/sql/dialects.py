"""What the dialects of SQL do not share, over and above what sqlglot translates."""

from __future__ import annotations

from sqlglot import exp

DIALECTS = ("duckdb", "spark", "databricks", "postgres", "bigquery", "snowflake", "redshift", "trino")
"""The dialects that `compile` is tried with; sqlglot knows more."""

WITHOUT_UNION_IN_RECURSION = frozenset({"spark", "databricks", "bigquery", "snowflake", "redshift", "trino"})
"""Dialects whose recursion keeps every row, also one that was there before."""

WITHOUT_TRY_CAST = frozenset({"postgres", "redshift"})
"""Dialects in which a number that is too large is an error, not NULL."""


def rendered(expression: exp.Expr, dialect: str, *, pretty: bool = False) -> str:
    """An expression as text of a dialect."""
    adapted = expression if dialect == "duckdb" else expression.copy().transform(_wide_integers, copy=False)
    if dialect in ("spark", "databricks"):
        adapted = adapted.transform(_series_for_spark, copy=False)
        dialect = "databricks"  # Spark as it is since TRY_CAST
    return adapted.sql(dialect, pretty=pretty)


def _wide_integers(node: exp.Expr) -> exp.Expr:
    """Decimals without a fraction where there are no integers of 128 bits."""
    if isinstance(node, exp.DataType) and node.is_type("INT128"):
        return exp.DataType.build("DECIMAL(38, 0)")
    if isinstance(node, exp.Sum):
        return exp.Sum(this=exp.cast(node.this, "DECIMAL(38, 0)"))
    return node


def _series_for_spark(node: exp.Expr) -> exp.Expr:
    """A table of integers, which is empty and not in reverse if the last comes before the first."""
    if isinstance(node, exp.Unnest) and isinstance(series := node.expressions[0], exp.GenerateSeries):
        low, high = series.args["start"], series.args["end"]
        rising = exp.LTE(this=low.copy(), expression=high.copy())
        empty = exp.cast(exp.Array(expressions=[]), "ARRAY<BIGINT>", dialect="spark")
        return exp.Explode(this=exp.Case().when(rising, series.copy()).else_(empty))
    return node
