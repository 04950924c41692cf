"""Trials of facts beside those that are stated: whether they make a goal true, and contradict nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice, product

from explain.verify.bounds import candidates
from explain.verify.evaluator import Budget, Evaluator
from explain.verify.fact_sets import FactSet
from explain.verify.open_goal import OpenGoal
from explain.verify.program import Pattern
from explain.verify.values import KINDS, MOST_NEAR, choices_among, fresh_beside
from explain.words.bounds import Bounded
from kb.language.declarations import COMPLETE
from kb.language.syntax import TRUE, AtomF, Clause, Pred
from kb.language.terms import Atom, Const, Var
from kb.language.traversal import substitute_atom

MOST_AT_ENDS = 8
"""So many values at the ends of its bounds are tried for each variable."""
OF_A_TRIAL = 15
"""How many steps it takes to state a fact beside others, whatever is asked of it then."""


class Trials:
    """Trials of facts for a goal. `asked` are the constants that there are beside those of program and facts."""

    def __init__(self, goal: OpenGoal, closed_world: bool, asked: frozenset[Const], budget: Budget) -> None:
        self.goal, self.closed_world, self.budget = goal, closed_world, budget
        self.evaluator = Evaluator(goal.book, goal.facts, closed_world, asked, budget=budget)
        self._enough: dict[frozenset[AtomF], bool] = {}
        self._conflicts: dict[Pred, set[Pattern]] = {}
        """The conflicts that the facts of the case have by themselves."""
        self._did: dict[tuple[tuple[Var, str], ...], tuple[tuple[Const, ...]]] = {}
        """The values that did last, by the variables that they are for: for sets that differ in names only they will do too."""
        self._wide: Evaluator | None = None
        """One that knows of further values for variables."""

    def are_enough(self, facts: FactSet) -> bool:
        """Whether facts make the goal true, with some values of the declared types for their variables."""
        together = frozenset(facts)
        if together not in self._enough:
            tried = (tuple(substitute_atom(atom, values) for atom in facts) for values in self.goal.samples(facts))
            self.budget.spend(len(facts))
            self._enough[together] = any(map(self.hold, tried))
        return self._enough[together]

    def are_enough_with_other_values(self, facts: FactSet, *, bounds: tuple[Bounded, ...], has_done: bool) -> bool:
        """The same with values near to what the program and the case mention, and in any order; or with those that did last."""
        kinds = self.goal.kinds_of(facts)
        if not kinds:
            return False
        known = tuple(kinds.items())
        if bounds and self.are_enough_with(facts, candidates(bounds, kinds, self.goal.mentioned)):
            return True
        for chosen in self._did.get(known, ()) if has_done else self._choices_of_values(kinds.values()):
            named = dict(zip(kinds, chosen, strict=True))
            if self.hold(tuple(substitute_atom(atom, named) for atom in facts), is_near=True):
                self._did[known] = (chosen,)
                return True
        return False

    def _choices_of_values(self, kinds: Collection[str]) -> Iterator[tuple[Const, ...]]:
        """Values for variables of some types that nothing mentions or that are near to what is mentioned."""
        values = {kind: [*fresh_beside(kind, len(kinds)), *self.goal.near(kind)][:MOST_NEAR] for kind in set(kinds)}
        return choices_among([values[kind] for kind in kinds])

    def are_enough_with(self, facts: FactSet, values: Mapping[Var, Sequence[Const]]) -> bool:
        """Whether facts make the goal true with some of the values for their variables."""
        chosen = islice(product(*values.values()), MOST_AT_ENDS**2)
        return any(self._holds_with(facts, dict(zip(values, each, strict=True))) for each in chosen)

    def _holds_with(self, facts: FactSet, values: Mapping[Var, Const]) -> bool:
        """Whether facts make the goal true with values for their variables, whatever constants there are beside these."""
        self.budget.spend(OF_A_TRIAL)
        stated = tuple(substitute_atom(atom, values) for atom in facts)
        asked = self.evaluator.asked.union(values.values())
        return Trials(self.goal, self.closed_world, asked, self.budget).hold(stated)

    def hold(self, facts: FactSet, *, is_near: bool = False) -> bool:
        """Whether the goal is true with facts, which may have values near to others, and which contradict nothing."""
        self.budget.spend(OF_A_TRIAL * (1 + len(facts)))
        evaluator = self.further() if is_near else self.evaluator
        beside = evaluator.beside(tuple(Clause(fact, TRUE) for fact in facts))
        holds = any(True for goals in self.goal.goals for _ in beside.solve(goals, {}, False))
        if not holds:
            return False
        changed = frozenset().union(*(self.goal.book.dependents(fact.pred) for fact in facts))
        declared = self.goal.book.declarations
        return not any(
            self._adds_a_conflict(beside, pred) or self._goes_against_a_record(beside, pred)
            for pred in declared.abducible.keys() | declared.functional.keys()
            if pred in changed
        )

    def _adds_a_conflict(self, beside: Evaluator, pred: Pred) -> bool:
        """Whether there is a conflict that the facts of the case do not have already."""
        if pred not in self._conflicts:
            self._conflicts[pred] = self.evaluator.conflicts(pred)
        return not beside.conflicts(pred) <= self._conflicts[pred]

    def _goes_against_a_record(self, beside: Evaluator, pred: Pred) -> bool:
        """Whether something is concluded that a record which is complete does not have."""
        complete = self.evaluator.rows(COMPLETE, (None, Atom(pred.own_name)), False) if pred.arity else ()
        rows = ((row[0], *(None,) * (pred.arity - 1)) for row in complete)
        return any(not set(beside.rows(pred, row, False)) <= set(self.evaluator.rows(pred, row, False)) for row in rows)

    def could_do(self, facts: FactSet) -> bool:
        """Whether it is not ruled out that some of these facts make the goal true."""
        self.budget.spend(OF_A_TRIAL * (1 + len(facts)))
        limited = self.evaluator.limited(facts)
        return any(True for goals in self.goal.goals for _ in limited.solve(goals, {}, True))

    def further(self) -> Evaluator:
        """An evaluator that knows of values near to what is mentioned too."""
        if self._wide is None:
            others = {each for kind in (*KINDS, "") for each in (*fresh_beside(kind, 4), *self.goal.near(kind))}
            asked = self.evaluator.asked | others
            self._wide = Evaluator(self.goal.book, self.goal.facts, self.closed_world, asked, budget=self.budget)
        return self._wide
