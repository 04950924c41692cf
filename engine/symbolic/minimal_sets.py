"""The minimal sets of assumptions with which a ground program has its goal, found by clingo.

Sets come by size and, of one size, in their order: the solver decides assumptions in that, so that its first answer is the first
set. Each set found bars all that contain it, and so do those that are alike, as far as they are known: what contains one that is not
known is found out by a search below it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeAlias

from engine.symbolic.limits import Deadline
from engine.symbolic.numbers import Constraints
from engine.symbolic.search import Search, state_rules
from engine.symbolic.unknowns import Unknowns

MOST_CONFLICTS = 30_000
"""After how many conflicts the solver gives up a set."""
LONGEST_WAIT = 0.1
"""For how many seconds at a time the solver is waited for, between which signals are heard."""
MOST_PASSED_OVER = 60
"""After how many sets that turn out not to be minimal the search is given up."""
Alike: TypeAlias = Callable[[frozenset[int]], Iterable[frozenset[int]]]
"""For a set of assumptions, others that are known to do the same and need not be found."""


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
