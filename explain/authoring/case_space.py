"""What a policy decides about a case, as goals for a search for cases: its determination, its criteria and their alternatives.

A search looks at requests for the drugs that the policy is about, of each kind that it has criteria for, on each day on which something
that its rules read changes, on the day after, and on the day before the first; other days differ from these in nothing that a rule
could tell, where rules compare the date of the request with days that they mention. Birth dates and other dates of a case are not sampled.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from msgspec import Struct

from engine.cases import Vocabulary
from engine.knowledge import KnowledgeBase, Rules
from engine.policies import Policies, Severity
from explain.authoring.smallest_cases import CaseSearch, Wanted, reached
from kb.language.declarations import MEETS_CRITERIA, REQUEST
from kb.language.syntax import And, AtomF, Body, Documented, Not, Or, Pred
from kb.language.terms import Atom, Const, Date, Var
from kb.language.traversal import body_terms, walk
from kb.language.truth import Truth

CASE = Atom("case")
"""The case that is looked for."""
DETERMINATION = "determination"
"""The name of what a policy decides as a whole."""
ANY_DAY = datetime.date(2024, 7, 1)
"""The day of a request where no rule mentions one."""


class Decision(Struct, frozen=True):
    """Something that a policy decides about a case: `id` names it in reports, with the criterion that it is an alternative of."""

    id: str
    pred: Pred
    kinds: tuple[str, ...] = ()
    """The kinds of request that it is about; none for the determination."""
    criterion: str | None = None
    policy: str | None = None

    @property
    def is_determination(self) -> bool:
        """Whether it is the determination of the case."""
        return not self.kinds

    def is_same(self, other: Decision) -> bool:
        """Whether a decision of another policy is about the same thing."""
        is_for_one_kind = self.kinds == other.kinds or not {*self.kinds}.isdisjoint(other.kinds)
        return (self.id, self.criterion) == (other.id, other.criterion) and is_for_one_kind

    @property
    def label(self) -> str:
        """What reports call it."""
        name = self.id if self.criterion is None else f"{self.criterion} / {self.id}"
        return name if len(self.kinds) != 1 else f"{name} ({self.kinds[0]})"


def decisions(policies: Policies, rules: Rules, policy: str | None = None) -> list[Decision]:
    """What a policy decides, the determination first; a criterion that it has for several kinds of request by one predicate once."""
    known = {*rules.declarations.preds, *(clause.head.pred for clause in rules.clauses)}
    found = [Decision(DETERMINATION, MEETS_CRITERIA)] if MEETS_CRITERIA in known else []
    kinds: dict[tuple[str, str | None, str, Pred], list[str]] = {}
    for item in policies.items:
        if policy is None or item.policy == policy:
            kinds.setdefault((item.policy, item.criterion, item.id, item.pred), []).append(item.kind)
    return found + [
        Decision(name, pred, tuple(of), criterion, own) for (own, criterion, name, pred), of in kinds.items()
    ]


def _denied(goal: Body) -> Body:
    """The opposite of a goal that is a negation."""
    return goal.goal if isinstance(goal, Not) and isinstance(goal.goal, Not) else Not(goal)


def true_of(goal: Body) -> Body:
    """The goal that another one is known to be true."""
    return Documented(goal)


def false_of(goal: Body) -> Body:
    """The goal that another one is known to be false."""
    return Documented(Not(goal))


class Besides(Struct, frozen=True):
    """What else decides a determination, by the names of the predicates: that a policy is in force, and that it does not cover the
    indication. Their variables are told apart by a text, where goals about two policies stand together."""

    in_force: Pred | None
    uncovered: Pred | None
    apart: str = ""

    @classmethod
    def of(cls, declared: Collection[Pred], in_force: Pred, uncovered: Pred, apart: str = "") -> Besides:
        """Those of two predicates that are declared."""
        return cls(in_force if in_force in declared else None, uncovered if uncovered in declared else None, apart)

    @property
    def conditions(self) -> tuple[Body, ...]:
        """What is to be so beside the criteria: a policy is in force, and the indication is not one that it does not cover."""
        conditions: list[Body] = []
        if self.in_force is not None:
            in_force = AtomF(self.in_force, (CASE, Var(f"Policy{self.apart}"), Var(f"From{self.apart}")))
            conditions.append(Not(Not(true_of(in_force))))
        if self.uncovered is not None:
            beyond = AtomF(self.uncovered, (CASE, Var(f"Condition{self.apart}")))
            conditions.append(Not(true_of(beyond)))
        return tuple(conditions)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The goals that say how a decision stands: that it is known to be true, and that it is known to be false."""

    true: Body
    false: Body

    @classmethod
    def of(cls, pred: Pred, besides: Besides | None = None) -> Outcome:
        """How a predicate of the case stands; of the determination, where no policy in force, or an indication that it does not cover,
        makes it false whatever else is so."""
        true, false = true_of(AtomF(pred, (CASE,))), false_of(AtomF(pred, (CASE,)))
        conditions = () if besides is None else besides.conditions
        if not conditions:
            return cls(true, false)
        return cls(And((true, *conditions)), Or((false, *(_denied(each) for each in conditions))))

    def wanted(self, truth: Truth) -> Wanted:
        """That it has a truth value."""
        match truth:
            case Truth.TRUE:
                return Wanted((self.true,))
            case Truth.FALSE:
                return Wanted((self.false,))
            case Truth.UNKNOWN:
                return Wanted((), (self.true, self.false))


@dataclass(frozen=True)
class CaseSpace:
    """The cases that decisions of some rules are asked about."""

    rules: Rules
    requests: tuple[AtomF, ...]
    never: tuple[Body, ...]
    """What no case is to have: what the rules for what is plausible take to be impossible."""
    derived: frozenset[Pred] = frozenset()
    """Open predicates of which nothing is stated."""

    @classmethod
    def of(
        cls,
        rules: Rules,
        policies: Policies,
        goals: Sequence[Body],
        drugs: Iterable[Const],
        derived: frozenset[Pred] = frozenset(),
    ) -> CaseSpace:
        """The cases for some goals about `CASE`, requests being for some drugs."""
        declared = rules.declarations
        never = (
            AtomF(pred, (CASE, *(Var(f"V{place}") for place in range(1, pred.arity))))
            for severity, pred in policies.checks
            if severity is Severity.IMPOSSIBLE
        )
        requests: list[AtomF] = []
        if REQUEST in declared.preds or any(_calls(clause.body, REQUEST) for clause in rules.clauses):
            kinds = sorted({item.kind for item in policies.items}) or _listed_kinds(rules)
            days = _days(rules, goals)
            requests = [
                AtomF(REQUEST, (CASE, drug, Atom(kind), Date(day))) for drug in drugs for kind in kinds for day in days
            ]
        return cls(rules, tuple(requests), tuple(never), derived)

    def search(self, wanted: Sequence[Wanted]) -> CaseSearch:
        """The search for cases that do what is wanted."""
        kb = KnowledgeBase(self.rules, (), are_read=True, mentioned=(CASE,))
        goals = [goal for each in wanted for goal in (*each.holds, *each.fails)]
        preds = reached(self.rules, goals, lambda pred: kb.is_open(pred) and pred not in self.derived)
        return CaseSearch.of(
            kb,
            Vocabulary.of(self.rules),
            wanted,
            requests=self.requests,
            never=self.never,
            preds=frozenset(pred for pred in preds if kb.is_open(pred) and pred not in self.derived),
        )


def _calls(body: Body, pred: Pred) -> bool:
    return any(isinstance(part, AtomF) and part.pred == pred for part in walk(body))


def _listed_kinds(rules: Rules) -> list[str]:
    listed = Vocabulary.of(rules).listed_at(REQUEST, 2)
    return [each.name for each in listed if isinstance(each, Atom)] or ["initial"]


def _days(rules: Rules, goals: Iterable[Body]) -> list[datetime.date]:
    """The days that what goals depend on mentions, each with the day after, and the day before the first."""
    preds = reached(rules, goals)
    terms = (
        term
        for clause in (*rules.clauses, *rules.facts)
        if clause.head.pred.positive in preds
        for term in (*clause.head.args, *body_terms(clause.body))
    )
    days = {term.value for term in terms if isinstance(term, Date)} or {ANY_DAY}
    after = {day + datetime.timedelta(days=1) for day in days if day < datetime.date.max}
    before = {min(days) - datetime.timedelta(days=1)} if min(days) > datetime.date.min else set()
    return sorted(days | after | before)


def in_force(decision: Decision, request_under: Pred) -> Wanted:
    """That a case has a request for which a criterion or alternative is looked at: one of its kinds, under its policy; by the name of
    `request_under/3` in the rules."""
    if decision.policy is None:
        return Wanted(())
    atoms = tuple(AtomF(request_under, (CASE, Atom(decision.policy), Atom(kind))) for kind in decision.kinds)
    return Wanted((true_of(atoms[0] if len(atoms) == 1 else Or(atoms)),))
