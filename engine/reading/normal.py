"""Rules in normal form: flat conjunctions of simple literals, everything nested moved to auxiliary predicates.

A normal body has atoms, comparisons, built-ins, `member`, `\\+` over one atom whose variables are all bound, and
counts and aggregates over one auxiliary atom whose last arguments are the counted variables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from engine.scopes import bindable, counted_terms, elsewhere_of, order_goals, rename_goal_locals, rename_locals
from kb.language import syntax
from kb.language.terms import Term, Var
from kb.language.traversal import body_vars, conjuncts, variables

AUXILIARY = "$"
"""The first character of the names of auxiliary predicates, which programs may not use."""


def is_auxiliary(pred: syntax.Pred) -> bool:
    """Whether a pass made the predicate."""
    return pred.name.startswith(AUXILIARY)


class NormalRule(Struct, frozen=True, gc=False, array_like=True):
    """A rule in normal form; `inputs` tells which head arguments a caller must bind."""

    head: syntax.AtomF
    body: tuple[syntax.Literal, ...]
    inputs: tuple[bool, ...]


class Part(Struct, frozen=True):
    """A part of a divided body, over the variables that it shares with the rest (engine/reading/division.py).

    `of` is the predicate whose rule has the body. `free` tells for each argument whether an anonymous individual that stands
    for it need not be listed constant by constant, `optional` whether a caller may give it or have it listed; there is a
    version of the part for each choice, by which arguments the caller binds, and `rules` has the rule of each.
    """

    of: syntax.Pred
    free: tuple[bool, ...]
    optional: tuple[bool, ...]
    versions: Mapping[tuple[bool, ...], syntax.Pred]
    rules: Mapping[syntax.Pred, NormalRule]


class NormalProgram(Struct, frozen=True):
    """Normal rules by head predicate, auxiliary ones included.

    `open_heads` are the auxiliary predicates of counts and questions: a row of theirs that an anonymous individual
    stands for need not be listed constant by constant.
    """

    rules: Mapping[syntax.Pred, tuple[NormalRule, ...]]
    open_heads: frozenset[syntax.Pred]
    goals: frozenset[syntax.Body]
    """The goals that the rules were made of, those inside others included."""
    documented: frozenset[syntax.Pred] = frozenset()
    """The auxiliary predicates of goals of `documented`, of which what is certain is all that is read."""


class Asked(Struct, frozen=True):
    """A goal to make a rule of: `inputs` are the variables that a caller binds, `outputs` those to be answered."""

    goal: syntax.Body
    inputs: tuple[Var, ...]
    outputs: tuple[Var, ...]
    is_part: bool = False
    """Whether it is from inside a body, its local variables named apart already."""


def normal_program(clauses: Iterable[syntax.Clause]) -> NormalProgram:
    """The rules of a program in normal form."""
    made = _Normaliser("")
    for clause in clauses:
        renamed = rename_locals(clause)
        ordered = order_goals(renamed.body, frozenset(), frozenset(variables(clause.head.args)))
        made.add(clause.head, ordered.goals, (False,) * clause.head.pred.arity, frozenset())
    return made.program()


def normal_goals(asked: Iterable[Asked]) -> tuple[NormalProgram, tuple[syntax.Pred, ...]]:
    """Goals as rules for predicates over their inputs and outputs, and these predicates; their names, and those of
    what is nested in the goals, are no names of a program's."""
    made = _Normaliser("asked_")
    preds = tuple([made.add_goal(each) for each in asked])
    return made.program(), preds


class _Normaliser:
    """Collects normal rules."""

    def __init__(self, layer: str) -> None:
        self._layer = layer
        self._rules: dict[syntax.Pred, list[NormalRule]] = {}
        self._open_heads: set[syntax.Pred] = set()
        self._documented: set[syntax.Pred] = set()
        self._goals: set[syntax.Body] = set()
        self._names = 0

    def program(self) -> NormalProgram:
        rules = {pred: tuple(each) for pred, each in self._rules.items()}
        documented = frozenset(self._documented)
        return NormalProgram(rules, frozenset(self._open_heads), frozenset(self._goals), documented=documented)

    def add_goal(self, asked: Asked) -> syntax.Pred:
        goal = asked.goal if asked.is_part else rename_goal_locals(asked.goal)
        bound = frozenset(asked.inputs)
        args = asked.inputs + asked.outputs
        ordered = order_goals(goal, bound, frozenset(args))
        pred = self._fresh("goal", len(args))
        self._open_heads.add(pred)
        inputs = (True,) * len(asked.inputs) + (False,) * len(asked.outputs)
        self.add(syntax.AtomF(pred, args), ordered.goals, inputs, bound)
        return pred

    def add(
        self, head: syntax.AtomF, goals: tuple[syntax.Body, ...], inputs: tuple[bool, ...], bound: frozenset[Var]
    ) -> None:
        literals: list[syntax.Literal] = []
        self._goals.update(goals)
        for goal, elsewhere in zip(goals, elsewhere_of(goals, frozenset(variables(head.args))), strict=True):
            literals += self._literal(goal, elsewhere, bound)
            bound = bindable((goal,), bound)
        self._rules.setdefault(head.pred, []).append(NormalRule(head, tuple(literals), inputs))

    def _literal(
        self, goal: syntax.Body, elsewhere: frozenset[Var], bound: frozenset[Var]
    ) -> tuple[syntax.Literal, ...]:
        match goal:
            case syntax.Not(syntax.AtomF() as atom) if set(variables(atom.args)) <= elsewhere:
                return (goal,)
            case syntax.Not(inner):
                shared = tuple(var for var in body_vars(inner) if var in elsewhere)
                return (replace(goal, goal=self._auxiliary("not", shared, (inner,), frozenset(shared))),)
            case syntax.Or(branches):
                shared = tuple(var for var in body_vars(goal) if var in elsewhere)
                return (self._auxiliary("or", shared, branches, bound & set(shared)),)
            case syntax.Documented(inner):
                shared = tuple(var for var in body_vars(inner) if var in elsewhere)
                atom = self._auxiliary("documented", shared, (inner,), bound & set(shared))
                self._documented.add(atom.pred)
                return (atom,)
            case syntax.Count(_, _, _, inner) | syntax.Aggregate(_, _, _, inner):
                atom, counted = self._counting(inner, counted_terms(goal), elsewhere)
                return (replace(goal, template=counted, goal=atom),)
            case syntax.And():
                raise AssertionError("conjunctions are opened before")
            case syntax.AtomF() | syntax.Compare() | syntax.Builtin() | syntax.Member():
                return (goal,)

    def _counting(
        self, goal: syntax.Body, template: tuple[Term, ...], elsewhere: frozenset[Var]
    ) -> tuple[syntax.AtomF, tuple[Var, ...]]:
        """The auxiliary atom `aux(outer..., counted...)` and its counted variables; a template variable that is bound
        outside stands for one value and is not counted."""
        outer = tuple(var for var in body_vars(goal) | variables(template) if var in elsewhere)
        counted = tuple(var for var in variables(template) if var not in elsewhere)
        atom = self._auxiliary("count", outer + counted, (goal,), frozenset(outer))
        self._open_heads.add(atom.pred)
        return atom, counted

    def _auxiliary(
        self, what: str, args: tuple[Var, ...], branches: tuple[syntax.Body, ...], bound: frozenset[Var]
    ) -> syntax.AtomF:
        atom = syntax.AtomF(self._fresh(what, len(args)), args)
        self._rules.setdefault(atom.pred, [])
        inputs = tuple(arg in bound for arg in args)
        for branch in branches:
            self.add(atom, conjuncts(branch), inputs, bound)
        return atom

    def _fresh(self, what: str, arity: int) -> syntax.Pred:
        self._names += 1
        return syntax.Pred(f"{AUXILIARY}{self._layer}{what}{self._names}", arity)
