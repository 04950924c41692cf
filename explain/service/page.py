"""The page to review a case by hand. It has no script: each button sends the case, and what comes back is the whole page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from markupsafe import Markup, escape

from explain.api import Case, Diagnostic, Program, ProgramError, Question, Review
from explain.report import statements
from explain.report.contents import full
from explain.report.html import environment, style_sheet
from explain.service.records import BUNDLE, case_file_of
from explain.service.replies import ANSWERED, HTML, TEXT, UNPROCESSABLE, Reply
from kb.importers.requests import Given

PASTED = "<case>"


@dataclass(frozen=True)
class Form:
    """What is sent from the page."""

    case: str = field(default="", repr=False)
    """The text of a case file or of a bundle."""
    answer: str | None = field(default=None, repr=False)
    """What is answered to the question that the page asks."""
    who: str = field(default="", repr=False)
    policy: str | None = None
    given: Given = field(default_factory=Given, repr=False)
    is_download: bool = False


@dataclass(frozen=True)
class Shown:
    """What the page shows of a case."""

    form: Form
    reviews: Sequence[Review] = ()
    question: Question | None = None
    is_settled: bool = False
    """Whether no answer changes the determination."""
    wrong: Sequence[Diagnostic] = ()
    policies: Sequence[str] = ()


def reply(program: Program, form: Form) -> Reply:
    """The page, or the case file to be kept."""
    if form.is_download:
        headers = (("content-disposition", 'attachment; filename="case.pl"'),)
        return Reply(ANSWERED, form.case.encode(), TEXT, headers)
    shown = _shown(program, form)
    return Reply(UNPROCESSABLE if shown.wrong else ANSWERED, rendered(shown).encode(), HTML)


def _shown(program: Program, form: Form) -> Shown:
    policies = tuple(program.workspace.beside)
    if not form.case.strip():
        return Shown(form, policies=policies)
    try:
        if form.case.lstrip().startswith("{"):
            form = replace(form, case=case_file_of(program, form.case.encode(), BUNDLE, form.given))
        cases = program.with_text(form.case, name=PASTED).cases
        shown = Shown(form, [each for case in cases for each in case.reviews(policy=form.policy)], policies=policies)
    except ProgramError as error:
        return Shown(form, wrong=error.diagnostics, policies=policies)
    return _asking(shown, cases[0]) if len(cases) == 1 else shown


def _asking(shown: Shown, case: Case) -> Shown:
    """The page with the next question, after the answer to the last one."""
    form = shown.form
    try:
        if form.answer is not None:
            case = case.answered(form.answer, who=form.who, policy=form.policy)
            shown = replace(shown, form=replace(form, case=case.text), reviews=case.reviews(policy=form.policy))
        question = case.next_question(policy=form.policy)
        return replace(shown, question=question, is_settled=question is None)
    except ProgramError as error:
        question = case.next_question(policy=form.policy) if form.answer is not None else None
        return replace(shown, question=question, wrong=error.diagnostics)


def rendered(shown: Shown) -> str:
    """The page as HTML."""
    return (
        environment("explain.service")
        .get_template("case.html.j2")
        .render(
            shown=shown,
            case_style=style_sheet("explain.service", "case.css"),
            case=Markup(escape(shown.form.case)),  # on its own lines
            documents=[(f"case-{number}", full(each.made, folds=True)) for number, each in enumerate(shown.reviews, 1)],
            badges=[statements.determination(each.made) for each in shown.reviews],
        )
    )
