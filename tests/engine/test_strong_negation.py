"""A strong negation is unknown while the body of a rule for it is, of closed predicates and of open ones, on every engine."""

from __future__ import annotations

import pytest

from engine.checks import check
from kb.language.loader import load_text, read_goal
from tests.agreement import Question, World, by_the_checker, by_the_definitions, explanations, in_duckdb

OPEN = ":- abducible open/1, o/1. open(a). -open(e). k(a). k(b). k(e). "
PROGRAMS = {
    "a closed predicate": (
        OPEN + "-k(X) :- open(X). r(X) :- k(X), -k(X). s(X) :- k(X), \\+ -k(X). many :- at_least(3, X, -k(X)). "
        "few :- at_most(0, X, (k(X), -k(X))). n(N) :- aggregate_all(count, X, (k(X), -k(X)), N).",
        ("-k(X)", "-k(b)", "-k(e)", "r(X)", "s(X)", "many", "few", "n(N)"),
    ),
    "an open predicate that is stated, complete or neither": (
        OPEN + "-o(X) :- open(X). o(b). complete(c, o). complete(e, o). t(X) :- k(X), -o(X). u(X) :- k(X), \\+ -o(X).",
        ("-o(X)", "-o(b)", "-o(c)", "-o(e)", "o(X)", "t(X)", "u(X)"),
    ),
    "a rule for one constant alone": (
        OPEN + "-o(X, Y) :- open(X), Y = z. :- abducible o/2. complete(b, o). m(X) :- -o(X, _). w(X) :- k(X), -o(X, Y), Y \\= v.",
        ("-o(b, X)", "-o(b, z)", "m(X)", "w(X)", "-o(_, z)"),
    ),
    "one strong negation by another": (
        OPEN + "-k(X) :- -o(X), \\+ open(X). -j(X) :- -k(X). j(b). o(f). complete(b, o). v(X) :- k(X), \\+ -j(X).",
        ("-k(X)", "-j(X)", "v(X)", "-j(b)", "-j(f)"),
    ),
    "recursion": (
        OPEN + "e(a, b). e(b, c). -k(X) :- open(X). -k(Y) :- -k(X), e(X, Y). z(X) :- e(_, X), \\+ -k(X).",
        ("-k(X)", "-k(c)", "z(X)"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "place"), [(name, i) for name, (_, goals) in PROGRAMS.items() for i in range(len(goals))]
)
def test_engines_and_checker_agree_with_the_definitions(name: str, place: int) -> None:
    """pyDatalog, DuckDB, the checker's own reading and explanations have what the reference evaluator finds."""
    text, goals = PROGRAMS[name]
    loaded = load_text(text)
    assert [each.message for each in check(loaded) if each.is_error] == []
    goal = read_goal(goals[place])
    assert not isinstance(goal, tuple)
    question = Question(World(loaded.program, closed_world=False), goal, True, None)
    assert question.answers is not None
    assert question.reference is not None
    comparisons = (by_the_definitions, by_the_checker, explanations, in_duckdb)
    assert [each for compare in comparisons for each in compare(question)] == []


@pytest.mark.parametrize(
    ("text", "is_cycle"),
    [
        (":- abducible p/1, q/1. -p(X) :- -q(X). q(X) :- p(X).", False),
        (":- abducible p/1. -p(X) :- e(Y, X), -p(Y). e(a, b).", False),
        (":- abducible p/1. k(X) :- p(X), \\+ -k(X). -k(X) :- -p(X). p(X) :- k(X).", True),
        (":- abducible q/1. -k(X) :- q(X), \\+ -k(X).", True),
        (":- abducible q/1. -k(X) :- -q(X), r(X). r(X) :- q(X), \\+ s(X). s(X) :- q(X), -k(X).", True),
    ],
)  # fmt: skip
def test_cycles_are_those_of_what_is_unknown_too(text: str, is_cycle: bool) -> None:
    """What is unknown of a strong negation depends on its rules, and an open predicate only on what is certain of it."""
    assert [each.code for each in check(load_text(text)) if each.is_error] == (["E204"] if is_cycle else [])
