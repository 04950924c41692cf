"""Decision tables: how conditions in three truth values decide what a rule concludes, in rows that are complete and of which no
two fit one case.

A formula becomes an ordered decision diagram, in which equal parts are one node; the rows for a truth are its paths to that
truth, with the branches put together that lead to the same node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias, assert_never

from msgspec import Struct

from kb.language.truth import Truth

MOST_CONDITIONS = 16
"""A table of more conditions is not made."""
MOST_ROWS = 40
"""Nor one of more rows."""
ANY = (Truth.TRUE, Truth.FALSE, Truth.UNKNOWN)
"""The truth values that a condition can have, in the order in which tables have them."""


class Condition(Struct, frozen=True):
    """The condition with a number."""

    number: int


class All(Struct, frozen=True):
    """All of these are so."""

    parts: tuple[Formula, ...]


class OneOf(Struct, frozen=True):
    """At least one of these is so."""

    parts: tuple[Formula, ...]


class Opposite(Struct, frozen=True):
    """This is not so."""

    part: Formula


class Shown(Struct, frozen=True):
    """This is so for certain: what is not documented is not."""

    part: Formula


Formula: TypeAlias = Condition | All | OneOf | Opposite | Shown


class Row(Struct, frozen=True):
    """Where each condition has one of these truth values, the outcome is that one."""

    when: tuple[tuple[Truth, ...], ...]
    outcome: Truth


class DecisionTable(Struct, frozen=True):
    """The truth values that each condition can have, and the rows: those for what is met, for what is not, and for what is open."""

    domains: tuple[tuple[Truth, ...], ...]
    rows: tuple[Row, ...]


def value(formula: Formula, given: Sequence[Truth]) -> Truth:
    """The truth of a formula where its conditions have these truths."""
    match formula:
        case Condition(number):
            return given[number]
        case All(parts):
            return min((value(part, given) for part in parts), default=Truth.TRUE)
        case OneOf(parts):
            return max((value(part, given) for part in parts), default=Truth.FALSE)
        case Opposite(part):
            return value(part, given).negated
        case Shown(part):
            return _shown(value(part, given))
        case _:
            assert_never(formula)


def decision_table(formula: Formula, domains: Sequence[tuple[Truth, ...]]) -> DecisionTable | None:
    """The table of a formula over conditions that can have these truth values; None if it would be too large.

    >>> found = decision_table(Opposite(Condition(0)), [(Truth.TRUE, Truth.FALSE)])
    >>> [(row.when[0][0].value, row.outcome.value) for row in found.rows]
    [('false', 'true'), ('true', 'false')]
    """
    if len(domains) > MOST_CONDITIONS:
        return None
    diagrams = _Diagrams(tuple(domains))
    root = diagrams.of(formula)
    rows = tuple(islice(diagrams.rows(root), MOST_ROWS + 1))
    return DecisionTable(tuple(domains), rows) if len(rows) <= MOST_ROWS else None


def _shown(truth: Truth) -> Truth:
    return Truth.of(truth is Truth.TRUE)


_Node: TypeAlias = Truth | int
"""A truth, or the number of a node."""


@dataclass(slots=True)
class _Diagrams:
    """Decision diagrams over conditions in their order: a node asks for one, and has a branch for each truth of it."""

    domains: tuple[tuple[Truth, ...], ...]
    nodes: list[tuple[int, tuple[_Node, ...]]] = field(default_factory=list)
    numbers: dict[tuple[int, tuple[_Node, ...]], int] = field(default_factory=dict)

    def node(self, condition: int, branches: tuple[_Node, ...]) -> _Node:
        """The node with these branches; where all lead to one, that one."""
        if len(set(branches)) == 1:
            return branches[0]
        key = (condition, branches)
        if key not in self.numbers:
            self.numbers[key] = len(self.nodes)
            self.nodes.append(key)
        return self.numbers[key]

    def of(self, formula: Formula) -> _Node:
        match formula:
            case Condition(number):
                return self.node(number, self.domains[number])
            case All(parts):
                return self.joined(min, Truth.TRUE, parts)
            case OneOf(parts):
                return self.joined(max, Truth.FALSE, parts)
            case Opposite(part):
                return self.changed(self.of(part), lambda truth: truth.negated, {})
            case Shown(part):
                return self.changed(self.of(part), _shown, {})
            case _:
                assert_never(formula)

    def joined(self, join: Callable[[Truth, Truth], Truth], of_none: Truth, parts: Sequence[Formula]) -> _Node:
        found: _Node = of_none
        for part in parts:
            found = self.combined(join, found, self.of(part), {})
        return found

    def combined(
        self, join: Callable[[Truth, Truth], Truth], one: _Node, other: _Node, known: dict[tuple[_Node, _Node], _Node]
    ) -> _Node:
        """The node whose truth is that of two, joined."""
        if isinstance(one, Truth) and isinstance(other, Truth):
            return join(one, other)
        if (one, other) not in known:
            condition = min(self.nodes[each][0] for each in (one, other) if not isinstance(each, Truth))
            pairs = zip(self.branches(one, condition), self.branches(other, condition), strict=True)
            known[one, other] = self.node(condition, tuple(self.combined(join, *pair, known) for pair in pairs))
        return known[one, other]

    def branches(self, node: _Node, condition: int) -> tuple[_Node, ...]:
        """Where a node leads to for each truth of a condition; to itself if it does not ask for it."""
        if isinstance(node, Truth) or self.nodes[node][0] != condition:
            return (node,) * len(self.domains[condition])
        return self.nodes[node][1]

    def changed(self, node: _Node, change: Callable[[Truth], Truth], known: dict[int, _Node]) -> _Node:
        """The diagram with each of its truths changed."""
        if isinstance(node, Truth):
            return change(node)
        if node not in known:
            condition, branches = self.nodes[node]
            known[node] = self.node(condition, tuple(self.changed(each, change, known) for each in branches))
        return known[node]

    def rows(self, root: _Node) -> Iterator[Row]:
        for outcome in ANY:
            is_outcome = {truth: Truth.of(truth is outcome) for truth in ANY}
            for when in self.paths(self.changed(root, is_outcome.__getitem__, {}), 0):
                yield Row(when, outcome)

    def paths(self, node: _Node, condition: int) -> Iterator[tuple[tuple[Truth, ...], ...]]:
        """The ways from a node to what is true: for each condition from one on, the truths that lead the same way."""
        if node is Truth.FALSE:
            return
        if condition == len(self.domains):
            yield ()
            return
        together: dict[_Node, tuple[Truth, ...]] = {}
        for truth, branch in zip(self.domains[condition], self.branches(node, condition), strict=True):
            together[branch] = (*together.get(branch, ()), truth)
        for branch, truths in sorted(together.items(), key=lambda each: each[0] is not Truth.TRUE):
            yield from ((truths, *rest) for rest in self.paths(branch, condition + 1))
