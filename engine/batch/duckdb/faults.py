"""What is wrong with the facts of a case, in DuckDB: found by counting, told row by row only where something was found."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import duckdb
from sqlglot import exp

from engine.batch.duckdb.reading import Opened, integer
from engine.batch.files.faults import REJECTS, checked_rows, faulty_rows, named_rows, two_values, unrequested
from engine.batch.files.layout import CASE, fact_view
from engine.batch.sql import column, function, table
from kb.language.syntax import Pred


@dataclass(frozen=True, slots=True)
class Doubts:
    """Where faults were seen: the tables that have a faulty value, and whether some row belongs to no request. Of the
    predicates in `once` no case has two rows."""

    faulty: Collection[Pred]
    without_request: bool
    once: Collection[Pred]


@dataclass(frozen=True, slots=True)
class Kept:
    """How many cases there were and how many were set aside, and how many rows name no case."""

    cases_in: int
    set_aside: int
    rows_without_case: int


def set_aside(db: duckdb.DuckDBPyConnection, tables: Collection[Opened], doubts: Doubts | None = None) -> Kept:
    """Fills the table `rejects` and takes its cases out of `cases`. Without `doubts` every table is searched."""
    db.execute(
        'CREATE TABLE rejects ("case" VARCHAR, predicate VARCHAR, code VARCHAR, reason VARCHAR, example VARCHAR)'
    )
    for each in tables:
        for query in _rejects_of(db, each, doubts):
            each.guarded(db, exp.Insert(this=table(REJECTS), expression=query))
    rejected = integer(db, "SELECT count(*) FROM rejects")
    every = "SELECT name FROM cases"
    if rejected:
        every += ' UNION SELECT "case" FROM rejects WHERE "case" IS NOT NULL'
    cases_in = integer(db, f"SELECT count(*) FROM ({every})")
    aside = integer(db, 'SELECT count(DISTINCT "case") FROM rejects')
    nameless = integer(db, 'SELECT count(*) FROM rejects WHERE "case" IS NULL')
    if aside:
        db.execute('DELETE FROM cases WHERE name IN (SELECT "case" FROM rejects WHERE "case" IS NOT NULL)')
    return Kept(cases_in, aside, nameless)


def _rejects_of(db: duckdb.DuckDBPyConnection, each: Opened, doubts: Doubts | None) -> Iterator[exp.Select]:
    """The queries for the rejects of a table, where there is reason to doubt it."""
    shape = each.source.shape
    if doubts is None or doubts.without_request or shape.pred in doubts.faulty:
        yield faulty_rows(shape, each.readings, each.origin)
    if doubts is None or doubts.without_request:
        yield unrequested(shape, named_rows(each.readings, each.origin), _has_request)
    if shape.is_functional and (doubts is None or shape.pred not in doubts.once) and not _is_unique(db, each):
        yield two_values(shape, checked_rows(shape, each.readings, each.origin), _has_request)


def _has_request(name: exp.Expr) -> exp.Expr:
    known = exp.select("1").from_(table("cases")).where(column("name", "cases").eq(name.copy()))
    return exp.Exists(this=known)


def _is_unique(db: duckdb.DuckDBPyConnection, each: Opened) -> bool:
    """Whether no key has two rows, be they equal or not."""
    keys = [column(CASE), *(column(one.name) for one in each.source.shape.columns[1:] if one.is_key)]
    counts = exp.select(function("count", exp.Star()).as_("n")).from_(table(fact_view(each.source.shape)))
    most = exp.select(function("max", column("n"))).from_(counts.group_by(*keys).subquery("counts"))
    row = each.guarded(db, most).fetchone()
    return row is None or row[0] in (None, 1)


def fault_counts(db: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str, str, int, str]]:
    """For each predicate, code and reason: the number of rejects and an example, the most frequent first."""
    query = """
        SELECT predicate, code, reason, count(*), min(coalesce("case", '') || ': ' || coalesce(example, ''))
        FROM rejects GROUP BY ALL ORDER BY count(*) DESC, predicate, code, reason
    """
    yield from db.execute(query).fetchall()
