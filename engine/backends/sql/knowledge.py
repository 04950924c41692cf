"""A knowledge base whose relations are computed in a database: what its back ends have in common."""

from __future__ import annotations

import abc
from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from engine.backends.sql.values import Column, Table
from engine.knowledge import Answers, KnowledgeBase, Rules
from engine.reading.completion import Completion
from engine.reading.plan import Rel
from kb.language.syntax import Body, Clause, Pred, Program, body_terms
from kb.language.terms import Const, Var, order_key

if TYPE_CHECKING:
    from sqlglot import exp

    from engine.backends.sql.compile import Compiler, Step


class SqlKnowledgeBase(KnowledgeBase, abc.ABC):
    """Rules with facts, and a database that answers; `close` it after use, or use it in a `with` statement."""

    _compiler: Compiler | None = None
    _domain: set[Const] | None = None

    @classmethod
    def of(cls, program: Program, facts: Iterable[Clause] = (), *, closed_world: bool = False) -> Self:
        """The knowledge base of a checked program with facts beside it."""
        return cls(Rules.of(program), facts, closed_world=closed_world)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @abc.abstractmethod
    def close(self) -> None:
        """Gives back what the database holds."""

    @abc.abstractmethod
    def _start(self, domain: list[Const]) -> tuple[dict[Pred, Table], Table]:
        """Begins anew: the tables of stated facts, and one of the constants that there are."""

    @abc.abstractmethod
    def _fetch(
        self, steps: list[Step], query: exp.Query | None, columns: tuple[Column, ...]
    ) -> list[tuple[Const, ...]]:
        """The rows of a query, after the steps that have not been run yet."""

    def answers(self, goal: Body, *, exhaustive: bool = False) -> Answers:
        pred, asked = self.rules.question(goal, self.closed_world)
        self._mention(term for term in body_terms(goal) if not isinstance(term, Var))
        if not exhaustive:
            return self._collect(goal, pred, asked, exhaustive=False)
        rules = Rules(self.rules.clauses, self.rules.declarations, self.rules.facts, self.rules.max_steps)
        with type(self)(rules, self.facts, closed_world=self.closed_world) as fresh:
            pred, asked = rules.question(goal, self.closed_world)
            completion = fresh.engine.completion
            completion.open_heads.discard(pred)
            fresh._mention(term for term in body_terms(goal) if not isinstance(term, Var))
            return fresh._collect(goal, pred, asked, exhaustive=True)

    @property
    def completion(self) -> Completion:
        """The plan rules of the program."""
        return self.engine.completion

    def _mention(self, constants: Iterable[Const]) -> None:
        """Takes constants of a question into the domain; what was computed without them is forgotten."""
        if self._domain is None:
            self._domain = set(domain_constants(self))
        new = set(constants) - self._domain
        if new:
            self._domain |= new
            self._compiler = None

    def _rows(self, rel: Rel, key: tuple[Const | None, ...] | None = None) -> list[tuple[Const, ...]]:
        from engine.backends.sql.compile import Compiler

        full = key or (None,) * rel.pattern.count(0)
        self._mention(constant for constant in full if constant is not None)
        if self._compiler is None:
            stored, domain = self._start(sorted(self._domain or (), key=order_key))
            self._compiler = Compiler(self.completion, stored, domain)
        query, columns = self._compiler.select(rel, full)
        return self._fetch(self._compiler.steps, query, columns)


def domain_constants(base: SqlKnowledgeBase) -> list[Const]:
    """Every constant of program and facts."""
    found: dict[Const, None] = {}
    for clause in (*base.rules.clauses, *base.rules.facts, *base.facts):
        for term in (*clause.head.args, *body_terms(clause.body)):
            if not isinstance(term, Var):
                found[term] = None
    return list(found)


def rows_by_predicate(facts: Iterable[Clause]) -> dict[Pred, list[tuple[Const, ...]]]:
    """The distinct rows of stated facts."""
    found: dict[Pred, dict[tuple[Const, ...], None]] = {}
    for clause in facts:
        row = tuple(arg for arg in clause.head.args if not isinstance(arg, Var))
        found.setdefault(clause.head.pred, {})[row] = None
    return {pred: list(rows) for pred, rows in found.items()}
