"""A case of a chart: what every mapping asks of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from kb.importers.bundle import Chart, Resource
from kb.importers.concepts import Concepts, Meaning
from kb.importers.dates import Dated, date_of
from kb.importers.facts import NotMapped, Origin
from kb.importers.json_values import Node
from kb.importers.requests import Request
from kb.language.declarations import Declarations
from kb.language.terms import Const

AUTHORS = ("asserter", "recorder", "informationSource", "author", "requester", "prescriber", "enterer", "provider")
DATES = (
    "effectiveDateTime", "effectivePeriod", "effectiveInstant", "performedDateTime", "performedPeriod", "recordedDate", "whenHandedOver", "authored", "authoredOn",
    "dateAsserted", "created", "issued",
)  # fmt: skip
"""Members that say who stated a resource, and when; the first that is there counts."""
PEOPLE = ("Patient", "RelatedPerson", "Group")


@dataclass(frozen=True)
class Reading:
    """A chart with what its resources are read by; and, as they are, which of them others have been read through."""

    chart: Chart
    concepts: Concepts
    declarations: Declarations
    used: set[str] = field(default_factory=set)

    def find(self, reference: Node, within: Resource) -> Resource | None:
        """What a reference is to; it counts as read."""
        found = self.chart.find(reference, within)
        if found is not None:
            self.used.add(found.key)
        return found

    def origin(self, resource: Resource, at: Node | None = None) -> Origin:
        """Where a fact of a resource comes from."""
        found = date_of(resource.node, *DATES)
        return Origin((at or resource.node).path, self._author(resource), None if found is None else found.day)

    def _author(self, resource: Resource) -> str | None:
        node = resource.node
        references = [node.child(name) for name in AUTHORS if name in node]
        for each in node.children("performer"):
            references.append(each.child("actor") if "actor" in each else each)
        for reference in references:
            name = self.name_of(reference, resource) or reference.text("reference")
            if name is not None:
                return name
        return None

    def name_of(self, reference: Node, within: Resource) -> str | None:
        """What a person or organization is called that a reference is to."""
        if (display := reference.text("display")) is not None:
            return display
        found = self.find(reference, within)
        if found is not None and found.type == "PractitionerRole":
            return self.name_of(found.node.child("practitioner"), found)
        return None if found is None else person(found.node)


@dataclass(frozen=True)
class ChartCase(Reading):
    """A patient of a chart with the request."""

    request: Request = field(kw_only=True)
    conditions: dict[str, Resource] = field(default_factory=dict)
    """The conditions that the request gives as its reason, by their keys."""
    indications: set[Const] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    """Other neoplasms of the patient, by their keys: a treatment or a status may be of one of these."""

    @property
    def patient(self) -> Resource:
        return self.request.patient

    @property
    def unnamed(self) -> str:
        """How it is said that something is no reason for the drug."""
        return "the request does not give" if self.request.resource is not None else "no request in the chart gives"

    def when(self, resource: Resource, when: Dated | None, what: str = "its date") -> NotMapped | None:
        """That something is not known to be before the request, if it is not: what is after it is no part of the record that it
        is judged by."""
        on = self.request.date
        if when is None or on is None or when.last <= on:
            return None
        said = f"{what} `{when.written}` does not say whether it was before the request"
        return self.later(resource, when, what) or resource.not_mapped(said)

    def later(self, resource: Resource, when: Dated | None, what: str = "its date") -> NotMapped | None:
        """That something is known to be after the request."""
        if when is None or self.request.date is None or when.first <= self.request.date:
            return None
        return resource.not_mapped(f"{what} `{when.written}` is after the request")

    def is_meant(self, answers: Resource) -> bool:
        """Whether answers are those of the request: where it refers to some, others are not."""
        request = self.request.resource
        if request is None:
            return True
        references = [each.choice("value", "Reference") for each in request.node.children("supportingInfo")]
        named = [found for each in references if (found := self.chart.find(each, request)) is not None]
        own = [each for each in named if each.type == "QuestionnaireResponse"]
        lacking = [each for each in references if type_of(each) == "QuestionnaireResponse"]
        return not (own or lacking) or any(each.key == answers.key for each in own)

    def is_indication(self, meaning: Meaning) -> bool:
        """Whether a condition is one that the request gives as its reason."""
        return bool(set(meaning.constants) & self.indications)

    def elsewhere(self, resource: Resource, *references: Node, is_said: bool = False) -> NotMapped | None:
        """That something is not known to be about the condition that the drug is requested for, if it is not: it refers to
        another, to somebody else or to what is not known, or to none where there are others, if it is not said otherwise."""
        conditions = []
        for each in references:
            found = self.find(each, resource)
            kind = type_of(each) if found is None else found.type
            if (found is None and kind in (None, "Condition")) or (kind in PEOPLE and found != self.patient):
                said = "is somebody else" if kind in PEOPLE else "is not in the bundle"
                name = each.text("reference") or each.text("display") or "something that has no reference"
                return resource.not_mapped(f"it is about {name}, which {said}", each)
            if found is not None and kind == "Condition":
                conditions.append(found)
        if any(each.key not in self.conditions for each in conditions):
            return resource.not_mapped(f"it is about a condition that {self.unnamed} as its reason")
        if self.others and not conditions and not is_said:
            return resource.not_mapped("the patient has several neoplasms, and it does not say of which it is")
        return None


def type_of(reference: Node) -> str | None:
    """The type of what a reference is to, if that says it."""
    parts = (reference.text("reference") or "").partition("/_history/")[0].split("/")
    named = parts[-2] if len(parts) > 1 and parts[-2][:1].isupper() else None
    return reference.text("type") or named


def person(node: Node) -> str | None:
    """The name of a person or an organization."""
    if (whole := node.text("name")) is not None:
        return whole
    for name in node.children("name"):
        given = [each.value for each in name.children("given") if isinstance(each.value, str)]
        family = name.text("family")
        parts = [*given, *([family] if family else [])]
        if parts or name.text("text"):
            return name.text("text") or " ".join(parts)
    return None
