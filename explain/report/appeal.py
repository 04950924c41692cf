"""The appeal text of a review, from a template that the user can set: plain text with placeholders such as `{case}`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from importlib import resources
from types import MappingProxyType

from explain.report.document import Asked, case_name, more_ways, particulars, sides, statement, verdict, ways
from explain.report.layout import one_line
from explain.report.review import Criterion, Review
from explain.words.phrases import STATUSES
from kb.language.terms import printable

_PART = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")
NO_POINTS = "- none"


class AppealTemplateError(ValueError):
    """An appeal template that cannot be filled in: the message says where and what to write instead."""


def default_template() -> str:
    """The template that is used where the user sets none."""
    return resources.files("explain.report").joinpath("appeal.txt").read_text(encoding="utf-8")


def appeal_text(review: Review, template: str | None = None) -> str | None:
    """The appeal text of a review, or None if the criteria are met: then there is nothing to appeal against.

    Raises `AppealTemplateError` if the template has an unknown placeholder or a brace of its own, whatever the
    determination.
    """
    template = default_template() if template is None else template
    check_template(template)
    if review.determination == "meets_criteria":
        return None
    values: dict[str, str] = {}

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name is None:
            return found[0][0]
        if name not in values:
            values[name] = PLACEHOLDERS[name](review)
        return values[name]

    return _PART.sub(value, printable(template.replace("\r\n", "\n").replace("\t", "    ")))


def check_template(template: str) -> None:
    """Raises `AppealTemplateError` if a template cannot be filled in."""
    for found in _PART.finditer(template):
        line = template.count("\n", 0, found.start()) + 1
        if found[0] in ("{", "}"):
            raise AppealTemplateError(
                f"line {line} of the appeal template has a single `{found[0]}`; write `{found[0] * 2}` for a brace that "
                "is meant as it stands"
            )
        if found[1] is not None and found[1] not in PLACEHOLDERS:
            names = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            raise AppealTemplateError(
                f"line {line} of the appeal template has `{one_line(found[0])}`, which is no placeholder; there are "
                f"{names}; write `{{{{` for a brace that is meant as it stands"
            )


def _particular(name: str) -> Callable[[Review], str]:
    return lambda review: dict(particulars(review)).get(name, "none in force")


def _determination(review: Review) -> str:
    _, name, wording, _ = verdict(review)
    found = [text for conflict in review.conflicts for text, _ in sides(conflict)]
    return " ".join([f"{name}. {wording}", *(f"{one_line(text[:1].upper() + text[1:])}." for text in found)])


def _points(*statuses: str) -> Callable[[Review], str]:
    return lambda review: "\n".join(_point_lines(review.criteria, statuses, "")) or NO_POINTS


def _point_lines(criteria: tuple[Criterion, ...], statuses: tuple[str, ...], indent: str) -> Iterator[str]:
    for each in criteria:
        if each.status in statuses:
            cite = f" [{one_line(each.cite)}]" if each.cite else ""
            yield f"{indent}- {STATUSES[each.status]}: {statement(each)}{cite}"
            yield from _point_lines(each.alternatives, statuses, indent + "  ")


def _missing(review: Review) -> str:
    more = more_ways(review)
    lines = ["- " + " and ".join(map(_question, facts)) for facts in ways(review)]
    return "\n".join([*lines, *([f"- {more}"] if more else [])]) or NO_POINTS


def _question(fact: Asked) -> str:
    return fact.question if fact.answer is None else f"{fact.question} ({fact.answer})"


PLACEHOLDERS: Mapping[str, Callable[[Review], str]] = MappingProxyType(
    {
        "case": case_name,
        "drug": lambda review: one_line(review.drug),
        "kind": lambda review: one_line(review.kind),
        "date": lambda review: str(review.date),
        "policy": _particular("Policy"),
        "version": _particular("Version"),
        "determination": _determination,
        "met": _points("met"),
        "unmet": _points("not_met", "not_documented"),
        "missing": _missing,
    }
)
"""What a template may name: `{unmet}`, `{met}` and `{missing}` are lists, a line for each point."""
