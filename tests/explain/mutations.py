"""Random changes to the JSON of genuine explanations, with the ids made anew, so that only the meaning gives them away.

Each mutation takes a node and what else is at hand, and gives a changed node, or None where it does not apply.
"""

from __future__ import annotations

import copy
import hashlib
import itertools
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from explain.proof.nodes import KINDS

Json: TypeAlias = dict[str, Any]
_CONSTANT = re.compile(r"\b(?:[a-z]\w*(?!\w*\()|\d{4}-\d\d-\d\d|\d+)\b")
_STATUSES = ("true", "false", "unknown")
_BELOW = ("children", "about")
_EMPTY: Json = {
    "rule": None, "cite": None, "evidence": [], "children": [], "binding": {}, "label": None, "conflict": None, "about": [],
    "count": None, "opened": True,
}  # fmt: skip
"""What the keys that not every kind of node has are where there is nothing to say."""


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


def explanations(review: Json) -> list[Json]:
    """The explanations in a review."""
    found = [review["proof"]] if review["proof"] else []
    pending = list(review["criteria"])
    while pending:
        criterion = pending.pop()
        found.append(criterion["explanation"])
        pending += criterion["alternatives"]
    return found + [each[side] for each in review["conflicts"] for side in ("for", "against")]


def spread(data: Any, known: Json | None = None) -> Any:
    """JSON data with each step in full wherever it is referred to, as changes to single steps want it."""
    known = {} if known is None else known
    if isinstance(data, dict) and data.keys() == {"see"}:
        return copy.deepcopy(known[data["see"]])
    if isinstance(data, dict):
        whole = {key: spread(value, known) for key, value in data.items()}
        return known.setdefault(data["id"], whole) if "children" in data else whole
    return [spread(each, known) for each in data] if isinstance(data, list) else data


def folded(data: Any, told: set[str] | None = None) -> Any:
    """JSON data as it is written: each step in full at its first place, and referred to after that."""
    told = set() if told is None else told
    if isinstance(data, dict) and isinstance(data.get("id"), str) and "children" in data:
        if data["id"] in told:
            return {"see": data["id"]}
        told.add(data["id"])
    if isinstance(data, dict):
        return {key: folded(value, told) for key, value in data.items()}
    return [folded(each, told) for each in data] if isinstance(data, list) else data


def nodes_of(node: Json) -> Iterator[Json]:
    """The node and all below it."""
    yield node
    for key in _BELOW:
        for child in node.get(key, ()):
            yield from nodes_of(child)


def sealed(node: Json) -> Json:
    """The node with its id, and those of all below it, made anew."""
    below = {key: [sealed(child) for child in node[key]] for key in _BELOW if key in node}
    said = {key: value for key, value in node.items() if key != "id"}
    said |= {key: [child["id"] for child in children] for key, children in below.items()}
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]
    return {**node, "id": digest, **below}


def made(node: Json, kind: str, **changes: Any) -> None:
    """Makes a node one of a kind: with the keys of that kind, what it had under them, and changes."""
    has = {**_EMPTY, **node, **changes, "kind": kind}
    node.clear()
    node.update({key: copy.deepcopy(has[key]) for key in ("kind", *KINDS[kind].__struct_fields__)})


def mutate(explanation: Json, material: Material, rng: random.Random) -> tuple[str, Json]:
    """An explanation that differs from the one given, with the name of what was done to it."""
    while True:
        name, mutation = rng.choice(MUTATIONS)
        changed = changed_by(mutation, explanation, material, rng)
        if changed is not None:
            return name, changed


def of_each_kind(genuine: Sequence[Json], material: Material, rng: random.Random) -> Iterator[tuple[str, Json, Json]]:
    """A change of each kind to a node of each kind, where one applies: what was done, the explanation before and after."""
    kinds = sorted({node["kind"] for each in genuine for node in nodes_of(each)})
    for (name, mutation), kind in itertools.product(MUTATIONS, kinds):
        for before in rng.sample(genuine, len(genuine)):
            changed = changed_by(mutation, before, material, rng, kind)
            if changed is not None:
                yield f"{name} of a {kind}", before, changed
                break


def changed_by(
    mutation: Mutation, explanation: Json, material: Material, rng: random.Random, kind: str | None = None
) -> Json | None:
    """The explanation with a change to one of its nodes, of a kind if one is given; None where it does not apply."""
    changed = copy.deepcopy(explanation)
    nodes = [node for node in nodes_of(changed) if kind in (None, node["kind"])]
    rng.shuffle(nodes)
    if not any(mutation(node, material, rng) for node in nodes):
        return None
    changed = sealed(changed)
    return changed if changed["id"] != explanation["id"] else None


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
    if rng.random() < 0.5 and node.get("count"):
        node["count"]["found"] = [child["goal"] for child in node["children"] if child["kind"] == "witness"]
    return True


def child_dropped(node: Json, material: Material, rng: random.Random) -> bool:
    """A premise, or a literal that fails, left out."""
    if not node["children"]:
        return False
    gone = node["children"].pop(rng.randrange(len(node["children"])))
    if node.get("count") and gone["goal"] in node["count"]["found"] and rng.random() < 0.5:
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
    if not node.get("binding"):
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
    how = rng.randrange(5)
    if how == 4:
        is_sourced = place["source"] is not None and rng.random() < 0.5
        place["source"] = None if is_sourced else {"text": "another note", "by": None, "on": None}
    elif how == 0:
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
    if "opened" in node and rng.random() < 0.7:
        node |= {"opened": not node["opened"], "children": []}
    else:
        made(node, "summary", children=[], evidence=[], rule=None)
    return True


def kind_changed(node: Json, material: Material, rng: random.Random) -> bool:
    made(node, _other(rng, sorted({each["kind"] for each in material.nodes}), node["kind"]))
    return True


def made_a_leaf(node: Json, material: Material, rng: random.Random) -> bool:
    """A claim without its reason: said to be stated, not concluded by any rule, not documented, or closed."""
    kind = {"true": "fact", "false": rng.choice(("no_rule", "closed_record")), "unknown": "not_documented"}[
        node["status"]
    ]
    label = {"no_rule": rng.choice(("nothing says so", "depends on itself")), "closed_record": "read in a closed world"}
    made(node, kind, rule=None, binding={}, children=[], label=label.get(kind))
    return True


def count_changed(node: Json, material: Material, rng: random.Random) -> bool:
    """A count that has got further, or less far, than it has."""
    count = node.get("count")
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
    labels = sorted({each["label"] for each in material.nodes if each.get("label")})
    if "label" not in node:
        return False
    node["label"] = _other(rng, [None, *labels], node["label"])
    return True


def conflict_changed(node: Json, material: Material, rng: random.Random) -> bool:
    """A conflict that is not told, or made up, or is with another fact."""
    if "conflict" not in node:
        return False
    told = sorted({each["conflict"] for each in material.nodes if each.get("conflict")})
    node["conflict"] = _other(rng, [None, *told, _replaced(node["conflict"] or "", rng, material)], node["conflict"])
    return True


def about_dropped(node: Json, material: Material, rng: random.Random) -> bool:
    """What gave a test its value, or holds beside what is not known, left out."""
    if not node.get("about"):
        return False
    node["about"].pop(rng.randrange(len(node["about"])))
    return True


def about_replaced(node: Json, material: Material, rng: random.Random) -> bool:
    """Something else, or the same again, said to give a test its value or to hold beside what is not known."""
    if "about" not in node:
        return False
    others = [each for each in material.nodes if each["kind"] in ("fact", "summary", "comparison", "builtin", "member")]
    shown = copy.deepcopy(rng.choice([*others, *node["about"]]))
    if node["about"] and rng.random() < 0.5:
        node["about"][rng.randrange(len(node["about"]))] = shown
    else:
        node["about"].append(shown)
    return True


def binding_removed(node: Json, material: Material, rng: random.Random) -> bool:
    """A variable of a failing rule without what it is."""
    if node["status"] == "true" or not node.get("binding"):
        return False
    del node["binding"][rng.choice(sorted(node["binding"]))]
    return True


def child_repeated(node: Json, material: Material, rng: random.Random) -> bool:
    """A premise, or a literal that fails, shown twice."""
    if not node["children"]:
        return False
    node["children"].append(copy.deepcopy(rng.choice(node["children"])))
    return True


def says_less(before: Json, after: Json) -> bool:
    """Whether an explanation only leaves out what may be left out: what is below an alternative that is not the nearest
    may be summed up, and an open atom that is not documented need not show its rules."""
    if after["kind"] == "summary" or not after.get("opened", True):
        return all(before[key] == after[key] for key in ("goal", "status", "text"))
    own = [{key: node[key] for key in node if key not in ("id", *_BELOW)} for node in (before, after)]
    optional = ("about", "children") if after["kind"] == "not_documented" else ("about",)
    return own[0] == own[1] and all(
        (key in optional and not after[key])
        or (len(before[key]) == len(after[key]) and all(map(says_less, before[key], after[key])))
        for key in _BELOW
        if key in after
    )


# Changes to a review, beside those to the explanations in it


def mutate_review(review: Json, rng: random.Random) -> tuple[str, Json]:
    """A review that differs from the one given outside its explanations, with the name of what was done to it."""
    while True:
        name, mutation = rng.choice(REVIEW_MUTATIONS)
        changed = copy.deepcopy(review)
        if mutation(changed, rng) and changed != review:
            return name, folded(changed)


def reviews_of_each_kind(genuine: Sequence[Json], rng: random.Random) -> Iterator[tuple[str, int, Json]]:
    """A change of each kind to a review: what was done, to which of those given, and the changed review."""
    for name, mutation in REVIEW_MUTATIONS:
        for index in rng.sample(range(len(genuine)), len(genuine)):
            changed = copy.deepcopy(genuine[index])
            if mutation(changed, rng) and changed != genuine[index]:
                yield name, index, changed
                break


def missing_item_removed(review: Json, rng: random.Random) -> bool:
    """A set of missing facts without one of them."""
    if not review["missing"]:
        return False
    facts = rng.choice(review["missing"])
    facts.pop(rng.randrange(len(facts)))
    return True


def missing_item_added(review: Json, rng: random.Random) -> bool:
    """A set of missing facts with one of another set too."""
    if len(review["missing"]) < 2:
        return False
    facts, other = rng.sample(review["missing"], 2)
    facts.append(copy.deepcopy(rng.choice(other)))
    return True


def missing_set_removed(review: Json, rng: random.Random) -> bool:
    """A set of missing facts that is left out, though a way stands for it."""
    if not review["missing"] or len(review["missing"]) >= 10:
        return False
    review["missing"].pop(rng.randrange(len(review["missing"])))
    return True


def missing_set_repeated(review: Json, rng: random.Random) -> bool:
    """A set of missing facts that is listed twice."""
    if not review["missing"]:
        return False
    review["missing"].append(copy.deepcopy(rng.choice(review["missing"])))
    return True


def way_changed(review: Json, rng: random.Random) -> bool:
    """A way without one of its facts, or with a choice of another number of names."""
    if not review["ways"]:
        return False
    way = rng.choice(review["ways"])
    if way["any_of"] and rng.random() < 0.5:
        choice = rng.choice(way["any_of"])
        choice["count"] += rng.choice((-1, 1))
        return True
    if not way["facts"]:
        return False
    way["facts"].pop(rng.randrange(len(way["facts"])))
    return True


def name_added(review: Json, rng: random.Random) -> bool:
    """A choice of a way with a name more, of which nothing is known, in its place among the others."""
    choices = [choice for way in review["ways"] for choice in way["any_of"]]
    if not choices:
        return False
    names = rng.choice(choices)["names"]
    names.append(f"{rng.choice(names)}_or_so")
    names.sort()
    return True


def hash_changed(review: Json, rng: random.Random) -> bool:
    """The hash of another policy, or of other facts."""
    key = rng.choice(("policy", "facts"))
    digest = review["hash"][key]
    place = rng.randrange(len(digest))
    review["hash"][key] = digest[:place] + _other(rng, "0123456789abcdef", digest[place]) + digest[place + 1 :]
    return True


def assumption_changed(review: Json, rng: random.Random) -> bool:
    """An assumption left out, repeated, or made up."""
    said = review["assumptions"]
    how = rng.randrange(3)
    if how and not said:
        return False
    if how == 0:
        said.append("closed world: every record is taken to be complete")
    elif how == 1:
        said.pop(rng.randrange(len(said)))
    else:
        said.append(rng.choice(said))
    return True


def check_changed(review: Json, rng: random.Random) -> bool:
    """What is to be checked left out, made up, worded otherwise, or without where it is stated."""
    checks = review["checks"]
    if not checks:
        checks.append({"severity": "look", "text": "nothing", "evidence": [], "explanation": review["proof"]})
        return True
    each = rng.choice(checks)
    how = rng.randrange(4)
    if how == 0:
        checks.remove(each)
    elif how == 1:
        checks.append(each)
    elif how == 2:
        each["text"] += " perhaps"
    else:
        each["evidence"].append({"file": "other.pl", "line": 1, "column": 1, "source": None})
    return True


def field_changed(review: Json, rng: random.Random) -> bool:
    """Another value in a field of the review."""
    key = rng.choice(
        (
            "determination",
            "policy_title",
            "policy_approved",
            "policy_effective",
            "kind",
            "date",
            "quantity",
            "authorization",
        )
    )
    determinations = ("meets_criteria", "criteria_not_met", "more_information_needed", "investigational")
    others = {
        "determination": determinations,
        "quantity": ("within_limit", "over_limit", None),
        "kind": ("initial", "renewal"),
    }
    review[key] = _other(rng, others.get(key, (None, "2024-01-31", "Xpovio")), review[key])
    return True


ReviewMutation: TypeAlias = Callable[[Json, random.Random], bool]
REVIEW_MUTATIONS: tuple[tuple[str, ReviewMutation], ...] = tuple(
    (each.__name__.replace("_", " "), each)
    for each in (
        missing_item_removed, missing_item_added, missing_set_removed, missing_set_repeated, way_changed, name_added,
        hash_changed, assumption_changed, check_changed, field_changed,
    )
)  # fmt: skip

Mutation: TypeAlias = Callable[[Json, Material, random.Random], bool]
MUTATIONS: tuple[tuple[str, Mutation], ...] = tuple(
    (each.__name__.replace("_", " "), each)
    for each in (
        goal_changed, renamed, witness_repeated, child_dropped, child_added, child_replaced, rule_swapped, status_flipped,
        status_flipped_upwards, binding_changed, evidence_changed, cite_changed, summary_faked, kind_changed, made_a_leaf,
        count_changed, text_changed, label_changed, binding_removed, child_repeated,
        conflict_changed, about_dropped, about_replaced,
    )
)  # fmt: skip


# Changes to the JSON itself, whatever it says


def resealed(data: Any) -> Any:
    """JSON data with the ids of all steps in it made anew."""
    if isinstance(data, dict) and isinstance(data.get("kind"), str) and isinstance(data.get("children"), list):
        below = {key: [resealed(each) for each in data[key]] for key in _BELOW if isinstance(data.get(key), list)}
        said = {key: value for key, value in {**data, **below}.items() if key != "id"}
        said |= {
            key: [each["id"] if isinstance(each, dict) and "id" in each else each for each in below[key]]
            for key in below
        }
        return {**data, **below, "id": hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]}
    if isinstance(data, dict):
        return {key: resealed(value) for key, value in data.items()}
    return [resealed(each) for each in data] if isinstance(data, list) else data


def places_in(data: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in JSON data: an object and a key, or a list and an index."""
    inside = list(data.items()) if isinstance(data, dict) else list(enumerate(data)) if isinstance(data, list) else []
    for key, value in inside:
        yield data, key
        yield from places_in(value)


def key_deleted(holder: Any, key: Any, rng: random.Random) -> None:
    """A member or an item is left out."""
    del holder[key]


def key_renamed(holder: Any, key: Any, rng: random.Random) -> None:
    """A member goes by another key."""
    if isinstance(holder, dict):
        holder[rng.choice((key.capitalize(), key + "s", key + " "))] = holder.pop(key)


def key_added(holder: Any, key: Any, rng: random.Random) -> None:
    """A member is there under another key too, or an item twice."""
    if isinstance(holder, dict):
        holder[rng.choice((key.capitalize(), "note", "see"))] = copy.deepcopy(holder[key])
    else:
        holder.insert(key, copy.deepcopy(holder[key]))


def value_retyped(holder: Any, key: Any, rng: random.Random) -> None:
    """A value of another type that says about the same."""
    value = holder[key]
    if isinstance(value, bool):
        holder[key] = rng.choice((int(value), str(value).lower(), None, not value))
    elif isinstance(value, int):
        holder[key] = rng.choice((float(value), str(value), value + 1, bool(value)))
    elif value is None:
        holder[key] = rng.choice(("", [], {}, False, 0))
    elif isinstance(value, str):
        digits = value.replace("-", "")
        holder[key] = rng.choice(
            (
                int(digits) if digits.isascii() and digits.isdigit() else None,
                [value],
                {"atom": value},
                {"string": value},
            )
        )
    else:
        holder[key] = rng.choice((None, "", [value], {"0": value}))


def text_touched(holder: Any, key: Any, rng: random.Random) -> None:
    """A text that is changed a little: a comment, a blank, a full stop, a letter."""
    value = holder[key]
    if isinstance(value, str):
        at = rng.randrange(len(value) + 1)
        holder[key] = rng.choice(
            (f"{value} % waived", f"{value}.", f" {value}", f"{value} ", value[:at] + " " + value[at:], value.swapcase(), value[:at] + value[at + 1 :],
             f"({value})", f"{value} /* so */", value[:at] + "x" + value[at:], value.replace(", ", ","), f"{value}\u200b", f"'{value}'")
        )  # fmt: skip


def list_emptied(holder: Any, key: Any, rng: random.Random) -> None:
    """A list or an object with nothing in it."""
    if isinstance(holder[key], dict | list):
        holder[key] = type(holder[key])()


def value_swapped(holder: Any, key: Any, rng: random.Random) -> None:
    """Two values of one object or list in each other's places."""
    other = rng.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    holder[key], holder[other] = holder[other], holder[key]


JsonMutation: TypeAlias = Callable[[Any, Any, random.Random], None]
JSON_MUTATIONS: tuple[JsonMutation, ...] = (
    key_deleted, key_renamed, key_added, value_retyped, text_touched, list_emptied, value_swapped,
)  # fmt: skip


def mutate_json(genuine: Json, rng: random.Random) -> tuple[str, Json]:
    """JSON as it would be written but for one place, with the name of what was done there."""
    while True:
        mutation = rng.choice(JSON_MUTATIONS)
        changed = json_changed(mutation, genuine, rng)
        if changed is not None:
            return mutation.__name__.replace("_", " "), changed


def json_changed(mutation: JsonMutation, genuine: Json, rng: random.Random) -> Json | None:
    """JSON, each of whose steps is spread out, as it would be written, with one place changed: half the time of the steps in
    full, with ids that fit again. None where the mutation changes nothing there."""
    written, is_sealed = folded(genuine), rng.random() < 0.5
    changed = copy.deepcopy(genuine if is_sealed else written)
    holder, key = rng.choice(list(places_in(changed)))
    mutation(holder, key, rng)
    changed = folded(resealed(changed)) if is_sealed else changed
    return changed if json.dumps(changed, sort_keys=True) != json.dumps(written, sort_keys=True) else None
