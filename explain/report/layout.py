"""Explanations laid out as trees of lines: a part that occurs again stands once and is referred to by number.

There are two layouts. `lay_out` has a line for every step, and continues what lies very deep as a tree of its own.
`condense` is for the terminal: what a count rests on takes one line for each witness, with the longer proofs as trees of
their own, and the literals of a summary stand in its line.
"""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from explain.proof import nodes
from explain.proof.nodes import Aggregate, Alternatives, Branch, Count, Negation, Node, RuleRef, Witness
from explain.report.document import Said, See, Step, Tree, places
from explain.words.phrases import one_line, say
from kb.language.truth import Truth

DEPTH = 8
"""How many levels stand below each other before a part is continued elsewhere."""
MOST_WITNESSES = 4
"""How many lines stand under a count at most."""


# --- the two layouts -----------------------------------------------------------------------------------------------


def lay_out(
    node: Node, *, known: Mapping[str, See] = MappingProxyType({}), numbers: Iterator[int] | None = None
) -> tuple[Tree, ...]:
    """The steps of an explanation, in order: first the explanation itself, then the parts that lie too deep in it, each
    opening with a numbered step.

    `known` has the places of the sub-explanations that stand elsewhere, by their `keys`; `numbers` gives the numbers, so
    that several explanations of one page share no number.
    """
    return tuple(_Full(node, itertools.count(1) if numbers is None else numbers, known).trees())


def condense(node: Node) -> tuple[Tree, ...]:
    """An explanation for the terminal: first the explanation itself, then what is too long for a line under a count."""
    return tuple(_Condensed(node, itertools.count(1)).trees())


class _Numbered(ABC):
    """An explanation that is laid out: the numbers of its parts, and the parts that wait for a tree of their own."""

    def __init__(self, node: Node, numbers: Iterator[int]) -> None:
        self.node, self.numbers = node, numbers
        self.given: dict[str, int] = {}
        self.waiting = deque([node])
        times = Counter(child.id for each in distinct(node) for child in steps_of(each))
        self.shared = frozenset(key for key, count in times.items() if count > 1)

    def trees(self) -> Iterator[Tree]:
        """A tree for the explanation and one for each part that has come to wait for its own."""
        while self.waiting:
            root = self.waiting.popleft()
            yield Tree(tuple(self.steps(root)), "" if root is self.node else say("step", self.given[root.id]))

    @abstractmethod
    def steps(self, root: Node) -> Iterator[Step]:
        """The steps of one part, in order."""

    def see(self, node: Node) -> See:
        """The place of a part, by the number that it has from now on."""
        if node.id not in self.given:
            self.given[node.id] = next(self.numbers)
        number = self.given[node.id]
        return See(f"({number})", f"step-{number}")

    def put_off(self, node: Node) -> See:
        """The place of a part that is to have a tree of its own, or stands elsewhere."""
        if node.id not in self.given:
            self.waiting.append(node)
        return self.see(node)


class _Full(_Numbered):
    def __init__(self, node: Node, numbers: Iterator[int], known: Mapping[str, See]) -> None:
        super().__init__(node, numbers)
        self.known = known

    def steps(self, root: Node) -> Iterator[Step]:
        pending: list[tuple[Node, RuleRef | None, int]] = [(root, None, 0)]
        while pending:
            node, rule, depth = pending.pop()
            if depth and (see := self.elsewhere(node, depth)) is not None:
                yield Step(depth, node.status, (_line(node, rule, see),), id=node.id)
                continue
            below, said = ways_of(node), _line(node, rule)
            if below and node.id in self.shared:
                self.see(node)
            place = "" if node.rule is None or by_rule(node.rule) == said.text else by_rule(node.rule)
            yield Step(depth, node.status, (said,), self.given.get(node.id), bool(below), place, node.id)
            pending += [(child, way, depth + 1) for way, child in reversed(below)]

    def elsewhere(self, node: Node, depth: int) -> See | None:
        """Where the steps below a node are, if they are not to stand below it."""
        if not nodes.is_opened(node):
            return self.known.get(_claim(node))
        if not steps_of(node):
            return None
        if node.id in self.known:
            return self.known[node.id]
        return self.put_off(node) if node.id in self.given or depth >= DEPTH else None


class _Condensed(_Numbered):
    def steps(self, root: Node) -> Iterator[Step]:
        yield self.step(0, root, None)
        pending = self.below(root, 0)
        while pending:
            depth, rule, node, above = pending.pop()
            if isinstance(node, str):
                yield Step(depth, None, (Said(node),))
            elif isinstance(above, Count | Aggregate):
                yield Step(depth, node.status, tuple(self.witness(node)), id=node.id)
            elif node.id in self.shared and node.id in self.given and _shown_below(node):
                yield Step(depth, node.status, (_line(node, rule, self.see(node)),), id=node.id)
            else:
                if node.id in self.shared and _shown_below(node):
                    self.see(node)
                yield self.step(depth, node, rule)
                pending += self.below(node, depth)

    def step(self, depth: int, node: Node, rule: RuleRef | None) -> Step:
        number = self.given.get(node.id)
        return Step(depth, node.status, _with_summary(node, rule), number, bool(_shown_below(node)), id=node.id)

    def below(self, node: Node, depth: int) -> list[tuple[int, RuleRef | None, Node | str, Node]]:
        return [(depth + 1, way, child, node) for way, child in reversed(_shown_below(node))]

    def witness(self, node: Node) -> Iterator[Said]:
        """A line under a count: what counts or keeps others from counting, and what shows it."""
        is_witness = isinstance(node, Witness)
        for index, part in enumerate(node.children if is_witness else (node,)):
            before = "; " if index else f"{spoken(node)}: " if is_witness else ""
            yield _line(part, None, self.put_off(part) if _shown_below(part) else None, before)
        if is_witness and not node.children:
            yield Said(spoken(node))


def _with_summary(node: Node, rule: RuleRef | None) -> tuple[Said, ...]:
    """What a line says of a node; a summary has its literals in the line."""
    own, literals = _line(node, rule), _summed_up(node)
    if not literals:
        return (own,)
    before = f"{own.text}{say('because_of') if rule is None or rule != node.rule else ': '}"
    first, *others = literals
    inside = (_line(first, None, before=before), *(_line(each, None, before="; ") for each in others))
    without_remarks = (Said(each.text, "", each.cite, each.places) for each in inside)
    return (*without_remarks, Said("", own.remark, own.cite, own.places))


def _summed_up(node: Node) -> tuple[Node, ...]:
    """The literals of a summary, which stand in its line."""
    is_summary = not any(child.children for child in node.children) and any(
        not nodes.is_opened(child) for child in node.children
    )
    return node.children if is_summary else ()


def _shown_below(node: Node) -> list[tuple[RuleRef | None, Node | str]]:
    """What stands under a node's line in the condensed layout; of a count no more than fits."""
    if _summed_up(node):
        return []
    found: list[tuple[RuleRef | None, Node | str]] = list(ways_of(node))
    if isinstance(node, Count | Aggregate) and len(found) > MOST_WITNESSES:
        more = len(found) - MOST_WITNESSES + 1
        return [*found[: MOST_WITNESSES - 1], (None, say("more_witnesses", more))]
    return found


# --- what is shown of a node ---------------------------------------------------------------------------------------


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
    same; of alternatives, the rules, each with its place, or the only literal of one in its stead; of a test, what
    gave its values."""
    said = _said(node)
    if not (nodes.is_opened(node) and nodes.is_opened(said)):
        return ()
    beside = tuple((None, child) for child in nodes.about(said))
    if isinstance(said, Alternatives):
        return (*((child.rule, _unwrapped(child)) for child in said.children), *beside)
    return (*((None, child) for child in said.children), *beside)


def _said(node: Node) -> Node:
    """What speaks for a node: of a negation, what it denies, where that says the same."""
    if not isinstance(node, Negation) or len(node.children) != 1 or node.status is Truth.FALSE:
        return node
    denied = node.children[0]
    return denied if denied.text == node.text else node


def _unwrapped(node: Node) -> Node:
    is_single = (
        (node.rule is not None or isinstance(node, Branch)) and len(node.children) == 1 and not nodes.about(node)
    )
    return node.children[0] if is_single else node


def _line(node: Node, rule: RuleRef | None, see: See | None = None, before: str = "") -> Said:
    """What a line says of a node, after the words that join it to what is before; of a rule beside others for the same,
    which rule it is."""
    text, note = spoken(node), remark(node)
    if rule is not None and rule == node.rule:
        text = by_rule(rule)
    elif rule is not None:
        note = "; ".join(filter(None, (note, by_rule(rule))))
    cite = one_line(node.cite) if node.cite else ""
    return Said(before + text, note, cite, places(node.evidence), see)


def spoken(node: Node) -> str:
    """What a step says."""
    return one_line(node.text)


def by_rule(rule: RuleRef) -> str:
    """A rule by its place."""
    return one_line(say("by_rule", rule.file, rule.line))


def remark(node: Node) -> str:
    """The remark on a step: its label, unless its sentence has that already, and that it is in conflict."""
    said = nodes.label(node) or nodes.label(_said(node))
    said = None if said is not None and node.text.removesuffix(say("any_other", "")).endswith(said) else said
    return one_line("; ".join(filter(None, (said, nodes.conflict(node)))))
