"""Plan rules as the grounder runs them: one literal after the other, over registers, with the atoms that hold of what was found.

Which literal looks up what, and which variables it binds, is the same for every case and every key that binds the same columns: it
is worked out once and kept with the plan rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from msgspec import Struct, field

from engine.reading import plan
from kb.language.syntax import Builtin, Compare, Member
from kb.language.terms import Const, Term, Var
from kb.language.traversal import literal_terms, variables

if TYPE_CHECKING:
    from engine.backends.rows import Facts, Key, Numbers, Row
    from engine.symbolic.conditions import Conjunction
    from engine.symbolic.open_tests import OpenTests

Atoms: TypeAlias = frozenset[int]
Registers: TypeAlias = list[Any]
"""The numbers of what the variables of a rule are so far, then those of its constants, then None for what is not bound."""
Emit: TypeAlias = Callable[[Registers, Atoms, Atoms], None]
"""Takes what was found: the registers, the atoms that it needs, and those that must not hold."""
_Run: TypeAlias = Callable[["World", Registers, Atoms, Atoms, Emit], None]
"""A literal of a rule, with those after it."""
_Slots: TypeAlias = Mapping[Term, int]
RowOf: TypeAlias = "Callable[[Key, Registers], Row]"
"""Gives the row of a head that agrees with a key."""
State: TypeAlias = "tuple[Numbers, Atoms, Atoms]"
"""What variables are, with the atoms that are needed, and those that must not hold."""
NOTHING: Atoms = frozenset()


class World(Protocol):
    """What rules are run in: the facts and what may be assumed beside them, for one search."""

    @property
    def facts(self) -> Facts:
        """What is stated, and the numbering."""

    @property
    def domain(self) -> frozenset[int]:
        """Every constant that there is."""

    @property
    def tests(self) -> OpenTests:
        """Tests of the values that are not known."""

    def step(self) -> None:
        """Counts a step. Raises `EndlessError` or `OutOfTimeError` where there are too many."""

    def conditions(self, conditions: Conjunction) -> Atoms:
        """The atoms that say that some conditions hold."""

    def any_of(self, alternatives: Iterable[Atoms]) -> int | None:
        """The atom that holds if all of one of some sets do; None if that is so in any case."""

    def matching(self, source: plan.Source, key: Key) -> Iterable[tuple[Row, Atoms]]:
        """The rows of a source that agree with a key, each with the atoms that it needs."""

    def where_same(self, one: int, other: int) -> Atoms | None:
        """The atoms with which two values are the same; None if they cannot be."""

    def other_values(self, literal: plan.NoOtherValue, key: Key, own: Key | None) -> list[int | None]:
        """The atoms, if any are needed, with which a key has other values than its own."""

    def reaches(self, literal: plan.CountTest, binding: Numbers) -> bool | int:
        """Whether a count is reached, or the atom that says so."""

    def aggregate(self, literal: plan.AggregateTest, state: State) -> Iterator[State]:
        """The states in which an aggregate has a result."""


class Joins(Struct, frozen=True):
    """The rules of a relation, for keys that bind some of its columns."""

    rules: tuple[plan.PlanRule, ...]
    _for_given: dict[tuple[bool, ...], tuple[Join, ...]] = field(default_factory=dict)

    def of(self, key: Key) -> tuple[Join, ...]:
        """The rules for keys such as this."""
        given = tuple([number is not None for number in key])
        found = self._for_given.get(given)
        if found is None:
            found = self._for_given[given] = tuple(Join(rule, given) for rule in self.rules)
        return found


class Join:
    """A rule, for keys that bind the same columns of its head."""

    __slots__ = ("_blank", "_body", "_constants", "_free", "_given")

    def __init__(self, rule: plan.PlanRule, given: Sequence[bool]) -> None:
        looked_up = list(chain(rule.args, *map(_looked_up, rule.body)))
        names = dict.fromkeys(variables(chain(rule.args, *map(plan.terms_of, rule.body))))
        self._constants: tuple[Const, ...] = tuple(
            dict.fromkeys(term for term in looked_up if not isinstance(term, Var))
        )
        slots = {term: slot for slot, term in enumerate((*names, *self._constants))}
        self._blank: Registers = [None] * len(names)
        columns = [(column, slots[arg]) for column, arg in enumerate(rule.args)]
        self._given = [each for each, is_given in zip(columns, given, strict=True) if is_given]
        self._free = [each for each, is_given in zip(columns, given, strict=True) if not is_given]
        bound = {arg for arg, is_given in zip(rule.args, given, strict=True) if is_given and isinstance(arg, Var)}
        self._body = _body(rule.body, bound, slots)

    def run(self, grounder: World, key: Key, emit: Emit) -> None:
        """Emits what the rule gives for a key."""
        number_of = grounder.facts.interner.number
        registers = [*self._blank, *map(number_of, self._constants), None]
        needed = NOTHING
        for column, slot in self._given:
            number, own = key[column], registers[slot]
            if own is None or number is None:
                registers[slot] = number
            elif own != number:
                same = grounder.where_same(own, number)
                if same is None:
                    return
                needed |= same
        self._body(grounder, registers, needed, NOTHING, emit)

    def row(self, key: Key, registers: Registers) -> Row:
        """The row of the head that agrees with a key."""
        row: list[Any] = list(key)
        for column, slot in self._free:
            row[column] = registers[slot]
        return tuple(row)


def _looked_up(literal: plan.PlanLiteral) -> Iterable[Term]:
    """The terms of a literal that rows are looked up by."""
    match literal:
        case plan.Call(_, args) | plan.Absent(_, args):
            return args
        case plan.NoOtherValue(_, _, key, value):
            return (*key, *(value or ()))
        case plan.Test() | plan.Domain() | plan.CountTest() | plan.AggregateTest():
            return ()


def _taking(slots: Sequence[int]) -> Callable[[Registers], tuple[Any, ...]]:
    """What reads some registers, in order."""
    match slots:
        case []:
            return lambda _registers: ()
        case [slot]:
            return lambda registers: (registers[slot],)
        case _:
            return itemgetter(*slots)


def _body(body: Sequence[plan.PlanLiteral], given: set[Var], slots: _Slots) -> _Run:
    """A body in which some variables are bound before."""
    before, bound = list[frozenset[Var]](), frozenset(given)
    for literal in body:
        before.append(bound)
        bound |= plan.binds(literal)
    run: _Run = _emitted
    for literal, known in zip(reversed(body), reversed(before), strict=True):
        run = _literal(literal, known, slots, run)
    return run


def _emitted(_grounder: World, registers: Registers, needed: Atoms, barred: Atoms, emit: Emit) -> None:
    emit(registers, needed, barred)


def _literal(literal: plan.PlanLiteral, bound: frozenset[Var], slots: _Slots, after: _Run) -> _Run:
    match literal:
        case plan.Call(source, args):
            return _call(source, args, bound, slots, after)
        case plan.Absent(source, args):
            return _absent(source, _taking([slots[arg] for arg in args]), after)
        case plan.NoOtherValue():
            return _no_other_value(literal, slots, after)
        case plan.Domain(var):
            return _passed(after) if var in bound else _domain(slots[var], after)
        case plan.Test(inner):
            terms = tuple(dict.fromkeys(variables(literal_terms(inner))))
            numbers = _taking([slots[term] if term in bound else -1 for term in terms])
            return _test(inner, terms, numbers, [(term, slots[term]) for term in terms if term not in bound], after)
        case plan.CountTest():
            return _count(literal, [(var, slots[var]) for var in bound], after)
        case plan.AggregateTest():
            results = [(var, slots[var]) for var in plan.binds(literal) - bound]
            return _aggregate(literal, [(var, slots[var]) for var in bound], results, after)


def _call(source: plan.Source, args: tuple[Term, ...], bound: frozenset[Var], slots: _Slots, after: _Run) -> _Run:
    key = _taking([slots[arg] if not isinstance(arg, Var) or arg in bound else -1 for arg in args])
    first: dict[Term, int] = {}
    free = [(column, arg) for column, arg in enumerate(args) if isinstance(arg, Var) and arg not in bound]
    again = [(column, slots[arg]) for column, arg in free if first.setdefault(arg, column) != column]
    outputs = [(column, slots[arg]) for arg, column in first.items()]

    def run(grounder: World, registers: Registers, needed: Atoms, barred: Atoms, emit: Emit) -> None:
        for row, atoms in grounder.matching(source, key(registers)):
            for column, slot in outputs:
                registers[slot] = row[column]
            found = needed | atoms if atoms else needed
            for column, slot in again:
                same = grounder.where_same(registers[slot], row[column])
                if same is None:
                    break
                found |= same
            else:
                grounder.step()
                after(grounder, registers, found, barred, emit)

    return run


def _absent(source: plan.Source, key: Callable[[Registers], Key], after: _Run) -> _Run:
    def run(grounder: World, registers: Registers, needed: Atoms, barred: Atoms, emit: Emit) -> None:
        found = [grounder.any_of((atoms,)) for _, atoms in grounder.matching(source, key(registers))]
        if None not in found:
            grounder.step()
            after(grounder, registers, needed, barred.union(_known(found)) if found else barred, emit)

    return run


def _no_other_value(literal: plan.NoOtherValue, slots: _Slots, after: _Run) -> _Run:
    key = _taking([slots[term] for term in literal.key])
    value = None if literal.value is None else _taking([slots[term] for term in literal.value])

    def run(grounder: World, registers: Registers, needed: Atoms, barred: Atoms, emit: Emit) -> None:
        own = None if value is None else value(registers)
        others = grounder.other_values(literal, key(registers), own)
        if None not in others:
            grounder.step()
            after(grounder, registers, needed, barred.union(_known(others)) if others else barred, emit)

    return run


def _known(atoms: Iterable[int | None]) -> Iterator[int]:
    return (atom for atom in atoms if atom is not None)


def _passed(after: _Run) -> _Run:
    def run(grounder: World, registers: Registers, needed: Atoms, barred: Atoms, emit: Emit) -> None:
        grounder.step()
        after(grounder, registers, needed, barred, emit)

    return run


def _domain(slot: int, after: _Run) -> _Run:
    def run(grounder: World, registers: Registers, needed: Atoms, barred: Atoms, emit: Emit) -> None:
        for number in grounder.domain:
            registers[slot] = number
            grounder.step()
            after(grounder, registers, needed, barred, emit)

    return run


def _test(
    test: Compare | Builtin | Member,
    terms: tuple[Var, ...],
    numbers: Callable[[Registers], Key],
    outputs: Sequence[tuple[Var, int]],
    after: _Run,
) -> _Run:
    def run(grounder: World, registers: Registers, needed: Atoms, barred: Atoms, emit: Emit) -> None:
        for values, conditions in grounder.tests.solve(test, terms, numbers(registers)):
            for var, slot in outputs:
                registers[slot] = values[var]
            found = needed | grounder.conditions(conditions) if conditions else needed
            grounder.step()
            after(grounder, registers, found, barred, emit)

    return run


def _count(literal: plan.CountTest, bound: Sequence[tuple[Var, int]], after: _Run) -> _Run:
    def run(grounder: World, registers: Registers, needed: Atoms, barred: Atoms, emit: Emit) -> None:
        enough = grounder.reaches(literal, {var: registers[slot] for var, slot in bound})
        is_wanted = literal.op == "at_least"
        if isinstance(enough, bool):
            if enough != is_wanted:
                return
        elif is_wanted:
            needed |= {enough}
        else:
            barred |= {enough}
        grounder.step()
        after(grounder, registers, needed, barred, emit)

    return run


def _aggregate(
    literal: plan.AggregateTest, bound: Sequence[tuple[Var, int]], results: Sequence[tuple[Var, int]], after: _Run
) -> _Run:
    def run(grounder: World, registers: Registers, needed: Atoms, barred: Atoms, emit: Emit) -> None:
        binding = {var: registers[slot] for var, slot in bound}
        for extended, positive, negative in grounder.aggregate(literal, (binding, needed, barred)):
            for var, slot in results:
                registers[slot] = extended[var]
            grounder.step()
            after(grounder, registers, positive, negative, emit)

    return run
