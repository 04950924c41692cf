"""Answers and explanations do not depend on what was asked before, whatever the questions mention."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.bodies import RuleBook
from engine.knowledge import KnowledgeBase, Rules
from explain.proof.node_json import node_json
from explain.proof.why import Explainer
from kb.language.program import Program
from kb.language.syntax import AtomF, Body, Not
from kb.language.terms import Atom, Const, Int, Term, Var
from kb.language.traversal import body_terms, substitute, variables
from tests.strategies import Example, Options, examples
from tests.texts import goal_of, program_of

NEW: tuple[Const, ...] = (Atom("zeta"), Atom("eta"), Int(77))
"""Constants that no program mentions."""
Asked = tuple[str, Body]

MUTUAL = program_of(
    ":- abducible link/2. link(a, b). node(a). node(b). reach(X, Y) :- link(X, Y). reach(X, Z) :- reach(X, Y), link(Y, Z). "
    "odd(X, Y) :- link(X, Y). odd(X, Y) :- even(X, Z), link(Z, Y). even(X, Y) :- odd(X, Z), link(Z, Y). "
    "apart(X, Y) :- node(X), node(Y), \\+ reach(X, Y). next(5). beyond(X) :- next(X), Y is X + 1, reach(Y, b)."
)
GOALS = (
    "reach(a, X)", "reach(a, b)", "reach(b, a)", "reach(a, zeta)", "reach(zeta, eta)", "reach(zeta, zeta)", "even(a, b)",
    "odd(eta, a)", "even(zeta, X)", "\\+ reach(a, zeta)", "\\+ odd(zeta, eta)", "apart(a, b)", "beyond(X)", "\\+ beyond(5)",
)  # fmt: skip


class Session:
    """A knowledge base and an explainer that are asked one question after another."""

    def __init__(self, program: Program) -> None:
        self.kb = KnowledgeBase(Rules.of(program))
        self.explainer = Explainer(self.kb, RuleBook.of(self.kb.rules.clauses))

    def told(self, asked: Asked) -> object:
        """What a question is answered."""
        how, goal = asked
        match how:
            case "truth" if isinstance(goal, AtomF) and not variables(goal.args):
                return self.kb.truth(goal)
            case "explain":
                return node_json(self.explainer.goal(goal))
            case "atom" if isinstance(goal, AtomF) and not variables(goal.args):
                return node_json(self.explainer.atom(goal))
            case "part" if isinstance(goal, AtomF):
                return self.kb.part_truth(Not(goal), dict.fromkeys(variables(goal.args), NEW[0]))
            case "rows" if isinstance(goal, AtomF):
                return sorted(map(str, self.kb.rows(goal.pred, goal.args)))
            case _:
                return self.kb.answers(goal)


WAYS = ("ask", "truth", "explain", "atom", "part", "rows")


def check_order(program: Program, questions: list[Asked]) -> None:
    """Each question is told what it is told when it is the first."""
    session = Session(program)
    for asked in questions:
        assert Session(program).told(asked) == session.told(asked), asked


@pytest.mark.parametrize("turn", range(4))
def test_recursion_over_an_open_record(turn: int) -> None:
    """Rows that are remembered for the constants of one question do not decide one about other constants."""
    chosen = random.Random(turn)
    check_order(MUTUAL, [(chosen.choice(WAYS), goal_of(text)) for text in chosen.sample(GOALS, len(GOALS))])


def test_an_open_record_says_nothing_about_what_no_one_mentions() -> None:
    """After questions about known constants, one about others is open, and so is its negation; what is computed is too."""
    session = Session(MUTUAL)
    assert "true" == session.kb.answers(goal_of("reach(a, b)")).truth.value
    for text in (each for each in GOALS[2:] if not each.startswith("apart")):
        assert "unknown" == session.kb.answers(goal_of(text)).truth.value, text
        assert "unknown" == session.explainer.goal(goal_of(text)).status.value, text


@st.composite
def sequences(draw: st.DrawFn) -> tuple[Program, list[Asked]]:
    """A program, and questions of it in some order, some about constants that nothing mentions."""
    example: Example = draw(examples(Options(dates=False)))
    asked = [change(goal) for goal in example.goals for change in changes(goal)]
    return example.program, draw(
        st.lists(st.tuples(st.sampled_from(WAYS), st.sampled_from(asked)), min_size=2, max_size=5)
    )


def changes(goal: Body) -> Iterator[Callable[[Body], Body]]:
    """A goal as it is, and with new constants for its variables."""
    found = list(variables(body_terms(goal)))
    yield lambda body: body
    for shift in range(len(NEW) if found and isinstance(goal, AtomF) else 0):
        new: dict[Var, Term] = {var: NEW[(index + shift) % len(NEW)] for index, var in enumerate(found[:2])}
        yield lambda body, new=new: substitute(body, new)  # type: ignore[misc] # bound early


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(sequences())
def test_questions_about_random_programs(drawn: tuple[Program, list[Asked]]) -> None:
    """Of random programs too, each question is told what it is told alone."""
    check_order(*drawn)
