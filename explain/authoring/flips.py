"""What flips where a program, or what is stated, changes: the determinations of cases, and how their criteria stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

from engine.policies import Determination, Standing, Status
from explain.words.phrases import STATUSES, say
from kb.language.terms import Const, term_text

Standings: TypeAlias = Mapping[str | None, Standing]
"""How a case stands under each policy that it is reviewed under; None is the only one there is."""


class CriterionFlip(Struct, frozen=True):
    """A criterion or an alternative that stands otherwise than before; None where there is no such criterion."""

    id: str
    before: Status | None
    after: Status | None

    def __str__(self) -> str:
        return say("flip_of_criterion", self.id, _status(self.before), _status(self.after))


class Flip(Struct, frozen=True):
    """What flips for one case under one policy; None where it is not reviewed under the policy."""

    case: Const
    policy: str | None
    before: Determination | None
    after: Determination | None
    criteria: tuple[CriterionFlip, ...]

    def __str__(self) -> str:
        case = term_text(self.case) if self.policy is None else say("case_under", term_text(self.case), self.policy)
        outcome = (
            say("flip_still", _determination(self.after))
            if self.before is self.after
            else say("flip_to", _determination(self.before), _determination(self.after))
        )
        inside = ", ".join(map(str, self.criteria))
        return say("flip_of_case", case, outcome, inside) if inside else say("flip_of_case_alone", case, outcome)


def flips(case: Const, before: Standings, after: Standings) -> Iterator[Flip]:
    """What flips for a case, policy by policy."""
    for policy in dict.fromkeys((*before, *after)):
        was, now = before.get(policy), after.get(policy)
        criteria = tuple(_criteria(was, now))
        old, new = was.determination if was else None, now.determination if now else None
        if old is not new or criteria:
            yield Flip(case, policy, old, new, criteria)


def _criteria(before: Standing | None, after: Standing | None) -> Iterator[CriterionFlip]:
    """The criteria that flip where the case is reviewed before and after, in the order that they have after."""
    if before is None or after is None:
        return
    was, now = _by_id(before), _by_id(after)
    for key in dict.fromkeys((*now, *was)):
        if was.get(key) is not now.get(key):
            yield CriterionFlip(key[1], was.get(key), now.get(key))


def _by_id(standing: Standing) -> dict[tuple[str | None, str], Status]:
    return {(item.criterion, item.id): status for item, status in standing.statuses.items()}


def _determination(determination: Determination | None) -> str:
    return say("not_reviewed") if determination is None else determination.value


def _status(status: Status | None) -> str:
    return say("no_criterion") if status is None else STATUSES[status]
