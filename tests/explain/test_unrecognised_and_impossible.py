"""What a case states with names that no vocabulary knows, and what cannot be: neither decides anything.

Each row is a case that meets all criteria, or fails one for good, with some facts in place of others; what comes is worked
out by hand from DESIGN.md.
"""

from __future__ import annotations

import functools
import json
from typing import Any, NamedTuple

import pytest

from explain.repl.session import Session
from explain.report.data import review_json
from explain.verify import Verifier
from explain.workspace import Workspace
from kb.language.loader import load_text
from tests.explain.test_example_cases import LYMPHOMA, MM, RRMM, Facts, case

MEETS, NOT_MET = "meets_criteria", "criteria_not_met"
OPEN, CONFLICT, INVESTIGATIONAL = "more_information_needed", "conflicting_evidence", "investigational"


class Row(NamedTuple):
    """Facts in place of those of a base that begin so, and what a review says of that."""

    base: Facts
    without: tuple[str, ...]
    extra: tuple[str, ...]
    determination: str
    not_recognised: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()


def instead(
    base: Facts, old: str, *new: str, determination: str, unknown: tuple[str, ...] = (), checks: tuple[str, ...] = ()
) -> Row:
    return Row(base, tuple(filter(None, old.split("; "))), new, determination, unknown, checks)


CLOSED_PROPHYLAXIS = "complete(c1, prophylaxis)"
CLOSED_LINES = "complete(c1, prior_therapy)"
ROWS = {
    # names that are recognised
    "dlbcl": instead(LYMPHOMA, "indication", "indication(c1, dlbcl)", determination=MEETS),
    "dlbcl nos": instead(LYMPHOMA, "indication", "indication(c1, 'DLBCL, NOS')", determination=MEETS),
    "mm": instead(MM, "indication", "indication(c1, mm)", determination=MEETS),
    "rrmm": instead(RRMM, "indication; disease_status", "indication(c1, rrmm)", determination=MEETS),
    "C90.00": instead(MM, "indication", "indication(c1, 'C90.00')", determination=MEETS),
    "C9000": instead(MM, "indication", "indication(c1, 'C9000')", determination=MEETS),
    "C90.02 states relapse": instead(RRMM, "indication; disease_status; refractory(", "indication(c1, 'C90.02')",
        "refractory(c1, bortezomib)", "refractory(c1, carfilzomib)", "refractory(c1, lenalidomide)",
        "refractory(c1, pomalidomide)", "refractory(c1, daratumumab)", determination=MEETS),
    "transformed": instead(LYMPHOMA, "indication", "indication(c1, transformed_follicular_lymphoma)", determination=MEETS),
    "tFL": instead(LYMPHOMA, "indication", "indication(c1, tFL)".replace("tFL", "'tFL'"), determination=MEETS),
    "a string": instead(MM, "indication", 'indication(c1, "Multiple Myeloma")', determination=MEETS),
    "another cancer": instead(MM, "indication", "indication(c1, 'C50.919')", determination=INVESTIGATIONAL),
    "another cancer by name": instead(MM, "indication", "indication(c1, 'breast cancer')", determination=INVESTIGATIONAL),
    "smoldering": instead(MM, "indication", "indication(c1, 'smoldering myeloma')", determination=INVESTIGATIONAL),
    "primary CNS lymphoma": instead(LYMPHOMA, "indication", "indication(c1, 'C83.390')", determination=INVESTIGATIONAL),
    "zofran": instead(MM, "prophylaxis", "prophylaxis(c1, zofran)", CLOSED_PROPHYLAXIS, determination=MEETS),
    "akynzeo": instead(MM, "prophylaxis", "prophylaxis(c1, 'Akynzeo')", CLOSED_PROPHYLAXIS, determination=MEETS),
    "a form": instead(MM, "prophylaxis", "prophylaxis(c1, 'ondansetron ODT')", CLOSED_PROPHYLAXIS, determination=MEETS),
    "a strength": instead(MM, "prophylaxis", "prophylaxis(c1, 'Zofran 8 mg tablets')", CLOSED_PROPHYLAXIS, determination=MEETS),
    "no antiemetic": instead(MM, "prophylaxis", "prophylaxis(c1, acyclovir)", CLOSED_PROPHYLAXIS, determination=NOT_MET),
    "suffixes": instead(RRMM, "refractory(c1, daratumumab); prior_therapy(c1, 3", "prior_therapy(c1, 3, isatuximab_irfc)",
        "refractory(c1, isatuximab_irfc)", "complete(c1, refractory)", CLOSED_LINES, determination=MEETS),
    "two words": instead(RRMM, "refractory(c1, daratumumab); prior_therapy(c1, 3", "prior_therapy(c1, 3, daratumumab_and_hyaluronidase_fihj)",
        "refractory(c1, daratumumab_and_hyaluronidase_fihj)", "complete(c1, refractory)", CLOSED_LINES, determination=MEETS),
    "a regimen": instead(RRMM, "prior_therapy(c1, 1", "prior_therapy(c1, 1, 'VRd')", CLOSED_LINES, determination=MEETS),
    "agents joined": instead(RRMM, "prior_therapy(c1, 1", "prior_therapy(c1, 1, 'Velcade, lenalidomide and dex')", CLOSED_LINES, determination=MEETS),
    "a code of a drug": instead(RRMM, "refractory(c1, bortezomib)", "refractory(c1, 358258)", "complete(c1, refractory)", determination=MEETS),
    "a brand requested": instead(MM, "request", "request(c1, 'XPOVIO', initial, 2024-09-03)", determination=MEETS),
    "a kind": instead(MM, "request", "request(c1, xpovio, 'initial request', 2024-09-03)", determination=MEETS),
    "abbreviations": instead(MM, "combination; agrees", "combination(c1, btz)", "combination(c1, dex)", "agrees_to_monitor(c1, cbc)",
        "agrees_to_monitor(c1, cmp)", "agrees_to_monitor(c1, weight)", determination=MEETS),
    "a status": instead(RRMM, "disease_status", "disease_status(c1, 'r/r')", determination=MEETS),
    "a sex": instead(MM, "sex; -repro", "sex(c1, 'M')", "-partner_of_reproductive_potential(c1)", determination=MEETS),
    # names that are not
    "a slip of the pen": instead(MM, "indication", "indication(c1, mutiple_myeloma)", determination=OPEN, unknown=("mutiple_myeloma",)),
    "a doubt": instead(MM, "indication", "indication(c1, 'MM?')", determination=OPEN, unknown=("MM?",)),
    "two conditions": instead(MM, "indication", "indication(c1, 'MM or DLBCL')", determination=OPEN, unknown=("MM or DLBCL",)),
    "a category of codes": instead(LYMPHOMA, "indication", "indication(c1, 'C83.39')", determination=OPEN, unknown=("C83.39",)),
    "a code that leaves it open": instead(LYMPHOMA, "indication", "indication(c1, 'C85.90')", determination=OPEN, unknown=("C85.90",)),
    "a broad name": instead(LYMPHOMA, "indication", "indication(c1, nhl)", determination=OPEN, unknown=("nhl",)),
    "no such code": instead(LYMPHOMA, "indication", "indication(c1, 'C99.99')", determination=OPEN, unknown=("C99.99",)),
    "velcaid": instead(MM, "prior_therapy", "prior_therapy(c1, 1, velcaid)", CLOSED_LINES, determination=OPEN, unknown=("velcaid",)),
    "other": instead(MM, "prior_therapy", "prior_therapy(c1, 1, other)", CLOSED_LINES, determination=OPEN, unknown=("other",)),
    "a date for a drug": instead(MM, "prior_therapy", "prior_therapy(c1, 1, 2020-01-01)", CLOSED_LINES, determination=OPEN, unknown=("2020-01-01",)),
    "a number for a drug": instead(MM, "prior_therapy", "prior_therapy(c1, 1, 12)", CLOSED_LINES, determination=OPEN, unknown=("12",)),
    "glued": instead(MM, "prior_therapy", "prior_therapy(c1, 1, velcade_2_kyprolis)", CLOSED_LINES, determination=OPEN, unknown=("velcade_2_kyprolis",)),
    "zofram": instead(MM, "prophylaxis", "prophylaxis(c1, zofram)", CLOSED_PROPHYLAXIS, determination=OPEN, unknown=("zofram",)),
    "pending": instead(MM, "prophylaxis", "prophylaxis(c1, pending)", CLOSED_PROPHYLAXIS, determination=OPEN, unknown=("pending",)),
    "a denial of nothing": instead(MM, "prophylaxis", "-prophylaxis(c1, sure)", CLOSED_PROPHYLAXIS, determination=OPEN, unknown=("sure",)),
    "a denied regimen": instead(RRMM, "prior_therapy", "-prior_therapy(c1, 1, vrd)", CLOSED_LINES, determination=OPEN, unknown=("vrd",), checks=("look: refractory_to_no_line",)),
    "not monitored": instead(MM, "agrees", "agrees_to_monitor(c1, mood)", "complete(c1, agrees_to_monitor)", determination=OPEN, unknown=("mood",)),
    "no sex": instead(MM, "sex; -repro", "sex(c1, x9)", determination=OPEN, unknown=("x9",)),
    "combination unknown": instead(MM, "combination(c1, d", "combination(c1, dexa_x)", "complete(c1, combination)", determination=OPEN, unknown=("dexa_x",)),
    "a status nobody knows": instead(LYMPHOMA, "disease_status", "disease_status(c1, bad)", "complete(c1, disease_status)", determination=OPEN, unknown=("bad",)),
    "requested drug": instead(MM, "request", "request(c1, xpvio, initial, 2024-09-03)", determination=OPEN, unknown=("xpvio",)),
    "beside what decides": instead(MM, "", "prior_therapy(c1, 2, velcaid)", determination=MEETS, unknown=("velcaid",)),
    # what cannot be
    "born 1053": instead(MM, "birth_date", "birth_date(c1, 1053-04-11)", determination=CONFLICT, checks=("impossible: born_too_long_ago",)),
    "born 2053": instead(MM, "birth_date", "birth_date(c1, 2053-04-11)", determination=CONFLICT, checks=("impossible: born_after_request",)),
    "born 120 years ago": instead(MM, "birth_date", "birth_date(c1, 1904-09-03)", determination=CONFLICT, checks=("impossible: born_too_long_ago",)),
    "born 119 years ago": instead(MM, "birth_date", "birth_date(c1, 1904-09-04)", determination=MEETS),
    "line -1": instead(MM, "prior_therapy", "prior_therapy(c1, -1, lenalidomide)", determination=CONFLICT, checks=("impossible: no_such_line",)),
    "line 0 in dates": instead(MM, "", "last_dose(c1, 0, 2020-01-01)", determination=CONFLICT, checks=("impossible: no_such_line",)),
    "treated before birth": instead(MM, "", "last_dose(c1, 1, 1950-01-01)", determination=CONFLICT, checks=("impossible: treated_before_birth",)),
    "two best responses": instead(MM, "", "best_response(c1, 1, 'PD')", "best_response(c1, 1, vgpr)", determination=CONFLICT, checks=("impossible: two_best_responses",)),
    "one best response twice": instead(MM, "", "best_response(c1, 1, 'PD')", "best_response(c1, 1, progressive_disease)", determination=MEETS),
    "-96 tablets": instead(MM, "quantity", "quantity(c1, -96, 84)", determination=CONFLICT, checks=("impossible: no_quantity",)),
    "0 tablets": instead(MM, "quantity", "quantity(c1, 0, 84)", determination=CONFLICT, checks=("impossible: no_quantity",)),
    "for 0 days": instead(MM, "quantity", "quantity(c1, 96, 0)", determination=CONFLICT, checks=("impossible: no_quantity",)),
    "no dose": instead(MM, "", "regimen(c1, 0, 1)", determination=CONFLICT, checks=("impossible: no_dose", "look: dose_not_in_table")),
    "no strength": instead(MM, "tablet", "tablet(c1, -20)", determination=CONFLICT, checks=("impossible: no_strength", "look: unlisted_strength")),
    # what should be looked at
    "a request in 2042": instead(MM, "request", "request(c1, selinexor, initial, 2042-09-03)", determination=MEETS, checks=("look: request_in_the_future",)),
    "progression years before the last dose": instead(MM, "", "progression(c1, 1, 2002-01-01)", "last_dose(c1, 1, 2020-01-01)", determination=MEETS, checks=("look: progressed_long_before_last_dose",)),
    "treated after the request": instead(MM, "", "last_dose(c1, 1, 2024-09-04)", determination=MEETS, checks=("look: treated_after_request",)),
    "selinexor before": instead(MM, "", "prior_therapy(c1, 2, 'Xpovio')", determination=MEETS, checks=("look: given_before",)),
    "selinexor with itself": instead(MM, "", "combination(c1, xpovio)", determination=MEETS, checks=("look: with_itself",)),
    "a man who can become pregnant": instead(MM, "sex; -repro", "sex(c1, male)", "reproductive_potential(c1)", "-partner_of_reproductive_potential(c1)", determination=MEETS, checks=("look: pregnancy_of_a_man",)),
    "800 mg": instead(MM, "tablet", "tablet(c1, 800)", determination=MEETS, checks=("look: unlisted_strength",)),
    "a dose of 800 mg": instead(MM, "", "regimen(c1, 800, 1)", determination=MEETS, checks=("look: dose_not_in_table",)),
    "96 tablets for 2 a week": instead(MM, "", "regimen(c1, 40, 1)", determination=MEETS, checks=("look: quantity_beyond_dose",)),
    "as many as are taken": instead(MM, "", "regimen(c1, 80, 2)", determination=MEETS),
    "too few tablets": instead(MM, "quantity", "quantity(c1, 8, 84)", "regimen(c1, 80, 2)", determination=MEETS, checks=("look: quantity_below_dose",)),
    "tablets for another dose": instead(MM, "tablet", "tablet(c1, 50)", "regimen(c1, 80, 2)", determination=MEETS, checks=("look: tablet_not_for_dose",)),
    "two last doses": instead(MM, "", "last_dose(c1, 1, 2020-01-01)", "last_dose(c1, 1, 2021-01-01)", determination=MEETS, checks=("look: two_last_doses",)),
}  # fmt: skip


@functools.cache
def opened() -> Workspace:
    return Workspace.open()


@functools.cache
def verifier() -> Verifier:
    return Verifier.of(opened().loaded.program)


@functools.cache
def reviewed(name: str) -> dict[str, Any]:
    """The JSON of the review of a row, which the checker of explanations accepts."""
    row = ROWS[name]
    workspace = opened().stating(())
    (added,) = workspace.add_cases(load_text(case(row.base, *row.extra, without=row.without), "case.pl"))
    data: dict[str, Any] = json.loads(json.dumps(review_json(workspace.review(added))))
    faults = verifier().verify([{**data, "missing": None}], workspace.facts)
    assert {"[0].missing"} == {each.path for each in faults}  # which these tests leave out
    return data


def checks_of(data: dict[str, Any]) -> set[str]:
    """The checks of a review by the rules that say them."""
    found = {f"{each['severity']}: {each['explanation']['goal'].partition('(')[0]}" for each in data["checks"]}
    return {each for each in found if not each.endswith(("prior_therapy", "refractory", "disease_status"))}


@pytest.mark.usefixtures("without_repairs")
@pytest.mark.parametrize("name", ROWS)
def test_review(name: str) -> None:
    """No row changes a determination silently: what is not recognised and what is to be checked is said."""
    row, data = ROWS[name], reviewed(name)
    unknown = tuple(each["name"] for each in data["not_recognised"])
    assert (row.determination, row.not_recognised, set(row.checks)) == (data["determination"], unknown, checks_of(data))


@pytest.mark.usefixtures("without_repairs")
@pytest.mark.parametrize("name", ROWS)
def test_prompt(name: str) -> None:
    """The same facts, asserted at the prompt, are read alike."""
    row = ROWS[name]
    session = Session(opened().stating(()))
    said = session.assert_clauses(case(row.base, *row.extra, without=row.without))
    told = {each.code for each in said.doubts}
    found = session.workspace.review(session.workspace.cases()[0])
    assert (row.determination, {"W307"} if row.not_recognised else set()) == (found.determination, told)


@pytest.mark.parametrize("name", ["velcaid", "zofram", "a slip of the pen", "requested drug", "a denied regimen"])
@pytest.mark.usefixtures("without_repairs")
def test_what_was_meant_perhaps(name: str) -> None:
    """A name that is not recognised comes with the names that it resembles, by letters or by sound."""
    expected = {
        "velcaid": ["Velcade"],
        "zofram": ["Zofran"],
        "a slip of the pen": ["multiple_myeloma"],
        "requested drug": ["Xpovio"],
        "a denied regimen": ["bortezomib", "lenalidomide", "dexamethasone"],
    }[name]
    (told,) = reviewed(name)["not_recognised"]
    assert expected == told["perhaps"]
    assert told["evidence"].startswith("case.pl:")
