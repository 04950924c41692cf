"""Explanations as the proof checker reads them from JSON: what each kind of step has, and the hash that names it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from explain.verify.goals import read_body
from kb.language.syntax import Body
from kb.language.truth import Truth

Rule: TypeAlias = tuple[str, str, int]
"""A rule by its text, file and line."""
Place: TypeAlias = tuple[str, int | None, int | None]
"""A file, a line and a column."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a step: its place in the JSON, its id, and the reason in words."""

    path: str
    id: str
    message: str

    def __str__(self) -> str:
        named = f" ({self.id})" if self.id else ""
        return f"{self.path or 'the explanation'}{named}: {self.message}"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a count is said to have got."""

    op: str
    bound: int | None
    found: tuple[str, ...]
    undocumented: tuple[str, ...]
    others: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. The keys that only some kinds have are as empty as can be where a kind does not have them."""

    path: str
    id: str
    goal: str
    status: Truth
    kind: str
    text: str
    rule: Rule | None
    cite: str | None
    evidence: tuple[Place, ...]
    children: tuple[Step, ...]
    label: str | None = None
    binding: Mapping[str, str] = field(default_factory=dict)
    conflict: str | None = None
    about: tuple[Step, ...] = ()
    count: Progress | None = None
    opened: bool = True

    @property
    def said(self) -> Body | None:
        """What its goal says, or None if that is nothing."""
        return read_body(self.goal)

    def fault(self, message: str) -> Fault:
        """That something is wrong with this step."""
        return Fault(self.path, self.id, message)

    def must(self, holds: bool, message: str) -> Iterator[Fault]:
        """The fault that this step has unless something holds."""
        if not holds:
            yield self.fault(message)


_ANY, _NOT_TRUE = frozenset(Truth), frozenset({Truth.FALSE, Truth.UNKNOWN})
_TRUE, _FALSE, _UNKNOWN = (frozenset({truth}) for truth in (Truth.TRUE, Truth.FALSE, Truth.UNKNOWN))
_COMMON = frozenset({"id", "goal", "status", "kind", "text", "rule", "cite", "evidence", "children"})
_FOR_SOME = ("rule", "cite", "evidence", "children")
"""The keys that every step has, and in which not every kind has anything."""
_KINDS: Mapping[str, tuple[frozenset[Truth], frozenset[str]]] = {
    kind: (statuses, frozenset(keys.split()))
    for kind, statuses, keys in (
        ("fact", _TRUE, "cite evidence conflict"),
        ("rule", _ANY, "rule cite children binding label conflict about"),
        ("conjunction", _ANY, "children binding about"),
        ("branch", _NOT_TRUE, "children binding"),
        ("alternatives", _NOT_TRUE, "cite children binding"),
        ("count", _ANY, "children binding count opened"),
        ("aggregate", _ANY, "children binding opened"),
        ("witness", _TRUE, "children"),
        ("comparison", _ANY, "binding about"),
        ("builtin", _ANY, "binding about"),
        ("member", _ANY, "binding about"),
        ("negation", _ANY, "children binding opened"),
        ("not_documented", _UNKNOWN, "children binding label"),
        ("closed_record", _FALSE, "children binding label"),
        ("stated_false", _FALSE, "children binding"),
        ("other_value", _FALSE, "children binding"),
        ("no_rule", _NOT_TRUE, "children binding label"),
        ("summary", _ANY, "cite binding about"),
    )
}
"""The statuses that steps of each kind can have, and what beside goal and text."""


class _ShapeError(Exception):
    """Raised where JSON data is not a step; the argument is the message."""


def read_step(data: object, path: str, faults: list[Fault]) -> Step | None:
    """The step that JSON data says, or None with a fault for each part of it that is none."""
    try:
        return _read(data, path, faults)
    except _ShapeError as error:
        faults.append(Fault(path, "", str(error)))
        return None


def _read(data: object, path: str, faults: list[Fault]) -> Step | None:
    if not isinstance(data, dict) or not isinstance(data.get("kind"), str) or data["kind"] not in _KINDS:
        raise _ShapeError("a step is an object whose `kind` is one of " + ", ".join(_KINDS))
    kind = data["kind"]
    statuses, own = _KINDS[kind]
    if odd := sorted(map(str, data.keys() ^ (_COMMON | own))):
        raise _ShapeError(f"a `{kind}` has exactly the keys of its kind; `{odd[0]}` is missing or unknown")
    below = {key: _steps(data[key], path, key, faults) for key in ("children", "about") if key in data}
    said: dict[str, Any] = {key: _READERS[key](data[key], key) for key in data.keys() - below.keys()} | below
    if said["status"] not in statuses:
        raise _ShapeError(f"a `{kind}` cannot have the status `{data['status']}`")
    if odd := [key for key in _FOR_SOME if key not in own and data[key] not in (None, [])]:
        raise _ShapeError(f"a `{kind}` has no `{odd[0]}`")
    if not said.get("opened", True) and said["children"]:
        raise _ShapeError("what is left out is not shown")
    if None in (each for steps in below.values() for each in steps):
        return None
    step = Step(path=path, **said)
    if step.id != _hash(data, below):
        faults.append(step.fault("the id is not the hash of what the step says: it has been changed"))
        return None
    return step


def _steps(value: object, path: str, key: str, faults: list[Fault]) -> tuple[Step | None, ...]:
    return tuple(
        read_step(each, f"{path}.{key}[{index}]".lstrip("."), faults) for index, each in enumerate(_list(value, key))
    )


def _hash(data: dict[str, object], below: Mapping[str, tuple[Step | None, ...]]) -> str:
    said = {key: value for key, value in data.items() if key != "id"}
    said |= {key: [step.id for step in steps if step is not None] for key, steps in below.items()}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


# The value of each key


def _text(value: object, key: str) -> str:
    if not isinstance(value, str):
        raise _ShapeError(f"`{key}` is a string")
    return value


def _optional(value: object, key: str) -> str | None:
    return None if value is None else _text(value, key)


def _flag(value: object, key: str) -> bool:
    if not isinstance(value, bool):
        raise _ShapeError(f"`{key}` is true or false")
    return value


def _number(value: object, key: str) -> int | None:
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise _ShapeError(f"`{key}` is a whole number or null")
    return value


def _list(value: object, key: str) -> list[object]:
    if not isinstance(value, list):
        raise _ShapeError(f"`{key}` is a list")
    return value


def _texts(value: object, key: str) -> tuple[str, ...]:
    return tuple(_text(each, key) for each in _list(value, key))


def _object(value: object, key: str, keys: set[str]) -> dict[str, object]:
    if not isinstance(value, dict) or value.keys() != keys:
        raise _ShapeError(f"`{key}` is an object with the keys {', '.join(sorted(keys))}")
    return value


def _status(value: object, key: str) -> Truth:
    found = {each.value: each for each in Truth}.get(_text(value, key))
    if found is None:
        raise _ShapeError(f"`{key}` is one of {', '.join(each.value for each in Truth)}")
    return found


def _rule(value: object, key: str) -> Rule | None:
    if value is None:
        return None
    said = _object(value, key, {"text", "file", "line"})
    return _text(said["text"], "text"), _text(said["file"], "file"), _number(said["line"], "line") or 0


def _binding(value: object, key: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise _ShapeError(f"`{key}` is an object of variables and their values")
    return {_text(name, key): _text(term, key) for name, term in value.items()}


def _evidence(value: object, key: str) -> tuple[Place, ...]:
    said = [_object(each, key, {"file", "line", "column"}) for each in _list(value, key)]
    return tuple(
        (_text(each["file"], "file"), _number(each["line"], "line"), _number(each["column"], "column")) for each in said
    )


def _count(value: object, key: str) -> Progress:
    said = _object(value, key, {"op", "bound", "found", "undocumented", "others"})
    found, undocumented = (_texts(said[each], each) for each in ("found", "undocumented"))
    bound, others = _number(said["bound"], "bound"), _flag(said["others"], "others")
    return Progress(_text(said["op"], "op"), bound, found, undocumented, others)


_READERS: Mapping[str, Callable[[object, str], object]] = {
    **dict.fromkeys(("id", "goal", "kind", "text"), _text),
    **dict.fromkeys(("cite", "label", "conflict"), _optional),
    "status": _status, "rule": _rule, "evidence": _evidence, "binding": _binding, "count": _count, "opened": _flag,
}  # fmt: skip
