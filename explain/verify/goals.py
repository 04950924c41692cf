"""Texts for the proof checker: goals read from them fast, and the sentences that nodes ought to have."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
from functools import lru_cache

from explain.words.sentences import body_sentence, listed, readable, say, with_truth
from kb.language.arithmetic import calculate
from kb.language.builtins import NUMERIC_COMPARISONS, is_builtin
from kb.language.declarations import Declarations
from kb.language.loader import read_goal
from kb.language.printer import show_body, show_expr
from kb.language.syntax import (
    Aggregate,
    And,
    AtomF,
    Body,
    Builtin,
    Compare,
    Count,
    Member,
    Not,
    Or,
    Pred,
    body_terms,
    conjuncts,
)
from kb.language.terms import INT_MAX, Atom, Const, Date, Int, Term, Var
from kb.language.truth import Truth

Row = tuple[Const, ...]
MOST_NAMED, FEW_NAMED = 6, 3
_SIMPLE = re.compile(r"(-?)([a-z]\w*)(?:\(((?:[\w-]+, )*[\w-]+)\))?\Z")
_DATE = re.compile(r"\d{4}-\d\d-\d\d\Z")


@lru_cache(maxsize=1 << 16)
def read_body(text: str) -> Body | None:
    """The goal that a text says, or None if it says none."""
    simple = _SIMPLE.match(text)
    if simple and simple[2] not in ("true", "false", "fail"):
        args = tuple(_simple_term(arg) for arg in simple[3].split(", ")) if simple[3] else ()
        plain = tuple(arg for arg in args if arg is not None)
        body = AtomF(Pred(simple[2], len(args), bool(simple[1])), plain)
        if len(plain) == len(args) and show_body(body) == text and not is_builtin(simple[2]):
            return body
    try:
        found = read_goal(text)
    except RecursionError:
        return None
    return None if isinstance(found, tuple) else found


def _simple_term(text: str) -> Term | None:
    if re.match(r"[a-z]\w*\Z", text, re.ASCII):
        return Atom(text)
    if re.match(r"[A-Z]\w*\Z", text, re.ASCII):
        return Var(text)
    if re.match(r"(0|-?[1-9]\d*)\Z", text, re.ASCII) and abs(int(text)) < INT_MAX:
        return Int(int(text))
    if _DATE.match(text):
        try:
            return Date(datetime.date.fromisoformat(text))
        except ValueError:
            return None
    return None


def read_constant(text: str) -> Const | None:
    """The constant that a text says, or None."""
    body = read_body(f"value({text})")
    if isinstance(body, AtomF) and len(body.args) == 1 and not isinstance(body.args[0], Var):
        return body.args[0]
    return None


def says(text: str, body: Body) -> bool:
    """Whether a text is that of a goal, whatever the order of literals inside it."""
    if text == show_body(body):
        return True
    if isinstance(body, AtomF | Compare | Builtin | Member):
        return False
    read = read_body(text)
    return read is not None and _settled(read) == _settled(body)


def _settled(body: Body) -> str:
    """The text of a body with conjunctions in the order of their texts and nameless variables alike."""
    match body:
        case And() | Or():
            parts = sorted(f"({_settled(part)})" for part in (conjuncts(body) if isinstance(body, And) else body.goals))
            return (", " if isinstance(body, And) else " ; ").join(parts)
        case Not(goal):
            return f"\\+ ({_settled(goal)})"
        case Count(goal=goal) | Aggregate(goal=goal):
            return f"{show_body(replace(body, goal=And(())))} of ({_settled(goal)})"
        case _:
            return show_body(body)


def tested_text(literal: Body, status: Truth) -> str:
    """The sentence of a comparison, a built-in or a membership."""
    shown = show_body(literal)
    is_closed = not any(isinstance(term, Var) for term in body_terms(literal))
    if isinstance(literal, Compare) and literal.op in NUMERIC_COMPARISONS and is_closed:
        values = [calculate(side, {}) for side in (literal.left, literal.right)]
        if values[0] is not None and values[1] is not None:
            shown = f"{show_expr(values[0])} {literal.op} {show_expr(values[1])}"
    if isinstance(literal, Builtin):
        words = [readable(arg) for arg in literal.args]
        shown = {
            "age": "who was born on {0} is {2} years old on {1}",
            "days_between": "from {0} to {1} it is {2} days",
            "add_days": "{1} days after {0} it is {2}",
            "add_months": "{1} months after {0} it is {2}",
        }.get(literal.name, shown.replace("{", "{{").replace("}", "}}")).format(*words)
    return with_truth(shown, status)


def denied_text(goal: Body, status: Truth, declarations: Declarations) -> str:
    """The sentence of a negation."""
    said = body_sentence(goal, declarations)
    if status is Truth.FALSE:
        return say("against", said)
    return with_truth(said, Truth.FALSE if status is Truth.TRUE else Truth.UNKNOWN)


def count_text(count: Count, found: list[Row], undocumented: list[Row], *, others: bool) -> str:
    """The sentence of a count: how far it has got, and what would close it."""
    names, bound = _row_list(found) or say("none"), readable(count.bound)
    limit = count.bound.value if isinstance(count.bound, Int) else 0
    if count.op == "at_most":
        said = [say("at_most", bound, names)]
        if undocumented:
            said.append(say("may_count", _row_list(undocumented)))
    else:
        said = [say("found", len(found), bound) + (f": {names}" if found else "")]
        if undocumented and limit - len(found) > 1:
            said.append(say("several_would_do", limit - len(found), _row_list(undocumented)))
        elif undocumented:
            said.append(say("would_do", _row_list(undocumented, "or")))
    return "; ".join([*said, say("may_be_more")] if others else said)


def result_text(aggregate: Aggregate, found: list[Row]) -> str:
    """The sentence of an aggregate that holds: its value, and the rows it is of."""
    return f"{aggregate.op} = {readable(aggregate.result)}: {_row_list(found) or say('none')}"


def row_words(row: Row) -> str:
    """A counted row in a sentence."""
    return ", ".join(readable(each) for each in row)


def _row_list(rows: list[Row], joint: str = "and") -> str:
    is_plain = all(len(row) == 1 for row in rows)
    if len(rows) > MOST_NAMED:
        shown = (", " if is_plain else "; ").join(map(row_words, rows[:FEW_NAMED]))
        return say("and_more", shown, len(rows) - FEW_NAMED)
    return listed((row[0] for row in rows), joint) if is_plain else "; ".join(map(row_words, rows))
