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

import re
from typing import TypeAlias

from kb.language.terms import Atom, Date, Dec, Int, Str, Term, Var, term_text

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
