"""What changes from one policy to another, in any case: a verdict for each decision, and the smallest case that shows each flip.

Both policies are one program (engine/symbolic/versions.py), and a flip is a case for which a decision has one truth value under the old
policy and another under the new. Each case that is found is replayed: reviewed under each policy by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from engine.knowledge import EndlessError, Rules
from engine.policies import DECLARING, NOT_APPLICABLE, POLICY_IN_FORCE, UNCOVERED_INDICATION, Policies
from engine.symbolic.limits import Bound, GivenUp, Limit, OutOfTimeError, SearchStatus
from engine.symbolic.versions import SideBySide, Version
from explain.authoring.case_space import CASE, Besides, CaseSpace, Decision, Outcome, decisions, in_force, true_of
from explain.authoring.smallest_cases import CaseSearch, Found, Wanted
from explain.workspace import Workspace
from kb.language.policy_rules import REQUEST_UNDER
from kb.language.syntax import And, AtomF, Body, Not, Or, Pred
from kb.language.terms import Atom
from kb.language.truth import Truth

FLIPS = tuple((before, after) for before in Truth for after in Truth if before is not after)
"""The six ways for a truth value to change."""
_RANK = {Truth.FALSE: 0, Truth.UNKNOWN: 1, Truth.TRUE: 2}


class Verdict(StrEnum):
    """How a decision of the new policy stands to that of the old, in the cases of the scope."""

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
        """Whether there is such a case, or is shown to be none: of all cases, or of those in scope."""
        return self.found.status in (SearchStatus.FOUND, SearchStatus.NONE) or self.is_in_scope

    @property
    def is_in_scope(self) -> bool:
        """Whether there is shown to be none with as many values that nothing mentions as the search told apart."""
        return self.found.status is SearchStatus.NOT_FOUND

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
    """The predicates of which they state facts, for and against."""


@dataclass(frozen=True)
class Comparison:
    """Two versions of a policy, and the goals by which they are compared."""

    old: Rules
    new: Rules

    @cached_property
    def both(self) -> SideBySide:
        """Both in one program."""
        return SideBySide.of(self.old, self.new)

    @cached_property
    def declared(self) -> dict[Version, Policies]:
        """What each declares; where what a policy is declared by is the same in both, it is read once."""
        old = Policies.of(self.old)
        is_same = self.both.differing.isdisjoint(DECLARING)
        return {Version.OLD: old, Version.NEW: old if is_same else Policies.of(self.new)}

    @cached_property
    def decisions(self) -> dict[Version, list[Decision]]:
        """What each decides."""
        return {
            version: decisions(self.declared[version], rules)
            for version, rules in ((Version.OLD, self.old), (Version.NEW, self.new))
        }

    @cached_property
    def pairs(self) -> list[tuple[Decision, Decision]]:
        """What both decide."""
        return [
            (one, other)
            for one in self.decisions[Version.OLD]
            for other in self.decisions[Version.NEW]
            if one.is_same(other)
        ]

    @cached_property
    def changed(self) -> list[tuple[Decision, Decision]]:
        """What both decide, by rules that are not the same."""
        return [pair for pair in self.pairs if not self._have_same_rules(*pair)]

    def only(self, version: Version) -> tuple[Decision, ...]:
        """What the other version does not decide."""
        shared = {id(each) for pair in self.pairs for each in pair}
        return tuple(each for each in self.decisions[version] if id(each) not in shared)

    @cached_property
    def space(self) -> CaseSpace:
        """The cases by which they may differ: requests for the drugs that both are about."""
        covered = [dict.fromkeys(row[1] for row in each.covers) for each in self.declared.values()]
        goals = [goal for pair in self.changed for each in self.flips(*pair).values() for goal in each.goals]
        drugs = [drug for drug in covered[0] if drug in covered[1]]
        return CaseSpace.of(self.both.rules, self.declared[Version.NEW], goals, drugs, self.both.forked)

    def flips(self, old: Decision, new: Decision) -> dict[tuple[Truth, Truth], Wanted]:
        """What is wanted of a case for each way to change."""
        before, after = self._standing(old, Version.OLD), self._standing(new, Version.NEW)
        seen = self._looked_at(old, Version.OLD) & self._looked_at(new, Version.NEW)
        return {flip: before.wanted(flip[0]) & after.wanted(flip[1]) & seen for flip in FLIPS}

    def differs(self) -> Wanted:
        """What is wanted of a case of which a review says anything else: where a criterion or alternative does not apply under either
        policy, it says no more of it."""
        goals: list[Body] = []
        for old, new in self.changed:
            before, after = self._standing(old, Version.OLD), self._standing(new, Version.NEW)
            seen = (self._looked_at(old, Version.OLD) & self._looked_at(new, Version.NEW)).holds
            sides = [(before.true, after.true), (before.false, after.false)]
            if old.is_determination:  # what makes it false is told
                sides += zip(self._besides(Version.OLD).conditions, self._besides(Version.NEW).conditions, strict=False)
            exempt = self._exempt(old, Version.OLD), self._exempt(new, Version.NEW)
            if exempt[0] is not None and exempt[1] is not None:
                sides.append((exempt[0], exempt[1]))
                seen = (*seen, Not(And((exempt[0], exempt[1]))))
            for one, other in sides:
                goals += [And((one, Not(other), *seen)), And((other, Not(one), *seen))]
        return Wanted((Or(tuple(goals)),))

    def _have_same_rules(self, old: Decision, new: Decision) -> bool:
        names = {self.both.name(old.pred, Version.OLD), self.both.name(new.pred, Version.NEW)}
        if old.is_determination:
            return len(names) == 1 and self.both.differing.isdisjoint((POLICY_IN_FORCE, UNCOVERED_INDICATION))
        return len(names) == 1

    def _looked_at(self, decision: Decision, version: Version) -> Wanted:
        pred = self.both.name(REQUEST_UNDER, version)
        return in_force(decision, pred) if pred in self.both.rules.declarations.preds else Wanted(())

    def _exempt(self, decision: Decision, version: Version) -> Body | None:
        """The goal that says that a criterion or alternative does not apply to the case, where rules can say that."""
        pred = self.both.name(NOT_APPLICABLE, version)
        if decision.is_determination or pred not in self.both.rules.declarations.preds:
            return None
        return true_of(AtomF(pred, (CASE, Atom(decision.id))))

    def _standing(self, decision: Decision, version: Version) -> Outcome:
        pred = self.both.name(decision.pred, version)
        if not decision.is_determination:
            return Outcome.of(pred)
        return Outcome.of(pred, self._besides(version))

    def _besides(self, version: Version) -> Besides:
        in_force, uncovered = (self.both.name(each, version) for each in (POLICY_IN_FORCE, UNCOVERED_INDICATION))
        return Besides.of(self.both.rules.declarations.preds, in_force, uncovered, version)

    def search(self, wanted: Sequence[Wanted]) -> Searched:
        """The search for cases that do what is wanted."""
        try:
            return Searched(self.space.search(wanted))
        except OutOfTimeError:
            return Searched(None, GivenUp(Bound.TIME))
        except (EndlessError, RecursionError, MemoryError):
            return Searched(None, GivenUp(Bound.STEPS))

    def first_difference(self) -> Found:
        """The smallest case in which anything changes."""
        if not self.changed:
            return Found(None)
        wanted = self.differs()
        return self.search([wanted]).smallest(wanted)


@dataclass(frozen=True, slots=True)
class Searched:
    """A search for cases, or what it was given up at."""

    cases: CaseSearch | None
    limit: Limit | None = None

    def smallest(self, wanted: Wanted) -> Found:
        """The smallest case that does what is wanted."""
        if self.cases is None:
            return Found(None, () if self.limit is None else (self.limit,))
        return self.cases.smallest(wanted)


def difference(old: Workspace, new: Workspace) -> Difference:
    """What changes from the policy of one workspace to that of another."""
    found = Comparison(old.rules, new.rules)
    wanted = {pair: found.flips(*pair) for pair in found.changed}
    compared = [Compared(*pair, ()) for pair in found.pairs]
    stated: tuple[Pred, ...] = ()
    if wanted:
        search = found.search([each for flips in wanted.values() for each in flips.values()])
        flips = {
            pair: tuple(Flip(*flip, search.smallest(each)) for flip, each in of.items()) for pair, of in wanted.items()
        }
        compared = [replace(each, flips=flips.get((each.old, each.new), ())) for each in compared]
        stated = search.cases.stated if search.cases is not None else ()
    only = found.only(Version.OLD), found.only(Version.NEW)
    return Difference(tuple(compared), *only, found.space.requests if wanted else (), stated)
