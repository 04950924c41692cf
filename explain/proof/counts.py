"""Counts as nodes: how far they have got, in words and as data."""

from __future__ import annotations

from typing import Literal

from engine.knowledge import KnowledgeBase
from explain.proof import nodes
from explain.proof.derivations import Counted
from explain.proof.nodes import CountState, Node
from explain.words.claims import RowCounts, said
from kb.language.declarations import Declarations
from kb.language.syntax import Count, variables
from kb.language.terms import Const, Term, Var, row_key, term_text
from kb.language.truth import Truth

Row = tuple[Const, ...]


def row_text(row: tuple[Term, ...]) -> str:
    """A counted row as the program would write it: `a`, `1-a`."""
    return "-".join(term_text(each) for each in row if not isinstance(each, Var))


def counted_rows(kb: KnowledgeBase, counted: Counted) -> tuple[list[Row], list[Row], bool]:
    """The rows that count for certain, those that may, and whether individuals not named may."""
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
    return sorted(true, key=row_key), sorted(unknown, key=row_key), others


def count_state(counted: Counted, goal: Count, found: list[Row], undocumented: list[Row], others: bool) -> CountState:
    """How far a count has got."""
    texts = [tuple(row_text(row) for row in rows) for rows in (found, undocumented)]
    op: Literal["at_least", "at_most"] = "at_most" if goal.op == "at_most" else "at_least"
    return CountState(op, counted.bound, texts[0], texts[1], others)


def witness_node(counted: Counted, row: Row, children: tuple[Node, ...], declarations: Declarations) -> nodes.Witness:
    """The node of a row that counts."""
    text = said(RowCounts(counted.columns, row), declarations)
    return nodes.Witness(goal=row_text(row), text=text, children=children)
