"""The facts of a case as one row, in Spark, with one shuffle: every fact table is read once, all are put together by
`UNION ALL`, and one `GROUP BY case` gathers them.

A fact travels as a row of tag (its predicate), bits (the lifter's flags that it raises by itself) and, if more is asked
of it, its arguments, as one value. Conjunctions of several facts of a case are looked at after the shuffle, in the array of its rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

from sqlglot import exp

from engine.backends.sql.scalars import number
from engine.backends.sql.statements import union_of
from engine.backends.sql.values import Kind
from engine.batch.columns import Opened, is_faulty, is_faulty_row
from engine.batch.files import CASE, ColumnKind, Field, Shape
from engine.batch.lift.layers import written_out
from engine.batch.lift.lifted import Lifter
from engine.batch.lift.solutions import Scan, Solution, Tally, joins_of_rows
from engine.batch.lift.values import as_flags, shared
from engine.batch.lift.wide import needed
from engine.batch.lift.words import BITS, Place, big, is_set, masked, overlaps, raised
from engine.batch.report import Conditions, report_columns, report_query
from engine.batch.spark.few import Few
from engine.batch.sql import all_of, column, condition, function, table, text, value_column
from kb.language.declarations import REQUEST
from kb.language.syntax import Pred

_Flag = TypeVar("_Flag")
KEY_BITS = 63
DOUBTS = "doubts"
SURE = "sure"
NAMELESS, DOUBLED, FAULTY = "request", "keys", "facts"
"""What may be wrong with a case: its name or request; two values for a key; a value, of the predicate of a tag."""
ROW = "row"
"""The column with the tag and the arguments of a fact that are asked for after the shuffle."""
ROWS = "rows"
"""The column with the array of a case's rows; and, before a number, the views of rows of cases."""
_SLOTS = {
    Kind.INTEGER: ("i", "BIGINT"),
    Kind.DATE: ("d", "DATE"),
    Kind.ATOM: ("t", "TEXT"),
    Kind.STRING: ("t", "TEXT"),
    Kind.ANY: ("t", "TEXT"),
}


@dataclass(frozen=True, slots=True)
class Some:
    """That a case has some fact of a predicate."""

    pred: Pred


@dataclass(frozen=True, slots=True)
class Faulty:
    """That a case has a faulty fact of a predicate."""

    pred: Pred


Flag: TypeAlias = str | Some | Faulty
"""A flag of the lifter by its name, or something about the facts of a predicate."""


@dataclass(frozen=True, slots=True)
class Gathering:
    """How the facts become one row for each case.

    `tags` numbers the predicates that there are files of; `flags` has when a fact of each raises flags, and `place`
    their bits; `words` are the columns of bits, each with the column of a fact's row that goes into it for some tags.
    `several` are the lifter's conjunctions of more than one fact. So many `tasks` read them at most.
    """

    lifter: Lifter
    opened: tuple[Opened, ...]
    tags: dict[Pred, int]
    flags: dict[Pred, dict[Flag, exp.Expr]]
    place: dict[Flag, Place]
    words: dict[str, dict[int, int]]
    several: tuple[Scan, ...]
    few: Few
    tasks: int

    @classmethod
    def of(cls, lifter: Lifter, opened: Sequence[Opened], few: Few, tasks: int) -> Gathering:
        """The gathering of what the lifter asks for, from the files that there are."""
        tags = {each.shape.pred: index for index, each in enumerate(opened)}
        flags: dict[Pred, dict[Flag, exp.Expr]] = {pred: {Some(pred): exp.true()} for pred in tags}
        for each in opened:
            if len(each.shape.columns) > 1:
                flags[each.shape.pred][Faulty(each.shape.pred)] = is_faulty_row(each.shape)
        scans = [scan for scan in lifter.scans.values() if scan.flags]
        for scan in scans:
            if len(scan.rows) == 1:
                flags[scan.rows[0]].update(scan.flags)
        place: dict[Flag, Place] = {}
        words: dict[str, dict[int, int]] = {}
        room: dict[str, int] = {}
        for pred, names in sorted(flags.items(), key=lambda pair: -len(pair[1])):
            for chunk, part in enumerate(_by_word(list(names))):
                word = next((each for each, left in room.items() if left >= len(part)), f"w{len(room)}")
                used = BITS - room.setdefault(word, BITS)
                place |= {name: (word, used + index) for index, name in enumerate(part)}
                room[word] -= len(part)
                words.setdefault(word, {})[tags[pred]] = chunk
        several = tuple(scan for scan in scans if len(scan.rows) > 1)
        return cls(lifter, tuple(opened), tags, flags, place, words, several, few, tasks)

    @property
    def chunks(self) -> int:
        """How many words of bits a fact's row has."""
        return 1 + max(chunk for by_tag in self.words.values() for chunk in by_tag.values())

    @property
    def kept(self) -> frozenset[Pred]:
        """The predicates whose facts are looked at after the shuffle."""
        rows = [scan.rows for scan in self.several]
        rows += [solution.rows for tally in self.lifter.tallies.values() for solution, _ in tally.parts]
        return frozenset(pred for each in rows for pred in each)

    @property
    def moved(self) -> frozenset[Pred]:
        """The predicates whose arguments travel."""
        return self.kept | frozenset(self.lifter.singles)

    @property
    def slots(self) -> dict[str, str]:
        """The columns for arguments, with their types."""
        return dict(sorted(slot for pred in self.moved for slot in self._slots(pred).values()))

    def _slots(self, pred: Pred) -> dict[str, tuple[str, str]]:
        """The column in which each argument of a predicate travels, with its type."""
        table = self.lifter.stored[pred]
        found: dict[str, tuple[str, str]] = {}
        taken: Counter[str] = Counter()
        for name, held in zip(table.names[1:], (table.columns or ())[1:], strict=True):
            letter, kind = _SLOTS[held.kind]
            found[name] = (f"{letter}{taken[letter]}", kind)
            taken[letter] += 1
        return found

    def keys(self) -> dict[Pred, tuple[int, int]]:
        """Of each predicate that has one value for a key: where its bits begin in the word of keys, and how many they are."""
        functional = [each.shape for each in self.opened if each.shape.is_functional]
        wide = [shape for shape in functional if len(_key_columns(shape)) > 0]
        width = max(1, min(16, (KEY_BITS - len(functional) + len(wide)) // max(1, len(wide))))
        found, start = {}, 0
        for shape in functional:
            size = width if shape in wide else 1
            found[shape.pred] = (start % (KEY_BITS - size + 1), size)
            start += size
        return found

    # --- before the shuffle ------------------------------------------------------------------------------------

    def facts(self) -> exp.Query:
        """Every fact as a row: `case`, `tag`, the bits that it raises, in `row` its arguments, and in `k` the bit of its key."""
        return union_of(
            self._looked_up(each, place) if part.few is not None else self._branch(each.shape, part.typed())
            for each in self.opened
            for place, part in enumerate(each.parts)
        )

    def said(self) -> exp.Query | None:
        """The same of the few different rows of tables, which have a name of their own as `case`; None if there are none."""
        parts = [(each.shape, part.few) for each in self.opened for part in each.parts if part.few is not None]
        return union_of(self._branch(shape, part.typed()) for shape, part in parts) if parts else None

    def _branch(self, shape: Shape, typed: exp.Select) -> exp.Select:
        columns = [column(CASE, "r0"), *(value.as_(name) for name, value in self._row(shape).items())]
        return exp.select(*columns).from_(typed.subquery("r0"))

    def _looked_up(self, opened: Opened, place: int) -> exp.Select:
        """The rows of a part that has few different ones, of each of which the columns are known; where these do not depend on it, they are
        as they are."""
        columns = [
            (value if value.find(exp.Column) is None else column(name, "f")).as_(name)
            for name, value in self._row(opened.shape).items()
        ]
        return self.few.joined(opened, place).select(column("$case", "o").as_(CASE, quoted=True), *columns)

    def _row(self, shape: Shape) -> dict[str, exp.Expr]:
        """The columns of a fact's row but for the case, of a row `r0`."""
        pred = shape.pred
        bits: dict[int, list[tuple[exp.Expr, int]]] = {}
        for name, when in self.flags[pred].items():
            word, bit = self.place[name]
            bits.setdefault(self.words[word][self.tags[pred]], []).append((when, bit))
        columns: dict[str, exp.Expr] = {"tag": exp.cast(number(self.tags[pred]), "INT")}
        columns |= {f"b{chunk}": raised(bits.get(chunk, ())) for chunk in range(self.chunks)}
        if self.moved:
            columns[ROW] = self._arguments(shape)
        columns["k"] = self._key_bit(shape)
        return columns

    def _arguments(self, shape: Shape) -> exp.Expr:
        """The tag and the arguments of a row `r0`, as one value; null if they do not travel."""
        pred = shape.pred
        if pred not in self.moved:
            kinds = ", ".join(f"{name} {kind}" for name, kind in {"tag": "INT", **self.slots}.items())
            return exp.cast(exp.null(), f"STRUCT<{kinds}>", dialect="spark")
        names = {slot: name for name, (slot, _) in self._slots(pred).items()}
        fields: list[exp.Expr] = [text("tag"), exp.cast(number(self.tags[pred]), "INT")]
        for slot, kind in self.slots.items():
            fields += text(slot), column(names[slot], "r0") if slot in names else exp.cast(exp.null(), kind)
        return function("named_struct", *fields)

    def _key_bit(self, shape: Shape) -> exp.Expr:
        """The bit of a row's key: two rows of one key have one bit, two rows of different keys hardly ever."""
        placed = self.keys().get(shape.pred)
        if placed is None:
            return exp.cast(exp.null(), "BIGINT")
        start, size = placed
        if size == 1:
            return big(1 << start)
        keys = [column(each.name, "r0") for each in _key_columns(shape)]
        plain = len(keys) == 1 and _key_columns(shape)[0].kind is ColumnKind.INTEGER
        value = keys[0] if plain else function("xxhash64", *keys)
        place = exp.Add(this=function("pmod", value, number(size)), expression=number(start))
        return function("shiftleft", big(1), exp.cast(place, "INT"))

    # --- the shuffle -------------------------------------------------------------------------------------------

    def gathered(self) -> exp.Select:
        """A row for each case that any fact names: its words, the values of predicates that have one, and the array of
        its rows."""
        spread = all_of(self.facts(), "facts", self.tasks)
        spread.set("distribute", exp.Distribute(expressions=[column(CASE)]))
        made: list[exp.Expr] = [column(CASE)]
        for word, by_tag in self.words.items():
            chosen = exp.Case()
            for chunk in sorted(set(by_tag.values())):
                tags = [number(tag) for tag, of in by_tag.items() if of == chunk]
                chosen = chosen.when(column("tag").isin(*tags), column(f"b{chunk}"))
            made.append(exp.func("coalesce", function("bit_or", chosen), big(0)).as_(word))
        for pred in self.lifter.singles:
            for name, (slot, _) in self._slots(pred).items():
                value = condition(column("tag").eq(number(self.tags[pred])), column(slot, ROW))
                made.append(function("max", value).as_(value_column(pred, name), quoted=True))
        if self.kept:
            asked: exp.Expr = column(CASE).is_(exp.null()).not_()
            if self.kept != self.moved:
                tags = [number(self.tags[pred]) for pred in sorted(self.kept, key=str)]
                asked = exp.and_(asked, column("tag").isin(*tags))
            made.append(function("collect_list", condition(asked, column(ROW))).as_(ROWS))
        made.append(exp.func("coalesce", function("bit_or", column("k")), big(0)).as_("keys"))
        made.append(function("count", column("k")).as_("keyed"))
        return exp.select(*made).from_(spread.subquery("spread", copy=False)).group_by(column(CASE))

    # --- after the shuffle -------------------------------------------------------------------------------------

    def based(self) -> tuple[exp.Select, dict[str, Place]]:
        """The view of `gathered`, with what several facts of a case say together, and what may be wrong with the case; and the
        bit of every flag of the lifter."""
        place = {name: where for name, where in self.place.items() if isinstance(name, str)}
        columns = [column(CASE).as_("name", quoted=True), *map(column, self.words), self._doubts().as_(DOUBTS)]
        for pred in self.lifter.singles:
            columns += [column(value_column(pred, name)) for name in self._slots(pred)]
        columns += [self._tally(tally).as_(tally.name) for tally in self.lifter.tallies.values()]
        words = 0
        for scan in self.several:
            for part in _by_word(list(scan.flags)):
                place |= {name: (f"m{words}", bit) for bit, name in enumerate(part)}
                columns.append(self._several(scan, part).as_(f"m{words}"))
                words += 1
        return exp.select(*columns).from_(table(f"{ROWS} 0")), place

    def _doubts(self) -> exp.Expr:
        """What may be wrong with a case, as in `sure`, `sure request` or `sure keys facts3 facts12`."""
        places = {flag.pred: place for flag, place in self.place.items() if isinstance(flag, Faulty)}
        masks: dict[str, int] = {}
        for word, bit in places.values():
            masks[word] = masks.get(word, 0) | 1 << bit
        nameless = exp.or_(is_faulty(Field(CASE, ColumnKind.NAME)), exp.not_(is_set(self.place[Some(REQUEST)])))
        doubled = exp.NEQ(this=function("bit_count", column("keys")), expression=column("keyed"))
        some = exp.or_(nameless, doubled, *(overlaps(word, mask) for word, mask in masks.items()))
        said = [condition(nameless, text(NAMELESS)), condition(doubled, text(DOUBLED))]
        said += [condition(is_set(place), text(f"{FAULTY}{self.tags[pred]}")) for pred, place in places.items()]
        return exp.Case().when(some, function("concat_ws", text(" "), text(SURE), *said)).else_(text(SURE))

    def _several(self, scan: Scan, names: Sequence[str]) -> exp.Expr:
        """The bits of a conjunction of several facts."""
        bits = raised((scan.flags[name], bit) for bit, name in enumerate(names))
        there = [is_set(self.place[Some(pred)]) for pred in dict.fromkeys(scan.rows)]
        found = self._over(scan.rows, joins_of_rows(scan.joins, len(scan.rows)), self._in_rows(bits, scan.rows))
        return exp.Case().when(exp.and_(*there), found).else_(big(0))

    def _over(self, rows: tuple[Pred, ...], joins: list[list[exp.Expr]], bits: exp.Expr, depth: int = 0) -> exp.Expr:
        """The bits of all combinations of rows: `aggregate(rows, 0, (a, r) -> if(.., a | .., a))`, one in another."""
        found = f"a{depth}"
        last = depth == len(rows) - 1
        inner = bits if last else self._over(rows, joins, bits, depth + 1)
        fits = exp.and_(self._tagged(rows, depth), *(self._in_rows(each, rows) for each in joins[depth]))
        more = exp.BitwiseOr(this=exp.column(found), expression=exp.paren(inner))
        step = exp.Case().when(fits, more).else_(exp.column(found))
        return function("aggregate", column(ROWS), big(0), _lambda(step, found, f"r{depth}"))

    def _tagged(self, rows: tuple[Pred, ...], depth: int) -> exp.Expr:
        return exp.EQ(this=exp.column("tag", table=f"r{depth}"), expression=number(self.tags[rows[depth]]))

    def _in_rows(self, expression: exp.Expr, rows: tuple[Pred, ...]) -> exp.Expr:
        """An expression over rows by their aliases, over the fields of the array's elements."""

        def renamed(node: exp.Expr) -> exp.Expr:
            if isinstance(node, exp.Column) and node.table:
                return exp.column(self._slots(rows[int(node.table[1:])])[node.name][0], table=node.table)
            return node

        return expression.copy().transform(renamed, copy=False)

    def _tally(self, tally: Tally) -> exp.Expr:
        """The number of different values over several conjunctions."""
        parts = [
            self._values(solution, values, joins_of_rows(solution.joins, len(solution.rows)))
            for solution, values in tally.parts
        ]
        every = parts[0] if len(parts) == 1 else function("concat", *parts)
        return function("size", function("array_distinct", every))

    def _values(
        self, solution: Solution, values: tuple[exp.Expr, ...], joins: list[list[exp.Expr]], depth: int = 0
    ) -> exp.Expr:
        """The array of a solution's values: `transform(filter(rows, ..), r -> ..)`, flattened for more than one row."""
        last = depth == len(solution.rows) - 1
        tests = [*joins[depth], *(solution.filters if last else ())]
        fits = exp.and_(self._tagged(solution.rows, depth), *(self._in_rows(each, solution.rows) for each in tests))
        kept = function("filter", column(ROWS), _lambda(fits, f"r{depth}"))
        if not last:
            inner = self._values(solution, values, joins, depth + 1)
            return function("flatten", function("transform", kept, _lambda(inner, f"r{depth}")))
        shown = [self._in_rows(value, solution.rows) for value in values]
        value = shown[0] if len(shown) == 1 else function("struct", *shown)
        return function("transform", kept, _lambda(value, f"r{depth}"))


def _lambda(body: exp.Expr, *names: str) -> exp.Lambda:
    return exp.Lambda(this=body, expressions=[exp.to_identifier(name) for name in names])


def _key_columns(shape: Shape) -> list[Field]:
    return [each for each in shape.columns[1:] if each.is_key]


@dataclass(frozen=True, slots=True)
class Layers:
    """The query for the report of every case, over views that are made one after the other: Spark looks at all of a query again for each
    layer in it whose columns it comes to know, and at a view once. Before, what is `said` of the few different rows of tables is made."""

    said: exp.Query | None
    views: tuple[tuple[str, exp.Select], ...]
    query: exp.Select

    @property
    def queries(self) -> tuple[exp.Select, ...]:
        """All queries."""
        said = () if self.said is None else (self.said,)
        return (*said, *(query for _, query in self.views), self.query)


def spark_query(asked: Conditions, opened: Sequence[Opened], few: Few, tasks: int) -> Layers:
    """The query for the report of every case: the columns of `report_query`, and what may be wrong with the case. So many tasks read
    the facts at most."""
    columns = report_columns(asked)
    lifter, scans, columns = as_flags(needed(asked.lifter, columns), columns, asked.lifter.singles)
    lifter, columns = written_out(*shared(lifter, columns))
    lifter = replace(lifter, scans={**lifter.scans, **{((pred,), ()): scan for pred, scan in scans.items()}})
    gathering = Gathering.of(lifter, opened, few, tasks)
    base, place = gathering.based()
    views = [(f"{ROWS} 0", gathering.gathered()), (f"{ROWS} 1", base)]
    for level in range(1, 1 + max((level for level, _ in lifter.layers.values()), default=0)):
        made = {name: masked(each.copy(), place) for name, (on, each) in lifter.layers.items() if on == level}
        added = [exp.alias_(each, name, copy=False) for name, each in made.items() if not _is_test(each)]
        for index, names in enumerate(_by_word([name for name, each in made.items() if _is_test(each)])):
            word = f"y{level}_{index}"
            added.append(raised((made[name], bit) for bit, name in enumerate(names)).as_(word))
            place.update({name: (word, bit) for bit, name in enumerate(names)})
        views.append((f"{ROWS} {level + 1}", exp.select(exp.Star(), *added).from_(table(views[-1][0]))))
    shown = [*(masked(each.copy(), place) for each in columns), column(DOUBTS, "cases")]
    return Layers(
        gathering.said(), tuple(views), report_query(asked, exp.select("*").from_(table(views[-1][0])), shown)
    )


def _by_word(flags: Sequence[_Flag]) -> Iterator[Sequence[_Flag]]:
    """As many flags at a time as go into a word."""
    return (flags[start : start + BITS] for start in range(0, len(flags), BITS))


def _is_test(made: exp.Expr) -> bool:
    """Whether an expression is sure to be Boolean; others become columns as they are."""
    return isinstance(made.unnest(), exp.Connector | exp.Not | exp.Predicate | exp.Boolean)
