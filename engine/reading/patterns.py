"""Patterns of arguments: which are constants and which are anonymous individuals, equal or different ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from engine.reading.plan import Pattern
from kb.language.terms import Term, Var

Kinds: TypeAlias = dict[Var, int]
"""For each variable 0 if it stands for a constant, else the number of the individual that it is."""


def kind_of(term: Term, kinds: Kinds) -> int:
    """What a term stands for: 0 for a constant, else the number of the individual."""
    return kinds[term] if isinstance(term, Var) else 0


def canonical(kinds: Iterable[int]) -> Pattern:
    """The pattern with its individuals numbered by first occurrence.

    >>> canonical([0, 3, 1, 3])
    (0, 1, 2, 1)
    """
    numbers: dict[int, int] = {}
    return tuple(0 if kind == 0 else numbers.setdefault(kind, len(numbers) + 1) for kind in kinds)


def patterns(choices: list[bool], pinned: int = 0) -> Iterator[tuple[int, ...]]:
    """Every way to give each argument a constant (0) or, where its choice is True, an individual: one of the pinned
    ones or a further one, numbered by first occurrence."""

    def extend(prefix: tuple[int, ...], most: int) -> Iterator[tuple[int, ...]]:
        if len(prefix) == len(choices):
            yield prefix
            return
        for kind in range(most + 2 if choices[len(prefix)] else 1):
            yield from extend((*prefix, kind), max(most, kind))

    yield from extend((), pinned)
