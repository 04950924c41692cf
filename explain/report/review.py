"""The review of a case under the policy in force: determination, criteria, what is missing, authorization, quantity.

It reads a policy through a few general predicates (the README of `kb/` lists them), so that another policy is reviewed
by the same code. Software never denies: it reports whether criteria are met, and a clinician decides.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.cases import Case, Vocabulary
from engine.knowledge import KnowledgeBase, Rules
from engine.reading.plan import Reading, Rel
from engine.symbolic.candidates import Places
from explain.proof.derivations import RuleBook
from explain.proof.first_sets import FirstSets, first_sets
from explain.proof.missing import MissingFact, Repairs, Way
from explain.proof.nodes import Node
from explain.proof.why import Explainer
from explain.words.sentences import readable, sentence
from kb.language.dates import add_days, add_months
from kb.language.printer import show_clause, show_item
from kb.language.syntax import AtomF, Pred, Program
from kb.language.terms import Atom, Const, Date, Int, Str, Var, plain_text
from kb.language.truth import Truth

STATUS = {Truth.TRUE: "met", Truth.FALSE: "not_met", Truth.UNKNOWN: "not_documented"}
NOT_APPLICABLE = "not_applicable"
BY_CRITERIA = {
    Truth.TRUE: "meets_criteria",
    Truth.FALSE: "criteria_not_met",
    Truth.UNKNOWN: "more_information_needed",
}
"""The determination by whether the criteria are met."""
MEETS_CRITERIA = Pred("meets_criteria", 1)


@dataclass(frozen=True)
class Criterion:
    """A criterion or one of its alternatives: how it stands, and why."""

    id: str
    status: str
    cite: str
    text: str
    node: Node
    alternatives: tuple[Criterion, ...] = ()
    predicate: str = ""
    """The predicate that the criterion is."""
    truth: Truth = Truth.UNKNOWN
    """Its truth, also where it is not applicable."""


@dataclass(frozen=True)
class Conflict:
    """An atom and its strong negation, both stated or derived."""

    atom: AtomF
    stands: Node
    denied: Node


@dataclass(frozen=True)
class Authorization:
    """The period and quantity that meeting the criteria allows."""

    start: datetime.date
    until: datetime.date
    tablets: int
    days: int


@dataclass(frozen=True)
class Review:
    """Everything that a report says of one case."""

    case: Const
    policy: str | None
    title: str | None
    approved: datetime.date | None
    effective: datetime.date | None
    kind: str
    drug: str
    date: datetime.date
    determination: str
    criteria: tuple[Criterion, ...]
    missing: tuple[tuple[MissingFact, ...], ...]
    authorization: Authorization | None
    quantity: str | None
    quantity_text: str | None
    proof: Node | None
    conflicts: tuple[Conflict, ...]
    uncovered: tuple[Node, ...]
    assumptions: tuple[str, ...]
    policy_hash: str
    facts_hash: str
    closed_world: bool
    as_of: datetime.date | None
    """The date that was put in place of the request's."""
    ways: tuple[Way, ...] = ()
    """What the sets of `missing` are members of: sets that differ in interchangeable names only are put together."""
    are_more: bool = False
    """Whether there are more ways than these."""
    first_version: datetime.date | None = None
    """Where no version is in force: the first day of the policy's first version."""

    def _repr_html_(self) -> str:
        """The report as a notebook shows it."""
        from explain.report.html import review_fragment

        return review_fragment(self)


def program_hash(program: Program) -> str:
    """A hash of what a program says, whatever the order in which it says it."""
    return _hash(show_item(item) for item in program.items)


def _hash(lines: Iterator[str]) -> str:
    return hashlib.sha256("\n".join(sorted(set(lines))).encode()).hexdigest()


@dataclass(slots=True)
class Reviewer:
    """Reviews cases under a program that has policies."""

    rules: Rules
    policy_hash: str
    book: RuleBook = field(init=False)
    vocabulary: Vocabulary = field(init=False)
    places: dict[tuple[bool, Rel], Places] = field(init=False, default_factory=dict)
    """What the search for missing facts has found out about the rules."""

    def __post_init__(self) -> None:
        self.book = RuleBook.of(self.rules.clauses)
        self.vocabulary = Vocabulary.of(self.rules.declarations, self.rules.facts)

    def review(self, case: Case, *, as_of: datetime.date | None = None, closed_world: bool = False) -> Review:
        """The review of one case.

        `as_of` reviews it as if its request bore that date; `closed_world` takes every record to be complete.
        Raises `engine.backends.pydatalog.engine.EndlessError` if the policy's rules do not come to an end on it.
        """
        return _OneReview(self, case if as_of is None else case.as_of(as_of), as_of is not None, closed_world).result()


def determined(*, has_conflict: bool, is_in_force: bool, is_uncovered: bool, meets: Truth) -> str:
    """The determination: the first of conflict, no policy in force and uncovered indication that there is, else what the
    truth of `meets_criteria` says."""
    if has_conflict:
        return "conflicting_evidence"
    if not is_in_force:
        return "no_policy_in_force"
    return "investigational" if is_uncovered else BY_CRITERIA[meets]


def conflicting_atoms(kb: KnowledgeBase, case: Case) -> Iterator[AtomF]:
    """The open atoms of a case that hold together with their strong negation, ordered by predicate and arguments."""
    deniable = {clause.head.pred for clause in (*kb.rules.clauses, *case.facts)}
    for pred in sorted(kb.declarations.abducible, key=str):
        if not pred.arity or pred.opposite not in deniable:
            continue
        free = tuple(Var(f"_{index}") for index in range(pred.arity - 1))
        denied = set(kb.rows(pred.opposite, (case.name, *free), Reading.CERTAIN))
        for row in sorted(denied, key=lambda each: [plain_text(term) for term in each]):
            if kb.truth(AtomF(pred, row)) is Truth.TRUE:
                yield AtomF(pred, row)


@dataclass(slots=True)
class _OneReview:
    reviewer: Reviewer
    case: Case
    has_other_date: bool
    closed_world: bool
    kb: KnowledgeBase = field(init=False)
    explainer: Explainer = field(init=False)

    def __post_init__(self) -> None:
        self.kb = KnowledgeBase(self.reviewer.rules, self.case.facts, closed_world=self.closed_world)
        self.explainer = Explainer(self.kb, self.reviewer.book, every=True)

    def rows(self, name: str, *args: Const | None) -> list[tuple[Const, ...]]:
        """The certain rows of a predicate; None stands for any constant."""
        pred = Pred(name, len(args))
        terms = tuple(Var(f"_{index}") if arg is None else arg for index, arg in enumerate(args))
        if pred not in self.kb.declarations.preds:
            return []
        return sorted(self.kb.rows(pred, terms, Reading.CERTAIN), key=lambda row: [plain_text(each) for each in row])

    def result(self) -> Review:
        case, kind = self.case, self.case.request.args[2]
        assert not isinstance(kind, Var)
        policy, effective = self._policy()
        self.explainer.section = self._section(policy, kind)
        conflicts = tuple(self._conflicts())
        uncovered = tuple(self._uncovered())
        proof = self.explainer.atom(AtomF(MEETS_CRITERIA, (case.name,))) if effective else None
        determination = determined(
            has_conflict=bool(conflicts),
            is_in_force=effective is not None,
            is_uncovered=bool(uncovered),
            meets=proof.status if proof else Truth.UNKNOWN,
        )
        missing = self._missing() if determination == "more_information_needed" else FirstSets()
        declared = next((each for each in self.kb.declarations.policies if each.name == policy), None)
        quantity = self._quantity(policy)
        return Review(
            case=case.name,
            policy=policy,
            title=_text(declared.get("title")) if declared else None,
            approved=_date(declared.get("approved")) if declared else None,
            effective=effective,
            kind=plain_text(kind),
            drug=readable(case.request.args[1]),
            date=case.date,
            determination=determination,
            criteria=tuple(self._criteria(policy, kind)) if effective else (),
            missing=missing.sets,
            ways=missing.ways,
            are_more=missing.are_more,
            first_version=None if effective or policy is None else self._first_version(policy),
            authorization=self._authorization(kind) if determination == "meets_criteria" else None,
            quantity=quantity,
            quantity_text=self._quantity_text(quantity),
            proof=proof,
            conflicts=conflicts,
            uncovered=uncovered,
            assumptions=tuple(self._assumptions(policy, effective, conflicts)),
            policy_hash=self.reviewer.policy_hash,
            facts_hash=_hash(show_clause(fact) for fact in case.facts),
            closed_world=self.closed_world,
            as_of=case.date if self.has_other_date else None,
        )

    def _policy(self) -> tuple[str | None, datetime.date | None]:
        in_force = self.rows("policy_in_force", self.case.name, None, None)
        if in_force:
            _, policy, start = in_force[0]
            return plain_text(policy), _date(start)
        drugs = [row[1] for row in self.rows("requested_drug", self.case.name, None)]
        covering = [row[0] for drug in drugs for row in self.rows("policy_covers", None, drug)]
        return (plain_text(covering[0]) if covering else None), None

    def _first_version(self, policy: str) -> datetime.date | None:
        starts = [_date(row[1]) for row in self.rows("policy_version", Atom(policy), None)]
        return min((each for each in starts if each is not None), default=None)

    def _section(self, policy: str | None, kind: Const) -> str | None:
        found = self.rows("kind_section", Atom(policy), kind, None) if policy else []
        return plain_text(found[0][2]) if found else None

    def _conflicts(self) -> Iterator[Conflict]:
        for atom in conflicting_atoms(self.kb, self.case):
            yield Conflict(atom, self.explainer.atom(atom), self.explainer.atom(AtomF(atom.pred.opposite, atom.args)))

    def _uncovered(self) -> Iterator[Node]:
        for row in self.rows("uncovered_indication", self.case.name, None):
            yield self.explainer.atom(AtomF(Pred("uncovered_indication", 2), row))

    # --- criteria ----------------------------------------------------------------------------------------------

    def _criteria(self, policy: str | None, kind: Const) -> Iterator[Criterion]:
        assert policy is not None
        found = self.rows("criterion", Atom(policy), kind, None, None, None)
        for _, _, _, name, pred in sorted(found, key=lambda row: _number(row[2])):
            yield self._criterion(name, pred, tuple(self._alternatives(policy, kind, name)))

    def _alternatives(self, policy: str, kind: Const, criterion: Const) -> Iterator[Criterion]:
        found = self.rows("alternative", Atom(policy), kind, criterion, None, None, None)
        for _, _, _, _, name, pred in sorted(found, key=lambda row: _number(row[3])):
            yield self._criterion(name, pred, ())

    def _criterion(self, name: Const, pred_name: Const, alternatives: tuple[Criterion, ...]) -> Criterion:
        pred = Pred(plain_text(pred_name), 1)
        atom = AtomF(pred, (self.case.name,))
        node = self.explainer.atom(atom)
        truth = node.status
        status = STATUS[truth]
        exempt = AtomF(Pred("not_applicable", 2), (self.case.name, name))
        if self.kb.truth(exempt) is Truth.TRUE:
            status, node = NOT_APPLICABLE, self.explainer.atom(exempt)
        places = self.kb.declarations.places(pred, section=self.explainer.section)
        return Criterion(
            plain_text(name),
            status,
            "; ".join(places),
            sentence(atom, self.kb.declarations),
            node,
            alternatives,
            pred.name,
            truth,
        )

    def _missing(self) -> FirstSets:
        repairs = Repairs(self.kb, self.reviewer.vocabulary, self.reviewer.places)
        return first_sets(repairs, AtomF(MEETS_CRITERIA, (self.case.name,)))

    # --- authorization and quantity ----------------------------------------------------------------------------

    def _drug(self) -> Const | None:
        drugs = [row[1] for row in self.rows("requested_drug", self.case.name, None)]
        return next((drug for drug in drugs if self.rows("quantity_limit", drug, None, None)), None)

    def _authorization(self, kind: Const) -> Authorization | None:
        drug = self._drug()
        durations = self.rows("approval_duration", drug, kind, None) if drug else []
        limits = self.rows("quantity_limit", drug, None, None) if drug else []
        if not durations or not limits:
            return None
        end = add_months(self.case.date, _number(durations[0][2]))
        until = add_days(end, -1) if end else None
        if until is None:
            return None
        return Authorization(self.case.date, until, _number(limits[0][1]), _number(limits[0][2]))

    def _quantity(self, policy: str | None) -> str | None:
        if policy is None or self._drug() is None:
            return None
        if self.rows("unlisted_tablet", self.case.name, None):
            return "unlisted_strength"
        if not self.rows("tablet", self.case.name, None) or not self.rows("quantity", self.case.name, None, None):
            return "not_documented"
        within = self.kb.truth(AtomF(Pred("quantity_within_limit", 1), (self.case.name,)))
        return "within_limit" if within is Truth.TRUE else "over_limit"

    def _quantity_text(self, quantity: str | None) -> str | None:
        if quantity is None:
            return None
        drug = self._drug()
        stated = [
            sentence(AtomF(Pred(name, len(row)), row), self.kb.declarations)
            for name, width in (("tablet", 1), ("quantity", 2))
            for row in self.rows(name, self.case.name, *(None,) * width)
        ]
        limit = [
            sentence(AtomF(Pred("quantity_limit", 3), row), self.kb.declarations)
            for row in self.rows("quantity_limit", drug, None, None)
        ]
        return "; ".join(stated + limit)

    # --- assumptions -------------------------------------------------------------------------------------------

    def _assumptions(
        self, policy: str | None, effective: datetime.date | None, conflicts: tuple[Conflict, ...]
    ) -> Iterator[str]:
        if self.has_other_date:
            yield f"as of: the case is reviewed as if its request were dated {self.case.date}"
        if self.closed_world:
            yield "closed world: every record is taken to be complete"
        for row in self.rows("complete", self.case.name, None):
            yield f"complete record: {sentence(AtomF(Pred('complete', 2), row), self.kb.declarations)}, so what it does not state is false"
        yield from self._derived()
        for row in self.rows("in_change_month", self.case.name, None):
            yield f"change month: the request falls in the month of a policy change, which is counted from its first day, {plain_text(row[1])}"
        if policy and effective and self.rows("reconstructed_version", Atom(policy), Date(effective)):
            yield f"reconstructed version: the policy as of {effective} is reconstructed from the policy's history"
        for conflict in conflicts:
            yield f"conflict: {conflict.stands.text}, and {conflict.denied.text}"

    def _derived(self) -> Iterator[str]:
        stated = {(fact.head.pred, fact.head.args) for fact in self.case.facts}
        for pred in sorted(self.kb.declarations.abducible, key=str):
            if not self.reviewer.book.rules(pred):
                continue
            for row in self.rows(pred.name, self.case.name, *(None,) * (pred.arity - 1)):
                if (pred, row) not in stated:
                    node = self.explainer.atom(AtomF(pred, row))
                    yield f"derived: {node.text} ({node.cite})"


def _number(term: Const) -> int:
    return term.value if isinstance(term, Int) else 0


def _date(term: Const | None) -> datetime.date | None:
    return term.value if isinstance(term, Date) else None


def _text(term: Const | None) -> str | None:
    return plain_text(term) if isinstance(term, Atom | Str) else None
