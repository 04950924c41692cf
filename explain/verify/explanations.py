"""The proof checker on explanations: whether each step is an instance of a rule, a stated fact, or truly not so.

What is true is checked by structure: each step has its premises among its children. What is not true is worked out
again (explain/verify/evaluator.py), since the reason is that nothing else holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeAlias, assert_never

from explain.verify.counts import aggregate, count
from explain.verify.failures import failed_atom, not_held
from explain.verify.goals import says
from explain.verify.matching import as_written, individual_names, instance_of, waits
from explain.verify.obligations import TESTS, WORDS, Context, Due, Findings, OneOf, Stand
from explain.verify.program import scoped
from explain.verify.proofs import held, proof
from explain.verify.steps import Fault, Step
from explain.words.claims import Stands
from kb.language.printer import show_body
from kb.language.syntax import Aggregate, AtomF, Body, Builtin, Compare, Count, Member, Not
from kb.language.terms import Var
from kb.language.truth import Truth

_Key: TypeAlias = tuple[str, str, Stand, tuple[str, ...]]
_KINDS = {**TESTS, Not: "negation", Count: "count", Aggregate: "aggregate"}


@dataclass(frozen=True, slots=True)
class Explanations:
    """Checks explanations over one program and the facts of a case."""

    context: Context
    _known: dict[_Key, list[Fault]] = field(default_factory=dict)
    """What was found wrong with steps, so that shared ones are checked once."""

    def faults(self, step: Step, body: Body | None = None) -> list[Fault]:
        """What is wrong with an explanation of a goal; without one, of what its first step says it explains."""
        return list(dict.fromkeys(self._met(_begun(self.context, step, body))))

    def _met(self, found: Findings) -> list[Fault]:
        """The faults found, with those of every obligation."""
        faults: list[Fault] = []
        for each in found:
            match each:
                case Fault():
                    faults.append(each)
                case Due():
                    faults += self._due(each)
                case OneOf(readings):
                    faults += self._least(readings)
                case _:
                    assert_never(each)
        return faults

    def _least(self, readings: Iterable[Findings]) -> list[Fault]:
        """The faults of the reading that has the fewest."""
        least: list[Fault] | None = None
        for reading in readings:
            faults = self._met(reading)
            if least is None or len(faults) < len(least):
                least = faults
            if not least:
                break
        return least or []

    def _due(self, due: Due) -> list[Fault]:
        individuals = tuple(sorted(term.name for term in due.binding.values() if isinstance(term, Var)))
        key = due.step.id, show_body(instance_of(due.goal, due.binding)), due.stand, individuals
        if key not in self._known:
            self._known[key] = self._met(_literal(self.context, due))
        return self._known[key]


def _begun(context: Context, step: Step, body: Body | None) -> Findings:
    """Checks the first step of an explanation."""
    asked = body or step.said
    if asked is None or step.kind in ("witness", "branch", "summary"):
        yield step.fault("the explanation does not begin with a goal")
    elif body is not None and not says(step.goal, body):
        yield step.fault(f"this explains `{step.goal}`, where `{show_body(body)}` is to be explained")
    elif step.status is Truth.TRUE:
        yield from held(context, step, asked, scoped(asked), {})
    else:
        yield from not_held(context, step, asked, scoped(asked), {}, Stand())


def _literal(context: Context, due: Due) -> Findings:
    """Checks a step for a literal of a clause under a binding."""
    step, goal, binding = due.step, due.goal, due.binding
    closed, written = instance_of(goal, binding), as_written(goal, binding)
    if not says(step.goal, written):
        yield step.fault(f"it says `{step.goal}`, where the rule has `{show_body(closed)}`")
        return
    if isinstance(closed, AtomF) and step.status is Truth.TRUE:
        yield from proof(context, step, closed)
        return
    truth = context.truth(goal, binding)
    if truth is not step.status:
        yield step.fault(f"`{show_body(closed)}` is {WORDS[truth]}, and here it is {WORDS[step.status]}")
        return
    if step.kind not in ("rule", "conjunction", "branch"):
        is_named = step.binding == individual_names(goal, binding)
        yield from step.must(is_named, "the binding names what is no individual here")
    if isinstance(closed, AtomF):
        assert isinstance(written, AtomF)
        yield from failed_atom(context, step, closed, written, due.stand)
    elif step.kind != _KINDS[type(closed)]:
        yield step.fault(f"`{step.goal}` is no goal for a node of kind `{step.kind}`")
    else:
        match closed:
            case Not():
                yield from _negation(context, due)
            case Count():
                yield from _may_be_closed(step, due.stand.brief)
                yield from count(context, step, goal, closed, binding)
            case Aggregate():
                yield from _may_be_closed(step, due.stand.brief)
                yield from aggregate(context, step, goal, closed, binding)
            case Compare() | Builtin() | Member():
                yield from context.says(step, Stands(written, step.status))
                is_bare = step.status is not Truth.TRUE or not step.about
                yield from step.must(is_bare, "nothing beside it belongs to a test that holds")
            case _:
                assert_never(closed)


def _negation(context: Context, due: Due) -> Findings:
    step, goal, binding = due.step, due.goal, due.binding
    assert isinstance(goal.literal, Not)
    inner = goal.literal.goal
    yield from context.says(step, Stands(step.said or goal.literal, step.status))
    if not step.opened:
        # what holds of any individual, no fact shows; and what waits for what one is, says nothing
        is_any = any(isinstance(binding.get(var), Var) for var in goal.shared)
        is_told = step.status is not Truth.FALSE and not any(waits(each, binding) for each in chain(*goal.inside))
        yield from _may_be_closed(step, due.stand.brief or (is_any and not is_told))
    elif len(step.children) != 1:
        yield step.fault("it has one child, that shows why")
    elif step.status is Truth.FALSE:
        yield from held(context, step.children[0], inner, goal.inside, binding)
    else:
        yield from not_held(context, step.children[0], inner, goal.inside, binding, due.stand.refuting(step.status))


def _may_be_closed(step: Step, may: bool) -> Findings:
    """Checks that a step shows what is below it, unless that may be left out."""
    if not step.opened:
        yield from step.must(may, "only what is below an alternative that is not the nearest is left out")
