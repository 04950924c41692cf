"""A constant that a rule computes is as open as any other: recursion over open records is asked about it too, in every engine."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from engine.knowledge import BACKENDS, EndlessError, KnowledgeBase, Rules
from kb.language.program import Program
from kb.language.syntax import Not
from kb.language.truth import Truth
from tests.reference import Reference
from tests.texts import goal_of, program_of


@dataclass(frozen=True)
class Asked:
    """Rules beside an open record `link/2` and the fact `f(c)`, a goal, and what it is worth in both readings."""

    rules: str
    goal: str
    truth: Truth
    closed_world: Truth = Truth.FALSE

    @property
    def program(self) -> Program:
        return program_of(f":- abducible link/2. f(c). {self.rules}")


TRUE, FALSE, UNKNOWN = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN
LINKED = "b(X, Y) :- link(X, Y). "
REACH = LINKED + "b(X, Y) :- link(X, Z), b(Z, Y). "
AGAIN = LINKED + "b(X, Y) :- a(X, Y). "
NEXT = "a(X, Y) :- e(X, Z), W is Z + 1, b(W, Y). "

ASKED = {
    "in recursion of two": Asked(f"e(k, 2). {NEXT}{AGAIN}", "a(k, c)", UNKNOWN),
    "before it is computed": Asked(f"e(k, 2). a(X, Y) :- b(W, Y), e(X, Z), W is Z + 1. {AGAIN}", "a(k, c)", UNKNOWN),
    "in recursion of three": Asked(f"e(k, 2). {NEXT}b(X, Y) :- d(X, Y). d(X, Y) :- link(X, Y). d(X, Y) :- a(X, Y).", "a(k, c)", UNKNOWN),
    "of each round": Asked(f"e(2). {REACH}m(X) :- e(X). m(Y) :- m(X), Y is X + 1, Y < 6, b(Y, c).", "m(5)", UNKNOWN),
    "of what is found for the one before": Asked(f"e(2). {REACH}m(X) :- e(X). m(Y) :- m(X), b(X, c), Y is X + 1, Y < 6.", "m(5)", UNKNOWN),
    "of which some is stated": Asked(f"e(2). link(3, c). {REACH}m(X) :- e(X). m(Y) :- m(X), Y is X + 1, Y < 6, b(Y, c).", "m(3)", TRUE, TRUE),
    "of which tests leave few": Asked(
        f"e(2). {LINKED}b(X, Y) :- m(X), f(Y). m(X) :- e(X). m(Y) :- link(X, Y), m(X). m(Y) :- b(Y, c), m(X), Y is X - 1, Y > 0.", "m(1)", UNKNOWN,
    ),
    "under negation": Asked(f"e(k, 2). a(X, Y) :- e(X, Z), W is Z + 1, f(Y), \\+ b(W, Y). a(X, Y) :- a(Y, X). {REACH}", "a(k, c)", UNKNOWN, TRUE),
    "in a count": Asked(f"e(k, 2). a(X, Y) :- e(X, Z), W is Z + 1, f(Y), at_least(1, V, (b(W, V), f(V))). {AGAIN}", "a(k, c)", UNKNOWN),
    "in a count of more than there are": Asked(f"e(k, 2). a(X, Y) :- e(X, Z), W is Z + 1, f(Y), at_least(2, V, (b(W, V), f(V))). {AGAIN}", "a(k, c)", FALSE),
    "two at a time": Asked(f"e(k, 2). a(X) :- e(X, Z), W is Z + 1, V is Z + 2, b(W, V). {LINKED}b(X, Y) :- a(X), f(Y).", "a(k)", UNKNOWN),
    "a decimal": Asked(f"e(k, 2.5). {NEXT}{AGAIN}", "a(k, c)", UNKNOWN),
    "a day": Asked(f"e(k, 2024-01-31). a(X, Y) :- e(X, Z), add_months(Z, 1, W), b(W, Y). {AGAIN}", "a(k, c)", UNKNOWN),
    "of several kinds": Asked(f"e(k, 2). e(k, 1.5). e(k, \"x\"). e(k, c). {NEXT}{AGAIN}", "a(k, c)", UNKNOWN),
    "of a range": Asked(f"e(k, 2). a(X, Y) :- e(X, Z), between(Z, 4, V), W is V + 5, b(W, Y). {AGAIN}", "a(k, c)", UNKNOWN),
    "with a rule for the opposite": Asked(f"e(k, 2). {NEXT}{AGAIN}-link(W, Y) :- e(_, Z), W is Z + 1, f(Y).", "a(k, c)", FALSE),
    "without recursion, before it is computed": Asked(f"e(k, 2). {LINKED}h(Y) :- b(W, Y), e(k, Z), W is Z + 1.", "h(c)", UNKNOWN),
    "of no variable": Asked(f"{LINKED}h(Y) :- b(W, Y), V is 2 + 1, W = V.", "h(c)", UNKNOWN),
    "a day, before it is computed": Asked(f"d(2024-01-31). {REACH}h(Y) :- b(W, Y), d(D), add_days(D, 1, W).", "h(c)", UNKNOWN),
    "in a negated conjunction": Asked(f"e(k, 2). {LINKED}h(Y) :- f(Y), \\+ (b(W, Y), e(k, Z), W is Z + 1).", "h(c)", UNKNOWN, TRUE),
}  # fmt: skip
"""Rules that ask an open record about what they compute."""

WITHOUT_END = f"e(2). {REACH}m(X) :- e(X). m(Y) :- m(X), b(X, c), Y is X + 1."


def truth(asked: Asked, engine: str = "pydatalog", *, closed_world: bool = False) -> Truth:
    """What a goal is worth to an engine."""
    with KnowledgeBase(Rules.of(asked.program), closed_world=closed_world, backend=BACKENDS[engine]) as base:
        return base.answers(goal_of(asked.goal)).truth


@pytest.mark.parametrize("name", ASKED)
def test_a_computed_constant_is_as_open_as_any_other(name: str) -> None:
    """Rules are asked about a constant that they compute, wherever in a body, and in recursion; the definitions agree."""
    asked, goal = ASKED[name], goal_of(ASKED[name].goal)
    assert (asked.truth, asked.closed_world) == (truth(asked), truth(asked, closed_world=True))
    assert asked.truth is Reference(asked.program, goal).truth(())
    negated = KnowledgeBase(Rules.of(asked.program)).answers(Not(goal)).truth
    assert {TRUE: FALSE, FALSE: TRUE, UNKNOWN: UNKNOWN}[asked.truth] is negated
    assert negated is Reference(asked.program, Not(goal)).truth(())


@pytest.mark.parametrize("name", ASKED)
def test_a_computed_constant_is_as_open_in_duckdb(name: str) -> None:
    """Tables of recursion over an open record have rows about the constants that they are asked about."""
    pytest.importorskip("duckdb")
    assert ASKED[name].truth is truth(ASKED[name], "duckdb")


@pytest.mark.parametrize("name", ["under negation", "of each round", "of which some is stated"])
def test_a_computed_constant_is_as_closed_in_duckdb(name: str) -> None:
    """In the closed world only what is stated of a computed constant is true."""
    pytest.importorskip("duckdb")
    assert ASKED[name].closed_world is truth(ASKED[name], "duckdb", closed_world=True)


@pytest.mark.parametrize("engine", ["tabling", "pydatalog", "duckdb"])
def test_ever_new_constants_to_ask_about_are_given_up(engine: str) -> None:
    """Where each constant that is asked about leads to another one, a question ends with the limit that it came to."""
    pytest.importorskip("duckdb")
    rules = Rules.of(program_of(f":- abducible link/2. f(c). {WITHOUT_END}"), max_steps=10_000)
    with KnowledgeBase(rules, backend=BACKENDS[engine]) as base, pytest.raises(EndlessError):
        base.answers(goal_of("m(5)"))
