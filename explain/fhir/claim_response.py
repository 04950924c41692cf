"""What a review says, as a FHIR ClaimResponse in a Bundle, after the examples of Da Vinci PAS: approved where the criteria are met and
a period and quantity are allowed, else pended for a person, with what is missing as a Task. Nothing is ever denied: no other
code than `APPROVED` and `PENDED` is written, whatever the determination.

What a case does not state is not made up: there is no Claim to refer to but by its words, an insurer and a requestor only as far as the
case names a plan and a prescriber, and no URL of a payer. So no profile is claimed.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from typing import Any, assert_never

from engine.policies import Determination, Quantity
from explain.fhir.questionnaire import canonical
from explain.fhir.resources import Json, id_of, shown
from explain.proof.fact_sets import Way
from explain.report import document as doc
from explain.report import statements
from explain.report.contents import brief
from explain.report.review import Authorization, Review
from explain.words.phrases import say
from kb.importers.patient import NPI
from kb.importers.questionnaire import link_id
from kb.importers.requests import PAS
from kb.language.syntax import AtomF
from kb.language.terms import Const, Str, Var, plain_text

APPROVED = {"system": "https://codesystem.x12.org/005010/306", "code": "A1", "display": "Certified in total"}
PENDED = {"system": "https://codesystem.x12.org/005010/306", "code": "A4", "display": "Pending"}
TASK_CODES = "http://hl7.org/fhir/us/davinci-pas/CodeSystem/PASTempCodes"
TERMS = "http://terminology.hl7.org/CodeSystem/"
LINK_ID = "urn:priorlog:link-id"
"""The system of the link ids by which inputs of a Task say what they ask for."""
REVIEW, CASE = "urn:priorlog:review", "urn:priorlog:case"
"""The systems of the identifiers of reviews and of cases."""
MOST_HASH = 12
UNAPPROVED = (Quantity.OVER_LIMIT, Quantity.UNLISTED_STRENGTH)
"""What a person decides of: less than was requested would be a denial of the rest."""


def is_approved(review: Review) -> bool:
    """Whether a review approves what is requested: all criteria are met as the request and the record stand, and the report gives an
    authorization that covers the quantity. What is taken for granted (another date, complete records) approves nothing."""
    given = review.authorization
    return (
        review.determination is Determination.MEETS_CRITERIA
        and not review.closed_world
        and review.as_of is None
        and given is not None
        and not given.is_open
        and review.quantity not in UNAPPROVED
    )


def response_bundle(review: Review) -> Json:
    """The Bundle of one review: the ClaimResponse, the Task with what is missing if anything is, and whom they are about."""
    return _Bundle(review).made()


class _Bundle:
    """The resources of one review, which refer to each other."""

    def __init__(self, review: Review) -> None:
        self.review = review
        self.stated = {each.predicate: each.value for each in review.particulars if each.value is not None}
        self.id = id_of(review.case)
        self.reference = f"{review.policy_hash[:MOST_HASH]}.{review.facts_hash[:MOST_HASH]}.{review.policy or 'none'}"

    def made(self) -> Json:
        resources = [self._response(), *self._task(), self._patient(), *self._practitioner(), *self._organization()]
        return {
            "resourceType": "Bundle",
            "id": self.id,
            "identifier": {"system": REVIEW, "value": self.reference},
            "type": "collection",
            "entry": [{"fullUrl": self._url(each["resourceType"]), "resource": each} for each in resources],
        }

    def _url(self, kind: str) -> str:
        name = f"{self.review.facts_hash} {self.review.policy_hash} {self.review.policy} {kind}"
        return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, name)}"

    def _to(self, kind: str, is_given: bool, otherwise: str) -> Json:
        """A reference to a resource of the bundle, if there is one."""
        return {"reference": self._url(kind)} if is_given else {"display": otherwise}

    @property
    def _request(self) -> Json:
        review = self.review
        return {"type": "Claim", "display": shown(f"{review.kind} request for {review.drug}, {review.date}")}

    @property
    def _created(self) -> Json:
        on = self.review.reviewed_on
        return {} if on is None else {"created": on.isoformat()}

    # --- the response -----------------------------------------------------------------------------------------------

    def _response(self) -> Json:
        review = self.review
        is_claim = plain_text(self.stated["review_type"]) == "post_service" if "review_type" in self.stated else False
        notes = [*_notes(review)]
        return {
            "resourceType": "ClaimResponse",
            "id": self.id,
            "identifier": [{"system": REVIEW, "value": self.reference}],
            "status": "active",
            "type": _concept(f"{TERMS}claim-type", "pharmacy"),
            "use": "claim" if is_claim else "preauthorization",
            "patient": self._to("Patient", True, ""),
            **self._created,
            "insurer": self._to("Organization", "plan" in self.stated, say("insurer_not_stated")),
            **({"requestor": self._to("Practitioner", True, "")} if self._has_prescriber else {}),
            "request": self._request,
            "outcome": "complete",
            "disposition": shown(self._disposition()),
            **self._authorized(),
            "item": [self._item(len(notes))],
            "processNote": [{"number": at, "type": "print", "text": each} for at, each in enumerate(notes, 1)],
        }

    def _disposition(self) -> str:
        said = say("approved" if is_approved(self.review) else "pended")
        return f"{said} {statements.finding(self.review)}"

    def _authorized(self) -> Json:
        """What approves as a whole: the number and the period."""
        given = self.review.authorization
        if given is None or not is_approved(self.review):
            return {}
        return {"preAuthRef": self.reference, "preAuthPeriod": _period(given)}

    def _item(self, notes: int) -> Json:
        given = self.review.authorization
        if given is not None and is_approved(self.review):
            extensions = list(self._approval(given))
            action = [{"url": "number", "valueString": self.reference}, _action(APPROVED)]
        else:
            extensions = [{"url": f"{PAS}extension-administrationReferenceNumber", "valueString": self.reference}]
            action = [_action(PENDED)]
        reviewed = {"extension": action, "url": f"{PAS}extension-reviewAction"}
        return {
            "extension": extensions,
            "itemSequence": 1,
            "noteNumber": list(range(1, notes + 1)),
            "adjudication": [{"extension": [reviewed], "category": _concept(f"{TERMS}adjudication", "submitted")}],
        }

    def _approval(self, given: Authorization) -> Iterator[Json]:
        """When the approval was issued, its period and its quantity."""
        if self.review.reviewed_on is not None:
            issued = self.review.reviewed_on.isoformat()
            yield {"url": f"{PAS}extension-itemPreAuthIssueDate", "valueDate": issued}
        yield {"url": f"{PAS}extension-itemPreAuthPeriod", "valuePeriod": _period(given)}
        if given.amount is not None:
            quantity = {"value": given.amount, "unit": given.unit if given.amount == 1 else given.units}
            detail = [{"url": "quantity", "valueQuantity": quantity}]
            yield {"extension": detail, "url": f"{PAS}extension-itemAuthorizedDetail"}

    # --- what is missing ----------------------------------------------------------------------------------------------

    def _task(self) -> Iterator[Json]:
        """What is asked for, where more information is needed: the questionnaire, and each question with its link id."""
        review = self.review
        if review.determination is not Determination.MORE_INFORMATION_NEEDED:
            return
        line = {"url": f"{PAS}extension-serviceLineNumber", "valuePositiveInt": 1}
        context = {"type": _concept(TASK_CODES, "questionnaire-context"), "valueString": canonical(review.case)}
        npi = [{"owner": {"identifier": each}} for each in self._npi]
        yield {
            "resourceType": "Task",
            "id": self.id,
            "identifier": [{"system": REVIEW, "value": self.reference}],
            "status": "requested",
            "intent": "order",
            "code": _concept(TASK_CODES, "attachment-request-questionnaire"),
            "description": shown(say("task" if review.ways or review.missing else "task_without_ways")),
            "for": self._to("Patient", True, ""),
            **({} if review.reviewed_on is None else {"authoredOn": review.reviewed_on.isoformat()}),
            **(npi[0] if npi else {}),
            "reasonCode": _concept(TASK_CODES, "priorAuthorization"),
            "reasonReference": self._request,
            "input": [{"extension": [line], **context}, *self._inputs()],
        }

    def _inputs(self) -> Iterator[Json]:
        ways = self.review.ways or tuple(Way(facts, ()) for facts in self.review.missing)
        for number, way in enumerate(ways, 1):
            facts = [*way.facts, *(fact for choice in way.choices for fact in choice.facts)]
            asked = statements.way_asked(way.facts, way.choices)
            for fact, each in zip(facts, asked, strict=True):
                coding = {"system": LINK_ID, "code": _link(fact.atom)}
                kind = {"coding": [coding], "text": say("in_way", number, len(ways))}
                meant = f" ({each.alone})" if each.alone else ""
                yield {"type": kind, "valueString": shown(f"{each.question}{meant}")}

    # --- whom it is about ------------------------------------------------------------------------------------------------

    def _patient(self) -> Json:
        identifiers: list[Json] = [{"system": CASE, "value": shown(plain_text(self.review.case))}]
        if (member := self._said("member_id")) is not None:
            identifiers.append({"type": _concept(f"{TERMS}v2-0203", "MB"), "value": member})
        return {"resourceType": "Patient", "id": self.id, "identifier": identifiers}

    @property
    def _has_prescriber(self) -> bool:
        return bool({"prescriber", "npi"} & self.stated.keys())

    @property
    def _npi(self) -> list[Json]:
        npi = self._said("npi")
        return [] if npi is None else [{"system": NPI, "value": npi}]

    def _practitioner(self) -> Iterator[Json]:
        if self._has_prescriber:
            name = self._said("prescriber")
            yield {
                "resourceType": "Practitioner",
                "id": self.id,
                **({"identifier": self._npi} if self._npi else {}),
                **({} if name is None else {"name": [{"text": name}]}),
            }

    def _organization(self) -> Iterator[Json]:
        if (name := self._said("plan")) is not None:
            yield {"resourceType": "Organization", "id": self.id, "name": name}

    def _said(self, predicate: str) -> str | None:
        value: Const | None = self.stated.get(predicate)
        text = shown(value.value if isinstance(value, Str) else plain_text(value)) if value is not None else ""
        return text or None


def _concept(system: str, code: str) -> Json:
    return {"coding": [{"system": system, "code": code}]}


def _action(code: dict[str, Any]) -> Json:
    return {"url": f"{PAS}extension-reviewActionCode", "valueCodeableConcept": {"coding": [dict(code)]}}


def _period(given: Authorization) -> Json:
    return {"start": given.start.isoformat(), "end": given.until.isoformat()}


def _link(fact: AtomF) -> str:
    """The link id of what is asked of a missing fact: yes or no, or for the values of what it leaves open."""
    args = fact.args[1:]
    named = [arg for arg in args if not isinstance(arg, Var)]
    if len(named) == len(args):
        return link_id(fact.pred, named)
    before = [arg for arg in args[:-1] if not isinstance(arg, Var)]
    return link_id(fact.pred, before if len(before) == len(args) - 1 else ())


# --- notes ---------------------------------------------------------------------------------------------------------------


def _notes(review: Review) -> Iterator[str]:
    """What a report says, line by line, without the places where facts are stated, and with those of the policy."""
    cites = {each.text: each.cite for each in review.uncovered}
    for section in brief(review).sections:
        for line in (each for block in section.blocks for each in _lines(block)):
            cited = f"{line} [{cites[line]}]" if cites.get(line) else line
            if text := shown(f"{section.title}: {cited}" if section.title else cited):
                yield text


def _lines(block: doc.Block) -> Iterable[str]:
    match block:
        case doc.Paragraph(text):
            return [text]
        case doc.Sentences(texts):
            return texts
        case doc.Bullets(points):
            return [" ".join((each.text, each.lead, "; ".join(each.parts))) for each in points]
        case doc.Pairs(pairs):
            return [f"{each.name}: {_standing(each.badge)}{each.value}" for each in pairs]
        case doc.Verdict(badge, wording, disclaimer):
            return [f"{badge.word}: {wording}", disclaimer]
        case doc.Reasons(reasons):
            return [each.text for each in reasons]
        case doc.Criteria(rows):
            return [line for row in rows for line in _criterion(row)]
        case doc.Ways(ways):
            return [say("and").join(each.question for each in way) for way in ways]
        case doc.Letter(lines):
            return lines
        case doc.Table() | doc.Explanation() | doc.Signature() | doc.Outline() | doc.Drawing() | doc.Unstated():
            return []  # what a note has no room for: the JSON and the page of the report have it
        case _:
            assert_never(block)


def _standing(badge: doc.Badge | None) -> str:
    return f"{badge.word}: " if badge else ""


def _criterion(row: doc.Row) -> Iterator[str]:
    """A criterion and its alternatives: how each stands, what it asks for, where the policy has it, and why."""
    cite = f" [{row.cite}]" if row.cite else ""
    why = f" - {'; '.join(each.text for each in row.reasons)}" if row.reasons else ""
    yield f"{_standing(row.badge)}{row.text}{cite}{why}"
    for each in row.alternatives:
        yield from _criterion(each)
