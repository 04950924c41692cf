"""The ends of an explanation: the facts that it comes down to, for a report that shows no tree."""

from __future__ import annotations

from collections.abc import Iterator

from engine.truth import Truth
from explain.proof import Evidence, Node
from explain.sentences import say

Reason = tuple[str, tuple[Evidence, ...]]


def reasons(node: Node) -> list[Reason]:
    """The facts of the case that a truth comes down to, or the points at which it falls short, each once."""
    return list(dict.fromkeys(_reasons(node)))


def _reasons(node: Node) -> Iterator[Reason]:
    if node.status is Truth.TRUE:
        yield from _grounds(node)
    else:
        yield from _shortfalls(node)


def _grounds(node: Node) -> Iterator[Reason]:
    match node.kind:
        case "fact":
            if not node.cite:
                yield node.text, node.evidence
        case "comparison":
            return
        case "builtin":
            yield node.text, ()
        case "negation":
            for child in node.children:
                yield from _reasons(child)
        case _:
            for child in node.children:
                yield from _grounds(child)


def _shortfalls(node: Node) -> Iterator[Reason]:
    match node.kind:
        case "not_documented":
            yield node.text, ()
        case "closed_record" | "stated_false" | "other_value":
            because = [child.text for child in node.children] or ([node.label] if node.label else [])
            evidence = tuple(each for child in node.children for each in child.evidence)
            yield f"{node.text}: {'; '.join(because)}", evidence
        case "count":
            yield node.text, tuple(each for child in node.children for each in _evidence(child))
        case "negation":
            for child in node.children:
                yield from _reasons(child)
        case "rule" if len(node.children) == 1 and node.children[0].kind == "count":
            count = node.children[0]
            yield f"{node.text}: {count.text}", tuple(each for child in count.children for each in _evidence(child))
        case _ if not node.children:
            yield (f"{node.text}" + (f" ({node.label})" if node.label and node.label != say("no_other") else "")), ()
        case _:
            for child in node.children:
                yield from _shortfalls(child) if child.status is not Truth.TRUE else _grounds(child)


def _evidence(node: Node) -> Iterator[Evidence]:
    if node.kind == "fact" and not node.cite:
        yield from node.evidence
    for child in node.children:
        yield from _evidence(child)
