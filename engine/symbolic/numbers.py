"""Conditions for values that are not known, as integer constraints for clingcon.

Where a value is compared with numbers alone, its integer says between which of these it lies: so bounds of any size, and decimals,
are exact. Where values are compared with each other, integers and days stand for themselves and decimals are counted in a unit
that is fine enough for all digits that occur.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import combinations
from typing import Any

from msgspec import Struct, field

from engine.graph import components
from engine.symbolic.conditions import Condition, Kind, Op
from engine.symbolic.steps import FIRST_DAY, LAST_DAY
from engine.symbolic.unknowns import ANY_DAY, Unknowns

ROOM = 1_000
"""How many integers there are from one number that a value is compared with to the next."""
GREATEST = 2**30 - 2
"""The greatest integer that the solver takes."""
LEAST_REACH = 100
"""How far values may be from known ones, at least, where sums of them are compared, not only differences."""
_SOLVER_OPS: Mapping[Op, str] = {
    Op.LESS: "<", Op.AT_MOST: "<=", Op.AT_LEAST: ">=", Op.MORE: ">",
}  # fmt: skip


class _Places(Struct):
    """The numbers that some values are compared with, in ascending order: each has its place."""

    numbers: list[Fraction]
    is_whole: bool
    _at: dict[Fraction, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._at = {number: (index + 1) * ROOM for index, number in enumerate(self.numbers)}

    def place(self, number: Fraction) -> int:
        """The integer that stands for a number that is compared with."""
        return self._at[number]

    def number(self, place: int) -> Fraction:
        """A number that an integer stands for."""
        index, beyond = divmod(place, ROOM)
        if index == 0:
            return math.floor(self.numbers[0] if self.numbers else ROOM) - Fraction(ROOM - beyond)
        low = self.numbers[index - 1]
        if self.is_whole or index == len(self.numbers):
            return low if beyond == 0 else Fraction(math.floor(low) + beyond)
        if beyond == 0:
            return low
        digits = 10  # enough for so many decimals between the two
        while (self.numbers[index] - low) * digits < 2 * ROOM:
            digits *= 10
        return Fraction(math.floor(low * digits) + beyond, digits)

    def empty(self) -> Iterator[tuple[int, int]]:
        """The integers, first and last, that stand for nothing: between whole numbers there may be less room."""
        for index in range(len(self.numbers) - 1) if self.is_whole else ():
            between = int(self.numbers[index + 1] - self.numbers[index]) - 1
            if between < ROOM - 1:
                yield (index + 1) * ROOM + between + 1, (index + 2) * ROOM - 1


class Constraints(Struct):
    """The conditions of a search in the solver's program, and the values that its answers have."""

    unknowns: Unknowns
    conditions: Mapping[int, Condition]
    """By the atoms that say that they hold."""
    is_exact: bool = True
    """Whether every condition could be said in the solver's integers, and values that others would do for are close to these: for
    sums of several that is not known."""
    _places: dict[int, _Places] = field(default_factory=dict)
    """Of each value that is compared with numbers alone."""
    _unit: int = 1
    """How many units a decimal has."""
    _near: dict[int, tuple[Fraction, Fraction]] = field(default_factory=dict)
    """Between which numbers values stay that are compared with each other."""
    _always: list[Condition] = field(default_factory=list)
    _pairs: list[tuple[Condition, Condition]] = field(default_factory=list)
    """Conditions of which both hold or neither."""
    _used: dict[int, None] = field(default_factory=dict)
    """The values that conditions are about."""
    _control: Any = None
    _theory: Any = None

    def register(self, control: Any) -> None:
        """Lets the solver know of integer constraints."""
        from clingcon import ClingconTheory

        self._control, self._theory = control, ClingconTheory()  # type: ignore[no-untyped-call] # it has no types
        self._theory.register(control)

    def prepare(self) -> None:
        """Makes the solver read the constraints that have been added."""
        self._theory.prepare(self._control)

    def state(self, backend: Any, atom_of: Callable[[int], int]) -> None:
        """Adds the conditions, and what holds of the values in any case; `atom_of` gives the solver's atom for one of ours."""
        every = self._every()
        self._lay_out(every)
        for atom, condition in self.conditions.items():
            self._constrain(backend, condition, atom_of(atom))
        for condition in self._always:
            atom = backend.add_atom()
            self._constrain(backend, condition, atom)
            backend.add_rule([], [-atom])
        for one, other in self._pairs:
            first, second = backend.add_atom(), backend.add_atom()
            self._constrain(backend, one, first)
            self._constrain(backend, other, second)
            backend.add_rule([], [first, -second])
            backend.add_rule([], [-first, second])
        self._keep_apart(backend)

    def _every(self) -> list[Condition]:
        """The conditions, with those that say what their values are."""
        every, pending = list(self.conditions.values()), list(self.conditions.values())
        while pending:
            for unknown in pending.pop().unknowns:
                if unknown in self._used:
                    continue
                self._used[unknown] = None
                own = [*self.unknowns.always.get(unknown, ())]
                self._always += own
                pairs = self.unknowns.spelled_out.get(unknown, ())
                self._pairs += pairs
                own += [each for pair in pairs for each in pair]
                every += own
                pending += own
        return every

    def _lay_out(self, every: list[Condition]) -> None:
        """Finds out which values are compared with numbers alone, and what unit decimals have."""
        together = {unknown for each in every if len(each.unknowns) > 1 for unknown in each.unknowns}
        group_of = self.unknowns.groups
        groups = {group_of.get(each) for each in together} - {None}
        related = {each for each in self._used if each in together or group_of.get(each) in groups}
        numbers: dict[object, set[Fraction]] = {}
        for each in every:
            for unknown in each.unknowns:
                numbers.setdefault(self._key(unknown), set()).add(each.bound)
        for unknown in self._used:
            if unknown not in related:
                kind = self.unknowns.kinds[unknown]
                marks = numbers.get(self._key(unknown), set()) | set(self._named(unknown)) | set(self._ends(unknown))
                self._places[unknown] = _Places(sorted(marks), kind.is_whole or kind.is_text)
        digits = [1]
        for each in every:
            kinds = [self.unknowns.kinds[unknown] for unknown in each.unknowns]
            if Kind.DECIMAL in kinds and not related.isdisjoint(each.unknowns):
                digits.append(_digits(each.bound) + len(str(max(map(abs, each.factors)))) - 1)
        decimals = [each for each in related if self.unknowns.kinds[each] is Kind.DECIMAL]
        digits += [_digits(number) for each in decimals for number in self._named(each)]
        self._unit = 10 ** (max(digits) + len(str(len(decimals) + 2))) if decimals else 1

        for component in self._components(every, related):
            own = [each for each in every if not component.isdisjoint(each.unknowns)]
            near = self._reach(own, component)
            self._near |= {unknown: near[self.unknowns.kinds[unknown] is Kind.DATE] for unknown in component}

    def _components(self, every: list[Condition], related: set[int]) -> Iterator[set[int]]:
        """The values that are compared with each other, or are to differ, put together."""
        together = [set(each.unknowns) for each in every if len(each.unknowns) > 1]
        together += [{*one.unknowns, *other.unknowns} for one, other in self._pairs]
        by_key: dict[object, set[int]] = {}
        for unknown in related:
            by_key.setdefault(self._key(unknown), set()).add(unknown)
        beside: dict[int, set[int]] = {unknown: set() for unknown in related}
        for each in (*together, *by_key.values()):
            for unknown in each & related:
                beside[unknown] |= each & related
        return map(set, components(related, beside.__getitem__))

    def _reach(self, every: list[Condition], related: set[int]) -> dict[bool, tuple[Fraction, Fraction]]:
        """Between which numbers values can stay that are compared with each other, days and others: where some would do, some do
        that are no further from a number they are compared with, or from any day or 0, than all distances together."""
        several = [each for each in every if len(each.unknowns) > 1]
        marks: dict[bool, set[Fraction]] = {True: set(), False: {Fraction(0)}}
        for unknown in related:
            kind = self.unknowns.kinds[unknown]
            marks[kind is Kind.DATE].update(self._named(unknown), self._ends(unknown) if kind.is_text else ())
        for each in every:
            if len(each.unknowns) == 1 and each.unknowns[0] in related and not each.is_of_range:
                marks[self.unknowns.kinds[each.unknowns[0]] is Kind.DATE].add(each.bound)
        marks[True] = marks[True] or {Fraction(ANY_DAY.toordinal())}
        apart = sum((abs(each.bound) + 1 for each in several), Fraction(len(related) ** 2 + 1))
        if any(each.factors != (1, -1) for each in several):
            factor = max(abs(factor) for each in several for factor in each.factors)
            own = (each for each in several if not any(part in self.unknowns.always for part in each.unknowns))
            self.is_exact &= all(each.factors == (1, -1) for each in own)
            apart = max(4 * factor**2 * (apart + sum(map(abs, marks[False]))), Fraction(LEAST_REACH))
        return {are_days: (min(own) - apart, max(own) + apart) for are_days, own in marks.items()}

    def _key(self, unknown: int) -> object:
        """What values that are to differ have in common."""
        return self.unknowns.groups.get(unknown, ("own", unknown)), self.unknowns.kinds[unknown]

    def _named(self, unknown: int) -> Iterator[Fraction]:
        """The numbers that a value is not."""
        group = self.unknowns.groups.get(unknown)
        for number in self.unknowns.named.get(group, ()) if group is not None else ():
            value = self.unknowns.sum_of(number)
            if value.kind is self.unknowns.kinds[unknown]:
                yield value.rest

    def _ends(self, unknown: int) -> tuple[Fraction, ...]:
        """The first numbers that a value cannot be."""
        match self.unknowns.kinds[unknown]:
            case Kind.DATE:
                return Fraction(FIRST_DAY - 1), Fraction(LAST_DAY + 1)
            case Kind.INTEGER | Kind.DECIMAL:
                return ()  # values stay close to what they are compared with
            case Kind.STRING | Kind.NAME:
                _, last = self.unknowns.ends_of(unknown) or (0, 0)
                return Fraction(0), Fraction(last + 1)

    # --- constraints ---------------------------------------------------------------------------------------------

    def _constrain(self, backend: Any, condition: Condition, atom: int) -> None:
        """Makes an atom say that a condition holds."""
        if len(condition.unknowns) == 1 and (unknown := condition.unknowns[0]) in self._places:
            place = self._places[unknown].place(condition.bound)
            self._add(backend, [(1, unknown)], condition.op, place, atom)
            return
        kinds = [self.unknowns.kinds[unknown] for unknown in condition.unknowns]
        unit = self._unit if Kind.DECIMAL in kinds else 1
        factors = [
            each if kind is Kind.DECIMAL else each * unit for each, kind in zip(condition.factors, kinds, strict=True)
        ]
        op, bound = condition.op, condition.bound * unit
        match op:
            case Op.EQUAL | Op.OTHER if bound.denominator > 1:
                if op is Op.OTHER:
                    backend.add_rule([atom])
                return
            case Op.LESS:
                op, bound = Op.AT_MOST, Fraction(math.ceil(bound) - 1)
            case Op.AT_MOST:
                bound = Fraction(math.floor(bound))
            case Op.MORE:
                op, bound = Op.AT_LEAST, Fraction(math.floor(bound) + 1)
            case Op.AT_LEAST:
                bound = Fraction(math.ceil(bound))
            case Op.EQUAL | Op.OTHER:
                pass
        if abs(bound) > GREATEST or max(map(abs, factors)) > GREATEST:
            self.is_exact = False
            return
        self._add(backend, list(zip(factors, condition.unknowns, strict=True)), op, int(bound), atom)

    def _keep_apart(self, backend: Any) -> None:
        """Values differ from the constants of their place, from each other, and are in their range."""
        for one, other in combinations(self._used, 2):
            if one in self.unknowns.groups and self._key(one) == self._key(other):
                self._require(backend, [(1, one), (-1, other)], Op.OTHER, 0)
        for unknown in self._used:
            places = self._places.get(unknown)
            ends = self._ends(unknown)
            if places is not None:
                last = (len(places.numbers) + 1) * ROOM - 1
                low, high = (places.place(ends[0]) + 1, places.place(ends[1]) - 1) if ends else (1, last)
                self._require(backend, [(1, unknown)], Op.AT_LEAST, low)
                self._require(backend, [(1, unknown)], Op.AT_MOST, high)
                for first, final in places.empty():
                    below, above = backend.add_atom(), backend.add_atom()
                    self._add(backend, [(1, unknown)], Op.LESS, first, below)
                    self._add(backend, [(1, unknown)], Op.MORE, final, above)
                    backend.add_rule([], [-below, -above])
            unit = self._unit if self.unknowns.kinds[unknown] is Kind.DECIMAL else 1
            if places is None:
                least, most = (number * unit for number in self._near[unknown])
                if ends:
                    least, most = max(least, ends[0] + 1), min(most, ends[1] - 1)
                self._require(backend, [(1, unknown)], Op.AT_LEAST, max(math.floor(least), -GREATEST))
                self._require(backend, [(1, unknown)], Op.AT_MOST, min(math.ceil(most), GREATEST))
            for number in set(self._named(unknown)):
                at = Fraction(places.place(number)) if places is not None else number * unit
                if abs(at) <= GREATEST and at.denominator == 1:
                    self._require(backend, [(1, unknown)], Op.OTHER, int(at))

    def _require(self, backend: Any, terms: list[tuple[int, int]], op: Op, bound: int) -> None:
        atom = backend.add_atom()
        self._add(backend, terms, op, bound, atom)
        backend.add_rule([], [-atom])

    def _add(self, backend: Any, terms: list[tuple[int, int]], op: Op, bound: int, atom: int) -> None:
        """Makes an atom say how a sum compares with a number. What is equal is at most and at least so much: clingcon takes long
        for equalities that may hold or not."""
        if op in (Op.EQUAL, Op.OTHER):
            ends = (Op.AT_MOST, Op.AT_LEAST) if op is Op.EQUAL else (Op.LESS, Op.MORE)
            sides = [backend.add_atom() for _ in ends]
            for end, side in zip(ends, sides, strict=True):
                self._add(backend, terms, end, bound, side)
            for body in (sides,) if op is Op.EQUAL else ([side] for side in sides):
                backend.add_rule([atom], body)
            return
        elements = []
        for factor, unknown in terms:
            factors = [backend.add_theory_term_number(factor), backend.add_theory_term_string(f"v{unknown}")]
            elements.append(backend.add_theory_element([backend.add_theory_term_function("*", factors)], []))
        name = backend.add_theory_term_string("__sum_b")  # what clingcon calls a sum in a body
        guard = backend.add_theory_term_number(bound)
        stated = backend.add_theory_atom_with_guard(name, elements, _SOLVER_OPS[op], guard, atom)
        if stated != atom:  # the same has been said before
            backend.add_rule([atom], [stated])

    # --- values --------------------------------------------------------------------------------------------------

    def values(self, thread: int) -> dict[int, Fraction]:
        """The numbers that stand for the values of the last answer."""
        found: dict[int, Fraction] = {}
        for symbol, value in self._theory.assignment(thread):
            unknown = int(symbol.name.removeprefix("v"))
            places = self._places.get(unknown)
            if places is not None:
                found[unknown] = places.number(value)
            else:
                found[unknown] = Fraction(value, self._unit if self.unknowns.kinds[unknown] is Kind.DECIMAL else 1)
        return found


def _digits(number: Fraction) -> int:
    """How many digits a number has behind the point, at most 6."""
    return next((digits for digits in range(6) if (number * 10**digits).denominator == 1), 6)


def constants_of(unknowns: Unknowns, numbers: Mapping[int, Fraction], wanted: Iterable[int]) -> dict[int, Any] | None:
    """Constants for some values that are not known: what their numbers stand for and, for those without a number, others that
    differ from all. None if there is no such constant."""
    found: dict[int, Any] = {}
    for unknown in wanted:
        kind = unknowns.kinds[unknown]
        number = numbers.get(unknown)
        if number is None:
            taken = set(map(unknowns.sum_of, unknowns.named.get(unknowns.groups[unknown], ())))
            used = {each.rest for each in taken if each.kind is kind} | set(numbers.values())
            used |= {unknowns.sum_of_constant(each).rest for each in found.values()}
            start = Fraction(ANY_DAY.toordinal()) if kind is Kind.DATE else Fraction(1_000)
            number = next(start + step for step in range(len(used) + 1) if start + step not in used)
        constant = unknowns.constant_of(kind, number)
        if constant is None:
            return None
        found[unknown] = constant
    return found
