"""From a file's columns to the constants of arguments: the value of each row, and what is wrong with it if anything is.

Nothing is guessed: a number with a fraction is no integer, `2024-7-1` is no date, a name has no blanks around it. A fault
sets a case aside as a whole, with the reason, and never a part of it: cases in = decided + set aside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlglot import exp

from engine.batch.files import CASE, Column, ColumnKind, Shape, file_span
from engine.batch.sql import cast, column, condition, function, text, try_cast
from kb.language.declarations import REQUEST
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.terms import plain_text

_INTEGERS = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"})
_WIDE_INTEGERS = frozenset({"UBIGINT", "HUGEINT", "UHUGEINT"})
_TIMESTAMPS = frozenset({"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"})
_WANTED = {
    ColumnKind.NAME: "text", ColumnKind.STRING: "text", ColumnKind.INTEGER: "an integer or text", ColumnKind.DATE: "a date or text as in 2024-07-01",
    ColumnKind.DECIMAL: "a decimal or text",
}  # fmt: skip
STORED = {
    ColumnKind.NAME: "VARCHAR",
    ColumnKind.STRING: "VARCHAR",
    ColumnKind.INTEGER: "BIGINT",
    ColumnKind.DATE: "DATE",
    ColumnKind.DECIMAL: "DECIMAL(38, 9)",
}
"""The database's type for the values of each kind."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A way for a value to be wrong: the condition under which it is, a code and a reason; `{value}` in it stands for
    the value."""

    code: str
    reason: str
    when: exp.Expr


@dataclass(frozen=True, slots=True)
class Reading:
    """How a column is read: its text for messages, its value (null where there is none), its faults in the order in
    which they are tried, and its value if it has no fault."""

    shown: exp.Expr
    value: exp.Expr
    faults: tuple[Fault, ...]
    checked: exp.Expr

    @property
    def named(self) -> exp.Expr:
        """For the case's column: the name of the case, null where there is none."""
        return exp.Case().when(self.faults[0].when.copy(), exp.null()).else_(self.shown.copy())


def readings(shape: Shape, file: Path, physical: Mapping[str, str]) -> tuple[Reading, ...]:
    """How each column of a predicate is read, from the physical type of each by name. Raises `ProgramError` that names
    the file for types that cannot hold what is wanted."""
    found: list[Reading] = []
    wrong: list[Diagnostic] = []
    for index, declared in enumerate(shape.columns):
        kind = physical[declared.name]
        how = _reading(declared, kind, is_case=index == 0)
        if how is None:
            wants = _WANTED[declared.kind]
            message = f"the column `{declared.name}` of `{file.name}` has the type {kind}, not {wants}"
            wrong.append(Diagnostic("E206", message, file_span(file)))
        else:
            found.append(how)
    if wrong:
        raise ProgramError(wrong)
    return tuple(found)


def _reading(declared: Column, physical: str, *, is_case: bool) -> Reading | None:
    """How a column of a physical type is read, or None if that type cannot hold its values.

    `physical` is a type's name in DuckDB, such as `VARCHAR` or `DECIMAL(10,2)`. Cases may be numbered.
    """
    raw = column(declared.name)
    base = physical.split("(")[0]
    found = _value(declared.kind, raw, base, is_case=is_case)
    if found is None:
        return None
    value, is_sure = found
    name, is_text = declared.name, base == "VARCHAR"
    absent: exp.Expr = raw.is_(exp.null())
    if is_text:
        absent = exp.or_(absent, function("trim", raw).eq(text("")))
    faults = [Fault("E401" if is_case else "E206", f"no value for `{name}`", absent)]
    seen: list[exp.Expr] = []  # the fewest conditions that are true of a value without a fault
    if is_text and declared.kind is ColumnKind.NAME:
        faults.append(Fault("E206", f"blanks around the `{name}`", raw.neq(function("trim", raw))))
        seen = [raw.neq(text("")), raw.eq(function("trim", raw))]
    if not is_sure:
        faults.append(Fault("E206", f"`{name}` is not {declared.kind.value}", value.is_(exp.null())))
    if declared.listed:
        is_listed = _is_listed(value, declared)
        faults.append(Fault("E403", f"not a listed `{name}`", is_listed.not_()))
        seen = [is_listed]
    checked = condition(exp.and_(*seen), value) if seen else value
    return Reading(cast(raw, "VARCHAR"), value, tuple(faults), checked)


def is_faulty(declared: Column) -> exp.Expr:
    """Whether a value that was read is null or none that its argument may have."""
    value = column(declared.name)
    absent = value.is_(exp.null())
    if declared.listed:
        return exp.or_(absent, _is_listed(value, declared).not_())
    if declared.kind is ColumnKind.NAME:
        blank = [function(name, value, text(" ")) for name in ("starts_with", "ends_with")]
        return exp.or_(absent, value.eq(text("")), *blank)
    if declared.kind is ColumnKind.STRING:
        return exp.or_(absent, function("trim", value).eq(text("")))
    return absent


def _is_listed(value: exp.Expr, declared: Column) -> exp.Expr:
    return value.copy().isin(*(text(plain_text(each)) for each in declared.listed))


def _value(kind: ColumnKind, raw: exp.Expr, base: str, *, is_case: bool) -> tuple[exp.Expr, bool] | None:
    """The value of a column and whether every value that is not null has one."""
    if kind in (ColumnKind.NAME, ColumnKind.STRING):
        if base in ("VARCHAR", "ENUM"):
            return (raw if base == "VARCHAR" else cast(raw, "VARCHAR")), True
        if is_case and base in _INTEGERS | _WIDE_INTEGERS | {"UUID"}:
            return cast(raw, "VARCHAR"), True
        return None
    if kind is ColumnKind.INTEGER:
        if base in _INTEGERS:
            return cast(raw, "BIGINT"), True
        if base in _WIDE_INTEGERS:
            return try_cast(raw, "BIGINT"), False
        if base in ("DOUBLE", "FLOAT", "DECIMAL"):
            return condition(raw.eq(function("trunc", raw)), try_cast(raw, "BIGINT")), False
        if base == "VARCHAR":
            return condition(function("regexp_full_match", raw, text("[+-]?[0-9]+")), try_cast(raw, "BIGINT")), False
        return None
    if kind is ColumnKind.DATE:
        return _date(raw, base)
    if base in _INTEGERS | _WIDE_INTEGERS | {"DECIMAL"}:
        return try_cast(raw, STORED[ColumnKind.DECIMAL]), False
    if base == "VARCHAR":
        number = function("regexp_full_match", raw, text("[+-]?[0-9]+([.][0-9]{1,9})?"))
        return condition(number, try_cast(raw, STORED[ColumnKind.DECIMAL])), False
    return None


def _date(raw: exp.Expr, base: str) -> tuple[exp.Expr, bool] | None:
    first, last = cast(text("0001-01-01"), "DATE"), cast(text("9999-12-31"), "DATE")
    if base == "DATE":
        return condition(raw.between(first, last), raw), False
    if base in _TIMESTAMPS:
        day = cast(raw, "DATE")
        return condition(raw.eq(cast(day, "TIMESTAMP")), day), False
    if base == "VARCHAR":
        written = function("regexp_full_match", raw, text("[0-9]{4}-[0-9]{2}-[0-9]{2}"))
        day = try_cast(raw, "DATE")
        return condition(exp.and_(written, day.between(first, last)), day), False
    return None


REJECTS = "rejects"
COLUMNS = (CASE, "predicate", "code", "reason", "example")
"""The columns of the rejects, all of them texts."""
READ = "read"
_Requested = Callable[[exp.Expr], exp.Expr]
"""Whether the case of a name has a request."""


def faulty_rows(shape: Shape, readings: Sequence[Reading], origin: exp.Expr) -> exp.Select:
    """A reject for each faulty row: for the first fault of its first faulty column."""
    reason, code, example = exp.Case(), exp.Case(), exp.Case()
    for how in readings:
        for fault in how.faults:
            reason = reason.when(fault.when.copy(), text(fault.reason))
            code = code.when(fault.when.copy(), text(fault.code))
            example = example.when(fault.when.copy(), how.shown.copy())
    some = exp.or_(*(fault.when.copy() for how in readings for fault in how.faults))
    return _rejected(readings[0].named, shape, code, reason, example).from_(origin.copy()).where(some)


def named_rows(readings: Sequence[Reading], origin: exp.Expr) -> exp.Select:
    """The rows of a file as `name`, the case's, and `row`, the text of all values."""
    row = function("concat_ws", text(", "), *(how.shown for how in readings))
    return exp.select(readings[0].named.as_("name", quoted=True), row.as_("row", quoted=True)).from_(origin.copy())


def checked_rows(shape: Shape, readings: Sequence[Reading], origin: exp.Expr) -> exp.Select:
    """The rows of a file with the value of each column, null where it has a fault; the case as `case`."""
    names = [CASE, *(each.name for each in shape.columns[1:])]
    values = [how.checked.as_(name, quoted=True) for how, name in zip(readings, names, strict=True)]
    return exp.select(*values).from_(origin.copy())


def unrequested(shape: Shape, rows: exp.Query, has_request: _Requested) -> exp.Select:
    """A reject for each case that has facts among `named_rows` and no request."""
    name = column("name", READ)
    query = _rejected(name, shape, text("E401"), text("no request"), function("min", column("row", READ)))
    query = query.from_(rows.subquery(READ)).where(name.copy().is_(exp.null()).not_())
    return query.where(exp.not_(has_request(name))).group_by(name.copy())


def two_values(shape: Shape, rows: exp.Query, has_request: _Requested) -> exp.Select:
    """A reject for each key that has two values among `checked_rows`."""
    others = shape.columns[1:]
    keys = [column(CASE, READ), *(column(each.name, READ) for each in others if each.is_key)]
    values = [column(each.name, READ) for each in others if not each.is_key]
    row = function("concat_ws", text(", "), *(cast(value, "VARCHAR") for value in values))
    example = function("concat", function("min", row), text(" | "), function("max", row))
    code, reason = ("E402", "a second request") if shape.pred == REQUEST else ("E207", "two values for one key")
    whole = exp.and_(*(each.copy().is_(exp.null()).not_() for each in (*keys, *values)))
    query = _rejected(keys[0], shape, text(code), text(reason), example).from_(rows.subquery(READ))
    query = query.where(whole).where(has_request(keys[0])).group_by(*(key.copy() for key in keys))
    return query.having(exp.or_(*(function("min", each).neq(function("max", each)) for each in values)))


def _rejected(name: exp.Expr, shape: Shape, code: exp.Expr, reason: exp.Expr, example: exp.Expr) -> exp.Select:
    values = (name.copy(), text(shape.name), code, reason, example)
    return exp.select(*(value.as_(each, quoted=True) for value, each in zip(values, COLUMNS, strict=True)))
