"""What bodies of rules are written in: one statement with its common table expressions, the tables that a query joins, and
the values of variables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from typing import Protocol, TypeAlias

from sqlglot import exp

from engine.backends.sql import scalars
from engine.backends.sql.relational import Relations
from engine.backends.sql.values import Kind, Table, Value, literal, native_kind
from engine.reading.plan import Rel
from kb.language.syntax import Pred
from kb.language.terms import Const, Term, Var

MOST_NODES = 600
"""How large a condition may get before what it says becomes a table or common table expression of its own."""


class DeadEndError(Exception):
    """Raised when a body can have no rows, whatever the facts are."""


class NotAConditionError(Exception):
    """Raised when something cannot be said as a condition on a row."""


Rows: TypeAlias = "Table | exp.Expr"
"""Rows to count: a table, or whether the one row that is asked for is there."""


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


class Statement:
    """One query that is being written: its common table expressions, and its aliases."""

    def __init__(self, tables: Tables, of_cases: bool) -> None:
        self.tables = tables
        self.of_cases = of_cases
        self.parts: list[tuple[str, exp.Query]] = []
        self._aliases = 0

    @property
    def relations(self) -> Relations:
        return self.tables.relations

    def alias(self, letter: str = "t") -> str:
        self._aliases += 1
        return f"{letter}{self._aliases}"

    def part(self, letter: str, query: exp.Query) -> str:
        """Adds a common table expression, and gives its name."""
        name = self.alias(letter)
        self.parts.append((name, query))
        return name

    def with_parts(self, query: exp.Query) -> exp.Query:
        """The query with the common table expressions before it."""
        for name, part in self.parts:
            query = query.with_(name, as_=part, copy=False)
        return query


@dataclass(slots=True)
class Frame:
    """The variables of one rule with their values, and which of them stands for the case."""

    values: dict[Var, Value] = field(default_factory=dict)
    key: Var | None = None

    def known(self, term: Term) -> bool:
        return not isinstance(term, Var) or term in self.values

    def value(self, term: Term) -> Value:
        return self.values[term] if isinstance(term, Var) else literal(term)


def united(selects: list[exp.Select]) -> exp.Query:
    """The distinct rows of several queries."""
    different = list({canonical(each): each for each in selects}.values())
    return different[0].distinct(copy=False) if len(different) == 1 else union_of(different, distinct=True)


def union_of(queries: Iterable[exp.Query], *, distinct: bool = False) -> exp.Query:
    """The rows of several queries, or of one alone; it takes the queries in."""
    return reduce(lambda one, other: exp.union(one, other, distinct=distinct, copy=False), queries)


def canonical(expression: exp.Expr) -> str:
    """The text of an expression with the aliases that it introduces numbered by first occurrence."""
    own = {alias.name for alias in expression.find_all(exp.TableAlias)}
    numbers: dict[str, str] = {}

    def renamed(found: re.Match[str]) -> str:
        return numbers.setdefault(found[0], f"#{len(numbers)}") if found[0] in own else found[0]

    return re.sub(r"\bt\d+\b", renamed, expression.sql())


def table_named(name: str) -> exp.Table:
    """A table by its exact name."""
    return exp.Table(this=exp.to_identifier(name, quoted=True))


def aliased(name: str, alias: str) -> exp.Table:
    """A table under an alias."""
    return exp.alias_(table_named(name), alias, table=True)  # type: ignore[return-value] # the alias of a table is a table


def columns_of(table: Table, alias: str) -> Iterator[Value]:
    """The columns of a table under an alias, as values."""
    assert table.columns is not None
    for name, column in zip(table.names, table.columns, strict=False):
        sql = exp.column(exp.to_identifier(name, quoted=True), table=alias)
        yield Value(sql, column.kind, column.computed, of_cases=column.of_cases)


def matching(here: Value, arg: Term, frame: Frame) -> exp.Expr:
    """Whether a column has the value of a term."""
    return scalars.equal(here, frame.value(arg)) if isinstance(arg, Var) else equals_constant(here, arg)


def equals_constant(value: Value, constant: Const) -> exp.Expr:
    """The condition that a value is a constant."""
    if value.kind is Kind.ANY:
        return scalars.equal(value, literal(constant, Kind.ANY))
    return scalars.equal(value, literal(constant)) if value.kind is native_kind(constant) else scalars.FALSE.copy()


def better(one: Value, other: Value) -> Value:
    """Of two values that are equal, the one of which more is known."""

    def known(value: Value) -> tuple[bool, bool, bool, bool]:
        return value.kind is not Kind.ANY, value.of_cases, not value.computed, not value.nullable

    best = other if known(other) > known(one) else one
    return Value(best.sql, best.kind, one.computed and other.computed, of_cases=one.of_cases or other.of_cases)


def exists_in(sources: list[tuple[exp.Expr, list[exp.Expr]]], conditions: list[exp.Expr]) -> exp.Expr:
    """The condition that some row of the sources, joined, meets the conditions."""
    if any(condition == scalars.FALSE for condition in conditions):
        return scalars.FALSE.copy()
    query = exp.Select(expressions=[exp.Literal.number(1)])
    for index, (source, _) in enumerate(sources):
        query = query.from_(source, copy=False) if index == 0 else query.join(source, join_type="cross", copy=False)
    condition = scalars.and_(conditions)
    return exp.Exists(this=query if condition == scalars.TRUE else query.where(condition, copy=False))


def one_row(alias: str) -> exp.Expr:
    """A table of one row."""
    return exp.Select(expressions=[exp.alias_(exp.Literal.number(1), "holds")]).subquery(alias, copy=False)


@dataclass(slots=True)
class Joins:
    """A query as far as it is written: tables joined, conditions, and the frames of rules whose variables have values in
    it. A `strict` one may not use common table expressions: it is to become a condition."""

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

    def flush(self) -> None:
        """Makes a common table expression of the body so far, so that its values are columns of one table."""
        held = [value for frame in self.frames for value in frame.values.values()]
        is_flat = len(self.sources) <= 1 and not self.conditions and not any(on for _, on in self.sources)
        is_flat = is_flat and all(isinstance(value.sql, exp.Column) for value in held)
        if is_flat and (self.sources or not held):
            return
        distinct = {value.sql: value for value in held}
        names = {sql: f"v{number}" for number, sql in enumerate(distinct)}
        shown = [exp.alias_(sql.copy(), name) for sql, name in names.items()]
        query = self.select(shown or [exp.alias_(exp.Literal.number(1), "holds")])
        part = self.statement.part("rows", query)
        alias = self.statement.alias()
        for frame in {id(frame): frame for frame in self.frames}.values():
            for var, value in frame.values.items():
                column = exp.column(names[value.sql], table=alias)
                frame.values[var] = Value(column, value.kind, value.computed, of_cases=value.of_cases)
        self.sources[:] = [(aliased(part, alias), [])]
        self.conditions.clear()
