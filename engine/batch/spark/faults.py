"""What is wrong with the facts of doubtful cases, in Spark: the rejects of `faults.py`, for the cases that one look at all
facts found reason to doubt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlglot import exp

from engine.batch.files.columns import Reading
from engine.batch.files.faults import REJECTS
from engine.batch.files.ingest import CASE
from engine.batch.lift.sql import cast, column, function, table, text
from engine.batch.spark.reading import Opened, Part
from engine.batch.spark.rows import DOUBLED, FAULTY, NAMELESS
from kb.language.declarations import REQUEST
from kb.language.syntax import Pred

DOUBTED = "doubted"
"""The view with the names of doubtful cases, in a column of the same name, as no file's columns are called."""
_REQUESTED = "requested"
COLUMNS = (CASE, "predicate", "code", "reason", "example")


@dataclass(frozen=True, slots=True)
class Doubts:
    """Where to look for faults: in the values of these predicates, for names and requests, for two values of a key."""

    faulty: frozenset[Pred]
    nameless: bool
    doubled: bool

    @classmethod
    def of(cls, said: Iterable[str], opened: Sequence[Opened]) -> Doubts:
        """The doubts of all cases, as spark_rows.py says them of each; predicates are numbered as they were opened."""
        words = {word for each in said for word in each.split(" ")}
        faulty = {each.shape.pred for tag, each in enumerate(opened) if f"{FAULTY}{tag}" in words}
        return cls(frozenset(faulty), NAMELESS in words, DOUBLED in words)


def rejects_query(opened: Sequence[Opened], doubts: Doubts) -> exp.Query:
    """A row for each fault of a doubtful case, with the columns of `COLUMNS`."""
    parts: list[exp.Query] = [no_rejects()]
    for each in opened:
        if doubts.nameless or each.shape.pred in doubts.faulty:
            parts += [_faults(part) for part in each.parts]
        if doubts.nameless:
            parts.append(_without_request(each, opened))
        if doubts.doubled and each.shape.is_functional:
            parts.append(_two_values(each, opened))
    found = exp.select("*").from_(exp.union(*parts, distinct=False, copy=False).subquery(REJECTS, copy=False))
    return found.order_by(*(exp.Ordered(this=column(name), nulls_first=False) for name in COLUMNS), copy=False)


def no_rejects() -> exp.Query:
    """The rejects where no case is doubtful."""
    nulls = [cast(exp.null(), "VARCHAR").as_(name, quoted=True) for name in COLUMNS]
    return exp.select(*nulls).where(exp.false())


def counts_query() -> exp.Select:
    """Of the view of rejects, for each predicate, code and reason: the number of rejects and an example."""
    kinds = [column(name) for name in COLUMNS[1:4]]
    blank = [exp.func("coalesce", column(name), text("")) for name in (CASE, "example")]
    example = function("min", function("concat", blank[0], text(": "), blank[1]))
    return exp.select(*kinds, function("count", exp.Star()), example).from_(table(REJECTS)).group_by(*kinds)


def _named(values: Sequence[exp.Expr]) -> list[exp.Expr]:
    return [value.as_(name, quoted=True) for value, name in zip(values, COLUMNS, strict=True)]


def _is_doubted(name: exp.Expr) -> exp.Expr:
    same = exp.NullSafeEQ(this=column(DOUBTED, DOUBTED), expression=name.copy())
    return exp.Exists(this=exp.select("1").from_(table(DOUBTED)).where(same))


def _requested(opened: Sequence[Opened]) -> exp.Query:
    """The names of the cases that have a request."""
    requests = next(each for each in opened if each.shape.pred == REQUEST)
    parts = [
        exp.select(part.readings[0].checked.copy().as_(_REQUESTED, quoted=True)).from_(part.origin)
        for part in requests.parts
    ]
    return exp.union(*parts, distinct=False) if len(parts) > 1 else parts[0]


def _has_request(name: exp.Expr, opened: Sequence[Opened]) -> exp.Expr:
    requested = _requested(opened).subquery(_REQUESTED)
    same = column(_REQUESTED, _REQUESTED).eq(name.copy())
    return exp.Exists(this=exp.select("1").from_(requested).where(same))


def _faults(part: Part) -> exp.Select:
    """A reject for each faulty row: for the first fault of its first faulty column."""
    reason, code, example = exp.Case(), exp.Case(), exp.Case()
    for how in part.readings:
        for fault in how.faults:
            reason = reason.when(fault.when.copy(), text(fault.reason))
            code = code.when(fault.when.copy(), text(fault.code))
            example = example.when(fault.when.copy(), cast(how.shown, "VARCHAR"))
    some = exp.or_(*(fault.when.copy() for how in part.readings for fault in how.faults))
    values = (part.readings[0].named, text(part.source.shape.name), code, reason, example)
    return (
        exp.select(*_named(values))
        .from_(part.origin)
        .where(some)
        .where(_is_doubted(part.readings[0].shown), copy=False)
    )


def _read(each: Opened, values: dict[str, list[exp.Expr]]) -> exp.Expr:
    """The rows of all files of a predicate, with these values of each part."""
    parts = []
    for index, part in enumerate(each.parts):
        made = [by_part[index].as_(name, quoted=True) for name, by_part in values.items()]
        parts.append(exp.select(*made).from_(part.origin).where(_is_doubted(part.readings[0].shown)))
    every: exp.Query = exp.union(*parts, distinct=False) if len(parts) > 1 else parts[0]
    return every.subquery("read")


def _without_request(each: Opened, opened: Sequence[Opened]) -> exp.Select:
    """A reject for each case that has facts here and no request."""

    def shown(readings: tuple[Reading, ...]) -> exp.Expr:
        return function("concat_ws", text(", "), *(how.shown for how in readings))

    read = _read(
        each,
        {
            "name": [part.readings[0].named for part in each.parts],
            "row": [shown(part.readings) for part in each.parts],
        },
    )
    name = column("name", "read")
    values = (name, text(each.shape.name), text("E401"), text("no request"), function("min", column("row", "read")))
    query = exp.select(*_named(values)).from_(read).where(name.copy().is_(exp.null()).not_())
    return query.where(exp.not_(_has_request(name, opened))).group_by(name.copy())


def _two_values(each: Opened, opened: Sequence[Opened]) -> exp.Select:
    """A reject for each key that has two values."""
    columns = each.shape.columns
    names = [CASE, *(declared.name for declared in columns[1:])]
    checked = {name: [part.readings[index].checked.copy() for part in each.parts] for index, name in enumerate(names)}
    values = [declared.name for declared in columns if not declared.is_key]
    keys = [name for name, declared in zip(names, columns, strict=True) if declared.is_key]
    differ = exp.or_(
        *(exp.NEQ(this=function("min", column(name)), expression=function("max", column(name))) for name in values)
    )
    row = function("concat_ws", text(", "), *(cast(column(name, "read"), "VARCHAR") for name in values))
    both = function("concat", function("min", row), text(" | "), function("max", row))
    code, reason = ("E402", "a second request") if each.shape.pred == REQUEST else ("E207", "two values for one key")
    whole = exp.and_(*(column(name, "read").is_(exp.null()).not_() for name in names))
    found = _named((column(CASE, "read"), text(each.shape.name), text(code), text(reason), both))
    query = exp.select(*found).from_(_read(each, checked)).where(whole)
    query = query.where(_has_request(column(CASE, "read"), opened))
    return query.group_by(*(column(key, "read") for key in keys)).having(differ)


def cleared_query(result: str, kept: Sequence[str]) -> exp.Select:
    """The rows of doubtful cases, in the view `result`, of which no fault was found after all."""
    rejected = exp.select("1").from_(table(REJECTS)).where(column(CASE, REJECTS).eq(column(CASE, result)))
    columns = [column(name, result) for name in kept]
    query = exp.select(*columns).from_(table(result)).where(exp.not_(exp.Exists(this=rejected)))
    blank = function("trim", column(CASE, result)).neq(text(""))
    return query.where(blank)
