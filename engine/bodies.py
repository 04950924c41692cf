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
from kb.language import syntax
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

    clause: syntax.Clause
    head: syntax.AtomF
    goals: tuple[syntax.Body, ...]


def ordered_rule(clause: syntax.Clause) -> OrderedRule:
    """The clause made ready to run; it has passed the checks."""
    renamed = rename_locals(clause)
    ordered = order_goals(renamed.body, frozenset(), frozenset(syntax.variables(clause.head.args)))
    return OrderedRule(clause, renamed.head, ordered.goals)


def match_head(head: syntax.AtomF, atom: syntax.AtomF) -> Binding | None:
    """What an atom without variables gives the variables of a head, or None if they do not match."""
    if head.pred != atom.pred:
        return None
    binding: Binding = {}
    for ours, theirs in zip(head.args, atom.args, strict=True):
        assert not isinstance(theirs, Var)
        if (binding.setdefault(ours, theirs) if isinstance(ours, Var) else ours) != theirs:
            return None
    return binding


def ground(atom: syntax.AtomF, binding: Partial) -> syntax.AtomF:
    """The atom under the binding."""
    return syntax.substitute_atom(atom, dict(binding))


def solutions(kb: KnowledgeBase, goals: tuple[syntax.Body, ...], binding: Binding) -> Iterator[Binding]:
    """The extensions of a binding under which all goals are true; the goals are in an order that runs."""
    if not goals:
        yield binding
        return
    for extended in solve(kb, goals[0], binding):
        yield from solutions(kb, goals[1:], extended)


def solve(kb: KnowledgeBase, goal: syntax.Body, binding: Binding) -> Iterator[Binding]:
    """The extensions of a binding under which one goal is true."""
    match goal:
        case syntax.AtomF():
            atom = ground(goal, binding)
            for row in kb.rows(atom.pred, atom.args):
                yield binding | {arg: value for arg, value in zip(atom.args, row, strict=True) if isinstance(arg, Var)}
        case syntax.Compare() | syntax.Builtin() | syntax.Member():
            yield from solve_test(goal, binding)
        case syntax.And(goals):
            yield from solutions(kb, goals, binding)
        case syntax.Or(branches):
            seen = []
            shared = [var for var in bindable((goal,), frozenset(binding)) if var not in binding]
            for branch in branches:
                for found in solutions(kb, syntax.conjuncts(branch), binding):
                    extended = binding | {var: found[var] for var in shared}
                    if extended not in seen:
                        seen.append(extended)
                        yield extended
        case syntax.Not() | syntax.Count():
            if kb.part_truth(goal, binding) is Truth.TRUE:
                yield binding
        case syntax.Aggregate(_, _, _, _, result):
            for value in kb.part_values(replace(goal, result=RESULT), RESULT, binding):
                if not isinstance(result, Var):
                    if result == value:
                        yield binding
                elif binding.get(result, value) == value:
                    yield binding | {result: value}


def prepared(goal: syntax.Body, binding: Binding) -> syntax.Body:
    """A question in an order that runs, its local variables named apart."""
    bound = frozenset(binding)
    return syntax.conjoin(order_goals(rename_goal_locals(goal), bound, bound).goals)
