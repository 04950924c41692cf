"""What `review` writes: reports or letters, in the format that is asked for.

A piece is made of each review by itself, in whichever process reviews; what is written is made of pieces, in order, as they come.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias, assert_never

from msgspec import Struct

from explain.cli.formats import ReportFormat
from explain.report.json_text import item_text, json_text, listed
from explain.report.review import Review
from explain.workspace import Workspace
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.output import Output, encoded

if TYPE_CHECKING:  # what a format does not need is not imported
    from explain.report.contents import Outcome, Outcomes
    from explain.report.document import Document
    from explain.words.letter_words import LetterWords

Made: TypeAlias = "str | Document"
"""What is made of a review: its text; or of one that stands on a page with others, where its anchors depend on these, what it says."""


class Piece(Struct, frozen=True):
    """What is made of a review; and what the table of outcomes says of it, where there is one."""

    made: Made
    outcome: Outcome | None = None


_PAGES = (ReportFormat.HTML, ReportFormat.PDF)
_WITH_OUTCOMES = (ReportFormat.TEXT, ReportFormat.MARKDOWN, *_PAGES)


class Texts(Struct, frozen=True):
    """The texts of the templates that the options of `review` name: for the appeal, and for the end of a letter."""

    appeal: str | None = None
    ending: str | None = None


class Writer(Struct, frozen=True):
    """Makes what the options of `review` ask for of reviews."""

    options: argparse.Namespace
    texts: Texts
    on_terminal: bool
    words: LetterWords | None = None
    """What requirements are called in letters."""

    @classmethod
    def of(cls, options: argparse.Namespace, texts: Texts, workspace: Workspace, *, on_terminal: bool) -> Writer:
        """The writer of reviews under the rules of a workspace. Raises `ProgramError` (E110) for words that cannot be read."""
        if not options.letter:
            return cls(options, texts, on_terminal)
        from explain.words.letter_words import LetterWords

        return cls(options, texts, on_terminal, LetterWords.beside(workspace.sources.files.values()))

    @property
    def form(self) -> ReportFormat:
        """The format that is asked for."""
        return ReportFormat(self.options.format)

    @property
    def is_of_lines(self) -> bool:
        """Whether each line that is written is whole by itself."""
        return self.form in (ReportFormat.NDJSON, ReportFormat.PAS) and not self.options.indent

    @property
    def has_outcomes(self) -> bool:
        """Whether a table tells what came of all reviews."""
        return not self.options.letter and self.form in _WITH_OUTCOMES

    def piece(self, review: Review) -> Piece:
        """What is made of a review. Raises `ProgramError` for a template that cannot be filled in (E110)."""
        if self.options.letter:
            return Piece(self._letter(review))
        if not self.has_outcomes:
            return Piece(self._report(review))
        from explain.report.contents import Outcome

        return Piece(self._report(review), Outcome.of(review))

    def write(self, pieces: Iterable[Piece], errors: Sequence[Diagnostic], output: Output) -> None:
        """Writes pieces as they come, and lets go of each; `errors` are about the cases that have none, and may grow. Raises
        `ProgramError` for what cannot be written."""
        text = self._text(pieces, errors)
        if self.form is ReportFormat.PDF:
            output.write_bytes(_pdf(text))
        elif self.is_of_lines:
            output.write_lines(text)
        else:
            output.write_pieces(text)

    def report(self, pieces: Iterable[Piece]) -> bytes:
        """The report on a case by itself, which has several pieces if it is reviewed under several policies."""
        text = self._text(pieces, ())
        return _pdf(text) if self.form is ReportFormat.PDF else encoded("".join(text))

    def _text(self, pieces: Iterable[Piece], errors: Sequence[Diagnostic]) -> Iterator[str]:
        """The text that pieces make, as they come."""
        if self.options.letter:
            from explain.cli.letters import joined

            return joined((each.made for each in pieces), self.form)
        if not self.has_outcomes:
            texts = (each.made for each in pieces if isinstance(each.made, str))
            return listed(texts, indent=self.options.indent) if self.form is ReportFormat.JSON else texts
        from explain.report.contents import Outcomes

        outcomes = Outcomes(errors)
        made = _noted(pieces, outcomes)
        if self.form in _PAGES:
            from explain.report.html import report_pages

            return report_pages((each for each in made if not isinstance(each, str)), outcomes)
        texts = (each for each in made if isinstance(each, str))
        if self.form is ReportFormat.MARKDOWN:
            from explain.report import markdown

            return markdown.joined(texts, outcomes)
        from explain.report import terminal

        return terminal.joined(texts, outcomes, on_terminal=self.on_terminal)

    def _report(self, review: Review) -> Made:
        match self.form:
            case ReportFormat.TEXT:
                from explain.report.terminal import report_text

                return report_text(review, on_terminal=self.on_terminal, show_proof=self.options.proof)
            case ReportFormat.JSON:
                from explain.report.data import review_json

                return item_text(review_json(review), indent=self.options.indent)
            case ReportFormat.NDJSON:
                from explain.report.data import review_json

                return json_text(review_json(review))
            case ReportFormat.MARKDOWN:
                from explain.report.markdown import report_markdown

                with self._appealing():
                    return report_markdown(review, appeal_template=self.texts.appeal)
            case ReportFormat.HTML | ReportFormat.PDF:
                from explain.report.contents import full

                with self._appealing():
                    return full(review, folds=True, appeal_template=self.texts.appeal)
            case ReportFormat.PAS:
                from explain.fhir.claim_response import response_bundle

                return json_text(response_bundle(review), indent=self.options.indent)
            case other:
                assert_never(other)

    def _letter(self, review: Review) -> Made:
        from explain.cli.letters import written

        assert self.words is not None
        return written(review, self.words, self.texts.ending, self.options)

    @contextmanager
    def _appealing(self) -> Iterator[None]:
        """Around what has the appeal text of a template file, or of the template that comes with the product."""
        from explain.report.letters import AppealTemplateError

        try:
            yield
        except AppealTemplateError as error:
            raise ProgramError.of("E110", str(error), self.options.appeal or "<template>") from None


def _noted(pieces: Iterable[Piece], outcomes: Outcomes) -> Iterator[Made]:
    for each in pieces:
        if each.outcome is not None:
            outcomes.noted.append(each.outcome)
        yield each.made


def _pdf(page: Iterable[str]) -> bytes:
    from explain.report.pdf import pdf_of

    return pdf_of("".join(page))
