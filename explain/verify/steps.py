"""Explanations as the proof checker reads them from JSON: what each kind of step has, the hash that names it, and the
goals and constants that its texts say."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from itertools import chain

import msgspec
from msgspec import Struct, ValidationError, field
from msgspec.structs import replace

from explain.words.phrases import say
from kb.language.builtins import BUILTINS, is_reserved
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
    Documented,
    Member,
    Not,
    Or,
    Pred,
    Provenance,
)
from kb.language.terms import INT_MAX, Atom, Const, Date, Int, Term, Var, shorten
from kb.language.traversal import conjuncts
from kb.language.truth import Truth

_SIMPLE = re.compile(r"(-?)([a-z]\w*)(?:\(((?:[\w-]+, )*[\w-]+)\))?\Z")
_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z")


@lru_cache(maxsize=1 << 13)
def read_body(text: str) -> Body | None:
    """The goal that a text says, or None if it says none, or not in the words of the printer: no comment, bracket or other
    spelling passes unseen."""
    simple = _SIMPLE.match(text)
    if simple and simple[2] not in ("true", "false", "fail"):
        args = tuple(_simple_term(arg) for arg in simple[3].split(", ")) if simple[3] else ()
        plain = tuple(arg for arg in args if arg is not None)
        body = AtomF(Pred(simple[2], len(args), bool(simple[1])), plain)
        if (
            len(plain) == len(args)
            and show_body(body) == text
            and not (is_reserved(simple[2]) or simple[2] in BUILTINS)
        ):
            return body
    try:
        found = read_goal(text)
    except RecursionError:
        return None
    return None if isinstance(found, tuple) or show_body(found) != text else found


def _simple_term(text: str) -> Term | None:
    if re.match(r"[a-z]\w*\Z", text, re.ASCII):
        return Atom(text)
    if re.match(r"[A-Z]\w*\Z", text, re.ASCII):
        return Var(text)
    if re.match(r"(0|-?[1-9]\d{,18})\Z", text, re.ASCII) and abs(int(text)) < INT_MAX:
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
        case Or(_, _, AtomF() as call):
            return show_body(call)
        case And() | Or():
            parts = sorted(f"({_settled(part)})" for part in (conjuncts(body) if isinstance(body, And) else body.goals))
            return (", " if isinstance(body, And) else " ; ").join(parts)
        case Not(goal):
            return f"\\+ ({_settled(goal)})"
        case Documented(goal):
            return f"documented({_settled(goal)})"
        case Count(goal=goal) | Aggregate(goal=goal):
            return f"{show_body(replace(body, goal=And(())))} of ({_settled(goal)})"
        case _:
            return show_body(body)


class Fault(Struct, frozen=True):
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
    source: Provenance | None
    recorded_as: str | None


class Progress(Struct, frozen=True, forbid_unknown_fields=True):
    """How far a count is said to have got."""

    op: str
    bound: int | None
    found: tuple[str, ...]
    undocumented: tuple[str, ...]
    others: bool


class At(Struct, frozen=True, eq=False):
    """A place in JSON, as what is above it and a part: deep ones are long, and are only written where they are told."""

    above: At | None
    part: str

    def __str__(self) -> str:
        parts, at = [self.part], self.above
        while at is not None:
            parts.append(at.part)
            at = at.above
        return ".".join(filter(None, reversed(parts)))


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
    at: At | None = None
    """Its place in the JSON, which is not in the JSON."""
    rests_on_what_is_above: bool = False
    """Whether it, or a step below it, says that the same is explained above it; nor is that in the JSON."""

    @property
    def said(self) -> Body | None:
        """What its goal says, or None if that is nothing."""
        return read_body(self.goal)

    def fault(self, message: str) -> Fault:
        """That something is wrong with this step."""
        return Fault(str(self.at or ""), self.id, message)

    def must(self, holds: bool, message: str) -> tuple[Fault, ...]:
        """The fault that this step has unless something holds."""
        return () if holds else (self.fault(message),)


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
_WRITTEN = ("rule", "evidence", "binding", "count")
"""The keys whose values have parts, which may be left out or be of another type in what is read as the same. Others are texts, truth
values or nothing, and are read as they are or not at all."""


class _Kind(Struct, frozen=True):
    """What steps of a kind have: their statuses, their keys, those of them in which they have nothing, and those with parts."""

    statuses: frozenset[Truth]
    keys: frozenset[str]
    empty: tuple[str, ...]
    written: tuple[str, ...]

    @classmethod
    def of(cls, statuses: frozenset[Truth], own: Collection[str]) -> _Kind:
        """A kind with these keys beside those of all steps."""
        keys, empty = _COMMON.union(own), tuple(key for key in _FOR_SOME if key not in own)
        return cls(statuses, keys, empty, tuple(key for key in _WRITTEN if key in keys))


_KINDS: Mapping[str, _Kind] = {
    kind: _Kind.of(statuses, keys.split())
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
        ("documented", _FALSE, "children binding opened"),
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


class StepReader(Struct, frozen=True):
    """Reads the steps of one JSON value, in which each stands once, at its first place, and is referred to after that."""

    faults: list[Fault]
    """Where the fault of each part that is no step goes."""
    _known: dict[str, Step | None] = field(default_factory=dict)
    """The steps read so far, and None for those that are wrong, by the ids that they give themselves."""

    def read(self, data: object, path: str) -> Step | None:
        """The step that JSON data says or refers to, or None with a fault for each part of it that is none."""
        root = _Reading(data, At(None, path))
        pending = [root]
        while pending:  # a step comes after all below it, and so after any that it refers to
            each = pending[-1]
            if not each.is_opened:
                self._open(each)
                pending += reversed(each.below)
                continue
            pending.pop()
            if each.is_step:
                self._close(each)
        return root.step

    def _open(self, reading: _Reading) -> None:
        reading.is_opened = True
        data = reading.data
        if isinstance(data, dict) and data.keys() == {"see"}:
            self._refer(reading, data["see"])
            return
        if isinstance(data, dict) and isinstance(data.get("id"), str) and data["id"] in self._known:
            self._fault(
                reading, "this step stands before it already, and is only referred to here: write `see` with its id"
            )
            return
        try:
            reading.below = [_Reading(each, At(reading.at, part), key) for key, part, each in _opened(data)]
            reading.is_step = True
        except ValidationError as error:
            self._fault(reading, f"this is no step: {error}")

    def _fault(self, reading: _Reading, message: str) -> None:
        self.faults.append(Fault(str(reading.at), "", message))

    def _refer(self, reading: _Reading, named: object) -> None:
        if not isinstance(named, str) or named not in self._known:
            self._fault(reading, "it refers to a step, and none before it has that id")
        else:
            reading.step = self._known[named]

    def _close(self, reading: _Reading) -> None:
        data = reading.data
        assert isinstance(data, dict)
        self._known[data["id"]] = None
        if any(each.step is None for each in reading.below):
            return
        below = {key: tuple(each.step for each in reading.below if each.key == key and each.step) for key in _BELOW}
        try:
            step = _made(data, reading.at, below)
        except ValidationError as error:
            self._fault(reading, f"this is no step: {error}")
            return
        if step.id != _hash(data, below):
            self.faults.append(step.fault("the id is not the hash of what the step says: it has been changed"))
            return
        reading.step = self._known[step.id] = step


class _Reading(Struct):
    """Data that is to be a step, and under which key of the one above it."""

    data: object
    at: At
    key: str = ""
    is_opened: bool = False
    is_step: bool = False
    """Whether it has the form of a step, which what is below it decides."""
    below: list[_Reading] = field(default_factory=list)
    step: Step | None = None


def _opened(data: object) -> Iterator[tuple[str, str, object]]:
    """The data of the steps below a step: under which key, where, and what. Raises `ValidationError` if it cannot be one."""
    if not isinstance(data, dict) or not isinstance(data.get("kind"), str) or data["kind"] not in _KINDS:
        raise ValidationError("it is an object whose `kind` is one of " + ", ".join(_KINDS))
    kind = data["kind"]
    known = _KINDS[kind]
    if odd := sorted(map(str, data.keys() ^ known.keys)):
        raise ValidationError(f"a `{kind}` has exactly the keys of its kind; `{odd[0]}` is missing or unknown")
    if odd := [key for key in known.empty if data[key] not in (None, [])]:
        raise ValidationError(f"a `{kind}` has no `{odd[0]}`")
    if not isinstance(data["id"], str):
        raise ValidationError("its `id` is a text")
    for key in _BELOW:
        if not isinstance(data.get(key, []), list):
            raise ValidationError(f"`{key}` is a list")
        yield from ((key, f"{key}[{index}]", each) for index, each in enumerate(data.get(key, ())))


def _made(data: dict[str, object], at: At, below: Mapping[str, tuple[Step, ...]]) -> Step:
    """The step that data says, given those below it. Raises `ValidationError` if it is none, or not as it would be written."""
    step = msgspec.convert({**data, "children": (), "about": ()}, Step)
    kind = _KINDS[step.kind]
    if step.status not in kind.statuses:
        raise ValidationError(f"a `{step.kind}` cannot have the status `{step.status.value}`")
    if not step.opened and below["children"]:
        raise ValidationError("what is left out is not shown")
    for key in kind.written:
        if not is_same(data[key], msgspec.to_builtins(getattr(step, key))):
            raise ValidationError(f"`{key}` is not written as it would be")
    every = chain.from_iterable(below.values())
    is_above = step.label == say("itself") or any(each.rests_on_what_is_above for each in every)
    return msgspec.structs.replace(step, at=at, rests_on_what_is_above=is_above, **below)


def is_same(one: object, other: object) -> bool:
    """Whether JSON data is just what is expected: `1`, `1.0` and true are three values. A tuple expects a list."""
    if isinstance(other, tuple):
        other = list(other)
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    return one == other


def shown(value: object) -> str:
    """A JSON value as a fault names it, cut if it is long."""
    if isinstance(value, dict | list) and value:
        below = value.values() if isinstance(value, dict) else value
        if any(isinstance(each, dict | list) for each in below):
            return "an object" if isinstance(value, dict) else "a list"
    return shorten(json.dumps(value, ensure_ascii=False), 120)


def _hash(data: dict[str, object], below: Mapping[str, tuple[Step, ...]]) -> str:
    said = {key: value for key, value in data.items() if key != "id"}
    for key, steps in below.items():
        if key in data:
            said[key] = [step.id for step in steps]
    return hashlib.sha256(_SORTED(said).encode()).hexdigest()[:16]


_SORTED = json.JSONEncoder(sort_keys=True).encode
