"""Decides a whole population in DuckDB: one Parquet file with a row for each case, and a table of rejects.

The facts are read once, into a row of words for each case; then cases are decided some hundred thousand at a time. What
memory does not hold is spilled to disk. What is written appears under its name only when all of it is whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlglot import exp

from engine.backends.sql.duckdb import interruptible, register_functions, thread_beside
from engine.backends.sql.duckdb import run as run_steps
from engine.backends.sql.library import duckdb
from engine.backends.sql.scalars import number
from engine.batch.columns import Doubts, Opened, fault_counts, is_faulty_row
from engine.batch.duckdb.database import connected, guarded, integer
from engine.batch.duckdb.few import Few
from engine.batch.duckdb.reading import ingest, set_aside
from engine.batch.files import CASE, Source, not_written, too_little_memory
from engine.batch.general import NOW
from engine.batch.lift.wide import (
    BASE,
    CODES,
    FAULTY,
    GATHERED,
    Wide,
    base_query,
    coded_query,
    gathered_query,
    there_of,
    wide_query,
)
from engine.batch.lift.words import is_set
from engine.batch.names import UNKNOWN, Recognised, unknown_counts, unknown_names
from engine.batch.population import Counts, Job, Population, Summary
from engine.batch.reasons import Reasons
from engine.batch.report import WORDS, Conditions, columns_of, names_of, report_columns, report_query
from engine.batch.sql import column, enum, function, sql, table, text, value_column, word_of
from kb.language.diagnostics import ProgramError
from kb.language.syntax import Pred
from kb.output import replacing

_WORD = "word"
_NUMBER = "$number"
"""The column of a case's number beside those of its facts, called as none of these is."""


def run(job: Job) -> Summary:
    """Decides every case of a population; see `engine.batch.run`. A job's memory bounds what the database holds."""
    population = Population.of(job.directory, job.rules, job.beside)
    job.told(0.0, "reading")
    with _failures_told(job.target), _database(job) as db:
        count = len(population.sources)
        recognised = ingest(
            db,
            population.sources,
            population.rules,
            closed_world=job.closed_world,
            step=lambda done, name: job.told(0.1 * done / count, f"reading {name}"),
        )
        policies = population.policies
        reasons = None if job.reasons is None else Reasons.of(policies, population.rules)
        for kind in (enum(_WORD, WORDS), *(reasons.types() if reasons else ())):
            db.execute(kind)
        few, further = Few.of(db, recognised.all), reasons.goals if reasons else ()
        asked = Conditions.of(
            population, recognised, word=partial(word_of, _WORD), values=few.different.values, further=further
        )
        columns = [*report_columns(asked), *(reasons.columns(asked) if reasons else ())]
        faulty = {each.shape.pred: is_faulty_row(each.shape) for each in recognised.all}
        wide = Wide.of(asked.lifter, faulty, columns, few.tables, few.facts)
        query = report_query(asked, wide_query(wide, NOW), [column("number", "cases"), *wide.uses])
        if asked.has_joins:  # these do not keep the order of the cases
            query.order_by(column("number", "m"), copy=False)
        job.told(0.1, "gathering the facts of each case")
        register_functions(db, [query, *wide.conditions])
        aside = _gather(db, wide, few, recognised, in_order=not asked.has_joins)
        _decide(db, asked, query, job, recognised)
        job.told(0.97, "writing")
        shown = exp.select(*map(column, names_of(policies)))
        queries = ["SELECT * FROM rejects ORDER BY ALL", sql(shown.from_("result"))]
        if reasons:
            queries.insert(1, sql(reasons.query()))
        _copy(db, job.outputs, queries)
        words = {name: _counts(db, name) for name in ("determination", "quantity", "checks", *columns_of(policies))}
        faults = db.execute(sql(fault_counts())).fetchall()
        unknown = db.execute(sql(unknown_counts("result"))).fetchall() if recognised.apart is not None else ()
        return Summary.of(job, sum(each.rows for each in recognised.tables), aside, faults, words, unknown)


@contextmanager
def _failures_told(target: Path) -> Iterator[None]:
    """Turns a failure of the database to write, or to make do with its memory, into a diagnostic."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise ProgramError([too_little_memory(target, str(error).split("\n")[0], "allow more")]) from None
    except (duckdb.IOException, duckdb.FatalException, OSError) as error:
        raise ProgramError([not_written(target, str(error).split("\n")[0])]) from None


@contextmanager
def _database(job: Job) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that spills to a hidden folder beside the output, which is removed at the end."""
    with job.hidden_folder() as name, thread_beside(), connected() as db:
        db.execute(f"SET temp_directory = {sql(text(str(Path(name) / 'spill')))}")
        if job.memory:
            db.execute(f"SET memory_limit = '{job.memory}MiB'")
        yield db


# --- deciding ------------------------------------------------------------------------------------------------------


def _gather(
    db: duckdb.DuckDBPyConnection, wide: Wide, few: Few, recognised: Recognised, *, in_order: bool
) -> tuple[int, int]:
    """Reads the facts of all cases into the table `base`, but for the cases that are set aside; see `set_aside`."""
    tables = recognised.tables
    sources = [each.source for each in tables]
    if wide.columns:
        guarded(
            db,
            sources,
            exp.Create(this=table(GATHERED), kind="TABLE", expression=gathered_query(wide, few.gathered(wide))),
        )
    if wide.coded:
        codes = coded_query(wide, few.coded(wide))
        guarded(db, sources, exp.Create(this=table(CODES), kind="TABLE", expression=codes))
    base = base_query(wide, in_order=in_order)
    guarded(db, sources, exp.Create(this=table(BASE), kind="TABLE", expression=base))
    doubts, is_doubled = _doubts(db, wide, tables)
    aside = set_aside(db, tables, doubts)
    if is_doubled:
        again = base_query(wide, wide.joined, in_order=in_order)
        guarded(db, sources, exp.Create(this=table(BASE), kind="TABLE", expression=again, replace=True))
    elif aside[0]:
        db.execute(f"DELETE FROM {BASE} WHERE number NOT IN (SELECT number FROM cases)")
    for name in (GATHERED, CODES):
        db.execute(f"DROP TABLE IF EXISTS {name}")
    return aside


def _doubts(db: duckdb.DuckDBPyConnection, wide: Wide, tables: tuple[Opened, ...]) -> tuple[Doubts, bool]:
    """What a look at the gathered facts says about faults, and whether some case has two rows where one is expected."""
    suspects: set[Pred] = set()
    strays = 0
    is_doubled = integer(db, f"SELECT (SELECT count(*) FROM {BASE}) - (SELECT count(*) FROM cases)") != 0
    if wide.columns:
        strays = integer(
            db, f"SELECT (SELECT count(*) FROM {GATHERED}) - (SELECT count(*) FROM {BASE} WHERE {GATHERED})"
        )
    if wide.gathered:
        word, bit = wide.place[FAULTY]
        if integer(db, f"SELECT coalesce(bit_or({word}), 0) >> {bit} & 1 FROM {GATHERED}"):
            suspects.update(wide.gathered)
    for each in tables:
        pred = each.shape.pred
        if pred in wide.joined:
            there = each.rows if each.is_as_written else integer(db, f'SELECT count(*) FROM "{each.shape.view}"')
            if integer(db, sql(_without_fault(wide, each))) != there or is_doubled:
                suspects.add(pred)
                strays = 1
    single = wide.joined - (suspects & wide.coded.keys())  # of which each case has one row in what was joined
    doubled = {each.shape.pred for each in tables if is_doubled or each.shape.pred not in single}
    return Doubts(suspects, bool(strays), doubled), is_doubled


def _without_fault(wide: Wide, opened: Opened) -> exp.Select:
    """How many cases have a fact of a predicate that was joined, and one without a fault."""
    pred, declared = opened.shape.pred, opened.shape.columns[1:]
    count = exp.select(function("count", exp.Star()))
    if pred in wide.coded:
        return count.from_(BASE).where(is_set(wide.place[there_of(pred)]))
    values = [column(value_column(pred, one.name)).as_(one.name, quoted=True) for one in declared]
    of_cases = exp.select(*values).from_(BASE).subquery("values")
    return count.from_(of_cases).where(exp.not_(is_faulty_row(opened.shape)))


def _decide(
    db: duckdb.DuckDBPyConnection, asked: Conditions, query: exp.Select, job: Job, recognised: Recognised
) -> None:
    """Fills the table `result`."""
    report, general = sql(query), asked.general
    sources = [each.source for each in recognised.tables]
    last = max(integer(db, f"SELECT coalesce(max(number), 0) FROM {BASE}"), 1)
    beside = dict(_numbered(asked))
    if last > job.at_once:
        beside = _in_order(db, sources, beside)
    for low in range(1, last + 1, job.at_once):
        high = min(low + job.at_once - 1, last)
        job.told(0.6 + 0.35 * (low - 1) / last, f"deciding case {low:,} to {high:,} of {last:,}")
        with db.cursor() as part:
            part.execute(f"CREATE TEMP VIEW {NOW} AS SELECT * FROM {BASE} WHERE number BETWEEN {low} AND {high}")
            for name, every in beside.items():
                rows = exp.select("*").from_(every.subquery("every"))
                rows = rows.where(column(_NUMBER).between(number(low), number(high)))
                guarded(part, sources, _temporary(name, rows))
            for name, constants in general.inputs():
                part.execute(sql(_temporary(name, constants)))
            run_steps(part, general.steps, max_steps=general.rules.max_steps)
            filled = f"INSERT INTO result {report}" if low > 1 else f"CREATE TABLE result AS {report}"
            interruptible(part, partial(part.execute, filled))


def _numbered(asked: Conditions) -> Iterator[tuple[str, exp.Select]]:
    """By name, each relation that is asked about the cases at hand beside their rows: what it says of all cases, with their numbers."""
    relations = {name: exp.select("*").from_(table(shape.view)) for name, shape in asked.general.facts().items()}
    if asked.has_unknown:
        relations[UNKNOWN] = unknown_names()
    same = column("name", "c").eq(column(CASE, "r"))
    for name, rows in relations.items():
        every = exp.select(column("number", "c").as_(_NUMBER, quoted=True), "r.*")
        every = every.from_(exp.alias_(table("cases"), "c", table=True))
        yield name, every.join(rows.subquery("r"), on=same)


def _in_order(
    db: duckdb.DuckDBPyConnection, sources: Sequence[Source], relations: Mapping[str, exp.Select]
) -> dict[str, exp.Select]:
    """The same relations, read once into tables in the order of the cases' numbers, so that what they say of some cases is read alone."""
    found = {}
    for name, rows in relations.items():
        ordered = table(f"{name} by number")
        guarded(db, sources, exp.Create(this=ordered, kind="TABLE", expression=rows.order_by(column(_NUMBER))))
        found[name] = exp.select("*").from_(ordered.copy())
    return found


def _temporary(name: str, rows: exp.Query) -> exp.Create:
    """The statement that makes a table for the cases at hand."""
    temporary = exp.Properties(expressions=[exp.TemporaryProperty()])
    return exp.Create(this=table(name), kind="TABLE", expression=rows, properties=temporary)


# --- writing -------------------------------------------------------------------------------------------------------


def _copy(db: duckdb.DuckDBPyConnection, targets: list[Path], queries: list[str]) -> None:
    """Writes the rows of a query to each target, as CSV if its name ends so, else as Parquet."""
    with replacing(targets) as files:
        for target, query, file in zip(targets, queries, files, strict=True):
            form = "csv" if target.suffix == ".csv" else "parquet"
            written = f"COPY ({query}) TO {sql(text(str(file)))} (FORMAT {form})"
            interruptible(db, partial(db.execute, written))


def _counts(db: duckdb.DuckDBPyConnection, name: str) -> Counts:
    value = column(name)
    query = exp.select(value, function("count", exp.Star())).from_("result").where(value.copy().is_(exp.null()).not_())
    rows = db.execute(sql(query.group_by(value.copy())) + " ORDER BY count(*) DESC, 1").fetchall()
    return tuple((str(word), int(count)) for word, count in rows)
