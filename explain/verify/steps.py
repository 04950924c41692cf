"""Explanations as the proof checker reads them from JSON: each node's shape and the hash that names it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from explain.words.sentences import say
from kb.language.truth import Truth

_ANY, _NOT_TRUE = frozenset(Truth), frozenset({Truth.FALSE, Truth.UNKNOWN})
_TRUE, _FALSE, _UNKNOWN = (frozenset({truth}) for truth in (Truth.TRUE, Truth.FALSE, Truth.UNKNOWN))
_KINDS: dict[str, tuple[frozenset[Truth], str]] = {
    "fact": (_TRUE, "cite evidence"),
    "rule": (_ANY, "rule cite children label binding ways"),
    "conjunction": (_ANY, "children label binding ways"),
    "branch": (_NOT_TRUE, "children label binding ways"),
    "alternatives": (_NOT_TRUE, "cite children binding"),
    "count": (_ANY, "children count closed binding"),
    "aggregate": (_ANY, "children closed binding"),
    "witness": (_TRUE, "children"),
    "comparison": (_ANY, "binding"),
    "builtin": (_ANY, "binding"),
    "member": (_ANY, "binding"),
    "negation": (_ANY, "children closed binding"),
    "not_documented": (_UNKNOWN, "children label binding"),
    "closed_record": (_FALSE, "children label binding"),
    "stated_false": (_FALSE, "children binding"),
    "other_value": (_FALSE, "children binding"),
    "no_rule": (_NOT_TRUE, "children label binding"),
    "summary": (_NOT_TRUE, "cite closed binding"),
}
"""What statuses each kind of node has, and what beside its goal and text."""
_KEYS = frozenset(
    {"id", "goal", "status", "kind", "text", "label", "rule", "binding", "cite", "evidence", "count", "opened", "ways", "children"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a node: its place in the JSON, its id, and the reason in words."""

    path: str
    id: str
    message: str

    def __str__(self) -> str:
        return (
            f"{self.path or 'the explanation'} ({self.id}): {self.message}"
            if self.id
            else f"{self.path or 'the explanation'}: {self.message}"
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a count is said to have got."""

    op: str
    bound: int | None
    found: tuple[str, ...]
    undocumented: tuple[str, ...]
    others: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One node."""

    path: str
    id: str
    goal: str
    status: Truth
    kind: str
    text: str
    label: str | None
    rule: tuple[str, str, int] | None
    binding: Mapping[str, str]
    cite: str | None
    evidence: tuple[tuple[str, int | None, int | None], ...]
    count: Progress | None
    opened: bool
    ways: int
    children: tuple[Step, ...]

    def fault(self, message: str) -> Fault:
        """That something is wrong with this step."""
        return Fault(self.path, self.id, message)

    def says(self, text: str, *, may_be_other: bool = False) -> Iterator[Fault]:
        """The fault that its sentence is another, unless it is; it may be said of any other individual."""
        if self.text != text and not (may_be_other and self.text == say("any_other", text)):
            yield self.fault(f"its sentence is `{self.text}`, where it ought to be `{text}`")


class _ShapeError(Exception):
    """Raised where JSON data is not a node; the arguments are the message and the id, if there is one."""


def read_step(data: object, path: str, faults: list[Fault]) -> Step | None:
    """The node that JSON data says, or None with a fault for each node that is none."""
    try:
        return _read(data, path, faults)
    except _ShapeError as error:
        faults.append(Fault(path, "", str(error)))
        return None


def _read(data: object, path: str, faults: list[Fault]) -> Step | None:
    if not isinstance(data, dict):
        raise _ShapeError("a node is an object with the keys " + ", ".join(sorted(_KEYS)))
    if data.keys() != _KEYS:
        odd = sorted(map(str, data.keys() ^ _KEYS))
        raise _ShapeError(f"a node has exactly the keys of the format; `{odd[0]}` is missing or unknown")
    children = _list(data["children"], "children")
    read = [read_step(child, f"{path}.children[{index}]".lstrip("."), faults) for index, child in enumerate(children)]
    steps = tuple(each for each in read if each is not None)
    status = {each.value: each for each in Truth}.get(_text(data["status"], "status"))
    kind, opened, ways = _text(data["kind"], "kind"), data["opened"], data["ways"]
    if status is None or kind not in _KINDS or status not in _KINDS[kind][0]:
        raise _ShapeError(f"a node of kind `{kind}` cannot have the status `{data['status']}`")
    if not isinstance(opened, bool) or not isinstance(ways, int) or isinstance(ways, bool) or ways < 0:
        raise _ShapeError("`opened` is true or false, and `ways` a number from 0")
    step = Step(
        path, _text(data["id"], "id"), _text(data["goal"], "goal"), status, kind, _text(data["text"], "text"),
        _optional(data["label"], "label"), _rule(data["rule"]), _binding(data["binding"]), _optional(data["cite"], "cite"),
        tuple(_place(each) for each in _list(data["evidence"], "evidence")), _progress(data["count"]), opened, ways, steps,
    )  # fmt: skip
    has = {**data, "closed": not opened}
    extra = [
        key
        for key in ("label", "rule", "binding", "cite", "evidence", "count", "ways", "closed", "children")
        if has[key] and key not in _KINDS[kind][1].split()
    ]
    if extra or (kind == "summary" and opened):
        raise _ShapeError(f"a node of kind `{kind}` has no `{extra[0] if extra else 'opened'}`")
    if len(steps) < len(children):
        return None
    if step.id != _hash(data, steps):
        faults.append(Fault(path, step.id, "the id is not the hash of what the node says: it has been changed"))
        return None
    return step


def _hash(data: dict[str, object], children: tuple[Step, ...]) -> str:
    said = {key: value for key, value in data.items() if key != "id"}
    said["children"] = [child.id for child in children]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def _text(value: object, key: str) -> str:
    if not isinstance(value, str):
        raise _ShapeError(f"`{key}` is a string")
    return value


def _optional(value: object, key: str) -> str | None:
    return None if value is None else _text(value, key)


def _number(value: object, key: str) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise _ShapeError(f"`{key}` is a whole number or null")
    return value


def _list(value: object, key: str) -> list[object]:
    if not isinstance(value, list):
        raise _ShapeError(f"`{key}` is a list")
    return value


def _object(value: object, key: str, keys: set[str]) -> dict[str, object]:
    if not isinstance(value, dict) or value.keys() != keys:
        raise _ShapeError(f"`{key}` is an object with the keys {', '.join(sorted(keys))}")
    return value


def _rule(value: object) -> tuple[str, str, int] | None:
    if value is None:
        return None
    said = _object(value, "rule", {"text", "file", "line"})
    return _text(said["text"], "text"), _text(said["file"], "file"), _number(said["line"], "line") or 0


def _binding(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise _ShapeError("`binding` is an object of variables and their values")
    return {_text(name, "binding"): _text(term, "binding") for name, term in value.items()}


def _place(value: object) -> tuple[str, int | None, int | None]:
    said = _object(value, "evidence", {"file", "line", "column"})
    return _text(said["file"], "file"), _number(said["line"], "line"), _number(said["column"], "column")


def _progress(value: object) -> Progress | None:
    if value is None:
        return None
    said = _object(value, "count", {"op", "bound", "found", "undocumented", "others"})
    if not isinstance(said["others"], bool):
        raise _ShapeError("`others` is true or false")
    found, undocumented = (tuple(_text(row, key) for row in _list(said[key], key)) for key in ("found", "undocumented"))
    return Progress(_text(said["op"], "op"), _number(said["bound"], "bound"), found, undocumented, said["others"])
