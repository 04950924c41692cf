"""Sets of facts that are said to be missing, as the checker has them: their order, and ways, which stand for those that differ in
interchangeable names alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, islice, product
from types import MappingProxyType

from msgspec import Struct

from explain.verify.evaluator import Budget
from explain.verify.program import matched
from kb.language.syntax import AtomF
from kb.language.terms import Const, Term, Var, order_key
from kb.language.traversal import substitute_atom

FactSet = tuple[AtomF, ...]
MOST_MEMBERS = 300
"""So many of the sets that a way stands for are looked at."""


def atom_order(atom: AtomF) -> tuple[object, ...]:
    """The standard order of atoms as terms: by number of arguments, name, arguments; variables come first."""
    args = tuple((-1, arg.name, 0) if isinstance(arg, Var) else order_key(arg) for arg in atom.args)
    term = (len(atom.args), atom.pred.name, args)
    return (1, "-", term) if atom.pred.negative else term


def set_order(facts: FactSet) -> tuple[object, ...]:
    """The order of sets: by size, then by that of their facts."""
    return len(facts), tuple(map(atom_order, facts))


def letter(index: int) -> str:
    """The name of a variable of a set, counted from 0: A, B, ..."""
    return chr(ord("A") + index % 26) + (str(index // 26) if index >= 26 else "")


class Choice(Struct, frozen=True):
    """A choice among names: facts that are asked for of so many of them."""

    count: int
    names: tuple[Const, ...]
    facts: FactSet

    def about(self, name: Const) -> FactSet:
        """The facts for a name."""
        return tuple(substitute_atom(atom, {Var("Name"): name}) for atom in self.facts)

    def order(self) -> tuple[object, ...]:
        """The order of choices: that of their facts, then that of the names."""
        return set_order(self.facts), tuple(map(order_key, self.names))


class Way(Struct, frozen=True):
    """What stands for sets of facts: some facts, and choices among names."""

    facts: FactSet
    choices: tuple[Choice, ...]


def with_each_name(choices: Sequence[Choice]) -> Iterator[Sequence[Sequence[Const]]]:
    """The names that choices take: the first that are free, each other name once instead of one of these, and the last; of
    two choices of the same names different ones."""
    numbers: dict[tuple[Const, ...], int] = {}
    among = [numbers.setdefault(choice.names, len(numbers)) for choice in choices]

    def taken(step: int) -> list[list[Const]]:
        left = [iter(names[::step]) for names in numbers]
        return [list(islice(left[number], choice.count)) for number, choice in zip(among, choices, strict=True)]

    first = taken(1)
    yield first
    for number, choice, own in zip(among, choices, first, strict=True):
        for other in choice.names:
            swap = {(number, own[-1]): other, (number, other): own[-1]}
            yield [[swap.get((at, name), name) for name in each] for at, each in zip(among, first, strict=True)]
    yield taken(-1)


def all_taken(choices: Sequence[Choice]) -> Iterator[Sequence[Sequence[Const]]]:
    """The names that choices can take: of two choices of the same names different ones."""
    options = [islice(combinations(choice.names, choice.count), MOST_MEMBERS) for choice in choices]
    for chosen in islice(product(*options), MOST_MEMBERS):
        taken = [(choice.names, name) for choice, names in zip(choices, chosen, strict=True) for name in names]
        if len(set(taken)) == len(taken):
            yield chosen


def covers(general: FactSet, facts: FactSet, budget: Budget, known: Mapping[Var, Term] = MappingProxyType({})) -> bool:
    """Whether facts are an instance of a set: it, with something for its variables but those that are known."""
    budget.spend()
    if len(general) != len(facts) or not general:
        return len(general) == len(facts)
    return any(
        covers(general[1:], facts[:index] + facts[index + 1 :], budget, more)
        for index, fact in enumerate(facts)
        if fact.pred == general[0].pred and (more := matched(general[0].args, fact.args, known)) is not None
    )
