"""What is not known of a case, as a circuit of gates over the facts that can be asked for."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property, reduce
from typing import Final, TypeAlias

from engine.policies import Determination, determined
from kb.language.syntax import AtomF, Pred
from kb.language.terms import Const, Term, Var
from kb.language.truth import Truth

NO, OPEN, YES = 0, 1, 2
"""The value of a gate."""
LEVELS = {Truth.FALSE: NO, Truth.UNKNOWN: OPEN, Truth.TRUE: YES}
TRUTHS = {level: truth for truth, level in LEVELS.items()}
WEIGHT = 0.25
"""By how much each further fact makes a way to meet the criteria count less."""

Values: TypeAlias = tuple[Const, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that can be answered: an atom, yes or no, or the value of a functional predicate for a key."""

    pred: Pred
    key: Values


class Silence(Enum):
    """The answer that says nothing: others of a predicate of which something named is left undocumented cannot be ruled
    out either."""

    LEFT = "left"


LEFT: Final = Silence.LEFT
Answered: TypeAlias = "bool | Values | Silence | None"
"""Yes or no, the values of a functional predicate, None for values that nothing mentions, or nothing said."""
Assignment: TypeAlias = "dict[Asked, Answered]"


@dataclass(frozen=True, slots=True)
class Fixed:
    """A gate that always has a value."""

    value: int
    children: tuple[()] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """Whether the answer to what is asked is the wanted one."""

    asked: Asked
    wanted: Answered
    children: tuple[()] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a gate."""

    children: tuple[int]


@dataclass(frozen=True, slots=True)
class And:
    """All of some gates."""

    children: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """So many of some gates; with one, any of them."""

    bound: int
    children: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stated:
    """An open atom: what is answered of it, and what rules conclude."""

    children: tuple[int, int]


Gate: TypeAlias = Fixed | Leaf | Not | And | AtLeast | Stated
"""A gate over earlier ones, its children, by their numbers."""


@dataclass
class Circuit:
    """The gates, children first, what can be asked, and the gates of the determination and of the criteria."""

    gates: list[Gate] = field(default_factory=list)
    below: list[int] = field(default_factory=list)
    """For each gate a bit for each thing asked below it."""
    ways: list[tuple[float, float]] = field(default_factory=list)
    """For each gate the number of ways to make it true, and to make it false, by answers."""
    asked: dict[Asked, dict[Answered, None]] = field(default_factory=dict)
    """What can be asked, and the answers that rules mention."""
    atoms: dict[Asked, list[AtomF]] = field(default_factory=dict)
    bits: dict[Asked, int] = field(default_factory=dict)
    listed: dict[Asked, tuple[Values, ...]] = field(default_factory=dict)
    """The values that tell answers apart, where more than those that rules mention."""
    strangers: set[tuple[Pred, int, Const]] = field(default_factory=set)
    """The values that stand, at an argument of a predicate, for any individual that is not named."""
    covered: set[Asked] = field(default_factory=set)
    """The functional predicates that a stranger stands for other values of."""
    undeniable: set[Asked] = field(default_factory=set)
    roots: dict[Pred, int] = field(default_factory=dict)
    """The gates of the criteria and alternatives, by the predicates that decide them."""
    meets: int = 0
    uncovered: int = 0
    _index: dict[Gate, int] = field(default_factory=dict)

    # --- building ---

    def fixed(self, value: int) -> int:
        """The gate that always has a value."""
        return self._add(Fixed(value))

    def leaf(self, asked: Asked, wanted: Answered, atom: AtomF) -> int:
        """The gate that is true if the answer is the wanted one, which makes an atom true."""
        self.bits.setdefault(asked, 1 << len(self.bits))
        self.asked.setdefault(asked, {})[wanted] = None
        atoms = self.atoms.setdefault(asked, [])
        if atom not in atoms:
            atoms.append(atom)
        return self._add(Leaf(asked, wanted))

    def not_(self, child: int) -> int:
        """The gate that is true where another is false."""
        gate = self.gates[child]
        return self.fixed(YES - gate.value) if isinstance(gate, Fixed) else self._add(Not((child,)))

    def and_(self, children: Iterable[int]) -> int:
        """The gate that is true where all of some are; constants that make no difference are left out."""
        parts = dict.fromkeys(part for part in children if not self.is_fixed(part, YES))
        if not parts or any(self.is_fixed(part, NO) for part in parts):
            return self.fixed(NO if parts else YES)
        return next(iter(parts)) if len(parts) == 1 else self._add(And(tuple(parts)))

    def or_(self, children: Iterable[int]) -> int:
        """The gate that is true where any of some is."""
        return self.at_least(1, children)

    def at_least(self, bound: int, children: Iterable[int]) -> int:
        """The gate that is true where so many of some are; constants are counted at once."""
        all_parts = list(children)
        bound -= sum(self.is_fixed(part, YES) for part in all_parts)
        parts = [part for part in all_parts if not self.is_fixed(part, YES) and not self.is_fixed(part, NO)]
        if bound == 1:
            parts = list(dict.fromkeys(parts))
        if bound <= 0 or bound > len(parts):
            return self.fixed(YES if bound <= 0 else NO)
        return parts[0] if bound == len(parts) == 1 else self._add(AtLeast(bound, tuple(parts)))

    def stated(self, answered: int, concluded: int) -> int:
        """The gate of an open atom, of which something is answered and something concluded."""
        return answered if self.ways[concluded][0] == 0 else self._add(Stated((answered, concluded)))

    def is_fixed(self, number: int, value: int) -> bool:
        """Whether a gate always has a value."""
        gate = self.gates[number]
        return isinstance(gate, Fixed) and gate.value == value

    def _add(self, gate: Gate) -> int:
        """The number of a gate, which is made once."""
        if gate not in self._index:
            self._index[gate] = len(self.gates)
            self.ways.append(_ways(gate, self.ways))
            bits = self.bits[gate.asked] if isinstance(gate, Leaf) else 0
            self.below.append(reduce(operator.or_, (self.below[child] for child in gate.children), bits))
            self.gates.append(gate)
        return self._index[gate]

    # --- reading ---

    def values(self, assignment: Assignment) -> list[int]:
        """The value of every gate under some answers."""
        found: list[int] = []
        for gate in self.gates:
            found.append(_value(gate, found, assignment))
        return found

    def outcome(self, values: list[int]) -> tuple[Determination, bool]:
        """The determination, and whether no further answer can change it."""
        meets, uncovered = values[self.meets], values[self.uncovered]
        determination = determined(
            has_conflict=False, is_in_force=True, is_uncovered=uncovered == YES, meets=TRUTHS[meets]
        )
        return determination, uncovered == YES or OPEN not in (meets, uncovered)

    def answers(self, asked: Asked) -> list[Answered]:
        """The answers to tell apart: of a value, those that make a difference."""
        known = list(self.asked[asked])
        if isinstance(known[0], bool):
            return [True, LEFT if asked in self.undeniable else False]
        if asked in self.listed:
            return list(dict.fromkeys([*known, *self.listed[asked]]))
        return known if asked in self.covered else [*known, None]

    def is_stranger(self, atom: AtomF) -> bool:
        """Whether an atom is about an individual that is not named."""
        return bool(self.strange_places(atom))

    def strange_places(self, atom: AtomF) -> set[int]:
        """The places of the arguments that are strangers."""
        return {index for index, arg in enumerate(atom.args) if (atom.pred, index, arg) in self.strangers}

    def has_stranger(self, pred: Pred, values: Values) -> bool:
        """Whether one of the values of a predicate is a stranger."""
        return any(each == pred and arg in values for each, _, arg in self.strangers)

    def share(self, without: Iterable[Asked]) -> float:
        """Of the ways to meet the criteria, or to fail them where nothing can meet them, the part that rests on some
        facts. A way counts for less the more it asks."""
        side = 0 if self.ways[self.meets][0] else 1
        total = self._weights[self.meets][side]
        return 1 - self._weighed(frozenset(without))[self.meets][side] / total if total else 0.0

    def parents(self, asked: Asked) -> tuple[int, ...]:
        """The gates that use a fact; where rules conclude it too, those that use the two together."""
        found = []
        for leaf in self.leaves[asked]:
            for user in self._users.get(leaf, ()):
                found += self._users.get(user, []) if isinstance(self.gates[user], Stated) else [user]
        return tuple(found)

    @cached_property
    def leaves(self) -> dict[Asked, list[int]]:
        """The leaves of everything that can be asked."""
        leaves: dict[Asked, list[int]] = {}
        for number, gate in enumerate(self.gates):
            if isinstance(gate, Leaf):
                leaves.setdefault(gate.asked, []).append(number)
        return leaves

    @cached_property
    def _users(self) -> dict[int, list[int]]:
        users: dict[int, list[int]] = {}
        for number, gate in enumerate(self.gates):
            for child in gate.children:
                users.setdefault(child, []).append(number)
        return users

    @cached_property
    def _weights(self) -> list[tuple[float, float]]:
        return self._weighed(frozenset())

    def _weighed(self, gone: frozenset[Asked]) -> list[tuple[float, float]]:
        found: list[tuple[float, float]] = []
        for gate in self.gates:
            found.append((0, 0) if isinstance(gate, Leaf) and gate.asked in gone else _ways(gate, found, WEIGHT))
        return found


def constants(args: Iterable[Term]) -> Values:
    """The arguments that are not variables."""
    return tuple(arg for arg in args if not isinstance(arg, Var))


def _value(gate: Gate, known: Sequence[int], assignment: Assignment) -> int:
    match gate:
        case Leaf(asked, wanted):
            given = assignment.get(asked, LEFT)
            return OPEN if given is LEFT else YES if given == wanted else NO
        case Fixed(value):
            return value
        case And(children):
            return min(known[child] for child in children)
        case AtLeast(bound, children):
            parts = [known[child] for child in children]
            if parts.count(YES) >= bound:
                return YES
            return NO if len(parts) - parts.count(NO) < bound else OPEN
        case Not((child,)):
            return YES - known[child]
        case Stated((answered, concluded)):
            return YES if known[concluded] == YES else known[answered]


def _ways(gate: Gate, known: Sequence[tuple[float, float]], leaf: float = 1) -> tuple[float, float]:
    """The sum over the ways to make a gate true, and false, of the product of the weights of their leaves."""
    true, false = [known[child][0] for child in gate.children], [known[child][1] for child in gate.children]
    match gate:
        case Leaf():
            return leaf, leaf
        case Fixed(value):
            return int(value == YES), int(value == NO)
        case Not():
            return false[0], true[0]
        case And():
            return math.prod(true), sum(false)
        case AtLeast(bound):
            return _choices(bound, true), _choices(len(false) - bound + 1, false)
        case Stated():
            return sum(true), false[0]


def _choices(size: int, weights: Sequence[float]) -> float:
    """The sum over the choices of so many weights of their product."""
    sums: list[float] = [1, *(0 for _ in range(size))]
    for taken, weight in enumerate(weights):
        for index in range(min(size, taken + 1), max(size - len(weights) + taken, 0), -1):
            sums[index] += sums[index - 1] * weight
    return sums[size]
