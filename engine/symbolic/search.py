"""What a set of assumptions has to do in a ground program, with all that need not be tried left out: atoms that are others under a new
name, and assumptions that another does everything for. No answers are lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from msgspec import Struct, field, structs

from engine.bodies import matched
from engine.symbolic.grounding import GroundProgram, GroundRules
from kb.language.syntax import AtomF
from kb.language.traversal import variables

Use: TypeAlias = tuple[object, ...]
"""What an atom does somewhere."""


class Search(GroundRules, kw_only=True):
    """What a set of assumptions has to do: make one atom true, and no forbidden set of atoms."""

    assumable: list[int]
    """In the order of preference."""
    goal: int
    forbidden: list[frozenset[int]]
    choices: dict[int, list[int]] = field(default_factory=dict)
    """Atoms that hold or not, as one likes, where one of others does."""
    names: dict[int, int] = field(default_factory=dict)
    """Atoms that come down to another, and that one, which stands for them."""

    def without_what_never_holds(self) -> Search:
        """The same with no rules for atoms that hold under no assumptions, nor rules that need one of them."""
        possible = {*self.true, *self.assumable, *self.choices, *self.conditions}
        bodies = [(head, body) for head, own in self.rules.items() for body in own]
        counts = dict(self.counts)
        while True:
            known = len(possible)
            left = []
            for head, body in bodies:
                if body[0] <= possible:
                    possible.add(head)
                else:
                    left.append((head, body))
            possible |= {
                head
                for head, (least, rows) in counts.items()
                if sum(weight for row, weight in rows.items() if row in possible) >= least
            }
            if len(possible) == known:
                break
            bodies = left
        never = frozenset(body for _, body in left)
        rules = {head: own - never for head, own in self.rules.items() if head in possible}
        counts = {
            head: (least, {row: weight for row, weight in rows.items() if row in possible})
            for head, (least, rows) in counts.items()
            if head in possible
        }
        return structs.replace(self, rules=rules, counts=counts)


def relevant(ground: GroundProgram, goal: int, forbidden: Iterable[frozenset[int]], order: Sequence[int]) -> Search:
    """The part of a ground program that the goal and the forbidden sets depend on, its atoms under one name each;
    `order` has the assumptions that may be made, in the order of preference."""
    forbidden = list(forbidden)
    needed = ground.needs([goal, *(atom for each in forbidden for atom in each)])
    names = _names(ground, needed)

    def name(atom: int) -> int:
        return names.get(atom, atom)

    def named(atoms: frozenset[int]) -> frozenset[int]:
        return atoms if names.keys().isdisjoint(atoms) else frozenset(map(name, atoms))

    true = frozenset(ground.true & needed)
    search = Search(
        conditions={atom: condition for atom, condition in ground.conditions.items() if atom in needed},
        true=set(true),
        assumable=[atom for atom in order if atom in needed],
        goal=name(goal),
        forbidden=list({named(each) for each in forbidden}),
        names=names,
    )
    for head in needed:
        if head in names:
            continue
        if head in ground.rules:
            search.rules[head] = {
                (named(positive) - true, named(negative)) for positive, negative in ground.rules[head]
            }
        if head in ground.counts:
            threshold, rows = ground.counts[head]
            weights = Counter(map(name, rows))
            if threshold == 1:
                for each in weights:
                    search.rules.setdefault(head, set()).add((frozenset((each,)), frozenset()))
            else:
                search.counts[head] = threshold, dict(sorted(weights.items()))
    return search


def _names(ground: GroundProgram, needed: set[int]) -> dict[int, int]:
    """For each atom with one rule of one positive literal, the atom that it comes down to."""
    step: dict[int, int] = {}
    for head in needed:
        bodies = ground.rules.get(head, set())
        if len(bodies) == 1 and head not in ground.counts and head not in ground.true and head not in ground.assumable:
            ((positive, negative),) = bodies
            rest = positive - ground.true
            if len(rest) == 1 and not negative:
                (step[head],) = rest
    names: dict[int, int] = {}
    for head in step:
        seen, atom = {head}, head
        while atom in step and step[atom] not in seen:
            atom = step[atom]
            seen.add(atom)
        if atom not in step:
            names[head] = atom
    return names


class _Uses(Struct):
    """What an atom does for the search where it holds: it helps, is counted among what helps, or harms."""

    helps: set[Use] = field(default_factory=set)
    counted: set[Use] = field(default_factory=set)
    harms: set[Use] = field(default_factory=set)


def _polarity(search: Search) -> tuple[set[int], set[int]]:
    """The atoms that should hold, and those that should not; an atom can be both."""
    wanted: set[int] = set()
    unwanted: set[int] = set()
    pending = [(search.goal, True), *((atom, False) for each in search.forbidden for atom in each)]
    while pending:
        atom, wants = pending.pop()
        found = wanted if wants else unwanted
        if atom in found:
            continue
        found.add(atom)
        for positive, negative in search.rules.get(atom, ()):
            pending += [(each, wants) for each in positive]
            pending += [(each, not wants) for each in negative]
        pending += [(each, wants) for each in search.counts.get(atom, (0, {}))[1]]
    return wanted, unwanted


def _uses(search: Search) -> dict[int, _Uses]:
    """What each assumption does."""
    found = {atom: _Uses() for atom in search.assumable}
    assumable = frozenset(found)
    wanted, unwanted = _polarity(search)

    def note(atom: int, use: Use, helps: bool, harms: bool) -> None:
        if helps:
            found[atom].helps.add(use)
        if harms:
            found[atom].harms.add(use)

    for head, bodies in search.rules.items():
        for positive, negative in bodies:
            for atom in positive & assumable:
                note(atom, (head, positive - {atom}, negative), head in wanted, head in unwanted)
            for atom in negative & assumable:
                note(atom, (head, positive, negative - {atom}, "absent"), head in unwanted, head in wanted)
    for head, (_, rows) in search.counts.items():
        for atom in rows.keys() & assumable:
            if head in wanted:
                found[atom].counted.add((head, rows[atom]))
            if head in unwanted:
                found[atom].harms.add((head, rows[atom]))
    for each in search.forbidden:
        for atom in each & assumable:
            found[atom].harms.add(("forbidden", each - {atom}))
    return found


def drop_dominated(search: Search, fact: Callable[[int], AtomF]) -> None:
    """Leaves out assumptions that do nothing, and those for which another does as well of which they are an instance; `fact` gives
    the fact that an assumption is, with variables for what is open."""
    uses = _uses(search)
    by_help: dict[object, list[int]] = {}
    left = []
    for atom in search.assumable:
        own = uses[atom]
        if not own.helps and not own.counted and atom != search.goal:
            continue
        own_fact = fact(atom)
        shape = own_fact.pred, own_fact.args[:1]
        others = by_help.get((shape, next(iter(own.helps), None)), ())
        if own.counted or not any(
            own.helps <= uses[other].helps
            and uses[other].harms <= own.harms
            and (atom != search.goal or other == search.goal)
            and matched(fact(other).args, own_fact.args) is not None
            for other in others
        ):
            left.append(atom)
            if variables(own_fact.args):
                for use in (*own.helps, None):
                    by_help.setdefault((shape, use), []).append(atom)
    search.assumable = left


def state_rules(search: Search, backend: Any, atom_of: Callable[[int], int]) -> None:
    """Gives the solver the rules and counts of a search; `atom_of` gives its atom for one of ours."""
    for atom in search.true:
        backend.add_rule([atom_of(atom)])
    for head, bodies in search.rules.items():
        for positive, negative in bodies:
            backend.add_rule([atom_of(head)], [*map(atom_of, positive), *(-atom_of(atom) for atom in negative)])
    for head, (threshold, rows) in search.counts.items():
        backend.add_weight_rule([atom_of(head)], threshold, [(atom_of(row), weight) for row, weight in rows.items()])
