"""Sets of missing facts held against exhaustive trial, by the checker's evaluator, which has no part in the search."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import TYPE_CHECKING

from engine.cases import Case
from explain.proof.fact_sets import FactSet, covers, set_key, tidy
from explain.verify.evaluator import Evaluator
from kb.language.declarations import COMPLETE, MEETS_CRITERIA
from kb.language.syntax import TRUE, AtomF, Clause, Pred
from kb.language.terms import Atom, Const, Date, Int, Term, Var, plain_text
from kb.language.traversal import substitute_atom
from kb.language.truth import Truth
from tests.benchmarks.explained_cases import NAME
from tests.explain.brute_force import has_conflict, state

if TYPE_CHECKING:
    from tests.benchmarks.explanations import Run

MOST_SETS = 400
"""How many sets of one size are tried."""
FRESH: dict[str, tuple[Const, ...]] = {
    "date": tuple(Date(datetime.date(1950, 1, day)) for day in range(1, 9)),
    "integer": tuple(Int(900 + each) for each in range(8)),
    "": tuple(
        map(
            Atom,
            (
                "ibrutinib",
                "acalabrutinib",
                "zanubrutinib",
                "pirtobrutinib",
                "idelalisib",
                "duvelisib",
                "copanlisib",
                "umbralisib",
            ),
        )
    ),
}
"""Values that no case has, by the type of the argument; the dates make anyone of age."""


@dataclass(slots=True)
class Trials:
    """Tries sets of facts on an open case, by the checker's evaluator, which has no part in the search."""

    run: Run
    case: Case
    tried: dict[frozenset[AtomF], bool] = field(default_factory=dict)
    open: tuple[Pred, ...] = field(init=False)
    """The criteria that are not documented: all others stay as they are, whatever else is stated."""

    def __post_init__(self) -> None:
        evaluator = Evaluator(self.run.book, self.case.facts)
        kind = plain_text(self.case.request.args[2])
        (rule,) = (
            rule for rule in self.run.book.rules[MEETS_CRITERIA] if f"request_under(Case, xpovio, {kind})" in rule.text
        )
        goals = rule.body
        atoms = [goal.literal for goal in goals if isinstance(goal.literal, AtomF) and goal.literal.pred.arity == 1]
        found = [each.pred for each in atoms if evaluator.atom(each.pred, (NAME,)) is Truth.UNKNOWN]
        self.open = tuple(sorted(found, key=lambda pred: len(self.run.book.reach[pred])))

    def settles(self, facts: Iterable[AtomF]) -> bool:
        """Whether the case meets the criteria with these facts."""
        together = frozenset(facts)
        if together not in self.tried:
            self.tried[together] = self._settles(together)
        return self.tried[together]

    def _settles(self, facts: frozenset[AtomF]) -> bool:
        about = {side for fact in facts for side in (fact.pred, fact.pred.opposite)}
        if not all(about & self.run.book.reach[pred] for pred in self.open):
            return False  # nothing bears on one of the criteria, which stays as it is
        stated = tuple(Clause(fact, TRUE) for fact in facts)
        evaluator = Evaluator(self.run.book, (*self.case.facts, *stated))
        return all(any(True for _ in evaluator.rows(pred, (NAME,), False)) for pred in self.open)

    def conflicts(self, facts: Iterable[AtomF]) -> bool:
        """Whether the case contradicts itself with these facts, or more follows from them of a record that it says is complete."""
        together = tuple(facts)
        return has_conflict(state(self.run.space.kb, together)) or self._go_against_a_record(together)

    def _go_against_a_record(self, facts: FactSet) -> bool:
        before = Evaluator(self.run.book, self.case.facts)
        after = Evaluator(self.run.book, (*self.case.facts, *(Clause(fact, TRUE) for fact in facts)))
        complete = {row[1] for row in before.rows(COMPLETE, (NAME, None), False)}
        records = (pred for pred in self.run.book.declarations.abducible if Atom(pred.own_name) in complete)
        every = ((pred, (NAME, *(None,) * (pred.arity - 1))) for pred in records)
        return any(not {*after.rows(pred, row, False)} <= {*before.rows(pred, row, False)} for pred, row in every)

    def instance(self, facts: FactSet) -> FactSet:
        """The facts with values that nothing mentions for their variables."""
        values: dict[Var, Term] = {}
        for fact in facts:
            for arg, name in zip(fact.args, self._types(fact.pred), strict=True):
                if isinstance(arg, Var):
                    values.setdefault(arg, FRESH[name][len([v for v in values.values() if v in FRESH[name]])])
        return tuple(substitute_atom(fact, values) for fact in facts)

    def universe(self) -> Iterator[AtomF]:
        """The facts that are tried: of what the open criteria depend on, over a small vocabulary."""
        book, declared = self.run.book, self.run.book.declarations
        evaluator = Evaluator(book, self.case.facts)
        reached = frozenset().union(*(book.reach[pred] for pred in self.open))
        for pred in declared.questions:
            if pred not in reached:
                continue
            for row in product((NAME,), *(self._values(pred, index) for index in range(1, pred.arity))):
                if evaluator.atom(pred, row) is Truth.UNKNOWN:
                    yield AtomF(pred, row)
                    if pred not in declared.functional and pred.name != "prior_therapy":
                        yield AtomF(pred.opposite, row)

    def exhaustive(self, facts: Sequence[AtomF], most: int) -> list[FactSet]:
        """The minimal sets of at most so many of the facts, values that nothing mentions made variables."""
        found: list[frozenset[AtomF]] = []
        for size in range(1, most + 1):
            for chosen in combinations(facts, size):
                if (
                    not any(each <= set(chosen) for each in found)
                    and self.settles(chosen)
                    and not self.conflicts(chosen)
                ):
                    found.append(frozenset(chosen))
        names: dict[Term, Var] = {value: Var(f"V{i}") for i, value in enumerate(v for s in FRESH.values() for v in s)}
        general = {
            tidy(AtomF(fact.pred, tuple(names.get(arg, arg) for arg in fact.args)) for fact in each) for each in found
        }
        shown = [each for each in general if not any(other != each and covers(other, each) for other in general)]
        return sorted(shown, key=set_key)

    def _types(self, pred: Pred) -> list[str]:
        types = self.run.book.declarations.types_of(pred)
        return [each if each in FRESH else "" for each in types]

    def _values(self, pred: Pred, index: int) -> list[Const]:
        listed = self.run.space.reviewer.vocabulary.listed.get((pred.name, index + 1))
        if listed:
            return list(listed)
        kind, declared = self._types(pred)[index], self.run.book.declarations.types_of(pred)[index]
        fresh = list(FRESH[kind][:2])
        if kind == "date":
            return [fresh[0], Date(self.case.date - datetime.timedelta(3650))]
        if kind == "integer":
            own = {fact.head.args[1] for fact in self.case.facts if fact.head.pred.name in _LINED}
            return [*sorted((each for each in own if isinstance(each, Int)), key=lambda each: each.value), *fresh]
        if declared == "condition":
            return [*map(Atom, ("multiple_myeloma", "diffuse_large_b_cell_lymphoma", *_OTHERS, "lung_cancer"))]
        agents = _AGENTS["prior_therapy"] if pred.name == "prior_therapy" else _AGENTS.get(pred.name, ())
        return [*map(Atom, agents), *fresh]


_LINED = ("prior_therapy", "best_response", "last_dose", "progression")
_OTHERS = ("dlbcl_arising_from_follicular_lymphoma", "breast_cancer")
_AGENTS = {
    "refractory": (
        "bortezomib", "carfilzomib", "ixazomib", "lenalidomide", "pomalidomide", "thalidomide", "daratumumab",
        "daratumumab_and_hyaluronidase", "isatuximab",
    ),
    "combination": ("bortezomib", "dexamethasone"),
    "prophylaxis": (
        "aprepitant", "dolasetron", "fosaprepitant", "granisetron", "metoclopramide", "olanzapine", "ondansetron",
        "palonosetron", "prochlorperazine", "promethazine", "rolapitant",
    ),
    "prior_therapy": ("bortezomib", "isatuximab"),
}  # fmt: skip
