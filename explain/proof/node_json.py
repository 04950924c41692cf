"""Explanations as JSON, both ways, in the format that `explain/proof/nodes.py` describes, and the schema of it, which is shipped
as `explanation.schema.json` and printed by `python -m explain.proof.node_json`."""

from __future__ import annotations

import inspect
import json
from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from explain.proof.nodes import BELOW, KINDS, Node, nodes_below, own_json


def node_json(node: Node, told: set[str] | None = None) -> dict[str, object]:
    """The node as JSON data. A node whose id is in `told`, which holds those of the same JSON before it and gets its own, is
    `{"see": ID}`. However deep it is, this does not recur."""
    told = set() if told is None else told
    root: dict[str, object] = {}
    pending: list[tuple[Node, dict[str, object]]] = [(node, root)]
    while pending:
        each, data = pending.pop()
        if each.id in told:
            data["see"] = each.id
            continue
        told.add(each.id)
        data.update({"id": each.id, **own_json(each)})
        below: list[tuple[Node, dict[str, object]]] = []
        for key, nodes in nodes_below(each):
            places: list[dict[str, object]] = [{} for _ in nodes]
            below += zip(nodes, places, strict=True)
            data[key] = places
        pending += reversed(below)
    return root


class ExplanationFormatError(ValueError):
    """JSON data that is not an explanation: the message says which node, which key, and what belongs there."""


def node_from_json(data: object) -> Node:
    """The node that JSON data says; equal parts become one value. However deep it is, this does not recur.

    Raises `ExplanationFormatError` (a `ValueError`) if the data is not an explanation, if an `id` does not belong to what its
    node says, or if none before it has the id that a `see` names.
    """
    made: dict[str, Node] = {}
    root = _Read(data)
    pending = [root]
    while pending:
        each = pending[-1]
        if each.below is None and each.see is None:
            each.open()
            pending += reversed(each.below or [])
            continue
        node = each.node(made)
        each.made = made.setdefault(node.id, node)
        pending.pop()
    assert root.made is not None
    return root.made


class _Read(Struct, eq=False):
    """Data that is to be a node, and where it stands: under which key of which node, as which of them."""

    data: object
    above: _Read | None = None
    key: str = ""
    index: int = 0
    see: str | None = None
    """The id that it refers to, if it is no node itself."""
    below: list[_Read] | None = None
    """The data of the nodes below it, once it has been opened."""
    made: Node | None = None

    def open(self) -> None:
        """Refuses what is neither a reference nor a node of a known kind with the keys of its kind, its nodes in lists."""
        if not isinstance(self.data, dict):
            raise ExplanationFormatError(f"{self} is {_named(self.data)}; an explanation is an object")
        if self.data.keys() == {"see"} and self.above is not None:
            if not isinstance(self.data["see"], str):
                raise ExplanationFormatError(f"`see` of {self} is {_named(self.data['see'])}; write the id of a node")
            self.see = self.data["see"]
            return
        kind = self.data.get("kind")
        if not isinstance(kind, str) or kind not in KINDS:
            raise ExplanationFormatError(f"the kind of {self} is {_named(kind)}; write one of {', '.join(KINDS)}")
        keys = ("kind", *KINDS[kind].__struct_fields__)
        for key in (*(key for key in keys if key not in self.data), *(key for key in self.data if key not in keys)):
            has = "has no" if key in keys else "has"
            raise ExplanationFormatError(f"{self} {has} {_named(key)}; a `{kind}` has just {', '.join(keys)}")
        for key in BELOW:
            if not isinstance(self.data.get(key, []), list):
                raise ExplanationFormatError(f"`{key}` of {self} is {_named(self.data[key])}; write a list of nodes")
        self.below = [
            _Read(each, self, key, index)
            for key in BELOW
            if key in self.data
            for index, each in enumerate(self.data[key])
        ]

    def node(self, known: Mapping[str, Node]) -> Node:
        """The node that the data says or refers to, those below it being made."""
        if self.see is not None:
            if self.see not in known:
                raise ExplanationFormatError(f"{self} refers to {_named(self.see)}, and no node before it has that id")
            return known[self.see]
        assert isinstance(self.data, dict)
        given: dict[str, list[Node]] = {key: [] for key in BELOW if key in self.data}
        for each in self.below or ():
            assert each.made is not None
            given[each.key].append(each.made)
        try:
            return msgspec.convert({**self.data, **given}, KINDS[self.data["kind"]])
        except msgspec.ValidationError as error:
            wrong, _, place = str(error).partition(" - at `$.")
            place = place.removesuffix("`")
            key, _, index = place.removesuffix("]").partition("[")
            if key in BELOW and index:
                wrong = f"a `{given[key][int(index)].kind}` cannot stand here"
            of = f"`{place}` of {self}" if place else str(self)
            raise ExplanationFormatError(f"{of}: {wrong[:1].lower()}{wrong[1:]}") from None

    def __str__(self) -> str:
        """Its name by the way from the root, the middle of a long way left out."""
        steps: list[str] = []
        at = self
        while at.above is not None:
            steps.append(f"{at.key}[{at.index}]")
            at = at.above
        if len(steps) > 8:
            steps[4:-4] = [f"... {len(steps) - 8} more ..."]
        return f"node `{'.'.join(reversed(steps))}`" if steps else "the explanation"


def _named(value: object) -> str:
    """A value as an error names it, cut if it is long."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    shown = json.dumps(value, ensure_ascii=False, default=str)
    return f"`{shown if len(shown) <= 60 else shown[:57] + '...'}`"


# --- the schema of the JSON ------------------------------------------------------------------------------------------

VERSION = 3
"""It goes up where a program that reads the old format could not read the new one."""


def explanation_schema() -> dict[str, Any]:
    """The JSON schema of a node: every key of a kind is required, and each kind has just its statuses."""
    made = msgspec.json.schema(Node)
    made["$defs"].pop("Truth")
    for definition in made["$defs"].values():
        properties = definition["properties"]
        definition["required"] = list(properties)
        if "kind" in properties:
            kind = KINDS[properties["kind"]["enum"][0]]
            properties["status"] = {"enum": sorted(each.value for each in kind.statuses)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:priorlog:explanation:{VERSION}",
        "title": f"An explanation of Priorlog, version {VERSION}",
        "description": "What `why`, `whynot` and `review` print as JSON: one node, with those below it; a node that "
        'occurs again is `{"see": ID}`, where ID is that of the node at its first place.',
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"enum": list(KINDS)}},
        "allOf": [
            {"if": {"properties": {"kind": {"const": kind}}}, "then": {"$ref": f"#/$defs/{made_of.__name__}"}}
            for kind, made_of in KINDS.items()
        ],
        "$defs": {**_tidied(made["$defs"]), "Below": _BELOW_SCHEMA, "See": _SEE_SCHEMA},
    }


_BELOW_SCHEMA = {"if": {"required": ["see"]}, "then": {"$ref": "#/$defs/See"}, "else": {"$ref": "#"}}
"""A node below another, or where it stands."""
_SEE_SCHEMA = {
    "type": "object",
    "required": ["see"],
    "properties": {"see": {"type": "string", "pattern": "^[0-9a-f]{16}$"}},
    "additionalProperties": False,
}


def _tidied(schema: Any) -> Any:
    """The schema without defaults, its texts without the indent of the code, and with any choice of kinds told by `kind`: to
    try one kind after the other would take a validator ever longer the deeper an explanation is."""
    match schema:
        case {"anyOf": _, "discriminator": {"mapping": kinds}}:
            return _of_kinds(kinds)
        case {"$ref": str(name)} if name in _REFERENCES:
            return _of_kinds([_REFERENCES[name]])
        case dict():
            return {key: _tidied(value) for key, value in schema.items() if key != "default"}
        case list():
            return [_tidied(each) for each in schema]
        case str():
            return inspect.cleandoc(schema)
        case _:
            return schema


_REFERENCES = {f"#/$defs/{kind.__name__}": name for name, kind in KINDS.items()}


def _of_kinds(kinds: Collection[str]) -> dict[str, Any]:
    """A node below another, of one of some kinds."""
    limit = {} if set(kinds) == KINDS.keys() else {"properties": {"kind": {"enum": list(kinds)}}}
    return {"$ref": "#/$defs/Below"} | limit


def schema_text() -> str:
    """The schema as it is shipped."""
    return json.dumps(explanation_schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    print(schema_text(), end="")
