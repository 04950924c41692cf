"""How a case stands during an interview: the determination and each criterion, without proofs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine import policies
from engine.cases import Case
from engine.knowledge import KnowledgeBase
from engine.policies import UNCOVERED_INDICATION, Determination, Item, Policies, Status
from explain.words.sentences import sentence
from kb.language.declarations import MEETS_CRITERIA
from kb.language.syntax import AtomF
from kb.language.terms import plain_text
from kb.language.truth import Truth


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion or one of its alternatives, and how it stands."""

    id: str
    atom: AtomF
    status: Status
    text: str
    cite: str
    alternatives: tuple[Criterion, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What a review would say of a case, without its proofs."""

    determination: Determination
    criteria: tuple[Criterion, ...]

    def all_criteria(self) -> Iterator[Criterion]:
        """The criteria, each followed by its alternatives."""
        for each in self.criteria:
            yield each
            yield from each.alternatives

    def undocumented(self) -> list[Criterion]:
        """The criteria and alternatives that are neither met nor not met."""
        return [each for each in self.all_criteria() if each.status is Status.NOT_DOCUMENTED]


def standing(kb: KnowledgeBase, case: Case, declared: Policies) -> Standing:
    """How a case stands, by the definition that reviews follow."""
    in_force = policies.policy_in_force(kb, case)
    determination = policies.determined(
        has_conflict=next(policies.conflicting_atoms(kb, case), None) is not None,
        is_in_force=in_force is not None,
        is_uncovered=bool(policies.rows_of(kb, UNCOVERED_INDICATION.name, case.name, None)),
        meets=kb.truth(AtomF(MEETS_CRITERIA, (case.name,))) if in_force else Truth.UNKNOWN,
    )
    if in_force is None:
        return Standing(determination, ())
    policy, kind = in_force[0], plain_text(case.request.args[2])
    section = declared.section(policy, kind)
    items = declared.criteria_for(policy, kind)
    return Standing(determination, tuple(_criterion(kb, case, item, section) for item in items))


def _criterion(kb: KnowledgeBase, case: Case, item: Item, section: str | None) -> Criterion:
    atom = AtomF(item.pred, (case.name,))
    return Criterion(
        item.id,
        atom,
        Status.NOT_APPLICABLE if policies.is_exempt(kb, case, item) else Status.of(kb.truth(atom)),
        sentence(atom, kb.declarations),
        "; ".join(kb.declarations.places(item.pred, section=section)),
        tuple(_criterion(kb, case, each, section) for each in item.alternatives),
    )
