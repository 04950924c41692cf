"""Why a count or an aggregate is not true: how far it got, what keeps it there, and what would close it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from engine.bodies import Partial, ground, truth
from explain.proof import nodes
from explain.proof.counts import Row, count_state, counted_rows, witness_node
from explain.proof.derivations import Counted, premise_of
from explain.proof.open_atoms import complete_record
from explain.words.claims import AggregateFails, CountStands, said
from explain.words.sentences import literal_text, written
from kb.language.syntax import Aggregate, AtomF, Count, conjuncts
from kb.language.terms import Const, Var, row_key
from kb.language.truth import Truth

if TYPE_CHECKING:
    from explain.proof.why import Explainer


def failed_count(
    explainer: Explainer, goal: Count | Aggregate, binding: Partial, status: Truth, *, opened: bool = True
) -> nodes.Node:
    """Why a count falls short or is not known; `opened` shows what counts, and what keeps others from it."""
    counted = premise_of(goal, binding)
    assert isinstance(counted, Counted)
    text = literal_text(goal, binding)
    if isinstance(goal, Aggregate):
        return _aggregate(explainer, counted, text, status, opened=opened)
    rows, undocumented, others = counted_rows(explainer.kb, counted)
    children: list[nodes.Node] = [_witness(explainer, counted, row) for row in rows] if opened else []
    if opened and status is Truth.FALSE and goal.op == "at_least":
        children += _why_no_more(explainer, goal, binding)
    closed = written(goal, binding)
    assert isinstance(closed, Count)
    return nodes.Count(
        goal=text, status=status, children=tuple(children), opened=opened,
        text=said(CountStands(closed, counted.columns, rows, undocumented, others), explainer.declared),
        count=count_state(counted, goal, rows, undocumented, others),
    )  # fmt: skip


def _aggregate(explainer: Explainer, counted: Counted, text: str, status: Truth, *, opened: bool) -> nodes.Node:
    rows, undocumented, others = counted_rows(explainer.kb, counted)
    children = tuple(_witness(explainer, counted, row) for row in rows) if opened else ()
    closed = written(counted.goal, dict(counted.binding))
    assert isinstance(closed, Aggregate)
    words = said(AggregateFails(closed, status, bool(undocumented or others)), explainer.declared)
    return nodes.Aggregate(goal=text, status=status, text=words, children=children, opened=opened)


def _witness(explainer: Explainer, counted: Counted, row: Row) -> nodes.Witness:
    binding = counted.known | {
        term: value for term, value in zip(counted.columns, row, strict=True) if isinstance(term, Var)
    }
    node = explainer.holds(counted.goal.goal, binding)
    children = node.children if isinstance(node, nodes.Conjunction) else (node,)
    return witness_node(counted, row, children, explainer.declared)


def _why_no_more(explainer: Explainer, goal: Count, binding: Partial) -> Iterator[nodes.Node]:
    """What keeps other rows from counting: records that are complete, and what is stated not to be so."""
    seen = set()
    for each in conjuncts(goal.goal):
        if not isinstance(each, AtomF) or not explainer.declared.is_abducible(each.pred.positive) or each.pred.negative:
            continue
        atom = ground(each, binding)
        record = complete_record(explainer, atom)
        if record is not None and record.goal not in seen:
            seen.add(record.goal)
            yield record
        denied = AtomF(atom.pred.opposite, atom.args)
        for row in sorted(explainer.kb.rows(denied.pred, denied.args), key=row_key):
            if _would_count(explainer, goal, each, row, binding):
                yield explainer.proof(AtomF(denied.pred, row))


def _would_count(explainer: Explainer, goal: Count, denied: AtomF, row: tuple[Const, ...], binding: Partial) -> bool:
    """Whether the other literals of a count's goal are not false for a row that one of them is denied for."""
    bound = dict(binding) | {arg: value for arg, value in zip(denied.args, row, strict=True) if isinstance(arg, Var)}
    return all(
        truth(explainer.kb, each, bound) is not Truth.FALSE
        for each in conjuncts(goal.goal)
        if each is not denied and isinstance(each, AtomF)
    )
