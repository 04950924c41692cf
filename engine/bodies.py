"""The rules of a program one by one, and over a knowledge base the bindings under which a body of literals holds.

Explanations and interviews are built on this: it asks the knowledge base and knows nothing of proofs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain
from types import MappingProxyType
from typing import TypeAlias, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from engine.knowledge import Individual, KnowledgeBase
from engine.scopes import Binding as Binding
from engine.scopes import elsewhere_of, given, order_goals, rename_goal_locals, rename_locals, solve_test
from kb.language import syntax
from kb.language.identity import by_part_and_known
from kb.language.printer import show_clause
from kb.language.terms import Const, Term, Var
from kb.language.traversal import (
    body_vars,
    called,
    conjoin,
    conjuncts,
    is_choice,
    substitute,
    substitute_atom,
    variables,
    walk,
)
from kb.language.truth import Truth

Partial: TypeAlias = Mapping[Var, Individual]
"""What variables are: constants, or individuals not named, which variables stand for."""
RESULT = Var("result#")
"""The result of an aggregate whose value is asked for."""


class OrderedRule(Struct, frozen=True, dict=True):
    """A rule as the program has it: literals and alternatives in an order that runs, local variables named apart."""

    clause: syntax.Clause
    head: syntax.AtomF
    goals: tuple[syntax.Conjunct, ...]

    @cached_property
    def text(self) -> str:
        """The rule as the program has it."""
        return show_clause(self.clause)


class RuleBook(Struct, frozen=True):
    """The rules of a program that has passed the checks by the predicate they conclude, each put in order when it is asked for."""

    clauses: dict[syntax.Pred, list[syntax.Clause]]
    _ordered: dict[syntax.Pred, list[OrderedRule]] = field(default_factory=dict)
    _below: dict[syntax.Pred, frozenset[syntax.Pred]] = field(default_factory=dict)

    @classmethod
    def of(cls, clauses: tuple[syntax.Clause, ...]) -> RuleBook:
        book = cls({})
        for clause in clauses:
            book.clauses.setdefault(clause.head.pred, []).append(clause)
        return book

    @property
    def preds(self) -> Iterable[syntax.Pred]:
        """The predicates that rules conclude."""
        return self.clauses.keys()

    def rules(self, pred: syntax.Pred) -> list[OrderedRule]:
        """The rules that could conclude the predicate."""
        found = self._ordered.get(pred)
        if found is None:
            found = [*map(_ordered, self.clauses.get(pred, ()))]
            if found:
                self._ordered[pred] = found
        return found

    def below(self, pred: syntax.Pred) -> frozenset[syntax.Pred]:
        """The predicates that rules conclude a predicate from, through others too, without strong negation."""
        if pred not in self._below:
            self._below[pred] = self._found_below(pred)
        return self._below[pred]

    def recurs(self, pred: syntax.Pred) -> bool:
        """Whether rules conclude a predicate, or its strong negation, from itself, through others or not."""
        return pred.positive in self.below(pred)

    def _found_below(self, pred: syntax.Pred) -> frozenset[syntax.Pred]:
        found: set[syntax.Pred] = set()
        pending = [pred]
        while pending:
            goals = (called(goal) for rule in self.rules(pending.pop()) for goal in walk(rule.clause.body))
            new = {goal.pred for goal in goals if isinstance(goal, syntax.AtomF)} - found
            found |= new
            pending += new
        return frozenset(each.positive for each in found)


def _ordered(clause: syntax.Clause) -> OrderedRule:
    renamed = rename_locals(clause)
    ordered = order_goals(renamed.body, given(clause), frozenset(variables(clause.head.args)))
    return OrderedRule(clause, renamed.head, conjuncts(conjoin(ordered.goals)))


def alternatives(body: syntax.Body, *, opens_calls: bool = True) -> Iterator[tuple[syntax.Conjunct, ...]]:
    """The conjunctions of which a body needs one: it is the only one itself unless it is a `;`, or stands in the place of a
    literal of a definition, if those are opened."""
    own = conjuncts(body)
    if len(own) == 1 and isinstance(own[0], syntax.Or) and (opens_calls or is_choice(own[0])):
        for branch in own[0].goals:
            yield from alternatives(branch, opens_calls=opens_calls)
    else:
        yield own


@by_part_and_known
def independent(goals: tuple[syntax.Conjunct, ...], known: frozenset[Var]) -> list[tuple[int, ...]]:
    """The goals of a conjunction in groups, by their places, that share no variable whose value is not known: each group can be
    gone about by itself, so that the ways to satisfy one do not multiply those of another."""
    groups: list[tuple[frozenset[Var], tuple[int, ...]]] = []
    for index, elsewhere in enumerate(elsewhere_of(goals, frozenset())):
        shared = frozenset(var for var in elsewhere if var not in known)
        joined = [each for each in groups if not each[0].isdisjoint(shared)]
        groups = [each for each in groups if each not in joined]
        variables = shared.union(*(each[0] for each in joined))
        groups.append((variables, (*chain.from_iterable(each[1] for each in joined), index)))
    return [tuple(sorted(places)) for _, places in groups]


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


def own_names(binding: Partial) -> Partial:
    """What the variables of a rule are, in which an individual not named goes by the first of them that is it: the name that
    it comes with is one that another rule gave it, and may be that of another variable here."""
    names: dict[Var, Var] = {}
    return {var: names.setdefault(value, var) if isinstance(value, Var) else value for var, value in binding.items()}


def match_head(head: syntax.AtomF, atom: syntax.AtomF) -> Binding | None:
    """What the constants of an atom give the variables of a head, or None if they do not match."""
    if head.pred != atom.pred:
        return None
    return matched(head.args, [None if isinstance(arg, Var) else arg for arg in atom.args])


def ground(atom: syntax.AtomF, binding: Partial) -> syntax.AtomF:
    """The atom under the binding."""
    return substitute_atom(atom, binding)


def solutions(
    kb: KnowledgeBase, goals: tuple[syntax.Conjunct, ...], binding: Partial, wanted: frozenset[Var] = frozenset()
) -> Iterator[Partial]:
    """The extensions of a binding under which all goals are true. A disjunction gives values to those of its variables alone
    that another goal mentions or that are `wanted`: what makes it true beside them does not multiply the solutions."""
    if not goals:
        yield binding
        return
    goal, rest = _most_bound(goals, frozenset(binding))
    if isinstance(goal, syntax.Or | syntax.Documented):
        elsewhere = wanted.union(*map(body_vars, rest))
        if isinstance(call := called(goal), syntax.AtomF):
            elsewhere |= variables(call.args).keys()
        found = _of_goal(kb, goal, tuple(var for var in body_vars(goal) if var in elsewhere), binding)
    else:
        found = solve(kb, goal, binding)
    for extended in found:
        yield from solutions(kb, rest, extended, wanted)


def _of_goal(
    kb: KnowledgeBase, goal: syntax.Or | syntax.Documented, shared: tuple[Var, ...], binding: Partial
) -> Iterator[Partial]:
    """The extensions of a binding by the variables that a goal shares under which it is true."""
    free = tuple([var for var in shared if var not in binding])
    for row, state in kb.part_rows(goal, free, binding):
        if state is Truth.TRUE:
            yield {**binding, **dict(zip(free, row, strict=True))}


@by_part_and_known
def _most_bound(
    goals: tuple[syntax.Conjunct, ...], bound: frozenset[Var]
) -> tuple[syntax.Conjunct, tuple[syntax.Conjunct, ...]]:
    """Which literal to solve next, and the others: the first, unless nothing in it is bound and something is in a later atom."""

    def is_bound(goal: syntax.Conjunct) -> bool:
        return isinstance(goal, syntax.AtomF) and any(not isinstance(arg, Var) or arg in bound for arg in goal.args)

    first = 0
    if isinstance(goals[0], syntax.AtomF) and goals[0].args and not is_bound(goals[0]):
        first = next((index for index, goal in enumerate(goals) if is_bound(goal)), 0)
    return goals[first], (*goals[:first], *goals[first + 1 :])


def solve(kb: KnowledgeBase, goal: syntax.Literal, binding: Partial) -> Iterator[Partial]:
    """The extensions of a binding under which one literal is true. What is bound to a variable is an individual not named:
    no atom is certain of it, tests and negations about it may be."""
    known = {var: value for var, value in binding.items() if not isinstance(value, Var)}
    is_about_individuals = len(known) < len(binding) and any(
        var in binding and var not in known for var in body_vars(goal)
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
    return conjoin(order_goals(rename_goal_locals(goal), bound, bound).goals)


def answered(goal: syntax.Body, answer: Binding) -> syntax.Body:
    """The same with an answer in the place of its variables; a local one that is called like one of these stays."""
    return substitute(prepared(goal, answer), answer)
