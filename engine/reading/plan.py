"""The two-valued programs that the three-valued reading compiles to, and that every back end runs.

A relation is a predicate in one reading (certain or possible) for one pattern of arguments; its columns are the
arguments that are constants. Rules are range-restricted and stratified, except that a caller may have to bind some
columns (`inputs`).
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TypeAlias

from kb.language.syntax import Builtin, Compare, Member, Pred
from kb.language.terms import Term, Var


class Reading(enum.Enum):
    """Certain: true whatever is undocumented. Possible: true or unknown."""

    CERTAIN = "certain"
    POSSIBLE = "possible"

    @property
    def other(self) -> Reading:
        return Reading.POSSIBLE if self is Reading.CERTAIN else Reading.CERTAIN


Pattern: TypeAlias = tuple[int, ...]
"""For each argument 0 if it is a constant, else the number of the anonymous individual that it is (1, 2, ... by first
occurrence)."""


@dataclass(frozen=True, slots=True)
class Rel:
    """A predicate in one reading, for arguments of one pattern."""

    pred: Pred
    reading: Reading
    pattern: Pattern

    @property
    def all_constant(self) -> bool:
        return not any(self.pattern)

    def __str__(self) -> str:
        marks = "".join("_" if kind == 0 else str(kind) for kind in self.pattern)
        return f"{self.pred} {self.reading.value} [{marks}]"


@dataclass(frozen=True, slots=True)
class Stored:
    """The facts stated for a predicate, as rows."""

    pred: Pred


Source: TypeAlias = Rel | Stored


@dataclass(frozen=True, slots=True)
class Call:
    """The row is in the relation."""

    source: Source
    args: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Absent:
    """The row, all of it bound, is not in the relation."""

    source: Source
    args: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class NoOtherValue:
    """No certain fact of a functional predicate has this key (bound terms) with another value than these; no values
    at all stand for an anonymous individual, which any value differs from."""

    rel: Rel
    keys: tuple[bool, ...]
    key: tuple[Term, ...]
    value: tuple[Term, ...] | None


@dataclass(frozen=True, slots=True)
class Test:
    """A comparison or built-in over constants; it may bind its outputs."""

    literal: Compare | Builtin | Member


@dataclass(frozen=True, slots=True)
class Domain:
    """Binds the variable to each constant of program and question in turn; holds if it is bound already."""

    var: Var


@dataclass(frozen=True, slots=True)
class Counted:
    """Rows to count: of the relation's columns, `args` gives the bound ones and a variable for each counted one.
    An endless source stands for unlimited rows if it has any."""

    rel: Rel
    args: tuple[Term, ...]
    counted: tuple[Var, ...]
    endless: bool = False


@dataclass(frozen=True, slots=True)
class CountTest:
    """`at_least` or `at_most` over the rows of disjoint sources."""

    op: str
    bound: Term
    sources: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class AggregateTest:
    """`count`, `sum`, `max` or `min` over rows that are certain, possible, and columns of them.

    Exact: holds if every possible row is certain, for the one result. Open: holds if some possible row is not
    certain, for any result.
    """

    op: str
    value: Term | None
    counted: tuple[Var, ...]
    certain: tuple[Counted, ...]
    possible: tuple[Counted, ...]
    result: Term
    is_open: bool


PlanLiteral: TypeAlias = Call | Absent | NoOtherValue | Test | Domain | CountTest | AggregateTest


@dataclass(frozen=True, slots=True)
class PlanRule:
    """`args` are the columns of the head; the body runs left to right."""

    head: Rel
    args: tuple[Term, ...]
    body: tuple[PlanLiteral, ...]
