"""A case that shows how two policies differ: written as a case file, reviewed under each policy by itself, and what differs explained.

What a search finds is believed only where the reviews say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from engine import policies
from engine.cases import Case
from engine.knowledge import EndlessError, KnowledgeBase
from engine.policies import Determination
from explain.authoring.case_space import Decision
from explain.authoring.differences import Compared, Flip
from explain.proof.nodes import Node
from explain.report.review import Criterion, Review
from explain.workspace import Workspace
from kb.language.declarations import EXPECT, EXPECT_STATUS
from kb.language.diagnostics import ProgramError
from kb.language.loader import load_case
from kb.language.printer import show_atom
from kb.language.syntax import AtomF
from kb.language.terms import Atom
from kb.language.truth import Truth

NAME = "case.pl"
"""What explanations call the file of such a case."""
_TRUTHS = {
    Determination.MEETS_CRITERIA: Truth.TRUE,
    Determination.MORE_INFORMATION_NEEDED: Truth.UNKNOWN,
    Determination.CRITERIA_NOT_MET: Truth.FALSE,
    Determination.INVESTIGATIONAL: Truth.FALSE,
    Determination.NO_POLICY_IN_FORCE: Truth.FALSE,
}


class Change(Struct, frozen=True):
    """A criterion or alternative that stands otherwise under the new policy, with the explanations under both."""

    id: str
    before: Criterion
    after: Criterion

    @property
    def nodes(self) -> tuple[Node, Node]:
        """The explanations, old and new."""
        return self.before.node, self.after.node


@dataclass(frozen=True)
class Witness:
    """A case that shows how two policies differ."""

    facts: tuple[AtomF, ...]
    old: Workspace
    new: Workspace

    @cached_property
    def before(self) -> Review:
        """Its review under the old policy."""
        return _review(self.old, self.facts)

    @cached_property
    def after(self) -> Review:
        """Its review under the new policy."""
        return _review(self.new, self.facts)

    @property
    def changes(self) -> tuple[Change, ...]:
        """What differs, the innermost first: alternatives and items before what has them."""
        return tuple(_changes(self.before.criteria, self.after.criteria))


def case_text(facts: Sequence[AtomF], lead: str = "") -> str:
    """The text of a case file with some facts, after a comment."""
    comment = "".join(f"% {line}\n" for line in lead.splitlines())
    return comment + "".join(f"{show_atom(fact)}.\n" for fact in facts)


def confirmed_text(workspace: Workspace, facts: Sequence[AtomF], lead: str = "", name: str | None = None) -> str:
    """The text of a policy test of a case that is nothing but some facts, under a name of its own if one is given: that it stands as it
    does under the policy as it is. Raises `ProgramError` if they are no case."""
    if name is not None:
        facts = [replace(fact, args=(Atom(name), *fact.args[1:])) for fact in facts]
    alone, case = case_of(workspace, facts)
    reviewer = alone.reviewer_of(None, case)
    stands = reviewer.standing(case)
    expected = [AtomF(EXPECT, (case.name, Atom(stands.determination.value)))]
    expected += [
        AtomF(EXPECT_STATUS, (case.name, Atom(item.id), Atom(status.value))) for item, status in stands.statuses.items()
    ]
    return case_text(facts, lead) + "\n" + "".join(f"{show_atom(each)}.\n" for each in expected)


def witness(old: Workspace, new: Workspace, compared: Compared, flip: Flip) -> Witness | None:
    """The case of a flip in the plainest form that shows it under each policy by itself; None if it does not show it."""
    for facts in (*flip.found.plainer, *((flip.facts,) if flip.facts is not None else ())):
        try:
            before = truth_of(old, compared.old, facts)
            if before is flip.before and truth_of(new, compared.new, facts) is flip.after:
                return Witness(facts, old, new)
        except (ProgramError, EndlessError):
            continue
    return None


def case_of(workspace: Workspace, facts: Sequence[AtomF]) -> tuple[Workspace, Case]:
    """A workspace with a case that is nothing but some facts. Raises `ProgramError` if they are no case."""
    alone = workspace.stating(())
    (case,) = alone.add_cases(load_case(case_text(facts).encode(), NAME))
    return alone, case


def _review(workspace: Workspace, facts: Sequence[AtomF]) -> Review:
    alone, case = case_of(workspace, facts)
    return alone.reviewer_of(None, case).review(case, finds_missing=False)


def truth_of(workspace: Workspace, decision: Decision, facts: Sequence[AtomF]) -> Truth | None:
    """The truth value that a decision has for a case; None where the evidence conflicts. Raises `ProgramError` if the facts are no
    case."""
    alone, case = case_of(workspace, facts)
    reviewer = alone.reviewer_of(None, case)
    kb = KnowledgeBase(reviewer.rules, case.facts)
    if not decision.is_determination:
        return kb.truth(AtomF(decision.pred, (case.name,)))
    declared = reviewer.policies
    return _TRUTHS.get(policies.standing(kb, declared, case).determination)


def _changes(before: Sequence[Criterion], after: Sequence[Criterion]) -> Iterator[Change]:
    """What stands otherwise, innermost first."""
    known = {each.id: each for each in after}
    for each in before:
        other = known.get(each.id)
        if other is not None and (each.truth, each.status) != (other.truth, other.status):
            yield from _changes((*each.alternatives, *each.items), (*other.alternatives, *other.items))
            yield Change(each.id, each, other)
