"""The questions that the service works on, and the reply to each. It runs in a process of the pool, and keeps nothing of a case."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias, assert_never

from msgspec.structs import asdict

from explain.api import Case, Program
from explain.report.json_text import json_list, json_text
from explain.service import hooks, page
from explain.service.models import AnswerRequest, Ask, ExplainRequest, Hook, QuestionRequest
from explain.service.records import case_file_of
from explain.service.replies import FHIR, HTML, UNPROCESSABLE, Reply, json_reply, refusal
from kb import clock
from kb.importers.requests import Given
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.loader import decode


@dataclass(frozen=True)
class ReviewQuestion:
    """A review of the cases of a case file, or of a bundle."""

    data: bytes = field(repr=False)
    name: str
    is_bundle: bool = False
    given: Given = field(default_factory=Given, repr=False)
    as_of: datetime.date | None = None
    policy: str | None = None
    is_page: bool = False


@dataclass(frozen=True)
class Explained:
    """An explanation, as JSON or as a page."""

    request: ExplainRequest = field(repr=False)
    is_page: bool = False


@dataclass(frozen=True)
class ToFill:
    """The questionnaire about a case."""

    request: QuestionRequest = field(repr=False)


@dataclass(frozen=True)
class Signed:
    """Orders that are about to be signed."""

    request: Hook = field(repr=False)
    address: str
    """Where the service is reached."""
    authorizes: bool = False


Asked: TypeAlias = ReviewQuestion | Explained | QuestionRequest | AnswerRequest | ToFill | Signed | page.Form


@dataclass(frozen=True)
class Opening:
    """The rules, sent to a process, which opens them anew."""

    program: Program

    def __call__(self) -> Callable[[Asked], Reply]:
        return Clerk(self.program, clock.today())


@dataclass
class Clerk:
    """Replies to questions about cases under some rules, which are opened again on another day."""

    program: Program
    day: datetime.date

    def __call__(self, asked: Asked) -> Reply:
        if (today := clock.today()) != self.day:
            self.program, self.day = self.program.loaded_again(), today
        try:
            return self._reply(asked)
        except ProgramError as error:
            return refusal(UNPROCESSABLE, error.diagnostics)

    def _reply(self, asked: Asked) -> Reply:
        match asked:
            case ReviewQuestion():
                return self._review(asked)
            case Explained(request, is_page):
                return self._explained(request, is_page)
            case AnswerRequest():
                case_ = self._case(asked).answered(asked.answer, who=asked.who, policy=asked.policy)
                return json_reply({"case": case_.text, **_next(case_, asked.policy)})
            case QuestionRequest():
                return json_reply(_next(self._case(asked), asked.policy))
            case ToFill(request):
                made = self._case(request).questionnaire(policy=request.policy)
                return Reply(200, json_text(made).encode(), FHIR)
            case Signed(request, address, authorizes):
                return json_reply(hooks.response(self.program, request, address, authorizes=authorizes))
            case page.Form():
                return page.reply(self.program, asked)
            case other:
                assert_never(other)

    def _review(self, asked: ReviewQuestion) -> Reply:
        if asked.is_bundle:
            text = case_file_of(self.program, asked.data, asked.name, asked.given)
        else:
            text = text_in(asked.data, asked.name)
        cases = self.program.with_text(text, name=asked.name).cases
        reviews = [each for case in cases for each in case.reviews(as_of=asked.as_of, policy=asked.policy)]
        if asked.is_page:
            from explain.report.html import review_html

            return Reply(200, review_html([each.made for each in reviews]).encode(), HTML)
        return Reply(200, "".join(json_list(each.to_dict() for each in reviews)).encode())

    def _explained(self, request: ExplainRequest, is_page: bool) -> Reply:
        program = self.program.with_text(request.case, name=request.name) if request.case.strip() else self.program
        if request.ask is Ask.MISSING:
            return json_reply(program.missing(request.goal, request.limit).to_dict())
        is_whole = request.ask is Ask.WHYNOT and request.every
        found = program.why_not(request.goal) if is_whole else program.why(request.goal)
        return Reply(200, found.to_html().encode(), HTML) if is_page else json_reply(found.to_dict())

    def _case(self, request: QuestionRequest) -> Case:
        return self.program.with_text(request.case, name=request.name).only_case()


def _next(case: Case, policy: str | None) -> dict[str, object]:
    asked = case.next_question(policy=policy)
    return {"question": None if asked is None else asdict(asked)}


def text_in(data: bytes, name: str) -> str:
    """The text of a case file. Raises `ProgramError` (E107) if it is none."""
    text = decode(data, name)
    if isinstance(text, Diagnostic):
        raise ProgramError([text])
    return text
