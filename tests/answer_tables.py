"""Tables of answers read back as the constants that they stand for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from engine.knowledge import Answers
from kb.language.loader import read_goal
from kb.language.syntax import AtomF
from kb.language.terms import Atom, Const, Date, Int, Str, Term, Var, make_decimal

if TYPE_CHECKING:
    import pyarrow

Rows: TypeAlias = Counter[tuple[tuple[Term | None, ...], str]]
"""How often each answer is there, with None for an individual not named, and its truth value."""


def _written(text: str) -> Term:
    """The constant that the language writes so."""
    goal = read_goal(f"x({text})")
    assert isinstance(goal, AtomF)
    return goal.args[0]


READ: Mapping[str, Callable[[Any], Term]] = {
    "integer": Int, "date": Date, "decimal": make_decimal, "name": Atom, "string": Str, "mixed": _written,
}  # fmt: skip
TYPES = {"integer": "int64", "date": "date32[day]", "name": "string", "string": "string", "mixed": "string"}


def rows_of(table: pyarrow.Table) -> Rows:
    """The answers that a table has; each column has to have the type for its kind."""
    columns: list[list[Term | None]] = []
    for field, values in zip(table.schema, table.columns, strict=True):
        if field.name != "truth":
            kind = (field.metadata or {}).get(b"kind", b"").decode()
            assert str(field.type) == TYPES.get(kind, str(field.type)), field
            columns.append([None if each is None else READ[kind](each) for each in values.to_pylist()])
    truths = table.column("truth").to_pylist()
    rows = zip(*columns, strict=True) if columns else ((),) * len(truths)
    return Counter(zip(rows, truths, strict=True))


def rows_in(answers: Answers) -> Rows:
    """The same of answers."""
    found: Rows = Counter()
    for rows, truth in ((answers.true, "true"), (answers.unknown, "unknown")):
        found.update((tuple(_constant(each) for each in row), truth) for row in rows)
    return found


def _constant(term: Const | Var) -> Const | None:
    return None if isinstance(term, Var) else term
