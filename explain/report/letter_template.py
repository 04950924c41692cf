"""The end of a letter: appeal and contact, from a Jinja2 template that the user can set.

A template is text. What stands between blank lines is a paragraph, each line that begins with `- ` a point of a list, and a line that
begins with `## ` is a heading. It may use the names that `values` gives, and no others; it cannot reach anything else (a sandbox).
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from typing import TYPE_CHECKING

from explain.report import statements
from explain.report.document import Block, Bullet, Bullets, Paragraph, Section
from explain.report.letters import day
from explain.report.review import Review
from explain.words.letter_words import Reader
from explain.words.phrases import one_line
from kb.language.terms import plain_text, printable

if TYPE_CHECKING:
    from types import TracebackType

_FILE = "<template>"
"""What Jinja2 calls a template that has no file."""
MOST = 100_000
"""So many characters may come of a template."""


class LetterTemplateError(ValueError):
    """A letter template that cannot be filled in: what is wrong, and the line of the template, if it is known."""

    def __init__(self, why: str, line: int | None) -> None:
        super().__init__(why)
        self.line = line


def default_template(reader: Reader) -> str:
    """The template that is used where the user sets none: it leaves lines to fill in."""
    file = resources.files("explain.report").joinpath("templates", f"letter_{reader.value}.txt.j2")
    return file.read_text(encoding="utf-8")


def values(review: Review, reader: Reader) -> dict[str, object]:
    """What a template may name; what the case states for the head of its report is `None` where it states nothing."""
    stated = {
        each.predicate: None if each.value is None else one_line(plain_text(each.value)) for each in review.particulars
    }
    return {
        **stated,
        "reader": reader.value,
        "case": statements.case_name(review),
        "drug": one_line(review.drug),
        "kind": one_line(review.kind),
        "date": day(review.date),
        "policy": one_line(review.title or review.policy or ""),
        "determination": review.determination.value,
    }


def sections(review: Review, reader: Reader, template: str | None = None) -> Iterator[Section]:
    """The sections that a template comes to. Raises `LetterTemplateError`."""
    text = _filled(default_template(reader) if template is None else template, values(review, reader))
    title, blocks = "", list[Block]()
    for part in _parts(text):
        if part[0].startswith("## "):
            if title or blocks:
                yield Section(title, tuple(blocks))
            title, blocks = part[0].removeprefix("## ").strip(), []
            part = part[1:]
        blocks += _blocks(part)
    if title or blocks:
        yield Section(title, tuple(blocks))


def _filled(template: str, names: dict[str, object]) -> str:
    from jinja2 import StrictUndefined, TemplateSyntaxError
    from jinja2.sandbox import SandboxedEnvironment

    try:
        made = SandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True).from_string(
            template
        )
        text = ""
        for piece in made.generate(names):
            text += piece
            if len(text) > MOST:
                raise LetterTemplateError(f"it comes to more than {MOST:,} characters", None)
    except LetterTemplateError:
        raise
    except TemplateSyntaxError as error:
        raise LetterTemplateError(str(error.message), error.lineno) from None
    except Exception as error:  # whatever an expression of the template comes to
        raise LetterTemplateError(str(error) or type(error).__name__, _line(error.__traceback__)) from None
    return printable(text.replace("\r\n", "\n").replace("\t", "    "))


def _line(trace: TracebackType | None) -> int | None:
    """The line of the template in which something was raised."""
    found = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == _FILE:
            found = trace.tb_lineno
        trace = trace.tb_next
    return found


def _parts(text: str) -> Iterator[list[str]]:
    """The lines between blank lines; a heading begins a part of its own."""
    part: list[str] = []
    for line in [*text.split("\n"), ""]:
        if part and (not line.strip() or line.startswith("## ")):
            yield part
            part = []
        if line.strip():
            part.append(line.strip())


def _blocks(lines: list[str]) -> Iterator[Block]:
    points = [line.removeprefix("- ") for line in lines if line.startswith("- ")]
    if points and len(points) == len(lines):
        yield Bullets(tuple(map(Bullet, points)))
    else:
        yield from map(Paragraph, lines)
