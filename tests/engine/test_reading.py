"""The three-valued reading of rules with many open literals: what follows, and with how many plan rules it is said."""

from __future__ import annotations

import pytest

from engine.knowledge import KnowledgeBase, Rules
from engine.reading.completion import Completion
from engine.reading.plan import Reading
from kb.language.declarations import declarations_of
from kb.language.syntax import Pred, Program
from kb.language.truth import Truth
from tests.engine.test_agreement import goal_of, program_of

LINKS = "p(c, a, b). p(c, b, d). p(c, d, a). "


def chain(length: int, facts: str = "", *, end: str = "\\=") -> Program:
    """A rule with a chain of open literals whose ends are compared."""
    links = ", ".join(f"p(C, X{i}, X{i + 1})" for i in range(length))
    return program_of(f":- abducible p/3. r(c). {facts} q(C) :- r(C), {links}, X0 {end} X{length}.")


def truth(program: Program, goal: str) -> Truth:
    return KnowledgeBase(Rules.of(program)).answers(goal_of(goal)).truth


@pytest.mark.parametrize(
    ("length", "facts", "value"),
    [
        (8, "p(c, a, b).", Truth.UNKNOWN),
        (20, "p(c, a, b).", Truth.UNKNOWN),
        (20, LINKS, Truth.TRUE),
        (21, LINKS, Truth.UNKNOWN),
        (20, f"complete(c, p). {LINKS}", Truth.TRUE),
        (21, f"complete(c, p). {LINKS}", Truth.FALSE),
        (20, "complete(c, p). p(c, a, b).", Truth.FALSE),
    ],
)
def test_a_chain_of_open_literals(length: int, facts: str, value: Truth) -> None:
    """A long chain is true where facts make it, open while its record is, and false once that is complete."""
    assert value is truth(chain(length, facts), "q(c)")


def test_a_rule_has_no_more_plan_rules_for_more_literals_of_one_record() -> None:
    """A chain of ten open literals of one record is said with as many plan rules as a chain of one."""
    sizes = []
    for length in (1, 10):
        program = chain(length)
        rules = tuple(clause for clause in program.clauses if not clause.is_fact)
        completion = Completion.of(rules, declarations_of(program))
        sizes.append(len(completion.rules_for(completion.rel(Pred("q", 1), Reading.POSSIBLE, (0,)))))
    assert sizes[0] == sizes[1]


def test_columns_that_nothing_asks_for_are_not_told_apart() -> None:
    """Two rows of a wide open record, of which two columns are compared, are open while nothing closes it."""
    text = ":- abducible course/5. r(c). course(c, a, 1, 2024-01-01, 2024-02-02). {} "
    text += "later(C, A, B) :- r(C), course(C, _, _, A, _), course(C, _, _, B, _), A @< B. q(C) :- later(C, _, _)."
    assert Truth.UNKNOWN is truth(program_of(text.format("")), "q(c)")
    assert Truth.FALSE is truth(program_of(text.format("complete(c, course).")), "q(c)")
    second = "complete(c, course). course(c, b, 2, 2024-03-01, 2024-04-02)."
    assert Truth.TRUE is truth(program_of(text.format(second)), "q(c)")


def test_a_record_that_is_complete_beside_one_that_is_open() -> None:
    """A variable of a complete record has its values; those of an open one beside it may be any individual."""
    text = ":- abducible p/2. :- abducible s/3. r(c). p(c, a). complete(c, p). {} q(C) :- r(C), p(C, X), s(C, X, Y), X \\= Y."
    assert Truth.UNKNOWN is truth(program_of(text.format("")), "q(c)")
    assert Truth.FALSE is truth(program_of(text.format("complete(c, s).")), "q(c)")
    assert Truth.FALSE is truth(program_of(text.format("complete(c, s). s(c, b, a).")), "q(c)")
    assert Truth.TRUE is truth(program_of(text.format("s(c, a, b).")), "q(c)")


def test_another_value_of_a_functional_record_is_known() -> None:
    """Where one value is known, another one of the same key is not to be had from the open record."""
    text = ":- abducible f/2. :- functional f(+, -). :- abducible p/2. r(c). f(c, 1). q(C) :- r(C), f(C, N), p(C, N), N > {}."
    assert Truth.UNKNOWN is truth(program_of(text.format(0)), "q(c)")
    assert Truth.FALSE is truth(program_of(text.format(1)), "q(c)")


def test_what_is_computed_of_a_complete_record_is_a_constant() -> None:
    """A value that is computed is compared with an open record: it is one that could stand there, unless that is complete."""
    text = ":- abducible p/2. :- abducible s/2. r(c). p(c, 1). complete(c, p). {} q(C) :- r(C), p(C, N), M is N + 1, s(C, M)."
    assert Truth.UNKNOWN is truth(program_of(text.format("")), "q(c)")
    assert Truth.FALSE is truth(program_of(text.format("complete(c, s). s(c, 1).")), "q(c)")
    assert Truth.TRUE is truth(program_of(text.format("s(c, 2).")), "q(c)")


def test_a_question_with_many_open_answers_has_the_most_open_one() -> None:
    """Where every answer variable may be anyone, one unknown row says so; what is certain stands beside it."""
    links = ", ".join(f"p(c, X{i}, X{i + 1})" for i in range(10))
    base = KnowledgeBase(Rules.of(program_of(f":- abducible p/3. {LINKS}")))
    found = base.answers(goal_of(links))
    assert (3, 1) == (len(found.true), len(found.unknown))
    assert found.variables == found.unknown[0]
