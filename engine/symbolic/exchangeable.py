"""Constants that can be exchanged for one another in a search, so that one of them need be tried in the place of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from engine.backends.rows import Row
from engine.symbolic.grounding import GroundProgram
from engine.symbolic.search import Search, Use
from kb.language.syntax import Pred
from kb.language.terms import Const, order_key

NO_BLANKS: Mapping[int, int] = {}


class Exchangeable(Struct, frozen=True):
    """Constants, in order, any two of which can be exchanged in the whole search; `needed` is how many of them one
    minimal set of assumptions can have to make things true, and `is_bounded` whether none is there to make things
    false, for which it may take all of them."""

    members: tuple[int, ...]
    needed: int
    is_bounded: bool
    is_open: bool
    """Whether they are individuals that nothing mentions."""


def exchangeable(
    search: Search,
    ground: GroundProgram,
    opened: Mapping[int, int],
    constants: Sequence[Const],
    *,
    with_names: bool = True,
) -> list[Exchangeable]:
    """The classes of exchangeable constants among those of the assumptions: open individuals, which come in an order of their
    own, or others in standard order. Where names are left out, only the first."""

    def order(number: int) -> tuple[Any, ...]:
        return opened.get(number, 0), order_key(constants[number])

    named = rows_of_atoms(ground)
    rows = {atom: row for atom, (_, row) in named.items()}
    live = set(search.assumable)
    uses: dict[int, set[Use]] = {}
    together: dict[int, set[int]] = {}
    heads: dict[int, dict[int, int]] = {}
    unbounded: set[int] = set()
    denied = search.needs(atom for bodies in search.rules.values() for _, negative in bodies for atom in negative)

    interesting = {number for atom in live for number in rows.get(atom, ()) if with_names or number in opened}
    everywhere = set.intersection(*(set(rows.get(atom, ())) for atom in live)) if live else set()
    told_apart = interesting - everywhere
    """What each assumption has, another does not have in its place."""
    blank: dict[object, int] = {}
    """What an atom is with a constant left blank, numbered from -1 down."""
    left_blank: dict[int, dict[int, int]] = {}
    """For each atom what it is without each of its constants."""
    for atom, (of, row) in named.items():
        for number in told_apart.intersection(row):
            what = of, tuple(-1 if each == number else each for each in row)
            left_blank.setdefault(atom, {})[number] = blank.setdefault(what, -1 - len(blank))
    about_some = left_blank.keys()

    def record(parts: tuple[frozenset[int], ...], rest: tuple[object, ...], head: int | None, bound: int) -> None:
        """Notes what some atoms do together for every constant among them, the constant left blank."""
        if all(map(about_some.isdisjoint, parts)):
            return
        of_parts = [about(part) for part in parts]
        mentioned = {number for part in parts for atom in part for number in rows.get(atom, ())}
        for number in {number for of in of_parts for number in of}:
            pairs = zip(parts, of_parts, strict=True)
            blanks = [part if number not in of else without(part, of[number]) for part, of in pairs]
            uses.setdefault(number, set()).add((*blanks, *rest))
            together.setdefault(number, set()).update(mentioned)
            if head is not None and number not in rows.get(head, ()):
                known = heads.setdefault(number, {})
                known[head] = max(bound, known.get(head, 0))
                if head in denied:
                    unbounded.add(number)

    def about(part: frozenset[int]) -> dict[int, list[tuple[int, int]]]:
        """For each constant the atoms about it, each with what it is without that."""
        found: dict[int, list[tuple[int, int]]] = {}
        for atom in part:
            for number, left in left_blank.get(atom, NO_BLANKS).items():
                found.setdefault(number, []).append((atom, left))
        return found

    def without(part: frozenset[int], replaced: list[tuple[int, int]]) -> frozenset[int]:
        return part.difference([atom for atom, _ in replaced]).union([left for _, left in replaced])

    for head, bodies in search.rules.items():
        for positive, negative in bodies:
            for atom in negative:
                unbounded |= set(rows.get(atom, ()))
            record((frozenset((head,)), positive, negative), ("rule",), head, 1)
    for head, (threshold, weights) in search.counts.items():
        for atom, weight in weights.items():
            record((frozenset((atom,)),), ("count", head, weight), head, threshold)
    for each in search.forbidden:
        record((each,), ("forbidden",), None, 0)
    for atom in live:
        record((frozenset((atom,)),), ("assumable",), None, 0)
    groups: dict[object, list[int]] = {}
    for number in told_apart:
        groups.setdefault((number in opened, frozenset(uses.get(number, ()))), []).append(number)
    found = []
    for members in groups.values():
        if len(members) > 1 and not any(together[one] & (set(members) - {one}) for one in members):
            needed = sum(heads.get(members[0], {}).values())
            is_bounded = members[0] not in unbounded
            found.append(Exchangeable(tuple(sorted(members, key=order)), needed, is_bounded, members[0] in opened))
    others = interesting.difference(*(each.members for each in found)) if with_names else ()
    for alike in _Swaps(search, ground).classes(sorted(others, key=order)):
        are_apart = all(len(set(alike) & set(rows[atom])) < 2 for atom in live)
        if alike[0] in opened or are_apart:  # a fact about two names is not the same for any one of them
            found.append(Exchangeable(alike, len(alike), False, alike[0] in opened))
    return found


class _Swaps(Struct):
    """Finds constants that stand in rules together and can be exchanged all the same: to swap two of them everywhere leaves the
    search as it is."""

    search: Search
    ground: GroundProgram
    _what: dict[int, object] = field(default_factory=dict)
    _mentioned: dict[int, frozenset[int]] = field(default_factory=dict)
    """The constants that each atom is about."""
    _rules: dict[int, set[int]] = field(default_factory=dict)
    """For each constant the heads of the rules and counts about it."""

    def __post_init__(self) -> None:
        self._what = {atom: what for what, atom in self.ground.atoms.items()}

    def _note_rules(self, members: frozenset[int]) -> None:
        """Notes which rules and counts are about each of some constants."""
        search = self.search
        for head, bodies in search.rules.items():
            self._note(head, (head, *(atom for body in bodies for part in body for atom in part)), members)
        for head, (_, rows) in search.counts.items():
            self._note(head, (head, *rows), members)

    def _note(self, head: int, atoms: Iterable[int], members: frozenset[int]) -> None:
        for number in members & frozenset().union(*map(self._about, atoms)):
            self._rules.setdefault(number, set()).add(head)

    def _about(self, atom: int) -> frozenset[int]:
        if atom not in self._mentioned:
            match self._what.get(atom):
                case ("count" | "endless", _, frozenset() as rows):
                    about = frozenset[int]().union(*map(self._about, rows))
                case ("two values", Pred(), tuple() as row) | (_, tuple() as row):
                    about = frozenset(row)
                case _:
                    about = frozenset()
            self._mentioned[atom] = about
        return self._mentioned[atom]

    def classes(self, members: Sequence[int]) -> list[tuple[int, ...]]:
        """The classes of more than one of some constants."""
        own: dict[int, list[tuple[object, ...]]] = {number: [] for number in members}
        for atom in self.search.assumable:
            pred, row = self.ground.assumable[atom]
            for number in own.keys() & set(row):
                own[number].append((str(pred), tuple(each == number for each in row)))
        shapes = {number: tuple(sorted(each)) for number, each in own.items()}
        shared = Counter(shapes.values())
        members = [number for number in members if shared[shapes[number]] > 1]
        if not members:
            return []
        self._note_rules(frozenset(members))
        found: dict[object, list[list[int]]] = {}
        for number in members:
            shape = shapes[number], len(self._rules.get(number, ()))
            classes = found.setdefault(shape, [])
            known = next((each for each in classes if self._can_swap(each[0], number)), None)
            if known is None:
                classes.append([number])
            else:
                known.append(number)
        return [tuple(each) for classes in found.values() for each in classes if len(each) > 1]

    def _can_swap(self, one: int, other: int) -> bool:
        swap = _Swap(self, {one: other, other: one})
        search, heads = self.search, self._rules.get(one, set()) | self._rules.get(other, set())
        live = set(search.assumable)
        moved = [atom for atom in live if self._about(atom) & {one, other}]
        return (
            all(swap.atom(atom) in live for atom in moved)
            and swap.atom(search.goal) == search.goal
            and all(swap.atoms(each) in search.forbidden for each in search.forbidden)
            and all(swap.keeps(head) for head in heads)
        )


class _Swap(Struct):
    """Two constants put in each other's place."""

    swaps: _Swaps
    images: Mapping[int, int]

    def atom(self, atom: int) -> int | None:
        """The atom that an atom becomes, None if there is none."""
        if self.swaps._about(atom).isdisjoint(self.images):
            return atom
        known = self.swaps.ground.atoms
        match self.swaps._what[atom]:
            case (("count" | "endless") as kind, int() as number, frozenset() as rows):
                return known.get((kind, self.atom(number) if kind == "endless" else number, self.atoms(rows)))
            case ("two values", pred, tuple() as row):
                return known.get(("two values", pred, self._row(row)))
            case (of, tuple() as row):
                return known.get((of, self._row(row)))
        return None

    def atoms(self, atoms: Iterable[int]) -> frozenset[int | None]:
        """The same of some atoms."""
        return frozenset(map(self.atom, atoms))

    def _row(self, row: Row) -> Row:
        return tuple(self.images.get(each, each) for each in row)

    def keeps(self, head: int) -> bool:
        """Whether the rules and the count for an atom become those for the atom that it becomes."""
        search, image = self.swaps.search, self.atom(head)
        if image is None:
            return False
        bodies, images = search.rules.get(head, set()), search.rules.get(image, set())
        least, rows = search.counts.get(head, (0, {}))
        count = least, {self.atom(row): weight for row, weight in rows.items()}
        return (
            len(bodies) == len(images)
            and count == search.counts.get(image, (0, {}))
            and all((self.atoms(positive), self.atoms(negative)) in images for positive, negative in bodies)
        )


def rows_of_atoms(ground: GroundProgram) -> dict[int, tuple[object, Row]]:
    """What each atom says of which constants; counts mention none."""
    return {
        atom: what
        for what, atom in ground.atoms.items()
        if isinstance(what, tuple) and len(what) == 2 and isinstance(what[1], tuple)
    }
