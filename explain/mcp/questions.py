"""What is asked over the protocol: text in, text out. Nothing here reads a file that is not served, or writes one.

A question is asked in a process of its own, which is ended where it takes too long; `reply` is what runs there.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

from msgspec.structs import asdict

from engine.cases import check_cases, is_case_file
from engine.checks import check as check_program
from explain.api.program import Case, Program, load
from explain.api.results import Result
from explain.api.values import CASE
from explain.own_fault import own_fault
from explain.process import prepare
from explain.report.json_text import json_text
from kb.language.diagnostics import Diagnostic, ProgramError, Sources, diagnostic_json, format_diagnostic
from kb.language.loader import SHIPPED, load_case, load_text
from kb.language.terms import day_of

Form: TypeAlias = Literal["text", "json"]
"""How an answer is written: as the command line prints it by itself, or with `--format json`."""
MOST_TEXT = 1_000_000
"""An answer of more characters is not given."""
QUESTION = "<question>"
TEXT = "<text>"
"""What messages call a text that is checked."""


@dataclass(frozen=True)
class Served:
    """What is asked: the policies of some rule files, by default those that come with the product, and for how many steps."""

    files: tuple[str, ...] = ()
    max_steps: int | None = None


@dataclass(frozen=True)
class Reply:
    """What a question is answered with: the answer, or what is wrong."""

    text: str
    is_error: bool = False


@cache
def program_of(served: Served) -> Program:
    """The program that is asked. Raises `ProgramError` for what is wrong with its files."""
    return load(*served.files, max_steps=served.max_steps)


def reply(served: Served, question: Callable[..., str], *given: str) -> Reply:
    """The answer to a question, or what is wrong with it."""
    prepare()
    try:
        return Reply(_of_a_size(question(program_of(served), *given)))
    except ProgramError as error:
        return Reply(_told(error.diagnostics, error.sources or Sources()), True)
    except Exception as error:
        return Reply(_told([own_fault(error, "mcp")], Sources()), True)


def given_up(code: str, message: str, instead: str | None = None) -> Reply:
    """What is said of a question that is not answered."""
    return Reply(_told(ProgramError.of(code, message, QUESTION, instead).diagnostics, Sources()), True)


def _of_a_size(text: str) -> str:
    if len(text) > MOST_TEXT:
        said = f"the answer has {len(text)} characters, and {MOST_TEXT} are the most"
        raise ProgramError.of("E501", said, QUESTION, "ask for less at once")
    return text


def _told(diagnostics: Iterable[Diagnostic], sources: Sources) -> str:
    return "\n".join(format_diagnostic(each, sources) for each in diagnostics)


# --- goals -------------------------------------------------------------------------------------------------------


def query(program: Program, goal: str, case: str, form: Form) -> str:
    """The answers to a goal."""
    return _written(_beside(program, case).ask(goal), form)


def why(program: Program, goal: str, case: str, form: Form) -> str:
    """Why a goal holds, or does not."""
    return _written(_beside(program, case).why(goal), form)


def why_not(program: Program, goal: str, case: str, form: Form) -> str:
    """Why a goal does not hold, with every alternative."""
    return _written(_beside(program, case).why_not(goal), form)


def missing(program: Program, goal: str, case: str, form: Form) -> str:
    """What is not documented and would make a goal hold."""
    return _written(_beside(program, case).missing(goal), form)


def _beside(program: Program, case: str) -> Program:
    return program.with_text(case) if case.strip() else program


def _written(found: Result, form: Form) -> str:
    return found.to_json() if form == "json" else str(found)


# --- cases -------------------------------------------------------------------------------------------------------


def review(program: Program, case: str, policy: str, as_of: str, form: Form) -> str:
    """The reviews of the cases of a text."""
    reviews = program.with_text(case).review(as_of=_date(as_of), policy=policy or None)
    if not reviews:
        raise ProgramError.of("E407", "there is no case in the text", CASE, "state a request, and the facts beside it")
    if form == "json":
        return json_text([each.to_dict() for each in reviews])
    return "\n\n".join(map(str, reviews))


def next_question(program: Program, case: str, policy: str) -> str:
    """The question that an interview about a case asks next, as JSON; null where no answer changes the determination."""
    found = _only(program, case).next_question(policy=policy or None)
    return json_text({"question": None if found is None else asdict(found)})


def answer(program: Program, case: str, given: str, who: str, policy: str) -> str:
    """The text of a case with an answer to what is asked next."""
    return _only(program, case).answered(given, who=who, policy=policy or None).text


def _only(program: Program, case: str) -> Case:
    return program.with_text(case).only_case()


def _date(text: str) -> datetime.date | None:
    try:
        return day_of(text) if text else None
    except ValueError:
        raise ProgramError.of("E502", f"`{text}` is no date", "<as_of>", "write it as in 2024-07-01") from None


# --- policies ----------------------------------------------------------------------------------------------------


def policies(program: Program) -> str:
    """The policies that are served, with their drugs, titles and dates, as JSON."""
    return json_text([each.to_dict() for each in program.policies])


def check(program: Program, text: str, form: Form) -> str:
    """What is wrong with the text of a case file, or of a rule file that loads only what comes with the product."""
    as_case = load_case(text.encode(errors="surrogatepass"), TEXT)
    if any(each.code == "E107" for each in as_case.diagnostics):
        found: Sequence[Diagnostic] = as_case.diagnostics
        sources = as_case.sources
    elif is_case_file(as_case):
        found = check_cases(as_case, program.workspace.reviewer.vocabulary)
        sources = as_case.sources
    else:
        loaded = load_text(text, TEXT, SHIPPED, within=SHIPPED)
        found, sources = [each for each in check_program(loaded) if each.span.file == TEXT], loaded.sources
    if form == "json":
        return json_text([diagnostic_json(each) for each in found])
    errors = sum(each.is_error for each in found)
    return "\n".join(
        [*([_told(found, sources)] if found else []), f"{errors} error(s), {len(found) - errors} other(s)"]
    )


def document(program: Program, policy: str) -> str:
    """The page about a policy for people who do not read rules, as Markdown."""
    from explain.authoring.handbook_page import handbook_page
    from explain.authoring.make_handbook import handbook
    from explain.report.markdown import document_markdown

    workspace = program.workspace
    with workspace.ending(f"the page about {policy}"):
        book = handbook(workspace.reviewer_of(policy), policy, check_program(workspace.loaded))
        return document_markdown(handbook_page(book))


def rules(program: Program, file: str) -> str:
    """The text of a rule file that is served."""
    return program.workspace.sources.texts[file]
