"""Opens the files of a population for DuckDB: every column there and of a fitting type, or a diagnostic that names the
file; cases numbered in the order of their requests, a view of each predicate's facts, and faulty cases set aside.

Parquet files are not copied: a view reads them each time. Faults are found by counting, and told row by row only where
something was found.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp

from engine.batch.columns import (
    REJECTS,
    STORED,
    Reading,
    checked_rows,
    faulty_rows,
    named_rows,
    readings,
    two_values,
    unrequested,
)
from engine.batch.files import (
    CASE,
    ColumnKind,
    Source,
    check_columns,
    csv_header,
    fact_view,
    file_span,
    not_parquet,
    not_utf8,
    sources,
    unclosed_quote,
    wrong_width,
)
from engine.batch.population import shipped_rules
from engine.batch.sql import cast, column, files, function, sql, table, text
from engine.cases import Vocabulary
from engine.knowledge import Rules
from kb.language.declarations import REQUEST
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.syntax import TRUE, AtomF, Clause, Pred
from kb.language.terms import Atom, Const, Date, Int, Str, make_decimal


@dataclass(frozen=True, slots=True)
class Opened:
    """A source that can be read: where its rows come from, how each column is read, and how many rows it has."""

    source: Source
    origin: exp.Expr
    readings: tuple[Reading, ...]
    rows: int

    def guarded(self, db: duckdb.DuckDBPyConnection, query: exp.Expr) -> duckdb.DuckDBPyConnection:
        """Runs a query that reads the files; a failure to read them is told of."""
        return guarded(db, [self.source], sql(query))


@contextmanager
def connected(file: str = ":memory:") -> Iterator[duckdb.DuckDBPyConnection]:
    """A database."""
    with duckdb.connect(file) as db:
        db.execute("SET enable_progress_bar = false")
        yield db


def integer(db: duckdb.DuckDBPyConnection, query: str) -> int:
    """The integer that a query gives."""
    row = db.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def guarded(db: duckdb.DuckDBPyConnection, sources: Sequence[Source], query: str) -> duckdb.DuckDBPyConnection:
    """Runs a query that reads some sources; a failure to read them is a `ProgramError` that names the file."""
    try:
        return db.execute(query)
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        if re.search("could not write|no space left|file too large", str(error), re.IGNORECASE):
            raise
        raise ProgramError([_unreadable(sources, str(error))]) from None


def _open(db: duckdb.DuckDBPyConnection, source: Source) -> Opened:
    """Opens the files of a predicate; CSV is read into a table of text. Raises `ProgramError` if they cannot be read."""
    if source.is_parquet:
        origin: exp.Expr = function("read_parquet", files([str(file) for file in source.files]))
        for file in source.files:  # so that a damaged file is named, and each has its columns checked
            _check_parquet(db, source, file)
        physical = _types_of_all(db, source, origin)
    else:
        origin = table(f"raw_{source.shape.name}")
        _read_csv(db, source)
        physical = {each.name: "VARCHAR" for each in source.shape.columns}
    how = readings(source.shape, source.files[0], physical)
    counted = exp.select(function("count", exp.Star())).from_(origin.copy())
    count = guarded(db, [source], sql(counted)).fetchone() or (0,)
    return Opened(source, origin, how, int(count[0]))


def _narrowed(db: duckdb.DuckDBPyConnection, each: Opened, case: str) -> Opened:
    """The table with the rows of one case alone."""
    name = table(f"of_case_{each.source.shape.name}")
    rows = exp.select("*").from_(each.origin.copy()).where(each.readings[0].shown.copy().eq(text(case)))
    each.guarded(db, exp.Create(this=name, kind="TABLE", expression=rows))
    return replace(each, origin=name)


def _check_parquet(db: duckdb.DuckDBPyConnection, source: Source, file: Path) -> None:
    one = Source(source.shape, (file,))
    rows = guarded(db, [one], f"DESCRIBE SELECT * FROM {sql(function('read_parquet', files([str(file)])))}").fetchall()
    wrong = list(check_columns(source.shape, file, [str(row[0]) for row in rows]))
    if wrong:
        raise ProgramError(wrong)


def _types_of_all(db: duckdb.DuckDBPyConnection, source: Source, origin: exp.Expr) -> dict[str, str]:
    rows = guarded(db, [source], f"DESCRIBE SELECT * FROM {sql(origin)}").fetchall()
    return {str(row[0]): "ENUM" if str(row[1]).startswith("ENUM") else str(row[1]) for row in rows}


def _read_csv(db: duckdb.DuckDBPyConnection, source: Source) -> None:
    wanted_names = [each.name for each in source.shape.columns]
    parts = []
    wrong: list[Diagnostic] = []
    for file in source.files:
        try:
            header = csv_header(file)
        except ProgramError as error:
            wrong += error.diagnostics
            continue
        wrong += check_columns(source.shape, file, header)
        columns = exp.Struct(
            expressions=[exp.PropertyEQ(this=text(name), expression=text("VARCHAR")) for name in header]
        )
        parts.append((file, columns))
    if wrong:
        raise ProgramError(wrong)
    name = table(f"raw_{source.shape.name}")
    empty = exp.select(*(cast(exp.null(), "VARCHAR").as_(each, quoted=True) for each in wanted_names)).limit(0)
    db.execute(sql(exp.Create(this=name, kind="TABLE", expression=empty)))
    for file, columns in parts:
        options = {"auto_detect": exp.false(), "header": exp.true(), "delim": text(","), "quote": text('"'), "escape": text('"'),
                   "strict_mode": exp.true(), "null_padding": exp.false(), "columns": columns}  # fmt: skip
        read = function("read_csv", text(str(file)))
        for option, value in options.items():
            read.append("expressions", exp.PropertyEQ(this=exp.to_identifier(option), expression=value))
        query = exp.select(*(column(each) for each in wanted_names)).from_(read)
        guarded(db, [Source(source.shape, (file,))], f"INSERT INTO {sql(name)} {sql(query)}")


def _unreadable(sources: Sequence[Source], message: str) -> Diagnostic:
    """What to say of files that the database cannot read; it names the file, and the line where it knows it."""
    found = re.search(r"file = (.+)", message) or re.search(r"file '([^']+)'", message)
    file = Path(found[1].strip()) if found else sources[0].files[0]
    source = next((each for each in sources if file in each.files), sources[0])
    line = re.search(r"CSV Error on Line: (\d+)", message)
    number = int(line[1]) if line else 0
    if "not utf-8" in message.lower() or "invalid unicode" in message.lower():
        if not source.is_parquet:
            return not_utf8(file)
        return Diagnostic("E107", f"`{file.name}` has text that is not UTF-8", file_span(file, number))
    if "unterminated quote" in message:
        return unclosed_quote(file, number)
    if counted := re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message):
        return wrong_width(file, number, int(counted[2]), int(counted[1]))
    if source.is_parquet:
        return not_parquet(file, _first_line(message), number)
    return Diagnostic("E107", f"`{file.name}` cannot be read", file_span(file, number), (_first_line(message),))


def _first_line(message: str) -> str:
    return message.split("\n")[0].split("Error: ", 1)[-1]


# --- cases and facts -----------------------------------------------------------------------------------------------


def ingest(
    db: duckdb.DuckDBPyConnection,
    found: Iterable[Source],
    *,
    only: str | None = None,
    step: Callable[[str], None] = lambda _: None,
) -> tuple[Opened, ...]:
    """Gives the database `cases(number, name)` and a view of each predicate's facts, with the case's name as `case`.

    `only` names the one case to read; `step` is called with the name of each table before it is read.
    Raises `ProgramError` if a file cannot be read; all such files are told of at once.
    """
    tables: list[Opened] = []
    wrong: list[Diagnostic] = []
    for source in found:
        step(source.shape.name)
        try:
            opened = _open(db, source)
            tables.append(opened if only is None else _narrowed(db, opened, only))
        except ProgramError as error:
            wrong += error.diagnostics
    if wrong:
        raise ProgramError(wrong)
    _number_cases(db, next(each for each in tables if each.source.shape.pred == REQUEST))
    for each in tables:
        name = table(fact_view(each.source.shape))
        each.guarded(db, exp.Create(this=name, kind="VIEW", expression=_typed(each)))
    return tuple(tables)


def _typed(each: Opened) -> exp.Select:
    """The facts of a table, each value of the type in which its kind is stored; null where a value is none."""
    values = [
        cast(how.value, STORED[declared.kind]).as_(declared.name, quoted=True)
        for how, declared in zip(each.readings, each.source.shape.columns, strict=True)
    ]
    values[0] = values[0].unalias().as_(CASE, quoted=True)
    return exp.select(*values).from_(each.origin.copy())


def _number_cases(db: duckdb.DuckDBPyConnection, requests: Opened) -> None:
    """Numbers the cases that have a request, in the order of their requests."""
    name = requests.readings[0].checked
    source = exp.select(name.as_("name")).from_(requests.origin.copy())
    counts = exp.select(function("count", column("name")), exp.Count(this=exp.Distinct(expressions=[column("name")])))
    total, distinct = requests.guarded(db, counts.from_(source.copy().subquery("requested"))).fetchone() or (0, 0)
    if total != distinct:  # each name where it stands first
        position = exp.Window(this=exp.RowNumber())
        every = exp.select(column("name"), position.as_("position")).from_(source.subquery("requested"))
        source = exp.select(column("name")).from_(every.subquery("every")).group_by(column("name"))
        source = source.order_by(function("min", column("position")))
    kept = exp.select(column("name")).from_(source.subquery("requested")).where(column("name").is_(exp.null()).not_())
    db.execute(
        f"CREATE TABLE cases AS SELECT CAST(row_number() OVER () AS BIGINT) AS number, name FROM ({sql(kept)}) AS kept"
    )


@dataclass(frozen=True, slots=True)
class Doubts:
    """Where faults were seen: the tables that have a faulty value, and whether some row belongs to no request. Of the
    predicates in `once` no case has two rows."""

    faulty: Collection[Pred]
    without_request: bool
    once: Collection[Pred]


@dataclass(frozen=True, slots=True)
class Kept:
    """How many cases there were and how many were set aside, and how many rows name no case."""

    cases_in: int
    set_aside: int
    rows_without_case: int


def set_aside(db: duckdb.DuckDBPyConnection, tables: Collection[Opened], doubts: Doubts | None = None) -> Kept:
    """Fills the table `rejects` and takes its cases out of `cases`. Without `doubts` every table is searched."""
    db.execute(
        'CREATE TABLE rejects ("case" VARCHAR, predicate VARCHAR, code VARCHAR, reason VARCHAR, example VARCHAR)'
    )
    for each in tables:
        for query in _rejects_of(db, each, doubts):
            each.guarded(db, exp.Insert(this=table(REJECTS), expression=query))
    rejected = integer(db, "SELECT count(*) FROM rejects")
    every = "SELECT name FROM cases"
    if rejected:
        every += ' UNION SELECT "case" FROM rejects WHERE "case" IS NOT NULL'
    cases_in = integer(db, f"SELECT count(*) FROM ({every})")
    aside = integer(db, 'SELECT count(DISTINCT "case") FROM rejects')
    nameless = integer(db, 'SELECT count(*) FROM rejects WHERE "case" IS NULL')
    if aside:
        db.execute('DELETE FROM cases WHERE name IN (SELECT "case" FROM rejects WHERE "case" IS NOT NULL)')
    return Kept(cases_in, aside, nameless)


def _rejects_of(db: duckdb.DuckDBPyConnection, each: Opened, doubts: Doubts | None) -> Iterator[exp.Select]:
    """The queries for the rejects of a table, where there is reason to doubt it."""
    shape = each.source.shape
    if doubts is None or doubts.without_request or shape.pred in doubts.faulty:
        yield faulty_rows(shape, each.readings, each.origin)
    if doubts is None or doubts.without_request:
        yield unrequested(shape, named_rows(each.readings, each.origin), _has_request)
    if shape.is_functional and (doubts is None or shape.pred not in doubts.once) and not _is_unique(db, each):
        yield two_values(shape, checked_rows(shape, each.readings, each.origin), _has_request)


def _has_request(name: exp.Expr) -> exp.Expr:
    known = exp.select("1").from_(table("cases")).where(column("name", "cases").eq(name.copy()))
    return exp.Exists(this=known)


def _is_unique(db: duckdb.DuckDBPyConnection, each: Opened) -> bool:
    """Whether no key has two rows, be they equal or not."""
    keys = [column(CASE), *(column(one.name) for one in each.source.shape.columns[1:] if one.is_key)]
    counts = exp.select(function("count", exp.Star()).as_("n")).from_(table(fact_view(each.source.shape)))
    most = exp.select(function("max", column("n"))).from_(counts.group_by(*keys).subquery("counts"))
    row = each.guarded(db, most).fetchone()
    return row is None or row[0] in (None, 1)


def fault_counts(db: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str, str, int, str]]:
    """For each predicate, code and reason: the number of rejects and an example, the most frequent first."""
    query = """
        SELECT predicate, code, reason, count(*), min(coalesce("case", '') || ': ' || coalesce(example, ''))
        FROM rejects GROUP BY ALL ORDER BY count(*) DESC, predicate, code, reason
    """
    yield from db.execute(query).fetchall()


def case_facts(directory: str | os.PathLike[str], case: str, *, rules: Rules | None = None) -> tuple[Clause, ...]:
    """The facts of one case of a population, the request first; where each was found is its file.

    Raises `ProgramError` if the population cannot be read, does not mention the case, or the batch sets it aside.
    """
    policy, folder = rules or shipped_rules(), Path(directory)
    found = sources(folder, Vocabulary.of(policy.declarations, policy.facts))
    places = {source.shape.name: file_span(source.files[0]) for source in found}
    with connected() as db:
        kept = set_aside(db, ingest(db, found, only=case))
        faults = db.execute("SELECT predicate, code, reason, example FROM rejects ORDER BY ALL").fetchall()
        if faults:
            raise ProgramError(
                Diagnostic(code, f"the case `{case}` is set aside: {reason} in `{name}`: {example}", places[name])
                for name, code, reason, example in faults
            )
        if not kept.cases_in:
            message, hint = f"`{folder}` does not mention the case `{case}`", "name a case as the files write it"
            raise ProgramError([Diagnostic("E406", message, file_span(folder), (), hint)])
        return tuple(fact for source in found for fact in _facts(db, source, case))


def _facts(db: duckdb.DuckDBPyConnection, source: Source, case: str) -> Iterator[Clause]:
    columns, span = source.shape.columns[1:], file_span(source.files[0])
    values = [cast(column(each.name), STORED[each.kind]) for each in columns]
    query = exp.select(cast(column(CASE), "VARCHAR"), *values).distinct().from_(table(fact_view(source.shape)))
    for _, *row in db.execute(f"{sql(query)} ORDER BY ALL").fetchall():
        args = [_constant(each.kind, value) for each, value in zip(columns, row, strict=True)]
        yield Clause(AtomF(source.shape.pred, (Atom(case), *args), span), TRUE, span)


def _constant(kind: ColumnKind, value: Any) -> Const:
    """The constant for a value of a column."""
    match kind:
        case ColumnKind.NAME:
            return Atom(value)
        case ColumnKind.STRING:
            return Str(value)
        case ColumnKind.INTEGER:
            return Int(value)
        case ColumnKind.DATE:
            return Date(value)
        case ColumnKind.DECIMAL:
            return make_decimal(value)
