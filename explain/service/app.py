"""What can be asked of the service, by address: each request is made a question, which the pool works on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Any, cast

from fastapi import FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from explain.api import Program
from explain.report.json_text import json_text
from explain.service import hooks, models, page, work
from explain.service.access import Guarded, Logged
from explain.service.limits import Bounded
from explain.service.pool import Pool
from explain.service.records import BUNDLE
from explain.service.replies import FAILED, FHIR, UNPROCESSABLE, Reply, own_fault, refused
from explain.service.settings import Settings
from explain.version import installed_version
from kb.importers.requests import Given
from kb.language.terms import day_of

CASE_FILES = ("text/plain", "text/x-prolog", "application/x-prolog")
UNSUPPORTED = 415
WRONG: dict[int | str, dict[str, Any]] = {
    status: {"model": list[models.Diagnostic], "description": why}
    for status, why in {
        408: "The body is too slow.",
        413: "The body is too large.",
        422: "What is wrong with the request, the case or the goal.",
        429: "Too much is asked at a time.",
        503: "The question takes too long, or too much memory.",
    }.items()
}
"""What may be replied instead of an answer."""
REVIEWED: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "text/plain": {"schema": {"type": "string", "description": "The text of a case file."}},
            FHIR: {"schema": {"type": "object", "description": "A FHIR R4 bundle."}},
        },
    }
}
PAGE: dict[str, Any] = {"content": {"text/html": {"schema": {"type": "string"}}}}


def service(program: Program, settings: Settings) -> ASGIApp:
    """The service about the policies of a program, with all that stands before it."""
    application = _application(program, settings)
    return Logged(Guarded(Bounded(application, settings), settings))


def _application(program: Program, settings: Settings) -> FastAPI:
    pool = Pool(work.Opening(program), settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        try:
            await pool.start()
            yield
        finally:
            pool.close()

    version = installed_version()
    app = FastAPI(
        title="Priorlog",
        version=version,
        description="Explainable rules for drug prior authorization. Software never denies: it reports whether criteria are met.",
        docs_url=None,  # its pages load scripts of others
        redoc_url=None,
        lifespan=lifespan,
    )
    _add_refusals(app)

    async def replied(request: Request, question: work.Asked) -> Response:
        return _response(await pool.ask(question, request.is_disconnected))

    @app.post("/review", response_model=list[models.Review], responses={**WRONG, 200: PAGE}, openapi_extra=REVIEWED)
    async def review(
        request: Request,
        options: Annotated[models.ReviewOptions, Query()],
    ) -> Response:
        """The reviews of the cases of a case file or of a FHIR bundle, as the command line has them; as a page where that is accepted.
        `drug`, `kind` and `date` say what is requested, where a bundle does not."""
        media = request.headers.get("content-type", "text/plain").partition(";")[0].strip().lower()
        is_bundle = media in (FHIR, "application/json")
        if not is_bundle and media not in CASE_FILES:
            said = "the body is of no type that is read here"
            return _response(
                refused(UNSUPPORTED, "E502", said, f"send a case file as `text/plain`, or a bundle as `{FHIR}`")
            )
        twice = [each for each in request.query_params if len(request.query_params.getlist(each)) > 1]
        if twice:
            said = f"`query.{twice[0]}` is given twice"
            return _response(refused(UNPROCESSABLE, "E502", said, "see /openapi.json"))
        given = Given(options.drug, options.kind, options.date)
        if not is_bundle and given != Given():
            said = "`drug`, `kind` and `date` say what is requested where a bundle does not, and this is a case file"
            return _response(refused(UNPROCESSABLE, "E502", said, "state `request(Case, Drug, Kind, Date).` in it"))
        return await replied(
            request,
            work.ReviewQuestion(
                data=await request.body(),
                name=options.name or (BUNDLE if is_bundle else page.PASTED),
                is_bundle=is_bundle,
                given=given,
                as_of=options.as_of,
                policy=options.policy,
                is_page=_wants_page(request),
            ),
        )

    @app.post("/explain", response_model=None, responses={**WRONG, 200: PAGE})
    async def explain(request: Request, asked: models.ExplainRequest) -> Response:
        """Why a goal holds or does not, or the smallest sets of facts that would make it hold, as the command line has it in JSON."""
        return await replied(request, work.Explained(asked, _wants_page(request)))

    @app.post("/next-question", response_model=models.NextQuestion, responses=WRONG)
    async def next_question(request: Request, asked: models.QuestionRequest) -> Response:
        """The most decisive question that can still change the determination."""
        return await replied(request, asked)

    @app.post("/questionnaire", response_model=None, responses=WRONG)
    async def questionnaire(request: Request, asked: models.QuestionRequest) -> Response:
        """What an interview would ask of a case, as a FHIR R4 Questionnaire."""
        return await replied(request, work.ToFill(asked))

    @app.post("/answer", response_model=models.Answered, responses=WRONG)
    async def answer(request: Request, asked: models.AnswerRequest) -> Response:
        """The case file with an answer at its end; nothing is kept here."""
        return await replied(request, asked)

    @app.get("/policies", response_model=list[models.Policy])
    async def policies() -> Response:
        """The policies that cases are reviewed under."""
        return Response(json_text([each.to_dict() for each in program.policies]), media_type="application/json")

    @app.get("/health")
    async def health() -> models.Health:
        """That the service stands."""
        return models.Health(version=version)

    @app.get("/cds-services", response_model=None)
    async def discovery() -> dict[str, object]:
        """What CDS Hooks discovers."""
        return hooks.services()

    @app.post(f"/cds-services/{hooks.SERVICE}", response_model=models.Cards, responses=WRONG)
    async def order_sign(request: Request, hook: models.Hook) -> Response:
        """What the criteria need of the orders that are about to be signed."""
        return await replied(request, work.Signed(hook, str(request.base_url).rstrip("/"), settings.authorizes))

    @app.get("/", include_in_schema=False)
    async def empty_page(request: Request) -> Response:
        return await replied(request, page.Form())

    @app.post("/", include_in_schema=False)
    async def filled_page(request: Request) -> Response:
        async with request.form(max_files=1, max_fields=50, max_part_size=settings.most_bytes) as form:
            return await replied(request, await _form(form))

    return app


def _response(reply: Reply) -> Response:
    response = Response(reply.body, reply.status, media_type=reply.media)
    for name, value in reply.headers:
        response.headers.append(name, value)
    return response


def _wants_page(request: Request) -> bool:
    """Whether a page is accepted, and JSON is not asked for before it."""
    accepted = [each.partition(";")[0].strip() for each in request.headers.get("accept", "").split(",")]
    return next((each == "text/html" for each in accepted if each in ("text/html", "application/json")), False)


async def _form(form: FormData) -> page.Form:
    """What is sent from the page; a file takes the place of the text. Raises `HTTPException` for what is no such form."""
    file = form.get("file")
    text = await file.read() if isinstance(file, UploadFile) else b""
    named = [each.strip() for each in form.getlist("named") if isinstance(each, str) and each.strip()]
    answer = _text(form, "answer")
    try:
        case = text.decode("utf-8-sig") if text else _text(form, "case") or ""
        date = day_of(_text(form, "date") or "") if _text(form, "date") else None
    except ValueError:
        raise HTTPException(UNPROCESSABLE, "the file is not UTF-8 text, or the date is none") from None
    return page.Form(
        case=case.replace("\r\n", "\n"),
        answer=None if answer is None else answer or ", ".join(named),
        who=(_text(form, "who") or "")[:200],
        policy=_text(form, "policy") or None,
        given=Given(_text(form, "drug") or None, _text(form, "kind") or None, date),
        is_download=_text(form, "download") is not None,
    )


def _text(form: FormData, name: str) -> str | None:
    value = form.get(name)
    return value if isinstance(value, str) else None


def _add_refusals(app: FastAPI) -> None:
    """What is wrong with a request is told as diagnostics, without what was sent."""

    @app.exception_handler(RequestValidationError)
    async def not_as_described(_: Request, error: RequestValidationError) -> Response:
        found = [_fault(each) for each in cast("Sequence[dict[str, Any]]", error.errors())]
        return _response(refused(UNPROCESSABLE, "E502", "; ".join(found), "see /openapi.json"))

    @app.exception_handler(HTTPException)
    async def refusal(_: Request, error: HTTPException) -> Response:
        status = UNPROCESSABLE if error.status_code == 400 else error.status_code
        return _response(refused(status, "E502", str(error.detail), "see /openapi.json"))

    @app.exception_handler(Exception)
    async def unforeseen(_: Request, error: Exception) -> Response:
        return _response(
            own_fault(error)
            if isinstance(error, MemoryError)
            else refused(FAILED, "E504", "an error in Priorlog itself")
        )


def _fault(error: dict[str, Any]) -> str:
    """Where a request is not as it should be, and how."""
    return f"`{'.'.join(str(each) for each in error['loc'])}`: {error['msg']}"
