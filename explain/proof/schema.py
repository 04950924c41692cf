"""The schema of explanations as JSON, made from the types of nodes (explain/proof/nodes.py).

It is shipped as `explanation.schema.json`; `python -m explain.proof.schema` prints it anew. `VERSION` stands in its `$id` and
title: it goes up where a program that reads the old format could not read the new one.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec

from explain.proof.nodes import KINDS, Node

VERSION = 1


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
        "description": "What `why`, `whynot` and `review` print as JSON: one node, with those below it.",
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"enum": list(KINDS)}},
        "allOf": [
            {"if": {"properties": {"kind": {"const": kind}}}, "then": {"$ref": f"#/$defs/{made_of.__name__}"}}
            for kind, made_of in KINDS.items()
        ],
        "$defs": _tidied(made["$defs"]),
    }


def _tidied(schema: Any) -> Any:
    """The schema without defaults, and with any choice of kinds told by `kind`: to try one kind after the other would take
    a validator ever longer the deeper an explanation is."""
    match schema:
        case {"anyOf": _, "discriminator": {"mapping": kinds}}:
            return {"$ref": "#"} | (
                {} if kinds.keys() == KINDS.keys() else {"properties": {"kind": {"enum": list(kinds)}}}
            )
        case dict():
            return {key: _tidied(value) for key, value in schema.items() if key != "default"}
        case list():
            return [_tidied(each) for each in schema]
        case _:
            return schema


def schema_text() -> str:
    """The schema as it is shipped."""
    return json.dumps(explanation_schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    print(schema_text(), end="")
