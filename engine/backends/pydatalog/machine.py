"""pyDatalog's engine as a machine of our own: clauses and primitives over numbered constants, and runs of one goal.

Each machine has a `Logic` of its own, put in place for the length of a run, whatever the thread. Clauses are built from
the engine's classes; no text reaches pyDatalog's parser.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from pyDatalog import pyEngine
from pyDatalog.Logic import Logic

from engine.backends.protocol import EndlessError
from engine.backends.pydatalog.primitives import Answer, World
from engine.backends.tables import Interner, Key, Row
from kb.language.terms import Term, Var

ALWAYS = "always"
ROW_STEPS = 5
"""How many steps a row that a primitive gives counts for: it takes more memory than a step of the engine."""


class Machine:
    """Clauses and primitives, by the names of their predicates."""

    def __init__(self, interner: Interner, max_steps: int) -> None:
        self.interner = interner
        self.max_steps = max_steps
        self._steps = 0
        self._world: World | None = None
        self._constants: list[Any] = [pyEngine.Const(number) for number in range(len(interner.constants))]
        self._logic: Any = object.__new__(Logic)
        with self.at_work():
            pyEngine.clear()
            self.primitive(ALWAYS, 0, lambda _world, _key: ((),))

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """For one question: puts the machine's `Logic` in place for this thread, and the thread's own back afterwards."""
        self._steps = 0
        before = getattr(Logic.tl, "logic", None)
        if getattr(pyEngine.Fresh_var.tl, "counter", None) is None:
            pyEngine.Fresh_var.tl.counter = 0
        Logic.tl.logic = self._logic
        try:
            yield
        finally:
            if before is None:
                del Logic.tl.logic
            else:
                Logic.tl.logic = before

    def define(self, name: str, arity: int) -> None:
        """Makes a predicate known, so that it fails if it has no clauses."""
        pyEngine.insert(self._pred(name, arity))

    def literal(self, name: str, args: Iterable[Term]) -> Any:
        """A literal for a clause."""
        terms = [
            pyEngine.Var(arg.name) if isinstance(arg, Var) else self._const(self.interner.known(arg)) for arg in args
        ]
        return pyEngine.Literal(self._pred(name, len(terms)), terms)

    def clause(self, name: str, args: Iterable[Term], body: list[Any]) -> None:
        """Adds a clause. One without a body gets one: pyDatalog takes it for a fact, which must not have variables."""
        pyEngine.assert_(pyEngine.Clause(self.literal(name, args), body or [self.literal(ALWAYS, ())]))

    def primitive(self, name: str, arity: int, answer: Answer) -> None:
        """Defines a predicate by a function."""

        def primitive(literal: Any, subgoal: Any) -> None:
            key: list[int | None] = []
            first: dict[object, int] = {}
            equal: list[tuple[int, int]] = []
            for index, term in enumerate(literal.terms):
                if term.is_const():
                    key.append(term.id)
                else:
                    key.append(None)
                    if term.id in first:
                        equal.append((first[term.id], index))
                    first.setdefault(term.id, index)
            assert self._world is not None
            for row in answer(self._world, tuple(key)):
                self._step(name, ROW_STEPS)
                if all(row[one] == row[other] for one, other in equal):
                    subgoal.fact(pyEngine.Literal(literal.pred, [self._const(number) for number in row]))

        pred = self._pred(name, arity)
        pred.prim = primitive
        pyEngine.insert(pred)

    def run(self, name: str, key: Key, world: World) -> list[Row]:
        """The rows of a predicate that agree with the key, primitives evaluated in a world; runs may nest.

        Raises `EndlessError` when the machine has taken more than `max_steps` for the question at hand.
        """
        terms = [pyEngine.Fresh_var() if number is None else self._const(number) for number in key]
        goal = pyEngine.Subgoal(pyEngine.Literal(self._pred(name, len(key)), terms))
        logic = self._logic
        saved = logic.Tasks, logic.Recursive_Tasks, logic.Recursive, logic.Subgoals, logic.Goal
        outer, self._world = self._world, world
        logic.Tasks, logic.Recursive_Tasks, logic.Recursive = pyEngine.TaskList(), pyEngine.TaskDeque(), False
        logic.Subgoals, logic.Goal = {}, goal
        try:
            step: Any = (pyEngine.SEARCH, (goal,))
            while step is not None and step[0] is not None:
                self._step(name)
                step = step[0](*step[1])
        finally:
            logic.Tasks, logic.Recursive_Tasks, logic.Recursive, logic.Subgoals, logic.Goal = saved
            self._world = outer
        if goal.facts is True:  # only a goal without variables is just true
            return [tuple(number for number in key if number is not None)]
        return [tuple(term.id for term in literal.terms) for literal in goal.facts.values()]

    def _step(self, name: str, count: int = 1) -> None:
        self._steps += count
        if self._steps > self.max_steps:
            raise EndlessError(name)

    def _const(self, number: int) -> Any:
        return self._constants[number] if number < len(self._constants) else pyEngine.Const(number)

    def _pred(self, name: str, arity: int) -> Any:
        pred = pyEngine.Pred(name, arity)
        pred.prearity = arity
        return pred
