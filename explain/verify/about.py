"""The proof checker on what is shown beside what is not true: what gave a test its values, and what holds all the same."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from explain.verify.matching import Bound, instance_of, is_named, pattern_of, said_under
from explain.verify.obligations import TESTS, Context, Finding, Findings
from explain.verify.program import Goal
from explain.verify.proofs import placed, proof
from explain.verify.steps import Step
from explain.words.claims import Stands
from kb.language.syntax import AtomF
from kb.language.terms import Var
from kb.language.truth import Truth


def sources(context: Context, step: Step, test: Goal, holding: Sequence[Goal], binding: Bound) -> Findings:
    """Checks that a test shows what gave its variables their values, of the literals beside it that hold."""
    known = _constants(binding)
    wanted = test.vars & known.keys()
    giving = [goal for goal in holding if not wanted.isdisjoint(_gives(goal))]
    shown = yield from _lines(context, step, giving, known)
    for goal, line in shown:
        if not isinstance(goal.literal, AtomF):
            yield from sources(context, line, goal, [other for other in holding if other is not goal], binding)
    given = frozenset().union(*(_gives(goal) for goal, _ in shown))
    lacking = [var.name for goal in giving for var in (_gives(goal) & wanted) - given]
    yield from step.must(not lacking, f"it does not show what gave `{''.join(lacking[:1])}` its value")


def beside(context: Context, step: Step, holding: Sequence[Goal], binding: Bound) -> Findings:
    """Checks that a body that is not known shows the atoms in it that hold."""
    yield from step.must(step.status is Truth.UNKNOWN, "only beside what is not known is shown what holds")
    known = _constants(binding)
    atoms = [goal for goal in holding if isinstance(goal.literal, AtomF) and all(map(known.__contains__, _named(goal)))]
    shown = yield from _lines(context, step, atoms, known)
    yield from step.must(len(shown) == len(atoms), "it does not show every atom that holds beside the rest")


def _constants(binding: Bound) -> Bound:
    return {var: value for var, value in binding.items() if not isinstance(value, Var)}


def _named(goal: Goal) -> list[Var]:
    return [var for var in goal.vars if is_named(var)]


def _gives(goal: Goal) -> frozenset[Var]:
    """The variables that a literal can give values to."""
    return goal.vars if isinstance(goal.literal, AtomF) else goal.gives


def _lines(
    context: Context, step: Step, goals: Sequence[Goal], binding: Bound
) -> Generator[Finding, None, list[tuple[Goal, Step]]]:
    """Checks that what a step is about are some of these goals that hold, each once and in one line, and gives them."""
    left, shown = list(goals), []
    for line in step.about:
        fits = ((goal, said_under(goal, line, binding)) for goal in left)
        goal, known = next((each for each in fits if each[1] is not None), (None, None))
        if goal is None or known is None:
            yield line.fault("this holds beside nothing, or gives nothing that is tested a value")
            continue
        left.remove(goal)
        shown.append((goal, line))
        yield from _line(context, line, goal, known)
    return shown


def _line(context: Context, line: Step, goal: Goal, binding: Bound) -> Findings:
    """Checks a literal that holds, in one line."""
    closed = instance_of(goal, binding)
    if line.status is not Truth.TRUE or context.truth(goal, binding) is not Truth.TRUE:
        yield line.fault("this does not hold")
    elif isinstance(closed, AtomF) and context.evaluator.clauses_of(closed.pred, pattern_of(closed)):
        yield from line.must(line.kind == "fact", "what is stated is shown as a fact")
        yield from proof(context, line, closed)
    else:
        kind = TESTS.get(type(closed), "summary")
        yield from line.must(line.kind == kind and not line.binding, "this is no line for what holds")
        yield from context.says(line, Stands(line.said or closed, Truth.TRUE))
        if isinstance(closed, AtomF):
            yield from line.must(not line.about, "what an atom rests on is not shown in a line")
            yield from placed(context, line, closed)
