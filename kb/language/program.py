"""Programs: the clauses and declarations of one file or several, in the order they were read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import TypeAlias, overload

from kb.language.syntax import Clause, Declaration, Item, Pred
from kb.language.terms import Term
from kb.on_demand import OnDemand

Row: TypeAlias = tuple[Term, ...]
"""The arguments of a fact."""


class Stated(Sequence[Clause]):
    """Facts in their order, and by their predicates. What is found out about those of a predicate as a whole is remembered."""

    def __init__(self, facts: Iterable[Clause] = ()) -> None:
        self._given = facts if isinstance(facts, Sequence) else tuple(facts)
        self._columns: dict[Pred, tuple[frozenset[Term], ...]] = {}
        self._rows: dict[Pred, frozenset[Row]] = {}

    @cached_property
    def in_order(self) -> tuple[Clause, ...]:
        """All of them."""
        return tuple(self._given)

    @cached_property
    def by_predicate(self) -> Mapping[Pred, Sequence[Clause]]:
        """Those of each predicate, in their order."""
        found: dict[Pred, list[Clause]] = {}
        for fact in self.in_order:
            alike = found.get(fact.head.pred)
            if alike is None:
                alike = found[fact.head.pred] = []
            alike.append(fact)
        return found

    def of(self, pred: Pred) -> Sequence[Clause]:
        """Those of a predicate."""
        return self.by_predicate.get(pred, ())

    def columns(self, pred: Pred) -> tuple[frozenset[Term], ...]:
        """The terms that stand in each argument of those of a predicate."""
        if pred not in self._columns:
            self._columns[pred] = tuple(map(frozenset, zip(*(fact.head.args for fact in self.of(pred)), strict=True)))
        return self._columns[pred]

    def rows(self, pred: Pred) -> frozenset[Row]:
        """The rows of a predicate, each once."""
        if pred not in self._rows:
            self._rows[pred] = frozenset([fact.head.args for fact in self.of(pred)])
        return self._rows[pred]

    @staticmethod
    def of_parts(parts: Sequence[Stated]) -> Stated:
        """Several facts one after the other."""
        return _Joined(parts)

    def beside(self, facts: Sequence[Clause]) -> Stated:
        """The same, and others after them."""
        return _Joined((self, facts if isinstance(facts, Stated) else Stated(facts))) if facts else self

    def replaced(self, facts: Iterable[Clause]) -> Stated:
        """The same with others in the place of all facts of their predicates, as many of each, in their order."""
        return _Replaced(self, Stated(facts))

    @overload
    def __getitem__(self, index: int) -> Clause: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Clause, ...]: ...
    def __getitem__(self, index: int | slice) -> Clause | tuple[Clause, ...]:
        return self.in_order[index]

    def __iter__(self) -> Iterator[Clause]:
        return iter(self.in_order)

    def __len__(self) -> int:
        return len(self.in_order)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Stated) and self.in_order == other.in_order

    def __hash__(self) -> int:
        return hash(self.in_order)

    def __reduce__(self) -> tuple[type[Stated], tuple[tuple[Clause, ...]]]:
        return Stated, (self.in_order,)


class _Joined(Stated):
    """Several facts one after the other; those of a predicate are put together when they are asked for."""

    def __init__(self, parts: Sequence[Stated]) -> None:
        super().__init__()
        self._parts = parts

    @cached_property
    def in_order(self) -> tuple[Clause, ...]:
        return tuple(fact for part in self._parts for fact in part)

    @cached_property
    def by_predicate(self) -> Mapping[Pred, Sequence[Clause]]:
        found: dict[Pred, list[Stated]] = {}
        for part in self._parts:
            for pred in part.by_predicate:
                found.setdefault(pred, []).append(part)
        return OnDemand({pred: partial(_put_together, pred, parts) for pred, parts in found.items()})

    def columns(self, pred: Pred) -> tuple[frozenset[Term], ...]:
        """Those of all parts."""
        every = [part.columns(pred) for part in self._parts if pred in part.by_predicate]
        return tuple(frozenset().union(*column) for column in zip(*every, strict=True)) if len(every) > 1 else every[0]

    def rows(self, pred: Pred) -> frozenset[Row]:
        """Those of all parts."""
        return frozenset().union(*(part.rows(pred) for part in self._parts if pred in part.by_predicate))


def _put_together(pred: Pred, parts: Sequence[Stated]) -> Sequence[Clause]:
    return parts[0].of(pred) if len(parts) == 1 else tuple(fact for part in parts for fact in part.of(pred))


class _Replaced(Stated):
    """Facts with others in the place of those of some predicates, as many of each."""

    def __init__(self, first: Stated, others: Stated) -> None:
        super().__init__()
        self._first, self._others = first, others

    @cached_property
    def in_order(self) -> tuple[Clause, ...]:
        others = {pred: iter(each) for pred, each in self._others.by_predicate.items()}
        return tuple(next(others[fact.head.pred]) if fact.head.pred in others else fact for fact in self._first)

    @cached_property
    def by_predicate(self) -> Mapping[Pred, Sequence[Clause]]:
        return OnDemand({pred: partial(self._of, pred) for pred in self._first.by_predicate})

    def _of(self, pred: Pred) -> Sequence[Clause]:
        return self._others.of(pred) or self._first.of(pred)


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
