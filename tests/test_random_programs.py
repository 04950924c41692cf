"""On random programs engines, referees, explanations and checker agree: `tests/agreement.py` says in what.

`PRIORLOG_DRAW=1000 python -m pytest tests/test_random_programs.py` draws other programs.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest.importorskip("duckdb")

from kb.language.loader import load_text, read_goal
from tests.agreement import (  # needs DuckDB
    Question,
    World,
    by_the_checker,
    by_the_definitions,
    differing,
    explanations,
    in_duckdb,
    steps_of_explanations,
)
from tests.in_files import fault_in_files
from tests.strategies import Options, random_examples

AT_A_TIME = 8
"""How many programs are drawn, and given to SWI-Prolog, at once."""


FIRST = int(os.environ.get("PRIORLOG_DRAW", "0"))
"""Where the drawing begins: at the same place in every run, so that what one finds, the next finds too."""


def parts(*, quick: int, heavy: int) -> list[object]:
    """The numbers of so many drawings of which some are for every day, and the others for the gate."""
    return [*range(quick), *(pytest.param(part, marks=pytest.mark.heavy) for part in range(quick, quick + heavy))]


@pytest.mark.parametrize("part", parts(quick=1, heavy=4))
def test_all_agree_on_programs_in_order(part: int) -> None:
    """With literals in SWI-Prolog's order, pyDatalog, DuckDB, clingo, SWI-Prolog, definitions and checker agree."""
    found = differing(AT_A_TIME, FIRST + part, Options(in_order=True))
    assert not found, "\n\n".join(found)


@pytest.mark.parametrize("part", parts(quick=0, heavy=2))
def test_all_but_swi_prolog_agree_on_programs_in_any_order(part: int) -> None:
    """With literals in any order and with decimals, which SWI-Prolog does without, the others agree."""
    found = differing(AT_A_TIME, FIRST + part, Options(decimals=True))
    assert not found, "\n\n".join(found)


@pytest.mark.parametrize("part", parts(quick=1, heavy=2))
def test_programs_say_the_same_in_files(part: int, tmp_path: Path) -> None:
    """With half of its predicates in a module and plain facts in tables, a program is read as what it is without."""
    for number, example in enumerate(random_examples(AT_A_TIME, FIRST + part, Options(decimals=part % 2 == 1))):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert fault_in_files(example.program, folder) is None, example


ONCE_APART = [
    (
        "an aggregate of a value of which only an individual is known",
        ":- abducible q/2. p(k). p(m). r(X) :- -q(_, X). s(X) :- -q(_, X).",
        "p(C), r(X), aggregate_all(max(X), C, s(b), M)",
    ),
    (
        "a count with a variable around it that is only known to be some individual",
        ":- abducible p/2. -q(k2). r(C) :- -p(C, D), at_most(0, L, (-q(L), \\+ (q(E), D \\== 2024-02-29))).",
        "r(k1)",
    ),
    (
        "a count of which another literal, an open one, binds a variable",
        ":- abducible p/1, q/2. -q(k2, 2024-02-29). -r(a).",
        "at_least(1, D, (q(C, D), \\+ member(_, [b]))), -r(_), p(C)",
    ),
    (
        "a count over known facts of what is computed of an individual",
        ":- abducible p/2. e(a). r(C) :- p(C, X), at_least(1, Y, (e(Y), X > 3)).",
        "r(c)",
    ),
    (
        "a negation over known facts of what is computed of an individual",
        ":- abducible p/2. e(a). r(C) :- p(C, X), \\+ (X > 3, e(a)).",
        "r(c)",
    ),
    (
        "the sum over known facts of what is computed of an individual",
        ":- abducible p/2. e(a). r(C, N) :- p(C, X), aggregate_all(sum(M), Y, (e(Y), M is X + 1), N).",
        "r(c, N)",
    ),
    (
        "an aggregate whose value and result are an individual",
        ":- abducible p/2, q/2. e(a, 2). s(C, X) :- p(C, X), aggregate_all(max(X), Y, e(Y, _), X). s(C, a) :- q(C, _).",
        "s(C, _), N is 2",
    ),
    (
        "a count in a question with a negation that mentions a variable bound outside the count",
        ":- abducible q/2. p(k). complete(k, q). q(C, X) :- complete(C, _), X = b.",
        "q(C, b), at_least(1, X, (\\+ (p(z), C @> m), p(X)))",
    ),
    (
        "a strong negation whose only rule fails, but whose opposite is open",
        ":- abducible q/2. -r(a, 1). r(C, 2) :- q(C, _). -r(C, N) :- r(C, 1), between(0, 1, N). t(N) :- -r(k, N). t(1) :- q(b, _).",
        "t(N)",
    ),
    (
        "an argument without a name that may be an individual or a constant of a rule",
        ":- abducible p/2, q/2. s(C, X) :- -q(C, _), p(C, X). s(C, X) :- -p(C, X). s(C, a) :- q(C, _). r :- s(_, _).",
        "r",
    ),
    (
        "an aggregate over an open record that another aggregate gives its value",
        ":- abducible p/2. p(b, 0). f(b, 0). g(Y) :- aggregate_all(count, T, p(_, T), M), p(Y, M), aggregate_all(sum(S), S, f(b, S), M).",
        "g(b)",
    ),
    (
        "a row of an aggregate that is compared with an individual",
        ":- abducible q/1. e(b, 2). g(X) :- q(X), aggregate_all(sum(T), T, (e(Z, T), Z \\= X), 1).",
        "g(X)",
    ),
    (
        "an aggregate that a later literal gives what it counts, and that gives an earlier one its value",
        "p(X, 0) :- e(X), \\+ e(X). e(c). q(c). g(X) :- aggregate_all(sum(T), T, (p(X, T), q(X)), N), p(X, N), e(X).",
        "g(X)",
    ),
]


@pytest.mark.parametrize(("program", "goal"), [each[1:] for each in ONCE_APART], ids=[each[0] for each in ONCE_APART])
def test_all_agree_on(program: str, goal: str) -> None:
    """Definitions, engines and checker agree on a program on which some of them once did not."""
    body = read_goal(goal)
    assert not isinstance(body, tuple)
    question = Question(World(load_text(program).program, closed_world=False), body, for_duckdb=True, in_swipl=None)
    compared = (by_the_definitions, in_duckdb, by_the_checker, explanations, steps_of_explanations)
    assert [] == [fault for compare in compared for fault in compare(question)]
