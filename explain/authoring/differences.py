"""What changes from one policy to another, in any case: a verdict for each decision, and the smallest case that shows each flip.

Both policies are one program (engine/symbolic/versions.py), and a flip is a case for which a decision has one truth value under the old
policy and another under the new. Each case that is found is replayed: reviewed under each policy by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from engine.policies import UNCOVERED_INDICATION, Policies
from engine.symbolic.limits import SearchStatus
from engine.symbolic.versions import SideBySide, Version
from explain.authoring.decisions import CaseSpace, Decision, Standing, decisions
from explain.authoring.smallest_cases import Found, Wanted
from explain.workspace import Workspace
from kb.language.syntax import AtomF, Pred
from kb.language.terms import Const
from kb.language.truth import Truth

FLIPS = tuple((before, after) for before in Truth for after in Truth if before is not after)
"""The six ways for a truth value to change."""
_RANK = {Truth.FALSE: 0, Truth.UNKNOWN: 1, Truth.TRUE: 2}


class Verdict(StrEnum):
    """How a decision of the new policy stands to that of the old."""

    EQUIVALENT = "equivalent"
    """The same in every case."""
    LOOSER = "looser"
    """In no case less, and in some more: met, or open, where it was not."""
    TIGHTER = "tighter"
    """In no case more, and in some less."""
    INCOMPARABLE = "incomparable"
    """More in some cases and less in others."""
    UNDECIDED = "undecided"
    """A search ended before its end, and what was found does not settle it."""


@dataclass(frozen=True, slots=True)
class Flip:
    """How a decision changes in some case: the smallest one, or that there is none, or what was not looked at."""

    before: Truth
    after: Truth
    found: Found

    @property
    def facts(self) -> tuple[AtomF, ...] | None:
        """The facts of the case."""
        return self.found.facts

    @property
    def is_decided(self) -> bool:
        """Whether there is such a case, or is shown to be none."""
        return self.found.status in (SearchStatus.FOUND, SearchStatus.NONE)

    @property
    def is_up(self) -> bool:
        """Whether the decision is more under the new policy."""
        return _RANK[self.after] > _RANK[self.before]


@dataclass(frozen=True, slots=True)
class Compared:
    """A decision that both policies make, and how it changes; none of its flips was looked for where its rules are the same."""

    old: Decision
    new: Decision
    flips: tuple[Flip, ...]

    @property
    def verdict(self) -> Verdict:
        """How the new decision stands to the old."""
        shown = {flip.is_up for flip in self.flips if flip.facts is not None}
        if shown == {True, False}:
            return Verdict.INCOMPARABLE
        open_ways = {flip.is_up for flip in self.flips if not flip.is_decided}
        if open_ways - shown:
            return Verdict.UNDECIDED
        if not shown:
            return Verdict.EQUIVALENT
        return Verdict.LOOSER if True in shown else Verdict.TIGHTER


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes from one policy to another."""

    compared: tuple[Compared, ...]
    only_old: tuple[Decision, ...]
    only_new: tuple[Decision, ...]
    requests: tuple[AtomF, ...]
    """The requests that cases were looked for with."""
    stated: tuple[Pred, ...]
    """The predicates of which such cases state facts."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two policies."""

    workspace: Workspace
    policy: str | None

    @property
    def policies(self) -> Policies:
        return self.workspace.reviewer_of(self.policy).policies

    @property
    def drugs(self) -> list[Const]:
        """The drugs that the policy is about."""
        return [row[1] for row in self.policies.covers if self.policy is None or str(row[0]) == self.policy]


def difference(old: Workspace, new: Workspace) -> Difference:
    """What changes from the policy of one workspace to that of another. Raises `ProgramError` where they have no decision in common."""
    both = SideBySide.of(old.rules, new.rules)
    sides = {Version.OLD: Policies.of(old.rules), Version.NEW: Policies.of(new.rules)}
    own = {
        version: decisions(declared, None, rules.declarations.preds | {c.head.pred: None for c in rules.clauses})
        for (version, declared), rules in zip(sides.items(), (old.rules, new.rules), strict=True)
    }
    pairs = [(one, other) for one in own[Version.OLD] for other in own[Version.NEW] if _are_one(one, other)]
    comparing = _Comparing(both, pairs)
    goals = [
        goal for pair in pairs for wanted in comparing.flips(*pair).values() for goal in (*wanted.holds, *wanted.fails)
    ]
    covered = [dict.fromkeys(row[1] for row in each.covers) for each in sides.values()]
    drugs = [drug for drug in covered[0] if drug in covered[1]]
    space = CaseSpace.of(both.rules, sides[Version.NEW], goals, drugs, both.forked)
    changed = [pair for pair in pairs if not comparing.are_same(*pair)]
    wanted = [each for pair in changed for each in comparing.flips(*pair).values()]
    search = space.search(wanted) if wanted else None
    compared = []
    for pair in pairs:
        flips = (
            tuple(Flip(*flip, search.smallest(each)) for flip, each in comparing.flips(*pair).items())
            if search is not None and pair in changed
            else ()
        )
        compared.append(Compared(*pair, flips))
    seen = {id(each) for pair in pairs for each in pair}
    only = [tuple(each for each in own[version] if id(each) not in seen) for version in Version]
    return Difference(tuple(compared), *only, space.requests, ())


def _are_one(one: Decision, other: Decision) -> bool:
    """Whether decisions of two policies are about the same."""
    return (one.id, one.criterion) == (other.id, other.criterion) and (
        one.kinds == other.kinds or not {*one.kinds}.isdisjoint(other.kinds)
    )


@dataclass(frozen=True, slots=True)
class _Comparing:
    """The goals by which two policies are compared."""

    both: SideBySide
    pairs: Sequence[tuple[Decision, Decision]]

    def are_same(self, old: Decision, new: Decision) -> bool:
        """Whether the rules for a decision are the same in both."""
        names = {self.both.name(old.pred, Version.OLD), self.both.name(new.pred, Version.NEW)}
        if old.is_determination:
            names |= {self.both.name(UNCOVERED_INDICATION, version) for version in Version} - {UNCOVERED_INDICATION}
        return len(names) == 1

    def flips(self, old: Decision, new: Decision) -> dict[tuple[Truth, Truth], Wanted]:
        """What is wanted of a case for each flip."""
        before, after = (self._standing(each, version) for each, version in ((old, Version.OLD), (new, Version.NEW)))
        return {flip: before.wanted(flip[0]) & after.wanted(flip[1]) for flip in FLIPS}

    def _standing(self, decision: Decision, version: Version) -> Standing:
        uncovered = self.both.name(UNCOVERED_INDICATION, version)
        is_known = uncovered in self.both.rules.declarations.preds
        return Standing.of(
            self.both.name(decision.pred, version), uncovered if decision.is_determination and is_known else None
        )
