"""Which facts may be asked for: the open facts of a goal's rules, over the values that could matter in their places.

In a place stand its listed values or, where none are listed, the constants that the rules and facts give it, and open
individuals: values that nothing mentions, which an answer has yet to fill in. Where values are compared or computed with,
what can stand in their place is up to conditions (engine/symbolic/unknowns.py).
"""

from __future__ import annotations

import datetime
import decimal
import math
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count, islice, product

from msgspec import Struct

from engine.backends.rows import Facts, Key, Row, bound_row
from engine.cases import Vocabulary
from engine.knowledge import KnowledgeBase
from engine.reading.completion import Completion
from engine.symbolic.conditions import Kind
from engine.symbolic.given import Given
from engine.symbolic.grounding import Base, Grounder, Offer, certain
from engine.symbolic.limits import Deadline, Individuals, Limit
from engine.symbolic.open_tests import OpenTests
from engine.symbolic.places import Group, Place, Places
from engine.symbolic.unknowns import EXAMPLES, Unknowns
from kb.language.declarations import COMPLETE, CONSTANT_TYPES, Declarations
from kb.language.syntax import AtomF, Pred
from kb.language.terms import Atom, Const, Date, Dec, Int, Str, Term, Var, make_decimal, order_key


class Scope(Struct, frozen=True):
    """Which facts a search may assume: those that a question asks for, all that can be stated, or all of some predicates; without
    some."""

    is_all: bool = False
    preds: frozenset[Pred] | None = None
    """The predicates of which all facts may be assumed, and that their record is complete; None where questions say of which."""
    left_out: frozenset[tuple[Pred, tuple[Const, ...]]] = frozenset()
    """Facts that are not asked for again, of a functional predicate by its key."""
    left_out_of: frozenset[Pred] = frozenset()
    """Predicates of which nothing is asked for about individuals that are not named."""
    is_named: bool = False
    """Whether each individual is to have a name of its own, where names have a vocabulary."""
    has_records: bool = False
    """Whether it may be assumed that the record of what is asked for is complete; of that of which something is left out, it may
    not."""

    @property
    def takes_records(self) -> bool:
        """Whether it may be assumed of any record that it is complete."""
        return self.is_all or self.has_records or self.preds is not None

    def takes(self, pred: Pred, declared: Declarations) -> bool:
        """Whether facts of an open predicate, or that they are not so, may be assumed."""
        if self.preds is not None:
            return pred.positive in self.preds
        return self.is_all or declared.asks_for(pred)

    def leaves_out_of(self, pred: Pred) -> bool:
        """Whether something of a predicate is left out."""
        return pred in self.left_out_of or any(each == pred for each, _ in self.left_out)


ASKED = Scope()


class _Documented(Struct, frozen=True):
    """What is known of an open predicate: rows that are true or false, and the keys that have a value if it is functional."""

    rows: frozenset[Row]
    is_key: tuple[bool, ...] = ()
    keys: frozenset[Row] = frozenset()

    def has(self, row: Row) -> bool:
        """Whether something is known of a row."""
        return row in self.rows or (bool(self.keys) and _key_in(row, self.is_key) in self.keys)


def _key_in(row: Row, is_key: Iterable[bool]) -> Row:
    return tuple([number for number, is_part in zip(row, is_key, strict=True) if is_part])


@dataclass(slots=True)
class Candidates:
    """Offers the facts that may be asked for, for a grounder."""

    kb: KnowledgeBase
    vocabulary: Vocabulary
    places: Places
    facts: Facts
    completion: Completion
    base: Base = field(init=False)
    domain: frozenset[int] = field(init=False)
    unknowns: Unknowns = field(init=False)
    """The open individuals that rules compare or compute with."""
    tests: OpenTests = field(init=False)
    open: dict[int, int] = field(default_factory=dict)
    """The numbers of open individuals, and their order."""
    deadline: Deadline = field(default_factory=Deadline.from_now)
    may_replace: bool = False
    """Whether a functional predicate that has a value may be given another."""
    scope: Scope = ASKED
    """Which facts are offered."""
    is_for_one_way: bool = False
    """Whether one way to make the questions true is looked for at a time, which takes fewer open individuals."""
    most_together: int | None = None
    """How many ways there are at most to fill in those arguments of a fact whose values rules compare."""
    offered: set[Pred] = field(default_factory=set)
    """The predicates of which facts have been offered."""
    given: Given | None = None
    """What is known of the case without assumptions, where it is kept."""
    _values: dict[Place, tuple[int, ...]] = field(default_factory=dict)
    _rooms: dict[int, float] = field(default_factory=dict)
    """For groups, by identity, how many different values the facts can have there."""
    _known: dict[tuple[Pred, int | None], _Documented | None] = field(default_factory=dict)
    _terms: dict[tuple[int, int], Term] = field(default_factory=dict)
    """What stands for numbers in facts that are asked for, by the group of arguments."""
    _may_be_offered: dict[Pred, bool] = field(default_factory=dict)
    _groups_of: dict[Pred, tuple[int, ...]] = field(default_factory=dict)
    """The groups of a predicate's arguments."""
    _kept: set[tuple[Pred, Row]] | None = None
    _named_by_rules: dict[int, dict[int, None]] = field(default_factory=dict)
    """For each group of arguments the constants that rules asked for there, and that are none of its values."""

    def __post_init__(self) -> None:
        interner = self.facts.interner
        stated = set(self.facts.domain()) | {interner.number(each) for each in self.places.constants}
        self.unknowns = Unknowns.beside(interner, None if self.given is None else self.given.known)
        self.tests = OpenTests(self.unknowns)
        self.base = self.grounder(_nothing, frozenset(stated)) if self.given is None else self.given
        self._fill(stated)
        self.domain = frozenset(stated | set(self.open))

    def grounder(
        self, offer: Offer, domain: frozenset[int], base: Base | None = None, facts: Facts | None = None
    ) -> Grounder:
        """A grounder of the knowledge base's rules over the facts, or others in their numbering."""
        known = facts or self.facts
        steps, deadline = self.kb.rules.max_steps, self.deadline
        return Grounder(self.completion, known, offer, domain, steps, self.tests, deadline, base)

    def offer(self, pred: Pred, key: Key) -> Iterator[Row]:
        """The facts of a predicate that agree with a key and may be asked for."""
        if pred == COMPLETE and self.scope.takes_records:
            yield from self._records(key)
        if not self._may_offer(pred):
            return
        if self._kept is not None:
            yield from (row for kept, row in self._kept if kept == pred and agrees(row, key))
            return
        stated, leaves_out = pred.positive, bool(self.scope.left_out_of or self.scope.left_out)
        options = [self._options(stated, index, number) for index, number in enumerate(key)]
        for first in options[0] if options else (None,):
            documented = self._documented(stated, first)
            if documented is None:
                continue
            for rest in product(*options[1:]):
                row = rest if first is None else (first, *rest)
                if not documented.has(row) and not (leaves_out and self._is_left_out(pred, row)):
                    self.offered.add(pred)
                    yield row

    def _may_offer(self, pred: Pred) -> bool:
        found = self._may_be_offered.get(pred)
        if found is None:
            found = self.kb.is_open(pred) and self.scope.takes(pred, self.kb.declarations)
            self._may_be_offered[pred] = found
        return found

    def _is_left_out(self, pred: Pred, row: Row) -> bool:
        if pred.positive in self.scope.left_out_of and not self._is_named(pred.positive, row):
            return True
        if not self.scope.left_out:
            return False
        key = self.key_of(pred.positive, row) if pred.positive in self.kb.declarations.functional else row
        return (pred.positive, tuple(map(self.constant, key))) in self.scope.left_out

    def _is_named(self, pred: Pred, row: Row) -> bool:
        """Whether a fact is about individuals with names alone: a value that rules compare is none, also if it is documented
        elsewhere."""
        return self.open.keys().isdisjoint(row) and not any(self.is_measured(pred, at) for at in range(len(row)))

    def _records(self, key: Key) -> Iterator[Row]:
        """The records that may be said to be complete, where a rule would read that."""
        if None not in key:
            row = bound_row(key)
            if row not in self.facts.table(COMPLETE).rows and self._may_be_complete(row[1]):
                self.offered.add(COMPLETE)
                yield row

    def _may_be_complete(self, name: int) -> bool:
        declared = self.kb.declarations
        recorded = [pred for pred in declared.recorded(self.constant(name)) if self._may_offer(pred)]
        is_left = any(self.scope.leaves_out_of(pred) or pred in declared.functional for pred in recorded)
        if self.scope.is_all:
            return True
        is_left = is_left and self.scope.preds is None
        return any(pred.arity > 1 for pred in recorded) and not is_left

    # --- numbers and constants ---------------------------------------------------------------------------------

    def constant(self, number: int) -> Const:
        """The constant that a number stands for."""
        return self.facts.interner.constants[number]

    def numbers(self, fact: AtomF) -> Row:
        """The row of a fact, its variables left out."""
        return self.facts.interner.row(arg for arg in fact.args if not isinstance(arg, Var))

    def stated(self, pred: Pred, row: Row, values: Mapping[int, Const]) -> AtomF:
        """The fact that a row of a predicate is, with a value for each open individual, those that are compared as given."""
        return AtomF(pred, tuple(values.get(number, self.constant(number)) for number in row))

    def asked(self, pred: Pred, row: Row) -> AtomF:
        """The same, with a variable for each open individual."""
        return AtomF(pred, self.terms(pred, row))

    def terms(self, pred: Pred, row: Row) -> tuple[Term, ...]:
        """What stands for the numbers of a fact that is asked for: variables for open individuals."""
        groups = self._groups_of.get(pred)
        if groups is None:
            groups = self._groups_of[pred] = tuple(self.place(pred, at) for at in range(len(row)))
        known = self._terms
        return tuple([known.get(key) or self._term(key) for key in zip(groups, row, strict=True)])

    def _term(self, key: tuple[int, int]) -> Term:
        group, number = key
        is_open = number in self.open
        found = self._terms[key] = Var(f"O{self.open[number]:04}_{group}") if is_open else self.constant(number)
        return found

    def place(self, pred: Pred, index: int) -> int:
        """The number of the group of arguments that one has its values in common with: an open individual in another group is
        another one."""
        return self.unknowns.places.get((pred.positive, index), 0)

    # --- what is offered ---------------------------------------------------------------------------------------

    def keep_to(self, facts: set[tuple[Pred, Row]]) -> None:
        """From now on offers no others than these."""
        self._kept = facts

    def _options(self, pred: Pred, index: int, number: int | None) -> Iterable[int]:
        listed = self.vocabulary.listed_at(pred, index)
        if number is None:
            return self.values(pred, index)
        if number in self.unknowns.kinds:
            return (number,) if number in self.values(pred, index) else ()
        if not self.kb.declarations.takes(pred, index, self.constant(number)):
            return ()
        if listed and self.facts.interner.constants[number] not in listed:
            return ()
        if number not in self.values(pred, index):
            self._named_by_rules.setdefault(self.place(pred, index), {})[number] = None
        group = self.unknowns.places.get((pred, index))
        if group in self.unknowns.named:
            self.unknowns.named[group] |= {number}
        return (number,)

    def take_in(self) -> bool:
        """Counts constants that rules asked for by name among the values of the arguments that they asked about, from now on; whether
        there are any. Till then a rule that asks for what there is has not met them."""
        taken, self._named_by_rules = self._named_by_rules, {}
        for at, numbers in taken.items():
            places = [place for place, group in self.unknowns.places.items() if group == at and place in self._values]
            for place in places:
                if not self.vocabulary.listed_at(*place):
                    self._values[place] += tuple(
                        each for each in numbers if each not in self._values[place] and self._takes(*place, each)
                    )
        return bool(taken)

    def values(self, pred: Pred, index: int) -> tuple[int, ...]:
        """The values that an argument of a predicate may have, open individuals first."""
        return self._values.get((pred, index), ())

    def is_measured(self, pred: Pred, index: int) -> bool:
        """Whether rules compare or compute with the values of an argument, so that one is not as good as another."""
        return (pred, index) in self.places.measured

    def is_undocumented(self, pred: Pred, row: Row) -> bool:
        """Whether nothing is known of an open fact."""
        documented = self._documented(pred, row[0] if row else None)
        return documented is not None and not documented.has(row)

    def _documented(self, pred: Pred, first: int | None) -> _Documented | None:
        """What is known of an open predicate for a first argument, if it has any; None where its record is complete."""
        at = pred, first
        if at not in self._known:
            self._known[at] = self._found_documented(pred, first)
        return self._known[at]

    def _found_documented(self, pred: Pred, first: int | None) -> _Documented | None:
        if first is not None:
            complete = (first, self.facts.interner.number(Atom(pred.own_name)))
            if complete in self.facts.table(COMPLETE).rows:
                return None
        key = () if first is None else (first, *(None,) * (pred.arity - 1))
        true = frozenset(self.base.rows(certain(pred), key))
        known = true.union(self.base.rows(certain(pred.opposite), key))
        declared = None if self.may_replace else self.kb.declarations.functional.get(pred)
        if declared is None or not true:
            return _Documented(known)
        return _Documented(known, declared.keys, frozenset(_key_in(row, declared.keys) for row in true))

    def key_of(self, pred: Pred, row: Row) -> Row:
        """The values in the key arguments of a functional predicate; none of another."""
        declared = self.kb.declarations.functional.get(pred)
        return () if declared is None else _key_in(row, declared.keys)

    def limits(self, way: int | None = None) -> Iterator[Limit]:
        """What of the facts that were offered stands for others that were not tried, for one of the ways to do what is looked for, or
        for any."""
        for group in self.places.groups:
            for pred, index in group.places:
                if {pred, pred.opposite}.isdisjoint(self.offered) or self.vocabulary.listed_at(pred, index):
                    continue
                values = self.values(pred, index)
                needed = group.needed_at_most if way is None else group.needed[way]
                if min(needed, self._room(group)) > self._offered(group) and not group.is_free:
                    yield Individuals(pred, index, sum(value in self.open for value in values))

    # --- values of places --------------------------------------------------------------------------------------

    def _fill(self, stated: set[int]) -> None:
        """Gives each place of an open predicate the values that an argument there may have."""
        interner = self.facts.interner
        taken = {interner.constants[number] for number in stated}
        for at, group in enumerate(self.places.groups):
            asked = [place for place in group.places if self._may_offer(place[0])]
            self._values |= {place: interner.row(self.vocabulary.listed_at(*place)) for place in asked}
            free = [place for place in asked if not self._values[place]]
            if not free:
                continue
            constants = self.constants_of(group)
            if group.is_measured:
                individuals = self._compared(group, at, constants)
            else:
                individuals = list(map(interner.number, self._unmentioned(group, taken)))
            taken |= {interner.constants[number] for number in individuals}
            self.unknowns.places |= dict.fromkeys(group.places, at)
            for number in individuals:
                self.open.setdefault(number, len(self.open))
            named = sorted(constants, key=lambda each: order_key(interner.constants[each]))
            for place in free:
                self._values[place] = tuple(each for each in (*individuals, *named) if self._takes(*place, each))

    def said_of(self, number: int) -> frozenset[tuple[Pred, Row]]:
        """What facts of predicates that the rules read say of a constant, which is left blank in them."""
        preds = {pred for group in self.places.groups for pred, _ in group.places}
        return frozenset(
            (pred, tuple(-1 if each == number else each for each in row))
            for pred in preds
            for row in self.facts.table(pred).rows
            if number in row
        )

    def constants_of(self, group: Group) -> set[int]:
        """The constants that rules and facts have for the arguments of a group, where one is not as good as another."""
        if group.is_free:
            return set()
        sides = [(side, index) for pred, index in group.places for side in (pred, pred.opposite)]
        stated = {row[index] for side, index in sides for row in self.facts.table(side).rows}
        return stated | {self.facts.interner.number(each) for each in group.constants}

    def _takes(self, pred: Pred, index: int, number: int) -> bool:
        """Whether an argument takes a constant, or one of the kind of a value that is not known."""
        kind = self.unknowns.kinds.get(number)
        return self.kb.declarations.takes(pred, index, EXAMPLES[kind] if kind else self.constant(number))

    def _compared(self, group: Group, at: int, constants: set[int]) -> list[int]:
        """Values that are not known for a group whose values are compared or computed with, of each kind that they can be."""
        self.unknowns.named[at] = frozenset(constants)
        return [
            self.unknowns.add(kind, at)
            for kind in self._kinds_of(group, constants)
            for _ in range(self._offered(group))
        ]

    def _kinds_of(self, group: Group, constants: set[int]) -> list[Kind]:
        """The kinds that the values of a group can have: those of its types or, where any value will do, those of what it has
        and is compared with."""
        types = self._types_of(group)
        kinds = [Kind(each) for each in ("date", "decimal", "integer", "string") if each in types]
        if types & {"atom"} or any(self.kb.declarations.vocabularies.get(each) for each in types):
            kinds.append(Kind.NAME)
        if kinds and not types - CONSTANT_TYPES:
            return kinds
        met = {type(each) for each in (*map(self.constant, constants), *group.compared)}
        met |= {each for each, is_so in ((Date, group.is_date), (Int, group.is_number)) if is_so}
        of_type = ((Kind.DATE, Date), (Kind.DECIMAL, Dec), (Kind.INTEGER, Int), (Kind.STRING, Str), (Kind.NAME, Atom))
        others = [kind for kind, type_ in of_type if type_ in met or (type_ is Dec and Int in met)]
        return list(dict.fromkeys((*kinds, *(others or (Kind.INTEGER, Kind.NAME)))))

    def others(self, pred: Pred, index: int, used: Container[int]) -> Iterator[int]:
        """Open individuals of an argument that are not used; where one is as good as another there is always one more."""
        yield from (each for each in self.values(pred, index) if each in self.open and each not in used)
        if not self.is_measured(pred, index):
            group = next(each for each in self.places.groups if (pred, index) in each.places)
            taken = set(self.facts.interner.constants)
            number = self.facts.interner.number(next(self._unmentioned(group, taken)))
            self.open[number] = len(self.open)
            yield number

    def _offered(self, group: Group) -> int:
        """How many values that nothing mentions the arguments of a group have."""
        offered = group.offered_for_one_way if self.is_for_one_way else group.offered
        return int(min(offered, self._room(group), self._most_of(group)))

    def _most_of(self, group: Group) -> float:
        """How many are offered at most, so that the facts of a predicate with several such arguments are not too many."""
        if self.most_together is None or not group.is_measured:
            return math.inf
        measured = {place for each in self.places.groups if each.is_measured for place in each.places}
        several = (
            sum((pred, at) in measured for at in range(pred.arity)) for pred, _ in group.places if self._may_offer(pred)
        )
        together = max([1, *several])
        if together == 1:
            return math.inf
        return max(k for k in range(1, self.most_together + 1) if k == 1 or k**together <= self.most_together)

    def _room(self, group: Group) -> float:
        """How many different ones the facts that may be offered can have there."""
        if id(group) not in self._rooms:
            named = self._nameable(group) if self.scope.is_named else math.inf
            self._rooms[id(group)] = min(self._keyed(group), named)
        return self._rooms[id(group)]

    def _nameable(self, group: Group) -> float:
        """For how many there are names, beside the constants that are named."""
        known = [self.vocabulary.names.at(pred)[index] for pred, index in group.places if self._may_offer(pred)]
        taken = {self.constant(number) for number in self.constants_of(group)} if any(known) else set()
        return min((len(each.constants - taken) for each in known if each is not None), default=math.inf)

    def _keyed(self, group: Group) -> float:
        """How many different ones the keys of functional predicates leave room for: one for each key that one way takes, where no rule
        asks what values a key does not have."""
        found = 0.0
        for pred, index in group.places:
            if not self._may_offer(pred) or self.vocabulary.listed_at(pred, index):
                continue
            declared = self.kb.declarations.functional.get(pred)
            is_for_each_key = declared is not None and not declared.keys[index] and sum(declared.keys) <= 1
            if declared is None or not is_for_each_key or self.may_replace or (pred, index) in self.places.denied:
                return math.inf
            keys = [(pred, at) for at, is_key in enumerate(declared.keys) if is_key]
            found += max(
                [1, *(each.needed_at_most for each in self.places.groups for key in keys if key in each.places)]
            )
        return found or math.inf

    def _types_of(self, group: Group) -> set[str]:
        return {self.kb.declarations.types_of(pred)[index] for pred, index in group.places}

    def _unmentioned(self, group: Group, taken: set[Const]) -> Iterator[Const]:
        """Values that nothing mentions, as many as rules may ask for."""
        types = self._types_of(group)
        of_any = unmentioned(next((each for each in ("date", "decimal", "integer", "string") if each in types), ""))
        return islice((each for each in of_any if each not in taken), self._offered(group))


def _nothing(pred: Pred, key: Key) -> Iterable[Row]:
    """No facts to assume."""
    return ()


def agrees(row: Row, key: Key) -> bool:
    """Whether a row has what a key wants."""
    return all(wanted is None or wanted == number for number, wanted in zip(row, key, strict=True))


def unmentioned(type_: str, first: int = 1000, name: str = "undocumented ") -> Iterator[Const]:
    """Ever further individuals of a type: days from 1901 on, integers from the first on, or so many names."""
    for number in count():
        match type_:
            case "date":
                yield Date(datetime.date(1901, 1, 1) + datetime.timedelta(days=number))
            case "integer":
                yield Int(first + number)
            case "string":
                yield Str(f"{name}{number}")
            case "decimal":
                yield make_decimal(decimal.Decimal(first + number) + decimal.Decimal("0.5"))
            case _:  # any other type has names
                yield Atom(f"{name}{number}")
