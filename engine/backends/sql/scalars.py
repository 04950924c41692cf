"""Comparisons, arithmetic and built-in predicates as SQL over values; what fails is NULL in a value, FALSE in a test.

Integers and dates are computed natively. What may be a decimal, or one of several kinds, goes through the functions of
engine/backends/sql/functions.py.
"""

from __future__ import annotations

from sqlglot import exp

from engine.backends.sql.values import Kind, Value, in_kind, native
from kb.language.builtins import NUMERIC_COMPARISONS

TRUE, FALSE = exp.true(), exp.false()

_BY_VALUE: dict[str, type[exp.Binary]] = {
    "<": exp.LT, "=<": exp.LTE, ">": exp.GT, ">=": exp.GTE, "=:=": exp.EQ, "=\\=": exp.NEQ,
    "@<": exp.LT, "@=<": exp.LTE, "@>": exp.GT, "@>=": exp.GTE,
}  # fmt: skip
_DAYS_OF_CALENDAR = 3_652_058
"""Days from the first date of the language to the last."""
_MONTHS_OF_CALENDAR = 9999 * 12


def number(value: int) -> exp.Expr:
    """A small integer as SQL."""
    return exp.Literal.number(value) if value >= 0 else exp.Neg(this=exp.Literal.number(-value))


def call(name: str, *args: exp.Expr) -> exp.Expr:
    """A call of one of our functions."""
    return exp.Anonymous(this=name, expressions=list(args))


def both(conditions: list[exp.Expr]) -> exp.Expr:
    """The conjunction of conditions."""
    kept = [each for each in conditions if each != TRUE]
    if any(each == FALSE for each in kept):
        return FALSE.copy()
    return exp.and_(*kept, copy=False) if kept else TRUE.copy()


def either(conditions: list[exp.Expr]) -> exp.Expr:
    """The disjunction of conditions."""
    kept = [each for each in conditions if each != FALSE]
    if any(each == TRUE for each in kept):
        return TRUE.copy()
    return exp.or_(*kept, copy=False) if kept else FALSE.copy()


def negated(condition: exp.Expr) -> exp.Expr:
    """The negation of a condition, which is never NULL."""
    if condition == TRUE:
        return FALSE.copy()
    return TRUE.copy() if condition == FALSE else exp.not_(condition, copy=False)


def two_valued(test: exp.Expr, *values: Value) -> exp.Expr:
    """A test of values that is FALSE where one of them is none."""
    if any(value.nullable for value in values):
        return exp.Coalesce(this=test, expressions=[FALSE.copy()])
    return test


def exists_value(value: Value) -> exp.Expr:
    """Whether there is a value."""
    return exp.not_(exp.Is(this=value.sql.copy(), expression=exp.null())) if value.nullable else TRUE.copy()


def equal(left: Value, right: Value) -> exp.Expr:
    """Whether two values are one constant."""
    if left.kind is not right.kind:
        if Kind.ANY not in (left.kind, right.kind):
            return FALSE.copy()
        left, right = in_kind(left, Kind.ANY), in_kind(right, Kind.ANY)
    if left.sql == right.sql:
        return both([exists_value(left), exists_value(right)])
    if isinstance(left.sql, exp.Literal) and isinstance(right.sql, exp.Literal):
        return FALSE.copy()
    return two_valued(exp.EQ(this=left.sql.copy(), expression=right.sql.copy()), left, right)


def compared(op: str, left: Value, right: Value) -> exp.Expr:
    """Whether `left op right`, for any comparison but `is`."""
    if op in ("=", "=="):
        return equal(left, right)
    if op in ("\\=", "\\=="):
        return both([exists_value(left), exists_value(right), negated(equal(left, right))])
    if op in NUMERIC_COMPARISONS and not {left.kind, right.kind} <= {Kind.INTEGER, Kind.ANY}:
        return FALSE.copy()
    if Kind.ANY in (left.kind, right.kind):
        terms = (in_kind(left, Kind.ANY).sql.copy(), in_kind(right, Kind.ANY).sql.copy())
        return two_valued(call("priorlog_compare", exp.Literal.string(op), *terms), left, right)
    if left.kind is not right.kind:
        holds = {"@<": left.kind.rank < right.kind.rank, "@>": left.kind.rank > right.kind.rank}
        found = holds["@<" if op in ("@<", "@=<") else "@>"]
        return both([exists_value(left), exists_value(right)]) if found else FALSE.copy()
    return two_valued(_BY_VALUE[op](this=left.sql.copy(), expression=right.sql.copy()), left, right)


def listed(value: Value, items: list[Value]) -> exp.Expr:
    """Whether a value is one of some constants."""
    return either([equal(value, item) for item in items])


def calculated(op: str, args: list[Value]) -> Value | None:
    """The value of an arithmetic operation, or None if it can have none."""
    if not {arg.kind for arg in args} <= {Kind.INTEGER, Kind.ANY}:
        return None
    if any(arg.kind is Kind.ANY for arg in args):
        name = "priorlog_calculate" if len(args) == 2 else "priorlog_calculate_one"
        terms = [in_kind(arg, Kind.ANY).sql.copy() for arg in args]
        return Value(call(name, exp.Literal.string(op), *terms), Kind.ANY, computed=True, nullable=True)
    terms = [arg.sql.copy() for arg in args]
    if op in ("min", "max"):
        return _extreme(op, args)
    wide = [_wide(term) for term in terms]
    match op:
        case "+":
            sql: exp.Expr = exp.Add(this=wide[0], expression=wide[1])
        case "-":
            sql = exp.Sub(this=wide[0], expression=wide[1])
        case "*":
            sql = exp.Mul(this=wide[0], expression=wide[1])
        case "//":
            sql = exp.IntDiv(this=wide[0], expression=_not_zero(wide[1]))
        case "mod":
            return _modulo(wide, terms)
        case "neg":
            sql = exp.Neg(this=wide[0])
        case _:
            sql = exp.Abs(this=wide[0])
    return Value(_narrow(sql), Kind.INTEGER, computed=True, nullable=True)


def _extreme(op: str, args: list[Value]) -> Value:
    left, right = args
    smaller = exp.LTE(this=left.sql.copy(), expression=right.sql.copy())
    first, second = (left, right) if op == "min" else (right, left)
    sql = exp.Case().when(smaller, first.sql.copy()).else_(second.sql.copy())
    nullable = left.nullable or right.nullable
    if nullable:
        known = both([exists_value(left), exists_value(right)])
        sql = exp.Case().when(known, sql)
    return Value(sql, Kind.INTEGER, computed=True, nullable=nullable)


def _modulo(wide: list[exp.Expr], terms: list[exp.Expr]) -> Value:
    """The remainder with the sign of the divisor."""
    left, right = wide
    inner = exp.paren(exp.Mod(this=left, expression=_not_zero(right)))
    shifted = exp.paren(exp.Add(this=inner, expression=right.copy()))
    sql = exp.Mod(this=shifted, expression=_not_zero(right.copy()))
    return Value(_narrow(sql), Kind.INTEGER, computed=True, nullable=True)


def _wide(term: exp.Expr) -> exp.Expr:
    """An integer in a type that holds sums and products of two."""
    return exp.cast(term, "INT128")


def _narrow(sql: exp.Expr) -> exp.Expr:
    """An integer as one of 64 bits, NULL if it is none."""
    return exp.TryCast(this=sql, to=exp.DataType.build("BIGINT"))


def _not_zero(sql: exp.Expr) -> exp.Expr:
    return exp.Nullif(this=sql.copy(), expression=exp.cast(exp.Literal.number(0), "INT128"))


def between(low: Value, high: Value, value: Value) -> exp.Expr:
    """Whether a value is an integer between two."""
    numbers = [native(each, Kind.INTEGER) for each in (low, high, value)]
    known = [each for each in numbers if each is not None]
    if len(known) < 3:
        return FALSE.copy()
    test = exp.Between(this=known[2].sql.copy(), low=known[0].sql.copy(), high=known[1].sql.copy())
    return two_valued(test, *known)


def built_in(name: str, first: Value, second: Value) -> Value | None:
    """The value of a built-in predicate's last argument, given the two before it; None if it can have none."""
    day = native(first, Kind.DATE)
    other = native(second, Kind.DATE if name in ("age", "days_between") else Kind.INTEGER)
    if day is None or other is None:
        return None
    match name:
        case "age":
            sql, kind, nullable = _age(day.sql, other.sql), Kind.INTEGER, True
        case "days_between":
            sql, kind, nullable = _days(day.sql, other.sql), Kind.INTEGER, day.nullable or other.nullable
        case "add_days":
            sql, kind, nullable = _add_days(day.sql, other.sql), Kind.DATE, True
        case _:
            sql, kind, nullable = _add_months(day.sql, other.sql), Kind.DATE, True
    return Value(sql, kind, computed=True, nullable=nullable)


def _part(unit: str, day: exp.Expr) -> exp.Expr:
    return exp.Extract(this=exp.var(unit), expression=day.copy())


def _age(birth: exp.Expr, on: exp.Expr) -> exp.Expr:
    """Completed years, NULL before the birth."""

    def in_year(day: exp.Expr) -> exp.Expr:
        return exp.Add(this=exp.Mul(this=_part("MONTH", day), expression=number(100)), expression=_part("DAY", day))

    years = exp.Sub(this=_part("YEAR", on), expression=_part("YEAR", birth))
    before = exp.LT(this=in_year(on), expression=in_year(birth))
    full = exp.Case().when(before, exp.Sub(this=years.copy(), expression=number(1))).else_(years)
    alive = exp.GTE(this=on.copy(), expression=birth.copy())
    return exp.cast(exp.Case().when(alive, full), "BIGINT")


def _days(start: exp.Expr, end: exp.Expr) -> exp.Expr:
    """Days from one date to another, negative if the second is earlier."""
    return exp.cast(exp.DateDiff(this=end.copy(), expression=start.copy(), unit=exp.var("DAY")), "BIGINT")


def _first_day() -> exp.Expr:
    return exp.cast(exp.Literal.string("0001-01-01"), "DATE")


def _add_days(day: exp.Expr, days: exp.Expr) -> exp.Expr:
    """The date a number of days later, NULL outside the years 1 to 9999."""
    place = exp.Add(this=_days(_first_day(), day), expression=days.copy())
    step = exp.cast(days.copy(), "INT")
    later = exp.cast(exp.DateAdd(this=day.copy(), expression=step, unit=exp.var("DAY")), "DATE")
    inside = exp.Case().when(_within(place, 0, _DAYS_OF_CALENDAR), later)
    return exp.Case().when(_within(days, -_DAYS_OF_CALENDAR, _DAYS_OF_CALENDAR), inside)


def _add_months(day: exp.Expr, months: exp.Expr) -> exp.Expr:
    """The date a number of months later, at the latest the last day of that month; NULL outside the years 1 to 9999."""
    of_year = exp.Mul(this=_part("YEAR", day), expression=number(12))
    place = exp.Add(this=exp.Add(this=of_year, expression=_part("MONTH", day)), expression=months.copy())
    step = exp.cast(months.copy(), "INT")
    later = exp.cast(exp.DateAdd(this=day.copy(), expression=step, unit=exp.var("MONTH")), "DATE")
    inside = exp.Case().when(_within(place, 13, 12 * 10_000), later)
    return exp.Case().when(_within(months, -_MONTHS_OF_CALENDAR, _MONTHS_OF_CALENDAR), inside)


def _within(value: exp.Expr, low: int, high: int) -> exp.Expr:
    return exp.Between(this=value.copy(), low=number(low), high=number(high))


def summed(sql: exp.Expr, kind: Kind) -> Value | None:
    """The sum over rows, of which there is one at least; None if they are no numbers."""
    match kind:
        case Kind.INTEGER:
            return Value(_narrow(exp.Sum(this=sql)), kind, computed=True, nullable=True)
        case Kind.ANY:
            return Value(call("priorlog_sum", exp.ArrayAgg(this=sql)), kind, computed=True, nullable=True)
        case _:
            return None


def times(value: Value, count: exp.Expr) -> Value | None:
    """The sum of that many of a value."""
    match value.kind:
        case Kind.INTEGER:
            sql = exp.Mul(this=_wide(value.sql.copy()), expression=_wide(count))
            return Value(_narrow(sql), value.kind, computed=True, nullable=True)
        case Kind.ANY:
            return Value(call("priorlog_times", value.sql.copy(), count), value.kind, computed=True, nullable=True)
        case _:
            return None


def extreme_of(op: str, sql: exp.Expr, kind: Kind) -> Value:
    """The least or greatest value over rows, NULL without rows."""
    if kind is Kind.ANY:
        name = "priorlog_least" if op == "min" else "priorlog_greatest"
        return Value(call(name, exp.ArrayAgg(this=sql)), kind, computed=True, nullable=True)
    result = exp.Min(this=sql) if op == "min" else exp.Max(this=sql)
    return Value(result, kind, computed=False, nullable=True)


def integers(low: exp.Expr, high: exp.Expr, alias: str) -> exp.Expr:
    """A table of the integers between two, in its column `c0`."""
    series = exp.Unnest(expressions=[exp.GenerateSeries(start=low.copy(), end=high.copy())])
    numbers = exp.Select(expressions=[exp.alias_(series, "c0")]).subquery(copy=False)
    named = exp.TableAlias(this=exp.to_identifier(alias), columns=[exp.to_identifier("c0")])
    return exp.Lateral(this=numbers, alias=named)
