"""What is said of the cases in `examples/policies/` under their policies, by every command.

The expected values are worked out by hand from what the policies ask for, not taken from a run.
"""

from __future__ import annotations

import functools
import io
import json
from pathlib import Path
from typing import Any

import pytest

from engine.cases import Case
from engine.policies import Policies
from explain.cli import entry as cli
from explain.report.data import review_json
from explain.verify import Verifier
from explain.workspace import Workspace
from kb.language.loader import POLICY_FILES, load_text
from kb.language.terms import plain_text
from tests.example_policies import POLICIES, cases_of, policy_tests_of, rules_of, write_population

STATUSES = {"m": "met", "n": "not_met", "?": "not_documented", "-": "not_applicable"}

EXPECTED = {
    "selinexor_second_payer": {
        "01_one_regimen_with_carfilzomib": ("meets_criteria", "m m m m(nnm)"),
        "02_two_regimens_partner_open": ("more_information_needed", "m m m ?(n??)"),
        "03_three_regimens_with_dexamethasone_alone": ("criteria_not_met", "m m m n(nnn)"),
        "04_two_regimens_with_pomalidomide": ("meets_criteria", "m m m m(?m?)"),
        "05_lymphoma": ("criteria_not_met", "m n m ?(???)"),
        "06_renewal": ("no_policy_in_force", ""),
        "07_daratumumab_under_the_skin": ("meets_criteria", "m m m m(??m)"),
    },
    "evolocumab": {
        "01_established_disease_exactly_eight_weeks": ("meets_criteria", "m m(m?) m(m????)"),
        "02_latest_ldl_below": ("criteria_not_met", "m m(mn) n(nnnnn)"),
        "03_ldl_before_eight_weeks_were_over": ("more_information_needed", "m m(m?) ?(?nnnn)"),
        "04_seven_weeks_and_six_days": ("criteria_not_met", "m m(mn) n(nnnnn)"),
        "05_primary_hyperlipidemia_with_ezetimibe": ("meets_criteria", "m m(?m) m(?m???)"),
        "06_ezetimibe_begun_too_late": ("criteria_not_met", "m m(nm) n(nnnnn)"),
        "07_muscle_symptoms_that_came_back": ("meets_criteria", "m m(m?) m(???m?)"),
        "08_one_statin_not_tolerated_in_hyperlipidemia": ("more_information_needed", "m m(nm) ?(nn?n?)"),
        "09_renewal": ("meets_criteria", "m"),
        "10_renewal_response_not_documented": ("more_information_needed", "?"),
        "11_hyperlipidemia_not_said_to_be_primary": ("more_information_needed", "m ?(??) m(??m??)"),
    },
    "cgrp_antibodies": {
        "01_preferred_drug": ("meets_criteria", "m(m?) m m m m -(m??)"),
        "02_other_drug_first": ("criteria_not_met", "m(m?) m m m m n(nnn)"),
        "03_preferred_contraindicated": ("meets_criteria", "m(nm) m m m m m(n?m)"),
        "04_preferred_for_89_days": ("criteria_not_met", "m(m?) m m m m n(nnn)"),
        "05_one_month_and_one_trial_open": ("more_information_needed", "m(m?) m m ? ? -(mn?)"),
        "06_three_days_in_a_month": ("criteria_not_met", "?(??) ? ? n ? -(m??)"),
        "07_cluster_headache": ("criteria_not_met", "m(m?) n m ? ? -(m??)"),
        "08_renewal": ("meets_criteria", "m m m"),
        "09_renewal_function_not_better": ("criteria_not_met", "m n ?"),
        "10_december_2018": ("no_policy_in_force", ""),
    },
}
"""For each case its determination, and a letter for each criterion, with its alternatives in brackets."""

CASES = [(policy, name) for policy, cases in EXPECTED.items() for name in cases]

Data = dict[str, Any]


@functools.cache
def opened(*policies: str) -> Workspace:
    """A workspace with policies and no case."""
    return Workspace.open(files=[POLICIES[policy] for policy in policies])


@functools.cache
def verifier(policy: str) -> Verifier:
    """The checker of explanations under a policy."""
    return Verifier.of(opened(policy).loaded.program)


def case_in(text: str, *policies: str) -> tuple[Workspace, Case]:
    """A workspace of its own over the rules of policies, and the one case that a text has."""
    shared = opened(*policies)
    workspace = shared.stating(())
    (case,) = workspace.add_cases(load_text(text))
    return workspace, case


def text_of(policy: str, name: str) -> str:
    """The text of a case file."""
    (path,) = (each for each in cases_of(policy) if each.stem.startswith(name))
    return path.read_text("utf-8")


def letters(review: Data) -> str:
    """How the criteria of a review stand, a letter for each."""
    letter = {status: each for each, status in STATUSES.items()}
    shown = []
    for each in review["criteria"]:
        inside = "".join(letter[alternative["status"]] for alternative in each["alternatives"])
        shown.append(letter[each["status"]] + (f"({inside})" if inside else ""))
    return " ".join(shown)


def alternatives(review: Data) -> dict[str, str]:
    """The status of each criterion and alternative of a review, by its id."""
    return {
        each["id"]: each["status"]
        for criterion in review["criteria"]
        for each in (criterion, *criterion["alternatives"])
    }


def test_every_case_is_expected() -> None:
    """Each policy has at least five cases, and each case file is in the table."""
    assert {policy: sorted(cases) for policy, cases in EXPECTED.items()} == {
        policy: [path.stem for path in cases_of(policy)] for policy in POLICIES
    }
    assert min(map(len, EXPECTED.values())) >= 5


@pytest.mark.parametrize(("policy", "name"), CASES)
def test_determination_criteria_and_proof(policy: str, name: str, without_repairs: None) -> None:
    """Each case has the determination and the status of every criterion and alternative that the policy's text gives it, and
    the checker of proofs accepts the review, but for what is missing, which is not searched for here."""
    workspace, case = case_in(text_of(policy, name), policy)
    review: Data = json.loads(json.dumps(review_json(workspace.review(case))))
    assert (review["determination"], letters(review)) == EXPECTED[policy][name]
    report = verifier(policy).report([review], case.facts)
    assert [each for each in report.faults if not each.path.startswith("[0].missing")] == []


@pytest.mark.parametrize("policy", POLICIES)
def test_policies_and_cases_are_without_faults(policy: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`priorlog check` finds nothing in a policy, nor in its cases and tests but the name that one of them is about."""
    assert cli.main(["check", str(POLICIES[policy])]) == 0
    assert capsys.readouterr().out == "1 file(s): 0 error(s), 0 warning(s)\n"
    assert (
        cli.main(["check", "-f", str(POLICIES[policy]), *map(str, (*cases_of(policy), *policy_tests_of(policy)))]) == 0
    )
    assert f"0 error(s), {int(policy == 'evolocumab')} warning(s)" in capsys.readouterr().out


BOUNDARIES = [
    ("selinexor_second_payer", "07", "2006-09-03", "2006-09-04", "age", "not_met"),
    ("evolocumab", "01", "27, 55)", "27, 54.9)", "inadequate_response_in_established_disease", "not_met"),
    ("evolocumab", "01", "05-27, 55)", "05-26, 55)", "inadequate_response_in_established_disease", "not_documented"),
    ("evolocumab", "01", "2025-05-26).", "2025-05-25).", "inadequate_response_in_established_disease", "not_documented"),
    ("evolocumab", "01", "lipitor, 80", "lipitor, 40", "inadequate_response_in_established_disease", "met"),
    ("evolocumab", "01", "lipitor, 80", "lipitor, 39.5", "inadequate_response_in_established_disease", "not_documented"),
    ("evolocumab", "01", "lipitor, 80", "zocor, 80", "inadequate_response_in_established_disease", "not_documented"),
    ("evolocumab", "01", "2025-05-27, 55", "2025-06-17, 55", "inadequate_response_in_established_disease", "not_documented"),
    ("evolocumab", "01", "ldl(eight_weeks, 2025-03-30, 141)", "ldl(eight_weeks, 2025-06-01, 54)",
     "inadequate_response_in_established_disease", "not_met"),
    ("evolocumab", "04", "2025-05-25", "2025-05-26", "inadequate_response_in_established_disease", "met"),
    ("evolocumab", "05", "06, 70)", "06, 69.99)", "inadequate_response_in_primary_hyperlipidemia", "not_met"),
    ("evolocumab", "05", "300", "299.5", "primary_hyperlipidemia", "not_documented"),
    ("evolocumab", "05", "2025-06-06, 70", "2025-06-05, 70", "inadequate_response_in_primary_hyperlipidemia", "not_documented"),
    ("evolocumab", "06", "2025-04-12", "2025-04-11", "inadequate_response_in_primary_hyperlipidemia", "met"),
    ("evolocumab", "07", "rosuvastatin, 20", "rosuvastatin, 10", "muscle_symptoms_in_established_disease", "not_documented"),
    ("evolocumab", "08", "muscle_symptoms(one", "rhabdomyolysis(one", "rhabdomyolysis", "met"),
    ("cgrp_antibodies", "01", "3, 4)", "3, 3)", "migraine_days", "not_met"),
    ("cgrp_antibodies", "01", "propranolol, 28", "propranolol, 27", "preventives", "not_documented"),
    ("cgrp_antibodies", "01", "propranolol", "verapamil", "preventives", "not_documented"),
    ("cgrp_antibodies", "04", "89", "90", "preferred_failed", "met"),
    ("cgrp_antibodies", "08", "-unacc", "unacc", "toxicity", "not_met"),
]  # fmt: skip
"""A case, what is changed in it, and the status that a criterion or alternative has then."""


@pytest.mark.parametrize(("policy", "name", "old", "new", "item", "status"), BOUNDARIES)
def test_boundaries(policy: str, name: str, old: str, new: str, item: str, status: str, without_repairs: None) -> None:
    """A day, a milligram or a tenth beside what a policy asks for decides, and what is not documented stays open."""
    text = text_of(policy, name)
    assert old in text
    workspace, case = case_in(text.replace(old, new), policy)
    assert alternatives(review_json(workspace.review(case)))[item] == status  # type: ignore[arg-type]


def test_a_latest_value_after_eight_weeks_is_asked_for_where_there_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    """Where a value after eight weeks is not documented, it is all that is missing."""
    assert missing("evolocumab", "03", capsys) == [["ldl"]]


def test_a_later_value_that_is_too_high_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """Where the latest value is too low, one of a later day would do: courses of treatment are not tried one by one."""
    data = missing_for_criteria("evolocumab", "02", capsys)
    ((fact,),) = data["missing"]
    assert fact["fact"] == "ldl(latest_below, A, B)"
    assert [each["text"] for each in fact["bounds"]] == ["A: from 2025-06-02 to 2025-06-16", "B: 55.0 or more"]


def test_an_open_indication_is_asked_for_beside_open_courses(capsys: pytest.CaptureFixture[str]) -> None:
    """Each indication that would do is a set, though courses and values are as open as it is."""
    data = missing_for_criteria("evolocumab", "11", capsys)
    assert [len(each) for each in data["missing"]] == [1] * 10
    assert {fact["fact"].partition("(")[0] for (fact,) in data["missing"]} == {"indication"}
    assert data["missing_search"]["status"] == "found"


def missing_for_criteria(policy: str, name: str, capsys: pytest.CaptureFixture[str]) -> Data:
    """What `priorlog missing` says of the criteria for a case."""
    (path,) = (each for each in cases_of(policy) if each.stem.startswith(name))
    files = ["-f", str(POLICIES[policy]), "--case", str(path)]
    assert cli.main(["missing", "meets_criteria(C)", *files, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_what_is_missing_of_two_criteria_is_asked_for_together(capsys: pytest.CaptureFixture[str]) -> None:
    """The month and the trial that are open are one set."""
    assert missing("cgrp_antibodies", "05", capsys) == [["migraine_days", "trial"]]


def test_each_partner_is_a_way(capsys: pytest.CaptureFixture[str]) -> None:
    """After two regimens any of five partners will do."""
    assert missing("selinexor_second_payer", "02", capsys) == [["combination"]] * 5


def missing(policy: str, name: str, capsys: pytest.CaptureFixture[str]) -> list[list[str]]:
    """The predicates of each set of facts that `priorlog review` says is missing from a case."""
    (path,) = (each for each in cases_of(policy) if each.stem.startswith(name))
    assert cli.main(["review", "-f", str(POLICIES[policy]), str(path), "--format", "json"]) == 0
    (review,) = json.loads(capsys.readouterr().out)
    return [[fact["fact"].partition("(")[0] for fact in each] for each in review["missing"]]


@pytest.mark.parametrize(("policy", "name"), [(policy, next(iter(cases))) for policy, cases in EXPECTED.items()])
def test_other_commands(policy: str, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`query`, `why`, `whynot`, `verify` and `compile` work with a policy in a file of its own."""
    rules, case = ["-f", str(POLICIES[policy])], next(path for path in cases_of(policy) if path.stem == name)
    beside = [*rules, "--case", str(case)]
    _, found = case_in(case.read_text("utf-8"), policy)
    goal = f"meets_criteria({plain_text(found.name)})"
    assert cli.main(["query", goal, *beside, "--engine", "duckdb", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["answers"] == [[]]
    for command in ("why", "whynot"):
        out = tmp_path / f"{command}.json"
        assert cli.main([command, goal, *beside, "--format", "json", "-o", str(out)]) == 0
        assert json.loads(out.read_text("utf-8"))["status"] == "true"
        assert cli.main(["verify", str(out), *beside]) == 0
        assert capsys.readouterr().out.startswith("accepted")
    assert cli.main(["compile", str(POLICIES[policy])]) == 0
    assert 'CREATE OR REPLACE VIEW "meets_criteria" AS' in capsys.readouterr().out


def test_an_interview_settles_what_is_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An interview asks for the number of days and the length of the trial that are open, and no more."""
    (path,) = (each for each in cases_of("cgrp_antibodies") if each.stem.startswith("05"))
    monkeypatch.setattr("sys.stdin", io.StringIO("7\n28\n"))
    out = tmp_path / "answered.pl"
    assert cli.main(["interview", str(path), "-f", str(POLICIES["cgrp_antibodies"]), "-o", str(out)]) == 0
    workspace, case = case_in(out.read_text("utf-8"), "cgrp_antibodies")
    assert workspace.review(case).determination == "meets_criteria"


@pytest.mark.parametrize("policy", POLICIES)
def test_a_population_is_decided_as_its_cases_are(policy: str, tmp_path: Path) -> None:
    """`batch` on DuckDB gives each case its determination and the status of each criterion and alternative."""
    duckdb = pytest.importorskip("duckdb")
    import engine.batch  # needs DuckDB

    report = tmp_path / "out.parquet"
    engine.batch.run(write_population(policy, tmp_path / "in"), report, rules=rules_of(policy))
    table = duckdb.execute("SELECT * FROM read_parquet(?)", [str(report)])
    columns = [column[0] for column in table.description]
    found = {row[0]: dict(zip(columns, row, strict=True)) for row in table.fetchall()}
    for name, (determination, expected) in EXPECTED[policy].items():
        case = plain_text(case_in(text_of(policy, name), policy)[1].name)
        row = found.pop(case)
        assert (row["determination"], _letters_of(row, policy)) == (determination, expected), name
    assert found == {}


def _letters_of(row: Data, policy: str) -> str:
    """How the criteria of a row of a report stand, as in the table of what is expected."""
    letter = {status: each for each, status in STATUSES.items()}
    shown = []
    for item in Policies.of(rules_of(policy)).criteria:
        if (status := row[item.id]) is not None and item.kind == row["kind"]:
            inside = "".join(letter[row[f"{item.id}__{each.id}"]] for each in item.alternatives)
            shown.append(letter[status] + (f"({inside})" if inside else ""))
    return " ".join(shown)


def test_two_payers_side_by_side(without_repairs: None) -> None:
    """One case under two policies for its drug is reviewed under each as under that one alone."""
    text = text_of("selinexor_second_payer", "01")
    files = [*POLICY_FILES, POLICIES["selinexor_second_payer"]]
    workspace = Workspace.open(files=files)
    (case,) = workspace.add_cases(load_text(text))
    found = {each.policy: each.determination for each in workspace.reviews(case)}
    assert found == {"xpovio": "criteria_not_met", "selinexor_second_payer": "meets_criteria"}
    workspace = workspace.stating(())
    (named,) = workspace.add_cases(load_text(f"{text}\nunder(kd, selinexor_second_payer)."))
    assert [each.policy for each in workspace.reviews(named)] == ["selinexor_second_payer"]


def test_a_policy_without_criteria_for_renewals_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """Where a policy is in force and lists no criteria for the kind of request, the report does not blame its date."""
    (path,) = (each for each in cases_of("selinexor_second_payer") if each.stem.startswith("06"))
    assert cli.main(["review", "-f", str(POLICIES["selinexor_second_payer"]), str(path)]) == 0
    out = capsys.readouterr().out
    assert "it has no criteria for renewal requests" in out
    assert "the first begins" not in out


def test_what_is_ours_is_said_in_reports(capsys: pytest.CaptureFixture[str]) -> None:
    """A day, a duration or a limit that the text of a policy does not have is told as an assumption wherever it bears."""
    for policy, places in (
        ("selinexor_second_payer", ["In force"]),
        ("evolocumab", ["In force", "Duration"]),
        ("cgrp_antibodies", ["In force", "Quantity"]),
    ):
        assert cli.main(["review", "-f", str(POLICIES[policy]), str(cases_of(policy)[0]), "--format", "json"]) == 0
        (review,) = json.loads(capsys.readouterr().out)
        for place in places:
            assert [line for line in review["assumptions"] if f'"{place}"' in line and "ours" in line], place
