"""The wide table: one row for each case, with a column for everything that the lifter made.

The files are read once, in one `GROUP BY` over one `UNION ALL`, each flag of a case a bit of a word; whether some row of a
predicate is faulty is such a flag too. Predicates of which a case has one row are joined instead.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from sqlglot import exp

from engine.batch.lifted import Lifter
from engine.batch.ways import Leaf, Tally
from engine.sql.values import Table
from kb.syntax import Pred

BITS = 62
"""How many flags go into one 64-bit word."""
GATHERED = "gathered"
BASE = "base"


@dataclass(frozen=True, slots=True)
class Wide:
    """How the facts become one row for each case: the lifter's flags, and in `faults` the bit of each predicate's rows that
    are faulty. A predicate of `lifter.singles` that has no flags is joined; the others are gathered as bits."""

    lifter: Lifter
    place: dict[str, int]
    leaves: tuple[Leaf, ...]
    faults: dict[Pred, int]

    @classmethod
    def of(cls, lifter: Lifter, faulty: Mapping[Pred, exp.Expr]) -> Wide:
        """`faulty` has the condition for a row of each predicate to be faulty."""
        leaves = {(leaf.rows, number): leaf for number, leaf in enumerate(lifter.leaves.values()) if leaf.flags}
        place: dict[str, int] = {}
        faults: dict[Pred, int] = {}
        single = {leaf.rows[0]: key for key, leaf in leaves.items() if len(leaf.rows) == 1}
        for number, (pred, condition) in enumerate(faulty.items()):
            if pred in single or pred not in lifter.singles:
                key = single.get(pred, ((pred,), -1))
                leaf = leaves.get(key, Leaf((pred,), ()))
                flags = leaf.flags if condition == exp.false() else {**leaf.flags, f"e{number}": condition}
                leaves[key] = replace(leaf, flags=flags)
        for leaf in leaves.values():
            for name in leaf.flags:
                place[name] = len(place)
        for number, pred in enumerate(faulty):
            if f"e{number}" in place:
                faults[pred] = place[f"e{number}"]
        return cls(lifter, place, tuple(leaves.values()), faults)

    @property
    def words(self) -> int:
        return -(-len(self.place) // BITS)

    @property
    def joined(self) -> dict[Pred, Table]:
        """The predicates whose rows were not gathered."""
        rows = {leaf.rows[0] for leaf in self.leaves if len(leaf.rows) == 1}
        return {pred: table for pred, table in self.lifter.singles.items() if pred not in rows}


def gathered_query(wide: Wide) -> exp.Select:
    """The words of each case that has any fact that is gathered: `number` (null without a request), `w0`.. of the flags."""
    names = [f"w{word}" for word in range(wide.words)]
    branches = [_leaf_query(leaf, wide.lifter.stored, wide.place, wide.words) for leaf in wide.leaves]
    gathered = [_function("bit_or", exp.column(name)).as_(name) for name in names]
    grouped = exp.select(exp.column("case"), *gathered).from_(_all_of(branches)).group_by(exp.column("case"))
    shown = [exp.column(name, table="g") for name in names]
    on = exp.EQ(this=exp.column("name", table="c", quoted=True), expression=exp.column("case", table="g"))
    return (
        exp.select(exp.column("number", table="c", quoted=True), *shown)
        .from_(grouped.subquery("g", copy=False))
        .join(_cases(), on=on, join_type="left")
    )


def base_query(wide: Wide, doubled: Collection[Pred] = ()) -> exp.Select:
    """A row for each case, in order: `number`, `name`, the words of flags, the values of predicates that have one for a
    case, and counts. Of the predicates in `doubled` a case may have equal rows; where another has, so has the result."""
    lifter = wide.lifter
    number = exp.column("number", table="c", quoted=True)
    columns: list[exp.Expr] = [number, exp.column("name", table="c", quoted=True)]
    select = exp.select().from_(_cases())
    if wide.words:
        on = exp.EQ(this=number.copy(), expression=exp.column("number", table="g", quoted=True))
        select.join(exp.alias_(exp.table_(GATHERED), "g", table=True), on=on, join_type="left", copy=False)
    for word in range(wide.words):
        columns.append(exp.func("coalesce", exp.column(f"w{word}", table="g"), _big(0)).as_(f"w{word}"))
    for index, (pred, table) in enumerate(lifter.singles.items()):
        stored = [exp.column(name, quoted=True) for name in table.names]
        rows = exp.select(*stored).from_(exp.table_(table.name, quoted=True))
        if pred in doubled or pred not in wide.joined:
            values = [_function("any_value", each).as_(each.name, quoted=True) for each in stored[1:]]
            rows = exp.select(stored[0], *values).from_(exp.table_(table.name, quoted=True)).group_by(stored[0].copy())
        _left_join(select, rows, f"s{index}")
        for name in table.names[1:]:
            value = exp.column(exp.to_identifier(name, quoted=True), table=f"s{index}")
            columns.append(value.as_(f"{pred.name}__{name}", quoted=True))
    for tally in lifter.tallies.values():
        _left_join(select, _tally_query(tally, lifter.stored), tally.name)
        count = exp.func("coalesce", exp.column("n", table=tally.name), exp.Literal.number(0))
        columns.append(count.as_(tally.name))
    return select.select(*columns, copy=False).order_by(number.copy(), copy=False)


def wide_query(lifter: Lifter, source: str, place: Mapping[str, int]) -> exp.Select:
    """The rows of `base_query`, which `source` has, with every column that the lifter made; `place` has the bit of each flag."""
    columns: list[exp.Expr] = [exp.column("number"), exp.column("name")]
    flags = (name for leaf in lifter.leaves.values() for name in leaf.flags)
    for name, index in ((name, place[name]) for name in flags):
        word = exp.BitwiseAnd(this=exp.column(f"w{index // BITS}"), expression=_big(1 << index % BITS))
        columns.append(exp.alias_(exp.NEQ(this=exp.paren(word, copy=False), expression=_big(0)), name, copy=False))
    for pred, table in lifter.singles.items():
        columns += [exp.column(f"{pred.name}__{name}", quoted=True) for name in table.names[1:]]
    columns += [exp.column(tally.name) for tally in lifter.tallies.values()]
    select = exp.Select(expressions=columns).from_(exp.table_(source))
    for level in range(1, 1 + max((level for level, _ in lifter.layers.values()), default=0)):
        added = [exp.alias_(made, name) for name, (at, made) in lifter.layers.items() if at == level]
        inner = select.subquery(f"layer{level}", copy=False)
        select = exp.Select(expressions=[exp.Star(), *added]).from_(inner, copy=False)
    return select


def _cases() -> exp.Expr:
    return exp.alias_(exp.table_("cases"), "c", table=True)


def _all_of(branches: list[exp.Select]) -> exp.Expr:
    every: exp.Query = exp.union(*branches, distinct=False, copy=False) if len(branches) > 1 else branches[0]
    return every.subquery("q", copy=False)


def _leaf_query(leaf: Leaf, stored: Mapping[Pred, Table], place: dict[str, int], words: int) -> exp.Select:
    sums: list[exp.Expr] = []
    for word in range(words):
        total: exp.Expr | None = None
        for name, when in leaf.flags.items():
            if place[name] // BITS == word:
                bit = _big(1 << place[name] % BITS)
                term: exp.Expr = (
                    bit if when == exp.true() else exp.Case().when(when.copy(), bit, copy=False).else_(_big(0))
                )
                total = term if total is None else exp.BitwiseOr(this=total, expression=exp.paren(term))
        sums.append((total or _big(0)).as_(f"w{word}"))
    return _rows_query(leaf.rows, leaf.joins, stored).select(*sums, copy=False)


def _tally_query(tally: Tally, stored: Mapping[Pred, Table]) -> exp.Select:
    branches: list[exp.Select] = []
    for way, values in tally.parts:
        columns = [value.copy().as_(f"v{index}") for index, value in enumerate(values)]
        query = _rows_query(way.rows, way.joins, stored).select(*columns)
        branches.append(query.where(*(each.copy() for each in way.filters)) if way.filters else query)
    width = len(tally.parts[0][1])
    parts = [exp.column(f"v{index}") for index in range(width)]
    counted: exp.Expr = parts[0] if width == 1 else _function("row", *parts)
    number = exp.Count(this=exp.Distinct(expressions=[counted]))
    return exp.select(exp.column("case"), number.as_("n")).from_(_all_of(branches)).group_by(exp.column("case"))


def _rows_query(rows: tuple[Pred, ...], joins: tuple[exp.Expr, ...], stored: Mapping[Pred, Table]) -> exp.Select:
    first = stored[rows[0]]
    query = exp.select(exp.column(first.names[0], table="r0", quoted=True).as_("case"))
    query = query.from_(exp.alias_(exp.table_(first.name, quoted=True), "r0", table=True))
    waiting = list(joins)
    for index, pred in enumerate(rows[1:], 1):
        table = stored[pred]
        same = exp.EQ(
            this=exp.column(table.names[0], table=f"r{index}", quoted=True),
            expression=exp.column(first.names[0], table="r0", quoted=True),
        )
        known = {f"r{each}" for each in range(index + 1)}
        ready = [each for each in waiting if {column.table for column in each.find_all(exp.Column)} <= known]
        waiting = [each for each in waiting if each not in ready]
        on = exp.and_(same, *(each.copy() for each in ready))
        query = query.join(exp.alias_(exp.table_(table.name, quoted=True), f"r{index}", table=True), on=on)
    return query


def _left_join(select: exp.Select, rows: exp.Query, alias: str) -> None:
    on = exp.EQ(this=exp.column("name", table="c", quoted=True), expression=exp.column("case", table=alias))
    select.join(rows.subquery(alias, copy=False), on=on, join_type="left", copy=False)


def _function(name: str, *args: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=[arg.copy() for arg in args])


def _big(value: int) -> exp.Expr:
    return exp.Cast(this=exp.Literal.number(value), to=exp.DataType(this=exp.DataType.Type.BIGINT))
