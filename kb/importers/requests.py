"""What a chart asks for, and for whom: a Claim or a CoverageEligibilityRequest, with the order that it names."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from kb.importers.bundle import Chart, Resource
from kb.importers.concepts import Concepts, Meaning, Unread, codes_of, recorded_as
from kb.importers.dates import date_of
from kb.importers.facts import NotMapped
from kb.importers.json_values import Node
from kb.language.diagnostics import ProgramError
from kb.language.terms import Atom
from kb.normalization import Names

REQUESTS = ("Claim", "CoverageEligibilityRequest")
PAS = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/"
CERTIFICATION = f"{PAS}extension-certificationType"
REQUESTED = f"{PAS}extension-requestedService"
INQUIRY = f"{PAS}profile-claim-inquiry"
X12_CERTIFICATION = "https://codesystem.x12.org/005010/1322"
KINDS = {"I": "initial", "R": "renewal"}
CANCEL = "3"
"""Codes of X12 for what a certification is: I and 3 as the examples of Da Vinci PAS have them, R as its implementations do."""
ORDERS = ("MedicationRequest",)
ORDERED = ("active", "draft")
INTENTS = ("order", "original-order", "instance-order", "plan")
"""The states and intents of an order that somebody means to be filled, which a proposal or an option is not."""


@dataclass(frozen=True)
class Given:
    """What the user says of the request where the chart does not."""

    drug: str | None = None
    kind: str | None = None
    date: datetime.date | None = None

    @property
    def options(self) -> list[str]:
        """The options that say something."""
        said = {"--drug": self.drug, "--kind": self.kind, "--date": self.date}
        return [name for name, value in said.items() if value is not None]

    def check(self, names: Names) -> None:
        """Raises `ProgramError` for a drug that the vocabulary does not know."""
        agents = names.of_type("agent")
        if self.drug is None or agents is None or agents.meant(Atom(self.drug)) is not None:
            return
        perhaps = agents.perhaps(Atom(self.drug))
        hint = f"did you mean {' or '.join(f'`{each}`' for each in perhaps)}?" if perhaps else None
        raise ProgramError.of("E211", f"the vocabulary knows no agent `{self.drug}`", "--drug", hint)


@dataclass(frozen=True)
class Request:
    """What is asked for a patient; parts that the chart does not say are None."""

    resource: Resource | None
    patient: Resource
    drug: Meaning | None = None
    kind: str | None = None
    date: datetime.date | None = None
    place: str = ""
    by_options: tuple[str, ...] = ()
    """The options that say a part of it which the chart does not say."""
    orders: tuple[Resource, ...] = ()
    """The orders of the drug that the request names."""
    is_of_several: bool = False
    """Whether the drug is asked for in several items or orders, which are amounts together."""
    amounts: tuple[Node, ...] = field(default=(), repr=False)
    """The quantities of the items that ask for the drug."""
    reasons: tuple[tuple[Resource, Node], ...] = field(default=(), repr=False)
    """Where the request says what the drug is for: concepts and references, each in a resource."""
    wrong: tuple[NotMapped, ...] = ()

    @property
    def lacks(self) -> list[str]:
        """What is not known of the request, by the names of the options that say it."""
        parts = {"--drug": self.drug, "--kind": self.kind, "--date": self.date}
        return [name for name, part in parts.items() if part is None]

    def is_for(self, meaning: Meaning) -> bool:
        """Whether a drug is the one that is requested."""
        return self.drug is not None and set(meaning.constants) == set(self.drug.constants)


@dataclass(frozen=True)
class Requests:
    """The requests of a chart."""

    chart: Chart
    concepts: Concepts
    given: Given = Given()

    def read(self, usable: Sequence[Resource]) -> tuple[list[Request], list[NotMapped]]:
        """A request for each patient for whom the chart has one, or else one for each patient that the user's options fill;
        and what is wrong with the others."""
        wrong: list[NotMapped] = []
        found: list[Request] = []
        for resource in usable:
            if resource.type in REQUESTS:
                read = self._of(resource)
                if isinstance(read, NotMapped):
                    wrong.append(read)
                else:
                    found.append(read)
        if not any(each.type in REQUESTS for each in self.chart.resources):
            found = [Request(None, each) for each in usable if each.type == "Patient"]
        return [self._completed(each, usable) for each in found], wrong

    def _of(self, resource: Resource) -> Request | NotMapped:
        """What a Claim or a CoverageEligibilityRequest asks for."""
        node = resource.node
        status, use = node.text("status"), node.text("use")
        if status != "active":
            return resource.not_mapped(f"its status is `{status}`, not `active`", node.child("status"))
        if resource.type == "Claim" and use not in ("preauthorization", "predetermination", "claim"):
            return resource.not_mapped(f"its use is `{use}`", node.child("use"))
        if any(INQUIRY in str(each.value) for each in node.child("meta").children("profile")):
            return resource.not_mapped("it asks how an earlier request stands", node.child("meta"))
        patient = self.chart.find(node.child("patient"), resource)
        if patient is None or patient.type != "Patient":
            return resource.not_mapped("its patient is not in the bundle", node.child("patient"))
        drugs: list[tuple[Meaning, Node, Node, tuple[Resource, ...]]] = []
        wrong: list[NotMapped] = []
        for item in node.children("item"):
            if resource.type == "Claim":
                wrong += [
                    resource.not_mapped("details of an item are not read", each) for each in item.children("detail")
                ]
            for reference in self._references(item, resource):
                order = self.chart.find(reference, resource)
                if order is None or not self._is_order(order, resource):
                    said = "is not in the bundle" if order is None else "is no order to give a drug to the patient"
                    wrong.append(resource.not_mapped(f"what is asked for {said}", reference))
        for item, order, concept, place in self._asked(resource):
            if _is_cancelled(item, node):
                wrong.append(resource.not_mapped("it is cancelled", item))
                continue
            meaning = self.concepts.read(concept, "agent", is_one=True)
            if isinstance(meaning, Unread):
                wrong.append(resource.not_mapped(f"no drug is asked for: {meaning.reason}", place))
            else:
                drugs.append((meaning, place, item, () if order is None else (order,)))
        items = [each for _, _, each, _ in drugs] or node.children("item")
        date, date_wrong = self._date(resource, use == "claim", items)
        kind = self._kind(items, node)
        if kind is None and drugs:
            certified = [each for item in items for each in _certifications(item, node)]
            wrong += [
                resource.not_mapped(f"what kind of request it is: {recorded_as(each) or 'nothing that is known'}", each)
                for each in certified
            ]
        reasons, others = self._reasons(resource, items)
        made = Request(
            resource, patient, kind=kind, date=date, reasons=tuple(reasons), wrong=(*wrong, *date_wrong, *others)
        )
        if not drugs:
            return made
        drug, place, *_ = drugs[0]
        if len({each.constants for each, *_ in drugs}) > 1:
            several = resource.not_mapped("it asks for several drugs, and a case is about one", drugs[1][1])
            return replace(made, wrong=(*made.wrong, several))
        orders = tuple({each.key: each for *_, several_orders in drugs for each in several_orders}.values())
        asking = {each.path: each for _, _, each, _ in drugs}
        return replace(
            made,
            drug=drug,
            place=place.path,
            orders=orders,
            is_of_several=len(orders) > 1 or len(asking) > 1,
            amounts=tuple(quantity for each in asking.values() if (quantity := each.child("quantity")).is_given),
        )

    def _asked(self, resource: Resource) -> Iterator[tuple[Node, Resource | None, Node, Node]]:
        """What the items of a request ask for: the item, the order if one is named, the drug's concept, and the place."""
        for item in resource.node.children("item"):
            named = False
            for reference in self._references(item, resource):
                order = self.chart.find(reference, resource)
                if order is not None and self._is_order(order, resource):
                    named = True
                    yield item, order, drug_of(order, self.chart), reference
            product = item.child("productOrService")
            if not named or self._is_drug(product):
                yield item, None, product, product

    @staticmethod
    def _references(item: Node, resource: Resource) -> list[Node]:
        """What an item refers to as its orders; without any, the prescription of a request with one item."""
        orders = [each.choice("value", "Reference") for each in item.extensions(REQUESTED)]
        if not orders and resource.type != "Claim":
            orders = item.children("detail")
        prescription = resource.node.child("prescription")
        is_only = prescription.is_given and len(resource.node.children("item")) == 1
        return orders or ([prescription] if is_only else [])

    def _is_order(self, order: Resource, resource: Resource) -> bool:
        """Whether a request can name a resource as its order: one to give a drug to its patient."""
        patient = self.chart.find(resource.node.child("patient"), resource)
        subject = self.chart.find(order.node.child("subject"), order)
        return order.type in ORDERS and subject == patient and not is_not_to_be_done(order.node)

    def _is_drug(self, concept: Node) -> bool:
        return isinstance(self.concepts.read(concept, "agent"), Meaning)

    def _kind(self, items: Sequence[Node], whole: Node) -> str | None:
        """What kind of request it is, by the certification type of Da Vinci PAS."""
        kinds = {kind for item in items for each in _certifications(item, whole) if (kind := self._kind_of(each))}
        return kinds.pop() if len(kinds) == 1 else None

    def _kind_of(self, concept: Node) -> str | None:
        meaning = self.concepts.read(Node({"text": _display(concept)}, ""), "request_kind", is_one=True)
        by_name = meaning.constant.name if isinstance(meaning, Meaning) and isinstance(meaning.constant, Atom) else None
        said = {KINDS[each] for each in codes_of(concept, X12_CERTIFICATION) if each in KINDS}
        said |= {by_name} if by_name else set()
        return said.pop() if len(said) == 1 else None

    def _date(
        self, resource: Resource, is_claim: bool, items: Sequence[Node]
    ) -> tuple[datetime.date | None, list[NotMapped]]:
        """The day of the request; of a claim for what was done, the day of the service."""
        node = resource.node
        names = ("servicedDate", "servicedPeriod")
        days = [each for item in items if (each := date_of(item, *names)) is not None]
        if is_claim and len({(each.first, each.last) for each in days}) > 1:
            shown = ", ".join(sorted({each.written for each in days}))
            return None, [resource.not_mapped(f"it is for several days of service, and a case is about one: {shown}")]
        found = next(iter(days), None) if is_claim else date_of(node, "created")
        if found is None or found.day is None:
            said = "it has no date" if found is None else f"its date `{found.written}` is not given to the day"
            return None, [resource.not_mapped(said)]
        return found.day, []

    def _reasons(
        self, resource: Resource, items: Sequence[Node]
    ) -> tuple[list[tuple[Resource, Node]], list[NotMapped]]:
        """What the request says that the drug is for: the reasons of the items, if they name any, and else all; and what it says
        otherwise."""
        diagnoses = resource.node.children("diagnosis")
        named = [each for item in items for each in item.children("diagnosisSequence")]
        numbers = [each.members.get("sequence") for each in diagnoses]
        wrong = [
            resource.not_mapped(f"there is no diagnosis {each.value}", each)
            for each in named
            if each.value not in numbers
        ]
        if named:
            said = [each.value for each in named]
            others = [each for each in diagnoses if each.members.get("sequence") not in said]
            wrong += [resource.not_mapped("what is asked for does not name the diagnosis", each) for each in others]
            diagnoses = [each for each in diagnoses if each not in others]
        inner = [each for item in items for each in item.children("diagnosis")]
        return [(resource, each) for each in (*diagnoses, *inner)], wrong

    def _overruled(self, request: Request, drug: Meaning | Unread | None) -> Iterator[NotMapped]:
        """What the user says otherwise than the chart, which counts."""
        given = self.given
        said = {
            "--drug": isinstance(drug, Meaning) and request.drug is not None and not request.is_for(drug),
            "--kind": None not in (given.kind, request.kind) and given.kind != request.kind,
            "--date": None not in (given.date, request.date) and given.date != request.date,
        }
        for option, is_other in said.items():
            if is_other:
                yield NotMapped(request.patient.file, option, "option", "the chart says otherwise, and that counts")

    def _completed(self, request: Request, usable: Sequence[Resource]) -> Request:
        """The request with what the user says where the chart does not. A patient's orders of the drug are the request's, if
        it names none and there is no request in the chart."""
        meaning = None if self.given.drug is None else self.concepts.name(self.given.drug, "agent")
        request = replace(request, wrong=(*request.wrong, *self._overruled(request, meaning)))
        lacked = request.lacks
        request = replace(
            request,
            drug=request.drug or (meaning if isinstance(meaning, Meaning) else None),
            kind=request.kind or self.given.kind,
            date=request.date or self.given.date,
        )
        request = replace(request, by_options=tuple(each for each in lacked if each not in request.lacks))
        if request.resource is None and request.drug is not None:
            orders = [
                each
                for each in usable
                if each.type in ORDERS
                and is_in_force(each.node)
                and not is_not_to_be_done(each.node)
                and self.chart.find(each.node.child("subject"), each) == request.patient
                and isinstance(meaning := self.concepts.read(drug_of(each, self.chart), "agent"), Meaning)
                and request.is_for(meaning)
            ]
            request = replace(request, orders=tuple(orders))
        return request


def former(chart: Chart) -> set[str]:
    """The claims of a chart that another one takes the place of, or updates, by their keys."""
    found = set()
    for each in chart.resources:
        for related in each.node.children("related") if each.type in REQUESTS else ():
            claim = chart.find(related.child("claim"), each)
            if claim is not None and {"prior", "replaces"} & {*codes_of(related.child("relationship"))}:
                found.add(claim.key)
    return found


def is_in_force(order: Node) -> bool:
    """Whether an order is one that somebody means to be filled."""
    return order.text("status") in ORDERED and order.text("intent") in INTENTS


def is_not_to_be_done(order: Node) -> bool:
    """Whether an order is one not to give a drug, or may be: what is neither true nor false may be either."""
    return order.members.get("doNotPerform") not in (None, False)


def drug_of(resource: Resource, chart: Chart) -> Node:
    """The concept of the drug of an order, a dose, a supply or a statement."""
    concept = resource.node.choice("medication", "CodeableConcept")
    if concept.is_given:
        return concept
    found = chart.find(resource.node.choice("medication", "Reference"), resource)
    if found is not None and found.type == "Medication":
        return found.node.child("code")
    return Node(None, resource.node.choice("medication", "Reference").path)


def _certifications(item: Node, whole: Node) -> list[Node]:
    found = item.extensions(CERTIFICATION) or whole.extensions(CERTIFICATION)
    return [each.choice("value", "CodeableConcept") for each in found]


def _is_cancelled(item: Node, whole: Node) -> bool:
    return any(
        CANCEL in codes_of(each, X12_CERTIFICATION) or "cancel" in recorded_as(each).casefold()
        for each in _certifications(item, whole)
    )


def _display(concept: Node) -> str:
    """The name of a concept, or its only code."""
    named = [each.text("display") for each in concept.children("coding") if each.text("display")]
    return named[0] or "" if named else concept.text("text") or ""
