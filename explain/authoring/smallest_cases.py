"""The smallest case of which some goals hold and others do not: what shows that two policies differ, or that a rule can hold at all.

    goals -> engine/symbolic/candidates.py  what a case may state that they depend on
          -> engine/symbolic/grounding.py   ground rules that speak of all goals together
          -> engine/symbolic/smallest.py    one solver for all questions about them
          -> here                           values and names for what a case leaves open

A case is what it states: its request, facts for and against, and records that are complete. That none is found means that there is
none, as far as `limits` says; a case that conflicts with itself, or that a policy says cannot be, is none.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from msgspec.structs import replace

from engine.cases import Vocabulary
from engine.knowledge import KnowledgeBase, Rules
from engine.symbolic.candidates import Candidates, Scope, agrees
from engine.symbolic.grounding import Key, Row, certain
from engine.symbolic.limits import Bound, Deadline, GivenUp, Limit, SearchStatus
from engine.symbolic.numbers import constants_of
from engine.symbolic.places import Places
from engine.symbolic.search import Search, drop_dominated, relevant
from engine.symbolic.smallest import SmallestSets
from explain.proof.assumptions import Assumptions
from kb.language.declarations import COMPLETE, REQUEST
from kb.language.syntax import AtomF, Body, Pred
from kb.language.terms import Atom, Const, Date, Int, Var, order_key
from kb.language.traversal import walk
from kb.names import RECORDED_AS, TypeNames

MOST_TOGETHER = 8
"""How many ways there are at most to fill in those arguments of a fact whose values rules compare; where there could be more, results
say how many were told apart."""
MOST_SECONDS = 60.0
"""For how many seconds of processor time rules are ground, once for all that is asked."""
MOST_SECONDS_EACH = 180.0
"""For how many each case is looked for: that there is none is shown of nearly all within a second, of a few in a minute."""
COST_OF_RECORD = 40
"""How much less a complete record is liked than an earlier request is."""
PLAIN_DAYS = (18_263, 60)
"""How long before the request days are tried for dates that a search leaves open: fifty years, two months."""
MOST_GROUNDINGS = 4
"""How often rules are laid out anew with the constants that they have been found to ask for."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be so of a case: goals that hold, and others that do not. A goal is true or false of every case."""

    holds: tuple[Body, ...]
    fails: tuple[Body, ...] = ()

    @property
    def goals(self) -> tuple[Body, ...]:
        """All of them."""
        return (*self.holds, *self.fails)

    def __and__(self, other: Wanted) -> Wanted:
        return Wanted((*self.holds, *other.holds), (*self.fails, *other.fails))


@dataclass(frozen=True, slots=True)
class Found:
    """The facts of a smallest case, its request first, or None; and what was not looked at."""

    facts: tuple[AtomF, ...] | None
    limits: tuple[Limit, ...] = ()
    plainer: tuple[tuple[AtomF, ...], ...] = ()
    """The same case with other numbers and days that may do as well and are easier to read, the plainest first; not tried."""

    @property
    def status(self) -> SearchStatus:
        """What the search came to."""
        return SearchStatus.of_nothing(self.limits) if self.facts is None else SearchStatus.FOUND


@dataclass(slots=True)
class CaseSearch(Assumptions):
    """A search for cases, for any of some things that are wanted."""

    goals: dict[Body, int]
    """The goals, each with the atom that says that it holds."""
    never: tuple[Body, ...]
    """What no case is to have."""
    ways: dict[Wanted, int]
    """What may be asked for, each with its number among the ways that were laid out."""
    names: dict[Row, tuple[Pred, Row]]
    """What says that a fact is recorded under a name, by rows of `recorded_as/3`, and the fact."""
    _sets: SmallestSets = field(init=False)

    @classmethod
    def of(
        cls,
        kb: KnowledgeBase,
        vocabulary: Vocabulary,
        wanted: Sequence[Wanted],
        *,
        requests: Sequence[AtomF] = (),
        never: Sequence[Body] = (),
        preds: Collection[Pred],
    ) -> CaseSearch:
        """The search for what is wanted, among facts of some open predicates and one of some requests; the cases for which a goal
        of `never` holds are left out. Raises `EndlessError` or `OutOfTimeError` if the rules take too long."""
        goals = dict.fromkeys(goal for each in wanted for goal in (*each.holds, *each.fails))
        asked = {each.goal: each for each in kb.questions(*goals, *never)}
        ways = [
            [(asked[goal], is_so) for is_so, side in ((True, each.holds), (False, each.fails)) for goal in side]
            for each in wanted
        ]
        candidates = Candidates(
            kb,
            vocabulary,
            Places.of(*asked.values(), ways=ways),
            kb.numbered(),
            next(iter(asked.values())).completion,
            scope=Scope(preds=frozenset(preds), is_named=True),
            is_for_one_way=True,
            most_together=MOST_TOGETHER,
            deadline=Deadline.from_now(MOST_SECONDS),
        )
        names = dict(_names(candidates, requests))
        closed = {REQUEST: [candidates.numbers(each) for each in requests], RECORDED_AS: list(names)}

        def offer(pred: Pred, key: Key) -> Iterator[Row]:
            if pred in closed:
                return (row for row in closed[pred] if agrees(row, key))
            return candidates.offer(pred, key)

        for _ in range(MOST_GROUNDINGS):
            grounder = candidates.grounder(offer, candidates.domain)
            atoms: dict[Body, int] = {}
            for goal, question in asked.items():
                atoms[goal] = grounder.ground.atom(("goal", question.pred))
                grounder.conclude(atoms[goal], certain(question.pred), (None,) * question.pred.arity)
            if not candidates.take_in():
                break
        else:
            candidates.unknowns.has_passed_over = True
        numbers = {each: at for at, each in enumerate(wanted)}
        search = cls(kb, candidates, grounder, atoms, tuple(never), numbers, names)
        search._prepare(goals)
        return search

    @property
    def stated(self) -> tuple[Pred, ...]:
        """The predicates of which a case may state facts."""
        return tuple(sorted(self.candidates.scope.preds or (), key=str))

    def _prepare(self, goals: Iterable[Body]) -> None:
        """Gives the solver what the goals depend on."""
        ground = self.grounder.ground
        every = ground.atom("every goal")
        for goal in goals:  # what makes one hold, and what makes it fail, is of use
            ground.rules.setdefault(every, set()).update(
                ((frozenset((self.goals[goal],)), frozenset()), (frozenset(), frozenset((self.goals[goal],))))
            )
        helpful = ground.needs([every]) & ground.assumable.keys()
        helpful |= {atom for each in self._named_facts() for atom in each}
        self.candidates.keep_to({ground.assumable[atom] for atom in helpful})
        forbidden = [*self.conflicts(), *self.second_values(), *self._second_requests(), *self._names_of_nothing()]
        forbidden += [frozenset((self.goals[each],)) for each in self.never]
        search = relevant(ground, every, forbidden, self.in_order(helpful))
        drop_dominated(search, self.fact)
        classes = self.keep_few(search, self.classes(search, with_names=False), 1)
        rows = [(atom, ground.assumable[atom][1]) for atom in search.assumable]
        chains = [
            [[atom for atom, row in rows if member in row] for member in each.members]
            for each in classes
            if each.is_open
        ]
        names = {atom for atom, (pred, _) in ground.assumable.items() if pred == RECORDED_AS}
        self._sets = SmallestSets(search, chains, self.candidates.unknowns, self._costs(search), names)

    def _named_facts(self) -> Iterator[tuple[int, int]]:
        """The atoms that say that a fact is recorded under a name, and the fact."""
        ground = self.grounder.ground
        for atom, (pred, row) in list(ground.assumable.items()):
            if pred == RECORDED_AS:
                fact = ground.atom(self.names[row])
                ground.assumable.setdefault(fact, self.names[row])
                yield atom, fact

    def _names_of_nothing(self) -> Iterator[frozenset[int]]:
        """The atoms that say that a fact which is not stated is recorded under a name."""
        ground = self.grounder.ground
        for named, fact in self._named_facts():
            nothing = ground.atom(("not stated", named))
            ground.add(nothing, frozenset((named,)), frozenset((fact,)))
            yield frozenset((nothing,))

    def _costs(self, search: Search) -> dict[int, int]:
        """What is liked less of assumptions: an earlier request, and that a record is complete."""
        facts = {atom: self.grounder.ground.assumable[atom] for atom in search.assumable}
        requests = [atom for atom, (pred, _) in facts.items() if pred == REQUEST]
        days = sorted({order_key(self.candidates.constant(facts[atom][1][-1])) for atom in requests}, reverse=True)
        found = {atom: days.index(order_key(self.candidates.constant(facts[atom][1][-1]))) for atom in requests}
        return {atom: cost for atom, cost in found.items() if cost} | {
            atom: COST_OF_RECORD for atom, (pred, _) in facts.items() if pred in (COMPLETE, RECORDED_AS)
        }

    def _second_requests(self) -> Iterator[frozenset[int]]:
        """The atom that says that a case has two requests."""
        ground = self.grounder.ground
        requests = [atom for atom, (pred, _) in ground.assumable.items() if pred == REQUEST]
        if len(requests) > 1:
            two = ground.atom("two requests")
            ground.counts[two] = 2, dict.fromkeys(requests, 1)
            yield frozenset((two,))

    def smallest(self, wanted: Wanted) -> Found:
        """A case than which none that does what is wanted states less."""
        holds, fails = ([self.goals[goal] for goal in side] for side in (wanted.holds, wanted.fails))
        found, is_at_end = self._sets.first(holds, fails, Deadline.from_now(MOST_SECONDS_EACH))
        limits = [*self.candidates.limits(self.ways[wanted]), *self._given_up()]
        if not is_at_end:
            return Found(None, (GivenUp(Bound.TIME), *limits))
        if found is None:
            return Found(None, tuple(limits))
        rows = [self.grounder.ground.assumable[each] for each in found]
        values = self._values(rows)
        if values is None:
            return Found(None, (GivenUp(Bound.COMPUTED), *limits))
        plainer = dict.fromkeys(self._stated(rows, {**values, **plain}) for plain in self._plain(rows, values))
        return Found(self._stated(rows, values), tuple(limits), tuple(plainer))

    def _given_up(self) -> Iterator[Limit]:
        if self.grounder.has_passed_over:
            yield GivenUp(Bound.ROWS)
        if self.candidates.unknowns.has_passed_over or not self._sets.is_exact:
            yield GivenUp(Bound.COMPUTED)

    def _values(self, rows: Iterable[tuple[Pred, Row]]) -> dict[int, Const] | None:
        """Constants for what is open in the facts of a case; None if there are none."""
        rows = list(rows)
        unknowns = self.candidates.unknowns
        opened = dict.fromkeys(number for _, row in rows for number in row if unknowns.is_unknown(number))
        values = constants_of(unknowns, self._sets.values, opened)
        return None if values is None else {**values, **self._named(rows)}

    def _plain(self, rows: Iterable[tuple[Pred, Row]], values: Mapping[int, Const]) -> Iterator[dict[int, Const]]:
        """Other values for what is open: numbers from 1 on, and days some time before the request."""
        numbers = count(1)
        whole = sorted((each.value, number) for number, each in values.items() if isinstance(each, Int))
        counted: dict[int, Const] = {number: Int(next(numbers)) for _, number in whole}
        asked = (self.candidates.constant(row[-1]) for pred, row in rows if pred == REQUEST)
        day = next((each.value for each in asked if isinstance(each, Date)), None)
        dates = [number for number, each in values.items() if isinstance(each, Date)]
        for before in PLAIN_DAYS if day is not None and dates else ():
            yield {**counted, **{n: Date(day - datetime.timedelta(before + at)) for at, n in enumerate(dates) if day}}
        yield counted

    def _stated(self, rows: Iterable[tuple[Pred, Row]], values: Mapping[int, Const]) -> tuple[AtomF, ...]:
        """The facts of a case."""
        written = {self.names[row]: row[-1] for pred, row in rows if pred == RECORDED_AS}
        facts = []
        for pred, row in rows:
            fact = self.candidates.stated(pred, row, values)
            if (pred, row) in written:
                name = self.candidates.constant(written[pred, row])
                fact = replace(fact, args=(*fact.args[:-1], name))
            if pred != RECORDED_AS:
                facts.append(fact)
        return tuple(sorted(facts, key=_fact_order))

    def _named(self, rows: Iterable[tuple[Pred, Row]]) -> dict[int, Const]:
        """Names that a vocabulary has for individuals that nothing mentions."""
        found: dict[int, Const] = {}
        taken: dict[int, set[Const]] = {}
        for pred, row in rows:
            for index, (number, known) in enumerate(zip(row, self.candidates.vocabulary.names.at(pred), strict=True)):
                if number in self.candidates.open and known is not None and number not in found:
                    there = taken.setdefault(self.candidates.place(pred, index), set())
                    there |= {self.candidates.constant(each) for each in self.candidates.values(pred.positive, index)}
                    if left := known.constants - there:
                        found[number] = min(left, key=order_key)
                        there.add(found[number])
        return found


def _names(candidates: Candidates, requests: Sequence[AtomF]) -> Iterator[tuple[Row, tuple[Pred, Row]]]:
    """The rows of `recorded_as/3` for names that rules read, each with the fact of the case that is recorded so: one whose last argument
    has names of a vocabulary."""
    place = RECORDED_AS, RECORDED_AS.arity - 1
    read = {n for group in candidates.places.groups if place in group.places for n in candidates.constants_of(group)}
    interner, vocabulary = candidates.facts.interner, candidates.vocabulary
    meant: dict[str, list[tuple[int, Const]]] = {}
    for pred in sorted(candidates.scope.preds or (), key=str):
        known = vocabulary.names.at(pred)[-1] if pred.arity == 2 else None
        if known is None or not requests:
            continue
        if known.type not in meant:
            meant[known.type] = list(_other_names(candidates, known, sorted(read)))
        for number, constant in meant[known.type]:
            case = candidates.numbers(requests[0])[0]
            row = case, interner.number(Atom(pred.own_name)), number
            yield row, (pred, (case, interner.number(constant)))


def _other_names(candidates: Candidates, known: TypeNames, numbers: Iterable[int]) -> Iterator[tuple[int, Const]]:
    """Those of some constants that are other names in a vocabulary, with what they stand for; of several that nothing tells apart one."""
    alike: set[object] = set()
    for number in numbers:
        meant = known.meant(candidates.constant(number))
        if meant is not None and meant.constant is not None and meant.name is not None:
            kind = meant.constant, candidates.said_of(number)
            if kind not in alike:
                alike.add(kind)
                yield number, meant.constant


def _fact_order(fact: AtomF) -> tuple[Any, ...]:
    """The request first, then facts by predicate, and last what is complete."""
    return (
        fact.pred != REQUEST,
        fact.pred == COMPLETE,
        fact.pred.own_name,
        fact.pred.negative,
        [order_key(arg) for arg in fact.args if not isinstance(arg, Var)],
    )


def reached(rules: Rules, goals: Iterable[Body], ends_at: Callable[[Pred], bool] = lambda _: False) -> frozenset[Pred]:
    """The predicates that goals depend on, through the rules of others. Of those that it `ends_at` no rule is gone through but, where
    their strong negation is asked for, the rules for that: what is stated makes it true, and does not make it false."""
    bodies: dict[Pred, list[Body]] = {}
    for clause in rules.clauses:
        bodies.setdefault(clause.head.pred, []).append(clause.body)
    found: set[Pred] = set()
    waiting = list(goals)
    while waiting:
        preds = {part.pred for part in walk(waiting.pop()) if isinstance(part, AtomF)}
        preds |= {pred.opposite for pred in preds if not ends_at(pred.positive)}
        followed = {pred for pred in preds - found if pred.negative or not ends_at(pred)}
        found |= preds
        waiting += (body for pred in followed for body in bodies.get(pred, ()))
    return frozenset(pred.positive for pred in found)
