"""Constants as JSON values, one way for all that is written: answers, cases, names, choices.

| a constant | its value |
|---|---|
| an integer | a number |
| a date, a decimal | a string as the language writes it: `"2024-07-01"`, `"0.25"` |
| a variable, where an argument is open | a string with its name: `"X1"` |
| an atom | a string; `{"atom": "1"}` where that would read as a variable, a date or a number |
| a string | `{"string": "..."}` |

So no two constants have one value.
"""

from __future__ import annotations

import datetime
import decimal
import re
from typing import TypeAlias

from kb.language.terms import INT_MAX, INT_MIN, Atom, Const, Date, Dec, Int, Str, Term, Var, make_decimal, term_text

JsonValue: TypeAlias = int | str | dict[str, str]
"""A constant, or a variable, as JSON data."""

_OTHERWISE = re.compile(r"[A-Z_]\w*|[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\d{4}-\d{2}-\d{2}", re.ASCII)
"""What reads as a variable, a number or a date, and so is no atom where it stands by itself."""


def json_value(term: Term) -> JsonValue:
    """A term as JSON data.

    >>> [json_value(each) for each in (Atom("a"), Atom("1"), Str("1"), Int(1), Var("X1"), Atom("X1"))]
    ['a', {'atom': '1'}, {'string': '1'}, 1, 'X1', {'atom': 'X1'}]
    """
    match term:
        case Int(value):
            return value
        case Str(value):
            return {"string": value}
        case Atom(name):
            return {"atom": name} if _OTHERWISE.fullmatch(name) else name
        case Var() | Dec() | Date():
            return term_text(term)


def constant(value: object) -> Const | None:
    """The constant that has a JSON value, or None if none has just that.

    >>> [constant(each) for each in ("a", {"atom": "1"}, {"atom": "a"}, 1, True, "1", "X1")]
    [Atom(name='a'), Atom(name='1'), None, Int(value=1), None, None, None]
    """
    read = (each(value) for each in (_tagged, _number, _date, _atom))
    return next((each for each in read if each is not None and json_value(each) == value), None)


def _tagged(value: object) -> Const | None:
    match value:
        case {"string": str(text)}:
            return Str(text)
        case {"atom": str(text)}:
            return Atom(text)
        case _:
            return None


def _number(value: object) -> Const | None:
    if type(value) is int and INT_MIN <= value <= INT_MAX:
        return Int(value)
    if not isinstance(value, str) or not re.fullmatch(r"-?[0-9]+\.[0-9]+", value):
        return None
    try:
        return make_decimal(decimal.Decimal(value))
    except (decimal.Inexact, decimal.InvalidOperation, decimal.Overflow):
        return None


def _date(value: object) -> Const | None:
    try:
        return Date(datetime.date.fromisoformat(value)) if isinstance(value, str) else None
    except ValueError:
        return None


def _atom(value: object) -> Const | None:
    return Atom(value) if isinstance(value, str) else None
