"""What is wrong with the facts of doubtful cases, in Spark: the rejects of `files/faults.py`, for the cases that one look
at all facts found reason to doubt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlglot import exp

from engine.backends.sql.statements import union_of
from engine.batch.files.faults import COLUMNS, REJECTS, checked_rows, faulty_rows, named_rows, two_values, unrequested
from engine.batch.files.layout import CASE
from engine.batch.spark.reading import Opened, Part
from engine.batch.spark.rows import DOUBLED, FAULTY, NAMELESS
from engine.batch.sql import cast, column, function, table, text
from kb.language.declarations import REQUEST
from kb.language.syntax import Pred

DOUBTED = "doubted"
"""The view with the names of doubtful cases, in a column of the same name, as no file's columns are called."""
_REQUESTED = "requested"


@dataclass(frozen=True, slots=True)
class Doubts:
    """Where to look for faults: in the values of these predicates, for names and requests, for two values of a key."""

    faulty: frozenset[Pred]
    nameless: bool
    doubled: bool

    @classmethod
    def of(cls, said: Iterable[str], opened: Sequence[Opened]) -> Doubts:
        """The doubts of all cases, as rows.py says them of each; predicates are numbered as they were opened."""
        words = {word for each in said for word in each.split(" ")}
        faulty = {each.shape.pred for tag, each in enumerate(opened) if f"{FAULTY}{tag}" in words}
        return cls(frozenset(faulty), NAMELESS in words, DOUBLED in words)


def rejects_query(opened: Sequence[Opened], doubts: Doubts) -> exp.Query:
    """A row for each fault of a doubtful case, with the columns of `COLUMNS`."""
    requests = next(each for each in opened if each.shape.pred == REQUEST)
    requested = union_of(
        exp.select(part.readings[0].checked.as_(_REQUESTED, quoted=True)).from_(part.origin) for part in requests.parts
    )

    def has_request(name: exp.Expr) -> exp.Expr:
        same = column(_REQUESTED, _REQUESTED).eq(name.copy())
        return exp.Exists(this=exp.select("1").from_(requested.subquery(_REQUESTED)).where(same))

    parts: list[exp.Query] = [no_rejects()]
    for each in opened:
        shape = each.shape
        if doubts.nameless or shape.pred in doubts.faulty:
            parts.append(_doubted(each, lambda part: faulty_rows(part.source.shape, part.readings, part.origin)))
        if doubts.nameless:
            rows = _doubted(each, lambda part: named_rows(part.readings, part.origin))
            parts.append(unrequested(shape, rows, has_request))
        if doubts.doubled and shape.is_functional:
            rows = _doubted(each, lambda part: checked_rows(part.source.shape, part.readings, part.origin))
            parts.append(two_values(shape, rows, has_request))
    found = exp.select("*").from_(union_of(parts).subquery(REJECTS, copy=False))
    return found.order_by(*(exp.Ordered(this=column(name), nulls_first=False) for name in COLUMNS), copy=False)


def _doubted(each: Opened, rows_of: Callable[[Part], exp.Select]) -> exp.Query:
    """The rows of all files of a predicate that are about doubtful cases."""

    def about(part: Part) -> exp.Select:
        same = exp.NullSafeEQ(this=column(DOUBTED, DOUBTED), expression=part.readings[0].shown.copy())
        return rows_of(part).where(exp.Exists(this=exp.select("1").from_(table(DOUBTED)).where(same)), copy=False)

    return union_of(map(about, each.parts))


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


def cleared_query(result: str, kept: Sequence[str]) -> exp.Select:
    """The rows of doubtful cases, in the view `result`, of which no fault was found after all."""
    rejected = exp.select("1").from_(table(REJECTS)).where(column(CASE, REJECTS).eq(column(CASE, result)))
    columns = [column(name, result) for name in kept]
    query = exp.select(*columns).from_(table(result)).where(exp.not_(exp.Exists(this=rejected)))
    blank = function("trim", column(CASE, result)).neq(text(""))
    return query.where(blank)
