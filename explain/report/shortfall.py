"""What is missing, said once: for each criterion the different ways to settle it, and of these the sets that settle all."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from msgspec import Struct

from engine.policies import Status
from explain.proof.fact_sets import AnyOf, MissingFact, Way, relettered
from explain.report.document import Asked
from explain.report.review import Criterion, Review
from explain.report.statements import title_of, way_asked
from explain.words.phrases import say
from kb.language.syntax import Pred

Part = tuple[tuple[MissingFact, ...], tuple[AnyOf, ...]]
"""What a set asks for that settles one criterion."""


NOTHING: Part = ((), ())


class Gap(Struct, frozen=True):
    """A criterion that is open: what it is called, the ways to settle it, each as what it asks for, and which of them each of
    the sets has, by its number from 1; None where the set needs nothing for it."""

    title: str
    ways: tuple[tuple[Asked, ...], ...]
    chosen: tuple[int | None, ...]
    parts: tuple[Part, ...] = ()
    """The same ways as the facts and choices that they are of."""
    predicate: str = ""
    """The predicate that the criterion is."""

    @property
    def lead(self) -> str:
        """What stands above its ways."""
        return say("gap", self.title) if len(self.ways) > 1 else self.title

    @property
    def is_common(self) -> bool:
        """Whether all sets settle it in the same, only way."""
        return set(self.chosen) == {1}


class Shortfall(Struct, frozen=True):
    """What a review is short of, criterion by criterion."""

    gaps: tuple[Gap, ...]

    @property
    def lead(self) -> str:
        """What stands above the choices, with the titles of the gaps that all sets close in one way."""
        common = [each.title for each in self.gaps if each.is_common]
        return say("sets_with", say("and").join(common)) if common else say("sets")

    @property
    def choices(self) -> list[str]:
        """What each set has beside that: titles, each with the number of a way."""
        columns = [[(gap.title, number) for number in gap.chosen] for gap in self.gaps if not gap.is_common]
        rows = zip(*columns, strict=True)
        return [", ".join(f"{title} {number}" for title, number in row if number is not None) for row in rows]


def shortfall_of(review: Review) -> Shortfall | None:
    """What a review is short of by criterion; None where the list of its ways says nothing twice."""
    criteria = [each for each in review.criteria if each.status is Status.NOT_DOCUMENTED]
    titles = [*(title_of(each.id) for each in criteria), "Other"]
    predicates = [*(each.predicate for each in criteria), ""]
    columns = [[_part(way, criteria, at) for way in review.ways] for at in range(len(titles))]
    different = [[each for each in dict.fromkeys(column) if each != NOTHING] for column in columns]
    if sum(map(_size, chain(*columns))) == sum(map(_size, chain(*different))):
        return None
    return Shortfall(
        tuple(
            Gap(
                title,
                tuple(way_asked(*each) for each in own),
                tuple(own.index(each) + 1 if each in own else None for each in column),
                tuple(own),
                predicate,
            )
            for title, predicate, column, own in zip(titles, predicates, columns, different, strict=True)
            if own
        )
    )


def _part(way: Way, criteria: Sequence[Criterion], at: int) -> Part:
    """What a way asks for that settles the criterion at a place, and no criterion before it; after the last, what settles none."""

    def is_for(pred: Pred) -> bool:
        return (
            next((place for place, each in enumerate(criteria) if pred.positive in each.rests_on), len(criteria)) == at
        )

    facts = relettered(each for each in way.facts if is_for(each.atom.pred))
    return facts, tuple(each for each in way.choices if is_for(each.facts[0].atom.pred))


def _size(part: Part) -> int:
    facts, choices = part
    return len(facts) + sum(len(each.facts) for each in choices)
