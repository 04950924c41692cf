"""A case file to fill in, as `priorlog new case` writes it."""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path

import pytest

from explain.workspace import Workspace
from tests.ended import ran

RULES = """
:- pred request(Case: case, Item: item, Kind: request_kind, Date: date) :: 'the @(Kind) request for @(Item) is dated @(Date)'.
:- pred size(Case: case, Metres: decimal) :: 'it is @(Metres) metres long'.
:- abducible size/2.
:- functional size(+, -).
:- question size(Case, Metres) :: 'How long is it, in metres?'.
:- pred colour(Case: case, Colour: colour) :: 'it is @(Colour)'.
:- abducible colour/2.
:- pred listed_value(Predicate: predicate, Position: integer, Value: atom) :: '@(Value) is listed'.
listed_value(request, 3, initial).
listed_value(colour, 2, red).
listed_value(colour, 2, green).
"""
VALUES = {
    "Policy": "xpovio",
    "Date": "2024-08-01",
    "Id": '"x"',
    "Name": '"x"',
    "Type": "pre_service",
    "Urgency": "standard",
    "Sex": "male",
    "Condition": "breast_cancer",
    "Response": "stable_disease",
}
FILLED = "selinexor, initial, 2024-09-03"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs commands in an empty folder."""
    monkeypatch.chdir(tmp_path)

    return partial(ran, capsys)


def filled(text: str) -> str:
    """The text with its request filled in."""
    return text.replace("Drug, Kind, Date).", f"{FILLED}).", 1)


@pytest.mark.parametrize(
    ("name", "case"), [("c9", "c9"), ("c9.pl", "c9"), ("Two words", "'Two words'"), ("ünal", "'ünal'")]
)
def test_a_case_to_fill_in(name: str, case: str, run) -> None:
    """As it is written, the file has one fault, that its request is to be filled in; with that, it is a case of which nothing
    else is documented."""
    assert (0, "") == ((made := run("new", "case", name)).code, made.err)
    path = Path(f"{name.removesuffix('.pl')}.pl")
    text = path.read_text(encoding="utf-8")
    checked = run("check", str(path))
    assert (1, ["E203"]) == (checked.code, checked.codes)
    assert "`Drug`, `Kind`, `Date` of `request/4` is still to be filled in" in checked.err
    path.write_text(filled(text), encoding="utf-8")
    assert (0, "") == ((checked := run("check", str(path))).code, checked.err)
    Path("blank.pl").write_text(f"request({case}, {FILLED}).\n", encoding="utf-8")
    reviews = [json.loads(run("review", each, "--format", "json").out)[0] for each in (str(path), "blank.pl")]
    assert reviews[0]["hash"] == reviews[1]["hash"]
    assert "more_information_needed" == reviews[0]["determination"]


def test_a_line_for_the_source_of_the_facts(run) -> None:
    """The line that says where facts come from has only to be uncommented."""
    run("new", "case", "c9")
    text = filled(Path("c9.pl").read_text(encoding="utf-8")).replace("\n% :- source(", "\n:- source(")
    Path("c9.pl").write_text(text, encoding="utf-8")
    source = {"text": "oncology note, page 3", "by": "nurse reviewer", "on": "2024-12-21"}
    (place,) = run("why", "request(c9, D, K, On)", "--case", "c9.pl", "--format", "json").data["evidence"]
    assert source == place["source"]


def test_everything_that_a_case_may_state_is_in_it(run) -> None:
    """Each predicate of the vocabulary has its question or sentence and a line, which states a right fact once it is filled in."""
    run("new", "case", "c9")
    text = Path("c9.pl").read_text(encoding="utf-8")
    vocabulary = Workspace.open().reviewer.vocabulary
    assert [] == [
        pred for pred in vocabulary.preds if f"\n% {pred.name}(c9" not in text.replace("\nrequest", "\n% request")
    ]
    asked = [each[0].text for each in vocabulary.declarations.questions.values()]
    assert [] == [
        each
        for each in asked
        if f"% {re.sub(r'@[(](.*?)[)]', lambda found: f'[{found[1].lower()}]', each)}\n" not in text
    ]
    lines = re.findall(r"(?m)^% ([a-z_]+\(.*\)\.)$", filled(text))
    facts = [
        re.sub(
            r"\b[A-Z]\w*",
            lambda found: VALUES.get(
                found[0], "20" if found[0] in ("Mg", "Line", "Tablets", "Days", "TimesPerWeek") else "bortezomib"
            ),
            each,
        )
        for each in lines
    ]
    Path("full.pl").write_text("\n".join([f"request(c9, {FILLED}).", *facts]), encoding="utf-8")
    assert (0, []) == ((ended := run("check", "full.pl", "--format", "json")).code, json.loads(ended.err))


def test_a_case_under_other_rules(run) -> None:
    """The file is made from what the rules declare, with their sentences, questions and listed values."""
    Path("rules.pl").write_text(RULES, encoding="utf-8")
    assert 0 == run("new", "case", "boat", "-f", "rules.pl").code
    text = Path("boat.pl").read_text(encoding="utf-8")
    assert "request(boat, Item, Kind, Date).\n" in text
    assert "% How long is it, in metres?\n%   Metres: a number such as 0.5\n% size(boat, Metres).\n" in text
    assert "% it is [colour]\n% colour(boat, red).\n% colour(boat, green).\n" in text
    assert "% complete(boat, colour).\n" in text
    assert "complete(boat, size)" not in text


def test_no_file_is_written_over(run) -> None:
    """A file that is there is left as it is, and rules without requests have no cases."""
    Path("c9.pl").write_text("mine", encoding="utf-8")
    for name in ("c9", "c9.pl", "./c9"):
        assert (1, "", ["E107"]) == ((ended := run("new", "case", name)).code, ended.out, ended.codes)
    assert "mine" == Path("c9.pl").read_text(encoding="utf-8")
    Path("rules.pl").write_text("p(a).\n", encoding="utf-8")
    assert (1, ["E502"]) == ((ended := run("new", "case", "c8", "-f", "rules.pl")).code, ended.codes)
    assert not Path("c8.pl").exists()
