"""What is wrong with the facts of a case: found by counting, told row by row only where something was found.

A fault sets a case aside as a whole, with the reason, and never a part of it: cases in = decided + set aside. The queries
are those of both engines; DuckDB's use of them is here, Spark's in `spark/faults.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from engine.batch.files.columns import Reading
from engine.batch.files.layout import CASE, Shape, fact_view
from engine.batch.files.opening import Opened
from engine.batch.sql import cast, column, function, table, text
from kb.language.declarations import REQUEST
from kb.language.syntax import Pred

if TYPE_CHECKING:
    import duckdb

CASES = "cases"
REJECTS = "rejects"
COLUMNS = (CASE, "predicate", "code", "reason", "example")
"""The columns of the rejects, all of them texts."""
READ = "read"
_Requested = Callable[[exp.Expr], exp.Expr]
"""Whether the case of a name has a request."""


# --- queries for rejects -------------------------------------------------------------------------------------------


def faulty_rows(shape: Shape, readings: Sequence[Reading], origin: exp.Expr) -> exp.Select:
    """A reject for each faulty row: for the first fault of its first faulty column."""
    reason, code, example = exp.Case(), exp.Case(), exp.Case()
    for how in readings:
        for fault in how.faults:
            reason = reason.when(fault.when.copy(), text(fault.reason))
            code = code.when(fault.when.copy(), text(fault.code))
            example = example.when(fault.when.copy(), how.shown.copy())
    some = exp.or_(*(fault.when.copy() for how in readings for fault in how.faults))
    return _rejected(readings[0].named, shape, code, reason, example).from_(origin.copy()).where(some)


def named_rows(readings: Sequence[Reading], origin: exp.Expr) -> exp.Select:
    """The rows of a file as `name`, the case's, and `row`, the text of all values."""
    row = function("concat_ws", text(", "), *(how.shown for how in readings))
    return exp.select(readings[0].named.as_("name", quoted=True), row.as_("row", quoted=True)).from_(origin.copy())


def checked_rows(shape: Shape, readings: Sequence[Reading], origin: exp.Expr) -> exp.Select:
    """The rows of a file with the value of each column, null where it has a fault; the case as `case`."""
    names = [CASE, *(each.name for each in shape.columns[1:])]
    values = [how.checked.as_(name, quoted=True) for how, name in zip(readings, names, strict=True)]
    return exp.select(*values).from_(origin.copy())


def unrequested(shape: Shape, rows: exp.Query, has_request: _Requested) -> exp.Select:
    """A reject for each case that has facts among `named_rows` and no request."""
    name = column("name", READ)
    query = _rejected(name, shape, text("E401"), text("no request"), function("min", column("row", READ)))
    query = query.from_(rows.subquery(READ)).where(name.copy().is_(exp.null()).not_())
    return query.where(exp.not_(has_request(name))).group_by(name.copy())


def two_values(shape: Shape, rows: exp.Query, has_request: _Requested) -> exp.Select:
    """A reject for each key that has two values among `checked_rows`."""
    others = shape.columns[1:]
    keys = [column(CASE, READ), *(column(each.name, READ) for each in others if each.is_key)]
    values = [column(each.name, READ) for each in others if not each.is_key]
    row = function("concat_ws", text(", "), *(cast(value, "VARCHAR") for value in values))
    example = function("concat", function("min", row), text(" | "), function("max", row))
    code, reason = ("E402", "a second request") if shape.pred == REQUEST else ("E207", "two values for one key")
    whole = exp.and_(*(each.copy().is_(exp.null()).not_() for each in (*keys, *values)))
    query = _rejected(keys[0], shape, text(code), text(reason), example).from_(rows.subquery(READ))
    query = query.where(whole).where(has_request(keys[0])).group_by(*(key.copy() for key in keys))
    return query.having(exp.or_(*(function("min", each).neq(function("max", each)) for each in values)))


def _rejected(name: exp.Expr, shape: Shape, code: exp.Expr, reason: exp.Expr, example: exp.Expr) -> exp.Select:
    values = (name.copy(), text(shape.name), code, reason, example)
    return exp.select(*(value.as_(each, quoted=True) for value, each in zip(values, COLUMNS, strict=True)))


# --- in DuckDB -----------------------------------------------------------------------------------------------------


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
    known = exp.select("1").from_(table(CASES)).where(column("name", CASES).eq(name.copy()))
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
