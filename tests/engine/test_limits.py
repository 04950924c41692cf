"""What takes more than is allowed is given up soon, and is told with the limit and the place; what takes little is not."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from engine.checks import check
from engine.knowledge import EndlessError, Exceeded, KnowledgeBase, Rules
from explain.workspace import Workspace
from kb.language.diagnostics import ProgramError, Sources
from kb.language.loader import Loaded, load_text
from kb.language.program import Program
from kb.language.syntax import TRUE, AtomF, Clause, Pred
from kb.language.terms import Atom, Var
from kb.language.truth import Truth
from tests.effort import grows_in_proportion
from tests.texts import goal_of, program_of

NUMBERS = " ".join(f"a({number}). b({number})." for number in range(60))
GIVEN_UP = {
    "steps": (f"{NUMBERS} k(X) :- a(X), b(Y), a(Z), X + Y + Z =:= -1.", "k(X)", Exceeded.STEPS, Pred("k", 1)),
    "steps of a goal": (NUMBERS, "a(X), b(Y), a(Z), X + Y + Z =:= -1", Exceeded.STEPS, None),
    "steps in a count": (
        f"{NUMBERS} k(N) :- aggregate_all(count, X, (a(X), b(Y), a(Z), X + Y + Z =:= -1), N).", "k(X)", Exceeded.STEPS, Pred("k", 1),
    ),
    "values": ("n(0). n(Y) :- n(X), Y is X + 1. small(X) :- n(X), X < 3.", "small(X)", Exceeded.VALUES, Pred("n", 1)),
    "a range": ("p(X) :- between(1, 9223372036854775807, X), X mod 7 =:= 3.", "p(X)", Exceeded.RANGE, Pred("p", 1)),
    "a range of a goal": ("d(1).", "d(Y), between(Y, 400000000, X), X mod 7 =:= 3", Exceeded.RANGE, None),
    "a range that is counted": ("t :- at_least(3, X, between(1, 9223372036854775807, X)).", "t", Exceeded.RANGE, Pred("t", 0)),
}  # fmt: skip


@pytest.mark.parametrize("name", GIVEN_UP)
def test_what_is_given_up_says_which_limit_it_came_to_and_where(name: str) -> None:
    """A question that takes too much is given up with the limit, and the predicate whose rows were being worked out."""
    text, goal, exceeded, pred = GIVEN_UP[name]
    with pytest.raises(EndlessError) as given_up:
        KnowledgeBase(Rules.of(program_of(text), max_steps=50_000)).answers(goal_of(goal))
    assert (exceeded, pred) == (given_up.value.exceeded, given_up.value.pred)


def test_the_diagnostic_names_limit_predicate_and_rule(tmp_path: Path) -> None:
    """What people read has the limit, the predicate, the place of its rule, and what can be done."""
    file = tmp_path / "program.pl"
    file.write_text("d(1).\nn(0).\nn(Y) :- n(X), Y is X + 1.\nsmall(X) :- n(X), X < 3.\n", encoding="utf-8")
    with pytest.raises(ProgramError) as given_up:
        Workspace.open([file], max_steps=50_000).ask("small(X)")
    (found,) = given_up.value.diagnostics
    assert "`small(X)` has not come to an end: it goes on computing new values" == found.message
    assert (f"while `n/1` was worked out, {file}:3:1",) == found.notes


def test_ends_that_are_given_need_no_list_of_what_is_between_them() -> None:
    """A value between far ends is tested, not looked for; a range that fits is listed."""
    text = "r(X) :- X = 5, between(-9223372036854775808, 9223372036854775807, X). s(X) :- between(1, 1000, X), X > 999."
    base = KnowledgeBase(Rules.of(program_of(text), max_steps=50_000))
    assert (Truth.TRUE, Truth.TRUE) == (base.answers(goal_of("r(X)")).truth, base.answers(goal_of("s(X)")).truth)


@pytest.mark.parametrize("body", ["e(X, Y), up(Y)", "up(Y), e(X, Y)"])
def test_recursion_over_a_long_chain_takes_few_steps(body: str) -> None:
    """Each round joins what the last one added with what it reaches, wherever the recursive literal is written."""
    edges = " ".join(f"e({number}, {number + 1})." for number in range(300))
    rules = Rules.of(program_of(f"{edges} up(300). up(X) :- {body}."), max_steps=10_000)
    assert Truth.TRUE is KnowledgeBase(rules).answers(goal_of("up(0)")).truth


def test_tests_come_as_soon_as_what_they_test_is_there() -> None:
    """A comparison that leaves little is made before what it says nothing of is joined."""
    rules = Rules.of(program_of(f"{NUMBERS} j(X, Y) :- a(X), b(Y), a(_), b(_), X > Y, X < 1."), max_steps=20_000)
    assert Truth.FALSE is KnowledgeBase(rules).answers(goal_of("j(X, Y)")).truth


def test_explanations_are_given_up_too(tmp_path: Path) -> None:
    """An explanation that goes through all ways to join rows is given up as a question is, and says so."""
    file = tmp_path / "program.pl"
    numbers = " ".join(f"a({number})." for number in range(20))
    file.write_text(f"{numbers} k :- a(X), a(Y), a(Z), X + Y + Z =:= -1.", encoding="utf-8")
    workspace = Workspace.open([file], max_steps=200_000)
    assert Truth.FALSE is workspace.ask("k").truth
    with pytest.raises(ProgramError) as given_up:
        workspace.explain("k")
    assert (
        "`k` has not come to an end: it takes more steps than are allowed (200,000)"
        == given_up.value.diagnostics[0].message
    )


def test_a_program_of_many_predicates_is_checked_in_one_go() -> None:
    """The check for recursion through negation looks at each dependency once, not once for each predicate."""
    x = Var("X")

    def loaded(length: int) -> Loaded:
        """A chain of so many rules."""
        preds = [Pred(f"p{number}", 1) for number in range(length)]
        rules = (Clause(AtomF(one, (x,)), AtomF(other, (x,))) for one, other in pairwise(reversed(preds)))
        return Loaded(Program((Clause(AtomF(preds[0], (Atom("a"),)), TRUE), *rules)), Sources(), ())

    many = loaded(3_000)
    assert [each for each in check(many) if each.is_error] == []
    assert grows_in_proportion(check, loaded(300), many)


def test_a_long_chain_of_rules_needs_no_deep_stack() -> None:
    """Relations that are defined one by the other, more of them than Python nests calls, are answered."""
    rules = "".join(f"p{number}(X) :- p{number + 1}(X), q(X).\n" for number in range(900))
    kb = KnowledgeBase(Rules.of(load_text(f"q(a). p900(X) :- q(X).\n{rules}").program))
    assert Truth.TRUE is kb.truth(AtomF(Pred("p0", 1), (Atom("a"),)))
