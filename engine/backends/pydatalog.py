"""The default back end: plan rules as pyDatalog clauses, asked goal by goal.

Clauses are built from pyDatalog's engine classes; no text reaches its parser. What pyDatalog gets wrong or slow is kept
out of it (engine/README.md lists each hazard with what is done about it):

- constants are numbers from an `Interner`, as pyDatalog rounds floats and takes 1, 1.0 and True for one;
- recursion is evaluated here in rounds (semi-naive); what a recursive relation calls is never itself;
- negation, counts and aggregates are primitives that ask their goal in a run of their own, remembered;
- the rules of a goal that is asked are run row by row (`GoalWorld` of rows.py), and leave nothing behind.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from pyDatalog import pyEngine
from pyDatalog.Logic import Logic

from engine.backends.protocol import STEPS_FOR_A_VALUE, EndlessError, Exceeded, PlanProgram
from engine.backends.rows import (
    Answer,
    Facts,
    GoalWorld,
    Interner,
    Key,
    Row,
    Table,
    World,
    answer_of,
    arguments,
    rows_of,
)
from engine.graph import components
from engine.reading import plan
from engine.reading.completion import Completion
from engine.reading.normal import is_auxiliary
from kb.language.syntax import Clause
from kb.language.terms import Const, Term, Var

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
        """For one question: puts the machine's `Logic` in place for this thread, and the thread's own back
        afterwards."""
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
            raise EndlessError(Exceeded.STEPS)

    def _const(self, number: int) -> Any:
        return self._constants[number] if number < len(self._constants) else pyEngine.Const(number)

    def _pred(self, name: str, arity: int) -> Any:
        pred = pyEngine.Pred(name, arity)
        pred.prearity = arity
        return pred


MOST_REMEMBERED = 200_000
"""How many answers about the program's relations a session remembers before it begins anew."""
MOST_GOALS = 5_000
"""Of how many goals a session remembers answers before it begins anew."""


class NotStratifiedError(Exception):
    """Raised when a relation depends on its own negation; the checker keeps such programs out."""


@dataclass(frozen=True, slots=True)
class _Round:
    """The predicates that give a recursive relation's rows in the first round and in later ones."""

    rel: plan.Rel
    first: str
    later: str


class _Component:
    """A recursive component: its relations with their rows so far and, while it is evaluated, what the last round added."""

    def __init__(self, relations: Iterable[plan.Rel]) -> None:
        self.rows = {rel: Table() for rel in relations}
        self.delta = {rel: Table() for rel in self.rows}


class PydatalogBackend:
    """A program in pyDatalog: the clauses of its relations, made when they are first asked for.

    It may be used from several threads; a lock lets one question run at a time. An interruption at any point leaves it
    fit for use: what was half made is made again.
    """

    def __init__(self, program: PlanProgram) -> None:
        self.completion = program.completion
        self.max_steps = program.max_steps
        self.lock = threading.RLock()
        self._facts = program.numbered
        self._constants = frozenset(map(self._facts.interner.known, program.constants))
        self.machine = Machine(self._facts.interner, program.max_steps)
        self.tables: dict[str, Answer] = {}
        self.rounds: list[list[_Round]] = []
        self._names: dict[object, str] = {}
        self._primitives: set[str] = set()
        self._made: dict[plan.Rel, str] = {}

    def session(self, facts: Sequence[Clause], mentioned: Sequence[Const]) -> PydatalogSession:
        """The session for facts that are stated beside the program's."""
        numbered = self._facts.beside(facts)
        return PydatalogSession(self, numbered, self._constants | set(numbered.interner.row(mentioned)))

    def name(self, rel: plan.Rel) -> str:
        """The name of a relation whose clauses, and those of all that it reaches, are made."""
        found = self._made.get(rel)
        if found is None:
            self._make(rel)
            found = self._made[rel]
        return found

    # --- from relations to clauses -----------------------------------------------------------------------------

    def _name(self, what: object, prefix: str = "r") -> str:
        if what not in self._names:
            self._names[what] = f"{prefix}{len(self._names)}"
        return self._names[what]

    def _make(self, root: plan.Rel) -> None:
        def successors(rel: plan.Rel) -> list[plan.Rel]:
            return [] if rel in self._made else self._mentioned(rel)

        for component in components([root], successors):
            fresh = [rel for rel in component if rel not in self._made]
            if not fresh:
                continue
            recursive = len(fresh) > 1 or fresh[0] in self._mentioned(fresh[0])
            tabled = [rel for rel in fresh if not is_auxiliary(rel.pred)] if recursive else []
            if recursive:
                self._define_recursive(fresh, tabled)
            for rel in fresh:
                if rel not in tabled:
                    self._define(rel)
            self._made.update(
                {rel: self._name(rel) for rel in fresh}
            )  # last, so that what an interruption left half done is done again

    def _mentioned(self, rel: plan.Rel) -> list[plan.Rel]:
        """The relations that a relation's rules mention."""
        return plan.mentioned(self.completion.rules_for(rel))

    def _define(self, rel: plan.Rel) -> None:
        name, arity = self._name(rel), rel.pattern.count(0)
        rules = self.completion.rules_for(rel)
        if plan.is_stored(rules):
            self._define_table(name, arity, rows_of(plan.Stored(rel.pred)))
            return
        self.machine.define(name, arity)
        for rule in rules:
            self.machine.clause(name, rule.args, [self._body_literal(literal) for literal in rule.body])

    def _define_table(self, name: str, arity: int, answer: Answer) -> None:
        self.tables[name] = answer
        self.machine.primitive(name, arity, answer)

    def _body_literal(self, literal: plan.PlanLiteral) -> Any:
        args = arguments(literal)
        name = (
            self._name(literal.source)
            if isinstance(literal, plan.Call) and isinstance(literal.source, plan.Rel)
            else self._primitive(literal, len(args))
        )
        return self.machine.literal(name, args)

    def _primitive(self, literal: plan.PlanLiteral, arity: int) -> str:
        """The name of the primitive for a literal, defined at its first use."""
        name = self._name(("primitive", _kind(literal)), "p")
        if name not in self._primitives:
            self.machine.primitive(name, arity, answer_of(literal))
            self._primitives.add(name)
        return name

    # --- recursion ---------------------------------------------------------------------------------------------

    def _define_recursive(self, component: list[plan.Rel], tabled: list[plan.Rel]) -> None:
        """Makes a recursive component: its relations read rows from a table, which rounds of new clauses fill."""
        number = len(self.rounds)
        for rel in tabled:
            arity = rel.pattern.count(0)
            self._define_table(self._name(rel), arity, _rows_so_far(number, rel))
            self.machine.primitive(self._name(("delta", rel)), arity, _rows_so_far(number, rel, is_delta=True))
        self.rounds.append([self._round(rel, set(component), set(tabled)) for rel in tabled])

    def _round(self, rel: plan.Rel, inside: set[plan.Rel], tabled: set[plan.Rel]) -> _Round:
        found = _Round(rel, self._name(("first", rel)), self._name(("later", rel)))
        for name in (found.first, found.later):
            self.machine.define(name, rel.pattern.count(0))
        for rule in self.completion.rules_for(rel):
            self._recursive_rule(rule, inside, tabled, found)
        return found

    def _recursive_rule(self, rule: plan.PlanRule, inside: set[plan.Rel], tabled: set[plan.Rel], found: _Round) -> None:
        """Adds a rule to the first round; to later ones once for each recursive call, which then reads the rows of the
        last round only, or as it is if it recurs through an auxiliary predicate or a count."""
        for literal in rule.body:
            is_strict = isinstance(literal, plan.Absent | plan.AggregateTest | plan.NoOtherValue)
            if is_strict and not inside.isdisjoint(plan.relations_of(literal)):
                raise NotStratifiedError(str(rule.head))
        body = [self._body_literal(literal) for literal in rule.body]
        self.machine.clause(found.first, rule.args, body)
        calls = plan.recursive_calls(rule, inside, tabled)
        if calls is None:
            self.machine.clause(found.later, rule.args, body)
        for index, rel in (calls or {}).items():
            delta = self.machine.literal(self._name(("delta", rel)), arguments(rule.body[index]))
            self.machine.clause(found.later, rule.args, [*body[:index], delta, *body[index + 1 :]])


@dataclass(slots=True)
class PydatalogSession:
    """A program with one set of facts: the world in which its clauses are run, and what is remembered of that."""

    backend: PydatalogBackend
    facts: Facts
    _constants: frozenset[int]
    _memo: dict[tuple[str, Key], list[Row]] = field(default_factory=dict)
    _components: dict[int, _Component] = field(default_factory=dict)
    _goals: dict[Completion, GoalWorld] = field(default_factory=dict)

    def rows(self, completion: Completion, rel: plan.Rel, key: tuple[Const | None, ...]) -> list[tuple[Const, ...]]:
        """The rows of a relation, of the program or of a layer above it, that agree with a key.

        Raises `EndlessError` if that takes more than the allowed number of steps.
        """
        interner = self.facts.interner
        numbers = tuple([None if constant is None else interner.number(constant) for constant in key])
        with self.backend.lock, self.backend.machine.at_work():
            try:
                world = self if completion is self.backend.completion else self._goal(completion)
                return [interner.decode(row) for row in world.ask(rel, numbers)]
            except RecursionError:
                raise EndlessError(Exceeded.DEPTH) from None

    def close(self) -> None:
        """Nothing is held but memory."""

    def _goal(self, completion: Completion) -> GoalWorld:
        found = self._goals.get(completion)
        if found is None:
            if len(self._goals) >= MOST_GOALS:
                self._goals.clear()
            found = self._goals[completion] = GoalWorld(self, completion)
        return found

    def domain(self) -> Iterable[int]:
        """Every constant of program, facts and question."""
        return {*self._constants, *self.facts.domain()}

    def ask(self, rel: plan.Rel, key: Key) -> list[Row]:
        """The rows of a relation of the program, remembered, or read from a table where they are just there."""
        name = self.backend.name(rel)
        table = self.backend.tables.get(name)
        if table is not None:
            return list(table(self, key))
        found = self._memo.get((name, key))
        if found is None:
            if len(self._memo) >= MOST_REMEMBERED:
                self._memo.clear()
            found = self._memo[name, key] = self.backend.machine.run(name, key, self)
        return found

    def component(self, number: int) -> _Component:
        """A recursive component's rows, evaluated at its first use."""
        if number not in self._components:
            rounds = self.backend.rounds[number]
            component = self._components[number] = _Component([each.rel for each in rounds])
            try:
                self._evaluate(rounds, component)
            except BaseException:
                del self._components[number]
                raise
        return self._components[number]

    def _evaluate(self, rounds: list[_Round], component: _Component) -> None:
        is_first = True
        constants = self.facts.interner.constants
        known = len(constants)
        while is_first or any(table.rows for table in component.delta.values()):
            world = replace(self, _memo=dict(self._memo))  # what a round remembers holds for that round only
            found = []
            for each in rounds:
                free: Key = (None,) * each.rel.pattern.count(0)
                name = each.first if is_first else each.later
                found += [(each.rel, row) for row in self.backend.machine.run(name, free, world)]
            component.delta = {rel: Table() for rel in component.delta}
            for rel, row in found:
                if component.rows[rel].add(row):
                    component.delta[rel].add(row)
            is_first = False
            if len(constants) - known > self.backend.max_steps // STEPS_FOR_A_VALUE:
                raise EndlessError(Exceeded.VALUES, rounds[0].rel.pred)


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


def _rows_so_far(number: int, rel: plan.Rel, *, is_delta: bool = False) -> Answer:
    """What gives the rows of a relation of a recursive component, or those that the last round added."""

    def answer(world: World, key: Key) -> Iterable[Row]:
        assert isinstance(world, PydatalogSession)
        component = world.component(number)
        return (component.delta if is_delta else component.rows)[rel].match(key)

    return answer
