"""Explanations as values: a tree of nodes, which renderers turn into text and JSON."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from kb.language.printer import show_clause
from kb.language.syntax import Clause, Span
from kb.language.terms import printable
from kb.language.truth import Truth


@dataclass(frozen=True)
class Evidence:
    """Where a fact is stated: its file and place, or who asserted it."""

    source: str
    line: int = 0
    column: int = 0

    @classmethod
    def at(cls, span: Span) -> Evidence:
        return cls(span.file, span.line, span.column)

    def __str__(self) -> str:
        return printable(f"{self.source}:{self.line}" if self.line else self.source)


@dataclass(frozen=True)
class RuleRef:
    """A rule by its text and place."""

    text: str
    source: str
    line: int

    @classmethod
    def of(cls, clause: Clause) -> RuleRef:
        return cls(show_clause(clause), clause.span.file, clause.span.line)


@dataclass(frozen=True)
class CountState:
    """How far a count has got: rows by their texts.

    `found` are certain, `undocumented` may count too; `others` says whether individuals that are not named may.
    """

    op: str
    bound: int | None
    found: tuple[str, ...]
    undocumented: tuple[str, ...] = ()
    others: bool = False


@dataclass(frozen=True)
class Node:
    """One step of an explanation.

    `kind` says what it is:

    - `fact`: stated; `rule`: concluded by a rule, whose literals are the children; `conjunction`: a goal of several;
    - `count`: its children are witnesses; `witness`: one of them; `aggregate`; `comparison`; `builtin`; `member`;
    - `negation`: its child shows why the goal fails or why it holds;
    - `not_documented`: an open atom of which nothing is known; `closed_record`, `stated_false`, `other_value`: why an
      open atom is false; `no_rule`: nothing states or concludes it; `alternatives`: the rules that could conclude it.

    Of a rule that does not conclude, the children are exactly the literals that are not true.
    """

    goal: str
    status: Truth
    kind: str
    text: str
    rule: RuleRef | None = None
    cite: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    children: tuple[Node, ...] = ()
    label: str | None = field(default=None)
    """A remark that belongs to the step, such as `derived`."""
    binding: tuple[tuple[str, str], ...] = ()
    """What the variables of a rule are in this instance of it, by their names."""
    count: CountState | None = None
    opened: bool = True
    """False where the children are left out: the step is a summary."""
    ways: int = 0
    """Of a rule that does not conclude: in how many ways its literals were tried; the nearest is shown."""
    words: str | None = field(default=None, compare=False)
    """What people read in place of `text`, such as a comparison in words.

    This, `about` and `conflict` are for readers only: they follow from the rest and the program, and are not in the JSON.
    """
    about: tuple[Node, ...] = field(default=(), compare=False)
    """Of a test that does not hold: what gave the values that it compares."""
    conflict: str | None = field(default=None, compare=False)
    """Of what holds: that the contrary holds too, and where that is stated."""

    id: str = field(init=False)
    """A hash of everything the node says, the same whenever the explanation is the same."""
    size: int = field(init=False)
    """The number of nodes, shared ones counted each time."""

    def __post_init__(self) -> None:
        said = {**_own(self), "children": [child.id for child in self.children]}
        parts = json.dumps(said, sort_keys=True)
        object.__setattr__(self, "id", hashlib.sha256(parts.encode()).hexdigest()[:16])
        object.__setattr__(self, "size", 1 + sum(child.size for child in self.children))

    @property
    def said(self) -> str:
        """What people read."""
        return self.text if self.words is None else self.words

    def _repr_html_(self) -> str:
        """The explanation as a notebook shows it."""
        from explain.report.html import node_html

        return node_html(self)


def _own(node: Node) -> dict[str, object]:
    """What a node says itself, as JSON data."""
    return {
        "goal": node.goal,
        "status": node.status.value,
        "kind": node.kind,
        "text": node.text,
        "label": node.label,
        "rule": None
        if node.rule is None
        else {"text": node.rule.text, "file": node.rule.source, "line": node.rule.line},
        "binding": dict(node.binding),
        "cite": "; ".join(node.cite) or None,
        "evidence": [
            {"file": each.source, "line": each.line or None, "column": each.column or None} for each in node.evidence
        ],
        "count": None
        if node.count is None
        else {
            "op": node.count.op,
            "bound": node.count.bound,
            "found": list(node.count.found),
            "undocumented": list(node.count.undocumented),
            "others": node.count.others,
        },
        "opened": node.opened,
        "ways": node.ways,
    }


def node_json(node: Node) -> dict[str, object]:
    """The node as JSON data; a sub-explanation that occurs again is written again."""
    root: dict[str, object] = {}
    pending = [(node, root)]
    while pending:
        each, data = pending.pop()
        below: list[dict[str, object]] = [{} for _ in each.children]
        data.update({"id": each.id, **_own(each), "children": below})
        pending += zip(each.children, below, strict=True)
    return root
