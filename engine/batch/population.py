"""Decides a whole population: files in, one Parquet file with a row for each case out, and a table of rejects.

The facts are read once, into a row of words for each case; then cases are decided some hundred thousand at a time. What
memory does not hold is spilled to disk. What is written appears under its name only when all of it is whole.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

from engine.batch.decide import LEADING, TRAILING, WORDS, Report, report_query
from engine.batch.files.columns import is_faulty
from engine.batch.files.faults import Doubts, Kept, fault_counts, set_aside
from engine.batch.files.ingest import Ingested, ingest
from engine.batch.files.layout import Shape, file_span, sources
from engine.batch.files.limits import check_limits
from engine.batch.files.opening import Opened, guarded
from engine.batch.files.scratch import scratch, writing
from engine.batch.general import NOW, general_compiler, lifted_tables, run_general
from engine.batch.lift.flags import BITS
from engine.batch.lift.lifted import Lifter
from engine.batch.lift.sql import column, function, sql, text
from engine.batch.lift.wide import BASE, GATHERED, Wide, base_query, gathered_query
from engine.batch.outline import Outline, outline
from engine.batch.reasons import Smallest, explained, reasons_query, search_open_sizes
from engine.cases import Vocabulary
from engine.knowledge import Rules
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.syntax import Pred

if TYPE_CHECKING:
    import duckdb

AT_ONCE = 500_000
"""The number of cases that are decided at a time."""
_WORD = "word"
Progress = Callable[[float, str], None]
"""Told the share of the work that is done, from 0 to 1, and what is being done."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why cases were set aside: the predicate concerned, a diagnostic's code, the reason, how often, and an example."""

    predicate: str
    code: str
    reason: str
    count: int
    example: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of a population. Counts are of cases, but for `facts` and `rows_without_case`, which are of rows.

    `cases` is always `decided` and `set_aside` together; those that were set aside are in the table `rejects`.
    `determinations`, `quantities` and `statuses` (by column) say how often each word was given.
    """

    cases: int
    decided: int
    set_aside: int
    facts: int
    rows_without_case: int
    determinations: tuple[tuple[str, int], ...]
    quantities: tuple[tuple[str, int], ...]
    statuses: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
    faults: tuple[Fault, ...]
    output: str
    rejects: str
    reasons: str | None


def run(
    directory: str | os.PathLike[str],
    output: str | os.PathLike[str],
    *,
    engine: str = "duckdb",
    closed_world: bool = False,
    explain: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    rules: Rules | None = None,
    memory: str | None = None,
    at_once: int = AT_ONCE,
    smallest: Smallest | None = None,
) -> Summary:
    """Decides every case of a population under the policies of `rules`, by default those that are shipped.

    Writes the report to `output`, the cases that are set aside to the same name with `.rejects` before its suffix, and
    with `explain` the criteria that fail or are not documented; `smallest` searches for the size of a repair where the
    rules leave it open, which is left out without. `memory` bounds what the database holds, as in `"3GB"`.
    Raises `ProgramError` if the population as a whole cannot be read or the output cannot be written.
    """
    if engine == "spark":
        from engine.batch.spark.run import run as run_in_spark

        return run_in_spark(
            directory, output, closed_world=closed_world, explain=explain, progress=progress, rules=rules, memory=memory
        )
    if engine != "duckdb":
        message = f"`{engine}` is not an engine for batches"
        raise ProgramError([Diagnostic("E502", message, file_span(Path("<batch>")), (), "use `duckdb` or `spark`")])
    from engine.backends.sql.duckdb import register_functions

    told = progress or (lambda _share, _what: None)
    target = Path(output)
    policy = rules or shipped()
    vocabulary = Vocabulary.of(policy.declarations, policy.facts)
    found = sources(Path(directory), vocabulary)
    check_limits(policy, vocabulary, found)
    told(0.0, "reading")
    with writing(target), scratch(target, memory) as db:
        ingested = ingest(db, found, step=_share_of(told, len(found)))
        said = outline(policy)
        report = _report(db, policy, said, ingested.shapes, closed_world)
        known = explained(report, vocabulary) if explain else None
        query, wide = report_query(report, NOW, _faulty(ingested.tables), known.values if known else None)
        told(0.1, "gathering the facts of each case")
        register_functions(db, [query, base_query(wide), *([gathered_query(wide)] if wide.columns else [])])
        kept = _gather(db, wide, ingested)
        _decide(db, policy, report, sql(query), ingested.shapes, at_once, told)
        if known is not None:
            search_open_sizes(
                db, said, ingested.shapes, known, smallest, lambda n: told(0.95, f"searching for repairs: {n:,} cases")
            )
        told(0.97, "writing")
        facts = sum(each.rows for each in ingested.tables)
        reasons = None
        if known is not None and explain is not None:
            reasons = Path(explain), reasons_query(said, policy.declarations, known)
        return _write(db, facts, kept, said, target, reasons)


def shipped() -> Rules:
    """The rules of the shipped policies."""
    from kb.language.loader import POLICY_FILES, load_files

    return Rules.of(load_files(POLICY_FILES).program)


def _share_of(told: Progress, steps: int) -> Callable[[str], None]:
    done = 0

    def step(name: str) -> None:
        nonlocal done
        done += 1
        told(0.1 * done / max(steps, 1), f"reading {name}")

    return step


# --- deciding ------------------------------------------------------------------------------------------------------


def _faulty(tables: tuple[Opened, ...]) -> dict[Pred, exp.Expr]:
    """When a row of each predicate is faulty."""
    return {
        each.source.shape.pred: exp.or_(*map(is_faulty, each.source.shape.columns[1:]))
        if each.source.shape.columns[1:]
        else exp.false()
        for each in tables
    }


def _gather(db: duckdb.DuckDBPyConnection, wide: Wide, ingested: Ingested) -> Kept:
    """Reads the facts of all cases into the table `base`, without those of the cases that are set aside."""
    sources = [each.source for each in ingested.tables]
    if wide.columns:
        guarded(db, sources, f"CREATE TABLE {GATHERED} AS {sql(gathered_query(wide))}")
    guarded(db, sources, f"CREATE TABLE {BASE} AS {sql(base_query(wide))}")
    doubts, is_doubled = _doubts(db, wide, ingested)
    kept = set_aside(db, ingested.tables, doubts)
    if is_doubled:
        guarded(db, sources, f"CREATE OR REPLACE TABLE {BASE} AS {sql(base_query(wide, wide.joined))}")
    elif kept.set_aside:
        db.execute(f"DELETE FROM {BASE} WHERE number NOT IN (SELECT number FROM cases)")
    if wide.columns:
        db.execute(f"DROP TABLE {GATHERED}")
    return kept


def _doubts(db: duckdb.DuckDBPyConnection, wide: Wide, ingested: Ingested) -> tuple[Doubts, bool]:
    """What a look at the gathered facts says about faults, and whether some case has two rows where one is expected."""
    words = [0] * wide.words
    strays = 0
    is_doubled = _one(db, f"SELECT (SELECT count(*) FROM {BASE}) - (SELECT count(*) FROM cases)") != 0
    if wide.columns:
        strays = _one(db, f"SELECT (SELECT count(*) FROM {GATHERED}) - (SELECT count(*) FROM {BASE} WHERE {GATHERED})")
        gathered = ", ".join(f"coalesce(bit_or(w{word}), 0)" for word in range(wide.words))
        words = list(db.execute(f"SELECT {gathered} FROM {GATHERED}").fetchone() or words) if wide.words else words
    suspects = {pred for pred, bit in wide.faults.items() if words[bit // BITS] >> bit % BITS & 1}
    for each in ingested.tables:
        pred = each.source.shape.pred
        if pred not in wide.joined:
            continue
        names = [f"{pred.name}__{declared.name}" for declared in each.source.shape.columns[1:]]
        faulty = exp.or_(*map(is_faulty, each.source.shape.columns[1:]))
        values = [column(name).as_(name.removeprefix(f"{pred.name}__"), quoted=True) for name in names]
        whole = exp.select(function("count", exp.Star())).from_(exp.select(*values).from_(BASE).subquery("values"))
        if _one(db, sql(whole.where(exp.not_(faulty)))) != each.rows or is_doubled:
            suspects.add(pred)
            strays = 1
    once = frozenset() if is_doubled else frozenset(wide.joined)
    return Doubts(suspects, bool(strays), once), is_doubled


def _decide(
    db: duckdb.DuckDBPyConnection, rules: Rules, report: Report, query: str, shapes: tuple[Shape, ...], at_once: int,
    told: Progress,
) -> None:  # fmt: skip
    """Fills the table `result`."""
    last = max(_one(db, f"SELECT coalesce(max(number), 0) FROM {BASE}"), 1)
    for low in range(1, last + 1, at_once):
        high = min(low + at_once - 1, last)
        told(0.6 + 0.35 * (low - 1) / last, f"deciding case {low:,} to {high:,} of {last:,}")
        with db.cursor() as part:
            part.execute(f"CREATE TEMP VIEW {NOW} AS SELECT * FROM {BASE} WHERE number BETWEEN {low} AND {high}")
            run_general(part, report.compiler, rules, shapes)
            part.execute(f"INSERT INTO result {query}" if low > 1 else f"CREATE TABLE result AS {query}")


def _one(db: duckdb.DuckDBPyConnection, query: str) -> int:
    row = db.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def _report(
    db: duckdb.DuckDBPyConnection, rules: Rules, said: Outline, shapes: tuple[Shape, ...], closed_world: bool
) -> Report:
    completion = rules.completion(closed_world)
    compiler = general_compiler(db, completion, rules, shapes)
    lifter = Lifter(completion, lifted_tables(shapes), rules.facts)
    words = exp.Tuple(expressions=[text(each) for each in WORDS])
    db.execute(f"CREATE TYPE {_WORD} AS ENUM {sql(words)}")
    stated = frozenset(shape.pred for shape in shapes)
    return Report(compiler, completion, said, rules.clauses, stated, lifter, _word)


def _word(value: str) -> exp.Expr:
    """A word as one of few, which takes less room than a text."""
    return exp.Cast(this=text(value), to=exp.DataType(this=exp.DataType.Type.USERDEFINED, kind=_WORD))


# --- writing -------------------------------------------------------------------------------------------------------


def _write(
    db: duckdb.DuckDBPyConnection,
    facts: int,
    kept: Kept,
    said: Outline,
    target: Path,
    explain: tuple[Path, exp.Query] | None,
) -> Summary:
    rejects = target.with_name(f"{target.stem}.rejects{target.suffix}")
    shown = exp.select(*(column(name) for name in (*LEADING, *said.columns, *TRAILING))).from_("result")
    tables = [(rejects, "SELECT * FROM rejects ORDER BY ALL"), (target, sql(shown))]
    if explain:
        tables.insert(1, (explain[0], sql(explain[1])))
    _copy(db, tables)
    faults = tuple(Fault(*row) for row in fault_counts(db))
    decided = _one(db, "SELECT count(*) FROM result")
    return Summary(
        cases=kept.cases_in,
        decided=decided,
        set_aside=kept.set_aside,
        facts=facts,
        rows_without_case=kept.rows_without_case,
        determinations=_counts(db, "determination"),
        quantities=_counts(db, "quantity"),
        statuses=tuple((name, _counts(db, name)) for name in said.columns),
        faults=faults,
        output=str(target),
        rejects=str(rejects),
        reasons=str(explain[0]) if explain else None,
    )


def _copy(db: duckdb.DuckDBPyConnection, tables: list[tuple[Path, str]]) -> None:
    """Writes the rows of queries, as CSV if a name ends so, else as Parquet; under temporary names until all are whole."""
    hidden = [target.with_name(f".{target.name}.{os.getpid()}") for target, _ in tables]
    try:
        for (target, query), file in zip(tables, hidden, strict=True):
            form = "csv" if target.suffix == ".csv" else "parquet"
            db.execute(f"COPY ({query}) TO {sql(text(str(file)))} (FORMAT {form})")
        for (target, _), file in zip(tables, hidden, strict=True):
            file.replace(target)
    finally:
        for file in hidden:
            file.unlink(missing_ok=True)


def _counts(db: duckdb.DuckDBPyConnection, name: str) -> tuple[tuple[str, int], ...]:
    value = column(name)
    query = exp.select(value, function("count", exp.Star())).from_("result").where(value.copy().is_(exp.null()).not_())
    rows = db.execute(sql(query.group_by(value.copy())) + " ORDER BY count(*) DESC, 1").fetchall()
    return tuple((str(word), int(count)) for word, count in rows)
