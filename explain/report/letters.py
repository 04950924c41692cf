"""Letters from a review: the summary in plain language, for a patient or prescriber, and the text of an appeal, from a
template that the user can set, with placeholders such as `{case}`."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from engine.policies import Determination, Severity, Status
from engine.symbolic.limits import SearchStatus
from explain.report import grounds, statements
from explain.report.document import Asked, Block, Bullet, Bullets, Paragraph, Reason
from explain.report.review import Conflict, Criterion, Review
from explain.report.shortfall import Gap, shortfall_of
from explain.report.statements import statement, ways
from explain.words.phrases import STATUSES, one_line, say
from kb.language.terms import printable

KINDS = MappingProxyType({"initial": "a first request for", "renewal": "a request to continue"})
FINDINGS = MappingProxyType(
    {
        "meets_criteria": "What is documented shows everything that the policy asks for.",
        "criteria_not_met": "What is documented falls short of something that the policy asks for.",
        "more_information_needed": "Some of what the policy asks for is not documented yet. It is still open, as the "
        "record does not say.",
        "investigational": "The policy does not cover the condition that the drug is requested for.",
        "conflicting_evidence": "The record contradicts itself, or says what cannot be. It has to be "
        "corrected before the criteria can be judged.",
        "no_policy_in_force": "No policy for such a request was in force on its date.",
    }
)
LEADS = MappingProxyType(
    {
        "not_met": "These are asked for, and the record shows otherwise:",
        "not_documented": "These are not documented yet:",
        "met": "The record shows these:",
        "not_applicable": "These do not apply here:",
    }
)
AMOUNTS = MappingProxyType(
    {
        "within_limit": "The quantity asked for is within the limit.",
        "over_limit": "The quantity asked for is more than the limit allows.",
        "unlisted_strength": "The policy does not list the strength asked for.",
        "not_documented": "The strength or the quantity asked for is not documented.",
    }
)
ANSWERS = MappingProxyType({"yes": "if the answer is yes", "no": "if the answer is no"})
ALTERNATIVES = "any one of these would do"
SHOWN = "what the record shows instead"
NONE_OF = MappingProxyType(
    {Status.NOT_MET: "none of these is met", Status.NOT_DOCUMENTED: "none of these is shown yet"}
)
"""What introduces the alternatives of a criterion that is not met or open, as far as they stand as it does."""
ALL_OF = "all of these together"
MISSING_OF_EACH = "These would have to be documented:"
MISSING = "Any one of these, if it were documented, would settle the request:"
MISSING_FIRST = (
    "Any one of these, if it were documented, would settle the request. There are others; these are the smallest:"
)
NOT_FOUND = MappingProxyType(
    {
        SearchStatus.NONE: "Nothing that could be documented would settle the request.",
        SearchStatus.NOT_ASKED: "Something else would have to be documented than what questions ask for:",
        SearchStatus.NOT_FOUND: "What would settle the request was not found. Not everything was tried:",
        SearchStatus.GIVEN_UP: "What would settle the request was not found: the search was given up.",
    }
)
CLOSING = "This summary is not a decision about treatment or coverage. A clinician decides."
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_CODE = re.compile(r"-?[a-z]\w*(\(.*\))?", re.DOTALL)


def summary(review: Review) -> Iterator[Block]:
    """The summary of a review: sentences, lists under the sentences that introduce them, sentences."""
    kind = KINDS.get(review.kind, f"a {one_line(review.kind)} request for")
    request = f"This is about {kind} {one_line(review.drug)}, dated {day(review.date)}."
    yield Paragraph(f"{request} {FINDINGS[review.determination]}")
    for lead, points in _points_of(review):
        yield Paragraph(lead)
        if points:
            yield Bullets(tuple(points))
    yield Paragraph(" ".join(_closing(review)))


def day(date: datetime.date) -> str:
    """A date in words.

    >>> day(datetime.date(2024, 9, 3))
    '3 September 2024'
    """
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def _points_of(review: Review) -> Iterator[tuple[str, list[Bullet]]]:
    """The lists of the summary, each with the sentence that introduces it."""
    if review.conflicts:
        said = [(each.atom.pred.name, side) for each in review.conflicts for side in _sides(each)]
        points = [Bullet(_words(side.text, name)) for name, side in said]
        yield "The record says all of these, or they follow from it:", points
    if impossible := [each for each in review.checks if each.severity is Severity.IMPOSSIBLE]:
        points = [Bullet(_words(each.text, each.node.goal.partition("(")[0])) for each in impossible]
        yield "This cannot be:", points
    if review.not_recognised:
        points = [Bullet(one_line(statements.not_recognised(each))) for each in review.not_recognised]
        yield "These names in the record are not understood:", points
    if review.uncovered:
        points = [Bullet(_words(node.text, node.goal.partition("(")[0])) for node in review.uncovered]
        yield "The reason is:", points
    for status, lead in LEADS.items():
        if found := [_point(each) for each in review.criteria if each.status == status]:
            yield lead, found
    short = shortfall_of(review)
    if short is not None:
        yield MISSING_OF_EACH, list(map(_gap, short.gaps))
        yield short.lead, list(map(Bullet, short.choices))
    elif review.missing:
        yield MISSING_FIRST if review.are_more else MISSING, [_questions(facts) for facts in ways(review)]
    elif review.search is not None:
        yield NOT_FOUND[review.search], [Bullet(each) for each in review.unfound[1:]]


def _point(criterion: Criterion) -> Bullet:
    if criterion.status is Status.NOT_APPLICABLE:
        reasons = "; ".join(each.text for each in grounds.grounds(criterion.node))
        return Bullet(say("because", statement(criterion), reasons) if reasons else statement(criterion))
    if criterion.status is Status.NOT_MET and not criterion.alternatives:
        shown = tuple(each.text for each in grounds.grounds(criterion.node))
        return Bullet(_plain(criterion), SHOWN if shown else "", shown)
    parts = [each for each in criterion.alternatives if each.status == criterion.status]
    lead = NONE_OF.get(criterion.status, "") if parts else ""
    return Bullet(_plain(criterion), lead, tuple(map(_plain, parts)))


def _plain(criterion: Criterion) -> str:
    """The criterion's sentence, or its name as words where the program has no sentence for it."""
    return _words(criterion.text, criterion.id) if _CODE.fullmatch(criterion.text) else statement(criterion)


def _words(text: str, name: str) -> str:
    return one_line(name.lstrip("-").replace("_", " ") if _CODE.fullmatch(text) else text)


def _questions(facts: tuple[Asked, ...]) -> Bullet:
    texts = tuple(map(_question, facts))
    return Bullet(texts[0]) if len(texts) == 1 else Bullet(ALL_OF, "", texts)


def _question(fact: Asked) -> str:
    return f"{fact.question} ({ANSWERS.get(fact.alone, fact.alone)})" if fact.alone else fact.question


def _gap(gap: Gap) -> Bullet:
    ways = [say("and").join(map(_question, facts)) for facts in gap.ways]
    is_one = len(ways) == 1
    parts = ways if is_one else [f"({number}) {text}" for number, text in enumerate(ways, 1)]
    return Bullet(gap.title, "" if is_one else ALTERNATIVES, tuple(parts))


def _closing(review: Review) -> list[str]:
    found = []
    if (given := review.authorization) is not None:
        period = f"from {day(given.start)} until {day(given.until)}"
        found.append(f"Meeting the criteria allows treatment {period}, {given.quantity}.")
    if review.quantity is not None:
        found.append(AMOUNTS[review.quantity])
    return [*found, CLOSING]


# --- appeals -------------------------------------------------------------------------------------------------------

_PART = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")
NO_POINTS = "- none"


class AppealTemplateError(ValueError):
    """An appeal template that cannot be filled in: the message says where and what to write instead."""


def default_template() -> str:
    """The template that is used where the user sets none."""
    return Path(__file__).with_name("templates").joinpath("appeal.txt").read_text(encoding="utf-8")


def appeal_text(review: Review, template: str | None = None) -> str | None:
    """The appeal text of a review, or None if the criteria are met: then there is nothing to appeal against.

    Raises `AppealTemplateError` if the template has an unknown placeholder or a brace of its own, whatever the
    determination.
    """
    template = default_template() if template is None else template
    check_template(template)
    if review.determination == Determination.MEETS_CRITERIA:
        return None
    value = cache(lambda name: PLACEHOLDERS[name](review))
    shown = printable(template.replace("\r\n", "\n").replace("\t", "    "))
    return _PART.sub(lambda found: found[0][0] if found[1] is None else value(found[1]), shown)


def check_template(template: str) -> None:
    """Raises `AppealTemplateError` if a template cannot be filled in."""
    for found in _PART.finditer(template):
        line = template.count("\n", 0, found.start()) + 1
        if found[0] in ("{", "}"):
            raise AppealTemplateError(
                f"line {line} of the appeal template has a single `{found[0]}`; write `{found[0] * 2}` for a brace that "
                "is meant as it stands"
            )
        if found[1] is not None and found[1] not in PLACEHOLDERS:
            names = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            raise AppealTemplateError(
                f"line {line} of the appeal template has `{one_line(found[0])}`, which is no placeholder; there are "
                f"{names}; write `{{{{` for a brace that is meant as it stands"
            )


def _particular(name: str) -> Callable[[Review], str]:
    return lambda review: dict(statements.particulars(review)).get(name, "none in force")


def _determination(review: Review) -> str:
    found = [side.text for conflict in review.conflicts for side in _sides(conflict)]
    found += [one_line(each.text) for each in review.checks if each.severity is Severity.IMPOSSIBLE]
    said = f"{statements.determination(review).word}. {statements.finding(review)}"
    return " ".join([said, *(f"{text[:1].upper()}{text[1:]}." for text in found)])


def _sides(conflict: Conflict) -> list[Reason]:
    return [reason for side in statements.sides(conflict) for reason in side]


def _points(*statuses: Status) -> Callable[[Review], str]:
    return lambda review: "\n".join(_point_lines(review.criteria, statuses, "")) or NO_POINTS


def _point_lines(criteria: tuple[Criterion, ...], statuses: tuple[Status, ...], indent: str) -> Iterator[str]:
    for each in criteria:
        if each.status in statuses:
            cite = f" [{one_line(each.cite)}]" if each.cite else ""
            yield f"{indent}- {STATUSES[each.status]}: {statement(each)}{cite}"
            yield from _point_lines(each.alternatives, statuses, indent + "  ")


def _missing(review: Review) -> str:
    more = statements.more_ways(review)
    short = shortfall_of(review)
    if short is None:
        lines = ["- " + say("and").join(map(_asked, facts)) for facts in ways(review)]
    else:
        lines = [line for gap in short.gaps for line in _gap_lines(gap)]
        lines += [short.lead, *(f"- {each}" for each in short.choices)]
    found = [*lines, *([f"- {more}"] if more else []), *(f"- {each}" for each in review.unfound)]
    return "\n".join(found) or NO_POINTS


def _gap_lines(gap: Gap) -> Iterator[str]:
    yield f"- {gap.lead}"
    yield from (f"  {number}. {say('and').join(map(_asked, facts))}" for number, facts in enumerate(gap.ways, 1))


def _asked(fact: Asked) -> str:
    return fact.question if fact.alone is None else f"{fact.question} ({fact.alone})"


PLACEHOLDERS: Mapping[str, Callable[[Review], str]] = MappingProxyType(
    {
        "case": statements.case_name,
        "drug": lambda review: one_line(review.drug),
        "kind": lambda review: one_line(review.kind),
        "date": lambda review: str(review.date),
        "policy": _particular("Policy"),
        "version": _particular("Version"),
        "determination": _determination,
        "met": _points(Status.MET),
        "unmet": _points(Status.NOT_MET, Status.NOT_DOCUMENTED),
        "missing": _missing,
    }
)
"""What a template may name: `{unmet}`, `{met}` and `{missing}` are lists, a line for each point."""
