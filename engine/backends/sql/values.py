"""How constants stand in columns: natively where a column has one kind, with a mark of the kind in front where not.

A column of integers, dates, atoms or strings has its native type (atoms and strings both text: the column knows which).
Decimals, and columns that hold several kinds, are text: `i:1`, `n:1.5`, `s:text`, `a:text`, `d:2024-07-01`. Constants
are equal in that encoding exactly if they are one constant.
"""

from __future__ import annotations

import datetime
import decimal
import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from sqlglot import exp

from kb.language.terms import Atom, Const, Date, Dec, Int, Str, make_decimal, plain_text


class Kind(enum.Enum):
    """What a column holds, with the type of such a column as DuckDB names it, what a constant of the kind begins with
    in a column of several kinds, and the place of the kind in standard order. ANY is text that says of each constant
    which kind it is; decimals stand in no other column, so it has their mark."""

    INTEGER = "integer", "BIGINT", "i:", 0
    DATE = "date", "DATE", "d:", 3
    ATOM = "atom", "TEXT", "a:", 2
    STRING = "string", "TEXT", "s:", 1
    ANY = "any", "TEXT", "n:", -1

    sql_type: str
    mark: str
    rank: int

    def __new__(cls, value: str, sql_type: str, mark: str, rank: int) -> Kind:
        kind = object.__new__(cls)
        kind._value_ = value
        kind.sql_type, kind.mark, kind.rank = sql_type, mark, rank
        return kind


@dataclass(frozen=True, slots=True)
class Column:
    """What is known of a column: its kind, whether it may hold values that arithmetic made, and whether all of them
    are cases of a population."""

    kind: Kind
    computed: bool = False
    of_cases: bool = False

    def __or__(self, other: Column) -> Column:
        kind = self.kind if self.kind == other.kind else Kind.ANY
        return Column(kind, self.computed or other.computed, self.of_cases and other.of_cases)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a database or the result of a query: its name, its columns' names, and what they hold (None of a
    column while no row is known). A table for rows without columns has one column, which means nothing."""

    name: str
    names: tuple[str, ...]
    columns: tuple[Column, ...] | None

    @property
    def is_empty(self) -> bool:
        return self.columns is None

    @property
    def delta(self) -> Table:
        """The table of what the last round of recursion added to this one."""
        return replace(self, name=f"{self.name}_delta")

    @property
    def next(self) -> Table:
        """The table of what a round of recursion adds to this one, while the round goes on."""
        return replace(self, name=f"{self.name}_next")


@dataclass(frozen=True, slots=True)
class Value:
    """A constant for each row: an SQL expression with what it gives. A nullable one may give none, which fails the
    literal."""

    sql: exp.Expr
    kind: Kind
    computed: bool = False
    nullable: bool = False
    of_cases: bool = False

    @property
    def column(self) -> Column:
        return Column(self.kind, self.computed, self.of_cases)


NATIVE: Mapping[type[Const], Kind] = MappingProxyType(
    {Int: Kind.INTEGER, Date: Kind.DATE, Atom: Kind.ATOM, Str: Kind.STRING, Dec: Kind.ANY}
)
"""The kind of column that holds constants of a type natively; ANY for decimals."""


def native_kind(constant: Const) -> Kind:
    """The kind of column that holds a constant natively."""
    return NATIVE[type(constant)]


def kind_of_all(constants: Iterable[Const]) -> Kind:
    """The kind of column that holds all these constants."""
    kinds = {native_kind(constant) for constant in constants}
    return kinds.pop() if len(kinds) == 1 else Kind.ANY


def table_of(name: str, rows: Sequence[Sequence[Const]], arity: int) -> Table:
    """The table for rows of constants, all of one length."""
    names = tuple(f"c{index + 1}" for index in range(arity)) or ("holds",)
    if not rows:
        return Table(name, names, None)
    return Table(name, names, tuple(Column(kind_of_all(row[index] for row in rows)) for index in range(arity)))


def marked(constant: Const) -> str:
    """A constant as text with the mark of its kind."""
    return f"{native_kind(constant).mark}{plain_text(constant)}"


def unmarked(text: str) -> Const:
    """The constant that a text with a mark stands for.

    >>> unmarked("i:3"), unmarked("a:3")
    (Int(value=3), Atom(name='3'))
    """
    return _READ[text[:2]](text[2:])


_READ: Mapping[str, Callable[[str], Const]] = MappingProxyType(
    {
        "i:": lambda text: Int(int(text)),
        "n:": lambda text: make_decimal(decimal.Decimal(text)),
        "d:": lambda text: Date(datetime.date.fromisoformat(text)),
        "a:": Atom,
        "s:": Str,
    }
)
"""What reads a text without its mark."""


def encode(constant: Const, kind: Kind) -> Any:
    """A constant as a column of the kind holds it, for a parameter."""
    if kind is Kind.ANY:
        return marked(constant)
    if native_kind(constant) is not kind:
        raise ValueError(f"{constant} does not stand in a column of kind {kind.value}")
    return constant.name if isinstance(constant, Atom) else constant.value


def decode_rows(rows: Sequence[Sequence[Any]], columns: Iterable[Column]) -> list[tuple[Const, ...]]:
    """The rows of constants that a database gives for columns; each different value of a column is decoded once."""
    decoded = []
    for column, values in zip(columns, zip(*rows, strict=True), strict=False):
        known = {value: decode(value, column.kind) for value in set(values)}
        decoded.append([known[value] for value in values])
    return list(zip(*decoded, strict=True)) if decoded else [() for _ in rows]


def decode(value: Any, kind: Kind) -> Const:
    """The constant that a database gives for a column of the kind."""
    return _DECODED[kind](value)


_DECODED: Mapping[Kind, Callable[[Any], Const]] = MappingProxyType(
    {
        Kind.ANY: unmarked,
        Kind.INTEGER: lambda value: Int(int(value)),
        Kind.DATE: Date,
        Kind.ATOM: Atom,
        Kind.STRING: Str,
    }
)


def literal(constant: Const, kind: Kind | None = None) -> Value:
    """A constant as an SQL expression, natively or as the kind asks."""
    kind = kind or native_kind(constant)
    if kind is Kind.ANY:
        return Value(text_literal(marked(constant)), kind)
    match constant:
        case Int(value):
            sql: exp.Expr = exp.Literal.number(str(abs(value)))
            if value < 0:
                sql = exp.cast(exp.Neg(this=sql), "BIGINT") if value > -(2**63) else _least()
            return Value(sql if value < 0 else exp.cast(sql, "BIGINT"), kind)
        case Date(day):
            return Value(exp.cast(exp.Literal.string(day.isoformat()), "DATE"), kind)
        case Atom(text) | Str(text):
            return Value(text_literal(text), kind)
        case _:
            raise ValueError(f"{constant} is no {kind.value}")


def _least() -> exp.Expr:
    """The least integer, whose absolute value is none."""
    return exp.cast(exp.Literal.string(str(-(2**63))), "BIGINT")


def text_literal(text: str) -> exp.Expr:
    """A text as an SQL expression; characters that no SQL text may hold are made by their number."""
    parts = text.split("\x00")
    sql: exp.Expr = exp.Literal.string(parts[0])
    for part in parts[1:]:
        sql = exp.DPipe(this=sql, expression=exp.Chr(expressions=[exp.Literal.number(0)]))
        sql = exp.DPipe(this=sql, expression=exp.Literal.string(part))
    return sql


def in_kind(value: Value, kind: Kind) -> Value:
    """A value as a column of the kind holds it: natively, or with its mark."""
    if value.kind is kind:
        return value
    if kind is not Kind.ANY:
        raise ValueError(f"a value of kind {value.kind.value} is not native to {kind.value}")
    if isinstance(value.sql, exp.Literal) and value.sql.is_string:
        return Value(exp.Literal.string(value.kind.mark + value.sql.this), kind, value.computed, value.nullable)
    text = value.sql.copy() if value.kind.sql_type == "TEXT" else exp.cast(value.sql.copy(), "TEXT")
    tagged = exp.DPipe(this=exp.Literal.string(value.kind.mark), expression=text)
    return Value(exp.paren(tagged), kind, value.computed, value.nullable)


def native(value: Value, kind: Kind) -> Value | None:
    """A value as one of a kind: itself, the part of an ANY value that is of the kind, or None if it cannot be."""
    if value.kind is kind:
        return value
    if value.kind is not Kind.ANY:
        return None
    body = exp.Substring(this=value.sql.copy(), start=exp.Literal.number(3))
    starts = exp.EQ(
        this=exp.Substring(this=value.sql.copy(), start=exp.Literal.number(1), length=exp.Literal.number(2)),
        expression=exp.Literal.string(kind.mark),
    )
    taken = body if kind.sql_type == "TEXT" else exp.cast(body, kind.sql_type)
    return Value(exp.Case().when(starts, taken), kind, value.computed, nullable=True)
