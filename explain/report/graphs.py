"""Explanations as graphs: Graphviz DOT and Mermaid. A part that occurs again is one box with several arrows to it."""

from __future__ import annotations

import textwrap
from types import MappingProxyType

from explain.proof.nodes import Node
from explain.report.document import WORDS, Look
from explain.report.layout import distinct, remark, spoken, steps_of
from explain.words.phrases import one_line
from kb.language.truth import Truth

WIDTH = 36
"""Characters in a line of a box."""
_DOT_STYLES = MappingProxyType(
    {
        Truth.TRUE: 'color="#2f6b45", fillcolor="#eef6f0"',
        Truth.FALSE: 'color="#a0362b", fillcolor="#fbf0ee", penwidth=2',
        Truth.UNKNOWN: 'color="#7a5b00", fillcolor="#fcf6e3", style="filled,dashed"',
    }
)
_MERMAID_CLASSES = MappingProxyType({Truth.TRUE: "holds", Truth.FALSE: "fails", Truth.UNKNOWN: "open"})
_MERMAID_STYLES = (
    "  classDef holds fill:#eef6f0,stroke:#2f6b45,color:#1b1f23",
    "  classDef fails fill:#fbf0ee,stroke:#a0362b,color:#1b1f23,stroke-width:2px",
    "  classDef open fill:#fcf6e3,stroke:#7a5b00,color:#1b1f23,stroke-dasharray:5 3",
)


def node_dot(node: Node) -> str:
    """The explanation as a Graphviz graph."""
    lines = [
        "digraph explanation {",
        "  rankdir=LR;",
        '  node [shape=box, style="filled", fontname="Helvetica", fontsize=11, fontcolor="#1b1f23", margin="0.15,0.08"];',
        '  edge [color="#6b7280", arrowsize=0.7];',
    ]
    for each in distinct(node):
        shape = ", shape=note" if each.evidence else ""
        lines.append(f'  "{each.id}" [label="{dot_text(_label(each))}", {_DOT_STYLES[each.status]}{shape}];')
    lines += [f'  "{above}" -> "{below}";' for above, below in _edges(node)]
    return "\n".join([*lines, "}"]) + "\n"


def node_mermaid(node: Node) -> str:
    """The explanation as a Mermaid flowchart."""
    lines = ["flowchart LR", *_MERMAID_STYLES]
    for each in distinct(node):
        label = "<br>".join(mermaid_text(line) for line in _label(each))
        lines.append(f'  n{each.id}["{label}"]:::{_MERMAID_CLASSES[each.status]}')
    lines += [f"  n{above} --> n{below}" for above, below in _edges(node)]
    return "\n".join(lines) + "\n"


def _edges(node: Node) -> list[tuple[str, str]]:
    found = [(each.id, child.id) for each in distinct(node) for child in steps_of(each)]
    return list(dict.fromkeys(found))


def _label(node: Node) -> list[str]:
    """The lines of a box: status, what is said, remark, citation, evidence."""
    parts = [f"{Look.of(node.status).sign} {WORDS[node.status]}", spoken(node)]
    if said := remark(node):
        parts.append(f"({said})")
    if node.cite:
        parts.append(f"[{one_line(node.cite)}]")
    parts += [one_line(str(each)) for each in node.evidence]
    return [line for part in parts for line in textwrap.wrap(part, WIDTH, break_on_hyphens=False)]


def dot_text(lines: list[str]) -> str:
    """Text in which Graphviz finds neither escapes nor entities."""
    return "\\n".join(line.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;") for line in lines)


def mermaid_text(line: str) -> str:
    """Text in which Mermaid finds no syntax of its own: anything but letters, digits and a few marks by its number."""
    return "".join(char if char.isalnum() or char in " .,-()?✓✗" else f"#{ord(char)};" for char in line)
