"""A program as the proof checker looks it up: rules and facts by predicate, and what depends on what."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from explain.verify.scopes import Conjunction, scoped
from kb.language.declarations import Declarations, declarations_of
from kb.language.printer import show_clause, show_item
from kb.language.syntax import AtomF, Clause, Pred, Program, body_terms, variables, walk
from kb.language.terms import Const, Term, Var

COMPLETE = Pred("complete", 2)


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A rule, its text, and its body as alternatives."""

    clause: Clause
    text: str
    body: tuple[Conjunction, ...]

    @property
    def head(self) -> AtomF:
        return self.clause.head


@dataclass(slots=True)
class Rulebook:
    """What a program has, ready to look up: rules and facts by predicate, rules by their text, declarations."""

    program: Program
    declarations: Declarations = field(default_factory=Declarations)
    rules: dict[Pred, list[Rule]] = field(default_factory=dict)
    stated: dict[Pred, dict[tuple[Const | int, ...], list[Clause]]] = field(default_factory=dict)
    by_text: dict[str, list[Rule]] = field(default_factory=dict)
    constants: frozenset[Const] = frozenset()
    reach: dict[Pred, frozenset[Pred]] = field(default_factory=dict)
    """The predicates that each one with rules depends on, by one step or more."""
    settled: dict[Pred, dict[tuple[Const | int | None, ...], dict[tuple[Const | int, ...], None]]] = field(
        default_factory=dict
    )
    """Rows worked out that do not depend on any case, by the pattern of the call."""
    _hash: str | None = None
    _places: dict[tuple[Pred, int], dict[Const | int, list[tuple[Const | int, ...]]]] = field(default_factory=dict)
    _two_valued: dict[Pred, bool] = field(default_factory=dict)
    _dependents: dict[Pred, frozenset[Pred]] = field(default_factory=dict)
    _recursive: frozenset[tuple[Pred, bool]] = frozenset()
    """Predicates and readings (certain, or possible) that depend on themselves."""

    @classmethod
    def of(cls, program: Program) -> Rulebook:
        book = cls(program, declarations_of(program))
        constants: set[Term] = set()
        for clause in program.clauses:
            constants.update(clause.head.args, body_terms(clause.body))
            if clause.is_fact:
                row = tuple(arg for arg in clause.head.args if not isinstance(arg, Var))
                book.stated.setdefault(clause.head.pred, {}).setdefault(row, []).append(clause)
                continue
            rule = Rule(clause, show_clause(clause), scoped(clause.body, frozenset(variables(clause.head.args))))
            book.rules.setdefault(clause.head.pred, []).append(rule)
            book.by_text.setdefault(rule.text, []).append(rule)
        book.constants = frozenset(term for term in constants if not isinstance(term, Var))
        calls = {pred: book._calls(pred) for pred in (*book.rules, *book.declarations.abducible)}
        mentioned = frozenset().union(*calls.values())
        calls |= {pred: book._calls(pred) for pred in mentioned - calls.keys()}
        book.reach = {pred: _reached(pred, calls) for pred in calls}
        needs = {(pred, possible): book._needs(pred, possible) for pred in calls for possible in (False, True)}
        book._recursive = frozenset(each for each in needs if each in _reached(each, needs))
        return book

    @property
    def hash(self) -> str:
        """A hash of what the program says, whatever the order in which it says it."""
        if self._hash is None:
            self._hash = hash_of(map(show_item, self.program.items))
        return self._hash

    def _calls(self, pred: Pred) -> frozenset[Pred]:
        found = {
            each.pred for rule in self.rules.get(pred, ()) for each in walk(rule.clause.body) if isinstance(each, AtomF)
        }
        if pred in self.declarations.abducible:
            found |= {pred.opposite, COMPLETE}
        return frozenset(found | {each.positive for each in found} | ({pred.positive} if pred.negative else set()))

    def _needs(self, pred: Pred, possible: bool) -> frozenset[tuple[Pred, bool]]:
        """The readings that one of a predicate is worked out from; those of a rule's literals may be either."""
        if possible and pred.negative:
            return frozenset({(pred, False), (pred.opposite, False), (pred.opposite, True)})
        if possible and self.is_open(pred):
            return frozenset({(pred, False), (pred.opposite, False), (COMPLETE, False)})
        bodies = [rule.clause.body for rule in self.rules.get(pred, ())]
        called = {each.pred for body in bodies for each in walk(body) if isinstance(each, AtomF)}
        return frozenset((each, reading) for each in called for reading in (False, True))

    def recurs(self, pred: Pred, possible: bool) -> bool:
        """Whether a reading of a predicate depends on itself."""
        return (pred, possible) in self._recursive

    def dependents(self, stated: Pred) -> frozenset[Pred]:
        """The predicates that may change where facts about one are stated."""
        if stated not in self._dependents:
            both = {stated, stated.opposite}
            found = {pred for pred, reached in self.reach.items() if not both.isdisjoint(reached)}
            self._dependents[stated] = frozenset(found | both)
        return self._dependents[stated]

    def is_two_valued(self, pred: Pred) -> bool:
        """Whether nothing that a predicate depends on is open, so that what is possible is certain."""
        if pred not in self._two_valued:
            reached = (pred, *self.reach.get(pred, ()))
            open_preds = self.declarations.abducible
            self._two_valued[pred] = not any(each.negative or each in open_preds for each in reached)
        return self._two_valued[pred]

    def stated_with(self, pred: Pred, place: int, value: Const | int) -> list[tuple[Const | int, ...]]:
        """The rows of the program's facts that have a value at a place."""
        if (pred, place) not in self._places:
            by_value: dict[Const | int, list[tuple[Const | int, ...]]] = {}
            for row in self.stated.get(pred, ()):
                by_value.setdefault(row[place], []).append(row)
            self._places[pred, place] = by_value
        return self._places[pred, place].get(value, [])

    def is_open(self, pred: Pred) -> bool:
        """Whether what is not stated of a predicate, or against it, is unknown."""
        return pred.positive in self.declarations.abducible


def hash_of(lines: Iterable[str]) -> str:
    """A hash of lines, whatever their order."""
    return hashlib.sha256("\n".join(sorted(set(lines))).encode()).hexdigest()


_Node = TypeVar("_Node")


def _reached(start: _Node, calls: dict[_Node, frozenset[_Node]]) -> frozenset[_Node]:
    found: set[_Node] = set()
    pending = list(calls[start])
    while pending:
        each = pending.pop()
        if each not in found:
            found.add(each)
            pending += calls.get(each, ())
    return frozenset(found)
