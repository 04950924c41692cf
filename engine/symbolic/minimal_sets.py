"""The minimal sets of assumptions with which a ground program has its goal: the search for them made smaller, and done by clingo.

What need not be tried is left out first, without losing answers: atoms that are others under a new name, assumptions that another
does everything for, constants that can be exchanged for one another. Then sets come by size and, of one size, in their order: the
solver decides assumptions in that, so that its first answer is the first set. Each set found bars all that contain it, and so
do those that are alike, as far as they are known: what contains one that is not known is found out by a search below it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeAlias

from msgspec import Struct, field, structs

from engine.backends.rows import Row
from engine.bodies import matched
from engine.symbolic.grounding import GroundProgram, GroundRules
from engine.symbolic.limits import Deadline
from engine.symbolic.numbers import Constraints
from engine.symbolic.unknowns import Unknowns
from kb.language.syntax import AtomF, Pred, variables
from kb.language.terms import Const, order_key

MOST_CONFLICTS = 30_000
"""After how many conflicts the solver gives up a set."""
LONGEST_WAIT = 0.1
"""For how many seconds at a time the solver is waited for, between which signals are heard."""
MOST_PASSED_OVER = 60
"""After how many sets that turn out not to be minimal the search is given up."""
Alike: TypeAlias = Callable[[frozenset[int]], Iterable[frozenset[int]]]
"""For a set of assumptions, others that are known to do the same and need not be found."""
Use: TypeAlias = tuple[object, ...]
NO_BLANKS: Mapping[int, int] = {}


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


def state_rules(search: Search, backend: Any, atom_of: Callable[[int], int]) -> None:
    """Gives the solver the rules and counts of a search; `atom_of` gives its atom for one of ours."""
    for atom in search.true:
        backend.add_rule([atom_of(atom)])
    for head, bodies in search.rules.items():
        for positive, negative in bodies:
            backend.add_rule([atom_of(head)], [*map(atom_of, positive), *(-atom_of(atom) for atom in negative)])
    for head, (threshold, rows) in search.counts.items():
        backend.add_weight_rule([atom_of(head)], threshold, [(atom_of(row), weight) for row, weight in rows.items()])


def is_answered(answers: Any, deadline: Deadline) -> bool:
    """Waits for the solver; tells whether it has come to an end before the deadline."""
    while not answers.wait(LONGEST_WAIT):
        if deadline.is_past:
            answers.cancel()
            return False
    return True


class MinimalSets:
    """An iterator over the minimal sets of assumptions, the smallest first, without those that are alike."""

    def __init__(
        self,
        search: Search,
        alike: Alike,
        chains: Iterable[list[list[int]]] = (),
        unknowns: Unknowns | None = None,
        deadline: Deadline | None = None,
    ) -> None:
        """`chains` has, for each class of exchangeable constants, the assumptions that mention each of them: one is used
        only if the one before it is, which leaves a representative of every set. `unknowns` are the values that the conditions
        are about."""
        from clingo import Control
        from clingo.backend import HeuristicType

        self._search, self._alike = search.without_what_never_holds(), alike
        self._control: Any = Control(["--heuristic=Domain", "--warn=none", f"--solve-limit={MOST_CONFLICTS}"])
        self.is_given_up = False
        """Whether the search took too long and ended before its end."""
        self.is_out_of_time = False
        self._deadline = deadline or Deadline.from_now()
        self.values: dict[int, Fraction] = {}
        """The numbers that stand for values that are not known, with which the last set does what it has to."""
        self._constraints = Constraints(unknowns, search.conditions) if unknowns and search.conditions else None
        self._atoms: dict[int, int] = {}
        self._sizes: dict[int, int] = {}
        with self._control.backend() as backend:
            self._translate(backend)
            for rank, atom in enumerate(reversed(search.assumable), 1):
                backend.add_heuristic(self._atom(backend, atom), HeuristicType.True_, rank, rank, [])
            self._in_chains = backend.add_atom()
            backend.add_rule([self._in_chains], [], True)
            for before, after in (pair for chain in chains for pair in pairwise(chain)):
                for atom in after:
                    barred = [self._in_chains, self._atoms[atom], *(-self._atoms[each] for each in before)]
                    backend.add_rule([], barred)
            if self._constraints is not None:
                self._constraints.register(self._control)
                self._constraints.state(backend, lambda atom: self._atom(backend, atom))
        if self._constraints is not None:
            self._constraints.prepare()

    @property
    def is_exact(self) -> bool:
        """Whether all conditions could be looked at."""
        return self._constraints is None or self._constraints.is_exact

    def values_with(self, found: Iterable[int]) -> dict[int, Fraction] | None:
        """The numbers with which just some assumptions do what they have to; None if they do not, or cannot be made."""
        made = frozenset(found)
        if not made <= set(self._search.assumable):
            return None
        kept = self.values
        exactly = [self._atoms[each] if each in made else -self._atoms[each] for each in self._search.assumable]
        others = None if self._solve([*exactly, -self._in_chains]) is None else self.values
        self.values = kept
        return others

    def _atom(self, backend: Any, atom: int) -> int:
        if atom not in self._atoms:
            self._atoms[atom] = backend.add_atom()
        return self._atoms[atom]

    def _translate(self, backend: Any) -> None:
        search = self._search

        def atoms(numbers: Iterable[int]) -> list[int]:
            return [self._atom(backend, each) for each in numbers]

        if search.assumable:
            backend.add_rule(atoms(search.assumable), [], True)
        for atom, others in search.choices.items():
            for other in others:
                backend.add_rule(atoms([atom]), atoms([other]), True)
        state_rules(search, backend, lambda atom: self._atom(backend, atom))
        for each in search.forbidden:
            backend.add_rule([], atoms(each))
        backend.add_rule([], [-self._atom(backend, search.goal)])

    def _at_least(self, size: int) -> int:
        """The solver's atom that says that so many assumptions are made."""
        if size not in self._sizes:
            with self._control.backend() as backend:
                made = self._sizes[size] = backend.add_atom()
                backend.add_weight_rule([made], size, [(self._atoms[each], 1) for each in self._search.assumable])
        return self._sizes[size]

    def _solve(self, assumptions: list[int]) -> frozenset[int] | None:
        """What an answer assumes. The solver has a thread of its own: a signal that came to Python inside it would end the
        process in C++."""
        with self._control.solve(assumptions, yield_=True, async_=True) as answers:
            if not is_answered(answers, self._deadline):
                self.is_given_up = self.is_out_of_time = True
                return None
            model = answers.model()
            if model is not None:
                if self._constraints is not None:
                    self.values = self._constraints.values(model.thread_id)
                return frozenset(each for each in self._search.assumable if model.is_true(self._literal(each)))
            self.is_given_up |= bool(answers.get().unknown)
        return None

    def _literal(self, atom: int) -> Any:
        return self._atoms[atom]

    def _smallest_within(self, found: frozenset[int]) -> frozenset[int]:
        """A minimal set within a set, whether a representative or not; the set itself if it is minimal."""
        while True:
            others = [-self._atoms[each] for each in self._search.assumable if each not in found]
            smaller = self._solve([*others, -self._in_chains, -self._at_least(len(found))])
            if smaller is None:
                return found
            found = smaller

    def _bar(self, found: frozenset[int]) -> None:
        """Bars what contains a set, or one that is alike."""
        with self._control.backend() as backend:
            for alike in {found, *self._alike(found)}:
                backend.add_rule([], [self._atoms[each] for each in alike])

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        """The sets, each in the order of the assumptions."""
        size, most, passed_over = 0, len(self._search.assumable), 0
        while size <= most:
            exactly = [-self._at_least(size + 1)] + ([self._at_least(size)] if size else [])
            found = self._solve([*exactly, self._in_chains])
            if self.is_given_up:
                return
            if found is None:
                if self._solve([self._at_least(size + 1), self._in_chains]) is None:
                    return
                size += 1
                continue
            minimal = self._smallest_within(found)
            if self.is_given_up:
                return
            if minimal == found:
                yield tuple(each for each in self._search.assumable if each in found)
            else:
                passed_over += 1
                self.is_given_up |= passed_over == MOST_PASSED_OVER
            self._bar(minimal)
