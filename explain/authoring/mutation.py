"""Which single edits of a policy its tests notice: each is killed by a test, shown to be equivalent, or alive, with the smallest case that
tells it from the policy as it is.

    edits -> checked -> tests that fail under the edited policy -> else the smallest case in which anything changes

An edit that the checks refuse is no policy. One that a test notices needs no search; of the others the search
(explain/authoring/differences.py) shows that they change nothing, or finds what a test would have to state, which is replayed.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, cached_property
from typing import TypeAlias, assert_never

from msgspec import Struct

from engine import policies
from engine.cases import Case
from engine.checks import check_replaced
from engine.expectations import Expectation, ExpectedDetermination, ExpectedMissing, ExpectedStatus
from engine.knowledge import EndlessError, KnowledgeBase, Rules
from engine.policies import DECLARING, Determination, Policies, Severity, Status
from engine.symbolic.limits import Limit, SearchStatus
from explain.authoring.case_space import decisions
from explain.authoring.differences import Comparison
from explain.authoring.edits import Edit, Mutator
from explain.authoring.policy_tests import case_files, expectable, misstated
from explain.authoring.smallest_cases import Found, reached
from explain.authoring.witnesses import case_of
from explain.workspace import Workspace
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.loader import load_cases
from kb.language.policy_rules import ALTERNATIVE, CRITERION
from kb.language.program import Program
from kb.language.syntax import AtomF, Clause, Pred
from kb.language.terms import Const, Var, order_key, plain_text
from kb.language.traversal import conjuncts, walk

Findings: TypeAlias = Sequence[tuple[Severity, AtomF]]


class Fate(StrEnum):
    """What becomes of an edited policy."""

    REFUSED = "refused"
    """The checks find an error in it."""
    KILLED = "killed"
    """A test fails."""
    EQUIVALENT = "equivalent"
    """It decides every case of the scope as before."""
    ALIVE = "alive"
    """It decides some case otherwise, and no test notices."""
    UNDECIDED = "undecided"
    """The search ended before its end."""


class PolicyTest(Struct, frozen=True):
    """A case with what policy tests expect of it."""

    name: str
    """What reports call it."""
    case: Case
    determination: Determination | None
    statuses: tuple[tuple[str, Status], ...] = ()
    """How criteria, alternatives and items are to stand, by their ids."""


class Mutant(Struct, frozen=True):
    """An edited policy, and what becomes of it."""

    edit: Edit
    fate: Fate
    killer: str | None = None
    """The test that fails."""
    facts: tuple[AtomF, ...] = ()
    """Of one that is alive the smallest case that it decides otherwise."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """Why it was refused."""
    limits: tuple[Limit, ...] = ()
    """Of one that is undecided what was not looked at; of one that is equivalent how many values were told apart, if there could be
    more."""


@dataclass(slots=True)
class Spent:
    """How much processor time something has taken."""

    times: int = 0
    seconds: float = 0.0

    @property
    def mean(self) -> float:
        """The seconds that it takes once; 0 where that is not known."""
        return self.seconds / self.times if self.times else 0.0

    @contextmanager
    def measured(self) -> Iterator[None]:
        """What is done inside is counted."""
        began = time.process_time()
        try:
            yield
        finally:
            self.times += 1
            self.seconds += time.process_time() - began


@dataclass(frozen=True)
class Mutation:
    """The edits of the policy of a workspace, and its tests. `is_own` tells which files are the policy's; clauses of others are not
    edited."""

    workspace: Workspace
    own_files: frozenset[str]
    tests: tuple[PolicyTest, ...] = ()
    _kills: Counter[tuple[Pred, int]] = field(default_factory=Counter)
    """How many edits of a predicate's clauses each test has noticed: it is tried first for the next."""
    _testing: Spent = field(default_factory=Spent)
    _searching: Spent = field(default_factory=Spent)

    @property
    def rules(self) -> Rules:
        """The policy as it is."""
        return self.workspace.rules

    @cached_property
    def edits(self) -> list[Edit]:
        """The edits of the clauses that decisions depend on, in the order of the files."""
        rules = self.rules
        goals = [AtomF(each.pred, (Var("Case"),)) for each in decisions(Policies.of(rules), rules)]
        seen = reached(rules, goals) | reached(rules, [each.body for each in rules.clauses if each.is_definition])
        mutator = Mutator(rules.declarations, self._constants(), self._narrower())
        return [edit for clause in self._own() if clause.head.pred.positive in seen for edit in mutator.of(clause)]

    def _own(self) -> Iterator[Clause]:
        """The clauses that are edited: what is listed is edited as the rules that are made of it."""
        for clause in self.workspace.loaded.program.clauses:
            if clause.span.file in self.own_files and clause.head.pred not in (CRITERION, ALTERNATIVE):
                yield clause

    def _constants(self) -> dict[str, list[Const]]:
        """The constants of each type with listed values, or with a vocabulary, that the policy mentions, in order."""
        found: dict[str, set[Const]] = {}
        declared = self.rules.declarations
        for clause in self._own():
            for part in (clause.head, *walk(clause.body)):
                if isinstance(part, AtomF):
                    for kind, arg in zip(declared.types_of(part.pred), part.args, strict=True):
                        if not isinstance(arg, Var):
                            found.setdefault(kind, set()).add(arg)
        return {kind: sorted(constants, key=order_key) for kind, constants in found.items()}

    def _narrower(self) -> dict[Pred, list[AtomF]]:
        """For each alternative what another one of its criterion asks for beside: the last of that."""
        rules: dict[Pred, list[Clause]] = {}
        for clause in self._own():
            rules.setdefault(clause.head.pred, []).append(clause)
        found: dict[Pred, list[AtomF]] = {}
        for item in Policies.of(self.rules).criteria:
            asked = {
                each.pred: [goal for rule in rules.get(each.pred, ()) for goal in _of_case(rule)]
                for each in item.alternatives
            }
            for pred in asked:
                others = [goals[-1] for other, goals in asked.items() if other != pred and goals]
                found.setdefault(pred, others[:1])
        return found

    def rules_with(self, edit: Edit) -> Rules:
        """The rules of the policy with an edit."""
        rules, program = self.rules, self.workspace.loaded.program
        if edit.old.head.pred in rules.declarations.inline:
            items = (edit.new if item is edit.old else item for item in program.items)
            return Rules.of(Program(tuple(item for item in items if item is not None)), max_steps=rules.max_steps)
        new = () if edit.new is None else (edit.new,)
        if edit.old.is_fact:
            kept = tuple(fact for fact in rules.facts if fact.span != edit.old.span)
            return rules.with_facts((*kept, *rules.names.read(new).facts))
        stated = [clause for clause in program.clauses if not clause.is_fact]
        pairs = zip(stated, rules.clauses, strict=True)
        clauses = tuple(
            each
            for written, meant in pairs
            for each in ((meant,) if written is not edit.old else map(rules.names.resolved, new))
        )
        return Rules(clauses, rules.declarations, rules.facts, rules.names, rules.max_steps)

    def refusals(self, edit: Edit) -> tuple[Diagnostic, ...]:
        """What the checks find in an edited clause."""
        return () if edit.new is None else check_replaced(self.workspace.known, edit.old, edit.new)

    def mutant(self, edit: Edit) -> Mutant:
        """What becomes of the policy with an edit."""
        wrong = self.refusals(edit)
        if any(each.is_error for each in wrong):
            return Mutant(edit, Fate.REFUSED, diagnostics=wrong)
        rules = self.rules_with(edit)
        try:
            first, others = self._in_order(edit)
            if (killer := self._killer(edit, rules, first)) is not None:
                return Mutant(edit, Fate.KILLED, killer)
            with self._searching.measured():
                found = Comparison(self.rules, rules).first_difference()
            if found.status is SearchStatus.NONE:
                return Mutant(edit, Fate.EQUIVALENT)
            if (killer := self._killer(edit, rules, others)) is not None:
                return Mutant(edit, Fate.KILLED, killer)
            facts = self._shown(found, rules)
        except EndlessError:
            return Mutant(edit, Fate.REFUSED)
        if facts is None:
            fate = Fate.EQUIVALENT if found.status is SearchStatus.NOT_FOUND else Fate.UNDECIDED
            return Mutant(edit, fate, limits=found.limits)
        return Mutant(edit, Fate.ALIVE, facts=facts, limits=found.limits)

    def _shown(self, found: Found, rules: Rules) -> tuple[AtomF, ...] | None:
        """The case that was found, in the plainest form of which a review says something else under edited rules; None if in none."""
        cases: tuple[tuple[AtomF, ...], ...] = () if found.facts is None else (*found.plainer, found.facts)
        for facts in cases:
            try:
                _, case = case_of(self.workspace, facts)
            except ProgramError:
                continue
            if _stands(self.rules, case) != _stands(rules, case):
                return facts
        return None

    def _in_order(self, edit: Edit) -> tuple[list[int], list[int]]:
        """The tests that are likely to notice an edit, and the others: first those that have noticed most edits of the same predicate,
        then those that state the status of something small that depends on it."""
        pred = edit.old.head.pred.positive
        places = sorted(
            range(len(self.tests)), key=lambda at: (-self._kills[edit.old.head.pred, at], self._distance(at, pred), at)
        )
        first = self._first_tried
        return places[:first], places[first:]

    @property
    def _first_tried(self) -> int:
        """How many tests are tried before the search is asked whether any could fail: as many as take as long as a search."""
        if not self._testing.mean or not self._searching.times:
            return FIRST_TRIED
        return max(FIRST_TRIED, int(self._searching.mean / self._testing.mean))

    def _distance(self, at: int, pred: Pred) -> int:
        """How many predicates the smallest thing depends on that depends on a predicate, among those whose status a test states."""
        sizes = (len(preds) for preds in self._stated[at] if pred in preds)
        return min(sizes, default=len(self.rules.declarations.preds))

    @cached_property
    def _stated(self) -> list[list[frozenset[Pred]]]:
        """For each test, what each thing depends on whose status it states."""
        known: dict[str, set[Pred]] = {}
        for item in Policies.of(self.rules).items:
            known.setdefault(item.id, set()).add(item.pred)
        depends = cache(lambda pred: reached(self.rules, [AtomF(pred, (Var("Case"),))]))
        return [
            [depends(pred) for name, _ in test.statuses for pred in sorted(known.get(name, {Pred(name, 1)}), key=str)]
            for test in self.tests
        ]

    def _killer(self, edit: Edit, rules: Rules, places: Iterable[int]) -> str | None:
        """The name of the first of some tests that fails under edited rules."""
        for at in places:
            with self._testing.measured():
                is_passed = self._passes(self.tests[at], rules, self._findings_with(edit, at))
            if not is_passed:
                self._kills[edit.old.head.pred, at] += 1
                return self.tests[at].name
        return None

    def _declared(self, rules: Rules) -> Policies:
        """What edited rules declare; read anew only where what it is read of is another."""
        own = self.rules
        is_same = all(rules.facts_of(pred) == own.facts_of(pred) for pred in DECLARING)
        is_concluded = any(clause.head.pred in DECLARING for clause in rules.clauses)
        return Policies.of(own if is_same and not is_concluded else rules)

    def failing(self) -> list[PolicyTest]:
        """The tests that the policy as it is does not pass."""
        return [test for test in self.tests if not self._passes(test, self.rules)]

    def _findings_with(self, edit: Edit, at: int) -> Findings | None:
        """What the rules for what is plausible conclude of the case of a test, where an edit is of nothing that they depend on."""
        pred = edit.old.head.pred
        is_seen = pred.positive in self._seen_by_checks or pred in self.rules.declarations.inline
        return None if is_seen else self._findings[at]

    @cached_property
    def _seen_by_checks(self) -> frozenset[Pred]:
        checks = (pred for _, pred in Policies.of(self.rules).checks)
        goals = [AtomF(pred, tuple(Var(f"V{place}") for place in range(pred.arity))) for pred in checks]
        return reached(self.rules, goals)

    @cached_property
    def _findings(self) -> list[Findings]:
        """The same of each test, under the policy as it is."""
        declared = Policies.of(self.rules)
        return [
            list(policies.findings(KnowledgeBase(self.rules, test.case.facts), declared, test.case))
            for test in self.tests
        ]

    def _passes(self, test: PolicyTest, rules: Rules, found: Findings | None = None) -> bool:
        """Whether a case is under edited rules as is expected of it; `found` is what is known to be found implausible of it."""
        kb = KnowledgeBase(rules, test.case.facts)
        stands = policies.standing(kb, self._declared(rules), test.case, found=found)
        if test.determination not in (None, stands.determination):
            return False
        statuses = {item.id: status for item, status in stands.statuses.items()}
        return all(
            statuses.get(name, Status.of(kb.truth(AtomF(Pred(name, 1), (test.case.name,))))) is status
            for name, status in test.statuses
        )


FIRST_TRIED = 8
"""How many tests are at least tried before the search is asked whether any could fail."""


def _stands(rules: Rules, case: Case) -> tuple[Determination, dict[str, Status]]:
    """What a review of a case says under some rules, by the ids of criteria and alternatives."""
    found = policies.standing(KnowledgeBase(rules, case.facts), Policies.of(rules), case)
    return found.determination, {item.id: status for item, status in found.statuses.items()}


def _of_case(rule: Clause) -> Iterator[AtomF]:
    """What a rule about a case asks of that as a whole."""
    for goal in conjuncts(rule.body):
        if isinstance(goal, AtomF) and goal.args == rule.head.args:
            yield goal


def tests_in(paths: Sequence[str], workspace: Workspace) -> tuple[list[PolicyTest], list[Diagnostic]]:
    """The tests of a policy in some files and folders, and what is wrong with these. Raises `ProgramError` where there is nothing to
    test."""
    able, vocabulary = expectable(workspace), workspace.reviewer.vocabulary
    found: list[PolicyTest] = []
    wrong: list[Diagnostic] = []
    for path in case_files(paths):
        loaded = load_cases([path])
        cases, errors = workspace.stating(()).add_sound_cases(loaded)
        wrong += [*errors, *misstated(loaded, vocabulary, able)]
        expected = able.read(vocabulary.expected(loaded))
        found += [
            _test(f"{path}: {plain_text(each.name)}", each, expected[each.name])
            for each in cases
            if each.name in expected
        ]
    return found, wrong


def _test(name: str, case: Case, expected: Iterable[Expectation]) -> PolicyTest:
    determination = None
    statuses: list[tuple[str, Status]] = []
    for each in expected:
        match each:
            case ExpectedDetermination(determination=stated):
                determination = stated
            case ExpectedStatus(id=part, status=status):
                statuses.append((part, status))
            case ExpectedMissing():  # what is missing takes a search; what a test says beside it decides
                pass
            case other:
                assert_never(other)
    return PolicyTest(name, case, determination, tuple(statuses))
