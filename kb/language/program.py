"""Programs: the clauses and declarations of one file or several, in the order they were read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TypeAlias

from kb.language.syntax import Clause, Declaration, Item, Stated


class Run(Stated):
    """Facts that stand one after the other in a shipped file without a module: a program has them as a whole, and what is found out
    about them serves every program that loads the file."""


Part: TypeAlias = Item | Run
"""What programs are made of."""


def expanded(parts: Iterable[Part]) -> Iterator[Item]:
    """The items, those of runs one by one."""
    for part in parts:
        if isinstance(part, Run):
            yield from part
        else:
            yield part


class Program:
    """The clauses and declarations of one file or several, in the order they were read. It does not change."""

    def __init__(self, items: tuple[Item, ...]) -> None:
        self._items = items

    @classmethod
    def of(cls, parts: Iterable[Part]) -> Program:
        """The program of some parts."""
        return _Composed(tuple(parts))

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """What was read."""
        return self._items

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        return tuple(item for item in self.items if type(item) is Clause)

    @cached_property
    def declared(self) -> tuple[Declaration, ...]:
        """The declarations."""
        return tuple(item for item in self.items if not isinstance(item, Clause))

    @cached_property
    def facts(self) -> Stated:
        """The clauses that are facts."""
        return Stated(self._parted[0])

    @cached_property
    def rules(self) -> tuple[Clause, ...]:
        """The clauses that are not."""
        return self._parted[1]

    @cached_property
    def _parted(self) -> tuple[tuple[Clause, ...], tuple[Clause, ...]]:
        facts: list[Clause] = []
        rules: list[Clause] = []
        for clause in self.clauses:
            (facts if clause.is_fact else rules).append(clause)
        return tuple(facts), tuple(rules)

    def __add__(self, other: Program) -> Program:
        return _Both(self, other)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Program) and self.items == other.items

    def __hash__(self) -> int:
        return hash(self.items)

    def __repr__(self) -> str:
        return f"Program({self.items!r})"

    def __reduce__(self) -> tuple[type[Program], tuple[tuple[Item, ...]]]:
        return Program, (self.items,)


class _Composed(Program):
    """A program of parts, of which runs of facts are taken as they are."""

    def __init__(self, parts: tuple[Part, ...]) -> None:
        self._parts = parts

    @cached_property
    def items(self) -> tuple[Item, ...]:
        return tuple(expanded(self._parts))

    @cached_property
    def declared(self) -> tuple[Declaration, ...]:
        return tuple(part for part in self._parts if not isinstance(part, Clause | Run))

    @cached_property
    def rules(self) -> tuple[Clause, ...]:
        return tuple(part for part in self._parts if isinstance(part, Clause) and not part.is_fact)

    @cached_property
    def facts(self) -> Stated:
        found: list[Stated] = []
        single: list[Clause] = []
        for part in self._parts:
            if isinstance(part, Run):
                found += [Stated(single), part] if single else [part]
                single = []
            elif isinstance(part, Clause) and part.is_fact:
                single.append(part)
        return Stated.of_parts([*found, Stated(single)]) if found else Stated(single)


class _Both(Program):
    """A program, and another one after it."""

    def __init__(self, first: Program, other: Program) -> None:
        self._first, self._other = first, other

    @cached_property
    def items(self) -> tuple[Item, ...]:
        return self._first.items + self._other.items

    @cached_property
    def declared(self) -> tuple[Declaration, ...]:
        return self._first.declared + self._other.declared

    @cached_property
    def rules(self) -> tuple[Clause, ...]:
        return self._first.rules + self._other.rules

    @cached_property
    def facts(self) -> Stated:
        return self._first.facts.beside(self._other.facts)
