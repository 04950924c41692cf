"""The ends of an explanation: the facts that it comes down to, for a report that shows no tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from explain.proof import Evidence, Node
from explain.sentences import say
from kb.truth import Truth

Reason = tuple[str, tuple[Evidence, ...]]


def reasons(node: Node) -> list[Reason]:
    """The facts of the case that a truth comes down to, or the points at which it falls short, each once.

    The request itself is left out where there is something else: a report has it at its head.
    """
    found = list(dict.fromkeys(_followed(_grounds if node.status is Truth.TRUE else _shortfalls, node)))
    return [reason for goal, reason in found if not goal.startswith("request(")] or [reason for _, reason in found]


Found = tuple[str, Reason]
Step = Callable[[Node], "tuple[Found | None, Follow | None]"]
"""What a node says itself, and what to ask of which of its children."""
Follow = Callable[[Node], Step]


def _followed(step: Step, node: Node) -> Iterator[Found]:
    """What the steps say from a node downwards, each part once, however deep it goes."""
    seen = set()
    pending = [(step, node)]
    while pending:
        step, each = pending.pop()
        if (step, each.id) in seen:
            continue
        seen.add((step, each.id))
        said, follow = step(each)
        if said is not None:
            yield said
        if follow is not None:
            pending += [(follow(child), child) for child in reversed(each.children)]


def _grounds(node: Node) -> tuple[Found | None, Follow | None]:
    """What a true node rests on."""
    match node.kind:
        case "fact":
            return (None if node.cite else (node.goal, (node.text, node.evidence))), None
        case "builtin":
            return (node.goal, (node.text, ())), None
        case "negation":
            return None, lambda child: _failure_grounds
        case _:
            return None, lambda child: _grounds


def _failure_grounds(node: Node) -> tuple[Found | None, Follow | None]:
    """What the falsity of a node rests on, where that is something that the case states: of a rule, what fails."""
    if node.status is not Truth.FALSE:
        return None, None
    match node.kind:
        case "closed_record" | "stated_false" | "other_value":
            return _decided(node), None
        case "negation":
            return None, lambda child: _grounds
        case _:
            return None, lambda child: _failure_grounds


def _decided(node: Node) -> Found:
    """An open atom that is false, with what decides it."""
    because = [child.text for child in node.children] or ([node.label] if node.label else [])
    evidence = tuple(each for child in node.children for each in child.evidence)
    if not because:
        return node.goal, (node.text, evidence)
    if node.kind == "stated_false":
        return node.goal, ("; ".join(because), evidence)
    return node.goal, (say("because", node.text, "; ".join(because)), evidence)


def _shortfalls(node: Node) -> tuple[Found | None, Follow | None]:
    """Where a node that is not true falls short."""
    match node.kind:
        case "not_documented":
            return (node.goal, (node.text, ())), None
        case "closed_record" | "stated_false" | "other_value":
            return _decided(node), None
        case "count":
            return (node.goal, (node.text, _evidence(node))), None
        case "negation":
            return None, lambda child: _grounds if child.status is Truth.TRUE else _shortfalls
        case "rule" if len(node.children) == 1 and node.children[0].kind == "count":
            count = node.children[0]
            return (node.goal, (f"{node.text}: {count.text}", _evidence(count))), None
        case "rule" if node.ways > 1:
            return (
                node.goal,
                (say("because", node.text, node.label) if node.label else node.text, _evidence(node)),
            ), None
        case _ if not node.children:
            remark = node.label if node.label != say("no_other") else None
            return (node.goal, (say("because", node.text, remark) if remark else node.text, ())), None
        case _:
            return None, lambda child: _shortfalls


def _evidence(node: Node) -> tuple[Evidence, ...]:
    """Where the facts below a node are stated, each place once."""
    found: dict[Evidence, None] = {}
    seen = set()
    pending = [node]
    while pending:
        each = pending.pop()
        if each.id in seen:
            continue
        seen.add(each.id)
        if each.kind == "fact" and not each.cite:
            found.update(dict.fromkeys(each.evidence))
        pending += reversed(each.children)
    return tuple(found)
