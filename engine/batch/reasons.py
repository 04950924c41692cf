"""Why cases do not meet the criteria, set-wise: a row for each case and each criterion or alternative that fails or is
not documented, with how near it is and how many facts would do.

Sizes of repairs are computed for all cases at once where the rules allow (`repair_sizes.py`); a case whose size they leave
open is searched, once for all cases with equal facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from engine.batch.decide import Report
from engine.batch.files.columns import STORED
from engine.batch.files.ingest import CASE, fact_view
from engine.batch.files.layout import Shape
from engine.batch.files.one_case import constant
from engine.batch.lift.sql import cast, column, condition, function, number, sql, table, text
from engine.batch.lift.standing import Standing
from engine.batch.lift.ways import UnfitError
from engine.batch.near_misses import progress
from engine.batch.outline import Item, Outline
from engine.batch.repair_parts import NONE
from engine.batch.repair_sizes import Sizes
from engine.cases import REQUEST, Vocabulary
from kb.language.declarations import COMPLETE, Declarations
from kb.language.syntax import TRUE, AtomF, Clause, Pred
from kb.language.terms import Atom

if TYPE_CHECKING:
    import duckdb

Smallest = Callable[[AtomF, tuple[Clause, ...]], int | None]
"""The size of the smallest repair of a goal, given the facts of a case: None if there is none."""
ANYONE = Atom("case")
"""The name under which a case is searched."""
MOST_SEARCHES = 20_000
"""How many different cases are searched at most; the sizes of further ones are left out."""
_SEARCHED = "searched"


@dataclass(frozen=True, slots=True)
class Explained:
    """What is known of items by predicate: the columns of the least and the greatest size, of the literals met and all;
    and on which predicates of facts each size depends."""

    columns: dict[Pred, tuple[str, str, str, str]]
    values: dict[str, exp.Expr]
    depends: dict[Pred, frozenset[Pred]]
    apart: frozenset[tuple[str, str]]


def explained(report: Report, vocabulary: Vocabulary) -> Explained:
    """What a report has to have besides its own columns so that reasons can be given."""
    standing = Standing(report.lifter, report.clauses, vocabulary)
    sizes = Sizes(standing)
    columns: dict[Pred, tuple[str, str, str, str]] = {}
    values: dict[str, exp.Expr] = {}
    uses = {}
    for item in report.outline.items:
        if item.pred in columns:
            continue
        try:
            size, (met, of) = sizes.of(item.pred), progress(standing, item.pred)
        except UnfitError:
            continue
        names = [f"{what} {item.pred}" for what in ("low", "high", "met", "of")]
        columns[item.pred] = (names[0], names[1], names[2], names[3])
        values |= dict(zip(names, (size.low, size.high, met, of), strict=True))
        uses[item.pred] = size.uses
    depends = {pred: standing.opens(pred) for pred in columns}
    apart = set()
    for policy, kind in {(item.policy, item.kind) for item in report.outline.items}:
        theirs = [
            item.pred
            for item in report.outline.items
            if (item.policy, item.kind, item.criterion) == (policy, kind, None)
        ]
        known = all(pred in uses for pred in theirs)
        asked = [{use.pred.positive for use in uses.get(pred, ())} for pred in theirs]
        if known and sum(map(len, asked)) == len(set().union(*asked)):
            apart.add((policy, kind))
    return Explained(columns, values, depends, frozenset(apart))


def search_open_sizes(
    db: duckdb.DuckDBPyConnection,
    outline: Outline,
    shapes: tuple[Shape, ...],
    known: Explained,
    smallest: Smallest | None,
    step: Callable[[int], None],
) -> None:
    """Fills the table `searched(case, predicate, facts)` for the criteria whose size a range leaves open; `step` is told
    how many searches there have been."""
    db.execute(f'CREATE TABLE {_SEARCHED} ("case" VARCHAR, predicate VARCHAR, facts BIGINT)')
    if smallest is None:
        return
    found: dict[tuple[Pred, frozenset[AtomF]], int | None] = {}
    criteria = dict.fromkeys((item.pred, item.column) for item in outline.items if item.criterion is None)
    for pred, name in criteria:
        if pred not in known.columns:
            continue
        low, high = (column(each) for each in known.columns[pred][:2])
        items = [item for item in outline.items if item.pred == pred and item.column == name]
        theirs = exp.or_(
            *(exp.and_(column("policy").eq(text(each.policy)), column("kind").eq(text(each.kind))) for each in items)
        )
        is_open = exp.and_(
            theirs,
            column(name).eq(text("not_documented")),
            low < high,
        )
        db.execute(f"CREATE OR REPLACE TABLE asked AS {sql(exp.select(column('case')).from_('result').where(is_open))}")
        told = []
        for case, facts in _facts_of(db, shapes, known.depends[pred]):
            key = pred, facts
            if key not in found and len(found) < MOST_SEARCHES:
                clauses = tuple(Clause(fact, TRUE) for fact in sorted(facts, key=repr))
                found[key] = smallest(AtomF(pred, (ANYONE,)), clauses)
                step(len(found))
            if key in found:
                size = found[key]
                told.append((case, str(pred), NONE if size is None else size))
        if told:
            db.executemany(f"INSERT INTO {_SEARCHED} VALUES (?, ?, ?)", told)
    db.execute("DROP TABLE IF EXISTS asked")


def _facts_of(
    db: duckdb.DuckDBPyConnection, shapes: tuple[Shape, ...], preds: frozenset[Pred]
) -> Iterator[tuple[str, frozenset[AtomF]]]:
    """The cases in the table `asked`, each with its facts of some predicates, about `ANYONE`."""
    facts: dict[str, set[AtomF]] = {str(row[0]): set() for row in db.execute('SELECT "case" FROM asked').fetchall()}
    if not facts:
        return
    for shape in shapes:
        if shape.pred.positive not in preds and shape.pred not in (REQUEST, COMPLETE):
            continue
        values = [cast(column(each.name), STORED[each.kind]) for each in shape.columns[1:]]
        query = exp.select(column(CASE), *values).from_(table(fact_view(shape)))
        query = query.where(column(CASE).isin(query=exp.select(column("case")).from_("asked")))
        for row in db.execute(sql(query)).fetchall():
            args = [constant(each.kind, value) for each, value in zip(shape.columns[1:], row[1:], strict=True)]
            if shape.pred != COMPLETE or any(args[0] == Atom(pred.name) for pred in preds):
                facts[str(row[0])].add(AtomF(shape.pred, (ANYONE, *args)))
    for case, theirs in facts.items():
        yield case, frozenset(theirs)


COLUMNS = {
    "case": "VARCHAR", "determination": "VARCHAR", "criterion": "VARCHAR", "alternative": "VARCHAR", "status": "VARCHAR",
    "met": "BIGINT", "of": "BIGINT", "facts": "BIGINT", "facts_in_all": "BIGINT", "text": "VARCHAR", "cite": "VARCHAR",
}  # fmt: skip
"""The columns of the reasons, with their types."""


def reasons_query(outline: Outline, declarations: Declarations, known: Explained) -> exp.Query:
    """The query over `result` and `searched` with the columns `COLUMNS`.

    A criterion that has alternatives is followed by each of them that is not met; alternatives of a criterion that is
    met, and items that do not apply, are left out.
    """
    parts: list[exp.Query] = []
    for item in outline.items:
        status = column(item.column, "r")
        asked = [
            column("policy", "r").eq(text(item.policy)), column("kind", "r").eq(text(item.kind)),
            status.isin(text("not_met"), text("not_documented")),
        ]  # fmt: skip
        if item.criterion is not None:
            asked.append(column(item.criterion, "r").neq(text("met")))
        met, of = (
            (column(name, "r") for name in known.columns[item.pred][2:])
            if item.pred in known.columns
            else (exp.null(), exp.null())
        )
        values = {
            "case": column("case", "r"), "determination": column("determination", "r"), "criterion": text(item.criterion or item.id),
            "alternative": exp.null() if item.criterion is None else text(item.id), "status": status.copy(),
            "met": met, "of": of, "facts": _facts(item, outline, known), "facts_in_all": _facts_in_all(item, outline, known),
            "text": _or_null(_sentence(item, declarations)), "cite": _or_null("; ".join(declarations.places(item.pred))),
        }  # fmt: skip
        shown = [cast(values[name], kind).as_(name, quoted=True) for name, kind in COLUMNS.items()]
        parts.append(_with_searched(exp.select(*shown), outline, known).where(*asked))
    if not parts:
        nulls = [cast(exp.null(), kind).as_(name, quoted=True) for name, kind in COLUMNS.items()]
        return exp.select(*nulls).from_("result").where(exp.false())
    return exp.union(*parts, distinct=False) if len(parts) > 1 else parts[0]


def _with_searched(select: exp.Select, outline: Outline, known: Explained) -> exp.Select:
    """Joins what was searched for each criterion, as `sN`."""
    select = select.from_(exp.alias_(exp.table_("result"), "r", table=True))
    for pred, alias in _aliases(outline, known).items():
        rows = (
            exp.select(column("case"), column("facts")).from_(_SEARCHED).where(column("predicate").eq(text(str(pred))))
        )
        on = column("case", "r").eq(column("case", alias))
        select = select.join(rows.subquery(alias), on=on, join_type="left")
    return select


def _aliases(outline: Outline, known: Explained) -> dict[Pred, str]:
    preds = dict.fromkeys(item.pred for item in outline.items if item.criterion is None and item.pred in known.columns)
    return {pred: f"s{index}" for index, pred in enumerate(preds)}


def _size(item: Item, outline: Outline, known: Explained) -> exp.Expr:
    """The size for an item: `NONE` for none at all, null if it is not known."""
    low, high = (column(each, "r") for each in known.columns[item.pred][:2])
    exact = condition(low.eq(high), low)
    alias = _aliases(outline, known).get(item.pred)
    return function("coalesce", column("facts", alias), exact) if alias else exact


def _facts(item: Item, outline: Outline, known: Explained) -> exp.Expr:
    return _unless_none(_size(item, outline, known)) if item.pred in known.columns else exp.null()


def _facts_in_all(item: Item, outline: Outline, known: Explained) -> exp.Expr:
    if (item.policy, item.kind) not in known.apart:
        return exp.null()
    theirs = [
        each for each in outline.items if (each.policy, each.kind, each.criterion) == (item.policy, item.kind, None)
    ]
    total: exp.Expr = number(0)
    for each in theirs:
        total = exp.Add(this=total, expression=exp.paren(_size(each, outline, known)))
    return condition(column("determination", "r").eq(text("more_information_needed")), _unless_none(exp.paren(total)))


def _unless_none(size: exp.Expr) -> exp.Expr:
    return condition(size < number(NONE), size)


def _sentence(item: Item, declarations: Declarations) -> str | None:
    declared = declarations.preds.get(item.pred)
    return declared.sentence if declared else None


def _or_null(value: str | None) -> exp.Expr:
    return text(value) if value else exp.null()
