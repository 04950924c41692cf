"""Explanations laid out as steps with depths, for renderers that write lines: a part that occurs again stands once and
is referred to by number, and what lies very deep is continued as a part of its own."""

from __future__ import annotations

import itertools
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType

from explain.proof import nodes
from explain.proof.nodes import Node, RuleRef
from explain.words.sentences import say
from kb.language.terms import printable
from kb.language.truth import Truth

SIGNS = MappingProxyType(
    {Truth.TRUE: ("✓", "holds"), Truth.FALSE: ("✗", "does not hold"), Truth.UNKNOWN: ("?", "not documented")}
)
"""The sign of a status and the word that goes with it."""
DEPTH = 8
"""How many levels stand below each other before a part is continued elsewhere."""


@dataclass(frozen=True)
class Step:
    """One line of an explanation: `depth` levels in, with what is said there.

    `number` is what other places call it by; `see` names the place where its steps are, if they are not below it.
    """

    depth: int
    node: Node
    text: str
    remark: str
    number: int | None = None
    see: str | int | None = None
    opens: bool = False

    @property
    def reference(self) -> str:
        """How the place is called where its steps are."""
        return f"({self.see})" if isinstance(self.see, int) else self.see or ""

    @property
    def source(self) -> str | None:
        """The rule that concludes it or could conclude it, by its place."""
        return None if self.node.rule is None else by_rule(self.node.rule)


def lay_out(
    node: Node, *, known: Mapping[str, str] = MappingProxyType({}), numbers: Iterator[int] | None = None
) -> list[list[Step]]:
    """The steps of an explanation, in order: first the explanation itself, then the parts that lie too deep in it, each
    opening with a numbered step.

    `known` has names for the sub-explanations that stand elsewhere, by their `keys`; `numbers` gives the numbers, so that
    several explanations of one page share no number.
    """
    laid = _LayOut(node, known, itertools.count(1) if numbers is None else numbers)
    parts = []
    while laid.waiting:
        parts.append(list(laid.part(laid.waiting.popleft())))
    return parts


@dataclass(slots=True)
class _LayOut:
    node: Node
    known: Mapping[str, str]
    numbers: Iterator[int]
    given: dict[str, int] = field(default_factory=dict)
    waiting: deque[Node] = field(init=False)
    shared: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.waiting = deque([self.node])
        times = Counter(child.id for each in distinct(self.node) for child in steps_of(each))
        self.shared = {key for key, count in times.items() if count > 1}

    def part(self, root: Node) -> Iterator[Step]:
        """The steps of one part, in order."""
        pending: list[tuple[Node, RuleRef | None, int]] = [(root, None, 0)]
        while pending:
            node, rule, depth = pending.pop()
            step = partial(Step, depth, node, *words(node, rule))
            below = ways_of(node)
            see = self._elsewhere(node, depth) if depth else None
            if see is not None:
                yield step(see=see)
                continue
            if below and node.id in self.shared and node.id not in self.given:
                self.given[node.id] = next(self.numbers)
            yield step(number=self.given.get(node.id), opens=bool(below))
            pending += [(child, way, depth + 1) for way, child in reversed(below)]

    def _elsewhere(self, node: Node, depth: int) -> str | int | None:
        """Where the steps below a node are, if they are not to stand below it."""
        if not nodes.is_opened(node):
            return self.known.get(_claim(node))
        if not steps_of(node):
            return None
        if node.id not in self.known and node.id not in self.given and depth >= DEPTH:
            self.given[node.id] = next(self.numbers)
            self.waiting.append(node)
        return self.known.get(node.id, self.given.get(node.id))


def keys(node: Node) -> tuple[str, str]:
    """By what an explanation is known: its id; and its goal and status, by which a summary finds what it sums up."""
    return node.id, _claim(node)


def _claim(node: Node) -> str:
    return f"{node.status.value} {node.goal}"


def distinct(node: Node) -> Iterator[Node]:
    """Every node that is shown of an explanation, each once, parents before children of their first mention."""
    seen = {node.id}
    pending = [node]
    while pending:
        each = pending.pop()
        yield each
        for child in reversed(steps_of(each)):
            if child.id not in seen:
                seen.add(child.id)
                pending.append(child)


def steps_of(node: Node) -> tuple[Node, ...]:
    """The nodes that stand below a node."""
    return tuple(child for _, child in ways_of(node))


def ways_of(node: Node) -> tuple[tuple[RuleRef | None, Node], ...]:
    """The nodes that stand below a node: of a summary, none; of a negation, those of what it denies, which says the
    same; of alternatives, the rules, each with its place, or the only literal of a rule in its stead; of a test, what
    gave its values."""
    said = _said(node)
    if not (nodes.is_opened(node) and nodes.is_opened(said)):
        return ()
    beside = tuple((None, child) for child in nodes.about(said))
    if said.kind != "alternatives":
        return (*((None, child) for child in said.children), *beside)
    return (*((child.rule, _unwrapped(child)) for child in said.children), *beside)


def _said(node: Node) -> Node:
    """What speaks for a node: of a negation, what it denies, where that says the same."""
    if node.kind != "negation" or len(node.children) != 1 or node.status is Truth.FALSE:
        return node
    denied = node.children[0]
    return denied if denied.text == node.text else node


def _unwrapped(node: Node) -> Node:
    is_single = node.rule is not None and len(node.children) == 1 and not nodes.about(node)
    return node.children[0] if is_single else node


def spoken(node: Node) -> str:
    """What a step says."""
    return one_line(node.text)


def words(node: Node, rule: RuleRef | None) -> tuple[str, str]:
    """What a step says and the remark on it; of a rule beside others for the same, which rule it is."""
    if rule is None:
        return spoken(node), remark(node)
    if rule == node.rule:
        return by_rule(rule), remark(node)
    return spoken(node), "; ".join(filter(None, (remark(node), by_rule(rule))))


def by_rule(rule: RuleRef) -> str:
    """A rule by its place."""
    return one_line(say("by_rule", rule.file, rule.line))


def remark(node: Node) -> str:
    """The remark on a step: its label, and that it is in conflict."""
    said = nodes.label(node) or nodes.label(_said(node))
    return one_line("; ".join(filter(None, (said, nodes.conflict(node)))))


def one_line(text: str) -> str:
    """The text with nothing that a terminal or a line could take amiss."""
    return printable(text).replace("\n", " ")
