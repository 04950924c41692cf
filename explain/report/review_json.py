"""Reviews as JSON data, with every key always present."""

from __future__ import annotations

from collections.abc import Sequence

from explain.proof.contrast import Swap, describe
from explain.proof.missing import MissingFact, Way
from explain.proof.nodes import node_json
from explain.report.review import Criterion, Review
from kb.language.printer import show_atom, show_body
from kb.language.terms import plain_text


def review_json(review: Review) -> dict[str, object]:
    """The review as the JSON object that `priorlog review --format json` prints for a case."""
    return {
        "case": plain_text(review.case),
        "policy": review.policy,
        "policy_title": review.title,
        "policy_approved": _iso(review.approved),
        "policy_effective": _iso(review.effective),
        "kind": review.kind,
        "date": _iso(review.date),
        "determination": review.determination,
        "criteria": [_criterion(each) for each in review.criteria],
        "missing": missing_json(review.missing),
        "ways": [way_json(way) for way in review.ways],
        "are_more": review.are_more,
        "authorization": None
        if review.authorization is None
        else {
            "from": _iso(review.authorization.start),
            "until": _iso(review.authorization.until),
            "tablets": review.authorization.tablets,
            "days": review.authorization.days,
        },
        "quantity": review.quantity,
        "conflicts": [
            {"fact": show_atom(each.atom), "for": node_json(each.stands), "against": node_json(each.denied)}
            for each in review.conflicts
        ],
        "assumptions": list(review.assumptions),
        "closed_world": review.closed_world,
        "as_of": _iso(review.as_of),
        "hash": {"policy": review.policy_hash, "facts": review.facts_hash},
        "proof": None if review.proof is None else node_json(review.proof),
    }


def missing_json(sets: Sequence[tuple[MissingFact, ...]]) -> list[object]:
    """Sets of missing facts as JSON data."""
    return [[{"fact": show_atom(fact.atom), "question": fact.question} for fact in facts] for facts in sets]


def way_json(way: Way) -> dict[str, object]:
    """A way to settle a goal, with its choices among interchangeable names, as JSON data."""
    return {
        "facts": [{"fact": show_atom(fact.atom), "question": fact.question} for fact in way.facts],
        "any_of": [
            {
                "count": choice.count,
                "names": [plain_text(name) for name in choice.names],
                "facts": [{"fact": show_atom(fact.atom), "question": fact.question} for fact in choice.facts],
            }
            for choice in way.choices
        ],
    }


def swap_json(swap: Swap) -> dict[str, object]:
    """A swap of two outcomes as JSON data."""
    return {
        "case": None if swap.case is None else plain_text(swap.case),
        "added": [show_atom(fact) for fact in swap.added],
        "removed": [show_atom(fact) for fact in swap.removed],
        "holds": None if swap.holds is None else show_body(swap.holds),
        "fails": None if swap.fails is None else show_body(swap.fails),
        "text": describe(swap),
        "are_more": swap.are_more,
    }


def _criterion(criterion: Criterion) -> dict[str, object]:
    return {
        "id": criterion.id,
        "status": criterion.status,
        "cite": criterion.cite,
        "text": criterion.text,
        "alternatives": [_criterion(each) for each in criterion.alternatives],
        "explanation": node_json(criterion.node),
    }


def _iso(date: object) -> str | None:
    return None if date is None else str(date)
