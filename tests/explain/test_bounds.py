"""Bounds for what a set of missing facts leaves open: told in words and JSON, and those of the values that do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from explain.proof.missing import truth_of
from explain.report.data import found_json
from explain.verify import verify
from tests.benchmarks.missing_exhaustive import differences, programs
from tests.explain.brute_force import program, repairs_of
from tests.texts import goal_of

DECLARED = """
:- pred request(C: case, D: date) :: 'request'.
:- pred n(C: case, X: integer) :: 'n'. :- abducible n/2. :- functional n(+, -). :- question n(C, X) :: 'What is n?'.
:- pred d(C: case, X: decimal) :: 'd'. :- abducible d/2. :- functional d(+, -). :- question d(C, X) :: 'What is d?'.
:- pred t(C: case, X: date) :: 't'. :- abducible t/2. :- functional t(+, -). :- question t(C, X) :: 'When?'.
:- pred lab(C: case, D: date, X: decimal) :: 'lab'. :- abducible lab/3. :- question lab(C, D, X) :: 'Which value, when?'.
request(c, 2025-06-01).
"""


def told(body: str) -> tuple[Any, Any]:
    """The program with a goal of this body, and what is missing for it as JSON."""
    whole = program(f"{DECLARED} g(C) :- request(C, R), {body}.")
    repairs, goal = repairs_of(whole), goal_of("g(c)")
    found = repairs.first(goal)
    return whole, json.loads(json.dumps(found_json("g(c)", 10, truth_of(repairs.kb, goal), found)))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("n(C, X), X >= 300, R @> 2020-01-01", {"n(c, A)": ["300 or more"]}),
        ("n(C, X), X > 300, R @> 2020-01-01", {"n(c, A)": ["301 or more"]}),
        ("d(C, X), X >= 6.5, X =< 9.0, R @> 2020-01-01", {"d(c, A)": ["from 6.5 to 9.0"]}),
        ("d(C, X), X > 6.5, X < 6.51, R @> 2020-01-01", {"d(c, A)": ["more than 6.5 and less than 6.51"]}),
        ("d(C, X), X > 0.000001, X < 0.000002, R @> 2020-01-01", {"d(c, A)": ["more than 0.000001 and less than 0.000002"]}),
        ("n(C, X), X =\\= 5, R @> 2020-01-01", {"n(c, A)": ["4 or less or 6 or more"]}),
        ("n(C, X), X * 2 + 5 =:= 15, R @> 2020-01-01", {"n(c, 5)": []}),
        ("n(C, X), X > 4611686018427387904, R @> 2020-01-01", {"n(c, A)": ["4611686018427387905 or more"]}),
        ("t(C, X), days_between(X, R, D), D >= 3, D =< 14", {"t(c, A)": ["from 2025-05-18 to 2025-05-29"]}),
        ("t(C, X), days_between(X, R, D), D >= 400, D =< 450", {"t(c, A)": ["from 2024-03-08 to 2024-04-27"]}),
        ("t(C, X), days_between(R, X, D), D >= 100, D =< 130", {"t(c, A)": ["from 2025-09-09 to 2025-10-09"]}),
        ("t(C, X), age(X, R, A), A >= 18", {"t(c, A)": ["on or before 2007-06-01"]}),
        ("t(C, X), age(X, R, A), A > 12, A < 18", {"t(c, A)": ["from 2007-06-02 to 2012-06-01"]}),
        ("t(C, X), add_months(X, 6, L), L @> R", {"t(c, A)": ["on or after 2024-12-02"]}),
        (
            "lab(C, X, V), V >= 70, days_between(X, R, D), D >= 0, D =< 180",
            {"lab(c, A, B)": ["A: from 2024-12-03 to 2025-06-01", "B: 70.0 or more"]},
        ),
        (
            "t(C, X), lab(C, Y, _), days_between(X, Y, D), D >= 30, R @> 2020-01-01",
            {"t(c, A)": [], "lab(c, B, C)": ["B is 30 days or more after A"]},
        ),
        (
            "t(C, X), lab(C, Y, _), Y @>= X, days_between(X, Y, D), D >= 30, R @> 2020-01-01",
            {"t(c, A)": [], "lab(c, B, C)": ["B is 30 days or more after A"]},
        ),
        ("d(C, X), n(C, Y), X > Y, R @> 2020-01-01", {"d(c, A)": [], "n(c, B)": ["A > B"]}),
        (
            "lab(C, X, V), (X @< 2025-05-01, V >= 6.5 ; X @> 2025-05-31, V =< 2.0), R @> 2020-01-01",
            {
                "lab(c, A, B)": [
                    "A: on or before 2025-04-30 or on or after 2025-06-01",
                    "B: 2.0 or less or 6.5 or more",
                    "which A and B go together is not told",
                ]
            },
        ),
        (
            "lab(C, X, V), (V >= 6.5 ; V =< 2.0), X @< R",
            {"lab(c, A, B)": ["A: on or before 2025-05-31", "B: 2.0 or less or 6.5 or more"]},
        ),
    ],
)  # fmt: skip
def test_the_values_that_do_are_told(body: str, expected: dict[str, list[str]]) -> None:
    """Of windows, thresholds and values compared with each other the bounds are told, strict or not, and the checker accepts them."""
    whole, data = told(body)
    (facts,) = data["missing"]
    assert expected == {each["fact"]: [bound["text"] for bound in each.get("bounds", [])] for each in facts}
    assert [] == verify(data, whole)


@pytest.mark.parametrize(
    "changes",
    [
        {"from": "6.6", "text": "from 6.6 to 9.0"},
        {"from": "6.4", "text": "from 6.4 to 9.0"},
        {"to": "8.9", "text": "from 6.5 to 8.9"},
        {"to": None, "text": "6.5 or more"},
        {"from_included": False, "text": "more than 6.5 and 9.0 or less"},
        {"text": "from 6.5 to 9"},
        {"from": 6},
        {"to_included": 1},
    ],
)
def test_other_bounds_are_rejected(changes: dict[str, object]) -> None:
    """The checker tries values at the ends and beside them: bounds that are too wide, too narrow or worded otherwise are faults."""
    whole, data = told("d(C, X), X >= 6.5, X =< 9.0, R @> 2020-01-01")
    for facts in (data["missing"][0], data["ways"][0]["facts"]):
        (bound,) = facts[0]["bounds"]
        bound["text"] = changes.get("text", bound["text"])
        bound["intervals"][0] |= {key: value for key, value in changes.items() if key != "text"}
    assert [] != verify(data, whole)


def test_a_day_whose_value_is_documented_is_not_asked_for() -> None:
    """A value of the latest day is too low, so one of a later day would do, and none of that day."""
    whole = program(
        """
        :- pred ldl(C: case, D: date, X: decimal) :: 'ldl'. :- abducible ldl/3. :- functional ldl(+, +, -).
        :- question ldl(C, D, X) :: 'Which value, when?'.
        ldl(c, 2025-03-01, 71.5). ldl(c, 2025-06-01, 54.5).
        q(C) :- documented(ldl(C, D, X)), \\+ documented((ldl(C, L, _), L @> D)), X >= 55.
        """
    )
    repairs, goal = repairs_of(whole), goal_of("q(c)")
    data = json.loads(json.dumps(found_json("q(c)", 10, truth_of(repairs.kb, goal), repairs.first(goal))))
    ((fact,),) = data["missing"]
    assert ["A: on or after 2025-06-02", "B: 55.0 or more"] == [each["text"] for each in fact["bounds"]]
    assert [] == verify(data, whole)


def test_missing_facts_are_those_that_trial_finds() -> None:
    """Of random rules over integers, decimals and dates, the kinds of facts that would do, and the bounds for them, are those that
    every fact of a grid of values gives."""
    for text in programs(12, 5):
        assert [] == list(differences(text)), text


def test_a_course_before_another_is_found_at_once() -> None:
    """Of two courses that are compared by date one is documented: one before or after it would do, whatever else is said of it."""
    whole = program(
        """
        :- pred course(C: case, Drug: agent, Mg: decimal, From: date, Until: date) :: 'course'. :- abducible course/5.
        :- question course(C, Drug, Mg, From, Until) :: 'Which course?'.
        course(c, a, 1.0, 2024-01-01, 2024-02-02).
        q(C) :- course(C, _, _, A, _), course(C, _, _, B, _), A @< B.
        """
    )
    repairs, goal = repairs_of(whole), goal_of("q(c)")
    data = json.loads(json.dumps(found_json("q(c)", 10, truth_of(repairs.kb, goal), repairs.first(goal))))
    ((fact,),) = data["missing"]
    assert ["C: on or before 2023-12-31 or on or after 2024-01-02"] == [each["text"] for each in fact["bounds"]]
    assert {"status": "found", "reasons": []} == data["missing_search"]
    assert [] == verify(data, whole)
