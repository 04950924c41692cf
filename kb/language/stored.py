"""Programs as bytes that can be kept in a file, and as programs again.

The bytes hold a table of plain values and a table of nodes, each a kind and the places of its parts; equal parts are
there once. Nothing but syntax can be made of them.
"""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Callable, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeAlias

import msgspec

from kb.language import syntax, terms
from kb.language.syntax import Program

Plain: TypeAlias = str | int | bool | None
Tables: TypeAlias = tuple[list[Plain], list[list[int]]]

CLASSES: tuple[type[Any], ...] = (
    terms.Var, terms.Atom, terms.Int, terms.Str, terms.Date, syntax.Span, syntax.Provenance, syntax.Pred, syntax.AtomF,
    syntax.Op, syntax.Compare, syntax.Builtin, syntax.Member, syntax.Not, syntax.Documented, syntax.And, syntax.Or, syntax.Count, syntax.Aggregate, syntax.Clause,
    syntax.PredDecl, syntax.AbducibleDecl, syntax.FunctionalDecl, syntax.InlineDecl, syntax.QuestionDecl, syntax.CiteDecl,
    syntax.PolicyDecl, syntax.VocabularyDecl, syntax.ModuleDecl, syntax.LoadDecl, syntax.FactsDecl, syntax.SourceDecl,
)  # fmt: skip
"""The nodes that are stored as their fields."""


def _tuple(*items: object) -> tuple[object, ...]:
    return items


def _decimal(written: str) -> terms.Dec:
    return terms.Dec(decimal.Decimal(written))


MAKERS: tuple[Callable[..., Any], ...] = (_tuple, datetime.date.fromordinal, _decimal, *CLASSES)
"""What makes a node of each kind from its parts; a kind is a place in this table."""
KINDS = MappingProxyType({tuple: 0, datetime.date: 1, terms.Dec: 2} | {each: n for n, each in enumerate(CLASSES, 3)})
FIELDS = MappingProxyType({each: each.__match_args__ for each in CLASSES})


def stored(program: Program) -> bytes:
    """The program as bytes. Raises `TypeError` for a part that is no syntax."""
    tables = _Tables()
    tables.place(program.items)
    return msgspec.msgpack.encode((tables.plain, tables.nodes))


@lru_cache(maxsize=16)
def restored(data: bytes) -> Program:
    """The program that bytes from `stored` hold; those of the last ones are kept."""
    plain, nodes = msgspec.msgpack.decode(data, type=Tables)
    made: list[Any] = [*plain]
    for kind, *parts in nodes:
        made.append(MAKERS[kind](*[made[part] for part in parts]))
    return Program(made[-1])


class _Tables:
    """The tables while they are made: places of plain values count up from 0, those of nodes go on after them."""

    def __init__(self) -> None:
        self.plain: list[Plain] = []
        self.nodes: list[list[int]] = []
        self._places: dict[tuple[object, ...], int] = {}

    def place(self, root: Sequence[object]) -> None:
        """Puts everything below a root into the tables."""
        self._plain(root)
        self._node(root)

    def _plain(self, value: object) -> None:
        for part in _parts(value):
            kind: type = type(part)
            if kind in KINDS:
                self._plain(part)
            elif not isinstance(part, Plain):
                raise TypeError(f"{kind.__name__} is no part of a program")
            elif (kind, part) not in self._places:
                self._places[kind, part] = len(self.plain)
                self.plain.append(part)

    def _node(self, value: object) -> int:
        if type(value) not in KINDS:
            return self._places[type(value), value]
        node = [KINDS[type(value)], *map(self._node, _parts(value))]
        key = tuple(node)
        if key not in self._places:
            self._places[key] = len(self.plain) + len(self.nodes)
            self.nodes.append(node)
        return self._places[key]


def _parts(value: object) -> Sequence[object]:
    match value:
        case tuple():
            return value
        case datetime.date():
            return (value.toordinal(),)
        case terms.Dec(number):
            return (str(number),)
        case _:
            return [getattr(value, name) for name in FIELDS[type(value)]]
