"""The few different rows of tables in DuckDB: found, and what is said of them joined with the rows of all cases (lift/few.py)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from engine.backends.sql.library import duckdb
from engine.backends.sql.statements import union_of
from engine.backends.sql.values import decode
from engine.batch.columns import Opened, Part
from engine.batch.duckdb.database import guarded
from engine.batch.files import CASE
from engine.batch.lift.few import SAMPLE, FewValues, are_few, decoded, joined, may_have_few
from engine.batch.lift.wide import Wide, codes_query, words_query
from engine.batch.sql import column, function, sql, table, text
from kb.language.syntax import Pred
from kb.language.terms import Const, order_key


def with_few(db: duckdb.DuckDBPyConnection, opened: Opened) -> Opened:
    """The table of a predicate with a table of the different rows of each part, if these are few in every one. Days differ from
    case to case, so they are not looked at."""
    if not may_have_few(opened.shape):
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
    if opened.rows > SAMPLE:
        first = exp.select(*shown).from_(part.origin.copy()).limit(SAMPLE).subquery("first")
        count = exp.select(function("count", exp.Star())).from_(
            exp.select(*shown).distinct().from_(first).subquery("r")
        )
        if not are_few((guarded(db, [opened.source], count).fetchone() or (0,))[0]):
            return False
    number = exp.DPipe(this=text(f"{name}."), expression=exp.cast(exp.Window(this=exp.RowNumber()), "TEXT"))
    once = exp.select(*shown).distinct().from_(part.origin.copy()).subquery("once")
    rows = exp.select(number.as_(opened.shape.columns[0].name, quoted=True), *shown).from_(once)
    made = guarded(db, [opened.source], exp.Create(this=table(name), kind="TABLE", expression=rows)).fetchone()
    if made is not None and are_few(made[0]):
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
            rows = joined(part, _said(name)).select(
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
    different: FewValues

    @classmethod
    def of(cls, db: duckdb.DuckDBPyConnection, tables: Iterable[Opened]) -> Few:
        """For the tables of a database; a view is made of those that have few rows."""
        found, facts = {}, {}
        for each in tables:
            if (rows := each.few) is not None:
                guarded(db, [each.source], exp.Create(this=table(each.shape.few), kind="VIEW", expression=rows))
                found[each.shape.pred] = each
                shown = (column(name.name) for name in each.shape.columns[1:])
                once = exp.select(*shown).distinct().from_(table(each.shape.few))
                facts[each.shape.pred] = decoded(each.shape, guarded(db, [each.source], once).fetchall())
        return cls(db, found, FewValues(facts))

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
            parts.append(joined(part, _said(own)).select(column("$case", "o").as_(CASE), *said))
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


def _said(name: str) -> exp.Expr:
    """Such a table as rows are joined with it."""
    return exp.alias_(table(name), "f", table=True)
