"""Explanations as the proof checker reads them from JSON: what each kind of step has, the hash that names it, and the
goals and constants that its texts say."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import msgspec
from msgspec import Struct, ValidationError

from kb.language.builtins import is_builtin
from kb.language.loader import read_goal
from kb.language.printer import show_body
from kb.language.syntax import (
    Aggregate,
    And,
    AtomF,
    Body,
    Builtin,
    Compare,
    Count,
    Member,
    Not,
    Or,
    Pred,
    conjuncts,
)
from kb.language.terms import INT_MAX, Atom, Const, Date, Int, Term, Var
from kb.language.truth import Truth

_SIMPLE = re.compile(r"(-?)([a-z]\w*)(?:\(((?:[\w-]+, )*[\w-]+)\))?\Z")
_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z")


@lru_cache(maxsize=1 << 16)
def read_body(text: str) -> Body | None:
    """The goal that a text says, or None if it says none."""
    simple = _SIMPLE.match(text)
    if simple and simple[2] not in ("true", "false", "fail"):
        args = tuple(_simple_term(arg) for arg in simple[3].split(", ")) if simple[3] else ()
        plain = tuple(arg for arg in args if arg is not None)
        body = AtomF(Pred(simple[2], len(args), bool(simple[1])), plain)
        if len(plain) == len(args) and show_body(body) == text and not is_builtin(simple[2]):
            return body
    try:
        found = read_goal(text)
    except RecursionError:
        return None
    return None if isinstance(found, tuple) else found


def _simple_term(text: str) -> Term | None:
    if re.match(r"[a-z]\w*\Z", text, re.ASCII):
        return Atom(text)
    if re.match(r"[A-Z]\w*\Z", text, re.ASCII):
        return Var(text)
    if re.match(r"(0|-?[1-9]\d*)\Z", text, re.ASCII) and abs(int(text)) < INT_MAX:
        return Int(int(text))
    if _DATE.match(text):
        try:
            return Date(datetime.date.fromisoformat(text))
        except ValueError:
            return None
    return None


def read_constant(text: str) -> Const | None:
    """The constant that a text says, or None."""
    body = read_body(f"value({text})")
    if isinstance(body, AtomF) and len(body.args) == 1 and not isinstance(body.args[0], Var):
        return body.args[0]
    return None


def says(text: str, body: Body) -> bool:
    """Whether a text is that of a goal, whatever the order of literals inside it."""
    if text == show_body(body):
        return True
    if isinstance(body, AtomF | Compare | Builtin | Member):
        return False
    read = read_body(text)
    return read is not None and _settled(read) == _settled(body)


def _settled(body: Body) -> str:
    """The text of a body with conjunctions in the order of their texts and nameless variables alike."""
    match body:
        case And() | Or():
            parts = sorted(f"({_settled(part)})" for part in (conjuncts(body) if isinstance(body, And) else body.goals))
            return (", " if isinstance(body, And) else " ; ").join(parts)
        case Not(goal):
            return f"\\+ ({_settled(goal)})"
        case Count(goal=goal) | Aggregate(goal=goal):
            return f"{show_body(replace(body, goal=And(())))} of ({_settled(goal)})"
        case _:
            return show_body(body)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a step: its place in the JSON, its id, and the reason in words."""

    path: str
    id: str
    message: str

    def __str__(self) -> str:
        named = f" ({self.id})" if self.id else ""
        return f"{self.path or 'the explanation'}{named}: {self.message}"


class RuleRef(Struct, frozen=True, forbid_unknown_fields=True, order=True):
    """A rule by its text and place."""

    text: str
    file: str
    line: int


class Place(Struct, frozen=True, forbid_unknown_fields=True):
    """Where something is stated."""

    file: str
    line: int | None
    column: int | None


class Progress(Struct, frozen=True, forbid_unknown_fields=True):
    """How far a count is said to have got."""

    op: str
    bound: int | None
    found: tuple[str, ...]
    undocumented: tuple[str, ...]
    others: bool


class Step(Struct, frozen=True, kw_only=True):
    """One step. What only some kinds have is as empty as can be where a kind does not have it."""

    id: str
    goal: str
    status: Truth
    kind: str
    text: str
    rule: RuleRef | None
    cite: str | None
    evidence: tuple[Place, ...]
    children: tuple[Step, ...]
    binding: Mapping[str, str] = {}
    label: str | None = None
    conflict: str | None = None
    about: tuple[Step, ...] = ()
    count: Progress | None = None
    opened: bool = True
    path: str = ""
    """Its place in the JSON, which is not in the JSON."""

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


def stated_at(step: Step) -> tuple[Place, ...]:
    """Where a case states the facts of an explanation, each place once, in the order of its steps."""
    found: dict[Place, None] = {}
    seen, pending = set(), [step]
    while pending:
        each = pending.pop()
        if each.id in seen:
            continue
        seen.add(each.id)
        found |= dict.fromkeys(each.evidence if each.kind == "fact" and not each.cite else ())
        pending += reversed((*each.children, *each.about))
    return tuple(found)


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
_BELOW = ("children", "about")


def read_step(data: object, path: str, faults: list[Fault]) -> Step | None:
    """The step that JSON data says, or None with a fault for each part of it that is none."""
    try:
        return _read(data, path, faults)
    except ValidationError as error:
        faults.append(Fault(path, "", f"this is no step: {error}"))
        return None


def _read(data: object, path: str, faults: list[Fault]) -> Step | None:
    if not isinstance(data, dict) or not isinstance(data.get("kind"), str) or data["kind"] not in _KINDS:
        raise ValidationError("it is an object whose `kind` is one of " + ", ".join(_KINDS))
    kind = data["kind"]
    statuses, own = _KINDS[kind]
    if odd := sorted(map(str, data.keys() ^ (_COMMON | own))):
        raise ValidationError(f"a `{kind}` has exactly the keys of its kind; `{odd[0]}` is missing or unknown")
    if odd := [key for key in _FOR_SOME if key not in own and data[key] not in (None, [])]:
        raise ValidationError(f"a `{kind}` has no `{odd[0]}`")
    step = msgspec.convert({**data, "children": (), "about": ()}, Step)
    if step.status not in statuses:
        raise ValidationError(f"a `{kind}` cannot have the status `{step.status.value}`")
    if not step.opened and data["children"]:
        raise ValidationError("what is left out is not shown")
    below = {key: _steps(data[key], path, key, faults) for key in _BELOW if key in data}
    steps = {key: tuple(each for each in found if each is not None) for key, found in below.items()}
    if any(len(steps[key]) < len(found) for key, found in below.items()):
        return None
    step = msgspec.structs.replace(step, path=path, **steps)
    if step.id != _hash(data, steps):
        faults.append(step.fault("the id is not the hash of what the step says: it has been changed"))
        return None
    return step


def _steps(data: object, path: str, key: str, faults: list[Fault]) -> list[Step | None]:
    if not isinstance(data, list):
        raise ValidationError(f"`{key}` is a list")
    return [read_step(each, f"{path}.{key}[{index}]".lstrip("."), faults) for index, each in enumerate(data)]


def _hash(data: dict[str, object], below: Mapping[str, tuple[Step, ...]]) -> str:
    said = {key: value for key, value in data.items() if key != "id"}
    said |= {key: [step.id for step in steps] for key, steps in below.items()}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]
