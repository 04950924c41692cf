"""Opens the files of a population for Spark: a view of each file's rows, every column there and of a fitting type.

What is wrong is said as for DuckDB. The schemas of Parquet files are read from their ends, without a job. CSV files are
read through once here before Spark reads them, since it would pass over broken quoting and wrong encodings.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeAlias

from sqlglot import exp

from engine.batch import files
from engine.batch.columns import Opened, Part
from engine.batch.files import Shape, Source, all_of
from engine.batch.sql import spark_sql, table
from kb.language.diagnostics import ProgramError

_AT_ONCE = 4
_FIELD = re.compile(r"  (optional|required|repeated) (\w+)(?:\((\d+)\))? (.+?)(?: \((.+)\))?(?: = \d+)?;")
_GROUP = re.compile(r"  (?:optional|required|repeated) group (.+?)(?: \(.+\))?(?: = \d+)? \{")
_TYPES: dict[tuple[str, str], tuple[str, str]] = {
    ("binary", "STRING"): ("VARCHAR", "string"),
    ("binary", "ENUM"): ("VARCHAR", "string"),
    ("binary", "JSON"): ("VARCHAR", "string"),
    ("int32", ""): ("INTEGER", "int"),
    ("int32", "INTEGER(8,true)"): ("TINYINT", "tinyint"),
    ("int32", "INTEGER(16,true)"): ("SMALLINT", "smallint"),
    ("int32", "INTEGER(32,true)"): ("INTEGER", "int"),
    ("int32", "INTEGER(8,false)"): ("UTINYINT", "smallint"),
    ("int32", "INTEGER(16,false)"): ("USMALLINT", "int"),
    ("int32", "INTEGER(32,false)"): ("UINTEGER", "bigint"),
    ("int32", "DATE"): ("DATE", "date"),
    ("int64", ""): ("BIGINT", "bigint"),
    ("int64", "INTEGER(64,true)"): ("BIGINT", "bigint"),
    ("int64", "INTEGER(64,false)"): ("UBIGINT", "decimal(20,0)"),
    ("int64", "TIMESTAMP(MILLIS,false)"): ("TIMESTAMP_MS", "timestamp_ntz"),
    ("int64", "TIMESTAMP(MICROS,false)"): ("TIMESTAMP", "timestamp_ntz"),
    ("float", ""): ("FLOAT", "float"),
    ("double", ""): ("DOUBLE", "double"),
    ("boolean", ""): ("BOOLEAN", "boolean"),
}
"""Of each physical and logical type in Parquet: DuckDB's name for it, and Spark's."""


Schema: TypeAlias = tuple[tuple[str, str, str], ...]
"""The columns of a file: name, and DuckDB's and Spark's names of the type."""


def open_all(session: Any, found: Iterable[Source]) -> list[Opened]:
    """Opens the files of all predicates, several at a time.

    Raises `ProgramError` if some cannot be read; all such files are told of at once.
    """
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return all_of(Future.result, [pool.submit(_open, session, source) for source in found])


def _open(session: Any, source: Source) -> Opened:
    shape = source.shape
    found = all_of(
        lambda file: _parquet(session, shape, file) if source.is_parquet else _csv(shape, file), source.files
    )
    groups: dict[Schema, list[Path]] = {}
    for (schema, _, _), file in zip(found, source.files, strict=True):
        groups.setdefault(schema, []).append(file)
    has_breaks = any(breaks for _, _, breaks in found)
    parts = []
    for number, (schema, paths) in enumerate(groups.items()):
        view = f"raw_{shape.apart}_{number}"
        parts.append(Part.of(shape, table(view), paths[0], {name: duckdb for name, duckdb, _ in schema}))
        frame = _frame(session, source, schema, paths, has_breaks=has_breaks)
        frame.createOrReplaceTempView(spark_sql(exp.to_identifier(view, quoted=True)))
    return Opened(source, tuple(parts), sum(rows for _, rows, _ in found))


def _frame(session: Any, source: Source, schema: Schema, paths: list[Path], *, has_breaks: bool) -> Any:
    columns = ", ".join(f"{spark_sql(exp.to_identifier(name, quoted=True))} {kind}" for name, _, kind in schema)
    reader = session.read.schema(columns).option("__globPaths__", "false")
    places = [str(file.absolute()) for file in paths]
    if source.is_parquet:
        return reader.parquet(*places)
    options = {"header": "true", "quote": '"', "escape": '"', "encoding": "UTF-8", "maxCharsPerColumn": "-1"}
    return reader.options(**options, multiLine=str(has_breaks).lower()).csv(places)


def _parquet(session: Any, shape: Shape, file: Path) -> tuple[Schema, int, int]:
    """The columns of a Parquet file that are wanted, with DuckDB's and Spark's names of their types, and its rows, of
    which line breaks divide none."""
    from py4j.protocol import Py4JError

    jvm = session._jvm
    path = jvm.org.apache.hadoop.fs.Path(str(file.absolute()))
    try:
        place = jvm.org.apache.parquet.hadoop.util.HadoopInputFile.fromPath(path, session._jsc.hadoopConfiguration())
        reader = jvm.org.apache.parquet.hadoop.ParquetFileReader.open(place)
        try:
            written, count = str(reader.getFileMetaData().getSchema().toString()), int(reader.getRecordCount())
        finally:
            reader.close()
    except Py4JError as error:
        raise ProgramError([files.not_parquet(file, note_of(str(error)))]) from None
    found = dict(_fields(written))
    files.check_columns(shape, file, found)
    return tuple((each.name, *found[each.name]) for each in shape.columns), count, 0


def _fields(schema: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """The top-level columns of a Parquet schema, as Parquet's library writes it.

    >>> dict(_fields("message m {\\n  optional binary case (STRING);\\n  optional int32 line;\\n}"))
    {'case': ('VARCHAR', 'string'), 'line': ('INTEGER', 'int')}
    """
    for line in schema.splitlines():
        if group := _GROUP.fullmatch(line):
            yield group[1], ("STRUCT", "binary")
        elif field := _FIELD.fullmatch(line):
            often, physical, _, name, logical = field.groups()
            yield name, ("LIST", "binary") if often == "repeated" else _type(physical, logical or "")


def _type(physical: str, logical: str) -> tuple[str, str]:
    if logical.startswith("DECIMAL"):
        return logical, logical.lower()
    if (physical, logical) in _TYPES:
        return _TYPES[physical, logical]
    zoned = "TIMESTAMP WITH TIME ZONE" if logical.endswith(",true)") else "TIMESTAMP_NS"
    return f"{zoned if logical.startswith('TIMESTAMP') else logical or 'BLOB'}, which Spark does not read", "binary"


def note_of(message: str) -> str:
    """What Java says of a failure, without where."""
    notes = [line for line in message.splitlines() if "Exception: " in line]
    return notes[0].split("Exception: ")[-1] if notes else message.split("\n")[0]


def _csv(shape: Shape, file: Path) -> tuple[Schema, int, int]:
    """The columns of a CSV file in order, its rows, and how many of them have a line break in a value."""
    header = files.csv_header(shape, file)
    rows = last = breaks = 0
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            lines = files.Lines(text)
            reader = csv.reader(lines, strict=True)
            next(reader, None)
            last, first = reader.line_num, lines.end
            for row in reader:
                if lines.end not in (first, ""):
                    raise ProgramError([files.mixed_end(file, reader.line_num, first, lines.end)])
                if row and len(row) != len(header):
                    raise ProgramError([files.wrong_width(file, last + 1, len(row), len(header))])
                rows += bool(row)
                breaks += reader.line_num != last + 1
                last = reader.line_num
    except UnicodeDecodeError:
        raise ProgramError([files.not_utf8(file)]) from None
    except csv.Error:
        raise ProgramError([files.unclosed_quote(file, last + 1)]) from None
    return tuple((name, "VARCHAR", "string") for name in header), rows, breaks
