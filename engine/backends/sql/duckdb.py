"""The DuckDB back end: relations as temporary tables, recursion in semi-naive rounds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import ContextVar
from functools import reduce
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from sqlglot import exp

from engine.backends.protocol import DEFAULT_STEPS, EndlessError, Exceeded
from engine.backends.sql.compile import Closure, Define, Fixpoint, Member, Step, queries_of, recursion, tables_of
from engine.backends.sql.library import duckdb
from engine.backends.sql.scalars import FUNCTIONS
from engine.backends.sql.session import SqlSession, in_rounds, limits_named, until_closed
from engine.backends.sql.statements import TOO_LONG, everything, table_named, union_of, with_limited_ranges
from engine.backends.sql.values import NATIVE, Column, Kind, Table, decode_rows, encode, table_of, unmarked
from engine.backends.tables import KINDS, ArrowColumn, columns_as_table, distinct_column, rows_as_table
from kb.language.terms import Const

if TYPE_CHECKING:
    import pyarrow

_Result = TypeVar("_Result")
_BESIDE: ContextVar[ThreadPoolExecutor | None] = ContextVar("_BESIDE", default=None)
"""The thread that calls of a database are made in, if several have one."""
DIALECT = "duckdb"
MOST_IN_RANGE = 50_000_000
"""How many numbers `between` may give for one pair of ends: the database makes a list of them."""

MOST_DEPTH = 2_000
"""How deep expressions may nest: twice as deep as by default, and far from where DuckDB's stack ends."""


def connect() -> duckdb.DuckDBPyConnection:
    """A connection to a new database in memory."""
    connection = duckdb.connect(":memory:")
    connection.execute(f"SET max_expression_depth TO {MOST_DEPTH}")
    return connection


class DuckdbSession(SqlSession):
    """A program with one set of facts in a database in memory."""

    _connection: duckdb.DuckDBPyConnection | None = None

    def close(self) -> None:
        """Closes the database."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @property
    def _database(self) -> duckdb.DuckDBPyConnection:
        assert self._connection is not None, "a session that is open"
        return self._connection

    def _open(self) -> None:
        self._connection = connect()

    def _load(self, name: str, rows: list[tuple[Const, ...]], arity: int) -> Table:
        return load_rows(self._database, name, rows, arity)

    def _run(self, steps: Sequence[Step]) -> None:
        run(self._database, steps, max_steps=self.program.max_steps)

    def _drop(self, steps: Sequence[Step]) -> None:
        drop(self._database, steps)

    def _fetch(self, query: exp.Query, columns: tuple[Column, ...]) -> list[tuple[Const, ...]]:
        register_functions(self._database, [query])
        database = self._database
        rows = interruptible(database, lambda: database.execute(_limited(query)).fetchall())
        return decode_rows(rows, columns)

    def _fetch_table(self, query: exp.Query, columns: tuple[Column, ...]) -> pyarrow.Table:
        """Columns of one kind leave the database as they are; of others, each different value is read once."""
        register_functions(self._database, [query])
        database = self._database
        found = interruptible(database, lambda: database.sql(_limited(query)).to_arrow_table())
        if not found.num_rows:
            return rows_as_table([], len(columns))
        return columns_as_table(map(_arrow_column, found.columns, columns))


_KINDS = MappingProxyType({kind: KINDS[type_] for type_, kind in NATIVE.items() if kind is not Kind.ANY})


def _arrow_column(values: pyarrow.ChunkedArray, column: Column) -> ArrowColumn:
    """A column as tables of answers have it, from one of the database."""
    if column.kind is not Kind.ANY:
        return ArrowColumn(values, _KINDS[column.kind])
    encoded = values.combine_chunks().dictionary_encode()
    return distinct_column([unmarked(each) for each in encoded.dictionary.to_pylist()]).taken(encoded.indices)


def load_rows(connection: duckdb.DuckDBPyConnection, name: str, rows: list[tuple[Const, ...]], arity: int) -> Table:
    """A temporary table with rows of constants, all of one length."""
    table = table_of(name, rows, arity)
    if table.columns is not None:
        _create_empty(connection, name, table)
        kinds = [column.kind for column in table.columns]
        values = [[encode(row[index], kind) for row in rows] for index, kind in enumerate(kinds)] or [[1]]
        shown = [
            exp.Unnest(expressions=[exp.cast(exp.Placeholder(), exp.DataType.build(f"{each}[]", dialect=DIALECT))])
            for each in [kind.sql_type for kind in kinds] or [Kind.INTEGER.sql_type]
        ]
        connection.execute(sql_of(exp.insert(exp.Select(expressions=shown), table_named(name))), values)
    return table


def run(connection: duckdb.DuckDBPyConnection, steps: Iterable[Step], *, max_steps: int = DEFAULT_STEPS) -> None:
    """Makes the tables of compiled relations, as temporary tables.

    Raises `EndlessError` if recursion goes on computing new constants.
    """
    for step in steps:
        with limits_named(step):
            _make(connection, step, max_steps)


def drop(connection: duckdb.DuckDBPyConnection, steps: Iterable[Step]) -> None:
    """Takes away the tables of compiled relations, as far as they are there."""
    for table in tables_of(steps):
        for name in (table.name, table.next.name):
            _execute(connection, exp.Drop(tables=[table_named(name)], kind="TABLE", exists=True))


def _make(connection: duckdb.DuckDBPyConnection, step: Step, max_steps: int) -> None:
    register_functions(connection, queries_of(step))
    match step:
        case Fixpoint():
            _evaluate(connection, step, max_steps)
        case Closure():
            _close(connection, step, max_steps)
        case Define(_, table, None):
            _create_empty(connection, table.name, table)
        case Define(_, table, query):
            _execute(connection, _creation(table.name, query))


def _close(connection: duckdb.DuckDBPyConnection, step: Closure, max_steps: int) -> None:
    """Steps that are run again as long as they ask about constants that the domain does not have."""
    domain = step.domain.name
    added = exp.insert(exp.Except(this=step.asked, expression=everything(domain), distinct=True), table_named(domain))

    def again() -> None:
        drop(connection, step.steps)
        run(connection, step.steps, max_steps=max_steps)

    def add_asked() -> int:
        row = _execute(connection, added).fetchone()
        return row[0] if row else 0

    _execute(connection, _creation(domain, step.start))
    until_closed(step, again, add_asked, max_steps)


def _evaluate(connection: duckdb.DuckDBPyConnection, step: Fixpoint, max_steps: int) -> None:
    """Recursion in rounds, or as one recursive query where that can be said and comes to an end."""
    if step.linear and not step.computes:
        table = step.members[0].table
        query = everything(table.delta.name)
        query.set("with_", recursion(step.members[0]))
        _execute(connection, _creation(table.name, query))
        return
    for member in step.members:
        for name in (member.table.name, member.table.delta.name):
            _create_empty(connection, name, member.table)
    first, later = (_round(step.members, is_first) for is_first in (True, False))
    in_rounds(step, lambda is_first: _added(connection, first if is_first else later), max_steps)


def _added(connection: duckdb.DuckDBPyConnection, text: str) -> int:
    """How many rows a round adds."""
    row = interruptible(connection, lambda: connection.execute(text)).fetchone()
    return row[0] if row else 0


def _round(members: tuple[Member, ...], is_first: bool) -> str:
    """The statements of one round, in one text since calls take longer than they do; the last says how many rows it added."""
    statements: list[exp.Expr] = []
    for member in members:
        parts = [everything(each.subquery("q")) for each in (member.first if is_first else member.later)]
        query: exp.Query = union_of(parts or [everything(member.table.name).limit(0)], distinct=True)
        if not is_first:
            query = exp.Except(this=query, expression=everything(member.table.name), distinct=True)
        statements.append(_creation(member.table.next.name, query))
    counts: list[exp.Expr] = [exp.Literal.number(0)]
    for member in members:
        delta = table_named(member.table.delta.name)
        following = table_named(member.table.next.name)
        statements += [
            exp.Drop(tables=[delta], kind="TABLE"),
            exp.Alter(this=following, kind="TABLE", actions=[exp.AlterRename(this=delta)]),
            exp.insert(everything(delta), table_named(member.table.name)),
        ]
        counts.append(exp.select(exp.Count(this=exp.Star())).from_(delta).subquery())
    statements.append(exp.select(reduce(lambda one, other: exp.Add(this=one, expression=other), counts)))
    return ";\n".join(map(_limited, statements))


def sql_of(expression: exp.Expr) -> str:
    """An expression as DuckDB reads it."""
    return expression.sql(DIALECT)


def _execute(connection: duckdb.DuckDBPyConnection, expression: exp.Expr) -> duckdb.DuckDBPyConnection:
    return interruptible(connection, lambda: connection.execute(_limited(expression)))


def _limited(expression: exp.Expr) -> str:
    return sql_of(with_limited_ranges(expression, MOST_IN_RANGE, "error"))


def interruptible(connection: duckdb.DuckDBPyConnection, execute: Callable[[], _Result]) -> _Result:
    """What a call of the database gives; it is given up where a signal ends the process.

    The call is made in a thread beside this one: while the database is at work in this one, Python is not told of interrupts. It is the
    thread of `thread_beside`, or one of its own.
    """
    if (beside := _BESIDE.get()) is None:
        with thread_beside():
            return interruptible(connection, execute)
    running = beside.submit(execute)
    try:
        return running.result()
    except (KeyboardInterrupt, SystemExit):
        connection.interrupt()
        wait([running])
        raise
    except duckdb.InvalidInputException as error:
        if TOO_LONG in str(error):
            raise EndlessError(Exceeded.RANGE) from None
        raise


@contextmanager
def thread_beside() -> Iterator[None]:
    """A block whose calls of a database are made in one thread, as starting one for each takes longer than many calls."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        before = _BESIDE.set(pool)
        try:
            yield
        finally:
            _BESIDE.reset(before)


def _create_empty(connection: duckdb.DuckDBPyConnection, name: str, table: Table) -> None:
    """Makes a temporary table with a table's columns, and without rows."""
    kinds = [column.kind for column in table.columns] if table.columns is not None else [Kind.ANY for _ in table.names]
    definitions = [
        exp.ColumnDef(this=exp.to_identifier(each, quoted=True), kind=exp.DataType.build(kind.sql_type))
        for each, kind in zip(table.names, kinds or [Kind.INTEGER], strict=True)
    ]
    _execute(connection, _creation(exp.Schema(this=table_named(name), expressions=definitions)))


def _creation(what: exp.Schema | str, query: exp.Query | None = None) -> exp.Create:
    properties = exp.Properties(expressions=[exp.TemporaryProperty()])
    made = table_named(what) if isinstance(what, str) else what
    return exp.Create(this=made, kind="TABLE", expression=query, properties=properties)


def register_functions(connection: duckdb.DuckDBPyConnection, queries: Iterable[exp.Expr]) -> None:
    """Registers those of our functions that queries use, unless they are there."""
    used = {call.name for query in queries for call in query.find_all(exp.Anonymous)}
    wanted = [each for each in FUNCTIONS if each.name in used]
    if not wanted:
        return
    known = {name for (name,) in connection.execute(
        "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_name LIKE 'priorlog_%'"
    ).fetchall()}  # fmt: skip
    for each in wanted:
        if each.name not in known:
            connection.create_function(each.name, each.call, [*each.arguments], each.result, null_handling="special")  # type: ignore[call-overload] # an enumeration, by its name
