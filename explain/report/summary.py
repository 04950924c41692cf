"""The plain-language summary of a review, for a patient or prescriber: sentences without codes, file names or hashes."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from types import MappingProxyType

from explain.report.document import Asked, sides, statement, ways
from explain.report.layout import one_line
from explain.report.review import Criterion, Review

KINDS = MappingProxyType({"initial": "a first request for", "renewal": "a request to continue"})
FINDINGS = MappingProxyType(
    {
        "meets_criteria": "What is documented shows everything that the policy asks for.",
        "criteria_not_met": "What is documented shows that something the policy asks for is not so.",
        "more_information_needed": "Some of what the policy asks for is not documented yet. That does not mean no: it "
        "means that the record does not say.",
        "investigational": "The policy does not cover the condition that the drug is requested for.",
        "conflicting_evidence": "The record says of something both that it is so and that it is not. It has to be "
        "corrected before the criteria can be judged.",
        "no_policy_in_force": "There was no policy for this drug on the date of the request.",
    }
)
LEADS = MappingProxyType(
    {
        "not_met": "The record shows that these are not so:",
        "not_documented": "These are not documented yet:",
        "met": "The record shows these:",
        "not_applicable": "These do not apply here:",
    }
)
AMOUNTS = MappingProxyType(
    {
        "within_limit": "The quantity asked for is within the limit.",
        "over_limit": "The quantity asked for is more than the limit allows.",
        "unlisted_strength": "The policy does not list the tablet strength asked for.",
        "not_documented": "The tablet strength or the quantity asked for is not documented.",
    }
)
ANSWERS = MappingProxyType({"yes": "if the answer is yes", "no": "if the answer is no"})
ALTERNATIVES = "any one of these would do"
ALL_OF = "all of these together"
MISSING = "Any one of these, if it were documented, would settle the request:"
MISSING_FIRST = (
    "Any one of these, if it were documented, would settle the request. There are others; these are the smallest:"
)
CLOSING = "This summary is not a decision about treatment or coverage. A clinician decides."
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_CODE = re.compile(r"-?[a-z]\w*(\(.*\))?", re.DOTALL)


@dataclass(frozen=True)
class Point:
    """A point of a list, with what belongs under it and the words that introduce that."""

    text: str
    lead: str = ""
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class PointList:
    """Points under the sentence that introduces them."""

    lead: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Summary:
    """The summary: sentences, lists, sentences."""

    opening: tuple[str, ...]
    lists: tuple[PointList, ...]
    closing: tuple[str, ...]


def summary_of(review: Review) -> Summary:
    """The summary of a review."""
    kind = KINDS.get(review.kind, f"a {one_line(review.kind)} request for")
    request = f"This is about {kind} {one_line(review.drug)}, dated {day(review.date)}."
    lists = [
        *_contradictions(review),
        *(
            PointList(lead, tuple(_point(each) for each in found))
            for status, lead in LEADS.items()
            if (found := [each for each in review.criteria if each.status == status])
        ),
    ]
    if review.missing:
        points = tuple(_questions(facts) for facts in ways(review))
        lead = MISSING_FIRST if review.are_more else MISSING
        lists.append(PointList(lead, points))
    return Summary((request, FINDINGS[review.determination]), tuple(lists), tuple(_closing(review)))


def day(date: datetime.date) -> str:
    """A date in words.

    >>> day(datetime.date(2024, 9, 3))
    '3 September 2024'
    """
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def _contradictions(review: Review) -> list[PointList]:
    found = []
    if review.conflicts:
        said = [(each.atom.pred.name, text) for each in review.conflicts for text, _ in sides(each)]
        points = [Point(_words(text, name)) for name, text in said]
        found.append(PointList("The record says all of these, or they follow from it:", tuple(points)))
    if review.uncovered:
        points = [Point(_words(node.text, node.goal.partition("(")[0])) for node in review.uncovered]
        found.append(PointList("The reason is:", tuple(points)))
    return found


def _point(criterion: Criterion) -> Point:
    parts = [each for each in criterion.alternatives if each.status == criterion.status]
    lead = ALTERNATIVES if len(parts) > 1 and criterion.status != "met" else ""
    return Point(_plain(criterion), lead, tuple(map(_plain, parts)))


def _plain(criterion: Criterion) -> str:
    """The criterion's sentence, or its name as words where the program has no sentence for it."""
    said = statement(criterion)
    return _words(criterion.text, criterion.id) if _CODE.fullmatch(criterion.text) else said


def _words(text: str, name: str) -> str:
    return one_line(name.lstrip("-").replace("_", " ") if _CODE.fullmatch(text) else text)


def _questions(facts: tuple[Asked, ...]) -> Point:
    texts = tuple(f"{each.question} ({ANSWERS[each.answer]})" if each.answer else each.question for each in facts)
    return Point(texts[0]) if len(texts) == 1 else Point(ALL_OF, "", texts)


def _closing(review: Review) -> list[str]:
    found = []
    if (given := review.authorization) is not None:
        found.append(
            f"Meeting the criteria allows at most {given.tablets} tablets for {given.days} days, from "
            f"{day(given.start)} until {day(given.until)}."
        )
    if review.quantity is not None:
        found.append(AMOUNTS[review.quantity])
    return [*found, CLOSING]
