"""Policy tests: what `priorlog test` says of what cases are expected to come to, and how far they cover a policy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from engine.policies import Determination, Status
from explain.authoring.coverage import Coverage, own_files
from explain.authoring.policy_tests import PolicyTests
from explain.cli import entry as cli
from explain.workspace import Workspace
from kb.language.truth import Truth
from tests.example_policies import POLICIES, cases_of

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"

Data = dict[str, Any]

OPEN_CASE = """\
request(c1, selinexor, initial, 2024-09-03).
birth_date(c1, 1953-04-11).
indication(c1, multiple_myeloma).
disease_status(c1, refractory).
"""
"""A case that needs more information: of age, with what it has received not documented."""

POLICY = """\
:- module(demo, []).
:- use_module(library(cases)).
:- use_module(library(policies)).
:- policy(demo, [drug(selinexor), title('Demo'), effective(2024-01-01)]).
:- pred treated(Case: case) :: 'the patient was treated'.
criterion(demo, initial, 1, treated, treated).
"""
"""The head of a policy whose only criterion is `treated/1`; tests write its rules."""


def written(folder: Path, text: str, name: str = "case.pl") -> str:
    """A file with a text."""
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def run(*arguments: str) -> int:
    """The exit code of `priorlog test`."""
    return cli.main(["test", *arguments])


# --- what is expected ------------------------------------------------------------------------------------------------


def test_what_is_as_expected_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A determination, a criterion, an alternative, an item and what is missing may be expected; statuses go by any spelling of
    their names; each is a mark in the line of its file."""
    path = written(
        tmp_path,
        OPEN_CASE
        + "expect(c1, more_information_needed). expect(c1, age, met). expect(c1, multiple_myeloma, 'Not documented').\n"
        "expect(c1, four_prior_therapies, not_documented). expect_missing(c1, prior_therapy).\n",
    )
    assert run(path) == 0
    printed = capsys.readouterr()
    assert (".....", "passed") == tuple(printed.out.splitlines()[2].split()[1:])
    assert printed.out.endswith("Summary\n  5 passed\n")
    assert printed.err == ""


def test_a_failure_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is not as expected is told with its place, what was expected, what came instead, and the explanation that decides it;
    the exit code is 1."""
    path = written(tmp_path, OPEN_CASE + "expect(c1, age, not_met).\nexpect(c1, monitoring, met).\n")
    assert run(path) == 1
    printed = capsys.readouterr().out
    assert f"Failed: expect(c1, age, not_met) at {path}:5" in printed.replace("\n", " ")
    assert "Expected  age: not_met\n  Got       age: met" in printed
    assert "✓ the patient has reached the minimum age on the date of the request" in printed
    assert "not documented: whether the prescriber has agreed to monitor body weight" in printed.replace("\n", " ")
    assert printed.endswith("0 passed, 2 failed\n")


@pytest.mark.parametrize(
    ("facts", "determination", "told"),
    [
        ("birth_date(c1, 2020-01-01).", "meets_criteria", "has reached the minimum age"),
        ("indication(c1, breast_cancer).", "meets_criteria", "covers no use for breast cancer"),
        ("refractory(c1, bortezomib). -refractory(c1, bortezomib).", "meets_criteria", "is not refractory to bortezomib"),
        ("birth_date(c1, 1953-04-11).", "criteria_not_met", "whether the prescriber has agreed to all the monitoring"),
    ],
    ids=["not met", "investigational", "conflict", "open"],
)  # fmt: skip
def test_a_wrong_determination_is_told_with_what_decides_it(
    facts: str, determination: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whether criteria, an indication or a conflict decide, the explanations of that follow."""
    text = f"request(c1, selinexor, initial, 2024-09-03). {facts} expect(c1, {determination})."
    assert run(written(tmp_path, text), "--format", "json") == 1
    (result,) = json.loads(capsys.readouterr().out)["files"][0]["results"]
    assert result["outcome"] == "failed"
    assert any(told in node["text"] for node in result["why"])


def test_the_library_lists_the_determinations_and_statuses_that_reviews_have() -> None:
    """The vocabularies of the library are those of the code."""
    names = Workspace.open().rules.names
    for kind, values in (("determination", Determination), ("part_status", Status)):
        vocabulary = names.of_type(kind)
        assert vocabulary is not None
        assert {str(each.name) for each in vocabulary.constants} == {each.value for each in values}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("expected", "code", "said"),
    [
        ("expect(c1, meets_criterai).", "E403", "did you mean `meets_criteria`?"),
        ("expect(c1, age, mett).", "E403", "did you mean `met`?"),
        ("expect(c1, agee, met).", "E403", "did you mean `age`?"),
        ("expect_missing(c1, refractery).", "E403", "did you mean `refractory`?"),
        ("expect_missing(c1, best_response).", "E403", "`best_response` is no predicate of which facts are asked for"),
        ("expect(c2, meets_criteria).", "E406", "no fact is about the case `c2`"),
        ("expect(c1, What).", "E203", "`What` is a variable"),
        ("expect(c1, age, met). expect(c1, age, not_met).", "E207", "two values for one key"),
        ("expect(c1, age, met, today).", "E202", "`expect` has 2 arguments, not 4"),
        ("-expect(c1, meets_criteria).", "E404", "cannot be stated to be false"),
        ("expected(c1, meets_criteria).", "E404", "did you mean `expect`?"),
    ],
)
def test_an_expectation_that_nothing_has_is_an_error(
    expected: str, code: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A misspelt determination, status, id, predicate or case is an error for `test` and for `check`, with what was meant
    perhaps; what is left of the file is tested."""
    path = written(tmp_path, f"{OPEN_CASE}expect(c1, diagnosis, not_documented).\n{expected}\n")
    for command in ("test", "check"):
        assert cli.main([command, path]) == 1
        told = capsys.readouterr().err
        assert f"error[{code}]" in told
        assert said in told


def test_a_case_that_cannot_be_reviewed_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its expectations are neither passed nor failed; the other cases are tested."""
    broken = "birth_date(c2, 1953-04-11). expect(c2, meets_criteria).\n"
    assert run(written(tmp_path, OPEN_CASE + "expect(c1, age, met).\n" + broken)) == 1
    printed = capsys.readouterr()
    assert "error[E401]: the case `c2` has no request" in printed.err
    assert printed.out.endswith("1 passed, 1 in error, 1 file with errors\n")


def test_files_do_not_see_each_other(tmp_path: Path) -> None:
    """A case of the same name in another file is another case."""
    first = written(tmp_path, OPEN_CASE + "expect(c1, age, met).", "first.pl")
    second = written(
        tmp_path, "request(c1, selinexor, initial, 2024-09-03). expect(c1, age, not_documented).", "second.pl"
    )
    assert run(first, second) == 0
    assert run(str(tmp_path)) == 0


# --- what is not tested ----------------------------------------------------------------------------------------------


def test_what_has_no_expectation_is_said_not_to_be_tested(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file without an expectation is a warning and counts as not tested; so is a case without one beside others."""
    written(tmp_path, OPEN_CASE, "a.pl")
    written(tmp_path, OPEN_CASE + "expect(c1, age, met). request(c2, selinexor, initial, 2024-09-03).", "b.pl")
    assert run(str(tmp_path)) == 0
    printed = capsys.readouterr()
    assert "a.pl: warning[W308]: " in printed.err
    assert "the case `c2` has no expectation" in printed.err
    assert printed.out.endswith("1 passed, 1 file not tested\n")


def test_nothing_to_test_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """So is a folder without a case file, and a file that is not there; rules in a folder are passed over, but nothing that cannot
    be read."""
    untested = written(tmp_path, OPEN_CASE, "cases/a.pl")
    rules = Path(written(tmp_path, "p(X) :- q(X).\n", "rules/rules.pl")).parent
    broken = Path(written(tmp_path, "request(c1", "broken/a.pl")).parent
    nowhere = tmp_path / "none.pl"
    for path, code in ((untested, "E408"), (str(rules), "E408"), (str(broken), "E101"), (str(nowhere), "E107")):
        assert run(path) == 1
        assert f"error[{code}]" in capsys.readouterr().err
    tested = written(tmp_path, OPEN_CASE + "expect(c1, age, met).", "b.pl")
    assert run(tested, str(rules)) == 1
    assert "nothing to test" in capsys.readouterr().err


def test_rules_without_reviews_expect_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A program that does not load the library has no determinations to expect."""
    rules = written(tmp_path, "p(a).\n", "rules.pl")
    assert run("-f", rules, written(tmp_path, OPEN_CASE)) == 1
    assert "error[E502]" in capsys.readouterr().err


# --- nothing else takes notice ---------------------------------------------------------------------------------------


def test_a_review_takes_no_notice_of_expectations(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A case is reviewed, proved, hashed and verified as if they were not there, even if they are misspelt."""
    said = []
    for expected in (
        "",
        "expect(c1, meets_criteria). expect(c1, nothing_known, of_it). expect_missing(c1, nothing).\n",
    ):
        path = written(tmp_path, OPEN_CASE + expected)
        proof = tmp_path / "proof.json"
        assert cli.main(["review", path, "--format", "json", "-o", str(proof)]) == 0
        assert cli.main(["verify", str(proof), "--case", path]) == 0
        assert cli.main(["query", "expect(C, D)", "--case", path]) == 0
        said.append((proof.read_text(encoding="utf-8"), capsys.readouterr().out))
    assert said[0] == said[1]


def test_a_population_may_have_a_table_of_expectations(tmp_path: Path) -> None:
    """`batch` passes it over."""
    pytest.importorskip("duckdb")
    written(tmp_path, "case,drug,kind,date\nc1,selinexor,initial,2024-09-03\n", "in/request.csv")
    written(tmp_path, "case,determination\nc1,meets_criteria\n", "in/expect.csv")
    assert cli.main(["batch", str(tmp_path / "in"), "-o", str(tmp_path / "out.parquet")]) == 0


# --- several policies ------------------------------------------------------------------------------------------------

BOTH = ("-f", str(ROOT / "kb" / "policies" / "xpovio.pl"), "-f", str(POLICIES["selinexor_second_payer"]))


def test_a_test_is_run_under_each_policy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is expected of a case holds under every policy that it is reviewed under, of a criterion where the policy has it."""
    path = written(tmp_path, OPEN_CASE + "expect(c1, age, met). expect(c1, monitoring, not_documented).")
    assert run(*BOTH, path, "--format", "json") == 0
    (file,) = json.loads(capsys.readouterr().out)["files"]
    assert [(each["expectation"], each["policy"]) for each in file["results"]] == [
        ("expect(c1, age, met)", "xpovio"),
        ("expect(c1, age, met)", "selinexor_second_payer"),
        ("expect(c1, monitoring, not_documented)", "xpovio"),
    ]


@pytest.mark.parametrize("by", ["option", "fact"])
def test_one_policy_may_be_named(by: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By `--policy`, or by `under/2` in the case."""
    named = "under(c1, selinexor_second_payer). " if by == "fact" else ""
    path = written(tmp_path, OPEN_CASE + named + "expect(c1, age, met). expect(c1, monitoring, not_documented).")
    option = ("--policy", "selinexor_second_payer") if by == "option" else ()
    assert run(*BOTH, path, "--format", "json", *option) == 1
    (file,) = json.loads(capsys.readouterr().out)["files"]
    assert [(each["outcome"], each["policy"]) for each in file["results"]] == [
        ("passed", "selinexor_second_payer"),
        ("failed", "selinexor_second_payer"),
    ]
    assert file["results"][1]["got"] == "the initial request has no criterion `monitoring`"


def test_a_policy_that_is_not_there_is_said_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the names that there are."""
    path = written(tmp_path, OPEN_CASE + "expect(c1, age, met).")
    assert run(*BOTH, path, "--policy", "xpovia") == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("did you mean `xpovio`?") == 1


# --- coverage --------------------------------------------------------------------------------------------------------


def covered(folder: Path, rules: str, *cases: str, head: str = POLICY) -> dict[str, str]:
    """The values in which the literals of rules were seen, by their texts: T, F, U, in small letters where they are missing;
    nothing for a value that does not count."""
    policy = written(folder, head + rules, "policy.pl")
    request, expected = "request(c{0}, selinexor, initial, 2024-09-03). ", " expect(c{0}, treated, met).\n"
    facts = ((request + expected).format(n) + case for n, case in enumerate(cases, 1))
    written(folder, "\n".join(facts), "case.pl")
    out = folder / "out.json"
    run("-f", policy, str(folder / "case.pl"), "--coverage", "-o", str(out))
    found = json.loads(out.read_text(encoding="utf-8"))["coverage"]
    return {
        literal["text"]: "".join(
            letter
            for letter, value in zip("TFU", ("true", "false", "unknown"), strict=True)
            for letter in (
                [letter] if literal["seen"][value] else [letter.lower()] if value in literal["missing"] else []
            )
        )
        for rule in found["rules"]
        for literal in rule["literals"]
    }


TREATED = "prior_therapy(c1, 1, bortezomib). "
NO_LINE = "complete(c2, prior_therapy). "
NOTHING = ""


@pytest.mark.parametrize(
    ("rules", "cases", "expected"),
    [
        # A literal has the values of all cases; what is open may be unknown.
        (
            "treated(Case) :- prior_therapy(Case, _, bortezomib).",
            (TREATED, NO_LINE, NOTHING),
            {"prior_therapy(Case, _, bortezomib)": "TFU"},
        ),
        ("treated(Case) :- prior_therapy(Case, _, bortezomib).", (TREATED,), {"prior_therapy(Case, _, bortezomib)": "Tfu"}),
        # One after a literal that is false is not reached, one after a literal that is unknown is.
        (
            "treated(Case) :- prior_therapy(Case, 1, bortezomib), sex(Case, female).",
            (TREATED, NO_LINE + "sex(c2, female)."),
            {"prior_therapy(Case, 1, bortezomib)": "TFu", "sex(Case, female)": "tfU"},
        ),
        (
            "treated(Case) :- prior_therapy(Case, 1, bortezomib), sex(Case, female).",
            (TREATED, "sex(c2, male)."),
            {"prior_therapy(Case, 1, bortezomib)": "TfU", "sex(Case, female)": "tFU"},
        ),
        # Bindings differ within one case: that of what is documented, and that of what could be besides.
        (
            "treated(Case) :- prior_therapy(Case, Line, _), Line >= 2.",
            ("prior_therapy(c1, 1, bortezomib). prior_therapy(c1, 2, bortezomib). complete(c1, prior_therapy).",),
            {"prior_therapy(Case, Line, _)": "Tfu", "Line >= 2": "TFu"},
        ),
        (
            "treated(Case) :- prior_therapy(Case, Line, _), Line >= 2.",
            (TREATED,),
            {"prior_therapy(Case, Line, _)": "Tfu", "Line >= 2": "tFU"},
        ),
        # What does not depend on the case has no values that count, nor has the request, which every case has.
        (
            "treated(Case) :- request(Case, _, _, Date), least(Least), Least > 0, Date @> 2024-01-01.\n"
            ":- pred least(Least: integer) :: 'x'. least(1).",
            (NOTHING,),
            {"request(Case, _, _, Date)": "T", "least(Least)": "T", "Least > 0": "T", "Date @> 2024-01-01": "Tf"},
        ),
        # What is closed is never unknown, also beside something unknown.
        (
            "treated(Case) :- prior_therapy(Case, _, Agent), listed(Agent).\n"
            ":- pred listed(Agent: agent) :: 'x'. listed(bortezomib).",
            (TREATED,),
            {"prior_therapy(Case, _, Agent)": "Tfu", "listed(Agent)": "TF"},
        ),
        # A negation of one literal is seen as a whole, one of several with what is inside it.
        (
            "treated(Case) :- request(Case, _, _, _), \\+ prior_therapy(Case, 1, bortezomib).",
            (TREATED, NO_LINE),
            {"request(Case, _, _, _)": "T", "\\+ prior_therapy(Case, 1, bortezomib)": "TFu"},
        ),
        (
            "treated(Case) :- request(Case, _, _, _), \\+ (prior_therapy(Case, _, Agent), listed(Agent)).\n"
            ":- pred listed(Agent: agent) :: 'x'. listed(bortezomib).",
            (TREATED + "complete(c1, prior_therapy).",),
            {
                "request(Case, _, _, _)": "T",
                "\\+ (prior_therapy(Case, _, Agent), listed(Agent))": "tFu",
                "prior_therapy(Case, _, Agent)": "Tfu",
                "listed(Agent)": "Tf",
            },
        ),
        # A count is seen as a whole, and what it counts row by row.
        (
            "treated(Case) :- request(Case, _, _, _), at_least(2, Agent, (listed(Agent), refractory(Case, Agent))).\n"
            ":- pred listed(Agent: agent) :: 'x'. listed(bortezomib). listed(carfilzomib). listed(ixazomib).",
            ("refractory(c1, bortezomib). -refractory(c1, carfilzomib).",),
            {
                "request(Case, _, _, _)": "T",
                "at_least(2, Agent, (listed(Agent), refractory(Case, Agent)))": "tfU",
                "listed(Agent)": "T",
                "refractory(Case, Agent)": "TFU",
            },
        ),
        # Of a disjunction each literal is seen, whatever the others are.
        (
            "treated(Case) :- (sex(Case, female) ; sex(Case, male), prior_therapy(Case, 1, bortezomib)).",
            ("sex(c1, female).", "sex(c2, male). prior_therapy(c2, 1, bortezomib)."),
            {"sex(Case, female)": "TFu", "sex(Case, male)": "TFu", "prior_therapy(Case, 1, bortezomib)": "Tfu"},
        ),
        # `documented` is never unknown, and what it gives is documented.
        (
            "treated(Case) :- documented(prior_therapy(Case, Line, _)), Line >= 2.",
            (TREATED, NOTHING),
            {"documented(prior_therapy(Case, Line, _))": "TF", "Line >= 2": "tF"},
        ),
        # The rules of a definition are seen where they are used.
        (
            "treated(Case) :- prior_therapy(Case, Line, _), late(Line).\n"
            ":- inline late/1. :- pred late(Line: integer) :: 'x'.\nlate(Line) :- Line > 4.\nlate(Line) :- Line =:= 2.",
            ("prior_therapy(c1, 2, bortezomib). complete(c1, prior_therapy).",),
            {"prior_therapy(Case, Line, _)": "Tfu", "late(Line)": "Tfu", "Line > 4": "tFu", "Line =:= 2": "Tfu"},
        ),
        # So are those of a definition that another one uses, whose arguments are not seen by themselves.
        (
            "treated(Case) :- prior_therapy(Case, Line, _), late(Line).\n"
            ":- inline late/1. :- pred late(Line: integer) :: 'x'.\nlate(Line) :- both(Line, 2).\n"
            ":- inline both/2. :- pred both(One: integer, Other: integer) :: 'x'.\nboth(One, One) :- One > 5.",
            ("prior_therapy(c1, 2, bortezomib). complete(c1, prior_therapy).",),
            {"prior_therapy(Case, Line, _)": "Tfu", "late(Line)": "tFu", "both(Line, 2)": "tFu", "One > 5": "tFu"},
        ),
        # What a rule concludes of the request alone has no values that count.
        (
            "treated(Case) :- asked(Case, Date), Date @> 2024-01-01.\n"
            ":- pred asked(Case: case, Date: date) :: 'x'. asked(Case, Date) :- request(Case, _, _, Date).",
            (NOTHING,),
            {"asked(Case, Date)": "T", "Date @> 2024-01-01": "Tf"},
        ),
        # What computes a value that there always is is not false; with a value given, and where there may be none, it can be.
        (
            "treated(Case) :- request(Case, _, _, Date), birth_date(Case, Born), add_months(Born, 12, One), add_months(One, 12, Date).",
            ("birth_date(c1, 1950-01-01).",),
            {
                "request(Case, _, _, Date)": "T",
                "birth_date(Case, Born)": "Tfu",
                "add_months(Born, 12, One)": "Tu",
                "add_months(One, 12, Date)": "tFu",
            },
        ),
        (
            "treated(Case) :- request(Case, _, _, Date), birth_date(Case, Born), age(Born, Date, Years), Years > 99.",
            ("birth_date(c1, 1950-01-01).",),
            {
                "request(Case, _, _, Date)": "T",
                "birth_date(Case, Born)": "Tfu",
                "age(Born, Date, Years)": "Tfu",
                "Years > 99": "tFu",
            },
        ),
        # Where a literal has found something, one that asks for any of it is not false; with a value that it gave, it can be.
        (
            "treated(Case) :- prior_therapy(Case, Line, One), prior_therapy(Case, Line, Other), prior_therapy(Case, _, _), "
            "Next is Line + 1, prior_therapy(Case, Next, _), One \\= Other.",
            (TREATED + "complete(c1, prior_therapy).",),
            {
                "prior_therapy(Case, Line, One)": "Tfu",
                "prior_therapy(Case, Line, Other)": "Tu",
                "prior_therapy(Case, _, _)": "Tu",
                "Next is Line + 1": "Tfu",
                "prior_therapy(Case, Next, _)": "tFu",
                "One \\= Other": "tf",
            },
        ),
        # Where something is documented, it is true.
        (
            "treated(Case) :- documented(prior_therapy(Case, Line, _)), \\+ (prior_therapy(Case, Later, _), Later > Line).",
            (TREATED + "complete(c1, prior_therapy).",),
            {
                "documented(prior_therapy(Case, Line, _))": "Tf",
                "\\+ (prior_therapy(Case, Later, _), Later > Line)": "Tfu",
                "prior_therapy(Case, Later, _)": "T",
                "Later > Line": "tFu",
            },
        ),
    ],
)  # fmt: skip
def test_the_values_in_which_literals_are_seen(
    rules: str, cases: tuple[str, ...], expected: dict[str, str], tmp_path: Path
) -> None:
    """Each literal is seen in the values that it has under the bindings for which no literal before it is false."""
    found = covered(tmp_path, rules, *cases)
    made = {"request_under(Case, demo, initial)", "treated(Case)"}
    assert {text: values for text, values in found.items() if text not in made} == expected


def test_a_closed_world_has_nothing_unknown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With `--closed-world` what is not documented is seen to be false, and nothing is asked for in a third value."""
    policy = written(tmp_path, POLICY + "treated(Case) :- prior_therapy(Case, _, bortezomib).", "policy.pl")
    case = written(tmp_path, "request(c1, selinexor, initial, 2024-09-03). expect(c1, criteria_not_met).")
    assert run("-f", policy, case, "--closed-world", "--coverage", "--format", "json") == 0
    rules = json.loads(capsys.readouterr().out)["coverage"]["rules"]
    (literal,) = rules[-1]["literals"]
    assert literal["seen"] == {"true": [], "false": ["c1"], "unknown": []}
    assert literal["missing"] == ["true"]


def measured(folder: Path) -> tuple[Workspace, Coverage]:
    """The coverage of a rule of one literal by a case in which it is true, and the workspace of the rule."""
    policy = written(folder, POLICY + "treated(Case) :- prior_therapy(Case, _, bortezomib).", "policy.pl")
    case = written(folder, f"request(c1, selinexor, initial, 2024-09-03). {TREATED} expect(c1, treated, met).")
    workspace = Workspace.open([policy])
    found = PolicyTests(workspace).run([case])
    return workspace, Coverage.of(found.reviewed, workspace.loaded.program, own_files([policy], workspace.sources))


def test_rules_criteria_and_literals_have_their_cases(tmp_path: Path) -> None:
    """Coverage is a value: rules by module, predicate and place, their literals by number and place, criteria by their ids."""
    _, coverage = measured(tmp_path)
    made, rule = coverage.rules
    assert (rule.key.module, rule.key.pred, rule.key.span.line) == ("demo", "treated/1", 7)
    assert (made.key.pred, made.key.span.line) == ("meets_criteria/1", 6)
    (literal,) = rule.literals
    assert (literal.index, literal.span.line, literal.span.column) == (0, 7, 18)
    assert literal.seen.true == rule.seen.true == ("c1",)
    assert literal.missing == (Truth.FALSE, Truth.UNKNOWN)
    (item,) = coverage.items
    assert (item.policy, item.kind, item.id, item.seen.true) == ("demo", "initial", "treated", ("c1",))


@pytest.mark.parametrize(
    ("facts", "value"),
    [("sex(c1, female).", "true"), ("sex(c1, male).", "false"), ("", "unknown")],
)
def test_a_rule_is_seen_in_the_value_of_its_body(facts: str, value: str, tmp_path: Path) -> None:
    """As a conjunction of its literals, whatever they are one by one."""
    covered(tmp_path, "treated(Case) :- prior_therapy(Case, _, _), sex(Case, female).", TREATED + facts)
    rules = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["coverage"]["rules"]
    assert [each for each, cases in rules[-1]["seen"].items() if cases] == [value]


@pytest.mark.parametrize(("least", "code"), [("37.5", 0), ("37.6", 1)])
def test_coverage_may_fall_under_what_is_asked_for(
    least: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--fail-under` measures coverage, and exits with 1 where it is less."""
    measured(tmp_path)
    arguments = ("-f", str(tmp_path / "policy.pl"), str(tmp_path / "case.pl"), "--fail-under", least)
    assert run(*arguments) == code
    printed = capsys.readouterr()
    assert "3 of 8 values of literals were seen (37.5 %)" in printed.out
    assert printed.err == ("37.5 % of the values of literals were seen, fewer than 37.6 %\n" if code else "")


def test_the_table_has_the_worst_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was not seen of each literal of a file, with its line; then criteria and alternatives, and the share."""
    rules = "treated(Case) :-\n    prior_therapy(Case, 1, bortezomib),\n    sex(Case, female),\n    combination(Case, selinexor)."
    covered(tmp_path, rules, TREATED, "sex(c2, male).")
    run("-f", str(tmp_path / "policy.pl"), str(tmp_path / "case.pl"), "--coverage")
    told = capsys.readouterr().out.partition("Not covered in ")[2].splitlines()
    rows = [[*filter(None, (cell.strip() for cell in line.split("  ")))] for line in told[1:]]
    assert [row for row in rows if row[-1:] and row[0].isdigit()] == [
        ["10", "combination(Case, selinexor)", "true, false", "unknown in 1"],
        ["6", "request_under(Case, demo, initial)", "false", "true in 2"],
        ["6", "treated(Case)", "true", "false in 1, unknown in 1"],
        ["8", "prior_therapy(Case, 1, bortezomib)", "false", "true in 1, unknown in 1"],
        ["9", "sex(Case, female)", "true", "false in 1, unknown in 1"],
    ]
    assert ["treated", "initial", "true", "false in 1, unknown in 1"] in rows
    assert rows[-1] == ["0 passed, 2 failed"]


# --- other forms -----------------------------------------------------------------------------------------------------


def test_junit_is_xml_with_a_case_for_each_expectation(tmp_path: Path) -> None:
    """Names with markup in them are escaped; file and line say where the expectation is; a failure has its explanation."""
    name = "'<c&1>\"'"
    text = f"{OPEN_CASE.replace('c1', name)}expect({name}, age, met).\nexpect({name}, diagnosis, met).\n"
    path, out = written(tmp_path, text), tmp_path / "out.xml"
    assert run(path, "-o", str(out)) == 1
    root = ElementTree.parse(out).getroot()
    assert (root.tag, root.get("tests"), root.get("failures"), root.get("errors")) == ("testsuites", "2", "1", "0")
    passed, failed = root.iter("testcase")
    assert passed.get("name") == "expect('<c&1>\"', age, met) under xpovio"
    assert (failed.get("file"), failed.get("line")) == (path, "6")
    (failure,) = failed
    assert failure.get("message") == "expected diagnosis: met; got diagnosis: not_documented"
    assert "whether the patient has one of the covered diagnoses" in str(failure.text)


def test_junit_has_the_errors_of_a_file(tmp_path: Path) -> None:
    """A file that cannot be read is a test case with an error."""
    out = tmp_path / "out.xml"
    assert run(written(tmp_path, "request(c1"), "-o", str(out)) == 1
    (case,) = ElementTree.parse(out).getroot().iter("testcase")
    assert [(each.tag, each.get("type")) for each in case] == [("error", "E101")]


def test_lcov_has_the_values_of_literals_as_branches(tmp_path: Path) -> None:
    """Each literal is a block of its line, with a branch for each value that counts: how many cases show it, `-` where no case
    reaches the literal; a line counts the cases that reach it."""
    rules = "treated(Case) :-\n    prior_therapy(Case, 1, bortezomib),\n    sex(Case, female)."
    covered(tmp_path, rules, NO_LINE.replace("c2", "c1"))
    out = tmp_path / "out.info"
    run("-f", str(tmp_path / "policy.pl"), str(tmp_path / "case.pl"), "-o", str(out))
    lines = out.read_text(encoding="utf-8").splitlines()
    assert lines[:2] == ["TN:", f"SF:{tmp_path / 'policy.pl'}"]
    assert [line for line in lines if line.startswith(("BRDA:8,", "BRDA:9,"))] == [
        "BRDA:8,0,0,0",
        "BRDA:8,0,1,1",
        "BRDA:8,0,2,0",
        "BRDA:9,0,0,-",
        "BRDA:9,0,1,-",
        "BRDA:9,0,2,-",
    ]
    assert {"DA:8,1", "DA:9,0", "end_of_record"} <= set(lines)
    branches = [line for line in lines if line.startswith("BRDA:")]
    hit = [line for line in branches if line.rpartition(",")[2] not in ("0", "-")]
    assert f"BRF:{len(branches)}" in lines
    assert f"BRH:{len(hit)}" in lines


def test_the_page_shows_the_policy_with_its_coverage(tmp_path: Path) -> None:
    """The text of the policy has each literal marked, with the cases that show its values; nothing in it is markup, and the
    page needs nothing else."""
    rules = "% <script>alert(1)</script>\ntreated(Case) :- prior_therapy(Case, _, bortezomib)."
    policy = written(tmp_path, POLICY + rules, "policy.pl")
    case = written(tmp_path, "request('<i>', selinexor, initial, 2024-09-03). expect('<i>', treated, not_documented).")
    out = tmp_path / "out.html"
    run("-f", policy, case, "--coverage", "-o", str(out))
    page = out.read_text(encoding="utf-8")
    assert "% &lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert '<span class="literal ' in page
    assert "unknown: &lt;i&gt;" in page
    assert not any(each in page for each in ("<script", "<i>", "http://", "https://"))


def test_results_go_to_no_file_that_was_read(tmp_path: Path) -> None:
    """The case file stays as it was."""
    path = written(tmp_path, OPEN_CASE + "expect(c1, age, met).\n")
    assert run(path, "--format", "json", "-o", path) == 1
    assert Path(path).read_text(encoding="utf-8").startswith("request(")


@pytest.mark.parametrize("percent", ["101", "-1", "many", "1e2"])
def test_a_percentage_is_one(percent: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is none is wrong usage."""
    with pytest.raises(SystemExit) as ended:
        run(written(tmp_path, OPEN_CASE), f"--fail-under={percent}")
    assert ended.value.code == 2
    assert "is no percentage" in capsys.readouterr().err


# --- the shipped policies --------------------------------------------------------------------------------------------

SHIPPED = ("xpovio", "selinexor_second_payer", "cgrp_antibodies", "evolocumab")


@pytest.mark.heavy
@pytest.mark.parametrize("policy", SHIPPED)
def test_the_shipped_policies_pass_their_tests(policy: str) -> None:
    """Every case and every test of a policy comes to what is expected of it, and together they show every value of every literal
    that a case can show, and none that none can."""
    if policy == "xpovio":
        files: list[Path] = []
        paths: list[Path] = [EXAMPLES / "cases", EXAMPLES / "tests"]
    else:
        files, paths = [POLICIES[policy]], [*cases_of(policy), EXAMPLES / "policies" / "tests" / policy]
    workspace = Workspace.open(files)
    found = PolicyTests(workspace).run(paths)
    assert [(each.text, each.got) for each in found.results if each.outcome != "passed"] == []
    assert found.untested == ()
    coverage = Coverage.of(found.reviewed, workspace.loaded.program, own_files(files, workspace.sources))
    assert coverage.missing == 0
    for rule in coverage.rules:
        for literal in rule.literals:
            seen = {truth for truth in Truth if literal.seen.cases(truth)}
            assert literal.countable in (frozenset(), seen), (rule.text, literal.text)
