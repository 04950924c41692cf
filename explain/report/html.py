"""Explanations and determination reports as HTML. It arranges and works nothing out.

A page needs no network, no script and no other file. What opens is a `details` element; a status is a sign and a word.
Text of programs is escaped.
"""

from __future__ import annotations

import html
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from types import MappingProxyType

from explain.proof.nodes import Evidence, Node
from explain.report import document as report
from explain.report.appeal import appeal_text
from explain.report.layout import SIGNS, Step, keys, lay_out, one_line, spoken
from explain.report.reasons import Reason, claims, findings, reasons
from explain.report.review import Criterion, Review
from explain.report.summary import summary_of
from explain.words.phrases import STATUSES
from kb.language.truth import Truth

_CLASSES = MappingProxyType({Truth.TRUE: "met", Truth.FALSE: "unmet", Truth.UNKNOWN: "open"})
_STATUS_CLASSES = MappingProxyType(
    {"met": "met", "not_met": "unmet", "not_documented": "open", "not_applicable": "aside"}
)
_COLOUR_CLASSES = MappingProxyType({"green": "met", "red": "unmet", "yellow": "open"})
_PAPER = "@page { margin: 18mm 18mm 20mm; }\n"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def review_html(reviews: Sequence[Review], *, appeal_template: str | None = None) -> str:
    """The determination reports of reviews as one page.

    Raises `explain.report.appeal.AppealTemplateError` if the template cannot be filled in.
    """
    places = [f"case-{number}" for number in range(1, len(reviews) + 1)]
    cases = [
        line
        for place, review in zip(places, reviews, strict=True)
        for line in _Report(place).lines(review, appeal_template)
    ]
    names = [report.case_name(review) for review in reviews]
    title = f"{report.TITLE}: {', '.join(names[:3])}{f' and {len(names) - 3} more' if len(names) > 3 else ''}"
    return _page(title, [*_contents(places, reviews), *cases])


def review_fragment(review: Review) -> str:
    """The report of one review as a part of a page, for a notebook."""
    return _fragment(_Report(f"r{review.facts_hash[:8]}{review.policy_hash[:8]}").lines(review, None))


def node_html(node: Node) -> str:
    """The explanation as a part of a page, for a notebook."""
    return _fragment(['<div class="sheet">', *_tree(node, f"e{node.id}"), "</div>"])


def node_page(*nodes: Node) -> str:
    """Explanations as a page of their own."""
    body = [
        line
        for number, node in enumerate(nodes)
        for line in (
            '<article class="sheet">',
            f"<h1>{_text(spoken(node))}</h1>",
            *_tree(node, f"e{number}-" if number else "e"),
            "</article>",
        )
    ]
    return _page(f"Explanation: {spoken(nodes[0])}", body)


def _page(title: str, body: Iterable[str]) -> str:
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{_text(title)}</title>",
            f"<style>\n{_style()}{_PAPER}</style>",
            "</head>",
            '<body class="priorlog priorlog-page">',
            "<main>",
            *body,
            "</main>",
            "</body>",
            "</html>\n",
        ]
    )


def _fragment(body: Iterable[str]) -> str:
    return "\n".join([f"<style>\n{_style()}</style>", '<div class="priorlog">', *body, "</div>\n"])


def _style() -> str:
    return resources.files("explain.report").joinpath("html_page.css").read_text(encoding="utf-8")


def _text(text: str) -> str:
    return html.escape(one_line(text))


def _contents(places: list[str], reviews: Sequence[Review]) -> Iterator[str]:
    """Links to the cases of a page that has several."""
    if len(reviews) < 2:
        return
    yield '<nav class="sheet contents" aria-label="Cases"><ol>'
    for place, review in zip(places, reviews, strict=True):
        sign, name, _, colour = report.verdict(review)
        verdict = _badge(sign, name, _COLOUR_CLASSES[colour])
        yield f'<li><a href="#{place}">{_text(report.case_name(review))}</a> {verdict}</li>'
    yield "</ol></nav>"


def _badge(sign: str, word: str, look: str) -> str:
    return f'<span class="badge {look}"><span aria-hidden="true">{sign}</span> {_text(word)}</span>'


def _list(items: Iterable[str], tag: str = "ul") -> str:
    return f"<{tag}>" + "".join(f"<li>{item}</li>" for item in items) + f"</{tag}>"


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    return (
        "<dl>" + "".join(f"<div><dt>{_text(name)}</dt><dd>{_text(value)}</dd></div>" for name, value in pairs) + "</dl>"
    )


def _cited(cite: str) -> str:
    return f" <cite>[{_text(cite)}]</cite>" if cite else ""


def _places(evidence: Iterable[Evidence]) -> str:
    return "".join(f' <span class="place">{_text(str(each))}</span>' for each in evidence)


# --- reports -------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Report:
    """The report of one case; `place` is its name on the page, with which its anchors begin."""

    place: str
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    known: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)

    def lines(self, review: Review, appeal_template: str | None) -> Iterator[str]:
        letter = appeal_text(review, appeal_template)
        yield f'<article class="sheet" id="{self.place}">'
        yield from self._head(review)
        yield from self._summary(review)
        yield from self._reasons_section(
            "Conflicting evidence", [(n, claims(n)) for c in review.conflicts for n in (c.stands, c.denied)]
        )
        yield from self._reasons_section("Indication", [(node, findings(node)) for node in review.uncovered])
        yield from self._criteria(review)
        yield from self._missing(review)
        yield from self._allowed(review)
        if review.assumptions:
            yield f"<section><h2>Assumptions</h2>{_list(map(_text, review.assumptions))}</section>"
        yield from self._proof(review)
        yield from self._signature()
        yield f'<section class="record"><h2>Record</h2>{_pairs(report.record(review))}</section>'
        if letter is not None:
            yield f'<section class="appeal"><h2>Appeal text</h2><pre class="letter">{html.escape(letter)}</pre></section>'
        yield "</article>"

    def _head(self, review: Review) -> Iterator[str]:
        sign, name, wording, colour = report.verdict(review)
        yield f'<p class="kicker">{report.TITLE}</p><h1>Case {_text(report.case_name(review))}</h1>'
        yield _pairs(report.particulars(review)[1:])
        yield f'<section class="verdict {_COLOUR_CLASSES[colour]}"><h2>Determination</h2>'
        yield f'<p class="name"><span aria-hidden="true">{sign}</span> {_text(name)}</p>'
        yield f'<p>{_text(wording)}</p><p class="decides">{report.DISCLAIMER}</p></section>'

    def _summary(self, review: Review) -> Iterator[str]:
        said = summary_of(review)
        yield f'<section class="plain"><h2>In plain words</h2><p>{_text(" ".join(said.opening))}</p>'
        for points in said.lists:
            yield f"<p>{_text(points.lead)}</p>"
            yield _list(
                _text(point.text) + (f"; {_text(point.lead)}:" if point.lead else "")
                + (_list(map(_text, point.parts)) if point.parts else "")
                for point in points.points
            )  # fmt: skip
        yield f"<p>{_text(' '.join(said.closing))}</p></section>"

    def _reasons_section(self, title: str, found: Sequence[tuple[Node, list[Reason]]]) -> Iterator[str]:
        if not found:
            return
        yield f"<section><h2>{title}</h2>"
        for node, said in found:
            yield _reasons(said)
            yield from self._details(one_line(node.text), "", node)
        yield "</section>"

    def _criteria(self, review: Review) -> Iterator[str]:
        if not review.criteria:
            return
        yield '<section class="criteria"><h2>Criteria</h2>'
        yield f'<p class="legend">{report.LEGEND}</p><ol>'
        for criterion in review.criteria:
            yield from self._criterion(criterion)
        yield "</ol></section>"

    def _criterion(self, criterion: Criterion) -> Iterator[str]:
        look = _STATUS_CLASSES[criterion.status]
        badge = _badge(report.STATUS_SIGNS[criterion.status], STATUSES[criterion.status], look)
        yield f'<li class="criterion"><div class="status">{badge}</div><div class="said">'
        yield f"<p>{_text(report.statement(criterion))}{_cited(criterion.cite)}</p>"
        if criterion.alternatives:
            yield "<ol>"
            for each in criterion.alternatives:
                yield from self._criterion(each)
            yield "</ol>"
        elif look in ("unmet", "open"):
            yield _reasons(reasons(criterion.node))
        if criterion.node.id not in self.known:
            name = report.spoken(criterion.id)
            facts = "" if criterion.alternatives or look in ("unmet", "open") else _reasons(reasons(criterion.node))
            yield from self._details(name, facts, criterion.node)
            self.known |= dict.fromkeys(keys(criterion.node), name)
        yield "</div></li>"

    def _details(self, name: str, lead: str, node: Node) -> Iterator[str]:
        place = self.links.setdefault(name, f"{self.place}-evidence-{len(self.links) + 1}")
        yield f'<details class="evidence" id="{place}"><summary>Evidence: {_text(name)}</summary><div>{lead}'
        yield from _tree(node, self.place, self.known, self.numbers, self.links)
        yield "</div></details>"

    def _missing(self, review: Review) -> Iterator[str]:
        if not review.missing:
            return
        yield f'<section class="missing"><h2>Not documented</h2><p>{report.MISSING}</p><ol>'
        for each in report.ways(review):
            yield "<li>" + "<br>and ".join(
                _text(fact.question) + (f" ({fact.answer})" if fact.answer else "")
                + f' <code>{_text(fact.fact)}</code>' for fact in each
            ) + "</li>"  # fmt: skip
        more = report.more_ways(review)
        yield "</ol>" + (f"<p>{_text(more)}</p>" if more else "") + "</section>"

    def _allowed(self, review: Review) -> Iterator[str]:
        yield f"<section><h2>Authorization and quantity</h2><p>{_text(report.authorization(review))}</p>"
        if (quantity := report.quantity(review)) is not None:
            yield f"<p>{_text(quantity)}</p>"
        yield "</section>"

    def _proof(self, review: Review) -> Iterator[str]:
        if review.proof is None:
            return
        yield "<section><h2>How the determination follows</h2>"
        yield from self._details("Determination", "", review.proof)
        yield "</section>"

    def _signature(self) -> Iterator[str]:
        yield '<section class="signature"><h2>Decision of the reviewer</h2><div>'
        for label in ("Name", "Date"):
            place = f"{self.place}-{label.lower()}"
            yield f'<p class="{label.lower()}"><label for="{place}">{label}</label>'
            yield f'<input id="{place}" type="text" autocomplete="off"></p>'
        yield '<p class="hand">Signature</p>'
        yield "</div></section>"


def _reasons(found: Iterable[Reason]) -> str:
    items = [_text(text) + _places(evidence) for text, evidence in found]
    return f'<div class="reasons">{_list(items)}</div>' if items else ""


# --- trees ---------------------------------------------------------------------------------------------------------


def _tree(
    node: Node,
    place: str,
    known: Mapping[str, str] = MappingProxyType({}),
    numbers: Iterator[int] | None = None,
    links: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[str]:
    """An explanation as nested `details`, its first level open; `place` begins the anchors of numbered steps, `links` has
    the anchors of what is `known`."""
    for steps in lay_out(node, known=known, numbers=numbers):
        yield '<ul class="tree">'
        depth = 0
        for step in steps:
            yield "</ul></details></li>" * (depth - step.depth)
            depth = step.depth
            line = _line(step, place, links)
            if not step.opens:
                yield f"<li>{line}</li>"
                continue
            anchor = f' id="{place}-step-{step.number}"' if step.number is not None else ""
            is_open = " open" if depth == 0 else ""
            yield f"<li><details{is_open}{anchor}><summary>{line}</summary><ul>"
            if step.source and step.source != step.text:
                yield f'<li class="rule">{html.escape(step.source)}</li>'
            depth += 1
        yield "</ul></details></li>" * depth + "</ul>"


def _line(step: Step, place: str, links: Mapping[str, str]) -> str:
    sign, word = SIGNS[step.node.status]
    number = f'<span class="number">({step.number})</span> ' if step.number is not None else ""
    said = (
        f'<span class="sign {_CLASSES[step.node.status]}" aria-hidden="true">{sign}</span>'
        f'<span class="heard">{word}: </span>{number}{html.escape(step.text)}'
    )
    if step.remark:
        said += f' <span class="remark">({html.escape(step.remark)})</span>'
    said += _cited(step.node.cite or "") + _places(step.node.evidence)
    if step.see is not None:
        to = f"{place}-step-{step.see}" if isinstance(step.see, int) else links.get(step.see, place)
        said += f' <a href="#{to}">see {html.escape(step.reference)}</a>'
    return f'<span class="line">{said}</span>'
