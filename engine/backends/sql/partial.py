"""A query as far as it is written: the tables that are joined, the conditions, and the values that variables have in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Protocol, TypeAlias

from sqlglot import exp

from engine.backends.sql import scalars
from engine.backends.sql.relational import Relations
from engine.backends.sql.statements import (
    aliased,
    better,
    columns_of,
    equals_constant,
    exists_in,
    one_row,
    selected,
    united,
)
from engine.backends.sql.values import Column, Table, Value, in_kind, literal
from engine.reading.plan import Rel
from kb.language.syntax import Expr, Op, Pred
from kb.language.terms import Term, Var

MOST_JOINED = 24
"""How many tables and subqueries a query may join: planners take time that grows with the cube of that and more."""

COMPUTED = "computed"
"""What common table expressions are called whose columns are not to be computed again in what reads them."""


class DeadEndError(Exception):
    """Raised when a body can have no rows, whatever the facts are."""


class NotAConditionError(Exception):
    """Raised when something cannot be said as a condition on a row."""


class Tables(Protocol):
    """The tables that a query may read: those that are there, and those that are made when they are asked for."""

    @property
    def relations(self) -> Relations:
        """The relational plan."""

    @property
    def domain(self) -> Table:
        """Every constant, in one column."""

    @property
    def cases(self) -> Table | None:
        """The cases of a population, in one column."""

    def stored_table(self, pred: Pred) -> Table:
        """The table of a predicate's stated facts."""

    def table(self, rel: Rel, *, of_cases: bool = True) -> Table:
        """The table of a relation; not `of_cases`: also with rows about constants that are no cases."""

    def table_beyond(self, rel: Rel, asked: exp.Query) -> Table:
        """The table of a relation over every constant and, beside these, those of the one column of a query, in which they
        are of any kind."""


class Statement:
    """One query that is being written: its common table expressions, and its aliases. In recursion, `asked` takes the
    queries for computed constants that recursive relations are asked about, of which their tables are to have rows."""

    def __init__(self, tables: Tables, of_cases: bool, asked: list[exp.Query] | None = None) -> None:
        self.tables = tables
        self.of_cases = of_cases
        self.asked = asked
        self.parts: list[tuple[str, exp.Query]] = []
        self._aliases = 0

    def alias(self) -> str:
        self._aliases += 1
        return f"t{self._aliases}"

    def part(self, word: str, query: exp.Query) -> str:
        """Adds a common table expression, and gives its name, which no table has: there is a blank in it."""
        self._aliases += 1
        name = f"{word} {self._aliases}"
        self.parts.append((name, query))
        return name

    def with_parts(self, query: exp.Query) -> exp.Query:
        """The query with the common table expressions before it."""
        for name, part in self.parts:
            alone = True if name.startswith(COMPUTED) else None
            name_of_part = exp.to_identifier(name, quoted=True)
            query = query.with_(name_of_part, as_=part.copy(), materialized=alone, copy=False)
        return query


@dataclass(slots=True)
class Frame:
    """The variables of one rule with their values, which of them stands for the case, and which are needed by the literal
    at hand and those after it, or after it alone (None for all)."""

    values: dict[Var, Value] = field(default_factory=dict)
    key: Var | None = None
    needed: Set[Var] | None = None
    needed_after: Set[Var] | None = None

    def known(self, expr: Expr) -> bool:
        return not isinstance(expr, Var) or expr in self.values

    def gives_nothing(self, values: Mapping[Var, Value]) -> bool:
        """Whether values that a literal would give are no other than those there are, as far as they are needed."""
        needed = values.keys() if self.needed_after is None else values.keys() & self.needed_after
        return all(var in self.values and self.values[var].sql is values[var].sql for var in needed)

    def value(self, expr: Expr) -> Value:
        """The value of an expression, whose variables have values. Raises `DeadEndError` if it can have none."""
        if not isinstance(expr, Op):
            return self.values[expr] if isinstance(expr, Var) else literal(expr)
        result = scalars.calculated(expr.name, [self.value(arg) for arg in expr.args])
        if result is None:
            raise DeadEndError
        return result

    def matching(self, here: Value, arg: Term) -> exp.Expr:
        """Whether a column has the value of a term."""
        return scalars.equal(here, self.value(arg)) if isinstance(arg, Var) else equals_constant(here, arg)


@dataclass(slots=True)
class PartialQuery:
    """A query as far as it is written: tables joined, conditions, and the frames of rules whose variables have values in it.
    A `strict` one may not use common table expressions: it is to become a condition."""

    statement: Statement
    strict: bool = False
    sources: list[tuple[exp.Expr, list[exp.Expr]]] = field(default_factory=list)
    conditions: list[exp.Expr] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)

    def select(self, shown: list[exp.Expr]) -> exp.Select:
        """The query for expressions over the body's rows."""
        query = exp.Select(expressions=shown)
        sources = self.sources or ([(one_row(self.statement.alias()), [])] if self.conditions else [])
        for index, (source, on) in enumerate(sources):
            if index == 0:
                query = query.from_(source.copy(), copy=False)
            elif on:
                query = query.join(source.copy(), on=scalars.and_(on).copy(), copy=False)
            else:
                query = query.join(source.copy(), join_type="cross", copy=False)
        condition = scalars.and_([*sources[0][1], *self.conditions] if sources else []).copy()
        return query if condition == scalars.TRUE else query.where(condition, copy=False)

    def require(self, condition: exp.Expr) -> None:
        """Adds a condition."""
        if condition == scalars.FALSE:
            raise DeadEndError
        if condition != scalars.TRUE:
            self.conditions.append(condition)

    def flush(self, word: str = "rows", *, distinct: bool = False) -> None:
        """Makes a common table expression of the body so far, so that the values that are still needed are columns of one
        table; a `distinct` one also keeps planners from joining it with what follows."""
        frames = {id(frame): frame for frame in self.frames}.values()
        for frame in frames:
            if frame.needed is not None:
                frame.values = {var: value for var, value in frame.values.items() if var in frame.needed}
        held = [value for frame in frames for value in frame.values.values()]
        is_flat = len(self.sources) <= 1 and not self.conditions and not any(on for _, on in self.sources)
        is_flat = is_flat and all(isinstance(value.sql, exp.Column) for value in held)
        if is_flat and (self.sources or not held):
            return
        names = {sql: f"v{number}" for number, sql in enumerate(dict.fromkeys(value.sql for value in held))}
        shown = [exp.alias_(sql.copy(), name) for sql, name in names.items()]
        query = self.select(shown or [exp.alias_(scalars.number(1), "holds")])
        part = self.statement.part(word, query.distinct(copy=False) if distinct else query)
        alias = self.statement.alias()
        for frame in frames:
            for var, value in frame.values.items():
                column = exp.column(names[value.sql], table=alias)
                frame.values[var] = Value(column, value.kind, value.computed, of_cases=value.of_cases)
        self.sources[:] = [(aliased(part, alias), [])]
        self.conditions.clear()

    def split(self) -> None:
        """Makes a common table expression of a body that joins many tables."""
        subqueries = sum(1 for each in self.conditions if each.find(exp.Subquery, exp.Exists))
        if len(self.sources) + subqueries > MOST_JOINED:
            if self.strict:
                raise NotAConditionError
            self.flush(distinct=True)

    def join(self, table: Table, args: tuple[Term, ...], frame: Frame) -> None:
        """Adds a table whose columns have the values of terms. Raises `DeadEndError` if it can have no such row."""
        if table.columns is None:
            raise DeadEndError
        alias = self.statement.alias()
        values, on = dict(frame.values), []
        for here, arg in zip(columns_of(table, alias), args, strict=True):
            if isinstance(arg, Var):
                if arg in values:
                    on.append(scalars.equal(here, values[arg]))
                values[arg] = better(values[arg], here) if arg in values else here
            else:
                on.append(equals_constant(here, arg))
        if any(condition == scalars.FALSE for condition in on):
            raise DeadEndError
        on = [each for each in on if each != scalars.TRUE]
        if self.sources and not self.strict and frame.gives_nothing(values):
            self.require(exists_in([aliased(table.name, alias)], on))  # one row will do, however many there are
        else:
            frame.values = values
            self.sources.append((aliased(table.name, alias), on))

    def bind(self, term: Term, value: Value, frame: Frame) -> None:
        """Gives a term a value, or requires that it has it."""
        if isinstance(term, Var) and term not in frame.values:
            frame.values[term] = value
        elif isinstance(term, Var):
            self.require(scalars.equal(frame.values[term], value))
        else:
            self.require(equals_constant(value, term))

    def as_condition(self) -> exp.Expr:
        """That the query has a row. Raises `NotAConditionError` if that cannot be said."""
        if not self.sources:
            return scalars.and_(self.conditions)
        conditions = [each for _, on in self.sources for each in on] + self.conditions
        if any(each.find(exp.Subquery, exp.Exists) or scalars.calls_functions(each) for each in conditions):
            raise NotAConditionError  # Spark calls no function in the condition of a negated subquery
        return exists_in([source for source, _ in self.sources], conditions)


Alternative: TypeAlias = tuple[PartialQuery, tuple[Value, ...]]
"""A query, and the values of the columns of a relation in it."""


def columns_of_alternatives(found: Sequence[Alternative]) -> tuple[Column, ...]:
    """What columns hold that have the rows of all alternatives, of which there is one at least."""
    return tuple(
        reduce(or_, (value.column for value in values)) for values in zip(*(row for _, row in found), strict=True)
    )


def rows_of_alternatives(
    found: Sequence[Alternative], columns: tuple[Column, ...], names: tuple[str, ...]
) -> exp.Query:
    """The query for the distinct rows of alternatives, in columns that hold what they are to hold."""
    rows = []
    for query, values in found:
        shown = [in_kind(value, column.kind).sql.copy() for value, column in zip(values, columns, strict=True)]
        rows.append(query.select(selected(shown, names)))
    return united(rows)
