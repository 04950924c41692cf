"""The schema of explanations is that of their types, and what the commands print conforms to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from explain.cli.entry import main
from explain.proof.node_json import explanation_schema, schema_text
from explain.proof.nodes import KINDS
from kb.language.loader import load_files
from kb.language.syntax import Clause
from kb.language.terms import plain_text
from tests.explain.mutations import Json

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "cases").glob("*.pl"))
CASES = [path for path in EXAMPLES if path.name[:2] in ("03", "11", "16", "17", "20")]
"""Cases with counts that fall short, negations that are not known, a conflict, derived facts, and no policy in force."""
VALIDATOR = Draft202012Validator(explanation_schema())


def test_the_shipped_schema_is_that_of_the_types() -> None:
    """Where a type changes, `python -m explain.proof.node_json` writes the schema anew."""
    shipped = resources.files("explain.proof").joinpath("explanation.schema.json").read_text(encoding="utf-8")
    assert schema_text() == shipped


def test_the_schema_is_one() -> None:
    """It is valid JSON Schema, says its version, and has every kind."""
    Draft202012Validator.check_schema(explanation_schema())
    assert explanation_schema()["$id"] == "urn:priorlog:explanation:3"
    assert explanation_schema()["properties"]["kind"]["enum"] == list(KINDS)


def printed(capsys: pytest.CaptureFixture[str], *command: str) -> Json | list[Json]:
    assert main([*command, "--format", "json"]) == 0
    found: Json | list[Json] = json.loads(capsys.readouterr().out)
    return found


def parts(review: Json) -> Iterator[Json]:
    """The explanations in a review."""
    for value in review.values():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                yield from [each] if "kind" in each and "children" in each else parts(each)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
@pytest.mark.heavy
def test_what_is_printed_conforms(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`why`, `whynot --all` and `review` print explanations that the schema accepts."""
    case = next(
        each.head.args[0]
        for each in load_files([path]).program.items
        if isinstance(each, Clause) and each.head.pred.name == "request"
    )
    goal = f"meets_criteria({plain_text(case)})"
    found = [printed(capsys, command, goal, "--case", str(path)) for command in ("why", "whynot")]
    found.append(printed(capsys, "whynot", goal, "--all", "--case", str(path)))
    reviews = printed(capsys, "review", str(path))
    assert isinstance(reviews, list)
    found += [each for review in reviews for each in parts(review)]
    assert len(found) >= 3
    for each in found:
        VALIDATOR.validate(each)


def test_what_is_no_explanation_does_not_conform(capsys: pytest.CaptureFixture[str]) -> None:
    """A key that a kind does not have, or lacks, and a status that it cannot have are refused."""
    node = printed(capsys, "why", "brand(velcade, Drug)")
    assert isinstance(node, dict)
    VALIDATOR.validate(node)
    without = {key: value for key, value in node.items() if key != "cite"}
    for wrong in ({**node, "binding": {}}, {**node, "status": "false"}, without):
        assert not VALIDATOR.is_valid(wrong)
