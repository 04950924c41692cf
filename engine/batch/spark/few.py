"""The few different rows of tables in Spark: one job finds those of all tables, and they stay with the driver. What is said of each is
joined with the rows of all cases, which exchanges nothing (lift/few.py)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlglot import exp

from engine.backends.sql.scalars import number
from engine.backends.sql.statements import union_of
from engine.batch.columns import Opened, Part
from engine.batch.files import CASE, Field
from engine.batch.lift import few
from engine.batch.lift.few import FewValues, are_few, decoded, joined, may_have_few
from engine.batch.sql import all_of, column, function, spark_sql, table, text
from kb.language.syntax import Pred

_DIFFERENT, _SAID = "different rows", "said of rows"
"""The views of the different rows of all parts that have few, each with a name of its own; and of what is said of them."""
_PART, _NAME = "$part", "$name"
_TYPES = {"string": "VARCHAR", "tinyint": "TINYINT", "smallint": "SMALLINT", "int": "INT", "bigint": "BIGINT"}
"""Spark's types whose values are texts, or become texts that stand for no other value; and sqlglot's names for them."""
_LOST = "\ufffd"
"""What Java reads where bytes are no text: a row with it is not found again by it. It also stands for texts that are too long to be kept."""
LARGE = 2_000_000
"""Tables of so many rows are looked at first: to look takes about as long as to sort them out."""
_LONGEST = 1_000
"""So many bytes a text may have that is kept."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a part: its number, and the types of its columns but for the case."""

    part: int
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Few:
    """The parts of tables that have few different rows, by predicate and place, and how many columns the widest has."""

    rows: Mapping[tuple[Pred, int], _Rows]
    width: int = 0

    def values(self, session: Any, tables: Iterable[Opened]) -> FewValues:
        """The values of the tables all parts of which have few different rows, with the constants that are meant."""
        found = [(each.shape, rows) for each in tables if (rows := each.few) is not None]
        if not found:
            return FewValues({})
        width = max(len(shape.columns) for shape, _ in found) - 1
        parts = (
            _as_texts(tag, rows, [column(each.name) for each in shape.columns[1:]], width)
            for tag, (shape, rows) in enumerate(found)
        )
        facts: list[list[Sequence[Any]]] = [[] for _ in found]
        every = all_of(union_of(parts), "every", 1)
        with without_code(session):
            once = {(*each,) for each in session.sql(spark_sql(every)).collect()}
        for tag, *row in once:
            facts[tag].append(row)
        return FewValues({shape.pred: decoded(shape, own) for (shape, _), own in zip(found, facts, strict=True)})

    def make(self, session: Any, said: exp.Query) -> None:
        """Makes the table of what is said of the different rows, whose names are in a column `case`."""
        values = [column(f"${place}", "d") for place in range(self.width)]
        rows = exp.select(column(_PART, "d"), *values, "s.*").from_(all_of(said, "said", 1).subquery("s"))
        same = column(_NAME, "d").eq(column(CASE, "s"))
        query = rows.join(exp.alias_(table(_DIFFERENT), "d", table=True), on=same)
        with without_code(session):
            with_driver(session.sql(spark_sql(query))).createOrReplaceTempView(f"`{_SAID}`")

    def joined(self, opened: Opened, place: int) -> exp.Select:
        """The rows of a part, as `o` with the case's name as `$case`, joined with what is said of them, as `f`."""
        rows = self.rows[opened.shape.pred, place]
        values = (exp.cast(column(f"${at}"), kind).as_(f"${at}", quoted=True) for at, kind in enumerate(rows.types))
        others = exp.Star(**{"except_": [column(f"${at}") for at in range(self.width)]})
        said = exp.select(*values, others).from_(table(_SAID)).where(column(_PART).eq(number(rows.part)))
        return joined(opened.parts[place], said.subquery("f")).hint("BROADCAST(f)", dialect="spark")


def with_few(session: Any, tables: Sequence[Opened], tasks: int) -> tuple[Few, list[Opened]]:
    """The tables with the different rows of each part that has few: once each, with a name in place of the case. So many tasks look for
    them at most."""
    rows = dict(_looked_at(session, tables))
    width = max((len(each.types) for each in rows.values()), default=0)
    rows = _few_at_first(session, tables, rows, width)
    if not rows:
        return Few({}), list(tables)
    parts = (_read(each, part, rows[key], width) for key, (each, part) in _parts(tables).items() if key in rows)
    found = with_driver(session.sql(spark_sql(_different(union_of(parts), tasks))))
    found.createOrReplaceTempView(f"`{_DIFFERENT}`")
    counts, lost = Counter[int](), set()
    for part, _, *values in found.collect():
        counts[part] += 1
        if any(_LOST in each for each in values if each is not None):
            lost.add(part)
    kept = {key: each for key, each in rows.items() if are_few(counts[each.part]) and each.part not in lost}
    return Few(kept, width), [_with_few(each, kept) for each in tables]


def _looked_at(session: Any, tables: Sequence[Opened]) -> Iterator[tuple[tuple[Pred, int], _Rows]]:
    """The parts that may have few different rows."""
    count = 0
    for opened in tables:
        for place, part in enumerate(opened.parts) if may_have_few(opened.shape) else ():
            types = dict(session.table(spark_sql(part.origin)).dtypes)
            kinds = [_TYPES.get(types[each.name]) for each in opened.shape.columns[1:]]
            if None not in kinds:
                yield (opened.shape.pred, place), _Rows(count, tuple(kind for kind in kinds if kind is not None))
                count += 1


def _few_at_first(
    session: Any, tables: Sequence[Opened], rows: Mapping[tuple[Pred, int], _Rows], width: int
) -> dict[tuple[Pred, int], _Rows]:
    """Those of which the first rows have few different ones, where there are many rows: else all would be sorted out in vain."""
    large = [key for key, (each, _) in _parts(tables).items() if key in rows and each.rows > LARGE]
    if not large:
        return dict(rows)
    parts = _parts(tables)
    first = union_of(_read(*parts[key], rows[key], width, most=few.SAMPLE) for key in large)
    once = exp.select("*").distinct().from_(first.subquery("first"))
    counted = exp.select(column(_PART), function("count", exp.Star())).from_(once.subquery("once"))
    counts = dict(session.sql(spark_sql(counted.group_by(column(_PART)))).collect())
    return {key: each for key, each in rows.items() if key not in large or are_few(counts.get(each.part, 0))}


def _parts(tables: Sequence[Opened]) -> dict[tuple[Pred, int], tuple[Opened, Part]]:
    """The parts of tables by predicate and place, each with its table."""
    return {(each.shape.pred, place): (each, part) for each in tables for place, part in enumerate(each.parts)}


def _read(opened: Opened, part: Part, rows: _Rows, width: int, *, most: int | None = None) -> exp.Select:
    """The rows of a part, or so many of them, as texts."""
    values = [_kept(*held) for held in zip(opened.shape.columns[1:], rows.types, strict=True)]
    every = exp.select("*").from_(part.origin.copy())
    return _as_texts(rows.part, every if most is None else every.limit(most), values, width)


def _kept(declared: Field, kind: str) -> exp.Expr:
    """The value of a column, but for a text that is too long."""
    value = column(declared.name)
    if kind != _TYPES["string"]:
        return value
    is_long = exp.GT(this=function("octet_length", value), expression=number(_LONGEST))
    return exp.Case().when(is_long, text(_LOST)).else_(value)


def _as_texts(mark: int, rows: exp.Query, values: Sequence[exp.Expr], width: int) -> exp.Select:
    """Rows of so many columns, the first with some values, as texts, each marked with a number."""
    every = [*values, *(exp.null() for _ in range(width - len(values)))]
    shown = (exp.cast(value, "VARCHAR").as_(f"${at}", quoted=True) for at, value in enumerate(every))
    return exp.select(exp.cast(number(mark), "INT").as_(_PART, quoted=True), *shown).from_(rows.subquery("r"))


def _different(rows: exp.Query, tasks: int) -> exp.Select:
    """Each different row once, with a name of its own; of parts that have many, one more than are few."""
    once = all_of(rows, "every", tasks).distinct()
    by_part = exp.Order(expressions=[exp.Ordered(this=column(_PART))])
    position = exp.Window(this=exp.RowNumber(), partition_by=[column(_PART)], order=by_part)
    numbered = exp.select("*", position.as_("$number", quoted=True)).from_(once.subquery("once"))
    name = function("concat", exp.cast(column(_PART), "VARCHAR"), text("."), exp.cast(column("$number"), "VARCHAR"))
    shown = column(_PART), name.as_(_NAME, quoted=True), exp.Star(except_=[column(_PART), column("$number")])
    few_of_each = exp.LTE(this=column("$number"), expression=number(few.MOST + 1))
    return exp.select(*shown).from_(numbered.subquery("numbered")).where(few_of_each)


def _with_few(opened: Opened, rows: Mapping[tuple[Pred, int], _Rows]) -> Opened:
    parts = list(opened.parts)
    for place, part in enumerate(opened.parts):
        if (each := rows.get((opened.shape.pred, place))) is not None:
            name = column(_NAME).as_(opened.shape.columns[0].name, quoted=True)
            values = (
                exp.cast(column(f"${at}"), kind).as_(declared.name, quoted=True)
                for at, (kind, declared) in enumerate(zip(each.types, opened.shape.columns[1:], strict=True))
            )
            own = exp.select(name, *values).from_(table(_DIFFERENT)).where(column(_PART).eq(number(each.part)))
            parts[place] = replace(part, few=replace(part, origin=own.subquery("few")))
    return replace(opened, parts=tuple(parts))


def with_driver(frame: Any) -> Any:
    """A frame with the rows of another, which are found here and now, and stay with the driver: to read them takes no job."""
    from pyspark.sql import DataFrame

    session, rows, schema = frame.sparkSession, frame._jdf.collectAsList(), frame._jdf.schema()
    return DataFrame(session._jsparkSession.createDataFrame(rows, schema), session)


@contextmanager
def without_code(session: Any) -> Iterator[None]:
    """Within it no code is made for queries, which takes longer for few rows than to do without."""
    kept = {name: session.conf.get(name) for name in code_settings(is_made=False)}
    for name, value in code_settings(is_made=False).items():
        session.conf.set(name, value)
    try:
        yield
    finally:
        for name, value in kept.items():
            session.conf.set(name, value)


def code_settings(*, is_made: bool) -> dict[str, str]:
    """The settings by which Spark makes code for queries, or none."""
    return {
        "spark.sql.codegen.wholeStage": str(is_made).lower(),
        "spark.sql.codegen.factoryMode": "FALLBACK" if is_made else "NO_CODEGEN",
    }
