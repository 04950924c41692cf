"""The Spark back end: the same relations as temporary views of Spark SQL, recursion in rounds driven from here."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlglot import exp

from engine.backends.protocol import EndlessError, Exceeded
from engine.backends.sql.compile import Closure, Define, Fixpoint, Member, Step, tables_of
from engine.backends.sql.scalars import FUNCTIONS
from engine.backends.sql.session import SqlSession, in_rounds, limits_named, until_closed
from engine.backends.sql.statements import TOO_LONG, rendered, with_limited_ranges, with_parts_apart
from engine.backends.sql.values import Column, Kind, Table, decode_rows, encode, table_of
from kb.language.terms import Const

DIALECT = "spark"
NO_JAVA = (
    "the Spark back end needs Java 17 or later, which `pip install` does not bring: install it, and set JAVA_HOME if it is "
    "not on the path"
)
_SETTINGS = {
    "spark.sql.ansi.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.ui.explainMode": "simple",  # plans are written out for every job, which nobody reads
    "spark.sql.lightweightPlanChangeValidation": "false",  # Spark would look at the whole plan after each of its rules
    "spark.ui.showConsoleProgress": "false",
}
_ROOM = "-XX:MetaspaceSize=256m"
"""As much room as classes take, from the start: else Java looks for garbage in all of its memory whenever they take twice what they took."""
_QUICK = f"{_ROOM} -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m"
"""Compiled once and less well, in as much room as all that needs: else Java throws away what it has compiled, and compiles it again."""
_WELL = f"{_ROOM} -XX:+UseParallelGC " + " ".join(
    f"-XX:Tier4{name}={10 * count}"
    for name, count in {
        "InvocationThreshold": 5_000,
        "MinInvocationThreshold": 600,
        "CompileThreshold": 15_000,
        "BackEdgeThreshold": 40_000,
    }.items()
)
"""Compiled well is what is called ten times as often as Java would have it, as what rows go through is: to compile what plans queries and
what compiles their code took half of its slow compiler's time, and is used no more."""
MOST_IN_RANGE = 10_000_000
"""How many numbers `between` may give for one pair of ends: Java makes an array of them."""
_TYPES = {Kind.INTEGER: "bigint", Kind.DATE: "date"}


def local_session(cores: int | None = None, *, memory: str | None = None, starts_quickly: bool = True) -> Any:
    """A Spark session on this machine, the one that there is already if there is one. It needs Java 17 or later.

    `memory` bounds Java's heap, as in `"3g"`. A session that `starts_quickly` compiles less well what runs for long.
    Raises `ImportError` with a message for people if PySpark or Java is not installed.
    """
    try:
        from pyspark import SparkContext
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ImportError as error:
        name = (error.name or "PySpark").partition(".")[0]
        raise ImportError(
            f"the Spark back end needs {name}, which is not installed: pip install 'priorlog[spark]'"
        ) from None
    if "JAVA_HOME" not in os.environ and shutil.which("java") is None:
        raise ImportError(NO_JAVA)
    builder = SparkSession.builder.master(f"local[{cores or '*'}]").appName("priorlog")
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    options = _QUICK if starts_quickly else _WELL
    builder = builder.config("spark.driver.extraJavaOptions", options).config("spark.driver.memory", memory or "2g")
    is_own = SparkContext._active_spark_context is None
    try:
        with _without_errors_shown(), _own_interrupts():
            session = builder.getOrCreate()
    except PySparkRuntimeError:
        raise ImportError(NO_JAVA) from None
    if is_own:  # its workers run our functions, in the Python that runs here and not in one from the path
        session.sparkContext.pythonExec = sys.executable
        session.sparkContext.environment["PYTHONPATH"] = os.pathsep.join(each or os.curdir for each in sys.path)
    session.sparkContext.setLogLevel("OFF")
    atexit.register(session.stop)
    return session


@contextmanager
def _without_errors_shown() -> Iterator[None]:
    """What a process that is started meanwhile writes to standard error is thrown away: Java's, for as long as it runs."""
    sys.stderr.flush()
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)


@contextmanager
def _own_interrupts() -> Iterator[None]:
    """Keeps what happens when the user interrupts as it is: PySpark would ask Java from within the handler."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    kept = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, kept)


class SparkSession(SqlSession):
    """A program with one set of facts as temporary views of a session of its own, which are dropped when it is closed."""

    _spark: Any = None
    _views: frozenset[str] = frozenset()

    def close(self) -> None:
        """Drops the views."""
        if self._spark is not None:
            for name in self._views:
                self._spark.catalog.dropTempView(name)
            self._spark = None

    def _open(self) -> None:
        shared = local_session()
        self._spark = shared.newSession()  # in which there are no views of others
        for name in shared.conf.getAll:
            if name.startswith("spark.sql.") and self._spark.conf.isModifiable(name):
                self._spark.conf.set(name, shared.conf.get(name))
        register_functions(self._spark)

    def _load(self, name: str, rows: list[tuple[Const, ...]], arity: int) -> Table:
        table = table_of(name, rows, arity)
        if table.columns is not None:
            kinds = [column.kind for column in table.columns]
            values = [tuple(encode(constant, kind) for constant, kind in zip(row, kinds, strict=True)) for row in rows]
            frame = self._spark.createDataFrame(values if arity else [(1,)], _schema(table))
            frame.createOrReplaceTempView(name)
            self._views |= {name}
        return table

    def _run(self, steps: Sequence[Step]) -> None:
        make_views(self._spark, steps, max_steps=self.program.max_steps)
        self._views |= {table.name for table in tables_of(steps)}

    def _drop(self, steps: Sequence[Step]) -> None:
        for table in tables_of(steps):
            self._spark.catalog.dropTempView(table.name)
            self._views -= {table.name}

    def _fetch(self, query: exp.Query, columns: tuple[Column, ...]) -> list[tuple[Const, ...]]:
        with ranges_limited():
            return decode_rows(_frame(self._spark, query).collect(), columns)


def make_views(session: Any, steps: Sequence[Step], *, max_steps: int) -> None:
    """Makes the tables of compiled relations, as temporary views of a Spark session. Each is worked out here and now, but for those
    that one other reads, and once: Spark writes a view out wherever it is read, so that relations over relations would become plans
    of exponential size.

    Raises `EndlessError` if recursion goes on computing new constants.
    """
    reads = _reads(steps)
    for step in steps:
        with limits_named(step), ranges_limited():
            match step:
                case Fixpoint():
                    _evaluate(session, step, max_steps)
                case Closure():
                    _close(session, step, max_steps)
                case Define(_, table, query):
                    if query is not None:
                        rows = _frame(session, query)
                        (rows if reads[table.name] == 1 else kept(rows)).createOrReplaceTempView(table.name)


def _reads(steps: Iterable[Step]) -> Counter[str]:
    """How often steps read each table; what recursion reads is read in every round."""
    found: Counter[str] = Counter()
    for step in steps:
        match step:
            case Define(_, _, query):
                found.update(() if query is None else [table.name for table in query.find_all(exp.Table)])
            case Fixpoint(members):
                queries = (query for member in members for query in (*member.first, *member.later))
                found.update(2 * [table.name for query in queries for table in query.find_all(exp.Table)])
            case Closure(_, _, start, asked, inside):
                found.update(2 * [table.name for query in (start, asked) for table in query.find_all(exp.Table)])
                found.update(2 * list(_reads(inside).elements()))
    return found


def kept(frame: Any) -> Any:
    """A frame with the rows of another, which is worked out now."""
    return in_few_tasks(frame).localCheckpoint()


def in_few_tasks(frame: Any) -> Any:
    """A frame with the rows of another; where a session has few rows, one task makes them all: nothing is exchanged to join them,
    and the plan, of which every task reads a copy, is read once."""
    return frame.coalesce(1) if has_few_rows(frame.sparkSession) else frame


def has_few_rows(session: Any) -> bool:
    """Whether a session was set to have few rows, one partition of them."""
    return bool(session.conf.get("spark.sql.shuffle.partitions") == "1")


def _frame(session: Any, query: exp.Query) -> Any:
    """The rows of a query. Those of its common table expressions that are read more than once are worked out before it."""
    limited = with_limited_ranges(query, MOST_IN_RANGE, "raise_error")
    parts, whole = with_parts_apart(limited)
    reads = Counter(table.name for table in limited.find_all(exp.Table))
    try:
        for name, part in parts:
            rows = session.sql(rendered(part, DIALECT))
            (kept(rows) if reads[name] > 1 else rows).createOrReplaceTempView(f"`{name}`")
        return session.sql(rendered(whole, DIALECT))
    finally:
        for name, _ in parts:
            session.catalog.dropTempView(name)


@contextmanager
def ranges_limited() -> Iterator[None]:
    """Around what runs queries: one that came to a range that is too long is given up."""
    from py4j.protocol import Py4JJavaError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JJavaError) as error:
        if TOO_LONG in str(error):
            raise EndlessError(Exceeded.RANGE) from None
        raise


def _close(session: Any, step: Closure, max_steps: int) -> None:
    """Steps that are run again as long as they ask about constants that the domain does not have."""

    def add_asked() -> int:
        known = session.table(f"`{step.domain.name}`")
        added = _frame(session, step.asked).exceptAll(known).localCheckpoint()
        known.union(added).localCheckpoint().createOrReplaceTempView(step.domain.name)
        return int(added.count())

    _frame(session, step.start).localCheckpoint().createOrReplaceTempView(step.domain.name)
    until_closed(step, partial(make_views, session, step.steps, max_steps=max_steps), add_asked, max_steps)


def _evaluate(session: Any, step: Fixpoint, max_steps: int) -> None:
    for member in step.members:
        empty = session.createDataFrame([], _schema(member.table))
        for name in (member.table.name, member.table.delta.name):
            empty.createOrReplaceTempView(name)
    in_rounds(step, partial(_round, session, step.members), max_steps)


def _round(session: Any, members: tuple[Member, ...], is_first: bool) -> int:
    """One round; how many rows it added."""
    found = []
    for member in members:
        known = session.table(f"`{member.table.name}`")
        delta = known.limit(0)
        for query in member.first if is_first else member.later:
            delta = delta.union(_frame(session, query))
        found.append((member, known, delta.distinct().exceptAll(known).localCheckpoint()))
    grown = 0
    for member, known, delta in found:
        added = delta.count()
        grown += added
        delta.createOrReplaceTempView(member.table.delta.name)
        if added:
            known.union(delta).localCheckpoint().createOrReplaceTempView(member.table.name)
    return grown


def _schema(table: Table) -> str:
    """The columns of a table, as Spark declares them."""
    columns = zip(table.names, table.columns or (), strict=False)
    return ", ".join(f"`{name}` {_TYPES.get(column.kind, 'string')}" for name, column in columns) or "holds int"


def register_functions(session: Any) -> None:
    """Gives a session the functions of engine/backends/sql/scalars.py, which run in Python."""
    for each in FUNCTIONS:
        session.udf.register(each.name, each.call, "boolean" if each.result == "BOOLEAN" else "string")
