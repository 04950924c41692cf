"""The wide table: one row for each case, with a column for everything that the lifter made.

The files are read once, in one `GROUP BY` over one `UNION ALL`, each flag of a case a bit of a word; whether some row is
faulty is such a flag too. Conditions on flags become tests of words. Distinct small integers are counted as bits of a
word of their own. Predicates of which a case has one row are joined instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from engine.backends.sql.scalars import and_, or_
from engine.backends.sql.statements import union_of
from engine.backends.sql.values import Kind, Table
from engine.batch.lift.lifted import Lifter
from engine.batch.lift.solutions import Scan, Tally, joins_of_rows
from engine.batch.lift.values import Facts, as_facts, as_flags, shared
from engine.batch.lift.words import BITS, Place, at, big, is_set, masked, places, raised
from engine.batch.sql import function, value_column
from kb.language.syntax import Pred

GATHERED = "gathered"
BASE = "base"
CODES = "codes"
CODED = "d"
"""How the names of words begin that facts which are joined raise bits of."""
FAULTY = "e"
"""The flag of a case that has a faulty row."""
_TOO_LARGE = 1 << BITS


@dataclass(frozen=True, slots=True)
class Wide:
    """How the facts become one row for each case: `lifter` has layers in which conditions on flags are tests of words, `uses` are
    expressions over its columns, `place` has the bit of each flag, `scans` what raises them, `named` the flags that are wanted as
    columns, `tallies` the counts that are bits, and `gathered` the predicates whose faulty rows raise a flag. A predicate of
    `lifter.singles` that has no flags is joined; the others are gathered as bits. Of those in `coded` a case has one fact, and these
    are few: joined are the bits that it raises, in words of their own, one of them, `there`, if it has no fault."""

    lifter: Lifter
    uses: tuple[exp.Expr, ...]
    place: dict[str, Place]
    scans: tuple[Scan, ...]
    named: frozenset[str]
    tallies: tuple[Tally, ...]
    gathered: tuple[Pred, ...]
    coded: dict[Pred, Scan]

    @classmethod
    def of(
        cls,
        lifter: Lifter,
        faulty: Mapping[Pred, exp.Expr],
        uses: Iterable[exp.Expr] = (),
        few: Collection[Pred] = (),
        facts: Facts = lambda _pred, _conditions: (),
    ) -> Wide:
        """`faulty` has the condition for a row of each predicate to be faulty; `uses` are the expressions over the
        lifter's columns that are not columns of its own, and `facts` has the different facts of the predicates that have `few`."""
        wanted = list(uses)
        lifter = needed(lifter, wanted)
        singles = lifter.singles
        lifter, coded, wanted = as_facts(as_flags(lifter, wanted, few), facts)
        lifter, wanted = shared(lifter, wanted)
        scans = list(lifter.scans.values())
        flags = [name for scan in scans for name in scan.flags]
        conditions = [*(made for _, made in lifter.layers.values()), *wanted]
        scanned = {scan.rows[0] for scan in scans if len(scan.rows) == 1}
        gathered = tuple(pred for pred in faulty if pred in scanned or pred not in singles)
        place = {name: at(number) for name, number in places(flags, conditions).items()}
        if gathered:
            place[FAULTY] = at(1 + max((word for word in map(_number, place.values())), default=-1))
            scans += [
                Scan((pred,), flags={} if faulty[pred] == exp.false() else {FAULTY: faulty[pred]}) for pred in gathered
            ]
        coded = {
            pred: replace(scan, flags={**scan.flags, there_of(pred): exp.not_(faulty[pred])})
            for pred, scan in coded.items()
        }
        own = [name for scan in coded.values() for name in scan.flags]
        every = [*conditions, *(exp.column(there_of(pred)) for pred in coded)]
        place |= {name: at(number, CODED) for name, number in places(own, every).items()}
        named = {each.name for use in wanted for each in use.find_all(exp.Column)}.intersection(place)
        tallies = tuple(each for each in lifter.tallies.values() if _is_small(each, lifter.stored))
        for tally in tallies:
            for solution, (value,) in tally.parts:
                scans.append(Scan(solution.rows, solution.joins, tallied={tally.name: _where(solution.filters, value)}))
        tests = {name: (level, masked(made, place)) for name, (level, made) in lifter.layers.items()}
        lifter = replace(lifter, layers=tests)
        return cls(lifter, tuple(wanted), place, tuple(_merged(scans)), frozenset(named), tallies, gathered, coded)

    @property
    def words(self) -> list[str]:
        """The words of flags that are gathered."""
        return list(dict.fromkeys(word for word, _ in sorted(self.place.values()) if not word.startswith(CODED)))

    @property
    def codes(self) -> list[str]:
        """The words of flags of facts that are joined."""
        return list(dict.fromkeys(word for word, _ in sorted(self.place.values()) if word.startswith(CODED)))

    @property
    def joined(self) -> frozenset[Pred]:
        """The predicates whose rows were not gathered."""
        rows = {scan.rows[0] for scan in self.scans if len(scan.rows) == 1}
        return frozenset(self.lifter.singles).difference(rows).union(self.coded)

    @property
    def conditions(self) -> list[exp.Expr]:
        """What is asked of the facts, but for the layers above."""
        counted = [solution for tally in self.lifter.tallies.values() for solution, _ in tally.parts]
        tested = [each for solution in counted for each in (*solution.joins, *solution.filters)]
        scans = (*self.scans, *self.coded.values())
        return [*tested, *(each for scan in scans for each in (*scan.joins, *scan.flags.values()))]

    @property
    def columns(self) -> list[str]:
        """The words of flags, and those of tallies."""
        return [*self.words, *(each.name for each in self.tallies)]


def _number(place: Place) -> int:
    """The number of a flag that is gathered, from its place."""
    return int(place[0][1:]) * BITS + place[1]


def there_of(pred: Pred) -> str:
    """The flag of cases that have a fact without fault of a predicate whose facts are joined as bits."""
    return f"there {pred}"


def needed(lifter: Lifter, uses: Iterable[exp.Expr]) -> Lifter:
    """A lifter without what no expression uses, in the end: what was tried in vain is there too."""
    waiting, names = list(uses), Counter[str]()
    while waiting:
        for each in waiting.pop().find_all(exp.Column):
            if each.name not in names:
                waiting += (lifter.layers[each.name][1],) if each.name in lifter.layers else ()
            names[each.name] += 1
    return replace(
        lifter,
        layers={name: layer for name, layer in lifter.layers.items() if name in names},
        tallies={key: tally for key, tally in lifter.tallies.items() if tally.name in names},
        scans={
            key: replace(scan, flags=flags)
            for key, scan in lifter.scans.items()
            if (flags := {name: when for name, when in scan.flags.items() if name in names})
        },
    )


def _is_small(tally: Tally, stored: Mapping[Pred, Table]) -> bool:
    """Whether a tally counts the integers of one column, which bits can stand for."""
    for solution, values in tally.parts:
        (value, *more) = values
        if more or not isinstance(value, exp.Column):
            return False
        table = stored[solution.rows[int(value.table.removeprefix("r"))]]
        if table.columns is None or table.columns[table.names.index(value.name)].kind is not Kind.INTEGER:
            return False
    return True


def _where(conditions: Sequence[exp.Expr], value: exp.Expr) -> exp.Expr:
    """A value under conditions, if there are any, else null."""
    return exp.Case().when(and_([each.copy() for each in conditions]), value) if conditions else value


def _merged(scans: Iterable[Scan]) -> list[Scan]:
    """Those that read the same rows as one: what only one of them joins on becomes a condition on its flags."""
    found: dict[tuple[Pred, ...], list[Scan]] = {}
    for scan in sorted(scans, key=lambda each: len(each.joins)):
        known = found.setdefault(scan.rows, [])
        for index, each in enumerate(known):
            if set(each.joins) <= set(scan.joins) and not each.tallied.keys() & scan.tallied.keys():
                known[index] = _with(each, scan, [join for join in scan.joins if join not in each.joins])
                break
        else:
            known.append(scan)
    return [scan for several in found.values() for scan in several]


def _with(one: Scan, other: Scan, own: list[exp.Expr]) -> Scan:
    flags = {name: and_([*(join.copy() for join in own), when]) for name, when in other.flags.items()}
    tallied = {name: _where(own, value) for name, value in other.tallied.items()}
    return Scan(one.rows, one.joins, one.flags | flags, one.tallied | tallied)


def gathered_query(wide: Wide, known: Mapping[int, exp.Query] | None = None) -> exp.Select:
    """The words of each case that has any fact that is gathered: `case`, by name, and `wide.columns`; `known` has queries for
    some of the scans, by place."""
    own = known or {}
    return _grouped(
        [own.get(place) or _scan_query(scan, wide, wide.lifter.stored) for place, scan in enumerate(wide.scans)], wide
    )


def words_query(scan: Scan, wide: Wide, source: str) -> exp.Select:
    """The words of each of some rows that stand for the facts of a scan: its number as `$case`, and `wide.columns`."""
    pred = scan.rows[0]
    stored = {pred: replace(wide.lifter.stored[pred], name=source)}
    query = _grouped([_scan_query(scan, wide, stored)], wide)
    query.expressions[0].replace(exp.column("case").as_("$case", quoted=True))
    return query


def codes_query(scan: Scan, wide: Wide, source: str) -> exp.Select:
    """The words of each of some rows that stand for the facts of a predicate whose facts are joined as bits: its number as `$case`,
    and `wide.codes`."""
    pred = scan.rows[0]
    rows = _rows_query(scan.rows, (), {pred: replace(wide.lifter.stored[pred], name=source)})
    rows.expressions[0].replace(exp.column(wide.lifter.stored[pred].names[0], quoted=True).as_("$case", quoted=True))
    return rows.select(*_raised(scan, wide, wide.codes), copy=False)


def _grouped(scans: Sequence[exp.Query], wide: Wide) -> exp.Select:
    return _together(_all_of(scans), wide.columns)


def coded_query(wide: Wide, facts: Sequence[exp.Query]) -> exp.Select:
    """The words of each case that has any fact that is joined as bits: `case`, by name, and `wide.codes`, from the queries for the
    facts of each such predicate. The table `CODES` has them."""
    return _together(_all_of(facts), wide.codes)


def _together(rows: exp.Expr, words: Iterable[str]) -> exp.Select:
    """All words of each case that some rows have, as one row."""
    gathered = [function("bit_or", exp.column(name)).as_(name) for name in words]
    query = exp.Select(expressions=[exp.column("case"), *gathered]).from_(rows, copy=False)
    return query.group_by(exp.column("case"), copy=False)


def base_query(wide: Wide, doubled: Collection[Pred] = (), *, in_order: bool = True) -> exp.Select:
    """A row for each case: `number`, `name`, whether it is among the `gathered`, the words of flags, the values
    of predicates that have one for a case, and counts. Of the predicates in `doubled` a case may have equal rows; where another whose
    values are joined has, so has the result."""
    lifter = wide.lifter
    number = exp.column("number", table="c", quoted=True)
    columns: list[exp.Expr] = [number, exp.column("name", table="c", quoted=True)]
    select = exp.select().from_(exp.alias_(exp.table_("cases"), "c", table=True))
    if wide.columns:
        _left_join(select, exp.select("*").from_(exp.table_(GATHERED)), "g")
        has_some = exp.not_(exp.Is(this=exp.column("case", table="g"), expression=exp.null()))
        columns.append(has_some.as_(GATHERED))
    for word in wide.words:
        columns.append(exp.func("coalesce", exp.column(word, table="g"), big(0)).as_(word))
    if wide.codes:
        _left_join(select, exp.select("*").from_(exp.table_(CODES)), CODED)
    for word in wide.codes:
        columns.append(exp.func("coalesce", exp.column(word, table=CODED), big(0)).as_(word))
    for index, (pred, table) in enumerate(lifter.singles.items()):
        stored = [exp.column(name, quoted=True) for name in table.names]
        rows = exp.select(*stored).from_(exp.table_(table.name, quoted=True))
        if pred in doubled or pred not in wide.joined:
            values = [function("any_value", each).as_(each.name, quoted=True) for each in stored[1:]]
            rows = exp.select(stored[0], *values).from_(exp.table_(table.name, quoted=True)).group_by(stored[0].copy())
        _left_join(select, rows, f"s{index}")
        for name in table.names[1:]:
            value = exp.column(exp.to_identifier(name, quoted=True), table=f"s{index}")
            columns.append(value.as_(value_column(pred, name), quoted=True))
    for tally in lifter.tallies.values():
        counted = _tally_query(tally, lifter.stored)
        alias = f"t_{tally.name}"
        count: exp.Expr = exp.column("n", table=alias)
        if tally in wide.tallies:
            bits = exp.column(tally.name, table="g")
            counted = counted.where(exp.column("case").isin(query=_uncountable(tally)))
            count = exp.func("coalesce", count, function("bit_count", bits))
        _left_join(select, counted, alias)
        columns.append(exp.func("coalesce", count, exp.Literal.number(0)).as_(tally.name))
    select.select(*columns, copy=False)
    return select.order_by(number.copy(), copy=False) if in_order else select


def _uncountable(tally: Tally) -> exp.Select:
    """The cases that have a value that is too large for a bit of a word, which are counted otherwise."""
    mark = exp.BitwiseAnd(this=exp.column(tally.name), expression=big(_TOO_LARGE))
    return (
        exp.select(exp.column("case"))
        .from_(exp.table_(GATHERED))
        .where(exp.NEQ(this=exp.paren(mark), expression=big(0)))
    )


def wide_query(wide: Wide, source: str) -> exp.Select:
    """The rows of `base_query`, which `source` has, with every column that the lifter made."""
    named = (exp.alias_(is_set(wide.place[name]), name, copy=False) for name in sorted(wide.named))
    return layered(
        exp.Select(expressions=[exp.Star(), *named]).from_(exp.table_(source)),
        wide.lifter,
        lambda _, made: [exp.alias_(each, name) for name, each in made.items()],
    )


def layered(
    select: exp.Select, lifter: Lifter, added: Callable[[int, dict[str, exp.Expr]], list[exp.Expr]]
) -> exp.Select:
    """The rows of a query with the columns that are added for each layer, from its number and expressions."""
    for level in range(1, 1 + max((level for level, _ in lifter.layers.values()), default=0)):
        columns = added(level, {name: made for name, (on, made) in lifter.layers.items() if on == level})
        inner = select.subquery(f"layer{level}", copy=False)
        select = exp.Select(expressions=[exp.Star(), *columns]).from_(inner, copy=False)
    return select


def _all_of(branches: Sequence[exp.Query]) -> exp.Expr:
    return union_of(branches).subquery("q", copy=False)


def _scan_query(scan: Scan, wide: Wide, stored: Mapping[Pred, Table]) -> exp.Select:
    sums = _raised(scan, wide, wide.words)
    for tally in wide.tallies:
        value = scan.tallied.get(tally.name)
        sums.append((big(0) if value is None else _bit_of(value)).as_(tally.name))
    return _rows_query(scan.rows, scan.joins, stored).select(*sums, copy=False)


def _raised(scan: Scan, wide: Wide, words: Iterable[str]) -> list[exp.Expr]:
    """The words with the bits that rows of a scan raise."""
    conditions: dict[Place, list[exp.Expr]] = {}
    for name, when in scan.flags.items():
        conditions.setdefault(wide.place[name], []).append(when.copy())
    found: list[exp.Expr] = []
    for word in words:
        own = ((or_(several), bit) for (of, bit), several in conditions.items() if of == word)
        found.append(exp.alias_(raised(own), word, copy=False))
    return found


def _bit_of(value: exp.Expr) -> exp.Expr:
    """The bit for a small integer, or the one that says that there is a larger or a negative one."""
    small = exp.Between(this=value.copy(), low=exp.Literal.number(0), high=exp.Literal.number(BITS - 1))
    bit = exp.BitwiseLeftShift(this=big(1), expression=value.copy())
    known = exp.not_(exp.Is(this=value.copy(), expression=exp.null()))
    return exp.Case().when(small, bit).when(known, big(_TOO_LARGE)).else_(big(0))


def _tally_query(tally: Tally, stored: Mapping[Pred, Table]) -> exp.Select:
    branches: list[exp.Select] = []
    for solution, values in tally.parts:
        columns = [value.copy().as_(f"v{index}") for index, value in enumerate(values)]
        query = _rows_query(solution.rows, solution.joins, stored).select(*columns)
        branches.append(query.where(*(each.copy() for each in solution.filters)) if solution.filters else query)
    width = len(tally.parts[0][1])
    parts = [exp.column(f"v{index}") for index in range(width)]
    counted: exp.Expr = parts[0] if width == 1 else function("row", *parts)
    number = exp.Count(this=exp.Distinct(expressions=[counted]))
    return exp.select(exp.column("case"), number.as_("n")).from_(_all_of(branches)).group_by(exp.column("case"))


def _rows_query(rows: tuple[Pred, ...], joins: tuple[exp.Expr, ...], stored: Mapping[Pred, Table]) -> exp.Select:
    first = stored[rows[0]]
    query = exp.select(exp.column(first.names[0], table="r0", quoted=True).as_("case"))
    query = query.from_(exp.alias_(exp.table_(first.name, quoted=True), "r0", table=True))
    ready = joins_of_rows(joins, len(rows))
    for index, pred in enumerate(rows[1:], 1):
        table = stored[pred]
        same = exp.EQ(
            this=exp.column(table.names[0], table=f"r{index}", quoted=True),
            expression=exp.column(first.names[0], table="r0", quoted=True),
        )
        on = exp.and_(same, *(each.copy() for each in ready[index]))
        query = query.join(exp.alias_(exp.table_(table.name, quoted=True), f"r{index}", table=True), on=on)
    return query


def _left_join(select: exp.Select, rows: exp.Query, alias: str) -> None:
    on = exp.EQ(this=exp.column("name", table="c", quoted=True), expression=exp.column("case", table=alias))
    select.join(rows.subquery(alias, copy=False), on=on, join_type="left", copy=False)
