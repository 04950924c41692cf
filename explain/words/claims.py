"""What a step of an explanation says: one pure function from a claim and the program's declarations to the sentence.

What builds explanations makes the claims from what it has found, the checker from what it has worked out on its own; both ask
here, so that the sentence that people read is the one that is checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import replace

from explain.words.phrases import say
from explain.words.sentences import (
    Speech,
    failing_sentence,
    holding_sentence,
    joined,
    readable,
    sentence,
    spaced,
    value_question,
)
from kb.language.builtins import NUMERIC_COMPARISONS, calculate
from kb.language.declarations import Declarations
from kb.language.printer import show_body, show_term
from kb.language.syntax import Aggregate, And, AtomF, Body, Builtin, Compare, Count, Member, Not
from kb.language.terms import Const, Int, Term, Var
from kb.language.traversal import body_terms, variables
from kb.language.truth import Truth

Row: TypeAlias = tuple[Const, ...]
Test: TypeAlias = Compare | Builtin | Member
Columns: TypeAlias = tuple[Term, ...]
"""What a count or an aggregate is of, as the program writes it."""
NAMELESS: Columns = (Var("_"),)
"""Of names in a row: one column, which is called nothing."""
MOST_NAMED = 6
FEW_NAMED = 3
"""How many names a line lists at most, and how many where there are more, which it then counts."""


class Stands(Struct, frozen=True):
    """A goal, with what is known of its variables filled in, has a truth; `is_other` says of any other individual than
    those of which it is true. Counts, and aggregates that hold, say more than this."""

    goal: Body
    status: Truth
    is_other: bool = False


class AlternativeStands(Struct, frozen=True):
    """One alternative of a goal is not true, because of these literals."""

    goals: tuple[Body, ...]
    status: Truth


class CountStands(Struct, frozen=True):
    """How far a count has got: the rows that count for certain, those that may, and whether others may."""

    goal: Count
    columns: Columns
    found: Sequence[Row]
    undocumented: Sequence[Row] = ()
    others: bool = False


class AggregateHolds(Struct, frozen=True):
    """An aggregate has its result, from these rows."""

    goal: Aggregate
    columns: Columns
    found: Sequence[Row]


class AggregateFails(Struct, frozen=True):
    """An aggregate does not have its result, or that is not known; more rows may belong to it."""

    goal: Aggregate
    status: Truth
    may_be_more: bool


class RowCounts(Struct, frozen=True):
    """A row counts."""

    columns: Columns
    row: Row


Claim: TypeAlias = Stands | AlternativeStands | CountStands | AggregateHolds | AggregateFails | RowCounts


def said(claim: Claim, declarations: Declarations) -> str:
    """The sentence of a claim."""
    match claim:
        case Stands(goal, status, is_other):
            text = _stands(goal, status, declarations)
            return say("any_other", text) if is_other else text
        case AlternativeStands(goals, status):
            return _stands(goals[0] if len(goals) == 1 else And(tuple(goals)), status, declarations)
        case CountStands():
            return _count(claim)
        case AggregateHolds(goal, columns, found):
            return say(f"{goal.op}_found", readable(goal.result), row_list(found, columns) or say("none"))
        case AggregateFails(goal, status, may_be_more):
            text = _amount(goal, status, declarations)
            return f"{text}; {say('may_be_more')}" if may_be_more else text
        case RowCounts(columns, row):
            return _row(row, columns)
        case _:
            assert_never(claim)


def alternative_text(goals: Sequence[Body]) -> str:
    """The literals of an alternative that are not true, as the program writes them."""
    return "; ".join(map(show_body, goals))


def _amount(goal: Aggregate, status: Truth, declarations: Declarations) -> str:
    """What an aggregate that does not hold says: where no value is asked for, that there is none, or that it is not known."""
    if not isinstance(goal.result, Var):
        return sentence(goal, declarations, status)
    return say("no_amount" if status is Truth.FALSE else "unknown_amount", Speech(declarations).amount(goal))


def in_conflict(contrary: AtomF | None, stated: Sequence[tuple[AtomF, str]], declarations: Declarations) -> str:
    """That the contrary of what holds does so too: what it is where it is concluded, and the facts that it rests on, each
    with the places that state it."""
    parts = [sentence(contrary, declarations)] if contrary is not None else []
    parts += [f"{sentence(fact, declarations)} <{places}>" for fact, places in stated]
    return say("conflict", "; ".join(parts))


def _stands(goal: Body, status: Truth, declarations: Declarations) -> str:
    match goal:
        case Compare() | Builtin() | Member():
            return _test(_computed(goal), status)
        case Not(Compare() | Builtin() | Member() as test) if status is not Truth.FALSE:
            return _test(_computed(test), status.negated)
        case Not(denied) if status is Truth.FALSE:
            return say("against", sentence(denied, declarations))
        case Not(denied):
            return _spoken(denied, status.negated, declarations)
        case _:
            return _spoken(goal, status, declarations)


def _spoken(goal: Body, status: Truth, declarations: Declarations) -> str:
    """The sentence of a goal as it stands. What is concluded alone, and so is false without anyone saying so, may have a sentence
    for that: the one that is declared for its strong negation. Of what is open, values that are not known go by the question that asks
    for them."""
    if isinstance(goal, AtomF) and status is Truth.FALSE and not variables(goal.args):
        opposite = goal.pred.opposite
        if opposite in declarations.preds and not declarations.is_abducible(goal.pred.positive):
            return sentence(AtomF(opposite, goal.args), declarations)
    asked = value_question(goal, declarations) if isinstance(goal, AtomF) and status is not Truth.TRUE else None
    if asked is not None:
        return say("unanswered" if status is Truth.UNKNOWN else "none_recorded", asked)
    return sentence(goal, declarations, status)


def _test(test: Test, status: Truth) -> str:
    match status:
        case Truth.TRUE:
            return holding_sentence(test)
        case Truth.FALSE:
            return failing_sentence(test)
        case Truth.UNKNOWN:
            return say("unknown", holding_sentence(test))


def _computed(test: Test) -> Test:
    """A test with what its sides come to, where they are numbers."""
    is_open = any(isinstance(term, Var) for term in body_terms(test))
    if not isinstance(test, Compare) or test.op not in NUMERIC_COMPARISONS or is_open:
        return test
    left, right = (calculate(side, {}) for side in (test.left, test.right))
    return test if left is None or right is None else replace(test, left=left, right=right)


# --- counts --------------------------------------------------------------------------------------------------------


def _count(claim: CountStands) -> str:
    """A count in one line: how far it has got, and what would close it."""
    found, undocumented, columns = claim.found, claim.undocumented, claim.columns
    names, bound = row_list(found, columns), readable(claim.goal.bound)
    if claim.goal.op == "at_most":
        if isinstance(claim.goal.bound, Int) and len(found) > claim.goal.bound.value:
            return say("more_than", bound, names)
        parts = [say("at_most", bound, names or say("none"))]
        if undocumented:
            parts.append(say("may_count", row_list(undocumented, columns)))
    else:
        limit = claim.goal.bound.value if isinstance(claim.goal.bound, Int) else 0
        lacking = limit - len(found)
        is_none = not found and limit == 1
        parts = [say("found_none") if is_none else say("found", len(found), bound) + (f": {names}" if found else "")]
        if undocumented and lacking > len(undocumented) and not claim.others:
            parts.append(say("too_few", row_list(undocumented, columns)))
        elif undocumented and lacking > 1:
            parts.append(_would_do("several_would_do", row_list(undocumented, columns), lacking))
        elif undocumented:
            parts.append(_would_do("would_do", row_list(undocumented, columns, "or")))
    return "; ".join([*parts, say("may_be_more")] if claim.others else parts)


def _would_do(key: str, names: str, *lacking: int) -> str:
    """What would close a count; a row with semicolons stands at the end, so that it is seen where what is found ends."""
    return say(f"{key}_of" if "; " in names else key, names, *lacking)


def _names(columns: Columns) -> tuple[str, ...]:
    """What the program calls each counted column, as words; empty for what has no speaking name."""
    names = [spaced(show_term(term)) if isinstance(term, Var) else "" for term in columns]
    return tuple(name if len(name) > 2 else "" for name in names)


def _row(row: Row, columns: Columns) -> str:
    """A counted row in a sentence; a number goes by what it numbers, where the program has a name for that: `line 2`. What is
    written twice, as in a sum over a value that is counted too, is said once."""
    words = {
        term: f"{name} {readable(each)}" if name and isinstance(each, Int) else readable(each)
        for term, name, each in zip(columns, _names(columns), row, strict=True)
    }
    return ", ".join(words.values())


def row_list(rows: Sequence[Row], columns: Columns = NAMELESS, joint: str = "and") -> str:
    """Rows in a sentence, no more than fit a line."""
    are_more = len(rows) > MOST_NAMED
    words = [_row(row, columns) for row in (rows[:FEW_NAMED] if are_more else rows)]
    is_plain = len(set(columns)) == 1
    if are_more:
        return say("and_more", (", " if is_plain else "; ").join(words), len(rows) - FEW_NAMED)
    return joined(words, joint) if is_plain else "; ".join(words)
