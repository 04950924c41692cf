"""What a report reads from the tables that the general compiler makes, where the lifter does not decide."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from engine.backends.sql.values import Kind, Table, Value, literal, native
from engine.batch.lift.sql import column, function, table, text
from engine.batch.outline import Outline
from kb.language.terms import Const, plain_text

CASE = "case"
"""The column of the case's number."""


def in_force_rows(found: Table | None) -> exp.Select:
    """The policy in force for each case and the first day of its version; the first in order, if there are several."""
    if found is None:
        return nothing(policy="VARCHAR", effective="DATE")
    policy, start = cell_text(found, 1), cell_text(found, 2)
    first = exp.select(case_number(found).as_(CASE), policy.as_("policy"), start.as_("start")).from_(table(found.name))
    least = exp.select(column(CASE), function("min", exp.Struct(expressions=[
        exp.PropertyEQ(this=exp.to_identifier("policy"), expression=column("policy")),
        exp.PropertyEQ(this=exp.to_identifier("start"), expression=column("start")),
    ])).as_("least")).from_(first.subquery("found")).group_by(column(CASE))  # fmt: skip
    chosen = exp.Dot(this=column("least"), expression=exp.to_identifier("policy"))
    day = exp.TryCast(
        this=exp.Dot(this=column("least"), expression=exp.to_identifier("start")), to=exp.DataType.build("DATE")
    )
    return exp.select(column(CASE), chosen.as_("policy"), day.as_("effective")).from_(least.subquery("found"))


def covering_rows(found: Table | None, outline: Outline) -> exp.Select:
    """A policy about the requested drug, for a case that has none in force."""
    if found is None or not outline.covers:
        return nothing(policy="VARCHAR")
    covers = constant_rows(
        "covers", ("policy", "drug"), [(plain_text(row[0]), plain_text(row[1])) for row in outline.covers]
    )
    return (
        exp.select(case_number(found).as_(CASE), function("arg_min", column("policy", "covers"), function("concat", column("drug", "covers"), text("\n"), column("policy", "covers"))).as_("policy"))
        .from_(table(found.name))
        .join(covers, on=cell_text(found, 1).eq(column("drug", "covers")))
        .group_by(case_number(found))
    )  # fmt: skip


def limited_rows(found: Table | None, outline: Outline) -> exp.Select:
    """The requested drug that has a quantity limit."""
    if found is None or not outline.limits:
        return nothing(drug="VARCHAR")
    drug = cell_text(found, 1)
    names = [text(plain_text(row[0])) for row in outline.limits]
    query = exp.select(case_number(found).as_(CASE), function("min", drug).as_("drug")).from_(table(found.name))
    return query.where(drug.copy().isin(*names)).group_by(case_number(found))


def cell(found: Table, index: int, alias: str | None = None) -> Value:
    """A column of a table, as a value."""
    assert found.columns is not None
    held = found.columns[index]
    return Value(column(found.names[index], alias or found.name), held.kind, held.computed)


def case_number(found: Table, alias: str | None = None) -> exp.Expr:
    """The number of the case, which is the first column of a relation about cases."""
    value = native(cell(found, 0, alias), Kind.INTEGER)
    return exp.null() if value is None else value.sql


def cell_text(found: Table, index: int) -> exp.Expr:
    """A column as text, without marks of kinds."""
    value = cell(found, index)
    if value.kind is Kind.ANY:
        return exp.Substring(this=value.sql, start=exp.Literal.number(3))
    return exp.cast(value.sql, "TEXT") if value.kind.sql_type != "TEXT" else value.sql


def is_constant(value: Value, constant: Const) -> exp.Expr:
    """Whether a value is a constant."""
    if value.kind is Kind.ANY:
        return exp.EQ(this=value.sql, expression=literal(constant, Kind.ANY).sql)
    own = literal(constant)
    return exp.EQ(this=value.sql, expression=own.sql) if own.kind is value.kind else exp.false()


def nothing(**columns: str) -> exp.Select:
    """No rows at all, of a case and these columns with their types."""
    nulls = [exp.cast(exp.null(), kind).as_(name) for name, kind in columns.items()]
    return exp.select(exp.cast(exp.null(), "BIGINT").as_(CASE), *nulls).where(exp.false())


def constant_rows(name: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> exp.Expr:
    """Rows of texts, as a table."""
    values = [exp.Tuple(expressions=[text(each) for each in row]) for row in rows]
    alias = exp.TableAlias(this=exp.to_identifier(name), columns=[exp.to_identifier(each) for each in columns])
    return exp.Values(expressions=values, alias=alias)
