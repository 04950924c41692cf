"""Solutions of a conjunction for one case: conditions on the case, and rows of facts with conditions on them. They grow by
what literals bind (`unified`) and by comparisons, built-in calls and memberships (`tested`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from sqlglot import exp

from engine.backends.sql.scalars import built_in, calculated, compared, exists_value, listed, numeric
from engine.backends.sql.values import Column, Value, literal
from engine.scopes import solve_test
from kb.language.builtins import BUILTINS, OneValue
from kb.language.syntax import Builtin, Compare, Expr, Member, Op, Pred
from kb.language.terms import Const, Term, Var
from kb.language.traversal import literal_terms, variables


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

    @classmethod
    def of(cls, name: str, held: Column, alias: str | None = None) -> Cell:
        """A column of the wide table, or of a row of facts under an alias."""
        return cls(Value(exp.column(exp.to_identifier(name, quoted=True), table=alias), held.kind), alias is not None)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A value that is asked for, as something else depends on it."""


Argument: TypeAlias = Const | Case | Cell
CASE = Case()
WANTED = Wanted()
Args: TypeAlias = tuple[Argument | None, ...]
Asked: TypeAlias = tuple[Argument | Wanted | None, ...]
"""Arguments that a row is asked for with: `WANTED` for values that are asked for, None for any."""


@dataclass(frozen=True, slots=True)
class Solution:
    """Under what a conjunction holds: conditions on the case, rows of facts, conditions between them and on each."""

    conditions: tuple[exp.Expr, ...] = ()
    rows: tuple[Pred, ...] = ()
    joins: tuple[exp.Expr, ...] = ()
    filters: tuple[exp.Expr, ...] = ()

    @property
    def shape(self) -> tuple[object, ...]:
        """What it has in common with those that differ from it in the conditions on their rows alone."""
        return self.rows, self.joins, frozenset(self.conditions)

    def where(self, condition: exp.Expr) -> Solution:
        """With a condition more on the case."""
        return self if condition == exp.true() else replace(self, conditions=(*self.conditions, condition))

    def tested(self, condition: exp.Expr, items: Iterable[Argument]) -> Solution | None:
        """With a condition more about some items: on the case, on one row, or between rows; None if it never holds."""
        if condition == exp.false():
            return None
        cells = [item for item in items if isinstance(item, Cell)]
        of_rows = [cell for cell in cells if cell.of_row]
        if condition == exp.true() or not of_rows:
            return self.where(condition)
        if len(of_rows) < len(cells):
            raise UnfitError("a row against a value of its case")
        aliases = {column.table for cell in of_rows for column in cell.value.sql.find_all(exp.Column)}
        if "" in aliases:
            raise UnfitError("a row with a value of its case")
        if len(aliases) > 1:
            return replace(self, joins=(*self.joins, condition))
        return replace(self, filters=(*self.filters, condition))

    def unified(self, one: Argument, other: Argument) -> Solution | None:
        """The solution under which two items are one constant; None if they never are."""
        if isinstance(one, Case) or isinstance(other, Case):
            if one == other:
                return self
            raise UnfitError("a case as a value")
        if not isinstance(one, Cell) and not isinstance(other, Cell):
            return self if one == other else None
        return self.tested(compared("=", value_of(one), value_of(other)), (one, other))

    def matched(self, args: Args, items: tuple[Argument, ...]) -> tuple[Args, Solution] | None:
        """The row that a stored row of items is for some arguments (None for any), and the solution under which it
        agrees with them; None if it never does."""
        found: Solution | None = self
        for arg, item in zip(args, items, strict=True):
            if arg is not None and found is not None:
                found = found.unified(arg, item)
        row = tuple(item if arg is None else arg for arg, item in zip(args, items, strict=True))
        return None if found is None else (row, found)


Env: TypeAlias = dict[Var, Argument]


@dataclass(frozen=True, slots=True)
class Scan:
    """A look at the facts of each case: rows joined, the conditions under which they raise each of its flags, and the
    value whose bit is set for each tally."""

    rows: tuple[Pred, ...]
    joins: tuple[exp.Expr, ...] = ()
    flags: dict[str, exp.Expr] = field(default_factory=dict)
    tallied: dict[str, exp.Expr] = field(default_factory=dict)


Counted: TypeAlias = tuple[tuple[Solution, tuple[exp.Expr, ...]], ...]
"""Conjunctions with the values that are counted over their rows."""


@dataclass(frozen=True, slots=True)
class Tally:
    """A column that counts the distinct values over the rows of several conjunctions."""

    name: str
    parts: Counted


def joins_of_rows(joins: Iterable[exp.Expr], count: int) -> list[list[exp.Expr]]:
    """For each row, the conditions between rows that can be tested once it is there."""
    found: list[list[exp.Expr]] = [[] for _ in range(count)]
    for join in joins:
        found[max(int(each.table[1:]) for each in join.find_all(exp.Column))].append(join)
    return found


def distinct(parts: Iterable[exp.Expr]) -> list[exp.Expr]:
    """Each expression once."""
    return list(dict.fromkeys(parts))


def minimal(solutions: Iterable[Solution]) -> list[Solution]:
    """Those of equal shape whose conditions no other's are part of."""
    kept: list[tuple[frozenset[exp.Expr], Solution]] = []
    for solution in sorted(solutions, key=lambda each: len(each.filters)):
        filters = frozenset(solution.filters)
        if not any(other <= filters for other, _ in kept):
            kept.append((filters, solution))
    return [solution for _, solution in kept]


def smallest(rows: Counted) -> Counted:
    """Of each group of equal shape and values, those that no other makes superfluous."""
    groups: dict[tuple[tuple[object, ...], tuple[exp.Expr, ...]], list[Solution]] = {}
    for solution, values in rows:
        groups.setdefault((solution.shape, values), []).append(solution)
    return tuple((solution, values) for (_, values), several in groups.items() for solution in minimal(several))


def argument_of(term: Term, env: Env) -> Argument | None:
    """What a term stands for; None if it is not known."""
    return env.get(term) if isinstance(term, Var) else term


def value_of(item: Argument) -> Value:
    """The value of an item as an expression."""
    if isinstance(item, Case):
        raise UnfitError("a case as a value")
    return item.value if isinstance(item, Cell) else literal(item)


def extended(env: Env, terms: tuple[Term, ...], row: Args, solution: Solution) -> tuple[Env, Solution] | None:
    """The environment with what a row (None for any) binds; its values have to agree with constants, and where a new
    variable occurs twice. None if they never do."""
    bound = dict(env)
    found: Solution | None = solution
    for term, item in zip(terms, row, strict=True):
        if item is None or found is None or term in env:
            continue
        known = bound.get(term) if isinstance(term, Var) else term
        if known is not None:
            found = found.unified(known, item)
        elif isinstance(term, Var):
            bound[term] = item
    return None if found is None else (bound, found)


# --- tests ---------------------------------------------------------------------------------------------------------


def tested(test: Compare | Builtin | Member, env: Env, solution: Solution) -> Iterator[tuple[Env, Solution]]:
    """What is left of a solution where a test holds, with what it binds. Raises `UnfitError` if that takes more than conditions."""
    mentioned = {var: env[var] for var in variables(literal_terms(test)) if var in env}
    constants = {var: item for var, item in mentioned.items() if not isinstance(item, Case | Cell)}
    if len(constants) == len(mentioned):
        for binding in solve_test(test, constants):
            yield {**env, **binding}, solution
        return
    items = tuple(mentioned.values())
    match test:
        case Compare("is", left, right):
            yield from _equated(left, _number(right, env), env, solution, items)
        case Compare("=", left, Var() as target) if target not in env:
            yield from _equated(target, _expression(left, env), env, solution, items)
        case Compare("=", left, right):
            yield from _equated(left, _expression(right, env), env, solution, items)
        case Compare(op, left, right):
            one, other = _expression(left, env), _expression(right, env)
            if one is not None and other is not None:
                yield from _where(compared(op, one, other), env, solution, items)
        case Builtin(name, (*inputs, last)):
            record = BUILTINS[name]
            if not isinstance(record.sql, OneValue):
                raise UnfitError(name)
            known = [value for value in (_expression(each, env) for each in inputs) if value is not None]
            if len(known) == len(inputs):
                yield from _equated(last, built_in(record, record.sql, known), env, solution, items)
        case Member(item, choices):
            value = _expression(item, env)
            if value is not None:
                yield from _where(listed(value, [literal(each) for each in choices]), env, solution, items)
        case Builtin(name):
            raise UnfitError(name)


def _where(
    condition: exp.Expr, env: Env, solution: Solution, items: tuple[Argument, ...]
) -> Iterator[tuple[Env, Solution]]:
    found = solution.tested(condition, items)
    if found is not None:
        yield env, found


def _equated(
    target: Expr, value: Value | None, env: Env, solution: Solution, items: tuple[Argument, ...]
) -> Iterator[tuple[Env, Solution]]:
    """Where an expression has a value; a new variable gets it."""
    if value is None:
        return
    if not isinstance(target, Var) or target in env:
        known = _expression(target, env)
        if known is not None:
            yield from _where(compared("=", known, value), env, solution, items)
        return
    of_row = {item.of_row for item in items if isinstance(item, Cell)}
    if len(of_row) > 1:
        raise UnfitError("a row with a value of its case")
    yield from _where(exists_value(value), {**env, target: Cell(value, True in of_row)}, solution, items)


def _number(expr: Expr, env: Env) -> Value | None:
    value = _expression(expr, env)
    return None if value is None else numeric(value)


def _expression(expr: Expr, env: Env) -> Value | None:
    if isinstance(expr, Op):
        args = [_expression(arg, env) for arg in expr.args]
        known = [arg for arg in args if arg is not None]
        return calculated(expr.name, known) if len(known) == len(args) else None
    item = argument_of(expr, env)
    if item is None:
        raise UnfitError("an unbound variable")
    return value_of(item)
