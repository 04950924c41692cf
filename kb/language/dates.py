"""The calendar of the language: ages, days and months between dates of the years 1 to 9999.

Where no such date or number exists a function gives None, and the literal that asks for it fails.
"""

from __future__ import annotations

import calendar
import datetime


def age(birth: datetime.date, on: datetime.date) -> int | None:
    """Completed years from a birth to a day; None if the day is before the birth.

    Who was born on 29 February completes a year on 1 March where the year has no such day.

    >>> age(datetime.date(2000, 2, 29), datetime.date(2023, 2, 28))
    22
    >>> age(datetime.date(2000, 2, 29), datetime.date(2023, 3, 1))
    23
    >>> age(datetime.date(2000, 2, 29), datetime.date(1999, 3, 1)) is None
    True
    """
    if on < birth:
        return None
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def days_between(start: datetime.date, end: datetime.date) -> int:
    """Days from one date to another, negative if the second is earlier.

    >>> days_between(datetime.date(2024, 2, 28), datetime.date(2024, 3, 1))
    2
    """
    return (end - start).days


def add_days(day: datetime.date, days: int) -> datetime.date | None:
    """The date a number of days later (earlier, if negative); None outside the years 1 to 9999.

    >>> add_days(datetime.date(2024, 2, 28), 2)
    datetime.date(2024, 3, 1)
    >>> add_days(datetime.date(9999, 12, 31), 1) is None
    True
    """
    ordinal = day.toordinal() + days
    if not datetime.date.min.toordinal() <= ordinal <= datetime.date.max.toordinal():
        return None
    return datetime.date.fromordinal(ordinal)


def add_months(day: datetime.date, months: int) -> datetime.date | None:
    """The date a number of months later (earlier, if negative), at the latest the last day of that month.

    None outside the years 1 to 9999.

    >>> add_months(datetime.date(2024, 1, 31), 1)
    datetime.date(2024, 2, 29)
    >>> add_months(datetime.date(2024, 3, 31), -13)
    datetime.date(2023, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not datetime.MINYEAR <= year <= datetime.MAXYEAR:
        return None
    length = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(day.day, length))
