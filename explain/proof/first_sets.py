"""The first of the sets of missing facts that settle a goal, and whether there are more."""

from __future__ import annotations

from dataclasses import dataclass

from explain.proof.missing import MissingFact, Repairs, Way
from kb.language.syntax import Body

MOST_SETS = 10
"""How many sets are shown where no other number is asked for."""


@dataclass(frozen=True, slots=True)
class FirstSets:
    """The smallest sets in order, the ways that they are members of, and whether there are more ways than these."""

    sets: tuple[tuple[MissingFact, ...], ...] = ()
    ways: tuple[Way, ...] = ()
    are_more: bool = False


def first_sets(repairs: Repairs, goal: Body, most: int = MOST_SETS) -> FirstSets:
    """The first sets that settle a goal: one more is looked for than is shown."""
    sets, ways = repairs.sets_and_ways(goal, most + 1)
    are_more = len(ways) > most if ways else len(sets) > most
    return FirstSets(tuple(sets[:most]), tuple(ways[:most]), are_more)
