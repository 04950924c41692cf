"""Rows of numbered constants with indexes, and the numbering: what back ends keep facts and answers in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from kb.language.terms import Const

Row: TypeAlias = tuple[int, ...]
"""Constants by their numbers in an `Interner`."""
Key: TypeAlias = tuple[int | None, ...]
"""A row with None where any constant will do."""


def bound_row(key: Key) -> Row:
    """A key all of whose columns are bound, as a row."""
    return tuple(number for number in key if number is not None)


@dataclass(slots=True)
class Interner:
    """Numbers constants, so that `1`, `1.0` and `'1'` can never be taken for one another."""

    constants: list[Const] = field(default_factory=list)
    _numbers: dict[Const, int] = field(default_factory=dict)

    def number(self, constant: Const) -> int:
        """The number of a constant, a new one at its first mention."""
        found = self._numbers.get(constant)
        if found is None:
            found = self._numbers[constant] = len(self.constants)
            self.constants.append(constant)
        return found

    def row(self, constants: Iterable[Const]) -> Row:
        return tuple(self.number(constant) for constant in constants)

    def decode(self, row: Row) -> tuple[Const, ...]:
        return tuple(self.constants[number] for number in row)


@dataclass(slots=True)
class Table:
    """Distinct rows, found by any of their columns."""

    rows: dict[Row, None] = field(default_factory=dict)
    _indexes: dict[tuple[int, ...], dict[Row, list[Row]]] = field(default_factory=dict)

    def add(self, row: Row) -> bool:
        """Adds a row; False if it was there."""
        if row in self.rows:
            return False
        self.rows[row] = None
        for columns, index in self._indexes.items():
            index.setdefault(tuple(row[column] for column in columns), []).append(row)
        return True

    def match(self, key: Key) -> Iterable[Row]:
        """The rows that agree with a key."""
        columns = tuple(i for i, number in enumerate(key) if number is not None)
        if not columns:
            return list(self.rows)
        if len(columns) == len(key):
            return (key,) if key in self.rows else ()  # type: ignore[return-value] # a full key is a row
        if columns not in self._indexes:
            index: dict[Row, list[Row]] = {}
            for row in self.rows:
                index.setdefault(tuple(row[column] for column in columns), []).append(row)
            self._indexes[columns] = index
        return self._indexes[columns].get(tuple(key[column] for column in columns), ())  # type: ignore[misc] # not None


EMPTY = Table()
"""The table of a predicate without facts; nothing may be added to it."""
