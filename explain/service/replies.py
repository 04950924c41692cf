"""What is sent back: bytes with a status and a media type; diagnostics as the command line has them in JSON."""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from explain.report.json_text import json_text
from kb.language.diagnostics import Diagnostic, diagnostic_json
from kb.language.syntax import Span

JSON, HTML, TEXT = "application/json", "text/html; charset=utf-8", "text/plain; charset=utf-8"
FHIR = "application/fhir+json"
ANSWERED, UNAUTHORIZED, FORBIDDEN, TOO_SLOW, TOO_LARGE = 200, 401, 403, 408, 413
UNPROCESSABLE, TOO_MANY, FAILED, UNAVAILABLE = 422, 429, 500, 503
WHERE = "<request>"
"""What diagnostics of a request as a whole have for a file."""


@dataclass(frozen=True)
class Reply:
    """The reply to a request."""

    status: int
    body: bytes
    media: str = JSON
    headers: tuple[tuple[str, str], ...] = ()


def json_reply(data: object, status: int = ANSWERED) -> Reply:
    """JSON data as a reply."""
    return Reply(status, json_text(data).encode())


def refusal(status: int, diagnostics: Iterable[Diagnostic], *headers: tuple[str, str]) -> Reply:
    """Why there is no answer, in JSON."""
    body = json_text([diagnostic_json(each) for each in diagnostics]).encode()
    return Reply(status, body, JSON, headers)


def refused(status: int, code: str, message: str, suggestion: str | None = None, *headers: tuple[str, str]) -> Reply:
    """One reason why a request as a whole is not answered."""
    return refusal(status, [Diagnostic(code, message, Span(WHERE, 0, 0), (), suggestion)], *headers)


def own_fault(error: Exception) -> Reply:
    """What is said of an error that nothing foresaw. Its message stays out of it: it may have facts of a patient."""
    if isinstance(error, MemoryError):
        return refused(UNAVAILABLE, "E504", "the memory is not enough", "ask about less at a time")
    if isinstance(error, RecursionError):
        return refused(UNPROCESSABLE, "E504", "something here is nested too deeply to be worked out")
    said = f"an error in Priorlog itself: {type(error).__name__} at {places(error)}"
    return refused(FAILED, "E504", said, "please report this line, without facts of a patient")


def places(error: BaseException) -> str:
    """Where an error was raised, innermost first."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return " < ".join(f"{Path(each.filename).name}:{each.lineno}" for each in reversed(frames))
