"""Explanations as trees for the terminal: what occurs again stands once and is referred to by number, and what a count
rests on takes one line for each witness, with the longer proofs as trees of their own below.

Status is told by a word or sign, never by colour alone.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from explain.proof import nodes
from explain.proof.nodes import Node, RuleRef
from explain.report.layout import distinct, one_line, spoken, steps_of, ways_of, words
from explain.words.sentences import say
from kb.language.truth import Truth

SIGNS = {Truth.TRUE: ("✓", "green"), Truth.FALSE: ("✗", "red"), Truth.UNKNOWN: ("?", "yellow")}
PLAIN_SIGNS = {Truth.TRUE: "yes", Truth.FALSE: "no ", Truth.UNKNOWN: "?  "}
MOST_WITNESSES = 4
"""How many lines stand under a count at most."""
_COUNTS = frozenset({"count", "aggregate"})


def print_tree(node: Node, out: Console) -> None:
    """An explanation as a tree, and as further trees what is too long for a line under a count."""
    trees = _Trees(node, out)
    while trees.waiting:
        out.print(trees.tree(trees.waiting.popleft()))


@dataclass(slots=True)
class _Trees:
    root: Node
    out: Console
    numbers: dict[str, int] = field(default_factory=dict)
    waiting: deque[Node] = field(init=False)
    shared: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.waiting = deque([self.root])
        times = Counter(child.id for each in distinct(self.root) for child in steps_of(each))
        self.shared = frozenset(key for key, count in times.items() if count > 1)

    def tree(self, root: Node) -> Tree:
        """A tree with its root and everything below that is not put off."""
        grown = Tree(self.line(root, None, self.numbers.get(root.id)), guide_style="dim")
        pending = [(grown, way, child, root.kind) for way, child in reversed(_below(root))]
        while pending:
            branch, rule, node, above = pending.pop()
            if isinstance(node, str):
                branch.add(Text(node, style="dim"))
                continue
            if above in _COUNTS:
                branch.add(self.witness(node))
                continue
            is_shared = node.id in self.shared and bool(_below(node))
            if is_shared and node.id in self.numbers:
                branch.add(self.line(node, rule).append(f"  see ({self.numbers[node.id]})", style="bold"))
                continue
            if is_shared:
                self.numbers[node.id] = len(self.numbers) + 1
            line = self.line(node, rule, self.numbers.get(node.id))
            below = branch.add(line)
            pending += [(below, way, child, node.kind) for way, child in reversed(_below(node))]
        return grown

    def witness(self, node: Node) -> Text:
        """A line under a count: what counts or keeps others from counting, and what shows it."""
        parts = node.children if node.kind == "witness" else (node,)
        text = self.sign(node.status)
        if node.kind == "witness":
            text.append(spoken(node)).append(": " if parts else "")
        for index, part in enumerate(parts):
            text.append("; " if index else "").append(spoken(part))
            self.add_remarks(text, words(part, None)[1], part)
            if _below(part):
                text.append(f"  see ({self.put_off(part)})", style="bold")
        return text

    def put_off(self, node: Node) -> int:
        """The number of a part that has a tree of its own, or stands elsewhere."""
        if node.id not in self.numbers:
            self.numbers[node.id] = len(self.numbers) + 1
            self.waiting.append(node)
        return self.numbers[node.id]

    def line(self, node: Node, rule: RuleRef | None, number: int | None = None) -> Text:
        """What stands in the tree for a node; a summary has its literals in the line."""
        said, remark = words(node, rule)
        text = self.sign(node.status)
        if number is not None:
            text.append(f"({number}) ", style="bold")
        text.append(said)
        is_named = rule is None or rule != node.rule
        for index, child in enumerate(_summed_up(node)):
            text.append("; " if index else say("because_of") if is_named else ": ").append(spoken(child))
            self.add_remarks(text, "", child)
        self.add_remarks(text, remark, node)
        return text

    def sign(self, status: Truth) -> Text:
        sign, style = SIGNS[status]
        shown = sign if "utf" in (self.out.encoding or "").lower() else PLAIN_SIGNS[status]
        return Text.assemble((shown, style), " ")

    def add_remarks(self, text: Text, remark: str, node: Node) -> None:
        """Adds the remark on a node, where the policy has it, and where it is stated."""
        if remark:
            text.append(f" ({remark})", style="italic")
        if node.cite:
            text.append(f"  [{one_line(node.cite)}]", style="cyan")
        for each in node.evidence:
            text.append(f"  <{each}>", style="dim")


def _summed_up(node: Node) -> tuple[Node, ...]:
    """The literals of a summary, which stand in its line."""
    is_summary = not any(child.children for child in node.children) and any(
        not nodes.is_opened(child) for child in node.children
    )
    return node.children if is_summary else ()


def _below(node: Node) -> list[tuple[RuleRef | None, Node | str]]:
    """What stands under a node's line; of a count no more than fits."""
    if _summed_up(node):
        return []
    found: list[tuple[RuleRef | None, Node | str]] = list(ways_of(node))
    if node.kind in _COUNTS and len(found) > MOST_WITNESSES:
        more = len(found) - MOST_WITNESSES + 1
        return [*found[: MOST_WITNESSES - 1], (None, say("more_witnesses", more))]
    return found
