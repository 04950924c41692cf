"""pyDatalog as a back end: plan rules as its clauses, asked goal by goal.

Clauses are built from pyDatalog's engine classes; no text reaches its parser. What pyDatalog gets wrong or slow is kept
out of it (engine/README.md lists each hazard with what is done about it):

- constants are numbers from an `Interner`, as pyDatalog rounds floats and takes 1, 1.0 and True for one;
- recursion is evaluated in rounds (engine/backends/tabling.py), which also remembers what relations were asked;
- literals that need no clauses (facts, tests, tables of recursion, negations) are joined row by row, as one primitive;
- negation, counts and aggregates are primitives that ask their relations in a run of their own;
- the rules of a goal that is asked are run row by row (`GoalWorld` of joins.py) too, and leave nothing behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from pyDatalog import pyEngine
from pyDatalog.Logic import Logic

from engine.backends.joins import Join, Part
from engine.backends.protocol import EndlessError
from engine.backends.rows import Answer, Interner, Key, Row, World, answer_of, arguments
from engine.backends.tabling import MOST_NESTED, TablingBackend
from engine.reading import plan
from engine.reading.plan import Rel
from kb.language.syntax import Pred
from kb.language.terms import Term, Var
from kb.language.traversal import variables

ALWAYS, RELATION = "always", "r"
"""The name of what always holds, and the beginning of the names of relations."""
PRIMITIVE_STEPS = 5
"""How many steps a row that a primitive gives counts for: it takes more memory than a step of the engine."""


class Machine:
    """Clauses and primitives, by the names of their predicates."""

    def __init__(self, interner: Interner) -> None:
        self.interner = interner
        self.at = ALWAYS
        """Of which predicate rows were worked out last."""
        self._world: World | None = None
        self._constants: list[Any] = [pyEngine.Const(number) for number in range(len(interner.constants))]
        self._logic: Any = object.__new__(Logic)
        with self.at_work():
            pyEngine.clear()
            self.primitive(ALWAYS, 0, lambda _world, _key: ((),))

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Puts the machine's `Logic` in place for this thread, and the thread's own back afterwards."""
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
                self._world.steps.spend(PRIMITIVE_STEPS)
                if all(row[one] == row[other] for one, other in equal):
                    subgoal.fact(pyEngine.Literal(literal.pred, [self._const(number) for number in row]))

        pred = self._pred(name, arity)
        pred.prim = primitive
        pyEngine.insert(pred)

    def run(self, name: str, key: Key, world: World) -> list[Row]:
        """The rows of a predicate that agree with the key, primitives evaluated in a world; runs may nest.

        Raises `EndlessError` when the question at hand takes more steps than it may.
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
                world.steps.spend(1)
                asked = step[1][0].literal.pred.name
                if asked.startswith(RELATION):
                    self.at = asked
                step = step[0](*step[1])
        finally:
            logic.Tasks, logic.Recursive_Tasks, logic.Recursive, logic.Subgoals, logic.Goal = saved
            self._world = outer
        if goal.facts is True:  # only a goal without variables is just true
            return [tuple(number for number in key if number is not None)]
        return [tuple(term.id for term in literal.terms) for literal in goal.facts.values()]

    def _const(self, number: int) -> Any:
        return self._constants[number] if number < len(self._constants) else pyEngine.Const(number)

    def _pred(self, name: str, arity: int) -> Any:
        pred = pyEngine.Pred(name, arity)
        pred.prearity = arity
        return pred


class Clauses:
    """The relations of a program as clauses, made when they are first asked for; `backend` has what else there is to know of them."""

    def __init__(self, backend: TablingBackend) -> None:
        self.backend = backend
        self.completion = backend.completion
        self.machine = Machine(backend.interner)
        self._names: dict[object, str] = {}
        self._primitives: set[str] = set()
        self._defined: set[Rel] = set()

    def rows(self, rel: Rel, key: Key, world: World) -> list[Row]:
        """The rows of a relation that agree with a key. Raises `EndlessError` as the machine does."""
        with self.machine.at_work():
            self._define_reached(rel)
            try:
                return self.machine.run(self._name(rel), key, world)
            except EndlessError as error:
                raise EndlessError(error.exceeded, error.pred or self._pred_of(self.machine.at)) from None

    def _pred_of(self, name: str) -> Pred | None:
        """The predicate of the program that something is named for, or is a part of the rules of."""
        rel = next((rel for rel, each in self._names.items() if each == name and isinstance(rel, Rel)), None)
        return None if rel is None else self.completion.stated_for(rel.pred)

    def _name(self, what: object, prefix: str = RELATION) -> str:
        if what not in self._names:
            self._names[what] = f"{prefix}{len(self._names)}"
        return self._names[what]

    def _define_reached(self, root: Rel) -> None:
        """Makes the clauses of a relation and of those that they call in turn."""
        reached, pending = {root}, [root]
        while pending:
            rel = pending.pop()
            if rel in self._defined:
                continue
            self._define(rel)
            new = {each for each in plan.mentioned(self.completion.rules_for(rel)) if self._is_called(each)} - reached
            reached |= new
            pending += new
        self._defined |= reached  # last, so that what an interruption left half done is done again

    def _is_called(self, rel: Rel) -> bool:
        """Whether clauses call a relation; of others they ask the session, which remembers their rows from one question to the next.
        What is defined by ever more relations is left to the machine, which needs no Python stack for it."""
        relation = self.backend.relation(rel)
        return relation.table is None and relation.depth > MOST_NESTED

    def _define(self, rel: Rel) -> None:
        name = self._name(rel)
        self.machine.define(name, rel.pattern.count(0))
        for rule in self.completion.rules_for(rel):
            self.machine.clause(name, rule.args, [self._run_literal(rule, run) for run in self._runs(rule)])

    def _runs(self, rule: plan.PlanRule) -> list[list[plan.PlanLiteral]]:
        """The body of a rule, literals that follow each other and need no clauses put together; tests as soon as they can be."""
        runs: list[list[plan.PlanLiteral]] = []
        for literal in plan.tests_early(rule.body):
            if runs and self._needs_no_clauses(literal) and self._needs_no_clauses(runs[-1][-1]):
                runs[-1].append(literal)
            else:
                runs.append([literal])
        return runs

    def _needs_no_clauses(self, literal: plan.PlanLiteral) -> bool:
        match literal:
            case plan.Call(Rel() as rel, _):
                return self.backend.relation(rel).table is not None
            case _:
                return True

    def _run_literal(self, rule: plan.PlanRule, run: list[plan.PlanLiteral]) -> Any:
        if len(run) == 1:
            return self._body_literal(run[0])
        inside = dict.fromkeys(variables(arg for literal in run for arg in arguments(literal)))
        others = (arg for literal in rule.body if literal not in run for arg in arguments(literal))
        outside = {*variables(rule.args), *variables(others)}
        args = tuple(var for var in inside if var in outside)
        name = self._name(("join", args, tuple(run)), "j")
        if name not in self._primitives:
            self.machine.primitive(name, len(args), Join(args, [*map(Part.of, run)], self.backend.interner.known).rows)
            self._primitives.add(name)
        return self.machine.literal(name, args)

    def _body_literal(self, literal: plan.PlanLiteral) -> Any:
        args = arguments(literal)
        match literal:
            case plan.Call(Rel() as rel, _) if self._is_called(rel):
                name = self._name(rel)
            case _:
                name = self._primitive(literal, len(args))
        return self.machine.literal(name, args)

    def _primitive(self, literal: plan.PlanLiteral, arity: int) -> str:
        """The name of the primitive for a literal, defined at its first use."""
        name = self._name(("primitive", _kind(literal)), "p")
        if name not in self._primitives:
            self.machine.primitive(name, arity, answer_of(literal))
            self._primitives.add(name)
        return name


def _kind(literal: plan.PlanLiteral) -> object:
    """What literals have in common that one primitive does for, whatever their arguments."""
    match literal:
        case plan.Call(source) | plan.Absent(source):
            return type(literal), source
        case plan.Domain():
            return plan.Domain
        case plan.NoOtherValue(rel, _, _, value):
            return plan.NoOtherValue, rel, value is None
        case plan.Test() | plan.CountTest() | plan.AggregateTest():
            return literal
