"""Answers, reviews and what is missing as data: JSON, with every key of a review always present, tab-separated values
and Prolog facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, assert_never

from msgspec import to_builtins

from engine.knowledge import AnswerRow, Answers, Individual
from engine.symbolic.limits import GivenUp, Individuals, Limit, NotAsked, RecordNotAsked, SearchStatus
from explain.proof.fact_sets import MissingFact, Way
from explain.proof.node_json import node_json
from explain.proof.nodes import Evidence
from explain.report.review import Authorization, Criterion, Review
from explain.words.bounds import Bounded, Interval, Separate, Together, ValueBound, said
from explain.words.phrases import one_line
from explain.words.values import JsonValue, json_value
from kb.language.printer import show_atom, show_body, show_term
from kb.language.terms import Var, term_text
from kb.language.traversal import variables
from kb.language.truth import Truth

if TYPE_CHECKING:  # what is only written at times is only imported then
    import pyarrow

    from engine.batch import Summary
    from explain.proof.contrast import Swap
    from explain.proof.missing import FirstSets


def _authorization(given: Authorization) -> dict[str, object]:
    """The period, and the amount under the name of its unit."""
    return {"from": str(given.start), "until": str(given.until), given.units: given.amount, "days": given.days}


def review_json(review: Review) -> dict[str, object]:
    """The review as the JSON object that `priorlog review --format json` prints for a case. Each step of its explanations
    is there once, at its first place in the order of the keys here."""
    told: set[str] = set()
    return {
        "case": json_value(review.case),
        "policy": review.policy,
        "policy_title": review.title,
        "policy_approved": to_builtins(review.approved),
        "policy_effective": to_builtins(review.effective),
        "kind": review.kind,
        "date": to_builtins(review.date),
        "particulars": {
            each.predicate: None if each.value is None else json_value(each.value) for each in review.particulars
        },
        "determination": review.determination,
        "criteria": [_criterion(each, told) for each in review.criteria],
        "missing": missing_json(review.missing),
        "ways": [way_json(way) for way in review.ways],
        "are_more": review.are_more,
        "missing_search": search_json(review.search, review.unsearched),
        "not_recognised": [
            {
                "name": each.name,
                "fact": show_atom(each.fact.head),
                "evidence": str(Evidence.of(each.fact)),
                "perhaps": list(each.perhaps),
            }
            for each in review.not_recognised
        ],
        "authorization": None if review.authorization is None else _authorization(review.authorization),
        "quantity": review.quantity,
        "conflicts": [
            {
                "fact": show_atom(each.atom),
                "for": node_json(each.stands, told),
                "against": node_json(each.denied, told),
            }
            for each in review.conflicts
        ],
        "assumptions": list(review.assumptions),
        "checks": [
            {
                "severity": each.severity,
                "text": each.text,
                "evidence": [to_builtins(at) for at in each.evidence],
                "explanation": node_json(each.node, told),
            }
            for each in review.checks
        ],
        "closed_world": review.closed_world,
        "as_of": to_builtins(review.as_of),
        "reviewed_on": to_builtins(review.reviewed_on),
        "hash": {"policy": review.policy_hash, "facts": review.facts_hash},
        "proof": None if review.proof is None else node_json(review.proof, told),
    }


def found_json(goal: str, limit: int, truth: Truth, found: FirstSets) -> dict[str, object]:
    """What `priorlog missing --format json` prints: a goal, how it stands, and the first sets that would make it true."""
    return {
        "goal": goal,
        "limit": limit,
        "status": truth.value,
        "missing": missing_json(found.sets),
        "ways": [way_json(way) for way in found.ways],
        "are_more": found.are_more,
        "missing_search": search_json(None if truth is Truth.TRUE else found.status, found.limits),
    }


def missing_json(sets: Sequence[tuple[MissingFact, ...]]) -> list[object]:
    """Sets of missing facts as JSON data."""
    return [_facts(facts) for facts in sets]


def _facts(facts: Iterable[MissingFact]) -> list[dict[str, object]]:
    return [_fact(fact) for fact in facts]


def _fact(fact: MissingFact) -> dict[str, object]:
    """A missing fact with its question and, where values are bounded that it leaves open, with their bounds."""
    data: dict[str, object] = {"fact": show_atom(fact.atom), "question": fact.question}
    is_alone = len(variables(fact.atom.args)) == 1
    return {**data, "bounds": [_bound(each, is_alone) for each in fact.bounds]} if fact.bounds else data


def _bound(bound: Bounded, is_alone: bool) -> dict[str, object]:
    text = one_line(said(bound, is_alone=is_alone))
    match bound:
        case ValueBound(variable, intervals):
            return {"variable": variable.name, "intervals": list(map(_interval, intervals)), "text": text}
        case Together(terms, op, number, are_dates):
            sums = [[factor, var.name] for factor, var in terms]
            return {"sum": sums, "comparison": op, "number": str(number), "dates": are_dates, "text": text}
        case Separate(of):
            return {"separate": [var.name for var in of], "text": text}


def _interval(values: Interval) -> dict[str, object]:
    return {
        "from": None if values.low is None else json_value(values.low),
        "from_included": values.is_low_in,
        "to": None if values.high is None else json_value(values.high),
        "to_included": values.is_high_in,
    }


def search_json(status: SearchStatus | None, limits: Iterable[Limit]) -> dict[str, object] | None:
    """What a search for missing facts came to, and what it did not look at, as JSON data; None if none was made."""
    return None if status is None else {"status": status, "reasons": limits_json(limits)}


def limits_json(limits: Iterable[Limit]) -> list[dict[str, object]]:
    """What a search did not look at, as JSON data."""
    return list(map(_limit, limits))


def _limit(limit: Limit) -> dict[str, object]:
    match limit:
        case NotAsked(pred):
            return {"kind": "no_question", "predicate": str(pred)}
        case RecordNotAsked(pred):
            return {"kind": "complete_record", "predicate": str(pred)}
        case Individuals(pred, index, number):
            return {"kind": "individuals", "predicate": str(pred), "argument": index + 1, "number": number}
        case GivenUp(at):
            return {"kind": "given_up", "limit": at}
        case _:
            assert_never(limit)


def way_json(way: Way) -> dict[str, object]:
    """A way to settle a goal, with its choices among interchangeable names, as JSON data."""
    return {
        "facts": _facts(way.facts),
        "any_of": [
            {
                "count": choice.count,
                "names": [json_value(name) for name in choice.names],
                "facts": _facts(choice.facts),
            }
            for choice in way.choices
        ],
    }


def swap_json(swap: Swap) -> dict[str, object]:
    """A swap of two outcomes as JSON data."""
    from explain.proof.contrast import describe

    return {
        "case": None if swap.case is None else json_value(swap.case),
        "added": [show_atom(fact) for fact in swap.added],
        "removed": [show_atom(fact) for fact in swap.removed],
        "holds": None if swap.holds is None else show_body(swap.holds),
        "fails": None if swap.fails is None else show_body(swap.fails),
        "text": describe(swap),
        "are_more": swap.are_more,
    }


def summary_json(summary: Summary) -> dict[str, object]:
    """The counts as JSON data."""
    data = asdict(summary)
    data["determinations"] = dict(summary.determinations)
    data["quantities"] = dict(summary.quantities)
    data["not_recognised"] = dict(summary.not_recognised)
    data["checks"] = dict(summary.checks)
    data["statuses"] = {column: dict(words) for column, words in summary.statuses}
    return data


def _criterion(criterion: Criterion, told: set[str]) -> dict[str, object]:
    return {
        "id": criterion.id,
        "status": criterion.status,
        "cite": criterion.cite,
        "text": criterion.text,
        "alternatives": [_criterion(each, told) for each in criterion.alternatives],
        "items": [_criterion(each, told) for each in criterion.items],
        "explanation": node_json(criterion.node, told),
    }


def answers_json(answers: Answers, remarks: Sequence[str] = ()) -> dict[str, object]:
    """`{"variables": [...], "answers": [[...]]}`, with `"unknown"` if something is not documented, and `"remarks"` if there
    are any."""
    data: dict[str, object] = {
        "variables": [var.name for var in answers.variables],
        "answers": _rows(answers.true),
    }
    if answers.unknown:
        data["unknown"] = _rows(answers.unknown)
    if remarks:
        data["remarks"] = list(remarks)
    return data


def _rows(rows: Iterable[AnswerRow]) -> list[list[JsonValue]]:
    return [[json_value(each) for each in row] for row in rows]


def answers_tsv(answers: Answers) -> str:
    """A line for each answer, the last column telling whether it is true or unknown."""
    lines = ["\t".join([*(var.name for var in answers.variables), "truth"])]
    for rows, truth in ((answers.true, "true"), (answers.unknown, "unknown")):
        cells = {each: _cell(each) for each in {each for row in rows for each in row}}
        lines += ["\t".join([*(cells[each] for each in row), truth]) for row in rows]
    return "\n".join(lines) + "\n"


def table_parquet(table: pyarrow.Table) -> bytes:
    """A table of answers as Parquet."""
    from pyarrow import BufferOutputStream, parquet

    out = BufferOutputStream()
    parquet.write_table(table, out)
    return bytes(out.getvalue())


def table_csv(table: pyarrow.Table) -> str:
    """A table of answers as CSV: text is quoted, numbers and dates are not."""
    from pyarrow import BufferOutputStream, csv

    out = BufferOutputStream()
    csv.write_csv(table, out)
    return bytes(out.getvalue()).decode()


def _cell(term: Individual) -> str:
    text = term_text(term) if isinstance(term, Var) else show_term(term)
    return text.replace("\t", "\\t").replace("\n", "\\n")


def answers_prolog(answers: Answers, remarks: Iterable[str] = ()) -> str:
    """Each answer as bindings that Prolog reads, `X = a, Y = b.`; those not documented and remarks are comments."""
    lines = []
    for rows, mark in ((answers.true, ""), (answers.unknown, "% not documented: ")):
        for row in rows:
            bindings = [f"{var.name} = {show_term(each)}" for var, each in zip(answers.variables, row, strict=True)]
            lines.append(mark + (", ".join(bindings) or "true") + ".")
    return "\n".join([*(f"% {one_line(each)}" for each in remarks), *(lines or ["false."])]) + "\n"
