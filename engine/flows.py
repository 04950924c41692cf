"""Where the values of stated predicates go through rules.

No rule tells a value that meets nothing that can be unknown from the individuals that have no name, so it is none of the constants
that a question goes through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from itertools import chain
from typing import TypeAlias

from msgspec import Struct

from engine.graph import components
from kb.language.syntax import And, AtomF, Clause, Not, Or, Pred
from kb.language.terms import Term
from kb.language.traversal import body_terms, walk

Place: TypeAlias = tuple[Pred, int]
"""An argument of a predicate."""


class Flows(Struct, frozen=True):
    """Where values of stated predicates meet something that is open, by which alone they are told apart from individuals not
    named: as an argument of a literal that can be unknown or of its rule's head, be it by way of rules whose heads are never unknown."""

    read: frozenset[Place]
    passed: Mapping[Place, Set[Place]]
    """The places in the literals of rules from which the places in heads have their values."""

    @classmethod
    def of(cls, clauses: Iterable[Clause], is_exact: Callable[[Pred], bool]) -> Flows:
        """In rules, of which some predicates are never unknown."""
        read: set[Place] = set()
        passed: dict[Place, set[Place]] = {}
        for rule in clauses:
            parts = [part for part in walk(rule.body) if not isinstance(part, And | Or | Not)]
            exact = {part for part in parts if isinstance(part, AtomF) and is_exact(part.pred)}
            loose = {term for part in parts if part not in exact for term in body_terms(part)}
            loose.update(() if is_exact(rule.head.pred) else rule.head.args)
            read.update(place for part in parts if isinstance(part, AtomF) for place in _places_of(loose, part))
            for index, term in enumerate(rule.head.args):
                into = passed.setdefault((rule.head.pred, index), set())
                into.update(place for atom in exact for place in _places_of({term}, atom))
        return cls(frozenset(_reached(passed, read)), passed)

    def into(self, pred: Pred) -> Set[Place]:
        """From where a predicate has its values, its own places included."""
        return _reached(self.passed, {(pred, index) for index in range(pred.arity)})


def _reached(passed: Mapping[Place, Set[Place]], places: Set[Place]) -> Set[Place]:
    return set(chain.from_iterable(components(places, lambda place: passed.get(place, ()))))


def _places_of(terms: Set[Term], atom: AtomF) -> Iterator[Place]:
    """Where terms are arguments of an atom."""
    return ((atom.pred, index) for index, arg in enumerate(atom.args) if arg in terms)
