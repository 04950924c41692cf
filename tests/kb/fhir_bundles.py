"""Bundles for tests: those that say what example cases state, and a small chart to be changed in one place."""

from __future__ import annotations

import copy
import datetime
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from kb.importers.concepts import ICD10CM, LOINC, RXNORM, SNOMED
from kb.importers.disease import CLINICAL, DISEASE_STATUS, VERIFICATION, WORSENED
from kb.importers.requests import CERTIFICATION, REQUESTED
from kb.importers.treatment import LINE
from kb.language.declarations import EXPECTATIONS
from kb.language.loader import load_cases
from kb.language.syntax import Clause
from kb.language.terms import Const, Date, Int, Str, plain_text

Json = dict[str, Any]
OWN = frozenset(
    {"request", "birth_date", "sex", "indication", "disease_status", "prior_therapy", "progression", "combination"}
)
"""What resources other than answers say, if it is not said to be false."""
AMOUNTS = frozenset({"regimen", "tablet", "quantity"})


def facts_of(path: Path) -> list[Clause]:
    """The facts of a case file, without what it expects."""
    return [each for each in load_cases([path]).program.clauses if each.head.pred not in EXPECTATIONS]


def bundle_of(facts: Iterable[Clause]) -> Json:
    """A bundle that says what the facts of one case state."""
    return _Bundle(list(facts)).made()


class _Bundle:
    """The resources of a case, made one by one."""

    def __init__(self, facts: list[Clause]) -> None:
        self.facts = facts
        self.case = plain_text(_args(facts[0])[0])
        self.resources: list[Json] = []
        self.answers: list[Json] = []
        self.asked = next(_args(each) for each in facts if each.head.pred.name == "request")

    @property
    def subject(self) -> Json:
        return {"reference": f"Patient/{self.case}"}

    def made(self) -> Json:
        _, drug, kind, date = map(_text, self.asked)
        self.date = date
        self.patient: Json = {"resourceType": "Patient", "id": self.case}
        self.order: Json = {
            "resourceType": "MedicationRequest", "id": "order", "status": "active", "intent": "order",
            "groupIdentifier": {"value": "g"}, "subject": self.subject, "authoredOn": date,
            "medicationCodeableConcept": {"text": drug},
        }  # fmt: skip
        self.claim: Json = {
            "resourceType": "Claim", "id": "claim", "status": "active", "use": "preauthorization",
            "patient": self.subject, "created": date, "diagnosis": [],
            "item": [{
                "sequence": 1,
                "productOrService": {"text": drug},
                "extension": [
                    {"url": CERTIFICATION, "valueCodeableConcept": {"coding": [{"display": kind}]}},
                    {"url": REQUESTED, "valueReference": {"reference": "MedicationRequest/order"}},
                ],
            }],
        }  # fmt: skip
        for fact in self.facts:
            self._say(fact)
        response: Json = {
            "resourceType": "QuestionnaireResponse", "id": "answers", "status": "completed", "subject": self.subject,
            "authored": date, "item": self.answers,
        }  # fmt: skip
        found = [self.claim, self.patient, self.order, *self.resources, *([response] if self.answers else [])]
        return in_bundle(*found)

    def _say(self, fact: Clause) -> None:
        name, negative = fact.head.pred.name, fact.head.pred.negative
        args = _args(fact)[1:]
        if name in OWN | AMOUNTS and not negative:
            getattr(self, f"_{name}")(*args)
        elif name == "complete":
            self.answers.append({"linkId": f"complete/{_text(args[0])}", "answer": [{"valueBoolean": True}]})
        elif negative or not args:
            link = "/".join([name, *map(_text, args)])
            self.answers.append({"linkId": link, "answer": [{"valueBoolean": not negative}]})
        else:
            *first, last = args
            self.answers.append({"linkId": "/".join([name, *map(_text, first)]), "answer": [_answer(last)]})

    def _request(self, *_: Const) -> None:
        pass

    def _birth_date(self, date: Const) -> None:
        self.patient["birthDate"] = _text(date)

    def _sex(self, sex: Const) -> None:
        self.patient["gender"] = _text(sex)

    def _indication(self, condition: Const) -> None:
        self.claim["diagnosis"].append({"sequence": 1, "diagnosisReference": {"reference": "Condition/reason"}})
        code = {"text": _text(condition)}
        self.resources.append(condition_of("reason", code, self.subject))

    def _disease_status(self, status: Const) -> None:
        self.resources.append(status_of({"text": _text(status)}, self.subject, date=self.date))

    def _prior_therapy(self, line: Const, agent: Const) -> None:
        episode = f"line-{_text(line)}"
        if not any(each.get("id") == episode for each in self.resources):
            self.resources.append(line_of(_text(line), self.subject))
        concept = {"text": _text(agent)}
        self.resources.append(given(concept, self.subject, f"{episode}-{_text(agent)}", f"EpisodeOfCare/{episode}"))

    def _progression(self, line: Const, date: Const) -> None:
        value = {"coding": [{"system": SNOMED, "code": WORSENED}]}
        made = status_of(value, self.subject, date=_text(date))
        self.resources.append({**made, "extension": [{"url": LINE, "valueInteger": int(_text(line))}]})

    def _combination(self, agent: Const) -> None:
        concept = {"text": _text(agent)}
        self.resources.append({**self.order, "id": f"with-{_text(agent)}", "medicationCodeableConcept": concept})

    def _regimen(self, mg: Const, times: Const) -> None:
        self.order["dosageInstruction"] = [{
            "timing": {"repeat": {"frequency": int(_text(times)), "period": 1, "periodUnit": "wk"}},
            "doseAndRate": [{"doseQuantity": {"value": int(_text(mg)), "unit": "mg"}}],
        }]  # fmt: skip

    def _tablet(self, mg: Const) -> None:
        drug = self.order.pop("medicationCodeableConcept")
        self.order["medicationReference"] = {"reference": "#tablet"}
        strength = {
            "numerator": {"value": int(_text(mg)), "unit": "mg"},
            "denominator": {"value": 1, "unit": "tablet"},
        }
        self.order["contained"] = [
            {"resourceType": "Medication", "id": "tablet", "code": drug, "ingredient": [{"strength": strength}]}
        ]

    def _quantity(self, count: Const, days: Const) -> None:
        self.order["dispenseRequest"] = {
            "quantity": {"value": int(_text(count)), "unit": "tablets"},
            "expectedSupplyDuration": {"value": int(_text(days)), "unit": "days"},
        }


def _args(fact: Clause) -> list[Const]:
    return list(fact.head.args)  # type: ignore[arg-type] # facts of cases are ground


def _text(const: Const) -> str:
    return plain_text(const)


def _answer(const: Const) -> Json:
    match const:
        case Date(day):
            return {"valueDate": day.isoformat()}
        case Int(number):
            return {"valueInteger": number}
        case Str(text):
            return {"valueString": text}
        case _:
            return {"valueCoding": {"code": _text(const)}}


# --- resources by themselves -------------------------------------------------------------------------------------

ANN = {"reference": "Patient/ann"}


def in_bundle(*resources: Json) -> Json:
    """A bundle of some resources."""
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in resources]}


def condition_of(
    name: str, code: Json, subject: Json = ANN, verification: str = "confirmed", clinical: str = "active"
) -> Json:
    """A condition."""
    return {
        "resourceType": "Condition", "id": name, "code": code, "subject": subject,
        "clinicalStatus": {"coding": [{"system": CLINICAL, "code": clinical}]},
        "verificationStatus": {"coding": [{"system": VERIFICATION, "code": verification}]},
    }  # fmt: skip


def status_of(value: Json, subject: Json = ANN, date: str = "2024-08-01") -> Json:
    """An observation of the status of a cancer."""
    return {
        "resourceType": "Observation", "status": "final", "subject": subject, "effectiveDateTime": date,
        "code": {"coding": [{"system": LOINC, "code": DISEASE_STATUS}]}, "valueCodeableConcept": value,
    }  # fmt: skip


def line_of(number: str, subject: Json = ANN) -> Json:
    """An episode of care that is a line of treatment."""
    kind = [{"text": f"Line of therapy {number}"}]
    return {
        "resourceType": "EpisodeOfCare", "id": f"line-{number}", "status": "finished", "type": kind, "patient": subject,
    }  # fmt: skip


def given(concept: Json, subject: Json = ANN, name: str = "dose", episode: str = "EpisodeOfCare/line-1") -> Json:
    """A dose that was given."""
    return {
        "resourceType": "MedicationAdministration", "id": name, "status": "completed", "subject": subject,
        "medicationCodeableConcept": concept, "effectiveDateTime": "2015-01-02", "context": {"reference": episode},
    }  # fmt: skip


def rxnorm(code: str, display: str | None = None) -> Json:
    """A concept with a code of RxNorm."""
    return {"coding": [{"system": RXNORM, "code": code, **({} if display is None else {"display": display})}]}


def icd(code: str, display: str | None = None) -> Json:
    """A concept with a code of ICD-10-CM."""
    return {"coding": [{"system": ICD10CM, "code": code, **({} if display is None else {"display": display})}]}


def yes(link: str, answer: object = True) -> Json:
    """An item that is answered yes or no."""
    return {"linkId": link, "answer": [{"valueBoolean": answer}]}


def chart() -> Json:
    """A chart that meets all criteria for myeloma with bortezomib, each fact of which is needed for that."""
    order: Json = {
        "resourceType": "MedicationRequest", "id": "order", "status": "active", "intent": "order",
        "groupIdentifier": {"value": "g"}, "subject": ANN, "authoredOn": "2024-09-02",
        "medicationCodeableConcept": {"text": "Xpovio"},
    }  # fmt: skip
    claim: Json = {
        "resourceType": "Claim", "id": "claim", "status": "active", "use": "preauthorization", "patient": ANN,
        "created": "2024-09-03",
        "diagnosis": [{"sequence": 1, "diagnosisReference": {"reference": "Condition/mm"}}],
        "item": [{
            "sequence": 1,
            "productOrService": {"text": "selinexor"},
            "extension": [
                {"url": CERTIFICATION, "valueCodeableConcept": {"coding": [{"display": "Initial"}]}},
                {"url": REQUESTED, "valueReference": {"reference": "MedicationRequest/order"}},
            ],
        }],
    }  # fmt: skip
    answers: Json = {
        "resourceType": "QuestionnaireResponse", "id": "answers", "status": "completed", "subject": ANN,
        "item": [
            yes("reproductive_potential", False),
            yes("prophylaxis/ondansetron"),
            *(yes(f"agrees_to_monitor/{each}") for each in ("complete_blood_count", "blood_chemistry", "body_weight")),
        ],
    }  # fmt: skip
    return in_bundle(
        claim,
        {"resourceType": "Patient", "id": "ann", "birthDate": "1953-04-11", "gender": "female"},
        condition_of("mm", icd("C90.00", "Multiple myeloma not having achieved remission")),
        order,
        line_of("1"),
        given(rxnorm("342369", "Lenalidomide")),
        {**order, "id": "bortezomib", "medicationCodeableConcept": {"text": "Velcade"}},
        {**order, "id": "dexamethasone", "medicationCodeableConcept": {"text": "dexamethasone"}},
        answers,
    )


CLAIM, PATIENT, CONDITION, ORDER, EPISODE, DOSE, BORTEZOMIB, DEXAMETHASONE, ANSWERS = range(9)
"""Where the resources of that chart are."""


def changed(change: Callable[[list[Json]], object]) -> Json:
    """The chart with its resources changed."""
    made = copy.deepcopy(chart())
    resources = [each["resource"] for each in made["entry"]]
    change(resources)
    made["entry"] = [{"resource": each} for each in resources]
    return made


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


# --- published examples ------------------------------------------------------------------------------------------


def chart_of(files: Iterable[Path], about: str | None = None) -> Json:
    """A bundle of the resources in some files, in the order of the files; with `about`, of the resources of a patient with this id."""
    resources: list[Json] = []
    for path in files:
        lines = path.read_text().splitlines() if path.suffix == ".ndjson" else [path.read_text()]
        resources += [json.loads(line) for line in lines]
    own = f"Patient/{about}"
    kept = [
        each for each in resources if about in (None, each["id"]) or each.get("subject", {}).get("reference") == own
    ]
    return in_bundle(*kept)
