"""Ways for a conjunction to hold of one case: conditions on the case, and rows of facts with conditions on them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeAlias

from sqlglot import exp

from engine.backends.sql.scalars import both, compared
from engine.backends.sql.values import Table, Value, literal
from kb.language.syntax import Pred
from kb.language.terms import Const, Term, Var


class UnfitError(Exception):
    """Raised for a rule that cannot be an expression over one case's columns."""


@dataclass(frozen=True, slots=True)
class Case:
    """The case at hand."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value that is a column: of the wide table, or of a row of facts that is being joined."""

    value: Value
    of_row: bool = False


Item: TypeAlias = Const | Case | Cell
CASE = Case()
Args: TypeAlias = tuple[Item | None, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """A way for a conjunction to hold: conditions on the case, and rows of facts with conditions on them."""

    conditions: tuple[exp.Expr, ...] = ()
    rows: tuple[Pred, ...] = ()
    joins: tuple[exp.Expr, ...] = ()
    filters: tuple[exp.Expr, ...] = ()


Env: TypeAlias = dict[Var, Item]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A conjunction of facts, and the conditions under which its rows raise each of its flags."""

    rows: tuple[Pred, ...]
    joins: tuple[exp.Expr, ...]
    flags: dict[str, exp.Expr] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tally:
    """A column that counts the distinct values of `value` over the rows of several conjunctions."""

    name: str
    parts: tuple[tuple[Way, tuple[exp.Expr, ...]], ...]


def cell_of(name: str, table: Table, index: int, alias: str | None = None) -> Cell:
    """A column of the wide table, or of a row of facts under an alias."""
    assert table.columns is not None
    column = exp.column(exp.to_identifier(name, quoted=True), table=alias)
    return Cell(Value(column, table.columns[index].kind), of_row=alias is not None)


def under(way: Way, condition: exp.Expr) -> Way:
    """The way with a condition more on its case."""
    if condition == exp.true():
        return way
    return replace(way, conditions=(*way.conditions, condition))


def texts(parts: tuple[exp.Expr, ...]) -> tuple[str, ...]:
    """The text of each expression, to compare them by."""
    return tuple(part.sql(copy=False) for part in parts)


def shape_of(way: Way) -> tuple[object, ...]:
    """What ways have in common that differ in the conditions on their rows alone."""
    return (way.rows, texts(way.joins), frozenset(texts(way.conditions)))


def distinct(parts: list[exp.Expr]) -> list[exp.Expr]:
    """Each expression once."""
    return list({part.sql(copy=False): part for part in parts}.values())


def minimal(ways: list[Way]) -> list[Way]:
    """Those of equal shape whose conditions no other's are part of."""
    kept: list[tuple[frozenset[str], Way]] = []
    for way in sorted(ways, key=lambda each: len(each.filters)):
        filters = frozenset(texts(way.filters))
        if not any(other <= filters for other, _ in kept):
            kept.append((filters, way))
    return [way for _, way in kept]


def smallest(
    rows: list[tuple[Way, tuple[exp.Expr, ...]]],
) -> list[tuple[Way, tuple[exp.Expr, ...]]]:
    """Of each group of equal shape and values, those that no other makes superfluous."""
    groups: dict[object, list[tuple[Way, tuple[exp.Expr, ...]]]] = {}
    for way, values in rows:
        groups.setdefault((shape_of(way), texts(values)), []).append((way, values))
    return [(way, several[0][1]) for several in groups.values() for way in minimal([each for each, _ in several])]


def item_of(term: Term, env: Env) -> Item | None:
    """What a term stands for; None if it is not known."""
    return env.get(term) if isinstance(term, Var) else term


def value_of(item: Item) -> Value:
    """The value of an item as an expression."""
    if isinstance(item, Case):
        raise UnfitError("a case as a value")
    return item.value if isinstance(item, Cell) else literal(item)


def unified(one: Item, other: Item, way: Way) -> Way | None:
    """The way under which two items are one constant; None if they never are."""
    if isinstance(one, Case) or isinstance(other, Case):
        if one == other:
            return way
        raise UnfitError("a case as a value")
    if not isinstance(one, Cell) and not isinstance(other, Cell):
        return way if one == other else None
    condition = compared("=", value_of(one), value_of(other))
    return None if condition == exp.false() else conditioned(way, condition, (one, other))


def conditioned(way: Way, condition: exp.Expr, items: tuple[Item, ...]) -> Way:
    """The way with a condition more: on the case, on one row, or between rows."""
    if condition == exp.true():
        return way
    cells = [item for item in items if isinstance(item, Cell)]
    of_rows = [cell for cell in cells if cell.of_row]
    if not of_rows:
        return under(way, condition)
    if len(of_rows) < len(cells):
        raise UnfitError("a row against a value of its case")
    aliases = {column.table for cell in of_rows for column in cell.value.sql.find_all(exp.Column)}
    if "" in aliases:
        raise UnfitError("a row with a value of its case")
    if len(aliases) > 1:
        return replace(way, joins=(*way.joins, condition))
    return replace(way, filters=(*way.filters, condition))


def are_same(one: tuple[Item | None, ...], other: tuple[Item | None, ...]) -> exp.Expr:
    """Whether two rows of known values are equal."""
    conditions: list[exp.Expr] = []
    for left, right in zip(one, other, strict=True):
        if left is None or right is None:
            raise UnfitError("a value that is not known")
        if not isinstance(left, Cell) and not isinstance(right, Cell):
            conditions.append(exp.true() if left == right else exp.false())
            continue
        if any(isinstance(each, Cell) and each.of_row for each in (left, right)):
            raise UnfitError("a row as a value")
        conditions.append(compared("=", value_of(left), value_of(right)))
    return both(conditions)


def extended_by(env: Env, args: tuple[Term, ...], row: Args) -> Env | None:
    """The environment with what a row binds; None if a new variable occurs twice."""
    new = [arg for arg in args if isinstance(arg, Var) and arg not in env]
    if len(set(new)) < len(new):
        return None
    bound = {arg: item for arg, item in zip(args, row, strict=True) if isinstance(arg, Var) and item is not None}
    return {**bound, **env}


def joined_by(env: Env, args: tuple[Term, ...], row: Args, way: Way) -> tuple[Env, Way] | None:
    """As `extended_by`, where a new variable occurs twice: its values have to agree."""
    found: Way | None = way
    extended = dict(env)
    for arg, item in zip(args, row, strict=True):
        if not isinstance(arg, Var) or item is None or found is None or arg in env:
            continue
        if arg in extended:
            found = unified(extended[arg], item, found)
        else:
            extended[arg] = item
    return None if found is None else (extended, found)
