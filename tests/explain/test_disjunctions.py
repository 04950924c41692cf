"""Explanations of bodies with many alternatives: none of their combinations are made, and all is shown as before."""

from __future__ import annotations

import itertools
import json
import random

import pytest

from explain.proof.all_proofs import all_proofs
from explain.proof.node_json import node_json
from explain.proof.nodes import Node
from explain.verify import Verifier, verify
from kb.language.loader import load_text, read_goal
from kb.language.printer import show_body
from kb.language.syntax import And, AtomF, Body, Or, Pred
from kb.language.terms import Var
from kb.language.traversal import conjoin
from kb.language.truth import Truth
from tests.explain.mutations import Material, nodes_of, of_each_kind, spread
from tests.explain.test_all_proofs import explainer
from tests.texts import goal_of

FACTS = "d(c). d(e). :- abducible open/2.\n"


def disjunctions(number: int, alternative: str = "(a{0}(X) ; b{0}(X))") -> str:
    """A conjunction of so many disjunctions."""
    return ", ".join(alternative.format(index) for index in range(number))


def program(number: int, body: str) -> str:
    """A rule for each way in which a body can stand in another; of `c` every disjunction holds, of `e` every third does not."""
    facts = "".join(
        f"a{index}(c). b{index}(c). " + (f"b{index}(e).\n" if index % 3 else f"a{index}(f). b{index}(f).\n")
        for index in range(number)
    )
    return (
        f"{FACTS}{facts}p(X) :- d(X), {body}.\nn(X) :- d(X), \\+ ({body}).\nl(X) :- d(X), at_least(1, Y, (d(Y), X = Y, {body})).\n"
        f"m(X) :- d(X), at_most(0, Y, (d(Y), X = Y, {body})).\n"
        f"s(X) :- d(X), aggregate_all(count, Y, (d(Y), X = Y, {body}), N), N = 1.\n"
    )


def explained(text: str, asked: str) -> Node:
    """The explanation of a goal, which the checker accepts."""
    node = explainer(text).goal(goal_of(asked))
    assert [] == verify(json.loads(json.dumps(node_json(node))), load_text(text).program)
    return node


@pytest.mark.parametrize("name", "pnlms")
def test_sixteen_disjunctions_are_explained_at_once(name: str) -> None:
    """Why, why not and their check take moderate work for 16 disjunctions, which have a million combinations, some of them nested
    in a rule, a negation, counts and an aggregate."""
    nested = disjunctions(3, "((a{0}(X) ; b{0}(X)), (b{0}(X) ; a{0}(X)) ; d(X), \\+ d(X))")
    explained(program(13, f"{disjunctions(13)}, {nested}"), f"{name}(c)")
    explained(program(13, f"{disjunctions(13)}, {nested}"), f"{name}(e)")


@pytest.mark.parametrize("asked", ["p(c)", "q(c)"])
def test_values_for_one_part_do_not_multiply_those_of_another(asked: str) -> None:
    """Fifteen parts of a body, each with values of its own for a variable of its own, are explained one by one."""
    body = ", ".join(f"(v(X, Y{index}) ; w(X, Y{index})), Y{index} >= 2" for index in range(15))
    facts = "d(c). v(c, 1). v(c, 2). v(c, 3). w(c, 4). n(z).\n"
    explained(f"{facts}p(X) :- d(X), {body}.\nq(X) :- d(X), n(X), {body}.", asked)


def test_every_proof_is_made_as_it_is_asked_for() -> None:
    """The first five of a thousand million proofs come at once, all different, the smallest first."""
    why = explainer(program(30, disjunctions(30)))
    found = list(itertools.islice(all_proofs(why, goal_of("p(c)"), {}), 5))
    assert 5 == len({node.id for node in found})
    assert sorted(node.size for node in found) == [node.size for node in found]


def formula(chance: random.Random, depth: int) -> Body:
    """A random body of atoms about X, conjunctions and disjunctions."""
    if depth == 0 or chance.random() < 0.2:
        return AtomF(Pred(chance.choice("abcdef"), 1), (Var("X"),))
    parts = tuple(formula(chance, depth - 1) for _ in range(chance.randint(2, 3)))
    return And(parts) if chance.random() < 0.5 else Or(parts)


def combinations(body: Body) -> list[tuple[Body, ...]]:
    """The body multiplied out."""
    match body:
        case Or(goals):
            return [each for goal in goals for each in combinations(goal)]
        case And(goals):
            every = itertools.product(*map(combinations, goals))
            return [tuple(itertools.chain.from_iterable(each)) for each in every]
        case _:
            return [(body,)]


@pytest.mark.parametrize("seed", range(25))
def test_the_proof_is_as_small_as_that_of_the_best_combination(seed: int) -> None:
    """A proof is no larger than the smallest by any rule of the body multiplied out; what holds by none is shown not to."""
    chance = random.Random(seed)
    body = formula(chance, 3)
    facts = "d(c). " + " ".join(f"{name}(c)." for name in "abc" if chance.random() < 0.6)
    facts += " d(X) :- a(X), b(X). e(X) :- d(X), c(X). f(X) :- e(X). f(X) :- b(X), c(X). a(z). b(z). c(z).\n"
    ways = "".join(f"p(X) :- {show_body(conjoin(goals))}.\n" for goals in combinations(body))
    whole = explained(f"{facts}p(X) :- {show_body(body)}.", "p(c)")
    apart = explainer(facts + ways).goal(goal_of("p(c)"))
    assert apart.status is whole.status
    assert apart.status is not Truth.TRUE or apart.size == whole.size


ALTERNATIVES = """
d(c). v(c, 1). w(c, 2). w(c, 3). u(c, 5). :- abducible o/2. o(c, 7). o(d, 1).
once(X) :- d(X), (v(X, N) ; w(X, N)), N >= 3.
never(X) :- d(X), (v(X, N) ; u(X, N), w(X, N)), N >= 3.
both(X) :- d(X), (v(X, A), A > 0 ; w(X, B), B > 9), (v(X, A2), A2 > 4 ; w(X, B2), B2 > 2 ; u(X, _)).
open(X) :- d(X), (o(X, N) ; v(X, N)), (o(X, M), M > N ; N > 8).
linked(X, Y) :- d(X), (v(X, Y) ; w(X, Y)), (Y = 2, Z = Y ; Z = 3, Y = Z), Z < 9.
empty(X) :- d(X), (false ; v(X, _) ; true), (true ; false).
nothing(X) :- d(X), (false ; v(X, 9)), false.
"""


BINDING = ["once(c)", "never(c)", "both(c)", "open(c)", "linked(c, 2)", "linked(c, 1)", "linked(c, Y)", "empty(c)", "nothing(c)", "once(X)",
     "d(c), (v(c, X) ; w(c, X)), X > 2", "d(c), (v(c, X) ; w(c, X)), X > 3", "\\+ (d(X), (v(X, 4) ; w(X, 4)), u(X, 5))",
     "at_least(3, N, (v(c, N) ; w(c, N)))", "at_least(4, N, (v(c, N) ; w(c, N)))", "\\+ (o(e, _), (v(c, 1) ; w(c, 9)))",
     "aggregate_all(sum(N), N, (d(X), (v(X, N) ; w(X, N))), 6)", "o(e, N), (N > 3 ; v(c, N))", "false ; v(c, 2)"]  # fmt: skip


@pytest.mark.parametrize("asked", BINDING)
def test_alternatives_that_bind_are_explained_and_checked(asked: str) -> None:
    """Alternatives that give values to what stands beside them, are empty, open or nested are explained so that the checker
    follows."""
    explained(ALTERNATIVES, asked)


def test_changed_explanations_of_alternatives_are_rejected() -> None:
    """Of changes of each kind to such explanations, what is accepted says of every atom no more than is so."""
    why, verifier = explainer(ALTERNATIVES), Verifier.of(load_text(ALTERNATIVES).program)
    genuine = [spread(json.loads(json.dumps(node_json(why.goal(goal_of(asked)))))) for asked in BINDING]
    done = 0
    for name, _, changed in of_each_kind(genuine, Material.of(genuine), random.Random(5)):
        done += 1
        if verifier.verify(changed):
            continue
        for node in nodes_of(changed):
            said = read_goal(node["goal"])
            if node["kind"] not in ("witness", "branch") and isinstance(said, AtomF):
                assert why.kb.truth(said).value == node["status"], name
    assert done > 100
