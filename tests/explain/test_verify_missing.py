"""The proof checker on what is missing: sets that are enough pass, and any that is too small, too large or left out does
not; and it says what it has checked."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from itertools import pairwise

import pytest

from explain.proof.missing import truth_of
from explain.report.data import found_json
from explain.verify import Report, Verifier
from kb.language.loader import load_text, read_goal
from kb.language.program import Program
from kb.language.syntax import And, AtomF, Clause, Pred
from kb.language.terms import Var
from tests.effort import grows_in_proportion
from tests.explain.brute_force import program, repairs_of
from tests.explain.mutations import Json

TREATED = """
:- pred treated(Case: case, Agent: agent).
:- abducible treated/2.
:- question treated(Case, Agent) :: 'Was @(Agent) given?'.
"""
RULES = f"""
{TREATED}
:- pred born(Case: case, Day: date).
:- abducible born/2.
:- functional born(+, -).
:- question born(Case, Day) :: 'When was the patient born?'.
:- pred old(Case: case).
:- abducible old/1.
class(a, x). class(b, x). class(c, x). class(d, y).
case(k1). case(k2).
-treated(k2, c).
two(C) :- case(C), at_least(2, A, (class(A, x), treated(C, A))).
either(C) :- case(C), treated(C, d).
either(C) :- case(C), born(C, D), D @< 2000-01-01, treated(C, a).
nobody(C) :- case(C), old(C).
"""


SMALL = """
:- abducible given/2.
:- question given(Case, Agent) :: 'Was @(Agent) given?'.
:- abducible agreed/1.
:- question agreed(Case) :: 'Has the patient agreed?'.
case(k1).
either(C) :- case(C), given(C, a), agreed(C).
either(C) :- case(C), given(C, b).
"""


def missing_of(whole: Program, text: str) -> Json:
    """What `priorlog missing` prints for a goal, with the goal."""
    goal = read_goal(text)
    assert not isinstance(goal, tuple)
    repairs = repairs_of(whole)
    said = found_json(text, 10, truth_of(repairs.kb, goal), repairs.first(goal))
    data: Json = json.loads(json.dumps(said))
    return data


def report(data: object, whole: Program | None = None) -> Report:
    return Verifier.of(whole or program(RULES)).report(data)


@pytest.mark.parametrize("goal", ["two(k1)", "two(k2)", "either(k1)", "nobody(k1)", "class(a, x)", "class(a, y)"])
def test_what_is_missing_is_accepted(goal: str) -> None:
    """Sets for counts, alternatives, open values, what may not be asked for, and nothing pass."""
    data = missing_of(program(RULES), goal)
    assert bool(data["missing"]) is (goal.startswith(("two", "either")))
    assert report(data).faults == ()


@pytest.mark.parametrize("args", ["C, D, S", "C, S, D"])
def test_a_value_in_a_small_range_is_found_beside_one_that_anything_may_be(args: str) -> None:
    """Of two values that are left open one may be any, and the other is one of a few days that no rule names."""
    rules = """
        :- pred spent({0}) :: '@(C) spent @(S) on @(D)'. :- abducible spent/3.
        :- question spent({0}) :: 'What did @(C) spend on @(D)?'.
        case(k1). born(1990-02-28).
        late(C) :- case(C), spent({0}), S \\= 0, born(B), D @> 2024-02-29, D @< 2024-03-02, age(B, D, Y), Y >= 34.
    """
    typed = args.replace("C", "C: case").replace("D", "D: date").replace("S", "S: any")
    whole = program(rules.replace("pred spent({0})", f"pred spent({typed})").replace("{0}", args))
    data = missing_of(whole, "late(k1)")
    assert [len(each) for each in data["missing"]] == [1]
    assert report(data, whole).faults == ()


OPEN_VALUES = """
:- pred count(Case: case, N: integer). :- pred second(Case: case, N: integer). :- pred third(Case: case, N: integer).
:- pred score(Case: case, N: decimal). :- pred note(Case: case, Text: string). :- pred given(Case: case, Agent: agent).
:- abducible count/2, second/2, third/2, score/2, note/2, given/2.
:- functional count(+, -). :- functional second(+, -). :- functional third(+, -). :- functional score(+, -).
:- question count(Case, N) :: 'Which count?'. :- question second(Case, N) :: 'Which second count?'.
:- question third(Case, N) :: 'Which third count?'. :- question score(Case, N) :: 'Which score?'.
:- question note(Case, Text) :: 'What is noted?'. :- question given(Case, Agent) :: 'What was given?'.
case(k1).
"""
"""Values of each kind that may be asked for."""


@pytest.mark.parametrize(
    "body",
    [
        "count(C, N), second(C, M), third(C, K), N < M, M < K",
        "count(C, N), second(C, M), third(C, K), N - M =:= 17, M - K =:= 13",
        "count(C, N), N // 13 =:= 77",
        "count(C, N), N > 9223372036854775806",
        "score(C, N), T is N * 3, T > 10.1, T < 10.2",
        "score(C, N), count(C, M), N =:= M",
        'note(C, S), note(C, T), S @< T, T @< "a"',
        "given(C, X), X @< a",
        "documented((count(C, N), N > 5))",
        "given(C, X), \\+ documented(given(C, x)), X @< a",
    ],
)
def test_a_set_is_accepted_whatever_values_it_needs(body: str) -> None:
    """Values that are left open may have to be in an order, be computed of others, or come before all that is mentioned."""
    whole = program(f"{OPEN_VALUES} goal(C) :- case(C), {body}.")
    data = missing_of(whole, "goal(k1)")
    assert data["missing"]
    assert report(data, whole).faults == ()


@pytest.mark.parametrize(
    ("stated", "is_found"),
    [
        ("given(k2, y). -given(k2, y).", True),
        ("given(k1, y). -given(k1, y).", True),
        ("count(k2, 1). count(k2, 2).", True),
        ("case(k2). note(k2, one). note(k2, two).", True),
        ("case(k2). note(k1, one).", False),
        ("-given(k1, x).", False),
        ("count(C, 1) :- given(C, x). count(k1, 2).", False),
    ],
)
def test_a_conflict_is_no_reason_against_facts_that_do_not_add_it(stated: str, is_found: bool) -> None:
    """Facts may not contradict what is documented, and may be missing where that contradicts itself."""
    rules = """
        :- pred seen(Case: case, Text: atom). :- functional seen(+, -). case(k1).
        seen(C, X) :- note(C, X). seen(C, x) :- given(C, x). goal(C) :- case(C), given(C, x).
    """
    text = f"{OPEN_VALUES.replace('Text: string', 'Text: atom').replace('case(k1).', '')} {rules} {stated}"
    whole = load_text(text, "test.pl").program
    data = missing_of(whole, "goal(k1)")
    assert (bool(data["missing"]), report(data, whole).faults) == (is_found, ())
    if not is_found:
        asked = {"fact": "given(k1, x)", "question": "What was given?"}
        data |= {"missing": [[asked]], "ways": [{"facts": [asked], "any_of": []}]}
        data["missing_search"] = {"status": "found", "reasons": []}
        assert report(data, whole).faults


def with_choice_of_all(data: Json) -> None:
    data["ways"][0]["any_of"][0]["count"] = 3


CHANGES: list[tuple[str, str, Callable[[Json], object]]] = [
    ("two(k1)", "a fact too few", lambda data: data["missing"][0].pop()),
    ("two(k1)", "a fact too many", lambda data: data["missing"][0].append(data["missing"][1][1])),
    ("two(k1)", "a fact twice", lambda data: data["missing"][0].append(data["missing"][0][0])),
    ("two(k1)", "a set twice", lambda data: data["missing"].append(data["missing"][0])),
    ("two(k1)", "a set left out", lambda data: data["missing"].pop()),
    ("two(k1)", "another number of names", with_choice_of_all),
    ("two(k1)", "more names than there are", lambda data: data["ways"][0]["any_of"].append(data["ways"][0]["any_of"][0])),
    ("two(k1)", "a way left out", lambda data: data["ways"].clear()),
    ("two(k1)", "another question", lambda data: data["missing"][0][0].update(question="?")),
    ("two(k1)", "another truth", lambda data: data.update(status="false")),
    ("two(k1)", "another goal", lambda data: data.update(goal="two(k2)")),
    ("two(k1)", "no number of sets", lambda data: data.update(limit=0)),
    ("class(a, y)", "no number of sets, where there is none", lambda data: data.update(limit=0)),
    ("two(k1)", "no goal", lambda data: data.pop("goal")),
    ("two(k1)", "no sets", lambda data: data.update(missing={})),
    ("two(k2)", "a contradiction", lambda data: data["missing"][0][0].update(fact="treated(k2, c)", question="Was c given?")),
]  # fmt: skip


@pytest.mark.parametrize(("goal", "what", "change"), CHANGES, ids=[what for _, what, _ in CHANGES])
def test_what_is_missing_and_changed_is_rejected(goal: str, what: str, change: Callable[[Json], object]) -> None:
    """Each change to a set, a way, the goal or its truth is a fault; so is a small set that is left out everywhere."""
    data = copy.deepcopy(missing_of(program(RULES), goal))
    change(data)
    assert report(data).faults, what


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("count(C, N), N > 700, N < 710", "found"),
        ("count(C, N), N // 13 =:= 77", "found"),
        ("score(C, N), T is N * 3, T > 10.1, T < 10.2", "found"),
        ("born(C, D), add_months(D, 7, E), E @> 2024-02-01, E @< 2024-02-03", "found"),
        ("given(C, x)", "found"),
        ("quiet(C, x)", "not_asked"),
        ("-asked(C, 3)", "not_asked"),
        ("valued(C, N), N > 700, N < 710", "not_asked"),
        ("\\+ given(C, _)", "not_asked"),
    ],
)
def test_that_nothing_would_do_is_not_said_where_a_fact_would(body: str, status: str) -> None:
    """That no facts would do is a fault where a fact would, whether a question asks for it or none, whatever its value."""
    rules = """
        :- pred quiet(Case: case, X: agent). :- abducible quiet/2.
        :- pred valued(Case: case, N: integer). :- abducible valued/2. :- functional valued(+, -).
        :- pred asked(Case: case, N: integer). :- abducible asked/2. :- functional asked(+, -).
        :- question asked(Case, N) :: 'Which value?'.
        :- pred born(Case: case, Day: date). :- abducible born/2. :- question born(Case, Day) :: 'When?'.
    """
    whole = load_text(f"{OPEN_VALUES} {rules} goal(C) :- case(C), {body}.", "test.pl").program
    data = missing_of(whole, "goal(k1)")
    assert (data["missing_search"]["status"], report(data, whole).faults) == (status, ())
    data |= {"missing": [], "ways": [], "missing_search": {"status": "none", "reasons": []}}
    assert any("would make the goal true" in each.message for each in report(data, whole).faults)


INDIVIDUALS = {"kind": "individuals", "predicate": "given/2", "argument": 2, "number": 1}


@pytest.mark.parametrize(
    ("genuine", "changes"),
    [
        (INDIVIDUALS, {"number": ["x", "y"]}),
        (INDIVIDUALS, {"number": -1}),
        (INDIVIDUALS, {"number": True}),
        (INDIVIDUALS, {"values": []}),
        (INDIVIDUALS, {"argument": 1}),
        (INDIVIDUALS, {"predicate": "listed/2"}),
    ],
)
def test_a_reason_is_of_its_kind(genuine: Json, changes: Json) -> None:
    """What a search did not look at has the keys and types of its kind, and is about an argument of which that can be."""
    rules = """
        :- pred listed(Case: case, X: agent). :- abducible listed/2. :- question listed(Case, X) :: 'Which of these?'.
        listed_value(listed, 2, one). listed_value(listed, 2, two).
        goal(C) :- case(C), given(C, X), listed(C, X), count(C, N), N > 3, N < 4.
    """
    whole = program(OPEN_VALUES + rules)
    data = missing_of(whole, "goal(k1)")
    data["missing_search"] = {"status": "not_found", "reasons": [genuine]}
    assert report(data, whole).faults == ()
    data["missing_search"]["reasons"] = [genuine | changes]
    assert [each.path for each in report(data, whole).faults] == ["missing_search.reasons[0]"]


def test_what_a_search_of_cases_did_not_look_at_is_accepted() -> None:
    """Where rules go from one case to others, individuals that are not looked at may be cases."""
    rules = """
        :- pred of(Case: case, Other: case). :- abducible of/2. :- question of(Case, Other) :: 'Of which case?'.
        goal(C) :- given(C, x). goal(C) :- of(C, D), goal(D).
    """
    whole = program(OPEN_VALUES + rules)
    data = missing_of(whole, "goal(k1)")
    reasons = data["missing_search"]["reasons"]
    assert ("individuals", 1) in {(each["kind"], each.get("argument")) for each in reasons}
    assert report(data, whole).faults == ()


@pytest.mark.parametrize("place", [1, 6, 11])
@pytest.mark.parametrize(
    "body",
    [
        "at_least(1, A, (class(A, x), treated(C, A)))",
        "at_least(3, A, (class(A, x), treated(C, A)))",
        "class(A, x), treated(C, A), class(B, x), given(C, B), A \\= B",
        "class(A, x), treated(C, A), count(C, N), N // 13 =:= 77",
    ],
)
def test_each_name_of_a_choice_is_tried(body: str, place: int) -> None:
    """Where not all sets are listed, a name that would not do is found between the others of a choice."""
    agents = " ".join(f"class(n{each:02}, x)." for each in range(12))
    whole = program(f"{OPEN_VALUES} {TREATED} {agents} goal(C) :- case(C), {body}.")
    data = missing_of(whole, "goal(k1)")
    assert (len(data["missing"]), report(data, whole).faults) == (10, ())
    for choice in data["ways"][0]["any_of"]:
        choice["names"].insert(place, f"{choice['names'][place - 1]}_or_so")
        assert any("would not make the goal true" in each.message for each in report(data, whole).faults)


@pytest.mark.parametrize("place", [0, 1])
def test_a_small_set_that_is_left_out_is_found(place: int) -> None:
    """Over a small vocabulary a set of one fact, or of two, that no list has is a fault."""
    small = program(SMALL)
    data = missing_of(small, "either(k1)")
    assert [len(facts) for facts in data["missing"]] == [1, 2]
    assert report(data, small).faults == ()
    del data["missing"][place], data["ways"][place]
    (fault,) = report(data, small).faults
    assert "no set has it" in fault.message


@pytest.mark.parametrize(
    "body",
    [
        "given(a), agreed",
        "\\+ given(a), agreed",
        "\\+ refused",
        "\\+ (given(A), class(A, x))",
        "-agreed, at_least(1, A, (class(A, x), given(A)))",
        "at_least(2, A, (class(A, x), given(A)))",
        "at_most(0, A, (class(A, x), given(A)))",
    ],
)
def test_small_sets_that_are_left_out_are_found_however_they_do(body: str) -> None:
    """Trying many facts at once rules out none that would do: through a negation, a count or a strong negation."""
    whole = program(f"""
        :- abducible given/1. :- question given(Agent) :: 'Was @(Agent) given?'.
        :- abducible agreed/0. :- question agreed :: 'Has the patient agreed?'.
        class(a, x). class(b, x).
        refused :- given(a), agreed.
        goal :- {body}.
    """)
    data = missing_of(whole, "goal")
    assert report(data, whole).faults == ()
    left_out = [", ".join(sorted(each["fact"] for each in facts)) for facts in data["missing"]]
    data["missing"], data["ways"] = [], []
    messages = [fault.message for fault in report(data, whole).faults if "no set has it" in fault.message]
    told = [", ".join(sorted(message.split("`")[1].split(", "))) for message in messages]
    assert sorted(left_out) == sorted(told)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_set_that_a_way_stands_for_may_not_be_left_out(place: int) -> None:
    """Also over a vocabulary too large for trial, every pair of the three interchangeable agents is listed."""
    large = program(RULES + " ".join(f"case(n{index})." for index in range(500)))
    data = missing_of(large, "two(k1)")
    assert (len(data["missing"]), len(data["ways"]), report(data, large).faults) == (3, 1, ())
    del data["missing"][place]
    (fault,) = report(data, large).faults
    assert "ways stands for is left out" in fault.message


def test_a_way_that_stands_for_millions_of_sets_is_answered_at_once() -> None:
    """Half of thirty names can be chosen in 155 million ways, which are not all made."""
    data = missing_of(program(RULES), "two(k1)")
    choice = {**data["ways"][0]["any_of"][0], "count": 15, "names": [f"n{index}" for index in range(30)]}
    data["ways"][0]["any_of"] = [choice]
    assert report(data).faults


@pytest.mark.parametrize("change", ["names", "facts of a choice", "choices", "ways"])
def test_ways_are_in_order(change: str) -> None:
    """Ways, the choices in them, and their names and facts have one order, and in another they are rejected."""
    rules = """
        :- abducible q/2. :- question q(C, A) :: 'Is @(A) given?'. :- pred q(C: case, A: agent) :: '@(C) has @(A)'.
        :- abducible r/2. :- question r(C, A) :: 'Was @(A) given?'. :- pred r(C: case, A: agent) :: '@(C) had @(A)'.
        class(a, x). class(b, x). class(c, x). class(d, y). class(e, y). case(k).
        goal(C) :- case(C), class(A, x), q(C, A), r(C, A), class(B, y), r(C, B), q(C, B).
        goal(C) :- case(C), at_least(2, A, (class(A, x), q(C, A))), class(B, y), r(C, B).
    """
    whole = program(rules)
    data = missing_of(whole, "goal(k)")
    assert (report(data, whole).faults, len(data["ways"])) == ((), 2)
    choices = data["ways"][0]["any_of"]
    several = next(each for way in data["ways"] for each in way["any_of"] if len(each["facts"]) > 1)
    {"names": choices[0]["names"], "facts of a choice": several["facts"], "choices": choices, "ways": data["ways"]}[
        change
    ].reverse()
    assert any("order" in each.message for each in report(data, whole).faults)


@pytest.mark.parametrize("what", ["sets", "facts", "ways", "reasons"])
def test_what_takes_too_long_to_check_is_given_up(what: str) -> None:
    """However much is said to be missing, checking it takes no more steps than are allowed, and what it takes is rejected."""
    data = missing_of(program(RULES), "two(k1)")
    facts = [{"fact": f"treated(k1, n{each:04})", "question": f"Was n{each:04} given?"} for each in range(400)]
    number = {"kind": "individuals", "predicate": "treated/2", "argument": 2}
    reasons = [{**number, "number": each} for each in range(400)]
    match what:
        case "sets":
            data["missing"] = [[one, facts[-1]] for one in facts[:-1]]
        case "facts":
            data["missing"] = [facts]
        case "ways":
            data["ways"] = [{"facts": [one, facts[-1]], "any_of": []} for one in facts[:-1]]
        case _:
            data["missing_search"]["reasons"] = reasons
    found = Verifier.of(program(RULES)).report(data, max_steps=5_000)
    assert [each.message for each in found.faults][-1] == "checking this takes more steps than are allowed"


def test_the_report_says_how_far_sets_were_searched() -> None:
    """Over a small vocabulary all pairs are tried, over a large one none, and the report says so."""
    said = "whether there are other sets{} of missing facts (`are_more`), and other ways"
    large = program(SMALL + " ".join(f"case(n{index})." for index in range(500)))
    for whole, how in ((program(SMALL), ", larger than 2,"), (large, "")):
        assert said.format(how) in report(missing_of(whole, "either(k1)"), whole).unchecked


def test_a_swap_of_outcomes_is_refused() -> None:
    """What the checker does not check it does not accept."""
    (fault,) = report([{"case": None, "added": [], "removed": [], "holds": "p", "fails": "q", "text": ""}]).faults
    assert "is not checked" in fault.message


def test_many_predicates_are_no_cliff() -> None:
    """The checker takes up a program of thousands of predicates, and a body of thousands of literals, in proportion."""
    x = Var("X")

    def chain_of(length: int) -> Program:
        """A chain of so many rules, and a rule about a third of them."""
        preds = [Pred(f"p{number}", 1) for number in range(length)]
        rules = [Clause(AtomF(one, (x,)), AtomF(other, (x,))) for one, other in pairwise(reversed(preds))]
        body = And(tuple(AtomF(pred, (x,)) for pred in preds[: length // 3]))
        return Program((*rules, Clause(AtomF(Pred("all", 1), (x,)), body)))

    many = chain_of(3_000)
    assert len(Verifier.of(many).book.reach[Pred("p2999", 1)]) == 2_999
    assert grows_in_proportion(Verifier.of, chain_of(300), many)


def test_bounds_are_tried_beside_numbers_that_the_case_has() -> None:
    """Where lines 1000 and 1001 are documented, a third is another one: the check tries none of those that are there."""
    from explain.report.data import review_json
    from explain.report.json_text import json_text
    from explain.verify import Verifier
    from explain.workspace import Workspace
    from kb.language.loader import load_case

    text = b"""request(c1, selinexor, initial, 2024-09-03).
    indication(c1, diffuse_large_b_cell_lymphoma). disease_status(c1, relapsed).
    prior_therapy(c1, 1000, rituximab). contraception_advised(c1). prophylaxis(c1, ondansetron).
    agrees_to_monitor(c1, complete_blood_count). agrees_to_monitor(c1, blood_chemistry). agrees_to_monitor(c1, body_weight)."""
    workspace = Workspace.open([])
    loaded = load_case(text, "c1.pl")
    (case,) = workspace.add_cases(loaded)
    data = json.loads(json_text([review_json(workspace.review(case))]))
    assert any(fact["fact"] == "prior_therapy(c1, B, C)" for facts in data[0]["missing"] for fact in facts)
    verifier = Verifier.of(workspace.loaded.program, workspace.loaded.views)
    assert verifier.report(data, loaded.program.clauses).faults == ()
