"""Decides a whole population: files in, one Parquet file with a row for each case out, and a table of rejects.

The cases are numbered and their facts typed once, into a scratch database on disk; then they are decided some hundred
thousand at a time, so that memory stays bounded. What is written appears under its name only when it is whole.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlglot import exp

from engine.batch.decide import Report, report_query
from engine.batch.ingest import CASE, CASES, Ingested, fact_table, fault_counts, ingest
from engine.batch.layout import Kind as Holds
from engine.batch.layout import Shape, file_span, sources
from engine.batch.lifted import Lifter
from engine.batch.outline import Outline, outline
from engine.batch.scratch import scratch, writing
from engine.batch.sql import cast, column, function, number, sql, table, text
from engine.cases import Vocabulary
from engine.completion import Completion
from engine.knowledge import Rules
from engine.normal import NormalProgram
from engine.sql.compile import Compiler
from engine.sql.values import Column, Kind, Table, marked
from kb.diagnostics import Diagnostic, ProgramError
from kb.syntax import Pred, body_terms
from kb.terms import Const, Var

if TYPE_CHECKING:
    import duckdb

AT_ONCE = 500_000
"""The number of cases that are decided at a time."""
_KINDS = {Holds.NAME: Kind.ATOM, Holds.INTEGER: Kind.INTEGER, Holds.DATE: Kind.DATE, Holds.STRING: Kind.STRING}
_NOW = "now_cases"
_DOMAIN = "now_constants"
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
) -> Summary:
    """Decides every case of a population under the policies of `rules`, by default those that are shipped.

    Writes the report to `output`, the cases that are set aside to the same name with `.rejects` before its suffix, and
    with `explain` the criteria that fail or are not documented. `memory` bounds what the database holds, as in `"3GB"`.
    Raises `ProgramError` if the population as a whole cannot be read or the output cannot be written.
    """
    if engine != "duckdb":
        raise ProgramError(
            [
                Diagnostic(
                    "E502", f"`{engine}` is not an engine for batches", file_span(Path("<batch>")), (), "use `duckdb`"
                )
            ]
        )
    told = progress or (lambda _share, _what: None)
    target = Path(output)
    vocabulary_rules = rules or shipped()
    found = sources(Path(directory), Vocabulary.of(vocabulary_rules.declarations, vocabulary_rules.facts))
    told(0.0, "reading")
    with scratch(target, memory) as db, writing(target):
        steps = _share_of(told, 2 * len(found))
        ingested = ingest(db, found, step=steps)
        said = outline(vocabulary_rules)
        _decide(db, vocabulary_rules, said, ingested, closed_world, at_once, told)
        told(0.95, "writing")
        return _write(db, ingested, said, target, Path(explain) if explain else None, vocabulary_rules)


def shipped() -> Rules:
    """The rules of the shipped policies."""
    from kb.loader import POLICY_FILES, load_files

    return Rules.of(load_files(POLICY_FILES).program)


def _share_of(told: Progress, steps: int) -> Callable[[str], None]:
    done = 0

    def step(name: str) -> None:
        nonlocal done
        done += 1
        told(0.6 * done / max(steps, 1), f"reading {name}")

    return step


# --- deciding ------------------------------------------------------------------------------------------------------


def _decide(
    db: duckdb.DuckDBPyConnection,
    rules: Rules,
    said: Outline,
    ingested: Ingested,
    closed_world: bool,
    at_once: int,
    told: Progress,
) -> None:
    """Fills the table `result`."""
    from engine.sql.duckdb_engine import load_facts
    from engine.sql.duckdb_engine import run as run_steps

    by_pred = {shape.pred: shape for shape in ingested.shapes}
    completion = _completion(rules, closed_world)
    stored = _stored(by_pred, rules)
    with db.cursor() as first:  # a connection with temporary tables of its own
        base = load_facts(first, rules.facts)
    compiler = Compiler(completion, {**base, **stored}, _domain_table(), cases=_cases_table())
    lifter = Lifter(completion, stored, rules.facts)
    report = Report(compiler, completion, said, rules.clauses, frozenset(by_pred), lifter)
    query = sql(report_query(report, _NOW))
    last = max(_one(db, "SELECT coalesce(max(number), 0) FROM cases"), 1)
    for low in range(1, last + 1, at_once):
        high = min(low + at_once - 1, last)
        told(0.6 + 0.35 * (low - 1) / last, f"deciding case {low:,} to {high:,} of {last:,}")
        with db.cursor() as part:
            _window(part, ingested.shapes, low, high)
            if compiler.steps:
                load_facts(part, rules.facts)
                _domain(part, rules, ingested.shapes)
                run_steps(part, compiler.steps)
            part.execute(f"INSERT INTO result {query}" if low > 1 else f"CREATE TABLE result AS {query}")


def _one(db: duckdb.DuckDBPyConnection, query: str) -> int:
    row = db.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def _completion(rules: Rules, closed_world: bool) -> Completion:
    normal = NormalProgram()
    for clause in rules.clauses:
        normal.add_clause(clause)
    completion = Completion(normal, rules.declarations, closed_world)
    completion.open_heads |= normal.counted
    return completion


def _cases_table() -> Table:
    return Table(_NOW, ("number",), (Column(Kind.INTEGER),))


def _domain_table() -> Table:
    return Table(_DOMAIN, ("constant",), (Column(Kind.ANY),))


def _stored(by_pred: dict[Pred, Shape], rules: Rules) -> dict[Pred, Table]:
    """The tables of the cases' facts as the compiler knows them."""
    both = set(by_pred) & {fact.head.pred for fact in rules.facts}
    assert not both, f"the policy states facts of {', '.join(map(str, both))}, which belong to cases"
    return {pred: _table_of(shape) for pred, shape in by_pred.items()}


def _table_of(shape: Shape) -> Table:
    kinds = [Column(Kind.INTEGER), *(Column(_KINDS[each.kind]) for each in shape.columns[1:])]
    return Table(fact_table(shape), (CASE, *(each.name for each in shape.columns[1:])), tuple(kinds))


def _window(db: duckdb.DuckDBPyConnection, shown: tuple[Shape, ...], low: int, high: int) -> None:
    """Puts views in place of the facts, of the cases numbered from `low` to `high`."""
    database = db.execute("SELECT current_database()").fetchone()
    assert database is not None

    def window(name: str, source: str, key: str) -> None:
        whole = exp.table_(source, db="main", catalog=database[0], quoted=True)
        query = exp.select("*").from_(whole).where(column(key).between(number(low), number(high)))
        db.execute(f"CREATE TEMP VIEW {sql(table(name))} AS {sql(query)}")

    window(_NOW, CASES, "number")
    for shape in shown:
        window(fact_table(shape), fact_table(shape), CASE)


def _domain(db: duckdb.DuckDBPyConnection, rules: Rules, shown: tuple[Shape, ...]) -> None:
    """A view of every constant of program and cases."""
    constants = {marked(each) for each in _constants(rules)}
    db.execute(f"CREATE TEMP TABLE {_DOMAIN}_base (constant VARCHAR)")
    if constants:
        rows = exp.Values(expressions=[exp.Tuple(expressions=[text(each)]) for each in sorted(constants)])
        db.execute(f"INSERT INTO {_DOMAIN}_base {sql(rows)}")
    parts: list[exp.Query] = [exp.select(column("constant")).from_(table(f"{_DOMAIN}_base"))]
    for shape in shown:
        held = _table_of(shape)
        assert held.columns is not None
        for name, kind in zip(held.names[1:], held.columns[1:], strict=True):
            value = exp.DPipe(this=text(kind.kind.mark), expression=cast(column(name), "TEXT"))
            parts.append(exp.select(value.as_("constant")).from_(table(held.name)))
    parts.append(
        exp.select(exp.DPipe(this=text("i:"), expression=cast(column("number"), "TEXT")).as_("constant")).from_(
            table(_NOW)
        )
    )
    # A view: it is computed only if some rule leaves a variable without any limit.
    db.execute(f"CREATE TEMP VIEW {_DOMAIN} AS {sql(exp.union(*parts))}")


def _constants(rules: Rules) -> list[Const]:
    """Every constant of a program, each once."""
    terms = [term for clause in rules.clauses for term in (*clause.head.args, *body_terms(clause.body))]
    terms += [term for fact in rules.facts for term in fact.head.args]
    return [term for term in dict.fromkeys(terms) if not isinstance(term, Var)]


# --- writing -------------------------------------------------------------------------------------------------------


def _write(
    db: duckdb.DuckDBPyConnection,
    ingested: Ingested,
    said: Outline,
    target: Path,
    explain: Path | None,
    rules: Rules,
) -> Summary:
    rejects = target.with_name(f"{target.stem}.rejects{target.suffix}")
    _copy(db, "SELECT * FROM rejects ORDER BY ALL", rejects)
    if explain:
        from engine.batch.reasons import reasons_query

        _copy(db, sql(reasons_query(said, rules.declarations)), explain)
    _copy(db, "SELECT * FROM result", target)
    faults = tuple(Fault(*row) for row in fault_counts(db))
    decided = _one(db, "SELECT count(*) FROM result")
    return Summary(
        cases=ingested.cases_in,
        decided=decided,
        set_aside=ingested.set_aside,
        facts=ingested.rows,
        rows_without_case=ingested.rows_without_case,
        determinations=_counts(db, "determination"),
        quantities=_counts(db, "quantity"),
        statuses=tuple((name, _counts(db, name)) for name in said.columns),
        faults=faults,
        output=str(target),
        rejects=str(rejects),
        reasons=str(explain) if explain else None,
    )


def _copy(db: duckdb.DuckDBPyConnection, query: str, target: Path) -> None:
    """Writes a query's rows, as CSV if the name ends so, else as Parquet; under a temporary name until it is whole."""
    form = "csv" if target.suffix == ".csv" else "parquet"
    hidden = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        db.execute(f"COPY ({query}) TO {sql(text(str(hidden)))} (FORMAT {form})")
        hidden.replace(target)
    finally:
        hidden.unlink(missing_ok=True)


def _counts(db: duckdb.DuckDBPyConnection, name: str) -> tuple[tuple[str, int], ...]:
    value = column(name)
    query = exp.select(value, function("count", exp.Star())).from_("result").where(value.copy().is_(exp.null()).not_())
    rows = db.execute(sql(query.group_by(value.copy())) + " ORDER BY count(*) DESC, 1").fetchall()
    return tuple((str(word), int(count)) for word, count in rows)
