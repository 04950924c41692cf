"""How the body of a rule falls short: the ways to satisfy it that come nearest, and which literals are not true there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.bodies import Binding, ground, solve, truth
from engine.knowledge import KnowledgeBase
from explain.sentences import literal_text
from kb.syntax import Aggregate, AtomF, Body, Builtin, Compare, Count, Member, body_vars, expr_terms, variables
from kb.terms import Var
from kb.truth import Truth
from kb.vocabulary import BUILTIN_MODES

MOST_WAYS = 400
"""How many ways are looked at one by one; of more, only those are followed to their end that may be the nearest."""


@dataclass(frozen=True)
class Issue:
    """A literal that is not true in a way, and its truth there."""

    goal: Body
    binding: Binding
    status: Truth

    @property
    def text(self) -> str:
        return literal_text(self.goal, self.binding)


@dataclass(frozen=True)
class Way:
    """One way to go about a body: what its variables are, and every literal that is not true."""

    binding: Binding
    issues: tuple[Issue, ...]

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
        return self.rank, [issue.text for issue in self.issues], sorted(map(str, self.binding.items()))


@dataclass(frozen=True)
class Nearest:
    """The nearest way, and how many different ones there were; `many` if not all were counted."""

    way: Way
    ways: int
    many: bool


def nearest(kb: KnowledgeBase, goals: tuple[Body, ...], binding: Binding) -> Nearest | None:
    """The nearest way to go about goals that are not true together; None if they are true."""
    search = _Search(kb, goals)
    found = list(search.ways(0, binding, (), None))
    many = search.left < 0
    if many:
        found = [search.best_within(binding)]
    different = {(tuple(issue.text for issue in way.issues)) for way in found}
    best = min(found, key=lambda way: way.key, default=None)
    return Nearest(best, len(different), many) if best is not None and best.issues else None


@dataclass
class _Search:
    """Follows the literals in their order: what is true binds variables, what is not is noted and gone past."""

    kb: KnowledgeBase
    goals: tuple[Body, ...]
    left: int = MOST_WAYS

    def best_within(self, binding: Binding) -> Way:
        """The nearest way of all: ways that are already farther than one that was found are given up."""
        limit = _Limit()
        self.left = 1 << 60
        for way in self.ways(0, binding, (), limit):
            if limit.best is None or way.key < limit.best.key:
                limit.best = way
        assert limit.best is not None
        return limit.best

    def ways(self, index: int, binding: Binding, issues: tuple[Issue, ...], limit: _Limit | None) -> Iterator[Way]:
        """The ways from a literal on."""
        if self.left < 0 or (limit is not None and limit.is_beyond(issues)):
            return
        if index == len(self.goals):
            self.left -= 1
            yield self._finished(binding, issues)
            return
        goal = self.goals[index]
        if waits(goal, binding):
            yield from self.ways(index + 1, binding, issues, limit)
            return
        solved = False
        for extended in solve(self.kb, goal, binding):
            solved = True
            yield from self.ways(index + 1, extended, issues, limit)
        if isinstance(goal, AtomF):
            yield from self._open_ways(goal, index, binding, issues, solved, limit)
        elif not solved:
            issue = Issue(goal, binding, truth(self.kb, goal, binding))
            yield from self.ways(index + 1, binding, (*issues, issue), limit)

    def _open_ways(
        self, goal: AtomF, index: int, binding: Binding, issues: tuple[Issue, ...], solved: bool, limit: _Limit | None
    ) -> Iterator[Way]:
        """Goes on with what an atom could be, where it is not known, or without it, where it fails."""
        atom = ground(goal, binding)
        if not variables(atom.args):
            if not solved:
                issue = Issue(goal, binding, self.kb.truth(atom))
                yield from self.ways(index + 1, binding, (*issues, issue), limit)
            return
        answers = self.kb.answers(atom)
        if not answers.true and not answers.unknown:
            yield from self.ways(index + 1, binding, (*issues, Issue(goal, binding, Truth.FALSE)), limit)
            return
        for row in answers.unknown:
            known = {var: each for var, each in zip(answers.variables, row, strict=True) if not isinstance(each, Var)}
            issue = Issue(goal, binding | known, Truth.UNKNOWN)
            yield from self.ways(index + 1, binding | known, (*issues, issue), limit)

    def _finished(self, binding: Binding, issues: tuple[Issue, ...]) -> Way:
        """The way with its literals read under all that it has bound: a later literal may have bound more."""
        final = []
        for issue in issues:
            if any(var in binding and var not in issue.binding for var in body_vars(issue.goal)):
                issue = Issue(issue.goal, binding, truth(self.kb, issue.goal, binding))
            if issue.status is not Truth.TRUE:
                final.append(issue)
        return Way(binding, tuple(final))


@dataclass
class _Limit:
    best: Way | None = None

    def is_beyond(self, issues: tuple[Issue, ...]) -> bool:
        """Whether a way that has come to these issues is farther already. One that is unknown may yet turn false."""
        if self.best is None:
            return False
        failed = sum(issue.status is Truth.FALSE for issue in issues)
        return failed > self.best.rank[0]


def waits(goal: Body, binding: Binding) -> bool:
    """Whether a goal needs a variable that is not bound, and so says nothing yet."""

    def unbound(terms: object) -> bool:
        return any(isinstance(term, Var) and term not in binding for term in terms)  # type: ignore[attr-defined] # terms

    match goal:
        case Compare("=" | "is", _, right):
            return unbound(expr_terms(right))
        case Compare(_, left, right):
            return unbound((*expr_terms(left), *expr_terms(right)))
        case Builtin(name, args):
            return unbound(arg for arg, is_input in zip(args, BUILTIN_MODES[name], strict=True) if is_input)
        case Count(_, bound):
            return unbound((bound,))
        case Member() | Aggregate():
            return False
        case _:
            return False
