"""The smallest set of assumptions with which some atoms hold and others do not, by clingo's optimisation over unsatisfiable cores.

One solver has the ground program and is asked about any of its goals, again and again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from engine.symbolic.limits import Deadline
from engine.symbolic.minimal_sets import is_answered
from engine.symbolic.numbers import Constraints
from engine.symbolic.search import Search, state_rules
from engine.symbolic.unknowns import Unknowns

SECONDS_AT_FIRST = 10.0
"""For how many seconds of processor time the smallest set is looked for before it is asked whether there is any."""


class SmallestSets:
    """Answers, for atoms that are to hold and others that are not to, with a set of assumptions than which none is smaller."""

    def __init__(
        self,
        search: Search,
        chains: Iterable[list[list[int]]],
        unknowns: Unknowns,
        costs: Mapping[int, int] = MappingProxyType({}),
        uncounted: Collection[int] = (),
    ) -> None:
        """The size of a set is without those assumptions that are `uncounted`. Of sets of one size those are taken whose assumptions cost least. `chains` has, for each class of exchangeable constants, the assumptions that mention each of them: one is used only if
        the one before it is, which leaves a set of each size that there is."""
        from clingo import Control

        self._search = search
        self._control: Any = Control(["--warn=none", "--opt-strategy=usc", "--opt-mode=opt"])
        self._atoms: dict[int, int] = {}
        self.values: dict[int, Fraction] = {}
        """The numbers that stand for values that are not known, in the last answer."""
        self._constraints = Constraints(unknowns, search.conditions) if search.conditions else None
        with self._control.backend() as backend:

            def atom_of(atom: int) -> int:
                if atom not in self._atoms:
                    self._atoms[atom] = backend.add_atom()
                return self._atoms[atom]

            if search.assumable:
                backend.add_rule([*map(atom_of, search.assumable)], [], True)
            state_rules(search, backend, atom_of)
            for each in search.forbidden:
                backend.add_rule([], [*map(atom_of, each)])
            for before, after in (pair for chain in chains for pair in pairwise(chain)):
                for atom in after:
                    backend.add_rule([], [atom_of(atom), *(-atom_of(each) for each in before)])
            backend.add_minimize(1, [(atom_of(each), 1) for each in search.assumable if each not in uncounted])
            backend.add_minimize(0, [(atom_of(each), cost) for each, cost in costs.items()])
            if self._constraints is not None:
                self._constraints.register(self._control)
                self._constraints.state(backend, atom_of)
        if self._constraints is not None:
            self._constraints.prepare()

    @property
    def is_exact(self) -> bool:
        """Whether all conditions could be looked at."""
        return self._constraints is None or self._constraints.is_exact

    def first(
        self, holds: Iterable[int], fails: Iterable[int], deadline: Deadline
    ) -> tuple[tuple[int, ...] | None, bool]:
        """A smallest set, None if there is none; and whether the search came to its end."""
        assumptions = []
        names = self._search.names
        for atom, sign in (*((names.get(a, a), 1) for a in holds), *((names.get(a, a), -1) for a in fails)):
            if atom in self._search.true:
                if sign < 0:
                    return None, True
            elif atom not in self._atoms:
                if sign > 0:
                    return None, True
            else:
                assumptions.append(sign * self._atoms[atom])
        found = self._smallest(assumptions, deadline.sooner(SECONDS_AT_FIRST))
        if found[1] or deadline.is_past:
            return found
        if not self._is_any(assumptions, deadline):
            return None, not deadline.is_past
        return self._smallest(assumptions, deadline)

    def _smallest(self, assumptions: list[int], deadline: Deadline) -> tuple[tuple[int, ...] | None, bool]:
        found: tuple[int, ...] | None = None
        with self._control.solve(assumptions, yield_=True, async_=True) as answers:
            while True:
                if not is_answered(answers, deadline):
                    return found, False
                model = answers.model()
                if model is None:
                    return found, not answers.get().unknown
                found = tuple(each for each in self._search.assumable if model.is_true(self._atoms[each]))
                if self._constraints is not None:
                    self.values = self._constraints.values(model.thread_id)
                answers.resume()

    def _is_any(self, assumptions: list[int], deadline: Deadline) -> bool:
        """Whether there is any set, which is easier to refute than the smallest is to find."""
        self._control.configuration.solve.opt_mode = "ignore"
        try:
            with self._control.solve(assumptions, yield_=True, async_=True) as answers:
                return is_answered(answers, deadline) and answers.model() is not None
        finally:
            self._control.configuration.solve.opt_mode = "opt"
