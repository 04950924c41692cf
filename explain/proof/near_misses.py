"""How rules fall short: the attempt at each body that comes nearest to satisfying it, with the literals that are not true there;
and which of the rules that could conclude an atom comes nearest to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property

from msgspec import Struct, field

from engine.bodies import (
    OrderedRule,
    Partial,
    RuleBook,
    alternatives,
    ground,
    independent,
    matched,
    own_names,
    solve,
)
from engine.knowledge import Individual, KnowledgeBase, open_row_key
from engine.scopes import bindable, elsewhere_of, inputs, needs_of
from explain.proof.derivations import Counted, counted_rows
from explain.words.sentences import literal_text
from kb.language import syntax
from kb.language.identity import by_part, by_part_and_known
from kb.language.syntax import AtomF, Body, Conjunct
from kb.language.terms import Term, Var
from kb.language.traversal import body_vars, called, conjoin, variables
from kb.language.truth import Truth

MOST_STEPS = 2_000
"""How many literals are gone about at one body, over all attempts at it."""


class Issue(Struct, frozen=True):
    """A literal that is not true in an attempt, and its truth there."""

    goal: Body
    binding: Partial
    status: Truth
    is_other: bool = False
    """Whether it is about another individual than those of which it is true."""
    awaited: tuple[Var, ...] = ()
    """Variables that a later literal is to give values: without them it would say what another attempt says."""

    @property
    def text(self) -> str:
        return literal_text(self.goal, self.binding)


class Attempt(Struct, frozen=True, dict=True):
    """One attempt at a body: what its variables are, and every literal that is not true."""

    binding: Partial
    issues: tuple[Issue, ...]
    goals: tuple[Conjunct, ...]
    """The whole body, in the order in which it was gone about."""

    @property
    def holding(self) -> list[Conjunct]:
        """The literals that are true."""
        failing = {id(issue.goal) for issue in self.issues}
        return [goal for goal in self.goals if id(goal) not in failing]

    @cached_property
    def rank(self) -> tuple[int, int]:
        """How near it comes: first by the literals that fail, then by those that are not documented."""
        failed = sum(issue.status is Truth.FALSE for issue in self.issues)
        return failed, len(self.issues) - failed

    @property
    def status(self) -> Truth:
        """What it makes of the body."""
        return min((issue.status for issue in self.issues), default=Truth.TRUE)

    @cached_property
    def key(self) -> tuple[object, ...]:
        """Puts the nearest attempt first, whatever the order of rules and facts."""
        individuals = [value for value in self.binding.values() if isinstance(value, Var)]
        coincidences = len(individuals) - len(set(individuals))
        return self.rank, coincidences, [issue.text for issue in self.issues], sorted(map(str, self.binding.items()))


def nearest(
    kb: KnowledgeBase, goals: tuple[Conjunct, ...], binding: Partial, outside: frozenset[Var] = frozenset()
) -> Attempt | None:
    """The nearest attempt at goals that are not true together, the nearest in each group of them that is independent of the
    others; None if they are true. `outside` are variables that are mentioned elsewhere, such as in the head of their rule."""
    issues: list[tuple[int, Issue]] = []
    bound = dict(binding)
    for places, group in _groups(goals, frozenset(binding)):
        found = _nearest(kb, group, binding, outside)
        if found is None:
            return None
        bound.update(found.binding)
        issues += [(next(place for place in places if goals[place] is issue.goal), issue) for issue in found.issues]
    ordered = tuple(issue for _, issue in sorted(issues, key=lambda each: each[0]))
    return Attempt(bound, ordered, goals) if ordered else None


@by_part_and_known
def _groups(goals: tuple[Conjunct, ...], bound: frozenset[Var]) -> list[tuple[tuple[int, ...], tuple[Conjunct, ...]]]:
    """The independent groups of goals, with their places."""
    return [(places, tuple(goals[place] for place in places)) for places in independent(goals, bound)]


@by_part
def _whole(goals: tuple[Conjunct, ...]) -> Body:
    """The goals as one body."""
    return conjoin(goals)


@by_part_and_known
def _shared(goals: tuple[Conjunct, ...], outside: frozenset[Var]) -> list[frozenset[Var]]:
    """For each goal, those of its variables that others, or what is outside, mention too."""
    return elsewhere_of(goals, outside)


def _nearest(
    kb: KnowledgeBase, goals: tuple[Conjunct, ...], binding: Partial, outside: frozenset[Var]
) -> Attempt | None:
    """The nearest attempt at goals, or the first at which all are true; None if each waits for something."""
    search = _Search(kb, goals, outside)
    search.follow(0, binding, ())
    best = search.best
    if best is not None and best.status is Truth.FALSE and search.has_open_row and not search.is_exhausted:
        best = min([best, *search.instances(binding)], key=lambda attempt: attempt.key)
    return best


STEPS_OF_A_LITERAL = 100
"""How many steps it counts for to try a literal under one binding."""


class _Search(Struct):
    """Follows the literals in their order: what is true binds variables, what is not is noted and gone past. An attempt that
    is already farther than one that was found is given up; and after many literals the nearest attempt of those made is
    taken, the first if none was made."""

    kb: KnowledgeBase
    goals: tuple[Conjunct, ...]
    outside: frozenset[Var]
    """The variables that are mentioned elsewhere."""
    best: Attempt | None = None
    has_open_row: bool = False
    """Whether a literal was met that is not known of any individual."""
    steps: int = 0
    """How many literals were gone about so far."""
    _shared: list[frozenset[Var]] = field(default_factory=list)
    """For each literal, those of its variables that others, or what is outside, mention too."""

    def __post_init__(self) -> None:
        self._shared = _shared(self.goals, self.outside)

    @property
    def is_exhausted(self) -> bool:
        """Whether no further attempts are made."""
        return self.steps > MOST_STEPS

    def instances(self, binding: Partial) -> list[Attempt]:
        """The attempts in which the whole body is not known, its variables what an open row stands for: a constant, or an
        individual that stands elsewhere too. Attempts that take the open row itself pass them over."""
        whole = _whole(self.goals)
        named = {var for index, goal in enumerate(self.goals) for var in self._named(goal, index)}
        free = tuple(var for var in bindable((whole,), frozenset(binding)) if var in named and var not in binding)
        found = []
        for row, _ in self.kb.part_rows(whole, free, binding):
            bound = {**binding, **dict(zip(free, row, strict=True))}
            every = [
                Issue(goal, bound, self.kb.part_truth(goal, bound))
                for index, goal in enumerate(self.goals)
                if not self._waits(index, bound)
            ]
            found.append(Attempt(bound, tuple(issue for issue in every if issue.status is not Truth.TRUE), self.goals))
        return found

    def follow(self, index: int, binding: Partial, issues: tuple[Issue, ...]) -> None:
        """Makes the attempts from a literal on. Raises `EndlessError` if there are too many."""
        self.steps += 1
        self.kb.allow(self.steps * STEPS_OF_A_LITERAL)
        if self.is_exhausted and self.best is not None:
            return
        failed = sum(issue.status is Truth.FALSE for issue in issues)  # one that is not known may yet turn false
        if self.best is not None and failed > self.best.rank[0]:
            return
        if index == len(self.goals):
            late = self._given_late(binding, issues)
            for extended in late:
                self.follow(index, extended, issues)
            if not late and all(var in binding for issue in issues for var in issue.awaited):
                attempt = self._finished(binding, issues)
                self.best = attempt if self.best is None or attempt.key < self.best.key else self.best
            return
        goal = self.goals[index]
        if self._waits(index, binding):
            self.follow(index + 1, binding, issues)
        elif isinstance(goal, AtomF | syntax.Or | syntax.Documented):
            self._follow_atom(goal, index, binding, issues)
        else:
            self._follow_other(goal, index, binding, issues)

    def _given_late(self, binding: Partial, issues: tuple[Issue, ...]) -> list[Partial]:
        """The extensions of a binding by what a literal gives that waited for a later one, and is true; none if there is no such
        literal."""
        noted = {id(issue.goal) for issue in issues}
        for index, goal in enumerate(self.goals):
            if isinstance(goal, AtomF | syntax.Or | syntax.Documented) or id(goal) in noted:
                continue
            gives = bindable((goal,), frozenset(binding)) - binding.keys()
            if gives and not self._waits(index, binding):
                found = [each for each in self._solved(goal, binding) if gives <= each.keys()]
                if found:
                    return found
        return []

    def _follow_other(self, goal: syntax.Literal, index: int, binding: Partial, issues: tuple[Issue, ...]) -> None:
        """Goes on with what a literal that is no atom binds, or without it, where it is not true."""
        found = list(self._solved(goal, binding))
        for extended in found:
            self.follow(index + 1, extended, issues)
        if found:
            return
        status = self.kb.part_truth(goal, binding)
        if status is not Truth.FALSE:  # what it would bind is some individual then
            gives = _results(goal) if not isinstance(goal, syntax.Compare) else tuple(body_vars(goal))
            opened = {var: var for var in gives if isinstance(var, Var) and var not in binding}
            self.has_open_row = self.has_open_row or bool(opened)
            binding = {**binding, **opened}
        more = () if status is Truth.TRUE else (Issue(goal, binding, status),)
        self.follow(index + 1, binding, (*issues, *more))

    def _solved(self, goal: syntax.Literal, binding: Partial) -> Iterator[Partial]:
        """The extensions of a binding under which a literal that is no atom is true, those known of individuals among them."""
        if isinstance(goal, syntax.Compare) and goal.op == "=":
            sides = [side for side in (goal.left, goal.right) if isinstance(side, Var)]
            value = next((binding[side] for side in sides if side in binding), None)
            unbound = next((side for side in sides if side not in binding), None)
            if isinstance(value, Var) and unbound is not None:
                yield {**binding, unbound: value}
                return
        if not any(isinstance(binding.get(var), Var) for var in body_vars(goal)):
            yield from solve(self.kb, goal, binding)
        elif isinstance(goal, syntax.Aggregate) and isinstance(goal.result, Var) and goal.result not in binding:
            for row, state in self.kb.part_rows(goal, (goal.result,), binding):
                if state is Truth.TRUE:
                    yield {**binding, goal.result: row[0]}

    def _follow_atom(
        self, goal: AtomF | syntax.Or | syntax.Documented, index: int, binding: Partial, issues: tuple[Issue, ...]
    ) -> None:
        """Goes on with what an atom is true of, with what it could be, and without it, where it is false of all. Where a
        variable without a name may be any individual, the atom is read with `there is`. A disjunction, or a goal of
        `documented`, is gone about as an atom about the variables that it shares."""
        named = self._named(goal, index)
        free = tuple([var for var in body_vars(goal) if var in named and var not in binding])
        if not free:
            self._follow_truth(goal, index, binding, issues)
            return
        rows = sorted(self.kb.part_rows(goal, free, binding), key=lambda each: (open_row_key(each[0]), each[1].value))
        true = [dict(zip(free, row, strict=True)) for row, state in rows if state is Truth.TRUE]
        for values in true:
            self.follow(index + 1, {**binding, **values}, issues)
        for row in (row for row, state in rows if state is not Truth.TRUE):
            individuals = {var for var, value in zip(free, row, strict=True) if isinstance(value, Var)}
            self.has_open_row = self.has_open_row or bool(individuals)
            given = {
                var: value
                for var, value in zip(free, row, strict=True)
                if not (var.is_anonymous and var in individuals)
            }
            if len(given) < len(free) and any(given.items() <= values.items() for values in true):
                continue
            bound = {**binding, **given}
            is_other = bool(true) and not individuals.isdisjoint(given)
            self.follow(index + 1, bound, (*issues, Issue(goal, bound, Truth.UNKNOWN, is_other)))
            awaited = tuple(var for var in free if var in individuals)
            if awaited and not self.is_exhausted and self._are_bound_later(index + 1, awaited):
                rest = {var: value for var, value in bound.items() if var not in individuals}
                self.follow(index + 1, rest, (*issues, Issue(goal, rest, Truth.UNKNOWN, False, awaited)))
        if not rows:
            self.follow(index + 1, binding, (*issues, Issue(goal, binding, Truth.FALSE)))

    def _follow_truth(self, goal: Conjunct, index: int, binding: Partial, issues: tuple[Issue, ...]) -> None:
        """Goes on past a literal that binds nothing, and notes it where it is not true."""
        status = self.kb.part_truth(goal, binding)
        self.follow(index + 1, binding, issues if status is Truth.TRUE else (*issues, Issue(goal, binding, status)))

    def _named(self, goal: Conjunct, index: int) -> Collection[Var]:
        """The variables of a literal that an attempt is about: of a disjunction or a goal of `documented` those that it shares."""
        call = called(goal)
        if isinstance(call, AtomF):
            return variables(call.args)
        return self._shared[index] if isinstance(call, syntax.Or | syntax.Documented) else body_vars(call)

    def _waits(self, index: int, binding: Partial) -> bool:
        """Whether a literal needs a variable that has no value, or is an individual where it takes a value."""
        goal = self.goals[index]
        needed = (var for var in needs_of(goal, frozenset(binding), self._shared[index]) if var not in _results(goal))
        return (
            any(var not in binding for var in needed)
            or any(isinstance(term, Var) and isinstance(binding.get(term), Var) for term in inputs(goal))
            or self._says_nothing(goal, binding)
        )

    def _says_nothing(self, goal: Conjunct, binding: Partial) -> bool:
        """Whether all that is not known in a definition waits for what an individual is that is not named."""
        if called(goal) is goal or not any(isinstance(binding.get(var), Var) for var in body_vars(goal)):
            return False
        branches = [nearest(self.kb, each, binding) for each in alternatives(goal)]
        return not any(branches) and self.kb.part_truth(goal, binding) is Truth.UNKNOWN

    def _are_bound_later(self, index: int, names: tuple[Var, ...]) -> bool:
        """Whether a later literal could give one of the variables, now open to any individual, a value."""
        return any(
            var in names
            for goal in self.goals[index:]
            if isinstance(goal, AtomF | syntax.Member | syntax.Or | syntax.Documented)
            or (isinstance(goal, syntax.Compare) and goal.op == "=")
            for var in body_vars(goal)
        )

    def _finished(self, binding: Partial, issues: tuple[Issue, ...]) -> Attempt:
        """The attempt with its literals read under all that it has bound: a later literal may have bound more, and given
        values to one that waited."""
        found = {id(issue.goal): issue for issue in issues}
        final = []
        for index, goal in enumerate(self.goals):
            issue = found.get(id(goal))
            if issue is None:
                if isinstance(goal, AtomF | syntax.Or | syntax.Documented) or self._waits(index, binding):
                    continue  # it is true, or says nothing
                issue = Issue(goal, binding, self.kb.part_truth(goal, binding))
            elif any(var in binding and var not in issue.binding for var in body_vars(goal)):
                is_other = issue.is_other and any(isinstance(binding.get(var), Var) for var in body_vars(goal))
                issue = Issue(goal, binding, self.kb.part_truth(goal, binding), is_other)
            if issue.status is not Truth.TRUE:
                final.append(issue)
        return Attempt(binding, tuple(final), self.goals)


def _results(goal: Conjunct) -> tuple[Term, ...]:
    """The variable that a literal itself gives a value."""
    return (goal.result,) if isinstance(goal, syntax.Aggregate) else ()


# --- of several rules the nearest ----------------------------------------------------------------------------------


class Distance(Struct, frozen=True):
    """How far a rule is from concluding: the literals that fail or are not documented, followed down to where nothing
    more is concluded, and those that hold."""

    failed: int
    unknown: int
    holding: int


class Ranked(Struct, frozen=True):
    """A rule that does not conclude, by its nearest attempt."""

    rule: OrderedRule
    attempt: Attempt
    distance: Distance

    @property
    def key(self) -> tuple[object, ...]:
        """Puts near misses first: what fails least, then what is documented most, then where most holds."""
        return _by_failures(self.distance), self.attempt.key, self.rule.text


class Ranking(Struct):
    """Ranks the rules for atoms that are not true; what it has found out about an atom it remembers."""

    kb: KnowledgeBase
    book: RuleBook
    _ranked: dict[tuple[AtomF, frozenset[Var]], list[Ranked]] = field(default_factory=dict)

    def rules(self, atom: AtomF, individuals: frozenset[Var]) -> list[tuple[OrderedRule, Partial]]:
        """The rules whose heads match an atom, once for each choice among alternatives in their bodies."""
        args = [arg if not isinstance(arg, Var) or arg in individuals else None for arg in atom.args]
        tried = ((rule, matched(rule.head.args, args)) for rule in self.book.rules(atom.pred))
        return [(rule, own_names(binding)) for rule, binding in tried if binding is not None]

    def by_distance(self, atom: AtomF, individuals: frozenset[Var]) -> list[Ranked]:
        """The rules that could conclude an atom, each by its nearest attempt, near misses first."""
        key = (atom, individuals)
        if key in self._ranked:
            return self._ranked[key]
        self._ranked[key] = []  # what leads back to the atom finds none
        best: dict[str, Ranked] = {}  # a rule counts once, though it stands twice
        for rule, binding in self.rules(atom, individuals):
            found = nearest(self.kb, rule.goals, binding, frozenset(variables(rule.head.args)))
            if found is None:
                continue
            ranked = Ranked(rule, found, self._distance(found))
            if rule.text not in best or ranked.key < best[rule.text].key:
                best[rule.text] = ranked
        ranking = [*best.values()]
        self._ranked[key] = sorted(ranking, key=lambda each: each.key) if len(ranking) > 1 else ranking
        return self._ranked[key]

    def _distance(self, attempt: Attempt) -> Distance:
        """How far an attempt is from holding, by what its literals come down to."""
        parts = [self._distance_of(issue) for issue in attempt.issues]
        holding = len(attempt.goals) - len(attempt.issues) + sum(each.holding for each in parts)
        return Distance(sum(each.failed for each in parts), sum(each.unknown for each in parts), holding)

    def _distance_of(self, issue: Issue) -> Distance:
        goal, status = called(issue.goal), issue.status
        if isinstance(goal, AtomF):
            atom, individuals = bound_atom(goal, issue.binding)
            is_open = self.kb.declarations.is_abducible(atom.pred.positive)
            ranked = [] if is_open else self.by_distance(atom, individuals)
            if ranked:
                return ranked[0].distance
        if isinstance(goal, syntax.Or | syntax.Documented):
            inner = goal.goal if isinstance(goal, syntax.Documented) else goal
            found = (nearest(self.kb, each, issue.binding) for each in alternatives(inner, opens_calls=False))
            return min(map(self._distance, filter(None, found)), key=_by_failures, default=_of_literal(status))
        if isinstance(goal, syntax.Count) and goal.op == "at_least":
            counted = Counted.of(goal, issue.binding)
            rows = counted_rows(self.kb, counted)
            lacking = max(0, (counted.bound or 0) - len(rows.found))
            may = lacking if rows.others else min(lacking, len(rows.undocumented))
            return Distance(lacking - may, may, len(rows.found))
        return _of_literal(status)


def _of_literal(status: Truth) -> Distance:
    return Distance(1, 0, 0) if status is Truth.FALSE else Distance(0, 1, 0)


def _by_failures(distance: Distance) -> tuple[int, int, int]:
    """Puts first what fails least, then what is documented most, then where most holds."""
    return distance.failed, distance.unknown, -distance.holding


def bound_atom(goal: AtomF, binding: Partial) -> tuple[AtomF, frozenset[Var]]:
    """The atom under a binding, and the individuals not named that it is about; they go by the atom's own variables."""
    names: dict[Var, Var] = {}
    own: dict[Var, Individual] = {}
    for var in variables(goal.args):
        value = binding.get(var)
        if isinstance(value, Var):
            own[var] = names.setdefault(value, var)
        elif value is not None:
            own[var] = value
    return ground(goal, own), frozenset(names.values())
