"""Rules in normal form: flat conjunctions of simple literals, everything nested moved to auxiliary predicates.

A normal body has atoms, comparisons, built-ins, `member`, `\\+` over one atom whose variables are all bound, and
counts and aggregates over one auxiliary atom whose last arguments are the counted variables.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from engine.reading.scopes import bindable, elsewhere_of, order_goals, rename_goal_locals, rename_locals
from kb.language.syntax import (
    Aggregate,
    And,
    AtomF,
    Body,
    Clause,
    Count,
    Literal,
    Not,
    Or,
    Pred,
    body_vars,
    conjuncts,
    variables,
)
from kb.language.terms import Term, Var

AUXILIARY = "$"
"""The first character of the names of auxiliary predicates, which programs may not use."""


def is_auxiliary(pred: Pred) -> bool:
    """Whether a pass made the predicate."""
    return pred.name.startswith(AUXILIARY)


@dataclass(frozen=True, slots=True)
class NormalRule:
    """A rule in normal form; `inputs` tells which head arguments a caller must bind."""

    head: AtomF
    body: tuple[Literal, ...]
    inputs: tuple[bool, ...]


@dataclass(slots=True)
class NormalProgram:
    """The rules by head predicate, auxiliary ones included."""

    rules: dict[Pred, list[NormalRule]] = field(default_factory=dict)
    counted: set[Pred] = field(default_factory=set)
    """The auxiliary predicates whose rows are counted."""
    _names: int = 0

    def add_clause(self, clause: Clause) -> None:
        """Adds a rule of the program."""
        clause = rename_locals(clause)
        head_vars = frozenset(variables(clause.head.args))
        ordered = order_goals(clause.body, frozenset(), head_vars)
        self._add(clause.head, ordered.goals, (False,) * clause.head.pred.arity, frozenset())

    def add_goal(self, pred: Pred, answer: tuple[Var, ...], goal: Body) -> None:
        """Adds a question as a rule for `pred` whose arguments are the variables to answer."""
        goal = rename_goal_locals(goal)
        ordered = order_goals(goal, frozenset(), frozenset(answer))
        self._add(AtomF(pred, answer), ordered.goals, (False,) * len(answer), frozenset())

    def add_part(self, pred: Pred, inputs: tuple[Var, ...], outputs: tuple[Var, ...], goal: Body) -> None:
        """Adds a goal from inside a body, its local variables named apart already; a caller binds the inputs."""
        bound = frozenset(inputs)
        ordered = order_goals(goal, bound, frozenset(inputs + outputs))
        head = AtomF(pred, inputs + outputs)
        self._add(head, ordered.goals, (True,) * len(inputs) + (False,) * len(outputs), bound)

    def _add(self, head: AtomF, goals: tuple[Body, ...], inputs: tuple[bool, ...], bound: frozenset[Var]) -> None:
        literals: list[Literal] = []
        for goal, elsewhere in zip(goals, elsewhere_of(goals, frozenset(variables(head.args))), strict=True):
            literals += self._literal(goal, elsewhere, bound)
            bound = bindable((goal,), bound)
        self.rules.setdefault(head.pred, []).append(NormalRule(head, tuple(literals), inputs))

    def _literal(self, goal: Body, elsewhere: frozenset[Var], bound: frozenset[Var]) -> tuple[Literal, ...]:
        match goal:
            case Not(AtomF() as atom) if set(variables(atom.args)) <= elsewhere:
                return (goal,)
            case Not(inner):
                shared = tuple(var for var in body_vars(inner) if var in elsewhere)
                return (replace(goal, goal=self._auxiliary("not", shared, (inner,), frozenset(shared))),)
            case Or(branches):
                shared = tuple(var for var in body_vars(goal) if var in elsewhere)
                return (self._auxiliary("or", shared, branches, bound & set(shared)),)
            case Count(_, _, template, inner):
                atom, counted = self._counting(inner, template, elsewhere)
                return (replace(goal, template=counted, goal=atom),)
            case Aggregate(_, value, template, inner, _):
                terms: tuple[Term, ...] = template if value is None else (*template, value)
                atom, counted = self._counting(inner, terms, elsewhere)
                return (replace(goal, template=counted, goal=atom),)
            case And():
                raise AssertionError("conjunctions are opened before")
            case _:
                return (goal,)

    def _counting(
        self, goal: Body, template: tuple[Term, ...], elsewhere: frozenset[Var]
    ) -> tuple[AtomF, tuple[Var, ...]]:
        """The auxiliary atom `aux(outer..., counted...)` and its counted variables; a template variable that is bound
        outside stands for one value and is not counted."""
        outer = tuple(var for var in body_vars(goal) | variables(template) if var in elsewhere)
        counted = tuple(var for var in variables(template) if var not in elsewhere)
        atom = self._auxiliary("count", outer + counted, (goal,), frozenset(outer))
        self.counted.add(atom.pred)
        return atom, counted

    def _auxiliary(self, what: str, args: tuple[Var, ...], branches: tuple[Body, ...], bound: frozenset[Var]) -> AtomF:
        self._names += 1
        atom = AtomF(Pred(f"{AUXILIARY}{what}{self._names}", len(args)), args)
        self.rules.setdefault(atom.pred, [])
        inputs = tuple(arg in bound for arg in args)
        for branch in branches:
            self._add(atom, conjuncts(branch), inputs, bound)
        return atom
