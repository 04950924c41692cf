"""Values that go up or down with another in steps: ages with a day, days some months later with a day or with the months."""

from __future__ import annotations

import datetime

from msgspec import Struct

from engine.symbolic.conditions import Sum
from kb.language.builtins import add_months, age
from kb.language.terms import Const, Date, Int

FIRST_DAY, LAST_DAY = datetime.date.min.toordinal(), datetime.date.max.toordinal()


class Steps(Struct, frozen=True, cache_hash=True):
    """A value that goes up or down with another, in steps: by the name of the function, with what it takes beside the other."""

    function: str
    of: Sum
    beside: Const

    @property
    def is_rising(self) -> bool:
        """Whether it goes up where the other does."""
        return self.function != "age_of_birth"

    def at(self, value: int) -> int | None:
        """What it is where the other has a value; None if that is nothing."""
        match self.function, self.beside:
            case "age_of_birth", Date(on):
                return age(datetime.date.fromordinal(value), on)
            case "age_on", Date(birth):
                return age(birth, datetime.date.fromordinal(value))
            case "months_after", Int(months):
                later = add_months(datetime.date.fromordinal(value), months)
            case "months_from", Date(day):
                later = add_months(day, value)
            case _:
                raise AssertionError(self.function)
        return None if later is None else later.toordinal()

    @property
    def ends(self) -> tuple[int, int]:
        """The first and the last value of the other for which it is something; the first after the last if there are none."""
        match self.function, self.beside:
            case "age_of_birth", Date(on):
                return FIRST_DAY, on.toordinal()
            case "age_on", Date(birth):
                return birth.toordinal(), LAST_DAY
            case "months_after", Int(months):
                first, last = max(0, -months), min(12 * 9999 - 1, 12 * 9999 - 1 - months)
                if first > last:
                    return 1, 0
                return _first_of(first).toordinal(), _last_of(last).toordinal()
            case "months_from", Date(day):
                month = (day.year - 1) * 12 + day.month - 1
                return -month, 12 * 9999 - 1 - month
        raise AssertionError(self.function)


def _first_of(month: int) -> datetime.date:
    return datetime.date(month // 12 + 1, month % 12 + 1, 1)


def _last_of(month: int) -> datetime.date:
    return datetime.date.max if month == 12 * 9999 - 1 else _first_of(month + 1) - datetime.timedelta(1)
