"""The ways to go about a body that is not true, worked out again: how many there are, and how near the nearest comes.

Literals are gone about in their order (explain/verify/scopes.py). An atom gives its variables every row of which it is
true and every row of which it is not known, the most open alone where one is an instance of another; where it is false
of all, they stay without values. A row that is not known may also leave open what a later literal says. A literal that is
not true is noted and gone past; one that waits for a value is passed over, and looked at again at the end. Two ways are
one if they note the same literals under the same values.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from explain.verify.evaluator import Evaluator
from explain.verify.scopes import Conjunction, Goal
from explain.verify.values import Binding, Row, Value, is_new, pattern_under
from kb.language.printer import show_body
from kb.language.syntax import Aggregate, AtomF, Builtin, Compare, Count, Member, expr_terms, substitute
from kb.language.terms import Term, Var
from kb.language.truth import Truth

MOST_WAYS = 400
"""How many ways are counted."""
MOST_NEARER = 4_000
"""Of more ways, so many are looked at for a nearer one."""
Rank: TypeAlias = tuple[int, int]
"""How many literals fail, and how many are not known."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How many ways there are, `many` if more than are counted, the nearest rank among them, and for each the variables
    that have values: in some ways that note the same, in others."""

    number: int
    many: bool
    rank: Rank
    bound: Mapping[tuple[str, ...], set[frozenset[Var]]]


@dataclass(frozen=True, slots=True)
class _Noted:
    """A literal that is not true, its truth, the variables that had values, and those that a later literal is to give
    values."""

    goal: Goal
    status: Truth
    known: frozenset[Var]
    awaited: tuple[Var, ...] = ()


class _FullError(Exception):
    """Raised where there are more ways than are looked at."""


def ways_of(evaluator: Evaluator, goals: Conjunction, start: Binding) -> Ways:
    """The ways to go about goals under a binding."""
    counting = _Search(evaluator, goals, MOST_WAYS)
    try:
        counting.follow(0, start, ())
    except _FullError:
        nearing = _Search(evaluator, goals, MOST_NEARER, counting.best)
        with contextlib.suppress(_FullError):
            nearing.follow(0, start, ())
        return Ways(MOST_WAYS, True, nearing.best or (0, 0), counting.seen | nearing.seen)
    return Ways(len(counting.seen), False, counting.best or (0, 0), counting.seen)


@dataclass(slots=True)
class _Search:
    """Follows the ways through some goals; with a rank given, only those that may come nearer."""

    evaluator: Evaluator
    goals: Conjunction
    left: int
    limit: Rank | None = None
    best: Rank | None = None
    seen: dict[tuple[str, ...], set[frozenset[Var]]] = field(default_factory=dict)
    _truths: dict[tuple[Goal, Row], Truth] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.best = self.limit

    def follow(self, index: int, binding: Binding, noted: tuple[_Noted, ...]) -> None:
        """Goes on from a literal. Raises `_FullError` if that comes to more ways than are left."""
        if self.limit is not None and sum(each.status is Truth.FALSE for each in noted) > self.limit[0]:
            return
        if index == len(self.goals):
            self._end(binding, noted)
            return
        goal = self.goals[index]
        if waits(goal, binding):
            self.follow(index + 1, binding, noted)
        elif isinstance(goal.literal, AtomF):
            self._atom(goal, goal.literal, index, binding, noted)
        else:
            self._test(goal, index, binding, noted)

    def _atom(self, goal: Goal, atom: AtomF, index: int, binding: Binding, noted: tuple[_Noted, ...]) -> None:
        free = [var for var in goal.vars if var not in binding]
        found = False
        for values, status in self._rows(atom, binding):
            found = True
            more = {**binding, **values}
            if status is Truth.TRUE:
                self.follow(index + 1, more, noted)
                continue
            self.follow(index + 1, more, (*noted, _Noted(goal, status, goal.vars)))
            awaited = tuple(var for var in free if isinstance(more[var], int))
            if awaited and self._gives_later(index + 1, awaited):
                named = {var: value for var, value in more.items() if var not in awaited}
                self.follow(index + 1, named, (*noted, _Noted(goal, status, goal.vars & named.keys(), awaited)))
        if not found:
            self.follow(index + 1, binding, (*noted, _Noted(goal, Truth.FALSE, goal.vars & binding.keys())))

    def _rows(self, atom: AtomF, binding: Binding) -> Iterator[tuple[Binding, Truth]]:
        """What an atom can give its variables: where it is true, and where it is not known and no more open row says so."""
        pattern = pattern_under(atom.args, binding)
        certain = [_values(atom, row, binding) for row in self.evaluator.rows(atom.pred, pattern, False)]
        true = [each for each in certain if each is not None]
        for each in true:
            yield each, Truth.TRUE
        possible = [_values(atom, row, binding) for row in self.evaluator.rows(atom.pred, pattern, True)]
        unknown = [each for each in possible if each is not None and each not in true]
        fixed = {value for value in binding.values() if isinstance(value, int)}
        kept: list[Binding] = []
        for each in unknown:
            if each not in kept and not any(_is_instance(each, other, fixed) for other in unknown if other != each):
                kept.append(each)
                yield each, Truth.UNKNOWN

    def _test(self, goal: Goal, index: int, binding: Binding, noted: tuple[_Noted, ...]) -> None:
        literal = goal.literal
        if isinstance(literal, Compare) and literal.op == "=":
            sides = [side for side in (literal.left, literal.right) if isinstance(side, Var)]
            values = [binding[side] for side in sides if side in binding]
            unbound = [side for side in sides if side not in binding]
            if values and unbound and isinstance(values[0], int):
                self.follow(index + 1, {**binding, unbound[0]: values[0]}, noted)
                return
        if isinstance(literal, Aggregate) or not any(isinstance(binding.get(var), int) for var in goal.vars):
            known = {var: binding[var] for var in goal.vars if var in binding}
            solutions = list(self.evaluator.solve((goal,), known, False))
            for each in solutions:
                self.follow(index + 1, {**binding, **each}, noted)
            if solutions:
                return
        status = self._truth(goal, binding)
        if status is not Truth.FALSE:
            gives = goal.vars if isinstance(literal, Compare) else _result(goal)
            for var in sorted(gives - binding.keys(), key=lambda var: var.name):
                binding = {**binding, var: _fresh(binding)}
        if status is not Truth.TRUE:
            noted = (*noted, _Noted(goal, status, goal.vars & binding.keys()))
        self.follow(index + 1, binding, noted)

    def _gives_later(self, index: int, awaited: tuple[Var, ...]) -> bool:
        """Whether a later literal could give one of some variables a value."""
        return any(
            not goal.vars.isdisjoint(awaited)
            for goal in self.goals[index:]
            if isinstance(goal.literal, AtomF | Member)
            or (isinstance(goal.literal, Compare) and goal.literal.op == "=")
        )

    def _end(self, binding: Binding, noted: tuple[_Noted, ...]) -> None:
        """Counts a way, its literals read under all that it has bound."""
        self.left -= 1
        if self.left < 0:
            raise _FullError
        if any(var not in binding for each in noted for var in each.awaited):
            return
        by_goal = {each.goal: each for each in noted}
        texts: list[str] = []
        failed = unknown = 0
        for goal in self.goals:
            note = by_goal.get(goal)
            if note is None:
                if isinstance(goal.literal, AtomF) or waits(goal, binding):
                    continue
                status = self._truth(goal, binding)
            else:
                is_more_known = any(var in binding and var not in note.known for var in goal.vars)
                status = self._truth(goal, binding) if is_more_known else note.status
            if status is not Truth.TRUE:
                failed += status is Truth.FALSE
                unknown += status is Truth.UNKNOWN
                texts.append(literal_text(goal, binding))
        self.seen.setdefault(tuple(texts), set()).add(frozenset(binding))
        if self.best is None or (failed, unknown) < self.best:
            self.best = failed, unknown

    def _truth(self, goal: Goal, binding: Binding) -> Truth:
        known = {var: binding[var] for var in goal.vars if var in binding}
        return self.evaluator.literal(goal, known)


def literal_text(goal: Goal, binding: Binding) -> str:
    """A literal as a node has it: with the constants that its visible variables are."""
    values = ((var, binding.get(var)) for var in goal.vars)
    constants: dict[Var, Term] = {
        var: value for var, value in values if value is not None and not isinstance(value, int)
    }
    return show_body(substitute(goal.literal, constants))


def waits(goal: Goal, binding: Binding) -> bool:
    """Whether a literal says nothing yet, as it needs a value that is missing."""

    def unbound(terms: Iterable[Term]) -> bool:
        return any(isinstance(term, Var) and isinstance(binding.get(term, 0), int) for term in terms)

    match goal.literal:
        case AtomF() | Member():
            return False
        case Compare("=", left, right):
            return all(isinstance(side, Var) and side not in binding for side in (left, right))
        case Compare("\\=" | "==" | "\\==", left, right):
            return any(isinstance(side, Var) and side not in binding for side in (left, right))
        case Compare("is", _, right):
            return unbound(expr_terms(right))
        case Compare(_, left, right):
            return unbound((*expr_terms(left), *expr_terms(right)))
        case Builtin(_, (*inputs, _)):
            return unbound(inputs)
        case Count(_, bound) if unbound((bound,)):
            return True
        case _:
            return any(var not in binding for var in goal.shared if var not in _result(goal))


def _result(goal: Goal) -> frozenset[Var]:
    """The variable that an aggregate gives a value."""
    return goal.gives if isinstance(goal.literal, Aggregate) else frozenset()


def _fresh(binding: Binding) -> int:
    return max((value for value in binding.values() if isinstance(value, int)), default=0) + 1


def _values(atom: AtomF, row: Row, binding: Binding) -> Binding | None:
    """What a row gives the variables of an atom that have no value; individuals that nothing mentions get numbers, one
    that stands where a variable has another value is that value."""
    same: dict[Value, Value] = {}

    def found(value: Value) -> Value:
        while value in same:
            value = same[value]
        return value

    values: Binding = {}
    for arg, given in zip(atom.args, row, strict=True):
        if not isinstance(arg, Var) or arg in binding:
            continue
        value, before = found(given), found(values.setdefault(arg, given))
        if value == before:
            continue
        if is_new(value):
            same[value] = before
        elif is_new(before):
            same[before] = value
        else:
            return None
    number = _fresh(binding)
    names: dict[Value, int] = {}
    result: Binding = {}
    for var, given in values.items():
        value = found(given)
        result[var] = names.setdefault(value, number + len(names)) if is_new(value) else value
    return result


def _is_instance(row: Binding, other: Binding, fixed: set[int]) -> bool:
    """Whether what variables are in one row they may be in another, more open one."""
    same: dict[Value, Value] = {}
    return all(
        same.setdefault(other[var], value) == value
        if isinstance(other[var], int) and other[var] not in fixed
        else other[var] == value
        for var, value in row.items()
    )
