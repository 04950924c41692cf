"""What is not known of a case, as a circuit of gates over the facts that can be asked for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Final, Literal, TypeAlias

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
Op: TypeAlias = Literal["const", "leaf", "not", "and", "or", "count", "open"]


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
class Gate:
    """A gate over earlier ones: `const`, `leaf`, `not`, `and`, `or`, `count` (at least `bound` of them), or `open` (an
    open atom: what is answered of it, and what rules conclude). `below` is a bit for each leaf under it.
    """

    op: Op
    children: tuple[int, ...] = ()
    bound: int = 0
    asked: Asked | None = None
    wanted: Answered = None
    below: int = 0


@dataclass
class Circuit:
    """The gates, children first, what can be asked, and the gates of the determination and of the criteria."""

    gates: list[Gate] = field(default_factory=list)
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
    roots: dict[AtomF, int] = field(default_factory=dict)
    meets: int = 0
    uncovered: int = 0
    _index: dict[Gate, int] = field(default_factory=dict)

    # --- building ---

    def const(self, value: int) -> int:
        """The gate that always has a value."""
        return self._add(Gate("const", bound=value))

    def leaf(self, asked: Asked, wanted: Answered, atom: AtomF) -> int:
        """The gate that is true if the answer is the wanted one, which makes an atom true."""
        bit = self.bits.setdefault(asked, 1 << len(self.bits))
        self.asked.setdefault(asked, {})[wanted] = None
        atoms = self.atoms.setdefault(asked, [])
        if atom not in atoms:
            atoms.append(atom)
        return self._add(Gate("leaf", (), 0, asked, wanted, bit))

    def gate(self, op: Op, children: Iterable[int], bound: int = 0) -> int:
        """A gate without the constants that make no difference to it."""
        parts = list(children)
        if op == "not":
            only = self.gates[parts[0]]
            return self.const(YES - only.bound) if only.op == "const" else self._made("not", parts)
        if op == "count":
            bound -= sum(self.is_const(part, YES) for part in parts)
            parts = [part for part in parts if not self.is_const(part, YES) and not self.is_const(part, NO)]
            if bound <= 0 or bound > len(parts):
                return self.const(YES if bound <= 0 else NO)
            return self._made("count", parts, bound) if bound > 1 else self.gate("or", parts)
        if op == "open":
            return parts[0] if self.ways[parts[1]][0] == 0 else self._made("open", parts)
        zero, one = (NO, YES) if op == "and" else (YES, NO)
        if any(self.is_const(part, zero) for part in parts):
            return self.const(zero)
        parts = [part for part in dict.fromkeys(parts) if not self.is_const(part, one)]
        return self.const(one) if not parts else parts[0] if len(parts) == 1 else self._made(op, parts)

    def is_const(self, number: int, value: int) -> bool:
        """Whether a gate always has a value."""
        return self.gates[number].op == "const" and self.gates[number].bound == value

    def _made(self, op: Op, parts: list[int], bound: int = 0) -> int:
        below = 0
        for part in parts:
            below |= self.gates[part].below
        return self._add(Gate(op, tuple(parts), bound, None, None, below))

    def _add(self, gate: Gate) -> int:
        """The number of a gate, which is made once."""
        if gate not in self._index:
            self._index[gate] = len(self.gates)
            self.ways.append(_ways(gate, self.ways))
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
                found += self._users.get(user, []) if self.gates[user].op == "open" else [user]
        return tuple(found)

    @cached_property
    def leaves(self) -> dict[Asked, list[int]]:
        """The leaves of everything that can be asked."""
        leaves: dict[Asked, list[int]] = {}
        for number, gate in enumerate(self.gates):
            if gate.asked is not None:
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
            found.append((0, 0) if gate.asked in gone else _ways(gate, found, WEIGHT))
        return found


def constants(args: Iterable[Term]) -> Values:
    """The arguments that are not variables."""
    return tuple(arg for arg in args if not isinstance(arg, Var))


def _value(gate: Gate, known: Sequence[int], assignment: Assignment) -> int:
    match gate.op:
        case "leaf":
            assert gate.asked is not None
            given = assignment.get(gate.asked, LEFT)
            return OPEN if given is LEFT else YES if given == gate.wanted else NO
        case "const":
            return gate.bound
        case "and":
            return min(known[child] for child in gate.children)
        case "or":
            return max(known[child] for child in gate.children)
        case "not":
            return YES - known[gate.children[0]]
        case "open":
            stated, concluded = (known[child] for child in gate.children)
            return YES if concluded == YES else stated
        case "count":
            parts = [known[child] for child in gate.children]
            if parts.count(YES) >= gate.bound:
                return YES
            return NO if len(parts) - parts.count(NO) < gate.bound else OPEN


def _ways(gate: Gate, known: Sequence[tuple[float, float]], leaf: float = 1) -> tuple[float, float]:
    """The sum over the ways to make a gate true, and false, of the product of the weights of their leaves."""
    parts = [known[child] for child in gate.children]
    match gate.op:
        case "leaf":
            return leaf, leaf
        case "const":
            return int(gate.bound == YES), int(gate.bound == NO)
        case "not":
            return parts[0][1], parts[0][0]
        case "open":
            return parts[0][0] + parts[1][0], parts[0][1]
        case "count":
            true, false = [each for each, _ in parts], [each for _, each in parts]
            return _choices(gate.bound, true), _choices(len(parts) - gate.bound + 1, false)
        case "and":
            return math.prod(true for true, _ in parts), sum(false for _, false in parts)
        case "or":
            return sum(true for true, _ in parts), math.prod(false for _, false in parts)


def _choices(size: int, weights: Sequence[float]) -> float:
    """The sum over the choices of so many weights of their product."""
    sums: list[float] = [1, *(0 for _ in range(size))]
    for weight in weights:
        for index in range(size, 0, -1):
            sums[index] += sums[index - 1] * weight
    return sums[size]
