"""The rules of a program one by one, and over a knowledge base the bindings under which a body of literals holds.

Explanations and interviews are built on this: it asks the knowledge base and knows nothing of proofs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from types import MappingProxyType
from typing import TypeAlias, TypeVar

from engine.knowledge import Individual, KnowledgeBase
from engine.scopes import Binding as Binding
from engine.scopes import order_goals, rename_goal_locals, rename_locals, solve_test
from kb.language import syntax
from kb.language.terms import Const, Term, Var
from kb.language.truth import Truth

Partial: TypeAlias = Mapping[Var, Individual]
"""What variables are: constants, or individuals not named, which variables stand for."""
RESULT = Var("result#")
"""The result of an aggregate whose value is asked for."""


@dataclass(frozen=True, slots=True)
class OrderedRule:
    """A rule as the program has it, with one choice among its alternatives: literals in an order that runs, local variables named
    apart."""

    clause: syntax.Clause
    head: syntax.AtomF
    goals: tuple[syntax.Literal, ...]


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules of a program that has passed the checks by the predicate they conclude, their alternatives opened."""

    by_pred: dict[syntax.Pred, list[OrderedRule]] = field(default_factory=dict)

    @classmethod
    def of(cls, clauses: tuple[syntax.Clause, ...]) -> RuleBook:
        book = cls()
        for clause in clauses:
            renamed = rename_locals(clause)
            ordered = order_goals(renamed.body, frozenset(), frozenset(syntax.variables(clause.head.args)))
            rules = [OrderedRule(clause, renamed.head, goals) for goals in without_or(ordered.goals)]
            book.by_pred.setdefault(clause.head.pred, []).extend(rules)
        return book

    def rules(self, pred: syntax.Pred) -> list[OrderedRule]:
        """The rules that could conclude the predicate, once for each choice among alternatives in the body."""
        return self.by_pred.get(pred, [])


def without_or(goals: tuple[syntax.Body, ...]) -> Iterator[tuple[syntax.Literal, ...]]:
    """The goals once for each choice of an alternative in every `;`."""
    options: list[list[tuple[syntax.Literal, ...]]] = []
    for goal in goals:
        if isinstance(goal, syntax.Or):
            options.append([choice for branch in goal.goals for choice in without_or(syntax.conjuncts(branch))])
        elif isinstance(goal, syntax.And):
            options.append(list(without_or(syntax.conjuncts(goal))))
        else:
            options.append([(goal,)])
    for chosen in product(*options):
        yield tuple(goal for part in chosen for goal in part)


Value = TypeVar("Value", bound=Individual)


def matched(
    terms: Iterable[Term], values: Iterable[Value | None], binding: Mapping[Var, Value] = MappingProxyType({})
) -> dict[Var, Value] | None:
    """The binding extended so that the terms are these values, or None if they cannot be; where a value is None, any will do."""
    extended = dict(binding)
    for term, value in zip(terms, values, strict=True):
        if value is not None and (extended.setdefault(term, value) if isinstance(term, Var) else term) != value:
            return None
    return extended


def match_head(head: syntax.AtomF, atom: syntax.AtomF) -> Binding | None:
    """What the constants of an atom give the variables of a head, or None if they do not match."""
    if head.pred != atom.pred:
        return None
    return matched(head.args, [None if isinstance(arg, Var) else arg for arg in atom.args])


def ground(atom: syntax.AtomF, binding: Partial) -> syntax.AtomF:
    """The atom under the binding."""
    return syntax.substitute_atom(atom, dict(binding))


def solutions(kb: KnowledgeBase, goals: tuple[syntax.Literal, ...], binding: Partial) -> Iterator[Partial]:
    """The extensions of a binding under which all literals are true."""
    if not goals:
        yield binding
        return
    first = _most_bound(goals, binding)
    for extended in solve(kb, goals[first], binding):
        yield from solutions(kb, (*goals[:first], *goals[first + 1 :]), extended)


def _most_bound(goals: tuple[syntax.Literal, ...], binding: Partial) -> int:
    """Which literal to solve next: the first, unless nothing in it is bound and something is in a later atom."""

    def is_bound(goal: syntax.Literal) -> bool:
        return isinstance(goal, syntax.AtomF) and any(not isinstance(arg, Var) or arg in binding for arg in goal.args)

    if not isinstance(goals[0], syntax.AtomF) or not goals[0].args or is_bound(goals[0]):
        return 0
    return next((index for index, goal in enumerate(goals) if is_bound(goal)), 0)


def solve(kb: KnowledgeBase, goal: syntax.Literal, binding: Partial) -> Iterator[Partial]:
    """The extensions of a binding under which one literal is true. What is bound to a variable is an individual not named:
    no atom is certain of it, tests and negations about it may be."""
    known = {var: value for var, value in binding.items() if not isinstance(value, Var)}
    is_about_individuals = len(known) < len(binding) and any(
        var in binding and var not in known for var in syntax.body_vars(goal)
    )
    match goal:
        case syntax.AtomF():
            atom = ground(goal, known)
            for row in () if is_about_individuals else kb.rows(atom.pred, atom.args):
                own = {arg: value for arg, value in zip(atom.args, row, strict=True) if isinstance(arg, Var)}
                yield {**binding, **own}
        case syntax.Compare() | syntax.Builtin() | syntax.Member() if not is_about_individuals:
            for given in solve_test(goal, known):
                yield {**binding, **given}
        case syntax.Not() | syntax.Count() | syntax.Compare() | syntax.Builtin() | syntax.Member():
            if kb.part_truth(goal, binding) is Truth.TRUE:
                yield binding
        case syntax.Aggregate(_, _, _, _, result):
            for value in _aggregate_values(kb, goal, binding):
                if not isinstance(result, Var):
                    if result == value:
                        yield binding
                elif binding.get(result, value) == value:
                    yield {**binding, result: value}


def _aggregate_values(kb: KnowledgeBase, goal: syntax.Aggregate, binding: Partial) -> Iterator[Const]:
    """The certain value of an aggregate: one, or none."""
    for (value,), state in kb.part_rows(replace(goal, result=RESULT), (RESULT,), binding):
        if state is Truth.TRUE and not isinstance(value, Var):
            yield value


def prepared(goal: syntax.Body, binding: Binding) -> syntax.Body:
    """A question in an order that runs, its local variables named apart."""
    bound = frozenset(binding)
    return syntax.conjoin(order_goals(rename_goal_locals(goal), bound, bound).goals)
