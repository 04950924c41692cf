"""What a page about a policy says, as a value: what the policy requires, in its own sentences, down to what a case states.

It is worked out once (`make_handbook.py`); `handbook_page.py` arranges it as a document, and JSON has it as it is.
"""

from __future__ import annotations

import datetime

from msgspec import Struct

from explain.authoring.decision_table import DecisionTable
from kb.language.diagnostics import Diagnostic


class Link(Struct, frozen=True):
    """Something that has an entry of its own."""

    name: str
    key: str


class Condition(Struct, frozen=True):
    """A literal of a rule in words, with its place in the policy, and the entries of what it speaks of."""

    text: str
    cite: str = ""
    links: tuple[Link, ...] = ()


class Way(Struct, frozen=True):
    """A rule: what is all so where it concludes, the values for which that is so being the same in each condition."""

    some: tuple[str, ...]
    """What these values are called."""
    conditions: tuple[Condition, ...]
    program: str
    """The rule as it is written."""
    place: str
    """Its file and line."""


class Decision(Struct, frozen=True):
    """How conditions decide something: None for a table that would be too large."""

    conditions: tuple[str, ...]
    table: DecisionTable | None


class Part(Struct, frozen=True):
    """A criterion, or an alternative of one."""

    id: str
    key: str
    text: str
    cite: str
    since: datetime.date | None
    """Since when the policy has it, where it says so."""
    exemptions: tuple[str, ...]
    """Where it plays no part."""
    ways: tuple[Way, ...]
    """How it is met, one of these; of one with alternatives, these say it."""
    alternatives: tuple[Part, ...] = ()
    decision: Decision | None = None
    """How its conditions decide it, where there are several."""


class Review(Struct, frozen=True):
    """What the policy asks for in one kind of request."""

    kind: str
    criteria: tuple[Part, ...]


class Definition(Struct, frozen=True):
    """What the policy means by something: one of these rules concludes it."""

    key: str
    name: str
    text: str
    cite: str
    ways: tuple[Way, ...]


class Argument(Struct, frozen=True):
    """An argument of a fact: what it is called, and what can stand there."""

    name: str
    values: str


class CaseFact(Struct, frozen=True):
    """What a case states: in words, as it is denied, the questions that ask for it, and what it is used for."""

    key: str
    name: str
    text: str
    denial: str | None
    questions: tuple[str, ...]
    arguments: tuple[Argument, ...]
    used_in: tuple[Link, ...]
    ways: tuple[Way, ...]
    """The rules that conclude it, besides."""


class Rows(Struct, frozen=True):
    """Rows of a list, under what they all say; the names that the constants of the first column go by are in the last."""

    text: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int = 0
    """How many rows are not shown."""


class Listing(Struct, frozen=True):
    """A list of the policy or its vocabulary, which depends on no case: of it what the criteria can ask for."""

    key: str
    name: str
    cite: str
    groups: tuple[Rows, ...]
    ways: tuple[Way, ...]


class Threshold(Struct, frozen=True):
    """A number or a date that decides: what has to hold of it, of what, the facts that say how much, and where it is used."""

    text: str
    about: tuple[str, ...]
    set_by: tuple[str, ...]
    used_in: Link
    cite: str


class Version(Struct, frozen=True):
    """A version of the policy, by its first day."""

    start: datetime.date
    is_reconstructed: bool


class Held(Struct, frozen=True):
    """What the policy requires, and since when: None for what it has always had."""

    kind: str
    name: str
    is_alternative: bool
    since: datetime.date | None


class Place(Struct, frozen=True):
    """What the policy states at one place of its document."""

    cite: str
    sentences: tuple[str, ...]
    tables: tuple[Rows, ...]


class Handbook(Struct, frozen=True):
    """Everything that a page about a policy says."""

    policy: str
    title: str
    file: str
    drugs: tuple[str, ...]
    approved: datetime.date | None
    effective: datetime.date | None
    policy_hash: str
    versions: tuple[Version, ...]
    history: tuple[Held, ...]
    scope: tuple[str, ...]
    """What it is about, and how uses stand that it is not for."""
    is_exclusive: bool
    """Whether a use that no alternative is for is investigational."""
    reviews: tuple[Review, ...]
    allowed: tuple[str, ...]
    thresholds: tuple[Threshold, ...]
    definitions: tuple[Definition, ...]
    facts: tuple[CaseFact, ...]
    listings: tuple[Listing, ...]
    readings: tuple[str, ...]
    impossible: tuple[str, ...]
    """What cannot be so of a case."""
    to_look_at: tuple[str, ...]
    """What is to be looked at before a report is signed."""
    statements: tuple[Place, ...]
    findings: tuple[str, ...]


def finding_text(finding: Diagnostic) -> str:
    """What a check has found, in a line."""
    return f"{finding.span}: {finding.message} [{finding.code}]"
