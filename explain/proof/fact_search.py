"""The search for the smallest sets of facts that do what is asked, whatever that is: open values become variables, sets that differ in
interchangeable names only are put together, and each is replayed through the default back end."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain, islice, permutations, product

from engine.symbolic.bounds import BoundsOf
from engine.symbolic.exchangeable import Exchangeable
from engine.symbolic.grounding import Row
from engine.symbolic.limits import (
    Bound,
    GivenUp,
    Limit,
)
from engine.symbolic.minimal_sets import Alike, MinimalSets
from engine.symbolic.numbers import constants_of
from engine.symbolic.search import Search, drop_dominated, relevant
from explain.proof.assumptions import Assumptions
from explain.proof.bounds import NO_BOUNDS, BoundsByName, stated_bounds
from explain.proof.fact_sets import (
    MOST_ALIKE,
    PLACEHOLDER,
    AnyOf,
    FactSet,
    MissingFact,
    Way,
    atom_key,
    covers,
    distinct,
    set_key,
    tidied_with_names,
    tidy,
)
from explain.words.sentences import open_question, question, unsaid
from kb.language.printer import show_atom
from kb.language.syntax import AtomF, Pred
from kb.language.terms import Const, Var
from kb.language.traversal import substitute_atom, variables

MOST_TRIES = 6
"""How many other values are tried for an open argument that has the same value as another."""
MOST_SWAPS = 24
"""In how many ways facts that differ in open values only are put in each other's place."""
MOST_AGAIN = 20
"""How many sets that belong to a way which is known are met before the search for further ways is given up."""
MOST_COVERED = 500
"""How many sets that are instances of those found are met before the search for further ones is given up."""


@dataclass(slots=True)
class FactSearch(Assumptions, ABC):
    """A search for the smallest sets of facts with which a ground program has its target; each is replayed."""

    target: int
    _given_up: set[Bound] = field(init=False, default_factory=set)
    _tried: dict[frozenset[AtomF], bool] = field(init=False, default_factory=dict)
    """What the sets do that were tried."""
    _bounds_of: BoundsOf = field(init=False)
    _bounds: dict[FactSet, BoundsByName] = field(init=False, default_factory=dict)
    """The bounds for the variables of the sets that were found."""

    @abstractmethod
    def does(self, facts: Iterable[AtomF]) -> bool:
        """Whether the facts do what is asked, by the default back end."""

    def _is_enough(self, facts: Iterable[AtomF]) -> bool:
        """The same; no set is tried twice."""
        facts = tuple(facts)
        tried = frozenset(facts)
        if tried not in self._tried:
            self._tried[tried] = self.does(facts)
        return self._tried[tried]

    def limits(self) -> Iterator[Limit]:
        """What the search did not look at."""
        yield from self.candidates.limits()
        if self.grounder.has_passed_over:
            self._given_up.add(Bound.ROWS)
        if self.candidates.unknowns.has_passed_over:
            self._given_up.add(Bound.COMPUTED)
        yield from map(GivenUp, sorted(self._given_up))

    # --- from the ground program to sets -----------------------------------------------------------------------

    def first(self, most: int) -> list[FactSet]:
        """The first sets in order."""
        search = self.prepared()
        if search is None:
            return []
        classes = self.keep_few(search, self.classes(search), most)
        sets = self._minimal(search, [each for each in classes if each.is_open])
        shown: list[FactSet] = []
        covered = 0
        for found in sets:
            if self._is_covered(found, shown):
                covered += 1
                if covered == MOST_COVERED:
                    self._given_up.add(Bound.SETS)
                    break
                continue
            facts = self._replayed(found, sets)
            shown += [] if facts is None or facts in shown else [facts]
            if len(shown) == most:
                break
        self._note_end(sets)
        return sorted(shown, key=set_key)

    def _is_covered(self, found: tuple[int, ...], shown: Iterable[FactSet]) -> bool:
        """Whether assumptions are an instance of a set that is shown."""
        facts = tidy(map(self.fact, found))
        return any(covers(other, facts) for other in shown)

    def _note_end(self, sets: MinimalSets) -> None:
        if sets.is_given_up:
            self._given_up.add(Bound.TIME if sets.is_out_of_time else Bound.SETS)
        if not sets.is_exact:
            self._given_up.add(Bound.COMPUTED)

    def prepared(self) -> Search | None:
        """What a set of assumptions has to do, and which may be made; None if none makes the target true."""
        ground = self.grounder.ground
        if self.target not in ground.rules:
            return None
        helpful = ground.needs([self.target]) & ground.assumable.keys()
        self.candidates.keep_to({ground.assumable[atom] for atom in helpful})
        forbidden = [*self.conflicts(), *self.second_values(), *self._against_records()]
        order = self.in_order(self._assumable(helpful, forbidden))
        search = relevant(ground, self.target, forbidden, order)
        drop_dominated(search, self.fact)
        return search

    def _assumable(self, helpful: set[int], forbidden: list[frozenset[int]]) -> set[int]:
        """The assumptions that may be made: those that the target depends on, where no other avoids a conflict."""
        return helpful

    def _against_records(self) -> Iterator[frozenset[int]]:
        """Atoms that go against the statement that a record is complete."""
        return iter(())

    def _minimal(self, search: Search, classes: list[Exchangeable]) -> MinimalSets:
        """The minimal sets of assumptions, of those that differ in exchangeable constants one."""
        assumable = self.grounder.ground.assumable
        rows = [(atom, assumable[atom][1]) for atom in search.assumable]
        chains = [[[atom for atom, row in rows if member in row] for member in each.members] for each in classes]
        unknowns = self.candidates.unknowns
        self._bounds_of = BoundsOf(search, unknowns, search.goal, search.forbidden)
        return MinimalSets(search, self._alike(search, classes), chains, unknowns, self.grounder.deadline)

    def _alike(self, search: Search, classes: list[Exchangeable]) -> Alike:
        """For a set of assumptions, those with exchangeable constants exchanged (the first so many of them)."""
        assumable = self.grounder.ground.assumable
        atoms = {assumable[atom]: atom for atom in search.assumable}
        members = frozenset(member for each in classes for member in each.members)

        def moved(atom: int, images: Mapping[int, int]) -> int | None:
            pred, row = assumable[atom]
            return atoms.get((pred, tuple([images.get(number, number) for number in row])))

        def alike(found: frozenset[int]) -> Iterator[frozenset[int]]:
            about = [(atom, members.intersection(assumable[atom][1])) for atom in found]
            plain = frozenset(atom for atom, own in about if not own)
            mentioned = frozenset[int]().union(*(own for _, own in about))
            options = []
            for each in classes:
                used = [member for member in each.members if member in mentioned]
                if used:
                    exchanged = islice(chain(permutations(used), permutations(each.members, len(used))), MOST_ALIKE)
                    options.append([dict(zip(used, new, strict=True)) for new in exchanged])
            of_one = [(atom, min(own)) for atom, own in about if len(own) == 1]
            of_several = [atom for atom, own in about if len(own) > 1]
            known: dict[tuple[int, int], int | None] = {}
            """Facts about one of the constants, by what takes its place."""
            for chosen in islice(product(*options), MOST_ALIKE):
                images = {old: new for each in chosen for old, new in each.items()}
                others: list[int | None] = [moved(atom, images) for atom in of_several]
                for atom, number in of_one:
                    key = atom, images[number]
                    if key not in known:
                        known[key] = moved(atom, images)
                    others.append(known[key])
                if None not in others:
                    yield plain.union(atom for atom in others if atom is not None)

        return alike

    def _replayed(self, found: tuple[int, ...], sets: MinimalSets) -> FactSet | None:
        """Assumptions as facts with variables, if the replay confirms them; what can have one value only has that."""
        rows, numbers, is_replayed = self._apart([self.grounder.ground.assumable[each] for each in found], sets)
        if not is_replayed and not self._does(rows, numbers):
            self._given_up.add(Bound.REPLAY)
            return None
        unknowns = self.candidates.unknowns
        opened = {
            number: self._barred(number, rows) for _, row in rows for number in row if unknowns.is_unknown(number)
        }
        atoms = [self.grounder.ground.atom(each) for each in rows] if opened else []
        is_all = not unknowns.has_passed_over  # else other values may do too
        bounds = self._bounds_of.of(frozenset(atoms), opened, _swaps(rows, opened)) if opened and is_all else None
        facts = [self.candidates.asked(pred, row) for pred, row in rows]
        if bounds is None:
            return tidy(facts)
        named = {
            n: arg for (_, row), fact in zip(rows, facts, strict=True) for n, arg in zip(row, fact.args, strict=True)
        }
        stated = stated_bounds(bounds, unknowns, named)
        tidied, names = tidied_with_names(substitute_atom(fact, stated.values) for fact in facts)
        self._bounds.setdefault(tidied, stated.renamed(names))
        return tidied

    def _barred(self, unknown: int, rows: Iterable[tuple[Pred, Row]]) -> frozenset[Fraction]:
        """The numbers that a value in some facts cannot be, as the record says already how it is there."""
        unknowns = self.candidates.unknowns
        facts = [(pred, row) for pred, row in rows if unknown in row]
        return frozenset(
            unknowns.sum_of(known).rest
            for known in unknowns.named.get(unknowns.groups[unknown], ())
            if unknowns.sum_of(known).kind is unknowns.kinds[unknown]
            for pred, row in facts
            if not self.candidates.is_undocumented(
                pred.positive, tuple(known if number == unknown else number for number in row)
            )
        )

    def _apart(
        self, facts: list[tuple[Pred, Row]], sets: MinimalSets
    ) -> tuple[list[tuple[Pred, Row]], Mapping[int, Fraction], bool]:
        """The facts with an individual of its own for each open argument that need not be the same as another, numbers for what
        is compared, and whether they have been replayed."""
        is_open, is_unknown = self.candidates.open, self.candidates.unknowns.is_unknown
        numbers: Mapping[int, Fraction] = sets.values
        used = {number for _, row in facts for number in row}
        seen: set[tuple[int, int]] = set()
        is_replayed = False
        for index, (pred, row) in enumerate(facts):
            for at, number in enumerate(row):
                if number not in is_open:
                    continue
                place = self.candidates.place(pred, at)
                if (place, number) in seen:
                    most = MOST_TRIES if is_unknown(number) else 1
                    for other in islice(self.candidates.others(pred.positive, at, used), most):
                        apart = list(facts)
                        apart[index] = pred, (*facts[index][1][:at], other, *facts[index][1][at + 1 :])
                        others = self._numbers_with(apart, sets) if is_unknown(number) else numbers
                        if others is not None and self._does(apart, others):
                            facts, numbers, is_replayed = apart, others, True
                            used.add(other)
                            break
                seen.add((place, number))
        return facts, numbers, is_replayed

    def _numbers_with(self, facts: Iterable[tuple[Pred, Row]], sets: MinimalSets) -> Mapping[int, Fraction] | None:
        """Numbers for what is compared with which facts do what is asked; None if there are none, or they were not offered."""
        atoms = [self.grounder.ground.atoms.get(each) for each in facts]
        return None if None in atoms else sets.values_with(each for each in atoms if each is not None)

    def _does(self, facts: Iterable[tuple[Pred, Row]], numbers: Mapping[int, Fraction]) -> bool:
        """The same of facts with a value for each open individual."""
        rows = list(facts)
        unknowns = self.candidates.unknowns
        opened = dict.fromkeys(number for _, row in rows for number in row if unknowns.is_unknown(number))
        values = constants_of(unknowns, numbers, opened)
        return values is not None and self._is_enough(self.candidates.stated(pred, row, values) for pred, row in rows)

    # --- interchangeable names ---------------------------------------------------------------------------------

    def ways(self, most: int) -> tuple[list[Way], bool]:
        """The first ways in order, and whether those are all or as many as were asked for: where very many sets differ
        in interchangeable names only, the search for further ways is given up."""
        search = self.prepared()
        if search is None:
            return [], True
        classes = self.classes(search)
        sets = self._minimal(search, self.keep_few(search, classes, 0))
        classes = [each for each in classes if not each.is_open]
        seen: set[object] = set()
        shown: list[tuple[FactSet, Way]] = []
        again = covered = 0
        for found in sets:
            way = self._way(tidy(self.fact(each) for each in found), classes)
            key = way.facts, frozenset(way.choices)
            if key in seen:
                again += 1
                if again == MOST_AGAIN:
                    break
                continue
            seen.add(key)
            if self._is_covered(found, (other for other, _ in shown)):
                covered += 1
                if covered == MOST_COVERED:
                    break
                continue
            facts = self._replayed(found, sets)
            if facts is not None:
                shown.append((facts, self._way(facts, classes)))
                if len(shown) == most:
                    break
        if not sets.is_exact or sets.is_out_of_time:
            self._given_up.add(Bound.TIME if sets.is_out_of_time else Bound.COMPUTED)
        ways = sorted((way for _, way in shown), key=Way.key)
        return ways, again < MOST_AGAIN and covered < MOST_COVERED and not sets.is_given_up

    def members(self, ways: Sequence[Way], most: int) -> list[FactSet]:
        """The first sets among those that the ways stand for, in order; each is replayed."""
        found: set[FactSet] = set()
        for way in ways:
            bounds = BoundsByName.of(way.facts)
            for facts, names in islice(way.members(), most):
                found.add(facts)
                self._bounds.setdefault(facts, bounds.renamed(names))
        return distinct(sorted(found, key=set_key), most, self._is_confirmed)

    def _is_confirmed(self, facts: FactSet) -> bool:
        """Whether the facts make the goal true; of facts with variables that was tried before, with values."""
        return any(variables(fact.args) for fact in facts) or self._is_enough(facts)

    def _way(self, facts: FactSet, classes: list[Exchangeable]) -> Way:
        constant = self.candidates.constant
        class_of = {constant(member): each for each in classes for member in each.members}
        of_name: dict[Const, list[AtomF]] = {}
        plain: list[AtomF] = []
        for fact in facts:
            names = [arg for arg in fact.args if not isinstance(arg, Var) and arg in class_of]
            if len(names) == 1 and not variables(fact.args):
                of_name.setdefault(names[0], []).append(fact)
            else:
                plain.append(fact)
        chosen: dict[tuple[tuple[int, ...], FactSet], int] = {}
        for name, own in of_name.items():
            blank = (AtomF(fact.pred, tuple(PLACEHOLDER if arg == name else arg for arg in fact.args)) for fact in own)
            key = class_of[name].members, tuple(sorted(blank, key=atom_key))
            chosen[key] = chosen.get(key, 0) + 1
        choices = (
            AnyOf(number, tuple(map(self._choice, blank)), tuple(map(constant, members)))
            for (members, blank), number in chosen.items()
        )
        stated = self._questions(plain, self._bounds.get(facts, NO_BOUNDS))
        return Way(stated, tuple(sorted(choices, key=AnyOf.key)))

    # --- facts -------------------------------------------------------------------------------------------------

    def asked(self, facts: FactSet) -> tuple[MissingFact, ...]:
        """The facts with their questions, and bounds for what they leave open."""
        return self._questions(facts, self._bounds.get(facts, NO_BOUNDS))

    def _questions(self, facts: Iterable[AtomF], bounds: BoundsByName = NO_BOUNDS) -> tuple[MissingFact, ...]:
        declared = self.kb.declarations
        return bounds.with_facts(
            MissingFact(
                atom,
                open_question(atom.pred, atom.args, declared) or show_atom(atom),
                names=declared.names_of(atom.pred),
                unsaid=unsaid(atom.pred, atom.args, declared),
            )
            for atom in facts
        )

    def _choice(self, blank: AtomF) -> MissingFact:
        """What a choice asks for: a question in which a name takes the place of the blank."""
        return MissingFact(blank, question(blank.pred, blank.args, self.kb.declarations) or show_atom(blank))


def _swaps(rows: Sequence[tuple[Pred, Row]], opened: Container[int]) -> Iterator[dict[int, int]]:
    """The ways to put facts that differ in open values only in each other's place, as what becomes of these values."""
    alike: dict[object, list[Row]] = {}
    for pred, row in rows:
        alike.setdefault((pred, tuple(-1 if number in opened else number for number in row)), []).append(row)
    for group in alike.values():
        for order in islice(permutations(group), 1, MOST_SWAPS):
            yield {
                one: other
                for row, another in zip(group, order, strict=True)
                for one, other in zip(row, another, strict=True)
                if one in opened
            }
