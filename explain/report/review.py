"""The review of a case under the policy in force: determination, criteria, what is missing, authorization, quantity.

It reads a policy through a few general predicates (the README of `kb/` lists them), so that another policy is reviewed
by the same code. Software never denies: it reports whether criteria are met, and a clinician decides.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, singledispatch
from typing import TYPE_CHECKING

from msgspec import Struct

from engine import policies
from engine.bodies import RuleBook
from engine.cases import Case, Vocabulary, cases_of
from engine.knowledge import EndlessError, KnowledgeBase, Rules
from engine.policies import (
    UNCOVERED_INDICATION,
    Determination,
    Item,
    Policies,
    Quantity,
    Row,
    Severity,
    Standing,
    Status,
)
from engine.records import CompleteRecords
from explain.proof.nodes import Evidence, Node
from explain.proof.why import Explainer
from explain.report import grounds, searches
from explain.words.phrases import say
from explain.words.sentences import readable, sentence, spelled
from kb import clock
from kb.language.builtins import add_days, add_months
from kb.language.declarations import COMPLETE, MEETS_CRITERIA
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.printer import program_hash
from kb.language.program import Program
from kb.language.syntax import NOWHERE, TRUE, AtomF, Body, Clause, PolicyDecl, Pred
from kb.language.terms import Atom, Const, Date, Str, Var, in_standard_order, plain_text
from kb.language.truth import Truth
from kb.normalization import NotRecognised

if TYPE_CHECKING:  # the search for what is missing is only imported where something is
    from engine.symbolic.candidates import Scope
    from engine.symbolic.limits import GivenUp, Limit, SearchStatus
    from engine.symbolic.places import Places
    from explain.proof.fact_sets import MissingFact, Way
    from explain.proof.missing import FirstSets, Opened


@singledispatch
def notebook_html(value: object) -> str:
    """A value as a part of a page: its text, unless a renderer has registered for its type (explain/workspace.py has)."""
    import html

    return f"<pre>{html.escape(str(value))}</pre>"


class Criterion(Struct, frozen=True):
    """A criterion or one of its alternatives: how it stands, and why."""

    id: str
    status: Status
    cite: str
    text: str
    node: Node
    alternatives: tuple[Criterion, ...] = ()
    items: tuple[Criterion, ...] = ()
    """What it asks for together, each with a place of its own in the policy."""
    predicate: str = ""
    """The predicate that the criterion is."""
    truth: Truth = Truth.UNKNOWN
    """Its truth, also where it is not applicable."""
    rests_on: frozenset[Pred] = frozenset()
    """The predicates that rules conclude it from."""


class Conflict(Struct, frozen=True):
    """An atom, and what is stated or derived against it: its strong negation, or another value of a functional predicate."""

    atom: AtomF
    stands: Node
    denied: Node


class Check(Struct, frozen=True):
    """What is to be checked before a report is signed, with the explanation of the fact that gives rise to it."""

    severity: Severity
    text: str
    node: Node

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Where the case states what gives rise to it."""
        return grounds.evidence(self.node)


class Particular(Struct, frozen=True):
    """What a case may state for the head of its report: the predicate, its title there, and what is stated, if anything is."""

    predicate: str
    title: str
    value: Const | None


class Authorization(Struct, frozen=True):
    """The period and quantity that meeting the criteria allows; no amount where no limit is stated, or what it is depends on what
    is not documented (`is_open`)."""

    start: datetime.date
    until: datetime.date
    amount: int | None
    days: int | None
    unit: str
    """What one is called."""
    units: str
    """What several are called."""
    is_open: bool = False

    @property
    def quantity(self) -> str:
        """The amount, in words."""
        if self.amount is None:
            return say("open_limit" if self.is_open else "no_limit")
        return say("limit", self.amount, self.unit if self.amount == 1 else self.units, self.days)


class Review(Struct, frozen=True):
    """Everything that a report says of one case."""

    case: Const
    policy: str | None
    title: str | None
    approved: datetime.date | None
    effective: datetime.date | None
    kind: str
    drug: str
    date: datetime.date
    determination: Determination
    criteria: tuple[Criterion, ...]
    missing: tuple[tuple[MissingFact, ...], ...]
    authorization: Authorization | None
    quantity: Quantity | None
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
    checks: tuple[Check, ...] = ()
    """What is to be checked before the report is signed."""
    search: SearchStatus | None = None
    """What the search for missing facts came to, if one was made."""
    unsearched: tuple[Limit, ...] = ()
    """What it did not look at."""
    unfound: tuple[str, ...] = ()
    """The same in lines, where it found nothing or ended before its end: a sentence, then the reasons."""
    reviewed_on: datetime.date | None = None
    """The day of the review."""
    not_recognised: tuple[NotRecognised, ...] = ()
    """The names that no vocabulary knows: what the case states with them decides nothing."""
    particulars: tuple[Particular, ...] = ()
    """What stands at the head besides the request."""
    first_version: datetime.date | None = None
    """Where no version is in force yet: the first day of the policy's first version."""
    has_criteria: bool = True
    """Whether the policy has criteria for the kind of request."""

    def _repr_html_(self) -> str:
        """The report as a notebook shows it."""
        return notebook_html(self)


@dataclass
class Reviewer:
    """Reviews cases under a program that has policies."""

    rules: Rules
    program: Program
    known_hash: str | None = None
    """The hash of the program, where it is known already."""
    places: dict[tuple[bool, Pred, Body], Places] = field(init=False, default_factory=dict)
    """What the search for missing facts has found out about the rules."""

    @cached_property
    def today(self) -> datetime.date:
        """The day that is today for the program."""
        return clock.today()

    @cached_property
    def policy_hash(self) -> str:
        """The hash of the program, whatever the order in which it says what it says."""
        return self.known_hash or program_hash(self.program)

    @cached_property
    def book(self) -> RuleBook:
        """The rules, as explanations take them."""
        return RuleBook.of(self.rules.clauses)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What case files may state."""
        return Vocabulary.of(self.rules)

    @cached_property
    def policies(self) -> Policies:
        """What the program's policies declare."""
        return Policies.of(self.rules)

    def missing(self, kb: KnowledgeBase, goal: Body, most: int | None = None) -> FirstSets:
        """The smallest sets of undocumented facts that would make a goal true under these rules and a case's facts."""
        from explain.proof.missing import MOST_SETS, Repairs

        return Repairs(kb, self.vocabulary, self.places).first(goal, most or MOST_SETS)

    def opened(self, kb: KnowledgeBase, goal: Body, scope: Scope) -> Opened | GivenUp | None:
        """A goal laid out, with what questions ask for in a scope; what that was given up for, and None if the goal is settled."""
        from explain.proof.missing import Repairs

        return Repairs(kb, self.vocabulary, self.places).opened(goal, scope)

    def covers(self, case: Case) -> bool:
        """Whether a policy is about the drug that a case requests."""
        read = self.rules.names.read((Clause(case.request, TRUE),))
        drugs = (fact.head.args[1] for fact in read.facts)
        return any(self.policies.covering(drug) for drug in drugs if not isinstance(drug, Var))

    def standing(self, case: Case, *, closed_world: bool = False) -> Standing:
        """How a case stands: what its review says, without the proofs."""
        read = self.rules.names.read(case.facts, closed_world=closed_world)
        (meant,) = cases_of(read.facts)
        with KnowledgeBase(self.rules, read.facts, closed_world=read.closed_world, are_read=True) as kb:
            return policies.standing(kb, self.policies, meant, {each.pred for each in read.not_recognised})

    def review(
        self,
        case: Case,
        *,
        as_of: datetime.date | None = None,
        closed_world: bool = False,
        finds_missing: bool = True,
    ) -> Review:
        """The review of one case.

        `as_of` reviews it as if its request bore that date; `closed_world` takes every record to be complete; what is missing
        is searched for unless `finds_missing` is False. Raises `EndlessError` if the policy's rules do not come to an end on it.
        """
        dated = case if as_of is None else case.as_of(as_of)
        return _OneReview(self, dated, as_of is not None, closed_world, finds_missing).result()


@dataclass(slots=True)
class _OneReview:
    reviewer: Reviewer
    stated: Case
    has_other_date: bool
    closed_world: bool
    finds_missing: bool
    case: Case = field(init=False)
    """The case with the names that are meant."""
    not_recognised: tuple[NotRecognised, ...] = field(init=False)
    kb: KnowledgeBase = field(init=False)
    explainer: Explainer = field(init=False)
    records: CompleteRecords = field(init=False)

    def __post_init__(self) -> None:
        read = self.reviewer.rules.names.read(self.stated.facts, closed_world=self.closed_world)
        (self.case,) = cases_of(read.facts)
        self.not_recognised = read.not_recognised
        self.kb = KnowledgeBase(self.reviewer.rules, read.facts, closed_world=read.closed_world)
        self.records = CompleteRecords(self.kb, self.reviewer.book, self.case)

    def rows(self, name: str, *args: Const | None) -> list[Row]:
        """The certain rows of a predicate; None stands for any constant."""
        return policies.rows_of(self.kb, name, *args)

    def sentence_of(self, name: str, row: Row) -> str:
        """What a row of a predicate says."""
        return sentence(AtomF(Pred(name, len(row)), row), self.kb.declarations)

    def result(self) -> Review:
        case, kind = self.case, plain_text(self.case.request.args[2])
        covering = policies.about_request(self.kb, self.policies, case)
        policy, effective = policies.policy_in_force(self.kb, case) or (next(covering, None), None)
        self.explainer = Explainer(self.kb, self.reviewer.book, every=True).about(case.request)
        conflicts = tuple(self._conflicts())
        checks = tuple(self._checks())
        uncovered = tuple(self._uncovered())
        proof = self.explainer.atom(AtomF(MEETS_CRITERIA, (case.name,))) if effective else None
        determination = policies.determined(
            has_conflict=bool(conflicts) or any(each.severity is Severity.IMPOSSIBLE for each in checks),
            is_in_force=effective is not None,
            is_uncovered=bool(uncovered),
            not_recognised={each.pred for each in self.not_recognised},
            meets=proof.status if proof else Truth.UNKNOWN,
        )
        is_open = self.finds_missing and determination is Determination.MORE_INFORMATION_NEEDED
        missing = self._missing() if is_open and proof is not None and proof.status is Truth.UNKNOWN else None
        criteria = self.policies.criteria_for(policy, kind) if policy and effective else ()
        declared = next((each for each in self.kb.declarations.policies if each.name == policy), None)
        listed = tuple(map(self._criterion, criteria))
        if determination is Determination.MEETS_CRITERIA:
            _raise_for_unmet(listed, declared)
        quantity = self._quantity(policy)
        return Review(
            case=case.name,
            policy=policy,
            title=_text(declared.get("title")) if declared else None,
            approved=_date(declared.get("approved")) if declared else None,
            effective=effective,
            kind=kind,
            drug=readable(case.request.args[1]),
            date=case.date,
            determination=determination,
            criteria=listed,
            missing=missing.sets if missing else (),
            ways=missing.ways if missing else (),
            are_more=missing is not None and missing.are_more,
            search=missing.status if missing else None,
            unsearched=missing.limits if missing else (),
            unfound=tuple(searches.unfound(missing, self.kb.declarations, "meet_criteria")) if missing else (),
            particulars=tuple(self._particulars()),
            first_version=None if effective or policy is None else self._first_version(policy),
            has_criteria=policy is None or bool(self.policies.criteria_for(policy, kind)),
            authorization=self._authorization() if determination is Determination.MEETS_CRITERIA else None,
            quantity=quantity,
            quantity_text=None if quantity is None else self._quantity_text(),
            proof=proof,
            conflicts=conflicts,
            uncovered=uncovered,
            assumptions=tuple(self._assumptions(policy, effective, conflicts)),
            checks=checks,
            policy_hash=self.reviewer.policy_hash,
            facts_hash=program_hash(Program(self.stated.facts)),
            not_recognised=self.not_recognised,
            reviewed_on=self.reviewer.today,
            closed_world=self.closed_world,
            as_of=case.date if self.has_other_date else None,
        )

    def _first_version(self, policy: str) -> datetime.date | None:
        """The first day of a policy that begins after the request."""
        first = self.policies.first_version(policy)
        return first if first and first > self.case.date else None

    def _particulars(self) -> Iterator[Particular]:
        stated = {fact.head.pred: fact.head.args[1] for fact in self.case.facts if len(fact.head.args) > 1}
        for pred, title in self.reviewer.vocabulary.particulars.items():
            value = stated.get(pred)
            yield Particular(pred.name, title, None if isinstance(value, Var) else value)

    def _missing(self) -> FirstSets:
        """What is missing; the determination stands whatever becomes of the search."""
        from explain.proof.missing import GIVEN_UP

        try:
            return self.reviewer.missing(self.kb, AtomF(MEETS_CRITERIA, (self.case.name,)))
        except (EndlessError, RecursionError, MemoryError):
            return GIVEN_UP

    @property
    def policies(self) -> Policies:
        return self.reviewer.policies

    def _drugs(self) -> list[Const]:
        return [row[1] for row in self.rows(policies.REQUESTED_DRUG.name, self.case.name, None)]

    def _conflicts(self) -> Iterator[Conflict]:
        for atom, contrary in policies.conflicts(self.kb, self.case):
            yield Conflict(atom, self.explainer.atom(atom), self.explainer.atom(contrary))

    def _uncovered(self) -> Iterator[Node]:
        for row in self.rows(UNCOVERED_INDICATION.name, self.case.name, None):
            yield self.explainer.atom(AtomF(UNCOVERED_INDICATION, row))

    def _criterion(self, item: Item) -> Criterion:
        alternatives = tuple(map(self._criterion, item.alternatives))
        atom = AtomF(item.pred, (self.case.name,))
        node = self.explainer.atom(atom)
        applies = not policies.is_exempt(self.kb, self.case, item)
        return Criterion(
            item.id,
            Status.of(node.status) if applies else Status.NOT_APPLICABLE,
            "; ".join(self.kb.declarations.places(item.pred, others=self.explainer.others)),
            sentence(atom, self.kb.declarations),
            node if applies else self.explainer.atom(policies.exemption(self.case, item)),
            alternatives,
            tuple(map(self._item, self._items_of(item.pred))),
            item.pred.name,
            node.status,
            self.reviewer.book.below(item.pred),
        )

    def _items_of(self, pred: Pred) -> list[Pred]:
        rules = [rule.clause for rule in self.reviewer.book.rules(pred)]
        return policies.conjuncts_of(rules, self.kb.declarations, self.explainer.others)

    def _item(self, pred: Pred) -> Criterion:
        """One of the things that a criterion or an alternative asks for together."""
        atom = AtomF(pred, (self.case.name,))
        node = self.explainer.atom(atom)
        cite = "; ".join(self.kb.declarations.places(pred, others=self.explainer.others))
        items = tuple(map(self._item, self._items_of(pred)))
        text, status = sentence(atom, self.kb.declarations), Status.of(node.status)
        return Criterion(pred.name, status, cite, text, node, (), items, pred.name, node.status)

    # --- authorization and quantity ----------------------------------------------------------------------------

    def _limit(self) -> tuple[int, int] | None:
        """The limit for the request: an amount, and the days that it is for."""
        found = next(iter(self.rows("authorized_quantity", self.case.name, None, None)), None)
        return None if found is None else (policies.number_of(found[1]), policies.number_of(found[2]))

    def _authorization(self) -> Authorization | None:
        months = next(iter(self.rows("authorized_months", self.case.name, None)), None)
        end = add_months(self.case.date, policies.number_of(months[1])) if months else None
        until, limit = add_days(end, -1) if end else None, self._limit()
        if until is None:
            return None
        amount, days = limit or (None, None)
        any_limit = AtomF(policies.AUTHORIZED_QUANTITY, (self.case.name, Var("_1"), Var("_2")))
        is_open = limit is None and self.kb.answers(any_limit).truth is Truth.UNKNOWN
        return Authorization(self.case.date, until, amount, days, *self.policies.unit(self._drugs()), is_open)

    def _quantity(self, policy: str | None) -> Quantity | None:
        if policy is None or self._limit() is None:
            return None
        if self.rows("unlisted_strength", self.case.name, None):
            return Quantity.UNLISTED_STRENGTH
        if not self._holds("quantity_stated"):
            return Quantity.NOT_DOCUMENTED
        return Quantity.WITHIN_LIMIT if self._holds("quantity_within_limit") else Quantity.OVER_LIMIT

    def _holds(self, name: str) -> bool:
        return self.kb.truth(AtomF(Pred(name, 1), (self.case.name,))) is Truth.TRUE

    def _quantity_text(self) -> str:
        """What is stated of the quantity, and the limit."""
        return "; ".join(
            self.sentence_of(pred.name, row)
            for pred in self.policies.quantity_details
            for row in self.rows(pred.name, self.case.name, *(None,) * (pred.arity - 1))
        )

    # --- assumptions -------------------------------------------------------------------------------------------

    def _assumptions(
        self, policy: str | None, effective: datetime.date | None, conflicts: tuple[Conflict, ...]
    ) -> Iterator[str]:
        if self.has_other_date:
            yield say("as_of", self.case.date)
        if self.closed_world:
            yield say("closed_records")
        for row in self.rows(COMPLETE.name, self.case.name, None):
            yield say("complete_record", self.sentence_of(COMPLETE.name, row))
        for pred in self.records.preds:
            beside = ", ".join(spelled(each.name) for each in self.records.open_below(pred))
            if beside:
                yield say("complete_beside", self._is_complete(pred), beside)
        yield from self._derived()
        for row in self.rows("in_change_month", self.case.name, None):
            yield say("change_month", plain_text(row[1]))
        if policy and effective and self.rows("reconstructed_version", Atom(policy), Date(effective)):
            yield say("reconstructed", effective)
        if policy and effective:
            for reading in policies.readings(self.kb, self.case, policy):
                yield say("reading", sentence(reading, self.kb.declarations))
        for conflict in conflicts:
            yield say("conflicting", conflict.stands.text, conflict.denied.text)

    def _derived(self) -> Iterator[str]:
        stated = {(fact.head.pred, fact.head.args) for fact in self.case.facts}
        for pred in sorted(self.kb.declarations.abducible, key=str):
            for side in (pred, pred.opposite):
                for row in self._derived_rows(side):
                    if (side, row) not in stated:
                        node = self.explainer.atom(AtomF(side, row))
                        yield say("derived_fact", say("because", node.text, node.cite) if node.cite else node.text)

    def _derived_rows(self, pred: Pred) -> list[Row]:
        """The rows of a predicate about the case that may be concluded by rules, in standard order."""
        free = tuple(Var(f"_{index}") for index in range(1, pred.arity))
        found = self.kb.rows(pred, (self.case.name, *free)) if self.reviewer.book.rules(pred) else ()
        return in_standard_order(found)

    # --- what is to be checked -----------------------------------------------------------------------------------

    def _checks(self) -> Iterator[Check]:
        """What the rules for what is plausible conclude; then what complete records do not state and rules conclude, or could
        conclude."""
        for severity, atom in policies.findings(self.kb, self.policies, self.case):
            node = self.explainer.atom(atom)
            yield Check(severity, node.text, node)
        for pred in self.records.preds:
            for phrase, atoms in (
                ("complete_beyond", self.records.beyond(pred)),
                ("complete_against", self.records.against(pred)),
            ):
                for node in map(self.explainer.atom, atoms):
                    yield Check(Severity.LOOK, say(phrase, self._is_complete(pred), node.text), node)

    def _is_complete(self, pred: Pred) -> str:
        """The sentence that the record of a predicate is complete."""
        return self.sentence_of(COMPLETE.name, (self.case.name, Atom(pred.own_name)))


def _raise_for_unmet(criteria: tuple[Criterion, ...], declared: PolicyDecl | None) -> None:
    """Raises E215 for a criterion that is not met where the rules of a policy say that all are."""
    unmet = [each.id for each in criteria if each.status not in (Status.MET, Status.NOT_APPLICABLE)]
    if unmet:
        said = f"`{MEETS_CRITERIA}` holds of a case beside a criterion that is not met: {', '.join(unmet)}"
        instead = "load `library(policies)`, and list the criteria there: the rule is made of them"
        raise ProgramError([Diagnostic("E215", said, declared.span if declared else NOWHERE, (), instead)])


def _date(term: Const | None) -> datetime.date | None:
    return term.value if isinstance(term, Date) else None


def _text(term: Const | None) -> str | None:
    return plain_text(term) if isinstance(term, Atom | Str) else None
