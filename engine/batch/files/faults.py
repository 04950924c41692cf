"""What is wrong with the facts of a case: found by counting, told row by row only where something was found.

A fault sets a case aside as a whole, with the reason, and never a part of it: cases in = decided + set aside.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from engine.batch.files.ingest import CASE, CASES, fact_view
from engine.batch.files.opening import Opened
from engine.batch.lift.sql import cast, column, function, sql, table, text
from kb.language.declarations import REQUEST
from kb.language.syntax import Pred

if TYPE_CHECKING:
    import duckdb

REJECTS = "rejects"


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
        pred = each.source.shape.pred
        if doubts is None or doubts.without_request or pred in doubts.faulty:
            each.guarded(db, _faults(each))
        if doubts is None or doubts.without_request:
            each.guarded(db, _without_request(each))
        if each.source.shape.is_functional and (doubts is None or pred not in doubts.once) and not _is_unique(db, each):
            _reject_two_values(db, each)
    rejected = _number(db, "SELECT count(*) FROM rejects")
    every = "SELECT name FROM cases"
    if rejected:
        every += ' UNION SELECT "case" FROM rejects WHERE "case" IS NOT NULL'
    cases_in = _number(db, f"SELECT count(*) FROM ({every})")
    aside = _number(db, 'SELECT count(DISTINCT "case") FROM rejects')
    nameless = _number(db, 'SELECT count(*) FROM rejects WHERE "case" IS NULL')
    if aside:
        db.execute('DELETE FROM cases WHERE name IN (SELECT "case" FROM rejects WHERE "case" IS NOT NULL)')
    return Kept(cases_in, aside, nameless)


def _number(db: duckdb.DuckDBPyConnection, query: str) -> int:
    row = db.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def _faults(each: Opened) -> exp.Expr:
    """Inserts a reject for each faulty row: for the first fault of its first faulty column."""
    reason, code, example = exp.Case(), exp.Case(), exp.Case()
    for how in each.readings:
        for fault in how.faults:
            reason = reason.when(fault.when.copy(), text(fault.reason))
            code = code.when(fault.when.copy(), text(fault.code))
            example = example.when(fault.when.copy(), how.shown.copy())
    some = exp.or_(*(fault.when.copy() for how in each.readings for fault in how.faults))
    query = exp.select(
        each.readings[0].named, text(each.source.shape.name), code, reason, example
    ).from_(each.origin.copy()).where(some)  # fmt: skip
    return exp.Insert(this=table(REJECTS), expression=query)


def _keys(each: Opened) -> list[str]:
    return [CASE, *(declared.name for declared in each.source.shape.columns[1:] if declared.is_key)]


def _is_unique(db: duckdb.DuckDBPyConnection, each: Opened) -> bool:
    """Whether no key has two rows, be they equal or not."""
    keys = [column(key) for key in _keys(each)]
    counts = exp.select(function("count", exp.Star()).as_("n")).from_(table(fact_view(each.source.shape)))
    most = exp.select(function("max", column("n"))).from_(counts.group_by(*keys).subquery("counts"))
    row = each.guarded(db, most).fetchone()
    return row is None or row[0] in (None, 1)


def _reject_two_values(db: duckdb.DuckDBPyConnection, each: Opened) -> None:
    """Inserts a reject for each key that has two values."""
    shape = each.source.shape
    values = [declared.name for declared in shape.columns if not declared.is_key]
    checked = [
        how.checked.as_(declared.name, quoted=True) for how, declared in zip(each.readings, shape.columns, strict=True)
    ]
    whole = exp.and_(*(column(declared.name).is_(exp.null()).not_() for declared in shape.columns))
    rows = exp.select("*").from_(exp.select(*checked).from_(each.origin.copy()).subquery("read")).where(whole)
    each.guarded(db, exp.Create(this=table("stated"), kind="TABLE", expression=rows))
    differ = exp.or_(
        *(exp.NEQ(this=function("min", column(name)), expression=function("max", column(name))) for name in values)
    )
    keys = [shape.columns[0].name, *_keys(each)[1:]]
    doubtful = exp.select(*map(column, keys)).from_("stated").group_by(*map(column, keys)).having(differ)
    code, reason = ("E402", "a second request") if shape.pred == REQUEST else ("E207", "two values for one key")
    row = function("concat_ws", text(", "), *(cast(column(name, "stated"), "VARCHAR") for name in values))
    both = function("concat", function("min", row), text(" | "), function("max", row))
    same_key = exp.and_(*(column(key, "doubtful").eq(column(key, "stated")) for key in keys))
    query = (
        exp.select(column("name", CASES), text(shape.name), text(code), text(reason), both)
        .from_(doubtful.subquery("doubtful"))
        .join(table("stated"), on=same_key)
        .join(table(CASES), on=column(keys[0], "stated").eq(column("name", CASES)))
        .group_by(column("name", CASES), *(column(key, "stated") for key in keys))
    )
    db.execute(sql(exp.Insert(this=table(REJECTS), expression=query)))
    db.execute("DROP TABLE stated")


def _without_request(each: Opened) -> exp.Expr:
    """Inserts a reject for each case that has facts here and no request."""
    name = each.readings[0].named
    row = function("concat_ws", text(", "), *(how.shown for how in each.readings))
    known = exp.select("1").from_(table(CASES)).where(column("name", CASES).eq(name.copy()))
    query = (
        exp.select(name, text(each.source.shape.name), text("E401"), text("no request"), function("min", row))
        .from_(each.origin.copy())
        .where(exp.Not(this=exp.Exists(this=known)))
        .where(name.copy().is_(exp.null()).not_())
        .group_by(name.copy())
    )
    return exp.Insert(this=table(REJECTS), expression=query)


def fault_counts(db: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str, str, int, str]]:
    """For each predicate, code and reason: the number of rejects and an example, the most frequent first."""
    query = """
        SELECT predicate, code, reason, count(*), min(coalesce("case", '') || ': ' || coalesce(example, ''))
        FROM rejects GROUP BY ALL ORDER BY count(*) DESC, predicate, code, reason
    """
    yield from db.execute(query).fetchall()
