"""JSON text read strictly: what could be read in two ways, or is nothing that is ever written here, is refused.

The standard library takes the last of two equal keys, NaN, numbers of any length and halves of characters, and recurs on
what is nested. Here the text is one value of objects without repeated keys, lists, texts of whole characters, 64-bit
integers, true, false and null, as deep as may be.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from types import MappingProxyType
from typing import Any, NoReturn

import msgspec

from kb.language.terms import INT_MAX, INT_MIN, printable, shorten

MOST_LEVELS = 200_000
"""Text that is nested deeper than this is no explanation: one of so many steps takes more than can be read."""
_TOKEN = re.compile(
    r"""[ \t\n\r]*+(?:(?P<mark>[{}\[\],:])
    | (?P<text>"(?:[^"\\\x00-\x1f]++|\\[^\x00-\x1f])*+")
    | (?P<number>-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+)(?![0-9A-Za-z_.])
    | (?P<word>true|false|null)(?![0-9A-Za-z_])
    | (?P<end>\Z))""",
    re.VERBOSE,
)
_WORDS = {"true": True, "false": False, "null": None}
_HALF = re.compile("[\ud800-\udfff]")
_DIGITS = 19
"""The most digits of a 64-bit integer."""
_CLOSING = {list: "]", dict: "}"}


HALF = "a text has half of a character (a lone surrogate)"


class JsonTextError(ValueError):
    """Raised for text that is not JSON as it is written here: the message says what is wrong and where."""


def read_json(text: str) -> object:
    """The value that a text is; a byte order mark before it is no part of it. However deep it is, this does not recur.

    Raises `JsonTextError`.
    """
    text = text.removeprefix("\ufeff")
    if not _MAY_BE_HALF.search(text):
        with suppress(
            ValueError, RecursionError
        ):  # what is doubtful is read step by step, and refused with its place or not
            return json.loads(text, **_DOUBTS)
    source = _Source(text)
    top: list[object] = []
    within: list[list[object] | dict[str, object]] = [top]
    while True:
        holder = within[-1]
        key = source.key(holder) if isinstance(holder, dict) else ""
        value = source.value(len(within))
        if isinstance(holder, dict):
            holder[key] = value
        else:
            holder.append(value)
        if isinstance(value, list | dict) and not source.takes(_CLOSING[type(value)]):
            within.append(value)
            continue
        while len(within) > 1 and not source.takes(","):
            source.needs(_CLOSING[type(within.pop())])
        if len(within) == 1:
            source.needs("the end")
            return top[0]


def _each_once(members: list[tuple[str, object]]) -> dict[str, object]:
    """An object of members. Raises `ValueError` if a key stands twice in it."""
    made = dict(members)
    if len(made) < len(members):
        raise ValueError
    return made


def _small(digits: str) -> int:
    """An integer that fits 64 bits whatever its digits are. Raises `ValueError` for what may not."""
    if len(digits) >= _DIGITS or digits == "-0":
        raise ValueError
    return int(digits)


def _no(_: str) -> NoReturn:
    raise ValueError


_MAY_BE_HALF = re.compile(r"[\ud800-\udfff]|\\u[dD]")
"""Half of a character, or an escape that may name one."""
_DOUBTS: Any = MappingProxyType(
    {"object_pairs_hook": _each_once, "parse_int": _small, "parse_float": _no, "parse_constant": _no}
)
"""How the standard library is told to leave alone what it would read otherwise than it is read here."""


def has_half(data: object) -> bool:
    """Whether a key or a text in JSON data has half of a character: data that another reader has read may. What can be written as
    UTF-8 has none; what cannot, which may be for another reason, is looked through."""
    with suppress(ValueError, TypeError, OverflowError, RecursionError, msgspec.MsgspecError):
        msgspec.json.encode(data)
        return False
    pending = [data]
    while pending:
        each = pending.pop()
        if isinstance(each, str):
            if not each.isascii() and _HALF.search(each):
                return True
        elif isinstance(each, dict):
            pending += each
            pending += each.values()
        elif isinstance(each, list):
            pending += each
    return False


class _Source:
    """A text with the token that is next in it: a mark, `a value` or `the end`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._end = 0
        self._value: object = None
        self._step()

    def takes(self, mark: str) -> bool:
        """Whether a mark is next, which is then taken."""
        is_next = self._mark == mark
        if is_next:
            self._step()
        return is_next

    def needs(self, mark: str) -> None:
        """Takes what has to be next."""
        if not self.takes(mark):
            self._refuse(f"{self._named()} stands where {mark if ' ' in mark else f'`{mark}`'} is due")

    def key(self, holder: dict[str, object]) -> str:
        """The key of the next member of an object, which it does not have yet."""
        key = self._value
        if self._mark != "a value" or not isinstance(key, str):
            self._refuse(f"{self._named()} stands where a key is due")
        if key in holder:
            self._refuse(f"the key `{shorten(printable(key))}` stands twice in one object")
        self._step()
        self.needs(":")
        return key

    def value(self, level: int) -> object:
        """The value that is next; of a list or an object, the empty one that its mark opens."""
        value: object = self._value
        if self._mark in ("[", "{"):
            if level > MOST_LEVELS:
                self._refuse(f"it is nested deeper than {MOST_LEVELS} levels")
            value = [] if self._mark == "[" else {}
        elif self._mark != "a value":
            self._refuse(f"{self._named()} stands where a value is due")
        self._step()
        return value

    def _named(self) -> str:
        return f"`{self._mark}`" if len(self._mark) == 1 else self._mark

    def _step(self) -> None:
        """Goes to the next token."""
        found = _TOKEN.match(self.text, self._end)
        if found is None:
            self._at = self._end + len(self.text[self._end :]) - len(self.text[self._end :].lstrip(" \t\n\r"))
            self._refuse("this is no JSON")
        kind = str(found.lastgroup)
        self._at, self._end = found.start(kind), found.end()
        self._mark, self._value = "a value", None
        match kind:
            case "mark":
                self._mark = found[kind]
            case "end":
                self._mark = "the end"
            case "word":
                self._value = _WORDS[found[kind]]
            case "text":
                self._value = self._characters(found[kind])
            case _:
                self._value = self._integer(found[kind])

    def _characters(self, quoted: str) -> str:
        if "\\" not in quoted:
            text = quoted[1:-1]
        else:
            try:
                text = json.loads(quoted)
            except ValueError:
                self._refuse("a text has an escape that JSON does not have")
        if _HALF.search(text):
            self._refuse(HALF)
        return text

    def _integer(self, digits: str) -> int:
        if not digits.lstrip("-").isdigit() or digits == "-0":
            self._refuse(f"`{shorten(digits)}` is no integer, and no other numbers are written here")
        value = int(digits) if len(digits) <= _DIGITS + 1 else INT_MAX + 1
        if not INT_MIN <= value <= INT_MAX:
            self._refuse(f"`{shorten(digits)}` does not fit 64 bits")
        return value

    def _refuse(self, why: str) -> NoReturn:
        before = self.text[: self._at]
        raise JsonTextError(f"{why} (line {before.count(chr(10)) + 1}, column {self._at - before.rfind(chr(10))})")
