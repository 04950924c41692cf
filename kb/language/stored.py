"""Programs as bytes that can be kept in a file, and as programs again: MessagePack of the fields of each node.

The bytes are decoded by the types of the syntax, so that nothing but syntax can be made of them. Declarations and rules are decoded at
once, so that bytes of another syntax are noticed; the facts of a predicate when they are first asked for, since most of a policy's are
names of its vocabularies, of which a question needs few.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, cached_property, lru_cache, partial

from msgspec import Raw, Struct, msgpack

from kb.language.program import Program, Stated
from kb.language.syntax import Clause, Declaration, Item, Pred
from kb.on_demand import OnDemand

DECLARED, RULE, FACT = 0, 1, 2
"""The numbers of what items are: declarations, rules, and from the last on facts of the predicates in their order."""


class _Kept(Struct, frozen=True, array_like=True):
    """A program in parts, and of each item in its order the number of its part."""

    declared: tuple[Declaration, ...]
    rules: tuple[Clause, ...]
    facts: dict[Pred, Raw]
    order: Raw


def stored(program: Program) -> bytes:
    """The program as bytes."""
    number = {pred: FACT + index for index, pred in enumerate(program.facts.by_predicate)}
    facts = {pred: Raw(msgpack.encode(each)) for pred, each in program.facts.by_predicate.items()}
    order = [_part(item, number) for item in program.items]
    return msgpack.encode(_Kept(program.declared, program.rules, facts, Raw(msgpack.encode(order))))


def _part(item: Item, number: Mapping[Pred, int]) -> int:
    if not isinstance(item, Clause):
        return DECLARED
    return number[item.head.pred] if item.is_fact else RULE


def restored(data: bytes | memoryview) -> Program:
    """The program that bytes from `stored` hold; those of the last ones are kept. Raises `msgspec.ValidationError` for bytes that
    hold something else."""
    return _restored(_Bytes(data))


class _Bytes(Struct, frozen=True):
    """Bytes that are told apart by comparing them, which takes less than hashing them."""

    data: bytes | memoryview

    def __hash__(self) -> int:
        return len(self.data)


@lru_cache(maxsize=16)
def _restored(kept: _Bytes) -> Program:
    return _Restored(_decoder().decode(kept.data))


class _Restored(Program):
    """A program that was kept."""

    def __init__(self, kept: _Kept) -> None:
        self._kept = kept

    @cached_property
    def items(self) -> tuple[Item, ...]:
        kept = self._kept
        parts: list[Iterator[Item]] = [
            iter(kept.declared),
            iter(kept.rules),
            *map(iter, self.facts.by_predicate.values()),
        ]
        return tuple(next(parts[number]) for number in _numbers().decode(kept.order))

    @cached_property
    def declared(self) -> tuple[Declaration, ...]:
        return self._kept.declared

    @cached_property
    def rules(self) -> tuple[Clause, ...]:
        return self._kept.rules

    @cached_property
    def facts(self) -> Stated:
        return _RestoredFacts(self._kept)


class _RestoredFacts(Stated):
    """The facts of a program that was kept."""

    def __init__(self, kept: _Kept) -> None:
        super().__init__()
        self._kept = kept

    @cached_property
    def by_predicate(self) -> Mapping[Pred, tuple[Clause, ...]]:
        return OnDemand({pred: partial(_facts().decode, data) for pred, data in self._kept.facts.items()})

    @cached_property
    def in_order(self) -> tuple[Clause, ...]:
        parts = [iter(each) for each in self.by_predicate.values()]
        numbers = _numbers().decode(self._kept.order)
        return tuple(next(parts[number - FACT]) for number in numbers if number >= FACT)


@cache
def _decoder() -> msgpack.Decoder[_Kept]:
    """What decodes programs; it is made when it is first needed, since the types are read for it."""
    return msgpack.Decoder(_Kept)


@cache
def _facts() -> msgpack.Decoder[tuple[Clause, ...]]:
    return msgpack.Decoder(tuple[Clause, ...])


@cache
def _numbers() -> msgpack.Decoder[list[int]]:
    return msgpack.Decoder(list[int])
