"""The database that a batch works in, and what is said when it runs out of disk or memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from engine.batch.files.layout import file_span
from engine.batch.lift.sql import sql, text
from kb.language.diagnostics import Diagnostic, ProgramError

if TYPE_CHECKING:
    import duckdb


@contextmanager
def connected(file: str = ":memory:") -> Iterator[duckdb.DuckDBPyConnection]:
    """A database. Raises `ProgramError` if DuckDB is not installed."""
    try:
        import duckdb
    except ImportError:
        hint = "install it with `pip install 'priorlog[duckdb]'`"
        missing = Diagnostic(
            "E107", "batches need DuckDB, which is not installed", file_span(Path("<batch>")), (), hint
        )
        raise ProgramError([missing]) from None
    with duckdb.connect(file) as db:
        db.execute("SET enable_progress_bar = false")
        yield db


@contextmanager
def scratch(target: Path, memory: str | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that spills to a hidden folder beside the output, which is removed at the end."""
    try:
        folder = tempfile.TemporaryDirectory(prefix=".priorlog-", dir=target.parent, ignore_cleanup_errors=True)
    except OSError as error:
        raise ProgramError([_unwritable(target, error.strerror or str(error))]) from None
    with folder as name, connected() as db:
        db.execute(f"SET temp_directory = {sql(text(str(Path(name) / 'spill')))}")
        if memory:
            db.execute(f"SET memory_limit = {sql(text(memory))}")
        yield db


@contextmanager
def writing(target: Path) -> Iterator[None]:
    """Turns a failure of the database to write, or to make do with its memory, into a diagnostic."""
    try:
        import duckdb
    except ImportError:  # which is told of where a database is made
        yield
        return
    try:
        yield
    except (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.FatalException, OSError) as error:
        note = str(error).split("\n")[0]
        hint = "free space on its disk, or write to another; nothing was written"
        message = f"`{target.name}` could not be written"
        if isinstance(error, duckdb.OutOfMemoryException):
            message, hint = (
                "the memory is not enough for this batch",
                "allow more, or close other programs; nothing was written",
            )
        raise ProgramError([Diagnostic("E107", message, file_span(target), (note,), hint)]) from None


def _unwritable(target: Path, why: str) -> Diagnostic:
    return Diagnostic(
        "E107", f"`{target}` cannot be written: {why}", file_span(target), (), "name a file in a folder that exists"
    )
