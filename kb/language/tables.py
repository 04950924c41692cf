"""Facts from CSV files: what `:- facts(ingredient/2, 'rxnorm.csv').` reads.

The first row names the columns: where the predicate's arguments are declared, each in lower snake case (`TimesPerWeek` is
`times_per_week`), in any order, and further columns are not read; else there is one column for each argument, in their order.
Values are read by the declared types, and as names where that is another. Everything that is wrong is told, at its place.
"""

from __future__ import annotations

import decimal
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from kb.language.declarations import Declarations
from kb.language.diagnostics import Diagnostic, SourceText
from kb.language.syntax import TRUE, AtomF, Clause, FactsDecl, Span
from kb.language.terms import INT_MAX, INT_MIN, Atom, Const, Date, Int, Str, day_of, make_decimal

SUFFIX = ".csv"
"""How the names of tables end."""
MOST_TOLD = 50
"""How many wrong values of a table are told of; more are counted."""
_FIELD = re.compile(r'(?:"(?P<quoted>(?:[^"]|"")*)"|(?P<plain>[^,"\n]*))(?P<end>,|\n|\Z)')


def column_name(argument: str) -> str:
    """A declared argument's column.

    >>> column_name("TimesPerWeek"), column_name("Mg")
    ('times_per_week', 'mg')
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", argument).lower()


class Cell(Struct, frozen=True):
    """A value of a row as it is written, and where."""

    text: str
    start: int
    end: int


Row = list[Cell]


def table_facts(source: SourceText, declared: FactsDecl, declarations: Declarations) -> Iterator[Clause | Diagnostic]:
    """The facts of a table for a predicate, each with its line as its place; a diagnostic for everything that is wrong."""
    rows = _rows(source)
    header = next(rows, None)
    if header is None:
        yield _unreadable(source, "it is empty", 0, 0, "its first row names the columns")
        return
    if isinstance(header, Diagnostic):
        yield header
        return
    places = _places(source, declared, declarations, header)
    if isinstance(places, Diagnostic):
        yield places
        return
    names, types = [cell.text for cell in header], declarations.types_of(declared.pred)
    readers = [
        (place, names[place], kind, _READERS.get(kind, _name)) for place, kind in zip(places, types, strict=True)
    ]
    wrong = number = 0
    for row in rows:
        if isinstance(row, Diagnostic):
            yield row
            return
        number += 1
        faults = list(_faults(source, row, len(header), readers))
        wrong += len(faults)
        yield from faults[: max(0, MOST_TOLD - (wrong - len(faults)))]
        if not faults:
            args = [read(row[place].text) for place, _, _, read in readers]
            span = source.span(row[0].start, row[-1].end)
            head = AtomF(declared.pred, tuple(arg for arg in args if arg is not None), span)
            yield Clause(head, TRUE, span, declared.source)
    if wrong > MOST_TOLD:
        yield _unreadable(source, f"{wrong - MOST_TOLD} more values or rows of it are wrong", 0, 0)
    if not number:
        yield _unreadable(source, "it has no rows below its first", header[0].start, header[-1].end)


def _rows(source: SourceText) -> Iterator[Row | Diagnostic]:
    """The rows of a text, empty lines left out; last a diagnostic where a quotation mark is not closed or not doubled."""
    text, at, row = source.text, 0, list[Cell]()
    while at < len(text):
        found = _FIELD.match(text, at)
        if found is None:
            at = text.find('"', at)
            yield _unreadable(
                source, "a quotation mark is not closed or not doubled", at, at + 1,
                'write a value as "...", and a quotation mark inside it twice',
            )  # fmt: skip
            return
        quoted = found["quoted"]
        start = found.start()
        value = found["plain"] if quoted is None else quoted.replace('""', '"')
        row.append(Cell(value, start, found.start("end")))
        at = found.end()
        if found["end"] != ",":
            if len(row) > 1 or row[0].text or quoted is not None:
                yield row
            row = []
    if row:  # the text ends with a comma
        yield [*row, Cell("", at, at)]


def _places(
    source: SourceText, declared: FactsDecl, declarations: Declarations, header: Row
) -> Sequence[int] | Diagnostic:
    """The place of each argument among the columns."""
    names, columns = declarations.names_of(declared.pred), [cell.text for cell in header]
    if not names:
        if len(columns) == declared.pred.arity:
            return range(len(columns))
        told = f"it has {len(columns)} columns, and `{declared.pred}` has {declared.pred.arity} arguments"
        return _unreadable(source, told, header[0].start, header[-1].end)
    wanted = [column_name(name) for name in names]
    lacking = [name for name in wanted if columns.count(name) != 1]
    if lacking:
        how = "twice" if lacking[0] in columns else "not"
        told = f"the column `{lacking[0]}` of `{declared.pred}` is {how} there"
        return _unreadable(source, told, header[0].start, header[-1].end, f"name the columns {', '.join(wanted)}")
    return [columns.index(name) for name in wanted]


_Reader = Callable[[str], Const | None]


def row_of_width(values: int, columns: int) -> tuple[str, str]:
    """What is said of a row with more or fewer values than there are columns, and what is to be done.

    >>> row_of_width(1, 2)
    ('1 value where there are 2 columns', 'write a value for each column')
    """
    there = "there is 1 column" if columns == 1 else f"there are {columns} columns"
    told = f"{values} {'value' if values == 1 else 'values'} where {there}"
    return told, "quote values that contain commas" if values > columns else "write a value for each column"


def _faults(
    source: SourceText, row: Row, width: int, readers: Sequence[tuple[int, str, str, _Reader]]
) -> Iterator[Diagnostic]:
    if len(row) != width:
        told, instead = row_of_width(len(row), width)
        yield _unreadable(source, f"a row has {told}", row[0].start, row[-1].end, instead)
        return
    for place, name, kind, read in readers:
        cell = row[place]
        span = source.span(cell.start, max(cell.end, cell.start + 1))
        if not cell.text.strip():
            yield Diagnostic("E206", f"no value for `{name}`", span)
        elif read(cell.text) is None:
            yield Diagnostic(
                "E206", f"`{cell.text}` is no value for `{name}`: {_WANTED.get(kind, _WANTED['atom'])}", span
            )


def _unreadable(source: SourceText, why: str, start: int, end: int, instead: str | None = None) -> Diagnostic:
    span = source.span(start, end) if end else Span(source.name, 0, 0)
    return Diagnostic("E107", f"the table `{source.name}` cannot be read: {why}", span, (), instead)


def _integer(text: str) -> Const | None:
    is_one = re.fullmatch(r"-?[0-9]{1,19}", text) and INT_MIN <= int(text) <= INT_MAX
    return Int(int(text)) if is_one else None


def _decimal(text: str) -> Const | None:
    if not re.fullmatch(r"-?[0-9]+([.][0-9]+)?", text):
        return None
    try:
        return make_decimal(decimal.Decimal(text))
    except decimal.Inexact:
        return None


def _date(text: str) -> Const | None:
    try:
        return Date(day_of(text))
    except ValueError:
        return None


def _name(text: str) -> Const | None:
    return Atom(text) if text == text.strip() else None


_READERS: Mapping[str, _Reader] = MappingProxyType(
    {"integer": _integer, "decimal": _decimal, "date": _date, "string": Str}
)
"""What reads a value of a declared type; one of any other is a name."""
_WANTED: Mapping[str, str] = MappingProxyType(
    {
        "integer": "it is an integer of 64 bits",
        "decimal": "it is a decimal of at most 38 digits",
        "date": "it is a date as in 2024-07-01",
        "atom": "it is a name without blanks around it",
    }
)
