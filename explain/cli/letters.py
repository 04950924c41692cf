"""What `review --letter` does with its options."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from typing import assert_never

from explain.cli.formats import ReportFormat
from explain.report.document import Document
from explain.report.letter_document import letter, letter_text
from explain.report.letter_template import LetterTemplateError
from explain.report.review import Review
from explain.words.letter_words import LetterWords, Reader
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.syntax import Span

BETWEEN = "\n" + "=" * 80 + "\n\n"
"""What stands between two letters in plain text."""


def written(review: Review, words: LetterWords, template: str | None, options: argparse.Namespace) -> str | Document:
    """The letter about a review: its text, or what a page shows. Raises `ProgramError` (E110), at the line of the template that
    cannot be filled in."""
    try:
        document = letter(review, Reader(options.letter), words, template)
    except LetterTemplateError as error:
        raise template_fault(error, options.letter_template) from None
    match ReportFormat(options.format):
        case ReportFormat.TEXT:
            return letter_text(document)
        case ReportFormat.MARKDOWN:
            from explain.report.markdown import document_markdown

            return document_markdown(document)
        case ReportFormat.HTML | ReportFormat.PDF:
            return document
        case ReportFormat.JSON | ReportFormat.NDJSON | ReportFormat.PAS as form:  # refused by the options
            raise ValueError(f"a letter is no text as {form}")
        case other:
            assert_never(other)


def joined(letters: Iterable[str | Document], form: ReportFormat) -> Iterator[str]:
    """Letters one below the other as they come, or on a page."""
    if form in (ReportFormat.HTML, ReportFormat.PDF):
        from explain.report.html import letter_pages

        yield from letter_pages(each for each in letters if isinstance(each, Document))
        return
    from explain.report import markdown

    between = markdown.BETWEEN if form is ReportFormat.MARKDOWN else BETWEEN
    for number, each in enumerate(each for each in letters if isinstance(each, str)):
        yield f"{between if number else ''}{each}"


def template_fault(error: LetterTemplateError, path: str | None) -> ProgramError:
    """What is said of a letter template that cannot be filled in."""
    span = Span(path or "<template>", error.line or 0, 0)
    instead = "a template may name: case, date, determination, drug, kind, policy, reader, and what heads a report, such as member_id"
    said = f"the letter template cannot be filled in: {error}"
    return ProgramError([Diagnostic("E110", said, span, (), instead)])
