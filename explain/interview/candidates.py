"""The facts that an interview tells apart where a rule leaves an argument open: listed values, sample dates and numbers,
names of the program, and strangers, who stand for any individual that is not named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from engine.cases import Case, Vocabulary
from engine.knowledge import KnowledgeBase
from explain.interview.circuit import Values
from kb.language.dates import add_months
from kb.language.syntax import AtomF, Pred
from kb.language.terms import Atom, Const, Date, Int, Var, order_key

MOST_NAMES = 60
"""How many values of a functional predicate are told apart."""
_AGES = (0, 1, 2, 5, 10, 12, 16, 17, 18, 19, 21, 30, 40, 50, 60, 65, 70, 80, 100)
_NUMBERS = (0, 1, 2, 3, 4, 5, 10, 18, 20, 40, 50, 60, 65, 80, 90, 96, 100, 1000)


@dataclass(slots=True)
class Candidates:
    """Gives instances of open atoms, and remembers which of their arguments are strangers."""

    kb: KnowledgeBase
    vocabulary: Vocabulary
    case: Case
    _strangers: set[tuple[Pred, int, Const]] = field(default_factory=set)

    def instances(self, atom: AtomF, copies: Mapping[Var, int]) -> Iterator[AtomF]:
        """The instances of an atom; `copies` says how many strangers a variable needs, where more than one."""
        options: list[tuple[Const, ...]] = []
        for index, (arg, type_) in enumerate(zip(atom.args, self.kb.declarations.types_of(atom.pred), strict=True)):
            if isinstance(arg, Var):
                listed = self.vocabulary.listed.get((atom.pred.name, index + 1))
                options.append(listed or self._values(atom.pred, index, type_, copies.get(arg, 1)))
            else:
                options.append((arg,))
        for chosen in product(*options):
            yield AtomF(atom.pred, chosen)

    def is_limited(self, pred: Pred, index: int) -> bool:
        """Whether the candidates for an argument tell all its values apart."""
        types = self.kb.declarations.types_of(pred)
        return (pred.name, index + 1) in self.vocabulary.listed or types[index] in ("date", "integer")

    def is_stranger(self, atom: AtomF) -> bool:
        """Whether an atom is about an individual that is not named."""
        return bool(self.strange_places(atom))

    def strange_places(self, atom: AtomF) -> set[int]:
        """The places of the arguments that are strangers."""
        return {index for index, arg in enumerate(atom.args) if (atom.pred, index, arg) in self._strangers}

    def has_stranger(self, pred: Pred, values: Values) -> bool:
        """Whether one of the values of a predicate is a stranger."""
        return any(each == pred and arg in values for each, _, arg in self._strangers)

    def _values(self, pred: Pred, index: int, type_: str, number: int) -> tuple[Const, ...]:
        is_value = pred in self.kb.declarations.functional
        if type_ == "date":
            days = [day for years in _AGES if (day := add_months(self.case.date, -12 * years))]
            return tuple(Date(day) for day in (days if is_value else days[:number]))
        if type_ == "integer" and is_value:
            return tuple(Int(each) for each in _NUMBERS)
        if type_ == "integer":
            top = self._highest(pred, index)
            found: tuple[Const, ...] = tuple(Int(top + 1 + each) for each in range(number))
        else:
            found = tuple(Atom(f"$other{each}") for each in range(number))
        self._strangers.update((pred, index, value) for value in found)
        return (*self._names_of_type(type_), *found) if is_value else found

    def _highest(self, pred: Pred, index: int) -> int:
        free = tuple(Var(f"_{each}") for each in range(pred.arity - 1))
        rows = self.kb.rows(pred, (self.case.name, *free))
        return max((arg.value for row in rows if isinstance(arg := row[index], Int)), default=0)

    def _names_of_type(self, type_: str) -> tuple[Const, ...]:
        """The names that the program's own facts have in columns of a declared type."""
        declared, found = self.kb.declarations, dict[Const, None]()
        for fact in self.kb.rules.facts if type_ != "any" else ():
            for arg, other in zip(fact.head.args, declared.types_of(fact.head.pred), strict=True):
                if other == type_ and isinstance(arg, Atom):
                    found[arg] = None
        return tuple(sorted(found, key=order_key)[:MOST_NAMES])
