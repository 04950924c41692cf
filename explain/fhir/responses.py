"""Answers to a questionnaire about a case as answers of an interview: a QuestionnaireResponse, read by its link ids.

All of it is taken or nothing: each answer that cannot be is a diagnostic with its place in the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from explain.fhir.questionnaire import CANONICAL
from explain.interview.answers import AnswerError, DocumentedError
from explain.interview.session import Interview
from kb.importers.bundle import Chart, Resource, charts_of
from kb.importers.cases import Reading
from kb.importers.concepts import Concepts
from kb.importers.facts import NotMapped, Stated
from kb.importers.questionnaire import answers
from kb.importers.screening import screened
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.syntax import AtomF, Pred, Provenance, Span
from kb.language.terms import plain_text

RESPONSE = "QuestionnaireResponse"


def take_answers(interview: Interview, file: str) -> int:
    """Takes the answers of a file, a QuestionnaireResponse or a bundle with one, and gives how many there were that said more than is
    documented. Raises `ProgramError`, with all that is wrong with them."""
    chart, response = _response([*charts_of(file)], interview, file)
    _, unusable = screened([response])
    if unusable:
        raise ProgramError([_wrong(each) for each in unusable])
    reviewer = interview.reviewer
    names = reviewer.vocabulary.names
    reading = Reading(chart, Concepts.of(names, reviewer.program.clauses), names.declarations)
    wrong: list[Diagnostic] = []
    before = len(interview.answers)
    for each in answers(response, reading):
        wrong += [_wrong(each)] if isinstance(each, NotMapped) else _taken(interview, each, response)
    if wrong:
        raise ProgramError(wrong)
    return len(interview.answers) - before


def _response(charts: list[Chart], interview: Interview, file: str) -> tuple[Chart, Resource]:
    """The only response of some charts, with its chart, if it may be about the case. Raises `ProgramError`."""
    found = [(chart, each) for chart in charts for each in chart.resources if each.type == RESPONSE]
    if len(found) != 1:
        said = f"`{file}` has {len(found)} resources of the type {RESPONSE}, and answers are those of one"
        raise ProgramError.of("E407", said, file, f"give a {RESPONSE}, or a bundle with one")
    ((_, response),) = found
    url = (response.node.text("questionnaire") or "").partition("|")[0]
    if url.startswith(CANONICAL) and (name := unquote(url.removeprefix(CANONICAL))) != plain_text(interview.case.name):
        said = f"{response.node.path}.questionnaire: the answers are about case `{name}`, not `{plain_text(interview.case.name)}`"
        raise ProgramError.of("E410", said, file, "give the answers to the questionnaire about this case")
    return found[0]


def _taken(interview: Interview, stated: Stated, response: Resource) -> Iterator[Diagnostic]:
    """Takes what an answer states; what is wrong with it, if it cannot be taken."""
    pred = Pred(stated.predicate, len(stated.args) + 1, stated.negative)
    origin = stated.origin
    source = Provenance(origin.place, origin.by or interview.source.by, origin.on)
    try:
        interview.take(AtomF(pred, (interview.case.name, *stated.args)), source)
    except DocumentedError:
        return
    except AnswerError as error:
        yield _wrong(NotMapped(response.file, origin.place, RESPONSE, str(error)))


def _wrong(found: NotMapped) -> Diagnostic:
    hint = "correct the answer, or take it out: what is not answered is not documented"
    return Diagnostic("E410", f"{found.place}: {found.reason}", Span(found.file, 0, 0), (), hint)
