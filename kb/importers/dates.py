"""Dates of FHIR, which may be given to the year or month only, and may have a time and a zone."""

from __future__ import annotations

import calendar
import datetime
import json
import re
from dataclasses import dataclass

from kb.importers.json_values import Node
from kb.language.terms import shorten

MOST_SHOWN = 60
"""How many characters are shown of what is no date."""
_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d+)?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?"
_FORM = re.compile(rf"(\d{{4}})(?:-(\d\d)(?:-(\d\d)(?:T{_TIME})?)?)?", re.ASCII)


@dataclass(frozen=True)
class Dated:
    """A date as it is written, and the first and the last day that it can be."""

    written: str
    first: datetime.date
    last: datetime.date

    @property
    def day(self) -> datetime.date | None:
        """The day, if the date is given to the day."""
        return self.first if self.first == self.last else None


def dated(text: str | None) -> Dated | None:
    """What a date says; None for what is no date. A time is left out: the day is that of its own zone.

    >>> dated("2024-08-27T23:10:00-05:00").day, dated("2023-02").last, dated("2024-02-30")
    (datetime.date(2024, 8, 27), datetime.date(2023, 2, 28), None)
    """
    found = _FORM.fullmatch(text.strip()) if text is not None else None
    if found is None or text is None:
        return None
    year, month, day = (None if each is None else int(each) for each in found.groups())
    try:
        if year is None or month is None:
            return Dated(text, datetime.date(int(found[1]), 1, 1), datetime.date(int(found[1]), 12, 31))
        last = calendar.monthrange(year, month)[1] if 1 <= month <= 12 else 0
        return Dated(text, datetime.date(year, month, day or 1), datetime.date(year, month, day or last))
    except ValueError:
        return None


def date_of(node: Node, *names: str) -> Dated | None:
    """The first date among some members of a resource; of a period, its beginning. What is no date, as an age or a text, may be
    any day, and a period of which only the end is known may have begun on any day before."""
    for name in names:
        value = node.members.get(name)
        if isinstance(value, dict):
            return _beginning(node.child(name))
        if value is not None:
            return dated(str(value)) or _between(str(value))
    return None


def _beginning(period: Node) -> Dated | None:
    start, end = period.text("start"), period.text("end")
    first, last = dated(start), dated(end)
    if first is not None and last is not None and first.first > last.last:
        return _between(f"from {start} to {end}")
    if start is not None:
        return first or _between(start)
    if end is not None:
        return _between(f"until {end}", datetime.date.max if last is None else last.last)
    said = {name: each for name, each in period.members.items() if name not in ("id", "extension")}
    return _between(shorten(json.dumps(said, default=str), MOST_SHOWN)) if said else None


def _between(written: str, last: datetime.date = datetime.date.max) -> Dated:
    return Dated(written, datetime.date.min, last)
