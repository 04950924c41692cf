"""The proof checker on reviews: whether what a review says of a case follows, beside the explanations in it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias, TypeGuard

from msgspec import to_builtins
from msgspec.structs import replace

from explain.verify.evaluator import Budget, Evaluator
from explain.verify.explanations import Explanations
from explain.verify.missing import MissingChecker
from explain.verify.obligations import Context
from explain.verify.program import Rule, Rulebook, is_constant
from explain.verify.records import CompleteRecords
from explain.verify.steps import Fault, Step, StepReader, is_same, shown, stated_at
from explain.words.claims import Stands, said
from explain.words.phrases import place, say
from explain.words.sentences import sentence, spelled
from explain.words.values import constant, json_value
from kb.language.builtins import add_days, add_months
from kb.language.declarations import COMPLETE, MEETS_CRITERIA, REQUEST, Declarations
from kb.language.printer import program_hash, show_atom
from kb.language.program import Program
from kb.language.syntax import AtomF, Clause, Pred
from kb.language.terms import Atom, Const, Date, Int, Term, Var, in_standard_order, plain_text, row_key
from kb.language.traversal import conjuncts
from kb.language.truth import Truth
from kb.normalization import NotRecognised, Read

_Row: TypeAlias = tuple[Const, ...]

_STATUS = {Truth.TRUE: "met", Truth.FALSE: "not_met", Truth.UNKNOWN: "not_documented"}
_DETERMINATION = {
    Truth.TRUE: "meets_criteria", Truth.FALSE: "criteria_not_met", Truth.UNKNOWN: "more_information_needed",
}  # fmt: skip
_KEYS = frozenset(
    ("case", "policy", "policy_title", "policy_approved", "policy_effective", "kind", "date", "particulars", "determination",
     "criteria",
     "missing", "ways", "are_more", "missing_search", "not_recognised", "authorization", "quantity", "conflicts", "assumptions", "checks",
     "closed_world", "as_of", "reviewed_on",
     "hash", "proof")
)  # fmt: skip
_CRITERION = frozenset(("id", "status", "cite", "text", "alternatives", "items", "explanation"))
_CONFLICT = frozenset(("fact", "for", "against"))
UNITS = "units"
"""In what amounts are counted where no policy says it."""
_SEVERITIES = frozenset({"impossible", "look"})
_CHECK = frozenset(("severity", "text", "evidence", "explanation"))


def _not_recognised(each: NotRecognised) -> dict[str, object]:
    at = each.fact.span
    return {
        "name": each.name,
        "fact": show_atom(each.fact.head),
        "evidence": place(at.file, at.line or None, each.fact.source),
        "perhaps": list(each.perhaps),
    }


def is_review(data: object) -> TypeGuard[dict[str, object]]:
    """Whether JSON data is meant as a review rather than a node."""
    return isinstance(data, dict) and "criteria" in data


def may_be_stated(fact: Clause, book: Rulebook) -> bool:
    """Whether a case may state a fact under a program; what it may not is for another policy that stands beside."""
    pred, declared = fact.head.pred, book.declarations
    if pred == COMPLETE:
        return bool(declared.recorded(fact.head.args[1]))
    if pred == Pred("under", 2):
        return plain_text(fact.head.args[1]) in {each.name for each in declared.policies}
    heads = {Pred(plain_text(args[1]), 2) for args in book.stated.get(Pred("particular", 3), {})}
    return pred in (REQUEST, *heads) or declared.is_abducible(pred.positive)


class ReviewChecker:
    """Checks one review of a case over a program."""

    case: Const
    read: Read
    """Its facts as they are meant."""
    evaluator: Evaluator
    explanations: Explanations
    conflicts: list[tuple[AtomF, AtomF]]
    """What holds about the case and contradicts itself."""
    to_check: list[tuple[str, str, AtomF]]
    """What is to be checked before it is signed: how much each weighs, its text, and the atom that it is about."""

    def __init__(
        self, book: Rulebook, facts: tuple[Clause, ...], path: str, faults: list[Fault], budget: Budget
    ) -> None:
        self.book, self.facts, self.path, self.faults, self.budget = book, facts, path, faults, budget
        self.steps = StepReader(faults)

    def check(self, data: dict[str, object], closed_world: bool) -> int | None:
        """Adds a fault for everything in the review that does not follow; says up to which size all sets of missing facts
        were tried, None if nothing is missing."""
        if odd := sorted(_KEYS ^ data.keys()):
            self._fault("", f"a review has just the keys {', '.join(sorted(_KEYS))}; `{odd[0]}` is missing or unknown")
            return None
        is_closed = data["closed_world"]
        if not isinstance(is_closed, bool) or (closed_world and not is_closed):
            self._fault("closed_world", f"this is `{shown(is_closed)}`, and the world is read as closed here")
            return None
        own = self._own_facts(data)
        if own is None:
            return None
        self._same(data, "hash", {"policy": self.book.hash, "facts": program_hash(Program(own))})
        self.read = self.book.names.read(own, closed_world=is_closed)
        self.facts = self.read.facts
        self.evaluator = Evaluator(self.book, self.facts, self.read.closed_world, budget=self.budget)
        self._same(data, "not_recognised", list(map(_not_recognised, self.read.not_recognised)))
        request = next(fact.head for fact in self.facts if fact.head.pred == REQUEST)
        policy, effective = self._policy()
        kind, date = request.args[2:]
        assert not isinstance(kind, Var)
        self._same(data, "kind", plain_text(kind))
        self._same(data, "date", plain_text(date))
        self._same(data, "particulars", dict(self._particulars()))
        self._same(data, "policy", policy)
        self._same(data, "policy_effective", effective)
        self._same(data, "reviewed_on", str(self.book.today))
        self.explanations = Explanations(Context.of(self.evaluator, request))
        wanted = self._listed("criterion", Atom(policy), kind) if policy and effective else []
        self._criteria(data["criteria"], wanted, "criteria")
        complete_to = self._determination(data, effective)
        self._authorization(data, date)
        self._same(data, "quantity", self._quantity() if policy else None)
        self._envelope(data, policy, effective)
        return complete_to

    def _fault(self, place: str, message: str) -> None:
        path = f"{self.path}.{place}" if self.path and place else self.path or place
        self.faults.append(Fault(path, "", message))

    def _same(self, data: dict[str, object], key: str, expected: object, place: str = "") -> None:
        if not is_same(data[key], expected):
            self._fault(
                f"{place}.{key}".lstrip("."), f"this is `{shown(data[key])}`, where `{shown(expected)}` follows"
            )

    def _particulars(self) -> Iterator[tuple[str, object]]:
        """What the case states for the head of its report, by predicate."""
        for _, name, _ in self._rows("particular", None, None, None):
            pred = Pred(plain_text(name), 2)
            stated = (json_value(fact.head.args[1]) for fact in self.facts if fact.head.pred == pred)
            yield pred.name, next(stated, None)

    def _rows(self, name: str, *pattern: Const | None) -> list[tuple[Const, ...]]:
        return self._rows_of(Pred(name, len(pattern)), *pattern)

    def _rows_of(self, pred: Pred, *pattern: Const | None) -> list[tuple[Const, ...]]:
        return in_standard_order(filter(is_constant, self.evaluator.rows(pred, pattern, False)))

    def _own_facts(self, data: dict[str, object]) -> tuple[Clause, ...] | None:
        """The facts of the case that is reviewed, its request with the date of `as_of`."""
        requests = [fact for fact in self.facts if fact.head.pred == REQUEST and fact.is_fact]
        named = [fact for fact in requests if is_same(json_value(fact.head.args[0]), data["case"])]
        if not named:
            self._fault("case", f"the facts have no request of a case `{shown(data['case'])}`")
            return None
        case = named[0].head.args[0]
        assert not isinstance(case, Var)
        self.case = case
        own = tuple(fact for fact in self.facts if fact.head.args[:1] == (case,))
        if data["as_of"] is None:
            return own
        day = constant(data["as_of"])
        if not isinstance(day, Date):
            self._fault("as_of", f"`{shown(data['as_of'])}` is no date")
            return None
        return tuple(
            replace(fact, head=replace(fact.head, args=(*fact.head.args[:3], day))) if fact in named else fact
            for fact in own
        )

    def _policy(self) -> tuple[str | None, str | None]:
        in_force = self._rows("policy_in_force", self.case, None, None)
        if in_force:
            return plain_text(in_force[0][1]), plain_text(in_force[0][2])
        covering = [row[0] for drug in self._drugs() for row in self._rows("policy_covers", None, drug)]
        return (plain_text(covering[0]) if covering else None), None

    # --- what it says of itself ----------------------------------------------------------------------------------

    def _envelope(self, data: dict[str, object], policy: str | None, effective: str | None) -> None:
        """Checks the policy's title and date, and the assumptions."""
        declared = next((each for each in self.book.declarations.policies if each.name == policy), None)
        for key in ("title", "approved"):
            value = declared.get(key) if declared else None
            self._same(data, f"policy_{key}", None if value is None else plain_text(value))
        self._assumptions(data["assumptions"], list(self._assumed(data, policy, effective)))

    def _assumptions(self, data: object, expected: list[frozenset[str]]) -> None:
        """Checks that the assumptions are those that follow, in their order; of each, one of the lines that say it."""
        lines = data if isinstance(data, list) else []
        for index, (line, ways) in enumerate(zip(lines, expected, strict=False)):
            if not isinstance(line, str) or line not in ways:
                self._fault(f"assumptions[{index}]", f"this is `{shown(line)}`, where `{min(ways)}` follows")
        if len(lines) != len(expected) or not isinstance(data, list):
            self._fault("assumptions", f"there are {len(expected)} assumptions")

    def _assumed(self, data: dict[str, object], policy: str | None, effective: str | None) -> Iterator[frozenset[str]]:
        """The line of each assumption; several where it may go by one rule or another."""
        declared = self.book.declarations
        if data["as_of"] is not None:
            yield frozenset({say("as_of", data["as_of"])})
        if data["closed_world"]:
            yield frozenset({say("closed_records")})
        for row in self._rows(COMPLETE.name, self.case, None):
            yield frozenset({say("complete_record", sentence(AtomF(COMPLETE, row), declared))})
        records = CompleteRecords(self.evaluator, self.case)
        for pred in records.preds:
            beside = ", ".join(spelled(each.name) for each in records.open_below(pred))
            if beside:
                yield frozenset({say("complete_beside", self._is_complete(pred), beside)})
        stated = {(fact.head.pred, fact.head.args) for fact in self.facts}
        for pred in (side for each in self.book.open_preds for side in (each, each.opposite)):
            if rules := self.book.rules.get(pred):
                for row in self._rows_of(pred, self.case, *(None,) * (pred.arity - 1)):
                    if (pred, row) not in stated:
                        yield self._derived(AtomF(pred, row), rules)
        for row in self._rows("in_change_month", self.case, None):
            yield frozenset({say("change_month", plain_text(row[1]))})
        if policy and effective:
            version = Date(datetime.date.fromisoformat(effective))
            if self._rows("reconstructed_version", Atom(policy), version):
                yield frozenset({say("reconstructed", effective)})
            bears, same = (
                self._rows(name, self.case, Atom(policy), None) for name in ("reading_bears", "same_either_way")
            )
            for row in self._rows("reading", Atom(policy), None, None):
                if (self.case, *row[:2]) in bears and (self.case, *row[:2]) not in same:
                    yield frozenset({say("reading", sentence(AtomF(Pred("reading", 3), row), declared))})
        for both in self.conflicts:
            yield frozenset({say("conflicting", *(said(Stands(each, Truth.TRUE), declared) for each in both))})

    def _derived(self, atom: AtomF, rules: Iterable[Rule]) -> frozenset[str]:
        """The lines that say of an atom that it is derived, with where the policy has it."""
        declared, others = self.book.declarations, self.explanations.context.others
        text = said(Stands(atom, Truth.TRUE), declared)
        cites = {"; ".join(declared.places(atom.pred, rule.clause.span.file, others)) for rule in rules}
        return frozenset(say("derived_fact", say("because", text, cite) if cite else text) for cite in cites)

    # --- what is to be checked before it is signed -----------------------------------------------------------------

    def _checks(self, data: object) -> None:
        """Checks that what is to be checked is listed with its grounds: what the rules for it conclude, and what complete records
        do not state and rules conclude, or could conclude."""
        expected = self.to_check
        texts = [isinstance(each, dict) and each.get("text") for each in data] if isinstance(data, list) else None
        if not isinstance(data, list) or texts != [text for _, text, _ in expected]:
            self._fault("checks", f"what is to be checked is {'; '.join(text for _, text, _ in expected) or 'nothing'}")
            return
        for index, (each, (severity, _, atom)) in enumerate(zip(data, expected, strict=True)):
            place = f"checks[{index}]"
            if each.keys() != _CHECK:
                self._fault(place, f"a check has just the keys {', '.join(sorted(_CHECK))}")
                continue
            self._same(each, "severity", severity, place)
            step = self._node(each["explanation"], atom, f"{place}.explanation")
            if step is not None and not is_same(each["evidence"], [to_builtins(at) for at in stated_at(step)]):
                self._fault(f"{place}.evidence", "this is not where the case states what is explained")

    def _to_check(self) -> Iterator[tuple[str, str, AtomF]]:
        declared = self.book.declarations
        for severity, name in self._rows("check", None, None):
            if plain_text(severity) in _SEVERITIES and (pred := self.book.by_name.get(plain_text(name))) is not None:
                for row in self._rows_of(pred, self.case, *(None,) * (pred.arity - 1)):
                    yield plain_text(severity), said(Stands(AtomF(pred, row), Truth.TRUE), declared), AtomF(pred, row)
        records = CompleteRecords(self.evaluator, self.case)
        for pred in records.preds:
            for phrase, atoms in (
                ("complete_beyond", records.beyond(pred)),
                ("complete_against", records.against(pred)),
            ):
                for atom in atoms:
                    text = said(Stands(atom, Truth.TRUE), self.book.declarations)
                    yield "look", say(phrase, self._is_complete(pred), text), atom

    def _is_complete(self, pred: Pred) -> str:
        """The sentence that the record of a predicate is complete."""
        return sentence(AtomF(COMPLETE, (self.case, Atom(pred.own_name))), self.book.declarations)

    # --- criteria ------------------------------------------------------------------------------------------------

    def _listed(self, relation: str, *of: Const) -> list[tuple[Const, ...]]:
        """The rows that list the criteria of a policy for a kind of request, or the alternatives of one, in their order:
        each ends with its place, name and predicate."""
        return sorted(self._rows(relation, *of, None, None, None), key=lambda row: row_key(row[-3:-2]))

    def _criteria(self, data: object, wanted: Sequence[tuple[Const, ...]], place: str) -> None:
        ids = [isinstance(each, dict) and each.get("id") for each in data] if isinstance(data, list) else None
        if not isinstance(data, list) or ids != [plain_text(row[-2]) for row in wanted]:
            self._fault(place, "the criteria are not those of the policy, in their order")
            return
        for index, (each, (*of, _, name, pred)) in enumerate(zip(data, wanted, strict=True)):
            if each.keys() != _CRITERION:
                self._fault(f"{place}[{index}]", f"a criterion has just the keys {', '.join(sorted(_CRITERION))}")
                continue
            parts = self._listed("alternative", *of, name)
            self._criteria(each["alternatives"], parts, f"{place}[{index}].alternatives")
            decided = Pred(plain_text(pred), 1)
            self._items(each["items"], decided, f"{place}[{index}].items")
            self._criterion(each, name, AtomF(decided, (self.case,)), f"{place}[{index}]")

    def _items(self, data: object, of: Pred, place: str) -> None:
        """Checks what is asked for together, for which a policy has places of its own."""
        wanted = list(self._asked_together(of))
        ids = [isinstance(each, dict) and each.get("id") for each in data] if isinstance(data, list) else None
        if not isinstance(data, list) or ids != [pred.name for pred in wanted]:
            self._fault(place, "the items are not what is asked for together, in its order")
            return
        for index, (each, pred) in enumerate(zip(data, wanted, strict=True)):
            if each.keys() != _CRITERION or each["alternatives"] != []:
                self._fault(
                    f"{place}[{index}]",
                    f"an item has just the keys {', '.join(sorted(_CRITERION))}, and no alternatives",
                )
                continue
            self._items(each["items"], pred, f"{place}[{index}].items")
            self._criterion(each, None, AtomF(pred, (self.case,)), f"{place}[{index}]")

    def _asked_together(self, pred: Pred) -> Iterator[Pred]:
        """The predicates of the case that are cited from elsewhere, in the only rule for a predicate if that has several goals."""
        rules, others = self.book.rules.get(pred, []), self.explanations.context.others
        own = frozenset(self.book.declarations.places(pred, others=others))
        goals = conjuncts(rules[0].clause.body) if len(rules) == 1 else ()
        for each in goals if len(goals) > 1 else ():
            if not isinstance(each, AtomF) or each.args != rules[0].head.args:
                continue
            if not own.issuperset(self.book.declarations.places(each.pred, others=others)):
                yield each.pred

    def _criterion(self, data: dict[str, object], name: Const | None, atom: AtomF, place: str) -> None:
        """Checks a criterion or an alternative by its name, or an item, which has none."""
        declared: Declarations = self.book.declarations
        exempt = AtomF(Pred("not_applicable", 2), (self.case, *(() if name is None else (name,))))
        is_exempt = name is not None and self.evaluator.atom(exempt.pred, (self.case, name)) is Truth.TRUE
        status = "not_applicable" if is_exempt else _STATUS[self.evaluator.atom(atom.pred, (self.case,))]
        self._same(data, "status", status, place)
        cite = "; ".join(declared.places(atom.pred, others=self.explanations.context.others))
        self._same(data, "cite", cite, place)
        self._same(data, "text", sentence(atom, declared), place)
        self._node(data["explanation"], exempt if is_exempt else atom, f"{place}.explanation")

    def _node(self, data: object, atom: AtomF, place: str) -> Step | None:
        """Checks the explanation of an atom, and gives it."""
        step = self.steps.read(data, f"{self.path}.{place}".lstrip("."))
        if step is not None:
            self.faults += self.explanations.faults(step, atom)
        return step

    # --- the whole -----------------------------------------------------------------------------------------------

    def _determination(self, data: dict[str, object], effective: str | None) -> int | None:
        conflicts = self.conflicts = list(self._conflicts())
        self.to_check = list(self._to_check())
        self._check_conflicts(
            data["conflicts"], conflicts
        )  # their steps stand before those of the checks and of the proof
        self._checks(data["checks"])
        goal = AtomF(MEETS_CRITERIA, (self.case,))
        truth = self.evaluator.atom(MEETS_CRITERIA, (self.case,))
        if effective is None:
            self._same(data, "proof", None)
        else:
            self._node(data["proof"], goal, "proof")
        if conflicts or any(severity == "impossible" for severity, _, _ in self.to_check):
            determination = "conflicting_evidence"
        elif effective is None and REQUEST in {each.pred for each in self.read.not_recognised}:
            determination = "more_information_needed"
        elif effective is None:
            determination = "no_policy_in_force"
        elif self._rows("uncovered_indication", self.case, None):
            determination = "investigational"
        elif truth is Truth.FALSE and Pred("indication", 2) in {each.pred for each in self.read.not_recognised}:
            determination = "more_information_needed"
        else:
            determination = _DETERMINATION[truth]
        self._same(data, "determination", determination)
        statuses = (
            [each.get("status") for each in data["criteria"] if isinstance(each, dict)]
            if isinstance(data["criteria"], list)
            else []
        )
        if determination == "meets_criteria" and any(each not in ("met", "not_applicable") for each in statuses):
            self._fault("criteria", "all criteria are said to be met, and one of them is not")
        if determination == "more_information_needed" and effective is not None and truth is Truth.UNKNOWN:
            missing = MissingChecker(
                self.book,
                self.facts,
                self.read.closed_world,
                goal,
                self.path,
                self.faults,
                self.budget,
                case=self.case,
            )
            return missing.check(data["missing"], data["ways"], data["are_more"], data["missing_search"])
        self._same(data, "missing", [])
        self._same(data, "ways", [])
        self._same(data, "are_more", False)
        self._same(data, "missing_search", None)
        return None

    def _conflicts(self) -> Iterator[tuple[AtomF, AtomF]]:
        """What holds about the case and contradicts itself: with its strong negation, or another value for its key."""
        declared = self.book.declarations
        for pred in self.book.open_preds:
            for row in self._about(pred.opposite) if pred.arity else ():
                if self.evaluator.atom(pred, row) is Truth.TRUE:
                    yield AtomF(pred, row), AtomF(pred.opposite, row)
        for pred in self.book.with_keys:
            first: dict[_Row, _Row] = {}
            for row in self._about(pred):
                key = tuple(arg for arg, is_key in zip(row, declared.functional[pred].keys, strict=True) if is_key)
                if first.setdefault(key, row) != row:
                    yield AtomF(pred, first[key]), AtomF(pred, row)

    def _about(self, pred: Pred) -> list[_Row]:
        """The rows of a predicate that hold of the case."""
        found = self.evaluator.rows(pred, (self.case, *(None,) * (pred.arity - 1)), False)
        return sorted(filter(is_constant, found), key=lambda row: list(map(plain_text, row)))

    def _check_conflicts(self, data: object, expected: list[tuple[AtomF, AtomF]]) -> None:
        given = [each if isinstance(each, dict) else {} for each in data] if isinstance(data, list) else None
        facts = [show_atom(atom) for atom, _ in expected]
        if given is None or not is_same([each.get("fact") for each in given], facts):
            self._fault("conflicts", f"the conflicts in this case are {', '.join(facts) or 'none'}")
            return
        for index, (each, (atom, contrary)) in enumerate(zip(given, expected, strict=True)):
            if each.keys() != _CONFLICT:
                self._fault(f"conflicts[{index}]", f"a conflict has just the keys {', '.join(sorted(_CONFLICT))}")
                continue
            self._node(each["for"], atom, f"conflicts[{index}].for")
            self._node(each["against"], contrary, f"conflicts[{index}].against")

    def _authorization(self, data: dict[str, object], date: Term) -> None:
        expected = None
        if data["determination"] == "meets_criteria" and isinstance(date, Date):
            expected = next(self._authorizations(date.value), None)
        self._same(data, "authorization", expected)

    def _authorizations(self, begin: datetime.date) -> Iterator[dict[str, object]]:
        """What approval allows: the period, and the amount under the name of its unit."""
        unit = next((row[-1] for drug in self._drugs() for row in self._rows("quantity_unit", drug, None, None)), None)
        limits = next(iter(self._rows("authorized_quantity", self.case, None, None)), None)
        amount, days = (_number(each) for each in limits[1:]) if limits else (None, None)
        for _, months in self._rows("authorized_months", self.case, None):
            end = add_months(begin, _number(months))
            until = add_days(end, -1) if end else None
            if until:
                named = UNITS if unit is None else plain_text(unit)
                yield {"from": str(begin), "until": str(until), named: amount, "days": days}

    def _drugs(self) -> list[Const]:
        return [drug for _, drug in self._rows("requested_drug", self.case, None)]

    def _quantity(self) -> str | None:
        if not self._rows("authorized_quantity", self.case, None, None):
            return None
        if self._rows("unlisted_strength", self.case, None):
            return "unlisted_strength"
        if not self._rows("quantity_stated", self.case):
            return "not_documented"
        return "within_limit" if self._rows("quantity_within_limit", self.case) else "over_limit"


def _number(term: Const) -> int:
    """The number that a limit is; 0 for what is none."""
    return term.value if isinstance(term, Int) else 0
