"""Sets of assumed facts: which are minimal, which cover others, how they are merged, named and ordered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from explain.substitution import Substitution, apply, unify
from kb.printer import show_atom
from kb.syntax import AtomF, substitute_atom, variables
from kb.terms import Term, Var, order_key

Facts: TypeAlias = frozenset[AtomF]
MOST_SETS = 400
"""How many sets are kept while they are put together, the smallest first."""


def minimal(sets: Iterable[Facts]) -> list[Facts]:
    """The sets that contain no other, the smallest first, at most `MOST_SETS`."""
    found: list[Facts] = []
    for facts in sorted(set(sets), key=lambda each: (len(each), sorted(map(show_atom, each)))):
        if not any(other <= facts for other in found):
            found.append(facts)
            if len(found) == MOST_SETS:
                break
    return found


def fewest(ways: list[tuple[Substitution, Facts]]) -> list[tuple[Substitution, Facts]]:
    """The ways that assume least, at most `MOST_SETS`."""
    if len(ways) <= MOST_SETS:
        return ways
    return sorted(ways, key=lambda way: (len(way[1]), sorted(map(show_atom, way[1]))))[:MOST_SETS]


def merged(facts: Facts) -> Iterator[Facts]:
    """The facts, and what is left of them where one with variables is taken to be another: one more line of therapy may
    be the very line that another fact is about. Whether that does is for the trial to say."""
    pending, seen = [facts], {facts}
    while pending:
        each = pending.pop()
        yield each
        for general in each:
            for other in each:
                if general.pred != other.pred or len(variables(general.args)) <= len(variables(other.args)):
                    continue
                bound = unify(general.args, other.args, {})
                if bound is not None:
                    smaller = frozenset(apply(atom, bound) for atom in each)
                    if smaller not in seen and len(seen) < MOST_SETS:
                        seen.add(smaller)
                        pending.append(smaller)


def resolved(ways: list[tuple[Substitution, Facts]]) -> list[Facts]:
    """The assumed facts of each way, with what their variables have become."""
    return [frozenset(apply(atom, bound) for atom in facts) for bound, facts in ways]


def tidy(facts: Facts) -> tuple[AtomF, ...]:
    """The facts in order, their variables named A, B, ... as they come."""
    ordered = sorted(facts, key=_atom_key)
    names: dict[Var, Term] = {}
    for atom in ordered:
        for var in variables(atom.args):
            names.setdefault(var, Var(_letter(len(names))))
    return tuple(substitute_atom(atom, names) for atom in ordered)


def _letter(index: int) -> str:
    return chr(ord("A") + index % 26) + (str(index // 26) if index >= 26 else "")


def _atom_key(atom: AtomF) -> tuple[object, ...]:
    """The standard order of atoms as terms: by number of arguments, name, arguments; variables come first."""
    args = tuple((-1, arg.name, 0) if isinstance(arg, Var) else order_key(arg) for arg in atom.args)
    term = (len(args), atom.pred.name, args)
    return (1, "-", term) if atom.pred.negative else term


def set_key(facts: tuple[AtomF, ...]) -> tuple[object, ...]:
    """The key that sorts sets by size, then in the standard order of their facts."""
    return (len(facts), tuple(_atom_key(atom) for atom in facts))


def covers(other: tuple[AtomF, ...], facts: tuple[AtomF, ...]) -> bool:
    """Whether some of the facts are an instance of the other set."""

    def match(remaining: tuple[AtomF, ...], left: tuple[AtomF, ...], binding: Substitution) -> bool:
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
