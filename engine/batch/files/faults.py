"""What is wrong with the facts of a case: found by counting, told row by row only where something was found.

A fault sets a case aside as a whole, with the reason, and never a part of it: cases in = decided + set aside. These are
the queries for both engines, which `duckdb/faults.py` and `spark/faults.py` ask.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from engine.batch.files.columns import Reading
from engine.batch.files.layout import CASE, Shape
from engine.batch.sql import cast, column, function, text
from kb.language.declarations import REQUEST

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
