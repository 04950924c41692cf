"""Writes what Spark has made as one file under its name, only when it is whole; says what went wrong if it cannot.

Spark writes a part for each task. The parts of a Parquet file are put together by copying their row groups, so that a
report is one file, as DuckDB's is, without passing all rows through one task.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.batch.files.layout import file_span
from engine.batch.spark.reading import not_parquet
from kb.language.diagnostics import Diagnostic, ProgramError

_ROW_GROUP = 128 * 2**20
_PADDING = 8 * 2**20


@contextmanager
def spark_scratch(target: Path) -> Iterator[Path]:
    """A hidden folder beside the output, removed with all its files at the end."""
    try:
        folder = tempfile.TemporaryDirectory(prefix=".priorlog-", dir=target.parent, ignore_cleanup_errors=True)
    except OSError as error:
        message = f"`{target}` cannot be written: {error.strerror or error}"
        hint = "name a file in a folder that exists"
        raise ProgramError([Diagnostic("E107", message, file_span(target), (), hint)]) from None
    with folder as name:
        try:
            yield Path(name).absolute()
        finally:
            _remove(Path(name))


def _remove(folder: Path) -> None:
    """Removes a folder, into which a task that was stopped may still have written."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)


@contextmanager
def spark_told(session: Any, target: Path) -> Iterator[None]:
    """Turns a failure of Spark to read, to write or to make do with its memory into a diagnostic, and stops its tasks where
    the user interrupts."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    quiet = logging.root.manager.disable
    logging.disable(logging.CRITICAL)  # what py4j says of failures and interrupts is said here
    try:
        yield
    except (Py4JError, PySparkException, OSError) as error:
        raise ProgramError([_diagnostic(target, str(error))]) from None
    except KeyboardInterrupt:
        session.stop()
        raise
    finally:
        logging.disable(quiet)


def _diagnostic(target: Path, message: str) -> Diagnostic:
    place = file_span(target)
    if re.search("no space left|file too large|permission denied|is a directory", message, re.IGNORECASE):
        note = next(line for line in message.splitlines() if line.strip())
        hint = "free space on its disk, or write to another; nothing was written"
        return Diagnostic("E107", f"`{target.name}` could not be written", place, (note.strip(),), hint)
    if re.search("OutOfMemory|heap space|GC overhead", message):
        hint = "allow more with `--memory`, or close other programs; nothing was written"
        return Diagnostic("E107", "the memory is not enough for this batch", place, (), hint)
    if "FAILED_READ_FILE" in message and (found := re.search(r"file:/*(/\S+?)[.,]?\s", message)):
        return not_parquet(Path(found[1]), message.split("Caused by: ", 1)[-1])
    note = next((line for line in message.splitlines() if "Exception: " in line), message.split("\n")[0])
    return Diagnostic("E107", "Spark could not decide this population", place, (note.strip(),), "use `--engine duckdb`")


def parts_of(folder: Path) -> list[Path]:
    """The files that Spark wrote into a folder."""
    return sorted(file for file in folder.glob("part-*") if file.is_file()) if folder.is_dir() else []


def write_whole(session: Any, parts: Sequence[Path], target: Path, scratch: Path) -> None:
    """Writes the rows of Parquet files to one file: CSV if its name ends so, else Parquet."""
    whole = scratch / f"whole-{target.name}"
    if target.suffix == ".csv":
        frame = session.read.parquet(*map(str, parts))
        options = {"header": "false", "quote": '"', "escape": '"', "emptyValue": '""'}
        frame.write.options(**options).mode("overwrite").csv(str(scratch / "csv"))
        _join_csv(frame.columns, parts_of(scratch / "csv"), whole)
    else:
        _join_parquet(session, parts, whole)
    os.replace(whole, target)


def _join_csv(columns: Sequence[str], parts: Sequence[Path], whole: Path) -> None:
    with whole.open("wb") as out:
        out.write((",".join(columns) + "\n").encode())
        for part in parts:
            with part.open("rb") as rows:
                shutil.copyfileobj(rows, out)


def _join_parquet(session: Any, parts: Sequence[Path], whole: Path) -> None:
    """Copies the row groups of files of one schema, as they are, into one file."""
    jvm = session._jvm
    hadoop = jvm.org.apache.parquet.hadoop
    configuration = session._jsc.hadoopConfiguration()
    inputs = [hadoop.util.HadoopInputFile.fromPath(jvm.org.apache.hadoop.fs.Path(str(part)), configuration) for part in parts]  # fmt: skip
    reader = hadoop.ParquetFileReader.open(inputs[0])
    metadata = reader.getFileMetaData()
    reader.close()
    output = jvm.org.apache.parquet.io.LocalOutputFile(jvm.java.io.File(str(whole)).toPath())
    mode = jvm.org.apache.parquet.hadoop.ParquetFileWriter.Mode.CREATE
    writer = hadoop.ParquetFileWriter(output, metadata.getSchema(), mode, _ROW_GROUP, _PADDING)
    writer.start()
    for each in inputs:
        writer.appendFile(each)
    writer.end(metadata.getKeyValueMetaData())
