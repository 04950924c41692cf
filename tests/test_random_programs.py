"""On random programs engines, referees, explanations and checker agree: `tests/agreement.py` says in what.

`PRIORLOG_DRAW=1000 python -m pytest tests/test_random_programs.py` draws other programs.
"""

from __future__ import annotations

import os

import pytest

pytest.importorskip("duckdb")

from kb.language.loader import load_text, read_goal
from tests.agreement import Question, World, differing, explanations  # needs DuckDB
from tests.strategies import Options

AT_A_TIME = 8
"""How many programs are drawn, and given to SWI-Prolog, at once."""


FIRST = int(os.environ.get("PRIORLOG_DRAW", "0"))
"""Where the drawing begins: at the same place in every run, so that what one finds, the next finds too."""


def parts(*, quick: int, heavy: int) -> list[object]:
    """The numbers of so many drawings of which some are for every day, and the others for the gate."""
    return [*range(quick), *(pytest.param(part, marks=pytest.mark.heavy) for part in range(quick, quick + heavy))]


@pytest.mark.parametrize("part", parts(quick=1, heavy=14))
def test_all_agree_on_programs_in_order(part: int) -> None:
    """With literals in SWI-Prolog's order, pyDatalog, DuckDB, clingo, SWI-Prolog, definitions and checker agree."""
    found = differing(AT_A_TIME, FIRST + part, Options(in_order=True))
    assert not found, "\n\n".join(found)


@pytest.mark.parametrize("part", parts(quick=1, heavy=9))
def test_all_but_swi_prolog_agree_on_programs_in_any_order(part: int) -> None:
    """With literals in any order and with decimals, which SWI-Prolog does without, the others agree."""
    found = differing(AT_A_TIME, FIRST + part, Options(decimals=True))
    assert not found, "\n\n".join(found)


def test_an_aggregate_over_an_individual_is_explained() -> None:
    """A goal that aggregates a value of which only an individual that is not named is known has an explanation."""
    program = load_text(":- abducible q/2. p(k). p(m). r(X) :- -q(_, X). s(X) :- -q(_, X).").program
    goal = read_goal("p(C), r(X), aggregate_all(max(X), C, s(b), M)")
    assert not isinstance(goal, tuple)
    assert [] == list(explanations(Question(World(program, closed_world=False), goal, False, None)))


def test_a_count_over_an_individual_is_explained() -> None:
    """The explanation of a count is accepted where a variable around it is only known to be some individual."""
    program = load_text(
        ":- abducible p/2. -q(k2). r(C) :- -p(C, D), at_most(0, L, (-q(L), \\+ (q(E), D \\== 2024-02-29)))."
    ).program
    goal = read_goal("r(k1)")
    assert not isinstance(goal, tuple)
    assert [] == list(explanations(Question(World(program, closed_world=False), goal, False, None)))


def test_a_count_that_another_literal_shares_is_explained() -> None:
    """The explanation of a count is accepted where a variable of it is bound by an open literal beside it."""
    program = load_text(":- abducible p/1, q/2. -q(k2, 2024-02-29). -r(a).").program
    goal = read_goal("at_least(1, D, (q(C, D), \\+ member(_, [b]))), -r(_), p(C)")
    assert not isinstance(goal, tuple)
    assert [] == list(explanations(Question(World(program, closed_world=False), goal, False, None)))
