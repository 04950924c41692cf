"""Every different proof of a goal, smallest first, made one at a time as they are asked for.

The ways to derive each atom (explain/proof/derivations.py) make a graph; a proof picks one way for each atom on it, and none
in which an atom would prove itself. Streams of proofs are merged and combined lazily, so that a goal with a million
proofs gives its first at once. Witnesses of a count are chosen as a set: two choices that differ in their order are one.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count, pairwise
from typing import Generic, Protocol, TypeVar

from msgspec.structs import replace

from engine.bodies import Binding, answered
from engine.graph import components
from engine.knowledge import Individual
from explain.proof.derivations import Check, Chosen, Counted, Item, Premise, Step, Witness
from explain.proof.nodes import Node
from explain.proof.why import Explainer
from kb.language.syntax import AtomF, Body
from kb.language.terms import Var, row_key
from kb.language.traversal import called


def all_proofs(explainer: Explainer, goal: Body, binding: Binding) -> Iterator[Node]:
    """The proofs of a goal that is true under a binding, smallest first; of one size in the order of their texts."""
    asked = answered(goal, binding)
    explainer = explainer.about(asked)
    steps = explainer.steps(asked, {})
    if isinstance(called(asked), AtomF):
        atoms = [atom for step in explainer.derivations.in_order(steps) for atom in step.premises]
        yield from _different(heapq.merge(*_of_atoms(explainer, atoms), key=lambda node: node.size))
        return
    build = partial(explainer.conjunction, asked, {})
    yield from _different(_Search(explainer).by_steps(steps, frozenset(), build))


def _of_atoms(explainer: Explainer, atoms: Iterable[Premise]) -> Iterator[_Stream[Node]]:
    """The proofs of each of some atoms."""
    searches: dict[frozenset[str], _Search] = {}
    for atom in atoms:
        assert isinstance(atom, AtomF)
        own = explainer.about(atom)
        yield searches.setdefault(own.others, _Search(own)).proofs(atom, frozenset())


class _Sized(Protocol):
    """What is counted in steps: a proof, or what shows an alternative."""

    @property
    def id(self) -> object:
        """What tells it from others."""

    @property
    def size(self) -> int:
        """How many steps it has."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """What shows an alternative of a disjunction: the proofs of its literals, and what its variables are."""

    children: tuple[Node, ...]
    binding: tuple[tuple[Var, Individual], ...]
    places: tuple[int, ...] = ()
    """Where the proofs stand in what they show."""

    @property
    def id(self) -> object:
        return tuple(child.id for child in self.children), self.binding

    @property
    def size(self) -> int:
        return sum(child.size for child in self.children)


_Made = TypeVar("_Made", bound=_Sized)


@dataclass(slots=True)
class _Stream(Generic[_Made]):
    """A sequence of nodes that is made as far as it is looked at, and kept."""

    source: Iterator[_Made]
    made: list[_Made] = field(default_factory=list)

    def at(self, index: int) -> _Made | None:
        while len(self.made) <= index:
            following = next(self.source, None)
            if following is None:
                return None
            self.made.append(following)
        return self.made[index]

    def __iter__(self) -> Iterator[_Made]:
        for index in count():
            if (node := self.at(index)) is None:
                return
            yield node


@dataclass(slots=True)
class _Search:
    explainer: Explainer
    _streams: dict[tuple[Premise, frozenset[Item]], _Stream[Node]] = field(default_factory=dict)
    _components: dict[Item, int] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    def shown(self, premise: Premise, above: frozenset[Item]) -> _Stream[_Shown]:
        """The ways to show a premise: its proofs, or of a disjunction those of every alternative."""
        if isinstance(premise, Chosen):
            self.explainer.derivations.explore((premise,))
            steps = self.explainer.derivations.steps[premise]
            return _Stream(_different(self.by_steps(steps, above, _shown_by)))
        return _Stream(_Shown((node,), ()) for node in self.proofs(premise, above))

    def proofs(self, premise: AtomF | Counted | Check, above: frozenset[Item]) -> _Stream[Node]:
        """The proofs of a premise that use none of the atoms above it, which it would otherwise help to prove."""
        if isinstance(premise, Check):
            return _Stream(iter((self.explainer.check(premise),)))
        own = self._component(premise)
        relevant = frozenset(each for each in above if self._component(each) == own)
        key = (premise, relevant)
        if key not in self._streams:
            self._streams[key] = _Stream(self._make(premise, relevant))
        return self._streams[key]

    def _component(self, item: Item) -> int:
        """The number of the item's strongly connected component: only within one can a proof lead back to itself."""
        if item not in self._components:
            for component in components((item,), self._premises):
                number = next(self._numbers)
                for each in component:
                    self._components.setdefault(each, number)
        return self._components[item]

    def _premises(self, item: Item) -> list[Item]:
        derivations = self.explainer.derivations
        derivations.explore((item,))
        return [each for step in derivations.steps[item] for each in step.premises if not isinstance(each, Check)]

    def _make(self, item: AtomF | Counted, above: frozenset[Item]) -> Iterator[Node]:
        if item in above:
            return
        inside = above | {item}
        derivations = self.explainer.derivations
        derivations.explore((item,))
        if isinstance(item, AtomF):
            steps, build = derivations.steps[item], partial(self.explainer.concluded, item)
            yield from _different(self.by_steps(steps, inside, build))
        else:
            yield from _different(self._counts(item, inside))

    def by_steps(
        self, steps: Sequence[Step], above: frozenset[Item], build: Callable[[Step, tuple[Node, ...]], _Made]
    ) -> Iterator[_Made]:
        """The nodes by some steps, over every choice of a proof for each premise: smallest first, of one size in the order of
        the steps."""
        streams = [self._by_step(step, above, build) for step in self.explainer.derivations.in_order(steps)]
        return heapq.merge(*streams, key=lambda node: node.size)

    def _by_step(
        self, step: Step, above: frozenset[Item], build: Callable[[Step, tuple[Node, ...]], _Made]
    ) -> Iterator[_Made]:
        for shown in _products([self.shown(premise, above) for premise in step.premises]):
            binding = dict(step.binding).items() | {pair for each in shown for pair in each.binding}
            placed: list[tuple[int, Node]] = []
            for place, premise, each in zip(step.places, step.premises, shown, strict=True):
                places = premise.outside(each.places, place) if isinstance(premise, Chosen) else [place]
                placed += zip(places, each.children, strict=True)
            placed.sort(key=lambda each: each[0])
            told = replace(step, binding=tuple(sorted(binding, key=str)), places=tuple(place for place, _ in placed))
            yield build(told, tuple(node for _, node in placed))

    def _counts(self, counted: Counted, above: frozenset[Item]) -> Iterator[Node]:
        """The proofs of a count: every set of as many witnesses as it needs, and every proof of each."""
        derivations = self.explainer.derivations
        sets = (
            self._witness_set(counted, tuple(sorted(chosen, key=lambda each: row_key(each.row))), above)
            for chosen in _subsets(derivations.ranked(counted), derivations.needed(counted), derivations.witness_cost)
        )
        yield from _merged(sets)

    def _witness_set(
        self, counted: Counted, chosen: tuple[Witness, ...], above: frozenset[Item]
    ) -> tuple[float, Iterator[Node]]:
        """The proofs that use just these witnesses, with the size of the smallest."""
        derivations = self.explainer.derivations
        build = partial(self.explainer.witness, counted)
        parts = [_Stream(self.by_steps(each.steps, above, build)) for each in chosen]
        rows = [each.row for each in chosen]
        nodes = (self.explainer.counted(counted, rows, witnesses) for witnesses in _products(parts))
        return 1 + sum(derivations.witness_cost(each) for each in chosen), nodes


def _shown_by(step: Step, children: tuple[Node, ...]) -> _Shown:
    return _Shown(children, step.binding, step.places)


def _products(streams: Sequence[_Stream[_Made]]) -> Iterator[tuple[_Made, ...]]:
    """One node of each stream, every choice, smallest together first; choices of one size in the streams' order."""

    def size(places: tuple[int, ...]) -> int | None:
        nodes = [stream.at(place) for stream, place in zip(streams, places, strict=True)]
        return None if None in nodes else sum(node.size for node in nodes if node)

    for places in _cheapest(tuple(0 for _ in streams), size):
        yield tuple(stream.made[place] for stream, place in zip(streams, places, strict=True))


def _subsets(ranked: Sequence[Witness], size: int, cost: Callable[[Witness], float]) -> Iterator[tuple[Witness, ...]]:
    """The sets of so many of the witnesses, which come cheapest first, in the order of what they cost together."""

    def together(places: tuple[int, ...]) -> float | None:
        is_set = all(place < following for place, following in pairwise((*places, len(ranked))))
        return sum(cost(ranked[place]) for place in places) if is_set else None

    for places in _cheapest(tuple(range(size)), together):
        yield tuple(ranked[place] for place in places)


def _cheapest(first: tuple[int, ...], cost: Callable[[tuple[int, ...]], float | None]) -> Iterator[tuple[int, ...]]:
    """The choices of places that come from the first by going on to the next place anywhere, in the order of what they cost,
    and of one cost in their own; what has no cost is none, nor what comes after it only."""
    heap: list[tuple[float, tuple[int, ...]]] = []
    pending, seen = [first], {first}
    while pending or heap:
        for places in pending:
            own = cost(places)
            if own is not None:
                heapq.heappush(heap, (own, places))
        if not heap:
            return
        _, chosen = heapq.heappop(heap)
        yield chosen
        following = ((*chosen[:index], place + 1, *chosen[index + 1 :]) for index, place in enumerate(chosen))
        pending = [places for places in following if places not in seen]
        seen.update(pending)


def _merged(streams: Iterator[tuple[float, Iterator[Node]]]) -> Iterator[Node]:
    """The nodes of ever so many streams, smallest first; these come in the order of their least sizes, and each is begun when its
    turn comes."""
    heap: list[tuple[float, int, Node, Iterator[Node]]] = []
    coming = next(streams, None)
    begun = count()
    while heap or coming is not None:
        if coming is not None and (not heap or coming[0] < heap[0][0]):
            node, place, stream = next(coming[1], None), next(begun), coming[1]
            coming = next(streams, None)
        else:
            _, place, found, stream = heapq.heappop(heap)
            yield found
            node = next(stream, None)
        if node is not None:
            heapq.heappush(heap, (node.size, place, node, stream))


def _different(nodes: Iterator[_Made]) -> Iterator[_Made]:
    """The nodes without those that were given before."""
    seen: set[object] = set()
    for node in nodes:
        if node.id not in seen:
            seen.add(node.id)
            yield node
