"""The ends of an explanation: the facts that it comes down to, for a report that shows no tree."""

from __future__ import annotations

from collections.abc import Iterator

from explain.proof import Evidence, Node
from explain.sentences import say
from kb.truth import Truth

Reason = tuple[str, tuple[Evidence, ...]]


def reasons(node: Node) -> list[Reason]:
    """The facts of the case that a truth comes down to, or the points at which it falls short, each once.

    The request itself is left out where there is something else: a report has it at its head.
    """
    found = list(dict.fromkeys(_grounds(node) if node.status is Truth.TRUE else _shortfalls(node)))
    return [reason for goal, reason in found if not goal.startswith("request(")] or [reason for _, reason in found]


def _grounds(node: Node) -> Iterator[tuple[str, Reason]]:
    """What a true node rests on."""
    match node.kind:
        case "fact":
            if not node.cite:
                yield node.goal, (node.text, node.evidence)
        case "builtin":
            yield node.goal, (node.text, ())
        case "negation":
            for child in node.children:
                yield from _failure_grounds(child)
        case _:
            for child in node.children:
                yield from _grounds(child)


def _failure_grounds(node: Node) -> Iterator[tuple[str, Reason]]:
    """What the falsity of a node rests on, where that is something that the case states: of a rule, what fails."""
    if node.status is not Truth.FALSE:
        return
    match node.kind:
        case "closed_record" | "stated_false" | "other_value":
            yield _decided(node)
        case "negation":
            for child in node.children:
                yield from _grounds(child)
        case _:
            for child in node.children:
                yield from _failure_grounds(child)


def _decided(node: Node) -> tuple[str, Reason]:
    """An open atom that is false, with what decides it."""
    because = [child.text for child in node.children] or ([node.label] if node.label else [])
    evidence = tuple(each for child in node.children for each in child.evidence)
    if node.kind == "stated_false":
        return node.goal, ("; ".join(because), evidence)
    return node.goal, (say("because", node.text, "; ".join(because)), evidence)


def _shortfalls(node: Node) -> Iterator[tuple[str, Reason]]:
    """Where a node that is not true falls short."""
    match node.kind:
        case "not_documented":
            yield node.goal, (node.text, ())
        case "closed_record" | "stated_false" | "other_value":
            yield _decided(node)
        case "count":
            yield node.goal, (node.text, tuple(_evidence(node)))
        case "negation":
            for child in node.children:
                yield from _grounds(child) if child.status is Truth.TRUE else _shortfalls(child)
        case "rule" if len(node.children) == 1 and node.children[0].kind == "count":
            count = node.children[0]
            yield node.goal, (f"{node.text}: {count.text}", tuple(_evidence(count)))
        case _ if not node.children:
            remark = node.label if node.label != say("no_other") else None
            yield node.goal, (say("because", node.text, remark) if remark else node.text, ())
        case _:
            for child in node.children:
                yield from _shortfalls(child)


def _evidence(node: Node) -> Iterator[Evidence]:
    if node.kind == "fact" and not node.cite:
        yield from node.evidence
    for child in node.children:
        yield from _evidence(child)
