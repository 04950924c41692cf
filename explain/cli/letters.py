"""What `review --letter` does with its options."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from typing import assert_never

from explain.cli.options import ReportFormat
from explain.report.document import Document
from explain.report.letter_document import letter, letter_text
from explain.report.letter_template import LetterTemplateError
from explain.report.review import Review
from explain.words.letter_words import LetterWords, Reader
from explain.workspace import Workspace
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.syntax import Span
from kb.output import Output

BETWEEN = "\n" + "=" * 80 + "\n\n"
"""What stands between two letters in plain text."""


def write_letters(
    reviews: Iterable[Review], workspace: Workspace, template: str | None, options: argparse.Namespace, output: Output
) -> None:
    """Writes a letter about each review, with the words that stand beside the rule files. Raises `ProgramError` (E110), at the line of the template that cannot be filled in."""
    words = LetterWords.beside(workspace.sources.files.values())
    documents = (letter(each, Reader(options.letter), words, template) for each in reviews)
    try:
        if ReportFormat(options.format) is ReportFormat.PDF:
            from explain.report.html import letter_page
            from explain.report.pdf import pdf_of

            output.write_bytes(pdf_of(letter_page([*documents])))
        else:
            output.write_pieces(rendered(documents, ReportFormat(options.format)))
    except LetterTemplateError as error:
        raise template_fault(error, options.letter_template) from None


def template_fault(error: LetterTemplateError, path: str | None) -> ProgramError:
    """What is said of a letter template that cannot be filled in."""
    span = Span(path or "<template>", error.line or 0, 0)
    instead = "a template may name: case, date, determination, drug, kind, policy, reader, and what heads a report, such as member_id"
    said = f"the letter template cannot be filled in: {error}"
    return ProgramError([Diagnostic("E110", said, span, (), instead)])


def rendered(documents: Iterable[Document], form: ReportFormat) -> Iterator[str]:
    """Letters in a format, piece by piece."""
    match form:
        case ReportFormat.TEXT:
            for index, each in enumerate(documents):
                yield (BETWEEN if index else "") + letter_text(each)
        case ReportFormat.MARKDOWN:
            from explain.report.markdown import document_markdown

            for index, each in enumerate(documents):
                yield ("\n---\n\n" if index else "") + document_markdown(each)
        case ReportFormat.HTML:
            from explain.report.html import letter_page

            yield letter_page([*documents])
        case ReportFormat.PDF | ReportFormat.JSON | ReportFormat.PAS:  # written as bytes, and refused by the options
            raise ValueError(f"a letter is no text as {form}")
        case other:
            assert_never(other)
