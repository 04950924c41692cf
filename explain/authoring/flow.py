"""The way of a request through a policy as a drawn graph: what is asked first, what each criterion leads to, and the determinations.

A graph is a value; its text is Graphviz's or Mermaid's, and Graphviz draws it where it is installed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import textwrap
from collections.abc import Iterator
from enum import Enum
from itertools import pairwise
from types import MappingProxyType

from msgspec import Struct

from engine.policies import Determination
from explain.authoring.handbook import Handbook, Part, Review
from explain.report.graphs import WIDTH, dot_text, mermaid_text
from explain.words.phrases import one_line
from explain.words.sentences import spelled

SECONDS = 20
"""A drawing that takes longer is left out."""


class Shape(Enum):
    """What a box is: the request, a question, a criterion, its alternatives, or a determination."""

    START = "start"
    QUESTION = "question"
    CRITERION = "criterion"
    ALTERNATIVES = "alternatives"
    OUTCOME = "outcome"


class Box(Struct, frozen=True):
    """A box of the graph, and its texts, one below the other."""

    name: str
    shape: Shape
    texts: tuple[str, ...]


class Arrow(Struct, frozen=True):
    """An arrow from one box to another, with what leads along it; one that is no step leads to a part."""

    start: str
    end: str
    text: str
    is_step: bool = True


class Flow(Struct, frozen=True):
    """The graph."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def flow(book: Handbook, review: Review) -> Flow:
    """The way of a request of one kind: the determination is the first that holds of conflicting evidence, no policy in force and
    an indication that is not covered; then all criteria decide together."""
    return Flow(tuple(_boxes(book, review)), tuple(_arrows(book, review)))


def _questions(book: Handbook) -> list[tuple[str, str, Determination]]:
    """What is asked before the criteria, and where a yes leads."""
    asked = [
        ("conflict", "Does the record contradict itself, or say what cannot be?", Determination.CONFLICTING_EVIDENCE),
        ("outside", "Is no version in force on the date of the request?", Determination.NO_POLICY_IN_FORCE),
    ]
    if book.is_exclusive:
        said = "Is the stated indication one that no alternative in force is for?"
        asked.append(("uncovered", said, Determination.INVESTIGATIONAL))
    return asked


def _boxes(book: Handbook, review: Review) -> Iterator[Box]:
    yield Box("request", Shape.START, (f"{spelled(review.kind)} request",))
    for name, text, outcome in _questions(book):
        yield Box(name, Shape.QUESTION, (text,))
        yield _outcome(outcome)
    for part in review.criteria:
        yield Box(_name(part), Shape.CRITERION, (f"{spelled(part.id)}: {part.text}",))
        if part.alternatives:
            yield Box(_within(part), Shape.ALTERNATIVES, tuple(f"– {each.text}" for each in part.alternatives))
    yield Box("all", Shape.QUESTION, ("Is each criterion met?",))
    by_criteria = (Determination.MEETS_CRITERIA, Determination.CRITERIA_NOT_MET, Determination.MORE_INFORMATION_NEEDED)
    yield from map(_outcome, by_criteria)


def _arrows(book: Handbook, review: Review) -> Iterator[Arrow]:
    questions = _questions(book)
    stations = ["request", *(name for name, _, _ in questions), *map(_name, review.criteria), "all"]
    asked = {name: outcome for name, _, outcome in questions}
    criteria = {_name(part): part for part in review.criteria}
    for here, following in pairwise(stations):
        onward = "no" if here in asked else "met, or not documented" if here in criteria else ""
        yield Arrow(here, following, onward)
        if here in asked:
            yield Arrow(here, asked[here], "yes")
        if here in criteria:
            yield Arrow(here, Determination.CRITERIA_NOT_MET, "not met")
            if criteria[here].alternatives:
                yield Arrow(here, _within(criteria[here]), "one of", is_step=False)
    yield Arrow("all", Determination.MEETS_CRITERIA, "yes")
    yield Arrow("all", Determination.MORE_INFORMATION_NEEDED, "one is not documented")


def _outcome(outcome: Determination) -> Box:
    return Box(outcome, Shape.OUTCOME, (spelled(outcome).upper(),))


def _name(part: Part) -> str:
    return f"criterion {part.id}"


def _within(part: Part) -> str:
    return f"alternatives {part.id}"


# --- as text -------------------------------------------------------------------------------------------------------

_DOT_SHAPES = MappingProxyType(
    {
        Shape.START: 'shape=box, style="rounded,filled", fillcolor="#eef2f6"',
        Shape.QUESTION: 'shape=hexagon, style=filled, fillcolor="#ffffff", margin="0.02,0.02"',
        Shape.CRITERION: 'shape=box, style=filled, fillcolor="#f7f6f2"',
        Shape.ALTERNATIVES: 'shape=box, style="filled,dashed", fillcolor="#ffffff"',
        Shape.OUTCOME: 'shape=box, style="rounded,filled", fillcolor="#eef6f0", penwidth=2',
    }
)
_MERMAID_SHAPES = MappingProxyType(
    {
        Shape.START: '(["{}"])',
        Shape.QUESTION: '{{{{"{}"}}}}',
        Shape.CRITERION: '["{}"]',
        Shape.ALTERNATIVES: '["{}"]',
        Shape.OUTCOME: '(["{}"])',
    }
)


def flow_dot(graph: Flow) -> str:
    """The graph as Graphviz has it."""
    numbers = _numbers(graph)
    lines = [
        "digraph policy {",
        "  rankdir=TB; nodesep=0.25; ranksep=0.35;",
        '  node [fontname="Helvetica", fontsize=11, fontcolor="#1b1f23", color="#4a5158", margin="0.15,0.08"];',
        '  edge [fontname="Helvetica", fontsize=9, fontcolor="#4a5158", color="#6b7280", arrowsize=0.7];',
    ]
    for box in graph.boxes:
        lines.append(f'  b{numbers[box.name]} [label="{dot_text(_lines(box))}", {_DOT_SHAPES[box.shape]}];')
    for arrow in graph.arrows:
        style = "" if arrow.is_step else ", style=dashed, arrowhead=none"
        ends = f"b{numbers[arrow.start]} -> b{numbers[arrow.end]}"
        lines.append(f'  {ends} [label="{dot_text([arrow.text])}"{style}];')
    return "\n".join([*lines, "}"]) + "\n"


def flow_mermaid(graph: Flow) -> str:
    """The graph as Mermaid has it."""
    numbers = _numbers(graph)
    lines = ["flowchart TB"]
    for box in graph.boxes:
        text = "<br>".join(map(mermaid_text, _lines(box)))
        lines.append(f"  b{numbers[box.name]}{_MERMAID_SHAPES[box.shape].format(text)}")
    for arrow in graph.arrows:
        line, label = ("-->" if arrow.is_step else "-.-"), f'|"{mermaid_text(arrow.text)}"|' if arrow.text else ""
        lines.append(f"  b{numbers[arrow.start]} {line}{label} b{numbers[arrow.end]}")
    return "\n".join(lines) + "\n"


def drawn(dot: str) -> str:
    """The picture of a graph as SVG for a page; empty where Graphviz is not installed, or does not draw it."""
    program = shutil.which("dot")
    if program is None:
        return ""
    try:
        done = subprocess.run(
            [program, "-Tsvg"], input=dot, capture_output=True, text=True, encoding="utf-8", timeout=SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    picture = done.stdout[max(done.stdout.find("<svg"), 0) :]
    return re.sub(r"<!--.*?-->\s*|<title>.*?</title>\s*|\sid=\"[^\"]*\"", "", picture, flags=re.DOTALL).strip()


def _numbers(graph: Flow) -> dict[str, int]:
    return {box.name: number for number, box in enumerate(graph.boxes)}


def _lines(box: Box) -> list[str]:
    texts = (one_line(text[:1].upper() + text[1:]) for text in box.texts)
    return [line for text in texts for line in textwrap.wrap(text, WIDTH, break_on_hyphens=False)]
