"""Prolog terms as they are written, with their places, before they mean anything in the language; built from parse trees."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

import lark

from kb.language.syntax import Span


@dataclass(frozen=True, slots=True)
class Leaf:
    """A token that is a term by itself: kind is `var`, `atom`, `integer`, `decimal`, `date` or `string`."""

    kind: str
    text: str
    start: int
    end: int
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Compound:
    """A functor with arguments; operators are functors too, and `name_end` is where the functor ends."""

    name: str
    args: tuple[Node, ...]
    start: int
    end: int
    operator: int | None = None
    """Where the operator stands, if this was written as one."""
    depth: int = 1
    """How deeply terms nest in it."""


@dataclass(frozen=True, slots=True)
class ListNode:
    """`[a, b]`."""

    items: tuple[Node, ...]
    start: int
    end: int
    depth: int = 1


Node: TypeAlias = Leaf | Compound | ListNode


@dataclass(frozen=True, slots=True)
class RawFact:
    """`head.`"""

    head: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class RawRule:
    """`head :- body.`"""

    head: Node
    body: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class RawDirective:
    """`:- goal.`"""

    goal: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class RawDeclaration:
    """`:- word what.`, where the word is an operator of the language: `pred`, `abducible`, `functional`, `question`."""

    word: str
    what: Node
    start: int
    end: int


RawClause: TypeAlias = RawFact | RawRule | RawDirective | RawDeclaration


class TooDeepError(ValueError):
    """Raised for a term that nests more than `MAX_NESTING` deep; its argument is where it stands."""


MAX_NESTING = 200
"""How deeply brackets and operators may nest: enough for any rule, and far from Python's recursion limit."""


@dataclass(slots=True)
class SourceText:
    """A text with its name, able to turn character offsets into places."""

    name: str
    text: str
    _starts: list[int] = field(default_factory=list)

    def span(self, start: int, end: int) -> Span:
        """The span of the characters from start to end."""
        if not self._starts:
            self._starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        line = bisect.bisect_right(self._starts, start)
        return Span(self.name, line, start - self._starts[line - 1] + 1, max(1, end - start))


_SIMPLE_ESCAPES = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "v": "\v",
    "0": "\0",
    "s": " ",
    "e": "\x1b",
}
_ESCAPE = re.compile(r"\\x([0-9a-fA-F]+)\\|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\(.)|(''|\"\")", re.DOTALL)


class BadEscapeError(ValueError):
    """Raised for a backslash escape that names no character; its only argument is the escape."""


def unquote(quoted: str) -> str:
    """The text that a quoted atom or a string stands for.

    >>> unquote("'it''s'")
    "it's"
    """
    mark, body = quoted[0], quoted[1:-1]
    if "\\" not in body and mark * 2 not in body:
        return body

    def character(match: re.Match[str]) -> str:
        code = match[1] or match[2] or match[3]
        if code:
            value = int(code, 16)
            if value > 0x10FFFF or 0xD800 <= value <= 0xDFFF:
                raise BadEscapeError(match[0])
            return chr(value)
        if match[5]:
            return mark if match[5][0] == mark else match[5]
        if match[4] in _SIMPLE_ESCAPES:
            return _SIMPLE_ESCAPES[match[4]]
        if match[4] in "\\'\"`":
            return match[4]
        raise BadEscapeError(match[0])

    return _ESCAPE.sub(character, body)


def _compound(name: str, args: tuple[Node, ...], start: int, end: int, operator: int | None = None) -> Compound:
    """A compound term; chains of `,` and `;` nest only as deeply as their parts."""
    depths = [arg.depth for arg in args]
    if operator is not None and name in ",;|" and len(args) == 2:
        depth = max(depths[0] + 1, depths[1])
    else:
        depth = 1 + max(depths, default=0)
    if depth > MAX_NESTING:
        raise TooDeepError(start)
    return Compound(name, args, start, end, operator, depth)


def _binary(left: Node, operator: Any, right: Node) -> Compound:
    return _compound(str(operator), (left, right), left.start, right.end, operator.start_pos)


def _prefix(operator: Any, argument: Node) -> Compound:
    return _compound(str(operator), (argument,), operator.start_pos, argument.end, operator.start_pos)


def _arguments(*children: Any) -> tuple[Node, ...]:
    return tuple(child for child in children if not isinstance(child, lark.Token))


def _call(name: Any, args: tuple[Node, ...], close: Any) -> Compound:
    return _compound(str(name)[:-1], args, name.start_pos, close.end_pos)


def _quoted_call(name: Any, args: tuple[Node, ...], close: Any) -> Compound:
    return _compound(unquote(str(name)[:-1]), args, name.start_pos, close.end_pos)


def _parenthesised(opened: Any, inside: Node, closed: Any) -> Compound:
    return _compound("()", (inside,), opened.start_pos, closed.end_pos)


def _list(*children: Any) -> ListNode:
    items = children[1] if len(children) == 3 else ()
    return ListNode(
        items, children[0].start_pos, children[-1].end_pos, 1 + max((item.depth for item in items), default=0)
    )


def _leaf(kind: str) -> Callable[[Any], Leaf]:
    return lambda token: Leaf(kind, str(token), token.start_pos, token.end_pos)


_BUILDERS: MappingProxyType[str, Callable[..., Any]] = MappingProxyType(
    {
        **{kind: _leaf(kind) for kind in ("var", "integer", "decimal", "date", "string", "atom", "quoted")},
        "fact": lambda head, end: RawFact(head, head.start, end.end_pos),
        "rule": lambda head, _, body, end: RawRule(head, body, head.start, end.end_pos),
        "directive": lambda neck, goal, end: RawDirective(goal, neck.start_pos, end.end_pos),
        "declaration": lambda declare, what, end: RawDeclaration(
            str(declare).removeprefix(":-").strip(), what, declare.start_pos, end.end_pos
        ),
        "binary": _binary,
        "prefix": _prefix,
        "arguments": _arguments,
        "compound": _call,
        "quoted_compound": _quoted_call,
        "parenthesised": _parenthesised,
        "empty_list_term": _list,
        "list_term": _list,
        "start": lambda clause: clause,
    }
)


def build(tree: Any) -> RawClause:
    """The clause that a parse tree stands for, its parts built before it so that deep trees need no recursion.

    Raises `TooDeepError` and `BadEscapeError`.
    """
    order = []
    pending = [tree]
    while pending:
        each = pending.pop()
        order.append(each)
        pending += [child for child in each.children if isinstance(child, lark.Tree)]
    built: dict[int, Any] = {}
    for each in reversed(order):
        children = [built[id(child)] if isinstance(child, lark.Tree) else child for child in each.children]
        built[id(each)] = _BUILDERS[each.data](*children)
    clause: RawClause = built[id(tree)]
    return clause
