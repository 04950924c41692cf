"""What can stand where: the predicates of a program, and the constants that each argument takes.

An argument takes its listed values; else what facts and rules have in that place, and in places of the same type.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from engine.cases import Vocabulary
from engine.checks.types import CHECKED
from kb.language.declarations import COMPLETE, Declarations
from kb.language.syntax import AtomF, Clause, Pred, walk
from kb.language.terms import Atom, Const, Var, order_key

Place = tuple[str, int, int]
"""An argument: the predicate's name and number of arguments, and the argument's position from 0."""

CASE = "case"
NARROWER = MappingProxyType({"agent": ("generic", "brand")})
"""Types whose values may also be values of others: an agent goes by any name."""


@dataclass(slots=True)
class Columns:
    """The constants in each place of some clauses."""

    values: dict[Place, set[Const]] = field(default_factory=dict)

    @classmethod
    def of(cls, clauses: Iterable[Clause]) -> Columns:
        """The constants of facts, and of the heads and bodies of rules."""
        found = cls()
        for clause in clauses:
            for part in (clause.head, *walk(clause.body)):
                if isinstance(part, AtomF):
                    found._add(part)
        return found

    def _add(self, atom: AtomF) -> None:
        for index, arg in enumerate(atom.args):
            if not isinstance(arg, Var):
                self.values.setdefault((atom.pred.name, atom.pred.arity, index), set()).add(arg)


@dataclass
class Names:
    """The names of a program and of the facts stated beside it."""

    preds: dict[str, list[Pred]]
    declarations: Declarations
    vocabulary: Vocabulary
    columns: tuple[Columns, ...]
    _sorted: dict[tuple[str, int], list[Const]] = field(default_factory=dict)

    @classmethod
    def of(cls, program: Columns, preds: Iterable[Pred], vocabulary: Vocabulary, facts: Iterable[Clause]) -> Names:
        """The names of a program, whose columns are known, with facts."""
        by_name: dict[str, list[Pred]] = {}
        for pred in sorted(preds, key=lambda each: (each.name, each.arity)):
            by_name.setdefault(pred.name, []).append(pred)
        return cls(by_name, vocabulary.declarations, vocabulary, (program, Columns.of(facts)))

    def of_name(self, name: str, index: int) -> list[Pred]:
        """The predicates of this name that have an argument at this position."""
        return [pred for pred in self.preds.get(name, ()) if pred.arity > index]

    def type_of(self, pred: Pred, index: int) -> str:
        """The declared type of an argument, or "any"."""
        return self.declarations.types_of(pred)[index]

    def constants(self, name: str, index: int) -> list[Const]:
        """What an argument takes, in standard order."""
        if (name, index) not in self._sorted:
            found = {each for pred in self.of_name(name, index) for each in self._constants(pred, index)}
            self._sorted[name, index] = sorted(found, key=order_key)
        return self._sorted[name, index]

    def _constants(self, pred: Pred, index: int) -> Iterator[Const]:
        if pred == COMPLETE and index == 1:
            yield from (Atom(each.name) for each in self.declarations.abducible)
            return
        listed = self.vocabulary.listed_at(pred, index)
        if listed:
            yield from listed
            return
        declared = self.type_of(pred, index)
        own = self._at((pred.name, pred.arity, index))
        yield from own
        if declared not in CHECKED and (declared != "any" or not own):
            yield from self.of_type(declared)

    def _at(self, place: Place) -> set[Const]:
        return {each for columns in self.columns for each in columns.values.get(place, ())}

    def of_type(self, wanted: str) -> list[Const]:
        """The constants that arguments of a type have, in standard order."""
        types = (wanted, *NARROWER.get(wanted, ()))
        return sorted({value for each in types for value in self._by_type.get(each, ())}, key=order_key)

    @cached_property
    def _by_type(self) -> dict[str, set[Const]]:
        found: dict[str, set[Const]] = {}
        for columns in self.columns:
            for (name, arity, index), values in columns.values.items():
                declared = self.type_of(Pred(name, arity), index)
                if declared not in CHECKED:
                    found.setdefault(declared, set()).update(values)
        return found
