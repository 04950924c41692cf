"""Generated cases with other names in place of those that are written: names of the vocabularies, regimens, and names that
are not recognised."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import cache

from kb.language.terms import Const, plain_text
from kb.names import TypeNames
from kb.normalization import Names
from tests.benchmarks.generate import Row, atom

Random = Callable[[], float]
"""Gives numbers from 0 to 1."""
UNKNOWN = ("qqq", "zzz 12", "see chart", "Velcaide-Q", "not-a-name", "pending?")
"""Names that no vocabulary has."""


def places(case: list[Row], names: Names) -> Iterator[tuple[int, int, TypeNames]]:
    """Where names stand in the facts of a case: the fact's number, the place in its row, and the vocabulary."""
    for number, row in enumerate(case):
        for index, known in enumerate(names.at(atom(row).pred)):
            if known is not None:
                yield number, index + 1, known


def renamed(case: list[Row], names: Names, seed: int, share: float = 0.3) -> list[Row]:
    """A case with a share of its names replaced: by others for the same, by some for several, by some for nothing. A request
    is for one drug."""
    rnd = random.Random(seed).random
    found = list(case)
    for number, place, known in places(case, names):
        if rnd() < share:
            written = str(found[number][place])
            found[number] = (
                *found[number][:place],
                _other(written, known, rnd, is_one=found[number][0] == "request"),
                *found[number][place + 1 :],
            )
    return list(dict.fromkeys(found))


def with_unknown_name(case: list[Row], names: Names, seed: int) -> list[Row]:
    """A case with one of its names, but for the kind of request, replaced by one that no vocabulary has."""
    rnd = random.Random(seed)
    chosen = [each for each in places(case, names) if each[2].type != "request_kind"]
    if not chosen:
        return case
    number, place, _ = rnd.choice(chosen)
    row = (*case[number][:place], rnd.choice(UNKNOWN), *case[number][place + 1 :])
    return [*case[:number], row, *case[number + 1 :]]


def _other(written: str, known: TypeNames, rnd: Random, *, is_one: bool) -> str:
    kind = rnd()
    ones, several = _by_constant(known)
    same = ones.get(written, ())
    if kind < 0.35 and same:
        return same[int(rnd() * len(same))]
    if kind < 0.6 or known.type == "request_kind":
        return written.upper().replace("_", " -"[int(rnd() * 2)])
    if kind < 0.8 and several and not is_one:
        return several[int(rnd() * len(several))]
    return UNKNOWN[int(rnd() * len(UNKNOWN))]


@cache
def _names_of(
    others: tuple[tuple[Const, Const], ...], broader: tuple[tuple[Const, Const], ...]
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    by_name: dict[str, set[str]] = {}
    for name, constant in (*others, *broader):
        text = plain_text(name)
        if not {",", '"', "\n"} & set(text):  # which the generator's files of CSV have no need of
            by_name.setdefault(text, set()).add(plain_text(constant))
    ones: dict[str, list[str]] = {}
    for text, constants in sorted(by_name.items()):
        if len(constants) == 1:
            ones.setdefault(min(constants), []).append(text)
    several = tuple(text for text, constants in sorted(by_name.items()) if len(constants) > 1)
    return {constant: tuple(texts) for constant, texts in ones.items()}, several


def _by_constant(known: TypeNames) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """The names of each constant alone, and those that stand for several, together or as broad names."""
    return _names_of(tuple(known.others), tuple(known.broader))
