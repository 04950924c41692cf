"""How the body of a rule falls short: the ways to satisfy it that come nearest, and which literals are not true there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from engine.bodies import Partial, solve, truth
from engine.knowledge import KnowledgeBase, open_row_key
from engine.scopes import bindable
from explain.words.sentences import literal_text
from kb.language.syntax import (
    Aggregate,
    AtomF,
    Body,
    Builtin,
    Compare,
    Count,
    Member,
    Not,
    body_vars,
    conjoin,
    expr_terms,
    variables,
)
from kb.language.terms import Term, Var
from kb.language.truth import Truth

MOST_WAYS = 400
"""How many ways are looked at one by one; of more, only those are followed to their end that may be the nearest."""


@dataclass(frozen=True)
class Issue:
    """A literal that is not true in a way, and its truth there."""

    goal: Body
    binding: Partial
    status: Truth
    is_other: bool = False
    """Whether it is about another individual than those of which it is true."""
    awaited: tuple[Var, ...] = ()
    """Variables that a later literal is to give values: without them it would say what another way says."""

    @property
    def text(self) -> str:
        return literal_text(self.goal, self.binding)


@dataclass(frozen=True)
class Way:
    """One way to go about a body: what its variables are, and every literal that is not true."""

    binding: Partial
    issues: tuple[Issue, ...]
    goals: tuple[Body, ...] = ()
    """The whole body, in the order in which it was gone about."""

    @property
    def rank(self) -> tuple[int, int]:
        """How near it comes: first by the literals that fail, then by those that are not documented."""
        failed = sum(issue.status is Truth.FALSE for issue in self.issues)
        return failed, len(self.issues) - failed

    @property
    def status(self) -> Truth:
        """What it makes of the body."""
        return min((issue.status for issue in self.issues), default=Truth.TRUE)

    @property
    def key(self) -> tuple[object, ...]:
        """Puts the nearest way first, whatever the order of rules and facts."""
        individuals = [value for value in self.binding.values() if isinstance(value, Var)]
        coincidences = len(individuals) - len(set(individuals))
        return self.rank, coincidences, [issue.text for issue in self.issues], sorted(map(str, self.binding.items()))


@dataclass(frozen=True)
class Nearest:
    """The nearest way, and how many different ones there were; `many` if not all were counted."""

    way: Way
    ways: int
    many: bool


def nearest(kb: KnowledgeBase, goals: tuple[Body, ...], binding: Partial) -> Nearest | None:
    """The nearest way to go about goals that are not true together; None if they are true."""
    search = _Search(kb, goals)
    found = list(search.ways(0, binding, (), None))
    many = search.left < 0
    if many:
        found = [search.best_within(binding)]
    best = min(found, key=lambda way: way.key, default=None)
    if best is not None and best.status is Truth.FALSE and search.has_open_row:
        found += search.instances(binding)
        best = min(found, key=lambda way: way.key)
    different = {(tuple(issue.text for issue in way.issues)) for way in found}
    return Nearest(best, MOST_WAYS if many else len(different), many) if best is not None and best.issues else None


@dataclass
class _Search:
    """Follows the literals in their order: what is true binds variables, what is not is noted and gone past."""

    kb: KnowledgeBase
    goals: tuple[Body, ...]
    left: int = MOST_WAYS
    has_open_row: bool = False
    """Whether an atom was met that is not known of any individual."""
    shared: dict[int, frozenset[Var]] = field(default_factory=dict)

    def best_within(self, binding: Partial) -> Way:
        """The nearest way of all: ways that are already farther than one that was found are given up."""
        limit = _Limit()
        self.left = 1 << 60
        for way in self.ways(0, binding, (), limit):
            if limit.best is None or way.key < limit.best.key:
                limit.best = way
        assert limit.best is not None
        return limit.best

    def instances(self, binding: Partial) -> list[Way]:
        """The ways in which the whole body is not known, its variables what an open row stands for: a constant, or an
        individual that stands elsewhere too. The ways that take the open row itself pass them over."""
        whole = conjoin(self.goals)
        free = tuple(var for var in bindable((whole,), frozenset(binding)) if var not in binding)
        found = []
        for row, _ in self.kb.part_rows(whole, free, binding):
            bound = {**binding, **dict(zip(free, row, strict=True))}
            every = [
                Issue(goal, bound, truth(self.kb, goal, bound))
                for index, goal in enumerate(self.goals)
                if not self._waits(index, bound)
            ]
            found.append(Way(bound, tuple(issue for issue in every if issue.status is not Truth.TRUE), self.goals))
        return found

    def ways(self, index: int, binding: Partial, issues: tuple[Issue, ...], limit: _Limit | None) -> Iterator[Way]:
        """The ways from a literal on."""
        if self.left < 0 or (limit is not None and limit.is_beyond(issues)):
            return
        if index == len(self.goals):
            self.left -= 1
            if all(var in binding for issue in issues for var in issue.awaited):
                yield self._finished(binding, issues)
            return
        goal = self.goals[index]
        if self._waits(index, binding):
            yield from self.ways(index + 1, binding, issues, limit)
        elif isinstance(goal, AtomF):
            yield from self._atom_ways(goal, index, binding, issues, limit)
        else:
            yield from self._other_ways(goal, index, binding, issues, limit)

    def _other_ways(
        self, goal: Body, index: int, binding: Partial, issues: tuple[Issue, ...], limit: _Limit | None
    ) -> Iterator[Way]:
        """Goes on with what a literal that is no atom binds, or without it, where it is not true."""
        if isinstance(goal, Compare) and goal.op == "=":
            sides = [side for side in (goal.left, goal.right) if isinstance(side, Var)]
            value = next((binding[side] for side in sides if side in binding), None)
            unbound = next((side for side in sides if side not in binding), None)
            if isinstance(value, Var) and unbound is not None:
                yield from self.ways(index + 1, {**binding, unbound: value}, issues, limit)
                return
        known = {var: value for var, value in binding.items() if not isinstance(value, Var)}
        if not any(isinstance(binding.get(var), Var) for var in body_vars(goal)):
            solved = False
            for extended in solve(self.kb, goal, known):
                solved = True
                yield from self.ways(index + 1, {**binding, **extended}, issues, limit)
            if solved:
                return
        elif isinstance(goal, Aggregate) and isinstance(goal.result, Var) and goal.result not in binding:
            rows = [row for row, state in self.kb.part_rows(goal, (goal.result,), binding) if state is Truth.TRUE]
            for row in rows:
                yield from self.ways(index + 1, {**binding, goal.result: row[0]}, issues, limit)
            if rows:
                return
        status = truth(self.kb, goal, binding)
        if status is not Truth.FALSE:  # what it would bind is some individual then
            gives = _results(goal) if not isinstance(goal, Compare) else tuple(body_vars(goal))
            binding = {**binding, **{var: var for var in gives if isinstance(var, Var) and var not in binding}}
        more = () if status is Truth.TRUE else (Issue(goal, binding, status),)
        yield from self.ways(index + 1, binding, (*issues, *more), limit)

    def _atom_ways(
        self, goal: AtomF, index: int, binding: Partial, issues: tuple[Issue, ...], limit: _Limit | None
    ) -> Iterator[Way]:
        """Goes on with what an atom is true of, with what it could be, and without it, where it is false of all."""
        free = tuple(var for var in variables(goal.args) if var not in binding)
        rows = sorted(self.kb.part_rows(goal, free, binding), key=lambda each: (open_row_key(each[0]), each[1].value))
        is_some_true = any(state is Truth.TRUE for _, state in rows)
        for row, state in rows:
            bound = {**binding, **dict(zip(free, row, strict=True))}
            if state is Truth.TRUE:
                yield from self.ways(index + 1, bound, issues, limit)
                continue
            is_open = any(isinstance(value, Var) for value in row)
            self.has_open_row = self.has_open_row or is_open
            issue = Issue(goal, bound, state, is_some_true and is_open)
            yield from self.ways(index + 1, bound, (*issues, issue), limit)
            named = {var: value for var, value in bound.items() if var not in free or not isinstance(value, Var)}
            awaited = tuple(var for var in free if var not in named)
            if awaited and self._are_bound_later(index + 1, awaited):
                yield from self.ways(index + 1, named, (*issues, Issue(goal, named, state, False, awaited)), limit)
        if not rows:
            yield from self.ways(index + 1, binding, (*issues, Issue(goal, binding, Truth.FALSE)), limit)

    def _waits(self, index: int, binding: Partial) -> bool:
        """Whether a literal needs a variable that has no value: an input, or one that is not local to it."""
        goal = self.goals[index]
        if isinstance(goal, Not | Count | Aggregate) and any(
            var not in binding and var not in _results(goal) for var in self._shared(index)
        ):
            return True
        return waits(goal, binding)

    def _shared(self, index: int) -> frozenset[Var]:
        """The variables of a literal that others mention too."""
        if index not in self.shared:
            others = {var for at, goal in enumerate(self.goals) if at != index for var in body_vars(goal)}
            self.shared[index] = frozenset(var for var in body_vars(self.goals[index]) if var in others)
        return self.shared[index]

    def _are_bound_later(self, index: int, names: tuple[Var, ...]) -> bool:
        """Whether a later literal could give one of the variables, now open to any individual, a value."""
        return any(
            var in names
            for goal in self.goals[index:]
            if isinstance(goal, AtomF | Member) or (isinstance(goal, Compare) and goal.op == "=")
            for var in body_vars(goal)
        )

    def _finished(self, binding: Partial, issues: tuple[Issue, ...]) -> Way:
        """The way with its literals read under all that it has bound: a later literal may have bound more, and given
        values to one that waited."""
        found = {id(issue.goal): issue for issue in issues}
        final = []
        for index, goal in enumerate(self.goals):
            issue = found.get(id(goal))
            if issue is None:
                if not self._has_waited(index) or self._waits(index, binding):
                    continue
                issue = Issue(goal, binding, truth(self.kb, goal, binding))
            elif any(var in binding and var not in issue.binding for var in body_vars(goal)):
                is_other = issue.is_other and any(isinstance(binding.get(var), Var) for var in body_vars(goal))
                issue = Issue(goal, binding, truth(self.kb, goal, binding), is_other)
            if issue.status is not Truth.TRUE:
                final.append(issue)
        return Way(binding, tuple(final), self.goals)

    def _has_waited(self, index: int) -> bool:
        """Whether a literal may have been passed over, so that its truth has not been asked."""
        return not isinstance(self.goals[index], AtomF)


@dataclass
class _Limit:
    best: Way | None = None

    def is_beyond(self, issues: tuple[Issue, ...]) -> bool:
        """Whether a way that has come to these issues is farther already. One that is unknown may yet turn false."""
        if self.best is None:
            return False
        failed = sum(issue.status is Truth.FALSE for issue in issues)
        return failed > self.best.rank[0]


def _results(goal: Body) -> tuple[Term, ...]:
    """The variable that a literal itself gives a value."""
    return (goal.result,) if isinstance(goal, Aggregate) else ()


def waits(goal: Body, binding: Partial) -> bool:
    """Whether a goal needs the value of a variable that has none, and so says nothing yet."""

    def unbound(terms: Iterable[Term]) -> bool:
        return any(isinstance(term, Var) and isinstance(binding.get(term, term), Var) for term in terms)

    match goal:
        case Compare("=", left, right):
            return all(isinstance(side, Var) and side not in binding for side in (left, right))
        case Compare("\\=" | "==" | "\\==", left, right):
            return any(isinstance(side, Var) and side not in binding for side in (left, right))
        case Compare("is", _, right):
            return unbound(expr_terms(right))
        case Compare(_, left, right):
            return unbound((*expr_terms(left), *expr_terms(right)))
        case Builtin(_, args):
            return unbound(args[:-1])
        case Count(_, bound):
            return unbound((bound,))
        case Member() | Aggregate():
            return False
        case _:
            return False
