"""Counts as nodes: how far they have got, in words and as data."""

from __future__ import annotations

from engine.bodies import Partial
from engine.knowledge import KnowledgeBase
from explain.proof.derivations import Counted
from explain.proof.nodes import CountState, Node
from explain.words.sentences import joined, readable, say, spaced
from kb.language.printer import show_term
from kb.language.syntax import Aggregate, Count, substitute, variables
from kb.language.terms import Const, Int, Term, Var, row_key, term_text
from kb.language.truth import Truth

Row = tuple[Const, ...]
Names = tuple[str, ...]

MOST_NAMED = 6
FEW_NAMED = 3
"""How many names a line lists at most, and how many where there are more, which it then counts."""


def row_text(row: tuple[Term, ...]) -> str:
    """A counted row as the program would write it: `a`, `1-a`."""
    return "-".join(term_text(each) for each in row if not isinstance(each, Var))


def row_words(row: Row, names: Names = ()) -> str:
    """A counted row in a sentence; a number goes by what it numbers, where `names` has that: `line 2`."""
    said = [readable(each) for each in row]
    if len(names) == len(row):
        said = [
            f"{name} {text}" if name and isinstance(each, Int) else text
            for name, each, text in zip(names, row, said, strict=True)
        ]
    return ", ".join(said)


def row_list(rows: list[Row], joint: str = "and", names: Names = ()) -> str:
    """Rows in a sentence, no more than fit a line."""
    are_more = len(rows) > MOST_NAMED
    said = [row_words(row, names) for row in (rows[:FEW_NAMED] if are_more else rows)]
    is_plain = all(len(row) == 1 for row in rows)
    if are_more:
        return say("and_more", (", " if is_plain else "; ").join(said), len(rows) - FEW_NAMED)
    return joined(said, joint) if is_plain else "; ".join(said)


def names_of(counted: Counted) -> Names:
    """What the program calls each counted column, as words; empty for what has no speaking name."""
    names = [spaced(show_term(term)) if isinstance(term, Var) else "" for term in counted.columns]
    return tuple(name if len(name) > 2 else "" for name in names)


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


def count_state(counted: Counted, found: list[Row], undocumented: list[Row], others: bool) -> CountState | None:
    """How far a count has got; None for an aggregate."""
    if isinstance(counted.goal, Aggregate):
        return None
    return CountState(
        counted.goal.op,
        counted.bound,
        tuple(row_text(row) for row in found),
        tuple(row_text(row) for row in undocumented),
        others,
    )


def count_text(counted: Counted, found: list[Row], undocumented: list[Row], others: bool, columns: Names = ()) -> str:
    """A count or aggregate in one line: how far it has got, and what would close it."""
    goal, binding = counted.goal, dict(counted.binding)
    names = row_list(found, "and", columns) or say("none")
    if isinstance(goal, Aggregate):
        result = substitute(goal, binding)
        assert isinstance(result, Aggregate)
        return f"{goal.op} = {readable(result.result)}: {names}"
    bound = readable(_bound(goal, binding))
    if goal.op == "at_most":
        said = [say("at_most", bound, names)]
        if undocumented:
            said.append(say("may_count", row_list(undocumented, "and", columns)))
    else:
        said = [say("found", len(found), bound) + (f": {names}" if found else "")]
        if undocumented:
            lacking = (counted.bound or 0) - len(found)
            said.append(
                say("several_would_do", lacking, row_list(undocumented, "and", columns))
                if lacking > 1
                else say("would_do", row_list(undocumented, "or", columns))
            )
    if others:
        said.append(say("may_be_more"))
    return "; ".join(said)


def count_words(counted: Counted, found: list[Row], undocumented: list[Row], others: bool) -> str:
    """What people read of a count, with numbers named as `line 2`, or of an aggregate that holds."""
    columns = names_of(counted)
    if isinstance(counted.goal, Count):
        return count_text(counted, found, undocumented, others, columns)
    result = substitute(counted.goal, dict(counted.binding))
    assert isinstance(result, Aggregate)
    return say(f"{result.op}_found", readable(result.result), row_list(found, "and", columns) or say("none"))


def _bound(goal: Count, binding: Partial) -> Term:
    return binding.get(goal.bound, goal.bound) if isinstance(goal.bound, Var) else goal.bound


def witness_node(counted: Counted, row: tuple[Const, ...], children: tuple[Node, ...]) -> Node:
    """The node of a row that counts."""
    words = row_words(row, names_of(counted))
    return Node(row_text(row), Truth.TRUE, "witness", row_words(row), children=children, words=words)
