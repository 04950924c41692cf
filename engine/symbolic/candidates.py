"""Which facts may be asked for: the open facts of a goal's rules, over the values that could matter in their places.

A place is an argument of a relation; places that a variable joins have their values in common. In a place stand its
listed values or, where none are listed, the constants that the rules and facts give it, and open individuals: values
that nothing mentions, which an answer has yet to fill in. Where values are compared or computed with, open individuals
are sample values.
"""

from __future__ import annotations

import datetime
import decimal
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count, islice, product
from typing import TypeAlias

from engine.backends.rows import Facts, Key, Row, bound_row
from engine.cases import Vocabulary
from engine.graph import components
from engine.knowledge import KnowledgeBase, Question
from engine.reading import plan
from engine.reading.completion import Completion
from engine.reading.openness import DIFFERENCE, IDENTITY
from engine.symbolic import samples
from engine.symbolic.grounding import Grounder, Offer, certain
from engine.symbolic.limits import Individuals, Limit, Sampled
from engine.symbolic.samples import Landmarks
from kb.language.declarations import COMPLETE
from kb.language.syntax import AtomF, Builtin, Compare, Member, Pred, literal_terms, variables
from kb.language.terms import Atom, Const, Date, Dec, Int, Str, Term, Var, make_decimal, order_key

BRAND = Pred("brand", 2)
Place: TypeAlias = tuple[Pred, int]

MOST_SAMPLES = 80
"""How many sample values stand for what is compared."""
MOST_INDIVIDUALS = 40
"""How many open individuals a place can have."""


@dataclass(frozen=True, slots=True)
class Group:
    """Places that have their values in common: the constants that rules have there, whether values are compared or
    computed with, and how many different ones rules ask for together, each rule once."""

    places: tuple[Place, ...]
    constants: frozenset[Const]
    is_measured: bool
    wanted: int
    compared: frozenset[Const]
    """What the values are compared with in the rules."""
    marks: frozenset[Fraction]
    """The numbers at which comparisons turn, linear arithmetic undone."""
    needed: float
    """How many different ones one way to make the questions true can take at most; without limit where rules recur."""

    @property
    def offered(self) -> int:
        """How many values that nothing mentions a place has."""
        return min(max(1, self.wanted), MOST_INDIVIDUALS)


@dataclass(slots=True)
class Places:
    """The places that the rules reachable from some relations have, joined into groups."""

    numbers: set[int] = field(default_factory=set)
    """The integers that rules compare or compute with."""
    constants: set[Const] = field(default_factory=set)
    compared: set[Const] = field(default_factory=set)
    """The constants that rules compare or compute with."""
    landmarks: Landmarks = field(default_factory=Landmarks)
    groups: tuple[Group, ...] = ()
    _joined: dict[object, set[object]] = field(default_factory=dict)
    """Places, and variables of rules, with those that they have their values in common with."""
    _constants: dict[object, set[Const]] = field(default_factory=dict)
    _measured: set[object] = field(default_factory=set)
    _compared: dict[object, set[Const]] = field(default_factory=dict)
    _counted: dict[object, int] = field(default_factory=dict)

    @classmethod
    def of(cls, *questions: Question) -> Places:
        """The places reachable from some questions, all of one layer."""
        found, seen = cls(), dict[plan.Rel, Sequence[plan.PlanRule]]()
        completion = questions[0].completion
        roots = [certain(each.pred) for each in questions]
        pending = list(roots)
        while pending:
            rel = pending.pop()
            if rel in seen:
                continue
            seen[rel] = completion.rules_for(rel)
            for number, rule in enumerate(seen[rel]):
                names = (rel, number)
                found._atom(names, rel, rule.args)
                tests = (each.literal for each in rule.body if isinstance(each, plan.Test))
                found.landmarks.note(names, [each for each in tests if not isinstance(each, Member)])
                for literal in rule.body:
                    found._literal(names, literal)
                    pending += plan.relations_of(literal)
        found.groups = tuple(found._grouped(_Needs(seen, found._counted, completion.openness.is_exact), roots))
        return found

    def _grouped(self, needs: _Needs, roots: Sequence[plan.Rel]) -> Iterator[Group]:
        everything = {*self._joined, *self._constants, *self._measured}
        groups = components(everything, lambda what: self._joined.get(what, ()))
        needs.group_of = {what: index for index, each in enumerate(groups) for what in each}
        needed = needs.of_all(roots)
        for index, each in enumerate(groups):
            places = sorted(
                (what for what in each if isinstance(what, tuple) and isinstance(what[0], Pred)),
                key=lambda place: (place[0].name, place[0].arity, place[1]),
            )
            yield Group(
                tuple(places),
                frozenset(const for what in each for const in self._constants.get(what, ())),
                any(what in self._measured for what in each),
                sum(self._counted.get(what, 0) for what in each),
                frozenset(const for what in each for const in self._compared.get(what, ())),
                frozenset(mark for what in each for mark in self.landmarks.numbers.get(what, ())),
                needed.get(index, 0),
            )

    def _join(self, one: object, other: object) -> None:
        self._joined.setdefault(one, set()).add(other)
        self._joined.setdefault(other, set()).add(one)

    def _atom(self, names: object, source: plan.Source, args: tuple[Term, ...]) -> None:
        pred = source.pred
        pattern = source.pattern if isinstance(source, plan.Rel) else (0,) * pred.arity
        at = [index for index, kind in enumerate(pattern) if kind == 0]
        for index, arg in zip(at, args, strict=True):
            self._term(names, (pred.positive, index), arg)

    def _term(self, names: object, place: Place, arg: Term) -> None:
        if isinstance(arg, Var):
            if (names, arg) not in self._joined:
                self._counted[names, arg] = 1
            self._join((names, arg), place)
        else:
            self._joined.setdefault(place, set())
            self._constants.setdefault(place, set()).add(arg)
            self.constants.add(arg)

    def _literal(self, names: object, literal: plan.PlanLiteral) -> None:
        match literal:
            case plan.Call(source, args) | plan.Absent(source, args):
                self._atom(names, source, args)
            case plan.NoOtherValue(rel, keys, key, value):
                known, values = iter(key), iter(value or ())
                for index, is_key in enumerate(keys):
                    term = next(known) if is_key else next(values, None)
                    if term is not None:
                        self._term(names, (rel.pred.positive, index), term)
            case plan.CountTest(op, bound, sources):
                self._measure(names, (bound,))
                self._sources(names, sources, bound.value + (op == "at_most") if isinstance(bound, Int) else 3)
            case plan.AggregateTest(_, value, _, certain, possible, result):
                self._measure(names, (result, *(() if value is None else (value,))))
                self._sources(names, certain + possible, 1)
            case plan.Test(inner):
                self._test(names, inner)
            case plan.Domain():
                pass

    def _sources(self, names: object, sources: tuple[plan.Counted, ...], number: int) -> None:
        for source in sources:
            self._atom(names, source.rel, source.args)
            for var in source.counted:
                self._counted[names, var] = max(0, min(number, MOST_INDIVIDUALS))

    def _test(self, names: object, inner: Compare | Builtin | Member) -> None:
        match inner:
            case Compare(op) if op in IDENTITY | DIFFERENCE:
                self._equated(names, literal_terms(inner))
            case Member(item, items):
                for each in items:
                    self._equated(names, (item, each))
            case Compare() | Builtin():
                self._measure(names, literal_terms(inner))

    def _measure(self, names: object, terms: Iterable[Term]) -> None:
        """Notes what is compared, counted or computed with."""
        terms = tuple(terms)
        own = {term for term in terms if not isinstance(term, Var)}
        self.compared |= own
        for term in terms:
            if isinstance(term, Var):
                self._measured.add((names, term))
                self._compared.setdefault((names, term), set()).update(own)
                continue
            self.constants.add(term)
            if isinstance(term, Int):
                self.numbers.add(term.value)

    def _equated(self, names: object, sides: tuple[Term, ...]) -> None:
        for one in variables(sides):
            for other in sides:
                if isinstance(other, Var):
                    self._join((names, one), (names, other))
                else:
                    self._constants.setdefault((names, one), set()).add(other)
                    self.constants.add(other)


@dataclass(frozen=True, slots=True)
class Scope:
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
    _brands: frozenset[int] = frozenset()
    _kept: set[tuple[Pred, Row]] | None = None

    def __post_init__(self) -> None:
        interner = self.facts.interner
        stated = set(self.facts.domain()) | {interner.number(each) for each in self.places.constants}
        self.base = self.grounder(lambda pred, key: (), frozenset(stated))
        self._brands = frozenset(row[0] for row in self.facts.table(BRAND).rows)
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
        if number in self._brands and not self.scope.is_all:
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
            brands = frozenset[int]() if self.scope.is_all else self._brands
            named = sorted(constants - brands, key=lambda each: order_key(interner.constants[each]))
            for place in free:
                self._values[place] = tuple(dict.fromkeys((*individuals, *named)))

    def _types_of(self, group: Group) -> set[str]:
        return {self.kb.declarations.types_of(pred)[index] for pred, index in group.places}

    def _unmentioned(self, group: Group, taken: set[Const]) -> Iterator[Const]:
        """Values that nothing mentions, as many as rules may ask for."""
        types = self._types_of(group)
        type_ = next((each for each in _KINDS if each in types), "")
        return islice((each for each in unmentioned(type_) if each not in taken), group.offered)

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


_KINDS = ("date", "decimal", "integer", "string")
"""The types of values that rules can compute with."""


def _variables_of(literal: plan.PlanLiteral) -> Iterator[Var]:
    """The variables that a literal has outside what it counts, and the counted ones."""
    match literal:
        case plan.Call(_, args) | plan.Absent(_, args):
            yield from variables(args)
        case plan.NoOtherValue(_, _, key, value):
            yield from variables((*key, *(value or ())))
        case plan.CountTest(_, bound, sources):
            yield from variables((bound, *(arg for each in sources for arg in each.args)))
        case plan.AggregateTest(_, _, _, certain, possible, result):
            yield from variables((result, *(arg for each in certain + possible for arg in each.args)))
        case plan.Test(inner):
            yield from variables(literal_terms(inner))
        case plan.Domain(var):
            yield var


_Node: TypeAlias = tuple[plan.Rel, bool]
"""A relation of which a row is wanted, or not wanted."""


@dataclass(slots=True)
class _Needs:
    """How many different values of each group one way to make a relation true can take, or to make it false."""

    rules: Mapping[plan.Rel, Sequence[plan.PlanRule]]
    counted: Mapping[object, int]
    is_exact: Callable[[Pred], bool]
    group_of: Mapping[object, int] = field(default_factory=dict)
    _known: dict[_Node, dict[int, float]] = field(default_factory=dict)

    def of_all(self, roots: Sequence[plan.Rel]) -> dict[int, float]:
        """What some relations need together, what a row of each of them is among it."""
        nodes: list[_Node] = [(rel, True) for rel in roots]
        for component in components(nodes, lambda node: [each for rule in self._uses(node) for _, each in rule]):
            is_recursive = len(component) > 1 or component[0] in {
                e for rule in self._uses(component[0]) for _, e in rule
            }
            found = [self._need(node) for node in component]
            together = _most(found)
            if is_recursive:
                together = dict.fromkeys(together, math.inf)
            self._known |= dict.fromkeys(component, together) if is_recursive else {component[0]: found[0]}
        heads = (
            ((rel, at), var) for rel in roots for at, rule in enumerate(self.rules[rel]) for var in variables(rule.args)
        )
        rows = [{self.group_of[each]: 1.0} for each in heads if each in self.group_of]
        return _total([*(self._known[node] for node in nodes), *rows])

    def _uses(self, node: _Node) -> list[list[tuple[float, _Node]]]:
        """For each rule the relations that it uses, each with for how many rows."""
        rel, is_wanted = node
        return [
            [use for literal in rule.body for use in _uses_of(rule, literal, is_wanted)] for rule in self.rules[rel]
        ]

    def _need(self, node: _Node) -> dict[int, float]:
        """What a relation needs; of what is not wanted, every rule is to fail, by one of its literals."""
        rel, is_wanted = node
        found = []
        for number, (rule, uses) in enumerate(zip(self.rules[rel], self._uses(node), strict=True)):
            parts = [_times(self._known.get(each, {}), many) for many, each in uses]
            if is_wanted:
                found.append(_total([self._own(rel, number, variables(rule.args)), *parts]))
            else:
                found.append(_most([*parts, *(self._other_value(each) for each in rule.body)]))
        return _most(found) if is_wanted else _total(found)

    def _own(self, rel: plan.Rel, number: int, known: Iterable[Var]) -> dict[int, float]:
        """The values of the variables that a rule has beside those that are known."""
        rule, gone = self.rules[rel][number], set(known)
        for literal in rule.body:
            if isinstance(literal, plan.Call) and self.is_exact(literal.source.pred):
                gone |= set(variables(literal.args))  # what is closed has the values that it has
        own = dict.fromkeys(var for literal in rule.body for var in _variables_of(literal) if var not in gone)
        names = [((rel, number), var) for var in own]
        return _total([{self.group_of[each]: self.counted.get(each, 1)} for each in names if each in self.group_of])

    def _other_value(self, literal: plan.PlanLiteral) -> dict[int, float]:
        """Where that there is no other value is to be false: the other value."""
        if not isinstance(literal, plan.NoOtherValue):
            return {}
        places = [(literal.rel.pred.positive, at) for at, is_key in enumerate(literal.keys) if not is_key]
        return _total([{self.group_of[each]: 1} for each in places if each in self.group_of])


def _uses_of(rule: plan.PlanRule, literal: plan.PlanLiteral, is_wanted: bool) -> Iterator[tuple[float, _Node]]:
    """The relations that a literal uses, each with for how many rows one way to make a rule hold, or fail, uses it."""
    known = variables(rule.args)
    is_of_many = not is_wanted and any(var not in known for each in rule.body for var in _variables_of(each))
    many = math.inf if is_of_many else 1
    match literal:
        case plan.Call(plan.Rel() as rel):
            yield many, (rel, is_wanted)
        case plan.Absent(plan.Rel() as rel) | plan.NoOtherValue(rel):
            yield many, (rel, not is_wanted)
        case plan.CountTest(op, bound, sources):
            are_wanted = is_wanted == (op == "at_least")
            rows = bound.value + (op == "at_most") if isinstance(bound, Int) and are_wanted else math.inf
            yield from ((many * max(1, rows), (each.rel, are_wanted)) for each in sources)
        case plan.AggregateTest(_, _, _, certain_, possible):
            yield from ((math.inf, (each.rel, is_so)) for each in certain_ + possible for is_so in (True, False))
        case plan.Call() | plan.Absent() | plan.Test() | plan.Domain():
            return


def _times(need: Mapping[int, float], many: float) -> dict[int, float]:
    return {group: number * many for group, number in need.items() if number}


def _total(needs: Iterable[Mapping[int, float]]) -> dict[int, float]:
    found: dict[int, float] = {}
    for group, number in (item for need in needs for item in need.items()):
        found[group] = found.get(group, 0) + number
    return found


def _most(needs: Iterable[Mapping[int, float]]) -> dict[int, float]:
    found: dict[int, float] = {}
    for group, number in (item for need in needs for item in need.items()):
        found[group] = max(found.get(group, 0), number)
    return found


def agrees(row: Row, key: Key) -> bool:
    """Whether a row has what a key wants."""
    return all(wanted is None or wanted == number for number, wanted in zip(row, key, strict=True))


# --- values for what is not documented -------------------------------------------------------------------------------

ROUND_AGES = (0, 1, 2, 5, 10, 12, 16, 17, 18, 19, 21, 30, 40, 50, 60, 65, 70, 80, 100)
ROUND_NUMBERS = (0, 1, 2, 3, 4, 5, 10, 18, 20, 40, 50, 60, 65, 80, 90, 96, 100, 1000)


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


def round_values(type_: str, day: datetime.date) -> tuple[Const, ...]:
    """The values that tell answers apart where no rule is looked at: dates by round ages on a day, or round numbers.

    An interview asks so: its questions are to be the same whatever the rules compare with. A search for facts takes samples close
    to what is compared instead, as its sets are to be exact at a limit.
    """
    if type_ == "date":
        return tuple(samples.dates_apart((day,), [-age for age in ROUND_AGES]))
    return tuple(map(Int, ROUND_NUMBERS))
