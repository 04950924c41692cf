"""What is not documented and would settle a goal: all the smallest sets of facts, by answer-set search.

goal -> engine/symbolic/candidates.py    which facts may be asked for
     -> engine/symbolic/grounding.py     ground rules that speak of them
     -> engine/symbolic/search.py        what need not be tried; exchangeable.py: which constants stand for each other
     -> engine/symbolic/minimal_sets.py  minimal sets, the smallest first
     -> explain/proof/fact_search.py     open values become variables (bounds.py); each set is replayed through the default back end
     -> here                             the sets for one goal
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from msgspec import Struct
from msgspec.structs import replace

from engine.cases import Vocabulary
from engine.knowledge import EndlessError, KnowledgeBase, Question
from engine.symbolic.candidates import ASKED, Candidates, Scope
from engine.symbolic.given import Given
from engine.symbolic.grounding import Grounder, certain
from engine.symbolic.limits import (
    Bound,
    GivenUp,
    Individuals,
    Limit,
    NotAsked,
    OutOfTimeError,
    RecordNotAsked,
    SearchStatus,
)
from engine.symbolic.places import Places
from engine.symbolic.search import Search
from explain.proof.fact_search import FactSearch
from explain.proof.fact_sets import (
    MissingFact,
    Way,
)
from kb.language.declarations import COMPLETE
from kb.language.syntax import TRUE, AtomF, Body, Clause, Pred
from kb.language.terms import Const
from kb.language.traversal import variables
from kb.language.truth import Truth

MOST_SETS = 10
"""How many sets are shown where no other number is asked for."""


def truth_of(kb: KnowledgeBase, goal: Body) -> Truth:
    """The truth value of a goal, its variables read as `there is`."""
    if isinstance(goal, AtomF) and not variables(goal.args):
        return kb.truth(goal)
    return kb.answers(goal).truth


class FirstSets(Struct, frozen=True):
    """The smallest sets in order, the ways that they are members of, whether there are more ways than these among what was
    looked at, and what was not looked at."""

    sets: tuple[tuple[MissingFact, ...], ...] = ()
    ways: tuple[Way, ...] = ()
    are_more: bool = False
    limits: tuple[Limit, ...] = ()

    @property
    def status(self) -> SearchStatus:
        """What the search came to."""
        return SearchStatus.FOUND if self.sets else SearchStatus.of_nothing(self.limits)


class Opened(Struct, frozen=True):
    """A goal that is open: what may be documented, the ground rules over that, what a set of it has to do, if any does it, and
    what was not looked at."""

    candidates: Candidates
    grounder: Grounder
    search: Search | None
    limits: tuple[Limit, ...]


GIVEN_UP = FirstSets(limits=(GivenUp(Bound.STEPS),))
"""What a search comes to that took too many steps."""


@dataclass(slots=True)
class Repairs:
    """Finds the sets of undocumented facts that would make a goal true."""

    kb: KnowledgeBase
    vocabulary: Vocabulary
    places: dict[tuple[bool, Pred, Body], Places] = field(default_factory=dict)
    """What has been found out about the rules, which searches over the same rules may share."""

    def first(self, goal: Body, most: int = MOST_SETS) -> FirstSets:
        """The subset-minimal sets for a goal, at most so many, smallest first and then in standard order, and the ways that
        they are members of: those that differ only in interchangeable names put together. None if the goal is true, or
        false, which no fact changes that goes against nothing documented, unless it depends on `documented`.

        Variables of the goal are read as `there is`. Where no question asks for what would do, that is found out as well.
        Raises `EndlessError` if evaluating the goal does not come to an end; the search itself is given up then.
        """
        found = self.asked_for(goal, most)
        if found.sets or found.status is SearchStatus.GIVEN_UP or not self._may_become_true(goal):
            return found
        wider = self._within(goal, most, Scope(is_all=True))
        others = tuple(self._not_asked(wider.sets)) or (GivenUp(Bound.NAMES),) if wider.sets else wider.limits
        return replace(found, limits=tuple(_by_place((*found.limits, *others))))

    def asked_for(self, goal: Body, most: int = MOST_SETS) -> FirstSets:
        """The same among what questions ask for; nothing is said of what none asks for."""
        return self._within(goal, most, ASKED) if self._may_become_true(goal) else FirstSets()

    def _may_become_true(self, goal: Body) -> bool:
        """Whether documenting more may make a goal true that is not."""
        truth = truth_of(self.kb, goal)
        return truth is Truth.UNKNOWN or (truth is Truth.FALSE and self.kb.question(goal)[0].is_revisable)

    def _within(self, goal: Body, most: int, scope: Scope) -> FirstSets:
        """The same of the facts in a scope; one more set is looked for than is given."""
        try:
            with self._searching(goal, scope) as search:
                ways, are_all = search.ways(most + 1)
                sets = search.members(ways, most + 1) if are_all else search.first(most + 1)
        except OutOfTimeError:
            return FirstSets(limits=(GivenUp(Bound.TIME),))
        except (EndlessError, RecursionError, MemoryError):
            return GIVEN_UP
        are_more = len(ways) > most if ways else len(sets) > most
        limits = dict.fromkeys(search.limits())
        if not are_all and not are_more:
            limits[GivenUp(Bound.SETS)] = None
        return FirstSets(tuple(map(search.asked, sets[:most])), tuple(ways[:most]), are_more, tuple(limits))

    def _not_asked(self, sets: Iterable[tuple[MissingFact, ...]]) -> Iterator[Limit]:
        """What sets have that no question asks for; only of those of which no other has less of that."""
        having = [dict.fromkeys(each for fact in facts for each in self._limits_of(fact.atom)) for facts in sets]
        for limits in having:
            if not any(other.keys() < limits.keys() for other in having):
                yield from limits

    def _limits_of(self, fact: AtomF) -> Iterator[Limit]:
        """What a fact is, if no question asks for it."""
        if fact.pred == COMPLETE:
            yield from map(RecordNotAsked, self.kb.declarations.recorded(fact.args[1]))
        elif not self.kb.declarations.asks_for(fact.pred):
            yield NotAsked(fact.pred)

    def opened(self, goal: Body, scope: Scope) -> Opened | GivenUp | None:
        """A goal laid out, with what of a scope may be documented, for a search of another kind; what that was given up for, and
        None if the goal is settled."""
        if not self._may_become_true(goal):
            return None
        try:
            with self._searching(goal, scope) as search:
                return Opened(search.candidates, search.grounder, search.prepared(), tuple(search.limits()))
        except OutOfTimeError:
            return GivenUp(Bound.TIME)
        except (EndlessError, RecursionError, MemoryError):
            return GivenUp(Bound.STEPS)

    @contextmanager
    def _searching(self, goal: Body, scope: Scope) -> Iterator[Repairing]:
        """The search for a goal, over what is known of the case without assumptions and kept for all goals; where a goal mentions
        constants that there are not, that is another case."""
        kb = self.kb.mentioning(goal)
        given = self.kb.kept(Given) if kb is self.kb else Given(kb)
        with given.asked():
            yield Repairing.of(self, given, goal, scope)

    def places_of(self, asked: Question) -> Places:
        """The places of the rules of a question, found once for a predicate of the program, or what literals have in common."""
        if not (asked.is_of_program or asked.is_shape):
            return Places.of(asked)
        key = self.kb.closed_world, asked.pred, asked.goal
        if key not in self.places:
            self.places[key] = Places.of(asked)
        return self.places[key]


def _by_place(limits: Iterable[Limit]) -> Iterator[Limit]:
    """The limits, of those about one argument the first."""
    seen: set[object] = set()
    for each in limits:
        key = (each.pred, each.index) if isinstance(each, Individuals) else each
        if key not in seen:
            seen.add(key)
            yield each


@dataclass(slots=True)
class Repairing(FactSearch):
    """The search for the facts that make one goal true."""

    goal: Body

    @classmethod
    def of(cls, repairs: Repairs, given: Given, goal: Body, scope: Scope) -> Repairing:
        """The search over the rules that the goal depends on."""
        kb = repairs.kb
        question, key = kb.question(goal)
        candidates = Candidates(
            kb,
            repairs.vocabulary,
            repairs.places_of(question),
            given.facts,
            question.completion,
            scope=scope,
            is_for_one_way=True,
            given=given,
        )
        grounder = candidates.grounder(candidates.offer, candidates.domain, candidates.base)
        target = grounder.ground.atom("goal")
        numbers = tuple(None if each is None else candidates.facts.interner.number(each) for each in key)
        grounder.conclude(target, certain(question.pred), numbers)
        return cls(kb, candidates, grounder, target, goal)

    def _against_records(self) -> Iterator[frozenset[int]]:
        """What would be concluded of a case that a complete record does not have."""
        ground, facts = self.grounder.ground, self.candidates.facts
        for case, name in facts.table(COMPLETE).rows:
            for pred in self._recorded(self.candidates.constant(name)):
                for row in list(self.grounder.rows(certain(pred), (case, *(None,) * (pred.arity - 1)))):
                    atom = self.grounder.atom(certain(pred), row)
                    if atom not in ground.true and atom in ground.rules:
                        yield frozenset((atom,))

    def _recorded(self, name: Const) -> Iterator[Pred]:
        return (pred for pred in self.kb.declarations.recorded(name) if pred.arity)

    def does(self, facts: Iterable[AtomF]) -> bool:
        """Whether the goal is true with the facts."""
        stated = (Clause(fact, TRUE) for fact in facts)
        return truth_of(self.kb.with_facts((*self.kb.facts, *stated)), self.goal) is Truth.TRUE
