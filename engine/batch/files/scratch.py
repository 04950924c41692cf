"""The database that a batch works in, and what is said when it runs out of disk or memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from engine.batch.files.messages import no_folder, not_written, too_little_memory
from engine.batch.sql import sql, text
from kb.language.diagnostics import ProgramError


@contextmanager
def connected(file: str = ":memory:") -> Iterator[duckdb.DuckDBPyConnection]:
    """A database."""
    with duckdb.connect(file) as db:
        db.execute("SET enable_progress_bar = false")
        yield db


@contextmanager
def scratch(target: Path, memory: str | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that spills to a hidden folder beside the output, which is removed at the end."""
    try:
        folder = tempfile.TemporaryDirectory(prefix=".priorlog-", dir=target.parent, ignore_cleanup_errors=True)
    except OSError as error:
        raise ProgramError([no_folder(target, error)]) from None
    with folder as name, connected() as db:
        db.execute(f"SET temp_directory = {sql(text(str(Path(name) / 'spill')))}")
        if memory:
            db.execute(f"SET memory_limit = {sql(text(memory))}")
        yield db


@contextmanager
def writing(target: Path) -> Iterator[None]:
    """Turns a failure of the database to write, or to make do with its memory, into a diagnostic."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise ProgramError([too_little_memory(target, _first_line(error), "allow more")]) from None
    except (duckdb.IOException, duckdb.FatalException, OSError) as error:
        raise ProgramError([not_written(target, _first_line(error))]) from None


def _first_line(error: Exception) -> str:
    return str(error).split("\n")[0]
