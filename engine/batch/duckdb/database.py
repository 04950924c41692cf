"""A database for a population, and what is said where it cannot read a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlglot import exp

from engine.backends.sql.duckdb import interruptible
from engine.backends.sql.library import duckdb
from engine.batch import files
from engine.batch.files import Source
from engine.batch.sql import sql
from kb.language.diagnostics import Diagnostic, ProgramError

_INTERRUPTED = "Query interrupted"
"""What the database raises in place of an interruption."""
_NAMES = r"file = (.+)", r"file '([^']+)'", r'file "([^"]+)"'
"""Where the database names a file that it cannot read."""


@contextmanager
def connected() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory. Raises `KeyboardInterrupt` also where it is the database that a signal interrupts."""
    db = duckdb.connect()
    try:
        if db.execute("SELECT current_setting('enable_progress_bar')").fetchone() == (
            True,
        ):  # else it may not be set at all
            db.execute("SET enable_progress_bar = false")
        yield db
    except RuntimeError as error:  # DuckDB's own errors are none
        if str(error) == _INTERRUPTED:
            raise KeyboardInterrupt from None
        raise
    finally:
        db.interrupt()
        with suppress(duckdb.Error):  # a call that a signal left behind may be at work still
            db.close()


def integer(db: duckdb.DuckDBPyConnection, query: str) -> int:
    """The integer that a query gives."""
    row = db.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def guarded(db: duckdb.DuckDBPyConnection, sources: Sequence[Source], query: exp.Expr) -> duckdb.DuckDBPyConnection:
    """Runs a query that reads some sources; a failure to read them is a `ProgramError` that names the file."""
    try:
        return interruptible(db, lambda: db.execute(sql(query)))
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        if re.search("could not write|no space left|file too large", str(error), re.IGNORECASE):
            raise
        raise ProgramError([_unreadable(sources, str(error))]) from None


def _unreadable(sources: Sequence[Source], message: str) -> Diagnostic:
    """What to say of files that the database cannot read; it names the file, and the line where it knows it."""
    found = next(filter(None, (re.search(each, message) for each in _NAMES)), None)
    file = Path(found[1].strip()) if found else sources[0].files[0]
    source = next((each for each in sources if file in each.files), sources[0])
    line = re.search(r"CSV Error on Line: (\d+)", message)
    number = int(line[1]) if line else 0
    if "not utf-8" in message.lower() or "invalid unicode" in message.lower():
        if not source.is_parquet:
            return files.not_utf8(file)
        return files.file_error("E107", f"`{file.name}` has text that is not UTF-8", file, line=number)
    if not source.is_parquet and (mixed := files.mixed_ends(file)) is not None:
        return mixed
    if "unterminated quote" in message:
        return files.unclosed_quote(file, number)
    if counted := re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message):
        return files.wrong_width(file, number, int(counted[2]), int(counted[1]))
    note = message.split("\n")[0].split("Error: ", 1)[-1]
    if source.is_parquet:
        return files.not_parquet(file, note, number)
    return files.file_error("E107", f"`{file.name}` cannot be read", file, line=number, note=note)
