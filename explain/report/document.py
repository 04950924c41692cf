"""A document as a value: sections of blocks, which renderers turn into a terminal's text, Markdown and HTML.

Everything that is read is in it, in order and in its words: a renderer arranges a kind of block for its medium, and adds
nothing. Another kind of block is another type here and a case in each renderer, which the type checker asks for.
The values are msgspec structs, as nodes are: so many dataclasses would take longer to define than a report to render.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from types import MappingProxyType
from typing import TypeAlias

from msgspec import Struct

from explain.proof.nodes import Evidence
from explain.words.phrases import source_words, written_at
from kb.language.truth import Truth

WORDS = MappingProxyType({Truth.TRUE: "holds", Truth.FALSE: "does not hold", Truth.UNKNOWN: "not documented"})
"""The word that goes with a truth."""


class Look(Enum):
    """How something is coloured; what it says is told by signs and words."""

    MET = "met"
    UNMET = "unmet"
    OPEN = "open"
    ASIDE = "aside"

    @classmethod
    def of(cls, truth: Truth) -> Look:
        """The colour of what is true, false or unknown."""
        return {Truth.TRUE: cls.MET, Truth.FALSE: cls.UNMET, Truth.UNKNOWN: cls.OPEN}[truth]

    @property
    def sign(self) -> str:
        """The sign that goes with it."""
        return {Look.MET: "✓", Look.UNMET: "✗", Look.OPEN: "?", Look.ASIDE: "–"}[self]


class Badge(Struct, frozen=True):
    """How something stands: a sign, a word or a few, and a colour."""

    sign: str
    word: str
    look: Look


class Document(Struct, frozen=True):
    """A report, or explanations."""

    title: str
    sections: tuple[Section, ...]
    kicker: str = ""
    """What kind of document it is, where a page has that above its heading."""
    heading: str = ""
    """The title beside a kicker."""
    name: str = ""
    """What the title of several documents calls it."""


class Section(Struct, frozen=True):
    """Blocks under a title; without one, they stand under the title of the document."""

    title: str
    blocks: tuple[Block, ...]
    name: str = ""
    """What a style sheet knows it by."""
    look: Look | None = None


# --- blocks --------------------------------------------------------------------------------------------------------


class Paragraph(Struct, frozen=True):
    """A text; a legend says how to read what follows."""

    text: str
    is_legend: bool = False


class Sentences(Struct, frozen=True):
    """Texts that stand one below the other."""

    texts: tuple[str, ...]


class Bullet(Struct, frozen=True):
    """A point of a list, with what belongs under it and the words that introduce that."""

    text: str
    lead: str = ""
    parts: tuple[str, ...] = ()


class Bullets(Struct, frozen=True):
    """A list."""

    points: tuple[Bullet, ...]


class Pair(Struct, frozen=True):
    """A name and its value, which may begin with how it stands."""

    name: str
    value: str
    badge: Badge | None = None


class Pairs(Struct, frozen=True):
    """Names and values; those of a record are for machines."""

    pairs: tuple[Pair, ...]
    is_record: bool = False


class Unstated(Struct, frozen=True):
    """What a head has room for and nothing states, by name: a screen names it, paper has a line for each to fill in by hand."""

    label: str
    names: tuple[str, ...]


class Verdict(Struct, frozen=True):
    """A determination: its name, what it says, and who decides."""

    badge: Badge
    wording: str
    disclaimer: str


class Place(Struct, frozen=True):
    """Where facts are stated: the words of their source, or none, and files with their lines."""

    source: str
    at: tuple[str, ...]

    def __str__(self) -> str:
        files = ", ".join(self.at)
        return f"{self.source} ({files})" if self.source and files else self.source or files


def places(evidence: Iterable[Evidence]) -> tuple[Place, ...]:
    """Where facts are stated, one place for all that come from one source."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for each in evidence:
        source = source_words(each.source) if each.source else ""
        at = written_at(each.file, each.line, each.source, each.recorded_as)
        found.setdefault((source, "" if source else at), {}).update({at: None} if at else {})
    return tuple(Place(source, tuple(at)) for (source, _), at in found.items())


class Reason(Struct, frozen=True):
    """What something rests on, and where that is stated."""

    text: str
    places: tuple[Place, ...]


class Reasons(Struct, frozen=True):
    """What something rests on."""

    reasons: tuple[Reason, ...]


class Row(Struct, frozen=True):
    """A criterion: how it stands, what it says, where the policy has it, and its alternatives or what it rests on."""

    badge: Badge
    text: str
    cite: str
    reasons: tuple[Reason, ...] = ()
    alternatives: tuple[Row, ...] = ()
    explanation: Explanation | None = None


class Criteria(Struct, frozen=True):
    """Criteria, in the order of the policy."""

    rows: tuple[Row, ...]


class Asked(Struct, frozen=True):
    """A fact that is not documented: its question, the answer that is meant (yes or no, or bounds for the values), and the fact;
    `alone` is the answer where the fact does not stand beside it, whose variables it is about."""

    question: str
    answer: str | None
    fact: str
    alone: str | None


class Ways(Struct, frozen=True):
    """Ways to settle something: what each asks for."""

    ways: tuple[tuple[Asked, ...], ...]


class See(Struct, frozen=True):
    """Where something stands: what the place is called, and its anchor."""

    text: str
    anchor: str


class Mark(Struct, frozen=True):
    """A sign that stands for a word, which a legend tells."""

    sign: str
    word: str
    look: Look | None = None


class Link(Struct, frozen=True):
    """A link to another file, by its name in the same folder."""

    text: str
    file: str


Cell: TypeAlias = str | Badge | See | Mark | Link
"""What stands in a table: a text, how something stands, a link to a place or a file, or a sign."""


class Table(Struct, frozen=True):
    """Rows under a head; the first cell of each is a head, too, where the table `heads_rows`."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    heads_rows: bool = False


class Entry(Struct, frozen=True):
    """A statement, under a title or not: where the policy has it, where what it speaks of is said, remarks, and the statements
    that it is made of, which some words introduce."""

    text: str
    cite: str = ""
    links: tuple[See, ...] = ()
    remarks: tuple[str, ...] = ()
    lead: str = ""
    parts: tuple[Entry, ...] = ()
    title: str = ""
    anchor: str = ""
    """By what a link finds it."""
    places: tuple[str, ...] = ()
    """Where the program has it, by file and line."""
    program: str = ""
    """What the program has there, for a medium that can fold it away."""


class Outline(Struct, frozen=True):
    """Statements, one below the other."""

    entries: tuple[Entry, ...]


class Drawing(Struct, frozen=True):
    """A drawn graph: what it shows, its picture as SVG if there is one, and its text for Graphviz and for Mermaid."""

    caption: str
    svg: str
    dot: str
    mermaid: str


class Said(Struct, frozen=True):
    """A part of a line of an explanation: a text with its remark, its place in the policy, and where it is stated."""

    text: str
    remark: str = ""
    cite: str = ""
    places: tuple[Place, ...] = ()
    see: See | None = None
    """Where the steps are that belong to it, if they are not below it."""


class Step(Struct, frozen=True):
    """One line of an explanation, `depth` levels in."""

    depth: int
    truth: Truth | None
    """None of a line that is no step, such as one that says how many are left out."""
    said: tuple[Said, ...]
    number: int | None = None
    """What other lines refer to it by."""
    opens: bool = False
    """Whether there are steps below it."""
    rule: str = ""
    """The rule that concludes it or could conclude it, by its place, where the line does not say so."""
    id: str = ""
    """What the explanation calls it."""

    @property
    def anchor(self) -> str:
        """By what a link finds it, of one that has a number."""
        return f"step-{self.number}"


class Tree(Struct, frozen=True):
    """Steps, each below the last one before it that is less deep; of a part that stands by itself, a text that says so."""

    steps: tuple[Step, ...]
    lead: str = ""


class Explanation(Struct, frozen=True):
    """An explanation, with the parts that stand by themselves after it. One with a title opens where its medium can."""

    title: str
    trees: tuple[Tree, ...]
    anchor: str = ""


class Blank(Struct, frozen=True):
    """What is to be filled in: what it is called, the room for it, and whether it is written by hand."""

    label: str
    room: int
    is_by_hand: bool = False


class Signature(Struct, frozen=True):
    """Where the reader signs."""

    blanks: tuple[Blank, ...]


class Letter(Struct, frozen=True):
    """A text that is used as it stands, line by line."""

    lines: tuple[str, ...]


Block = (
    Paragraph | Sentences | Bullets | Pairs | Unstated | Verdict | Reasons | Criteria | Ways | Table | Explanation | Signature | Letter
    | Outline | Drawing
)  # fmt: skip
