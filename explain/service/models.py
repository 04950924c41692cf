"""What requests and replies are made of, from which the OpenAPI description is made."""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from engine.policies import Determination, Status
from explain.api.program import NOBODY
from explain.api.values import CASE
from kb.language.terms import day_of


def _whole(text: str) -> str:
    """The text, if it is of whole characters. Raises `ValueError` if it has half of one."""
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("it has half of a character (a lone surrogate)")
    return text


def _day(value: object) -> object:
    """The day that a text has. Raises `ValueError` for one that is written in another way, which could be some other day."""
    return day_of(value) if isinstance(value, str) else value


Text = Annotated[str, AfterValidator(_whole)]
Name = Annotated[Text, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
CaseText = Annotated[Text, Field(description="The text of a case file.")]
FileName = Annotated[Name, Field(description="What messages and evidence call the case file.")]
Day = Annotated[datetime.date, BeforeValidator(_day)]


class _Closed(BaseModel):
    """A request: what it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid")


class Kind(StrEnum):
    """The kind of a request."""

    INITIAL = "initial"
    RENEWAL = "renewal"


class Ask(StrEnum):
    """What is asked about a goal."""

    WHY = "why"
    WHYNOT = "whynot"
    MISSING = "missing"


class ReviewOptions(_Closed):
    """What is said of the cases that are reviewed, beside them."""

    name: FileName | None = None
    as_of: Annotated[Day | None, Field(description="Review as if the request bore this date.")] = None
    policy: Name | None = None
    drug: Annotated[Name | None, Field(description="What is requested, where a bundle does not say.")] = None
    kind: Kind | None = None
    date: Day | None = None


class ExplainRequest(_Closed):
    """A goal, and the case that it is about."""

    goal: Annotated[Text, Field(examples=["meets_criteria(some_case)"])]
    case: CaseText = ""
    name: FileName = CASE
    ask: Ask = Ask.WHY
    every: Annotated[bool, Field(description="With `whynot`, open every alternative, not only the nearest.")] = False
    limit: Annotated[int, Field(ge=1, le=100, description="With `missing`, so many sets.")] = 10


class QuestionRequest(_Closed):
    """A case, of which the next question is asked."""

    case: CaseText
    name: FileName = CASE
    policy: Name | None = None


class AnswerRequest(QuestionRequest):
    """A case, and the answer to the next question about it."""

    answer: Annotated[Text, Field(max_length=1_000, examples=["yes", "unknown", "one name, another"])]
    who: Annotated[Text, Field(max_length=200, description="Who answers, for the case file.")] = NOBODY


class Diagnostic(BaseModel):
    """What is wrong with a request, as the command line tells it."""

    code: str
    severity: Literal["error", "warning", "note"]
    file: str
    line: int
    column: int
    message: str
    notes: list[str]
    suggestion: str | None


class Question(BaseModel):
    """What is asked next."""

    text: str
    kind: Literal["fact", "value", "which"]
    choices: list[str]
    form: Annotated[str, Field(description="How an answer is written, where there is nothing to choose.")]


class NextQuestion(BaseModel):
    """The most decisive question; null where no answer changes the determination."""

    question: Question | None


class Answered(NextQuestion):
    """The case file with the answer at its end, and the question after it."""

    case: str


class Policy(BaseModel):
    """A policy that cases are reviewed under."""

    name: str
    title: str | None
    drugs: list[str]
    approved: str | None
    effective: str | None


class Health(BaseModel):
    """That the service stands."""

    status: Literal["ok"] = "ok"
    version: str


class Criterion(BaseModel):
    """How a criterion or an alternative stands; the explanation and its evidence go with it."""

    model_config = ConfigDict(extra="allow")

    id: str
    status: Status
    text: str
    cite: str


class Review(BaseModel):
    """The review of a case under a policy, as `priorlog review --format json` writes it."""

    model_config = ConfigDict(extra="allow")

    case: str
    policy: str | None
    kind: str
    date: str
    determination: Determination
    criteria: list[Criterion]
    missing: list[list[dict[str, object]]]
    authorization: dict[str, object] | None


class Hook(BaseModel):
    """A request of CDS Hooks 2.0 for `order-sign`."""

    hook: Literal["order-sign"]
    hookInstance: str  # noqa: N815 # as CDS Hooks has it
    fhirServer: str | None = None  # noqa: N815
    context: OrderSign
    prefetch: dict[str, dict[str, object] | None] = {}


class OrderSign(BaseModel):
    """What is about to be signed, and for whom."""

    userId: str | None = None  # noqa: N815
    patientId: str  # noqa: N815
    draftOrders: dict[str, object]  # noqa: N815


class Cards(BaseModel):
    """Cards, and the orders with what is known of the authorization that they need."""

    cards: list[dict[str, object]]
    systemActions: list[dict[str, object]]  # noqa: N815


Hook.model_rebuild()
