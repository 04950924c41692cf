"""Explanations read back from JSON: what `explain.proof.nodes.node_json` writes becomes the same node again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from explain.proof.nodes import CountState, Evidence, Node, RuleRef
from kb.language.truth import Truth


class ExplanationFormatError(ValueError):
    """JSON data that is not an explanation: the message says which node, which key, and what belongs there."""


@dataclass(frozen=True)
class _Place:
    """Where a node stands in the data: under which node, as which child."""

    parent: int | None
    index: int


def node_from_json(data: object) -> Node:
    """The node that JSON data says; equal parts become one value.

    Raises `ExplanationFormatError` (a `ValueError`) if the data is not an explanation, or if an `id` does not belong to
    what its node says.
    """
    found: list[dict[str, Any]] = []
    places: list[_Place] = []
    pending: list[tuple[object, _Place]] = [(data, _Place(None, 0))]
    while pending:
        each, place = pending.pop()
        number = len(found)
        places.append(place)
        if not isinstance(each, dict):
            raise ExplanationFormatError(f"{_path(places, number)} is {_named(each)}; an explanation is an object")
        found.append(each)
        _check(each, places, number)
        pending += [(child, _Place(number, index)) for index, child in reversed(list(enumerate(each["children"])))]
    built: list[Node | None] = [None] * len(found)
    same: dict[str, Node] = {}
    below: list[list[Node]] = [[] for _ in found]
    for number in reversed(range(len(found))):
        node = _node(found[number], tuple(reversed(below[number])))
        if node.id != found[number]["id"]:
            raise ExplanationFormatError(
                f"`id` of {_path(places, number)} is {_named(found[number]['id'])}, but what the node says has the id "
                f"`{node.id}`; the explanation was changed after it was written"
            )
        node = built[number] = same.setdefault(node.id, node)
        parent = places[number].parent
        if parent is not None:
            below[parent].append(node)
    root = built[0]
    assert root is not None
    return root


def _node(data: dict[str, Any], children: tuple[Node, ...]) -> Node:
    rule, count = data["rule"], data["count"]
    return Node(
        goal=data["goal"],
        status=Truth(data["status"]),
        kind=data["kind"],
        text=data["text"],
        rule=None if rule is None else RuleRef(rule["text"], rule["file"], rule["line"]),
        cite=tuple(data["cite"].split("; ")) if data["cite"] else (),
        evidence=tuple(Evidence(each["file"], each["line"] or 0, each["column"] or 0) for each in data["evidence"]),
        children=children,
        label=data["label"],
        binding=tuple(data["binding"].items()),
        count=None
        if count is None
        else CountState(
            count["op"], count["bound"], tuple(count["found"]), tuple(count["undocumented"]), count["others"]
        ),
        opened=data["opened"],
        ways=data["ways"],
    )


# --- what belongs where --------------------------------------------------------------------------------------------

_Test = Callable[[object], bool]


def _text(value: object) -> bool:
    return isinstance(value, str)


def _number(value: object) -> bool:
    return type(value) is int and value >= 0


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_text, value))


def _or_null(test: _Test) -> _Test:
    return lambda value: value is None or test(value)


def _object(**keys: _Test) -> _Test:
    return lambda value: (
        isinstance(value, dict) and value.keys() == keys.keys() and all(keys[key](value[key]) for key in keys)
    )


_RULE = _object(text=_text, file=_text, line=_number)
_EVIDENCE = _object(file=_text, line=_or_null(_number), column=_or_null(_number))
_COUNT = _object(
    op=lambda value: value in ("at_least", "at_most"),
    bound=_or_null(lambda value: type(value) is int),
    found=_texts,
    undocumented=_texts,
    others=_flag,
)
_KEYS: MappingProxyType[str, tuple[_Test, str]] = MappingProxyType(
    {
        "id": (_text, "a text"),
        "goal": (_text, "a text"),
        "status": (lambda value: value in ("true", "false", "unknown"), '"true", "false" or "unknown"'),
        "kind": (_text, "a text"),
        "text": (_text, "a text"),
        "label": (_or_null(_text), "a text or null"),
        "rule": (_or_null(_RULE), "null or an object with the texts `text` and `file` and the number `line`"),
        "binding": (
            lambda value: isinstance(value, dict) and all(map(_text, value.values())),
            "an object whose values are texts",
        ),
        "cite": (_or_null(_text), "a text or null"),
        "evidence": (
            lambda value: isinstance(value, list) and all(map(_EVIDENCE, value)),
            "a list of objects with the text `file` and, numbers or null, `line` and `column`",
        ),
        "count": (
            _or_null(_COUNT),
            "null or an object with `op` (at_least or at_most), `bound` (a number or null), the lists of texts `found` "
            "and `undocumented`, and `others` (true or false)",
        ),
        "opened": (_flag, "true or false"),
        "ways": (_number, "a number, 0 or more"),
        "children": (lambda value: isinstance(value, list), "a list of nodes"),
    }
)


def _check(data: dict[str, Any], places: list[_Place], number: int) -> None:
    for key in _KEYS:
        if key not in data:
            raise ExplanationFormatError(f"{_path(places, number)} has no `{key}`; write {_KEYS[key][1]}")
    for key, value in data.items():
        if key not in _KEYS:
            raise ExplanationFormatError(
                f"{_path(places, number)} has {_named(key)}, which no node has; its keys are {', '.join(_KEYS)}"
            )
        test, wanted = _KEYS[key]
        if not test(value):
            raise ExplanationFormatError(f"`{key}` of {_path(places, number)} is {_named(value)}; write {wanted}")


def _path(places: list[_Place], number: int) -> str:
    """The name of a node by its way from the root, the middle of a long way left out."""
    steps: list[str] = []
    at: int | None = number
    while at is not None and places[at].parent is not None:
        steps.append(f"children[{places[at].index}]")
        at = places[at].parent
    if len(steps) > 8:
        steps[4:-4] = [f"... {len(steps) - 8} more ..."]
    return f"node `{'.'.join(reversed(steps))}`" if steps else "the explanation"


def _named(value: object) -> str:
    """A value as an error names it, cut if it is long."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    text = {True: "true", False: "false", None: "null"}.get(value) if isinstance(value, bool | None) else repr(value)
    shown = str(text)
    return f"`{shown if len(shown) <= 60 else shown[:57] + '...'}`"
