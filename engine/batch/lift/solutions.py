"""Solutions of a conjunction for one case: conditions on the case, and rows of facts with conditions on them. They grow by
what literals bind (`unified`) and by comparisons, built-in calls and memberships (`tested`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from sqlglot import exp

from engine.backends.sql.scalars import and_, built_in, calculated, compared, exists_value, listed, numeric
from engine.backends.sql.values import Table, Value, literal
from engine.scopes import solve_test
from kb.language.builtins import BUILTINS, OneValue
from kb.language.syntax import Builtin, Compare, Expr, Member, Op, Pred, literal_terms, variables
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


Argument: TypeAlias = Const | Case | Cell
CASE = Case()
Args: TypeAlias = tuple[Argument | None, ...]


@dataclass(frozen=True, slots=True)
class Solution:
    """Under what a conjunction holds: conditions on the case, rows of facts, conditions between them and on each."""

    conditions: tuple[exp.Expr, ...] = ()
    rows: tuple[Pred, ...] = ()
    joins: tuple[exp.Expr, ...] = ()
    filters: tuple[exp.Expr, ...] = ()

    def where(self, condition: exp.Expr) -> Solution:
        """With a condition more on the case."""
        return self if condition == exp.true() else replace(self, conditions=(*self.conditions, condition))


Env: TypeAlias = dict[Var, Argument]


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
    parts: tuple[tuple[Solution, tuple[exp.Expr, ...]], ...]


def cell_of(name: str, table: Table, index: int, alias: str | None = None) -> Cell:
    """A column of the wide table, or of a row of facts under an alias."""
    assert table.columns is not None
    column = exp.column(exp.to_identifier(name, quoted=True), table=alias)
    return Cell(Value(column, table.columns[index].kind), of_row=alias is not None)


def texts(parts: tuple[exp.Expr, ...]) -> tuple[str, ...]:
    """The text of each expression, to compare them by."""
    return tuple(part.sql(copy=False) for part in parts)


def shape_of(solution: Solution) -> tuple[object, ...]:
    """What solutions have in common that differ in the conditions on their rows alone."""
    return (solution.rows, texts(solution.joins), frozenset(texts(solution.conditions)))


def distinct(parts: list[exp.Expr]) -> list[exp.Expr]:
    """Each expression once."""
    return list({part.sql(copy=False): part for part in parts}.values())


def minimal(solutions: list[Solution]) -> list[Solution]:
    """Those of equal shape whose conditions no other's are part of."""
    kept: list[tuple[frozenset[str], Solution]] = []
    for solution in sorted(solutions, key=lambda each: len(each.filters)):
        filters = frozenset(texts(solution.filters))
        if not any(other <= filters for other, _ in kept):
            kept.append((filters, solution))
    return [solution for _, solution in kept]


def smallest(
    rows: list[tuple[Solution, tuple[exp.Expr, ...]]],
) -> list[tuple[Solution, tuple[exp.Expr, ...]]]:
    """Of each group of equal shape and values, those that no other makes superfluous."""
    groups: dict[object, list[tuple[Solution, tuple[exp.Expr, ...]]]] = {}
    for solution, values in rows:
        groups.setdefault((shape_of(solution), texts(values)), []).append((solution, values))
    return [
        (solution, several[0][1]) for several in groups.values() for solution in minimal([each for each, _ in several])
    ]


def argument_of(term: Term, env: Env) -> Argument | None:
    """What a term stands for; None if it is not known."""
    return env.get(term) if isinstance(term, Var) else term


def value_of(item: Argument) -> Value:
    """The value of an item as an expression."""
    if isinstance(item, Case):
        raise UnfitError("a case as a value")
    return item.value if isinstance(item, Cell) else literal(item)


def unified(one: Argument, other: Argument, solution: Solution) -> Solution | None:
    """The solution under which two items are one constant; None if they never are."""
    if isinstance(one, Case) or isinstance(other, Case):
        if one == other:
            return solution
        raise UnfitError("a case as a value")
    if not isinstance(one, Cell) and not isinstance(other, Cell):
        return solution if one == other else None
    condition = compared("=", value_of(one), value_of(other))
    return None if condition == exp.false() else conditioned(solution, condition, (one, other))


def conditioned(solution: Solution, condition: exp.Expr, items: tuple[Argument, ...]) -> Solution:
    """The solution with a condition more: on the case, on one row, or between rows."""
    if condition == exp.true():
        return solution
    cells = [item for item in items if isinstance(item, Cell)]
    of_rows = [cell for cell in cells if cell.of_row]
    if not of_rows:
        return solution.where(condition)
    if len(of_rows) < len(cells):
        raise UnfitError("a row against a value of its case")
    aliases = {column.table for cell in of_rows for column in cell.value.sql.find_all(exp.Column)}
    if "" in aliases:
        raise UnfitError("a row with a value of its case")
    if len(aliases) > 1:
        return replace(solution, joins=(*solution.joins, condition))
    return replace(solution, filters=(*solution.filters, condition))


def are_same(one: tuple[Argument | None, ...], other: tuple[Argument | None, ...]) -> exp.Expr:
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
    return and_(conditions)


def extended(env: Env, args: tuple[Term, ...], row: Args, solution: Solution) -> tuple[Env, Solution] | None:
    """The environment with what a row binds; where a new variable occurs twice, its values have to agree. None if they
    never do."""
    found: Solution | None = solution
    bound = dict(env)
    for arg, item in zip(args, row, strict=True):
        if not isinstance(arg, Var) or item is None or found is None or arg in env:
            continue
        if arg in bound:
            found = unified(bound[arg], item, found)
        else:
            bound[arg] = item
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
        case Compare("is", Var() as target, right) if target not in env:
            yield from _bound(target, _number(right, env), env, solution, items)
        case Compare("=", Var() as target, right) if target not in env:
            yield from _bound(target, _expression(right, env), env, solution, items)
        case Compare("=", left, Var() as target) if target not in env:
            yield from _bound(target, _expression(left, env), env, solution, items)
        case Compare(op, left, right):
            one, other = _expression(left, env), _number(right, env) if op == "is" else _expression(right, env)
            if one is not None and other is not None:
                condition = compared(op, one, other)
                if condition != exp.false():
                    yield env, conditioned(solution, condition, items)
        case Builtin(name, (*inputs, last)):
            record = BUILTINS[name]
            if not isinstance(record.sql, OneValue):
                raise UnfitError(name)
            found = [_expression(each, env) for each in inputs]
            known = [value for value in found if value is not None]
            result = built_in(record, record.sql, known) if len(known) == len(found) else None
            if result is None:
                return
            if isinstance(last, Var) and last not in env:
                yield from _bound(last, result, env, solution, items)
                return
            wanted = _expression(last, env)
            if wanted is not None:
                yield env, conditioned(solution, compared("=", result, wanted), items)
        case Member(item, choices):
            value = _expression(item, env)
            if value is not None:
                yield env, conditioned(solution, listed(value, [literal(each) for each in choices]), items)
        case Builtin(name):
            raise UnfitError(name)


def _bound(
    target: Var, value: Value | None, env: Env, solution: Solution, items: tuple[Argument, ...]
) -> Iterator[tuple[Env, Solution]]:
    if value is None:
        return
    cells = [item for item in items if isinstance(item, Cell)]
    of_row = any(cell.of_row for cell in cells)
    if of_row and not all(cell.of_row for cell in cells):
        raise UnfitError("a row with a value of its case")
    found = conditioned(solution, exists_value(value), items)
    yield {**env, target: Cell(value, of_row)}, found


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
