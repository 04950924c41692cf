"""The grounds of an explanation: the facts that it comes down to, for a report that shows no tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from explain.proof import nodes
from explain.proof.nodes import Evidence, Node
from explain.report.document import Reason
from explain.words.phrases import one_line
from explain.words.sentences import say
from kb.language.truth import Truth

Ground = tuple[str, tuple[Evidence, ...]]


def grounds(node: Node) -> tuple[Reason, ...]:
    """The facts of the case that a truth comes down to, or the points at which it falls short, each once.

    The request itself is left out where there is something else: a report has it at its head.
    """
    found = list(dict.fromkeys(_followed(_grounds if node.status is Truth.TRUE else _shortfalls, node)))
    others = [ground for goal, ground in found if not goal.startswith("request(")]
    return _readable(others or (ground for _, ground in found))


def claims(node: Node) -> tuple[Reason, ...]:
    """What one side of a conflict says: what holds, and where it is no stated fact, everything that it rests on, with
    what the policy knows, such as which brand is which drug."""
    stated = list(dict.fromkeys(_followed(_facts, node)))
    if node.kind == "fact":
        return _readable([(node.text, node.evidence)])
    text = say("rests_on", node.text, "; ".join(text for text, _ in stated))
    return _readable([(text, _all(places for _, places in stated))])


def findings(node: Node) -> tuple[Reason, ...]:
    """What a true node says, with the places of the case that it rests on."""
    return _readable([(node.text, _evidence(node))])


def is_contested(node: Node) -> bool:
    """Whether something that a step rests on is in conflict with something else."""
    return any(nodes.conflict(each) for each in _within(node))


def _readable(found: Iterable[Ground]) -> tuple[Reason, ...]:
    """Grounds as people read them."""
    return tuple(Reason(one_line(text), tuple(one_line(str(each)) for each in places)) for text, places in found)


def _within(node: Node) -> Iterator[Node]:
    """A node and everything below it, each part once."""
    seen = set()
    pending = [node]
    while pending:
        each = pending.pop()
        if each.id not in seen:
            seen.add(each.id)
            yield each
            pending += reversed((*each.children, *nodes.about(each)))


def _all(places: Iterable[tuple[Evidence, ...]]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(place for each in places for place in each))


Found = tuple[str, Ground]
T = TypeVar("T")
Follow = Callable[[Node], Callable[[Node], "tuple[T | None, Follow[T] | None]"]]
"""What to ask of which of a node's children: each says something itself, and what to ask of its own."""


def _followed(step: Callable[[Node], tuple[T | None, Follow[T] | None]], node: Node) -> Iterator[T]:
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
            pending += [(follow(child), child) for child in reversed((*each.children, *nodes.about(each)))]


def _facts(node: Node) -> tuple[Ground | None, Follow[Ground] | None]:
    """The stated facts that a true node rests on, those of the policy too."""
    return ((node.text, node.evidence), None) if node.kind == "fact" else (None, lambda child: _facts)


def _grounds(node: Node) -> tuple[Found | None, Follow[Found] | None]:
    """What a true node rests on."""
    match node.kind:
        case "fact":
            return (None if node.cite else (node.goal, _stated(node))), None
        case "builtin":
            return (node.goal, (node.text, ())), None
        case "summary":
            return (None if node.cite else (node.goal, (node.text, ()))), None
        case "negation":
            return None, lambda child: _failure_grounds
        case _:
            contested = (
                (node.goal, (say("because", node.text, nodes.conflict(node)), ())) if nodes.conflict(node) else None
            )
            return contested, lambda child: _grounds


def _stated(node: Node) -> Ground:
    """A stated fact, with what it is in conflict with."""
    return (say("because", node.text, nodes.conflict(node)) if nodes.conflict(node) else node.text), node.evidence


def _failure_grounds(node: Node) -> tuple[Found | None, Follow[Found] | None]:
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
    remark = nodes.label(node)
    because = [child.text for child in node.children] or ([remark] if remark else [])
    evidence = tuple(each for child in node.children for each in child.evidence)
    if not because:
        return node.goal, (node.text, evidence)
    if node.kind == "stated_false":
        return node.goal, ("; ".join(because), evidence)
    return node.goal, (say("because", node.text, "; ".join(because)), evidence)


def _shortfalls(node: Node) -> tuple[Found | None, Follow[Found] | None]:
    """Where a node that is not true falls short; what holds beside an unknown part of a negation is a ground."""
    if node.status is Truth.TRUE:
        return _grounds(node)
    match node.kind:
        case "not_documented":
            return (node.goal, (node.text, ())), None
        case "closed_record" | "stated_false" | "other_value":
            return _decided(node), None
        case "count":
            return (node.goal, (node.text, _evidence(node))), None
        case "comparison" | "builtin" | "member":
            return (node.goal, _tested(node)), None
        case "negation":
            return None, lambda child: _undecided
        case "rule" if len(node.children) == 1 and node.children[0].kind == "count":
            count = node.children[0]
            return (node.goal, (f"{node.text}: {count.text}", _evidence(count))), None
        case _ if not node.children:
            remark = nodes.label(node) if nodes.label(node) != say("no_other") else None
            return (node.goal, (say("because", node.text, remark) if remark else node.text, ())), None
        case _:
            return None, lambda child: _shortfalls


def _undecided(node: Node) -> tuple[Found | None, Follow[Found] | None]:
    """What decides below a negation: of what fails for certain, only what makes it fail."""
    if node.status is Truth.FALSE:
        return _failure_grounds(node)
    said, follow = _shortfalls(node)
    return said, None if follow is None else lambda child: _undecided


def _tested(node: Node) -> Ground:
    """A test that is not true, with what gave the values that it compares."""
    said = [each.text for each in nodes.about(node)]
    text = say("because", node.text, "; ".join(said)) if said else node.text
    return text, _evidence(node)


def _evidence(node: Node) -> tuple[Evidence, ...]:
    """Where the facts below a node are stated, each place once."""
    return _all(each.evidence for each in _within(node) if each.kind == "fact" and not each.cite)
