"""The proof checker on counts and aggregates: what counts, what may count, and what keeps others from counting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from explain.verify.matching import Bound, known_values, pattern_of, row_text, sharing
from explain.verify.obligations import Context, Findings
from explain.verify.program import Goal, scoped
from explain.verify.proofs import premises, proof
from explain.verify.steps import Step
from explain.words.claims import AggregateFails, AggregateHolds, CountStands, Row, RowCounts
from kb.language.declarations import COMPLETE
from kb.language.printer import show_atom
from kb.language.syntax import Aggregate, AtomF, Count, conjuncts, substitute
from kb.language.terms import Atom, Const, Int, Var, row_key
from kb.language.truth import Truth


@dataclass(frozen=True, slots=True)
class Counted:
    """What a count or an aggregate comes to: the rows that count for certain, those that may, and whether individuals that
    nothing names may."""

    found: list[tuple[Const, ...]]
    undocumented: list[tuple[Const, ...]]
    others: bool


def counted(context: Context, goal: Goal, binding: Bound) -> Counted:
    """The rows of a count or an aggregate, in standard order."""
    rows = context.evaluator.witnesses(sharing(goal, binding), known_values(binding))
    named = {row: truth for row, truth in rows.items() if not any(isinstance(each, int) for each in row)}
    ordered = sorted(named, key=row_key)  # type: ignore[arg-type] # constants
    true, unknown = ([row for row in ordered if named[row] is truth] for truth in (Truth.TRUE, Truth.UNKNOWN))
    return Counted(true, unknown, len(named) < len(rows))  # type: ignore[arg-type] # constants


def count(context: Context, step: Step, goal: Goal, closed: Count, binding: Bound) -> Findings:
    """Checks how far a count has got, and its witnesses."""
    rows = counted(context, goal, binding)
    found, undocumented, others = rows.found, rows.undocumented, rows.others
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
    yield from context.says(step, CountStands(closed, goal.terms, found, undocumented, others))
    if step.opened:
        is_short = step.status is Truth.FALSE and closed.op == "at_least"
        yield from _witnesses(context, step, goal, found, binding)
        yield from _closed_by(context, step, _closing(context, closed) if is_short else [])


def aggregate(context: Context, step: Step, goal: Goal, closed: Aggregate, binding: Bound) -> Findings:
    """Checks the rows of an aggregate; its value has been worked out."""
    rows = counted(context, goal, binding)
    if step.status is Truth.TRUE:
        yield from context.says(step, AggregateHolds(closed, goal.terms, rows.found))
    else:
        asked = step.said if isinstance(step.said, Aggregate) else closed
        yield from context.says(step, AggregateFails(asked, step.status, bool(rows.undocumented or rows.others)))
    if step.opened:
        yield from _witnesses(context, step, goal, rows.found, binding)
        yield from _closed_by(context, step, [])


def _witnesses(context: Context, step: Step, goal: Goal, rows: Sequence[Row], binding: Bound) -> Findings:
    """Checks that the witnesses among the children are the rows that count, and prove that they do."""
    shown = [child for child in step.children if child.kind == "witness"]
    if [child.goal for child in shown] != list(map(row_text, rows)):
        yield step.fault("its witnesses are not the rows that count, each once")
        return
    known = {var: binding[var] for var in goal.shared if var in binding}
    for child, row in zip(shown, rows, strict=True):
        inner = {term: value for term, value in zip(goal.terms, row, strict=True) if isinstance(term, Var)}
        yield from context.says(child, RowCounts(goal.terms, row))
        yield from premises(child, goal.inside, {**known, **inner})


def _closing(context: Context, closed: Count) -> list[AtomF]:
    """What keeps other rows from counting: complete records, and rows that are stated not to be so."""
    found: dict[AtomF, None] = {}
    goals = [each for each in conjuncts(closed.goal) if isinstance(each, AtomF)]
    for each in goals:
        if not context.book.is_open(each.pred) or each.pred.negative:
            continue
        pattern = pattern_of(each)
        if context.evaluator.is_complete(each.pred, pattern):
            found[AtomF(COMPLETE, (each.args[0], Atom(each.pred.name)))] = None
        for row in context.evaluator.rows(each.pred.opposite, pattern, False):
            values = {arg: value for arg, value in zip(each.args, row, strict=True) if isinstance(arg, Var)}
            rest = [substitute(other, values) for other in goals if other is not each]  # type: ignore[arg-type] # constants
            if all(context.evaluator.truth(scoped(other), {}) is not Truth.FALSE for other in rest):
                found[AtomF(each.pred.opposite, row)] = None  # type: ignore[arg-type]
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
