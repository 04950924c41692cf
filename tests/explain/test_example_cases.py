"""What a review says of the example cases, and of cases on both sides of every boundary of the Xpovio policy.

The expected values are worked out by hand from the policy document and from DESIGN.md, not taken from a run.
"""

from __future__ import annotations

import functools
import json
import random
import re
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from explain.cli import entry as cli
from explain.proof.node_json import node_json
from explain.report.data import review_json
from explain.verify import Verifier
from explain.workspace import Workspace
from kb.language.loader import load_files, load_text
from kb.language.terms import Atom
from kb.language.truth import Truth
from tests.explain.mutations import folded, nodes_of, spread

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples" / "cases"

DETERMINATIONS = {
    "01_rrmm_meets_criteria": "meets_criteria",
    "02_rrmm_one_proteasome_inhibitor_twice": "criteria_not_met",
    "03_rrmm_second_proteasome_inhibitor_open": "more_information_needed",
    "04_rrmm_three_prior_lines": "criteria_not_met",
    "05_mm_with_bortezomib": "meets_criteria",
    "06_mm_with_bortezomib_before_2021": "criteria_not_met",
    "07_lymphoma_from_follicular": "meets_criteria",
    "08_lymphoma_before_july_2020": "investigational",
    "09_day_before_18th_birthday": "criteria_not_met",
    "10_on_18th_birthday": "meets_criteria",
    "11_contraception_not_stated": "more_information_needed",
    "12_contraception_before_may_2021": "meets_criteria",
    "13_renewal_after_progression": "criteria_not_met",
    "14_renewal_outcome_not_documented": "more_information_needed",
    "15_breast_cancer": "investigational",
    "16_conflicting_refractoriness": "conflicting_evidence",
    "17_refractoriness_by_imwg_definition": "meets_criteria",
    "18_quantity_over_limit": "meets_criteria",
    "19_unlisted_strength": "meets_criteria",
    "20_before_the_first_policy": "no_policy_in_force",
}

SUPPORTIVE = (
    "prophylaxis(c1, ondansetron)",
    "agrees_to_monitor(c1, complete_blood_count)",
    "agrees_to_monitor(c1, blood_chemistry)",
    "agrees_to_monitor(c1, body_weight)",
    "tablet(c1, 20)",
    "quantity(c1, 96, 84)",
)
PATIENT = ("birth_date(c1, 1953-04-11)", "sex(c1, female)", "-reproductive_potential(c1)")
RRMM = (
    "request(c1, selinexor, initial, 2024-09-03)",
    *PATIENT,
    "indication(c1, multiple_myeloma)",
    "disease_status(c1, refractory)",
    "prior_therapy(c1, 1, bortezomib)",
    "prior_therapy(c1, 1, lenalidomide)",
    "prior_therapy(c1, 2, carfilzomib)",
    "prior_therapy(c1, 3, daratumumab)",
    "prior_therapy(c1, 4, pomalidomide)",
    "refractory(c1, bortezomib)",
    "refractory(c1, carfilzomib)",
    "refractory(c1, lenalidomide)",
    "refractory(c1, pomalidomide)",
    "refractory(c1, daratumumab)",
    "combination(c1, dexamethasone)",
    "complete(c1, combination)",
    *SUPPORTIVE,
)
"""Relapsed or refractory myeloma that meets every criterion; that bortezomib is not given with it is documented."""
MM = (
    "request(c1, selinexor, initial, 2024-09-03)",
    *PATIENT,
    "indication(c1, multiple_myeloma)",
    "disease_status(c1, relapsed)",
    "prior_therapy(c1, 1, lenalidomide)",
    "combination(c1, bortezomib)",
    "combination(c1, dexamethasone)",
    *SUPPORTIVE,
)
LYMPHOMA = (
    "request(c1, selinexor, initial, 2024-09-03)",
    *PATIENT,
    "indication(c1, diffuse_large_b_cell_lymphoma)",
    "disease_status(c1, relapsed)",
    "prior_therapy(c1, 1, rituximab)",
    "prior_therapy(c1, 2, rituximab)",
    *SUPPORTIVE,
)
OUTCOME = ("-disease_progression(c1)", "-unacceptable_toxicity(c1)")
RENEWAL = "request(c1, selinexor, renewal, 2024-09-03)"
MM_RENEWAL = (RENEWAL, *MM[1:], *OUTCOME)
RRMM_RENEWAL = (RENEWAL, *RRMM[1:], *OUTCOME)
LYMPHOMA_RENEWAL = (RENEWAL, *LYMPHOMA[1:], *OUTCOME)

Facts = Sequence[str]
Data = dict[str, Any]


def case(base: Facts, *extra: str, without: Sequence[str] = (), date: str | None = None, name: str = "c1") -> str:
    """The text of a case: the facts of a base without those that begin so, and with others."""
    facts = [fact for fact in base if not fact.startswith(tuple(without))] + list(extra)
    if date is not None:
        facts = [re.sub(r"(request\(.*, ).*\)", rf"\g<1>{date})", fact) for fact in facts]
    return "".join(f"{fact}.\n" for fact in facts).replace("(c1", f"({name}")


@functools.cache
def _workspace(closed_world: bool) -> Workspace:
    return Workspace.open(closed_world=closed_world)


@functools.cache
def _verifier() -> Verifier:
    return Verifier.of(_workspace(False).loaded.program)


def reviews(text: str, *, closed_world: bool = False, finds_missing: bool = False) -> list[Data]:
    """The reviews of the cases of a text, as the JSON that the command prints; what is missing is searched for, which costs
    most, if asked for."""
    workspace = _workspace(closed_world)
    workspace.set_facts(())
    cases = workspace.add_cases(load_text(text, "case.pl"))
    found = (workspace.reviews(each, finds_missing=finds_missing) for each in cases)
    return [spread(json.loads(json.dumps(review_json(only)))) for (only,) in found]


@functools.cache
def review(text: str, *, closed_world: bool = False, finds_missing: bool = False) -> Data:
    """The review of a text with one case, made once: tests only read it."""
    (only,) = reviews(text, closed_world=closed_world, finds_missing=finds_missing)
    return only


def whole_review(text: str) -> Data:
    """The same with what is missing."""
    return review(text, finds_missing=True)


def determination(text: str, *, closed_world: bool = False) -> str:
    """The determination of a text with one case."""
    return str(review(text, closed_world=closed_world)["determination"])


def statuses(data: Data) -> dict[str, str]:
    """The status of each criterion and alternative of a review, by id."""
    found = {}
    for criterion in data["criteria"]:
        found[criterion["id"]] = criterion["status"]
        found |= {each["id"]: each["status"] for each in criterion["alternatives"]}
    return found


def missing(data: Data) -> list[list[str]]:
    """The missing sets of a review, as facts."""
    return [[fact["fact"] for fact in facts] for facts in data["missing"]]


def nodes(value: object) -> Iterator[Data]:
    """Every explanation node anywhere in a review."""
    if isinstance(value, dict):
        if "goal" in value:
            yield value
        for each in value.values():
            yield from nodes(each)
    elif isinstance(value, list):
        for each in value:
            yield from nodes(each)


# The example cases


@functools.cache
def example(name: str) -> Data:
    """The review of an example file."""
    workspace = _workspace(False)
    workspace.set_facts(())
    (only,) = workspace.add_cases(load_files([EXAMPLES / f"{name}.pl"]))
    found: Data = spread(json.loads(json.dumps(review_json(workspace.review(only)))))
    return found


def test_every_example_is_in_the_table() -> None:
    """The table of determinations has every example file and no other."""
    assert sorted(path.stem for path in EXAMPLES.glob("*.pl")) == sorted(DETERMINATIONS)


@pytest.mark.parametrize(("name", "expected"), DETERMINATIONS.items())
def test_example(name: str, expected: str) -> None:
    """Each example case has the determination that its first line announces."""
    first_line = (EXAMPLES / f"{name}.pl").read_text(encoding="utf-8").partition("\n")[0]
    assert (expected, True) == (example(name)["determination"], expected in first_line)


def test_example_03_lacks_one_of_two_facts() -> None:
    """With one proteasome inhibitor documented, refractoriness to either of the others would do, and nothing else."""
    expected = [["refractory(rrmm_second_pi_open, carfilzomib)"], ["refractory(rrmm_second_pi_open, ixazomib)"]]
    assert expected == missing(example("03_rrmm_second_proteasome_inhibitor_open"))


def test_example_11_and_14_lack_what_their_names_say() -> None:
    """A man whose partner can conceive lacks contraception advice; an open renewal lacks both outcomes."""
    expected = (
        [["contraception_advised(contraception_open)"]],
        [["-disease_progression(renewal_open)", "-unacceptable_toxicity(renewal_open)"]],
    )
    actual = tuple(
        missing(example(name)) for name in ("11_contraception_not_stated", "14_renewal_outcome_not_documented")
    )
    assert expected == actual


def test_example_16_names_both_places_in_json() -> None:
    """A conflict is reported with file and line of the fact and of its denial."""
    (conflict,) = example("16_conflicting_refractoriness")["conflicts"]
    places = [
        (Path(side["file"]).name, side["line"]) for key in ("for", "against") for side in conflict[key]["evidence"]
    ]
    file = "16_conflicting_refractoriness.pl"
    assert ("refractory(conflict, bortezomib)", [(file, 24), (file, 29)]) == (conflict["fact"], places)


def test_example_16_names_both_places_in_the_text(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text report of a conflict names file and line of both sides before it goes on to the criteria."""
    monkeypatch.chdir(EXAMPLES)
    code = cli.main(["review", "16_conflicting_refractoriness.pl"])
    head = capsys.readouterr().out.partition("Criteria\n")[0]
    found = re.findall(r"16_conflicting_refractoriness\.pl:\d+", head)
    assert (code, found) == (0, ["16_conflicting_refractoriness.pl:24", "16_conflicting_refractoriness.pl:29"])


DERIVED_IN_17 = {"bortezomib", "lenalidomide", "carfilzomib", "daratumumab", "pomalidomide", "dexamethasone"}


def test_example_17_lists_what_is_derived() -> None:
    """Refractoriness that follows from responses and dates is listed among the assumptions, agent by agent."""
    lines = [
        line
        for line in example("17_refractoriness_by_imwg_definition")["assumptions"]
        if line.startswith("concluded by")
    ]
    actual = {agent for line in lines for agent in re.findall(r"refractory to (\w+)", line)}
    assert actual == DERIVED_IN_17


def test_example_17_labels_what_is_derived_in_the_proof() -> None:
    """Each derived refractoriness that the proof uses carries the label and cites the definition."""
    proof = example("17_refractoriness_by_imwg_definition")["proof"]
    used = {each["goal"]: each for each in nodes(proof) if each["goal"].startswith("refractory(")}
    expected = {f"refractory(derived, {agent})": ("derived", True) for agent in DERIVED_IN_17 - {"dexamethasone"}}
    assert expected == {goal: (each["label"], "IMWG" in (each["cite"] or "")) for goal, each in used.items()}


@pytest.mark.parametrize(
    ("name", "quantity"),
    [
        ("01_rrmm_meets_criteria", "within_limit"),
        ("18_quantity_over_limit", "over_limit"),
        ("19_unlisted_strength", "unlisted_strength"),
    ],
)
def test_example_quantity(name: str, quantity: str) -> None:
    """The quantity is judged beside the criteria and takes no authorization away."""
    granted = {"from": "2024-09-03", "until": "2025-09-02", "tablets": 96, "days": 84}
    assert (quantity, granted) == (example(name)["quantity"], example(name)["authorization"])


@pytest.mark.heavy
def test_examples_agree_with_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    """The command, given all example files at once, prints one object for each in their order."""
    files = sorted(EXAMPLES.glob("*.pl"))
    code = cli.main(["review", *map(str, files), "--format", "json"])
    printed = [each["determination"] for each in json.loads(capsys.readouterr().out)]
    assert (0, [DETERMINATIONS[path.stem] for path in files]) == (code, printed)


KEYS = {
    "case", "policy", "policy_effective", "kind", "date", "determination", "criteria", "missing", "authorization",
    "quantity", "assumptions", "checks", "proof",
}  # fmt: skip


@pytest.mark.parametrize("name", DETERMINATIONS)
def test_example_has_every_key(name: str) -> None:
    """Every key of the contract is present, whatever the determination."""
    assert set() == KEYS - set(example(name))


def test_only_met_criteria_are_authorized() -> None:
    """An authorization is given exactly where criteria are met, and missing facts are listed exactly where some are open."""
    expected = {
        name: (value == "meets_criteria", value == "more_information_needed") for name, value in DETERMINATIONS.items()
    }
    actual = {
        name: (example(name)["authorization"] is not None, bool(example(name)["missing"])) for name in DETERMINATIONS
    }
    assert expected == actual


@pytest.mark.heavy
def test_the_word_deny_is_not_used(capsys: pytest.CaptureFixture[str]) -> None:
    """No report says that anything is denied: software reports, and a clinician decides."""
    cli.main(["review", "--proof", *map(str, sorted(EXAMPLES.glob("*.pl")))])
    text = capsys.readouterr().out
    assert re.findall(r"\bden(?:y|ied|ial)\b", text, re.IGNORECASE) == []


# Versions of the policy


VERSIONS = [
    ("2019-06-30", "no_policy_in_force", None),
    ("2019-07-01", "meets_criteria", "2019-07-01"),
    ("2020-06-30", "meets_criteria", "2019-07-01"),
    ("2020-07-01", "meets_criteria", "2020-07-01"),
    ("2020-12-31", "meets_criteria", "2020-07-01"),
    ("2021-01-01", "meets_criteria", "2021-01-01"),
    ("2021-04-30", "meets_criteria", "2021-01-01"),
    ("2021-05-01", "meets_criteria", "2021-05-01"),
    ("2024-06-30", "meets_criteria", "2021-05-01"),
    ("2024-07-01", "meets_criteria", "2024-07-01"),
    ("2031-01-01", "meets_criteria", "2024-07-01"),
]


@pytest.mark.parametrize(("date", "expected", "effective"), VERSIONS)
def test_version_in_force(date: str, expected: str, effective: str | None) -> None:
    """The policy in force is the version whose first day is the last one not after the request."""
    data = review(case(RRMM, date=date))
    assert (expected, effective, date) == (data["determination"], data["policy_effective"], data["date"])


@pytest.mark.parametrize(
    ("date", "flagged"),
    [
        ("2019-07-01", True), ("2019-07-31", True), ("2019-08-01", False),
        ("2020-06-30", False), ("2020-07-01", True), ("2020-07-31", True), ("2020-08-01", False),
        ("2020-12-31", False), ("2021-01-01", True), ("2021-01-31", True), ("2021-02-01", False),
        ("2021-04-30", False), ("2021-05-01", True), ("2021-05-31", True), ("2021-06-01", False),
        ("2024-06-15", False), ("2024-07-01", False), ("2024-07-15", False),
    ],
)  # fmt: skip
def test_change_month_flag(date: str, flagged: bool) -> None:
    """A date in a month whose change has no known day is flagged; July 2024 is not, as its day is known."""
    assumptions = review(case(RRMM, date=date))["assumptions"]
    assert flagged == any(line.startswith("change month") for line in assumptions)


@pytest.mark.parametrize(("date", "reconstructed"), [("2019-07-01", True), ("2024-06-30", True), ("2024-07-01", False)])
def test_reconstructed_version(date: str, reconstructed: bool) -> None:
    """Versions before the document at hand are known from its history only, and a review says so."""
    assumptions = review(case(RRMM, date=date))["assumptions"]
    assert reconstructed == any("reconstructed" in line for line in assumptions)


ALTERNATIVES = ("multiple_myeloma", "relapsed_or_refractory_multiple_myeloma", "diffuse_large_b_cell_lymphoma")


@pytest.mark.parametrize(
    ("date", "absent"),
    [
        ("2019-07-01", {"multiple_myeloma", "diffuse_large_b_cell_lymphoma", "contraception"}),
        ("2020-06-30", {"multiple_myeloma", "diffuse_large_b_cell_lymphoma", "contraception"}),
        ("2020-07-01", {"multiple_myeloma", "contraception"}),
        ("2020-12-31", {"multiple_myeloma", "contraception"}),
        ("2021-01-01", {"contraception"}),
        ("2021-04-30", {"contraception"}),
        ("2021-05-01", set()),
        ("2024-07-01", set()),
    ],
)
def test_items_not_in_force_do_not_apply(date: str, absent: set[str]) -> None:
    """What the policy did not have yet at the date is not applicable, and only that."""
    able = case(RRMM, "reproductive_potential(c1)", "contraception_advised(c1)", without=["-reproductive"], date=date)
    assert absent == {name for name, status in statuses(review(able)).items() if status == "not_applicable"}


@pytest.mark.parametrize(
    ("base", "date", "expected"),
    [
        (MM, "2020-12-31", "criteria_not_met"), (MM, "2021-01-01", "meets_criteria"),
        (LYMPHOMA, "2020-06-30", "investigational"), (LYMPHOMA, "2020-07-01", "meets_criteria"),
        (RRMM, "2019-07-01", "meets_criteria"),
        (MM_RENEWAL, "2020-12-31", "meets_criteria"), (MM_RENEWAL, "2021-01-01", "meets_criteria"),
        (LYMPHOMA_RENEWAL, "2020-06-30", "investigational"), (LYMPHOMA_RENEWAL, "2020-07-01", "meets_criteria"),
    ],
)  # fmt: skip
def test_first_day_of_each_indication(base: Facts, date: str, expected: str) -> None:
    """An indication counts from its first day; a myeloma renewal with dexamethasone is covered from the start."""
    closed = ("complete(c1, prior_therapy)", "complete(c1, refractory)")
    assert expected == determination(case(base, *closed, date=date))


def test_another_drug_has_no_policy() -> None:
    """A drug that no policy covers has no policy in force, and the other keys are empty or null."""
    data = review(case(RRMM).replace("selinexor", "aspirin"))
    actual = {
        key: data[key]
        for key in ("determination", "policy", "policy_effective", "missing", "authorization", "quantity", "proof")
    }
    expected: Data = {
        "determination": "no_policy_in_force", "policy": None, "policy_effective": None, "missing": [],
        "authorization": None, "quantity": None, "proof": None,
    }  # fmt: skip
    assert expected == actual


def test_a_drug_is_not_covered_by_the_brand_of_another() -> None:
    """A request for another branded drug of the appendix is not reviewed under this policy."""
    assert determination(case(RRMM).replace("selinexor", "velcade")) == "no_policy_in_force"


# Age


@pytest.mark.parametrize(
    ("birth", "date", "status"),
    [
        ("2006-09-04", "2024-09-03", "not_met"), ("2006-09-03", "2024-09-03", "met"), ("2006-09-02", "2024-09-03", "met"),
        ("2004-02-29", "2022-02-28", "not_met"), ("2004-02-29", "2022-03-01", "met"),
        ("2003-03-01", "2021-02-28", "not_met"), ("2003-03-01", "2021-03-01", "met"),
        ("2024-09-03", "2024-09-03", "not_met"), ("2024-09-04", "2024-09-03", "not_met"),
        ("1900-01-01", "2024-09-03", "met"),
    ],
)  # fmt: skip
def test_age(birth: str, date: str, status: str) -> None:
    """Eighteen years are completed on the birthday, and on 1 March for who was born on 29 February."""
    text = case(RRMM, f"birth_date(c1, {birth})", without=["birth_date"], date=date)
    assert status == statuses(review(text))["age"]


# Authorization


@pytest.mark.parametrize(
    ("date", "until"),
    [
        ("2024-02-29", "2025-02-27"), ("2024-03-01", "2025-02-28"), ("2023-02-28", "2024-02-27"), ("2023-03-01", "2024-02-29"),
        ("2024-01-31", "2025-01-30"), ("2024-12-31", "2025-12-30"), ("2024-01-01", "2024-12-31"), ("2024-09-03", "2025-09-02"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("base", [RRMM, RRMM_RENEWAL], ids=["initial", "renewal"])
@pytest.mark.heavy
def test_authorization(base: Facts, date: str, until: str) -> None:
    """An authorization lasts twelve months less one day, clamped to the end of the month, for both kinds of request."""
    assert {"from": date, "until": until, "tablets": 96, "days": 84} == review(case(base, date=date))["authorization"]


# Quantity


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (["tablet(c1, 20)", "quantity(c1, 96, 84)"], "within_limit"),
        (["tablet(c1, 20)", "quantity(c1, 97, 84)"], "over_limit"),
        (["tablet(c1, 20)", "quantity(c1, 95, 84)"], "within_limit"),
        (["tablet(c1, 20)", "quantity(c1, 8, 7)"], "within_limit"),
        (["tablet(c1, 20)", "quantity(c1, 9, 7)"], "over_limit"),
        (["tablet(c1, 20)", "quantity(c1, 32, 28)"], "within_limit"),
        (["tablet(c1, 20)", "quantity(c1, 33, 28)"], "over_limit"),
        (["tablet(c1, 20)", "quantity(c1, 96, 83)"], "over_limit"),
        (["tablet(c1, 20)", "quantity(c1, 96, 85)"], "within_limit"),
        (["tablet(c1, 20)", "quantity(c1, 192, 168)"], "within_limit"),
        (["tablet(c1, 20)", "quantity(c1, 193, 168)"], "over_limit"),
        (["tablet(c1, 20)", "quantity(c1, 9223372036854775807, 84)"], "over_limit"),
        (["tablet(c1, 40)", "quantity(c1, 96, 84)"], "within_limit"),
        (["tablet(c1, 50)", "quantity(c1, 96, 84)"], "within_limit"),
        (["tablet(c1, 60)", "quantity(c1, 96, 84)"], "within_limit"),
        (["tablet(c1, 30)", "quantity(c1, 96, 84)"], "unlisted_strength"),
        (["tablet(c1, 30)", "quantity(c1, 97, 84)"], "unlisted_strength"),
        (["tablet(c1, 30)"], "unlisted_strength"),
        (["tablet(c1, 20)"], "not_documented"),
        (["quantity(c1, 97, 84)"], "not_documented"),
        ([], "not_documented"),
    ],
)
@pytest.mark.heavy
def test_quantity(facts: list[str], expected: str) -> None:
    """An unlisted strength comes first, then what is missing, then the rate of 96 tablets for every 84 days."""
    data = review(case(RRMM, *facts, without=["tablet", "quantity"]))
    assert (expected, "meets_criteria") == (data["quantity"], data["determination"])


@pytest.mark.parametrize("date", ["2019-07-01", "2021-04-30", "2019-06-30"])
def test_quantity_is_todays_at_every_date(date: str) -> None:
    """Strengths that came later and the present limit are used for older requests too."""
    assert review(case(RRMM, "tablet(c1, 50)", without=["tablet"], date=date))["quantity"] == "within_limit"


def test_closed_world_does_not_document_a_quantity() -> None:
    """A missing quantity stays undocumented where records are taken to be complete: there is nothing to compare."""
    assert review(case(RRMM, without=["quantity"]), closed_world=True)["quantity"] == "not_documented"


# Refractoriness by definition

DERIVING = ("complete(c1, refractory)", "last_dose(c1, 1, 2023-01-01)", "prior_therapy(c1, 1, ixazomib)")
WITHOUT_SECOND_INHIBITOR = ["refractory(c1, bortezomib)"]


@pytest.mark.parametrize(
    ("progressed", "expected"),
    [
        ("2022-12-31", "meets_criteria"),  # the day before the last dose
        ("2022-06-01", "meets_criteria"),
        ("2023-01-01", "meets_criteria"),  # the day of the last dose
        ("2023-03-01", "meets_criteria"),  # 59 days after it
        ("2023-03-02", "meets_criteria"),  # 60
        ("2023-03-03", "criteria_not_met"),  # 61
        ("2023-12-31", "criteria_not_met"),
    ],
)
def test_progression_window(progressed: str, expected: str) -> None:
    """Progression before, on or up to 60 days after the last dose makes the agents of a line refractory."""
    text = case(RRMM, *DERIVING, f"progression(c1, 1, {progressed})", without=WITHOUT_SECOND_INHIBITOR)
    assert expected == determination(text)


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        ("stable_disease", "meets_criteria"), ("progressive_disease", "meets_criteria"),
        ("minimal_response", "criteria_not_met"), ("partial_response", "criteria_not_met"),
        ("very_good_partial_response", "criteria_not_met"), ("complete_response", "criteria_not_met"),
    ],
)  # fmt: skip
def test_response_that_is_refractory(response: str, expected: str) -> None:
    """A line without any response makes its agents refractory; a minimal response is one."""
    closed = ("complete(c1, progression)",)
    text = case(RRMM, *DERIVING, *closed, f"best_response(c1, 1, {response})", without=WITHOUT_SECOND_INHIBITOR)
    assert expected == determination(text)


def test_response_of_another_line_does_not_count() -> None:
    """Only the agents of the line that failed become refractory."""
    text = case(RRMM, *DERIVING, "best_response(c1, 5, stable_disease)", without=WITHOUT_SECOND_INHIBITOR)
    assert determination(text) == "criteria_not_met"


def test_derived_refractoriness_against_a_denial_is_a_conflict() -> None:
    """Refractoriness that follows from dates conflicts with a stated denial of it, under a brand name too."""
    extra = ("best_response(c1, 1, stable_disease)", "-refractory(c1, velcade)")
    assert determination(case(RRMM, *extra, without=WITHOUT_SECOND_INHIBITOR)) == "conflicting_evidence"


def test_derived_refractoriness_counts_as_refractory_myeloma() -> None:
    """Refractoriness that follows from a response makes the myeloma refractory where no status is stated."""
    extra = ("complete(c1, disease_status)", "best_response(c1, 1, stable_disease)")
    text = case(RRMM_RENEWAL, *extra, without=["disease_status", "refractory"])
    assert statuses(review(text))["relapsed_or_refractory_multiple_myeloma"] == "met"


# Brand names

BRANDS = {
    "carfilzomib": "kyprolis", "ixazomib": "ninlaro", "bortezomib": "velcade", "pomalidomide": "pomalyst",
    "lenalidomide": "revlimid", "thalidomide": "thalomid", "daratumumab": "darzalex",
    "daratumumab_and_hyaluronidase": "darzalex_faspro", "isatuximab": "sarclisa", "selinexor": "xpovio",
}  # fmt: skip


def branded(text: str) -> str:
    """The text with every generic name in place of its brand name."""
    names = sorted(BRANDS, key=len, reverse=True)
    return re.sub(r"\b(" + "|".join(names) + r")\b", lambda found: BRANDS[found[1]], text)


@pytest.mark.parametrize(
    "base", [RRMM, MM, LYMPHOMA, RRMM_RENEWAL, MM_RENEWAL], ids=["rrmm", "mm", "lymphoma", "rrmm2", "mm2"]
)
def test_brand_names_everywhere(base: Facts) -> None:
    """A case that speaks of every agent by its brand, the requested drug included, is reviewed as with generic names."""
    text = case(base)
    plain, brand = whole_review(text), whole_review(branded(text))
    keys = ("determination", "policy", "policy_effective", "authorization", "quantity", "missing")
    assert ([plain[key] for key in keys], statuses(plain)) == ([brand[key] for key in keys], statuses(brand))


@pytest.mark.parametrize(
    "agent", ["daratumumab", "darzalex", "daratumumab_and_hyaluronidase", "darzalex_faspro", "isatuximab", "sarclisa"]
)
def test_each_antibody_will_do(agent: str) -> None:
    """Refractoriness to any of the three antibodies against CD38, under either name, is enough."""
    text = case(RRMM, f"refractory(c1, {agent})", "complete(c1, refractory)", without=["refractory(c1, dara"])
    assert determination(text) == "meets_criteria"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("carfilzomib", "kyprolis", "criteria_not_met"), ("velcade", "bortezomib", "criteria_not_met"),
        ("carfilzomib", "ninlaro", "meets_criteria"), ("velcade", "kyprolis", "meets_criteria"),
    ],
)  # fmt: skip
def test_two_names_are_one_agent(first: str, second: str, expected: str) -> None:
    """Two proteasome inhibitors are two generics; a brand and its generic are one."""
    drop = ["refractory(c1, bort", "refractory(c1, carf"]
    text = case(RRMM, f"refractory(c1, {first})", f"refractory(c1, {second})", "complete(c1, refractory)", without=drop)
    assert expected == determination(text)


def test_a_brand_shares_its_generics_class_only() -> None:
    """An immunomodulatory agent does not stand in for a proteasome inhibitor."""
    text = case(RRMM, "refractory(c1, thalomid)", "complete(c1, refractory)", without=WITHOUT_SECOND_INHIBITOR)
    assert determination(text) == "criteria_not_met"


ANTIEMETICS = (
    "amisulpride", "aprepitant", "chlorpromazine", "dimenhydrinate", "dolasetron", "domperidone", "dronabinol", "droperidol",
    "fosaprepitant", "fosnetupitant", "granisetron", "haloperidol", "hydroxyzine", "meclizine", "metoclopramide", "nabilone",
    "netupitant", "olanzapine", "ondansetron", "palonosetron", "perphenazine", "prochlorperazine", "promethazine", "rolapitant",
    "scopolamine", "trimethobenzamide",
)  # fmt: skip


@pytest.mark.parametrize("agent", ANTIEMETICS)
def test_antiemetic(agent: str) -> None:
    """Each 5-HT3 antagonist and each other agent against nausea is prophylaxis."""
    text = case(RRMM, f"prophylaxis(c1, {agent})", "complete(c1, prophylaxis)", without=["prophylaxis"])
    assert statuses(review(text))["antiemetic_prophylaxis"] == "met"


@pytest.mark.parametrize(("closing", "status"), [((), "not_documented"), (("complete(c1, prophylaxis)",), "not_met")])
def test_other_prophylaxis(closing: tuple[str, ...], status: str) -> None:
    """Dexamethasone is not among the agents against nausea, so whether one is given depends on the record."""
    text = case(RRMM, "prophylaxis(c1, dexamethasone)", *closing, without=["prophylaxis"])
    assert status == statuses(review(text))["antiemetic_prophylaxis"]


@pytest.mark.parametrize(
    ("facts", "expected", "is_open"),
    [
        (
            ["complete(c1, prophylaxis)"],
            "no recognised agent against nausea is recorded for before and during treatment",
            False,
        ),
        (
            ["complete(c1, prophylaxis)", "prophylaxis(c1, dexamethasone)"],
            "no recognised agent against nausea is",
            False,
        ),
        ([], "not documented: whether an agent against nausea is given before and during treatment", True),
        (["-prophylaxis(c1, ondansetron)"], "not documented: whether an agent against nausea is given", True),
    ],
)
def test_why_no_agent_against_nausea_is_complete(facts: list[str], expected: str, is_open: bool) -> None:
    """That none is given says so of all recognised agents, and names each that would do, however many there are."""
    data = review(case(RRMM, *facts, without=["prophylaxis"]))
    node = next(each for each in data["criteria"] if each["id"] == "antiemetic_prophylaxis")["explanation"]
    (count,) = (child["count"] for child in node["children"] if child["kind"] == "count")
    denied = {fact.partition(", ")[2].rstrip(")") for fact in facts if fact.startswith("-")}
    known = {str(row[0].name) for row in _workspace(False).ask("antiemetic(A)").true if isinstance(row[0], Atom)}
    assert node["text"].startswith(expected)
    assert (count["found"], set(count["undocumented"])) == ([], known - denied if is_open else set())


# Conflicts


@pytest.mark.parametrize(
    ("stated", "denied"),
    [
        ("refractory(c1, carfilzomib)", "-refractory(c1, kyprolis)"),
        ("refractory(c1, kyprolis)", "-refractory(c1, carfilzomib)"),
        ("refractory(c1, kyprolis)", "-refractory(c1, kyprolis)"),
        ("combination(c1, bortezomib)", "-combination(c1, velcade)"),
        ("combination(c1, velcade)", "-combination(c1, bortezomib)"),
        ("prophylaxis(c1, bortezomib)", "-prophylaxis(c1, velcade)"),
        ("prior_therapy(c1, 7, velcade)", "-prior_therapy(c1, 7, bortezomib)"),
        ("prior_therapy(c1, 7, bortezomib)", "-prior_therapy(c1, 7, velcade)"),
        ("sex(c1, female)", "-sex(c1, female)"),
        ("birth_date(c1, 1953-04-11)", "-birth_date(c1, 1953-04-11)"),
        ("disease_progression(c1)", "-disease_progression(c1)"),
        ("best_response(c1, 1, stable_disease)", "-best_response(c1, 1, stable_disease)"),
        ("tablet(c1, 20)", "-tablet(c1, 20)"),
    ],
)
def test_conflict(stated: str, denied: str) -> None:
    """What is stated and denied, of whatever predicate and under either name of an agent, is conflicting evidence."""
    assert determination(case(RRMM, stated, denied)) == "conflicting_evidence"


@pytest.mark.parametrize(
    ("replaced", "by", "lines"),
    [
        ("-refractory(conflict, bortezomib)", "-refractory(conflict, velcade)", {24, 29}),
        ("refractory(conflict, bortezomib)", "refractory(conflict, velcade)", {24, 29}),
        ("refractory(conflict, bortezomib)", "best_response(conflict, 1, stable_disease)", {12, 24, 29}),
    ],
)
@pytest.mark.heavy
def test_conflict_that_is_derived_names_its_places(
    replaced: str,
    by: str,
    lines: set[int],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Where one side of a conflict follows by a rule, the facts that it follows from are named, in JSON and in the text."""
    text = (EXAMPLES / "16_conflicting_refractoriness.pl").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    Path("torn.pl").write_text(re.sub(rf"(?m)^{re.escape(replaced)}", by, text), encoding="utf-8")
    cli.main(["review", "torn.pl"])
    head = capsys.readouterr().out.partition("Criteria\n")[0]
    cli.main(["review", "torn.pl", "--format", "json"])
    (data,) = map(spread, json.loads(capsys.readouterr().out))
    (conflict,) = [each for each in data["conflicts"] if each["fact"] == "refractory(conflict, bortezomib)"]
    evidence = [
        (each["file"], each["line"])
        for side in ("for", "against")
        for node in nodes(conflict[side])
        for each in node["evidence"]
    ]
    in_json = {line for file, line in evidence if file == "torn.pl"}
    assert (lines, lines) == (in_json, {int(line) for line in re.findall(r"torn\.pl:(\d+)", head)})


@pytest.mark.parametrize(
    ("stated", "denied"),
    [
        ("prior_therapy(c1, 7, velcade)", "-prior_therapy(c1, 8, bortezomib)"),
        ("sex(c1, female)", "-sex(c1, male)"),
        ("refractory(c1, velcade)", "-refractory(c1, ninlaro)"),
        ("combination(c1, dexamethasone)", "-combination(c1, velcade)"),
    ],
)
def test_no_conflict(stated: str, denied: str) -> None:
    """A denial of something else is no conflict."""
    assert determination(case(RRMM, stated, denied)) == "meets_criteria"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (case(RRMM, "-refractory(c1, velcade)", date="2019-06-30"), "conflicting_evidence"),
        (case(RRMM, "-refractory(c1, velcade)").replace("multiple_myeloma", "breast_cancer"), "conflicting_evidence"),
        (case(RRMM, "-refractory(c1, velcade)").replace("selinexor", "aspirin"), "conflicting_evidence"),
        (case(RRMM, date="2019-06-30").replace("multiple_myeloma", "breast_cancer"), "no_policy_in_force"),
        (
            case(RRMM, "birth_date(c1, 2020-01-01)", without=["birth"]).replace("multiple_myeloma", "breast_cancer"),
            "investigational",
        ),
        (case(RRMM, without=["agrees"]).replace("multiple_myeloma", "breast_cancer"), "investigational"),
        (case(RRMM, "birth_date(c1, 2020-01-01)", without=["birth", "agrees"]), "criteria_not_met"),
    ],
)
def test_order_of_determinations(text: str, expected: str) -> None:
    """Conflicts come first, then the policy in force, then the indication, then a criterion that is not met."""
    assert expected == determination(text)


# Indications and diagnoses


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("multiple_myeloma", "meets_criteria"),
        ("diffuse_large_b_cell_lymphoma", "meets_criteria"),
        ("dlbcl_arising_from_follicular_lymphoma", "meets_criteria"),
        ("follicular_lymphoma", "investigational"),
        ("breast_cancer", "investigational"),
        ("plasma_cell_leukemia", "investigational"),
    ],
)
def test_indication(condition: str, expected: str) -> None:
    """Myeloma and the lymphoma with its listed kind are covered, and every other condition is investigational."""
    assert expected == determination(case(RRMM).replace("multiple_myeloma", condition))


def test_denied_indication_is_not_a_stated_one() -> None:
    """That the drug is not for one condition leaves open what it is for."""
    data = review(case(RRMM, "-indication(c1, breast_cancer)", without=["indication"]))
    assert (data["determination"], statuses(data)["diagnosis"]) == ("more_information_needed", "not_documented")


def test_unstated_indication_has_three_answers() -> None:
    """Where a case fits myeloma and lymphoma but for its indication, each covered condition would do."""
    expected = [
        ["indication(c1, diffuse_large_b_cell_lymphoma)"],
        ["indication(c1, dlbcl_arising_from_follicular_lymphoma)"],
        ["indication(c1, multiple_myeloma)"],
    ]
    assert expected == missing(whole_review(case(RRMM, without=["indication"])))


@pytest.mark.parametrize(
    ("base", "extra", "expected"),
    [
        (RRMM, ("complete(c1, disease_status)",), "meets_criteria"),
        (RRMM_RENEWAL, ("complete(c1, disease_status)",), "meets_criteria"),
        (LYMPHOMA, ("refractory(c1, rituximab)", "complete(c1, disease_status)"), "criteria_not_met"),
        (LYMPHOMA, ("refractory(c1, rituximab)",), "more_information_needed"),
        (LYMPHOMA_RENEWAL, ("refractory(c1, rituximab)", "complete(c1, disease_status)"), "criteria_not_met"),
    ],
)
def test_refractory_to_an_agent_counts_for_myeloma_only(base: Facts, extra: tuple[str, ...], expected: str) -> None:
    """Refractoriness to any agent makes myeloma refractory, and lymphoma not."""
    assert expected == determination(case(base, *extra, without=["disease_status"]))


def test_refractoriness_never_makes_the_status_true() -> None:
    """Refractoriness to an agent is not a documented disease status: no proof concludes one."""
    data = review(case(RRMM, without=["disease_status"]))
    assert [
        each["goal"] for each in nodes(data) if each["goal"].startswith("disease_status") and each["status"] == "true"
    ] == []


@pytest.mark.parametrize(
    ("base", "extra", "without", "expected"),
    [
        (MM, ("complete(c1, combination)",), ["combination(c1, dex"], "criteria_not_met"),
        (MM, ("complete(c1, combination)",), ["combination(c1, bort"], "more_information_needed"),
        (MM, ("complete(c1, combination)", "complete(c1, refractory)"), ["combination(c1, bort"], "criteria_not_met"),
        (MM, ("complete(c1, prior_therapy)",), ["prior_therapy"], "criteria_not_met"),
        (MM, ("complete(c1, disease_status)",), ["disease_status"], "meets_criteria"),
        (RRMM, ("complete(c1, prior_therapy)",), ["prior_therapy(c1, 4"], "criteria_not_met"),
        (
            RRMM,
            ("complete(c1, prior_therapy)", "prior_therapy(c1, 3, pomalidomide)"),
            ["prior_therapy(c1, 4"],
            "criteria_not_met",
        ),
        (RRMM, ("complete(c1, refractory)",), ["refractory(c1, lena"], "criteria_not_met"),
        (RRMM, ("complete(c1, refractory)", "refractory(c1, thalidomide)"), ["refractory(c1, lena"], "meets_criteria"),
        (RRMM, ("complete(c1, refractory)",), ["refractory(c1, dara"], "criteria_not_met"),
        (RRMM, (), ["combination(c1, dex"], "criteria_not_met"),
        (LYMPHOMA, ("complete(c1, prior_therapy)",), ["prior_therapy(c1, 2"], "criteria_not_met"),
        (
            LYMPHOMA,
            ("complete(c1, prior_therapy)", "prior_therapy(c1, 1, cyclophosphamide)"),
            ["prior_therapy(c1, 2"],
            "criteria_not_met",
        ),
        (LYMPHOMA, ("complete(c1, combination)",), [], "meets_criteria"),
        (RRMM, ("-agrees_to_monitor(c1, body_weight)",), ["agrees_to_monitor(c1, body"], "criteria_not_met"),
        (RRMM, ("complete(c1, agrees_to_monitor)",), ["agrees_to_monitor(c1, comp"], "criteria_not_met"),
        (RRMM, ("complete(c1, prophylaxis)",), ["prophylaxis"], "criteria_not_met"),
        (RRMM, ("complete(c1, birth_date)",), ["birth_date"], "criteria_not_met"),
        (RRMM, ("complete(c1, indication)",), ["indication"], "criteria_not_met"),
    ],
)
def test_a_requirement_that_fails(base: Facts, extra: tuple[str, ...], without: list[str], expected: str) -> None:
    """Each requirement that is known to fail fails the request, unless the document leaves it out for that diagnosis."""
    assert expected == determination(case(base, *extra, without=without))


# What is missing

COMBINED = {"RRMM": RRMM, "MM": MM, "LYMPHOMA": LYMPHOMA, "RRMM_RENEWAL": RRMM_RENEWAL, "MM_RENEWAL": MM_RENEWAL}
MISSING: list[tuple[str, tuple[str, ...], list[str], list[list[str]]]] = [
    ("RRMM", (), ["birth_date"], [["birth_date(c1, A)"]]),
    ("RRMM", (), ["agrees_to_monitor(c1, body"], [["agrees_to_monitor(c1, body_weight)"]]),
    ("RRMM", (), ["agrees_to_monitor(c1, blood"], [["agrees_to_monitor(c1, blood_chemistry)"]]),
    ("RRMM", (), ["agrees_to_monitor(c1, complete"], [["agrees_to_monitor(c1, complete_blood_count)"]]),
    (
        "RRMM", (), ["agrees_to_monitor"],
        [["agrees_to_monitor(c1, blood_chemistry)", "agrees_to_monitor(c1, body_weight)", "agrees_to_monitor(c1, complete_blood_count)"]],
    ),
    ("RRMM", (), ["birth_date", "agrees_to_monitor(c1, body"], [["agrees_to_monitor(c1, body_weight)", "birth_date(c1, A)"]]),
    ("RRMM", (), ["prophylaxis"], [[f"prophylaxis(c1, {agent})"] for agent in ANTIEMETICS[:10]]),
    (
        "RRMM", (), ["prophylaxis", "agrees_to_monitor(c1, body"],
        [["agrees_to_monitor(c1, body_weight)", f"prophylaxis(c1, {agent})"] for agent in ANTIEMETICS[:10]],
    ),
    ("RRMM", (), ["complete", "combination"], [["combination(c1, dexamethasone)"]]),
    ("RRMM", (), ["prior_therapy(c1, 4"], [["prior_therapy(c1, A, B)"]]),
    ("RRMM", (), ["prior_therapy(c1, 4", "prior_therapy(c1, 3"], [["prior_therapy(c1, A, B)", "prior_therapy(c1, C, D)"]]),
    ("RRMM", (), ["refractory(c1, bort"], [["refractory(c1, bortezomib)"], ["refractory(c1, ixazomib)"]]),
    ("RRMM", (), ["refractory(c1, lena"], [["refractory(c1, lenalidomide)"], ["refractory(c1, thalidomide)"]]),
    (
        "RRMM", (), ["refractory(c1, dara"],
        [["refractory(c1, daratumumab)"], ["refractory(c1, daratumumab_and_hyaluronidase)"], ["refractory(c1, isatuximab)"]],
    ),
    (
        "RRMM", (), ["refractory(c1, bort", "refractory(c1, carf"],
        [
            ["refractory(c1, bortezomib)", "refractory(c1, carfilzomib)"],
            ["refractory(c1, bortezomib)", "refractory(c1, ixazomib)"],
            ["refractory(c1, carfilzomib)", "refractory(c1, ixazomib)"],
        ],
    ),
    (
        "RRMM", ("-refractory(c1, ninlaro)",), ["refractory(c1, bort"],
        [["refractory(c1, bortezomib)"]],
    ),
    ("RRMM", (), ["complete", "refractory(c1, bort"], [["combination(c1, bortezomib)"], ["refractory(c1, bortezomib)"], ["refractory(c1, ixazomib)"]]),
    ("RRMM", (), ["disease_status"], []),
    (
        "RRMM", ("best_response(c1, 5, stable_disease)",), ["refractory(c1, bort"],
        [["refractory(c1, bortezomib)"], ["refractory(c1, ixazomib)"], ["prior_therapy(c1, 5, bortezomib)"], ["prior_therapy(c1, 5, ixazomib)"]],
    ),
    (
        "RRMM", ("best_response(c1, 4, stable_disease)",), ["refractory(c1, bort", "prior_therapy(c1, 4"],
        [
            ["prior_therapy(c1, 4, bortezomib)"],
            ["prior_therapy(c1, 4, ixazomib)"],
            ["refractory(c1, bortezomib)", "prior_therapy(c1, A, B)"],
            ["refractory(c1, ixazomib)", "prior_therapy(c1, A, B)"],
        ],
    ),
    ("RRMM", ("best_response(c1, 4, stable_disease)",), ["prior_therapy(c1, 4"], [["prior_therapy(c1, A, B)"]]),
    ("RRMM", (), ["-reproductive"], [["-reproductive_potential(c1)"], ["contraception_advised(c1)"]]),
    ("RRMM", ("reproductive_potential(c1)",), ["-reproductive"], [["contraception_advised(c1)"]]),
    ("RRMM", (), ["sex"], [["-partner_of_reproductive_potential(c1)"], ["contraception_advised(c1)"], ["sex(c1, female)"]]),
    (
        "RRMM", (), ["sex", "-reproductive"],
        [
            ["contraception_advised(c1)"],
            ["-partner_of_reproductive_potential(c1)", "-reproductive_potential(c1)"],
            ["-partner_of_reproductive_potential(c1)", "sex(c1, male)"],
            ["-reproductive_potential(c1)", "sex(c1, female)"],
        ],
    ),
    ("MM", (), ["prior_therapy"], [["prior_therapy(c1, A, B)"]]),
    ("MM", ("complete(c1, refractory)",), ["combination(c1, bort"], [["combination(c1, bortezomib)"]]),
    (
        "MM", ("complete(c1, refractory)",), ["combination"],
        [["combination(c1, bortezomib)", "combination(c1, dexamethasone)"]],
    ),
    ("LYMPHOMA", (), ["disease_status"], [["disease_status(c1, refractory)"], ["disease_status(c1, relapsed)"]]),
    ("LYMPHOMA", (), ["prior_therapy(c1, 2"], [["prior_therapy(c1, A, B)"]]),
    ("LYMPHOMA", (), ["prior_therapy"], [["prior_therapy(c1, A, B)", "prior_therapy(c1, C, D)"]]),
    (
        "LYMPHOMA", (), ["disease_status", "prior_therapy(c1, 2"],
        [
            ["disease_status(c1, refractory)", "prior_therapy(c1, A, B)"],
            ["disease_status(c1, relapsed)", "prior_therapy(c1, A, B)"],
        ],
    ),
    ("MM_RENEWAL", (), ["-disease"], [["-disease_progression(c1)"]]),
    ("MM_RENEWAL", (), ["-unacc"], [["-unacceptable_toxicity(c1)"]]),
    ("MM_RENEWAL", (), ["-disease", "-unacc"], [["-disease_progression(c1)", "-unacceptable_toxicity(c1)"]]),
    ("RRMM", ("-prior_therapy(c1, 9, melphalan)",), ["prior_therapy(c1, 4"], [["prior_therapy(c1, A, B)"]]),
    ("RRMM", ("complete(c1, birth_date)",), ["birth_date"], []),
    ("RRMM", ("birth_date(c1, 2020-01-01)",), ["birth_date", "agrees"], []),
]  # fmt: skip


MISSING_IDS = [f"{base} {' '.join((*extra, *without))}" for base, extra, without, _ in MISSING]


SOME_MISSING = [
    pytest.param(*each, marks=[pytest.mark.heavy] if number % 4 else []) for number, each in enumerate(MISSING)
]


@pytest.mark.parametrize(("base", "extra", "without", "expected"), SOME_MISSING, ids=MISSING_IDS)
def test_missing(base: str, extra: tuple[str, ...], without: list[str], expected: list[list[str]]) -> None:
    """What would meet the criteria if it were documented: the smallest sets, in standard order, at most ten."""
    assert expected == missing(whole_review(case(COMBINED[base], *extra, without=without)))


AGENTS = ("venetoclax", "elotuzumab", "panobinostat", "melphalan")


def _stated(fact: str) -> str:
    """The fact with a constant in place of each variable."""
    if fact.startswith("birth_date"):
        return re.sub(r"\b[A-Z]\b", "1950-01-01", fact)
    return re.sub(
        r"\b[A-Z]\b",
        lambda found: f"{70 + ord(found[0])}" if found[0] in "AC" else AGENTS["BDEF".index(found[0])],
        fact,
    )


def _meets(text: str) -> bool:
    workspace = _workspace(False)
    workspace.set_facts(())
    workspace.add_cases(load_text(text, "case.pl"))
    return workspace.ask("meets_criteria(c1)").truth is Truth.TRUE


@pytest.mark.parametrize(("base", "extra", "without", "expected"), MISSING, ids=MISSING_IDS)
@pytest.mark.heavy
def test_missing_sets_do_what_they_say(
    base: str, extra: tuple[str, ...], without: list[str], expected: list[list[str]]
) -> None:
    """A set of missing facts settles the case once it is documented, and none of its facts is idle."""
    text = case(COMBINED[base], *extra, without=without)
    wanted, actual = [], []
    for facts in expected[:4]:
        for left_out in range(-1, len(facts)):
            stated = "".join(f"{_stated(fact)}.\n" for index, fact in enumerate(facts) if index != left_out)
            wanted.append((facts, left_out, left_out == -1))
            actual.append((facts, left_out, _meets(text + stated)))
    assert wanted == actual


def test_missing_facts_come_with_questions() -> None:
    """Every missing fact is asked for in a question that names no variable of the program."""
    asked = [
        fact["question"]
        for base, extra, without, _ in MISSING[::4]
        for facts in whole_review(case(COMBINED[base], *extra, without=without))["missing"]
        for fact in facts
    ]
    assert [text for text in asked if not text.endswith("?") or re.search(r"@\(|\b[A-D]\b", text)] == []


def test_missing_asks_for_the_agent_of_another_line() -> None:
    """An argument that nothing limits is left for the answer to fill in."""
    (facts,) = whole_review(case(RRMM, without=["prior_therapy(c1, 4"]))["missing"]
    assert [fact["question"] for fact in facts] == ["Which drugs were given in each earlier line of systemic therapy?"]


def test_the_request_is_never_asked_for_in_another_form() -> None:
    """Only open predicates that have a question are asked for: no response, dose, progression, request or record."""
    bare = case(
        ("request(c1, selinexor, initial, 2024-09-03)", *PATIENT, *SUPPORTIVE, "indication(c1, multiple_myeloma)")
    )
    facts = {fact.partition("(")[0] for facts in missing(whole_review(bare)) for fact in facts}
    asked = {"combination", "disease_status", "prior_therapy", "refractory"}
    assert set() == facts - asked


def test_bare_request_has_no_more_than_ten_sets_each_of_them_smallest_first() -> None:
    """A case of which next to nothing is documented still gets at most ten sets, the smallest first."""
    found = missing(whole_review(case((*RRMM[:1], *PATIENT, *SUPPORTIVE))))
    sizes = [len(facts) for facts in found]
    assert (True, sorted(sizes)) == (0 < len(found) <= 10, sizes)


# Renewals


@pytest.mark.parametrize(
    ("base", "extra", "without", "expected"),
    [
        (MM_RENEWAL, (), [], "meets_criteria"),
        (MM_RENEWAL, (), ["prior_therapy", "disease_status"], "meets_criteria"),
        (RRMM_RENEWAL, (), [], "meets_criteria"),
        (RRMM_RENEWAL, (), ["prior_therapy", "refractory"], "meets_criteria"),
        (RRMM_RENEWAL, ("complete(c1, refractory)",), ["disease_status", "refractory"], "more_information_needed"),
        (LYMPHOMA_RENEWAL, (), [], "meets_criteria"),
        (LYMPHOMA_RENEWAL, ("complete(c1, prior_therapy)",), ["prior_therapy"], "meets_criteria"),
        (LYMPHOMA_RENEWAL, ("complete(c1, disease_status)",), ["disease_status"], "criteria_not_met"),
        (MM_RENEWAL, ("disease_progression(c1)",), ["-disease"], "criteria_not_met"),
        (MM_RENEWAL, ("unacceptable_toxicity(c1)",), ["-unacc"], "criteria_not_met"),
        (MM_RENEWAL, ("complete(c1, disease_progression)",), ["-disease"], "meets_criteria"),
        (MM_RENEWAL, ("complete(c1, unacceptable_toxicity)",), ["-unacc"], "meets_criteria"),
        (MM_RENEWAL, (), ["-unacc"], "more_information_needed"),
        (MM_RENEWAL, ("unacceptable_toxicity(c1)",), ["-unacc", "-disease"], "criteria_not_met"),
        (MM_RENEWAL, ("complete(c1, combination)",), ["combination(c1, bort"], "meets_criteria"),
        (MM_RENEWAL, ("complete(c1, combination)",), ["combination(c1, dex"], "criteria_not_met"),
        (MM_RENEWAL, ("complete(c1, prophylaxis)",), ["prophylaxis"], "criteria_not_met"),
        (MM, ("disease_progression(c1)", "unacceptable_toxicity(c1)"), [], "meets_criteria"),
    ],
)
@pytest.mark.heavy
def test_renewal(base: Facts, extra: tuple[str, ...], without: list[str], expected: str) -> None:
    """A renewal asks for the outcome of treatment and no longer for earlier therapies; an initial request does not."""
    assert expected == determination(case(base, *extra, without=without))


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        (RRMM, ["age", "diagnosis", "antiemetic_prophylaxis", "monitoring", "contraception"]),
        (
            RRMM_RENEWAL,
            ["age", "diagnosis", "antiemetic_prophylaxis", "monitoring", "contraception", "no_progression_or_toxicity"],
        ),
    ],
)
def test_criteria_and_alternatives_in_order(base: Facts, expected: list[str]) -> None:
    """Criteria and alternatives have their ids, in the order of the document."""
    criteria = review(case(base))["criteria"]
    alternatives = {
        each["id"]: [one["id"] for one in each["alternatives"]] for each in criteria if each["alternatives"]
    }
    assert (expected, {"diagnosis": list(ALTERNATIVES)}) == ([each["id"] for each in criteria], alternatives)


@pytest.mark.parametrize(
    ("base", "section"), [(RRMM, "Prior-Approval Requirements"), (RRMM_RENEWAL, "Prior-Approval Renewal Requirements")]
)
def test_criteria_are_cited_from_the_section_for_their_kind(base: Facts, section: str) -> None:
    """Each criterion and alternative cites the section of the document for the kind of request, and only that."""
    criteria = review(case(base))["criteria"]
    cited = [each for criterion in criteria for each in (criterion, *criterion["alternatives"])]
    assert [
        each["id"] for each in cited if not all(part.startswith(section) for part in each["cite"].split("; "))
    ] == []


OTHERS = {
    "initial": ("Prior-Approval Renewal Requirements", "Prior-Approval Renewal Limits"),
    "renewal": ("Prior-Approval Requirements", "Prior-Approval Limits"),
}
"""For each kind of request the sections that are about the other."""


@pytest.mark.parametrize(
    "goal",
    [
        "meets_criteria(c1)",
        "meets_criteria(_)",
        "meets_criteria(C), old_enough(C)",
        "not_applicable(c1, contraception)",
        "quantity_within_limit(c1)",
        "package_for_request(c1, Carton, Blister)",
        "contraception_needed(c1)",
        "uncovered_indication(c1, _)",
        "\\+ old_enough(_)",
    ],
)
@pytest.mark.parametrize(("base", "kind"), [(RRMM, "initial"), (RRMM_RENEWAL, "renewal")])
def test_an_explanation_cites_the_sections_for_the_kind_of_its_case(goal: str, base: Facts, kind: str) -> None:
    """Whether a goal holds or not, no step cites a section about the other kind of request, whatever other cases there are;
    the checker demands just these citations."""
    workspace = _workspace(False)
    other = RRMM if kind == "renewal" else RRMM_RENEWAL
    beside = "" if "+" in goal else case(other, without=["birth_date"], name="c2")
    workspace.set_facts(())
    workspace.add_cases(load_text(case(base, "regimen(c1, 80, 2)") + beside, "case.pl"))
    found = [workspace.explain(goal).node, workspace.explain(goal, every=True).node, *workspace.proofs(goal, 3).nodes]
    data = [node_json(each) for each in found]
    steps = [step for each in data for step in nodes_of(spread(each))]
    cited = [place for step in steps if step["cite"] for place in step["cite"].split("; ")]
    assert [] == [place for place in cited if place.startswith(OTHERS[kind])]
    assert any(place.startswith(OTHERS["initial" if kind == "renewal" else "renewal"]) for place in cited)
    assert [[]] * len(data) == [_verifier().verify(json.loads(json.dumps(each)), workspace.facts) for each in data]


def test_a_goal_about_requests_of_both_kinds_cites_the_sections_for_both() -> None:
    """An explanation that is about an initial request and a renewal leaves no section out."""
    workspace = _workspace(False)
    workspace.set_facts(())
    workspace.add_cases(load_text(case(RRMM) + case(RRMM_RENEWAL, name="c2"), "case.pl"))
    node = spread(node_json(workspace.explain("old_enough(c1), old_enough(c2)").node))
    assert {"Prior-Approval Requirements / Age; Prior-Approval Renewal Requirements / Age"} == {
        step["cite"] for step in node["children"]
    }


# Contraception

SIGNED = {"+": "{}(c1)", "-": "-{}(c1)", "?": None}


def _signed(sign: str, name: str) -> list[str]:
    form = SIGNED[sign]
    return [] if form is None else [form.format(name)]


NEEDED = {
    # sex, own potential, partner's potential: whether contraception is needed (y, n) or that is not documented (?)
    "female": {"++": "y", "+-": "y", "+?": "y", "-+": "n", "--": "n", "-?": "n", "?+": "?", "?-": "?", "??": "?"},
    "male": {"++": "y", "+-": "n", "+?": "?", "-+": "y", "--": "n", "-?": "?", "?+": "y", "?-": "n", "??": "?"},
    "": {"++": "?", "+-": "?", "+?": "?", "-+": "?", "--": "n", "-?": "?", "?+": "?", "?-": "?", "??": "?"},
}
SETTLED = {
    # needed, advised: the status from May 2021 on
    "y+": "met", "y-": "not_met", "y?": "not_documented",
    "n+": "not_applicable", "n-": "not_applicable", "n?": "not_applicable",
    "?+": "met", "?-": "not_documented", "??": "not_documented",
}  # fmt: skip
AFTER = {
    "met": "meets_criteria", "not_applicable": "meets_criteria",
    "not_met": "criteria_not_met", "not_documented": "more_information_needed",
}  # fmt: skip
CLOSED = {"+": "+", "-": "-", "?": "-"}
"""What a sign amounts to where records are complete."""


def _matrix(date: str, advised: str = "+-?") -> tuple[list[tuple[str, str, str, str]], str]:
    rows = list(product(("female", "male", ""), "+-?", "+-?", advised))
    texts = []
    for index, (sex, own, partner, advice) in enumerate(rows):
        facts = [f"sex(c1, {sex})"] if sex else []
        facts += _signed(own, "reproductive_potential") + _signed(partner, "partner_of_reproductive_potential")
        facts += _signed(advice, "contraception_advised")
        texts.append(case(LYMPHOMA, *facts, without=["sex", "-reproductive"], date=date, name=f"k{index}"))
    return rows, "".join(texts)


def _seen(
    rows: list[tuple[str, str, str, str]], text: str, *, closed_world: bool = False
) -> dict[Any, tuple[str, str]]:
    """For each row how the criterion and its case stand; reviews of some of the cases say the same."""
    workspace = _workspace(closed_world)
    workspace.set_facts(())
    found = {}
    for number, (row, each) in enumerate(zip(rows, workspace.add_cases(load_text(text, "case.pl")), strict=True)):
        (standing,) = workspace.standings(each).values()
        (status,) = (how for item, how in standing.statuses.items() if item.id == "contraception")
        found[row] = str(status), str(standing.determination)
        if number % 5 == 0:
            (data,) = (review_json(only) for only in workspace.reviews(each, finds_missing=False))
            assert found[row] == (statuses(data)["contraception"], data["determination"])
    return found


@pytest.mark.heavy
def test_contraception_before_may_2021() -> None:
    """On the last day of April 2021 the policy asks no one for contraception."""
    rows, text = _matrix("2021-04-30", advised="-")
    expected = dict.fromkeys(rows, ("not_applicable", "meets_criteria"))
    assert expected == _seen(rows, text)


@pytest.mark.heavy
def test_contraception() -> None:
    """From May 2021 on, females and males with a partner of reproductive potential need contraception."""
    rows, text = _matrix("2021-05-01")
    expected = {}
    for sex, own, partner, advised in rows:
        status = SETTLED[NEEDED[sex][own + partner] + advised]
        expected[sex, own, partner, advised] = status, AFTER[status]
    assert expected == _seen(rows, text)


@pytest.mark.heavy
def test_contraception_in_a_closed_world() -> None:
    """Where records are complete, what is not stated of sex, potential and advice is not so."""
    rows, text = _matrix("2024-09-03", advised="+?")
    expected = {}
    for sex, own, partner, advised in rows:
        needed = NEEDED[sex][CLOSED[own] + CLOSED[partner]] if sex else "n"
        status = SETTLED[needed + CLOSED[advised]]
        expected[sex, own, partner, advised] = status, AFTER[status]
    assert expected == _seen(rows, text, closed_world=True)


# Closed world and other dates


@pytest.mark.parametrize(
    ("base", "without", "expected"),
    [
        (RRMM, [], "meets_criteria"),
        (RRMM, ["refractory(c1, bort"], "criteria_not_met"),
        (RRMM, ["birth_date"], "criteria_not_met"),
        (RRMM, ["indication"], "criteria_not_met"),
        (RRMM, ["disease_status"], "meets_criteria"),
        (RRMM, ["-reproductive"], "meets_criteria"),
        (LYMPHOMA, ["disease_status"], "criteria_not_met"),
        (MM_RENEWAL, ["-disease", "-unacc"], "meets_criteria"),
    ],
)
def test_closed_world(base: Facts, without: list[str], expected: str) -> None:
    """With every record complete nothing is undocumented: each case is met or not met, with nothing missing."""
    data = review(case(base, without=without), closed_world=True, finds_missing=True)
    assert (expected, [], False) == (
        data["determination"],
        data["missing"],
        "not_documented" in statuses(data).values(),
    )


def test_closed_world_is_among_the_assumptions() -> None:
    """A review in a closed world says so."""
    assert [
        any("closed world" in line for line in review(case(RRMM), closed_world=closed)["assumptions"])
        for closed in (True, False)
    ] == [True, False]


def test_complete_records_are_among_the_assumptions() -> None:
    """Each record that is stated to be complete is listed."""
    lines = review(case(RRMM, "complete(c1, refractory)"))["assumptions"]
    assert {"combination", "refractory"} == {
        found[1] for line in lines if (found := re.search(r"the record of (\w+) is complete", line))
    }


@pytest.mark.parametrize(("day", "expected"), [("2020-12-31", "criteria_not_met"), ("2021-01-01", "meets_criteria")])
def test_as_of(day: str, expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--as-of reviews a case as a request of that day, dates and authorization included, and says so."""
    text = case(MM, "complete(c1, prior_therapy)")
    (tmp_path / "as_of.pl").write_text(text, encoding="utf-8")
    cli.main(["review", str(tmp_path / "as_of.pl"), "--as-of", day, "--format", "json"])
    (data,) = json.loads(capsys.readouterr().out)
    same = review(case(MM, "complete(c1, prior_therapy)", date=day))
    keys = ("date", "determination", "policy_effective", "authorization")
    assert [day, expected] == [data["date"], data["determination"]]
    assert [same[key] for key in keys] == [data[key] for key in keys]
    assert any(line.startswith("as of") for line in data["assumptions"])


# Readings of the policy

PARTNERS, EVERY_DRUG, OF_A_LINE = "Diagnoses / 1.b, 2.e, 3", "Diagnoses / 2", "Diagnoses / 2.b, 2.c, 2.d"
LINES, NAMED, SUBTYPES, VERSION = "Diagnoses / 2.a", "Diagnoses", "Diagnoses / 3", "Policy History"


@pytest.mark.parametrize(
    ("base", "extra", "without", "date", "expected"),
    [
        (RRMM, [], [], None, []),
        (MM, [], [], None, []),
        (LYMPHOMA, [], [], None, []),
        (RRMM, ["complete(c1, prior_therapy)"], ["prior_therapy(c1, 4"], None, [NAMED, LINES]),
        (RRMM, [], ["prior_therapy(c1, 4"], None, [LINES]),
        (
            RRMM,
            ["prior_therapy(c1, 4, bortezomib)"],
            ["prior_therapy(c1, 1, len", "prior_therapy(c1, 4"],
            None,
            [LINES],
        ),
        (RRMM, ["complete(c1, prior_therapy)"], ["prior_therapy(c1, 4", "combination(c1, dex"], None, [NAMED]),
        (RRMM, ["combination(c1, bortezomib)"], ["prior_therapy(c1, 4"], None, []),
        (RRMM, ["combination(c1, pomalidomide)"], [], None, [PARTNERS]),
        (MM, ["combination(c1, daratumumab)"], [], None, [PARTNERS]),
        (LYMPHOMA, ["combination(c1, rituximab)"], [], None, [PARTNERS]),
        (LYMPHOMA_RENEWAL, ["combination(c1, rituximab)"], [], None, [PARTNERS]),
        (RRMM, ["combination(c1, bortezomib)"], [], None, []),
        (RRMM, ["combination(c1, bortezomib)"], [], "2020-12-31", [PARTNERS]),
        (RRMM, [], ["disease_status"], None, [EVERY_DRUG]),
        (RRMM_RENEWAL, [], ["disease_status"], None, [EVERY_DRUG]),
        (RRMM_RENEWAL, [], [], None, []),
        (RRMM, ["best_response(c1, 1, stable_disease)"], ["refractory(c1, bort"], None, [OF_A_LINE]),
        (RRMM, ["best_response(c1, 2, stable_disease)"], ["refractory(c1, carf"], None, []),
        (MM, ["prior_therapy(c1, 1, thalidomide)", "best_response(c1, 1, stable_disease)"], [], None, []),
        (LYMPHOMA, ["complete(c1, disease_status)"], ["disease_status"], None, [NAMED]),
        (RRMM, ["birth_date(c1, 2010-01-01)"], ["birth_date"], None, []),
        (LYMPHOMA, ["indication(c1, primary_mediastinal_large_b_cell_lymphoma)"], ["indication"], None, [SUBTYPES]),
        (LYMPHOMA, ["indication(c1, primary_mediastinal_large_b_cell_lymphoma)"], ["indication"], "2020-06-30", []),
        (LYMPHOMA, ["indication(c1, breast_cancer)"], ["indication"], None, []),
        (RRMM, [], [], "2025-07-01", []),
        (RRMM, [], [], "2025-07-02", [VERSION]),
        (RRMM, [], [], "2023-07-02", []),
    ],
)
@pytest.mark.heavy
def test_readings_that_bear_on_a_case_are_among_its_assumptions(
    base: Facts, extra: list[str], without: list[str], date: str | None, expected: list[str]
) -> None:
    """A contested reading is told where another would change what is documented to be met, and only there; the checker finds
    the same, and misses one that is left out."""
    text = case(base, *extra, without=without, date=date)
    data, facts = whole_review(text), load_text(text, "case.pl").program.clauses
    told = [found[1] for line in data["assumptions"] if (found := re.match(r'reading: .* at "(.*?)"', line))]
    silent = [line for line in data["assumptions"] if not line.startswith("reading")]
    assert (expected, []) == (told, _verifier().verify(folded(data), facts))
    assert bool(expected) is bool(_verifier().verify(folded({**data, "assumptions": silent}), facts))


def test_how_the_policy_is_read_is_knowledge() -> None:
    """Each reading can be asked for, and why it bears on a case is explained."""
    workspace = _workspace(False)
    workspace.set_facts(())
    workspace.add_cases(load_text(case(MM, "combination(c1, daratumumab)"), "case.pl"))
    assert 7 == len(workspace.ask("reading(xpovio, Place, What)").true)
    node = workspace.explain(f"reading_bears(c1, xpovio, '{PARTNERS}')").node
    assert {"combination(c1, daratumumab)"} <= {step["goal"] for step in nodes_of(spread(node_json(node)))}


# Files of several cases


def test_cases_keep_the_order_of_their_first_mention() -> None:
    """Cases come in the order in which a file first mentions them, whatever the order of their requests."""
    text = "sex(late, male).\n" + case(MM, name="early") + case(RRMM, without=["sex"], name="late")
    assert [data["case"] for data in reviews(text)] == ["late", "early"]


def test_cases_of_one_file_do_not_touch_each_other() -> None:
    """A case is reviewed in the same way beside other cases as alone."""
    texts = [
        case(RRMM, name="k1"),
        case(RRMM, without=["refractory"], name="k2"),
        case(LYMPHOMA, "complete(c1, refractory)", name="k3"),
    ]
    together = reviews("".join(texts), finds_missing=True)
    alone = [whole_review(text) for text in texts]
    keys = ("case", "determination", "missing", "assumptions", "quantity", "hash")
    assert [[data[key] for key in keys] for data in alone] == [[data[key] for key in keys] for data in together]


def _without_places(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_places(each) for key, each in value.items() if key not in ("line", "column", "id")}
    if isinstance(value, list) and value and all(isinstance(each, dict) and "recorded_as" in each for each in value):
        return sorted(map(str, map(_without_places, value)))  # places of one fact stand in the order of their lines
    return [_without_places(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.heavy
def test_the_order_of_facts_does_not_matter(seed: int) -> None:
    """A review says the same however the facts of its case are arranged."""
    name = sorted(DETERMINATIONS)[seed * 4 + 2]
    lines = [line for line in (EXAMPLES / f"{name}.pl").read_text(encoding="utf-8").splitlines() if line.endswith(").")]
    shuffled = random.Random(seed).sample(lines, len(lines))
    first, second = (whole_review("\n".join(each) + "\n") for each in (lines, shuffled))
    assert _without_places(first) == _without_places(second)


def test_a_fact_stated_twice_counts_once() -> None:
    """Facts that are repeated, or said again of the agent's other name, change nothing."""
    again = case(RRMM, *RRMM[1:], *branded("\n".join(RRMM[1:])).split("\n"))
    first, second = review(case(RRMM)), review(again)
    assert (first["determination"], statuses(first)) == (second["determination"], statuses(second))
