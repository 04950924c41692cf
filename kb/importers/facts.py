"""What is made of a chart: facts, each with its place, and what is not mapped, with the reason."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from kb.language.terms import Const


@dataclass(frozen=True)
class Origin:
    """Where a fact comes from: its place in the chart, who stated it there, and when."""

    place: str
    by: str | None = None
    on: datetime.date | None = None


@dataclass(frozen=True)
class Stated:
    """A fact of a case, without the case: that a predicate holds of some arguments, or that it does not."""

    predicate: str
    args: tuple[Const, ...]
    origin: Origin
    recorded: str | None = None
    """How the chart has it, for readers."""
    negative: bool = False
    also: tuple[Origin, ...] = ()
    """The other places that state the same."""


@dataclass(frozen=True)
class NotMapped:
    """What a case does not state of a chart, and why."""

    file: str
    place: str
    what: str
    """What kind of resource it is in."""
    reason: str
    case: str | None = None

    def __str__(self) -> str:
        return f"{self.file}: {self.place} ({self.what}): {self.reason}"


Finding: TypeAlias = Stated | NotMapped
Findings: TypeAlias = Iterator[Finding]
