"""Documents as Markdown (CommonMark, without HTML). It arranges and words nothing.

Text is escaped, so that none of it becomes markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from types import MappingProxyType
from typing import assert_never
from urllib.parse import quote

from explain.proof.nodes import Node
from explain.report import document as doc
from explain.report.contents import Outcomes, explained, full
from explain.report.review import Review
from explain.words.phrases import one_line

BETWEEN = "\n---\n\n"
"""What stands between two reports."""
_BACKSLASHED = re.compile(r"[\\`*_\[\]]")
_ENTITIES = MappingProxyType({ord(char): f"&#{ord(char)};" for char in "<&~$"})
_OPENING = re.compile(r"\A([#+=|:>-]|\d(?=\d*[.)]))")
_LINK = re.compile(r"(?i)(https?|ftp|mailto|xmpp):|\bwww\.|@")


def review_markdown(reviews: Iterable[Review]) -> str:
    """The determination reports of reviews, then what came of all."""
    outcomes = Outcomes()
    return "".join(joined(map(report_markdown, outcomes.of(reviews)), outcomes))


def report_markdown(review: Review, *, appeal_template: str | None = None) -> str:
    """The determination report of a review.

    Raises `explain.report.letters.AppealTemplateError` if the template cannot be filled in.
    """
    return document_markdown(full(review, folds=False, appeal_template=appeal_template))


def joined(reports: Iterable[str], outcomes: Outcomes) -> Iterator[str]:
    """Reports one below the other as they come, then what came of all."""
    for number, each in enumerate(reports):
        yield f"{BETWEEN if number else ''}{each}"
    if (table := outcomes.document()) is not None:
        yield f"{BETWEEN}{document_markdown(table)}"


def node_markdown(node: Node) -> str:
    """The explanation as nested lists; what lies very deep follows as lists of its own."""
    return "\n".join(line for each in explained(node).sections for line in _section(each)) + "\n"


def document_markdown(document: doc.Document) -> str:
    """A document, on its own."""
    parts = [[f"# {escape(document.title)}"], *(list(_section(each)) for each in document.sections)]
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def escape(text: str) -> str:
    """Text as Markdown that shows it as it is, on one line.

    >>> print(escape("a_b <i>"))
    a\\_b &#60;i>
    """
    plain = _BACKSLASHED.sub(r"\\\g<0>", one_line(text).strip().translate(_ENTITIES))
    opened = _OPENING.sub(lambda found: f"&#{ord(found[0])};", plain)
    return _LINK.sub(lambda found: found[0][:-1] + f"&#{ord(found[0][-1])};", opened)


def code(text: str) -> str:
    """Text as a code span.

    >>> print(code("a`b"))
    ``a`b``
    """
    line = one_line(text) or " "
    fence = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    pad = " " if line[0] in "` " or line[-1] in "` " else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def _section(section: doc.Section) -> Iterator[str]:
    parts = [[f"## {escape(section.title)}"]] if section.title else []
    for index, lines in enumerate([*parts, *(list(_block(each)) for each in section.blocks)]):
        yield from ("", *lines) if index else lines


def _block(block: doc.Block) -> Iterable[str]:
    """The lines of a block."""
    match block:
        case doc.Paragraph(text):
            return [escape(text)]
        case doc.Sentences(texts):
            return [f"- {escape(each)}" for each in texts]
        case doc.Bullets(points):
            return (line for each in points for line in _point(each))
        case doc.Pairs(pairs, is_record):
            return [_pair(each, is_record) for each in pairs]
        case doc.Unstated(label, names):
            return [f"- {escape(label)}: {escape(', '.join(names))}"]
        case doc.Verdict(badge, wording, disclaimer):
            return [f"**{_badge(badge)}.** {escape(wording)}", "", escape(disclaimer)]
        case doc.Reasons(reasons):
            return map(_reason, reasons)
        case doc.Criteria(rows):
            return (line for each in rows for line in _row(each, ""))
        case doc.Ways(ways):
            return (line for number, facts in enumerate(ways, 1) for line in _way(number, facts))
        case doc.Table(head, rows, caption):
            cells = (map(escape, head), ("---" for _ in head), *(map(_cell, row) for row in rows))
            return [*([f"**{escape(caption)}**", ""] if caption else []), *map(_table_row, cells)]
        case doc.Explanation(title, trees):
            return [*([f"### {escape(title)}", ""] if title else []), *_trees(trees)]
        case doc.Signature(blanks):
            lines = [f"{escape(each.label)}: {'_' * each.room}" for each in blanks]
            return [*(f"{line}  " for line in lines[:-1]), *lines[-1:]]
        case doc.Letter(lines):
            return _fenced(lines)
        case doc.Outline(entries):
            return (line for index, each in enumerate(entries) for line in _entry(each, is_first=not index))
        case doc.Drawing(caption, _, _, mermaid):
            return [escape(caption), "", *_fenced(tuple(mermaid.rstrip("\n").split("\n")), "mermaid")]
        case _:
            assert_never(block)


def _cell(cell: doc.Cell) -> str:
    match cell:
        case doc.Badge():
            return f"**{_badge(cell)}**"
        case doc.See(text) | doc.Mark(text):
            return escape(text)
        case doc.Link(text, file):
            return f"[{escape(text)}]({quote(file)})"
        case text:
            return escape(text)


def _table_row(cells: Iterable[str]) -> str:
    """A row of a table; a cell of it has no bar of its own."""
    return f"| {' | '.join(each.replace('|', '&#124;') for each in cells)} |"


def _badge(badge: doc.Badge) -> str:
    return f"{badge.sign} {escape(badge.word)}"


def _point(point: doc.Bullet) -> Iterator[str]:
    yield f"- {escape(point.text)}" + (f"; {escape(point.lead)}:" if point.lead else "")
    yield from (f"  - {escape(part)}" for part in point.parts)


def _pair(pair: doc.Pair, is_record: bool) -> str:
    badge = f"**{_badge(pair.badge)}**: " if pair.badge else ""
    return f"- {escape(pair.name)}: {badge}{code(pair.value) if is_record else escape(pair.value)}"


def _reason(reason: doc.Reason) -> str:
    return f"- {escape(reason.text)}{_places(reason.places)}"


def _places(places: tuple[doc.Place, ...]) -> str:
    joint = "; " if any(place.source for place in places) else ", "
    return f" ({joint.join(map(_place, places))})" if places else ""


def _place(place: doc.Place) -> str:
    files = ", ".join(map(code, place.at))
    return ", ".join(filter(None, (escape(place.source), files)))


def _row(row: doc.Row, indent: str) -> Iterator[str]:
    yield f"{indent}- **{_badge(row.badge)}**: {escape(row.text)}{_cited(row.cite)}"
    for each in row.alternatives:
        yield from _row(each, indent + "  ")
    yield from (f"{indent}  {_reason(each)}" for each in row.reasons)
    if row.explanation is not None:
        yield from ("", *(f"{indent}  {line}" for line in _block(row.explanation)), "")


def _cited(cite: str) -> str:
    return f" \\[{escape(cite)}\\]" if cite else ""


def _way(number: int, facts: tuple[doc.Asked, ...]) -> Iterator[str]:
    for index, fact in enumerate(facts):
        answer = f" ({escape(fact.answer)})" if fact.answer else ""
        mark = f"{number}. " if index == 0 else "   and "
        tail = "" if index == len(facts) - 1 else "  "
        yield f"{mark}{escape(fact.question)}{answer} {code(fact.fact)}{tail}"


def _entry(entry: doc.Entry, *, is_first: bool) -> Iterator[str]:
    """A statement: a heading with paragraphs below it, or a point of a list."""
    if not entry.title:
        yield from _listed(entry, "")
        return
    texts = (f"### {escape(entry.title)}", _stated(entry), *map(escape, entry.remarks), escape(entry.lead))
    parts = [[text] for text in texts if text]
    parts += [[line for each in entry.parts for line in _listed(each, "")]] if entry.parts else []
    for index, lines in enumerate(parts):
        yield from lines if is_first and not index else ("", *lines)


def _listed(entry: doc.Entry, indent: str) -> Iterator[str]:
    yield f"{indent}- {_stated(entry)}"
    yield from (f"{indent}  - {escape(each)}" for each in entry.remarks)
    inside = indent + "  "
    if entry.lead and entry.text:
        yield f"{inside}- {escape(entry.lead)}"
        inside += "  "
    yield from (line for each in entry.parts for line in _listed(each, inside))


def _stated(entry: doc.Entry) -> str:
    """A statement with its place in the policy, what to look up, and where the program has it."""
    see = f"(see {', '.join(escape(each.text) for each in entry.links)})" if entry.links else ""
    places = f"({', '.join(map(code, entry.places))})" if entry.places else ""
    return " ".join(filter(None, (escape(entry.text), _cited(entry.cite).lstrip(), see, places)))


def _fenced(lines: tuple[str, ...], language: str = "text") -> Iterator[str]:
    fence = "`" * max(3, *(len(run) + 1 for line in lines for run in re.findall("`+", line)), 3)
    return iter((f"{fence}{language}", *lines, fence))


def _trees(trees: tuple[doc.Tree, ...]) -> Iterator[str]:
    for index, tree in enumerate(trees):
        if index:
            yield from ("", escape(tree.lead), "")
        yield from (f"{'  ' * step.depth}- {_step(step)}" for step in tree.steps)


def _step(step: doc.Step) -> str:
    signs = [doc.Look.of(step.truth).sign] if step.truth else []
    number = [f"**({step.number})**"] if step.number is not None else []
    return " ".join([*signs, *number, *filter(None, map(_said, step.said))])


def _said(said: doc.Said) -> str:
    remark = f"({escape(said.remark)})" if said.remark else ""
    see = f"**see {escape(said.see.text)}**" if said.see else ""
    return " ".join(
        filter(None, (escape(said.text), remark, _cited(said.cite).lstrip(), _places(said.places).lstrip(), see))
    )
