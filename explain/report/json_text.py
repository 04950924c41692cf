"""JSON data as text: on one line or indented, however deep it is, and with nothing in it that a terminal would act on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress

from kb.language.terms import is_seen

MOST_INDENTED = 40
"""Levels below this are not indented further: a long proof is deep, and would be blanks for the most part."""


def json_text(data: object, *, indent: bool = False) -> str:
    """The text of JSON data, with a line end. What does not print is escaped, as `\\u009b`: it reads back the same.

    >>> json_text({"a": [1, None], "b": {}})
    '{"a": [1, null], "b": {}}\\n'
    """
    if not indent:
        with suppress(RecursionError):
            return _visible(_WRITTEN(data)) + "\n"
    return "".join(_pieces(data, indent)) + "\n"


def json_list(items: Iterable[object], *, indent: bool = False) -> Iterator[str]:
    """The text of a list in pieces, one for each item as it comes.

    >>> "".join(json_list(iter([1, {"a": 2}])))
    '[1, {"a": 2}]\\n'
    """
    return listed((item_text(each, indent=indent) for each in items), indent=indent)


def item_text(item: object, *, indent: bool = False) -> str:
    """The text of an item of a list."""
    return "".join(_pieces(item, indent, 1))


def listed(texts: Iterable[str], *, indent: bool = False) -> Iterator[str]:
    """The text of a list in pieces, of the texts of its items."""
    before = "["
    for each in texts:
        yield before + _gap(1, indent) + each
        before = "," if indent else ", "
    yield "[]\n" if before == "[" else _gap(0, indent) + "]\n"


def json_data(data: dict[str, object]) -> dict[str, object]:
    """JSON data as it reads back from its text: with lists in place of tuples. However deep it is, this does not recur.

    >>> json_data({"a": ({"b": ()},)})
    {'a': [{'b': []}]}
    """
    root: dict[str, object] = {}
    pending: list[tuple[dict[str, object] | list[object], dict[str, object] | list[object]]] = [(data, root)]

    def begun(value: object) -> object:
        if isinstance(value, dict):
            pending.append((value, made := dict[str, object]()))
            return made
        if isinstance(value, list | tuple):
            pending.append(([*value], several := list[object]()))
            return several
        return value

    while pending:
        match pending.pop():
            case dict(given), dict(made):
                made.update({key: begun(value) for key, value in given.items()})
            case list(items), list(several):
                several += [begun(each) for each in items]
    return root


def _pieces(data: object, indent: bool, at: int = 0) -> Iterator[str]:
    """The pieces of the text in order. What is still to be written waits on a stack, a text or data with its level, so
    that the depth of the data does not matter."""
    pending: list[str | tuple[object, int]] = [(data, at)]
    while pending:
        each = pending.pop()
        if isinstance(each, str):
            yield each
            continue
        value, level = each
        if isinstance(value, dict) and value:
            parts = [(_scalar(key) + ": ", below) for key, below in value.items()]
        elif isinstance(value, list) and value:
            parts = [("", below) for below in value]
        else:
            yield _scalar(value)
            continue
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        pending.append(_gap(level, indent) + closing)
        for number in range(len(parts) - 1, -1, -1):
            between = opening if number == 0 else "," if indent else ", "
            pending += [(parts[number][1], level + 1), between + _gap(level + 1, indent) + parts[number][0]]


def _gap(level: int, indent: bool) -> str:
    return "\n" + "  " * min(level, MOST_INDENTED) if indent else ""


def _scalar(value: object) -> str:
    """A value with nothing below it."""
    return _visible(_WRITTEN(value))


_WRITTEN = json.JSONEncoder(ensure_ascii=False).encode


def _visible(text: str) -> str:
    """The text of JSON data with what does not print escaped."""
    return text if is_seen(text) else "".join(map(_escaped, text))


def _escaped(char: str) -> str:
    return char if is_seen(char) else json.dumps(char)[1:-1]
