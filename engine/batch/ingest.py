"""Reads a population into a scratch database: cases numbered, facts typed and checked, faulty cases set aside.

A fault that concerns the population as a whole (a missing column, a file that cannot be read) is an error; one that
concerns a case sets that case aside, with the reason, and never a part of it: cases in = cases kept + set aside.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

from engine.batch.columns import STORED, Reading, reading, wanted
from engine.batch.layout import Shape, Source, check_columns, csv_header, file_span, not_utf8
from engine.batch.sql import cast, column, files, function, sql, table, text
from engine.cases import REQUEST
from kb.diagnostics import Diagnostic, ProgramError

if TYPE_CHECKING:
    import duckdb

CASES = "cases"
REJECTS = "rejects"
CASE = "case"
"""The column of the case's number in the tables of facts, and of its name in the table of rejects."""


@dataclass(frozen=True, slots=True)
class Ingested:
    """What was read: the tables that have facts, how many cases there are and how many were set aside, and how many
    rows name no case."""

    shapes: tuple[Shape, ...]
    cases_in: int
    set_aside: int
    rows_without_case: int
    rows: int

    @property
    def kept(self) -> int:
        return self.cases_in - self.set_aside


def fact_table(shape: Shape) -> str:
    """The name of the table that holds a predicate's facts."""
    return f"case_{shape.name}"


def ingest(
    db: duckdb.DuckDBPyConnection,
    found: Iterable[Source],
    *,
    only: str | None = None,
    step: Callable[[str], None] = lambda _: None,
) -> Ingested:
    """Fills the database with `cases(number, name)`, a table for each predicate with facts, and `rejects`.

    `only` names the one case to read; `step` is called with the name of each table before it is read.
    Raises `ProgramError` if a file cannot be read.
    """
    every = tuple(found)
    db.execute(
        'CREATE TABLE rejects ("case" VARCHAR, predicate VARCHAR, code VARCHAR, reason VARCHAR, example VARCHAR)'
    )
    tables: list[_Table] = []
    wrong: list[Diagnostic] = []
    for source in every:
        step(source.shape.name)
        try:
            opened = _open(db, source)
            tables.append(opened if only is None else _narrowed(db, opened, only))
        except ProgramError as error:
            wrong += error.diagnostics
    if wrong:
        raise ProgramError(wrong)
    requests = next(each for each in tables if each.source.shape.pred == REQUEST)
    _number_cases(db, requests)
    rows = 0
    for each in tables:
        step(each.source.shape.name)
        rows += _store(db, each)
    cases_in = _number(
        db,
        'SELECT count(*) FROM (SELECT name FROM cases UNION SELECT "case" FROM rejects WHERE "case" IS NOT NULL)'
        if _number(db, "SELECT count(*) FROM rejects")
        else "SELECT count(*) FROM cases",
    )
    set_aside = _number(db, 'SELECT count(DISTINCT "case") FROM rejects')
    nameless = _number(db, 'SELECT count(*) FROM rejects WHERE "case" IS NULL')
    if set_aside:
        db.execute('DELETE FROM cases WHERE name IN (SELECT "case" FROM rejects WHERE "case" IS NOT NULL)')
    return Ingested(tuple(each.source.shape for each in tables), cases_in, set_aside, nameless, rows)


def _number(db: duckdb.DuckDBPyConnection, query: str) -> int:
    row = db.execute(query).fetchone()
    assert row is not None
    return int(row[0])


# --- opening files -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Table:
    """A source that can be read: where its rows come from, how each column is read, and the number of its rows."""

    source: Source
    origin: exp.Expr
    readings: tuple[Reading, ...]

    def guarded(self, db: duckdb.DuckDBPyConnection, query: exp.Expr) -> duckdb.DuckDBPyConnection:
        """Runs a query that reads the files; a failure to read them is told of."""
        return _guarded(db, self.source, sql(query))


def _guarded(db: duckdb.DuckDBPyConnection, source: Source, query: str) -> duckdb.DuckDBPyConnection:
    import duckdb

    try:
        return db.execute(query)
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        raise ProgramError([_unreadable(source, str(error))]) from None


def _open(db: duckdb.DuckDBPyConnection, source: Source) -> _Table:
    if source.is_parquet:
        origin: exp.Expr = function("read_parquet", files([str(file) for file in source.files]))
        for file in source.files:  # so that a damaged file is named, and each has its columns checked
            _check_parquet(db, source, file)
        physical = _types_of_all(db, source, origin)
    else:
        origin = table(f"raw_{source.shape.name}")
        _read_csv(db, source)
        physical = {each.name: "VARCHAR" for each in source.shape.columns}
    readings = []
    wrong = []
    for index, declared in enumerate(source.shape.columns):
        kind = physical[declared.name]
        how = reading(declared, kind, is_case=index == 0)
        if how is None:
            message = f"the column `{declared.name}` of `{source.files[0].name}` has the type {kind}, not {wanted(declared.kind)}"
            wrong.append(Diagnostic("E206", message, file_span(source.files[0])))
        else:
            readings.append(how)
    if wrong:
        raise ProgramError(wrong)
    return _Table(source, origin, tuple(readings))


def _narrowed(db: duckdb.DuckDBPyConnection, each: _Table, case: str) -> _Table:
    """The table with the rows of one case alone."""
    name = table(f"of_case_{each.source.shape.name}")
    rows = exp.select("*").from_(each.origin.copy()).where(each.readings[0].shown.copy().eq(text(case)))
    each.guarded(db, exp.Create(this=name, kind="TABLE", expression=rows))
    return replace(each, origin=name)


def _check_parquet(db: duckdb.DuckDBPyConnection, source: Source, file: Path) -> None:
    one = Source(source.shape, (file,))
    rows = _guarded(db, one, f"DESCRIBE SELECT * FROM {sql(function('read_parquet', files([str(file)])))}").fetchall()
    wrong = list(check_columns(source.shape, file, [str(row[0]) for row in rows]))
    if wrong:
        raise ProgramError(wrong)


def _types_of_all(db: duckdb.DuckDBPyConnection, source: Source, origin: exp.Expr) -> dict[str, str]:
    rows = _guarded(db, source, f"DESCRIBE SELECT * FROM {sql(origin)}").fetchall()
    return {str(row[0]): "ENUM" if str(row[1]).startswith("ENUM") else str(row[1]) for row in rows}


def _read_csv(db: duckdb.DuckDBPyConnection, source: Source) -> None:
    wanted_names = [each.name for each in source.shape.columns]
    parts = []
    wrong: list[Diagnostic] = []
    for file in source.files:
        try:
            header = csv_header(file)
        except ProgramError as error:
            wrong += error.diagnostics
            continue
        wrong += check_columns(source.shape, file, header)
        columns = exp.Struct(
            expressions=[exp.PropertyEQ(this=text(name), expression=text("VARCHAR")) for name in header]
        )
        parts.append((file, columns))
    if wrong:
        raise ProgramError(wrong)
    name = table(f"raw_{source.shape.name}")
    empty = exp.select(*(cast(exp.null(), "VARCHAR").as_(each, quoted=True) for each in wanted_names)).limit(0)
    db.execute(sql(exp.Create(this=name, kind="TABLE", expression=empty)))
    for file, columns in parts:
        options = {"auto_detect": exp.false(), "header": exp.true(), "delim": text(","), "quote": text('"'), "escape": text('"'),
                   "strict_mode": exp.true(), "null_padding": exp.false(), "columns": columns}  # fmt: skip
        read = function("read_csv", text(str(file)))
        for option, value in options.items():
            read.append("expressions", exp.PropertyEQ(this=exp.to_identifier(option), expression=value))
        query = exp.select(*(column(each) for each in wanted_names)).from_(read)
        _guarded(db, Source(source.shape, (file,)), f"INSERT INTO {sql(name)} {sql(query)}")


def _unreadable(source: Source, message: str) -> Diagnostic:
    """What to say of files that the database cannot read; it names the file, and the line where it knows it."""
    found = re.search(r"file = (.+)", message) or re.search(r"file '([^']+)'", message)
    file = Path(found[1].strip()) if found else source.files[0]
    line = re.search(r"CSV Error on Line: (\d+)", message)
    span = file_span(file, int(line[1]) if line else 0)
    if "not utf-8" in message.lower() or "invalid unicode" in message.lower():
        return (
            not_utf8(file)
            if not source.is_parquet
            else Diagnostic("E107", f"`{file.name}` has text that is not UTF-8", span)
        )
    if "unterminated quote" in message:
        return Diagnostic("E107", f"`{file.name}` has a quotation mark that is not closed or not doubled", span, (),
                          'write a value as "...", and a quotation mark inside it twice')  # fmt: skip
    counted = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message)
    if counted:
        return Diagnostic("E107", f"`{file.name}` has a row of {counted[2]} values where there are {counted[1]} columns", span, (),
                          "quote values that contain commas")  # fmt: skip
    if source.is_parquet:
        hint = "is it cut off, or still being written?"
        return Diagnostic("E107", f"`{file.name}` is not a whole Parquet file", span, (_first_line(message),), hint)
    return Diagnostic("E107", f"`{file.name}` cannot be read", span, (_first_line(message),))


def _first_line(message: str) -> str:
    return message.split("\n")[0].split("Error: ", 1)[-1]


# --- facts and faults ----------------------------------------------------------------------------------------------


def _number_cases(db: duckdb.DuckDBPyConnection, requests: _Table) -> None:
    """Numbers the cases that have a request, in the order of their requests."""
    name = requests.readings[0].checked
    source = exp.select(name.as_("name")).from_(requests.origin.copy())
    total, distinct = requests.guarded(
        db,
        exp.select(function("count", column("name")), exp.Count(this=exp.Distinct(expressions=[column("name")]))).from_(
            source.copy().subquery("requested")
        ),
    ).fetchone() or (0, 0)
    if total != distinct:  # a GROUP BY loses the order
        source = exp.select(column("name")).from_(source.subquery("all")).group_by(column("name"))
    kept = exp.select(column("name")).from_(source.subquery("requested")).where(column("name").is_(exp.null()).not_())
    db.execute(
        f"CREATE TABLE cases AS SELECT CAST(row_number() OVER () AS BIGINT) AS number, name FROM ({sql(kept)}) AS kept"
    )


def _store(db: duckdb.DuckDBPyConnection, each: _Table) -> int:
    """Makes the table of a predicate's facts, of the cases that have requests, and rejects what is faulty in it."""
    shape = each.source.shape
    # A case's name has been checked where it was numbered: here one with a fault meets no number.
    checked = [each.readings[0].value, *(how.checked for how in each.readings[1:])]
    values = [
        cast(value, STORED[declared.kind]).as_(declared.name, quoted=True)
        for value, declared in zip(checked, shape.columns, strict=True)
    ]
    inner = exp.select(*values).from_(each.origin.copy()).subquery("stated")
    on = exp.EQ(this=column(shape.columns[0].name, "stated"), expression=column("name", CASES))
    others = [column(declared.name, "stated") for declared in shape.columns[1:]]
    kept = exp.select(column("number", CASES).as_(CASE, quoted=True), *others).from_(inner).join(table(CASES), on=on)
    name = table(fact_table(shape))
    each.guarded(db, exp.Create(this=name, kind="TABLE", expression=kept))
    total = _number(db, sql(exp.select(function("count", exp.Star())).from_(each.origin.copy())))
    counts = [function("count", exp.Star()), *(function("count", column(each.name)) for each in shape.columns[1:])]
    stored = db.execute(sql(exp.select(*counts).from_(name))).fetchone() or ()
    if any(count != total for count in stored):
        each.guarded(db, _faults(each))
        db.execute(sql(_without_request(each)))
        _drop_faulty(db, name, shape)
    if shape.is_functional:
        _reject_two_values(db, shape)
    if isinstance(each.origin, exp.Table):
        db.execute(f"DROP TABLE {sql(each.origin)}")
    return total


def _drop_faulty(db: duckdb.DuckDBPyConnection, name: exp.Table, shape: Shape) -> None:
    """Removes rows without some value, whose cases are rejected: engines expect none."""
    for declared in shape.columns[1:]:
        db.execute(sql(exp.delete(name, where=column(declared.name).is_(exp.null()))))


def _faults(each: _Table) -> exp.Expr:
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


def _reject_two_values(db: duckdb.DuckDBPyConnection, shape: Shape) -> None:
    """Inserts a reject for each key of a functional predicate that has two values."""
    stated = table(fact_table(shape))
    keys = [CASE, *(each.name for each in shape.columns[1:] if each.is_key)]
    values = [each.name for each in shape.columns if not each.is_key]
    differ = exp.or_(
        *(exp.NEQ(this=function("min", column(name)), expression=function("max", column(name))) for name in values)
    )
    doubtful = exp.select(*map(column, keys)).from_(stated).group_by(*map(column, keys)).having(differ)
    db.execute(f"CREATE OR REPLACE TEMP TABLE doubtful AS {sql(doubtful)}")
    if not _number(db, "SELECT count(*) FROM doubtful"):
        return
    code, reason = ("E402", "a second request") if shape.pred == REQUEST else ("E207", "two values for one key")
    row = function("concat_ws", text(", "), *(cast(column(name, "stated"), "VARCHAR") for name in values))
    both = function("concat", function("min", row), text(" | "), function("max", row))
    same_key = exp.and_(*(column(key, "doubtful").eq(column(key, "stated")) for key in keys))
    query = (
        exp.select(column("name", CASES), text(shape.name), text(code), text(reason), both)
        .from_(table("doubtful"))
        .join(exp.alias_(stated, "stated", table=True), on=same_key)
        .join(table(CASES), on=column(CASE, "stated").eq(column("number", CASES)))
        .group_by(column("name", CASES), *(column(key, "stated") for key in keys))
    )
    db.execute(sql(exp.Insert(this=table(REJECTS), expression=query)))


def _without_request(each: _Table) -> exp.Expr:
    """Inserts a reject for each case that has facts here and no request."""
    name = each.readings[0].named
    row = function("concat_ws", text(", "), *(how.shown for how in each.readings))
    query = (
        exp.select(name, text(each.source.shape.name), text("E401"), text("no request"), function("min", row))
        .from_(each.origin.copy())
        .where(
            exp.Not(
                this=exp.Exists(this=exp.select("1").from_(table(CASES)).where(column("name", CASES).eq(name.copy())))
            )
        )
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
