"""What texts say, for the proof checker: goals and constants read from them fast, and whether one says a goal."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
from functools import lru_cache

from kb.language.builtins import is_builtin
from kb.language.loader import read_goal
from kb.language.printer import show_body
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
    conjuncts,
)
from kb.language.terms import INT_MAX, Atom, Const, Date, Int, Term, Var

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
