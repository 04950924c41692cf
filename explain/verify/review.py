"""The proof checker on reviews: whether what a review says of a case follows, beside the explanations in it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeGuard

from explain.verify.evaluator import Evaluator
from explain.verify.explanations import Explanations
from explain.verify.missing import MissingChecker
from explain.verify.obligations import Context
from explain.verify.program import Rulebook, is_constant
from explain.verify.steps import Fault, read_step
from explain.words.sentences import sentence
from kb.language.builtins import add_days, add_months
from kb.language.declarations import COMPLETE, MEETS_CRITERIA, REQUEST, Declarations
from kb.language.printer import program_hash, show_atom
from kb.language.syntax import AtomF, Clause, Pred, Program
from kb.language.terms import Atom, Const, Date, Int, Term, Var, in_standard_order, plain_text, row_key
from kb.language.truth import Truth

_STATUS = {Truth.TRUE: "met", Truth.FALSE: "not_met", Truth.UNKNOWN: "not_documented"}
_DETERMINATION = {
    Truth.TRUE: "meets_criteria", Truth.FALSE: "criteria_not_met", Truth.UNKNOWN: "more_information_needed",
}  # fmt: skip
_KEYS = ("case", "policy", "policy_effective", "kind", "date", "determination", "criteria", "missing", "missing_search", "authorization",
         "ways", "quantity", "conflicts", "closed_world", "as_of", "proof", "hash", "assumptions", "policy_title",
         "policy_approved")  # fmt: skip


def is_review(data: object) -> TypeGuard[dict[str, object]]:
    """Whether JSON data is meant as a review rather than a node."""
    return isinstance(data, dict) and "determination" in data and "kind" in data and "goal" not in data


@dataclass(slots=True)
class ReviewChecker:
    """Checks one review of a case over a program."""

    book: Rulebook
    facts: tuple[Clause, ...]
    path: str
    faults: list[Fault]
    case: Const = field(init=False)
    evaluator: Evaluator = field(init=False)
    explanations: Explanations = field(init=False)

    def check(self, data: dict[str, object], closed_world: bool) -> int | None:
        """Adds a fault for everything in the review that does not follow; says up to which size all sets of missing facts
        were tried, None if nothing is missing."""
        lacking = [key for key in _KEYS if key not in data]
        if lacking or not isinstance(data["closed_world"], bool):
            self._fault("", f"a review has the key `{lacking[0] if lacking else 'closed_world'}`")
            return None
        own = self._own_facts(data)
        if own is None:
            return None
        self.facts = own
        self.evaluator = Evaluator(self.book, own, closed_world or data["closed_world"])
        request = next(fact.head.args for fact in own if fact.head.pred == REQUEST)
        policy, effective = self._policy()
        kind, date = request[2], request[3]
        assert not isinstance(kind, Var)
        self._same(data, "kind", plain_text(kind))
        self._same(data, "date", plain_text(date))
        self._same(data, "policy", policy)
        self._same(data, "policy_effective", effective)
        sections = self._rows("kind_section", Atom(policy), kind, None) if policy else []
        section = plain_text(sections[0][2]) if sections else None
        self.explanations = Explanations(Context(self.evaluator, section))
        wanted = self._listed("criterion", Atom(policy), kind) if policy and effective else []
        self._criteria(data["criteria"], wanted, "criteria")
        complete_to = self._determination(data, effective)
        self._authorization(data, kind, date)
        self._same(data, "quantity", self._quantity() if policy else None)
        self._envelope(data, policy, effective)
        return complete_to

    def _fault(self, place: str, message: str) -> None:
        path = f"{self.path}.{place}" if self.path and place else self.path or place
        self.faults.append(Fault(path, "", message))

    def _same(self, data: dict[str, object], key: str, expected: object, place: str = "") -> None:
        if data.get(key) != expected or type(data.get(key)) is not type(expected):
            self._fault(f"{place}.{key}".lstrip("."), f"this is `{data.get(key)}`, where `{expected}` follows")

    def _rows(self, name: str, *pattern: Const | None) -> list[tuple[Const, ...]]:
        return in_standard_order(filter(is_constant, self.evaluator.rows(Pred(name, len(pattern)), pattern, False)))

    def _own_facts(self, data: dict[str, object]) -> tuple[Clause, ...] | None:
        """The facts of the case that is reviewed, its request with the date of `as_of`."""
        requests = [fact for fact in self.facts if fact.head.pred == REQUEST and fact.is_fact]
        named = [fact for fact in requests if plain_text(fact.head.args[0]) == data["case"]]
        if len({fact.head.args[0] for fact in named}) != 1:
            self._fault("case", f"the facts have no request of a case `{data['case']}`")
            return None
        case = named[0].head.args[0]
        assert not isinstance(case, Var)
        self.case = case
        own = tuple(fact for fact in self.facts if fact.head.args[:1] == (case,))
        if data["as_of"] is None:
            return own
        try:
            day = Date(datetime.date.fromisoformat(str(data["as_of"])))
        except ValueError:
            self._fault("as_of", f"`{data['as_of']}` is no date")
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
        """Checks the hashes, the policy's title and date, and the assumptions."""
        hashes = {"policy": self.book.hash, "facts": program_hash(Program(self.facts))}
        said = data["hash"] if isinstance(data["hash"], dict) else {}
        for key in hashes:
            if said.get(key) != hashes[key]:
                self._fault(f"hash.{key}", f"the {key} read here are others: their hash is `{hashes[key]}`")
        if said.keys() != hashes.keys():
            self._fault("hash", "it has the hashes `policy` and `facts`")
        declared = next((each for each in self.book.declarations.policies if each.name == policy), None)
        for key in ("title", "approved"):
            value = declared.get(key) if declared else None
            self._same(data, f"policy_{key}", None if value is None else plain_text(value))
        self._assumptions(data["assumptions"], list(self._assumed(data, policy, effective)))

    def _assumptions(self, data: object, expected: list[tuple[str, str]]) -> None:
        """Checks that each assumption is listed, once, under its name and with what it is about, and no other is."""
        left = [each for each in data if isinstance(each, str)] if isinstance(data, list) else []
        for name, about in expected:
            line = next((each for each in left if each.startswith(f"{name}: ") and about in each), None)
            if line is None:
                self._fault("assumptions", f"there is no line `{name}: ...` about `{about}`")
            else:
                left.remove(line)
        if left or not isinstance(data, list) or len(data) != len(expected):
            self._fault("assumptions", f"this does not follow: `{left[0] if left else data}`")

    def _assumed(self, data: dict[str, object], policy: str | None, effective: str | None) -> Iterator[tuple[str, str]]:
        """The name of each assumption and what it is about."""
        declared = self.book.declarations
        if data["as_of"] is not None:
            yield "as of", str(data["date"])
        if self.evaluator.closed_world:
            yield "closed world", ""
        for row in self._rows("complete", self.case, None):
            yield "complete record", sentence(AtomF(COMPLETE, row), declared)
        stated = {(fact.head.pred, fact.head.args) for fact in self.facts}
        for pred in sorted(declared.abducible, key=str):
            if self.book.rules.get(pred):
                for row in self._rows(pred.name, self.case, *(None,) * (pred.arity - 1)):
                    if (pred, row) not in stated:
                        yield "derived", sentence(AtomF(pred, row), declared)
        for row in self._rows("in_change_month", self.case, None):
            yield "change month", plain_text(row[1])
        if policy and effective:
            version = Date(datetime.date.fromisoformat(effective))
            if self._rows("reconstructed_version", Atom(policy), version):
                yield "reconstructed version", effective
        for atom in self._conflicts():
            yield "conflict", sentence(atom, declared)

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
            self._criterion(each, name, AtomF(Pred(plain_text(pred), 1), (self.case,)), f"{place}[{index}]")
            parts = self._listed("alternative", *of, name)
            self._criteria(each.get("alternatives"), parts, f"{place}[{index}].alternatives")

    def _criterion(self, data: dict[str, object], name: Const, atom: AtomF, place: str) -> None:
        declared: Declarations = self.book.declarations
        exempt = AtomF(Pred("not_applicable", 2), (self.case, name))
        is_exempt = self.evaluator.atom(exempt.pred, (self.case, name)) is Truth.TRUE
        status = "not_applicable" if is_exempt else _STATUS[self.evaluator.atom(atom.pred, (self.case,))]
        self._same(data, "status", status, place)
        self._same(
            data, "cite", "; ".join(declared.places(atom.pred, section=self.explanations.context.section)), place
        )
        self._same(data, "text", sentence(atom, declared), place)
        self._node(data.get("explanation"), exempt if is_exempt else atom, f"{place}.explanation")

    def _node(self, data: object, atom: AtomF, place: str) -> None:
        step = read_step(data, f"{self.path}.{place}".lstrip("."), self.faults)
        if step is not None:
            self.faults += self.explanations.faults(step, atom)

    # --- the whole -----------------------------------------------------------------------------------------------

    def _determination(self, data: dict[str, object], effective: str | None) -> int | None:
        conflicts = list(self._conflicts())
        self._check_conflicts(data["conflicts"], conflicts)
        goal = AtomF(MEETS_CRITERIA, (self.case,))
        truth = self.evaluator.atom(MEETS_CRITERIA, (self.case,))
        if effective is None:
            self._same(data, "proof", None)
        else:
            self._node(data["proof"], goal, "proof")
        if conflicts:
            determination = "conflicting_evidence"
        elif effective is None:
            determination = "no_policy_in_force"
        elif self._rows("uncovered_indication", self.case, None):
            determination = "investigational"
        else:
            determination = _DETERMINATION[truth]
        self._same(data, "determination", determination)
        if determination == "more_information_needed":
            missing = MissingChecker(
                self.book, self.facts, self.evaluator.closed_world, goal, self.path, self.faults, case=self.case
            )
            return missing.check(data["missing"], data["ways"], data["missing_search"])
        self._same(data, "missing", [])
        self._same(data, "ways", [])
        self._same(data, "missing_search", None)
        return None

    def _conflicts(self) -> Iterator[AtomF]:
        for pred in sorted(self.book.declarations.abducible, key=str):
            if pred.arity:
                denied = self.evaluator.rows(pred.opposite, (self.case, *(None,) * (pred.arity - 1)), False)
                for row in denied:
                    if self.evaluator.atom(pred, row) is Truth.TRUE:
                        yield AtomF(pred, row)  # type: ignore[arg-type] # constants

    def _check_conflicts(self, data: object, expected: list[AtomF]) -> None:
        by_text = {show_atom(atom): atom for atom in expected}
        said = (
            [each.get("fact") if isinstance(each, dict) else None for each in data] if isinstance(data, list) else None
        )
        if said is None or sorted(map(str, said)) != sorted(by_text):
            self._fault("conflicts", f"the conflicts in this case are {', '.join(by_text) or 'none'}")
            return
        for index, each in enumerate(data):  # type: ignore[arg-type, var-annotated] # a list
            atom = by_text[each["fact"]]
            self._node(each.get("for"), atom, f"conflicts[{index}].for")
            self._node(each.get("against"), replace(atom, pred=atom.pred.opposite), f"conflicts[{index}].against")

    def _authorization(self, data: dict[str, object], kind: Const, date: Term) -> None:
        expected = None
        if data["determination"] == "meets_criteria" and isinstance(date, Date):
            expected = next(self._authorizations(kind, date.value), None)
        self._same(data, "authorization", expected)

    def _authorizations(self, kind: Const, begin: datetime.date) -> Iterator[dict[str, object]]:
        for drug in self._drugs():
            for _, *limits in self._rows("quantity_limit", drug, None, None):
                for *_, months in self._rows("approval_duration", drug, kind, None):
                    end = add_months(begin, months.value) if isinstance(months, Int) else None
                    until = add_days(end, -1) if end else None
                    if until:
                        tablets, days = (each.value if isinstance(each, Int) else 0 for each in limits)
                        yield {"from": str(begin), "until": str(until), "tablets": tablets, "days": days}

    def _drugs(self) -> list[Const]:
        return [drug for _, drug in self._rows("requested_drug", self.case, None)]

    def _quantity(self) -> str | None:
        if not any(self._rows("quantity_limit", drug, None, None) for drug in self._drugs()):
            return None
        if self._rows("unlisted_tablet", self.case, None):
            return "unlisted_strength"
        if not self._rows("tablet", self.case, None) or not self._rows("quantity", self.case, None, None):
            return "not_documented"
        return "within_limit" if self._rows("quantity_within_limit", self.case) else "over_limit"
