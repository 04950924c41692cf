"""The proof checker: whether each node of an explanation is an instance of a rule, a stated fact, or truly not so.

What is true is checked by structure: each step has its premises among its children. What is not true is worked out
again (explain/verify/evaluator.py), since the reason is that nothing else holds.
"""

from __future__ import annotations

from dataclasses import dataclass

from explain.verify.base import TESTS, WORDS, Above
from explain.verify.failures import Failures
from explain.verify.match import (
    Bound,
    as_written,
    individual_names,
    instance_of,
)
from explain.verify.scopes import Goal, scoped
from explain.verify.steps import Step
from explain.verify.words import (
    denied_text,
    read_body,
    says,
    tested_text,
)
from kb.language.printer import show_body
from kb.language.syntax import (
    Aggregate,
    AtomF,
    Body,
    Builtin,
    Compare,
    Count,
    Literal,
    Member,
    Not,
)
from kb.language.terms import Var
from kb.language.truth import Truth


@dataclass(slots=True)
class Checker(Failures):
    """Checks explanations over one program and the facts of a case; `faults` is what it has found."""

    def explanation(self, step: Step, body: Body | None = None) -> None:
        """Checks an explanation of a goal; without one, of what its first node says it explains."""
        asked = body or read_body(step.goal)
        if asked is None or step.kind in ("witness", "branch", "summary"):
            self._fault(step, "the explanation does not begin with a goal")
        elif body is not None and not says(step.goal, body):
            self._fault(step, f"this explains `{step.goal}`, where `{show_body(body)}` is to be explained")
        elif step.status is Truth.TRUE:
            self._held(step, asked, scoped(asked), {})
        else:
            self._not_held(step, asked, scoped(asked), {}, (), may_sum_up=False)

    def _literal(
        self, step: Step, goal: Goal, binding: Bound, above: Above = (), *, may_sum_up: bool | None = False
    ) -> None:
        """Checks a node for a literal of a clause under a binding."""
        closed = instance_of(goal, binding)
        individuals = tuple(sorted(term.name for term in binding.values() if isinstance(term, Var)))
        key = (step.id, show_body(closed), may_sum_up, individuals + (above if step.status is not Truth.TRUE else ()))
        if key in self._checked:
            self.faults += [fault for fault in self._checked[key] if fault not in self.faults]
            return
        self._checked[key] = []
        before, self.faults = self.faults, []
        self._instance(step, goal, binding, closed, above, may_sum_up)
        self._checked[key], self.faults = self.faults, before
        self.faults += self._checked[key]

    def _instance(
        self, step: Step, goal: Goal, binding: Bound, closed: Literal, above: Above, may_sum_up: bool | None
    ) -> None:
        text = show_body(closed)
        if not self._must(
            says(step.goal, as_written(goal, binding)), step, f"it says `{step.goal}`, where the rule has `{text}`"
        ):
            return
        if step.status is Truth.TRUE and isinstance(closed, AtomF):
            self._proof(step, closed)
            return
        truth = self.truth(goal, binding)
        if not self._must(
            truth is step.status, step, f"`{text}` is {WORDS[truth]}, and here it is {WORDS[step.status]}"
        ):
            return
        if step.kind not in ("rule", "conjunction", "branch"):
            said = step.binding == individual_names(goal, binding)
            self._must(said, step, "the binding names what is no individual here")
        if isinstance(closed, AtomF):
            self._failed_atom(step, closed, above, may_sum_up, as_written(goal, binding))
        elif self._fields(step, bool(may_sum_up) or _of_any(step, goal, binding)):
            self._worked_out(step, goal, closed, binding, above, may_sum_up)

    def _worked_out(
        self, step: Step, goal: Goal, closed: Literal, binding: Bound, above: Above, may_sum_up: bool | None
    ) -> None:
        match closed:
            case Not(inner):
                said = read_body(step.goal)
                written = said.goal if isinstance(said, Not) else inner
                self._says(step, denied_text(written, step.status, self.book.declarations))
                if not self._kind(step, "negation") or not step.opened or not self._one_child(step):
                    return
                if step.status is Truth.FALSE:
                    self._held(step.children[0], inner, goal.inside, binding)
                else:
                    may = None if step.status is Truth.TRUE else may_sum_up
                    self._not_held(step.children[0], inner, goal.inside, binding, above, may_sum_up=may)
            case Count():
                if self._kind(step, "count"):
                    self._count(step, goal, closed, binding)
            case Aggregate():
                if self._kind(step, "aggregate"):
                    self._aggregate(step, goal, closed, binding)
            case Compare() | Builtin() | Member():
                if self._kind(step, TESTS[type(closed)]):
                    self._says(step, tested_text(as_written(goal, binding), step.status))


def _of_any(step: Step, goal: Goal, binding: Bound) -> bool:
    """Whether a negation fails for any individual, so that no fact shows it."""
    is_any = any(isinstance(binding.get(var), Var) for var in goal.shared)
    return step.kind == "negation" and step.status is Truth.FALSE and is_any
