"""Facts that differ in their cases alone: where a table has few different rows but for the case, each is looked at once.

What names stand for, what is wrong with a row, and which flags it raises is then a join with a small table in place of conditions
on every row; and rules may try the values of such a table in turn (`lift/lifted.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from sqlglot import exp

from engine.backends.sql.library import duckdb
from engine.backends.sql.statements import union_of
from engine.backends.sql.values import decode
from engine.batch.columns import Opened, Part
from engine.batch.duckdb.database import guarded
from engine.batch.files import CASE, ColumnKind
from engine.batch.lift.wide import Wide, codes_query, words_query
from engine.batch.sql import column, function, sql, table, text
from kb.language.syntax import Pred
from kb.language.terms import Const, order_key

_MOST = 4_096
"""So many different rows are few."""
_SAMPLE = 50_000
"""So many rows are looked at first."""


def with_few(db: duckdb.DuckDBPyConnection, opened: Opened) -> Opened:
    """The table of a predicate with a table of the different rows of each part, if these are few in every one. Days differ from
    case to case, so they are not looked at."""
    values = opened.shape.columns[1:]
    if not values or any(each.kind is ColumnKind.DATE for each in values):
        return opened
    parts = []
    for index, part in enumerate(opened.parts):
        name = f"{opened.shape.few} {index}"
        if not _is_few(db, opened, part, name):
            return opened
        parts.append(replace(part, few=replace(part, origin=table(name))))
    return replace(opened, parts=tuple(parts))


def _is_few(db: duckdb.DuckDBPyConnection, opened: Opened, part: Part, name: str) -> bool:
    """Whether the different rows of a part are few; then there is a table of them."""
    shown = [column(each.name) for each in opened.shape.columns[1:]]
    if opened.rows > _SAMPLE:
        first = exp.select(*shown).from_(part.origin.copy()).limit(_SAMPLE).subquery("first")
        count = exp.select(function("count", exp.Star())).from_(
            exp.select(*shown).distinct().from_(first).subquery("r")
        )
        if (guarded(db, [opened.source], count).fetchone() or (0,))[0] > _MOST:
            return False
    number = exp.DPipe(this=text(f"{name}."), expression=exp.cast(exp.Window(this=exp.RowNumber()), "TEXT"))
    once = exp.select(*shown).distinct().from_(part.origin.copy()).subquery("once")
    rows = exp.select(number.as_(opened.shape.columns[0].name, quoted=True), *shown).from_(once)
    made = guarded(db, [opened.source], exp.Create(this=table(name), kind="TABLE", expression=rows)).fetchone()
    if made is not None and made[0] <= _MOST:
        return True
    db.execute(f"DROP TABLE {sql(table(name))}")
    return False


def with_meant(db: duckdb.DuckDBPyConnection, opened: Opened) -> Opened:
    """The table of a predicate whose rows with the constants that are meant are joined from its few different ones."""
    case, *values = (each.name for each in opened.shape.columns)
    parts = []
    for index, part in enumerate(opened.parts):
        if part.few is not None and part.meant is not None and part.few.meant is not None:
            name = f"meant {opened.shape.apart} {index}"
            shown = [column(case).as_("$case", quoted=True), *map(column, values)]
            _create(db, opened, part, name, exp.select(*shown).from_(part.few.meant.copy()))
            rows = _joined(part, name).select(
                column("$case", "o").as_(case, quoted=True), *(column(each, "f") for each in values)
            )
            part = replace(part, meant=rows.subquery("meant_rows"))
        parts.append(part)
    return replace(opened, parts=tuple(parts))


@dataclass(slots=True)
class Few:
    """The tables of a population that have few different rows, by predicate."""

    db: duckdb.DuckDBPyConnection
    tables: dict[Pred, Opened]
    _values: dict[tuple[Pred, tuple[int, ...]], list[tuple[Const, ...]] | None] = field(default_factory=dict)

    @classmethod
    def of(cls, db: duckdb.DuckDBPyConnection, tables: Iterable[Opened]) -> Few:
        """For the tables of a database; a view is made of those that have few rows."""
        found = {}
        for each in tables:
            if (rows := each.few) is not None:
                guarded(db, [each.source], exp.Create(this=table(each.shape.few), kind="VIEW", expression=rows))
                found[each.shape.pred] = each
        return cls(db, found)

    def values(self, pred: Pred, places: tuple[int, ...]) -> list[tuple[Const, ...]] | None:
        """The different values at some places of a predicate's facts; None if it is not one that has few."""
        if pred not in self.tables:
            return None
        if (pred, places) not in self._values:
            self._values[pred, places] = self._read(self.tables[pred], places) if places else [()]
        return self._values[pred, places]

    def _read(self, opened: Opened, places: tuple[int, ...]) -> list[tuple[Const, ...]]:
        fields = [opened.shape.columns[place] for place in places]
        shown = [column(each.name) for each in fields]
        whole = exp.and_(*(exp.not_(each.is_(exp.null())) for each in shown))
        rows = guarded(
            self.db, [opened.source], exp.select(*shown).distinct().from_(table(opened.shape.few)).where(whole)
        )
        return sorted(
            (
                tuple(decode(value, each.kind.kind) for value, each in zip(row, fields, strict=True))
                for row in rows.fetchall()
            ),
            key=lambda row: [order_key(each) for each in row],
        )

    def facts(self, pred: Pred, conditions: Sequence[exp.Expr]) -> list[tuple[tuple[Const, ...], list[bool]]]:
        """The different facts of a predicate that has few, but for the case, each with which of some conditions on a row `r0` hold of it."""
        opened = self.tables[pred]
        fields = opened.shape.columns[1:]
        shown = [column(each.name, "r0") for each in fields]
        whole = exp.and_(*(exp.not_(each.is_(exp.null())) for each in shown))
        holding = [
            exp.func("coalesce", each.copy(), exp.false()).as_(f"${number}", quoted=True)
            for number, each in enumerate(conditions)
        ]
        few = exp.select(*shown, *holding).distinct().from_(exp.alias_(table(opened.shape.few), "r0", table=True))
        rows = guarded(self.db, [opened.source], few.where(whole)).fetchall()
        return sorted(
            (
                (
                    tuple(decode(value, each.kind.kind) for value, each in zip(row, fields, strict=False)),
                    list(row[len(fields) :]),
                )
                for row in rows
            ),
            key=lambda found: [order_key(each) for each in found[0]],
        )

    def gathered(self, wide: Wide) -> dict[int, exp.Query]:
        """By its place, for each look at the facts of one such predicate, the query for its words, a row for each fact; what it takes is made."""
        found = {}
        for number, scan in enumerate(wide.scans):
            if len(scan.rows) == 1 and (opened := self.tables.get(scan.rows[0])) is not None:
                words = words_query(scan, wide, opened.shape.few)
                found[number] = self._by_case(opened, f"words {number}", words, wide.columns)
        return found

    def coded(self, wide: Wide) -> list[exp.Query]:
        """For each predicate whose facts are joined as bits, the query for these, a row for each fact; what it takes is made."""
        found = []
        for number, (pred, scan) in enumerate(wide.coded.items()):
            opened = self.tables[pred]
            codes = codes_query(scan, wide, opened.shape.few)
            found.append(self._by_case(opened, f"codes {number}", codes, wide.codes))
        return found

    def _by_case(self, opened: Opened, name: str, rows: exp.Select, columns: Sequence[str]) -> exp.Query:
        """The query for what rows say of the few different ones of a predicate, a row for each fact with its case; the tables it takes,
        one for each part, are made."""
        parts = []
        for index, part in enumerate(opened.parts):
            own = f"{name} {index}"
            _create(self.db, opened, part, own, rows)
            said = (column(each, "f") for each in columns)
            parts.append(_joined(part, own).select(column("$case", "o").as_(CASE), *said))
        return union_of(parts)


def _create(db: duckdb.DuckDBPyConnection, opened: Opened, part: Part, name: str, rows: exp.Select) -> None:
    """Makes a table of what some rows say of the few different rows of a part, whose numbers they have as `$case`, beside the values of these."""
    assert part.few is not None
    case, *values = (each.name for each in opened.shape.columns)
    shown = [column(each).as_(f"${place}", quoted=True) for place, each in enumerate(values)]
    few = exp.select(column(case).as_("$number", quoted=True), *shown).from_(part.few.origin.copy())
    same = column("$number", "v").eq(column("$case", "q"))
    made = exp.select("*").from_(few.subquery("v")).join(rows.subquery("q"), on=same)
    guarded(db, [opened.source], exp.Create(this=table(name), kind="TABLE", expression=made))


def _joined(part: Part, name: str) -> exp.Select:
    """The rows of a part, as `o` with the case's name as `$case`, joined with such a table as `f`."""
    values = part.shape.columns[1:]
    shown = [column(each.name).as_(f"${place}", quoted=True) for place, each in enumerate(values)]
    rows = exp.select(part.columns[0].shown.as_("$case", quoted=True), *shown).from_(part.origin.copy())
    same = (
        exp.NullSafeEQ(this=column(f"${place}", "o"), expression=column(f"${place}", "f"))
        for place in range(len(values))
    )
    return exp.select().from_(rows.subquery("o")).join(exp.alias_(table(name), "f", table=True), on=exp.and_(*same))
