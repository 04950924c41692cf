"""Explanations as values: a tree of nodes, which renderers turn into text and JSON."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from kb.syntax import Span
from kb.terms import printable
from kb.truth import Truth


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


@dataclass(frozen=True)
class Node:
    """One step of an explanation.

    `kind` says what it is:

    - `fact`: stated; `rule`: concluded by a rule, whose literals are the children; `conjunction`: a goal of several;
    - `count`: its children are witnesses; `witness`: one of them; `aggregate`; `comparison`; `builtin`; `member`;
    - `negation`: its child shows why the goal fails or why it holds;
    - `not_documented`: an open atom of which nothing is known; `closed_record`, `stated_false`, `other_value`: why an
      open atom is false; `no_rule`: nothing states or concludes it; `alternatives`: the rules that could conclude it.
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

    id: str = field(init=False)
    """A hash of everything the node says, the same whenever the explanation is the same."""
    size: int = field(init=False)
    """The number of nodes, shared ones counted each time."""

    def __post_init__(self) -> None:
        said = [self.goal, self.status.value, self.kind, self.text, self.rule.text if self.rule else None, self.label]
        parts = json.dumps(
            [said, self.cite, [str(each) for each in self.evidence], [child.id for child in self.children]]
        )
        object.__setattr__(self, "id", hashlib.sha256(parts.encode()).hexdigest()[:16])
        object.__setattr__(self, "size", 1 + sum(child.size for child in self.children))


def node_json(node: Node) -> dict[str, object]:
    """The node as JSON data; a sub-explanation that occurs again is written again."""
    return {
        "id": node.id,
        "goal": node.goal,
        "status": node.status.value,
        "kind": node.kind,
        "text": node.text,
        "label": node.label,
        "rule": None
        if node.rule is None
        else {"text": node.rule.text, "file": node.rule.source, "line": node.rule.line},
        "cite": "; ".join(node.cite) or None,
        "evidence": [
            {"file": each.source, "line": each.line or None, "column": each.column or None} for each in node.evidence
        ],
        "children": [node_json(child) for child in node.children],
    }
