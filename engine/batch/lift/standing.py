"""How a case stands with respect to what it lacks: what holds as it is, what facts could be asked for, what they could
conclude, as conditions over the wide table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from sqlglot import exp

from engine.backends.sql.scalars import both, either, negated
from engine.batch.lift.lifted import Lifter, is_single
from engine.batch.lift.ways import CASE
from engine.cases import REQUEST, Vocabulary
from engine.reading.completion import Completion
from engine.reading.normal import Asked
from engine.reading.openness import Openness
from engine.reading.plan import Reading
from kb.language.declarations import COMPLETE, Declarations
from kb.language.syntax import And, AtomF, Body, Clause, Pred, body_vars, conjuncts, substitute, walk
from kb.language.terms import Atom, Const, Term, Var

CASE_VAR = Var("$case")
"""The case at hand in the goals that are followed."""
Args: TypeAlias = tuple[Term, ...]


@dataclass(slots=True)
class Standing:
    """Asks about a case; `lifter` is the one whose columns the report has."""

    lifter: Lifter
    clauses: tuple[Clause, ...]
    vocabulary: Vocabulary
    repairable: Lifter = field(init=False)
    """Reads as possible only what facts that may be asked for could make true."""
    rules: dict[Pred, list[Clause]] = field(default_factory=dict)
    _open: dict[Pred, frozenset[Pred]] = field(default_factory=dict)
    _derived: dict[Pred, tuple[exp.Expr, frozenset[Pred]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for clause in self.clauses:
            self.rules.setdefault(clause.head.pred, []).append(clause)
        asked = {pred: each for pred, each in self.declared.abducible.items() if pred in self.declared.questions}
        completion = self.lifter.completion
        declared, closed = replace(self.declared, abducible=asked), completion.closed_world
        narrowed = Completion(Openness(completion.openness.normal, declared, closed))
        self.repairable = self.lifter.beside(narrowed)

    @property
    def declared(self) -> Declarations:
        return self.lifter.completion.declarations

    def holds(self, pred: Pred, args: Args, reading: Reading, lifter: Lifter | None = None) -> exp.Expr:
        known = tuple(CASE if arg == CASE_VAR else None if isinstance(arg, Var) else arg for arg in args)
        lifter = lifter or self.lifter
        return lifter.holds(lifter.completion.rel(pred, reading, (0,) * pred.arity), known).copy()

    def all_hold(self, goals: Iterable[Body], reading: Reading) -> exp.Expr:
        """Whether goals hold together for some values of their variables; possibly by facts that may be asked for."""
        others = tuple(Var(f"$request{index}") for index in range(3))
        request = AtomF(REQUEST, (CASE_VAR, *others))  # binds the case, which a count alone would not
        asked = Asked(And((request, *goals)), (), (CASE_VAR,))
        self.lifter.completion, (pred,) = self.lifter.completion.asked(asked)
        self.repairable.completion, _ = self.repairable.completion.asked(asked)
        return self.holds(pred, (CASE_VAR,), reading, self.lifter if reading is Reading.CERTAIN else self.repairable)

    def opens(self, pred: Pred) -> frozenset[Pred]:
        """The open predicates that a predicate depends on, itself among them if it is one."""
        pred = pred.positive
        if pred not in self._open:
            seen, pending = {pred}, [pred]
            while pending:
                for clause in self._defining(pending.pop()):
                    for each in walk(clause.body):
                        if isinstance(each, AtomF) and each.pred.positive not in seen:
                            seen.add(each.pred.positive)
                            pending.append(each.pred.positive)
            self._open[pred] = frozenset(each for each in seen if self.declared.is_abducible(each))
        return self._open[pred]

    def _defining(self, pred: Pred) -> list[Clause]:
        return [*self.rules.get(pred.positive, ()), *self.rules.get(pred.positive.opposite, ())]

    def opens_of(self, goal: Body) -> frozenset[Pred]:
        """The open predicates that a goal depends on."""
        preds = [each.pred for each in walk(goal) if isinstance(each, AtomF)]
        return frozenset(open_pred for pred in preds for open_pred in self.opens(pred))

    # --- what could be stated or concluded -----------------------------------------------------------------------

    def is_direct(self, pred: Pred, args: Args) -> exp.Expr:
        """Whether the atom may be asked for and nothing speaks against it."""
        if self.lifter.completion.closed_world or pred.positive not in self.declared.questions:
            return exp.false()
        for index, arg in enumerate(args[1:], 2):
            listed = self.vocabulary.listed.get((pred.name, index), ())
            if listed and not isinstance(arg, Var) and arg not in listed:
                return exp.false()
        if pred.negative:
            if pred.positive in self.declared.functional:
                return exp.false()
            return negated(self.holds(pred.positive, args, Reading.CERTAIN))
        against = [self.holds(COMPLETE, (CASE_VAR, Atom(pred.name)), Reading.CERTAIN)]
        if not any(isinstance(arg, Var) and arg != CASE_VAR for arg in args):
            against.append(self.holds(pred.opposite, args, Reading.CERTAIN))
        if pred in self.declared.functional:
            if not is_single(pred, self.declared):
                return exp.false()
            against.append(self.holds(pred, any_args(pred), Reading.CERTAIN))
        return negated(either(against))

    def derivable(self, pred: Pred) -> tuple[exp.Expr, frozenset[Pred]]:
        """Whether other facts that may be asked for could conclude some atom of an open predicate, and which."""
        if pred not in self._derived:
            found: list[exp.Expr] = []
            helpers: set[Pred] = set()
            for clause in self.rules.get(pred, ()):
                atoms = [
                    each
                    for each in walk(clause.body)
                    if isinstance(each, AtomF) and each.pred.positive != pred.positive
                ]
                others = frozenset().union(*(self.opens(each.pred) for each in atoms)) - {pred.positive}
                asked = sorted((each for each in others if each in self.declared.questions), key=str)
                if not asked or clause.is_fact:
                    continue
                helpers.update(asked)
                lacking = [
                    negated(self.holds(COMPLETE, (CASE_VAR, Atom(each.name)), Reading.CERTAIN)) for each in asked
                ]
                body = body_of(clause, any_args(pred)) or ()
                found.append(both([either(lacking), self.all_hold(body, Reading.POSSIBLE)]))
            self._derived[pred] = self.lifter.named(either(found)), frozenset(helpers)
        condition, helpers_found = self._derived[pred]
        return condition.copy(), helpers_found

    # --- goals ---------------------------------------------------------------------------------------------------

    def groups(self, goals: tuple[Body, ...]) -> list[tuple[Body, ...]]:
        """The goals of a body, those together that share a variable besides the case."""
        groups: list[tuple[set[Var], list[Body]]] = []
        for goal in goals:
            own = {var for var in body_vars(goal) if var != CASE_VAR}
            linked = [each for each in groups if each[0] & own]
            groups = [each for each in groups if not each[0] & own]
            merged = own.union(*(each[0] for each in linked))
            groups.append((merged, [*(one for each in linked for one in each[1]), goal]))
        return [tuple(several) for _, several in groups]

    def instances(self, goals: tuple[Body, ...]) -> list[tuple[dict[Var, Const], list[Body]]]:
        """The ways in which what the program itself states binds the variables of goals, with the goals that are left."""
        known = [
            each for each in goals if isinstance(each, AtomF) and not self.opens(each.pred) and self._is_listed(each)
        ]
        found: list[dict[Var, Const]] = [{}]
        for atom in known:
            found = [
                {**binding, **more}
                for binding in found
                for row in self.lifter.rows_of(atom.pred)
                if (more := matched(atom.args, row, binding)) is not None
            ]
        rest = [each for each in goals if each not in known]
        return [(binding, [substitute(each, binding) for each in rest]) for binding in found]

    def _is_listed(self, atom: AtomF) -> bool:
        rules = self.rules.get(atom.pred, ())
        return bool(self.lifter.rows_of(atom.pred)) and all(clause.is_fact for clause in rules)


def is_request(goal: Body) -> bool:
    """Whether a goal only says that there is a request."""
    return isinstance(goal, AtomF) and goal.pred == REQUEST and len(body_vars(goal)) == REQUEST.arity


def any_args(pred: Pred) -> Args:
    """The case, and any other arguments."""
    return (CASE_VAR, *(Var(f"$any{index}") for index in range(pred.arity - 1)))


def body_of(clause: Clause, args: Args) -> tuple[Body, ...] | None:
    """The goals of a clause for a call with some arguments; None if its head does not fit."""
    binding: dict[Var, Term] = {}
    for term, arg in zip(clause.head.args, args, strict=True):
        if isinstance(term, Var):
            if binding.setdefault(term, arg) != arg:
                return None
        elif (isinstance(arg, Var) and arg != CASE_VAR) or term != arg:
            return None
    return conjuncts(substitute(clause.body, binding))


def is_ground(goal: Body) -> bool:
    """Whether a goal is an atom without variables besides the case."""
    return isinstance(goal, AtomF) and all(arg == CASE_VAR or not isinstance(arg, Var) for arg in goal.args)


def matched(args: Args, row: tuple[Const, ...], binding: Mapping[Var, Const]) -> dict[Var, Const] | None:
    """What a row binds arguments to beyond what is bound already; None if it does not fit."""
    found: dict[Var, Const] = {}
    for arg, value in zip(args, row, strict=True):
        known = {**binding, **found}.get(arg) if isinstance(arg, Var) else arg
        if known is None and isinstance(arg, Var):
            found[arg] = value
        elif known != value:
            return None
    return found
