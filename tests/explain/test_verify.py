"""The proof checker: genuine explanations pass, and changed ones do not."""

from __future__ import annotations

import copy
import itertools
import json
import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engine.bodies import RuleBook
from engine.knowledge import KnowledgeBase, Rules
from explain.proof.node_json import node_json
from explain.proof.why import Explainer
from explain.report.data import review_json
from explain.verify import Fault, Verifier, verify
from explain.workspace import Workspace
from kb.language.loader import load_text, read_goal, shipped_policies
from kb.language.program import Program
from kb.language.syntax import AtomF, Body, Clause
from kb.language.truth import Truth
from tests.explain.mutations import (
    MUTATIONS,
    Json,
    Material,
    changed_by,
    explanations,
    folded,
    nodes_of,
    of_each_kind,
    reviews_of_each_kind,
    says_less,
    sealed,
    spread,
)
from tests.referees import BoundedReference
from tests.texts import goal_of

CASES = sorted((Path(__file__).parents[2] / "examples" / "cases").glob("*.pl"))

slow = settings(
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def explained(program: Program, goal: Body, *, closed_world: bool = False) -> Json:
    """The explanation of a goal as its JSON is read."""
    kb = KnowledgeBase(Rules.of(program), closed_world=closed_world)
    rules = tuple(clause for clause in program.clauses if not clause.is_fact)
    data: Json = spread(json.loads(json.dumps(node_json(Explainer(kb, RuleBook.of(rules)).goal(goal)))))
    return data


def program_of(text: str) -> Program:
    return load_text(text, "rules.pl").program


def faults_of(text: str, goal: str, **how: bool) -> list[Fault]:
    """What the checker finds in the explanation that is made for a goal."""
    program = program_of(text)
    return verify(folded(explained(program, goal_of(goal), **how)), program, **how)


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    return Verifier.of(shipped_policies().program)


@pytest.fixture(scope="module")
def reviews() -> list[tuple[tuple[Clause, ...], Json]]:
    """The facts and the review of every example case."""
    found = []
    for path in CASES:
        space = Workspace.open(cases=[path])
        for case in space.cases():
            found.append((case.facts, spread(json.loads(json.dumps(review_json(space.review(case)))))))
    return found


# Genuine explanations


@pytest.mark.heavy
def test_every_review_of_the_examples_is_accepted(
    verifier: Verifier, reviews: list[tuple[tuple[Clause, ...], Json]]
) -> None:
    """What `review` prints follows from the policy and the case, node by node."""
    assert {review["case"]: verifier.verify(folded(review), facts) for facts, review in reviews} == {
        review["case"]: [] for _, review in reviews
    }


@pytest.mark.parametrize("names", ["XYZ", "YZX", "ZXY", "XZY", "ZYX", "YXZ"])
def test_what_variables_are_called_does_not_matter_to_individuals(names: str) -> None:
    """An individual that no fact names is not taken for another because a rule calls a variable as another rule called it."""
    x, y, z = names
    text = f"""
        :- abducible link/2. :- abducible seen/1.
        node(a). node(b). link(a, b).
        even({x}, {x}) :- node({x}).
        even({x}, {y}) :- link({x}, {z}), odd({z}, {y}).
        odd(X, Y) :- link(X, Z), even(Z, Y).
        linked({z}, {y}) :- link({z}, {x}), seen({y}), {x} \\= {y}, \\+ even({x}, {y}).
        far(X) :- at_least(2, Y, (link(X, Z), linked(Z, Y))).
    """
    atoms = ("odd(zeta, eta)", "even(a, eta)", "linked(zeta, eta)", "linked(X, Z)", "far(zeta)", "far(a)")
    told = [goal for atom in atoms for goal in (atom, f"\\+ {atom}")]
    assert {goal: faults_of(text, goal) for goal in told} == {goal: [] for goal in told}
    explanation = explained(program_of(text), goal_of("odd(zeta, eta)"))
    links = [node["goal"] for node in nodes_of(explanation) if node["goal"].startswith("link(")]
    assert all(len(set(re.findall(r"\w+", link))) == 3 for link in links)


@pytest.mark.parametrize("number", [2, 5, 10])
@pytest.mark.heavy
def test_reviews_read_otherwise_are_accepted(verifier: Verifier, number: int) -> None:
    """Reviews as of another date and in a closed world are checked as they were read."""
    import datetime

    for as_of, closed in ((datetime.date(2020, 8, 1), False), (None, True), (datetime.date(2018, 1, 1), True)):
        space = Workspace.open(cases=[CASES[number]], closed_world=closed)
        data = json.loads(json.dumps([review_json(space.review(case, as_of=as_of)) for case in space.cases()]))
        assert verifier.verify(data, space.facts) == []


RULES = """
:- pred treated(Case: case, Agent: agent) :: '@(Agent) was given'.
:- abducible treated/2.
:- question treated(Case, Agent) :: 'Was @(Agent) given?'.
:- abducible born/2.
:- functional born(+, -).
:- cite(ok/1, 'Section 1').
class(a, x). class(b, x). class(c, y).
case(k1). case(k2). case(k3).
treated(k1, a). treated(k1, b). treated(k2, a). -treated(k2, b). complete(k3, treated).
born(k1, 2000-01-31).
ok(C) :- case(C), at_least(2, A, (class(A, x), treated(C, A))).
few(C) :- case(C), at_most(1, A, (class(A, _), treated(C, A))).
none(C) :- case(C), \\+ (class(A, x), treated(C, A)).
either(C) :- case(C), (ok(C) ; born(C, D), D @< 2001-01-01).
size(C, N) :- case(C), aggregate_all(count, A, treated(C, A), N).
adult(C) :- born(C, D), age(D, 2020-01-01, Y), Y >= 18.
edge(1, 2). edge(2, 3). edge(3, 1).
path(X, Y) :- edge(X, Y).
path(X, Y) :- edge(X, Z), path(Z, Y).
doubt(C) :- case(C), -treated(C, _).
"""

GOALS = [
    f"{name}({case})" for name in ("ok", "few", "none", "either", "adult", "doubt") for case in ("k1", "k2", "k3", "k9")
] + [
    "path(1, 1)", "path(1, 4)", "path(4, X)", "size(k3, 0)", "size(k3, 1)", "size(k1, 2)", "ok(C)", "born(k1, 2000-02-01)",
    "treated(k3, a)", "-treated(k1, a)", "-treated(k3, a)", "treated(k2, b)", "treated(k1, c)", "ok(k1), few(k1)", "ok(k2), few(k2)",
    "ok(k3) ; none(k1)", "\\+ ok(k3)", "\\+ path(1, 1)", "at_least(1, X, path(X, 4))", "class(X, x), class(X, y)", "2 < 1", "nothing = X",
]  # fmt: skip


ON_RECORD = f"""{RULES}
shown(C) :- case(C), documented((treated(C, A), class(A, x) ; born(C, _))), \\+ documented((treated(C, B), \\+ class(B, x))).
last(C, A) :- treated(C, A), \\+ documented((treated(C, B), B @> A)).
"""
"""The same with what the record shows as it stands."""

ON_RECORD_GOALS = [
    "shown(k1)", "shown(k2)", "shown(k3)", "last(k1, A)", "last(k2, c)", "last(k1, a)", "last(k9, A)", "documented(treated(k2, c))",
    "documented((treated(k1, a), treated(k1, b)))", "documented(\\+ treated(k3, a))", "documented(documented(treated(k1, X)))",
    "\\+ documented(\\+ (treated(k2, X), class(X, _)))",
]  # fmt: skip


@pytest.mark.parametrize("goal", GOALS)
def test_explanations_of_every_kind_are_accepted(goal: str) -> None:
    """Proofs and failures with rules, counts, negation, aggregates, recursion and open records pass."""
    assert faults_of(RULES, goal) == []
    assert faults_of(RULES, goal, closed_world=True) == []


@pytest.mark.parametrize("goal", ON_RECORD_GOALS)
def test_explanations_of_what_is_documented_are_accepted(goal: str) -> None:
    """What the record shows, and what it does not, passes in either reading."""
    assert faults_of(ON_RECORD, goal) == []
    assert faults_of(ON_RECORD, goal, closed_world=True) == []


def test_a_long_chain_is_checked() -> None:
    """The proof of a closure over sixty steps, each inside the last, is neither too deep nor slow."""
    edges = " ".join(f"edge({index}, {index + 1})." for index in range(60))
    assert faults_of(edges + "path(X, Y) :- edge(X, Y). path(X, Y) :- edge(X, Z), path(Z, Y).", "path(0, 60)") == []


# Changed explanations


@pytest.mark.heavy
def test_no_changed_explanation_of_a_review_is_accepted(
    verifier: Verifier, reviews: list[tuple[tuple[Clause, ...], Json]]
) -> None:
    """A change of each kind to the proof in an example review is rejected, unless it leaves out what may be left out."""
    rng = random.Random(7)
    material = Material.of([each for _, review in reviews for each in explanations(review)])
    with_proofs = [each for each in reviews if each[1]["proof"]]
    for name, mutation in MUTATIONS:
        for facts, review in rng.sample(with_proofs, len(with_proofs)):
            proof = changed_by(mutation, review["proof"], material, rng)
            if proof is not None:
                faults = verifier.verify(folded({**review, "proof": proof}), facts)
                assert faults or says_less(review["proof"], proof), name
                break


@pytest.mark.heavy
def test_no_changed_review_is_accepted(verifier: Verifier, reviews: list[tuple[tuple[Clause, ...], Json]]) -> None:
    """Two changes of each kind to what reviews say beside their explanations (missing facts, ways, hashes, assumptions,
    fields) are rejected."""
    rng = random.Random(11)
    for _ in range(2):
        for name, index, changed in reviews_of_each_kind([review for _, review in reviews], rng):
            assert verifier.verify(folded(changed), reviews[index][0]), name


@pytest.mark.parametrize(("text", "goals"), [(RULES, GOALS), (ON_RECORD, ON_RECORD_GOALS)], ids=["all", "documented"])
def test_changed_explanations_of_every_kind_are_rejected(text: str, goals: list[str]) -> None:
    """Of changes of each kind to nodes of each kind, whatever is accepted says only what the reference evaluator says,
    and leaves nothing out."""
    program = program_of(text)
    verifier = Verifier.of(program)
    genuine = [explained(program, goal_of(goal)) for goal in goals]
    done = 0
    for name, before, changed in of_each_kind(genuine, Material.of(genuine), random.Random(3)):
        done += 1
        if verifier.verify(folded(changed)):
            continue
        if changed["goal"] == before["goal"]:
            assert says_less(before, changed), name
        for node in nodes_of(changed):
            goal = read_goal(node["goal"])
            if node["kind"] not in ("witness", "branch") and isinstance(goal, AtomF):
                assert truth_by_reference(program, goal).value == node["status"]
    assert done > 100


def truth_by_reference(program: Program, goal: Body) -> Truth:
    answers = BoundedReference(program, goal).answers()
    if answers.true:
        return Truth.TRUE
    return Truth.UNKNOWN if answers.unknown or answers.unknown_computed else Truth.FALSE


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("determination", "meets_criteria"), ("kind", "renewal"), ("date", "2024-09-04"), ("policy", "other"), ("policy_effective", None),
        ("missing", []), ("quantity", "over_limit"), ("authorization", {}), ("closed_world", True), ("as_of", "2020-01-01"),
        ("case", "nobody"), ("criteria", []), ("proof", None), ("conflicts", [{"fact": "sex(a, b)"}]), ("ways", []),
        ("policy_title", "Other"), ("policy_approved", None), ("hash", {}), ("assumptions", ["closed world: yes"]),
    ],
)  # fmt: skip
@pytest.mark.heavy
def test_a_review_that_says_otherwise_is_rejected(
    verifier: Verifier, reviews: list[tuple[tuple[Clause, ...], Json]], key: str, value: object
) -> None:
    """Each part of a review is checked, not only the explanations in it."""
    facts, review = next(each for each in reviews if each[1]["case"] == "rrmm_second_pi_open")
    assert verifier.verify(folded({**review, key: value}), facts)


@pytest.mark.heavy
def test_missing_facts_are_needed_and_enough(
    verifier: Verifier, reviews: list[tuple[tuple[Clause, ...], Json]]
) -> None:
    """A set of missing facts that is too small, too large, or documented already is rejected."""
    facts, review = next(each for each in reviews if each[1]["case"] == "rrmm_second_pi_open")
    first, second = review["missing"][0], review["missing"][1]
    known = {
        "fact": "refractory(rrmm_second_pi_open, bortezomib)",
        "question": "Is the disease refractory to bortezomib?",
    }
    for wrong in ([first[1:]], [first + second], [[known]], [[{**first[0], "question": "?"}]], [[]], "none"):
        assert verifier.verify(folded({**review, "missing": wrong}), facts)


def test_criteria_agree_with_their_explanations(
    verifier: Verifier, reviews: list[tuple[tuple[Clause, ...], Json]]
) -> None:
    """A criterion with another status, another place, or the explanation of another criterion is rejected."""
    facts, review = next(each for each in reviews if each[1]["case"] == "rrmm_second_pi_open")
    for key, value in (("status", "not_met"), ("cite", "Elsewhere"), ("text", "?"), ("explanation", review["proof"])):
        changed = copy.deepcopy(review)
        changed["criteria"][1][key] = value
        places = [fault.path for fault in verifier.verify(folded(changed), facts)]
        assert places
        assert all(place.startswith("criteria[1]") for place in places)


# What a rule that fails has to show


WAYS = "q(a, b). q(a, c). q(a, d). r(b). r(c). s(d). p(X) :- q(X, Y), r(Y), s(Y)."


def failing_rule(**changes: object) -> Json:
    """The explanation of a rule with three ways to go, each of which lacks something, with some of what it says changed."""
    data = explained(program_of(WAYS), goal_of("p(a)"))
    assert (data["kind"], data["binding"]) == ("rule", {"X": "a", "Y": "d"})
    return sealed({**data, **changes})


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"binding": {"X": "a"}}, "`Y` has no value"),
        ({"binding": {"X": "a", "Y": "_"}}, "is not among the children"),
        ({"binding": {"X": "a", "Y": "b"}}, "is not among the children"),
        ({"children": []}, "is not among the children"),
        ({"binding": {"X": "a"}, "children": []}, "`Y` has no value"),
        ({"binding": {"X": "a", "Y": "d", "Z": "d"}}, "the binding has `Z`"),
    ],
)
def test_a_failing_rule_shows_every_literal_that_fails(changes: dict[str, object], fault: str) -> None:
    """A rule that leaves out a literal that is not true, or what a literal that holds gives a variable, is rejected."""
    assert verify(folded(failing_rule()), program_of(WAYS)) == []
    assert any(fault in each.message for each in verify(folded(failing_rule(**changes)), program_of(WAYS)))


@pytest.mark.parametrize("goal", ["r(a)", "r(X)", "s(b)", "t(k)"])
def test_a_rule_that_an_instance_of_an_open_row_would_meet_is_not_known(goal: str) -> None:
    """What holds for a constant, or for individuals that coincide, is not called false for being false of any other."""
    rules = """
    :- abducible p/2.
    r(X) :- p(C, Y), C @< k1, X = Y.
    m(b).
    s(X) :- m(X), p(_, Y), Y == X.
    n(1).
    t(C) :- p(C, X), aggregate_all(count, Y, (n(Y), Y == X), _), p(C, C).
    """
    assert explained(program_of(rules), goal_of(goal))["status"] == "unknown"
    assert faults_of(rules, goal) == []


OPEN_LIMIT = """
    :- abducible spent/2. :- abducible limit/2.
    person(bob). limit(bob, 100).
    over(X) :- person(X), spent(X, S), limit(X, L), S > L.
"""


@pytest.mark.parametrize("changes", [{"S": "_1"}, {"S": None}, {"S": "__"}, {"S ": "_"}, {"L": "_"}, {"Other": "100"}])
def test_an_individual_is_named_as_it_would_be(changes: dict[str, str | None]) -> None:
    """What is not documented of anyone names the individual, by a number only where several variables are the same one."""
    data, program = explained(program_of(OPEN_LIMIT), goal_of("over(bob)")), program_of(OPEN_LIMIT)
    assert (data["binding"], verify(folded(data), program)) == ({"X": "bob", "S": "_", "L": "100"}, [])
    binding = {name: text for name, text in {**data["binding"], **changes}.items() if text is not None}
    assert verify(folded(sealed({**data, "binding": binding})), program)


@pytest.mark.parametrize("binding", [{"X": "a"}, {"X": "1"}, {"Y": "1.0"}, {"X ": "1.0"}, {"X": "1.0", "Y": "1"}])
def test_a_proof_of_a_question_names_no_variables(binding: dict[str, str]) -> None:
    """A question that is proved has values for its variables, and which had which is told by nothing: none is named."""
    program, goal = program_of("p(1.0). p(1)."), goal_of("p(X), X \\= 1, X = Y, p(Y)")
    data = explained(program, goal)
    assert (data["binding"], verify(folded(data), program)) == ({}, [])
    assert verify(folded(sealed({**data, "binding": binding})), program)


@pytest.mark.parametrize(
    "goal",
    ["aggregate_all(sum(Dose), X, r(X), Dose)", "aggregate_all(sum(Dose), X, r(X), Total)", "at_least(1, Dose-X, r(X))",
     "\\+ at_least(2, Dose-X, r(X))", "at_least(2, Dose-X, r(X))", "aggregate_all(sum(Dose), X, r(X), 7)", "t(Dose)"],
)  # fmt: skip
def test_what_is_counted_may_be_known_outside_the_count(goal: str) -> None:
    """A value that a question gives to what is counted stands for itself: nothing in the explanation tells its variable."""
    rules = "n(q, 2). r(a). t(Dose) :- n(_, Dose), aggregate_all(sum(Dose), X, r(X), Dose), at_least(1, Dose-X, r(X))."
    assert faults_of(rules, f"n(Q, Dose), {goal}") == []


@pytest.mark.parametrize("number", ["9" * 19, "9" * 5000, "-" + "9" * 100_000, "0." + "9" * 100_000])
def test_a_number_of_any_length_is_no_exception(number: str) -> None:
    """A goal with a number that the language does not have is none."""
    program = program_of("p(1).")
    data = explained(program, goal_of("p(1)"))
    assert verify(folded(sealed({**data, "goal": f"p({number})"})), program)


# What is no explanation at all


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(slow, max_examples=100)
@given(json_values)
def test_any_json_is_answered_with_faults(data: Any) -> None:
    """What is no explanation is a fault, never an exception."""
    assert verify(data, Program(()))


@settings(slow, max_examples=60)
@given(st.data())
def test_malformed_nodes_and_reviews_are_answered_with_faults(data: st.DataObject) -> None:
    """An explanation with any part of it replaced by any JSON is a fault or as it was, never an exception."""
    program = program_of(RULES)
    broken = explained(program, goal_of("ok(k2)"))
    node = data.draw(st.sampled_from(list(nodes_of(broken))))
    key = data.draw(st.sampled_from(sorted(node)))
    before, node[key] = node[key], data.draw(json_values)
    if not verify(folded(broken), program):
        assert node[key] == before
    if key not in ("children", "about", "id"):
        assert isinstance(verify(folded(sealed(broken)), program), list)


@pytest.mark.heavy
def test_malformed_reviews_are_answered_with_faults(
    verifier: Verifier, reviews: list[tuple[tuple[Clause, ...], Json]]
) -> None:
    """A review with any of its parts, or of those of a criterion, replaced or left out is a fault, never an exception."""
    facts, review = next(each for each in reviews if each[1]["determination"] == "meets_criteria")
    first, *others = review["criteria"]
    for key, value in itertools.product(review, (None, 7, [7], [[{}]], {"x": 7})):
        assert isinstance(verifier.verify(folded({**review, key: value}), facts), list)
    for key, value in itertools.product(first, (None, 7, [7], {"x": 7})):
        assert verifier.verify(folded({**review, "criteria": [{**first, key: value}, *others]}), facts)
    for key in review:
        assert isinstance(verifier.verify({each: review[each] for each in review if each != key}, facts), list)


def test_a_fault_says_where_and_why() -> None:
    """A fault names the node by its path and id, and says what is wrong in plain words."""
    program = program_of("p(a). q(X) :- p(X).")
    data = explained(program, goal_of("q(a)"))
    data["children"][0]["evidence"][0]["line"] = 9
    changed = sealed(data)
    assert [str(each) for each in verify(folded(changed), program)] == [
        f"children[0] ({changed['children'][0]['id']}): it is stated elsewhere than the evidence says"
    ]


@pytest.mark.heavy
def test_the_checker_shares_no_code_with_the_search() -> None:
    """Importing the checker imports neither the engine nor what builds explanations."""
    code = "import sys, explain.verify; print(sorted(m for m in sys.modules if m.split('.')[0] == 'engine' or m in ('explain.proof.why', 'explain.proof.whynot', 'explain.proof.nodes', 'explain.proof.node_json', 'explain.proof.derivations', 'explain.proof.fact_sets', 'explain.proof.missing')))"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
