"""What predicates mean in a program: its own where the language has one of that name that gives way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.checks import check, check_goal
from engine.checks.predicates import Context
from engine.sql_script import sql_script
from explain.proof.node_json import node_json
from explain.verify import verify
from explain.workspace import Workspace
from kb.language.loader import load_text, read_goal
from kb.language.printer import show_clause, show_program
from kb.language.terms import plain_text
from tests.referees import swipl_answers, swipl_available
from tests.reference import Reference


def workspace(folder: Path, text: str) -> Workspace:
    """A program from a file."""
    file = folder / "rules.pl"
    file.write_text(text, encoding="utf-8")
    return Workspace.open([file])


def codes(text: str) -> list[str]:
    """The codes of what is wrong with a program."""
    return [each.code for each in check(load_text(text))]


OWN = """
course(a, 2024-01-01, 2024-03-01).
course(b, 2024-02-01, 2024-04-01).
first(X, Y) :- later(Y, X, _).
later(C, D, From) :- course(C, From, _), course(D, Before, _), Before @< From.
"""
"""A predicate is used before the rule that defines it, which has other arguments than the built-in predicate of its name."""


@pytest.mark.parametrize("engine", ["tabling", "pydatalog", "duckdb"])
def test_a_predicate_of_the_program_stands_before_a_built_in_one(engine: str, tmp_path: Path) -> None:
    """A program that defines `later/3` has its own in rules and questions, wherever the definition stands."""
    found = workspace(tmp_path, OWN)
    for goal, expected in (("first(X, Y)", "a b"), ("later(b, X, _From)", "a")):
        (row,) = found.ask(goal, engine=engine).true
        assert expected == " ".join(map(plain_text, row))


@pytest.mark.skipif(not swipl_available(), reason="SWI-Prolog is not installed")
def test_swi_prolog_has_the_same_predicate(tmp_path: Path) -> None:
    """SWI-Prolog takes the program's own predicate too, in rules above its definition and in questions."""
    file = tmp_path / "rules.pl"
    file.write_text(OWN, encoding="utf-8")
    space = Workspace.open([file])
    for text in ("first(X, Y)", "later(X, Y, F)"):
        goal = read_goal(text)
        assert not isinstance(goal, tuple)
        assert swipl_answers([file], [goal]) == [frozenset(space.ask(text).true)]


def test_explanations_of_a_predicate_of_the_program_are_accepted(tmp_path: Path) -> None:
    """Why and why not of a program's own `later/3` speak of its rule, and the checker follows them."""
    space = workspace(tmp_path, ":- pred later(C: agent, D: agent, On: date) :: '@(C) came after @(D)'.\n" + OWN)
    for goal, said in (("first(a, b)", "b came after a"), ("later(a, b, 2024-01-01)", "not so: a came after b")):
        node = space.explain(goal).node
        data = json.loads(json.dumps(node_json(node)))
        assert said in json.dumps(data)
        assert verify(data, space.loaded.program) == []


def test_declaring_a_predicate_makes_it_the_programs_own(tmp_path: Path) -> None:
    """A program that declares `earlier/3` to be open is asked for its facts."""
    space = workspace(tmp_path, ":- abducible earlier/3.\nbefore(X) :- earlier(X, 2024-01-01, 2024-02-01).\n")
    assert space.ask("before(X)").true == ()
    assert len(space.ask("earlier(X, 2024-01-01, 2024-02-01)").unknown) == 1


def test_other_numbers_of_arguments_are_other_predicates() -> None:
    """`later/2` may be defined beside the built-in `later/3`, and is unknown where it is not."""
    assert codes("later(a, b).\nq(X) :- later(X, b), later(2024-01-01, 2024-02-01, 2024-02-01).\n") == []
    assert codes("q(X) :- later(X, 2024-01-01).\n") == ["E201"]


def test_older_built_in_predicates_do_not_give_way() -> None:
    """A program cannot define `age/3`."""
    assert codes("age(a, b, c).\n") == ["E205"]


def test_a_question_is_checked_as_it_is_meant() -> None:
    """A question about a program's own predicate may leave open what the built-in one needs."""
    for program, faults in ((OWN, []), ("p(a).\n", ["E203", "E206"])):
        loaded, goal = load_text(program), read_goal("later(b, X, Y)")
        assert not isinstance(goal, tuple)
        found = check_goal(Context(loaded.program, loaded.sources), loaded.sources, goal)
        assert faults == sorted({each.code for each in found})


SCORES = """
:- pred calcium_score(Case: case, Score: decimal) :: 'the calcium score of @(Case) is @(Score)'.
:- abducible calcium_score/2.
:- functional calcium_score(+, -).
:- pred limit(Kind: kind, Score: decimal) :: 'the limit is @(Score)'.
limit(high, 300).
limit(odd, 12.5).
calcium_score(a, 300).
calcium_score(b, 300.0).
calcium_score(c, 12.5).
-calcium_score(d, 300).
at_limit(C) :- limit(_, S), calcium_score(C, S).
at_300(C) :- calcium_score(C, 300).
not_300(C) :- calcium_score(C, S), S \\= 300.
listed(C) :- calcium_score(C, S), member(S, [300, 7]).
from_300(C) :- calcium_score(C, S), S @>= 300.
score(S) :- calcium_score(_, S), S >= 300.
"""
SAID = {
    "at_limit(C)": "a b c",
    "at_300(C)": "a b",
    "not_300(C)": "c",
    "listed(C)": "a b",
    "from_300(C)": "a b",
    "score(S)": "300.0",
    "calcium_score(C, 300)": "a b",
    "calcium_score(C, S), S = 300": "a 300.0 b 300.0",
    "-calcium_score(C, 300)": "d",
}
"""What goals say of the scores."""


@pytest.mark.parametrize("engine", ["tabling", "pydatalog", "duckdb"])
@pytest.mark.parametrize("goal", SAID)
def test_an_integer_is_a_decimal_where_that_is_declared(goal: str, engine: str, tmp_path: Path) -> None:
    """In facts, in rules, in comparisons with a decimal argument and in questions, `300` is `300.0`."""
    space = workspace(tmp_path, SCORES)
    assert space.warnings == []
    rows = space.ask(goal, engine=engine).true
    assert SAID[goal] == " ".join(plain_text(each) for row in rows for each in row)


def test_an_integer_and_its_decimal_are_one_value() -> None:
    """`300` and `300.0` for one key of a functional predicate are one fact that stands twice; `300` and `301` are two values."""
    head = ":- pred score(C: case, S: decimal).\n:- functional score(+, -).\nscore(a, 300).\n"
    assert codes(head + "score(a, 300.00).\n") == ["W304"]
    assert codes(head + "score(a, 301).\n") == ["E207"]


def test_other_constants_are_no_decimals() -> None:
    """A name where a decimal is declared is an error, and so is a decimal where an integer is declared."""
    assert codes(":- pred score(C: case, S: decimal).\nscore(a, high).\n") == ["E206"]
    assert codes(":- pred score(C: case, S: integer).\nscore(a, 1.0).\n") == ["E206"]


def test_an_integer_in_a_case_is_the_declared_decimal(tmp_path: Path) -> None:
    """A case that states 300 meets a limit of 300, and the checker accepts the explanation, which has the place."""
    rules = ":- pred request(Case: case, Drug: drug, Kind: kind, Date: date).\n" + SCORES.replace(
        "calcium_score(b", "calcium_score(x"
    )
    (tmp_path / "rules.pl").write_text(rules, encoding="utf-8")
    (tmp_path / "case.pl").write_text("request(b, d, initial, 2024-01-01).\ncalcium_score(b, 300).\n", encoding="utf-8")
    space = Workspace.open([tmp_path / "rules.pl"], cases=[tmp_path / "case.pl"])
    data = json.loads(json.dumps(node_json(space.explain("at_limit(b)").node)))
    assert data["status"] == "true"
    assert "the calcium score of b is 300.0" in json.dumps(data)
    assert verify(data, space.loaded.program, space.facts) == []


@pytest.mark.skipif(not swipl_available(), reason="SWI-Prolog is not installed")
def test_swi_prolog_takes_integers_as_declared_decimals(tmp_path: Path) -> None:
    """In SWI-Prolog an integer is a floating-point number where a decimal is declared above it."""
    file = tmp_path / "rules.pl"
    file.write_text(SCORES, encoding="utf-8")
    for text in ("at_limit(C)", "at_300(C)", "calcium_score(C, 300)"):
        goal = read_goal(text)
        assert not isinstance(goal, tuple)
        (rows,) = swipl_answers([file], [goal])
        assert rows is not None
        assert SAID[text].split() == sorted(plain_text(name) for (name,) in rows)


DEFINED = """
:- pred event(Case: case, Kind: kind, On: date) :: '@(Case) had @(Kind) on @(On)'.
:- abducible event/3.
:- question event(Case, Kind, On) :: 'When had @(Case) @(Kind)?'.
:- pred within(From: date, To: date, Most: integer) :: 'from @(From) to @(To) it is at most @(Most) days'.
:- inline within/3, recent/2, either/2.
within(From, To, Most) :- days_between(From, To, Days), Days =< Most, Days >= 0.
:- pred recent(Case: case, On: date) :: '@(Case) had an infarction in the two years before @(On)'.
recent(Case, On) :- event(Case, infarction, Day), within(Day, On, 730).
:- pred either(Case: case, What: what) :: '@(Case) has @(What)'.
either(Case, request) :- asked(Case, _).
either(Case, event) :- event(Case, _, 2024-03-01).
:- pred asked(Case: case, On: date) :: '@(Case) asks on @(On)'.
asked(c1, 2024-06-01).
asked(c2, 2024-06-01).
asked(c3, 2024-06-01).
event(c1, infarction, 2024-03-01).
event(c2, infarction, 2022-03-01).
:- pred complete(Case: case, Predicate: predicate) :: 'the record of @(Predicate) of @(Case) is complete'.
complete(c2, event).
:- pred may(Case: case) :: '@(Case) may have it'.
may(Case) :- asked(Case, On), recent(Case, On).
:- pred may_not(Case: case) :: '@(Case) may not have it'.
may_not(Case) :- asked(Case, On), \\+ recent(Case, On).
:- pred both(Case: case) :: '@(Case) has both'.
both(Case) :- asked(Case, _), at_least(2, What, either(Case, What)).
"""
"""Definitions in rules, in each other, under a negation and in a count; one needs values for its arguments."""

ANSWERS = {
    "may(C)": ("c1", "c3"),
    "may_not(C)": ("c2", "c3"),
    "both(C)": ("c1", "c3"),
    "event(C, _, D), within(D, 2024-03-31, 100)": ("c1 2024-03-01", "C D"),
    "within(2024-01-01, 2024-01-31, 30)": ("", ""),
    "recent(C, 2023-01-01)": ("c2", "C"),
}
"""What goals are true of, and what is unknown; nothing at all is true of no variables."""


@pytest.mark.parametrize("engine", ["tabling", "pydatalog", "duckdb"])
@pytest.mark.parametrize("goal", ANSWERS)
def test_a_definition_is_put_in_where_it_is_used(goal: str, engine: str, tmp_path: Path) -> None:
    """What a definition needs is bound where it is used, in rules and in questions, also where that is not known."""
    found = workspace(tmp_path, DEFINED).ask(goal, engine=engine)
    true, unknown = ANSWERS[goal]
    assert true == " ".join(plain_text(each) for row in found.true for each in row)
    assert goal != "within(2024-01-01, 2024-01-31, 30)" or found.true == ((),)
    if goal != "within(2024-01-01, 2024-01-31, 30)":
        assert unknown == " ".join(plain_text(each) for row in found.unknown for each in row)


def test_a_program_without_definitions_says_the_same(tmp_path: Path) -> None:
    """Definitions multiplied in by the referees' own code, and asked of the reference evaluator, give the same answers."""
    space = workspace(tmp_path, DEFINED)
    for text in ANSWERS:
        goal = read_goal(text)
        assert not isinstance(goal, tuple)
        expected, found = Reference(space.loaded.program, goal).answers(), space.ask(text)
        assert set(expected.true) == set(found.true)
        assert len(expected.unknown) >= len(found.unknown)


@pytest.mark.skipif(not swipl_available(), reason="SWI-Prolog is not installed")
def test_swi_prolog_runs_definitions_as_rules(tmp_path: Path) -> None:
    """In SWI-Prolog a definition is a rule that is called with values, and gives the closed-world answers."""
    file = tmp_path / "rules.pl"
    file.write_text(DEFINED, encoding="utf-8")
    space = Workspace.open([file], closed_world=True)
    for text in ("may(C)", "may_not(C)", "both(C)", "event(C, K, D), within(D, 2024-03-31, 100)"):
        goal = read_goal(text)
        assert not isinstance(goal, tuple)
        assert swipl_answers([file], [goal]) == [frozenset(space.ask(text).true)]


EXPLAINED = {
    "may(c1)": "from 2024-03-01 to 2024-06-01 it is at most 730 days",
    "may(c2)": "not so: from 2022-03-01 to 2024-06-01 it is at most 730 days",
    "may(c3)": "not documented: whether c3 had an infarction in the two years before 2024-06-01",
    "may_not(c1)": "92 is at most 730",
    "may_not(c2)": "823 is more than 730",
    "both(c1)": "c1 has event",
    "both(c2)": "1 of 2: request",
    "both(c3)": "1 of 2: request; event would do (not documented)",
    "within(2024-01-01, 2024-03-01, 30)": "60 is more than 30",
    "event(c1, _, D), within(D, 2024-06-01, 700)": "from 2024-03-01 to 2024-06-01 it is at most 700 days",
}


@pytest.mark.parametrize("goal", EXPLAINED)
def test_a_definition_is_a_step_of_its_own_in_explanations(goal: str, tmp_path: Path) -> None:
    """An explanation shows a definition by its sentence, its rule and what is below it, and the checker follows that."""
    space = workspace(tmp_path, DEFINED)
    data = json.loads(json.dumps(node_json(space.explain(goal).node)))
    assert EXPLAINED[goal] in json.dumps(data)
    assert verify(data, space.loaded.program) == []
    for node in space.proofs(goal).nodes:
        assert verify(json.loads(json.dumps(node_json(node))), space.loaded.program) == []


def test_the_checker_knows_the_rules_of_a_definition(tmp_path: Path) -> None:
    """A step for a definition whose rule, or whose values, are changed is rejected."""
    space = workspace(tmp_path, DEFINED)
    shown = json.dumps(node_json(space.explain("may(c1)").node))
    assert "Days =< Most" in shown
    other = workspace(tmp_path, DEFINED.replace("Days =< Most", "Days =< 80"))
    assert verify(json.loads(shown), other.loaded.program)


def test_what_is_missing_is_looked_for_through_definitions(tmp_path: Path) -> None:
    """A fact that a definition would need is asked for."""
    space = workspace(tmp_path, DEFINED)
    assert list(space.missing("may(c3)").first.sets) != []


def test_a_program_with_definitions_prints_as_it_is_written(tmp_path: Path) -> None:
    """Rules are printed, and cited by explanations, with the literals of definitions and not with what these stand for."""
    text = show_program(load_text(DEFINED).program)
    assert show_program(load_text(text).program) == text
    space = workspace(tmp_path, DEFINED)
    (rule,) = [each for each in space.rules.clauses if each.head.pred.name == "may"]
    assert show_clause(rule) == "may(Case) :- asked(Case, On), recent(Case, On)."


def test_a_script_has_no_table_for_a_definition(tmp_path: Path) -> None:
    """In a script for a database, a definition stands in the views that use it, and is no table to be filled."""
    script = sql_script(workspace(tmp_path, DEFINED).loaded.program, "duckdb")
    assert 'CREATE TABLE IF NOT EXISTS "not_event"' in script
    assert '"within"' not in script
    assert "NOT TRANSLATED" not in script


def test_heads_with_constants_and_repeated_variables_are_equations(tmp_path: Path) -> None:
    """Of a definition's rules, those apply whose heads fit the literal; a variable that only the head binds gets its constant."""
    text = ":- inline kind/2.\nkind(X, X) :- d(X).\nkind(X, big) :- d(X), X > 5.\nd(3).\nd(7).\nq(X, K) :- d(X), kind(X, K).\n"
    found = workspace(tmp_path, text).ask("q(X, K)")
    assert ["3 3", "7 7", "7 big"] == [" ".join(map(plain_text, row)) for row in found.true]


def test_variables_of_a_definition_are_its_own(tmp_path: Path) -> None:
    """A variable of a definition is none of the rule that uses it, whatever both are called, and each use has its own."""
    text = ":- inline above/2.\nabove(X, Y) :- e(X, N), e(Y, M), N > M.\ne(a, 1).\ne(b, 2).\ne(c, 3).\n"
    text += "q(N, M, X) :- e(N, X), e(M, _), above(M, N), \\+ (e(Y, _), above(Y, M)).\n"
    found = workspace(tmp_path, text).ask("q(N, M, X)")
    assert ["a c 1", "b c 2"] == [" ".join(map(plain_text, row)) for row in found.true]


def test_what_a_definition_needs_is_told_where_it_is_used() -> None:
    """A variable that nothing binds for a definition is an error at its use that names it, and not inside it."""
    text = ":- inline small/1.\nsmall(X) :- X < 3.\nq(X) :- small(X).\nr(1) :- p(1), \\+ small(Y), Y = Y.\np(1).\n"
    found = [each for each in check(load_text(text, "rules.pl")) if each.is_error]
    assert [("E203", 3), ("E203", 4)] == [(each.code, each.span.line) for each in found]
    assert all("small" in " ".join((each.message, *each.notes)) for each in found)


@pytest.mark.parametrize("engine", ["tabling", "pydatalog", "duckdb"])
@pytest.mark.parametrize("goal", ["d(A, B)", r"\+ e(B, A), d(A, B)", "d(A, B), s(B)"])
def test_answers_come_in_the_order_of_the_question(goal: str, engine: str, tmp_path: Path) -> None:
    """The variables of a question about a definition stand as the question has them, whatever its rules say first."""
    space = workspace(tmp_path, ":- inline d/2.\nd(T, U) :- s(U), T = b.\ns(a).\ne(x, y).\n")
    answers = space.ask(goal, engine=engine)
    first = "B" if goal.startswith("\\+") else "A"
    assert [var.name for var in answers.variables] == [first, "B" if first == "A" else "A"]
    assert [tuple(map(plain_text, row)) for row in answers.true] == [("a", "b") if first == "B" else ("b", "a")]
