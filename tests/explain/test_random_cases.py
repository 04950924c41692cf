"""Explanations of random cases against brute force: a smaller run of `tests/benchmarks/explanations.py`, and that it
would notice what is wrong."""

from __future__ import annotations

import msgspec
import pytest

from engine.cases import Case
from explain.proof.fact_sets import MissingFact
from explain.proof.node_json import node_json
from explain.proof.nodes import Node
from explain.report.review import Review
from explain.verify.evaluator import Evaluator
from explain.workspace import Explanation, Workspace
from kb.language.syntax import AtomF, Pred
from kb.language.terms import Atom
from kb.language.truth import Truth
from tests.benchmarks.explanations import NAME, Referee, Run, Tally, compare
from tests.benchmarks.generate import cases
from tests.explain.mutations import Json, spread

SEED = 5


@pytest.fixture(scope="module")
def tally() -> Tally:
    """What the comparison of some cases and mutations has found."""
    return compare(14, SEED, 70, trials_every=13)


@pytest.fixture(scope="module")
def run() -> Run:
    return Run(trials_every=1)


@pytest.fixture(scope="module")
def open_case(run: Run) -> tuple[Case, Review]:
    """A case that one of several facts would settle."""
    (facts,) = cases(1, SEED, start=43)
    case = run.load("case43", facts)
    assert case is not None
    review = run.space.review(case)
    assert len(review.missing) > 1
    assert len(review.missing[0]) == 1
    return case, review


def differences(run: Run) -> list[str]:
    """What has been found since this was last asked."""
    found, run.tally.differences = run.tally.differences, []
    return found


@pytest.mark.heavy
def test_explanations_of_random_cases_are_exact(tally: Tally) -> None:
    """Why-not lists what brute force finds not true, every explanation passes the checker, no small set of missing
    facts is left out and none is too large, and no changed explanation is accepted."""
    assert tally.differences == []


@pytest.mark.heavy
def test_every_part_of_the_comparison_has_cases(tally: Tally) -> None:
    """The run has failing criteria, rules that fail below them, open cases, trials of pairs, and mutations."""
    least = {
        "cases": 13, "cases whose criteria are not all met": 9, "criteria listed as not true": 18, "rules that fail": 110,
        "literals evaluated twice": 450, "open cases": 5, "sets of missing facts tried": 20, "sets of facts tried": 60,
        "explanations accepted by the checker": 110, "mutations": 70,
    }  # fmt: skip
    assert {what: tally.counts[what] >= number for what, number in least.items()} == dict.fromkeys(least, True)
    assert any(what.startswith("open cases with every set of up to") and "to 1" not in what for what in tally.counts)


def explained(run: Run) -> Json:
    """The explanation of the criteria of the present case."""
    data: Json = spread(node_json(run.space.explain("meets_criteria(c)").node))
    return data


def deepest_rule(data: Json) -> Json:
    """The rule that fails farthest below the first node."""
    pending, found = [data], data
    while pending:
        node = pending.pop(0)
        found = node if node["kind"] == "rule" and node["status"] != "true" else found
        pending += node["children"]
    return found


@pytest.mark.parametrize("change", ["a literal left out", "a literal repeated", "another status", "another binding"])
def test_a_rule_that_lists_something_else_is_noticed(run: Run, open_case: tuple[Case, Review], change: str) -> None:
    """A failing rule, at any depth, with a literal too few or too many, or one with another status, is a difference."""
    case, _ = open_case
    run.space.set_facts(case.facts)
    data = explained(run)
    referee = Referee(run, "case", Evaluator(run.book, case.facts))
    referee.node(data)
    assert differences(run) == []
    rule = deepest_rule(data)
    match change:
        case "a literal left out":
            rule["children"].pop()
        case "a literal repeated":
            rule["children"].append(rule["children"][0])
        case "another status":
            rule["children"][0]["status"] = "true"
        case _:
            rule["binding"] = dict.fromkeys(rule["binding"], "nobody")
    referee.node(data)
    assert differences(run)


def test_a_criterion_left_out_is_noticed(
    run: Run, open_case: tuple[Case, Review], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A why-not without one of the criteria that are not met, or without a rule, is a difference."""
    case, _ = open_case
    run.space.set_facts(case.facts)
    node = run.space.explain("meets_criteria(c)").node

    def without(of: Node, index: int) -> Node:
        return msgspec.structs.replace(of, id="", children=of.children[:index] + of.children[index + 1 :])

    rules = [each for each in node.children if each.kind == "rule"]
    for changed in (
        without(node, 0),
        msgspec.structs.replace(node, id="", children=tuple(without(each, 0) for each in rules)),
    ):
        monkeypatch.setattr(Workspace, "explain", lambda self, text, node=changed: Explanation(node))
        run.why_not("case", case)
        assert differences(run)


def test_wrong_sets_of_missing_facts_are_noticed(run: Run, open_case: tuple[Case, Review]) -> None:
    """A set that is left out, one with a fact too many, one that settles nothing, and a wrong order are differences."""
    case, review = open_case
    run.space.set_facts(case.facts)
    run.repairs("case", case, review)
    assert differences(run) == []
    first, *rest = review.missing
    useless = MissingFact(AtomF(Pred("combination", 2), (NAME, Atom("ginger"))), "?")
    for wrong in (rest, [*rest, (*first, useless)], [first, *rest, (useless,)], [*rest, first]):
        run.repairs("case", case, msgspec.structs.replace(review, missing=tuple(wrong)))
        assert differences(run)


def test_the_engine_and_the_checker_are_asked_apart(run: Run, open_case: tuple[Case, Review]) -> None:
    """A literal on which the two evaluators differ is a difference, whatever the explanation says."""
    case, _ = open_case
    run.space.set_facts(case.facts)
    node = explained(run)
    Referee(run, "case", Evaluator(run.book, case.facts[:1])).node(node)
    assert any("to the engine" in each for each in differences(run))
    assert node["status"] == Truth.UNKNOWN.value
