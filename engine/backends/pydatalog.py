"""The default back end: plan rules as pyDatalog clauses, asked goal by goal.

Clauses are built from pyDatalog's engine classes; no text reaches its parser. What pyDatalog gets wrong or slow is kept
out of it (engine/README.md lists each hazard with what is done about it):

- constants are numbers from an `Interner`, as pyDatalog rounds floats and takes 1, 1.0 and True for one;
- recursion is evaluated here in rounds (semi-naive), what the last round added first; what a recursive relation calls is
  never itself;
- literals that need no clauses (facts, tests, tables of recursion, negations) are joined row by row, as one primitive;
- negation, counts and aggregates are primitives that ask their goal in a run of their own, remembered;
- the rules of a goal that is asked are run row by row (`GoalWorld` of rows.py) too, and leave nothing behind.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs
from pyDatalog import pyEngine
from pyDatalog.Logic import Logic

from engine.backends.protocol import STEPS_FOR_A_VALUE, EndlessError, Exceeded, PlanProgram
from engine.backends.rows import (
    Answer,
    Facts,
    GoalWorld,
    Interner,
    Join,
    Key,
    Part,
    Row,
    Table,
    World,
    answer_of,
    arguments,
    rows_of,
)
from engine.backends.tables import rows_as_table
from engine.graph import components
from engine.reading import plan
from engine.reading.completion import Completion
from engine.reading.normal import is_auxiliary
from kb.language.syntax import Clause, Pred, variables
from kb.language.terms import Const, Term, Var

if TYPE_CHECKING:
    import pyarrow

ALWAYS, RELATION = "always", "r"
"""The name of what always holds, and the beginning of the names of relations."""
PRIMITIVE_STEPS = 5
"""How many steps a row that a primitive gives counts for: it takes more memory than a step of the engine."""


class Machine:
    """Clauses and primitives, by the names of their predicates."""

    def __init__(self, interner: Interner, max_steps: int) -> None:
        self.interner = interner
        self.max_steps = max_steps
        self.at = ALWAYS
        """Of which predicate rows were worked out last."""
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
                self._step(PRIMITIVE_STEPS)
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
                self._step()
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

    def _step(self, count: int = 1) -> None:
        self._steps += count
        if self._steps > self.max_steps:
            raise EndlessError(Exceeded.STEPS)

    def spend(self, steps: int) -> None:
        """Counts steps of the question at hand.

        Raises `EndlessError` when there are more than `max_steps`.
        """
        self._step(steps)

    def _const(self, number: int) -> Any:
        return self._constants[number] if number < len(self._constants) else pyEngine.Const(number)

    def _pred(self, name: str, arity: int) -> Any:
        pred = pyEngine.Pred(name, arity)
        pred.prearity = arity
        return pred


MOST_REMEMBERED = 200_000
"""How many answers about the program's relations a session remembers before it begins anew."""
MOST_APART = 30
"""For how many values of the first column a recursive component is evaluated by itself; for more, as a whole."""
MOST_NESTED = 40
"""How many relations one below the other are asked about one within the other."""
MOST_GOALS = 5_000
"""Of how many goals a session remembers answers before it begins anew."""


class NotStratifiedError(Exception):
    """Raised when a relation depends on its own negation; the checker keeps such programs out."""


class _Round(Struct, frozen=True):
    """What gives the rows of a recursive relation in the first round, and in later ones."""

    rel: plan.Rel
    first: list[Join]
    later: list[Join]


class _Recursion(Struct, frozen=True):
    """A recursive component: what its relations have in each round, the names of those that are without a table of rows,
    whether its rows depend on which constants there are, and whether all its calls of itself keep the first column, such as the
    case that records are about: then its rows for one value of that can be worked out by themselves."""

    rounds: list[_Round]
    untabled: frozenset[str]
    is_about_domain: bool
    keeps_first: bool


class _Part(Struct, frozen=True):
    """What of a recursive component is evaluated by itself: its number, the constants that are beside those of the program and
    the facts, and the value of its first column, or None for all."""

    number: int
    added: frozenset[int]
    first: int | None = None


class _Component:
    """The rows of a recursive component so far and, while it is evaluated, what the last round added."""

    def __init__(self, relations: Iterable[plan.Rel]) -> None:
        self.rows = {rel: Table() for rel in relations}
        self.delta = {rel: Table() for rel in self.rows}
        self.is_whole = False
        self.beyond: set[int] = set()
        """Constants that its rules asked it about, and that its rows do not range over: they were computed."""


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
        self.recursions: list[_Recursion] = []
        self._names: dict[object, str] = {}
        self._primitives: set[str] = set()
        self._made: dict[plan.Rel, int] = {}
        """The relations that are made, and by how many, one below the other, each is defined."""

    def session(self, facts: Sequence[Clause], mentioned: Sequence[Const]) -> PydatalogSession:
        """The session for facts that are stated beside the program's."""
        numbered = self._facts.beside(facts)
        domain = self._constants.union(numbered.domain(), numbered.interner.row(mentioned))
        return PydatalogSession(self, numbered, domain)

    def pred_of(self, name: str) -> Pred | None:
        """The predicate of the program that something is named for, or is a part of the rules of."""
        rel = next((rel for rel, each in self._names.items() if each == name and isinstance(rel, plan.Rel)), None)
        return None if rel is None else self.completion.stated_for(rel.pred)

    def name(self, rel: plan.Rel) -> str:
        """The name of a relation whose clauses, and those of all that it reaches, are made."""
        if rel not in self._made:
            self._make(rel)
        return self._name(rel)

    # --- from relations to clauses -----------------------------------------------------------------------------

    def _name(self, what: object, prefix: str = RELATION) -> str:
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
            below = (self._made[each] for rel in fresh for each in self._mentioned(rel) if each in self._made)
            depth = 1 + max(below, default=0)
            # last, so that what an interruption left half done is done again
            self._made.update(dict.fromkeys(fresh, depth))

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
            self.machine.clause(name, rule.args, [self._run_literal(rule, run) for run in self._runs(rule)])

    def _define_table(self, name: str, arity: int, answer: Answer) -> None:
        self.tables[name] = answer
        self.machine.primitive(name, arity, answer)

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
            case plan.Call(plan.Rel() as rel, _):
                return self._name(rel) in self.tables
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
            self.machine.primitive(name, len(args), Join(args, [*map(Part.of, run)]).rows)
            self._primitives.add(name)
        return self.machine.literal(name, args)

    def _body_literal(self, literal: plan.PlanLiteral) -> Any:
        args = arguments(literal)
        match literal:
            case plan.Call(plan.Rel() as rel, _) if not self._is_asked(rel):
                name = self._name(rel)
            case _:
                name = self._primitive(literal, len(args))
        return self.machine.literal(name, args)

    def _is_asked(self, rel: plan.Rel) -> bool:
        """Whether clauses ask the session about a relation, which remembers its rows from one question to the next; the machine
        remembers them for one question. What is defined by ever more relations, as deep as no one writes, is left to the machine,
        which needs no Python stack for it."""
        return self._made.get(rel, MOST_NESTED + 1) <= MOST_NESTED

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
        number = len(self.recursions)
        for rel in tabled:
            self._define_table(self._name(rel), rel.pattern.count(0), _rows_so_far(number, rel))
        rounds = [self._round(number, rel, set(component), set(tabled)) for rel in tabled]
        untabled = frozenset(self._name(rel) for rel in component if rel not in tabled)
        keeps_first = self._keeps_first(set(component))
        self.recursions.append(_Recursion(rounds, untabled, self._reaches_domain(component), keeps_first))

    def _keeps_first(self, component: set[plan.Rel]) -> bool:
        """Whether every rule of recursive relations calls these with its own first column."""
        return all(rel.pattern.count(0) for rel in component) and all(
            isinstance(literal, plan.Call) and isinstance(rule.args[0], Var) and rule.args[0] == literal.args[0]
            for rel in component
            for rule in self.completion.rules_for(rel)
            for literal in rule.body
            if not component.isdisjoint(plan.relations_of(literal))
        )

    def _reaches_domain(self, component: list[plan.Rel]) -> bool:
        """Whether a rule that some relations reach goes through all constants."""
        reached, pending = set(component), list(component)
        while pending:
            rules = self.completion.rules_for(pending.pop())
            if any(isinstance(literal, plan.Domain) for rule in rules for literal in rule.body):
                return True
            new = set(plan.mentioned(rules)) - reached
            reached |= new
            pending += new
        return False

    def _round(self, number: int, rel: plan.Rel, inside: set[plan.Rel], tabled: set[plan.Rel]) -> _Round:
        """A rule is in the first round; in later ones once for each recursive call, which then has the rows of the last round
        only and comes first, or as it is if it recurs through an auxiliary predicate or a count."""
        found = _Round(rel, [], [])
        for rule in self.completion.rules_for(rel):
            for literal in rule.body:
                is_strict = isinstance(literal, plan.Absent | plan.AggregateTest | plan.NoOtherValue)
                if is_strict and not inside.isdisjoint(plan.relations_of(literal)):
                    raise NotStratifiedError(str(rule.head))
            parts = [*map(Part.of, rule.body)]
            found.first.append(Join(rule.args, parts))
            calls = plan.recursive_calls(rule, inside, tabled)
            if calls is None:
                found.later.append(found.first[-1])
            for index, called in (calls or {}).items():
                delta = structs.replace(parts[index], answer=_rows_so_far(number, called, is_delta=True))
                found.later.append(Join(rule.args, [delta, *parts[:index], *parts[index + 1 :]]))
        return found


@dataclass(slots=True)
class PydatalogSession:
    """A program with one set of facts: the world in which its clauses are run, and what is remembered of that."""

    backend: PydatalogBackend
    facts: Facts
    _domain: frozenset[int]
    _added: frozenset[int] = frozenset()
    """Those of the domain that are there because a recursive component is asked about them, as no one mentions them."""
    _unfinished: frozenset[str] = frozenset()
    """The relations that are being worked out; what is remembered of them holds for one round."""
    _memo: dict[tuple[str, Key], list[Row]] = field(default_factory=dict)
    _of_round: dict[tuple[str, Key], list[Row]] = field(default_factory=dict)
    _components: dict[_Part, _Component] = field(default_factory=dict)
    _goals: dict[Completion, GoalWorld] = field(default_factory=dict)

    def rows(self, completion: Completion, rel: plan.Rel, key: tuple[Const | None, ...]) -> list[tuple[Const, ...]]:
        """The rows of a relation, of the program or of a layer above it, that agree with a key.

        Raises `EndlessError` if that takes more than the allowed number of steps.
        """
        interner = self.facts.interner
        with self.backend.lock, self.backend.machine.at_work():
            numbers = tuple([None if constant is None else interner.number(constant) for constant in key])
            try:
                world = self if completion is self.backend.completion else self._goal(completion)
                return [interner.decode(row) for row in world.ask(rel, numbers)]
            except RecursionError:
                raise EndlessError(Exceeded.DEPTH) from None
            except EndlessError as error:
                pred = error.pred or self.backend.pred_of(self.backend.machine.at)
                raise EndlessError(error.exceeded, pred) from None

    def table(self, completion: Completion, rel: plan.Rel, key: tuple[Const | None, ...]) -> pyarrow.Table:
        """The same rows as a table of Arrow."""
        return rows_as_table(self.rows(completion, rel, key), rel.pattern.count(0))

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
        return self._domain

    def spend(self, steps: int) -> None:
        """Counts steps of the question."""
        self.backend.machine.spend(steps)

    def expect(self, values: int) -> None:
        """Gives up before so many values are listed."""
        if values > self.backend.max_steps:
            raise EndlessError(Exceeded.RANGE)

    def ask(self, rel: plan.Rel, key: Key) -> list[Row]:
        """The rows of a relation of the program, remembered, or read from a table where they are just there."""
        name = self.backend.name(rel)
        table = self.backend.tables.get(name)
        if table is not None:
            return list(table(self, key))
        memo = self._of_round if name in self._unfinished else self._memo
        found = memo.get((name, key))
        if found is None:
            if len(memo) >= MOST_REMEMBERED:
                memo.clear()
            found = memo[name, key] = self.backend.machine.run(name, key, self)
        return found

    def component(self, number: int, key: Key) -> _Component:
        """A recursive component's rows, evaluated when a key first asks for them.

        If they depend on which constants there are, those of the key are among these: rows are remembered for the domain that
        they were worked out over, so that it does not matter what was asked before.
        """
        recursion = self.backend.recursions[number]
        added = self._added if recursion.is_about_domain else frozenset()
        first = key[0] if recursion.keeps_first else None
        beyond = {each for each in key if each is not None and each not in self._domain}
        for of in (_Part(number, added), _Part(number, added, first)):
            if of in self._components and not self._components[of].is_whole:
                self._components[of].beyond |= beyond
                return self._components[of]
        if recursion.is_about_domain:
            added = added.union(beyond)
        whole, of = _Part(number, added), _Part(number, added, first)
        if whole in self._components or sum(each.number == number for each in self._components) > MOST_APART:
            of = whole
        if of not in self._components:
            self._components[of] = self._wide_enough(recursion, of)
        return self._components[of]

    def _wide_enough(self, recursion: _Recursion, of: _Part) -> _Component:
        """The rows of a component, or of that part of it, over the constants there are and those that its rules compute and then
        ask it about: it is evaluated again for these, until there are no more."""
        while True:
            component = self._components[of] = _Component([each.rel for each in recursion.rounds])
            try:
                self._evaluate(recursion, component, of)
            finally:
                del self._components[of]
            if not (recursion.is_about_domain and component.beyond):
                return component
            of = structs.replace(of, added=of.added | component.beyond)
            if len(of.added) > self.backend.max_steps // STEPS_FOR_A_VALUE:
                raise self._ever_new_values(recursion)

    def _ever_new_values(self, recursion: _Recursion) -> EndlessError:
        pred = self.backend.completion.stated_for(recursion.rounds[0].rel.pred)
        return EndlessError(Exceeded.VALUES, pred)

    def _evaluate(self, recursion: _Recursion, component: _Component, of: _Part) -> None:
        """The rows of a component, or of that part of it, in rounds, until one adds nothing."""
        world = self
        if of.added != self._added and recursion.is_about_domain:
            world = replace(self, _domain=self._domain | of.added, _added=of.added, _memo={})
        constants = self.facts.interner.constants
        known, is_first = len(constants), True
        while is_first or any(table.rows for table in component.delta.values()):
            of_round = replace(world, _unfinished=world._unfinished | recursion.untabled, _of_round={})
            found = []
            for each in recursion.rounds:
                free = (None,) * each.rel.pattern.count(0)
                asked: Key = free if of.first is None else (of.first, *free[1:])
                self.backend.machine.at = self.backend.name(each.rel)
                joins = each.first if is_first else each.later
                found += [(each.rel, row) for join in joins for row in join.rows(of_round, asked)]
            component.delta = {rel: Table() for rel in component.delta}
            for rel, row in found:
                if component.rows[rel].add(row):
                    component.delta[rel].add(row)
            is_first = False
            if len(constants) - known > self.backend.max_steps // STEPS_FOR_A_VALUE:
                raise self._ever_new_values(recursion)
        component.is_whole = True


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
        component = world.component(number, key)
        return (component.delta if is_delta else component.rows)[rel].match(key)

    return answer
