"""Names in the files of a population: what each stands for is found once, and rows are read with the constants that are
meant, as kb/normalization.py reads the facts of one case.

Where every name is a constant's own, files are read as they are. Otherwise the other names are a table, `MEANT`, and rows
are joined with it: a name for several constants gives several rows, a row with a name that states nothing is left out, kept
in `APART`, and opens its record.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from engine.backends.sql.scalars import number
from engine.backends.sql.statements import union_of
from engine.batch.columns import Opened, Part
from engine.batch.files import CASE, ColumnKind, Field, Shape, Source, shape_of
from engine.batch.sql import column, function, table, text
from engine.cases import Vocabulary
from engine.knowledge import Rules
from engine.policies import INDICATION
from kb.language.declarations import COMPLETE, REQUEST
from kb.language.syntax import AtomF, Pred
from kb.language.terms import Atom, Var, plain_text
from kb.language.traversal import walk
from kb.names import RECORDED_AS

MEANT = "meant"
APART = "apart"
"""The table of what is set apart: a case, the predicate whose record is open, and the name."""
_PLACE, _WRITTEN, _CONSTANT, _NAME, _IS_KNOWN = MEANT_COLUMNS = (
    "$place",
    "$written",
    "$constant",
    "$name",
    "$is_known",
)
"""The columns of `MEANT`, called as no column of a file: the number of a column that has names, a name there, a constant
that it stands for, the name as the vocabulary has it if it is another than the constant's, and whether it is recognised."""
MEANT_TYPES = ("BIGINT", "VARCHAR", "VARCHAR", "VARCHAR", "BOOLEAN")
_PREDICATE, _OF = "predicate", "name"
_APART = Shape(Pred("$apart", 3), tuple(Field(name, ColumnKind.NAME) for name in (CASE, _PREDICATE, _OF)))
_RECORDED = Shape(RECORDED_AS, _APART.columns)
UNKNOWN = "unknown"
"""The relation of what is said of each case of which some name is not recognised; see `unknown_names`."""

MeantRow = tuple[int, str, str | None, str | None, bool]


def written(tables: Sequence[Opened]) -> exp.Query | None:
    """Every name in the columns that have a vocabulary: the column's number, and the name, once or a few times. None if no column
    has one."""
    parts = []
    for place, (opened, index) in enumerate(_named(tables)):
        for part in opened.parts:
            rows = (part.few or part).origin
            named = exp.select(column(opened.shape.columns[index].name)).from_(rows.copy())
            once = named if part.few is not None else named.distinct()
            name = part.columns[index].checked.copy()
            shown = exp.cast(number(place), "BIGINT").as_(_PLACE, quoted=True), name.as_(_WRITTEN, quoted=True)
            parts.append(exp.select(*shown).from_(once.subquery("once")).where(name.copy().is_(exp.null()).not_()))
    return union_of(parts) if parts else None


def _named(tables: Sequence[Opened]) -> Iterator[tuple[Opened, int]]:
    """The columns that have a vocabulary: each with its table and its place there."""
    for opened in tables:
        for index, declared in enumerate(opened.shape.columns):
            if declared.names is not None:
                yield opened, index


@dataclass(frozen=True, slots=True)
class Recognised:
    """The tables of a population, read with the constants that their names stand for."""

    tables: tuple[Opened, ...]
    """Those that have files."""
    made: tuple[Opened, ...]
    """Further facts: under which names facts were recorded, and records that are complete in a closed world."""
    meant: tuple[MeantRow, ...]
    """The rows of `MEANT`, which the database is to have if there are any."""
    apart: exp.Query | None
    """The rows of `APART`, which it is to have too, each once; None if every name is recognised."""
    closed_world: bool
    """Whether every record is to be taken as complete; where some are open, the facts say which are complete."""

    @classmethod
    def of(
        cls, tables: Sequence[Opened], found: Iterable[tuple[int, str]], rules: Rules, *, closed_world: bool
    ) -> Recognised:
        """From the tables as they are written, and the rows of `written`."""
        vocabulary = Vocabulary.of(rules)
        named = list(_named(tables))
        rows = [
            row
            for place, name in sorted({(*each,) for each in found})
            for row in _meant(place, name, *named[place], vocabulary)
        ]
        listed: dict[tuple[Pred, int], list[Atom]] = {}
        changed: dict[Pred, dict[int, int]] = {}
        for place in sorted({row[0] for row in rows}):
            opened, index = named[place]
            changed.setdefault(opened.shape.pred, {})[index] = place
            listed[opened.shape.pred, index] = [Atom(row[1]) for row in rows if row[0] == place]
        unknown = {row[0] for row in rows if not row[-1]}
        recorded: list[exp.Query] = []
        apart: list[exp.Query] = []
        read = []
        for opened in tables:
            places = changed.get(opened.shape.pred, {})
            parts = []
            for part in opened.parts:
                own = _listing(part, places, listed)
                parts.append(_meaning(own, places) if places else own)
                apart += (_set_apart(own, index, place) for index, place in places.items() if place in unknown)
                if not opened.shape.pred.negative and _ask_for_names(rules, opened.shape.pred):
                    recorded += (_recorded(own, places, index) for index in places)
            read.append(replace(opened, parts=tuple(parts)))
        made = [_made(_RECORDED, union_of(recorded), tables[0])] if recorded else []
        if not apart:
            return cls(tuple(read), tuple(made), tuple(rows), None, closed_world)
        preds = {named[place][0].shape.pred for place in unknown}
        openings = _Openings({pred.name: vocabulary.names.opened_by(pred) for pred in sorted(preds, key=str)})
        read = [_still_open(each, openings) if each.shape.pred == COMPLETE else each for each in read]
        if closed_world:
            made.append(_every_record(read, vocabulary, openings))
        return cls(tuple(read), tuple(made), tuple(rows), union_of(apart), closed_world=False)

    @property
    def facts(self) -> tuple[Opened, ...]:
        """All tables of facts, those of one predicate as one."""
        found: dict[Pred, Opened] = {}
        for each in (*self.tables, *self.made):
            before = found.get(each.shape.pred)
            found[each.shape.pred] = replace(before, parts=(*before.parts, *each.parts)) if before else each
        return tuple(found.values())

    @property
    def all(self) -> tuple[Opened, ...]:
        """Those, and what is set apart, whose cases are there too."""
        rows = exp.select("*").from_(table(APART))
        return self.facts if self.apart is None else (*self.facts, _made(_APART, rows, self.tables[0]))


def _meant(place: int, name: str, opened: Opened, index: int, vocabulary: Vocabulary) -> Iterator[MeantRow]:
    """The rows of `MEANT` for a name in a column; none if it is a constant's own, or if other values are listed there."""
    pred, declared = opened.shape.pred, opened.shape.columns[index]
    assert declared.names is not None
    meant = declared.names.meant_in_fact(Atom(name))
    if meant is not None and meant.constant == Atom(name):
        return
    stated = vocabulary.names.stated(pred, index, meant)
    if declared.listed and not (stated and set(stated) <= set(declared.listed)):
        return
    recorded = meant.name if meant is not None else None
    for constant in stated:
        yield place, name, plain_text(constant), recorded, True
    if not stated:
        yield place, name, name if pred == REQUEST else None, None, False


def _ask_for_names(rules: Rules, pred: Pred) -> bool:
    """Whether some rule asks under which names facts of a predicate were recorded."""
    goals = (goal for clause in rules.clauses for goal in walk(clause.body) if isinstance(goal, AtomF))
    asked = (goal.args[1] for goal in goals if goal.pred == RECORDED_AS)
    return any(isinstance(each, Var) or each == Atom(pred.own_name) for each in asked)


def _listing(part: Part, places: Mapping[int, int], listed: Mapping[tuple[Pred, int], Sequence[Atom]]) -> Part:
    """A part whose columns of listed values and other names for these have no other values."""
    columns = [
        how.listing(declared, (*declared.listed, *listed.get((part.shape.pred, index), ())))
        if declared.listed and declared.names is not None
        else how
        for index, (how, declared) in enumerate(zip(part.columns, part.shape.columns, strict=True))
    ]
    few = None if part.few is None else replace(part.few, columns=(part.few.columns[0], *columns[1:]))
    return replace(part, columns=tuple(columns), few=few)


def _meaning(part: Part, places: Mapping[int, int]) -> Part:
    """A part with the constants that names in some columns stand for, and its few different rows too."""
    few = None if part.few is None else _meaning(part.few, places)
    return replace(part, meant=_as_meant(part, places), few=few)


# --- rows as they are meant ------------------------------------------------------------------------------------------


def _joined(part: Part, places: Mapping[int, int]) -> exp.Select:
    """The rows of a part with what names in some columns stand for, and without the rows that state nothing. A faulty row
    is kept, as it sets its case aside."""
    query = exp.select().from_(exp.select("*").from_(part.origin.copy()).subquery("o"))
    states = []
    for index, place in places.items():
        same = column(_WRITTEN, f"m{index}").eq(part.columns[index].value.copy())
        query = query.join(_names_at(place).subquery(f"m{index}"), on=same, join_type="left")
        absent, constant = (column(name, f"m{index}").is_(exp.null()) for name in (_WRITTEN, _CONSTANT))
        states.append(exp.or_(absent, exp.not_(constant)))
    return query.where(exp.or_(exp.and_(*states), part.is_faulty))


def _names_at(place: int) -> exp.Select:
    return exp.select("*").from_(table(MEANT)).where(column(_PLACE).eq(number(place)))


def _as_meant(part: Part, places: Mapping[int, int]) -> exp.Expr:
    shown = []
    for index, (how, declared) in enumerate(zip(part.columns, part.shape.columns, strict=True)):
        value: exp.Expr = column(declared.name)
        if index in places:
            absent = column(_WRITTEN, f"m{index}").is_(exp.null())
            value = exp.Case().when(absent, how.shown.copy()).else_(column(_CONSTANT, f"m{index}"))
        shown.append(value.as_(declared.name, quoted=True))
    return _joined(part, places).select(*shown).subquery("meant_rows")


def _recorded(part: Part, places: Mapping[int, int], index: int) -> exp.Select:
    """That facts were recorded under names of a column that are other than the constants' own."""
    name = column(_NAME, f"m{index}")
    shown = part.columns[0].shown.copy(), text(part.shape.pred.name), name
    return _joined(part, places).select(*_called(_RECORDED, shown)).where(name.copy().is_(exp.null()).not_())


def _set_apart(part: Part, index: int, place: int) -> exp.Select:
    """The names of a column that state nothing, with their cases."""
    rows = exp.select("*").from_(part.origin.copy()).subquery("o")
    names = _names_at(place).where(exp.not_(column(_IS_KNOWN))).subquery("m")
    shown = part.columns[0].shown.copy(), text(part.shape.pred.name), column(_WRITTEN, "m")
    same = column(_WRITTEN, "m").eq(part.columns[index].value.copy())
    return exp.select(*_called(_APART, shown)).from_(rows).join(names, on=same)


def _called(shape: Shape, values: Iterable[exp.Expr]) -> list[exp.Expr]:
    return [value.as_(each.name, quoted=True) for value, each in zip(values, shape.columns, strict=True)]


def _made(shape: Shape, rows: exp.Query, like: Opened) -> Opened:
    """A table of rows that are texts, found in the files of another."""
    types = {each.name: "VARCHAR" for each in shape.columns}
    source = Source(shape, like.source.files)
    return Opened(source, (Part.of(shape, rows.subquery("made"), source.files[0], types),), 0)


# --- complete records ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Openings:
    """Which records are open where facts of some predicates are set apart: for each of these, by name, the records."""

    records: Mapping[str, Collection[str]]

    def cases(self) -> exp.Select:
        """Each case that something was set apart from, as `$case`, and of which predicates, a column for each."""
        said = [
            function("bool_or", column(_PREDICATE).eq(text(pred))).as_(_of(pred), quoted=True) for pred in self.records
        ]
        return exp.select(column(CASE).as_("$case", quoted=True), *said).from_(table(APART)).group_by(column(CASE))

    def closed(self, rows: exp.Select, case: exp.Expr, record: exp.Expr, *, kept: exp.Expr) -> exp.Select:
        """Of rows about the record of a case, those of which it is not open, and those that are to be kept in any case."""
        opening: dict[tuple[str, ...], list[str]] = {}
        for name in sorted({name for names in self.records.values() for name in names}):
            opening.setdefault(tuple(pred for pred, names in self.records.items() if name in names), []).append(name)
        is_open = exp.Case()
        for preds, names in opening.items():
            is_open = is_open.when(record.copy().isin(*map(text, names)), exp.or_(*map(_is_apart, preds)))
        same = column("$case", "opened").eq(case.copy())
        joined = rows.join(self.cases().subquery("opened"), on=same, join_type="left")
        return joined.where(exp.or_(exp.not_(is_open.else_(exp.false())), kept))


def _of(pred: str) -> str:
    return f"$of {pred}"


def _is_apart(pred: str) -> exp.Expr:
    return exp.func("coalesce", column(_of(pred), "opened"), exp.false())


def _still_open(complete: Opened, openings: _Openings) -> Opened:
    """The records that are complete, but for those that something was set apart from."""
    parts = []
    for part in complete.parts:
        rows = exp.select("o.*").from_(exp.select("*").from_(part.origin.copy()).subquery("o"))
        closed = openings.closed(rows, part.columns[0].shown, part.columns[1].shown, kept=part.is_faulty)
        parts.append(replace(part, meant=closed.subquery("meant_rows"), few=None))
    return replace(complete, parts=tuple(parts))


def _every_record(tables: Sequence[Opened], vocabulary: Vocabulary, openings: _Openings) -> Opened:
    """That every record of every case is complete, but for those that something was set apart from."""
    shape = shape_of(COMPLETE, vocabulary)
    requests = next(each for each in tables if each.shape.pred == REQUEST)
    named = exp.select(column(CASE).as_("$name", quoted=True)).distinct().from_(requests.typed().subquery("requested"))
    names = sorted({pred.name for pred in vocabulary.declarations.abducible})
    records = union_of(exp.select(text(name).as_("$name_of", quoted=True)) for name in names)
    every = exp.select().from_(named.subquery("named")).join(records.subquery("records"), join_type="cross")
    values = column("$name"), column("$name_of")
    rows = every.select(*_called(shape, values))
    return _made(shape, openings.closed(rows, *values, kept=exp.false()), requests)


# --- what is said ----------------------------------------------------------------------------------------------------


def _said() -> exp.Expr:
    return function("concat", column(_PREDICATE), text(": "), column(_OF))


def unknown_names() -> exp.Select:
    """The rows of `UNKNOWN`. Of each case that has any: the names that are not recognised, in order, and whether the requested drug or the indication is one."""
    listed = function("array_to_string", function("list_sort", function("list", _said())), text("; "))
    is_drug, is_use = (function("bool_or", column(_PREDICATE).eq(text(each.name))) for each in (REQUEST, INDICATION))
    shown = (
        column(CASE),
        listed.as_("names", quoted=True),
        is_drug.as_("is_drug", quoted=True),
        is_use.as_("is_use", quoted=True),
    )
    return exp.select(*shown).from_(table(APART)).group_by(column(CASE))


def unknown_counts(report: str) -> exp.Select:
    """Each name that is not recognised, after its predicate, and of how many cases in a table of the report."""
    decided = exp.select(column(CASE)).from_(table(report))
    rows = exp.select(_said().as_("said", quoted=True)).from_(table(APART)).where(column(CASE).isin(query=decided))
    return (
        exp.select(column("said"), function("count", exp.Star())).from_(rows.subquery("rows")).group_by(column("said"))
    )
