"""Opens the files of a population for DuckDB: every column there and of a fitting type, or a diagnostic that names the
file; cases numbered in the order of their requests, a view of each predicate's facts, and faulty cases set aside.

Parquet files are not copied: a view reads them each time. Faults are found by counting, and told row by row only where
something was found.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from sqlglot import exp

from engine.backends.sql.library import duckdb
from engine.backends.sql.statements import union_of
from engine.backends.sql.values import decode
from engine.batch import files
from engine.batch.columns import REJECTS, Doubts, Opened, Part, aside_counts, no_rejects, rejects
from engine.batch.duckdb.database import connected, guarded, integer
from engine.batch.duckdb.few import with_few, with_meant
from engine.batch.files import CASE, Source, all_of, sources
from engine.batch.names import APART, MEANT, MEANT_COLUMNS, MEANT_TYPES, Recognised, written
from engine.batch.sql import column, function, sql, table, text
from engine.cases import Vocabulary
from engine.knowledge import Rules
from engine.policies import Determination
from kb.language.declarations import REQUEST
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.syntax import TRUE, AtomF, Clause
from kb.language.terms import Atom

AT_ONCE = 1_000
"""So many cases are read at a time."""
_Types: TypeAlias = tuple[tuple[str, str], ...]
"""Columns with their types."""


def _open(db: duckdb.DuckDBPyConnection, source: Source) -> Opened:
    """Opens the files of a predicate; CSV is read into a table of text. Raises `ProgramError` if they cannot be read."""
    shape = source.shape
    if source.is_parquet:
        by_types = _by_types(db, source)
        parts = all_of(lambda each: Part.of(shape, _parquet(each[1]), each[1][0], dict(each[0])), by_types)
    else:
        origin = table(f"raw_{shape.apart}")
        _read_csv(db, source, origin)
        parts = [Part.of(shape, origin, source.files[0], {each.name: "VARCHAR" for each in shape.columns})]
    every = union_of(exp.select("1").from_(part.origin.copy()) for part in parts)
    counted = exp.select(function("count", exp.Star())).from_(every.subquery("every"))
    count = guarded(db, [source], counted).fetchone() or (0,)
    return Opened(source, tuple(parts), int(count[0]))


def _by_types(db: duckdb.DuckDBPyConnection, source: Source) -> Iterable[tuple[_Types, list[Path]]]:
    """Parquet files by the types of the columns that are wanted: of files that are read together, DuckDB makes the values of
    all those of the first's types, so that 2.6 would be the integer 3. Raises `ProgramError` for a file that lacks a column."""
    groups: dict[_Types, list[Path]] = {}
    for file in source.files:  # one by one, so that a damaged file is named
        found = _types(db, source, file)
        files.check_columns(source.shape, file, found)
        groups.setdefault(tuple((each.name, found[each.name]) for each in source.shape.columns), []).append(file)
    return groups.items()


def _narrowed(db: duckdb.DuckDBPyConnection, opened: Opened, case: str) -> Opened:
    """The table with the rows of one case alone."""
    parts = []
    for number, part in enumerate(opened.parts):
        name = table(f"of_case_{opened.shape.apart}_{number}")
        rows = exp.select("*").from_(part.origin.copy()).where(part.columns[0].shown.copy().eq(text(case)))
        guarded(db, [opened.source], exp.Create(this=name, kind="TABLE", expression=rows))
        parts.append(replace(part, origin=name))
    return replace(opened, parts=tuple(parts))


def _parquet(paths: Sequence[Path]) -> exp.Expr:
    read = function("read_parquet", exp.Array(expressions=[text(_as_it_is(file)) for file in paths]))
    read.append("expressions", _option("hive_partitioning", exp.false()))
    return read


def _option(name: str, value: exp.Expr) -> exp.Expr:
    return exp.PropertyEQ(this=exp.to_identifier(name), expression=value)


def _as_it_is(file: Path) -> str:
    """The name of a file where DuckDB expects a pattern of names."""
    return re.sub(r"[*?[]", lambda sign: f"[{sign[0]}]", str(file))


def _types(db: duckdb.DuckDBPyConnection, source: Source, file: Path) -> dict[str, str]:
    """The columns of a Parquet file of a predicate with their types."""
    described = exp.Describe(this=exp.select("*").from_(_parquet([file])))
    rows = guarded(db, [replace(source, files=(file,))], described).fetchall()
    return {str(row[0]): "ENUM" if str(row[1]).startswith("ENUM") else str(row[1]) for row in rows}


def _read_csv(db: duckdb.DuckDBPyConnection, source: Source, name: exp.Table) -> None:
    headers = all_of(lambda file: files.csv_header(source.shape, file), source.files)
    known = {each.name for each in source.shape.columns}  # others may be without a name, or have that of another
    wanted = [column(each.name) for each in source.shape.columns]
    empty = exp.select(*(exp.cast(exp.null(), "VARCHAR").as_(each.name, quoted=True) for each in wanted)).limit(0)
    db.execute(sql(exp.Create(this=name, kind="TABLE", expression=empty)))
    for file, header in zip(source.files, headers, strict=True):
        names = (each if each in known else f"#{number}" for number, each in enumerate(header))
        columns = exp.Struct(
            expressions=[exp.PropertyEQ(this=text(each), expression=text("VARCHAR")) for each in names]
        )
        options = {"auto_detect": exp.false(), "header": exp.true(), "delim": text(","), "quote": text('"'), "escape": text('"'),
                   "strict_mode": exp.true(), "null_padding": exp.false(), "columns": columns,
                   "hive_partitioning": exp.false()}  # fmt: skip
        read = function("read_csv", text(_as_it_is(file)))
        for option, value in options.items():
            read.append("expressions", _option(option, value))
        rows = exp.Insert(this=name, expression=exp.select(*wanted).from_(read))
        guarded(db, [replace(source, files=(file,))], rows)


# --- cases and facts -----------------------------------------------------------------------------------------------


def ingest(
    db: duckdb.DuckDBPyConnection,
    found: Iterable[Source],
    rules: Rules,
    *,
    closed_world: bool = False,
    only: str | None = None,
    step: Callable[[int, str], None] = lambda _, __: None,
) -> Recognised:
    """Gives the database `cases(number, name)` and a view of each predicate's facts, with the case's name as `case` and the
    constants that names stand for.

    `only` names the one case to read; `step` is called with the number and name of each table before it is read.
    Raises `ProgramError` if a file cannot be read; all such files are told of at once.
    """

    def opened(numbered: tuple[int, Source]) -> Opened:
        number, source = numbered
        step(number, source.shape.name)
        each = _open(db, source)
        return with_few(db, each) if only is None else _narrowed(db, each, only)

    tables = all_of(opened, enumerate(found, 1))
    _number_cases(db, next(each for each in tables if each.shape.pred == REQUEST))
    recognised = _recognised(db, tables, rules, closed_world=closed_world)
    for each in recognised.all:
        view = exp.Create(this=table(each.shape.view), kind="VIEW", expression=each.typed())
        guarded(db, [each.source], view)
    return recognised


def _recognised(
    db: duckdb.DuckDBPyConnection, tables: Sequence[Opened], rules: Rules, *, closed_world: bool
) -> Recognised:
    """The tables with the constants that names stand for, once the database has what that takes."""
    sources = [each.source for each in tables]
    asked = written(tables)
    names = [] if asked is None else guarded(db, sources, asked).fetchall()
    found = Recognised.of(tables, names, rules, closed_world=closed_world)
    if found.meant:
        columns = ", ".join(
            f'unnest(CAST(? AS {kind}[])) AS "{name}"' for name, kind in zip(MEANT_COLUMNS, MEANT_TYPES, strict=True)
        )
        db.execute(f"CREATE TABLE {MEANT} AS SELECT {columns}", list(map(list, zip(*found.meant, strict=True))))
    if found.apart is not None:
        once = exp.select("*").distinct().from_(found.apart.subquery("every"))
        guarded(db, sources, exp.Create(this=table(APART), kind="TABLE", expression=once))
    return replace(found, tables=tuple(with_meant(db, each) for each in found.tables))


def _number_cases(db: duckdb.DuckDBPyConnection, requests: Opened) -> None:
    """Numbers the cases that have a request, in the order of their requests."""
    source = union_of(
        exp.select(part.columns[0].checked.as_("name")).from_(part.origin.copy()) for part in requests.parts
    )
    counts = exp.select(function("count", column("name")), exp.Count(this=exp.Distinct(expressions=[column("name")])))
    total, distinct = guarded(db, [requests.source], counts.from_(source.copy().subquery("requested"))).fetchone() or (
        0,
        0,
    )
    if total != distinct:  # each name where it stands first
        position = exp.Window(this=exp.RowNumber())
        every = exp.select(column("name"), position.as_("position")).from_(source.subquery("requested"))
        source = exp.select(column("name")).from_(every.subquery("every")).group_by(column("name"))
        source = source.order_by(function("min", column("position")))
    kept = exp.select(column("name")).from_(source.subquery("requested")).where(column("name").is_(exp.null()).not_())
    db.execute(
        f"CREATE TABLE cases AS SELECT CAST(row_number() OVER () AS BIGINT) AS number, name FROM ({sql(kept)}) AS kept"
    )


# --- cases that are set aside --------------------------------------------------------------------------------------


def set_aside(
    db: duckdb.DuckDBPyConnection, tables: Collection[Opened], doubts: Doubts | None = None
) -> tuple[int, int]:
    """Fills the table `rejects` and takes its cases out of `cases`: how many cases that were, and how many rows name no
    case. Without `doubts` every table is searched."""
    functional = [each for each in tables if each.shape.is_functional]
    if doubts is None:
        doubts = Doubts((), strays=True, doubled={each.shape.pred for each in functional})
    suspects = [each for each in functional if each.shape.pred in doubts.doubled]
    doubts = replace(doubts, doubled={each.shape.pred for each in suspects if not _is_unique(db, each)})
    db.execute(sql(exp.Create(this=table(REJECTS), kind="TABLE", expression=no_rejects())))
    for each in tables:
        for query in rejects(each, doubts, _has_request):
            guarded(db, [each.source], exp.Insert(this=table(REJECTS), expression=query))
    aside, nameless = db.execute(sql(aside_counts())).fetchone() or (0, 0)
    if aside:
        db.execute('DELETE FROM cases WHERE name IN (SELECT "case" FROM rejects WHERE "case" IS NOT NULL)')
    return aside, nameless


def _has_request(name: exp.Expr) -> exp.Expr:
    known = exp.select("1").from_(table("cases")).where(column("name", "cases").eq(name.copy()))
    return exp.Exists(this=known)


def _is_unique(db: duckdb.DuckDBPyConnection, each: Opened) -> bool:
    """Whether no key has two rows, be they equal or not."""
    keys = [column(CASE), *(column(one.name) for one in each.shape.columns[1:] if one.is_key)]
    counts = exp.select(function("count", exp.Star()).as_("n")).from_(table(each.shape.view))
    most = exp.select(function("max", column("n"))).from_(counts.group_by(*keys).subquery("counts"))
    return guarded(db, [each.source], most).fetchone() in ((None,), (1,))


# --- one case of a population --------------------------------------------------------------------------------------


def case_facts(directory: Path, case: str, rules: Rules) -> tuple[Clause, ...]:
    """The facts of one case of a population, the request first; where each was found is its file.

    Raises `ProgramError` if the population cannot be read, does not mention the case, or the batch sets it aside.
    """
    found = sources(directory, Vocabulary.of(rules))
    with connected() as db:
        tables = ingest(db, found, rules, only=case).tables
        set_aside(db, tables)
        if faults := _rejected(db, found):
            raise ProgramError(faults)
        if not integer(db, "SELECT count(*) FROM cases"):
            message, hint = f"`{directory}` does not mention the case `{case}`", "name a case as the files write it"
            raise ProgramError([files.file_error("E406", message, directory, hint)])
        return tuple(fact for opened in tables for fact in _facts(db, opened, case))


def _facts(db: duckdb.DuckDBPyConnection, opened: Opened, case: str) -> Iterator[Clause]:
    """The facts of the one case in a table, as they are written."""
    rows = f"SELECT DISTINCT * FROM ({sql(_written(opened))}) AS facts ORDER BY ALL"
    return (_fact(opened, case, row) for _, *row in db.execute(rows).fetchall())


def _written(opened: Opened) -> exp.Query:
    return union_of(part.written() for part in opened.parts)


def _fact(opened: Opened, case: str, row: Sequence[object]) -> Clause:
    span = files.file_span(opened.source.files[0])
    values = zip(opened.shape.columns[1:], row, strict=True)
    args = [decode(value, each.kind.kind) for each, value in values]
    return Clause(AtomF(opened.shape.pred, (Atom(case), *args), span), TRUE, span)


# --- many cases of a population ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stated:
    """Cases of a population: how many there are, what is wrong with others, and the facts of each as they are read."""

    count: int
    errors: tuple[Diagnostic, ...]
    facts: Iterator[tuple[Clause, ...]]


@contextmanager
def stated(directory: Path, rules: Rules, decided: Path | None) -> Iterator[Stated]:
    """The cases of a population, in the order of their requests: all that are not set aside, or those of a report of a batch that do
    not meet the criteria. The facts are put in order once, and then read some cases at a time.

    Raises `ProgramError` if the population or the report cannot be read.
    """
    found = sources(directory, Vocabulary.of(rules))
    with tempfile.TemporaryDirectory() as spill, connected() as db:
        db.execute(f"SET temp_directory = {sql(text(spill))}")
        tables = ingest(db, found, rules).tables
        if decided is None:
            set_aside(db, tables)
            errors = _rejected(db, found)
        else:
            errors = _narrowed_to(db, decided, directory)
        for number, each in enumerate(tables):
            join = f'FROM ({sql(_written(each))}) AS facts JOIN cases ON facts."{CASE}" = cases.name'
            query = f'SELECT DISTINCT cases.number, facts.* EXCLUDE ("{CASE}") {join} ORDER BY ALL'
            db.execute(f"CREATE TABLE stated_{number} AS {query}")
        yield Stated(integer(db, "SELECT count(*) FROM cases"), errors, _in_turn(db, tables))


def _in_turn(db: duckdb.DuckDBPyConnection, tables: Sequence[Opened]) -> Iterator[tuple[Clause, ...]]:
    last = integer(db, "SELECT coalesce(max(number), 0) FROM cases")
    for start in range(1, last + 1, AT_ONCE):
        within = f"BETWEEN {start} AND {start + AT_ONCE - 1}"
        names = db.execute(f"SELECT number, name FROM cases WHERE number {within} ORDER BY number").fetchall()
        facts: dict[int, list[Clause]] = {number: [] for number, _ in names}
        known = dict(names)
        for at, each in enumerate(tables):
            rows = db.execute(f"SELECT * FROM stated_{at} WHERE number {within} ORDER BY ALL").fetchall()
            for number, *row in rows:
                facts[number].append(_fact(each, known[number], row))
        yield from map(tuple, facts.values())


def _rejected(db: duckdb.DuckDBPyConnection, found: Sequence[Source]) -> tuple[Diagnostic, ...]:
    """What is said of the cases that are set aside, and of rows that name none."""
    places = {source.shape.name: files.file_span(source.files[0]) for source in found}
    query = 'SELECT "case", predicate, code, reason, example FROM rejects WHERE "case" IS NOT NULL ORDER BY ALL'
    aside = [
        Diagnostic(code, f"the case `{case}` is set aside: {reason} in `{name}`{shown}", places[name])
        for case, name, code, reason, example in db.execute(query).fetchall()
        for shown in ["" if not example else f": {example}"]
    ]
    query = 'SELECT predicate, code, reason, count(*) FROM rejects WHERE "case" IS NULL GROUP BY ALL ORDER BY ALL'
    nameless = [
        Diagnostic(code, f"{number} row(s) of `{name}` are about no case: {reason}", places[name])
        for name, code, reason, number in db.execute(query).fetchall()
    ]
    return (*aside, *nameless)


def _narrowed_to(db: duckdb.DuckDBPyConnection, decided: Path, directory: Path) -> tuple[Diagnostic, ...]:
    """Leaves the cases that a report says do not meet the criteria; what is said of those that are not there."""
    _unmet(db, decided)
    lost = db.execute("SELECT name FROM unmet WHERE name NOT IN (SELECT name FROM cases) ORDER BY name").fetchall()
    db.execute("DELETE FROM cases WHERE name NOT IN (SELECT name FROM unmet)")
    return tuple(
        files.file_error("E406", f"`{directory}` does not mention the case `{case}` of `{decided}`", directory)
        for (case,) in lost
    )


def unmet(decided: Path) -> frozenset[str]:
    """The cases that a report of a batch says do not meet the criteria. Raises `ProgramError` if it cannot be read."""
    with connected() as db:
        _unmet(db, decided)
        return frozenset(name for (name,) in db.execute("SELECT name FROM unmet").fetchall())


def _unmet(db: duckdb.DuckDBPyConnection, decided: Path) -> None:
    """Gives the database `unmet(name)`."""
    read = f"read_parquet({sql(text(_as_it_is(decided)))})"
    meets = sql(text(Determination.MEETS_CRITERIA))
    try:
        db.execute(f'CREATE TABLE unmet AS SELECT DISTINCT "case" AS name FROM {read} WHERE determination <> {meets}')
    except duckdb.Error as error:
        note, hint = str(error).split("\n")[0], "name what `priorlog batch` wrote with `-o`"
        said = f"`{decided}` cannot be read as a report of a batch"
        raise ProgramError([files.file_error("E107", said, decided, hint, note=note)]) from None
