"""What of a chart may be read at all: not what was entered in error, and not what has anything that may change what it says.

That is also what R4 does not have: the names of other releases, and names that are misspelt, would be passed over, and with them what
they say (`occurrenceDateTime`, `notGiven`, `abatementdatetime`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from kb.importers.bundle import RULES_OF_ITS_OWN, Resource
from kb.importers.concepts import codes_of
from kb.importers.facts import NotMapped
from kb.importers.json_values import Node

ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
"""The URL of the extension that says why there is no value."""
PARTIAL = "SUBSETTED"
"""The tag of a resource of which a server gave only some elements."""
CHOICES: Mapping[str, str] = MappingProxyType(
    {
        f"{element}{kind}": element
        for element in (
            "abatement",
            "asNeeded",
            "diagnosis",
            "dose",
            "effective",
            "medication",
            "performed",
            "serviced",
            "value",
        )
        for kind in (
            *(
                "Age",
                "Boolean",
                "CodeableConcept",
                "Coding",
                "Date",
                "DateTime",
                "Decimal",
                "Instant",
                "Integer",
                "Period",
            ),
            *("PositiveInt", "Quantity", "Range", "Reference", "String", "Time", "Timing", "UnsignedInt", "Uri"),
        )
    }
)
"""The elements that may be of several types, and have one value, by the names that they have with each type."""
OF_ALL = frozenset(
    {
        "resourceType",
        "id",
        "meta",
        "implicitRules",
        "language",
        "text",
        "contained",
        "extension",
        "modifierExtension",
        "identifier",
    }
)
"""The elements that all the resources have that are read."""
ELEMENTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        kind: OF_ALL.union(names.split())
        for kind, names in {
            "Claim": (
                "status type subType use patient billablePeriod created enterer insurer provider priority "
                "fundsReserve related prescription originalPrescription payee referral facility careTeam supportingInfo "
                "diagnosis procedure insurance accident item total"
            ),
            "Condition": (
                "clinicalStatus verificationStatus category severity code bodySite subject encounter onsetDateTime "
                "onsetAge onsetPeriod onsetRange onsetString abatementDateTime abatementAge abatementPeriod abatementRange "
                "abatementString recordedDate recorder asserter stage evidence note"
            ),
            "Coverage": (
                "status type policyHolder subscriber subscriberId beneficiary dependent relationship period payor "
                "class order network costToBeneficiary subrogation contract"
            ),
            "CoverageEligibilityRequest": (
                "status priority purpose patient servicedDate servicedPeriod created enterer provider insurer "
                "facility supportingInfo insurance item"
            ),
            "Encounter": (
                "status statusHistory class classHistory type serviceType priority subject episodeOfCare basedOn "
                "participant appointment period length reasonCode reasonReference diagnosis account hospitalization location "
                "serviceProvider partOf"
            ),
            "EpisodeOfCare": (
                "status statusHistory type diagnosis patient managingOrganization period referralRequest "
                "careManager team account"
            ),
            "Medication": ("code status manufacturer form amount ingredient batch"),
            "MedicationAdministration": (
                "instantiates partOf status statusReason category medicationCodeableConcept medicationReference "
                "subject context supportingInformation effectiveDateTime effectivePeriod performer reasonCode reasonReference "
                "request device note dosage eventHistory"
            ),
            "MedicationDispense": (
                "partOf status statusReasonCodeableConcept statusReasonReference category "
                "medicationCodeableConcept medicationReference subject context supportingInformation performer location "
                "authorizingPrescription type quantity daysSupply whenPrepared whenHandedOver destination receiver note "
                "dosageInstruction substitution detectedIssue eventHistory"
            ),
            "MedicationRequest": (
                "status statusReason intent category priority doNotPerform reportedBoolean reportedReference "
                "medicationCodeableConcept medicationReference subject encounter supportingInformation authoredOn requester "
                "performer performerType recorder reasonCode reasonReference instantiatesCanonical instantiatesUri basedOn "
                "groupIdentifier courseOfTherapyType insurance note dosageInstruction dispenseRequest substitution "
                "priorPrescription detectedIssue eventHistory"
            ),
            "MedicationStatement": (
                "basedOn partOf status statusReason category medicationCodeableConcept medicationReference subject "
                "context effectiveDateTime effectivePeriod dateAsserted informationSource derivedFrom reasonCode "
                "reasonReference note dosage"
            ),
            "Observation": (
                "basedOn partOf status category code subject focus encounter effectiveDateTime effectivePeriod "
                "effectiveTiming effectiveInstant issued performer valueQuantity valueCodeableConcept valueString "
                "valueBoolean valueInteger valueRange valueRatio valueSampledData valueTime valueDateTime valuePeriod "
                "dataAbsentReason interpretation note bodySite method specimen device referenceRange hasMember derivedFrom "
                "component"
            ),
            "Patient": (
                "active name telecom gender birthDate deceasedBoolean deceasedDateTime address maritalStatus "
                "multipleBirthBoolean multipleBirthInteger photo contact communication generalPractitioner "
                "managingOrganization link"
            ),
            "Procedure": (
                "instantiatesCanonical instantiatesUri basedOn partOf status statusReason category code subject "
                "encounter performedDateTime performedPeriod performedString performedAge performedRange recorder asserter "
                "performer location reasonCode reasonReference bodySite outcome report complication complicationDetail "
                "followUp note focalDevice usedReference usedCode"
            ),
            "QuestionnaireResponse": (
                "basedOn partOf questionnaire status subject encounter authored author source item"
            ),
        }.items()
    }
)
"""The elements that FHIR R4 has of the resources that are read, as JSON has them."""


def screened(resources: Iterable[Resource]) -> tuple[list[Resource], list[NotMapped]]:
    """Resources that may be read, and the others: entered in error, or with what changes their meaning."""
    usable: list[Resource] = []
    wrong: list[NotMapped] = []
    for each in resources:
        reason = _unusable(each)
        if reason is None:
            usable.append(each)
        else:
            wrong.append(each.not_mapped(reason))
    return usable, wrong


def _unusable(resource: Resource) -> str | None:
    node = resource.node
    if node.text("status") == "entered-in-error":
        return "it was entered in error"
    if "entered-in-error" in codes_of(node.child("verificationStatus")):
        return "it was entered in error"
    if PARTIAL in [each.text("code") for each in node.child("meta").children("tag")]:
        return f"it is only a part of the resource (`{PARTIAL}`)"
    if "replaced-by" in [each.text("type") for each in node.children("link")]:
        return "another record takes its place (`replaced-by`)"
    for members, place in node.objects():
        if (reason := _changing(members, place)) is not None:
            return reason
    return None


def _changing(members: Mapping[str, object], place: str) -> str | None:
    """What may change what an object says."""
    if "implicitRules" in members:
        return RULES_OF_ITS_OWN
    if members.get("modifierExtension"):
        return f"{place} has an extension that changes what it says (`modifierExtension`)"
    kind = members.get("resourceType")
    known = ELEMENTS.get(kind) if isinstance(kind, str) else None
    chosen: dict[str, str] = {}
    for name, value in members.items():
        if known is not None and name.removeprefix("_") not in known:
            return f"{place} has `{name}`, which a {kind} of FHIR R4 does not have"
        other = chosen.setdefault(CHOICES.get(name, name), name)
        if other != name:
            return f"{place} has both `{other}` and `{name}`, of which it may have one"
        if name.startswith("_") and members.get(name[1:]) is not None and Node(value, place).extensions(ABSENT):
            return f"{place} has `{name[1:]}`, and says why it has none (`data-absent-reason`)"
    return None
