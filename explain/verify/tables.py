"""The tables of the proof checker's evaluator: the certain and the possible rows of each predicate, call by call.

A call is a predicate with a pattern. Calls that depend on each other are repeated in rounds until no row is new. Where
facts are tried beside those of a case, a table is shared by all trials whose facts do not bear on its predicate.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain, islice
from typing import TypeAlias

from msgspec import Struct, field

from explain.verify.program import Pattern, Predicate, Row, Rows, Rule, Rulebook, Stated, constants, is_closed
from kb.language.declarations import COMPLETE
from kb.language.syntax import AtomF, Clause, Pred
from kb.language.terms import Atom

_Key: TypeAlias = tuple[Pred, Pattern, bool]
_Done: TypeAlias = dict[Pattern, Rows]


class _Relation(Struct, eq=False):
    """A predicate with what is stated of it beside the program, and its finished tables."""

    of: Predicate
    stated: Collection[Row]
    certain: _Done
    possible: _Done


Shared: TypeAlias = dict[frozenset[AtomF], dict[Pred, _Relation]]
"""Predicates with their tables, by those of the tried facts that bear on them."""


class Tables(Struct):
    """The rows of all predicates over one program, the facts of a case, and facts tried beside them."""

    book: Rulebook
    facts: tuple[Clause, ...]
    """The facts of the case or, where there is a base, those that are tried beside its own."""
    closed_world: bool
    concluded: Callable[[Rule, Pattern, bool], Iterator[Row]]
    """The rows that a rule concludes for a pattern, certain or possible."""
    base: Tables | None = None
    """The tables without the facts that are tried."""
    limited_to: tuple[AtomF, ...] | None = None
    """The only facts beside those of the base that are possible, where it is asked what any of them could make true."""
    shared: Shared = field(default_factory=dict)
    shared_limited: Shared = field(default_factory=dict)
    """The same of what is limited to some facts, by those of them that bear on it."""
    stated: Stated = field(default_factory=dict)
    _touched: frozenset[Pred] = frozenset()
    """The predicates that depend on what is stated of the case, without what is tried beside it."""
    _tried: dict[Pred, list[AtomF]] = field(default_factory=dict)
    """The facts that are tried, by predicate."""
    _bearing: list[tuple[Pred, frozenset[Pred]]] = field(default_factory=list)
    """Their predicates, with those that each bears on."""
    _among: dict[tuple[Pred, ...], dict[Pred, _Relation]] = field(default_factory=dict)
    """The shared ones that the facts for some of their predicates bear on."""
    _relations: dict[Pred, _Relation] = field(default_factory=dict)
    """Those that all of them bear on, and others that were asked for."""
    _found: dict[_Key, Rows] = field(default_factory=dict)
    _stack: dict[_Key, int] = field(default_factory=dict)
    _lowest: list[int] = field(default_factory=list)
    _visited: dict[_Key, tuple[int, int]] = field(default_factory=dict)
    _round: int = 0
    _changes: int = 0

    def __post_init__(self) -> None:
        if self.base is not None:
            self.shared_limited = self.base.shared_limited
            self.shared = self.base.shared if self.limited_to is None else self.shared_limited
            tried = [fact.head for fact in self.facts] if self.limited_to is None else self.limited_to
            for atom in tried:
                self._tried.setdefault(atom.pred, []).append(atom)
            self.stated, self._touched = dict(self.base.stated), self.base._touched
        for clause in self.facts:
            pred = clause.head.pred
            before = self.base.stated.get(pred) if self.base is not None else None
            if before is not None and self.stated[pred] is before:
                self.stated[pred] = {each: list(clauses) for each, clauses in before.items()}
            self.stated.setdefault(pred, {}).setdefault(constants(clause.head.args), []).append(clause)
        if self.base is None:
            stated = (self.book.dependents(pred) for pred in self.stated)
            self._touched = frozenset().union(*stated)
        self._bearing = [(pred, self.book.dependents(pred)) for pred in self._tried]
        self._relations = self._on_which_bear(tuple(self._tried))

    @property
    def is_settled(self) -> bool:
        """Whether no table is still being made."""
        return not self._stack

    def rows(self, pred: Pred, pattern: Pattern, possible: bool) -> Iterable[Row]:
        """The certain, or possible, rows of a predicate that fit a pattern, in which None fits everything."""
        relation = self._relation(pred)
        if not _has_individuals(pattern):
            table = self._table(relation, pattern, possible)
            return tuple(table) if self._stack else table
        call, back = _renamed(pattern)
        table = self._table(relation, call, possible)
        return [tuple([back.get(each, each) if isinstance(each, int) else each for each in row]) for row in table]

    def holds(self, pred: Pred, args: Pattern, possible: bool) -> bool:
        """Whether an atom is certain, or possible; None stands for `there is`."""
        call = _renamed(args)[0] if _has_individuals(args) else args
        return bool(self._table(self._relation(pred), call, possible))

    def is_complete(self, pred: Pred, pattern: Pattern) -> bool:
        """Whether the record of an open predicate is stated to be complete for the first argument."""
        if not pattern or pattern[0] is None:
            return False
        return self.holds(COMPLETE, (pattern[0], Atom(pred.own_name)), False)

    def other_values(self, pred: Pred, pattern: Pattern) -> Iterable[Row]:
        """The certain rows of a functional predicate with the key of an atom."""
        declared = self.book.declarations.functional.get(pred)
        if declared is None or any(
            is_key and value is None for value, is_key in zip(pattern, declared.keys, strict=True)
        ):
            return ()
        keys = tuple(value if key else None for value, key in zip(pattern, declared.keys, strict=True))
        return self.rows(pred, keys, False)

    # Predicates

    def _relation(self, pred: Pred) -> _Relation:
        found = self._relations.get(pred)
        if found is None:
            found = self._relations[pred] = self._new_relation(pred)
        return found

    def _new_relation(self, pred: Pred) -> _Relation:
        bearing = tuple([each for each, dependents in self._bearing if pred in dependents])
        among = self._among.get(bearing)
        if among is None:
            among = self._on_which_bear(bearing)
        if pred not in among:
            among[pred] = self._without_tables(pred, is_tried=bool(bearing))
        return among[pred]

    def _on_which_bear(self, tried: tuple[Pred, ...]) -> dict[Pred, _Relation]:
        """The predicates that the tried facts for some predicates bear on, and no others."""
        facts = frozenset(chain.from_iterable(self._tried[each] for each in tried))
        found = self._among[tried] = self.shared.setdefault(facts, {})
        return found

    def _without_tables(self, pred: Pred, *, is_tried: bool) -> _Relation:
        """A predicate of which no call has been looked at, but those that do not depend on any case, or on what is tried."""
        known = self.book.predicate(pred)
        certain: _Done = {}
        possible: _Done = {}
        if known.is_two_valued and not known.recursive[False] and not is_tried and pred not in self._touched:
            certain = possible = self.book.settled.setdefault(pred, {})
        elif self.base is not None and self.limited_to is not None:
            certain = self.base._relation(pred).certain
        return _Relation(known, self.stated.get(pred, ()), certain, possible)

    # Calls

    def _table(self, relation: _Relation, pattern: Pattern, possible: bool) -> Rows:
        """The rows of a call; those of calls that depend on each other are found in rounds, until none is new."""
        possible = possible and not relation.of.is_two_valued
        finished = relation.possible if possible else relation.certain
        rows = finished.get(pattern)
        if rows is None:
            if relation.of.recursive[possible]:
                return self._in_rounds(relation, pattern, possible)
            if possible or relation.of.rules:
                most = None if None in pattern else 1  # without free places there is one row at most: the pattern
                rows = dict.fromkeys(islice(self._collect(relation, pattern, possible), most))
            else:
                rows = dict.fromkeys(self._stated(relation, pattern))
            finished[pattern] = rows
        return rows

    def _in_rounds(self, relation: _Relation, pattern: Pattern, possible: bool) -> Rows:
        key = relation.of.pred, pattern, possible
        earlier = self._stack.get(key)
        if earlier is None and self._visited.get(key, (0, -1))[1] == self._round:
            earlier = self._visited[key][0]
        if earlier is not None:
            self._lowest[-1] = min(self._lowest[-1], earlier)
            return self._found[key]
        depth = len(self._stack)
        rows = self._found.setdefault(key, {})
        self._stack[key] = depth
        self._lowest.append(depth + 1)
        while True:
            before = self._changes
            for row in tuple(self._collect(relation, pattern, possible)):
                if row not in rows:
                    rows[row] = None
                    self._changes += 1
            if self._lowest[-1] != depth or self._changes == before:
                break
            self._round += 1
        lowest = self._lowest.pop()
        del self._stack[key]
        if lowest < depth:
            self._visited[key] = (lowest, self._round)
            self._lowest[-1] = min(self._lowest[-1], lowest)
        else:
            self._finish(key)
            for each, (low, seen) in tuple(self._visited.items()):
                if low >= depth:
                    if seen == self._round:
                        self._finish(each)
                    del self._visited[each]
        return rows

    def _finish(self, key: _Key) -> None:
        pred, pattern, possible = key
        relation = self._relation(pred)
        (relation.possible if possible else relation.certain)[pattern] = self._found[key]

    def _collect(self, relation: _Relation, pattern: Pattern, possible: bool) -> Iterator[Row]:
        pred, rules = relation.of.pred, relation.of.rules
        if not possible:
            yield from self._stated(relation, pattern)
            for rule in rules:
                yield from self.concluded(rule, pattern, False)
            return
        certain = self._table(relation, pattern, False)
        yield from tuple(certain)
        if self.limited_to is not None:
            own = (constants(atom.args) for atom in self.limited_to if atom.pred == pred)
            yield from [row for row in own if fits(row, pattern)]
        elif pred.negative:
            opposite = self._relation(pred.opposite)
            known = set(self._table(opposite, pattern, False))
            yield from [row for row in self._table(opposite, pattern, True) if row not in known]
        elif relation.of.is_open:
            if not self.is_excluded(pred, pattern):
                named = len({each for each in pattern if isinstance(each, int)})
                yield tuple(-named - i - 1 if each is None else each for i, each in enumerate(pattern))
            return
        for rule in rules:
            yield from self.concluded(rule, pattern, True)

    def is_excluded(self, pred: Pred, pattern: Pattern) -> bool:
        """Whether an open atom that is not certain is false."""
        if self.closed_world or self.is_complete(pred, pattern) or any(True for _ in self.other_values(pred, pattern)):
            return True
        return None not in pattern and bool(self._table(self._relation(pred.opposite), pattern, False))

    def _stated(self, relation: _Relation, pattern: Pattern) -> Iterable[Row]:
        own, others = relation.stated, relation.of.stated
        if is_closed(pattern):
            return (pattern,) if pattern in others or pattern in own else ()
        known = next(((index, value) for index, value in enumerate(pattern) if value is not None), None)
        if known is not None:
            others = self.book.stated_with(relation.of.pred, *known)
        return [row for source in (others, own) for row in source if fits(row, pattern)]


def fits(row: Row, pattern: Pattern) -> bool:
    """Whether a row has the values of a pattern, in which None fits everything."""
    return all(ours is None or ours == theirs for ours, theirs in zip(pattern, row, strict=True))


def _has_individuals(pattern: Pattern) -> bool:
    return int in map(type, pattern)


def _renamed(pattern: Pattern) -> tuple[Pattern, dict[int, int]]:
    """The pattern with its individuals numbered from 1, and what each number stood for."""
    names: dict[int, int] = {}
    call = tuple([names.setdefault(each, len(names) + 1) if isinstance(each, int) else each for each in pattern])
    return call, {ours: theirs for theirs, ours in names.items()}
