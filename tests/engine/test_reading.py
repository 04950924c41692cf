"""The three-valued reading of rules with many open literals: what follows, and with how many plan rules it is said."""

from __future__ import annotations

import pytest

from engine.backends import BACKENDS
from engine.knowledge import EndlessError, Exceeded, KnowledgeBase, Rules
from engine.reading import division
from engine.reading.completion import Completion
from engine.reading.plan import Reading, mentioned
from kb.language.declarations import declarations_of
from kb.language.program import Program
from kb.language.syntax import Pred
from kb.language.terms import Atom
from kb.language.truth import Truth
from tests.agreement import by_the_definitions, in_duckdb, questions
from tests.referees import answers_fault
from tests.reference import evaluate
from tests.strategies import Options
from tests.texts import goal_of, program_of

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
        case "equal":
            links = [*(f"p{i}(C, Y{i}, X{i})" for i in numbers), *(f"X{i - 1} = Y{i}" for i in numbers if i > 1)]
        case "ordered":
            links = [*chained, *(f"X{i - 1} @< X{i}" for i in numbers)]
        case "neighbours":
            links = [f"p{i}(C, X0, X{i})" for i in numbers]
            links += [f"X{i} \\= X{j}" for i in numbers for j in range(i + 1, min(i + 3, length + 1))]
        case _:
            raise AssertionError(shape)
    return declared, ", ".join(links)


def wide(shape: str, length: int, facts: str = "") -> Program:
    """A rule with open literals of as many predicates."""
    declared, body = body_of(shape, length)
    return program_of(f"{declared} bad(c, z). r(c). {facts} q(C) :- r(C), {body}.")


SHAPES = (
    "chain", "ends", "functional", "derived", "alternatives", "star", "cycle", "compared", "negated", "counted", "equal", "ordered",
    "neighbours",
)  # fmt: skip


def plan_rules(program: Program) -> int:
    """How many plan rules the two readings of `q/1` reach."""
    rules = tuple(clause for clause in program.clauses if not clause.is_fact)
    completion = Completion.of(rules, declarations_of(program))
    pending = [completion.rel(Pred("q", 1), reading, (0,)) for reading in Reading]
    reached = set(pending)
    while pending:
        new = set(mentioned(completion.rules_for(pending.pop()))) - reached
        reached |= new
        pending += new
    return sum(len(completion.rules_for(rel)) for rel in reached)


@pytest.mark.parametrize("shape", SHAPES)
def test_plan_rules_are_in_proportion_to_the_open_literals(shape: str) -> None:
    """Whatever the shape of a body of open literals, twice as many do not need thrice as many plan rules."""
    assert plan_rules(wide(shape, 20)) < 3 * plan_rules(wide(shape, 10))


def columns(length: int) -> str:
    return ", ".join(f"X{i}" for i in range(1, length + 1))


def wide_rules(shape: str, length: int) -> str:
    """Rules about an open predicate of so many columns beside the case."""
    row = columns(length)
    concluded = f"d(C, {row}) :- p(C, {row}). "
    match shape:
        case "derived":
            return f"{concluded} q(C) :- r(C), d(C, {row})."
        case "derived, compared":
            return f"{concluded} q(C) :- r(C), d(C, {row}), X1 \\= a."
        case "derived in two rules":
            return f"{concluded} d(C, {row}) :- p(C, {row}), X1 @< X2. q(C) :- r(C), d(C, {row})."
        case "counted":
            return f"q(C) :- r(C), at_least(2, {row.replace(', ', '-')}, p(C, {row}))."
        case "aggregated":
            return f"q(C) :- r(C), aggregate_all(count, {row.replace(', ', '-')}, p(C, {row}), N), N > 1."
        case _:
            raise AssertionError(shape)


WIDE = ("derived", "derived, compared", "derived in two rules", "counted", "aggregated")


@pytest.mark.parametrize("shape", WIDE)
def test_plan_rules_are_in_proportion_to_the_columns_of_a_predicate(shape: str) -> None:
    """A predicate of twice as many columns, concluded or counted, does not need thrice as many plan rules."""
    few, many = (program_of(f":- abducible p/{n + 1}. r(c). {wide_rules(shape, n)}") for n in (10, 20))
    assert plan_rules(many) < 3 * plan_rules(few)


def by_the_definitions_of(program: Program) -> Truth:
    """The truth of `q(c)` by the reference evaluator."""
    found = evaluate(program, goal_of("q(c)"))
    return Truth.TRUE if found.true else Truth.UNKNOWN if found.unknown else Truth.FALSE


@pytest.mark.parametrize("shape", WIDE)
@pytest.mark.parametrize(
    ("facts", "value"),
    [
        ("", Truth.UNKNOWN),
        ("p(d, b, c, c). p(d, b, d, d).", Truth.UNKNOWN),
        ("complete(c, p).", Truth.FALSE),
        ("complete(c, p). p(c, a, c, c). p(c, b, d, d).", Truth.TRUE),
    ],
)
def test_a_wide_predicate_has_the_values_of_the_definitions(shape: str, facts: str, value: Truth) -> None:
    """What is concluded or counted of many columns is open with the record, and of a complete one as its rows say; so the
    definitions say too."""
    program = program_of(f":- abducible p/4. r(c). {facts} {wide_rules(shape, 3)}")
    assert (value, value) == (by_the_definitions_of(program), truth(program, "q(c)"))


FEW_FACTS = ("", "complete(c, p2).", "complete(c, p1). p1(c, a, 1). p1(c, 3, 3).", "p1(c, 3, 3). p2(c, 3, 3).")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("facts", FEW_FACTS)
def test_short_bodies_have_the_values_of_the_definitions_however_they_are_divided(
    shape: str, facts: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bodies of each shape have the value that the definitions give, read at once and in the smallest parts."""
    value = by_the_definitions_of(wide(shape, 2, facts))
    assert value is truth(wide(shape, 2, facts), "q(c)")
    for name, choices in (("MOST_CHOICES", 0), ("CHOICES_OF_A_PART", 1), ("CHOICES_FOR_A_LIVE_VARIABLE", 0)):
        monkeypatch.setattr(division, name, choices)
    assert value is truth(wide(shape, 2, facts), "q(c)")


@pytest.mark.parametrize("length", [3, 7])
def test_a_sum_of_an_open_value_and_what_is_no_number(length: int) -> None:
    """A sum is unknown while a value of it is, whatever the others are; once all are known, what is no number fails it."""
    numbers = range(1, length + 1)
    declared = "".join(f":- abducible u{i}/2. " for i in numbers)
    atoms, total = ", ".join(f"u{i}(C, X{i})" for i in numbers), " + ".join(f"X{i}" for i in numbers)
    for known, value in ((length - 1, Truth.UNKNOWN), (length, Truth.FALSE)):
        facts = "".join(f"complete(c, u{i}). u{i}(c, {'a' if i == 1 else i}). " for i in numbers if i <= known)
        program = program_of(f"{declared} {facts} r(c). q(C) :- r(C), {atoms}, {total} > 3.")
        assert (value, value) == (by_the_definitions_of(program), truth(program, "q(c)"))


def test_columns_that_are_not_compared_need_no_plan_rules() -> None:
    """Two rows of a record of five columns, compared in one, are said with no more plan rules than two of three columns."""
    text = ":- abducible course/{}. r(c). later(C, A, B) :- r(C), course(C, {}A, _), course(C, {}B, _), A @< B. q(C) :- later(C, _, _)."
    assert plan_rules(program_of(text.format(3, "", ""))) == plan_rules(program_of(text.format(5, "_, _, ", "_, _, ")))


OPEN = "".join(f":- abducible u{i}/2. " for i in range(12))
ASKED = ", ".join(f"u{i}(C, X{i})" for i in range(12))


@pytest.mark.parametrize("engine", ["tabling", "pydatalog", "duckdb"])
def test_a_question_for_many_open_values_has_the_most_open_answer(engine: str) -> None:
    """Of as many records, the complete one has its values in the answers, and each other one anyone."""
    rules = Rules.of(program_of(f"{OPEN} r(c). complete(c, u0). u0(c, a). u0(c, b). u1(c, a)."))
    with KnowledgeBase(rules, backend=BACKENDS[engine]) as base:
        found = base.answers(goal_of(f"r(C), {ASKED}"))
    assert () == found.true
    assert [(Atom("c"), Atom("a")), (Atom("c"), Atom("b"))] == [row[:2] for row in found.unknown]
    assert all(row[2:] == found.variables[2:] for row in found.unknown)


def test_answers_that_are_open_in_different_places() -> None:
    """Where of two of several values one or the other is known, both answers are there, and what is so of equal ones beside them."""
    text = (
        ":- abducible p/4. :- abducible s/2. r(c). s(c, a). complete(c, s). "
        "d(C, X, Y, Z) :- s(C, X), p(C, Y, Z, _). d(C, X, Y, Z) :- s(C, Y), p(C, X, Z, _). d(C, X, X, Z) :- p(C, X, Z, _)."
    )
    program, goal = program_of(text), goal_of("d(c, X, Y, Z)")
    found = KnowledgeBase(Rules.of(program)).answers(goal)
    assert answers_fault(program, goal, found, evaluate(program, goal)) is None
    assert 3 == len(found.unknown)


@pytest.mark.parametrize("engine", ["tabling", "pydatalog", "duckdb"])
def test_a_rule_that_can_be_read_in_too_many_ways_is_given_up(engine: str) -> None:
    """Where all of many open values are compared with each other, the question is given up while its plan rules are made, with the
    limit and the predicate."""
    pairs = ", ".join(f"X{i} \\= X{j}" for i in range(12) for j in range(i + 1, 12))
    rules = Rules.of(program_of(f"{OPEN} r(c). q(C) :- r(C), {ASKED}, {pairs}."), max_steps=20_000)
    with KnowledgeBase(rules, backend=BACKENDS[engine]) as base, pytest.raises(EndlessError) as given_up:
        base.answers(goal_of("q(c)"))
    assert (Exceeded.PLAN, Pred("q", 1)) == (given_up.value.exceeded, given_up.value.pred)


@pytest.mark.parametrize(
    ("engine", "shape"),
    [*(("tabling", shape) for shape in SHAPES), *(("pydatalog", shape) for shape in SHAPES), ("duckdb", "ends")],
)
def test_a_body_of_many_open_records(engine: str, shape: str) -> None:
    """A long body is open while its records are, true where facts make it so, and false where one record is complete without
    a fact that fits."""
    names = "a" * 8 if shape == "star" else "abcdefga"
    stated = "".join(f"p{i}(c, {names[i - 1]}, {names[i]}). " for i in range(1, 8))
    rests = shape in {
        "ends",
        "counted",
        "ordered",
        "neighbours",
    }  # what is stated is not so, or what is counted is open
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
    monkeypatch.setattr(division, "CHOICES_FOR_A_LIVE_VARIABLE", 0)
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
