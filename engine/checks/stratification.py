"""Recursion through negation, an aggregate or `documented`, told as the cycle it is, with the place of each step."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from engine.checks.predicates import Context
from engine.graph import components
from kb.language import syntax
from kb.language.diagnostics import Diagnostic, Note
from kb.language.traversal import inner_goals, walk


class Reading(Struct, frozen=True):
    """A predicate; of a strong negation, what is certain of it, or else also what is unknown of it."""

    pred: syntax.Pred
    is_possible: bool = False


class Edge(Struct, frozen=True):
    """One predicate depends on another: how, where, and through what if that may not be part of a cycle."""

    source: Reading
    target: Reading
    how: str
    span: syntax.Span
    through: str = ""


def check(context: Context) -> Iterator[Diagnostic]:
    """E204 for each component of the dependency graph that has a negative edge inside."""
    edges = list(dependencies(context))
    targets: dict[Reading, list[Reading]] = {}
    for edge in edges:
        targets.setdefault(edge.source, []).append(edge.target)
    found = components(list(targets), lambda reading: targets.get(reading, ()))
    number = {reading: index for index, component in enumerate(found) for reading in component}
    within: dict[int, list[Edge]] = {}
    for edge in edges:
        if number[edge.source] == number[edge.target]:
            within.setdefault(number[edge.source], []).append(edge)
    for _, inside in sorted(within.items()):
        negative = sorted(
            (edge for edge in inside if edge.through), key=lambda e: (e.span.file, e.span.line, e.span.column)
        )
        if negative:
            yield _error(negative[0], inside)


def dependencies(context: Context) -> Iterator[Edge]:
    """The dependencies of a program's predicates.

    An abducible predicate depends on its strong negation as through `\\+`, but only on what is certain of it. A literal `-p` is
    unknown while `p` is, or the body of a rule for `-p`; that matters in a closed predicate, under a negation, and for
    what is unknown of another strong negation.
    """
    rules = context.put_in(context.rules)
    for clause in rules:
        head = clause.head.pred
        yield from _edges(
            Reading(head), clause.body, "", not head.negative and not context.declarations.is_abducible(head)
        )
        if head.negative:
            yield from _edges(Reading(head, is_possible=True), clause.body, "", needs_possible=True)
    parts = (part for clause in rules for part in walk(clause.body))
    for part in {each.pred: each for each in parts if isinstance(each, syntax.AtomF) and each.pred.negative}.values():
        negation = Reading(part.pred, is_possible=True)
        yield Edge(negation, Reading(part.pred.positive), f"`{part.pred}` is unknown while it is", part.span)
    for pred, declaration in context.declarations.abducible.items():
        if pred.positive.opposite in context.defined:
            yield Edge(
                Reading(pred.positive),
                Reading(pred.positive.opposite),
                "is false where it holds",
                declaration.span,
                "its strong negation",
            )


def _edges(head: Reading, body: syntax.Body, through: str, needs_possible: bool) -> Iterator[Edge]:
    match body:
        case syntax.AtomF(pred):
            how = f"through {through}" if through else "uses it"
            is_possible = pred.negative and (needs_possible or bool(through))
            yield Edge(head, Reading(pred, is_possible), how, body.span, through)
        case syntax.Not(goal):
            yield from _edges(head, goal, "`\\+`", needs_possible)
        case syntax.Documented(goal):
            yield from _edges(head, goal, through or "`documented`", needs_possible)
        case syntax.Aggregate(op, _, _, goal):
            yield from _edges(head, goal, through or f"`aggregate_all({op})`", needs_possible)
        case syntax.Count("at_most", _, _, goal):
            yield from _edges(head, goal, through or "`at_most`", needs_possible)
        case syntax.And() | syntax.Or() | syntax.Count() | syntax.Compare() | syntax.Builtin() | syntax.Member():
            for goal in inner_goals(body):
                yield from _edges(head, goal, through, needs_possible)


def _error(negative: Edge, inside: list[Edge]) -> Diagnostic:
    import networkx as nx  # here, as importing it takes longer than checking a program

    graph: Any = nx.DiGraph()
    for edge in inside:
        if not graph.has_edge(edge.source, edge.target):
            graph.add_edge(edge.source, edge.target, edge=edge)
    path = nx.shortest_path(graph, negative.target, negative.source)
    steps = [negative, *(graph.edges[one, two]["edge"] for one, two in itertools.pairwise(path))]
    notes = tuple(
        Note.at(f"`{edge.source.pred}` depends on `{edge.target.pred}` ({edge.how})", edge.span) for edge in steps
    )
    return Diagnostic(
        "E204", f"`{negative.source.pred}` depends on itself through {negative.through}", negative.span, notes,
        "break the cycle: a predicate may use itself, but not its own negation or count, nor what is documented of it",
    )  # fmt: skip
