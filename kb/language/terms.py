"""The terms of the language: variables and the five kinds of constant, with their standard order and their text.

Constants of different kinds are never equal: `1`, `1.0`, `'1'` and `"1"` are four constants.
"""

from __future__ import annotations

import datetime
import decimal
import re
import sys
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

from msgspec import Struct

INT_MIN, INT_MAX = -(2**63), 2**63 - 1
DECIMAL_DIGITS = 38
"""The most significant digits that a decimal may have (what the common warehouses hold exactly)."""


class Var(Struct, frozen=True, gc=False, tag=True, tag_field="node", array_like=True):
    """A variable; `_` is read as a variable with a name of its own, such as `_G1`."""

    name: str

    @property
    def is_anonymous(self) -> bool:
        """Whether the program wrote it with a leading underscore, so that a single use is meant."""
        return self.name.startswith("_")


class Atom(Struct, frozen=True, gc=False, tag=True, tag_field="node", array_like=True):
    """A symbol such as `bortezomib` or `'Two words'`."""

    name: str


class Int(Struct, frozen=True, gc=False, tag=True, tag_field="node", array_like=True):
    """A signed 64-bit integer."""

    value: int


class Dec(Struct, frozen=True, gc=False, tag=True, tag_field="node", array_like=True):
    """An exact decimal, held without trailing zeros: `1.0` and `1.00` are one constant."""

    value: decimal.Decimal


class Str(Struct, frozen=True, gc=False, tag=True, tag_field="node", array_like=True):
    """A string, written in double quotes."""

    value: str


class Date(Struct, frozen=True, gc=False, tag=True, tag_field="node", array_like=True):
    """A calendar day, written `2024-07-01`."""

    value: datetime.date


Const: TypeAlias = Atom | Int | Dec | Str | Date
Term: TypeAlias = Var | Const

EXACT = decimal.Context(prec=DECIMAL_DIGITS, traps=[decimal.Inexact, decimal.InvalidOperation, decimal.Overflow])
"""Arithmetic that raises `decimal.Inexact` where a value needs more digits than a decimal may have."""


def make_decimal(value: decimal.Decimal) -> Dec:
    """The decimal constant of a value, in its one normal form.

    >>> make_decimal(decimal.Decimal("1.500")) == make_decimal(decimal.Decimal("1.5"))
    True

    Raises `decimal.Inexact` if the value needs more than 38 digits.
    """
    whole = EXACT.plus(value)
    return Dec(decimal.Decimal(0) if whole == 0 else whole.normalize(EXACT))


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day_of(text: str) -> datetime.date:
    """The day that a text has, written as the language writes it.

    >>> day_of("2024-07-01")
    datetime.date(2024, 7, 1)

    Raises `ValueError` for any other text, also for one that other forms of ISO 8601 would take, such as `20240701`.
    """
    if not _DAY.fullmatch(text):
        raise ValueError("it is not written as in 2024-07-01")
    return datetime.date.fromisoformat(text)


_PLAIN_ATOM = re.compile(r"[a-z][A-Za-z0-9_]*\Z")
_OPERATORS = frozenset(
    ("mod", "is", "rem", "div", "rdiv", "xor", "divs", "as", "tnot", "dynamic", "discontiguous", "initialization", "table",
     "meta_predicate", "module_transparent", "multifile", "public", "thread_local", "thread_initialization", "volatile")
)  # fmt: skip
"""Words that are operators, here or in SWI-Prolog, and atoms that each reads only in quotes."""
_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\\": "\\\\", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\v": "\\v"}
_IN_QUOTES = {mark: str.maketrans({**_ESCAPES, mark: "\\" + mark}) for mark in "'\""}


def quote(text: str, mark: str) -> str:
    """The text between quotation marks, so that the reader gives it back.

    >>> print(quote("it's", "'"))
    'it\\'s'
    """
    return mark + printable(text.translate(_IN_QUOTES[mark])) + mark


_BACKSLASHED = r"\\(?:x[0-9a-fA-F]*(?:\\|(?![0-9a-fA-F\\]))|[0-7]+(?:\\|(?![0-7\\]))|c\s*(?!\s|''|\"\")|[^x0-7c])"
QUOTED_ATOM = rf"'[^'\\\n]*(?:(?:''|{_BACKSLASHED})[^'\\\n]*)*'(?!')"
QUOTED_STRING = rf'"[^"\\\n]*(?:(?:""|{_BACKSLASHED})[^"\\\n]*)*"(?!")'
"""Patterns of what stands in quotation marks, whatever its escapes name. They match a text in one way or not at all, so that
they take time in proportion to it: an escape goes as far as it can, and a mark that closes is not half of a pair."""
UNCLOSED = r"""['"](?:[^\n]*?(?=\.(?:\s|%|\Z))|[^\n]*)"""
"""The pattern of what stands after a quotation mark that its line does not close: the rest of the clause, or of the line."""
_UNESCAPED = {text[1]: char for char, text in _ESCAPES.items()} | {each: each for each in "'\"`"}
_UNESCAPED |= {"s": " ", "e": "\x1b"}
_ESCAPE = re.compile(
    r"""\\(?: x(?P<hex>[0-9a-fA-F]+)\\? | u(?P<u4>[0-9a-fA-F]{4}) | U(?P<u8>[0-9a-fA-F]{8})
          | (?P<octal>[0-7]+)\\? | (?P<nothing>c\s*|\n[ \t]*) | (?P<char>.) )
      | (?P<pair>''|\"\")""",
    re.DOTALL | re.VERBOSE,
)


class BadEscapeError(ValueError):
    """Raised for a backslash escape that names no character; its only argument is the escape."""


def unquote(quoted: str) -> str:
    r"""The text that a quoted atom or a string stands for, read as SWI-Prolog reads it.

    >>> unquote("'it''s'"), unquote(r"'\x41\\102\\u0043'")
    ("it's", 'ABC')

    Raises `BadEscapeError`.
    """
    mark, body = quoted[0], quoted[1:-1]
    if "\\" not in body and mark * 2 not in body:
        return body

    def text(match: re.Match[str]) -> str:
        written = match[match.lastgroup or 0]
        match match.lastgroup:
            case "hex" | "u4" | "u8":
                return _character(int(written, 16), match[0])
            case "octal":
                return _character(int(written, 8), match[0])
            case "nothing":
                return ""
            case "pair":
                return mark if written[0] == mark else written
        if written not in _UNESCAPED:
            raise BadEscapeError(match[0])
        return _UNESCAPED[written]

    return _ESCAPE.sub(text, body)


def _character(code: int, escape: str) -> str:
    if code > sys.maxunicode or 0xD800 <= code <= 0xDFFF:
        raise BadEscapeError(escape)
    return chr(code)


def shorten(text: str, most: int = 40) -> str:
    """The text, its end left out if it has more than so many characters."""
    return text if len(text) <= most else text[: most - 3] + "..."


_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | {
    chr(code)
    for first, last in ((0x180B, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
    for code in range(first, last + 1)
}
"""Letters and marks that are drawn as nothing: fillers, joiners and selectors of variants. Controls are no letters."""


def printable(text: str) -> str:
    """The text with characters that a terminal might act on, or that nobody sees, written as escapes; line ends stay.

    >>> printable("a\x1b[2J")
    'a\\\\x1b\\\\[2J'
    """
    if is_seen(text.replace("\n", "")):
        return text
    return "".join(char if is_seen(char) or char == "\n" else f"\\x{ord(char):x}\\" for char in text)


def is_seen(text: str) -> bool:
    """Whether each character of a text is drawn as something, and acts on nothing."""
    return text.isprintable() and (text.isascii() or _UNSEEN.isdisjoint(text))


MOST_TEXTS = 1 << 11
"""Of how many terms the texts are remembered, and of how many names: a review needs some hundreds, of which most are those of the next."""


def decimal_text(value: decimal.Decimal) -> str:
    """A decimal as the language writes it, always with a point: `2.0`, `0.25`."""
    text = format(value, "f")
    return text if "." in text else text + ".0"


@lru_cache(maxsize=MOST_TEXTS)
def term_text(term: Term) -> str:
    """The term as the language writes it.

    >>> [term_text(t) for t in (Atom("a"), Atom("Two words"), Int(3), Str("s"), Date(datetime.date(2024, 7, 1)))]
    ['a', "'Two words'", '3', '"s"', '2024-07-01']
    """
    match term:
        case Var(name):
            return name
        case Atom(name):
            return _name_text(name)
        case Int(value):
            return str(value)
        case Dec(value):
            return decimal_text(value)
        case Str(value):
            return quote(value, '"')
        case Date(value):
            return value.isoformat()


@lru_cache(maxsize=MOST_TEXTS)
def _name_text(name: str) -> str:
    return name if _PLAIN_ATOM.match(name) and name not in _OPERATORS else quote(name, "'")


def plain_text(term: Term) -> str:
    """The term without quotation marks, for sentences and tables."""
    match term:
        case Atom(name):
            return name
        case Str(value):
            return value
        case Var() | Int() | Dec() | Date():
            return term_text(term)


_KIND_NAMES: Mapping[type[Const], str] = MappingProxyType(
    {Atom: "atom", Int: "integer", Dec: "decimal", Str: "string", Date: "date"}
)


def kind_name(kind: type[Const]) -> str:
    """The name of a kind of constant, as declarations write it."""
    return _KIND_NAMES[kind]


def kind_of(term: Const) -> str:
    """The name of a constant's kind."""
    return _KIND_NAMES[type(term)]


OrderKey: TypeAlias = tuple[int, object, int]


def order_key(term: Const) -> OrderKey:
    """The key of SWI-Prolog's standard order: numbers by value (a decimal before the integer it equals), strings,
    atoms, then dates.

    Its manual puts atoms before strings; what it does is this.
    """
    match term:
        case Dec(value):
            return (0, value, 0)
        case Int(value):
            return (0, value, 1)
        case Str(value):
            return (1, value, 0)
        case Atom(name):
            return (2, name, 0)
        case Date(value):
            return (3, value, 0)


def row_key(row: tuple[Const, ...]) -> tuple[OrderKey, ...]:
    """The key that sorts rows of constants in standard order, column by column."""
    return tuple(order_key(term) for term in row)


def in_standard_order(rows: Iterable[tuple[Const, ...]]) -> list[tuple[Const, ...]]:
    """Rows of constants in standard order, column by column; quick where few constants stand in many rows."""
    several = list(rows)
    if len(several) < 2:
        return several
    columns = list(zip(*several, strict=True))
    objects: dict[int, Const] = {}
    for column in columns:
        objects.update(zip(map(id, column), column, strict=True))
    rank = {term: index for index, term in enumerate(sorted(set(objects.values()), key=order_key))}
    place = {number: rank[term] for number, term in objects.items()}
    keys = [0] * len(several)
    for column in columns:  # one number a row, which sorts as its constants do
        keys = [key * len(rank) + place[id(each)] for key, each in zip(keys, column, strict=True)]
    return [several[index] for index in sorted(range(len(several)), key=keys.__getitem__)]
