"""Whether a small set of facts that would make a goal true is left out of what is said to be missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, combinations, islice
from math import comb, prod

from explain.verify.fact_sets import FactSet, covers
from explain.verify.trials import Trials
from explain.verify.values import MOST_NEAR, choices_among
from kb.language.declarations import COMPLETE
from kb.language.printer import show_atom
from kb.language.syntax import AtomF, Pred
from kb.language.terms import Atom, Const, shorten
from kb.language.truth import Truth

MOST_TRIALS = 1_000
"""So many sets of facts are tried at most to find one that is left out."""
MOST_OF_ONE = 300
"""Facts of a predicate that may have no more than these are tried where nothing is said to be missing."""
MOST_NAMED = 4_000
"""Of more facts than these, known or not, none is tried alone."""


class LeftOut:
    """Looks for sets that are not listed, and adds a fault for each; `most` are listed at most."""

    def __init__(self, trials: Trials, fault: Callable[[str, str], None], most: int) -> None:
        self.goal, self.trials, self.budget, self.most = trials.goal, trials, trials.budget, most
        self._fault = fault

    def size_tried(self, listed: Sequence[FactSet]) -> int:
        """Up to which size all sets were tried: a fault for each that would do, and that no listed one covers."""
        columns = self.goal.asked_for()
        if sum(prod(map(len, each)) for each in columns.values()) > MOST_NAMED:
            return 0
        universe = list(islice(self._universe(columns), MOST_TRIALS + 1))
        size, left = 0, MOST_TRIALS
        while size < 2 and comb(len(universe), size + 1) <= left:
            size += 1
            left -= comb(len(universe), size)
        found: list[frozenset[AtomF]] = []
        for facts in self._could_do_by_themselves(universe, size) if size else ():
            if not any(each <= set(facts) for each in found) and self.trials.hold(facts):
                found.append(frozenset(facts))
                is_later = len(listed) == self.most and len(facts) >= len(listed[-1])
                if not is_later and not any(covers(each, facts, self.budget) for each in listed):
                    said = ", ".join(map(show_atom, facts))
                    self._fault("missing", f"`{said}` would make the goal true, and no set has it")
        return size

    def _could_do_by_themselves(self, universe: Sequence[AtomF], size: int) -> list[FactSet]:
        """The single facts, and the pairs where the size is 2, of which it is not ruled out that they make the goal true, the single
        ones first. Many are ruled out at once: where all facts of two ranges would not do, no two of them do."""
        if self.goal.is_revisable():
            return [facts for number in range(1, size + 1) for facts in combinations(universe, number)]
        found: list[tuple[int, ...]] = []
        pending = [(range(len(universe)),) * 2]
        while pending:
            one, other = pending.pop()
            places = sorted({*one, *other})
            if not one or not other or not self.trials.could_do(tuple(universe[place] for place in places)):
                continue
            if len(one) == len(other) == 1:
                found.append(tuple(places))
            elif one == other:
                first, second = _halves(one)
                pending += [(first, first), (second, second), *([(first, second)] if size > 1 else [])]
            else:
                pending += [(first, second) for first in _halves(one) for second in _halves(other)]
        return [tuple(universe[place] for place in each) for each in sorted(found, key=lambda each: (len(each), each))]

    def some_would_do(self, *, is_all: bool) -> None:
        """Where no facts are said to be enough, or none that questions ask for: tries each fact of predicates with few of them,
        all of these together, and single facts with values near to what is mentioned."""
        asked = self.goal.asked_for(is_all)
        columns = {pred: each for pred, each in asked.items() if prod(map(len, each)) <= MOST_OF_ONE}
        single = list(islice(self._universe(columns, is_all), MOST_TRIALS))
        plain = tuple(atom for atom in single if atom.pred in columns)
        if any(facts and self._would_do(facts) for facts in chain(((atom,) for atom in single), (plain,))):
            return
        least = self.budget.left // 2
        for pred, values in asked.items():
            others = self.goal.columns(pred, is_near=True)
            for row in islice(choices_among(others), MOST_NEAR if others != values else 0):
                if self.budget.left < least or (
                    self.trials.further().atom(pred, row) is Truth.UNKNOWN
                    and self._would_do((AtomF(pred, row),), is_near=True)
                ):
                    return

    def _would_do(self, facts: FactSet, *, is_near: bool = False) -> bool:
        """Whether facts make the goal true, which is a fault where nothing is said to be missing."""
        would_do = self.trials.hold(facts, is_near=is_near)
        if would_do:
            said = shorten(", ".join(map(show_atom, facts)), 200)
            self._fault("missing", f"`{said}` would make the goal true, and nothing is said to be missing")
        return would_do

    def _universe(self, columns: Mapping[Pred, list[list[Const]]], is_all: bool = False) -> Iterator[AtomF]:
        """The facts that are not known, over the values that their arguments may take; where `is_all`,
        also those that are never asked for."""
        for pred, values in columns.items():
            if is_all and pred.arity:
                records = ((case, Atom(pred.own_name)) for case in values[0])
                yield from (
                    AtomF(COMPLETE, row)
                    for row in records
                    if self.trials.evaluator.atom(COMPLETE, row) is not Truth.TRUE
                )
            for row in self.trials.evaluator.unknown(pred, values):
                yield AtomF(pred, row)
                if is_all or pred not in self.goal.book.declarations.functional:
                    yield AtomF(pred.opposite, row)


def _halves(places: range) -> tuple[range, range]:
    """The two halves of a range; of a single place, nothing and it."""
    middle = len(places) // 2
    return places[:middle], places[middle:]
