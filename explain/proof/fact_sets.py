"""Sets of facts that are missing as values: their order, which is an instance of which, and those that differ in interchangeable
names alone, put together as one way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations, islice, product
from typing import TypeAlias

from msgspec import Struct, structs

from engine.bodies import matched
from engine.knowledge import open_row_key
from explain.words.bounds import Bounded
from kb.language.syntax import AtomF, Pred
from kb.language.terms import Const, Term, Var, order_key
from kb.language.traversal import substitute_atom, variables

FactSet: TypeAlias = tuple[AtomF, ...]
PLACEHOLDER = Var("Name")
"""Where one of several interchangeable names goes."""
MOST_ALIKE = 1_000
"""How many sets that differ in interchangeable names alone are looked at; others are met one by one."""


def tidy(facts: Iterable[AtomF]) -> FactSet:
    """The facts in order, their variables named A, B, ... as they come."""
    return tidied_with_names(facts)[0]


def tidied_with_names(facts: Iterable[AtomF]) -> tuple[FactSet, dict[Var, Term]]:
    """The same, and what each variable is named."""
    ordered = sorted(facts, key=atom_key)
    names: dict[Var, Term] = {}
    for atom in ordered:
        for var in variables(atom.args):
            names.setdefault(var, Var(_letter(len(names))))
    return tuple(substitute_atom(atom, names) for atom in ordered), names


def _letter(index: int) -> str:
    return chr(ord("A") + index % 26) + (str(index // 26) if index >= 26 else "")


def atom_key(atom: AtomF) -> tuple[object, ...]:
    """The standard order of atoms as terms: by number of arguments, name, arguments; variables come first."""
    return key_with(atom.pred, open_row_key(atom.args))


def key_with(pred: Pred, args: tuple[object, ...]) -> tuple[object, ...]:
    """The same of an atom of a predicate with arguments that have their keys."""
    term = (len(args), pred.name, args)
    return (1, "-", term) if pred.negative else term


def set_key(facts: FactSet) -> tuple[object, ...]:
    """The key that sorts sets by size, then in the standard order of their facts."""
    return (len(facts), tuple(atom_key(atom) for atom in facts))


def covers(other: FactSet, facts: FactSet) -> bool:
    """Whether the facts are an instance of the other set."""
    if len(other) != len(facts) or sorted(str(fact.pred) for fact in other) != sorted(str(fact.pred) for fact in facts):
        return False

    def match(remaining: FactSet, left: FactSet, binding: Mapping[Var, Term]) -> bool:
        if not remaining:
            return True
        for index, fact in enumerate(left):
            bound = matched(remaining[0].args, fact.args, binding) if fact.pred == remaining[0].pred else None
            if bound is not None and match(remaining[1:], left[:index] + left[index + 1 :], bound):
                return True
        return False

    return match(other, facts, {})


def distinct(
    found: Iterable[FactSet], most: int, is_fine: Callable[[FactSet], bool] = lambda facts: True
) -> list[FactSet]:
    """The first sets that are no instances of those before them, and are fine besides; in order."""
    shown: list[FactSet] = []
    for facts in found:
        if not any(covers(other, facts) for other in shown) and is_fine(facts):
            shown.append(facts)
            if len(shown) == most:
                break
    return sorted(shown, key=set_key)


class MissingFact(Struct, frozen=True):
    """A fact that is not documented, with the question that asks for it, bounds for what it leaves open, what its arguments
    are called, where that is declared, and those of them that the question does not speak of."""

    atom: AtomF
    question: str
    bounds: tuple[Bounded, ...] = ()
    names: tuple[str, ...] = ()
    unsaid: tuple[tuple[str, Term], ...] = ()


def relettered(facts: Iterable[MissingFact]) -> tuple[MissingFact, ...]:
    """The facts with their variables named A, B, ... as they come."""
    named, names = tuple(facts), dict[Var, Term]()
    for var in variables(arg for fact in named for arg in fact.atom.args):
        names.setdefault(var, Var(_letter(len(names))))
    return tuple(
        structs.replace(
            fact,
            atom=substitute_atom(fact.atom, names),
            bounds=tuple(each.renamed(names) for each in fact.bounds),
        )
        for fact in named
    )


class AnyOf(Struct, frozen=True):
    """Facts that are the same for any of some interchangeable names: `count` of the names will do, others than those that
    another choice of the same way takes from the same names.

    `facts` has `PLACEHOLDER` where a name goes; what is asked for is all these facts for each chosen name.
    """

    count: int
    facts: tuple[MissingFact, ...]
    names: tuple[Const, ...]

    def named(self, names: Iterable[Const]) -> Iterator[AtomF]:
        """The facts for some of the names."""
        for name in names:
            for fact in self.facts:
                args = tuple(name if arg == PLACEHOLDER else arg for arg in fact.atom.args)
                yield AtomF(fact.atom.pred, args)

    def key(self) -> tuple[object, ...]:
        """The key that sorts the choices of a way: by their facts, then by the names."""
        return set_key(tuple(fact.atom for fact in self.facts)), tuple(map(order_key, self.names))


class Way(Struct, frozen=True):
    """One way to settle a goal: facts to be documented, and choices among interchangeable names."""

    facts: tuple[MissingFact, ...]
    choices: tuple[AnyOf, ...]

    def key(self) -> tuple[object, ...]:
        """The key that sorts ways: that of the sets which take the first names that they can."""
        facts, left = [fact.atom for fact in self.facts], {choice.names: choice.names for choice in self.choices}
        for choice in self.choices:
            facts += choice.named(left[choice.names][: choice.count])
            left[choice.names] = left[choice.names][choice.count :]
        return set_key(tidy(facts))

    def members(self) -> Iterator[tuple[FactSet, dict[Var, Term]]]:
        """The sets that it stands for, each with what its variables are named: every choice of names, different ones where two
        choices are of the same names."""
        plain = tuple(fact.atom for fact in self.facts)
        options = [tuple(islice(combinations(choice.names, choice.count), MOST_ALIKE)) for choice in self.choices]
        for chosen in product(*options):
            pairs = tuple(zip(self.choices, chosen, strict=True))
            taken = [(choice.names, name) for choice, names in pairs for name in names]
            if len(set(taken)) == len(taken):
                yield tidied_with_names((*plain, *(fact for choice, names in pairs for fact in choice.named(names))))
