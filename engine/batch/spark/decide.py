"""The report's query over the row of a case, for Spark: the lifter's layers as words of bits, a projection for each layer.

A column for each relation that is asked would make rows of hundreds of columns, for which Spark generates no code; so a
layer is a column or two, with a bit for each of its relations.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from engine.batch.lift.flags import BITS, Place, masked, raised
from engine.batch.lift.lifted import Lifter
from engine.batch.report import Report, report_query
from engine.batch.spark.reading import Opened
from engine.batch.spark.rows import DOUBTS, Gathering
from engine.batch.sql import column

_CASES = "cases"


def spark_query(report: Report, opened: Sequence[Opened]) -> exp.Select:
    """The query for the report of every case: the columns of `report_query`, and what may be wrong with the case."""
    query, _ = report_query(report, _CASES, {})
    based, place = Gathering.of(report.lifter, opened).based()
    cases = next(each for each in query.find_all(exp.Subquery) if each.alias == _CASES)
    decided = cases.parent_select
    assert decided is not None
    cases.set("this", _layered(report.lifter, based, place))
    shown = [each for each in decided.expressions if each.alias_or_name != "number"]
    decided.set("expressions", [masked(each.copy(), place) for each in shown])
    _select_doubts(decided, _CASES)
    return query


def _select_doubts(select: exp.Select, source: str) -> None:
    """Adds what may be wrong with a case to a query and all around it."""
    if not select.is_star:
        select.select(column(DOUBTS, source), copy=False)
    if isinstance(around := select.parent, exp.Subquery) and (outer := around.parent_select) is not None:
        _select_doubts(outer, around.alias)


def _layered(lifter: Lifter, base: exp.Select, place: dict[str, Place]) -> exp.Select:
    """The base with the bits of every layer; adds their places."""
    select = base
    for level in range(1, 1 + max((level for level, _ in lifter.layers.values()), default=0)):
        made = {name: masked(each.copy(), place) for name, (at, each) in lifter.layers.items() if at == level}
        added = [exp.alias_(each, name, copy=False) for name, each in made.items() if not _is_test(each)]
        names = [name for name, each in made.items() if _is_test(each)]
        for start in range(0, len(names), BITS):
            part = names[start : start + BITS]
            word = f"y{level}_{start // BITS}"
            masks: dict[exp.Expr, int] = {}
            for bit, name in enumerate(part):
                masks[made[name]] = masks.get(made[name], 0) | 1 << bit
            added.append(raised(masks).as_(word))
            place |= {name: (word, bit) for bit, name in enumerate(part)}
        inner = select.subquery(f"layer{level}", copy=False)
        select = exp.Select(expressions=[exp.Star(), *added]).from_(inner, copy=False)
    return select


def _is_test(made: exp.Expr) -> bool:
    """Whether an expression is sure to be Boolean; others become columns as they are."""
    return isinstance(made.unnest(), exp.Connector | exp.Not | exp.Predicate | exp.Boolean)
