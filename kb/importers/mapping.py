"""Charts to cases: whose a resource is, what it states, and what is left of it where places disagree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from types import MappingProxyType

from kb.importers import disease, patient, questionnaire, treatment
from kb.importers.bundle import Chart, Resource
from kb.importers.cases import ChartCase
from kb.importers.concepts import Concepts, are_together, codes_of
from kb.importers.facts import Finding, Findings, NotMapped, Origin, Stated
from kb.importers.requests import REQUESTS, Given, Request, Requests, former
from kb.importers.screening import screened
from kb.language.declarations import Declarations
from kb.language.diagnostics import Diagnostic
from kb.language.syntax import Clause, Pred, Span
from kb.language.terms import Atom, Const, Date, plain_text, term_text
from kb.normalization import Names

THROUGH_OTHERS = ("Encounter", "EpisodeOfCare", "Medication", "Organization", "Practitioner", "PractitionerRole")
"""Resources that are read where others refer to them."""
SUBJECTS = ("subject", "patient", "beneficiary")
STATES = MappingProxyType({"normal": "standard"})
"""The urgency that the priority of a request says."""
REVIEWS = MappingProxyType({"preauthorization": "pre_service", "claim": "post_service"})
"""What kind of review a Claim asks for by its use."""
OPTIONS = "the options of the import"

LONGEST_NAME = 60

Handler = Callable[[Resource, ChartCase], Findings]


@dataclass(frozen=True)
class MappedCase:
    """A case of a chart: its facts, what is not mapped, and why it is none, if it is none."""

    name: str
    chart: str
    request: Request
    """What is asked; of several requests, the first."""
    requests: tuple[Request, ...]
    facts: tuple[Stated, ...]
    not_mapped: tuple[NotMapped, ...]
    errors: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True)
class Mapped:
    """What is made of charts."""

    cases: tuple[MappedCase, ...]
    not_mapped: tuple[NotMapped, ...]
    """All that is not mapped, of the cases too."""


def mapped(charts: Iterable[Chart], names: Names, clauses: Iterable[Clause], given: Given | None = None) -> Mapped:
    """The cases of some charts, each with a name of its own, by a program's vocabularies and what it declares."""
    found = [*each_mapped(charts, names, clauses, given)]
    cases = chain.from_iterable(each.cases for each in found)
    return Mapped(tuple(cases), tuple(chain.from_iterable(each.not_mapped for each in found)))


def each_mapped(
    charts: Iterable[Chart], names: Names, clauses: Iterable[Clause], given: Given | None = None
) -> Iterator[Mapped]:
    """The same, chart by chart."""
    concepts = Concepts.of(names, clauses)
    taken: dict[str, int] = {}
    for chart in charts:
        cases, others = _Chart(chart, concepts, names.declarations, given or Given()).cases(taken)
        if not cases and (chart.resources or not others):
            others.append(
                NotMapped(chart.name, "all of it", "chart", "it has no patient for whom something is requested")
            )
        yield Mapped(tuple(cases), (*others, *chain.from_iterable(each.not_mapped for each in cases)))


def no_case(name: str) -> Diagnostic:
    """What is said of a file or folder in which nothing is requested for anybody."""
    said = f"`{name}` has no patient for whom something could be requested"
    return Diagnostic("E401", said, Span(name, 0, 0), (), "give a bundle with the patient and the request")


def case_name(identity: str, taken: dict[str, int]) -> str:
    """A name for the case of a patient, which is then taken; `taken` has the names so far, each with the last number after it.

    >>> case_name("3f-07", {}), case_name("Ann.B", {"ann_b": 1})
    ('case_3f_07', 'ann_b_2')
    """
    plain = re.sub(r"[^a-z0-9]+", "_", identity.lower()).strip("_")[:LONGEST_NAME].rstrip("_")
    plain = plain if re.match(r"[a-z]", plain) else f"case_{plain}".rstrip("_")
    name, number = plain, taken.get(plain, 1)
    while name in taken:
        number += 1
        name = f"{plain}_{number}"
    taken[plain], taken[name] = number, 1
    return name


@dataclass(frozen=True)
class _Chart:
    """One chart, with what it is read by."""

    chart: Chart
    concepts: Concepts
    declarations: Declarations
    given: Given

    def cases(self, taken: dict[str, int]) -> tuple[list[MappedCase], list[NotMapped]]:
        usable, unusable = screened(self.chart.resources)
        earlier = former(self.chart)
        unusable += [each.not_mapped("a later claim takes its place") for each in usable if each.key in earlier]
        usable = [each for each in usable if each.key not in earlier]
        return replace(self, chart=replace(self.chart, resources=tuple(usable)))._cases(unusable, taken)

    def _cases(self, unusable: Sequence[NotMapped], taken: dict[str, int]) -> tuple[list[MappedCase], list[NotMapped]]:
        """The cases of a chart of which nothing refers to what cannot be used."""
        usable = self.chart.resources
        requests, wrong = Requests(self.chart, self.concepts, self.given).read(usable)
        others = [*self.chart.not_mapped, *unusable, *wrong]
        by_patient: dict[str, list[Request]] = {}
        for request in requests:
            by_patient.setdefault(request.patient.key, []).append(request)
        subjects = {each.key: self._subject(each) for each in usable if each.type not in REQUESTS}
        used: set[str] = set()
        cases: list[MappedCase] = []
        for key, several in by_patient.items():
            own = [each for each in usable if isinstance(of := subjects.get(each.key), Resource) and of.key == key]
            cases.append(self._case(several, own, taken, used))
        for each in usable:
            subject = subjects.get(each.key)
            if each.type in REQUESTS:
                continue
            if each.type in THROUGH_OTHERS:
                others += [] if each.key in used else [each.not_mapped("nothing that is mapped refers to it")]
            elif isinstance(subject, str):
                others.append(each.not_mapped(subject))
            elif subject is not None and subject.key not in by_patient:
                others.append(each.not_mapped(f"it is about Patient/{subject.id}, for whom nothing is requested"))
        return cases, others

    def _subject(self, resource: Resource) -> Resource | str | None:
        """The patient that a resource is about, or why that is not known."""
        if resource.type == "Patient":
            return resource
        if resource.type in THROUGH_OTHERS:
            return None
        if resource.type not in HANDLERS and resource.type not in ("Condition", "Observation"):
            return f"{resource.type} is no resource of which a case states anything"
        for name in SUBJECTS:
            reference = resource.node.child(name)
            if reference.is_given:
                found = self.chart.find(reference, resource)
                if found is not None and found.type == "Patient":
                    return found
                return f"it is about {reference.text('reference') or 'somebody'}, who is no patient in the bundle"
        return "it does not say whom it is about"

    def _case(
        self, requests: Sequence[Request], own: Sequence[Resource], taken: dict[str, int], used: set[str]
    ) -> MappedCase:
        """The case of a patient."""
        request, errors = _one_of(requests)
        case = ChartCase(self.chart, self.concepts, self.declarations, request=request)
        found: list[Finding] = [*chain.from_iterable(each.wrong for each in requests)]
        found += _request(case)
        told, reasons = disease.indications(case)
        found += told
        case.conditions.update(reasons)
        case.indications.update(disease.meant(told, case))
        case.others.update(disease.other_conditions(own, case))
        observed: list[tuple[Resource, Finding]] = []
        for resource in (*own, *self._contained(case, own)):
            if resource.type == "Condition":
                found += disease.condition(resource, case)
            elif resource.type == "Observation":
                observed += [(resource, each) for each in disease.observation(resource, case)]
            elif (handler := HANDLERS.get(resource.type)) is not None:
                found += handler(resource, case)
        found += patient.prescriber(case)
        found += _lasting(found, observed, self.concepts)
        used |= case.used
        name = case_name(request.patient.id or "patient", taken)
        facts = _once(each for each in found if isinstance(each, Stated))
        kept, disagreeing = self._agreeing(facts, request.patient)
        known = [each for each in kept if self._is_known(each)]
        wrong = [each for each in found if isinstance(each, NotMapped)]
        wrong += disagreeing
        wrong = [replace(each, case=name) for each in dict.fromkeys(wrong)]
        if not errors and request.lacks:
            errors = [_lacking(request, wrong)]
        return MappedCase(name, self.chart.name, request, tuple(requests), tuple(known), tuple(wrong), tuple(errors))

    def _contained(self, case: ChartCase, own: Sequence[Resource]) -> list[Resource]:
        """The patient, the orders and the reasons of the request that are contained in other resources, and are the patient's."""
        entries = {each.key for each in own}
        found = [case.patient, *case.request.orders, *case.conditions.values()]
        return [each for each in found if each.key not in entries and self._subject(each) == case.patient]

    def _is_known(self, fact: Stated) -> bool:
        """Whether the program declares the predicate of a fact: another vocabulary may not have all."""
        return Pred(fact.predicate, len(fact.args) + 1) in self.declarations.preds

    def _agreeing(self, facts: Sequence[Stated], of: Resource) -> tuple[list[Stated], list[NotMapped]]:
        """Facts without those that give two values to what has one."""
        groups: dict[tuple[Pred, tuple[Const, ...]], list[Stated]] = {}
        values: dict[int, tuple[Const, ...]] = {}
        for number, fact in enumerate(facts):
            pred = Pred(fact.predicate, len(fact.args) + 1)
            declared = self.declarations.functional.get(pred)
            if declared is not None and not fact.negative:
                meant = self._meant(pred, fact.args)
                key = tuple(arg for arg, is_key in zip(meant, declared.keys[1:], strict=True) if is_key)
                groups.setdefault((pred, key), []).append(fact)
                values[number] = meant
        dropped: list[Stated] = []
        wrong: list[NotMapped] = []
        for (pred, _), group in groups.items():
            if len({self._meant(pred, each.args) for each in group}) > 1:
                shown = " and ".join(dict.fromkeys(", ".join(map(term_text, each.args)) for each in group))
                dropped += group
                said = f"the chart has several values of {pred.name}, and it has one: {shown}"
                wrong += [NotMapped(of.file, each.origin.place, pred.name, said) for each in group]
        return [each for each in facts if each not in dropped], wrong

    def _meant(self, pred: Pred, args: Sequence[Const]) -> tuple[Const, ...]:
        """Arguments as the vocabularies read them."""
        found: list[Const] = []
        for arg, vocabulary in zip(args, self.concepts.names.at(pred)[1:], strict=True):
            meant = None if vocabulary is None else vocabulary.meant(arg)
            found.append(arg if meant is None or meant.constant is None else meant.constant)
        return tuple(found)


HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        "Patient": patient.patient,
        "Coverage": patient.coverage,
        "MedicationAdministration": treatment.given,
        "MedicationDispense": treatment.given,
        "MedicationRequest": treatment.order,
        "MedicationStatement": treatment.given,
        "Procedure": treatment.given,
        "QuestionnaireResponse": questionnaire.response,
    }
)
"""What reads a resource, by its type; conditions and observations are read with the reasons of the request."""


def _request(case: ChartCase) -> Iterator[Finding]:
    """The request itself, and what is said of it for the head of the report."""
    request = case.request
    resource = request.resource
    if request.drug is not None and request.kind is not None and request.date is not None:
        args = (request.drug.written, Atom(request.kind), Date(request.date))
        recorded = request.drug.recorded
        if resource is None or "--drug" in request.by_options:
            origin = Origin(OPTIONS)
        else:
            origin = replace(case.origin(resource), place=request.place)
            recorded += f"; by {' and '.join(request.by_options)}" if request.by_options else ""
        yield Stated("request", args, origin, recorded)
    if resource is None:
        return
    use = resource.node.child("use")
    if (review := REVIEWS.get(str(use.value))) is not None:
        yield Stated("review_type", (Atom(review),), case.origin(resource, use))
    for each in resource.node.children("supportingInfo"):
        if not each.choice("value", "Reference").is_given:
            yield resource.not_mapped("what supports the request is nothing that a case may state", each)
    priority = resource.node.child("priority")
    if priority.is_given and not codes_of(priority):
        yield resource.not_mapped("the priority has no code", priority)
    for code in codes_of(priority):
        if (urgency := STATES.get(code)) is not None:
            yield Stated("urgency", (Atom(urgency),), case.origin(resource, priority))
        else:
            yield resource.not_mapped(f"the priority `{code}` is no urgency that a case may state", priority)


def _one_of(requests: Sequence[Request]) -> tuple[Request, list[Diagnostic]]:
    """The request of a patient, and why there is not one."""
    whole = [each for each in requests if each.drug is not None]
    asked = {(each.drug.constants if each.drug else (), each.kind, each.date) for each in whole}
    if len(asked) <= 1:
        return _together(whole or requests), []
    places = ", ".join(each.place for each in whole)
    file = whole[0].patient.file
    said = f"Patient/{whole[0].patient.id} has several requests, and a case is about one: {places}"
    return whole[0], [Diagnostic("E402", said, Span(file, 0, 0), (), "give a bundle with one of them")]


def _together(requests: Sequence[Request]) -> Request:
    """Requests for the same as one, with the orders and the reasons of all."""
    orders = tuple({order.key: order for each in requests for order in each.orders}.values())
    return replace(
        requests[0],
        orders=orders,
        reasons=tuple(reason for each in requests for reason in each.reasons),
        amounts=tuple(amount for each in requests for amount in each.amounts),
        is_of_several=len(orders) > 1 or any(each.is_of_several for each in requests),
    )


def _lacking(request: Request, wrong: Sequence[NotMapped]) -> Diagnostic:
    """What is said of a patient of whom it is not known what is requested."""
    shown = {"--drug": "the drug", "--kind": "the kind (initial or renewal)", "--date": "the date"}
    lacks = request.lacks
    said = f"Patient/{request.patient.id}: the bundle does not say what is requested: {', '.join(shown[each] for each in lacks)}"
    about = [each for each in wrong if each.what in REQUESTS]
    notes = tuple(f"{each.place}: {each.reason}" for each in about[:3])
    return Diagnostic("E401", said, Span(request.patient.file, 0, 0), notes, f"say it with {', '.join(lacks)}")


def _once(facts: Iterable[Stated]) -> list[Stated]:
    """Facts that are there once, each with all its places."""
    found: dict[tuple[str, tuple[Const, ...], bool], tuple[Stated, dict[Origin, None]]] = {}
    for each in facts:
        first, origins = found.setdefault((each.predicate, each.args, each.negative), (each, {}))
        if each.origin != first.origin:
            origins[each.origin] = None
    return [replace(first, also=tuple(origins)) for first, origins in found.values()]


def _lasting(
    found: Sequence[Finding], observed: Sequence[tuple[Resource, Finding]], concepts: Concepts
) -> Iterator[Finding]:
    """What observations say, without states of the disease that a later one, or the condition's own record, contradicts."""
    by_code = concepts.states
    recorded = {
        status
        for each in found
        if isinstance(each, Stated) and not each.negative
        for status in (
            [each.args[0]]
            if each.predicate == "disease_status"
            else [by_code[plain_text(each.args[0])]]
            if each.predicate == "indication" and plain_text(each.args[0]) in by_code
            else []
        )
    }
    states = [each for _, each in observed if isinstance(each, Stated) and each.predicate == "disease_status"]
    for resource, each in observed:
        if not isinstance(each, Stated) or each.predicate != "disease_status":
            yield each
            continue
        mine = each.args[0]
        later = [
            other
            for other in states
            if not are_together(mine, other.args[0])
            and (each.origin.on is None or other.origin.on is None or other.origin.on >= each.origin.on)
        ]
        if any(not are_together(mine, other) for other in recorded):
            yield _contradicted(resource, each, "the record of the condition says otherwise")
        elif later:
            yield _contradicted(resource, each, f"{later[0].origin.place} says otherwise, and not earlier")
        else:
            yield each


def _contradicted(resource: Resource, fact: Stated, why: str) -> NotMapped:
    shown = f"the status of the disease, {plain_text(fact.args[0])}"
    return NotMapped(resource.file, fact.origin.place, resource.type, f"{shown}: {why}")
