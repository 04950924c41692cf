"""What a search for missing facts says where it finds nothing: that nothing would do only where no value does."""

from __future__ import annotations

import datetime
import decimal
import json
from collections.abc import Iterable
from itertools import chain, combinations, product
from pathlib import Path
from typing import Any

import clingo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.backends import rows
from engine.backends.protocol import EndlessError, Exceeded
from engine.knowledge import KnowledgeBase
from engine.symbolic.limits import SearchStatus
from explain.interview.session import End, Interview
from explain.proof.missing import Repairs, truth_of
from explain.report.data import found_json, review_json
from explain.verify import verify
from explain.words.bounds import said
from explain.workspace import Workspace
from kb.language.loader import load_text
from kb.language.printer import show_atom
from kb.language.syntax import AtomF, Clause, Pred
from kb.language.terms import Atom, Const, Date, Dec, Int, Str, make_decimal
from kb.language.truth import Truth
from tests.benchmarks.missing_exhaustive import DECLARED, differences
from tests.explain.brute_force import has_conflict, program, repairs_of, state
from tests.interrupting import Interrupting
from tests.texts import goal_of

OPEN = """
:- pred n(X: integer) :: 'n is @(X)'.  :- abducible n/1.  :- functional n(-).  :- question n(X) :: 'n?'.
:- pred d(X: decimal) :: 'd is @(X)'.  :- abducible d/1.  :- functional d(-).  :- question d(X) :: 'd?'.
:- pred s(X: string) :: 's is @(X)'.  :- abducible s/1.  :- functional s(-).  :- question s(X) :: 's?'.
:- pred t(X: date) :: 't is @(X)'.  :- abducible t/1.  :- functional t(-).  :- question t(X) :: 't?'.
:- pred u(X: date) :: 'u is @(X)'.  :- abducible u/1.  :- functional u(-).  :- question u(X) :: 'u?'.
:- pred p(A: person, B: sign) :: '@(A) @(B)'.  :- abducible p/2.  :- question p(A, B) :: 'p @(A) @(B)?'.
:- abducible q/1.  :- question q(X) :: 'q @(X)?'.
:- abducible silent/1.
k(a). k(b). five(5).
"""


@pytest.mark.parametrize(
    ("body", "status", "reasons"),
    [
        ("d(X), X >= 6.5, X =< 9.0", "found", []),
        ("d(X), X > 6.5, X < 6.75", "found", []),
        ("d(X), X =:= 6.5", "found", []),
        ("n(X), X * 2 + 5 >= 1205", "found", []),
        ("n(X), Y is X * 3, Y =:= 333", "found", []),
        ('s(X), X @> "b", X @< "c"', "found", []),
        ("t(X), X @> 2024-03-01, X @< 2024-03-03", "found", []),
        ("t(X), u(Y), days_between(X, Y, D), D >= 400, D =< 401", "found", []),
        ("t(X), u(Y), add_months(X, 7, Y)", "found", []),
        ("\\+ (d(X), n(Y), X > Y, d(V), n(W), V < W)", "found", []),
        ("n(X), X > 3, X < 4", "none", []),
        ("n(X), X * X =:= 1522756", "given_up", ["given_up"]),
        ("silent(a)", "not_asked", ["no_question"]),
        ("\\+ p(a, _)", "not_asked", ["complete_record"]),
        ("\\+ p(a, _), (q(a) ; \\+ q(b))", "not_asked", ["complete_record"]),
        ("n(1), n(2)", "none", []),
        ("q(a), -q(a)", "none", []),
        ("k(z), q(a)", "none", []),
        ("q(X), q(Y), X \\== Y, at_most(1, Z, q(Z))", "none", []),
        ("t(X), five(X)", "none", []),
        ("five(X), t(X)", "none", []),
        ("t(X), X == 5", "none", []),
        ("s(X), member(X, [5, five])", "none", []),
        ("n(X), five(X)", "found", []),
    ],
)
def test_a_search_says_what_it_came_to(body: str, status: str, reasons: list[str]) -> None:
    """Values are found beside and between what rules compare with; what was not looked at is named, and what cannot be is none."""
    whole = program(OPEN + f"g :- {body}.\n")
    repairs, goal = repairs_of(whole), goal_of("g")
    data = json.loads(json.dumps(found_json("g", 10, truth_of(repairs.kb, goal), repairs.first(goal))))
    search = data["missing_search"]
    assert (status, reasons) == (search["status"], reasons and [each["kind"] for each in search["reasons"]])
    assert (status == "found") == bool(data["missing"])
    assert [] == verify(data, whole)


@pytest.mark.parametrize("most", [2, 3, 6])
def test_what_nothing_says_is_the_same_stays_open(most: int) -> None:
    """Each of several lines that are missing has an agent of its own, since nothing asks for the same one twice."""
    text = ":- abducible line/2.  :- question line(L, A) :: 'Was @(A) given in line @(L)?'.\n"
    found = repairs_of(program(f"{text} g :- at_least({most}, L, line(L, _)).")).first(goal_of("g"))
    (facts,) = found.sets
    assert 2 * most == len({arg for fact in facts for arg in fact.atom.args})
    assert not found.are_more


def test_as_many_values_are_offered_as_calls_of_one_rule_need() -> None:
    """Three calls of one rule that compares a value: one set in which each value has its own bound, and not one for each way in
    which two of them are the same."""
    whole = program(
        ":- pred lab(C: case, N: integer, X: integer) :: 'lab'. :- abducible lab/3. :- functional lab(+, +, -).\n"
        ":- question lab(C, N, X) :: 'lab @(N)?'.\n"
        "high(C, N) :- lab(C, N, X), X >= 4.\n"
        "g(C) :- high(C, 1), high(C, 2), high(C, 3).\n"
    )
    found = repairs_of(whole).first(goal_of("g(c)"))
    (facts,) = found.sets
    assert ["lab(c, 1, A)", "lab(c, 2, B)", "lab(c, 3, C)"] == [show_atom(fact.atom) for fact in facts]
    assert [["4 or more"]] * 3 == [[said(each, is_alone=True) for each in fact.bounds] for fact in facts]


def test_values_that_are_compared_with_each_other_are_one_set() -> None:
    """Two values of one record in an order: the set with both open is found, with what has to hold of them, and is all."""
    whole = program(
        OPEN
        + ":- pred lab(N: integer, X: integer) :: 'lab @(N) @(X)'. :- abducible lab/2. :- question lab(N, X) :: 'lab?'.\n"
        + "g :- lab(N, X), lab(M, Y), M > N, Y > X.\n"
    )
    found = repairs_of(whole).first(goal_of("g"))
    assert ["lab(A, B)", "lab(C, D)"] == [show_atom(fact.atom) for fact in found.sets[0]]
    assert (1, ()) == (len(found.sets), found.limits)
    assert ["C > A", "D > B"] == [said(each, is_alone=False) for fact in found.sets[0] for each in fact.bounds]


_NUMBER = st.sampled_from(["1", "3", "4", "10", "2.5", "3.0", "3.25"])
_COMPARED = st.sampled_from([">", "<", ">=", "=<", "=:=", "=\\="])
_TESTS = st.one_of(
    st.builds("{}(X{}), X{} {} {}".format, st.sampled_from("nd"), st.just(1), st.just(1), _COMPARED, _NUMBER),
    st.builds("n(X2), X2 * 2 - 1 {} {}".format, _COMPARED, _NUMBER),
    st.builds("d(X3), Y3 is X3 + 0.5, Y3 {} {}".format, _COMPARED, _NUMBER),
    st.builds('s(X4), X4 @{} "{}"'.format, st.sampled_from("<>"), st.sampled_from(["a", "ab", "b"])),
    st.builds("t(X5), X5 @{} 2024-0{}-01".format, st.sampled_from("<>"), st.sampled_from("123")),
    st.builds("t(X6), u(Y6), days_between(X6, Y6, D6), D6 {} {}".format, _COMPARED, st.sampled_from(["0", "2", "5"])),
    st.builds("{}q({})".format, st.sampled_from(["", "-", "\\+ "]), st.sampled_from("ab")),
    st.just("p(X7, Y7), p(Y7, X7), X7 \\= Y7"),
    st.just("n(X8), n(Y8), X8 < Y8"),
)


def _grid() -> list[AtomF]:
    days = [datetime.date(2023, 12, 30) + datetime.timedelta(each) for each in (*range(5), 31, 32, 33, 61, 62, 63)]
    quarters = [make_decimal(decimal.Decimal(each) / 4) for each in range(-2, 44, 3)]
    values: dict[str, list[Const]] = {
        "n": [Int(each) for each in range(-1, 12)],
        "d": [*quarters, Dec(decimal.Decimal("2.6")), Dec(decimal.Decimal("3.1"))],
        "s": [Str(each) for each in ("", "a", "aa", "ab", "abc", "b", "c")],
        "t": [Date(each) for each in days[:8]],
        "u": [Date(each) for each in days],
    }
    found = [AtomF(Pred(name, 1), (value,)) for name, each in values.items() for value in each]
    names = [Atom(each) for each in "abc"]
    found += [AtomF(Pred("q", 1, negative), (each,)) for each in names for negative in (False, True)]
    return found + [AtomF(Pred("p", 2), pair) for pair in product(names, repeat=2)]


GRID = _grid()


@given(
    st.lists(_TESTS, min_size=1, max_size=2), st.sampled_from(["", "n(5). ", "d(3.0). ", "-q(a). ", "complete(a, q). "])
)
@settings(max_examples=5, deadline=None)
def test_where_nothing_would_do_no_value_of_a_finer_grid_does(tests: list[str], facts: str) -> None:
    """Where a search says that nothing would do, no one or two facts over a grid of values make the goal true."""
    repairs, goal = repairs_of(program(OPEN + facts + f"g :- {', '.join(tests)}.\n")), goal_of("g")
    found = repairs.first(goal)
    if truth_of(repairs.kb, goal) is Truth.TRUE or found.status not in (SearchStatus.NONE, SearchStatus.NOT_ASKED):
        return
    text = " ".join(tests)
    facts_tried = [each for each in GRID if f"{each.pred.name}(" in text and repairs.kb.truth(each) is Truth.UNKNOWN]
    for chosen in chain(combinations(facts_tried, 1), combinations(facts_tried, 2)):
        after = state(repairs.kb, chosen)
        assert truth_of(after, goal) is not Truth.TRUE or has_conflict(after), list(map(show_atom, chosen))


WINNER = """
:- abducible player/2.  :- question player(G, X) :: 'Does @(X) play in @(G)?'.
:- abducible threw/2.  :- functional threw(+, -).  :- question threw(X, S) :: 'Did @(X) throw @(S)?'.
beats(rock, scissors).  beats(paper, rock).  beats(scissors, paper).  game(g1).
winner(G, W) :- game(G), player(G, W), player(G, L), W \\== L, threw(W, A), threw(L, B), beats(A, B).
"""


def test_individuals_that_a_rule_has_together_are_taken_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of six individuals who play against each other are three sets, for which the solver is asked a few times; for
    each pair by itself it would be asked hundreds of times."""
    solve, asked = clingo.Control.solve, []

    def counted(control: clingo.Control, *args: Any, **options: Any) -> Any:
        asked.append(args)
        return solve(control, *args, **options)

    monkeypatch.setattr("clingo.Control.solve", counted)
    found = repairs_of(program(WINNER)).first(goal_of("winner(g1, W)"))
    assert (3, SearchStatus.FOUND, ()) == (len(found.sets), found.status, found.limits)
    assert 3 <= len(asked) <= 60


GOALS = (*(f"winner(g1, {who})" for who in ("W", "ann", "nobody")), "player(g1, ann)", "threw(ann, paper)")


def test_goals_about_one_case_have_the_answers_that_each_has_alone() -> None:
    """What is worked out of a case for one goal is kept for the others, and changes none of their answers, nor does a search that
    is broken off."""
    whole = program(WINNER + "player(g1, bob). threw(bob, rock). -player(g1, eve).")
    alone = {text: repairs_of(whole).first(goal_of(text)) for text in GOALS}
    for order in (GOALS, GOALS[::-1]):
        repairs = repairs_of(whole)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("engine.symbolic.grounding.Grounder.conclude", interrupted)
            with pytest.raises(KeyboardInterrupt):
                repairs.first(goal_of(GOALS[0]))
        assert alone == {text: repairs.first(goal_of(text)) for text in order}


def interrupted(*_: object) -> None:
    """What happens where somebody presses Ctrl-C."""
    raise KeyboardInterrupt


LINKED = """
:- abducible has/2.  :- question has(C, A) :: 'which?'.
link(a, x). link(b, y). link(c, z). final(z). good(C) :- has(C, A), link(A, B), final(B).
"""


def test_an_interruption_at_any_line_leaves_tables_as_they_were(tmp_path: Path) -> None:
    """What is missing, and what follows, is the same after a search and a question that were interrupted anywhere in the code that
    numbers constants and finds rows in tables."""
    file = tmp_path / "linked.pl"
    file.write_text(LINKED)
    goal, question = "good(c1)", "has(c2, A), link(A, other)"

    def asked(workspace: Workspace) -> tuple[object, ...]:
        return workspace.missing(goal), workspace.ask(question)

    tables = {rows.Table.at.__code__, rows.Interner.number.__code__}
    lines = Interrupting(tables.__contains__)
    with lines:
        expected = asked(Workspace.open([file]))
    assert lines.passed > 30
    for at in range(0, lines.passed, 3):
        workspace = Workspace.open([file])
        with pytest.raises(KeyboardInterrupt), Interrupting(tables.__contains__, at):
            asked(workspace)
        assert expected == asked(workspace), at


def test_no_set_is_tried_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each set that is found is tried in the default engine, and once."""
    tried: list[tuple[Clause, ...]] = []
    with_facts = KnowledgeBase.with_facts

    def noted(kb: KnowledgeBase, facts: Iterable[Clause]) -> KnowledgeBase:
        tried.append(tuple(facts))
        return with_facts(kb, tried[-1])

    monkeypatch.setattr(KnowledgeBase, "with_facts", noted)
    text = ":- abducible p/2. :- question p(A, B) :: 'p @(A) @(B)?'. k(a). k(b). g :- k(A), p(A, B), k(B), A \\= B."
    found = repairs_of(program(text)).first(goal_of("g"))
    assert len(found.sets) == len(tried) == 2


def test_a_fact_about_two_of_several_names_is_listed_for_each() -> None:
    """Of facts about a person and a thing each is a set of its own."""
    text = ":- abducible has/2. :- question has(A, B) :: 'Has @(A) @(B)?'. person(a). person(b). thing(x). thing(y)."
    repairs = repairs_of(program(text + " g :- person(A), thing(X), has(A, X). h :- person(A), has(A, X), X \\= y."))
    assert 4 == len(repairs.first(goal_of("g")).sets)
    assert 2 == len(repairs.first(goal_of("h")).sets)


RECORD = """
:- pred case(C: case) :: 'case'.
:- abducible line/3.  :- question line(C, L, A) :: 'Line @(L): @(A)?'.
:- abducible response/3.  :- question response(C, L, R) :: 'Response of line @(L): @(R)?'.
:- abducible refractory/2.  :- question refractory(C, A) :: 'Refractory to @(A)?'.
refractory(C, A) :- line(C, L, A), response(C, L, stable).
agent(v). agent(r).
g(C) :- agent(A), refractory(C, A).
h(C) :- line(C, 4, r), response(C, 4, R), R \\= stable.
h(C) :- line(C, 4, v).
case(c). response(c, 4, stable).
"""


@pytest.mark.parametrize(("extra", "expected"), [("", ["line(c, 4, v)"]), ("complete(c, refractory).", [])])
def test_nothing_is_asked_that_goes_against_a_complete_record(extra: str, expected: list[str]) -> None:
    """A fact from which a rule would conclude what a complete record does not have goes against that record."""
    whole = program(RECORD + extra)
    repairs = repairs_of(whole)
    found = repairs.first(goal_of("h(c)"))
    assert expected == [show_atom(fact.atom) for facts in found.sets for fact in facts if len(facts) == 1]
    assert [] == verify(json.loads(json.dumps(found_json("h(c)", 10, Truth.UNKNOWN, found))), whole)
    assert extra == "" or repairs.first(goal_of("g(c)")).sets == ()


def test_a_review_stands_where_the_search_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The determination is printed all the same, and says that the search was given up."""

    def gives_up(*_: object) -> None:
        raise EndlessError(Exceeded.STEPS)

    workspace = Workspace.open()
    (case,) = workspace.add_cases(load_text("request(c, selinexor, initial, 2024-09-03)."))
    monkeypatch.setattr(Repairs, "first", gives_up)
    review = workspace.review(case)
    assert "more_information_needed" == review.determination
    assert {"status": "given_up", "reasons": [{"kind": "given_up", "limit": "steps"}]} == review_json(review)[
        "missing_search"
    ]
    assert "the search for what would meet the criteria was given up" == review.unfound[0]


POLICY = """
:- pred policy_covers(P: policy, D: generic) :: 'x'.
:- pred requested_drug(C: case, D: generic) :: 'x'.
:- pred policy_in_force(C: case, P: policy, D: date) :: 'x'.
:- pred criterion(P: policy, K: request_kind, N: integer, I: part, Q: predicate) :: 'x'.
:- pred meets_criteria(C: case) :: 'x'.
:- pred ok(C: case) :: 'x'.
:- policy(p, [drug(d), title('P'), approved(2025-01-01), effective(2025-01-01)]).
:- pred request(Case: case, Drug: agent, Kind: request_kind, Date: date) :: 'r'.
:- pred lab(Case: case, Date: date, N: integer) :: 'lab @(N) on @(Date)'.
:- abducible lab/3.
:- question lab(Case, Date, N) :: 'Which value of the lab, when?'.
policy_covers(p, d).
requested_drug(C, D) :- request(C, D, _, _).
policy_in_force(C, p, 2025-01-01) :- request(C, _, _, _).
criterion(p, initial, 1, c1, ok).
meets_criteria(C) :- request(C, _, _, _), ok(C).
"""


@pytest.mark.parametrize(
    "rule",
    ["lab(C, _, N), N >= 70", "lab(C, D, N), N > 70, request(C, _, _, R), days_between(D, R, X), X >= 0, X =< 180"],
)
def test_an_interview_asks_for_values_that_no_sample_of_its_own_has(rule: str, tmp_path: Path) -> None:
    """A laboratory value is asked for, again after one that does not decide, until it does or is not documented."""
    path = tmp_path / "policy.pl"
    path.write_text(POLICY + f"ok(C) :- {rule}.\n", encoding="utf-8")
    workspace = Workspace.open([path])
    (case,) = workspace.add_cases(load_text("request(c, d, initial, 2025-06-01)."))
    interview = Interview(workspace.reviewer, case, "Ada", datetime.date(2025, 6, 2))
    for value in (60, 82):
        question = interview.question()
        assert question is not None
        interview.name(question, [(Date(datetime.date(2025, 5, 1)), Int(value))])
    assert interview.question() is None
    assert "meets_criteria" == interview.standing().determination
    interview.undo()
    question = interview.question()
    assert question is not None
    interview.leave(question)
    assert (None, End.SETTLED) == (interview.question(), interview.end)


def test_why_not_makes_few_attempts_at_a_large_body(tmp_path: Path) -> None:
    """Of 10 to the power of 14 attempts that fail alike the first will do."""
    facts = " ".join(f"q{number}({name})." for number in range(14) for name in "abcdefghij")
    body = ", ".join(f"q{number}(X{number})" for number in range(14))
    path = tmp_path / "wide.pl"
    path.write_text(f"{facts} nope(none). g :- nope(x), {body}.", encoding="utf-8")
    workspace = Workspace.open([path])
    assert Truth.FALSE is workspace.explain("g").node.status


WITHIN = ":- inline within/3.\nwithin(A, B, N) :- days_between(A, B, D), D >= 0, D =< N.\n"


@pytest.mark.parametrize(
    "rule",
    [
        "g(C) :- request(C, _), n(C, X), X // 2 >= 3, n(C, Y), Y // 2 =\\= 3.",
        "g(C) :- request(C, _), w(C, X), request(C, Y), within(X, Y, 3), "
        "aggregate_all(min(Z), Z, documented(w(C, Z)), D), D @< 2025-05-18.",
        "g(C) :- request(C, _), n(C, X), X mod 3 =:= 1, X > 5.\n"
        "g(C) :- request(C, _), lab(C, D, V), lab(C, E, W), D @< E, W - V =\\= 0.5.",
    ],
    ids=[
        "what is computed is another than a number",
        "a test in a definition takes a value of its own",
        "values that have nothing to do with each other are no wider apart for each other",
    ],
)
@pytest.mark.heavy
def test_programs_that_were_searched_wrongly_agree_with_trial(rule: str) -> None:
    """What is missing is what trial of every fact of a grid finds, within the bounds that are told."""
    assert [] == list(differences(f"{DECLARED}{WITHIN if 'within' in rule else ''}{rule}\n"))
