"""Results about parts of programs, remembered by which part it is: these do not change, and live as long as their program."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

Part = TypeVar("Part")
Known = TypeVar("Known")
Result = TypeVar("Result")

MOST = 3_000
"""How many results of a function are kept before it begins anew: those of parts that are made for a question go in time."""


def by_part(function: Callable[[Part], Result]) -> Callable[[Part], Result]:
    """Remembers what a function finds out about a part, which is no value to be changed.

    >>> of = by_part(lambda goals: [*reversed(goals)])
    >>> goals = ("p", "q")
    >>> of(goals) is of(goals)
    True
    """
    results: dict[int, tuple[Part, Result]] = {}

    @wraps(function)
    def remembered(part: Part) -> Result:
        found = results.get(id(part))  # what is kept is alive, so that no other object has its number
        if found is None:
            if len(results) >= MOST:
                results.clear()
            found = results[id(part)] = part, function(part)
        return found[1]

    return remembered


def by_part_and_known(function: Callable[[Part, Known], Result]) -> Callable[[Part, Known], Result]:
    """The same for what is found out about a part beside something that is known, which can be hashed.

    >>> by_part_and_known(lambda goals, known: [goal for goal in goals if goal in known])(("p", "q"), frozenset("q"))
    ['q']
    """
    results: dict[tuple[int, Known], tuple[Part, Result]] = {}

    @wraps(function)
    def remembered(part: Part, known: Known) -> Result:
        key = id(part), known
        found = results.get(key)
        if found is None:
            if len(results) >= MOST:
                results.clear()
            found = results[key] = part, function(part, known)
        return found[1]

    return remembered
