"""What a policy declares, and the words for how a case stands under it: read here once, for review, interview and batch.

A policy says what it requires through a few predicates that do not depend on cases: `criterion/5`, `alternative/6`,
`policy_covers/2`, `policy_version/2`, `kind_section/3`, `quantity_limit/3`, `quantity_unit/3`, `approval_duration/3`, `reading/3`,
`check/2`. Of a case its
rules conclude `policy_in_force/3`, `uncovered_indication/2`, `not_applicable/2`, `authorized_months/2`, `authorized_quantity/3`,
`reading_bears/3`, `same_either_way/3` and `meets_criteria/1`. kb/library/policies.pl declares them all.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct

from engine.cases import Case
from engine.knowledge import KnowledgeBase, Rules, is_ground
from kb.language.declarations import MEETS_CRITERIA, REQUEST, Declarations
from kb.language.sections import KIND_SECTION, sections_beside
from kb.language.syntax import AtomF, Clause, Pred
from kb.language.terms import Atom, Const, Date, Int, Var, order_key, plain_text
from kb.language.traversal import conjuncts
from kb.language.truth import Truth

POLICY_IN_FORCE = Pred("policy_in_force", 3)
UNCOVERED_INDICATION = Pred("uncovered_indication", 2)
INDICATION = Pred("indication", 2)
REQUESTED_DRUG = Pred("requested_drug", 2)
NOT_APPLICABLE = Pred("not_applicable", 2)
READING = Pred("reading", 3)
READING_BEARS = Pred("reading_bears", 3)
SAME_EITHER_WAY = Pred("same_either_way", 3)
AUTHORIZED_MONTHS = Pred("authorized_months", 2)
AUTHORIZED_QUANTITY = Pred("authorized_quantity", 3)
QUANTITY_UNIT = Pred("quantity_unit", 3)

CHECK = Pred("check", 2)
"""`check(Severity, Predicate)`: what a predicate concludes of a case is impossible, or is to be looked at."""

POLICY_CHECK = Pred("policy_check", 1)
"""`policy_check(Predicate)`: each row of a predicate shows that what a policy states contradicts itself."""

DECLARING = frozenset(
    {
        *(
            Pred("criterion", 5),
            Pred("alternative", 6),
            Pred("policy_covers", 2),
            Pred("policy_version", 2),
            KIND_SECTION,
        ),
        *(Pred(name, width) for name in ("quantity_limit", "approval_duration") for width in (3, 4)),
        *(QUANTITY_UNIT, Pred("quantity_detail", 2), CHECK, POLICY_CHECK),
    }
)
"""The predicates by which a policy is declared: what `Policies` reads."""

Row = tuple[Const, ...]

UNIT = ("unit", "units")
"""In what amounts are counted where no policy says it."""


class Determination(StrEnum):
    """What a review says of a case as a whole."""

    MEETS_CRITERIA = "meets_criteria"
    CRITERIA_NOT_MET = "criteria_not_met"
    MORE_INFORMATION_NEEDED = "more_information_needed"
    INVESTIGATIONAL = "investigational"
    CONFLICTING_EVIDENCE = "conflicting_evidence"
    NO_POLICY_IN_FORCE = "no_policy_in_force"

    @classmethod
    def by_criteria(cls, meets: Truth) -> Determination:
        """The determination where nothing but the criteria decides."""
        match meets:
            case Truth.TRUE:
                return cls.MEETS_CRITERIA
            case Truth.FALSE:
                return cls.CRITERIA_NOT_MET
            case Truth.UNKNOWN:
                return cls.MORE_INFORMATION_NEEDED

    @property
    def is_by_criteria(self) -> bool:
        """Whether the criteria decided, not a conflict, the date or the indication."""
        return self in {self.by_criteria(truth) for truth in Truth}


class Status(StrEnum):
    """How a criterion or an alternative stands."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_DOCUMENTED = "not_documented"
    NOT_APPLICABLE = "not_applicable"

    @classmethod
    def of(cls, truth: Truth) -> Status:
        """The status of what has a truth value and applies."""
        match truth:
            case Truth.TRUE:
                return cls.MET
            case Truth.FALSE:
                return cls.NOT_MET
            case Truth.UNKNOWN:
                return cls.NOT_DOCUMENTED


class Severity(StrEnum):
    """How much what is to be checked before a report is signed weighs."""

    IMPOSSIBLE = "impossible"
    """It cannot be: evidence that conflicts with itself."""
    LOOK = "look"
    """It changes nothing."""


class Quantity(StrEnum):
    """How a requested quantity stands beside the limit."""

    WITHIN_LIMIT = "within_limit"
    OVER_LIMIT = "over_limit"
    UNLISTED_STRENGTH = "unlisted_strength"
    NOT_DOCUMENTED = "not_documented"


def determined(
    *, has_conflict: bool, is_in_force: bool, is_uncovered: bool, meets: Truth, not_recognised: Set[Pred] = frozenset()
) -> Determination:
    """The determination: the first of conflict, no policy in force and uncovered indication that there is, else what the
    truth of `meets_criteria` says. Of the predicates with a name that is not recognised, which policy covers a requested drug is not
    known, nor is whether it covers an indication."""
    if has_conflict:
        return Determination.CONFLICTING_EVIDENCE
    if not is_in_force:
        is_known = REQUEST not in not_recognised
        return Determination.NO_POLICY_IN_FORCE if is_known else Determination.MORE_INFORMATION_NEEDED
    if is_uncovered:
        return Determination.INVESTIGATIONAL
    is_in_doubt = meets is Truth.FALSE and INDICATION in not_recognised
    return Determination.by_criteria(Truth.UNKNOWN if is_in_doubt else meets)


class Item(Struct, frozen=True):
    """A criterion, or an alternative of one, that a policy has for one kind of request: `pred` decides it."""

    policy: str
    kind: str
    id: str
    pred: Pred
    criterion: str | None = None
    """The criterion that it is an alternative of."""
    alternatives: tuple[Item, ...] = ()


class Policies(Struct, frozen=True):
    """What the policies of a program declare; rows as the predicates have them, in standard order."""

    criteria: tuple[Item, ...]
    """The criteria of all policies, those of one policy and kind in their order, with their alternatives."""
    covers: tuple[Row, ...]
    """(policy, drug)"""
    versions: tuple[Row, ...]
    """(policy, first day)"""
    sections: tuple[Row, ...]
    """(policy, kind of request, section of the document)"""
    limits: tuple[Row, ...]
    """(amount, days), whatever they are for"""
    durations: tuple[Row, ...]
    """(months,), whatever they are for"""
    units: tuple[Row, ...]
    """(drug, one unit, several)"""
    quantity_details: tuple[Pred, ...]
    """What a report says of the quantity, in order."""
    checks: tuple[tuple[Severity, Pred], ...]
    """What is checked of every case, the severe first; the first argument of each predicate is the case."""
    policy_checks: tuple[Pred, ...]
    """What is checked of what a policy states: each row shows that it contradicts itself."""

    @classmethod
    @lru_cache(maxsize=4)
    def of(cls, rules: Rules) -> Policies:
        """What a program's rules declare; that of the last ones is kept. Raises the engine's `EndlessError` if its rules do
        not come to an end."""
        kb = KnowledgeBase(rules)
        concluded = {clause.head.pred for clause in rules.clauses}

        def rows(name: str, arity: int) -> tuple[Row, ...]:
            pred = Pred(name, arity)
            if pred in concluded or rules.declarations.is_abducible(pred):
                return tuple(rows_of(kb, name, *(None,) * arity))
            stated = (fact.head.args for fact in rules.facts.of(pred))  # nothing else makes it true
            return tuple(_in_order(dict.fromkeys(filter(is_ground, stated))))

        return cls(
            tuple(_criteria(rows("criterion", 5), rows("alternative", 6))),
            rows("policy_covers", 2),
            rows("policy_version", 2),
            rows(KIND_SECTION.name, KIND_SECTION.arity),
            tuple(dict.fromkeys(row[-2:] for width in (3, 4) for row in rows("quantity_limit", width))),
            tuple(dict.fromkeys(row[-1:] for width in (3, 4) for row in rows("approval_duration", width))),
            rows(QUANTITY_UNIT.name, QUANTITY_UNIT.arity),
            tuple(pred for _, pred in _named(rows("quantity_detail", 2), rules)),
            tuple(_checks(rows(CHECK.name, CHECK.arity), rules)),
            tuple(pred for _, pred in _named(rows(POLICY_CHECK.name, POLICY_CHECK.arity), rules)),
        )

    @property
    def items(self) -> tuple[Item, ...]:
        """The criteria, each followed by its alternatives."""
        return tuple(item for each in self.criteria for item in (each, *each.alternatives))

    def criteria_for(self, policy: str, kind: str) -> tuple[Item, ...]:
        """The criteria of one policy for one kind of request, in order."""
        return tuple(item for item in self.criteria if (item.policy, item.kind) == (policy, kind))

    def other_sections(self, kind: str) -> frozenset[str]:
        """The sections of policy documents that are about other kinds of request."""
        return sections_beside({Atom(kind)}, self.sections)

    def first_version(self, policy: str) -> datetime.date | None:
        """The first day of a policy's first version."""
        days = (row[1] for row in self.versions if plain_text(row[0]) == policy)
        return min((day.value for day in days if isinstance(day, Date)), default=None)

    def covering(self, drug: Const) -> tuple[str, ...]:
        """The policies that are about a drug."""
        return tuple(plain_text(row[0]) for row in self.covers if row[1] == drug)

    def unit(self, drugs: Collection[Const]) -> tuple[str, str]:
        """In what amounts of drugs are counted: one, and several."""
        found = (row for row in self.units if row[0] in drugs)
        return next(((plain_text(row[1]), plain_text(row[2])) for row in found), UNIT)


def _criteria(criteria: tuple[Row, ...], alternatives: tuple[Row, ...]) -> Iterator[Item]:
    for policy, kind, _, name, pred in sorted(criteria, key=lambda row: number_of(row[2])):
        of_kind, within = (plain_text(policy), plain_text(kind)), plain_text(name)
        own = sorted(
            (row for row in alternatives if row[:3] == (policy, kind, name)), key=lambda row: number_of(row[3])
        )
        inside = tuple(Item(*of_kind, plain_text(row[4]), Pred(plain_text(row[5]), 1), within) for row in own)
        yield Item(*of_kind, within, Pred(plain_text(pred), 1), alternatives=inside)


def _checks(rows: tuple[Row, ...], rules: Rules) -> Iterator[tuple[Severity, Pred]]:
    for row, pred in _named(rows, rules):
        if plain_text(row[0]) in set(Severity):
            yield Severity(plain_text(row[0])), pred


def _named(rows: tuple[Row, ...], rules: Rules) -> Iterator[tuple[Row, Pred]]:
    """Rows that end with the name of a declared predicate, each with that; of several of one name, that with the fewest arguments."""
    declared = sorted(rules.declarations.preds, key=str, reverse=True)
    known = {pred.name: pred for pred in declared if pred.arity and not pred.negative}
    for row in rows:
        if plain_text(row[-1]) in known:
            yield row, known[plain_text(row[-1])]


def conjuncts_of(rules: Sequence[Clause], declarations: Declarations, others: Collection[str]) -> list[Pred]:
    """What an item asks for together, in the order of its only rule: the predicates of the case that have a place of their own in
    the policy, but for the sections `others`. None for one with several rules, or of one goal."""
    if len(rules) != 1 or len(conjuncts(rules[0].body)) == 1:
        return []
    (rule,) = rules
    own = set(declarations.places(rule.head.pred, others=others))
    asked = [goal.pred for goal in conjuncts(rule.body) if isinstance(goal, AtomF) and goal.args == rule.head.args]
    return [pred for pred in asked if set(declarations.places(pred, others=others)) - own]


def number_of(term: Const) -> int:
    """The number that an argument of a declaring predicate is; 0 for what is none."""
    return term.value if isinstance(term, Int) else 0


def rows_of(kb: KnowledgeBase, name: str, *args: Const | None) -> list[Row]:
    """The certain rows of a predicate in standard order; None stands for any constant. A predicate that the program does
    not have has none."""
    pred = Pred(name, len(args))
    terms = tuple(Var(f"_{index}") if arg is None else arg for index, arg in enumerate(args))
    return _in_order(kb.rows(pred, terms))


def _in_order(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: [order_key(each) for each in row])


def policy_in_force(kb: KnowledgeBase, case: Case) -> tuple[str, datetime.date] | None:
    """The policy that a case is reviewed under, with the first day of the version in force."""
    found = rows_of(kb, POLICY_IN_FORCE.name, case.name, None, None)
    if not found or not isinstance(found[0][2], Date):
        return None
    return plain_text(found[0][1]), found[0][2].value


def about_request(kb: KnowledgeBase, declared: Policies, case: Case) -> Iterator[str]:
    """The policies that are about the drug that a case requests, whether or not they are in force."""
    for row in rows_of(kb, REQUESTED_DRUG.name, case.name, None):
        yield from declared.covering(row[1])


def is_exempt(kb: KnowledgeBase, case: Case, item: Item) -> bool:
    """Whether a criterion or alternative does not apply to a case."""
    return kb.truth(exemption(case, item)) is Truth.TRUE


def exemption(case: Case, item: Item) -> AtomF:
    """The atom that says that a criterion or alternative does not apply to a case."""
    return AtomF(NOT_APPLICABLE, (case.name, Atom(item.id)))


class Standing(Struct, frozen=True):
    """What a review would say of a case, without its proofs."""

    policy: str | None
    """The policy in force, or one that is about the drug."""
    determination: Determination
    statuses: Mapping[Item, Status]
    """How the criteria stand, each followed by its alternatives."""

    @property
    def open_items(self) -> list[Item]:
        """The criteria and alternatives that are neither met nor not met."""
        return [item for item, status in self.statuses.items() if status is Status.NOT_DOCUMENTED]


def standing(
    kb: KnowledgeBase,
    declared: Policies,
    case: Case,
    not_recognised: Set[Pred] = frozenset(),
    found: Iterable[tuple[Severity, AtomF]] | None = None,
) -> Standing:
    """How a case stands under what policies declare: of the predicates `not_recognised` it has a name that is not recognised; its
    `findings` where they are known already."""
    in_force, meets = policy_in_force(kb, case), AtomF(MEETS_CRITERIA, (case.name,))
    found = findings(kb, declared, case) if found is None else found
    is_impossible = any(severity is Severity.IMPOSSIBLE for severity, _ in found)
    determination = determined(
        has_conflict=next(conflicts(kb, case), None) is not None or is_impossible,
        is_in_force=in_force is not None,
        is_uncovered=bool(rows_of(kb, UNCOVERED_INDICATION.name, case.name, None)),
        not_recognised=not_recognised,
        meets=kb.truth(meets) if in_force else Truth.UNKNOWN,
    )
    criteria = declared.criteria_for(in_force[0], plain_text(case.request.args[2])) if in_force else ()
    items = (item for each in criteria for item in (each, *each.alternatives))
    policy = in_force[0] if in_force else next(about_request(kb, declared, case), None)
    return Standing(policy, determination, {item: _status(kb, case, item) for item in items})


def _status(kb: KnowledgeBase, case: Case, item: Item) -> Status:
    if is_exempt(kb, case, item):
        return Status.NOT_APPLICABLE
    return Status.of(kb.truth(AtomF(item.pred, (case.name,))))


def readings(kb: KnowledgeBase, case: Case, policy: str) -> Iterator[AtomF]:
    """The readings of a policy that are known to bear on a case, but for those whose other reading is known to come to the same."""
    bears, same = (rows_of(kb, pred.name, case.name, Atom(policy), None) for pred in (READING_BEARS, SAME_EITHER_WAY))
    for row in rows_of(kb, READING.name, Atom(policy), None, None):
        if (case.name, *row[:2]) in bears and (case.name, *row[:2]) not in same:
            yield AtomF(READING, row)


def conflicts(kb: KnowledgeBase, case: Case) -> Iterator[tuple[AtomF, AtomF]]:
    """Pairs of atoms about a case that hold and contradict each other, ordered by predicate and arguments: an open atom and
    its strong negation, then two values that a functional predicate has for one key, which rules conclude."""
    deniable = kb.rules.concluded.union(fact.head.pred for fact in case.facts)
    for pred in sorted(kb.declarations.abducible, key=str):
        if pred.arity and pred.opposite in deniable:
            for row in _about(kb, case, pred.opposite):
                if kb.truth(AtomF(pred, row)) is Truth.TRUE:
                    yield AtomF(pred, row), AtomF(pred.opposite, row)
    for pred in concluded_functions(kb.rules):
        first: dict[Row, Row] = {}
        for row in _about(kb, case, pred):
            key = tuple(arg for arg, is_key in zip(row, kb.declarations.functional[pred].keys, strict=True) if is_key)
            if first.setdefault(key, row) != row:
                yield AtomF(pred, first[key]), AtomF(pred, row)


def findings(kb: KnowledgeBase, declared: Policies, case: Case) -> Iterator[tuple[Severity, AtomF]]:
    """What the rules for what is plausible conclude of a case, the severe first."""
    for severity, pred in declared.checks:
        for row in rows_of(kb, pred.name, case.name, *(None,) * (pred.arity - 1)):
            yield severity, AtomF(pred, row)


def concluded_functions(rules: Rules) -> list[Pred]:
    """The functional predicates, keyed by their first argument and maybe others, that rules conclude: of these a second value
    is no fault of what is stated."""
    functional = rules.declarations.functional.items()
    return sorted((pred for pred, said in functional if said.keys[0] and pred in rules.concluded), key=str)


def _about(kb: KnowledgeBase, case: Case, pred: Pred) -> list[Row]:
    free = tuple(Var(f"_{index}") for index in range(pred.arity - 1))
    return sorted(set(kb.rows(pred, (case.name, *free))), key=lambda row: [plain_text(term) for term in row])
