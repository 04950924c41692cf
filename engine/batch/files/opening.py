"""Opens the files of a population: every column there and of a fitting type, or a diagnostic that names the file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

from engine.batch.files.columns import Reading, reading, wanted
from engine.batch.files.layout import Source, check_columns, csv_header, file_span, not_utf8
from engine.batch.lift.sql import cast, column, files, function, sql, table, text
from kb.language.diagnostics import Diagnostic, ProgramError

if TYPE_CHECKING:
    import duckdb


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


def guarded(db: duckdb.DuckDBPyConnection, sources: Sequence[Source], query: str) -> duckdb.DuckDBPyConnection:
    """Runs a query that reads some sources; a failure to read them is a `ProgramError` that names the file."""
    import duckdb

    try:
        return db.execute(query)
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        if re.search("could not write|no space left|file too large", str(error), re.IGNORECASE):
            raise
        raise ProgramError([_unreadable(sources, str(error))]) from None


def open_source(db: duckdb.DuckDBPyConnection, source: Source) -> Opened:
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
    counted = exp.select(function("count", exp.Star())).from_(origin.copy())
    count = guarded(db, [source], sql(counted)).fetchone() or (0,)
    return Opened(source, origin, tuple(readings), int(count[0]))


def narrowed(db: duckdb.DuckDBPyConnection, each: Opened, case: str) -> Opened:
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
