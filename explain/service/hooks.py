"""CDS Hooks 2.0, `order-sign`: for each drug that a policy is about, a card with what is met and what is needed, and on the order what
Da Vinci CRD calls coverage information.

What is said of an order is what the review found, and no more: whether a person's plan covers a drug is nothing that criteria decide, so
`covered` is `conditional`; `satisfied` is only said by who authorizes what meets the criteria.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.policies import Determination, Status
from explain.api import Program, Review
from explain.fhir.questionnaire import canonical
from explain.report import statements
from explain.report.markdown import code, escape
from explain.service.records import cases_of, text_of
from kb import clock
from kb.importers.bundle import Chart, Resource, charts_in
from kb.importers.concepts import Concepts, Meaning
from kb.importers.dates import date_of
from kb.importers.requests import REQUESTS, Given, drug_of, is_in_force, is_not_to_be_done
from kb.importers.screening import screened
from kb.language.terms import plain_text, shorten

if TYPE_CHECKING:  # a worker process reads no requests
    from explain.service.models import Hook

SERVICE = "priorlog-order-sign"
CRD = "http://hl7.org/fhir/us/davinci-crd"
COVERAGE_INFORMATION = f"{CRD}/StructureDefinition/ext-coverage-information"
TOPIC = {"system": f"{CRD}/CodeSystem/temp", "code": "coverage-info", "display": "Coverage Information"}
ORDER = "MedicationRequest"
REQUEST = "<hook>"
"""What messages call the records of a hook."""
KIND = "initial"
"""The kind of request that an order is reviewed as, where no claim in the prefetch says it."""
LONGEST_SUMMARY = 140
"""So many characters a summary has, as CDS Hooks has it."""
PREFETCH = {
    "patient": "Patient/{{context.patientId}}",
    "coverage": "Coverage?patient={{context.patientId}}&status=active",
    "conditions": "Condition?patient={{context.patientId}}",
    "observations": "Observation?patient={{context.patientId}}",
    "orders": "MedicationRequest?patient={{context.patientId}}",
    "administrations": "MedicationAdministration?patient={{context.patientId}}",
    "statements": "MedicationStatement?patient={{context.patientId}}",
    "dispenses": "MedicationDispense?patient={{context.patientId}}",
    "procedures": "Procedure?patient={{context.patientId}}",
    "responses": "QuestionnaireResponse?patient={{context.patientId}}",
}
"""What a client is asked to send along."""


def services() -> dict[str, object]:
    """What CDS Hooks discovers here."""
    return {
        "services": [
            {
                "hook": "order-sign",
                "id": SERVICE,
                "title": "Priorlog: prior authorization criteria",
                "description": "What the criteria of a policy need of an order, what of it is met, and what is not documented.",
                "prefetch": PREFETCH,
                "extension": {"davinci-crd.version": ["2.1"]},
            }
        ]
    }


def questionnaire(review: Review) -> str | None:
    """The canonical URL of the questionnaire about what is missing of a case, which `/questionnaire` gives; None where nothing is."""
    if review.determination is not Determination.MORE_INFORMATION_NEEDED:
        return None
    return canonical(review.made.case)


def response(program: Program, hook: Hook, address: str, *, authorizes: bool = False) -> dict[str, object]:
    """The cards, and the orders with coverage information. Raises `ProgramError` for records that cannot be read."""
    data = json.dumps(_bundle(hook), default=str).encode()
    (chart,) = charts_in(data, REQUEST)
    orders = _Orders(program, hook, chart, address, authorizes)
    cards: list[object] = []
    actions: list[object] = []
    usable, _ = screened(chart.resources)
    for order in usable:
        if order.type == ORDER and order.id is not None and order.id in _drafts(hook):
            reviews = orders.reviews(order)
            cards += [orders.card(order, each) for each in reviews]
            reviews = [each for each in reviews if each.determination is not Determination.NO_POLICY_IN_FORCE]
            if reviews and orders.coverage is not None:
                actions.append({"type": "update", "resource": orders.informed(order, reviews)})
    return {"cards": cards, "systemActions": actions}


@dataclass(frozen=True)
class _Orders:
    """The orders of a hook, among the records that came with it."""

    program: Program
    hook: Hook
    chart: Chart
    address: str
    authorizes: bool

    def reviews(self, order: Resource) -> list[Review]:
        """The reviews of the request that an order makes; none if it is not one to give a drug, no policy is about that, or the records
        ask for another one."""
        if not is_in_force(order.node) or is_not_to_be_done(order.node):
            return []
        workspace = self.program.workspace
        concepts = Concepts.of(workspace.reviewer.vocabulary.names, workspace.rules.facts)
        drug = concepts.read(drug_of(order, self.chart), "agent", is_one=True)
        patient = self.chart.find(order.node.child("subject"), order)
        if patient is None or not isinstance(drug, Meaning) or drug.constant is None:
            return []
        if not workspace.reviewer.policies.covering(drug.constant):
            return []
        given = (
            Given() if self._is_claimed else Given(plain_text(drug.constant), KIND, self._date(order) or clock.today())
        )
        found = cases_of(self.program, [self.chart], REQUEST, given)
        asked = [each for each in found if each.request.is_for(drug) and each.request.patient == patient]
        texts = [text_of(self.program, each) for each in asked]
        cases = [case for text in texts for case in self.program.with_text(text, name=REQUEST).cases]
        return [each for case in cases for each in case.reviews()]

    @property
    def _is_claimed(self) -> bool:
        """Whether the records say themselves what is requested."""
        return any(each.type in REQUESTS for each in self.chart.resources)

    @staticmethod
    def _date(order: Resource) -> datetime.date | None:
        """The day on which an order was written, if it says that."""
        found = date_of(order.node, "authoredOn")
        return None if found is None else found.day

    @property
    def coverage(self) -> str | None:
        """The coverage that is told about: the one that came along."""
        found = [each for each in self.chart.resources if each.type == "Coverage" and each.id is not None]
        return f"Coverage/{found[0].id}" if len(found) == 1 else None

    # --- what people read ----------------------------------------------------------------------------------------------

    def card(self, order: Resource, review: Review) -> dict[str, object]:
        """What is met and what is needed, for whoever signs."""
        title = review.made.title or review.policy or ""
        is_met = review.determination is Determination.MEETS_CRITERIA
        badge = statements.determination(review.made)
        return {
            "extension": {"davinci-crd.associated-resource": [f"{ORDER}/{order.id}"]},
            "summary": shorten(f"{title}: {badge.word.lower()}" if title else badge.word, LONGEST_SUMMARY),
            "indicator": "info" if is_met else "warning",
            "detail": "\n\n".join(self._detail(order, review)),
            "source": {"label": "Priorlog", "topic": TOPIC},
            "links": [{"label": "Review a case by hand", "url": f"{self.address}/", "type": "absolute"}],
        }

    def _detail(self, order: Resource, review: Review) -> Iterator[str]:
        yield f"{escape(statements.finding(review.made))} A clinician decides."
        for status, title in (
            (Status.MET, "Met"),
            (Status.NOT_MET, "Not met"),
            (Status.NOT_DOCUMENTED, "Not documented"),
        ):
            found = [each for each in review.criteria if each.status is status]
            if found:
                yield _list(title, [f"{statements.title_of(each.id)} ({each.cite})" for each in found])
        if review.missing:
            yield _list("Needed, the shortest way", [fact.question for fact in review.missing[0]])
        if review.not_recognised:
            yield _list("Not recognised, and decides nothing", review.not_recognised)
        if review.to_check:
            yield _list("To be checked", review.to_check)
        assumed = "" if self._is_claimed else ", which the order does not say"
        today = (
            "" if self._is_claimed or self._date(order) is not None else ", today, as the order does not say the day"
        )
        yield f"Reviewed as a request of the kind {code(review.kind)}{assumed}, dated {review.date}{today}."

    # --- what programs read --------------------------------------------------------------------------------------------

    def informed(self, order: Resource, reviews: list[Review]) -> dict[str, object]:
        """The order with its coverage information, in place of what it had of that, and otherwise as it came."""
        assert isinstance(order.node.value, dict)
        kept = [each.value for each in order.node.children("extension") if each.text("url") != COVERAGE_INFORMATION]
        return {**_drafts(self.hook)[order.id or ""], "extension": [*kept, self._information(_foremost(reviews))]}

    def _information(self, review: Review) -> dict[str, object]:
        is_satisfied = self.authorizes and review.determination is Determination.MEETS_CRITERIA and not review.to_check
        trace = f"{review.made.policy_hash[:16]}-{review.made.facts_hash[:16]}"
        parts: list[tuple[str, str, object]] = [
            ("coverage", "Reference", {"reference": self.coverage}),
            ("covered", "Code", "conditional"),
            ("pa-needed", "Code", "satisfied" if is_satisfied else "auth-needed"),
        ]
        asked = questionnaire(review)
        if review.determination is Determination.MORE_INFORMATION_NEEDED:
            parts += [("doc-needed", "Code", "clinical"), ("doc-purpose", "Code", "withpa")]
        parts += [
            ("info-needed", "Code", "OTH"),
            ("reason", "CodeableConcept", {"text": statements.finding(review.made)}),
        ]
        parts += [("questionnaire", "Canonical", asked)] if asked else []
        parts += [("date", "Date", str(clock.today())), ("coverage-assertion-id", "String", trace)]
        parts += [("satisfied-pa-id", "String", trace)] if is_satisfied else []
        return {
            "url": COVERAGE_INFORMATION,
            "extension": [{"url": url, f"value{kind}": value} for url, kind, value in parts],
        }


def _foremost(reviews: list[Review]) -> Review:
    """Of the reviews under several policies, one whose criteria are met, or else one that more information could settle."""
    order = (Determination.MEETS_CRITERIA, Determination.MORE_INFORMATION_NEEDED)
    return min(reviews, key=lambda each: order.index(each.determination) if each.determination in order else len(order))


def _list(title: str, texts: Iterator[str] | list[str] | tuple[str, ...]) -> str:
    return "\n".join([f"**{title}**", "", *(f"- {escape(each)}" for each in texts)])


def _drafts(hook: Hook) -> dict[str, Mapping[str, object]]:
    """The orders that are about to be signed, by their ids."""
    found = (each["resource"] for each in _entries(hook.context.draftOrders))
    return {
        str(each["id"]): each
        for each in found
        if isinstance(each, dict) and each.get("resourceType") == ORDER and "id" in each
    }


def _bundle(hook: Hook) -> dict[str, object]:
    """All that came with a hook, as one bundle: the orders first, in place of what the server has by the same id."""
    drafts = _entries(hook.context.draftOrders)
    known = {_key(each) for each in drafts}
    others = [entry for value in hook.prefetch.values() if value is not None for entry in _entries(value)]
    entries = [*drafts, *(each for each in others if _key(each) not in known)]
    base = (hook.fhirServer or "").rstrip("/")
    return {"resourceType": "Bundle", "type": "collection", "entry": [_addressed(each, base) for each in entries]}


def _entries(value: Mapping[str, object]) -> list[dict[str, object]]:
    """The entries of a bundle, or a resource as one."""
    if value.get("resourceType") != "Bundle":
        return [{"resource": value}]
    entries = value.get("entry")
    return (
        [each for each in entries if isinstance(each, dict) and isinstance(each.get("resource"), dict)]
        if isinstance(entries, list)
        else []
    )


def _key(entry: Mapping[str, object]) -> tuple[str | None, str | int]:
    """The type and the id of the resource of an entry; of one without these, what no other has."""
    resource = entry["resource"]
    assert isinstance(resource, dict)
    kind, name = resource.get("resourceType"), resource.get("id")
    return kind if isinstance(kind, str) else None, name if isinstance(name, str) else id(resource)


def _addressed(entry: dict[str, object], base: str) -> dict[str, object]:
    """An entry with the address at which the server of the records has its resource, where it has none."""
    kind, name = _key(entry)
    return {"fullUrl": f"{base}/{kind}/{name}", **entry} if base and kind and isinstance(name, str) else entry
