"""What the solver can show about a policy: criteria that can never be met or never fail, rules and literals that make no difference,
alternatives that include others, overlap, or leave a gap, and rules that no determination depends on.

    decisions -> a search for cases (explain/authoring/smallest_cases.py) -> what no case shows, and what one does
    edits     -> compared with the policy as it is (explain/authoring/mutation.py) -> what makes no difference

A finding that says that something cannot be is only made where the search came to its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, permutations

from msgspec import Struct
from msgspec.structs import replace

from engine.bodies import RuleBook
from engine.knowledge import KnowledgeBase, Rules
from engine.policies import POLICY_IN_FORCE, UNCOVERED_INDICATION, Policies, rows_of
from engine.symbolic.limits import SearchStatus
from explain.authoring.case_space import CASE, Besides, CaseSpace, Decision, Outcome, decisions, in_force, true_of
from explain.authoring.edits import Operator
from explain.authoring.mutation import Fate, Mutant
from explain.authoring.smallest_cases import CaseSearch, Found, Wanted, reached
from explain.proof.why import Explainer
from explain.report.grounds import evidence as evidence_of
from kb.language.declarations import MEETS_CRITERIA
from kb.language.diagnostics import Diagnostic
from kb.language.policy_rules import ALTERNATIVE, CRITERION, REQUEST_UNDER
from kb.language.printer import show_atom
from kb.language.program import Program
from kb.language.syntax import NOWHERE, AtomF, CiteDecl, Not, Or, Pred, Span
from kb.language.terms import Const, Var, plain_text
from kb.language.traversal import walk
from kb.language.truth import Truth

ALTERNATIVE_CONDITION = Pred("alternative_condition", 3)
REQUESTED_FOR = Pred("requested_for", 2)
INDICATION = Pred("indication", 2)
NEVER = {Truth.TRUE: "met", Truth.FALSE: "not met", Truth.UNKNOWN: "not documented"}
"""What a decision is that has a truth value, in words."""


class Finding(Struct, frozen=True):
    """Something that is shown about a policy, with the smallest case that shows it, if it is one that does."""

    diagnostic: Diagnostic
    facts: tuple[AtomF, ...] = ()


@dataclass(frozen=True)
class Deep:
    """Looks at the policy of some rules, whose own clauses are those of some files."""

    rules: Rules
    program: Program
    own_files: frozenset[str]

    @cached_property
    def policies(self) -> Policies:
        """What the policy declares."""
        return Policies.of(self.rules)

    @cached_property
    def decisions(self) -> list[Decision]:
        """What it decides."""
        return decisions(self.policies, self.rules)

    def at_once(self) -> Iterator[Finding]:
        """What takes no search for cases."""
        yield from self.unread()
        yield from self.unasked()
        yield from self.strong_negations()
        yield from self.contradictions()

    def findings(self) -> list[Finding]:
        """What the searches for cases show. Raises `EndlessError` or `OutOfTimeError` if the rules take too long."""
        wanted = [each for asked in self._asked() for each in asked.wanted]
        if not wanted:
            return []
        search = self._search(wanted)
        return [found for asked in self._asked() for found in asked.findings(search)]

    def smallest(self, decision: Decision, truth: Truth) -> Found:
        """The smallest case in which a decision has a truth value. Raises `EndlessError` or `OutOfTimeError` if the rules take too
        long."""
        wanted = self._wanted(decision, truth)
        return self._search([wanted]).smallest(wanted)

    def _search(self, wanted: Sequence[Wanted]) -> CaseSearch:
        goals = [goal for each in wanted for goal in each.goals]
        drugs = dict.fromkeys(row[1] for row in self.policies.covers)
        return CaseSpace.of(self.rules, self.policies, goals, drugs).search(wanted)

    # --- what is asked -----------------------------------------------------------------------------------------------

    def _asked(self) -> Iterator[_Asked]:
        for decision in self.decisions:
            yield _CanBe(decision, self.place(decision), {truth: self._wanted(decision, truth) for truth in Truth})
        for several in self._alternatives():
            yield from (self._inclusion(one, other) for one, other in permutations(several, 2))
            yield from (self._overlap(one, other) for one, other in combinations(several, 2))
            if UNCOVERED_INDICATION in self.rules.declarations.preds:
                yield from filter(None, map(self._covered, several))
                yield from filter(None, map(self._beyond, several))
                yield from self._gaps(several)

    def _alternatives(self) -> list[list[Decision]]:
        """The alternatives of each criterion for each kind of request."""
        found: dict[tuple[str | None, str | None, tuple[str, ...]], list[Decision]] = {}
        for each in self.decisions:
            if each.criterion is not None:
                found.setdefault((each.policy, each.criterion, each.kinds), []).append(each)
        return list(found.values())

    def _wanted(self, decision: Decision, truth: Truth) -> Wanted:
        return self._outcome(decision).wanted(truth) & self._looked_at(decision)

    def _looked_at(self, decision: Decision) -> Wanted:
        is_known = REQUEST_UNDER in self.rules.declarations.preds
        return in_force(decision, REQUEST_UNDER) if is_known else Wanted(())

    def _outcome(self, decision: Decision) -> Outcome:
        if not decision.is_determination:
            return Outcome.of(decision.pred)
        besides = Besides.of(self.rules.declarations.preds, POLICY_IN_FORCE, UNCOVERED_INDICATION)
        return Outcome.of(decision.pred, besides)

    def _inclusion(self, one: Decision, other: Decision) -> _Inclusion:
        apart = self._wanted(one, Truth.TRUE) & Wanted((), (self._outcome(other).true,))
        return _Inclusion(one, other, self.place(one), apart, self._wanted(one, Truth.TRUE))

    def _overlap(self, one: Decision, other: Decision) -> _Overlap:
        both = self._wanted(one, Truth.TRUE) & self._wanted(other, Truth.TRUE)
        return _Overlap(one, other, self.place(other), both)

    def _covered(self, one: Decision) -> _Covered | None:
        """Whether an alternative can be met for an indication that the policy covers."""
        beyond = true_of(AtomF(UNCOVERED_INDICATION, (CASE, Var("Condition"))))
        met = self._wanted(one, Truth.TRUE)
        return _Covered(one, self.place(one), met, met & Wanted((), (Not(Not(beyond)),)))

    def _conditions(self, one: Decision) -> list[Const]:
        """The conditions that an alternative is listed to be for."""
        rows = (fact.head.args for fact in self.rules.facts if fact.head.pred == ALTERNATIVE_CONDITION)
        return [
            row[2]
            for row in rows
            if (plain_text(row[0]), plain_text(row[1])) == (one.policy, one.id) and not isinstance(row[2], Var)
        ]

    def _beyond(self, one: Decision) -> _Beyond | None:
        """Whether an alternative can be met for a condition that it is not listed to be for."""
        conditions = self._conditions(one)
        if not conditions:
            return None
        stated = true_of(AtomF(INDICATION, (CASE, Var("Condition"))))
        listed = tuple(true_of(AtomF(REQUESTED_FOR, (CASE, each))) for each in conditions)
        other = self._wanted(one, Truth.TRUE) & Wanted((Not(Not(stated)),), listed)
        return _Beyond(one, self.place(one), tuple(map(plain_text, conditions)), other)

    def _gaps(self, several: Sequence[Decision]) -> Iterator[_Gap]:
        """Whether the criterion can be met for each condition that one of its alternatives is listed to be for."""
        for condition in dict.fromkeys(each for one in several for each in self._conditions(one)):
            indication = true_of(AtomF(INDICATION, (CASE, condition)))
            met = Or(tuple(self._outcome(each).true for each in several))
            yield _Gap(
                several[0],
                self.place(several[0]),
                plain_text(condition),
                Wanted((indication, met)) & self._looked_at(several[0]),
                Wanted((indication,)) & self._looked_at(several[0]),
            )

    def place(self, decision: Decision) -> Span:
        """Where a policy lists what it decides, or else concludes it."""
        for clause in self.program.clauses:
            if decision.kinds and _lists(clause.head, decision):
                return clause.head.span
        return self._rule_of(decision.pred)

    # --- what no search is needed for --------------------------------------------------------------------------------

    def unread(self) -> Iterator[Finding]:
        """The rules of the policy that nothing depends on which it decides, or which the library declares for others to read."""
        declared = (
            pred for pred, each in self.rules.declarations.preds.items() if each.span.file not in self.own_files
        )
        goals = [AtomF(pred, ()) for pred in dict.fromkeys((*(each.pred for each in self.decisions), *declared))]
        goals += [AtomF(pred, ()) for _, pred in self.policies.checks]
        goals += [AtomF(pred, ()) for pred in (*self.policies.quantity_details, *self.policies.policy_checks)]
        seen = {*reached(self.rules, goals)}
        for clause in self.program.clauses:
            pred = clause.head.pred.positive
            if clause.span.file in self.own_files and not clause.is_fact and pred not in seen:
                seen.add(pred)
                said = f"no determination depends on `{pred}`"
                instead = "ask for it in a rule that a criterion depends on, or leave it out"
                yield Finding(Diagnostic("W316", said, clause.span, (), instead))

    def unasked(self) -> Iterator[Finding]:
        """What is cited from a section of the document about one kind of request, and is no part of what that kind asks for; what is
        concluded from such parts is about them."""
        cites = self.rules.declarations.cites
        for kind, section in sorted({(plain_text(row[1]), plain_text(row[2])) for row in self.policies.sections}):
            own = [AtomF(each.pred, ()) for each in self.decisions if kind in each.kinds]
            asked = reached(self.rules, own)
            parts = {pred: _within(cites.get(pred, ()), section) for pred in self._of_case()}
            for pred, place in parts.items():
                is_about_parts = any(parts.get(each) for each in reached(self.rules, [AtomF(pred, ())]) - {pred})
                if place is not None and own and pred not in asked and not is_about_parts:
                    said = f"`{pred}` is cited from `{place.place}`, and nothing that the {kind} request asks for depends on it"
                    instead = "list it as a criterion, or ask for it where it belongs"
                    yield Finding(Diagnostic("W324", said, place.span, (), instead))

    def _of_case(self) -> list[Pred]:
        """What the policy's own rules conclude of a case as a whole."""
        own = (
            clause.head.pred
            for clause in self.program.clauses
            if clause.span.file in self.own_files and not clause.is_fact
        )
        return [
            pred
            for pred in dict.fromkeys(own)
            if self.rules.declarations.types_of(pred) == ("case",) and pred != MEETS_CRITERIA
        ]

    def strong_negations(self) -> Iterator[Finding]:
        """The literals that hold only where something is stated not to be so, and not where the record is complete."""
        for clause in self.program.clauses:
            for part in walk(clause.body) if clause.span.file in self.own_files else ():
                if (
                    isinstance(part, AtomF)
                    and part.pred.negative
                    and self.rules.declarations.is_abducible(part.pred.positive)
                ):
                    positive = show_atom(replace(part, pred=part.pred.positive))
                    said = f"`-{positive}` holds only where that is stated"
                    instead = f"write `\\+ {positive}` if a complete record without it is to be enough"
                    yield Finding(Diagnostic("N312", said, part.span, (), instead))

    def contradictions(self) -> Iterator[Finding]:
        """What the rules for the policy's own statements conclude (`policy_check/1`), with what it rests on."""
        kb = KnowledgeBase(self.rules)
        explainer = Explainer(kb, RuleBook.of(self.rules.clauses))
        for pred in self.policies.policy_checks:
            for row in rows_of(kb, pred.name, *(None,) * pred.arity):
                node = explainer.atom(AtomF(pred, row))
                evidence = [each for each in evidence_of(node) if each.line and each.file in self.own_files]
                span = Span(evidence[0].file, evidence[0].line or 0, 1) if evidence else self._rule_of(pred)
                notes = tuple(f"it rests on {each.file}:{each.line}" for each in evidence)
                yield Finding(Diagnostic("W317", node.text, span, notes))

    def _rule_of(self, pred: Pred) -> Span:
        return next((each.span for each in self.program.clauses if each.head.pred == pred), NOWHERE)


# --- one question each -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _CanBe:
    """Whether a decision can be met, not met, and open."""

    decision: Decision
    span: Span
    ways: Mapping[Truth, Wanted]

    @property
    def wanted(self) -> list[Wanted]:
        return list(self.ways.values())

    def findings(self, search: CaseSearch) -> Iterator[Finding]:
        """W311 for what it can never be; that it is never open is noted (N314)."""
        for truth, wanted in self.ways.items():
            if _is_none(search.smallest(wanted)):
                said = f"`{self.decision.label}` can never be {NEVER[truth]}"
                yield Finding(
                    Diagnostic(
                        "N314" if truth is Truth.UNKNOWN else "W311",
                        said,
                        self.span,
                        (f"there is no case in which it is {NEVER[truth]}",),
                        _INSTEAD[truth],
                    )
                )


@dataclass(frozen=True, slots=True)
class _Inclusion:
    """Whether an alternative is met wherever another one is."""

    one: Decision
    other: Decision
    span: Span
    apart: Wanted
    met: Wanted

    @property
    def wanted(self) -> list[Wanted]:
        return [self.apart, self.met]

    def findings(self, search: CaseSearch) -> Iterator[Finding]:
        """W313 for one that is included in another."""
        if _is_none(search.smallest(self.apart)) and search.smallest(self.met).facts is not None:
            said = f"the alternative `{self.one.id}` makes no difference: wherever it is met, `{self.other.id}` is met"
            yield Finding(Diagnostic("W313", said, self.span, (), "leave out the one, or narrow the other"))


@dataclass(frozen=True, slots=True)
class _Overlap:
    """Whether two alternatives are met in one case."""

    one: Decision
    other: Decision
    span: Span
    both: Wanted

    @property
    def wanted(self) -> list[Wanted]:
        return [self.both]

    def findings(self, search: CaseSearch) -> Iterator[Finding]:
        """N311 for two that overlap, with a case."""
        facts = search.smallest(self.both).facts
        if facts is not None:
            said = f"the alternatives `{self.one.id}` and `{self.other.id}` overlap"
            yield Finding(Diagnostic("N311", said, self.span, (_in_case(facts),)), facts)


@dataclass(frozen=True, slots=True)
class _Covered:
    """Whether an alternative is ever met for an indication that the policy covers."""

    one: Decision
    span: Span
    met: Wanted
    covered: Wanted

    @property
    def wanted(self) -> list[Wanted]:
        return [self.met, self.covered]

    def findings(self, search: CaseSearch) -> Iterator[Finding]:
        """W314 for one that decides nothing, as every case of it is investigational."""
        if search.smallest(self.met).facts is not None and _is_none(search.smallest(self.covered)):
            said = f"wherever the alternative `{self.one.id}` is met, the policy does not cover the indication"
            instead = "state with `alternative_condition/3` which condition it is for"
            yield Finding(Diagnostic("W314", said, self.span, (), instead))


@dataclass(frozen=True, slots=True)
class _Beyond:
    """Whether an alternative is met for another condition than those that it is listed to be for."""

    one: Decision
    span: Span
    conditions: tuple[str, ...]
    other: Wanted

    @property
    def wanted(self) -> list[Wanted]:
        return [self.other]

    def findings(self, search: CaseSearch) -> Iterator[Finding]:
        """W314 for one that is, with a case."""
        facts = search.smallest(self.other).facts
        if facts is not None:
            listed = ", ".join(f"`{each}`" for each in self.conditions)
            said = f"the alternative `{self.one.id}` can be met for another condition than {listed}, which it is listed for"
            yield Finding(
                Diagnostic("W314", said, self.span, (_in_case(facts),), "ask for the condition in its rule"), facts
            )


@dataclass(frozen=True, slots=True)
class _Gap:
    """Whether some alternative can be met for a condition that one of them is listed to be for."""

    first: Decision
    span: Span
    condition: str
    met: Wanted
    stated: Wanted

    @property
    def wanted(self) -> list[Wanted]:
        return [self.met, self.stated]

    def findings(self, search: CaseSearch) -> Iterator[Finding]:
        """W315 for a condition that is covered, and for which no alternative can be met, with a case."""
        if not _is_none(search.smallest(self.met)):
            return
        facts = search.smallest(self.stated).facts
        if facts is not None:
            said = (
                f"no alternative of `{self.first.criterion}` can be met for `{self.condition}`, which the policy covers"
            )
            yield Finding(Diagnostic("W315", said, self.span, (_in_case(facts),), "add an alternative for it"), facts)


_Asked = _CanBe | _Inclusion | _Overlap | _Covered | _Beyond | _Gap
_INSTEAD = {
    Truth.TRUE: "look for literals that exclude each other, or that nothing makes true",
    Truth.FALSE: "look for a literal that always holds",
    Truth.UNKNOWN: None,
}


def _within(cites: Iterable[CiteDecl], section: str) -> CiteDecl | None:
    """The first citation of a place in a section, not of the section as a whole."""
    return next((each for each in cites if each.place.startswith(f"{section} / ")), None)


def _lists(head: AtomF, decision: Decision) -> bool:
    """Whether a fact lists a criterion or an alternative."""
    names = [plain_text(arg) for arg in head.args if not isinstance(arg, Var)]
    if head.pred == CRITERION:
        return decision.criterion is None and [names[0], names[1], names[3]] == [
            decision.policy,
            decision.kinds[0],
            decision.id,
        ]
    if head.pred == ALTERNATIVE:
        return [names[0], names[1], names[2], names[4]] == [
            decision.policy,
            decision.kinds[0],
            decision.criterion,
            decision.id,
        ]
    return False


def _is_none(found: Found) -> bool:
    """Whether it is shown that there is no case."""
    return found.status is SearchStatus.NONE


def _in_case(facts: Sequence[AtomF]) -> str:
    return f"in this case: {', '.join(map(show_atom, facts))}"


def of_mutants(mutants: Iterable[Mutant]) -> Iterator[Finding]:
    """W312 for each rule and literal without which a policy decides every case as before."""
    for each in mutants:
        edit = each.edit
        if each.fate is not Fate.EQUIVALENT or each.limits:
            continue
        if edit.operator is Operator.DROP_RULE and edit.old.is_fact:
            continue
        what = "this rule" if edit.operator is Operator.DROP_RULE else edit.text.removeprefix("without ")
        said = f"{what} makes no difference: without it, every case is decided as before"
        yield Finding(Diagnostic("W312", said, edit.span, (), "leave it out, or look for what was meant"))
