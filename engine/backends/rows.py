"""Rows of numbered constants with indexes, stated facts in them, and what plan literals hold of, each as a function from a key to
the rows that agree with it.

Negations, counts and aggregates ask for the rows of their relations as a question of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NoReturn, Protocol, TypeAlias

from msgspec import Struct, field

from engine.endless import EndlessError, Exceeded
from engine.reading import plan
from engine.scopes import Binding, how_many, solve_test
from kb.language.program import Stated
from kb.language.syntax import Clause, Pred
from kb.language.terms import Const, Int, Term, Var
from kb.language.traversal import literal_terms, variables

Numbers: TypeAlias = dict[Var, int]
"""What variables are: constants by their numbers."""
Row: TypeAlias = tuple[int, ...]
"""Constants by their numbers in an `Interner`."""
Key: TypeAlias = tuple[int | None, ...]
"""A row with None where any constant will do."""


def bound_row(key: Key) -> Row:
    """A key all of whose columns are bound, as a row."""
    return tuple(number for number in key if number is not None)


class Interner(Struct):
    """Numbers constants, so that `1`, `1.0` and `'1'` can never be taken for one another."""

    constants: list[Const] = field(default_factory=list)
    _numbers: dict[Const, int] = field(default_factory=dict)

    @classmethod
    def of(cls, constants: Iterable[Const]) -> Interner:
        """A numbering that begins with some constants."""
        distinct = [*dict.fromkeys(constants)]
        return cls(distinct, dict(zip(distinct, range(len(distinct)), strict=True)))

    def number(self, constant: Const) -> int:
        """The number of a constant, a new one at its first mention."""
        found = self._numbers.get(constant)
        if found is None:
            found = len(self.constants)
            self.constants.append(constant)
            self._numbers[constant] = found  # last, so that no other has its number if an interruption ends this
        return found

    def known(self, constant: Const) -> int:
        """The number of a constant that has one."""
        return self._numbers[constant]

    def row(self, constants: Iterable[Const]) -> Row:
        return tuple([self.number(constant) for constant in constants])

    def decode(self, row: Row) -> tuple[Const, ...]:
        constants = self.constants
        return tuple([constants[number] for number in row])

    def value(self, term: Term, binding: Numbers) -> int:
        """The number of what a term is, its variables being bound."""
        return binding[term] if isinstance(term, Var) else self.number(term)

    def key(self, terms: Iterable[Term], binding: Numbers) -> Key:
        """The key of terms, None for variables that are not bound."""
        return tuple([binding.get(term) if isinstance(term, Var) else self.number(term) for term in terms])

    def matched(self, terms: Iterable[Term], row: Key, binding: Numbers) -> Numbers | None:
        """The binding extended so that terms are the constants of a row, or None if they cannot be."""
        extended = dict(binding)
        for term, number in zip(terms, row, strict=True):
            if number is None:
                continue
            if (extended.setdefault(term, number) if isinstance(term, Var) else self.number(term)) != number:
                return None
        return extended

    def copy(self) -> Interner:
        """The same numbers, to go on from."""
        return Interner(list(self.constants), dict(self._numbers))


class Table(Struct):
    """Distinct rows, found by any of their columns."""

    rows: dict[Row, None] = field(default_factory=dict)
    _indexes: dict[tuple[int, ...], dict[Row, list[Row]]] = field(default_factory=dict)

    def add(self, row: Row) -> bool:
        """Adds a row; False if it was there."""
        if row in self.rows:
            return False
        self.rows[row] = None
        for columns, index in self._indexes.items():
            index.setdefault(tuple([row[column] for column in columns]), []).append(row)
        return True

    def match(self, key: Key) -> Iterable[Row]:
        """The rows that agree with a key."""
        columns = tuple([column for column, number in enumerate(key) if number is not None])
        return self.at(columns, tuple([number for number in key if number is not None]), len(key))

    def at(self, columns: tuple[int, ...], values: Row, width: int) -> Iterable[Row]:
        """The rows, of so many columns, that have some values in some columns."""
        if len(columns) == width:
            return (values,) if values in self.rows else ()
        if not self.rows:
            return ()
        if not columns:
            return [*self.rows]
        index = self._indexes.get(columns)
        if index is None:
            index = {}
            for row in self.rows:
                index.setdefault(tuple([row[column] for column in columns]), []).append(row)
            self._indexes[columns] = index  # whole, whoever else looks at it, and whatever ends this
        return index.get(values, ())


EMPTY = Table()
"""The table of a predicate without facts; nothing may be added to it."""


class Facts(Struct):
    """Stated facts, in layers: a policy's are shared by all its cases, a case's are its own."""

    interner: Interner
    below: Facts | None = None
    unread: frozenset[tuple[Pred, int]] = frozenset()
    """Arguments of predicates that no rule reads, whose constants are not among those that there are."""
    stated: Stated = field(default_factory=Stated)
    """Facts whose constants all have numbers, put in tables when their predicates are asked for."""
    _tables: dict[Pred, Table] = field(default_factory=dict)
    _domain: list[int] | None = None

    @classmethod
    def of(cls, stated: Stated, constants: Iterable[Const], unread: frozenset[tuple[Pred, int]] = frozenset()) -> Facts:
        """Facts with a numbering of all constants."""
        return cls(Interner.of(constants), unread=unread, stated=stated)

    def beside(self, clauses: Iterable[Clause]) -> Facts:
        """These facts with others, numbered in a copy: what is added to it leaves this numbering alone."""
        found = Facts(self.interner.copy(), self)
        found._state(clauses)
        return found

    def instead(self, clauses: Iterable[Clause]) -> Facts:
        """Others in place of the uppermost layer, in the same numbering."""
        found = Facts(self.interner, self.below)
        found._state(clauses)
        return found

    def _state(self, clauses: Iterable[Clause]) -> None:
        for clause in clauses:
            pred = clause.head.pred
            if pred not in self._tables:
                below = self.below.table(pred) if self.below else EMPTY
                self._tables[pred] = Table(dict(below.rows))
            self._tables[pred].add(self.interner.row([arg for arg in clause.head.args if not isinstance(arg, Var)]))

    def table(self, pred: Pred) -> Table:
        """All rows of a predicate."""
        found = self._tables.get(pred)
        if found is not None:
            return found
        if self.below is not None:
            return self.below.table(pred)
        stated, known = self.stated.of(pred), self.interner.known
        if not stated:
            return EMPTY
        rows = ([known(arg) for arg in fact.head.args if not isinstance(arg, Var)] for fact in stated)
        found = self._tables[pred] = Table(dict.fromkeys(map(tuple, rows)))
        return found

    def domain(self) -> Iterable[int]:
        """Every constant that a fact mentions, in arguments that rules read."""
        if self._domain is None:
            below = set(self.below.domain()) if self.below else set()
            own: set[int] = set()
            for pred in (*self.stated.by_predicate, *self._tables):
                read = [index for index in range(pred.arity) if (pred, index) not in self.unread]
                rows = self.table(pred).rows if read else ()
                own.update(row[index] for row in rows for index in read)
            self._domain = sorted(below | own)
        return self._domain


class Steps:
    """How many steps a question has taken, of those that it may, and whether it has gone through all constants that there are."""

    __slots__ = ("most", "taken", "through_domain")

    def __init__(self, most: int) -> None:
        self.most = most
        self.begin()

    def begin(self) -> None:
        """Begins the count for a question."""
        self.taken = 0
        self.through_domain = False

    def spend(self, steps: int) -> None:
        """Counts steps. Raises `EndlessError` when there are more than may be."""
        self.taken += steps
        if self.taken > self.most:
            self.give_up()

    def give_up(self) -> NoReturn:
        """Raises `EndlessError`."""
        raise EndlessError(Exceeded.STEPS)


class World(Protocol):
    """What a literal is evaluated in."""

    @property
    def facts(self) -> Facts:
        """What is stated, and the numbering."""

    def domain(self) -> Iterable[int]:
        """Every constant that there is."""

    def ask(self, rel: plan.Rel, key: Key) -> list[Row]:
        """The rows of a relation that agree with a key."""

    @property
    def steps(self) -> Steps:
        """How many steps the question has taken."""

    def expect(self, values: int) -> None:
        """Raises `EndlessError` if so many values are more than the question may take steps."""


Answer: TypeAlias = Callable[[World, Key], Iterable[Row]]


def arguments(literal: plan.PlanLiteral) -> tuple[Term, ...]:
    """The terms that a row of the literal has a constant for."""
    match literal:
        case plan.Call(_, args) | plan.Absent(_, args):
            return args
        case plan.Domain(var):
            return (var,)
        case plan.Test(inner):
            return tuple(variables(literal_terms(inner)))
        case plan.NoOtherValue(_, _, key, value):
            return (*key, *(value or ()))
        case plan.CountTest():
            return tuple(variables(plan.inputs_of(literal, frozenset())))
        case plan.AggregateTest():
            result = () if literal.is_open else (literal.result,)
            return tuple(variables((*plan.inputs_of(literal, frozenset()), *result)))


def answer_of(literal: plan.PlanLiteral) -> Answer:
    """What gives the rows of a literal, for keys over its `arguments`."""
    match literal:
        case plan.Call(source):
            return rows_of(source)
        case plan.Absent(source):
            rows = rows_of(source)
            return lambda world, key: _unless(rows(world, key), key)
        case plan.Domain():
            return _domain
        case plan.Test():
            return _test(literal)
        case plan.NoOtherValue():
            return _no_other_value(literal)
        case plan.CountTest():
            return _count(literal)
        case plan.AggregateTest():
            return _aggregate(literal)


def rows_of(source: plan.Source) -> Answer:
    """What gives the rows of a relation or of stated facts."""
    if isinstance(source, plan.Stored):
        return lambda world, key: world.facts.table(source.pred).match(key)
    return lambda world, key: world.ask(source, key)


def _domain(world: World, key: Key) -> Iterable[Row]:
    return ((key[0],),) if key[0] is not None else ((number,) for number in world.domain())


def _test(literal: plan.Test) -> Answer:
    args = tuple(variables(literal_terms(literal.literal)))

    def answer(world: World, key: Key) -> Iterable[Row]:
        interner = world.facts.interner
        constants = interner.constants
        binding: Binding = {var: constants[number] for var, number in zip(args, key, strict=True) if number is not None}
        world.expect(how_many(literal.literal, binding))
        for full in solve_test(literal.literal, binding):
            yield tuple(interner.number(full[var]) for var in args)

    return answer


def _no_other_value(literal: plan.NoOtherValue) -> Answer:
    keys, width = literal.keys, len(literal.key)

    def answer(world: World, key: Key) -> Iterable[Row]:
        known = iter(key[:width])
        rows = world.ask(literal.rel, tuple(next(known) if is_key else None for is_key in keys))
        values = {tuple(number for number, is_key in zip(row, keys, strict=True) if not is_key) for row in rows}
        if literal.value is not None:
            values.discard(bound_row(key[width:]))
        return _unless(values, key)

    return answer


def _counted_rows(world: World, source: plan.Counted, binding: Numbers) -> list[Numbers]:
    """The distinct rows of a source as what they give the counted variables."""
    number = world.facts.interner.number
    key = tuple(
        number(arg) if not isinstance(arg, Var) else binding.get(arg) if arg not in source.counted else None
        for arg in source.args
    )
    at = {var: source.args.index(var) for var in source.counted}
    return [{var: row[index] for var, index in at.items()} for row in world.ask(source.rel, key)]


def _count(literal: plan.CountTest) -> Answer:
    args, bound = arguments(literal), literal.bound

    def answer(world: World, key: Key) -> Iterable[Row]:
        binding = _binding(args, key)
        limit = world.facts.interner.constants[binding[bound]] if isinstance(bound, Var) else bound
        if not isinstance(limit, Int):
            return ()
        wanted = limit.value if literal.op == "at_least" else limit.value + 1
        enough = _has_at_least(world, wanted, literal.sources, binding)
        return _unless(enough != (literal.op == "at_least"), key)

    return answer


def _has_at_least(world: World, wanted: int, sources: tuple[plan.Counted, ...], binding: Numbers) -> bool:
    found = 0
    for source in sorted(sources, key=lambda each: not each.endless):
        if found >= wanted:
            break
        rows = _counted_rows(world, source, binding)
        if rows and source.endless:
            return True
        found += len(rows)
    return found >= wanted


def _aggregate(literal: plan.AggregateTest) -> Answer:
    args = arguments(literal)

    def answer(world: World, key: Key) -> Iterable[Row]:
        binding = _binding(args, key)
        certain = [row for source in literal.certain for row in _counted_rows(world, source, binding)]
        possible = sum(len(_counted_rows(world, source, binding)) for source in literal.possible)
        if literal.is_open:
            return _unless(possible <= len(certain), key)
        if possible > len(certain):
            return ()
        result = plan.aggregated(literal, certain, binding, world.facts.interner.constants)
        if result is None:
            return ()
        return _with_result(literal.result, world.facts.interner.number(result), result, args, binding)

    return answer


def _with_result(term: Term, number: int, result: Const, args: tuple[Term, ...], binding: Numbers) -> Iterable[Row]:
    if not isinstance(term, Var):
        if term != result:
            return ()
    elif binding.get(term, number) != number:
        return ()
    else:
        binding = {**binding, term: number}
    return (tuple(binding[arg] for arg in args if isinstance(arg, Var)),)


def _binding(args: tuple[Term, ...], key: Key) -> Numbers:
    pairs = zip(args, key, strict=True)
    return {arg: number for arg, number in pairs if number is not None and isinstance(arg, Var)}


def _unless(found: object, key: Key) -> Iterable[Row]:
    """The key itself, all bound, as the only row, unless something was found."""
    return () if found else (bound_row(key),)
