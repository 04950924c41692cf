"""Counts as nodes: how far they have got, in words and as data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.knowledge import KnowledgeBase
from explain.proof import nodes
from explain.proof.derivations import Counted
from explain.proof.nodes import CountState, Node
from explain.words.claims import AggregateFails, AggregateHolds, CountStands, RowCounts, said
from explain.words.sentences import written
from kb.language.declarations import Declarations
from kb.language.printer import show_body
from kb.language.syntax import Aggregate, Count, variables
from kb.language.terms import Const, Term, Var, row_key, term_text
from kb.language.truth import Truth

Row = tuple[Const, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that count for certain, those that may, and whether individuals that are not named may."""

    found: Sequence[Row]
    undocumented: Sequence[Row] = ()
    others: bool = False


def row_text(row: tuple[Term, ...]) -> str:
    """A counted row as the program would write it: `a`, `1-a`."""
    return "-".join(term_text(each) for each in row if not isinstance(each, Var))


def counted_rows(kb: KnowledgeBase, counted: Counted) -> Rows:
    """The rows of a count or an aggregate, in standard order."""
    columns = tuple(variables(counted.columns))
    binding = dict(counted.binding)
    true: set[Row] = set()
    unknown: set[Row] = set()
    others = False
    for values, state in kb.part_rows(counted.goal.goal, columns, binding):
        named = dict(zip(columns, values, strict=True))
        row = tuple(named[term] if isinstance(term, Var) else term for term in counted.columns)
        known = tuple(each for each in row if not isinstance(each, Var))
        if len(known) < len(row):
            others = True
        else:
            (true if state is Truth.TRUE else unknown).add(known)
    return Rows(sorted(true, key=row_key), sorted(unknown, key=row_key), others)


def counted_node(
    counted: Counted,
    status: Truth,
    rows: Rows,
    children: Iterable[Node],
    declarations: Declarations,
    *,
    opened: bool = True,
) -> nodes.Count | nodes.Aggregate:
    """The node of a count or an aggregate."""
    closed, columns = written(counted.goal, dict(counted.binding)), counted.columns
    below = tuple(children)
    match closed:
        case Count():
            return nodes.Count(
                goal=show_body(closed), status=status, children=below, opened=opened, count=_state(counted, closed, rows),
                text=said(CountStands(closed, columns, rows.found, rows.undocumented, rows.others), declarations),
            )  # fmt: skip
        case Aggregate():
            may_be_more = bool(rows.undocumented or rows.others)
            holds, fails = AggregateHolds(closed, columns, rows.found), AggregateFails(closed, status, may_be_more)
            return nodes.Aggregate(
                goal=show_body(closed), status=status, children=tuple(each for each in below if isinstance(each, nodes.Witness)),
                opened=opened, text=said(holds if status is Truth.TRUE else fails, declarations),
            )  # fmt: skip
        case _:
            raise AssertionError("filling in variables makes no other literal")


def _state(counted: Counted, goal: Count, rows: Rows) -> CountState:
    """How far a count has got."""
    found, undocumented = (tuple(map(row_text, each)) for each in (rows.found, rows.undocumented))
    op: Literal["at_least", "at_most"] = "at_most" if goal.op == "at_most" else "at_least"
    return CountState(op, counted.bound, found, undocumented, rows.others)


def witness_node(counted: Counted, row: Row, children: tuple[Node, ...], declarations: Declarations) -> nodes.Witness:
    """The node of a row that counts."""
    text = said(RowCounts(counted.columns, row), declarations)
    return nodes.Witness(goal=row_text(row), text=text, children=children)
