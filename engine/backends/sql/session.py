"""Sessions whose relations are computed in a database: what the back ends of SQL have in common."""

from __future__ import annotations

import abc
from collections.abc import Iterable, Sequence

from sqlglot import exp

from engine.backends.protocol import PlanProgram
from engine.backends.sql.compile import Compiler, Step
from engine.backends.sql.values import Column, Table
from engine.reading.completion import Completion
from engine.reading.plan import Rel
from kb.language.syntax import Clause, Pred
from kb.language.terms import Const, Var, order_key


class SqlSession(abc.ABC):
    """A program with one set of facts in a database: tables of facts and of the program's relations, made as they are asked
    for. The tables of a question's own relations are dropped when it is answered."""

    def __init__(self, program: PlanProgram, facts: Sequence[Clause], mentioned: Sequence[Const]) -> None:
        self.program = program
        self.facts = (*program.facts, *facts)
        self._constants = {*program.constants, *mentioned}
        self._constants.update(arg for clause in facts for arg in clause.head.args if not isinstance(arg, Var))
        self._compiler: Compiler | None = None
        self._done = 0

    def rows(self, completion: Completion, rel: Rel, key: tuple[Const | None, ...]) -> list[tuple[Const, ...]]:
        """The rows of a relation, of the program or of a layer above it, that agree with a key.

        Raises `EndlessError` if recursion goes on computing new constants.
        """
        compiler = self._started()
        if completion is self.program.completion:
            query, columns = compiler.select(rel, key)
            self._run_pending(compiler)
            return self._fetch(query, columns)
        layer = compiler.above(completion)
        query, columns = layer.select(rel, key)
        self._run_pending(compiler)
        try:
            self._run(layer.steps)
            return self._fetch(query, columns)
        finally:
            self._drop(layer.steps)

    def _started(self) -> Compiler:
        if self._compiler is None:
            stored, domain = self._start(sorted(self._constants, key=order_key))
            self._compiler = Compiler(self.program.completion, stored, domain)
        return self._compiler

    def _run_pending(self, compiler: Compiler) -> None:
        """Makes the tables of the program's relations that are not there yet."""
        while self._done < len(compiler.steps):
            step = compiler.steps[self._done]
            self._drop([step])  # what an interruption left half made
            self._run([step])
            self._done += 1

    @abc.abstractmethod
    def close(self) -> None:
        """Gives back what the database holds."""

    @abc.abstractmethod
    def _start(self, domain: list[Const]) -> tuple[dict[Pred, Table], Table]:
        """Begins: the tables of stated facts, and one of the constants that there are."""

    @abc.abstractmethod
    def _run(self, steps: Sequence[Step]) -> None:
        """Makes the tables of relations."""

    @abc.abstractmethod
    def _drop(self, steps: Sequence[Step]) -> None:
        """Takes away the tables of relations, as far as they are there."""

    @abc.abstractmethod
    def _fetch(self, query: exp.Query | None, columns: tuple[Column, ...]) -> list[tuple[Const, ...]]:
        """The rows of a query."""


def rows_by_predicate(facts: Iterable[Clause]) -> dict[Pred, list[tuple[Const, ...]]]:
    """The distinct rows of stated facts."""
    found: dict[Pred, dict[tuple[Const, ...], None]] = {}
    for clause in facts:
        row = tuple(arg for arg in clause.head.args if not isinstance(arg, Var))
        found.setdefault(clause.head.pred, {})[row] = None
    return {pred: list(rows) for pred, rows in found.items()}
