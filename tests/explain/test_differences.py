"""What changes from one policy to another: verdicts, and the smallest cases, as trial of every case has them."""

from __future__ import annotations

import pytest

from explain.authoring.difference_pages import document, pages_of
from explain.authoring.differences import FLIPS, Compared, Verdict, difference
from kb.language.printer import show_atom
from tests.benchmarks.differences_exhaustive import Trial, pairs, shown, workspace_of

DECLARED = """
:- pred meets_criteria(C: case) :: 'm'.
:- pred criterion(P: policy, K: kind, N: integer, I: part, Q: predicate) :: 'n'.
:- pred adult(C: case) :: 'adult'.
:- pred years(C: case, Y: integer) :: 'years'. :- abducible years/2. :- functional years(+, -).
:- pred pregnant(C: case) :: 'pregnant'. :- abducible pregnant/1.
:- pred taken(C: case, X: agent) :: 'taken'. :- abducible taken/2.
:- pred resistant(C: case, X: agent) :: 'resistant'. :- abducible resistant/2.
:- pred strong(X: agent) :: 'strong'.
:- pred score(C: case, X: integer) :: 'score'. :- abducible score/2.
:- pred seen(C: case, D: date) :: 'seen'. :- abducible seen/2.
:- pred request(C: case, D: agent, K: kind, T: date) :: 'r'.
:- pred policy_covers(P: policy, D: agent) :: 'c'.
:- pred herb(X: herb) :: 'herb'. :- pred eats(C: case, X: herb) :: 'eats'. :- abducible eats/2. :- vocabulary(herb, herb/1).
herb(mint). herb(sage). herb(dill).
policy_covers(pol, drug).
strong(opium). strong(codeine).
criterion(pol, initial, 1, adult, adult).
meets_criteria(C) :- adult(C).
"""
HOME = """
:- pred home(C: case, X: place) :: 'home'. :- abducible home/2. :- functional home(+, -).
:- pred d(C: case, X: place) :: 'd'.
meets_criteria(C) :- years(C, Y), Y =< 4.
"""


DRAWN = 30


def compared(old: str, new: str) -> tuple[Compared, list[str]]:
    """How the criterion of two policies compares by the search, and what trial of every case has otherwise."""
    trial = Trial(DECLARED + old, DECLARED + new)
    decisions = difference(workspace_of(DECLARED + old), workspace_of(DECLARED + new)).compared
    return next(each for each in decisions if each.old.id == "adult"), list(trial.wrong())


def sizes(found: Compared) -> dict[str, int]:
    """How many facts the smallest case of each flip states, by what it was and is."""
    return {
        f"{flip.before.value} {flip.after.value}": len(flip.facts) for flip in found.flips if flip.facts is not None
    }


PAIRS = {
    "more for at least": (
        "adult(C) :- years(C, Y), Y >= 18.",
        "adult(C) :- years(C, Y), Y > 18.",
        Verdict.TIGHTER,
        {"true false": 1},
    ),
    "a condition left out": (
        "adult(C) :- years(C, Y), Y >= 18, pregnant(C).",
        "adult(C) :- years(C, Y), Y >= 18.",
        Verdict.LOOSER,
        {"false true": 2, "false unknown": 1, "unknown true": 1},
    ),
    "known to be false for not known to be true": (
        "adult(C) :- years(C, Y), \\+ pregnant(C).",
        "adult(C) :- years(C, Y), -pregnant(C).",
        Verdict.EQUIVALENT,
        {},
    ),
    "documented for known": (
        "adult(C) :- pregnant(C).",
        "adult(C) :- documented(pregnant(C)).",
        Verdict.TIGHTER,
        {"unknown false": 0},
    ),
    "two of some for one of them": (
        "adult(C) :- seen(C, _), at_least(2, X, (strong(X), taken(C, X))).",
        "adult(C) :- seen(C, _), at_least(1, X, (strong(X), taken(C, X))).",
        Verdict.LOOSER,
        {"false true": 3, "unknown true": 2, "false unknown": 1},
    ),
    "a rule split in two, with literals in another order": (
        "adult(C) :- years(C, Y), (Y > 20 ; pregnant(C)).",
        "adult(Case) :- Years > 20, years(Case, Years). adult(C) :- pregnant(C), years(C, _).",
        Verdict.EQUIVALENT,
        {},
    ),
    "two bounds in one": (
        "adult(C) :- years(C, Y), Y >= 18, Y > 20.",
        "adult(C) :- years(C, Y), Y >= 21.",
        Verdict.EQUIVALENT,
        {},
    ),
    "another fact of what is known": (
        "adult(C) :- taken(C, X), strong(X).",
        "adult(C) :- taken(C, X), strong(X). strong(ether).",
        Verdict.LOOSER,
        {"unknown true": 1, "false true": 2},
    ),
    "other rules for what cases may state": (
        "adult(C) :- resistant(C, opium). resistant(C, X) :- taken(C, X).",
        "adult(C) :- resistant(C, opium). resistant(C, X) :- taken(C, X), strong(X), pregnant(C).",
        Verdict.TIGHTER,
        {"true unknown": 1, "true false": 2},
    ),
    "what is denied of what rules conclude": (
        "adult(C) :- -pregnant(C). pregnant(C) :- taken(C, opium).",
        "adult(C) :- -pregnant(C). pregnant(C) :- taken(C, codeine).",
        Verdict.INCOMPARABLE,
        {"unknown false": 1, "false unknown": 1},
    ),
    "a strong negation that rules conclude": (
        "adult(C) :- pregnant(C). -pregnant(C) :- seen(C, D), D @> 2024-07-01.",
        "adult(C) :- -pregnant(C). -pregnant(C) :- seen(C, D), D @> 2024-07-01.",
        Verdict.INCOMPARABLE,
        {"true unknown": 1, "true false": 2, "false true": 1},
    ),
    "a day before any that rules mention": (
        "adult(C) :- request(C, _, _, D), D @>= 2024-07-01.",
        "adult(C) :- request(C, _, _, _).",
        Verdict.LOOSER,
        {"false true": 1},
    ),
    "no more names than the vocabulary has": (
        "adult(C) :- pregnant(C), at_least(2, X, eats(C, X)).",
        "adult(C) :- pregnant(C), at_most(3, X, eats(C, X)).",
        Verdict.INCOMPARABLE,
        {"true unknown": 3, "false true": 2},
    ),
    "a condition that never holds, and more values than are looked at": (
        "adult(C) :- at_most(0, X, taken(C, X)), pregnant(C), taken(C, Y), \\+ taken(C, _). taken(C, opium) :- -pregnant(C).",
        "adult(C) :- at_most(-1, X, taken(C, X)), pregnant(C), taken(C, Y), \\+ taken(C, _). taken(C, opium) :- -pregnant(C).",
        Verdict.TIGHTER,
        {"unknown false": 0},
    ),
    "a number that is mentioned for something else": (
        "adult(C) :- pregnant(C), at_least(2, X, (score(C, X), X =\\= 3)).",
        "adult(C) :- pregnant(C), at_most(2, X, (score(C, X), X < 3)).",
        Verdict.INCOMPARABLE,
        {},
    ),
    "a value of one predicate that may be a number that another has": (
        HOME + "adult(C) :- d(C, X), home(C, X). d(C, X) :- home(C, X), X \\= b.",
        HOME + "adult(C) :- d(C, X), home(C, X). d(C, X) :- -home(C, X), X \\= b.",
        Verdict.TIGHTER,
        {"true false": 1},
    ),
    "two values of which one may be a number that another predicate has": (
        HOME + "adult(C) :- pregnant(C), at_least(2, X, d(C, X)). d(C, X) :- home(C, X), X \\= b.",
        HOME + "adult(C) :- pregnant(C), at_least(2, X, d(C, X)). d(C, X) :- -home(C, X), X \\= b.",
        Verdict.LOOSER,
        {"unknown true": 3, "false true": 4, "false unknown": 3},
    ),
}


@pytest.mark.parametrize(("old", "new", "verdict", "smallest"), PAIRS.values(), ids=PAIRS)
def test_an_edit_has_its_verdict_and_its_smallest_cases(
    old: str, new: str, verdict: Verdict, smallest: dict[str, int]
) -> None:
    """For each flip there is a case of the size of the smallest one that trial of every case finds, or it is shown that there is
    none; and the verdict is what a reader expects of the edit."""
    found, wrong = compared(old, new)
    assert wrong == []
    assert found.verdict is verdict
    assert smallest.items() <= sizes(found).items()
    assert all(flip.is_decided for flip in found.flips)


def test_a_functional_predicate_has_one_value_that_is_stated_and_others_that_are_denied() -> None:
    """A case may say what value there is and, beside it, what values there are not."""
    found, wrong = compared(
        "adult(C) :- years(C, Y), Y > 30, years(C, X), X < 30.",
        "adult(C) :- years(C, Y), Y > 30, -years(C, X), X < 30.",
    )
    assert wrong == []
    assert sizes(found) == {"false true": 2}


def test_a_case_names_what_the_vocabulary_knows() -> None:
    """A case that is shown states no name that its vocabulary does not know: a review would not recognise it."""
    found, _ = compared(
        "adult(C) :- pregnant(C), at_least(2, X, eats(C, X)).", "adult(C) :- pregnant(C), at_least(3, X, eats(C, X))."
    )
    shown_facts = {show_atom(fact) for flip in found.flips for fact in flip.facts or () if fact.pred.name == "eats"}
    assert shown_facts
    assert shown_facts <= {f"{sign}eats(case, {herb})" for sign in ("", "-") for herb in ("mint", "sage", "dill")}


@pytest.fixture(scope="module")
def drawn() -> list[tuple[str, str]]:
    """Random policies, each with what it is after an edit."""
    return list(pairs(DRAWN, 1))


@pytest.mark.parametrize("number", range(DRAWN))
def test_random_edits_are_decided_as_trial_of_every_case_decides_them(
    number: int, drawn: list[tuple[str, str]]
) -> None:
    """Every verdict, every smallest size and every case of a random edit is what trial of every case has."""
    old, new = drawn[number]
    wrong = list(Trial(old, new).wrong())
    assert not wrong, f"{shown(old, new)}\n{wrong}"


def test_where_more_values_could_be_told_apart_the_scope_is_said() -> None:
    """That no case flips is shown for as many values as were told apart: the page says so, and how many there were."""
    old, new, *_ = PAIRS["a condition that never holds, and more values than are looked at"]
    pages = pages_of("old", "new", workspace_of(DECLARED + old), workspace_of(DECLARED + new))
    told = repr(document(pages))
    assert "no other with as many values as were looked at" in told
    assert "apart 5 values that nothing mentions" in told


def test_policies_that_are_the_same_have_no_flips_to_look_for() -> None:
    """Where the rules for a decision are the same in both, nothing is looked for and it is equivalent."""
    found, wrong = compared("adult(C) :- pregnant(C).", "adult(C) :- pregnant(C).")
    assert (found.flips, found.verdict, wrong) == ((), Verdict.EQUIVALENT, [])
    assert len(FLIPS) == 6
