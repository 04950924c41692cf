"""What is imported of FHIR bundles: what they say, with its place, and nothing else."""

from __future__ import annotations

import json
import os
import random
import re
import time
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from fhirpathpy import evaluate
from fhirpathpy.models import models

from explain.cli import entry as cli
from explain.report.data import review_json
from explain.workspace import Workspace
from kb.importers.bundle import charts_of
from kb.importers.concepts import ICD10CM, SNOMED
from kb.importers.dates import dated
from kb.importers.disease import CLINICAL, IMPROVED, VERIFICATION, WORSENED
from kb.importers.mapping import Mapped, mapped
from kb.importers.patient import BIRTH_SEX
from kb.importers.requests import INQUIRY, Given
from kb.importers.screening import ABSENT, ELEMENTS
from kb.importers.treatment import LINE, NOT_TOLERATED
from kb.importers.writing import case_text, fact_text
from kb.language.diagnostics import ProgramError
from kb.language.loader import Loaded, load_cases, load_text
from tests.kb.fhir_bundles import (
    ANN,
    ANSWERS,
    BORTEZOMIB,
    CLAIM,
    CONDITION,
    DEXAMETHASONE,
    DOSE,
    EPISODE,
    ORDER,
    PATIENT,
    Json,
    bundle_of,
    changed,
    chart,
    chart_of,
    condition_of,
    day,
    facts_of,
    given,
    icd,
    rxnorm,
    status_of,
    yes,
)

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples" / "cases").glob("*.pl"))
BUNDLE = ROOT / "examples" / "fhir" / "renewal.json"
PUBLISHED = os.environ.get("PRIORLOG_FHIR_EXAMPLES")


@cache
def shipped() -> Workspace:
    return Workspace.open(())


def imported(bundle: object, folder: Path, asked: Given | None = None, name: str = "bundle.json") -> Mapped:
    """What is made of a bundle that is written to a file."""
    path = folder / name
    path.write_text(bundle if isinstance(bundle, str) else json.dumps(bundle))
    return mapped(charts_of(str(path)), shipped().reviewer.vocabulary.names, shipped().rules.facts, asked)


def text_of(found: Mapped) -> str:
    """The case file of the only case."""
    (case,) = found.cases
    assert [] == list(case.errors)
    return case_text(case, shipped().reviewer.vocabulary.declarations)


def reviewed(cases: Loaded) -> dict[str, Any]:
    """The review of the only case of some facts, as JSON has it."""
    workspace = Workspace.open(())
    (case,) = workspace.add_cases(cases)
    return review_json(workspace.review(case))


def statuses(review: dict[str, Any]) -> object:
    """What a review says, without the texts and places."""

    def status(part: dict[str, Any]) -> object:
        return part["id"], part["status"], [status(each) for each in part.get("alternatives") or []]

    criteria = [status(each) for each in review["criteria"]]
    return review["determination"], review["kind"], review["date"], review["quantity"], criteria


def told(found: Mapped) -> str:
    return "\n".join(map(str, found.not_mapped))


# --- what a bundle says ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("without_repairs")
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_a_bundle_that_says_what_a_case_states_is_decided_as_the_case(path: Path, tmp_path: Path) -> None:
    """Every example case comes back from a bundle with the same determination and the same criteria."""
    found = imported(bundle_of(facts_of(path)), tmp_path)
    assert "" == told(found)
    assert statuses(reviewed(load_cases([path]))) == statuses(reviewed(load_text(text_of(found))))


@pytest.mark.parametrize("path", [*EXAMPLES, BUNDLE], ids=lambda path: path.stem)
def test_every_source_is_a_place_in_the_bundle(path: Path, tmp_path: Path) -> None:
    """What a fact has as its source is a FHIRPath that leads to something in the bundle, by another reader of FHIRPath."""
    bundle = json.loads(path.read_text()) if path.suffix == ".json" else bundle_of(facts_of(path))
    (case,) = imported(bundle, tmp_path).cases
    places = {origin.place for fact in case.facts for origin in (fact.origin, *fact.also)}
    assert len(places) > 5
    assert [] == [each for each in places if not evaluate(bundle, each, model=models["r4"])]


def test_the_example_has_the_case_file_beside_it() -> None:
    """The case file that is shown beside the example bundle is what its import writes today."""
    found = mapped(charts_of(str(BUNDLE)), shipped().reviewer.vocabulary.names, shipped().rules.facts)
    assert BUNDLE.with_suffix(".pl").read_text() == text_of(found)


def test_each_resource_is_stated_or_listed() -> None:
    """No resource of the example is passed over in silence: each gives a fact, is read through another, or is listed."""
    (read,) = charts_of(str(BUNDLE))
    found = mapped([read], shipped().reviewer.vocabulary.names, shipped().rules.facts)
    places = [each.place for each in found.not_mapped]
    places += [origin.place for case in found.cases for fact in case.facts for origin in (fact.origin, *fact.also)]
    through = {"EpisodeOfCare", "Practitioner"}
    silent = [each for each in read.resources if not any(place.startswith(each.node.path) for place in places)]
    assert [] == [each for each in silent if each.type not in through]


@pytest.mark.usefixtures("without_repairs")
def test_the_chart_that_the_changes_are_made_to_meets_all_criteria(tmp_path: Path) -> None:
    """The chart of the tests below meets the criteria as it is, so that what they take away is what they change."""
    assert "meets_criteria" == reviewed(load_text(text_of(imported(chart(), tmp_path))))["determination"]


# --- bundles that do not say what they seem to -------------------------------------------------------------------

Change = Callable[[list[Json]], object]


def put(place: int, **members: object) -> Change:
    """The resource with other members; those that are None are left out."""

    def change(resources: list[Json]) -> None:
        resources[place] = {name: value for name, value in {**resources[place], **members}.items() if value is not None}

    return change


def added(*resources: Json) -> Change:
    return lambda found: found.extend(resources)


def every(*changes: Change) -> Change:
    return lambda found: [each(found) for each in changes]


def procedure(**members: object) -> Change:
    """A transplantation in the place of the dose."""
    made = {
        "performedPeriod": {"start": "2015-01-02"},
        "encounter": {"reference": "EpisodeOfCare/line-1"},
        "code": {"coding": [{"system": SNOMED, "code": "0", "display": "Autologous stem cell transplant (procedure)"}]},
    }
    left_out = {"medicationCodeableConcept": None, "effectiveDateTime": None, "context": None}
    return put(DOSE, resourceType="Procedure", **{**left_out, **made, **members})


def answer(number: int, **members: object) -> Change:
    """An answer of the questionnaire in another form."""

    def change(resources: list[Json]) -> None:
        resources[ANSWERS]["item"][number] = {"linkId": resources[ANSWERS]["item"][number]["linkId"], **members}

    return change


def item(**members: object) -> Change:
    """One more item of the questionnaire."""
    return lambda found: found[ANSWERS]["item"].append(members)


def certified(*codings: Json) -> Change:
    def change(resources: list[Json]) -> None:
        resources[CLAIM]["item"][0]["extension"][0]["valueCodeableConcept"] = {"coding": list(codings)}

    return change


OTHER = {"resourceType": "Patient", "id": "bob", "birthDate": "1950-01-01", "gender": "male"}
BOB = {"reference": "Patient/bob"}
VER = {"system": VERIFICATION}
RELAPSED = {"text": "relapsed"}
BREAST = condition_of("breast", icd("C50.911", "Malignant neoplasm of unspecified site of right female breast"))
UNKNOWN = {"url": ABSENT, "valueCode": "unknown"}
ENCOUNTER = {
    "resourceType": "Encounter", "id": "visit", "status": "finished", "subject": BOB,
    "episodeOfCare": [{"reference": "EpisodeOfCare/line-1"}],
}  # fmt: skip
MODIFIER = [{"url": "http://example.org/negated", "valueBoolean": True}]

NEITHER = "more_information_needed"
DOUBTFUL: dict[str, tuple[Change, str, str]] = {
    "a code and a name of the condition that disagree": (
        put(CONDITION, code=icd("C90.00", "Solitary plasmacytoma")), NEITHER, "disagree"),
    "a code of another condition beside the right name": (
        put(CONDITION, code=icd("I10", "Multiple myeloma")), NEITHER, "does not know ICD-10-CM I10"),
    "two codes of a condition that disagree": (
        put(CONDITION, code={"coding": [*icd("C90.00")["coding"], *icd("C50.911")["coding"]]}), NEITHER, "disagree"),
    "a code of SNOMED CT and a name that disagree": (
        put(CONDITION, code={"coding": [{"system": SNOMED, "code": "109989006", "display": "Malignant tumor of breast"}]}),
        NEITHER, "disagree"),
    "codes of SNOMED CT and ICD-10-CM that disagree": (
        put(CONDITION, code={"coding": [{"system": SNOMED, "code": "109989006"}, *icd("C50.911")["coding"]]}),
        NEITHER, "disagree"),
    "a code of SNOMED CT beside an unknown code of ICD-10-CM": (
        put(CONDITION, code={"coding": [{"system": SNOMED, "code": "109989006"}, *icd("I10")["coding"]]}),
        NEITHER, "does not know ICD-10-CM I10"),
    "a code of SNOMED CT that is not known, without a name": (
        put(CONDITION, code={"coding": [{"system": SNOMED, "code": "94705007"}]}), NEITHER, "does not know SNOMED CT 94705007"),
    "a code with a text that disagrees": (
        put(CONDITION, code={**icd("C90.00"), "text": "breast cancer"}), NEITHER, "disagree"),
    "a code beside words that take it back": (
        put(CONDITION, code={**icd("C90.00"), "text": "No evidence of multiple myeloma"}), NEITHER, "may say that it is not so"),
    "a code beside words of somebody else": (
        put(CONDITION, code={**icd("C90.00"), "text": "multiple myeloma of his mother"}), NEITHER, "may say that it is not so"),
    **{f"a code beside `{words}`": (
        put(CONDITION, code={**icd("C90.00"), "text": words}), NEITHER, "may say that it is not so")
       for words in ("h/o multiple myeloma", "FHx: MM", "neg for MM", "concern for myeloma", "myeloma, unlikely", "s/p MM",
                     "sospecha de mieloma múltiple", "kein multiples Myelom", "V.a. Myelom")},
    **{f"a code with the name `{words}`": (put(CONDITION, code=icd("C90.00", words)), NEITHER, "may say that it is not so")
       for words in ("Family history of multiple myeloma", "No multiple myeloma", "R/O multiple myeloma")},
    "a drug beside words that take it back": (
        put(DOSE, medicationCodeableConcept={**rxnorm("342369"), "text": "lenalidomide, not given"}), NEITHER,
        "may say that it is not so"),
    "a condition that is resolved in words": (
        put(CONDITION, clinicalStatus={"text": "resolved"}), NEITHER, '`"resolved"`'),
    "answers to another request": (
        every(added({"resourceType": "QuestionnaireResponse", "id": "others", "status": "completed", "subject": ANN}),
              put(CLAIM, supportingInfo=[{"sequence": 1, "valueReference": {"reference": "QuestionnaireResponse/others"}}])),
        NEITHER, "refers to other answers"),
    "answers to another request, which are not there": (
        put(CLAIM, supportingInfo=[{"sequence": 1, "valueReference": {"reference": "QuestionnaireResponse/others"}}]),
        NEITHER, "refers to other answers"),
    "a condition that is only a suspicion in words": (
        put(CONDITION, code={"text": "rule out multiple myeloma"}), NEITHER, "does not know"),
    "a condition of the family": (
        put(CONDITION, code={"text": "family history of multiple myeloma"}), NEITHER, "does not know"),
    "a condition in error": (
        put(CONDITION, verificationStatus={"coding": [{**VER, "code": "entered-in-error"}]}), NEITHER, "in error"),
    **{f"a condition that is {code}": (
        put(CONDITION, verificationStatus={"coding": [{**VER, "code": code}]}), NEITHER, f"`{code}`")
       for code in ("refuted", "provisional", "differential", "unconfirmed")},
    "a condition that is confirmed and refuted": (
        put(CONDITION, verificationStatus={"coding": [{**VER, "code": "confirmed"}, {**VER, "code": "refuted"}]}),
        NEITHER, "not `confirmed`"),
    "a condition that is resolved": (
        put(CONDITION, clinicalStatus={"coding": [{"system": CLINICAL, "code": "resolved"}]}), NEITHER, "`resolved`"),
    **{f"a condition that has abated, as `abatement{kind}` says": (
        put(CONDITION, **{f"abatement{kind}": value}), NEITHER, "abated")
       for kind, value in {
           "DateTime": "2020", "Period": {"end": "2020"}, "Age": {"value": 70}, "Range": {"high": {"value": 70}},
           "String": "two years ago"}.items()},
    "a condition that has abated at a time that is not known": (
        put(CONDITION, _abatementDateTime={"extension": [UNKNOWN]}), NEITHER, "abated"),
    "a condition that began after the request": (put(CONDITION, onsetDateTime="2024-12"), NEITHER, "after the request"),
    "a condition whose code and clinical status say different states": (
        put(CONDITION, code=icd("C90.01"), clinicalStatus={"coding": [{"system": CLINICAL, "code": "relapse"}]}), NEITHER,
        "the states of the disease disagree"),
    "a condition in relapse and in remission": (
        put(CONDITION, clinicalStatus={"coding": [{"system": CLINICAL, "code": each} for each in ("relapse", "remission")]}),
        NEITHER, "the states of the disease disagree"),
    "a diagnosis that is one of several possible ones": (
        put(CLAIM, diagnosis=[{"sequence": 1, "diagnosisCodeableConcept": icd("C90.00"), "type": [{"coding": [{
            "code": "differential"}]}]}]), NEITHER, "only a possible one"),
    "a diagnosis that the item does not name": (
        lambda found: found[CLAIM]["item"][0].update(diagnosisSequence=[3]), NEITHER, "there is no diagnosis 3"),
    "a condition in another version than the claim names": (
        every(put(CONDITION, meta={"versionId": "3"}), put(CLAIM, diagnosis=[
            {"sequence": 1, "diagnosisReference": {"reference": "Condition/mm/_history/1"}}])), NEITHER, "not in the bundle"),
    "a condition of another patient": (
        every(put(CONDITION, subject=BOB), added(OTHER)), NEITHER, "Patient/bob, for whom nothing is requested"),
    "a condition of nobody": (put(CONDITION, subject=None), NEITHER, "whom it is about"),
    "a condition of somebody who is not there": (put(CONDITION, subject=BOB), NEITHER, "no patient in the bundle"),
    "a condition that is not the reason": (put(CLAIM, diagnosis=[]), NEITHER, "does not give it as its reason"),
    "two versions of the condition": (
        added(condition_of("mm", icd("C50.911"))), NEITHER, "2 versions of `mm`"),
    "a condition with an extension that changes it": (put(CONDITION, modifierExtension=MODIFIER), NEITHER, "modifierExtension"),
    "two conditions as the reason": (
        every(added(BREAST), lambda found: found[CLAIM]["diagnosis"].append(
            {"sequence": 2, "diagnosisReference": {"reference": "Condition/breast"}})),
        NEITHER, "several values of indication"),
    "two claims for two conditions": (
        lambda found: found.append({**found[CLAIM], "id": "other", "diagnosis": [
            {"sequence": 1, "diagnosisCodeableConcept": icd("C83.30")}]}), NEITHER, "several values of indication"),
    "a birth date to the year": (put(PATIENT, birthDate="1953"), NEITHER, "not given to the day"),
    "a birth date that is none": (put(PATIENT, birthDate="1953-02-30"), NEITHER, "it is no date"),
    "a dose in error": (put(DOSE, status="entered-in-error"), NEITHER, "in error"),
    "a dose that was not given": (put(DOSE, status="not-done"), NEITHER, "`not-done`"),
    "a dose that is under way": (put(DOSE, status="in-progress"), NEITHER, "`in-progress`"),
    "a dose after the request": (put(DOSE, effectiveDateTime="2024-10-01"), NEITHER, "after the request"),
    "a dose in the year of the request": (put(DOSE, effectiveDateTime="2024"), NEITHER, "does not say whether"),
    **{f"a dose with the date {date}": (put(DOSE, effectiveDateTime=date), NEITHER, "does not say whether")
       for date in ("2021-02-30", "spring of 2021")},
    **{f"a dose from {period.get('start')} to {period.get('end')}": (
        put(DOSE, effectiveDateTime=None, effectivePeriod=period), NEITHER, "does not say whether")
       for period in ({"end": "2025-01-01"}, {"start": "2021-03-01", "end": "2020-01-01"}, {"start": "then"})},
    **{f"a dose with `{name}`, which R4 does not have": (put(DOSE, **{name: value}), NEITHER, f"`{name}`")
       for name, value in {"notGiven": True, "wasNotGiven": True, "wasNotTaken": True, "taken": "n",
                           "occurenceDateTime": "2025-01-01", "effectivedatetime": "2025-01-01", "reason": [BREAST]}.items()},
    "a dose of which there are only some elements": (put(DOSE, meta={"tag": [{"code": "SUBSETTED"}]}), NEITHER, "only a part"),
    "a dose with a date, and why it has none": (
        put(DOSE, _effectiveDateTime={"extension": [UNKNOWN]}), NEITHER, "says why it has none"),
    "a dose in an episode that began after the request": (
        every(put(EPISODE, period={"start": "2024-10-01"}), put(DOSE, effectiveDateTime=None)), NEITHER, "after the request"),
    "a statement after the request, without another date": (
        put(DOSE, resourceType="MedicationStatement", effectiveDateTime=None, dateAsserted="2024-10-01"), NEITHER,
        "after the request"),
    **{f"a transplantation with `{name}`": (procedure(performedPeriod=None, **{name: value}), NEITHER, "does not say whether")
       for name, value in {"performedString": "planned for October", "performedAge": {"value": 71, "unit": "a"},
                           "performedRange": {"low": {"value": 71, "unit": "a"}}}.items()},
    "a dose for a condition that is not there": (
        put(DOSE, reasonReference=[{"reference": "Condition/breast"}]), NEITHER, "Condition/breast, which is not in the bundle"),
    "a dose for a condition that has only a name": (
        put(DOSE, reasonReference=[{"display": "breast cancer"}]), NEITHER, "breast cancer, which is not in the bundle"),
    "a dose in an episode for a condition that is not there": (
        put(EPISODE, diagnosis=[{"condition": {"reference": "Condition/breast"}}]), NEITHER, "not in the bundle"),
    "a dose for what is not known": (
        put(DOSE, reasonCode=[{"text": "emesis after surgery"}]), NEITHER, "it is not known what it is for"),
    "a dose for two conditions": (put(DOSE, reasonCode=[icd("C90.00"), icd("C50.911")]), NEITHER, "does not give as its reason"),
    "a dose in a line that cannot be read": (
        put(DOSE, extension=[{"url": LINE, "valueString": "2"}]), NEITHER, "no number that can be read"),
    "a dose of two drugs": (
        put(DOSE, medicationReference={"reference": "Medication/m"}), NEITHER,
        "both `medicationCodeableConcept` and `medicationReference`"),
    "an answer whose code and name are yes and no": (
        answer(1, answer=[{"valueCoding": {"code": "N", "display": "Yes"}}]), NEITHER, "neither yes nor no"),
    "a code and a name that say different states of the disease": (
        put(CONDITION, code={**icd("C90.01"), "text": "RRMM"}), NEITHER, "`C90.01`, `RRMM`"),
    "an answer with two values": (
        answer(1, answer=[{"valueBoolean": True, "valueString": "no"}]), NEITHER, "both `valueBoolean` and `valueString`"),
    "a dose in an encounter of another patient": (
        every(added(OTHER, ENCOUNTER), put(DOSE, context={"reference": "Encounter/visit"})), NEITHER, "another patient's"),
    "a dose in an encounter that was cancelled": (
        every(added({**ENCOUNTER, "status": "cancelled", "subject": ANN}), put(DOSE, context={"reference": "Encounter/visit"})),
        NEITHER, "`cancelled`"),
    **{f"a code of another condition in the system {system}": (
        put(CONDITION, code={"coding": [{"system": system, "code": "I10", "display": "Multiple myeloma"}]}), NEITHER,
        "does not know ICD-10-CM I10")
       for system in ("urn:oid:2.16.840.1.113883.6.90", "https://hl7.org/fhir/sid/icd-10-cm", f"{ICD10CM}/")},
    "a code with a name that is no text": (
        put(CONDITION, code={"coding": [{"system": ICD10CM, "code": "C90.00", "display": ["breast cancer"]}]}), NEITHER, "no text"),
    "a sex that is another than at birth": (
        put(PATIENT, extension=[{"url": BIRTH_SEX, "valueCode": "M"}]), NEITHER, "several values of sex"),
    "a dose of another patient": (every(put(DOSE, subject=BOB), added(OTHER)), NEITHER, "Patient/bob"),
    "a dose for another condition": (
        every(added(BREAST), put(DOSE, reasonReference=[{"reference": "Condition/breast"}])), NEITHER,
        "does not give as its reason"),
    "a dose for one of two conditions": (added(BREAST), NEITHER, "does not say of which"),
    "a dose without a line": (put(DOSE, context=None), NEITHER, "no line of treatment"),
    "a dose in the line of another patient": (every(put(EPISODE, patient=BOB), added(OTHER)), NEITHER, "another patient"),
    "a dose in a line that is under way": (put(EPISODE, status="active"), NEITHER, "`active`, not `finished`"),
    "a dose in a line in error": (put(EPISODE, status="entered-in-error"), NEITHER, "no line of treatment"),
    "a dose in two lines": (put(DOSE, extension=[{"url": LINE, "valueInteger": 2}]), NEITHER, "several lines"),
    "a dose in line 0": (put(EPISODE, type=[{"text": "line 0"}]), NEITHER, "no line of treatment 0"),
    "a drug whose code and name disagree": (
        put(DOSE, medicationCodeableConcept=rxnorm("342369", "Bortezomib")), NEITHER, "disagree"),
    "a drug whose code is not known": (
        put(DOSE, medicationCodeableConcept=rxnorm("99999999", "Lenalidomide")), NEITHER, "does not know RxNorm"),
    "a drug that was only ordered": (
        put(DOSE, resourceType="MedicationRequest", status="completed", intent="order", effectiveDateTime=None, context=None),
        NEITHER, "does not prove"),
    "a drug that was not taken": (
        put(DOSE, resourceType="MedicationStatement", status="not-taken"), NEITHER, "`not-taken`"),
    "a drug with it that is of no group": (put(BORTEZOMIB, groupIdentifier=None), NEITHER, "does not prove"),
    "a drug with it that is not to be given": (put(BORTEZOMIB, doNotPerform=True), NEITHER, "not to give"),
    "a drug with it that was cancelled": (put(BORTEZOMIB, status="cancelled"), NEITHER, "does not prove"),
    "a drug with it that is only proposed": (put(BORTEZOMIB, intent="proposal"), NEITHER, "does not prove"),
    "a drug with it that may not be to be given": (put(BORTEZOMIB, doNotPerform="true"), NEITHER, "not to give"),
    "a drug with it that was ordered after the request": (put(BORTEZOMIB, authoredOn="2024-10-01"), NEITHER, "after the request"),
    "a drug with it of another patient": (every(put(DEXAMETHASONE, subject=BOB), added(OTHER)), NEITHER, "Patient/bob"),
    "answers that are not complete": (put(ANSWERS, status="in-progress"), NEITHER, "not completed"),
    "answers of another patient": (every(put(ANSWERS, subject=BOB), added(OTHER)), NEITHER, "Patient/bob"),
    "an answer that is neither yes nor no": (answer(1, answer=[{"valueString": "perhaps"}]), NEITHER, "neither yes nor no"),
    "an answer to a link id of somebody else": (
        lambda found: found[ANSWERS]["item"][1].update(linkId="antiemetic"), NEITHER, "none that Priorlog issues"),
    "an answer about an agent that is not known": (
        lambda found: found[ANSWERS]["item"][1].update(linkId="prophylaxis/sugar"), NEITHER, "does not know"),
    "no answer": (answer(1, answer=[]), NEITHER, ""),
}  # fmt: skip


@pytest.mark.usefixtures("without_repairs")
@pytest.mark.parametrize("what", DOUBTFUL)
def test_what_a_chart_does_not_say_decides_nothing(what: str, tmp_path: Path) -> None:
    """Each change takes away or casts doubt on one thing that the criteria need: they are neither met nor failed by it, and the
    import says why."""
    change, determination, reason = DOUBTFUL[what]
    found = imported(changed(change), tmp_path)
    assert determination == reviewed(load_text(text_of(found)))["determination"]
    assert reason in told(found)


NO_REQUEST: dict[str, tuple[Change, str]] = {
    "a claim in error": (put(CLAIM, status="entered-in-error"), "in error"),
    "a claim that was cancelled": (put(CLAIM, status="cancelled"), "`cancelled`"),
    "a claim to the year": (put(CLAIM, created="2024"), "the date"),
    **{f"a claim at {when}": (put(CLAIM, created=when), "the date")
       for when in ("2024-09-03T25:61:00Z", "2024-09-03T10:00:00+25:00")},
    "a claim for no drug": (
        every(put(CLAIM, item=[{"sequence": 1, "productOrService": {"text": "office visit"}}])), "the drug"),
    "a claim for a drug whose code and name disagree": (
        every(put(ORDER, medicationCodeableConcept=rxnorm("358258", "selinexor")),
              lambda found: found[CLAIM]["item"][0].update(productOrService={"text": "x"})), "the drug"),
    "a claim with an order for somebody else": (
        every(put(ORDER, subject=BOB), added(OTHER),
              lambda found: found[CLAIM]["item"][0].update(productOrService={"text": "x"})), "the drug"),
    "a claim of a kind that is not said": (certified(), "the kind"),
    "a claim that is initial and renewal": (
        certified({"system": "https://codesystem.x12.org/005010/1322", "code": "I", "display": "Renewal"}), "the kind"),
    "a claim that cancels": (
        certified({"system": "https://codesystem.x12.org/005010/1322", "code": "3", "display": "Cancel"}), "the drug"),
    "a claim that cancels in words": (certified({"code": "3", "display": "Cancelled"}), "the drug"),
    "a claim for two days of service": (
        every(put(CLAIM, use="claim"), lambda found: found[CLAIM].update(item=[
            {**found[CLAIM]["item"][0], "servicedDate": each} for each in ("2024-09-05", "2024-10-03")])), "the date"),
    "a claim that asks how an earlier one stands": (put(CLAIM, meta={"profile": [INQUIRY]}), ""),
    "a claim that a later one takes the place of, which is in error": (
        lambda found: found.append({**found[CLAIM], "id": "later", "status": "entered-in-error", "related": [
            {"claim": {"reference": "Claim/claim"}, "relationship": {"coding": [{"code": "prior"}]}}]}), "the drug"),
    "a claim for nobody": (put(CLAIM, patient=BOB), ""),
}  # fmt: skip


@pytest.mark.parametrize("what", NO_REQUEST)
def test_a_chart_that_does_not_say_what_is_requested_has_no_case_file(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a drug, a kind and a day of the request there is nothing to review: it is an error that says what is lacking,
    and no file is written."""
    change, lacking = NO_REQUEST[what]
    bundle, out = tmp_path / "bundle.json", tmp_path / "case.pl"
    bundle.write_text(json.dumps(changed(change)))
    assert 1 == cli.main(["import", "fhir", str(bundle), "-o", str(out)])
    error = capsys.readouterr().err
    assert "error[E401]" in error
    assert lacking in error
    assert not out.exists()


def test_what_the_options_say_stands_in_for_what_the_chart_does_not(tmp_path: Path) -> None:
    """A chart without a Claim is a case with the drug, kind and date that the user gives, and says that they are from there."""
    found = imported(
        changed(lambda resources: resources.pop(CLAIM)), tmp_path, Given("Xpovio", "initial", day("2024-09-03"))
    )
    assert "request(ann, selinexor, initial, 2024-09-03)." in text_of(found)
    assert ":- source('the options of the import')." in text_of(found)
    assert "combination(ann, bortezomib)." in text_of(found)


def test_what_the_options_say_does_not_overrule_the_chart(tmp_path: Path) -> None:
    """Where chart and options disagree the chart counts, and the import says so."""
    found = imported(chart(), tmp_path, Given("carfilzomib", "renewal", day("2024-09-04")))
    assert "request(ann, selinexor, initial, 2024-09-03)." in text_of(found)
    assert ["--drug", "--kind", "--date"] == [each.place for each in found.not_mapped]


# --- what is read ------------------------------------------------------------------------------------------------


def facts(change: Change, folder: Path) -> list[str]:
    """The facts of the chart with a change."""
    (case,) = imported(changed(change), folder).cases
    return [fact_text(each, case.name) for each in case.facts]


AMOUNT: Json = {"quantity": {"value": 96, "unit": "tablets"}, "expectedSupplyDuration": {"value": 84, "unit": "days"}}
RENEWAL = certified({"display": "Renewal"})
STATED: dict[str, tuple[Change, str]] = {
    "a status in words": (added(status_of(RELAPSED)), "disease_status(ann, relapsed)."),
    "a clinical status": (
        put(CONDITION, clinicalStatus={"coding": [{"system": CLINICAL, "code": "relapse"}]}),
        "disease_status(ann, relapsed)."),
    "a condition by its code in SNOMED CT": (
        put(CONDITION, code={"coding": [{"system": SNOMED, "code": "109989006"}]}), "indication(ann, multiple_myeloma)."),
    "a condition by its codes in SNOMED CT and ICD-10-CM": (
        put(CONDITION, code={"coding": [{"system": SNOMED, "code": "109989006"}, *icd("C90.02")["coding"]]}),
        "indication(ann, 'C90.02')."),
    "a condition by its name in SNOMED CT": (
        put(CONDITION, code={"coding": [{"system": SNOMED, "code": "0", "display": "Multiple myeloma (disorder)"}]}),
        "indication(ann, multiple_myeloma)."),
    **{f"a code with the name `{name}`": (put(CONDITION, code=icd(code, name)), f"indication(ann, '{code}').")
       for code, name in {
           "C84.70": "Anaplastic large cell lymphoma, ALK-negative, unspecified site", "C83.80": "Other non-follicular lymphoma, unspecified site",
           "C90.00": "Multiple myeloma, without mention of remission"}.items()},
    "a name that says the status": (put(CONDITION, code={"text": "rrmm"}), "indication(ann, 'RRMM')."),
    "a name that says the status beside a code that does not": (
        put(CONDITION, code={**icd("C90.00"), "text": "relapsed MM"}), "indication(ann, 'relapsed MM')."),
    "a code and a name that say states that can be at one time": (
        put(CONDITION, code={**icd("C90.02"), "text": "RRMM"}), "indication(ann, 'C90.02')."),
    "a code without a point that says the status": (put(CONDITION, code=icd("C9002")), "indication(ann, 'C90.02')."),
    "a code that says the status": (put(CONDITION, code=icd("C90.02")), "indication(ann, 'C90.02')."),
    "progression after a line": (
        added({**status_of({"coding": [{"system": SNOMED, "code": WORSENED}]}), "extension": [
            {"url": LINE, "valuePositiveInt": 1}]}),
        "progression(ann, 1, 2024-08-01)."),
    "progression on the requested drug": (
        every(RENEWAL, added({**status_of({"coding": [{"system": SNOMED, "code": WORSENED}]}), "basedOn": [
            {"reference": "MedicationRequest/order"}]})),
        "disease_progression(ann)."),
    "a treatment that was not tolerated": (
        every(RENEWAL, put(ORDER, statusReason={"coding": [{"system": SNOMED, "code": NOT_TOLERATED}]})),
        "unacceptable_toxicity(ann)."),
    "a treatment that ended for progression": (
        every(RENEWAL, put(ORDER, statusReason={"text": "disease progression"})), "disease_progression(ann)."),
    "a supply that was handed over": (
        put(DOSE, resourceType="MedicationDispense", effectiveDateTime=None, whenHandedOver="2015-01-02"),
        "prior_therapy(ann, 1, lenalidomide)."),
    "a drug by a resource of its own": (
        every(put(DOSE, medicationCodeableConcept=None, medicationReference={"reference": "Medication/len"}),
              added({"resourceType": "Medication", "id": "len", "code": rxnorm("342369")})),
        "prior_therapy(ann, 1, lenalidomide)."),
    "a line by an identifier": (
        every(put(EPISODE, type=None, identifier=[{"system": LINE, "value": "3"}])), "prior_therapy(ann, 3, lenalidomide)."),
    "a dose of which only the end is known": (
        put(DOSE, effectiveDateTime=None, effectivePeriod={"end": "2023-07"}), "prior_therapy(ann, 1, lenalidomide)."),
    "a regimen by its name": (
        put(DOSE, medicationCodeableConcept={"text": "VRd"}), "prior_therapy(ann, 1, 'VRd')."),
    "a denial": (
        lambda found: found[ANSWERS]["item"].append(yes("refractory/bortezomib", False)), "-refractory(ann, bortezomib)."),
    "values of the last argument": (
        lambda found: found[ANSWERS]["item"].append(
            {"linkId": "prior_therapy/2", "answer": [{"valueString": "Velcade"}, {"valueCoding": {"code": "dex"}}]}),
        "prior_therapy(ann, 2, dexamethasone)."),
    "arguments one by one": (
        lambda found: found[ANSWERS]["item"].append({"linkId": "amount", "item": [
            {"linkId": "quantity/tablets", "answer": [{"valueInteger": 96}]},
            {"linkId": "quantity/days", "answer": [{"valueInteger": 84}]}]}),
        "quantity(ann, 96, 84)."),
    "a transplantation as a procedure": (
        procedure(), "prior_therapy(ann, 1, autologous_stem_cell_transplant)."),
    "a condition that the claim contains": (
        lambda found: found[CLAIM].update(contained=[{**found.pop(CONDITION), "id": "c"}], diagnosis=[
            {"sequence": 1, "diagnosisReference": {"reference": "#c"}}]),
        "indication(ann, 'C90.00')."),
    "an order that the claim contains": (
        every(put(ORDER, id="o", dispenseRequest={"quantity": {"value": 96, "unit": "tablets"}, "expectedSupplyDuration": {
                  "value": 84, "unit": "days"}}),
              lambda found: found[CLAIM].update(contained=[found.pop(ORDER)]),
              lambda found: found[CLAIM]["item"][0]["extension"][1].update(valueReference={"reference": "#o"})),
        "quantity(ann, 96, 84)."),
    "a request with a time and a zone": (
        put(CLAIM, created="2024-09-03T23:30:00.000-05:00"), "request(ann, selinexor, initial, 2024-09-03)."),
    "a dose on the day of the request, with a time": (
        put(DOSE, effectiveDateTime="2024-09-03T00:10:00+14:00"), "prior_therapy(ann, 1, lenalidomide)."),
    "a dose that ended because it was not tolerated": (
        every(RENEWAL, added({**given({"text": "Xpovio"}, name="x"), "status": "stopped", "statusReason": [
            {"coding": [{"system": SNOMED, "code": NOT_TOLERATED}]}]})),
        "unacceptable_toxicity(ann)."),
    "a record that is complete": (
        lambda found: found[ANSWERS]["item"].append(yes("complete/refractory")), "complete(ann, refractory)."),
    "an order and its drug that the claim contains": (
        every(put(ORDER, id="o", medicationCodeableConcept=None, medicationReference={"reference": "#m"}),
              lambda found: found[CLAIM].update(contained=[
                  found.pop(ORDER), {"resourceType": "Medication", "id": "m", "code": {"text": "Xpovio"}}]),
              lambda found: found[CLAIM]["item"][0].update(productOrService={"text": "x"}),
              lambda found: found[CLAIM]["item"][0]["extension"][1].update(valueReference={"reference": "#o"})),
        "request(ann, selinexor, initial, 2024-09-03)."),
    "a dose for the condition, by its code and by what was seen": (
        put(DOSE, reasonCode=[icd("C90.00")], reasonReference=[{"reference": "Observation/seen"}]),
        "prior_therapy(ann, 1, lenalidomide)."),
    "an amount that is handed over as often as it lasts": (
        put(ORDER, dispenseRequest={**AMOUNT, "dispenseInterval": {"value": 84, "unit": "d"}}), "quantity(ann, 96, 84)."),
    "an urgency": (put(CLAIM, priority={"coding": [{"code": "normal"}]}), "urgency(ann, standard)."),
    "a request for eligibility": (
        every(put(CLAIM, resourceType="CoverageEligibilityRequest", use=None, diagnosis=None),
              lambda found: found[CLAIM]["item"][0].update(diagnosis=[{"diagnosisReference": {"reference": "Condition/mm"}}])),
        "request(ann, selinexor, initial, 2024-09-03)."),
    "a sex at birth": (
        put(PATIENT, gender=None, extension=[{"url": BIRTH_SEX, "valueCode": "F"}]), "sex(ann, female)."),
    "a patient that the claim contains": (
        lambda found: found[CLAIM].update(contained=[{**found.pop(PATIENT), "id": "p"}], patient={"reference": "#p"}),
        "birth_date(p, 1953-04-11)."),
    "a drug by a code of a system that has another name": (
        put(DOSE, medicationCodeableConcept={"coding": [{"system": "urn:oid:2.16.840.1.113883.6.88", "code": "342369"}]}),
        "prior_therapy(ann, 1, lenalidomide)."),
    "a renewal by its code": (
        certified({"system": "https://codesystem.x12.org/005010/1322", "code": "R"}),
        "request(ann, selinexor, renewal, 2024-09-03)."),
    "a claim that takes the place of a former one": (
        lambda found: found.append({**found[CLAIM], "id": "later", "created": "2024-09-10", "related": [
            {"claim": {"reference": "Claim/claim"}, "relationship": {"coding": [{"code": "replaces"}]}}]}),
        "request(ann, selinexor, initial, 2024-09-10)."),
    "a claim for what was done": (
        every(put(CLAIM, use="claim"), lambda found: found[CLAIM]["item"][0].update(servicedDate="2024-09-05")),
        "request(ann, selinexor, initial, 2024-09-05)."),
}  # fmt: skip


@pytest.mark.parametrize("what", STATED)
def test_what_a_chart_says_is_stated(what: str, tmp_path: Path) -> None:
    """Each way of saying something that a case can state gives the fact."""
    change, fact = STATED[what]
    assert fact in facts(change, tmp_path)


def twice(found: list[Json]) -> None:
    """The order a second time, in an item of its own."""
    found[ORDER]["dispenseRequest"] = AMOUNT
    found.append({**found[ORDER], "id": "second"})
    kind, order = found[CLAIM]["item"][0]["extension"]
    second = {**order, "valueReference": {"reference": "MedicationRequest/second"}}
    found[CLAIM]["item"].append({**found[CLAIM]["item"][0], "sequence": 2, "extension": [kind, second]})


UNSAID: dict[str, tuple[Change, str]] = {
    "a status whose code and name disagree": (
        added(status_of({"coding": [{"system": SNOMED, "code": WORSENED, "display": "Patient's condition improved"}]})),
        "disease_"),
    "an improvement": (added(status_of({"coding": [{"system": SNOMED, "code": IMPROVED}]})), "disease_"),
    "a preliminary status": (added({**status_of(RELAPSED), "status": "preliminary"}), "disease_status"),
    "a status after the request": (added(status_of(RELAPSED, date="2025-01-01")), "disease_status"),
    "a status of another cancer": (
        added(BREAST, {**status_of(RELAPSED), "focus": [{"reference": "Condition/breast"}]}), "disease_status"),
    "a status that is not there": (
        added({**status_of(RELAPSED), "valueCodeableConcept": None, "dataAbsentReason": {"text": "unknown"}}),
        "disease_status"),
    "a status with a value, and why it has none": (
        added({**status_of(RELAPSED), "dataAbsentReason": {"text": "error"}}), "disease_status"),
    **{f"a status of {other}": (added({**status_of(RELAPSED), "focus": [{"reference": other}]}), "disease_status")
       for other in ("Condition/breast", "RelatedPerson/mother", "urn:uuid:7a0b9e2c-1f3d-4e5a-8b6c-9d0e1f2a3b4c")},
    **{f"a status after the request, as `{name}` says": (
        added({name: value, **{key: each for key, each in status_of(RELAPSED).items() if key != "effectiveDateTime"}}),
        "disease_status")
       for name, value in {"issued": "2025-01-01T00:00:00Z", "effectiveTiming": {"event": ["2025-01-01"]}}.items()},
    "a progression that words take back": (
        every(RENEWAL, added({**status_of({"coding": [{"system": SNOMED, "code": WORSENED}], "text": "no evidence of progression"}),
                              "basedOn": [{"reference": "MedicationRequest/order"}]})),
        "disease_progression"),
    "a status before a remission": (
        added(status_of(RELAPSED, date="2020-01-01"), status_of({"text": "in remission"})), "disease_status(ann, relapsed)"),
    "a status that the condition's code contradicts": (
        every(put(CONDITION, code=icd("C90.01")), added(status_of(RELAPSED))), "disease_status(ann, relapsed)"),
    "progression to the month": (
        added({**status_of({"coding": [{"system": SNOMED, "code": WORSENED}]}, date="2024-05"), "extension": [
            {"url": LINE, "valueInteger": 1}]}), "progression"),
    "progression in some months": (
        added({"effectivePeriod": {"start": "2024-01-01", "end": "2024-08-01"}, "extension": [{"url": LINE, "valueInteger": 1}],
               **{name: each for name, each in status_of({"coding": [{"system": SNOMED, "code": WORSENED}]}).items()
                  if name != "effectiveDateTime"}}), "progression"),
    "a status of the family": (
        added({**status_of(RELAPSED), "code": {**status_of(RELAPSED)["code"], "text": "Family history of cancer progression"}}),
        "disease_status"),
    "a coverage that ended": (
        added({"resourceType": "Coverage", "id": "c", "status": "active", "subscriberId": "M-1", "beneficiary": ANN,
               "period": {"end": "2020-01-01"}}), "member_id"),
    "progression after no line": (added(status_of({"coding": [{"system": SNOMED, "code": WORSENED}]})), "progression"),
    "toxicity after the request": (
        every(RENEWAL, added({"effectivePeriod": {"start": "2024-01-01", "end": "2024-12-01"}, "status": "stopped",
                              "statusReason": [{"coding": [{"system": SNOMED, "code": NOT_TOLERATED}]}],
                              **{name: each for name, each in given({"text": "Xpovio"}, name="x").items()
                                 if name not in ("effectiveDateTime", "status")}})), "unacceptable"),
    "the strength of another drug": (
        every(put(ORDER, medicationCodeableConcept=None, medicationReference={"reference": "Medication/m"}),
              added({"resourceType": "Medication", "id": "m", "code": {"text": "Xpovio"}, "ingredient": [
                  {"itemCodeableConcept": {"text": "bortezomib"}, "strength": {
                      "numerator": {"value": 20, "unit": "mg"}, "denominator": {"value": 1, "unit": "tablet"}}}]})), "tablet"),
    **{f"a sex at birth as {code}": (put(PATIENT, gender=None, extension=[{"url": BIRTH_SEX, "valueCode": code}]), "sex")
       for code in ("UNK", ["F"])},
    **{f"an answer as {answer}": (
        item(linkId="refractory/bortezomib", **answer), "refractory")
       for answer in ({"answer": [{"_valueBoolean": {"extension": [UNKNOWN]}}]}, {"answer": [True]}, {"valueBoolean": True})},
    "toxicity of another drug": (
        every(RENEWAL, put(DOSE, statusReason=[{"coding": [{"system": SNOMED, "code": NOT_TOLERATED}]}])), "unacceptable"),
    "a procedure that was not done": (
        procedure(status="not-done"), "prior_therapy"),
    "a procedure that was broken off": (
        procedure(status="stopped"), "prior_therapy"),
    "a procedure that is no treatment": (
        procedure(code={"text": "bone marrow biopsy"}), "prior_therapy"),
    "a contained condition of somebody else": (
        every(added(OTHER), lambda found: found[CLAIM].update(contained=[{**found.pop(CONDITION), "id": "c", "subject": BOB}],
              diagnosis=[{"sequence": 1, "diagnosisReference": {"reference": "#c"}}])), "indication"),
    "a dose that was not given, with the reason": (
        put(DOSE, status="not-done", statusReason=[{"text": "patient refused"}]), "prior_therapy"),
    "an amount in mg": (
        put(ORDER, dispenseRequest={"quantity": {"value": 96, "unit": "mg"}, "expectedSupplyDuration": {
            "value": 84, "unit": "days"}}), "quantity"),
    "an amount of at most so many": (
        put(ORDER, dispenseRequest={"quantity": {"value": 96, "unit": "tablets", "comparator": "<"},
                                    "expectedSupplyDuration": {"value": 84, "unit": "days"}}), "quantity"),
    "an amount in the orders of two claims": (
        every(put(ORDER, dispenseRequest=AMOUNT), lambda found: found.append({**found[ORDER], "id": "second"}),
              lambda found: found.append({**found[CLAIM], "id": "other", "item": [{**found[CLAIM]["item"][0], "extension": [
                  found[CLAIM]["item"][0]["extension"][0],
                  {**found[CLAIM]["item"][0]["extension"][1], "valueReference": {"reference": "MedicationRequest/second"}}]}]})),
        "quantity"),
    "an amount in two orders": (twice, "quantity"),
    "an amount that is another than the claim's": (
        every(put(ORDER, dispenseRequest=AMOUNT),
              lambda found: found[CLAIM]["item"][0].update(quantity={"value": 192, "unit": "tablets"})), "quantity"),
    "an amount after a first one": (
        put(ORDER, dispenseRequest={**AMOUNT, "initialFill": {"quantity": {"value": 32, "unit": "tablets"}}}), "quantity"),
    "an amount that is handed over more often than it lasts": (
        put(ORDER, dispenseRequest={**AMOUNT, "dispenseInterval": {"value": 28, "unit": "days"}}), "quantity"),
    "an amount that is only proposed": (put(ORDER, intent="proposal", dispenseRequest=AMOUNT), "quantity"),
    "a dose that may be as needed": (
        put(ORDER, dosageInstruction=[{"asNeededBoolean": "true", "timing": {"repeat": {
            "frequency": 1, "period": 1, "periodUnit": "wk"}}, "doseAndRate": [{"doseQuantity": {
                "value": 100, "unit": "mg"}}]}]), "regimen"),
    "a dose as needed": (
        put(ORDER, dosageInstruction=[{"asNeededBoolean": True, "timing": {"repeat": {
            "frequency": 1, "period": 1, "periodUnit": "wk"}}, "doseAndRate": [{"doseQuantity": {
                "value": 100, "unit": "mg"}}]}]), "regimen"),
    "a denial of several": (
        lambda found: found[ANSWERS]["item"].append(yes("prior_therapy/1/VRd", False)), "-prior_therapy"),
    "half an amount": (
        lambda found: found[ANSWERS]["item"].append({"linkId": "quantity/tablets", "answer": [{"valueInteger": 9}]}),
        "quantity"),
    "numbers out of proportion": (
        lambda found: found[ANSWERS]["item"].append({"linkId": "tablet", "answer": [{"valueDecimal": 10**40}]}), "tablet"),
}  # fmt: skip


@pytest.mark.parametrize("what", UNSAID)
def test_what_a_chart_does_not_say_is_not_stated(what: str, tmp_path: Path) -> None:
    """What could be taken for something that a case can state, and is not, is listed and gives no fact."""
    change, beginning = UNSAID[what]
    found = imported(changed(change), tmp_path)
    (case,) = found.cases
    assert [] == [each for fact in case.facts if (each := fact_text(fact, "ann")).startswith(beginning)]
    assert found.not_mapped


@pytest.mark.parametrize(
    "url", ["urn:uuid:7a0b9e2c-1f3d-4e5a-8b6c-9d0e1f2a3b4c", "https://example.org/fhir/Patient/7a0b"]
)
def test_references_by_the_url_of_an_entry_lead_to_it(url: str, tmp_path: Path) -> None:
    """What refers to the `fullUrl` of an entry, be it a UUID without an id or an address, is about the resource there."""
    bundle = json.loads(json.dumps(chart()).replace("Patient/ann", url))
    del bundle["entry"][PATIENT]["resource"]["id"]
    bundle["entry"][PATIENT]["fullUrl"] = url
    (case,) = imported(bundle, tmp_path).cases
    (other,) = imported(chart(), tmp_path).cases
    assert {(each.predicate, each.args) for each in case.facts} == {(each.predicate, each.args) for each in other.facts}


def test_what_the_options_say_is_no_statement_of_the_chart(tmp_path: Path) -> None:
    """A claim for something that is no known drug does not become the source of the drug that the user names; what it says itself, the
    kind and the date, is not lacking; and a kind of the options is marked beside what the chart says."""
    (item,) = chart()["entry"][CLAIM]["resource"]["item"]
    other = put(CLAIM, item=[{**item, "productOrService": {"text": "a bed"}, "extension": item["extension"][:1]}])
    (case,) = imported(changed(other), tmp_path).cases
    assert ["--drug"] == case.request.lacks
    text = text_of(imported(changed(other), tmp_path, Given("Xpovio")))
    assert ":- source('the options of the import').\nrequest(ann, selinexor, initial, 2024-09-03)." in text
    text = text_of(imported(changed(certified()), tmp_path, Given(kind="renewal")))
    assert 'request(ann, selinexor, renewal, 2024-09-03). % "Xpovio"; by --kind' in text


def test_a_contradiction_in_the_chart_is_conflicting_evidence(tmp_path: Path) -> None:
    """Answers yes and no to one thing both stand: the review says that they conflict."""
    said = every(
        lambda found: found[ANSWERS]["item"].append(yes("prophylaxis/ondansetron", False)),
    )
    assert "conflicting_evidence" == reviewed(load_text(text_of(imported(changed(said), tmp_path))))["determination"]


def test_unknown_resources_are_listed(tmp_path: Path) -> None:
    """A resource of a type that is not read, or that does not exist, is listed with its place."""
    found = imported(changed(added({"resourceType": "Spaceship", "id": "x"}, {"id": "y"})), tmp_path)
    assert "Bundle.entry[9].resource (Spaceship)" in told(found)
    assert "Bundle.entry[10].resource (Bundle): the entry's resource has no `resourceType`" in told(found)


LISTED = {
    "a death": (put(PATIENT, deceasedDateTime="2024-08-01"), "the patient is deceased"),
    "what supports the request": (put(CLAIM, supportingInfo=[{"sequence": 1, "valueString": "refractory"}]), "supports the request"),
    "an order that is not there": (lambda found: found.pop(ORDER), "what is asked for is not in the bundle"),
    "a diagnosis that is in the words of its type only possible": (
        put(CLAIM, diagnosis=[{"sequence": 1, "diagnosisCodeableConcept": icd("C90.00"), "type": [{"text": "Differential"}]}]),
        "only a possible one"),
    "a prescription that is not there": (
        every(put(CLAIM, prescription={"reference": "MedicationRequest/gone"}),
              lambda found: found[CLAIM]["item"][0]["extension"].pop()), "what is asked for is not in the bundle"),
    "another drug in the details": (
        lambda found: found[CLAIM]["item"][0].update(detail=[{"sequence": 1, "productOrService": {"text": "bortezomib"}}]),
        "details of an item are not read"),
    "an urgency in words": (put(CLAIM, priority={"text": "urgent"}), "the priority has no code"),
    "an amount that is none": (put(ORDER, dispenseRequest=["96 tablets"]), "an amount and the days"),
    "answers that are none": (put(ANSWERS, item=["x"]), "it is no item with an answer"),
    "questions without answers": (put(ANSWERS, item=[{"linkId": "reproductive_potential"}]), "it has no answers"),
    "a kind that is not known": (certified({"display": "Appeal"}), 'what kind of request it is: "Appeal"'),
    "a patient whose place another takes": (put(PATIENT, link=[{"type": "replaced-by"}]), "another record takes its place"),
}  # fmt: skip


@pytest.mark.parametrize("what", LISTED)
def test_what_no_case_states_is_listed(what: str, tmp_path: Path) -> None:
    """What a chart says that is nothing to a case is not passed over in silence."""
    change, reason = LISTED[what]
    assert reason in told(imported(changed(change), tmp_path))


def test_an_order_that_is_not_to_be_filled_gives_no_reason(tmp_path: Path) -> None:
    """Without a claim, the reason of an order that was cancelled or forbids the drug is none of the request."""
    asked = Given("Xpovio", "initial", day("2024-09-03"))
    for members, count in (({}, 1), ({"status": "cancelled"}, 0), ({"doNotPerform": True}, 0)):
        change = every(put(ORDER, reasonCode=[icd("C90.00")], **members), lambda found: found.pop(CLAIM))
        (case,) = imported(changed(change), tmp_path, asked).cases
        assert count == [each.predicate for each in case.facts].count("indication")


ENTRIES: dict[str, tuple[Callable[[Json], object], str]] = {
    "an entry with an extension that changes it": (
        lambda found: found["entry"][DOSE].update(modifierExtension=MODIFIER), "modifierExtension"),
    "two versions at one address": (
        lambda found: (
            found["entry"].append({"fullUrl": "urn:uuid:1", "resource": {
                **found["entry"][DOSE]["resource"], "id": None, "status": "entered-in-error"}}),
            found["entry"][DOSE].update(fullUrl="urn:uuid:1", resource={**found["entry"][DOSE]["resource"], "id": None})),
        "2 versions of `urn:uuid:1`"),
    "a patient of another server": (
        lambda found: (
            found["entry"][DOSE].update(fullUrl="https://a.example.org/MedicationAdministration/dose"),
            found["entry"][PATIENT].update(fullUrl="https://b.example.org/Patient/ann")),
        "Patient/ann, who is no patient in the bundle"),
}  # fmt: skip


@pytest.mark.parametrize("what", ENTRIES)
def test_a_dose_whose_entry_does_not_say_it_of_the_patient_is_listed(what: str, tmp_path: Path) -> None:
    """What the entry of a resource says counts, too: whether it changes it, which version it is, and on which server."""
    bundle = json.loads(json.dumps(chart()))
    change, reason = ENTRIES[what]
    change(bundle)
    found = imported(bundle, tmp_path)
    assert "prior_therapy" not in text_of(found)
    assert reason in told(found)


def test_a_bundle_without_a_resource_is_listed(tmp_path: Path) -> None:
    """That a bundle is empty is said, as among many it would be passed over."""
    assert "no patient for whom" in told(imported({"resourceType": "Bundle", "type": "collection"}, tmp_path))


def test_a_bundle_with_rules_of_its_own_is_not_read(tmp_path: Path) -> None:
    """A bundle that follows rules which may change what it says has no case."""
    found = imported({**chart(), "implicitRules": "https://example.org/rules"}, tmp_path)
    assert () == found.cases
    assert "implicitRules" in told(found)


@pytest.mark.parametrize("kind", ELEMENTS)
def test_the_elements_of_resources_are_those_of_fhir(kind: str) -> None:
    """The elements that a resource may have are those of another implementation's models of FHIR."""
    resources = pytest.importorskip("fhir.resources.R4B", reason="fhir.resources is not installed")
    assert {"resourceType", *resources.get_fhir_model_class(kind).elements_sequence()} == ELEMENTS[kind]


def test_the_same_dose_many_times_is_one_fact(tmp_path: Path) -> None:
    """A drug that was given many times is stated once, with the number of its places."""
    doses = [given(rxnorm("342369"), name=f"dose-{number}") for number in range(5)]
    text = text_of(imported(changed(added(*doses)), tmp_path))
    assert 1 == text.count("prior_therapy(")
    assert "and at 5 more place(s)" in text


# --- files -------------------------------------------------------------------------------------------------------

BROKEN = {
    "empty": ("", "is empty"),
    "not JSON": ("{'a': 1}", "is no JSON"),
    "cut off": ('{"resourceType": "Bundle", "entry": [', "is no JSON"),
    "a list": ("[]", "is no object"),
    "a number": ("1", "is no object"),
    "no resource": ("{}", "has no `resourceType`"),
    "not a number": ('{"resourceType": "Bundle", "total": NaN}', "`NaN` is no number"),
    "a member twice": ('{"resourceType": "Bundle", "type": "a", "type": "b"}', "two members `type`"),
    "a member twice on a later line": ('{\n"resourceType": "Bundle",\n"id": "a", "id": "b"\n}', "bundle.json: error"),
    "not a number on a line of its own": (
        '{"resourceType": "Patient"}\n{"resourceType": "Patient", "a": NaN}\n',
        "bundle.json:2:1: ",
    ),
    **{
        f"a number with {digits} digits": (f'{{"resourceType": "Bundle", "total": {number}}}', "more than 300 digits")
        for digits, number in {
            "5000": "1" * 5000,
            "a billion": "1e999999999",
            "a billion further": "1e-999999999",
            "more than can be counted": "1e9999999999999999999",
        }.items()
    },
    "half of a character": ('{"resourceType": "Bundle", "id": "\\ud800"}', "lone surrogate"),
    "too deep": ('{"resourceType": "Bundle", "a": ' + "[" * 5000 + "]" * 5000 + "}", "too deeply"),
    "a bad line": ('{"resourceType": "Patient"}\n{"resourceType": "Patient"}\n{"resourceType": \n', "bundle.json:3"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_no_bundle_is_an_error_with_its_place(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is not what it should be is a diagnostic that says so, never a traceback, and nothing is written."""
    text, reason = BROKEN[what]
    bundle, out = tmp_path / "bundle.json", tmp_path / "case.pl"
    bundle.write_text(text)
    assert 1 == cli.main(["import", "fhir", str(bundle), "-o", str(out)])
    error = capsys.readouterr().err
    assert "error[E109]" in error
    assert reason in error
    assert not re.search(r":\d+:0:", error)
    assert not out.exists()


@pytest.mark.parametrize(
    "make", [lambda path: None, lambda path: path.mkdir(), lambda path: path.write_bytes(b"\xff\xfe{")]
)
def test_what_cannot_be_read_is_an_error(
    make: Callable[[Path], object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that is not there or is no text, and a folder without bundles, are E107."""
    make(tmp_path / "bundle.json")
    assert 1 == cli.main(["import", "fhir", str(tmp_path / "bundle.json")])
    assert "error[E107]" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["n" * 300, "n" * 300 + ".json"])
def test_a_name_that_no_file_can_have_is_an_error(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is told as a file that cannot be read, by the import and by a batch."""
    assert 1 == cli.main(["import", "fhir", name])
    assert "error[E107]" in capsys.readouterr().err
    assert 1 == cli.main(["batch", name, "-o", "out.parquet"])
    assert "error[E107]" in capsys.readouterr().err


def odd_bundles() -> Iterator[Json]:
    """The chart with something odd in the place of each member of each resource."""
    for number, resource in enumerate(json.loads(json.dumps(chart()))["entry"]):
        for name in resource["resource"]:
            for odd in (None, 7, "", "it's\n%", [], [None], {}, [[{}]], {"coding": 1}, {"reference": {}}):
                yield changed(put_plain(number, name, odd))


def put_plain(number: int, name: str, value: object) -> Change:
    return lambda found: found[number].update({name: value})


@pytest.mark.heavy
def test_no_value_in_any_place_is_a_traceback(tmp_path: Path) -> None:
    """Whatever stands in the place of a member, the import ends with cases, errors or a list; what it writes can be read."""
    for bundle in odd_bundles():
        try:
            found = imported(bundle, tmp_path)
        except ProgramError:
            continue
        for case in found.cases:
            text = case_text(case, shipped().reviewer.vocabulary.declarations)
            assert () == load_text(text.encode(errors="backslashreplace").decode()).diagnostics


def places_in(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where the values of a JSON document are."""
    yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places_in(inner, (*path, key))


@pytest.mark.heavy
def test_values_that_change_places_make_no_facts_of_treatment(tmp_path: Path) -> None:
    """A value that is left out, or that stands where another stood, takes facts away; it never makes a drug that was given, or
    a state of the disease, of what is none."""
    whole = json.loads(BUNDLE.read_text())
    stated = {fact_text(each, "ana") for each in imported(whole, tmp_path).cases[0].facts}
    places = [each for each in places_in(whole) if len(each) > 2]
    draw = random.Random(7)
    for _ in range(150):
        bundle = json.loads(BUNDLE.read_text())
        *way, last = draw.choice(places)
        holder: Any = bundle
        for key in way:
            holder = holder[key]
        holder[last] = draw.choice([None, 0, True, "x", "2024", "entered-in-error", [], {}, draw.choice(places)[-1]])
        for case in imported(bundle, tmp_path).cases:
            new = {fact_text(each, "ana") for each in case.facts} - stated
            assert [] == [each for each in new if each.startswith(("prior_therapy", "disease_status", "refractory"))]


def test_a_link_to_itself_is_listed_beside_the_bundles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What leads to nowhere in a folder of bundles is told with its name, and keeps no bundle from being read."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "one.json").write_text(json.dumps(chart()))
    for name in ("loop", "loop.json"):
        (folder / name).symlink_to(name)
    assert 0 == cli.main(["import", "fhir", str(folder), "-o", str(tmp_path / "out.pl"), "--format", "json"])
    data = json.loads(capsys.readouterr().out)
    assert ["ann"] == [each["case"] for each in data["cases"]]
    assert {"loop", "loop.json"} == {each["place"] for each in data["not_mapped"]}


def test_lines_and_folders_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a folder each bundle is a case of its own, and the files of an export are one chart; names of cases differ."""
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    resources = [each["resource"] for each in chart()["entry"]]
    (folder / "one.json").write_text(json.dumps(chart()))
    (folder / "two.json").write_text(json.dumps(chart(), indent=1))
    (folder / "a.ndjson").write_text("".join(json.dumps(each) + "\n" for each in resources[:4]))
    (folder / "b.ndjson").write_text("".join(json.dumps(each) + "\n" for each in resources[4:]))
    assert 0 == cli.main(["import", "fhir", str(folder), "-o", str(out), "--format", "json"])
    data = json.loads(capsys.readouterr().out)
    assert ["ann", "ann_2", "ann_3"] == [each["case"] for each in data["cases"]]
    assert [] == data["not_mapped"]
    assert ["ann.pl", "ann_2.pl", "ann_3.pl"] == sorted(each.name for each in out.iterdir())
    assert "a.ndjson line 2: Patient.birthDate" in (out / "ann_3.pl").read_text()
    assert 0 == cli.main(["check", *map(str, out.iterdir())])
    assert 0 == cli.main(["review", *map(str, out.iterdir())])


def test_what_is_written_is_checked_and_reviewed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The case file of the example passes `check` and `review`, and what is not mapped is on standard error."""
    out = tmp_path / "case.pl"
    assert 0 == cli.main(["import", "fhir", str(BUNDLE), "-o", str(out)])
    assert "performance_status" in capsys.readouterr().err
    assert 0 == cli.main(["check", str(out)])
    assert 0 == cli.main(["review", str(out)])
    assert "MEETS CRITERIA" in capsys.readouterr().out


def test_a_drug_that_is_not_known_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt drug among the options is told with what was meant perhaps."""
    assert 1 == cli.main(["import", "fhir", str(BUNDLE), "--drug", "selinexr"])
    assert "did you mean" in capsys.readouterr().err


def test_two_requests_are_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A patient with requests of two days has no case: it is not known which is meant."""
    bundle = tmp_path / "bundle.json"
    claim = {**chart()["entry"][CLAIM]["resource"], "id": "other", "created": "2024-11-01"}
    bundle.write_text(json.dumps(changed(added(claim))))
    assert 1 == cli.main(["import", "fhir", str(bundle)])
    assert "error[E402]" in capsys.readouterr().err


def test_resources_are_validated_on_demand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --validate, what is not as FHIR has it is an error with its place; the example is as it should be."""
    assert 0 == cli.main(["import", "fhir", str(BUNDLE), "--validate", "-o", str(tmp_path / "case.pl")])
    bundle = tmp_path / "bundle.json"
    bundle.write_text(json.dumps(changed(put(PATIENT, gender=["female"]))))
    assert 1 == cli.main(["import", "fhir", str(bundle), "--validate"])
    assert "Bundle.entry[1].resource.gender" in capsys.readouterr().err


def test_validation_says_which_extra_it_needs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without fhir.resources, --validate says what to install."""
    monkeypatch.setitem(__import__("sys").modules, "fhir.resources.R4B", None)
    assert 1 == cli.main(["import", "fhir", str(BUNDLE), "--validate"])
    assert "priorlog[fhir]" in capsys.readouterr().err


def test_dates_keep_what_is_not_said() -> None:
    """A date to the year or month is no day; the day of a time is that of its own zone."""
    assert [None, None, day("2024-02-29")] == [
        found.day for text in ("2024", "2024-02", "2024-02-29T23:59:59+14:00") if (found := dated(text))
    ]


@pytest.mark.heavy
def test_a_large_bundle_is_read_at_once(tmp_path: Path) -> None:
    """A bundle of more than a megabyte is read in seconds, also on a loaded machine: each resource is found by its name, where looking
    through all of them for each would take a minute."""
    doses = [given(rxnorm("342369", "Lenalidomide"), name=f"dose-{number}") for number in range(4000)]
    bundle = json.dumps(changed(added(*doses)))
    assert len(bundle) > 1_000_000
    imported(chart(), tmp_path)
    start = time.process_time()
    imported(bundle, tmp_path)
    assert time.process_time() - start < 10  # measured: 0.7 for 1.5 MB


# --- published examples ------------------------------------------------------------------------------------------


@pytest.mark.skipif(PUBLISHED is None, reason="PRIORLOG_FHIR_EXAMPLES names no folder of published examples")
def test_published_examples_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every published file, by itself and with those beside it, ends without a traceback, and each resource is told of."""
    root = Path(PUBLISHED or "")
    files = sorted(each for each in root.rglob("*") if each.suffix in (".json", ".ndjson"))
    assert files
    for path in [*files, *sorted({each.parent for each in files})]:
        code = cli.main(["import", "fhir", str(path), "--format", "json"])
        out, error = capsys.readouterr()
        assert code in (0, 1)
        assert "E504" not in error
        assert "not_mapped" in out or "E109" in error


def mcode(root: Path) -> Json:
    """A child with leukemia, of mCODE."""
    return chart_of(sorted((root / "mcode").glob("*brian-l.json")))


def home_care(root: Path) -> Json:
    """A request of Da Vinci PAS for home care."""
    found: Json = json.loads(
        (root / "davinci_pas" / "Bundle-HomecareAuthorizationUpdateBundleExample.json").read_text()
    )
    return found


def oxygen(root: Path) -> Json:
    """Answers about oxygen at home, of Da Vinci DTR, with the patient."""
    folder = root / "davinci_dtr"
    return chart_of(
        [folder / "Patient-examplepatient.json", folder / "QuestionnaireResponse-home-o2-questionnaireresponse.json"]
    )


def synthea(root: Path, patient: str) -> Json:
    """A patient of Synthea."""
    return chart_of([root / "synthea" / f"{each}.ndjson" for each in SYNTHEA], patient)


SYNTHEA = ("Patient", "Condition", "MedicationRequest", "Procedure")
READ_BY_EYE: dict[str, Callable[[Path], Json]] = {
    "mcode_brian_l": mcode,
    "pas_home_care": home_care,
    "dtr_home_oxygen": oxygen,
    "synthea_a": partial(synthea, patient="7bc002fa-dc52-17d6-1563-fd8901826f7d"),
    "synthea_b": partial(synthea, patient="3af3708d-41f1-cd80-f3dd-ec5ac76072bf"),
}
"""Published charts whose import was read by eye, line by line; see tests/kb/fhir/."""


def account_of(found: Mapped) -> str:
    """What is made of a chart: the case file of each case, or why there is none, and what is not mapped."""
    declarations = shipped().reviewer.vocabulary.declarations
    lines = [case_text(each, declarations) for each in found.cases]
    lines += [f"% {error.code}: {error.message}" for each in found.cases for error in each.errors]
    lines += [f"% {each.place} ({each.what}): {each.reason}" for each in found.not_mapped]
    return "\n".join(lines) + "\n"


@pytest.mark.skipif(PUBLISHED is None, reason="PRIORLOG_FHIR_EXAMPLES names no folder of published examples")
@pytest.mark.parametrize("name", READ_BY_EYE)
def test_published_charts_are_imported_as_they_were_read_by_eye(name: str, tmp_path: Path) -> None:
    """Five published charts give the facts, the lists of what is not mapped and the reasons that somebody has read beside them."""
    asked = Given("Xpovio", "initial", day("2024-06-01"))
    text = account_of(imported(READ_BY_EYE[name](Path(PUBLISHED or "")), tmp_path, asked))
    golden = Path(__file__).parent / "fhir" / f"{name}.txt"
    assert golden.read_text() == text
