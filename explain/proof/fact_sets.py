"""Sets of assumed facts: how they are named and ordered, and which cover others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from kb.language.syntax import AtomF, substitute_atom, variables
from kb.language.terms import Term, Var, order_key

FactSet: TypeAlias = tuple[AtomF, ...]


def tidy(facts: Iterable[AtomF]) -> FactSet:
    """The facts in order, their variables named A, B, ... as they come."""
    ordered = sorted(facts, key=atom_key)
    names: dict[Var, Term] = {}
    for atom in ordered:
        for var in variables(atom.args):
            names.setdefault(var, Var(_letter(len(names))))
    return tuple(substitute_atom(atom, names) for atom in ordered)


def _letter(index: int) -> str:
    return chr(ord("A") + index % 26) + (str(index // 26) if index >= 26 else "")


def atom_key(atom: AtomF) -> tuple[object, ...]:
    """The standard order of atoms as terms: by number of arguments, name, arguments; variables come first."""
    args = tuple((-1, arg.name, 0) if isinstance(arg, Var) else order_key(arg) for arg in atom.args)
    term = (len(args), atom.pred.name, args)
    return (1, "-", term) if atom.pred.negative else term


def set_key(facts: FactSet) -> tuple[object, ...]:
    """The key that sorts sets by size, then in the standard order of their facts."""
    return (len(facts), tuple(atom_key(atom) for atom in facts))


def covers(other: FactSet, facts: FactSet) -> bool:
    """Whether the facts are an instance of the other set."""
    if len(other) != len(facts) or sorted(str(fact.pred) for fact in other) != sorted(str(fact.pred) for fact in facts):
        return False

    def match(remaining: FactSet, left: FactSet, binding: dict[Var, Term]) -> bool:
        if not remaining:
            return True
        for index, fact in enumerate(left):
            if fact.pred == remaining[0].pred:
                bound = dict(binding)
                if all(
                    (bound.setdefault(one, two) if isinstance(one, Var) else one) == two
                    for one, two in zip(remaining[0].args, fact.args, strict=True)
                ) and match(remaining[1:], left[:index] + left[index + 1 :], bound):
                    return True
        return False

    return match(other, facts, {})
