"""The proof checker on explanations: whether each step is an instance of a rule, a stated fact, or truly not so.

What is true is checked by structure: each step has its premises among its children. What is not true is worked out
again (explain/verify/evaluator.py), since the reason is that nothing else holds.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from itertools import chain
from typing import TypeAlias, assert_never

from msgspec import Struct, field
from msgspec.structs import replace

from explain.verify.failures import failed_atom, not_held
from explain.verify.obligations import (
    PLAIN,
    TESTS,
    WORDS,
    Context,
    Due,
    Findings,
    OneOf,
    Stand,
    as_written,
    constants_of,
    individual_names,
    instance_of,
    may_say_nothing,
    pattern_of,
    row_text,
    waits,
)
from explain.verify.program import Binding, Goal, is_constant, scoped
from explain.verify.proofs import held, premises, proof
from explain.verify.steps import Fault, Step, says
from explain.words.claims import AggregateFails, AggregateHolds, CountStands, Row, RowCounts, Stands
from kb.language.declarations import COMPLETE
from kb.language.printer import show_atom, show_body
from kb.language.syntax import Aggregate, AtomF, Body, Builtin, Compare, Conjunct, Count, Documented, Member, Not, Or
from kb.language.terms import Atom, Int, Term, Var, in_standard_order
from kb.language.traversal import conjuncts, substitute
from kb.language.truth import Truth

_Key: TypeAlias = tuple[str, str, Stand, tuple[int, ...]]
_Task: TypeAlias = Generator["_Task", list[Fault], list[Fault]]
"""A check that hands over the checks it waits for, is sent what each comes to, and ends with the faults found."""
_KINDS = {**TESTS, Not: "negation", Documented: "documented", Count: "count", Aggregate: "aggregate"}


class Explanations(Struct, frozen=True):
    """Checks explanations over one program and the facts of a case."""

    context: Context
    _known: dict[_Key, list[Fault]] = field(default_factory=dict)
    """What was found wrong with steps, so that shared ones are checked once."""

    def faults(self, step: Step, body: Body | None = None) -> list[Fault]:
        """What is wrong with an explanation of a goal; without one, of what its first step says it explains."""
        return list(dict.fromkeys(_result_of(self._met(_begun(self.context, step, body)))))

    def _met(self, found: Findings) -> _Task:
        """The faults found, with those of every obligation."""
        faults: list[Fault] = []
        for each in found:
            match each:
                case Fault():
                    faults.append(each)
                case Due():
                    faults += yield self._due(each)
                case OneOf(readings):
                    faults += yield self._least(readings)
                case _:
                    assert_never(each)
        return faults

    def _least(self, readings: Iterable[Findings]) -> _Task:
        """The faults of the reading that has the fewest."""
        least: list[Fault] | None = None
        for reading in readings:
            faults = yield self._met(reading)
            if least is None or len(faults) < len(least):
                least = faults
            if not least:
                break
        return least or []

    def _due(self, due: Due) -> _Task:
        individuals = tuple(sorted([value for value in due.binding.values() if isinstance(value, int)]))
        closed = instance_of(due.goal, due.binding)
        key = due.step.id, show_body(closed), _that_matters(due, closed), individuals
        if key not in self._known:
            self._known[key] = yield self._met(_literal(self.context, due, closed))
        return self._known[key]


def _that_matters(due: Due, closed: Conjunct) -> Stand:
    """Where a step stands, as far as it matters to whether it is right: not at all to a proof of an atom, nor to a test; and what
    it is inside of matters to what rests on that alone."""
    if isinstance(closed, PLAIN) and (due.step.status is Truth.TRUE or not isinstance(closed, AtomF)):
        return Stand()
    return due.stand if due.step.rests_on_what_is_above else replace(due.stand, above=())


def _result_of(task: _Task) -> list[Fault]:
    """What a task comes to. Those that it waits for stand on a stack, so that the depth of an explanation does not matter."""
    waiting, is_new, result = [task], True, list[Fault]()
    while waiting:
        try:
            waiting.append(next(waiting[-1]) if is_new else waiting[-1].send(result))
            is_new = True
        except StopIteration as end:
            waiting.pop()
            is_new, result = False, end.value
    return result


def _begun(context: Context, step: Step, body: Body | None) -> Findings:
    """Checks the first step of an explanation."""
    asked = body or context.said(step)
    if asked is None or step.kind in ("witness", "branch", "summary"):
        yield step.fault("the explanation does not begin with a goal")
    elif body is not None and not says(step.goal, body):
        yield step.fault(f"this explains `{step.goal}`, where `{show_body(body)}` is to be explained")
    elif step.status is Truth.TRUE:
        yield from held(context, step, asked, scoped(asked), {})
    else:
        yield from not_held(context, step, asked, scoped(asked), {}, Stand())


def _literal(context: Context, due: Due, closed: Conjunct) -> Findings:
    """Checks a step for a literal of a clause under a binding, whose instance it is."""
    step, goal, binding = due.step, due.goal, due.binding
    written = as_written(goal, binding)
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
        is_named = step.binding == individual_names(goal.vars, binding)
        yield from step.must(is_named, "the binding names what is no individual here")
    if isinstance(closed, AtomF):
        assert isinstance(written, AtomF)
        yield from failed_atom(context, step, closed, written, due.stand)
    elif not isinstance(closed, Or) and step.kind != _KINDS[type(closed)]:
        yield step.fault(f"`{step.goal}` is no goal for a node of kind `{step.kind}`")
    else:
        match closed:
            case Or():
                yield from not_held(context, step, goal.literal, goal.inside, binding, due.stand)
            case Not():
                yield from _negation(context, due)
            case Documented(inner):
                yield from _not_documented(context, due, inner)
            case Count():
                yield from _may_be_closed(step, due.stand.brief)
                yield from _count(context, step, goal, closed, binding)
            case Aggregate():
                yield from _may_be_closed(step, due.stand.brief)
                yield from _aggregate(context, step, goal, closed, binding)
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
    yield from context.says(step, Stands(context.said(step) or goal.literal, step.status))
    if not step.opened:
        # what holds of any individual, no fact shows; and what waits for what one is, says nothing
        is_any = any(isinstance(binding.get(var), int) for var in goal.shared)
        is_told = step.status is not Truth.FALSE and not any(
            waits(each, binding) or may_say_nothing(each, binding) for each in chain(*goal.inside)
        )
        yield from _may_be_closed(step, due.stand.brief or (is_any and not is_told))
    elif len(step.children) != 1:
        yield step.fault("it has one child, that shows why")
    elif step.status is Truth.FALSE:
        yield from held(context, step.children[0], inner, goal.inside, binding)
    else:
        yield from not_held(context, step.children[0], inner, goal.inside, binding, due.stand.refuting(step.status))


def _not_documented(context: Context, due: Due, inner: Body) -> Findings:
    """Checks why a goal of `documented` does not hold: what it is about is not true."""
    step, goal, binding = due.step, due.goal, due.binding
    yield from context.says(step, Stands(context.said(step) or goal.literal, step.status))
    if not step.opened:
        is_any = any(isinstance(binding.get(var), int) for var in goal.shared)
        is_told = not any(waits(each, binding) or may_say_nothing(each, binding) for each in chain(*goal.inside))
        yield from _may_be_closed(step, due.stand.brief or (is_any and not is_told))
    elif len(step.children) != 1:
        yield step.fault("it has one child, that shows why")
    else:
        stand = replace(due.stand, undecided=False)
        yield from not_held(context, step.children[0], inner, goal.inside, binding, stand)


def _may_be_closed(step: Step, may: bool) -> Findings:
    """Checks that a step shows what is below it, unless that may be left out."""
    if not step.opened:
        yield from step.must(may, "only what is below an alternative that is not the nearest is left out")


def _counted(context: Context, goal: Goal, binding: Binding) -> tuple[list[Row], list[Row], bool]:
    """What a count or an aggregate comes to: the rows that count for certain and those that may, in standard order, and
    whether individuals that nothing names may. Its variables without a value are read as its own."""
    if not binding.keys() >= set(goal.shared):
        goal = replace(goal, shared=tuple(var for var in goal.shared if var in binding))
    rows = context.evaluator.witnesses(goal, binding)
    named = {row: truth for row, truth in rows.items() if is_constant(row)}
    ordered = in_standard_order(named)
    true, unknown = ([row for row in ordered if named[row] is truth] for truth in (Truth.TRUE, Truth.UNKNOWN))
    return true, unknown, len(named) < len(rows)


def _count(context: Context, step: Step, goal: Goal, closed: Count, binding: Binding) -> Findings:
    """Checks how far a count has got, and its witnesses."""
    found, undocumented, others = _counted(context, goal, binding)
    said, limit = step.count, closed.bound.value if isinstance(closed.bound, Int) else None
    if said is None or (said.op, said.bound) != (closed.op, limit):
        yield step.fault("its `count` is not that of the goal")
        return
    if closed.op == "at_least" and step.status is Truth.TRUE:
        found = [row for row in found if row_text(row) in said.found]
        undocumented, others = [], False
        is_enough = len(found) == max(0, limit or 0)
        yield from step.must(is_enough, f"`{len(found)}` rows count here, and it takes `{limit}`")
    if others:  # a row that is an instance of one that is more open may be left out
        undocumented = [row for row in undocumented if row_text(row) in said.undocumented]
    is_same = said.found == tuple(map(row_text, found))
    yield from step.must(is_same, "the rows said to be found are not those that count")
    is_same = said.undocumented == tuple(map(row_text, undocumented))
    yield from step.must(is_same, "the rows said to be open are not those that are")
    yield from step.must(said.others is others, "whether others may count is said wrongly")
    columns = _columns(goal, binding)
    yield from context.says(step, CountStands(closed, columns, found, undocumented, others))
    if step.opened:
        is_limited = (closed.op == "at_least") is (step.status is Truth.FALSE) and step.status is not Truth.UNKNOWN
        yield from _witnesses(context, step, goal, found, binding)
        yield from _closed_by(context, step, _closing(context, closed, columns, found) if is_limited else [])


def _aggregate(context: Context, step: Step, goal: Goal, closed: Aggregate, binding: Binding) -> Findings:
    """Checks the rows of an aggregate; its value has been worked out."""
    found, undocumented, others = _counted(context, goal, binding)
    if step.status is Truth.TRUE:
        yield from context.says(step, AggregateHolds(closed, _columns(goal, binding), found))
    else:
        asked = context.said(step)
        told = asked if isinstance(asked, Aggregate) else closed
        yield from context.says(step, AggregateFails(told, step.status, bool(undocumented or others)))
    if step.opened:
        yield from _witnesses(context, step, goal, found, binding)
        is_settled = step.status is not Truth.UNKNOWN
        yield from _closed_by(
            context, step, _closing(context, closed, _columns(goal, binding), found) if is_settled else []
        )


def _columns(goal: Goal, binding: Binding) -> tuple[Term, ...]:
    """What is counted, with the constants that are known outside the count."""
    known = constants_of(binding)
    return tuple(known.get(term, term) if isinstance(term, Var) else term for term in goal.terms)


def _witnesses(context: Context, step: Step, goal: Goal, rows: Sequence[Row], binding: Binding) -> Findings:
    """Checks that the witnesses among the children are the rows that count, and prove that they do."""
    shown = [child for child in step.children if child.kind == "witness"]
    if [child.goal for child in shown] != list(map(row_text, rows)):
        yield step.fault("its witnesses are not the rows that count, each once")
        return
    for child, row in zip(shown, rows, strict=True):
        inner = {term: value for term, value in zip(goal.terms, row, strict=True) if isinstance(term, Var)}
        yield from context.says(child, RowCounts(_columns(goal, binding), row))
        yield from premises(child, goal.inside, {**binding, **inner})


def _closing(
    context: Context, closed: Count | Aggregate, columns: Sequence[Term], counting: Sequence[Row]
) -> list[AtomF]:
    """What keeps other rows from counting: that a record is complete or, where it is not, what is stated not to be so."""
    found: dict[AtomF, None] = {}
    goals = [each for each in conjuncts(closed.goal) if isinstance(each, AtomF)]
    for each in goals:
        if not context.book.is_open(each.pred) or each.pred.negative:
            continue
        pattern = pattern_of(each)
        if context.evaluator.tables.is_complete(each.pred, pattern):
            found[AtomF(COMPLETE, (each.args[0], Atom(each.pred.name)))] = None
            continue
        for row in filter(is_constant, context.evaluator.rows(each.pred.opposite, pattern, False)):
            values = {arg: value for arg, value in zip(each.args, row, strict=True) if isinstance(arg, Var)}
            rest = [substitute(other, values) for other in goals if other is not each]
            counted_row = tuple(values.get(term, term) if isinstance(term, Var) else term for term in columns)
            if counted_row not in counting and all(
                context.evaluator.truth(scoped(other), {}) is not Truth.FALSE for other in rest
            ):
                found[AtomF(each.pred.opposite, row)] = None
    return list(found)


def _closed_by(context: Context, step: Step, wanted: Sequence[AtomF]) -> Findings:
    """Checks that the children that are no witnesses prove what closes a count."""
    children = [child for child in step.children if child.kind != "witness"]
    by_text = {show_atom(atom): atom for atom in wanted}
    if sorted(child.goal for child in children) != sorted(by_text):
        yield step.fault("what closes the count is not what is shown")
        return
    for child in children:
        yield from proof(context, child, by_text[child.goal])
