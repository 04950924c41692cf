"""Makes a population ready to be decided: cases numbered in the order of their requests, and a view of each predicate's facts.

Parquet files are not copied: a view reads them each time. What is faulty in them `faults.py` finds and sets aside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from engine.batch.files.columns import STORED
from engine.batch.files.layout import Shape, Source
from engine.batch.files.opening import Opened, narrowed, open_source
from engine.batch.lift.sql import cast, column, function, sql, table
from kb.language.declarations import REQUEST
from kb.language.diagnostics import Diagnostic, ProgramError

if TYPE_CHECKING:
    import duckdb

CASES = "cases"
CASE = "case"
"""The column of the case's name in the views of facts."""


@dataclass(frozen=True, slots=True)
class Ingested:
    """What was read: the tables that there are."""

    tables: tuple[Opened, ...]

    @property
    def shapes(self) -> tuple[Shape, ...]:
        return tuple(each.source.shape for each in self.tables)


def fact_view(shape: Shape) -> str:
    """The name of the view of a predicate's facts."""
    return f"case_{shape.name}"


def ingest(
    db: duckdb.DuckDBPyConnection,
    found: Iterable[Source],
    *,
    only: str | None = None,
    step: Callable[[str], None] = lambda _: None,
) -> Ingested:
    """Gives the database `cases(number, name)` and a view of each predicate's facts, with the case's name as `case`.

    `only` names the one case to read; `step` is called with the name of each table before it is read.
    Raises `ProgramError` if a file cannot be read; all such files are told of at once.
    """
    tables: list[Opened] = []
    wrong: list[Diagnostic] = []
    for source in found:
        step(source.shape.name)
        try:
            opened = open_source(db, source)
            tables.append(opened if only is None else narrowed(db, opened, only))
        except ProgramError as error:
            wrong += error.diagnostics
    if wrong:
        raise ProgramError(wrong)
    _number_cases(db, next(each for each in tables if each.source.shape.pred == REQUEST))
    for each in tables:
        name = table(fact_view(each.source.shape))
        each.guarded(db, exp.Create(this=name, kind="VIEW", expression=_typed(each)))
    return Ingested(tuple(tables))


def _typed(each: Opened) -> exp.Select:
    """The facts of a table, each value of the type in which its kind is stored; null where a value is none."""
    values = [
        cast(how.value, STORED[declared.kind]).as_(declared.name, quoted=True)
        for how, declared in zip(each.readings, each.source.shape.columns, strict=True)
    ]
    values[0] = values[0].unalias().as_(CASE, quoted=True)
    return exp.select(*values).from_(each.origin.copy())


def _number_cases(db: duckdb.DuckDBPyConnection, requests: Opened) -> None:
    """Numbers the cases that have a request, in the order of their requests."""
    name = requests.readings[0].checked
    source = exp.select(name.as_("name")).from_(requests.origin.copy())
    counts = exp.select(function("count", column("name")), exp.Count(this=exp.Distinct(expressions=[column("name")])))
    total, distinct = requests.guarded(db, counts.from_(source.copy().subquery("requested"))).fetchone() or (0, 0)
    if total != distinct:  # each name where it stands first
        position = exp.Window(this=exp.RowNumber())
        every = exp.select(column("name"), position.as_("position")).from_(source.subquery("requested"))
        source = exp.select(column("name")).from_(every.subquery("every")).group_by(column("name"))
        source = source.order_by(function("min", column("position")))
    kept = exp.select(column("name")).from_(source.subquery("requested")).where(column("name").is_(exp.null()).not_())
    db.execute(
        f"CREATE TABLE cases AS SELECT CAST(row_number() OVER () AS BIGINT) AS number, name FROM ({sql(kept)}) AS kept"
    )
