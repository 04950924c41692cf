"""Rows of constants as tables of Arrow. The type of a column goes with the kind of its values, which its metadata names:

| kind | the column |
| --- | --- |
| `integer`, `date` | `int64`, `date32` |
| `decimal` | `decimal128` with all digits, or text where that has too few |
| `name`, `string` | text |
| `mixed` | text, each value as the language writes it: `1`, `'1'`, `"1"` and `1.0` are four values |

The kind is that of the values that there are; a column without any is text and has none. Null stands for an individual not
named.
"""

from __future__ import annotations

import decimal
from array import array
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from kb.language.terms import DECIMAL_DIGITS, Atom, Const, Date, Dec, Int, Str, Var, plain_text, term_text
from kb.language.truth import Truth

if TYPE_CHECKING:
    import pyarrow

KIND = b"kind"
"""The key of a column's metadata under which its kind is."""
MIXED = "mixed"
KINDS: Mapping[type[Const], str] = MappingProxyType(
    {Int: "integer", Date: "date", Dec: "decimal", Atom: "name", Str: "string"}
)
"""The kind of each type of constants."""
TRUTH = "truth"
"""The column that says of each answer whether it is true or unknown."""


class ArrowColumn(NamedTuple):
    """The values of a column, and of what kind they are, if there are any."""

    values: pyarrow.Array | pyarrow.ChunkedArray
    kind: str | None

    def taken(self, places: pyarrow.Array | pyarrow.ChunkedArray) -> ArrowColumn:
        """The values at some places."""
        return ArrowColumn(self.values.take(places), self.kind)


def rows_as_table(rows: Sequence[Sequence[Const | Var]], width: int) -> pyarrow.Table:
    """Rows of so many values, of which a variable stands for an individual not named, as a table."""
    return columns_as_table([_column(values) for values in (zip(*rows, strict=True) if rows else ((),) * width)])


def columns_as_table(columns: Iterable[ArrowColumn]) -> pyarrow.Table:
    """Columns, called by their numbers, as a table."""
    import pyarrow

    found = list(columns)
    fields = [
        pyarrow.field(str(number), each.values.type, metadata=None if each.kind is None else {KIND: each.kind})
        for number, each in enumerate(found)
    ]
    return pyarrow.table([each.values for each in found], schema=pyarrow.schema(fields))


def answers_as_table(rows: pyarrow.Table, names: Iterable[str], counts: Mapping[Truth, int]) -> pyarrow.Table:
    """The rows of a table as answers: columns under names, and `TRUTH`, which so many rows have in this order."""
    import pyarrow

    said = [_repeated(each.value, count) for each, count in counts.items()]
    fields = [field.with_name(name) for field, name in zip(rows.schema, names, strict=True)]
    schema = pyarrow.schema([*fields, pyarrow.field(TRUTH, pyarrow.string())])
    return pyarrow.table([*rows.columns, pyarrow.concat_arrays(said)], schema=schema)


def _repeated(text: str, count: int) -> pyarrow.StringArray:
    """So many times one text; of buffers, since Arrow imports pandas, where it is installed, for any of Python's values."""
    import pyarrow

    encoded = text.encode()
    ends = array("i", range(0, len(encoded) * count + 1, len(encoded)))
    return pyarrow.StringArray.from_buffers(count, pyarrow.py_buffer(ends), pyarrow.py_buffer(encoded * count))


def _column(values: Iterable[Const | Var]) -> ArrowColumn:
    """Values as a column; each different one is looked at once."""
    import pyarrow

    places: dict[Const | None, int] = {}
    taken = [places.setdefault(None if isinstance(each, Var) else each, len(places)) for each in values]
    return distinct_column(tuple(places)).taken(pyarrow.array(taken, pyarrow.int64()))


def distinct_column(values: Sequence[Const | None]) -> ArrowColumn:
    """A column of constants, and null for None."""
    import pyarrow

    kinds = {KINDS[type(each)] for each in values if each is not None}
    kind = None if not kinds else kinds.pop() if len(kinds) == 1 else MIXED
    type_ = _type_of(kind, values)
    if type_ == pyarrow.string():
        written = term_text if kind == MIXED else plain_text
        return ArrowColumn(pyarrow.array([None if each is None else written(each) for each in values], type_), kind)
    return ArrowColumn(pyarrow.array([getattr(each, "value", None) for each in values], type_), kind)


def _type_of(kind: str | None, values: Iterable[Const | None]) -> pyarrow.DataType:
    """The type of a column of a kind that has these values."""
    import pyarrow

    match kind:
        case "integer":
            return pyarrow.int64()
        case "date":
            return pyarrow.date32()
        case "decimal":
            return _decimal_type([each.value for each in values if isinstance(each, Dec)]) or pyarrow.string()
        case _:
            return pyarrow.string()


def _decimal_type(values: Sequence[decimal.Decimal]) -> pyarrow.DataType | None:
    """A type for decimals with all their digits, if there is one."""
    import pyarrow

    shown = [each.as_tuple() for each in values]
    exponents = [each.exponent for each in shown if isinstance(each.exponent, int)]
    scale = max(0, *(-each for each in exponents))
    whole = max(0, *(len(each.digits) + exponent for each, exponent in zip(shown, exponents, strict=True)))
    return pyarrow.decimal128(max(scale + whole, 1), scale) if scale + whole <= DECIMAL_DIGITS else None
