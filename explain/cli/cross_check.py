"""A review beside what the engine for populations finds of the same case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.policies import MEETS_CRITERIA, Status
from kb.language.syntax import AtomF, Pred
from kb.language.terms import plain_text

if TYPE_CHECKING:
    from engine.cases import Case
    from explain.report.review import Review
    from explain.workspace import Workspace


def disagreements(workspace: Workspace, case: Case, review: Review) -> Iterator[str]:
    """What DuckDB finds otherwise than the review, a line for each; nothing if they agree."""
    from engine.backends.sql.duckdb import DuckdbKnowledgeBase

    asked = {"all criteria": (MEETS_CRITERIA, Status.of(review.proof.status))} if review.proof is not None else {}
    for criterion in review.criteria:
        for part in (criterion, *criterion.alternatives):
            asked[part.id] = (Pred(part.predicate, 1), Status.of(part.truth))
    closed = workspace.closed_world
    with DuckdbKnowledgeBase.of(workspace.loaded.program, case.facts, closed_world=closed) as kb:
        for name, (pred, said) in asked.items():
            found = Status.of(kb.truth(AtomF(pred, (case.name,))))
            if found != said:
                yield f"the engines disagree about `{plain_text(case.name)}`: {name} is {said} by pyDatalog and {found} by DuckDB"
