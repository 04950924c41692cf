"""Documents as HTML, by the templates in `templates/`. It arranges and words nothing.

A page needs no network, no script and no other file. What opens is a `details` element; a status is a sign and a word.
All text is escaped (Jinja2 with autoescape), on one line each.
"""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import resources
from itertools import chain
from typing import TYPE_CHECKING

from explain.proof.nodes import Node
from explain.report.contents import Outcomes, explained, full
from explain.report.document import WORDS, Document, Look
from explain.report.layout import spoken
from explain.report.review import Review
from explain.words.phrases import one_line
from kb.language.truth import Truth

if TYPE_CHECKING:  # what is only rendered at times is only imported then
    from jinja2 import Environment
    from markupsafe import Markup


def review_html(reviews: Iterable[Review], *, appeal_template: str | None = None) -> str:
    """The determination reports of reviews as one page, below what came of all.

    Raises `explain.report.letters.AppealTemplateError` if the template cannot be filled in.
    """
    outcomes = Outcomes()
    documents = [full(each, folds=True, appeal_template=appeal_template) for each in outcomes.of(reviews)]
    return report_page(outcomes.title, documents, outcomes.document())


def report_pages(documents: Iterable[Document], outcomes: Outcomes) -> Iterator[str]:
    """Reports as one page in pieces, below what came of all, which is known when the last of them has come; until then they are in
    a temporary file."""
    with _kept(documents) as again:
        yield from _pieces(outcomes.title, "case", again, outcomes.document())


@contextmanager
def _kept(documents: Iterable[Document]) -> Iterator[Iterator[Document]]:
    """Documents once more when the last of them has come, from a temporary file."""
    with tempfile.TemporaryFile() as file:
        count = 0
        for each in documents:
            pickle.dump(each, file)
            count += 1
        file.seek(0)
        yield (pickle.load(file) for _ in range(count))


def review_fragment(review: Review) -> str:
    """The report of one review as a part of a page, for a notebook."""
    place = f"r{review.facts_hash[:8]}{review.policy_hash[:8]}"
    return rendered("fragment", document=full(review, folds=True), place=place, is_report=True)


def node_page(*nodes: Node) -> str:
    """Explanations as a page of their own."""
    documents = [(f"e{number}-" if number else "e", explained(node)) for number, node in enumerate(nodes)]
    return rendered("page", title=f"Explanation: {spoken(nodes[0])}", documents=documents, above=None, is_report=False)


def node_html(node: Node) -> str:
    """The explanation as a part of a page, for a notebook."""
    return rendered("fragment", document=explained(node), place=f"e{node.id}", is_report=False)


def report_page(title: str, documents: Sequence[Document], above: Document | None = None) -> str:
    """Reports as one page, below a document with links to them."""
    return "".join(_pieces(title, "case", documents, above))


def letter_page(documents: Iterable[Document]) -> str:
    """Letters as one page, each on a sheet of its own."""
    return "".join(letter_pages(documents))


def letter_pages(documents: Iterable[Document]) -> Iterator[str]:
    """Letters as one page in pieces, each on a sheet of its own."""
    several = iter(documents)
    first = next(several)
    yield from _pieces(first.title, "letter", chain([first], several))


def index_page(document: Document) -> str:
    """A document about other reports as a page of its own."""
    return rendered("page", title=document.title, documents=[("index", document)], above=None, is_report=True)


def policy_page(document: Document) -> str:
    """The page about a policy, which has kinds of blocks that reports have not, and a style sheet for them."""
    return rendered("policy", title=document.title, documents=[("p", document)], above=None, is_report=True)


def rendered(template: str, **values: object) -> str:
    """A template of this package, filled in."""
    return environment().get_template(f"{template}.html.j2").render(values)


def _pieces(title: str, place: str, documents: Iterable[Document], above: Document | None = None) -> Iterator[str]:
    """A page of documents in pieces, below another with links to them; they may come as it is written."""
    placed = ((f"{place}-{number}", each) for number, each in enumerate(documents, 1))
    template = environment().get_template("page.html.j2")
    yield from template.generate(title=title, documents=placed, above=above, is_report=True)


@cache
def environment(package: str = "explain.report") -> Environment:
    """What fills in the templates of a package, which can use those of this one."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=ChoiceLoader([PackageLoader(each) for each in dict.fromkeys((package, "explain.report"))]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=lambda value: one_line(value) if type(value) is str else value,
    )

    made.globals |= {
        "kind": lambda block: type(block).__name__,
        "signs": {truth: (Look.of(truth).sign, WORDS[truth], Look.of(truth).value) for truth in Truth},
        "style": _style("page.css"),
        "coverage_style": _style("coverage.css"),
        "policy_style": _style("policy.css"),
    }
    return made


def _style(name: str) -> Markup:
    return style_sheet("explain.report", name)


def style_sheet(package: str, name: str) -> Markup:
    """A style sheet among the templates of a package."""
    from markupsafe import Markup

    return Markup(resources.files(package).joinpath("templates", name).read_text(encoding="utf-8"))
