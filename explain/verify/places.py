"""The names of files in an explanation beside those of the files read here: what was reviewed in one folder, or came from
standard input, is checked in another.

Line, column and source are always compared; a file may go by another path, if its own name is the same and only one file fits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import TypeVar

from msgspec import structs
from msgspec.structs import replace

from kb.language.loader import STANDARD_INPUT
from kb.language.syntax import Item

_Item = TypeVar("_Item", bound=Item)


def names_in(data: object) -> Iterator[str]:
    """The names of files that JSON data has anywhere."""
    pending = [data]
    while pending:
        each = pending.pop()
        if isinstance(each, dict):
            name = each.get("file")
            if isinstance(name, str):
                yield name
        below = each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
        pending += [part for part in below if isinstance(part, dict | list)]


def other_names(said: Iterable[str], of_rules: Collection[str], of_cases: Collection[str]) -> dict[str, str]:
    """How an explanation names files of rules and of facts that go by another name here, by their names here."""
    here, there = {*of_rules, *of_cases}, set(said)
    free, found = here - there, dict[str, str]()
    for name in sorted(there - here - {STANDARD_INPUT}):
        lengths = {each: _alike(name, each) for each in free - found.keys()}
        most = max(lengths.values(), default=0)
        best = [each for each, length in lengths.items() if length == most > 0]
        if len(best) == 1:
            found[best[0]] = name
    left = {*of_cases} - there - found.keys()
    if STANDARD_INPUT in there - here and len(left) == 1:
        found[left.pop()] = STANDARD_INPUT
    return found


def _alike(one: str, other: str) -> int:
    """How many parts two paths have in common, from the end."""
    pairs = zip(reversed(PurePosixPath(one).parts), reversed(PurePosixPath(other).parts), strict=False)
    count = 0
    for first, second in pairs:
        if first != second:
            break
        count += 1
    return count


def renamed(items: Iterable[_Item], names: Mapping[str, str]) -> tuple[_Item, ...]:
    """Items of a program with the files that they stand in called by other names."""
    return tuple(
        replace(each, span=structs.replace(each.span, file=names[each.span.file])) if each.span.file in names else each
        for each in items
    )
