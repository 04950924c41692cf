"""Recursion through negation or an aggregate, told as the cycle it is, with the place of each step."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.checks.predicates import Context
from engine.graph import components
from kb.language import syntax
from kb.language.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class Edge:
    """One predicate depends on another: how, where, and through what if that may not be part of a cycle."""

    source: syntax.Pred
    target: syntax.Pred
    how: str
    span: syntax.Span
    through: str = ""


def check(context: Context) -> Iterator[Diagnostic]:
    """E204 for each component of the dependency graph that has a negative edge inside."""
    edges = list(dependencies(context))
    targets: dict[syntax.Pred, list[syntax.Pred]] = {}
    for edge in edges:
        targets.setdefault(edge.source, []).append(edge.target)
    for component in components(list(targets), lambda pred: targets.get(pred, ())):
        inside = [edge for edge in edges if edge.source in component and edge.target in component]
        negative = sorted(
            (edge for edge in inside if edge.through), key=lambda e: (e.span.file, e.span.line, e.span.column)
        )
        if negative:
            yield _error(negative[0], inside)


def dependencies(context: Context) -> Iterator[Edge]:
    """The dependencies of a program's predicates.

    An abducible predicate depends on its strong negation as through `\\+`. A literal `-p` is unknown while `p` is, so
    where that matters (in a closed predicate, or under a negation) it depends on `p` too.
    """
    for clause in context.rules:
        needs_possible = not clause.head.pred.negative and not context.declarations.is_abducible(clause.head.pred)
        yield from _edges(clause, clause.body, "", needs_possible)
    for pred, declaration in context.declarations.abducible.items():
        if pred.positive.opposite in context.defined:
            yield Edge(
                pred.positive,
                pred.positive.opposite,
                "is false where it holds",
                declaration.span,
                "its strong negation",
            )


def _edges(clause: syntax.Clause, body: syntax.Body, through: str, needs_possible: bool) -> Iterator[Edge]:
    head = clause.head.pred
    match body:
        case syntax.AtomF(pred):
            how = f"through {through}" if through else "uses it"
            yield Edge(head, pred, how, body.span, through)
            if pred.negative and (through or needs_possible):
                yield Edge(head, pred.positive, f"{how}: `{pred}` is unknown while it is", body.span, through)
        case syntax.Not(goal):
            yield from _edges(clause, goal, "`\\+`", needs_possible)
        case syntax.Aggregate(op, _, _, goal):
            yield from _edges(clause, goal, through or f"`aggregate_all({op})`", needs_possible)
        case syntax.Count("at_most", _, _, goal):
            yield from _edges(clause, goal, through or "`at_most`", needs_possible)
        case syntax.And() | syntax.Or() | syntax.Count() | syntax.Compare() | syntax.Builtin() | syntax.Member():
            for goal in syntax.inner_goals(body):
                yield from _edges(clause, goal, through, needs_possible)


def _error(negative: Edge, inside: list[Edge]) -> Diagnostic:
    import networkx as nx  # here, as importing it takes longer than checking a program

    graph: Any = nx.DiGraph()
    for edge in inside:
        if not graph.has_edge(edge.source, edge.target):
            graph.add_edge(edge.source, edge.target, edge=edge)
    path = nx.shortest_path(graph, negative.target, negative.source)
    steps = [negative, *(graph.edges[one, two]["edge"] for one, two in itertools.pairwise(path))]
    notes = tuple(f"`{edge.source}` depends on `{edge.target}` ({edge.how}) at {edge.span}" for edge in steps)
    return Diagnostic(
        "E204", f"`{negative.source}` depends on itself through {negative.through}", negative.span, notes,
        "break the cycle: a predicate may use itself, but not its own negation or count",
    )  # fmt: skip
