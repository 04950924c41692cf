"""A document as a value: sections of blocks, which renderers turn into a terminal's text, Markdown and HTML.

Everything that is read is in it, in order and in its words: a renderer arranges a kind of block for its medium, and adds
nothing. Another kind of block is another type here and a case in each renderer, which the type checker asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from kb.language.truth import Truth

SIGNS = MappingProxyType(
    {Truth.TRUE: ("✓", "holds"), Truth.FALSE: ("✗", "does not hold"), Truth.UNKNOWN: ("?", "not documented")}
)
"""The sign of a truth and the word that goes with it."""


class Look(Enum):
    """How something is coloured; what it says is told by signs and words."""

    MET = "met"
    UNMET = "unmet"
    OPEN = "open"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Badge:
    """How something stands: a sign, a word or a few, and a colour."""

    sign: str
    word: str
    look: Look


@dataclass(frozen=True, slots=True)
class Document:
    """A report, or explanations."""

    title: str
    sections: tuple[Section, ...]
    kicker: str = ""
    """What kind of document it is, where a page has that above its heading."""
    heading: str = ""
    """The title beside a kicker."""
    name: str = ""
    """What a list of several documents calls it."""
    badge: Badge | None = None
    """How it stands in such a list."""


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks under a title; without one, they stand under the title of the document."""

    title: str
    blocks: tuple[Block, ...]
    name: str = ""
    """What a style sheet knows it by."""
    look: Look | None = None


# --- blocks --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text; a legend says how to read what follows."""

    text: str
    is_legend: bool = False


@dataclass(frozen=True, slots=True)
class Sentences:
    """Texts that stand one below the other."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bullet:
    """A point of a list, with what belongs under it and the words that introduce that."""

    text: str
    lead: str = ""
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    points: tuple[Bullet, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A name and its value, which may begin with how it stands."""

    name: str
    value: str
    badge: Badge | None = None


@dataclass(frozen=True, slots=True)
class Pairs:
    """Names and values; those of a record are for machines."""

    pairs: tuple[Pair, ...]
    is_record: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """A determination: its name, what it says, and who decides."""

    badge: Badge
    wording: str
    disclaimer: str


@dataclass(frozen=True, slots=True)
class Reason:
    """What something rests on, and where that is stated."""

    text: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reasons:
    """What something rests on."""

    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A criterion: how it stands, what it says, where the policy has it, and its alternatives or what it rests on."""

    badge: Badge
    text: str
    cite: str
    reasons: tuple[Reason, ...] = ()
    alternatives: tuple[Row, ...] = ()
    explanation: Explanation | None = None


@dataclass(frozen=True, slots=True)
class Criteria:
    """Criteria, in the order of the policy."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A fact that is not documented: its question, the answer that is meant (of a yes-or-no question), and the fact."""

    question: str
    answer: str | None
    fact: str


@dataclass(frozen=True, slots=True)
class Ways:
    """Ways to settle something: what each asks for."""

    ways: tuple[tuple[Asked, ...], ...]


@dataclass(frozen=True, slots=True)
class See:
    """Where something stands: what the place is called, and its anchor."""

    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Said:
    """A part of a line of an explanation: a text with its remark, its place in the policy, and where it is stated."""

    text: str
    remark: str = ""
    cite: str = ""
    places: tuple[str, ...] = ()
    see: See | None = None
    """Where the steps are that belong to it, if they are not below it."""


@dataclass(frozen=True, slots=True)
class Step:
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


@dataclass(frozen=True, slots=True)
class Tree:
    """Steps, each below the last one before it that is less deep; of a part that stands by itself, a text that says so."""

    steps: tuple[Step, ...]
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """An explanation, with the parts that stand by themselves after it. One with a title opens where its medium can."""

    title: str
    trees: tuple[Tree, ...]
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Blank:
    """What is to be filled in: what it is called, the room for it, and whether it is written by hand."""

    label: str
    room: int
    is_by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """Where the reader signs."""

    blanks: tuple[Blank, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A text that is used as it stands, line by line."""

    lines: tuple[str, ...]


Block = (
    Paragraph | Sentences | Bullets | Pairs | Verdict | Reasons | Criteria | Ways | Explanation | Signature | Letter
)  # fmt: skip
