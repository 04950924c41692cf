"""Questionnaires in FHIR: they ask what an interview asks, and their answers come back as what an interview is told."""

from __future__ import annotations

import functools
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

from explain.cli import entry as cli
from explain.fhir.questionnaire import CANONICAL, questionnaire
from explain.fhir.resources import json_of
from explain.fhir.responses import take_answers
from explain.interview.questions import Asks, Question, constants
from explain.interview.session import Interview
from explain.workspace import Workspace
from kb.importers.bundle import charts_of
from kb.importers.mapping import mapped
from kb.importers.questionnaire import LinkIds, link_id
from kb.importers.writing import case_text
from kb.language.declarations import EXPECTATIONS
from kb.language.diagnostics import ProgramError
from kb.language.loader import load_cases, load_text
from kb.language.printer import show_clause
from kb.language.syntax import Clause
from kb.language.terms import plain_text
from tests.explain.fhir_answers import (
    Json,
    Knowing,
    interview_about,
    is_enabled,
    items_of,
    questionnaire_about,
)
from tests.kb.fhir_bundles import bundle_of

pytestmark = pytest.mark.usefixtures("without_repairs")
ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "examples" / "cases").glob("*.pl"))
PUBLISHED = os.environ.get("PRIORLOG_FHIR_EXAMPLES")
RECORDS = ("disease_status", "prior_therapy", "refractory", "combination", "prophylaxis", "agrees_to_monitor")
"""What somebody who knows a case knows the whole record of."""
MORE = {
    "03": [["refractory(_, carfilzomib)"], ["-refractory(_, carfilzomib)", "-refractory(_, ixazomib)"], []],
    "11": [["contraception_advised(_)"], ["-contraception_advised(_)"]],
    "14": [
        ["-disease_progression(_)", "-unacceptable_toxicity(_)"],
        ["disease_progression(_)"],
        ["-disease_progression(_)", "unacceptable_toxicity(_)"],
        ["-disease_progression(_)"],
    ],
}
"""By the number of an example that needs more information: what else there may be to know of its case."""


@functools.cache
def opened() -> Workspace:
    return Workspace.open()


@pytest.fixture(scope="module")
def shipped() -> Workspace:
    """The shipped policy."""
    return opened()


@functools.cache
def _made(case: str) -> str:
    return json.dumps(questionnaire_about(opened(), case))


def shipped_questionnaire(facts: list[Clause]) -> Json:
    """The questionnaire about a case under the shipped policy, which is made once for all who want it."""
    made: Json = json.loads(_made("".join(f"{show_clause(each)}\n" for each in facts)))
    return made


def facts_of(number: str) -> list[Clause]:
    """The facts of an example, without what it expects."""
    (path,) = (each for each in EXAMPLES if each.name.startswith(number))
    return [each for each in load_cases([path]).program.clauses if each.head.pred not in EXPECTATIONS]


def with_more(facts: list[Clause], more: list[str]) -> list[Clause]:
    """Facts, and others about the same case."""
    case = plain_text(facts[0].head.args[0])  # type: ignore[arg-type] # facts of cases are ground
    return [
        *facts,
        *load_text(
            "".join(f"{each.replace('_)', f'{case})').replace('(_,', f'({case},')}.\n" for each in more)
        ).program.clauses,
    ]


def written(response: object, folder: Path, name: str = "response.json") -> str:
    """The file of a response."""
    path = folder / name
    path.write_text(json.dumps(response))
    return str(path)


def both(shipped: Workspace, draft: list[Clause], knowing: Knowing, folder: Path) -> tuple[str, str]:
    """What a case comes to in an interview, and with the answers to its questionnaire."""
    held = interview_about(shipped, draft)
    knowing.answer_all(held)
    response = knowing.response(shipped_questionnaire(draft))
    QuestionnaireResponse.model_validate_json(json.dumps(response))
    asked = interview_about(shipped, draft)
    take_answers(asked, written(response, folder))
    return str(held.standing().determination), str(asked.standing().determination)


# --- there and back ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "more"), [(number, more) for number, several in MORE.items() for more in several])
def test_answers_to_a_questionnaire_decide_as_an_interview_does(
    shipped: Workspace, tmp_path: Path, number: str, more: list[str]
) -> None:
    """An example that needs more information comes to the same by a response to its questionnaire as by an interview in which the
    same is known."""
    draft = facts_of(number)
    knowing = Knowing.of(shipped.rules, with_more(draft, more))
    by_interview, by_response = both(shipped, draft, knowing, tmp_path)
    assert by_interview == by_response
    assert ("more_information_needed" == by_response) == (more in ([], ["-disease_progression(_)"]))


@pytest.mark.heavy
@pytest.mark.parametrize("number", ["01", "04", "07", "13"])
def test_an_almost_empty_case_is_decided_by_the_answers_to_its_questionnaire(
    shipped: Workspace, tmp_path: Path, number: str
) -> None:
    """Of a case of which only the request and the indication are known, a whole example is told by response as by interview."""
    facts = facts_of(number)
    draft = [each for each in facts if each.head.pred.name in ("request", "indication")]
    knowing = Knowing.of(shipped.rules, facts, RECORDS)
    by_interview, by_response = both(shipped, draft, knowing, tmp_path)
    assert by_interview == by_response
    assert "more_information_needed" != by_response


def test_a_bundle_with_the_answers_is_imported(shipped: Workspace, tmp_path: Path) -> None:
    """`import fhir` reads a response to a questionnaire in the bundle of the case, and the case is decided by it."""
    draft = facts_of("14")
    knowing = Knowing.of(shipped.rules, with_more(draft, MORE["14"][0]))
    bundle = bundle_of(draft)
    response = knowing.response(shipped_questionnaire(draft))
    bundle["entry"].append({"resource": {**response, "id": "more", "subject": {"reference": "Patient/renewal_open"}}})
    found = mapped(
        charts_of(written(bundle, tmp_path)), shipped.reviewer.vocabulary.names, shipped.loaded.program.clauses
    )
    assert () == found.not_mapped
    asked = interview_about(shipped, case_text(found.cases[0], shipped.reviewer.rules.declarations))
    assert "meets_criteria" == asked.standing().determination


# --- what is asked -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_questionnaires_are_as_fhir_has_them(shipped: Workspace, path: Path) -> None:
    """The questionnaire about each example is valid, asks something only if more information is needed, and has each link id once,
    each of which is read back."""
    made = shipped_questionnaire(facts_of(path.name[:2]))
    Questionnaire.model_validate_json(json.dumps(made))
    assert (path.name[:2] in MORE) == bool(made.get("item"))
    check_links(made, LinkIds(shipped.reviewer.rules.declarations))


def check_links(made: Json, links: LinkIds) -> None:
    """Each link id is there once, and that of each question is read back."""
    found = list(items_of(made))
    assert len(found) == len({each["linkId"] for each in found})
    assert not [each for each in found if each["type"] != "group" and links.asked(each["linkId"]) is None]


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("policy", "case"),
    [
        ("evolocumab", "request(c, evolocumab, initial, 2025-01-15). indication(c, clinical_ascvd)."),
        ("cgrp_antibodies", "request(c, erenumab, initial, 2025-01-15)."),
    ],
)
def test_other_policies_are_asked_about_too(policy: str, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The questionnaires of other policies are valid, with decimals, several arguments and predicates of their own; where time and
    steps are too few to try all answers, what was not tried hides nothing."""
    monkeypatch.setattr("explain.fhir.questionnaire.MOST_SECONDS", 0.0)
    workspace = Workspace.open([str(ROOT / "examples" / "policies" / f"{policy}.pl")], max_steps=100_000)
    made = questionnaire_about(workspace, case)
    Questionnaire.model_validate_json(json.dumps(made))
    assert made["item"]
    assert not [each for each in items_of(made) if "enableWhen" in each]
    check_links(made, LinkIds(workspace.reviewer.rules.declarations))


EMPTY = "request(c, selinexor, initial, 2024-09-03).\n"


@pytest.fixture(scope="module")
def empty(shipped: Workspace) -> Json:
    """The questionnaire about a case of which only the request is known."""
    return questionnaire_about(shipped, EMPTY)


@pytest.mark.heavy
def test_items_are_typed_by_what_they_ask_for(empty: Json) -> None:
    """Dates, choices with codes of the vocabulary, yes or no, and groups that repeat."""
    items = {each["linkId"]: each for each in items_of(empty)}
    assert "indication" == next(iter(items))
    assert ("date", "choice", "open-choice") == tuple(
        items[each]["type"] for each in ("birth_date", "sex", "indication")
    )
    assert {"system": "urn:priorlog:vocabulary:sex", "code": "female", "display": "female"} in [
        each["valueCoding"] for each in items["sex"]["answerOption"]
    ]
    assert "boolean" == items["refractory/carfilzomib"]["type"] == items["complete/prior_therapy"]["type"]
    assert ("group", True) == (items["prior_therapy"]["type"], items["prior_therapy"]["repeats"])
    parts = {each["linkId"]: (each["type"], each.get("repeats", False)) for each in items["prior_therapy"]["item"]}
    assert {"prior_therapy/line": ("integer", False), "prior_therapy/agent": ("open-choice", True)} == parts


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(4))
def test_an_interview_asks_nothing_that_the_questionnaire_hides_or_lacks(
    shipped: Workspace, empty: Json, seed: int
) -> None:
    """However it is answered, an interview asks only what an item asks that the answers so far leave enabled."""
    choice = random.Random(seed)
    interview = interview_about(shipped, EMPTY)
    answered: list[Json] = []
    items = {each["linkId"]: each for each in empty["item"]}
    while (question := interview.question()) is not None:
        links = [each for each in links_of(question) if each in items]
        assert links, question.text
        assert any(is_enabled(items[each], answered) for each in links), (question.text, answered)
        answered += any_answer(interview, question, choice)
    assert answered


def links_of(question: Question) -> Iterator[str]:
    """The link ids of the items that ask what a question asks."""
    pred, args = question.atom.pred, constants(question.atom.args[1:])
    yield link_id(pred, args)
    yield from (link_id(pred, constants(each.args[1:])) for each in question.options)
    if question.is_open:
        yield f"complete/{pred.name}"


def any_answer(interview: Interview, question: Question, choice: random.Random) -> list[Json]:
    """Answers a question, and gives that as an item of a response, if a condition can be about it."""
    link = link_id(question.atom.pred, constants(question.atom.args[1:]))
    choices = interview.choices(question)
    match question.asks:
        case Asks.FACT:
            is_so = choice.random() < 0.7
            (interview.affirm if is_so else interview.deny)(question)
            return [{"linkId": link, "answer": [{"valueBoolean": is_so}]}]
        case Asks.VALUE if choices:
            value = choice.choice(choices)
            interview.name(question, [(value,)])
            return [{"linkId": link, "answer": [{"valueCoding": {"code": plain_text(value)}}]}]
        case Asks.WHICH if question.options and choice.random() < 0.7:
            fact = choice.choice(question.options)
            interview.name(question, [tuple(fact.args[at] for at in question.blanks)])  # type: ignore[misc]
        case _:
            interview.leave(question)
    return [{"linkId": "other", "answer": []}]


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """The file of an example that needs more information."""
    path = tmp_path / "case.pl"
    path.write_text("".join(f"{show_clause(each)}\n" for each in facts_of("14")))
    return path


def run(*arguments: str | Path) -> int:
    return cli.main(list(map(str, arguments)))


def test_the_command_writes_a_questionnaire_and_takes_its_answers(
    draft: Path, tmp_path: Path, shipped: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    """The questionnaire goes to a file, the answers to the end of the case file with their places, and nothing is left to ask."""
    asked = tmp_path / "asked.json"
    assert 0 == run("interview", draft, "--format", "questionnaire", "-o", asked)
    knowing = Knowing.of(shipped.rules, with_more(facts_of("14"), MORE["14"][0]))
    response = written(knowing.response(json.loads(asked.read_text())), tmp_path)
    before = draft.read_text()
    assert 0 == run("interview", draft, "--answers", response)
    assert "Meets criteria" in capsys.readouterr().err
    added = draft.read_text().removeprefix(before)
    assert ":- source('QuestionnaireResponse.item[0].answer[0]', by('Dr. Day'), on(2026-11-20))." in added
    assert "-disease_progression(renewal_open)." in added
    assert 0 == run("interview", draft, "--format", "questionnaire")
    told = capsys.readouterr()
    assert "item" not in json.loads(told.out)
    assert "no answer to a question that is left can change the determination" in told.err


def test_answers_that_are_documented_already_are_passed_over(draft: Path, tmp_path: Path) -> None:
    """The same response a second time changes nothing."""
    response = written(answering("disease_progression", {"valueBoolean": False}), tmp_path)
    assert 0 == run("interview", draft, "--answers", response)
    before = draft.read_text()
    assert 0 == run("interview", draft, "--answers", response)
    assert before == draft.read_text()


def answering(link: str, *answers: Json, **more: Any) -> Json:
    """A response with answers to one item."""
    item = {"linkId": link, "answer": list(answers)}
    return {"resourceType": "QuestionnaireResponse", "status": "completed", "item": [item], **more}


WRONG = {
    "not ours": (answering("1.2", {"valueBoolean": True}), "item[0]: the link id `1.2` is none that Priorlog issues"),
    "yes or no": (answering("disease_progression", {"valueString": "maybe"}), "item[0].answer[0]: the answer is neither yes nor no"),
    "a date": (answering("last_dose/1", {"valueInteger": 3}), "item[0].answer[0]: the answer is no day"),
    "a number": (answering("tablet", {"valueString": "many"}), "item[0].answer[0]: the answer is no whole number"),
    "a choice": (answering("combination", {"valueBoolean": True}), "item[0].answer[0]: the answer is neither a choice nor a text"),
    "a name": (answering("combination", {"valueString": "velcaid"}), "the vocabulary does not know"),
    "a code": (
        answering("combination", {"valueCoding": {"system": "urn:priorlog:vocabulary:agent", "code": "velcaid"}}),
        "the vocabulary does not know",
    ),
    "a code that its display contradicts": (
        answering(
            "combination",
            {"valueCoding": {"system": "urn:priorlog:vocabulary:agent", "code": "bortezomib", "display": "carfilzomib"}},
        ),
        "disagree",
    ),
    "a part": (answering("quantity/tablets", {"valueInteger": 3}), "there is no days"),
    "another value": (answering("birth_date", {"valueDate": "1960-01-01"}), "item[0].answer[0]: "),
    "what cannot be": (answering("prior_therapy/0", {"valueString": "bortezomib"}), "that cannot be"),
    "not completed": ({"resourceType": "QuestionnaireResponse", "status": "in-progress"}, ".status: its status is"),
    "nothing": ({"resourceType": "QuestionnaireResponse", "status": "completed"}, "it has no answers"),
    "two values": (
        answering("disease_progression", {"valueBoolean": False, "valueString": "yes"}), "both `valueBoolean` and `valueString`"),
    "an extension that changes it": (
        answering("disease_progression", {"valueBoolean": False}, modifierExtension=[{"url": "https://example.org/negated"}]),
        "`modifierExtension`"),
    "another case": (
        answering("disease_progression", {"valueBoolean": True}, questionnaire=f"{CANONICAL}other|1"),
        "the answers are about case `other`, not `renewal_open`",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_an_answer_that_is_not_understood_is_told_with_its_place(
    draft: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """Nothing is guessed: what cannot be taken is E410 with its place in the response, and then nothing is taken."""
    response, said = WRONG[name]
    if "item" in response:
        response = {
            **response,
            "item": [*response["item"], *answering("unacceptable_toxicity", {"valueBoolean": False})["item"]],
        }
    before = draft.read_text()
    assert 1 == run("interview", draft, "--answers", written(response, tmp_path))
    told = capsys.readouterr().err
    assert "error[E410]: QuestionnaireResponse" in told
    assert said in told
    assert before == draft.read_text()


@pytest.mark.parametrize("text", ["{}", "[", '{"resourceType": "Patient"}', '{"resourceType": "Bundle"}'])
def test_a_file_without_a_response_is_an_error(
    draft: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    """What is no response, or not one, is told, and nothing is taken."""
    path = tmp_path / "response.json"
    path.write_text(text)
    before = draft.read_text()
    assert 1 == run("interview", draft, "--answers", path)
    assert "error[E" in capsys.readouterr().err
    assert before == draft.read_text()


def test_a_questionnaire_takes_no_answers_at_once(draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both at once is wrong usage."""
    with pytest.raises(SystemExit) as stopped:
        run("interview", draft, "--format", "questionnaire", "--answers", "r.json")
    assert 2 == stopped.value.code
    assert "--answers" in capsys.readouterr().err


OWN = """
:- module(own, [meets_criteria/1]).
:- use_module(library(cases)).
:- use_module(library(policies)).
:- policy(own, [drug(selinexor), title('Own'), effective(2020-01-01)]).
:- pred seen(Case: case, What: thing) :: '@(What) was seen'.
:- abducible seen/2.
:- question seen(Case, What) :: 'Was @(What) seen?'.
:- question seen(Case, What) :: 'What was seen?'.
criterion(own, initial, 1, both, both_seen).
:- pred both_seen(Case: case) :: 'both were seen'.
both_seen(Case) :- seen(Case, 'a/b'), seen(Case, plain).
"""


def test_names_without_a_vocabulary_are_asked_and_read(tmp_path: Path) -> None:
    """What a type without a vocabulary has, a slash in its name even, comes back as what the questionnaire asked about."""
    path = tmp_path / "own.pl"
    path.write_text(OWN)
    workspace = Workspace.open([str(path)])
    interview = interview_about(workspace, EMPTY)
    links = [each["linkId"] for each in json_of(questionnaire(interview)[0])["item"]]
    assert {"seen/a%2Fb", "seen/plain"} <= {*links}
    items = [{"linkId": each, "answer": [{"valueBoolean": True}]} for each in ("seen/a%2Fb", "seen/plain")]
    take_answers(interview, written({**answering("x"), "item": items}, tmp_path))
    assert "meets_criteria" == interview.standing().determination


@pytest.mark.parametrize(("text", "is_taken"), [("plain", True), ("Plain text", False)])
def test_a_text_is_a_name_only_as_rules_write_it(tmp_path: Path, text: str, is_taken: bool) -> None:
    """Where there is no vocabulary to tell what is meant, a text is taken if it is a name as it is."""
    path = tmp_path / "own.pl"
    path.write_text(OWN)
    interview = interview_about(Workspace.open([str(path)]), EMPTY)
    response = written(answering("seen", {"valueString": text}), tmp_path)
    if is_taken:
        assert 1 == take_answers(interview, response)
    else:
        with pytest.raises(ProgramError, match="is no name as rules have it"):
            take_answers(interview, response)


def test_an_answer_may_not_close_a_record_of_which_something_is_not_recognised(
    shipped: Workspace, tmp_path: Path
) -> None:
    """That a record is complete is refused as in an interview, with the place."""
    interview = interview_about(shipped, EMPTY + "combination(c, velcaid).\n")
    with pytest.raises(ProgramError, match="velcaid"):
        take_answers(interview, written(answering("complete/combination", {"valueBoolean": True}), tmp_path))


# --- the published examples --------------------------------------------------------------------------------------------


@pytest.mark.skipif(PUBLISHED is None, reason="PRIORLOG_FHIR_EXAMPLES names no folder of published examples")
@pytest.mark.heavy
def test_questionnaires_have_the_structure_of_the_published_ones(empty: Json) -> None:
    """What a questionnaire and its items have, questionnaires of Da Vinci DTR have too, but for what these leave out."""
    published = [
        each for each in resources(Path(PUBLISHED or "") / "davinci_dtr") if each["resourceType"] == "Questionnaire"
    ]
    assert published
    assert {*empty} <= {key for each in published for key in each}
    known = {key for each in published for item in items_of(each) for key in item}
    assert {key for item in items_of(empty) for key in item} <= known | {
        "enableWhen",
        "enableBehavior",
        "answerOption",
        "repeats",
    }


def resources(folder: Path) -> Iterator[Json]:
    """The resources of published files, those in bundles among them."""
    for path in sorted(folder.glob("*.json")):
        pending = [json.loads(path.read_text())]
        while pending:
            each = pending.pop()
            yield each
            pending += [entry["resource"] for entry in each.get("entry", []) if "resource" in entry]
