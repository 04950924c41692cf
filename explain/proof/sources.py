"""What gave the values that a test compares: the literals beside it that hold and bound its variables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.bodies import Partial, ground
from explain.proof.comparisons import worked_out
from explain.proof.nodes import Node
from explain.proof.ways import Issue, Way
from explain.words.sentences import body_sentence, literal_text, sentence, written
from kb.language.printer import show_atom
from kb.language.syntax import Aggregate, AtomF, Body, Builtin, Compare, Member, body_vars, expr_terms, variables
from kb.language.terms import Var
from kb.language.truth import Truth

if TYPE_CHECKING:
    from explain.proof.why import Explainer


def sources_of(explainer: Explainer, way: Way, issue: Issue) -> tuple[Node, ...]:
    """What gave the values of a test that is not true, in the order of the rule: atoms in one line each, and what is
    worked out, with what gave its values below it."""
    failing = {id(each.goal) for each in way.issues}
    return _sources(explainer, way, issue.goal, [goal for goal in way.goals if id(goal) not in failing])


def _sources(explainer: Explainer, way: Way, test: Body, holding: list[Body]) -> tuple[Node, ...]:
    wanted = [var for var in body_vars(test) if not isinstance(way.binding.get(var, var), Var)]
    giving = [next((goal for goal in holding if var in set(_gives(goal))), None) for var in wanted]
    found = []
    for goal in holding:
        if goal in giving:
            left = [other for other in holding if other is not goal]
            below = () if isinstance(goal, AtomF) else _sources(explainer, way, goal, left)
            found.append(replace(_line(explainer, goal, way.binding), about=below))
    return tuple(found)


def holding_lines(explainer: Explainer, way: Way) -> tuple[Node, ...]:
    """The atoms of a way that hold, in one line each."""
    failing = {id(each.goal) for each in way.issues}
    return tuple(
        _line(explainer, goal, way.binding)
        for goal in way.goals
        if isinstance(goal, AtomF) and id(goal) not in failing and not variables(ground(goal, way.binding).args)
    )


def _gives(goal: Body) -> Iterator[Var]:
    """The variables that a literal can give values to."""
    match goal:
        case AtomF(_, args):
            yield from variables(args)
        case Builtin(_, args):
            yield from variables(args[-1:])
        case Aggregate(result=result):
            yield from variables((result,))
        case Compare("=" | "is", left, right):
            yield from variables((*expr_terms(left), *(expr_terms(right) if goal.op == "=" else ())))
        case Member(item, _):
            yield from variables((item,))
        case _:
            return


def _line(explainer: Explainer, goal: Body, binding: Partial) -> Node:
    match goal:
        case AtomF():
            atom = ground(goal, binding)
            if explainer.is_stated(atom):
                return explainer.fact(atom)
            cite = () if explainer.declared.is_abducible(atom.pred.positive) else explainer.cites(atom.pred)
            said = sentence(atom, explainer.declared)
            return Node(show_atom(atom), Truth.TRUE, "summary", said, cite=cite, opened=False)
        case Compare() | Builtin() | Member():
            return worked_out(goal, binding, Truth.TRUE)
        case _:
            said = body_sentence(written(goal, binding), explainer.declared)
            return Node(literal_text(goal, binding), Truth.TRUE, "summary", said, opened=False)
