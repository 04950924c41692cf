"""What the language computes: one record for each built-in predicate, arithmetic operation and comparison, with all that
is known of it.

To add a built-in predicate, add its record here and its clause to kb/library/prelude.pl. SQL is written in sqlglot's own
dialect with `:name` for an argument, and is NULL where there is no value.

Integers have 64 bits, decimals are exact with at most 38 digits, and dates are of the years 1 to 9999. What goes beyond
them, divides by zero or is applied to a constant of another kind has no value: a function gives None (or False, or
nothing), and the literal fails.
"""

from __future__ import annotations

import calendar
import datetime
import decimal
import enum
import functools
import operator
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from msgspec import Struct

from kb.language.syntax import Expr, Op, Pred
from kb.language.terms import (
    EXACT,
    INT_MAX,
    INT_MIN,
    Const,
    Date,
    Dec,
    Int,
    Var,
    make_decimal,
    order_key,
)

CONSTRUCTS = frozenset({"at_least", "at_most", "aggregate_all", "member", "documented", "true", "false", "fail", "not"})
"""Names with a meaning of their own in bodies, which no program may define."""

DIRECTIVES = MappingProxyType(
    {
        "cite": "cite(p/1, 'place')",
        "policy": "policy(name, [title('...')])",
        "vocabulary": "vocabulary(type, p/1)",
        "also_called": "also_called(type, p/2)",
        "broadly_called": "broadly_called(type, p/2)",
        "qualified_by": "qualified_by(type, p/1)",
        "module": "module(name, [p/1, ...])",
        "use_module": "use_module(library(cases))",
        "ensure_loaded": "ensure_loaded('file.pl')",
        "facts": "facts(p/1, 'table.csv')",
        "source": "source('...')",
        "pred": "pred p(Name: type) :: '...'",
        "abducible": "abducible p/1",
        "functional": "functional p(+, -)",
        "inline": "inline p/1",
        "question": "question p(Name) :: '...?'",
    }
)
"""The words that declarations begin with, and how each is written."""


def age(birth: datetime.date, on: datetime.date) -> int | None:
    """Completed years from a birth to a day; None if the day is before the birth.

    Who was born on 29 February completes a year on 1 March where the year has no such day.

    >>> age(datetime.date(2000, 2, 29), datetime.date(2023, 2, 28))
    22
    >>> age(datetime.date(2000, 2, 29), datetime.date(2023, 3, 1))
    23
    >>> age(datetime.date(2000, 2, 29), datetime.date(1999, 3, 1)) is None
    True
    """
    if on < birth:
        return None
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def days_between(start: datetime.date, end: datetime.date) -> int:
    """Days from one date to another, negative if the second is earlier.

    >>> days_between(datetime.date(2024, 2, 28), datetime.date(2024, 3, 1))
    2
    """
    return (end - start).days


def add_days(day: datetime.date, days: int) -> datetime.date | None:
    """The date a number of days later (earlier, if negative); None outside the years 1 to 9999.

    >>> add_days(datetime.date(2024, 2, 28), 2)
    datetime.date(2024, 3, 1)
    >>> add_days(datetime.date(9999, 12, 31), 1) is None
    True
    """
    ordinal = day.toordinal() + days
    if not datetime.date.min.toordinal() <= ordinal <= datetime.date.max.toordinal():
        return None
    return datetime.date.fromordinal(ordinal)


def add_months(day: datetime.date, months: int) -> datetime.date | None:
    """The date a number of months later (earlier, if negative), at the latest the last day of that month.

    None outside the years 1 to 9999.

    >>> add_months(datetime.date(2024, 1, 31), 1)
    datetime.date(2024, 2, 29)
    >>> add_months(datetime.date(2024, 3, 31), -13)
    datetime.date(2023, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not datetime.MINYEAR <= year <= datetime.MAXYEAR:
        return None
    length = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(day.day, length))


def overlap_days(from1: datetime.date, to1: datetime.date, from2: datetime.date, to2: datetime.date) -> int:
    """The days that two stretches of time have in common, the first and last day of each among them.

    A stretch that ends before it begins has no days.

    >>> new_year = datetime.date(2024, 12, 30), datetime.date(2025, 1, 2)
    >>> overlap_days(*new_year, datetime.date(2025, 1, 1), datetime.date(2025, 3, 1))
    2
    >>> overlap_days(*new_year, datetime.date(2025, 3, 1), datetime.date(2025, 1, 1))
    0
    """
    return max(0, (min(to1, to2) - max(from1, from2)).days + 1)


class Argument(Struct, frozen=True):
    """An argument of a built-in predicate: the name that words and SQL have for it, and the constants that it takes."""

    name: str
    kind: type[Int | Date]


class OneValue(Struct, frozen=True):
    """The SQL of a last argument that has one value at most."""

    value: str


class ManyValues(Struct, frozen=True):
    """The SQL of a last argument that may have several values: a series of all of them, and a test of one."""

    series: str
    test: str


class BuiltinPredicate(Struct, frozen=True):
    """A predicate that gives its last argument for the others, which must be bound; constants of other kinds fail it.

    `compute` goes from Python's values of the inputs to those of the last argument, in ascending order. `words` is the
    sentence of what holds. `prelude` is the predicate of kb/library/prelude.pl that is the same in SWI-Prolog. One that
    `gives_way` is not there in a program that defines or declares a predicate of its name and number of arguments. One that
    `is_total` has a value for whatever its inputs are, but outside the years 1 to 9999. The inputs of one that `is_symmetric` can
    change places.
    """

    name: str
    inputs: tuple[Argument, ...]
    output: Argument
    compute: Callable[..., Collection[Any]]
    sql: OneValue | ManyValues
    words: str
    prelude: str
    gives_way: bool = False
    is_total: bool = False
    is_symmetric: bool = False

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
        _at_most_one(age),
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
        _at_most_one(days_between),
        OneValue("CAST(DATE_DIFF(:last, :first, DAY) AS BIGINT)"),
        "from {first} to {last} it is {days} days",
        "days_between/3",
        is_total=True,
    ),
    BuiltinPredicate(
        "add_days",
        (Argument("day", Date), Argument("days", Int)),
        Argument("later", Date),
        _at_most_one(add_days),
        OneValue(
            """CASE WHEN :days BETWEEN -3652058 AND 3652058 THEN
                CASE WHEN CAST(DATE_DIFF(:day, DATE '0001-01-01', DAY) AS BIGINT) + :days BETWEEN 0 AND 3652058
                    THEN CAST(DATE_ADD(:day, CAST(:days AS INT), DAY) AS DATE) END
            END"""
        ),
        "{days} days after {day} it is {later}",
        "add_days/3",
        is_total=True,
    ),
    BuiltinPredicate(
        "add_months",
        (Argument("day", Date), Argument("months", Int)),
        Argument("later", Date),
        _at_most_one(add_months),
        OneValue(
            """CASE WHEN :months BETWEEN -119988 AND 119988 THEN
                CASE WHEN EXTRACT(YEAR FROM :day) * 12 + EXTRACT(MONTH FROM :day) + :months BETWEEN 13 AND 120000
                    THEN CAST(DATE_ADD(:day, CAST(:months AS INT), MONTH) AS DATE) END
            END"""
        ),
        "{months} months after {day} it is {later}",
        "add_months/3",
        is_total=True,
    ),
    BuiltinPredicate(
        "earlier",
        (Argument("first", Date), Argument("second", Date)),
        Argument("date", Date),
        _at_most_one(min),
        OneValue("CASE WHEN :first <= :second THEN :first WHEN :second < :first THEN :second END"),
        "the earlier of {first} and {second} is {date}",
        "earlier/3",
        gives_way=True,
        is_total=True,
        is_symmetric=True,
    ),
    BuiltinPredicate(
        "later",
        (Argument("first", Date), Argument("second", Date)),
        Argument("date", Date),
        _at_most_one(max),
        OneValue("CASE WHEN :first >= :second THEN :first WHEN :second > :first THEN :second END"),
        "the later of {first} and {second} is {date}",
        "later/3",
        gives_way=True,
        is_total=True,
        is_symmetric=True,
    ),
    BuiltinPredicate(
        "overlap_days",
        (Argument("from1", Date), Argument("to1", Date), Argument("from2", Date), Argument("to2", Date)),
        Argument("days", Int),
        _at_most_one(overlap_days),
        OneValue(
            """CASE WHEN :from1 IS NOT NULL AND :to1 IS NOT NULL AND :from2 IS NOT NULL AND :to2 IS NOT NULL THEN
                CASE WHEN :from1 <= :to1 AND :from2 <= :to2 AND :from1 <= :to2 AND :from2 <= :to1
                    THEN 1 + CAST(DATE_DIFF(
                        CASE WHEN :to1 <= :to2 THEN :to1 ELSE :to2 END,
                        CASE WHEN :from1 >= :from2 THEN :from1 ELSE :from2 END,
                        DAY
                    ) AS BIGINT)
                    ELSE CAST(0 AS BIGINT) END
            END"""
        ),
        "{days} days are both from {from1} to {to1} and from {from2} to {to2}",
        "overlap_days/5",
        gives_way=True,
        is_total=True,
    ),
)

BUILTINS = MappingProxyType({record.name: record for record in _PREDICATES})
"""The built-in predicates by name."""


def is_reserved(name: str) -> bool:
    """Whether a predicate of this name, with any number of arguments, belongs to the language, and no program defines it."""
    return name in CONSTRUCTS or (name in BUILTINS and not BUILTINS[name].gives_way)


def gives_way(pred: Pred) -> bool:
    """Whether a built-in predicate of this name and number of arguments is there unless a program has one of its own."""
    record = BUILTINS.get(pred.name)
    return record is not None and record.gives_way and record.arity == pred.arity and not pred.negative


class By(enum.Enum):
    """What a comparison goes by: the values of numbers, the identity of constants, or their standard order."""

    VALUE = "value"
    IDENTITY = "identity"
    ORDER = "order"


class Words(NamedTuple):
    """What a comparison of {0} with {1} says where it holds, and where it does not."""

    holds: str
    fails: str


class Comparison(Struct, frozen=True):
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


Number: TypeAlias = Int | Dec

_UNBOUNDED = decimal.Context(prec=decimal.MAX_PREC, Emax=decimal.MAX_EMAX, Emin=decimal.MIN_EMIN)


class Operation(Struct, frozen=True):
    """An arithmetic operation: how many operands it takes, its value (None if it has none), and the same in SQL.

    SQL has its operands, `:left` and `:right` or `:operand`, as integers of 128 bits; what then does not fit in 64 is no
    value. Only `neg` has another name in programs: a leading minus.
    """

    name: str
    arity: int
    compute: Callable[..., Number | None]
    sql: str


def _integer(value: int) -> Int | None:
    return Int(value) if INT_MIN <= value <= INT_MAX else None


def _number(
    of_integers: Callable[..., int], of_decimals: Callable[..., decimal.Decimal] | None = None
) -> Callable[..., Number | None]:
    """An operation on integers, and on decimals where one operand is a decimal; without the second, that has no value."""

    def value(*operands: Number) -> Number | None:
        try:
            integers = [operand.value for operand in operands if isinstance(operand, Int)]
            if len(integers) == len(operands):
                return _integer(of_integers(*integers))
            if of_decimals is None:
                return None
            return make_decimal(of_decimals(*(decimal.Decimal(operand.value) for operand in operands)))
        except (ZeroDivisionError, decimal.Inexact, decimal.InvalidOperation):
            return None

    return value


def _truncated(left: int, right: int) -> int:
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


_ZERO = "CAST(0 AS INT128)"
_OPERATIONS = (
    Operation("+", 2, _number(operator.add, EXACT.add), ":left + :right"),
    Operation("-", 2, _number(operator.sub, EXACT.subtract), ":left - :right"),
    Operation("*", 2, _number(operator.mul, EXACT.multiply), ":left * :right"),
    Operation("//", 2, _number(_truncated), f":left DIV NULLIF(:right, {_ZERO})"),
    Operation(
        "mod", 2, _number(operator.mod), f"((:left % NULLIF(:right, {_ZERO})) + :right) % NULLIF(:right, {_ZERO})"
    ),
    Operation(
        "min",
        2,
        lambda *both: min(both, key=order_key),
        "CASE WHEN :left <= :right THEN :left WHEN :right < :left THEN :right END",
    ),
    Operation(
        "max",
        2,
        lambda *both: max(both, key=order_key),
        "CASE WHEN :left <= :right THEN :right WHEN :right < :left THEN :left END",
    ),
    Operation("abs", 1, _number(abs, EXACT.abs), "ABS(:operand)"),
    Operation("neg", 1, _number(operator.neg, EXACT.minus), "-:operand"),
)
OPERATIONS = MappingProxyType({record.name: record for record in _OPERATIONS})
"""The arithmetic operations by name."""


def evaluate_expr(op: str, args: tuple[Const, ...]) -> Number | None:
    """The value of one arithmetic operation, `+ - * // mod min max abs neg`, or None if it has none.

    `//` truncates toward zero and `mod` has the sign of the divisor, both of integers only; an operation on an integer
    and a decimal gives a decimal; of equal numbers, `min` and `max` take the first or last in standard order.

    >>> evaluate_expr("//", (Int(-7), Int(2))), evaluate_expr("mod", (Int(-7), Int(2)))
    (Int(value=-3), Int(value=1))
    >>> evaluate_expr("+", (Int(1), make_decimal(decimal.Decimal("0.50"))))
    Dec(value=Decimal('1.5'))
    >>> evaluate_expr("+", (Int(INT_MAX), Int(1))) is None
    True

    Raises KeyError for any other operation.
    """
    operation = OPERATIONS[op]
    return operation.compute(*args) if all(isinstance(arg, Int | Dec) for arg in args) else None


def calculate(expr: Expr, binding: Mapping[Var, Const]) -> Number | None:
    """The value of an expression whose variables the binding gives, or None if it has none.

    >>> calculate(Op("+", (Var("X"), Op("*", (Int(2), Int(3))))), {Var("X"): Int(1)})
    Int(value=7)

    Raises KeyError if the binding lacks a variable.
    """
    if isinstance(expr, Op):
        numbers = []
        for arg in expr.args:
            number = calculate(arg, binding)
            if number is None:
                return None
            numbers.append(number)
        return OPERATIONS[expr.name].compute(*numbers)
    value = binding[expr] if isinstance(expr, Var) else expr
    return value if isinstance(value, Int | Dec) else None


def compare(op: str, left: Const, right: Const) -> bool:
    """Whether `left op right`, for any comparison: by value False unless both are numbers.

    >>> one = make_decimal(decimal.Decimal("1.0"))
    >>> compare("=:=", Int(1), one), compare("=", Int(1), one), compare("@<", one, Int(1))
    (True, False, True)

    Raises KeyError for any other operator.
    """
    comparison = COMPARISONS[op]
    match comparison.by:
        case By.VALUE:
            return (
                isinstance(left, Int | Dec)
                and isinstance(right, Int | Dec)
                and comparison.relation(left.value, right.value)
            )
        case By.IDENTITY:
            return comparison.relation(left, right)
        case By.ORDER:
            return comparison.relation(order_key(left), order_key(right))


def sum_numbers(values: Iterable[Const]) -> Number | None:
    """The sum of numbers in whatever order, 0 if there are none; None if one is no number or the sum is too large.

    Only the sum itself has to fit: partial sums depend on an order that the language does not have.

    >>> sum_numbers([Int(INT_MAX), Int(1), Int(-2)]) == Int(INT_MAX - 1)
    True
    """
    several = tuple(values)
    integers = [value.value for value in several if isinstance(value, Int)]
    decimals = [value.value for value in several if isinstance(value, Dec)]
    if len(integers) + len(decimals) < len(several):
        return None
    if not decimals:
        return _integer(sum(integers))
    try:
        return make_decimal(functools.reduce(_UNBOUNDED.add, decimals, decimal.Decimal(sum(integers))))
    except (decimal.Inexact, decimal.InvalidOperation):
        return None
