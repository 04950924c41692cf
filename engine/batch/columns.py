"""From a file's columns to the constants of arguments: the value of each row, and what is wrong with it if anything is.

Nothing is guessed: a number with a fraction is no integer, `2024-7-1` is no date, a name has no blanks around it. A
fault sets a case aside as a whole, with the reason, and never a part of it: cases in = decided + set aside.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlglot import exp

from engine.backends.sql.scalars import number
from engine.backends.sql.statements import union_of
from engine.backends.sql.values import Kind
from engine.batch.files import CASE, ColumnKind, Field, Shape, Source, all_of, file_span
from engine.batch.sql import column, condition, function, table, text, try_cast
from kb.language.declarations import REQUEST
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.syntax import Pred
from kb.language.terms import DECIMAL_DIGITS, Const, plain_text

_INTEGERS = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"})
_WIDE_INTEGERS = frozenset({"UBIGINT", "HUGEINT", "UHUGEINT"})
_TEXTS = frozenset({"VARCHAR", "ENUM"})
_TIMESTAMPS = frozenset({"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"})
_EXACT = 2**53
"""Up to this number each integer is a floating-point number of its own."""
_UNSEEN = (
    r"\x{0}-\x{1f}\x{7f}-\x{a0}\x{ad}\x{34f}\x{61c}\x{115f}\x{1160}\x{1680}\x{17b4}\x{17b5}\x{180b}-\x{180f}\x{2000}-\x{200f}"
    r"\x{2028}-\x{202f}\x{205f}-\x{206f}\x{2800}\x{3000}\x{3164}\x{e000}-\x{f8ff}\x{fe00}-\x{fe0f}\x{feff}\x{ffa0}\x{fff0}-\x{fffb}"
    r"\x{1bca0}-\x{1bca3}\x{1d173}-\x{1d17a}\x{e0000}-\x{e0fff}"
)
"""The characters that are not seen, or seen as a blank, but for the blank of ASCII: with them, names that look the same
are not. Each is listed, as engines have different versions of Unicode's classes."""
_SEEN = f"[^{_UNSEEN} ]([^{_UNSEEN}]*[^{_UNSEEN} ])?"
"""What a name looks like: blanks within it are those of ASCII."""
_DAYS = exp.cast(text("0001-01-01"), "DATE"), exp.cast(text("9999-12-31"), "DATE")


@dataclass(frozen=True, slots=True)
class WrongValue:
    """A way for a value to be wrong: a code, a reason, and the condition under which it is."""

    code: str
    reason: str
    when: exp.Expr


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """How a column is read: its text for messages, its value (null where there is none), its faults in the order in
    which they are tried, and its value if it has no fault."""

    shown: exp.Expr
    value: exp.Expr
    faults: tuple[WrongValue, ...]
    checked: exp.Expr

    @property
    def named(self) -> exp.Expr:
        """For the case's column: the name of the case, null where there is none."""
        return exp.Case().when(self.faults[0].when.copy(), exp.null()).else_(self.shown.copy())

    def listing(self, declared: Field, values: Iterable[Const]) -> ReadColumn:
        """The same, but where a value is none of those given it is a fault."""
        is_listed = _is_listed(self.value, values)
        fault = WrongValue("E403", f"not a listed `{declared.name}`", is_listed.not_())
        return replace(self, faults=(*self.faults, fault), checked=condition(is_listed, self.value))


@dataclass(frozen=True, slots=True)
class Part:
    """Files of one predicate with the same columns: where their rows come from, how each column is read, and, if that is
    not as they are written, the rows with the constants that names stand for (names.py). Where their rows are few, but for
    the case, `few` has each of these once, with a number in place of the case (duckdb/few.py)."""

    shape: Shape
    origin: exp.Expr
    columns: tuple[ReadColumn, ...]
    meant: exp.Expr | None = None
    few: Part | None = None

    @classmethod
    def of(cls, shape: Shape, origin: exp.Expr, file: Path, physical: Mapping[str, str]) -> Part:
        """From the physical type of each column by name. Raises `ProgramError` that names the file for types that
        cannot hold what is wanted."""

        def read(declared: Field) -> ReadColumn:
            how = _read(declared, physical[declared.name], is_case=declared is shape.columns[0])
            if how is None:
                kind, wanted = physical[declared.name], declared.kind.wanted
                message = f"the column `{declared.name}` of `{file.name}` has the type {kind}, not {wanted}"
                raise ProgramError([Diagnostic("E206", message, file_span(file))])
            return how

        return cls(shape, origin, tuple(all_of(read, shape.columns)))

    def typed(self) -> exp.Select:
        """The facts, each value of the type in which its kind is stored, null where a value is none; the case as it is
        written, in a column `case`."""
        return self._typed(self.meant or self.origin)

    def written(self) -> exp.Select:
        """The same with names as they are written."""
        return self._typed(self.origin)

    def _typed(self, origin: exp.Expr) -> exp.Select:
        values = zip(self.columns[1:], self.shape.columns[1:], strict=True)
        shown = [exp.cast(how.value, declared.kind.stored) for how, declared in values]
        return self._facts([self.columns[0].shown, *shown], origin)

    def checked(self) -> exp.Select:
        """The facts with the value of each column, null where it has a fault; the case as `case`."""
        return self._facts([how.checked for how in self.columns], self.meant or self.origin)

    def _facts(self, values: Sequence[exp.Expr], origin: exp.Expr) -> exp.Select:
        names = (CASE, *(each.name for each in self.shape.columns[1:]))
        return _rows((value.as_(name, quoted=True) for value, name in zip(values, names, strict=True)), origin)

    def named(self) -> exp.Select:
        """The rows as `name`, the case's, and `row`, the text of all values."""
        row = function("concat_ws", text(", "), *(how.shown for how in self.columns))
        return _rows((self.columns[0].named.as_("name", quoted=True), row.as_("row", quoted=True)), self.origin)

    def faulty(self) -> exp.Select:
        """A reject for each faulty row: for the first fault of its first faulty column."""
        reason, code, example = exp.Case(), exp.Case(), exp.Case()
        for how in self.columns:
            for fault in how.faults:
                reason = reason.when(fault.when.copy(), text(fault.reason))
                code = code.when(fault.when.copy(), text(fault.code))
                example = example.when(fault.when.copy(), how.shown.copy())
        shown = _reject(self.columns[0].named, self.shape, code, reason, example)
        return _rows(shown, self.origin).where(self.is_faulty)

    @property
    def is_faulty(self) -> exp.Expr:
        """Whether a row has a fault."""
        return exp.or_(*(fault.when.copy() for how in self.columns for fault in how.faults))


def _rows(shown: Iterable[exp.Expr], origin: exp.Expr) -> exp.Select:
    return exp.select(*shown).from_(origin.copy())


@dataclass(frozen=True, slots=True)
class Opened:
    """The files of a predicate that can be read, in parts of the same columns, and how many rows they have together."""

    source: Source
    parts: tuple[Part, ...]
    rows: int

    @property
    def shape(self) -> Shape:
        return self.source.shape

    @property
    def is_as_written(self) -> bool:
        """Whether the facts are the rows of the files as they are."""
        return all(part.meant is None for part in self.parts)

    def typed(self) -> exp.Query:
        """The facts of all parts; see `Part.typed`."""
        return union_of(part.typed() for part in self.parts)

    @property
    def few(self) -> exp.Query | None:
        """The few different facts of all parts, if each part has few."""
        parts = [part.few for part in self.parts if part.few is not None]
        return union_of(part.typed() for part in parts) if len(parts) == len(self.parts) else None


def _read(declared: Field, physical: str, *, is_case: bool) -> ReadColumn | None:
    """How a column of a physical type is read, or None if that type cannot hold its values.

    `physical` is a type's name in DuckDB, such as `VARCHAR` or `DECIMAL(10,2)`. Cases may be numbered, and where names have a
    vocabulary, a number may be a code.
    """
    raw = column(declared.name)
    base = physical.split("(")[0]
    found = _value(declared.kind, raw, physical, is_case=is_case, is_named=declared.names is not None)
    if found is None:
        return None
    value, is_sure = found
    name, is_text = declared.name, base in _TEXTS
    written = raw if base == "VARCHAR" else exp.cast(raw, "VARCHAR")
    absent: exp.Expr = raw.is_(exp.null())
    if is_text:
        absent = exp.or_(absent, _is_blank(written))
    faults = [WrongValue("E401" if is_case else "E206", f"no value for `{name}`", absent)]
    seen: list[exp.Expr] = []  # the fewest conditions that are true of a value without a fault
    if is_text and declared.kind is ColumnKind.NAME:
        faults.append(WrongValue("E206", f"blanks around the `{name}`", written.neq(function("trim", written))))
        faults.append(WrongValue("E206", f"characters in the `{name}` that are not seen", exp.not_(_is_seen(written))))
        seen = [_is_seen(written)]
    if not is_sure:
        faults.append(WrongValue("E206", f"`{name}` is not {declared.kind.said}", value.is_(exp.null())))
    checked = condition(exp.and_(*seen), value) if seen else value
    how = ReadColumn(exp.cast(raw, "VARCHAR"), value, tuple(faults), checked)
    return how.listing(declared, declared.listed) if declared.listed and declared.names is None else how


def is_faulty_row(shape: Shape) -> exp.Expr:
    """Whether some value of a row that was read, but for the case, is none that its argument may have."""
    columns = shape.columns[1:]
    return exp.or_(*map(is_faulty, columns)) if columns else exp.false()


def is_faulty(declared: Field) -> exp.Expr:
    """Whether a value that was read is null or none that its argument may have."""
    value = column(declared.name)
    absent = value.is_(exp.null())
    if declared.listed:
        return exp.or_(absent, _is_listed(value, declared.listed).not_())
    if declared.kind is ColumnKind.NAME:
        return exp.or_(absent, exp.not_(_is_seen(value)))
    if declared.kind is ColumnKind.STRING:
        return exp.or_(absent, _is_blank(value))
    return absent


def _is_seen(name: exp.Expr) -> exp.Expr:
    return function("regexp_full_match", name, text(_SEEN))


def _is_blank(value: exp.Expr) -> exp.Expr:
    return function("regexp_full_match", value, text(f"[{_UNSEEN} ]*"))


def _is_listed(value: exp.Expr, listed: Iterable[Const]) -> exp.Expr:
    return value.copy().isin(*(text(plain_text(each)) for each in listed))


def _value(
    kind: ColumnKind, raw: exp.Expr, physical: str, *, is_case: bool, is_named: bool
) -> tuple[exp.Expr, bool] | None:
    """The value of a column and whether every value that is not null has one."""
    base = physical.split("(")[0]
    is_text, is_whole = base == "VARCHAR", base in _INTEGERS | _WIDE_INTEGERS
    match kind:
        case ColumnKind.NAME | ColumnKind.STRING if is_text:
            return raw, True
        case ColumnKind.NAME | ColumnKind.STRING if (
            base in _TEXTS or (is_whole and (is_case or is_named)) or (base == "UUID" and is_case)
        ):
            return exp.cast(raw, "VARCHAR"), True
        case ColumnKind.INTEGER if base in _INTEGERS:
            return exp.cast(raw, "BIGINT"), True
        case ColumnKind.INTEGER if is_whole:
            return try_cast(raw, "BIGINT"), False
        case ColumnKind.INTEGER if base in ("DOUBLE", "FLOAT"):
            is_exact = exp.and_(raw.eq(function("trunc", raw)), raw.between(number(-_EXACT), number(_EXACT)))
            return condition(is_exact, try_cast(raw, "BIGINT")), False
        case ColumnKind.INTEGER if base == "DECIMAL":
            return condition(raw.eq(function("trunc", raw)), try_cast(raw, "BIGINT")), False
        case ColumnKind.INTEGER if is_text:
            return _written(raw, "[+-]?[0-9]+", try_cast(raw, "BIGINT"))
        case ColumnKind.DATE if base == "DATE":
            return condition(raw.between(*_DAYS), raw), False
        case ColumnKind.DATE if base in _TIMESTAMPS:
            day = exp.cast(raw, "DATE")
            whole = condition(raw.eq(exp.cast(day, "TIMESTAMP")), day)
            return condition(day.between(*_DAYS), whole), False  # Spark cannot compare what is far outside
        case ColumnKind.DATE if is_text:
            day = try_cast(raw, "DATE")
            return _written(raw, "[0-9]{4}-[0-9]{2}-[0-9]{2}", day, day.between(*_DAYS))
        case ColumnKind.DECIMAL if is_whole or base == "DECIMAL":
            return condition(raw.is_(exp.null()).not_(), _marked_decimal(_digits(raw, physical))), False
        case ColumnKind.DECIMAL if is_text:
            return _written(raw, "[+-]?[0-9]+([.][0-9]+)?", _marked_decimal(raw))
    return None


_PLAIN_SCALE = 6
"""With so many digits after the point at most, Spark writes decimals without an exponent."""


def _digits(raw: exp.Expr, physical: str) -> exp.Expr:
    """A number of a physical type such as `BIGINT` or `DECIMAL(18,9)` as text, with all its digits."""
    scale = int(physical.rstrip(")").rsplit(",", 1)[-1]) if "," in physical else 0
    if scale <= _PLAIN_SCALE:
        return exp.cast(raw, "VARCHAR")
    size = function("abs", raw)
    whole = function("trunc", size)
    part = exp.paren(exp.Add(this=exp.Sub(this=size.copy(), expression=whole.copy()), expression=number(1)))
    sign = exp.Case().when(exp.LT(this=raw.copy(), expression=number(0)), text("-")).else_(text(""))
    fraction = function("substr", exp.cast(part, "VARCHAR"), number(2))
    return function("concat", sign, exp.cast(whole, "VARCHAR"), fraction)


def _marked_decimal(written: exp.Expr) -> exp.Expr:
    """A decimal as it stands in columns (engine/backends/sql/values.py), of its digits; null if there are too many of them."""
    unsigned = _trimmed(written, "+-", "LEADING")
    whole = _trimmed(function("split_part", unsigned, text("."), number(1)), "0", "LEADING")
    fraction = _trimmed(function("split_part", unsigned.copy(), text("."), number(2)), "0", "TRAILING")
    digits = function("concat", whole, fraction)
    is_negative = exp.and_(function("starts_with", written.copy(), text("-")), digits.neq(text("")))
    sign = exp.Case().when(is_negative, text("-")).else_(text(""))
    shown = function("concat", text(Kind.ANY.mark), sign, _or_zero(whole), text("."), _or_zero(fraction))
    few = exp.LTE(this=function("length", _trimmed(digits.copy(), "0", "BOTH")), expression=number(DECIMAL_DIGITS))
    return condition(few, shown)


def _trimmed(value: exp.Expr, marks: str, where: str) -> exp.Expr:
    return exp.Trim(this=value.copy(), expression=text(marks), position=where)


def _or_zero(digits: exp.Expr) -> exp.Expr:
    return exp.Case().when(digits.eq(text("")), text("0")).else_(digits.copy())


def _written(raw: exp.Expr, pattern: str, value: exp.Expr, *further: exp.Expr) -> tuple[exp.Expr, bool]:
    return condition(exp.and_(function("regexp_full_match", raw, text(pattern)), *further), value), False


# --- rejects -------------------------------------------------------------------------------------------------------

REJECTS = "rejects"
COLUMNS = (CASE, "predicate", "code", "reason", "example")
"""The columns of the rejects, all of them texts."""
READ = "read"


@dataclass(frozen=True, slots=True)
class Doubts:
    """Where to look for faults: in the values of these predicates, for rows without a case or a request, for two values
    of a key of these predicates."""

    faulty: Collection[Pred]
    strays: bool
    doubled: Collection[Pred]


def rejects(
    opened: Opened,
    doubts: Doubts,
    has_request: Callable[[exp.Expr], exp.Expr],
    narrowed: Callable[[Part, exp.Select], exp.Select] = lambda _, rows: rows,
) -> Iterator[exp.Query]:
    """The queries for the rejects of a predicate's facts, where there is reason to doubt them.

    `has_request` says whether the case of a name has a request; `narrowed` leaves rows of a part out.
    """
    shape = opened.shape

    def rows(of: Callable[[Part], exp.Select]) -> exp.Query:
        return union_of(narrowed(part, of(part)) for part in opened.parts)

    if doubts.strays or shape.pred in doubts.faulty:
        yield rows(Part.faulty)
    if doubts.strays:
        yield _unrequested(shape, rows(Part.named), has_request)
    if shape.pred in doubts.doubled:
        yield _two_values(shape, rows(Part.checked), has_request)


def _unrequested(shape: Shape, rows: exp.Query, has_request: Callable[[exp.Expr], exp.Expr]) -> exp.Select:
    """A reject for each case that has facts and no request."""
    name = column("name", READ)
    shown = _reject(name, shape, text("E401"), text("no request"), function("min", column("row", READ)))
    query = exp.select(*shown).from_(rows.subquery(READ)).where(name.copy().is_(exp.null()).not_())
    return query.where(exp.not_(has_request(name))).group_by(name.copy())


def _two_values(shape: Shape, rows: exp.Query, has_request: Callable[[exp.Expr], exp.Expr]) -> exp.Select:
    """A reject for each key that has two values."""
    others = shape.columns[1:]
    keys = [column(CASE, READ), *(column(each.name, READ) for each in others if each.is_key)]
    values = [column(each.name, READ) for each in others if not each.is_key]
    row = function(
        "concat_ws", text(", "), *(_shown(each, column(each.name, READ)) for each in others if not each.is_key)
    )
    example = function("concat", function("min", row), text(" | "), function("max", row))
    code, reason = ("E402", "a second request") if shape.pred == REQUEST else ("E207", "two values for one key")
    whole = exp.and_(*(each.copy().is_(exp.null()).not_() for each in (*keys, *values)))
    query = exp.select(*_reject(keys[0], shape, text(code), text(reason), example)).from_(rows.subquery(READ))
    query = query.where(whole).where(has_request(keys[0])).group_by(*(key.copy() for key in keys))
    return query.having(exp.or_(*(function("min", each).neq(function("max", each)) for each in values)))


def _shown(declared: Field, value: exp.Expr) -> exp.Expr:
    """A value that was read as messages have it, without the mark that decimals have."""
    shown = exp.cast(value, "VARCHAR")
    is_marked = declared.kind is ColumnKind.DECIMAL
    return function("substr", shown, number(len(Kind.ANY.mark) + 1)) if is_marked else shown


def _reject(name: exp.Expr, shape: Shape, code: exp.Expr, reason: exp.Expr, example: exp.Expr) -> list[exp.Expr]:
    values = (name, text(shape.name), code, reason, example)
    return [value.as_(each, quoted=True) for value, each in zip(values, COLUMNS, strict=True)]


def no_rejects() -> exp.Query:
    """The table of rejects without rows."""
    nulls = [exp.cast(exp.null(), "VARCHAR").as_(name, quoted=True) for name in COLUMNS]
    return exp.select(*nulls).where(exp.false())


def fault_counts() -> exp.Select:
    """Of the table of rejects, for each predicate, code and reason: the number of rejects and an example."""
    kinds = [column(name) for name in COLUMNS[1:4]]
    said = function("concat_ws", text(": "), column(CASE), column("example"))  # which leaves out what is null
    example = function("min", said)
    return exp.select(*kinds, function("count", exp.Star()), example).from_(table(REJECTS)).group_by(*kinds)


def aside_counts() -> exp.Select:
    """Of the table of rejects: the number of cases that are set aside, and of rows that name no case."""
    cases = exp.Count(this=exp.Distinct(expressions=[column(CASE)]))
    nameless = function("count", condition(column(CASE).is_(exp.null()), number(1)))
    return exp.select(cases, nameless).from_(table(REJECTS))
