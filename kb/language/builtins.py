"""What the language defines itself: one record for each built-in predicate and each comparison, with all that is known of it.

To add a built-in predicate, add its record here and its clause to kb/library/prelude.pl. SQL is written in sqlglot's own
dialect with `:name` for an argument, and is NULL where there is no value.
"""

from __future__ import annotations

import datetime
import enum
import operator
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from kb.language import dates
from kb.language.terms import Const, Date, Int

CONSTRUCTS = frozenset({"at_least", "at_most", "aggregate_all", "member", "true", "false", "fail", "not"})
"""Names with a meaning of their own in bodies, which no program may define."""

DIRECTIVES = ("cite", "policy", "ensure_loaded", "pred", "abducible", "functional", "question")
"""The words that declarations begin with."""


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a built-in predicate: the name that words and SQL have for it, and the constants that it takes."""

    name: str
    kind: type[Int | Date]


@dataclass(frozen=True, slots=True)
class OneValue:
    """The SQL of a last argument that has one value at most."""

    value: str


@dataclass(frozen=True, slots=True)
class ManyValues:
    """The SQL of a last argument that may have several values: a series of all of them, and a test of one."""

    series: str
    test: str


@dataclass(frozen=True, slots=True)
class BuiltinPredicate:
    """A predicate that gives its last argument for the others, which must be bound; constants of other kinds fail it.

    `compute` goes from Python's values of the inputs to those of the last argument, in ascending order. `words` is the
    sentence of what holds. `prelude` is the predicate of kb/library/prelude.pl that is the same in SWI-Prolog.
    """

    name: str
    inputs: tuple[Argument, ...]
    output: Argument
    compute: Callable[..., Collection[Any]]
    sql: OneValue | ManyValues
    words: str
    prelude: str

    @property
    def arguments(self) -> tuple[Argument, ...]:
        return (*self.inputs, self.output)

    @property
    def arity(self) -> int:
        return len(self.arguments)

    def results(self, inputs: tuple[Const, ...]) -> Iterator[Const]:
        """The values of the last argument, made one at a time, as there can be very many."""
        return map(self.output.kind, self._values(inputs))

    def holds(self, args: tuple[Const, ...]) -> bool:
        """Whether the predicate holds of constants, found without making all the values."""
        return isinstance(args[-1], self.output.kind) and args[-1].value in self._values(args[:-1])

    def _values(self, inputs: tuple[Const, ...]) -> Collection[Any]:
        values = [term.value for term, arg in zip(inputs, self.inputs, strict=True) if isinstance(term, arg.kind)]
        return self.compute(*values) if len(values) == len(self.inputs) else ()


def _at_most_one(
    function: Callable[..., datetime.date | int | None],
) -> Callable[..., Collection[datetime.date | int]]:
    """The function as one to a collection: empty where the function has no value."""

    def values(*args: Any) -> Collection[datetime.date | int]:
        value = function(*args)
        return () if value is None else (value,)

    return values


_PREDICATES = (
    BuiltinPredicate(
        "between",
        (Argument("low", Int), Argument("high", Int)),
        Argument("number", Int),
        lambda low, high: range(low, high + 1),
        ManyValues("GENERATE_SERIES(:low, :high)", ":number BETWEEN :low AND :high"),
        "{number} is one of the numbers from {low} to {high}",
        "between_integers/3",
    ),
    BuiltinPredicate(
        "age",
        (Argument("birth", Date), Argument("day", Date)),
        Argument("years", Int),
        _at_most_one(dates.age),
        OneValue(
            """CAST(CASE WHEN :day >= :birth THEN
                CASE WHEN EXTRACT(MONTH FROM :day) * 100 + EXTRACT(DAY FROM :day)
                        < EXTRACT(MONTH FROM :birth) * 100 + EXTRACT(DAY FROM :birth)
                    THEN EXTRACT(YEAR FROM :day) - EXTRACT(YEAR FROM :birth) - 1
                    ELSE EXTRACT(YEAR FROM :day) - EXTRACT(YEAR FROM :birth) END
            END AS BIGINT)"""
        ),
        "someone born on {birth} is {years} years old on {day}",
        "age/3",
    ),
    BuiltinPredicate(
        "days_between",
        (Argument("first", Date), Argument("last", Date)),
        Argument("days", Int),
        _at_most_one(dates.days_between),
        OneValue("CAST(DATE_DIFF(:last, :first, DAY) AS BIGINT)"),
        "from {first} to {last} it is {days} days",
        "days_between/3",
    ),
    BuiltinPredicate(
        "add_days",
        (Argument("day", Date), Argument("days", Int)),
        Argument("later", Date),
        _at_most_one(dates.add_days),
        OneValue(
            """CASE WHEN :days BETWEEN -3652058 AND 3652058 THEN
                CASE WHEN CAST(DATE_DIFF(:day, DATE '0001-01-01', DAY) AS BIGINT) + :days BETWEEN 0 AND 3652058
                    THEN CAST(DATE_ADD(:day, CAST(:days AS INT), DAY) AS DATE) END
            END"""
        ),
        "{days} days after {day} it is {later}",
        "add_days/3",
    ),
    BuiltinPredicate(
        "add_months",
        (Argument("day", Date), Argument("months", Int)),
        Argument("later", Date),
        _at_most_one(dates.add_months),
        OneValue(
            """CASE WHEN :months BETWEEN -119988 AND 119988 THEN
                CASE WHEN EXTRACT(YEAR FROM :day) * 12 + EXTRACT(MONTH FROM :day) + :months BETWEEN 13 AND 120000
                    THEN CAST(DATE_ADD(:day, CAST(:months AS INT), MONTH) AS DATE) END
            END"""
        ),
        "{months} months after {day} it is {later}",
        "add_months/3",
    ),
)

BUILTINS = MappingProxyType({record.name: record for record in _PREDICATES})
"""The built-in predicates by name."""


def is_builtin(name: str) -> bool:
    """Whether a predicate of this name, with any number of arguments, belongs to the language."""
    return name in BUILTINS or name in CONSTRUCTS


class By(enum.Enum):
    """What a comparison goes by: the values of numbers, the identity of constants, or their standard order."""

    VALUE = "value"
    IDENTITY = "identity"
    ORDER = "order"


class Words(NamedTuple):
    """What a comparison of {0} with {1} says where it holds, and where it does not."""

    holds: str
    fails: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison: what it goes by, its relation in Python and in SQL, and its words; those of dates may differ."""

    op: str
    by: By
    relation: Callable[[Any, Any], bool]
    sql: str
    words: Words
    of_dates: Words | None = None


_SAME, _OTHER = Words("{0} is {1}", "{0} is not {1}"), Words("{0} is not {1}", "{0} is {1}")
_COMPARISONS = (
    Comparison("=", By.IDENTITY, operator.eq, ":left = :right", _SAME),
    Comparison("==", By.IDENTITY, operator.eq, ":left = :right", _SAME),
    Comparison("is", By.IDENTITY, operator.eq, ":left = :right", _SAME),
    Comparison("\\=", By.IDENTITY, operator.ne, ":left <> :right", _OTHER),
    Comparison("\\==", By.IDENTITY, operator.ne, ":left <> :right", _OTHER),
    Comparison("<", By.VALUE, operator.lt, ":left < :right", Words("{0} is less than {1}", "{0} is not less than {1}")),
    Comparison("=<", By.VALUE, operator.le, ":left <= :right", Words("{0} is at most {1}", "{0} is more than {1}")),
    Comparison(">", By.VALUE, operator.gt, ":left > :right", Words("{0} is more than {1}", "{0} is not more than {1}")),
    Comparison(">=", By.VALUE, operator.ge, ":left >= :right", Words("{0} is at least {1}", "{0} is not at least {1}")),
    Comparison("=:=", By.VALUE, operator.eq, ":left = :right", Words("{0} equals {1}", "{0} does not equal {1}")),
    Comparison("=\\=", By.VALUE, operator.ne, ":left <> :right", Words("{0} does not equal {1}", "{0} equals {1}")),
    Comparison(
        "@<", By.ORDER, operator.lt, ":left < :right",
        Words("{0} comes before {1} in order", "{0} does not come before {1} in order"),
        Words("{0} is before {1}", "{0} is not before {1}"),
    ),
    Comparison(
        "@=<", By.ORDER, operator.le, ":left <= :right",
        Words("{0} is {1} or comes before it in order", "{0} comes after {1} in order"),
        Words("{0} is on or before {1}", "{0} is after {1}"),
    ),
    Comparison(
        "@>", By.ORDER, operator.gt, ":left > :right",
        Words("{0} comes after {1} in order", "{0} does not come after {1} in order"),
        Words("{0} is after {1}", "{0} is not after {1}"),
    ),
    Comparison(
        "@>=", By.ORDER, operator.ge, ":left >= :right",
        Words("{0} is {1} or comes after it in order", "{0} comes before {1} in order"),
        Words("{0} is on or after {1}", "{0} is before {1}"),
    ),
)  # fmt: skip

COMPARISONS = MappingProxyType({record.op: record for record in _COMPARISONS})
"""The comparisons by operator; `is` compares its left side with the value of its right."""

NUMERIC_COMPARISONS = frozenset(record.op for record in _COMPARISONS if record.by is By.VALUE)
"""Those whose sides are arithmetic."""
