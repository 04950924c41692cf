"""The day of today, for rules that ask about it; `SOURCE_DATE_EPOCH` sets it, so that a report can be made again as it was."""

from __future__ import annotations

import datetime
import os

from kb.language.declarations import TODAY, Declarations
from kb.language.syntax import TRUE, AtomF, Clause, Span
from kb.language.terms import Date

_PLACE = Span("the calendar", 0, 0)


def today() -> datetime.date:
    """The day of today, in local time, or the day in UTC of the seconds in `SOURCE_DATE_EPOCH`."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH", "")
    if seconds.isdecimal() and seconds.isascii() and len(seconds) < 12:
        return datetime.datetime.fromtimestamp(int(seconds), datetime.UTC).date()
    return datetime.datetime.now().astimezone().date()


def said_of(day: datetime.date, declarations: Declarations) -> tuple[Clause, ...]:
    """The fact that a day is today, if a program declares `today/1`."""
    known = TODAY in declarations.preds
    return (Clause(AtomF(TODAY, (Date(day),), _PLACE), TRUE, _PLACE),) if known else ()
