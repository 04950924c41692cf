"""What the drug is requested for, and how the disease stands."""

from __future__ import annotations

from collections.abc import Sequence

from kb.importers.bundle import Resource
from kb.importers.cases import ChartCase
from kb.importers.concepts import (
    LOINC,
    SNOMED,
    Meaning,
    Unread,
    are_together,
    codes_of,
    doubt_in,
    has_code,
    recorded_as,
)
from kb.importers.dates import date_of, dated
from kb.importers.facts import Finding, Findings, NotMapped, Stated
from kb.importers.json_values import Node
from kb.importers.treatment import line_of
from kb.language.terms import Atom, Const, Date, plain_text

DISEASE_STATUS = "97509-4"
"""Cancer disease progression, in LOINC: the status of a cancer in mCODE."""
IMPROVED, STABLE, WORSENED, UNDETERMINED = "268910001", "359746009", "271299001", "709137006"
"""The values that mCODE lists for it, in SNOMED CT."""
TRENDS = {IMPROVED: "improved", STABLE: "stable", UNDETERMINED: "undetermined"}
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
PRESENT = {"active", "recurrence", "relapse", "remission"}
"""The clinical states of a condition that a drug can be requested for."""
DIFFERENTIAL = "differential"
"""The type of a diagnosis of a claim that is one of several possible ones."""
ONSET = ("onsetDateTime", "onsetPeriod")
OBSERVED = ("effectiveDateTime", "effectivePeriod", "effectiveTiming", "effectiveInstant", "issued")
FINAL = ("final", "amended", "corrected")


def indications(case: ChartCase) -> tuple[list[Finding], dict[str, Resource]]:
    """What the request says that the drug is for, and the conditions that it names, by their keys."""
    found: list[Finding] = []
    conditions: dict[str, Resource] = {}
    for resource, each in case.request.reasons:
        if any(DIFFERENTIAL in recorded_as(kind).casefold() for kind in each.children("type")):
            found.append(resource.not_mapped(f"the diagnosis is only a possible one (`{DIFFERENTIAL}`)", each))
            continue
        concept = each.choice("diagnosis", "CodeableConcept")
        reference = each.choice("diagnosis", "Reference")
        if concept.is_given:
            found.append(_indication(resource, concept, case))
        elif (named := case.find(reference, resource)) is not None and named.type == "Condition":
            conditions[named.key] = named
        else:
            found.append(resource.not_mapped("the diagnosis is not in the bundle", each))
    for order in case.request.orders:
        found += [_indication(order, each, case) for each in order.node.children("reasonCode")]
        for reference in order.node.children("reasonReference"):
            named = case.find(reference, order)
            if named is not None and named.type == "Condition":
                conditions[named.key] = named
            else:
                found.append(order.not_mapped("the reason is not a condition in the bundle", reference))
    return found, conditions


def _indication(resource: Resource, concept: Node, case: ChartCase) -> Finding:
    meaning = case.concepts.read(concept, "condition", is_one=True)
    if isinstance(meaning, Unread):
        return resource.not_mapped(meaning.reason, concept)
    return Stated("indication", (meaning.written,), case.origin(resource, concept), meaning.recorded)


def condition(resource: Resource, case: ChartCase) -> Findings:
    """A condition that is what the drug is requested for, with the status of the disease that its clinical status says."""
    node = resource.node
    if (wrong := doubt(resource)) is not None:
        yield wrong
        return
    if resource.key not in case.conditions:
        yield resource.not_mapped(f"{case.unnamed} it as its reason")
        return
    if (wrong := case.later(resource, date_of(node, *ONSET), "its onset")) is not None:
        yield wrong
        return
    stated = _indication(resource, node.child("code"), case)
    if isinstance(stated, NotMapped):
        yield stated
        return
    clinical = node.child("clinicalStatus")
    read = {code: case.concepts.name(code, "disease_status") for code in codes_of(clinical, CLINICAL)}
    states = {
        code: each.constant for code, each in read.items() if isinstance(each, Meaning) and each.constant is not None
    }
    by_name = case.concepts.states.get(plain_text(stated.args[0]))
    said = [*states.values(), *([] if by_name is None else [by_name])]
    if not all(are_together(each, said[0]) for each in said):
        shown = ", ".join(f"`{each}`" for each in (*states, *([] if by_name is None else [stated.recorded])))
        yield resource.not_mapped(f"the states of the disease disagree that these say: {shown}", clinical)
        return
    yield stated
    for code, status in states.items():
        yield Stated("disease_status", (status,), case.origin(resource, clinical), f'clinical status "{code}"')


def meant(told: Sequence[Finding], case: ChartCase) -> set[Const]:
    """The conditions, by the names that the vocabulary has for them, that the request gives as its reason."""
    names = [each.args[0] for each in told if isinstance(each, Stated)]
    read = [case.concepts.name(plain_text(each), "condition") for each in names]
    read += [_read(each, case) for each in case.conditions.values()]
    return {constant for each in read if isinstance(each, Meaning) for constant in each.constants}


def other_conditions(own: Sequence[Resource], case: ChartCase) -> set[str]:
    """Other neoplasms of the patient than the drug is requested for, by their keys."""
    neoplasms = case.concepts.neoplasms
    conditions = [
        each for each in own if each.type == "Condition" and each.key not in case.conditions and not doubt(each)
    ]
    read = {each.key: _read(each, case) for each in conditions}
    known = {key: each for key, each in read.items() if isinstance(each, Meaning) and not case.is_indication(each)}
    return {key for key, each in known.items() if neoplasms.intersection(each.constants)}


def _read(condition: Resource, case: ChartCase) -> Meaning | Unread:
    return case.concepts.read(condition.node.child("code"), "condition")


def doubt(resource: Resource) -> NotMapped | None:
    """Why a condition is not one that the patient is known to have, if it is not."""
    node = resource.node
    verification, clinical = node.child("verificationStatus"), node.child("clinicalStatus")
    codes = codes_of(verification, VERIFICATION)
    if verification.is_given and codes != ["confirmed"]:
        said = ", ".join(codes) or recorded_as(verification) or "nothing that is known"
        return resource.not_mapped(f"its verification status is `{said}`, not `confirmed`", verification)
    states = codes_of(clinical, CLINICAL)
    if clinical.is_given and (not states or not set(states) <= PRESENT):
        said = ", ".join(states) or recorded_as(clinical) or "nothing that is known"
        return resource.not_mapped(f"its clinical status is `{said}`", clinical)
    if any(name.lstrip("_").startswith("abatement") and value is not None for name, value in node.members.items()):
        return resource.not_mapped("it has abated", node.child("abatement"))
    return None


def observation(resource: Resource, case: ChartCase) -> Findings:
    """The status of the disease, and its progression after the start of a line of treatment."""
    node = resource.node
    if not has_code(node.child("code"), LOINC, DISEASE_STATUS):
        yield resource.not_mapped(f"{recorded_as(node.child('code')) or 'what it is'} is nothing that a case may state")
        return
    if (word := doubt_in(_names(node.child("code")))) is not None:
        yield resource.not_mapped(
            f"{recorded_as(node.child('code'))}: `{word}` may say that it is not so", node.child("code")
        )
        return
    if node.text("status") not in FINAL:
        yield resource.not_mapped(f"its status is `{node.text('status')}`, not final", node.child("status"))
        return
    when = date_of(node, *OBSERVED)
    if (wrong := case.when(resource, when)) is not None:
        yield wrong
        return
    if (wrong := case.elsewhere(resource, *node.children("focus"))) is not None:
        yield wrong
        return
    absent = node.child("dataAbsentReason")
    if absent.is_given:
        yield resource.not_mapped(
            f"it says why it has no value: {recorded_as(absent) or 'no reason that is known'}", absent
        )
        return
    value = node.choice("value", "CodeableConcept")
    if not value.is_given:
        yield resource.not_mapped("it has no coded value", node.child("value"))
        return
    recorded = recorded_as(value)
    origin = case.origin(resource, value)
    worsened = WORSENED in codes_of(value, SNOMED) or _is_progression(value, case)
    others = [each for each in codes_of(value, SNOMED) if each in TRENDS]
    status = case.concepts.read(value, "disease_status", is_one=True)
    if (worsened and (others or _says_other(value))) or (isinstance(status, Unread) and "disagree" in status.reason):
        yield resource.not_mapped(f"{recorded}: its codes and names disagree", value)
    elif worsened:
        yield _progressed(resource, case, recorded, value)
    elif others:
        yield resource.not_mapped(
            f"{recorded}: no status of a disease ({TRENDS[others[0]]}) that a case may state", value
        )
    elif isinstance(status, Unread):
        yield resource.not_mapped(status.reason, value)
    elif status.constant is not None:
        yield Stated("disease_status", (status.constant,), origin, recorded)


def _progressed(resource: Resource, case: ChartCase, recorded: str, value: Node) -> Finding:
    """That the disease progressed: on the present treatment, or after the start of a line."""
    when = date_of(resource.node, *OBSERVED[:-1])
    end = dated(resource.node.child("effectivePeriod").text("end"))
    if case.request.kind == "renewal" and any(
        (found := case.find(each, resource)) is not None and found in case.request.orders
        for name in ("basedOn", "partOf", "focus")
        for each in resource.node.children(name)
    ):
        return Stated("disease_progression", (), case.origin(resource, value), recorded)
    line = line_of(resource, case)
    if isinstance(line, NotMapped):
        return resource.not_mapped(f"{recorded}: {line.reason}", value)
    if (
        when is None
        or when.day is None
        or ("effectivePeriod" in resource.node and (end is None or end.day != when.day))
    ):
        return resource.not_mapped(f"{recorded}: the day is not given", value)
    return Stated("progression", (line, Date(when.day)), case.origin(resource, value), recorded)


def _is_progression(value: Node, case: ChartCase) -> bool:
    """Whether a value is progressive disease by the names of responses."""
    meaning = case.concepts.read(value, "response", is_one=True)
    return isinstance(meaning, Meaning) and meaning.constant == Atom("progressive_disease")


def _names(concept: Node) -> str:
    texts = [each.text("display") for each in concept.children("coding")]
    return "; ".join(each for each in (*texts, concept.text("text")) if each is not None)


def _says_other(value: Node) -> bool:
    """Whether names of a value say another trend than that the disease got worse, or may say that it did not."""
    said = _names(value).casefold()
    return any(word in said for word in TRENDS.values()) or doubt_in(said) is not None
