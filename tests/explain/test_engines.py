"""A review by the interactive engine is one by the engine for populations."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.knowledge import BACKENDS, KnowledgeBase
from explain.report.review import Review
from explain.workspace import Workspace
from kb.language.declarations import MEETS_CRITERIA
from kb.language.syntax import AtomF, Pred
from kb.language.truth import Truth

pytest.importorskip("duckdb", reason="DuckDB is not installed: pip install 'priorlog[duckdb]'")

CASES = sorted((Path(__file__).parents[2] / "examples" / "cases").glob("*.pl"))


def said(review: Review) -> dict[Pred, Truth]:
    """The truth that a review gives to each criterion and alternative, and to all criteria together."""
    parts = [part for criterion in review.criteria for part in (criterion, *criterion.alternatives)]
    together = {} if review.proof is None else {MEETS_CRITERIA: review.proof.status}
    return {Pred(part.predicate, 1): part.truth for part in parts} | together


@pytest.mark.heavy
def test_duckdb_finds_of_each_criterion_what_a_review_says(without_repairs: None) -> None:
    """Of the example cases, DuckDB finds each criterion and alternative as true, false or unknown as pyDatalog does."""
    space = Workspace.open(cases=CASES)
    cases = space.cases()
    assert len(cases) == 20
    with KnowledgeBase(space.rules, space.facts, backend=BACKENDS["duckdb"]) as kb:
        for case in cases:
            expected = said(space.review(case))
            assert expected == {pred: kb.truth(AtomF(pred, (case.name,))) for pred in expected}, case.name
