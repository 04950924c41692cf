"""Bodies as the proof checker reads them: alternatives opened, each literal with the variables it shares, in order.

A variable of a count that no positive literal outside it binds is the count's own; a variable that occurs only inside
one negation is the negation's own. All others are visible to the clause. Literals come in the order written, except that
one whose variables have no value yet waits for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from itertools import chain, product
from typing import TypeAlias

from kb.language.syntax import (
    Aggregate,
    And,
    AtomF,
    Body,
    Builtin,
    Compare,
    Count,
    Expr,
    Literal,
    Member,
    Not,
    Or,
    body_vars,
    conjuncts,
    expr_terms,
    literal_terms,
)
from kb.language.terms import Term, Var


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """A literal with its visible variables and those that it can compute from the rest.

    A negation, a count and an aggregate have the conjunctions inside; `shared` are the variables they share with the
    clause, `terms` what is counted.
    """

    literal: Literal
    vars: frozenset[Var]
    gives: frozenset[Var] = frozenset()
    shared: tuple[Var, ...] = ()
    inside: tuple[Conjunction, ...] = ()
    terms: tuple[Term, ...] = ()
    plans: dict[object, object] = field(default_factory=dict, repr=False)
    """How the conjunctions that begin with it are gone about (explain/verify/plans.py), kept as long as it is."""


Conjunction: TypeAlias = tuple[Goal, ...]


def scoped(
    body: Body,
    seen: frozenset[Var] = frozenset(),
    bound: frozenset[Var] = frozenset(),
    before: frozenset[Var] = frozenset(),
) -> tuple[Conjunction, ...]:
    """The body as a disjunction of conjunctions of goals.

    `seen` are the variables that occur outside the body, `bound` those that positive literals outside it bind, `before`
    those that have values when it is begun.
    """
    parts = conjuncts(body)
    if len(parts) == 1 and isinstance(parts[0], Or):
        return tuple(chain.from_iterable(scoped(branch, seen, bound, before) for branch in parts[0].goals))
    within = bound | _binds(body)
    pending: list[_Part] = []
    for index, part in enumerate(parts):
        others = parts[:index] + parts[index + 1 :]
        outer = bound.union(*map(_binds, others))
        around = seen.union(*(_visible(other, within) for other in others))
        pending.append(_Part(part, around, outer, None if isinstance(part, Or) else _goal(part, around, outer)))  # type: ignore[arg-type] # conjunctions are opened
    options: list[tuple[Conjunction, ...]] = []
    while pending:
        chosen = next((each for each in pending if each.needs(before) <= before), pending[0])
        pending.remove(chosen)
        options.append(chosen.conjunctions(before))
        before |= _bound_by((chosen.body,), before)
    return tuple(tuple(chain.from_iterable(each)) for each in product(*options))


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """One conjunct of a body: a goal, or alternatives, with the variables that occur and are bound around it."""

    body: Body
    around: frozenset[Var]
    outer: frozenset[Var]
    goal: Goal | None

    def conjunctions(self, before: frozenset[Var]) -> tuple[Conjunction, ...]:
        if self.goal is None:
            return scoped(self.body, self.around, self.outer, before)
        return ((self.goal,),)

    def needs(self, before: frozenset[Var]) -> frozenset[Var]:
        """The variables that it waits for, if these are bound."""
        match self.body:
            case AtomF() | Member():
                return frozenset()
            case Compare("=", left, right):
                sides = _expr_vars(left, right)
                return frozenset() if len(sides - before) < 2 and left != right else sides
            case Compare("is", _, right):
                return _expr_vars(right)
            case Compare(_, left, right):
                return _expr_vars(left, right)
            case Builtin(_, (*inputs, _)):
                return _vars(inputs)
            case Or():
                return (frozenset(body_vars(self.body)) & self.around) - _bound_by((self.body,), before)
            case Count(_, own):
                assert self.goal is not None
                return frozenset(self.goal.shared) | _vars((own,))
            case _:
                return frozenset() if self.goal is None else frozenset(self.goal.shared)


def _bound_by(goals: Iterable[Body], before: frozenset[Var]) -> frozenset[Var]:
    """The variables that have values once goals have run, if some had before; of alternatives, those that all bind."""
    parts = [part for goal in goals for part in conjuncts(goal)]
    while True:
        known = before
        for part in parts:
            match part:
                case Or(branches):
                    known |= reduce(lambda one, other: one & other, (_bound_by((each,), known) for each in branches))
                case Compare("=", left, right):
                    sides = _expr_vars(left, right)
                    known |= sides if left != right and len(sides - known) < 2 else frozenset()
                case Compare("is", _, right) if not _expr_vars(right) <= known:
                    pass
                case Builtin(_, (*inputs, _)) if not _vars(inputs) <= known:
                    pass
                case _:
                    known |= _binds(part)
        if known == before:
            return known
        before = known


def _goal(literal: Literal, seen: frozenset[Var], bound: frozenset[Var]) -> Goal:
    match literal:
        case Not(goal):
            shared = _visible(goal, bound) & seen
            return Goal(literal, shared, shared=tuple(shared), inside=scoped(goal, shared, bound, shared))
        case Count(_, own, template, goal):
            return _counting(literal, own, template, seen, bound)
        case Aggregate(_, value, template, goal, result):
            return _counting(literal, result, template if value is None else (*template, value), seen, bound)
        case _:
            return Goal(literal, _vars(literal_terms(literal)), _gives(literal))


def _counting(
    literal: Count | Aggregate, own: Term, terms: tuple[Term, ...], seen: frozenset[Var], bound: frozenset[Var]
) -> Goal:
    shared = (_vars(terms) | frozenset(body_vars(literal.goal))) & bound
    inside = scoped(literal.goal, shared | _vars(terms), bound, shared)
    return Goal(literal, shared | _vars((own,)), _gives(literal) - shared, tuple(shared), inside, terms)


def _vars(terms: Iterable[Term]) -> frozenset[Var]:
    return frozenset(term for term in terms if isinstance(term, Var))


def _gives(literal: Body) -> frozenset[Var]:
    """The variables that a literal computes from its others; an equation computes either side."""
    match literal:
        case Compare("=", left, right):
            return frozenset() if left == right else _expr_vars(left, right)
        case Compare("is", left, right):
            return _expr_vars(left) - _expr_vars(right)
        case Builtin(_, (*inputs, result)):
            return _vars((result,)) - _vars(inputs)
        case Member(result) | Aggregate(result=result):
            return _vars((result,))
        case _:
            return frozenset()


def _expr_vars(*sides: Expr) -> frozenset[Var]:
    return _vars(chain.from_iterable(map(expr_terms, sides)))


def _binds(body: Body) -> frozenset[Var]:
    match body:
        case And(goals) | Or(goals):
            return frozenset().union(*map(_binds, goals))
        case AtomF(_, args):
            return _vars(args)
        case _:
            return _gives(body)


def _visible(body: Body, bound: frozenset[Var]) -> frozenset[Var]:
    """The variables of a body that are no count's own, if positive literals bind `bound`."""
    match body:
        case And(goals) | Or(goals):
            return frozenset().union(*(_visible(goal, bound) for goal in goals))
        case Not(goal):
            return _visible(goal, bound)
        case Count(_, own, _, _) | Aggregate(result=own):
            return _vars((own,)) | (frozenset(_counted_vars(body)) & bound)
        case _:
            return _vars(literal_terms(body))


def _counted_vars(body: Count | Aggregate) -> Iterator[Var]:
    value = body.value if isinstance(body, Aggregate) else None
    yield from _vars((*body.template, *(() if value is None else (value,))))
    yield from body_vars(body.goal)
