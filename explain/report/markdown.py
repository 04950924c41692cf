"""Explanations and determination reports as Markdown (CommonMark, without HTML). It arranges and works nothing out.

Text of programs is escaped, so that none of it becomes markup.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from explain.proof.nodes import Evidence, Node
from explain.report import document as report
from explain.report.appeal import appeal_text
from explain.report.layout import SIGNS, Step, keys, lay_out, one_line
from explain.report.reasons import Reason, findings, reasons
from explain.report.review import Criterion, Review
from explain.report.summary import summary_of
from explain.words.phrases import STATUSES

_BACKSLASHED = re.compile(r"[\\`*_\[\]]")
_ENTITIES = MappingProxyType({ord(char): f"&#{ord(char)};" for char in "<&~$"})
_OPENING = re.compile(r"\A([#+=|:>-]|\d(?=\d*[.)]))")
_LINK = re.compile(r"(?i)(https?|ftp|mailto|xmpp):|\bwww\.|@")


def node_markdown(node: Node) -> str:
    """The explanation as nested lists; what lies very deep follows as lists of its own."""
    return "\n".join(_tree(node)) + "\n"


def review_markdown(reviews: Sequence[Review], *, appeal_template: str | None = None) -> str:
    """The determination reports of reviews.

    Raises `explain.report.appeal.AppealTemplateError` if the template cannot be filled in.
    """
    return "\n---\n\n".join("\n".join(_report(review, appeal_template)) + "\n" for review in reviews)


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


# --- reports -------------------------------------------------------------------------------------------------------


def _report(review: Review, appeal_template: str | None) -> Iterator[str]:
    sign, name, wording, _ = report.verdict(review)
    yield f"# {report.TITLE}: case {escape(report.case_name(review))}"
    yield ""
    yield from (f"- {label}: {escape(value)}" for label, value in report.particulars(review))
    yield from _section("Determination")
    yield f"**{sign} {escape(name)}.** {escape(wording)}"
    yield ""
    yield report.DISCLAIMER
    yield from _section("In plain words")
    yield from _summary(review)
    if review.conflicts:
        yield from _section("Conflicting evidence")
        for conflict in review.conflicts:
            yield from _reasons(report.sides(conflict), "")
    if review.uncovered:
        yield from _section("Indication")
        yield from (line for node in review.uncovered for line in _reasons(findings(node), ""))
    if review.criteria:
        yield from _section("Criteria")
        for each in review.criteria:
            yield from _criterion(each, "")
    if review.missing:
        yield from _section("Not documented")
        yield report.MISSING
        yield ""
        for number, facts in enumerate(report.ways(review), 1):
            for index, fact in enumerate(facts):
                answer = f" ({fact.answer})" if fact.answer else ""
                mark = f"{number}. " if index == 0 else "   and "
                tail = "" if index == len(facts) - 1 else "  "
                yield f"{mark}{escape(fact.question)}{answer} {code(fact.fact)}{tail}"
        if (more := report.more_ways(review)) is not None:
            yield from ("", escape(more))
    yield from _section("Authorization and quantity")
    yield f"- {escape(report.authorization(review))}"
    if (quantity := report.quantity(review)) is not None:
        yield f"- {escape(quantity)}"
    if review.assumptions:
        yield from _section("Assumptions")
        yield from (f"- {escape(each)}" for each in review.assumptions)
    yield from _evidence_section(review)
    yield from _section("Decision of the reviewer")
    yield from (
        "Name: ______________________________  ",
        "Signature: __________________________  ",
        "Date: ______________",
    )
    yield from _section("Record")
    yield from (f"- {label}: {code(value)}" for label, value in report.record(review))
    if (letter := appeal_text(review, appeal_template)) is not None:
        yield from _section("Appeal text")
        yield from _block(letter)


def _section(title: str) -> tuple[str, ...]:
    return ("", f"## {title}", "")


def _summary(review: Review) -> Iterator[str]:
    said = summary_of(review)
    yield from (escape(each) for each in [" ".join(said.opening)])
    for points in said.lists:
        yield from ("", escape(points.lead), "")
        for point in points.points:
            yield f"- {escape(point.text)}" + (f"; {point.lead}:" if point.lead else "")
            yield from (f"  - {escape(part)}" for part in point.parts)
    yield from ("", escape(" ".join(said.closing)))


def _criterion(criterion: Criterion, indent: str) -> Iterator[str]:
    cite = f" \\[{escape(criterion.cite)}\\]" if criterion.cite else ""
    sign = report.STATUS_SIGNS[criterion.status]
    yield f"{indent}- **{sign} {STATUSES[criterion.status]}**: {escape(report.statement(criterion))}{cite}"
    for each in criterion.alternatives:
        yield from _criterion(each, indent + "  ")
    if not criterion.alternatives:
        yield from _reasons(reasons(criterion.node), indent + "  ")


def _reasons(found: Iterable[Reason], indent: str) -> Iterator[str]:
    for text, evidence in found:
        yield f"{indent}- {escape(text)}{_places(evidence)}"


def _places(evidence: Iterable[Evidence]) -> str:
    found = ", ".join(code(str(each)) for each in evidence)
    return f" ({found})" if found else ""


def _evidence_section(review: Review) -> Iterator[str]:
    """The explanation of each criterion, and then of the determination, where they are named and not repeated."""
    numbers = itertools.count(1)
    known: dict[str, str] = {}
    if review.criteria or review.proof is not None:
        yield from _section("Evidence")
        yield report.LEGEND
    for criterion in review.criteria:
        for each in (*criterion.alternatives, criterion):
            name = report.spoken(each.id)
            if each.node.id not in known:
                yield from ("", f"### {escape(name)}", "")
                yield from _tree(each.node, known, numbers)
                known |= dict.fromkeys(keys(each.node), name)
    if review.proof is not None:
        yield from ("", "### The determination", "")
        yield from _tree(review.proof, known, numbers)


def _block(text: str) -> tuple[str, ...]:
    """Text in a fenced block."""
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 3)
    return (f"{fence}text", *text.rstrip("\n").split("\n"), fence)


# --- trees ---------------------------------------------------------------------------------------------------------


def _tree(
    node: Node, known: Mapping[str, str] = MappingProxyType({}), numbers: Iterator[int] | None = None
) -> Iterator[str]:
    for index, steps in enumerate(lay_out(node, known=known, numbers=numbers)):
        if index:
            yield from ("", f"Step ({steps[0].number}):", "")
        yield from (f"{'  ' * step.depth}- {_line(step)}" for step in steps)


def _line(step: Step) -> str:
    parts = [SIGNS[step.node.status][0]]
    if step.number is not None:
        parts.append(f"**({step.number})**")
    parts.append(escape(step.text))
    if step.remark:
        parts.append(f"({escape(step.remark)})")
    if step.node.cite:
        parts.append(f"\\[{escape(step.node.cite)}\\]")
    if step.node.evidence:
        parts.append(_places(step.node.evidence).lstrip())
    if step.see is not None:
        parts.append(f"**see {escape(step.reference)}**")
    return " ".join(parts)
