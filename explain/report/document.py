"""What a determination report says, line by line: what its renderers share. It arranges a review and works nothing out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType

from explain.proof.missing import AnyOf, MissingFact, Way
from explain.report.layout import one_line
from explain.report.reasons import Reason, claims, is_contested
from explain.report.review import Conflict, Criterion, Review
from explain.words.claims import row_list
from explain.words.phrases import DETERMINATIONS, QUANTITIES, number, say
from explain.words.sentences import spelled
from kb.language.declarations import MEETS_CRITERIA
from kb.language.printer import show_atom
from kb.language.syntax import AtomF, variables
from kb.language.terms import plain_text

TITLE = "Determination report"
DISCLAIMER = "This report says whether documented facts meet the policy's criteria. A clinician decides."
MISSING = "Any one of these, if it were documented, would meet the criteria."
LEGEND = "In the evidence, ✓ holds, ✗ does not hold, and ? is not documented; a step with a number is shown once."
STATUS_SIGNS = MappingProxyType({"met": "✓", "not_met": "✗", "not_documented": "?", "not_applicable": "–"})
COLOUR_SIGNS = MappingProxyType({"green": "✓", "red": "✗", "yellow": "?"})


@dataclass(frozen=True)
class Asked:
    """A fact that is not documented: its question, the answer that is meant (of a yes-or-no question), and the fact."""

    question: str
    answer: str | None
    fact: str


def case_name(review: Review) -> str:
    """The case, as people read it."""
    return one_line(plain_text(review.case))


def verdict(review: Review) -> tuple[str, str, str, str]:
    """The determination: its sign, its name, what it says, and its colour."""
    wording, colour = DETERMINATIONS[review.determination]
    sign = "!" if review.determination == "conflicting_evidence" else COLOUR_SIGNS[colour]
    return sign, review.determination.replace("_", " ").capitalize(), f"{wording[0].upper()}{wording[1:]}.", colour


def particulars(review: Review) -> list[tuple[str, str]]:
    """What a report has at its head: names and values."""
    found = [
        ("Case", case_name(review)),
        ("Request", f"{review.kind} request for {review.drug}"),
        ("Date of the request", str(review.date)),
        ("Policy", (review.title or review.policy) or "no policy covers the requested drug"),
    ]
    if review.policy is not None:
        none = f"none is in force on that date{first_version(review)}"
        version = f"in force from {review.effective}" if review.effective else none
        approved = f"; policy approved {review.approved}" if review.approved else ""
        found.append(("Version", version + approved))
    return [(name, one_line(value)) for name, value in found]


def first_version(review: Review) -> str:
    """When the policy's first version begins, where none is in force."""
    return f"; the first begins on {review.first_version}" if review.first_version else ""


def asked(fact: MissingFact) -> Asked:
    """A missing fact as a report asks for it; of one with variables the answer is a value that fits."""
    return Asked(one_line(fact.question), answer_of(fact), one_line(show_atom(fact.atom)))


def answer_of(fact: MissingFact) -> str | None:
    """The answer that is meant, where the question is one of yes or no."""
    if variables(fact.atom.args) or not fact.question.endswith("?"):
        return None
    return "no" if fact.atom.pred.negative else "yes"


def ways(review: Review) -> list[tuple[Asked, ...]]:
    """What would settle the request, each way as what it asks for; interchangeable names are put together."""
    return [way_asked(way) for way in review.ways or [Way(facts, ()) for facts in review.missing]]


def way_asked(way: Way) -> tuple[Asked, ...]:
    """What a way to settle a goal asks for; what is asked in the same words as before it asks for another."""
    found: list[Asked] = []
    for each in map(asked, way.facts):
        is_again = any(before.question == each.question for before in found)
        found.append(replace(each, question=say("another", each.question)) if is_again else each)
    for index, choice in enumerate(way.choices):
        is_other = any(choice.names == before.names for before in way.choices[:index])
        found += any_of(choice, "any_other_of" if is_other else "any_of")
    return tuple(found)


def more_ways(review: Review) -> str | None:
    """That there are more ways to settle the request than a report shows, and how to see them."""
    goal = show_atom(AtomF(MEETS_CRITERIA, (review.case,)))
    return one_line(say("more_ways", len(ways(review)), goal)) if review.are_more else None


def statement(criterion: Criterion) -> str:
    """A criterion's sentence, marked where it rests on evidence that the record contradicts."""
    parts = (criterion.node, *(each.node for each in criterion.alternatives if each.status == criterion.status))
    is_doubtful = any(map(is_contested, parts))
    return one_line(say("contested", criterion.text) if is_doubtful else criterion.text)


def sides(conflict: Conflict) -> list[Reason]:
    """What both sides of a conflict say, with what each rests on."""
    return [*claims(conflict.stands), *claims(conflict.denied)]


def any_of(choice: AnyOf, wording: str = "any_of") -> Iterator[Asked]:
    """What a choice among interchangeable names asks for."""
    names = row_list([(name,) for name in choice.names], joint="or")
    for fact in choice.facts:
        answer = "no" if fact.atom.pred.negative else "yes"
        question = say(wording, number(choice.count), names, fact.question)
        yield Asked(one_line(question), answer if fact.question.endswith("?") else None, one_line(show_atom(fact.atom)))


def authorization(review: Review) -> str:
    """The period and quantity that are allowed, in a sentence."""
    given = review.authorization
    if given is None:
        return "No authorization is given by this report."
    return f"From {given.start} until {given.until}, at most {given.tablets} tablets for {given.days} days."


def quantity(review: Review) -> str | None:
    """How the requested quantity stands, in a sentence."""
    if review.quantity is None:
        return None
    stated = f" ({one_line(review.quantity_text)})" if review.quantity_text else ""
    return f"Quantity: {QUANTITIES[review.quantity]}{stated}."


def record(review: Review) -> list[tuple[str, str]]:
    """The hashes that say which policy and which facts were reviewed."""
    return [("Policy, SHA-256", review.policy_hash), ("Facts, SHA-256", review.facts_hash)]


def spoken(name: str) -> str:
    """A criterion's name as a heading.

    >>> spoken("antiemetic_prophylaxis")
    'Antiemetic prophylaxis'
    """
    words = one_line(spelled(name))
    return words[:1].upper() + words[1:]
