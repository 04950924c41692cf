"""In what order the proof checker's evaluator goes about a conjunction: which goal is next once some variables are bound.

That depends on which variables are bound and not on their values, so it is worked out once and kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from explain.verify.rules import Rulebook
from explain.verify.scopes import Conjunction, Goal
from kb.language.syntax import AtomF
from kb.language.terms import Var


@dataclass(slots=True, eq=False)
class Plan:
    """What is next for some goals when some of their variables are bound.

    `goal` is tested or, with `unbound`, computes that variable. If there is none, `atoms` are tried for one whose rows
    bind its variables, closed ones and those with most arguments known first; `spread` is the variable to try values
    for where there are no atoms.
    """

    book: Rulebook = field(repr=False)
    goals: Conjunction
    bound: frozenset[Var]
    goal: Goal | None = None
    unbound: Var | None = None
    atoms: tuple[tuple[Goal, AtomF], ...] = ()
    spread: Var | None = None
    _after: dict[tuple[Goal | None, frozenset[Var]], Plan] = field(default_factory=dict)

    def __post_init__(self) -> None:
        chosen = _ready(self.goals, self.bound)
        if chosen is not None:
            self.goal, self.unbound = chosen
            return
        atoms = [(goal, goal.literal) for goal in self.goals if isinstance(goal.literal, AtomF)]
        self.atoms = tuple(sorted(atoms, key=lambda each: self._cost(each[1])))
        free = (sorted(goal.vars - self.bound, key=lambda var: var.name) for goal in self.goals)
        self.spread = next((var for each in free for var in each), None)

    def _cost(self, atom: AtomF) -> tuple[bool, bool]:
        is_called_free = all(isinstance(arg, Var) and arg not in self.bound for arg in atom.args)
        return self.book.is_open(atom.pred), is_called_free

    def after(self, goal: Goal | None, more: frozenset[Var] = frozenset()) -> Plan:
        """The plan without a goal, with more variables bound."""
        key = goal, more
        found = self._after.get(key)
        if found is None:
            rest = self.goals if goal is None else tuple(each for each in self.goals if each is not goal)
            found = self._after[key] = plan_of(self.book, rest, self.bound | more)
        return found


def plan_of(book: Rulebook, goals: Conjunction, bound: Iterable[Var]) -> Plan:
    """The plan for goals when some variables are bound."""
    if not goals:
        return Plan(book, goals, frozenset())
    known = frozenset(bound)
    plans = goals[0].plans
    found = plans.get((goals, known))
    if not isinstance(found, Plan):
        found = plans[goals, known] = Plan(book, goals, known)
    return found


def _ready(goals: Conjunction, bound: frozenset[Var]) -> tuple[Goal, Var | None] | None:
    """A goal without unbound variables, simple ones first; else one that computes its only unbound variable."""
    found: tuple[Goal, Var | None] | None = None
    for goal in goals:
        unbound = goal.vars - bound
        if not unbound:
            if not goal.inside:
                return goal, None
            found = found or (goal, None)
        elif found is None and goal.gives and len(unbound) == 1 and unbound <= goal.gives:
            found = (goal, next(iter(unbound)))
    return found
