"""Constants of the language as Python values, and Python values as the facts of a case."""

from __future__ import annotations

import datetime
import decimal
import numbers
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from kb.language.declarations import Declarations
from kb.language.diagnostics import ProgramError
from kb.language.printer import show_clause
from kb.language.syntax import TRUE, AtomF, Clause, Pred
from kb.language.terms import Atom, Const, Date, Dec, Int, Str, Term, Var, make_decimal

CASE = "<case>"
"""What messages call a case that is in no file."""
Value: TypeAlias = str | int | decimal.Decimal | datetime.date | None
"""A constant: an atom or a string as text, numbers and dates as Python has them; None where an argument is open."""


def value_of(term: Term) -> Value:
    """A constant as a Python value, or None for a variable.

    >>> [value_of(each) for each in (Atom("a name"), Int(2), Date(datetime.date(2024, 7, 1)), Var("X"))]
    ['a name', 2, datetime.date(2024, 7, 1), None]
    """
    match term:
        case Atom(name):
            return name
        case Str(value) | Int(value) | Dec(value) | Date(value):
            return value
        case Var():
            return None


def facts_text(case: str, stated: Mapping[str, object], declarations: Declarations) -> str:
    """The text of a case file that states facts of a case, by predicate: whether it is so, a value, a tuple of values, or a list of
    these; `-p` for what is stated to be false. Raises `ProgramError` (E206) for what is no constant.

    >>> print(facts_text("c1", {"-seen": ["this", "that"], "tried": False}, Declarations()), end="")
    -seen(c1, this).
    -seen(c1, that).
    -tried(c1).
    """
    if not isinstance(case, str):
        raise ProgramError.of("E206", f"{case!r} is no name of a case", CASE, "give its name as text")
    clauses = (each for name, given in stated.items() for each in _clauses(case, name, given, declarations))
    return "".join(f"{show_clause(each)}\n" for each in clauses)


def _clauses(case: str, name: str, given: object, declarations: Declarations) -> Iterator[Clause]:
    place = f"<{case}>"
    if not isinstance(name, str):
        raise ProgramError.of("E206", f"{name!r} is no name of a predicate", place, "give its name as text")
    own, is_negative = name.removeprefix("-"), name.startswith("-")
    if isinstance(given, bool):
        yield Clause(AtomF(Pred(own, 1, is_negative == given), (Atom(case),)), TRUE)
        return
    for each in given if isinstance(given, list) else [given]:
        row = each if isinstance(each, tuple) else (each,)
        pred = Pred(own, 1 + len(row))
        types = declarations.types_of(pred)[1:] if pred in declarations.preds else ("",) * len(row)
        args = (_constant(value, type_, name, place) for value, type_ in zip(row, types, strict=True))
        yield Clause(AtomF(pred.opposite if is_negative else pred, (Atom(case), *args)), TRUE)


def _constant(value: object, type_: str, name: str, place: str) -> Const:
    match value:
        case numbers.Integral() if not isinstance(value, bool):  # those of NumPy too
            return Int(int(value))
        case decimal.Decimal() if value.is_finite():
            return make_decimal(value)
        case datetime.date() if not isinstance(value, datetime.datetime):
            return Date(value)
        case str():
            return Str(value) if type_ == "string" else Atom(value)
    hint = "give text, an int, a Decimal or a date; True or False for what has no further argument"
    raise ProgramError.of("E206", f"`{name}` is stated of {value!r}, which is no constant", place, hint)
