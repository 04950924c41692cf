"""Relations as temporary views of a Spark session, recursion in rounds driven from here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlglot import exp

from engine.backends.pydatalog.engine import STEPS_FOR_A_VALUE
from engine.backends.pydatalog.machine import EndlessError
from engine.backends.sql.compile import Define, Fixpoint, Step
from engine.backends.sql.dialects import rendered
from engine.backends.sql.values import Kind, Table

DIALECT = "spark"
TYPES = {Kind.INTEGER: "bigint", Kind.DATE: "date"}
"""Spark's types of columns; others are `string`."""


def make_views(session: Any, steps: Sequence[Step], *, max_steps: int) -> None:
    """Makes the tables of compiled relations, as temporary views of a Spark session.

    Raises `EndlessError` if recursion goes on computing new constants.
    """
    reads = Counter(name for step in steps for name in _tables_read(step))
    for step in steps:
        if isinstance(step, Fixpoint):
            _evaluate(session, step, max_steps // STEPS_FOR_A_VALUE)
        elif step.query is not None:
            frame = _frame(session, step.query)
            several = reads[step.table.name] > 1
            frame = frame.localCheckpoint(eager=False) if several else frame
            frame.createOrReplaceTempView(step.table.name)


def _frame(session: Any, query: exp.Query) -> Any:
    return session.sql(rendered(query, DIALECT))


def _evaluate(session: Any, step: Fixpoint, most: int) -> None:
    """Recursion in rounds: each adds the rows that follow from the newest ones."""
    for member in step.members:
        empty = session.createDataFrame([], _schema(member.table))
        for name in (member.table.name, member.newest.name):
            empty.createOrReplaceTempView(name)
    rounds = 0
    while _round(session, step, is_first=rounds == 0):
        rounds += 1
        if step.computes and rounds > most:
            raise EndlessError(str(step.members[0].rel))


def _round(session: Any, step: Fixpoint, *, is_first: bool) -> int:
    """One round; how many rows it added."""
    found = []
    for member in step.members:
        known = session.table(f"`{member.table.name}`")
        newest = known.limit(0)
        for query in member.first if is_first else member.later:
            newest = newest.union(_frame(session, query))
        found.append((member, known, newest.distinct().exceptAll(known).localCheckpoint()))
    grown = 0
    for member, known, newest in found:
        added = newest.count()
        grown += added
        newest.createOrReplaceTempView(member.newest.name)
        if added:
            known.union(newest).localCheckpoint().createOrReplaceTempView(member.table.name)
    return grown


def _schema(table: Table) -> str:
    """The columns of a table, as Spark declares them."""
    columns = zip(table.names, table.columns or (), strict=False)
    return ", ".join(f"`{name}` {TYPES.get(column.kind, 'string')}" for name, column in columns) or "holds int"


def _tables_read(step: Step) -> Iterator[str]:
    """The tables that a step reads, with repetitions; those that recursion reads count twice."""
    if isinstance(step, Define):
        queries = [step.query] if step.query is not None else []
    else:
        queries = [query for each in step.members for query in (*each.first, *each.later) for _ in range(2)]
    for query in queries:
        yield from (table.name for table in query.find_all(exp.Table))
