"""The facts that a search may assume, with the ground rules over them: their order, what contradicts itself, and which of them can
stand for others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from msgspec import structs

from engine.knowledge import KnowledgeBase, open_row_key
from engine.symbolic.candidates import Candidates
from engine.symbolic.exchangeable import Exchangeable, exchangeable
from engine.symbolic.grounding import Grounder, Row, certain
from engine.symbolic.search import Search
from explain.proof.fact_sets import (
    key_with,
)
from kb.language.syntax import AtomF


@dataclass(slots=True)
class Assumptions:
    """The facts that may be assumed, and the ground rules over them."""

    kb: KnowledgeBase
    candidates: Candidates
    grounder: Grounder
    _atoms: dict[int, AtomF] = field(init=False, default_factory=dict)

    def fact(self, atom: int) -> AtomF:
        """The fact that an assumption is, with variables for open individuals."""
        if atom not in self._atoms:
            self._atoms[atom] = self.candidates.asked(*self.grounder.ground.assumable[atom])
        return self._atoms[atom]

    def in_order(self, atoms: Iterable[int]) -> list[int]:
        """Assumptions in the order of preference: that of their facts."""
        assumable, terms = self.grounder.ground.assumable, self.candidates.terms
        keys: dict[int, object] = {}
        """The keys of terms, by their identity: few stand in many facts."""

        def key_of(atom: int) -> tuple[object, ...]:
            pred, row = assumable[atom]
            own = []
            for arg in terms(pred, row):
                key = keys.get(id(arg))
                if key is None:
                    key = keys[id(arg)] = open_row_key((arg,))[0]
                own.append(key)
            return key_with(pred, tuple(own))

        return sorted(atoms, key=key_of)

    def conflicts(self) -> Iterator[frozenset[int]]:
        """The atoms that are a conflict together: each that is concluded, with its strong negation."""
        ground = self.grounder.ground
        for pred in self.kb.declarations.abducible:
            one, other = certain(pred), certain(pred.opposite)
            for row in list(self.grounder.rows(other, (None,) * pred.arity)):
                if list(self.grounder.rows(one, row)):
                    atoms = frozenset((self.grounder.atom(one, row), self.grounder.atom(other, row)))
                    if not atoms <= ground.true:
                        yield atoms - ground.true

    def second_values(self) -> Iterator[frozenset[int]]:
        """Atoms that say that a key of a functional predicate has two values."""
        ground = self.grounder.ground
        for pred in self.kb.declarations.functional:
            rel = certain(pred)
            by_key: dict[Row, set[int]] = {}
            for row in list(self.grounder.rows(rel, (None,) * pred.arity)):
                by_key.setdefault(self.candidates.key_of(pred, row), set()).add(self.grounder.atom(rel, row))
            for key, atoms in by_key.items():
                lacking = 2 - len(atoms & ground.true)
                if 0 < lacking <= len(atoms - ground.true):
                    two = ground.atom(("two values", pred, key))
                    ground.counts[two] = lacking, dict.fromkeys(atoms - ground.true, 1)
                    yield frozenset((two,))

    def classes(self, search: Search, *, with_names: bool = True) -> list[Exchangeable]:
        """Open individuals, and names, of which any fact has one and no open individual beside it: about two, or a name and
        something open, it is not put together with others."""
        opened = self.candidates.open
        constants = self.candidates.facts.interner.constants
        found = exchangeable(search, self.grounder.ground, opened, constants, with_names=with_names)
        rows = [set(self.grounder.ground.assumable[atom][1]) for atom in search.assumable]
        kept, taken = [], set(opened)
        for each in found:
            if each.is_open or not any(row & set(each.members) and row & taken for row in rows):
                kept.append(each)
                taken |= set(each.members)
        return kept

    def keep_few(self, search: Search, classes: list[Exchangeable], spare: int) -> list[Exchangeable]:
        """Leaves out exchangeable constants that could only give sets after the first `spare`, and gives the classes
        that are left."""
        left, dropped = [], set()
        for each in classes:
            if each.is_bounded or each.is_open:
                most = max(1, each.needed) + (0 if each.is_open else spare)
                dropped |= set(each.members[most:])
                each = structs.replace(each, members=each.members[:most])
            left.append(each)
        assumable = self.grounder.ground.assumable
        search.assumable = [atom for atom in search.assumable if not dropped & set(assumable[atom][1])]
        return left
