"""The DuckDB back end: relations as temporary tables, recursion in semi-naive rounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb
from sqlglot import exp

from engine.backends.protocol import DEFAULT_STEPS, STEPS_FOR_A_VALUE, EndlessError, PlanProgram
from engine.backends.sql.compile import Define, Fixpoint, Member, Step, tables_of
from engine.backends.sql.functions import FUNCTIONS
from engine.backends.sql.session import SqlSession, rows_by_predicate
from engine.backends.sql.statements import table_named
from engine.backends.sql.values import Column, Kind, Table, decode_rows, encode, kind_of_all
from kb.language.syntax import Clause, Pred
from kb.language.terms import Const

DIALECT = "duckdb"


def connect() -> duckdb.DuckDBPyConnection:
    """A connection to a new database in memory."""
    return duckdb.connect(":memory:")


class DuckdbBackend:
    """A program for DuckDB: each session has a database of its own."""

    def __init__(self, program: PlanProgram) -> None:
        self.program = program

    def session(self, facts: Sequence[Clause], mentioned: Sequence[Const]) -> DuckdbSession:
        """The session for facts that are stated beside the program's."""
        return DuckdbSession(self.program, facts, mentioned)


class DuckdbSession(SqlSession):
    """A program with one set of facts in a database in memory."""

    _connection: duckdb.DuckDBPyConnection | None = None

    def close(self) -> None:
        """Closes the database."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _start(self, domain: list[Const]) -> tuple[dict[Pred, Table], Table]:
        self._connection = connect()
        stored = load_facts(self._connection, self.facts)
        return stored, load_rows(self._connection, "every_constant", [(each,) for each in domain], 1)

    def _run(self, steps: Sequence[Step]) -> None:
        assert self._connection is not None
        run(self._connection, steps, max_steps=self.program.max_steps)

    def _drop(self, steps: Sequence[Step]) -> None:
        assert self._connection is not None
        for table in tables_of(steps):
            for name in (table.name, _next(table)):
                self._connection.execute(sql_of(exp.Drop(tables=[table_named(name)], kind="TABLE", exists=True)))

    def _fetch(self, query: exp.Query | None, columns: tuple[Column, ...]) -> list[tuple[Const, ...]]:
        assert self._connection is not None
        if query is None:
            return []
        register_functions(self._connection, [query])
        return decode_rows(self._connection.execute(sql_of(query)).fetchall(), columns)


# --- facts -------------------------------------------------------------------------------------------------------


def load_facts(
    connection: duckdb.DuckDBPyConnection, facts: Iterable[Clause], *, prefix: str = "stated_"
) -> dict[Pred, Table]:
    """Temporary tables with stated facts, one for each predicate, and what their columns hold."""
    found = {}
    for number, (pred, rows) in enumerate(rows_by_predicate(facts).items()):
        found[pred] = load_rows(connection, f"{prefix}{number}", rows, pred.arity)
    return found


def load_rows(connection: duckdb.DuckDBPyConnection, name: str, rows: list[tuple[Const, ...]], arity: int) -> Table:
    """A temporary table with rows of constants, all of one length."""
    if not rows:
        return Table(name, (), None)
    kinds = [kind_of_all(row[index] for row in rows) for index in range(arity)]
    names = tuple(f"c{index + 1}" for index in range(arity)) or ("holds",)
    create_table(connection, name, names, tuple(Column(kind) for kind in kinds) or (Column(Kind.INTEGER),))
    values = [[encode(row[index], kind) for row in rows] for index, kind in enumerate(kinds)] or [[1]]
    types = [kind.sql_type for kind in kinds] or ["BIGINT"]
    connection.execute(_insertion(name, types), values)
    return Table(name, names, tuple(Column(kind) for kind in kinds))


def _insertion(name: str, types: list[str]) -> str:
    shown = [
        exp.Unnest(expressions=[exp.cast(exp.Placeholder(), exp.DataType.build(f"{each}[]", dialect=DIALECT))])
        for each in types
    ]
    return exp.insert(exp.Select(expressions=shown), table_named(name)).sql(DIALECT)


def create_table(
    connection: duckdb.DuckDBPyConnection, name: str, names: tuple[str, ...], columns: tuple[Column, ...]
) -> None:
    """An empty temporary table."""
    definitions = [
        exp.ColumnDef(this=exp.to_identifier(each, quoted=True), kind=exp.DataType.build(column.kind.sql_type))
        for each, column in zip(names, columns, strict=True)
    ]
    schema = exp.Schema(this=table_named(name), expressions=definitions)
    connection.execute(sql_of(_create(schema, None)))


# --- steps -------------------------------------------------------------------------------------------------------


def run(connection: duckdb.DuckDBPyConnection, steps: Iterable[Step], *, max_steps: int = DEFAULT_STEPS) -> None:
    """Makes the tables of compiled relations, as temporary tables.

    Raises `EndlessError` if recursion goes on computing new constants.
    """
    for step in steps:
        if isinstance(step, Define):
            _define(connection, step)
        else:
            _evaluate(connection, step, max_steps)


def _define(connection: duckdb.DuckDBPyConnection, step: Define) -> None:
    if step.query is None:
        create_table(connection, step.table.name, step.table.names, tuple(Column(Kind.ANY) for _ in step.table.names))
        return
    register_functions(connection, [step.query])
    connection.execute(sql_of(_create(table_named(step.table.name), step.query)))


def _evaluate(connection: duckdb.DuckDBPyConnection, step: Fixpoint, max_steps: int) -> None:
    """Recursion in rounds: each adds the rows that follow from the ones that the last round added."""
    register_functions(connection, [query for member in step.members for query in (*member.first, *member.later)])
    if step.linear and not step.computes and step.members and _recurse(connection, step.members[0]):
        return
    for member in step.members:
        columns = member.table.columns or (Column(Kind.INTEGER),)
        for name in (member.table.name, member.delta.name):
            create_table(connection, name, member.table.names, columns)
    rounds = 0
    grown = _round(connection, step.members, is_first=True)
    while grown:
        rounds += 1
        if step.computes and (rounds > max_steps // STEPS_FOR_A_VALUE or grown > max_steps):
            raise EndlessError(str(step.members[0].rel))
        grown = _round(connection, step.members, is_first=False)


def _recurse(connection: duckdb.DuckDBPyConnection, member: Member) -> bool:
    """Linear recursion as one recursive query; False if its parts do not allow that."""
    if not (member.first and member.later) or any(query.find(exp.With) for query in (*member.first, *member.later)):
        return False
    halves = []
    for queries in (member.first, member.later):
        half: exp.Query = queries[0].copy()
        for other in queries[1:]:
            half = exp.union(half, other.copy(), distinct=True, copy=False)
        halves.append(exp.Select(expressions=[exp.Star()]).from_(half.subquery("q", copy=False), copy=False))
    both = exp.union(*halves, distinct=True, copy=False)
    columns = [exp.to_identifier(name, quoted=True) for name in member.table.names]
    alias = exp.TableAlias(this=exp.to_identifier(member.delta.name, quoted=True), columns=columns)
    query = exp.Select(expressions=[exp.Star()]).from_(table_named(member.delta.name))
    query.set("with_", exp.With(expressions=[exp.CTE(this=both, alias=alias)], recursive=True))
    connection.execute(sql_of(_create(table_named(member.table.name), query)))
    return True


def _round(connection: duckdb.DuckDBPyConnection, members: tuple[Member, ...], *, is_first: bool) -> int:
    """One round; how many rows it added."""
    found: list[tuple[Member, str | None]] = []
    for member in members:
        queries = member.first if is_first else member.later
        if not queries:
            found.append((member, None))
            continue
        query: exp.Query = exp.Select(expressions=[exp.Star()]).from_(queries[0].subquery("q"))
        for other in queries[1:]:
            query = exp.union(query, exp.Select(expressions=[exp.Star()]).from_(other.subquery("q")), distinct=True)
        if not is_first:
            all_rows = exp.Select(expressions=[exp.Star()]).from_(table_named(member.table.name))
            query = exp.Except(this=query, expression=all_rows, distinct=True)
        connection.execute(sql_of(_create(table_named(_next(member.table)), query)))
        found.append((member, _next(member.table)))
    grown = 0
    for member, made in found:
        connection.execute(sql_of(exp.Drop(tables=[table_named(member.delta.name)], kind="TABLE")))
        if made is None:
            columns = member.table.columns or (Column(Kind.INTEGER),)
            create_table(connection, member.delta.name, member.table.names, columns)
            continue
        rename = exp.Alter(
            this=table_named(made), kind="TABLE", actions=[exp.AlterRename(this=table_named(member.delta.name))]
        )
        connection.execute(sql_of(rename))
        delta = exp.Select(expressions=[exp.Star()]).from_(table_named(member.delta.name))
        row = connection.execute(sql_of(exp.insert(delta, table_named(member.table.name)))).fetchone()
        grown += row[0] if row else 0
    return grown


def _next(table: Table) -> str:
    """The table of what a round adds, while the round goes on."""
    return f"{table.name}_next"


def sql_of(expression: exp.Expr) -> str:
    """An expression as DuckDB reads it."""
    return expression.sql(DIALECT)


def _create(what: exp.Expr, query: exp.Query | None) -> exp.Expr:
    properties = exp.Properties(expressions=[exp.TemporaryProperty()])
    return exp.Create(this=what, kind="TABLE", expression=query, properties=properties)


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
