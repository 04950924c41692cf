"""What a program says of every case over a small vocabulary, worked out for all cases at once by the definitions of the language.

    program, program -> grid: what a case may state, each fact one or the other way -> how an atom stands in each case, as an array

A case is a point of the grid, which has an axis for each atom (not stated, stated, stated to be false), each record (complete or
not) and the request. How an atom stands is an array over the grid, with one place along each axis that it does not depend on. As in
tests/reference.py variables range over the constants that there are and over individuals that nothing is stated of, which are
integers here. Programs have no recursion and compute nothing: they compare, count and deny.
"""

from __future__ import annotations

import datetime
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, reduce
from itertools import chain, product
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from kb.language.builtins import compare
from kb.language.declarations import COMPLETE, REQUEST
from kb.language.program import Program
from kb.language.syntax import (
    AbducibleDecl,
    And,
    AtomF,
    Body,
    Clause,
    Compare,
    Conjunct,
    Count,
    Documented,
    FunctionalDecl,
    Member,
    Not,
    Op,
    Or,
    Pred,
    PredDecl,
    VocabularyDecl,
)
from kb.language.terms import Atom, Const, Date, Int, Term, Var
from kb.language.traversal import body_vars, conjuncts, literal_terms, variables, walk
from kb.language.truth import Truth

Value: TypeAlias = Const | int
Row: TypeAlias = tuple[Value, ...]
Binding: TypeAlias = dict[Var, Value]
Truths: TypeAlias = NDArray[np.int8]
Cases: TypeAlias = NDArray[np.bool_]

CASE = Atom("case")
FALSE, UNKNOWN, TRUE = (np.int8(each) for each in range(3))
RANK = {Truth.FALSE: FALSE, Truth.UNKNOWN: UNKNOWN, Truth.TRUE: TRUE}
INDIVIDUALS = (1, 2, 3, 4, 5)
"""Individuals of which nothing is stated: as many as programs may count."""
ANY: tuple[Const, ...] = (Int(0), Date(datetime.date(2024, 7, 1)))
"""The number and the day of which cases have those near them where no rule mentions one."""
_IDENTITY = ("=", "==", "\\=", "\\==")


# --- what a case may state ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Grid:
    """All cases over a vocabulary: along each axis a case states one of some facts, or none of them."""

    axes: tuple[tuple[AtomF, ...], ...]

    @cached_property
    def at(self) -> dict[AtomF, tuple[int, int]]:
        """The axis of each fact, and its place there."""
        return {fact: (axis, place) for axis, facts in enumerate(self.axes) for place, fact in enumerate(facts, 1)}

    @property
    def size(self) -> int:
        """How many cases there are."""
        return math.prod(len(facts) + 1 for facts in self.axes)

    @cached_property
    def stated(self) -> NDArray[np.int8]:
        """How many facts each case states."""
        counts = [self._along(axis, [0, *[1] * len(facts)]) for axis, facts in enumerate(self.axes)]
        return np.ascontiguousarray(np.broadcast_to(sum(counts, self.all_of(0)), self._shape))

    @property
    def _shape(self) -> tuple[int, ...]:
        return tuple(len(facts) + 1 for facts in self.axes)

    def all_of(self, value: int) -> Truths:
        """The array that has the same value for every case."""
        return np.full((1,) * len(self.axes), value, np.int8)

    def states(self, fact: AtomF) -> Cases:
        """The cases that state a fact."""
        if fact not in self.at:
            return self.all_of(0) != 0
        axis, at = self.at[fact]
        return self._along(axis, [place == at for place in range(len(self.axes[axis]) + 1)]) != 0

    def _along(self, axis: int, values: Sequence[int]) -> Truths:
        shape = [1] * len(self.axes)
        shape[axis] = len(values)
        return np.array(values, np.int8).reshape(shape)

    def whole(self, cases: Cases) -> Cases:
        """The same with a place for every case."""
        return np.broadcast_to(cases, self._shape)

    def facts(self, point: Iterable[int]) -> tuple[AtomF, ...]:
        """What the case of a point states."""
        return tuple(facts[place - 1] for facts, place in zip(self.axes, point, strict=True) if place)

    def point(self, facts: Iterable[AtomF]) -> tuple[int, ...] | None:
        """The point of the case that states some facts; None if it is not in the grid."""
        found = [0] * len(self.axes)
        for fact in facts:
            if fact not in self.at or found[self.at[fact][0]]:
                return None
            axis, place = self.at[fact]
            found[axis] = place
        return tuple(found)

    @classmethod
    def of(cls, *programs: Program, fresh: int = 2) -> Grid:
        """The grid of what cases may state of the open predicates that some programs speak of: of arguments with listed values these, else
        the constants that the programs have for their type, of numbers and dates those near them too, and of names as many as said
        that no program mentions."""
        vocabulary = _Vocabulary(programs, fresh)
        axes = [(fact, AtomF(fact.pred.opposite, fact.args)) for fact in vocabulary.atoms()]
        records = dict.fromkeys(fact.pred for fact, _ in axes if fact.pred.arity > 1)
        requests = tuple(vocabulary.requests())
        return cls(
            (
                *axes,
                *((AtomF(COMPLETE, (CASE, Atom(pred.name))),) for pred in records),
                *((requests,) if requests else ()),
            )
        )


@dataclass(frozen=True)
class _Vocabulary:
    programs: Sequence[Program]
    fresh: int

    @cached_property
    def clauses(self) -> list[Clause]:
        return [clause for each in self.programs for clause in each.clauses]

    @cached_property
    def used(self) -> set[Pred]:
        """The predicates that rules read."""
        return {atom.pred.positive for clause in self.clauses for atom in walk(clause.body) if isinstance(atom, AtomF)}

    @cached_property
    def types(self) -> dict[Pred, tuple[str, ...]]:
        return _types(self.programs)

    def atoms(self) -> Iterator[AtomF]:
        opened = dict.fromkeys(pred for each in self.programs for pred in _open(each) if pred in self.used)
        for pred in opened:
            for row in product(*(self.values(pred, at) for at in range(1, pred.arity))):
                yield AtomF(pred, (CASE, *row))

    def requests(self) -> Iterator[AtomF]:
        if REQUEST in self.used:
            drugs = {clause.head.args[1] for clause in self.clauses if clause.head.pred == Pred("policy_covers", 2)}
            for drug, day in product(sorted(drugs, key=str), sorted(_near(self._constants("date"), 1), key=str)):
                yield AtomF(REQUEST, (CASE, drug, Atom("initial"), day))

    def values(self, pred: Pred, index: int) -> list[Const]:
        """What may stand at an argument of a predicate."""
        type_ = self.types[pred][index]
        listed = [
            clause.head.args[2]
            for clause in self.clauses
            if clause.head.pred == Pred("listed_value", 3) and clause.head.args[:2] == (Atom(pred.name), Int(index + 1))
        ] or self._named(type_)
        if listed:
            return [each for each in dict.fromkeys(listed) if not isinstance(each, Var)]
        found = self._constants(type_)
        if type_ in ("integer", "date"):
            is_functional = any(pred == decl.pred for each in self.programs for decl in _functional(each))
            return sorted(_near(found, 1 if is_functional and type_ == "integer" else 2), key=str)
        return [*sorted(found, key=str), *(Atom(f"{type_} {number}") for number in range(self.fresh))]

    def _named(self, type_: str) -> list[Term]:
        """The constants of a type that has a vocabulary."""
        named = {
            item.pred
            for each in self.programs
            for item in each.items
            if isinstance(item, VocabularyDecl) and (item.use, item.type) == ("vocabulary", type_)
        }
        return [clause.head.args[0] for clause in self.clauses if clause.head.pred in named]

    def _constants(self, type_: str) -> set[Const]:
        """The constants of a type in the rules."""
        kinds: dict[str, type] = {"integer": Int, "date": Date}
        kind = kinds.get(type_, Atom)
        found = {each for each in _by_type(self.programs)[type_] if isinstance(each, kind)}
        return found or {each for each in ANY if isinstance(each, kind)}


def _near(values: Iterable[Const], most: int) -> set[Const]:
    """Numbers and days with those beside them."""
    found = set[Const]()
    for each, step in product(values, range(-most, most + 1)):
        match each:
            case Int(number):
                found.add(Int(number + step))
            case Date(day):
                found.add(Date(day + datetime.timedelta(step)))
            case _:
                raise AssertionError(each)
    return found


def _open(program: Program) -> list[Pred]:
    return [pred for item in program.items if isinstance(item, AbducibleDecl) for pred in item.preds]


def _functional(program: Program) -> list[FunctionalDecl]:
    return [item for item in program.items if isinstance(item, FunctionalDecl)]


def _types(programs: Iterable[Program]) -> dict[Pred, tuple[str, ...]]:
    return {item.pred: item.types for each in programs for item in each.items if isinstance(item, PredDecl)}


def _by_type(programs: Sequence[Program], facts: Iterable[AtomF] = ()) -> defaultdict[str, set[Const]]:
    """The constants of programs and facts by the types of the arguments where they stand, or where variables that they are compared
    with stand."""
    types, found = _types(programs), defaultdict[str, set[Const]](set)
    for atom in facts:
        for arg, type_ in zip(atom.args, types.get(atom.pred.positive, ()), strict=False):
            found[type_] |= _constants((arg,))
    for clause in (clause for each in programs for clause in each.clauses):
        parts = [clause.head, *walk(clause.body)]
        of_var = defaultdict[Var, set[str]](set)
        for atom in (part for part in parts if isinstance(part, AtomF)):
            for arg, type_ in zip(atom.args, types[atom.pred.positive], strict=True):
                if isinstance(arg, Var):
                    of_var[arg].add(type_)
                else:
                    found[type_].add(arg)
        for test in (part for part in parts if isinstance(part, Compare | Member)):
            terms = literal_terms(test)
            for type_ in {type_ for var in variables(terms) for type_ in of_var[var]}:
                found[type_] |= _constants(terms)
    return found


def _constants(terms: Iterable[Term]) -> set[Const]:
    return {each for each in terms if not isinstance(each, Var)}


# --- how atoms stand ------------------------------------------------------------------------------------------------


@dataclass
class EveryCase:
    """How atoms stand under a program in every case of a grid."""

    program: Program
    grid: Grid
    _rules: dict[Pred, list[Clause]] = field(init=False)
    _open: Collection[Pred] = field(init=False)
    _keys: dict[Pred, tuple[bool, ...]] = field(init=False)
    _types: dict[Pred, tuple[str, ...]] = field(init=False)
    _values: dict[str, set[Const]] = field(init=False)
    _known: dict[tuple[Pred, Row], Truths] = field(init=False, default_factory=dict)
    _certain: dict[tuple[Pred, Row], Cases] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._rules = {}
        for clause in self.program.clauses:
            self._rules.setdefault(clause.head.pred, []).append(clause)
        self._open = frozenset(_open(self.program))
        self._keys = {each.pred: each.keys for each in _functional(self.program)}
        self._types = _types([self.program])
        self._values = _by_type([self.program], self.grid.at)

    def conflicts(self) -> Cases:
        """The cases in which an open atom and its strong negation hold, or a functional predicate has two values for a key."""
        found = self._none
        for pred in self._open:
            by_key: dict[Row, list[Cases]] = {}
            for row in self._rows(pred):
                found = found | (self._is_certain(pred, row) & self._is_certain(pred.opposite, row))
                if pred in self._keys:
                    key = tuple(each for each, is_key in zip(row, self._keys[pred], strict=True) if is_key)
                    by_key.setdefault(key, []).append(self._is_certain(pred, row))
            for each in by_key.values():
                found = found | (sum(one.astype(np.int8) for one in each) > 1)
        return found

    def truth(self, pred: Pred, row: Row) -> Truths:
        """How an atom stands."""
        if (pred, row) not in self._known:
            self._known[pred, row] = self._truth(pred, row)
        return self._known[pred, row]

    @property
    def _none(self) -> Cases:
        return self.grid.all_of(0) != 0

    def _rows(self, pred: Pred) -> Iterator[tuple[Const, ...]]:
        """The rows of a predicate over the constants that there are."""
        yield from product(*(sorted(self._values[type_], key=str) for type_ in self._types[pred]))

    def _truth(self, pred: Pred, row: Row) -> Truths:
        certain = self._is_certain(pred, row)
        if pred in self._open:
            return np.where(certain, TRUE, np.where(self._is_excluded(pred, row), FALSE, UNKNOWN))
        possible = self._any(truths != FALSE for truths in self._bodies(pred, row))
        if pred.negative:
            possible = possible | (self.truth(pred.positive, row) == UNKNOWN)
        return np.where(certain, TRUE, np.where(possible, UNKNOWN, FALSE))

    def _is_certain(self, pred: Pred, row: Row) -> Cases:
        """The cases in which an atom is stated or concluded."""
        if (pred, row) not in self._certain:
            stated = [self.grid.states(AtomF(pred, constants))] if (constants := _constant(row)) is not None else []
            concluded = (truths == TRUE for truths in self._bodies(pred, row))
            self._certain[pred, row] = self._any(chain(stated, concluded))
        return self._certain[pred, row]

    def _is_excluded(self, pred: Pred, row: Row) -> Cases:
        """The cases in which an open atom that is not true is false."""
        found = [self._is_certain(pred.opposite, row), self._is_certain(COMPLETE, (row[0], Atom(pred.name)))]
        if pred in self._keys:
            found += [
                self._is_certain(pred, other)
                for other in self._rows(pred)
                if other != row
                and all(a == b for a, b, is_key in zip(other, row, self._keys[pred], strict=True) if is_key)
            ]
        return self._any(found)

    def _any(self, found: Iterable[Cases]) -> Cases:
        return reduce(np.logical_or, found, self._none)

    def _bodies(self, pred: Pred, row: Row) -> Iterator[Truths]:
        """How the bodies of the rules for an atom stand."""
        for clause in self._rules.get(pred, ()):
            binding = _matched(clause.head.args, row)
            if binding is not None:
                yield self._exists(clause.body, binding)

    # --- bodies ---

    def _exists(self, body: Body, binding: Binding) -> Truths:
        """How it stands that a body holds for some values of the variables that it binds. Parts without a variable in common hold or
        not each by itself."""
        found = self.grid.all_of(2)
        for part in _apart(body, binding):
            if not found.any():
                break
            found = np.minimum(
                found, self._highest(self._body(part, each) for each in self._bindings(part, binding, body))
            )
        return found

    def _bindings(self, body: Body, binding: Binding, whole: Body, others: Iterable[Var] = ()) -> Iterator[Binding]:
        free = dict.fromkeys(var for var in (*_bound_by(body), *others) if var not in binding)
        for values in product(*(self._options(var, whole) for var in free)):
            yield binding | dict(zip(free, values, strict=True))

    def _options(self, var: Var, body: Body) -> list[Value]:
        types = {
            type_
            for atom in walk(body)
            if isinstance(atom, AtomF)
            for arg, type_ in zip(atom.args, self._types[atom.pred.positive], strict=True)
            if arg == var
        }
        tests = (part for part in walk(body) if isinstance(part, Compare | Member) and var in literal_terms(part))
        named = _constants(term for part in tests for term in literal_terms(part))
        constants = sorted(named.union(*(self._values[type_] for type_ in types)), key=str)
        return [*constants, *INDIVIDUALS]

    def _highest(self, found: Iterable[Truths]) -> Truths:
        return reduce(np.maximum, found, self.grid.all_of(0))

    def _body(self, body: Body, binding: Binding) -> Truths:
        match body:
            case AtomF(pred, args):
                return self.truth(pred, _row(args, binding))
            case And(goals):
                found = self.grid.all_of(2)
                for goal in goals:
                    if not found.any():
                        break
                    found = np.minimum(found, self._body(goal, binding))
                return found
            case Or(goals):
                return self._highest(self._body(goal, binding) for goal in goals)
            case Not(goal):
                return TRUE - self._exists(goal, binding)
            case Documented(goal):
                return np.where(self._exists(goal, binding) == TRUE, TRUE, FALSE)
            case Count("at_least", Int(bound), template, goal):
                return self._at_least(bound, template, goal, binding)
            case Count("at_most", Int(bound), template, goal):
                return TRUE - self._at_least(bound + 1, template, goal, binding)
            case Compare(op, left, right) if not isinstance(left, Op) and not isinstance(right, Op):
                return self.grid.all_of(int(_compared(op, *_row((left, right), binding))))
            case Member(item, items):
                return self.grid.all_of(int(TRUE if _row((item,), binding)[0] in items else FALSE))
        raise AssertionError(f"{body} is not looked at")

    def _at_least(self, bound: int, template: tuple[Term, ...], goal: Body, binding: Binding) -> Truths:
        witnesses = defaultdict[Row, list[Truths]](list)
        for each in self._bindings(goal, binding, goal, variables(template)):
            witnesses[_row(template, each)].append(self._body(goal, each))
        truths = [self._highest(each) for each in witnesses.values()]
        certain, possible = (
            sum(((each >= least).astype(np.int8) for each in truths), self.grid.all_of(0)) >= bound
            for least in (TRUE, UNKNOWN)
        )
        return np.where(certain, TRUE, np.where(possible, UNKNOWN, FALSE))


def _constant(row: Row) -> tuple[Const, ...] | None:
    """A row without individuals."""
    found = tuple(value for value in row if not isinstance(value, int))
    return found if len(found) == len(row) else None


def _row(terms: Iterable[Term], binding: Binding) -> Row:
    return tuple(binding[term] if isinstance(term, Var) else term for term in terms)


def _matched(args: Iterable[Term], row: Row) -> Binding | None:
    """What the variables of a head are for a row; None if it has other constants."""
    binding: Binding = {}
    for arg, value in zip(args, row, strict=True):
        if (binding.setdefault(arg, value) if isinstance(arg, Var) else arg) != value:
            return None
    return binding


def _apart(body: Body, binding: Binding) -> list[Body]:
    """The parts of a conjunction that have no variable in common which is not bound."""
    parts: list[tuple[set[Var], list[Conjunct]]] = []
    binds = set(_bound_by(body)) - binding.keys()
    for goal in conjuncts(body):
        own = set(body_vars(goal)) & binds
        together = [each for each in parts if each[0] & own]
        parts = [each for each in parts if not each[0] & own]
        parts.append((own.union(*(each[0] for each in together)), [*chain(*(each[1] for each in together)), goal]))
    return [And(tuple(goals)) for _, goals in parts]


def _bound_by(body: Body) -> Iterator[Var]:
    """The variables of the literals that are outside what is denied, documented or counted."""
    match body:
        case And(goals) | Or(goals):
            for goal in goals:
                yield from _bound_by(goal)
        case AtomF() | Compare() | Member():
            yield from variables(literal_terms(body))


def _compared(op: str, left: Value, right: Value) -> np.int8:
    if op in _IDENTITY:
        return TRUE if (left == right) == (op in _IDENTITY[:2]) else FALSE
    if isinstance(left, int) or isinstance(right, int):
        return UNKNOWN
    return TRUE if compare(op, left, right) else FALSE


# --- decisions ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SmallestFlip:
    """The cases in which an atom stands one way under one program and another way under the other."""

    size: int | None
    """How many facts the smallest of them states; None if there is none."""
    cases: Cases
    """Them all."""


def smallest_flips(
    old: EveryCase, new: EveryCase, goals: tuple[Pred, Pred], flips: Iterable[tuple[Truth, Truth]]
) -> dict[tuple[Truth, Truth], SmallestFlip]:
    """For each flip of what decides about the case its smallest size among all cases of the grid that do not conflict with themselves
    under either program."""
    grid = old.grid
    fine = grid.whole(~(old.conflicts() | new.conflicts()))
    before, after = (each.truth(pred, (CASE,)) for each, pred in zip((old, new), goals, strict=True))
    found = {}
    for flip in flips:
        cases = fine & (before == RANK[flip[0]]) & (after == RANK[flip[1]])
        found[flip] = SmallestFlip(int(grid.stated[cases].min()) if cases.any() else None, cases)
    return found
