"""Questions about a case of which only some is known: which of them settle a goal together, and which answers make a difference.

A question is put by the assumptions that are answers to it. A set of questions settles a goal if some answers to them do; an
answer makes a difference if with it some others make the goal true that do not without it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from itertools import islice
from typing import Any

from msgspec.structs import replace

from engine.backends.rows import Row
from engine.reading import plan
from engine.symbolic.grounding import Grounder, GroundProgram
from engine.symbolic.limits import Deadline
from engine.symbolic.minimal_sets import MinimalSets, is_answered
from engine.symbolic.numbers import Constraints
from engine.symbolic.search import Search, state_rules
from engine.symbolic.unknowns import Unknowns
from kb.language.syntax import Pred


def settling_questions(
    ground: GroundProgram,
    search: Search,
    answers: Sequence[Collection[int]],
    unknowns: Unknowns,
    deadline: Deadline,
    most: int,
) -> tuple[list[tuple[int, ...]], bool]:
    """The first minimal sets of questions of which some answers make the goal of a search true, the smallest first, each by the
    places of the questions among those whose `answers` are given; and whether the search for them came to its end.

    An assumption may answer several questions; one that answers none is not made.
    """
    asked = {ground.atom(("question", at)): at for at in range(len(answers))}
    choices: dict[int, list[int]] = {}
    for question, at in asked.items():
        for atom in answers[at]:
            choices.setdefault(atom, []).append(question)
    of_questions = replace(search, assumable=list(asked), choices=choices)
    sets = MinimalSets(of_questions, lambda _: (), (), unknowns, deadline)
    found = [tuple(asked[each] for each in questions) for questions in islice(sets, most)]
    return found, sets.is_exact and not sets.is_given_up


class Differences:
    """Whether an assumption makes a difference to a goal: there are others, which go with it, that make the goal true with it and
    do not without it."""

    def __init__(self, search: Search, unknowns: Unknowns, deadline: Deadline) -> None:
        from clingo import Control

        self._search, self._deadline = search, deadline
        self._control: Any = Control(["--warn=none"])
        self._with: dict[int, int] = {}
        self._without: dict[int, int] = {}
        self._dropped: dict[int, int] = {}
        # The solver calls the constraints whenever it solves: they are kept as long as it is.
        self._constraints = Constraints(unknowns, search.conditions) if search.conditions else None
        with self._control.backend() as backend:
            self._state(backend)
            if self._constraints is not None:
                self._constraints.register(self._control)
                self._constraints.state(backend, partial(_atom, backend, self._with))
        if self._constraints is not None:
            self._constraints.prepare()

    def is_made_by(self, assumption: int) -> bool:
        """Whether one assumption makes a difference; taken to make one where that is not found out in time."""
        if assumption not in self._dropped:
            return False
        others = [-atom for each, atom in self._dropped.items() if each != assumption]
        made = [self._with[assumption], self._dropped[assumption]]
        with self._control.solve([*made, *others], yield_=True, async_=True) as answers:
            return not is_answered(answers, self._deadline) or answers.model() is not None

    def _state(self, backend: Any) -> None:
        """The rules twice: with all assumptions that are made, and without those that are dropped."""
        search, made, kept = self._search, partial(_atom, backend, self._with), partial(_atom, backend, self._without)
        self._without |= {atom: made(atom) for atom in search.conditions}
        for atom in search.assumable:
            self._dropped[atom] = dropped = backend.add_atom()
            backend.add_rule([made(atom), dropped], [], True)
            backend.add_rule([kept(atom)], [made(atom), -dropped])
        state_rules(search, backend, made)
        state_rules(search, backend, kept)
        for each in search.forbidden:
            backend.add_rule([], list(map(made, each)))
        backend.add_rule([], [-made(search.goal)])
        backend.add_rule([], [kept(search.goal)])


def _atom(backend: Any, names: dict[int, int], atom: int) -> int:
    if atom not in names:
        names[atom] = backend.add_atom()
    return names[atom]


def below(grounder: Grounder, pred: Pred, row: Row) -> set[int]:
    """The atoms on which it depends whether a row of a predicate is certain, and whether it is possible."""
    readings = (plan.Rel(pred, reading, (0,) * pred.arity) for reading in plan.Reading)
    return grounder.ground.needs([grounder.atom(rel, row) for rel in readings])
