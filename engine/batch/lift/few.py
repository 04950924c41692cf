"""Facts that differ in their cases alone: where a table has few different rows but for the case, each is looked at once.

What names stand for, what is wrong with a row, and which flags it raises is then a join with a small table in place of conditions
on every row; and rules may try the values of such a table in turn (`lifted.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from engine.backends.sql.values import decode
from engine.batch.columns import Part
from engine.batch.files import ColumnKind, Shape
from engine.batch.sql import column
from kb.language.syntax import Pred
from kb.language.terms import Const, order_key

MOST = 4_096
"""So many different rows are few."""
SAMPLE = 50_000
"""So many rows of a table are looked at first: where these have more different ones, the others are not looked at."""


def may_have_few(shape: Shape) -> bool:
    """Whether the facts of a predicate are worth a look for different ones: days differ from case to case."""
    values = shape.columns[1:]
    return bool(values) and all(each.kind is not ColumnKind.DATE for each in values)


def are_few(count: int) -> bool:
    """Whether so many different rows are few."""
    return count <= MOST


def joined(part: Part, said: exp.Expr) -> exp.Select:
    """The rows of a part, as `o` with the case's name as `$case`, joined with a table `f` of what is said of its different ones, whose
    values it has as `$0`, `$1` and so on."""
    values = part.shape.columns[1:]
    shown = [column(each.name).as_(f"${place}", quoted=True) for place, each in enumerate(values)]
    rows = exp.select(part.columns[0].shown.as_("$case", quoted=True), *shown).from_(part.origin.copy())
    same = (
        exp.NullSafeEQ(this=column(f"${place}", "o"), expression=column(f"${place}", "f"))
        for place in range(len(values))
    )
    return exp.select().from_(rows.subquery("o")).join(said, on=exp.and_(*same))


@dataclass(frozen=True, slots=True)
class FewValues:
    """The values of the facts of the predicates that have few different ones."""

    facts: Mapping[Pred, Sequence[tuple[Const | None, ...]]]
    """By predicate, its different facts but for the case; None where a value is none."""
    _known: dict[tuple[Pred, tuple[int, ...]], list[tuple[Const, ...]]] = field(default_factory=dict)

    def values(self, pred: Pred, places: tuple[int, ...]) -> list[tuple[Const, ...]] | None:
        """The different values at some places of a predicate's facts, in order; None if it is not one that has few."""
        if pred not in self.facts:
            return None
        if (pred, places) not in self._known:
            rows = {tuple(row[place - 1] for place in places) for row in self.facts[pred]} if places else {()}
            whole = [tuple(each for each in row if each is not None) for row in rows if None not in row]
            self._known[pred, places] = sorted(whole, key=lambda row: [order_key(each) for each in row])
        return self._known[pred, places]


def decoded(shape: Shape, rows: Iterable[Sequence[object]]) -> list[tuple[Const | None, ...]]:
    """Facts of a predicate, but for the case, from their values as a database gives them."""
    kinds = [each.kind.kind for each in shape.columns[1:]]
    return [
        tuple(None if value is None else decode(value, kind) for value, kind in zip(row, kinds, strict=False))
        for row in rows
    ]
