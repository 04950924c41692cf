"""What a determination report has, in order: here an element is added, moved or worded.

`full` is the report that is filed, `brief` what a reviewer reads at a terminal; both are documents, which any renderer
renders.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from engine.policies import Severity, Status
from explain.proof.nodes import Evidence, Node
from explain.report import document as doc
from explain.report import grounds, statements
from explain.report.layout import condense, keys, lay_out, spoken
from explain.report.review import Conflict, Criterion, Review
from explain.report.shortfall import Shortfall, shortfall_of
from explain.words.phrases import DETERMINATIONS, QUANTITIES, one_line
from kb.language.diagnostics import Diagnostic, in_order

TITLE = "Determination report"
DISCLAIMER = "This report says whether documented facts meet the policy's criteria. A clinician decides."
MISSING = "Any one of these, if it were documented, would meet the criteria."
MISSING_BY_CRITERION = "Not documented, by criterion"
CONFLICTS, INDICATION = "Conflicting evidence", "Indication"
OUTCOME = ("Case", "Policy", "Kind", "Date", "Determination", "Open or not met")
REQUIREMENTS = ("No.", "Requirement", "Place in the policy", "Status", "What the record shows", "Source")
NOT_STATED = "Not stated"
HELD_BACK = "Not reviewed, because of these errors"
LEGEND = "In the evidence, ✓ holds, ✗ does not hold, and ? is not documented; a step with a number is shown once."
Finding: TypeAlias = tuple[tuple[doc.Reason, ...], Node]
"""What something that was found rests on, and the explanation of it."""


# --- the report that is filed --------------------------------------------------------------------------------------


def full(review: Review, *, folds: bool, appeal_template: str | None = None) -> doc.Document:
    """The report of a review, with its evidence: beside what it is evidence of, where the medium `folds` it away until it
    is opened, else in a section of its own.

    Raises `explain.report.letters.AppealTemplateError` if the template cannot be filled in.
    """
    name = statements.case_name(review)
    return doc.Document(
        title=f"{TITLE}: case {name}",
        sections=tuple(_Full(review, folds, appeal_template).sections()),
        kicker=TITLE,
        heading=f"Case {name}",
        name=name,
    )


class _Full(Struct):
    review: Review
    folds: bool
    appeal_template: str | None
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    known: dict[str, doc.See] = field(default_factory=dict)
    """Where the explanations stand that other ones refer to."""
    made: list[doc.Explanation] = field(default_factory=list)

    def sections(self) -> Iterator[doc.Section]:
        from explain.report import letters  # a brief report has none

        letter = letters.appeal_text(self.review, self.appeal_template)
        unstated = tuple(each.title for each in self.review.particulars if each.value is None)
        room = (doc.Unstated(NOT_STATED, unstated),) if unstated else ()
        yield doc.Section("", (_pairs(self.particulars()), *room))
        yield self.verdict()
        yield doc.Section("In plain words", tuple(letters.summary(self.review)), "plain")
        yield from self.findings(CONFLICTS, [side for each in self.review.conflicts for side in _sides(each)])
        yield from self.findings(INDICATION, list(map(_uncovered, self.review.uncovered)))
        yield from _impossible(self.review)
        yield from _not_recognised(self.review)
        yield from _requirements(self.review.criteria)
        yield from self.criteria()
        yield from _missing(self.review, "Not documented", MISSING)
        yield doc.Section("Authorization and quantity", (doc.Sentences(tuple(statements.allowed(self.review))),))
        yield from _checks(self.review)
        yield from _assumptions(self.review)
        yield from self.evidence()
        blanks = (
            *(doc.Blank("Name", 30), doc.Blank("Credentials", 20), doc.Blank("Licence", 20), doc.Blank("Decision", 30)),
            *(doc.Blank("Date", 14), doc.Blank("Signature", 26, is_by_hand=True)),
        )
        yield doc.Section("Decision of the reviewer", (doc.Signature(blanks),), "signature")
        hashes = [("Policy, SHA-256", self.review.policy_hash), ("Facts, SHA-256", self.review.facts_hash)]
        yield doc.Section("Record", (_pairs(hashes, is_record=True),), "record")
        if letter is not None:
            yield doc.Section("Appeal text", (doc.Letter(tuple(letter.rstrip("\n").split("\n"))),), "appeal")

    def particulars(self) -> list[tuple[str, str]]:
        """What stands at the head of the report; a heading has the case already."""
        return statements.particulars(self.review)[1 if self.folds else 0 :]

    def verdict(self) -> doc.Section:
        badge = statements.determination(self.review)
        block = doc.Verdict(badge, statements.finding(self.review), DISCLAIMER)
        return doc.Section("Determination", (block,), "verdict", badge.look)

    def findings(self, title: str, found: Sequence[Finding]) -> Iterator[doc.Section]:
        """What was found that goes before the criteria, each with its explanation where that folds away."""
        if found and self.folds:
            yield doc.Section(title, tuple(block for each in found for block in self.finding(*each)))
        elif found:
            yield _findings(title, found)

    def finding(self, reasons: tuple[doc.Reason, ...], node: Node) -> Iterator[doc.Block]:
        yield doc.Reasons(reasons)
        yield self.explanation(one_line(node.text), node)

    def criteria(self) -> Iterator[doc.Section]:
        if not self.review.criteria:
            return
        rows = doc.Criteria(tuple(map(self.row, self.review.criteria)))
        yield doc.Section(
            "Criteria", (doc.Paragraph(LEGEND, is_legend=True), rows) if self.folds else (rows,), "criteria"
        )

    def row(self, criterion: Criterion) -> doc.Row:
        """A criterion; its explanation stands beside it, or with the others, if it does not stand there already."""
        alternatives, node = tuple(map(self.row, criterion.alternatives)), criterion.node
        shown = None
        if node.id not in self.known:
            title = statements.title_of(criterion.id)
            shown = self.explanation(title, node)
            self.known |= dict.fromkeys(keys(node), doc.See(title, shown.anchor))
        return _row(criterion, alternatives, shown if self.folds else None)

    def evidence(self) -> Iterator[doc.Section]:
        """How the determination follows; and all other explanations, where none stands beside what it explains."""
        proof = self.review.proof
        if proof is not None and self.folds:
            yield doc.Section("How the determination follows", (self.explanation("Determination", proof),))
        elif proof is not None or self.made:
            if proof is not None:
                self.explanation("The determination", proof)
            yield doc.Section("Evidence", (doc.Paragraph(LEGEND, is_legend=True), *self.made))

    def explanation(self, title: str, node: Node) -> doc.Explanation:
        trees = lay_out(node, known=self.known, numbers=self.numbers)
        anchor = f"evidence-{len(self.made) + 1}"
        self.made.append(doc.Explanation(f"Evidence: {title}" if self.folds else title, trees, anchor))
        return self.made[-1]


# --- what a reviewer reads at a terminal ---------------------------------------------------------------------------


def brief(review: Review, *, with_proof: bool = False) -> doc.Document:
    """The report of a review on a page or two, with the proof of the determination where that is asked for."""
    return doc.Document(f"Review of case {statements.case_name(review)}", tuple(_brief(review, with_proof)))


def _brief(review: Review, with_proof: bool) -> Iterator[doc.Section]:
    yield doc.Section("", (doc.Pairs(tuple(_head(review))),))
    yield from (_findings(CONFLICTS, _sides(each)) for each in review.conflicts)
    yield from (_findings(INDICATION, [_uncovered(each)]) for each in review.uncovered)
    yield from _impossible(review)
    yield from _not_recognised(review)
    if review.criteria:
        rows = (_brief_row(each, is_told=shortfall_of(review) is not None) for each in review.criteria)
        yield doc.Section("Criteria", (doc.Criteria(tuple(rows)),), "criteria")
    yield from _missing(review, "Not documented: any one of these would meet the criteria")
    yield doc.Section("Authorization and quantity", (doc.Sentences(tuple(_brief_allowed(review))),))
    yield from _checks(review)
    yield from _assumptions(review)
    if with_proof and review.proof is not None:
        yield doc.Section("Proof", (doc.Explanation("", condense(review.proof)),))
    record = _pairs([("policy sha256", review.policy_hash), ("facts  sha256", review.facts_hash)], is_record=True)
    signature = doc.Signature((doc.Blank("Reviewer", 28), doc.Blank("Date", 14)))
    yield doc.Section("Record", (record, doc.Paragraph(DISCLAIMER), signature), "record")


def _head(review: Review) -> Iterator[doc.Pair]:
    badge, (wording, _) = statements.determination(review), DETERMINATIONS[review.determination]
    yield doc.Pair("Policy", one_line(_policy_line(review)))
    yield doc.Pair("Request", one_line(f"{review.kind} request for {review.drug}, {review.date}"))
    yield from (doc.Pair(title, one_line(value)) for title, value in statements.stated_particulars(review))
    yield doc.Pair("Determination", wording, doc.Badge(badge.sign, badge.word.upper(), badge.look))


def _policy_line(review: Review) -> str:
    if review.policy is None:
        return "no policy covers the requested drug"
    approved = f", approved {review.approved}" if review.approved else ""
    none = statements.none_in_force(review, "the date of the request")
    version = f"version of {review.effective}" if review.effective else none
    return f"{review.title or review.policy}{approved}; {version}"


def _brief_row(criterion: Criterion, *, is_told: bool = False) -> doc.Row:
    """A criterion; what an open one without alternatives rests on is left out where it is told further below."""
    row = _row(criterion, tuple(map(_brief_row, criterion.alternatives)))
    is_short = is_told and criterion.status is Status.NOT_DOCUMENTED
    return replace(row, reasons=()) if is_short else row


def _brief_allowed(review: Review) -> Iterator[str]:
    given = review.authorization
    if given is None:
        yield "no authorization is given by this report"
    else:
        yield f"{given.start} until {given.until}, {given.quantity}"
    if review.quantity is not None:
        yield one_line(f"quantity: {QUANTITIES[review.quantity]} ({review.quantity_text or ''})")


# --- what stands above or below the reports of several cases ----------------------------------------------------------


class Outcome(Struct, frozen=True):
    """What the table below several reports says of one review, and the title above them."""

    name: str
    said: tuple[str | doc.Badge, ...]

    @classmethod
    def of(cls, review: Review) -> Outcome:
        """What is said of a review."""
        said = (one_line(review.policy or "none"), one_line(review.kind), str(review.date))
        return cls(
            statements.case_name(review), (*said, statements.determination(review), statements.outstanding(review))
        )


class Outcomes(Struct):
    """The table of the outcomes of several reviews, and what kept others from being made: `errors` may grow while they are."""

    errors: Sequence[Diagnostic] = ()
    noted: list[Outcome] = field(default_factory=list)

    def of(self, reviews: Iterable[Review]) -> Iterator[Review]:
        """Reviews as they come, each noted."""
        for each in reviews:
            self.noted.append(Outcome.of(each))
            yield each

    @property
    def title(self) -> str:
        """The title of a page with the reports."""
        more = f" and {len(self.noted) - 3} more" if len(self.noted) > 3 else ""
        return f"{TITLE}: {', '.join(each.name for each in self.noted[:3])}{more}"

    def document(self) -> doc.Document | None:
        """The table and the errors, if there are several reviews or errors. The report of the first has the anchor `case-1`."""
        if len(self.noted) < 2 and not self.errors:
            return None
        rows = tuple((doc.See(each.name, str(number)), *each.said) for number, each in enumerate(self.noted, 1))
        wrong = tuple(doc.Bullet(one_line(f"{each.span}: {each.message}")) for each in in_order(self.errors))
        sections = [doc.Section("", (doc.Table(OUTCOME, rows),))]
        return doc.Document(
            "Outcomes", (*sections, *([doc.Section(HELD_BACK, (doc.Bullets(wrong),))] if wrong else []))
        )


# --- what both have ------------------------------------------------------------------------------------------------


def _pairs(pairs: Iterable[tuple[str, str]], *, is_record: bool = False) -> doc.Pairs:
    return doc.Pairs(tuple(doc.Pair(name, value) for name, value in pairs), is_record)


def _sides(conflict: Conflict) -> Iterator[Finding]:
    return zip(statements.sides(conflict), (conflict.stands, conflict.denied), strict=True)


def _uncovered(node: Node) -> Finding:
    return grounds.findings(node), node


def _findings(title: str, found: Iterable[Finding]) -> doc.Section:
    return doc.Section(title, (doc.Reasons(tuple(reason for reasons, _ in found for reason in reasons)),))


def _row(
    criterion: Criterion, alternatives: tuple[doc.Row, ...], explanation: doc.Explanation | None = None
) -> doc.Row:
    rests_on = () if alternatives else grounds.grounds(criterion.node)
    badge, cite = statements.standing(criterion), one_line(criterion.cite)
    return doc.Row(badge, statements.statement(criterion), cite, rests_on, alternatives, explanation)


def _requirements(criteria: tuple[Criterion, ...]) -> Iterator[doc.Section]:
    """A table with a row for each criterion, each of its alternatives, and what these ask for together."""
    if criteria:
        rows = tuple(_requirement_row(number, each) for number, each in _numbered(criteria, ""))
        yield doc.Section("Requirements", (doc.Table(REQUIREMENTS, rows),), "requirements")


def _numbered(criteria: Iterable[Criterion], before: str) -> Iterator[tuple[str, Criterion]]:
    """Criteria, each with its number and before its alternatives and items."""
    for number, each in enumerate(criteria, 1):
        yield f"{before}{number}", each
        yield from _numbered((*each.alternatives, *each.items), f"{before}{number}.")


def _requirement_row(number: str, criterion: Criterion) -> tuple[doc.Cell, ...]:
    """What is asked for, where the policy has it, how it stands, what the record shows of it, and where; what stands as it does
    because of others leaves the last two to them."""
    is_by_others = criterion.alternatives or any(each.status is criterion.status for each in criterion.items)
    reasons = () if is_by_others else grounds.grounds(criterion.node)
    shown = "; ".join(each.text for each in reasons)
    places = dict.fromkeys(str(place) for each in reasons for place in each.places)
    said = (one_line(criterion.text), one_line(criterion.cite), statements.standing(criterion))
    return (number, *said, shown, "; ".join(places))


def _missing(review: Review, title: str, lead: str | None = None) -> Iterator[doc.Section]:
    short = shortfall_of(review)
    if short is not None:
        blocks = (*_by_criterion(short), *_paragraph(statements.more_ways(review)), *_unfound(review))
        yield doc.Section(MISSING_BY_CRITERION, blocks, "missing")
    elif review.missing:
        ways, more = doc.Ways(tuple(statements.ways(review))), statements.more_ways(review)
        yield doc.Section(title, (*_paragraph(lead), ways, *_paragraph(more), *_unfound(review)), "missing")
    elif review.unfound:
        yield doc.Section("Not documented", tuple(_unfound(review)), "missing")


def _by_criterion(short: Shortfall) -> Iterator[doc.Block]:
    """What is missing for each criterion, then the sets of it that meet them all."""
    for gap in short.gaps:
        yield doc.Paragraph(gap.lead)
        yield doc.Ways(gap.ways)
    yield doc.Paragraph(short.lead)
    yield doc.Bullets(tuple(map(doc.Bullet, short.choices)))


def _unfound(review: Review) -> Iterator[doc.Block]:
    """What is said of a search that found nothing, or ended before its end."""
    if review.unfound:
        first, *reasons = map(_capital, review.unfound)
        yield doc.Paragraph(f"{first}.")
        if reasons:
            yield doc.Bullets(tuple(map(doc.Bullet, reasons)))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _paragraph(text: str | None) -> tuple[doc.Paragraph, ...]:
    return (doc.Paragraph(text),) if text else ()


def _checks(review: Review) -> Iterator[doc.Section]:
    yield from _to_check(review, Severity.LOOK, doc.Section("Check before signing", (), "checks"))


def _impossible(review: Review) -> Iterator[doc.Section]:
    yield from _to_check(review, Severity.IMPOSSIBLE, doc.Section("What cannot be", (), "impossible"))


def _to_check(review: Review, severity: Severity, section: doc.Section) -> Iterator[doc.Section]:
    """The section with what is to be checked of one severity, if there is any."""
    found = [each for each in review.checks if each.severity is severity]
    if found:
        reasons = (doc.Reason(one_line(each.text), doc.places(each.evidence)) for each in found)
        yield replace(section, blocks=(doc.Reasons(tuple(reasons)),))


def _not_recognised(review: Review) -> Iterator[doc.Section]:
    """The names that no vocabulary knows, each with what was meant perhaps."""
    if review.not_recognised:
        reasons = (
            doc.Reason(one_line(statements.not_recognised(each)), doc.places((Evidence.of(each.fact),)))
            for each in review.not_recognised
        )
        yield doc.Section("Not recognised", (doc.Reasons(tuple(reasons)),), "not-recognised")


def _assumptions(review: Review) -> Iterator[doc.Section]:
    if review.assumptions:
        yield doc.Section(
            "Assumptions", (doc.Bullets(tuple(doc.Bullet(one_line(each)) for each in review.assumptions)),)
        )


# --- explanations --------------------------------------------------------------------------------------------------


def explained(node: Node) -> doc.Document:
    """An explanation as a document of its own, every step in it."""
    return doc.Document(spoken(node), (doc.Section("", (doc.Explanation("", lay_out(node)),)),))
