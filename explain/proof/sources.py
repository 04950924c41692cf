"""What gave the values that a test compares: the literals beside it that hold and bound its variables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bodies import Partial, ground
from explain.proof import nodes
from explain.proof.comparisons import worked_out
from explain.proof.ways import Issue, Way
from explain.words.claims import Stands, said
from explain.words.sentences import literal_text, written
from kb.language.printer import show_atom
from kb.language.syntax import Aggregate, AtomF, Body, Builtin, Compare, Member, body_vars, expr_terms, variables
from kb.language.terms import Var
from kb.language.truth import Truth

if TYPE_CHECKING:
    from explain.proof.why import Explainer


def sources_of(explainer: Explainer, way: Way, issue: Issue) -> tuple[nodes.Source, ...]:
    """What gave the values of a test that is not true, in the order of the rule: atoms in one line each, and what is
    worked out, with what gave its values below it."""
    failing = {id(each.goal) for each in way.issues}
    return _sources(explainer, way, issue.goal, [goal for goal in way.goals if id(goal) not in failing])


def _sources(explainer: Explainer, way: Way, test: Body, holding: list[Body]) -> tuple[nodes.Source, ...]:
    wanted = [var for var in body_vars(test) if not isinstance(way.binding.get(var, var), Var)]
    giving = [next((goal for goal in holding if var in set(_gives(goal))), None) for var in wanted]
    found = []
    for goal in holding:
        if goal in giving:
            left = [other for other in holding if other is not goal]
            below = () if isinstance(goal, AtomF) else _sources(explainer, way, goal, left)
            found.append(_line(explainer, goal, way.binding, below))
    return tuple(found)


def holding_lines(explainer: Explainer, way: Way) -> tuple[nodes.Fact | nodes.Summary, ...]:
    """The atoms of a way that hold, in one line each."""
    failing = {id(each.goal) for each in way.issues}
    return tuple(
        _atom_line(explainer, ground(goal, way.binding))
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


def _line(explainer: Explainer, goal: Body, binding: Partial, below: tuple[nodes.Source, ...]) -> nodes.Source:
    match goal:
        case AtomF():
            return _atom_line(explainer, ground(goal, binding))
        case Compare() | Builtin() | Member():
            return worked_out(goal, binding, Truth.TRUE, explainer.declared, below)
        case _:
            text = said(Stands(written(goal, binding), Truth.TRUE), explainer.declared)
            return nodes.Summary(goal=literal_text(goal, binding), status=Truth.TRUE, text=text, about=below)


def _atom_line(explainer: Explainer, atom: AtomF) -> nodes.Fact | nodes.Summary:
    if explainer.is_stated(atom):
        return explainer.fact(atom)
    cite = None if explainer.declared.is_abducible(atom.pred.positive) else explainer.cites(atom.pred)
    text = said(Stands(atom, Truth.TRUE), explainer.declared)
    return nodes.Summary(goal=show_atom(atom), status=Truth.TRUE, text=text, cite=cite)
