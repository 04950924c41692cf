"""Claim responses in FHIR: what a review approves, what it leaves to a person, and that it never denies."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.claimresponse import ClaimResponse
from fhir.resources.R4B.task import Task

from engine.policies import Determination, Quantity
from explain.cli import entry as cli
from explain.fhir.claim_response import APPROVED, PENDED, is_approved, response_bundle
from explain.report.review import Review
from explain.workspace import Workspace
from kb.importers.questionnaire import LinkIds
from kb.importers.requests import PAS
from kb.language.loader import load_cases

Json = dict[str, Any]
ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = [*sorted((ROOT / "examples" / "cases").glob("*.pl")), ROOT / "examples" / "fhir" / "renewal.pl"]
PUBLISHED = os.environ.get("PRIORLOG_FHIR_EXAMPLES")
each_example = pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)


@cache
def reviewed(path: Path, closed_world: bool = False) -> Review:
    """The review of an example."""
    workspace = Workspace.open(closed_world=closed_world)
    (case,) = workspace.add_cases(load_cases([path]))
    return workspace.review(case)


def resources(bundle: Json, kind: str) -> list[Json]:
    """The resources of a type."""
    return [each["resource"] for each in bundle["entry"] if each["resource"]["resourceType"] == kind]


def response_of(path: Path) -> Json:
    """The only response of the bundle of an example."""
    (response,) = resources(response_bundle(reviewed(path)), "ClaimResponse")
    return response


def extensions(of: Json, url: str) -> list[Json]:
    """The extensions of a URL, at any depth."""
    own = of.get("extension", [])
    return [each for each in own if each["url"] == url] + [deep for each in own for deep in extensions(each, url)]


def codes(response: Json) -> list[Json]:
    """What a response says was decided, item by item."""
    found = [
        each["valueCodeableConcept"]["coding"][0]
        for item in response["item"]
        for part in item["adjudication"]
        for each in extensions(part, f"{PAS}extension-reviewActionCode")
    ]
    assert json.dumps(response).count("reviewActionCode") == len(found)
    return found


def example(number: str) -> Path:
    return next(each for each in EXAMPLES if each.name.startswith(number))


@each_example
def test_bundles_are_as_fhir_has_them(path: Path) -> None:
    """The bundle of each example is valid, and what its resources refer to in it is there."""
    bundle = response_bundle(reviewed(path))
    text = json.dumps(bundle)
    Bundle.model_validate_json(text)
    for kind, model in (("ClaimResponse", ClaimResponse), ("Task", Task)):
        for each in resources(bundle, kind):
            model.model_validate_json(json.dumps(each))
    urls = [each["fullUrl"] for each in bundle["entry"]]
    assert len(urls) == len({*urls})
    assert {*references(bundle)} <= {*urls}


def references(value: object) -> Iterator[str]:
    """What is referred to by URL."""
    if isinstance(value, dict):
        yield from (each for name, each in value.items() if name == "reference" and isinstance(each, str))
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from references(each)


@each_example
@pytest.mark.parametrize("closed_world", [False, True])
def test_nothing_is_ever_denied(path: Path, closed_world: bool) -> None:
    """Whatever the determination, a response certifies in total, or pends for a person; nothing else."""
    review = reviewed(path, closed_world)
    (response,) = resources(response_bundle(review), "ClaimResponse")
    assert [APPROVED if is_approved(review) else PENDED] == codes(response)
    assert ("A1", "A4") == (APPROVED["code"], PENDED["code"])
    assert "error" not in response
    if is_approved(review):
        assert Determination.MEETS_CRITERIA == review.determination
    else:
        assert response["disposition"].startswith("Pended")
        assert {"preAuthRef", "preAuthPeriod"}.isdisjoint(response)
        assert [] == extensions(response["item"][0], f"{PAS}extension-itemPreAuthPeriod")


@pytest.mark.parametrize("number", ["01", "05", "07", "10", "12", "17", "renewal"])
def test_what_meets_the_criteria_is_approved_with_period_and_quantity(number: str) -> None:
    """The period and the quantity are those of the review's authorization."""
    review, response = reviewed(example(number)), response_of(example(number))
    given = review.authorization
    assert given is not None
    period = {"start": str(given.start), "end": str(given.until)}
    item = response["item"][0]
    assert period == response["preAuthPeriod"]
    assert [period] == [each["valuePeriod"] for each in extensions(item, f"{PAS}extension-itemPreAuthPeriod")]
    (detail,) = extensions(item, f"{PAS}extension-itemAuthorizedDetail")
    assert {"value": given.amount, "unit": given.units} == extensions(detail, "quantity")[0]["valueQuantity"]
    assert [response["preAuthRef"]] == [each["valueString"] for each in extensions(item["adjudication"][0], "number")]


@pytest.mark.parametrize(("number", "quantity"), [("18", Quantity.OVER_LIMIT), ("19", Quantity.UNLISTED_STRENGTH)])
def test_less_than_was_requested_is_not_approved(number: str, quantity: Quantity) -> None:
    """A quantity that is not allowed is for a person, though the criteria are met: to approve less would deny the rest."""
    review = reviewed(example(number))
    assert (Determination.MEETS_CRITERIA, quantity) == (review.determination, review.quantity)
    assert [PENDED] == codes(response_of(example(number)))


def test_what_is_taken_for_granted_approves_nothing() -> None:
    """A review by another date, or of records that are taken to be complete, is pended though the criteria are met."""
    workspace = Workspace.open()
    (case,) = workspace.add_cases(load_cases([example("01")]))
    review = workspace.review(case, as_of=case.date)
    assert (Determination.MEETS_CRITERIA, False) == (review.determination, is_approved(review))
    closed = reviewed(example("01"), closed_world=True)
    assert (Determination.MEETS_CRITERIA, False) == (closed.determination, is_approved(closed))


@each_example
def test_a_task_asks_for_what_is_missing(path: Path) -> None:
    """Where more information is needed, and only there, a Task has the questionnaire and the questions, each with a link id that is
    read back."""
    review = reviewed(path)
    tasks = resources(response_bundle(review), "Task")
    assert (Determination.MORE_INFORMATION_NEEDED == review.determination) == bool(tasks)
    for task in tasks:
        context, *asked = task["input"]
        assert "urn:priorlog:questionnaire:" in context["valueString"]
        links = LinkIds(Workspace.open().reviewer.rules.declarations)
        assert asked
        assert all(links.asked(each["type"]["coding"][0]["code"]) for each in asked)


def test_a_task_names_what_would_do() -> None:
    """The question is that of the report, with the answer that is meant."""
    (task,) = resources(response_bundle(reviewed(example("03"))), "Task")
    assert ["Is the disease refractory to carfilzomib or ixazomib? (yes)"] == [
        each["valueString"] for each in task["input"][1:]
    ]
    assert "refractory" == task["input"][1]["type"]["coding"][0]["code"]


@each_example
def test_notes_have_the_reasons_with_their_places_in_the_policy(path: Path) -> None:
    """Every criterion is noted with its status and its citation, every check; no file of ours is named but in what
    a conflict says of itself."""
    review, response = reviewed(path), response_of(path)
    notes = [each["text"] for each in response["processNote"]]
    assert [each["number"] for each in response["processNote"]] == response["item"][0]["noteNumber"]
    for each in review.criteria:
        assert [note for note in notes if f"[{each.cite}]" in note]
    for node in review.uncovered:
        assert [note for note in notes if f"{node.text} [{node.cite}]" in note]
    for check in review.checks:
        assert [note for note in notes if check.text in note]
    assert review.conflicts or not [note for note in notes if ".pl:" in note]


def test_what_a_case_states_of_people_is_there() -> None:
    """The member, the prescriber with the NPI, and the plan, each only where the case states it."""
    bundle = response_bundle(reviewed(example("renewal")))
    (patient,), (prescriber,) = resources(bundle, "Patient"), resources(bundle, "Practitioner")
    assert "M-20418" in [each["value"] for each in patient["identifier"]]
    assert [{"text": "Jo Hall"}] == prescriber["name"]
    assert [] == resources(bundle, "Organization")


def run(*arguments: str | Path) -> int:
    return cli.main(list(map(str, arguments)))


def test_reviews_of_several_cases_are_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each review is a bundle on a line of its own, so that one is a document by itself; a folder has a file for each case."""
    paths = [example("01"), example("15")]
    assert 0 == run("review", *paths, "--format", "pas")
    bundles = list(map(json.loads, capsys.readouterr().out.splitlines()))
    assert ["rrmm", "breast"] == [each["id"] for each in bundles]
    assert 0 == run("review", paths[0], "--format", "pas", "--indent", "-o", tmp_path / "one.json")
    assert bundles[0] == json.loads((tmp_path / "one.json").read_text())
    assert 0 == run("review", *paths, "--format", "pas", "-o", f"{tmp_path / 'all'}/")
    assert bundles[1] == json.loads((tmp_path / "all" / "breast.json").read_text())


def test_a_letter_is_no_claim_response(capsys: pytest.CaptureFixture[str]) -> None:
    """A letter in FHIR is wrong usage."""
    with pytest.raises(SystemExit) as stopped:
        run("review", example("01"), "--format", "pas", "--letter", "patient")
    assert 2 == stopped.value.code
    assert "--letter" in capsys.readouterr().err


@pytest.mark.skipif(PUBLISHED is None, reason="PRIORLOG_FHIR_EXAMPLES names no folder of published examples")
@pytest.mark.parametrize(
    ("number", "published"),
    [("01", "PractitionerRequestorResponseExample"), ("03", "PractitionerRequestorPendingResponseExample")],
)
def test_responses_have_the_structure_of_the_published_ones(number: str, published: str) -> None:
    """What a published response has, ours has too, by the same systems and extensions, but for what a case does not state."""
    theirs = json.loads((Path(PUBLISHED or "") / "davinci_pas" / f"ClaimResponse-{published}.json").read_text())
    ours = response_of(example(number))
    assert {*theirs} - {*ours} <= {"meta", "language", "text", "requestor"}
    assert theirs["outcome"] == ours["outcome"]
    assert codes(theirs) == codes(ours)
    left_out = {"itemRequestedServiceDate", "itemAuthorizedProvider", "productOrServiceCode", "unitPrice", "provider"}
    lacking = urls_of(theirs["item"]) - urls_of(ours["item"])
    assert {each.rpartition("extension-")[2] for each in lacking} <= left_out
    assert theirs["item"][0]["adjudication"][0]["category"] == ours["item"][0]["adjudication"][0]["category"]


@pytest.mark.skipif(PUBLISHED is None, reason="PRIORLOG_FHIR_EXAMPLES names no folder of published examples")
def test_tasks_have_the_structure_of_the_published_one() -> None:
    """The codes of a Task are of the same system, and it has what the published one has, but for whom a case does not name."""
    path = Path(PUBLISHED or "") / "davinci_pas" / "Task-AdditionalInformationTaskExample.json"
    theirs = json.loads(path.read_text())
    (ours,) = resources(response_bundle(reviewed(example("03"))), "Task")
    assert {*theirs} - {*ours} <= {"meta", "language", "text", "requester", "owner"}
    for name in ("code", "reasonCode"):
        assert theirs[name]["coding"][0]["system"] == ours[name]["coding"][0]["system"]


def urls_of(value: object) -> set[str]:
    """The URLs of all extensions in a value."""
    found: set[str] = set()
    if isinstance(value, dict):
        found |= {value["url"]} if isinstance(value.get("url"), str) else set()
        found |= {url for each in value.values() for url in urls_of(each)}
    if isinstance(value, list):
        found |= {url for each in value for url in urls_of(each)}
    return found
