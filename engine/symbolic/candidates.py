"""Which facts may be asked for: the open facts of a goal's rules, over the values that could matter in their places.

In a place stand its listed values or, where none are listed, the constants that the rules and facts give it, and open
individuals: values that nothing mentions, which an answer has yet to fill in. Where values are compared or computed with,
open individuals are sample values.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice, product

from msgspec import Struct

from engine.backends.rows import Facts, Key, Row, bound_row
from engine.cases import Vocabulary
from engine.knowledge import KnowledgeBase
from engine.reading.completion import Completion
from engine.symbolic import samples
from engine.symbolic.grounding import Grounder, Offer, certain
from engine.symbolic.limits import Individuals, Limit, Sampled
from engine.symbolic.places import Group, Place, Places
from kb.language.declarations import COMPLETE
from kb.language.syntax import AtomF, Pred
from kb.language.terms import Atom, Const, Date, Dec, Int, Str, Var, order_key

MOST_SAMPLES = 80
"""How many sample values stand for what is compared."""
_KINDS = ("date", "decimal", "integer", "string")
"""The types of values that rules can compute with."""


class Scope(Struct, frozen=True):
    """Which facts a search may assume: those that a question asks for, or all that can be stated; without some."""

    is_all: bool = False
    left_out: frozenset[tuple[Pred, tuple[Const, ...]]] = frozenset()
    """Facts that are not asked for again, of a functional predicate by its key."""
    left_out_of: frozenset[Pred] = frozenset()
    """Predicates of which nothing is asked for about individuals that are not named, nor where values are samples."""


ASKED = Scope()


@dataclass(slots=True)
class Candidates:
    """Offers the facts that may be asked for, for a grounder."""

    kb: KnowledgeBase
    vocabulary: Vocabulary
    places: Places
    facts: Facts
    completion: Completion
    base: Grounder = field(init=False)
    domain: frozenset[int] = field(init=False)
    open: dict[int, int] = field(default_factory=dict)
    """The numbers of open individuals, and their order."""
    may_replace: bool = False
    """Whether a functional predicate that has a value may be given another."""
    scope: Scope = ASKED
    """Which facts are offered."""
    offered: set[Pred] = field(default_factory=set)
    """The predicates of which facts have been offered."""
    _values: dict[Place, tuple[int, ...]] = field(default_factory=dict)
    _known: dict[tuple[Pred, int | None], tuple[set[Row], set[Row], set[Row]]] = field(default_factory=dict)
    _places: dict[Place, int] = field(default_factory=dict)
    _kept: set[tuple[Pred, Row]] | None = None

    def __post_init__(self) -> None:
        interner = self.facts.interner
        stated = set(self.facts.domain()) | {interner.number(each) for each in self.places.constants}
        self.base = self.grounder(lambda pred, key: (), frozenset(stated))
        self._fill(stated)
        self.domain = frozenset(stated | set(self.open))

    def grounder(
        self, offer: Offer, domain: frozenset[int], base: Grounder | None = None, facts: Facts | None = None
    ) -> Grounder:
        """A grounder of the knowledge base's rules over the facts, or others in their numbering."""
        return Grounder(self.completion, facts or self.facts, offer, domain, self.kb.rules.max_steps, base)

    def offer(self, pred: Pred, key: Key) -> Iterator[Row]:
        """The facts of a predicate that agree with a key and may be asked for."""
        if pred == COMPLETE and self.scope.is_all:
            yield from self._records(key)
        if not self._may_offer(pred):
            return
        if self._kept is not None:
            yield from (row for kept, row in self._kept if kept == pred and agrees(row, key))
            return
        options = [self._options(pred.positive, index, number) for index, number in enumerate(key)]
        for row in product(*options):
            if self.is_undocumented(pred.positive, row) and not self._is_left_out(pred, row):
                self.offered.add(pred)
                yield row

    def _may_offer(self, pred: Pred) -> bool:
        return self.kb.is_open(pred) and (self.scope.is_all or self.kb.declarations.asks_for(pred))

    def _is_left_out(self, pred: Pred, row: Row) -> bool:
        if pred.positive in self.scope.left_out_of:
            are_samples = any(self.is_measured(pred.positive, index) for index in range(pred.arity))
            if are_samples or not self.open.keys().isdisjoint(row):
                return True
        if not self.scope.left_out:
            return False
        key = self.key_of(pred.positive, row) if pred.positive in self.kb.declarations.functional else row
        return (pred.positive, tuple(map(self.constant, key))) in self.scope.left_out

    def _records(self, key: Key) -> Iterator[Row]:
        """The records that may be said to be complete, where a rule would read that."""
        if None not in key:
            row = bound_row(key)
            if row not in self.facts.table(COMPLETE).rows:
                self.offered.add(COMPLETE)
                yield row

    # --- numbers and constants ---------------------------------------------------------------------------------

    def constant(self, number: int) -> Const:
        """The constant that a number stands for."""
        return self.facts.interner.constants[number]

    def numbers(self, fact: AtomF) -> Row:
        """The row of a fact, its variables left out."""
        return self.facts.interner.row(arg for arg in fact.args if not isinstance(arg, Var))

    def stated(self, pred: Pred, row: Row) -> AtomF:
        """The fact that a row of a predicate is, with a value for each open individual."""
        return AtomF(pred, self.facts.interner.decode(row))

    def asked(self, pred: Pred, row: Row) -> AtomF:
        """The same, with a variable for each open individual."""
        places = (self.place(pred, index) for index in range(len(row)))
        terms = (
            Var(f"O{self.open[n]:04}_{at}") if n in self.open else self.constant(n)
            for n, at in zip(row, places, strict=True)
        )
        return AtomF(pred, tuple(terms))

    def place(self, pred: Pred, index: int) -> int:
        """The number of the group of arguments that one has its values in common with: an open individual in another group is
        another one."""
        return self._places.get((pred.positive, index), 0)

    # --- what is offered ---------------------------------------------------------------------------------------

    def keep_to(self, facts: set[tuple[Pred, Row]]) -> None:
        """From now on offers no others than these."""
        self._kept = facts

    def _options(self, pred: Pred, index: int, number: int | None) -> Iterable[int]:
        listed = self.vocabulary.listed_at(pred, index)
        if number is None:
            return self.values(pred, index)
        if not self.kb.declarations.takes(pred, index, self.constant(number)):
            return ()
        if listed and self.facts.interner.constants[number] not in listed:
            return ()
        return (number,)

    def values(self, pred: Pred, index: int) -> tuple[int, ...]:
        """The values that an argument of a predicate may have, open individuals first."""
        return self._values.get((pred, index), ())

    def is_measured(self, pred: Pred, index: int) -> bool:
        """Whether rules compare or compute with the values of an argument, so that one is not as good as another."""
        return any(group.is_measured and (pred, index) in group.places for group in self.places.groups)

    def is_undocumented(self, pred: Pred, row: Row) -> bool:
        """Whether nothing is known of an open fact."""
        first = row[0] if row else None
        if first is not None:
            complete = (first, self.facts.interner.number(Atom(pred.name)))
            if complete in self.facts.table(COMPLETE).rows:
                return False
        true, false, keys = self._known_rows(pred, first)
        return row not in true and row not in false and self.key_of(pred, row) not in keys

    def _known_rows(self, pred: Pred, first: int | None) -> tuple[set[Row], set[Row], set[Row]]:
        if (pred, first) not in self._known:
            key = () if first is None else (first, *(None,) * (pred.arity - 1))
            true = set(self.base.rows(certain(pred), key))
            false = set(self.base.rows(certain(pred.opposite), key))
            functional = pred in self.kb.declarations.functional and not self.may_replace
            self._known[pred, first] = true, false, {self.key_of(pred, row) for row in true} if functional else set()
        return self._known[pred, first]

    def key_of(self, pred: Pred, row: Row) -> Row:
        """The values in the key arguments of a functional predicate; none of another."""
        declared = self.kb.declarations.functional.get(pred)
        if declared is None:
            return ()
        return tuple(number for number, is_key in zip(row, declared.keys, strict=True) if is_key)

    def limits(self) -> Iterator[Limit]:
        """What of the facts that were offered stands for others that were not tried."""
        for group in self.places.groups:
            for pred, index in group.places:
                if {pred, pred.opposite}.isdisjoint(self.offered) or self.vocabulary.listed_at(pred, index):
                    continue
                values = self.values(pred, index)
                if group.is_measured:
                    constants = sorted(map(self.constant, values), key=order_key)
                    yield Sampled(pred, index, tuple(constants))
                elif group.needed > group.offered:
                    yield Individuals(pred, index, sum(value in self.open for value in values))

    # --- values of places --------------------------------------------------------------------------------------

    def _fill(self, stated: set[int]) -> None:
        """Gives each place of an open predicate the values that an argument there may have."""
        interner = self.facts.interner
        taken = {interner.constants[number] for number in stated}
        for group in self.places.groups:
            asked = [place for place in group.places if self._may_offer(place[0])]
            self._values |= {place: interner.row(self.vocabulary.listed_at(*place)) for place in asked}
            free = [place for place in asked if not self._values[place]]
            if not free:
                continue
            constants = {interner.number(each) for each in group.constants}
            for pred, index in group.places:
                for side in (pred, pred.opposite):
                    constants |= {row[index] for row in self.facts.table(side).rows}
            known = [interner.constants[number] for number in constants]
            samples = list(dict.fromkeys(self._samples(group, known, stated))) if group.is_measured else []
            constants |= {
                interner.number(each) for each in (*samples, *group.compared) if interner.number(each) in stated
            }
            fresh = self._unmentioned(group, taken | set(samples))
            individuals = [number for each in (*samples, *fresh) if (number := interner.number(each)) not in stated]
            taken |= {interner.constants[number] for number in individuals}
            self._places |= dict.fromkeys(group.places, len(self._places))
            for number in individuals:
                self.open.setdefault(number, len(self.open))
            named = sorted(constants, key=lambda each: order_key(interner.constants[each]))
            for place in free:
                numbers = dict.fromkeys((*individuals, *named))
                takes = self.kb.declarations.takes
                self._values[place] = tuple(each for each in numbers if takes(*place, self.constant(each)))

    def others(self, pred: Pred, index: int, used: Container[int]) -> Iterator[int]:
        """Open individuals of an argument that are not used; where one is as good as another there is always one more."""
        yield from (each for each in self.values(pred, index) if each in self.open and each not in used)
        if not self.is_measured(pred, index):
            group = next(each for each in self.places.groups if (pred, index) in each.places)
            taken = set(self.facts.interner.constants)
            number = self.facts.interner.number(next(self._unmentioned(group, taken)))
            self.open[number] = len(self.open)
            yield number

    def _type_of(self, group: Group) -> str:
        """The type of the values of a group that rules can compute with, if it has one."""
        types = self._types_of(group)
        return next((each for each in _KINDS if each in types), "")

    def _types_of(self, group: Group) -> set[str]:
        return {self.kb.declarations.types_of(pred)[index] for pred, index in group.places}

    def _unmentioned(self, group: Group, taken: set[Const]) -> Iterator[Const]:
        """Values that nothing mentions, as many as rules may ask for."""
        of_any = samples.unmentioned(self._type_of(group))
        return islice((each for each in of_any if each not in taken), group.offered)

    def _samples(self, group: Group, known: list[Const], stated: set[int]) -> Iterator[Const]:
        """Values for an argument that is compared or computed with, the same for all arguments of which that is so alike."""
        types, number, kinds = self._types_of(group), group.offered, set(map(type, (*known, *group.compared)))
        measured = list(self._measured_constants())
        is_any = types.isdisjoint(_KINDS)
        found: list[Iterable[Const]] = []
        if "date" in types or (is_any and Date in kinds):
            constants = map(self.constant, stated)
            days = [each.value for each in constants if isinstance(each, Date)]
            years = [each.value for each in (*known, *measured) if isinstance(each, Int)]
            found.append(samples.dates(days, self.places.landmarks, {*years, *self.places.numbers}))
        others = {Fraction(each.value) for each in (*known, *measured) if isinstance(each, Int | Dec)}
        marks = samples.landmarks_of(group.marks, others | set(map(Fraction, self.places.numbers)))
        if "decimal" in types or (is_any and group.marks):
            found.append(samples.decimals(marks, number))
        if "integer" in types or (is_any and (marks or not found)):
            found.append(samples.whole_numbers(marks, number))
        if "string" in types or (is_any and Str in kinds):
            found.append(samples.texts((each.value for each in known + measured if isinstance(each, Str)), number))
        for each in found:
            yield from islice(each, MOST_SAMPLES // len(found))

    def _measured_constants(self) -> Iterator[Const]:
        """What rules compare with, and values of what is compared."""
        yield from sorted(self.places.compared, key=order_key)
        for group in self.places.groups:
            if group.is_measured:
                for pred, index in group.places:
                    for row in list(self.facts.table(pred).rows)[:30]:
                        yield self.facts.interner.constants[row[index]]


def agrees(row: Row, key: Key) -> bool:
    """Whether a row has what a key wants."""
    return all(wanted is None or wanted == number for number, wanted in zip(row, key, strict=True))
