"""Patients, and those who pay and prescribe."""

from __future__ import annotations

from kb.importers.bundle import Resource
from kb.importers.cases import ChartCase
from kb.importers.dates import dated
from kb.importers.facts import Findings, Stated
from kb.language.terms import Atom, Date, Str

SEXES = ("female", "male")
BIRTH_SEX = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"
"""The URL of the extension that US Core has for the sex at birth."""
BIRTH_SEXES = {"F": "female", "M": "male"}
NPI = "http://hl7.org/fhir/sid/us-npi"


def patient(resource: Resource, case: ChartCase) -> Findings:
    """The day of birth and the sex; where that is another now than at birth, the chart has several."""
    node = resource.node
    birth = node.child("birthDate")
    found = dated(node.text("birthDate"))
    if found is not None and found.day is not None:
        yield Stated("birth_date", (Date(found.day),), case.origin(resource, birth))
    elif birth.is_given:
        why = "it is no date" if found is None else "it is not given to the day"
        yield resource.not_mapped(f"the birth date `{birth.value}`: {why}", birth)
    gender = node.child("gender")
    if gender.value in SEXES:
        yield Stated("sex", (Atom(str(gender.value)),), case.origin(resource, gender))
    elif gender.is_given:
        yield resource.not_mapped(f"the gender `{gender.value}` is no sex that the vocabulary knows", gender)
    for each in node.extensions(BIRTH_SEX):
        code = each.choice("value", "Code")
        if (at_birth := BIRTH_SEXES.get(str(code.value))) is not None:
            yield Stated("sex", (Atom(at_birth),), case.origin(resource, code), f"sex at birth {code.value}")
        else:
            yield resource.not_mapped(f"the sex at birth `{code.value}` is none that the vocabulary knows", code)
    if any(
        name.lstrip("_").startswith("deceased") and each not in (None, False) for name, each in node.members.items()
    ):
        yield resource.not_mapped(
            "that the patient is deceased is nothing that a case may state", node.child("deceased")
        )


def coverage(resource: Resource, case: ChartCase) -> Findings:
    """The number of the member."""
    number = resource.node.text("subscriberId")
    end = dated(resource.node.child("period").text("end"))
    if end is not None and case.request.date is not None and end.last < case.request.date:
        yield resource.not_mapped(f"it ended before the request, on `{end.written}`", resource.node.child("period"))
    elif number is not None and resource.node.text("status") == "active":
        at = resource.node.child("subscriberId")
        yield Stated("member_id", (Str(number),), case.origin(resource, at))
    else:
        yield resource.not_mapped("it has no number of an active member")


def prescriber(case: ChartCase) -> Findings:
    """Who ordered the drug that is requested."""
    for order in case.request.orders:
        reference = order.node.child("requester")
        found = case.find(reference, order)
        name = case.name_of(reference, order) if reference.is_given else None
        if name is not None:
            yield Stated("prescriber", (Str(name),), case.origin(order, reference))
        if found is not None and found.type == "Practitioner":
            for each in found.node.children("identifier"):
                if each.text("system") == NPI and (number := each.text("value")) is not None:
                    yield Stated("npi", (Str(number),), case.origin(found, each.child("value")))
