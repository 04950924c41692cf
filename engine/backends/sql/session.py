"""Sessions whose relations are computed in a database: what the back ends of SQL have in common."""

from __future__ import annotations

import abc
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from sqlglot import exp

from engine.backends.protocol import STEPS_FOR_A_ROUND, EndlessError, Exceeded, Found, PlanProgram
from engine.backends.sql.compile import Closure, Compiler, Fixpoint, Step, first_of, tables_of, tables_read
from engine.backends.sql.values import Column, Table
from engine.backends.tables import rows_as_table
from engine.reading.completion import Completion
from engine.reading.plan import Rel
from kb.language.syntax import Clause, Pred
from kb.language.terms import Const, Var, order_key

if TYPE_CHECKING:
    import pyarrow

_Found = TypeVar("_Found")
_Fetch: TypeAlias = "Callable[[exp.Query, tuple[Column, ...]], _Found]"
"""What gives the rows of a query, in some form."""


@dataclass(frozen=True, slots=True)
class SqlBackend:
    """A program for a database, in which every session has tables of its own."""

    program: PlanProgram
    make: Callable[[PlanProgram, Sequence[Clause], Sequence[Const]], SqlSession]

    def session(self, facts: Sequence[Clause], mentioned: Sequence[Const]) -> SqlSession:
        """The session for facts that are stated beside the program's."""
        return self.make(self.program, facts, mentioned)


class SqlSession(abc.ABC):
    """A program with one set of facts in a database: tables of facts and of the program's relations, made as they are asked
    for. The tables of a question's own relations are dropped when it is answered."""

    def __init__(self, program: PlanProgram, facts: Sequence[Clause], mentioned: Sequence[Const]) -> None:
        self.program = program
        self.facts = (*program.facts, *facts)
        self._constants = {*program.constants, *mentioned}
        self._constants.update(arg for clause in facts for arg in clause.head.args if not isinstance(arg, Var))
        self._compiler: Compiler | None = None
        self._done: set[int] = set()
        self._reads: list[frozenset[str]] = []
        self._lock = threading.RLock()

    def rows(self, completion: Completion, rel: Rel, key: tuple[Const | None, ...]) -> Found:
        """The rows of a relation, of the program or of a layer above it, that agree with a key.

        Raises `EndlessError` if recursion goes on computing new constants, or rules nest too deeply.
        """
        return Found(self._found(completion, rel, key, self._fetch) or [])

    def table(self, completion: Completion, rel: Rel, key: tuple[Const | None, ...]) -> pyarrow.Table:
        """The same rows as a table of Arrow. Raises as `rows` does."""
        found = self._found(completion, rel, key, self._fetch_table)
        return rows_as_table([], rel.pattern.count(0)) if found is None else found

    def _found(
        self,
        completion: Completion,
        rel: Rel,
        key: tuple[Const | None, ...],
        fetch: _Fetch[_Found],
    ) -> _Found | None:
        """What is fetched by the query for the rows of a relation that agree with a key; None where there can be none."""
        try:
            with self._lock:  # a connection, and the tables that are made, are for one thread at a time
                return self._fetched(completion, rel, key, fetch)
        except RecursionError:
            raise EndlessError(Exceeded.DEPTH) from None
        except EndlessError as error:
            pred = error.pred or rel.pred
            raise EndlessError(error.exceeded, self.program.completion.stated_for(pred)) from None

    def _fetched(
        self,
        completion: Completion,
        rel: Rel,
        key: tuple[Const | None, ...],
        fetch: _Fetch[_Found],
    ) -> _Found | None:
        compiler = self._started()
        layer = compiler if completion is self.program.completion else compiler.above(completion)
        query, columns = layer.select(rel, key)
        self._run_pending(compiler, query, () if layer is compiler else layer.steps)
        if layer is compiler:
            return None if query is None else fetch(query, columns)
        try:
            self._run(layer.steps)
            return None if query is None else fetch(query, columns)
        finally:
            self._drop(layer.steps)
            layer.names.free()

    def _started(self) -> Compiler:
        if self._compiler is None:
            self._open()
            by_predicate = enumerate(rows_by_predicate(self.facts).items())
            stored = {pred: self._load(f"stated_{number}", rows, pred.arity) for number, (pred, rows) in by_predicate}
            domain = self._load("every_constant", [(each,) for each in sorted(self._constants, key=order_key)], 1)
            self._compiler = Compiler(self.program.completion, stored, domain)
        return self._compiler

    def _run_pending(self, compiler: Compiler, query: exp.Query | None, above: Sequence[Step]) -> None:
        """Makes the tables of the program's relations that a query reads, also through steps of a layer above, and that are
        not there yet. What another question asked for, and could not be made, is left alone."""
        self._reads += map(tables_read, compiler.steps[len(self._reads) :])
        wanted = {name for step in above for name in tables_read(step)}
        wanted |= set() if query is None else {table.name for table in query.find_all(exp.Table)}
        pending = []
        for number in reversed(range(len(compiler.steps))):  # a step reads what steps before it make
            if wanted.intersection(table.name for table in tables_of([compiler.steps[number]])):
                wanted |= self._reads[number]
                pending.append(number)
        for number in reversed(pending):
            if number not in self._done:
                step = compiler.steps[number]
                self._drop([step])  # what an interruption left half made
                self._run([step])
                self._done.add(number)

    @abc.abstractmethod
    def close(self) -> None:
        """Gives back what the database holds."""

    @abc.abstractmethod
    def _open(self) -> None:
        """Begins: there is a database without tables of this session."""

    @abc.abstractmethod
    def _load(self, name: str, rows: list[tuple[Const, ...]], arity: int) -> Table:
        """Makes a table of constants."""

    @abc.abstractmethod
    def _run(self, steps: Sequence[Step]) -> None:
        """Makes the tables of relations."""

    @abc.abstractmethod
    def _drop(self, steps: Sequence[Step]) -> None:
        """Takes away the tables of relations, as far as they are there."""

    @abc.abstractmethod
    def _fetch(self, query: exp.Query, columns: tuple[Column, ...]) -> list[tuple[Const, ...]]:
        """The rows of a query."""

    def _fetch_table(self, query: exp.Query, columns: tuple[Column, ...]) -> pyarrow.Table:
        """The rows of a query as a table of Arrow."""
        return rows_as_table(self._fetch(query, columns), len(columns))


def rows_by_predicate(facts: Iterable[Clause]) -> dict[Pred, list[tuple[Const, ...]]]:
    """The distinct rows of stated facts."""
    found: dict[Pred, dict[tuple[Const, ...], None]] = {}
    for clause in facts:
        row = tuple(arg for arg in clause.head.args if not isinstance(arg, Var))
        found.setdefault(clause.head.pred, {})[row] = None
    return {pred: list(rows) for pred, rows in found.items()}


@contextmanager
def limits_named(step: Step) -> Iterator[None]:
    """Says of a limit that is met while a step is run, which predicate's rows it was to give."""
    try:
        yield
    except EndlessError as error:
        raise EndlessError(error.exceeded, error.pred or first_of(step).pred) from None


def until_closed(step: Closure, run: Callable[[], None], add_asked: Callable[[], int], max_steps: int) -> None:
    """Runs the steps of a closure, and adds to its domain what they ask about, as often as there is more: `add_asked` says of
    how many constants.

    Raises `EndlessError` if there are always more.
    """
    rounds = 0
    run()
    while grown := add_asked():
        rounds += 1
        if rounds * rounds > max_steps // STEPS_FOR_A_ROUND:  # each time, all that was found before is found again
            raise EndlessError(Exceeded.VALUES, first_of(step).pred)
        if grown > max_steps:
            raise EndlessError(Exceeded.ROWS, first_of(step).pred)
        run()


def in_rounds(step: Fixpoint, add_round: Callable[[bool], int], max_steps: int) -> None:
    """Recursion in rounds: each adds the rows that follow from the ones that the last round added, and says how many;
    it is told whether it is the first.

    Raises `EndlessError` if recursion goes on computing new constants.
    """
    rounds, grown = 0, add_round(True)
    while grown:
        rounds += 1
        if step.computes and rounds > max_steps // STEPS_FOR_A_ROUND:
            raise EndlessError(Exceeded.VALUES, first_of(step).pred)
        if step.computes and grown > max_steps:
            raise EndlessError(Exceeded.ROWS, first_of(step).pred)
        grown = add_round(False)
