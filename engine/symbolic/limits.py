"""What a search for facts came to, and what it did not look at: as long as there is such a thing, that it found nothing shows
nothing. A search without a limit has looked at all facts that can be stated: that it found no set means that there is none.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from enum import StrEnum
from typing import TypeAlias, assert_never

from msgspec import Struct

from kb.language.syntax import Pred

MOST_SECONDS = 10.0
"""For how many seconds of processor time a search goes on, so that it comes to the same on a machine that does other work too."""


class OutOfTimeError(Exception):
    """A search has taken longer than it may."""


class Deadline(Struct, frozen=True):
    """When a search is to end, in processor time of this process."""

    at: float

    @classmethod
    def from_now(cls, seconds: float = MOST_SECONDS) -> Deadline:
        """The end of a search that begins now."""
        return cls(time.process_time() + seconds)

    def sooner(self, seconds: float) -> Deadline:
        """So many seconds from now, if that is sooner."""
        return min(self, Deadline.from_now(seconds), key=lambda each: each.at)

    @property
    def is_past(self) -> bool:
        """Whether the time is over."""
        return time.process_time() > self.at


class Bound(StrEnum):
    """What a search was given up at."""

    STEPS = "steps"
    """The number of steps that evaluation may take."""
    SETS = "sets"
    """The effort for single sets, or the number of sets that are alike or not minimal."""
    ROWS = "rows"
    """The number of rows of an aggregate of which it is open whether they hold."""
    NAMES = "names"
    """What is stated under a name that is another name of something, and not asked for."""
    COMPUTED = "computed"
    """Something that is computed of values that are not known and is not looked at: a product of two, an age between two days,
    a number too large for the solver."""
    TIME = "time"
    """The time that a search may take."""
    REPLAY = "replay"
    """A set that was found and, tried with the facts stated, was not confirmed."""


class NotAsked(Struct, frozen=True):
    """Facts of a predicate would do that no question asks for."""

    pred: Pred


class RecordNotAsked(Struct, frozen=True):
    """The statement would do that the record of a predicate is complete, which is never asked for."""

    pred: Pred


class Individuals(Struct, frozen=True):
    """For an argument of a predicate only so many values were told apart that nothing mentions."""

    pred: Pred
    index: int
    number: int


class GivenUp(Struct, frozen=True):
    """The search ended before its end."""

    at: Bound


Limit: TypeAlias = NotAsked | RecordNotAsked | Individuals | GivenUp


class SearchStatus(StrEnum):
    """What a search for facts came to."""

    FOUND = "found"
    NONE = "none"
    """No facts would do: that is shown."""
    NOT_ASKED = "not_asked"
    """None of those would do that questions ask for: that is shown; others would."""
    NOT_FOUND = "not_found"
    """None would do of those that were tried; whether others would was not found out."""
    GIVEN_UP = "given_up"
    """The search ended before its end."""

    @classmethod
    def of_nothing(cls, limits: Iterable[Limit]) -> SearchStatus:
        """What a search came to that found nothing, by what it did not look at."""
        certain_first = (cls.NONE, cls.NOT_ASKED, cls.NOT_FOUND, cls.GIVEN_UP)
        return max(map(_status, limits), key=certain_first.index, default=cls.NONE)


def _status(limit: Limit) -> SearchStatus:
    """What is known where a search found nothing and did not look at something."""
    match limit:
        case NotAsked() | RecordNotAsked():
            return SearchStatus.NOT_ASKED
        case Individuals():
            return SearchStatus.NOT_FOUND
        case GivenUp():
            return SearchStatus.GIVEN_UP
        case _:
            assert_never(limit)
