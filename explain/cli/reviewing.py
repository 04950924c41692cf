"""What `review` writes: reports or letters, in the format that is asked for."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import assert_never

from msgspec import Struct

from explain.cli.options import ReportFormat
from explain.report.json_text import json_list, json_text
from explain.report.review import Review
from explain.workspace import Workspace
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.output import Output


class Writer(Struct, frozen=True):
    """Writes reports or letters as the options of `review` have it; `appeal` and `ending` are the texts of the templates that they
    name."""

    options: argparse.Namespace
    workspace: Workspace
    appeal: str | None
    ending: str | None

    def write(self, reviews: Iterable[Review], errors: Sequence[Diagnostic], output: Output) -> None:
        """Writes each review as it is made, and lets go of it; `errors` are about the cases that have none, and may grow.

        Raises `ProgramError` for a template that cannot be filled in (E110), and for what cannot be written.
        """
        if self.options.letter is not None:
            from explain.cli.letters import write_letters

            write_letters(reviews, self.workspace, self.ending, self.options, output)
            return
        match ReportFormat(self.options.format):
            case ReportFormat.TEXT:
                from explain.report import terminal

                terminal.write_reviews(reviews, output, errors=errors, show_proof=self.options.proof)
            case ReportFormat.JSON:
                from explain.report.data import review_json

                output.write_pieces(json_list(map(review_json, reviews), indent=self.options.indent))
            case ReportFormat.MARKDOWN:
                from explain.report.markdown import review_pieces

                output.write_pieces(self._with_template(partial(review_pieces, reviews, errors=errors)))
            case ReportFormat.HTML:
                output.write("".join(self._page(reviews, errors)))
            case ReportFormat.PDF:
                from explain.report.pdf import pdf_of

                output.write_bytes(pdf_of("".join(self._page(reviews, errors))))
            case ReportFormat.PAS:
                from explain.fhir.claim_response import response_bundle

                bundles = map(response_bundle, reviews)
                output.write_pieces(json_text(each, indent=self.options.indent) for each in bundles)
            case other:
                assert_never(other)

    def _page(self, reviews: Iterable[Review], errors: Sequence[Diagnostic]) -> Iterator[str]:
        from explain.report.html import review_html

        return self._with_template(lambda **how: [review_html(reviews, errors=errors, **how)])

    def _with_template(self, render: Callable[..., Iterable[str]]) -> Iterator[str]:
        """A report with the appeal text of a template file, or of the template that comes with the product."""
        from explain.report.letters import AppealTemplateError

        try:
            yield from render(appeal_template=self.appeal)
        except AppealTemplateError as error:
            raise ProgramError.of("E110", str(error), self.options.appeal or "<template>") from None
