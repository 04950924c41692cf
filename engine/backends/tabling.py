"""The back end for one case: plan rules as joins, asked goal by goal, each answer remembered (tabled evaluation).

- a relation is asked for the rows that agree with a key; what it is asked is remembered for as long as its session is there;
- recursion is evaluated in rounds (semi-naive), what the last round added first; what a recursive relation calls is never itself;
- negation, counts and aggregates ask their relations in the same way;
- relations that are defined by ever more others, one below the other, as deep as no one writes, are left to pyDatalog
  (engine/backends/pydatalog.py), whose scheduler needs no Python stack for them.

With no relation joined here at all the same rules are run by pyDatalog: that is the back end of this name.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field, structs

from engine.backends.joins import GoalWorld, Join, Memo, Part, joins_of, remembered, rows_of_joins
from engine.backends.protocol import STEPS_FOR_A_VALUE, EndlessError, Exceeded, Found, PlanProgram
from engine.backends.rows import Answer, Facts, Interner, Key, Row, Steps, Table, World, rows_of
from engine.backends.tables import rows_as_table
from engine.graph import components
from engine.reading import plan
from engine.reading.completion import Completion
from engine.reading.normal import is_auxiliary
from engine.reading.plan import Rel
from kb.language.syntax import Clause, Pred
from kb.language.terms import Const, Var

if TYPE_CHECKING:
    import pyarrow

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


class Scheduler(Protocol):
    """What runs rules without a Python stack for relations that are defined by ever more others."""

    def rows(self, rel: Rel, key: Key, world: World) -> list[Row]:
        """The rows of a relation that agree with a key. Raises `EndlessError` if that takes more steps than are allowed."""


class Relation(Struct, frozen=True):
    """A relation that is made, as are all those that it reaches."""

    depth: int
    """By how many others, one below the other, it is defined."""
    table: Answer | None
    """What gives its rows where they are just there: stated facts, or those of a recursive component."""
    is_joined: bool
    """Whether its rules are run as joins; else pyDatalog runs them."""
    joins: tuple[Join, ...] = ()


class _Round(Struct, frozen=True):
    """What gives the rows of a recursive relation in the first round, and in later ones."""

    rel: Rel
    first: list[Join]
    later: list[Join]


class _Recursion(Struct, frozen=True):
    """A recursive component: what its relations have in each round, those that are without a table of rows, whether its rows
    depend on which constants there are, and whether all its calls of itself keep the first column, such as the case that
    records are about: then its rows for one value of that can be worked out by themselves."""

    rounds: list[_Round]
    untabled: frozenset[Rel]
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

    def __init__(self, relations: Iterable[Rel]) -> None:
        self.rows = {rel: Table() for rel in relations}
        self.delta = {rel: Table() for rel in self.rows}
        self.is_whole = False
        self.beyond: set[int] = set()
        """Constants that its rules asked it about, and that its rows do not range over: they were computed."""


class TablingBackend:
    """A program whose relations are made when they are first asked for: as joins up to so many of them one below the other, as
    clauses of pyDatalog beyond.

    It may be used from several threads; a lock lets one question run at a time. An interruption at any point leaves it
    fit for use: what was half made is made again.
    """

    def __init__(
        self,
        program: PlanProgram,
        scheduler: Callable[[TablingBackend], Scheduler],
        *,
        most_joined: int = MOST_NESTED,
    ) -> None:
        self.completion = program.completion
        self.max_steps = program.max_steps
        self.most_joined = most_joined
        self._scheduler = scheduler
        self.lock = threading.RLock()
        self._facts = program.numbered
        self._constants = frozenset(map(self._facts.interner.known, program.constants))
        self.recursions: list[_Recursion] = []
        self._relations: dict[Rel, Relation] = {}
        self._goal_joins: dict[Completion, dict[Rel, list[Join]]] = {}

    def session(self, facts: Sequence[Clause], mentioned: Sequence[Const]) -> TablingSession:
        """The session for facts that are stated beside the program's."""
        numbered = self._facts.beside(facts)
        domain = self._constants.union(numbered.domain(), numbered.interner.row(mentioned))
        return TablingSession(self, numbered, domain, Steps(self.max_steps))

    @property
    def interner(self) -> Interner:
        """The numbers of the program's constants."""
        return self._facts.interner

    @cached_property
    def scheduler(self) -> Scheduler:
        """What runs the rules of relations that are not joined here, made when the first is asked for."""
        return self._scheduler(self)

    def relation(self, rel: Rel) -> Relation:
        """A relation, made with all that it reaches."""
        found = self._relations.get(rel)
        if found is None:
            self._make(rel)
            found = self._relations[rel]
        return found

    def is_made(self, rel: Rel) -> bool:
        """Whether a relation is made, and is not just being made."""
        return rel in self._relations

    def goal_world(self, session: TablingSession, completion: Completion) -> GoalWorld:
        """A layer of goals in a session. The joins of parts of the program's rules, which have the program's constants alone, are
        kept with the program, and serve all sessions."""
        if completion.is_of_program:
            kept = self._goal_joins.setdefault(completion, {})
            return GoalWorld.above(session, completion, kept, self.interner.known)
        return GoalWorld.above(session, completion, {}, session.facts.interner.number)

    # --- from relations to joins -------------------------------------------------------------------------------

    def _make(self, root: Rel) -> None:
        def successors(rel: Rel) -> list[Rel]:
            return [] if rel in self._relations else self._mentioned(rel)

        for component in components([root], successors):
            fresh = [rel for rel in component if rel not in self._relations]
            if not fresh:
                continue
            recursive = len(fresh) > 1 or fresh[0] in self._mentioned(fresh[0])
            tabled = [rel for rel in fresh if not is_auxiliary(rel.pred)] if recursive else []
            number = self._recursive(fresh, tabled) if recursive else None
            below = [self._relations[each] for rel in fresh for each in self._mentioned(rel) if each in self._relations]
            depth = 1 + max((each.depth for each in below), default=0)
            made = {
                rel: Relation(depth, _rows_so_far(number, rel), is_joined=True)
                if number is not None and rel in tabled
                else self._plain(rel, depth)
                for rel in fresh
            }
            # last, so that what an interruption left half done is done again
            self._relations.update(made)

    def _plain(self, rel: Rel, depth: int) -> Relation:
        """A relation that does not recur, or that a recursive one has its rows from."""
        rules = self.completion.rules_for(rel)
        if plan.is_stored(rules):
            return Relation(depth, rows_of(plan.Stored(rel.pred)), is_joined=True)
        if depth > self.most_joined:
            return Relation(depth, None, is_joined=False)
        return Relation(depth, None, is_joined=True, joins=tuple(joins_of(rules, self.interner.known)))

    def _mentioned(self, rel: Rel) -> list[Rel]:
        """The relations that a relation's rules mention."""
        return plan.mentioned(self.completion.rules_for(rel))

    # --- recursion ---------------------------------------------------------------------------------------------

    def _recursive(self, component: list[Rel], tabled: list[Rel]) -> int:
        """The number of a recursive component, whose relations read rows from a table, which rounds fill."""
        number = len(self.recursions)
        rounds = [self._round(number, rel, set(component), set(tabled)) for rel in tabled]
        untabled = frozenset(rel for rel in component if rel not in tabled)
        keeps_first = self._keeps_first(set(component))
        self.recursions.append(_Recursion(rounds, untabled, self._reaches_domain(component), keeps_first))
        return number

    def _keeps_first(self, component: set[Rel]) -> bool:
        """Whether every rule of recursive relations calls these with its own first column."""
        return all(rel.pattern.count(0) for rel in component) and all(
            isinstance(literal, plan.Call) and isinstance(rule.args[0], Var) and rule.args[0] == literal.args[0]
            for rel in component
            for rule in self.completion.rules_for(rel)
            for literal in rule.body
            if not component.isdisjoint(plan.relations_of(literal))
        )

    def _reaches_domain(self, component: list[Rel]) -> bool:
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

    def _round(self, number: int, rel: Rel, inside: set[Rel], tabled: set[Rel]) -> _Round:
        """A rule is in the first round; in later ones once for each recursive call, which then has the rows of the last round
        only and comes first, or as it is if it recurs through an auxiliary predicate or a count."""
        found = _Round(rel, [], [])
        for rule in self.completion.rules_for(rel):
            for literal in rule.body:
                is_strict = isinstance(literal, plan.Absent | plan.AggregateTest | plan.NoOtherValue)
                if is_strict and not inside.isdisjoint(plan.relations_of(literal)):
                    raise NotStratifiedError(str(rule.head))
            parts = [*map(Part.of, rule.body)]
            found.first.append(Join(rule.args, parts, self.interner.known))
            calls = plan.recursive_calls(rule, inside, tabled)
            if calls is None:
                found.later.append(found.first[-1])
            for index, called in (calls or {}).items():
                delta = structs.replace(parts[index], answer=_rows_so_far(number, called, is_delta=True))
                later = [delta, *parts[:index], *parts[index + 1 :]]
                found.later.append(Join(rule.args, later, self.interner.known))
        return found


class TablingSession(Struct, eq=False):
    """A program with one set of facts: the world in which its rules are run, and what is remembered of that."""

    backend: TablingBackend
    facts: Facts
    _domain: frozenset[int]
    steps: Steps
    at: Rel | None = None
    """The relation whose rows were worked out last."""
    _added: frozenset[int] = frozenset()
    """Those of the domain that are there because a recursive component is asked about them, as no one mentions them."""
    _unfinished: frozenset[Rel] = frozenset()
    """The relations that are being worked out; what is remembered of them holds for one round."""
    _memo: Memo = field(default_factory=dict)
    _of_round: Memo = field(default_factory=dict)
    _components: dict[_Part, _Component] = field(default_factory=dict)
    _goals: dict[Completion, GoalWorld] = field(default_factory=dict)

    def rows(self, completion: Completion, rel: Rel, key: tuple[Const | None, ...]) -> Found:
        """The rows of a relation, of the program or of a layer above it, that agree with a key.

        Raises `EndlessError` if that takes more than the allowed number of steps.
        """
        interner = self.facts.interner
        with self.backend.lock:
            self.steps.begin()
            numbers = tuple([None if constant is None else interner.number(constant) for constant in key])
            world = self if completion is self.backend.completion else self._goal(completion)
            try:
                found = world.ask(rel, numbers)
            except RecursionError:
                raise EndlessError(Exceeded.DEPTH) from None
            except EndlessError as error:
                raise EndlessError(error.exceeded, error.pred or self._pred_at()) from None
            return Found([*map(interner.decode, found)], self.steps.through_domain)

    def table(self, completion: Completion, rel: Rel, key: tuple[Const | None, ...]) -> pyarrow.Table:
        """The same rows as a table of Arrow. Raises as `rows` does."""
        return rows_as_table(self.rows(completion, rel, key).rows, rel.pattern.count(0))

    def close(self) -> None:
        """Nothing is held but memory."""

    def _pred_at(self) -> Pred | None:
        """The predicate of the program that rows were being worked out of."""
        return None if self.at is None else self.backend.completion.stated_for(self.at.pred)

    def _goal(self, completion: Completion) -> GoalWorld:
        found = self._goals.get(completion)
        if found is None:
            if len(self._goals) >= MOST_GOALS:
                self._goals.clear()
            found = self._goals[completion] = self.backend.goal_world(self, completion)
        return found

    def domain(self) -> Iterable[int]:
        """Every constant of program, facts and question."""
        self.steps.through_domain = True
        return self._domain

    def expect(self, values: int) -> None:
        """Gives up before so many values are listed."""
        if values > self.backend.max_steps:
            raise EndlessError(Exceeded.RANGE)

    def ask(self, rel: Rel, key: Key) -> list[Row]:
        """The rows of a relation of the program, remembered, or read from a table where they are just there."""
        memo = self._of_round if rel in self._unfinished else self._memo
        known = memo.get((rel, key))
        if known is not None:
            self.steps.through_domain |= known[1]
            return known[0]
        relation = self.backend.relation(rel)
        if relation.table is not None:
            return [*relation.table(self, key)]
        if len(memo) >= MOST_REMEMBERED:
            memo.clear()
        return remembered(memo, rel, key, self.steps, self._worked_out)

    def _worked_out(self, rel: Rel, key: Key) -> list[Row]:
        self.at = rel
        relation = self.backend.relation(rel)
        if relation.is_joined:
            return rows_of_joins(relation.joins, self, key)
        return self.backend.scheduler.rows(rel, key, self)

    def component(self, number: int, key: Key) -> _Component:
        """A recursive component's rows, evaluated when a key first asks for them.

        If they depend on which constants there are, those of the key are among these: rows are remembered for the domain that
        they were worked out over, so that it does not matter what was asked before.
        """
        recursion = self.backend.recursions[number]
        self.steps.through_domain |= recursion.is_about_domain
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
            world = structs.replace(self, _domain=self._domain | of.added, _added=of.added, _memo={})
        constants = self.facts.interner.constants
        known, is_first = len(constants), True
        while is_first or any(table.rows for table in component.delta.values()):
            of_round = structs.replace(world, _unfinished=world._unfinished | recursion.untabled, _of_round={})
            found = []
            for each in recursion.rounds:
                free = (None,) * each.rel.pattern.count(0)
                asked: Key = free if of.first is None else (of.first, *free[1:])
                self.at = each.rel
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


def _rows_so_far(number: int, rel: Rel, *, is_delta: bool = False) -> Answer:
    """What gives the rows of a relation of a recursive component, or those that the last round added."""

    def answer(world: World, key: Key) -> Iterable[Row]:
        assert isinstance(world, TablingSession)
        component = world.component(number, key)
        return (component.delta if is_delta else component.rows)[rel].match(key)

    return answer
