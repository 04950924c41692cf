"""What was given before, in which line of treatment, and the order that is requested."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from kb.importers.bundle import Resource
from kb.importers.cases import ChartCase
from kb.importers.concepts import SNOMED, Meaning, Unread, codes_of, recorded_as
from kb.importers.dates import date_of, dated
from kb.importers.facts import Findings, NotMapped, Stated
from kb.importers.json_values import Node
from kb.importers.requests import drug_of, is_in_force, is_not_to_be_done
from kb.language.terms import Atom, Int

LINE = "urn:priorlog:treatment-line"
"""The URL of an extension, and the system of an identifier, that has the number of a line of treatment."""
GIVEN = {
    "MedicationAdministration": ("completed", "stopped"),
    "MedicationStatement": ("completed", "stopped"),
    "MedicationDispense": ("completed",),
    "Procedure": ("completed",),
}
"""The states in which a drug was given or taken, or handed over, or a procedure such as a transplantation was done."""
DATES_OF_TREATMENT = (
    "effectiveDateTime", "effectivePeriod", "performedDateTime", "performedPeriod", "performedString", "performedAge", "performedRange",
    "whenHandedOver", "whenPrepared", "dateAsserted",
)  # fmt: skip
"""What says when a treatment was, or by when it was; the first that is there counts."""
NOT_TOLERATED = "407563006"
"""Treatment not tolerated, in SNOMED CT, as mCODE lists it among the reasons why a treatment ends."""
COUNTED = ("tablet", "tablets", "tab", "tabs", "capsule", "capsules", "injection", "injections")
"""What a quantity may be counted in; of mg and the like it is not known how many there are."""
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_LINE = re.compile(
    r"(?:treatment |therapy )?line(?: of (?:therapy|treatment|systemic therapy))?[ #]*(?P<after>\d{1,2})"
    r"|(?:(?P<before>\d{1,2})(?:st|nd|rd|th)|(?P<word>"
    + "|".join(_ORDINALS)
    + r"))[ -]line(?: (?:of )?(?:therapy|treatment))?",
    re.IGNORECASE | re.ASCII,
)
"""How people write the number of a line."""


def line_number(text: str) -> int | None:
    """The number of a line that a text names.

    >>> line_number("Line of therapy 2"), line_number("third-line treatment"), line_number("2 of 3 lines")
    (2, 3, None)
    """
    found = _LINE.fullmatch(text.strip())
    if found is None:
        return None
    return _ORDINALS.index(found["word"].lower()) + 1 if found["word"] else int(found["after"] or found["before"])


def line_of(resource: Resource, case: ChartCase) -> Int | NotMapped:
    """The line of treatment that a resource is part of: by an extension or an identifier of its own, or by its episode of care."""
    found = [*_own_lines(resource.node)]
    for encounter in _encounters(resource, case):
        if case.chart.find(encounter.node.child("subject"), encounter) not in (None, case.patient):
            return resource.not_mapped("its encounter is another patient's")
        if encounter.node.text("status") == "cancelled":
            return resource.not_mapped("its encounter is `cancelled`")
    for episode in _episodes(resource, case):
        subject = case.chart.find(episode.node.child("patient"), episode)
        if subject != case.patient:
            return resource.not_mapped("its episode of care is another patient's")
        if episode.node.text("status") != "finished":
            return resource.not_mapped(f"its episode of care is `{episode.node.text('status')}`, not `finished`")
        found += _own_lines(episode.node)
        texts = [each.text("text") for each in episode.node.children("type")]
        texts += [each.text("display") for kind in episode.node.children("type") for each in kind.children("coding")]
        found += [number for text in texts if text is not None and (number := line_number(text)) is not None]
    numbers = {each for each in found if each is not None}
    if None in found:
        return resource.not_mapped("its line of treatment is no number that can be read")
    if len(numbers) > 1:
        return resource.not_mapped(f"it names several lines of treatment: {', '.join(map(str, sorted(numbers)))}")
    if not numbers:
        return resource.not_mapped("no line of treatment is recorded")
    number = numbers.pop()
    return Int(number) if number > 0 else resource.not_mapped(f"there is no line of treatment {number}")


def _own_lines(node: Node) -> Iterator[int | None]:
    """The numbers of lines that a resource has itself; None for one that cannot be read."""
    for each in node.extensions(LINE):
        values = [each.number(f"value{kind}") for kind in ("PositiveInt", "Integer", "UnsignedInt")]
        number = next((value for value in values if value is not None), None)
        yield None if number is None or number != int(number) else int(number)
    for each in node.children("identifier"):
        if each.text("system") == LINE:
            value = each.text("value") or ""
            yield int(value) if re.fullmatch(r"\d{1,2}", value, re.ASCII) else None


def _contexts(resource: Resource, case: ChartCase) -> list[Resource]:
    """The encounters and the episodes of care that a resource is part of."""
    found = [case.find(resource.node.child(name), resource) for name in ("context", "encounter")]
    return [each for each in found if each is not None]


def _encounters(resource: Resource, case: ChartCase) -> list[Resource]:
    return [each for each in _contexts(resource, case) if each.type == "Encounter"]


def _episodes(resource: Resource, case: ChartCase) -> list[Resource]:
    """The episodes of care that a resource is part of, by itself or by its encounter."""
    inner = [
        case.find(each, encounter)
        for encounter in _encounters(resource, case)
        for each in encounter.node.children("episodeOfCare")
    ]
    found = [*_contexts(resource, case), *inner]
    return [each for each in found if each is not None and each.type == "EpisodeOfCare"]


def given(resource: Resource, case: ChartCase) -> Findings:
    """A drug that was given, taken or handed over, or a procedure that was done, in a line of treatment before the request: what
    began before it is earlier treatment as far as it went."""
    node = resource.node
    status = node.text("status")
    concept = _drug(resource, case)
    meaning = case.concepts.read(concept, "agent")
    if isinstance(meaning, Unread):
        of_procedure = f"it is no treatment that a case may state: {meaning.reason}"
        yield resource.not_mapped(of_procedure if resource.type == "Procedure" else meaning.reason, concept)
        return
    yield from _ended(resource, meaning, case)
    if status not in GIVEN[resource.type]:
        yield resource.not_mapped(
            f"its status is `{status}`: it does not say that {meaning.recorded} was given", node.child("status")
        )
        return
    wrong = case.when(resource, date_of(node, *DATES_OF_TREATMENT))
    for episode in _episodes(resource, case):
        wrong = wrong or case.when(resource, date_of(episode.node, "period"), "the date of its episode of care")
    if wrong is not None:
        yield wrong
        return
    if (wrong := _for_another(resource, case)) is not None:
        yield wrong
        return
    line = line_of(resource, case)
    if isinstance(line, NotMapped):
        yield line
    else:
        yield Stated("prior_therapy", (line, meaning.written), case.origin(resource, concept), meaning.recorded)


def _for_another(resource: Resource, case: ChartCase) -> NotMapped | None:
    """That a treatment is not known to be of the condition that the drug is requested for, if it is not."""
    references = resource.node.children("reasonReference")
    for episode in _episodes(resource, case):
        references += [each.child("condition") for each in episode.node.children("diagnosis")]
    concepts = [(each, case.concepts.read(each, "condition")) for each in resource.node.children("reasonCode")]
    for concept, meaning in concepts:
        if isinstance(meaning, Meaning) and not case.is_indication(meaning):
            return resource.not_mapped(f"it is for {meaning.recorded}, which {case.unnamed} as its reason", concept)
    is_said = any(isinstance(meaning, Meaning) for _, meaning in concepts)
    for concept, meaning in concepts:
        if isinstance(meaning, Unread) and not is_said and not references:
            return resource.not_mapped(f"it is not known what it is for: {meaning.reason}", concept)
    return case.elsewhere(resource, *references, is_said=is_said)


def _drug(resource: Resource, case: ChartCase) -> Node:
    """The concept of a resource's drug, or of its procedure; a resource that has it counts as read."""
    if resource.type == "Procedure":
        return resource.node.child("code")
    case.find(resource.node.choice("medication", "Reference"), resource)
    return drug_of(resource, case.chart)


def order(resource: Resource, case: ChartCase) -> Findings:
    """An order: that of the requested drug says dose and amount, and others of its group what is given with it. No order proves
    that a drug was given."""
    node = resource.node
    concept = _drug(resource, case)
    meaning = case.concepts.read(concept, "agent")
    if isinstance(meaning, Unread):
        yield resource.not_mapped(meaning.reason, concept)
        return
    ended = [*_ended(resource, meaning, case)]
    yield from ended
    if is_not_to_be_done(node):
        yield resource.not_mapped("it is an order not to give the drug", node.child("doNotPerform"))
        return
    if resource not in case.request.orders:
        if _is_with_request(resource, case):
            wrong = case.when(resource, date_of(node, "authoredOn"))
            yield wrong or Stated("combination", (meaning.written,), case.origin(resource, concept), meaning.recorded)
        elif not ended:
            yield resource.not_mapped(f"an order does not prove that {meaning.recorded} was given")
        return
    if not is_in_force(node):
        if not ended:
            said = f"status `{node.text('status')}`, intent `{node.text('intent')}`"
            yield resource.not_mapped(f"it is no order that is to be filled: {said}")
        return
    if case.request.is_of_several and ("dispenseRequest" in node or "dosageInstruction" in node):
        yield resource.not_mapped(
            "the request asks for the drug in several items or orders, and does not say how much they are together"
        )
    else:
        yield from _amount(resource, case)
        yield from _dose(resource, case)
    yield from _strength(resource, case)


def _is_with_request(resource: Resource, case: ChartCase) -> bool:
    """Whether an order is in force and of one group with that of the requested drug."""
    node = resource.node
    own = _group(node)
    return is_in_force(node) and own is not None and any(_group(each.node) == own for each in case.request.orders)


def _group(node: Node) -> tuple[str | None, str] | None:
    group = node.child("groupIdentifier")
    value = group.text("value")
    return None if value is None else (group.text("system"), value)


def _ended(resource: Resource, meaning: Meaning, case: ChartCase) -> Findings:
    """Why a treatment with the requested drug ended, for a renewal."""
    wrong = case.when(resource, dated(_end(resource.node)) or date_of(resource.node, *DATES_OF_TREATMENT, "authoredOn"))
    choice = resource.node.choice("statusReason", "CodeableConcept")
    for reason in (*resource.node.children("statusReason"), *([choice] if choice.is_given else [])):
        if case.request.kind != "renewal" or not case.request.is_for(meaning):
            yield resource.not_mapped(
                f"{recorded_as(reason)}: a case states why a treatment ended only of the requested drug, for a renewal",
                reason,
            )
            continue
        response = case.concepts.read(reason, "response", is_one=True)
        if wrong is not None:
            yield wrong
        elif NOT_TOLERATED in codes_of(reason, SNOMED):
            yield Stated("unacceptable_toxicity", (), case.origin(resource, reason), recorded_as(reason))
        elif isinstance(response, Meaning) and response.constant == Atom("progressive_disease"):
            yield Stated("disease_progression", (), case.origin(resource, reason), response.recorded)
        else:
            yield resource.not_mapped(f"{recorded_as(reason)}: no reason that a case may state", reason)


def _end(node: Node) -> str | None:
    return node.child("effectivePeriod").text("end") or node.child("performedPeriod").text("end")


def _amount(resource: Resource, case: ChartCase) -> Findings:
    """How much is to be handed over, for how many days."""
    dispense = resource.node.child("dispenseRequest")
    amount, days = dispense.child("quantity"), dispense.child("expectedSupplyDuration")
    if not amount.is_given or not days.is_given:
        if amount.is_given or days.is_given or (dispense.is_given and not dispense.members):
            yield resource.not_mapped("an amount and the days that it is for go together", dispense)
        return
    count, number = _whole_number(amount), _days(days)
    interval = dispense.child("dispenseInterval")
    other = next((each for each in case.request.amounts if _is_counted(each) and _whole_number(each) != count), None)
    if "initialFill" in dispense:
        yield resource.not_mapped("the first amount is another one (`initialFill`)", dispense)
    elif interval.is_given and _days(interval) != number:
        yield resource.not_mapped(f"an amount for {_shown(days)} is handed over every {_shown(interval)}", interval)
    elif other is not None:
        yield resource.not_mapped(f"the order is for {_shown(amount)}, and the request for {_shown(other)}", amount)
    elif not _is_counted(amount) or count is None:
        yield resource.not_mapped(f"the amount is no number of tablets or the like: {_shown(amount)}", amount)
    elif number is None:
        yield resource.not_mapped(f"the amount is not for a number of days: {_shown(days)}", days)
    else:
        recorded = f"{_shown(amount)} for {_shown(days)}"
        yield Stated("quantity", (Int(count), Int(number)), case.origin(resource, dispense), recorded)


def _dose(resource: Resource, case: ChartCase) -> Findings:
    """How many milligrams, and how many times a week."""
    doses = resource.node.children("dosageInstruction")
    if not doses:
        return
    said = "the dose is not so many mg so many times a week"
    if len(doses) > 1:
        yield resource.not_mapped(f"{said}: there are {len(doses)} instructions", doses[0])
        return
    dose = doses[0]
    rates, repeat = dose.children("doseAndRate"), dose.child("timing").child("repeat")
    amount = rates[0].choice("dose", "Quantity") if len(rates) == 1 else Node(None, dose.path)
    mg = _whole_number(amount) if _is_in(amount, "mg") else None
    times = _times_a_week(repeat)
    as_needed = dose.members.get("asNeededBoolean") not in (None, False) or "asNeededCodeableConcept" in dose
    if as_needed or mg is None or times is None:
        yield resource.not_mapped(said, dose)
    else:
        yield Stated("regimen", (Int(mg), Int(times)), case.origin(resource, dose))


def _times_a_week(repeat: Node) -> int | None:
    """How often something is to be done in a week, if that is a whole number."""
    plain = {"frequency", "period", "periodUnit", "boundsPeriod", "boundsDuration", "dayOfWeek"}
    frequency, period, unit = repeat.number("frequency"), repeat.number("period"), repeat.text("periodUnit")
    if set(repeat.members) - plain or frequency is None or not period or unit not in ("d", "wk"):
        return None
    times = frequency * (7 if unit == "d" else 1) / period
    days = repeat.children("dayOfWeek")
    return int(times) if times == int(times) and (not days or len(days) == times) else None


def _strength(resource: Resource, case: ChartCase) -> Findings:
    """The strength of a tablet: milligrams of the one ingredient in one tablet."""
    found = case.find(resource.node.choice("medication", "Reference"), resource)
    if found is None or found.type != "Medication":
        return
    ingredients = found.node.children("ingredient")
    if not ingredients:
        return
    strength = ingredients[0].child("strength")
    amount, of = strength.child("numerator"), strength.child("denominator")
    mg = _whole_number(amount) if _is_in(amount, "mg") else None
    named = ingredients[0].choice("item", "CodeableConcept")
    meaning = case.concepts.read(named, "agent") if named.is_given else None
    if isinstance(meaning, Meaning) and not case.request.is_for(meaning):
        yield found.not_mapped(f"the strength is that of {meaning.recorded}", named)
    elif len(ingredients) == 1 and mg is not None and of.number("value") == 1 and _is_counted(of):
        yield Stated("tablet", (Int(mg),), case.origin(resource, strength))
    else:
        yield found.not_mapped("the strength is not so many mg in one tablet", strength)


def _whole_number(quantity: Node) -> int | None:
    value = quantity.number("value")
    if value is None or "comparator" in quantity or value != int(value) or abs(value) > Decimal(10**9):
        return None
    return int(value)


def _days(duration: Node) -> int | None:
    return _whole_number(duration) if _is_in(duration, "d", "day", "days") else None


def _is_in(quantity: Node, *units: str) -> bool:
    """Whether a quantity is in a unit, by its code and by its name, whichever are there."""
    named = [each for each in (quantity.text("code"), quantity.text("unit")) if each is not None]
    return bool(named) and all(each.strip().strip("{}[]").lower() in units for each in named)


def _is_counted(quantity: Node) -> bool:
    return _is_in(quantity, *COUNTED)


def _shown(quantity: Node) -> str:
    parts = (quantity.text("comparator"), quantity.number("value"), quantity.text("unit") or quantity.text("code"))
    return " ".join(str(each) for each in parts if each is not None)
