"""The grounds of an explanation: the facts that it comes down to, for a report that shows no tree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from msgspec import Struct

from explain.proof import nodes
from explain.proof.nodes import Evidence, Node
from explain.report.document import Reason, places
from explain.words.phrases import one_line, say
from kb.language.declarations import REQUEST
from kb.language.truth import Truth


class Ground(Struct, frozen=True):
    """What a truth comes down to: what it says, where that is stated, and the goal that it is of."""

    text: str
    places: tuple[Evidence, ...] = ()
    goal: str = ""
    is_underived: bool = False
    """Whether it is that no rule and no fact of the program says so."""

    def is_about(self, case: str) -> bool:
        """Whether the case is the first argument of its goal."""
        return self.goal.partition("(")[2].startswith((f"{case},", f"{case})"))

    @property
    def is_request(self) -> bool:
        """Whether it is about the request itself."""
        return self.goal.startswith(f"{REQUEST.name}(")


T = TypeVar("T")
Step = Callable[[Node], "tuple[T | None, Step[T] | None]"]
"""What is asked of a node: what it says itself, and what to ask of the nodes below it, if they are asked."""


def grounds(node: Node) -> tuple[Reason, ...]:
    """The facts of the case that a truth comes down to, or the points at which it falls short, each once.

    The request itself is left out where there is something else: a report has it at its head. So is what the program does not say
    of something other than the case, such as that one condition is a kind of another.
    """
    found = list(dict.fromkeys(_followed(_grounds if node.status is Truth.TRUE else _shortfalls, node)))
    case = node.goal.partition("(")[2].removesuffix(")")
    told = [each for each in found if not each.is_request and (not each.is_underived or each.is_about(case))]
    return _readable(told or found)


def claims(node: Node) -> tuple[Reason, ...]:
    """What one side of a conflict says: what holds, and where it is no stated fact, everything that it rests on, with
    what the policy knows, such as which brand is which drug."""
    stated = list(dict.fromkeys(_followed(_facts, node)))
    if isinstance(node, nodes.Fact):
        return _readable([Ground(node.text, node.evidence)])
    text = say("rests_on", node.text, "; ".join(each.text for each in stated))
    return _readable([Ground(text, _all(each.places for each in stated))])


def findings(node: Node) -> tuple[Reason, ...]:
    """What a true node says, with the places of the case that it rests on."""
    return _readable([Ground(node.text, evidence(node))])


def evidence(node: Node) -> tuple[Evidence, ...]:
    """Where the case states the facts below a node, each place once."""
    return _all(_followed(_places, node))


def is_contested(node: Node) -> bool:
    """Whether something that a step rests on is in conflict with something else."""
    return any(_followed(_conflicts, node))


def _readable(found: Iterable[Ground]) -> tuple[Reason, ...]:
    """Grounds as people read them."""
    return tuple(dict.fromkeys(Reason(one_line(each.text), places(each.places)) for each in found))


def _all(places: Iterable[tuple[Evidence, ...]]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(place for each in places for place in each))


def _followed(step: Step[T], node: Node) -> Iterator[T]:
    """What the steps say from a node downwards, each part once, however deep it goes."""
    seen = set()
    pending = [(step, node)]
    while pending:
        step, each = pending.pop()
        if (step, each.id) in seen:
            continue
        seen.add((step, each.id))
        said, below = step(each)
        if said is not None:
            yield said
        if below is not None:
            pending += [(below, child) for child in reversed((*each.children, *nodes.about(each)))]


def _conflicts(node: Node) -> tuple[str | None, Step[str] | None]:
    """That the contrary of a node holds too."""
    return nodes.conflict(node), _conflicts


def _places(node: Node) -> tuple[tuple[Evidence, ...] | None, Step[tuple[Evidence, ...]] | None]:
    """Where the case states a fact."""
    return (node.evidence if isinstance(node, nodes.Fact) and not node.cite else None), _places


def _facts(node: Node) -> tuple[Ground | None, Step[Ground] | None]:
    """The stated facts that a true node rests on, those of the policy too."""
    return (Ground(node.text, node.evidence), None) if isinstance(node, nodes.Fact) else (None, _facts)


def _grounds(node: Node) -> tuple[Ground | None, Step[Ground] | None]:
    """What a true node rests on."""
    match node:
        case nodes.Fact():
            return (None if node.cite else Ground(_contested(node), node.evidence, node.goal)), None
        case nodes.Builtin():
            return Ground(node.text, goal=node.goal), None
        case nodes.Summary():
            return (None if node.cite else Ground(node.text, goal=node.goal)), None
        case nodes.Negation():
            return None, _failure_grounds
        case _:
            return (Ground(_contested(node), goal=node.goal) if nodes.conflict(node) else None), _grounds


def _contested(node: Node) -> str:
    """What a node says, with what it is in conflict with."""
    conflict = nodes.conflict(node)
    return say("because", node.text, conflict) if conflict else node.text


def _failure_grounds(node: Node) -> tuple[Ground | None, Step[Ground] | None]:
    """What the falsity of a node rests on, where that is something that the case states: of a rule, what fails."""
    if node.status is not Truth.FALSE:
        return None, None
    match node:
        case nodes.ClosedRecord() | nodes.StatedFalse() | nodes.OtherValue():
            return _decided(node), None
        case nodes.Count() | nodes.Aggregate():
            count = _counted(node)
            return (count if count.places else None), None
        case nodes.Negation():
            return None, _grounds
        case nodes.Documented():
            return Ground(node.text, goal=node.goal), None
        case _:
            return None, _failure_grounds


def _decided(node: nodes.ClosedRecord | nodes.StatedFalse | nodes.OtherValue) -> Ground:
    """What decides that an open atom is false: what is stated instead; of a record that is complete, that it does not state it."""
    remark = nodes.label(node)
    because = [_with_grounds(child) for child in node.children] or ([remark] if remark else [])
    if isinstance(node, nodes.StatedFalse | nodes.OtherValue) and because:
        return Ground("; ".join(because), evidence(node), node.goal)
    return Ground(_because(node.text, because), evidence(node), node.goal)


def _with_grounds(node: Node) -> str:
    """What a true node says and, where that is not what the case states, what it rests on there."""
    stated = [] if isinstance(node, nodes.Fact) else _followed(_grounds, node)
    return _because(node.text, list(dict.fromkeys(each.text for each in stated)))


def _counted(node: nodes.Count | nodes.Aggregate, before: str = "") -> Ground:
    """How far a count has got, with what keeps others from counting."""
    closing = [_with_grounds(child) for child in node.children if not isinstance(child, nodes.Witness)]
    return Ground(_because(before + node.text, closing), evidence(node), node.goal)


def _because(text: str, reasons: list[str]) -> str:
    return say("because", text, "; ".join(reasons)) if reasons else text


def _shortfalls(node: Node) -> tuple[Ground | None, Step[Ground] | None]:
    """Where a node that is not true falls short; what holds beside an unknown part of a negation is a ground."""
    if node.status is Truth.TRUE:
        return _grounds(node)
    match node:
        case nodes.NotDocumented() | nodes.Documented():
            return Ground(node.text, goal=node.goal), None
        case nodes.ClosedRecord() | nodes.StatedFalse() | nodes.OtherValue():
            return _decided(node), None
        case nodes.Count() | nodes.Aggregate():
            return _counted(node), None
        case nodes.Comparison() | nodes.Builtin() | nodes.Member():  # with what gave the values that it compares
            text = _because(node.text, [each.text for each in node.about])
            return Ground(text, evidence(node), node.goal), None
        case nodes.Negation():
            return None, _undecided
        case nodes.Rule(children=(nodes.Count() as count,)):
            return _counted(count, f"{node.text}; "), None
        case _ if not node.children:
            remark = nodes.label(node)
            because = [remark] if remark and remark != say("no_other") else []
            return Ground(_because(node.text, because), goal=node.goal, is_underived=True), None
        case _:
            return None, _shortfalls


def _undecided(node: Node) -> tuple[Ground | None, Step[Ground] | None]:
    """What decides below a negation: of what fails for certain, only what makes it fail."""
    if node.status is Truth.FALSE:
        return _failure_grounds(node)
    said, below = _shortfalls(node)
    return said, below and _undecided
