"""The command line as its users and their scripts see it: exit codes, shapes of output, and what goes where."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from explain.cli.commands import command
from explain.cli.options import ADDED
from kb.language.declarations import declarations_of
from kb.language.loader import POLICY_FILES, shipped_policies
from kb.language.terms import plain_text
from tests.ended import Ended, ran

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "cases"
START = "import sys; from explain.cli.entry import main; sys.exit(main())"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "TERM": "xterm-256color"}
for _name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
    ENVIRONMENT.pop(_name, None)

OPEN = """
:- pred seen(Case: case, Thing: thing) :: '@(Case) has seen @(Thing)'.
:- abducible seen/2.
:- pred born(Case: case, Day: date) :: '@(Case) was born on @(Day)'.
:- abducible born/2.
:- functional born(+, -).
:- pred both(Case: case) :: '@(Case) has seen two things'.
:- cite(both/1, 'Section 1').
:- pred person(Case: case) :: '@(Case) is a person'.
:- pred thing(Thing: thing) :: '@(Thing) is a thing'.
person(c1).
person(c2).
thing(k).
thing(l).
thing(m).
seen(c1, k).
-seen(c1, l).
seen(c2, k).
seen(c2, m).
born(c2, 2000-02-29).
both(C) :- person(C), at_least(2, T, (thing(T), seen(C, T))).
"""
MIXED = """
p(2). p(1.50). p(1). p(1.00). p("b"). p("a"). p(b). p('A b'). p(2024-01-01). p(2023-05-05). p(-3). p(10).
pair(b, 1). pair(a, 2). pair(b, 0). pair(a, 10).
"""
WARNED = "p(X) :- q(X, Y).\nq(a, b).\n"
BROKEN = "p(X) :- nothing(X).\nq(X, Y) :- p(X).\n"


Run = Callable[..., Ended]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs commands in a folder with a few rule and case files."""
    monkeypatch.chdir(tmp_path)
    for name, text in {"open": OPEN, "mixed": MIXED, "warned": WARNED, "broken": BROKEN}.items():
        (tmp_path / f"{name}.pl").write_text(text, encoding="utf-8")
    for number, name in (("01", "good"), ("02", "bad"), ("03", "pending"), ("16", "torn")):
        (found,) = EXAMPLES.glob(f"{number}_*.pl")
        (tmp_path / f"{name}.pl").write_bytes(found.read_bytes())
    (tmp_path / "no_request.pl").write_text("sex(c9, male).\n", encoding="utf-8")

    return partial(ran, capsys)


def process(*arguments: str, cwd: Path, stdin: bytes = b"", **environment: str) -> Ended:
    """Runs the real command by itself."""
    ended = subprocess.run(
        [sys.executable, "-c", START, *arguments], input=stdin, capture_output=True, timeout=60, cwd=cwd,
        env={**ENVIRONMENT, **environment}, check=False,
    )  # fmt: skip
    return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


# Exit codes


@pytest.mark.parametrize("name", ADDED)
def test_each_command_with_options_is_there(name: str) -> None:
    """What can be typed runs: each command that has options has a function, which says what command it is."""
    assert f"`priorlog {name}" in (command(name).__doc__ or "")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("query", "drug_class(D, proteasome_inhibitor)"), 0),
        (("query", "drug_class(aspirin, proteasome_inhibitor)"), 0),
        (("query", "both(c1)", "-f", "open.pl"), 0),
        (("query", "p(X)", "-f", "warned.pl"), 0),
        (("query", "p(X)", "-f", "broken.pl"), 1),
        (("query", "nothing(X)"), 1),
        (("query", "p(X"), 1),
        (("query", "p(X)", "-f", "no_such_file.pl"), 1),
        (("query", "true", "--case", "no_request.pl"), 1),
        (("query",), 2),
        (("why", "drug_class(aspirin, proteasome_inhibitor)"), 0),
        (("why", "both(c1)", "-f", "open.pl"), 0),
        (("why", "nothing(X)"), 1),
        (("why", "drug_class(X, Y)", "--format", "yaml"), 2),
        (("review", "good.pl"), 0),
        (("review", "bad.pl", "pending.pl"), 0),
        (("review", "torn.pl"), 0),
        (("review", "no_request.pl"), 1),
        (("review", "good.pl", "no_such_file.pl"), 1),
        (("review", "good.pl", "--as-of", "soon"), 2),
        (("review", "good.pl", "-f", "broken.pl"), 1),
        (("check", "open.pl"), 0),
        (("check", "warned.pl"), 0),
        (("check", "broken.pl"), 1),
        (("check", "open.pl", "broken.pl"), 1),
        (("check",), 2),
        (("no_such_command",), 2),
        (("--no-such-option",), 2),
        (("--version",), 0),
        (("--help",), 0),
        (("query", "--help"), 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_exit_code(arguments: tuple[str, ...], code: int, run: Run) -> None:
    """0 is answered, also when the answer is no, unknown, a conflict or has warnings; 1 is an error in a text; 2 wrong usage."""
    assert code == run(*arguments).code


@pytest.mark.parametrize(
    "arguments",
    [
        *(("query", "nothing(X)", "--format", form) for form in ("table", "json", "tsv", "prolog")),
        *(("query", "p(X)", "-f", "broken.pl", "--format", form) for form in ("table", "json", "tsv", "prolog")),
        *(("why", "nothing(X)", "--format", form) for form in ("text", "json")),
        *(("review", "no_request.pl", "no_such_file.pl", "--format", form) for form in ("text", "json")),
        ("check", "broken.pl", "--format", "json"),
        ("query", "n(X)", "-f", "endless.pl", "--max-steps", "10000"),
        ("why", "n(X)", "-f", "endless.pl", "--max-steps", "10000"),
        ("review", "good.pl", "bad.pl", "--max-steps", "5"),
    ],
    ids=" ".join,
)
def test_nothing_is_printed_unless_all_is_well(arguments: tuple[str, ...], run: Run) -> None:
    """A command that fails prints no part of an answer: what is wrong is told on standard error."""
    Path("endless.pl").write_text("n(0).\nn(Y) :- n(X), Y is X + 1.\n", encoding="utf-8")
    ended = run(*arguments)
    assert (1, "", True) == (ended.code, ended.out, bool(ended.err))


# Answers


def test_answers_as_json(run: Run) -> None:
    """The JSON of a query is an object with variables and answers, and no more where nothing is unknown."""
    ended = run("query", "drug_class(D, proteasome_inhibitor)", "--format", "json")
    expected = {"variables": ["D"], "answers": [["bortezomib"], ["carfilzomib"], ["ixazomib"]]}
    assert (expected, "") == (ended.data, ended.err)


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        ("drug_class(ixazomib, proteasome_inhibitor)", {"variables": [], "answers": [[]]}),
        ("drug_class(ixazomib, immunomodulatory_agent)", {"variables": [], "answers": []}),
        ("drug_class(_, proteasome_inhibitor)", {"variables": [], "answers": [[]]}),
        (
            "brand(B, bortezomib), drug_class(bortezomib, C)",
            {"variables": ["B", "C"], "answers": [["velcade", "proteasome_inhibitor"]]},
        ),
        (
            "drug_class(_Any, C), brand(darzalex, _Any)",
            {"variables": ["C"], "answers": [["anti_cd38_monoclonal_antibody"]]},
        ),
        ("brand(X, X)", {"variables": ["X"], "answers": []}),
        ("X = 1 ; X = 2", {"variables": ["X"], "answers": [[1], [2]]}),
        ("at_least(3, D, drug_class(D, proteasome_inhibitor))", {"variables": [], "answers": [[]]}),
        ("aggregate_all(count, D, drug_class(D, proteasome_inhibitor), N)", {"variables": ["N"], "answers": [[3]]}),
        (r"\+ drug_class(selinexor, proteasome_inhibitor)", {"variables": [], "answers": [[]]}),
        ("?- package(80, 2, 20, T, B).", {"variables": ["T", "B"], "answers": [[32, 8]]}),
    ],
)
def test_goal(goal: str, expected: object, run: Run) -> None:
    """A ground goal has one empty answer or none; variables that begin with _ or are local are not asked for."""
    assert expected == run("query", goal, "--format", "json").data


@pytest.mark.parametrize(
    ("goal", "answers", "unknown"),
    [
        ("both(c1)", [], [[]]),
        ("both(c2)", [[]], None),
        ("both(X)", [["c2"]], [["c1"]]),
        ("seen(c1, k)", [[]], None),
        ("seen(c1, l)", [], None),
        ("seen(c1, m)", [], [[]]),
        ("seen(c1, X)", [["k"]], [["X"]]),
        ("thing(X), seen(c1, X)", [["k"]], [["m"]]),
        ("born(c1, Day)", [], [["Day"]]),
        ("born(c2, Day)", [["2000-02-29"]], None),
        ("born(c2, 2000-03-01)", [], None),
        (r"\+ seen(c1, m)", [], [[]]),
        (r"\+ seen(c1, l)", [[]], None),
        (r"\+ -seen(c1, l)", [], None),
        ("person(X), -seen(X, l)", [["c1"]], [["c2"]]),
    ],
)
def test_unknown_answers(goal: str, answers: list[list[object]], unknown: list[list[object]] | None, run: Run) -> None:
    """What is not documented is listed apart, an open argument as a variable; no key where there is nothing to list."""
    data = run("query", goal, "-f", "open.pl", "--format", "json").data
    assert (answers, unknown) == (data["answers"], data.get("unknown"))


@pytest.mark.parametrize(
    ("goal", "answers"),
    [
        ("both(X)", [["c2"]]),
        ("seen(c1, X)", [["k"]]),
        (r"\+ seen(c1, m)", [[]]),
        ("born(c1, Day)", []),
        ("person(X), -seen(X, l)", [["c1"]]),
    ],
)
def test_closed_world(goal: str, answers: list[list[object]], run: Run) -> None:
    """In a closed world what is not stated is not so, nothing is unknown, and no strong negation becomes true."""
    data = run("query", goal, "-f", "open.pl", "--closed-world", "--format", "json").data
    assert (answers, None) == (data["answers"], data.get("unknown"))


def test_goal_that_begins_with_strong_negation(run: Run) -> None:
    """A goal may begin with a minus sign, which is strong negation and no option."""
    asked, why = (
        run("query", "-seen(c1,X)", "-f", "open.pl", "--format", "json"),
        run("why", "-seen(c1,l)", "-f", "open.pl"),
    )
    assert (0, [["l"]], 0) == (asked.code, json.loads(asked.out or "{}").get("answers"), why.code)


def test_standard_order(run: Run) -> None:
    """Answers come in standard order: numbers by value, a decimal before its equal integer, then strings, atoms, dates."""
    expected = [
        -3,
        "1.0",
        1,
        "1.5",
        2,
        10,
        *({"string": each} for each in "ab"),
        "A b",
        "b",
        "2023-05-05",
        "2024-01-01",
    ]
    assert [[each] for each in expected] == run("query", "p(X)", "-f", "mixed.pl", "--format", "json").data["answers"]


def test_rows_are_ordered_column_by_column(run: Run) -> None:
    """Rows are ordered by their first variable, then by their second, in the order in which the goal names them."""
    first = run("query", "pair(X, Y)", "-f", "mixed.pl", "--format", "json").data
    second = run("query", "Y = Y, pair(X, Y)", "-f", "mixed.pl", "--format", "json").data
    assert [["a", 2], ["a", 10], ["b", 0], ["b", 1]] == first["answers"]
    assert [["Y", "X"], [[0, "b"], [1, "b"], [2, "a"], [10, "a"]]] == [second["variables"], second["answers"]]


def test_answers_are_distinct(run: Run) -> None:
    """An answer that follows in several ways is listed once."""
    assert run("query", "pair(X, _)", "-f", "mixed.pl", "--format", "json").data["answers"] == [["a"], ["b"]]


@pytest.mark.parametrize("form", ["tsv", "prolog", "table"])
def test_formats_agree_with_json(form: str, run: Run) -> None:
    """Every format lists the same answers in the same order, one on a line, dates and decimals as they are written."""
    lines = run("query", "p(X)", "-f", "mixed.pl", "--format", form).out.splitlines()
    values = [re.sub(r"^X = |\.$|\ttrue$", "", line.rstrip()) for line in lines]
    expected = ["-3", "1.0", "1", "1.5", "2", "10", '"a"', '"b"', "'A b'", "b", "2023-05-05", "2024-01-01"]
    assert expected == values[-len(expected) :]


@pytest.mark.parametrize(
    ("goal", "form", "expected"),
    [
        ("both(c2)", "prolog", "true.\n"),
        ("seen(c1, l)", "prolog", "false.\n"),
        ("pair(c, X)", "prolog", "false.\n"),
        ("both(c2)", "table", "true\n"),
        ("seen(c1, l)", "table", "false\n"),
        ("person(X), thing(Y), seen(X, Y), X = c1", "prolog", "X = c1, Y = k.\n% not documented: X = c1, Y = m.\n"),
    ],
)
def test_ground_and_open_answers_as_text(goal: str, form: str, expected: str, run: Run) -> None:
    """Yes, no and not documented are told apart in text as well."""
    assert expected == run("query", goal, "-f", "mixed.pl", "-f", "open.pl", "--format", form).out


def test_unknown_is_said_in_every_format(run: Run) -> None:
    """No format lets an unknown answer pass for a true or a false one."""
    texts = [run("query", "both(c1)", "-f", "open.pl", "--format", form).out for form in ("table", "tsv", "prolog")]
    assert [] == [text for text in texts if not re.search("unknown|not documented", text)]


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        ("minimum_age(selinexor, Years)", [[18]]),
        ("quantity_limit(selinexor, Tablets, Days)", [[96, 84]]),
        ("approval_duration(selinexor, Kind, Months)", [["initial", 12], ["renewal", 12]]),
        ("pre_approval_allowance(selinexor, A)", [["none"]]),
        ("approved_indication(selinexor, N, C), N >= 3", [[3, "diffuse_large_b_cell_lymphoma"]]),
        ("aggregate_all(count, W, warning(selinexor, W), N)", [[8]]),
        ("aggregate_all(count, Y-M-A, policy_change(xpovio, Y, M, A), N)", [[17]]),
        ("aggregate_all(count, B, brand(B, _), N)", [[10]]),
        ("aggregate_all(count, D, drug_class(D, other_antiemetic), N)", [[22]]),
        ("aggregate_all(count, A-B-C-D-E, package(A, B, C, D, E), N)", [[12]]),
        ("package_discrepancy(A, B, C)", []),
        ("policy_change(xpovio, 2021, 5, A)", None),
        (
            "policy_approval(xpovio, Day, Committee, From)",
            [["2024-06-13", "FEP Pharmacy and Medical Policy Committee", "2024-07-01"]],
        ),
        (
            "prior_approval_purpose(selinexor, P)",
            [["clinically_appropriate_use"], ["cost_effective_use"], ["optimal_therapeutic_outcomes"], ["safe_use"]],
        ),
        (
            "use_standing(xpovio, Use, Standing)",
            [
                ["use_for_all_other_indications", "investigational"],
                ["use_that_meets_the_criteria", "medically_necessary"],
            ],
        ),
        ("indication_population(selinexor, N, P)", [[1, "adults"], [2, "adults"], [3, "adults"]]),
        ("managed_promptly(selinexor, F)", [["low_platelet_count"], ["low_white_blood_cell_count"]]),
        (
            "reproductive_advice(selinexor, male_with_partner_of_reproductive_potential, A)",
            [["effective contraception until a week after the last dose"]],
        ),
        ("aggregate_all(count, A, reproductive_advice(selinexor, _, A), N)", [[2]]),
        (
            "pre_service_kind(xpovio, K)",
            [["advanced_benefit_determination"], ["precertification"], ["prior_approval"]],
        ),
        (
            "keeps_in_nucleus(selinexor, What)",
            [["growth_regulators"], ["mRNA of oncogenic proteins"], ["tumor_suppressor_proteins"]],
        ),
        ("drug_class(D, nuclear_export_inhibitor)", [["selinexor"]]),
        ("indication_prior_therapies(selinexor, N, Least)", [[1, 1], [2, 4]]),
        ("indication_prior_lines(selinexor, N, Least)", [[3, 2]]),
    ],
)
def test_shipped_knowledge(goal: str, expected: list[list[object]] | None, run: Run) -> None:
    """Without -f, a query asks the shipped policy, by the names of the contract."""
    answers = run("query", goal, "--format", "json").data["answers"]
    assert answers == expected if expected is not None else len(answers) == 3


REMARK = "nothing is stated about a case of that name: "


@pytest.mark.parametrize("form", ["table", "json", "tsv", "prolog"])
@pytest.mark.parametrize(
    ("goal", "remarks"),
    [
        ("meets_criteria(rrm)", ["rrm; did you mean `rrmm`?"]),
        ("prior_therapy(nobody, L, A)", ["nobody; a case file is named with `--case FILE`, or loaded at the prompt"]),
        ("\\+ meets_criteria(rrmm), request(rrm, D, K, T)", ["rrm; did you mean `rrmm`?"]),
        ("sex(rrmm, S)", []),
        ("request(C, D, K, T)", []),
        ("drug_class(selinexor, C)", []),
    ],
)
def test_a_goal_about_no_case_says_so(goal: str, remarks: list[str], form: str, run: Run) -> None:
    """An answer about a case that no fact is about says so beside the answer, with the name that may be meant."""
    ended = run("query", goal, "--case", "good.pl", "--format", form)
    if form == "json":
        assert ([f"{REMARK}{each}" for each in remarks] or None) == ended.data.get("remarks")
        assert {"variables", "answers"} <= set(ended.data)
    else:
        said = " ".join((ended.err if form == "tsv" else ended.out).split())
        assert (0, True, bool(remarks)) == (
            ended.code,
            all(f"{REMARK}{each}" in said for each in remarks),
            REMARK in said,
        )


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("command", ["why", "whynot", "missing", "why --all", "why --rather-than meets_criteria(rrmm)"])
def test_an_explanation_about_no_case_says_so(command: str, form: str, run: Run) -> None:
    """An explanation says first that no fact is about the case, beside the JSON on standard error."""
    name, *options = command.split()
    ended = run(name, "meets_criteria(rrm)", *options, "--case", "good.pl", "--format", form)
    said = f"{REMARK}rrm; did you mean `rrmm`?"
    assert 0 == ended.code
    assert (ended.err if form == "json" else ended.out).startswith(said)


@pytest.mark.parametrize(
    ("goal", "cite"),
    [
        ("policy_approval(xpovio, D, C, F)", "Keywords"),
        ("prior_approval_purpose(selinexor, P)", "Rationale / Summary"),
        ("use_standing(xpovio, U, S)", "Policy"),
        ("managed_promptly(selinexor, F)", "Regulatory Status"),
        ("drug_class(selinexor, C)", "Description / Background; Rationale / Summary"),
        ("not_established_below(selinexor, Y)", "Regulatory Status; Rationale / Summary"),
        ("quantity_limit(selinexor, T, D)", "Prior-Approval Limits / Quantity; Prior-Approval Renewal Limits"),
        ("approval_duration(selinexor, initial, M)", "Prior-Approval Limits / Duration"),
        ("approval_duration(selinexor, renewal, M)", "Prior-Approval Renewal Limits"),
        ("criterion(xpovio, renewal, 1, I, P)", "Prior-Approval Renewal Requirements"),
    ],
)
def test_shipped_knowledge_is_cited(goal: str, cite: str, run: Run) -> None:
    """What the policy states is cited with its places in the document, for the kind of request that the goal names."""
    assert cite == run("why", goal, "--format", "json").data["cite"]


def test_the_approval_is_that_of_the_declared_policy(run: Run) -> None:
    """The dates that can be asked for are those at the head of a report."""
    (declared,) = declarations_of(shipped_policies().program).policies
    (row,) = run("query", "policy_approval(xpovio, D, _, F)", "--format", "json").data["answers"]
    assert row == [plain_text(term) for term in map(declared.get, ("approved", "effective")) if term]


def test_files_replace_the_shipped_policy(run: Run) -> None:
    """With -f, a query asks those files only, all of them."""
    shipped = run("query", "drug_class(X, Y)", "-f", "open.pl")
    both = run("query", "person(X), pair(a, Y)", "-f", "open.pl", "-f", "mixed.pl", "--format", "json").data["answers"]
    assert (1, True, 4) == (shipped.code, "E201" in shipped.err, len(both))


def test_query_about_a_case(run: Run) -> None:
    """--case adds a case file to what is asked."""
    data = run(
        "query", "refractory(conflict, bortezomib), -refractory(conflict, X)", "--case", "torn.pl", "--format", "json"
    ).data
    assert {"variables": ["X"], "answers": [["bortezomib"]]} == {key: data[key] for key in ("variables", "answers")}


# Explanations

NODE = {"goal", "status", "kind", "text", "rule", "cite", "evidence", "children"}


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node["children"]:
        yield from _nodes(child)


@pytest.mark.parametrize(
    ("goal", "status"),
    [
        ("both(c2)", "true"), ("both(c1)", "unknown"), ("seen(c1, l)", "false"), ("seen(c1, m)", "unknown"),
        ("born(c2, 2000-03-01)", "false"), (r"person(X), \+ seen(X, l)", "true"), ("thing(X), seen(c1, X)", "true"),
        ("person(zebra)", "false"), ("both(X)", "true"),
    ],
)  # fmt: skip
def test_why_as_json(goal: str, status: str, run: Run) -> None:
    """An explanation is a tree of nodes that all have the keys of the contract, and tells the status of the goal."""
    data = run("why", goal, "-f", "open.pl", "--format", "json").data
    keys = [sorted(NODE - set(node)) for node in _nodes(data) if NODE - set(node)]
    statuses = {node["status"] for node in _nodes(data)}
    assert (status, [], True) == (data["status"], keys, statuses <= {"true", "false", "unknown"})


def test_why_reaches_the_facts(run: Run) -> None:
    """A proof names its rule, its citation, and file and line of the facts at its leaves."""
    data = run("why", "both(c2)", "-f", "open.pl", "--format", "json").data
    leaves = {
        node["goal"]: [(each["file"], each["line"]) for each in node["evidence"]]
        for node in _nodes(data)
        if not node["children"]
    }
    lines = OPEN.splitlines()
    facts = ("person(c2)", "seen(c2, k)", "seen(c2, m)", "thing(k)", "thing(m)")
    assert {fact: [("open.pl", lines.index(f"{fact}.") + 1)] for fact in facts} == leaves
    assert ("Section 1", True) == (data["cite"], data["rule"] is not None)


def test_why_says_what_is_lacking(run: Run) -> None:
    """An explanation of what is not documented names what would settle it."""
    text = run("why", "both(c1)", "-f", "open.pl").out
    assert "1 of 2: k; m would do (not documented)" in " ".join(text.split())


def test_why_all_is_a_list(run: Run) -> None:
    """--all explains each answer: in JSON, a list of nodes."""
    data = run("why", "drug_class(D, proteasome_inhibitor)", "--all", "--format", "json").data
    expected = [f"drug_class({name}, proteasome_inhibitor)" for name in ("bortezomib", "carfilzomib", "ixazomib")]
    assert expected == [node["goal"] for node in data]


def test_why_in_a_closed_world(run: Run) -> None:
    """--closed-world explains what is not stated as false."""
    assert run("why", "seen(c1, m)", "-f", "open.pl", "--closed-world", "--format", "json").data["status"] == "false"


@pytest.mark.heavy
def test_evidence_is_the_same_from_run_to_run(tmp_path: Path, run: Run) -> None:
    """The same question has the same answer to the letter in another process."""
    arguments = ("why", "meets_criteria(rrmm)", "--case", "good.pl", "--format", "json")
    first, second = (process(*arguments, cwd=tmp_path, PYTHONHASHSEED=seed).out for seed in ("1", "2"))
    assert (True, first) == (bool(first), second)


# Diagnostics


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("query", "nothing(X)"), [("E201", "<query>", 1, 1)]),
        (("query", "brand(X"), [("E101", "<query>", 1, 8)]),
        (
            ("query", "p(X)", "-f", "broken.pl"),
            [("E201", "broken.pl", 1, 9), ("E203", "broken.pl", 2, 6), ("W301", "broken.pl", 2, 6)],
        ),
        (("why", "nothing(X)"), [("E201", "<query>", 1, 1)]),
        (("review", "no_request.pl"), [("E401", "no_request.pl", 1, 1)]),
        (("review", "no_such_file.pl"), [("E107", "no_such_file.pl", 0, 0)]),
        (
            ("check", "broken.pl"),
            [("E201", "broken.pl", 1, 9), ("E203", "broken.pl", 2, 6), ("W301", "broken.pl", 2, 6)],
        ),
        (("check", "warned.pl"), [("W301", "warned.pl", 1, 14)]),
        (("check", "open.pl"), []),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_diagnostics_as_json(arguments: tuple[str, ...], expected: list[tuple[object, ...]], run: Run) -> None:
    """With --format json standard error is one JSON list, with code, severity and place of each diagnostic."""
    ended = run(*arguments, "--format", "json")
    data = json.loads(ended.err)
    assert expected == [(each["code"], each["file"], each["line"], each["column"]) for each in data]
    assert [] == [
        each
        for each in data
        if each["severity"] != {"E": "error", "W": "warning"}[each["code"][0]] or not each["message"]
    ]
    assert ended.out == ""


def test_check_reports_several_files_at_once(run: Run) -> None:
    """All diagnostics of all files are reported in one run, and counted."""
    ended = run("check", "broken.pl", "warned.pl", "no_such_file.pl")
    found = re.findall(r"^(\S+?)(?::\d+:\d+)?: (?:error|warning)\[(\w+)\]", ended.err, re.MULTILINE)
    expected = [
        ("broken.pl", "E201"),
        ("broken.pl", "E203"),
        ("broken.pl", "W301"),
        ("no_such_file.pl", "E107"),
        ("warned.pl", "W301"),
    ]
    assert (expected, True) == (found, "3 error(s), 2 warning(s)" in ended.out)


def test_shipped_files_have_no_diagnostics(run: Run) -> None:
    """The shipped policy and what it loads pass the check without a warning."""
    ended = run("check", str(ROOT / "kb" / "policies" / "xpovio.pl"), "--format", "json")
    assert (0, []) == (ended.code, json.loads(ended.err))


# Reviews


def test_review_of_several_files(run: Run) -> None:
    """Several case files are reviewed in the order in which they are given."""
    data = run("review", "torn.pl", "good.pl", "bad.pl", "--format", "json").data
    assert ["conflict", "rrmm", "rrmm_one_pi"] == [each["case"] for each in data]


@pytest.mark.parametrize("form", ["text", "markdown", "html", "json"])
def test_reviews_of_several_cases_have_a_table_of_outcomes(form: str, run: Run) -> None:
    """The reports of several cases end with a table of their outcomes, an HTML page begins with it, with links; JSON has none."""
    Path("early.pl").write_text("request(early, selinexor, initial, 2019-06-30).\n", encoding="utf-8")
    Path("breast.pl").write_text(
        "request(breast, selinexor, initial, 2024-09-03).\nindication(breast, breast_cancer).\n", encoding="utf-8"
    )
    rows = [
        ("rrmm", "2024-09-03", "Meets criteria", ""),
        ("rrmm_one_pi", "2024-09-03", "Criteria not met", "diagnosis"),
        ("rrmm_second_pi_open", "2024-09-03", "More information needed", "diagnosis"),
        ("conflict", "2024-09-03", "Conflicting evidence", "refractory"),
        ("early", "2019-06-30", "No policy in force", "in force from 2019-07-01"),
        ("breast", "2024-09-03", "Investigational", "indication"),
    ]
    files = ("good.pl", "bad.pl", "pending.pl", "torn.pl", "early.pl", "breast.pl")
    out = run("review", *files, "--format", form).out
    if form == "json":
        assert len(rows) == len(json.loads(out))
        return
    start, end = ("<nav", "</nav>") if form == "html" else ("Outcomes\n", "$(?!\n)")
    (table,) = re.findall(f"(?s){start}(.*?){end}", out)
    plain = re.sub(r"<[^>]*>|[|*✓✗?!–]", " ", table).replace("\\", "")
    words = [" ".join(line.split()) for line in plain.splitlines()]
    expected = [" ".join(f"{name} xpovio initial {date} {what} {why}".split()) for name, date, what, why in rows]
    assert expected == [each for each in words if " initial " in each]
    assert form != "html" or all(f'href="#case-{n}"' in table and f'id="case-{n}"' in out for n in range(1, 7))
    assert "Outcomes" not in run("review", "good.pl", "--format", form).out


def test_one_case_in_two_files(run: Run) -> None:
    """What two files state of one case is put together, and reviewed once."""
    lines = Path("good.pl").read_text(encoding="utf-8").splitlines(keepends=True)
    Path("half.pl").write_text("".join(lines[:20]), encoding="utf-8")
    Path("other_half.pl").write_text("".join(lines[20:]), encoding="utf-8")
    data = run("review", "half.pl", "other_half.pl", "--format", "json").data
    assert [("rrmm", "meets_criteria")] == [(each["case"], each["determination"]) for each in data]


@pytest.mark.parametrize(
    ("other", "code", "wrong"),
    [
        ("request(rrmm, selinexor, renewal, 2025-09-03).", "E402", True),
        ("birth_date(rrmm, 1953-11-04).", "E207", True),
        ("urgency(rrmm, soon).", "E403", True),
        ("refractery(rrmm, bortezomib).", "E404", True),
        ("complete(rrmm, brand).", "E208", True),
        ("refractory(rrmm bortezomib).\nsex(rrmm, female).", "E101", True),
        ("sex(rrmm, female).\n:- ensure_loaded('good.pl').", "E405", True),
        ("sex(rrmm, female).\nrefractory(X, bortezomib).", "E203", True),
        ("sex(other, female).", "E401", False),
        ("request(other, selinexor, initial).", "E202", False),
        ("sex(\\", "E102", False),
    ],
)
@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_a_fault_of_one_case_holds_back_that_case(other: str, code: str, wrong: bool, form: str, run: Run) -> None:
    """What is wrong with one case, or with a file that may state more of it, is an error; the other cases are reviewed."""
    Path("again.pl").write_text(f"{other}\n", encoding="utf-8")
    ended = run("review", "good.pl", "again.pl", "bad.pl", "--format", form)
    found = [each["code"] for each in json.loads(ended.err)] if form == "json" else ended.codes
    assert (1, True) == (ended.code, code in found)
    reviewed = [
        name
        for name in ("rrmm", "rrmm_one_pi")
        if re.search(rf'(case |"case": "|Case ){name}\b', ended.out.replace("\\", ""))
    ]
    assert (["rrmm_one_pi"] if wrong else ["rrmm", "rrmm_one_pi"]) == reviewed


def test_a_fault_names_every_place(run: Run) -> None:
    """A case that has a request in each of two files is not reviewed, and both places are named, in a review and in a check."""
    Path("again.pl").write_text("request(rrmm, selinexor, renewal, 2025-09-03).\n", encoding="utf-8")
    for ended in (run("review", "good.pl", "again.pl", "bad.pl"), run("check", "good.pl", "again.pl", "bad.pl")):
        assert (1, ["E402"]) == (ended.code, ended.codes)
        assert ("again.pl:1:1" in ended.err, "good.pl:3:1" in ended.err) == (True, True)


@pytest.mark.heavy
def test_a_case_that_a_population_lacks_holds_back_no_other(run: Run) -> None:
    """Of several cases of a population one may be unknown or set aside: that is an error, and the others are reviewed."""
    Path("in").mkdir()
    lines = "case,drug,kind,date\nc1,xpovio,initial,2024-08-01\nc2,xpovio,initial,2024-08-01\n"
    Path("in/request.csv").write_text(lines, encoding="utf-8")
    Path("in/urgency.csv").write_text("case,urgency\nc2,soon\n", encoding="utf-8")
    ended = run("review", "--from", "in", "c2", "nobody", "c1", "-o", "report.json")
    assert (1, "", {"E403", "E406"}) == (ended.code, ended.out, {each["code"] for each in json.loads(ended.err)})
    assert ["c1"] == [each["case"] for each in json.loads(Path("report.json").read_text(encoding="utf-8"))]
    assert (1, "", False) == (
        (ended := run("review", "--from", "in", "c2", "nobody")).code,
        ended.out,
        "E401" in ended.codes,
    )


@pytest.mark.parametrize("name", ["no_such_file.pl", "bytes.pl", "folder"])
def test_a_file_that_cannot_be_read_holds_back_no_other(name: str, run: Run) -> None:
    """Of several case files one may be unreadable: that is an error, and the cases of the others are reviewed."""
    Path("folder").mkdir()
    Path("bytes.pl").write_bytes(b"\xff\xfe")
    ended = run("review", name, "good.pl", "--format", "json", "-o", "report.json")
    assert (1, "", ["E107"]) == (ended.code, ended.out, [each["code"] for each in json.loads(ended.err)])
    assert ["rrmm"] == [each["case"] for each in json.loads(Path("report.json").read_text(encoding="utf-8"))]


def test_a_slip_in_the_name_of_a_case_is_seen(run: Run) -> None:
    """A case without a request whose name is close to one that has one is asked after."""
    Path("slip.pl").write_text(
        "request(c_one, selinexor, initial, 2024-09-03).\nsex(c_onne, female).\n", encoding="utf-8"
    )
    ended = run("review", "slip.pl")
    assert (1, ["E401"], True) == (ended.code, ended.codes, "did you mean `c_one`?" in ended.err)


def test_file_given_twice(run: Run) -> None:
    """A case file that is given twice is reviewed once."""
    assert [each["case"] for each in run("review", "good.pl", "good.pl", "--format", "json").data] == ["rrmm"]


def test_as_of(run: Run) -> None:
    """--as-of reviews as if the request bore that date."""
    (data,) = run("review", "good.pl", "--as-of", "2019-06-30", "--format", "json").data
    assert ("2019-06-30", "no_policy_in_force") == (data["date"], data["determination"])


def test_review_in_a_closed_world(run: Run) -> None:
    """--closed-world takes every record of every case to be complete."""
    data = run("review", "good.pl", "pending.pl", "--closed-world", "--format", "json").data
    assert ["meets_criteria", "criteria_not_met"] == [each["determination"] for each in data]


def test_review_under_a_policy_file(run: Run) -> None:
    """-f reviews under that policy file in place of the shipped one."""
    policy = ROOT / "kb" / "policies" / "xpovio.pl"
    shipped = run("review", "good.pl", "--format", "json").data
    assert shipped == run("review", "good.pl", "-f", str(policy), "--format", "json").data


def test_review_under_rules_that_are_no_policy(run: Run) -> None:
    """Under rules without any policy no case is reviewed, and the command says what it lacks instead of breaking."""
    ended = run("review", "good.pl", "-f", "open.pl")
    assert (1, "") == (ended.code, ended.out)


def test_text_report_has_what_a_reviewer_signs(run: Run) -> None:
    """The text report names case, policy, request, determination, criteria with their place, and the hashes of both."""
    text = " ".join(run("review", "good.pl").out.split())
    wanted = (
        "rrmm", "Xpovio", "2024-09-03", "MEETS CRITERIA", "Prior-Approval Requirements / Age", "good.pl:3", "2025-09-02", "sha256", "clinician",
    )  # fmt: skip
    assert [] == [each for each in wanted if each not in text]


HEAD = """review_type(rrmm, post_service).
urgency(rrmm, expedited).
received(rrmm, 2024-09-05).
decision_due(rrmm, 2024-09-08).
request_id(rrmm, "R-204").
member_id(rrmm, "M-17").
plan(rrmm, "Plan <A>").
prescriber(rrmm, "Dr. Day").
npi(rrmm, "1234567893").
"""


def test_what_a_case_states_for_the_head_of_its_report(run: Run) -> None:
    """Kind of review, urgency, member and prescriber stand at the head, and in the JSON, which is verified; they decide nothing."""
    Path("head.pl").write_text(HEAD, encoding="utf-8")
    plain = run("review", "good.pl", "--format", "json").data[0]
    ended = run("review", "good.pl", "head.pl", "--format", "json")
    expected = {
        "review_type": "post_service", "urgency": "expedited", "received": "2024-09-05",
        "decision_due": "2024-09-08", "request_id": {"string": "R-204"}, "member_id": {"string": "M-17"},
        "plan": {"string": "Plan <A>"}, "prescriber": {"string": "Dr. Day"}, "npi": {"string": "1234567893"},
    }  # fmt: skip
    assert (expected, dict.fromkeys(expected)) == (ended.data[0]["particulars"], plain["particulars"])
    differing = {key for key, value in plain.items() if value != ended.data[0][key]}
    assert {"particulars", "hash"} == differing
    for text, code in ((ended.out, 0), (ended.out.replace('"post_service"', '"pre_service"'), 1)):
        Path("review.json").write_text(text, encoding="utf-8")
        assert code == run("verify", "review.json", "--case", "good.pl", "--case", "head.pl").code
    for form in ("text", "markdown", "html"):
        report = run("review", "good.pl", "head.pl", "--format", form).out
        assert [] == [
            each
            for each in ("post-service", "expedited", "2024-09-08", "R-204", "M-17", "Dr. Day", "1234567893")
            if each not in report
        ]


def test_what_a_case_does_not_state_for_the_head_is_named_and_has_a_line_on_paper(run: Run) -> None:
    """What nobody has stated is neither left out nor made up: a screen names it, a printed page has a line for each."""
    Path("head.pl").write_text('plan(rrmm, "Plan A").\nurgency(rrmm, standard).\n', encoding="utf-8")
    names = ("Review", "Received", "Decision due", "Request number", "Member", "Prescriber", "NPI")
    assert f"Not stated: {', '.join(names)}" in run("review", "good.pl", "head.pl", "--format", "markdown").out
    page = run("review", "good.pl", "head.pl", "--format", "html").out
    lines = "".join(f"<div><dt>{name}</dt><dd></dd></div>" for name in names)
    assert f"{lines}</dl>" in page
    Path("head.pl").write_text(HEAD, encoding="utf-8")
    assert "Not stated" not in run("review", "good.pl", "head.pl", "--format", "html").out


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        ("review_type(rrmm, postservice).", "E403"), ("review_type(rrmm, pre_service).\nreview_type(rrmm, post_service).", "E207"),
        ("-review_type(rrmm, pre_service).", "E404"), ("complete(rrmm, review_type).", "E208"), ("urgency(rrmm, soon).", "E403"),
        ("received(rrmm, \"today\").", "E206"), ("npi(rrmm, 1234567893).", "E206"), ("number(rrmm, \"x\").", "E404"),
    ],
)  # fmt: skip
def test_what_is_wrong_at_the_head(fact: str, code: str, run: Run) -> None:
    """What stands at the head of a report is checked like every fact of a case."""
    Path("head.pl").write_text(f"{fact}\n", encoding="utf-8")
    assert (1, "", [code]) == ((ended := run("review", "good.pl", "head.pl")).code, ended.out, ended.codes)


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
@pytest.mark.parametrize("more", ["", "birth_date(blank, 1953-04-11).\nindication(blank, multiple_myeloma).\n"])
def test_what_is_missing_is_said_once_by_criterion(more: str, form: str, run: Run) -> None:
    """What many sets of missing facts share is said once, below its criterion; the sets are named by what they choose."""
    Path("blank.pl").write_text(f"request(blank, selinexor, initial, 2024-09-03).\n{more}", encoding="utf-8")
    out = run("review", "blank.pl", "--format", form).out
    start = out.index("Not documented, by criterion")
    told = re.sub(r"<[^>]*>|[\\`]", "", out[start : out.index("Authorization and quantity", start)])
    told = " ".join(told.split())
    assert [not more, 1, 1] == [
        told.count(each) for each in ("birth_date(", "prophylaxis(blank, Name)", "contraception_advised(")
    ]
    assert "Monitoring" in told.partition("together with ")[2].partition(" would meet the criteria")[0]
    assert 4 <= len(re.findall(r"Contraception \d", told)) <= 10
    assert form != "text" or len(out.splitlines()) <= 140
    (data,) = run("review", "blank.pl", "--format", "json").data
    assert 10 == len(data["missing"])


# Where output goes


@pytest.mark.parametrize("form", ["text", "json"])
def test_output_file(form: str, run: Run, tmp_path: Path) -> None:
    """-o writes to the file what would have been printed, prints nothing, and leaves no other file behind."""
    printed = run("review", "good.pl", "--format", form).out
    before = set(tmp_path.iterdir())
    ended = run("review", "good.pl", "--format", form, "-o", "report")
    assert (0, "", printed) == (ended.code, ended.out, Path("report").read_text(encoding="utf-8"))
    assert {"report"} == {path.name for path in set(tmp_path.iterdir()) - before}


@pytest.mark.parametrize(
    ("command", "target", "beginning"),
    [
        ("review good.pl", "x.html", "<!DOCTYPE html>"), ("review good.pl", "x.md", "# Determination report"),
        ("review good.pl", "X.JSON", "[{"), ("review good.pl", "x.txt", "Review of case"),
        ("review good.pl", "x", "Review of case"), ("review good.pl --format json", "x.html", "[{"),
        ("why brand(velcade,X)", "x.html", "<!DOCTYPE html>"), ("why brand(velcade,X)", "x.dot", "digraph"),
        ("why brand(velcade,X) --all", "x.json", "[{"), ("whynot brand(velcade,selinexor)", "x.mmd", "flowchart"),
    ],
)  # fmt: skip
def test_the_name_of_the_output_file_says_the_format(command: str, target: str, beginning: str, run: Run) -> None:
    """Without --format the end of the file's name decides; --format goes before it."""
    ended = run(*command.split(), "-o", target)
    assert (0, "", "") == (ended.code, ended.out, ended.err)
    assert beginning == Path(target).read_text(encoding="utf-8")[: len(beginning)]


@pytest.mark.parametrize("target", ["x.doc", "x.dot", "x.tar.gz"])
def test_a_name_that_no_format_goes_with(target: str, run: Run) -> None:
    """An end of a name that no format goes with is wrong usage, and the message says which there are."""
    ended = run("review", "good.pl", "-o", target)
    assert (2, True) == (ended.code, "there are .txt, .json, .md, .html" in ended.err)
    assert not Path(target).exists()
    assert 0 == run("review", "good.pl", "-o", target, "--format", "text").code


def test_output_file_is_kept_when_the_review_fails(run: Run, tmp_path: Path) -> None:
    """A review that fails leaves the report of an earlier one as it was."""
    Path("report").write_text("earlier", encoding="utf-8")
    before = set(tmp_path.iterdir())
    code = run("review", "no_request.pl", "-o", "report").code
    assert (1, "earlier", before) == (code, Path("report").read_text(encoding="utf-8"), set(tmp_path.iterdir()))


def test_two_values_that_a_rule_concludes_are_a_conflict_that_is_verified(run: Run) -> None:
    """A second value of a functional predicate by a rule is in the review, and the checker rejects a review without it."""
    rules = "code_of(c900, multiple_myeloma). code_of(c851, breast_cancer). indication(C, W) :- code(C, K), code_of(K, W).\n"
    policy = f":- ensure_loaded('{POLICY_FILES[-1]}').\n:- pred code(Case: case, Code: atom) :: 'the code is @(Code)'.\n{rules}"
    Path("coded.pl").write_text(policy + ":- abducible code/2.\n", encoding="utf-8")
    Path("two.pl").write_text(
        "request(c, xpovio, initial, 2024-08-01).\ncode(c, c900).\ncode(c, c851).\n", encoding="utf-8"
    )
    reviewed = run("review", "two.pl", "-f", "coded.pl", "--format", "json").out
    for text, code in ((reviewed, 0), (reviewed.replace("conflicting_evidence", "investigational"), 1)):
        Path("review.json").write_text(text, encoding="utf-8")
        assert code == run("verify", "review.json", "-f", "coded.pl", "--case", "two.pl").code
    assert "conflicting_evidence" == json.loads(reviewed)[0]["determination"]


def test_a_case_file_of_any_name_can_be_verified(run: Run) -> None:
    """A name that is not UTF-8 stands in evidence with escapes, so that what is written is JSON, and is not written over."""
    name = "b\udcff.pl"
    Path(name).write_bytes(Path("good.pl").read_bytes())
    assert 0 == run("review", name, "--format", "json", "-o", "review.json").code
    assert 0 == run("verify", "review.json", "--case", name).code
    assert 1 == run("review", name, "--format", "text", "-o", name).code


@pytest.mark.parametrize(
    "arguments",
    ["review good.pl good.pl", "review good.pl link.pl", "review {}/good.pl ./good.pl", "review good.pl - link.pl -",
     "review good.pl -f policy.pl -f good.pl"],
)  # fmt: skip
def test_a_file_is_read_once(arguments: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is named in several ways is read once: a place is cited once, and the review can be verified."""
    Path("link.pl").symlink_to("good.pl")
    Path("policy.pl").write_text(f":- ensure_loaded('{POLICY_FILES[-1]}').\n", encoding="utf-8")
    fed(Path("bad.pl").read_bytes(), monkeypatch)
    reviewed = run(*arguments.format(tmp_path).split(), "--format", "json", "-o", "review.json")
    assert (0, "") == (reviewed.code, reviewed.err)
    places = re.findall(r'"evidence": (\[[^]]+\])', Path("review.json").read_text(encoding="utf-8"))
    lines = [[each["line"] for each in json.loads(place)] for place in places]
    assert [] == [each for each in lines if not each or len(set(each)) < len(each)]
    others = ("--case", "bad.pl") if " - " in arguments else arguments.split()[2:] if " -f " in arguments else ()
    assert 0 == run("verify", "review.json", "--case", "good.pl", "--case", "link.pl", *others).code


def test_files_are_counted_once(run: Run) -> None:
    """What was checked is so many files, not so many names of files."""
    assert "1 file(s): 0 error(s)" in run("check", "good.pl", "./good.pl").out


@pytest.mark.parametrize(
    ("name", "why"),
    [("x" * 300, "File name too long"), ("good.pl", "is not a directory"), ("no/such", "does not exist")],
)
def test_a_population_that_cannot_be_read_is_named(name: str, why: str, run: Run) -> None:
    """Where the folder of a population cannot be read, that is said of it, and nothing of the outputs."""
    for arguments in (("batch", name, "-o", "x.parquet"), ("review", "--from", name, "c1", "-o", "x")):
        ended = run(*arguments)
        assert (1, ["E107"], True) == (ended.code, ended.codes, f"{name}: error" in ended.err and why in ended.err)


@pytest.mark.heavy
def test_a_case_of_a_population_is_reviewed_once(run: Run) -> None:
    """A case of a population that is named twice has each fact once, and one review."""
    Path("in").mkdir()
    Path("in/request.csv").write_text("case,drug,kind,date\nc1,selinexor,initial,2024-09-03\n", encoding="utf-8")
    once, twice = (run("review", "--from", "in", *names, "--format", "json").data for names in (["c1"], ["c1", "c1"]))
    assert once == twice


@pytest.mark.parametrize(
    "target", ["explain/report/templates/appeal.txt", "kb/library/drugs.pl", "engine/new.py", "link"]
)
@pytest.mark.heavy
def test_a_file_of_the_program_is_not_written(target: str, run: Run, tmp_path: Path) -> None:
    """Nothing in the folders of the program is an output, whether it is read this time or not, nor is a new file there."""
    home = tmp_path / "home"
    for each in ("kb", "engine", "explain"):
        shutil.copytree(ROOT / each, home / each, ignore=shutil.ignore_patterns("__pycache__"))
    (home / "link").symlink_to("explain/report/templates/appeal.txt")
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    for arguments in (("compile", "open.pl"), ("interview", "pending.pl")):
        ended = process(*arguments, "-o", str(home / target), cwd=tmp_path, PYTHONPATH=str(home))
        assert (1, "", ["E107"]) == (ended.code, ended.out, ended.codes)
    assert before == {path: path.read_bytes() for path in home.rglob("*") if path.is_file() and path.suffix != ".pyc"}


@pytest.mark.parametrize("target", ["no/such/folder/report", ".", "new/", "new/."])
@pytest.mark.parametrize(
    "arguments", ["compile open.pl -o", "interview pending.pl -o", "batch in -o", "batch in -o out.parquet --explain"]
)
def test_output_file_that_cannot_be_written(
    arguments: str, target: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the report cannot be written the command says so, before it asks anything, names the file, and fails."""
    fed(b"carfilzomib\n", monkeypatch)
    Path("in").mkdir()
    Path("in/request.csv").write_text("case,drug,kind,date\nc1,selinexor,initial,2024-09-03\n", encoding="utf-8")
    before = set(tmp_path.iterdir())
    ended = run(*arguments.split(), target)
    assert (1, "", True, before) == (ended.code, ended.out, f"`{target}`" in ended.err, set(tmp_path.iterdir()))
    assert {"E107"} == set(ended.codes)


@pytest.mark.parametrize(
    "arguments",
    ["review loading.pl", "review good.pl loading.pl", "review -", "interview loading.pl", "check loading.pl",
     "query true --case loading.pl", "why true --case loading.pl", "missing true --case loading.pl",
     "verify proof.json --case loading.pl", "--case loading.pl", ""],
)  # fmt: skip
def test_a_case_file_loads_nothing(arguments: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A case is facts: a directive that loads a file is an error, and nothing of that file is shown, whatever asks."""
    Path("secret.txt").write_text("request(c9, xpovio, initial, 2024-01-01). Canary, 1950.\n", encoding="utf-8")
    case = Path("good.pl").read_text(encoding="utf-8") + ":- ensure_loaded('secret.txt').\n"
    Path("loading.pl").write_text(case, encoding="utf-8")
    Path("proof.json").write_text("{}", encoding="utf-8")
    typed = case if arguments == "review -" else "load 'loading.pl'.\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
    ended = run(*arguments.split())
    assert (1, ["E405"], False) == (ended.code, ended.codes, "anary" in ended.out + ended.err)


@pytest.mark.parametrize(
    "arguments", ["check loading.pl", "query p(X) -f loading.pl", "compile loading.pl", "-f loading.pl"]
)
@pytest.mark.parametrize("name", ["secret.txt", "link.pl"])
def test_rules_load_rules_alone(arguments: str, name: str, run: Run) -> None:
    """Rules load no file that is not named as one of rules, by a link neither, so that nothing of it is shown."""
    Path("secret.txt").write_text("Canary:/ 1950.\n", encoding="utf-8")
    Path("link.pl").symlink_to("secret.txt")
    Path("loading.pl").write_text(f"p(a).\n:- ensure_loaded('{name}').\n", encoding="utf-8")
    ended = run(*arguments.split())
    assert (1, ["E107"], False) == (ended.code, ended.codes, "anary" in ended.out + ended.err)
    assert "loading.pl:2:1" in ended.err


@pytest.mark.parametrize(
    "arguments",
    ["review good.pl --format text -o good.pl", "why both(c1) -f loads.pl --format text -o open.pl",
     "why request(c1,D,K,T) --case good.pl --format text -o good.pl", "compile open.pl -o ./open.pl",
     "review good.pl --format html --appeal letter -o letter"],
)  # fmt: skip
def test_what_was_read_is_not_written_over(arguments: str, run: Run, tmp_path: Path) -> None:
    """No command writes its answer over a file that it read, a rule file that another loads among them."""
    Path("letter").write_text("A letter.", encoding="utf-8")
    Path("loads.pl").write_text(":- ensure_loaded('open.pl').\n", encoding="utf-8")
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    ended = run(*arguments.split())
    assert (1, "", True) == (ended.code, ended.out, "it is what is read" in ended.err)
    assert before == {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}


@pytest.mark.parametrize(
    "arguments",
    [("review", "good.pl", "--proof"), ("why", "both(c1)", "-f", "open.pl"), ("query", "seen(c1, X)", "-f", "open.pl")],
    ids=" ".join,
)
@pytest.mark.heavy
def test_no_colours_to_a_file(arguments: tuple[str, ...], run: Run, tmp_path: Path) -> None:
    """What goes to a file or a pipe has no escape sequences and no trailing blanks, whatever the terminal can do."""
    ended = process(*arguments, cwd=tmp_path, COLORTERM="truecolor")
    assert (0, False, []) == (
        ended.code,
        "\x1b" in ended.out + ended.err,
        [line for line in ended.out.splitlines() if line != line.rstrip()],
    )


def _on_a_terminal(*arguments: str, cwd: Path, **environment: str) -> str:
    master, slave = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", START, *arguments],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        cwd=cwd,
        env={**ENVIRONMENT, **environment},
    ) as started:
        os.close(slave)
        data = b""
        while True:
            try:
                chunk = os.read(master, 65536)
            except OSError:
                break
            if not chunk:
                break
            data += chunk
        started.wait(timeout=60)
    os.close(master)
    return data.decode()


@pytest.mark.terminal
def test_colours_on_a_terminal(run: Run, tmp_path: Path) -> None:
    """On a terminal the report is coloured, and NO_COLOR turns that off."""
    coloured = _on_a_terminal("review", "good.pl", cwd=tmp_path)
    plain = _on_a_terminal("review", "good.pl", cwd=tmp_path, NO_COLOR="1")
    assert (True, False) == ("\x1b[" in coloured, bool(re.search(r"\x1b\[[0-9;]*3[0-7]m", plain)))


def test_status_is_told_in_words(run: Run) -> None:
    """Every status is a word: the report can be read without colours."""
    text = run("review", "pending.pl").out
    assert [] == [word for word in ("not documented", "not met", "met ", "not applicable") if word not in text]


@pytest.mark.heavy
def test_broken_pipe(run: Run, tmp_path: Path) -> None:
    """A reader that stops reading, as `head` does, ends the command without a complaint."""
    Path("many.pl").write_text("p(X) :- between(1, 30000, X).\n", encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-c", START, "query", "p(X)", "-f", "many.pl", "--format", "tsv"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        cwd=tmp_path, env=ENVIRONMENT,
    ) as started:  # fmt: skip
        assert started.stdout is not None
        assert started.stderr is not None
        started.stdout.readline()
        started.stdout.close()
        complaint = started.stderr.read().decode()
        code = started.wait(timeout=60)
    assert (0, "") == (code, complaint)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
@pytest.mark.parametrize(
    "arguments",
    [
        ("query", "person(X)", "-f", "open.pl"),
        ("review", "good.pl"),
        ("review", "good.pl", "other.pl", "--processes", "2"),
    ],
    ids=" ".join,
)
@pytest.mark.heavy
def test_full_disk(arguments: tuple[str, ...], run: Run, tmp_path: Path) -> None:
    """An answer that cannot be written is a failure with a message, not a traceback, not a fault of ours and not a success, also where
    other processes make it."""
    (tmp_path / "other.pl").write_text("request(other, selinexor, initial, 2024-09-03).\n")
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-c", START, *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            cwd=tmp_path,
            env=ENVIRONMENT,
            check=False,
        )
    assert 0 != ended.returncode
    assert b"priorlog: the answer cannot be written: No space left on device" == ended.stderr.strip()


@pytest.mark.parametrize("buffering", ["", "1"])
@pytest.mark.parametrize(
    "arguments",
    ["query 'X = X, between(1, 999, X)' --format tsv", "review good.pl", "review good.pl --format json"],
)  # fmt: skip
@pytest.mark.heavy
def test_an_answer_is_whole_or_an_error(arguments: str, buffering: str, run: Run, tmp_path: Path) -> None:
    """Where the system takes only a part of an answer the command fails, also where Python is told not to buffer it."""
    line = f'ulimit -f 1; exec "$0" -c "$1" {arguments} > answer'
    ended = subprocess.run(
        ["sh", "-c", line, sys.executable, START], stderr=subprocess.PIPE, timeout=60, cwd=tmp_path,
        env={**ENVIRONMENT, "PYTHONUNBUFFERED": buffering}, check=False,
    )  # fmt: skip
    assert (1, True) == (ended.returncode, b"the answer cannot be written" in ended.stderr)


@pytest.mark.parametrize(
    "arguments", ["query 'person(X)' -f open.pl", "why 'person(c1)' -f open.pl", "review good.pl --format json"]
)
@pytest.mark.heavy
def test_closed_output(arguments: str, run: Run, tmp_path: Path) -> None:
    """A command whose standard output is closed ends without a traceback."""
    ended = subprocess.run(
        ["sh", "-c", f'exec "$0" -c "$1" {arguments} >&-', sys.executable, START], stderr=subprocess.PIPE, timeout=60, cwd=tmp_path,
        env=ENVIRONMENT, check=False,
    )  # fmt: skip
    assert b"Traceback" not in ended.stderr


# Standard input


@pytest.mark.heavy
def test_case_from_standard_input(run: Run, tmp_path: Path) -> None:
    """`-` reads a case from standard input, and its facts are named after it as evidence."""
    ended = process("review", "-", "--format", "json", cwd=tmp_path, stdin=Path("good.pl").read_bytes())
    (data,) = ended.data
    assert ("meets_criteria", True) == (data["determination"], "<standard input>" in ended.out)


@pytest.mark.parametrize(
    "arguments",
    ["review - --format text -o good.pl", "review bad.pl - --format text -o ./good.pl", "review - --format json -o same.pl",
     "review bad.pl --format html --appeal - -o good.pl"],
)  # fmt: skip
@pytest.mark.heavy
def test_the_file_behind_standard_input_is_not_written_over(arguments: str, run: Run, tmp_path: Path) -> None:
    """A file that comes by standard input is one that is read, under whatever name it is to be written."""
    os.link("good.pl", "same.pl")
    before = Path("good.pl").read_bytes()
    with Path("good.pl").open("rb") as given:
        ended = subprocess.run(
            [sys.executable, "-c", START, *arguments.split()], stdin=given, capture_output=True, timeout=60, cwd=tmp_path,
            env=ENVIRONMENT, check=False,
        )  # fmt: skip
    assert (1, True) == (ended.returncode, b"E107" in ended.stderr and b"it is what is read" in ended.stderr)
    assert [before, before] == [Path(each).read_bytes() for each in ("good.pl", "same.pl")]


def fed(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives commands in this process their standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_standard_input_beside_files(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` stands among files, and its cases come in its place."""
    fed(Path("good.pl").read_bytes(), monkeypatch)
    ended = run("review", "bad.pl", "-", "torn.pl", "--format", "json")
    assert ["rrmm_one_pi", "rrmm", "conflict"] == [each["case"] for each in ended.data]


@pytest.mark.parametrize(
    ("stdin", "code"),
    [
        (b"", "E401"), (b"sex(c1, 'na\xefve').\n", "E107"), (b"sex(c1, male)", "E101"), ("sex(c1, male).".encode("utf-16"), "E107"),
        (b"sex(c1, \0male).\n", "E107"), (b"sex(c1, male).\n", "E401"),
    ],
)  # fmt: skip
def test_bad_standard_input(stdin: bytes, code: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wrong with standard input is diagnosed like a file."""
    fed(stdin, monkeypatch)
    ended = run("review", "-")
    assert (1, "", False, True) == (ended.code, ended.out, "Traceback" in ended.err, f"error[{code}]" in ended.err)


def test_standard_input_with_other_line_ends(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A case from standard input may have a byte order mark and CRLF line ends, as a file may."""
    fed(b"\xef\xbb\xbf" + Path("good.pl").read_bytes().replace(b"\n", b"\r\n"), monkeypatch)
    ended = run("review", "-", "--format", "json")
    assert (0, "meets_criteria") == (ended.code, json.loads(ended.out)[0]["determination"])


@pytest.mark.heavy
def test_prompt_from_a_pipe(run: Run, tmp_path: Path) -> None:
    """Without a command, goals are read from standard input and answered one after another."""
    ended = process(cwd=tmp_path, stdin=b"brand(X, bortezomib).\ndrug_class(aspirin, C).\n")
    assert (0, True, "") == (ended.code, "velcade" in ended.out and "no answers" in ended.out, ended.err)


# The packages


def test_version(run: Run) -> None:
    """--version names the program and its version."""
    assert re.fullmatch(r"priorlog (\d+\.\d+\.\d+\S*|\(not installed\))\n", run("--version").out)


@pytest.mark.heavy
def test_packages_from_two_places(tmp_path: Path) -> None:
    """Where another package named kb is in the way, the command says so and fails."""
    (tmp_path / "kb").mkdir()
    (tmp_path / "kb" / "__init__.py").write_text("", encoding="utf-8")
    ended = process("--version", cwd=tmp_path, PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert (1, True, False) == (ended.code, str(tmp_path) in ended.err, "Traceback" in ended.err)


@pytest.mark.parametrize(
    ("package", "whole", "arguments"),
    [
        ("sqlglot", "priorlog[duckdb]", ("compile", "open.pl", "--dialect", "duckdb")),
        ("duckdb", "priorlog[duckdb]", ("query", "both(c1)", "-f", "open.pl", "--engine", "duckdb")),
        ("pyDatalog", "priorlog", ("query", "both(c1)", "-f", "open.pl", "--engine", "pydatalog")),
        ("mcp", "priorlog[mcp]", ("mcp",)),
    ],
)
@pytest.mark.heavy
def test_a_package_that_is_not_there_is_named_with_what_brings_it(
    package: str, whole: str, arguments: tuple[str, ...], tmp_path: Path
) -> None:
    """Without a package that a command needs, it says which, and what to install: an extra only if that is what brings it."""
    (tmp_path / "open.pl").write_text(OPEN, encoding="utf-8")
    (tmp_path / f"{package}.py").write_text(f"raise ModuleNotFoundError('No module named {package}', name='{package}')")
    ended = process(*arguments, cwd=tmp_path, PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert (1, True, False) == (ended.code, f"pip install '{whole}'" in ended.err, "Traceback" in ended.err), ended.err


# Signals, closed streams, and what nothing foresaw


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
@pytest.mark.heavy
def test_a_process_that_is_asked_to_end_says_so(how: signal.Signals, code: int, tmp_path: Path) -> None:
    """A signal ends a command with its exit code, without a traceback, and leaves nothing half written."""
    (tmp_path / "loop.pl").write_text("p(1).\np(Y) :- p(X), Y is X + 1, Y < 100000000.\n", encoding="utf-8")
    started = "import sys; import explain.workspace as w; sys.stderr.write('ready\\n'); sys.stderr.flush(); " + START
    run = subprocess.Popen(
        [sys.executable, "-c", started, "why", "p(X)", "-f", "loop.pl", "-o", "out", "--max-steps", "1000000000"],
        cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert run.stderr is not None
    run.stderr.readline()
    time.sleep(0.7)
    run.send_signal(how)
    _, said = run.communicate(timeout=30)
    assert (code, False, ["loop.pl"]) == (
        run.returncode,
        "Traceback" in said,
        [each.name for each in tmp_path.iterdir()],
    )


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("priorlog <&-", 0),
        ("priorlog review - <&-", 1),
        ("priorlog verify - <&-", 1),
        ("priorlog query true <&- >&- 2>&-", 0),
    ],
)
@pytest.mark.heavy
def test_closed_streams(command: str, code: int, tmp_path: Path) -> None:
    """Input that is closed is empty, and output that is closed goes nowhere; neither is a fault."""
    (tmp_path / "priorlog").write_text(f"exec {sys.executable} -c '{START}' \"$@\"\n", encoding="utf-8")
    line = command.replace("priorlog", "sh ./priorlog")
    ended = subprocess.run(
        ["sh", "-c", line], cwd=tmp_path, env=ENVIRONMENT, capture_output=True, timeout=60, check=False
    )
    assert (code, False) == (ended.returncode, b"Traceback" in ended.stderr)


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ZeroDivisionError("of\nall\x1b[2J things"), "an error in Priorlog itself: ZeroDivisionError: of all"),
        (RecursionError("deep"), "nested too deeply"),
        (MemoryError(), "the memory is not enough"),
        (PermissionError(13, "Permission denied", "somewhere"), "Permission denied: 'somewhere'"),
    ],
)
def test_what_nothing_foresaw_is_a_diagnostic(
    error: Exception, said: str, form: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error of a library or of Priorlog itself is told with what to report, and without a traceback."""

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("explain.workspace.Workspace.reviews", fail)
    ended = run("review", "good.pl", "--format", form)
    assert (1, "", True) == (ended.code, ended.out, said in ended.err)
    assert not {"Traceback", "\x1b"} & {each for each in ("Traceback", "\x1b") if each in ended.err}
    assert ("E504" in ended.err, "test_cli.py:" in ended.err) == (True, True)


@pytest.mark.parametrize(
    "arguments",
    ["review good.pl -o", "batch . -o", "review", "check", "compile", "query true -f", "query true --case", "verify",
     "batch . -o out.parquet --explain", "interview good.pl -o", "review good.pl --appeal"],
)  # fmt: skip
def test_an_empty_name_is_no_file(arguments: str, run: Run) -> None:
    """A file without a name is wrong usage."""
    ended = run(*arguments.split(), "")
    assert (2, True) == (ended.code, "an empty text names no file" in ended.err)


@pytest.mark.parametrize("amount", ["nonsense", "", "0GB", "3", "80%", "99999999999GB", "1e3GB", "-5GB", "3GB; DROP"])
def test_an_amount_of_memory_that_is_none(amount: str, run: Run) -> None:
    """What is no amount of memory is an error that says how to write one."""
    assert (1, ["E502"]) == ((ended := run("batch", ".", "-o", "out.parquet", f"--memory={amount}")).code, ended.codes)
