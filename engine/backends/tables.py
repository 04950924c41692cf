"""Rows of numbered constants with indexes, the numbering, and stated facts in it: for back ends and searches that go row by
row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from kb.language.syntax import Clause, Pred
from kb.language.terms import Const, Term, Var

Numbers: TypeAlias = dict[Var, int]
"""What variables are: constants by their numbers."""
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

    def known(self, constant: Const) -> int:
        """The number of a constant that has one."""
        return self._numbers[constant]

    def row(self, constants: Iterable[Const]) -> Row:
        return tuple(self.number(constant) for constant in constants)

    def decode(self, row: Row) -> tuple[Const, ...]:
        return tuple(self.constants[number] for number in row)

    def value(self, term: Term, binding: Numbers) -> int:
        """The number of what a term is, its variables being bound."""
        return binding[term] if isinstance(term, Var) else self.number(term)

    def key(self, terms: Iterable[Term], binding: Numbers) -> Key:
        """The key of terms, None for variables that are not bound."""
        return tuple([binding.get(term) if isinstance(term, Var) else self.number(term) for term in terms])

    def matched(self, terms: Iterable[Term], row: Key, binding: Numbers) -> Numbers | None:
        """The binding extended so that terms are the constants of a row, or None if they cannot be."""
        extended = dict(binding)
        for term, number in zip(terms, row, strict=True):
            if number is None:
                continue
            if (extended.setdefault(term, number) if isinstance(term, Var) else self.number(term)) != number:
                return None
        return extended

    def copy(self) -> Interner:
        """The same numbers, to go on from."""
        return Interner(list(self.constants), dict(self._numbers))


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


@dataclass(slots=True)
class Facts:
    """Stated facts, in layers: a policy's are shared by all its cases, a case's are its own."""

    interner: Interner
    below: Facts | None = None
    _tables: dict[Pred, Table] = field(default_factory=dict)
    _domain: list[int] | None = None

    @classmethod
    def of(cls, clauses: Iterable[Clause], constants: Iterable[Const]) -> Facts:
        """Facts with a numbering that begins with some constants."""
        found = cls(Interner())
        found.interner.row(constants)
        found._state(clauses)
        return found

    def beside(self, clauses: Iterable[Clause]) -> Facts:
        """These facts with others, numbered in a copy: what is added to it leaves this numbering alone."""
        found = Facts(self.interner.copy(), self)
        found._state(clauses)
        return found

    def instead(self, clauses: Iterable[Clause]) -> Facts:
        """Others in place of the uppermost layer, in the same numbering."""
        found = Facts(self.interner, self.below)
        found._state(clauses)
        return found

    def _state(self, clauses: Iterable[Clause]) -> None:
        for clause in clauses:
            pred = clause.head.pred
            if pred not in self._tables:
                below = self.below.table(pred) if self.below else EMPTY
                self._tables[pred] = Table(dict(below.rows))
            self._tables[pred].add(self.interner.row(arg for arg in clause.head.args if not isinstance(arg, Var)))

    def table(self, pred: Pred) -> Table:
        """All rows of a predicate."""
        found = self._tables.get(pred)
        if found is None:
            return self.below.table(pred) if self.below else EMPTY
        return found

    def domain(self) -> Iterable[int]:
        """Every constant that a fact mentions."""
        if self._domain is None:
            below = set(self.below.domain()) if self.below else set()
            own = {number for table in self._tables.values() for row in table.rows for number in row}
            self._domain = sorted(below | own)
        return self._domain
