"""Decides a whole population in Spark SQL, by the same lifted plan as DuckDB's batch: every fact table is read once, one
shuffle brings the facts of a case together, one projection decides it.

What is written is one file, as with DuckDB, but its rows come in no order. It appears under its name only when it is whole.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from sqlglot import exp

from engine.backends.sql.functions import FUNCTIONS
from engine.backends.sql.spark import local_session, register_functions
from engine.batch.files.faults import REJECTS
from engine.batch.files.ingest import CASE
from engine.batch.files.layout import Source, file_span, sources
from engine.batch.files.limits import check_limits
from engine.batch.lift.sql import column, function, table
from engine.batch.outline import Outline, outline
from engine.batch.population import Fault, Progress, Summary, shipped
from engine.batch.spark.decide import spark_query
from engine.batch.spark.dialect import spark_sql
from engine.batch.spark.faults import DOUBTED, Doubts, cleared_query, counts_query, no_rejects, rejects_query
from engine.batch.spark.reading import Opened, open_all
from engine.batch.spark.rows import DOUBTS, SURE
from engine.batch.spark.writing import parts_of, spark_scratch, spark_told, write_whole
from engine.cases import Vocabulary
from engine.knowledge import Rules
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


def run(
    directory: str | os.PathLike[str],
    output: str | os.PathLike[str],
    *,
    closed_world: bool = False,
    explain: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    rules: Rules | None = None,
    memory: str | None = None,
) -> Summary:
    """Decides every case of a population; see `engine.batch.population.run`. `memory` bounds Java's heap.

    Raises `ProgramError` also if PySpark or Java is not installed, and for a policy that Spark cannot decide.
    """
    if explain is not None:
        message, hint = (
            "Spark does not search for reasons",
            "write them with `--engine duckdb`, or leave out `--explain`",
        )
        raise ProgramError([Diagnostic("E502", message, file_span(Path(explain)), (), hint)])
    told = progress or (lambda _share, _what: None)
    target = Path(output)
    policy = rules or shipped()
    vocabulary = Vocabulary.of(policy.declarations, policy.facts)
    found = sources(Path(directory), vocabulary)
    check_limits(policy, vocabulary, found)
    told(0.0, "starting Spark")
    with spark_scratch(target) as scratch:
        session = batch_session(found, memory)
        with spark_told(session, target):
            told(0.2, "reading")
            opened = open_all(session, found)
            _settle(session, sum(each.rows for each in opened))
            said = outline(policy)
            query = spark_query(policy, policy.completion(closed_world), said, opened)
            told(0.3, "deciding")
            decided = _decide(session, query, opened, scratch)
            told(0.9, "writing")
            return _write(session, decided, said, sum(each.rows for each in opened), target, scratch)


def batch_session(found: Sequence[Source], memory: str | None = None) -> Any:
    """A session of its own, with the settings of batches, on the Spark that runs or that is started."""
    heap = None if memory is None else _heap(memory)
    size = sum(file.stat().st_size for source in found for file in source.files)
    try:
        session = local_session(memory=heap, starts_quickly=size <= _SMALL).newSession()
    except ImportError as error:
        raise ProgramError([Diagnostic("E107", str(error), file_span(Path("<batch>")))]) from None
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
        raise ProgramError([Diagnostic("E502", message, file_span(Path("<batch>")), (), hint)])
    return f"{size}m"


def _settle(session: Any, rows: int) -> None:
    """Fits a session to the number of facts: the tasks after the shuffle, and whether code is generated."""
    few = rows <= _NO_CODE
    tasks = 1 if few else max(os.cpu_count() or 1, -(-rows // ROWS_AT_ONCE))
    session.conf.set("spark.sql.shuffle.partitions", str(tasks))
    session.conf.set("spark.sql.codegen.wholeStage", str(not few).lower())
    session.conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN" if few else "FALLBACK")


@dataclass(frozen=True, slots=True)
class _Decided:
    """The files that have the report of each case that is decided, and those that have the rejects."""

    report: tuple[Path, ...]
    rejects: tuple[Path, ...]


def _decide(session: Any, query: exp.Select, opened: Sequence[Opened], scratch: Path) -> _Decided:
    """Decides all cases, and looks again at those of which some fact may be faulty."""
    written = spark_sql(query)
    if any(each.name in written.lower() for each in FUNCTIONS):
        register_functions(session)
    frame = session.sql(written)
    frame.write.partitionBy(DOUBTS).parquet(str(scratch / _RESULT))
    groups = {folder.name.removeprefix(f"{DOUBTS}="): parts_of(folder) for folder in (scratch / _RESULT).glob("*=*")}
    report = groups.pop(SURE, [])
    doubtful = [part for parts in groups.values() for part in parts]
    if not doubtful:
        rejects = _written(session, no_rejects(), scratch / REJECTS)
    else:
        session.read.parquet(*map(str, doubtful)).createOrReplaceTempView(_RESULT)
        names = exp.select(column(CASE).as_(DOUBTED, quoted=True)).from_(table(_RESULT))
        session.sql(spark_sql(names)).createOrReplaceTempView(DOUBTED)
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
    return parts_of(folder)


def _write(session: Any, decided: _Decided, said: Outline, facts: int, target: Path, scratch: Path) -> Summary:
    session.read.parquet(*map(str, decided.report)).createOrReplaceTempView(_RESULT)
    session.read.parquet(*map(str, decided.rejects)).createOrReplaceTempView(REJECTS)
    names = ("determination", "quantity", *said.columns)
    words = _counted(session, names)
    faults = [Fault(*row) for row in session.sql(spark_sql(counts_query())).collect()]
    faults.sort(key=lambda each: (-each.count, each.predicate, each.code, each.reason))
    aside = session.sql(spark_sql(_aside())).first()
    rejects = target.with_name(f"{target.stem}.rejects{target.suffix}")
    write_whole(session, decided.rejects, rejects, scratch)
    write_whole(session, decided.report, target, scratch)
    total = sum(words["determination"].values())
    return Summary(
        cases=total + aside[0],
        decided=total,
        set_aside=aside[0],
        facts=facts,
        rows_without_case=aside[1],
        determinations=_ordered(words["determination"]),
        quantities=_ordered(words["quantity"]),
        statuses=tuple((name, _ordered(words[name])) for name in said.columns),
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
