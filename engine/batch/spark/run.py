"""Decides a whole population in Spark SQL, by the same lifted plan as DuckDB's batch: every fact table is read once, one
shuffle brings the facts of a case together, one projection decides it.

Spark writes a part for each task. The parts of a Parquet file are put together by copying their row groups, so that a
report is one file, as with DuckDB, without passing all rows through one task; rows come in no order. It appears under its
name only when it is whole.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from sqlglot import exp

from engine.backends.sql.scalars import FUNCTIONS
from engine.backends.sql.spark import local_session, make_views, register_functions
from engine.backends.sql.statements import union_of
from engine.batch.determinations import Report, columns_of
from engine.batch.files.faults import REJECTS
from engine.batch.files.layout import CASE, Source, fact_view
from engine.batch.files.messages import batch_error, file_span, not_parquet, not_written, too_little_memory
from engine.batch.general import NOW, General
from engine.batch.population import Fault, Population, Progress, Summary, hidden_folder, rejects_of
from engine.batch.spark.dialect import spark_sql
from engine.batch.spark.faults import DOUBTED, Doubts, cleared_query, counts_query, no_rejects, rejects_query
from engine.batch.spark.reading import Opened, note_of, open_all
from engine.batch.spark.rows import DOUBTS, SURE, spark_query
from engine.batch.sql import column, function, table
from engine.knowledge import Rules
from engine.policies import Policies
from kb.language.declarations import REQUEST
from kb.language.diagnostics import Diagnostic, ProgramError

ROWS_AT_ONCE = 1_000_000
"""The number of facts that one task after the shuffle is given, about."""
_SMALL = 16 * 2**20
"""Files of so many bytes are a small population, for which Java should start quickly."""
_LEAST_MEMORY = 512
_NO_CODE = 100_000
"""For so few facts it takes longer to generate code than to do without."""
_SETTINGS = {
    "spark.sql.ansi.enabled": "false",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "true",
    # What follows from conditions is not worth the search: no row is left out by it.
    "spark.sql.constraintPropagation.enabled": "false",
    # Code for rows of facts; wide rows of cases are computed by code in small pieces, which Java compiles.
    "spark.sql.codegen.maxFields": "14",
    "spark.sql.maxConcurrentOutputFileWriters": "2",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.sources.default": "parquet",
}
_RESULT = "result"
_ROW_GROUP = 128 * 2**20
_PADDING = 8 * 2**20


def run(
    directory: str | os.PathLike[str],
    output: str | os.PathLike[str],
    *,
    closed_world: bool,
    explain: str | os.PathLike[str] | None,
    progress: Progress | None,
    rules: Rules | None,
    memory: str | None,
) -> Summary:
    """Decides every case of a population; see `engine.batch.run`. `memory` bounds Java's heap.

    Raises `ProgramError` also if PySpark or Java is not installed.
    """
    if explain is not None:
        message, hint = (
            "Spark does not write reasons",
            "write them with `--engine duckdb`, or leave out `--explain`",
        )
        raise ProgramError([Diagnostic("E502", message, file_span(Path(explain)), (), hint)])
    say = progress or (lambda _share, _what: None)
    target = Path(output)
    population = Population.of(directory, rules)
    say(0.0, "starting Spark")
    with _scratch(target) as scratch:
        session = batch_session(population.sources, memory)
        with _failures_told(session, target):
            say(0.2, "reading")
            opened = open_all(session, population.sources)
            facts = sum(each.rows for each in opened)
            _settle(session, facts)
            report = Report.of(population, Policies.of(population.rules), closed_world=closed_world)
            query = spark_query(report, opened)
            say(0.3, "deciding")
            if report.general.has_flags:
                _table(session, report.general, opened)
            decided = _decide(session, query, opened, scratch)
            say(0.9, "writing")
            return _write(session, decided, columns_of(report.policies), facts, target, scratch)


def batch_session(found: Sequence[Source], memory: str | None = None) -> Any:
    """A session of its own, with the settings of batches, on the Spark that runs or that is started."""
    heap = None if memory is None else _heap(memory)
    size = sum(file.stat().st_size for source in found for file in source.files)
    try:
        session = local_session(memory=heap, starts_quickly=size <= _SMALL).newSession()
    except ImportError as error:
        raise ProgramError([batch_error("E107", str(error))]) from None
    for name, value in _SETTINGS.items():
        session.conf.set(name, value)
    return session


def _heap(memory: str) -> str:
    """An amount of memory, such as `1.5GB`, as Java writes it; it takes half a gigabyte at least.

    >>> _heap("3GB"), _heap("1.5 gb")
    ('3072m', '1536m')
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([MG])i?B?\s*", memory, re.IGNORECASE)
    size = int(float(found[1]) * (1024 if found[2] in "gG" else 1)) if found else 0
    if size < _LEAST_MEMORY:
        message = f"`{memory}` is not an amount of memory that Spark can work with"
        hint = f"write {_LEAST_MEMORY}MB or more, as in 3GB"
        raise ProgramError([batch_error("E502", message, hint)])
    return f"{size}m"


def _settle(session: Any, rows: int) -> None:
    """Fits a session to the number of facts: the tasks after the shuffle, and whether code is generated."""
    few = rows <= _NO_CODE
    tasks = 1 if few else max(os.cpu_count() or 1, -(-rows // ROWS_AT_ONCE))
    session.conf.set("spark.sql.shuffle.partitions", str(tasks))
    session.conf.set("spark.sql.codegen.wholeStage", str(not few).lower())
    session.conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN" if few else "FALLBACK")


def _table(session: Any, general: General, opened: Sequence[Opened]) -> None:
    """Makes the tables of what is not decided from one row for each case."""
    register_functions(session)
    for each in opened:
        _view(session, fact_view(each.shape), union_of(part.typed() for part in each.parts))
    requests = next(each.shape for each in opened if each.shape.pred == REQUEST)
    _view(session, NOW, exp.select(column(CASE).as_("name")).distinct().from_(table(fact_view(requests))))
    for name, query in general.inputs():
        _view(session, name, query)
    make_views(session, general.steps, max_steps=general.rules.max_steps)


def _view(session: Any, name: str, query: exp.Query) -> None:
    session.sql(spark_sql(query)).createOrReplaceTempView(name)


@dataclass(frozen=True, slots=True)
class _Decided:
    """The files that have the report of each case that is decided, and those that have the rejects."""

    report: tuple[Path, ...]
    rejects: tuple[Path, ...]


def _decide(session: Any, query: exp.Select, opened: Sequence[Opened], scratch: Path) -> _Decided:
    """Decides all cases, and looks again at those of which some fact may be faulty."""
    called = {call.name for call in query.find_all(exp.Anonymous)}
    if any(each.name in called for each in FUNCTIONS):
        register_functions(session)
    frame = session.sql(spark_sql(query))
    frame.write.partitionBy(DOUBTS).parquet(str(scratch / _RESULT))
    groups = {folder.name.removeprefix(f"{DOUBTS}="): _parts_of(folder) for folder in (scratch / _RESULT).glob("*=*")}
    report = groups.pop(SURE, [])
    doubtful = [part for parts in groups.values() for part in parts]
    if not doubtful:
        rejects = _written(session, no_rejects(), scratch / REJECTS)
    else:
        session.read.parquet(*map(str, doubtful)).createOrReplaceTempView(_RESULT)
        names = exp.select(column(CASE).as_(DOUBTED, quoted=True)).from_(table(_RESULT))
        _view(session, DOUBTED, names)
        rejects = _written(session, rejects_query(opened, Doubts.of(map(unquote, groups), opened)), scratch / REJECTS)
        session.read.parquet(*map(str, rejects)).createOrReplaceTempView(REJECTS)
        kept = [name for name in frame.columns if name != DOUBTS]
        report += _written(session, cleared_query(_RESULT, kept), scratch / "cleared")
    return _Decided(tuple(report or _written(session, _no_rows(query), scratch / "none")), tuple(rejects))


def _no_rows(query: exp.Select) -> exp.Select:
    """A query without rows for the columns of the report."""
    columns = [column(each.alias_or_name) for each in query.expressions if each.alias_or_name != DOUBTS]
    return exp.select(*columns).from_(query.copy().subquery(_RESULT)).where(exp.false())


def _written(session: Any, query: exp.Query, folder: Path) -> list[Path]:
    """The files that have a query's rows, one at least."""
    session.sql(spark_sql(query)).write.parquet(str(folder))
    return _parts_of(folder)


def _write(
    session: Any, decided: _Decided, statuses: Sequence[str], facts: int, target: Path, scratch: Path
) -> Summary:
    session.read.parquet(*map(str, decided.report)).createOrReplaceTempView(_RESULT)
    session.read.parquet(*map(str, decided.rejects)).createOrReplaceTempView(REJECTS)
    names = ("determination", "quantity", *statuses)
    words = _counted(session, names)
    faults = [Fault(*row) for row in session.sql(spark_sql(counts_query())).collect()]
    faults.sort(key=lambda each: (-each.count, each.predicate, each.code, each.reason))
    aside = session.sql(spark_sql(_aside())).first()
    rejects = rejects_of(target)
    _write_whole(session, decided.rejects, rejects, scratch)
    _write_whole(session, decided.report, target, scratch)
    total = sum(words["determination"].values())
    return Summary(
        cases=total + aside[0],
        decided=total,
        set_aside=aside[0],
        facts=facts,
        rows_without_case=aside[1],
        determinations=_ordered(words["determination"]),
        quantities=_ordered(words["quantity"]),
        statuses=tuple((name, _ordered(words[name])) for name in statuses),
        faults=tuple(faults),
        output=str(target),
        rejects=str(rejects),
        reasons=None,
    )


def _aside() -> exp.Select:
    """The number of cases that are set aside, and of rows that name no case."""
    cases = exp.Count(this=exp.Distinct(expressions=[column(CASE)]))
    nameless = function("count_if", column(CASE).is_(exp.null()))
    return exp.select(cases, nameless).from_(table(REJECTS))


def _counted(session: Any, names: Sequence[str]) -> dict[str, Counter[str]]:
    """How often each word stands in each of some columns of the report."""
    columns = [column(name) for name in names]
    query = exp.select(*columns, function("count", exp.Star())).from_(table(_RESULT)).group_by(*columns)
    counts: dict[str, Counter[str]] = {name: Counter() for name in names}
    for *words, count in session.sql(spark_sql(query)).collect():
        for name, word in zip(names, words, strict=True):
            if word is not None:
                counts[name][word] += count
    return counts


def _ordered(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


# --- files ---------------------------------------------------------------------------------------------------------


@contextmanager
def _scratch(target: Path) -> Iterator[Path]:
    """A hidden folder beside the output, removed with all its files at the end."""
    with hidden_folder(target) as name:
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
def _failures_told(session: Any, target: Path) -> Iterator[None]:
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
    if re.search("no space left|file too large|permission denied|is a directory", message, re.IGNORECASE):
        return not_written(target, next(line for line in message.splitlines() if line.strip()).strip())
    if re.search("OutOfMemory|heap space|GC overhead", message):
        return too_little_memory(target, None, "allow more with `--memory`")
    if "FAILED_READ_FILE" in message and (found := re.search(r"file:/*(/\S+?)[.,]?\s", message)):
        return not_parquet(Path(found[1]), note_of(message.split("Caused by: ", 1)[-1]))
    note = next((line for line in message.splitlines() if "Exception: " in line), message.split("\n")[0])
    what, hint = "Spark could not decide this population", "use `--engine duckdb`"
    return Diagnostic("E107", what, file_span(target), (note.strip(),), hint)


def _parts_of(folder: Path) -> list[Path]:
    """The files that Spark wrote into a folder."""
    return sorted(file for file in folder.glob("part-*") if file.is_file()) if folder.is_dir() else []


def _write_whole(session: Any, parts: Sequence[Path], target: Path, scratch: Path) -> None:
    """Writes the rows of Parquet files to one file: CSV if its name ends so, else Parquet."""
    whole = scratch / f"whole-{target.name}"
    if target.suffix == ".csv":
        frame = session.read.parquet(*map(str, parts))
        options = {"header": "false", "quote": '"', "escape": '"', "emptyValue": '""'}
        frame.write.options(**options).mode("overwrite").csv(str(scratch / "csv"))
        _join_csv(frame.columns, _parts_of(scratch / "csv"), whole)
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
