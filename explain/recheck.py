"""The truth of goals, worked out a second time for the proof checker: it shares no code with the engine.

Goal-directed and tabled. Each predicate has two readings: the rows that are certain, and those that are possible. An
anonymous individual is an integer here; one below 0 in a table's row stands for any that the call does not mention. As
no clause names an individual, a fresh one stands for all: a variable that nothing limits tries only the individuals
around it, a fresh one, and the constants that some goal about it lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias

from explain.recheck_scopes import COMPLETE, Conjunction, Goal, Rule, Rulebook
from kb.arithmetic import builtin_holds, calculate, call_builtin, compare, sum_numbers
from kb.syntax import Aggregate, AtomF, Builtin, Clause, Compare, Count, Expr, Member, Not, Op, Pred, expr_terms
from kb.terms import Atom, Const, Int, Term, Var, order_key
from kb.truth import Truth

Value: TypeAlias = Const | int
Row: TypeAlias = tuple[Value, ...]
Pattern: TypeAlias = tuple[Value | None, ...]
Binding: TypeAlias = dict[Var, Value]
_Key: TypeAlias = tuple[Pred, Pattern, bool]

MOST_STEPS = 3_000_000
MOST_VALUES = 5_000
_EQUALS = {"=": True, "==": True, "\\=": False, "\\==": False}


class EndlessCheckError(Exception):
    """Raised where a check takes more steps than are allowed."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is known of a predicate: whether it depends on itself, has no unknown rows, or is the same for all cases."""

    recursive: bool
    two_valued: bool
    settled: bool
    is_open: bool


@dataclass(slots=True)
class Evaluator:
    """Truth over one program and the facts stated beside it."""

    book: Rulebook
    facts: tuple[Clause, ...]
    closed_world: bool = False
    asked: frozenset[Const] = frozenset()
    """The constants of the question."""
    stated: dict[Pred, dict[Row, list[Clause]]] = field(default_factory=dict)
    _done: dict[_Key, dict[Row, None]] = field(default_factory=dict)
    _found: dict[_Key, dict[Row, None]] = field(default_factory=dict)
    _stack: dict[_Key, int] = field(default_factory=dict)
    _lowest: list[int] = field(default_factory=list)
    _visited: dict[_Key, tuple[int, int]] = field(default_factory=dict)
    _kinds: dict[Pred, _Kind] = field(default_factory=dict)
    _round: int = 0
    _changes: int = 0
    _steps: int = 0
    _counted: dict[tuple[Goal, Row], dict[Row, Truth]] = field(default_factory=dict)
    _domain: frozenset[Const] | None = None

    def __post_init__(self) -> None:
        for clause in self.facts:
            row = tuple(arg for arg in clause.head.args if not isinstance(arg, Var))
            self.stated.setdefault(clause.head.pred, {}).setdefault(row, []).append(clause)

    def beside(self, facts: tuple[Clause, ...]) -> Evaluator:
        """An evaluator of more facts, which keeps the rows of all predicates that these do not bear on.

        A constant that only the new facts have is to those predicates an individual that nothing names.
        """
        other = Evaluator(self.book, (*self.facts, *facts), self.closed_world, self.asked)
        changed = {side for fact in facts for side in (fact.head.pred, fact.head.pred.opposite)}
        kept = {
            pred
            for pred in {key[0] for key in self._done}
            if pred not in changed and changed.isdisjoint(self.book.reach.get(pred, ()))
        }
        other._done.update((key, rows) for key, rows in self._done.items() if key[0] in kept)
        return other

    # What the checker asks

    def truth(self, body: Iterable[Conjunction], binding: Binding) -> Truth:
        """How true it is that one of some conjunctions holds; variables without a value are read as `there is`."""
        body = tuple(body)
        for possible, truth in ((False, Truth.TRUE), (True, Truth.UNKNOWN)):
            if any(True for goals in body for _ in self.solve(goals, binding, possible)):
                return truth
        return Truth.FALSE

    def atom(self, pred: Pred, pattern: Pattern) -> Truth:
        """How true an atom is; None stands for `there is`."""
        for possible, truth in ((False, Truth.TRUE), (True, Truth.UNKNOWN)):
            if any(True for _ in self.rows(pred, pattern, possible)):
                return truth
        return Truth.FALSE

    def clauses_of(self, pred: Pred, args: Row) -> list[Clause]:
        """Where an atom is stated."""
        return [*self.book.stated.get(pred, {}).get(args, ()), *self.stated.get(pred, {}).get(args, ())]

    def is_complete(self, pred: Pred, pattern: Pattern) -> bool:
        """Whether the record of an open predicate is stated to be complete for the first argument."""
        return (
            bool(pattern)
            and pattern[0] is not None
            and self._holds_atom(COMPLETE, (pattern[0], Atom(pred.name)), False)
        )

    def other_values(self, pred: Pred, pattern: Pattern) -> Iterator[Row]:
        """The certain rows of a functional predicate with the key of an atom."""
        declared = self.book.declarations.functional.get(pred)
        if declared is not None and all(
            value is not None for value, key in zip(pattern, declared.keys, strict=True) if key
        ):
            keys = tuple(value if key else None for value, key in zip(pattern, declared.keys, strict=True))
            yield from self.rows(pred, keys, False)

    def witnesses(self, goal: Goal, binding: Binding) -> dict[Row, Truth]:
        """The rows of what a count or an aggregate is about that are not false, with their truth; an individual below
        0 stands for any that nothing outside mentions."""
        known = tuple(binding[var] for var in goal.shared)
        if (goal, known) in self._counted:
            return self._counted[goal, known]
        start: Binding = dict(zip(goal.shared, known, strict=True))
        found: dict[Row, Truth] = {}
        for possible, truth in ((False, Truth.TRUE), (True, Truth.UNKNOWN)):
            for goals in goal.inside:
                for one in self.solve(goals, start, possible):
                    for row in self._spread(goal.terms, one):
                        found.setdefault(_canonical(row, known), truth)
        if not self._stack:
            self._counted[goal, known] = found
        return found

    # Bodies

    def solve(self, goals: Conjunction, binding: Binding, possible: bool) -> Iterator[Binding]:
        """The extensions of a binding under which all goals are certain, or possible."""
        if not goals:
            yield binding
            return
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise EndlessCheckError
        chosen = _ready(goals, binding)
        if chosen is None:
            yield from self._branch(goals, binding, possible)
            return
        goal, unbound = chosen
        rest = tuple(each for each in goals if each is not goal)
        if unbound is None:
            if self._holds(goal, binding, possible):
                yield from self.solve(rest, binding, possible)
            return
        values = self._computed(goal, binding)
        if values is None and possible:
            yield from self.solve(rest, binding, possible)
        for value in values or ():
            yield from self.solve(rest, {**binding, unbound: value}, possible)

    def _branch(self, goals: Conjunction, binding: Binding, possible: bool) -> Iterator[Binding]:
        """Binds the variables of an atom by its rows; where its rows are open, one variable by what it can be."""
        atoms = [goal for goal in goals if isinstance(goal.literal, AtomF)]
        spread: Var | None = None
        for goal in sorted(atoms, key=lambda each: self._cost(each.literal)):
            atom = goal.literal
            assert isinstance(atom, AtomF)
            pattern = _pattern(atom.args, binding)
            rows = tuple(self.rows(atom.pred, pattern, possible))
            wild = next(
                (i for i, each in enumerate(pattern) if each is None and any(_is_new(row[i]) for row in rows)), None
            )
            if wild is None:
                rest = tuple(each for each in goals if each is not goal)
                for row in rows:
                    extended = _matched(atom.args, row, binding)
                    if extended is not None:
                        yield from self.solve(rest, extended, possible)
                return
            open_arg = atom.args[wild]
            assert isinstance(open_arg, Var)
            spread = spread or open_arg
        if spread is None:
            spread = next(
                var for goal in goals for var in sorted(goal.vars, key=lambda var: var.name) if var not in binding
            )
        for value in self._candidates(spread, goals, binding, possible):
            yield from self.solve(goals, {**binding, spread: value}, possible)

    def _cost(self, literal: object) -> bool:
        return isinstance(literal, AtomF) and self._kind_of(literal.pred).is_open

    def _candidates(self, var: Var, goals: Conjunction, binding: Binding, possible: bool) -> Iterable[Value]:
        found: dict[Value, None] = {}
        for goal in goals:
            if var not in goal.vars:
                continue
            if isinstance(goal.literal, AtomF):
                args = goal.literal.args
                for row in self.rows(goal.literal.pred, _pattern(args, binding), possible):
                    found |= {
                        each: None
                        for arg, each in zip(args, row, strict=True)
                        if arg == var and not isinstance(each, int)
                    }
            elif goal.inside or goal.gives or (isinstance(goal.literal, Compare) and goal.literal.op in _EQUALS):
                found |= dict.fromkeys(self._constants())
        return {**found, **dict.fromkeys(_individuals(binding.values()))}

    def _constants(self) -> frozenset[Const]:
        if self._domain is None:
            own = {arg for clause in self.facts for arg in clause.head.args if not isinstance(arg, Var)}
            self._domain = self.book.constants | own | self.asked
        return self._domain

    def _spread(self, terms: tuple[Term, ...], binding: Binding) -> Iterator[Row]:
        """The rows that terms make; one that nothing limits is each individual around it, or a fresh one."""
        for term in terms:
            if isinstance(term, Var) and term not in binding:
                for value in _individuals(binding.values()):
                    yield from self._spread(terms, {**binding, term: value})
                return
        yield _values(terms, binding)

    # Literals

    def _holds(self, goal: Goal, binding: Binding, possible: bool) -> bool:
        """Whether a goal whose variables have values is certain, or possible."""
        match goal.literal:
            case AtomF(pred, args):
                return self._holds_atom(pred, _values(args, binding), possible)
            case Not():
                shared = {var: binding[var] for var in goal.shared}
                return not any(True for goals in goal.inside for _ in self.solve(goals, shared, not possible))
            case Count(op, bound, _, _):
                (limit,) = _values((bound,), binding)
                if not isinstance(limit, Int):
                    return possible and isinstance(limit, int)
                if op == "at_least":
                    return self._reaches(goal, binding, limit.value, possible)
                return not self._reaches(goal, binding, limit.value + 1, not possible)
            case Compare("is", left, _):
                return self._gives(goal, binding, left, possible)
            case Aggregate(result=result):
                return self._gives(goal, binding, result, possible)
            case Compare() as comparison:
                return _compares(comparison, binding, possible)
            case Builtin(name, args):
                return _built_in(name, _values(args, binding), possible)
            case Member(item, items):
                return _values((item,), binding)[0] in items

    def _reaches(self, goal: Goal, binding: Binding, bound: int, possible: bool) -> bool:
        rows = self.witnesses(goal, binding)
        if not possible:
            return sum(truth is Truth.TRUE for truth in rows.values()) >= bound
        return len(rows) >= bound or any(_is_new(value) for row in rows for value in row)

    def _gives(self, goal: Goal, binding: Binding, given: Expr, possible: bool) -> bool:
        values = self._computed(goal, binding)
        assert not isinstance(given, Op)
        return possible if values is None else _values((given,), binding)[0] in values

    def _computed(self, goal: Goal, binding: Binding) -> tuple[Value, ...] | None:
        """The values that a goal gives its one variable without a value; None if that may be anything."""
        match goal.literal:
            case Compare("is", _, right):
                numbers = _constants_in(right, binding)
                return None if numbers is None else _some(calculate(right, numbers))
            case Compare(_, left, right):
                known = [side for side in (left, right) if not isinstance(side, Var | Op) or side in binding]
                return _values(tuple(side for side in known if not isinstance(side, Op)), binding)
            case Builtin(name, args):
                inputs = _values(args[:-1], binding)
                if not _is_constant(inputs):
                    return None
                values = tuple(islice(call_builtin(name, inputs), MOST_VALUES + 1))  # type: ignore[arg-type] # constants
                if len(values) > MOST_VALUES:
                    raise EndlessCheckError
                return values
            case Member(_, items):
                return items
            case Aggregate() as aggregate:
                return _aggregated(aggregate, self.witnesses(goal, binding))
            case _:
                raise AssertionError("nothing else computes")

    # Atoms

    def _holds_atom(self, pred: Pred, args: Row, possible: bool) -> bool:
        return any(True for _ in self.rows(pred, args, possible))

    def rows(self, pred: Pred, pattern: Pattern, possible: bool) -> Iterable[Row]:
        """The certain, or possible, rows of a predicate that fit a pattern, in which None fits everything."""
        individuals = [each for each in pattern if type(each) is int]
        if not individuals:
            return tuple(self._table((pred, pattern, possible)))
        names: dict[Value | None, int] = {}
        for each in individuals:
            names.setdefault(each, len(names) + 1)
        call = tuple(names[each] if isinstance(each, int) else each for each in pattern)
        back = {ours: theirs for theirs, ours in names.items()}
        return [
            tuple(back.get(each, each) if isinstance(each, int) else each for each in row)  # type: ignore[misc] # no None
            for row in self._table((pred, call, possible))
        ]

    def _table(self, key: _Key) -> dict[Row, None]:
        """The rows of a call; those of calls that depend on each other are found in rounds, until none is new."""
        done = self._done.get(key)
        if done is not None:
            return done
        pred, pattern, possible = key
        kind = self._kind_of(pred)
        if possible and kind.two_valued:
            return self._table((pred, pattern, False))
        if kind.settled and (pred, pattern) in self.book.settled:
            return self.book.settled[pred, pattern]
        if not kind.recursive:
            rows = self._done[key] = dict.fromkeys(self._collect(pred, pattern, possible))
            if kind.settled:
                self.book.settled[pred, pattern] = rows
            return rows
        earlier = self._stack.get(key)
        if earlier is None and self._visited.get(key, (0, -1))[1] == self._round:
            earlier = self._visited[key][0]
        if earlier is not None:
            self._lowest[-1] = min(self._lowest[-1], earlier)
            return self._found[key]
        depth = len(self._stack)
        rows = self._found.setdefault(key, {})
        self._stack[key] = depth
        self._lowest.append(depth + 1)
        while True:
            before = self._changes
            for row in tuple(self._collect(*key)):
                if row not in rows:
                    rows[row] = None
                    self._changes += 1
            if self._lowest[-1] != depth or self._changes == before:
                break
            self._round += 1
        lowest = self._lowest.pop()
        del self._stack[key]
        if lowest < depth:
            self._visited[key] = (lowest, self._round)
            self._lowest[-1] = min(self._lowest[-1], lowest)
        else:
            self._done[key] = rows
            for each, (low, _) in tuple(self._visited.items()):
                if low >= depth:
                    self._done[each] = self._found[each]
                    del self._visited[each]
        return rows

    def _kind_of(self, pred: Pred) -> _Kind:
        kind = self._kinds.get(pred)
        if kind is None:
            reach = self.book.reach.get(pred, frozenset())
            two_valued = self.book.is_two_valued(pred)
            is_static = two_valued and self.stated.keys().isdisjoint((pred, *reach))
            kind = self._kinds[pred] = _Kind(
                pred in reach, two_valued, is_static and pred not in reach, self.book.is_open(pred)
            )
        return kind

    def _collect(self, pred: Pred, pattern: Pattern, possible: bool) -> Iterator[Row]:
        if not possible:
            yield from self._stated(pred, pattern)
            for rule in self.book.rules.get(pred, ()):
                yield from self._concluded(rule, pattern, False)
            return
        certain = self._table((pred, pattern, False))
        yield from certain
        if pred.negative:
            known = set(self._table((pred.opposite, pattern, False)))
            yield from (row for row in self._table((pred.opposite, pattern, True)) if row not in known)
        elif self._kind_of(pred).is_open:
            if not self._is_excluded(pred, pattern):
                named = len({each for each in pattern if isinstance(each, int)})
                yield tuple(-named - i - 1 if each is None else each for i, each in enumerate(pattern))
        else:
            for rule in self.book.rules.get(pred, ()):
                yield from self._concluded(rule, pattern, True)

    def _is_excluded(self, pred: Pred, pattern: Pattern) -> bool:
        """Whether an open atom that is not certain is false."""
        if self.closed_world or self.is_complete(pred, pattern) or any(True for _ in self.other_values(pred, pattern)):
            return True
        return None not in pattern and bool(self._table((pred.opposite, pattern, False)))

    def _stated(self, pred: Pred, pattern: Pattern) -> Iterator[Row]:
        for source in (self.book.stated.get(pred), self.stated.get(pred)):
            if not source:
                continue
            if None not in pattern:
                if pattern in source:
                    yield pattern  # type: ignore[misc] # no None in it
            else:
                for row in source:
                    if all(ours is None or ours == theirs for ours, theirs in zip(pattern, row, strict=True)):
                        yield row

    def _concluded(self, rule: Rule, pattern: Pattern, possible: bool) -> Iterator[Row]:
        start = head_binding(rule.head.args, pattern)
        if start is None:
            return
        for goals in rule.body:
            for found in self.solve(goals, start, possible):
                for row in self._spread(rule.head.args, found):
                    yield _canonical(row, pattern)


def head_binding(args: tuple[Term, ...], pattern: Pattern) -> Binding | None:
    """What a call's pattern gives the variables of a head, or None if they do not match."""
    binding: Binding = {}
    for arg, value in zip(args, pattern, strict=True):
        if value is not None and (binding.setdefault(arg, value) if isinstance(arg, Var) else arg) != value:
            return None
    return binding


def _ready(goals: Conjunction, binding: Binding) -> tuple[Goal, Var | None] | None:
    """A goal without unbound variables, simple ones first; else one that computes its only unbound variable."""
    found: tuple[Goal, Var | None] | None = None
    for goal in goals:
        unbound = goal.vars - binding.keys()
        if not unbound:
            if not goal.inside:
                return goal, None
            found = found or (goal, None)
        elif found is None and goal.gives and len(unbound) == 1 and unbound <= goal.gives:
            found = (goal, next(iter(unbound)))
    return found


def _values(terms: tuple[Term, ...], binding: Binding) -> Row:
    return tuple(binding[term] if isinstance(term, Var) else term for term in terms)


def _pattern(terms: tuple[Term, ...], binding: Binding) -> Pattern:
    return tuple(binding.get(term) if isinstance(term, Var) else term for term in terms)


def _matched(args: tuple[Term, ...], row: Row, binding: Binding) -> Binding | None:
    extended = dict(binding)
    for arg, value in zip(args, row, strict=True):
        if isinstance(arg, Var) and extended.setdefault(arg, value) != value:
            return None
    return extended


def _individuals(values: Iterable[Value]) -> list[int]:
    """The individuals among values and a fresh one."""
    known = sorted({each for each in values if isinstance(each, int)})
    return [*known, max(known, default=0) + 1]


def _is_new(value: Value) -> bool:
    return isinstance(value, int) and value < 0


def _is_constant(row: Row) -> bool:
    return not any(isinstance(value, int) for value in row)


def _canonical(row: Row, known: Pattern) -> Row:
    """The row with the individuals that are not among those known numbered -1, -2, ... by first occurrence."""
    names: dict[int, int] = {}
    return tuple(
        names.setdefault(each, -len(names) - 1) if isinstance(each, int) and each not in known else each for each in row
    )


def _some(value: Const | None) -> tuple[Const, ...]:
    return () if value is None else (value,)


def _constants_in(expr: Expr, binding: Binding) -> dict[Var, Const] | None:
    found: dict[Var, Const] = {}
    for term in expr_terms(expr):
        if isinstance(term, Var):
            value = binding[term]
            if isinstance(value, int):
                return None
            found[term] = value
    return found


def _compares(comparison: Compare, binding: Binding, possible: bool) -> bool:
    op, left, right = comparison.op, comparison.left, comparison.right
    if isinstance(left, Op) or isinstance(right, Op):
        known = _constants_in(Op(op, (left, right)), binding)
        if known is None:
            return possible
        values = calculate(left, known), calculate(right, known)
        return values[0] is not None and values[1] is not None and compare(op, values[0], values[1])
    first, second = _values((left, right), binding)
    if op in _EQUALS:
        return (first == second) is _EQUALS[op]
    return possible if isinstance(first, int) or isinstance(second, int) else compare(op, first, second)


def _built_in(name: str, row: Row, possible: bool) -> bool:
    if _is_constant(row):
        return builtin_holds(name, row)  # type: ignore[arg-type] # constants
    return possible and not _is_constant(row[:-1])


def _aggregated(aggregate: Aggregate, rows: dict[Row, Truth]) -> tuple[Value, ...] | None:
    if Truth.UNKNOWN in rows.values():
        return None
    if aggregate.op == "count":
        return (Int(len(rows)),)
    values = [row[-1] for row in rows if not isinstance(row[-1], int)]
    if len(values) < len(rows):
        return None
    if aggregate.op == "sum":
        return _some(sum_numbers(values))
    return _some((max if aggregate.op == "max" else min)(values, key=order_key, default=None))
