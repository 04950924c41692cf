"""Random changes to the JSON of genuine explanations, with the ids made anew, so that only the meaning gives them away.

Each mutation takes a node and what else is at hand, and gives a changed node, or None where it does not apply.
"""

from __future__ import annotations

import copy
import hashlib
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
_CONSTANT = re.compile(r"\b(?:[a-z]\w*(?!\w*\()|\d{4}-\d\d-\d\d|\d+)\b")
_STATUSES = ("true", "false", "unknown")


@dataclass(frozen=True, slots=True)
class Material:
    """What mutations draw from: names and numbers, rules, and whole nodes of other explanations."""

    constants: tuple[str, ...]
    rules: tuple[Json, ...]
    nodes: tuple[Json, ...]

    @classmethod
    def of(cls, explanations: Sequence[Json]) -> Material:
        nodes = [node for each in explanations for node in nodes_of(each)]
        constants = {word for node in nodes for word in _CONSTANT.findall(node["goal"])}
        rules = {node["rule"]["text"]: node["rule"] for node in nodes if node["rule"]}
        return cls(tuple(sorted(constants)), tuple(rules[text] for text in sorted(rules)), tuple(nodes))


def nodes_of(node: Json) -> Iterator[Json]:
    """The node and all below it."""
    yield node
    for child in node["children"]:
        yield from nodes_of(child)


def sealed(node: Json) -> Json:
    """The node with its id, and those of all below it, made anew."""
    children = [sealed(child) for child in node["children"]]
    said = {key: value for key, value in node.items() if key != "id"}
    said["children"] = [child["id"] for child in children]
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]
    return {**node, "id": digest, "children": children}


def mutate(explanation: Json, material: Material, rng: random.Random) -> tuple[str, Json]:
    """An explanation that differs from the one given, with the name of what was done to it."""
    while True:
        changed = copy.deepcopy(explanation)
        name, mutation = rng.choice(MUTATIONS)
        nodes = list(nodes_of(changed))
        rng.shuffle(nodes)
        if any(mutation(node, material, rng) for node in nodes):
            changed = sealed(changed)
            if changed["id"] != explanation["id"]:
                return name, changed


def _other(rng: random.Random, among: Sequence[Any], than: Any) -> Any:
    others = [each for each in among if each != than]
    return rng.choice(others) if others else than


def _replaced(text: str, rng: random.Random, material: Material) -> str:
    """The text with one of its constants another."""
    found = list(_CONSTANT.finditer(text))
    if not found:
        return text
    place = rng.choice(found)
    return text[: place.start()] + _other(rng, material.constants, place[0]) + text[place.end() :]


def goal_changed(node: Json, material: Material, rng: random.Random) -> bool:
    """A fact about something else."""
    node["goal"] = _replaced(node["goal"], rng, material)
    return True


def renamed(node: Json, material: Material, rng: random.Random) -> bool:
    """A constant renamed all through a part of the explanation, its sentences included."""
    words = _CONSTANT.findall(node["goal"])
    if not words:
        return False
    old = rng.choice(words)
    new = _other(rng, material.constants, old)

    def said(value: Any) -> Any:
        if isinstance(value, str):
            value = re.sub(rf"(?<![\w-]){re.escape(old)}(?![\w-])", new, value)
            return value.replace(old.replace("_", " "), new.replace("_", " ")) if len(old) > 4 else value
        if isinstance(value, list):
            return [said(each) for each in value]
        return {key: said(each) for key, each in value.items()} if isinstance(value, dict) else value

    rule = node["rule"]
    node |= {key: said(value) for key, value in node.items() if key not in ("id", "status", "kind", "rule", "cite")}
    node["rule"] = rule
    return True


def witness_repeated(node: Json, material: Material, rng: random.Random) -> bool:
    """One witness in the place of another, or besides itself."""
    places = [index for index, child in enumerate(node["children"]) if child["kind"] == "witness"]
    if not places:
        return False
    source = copy.deepcopy(node["children"][rng.choice(places)])
    if rng.random() < 0.5:
        node["children"][rng.choice(places)] = source
    else:
        node["children"].append(source)
    if rng.random() < 0.5 and node["count"]:
        node["count"]["found"] = [child["goal"] for child in node["children"] if child["kind"] == "witness"]
    return True


def child_dropped(node: Json, material: Material, rng: random.Random) -> bool:
    """A premise, or a literal that fails, left out."""
    if not node["children"]:
        return False
    gone = node["children"].pop(rng.randrange(len(node["children"])))
    if node["count"] and gone["goal"] in node["count"]["found"] and rng.random() < 0.5:
        node["count"]["found"].remove(gone["goal"])
    return True


def child_added(node: Json, material: Material, rng: random.Random) -> bool:
    """Something that has no part in the step."""
    node["children"].insert(rng.randint(0, len(node["children"])), copy.deepcopy(rng.choice(material.nodes)))
    return True


def child_replaced(node: Json, material: Material, rng: random.Random) -> bool:
    """A genuine explanation of something else in the place of a child."""
    if not node["children"]:
        return False
    node["children"][rng.randrange(len(node["children"]))] = copy.deepcopy(rng.choice(material.nodes))
    return True


def rule_swapped(node: Json, material: Material, rng: random.Random) -> bool:
    """Another rule, or the rule at another place."""
    if not node["rule"]:
        return False
    if rng.random() < 0.7:
        node["rule"] = dict(_other(rng, material.rules, node["rule"]))
    else:
        node["rule"]["line"] += rng.choice((-1, 1))
    return True


def status_flipped(node: Json, material: Material, rng: random.Random) -> bool:
    node["status"] = _other(rng, _STATUSES, node["status"])
    return True


def status_flipped_upwards(node: Json, material: Material, rng: random.Random) -> bool:
    """A status changed throughout a part of the explanation."""
    old, new = node["status"], _other(rng, _STATUSES, node["status"])
    for each in nodes_of(node):
        if each["status"] == old:
            each["status"] = new
            each["text"] = re.sub(r"^(not so|not documented): ", "", each["text"])
            each["text"] = {"true": "", "false": "not so: ", "unknown": "not documented: "}[new] + each["text"]
    return True


def binding_changed(node: Json, material: Material, rng: random.Random) -> bool:
    """A variable with another value, with none, or one that the rule does not have."""
    if not node["binding"]:
        return False
    name = rng.choice(sorted(node["binding"]))
    how = rng.random()
    if how < 0.6:
        node["binding"][name] = _other(rng, material.constants, node["binding"][name])
    elif how < 0.8 and node["kind"] == "rule":
        del node["binding"][name]
    else:
        node["binding"]["Other"] = rng.choice(material.constants)
    return True


def evidence_changed(node: Json, material: Material, rng: random.Random) -> bool:
    """A fact that is stated elsewhere, nowhere or twice."""
    if not node["evidence"]:
        return False
    place = rng.choice(node["evidence"])
    how = rng.randrange(4)
    if how == 0:
        place["line"] = (place["line"] or 0) + 1
    elif how == 1:
        place["file"] = "other.pl"
    elif how == 2:
        node["evidence"].remove(place)
    else:
        node["evidence"].append(dict(place))
    return True


def cite_changed(node: Json, material: Material, rng: random.Random) -> bool:
    """A place in the document that has something else."""
    cites = sorted({each["cite"] for each in material.nodes if each["cite"]})
    node["cite"] = _other(rng, [None, *cites], node["cite"])
    return True


def summary_faked(node: Json, material: Material, rng: random.Random) -> bool:
    """What ought to be shown is summed up."""
    if rng.random() < 0.5:
        node["kind"] = "summary"
        node |= {"rule": None, "binding": {}, "label": None, "ways": 0, "count": None, "evidence": []}
    node["opened"] = not node["opened"]
    node["children"] = []
    return True


def kind_changed(node: Json, material: Material, rng: random.Random) -> bool:
    node["kind"] = _other(rng, sorted({each["kind"] for each in material.nodes}), node["kind"])
    return True


def made_a_leaf(node: Json, material: Material, rng: random.Random) -> bool:
    """A claim without its reason: said to be stated, not concluded by any rule, not documented, or closed."""
    kind = {"true": "fact", "false": rng.choice(("no_rule", "closed_record")), "unknown": "not_documented"}[
        node["status"]
    ]
    label = {"no_rule": rng.choice(("nothing says so", "depends on itself")), "closed_record": "read in a closed world"}
    node |= {
        "kind": kind,
        "rule": None,
        "binding": {},
        "children": [],
        "ways": 0,
        "count": None,
        "label": label.get(kind),
    }
    return True


def count_changed(node: Json, material: Material, rng: random.Random) -> bool:
    """A count that has got further, or less far, than it has."""
    count = node["count"]
    if not count:
        return False
    how = rng.randrange(5)
    if how == 0:
        count["bound"] = (count["bound"] or 0) + rng.choice((-1, 1))
    elif how == 1:
        count["others"] = not count["others"]
    elif how == 2:
        count["op"] = "at_most" if count["op"] == "at_least" else "at_least"
    else:
        rows = count[rng.choice(("found", "undocumented"))]
        if rows and rng.random() < 0.5:
            rows.pop(rng.randrange(len(rows)))
        else:
            rows.append(rng.choice(material.constants))
    return True


def text_changed(node: Json, material: Material, rng: random.Random) -> bool:
    """A sentence that says something else."""
    text = re.sub(r"^(not so|not documented): ", "", node["text"])
    node["text"] = rng.choice(
        (text, f"not so: {text}", rng.choice(material.nodes)["text"], _replaced(text, rng, material))
    )
    return True


def label_changed(node: Json, material: Material, rng: random.Random) -> bool:
    labels = sorted({each["label"] for each in material.nodes if each["label"]})
    node["label"] = _other(rng, [None, *labels], node["label"])
    return True


Mutation: TypeAlias = Callable[[Json, Material, random.Random], bool]
MUTATIONS: tuple[tuple[str, Mutation], ...] = tuple(
    (each.__name__.replace("_", " "), each)
    for each in (
        goal_changed, renamed, witness_repeated, child_dropped, child_added, child_replaced, rule_swapped, status_flipped,
        status_flipped_upwards, binding_changed, evidence_changed, cite_changed, summary_faked, kind_changed, made_a_leaf,
        count_changed, text_changed, label_changed,
    )
)  # fmt: skip
