"""Explanations as values: a tree of nodes, one type for each kind, which renderers turn into text and JSON.

A node is a msgspec `Struct`: from the types come the JSON both ways, strictly, and its schema (`explain/proof/node_json.py`). Read a node as a value: it is frozen, and equal to
another if both say the same.

**The format, version 3.** Every node has the keys `id goal status kind text rule cite evidence children`, where a kind has no
use for one as null or []; besides them only what its kind has. A node that occurs again in the same JSON (one explanation,
one list of proofs, one review) is there once, at its first place in reading order, `children` before `about`, and
`{"see": ID}` everywhere after.

| kind | status | children | and |
|---|---|---|---|
| `fact` | true | none | `cite` (of the policy), `evidence`: every place that states it; `conflict` |
| `rule` | any | true: every literal of the rule's body, in one choice of its alternatives; else: exactly those not true | `rule`, `cite`, `binding`, `label` (`derived`), `conflict`, `about` |
| `conjunction` | any | as of a rule, for a goal of several literals | `binding`, `about` |
| `alternatives` | not true | the `rule` nodes that could conclude an atom, or a `branch` for each alternative of a goal; nearest first | `cite` (of an atom), `binding` |
| `branch` | not true | the literals of one alternative that are not true | `binding` |
| `count` | any | a `witness` for each row that counts; then, of `at_least` that is false, what keeps others from it | `count`, `opened`, `binding` |
| `aggregate` | any | a `witness` for each row | `opened`, `binding` |
| `witness` | true | what shows that the row counts | |
| `comparison`, `builtin`, `member` | any | none | `binding`, `about` |
| `negation` | any | one: why the goal fails, is not known, or holds | `opened`, `binding` |
| `documented` | false | one: why the goal is not true, be it false or not known | `opened`, `binding` |
| `not_documented` | unknown | of an open atom that was asked: its rules | `label` (its question), `binding` |
| `closed_record` | false | that the record is complete; or none, with a label: the world is closed | `label`, `binding` |
| `stated_false`, `other_value` | false | one: the opposite; another value | `binding` |
| `no_rule` | not true | none, or that the opposite of a strong negation holds | `label` (why), `binding` |
| `summary` | any | none | `cite`, `binding`, `about` |

- `goal` is what is explained as the program writes it, with what is known of its variables; of a witness the row, of a branch the
  goals that are not true. `text` is **the** sentence that people read, from `explain/words/`.
- `binding` has what the named variables of a rule, or of a goal of several, are; of a goal that is proved, those that its text
  still has. On other nodes it names only variables that stand for individuals no fact names: `_`, or `_1`, `_2`, ... where
  several are the same one.
- `opened` is false where the children are left out: the step is one line. A `summary` always is.
- `about`: of a test that does not hold, what gave the values that it compares; of a rule or conjunction that is not known
  below a negation, the atoms that hold in it. `conflict`: that the contrary holds too, and what states that.
- `id` is the first 16 hexadecimal digits of the SHA-256 of the node's JSON without `id`, the nodes in `children` and `about` by
  their ids, as `json.dumps(..., sort_keys=True)` writes it. So equal parts have one id, and nothing can be changed unseen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from json.encoder import encode_basestring_ascii
from operator import attrgetter
from typing import Annotated, ClassVar, Literal, TypeAlias, get_args

import msgspec
from msgspec import Meta, Struct

from explain.words.phrases import place
from kb.language.identity import by_part
from kb.language.printer import show_clause
from kb.language.syntax import Clause, Provenance
from kb.language.truth import Truth

TRUE: frozenset[Truth] = frozenset({Truth.TRUE})
FALSE: frozenset[Truth] = frozenset({Truth.FALSE})
UNKNOWN: frozenset[Truth] = frozenset({Truth.UNKNOWN})


class Evidence(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a fact is stated: its file and place, or who asserted it, and the source that is given for it there."""

    file: str
    line: int | None = None
    column: int | None = None
    source: Provenance | None = None
    recorded_as: str | None = None
    """The name that is written there, where it is another than is meant."""

    @classmethod
    def of(cls, fact: Clause) -> Evidence:
        return cls(fact.span.file, fact.span.line or None, fact.span.column or None, fact.source, fact.recorded_as)

    def __str__(self) -> str:
        return place(self.file, self.line, self.source, self.recorded_as)


class RuleRef(Struct, frozen=True, forbid_unknown_fields=True):
    """A rule by its text and place."""

    text: str
    file: str
    line: int

    @classmethod
    def of(cls, clause: Clause) -> RuleRef:
        return _rule_ref(clause)


@by_part
def _rule_ref(clause: Clause) -> RuleRef:
    return RuleRef(show_clause(clause), clause.span.file, clause.span.line)


class CountState(Struct, frozen=True, forbid_unknown_fields=True):
    """How far a count has got: rows by their texts.

    `found` are certain, `undocumented` may count too; `others` says whether individuals that are not named may.
    """

    op: Literal["at_least", "at_most"]
    bound: int | None
    found: tuple[str, ...]
    undocumented: tuple[str, ...] = ()
    others: bool = False


class NodeBase(
    Struct, frozen=True, kw_only=True, eq=False, dict=True, forbid_unknown_fields=True, tag_field="kind"
):  # fmt: skip
    """What every node has. Raises `ValueError` where a status or an id does not belong to the node."""

    statuses: ClassVar[frozenset[Truth]] = frozenset(Truth)
    """The statuses that nodes of the kind can have."""

    goal: str
    status: Truth
    text: str
    rule: RuleRef | None = None
    cite: str | None = None
    evidence: tuple[Evidence, ...] = ()
    children: tuple[Node, ...] = ()
    id: Annotated[str, Meta(pattern="^[0-9a-f]{16}$")] = ""
    """A hash of everything the node says, made where none is given."""

    def __post_init__(self) -> None:
        if self.status not in self.statuses:
            raise ValueError(f"a node of kind `{self.kind}` cannot have the status `{self.status.value}`")
        made = hashlib.sha256(_said(self).encode()).hexdigest()[:16]
        if self.id not in ("", made):
            raise ValueError(
                f"the `id` is `{self.id}`, but what the node says has the id `{made}`: it has been changed"
            )
        msgspec.structs.force_setattr(self, "id", made)
        self.__dict__["size"] = 1 + sum(child.size for child in self.children)

    @property
    def kind(self) -> str:
        """The name of its kind."""
        return str(self.__struct_config__.tag)

    @property
    def size(self) -> int:
        """The number of nodes of the proof, shared ones counted each time."""
        return int(self.__dict__["size"])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NodeBase) and self.id == other.id

    def __ne__(self, other: object) -> bool:  # a struct has one of its own
        return not self == other

    def __hash__(self) -> int:
        return hash(self.id)


BELOW = ("children", "about")
"""The keys that hold other nodes."""


class _Plain(NodeBase, frozen=True, kw_only=True, eq=False):
    """A node that no rule, place in the policy or evidence belongs to."""

    rule: None = None
    cite: None = None
    evidence: tuple[()] = ()


class Fact(NodeBase, frozen=True, kw_only=True, eq=False, tag="fact"):
    """An atom that is stated; `conflict` says that the contrary holds too, and where that is stated."""

    statuses = TRUE
    status: Truth = Truth.TRUE
    rule: None = None
    children: tuple[()] = ()
    conflict: str | None = None


class Rule(NodeBase, frozen=True, kw_only=True, eq=False, tag="rule"):
    """An atom that a rule concludes, shown by every literal; or why a rule does not conclude it: the literals not true."""

    rule: RuleRef
    evidence: tuple[()] = ()
    binding: Mapping[str, str] = {}
    label: str | None = None
    conflict: str | None = None
    about: tuple[Fact | Summary, ...] = ()


class Conjunction(_Plain, frozen=True, kw_only=True, eq=False, tag="conjunction"):
    """A goal of several literals."""

    binding: Mapping[str, str] = {}
    about: tuple[Fact | Summary, ...] = ()


class Branch(_Plain, frozen=True, kw_only=True, eq=False, tag="branch"):
    """Why one alternative of a goal is not true."""

    statuses = FALSE | UNKNOWN
    binding: Mapping[str, str] = {}


class Alternatives(NodeBase, frozen=True, kw_only=True, eq=False, tag="alternatives"):
    """Why a goal is not true that several rules could conclude, or one of several alternatives make true."""

    statuses = FALSE | UNKNOWN
    rule: None = None
    evidence: tuple[()] = ()
    children: tuple[Rule | Branch, ...] = ()
    binding: Mapping[str, str] = {}


class Count(_Plain, frozen=True, kw_only=True, eq=False, tag="count"):
    """How far a count has got."""

    count: CountState
    opened: bool = True
    binding: Mapping[str, str] = {}


class Aggregate(_Plain, frozen=True, kw_only=True, eq=False, tag="aggregate"):
    """What an aggregate is of."""

    opened: bool = True
    binding: Mapping[str, str] = {}


class Witness(_Plain, frozen=True, kw_only=True, eq=False, tag="witness"):
    """A row that counts, with what shows it."""

    statuses = TRUE
    status: Truth = Truth.TRUE


class _Test(_Plain, frozen=True, kw_only=True, eq=False):
    """What compares or computes values, with what gave them."""

    children: tuple[()] = ()
    binding: Mapping[str, str] = {}
    about: tuple[Source, ...] = ()


class Comparison(_Test, frozen=True, kw_only=True, eq=False, tag="comparison"):
    """A comparison."""


class Builtin(_Test, frozen=True, kw_only=True, eq=False, tag="builtin"):
    """A built-in predicate."""


class Member(_Test, frozen=True, kw_only=True, eq=False, tag="member"):
    """Membership in a list."""


class Negation(_Plain, frozen=True, kw_only=True, eq=False, tag="negation"):
    """A negation, with why its goal fails, is not known, or holds."""

    children: Annotated[tuple[Node, ...], Meta(max_length=1)] = ()
    opened: bool = True
    binding: Mapping[str, str] = {}


class Documented(_Plain, frozen=True, kw_only=True, eq=False, tag="documented"):
    """A goal of `documented` that does not hold, with why; where one holds, what shows that stands in its place."""

    statuses = FALSE
    status: Truth = Truth.FALSE
    children: Annotated[tuple[Node, ...], Meta(max_length=1)] = ()
    opened: bool = True
    binding: Mapping[str, str] = {}


class NotDocumented(_Plain, frozen=True, kw_only=True, eq=False, tag="not_documented"):
    """An open atom of which nothing is known; its label is the question for it."""

    statuses = UNKNOWN
    status: Truth = Truth.UNKNOWN
    children: tuple[Rule, ...] = ()
    label: str | None = None
    binding: Mapping[str, str] = {}


class ClosedRecord(_Plain, frozen=True, kw_only=True, eq=False, tag="closed_record"):
    """An open atom that is false because its record is complete, or the world is read as closed."""

    statuses = FALSE
    status: Truth = Truth.FALSE
    children: Annotated[tuple[Fact | Rule, ...], Meta(max_length=1)] = ()
    label: str | None = None
    binding: Mapping[str, str] = {}


class _Contrary(_Plain, frozen=True, kw_only=True, eq=False):
    """An open atom that is false because of what its one child shows."""

    statuses = FALSE
    status: Truth = Truth.FALSE
    children: tuple[Fact | Rule]
    binding: Mapping[str, str] = {}


class StatedFalse(_Contrary, frozen=True, kw_only=True, eq=False, tag="stated_false"):
    """An open atom that is false because its opposite holds."""


class OtherValue(_Contrary, frozen=True, kw_only=True, eq=False, tag="other_value"):
    """An open atom that is false because its predicate has another value."""


class NoRule(_Plain, frozen=True, kw_only=True, eq=False, tag="no_rule"):
    """An atom that nothing states or concludes, as its label says; or a strong negation whose opposite holds."""

    statuses = FALSE | UNKNOWN
    children: Annotated[tuple[Fact | Rule, ...], Meta(max_length=1)] = ()
    label: str | None = None
    binding: Mapping[str, str] = {}


class Summary(NodeBase, frozen=True, kw_only=True, eq=False, tag="summary"):
    """A goal in one line, with what is known of it and not why."""

    rule: None = None
    evidence: tuple[()] = ()
    children: tuple[()] = ()
    binding: Mapping[str, str] = {}
    about: tuple[Source, ...] = ()


Test: TypeAlias = Comparison | Builtin | Member
Source: TypeAlias = Fact | Summary | Aggregate | Comparison | Builtin | Member
"""What gave the values of a test."""
Node: TypeAlias = (
    Fact | Rule | Conjunction | Branch | Alternatives | Count | Aggregate | Witness | Comparison | Builtin | Member | Negation
    | Documented | NotDocumented | ClosedRecord | StatedFalse | OtherValue | NoRule | Summary
)  # fmt: skip
KINDS: Mapping[str, type[Node]] = {str(kind.__struct_config__.tag): kind for kind in get_args(Node)}


# --- what some kinds have ------------------------------------------------------------------------------------------


def about(node: Node) -> tuple[Node, ...]:
    """What gave the values that a test compares, or what holds beside what is not known."""
    return node.about if isinstance(node, Rule | Conjunction | Summary | Test) else ()


def conflict(node: Node) -> str | None:
    """That the contrary of what holds does so too."""
    return node.conflict if isinstance(node, Fact | Rule) else None


def label(node: Node) -> str | None:
    """The remark that belongs to a step."""
    return node.label if isinstance(node, Rule | NotDocumented | ClosedRecord | NoRule) else None


def is_opened(node: Node) -> bool:
    """Whether what is below a step is shown, if there is anything; else it is one line."""
    if isinstance(node, Count | Aggregate | Negation | Documented):
        return node.opened
    return not isinstance(node, Summary)


# --- what is hashed ------------------------------------------------------------------------------------------------


def own_json(node: NodeBase) -> dict[str, object]:
    """What a node says itself, without its id, as JSON data."""
    said: dict[str, object] = {"kind": node.kind}
    for key in node.__struct_fields__:
        if key not in _NOT_ITS_OWN:
            value = getattr(node, key)
            said[key] = value if value is None or isinstance(value, str) else msgspec.to_builtins(value)
    return said


_NOT_ITS_OWN = frozenset(("id", *BELOW))


def _said(node: NodeBase) -> str:
    """Everything that a node says but its id, as `json.dumps(..., sort_keys=True)` writes it."""
    texts, values_of = _layout(type(node))
    values = values_of(node)
    return "".join([text + _json(value) for text, value in zip(texts, values, strict=True)]) + "}"


@cache
def _layout(kind: type[NodeBase]) -> tuple[list[str], Callable[[NodeBase], tuple[object, ...]]]:
    """What stands before the values of a kind of node in its JSON, and what gives the values, by the order of the keys."""
    keys = sorted({*kind.__struct_fields__, "kind"} - {"id"})
    return [f'{", " if place else "{"}"{key}": ' for place, key in enumerate(keys)], attrgetter(*keys)


def _json(value: object) -> str:
    match value:
        case None:
            return "null"
        case str():
            return encode_basestring_ascii(value)
        case Truth():
            return f'"{value.value}"'
        case NodeBase():
            return f'"{value.id}"'
        case tuple():
            return "[" + ", ".join(map(_json, value)) + "]" if value else "[]"
        case dict():
            return "{" + ", ".join([f"{_json(key)}: {_json(value[key])}" for key in sorted(value)]) + "}"
        case Struct():
            return _struct_json(value)
        case _:
            return _SORTED(value)


@lru_cache(maxsize=1 << 12)
def _struct_json(value: Struct) -> str:
    return _SORTED(msgspec.to_builtins(value))


_SORTED = json.JSONEncoder(sort_keys=True).encode


def nodes_below(node: NodeBase) -> Iterator[tuple[str, tuple[Node, ...]]]:
    """The nodes below a node, by key."""
    return ((key, getattr(node, key)) for key in BELOW if key in node.__struct_fields__)
