"""Bodies over a knowledge base: the bindings under which one holds, and its truth under a binding.

Explanations and searches are built on this: it asks the knowledge base and knows nothing of proofs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from engine.builtins import solve_test
from engine.knowledge import Individual, KnowledgeBase
from engine.scopes import bindable, order_goals, rename_goal_locals, rename_locals
from kb.language.syntax import (
    Aggregate,
    And,
    AtomF,
    Body,
    Builtin,
    Clause,
    Compare,
    Count,
    Member,
    Not,
    Or,
    body_vars,
    conjoin,
    conjuncts,
    substitute_atom,
    variables,
)
from kb.language.terms import Const, Var
from kb.language.truth import Truth

Binding = dict[Var, Const]
Partial: TypeAlias = Mapping[Var, Individual]
"""What variables are: constants, or individuals not named, which variables stand for."""
RESULT = Var("result#")
"""The result of an aggregate whose value is asked for."""


@dataclass(frozen=True, slots=True)
class OrderedRule:
    """A rule as the program has it, and its goals in an order that runs, with local variables named apart."""

    clause: Clause
    head: AtomF
    goals: tuple[Body, ...]


def ordered_rule(clause: Clause) -> OrderedRule:
    """The clause made ready to run; it has passed the checks."""
    renamed = rename_locals(clause)
    ordered = order_goals(renamed.body, frozenset(), frozenset(variables(clause.head.args)))
    return OrderedRule(clause, renamed.head, ordered.goals)


def match_head(head: AtomF, atom: AtomF) -> Binding | None:
    """What an atom without variables gives the variables of a head, or None if they do not match."""
    if head.pred != atom.pred:
        return None
    binding: Binding = {}
    for ours, theirs in zip(head.args, atom.args, strict=True):
        assert not isinstance(theirs, Var)
        if (binding.setdefault(ours, theirs) if isinstance(ours, Var) else ours) != theirs:
            return None
    return binding


def ground(atom: AtomF, binding: Partial) -> AtomF:
    """The atom under the binding."""
    return substitute_atom(atom, dict(binding))


def solutions(kb: KnowledgeBase, goals: tuple[Body, ...], binding: Partial) -> Iterator[Partial]:
    """The extensions of a binding under which all goals are true; the goals are in an order that runs."""
    if not goals:
        yield binding
        return
    for extended in solve(kb, goals[0], binding):
        yield from solutions(kb, goals[1:], extended)


def solve(kb: KnowledgeBase, goal: Body, binding: Partial) -> Iterator[Partial]:
    """The extensions of a binding under which one goal is true. What is bound to a variable is an individual not named:
    no atom is certain of it, tests and negations about it may be."""
    known = {var: value for var, value in binding.items() if not isinstance(value, Var)}
    is_about_individuals = len(known) < len(binding) and any(
        var in binding and var not in known for var in body_vars(goal)
    )
    match goal:
        case AtomF():
            atom = ground(goal, known)
            for row in () if is_about_individuals else kb.rows(atom.pred, atom.args):
                own = {arg: value for arg, value in zip(atom.args, row, strict=True) if isinstance(arg, Var)}
                yield {**binding, **own}
        case Compare() | Builtin() | Member() if not is_about_individuals:
            for given in solve_test(goal, known):
                yield {**binding, **given}
        case And(goals):
            yield from solutions(kb, goals, binding)
        case Or(branches):
            seen: list[Partial] = []
            shared = [var for var in bindable((goal,), frozenset(binding)) if var not in binding]
            for branch in branches:
                for found in solutions(kb, conjuncts(branch), binding):
                    branching = {**binding, **{var: found[var] for var in shared}}
                    if branching not in seen:
                        seen.append(branching)
                        yield branching
        case Not() | Count() | Compare() | Builtin() | Member():
            if truth(kb, goal, binding) is Truth.TRUE:
                yield binding
        case Aggregate(_, _, _, _, result):
            for value in aggregate_values(kb, goal, binding):
                if not isinstance(result, Var):
                    if result == value:
                        yield binding
                elif binding.get(result, value) == value:
                    yield {**binding, result: value}


def truth(kb: KnowledgeBase, goal: Body, binding: Partial) -> Truth:
    """The truth value of a goal whose outer variables are bound (others are read as `there is`); one that is bound to
    a variable stands for an individual not named."""
    return kb.part_truth(goal, binding)


def aggregate_values(kb: KnowledgeBase, goal: Aggregate, binding: Partial) -> Iterator[Const]:
    """The certain value of an aggregate: one, or none."""
    for (value,), state in kb.part_rows(replace(goal, result=RESULT), (RESULT,), binding):
        if state is Truth.TRUE and not isinstance(value, Var):
            yield value


def prepared(goal: Body, binding: Binding) -> Body:
    """A question in an order that runs, its local variables named apart."""
    bound = frozenset(binding)
    return conjoin(order_goals(rename_goal_locals(goal), bound, bound).goals)
