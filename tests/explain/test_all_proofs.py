"""Every different proof: how many there are, in which order they come, and that they come one at a time."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bodies import RuleBook
from engine.knowledge import KnowledgeBase, Rules
from explain.proof.all_proofs import all_proofs
from explain.proof.node_json import node_json
from explain.proof.nodes import Node
from explain.proof.why import Explainer
from explain.workspace import Workspace
from kb.language.loader import load_text
from kb.language.syntax import AtomF
from tests.explain.proof_counts import proofs_by_definition
from tests.texts import goal_of

TWO_AND_ONE = """
class(bortezomib, pi). class(carfilzomib, pi). class(ixazomib, pi).
class(daratumumab, cd38). class(isatuximab, cd38).
refractory(bortezomib). refractory(carfilzomib). refractory(ixazomib).
refractory(daratumumab). refractory(isatuximab).
meets :- at_least(2, A, (refractory(A), class(A, pi))), at_least(1, A, (refractory(A), class(A, cd38))).
"""


def explainer(text: str) -> Explainer:
    loaded = load_text(text)
    assert not [each for each in loaded.diagnostics if each.is_error]
    rules = Rules.of(loaded.program)
    return Explainer(KnowledgeBase(rules), RuleBook.of(rules.clauses))


def proofs(text: str, goal: str, most: int | None = None) -> list[Node]:
    return list(islice(all_proofs(explainer(text), goal_of(goal), {}), most))


def test_interchangeable_witnesses_make_six_proofs_not_twenty_four() -> None:
    """Two of three and one of two: three times two proofs."""
    found = proofs(TWO_AND_ONE, "meets")
    assert len(found) == len({node.id for node in found}) == 6


def test_a_goal_with_very_many_proofs_gives_its_first_ten_at_once() -> None:
    """Ten of forty witnesses are 847,660,528 proofs; ten of them are made."""
    text = "".join(f"w({number}).\n" for number in range(40)) + "many :- at_least(10, X, w(X)).\n"
    assert len(proofs(text, "many", 10)) == 10


def test_many_choices_in_many_places_are_made_lazily() -> None:
    """Twenty facts with two proofs each are a million proofs together; the first ten come by size."""
    facts = "".join(f"a({n}). b({n}). p({n}) :- a({n}). p({n}) :- b({n}), a({n}).\n" for n in range(20))
    body = ", ".join(f"p({n})" for n in range(20))
    sizes = [node.size for node in proofs(f"{facts}all :- {body}.\n", "all", 10)]
    assert sizes == sorted(sizes)
    assert sizes[0] + 1 == sizes[1]


def test_a_proof_never_rests_on_itself() -> None:
    """Of two atoms that imply each other, each has the other's proof besides its own fact, and no more."""
    found = proofs("p :- q. q :- p. p :- a. q :- b. a. b.", "p")
    assert [node.size for node in found] == [2, 3]


@pytest.mark.heavy
def test_long_chains_have_one_proof(tmp_path: Path) -> None:
    """A chain of three hundred steps is followed to its end."""
    length = 300
    edges = "".join(f"edge({n}, {n + 1}).\n" for n in range(length))
    text = f"{edges}path(X, Y) :- edge(X, Y).\npath(X, Y) :- edge(X, Z), path(Z, Y).\n"
    program = tmp_path / "chain.pl"
    program.write_text(text, encoding="utf-8")
    found = Workspace.open([program]).proofs(f"path(0, {length})", 3)
    assert ([node.size for node in found.nodes], found.are_more) == ([2 * length], False)


def test_the_smallest_proof_is_the_first() -> None:
    """`why` shows the first of all proofs."""
    why = explainer(TWO_AND_ONE).goal(goal_of("meets"))
    assert node_json(proofs(TWO_AND_ONE, "meets", 1)[0]) == node_json(why)


ATOMS = [f"{name}({value})" for name in "pqr" for value in "ab"]
LITERALS = st.sampled_from([*ATOMS, "p(X)", "q(X)", "r(X)"])
RULES = st.tuples(st.sampled_from(["p", "q", "r"]), st.lists(LITERALS, min_size=1, max_size=2))


@settings(max_examples=60)
@given(st.lists(st.sampled_from(ATOMS), min_size=1, max_size=4, unique=True), st.lists(RULES, max_size=4), st.randoms())
def test_all_proofs_are_those_of_the_definition(
    facts: list[str], rules: list[tuple[str, list[str]]], random: object
) -> None:
    """On random recursive programs the proofs are those that a plain enumeration finds, once each, smallest first,
    and the same whatever the order of the clauses."""
    clauses = [f"{fact}." for fact in facts]
    clauses += [
        f"{head}({'X' if any('X' in each for each in body) else 'a'}) :- {', '.join(body)}." for head, body in rules
    ]
    clauses = list(dict.fromkeys(clauses))
    text = "\n".join(clauses)
    shuffled = list(clauses)
    random.shuffle(shuffled)  # type: ignore[attr-defined] # a random.Random
    for atom in ATOMS[:2]:
        mine = explainer(text)
        goal = goal_of(atom)
        assert isinstance(goal, AtomF)
        if not mine.kb.answers(goal).true:
            continue
        found = list(islice(all_proofs(mine, goal, {}), 3000))
        sizes = [node.size for node in found]
        assert sizes == sorted(sizes)
        expected = proofs_by_definition(load_text(text).program, atom)
        if expected is None or len(found) == 3000:
            continue
        assert sorted(sizes) == sorted(expected)
        other = explainer("\n".join(shuffled))
        assert [_said(node) for node in islice(all_proofs(other, goal, {}), 30)] == [_said(node) for node in found[:30]]


def _said(node: Node) -> object:
    """A proof without the places of its clauses."""
    return (node.goal, node.rule and node.rule.text, [_said(child) for child in node.children])
