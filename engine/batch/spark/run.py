"""Decides a whole population in Spark SQL, by the same lifted plan as DuckDB's batch: every fact table is read once, one
shuffle brings the facts of a case together, one projection decides it.

Spark writes a part for each task. The parts of a Parquet file are put together by copying their row groups, so that a
report is one file, as with DuckDB, without passing all rows through one task; rows come in no order. It appears under its
name only when it is whole.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from sqlglot import exp

from engine.backends.sql.scalars import FUNCTIONS
from engine.backends.sql.spark import (
    in_few_tasks,
    kept,
    local_session,
    make_views,
    ranges_limited,
    register_functions,
)
from engine.backends.sql.statements import union_of
from engine.batch import files
from engine.batch.columns import COLUMNS, REJECTS, Doubts, Opened, Part, aside_counts, fault_counts, no_rejects, rejects
from engine.batch.files import CASE, Source
from engine.batch.general import NOW, General
from engine.batch.names import (
    APART,
    MEANT,
    MEANT_COLUMNS,
    MEANT_TYPES,
    UNKNOWN,
    MeantRow,
    Recognised,
    unknown_counts,
    unknown_names,
    written,
)
from engine.batch.population import Counts, Job, Population, Summary
from engine.batch.report import Conditions, columns_of
from engine.batch.spark.few import Few, code_settings, with_driver, with_few
from engine.batch.spark.reading import note_of, open_all
from engine.batch.spark.rows import DOUBLED, DOUBTS, FAULTY, NAMELESS, SURE, Layers, spark_query
from engine.batch.sql import all_of, column, function, spark_sql, table, text
from engine.knowledge import Rules
from kb.language.declarations import REQUEST
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.output import replacing

ROWS_AT_ONCE = 1_000_000
"""The number of facts that one task after the shuffle is given, about."""
_SHARE = 4
"""What tasks gather takes one part in so many of Java's memory."""
_ROW_SIZE, _CASE_SIZE = 256, 1_024
"""How many bytes of it a row takes that is gathered, at most, and a case."""
_FEW_CASES = 128
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
    # What a case's words are made of stays a layer of its own: written out wherever a word is read, it would grow exponentially.
    # Nor are the tasks that read facts as many as there are files because what they read is exchanged.
    "spark.sql.optimizer.excludedRules": ",".join(
        f"org.apache.spark.sql.catalyst.optimizer.{rule}" for rule in ("CollapseProject", "CollapseRepartition")
    ),
    # Code for rows of facts; wide rows of cases are computed by code in small pieces, which Java compiles.
    "spark.sql.codegen.maxFields": "14",
    "spark.sql.maxConcurrentOutputFileWriters": "2",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.sources.default": "parquet",
}
_RESULT = "result"
_SPARK_TYPES = {"BIGINT": "bigint", "VARCHAR": "string", "BOOLEAN": "boolean"}
_ROW_GROUP = 128 * 2**20
_PADDING = 8 * 2**20


def run(job: Job) -> Summary:
    """Decides every case of a population; see `engine.batch.run`. The memory of a job bounds Java's heap.

    Raises `ProgramError` also if PySpark or Java is not installed.
    """
    if job.reasons is not None:
        hint = "write them with `--engine duckdb`, or leave out `--explain`"
        raise ProgramError([files.file_error("E502", "Spark does not write reasons", job.reasons, hint)])
    population = Population.of(job.directory, job.rules, job.beside)
    job.told(0.0, "starting Spark")
    with _scratch(job) as scratch:
        session = batch_session(population.sources, job.memory)
        with _failures_told(session, job.target), ranges_limited():
            job.told(0.2, "reading")
            opened = open_all(session, population.sources)
            facts = sum(each.rows for each in opened)
            tasks = _settle(session, opened)
            few, opened = with_few(session, opened, tasks)
            recognised = _recognised(session, opened, population.rules, job, scratch, tasks)
            values = few.values(session, recognised.tables)
            asked = Conditions.of(population, recognised, values=values.values)
            layers = spark_query(asked, recognised.all, few, tasks)
            job.told(0.3, "deciding")
            if asked.general.has_flags:
                _table(session, asked.general, recognised.facts)
            decided = _decide(session, layers, few, recognised, scratch, tasks)
            job.told(0.9, "writing")
            has_unknown = recognised.apart is not None
            return _write(
                session,
                decided,
                columns_of(population.policies),
                facts,
                job,
                scratch,
                has_unknown=has_unknown,
            )


def batch_session(found: Sequence[Source], memory: int | None = None) -> Any:
    """A session of its own, with the settings of batches, on the Spark that runs or that is started."""
    heap = None if memory is None else _heap(memory)
    size = sum(file.stat().st_size for source in found for file in source.files)
    try:
        session = local_session(memory=heap, starts_quickly=size <= _SMALL).newSession()
    except ImportError as error:
        raise ProgramError([files.batch_error("E107", str(error))]) from None
    for name, value in _SETTINGS.items():
        session.conf.set(name, value)
    return session


def _heap(memory: int) -> str:
    """So many megabytes, as Java writes it; it takes half a gigabyte at least."""
    if memory < _LEAST_MEMORY:
        message = f"{memory} megabytes are not an amount of memory that Spark can work with"
        raise ProgramError([files.batch_error("E502", message, f"write {_LEAST_MEMORY}MB or more, as in 3GB")])
    return f"{memory}m"


def _settle(session: Any, opened: Sequence[Opened]) -> int:
    """Fits a session to the number of facts and cases: what tasks gather in memory, and whether code is generated. Gives the number of
    the tasks after the shuffle."""
    rows = sum(each.rows for each in opened)
    cases = sum(each.rows for each in opened if each.shape.pred == REQUEST)
    few, memory = rows <= _NO_CODE, session._jvm.java.lang.Runtime.getRuntime().maxMemory()
    tasks = 1 if few else tasks_for(rows, cases, cores=os.cpu_count() or 1, memory=memory)
    session.conf.set("spark.sql.shuffle.partitions", str(tasks))
    # With more cases than are to be expected, a task sorts what is left, on disk if need be.
    session.conf.set("spark.sql.objectHashAggregate.sortBased.fallbackThreshold", str(2 * cases // tasks + _FEW_CASES))
    for name, value in code_settings(is_made=not few).items():
        session.conf.set(name, value)
    return tasks


def tasks_for(rows: int, cases: int, *, cores: int, memory: int) -> int:
    """The number of tasks that gather so many facts of so many cases, so that those at work at once have the room for it in so many
    bytes."""
    size = rows * _ROW_SIZE + cases * _CASE_SIZE
    return max(cores, -(-rows // ROWS_AT_ONCE), -(-size * cores * _SHARE // memory))


def _recognised(
    session: Any, opened: Sequence[Opened], rules: Rules, job: Job, scratch: Path, tasks: int
) -> Recognised:
    """The tables with the constants that names stand for, once there are views of what that takes."""
    asked = written(opened)
    names = [] if asked is None else _frame(session, all_of(asked, "written", tasks)).collect()
    found = Recognised.of(opened, names, rules, closed_world=job.closed_world)
    if found.meant:
        from pyspark.sql.functions import broadcast

        broadcast(with_driver(_meant(session, found.meant, scratch / MEANT))).createOrReplaceTempView(MEANT)
    if found.apart is not None:
        once = all_of(found.apart, "every", tasks).distinct()
        _view(session, APART, _written(_frame(session, once), scratch / APART))
        _view(session, UNKNOWN, unknown_names())
    return found


def _meant(session: Any, rows: Iterable[MeantRow], file: Path) -> Any:
    """The rows of `MEANT`, by way of a file: Spark would start Python once more to be given them."""
    file.write_text("".join(f"{json.dumps(dict(zip(MEANT_COLUMNS, row, strict=True)))}\n" for row in rows))
    types = (f"`{name}` {_SPARK_TYPES[kind]}" for name, kind in zip(MEANT_COLUMNS, MEANT_TYPES, strict=True))
    reader = session.read.schema(", ".join(types)).option("__globPaths__", "false")
    return reader.option("mode", "FAILFAST").json(str(file))


def _table(session: Any, general: General, opened: Sequence[Opened]) -> None:
    """Makes the tables of what is not decided from one row for each case."""
    register_functions(session)
    for each in opened:
        _view(session, each.shape.view, each.typed())
    requests = next(each.shape for each in opened if each.shape.pred == REQUEST)
    cases = exp.select(column(CASE).as_("name")).distinct().from_(table(requests.view))
    at_hand = exp.select(column("name")).from_(table(NOW))
    facts = (
        (name, exp.select("*").from_(table(shape.view)).where(column(CASE).isin(query=at_hand.copy())))
        for name, shape in general.facts().items()
    )
    for name, query in ((NOW, cases), *facts, *general.inputs()):
        kept(_frame(session, query)).createOrReplaceTempView(name)
    make_views(session, general.steps, max_steps=general.rules.max_steps)


def _view(session: Any, name: str, rows: exp.Query | Sequence[Path]) -> None:
    """A view of the rows of a query, or of Parquet files."""
    _frame(session, rows).createOrReplaceTempView(f"`{name}`")


def _frame(session: Any, rows: exp.Query | Sequence[Path]) -> Any:
    return session.sql(spark_sql(rows)) if isinstance(rows, exp.Query) else session.read.parquet(*map(str, rows))


@dataclass(frozen=True, slots=True)
class _Decided:
    """The files that have the report of each case that is decided, and those that have the rejects; where all cases were sure at once,
    there are none."""

    report: list[Path]
    rejects: list[Path]
    is_all_sure: bool


def _decide(session: Any, layers: Layers, few: Few, recognised: Recognised, scratch: Path, tasks: int) -> _Decided:
    """Decides all cases, and looks again at those of which some fact may be faulty."""
    called = {call.name for query in layers.queries for call in query.find_all(exp.Anonymous)}
    if any(each.name in called for each in FUNCTIONS):
        register_functions(session)
    frame = report_frame(session, layers, few)
    frame.write.partitionBy(DOUBTS).parquet(str(scratch / _RESULT))
    groups = {folder.name.removeprefix(f"{DOUBTS}="): _parts_of(folder) for folder in (scratch / _RESULT).glob("*=*")}
    report = groups.pop(SURE, [])
    if not groups:
        aside = _written(_frame(session, no_rejects()), scratch / REJECTS)
    else:
        _view(session, _RESULT, [part for parts in groups.values() for part in parts])
        _view(session, DOUBTED, exp.select(column(CASE).as_(DOUBTED, quoted=True)).from_(table(_RESULT)))
        doubts = _doubts(map(unquote, groups), recognised.all)
        aside = _written(_frame(session, _rejects(recognised.tables, doubts, tasks)), scratch / REJECTS)
        _view(session, REJECTS, aside)
        kept = [name for name in frame.columns if name != DOUBTS]
        cleared = _written(_frame(session, _cleared(_RESULT, kept)), scratch / "cleared")
        if not _frame(session, cleared).isEmpty():  # what was read again may be null, so its files have another schema
            report = _written(_frame(session, [*report, *cleared]), scratch / "whole")
    report = report or _written(frame.where("false").drop(DOUBTS), scratch / "none")
    return _Decided(report, aside, is_all_sure=not groups)


def report_frame(session: Any, layers: Layers, few: Few) -> Any:
    """The rows of the report, with what may be wrong with each case."""
    if layers.said is not None:
        few.make(session, layers.said)
    for name, query in layers.views:
        _view(session, name, query)
    return _frame(session, layers.query)


def _written(frame: Any, folder: Path) -> list[Path]:
    """The files that have the rows of a frame, one at least."""
    in_few_tasks(frame).write.parquet(str(folder))
    return _parts_of(folder)


def _write(
    session: Any,
    decided: _Decided,
    statuses: Sequence[str],
    facts: int,
    job: Job,
    scratch: Path,
    *,
    has_unknown: bool,
) -> Summary:
    _view(session, _RESULT, decided.report)
    _view(session, REJECTS, decided.rejects)
    words = _counted(session, ("determination", "quantity", "checks", *statuses))
    faults = () if decided.is_all_sure else _frame(session, fault_counts()).collect()
    aside = (0, 0) if decided.is_all_sure else _frame(session, aside_counts()).first()
    unknown = _frame(session, unknown_counts(_RESULT)).collect() if has_unknown else ()
    with replacing(job.outputs) as files:
        for parts, file in zip((decided.rejects, decided.report), files, strict=True):
            _write_whole(session, parts, file, scratch)
    return Summary.of(job, facts, aside, faults, words, unknown)


def _counted(session: Any, names: Sequence[str]) -> dict[str, Counts]:
    """How often each word stands in each of some columns of the report."""
    columns = [column(name) for name in names]
    query = exp.select(*columns, function("count", exp.Star())).from_(table(_RESULT)).group_by(*columns)
    counts: dict[str, Counter[str]] = {name: Counter() for name in names}
    for *words, count in _frame(session, query).collect():
        for name, word in zip(names, words, strict=True):
            if word is not None:
                counts[name][word] += count
    return {name: tuple(sorted(of.items(), key=lambda pair: (-pair[1], pair[0]))) for name, of in counts.items()}


# --- files ---------------------------------------------------------------------------------------------------------


@contextmanager
def _scratch(job: Job) -> Iterator[Path]:
    """A hidden folder beside the output, removed with all its files at the end."""
    with job.hidden_folder() as name:
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
        return files.not_written(target, next(line for line in message.splitlines() if line.strip()).strip())
    if re.search("OutOfMemory|heap space|GC overhead", message):
        return files.too_little_memory(target, None, "allow more with `--memory`")
    if "FAILED_READ_FILE" in message and (found := re.search(r"file:/*(/\S+?)[.,]?\s", message)):
        return files.not_parquet(Path(found[1]), note_of(message.split("Caused by: ", 1)[-1]))
    note = next((line for line in message.splitlines() if "Exception: " in line), message.split("\n")[0])
    what, hint = "Spark could not decide this population", "use `--engine duckdb`"
    return files.file_error("E107", what, target, hint, note=note.strip())


def _parts_of(folder: Path) -> list[Path]:
    """The files that Spark wrote into a folder."""
    return sorted(file for file in folder.glob("part-*") if file.is_file()) if folder.is_dir() else []


def _write_whole(session: Any, parts: Sequence[Path], whole: Path, scratch: Path) -> None:
    """Writes the rows of Parquet files to one file: CSV if its name ends so, else Parquet."""
    if whole.suffix == ".csv":
        frame = _frame(session, parts)
        options = {"header": "false", "quote": '"', "escape": '"', "emptyValue": '""'}
        frame.write.options(**options).mode("overwrite").csv(str(scratch / "csv"))
        _join_csv(frame.columns, _parts_of(scratch / "csv"), whole)
    else:
        _join_parquet(session, parts, whole)


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


# --- what is wrong with the facts of doubtful cases ----------------------------------------------------------------

DOUBTED = "doubted"
"""The view with the names of doubtful cases, in a column of the same name, as no file's columns are called."""
_REQUESTED = "requested"


def _doubts(said: Iterable[str], opened: Sequence[Opened]) -> Doubts:
    """The doubts of all cases, as rows.py says them of each; predicates are numbered as they were opened."""
    words = {word for each in said for word in each.split(" ")}
    faulty = {each.shape.pred for tag, each in enumerate(opened) if f"{FAULTY}{tag}" in words}
    doubled = {each.shape.pred for each in opened if each.shape.is_functional and DOUBLED in words}
    return Doubts(faulty, NAMELESS in words, doubled)


def _rejects(opened: Sequence[Opened], doubts: Doubts, tasks: int) -> exp.Query:
    """A row for each fault of a doubtful case."""
    requests = next(each for each in opened if each.shape.pred == REQUEST)
    requested = union_of(
        exp.select(part.columns[0].checked.as_(_REQUESTED, quoted=True)).from_(part.origin) for part in requests.parts
    )

    def has_request(name: exp.Expr) -> exp.Expr:
        same = column(_REQUESTED, _REQUESTED).eq(name.copy())
        return exp.Exists(this=exp.select("1").from_(requested.subquery(_REQUESTED)).where(same))

    found = [query for each in opened for query in rejects(each, doubts, has_request, _of_doubtful_cases)]
    every = all_of(union_of([no_rejects(), *found]), REJECTS, tasks)
    return every.order_by(*(exp.Ordered(this=column(name), nulls_first=False) for name in COLUMNS), copy=False)


def _of_doubtful_cases(part: Part, rows: exp.Select) -> exp.Select:
    same = exp.NullSafeEQ(this=column(DOUBTED, DOUBTED), expression=part.columns[0].shown.copy())
    return rows.where(exp.Exists(this=exp.select("1").from_(table(DOUBTED)).where(same)), copy=False)


def _cleared(result: str, kept: Sequence[str]) -> exp.Select:
    """The rows of doubtful cases, in the view `result`, of which no fault was found after all."""
    rejected = exp.select("1").from_(table(REJECTS)).where(column(CASE, REJECTS).eq(column(CASE, result)))
    columns = [column(name, result) for name in kept]
    query = exp.select(*columns).from_(table(result)).where(exp.not_(exp.Exists(this=rejected)))
    blank = function("trim", column(CASE, result)).neq(text(""))
    return query.where(blank)
