"""Opens the files of a population for DuckDB: every column there and of a fitting type, or a diagnostic that names the
file; cases numbered in the order of their requests, and a view of each predicate's facts.

Parquet files are not copied: a view reads them each time. What is faulty in them `faults.py` finds and sets aside.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
from sqlglot import exp

from engine.batch.files.columns import STORED, Reading, readings
from engine.batch.files.layout import CASE, Source, check_columns, csv_header, fact_view
from engine.batch.files.messages import file_span, not_parquet, not_utf8, unclosed_quote, wrong_width
from engine.batch.sql import cast, column, files, function, sql, table, text
from kb.language.declarations import REQUEST
from kb.language.diagnostics import Diagnostic, ProgramError


@dataclass(frozen=True, slots=True)
class Opened:
    """A source that can be read: where its rows come from, how each column is read, and how many rows it has."""

    source: Source
    origin: exp.Expr
    readings: tuple[Reading, ...]
    rows: int

    def guarded(self, db: duckdb.DuckDBPyConnection, query: exp.Expr) -> duckdb.DuckDBPyConnection:
        """Runs a query that reads the files; a failure to read them is told of."""
        return guarded(db, [self.source], sql(query))


@contextmanager
def connected(file: str = ":memory:") -> Iterator[duckdb.DuckDBPyConnection]:
    """A database."""
    with duckdb.connect(file) as db:
        db.execute("SET enable_progress_bar = false")
        yield db


def integer(db: duckdb.DuckDBPyConnection, query: str) -> int:
    """The integer that a query gives."""
    row = db.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def guarded(db: duckdb.DuckDBPyConnection, sources: Sequence[Source], query: str) -> duckdb.DuckDBPyConnection:
    """Runs a query that reads some sources; a failure to read them is a `ProgramError` that names the file."""
    try:
        return db.execute(query)
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        if re.search("could not write|no space left|file too large", str(error), re.IGNORECASE):
            raise
        raise ProgramError([_unreadable(sources, str(error))]) from None


def _open(db: duckdb.DuckDBPyConnection, source: Source) -> Opened:
    """Opens the files of a predicate; CSV is read into a table of text. Raises `ProgramError` if they cannot be read."""
    if source.is_parquet:
        origin: exp.Expr = function("read_parquet", files([str(file) for file in source.files]))
        for file in source.files:  # so that a damaged file is named, and each has its columns checked
            _check_parquet(db, source, file)
        physical = _types_of_all(db, source, origin)
    else:
        origin = table(f"raw_{source.shape.name}")
        _read_csv(db, source)
        physical = {each.name: "VARCHAR" for each in source.shape.columns}
    how = readings(source.shape, source.files[0], physical)
    counted = exp.select(function("count", exp.Star())).from_(origin.copy())
    count = guarded(db, [source], sql(counted)).fetchone() or (0,)
    return Opened(source, origin, how, int(count[0]))


def _narrowed(db: duckdb.DuckDBPyConnection, each: Opened, case: str) -> Opened:
    """The table with the rows of one case alone."""
    name = table(f"of_case_{each.source.shape.name}")
    rows = exp.select("*").from_(each.origin.copy()).where(each.readings[0].shown.copy().eq(text(case)))
    each.guarded(db, exp.Create(this=name, kind="TABLE", expression=rows))
    return replace(each, origin=name)


def _check_parquet(db: duckdb.DuckDBPyConnection, source: Source, file: Path) -> None:
    one = Source(source.shape, (file,))
    rows = guarded(db, [one], f"DESCRIBE SELECT * FROM {sql(function('read_parquet', files([str(file)])))}").fetchall()
    wrong = list(check_columns(source.shape, file, [str(row[0]) for row in rows]))
    if wrong:
        raise ProgramError(wrong)


def _types_of_all(db: duckdb.DuckDBPyConnection, source: Source, origin: exp.Expr) -> dict[str, str]:
    rows = guarded(db, [source], f"DESCRIBE SELECT * FROM {sql(origin)}").fetchall()
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
        guarded(db, [Source(source.shape, (file,))], f"INSERT INTO {sql(name)} {sql(query)}")


def _unreadable(sources: Sequence[Source], message: str) -> Diagnostic:
    """What to say of files that the database cannot read; it names the file, and the line where it knows it."""
    found = re.search(r"file = (.+)", message) or re.search(r"file '([^']+)'", message)
    file = Path(found[1].strip()) if found else sources[0].files[0]
    source = next((each for each in sources if file in each.files), sources[0])
    line = re.search(r"CSV Error on Line: (\d+)", message)
    number = int(line[1]) if line else 0
    if "not utf-8" in message.lower() or "invalid unicode" in message.lower():
        if not source.is_parquet:
            return not_utf8(file)
        return Diagnostic("E107", f"`{file.name}` has text that is not UTF-8", file_span(file, number))
    if "unterminated quote" in message:
        return unclosed_quote(file, number)
    if counted := re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message):
        return wrong_width(file, number, int(counted[2]), int(counted[1]))
    if source.is_parquet:
        return not_parquet(file, _first_line(message), number)
    return Diagnostic("E107", f"`{file.name}` cannot be read", file_span(file, number), (_first_line(message),))


def _first_line(message: str) -> str:
    return message.split("\n")[0].split("Error: ", 1)[-1]


# --- cases and facts -----------------------------------------------------------------------------------------------


def ingest(
    db: duckdb.DuckDBPyConnection,
    found: Iterable[Source],
    *,
    only: str | None = None,
    step: Callable[[str], None] = lambda _: None,
) -> tuple[Opened, ...]:
    """Gives the database `cases(number, name)` and a view of each predicate's facts, with the case's name as `case`.

    `only` names the one case to read; `step` is called with the name of each table before it is read.
    Raises `ProgramError` if a file cannot be read; all such files are told of at once.
    """
    tables: list[Opened] = []
    wrong: list[Diagnostic] = []
    for source in found:
        step(source.shape.name)
        try:
            opened = _open(db, source)
            tables.append(opened if only is None else _narrowed(db, opened, only))
        except ProgramError as error:
            wrong += error.diagnostics
    if wrong:
        raise ProgramError(wrong)
    _number_cases(db, next(each for each in tables if each.source.shape.pred == REQUEST))
    for each in tables:
        name = table(fact_view(each.source.shape))
        each.guarded(db, exp.Create(this=name, kind="VIEW", expression=_typed(each)))
    return tuple(tables)


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
