"""The three-valued reading of rules with many open literals: what follows, and with how many plan rules it is said."""

from __future__ import annotations

import pytest

from engine.backends import BACKENDS
from engine.knowledge import KnowledgeBase, Rules
from engine.reading import division
from engine.reading.completion import Completion
from engine.reading.plan import Reading, mentioned
from kb.language.declarations import declarations_of
from kb.language.syntax import Pred, Program
from kb.language.truth import Truth
from tests.agreement import by_the_definitions, in_duckdb, questions
from tests.engine.test_agreement import goal_of, program_of
from tests.strategies import Options

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


def body_of(shape: str, length: int) -> tuple[str, str]:
    """Declarations and the body of a rule about as many open records, each of a predicate of its own."""
    numbers = range(1, length + 1)
    declared = "".join(f":- abducible p{i}/3. " for i in numbers)
    chained = [f"p{i}(C, X{i - 1}, X{i})" for i in numbers]
    match shape:
        case "chain":
            links = chained
        case "ends":
            links = [*chained, f"X0 \\= X{length}"]
        case "functional":
            declared += "".join(f":- functional p{i}(+, +, -). " for i in numbers)
            links = chained
        case "derived":
            declared += "".join(f"d{i}(C, X, Y) :- p{i}(C, X, Y). " for i in numbers)
            links = [f"d{i}(C, X{i - 1}, X{i})" for i in numbers]
        case "alternatives":
            links = [f"(p{i}(C, X{i - 1}, X{i}) ; p1(C, X{i}, X{i - 1}))" for i in numbers]
        case "star":
            links = [f"p{i}(C, X0, X{i})" for i in numbers]
        case "cycle":
            links = [f"p{i}(C, X{i - 1}, X{i % length})" for i in numbers]
        case "compared":
            links = [*chained, *(f"X{i - 1} \\= X{i}" for i in numbers)]
        case "negated":
            links = [f"{link}, \\+ bad(C, X{i})" for i, link in enumerate(chained)]
        case "counted":
            links = [*chained, *(f"at_most(2, Y{i}, p{i}(C, X{i}, Y{i}))" for i in numbers)]
        case _:
            raise AssertionError(shape)
    return declared, ", ".join(links)


def wide(shape: str, length: int, facts: str = "") -> Program:
    """A rule with open literals of as many predicates."""
    declared, body = body_of(shape, length)
    return program_of(f"{declared} bad(c, z). r(c). {facts} q(C) :- r(C), {body}.")


SHAPES = ("chain", "ends", "functional", "derived", "alternatives", "star", "cycle", "compared", "negated", "counted")


@pytest.mark.parametrize("shape", SHAPES)
def test_plan_rules_are_in_proportion_to_the_open_literals(shape: str) -> None:
    """Whatever the shape of a body of open literals, twice as many do not need thrice as many plan rules."""
    sizes = []
    for length in (10, 20):
        program = wide(shape, length)
        rules = tuple(clause for clause in program.clauses if not clause.is_fact)
        completion = Completion.of(rules, declarations_of(program))
        pending = [completion.rel(Pred("q", 1), reading, (0,)) for reading in Reading]
        reached = set(pending)
        while pending:
            new = set(mentioned(completion.rules_for(pending.pop()))) - reached
            reached |= new
            pending += new
        sizes.append(sum(len(completion.rules_for(rel)) for rel in reached))
    assert sizes[1] < 3 * sizes[0]


@pytest.mark.parametrize(("engine", "shape"), [*(("pydatalog", shape) for shape in SHAPES), ("duckdb", "ends")])
def test_a_body_of_many_open_records(engine: str, shape: str) -> None:
    """A long body is open while its records are, true where facts make it so, and false where one record is complete without
    a fact that fits."""
    names = "a" * 8 if shape == "star" else "abcdefga"
    stated = "".join(f"p{i}(c, {names[i - 1]}, {names[i]}). " for i in range(1, 8))
    rests = shape in {"ends", "counted"}  # the ends of what is stated are one; what is counted is open
    for facts, value in [
        ("p4(c, a, a).", Truth.UNKNOWN),
        (stated, Truth.UNKNOWN if rests else Truth.TRUE),
        (f"complete(c, p4). {stated}", Truth.UNKNOWN if rests else Truth.TRUE),
        ("complete(c, p4).", Truth.UNKNOWN if shape == "alternatives" else Truth.FALSE),
    ][:: 3 if engine == "duckdb" else 1]:
        rules = Rules.of(wide(shape, 7, facts))
        with KnowledgeBase(rules, backend=BACKENDS[engine]) as base:
            assert value is base.answers(goal_of("q(c)")).truth, facts


def test_parts_of_bodies_have_the_values_of_whole_bodies(monkeypatch: pytest.MonkeyPatch) -> None:
    """However finely bodies are divided, random programs have the values that the definitions give."""
    monkeypatch.setattr(division, "MOST_CHOICES", 0)
    monkeypatch.setattr(division, "CHOICES_OF_A_PART", 1)
    monkeypatch.setattr(division, "CHOICES_OF_THE_REST", 0)
    for question in questions(8, 77, Options()):
        assert [*by_the_definitions(question), *in_duckdb(question)] == [], question


def test_what_is_computed_of_what_nothing_else_limits_is_tried_out() -> None:
    """A literal that waits for a computed value does not hide that another may be any constant."""
    text = ":- abducible p/1. :- abducible q/1. d(1). h(X) :- p(Y), Y is X + 1, q(X)."
    assert Truth.UNKNOWN is truth(program_of(text), "h(1)")


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
