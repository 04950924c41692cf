"""The stated facts of a knowledge base, as tables of numbered constants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.backends.tables import EMPTY, Interner, Table
from kb.language.syntax import Pred
from kb.language.terms import Const


@dataclass(slots=True)
class Facts:
    """The stated facts, in layers: a policy's are shared by all its cases, a case's are its own."""

    interner: Interner
    base: Facts | None = None
    tables: dict[Pred, Table] = field(default_factory=dict)
    _domain: list[int] | None = None

    def add(self, pred: Pred, args: tuple[Const, ...]) -> None:
        """States a fact."""
        if pred not in self.tables:
            below = self.base.table(pred) if self.base else EMPTY
            self.tables[pred] = Table(dict(below.rows))
        self.tables[pred].add(self.interner.row(args))
        self._domain = None

    def table(self, pred: Pred) -> Table:
        """All rows of a predicate."""
        if pred in self.tables:
            return self.tables[pred]
        return self.base.table(pred) if self.base else EMPTY

    def domain(self) -> Iterable[int]:
        """Every constant that a fact mentions."""
        if self._domain is None:
            below = set(self.base.domain()) if self.base else set()
            own = {number for table in self.tables.values() for row in table.rows for number in row}
            self._domain = sorted(below | own)
        return self._domain
