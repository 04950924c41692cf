"""Text to generic terms: the lexer and the operator grammar (lark), clause by clause, going on after an error.

    text -> tokens -> one term a clause (this module) -> clauses and declarations (kb/interpret.py)

Text is only ever read; nothing in it is executed.
"""

from __future__ import annotations

import bisect
import functools
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, TypeAlias

import lark

from kb.cache import remember
from kb.diagnostics import Diagnostic
from kb.syntax import Span


@dataclass(frozen=True, slots=True)
class Leaf:
    """A token that is a term by itself: kind is `var`, `atom`, `integer`, `decimal`, `date` or `string`."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Compound:
    """A functor with arguments; operators are functors too, and `name_end` is where the functor ends."""

    name: str
    args: tuple[Node, ...]
    start: int
    end: int
    operator: int | None = None
    """Where the operator stands, if this was written as one."""


@dataclass(frozen=True, slots=True)
class ListNode:
    """`[a, b]`."""

    items: tuple[Node, ...]
    start: int
    end: int


Node: TypeAlias = Leaf | Compound | ListNode


@dataclass(frozen=True, slots=True)
class RawClause:
    """One clause as terms: kind is `fact`, `rule`, `directive` or `declaration`; `word` is a declaration's keyword."""

    kind: str
    parts: tuple[Node, ...]
    start: int
    end: int
    word: str = ""


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


def _leaf(kind: str) -> Callable[[object, list[lark.Token]], Leaf]:
    """A callback that makes a leaf of this kind."""

    def make(_: object, children: list[lark.Token]) -> Leaf:
        token = children[0]
        return Leaf(kind, str(token), token.start_pos or 0, token.end_pos or 0)

    return make


class _ToTerms(lark.Transformer[lark.Token, RawClause]):
    """Builds the terms while lark parses."""

    var = _leaf("var")
    integer = _leaf("integer")
    decimal = _leaf("decimal")
    date = _leaf("date")
    string = _leaf("string")
    atom = _leaf("atom")
    quoted = _leaf("quoted")

    def binary(self, children: list[Any]) -> Compound:
        left, operator, right = children
        return Compound(str(operator), (left, right), left.start, right.end, operator.start_pos)

    def prefix(self, children: list[Any]) -> Compound:
        operator, argument = children
        return Compound(str(operator), (argument,), operator.start_pos, argument.end, operator.start_pos)

    def arguments(self, children: list[Any]) -> tuple[Node, ...]:
        return tuple(child for child in children if not isinstance(child, lark.Token))

    def compound(self, children: list[Any]) -> Compound:
        name, args, close = children
        return Compound(str(name)[:-1], args, name.start_pos, close.end_pos)

    def quoted_compound(self, children: list[Any]) -> Compound:
        name, args, close = children
        return Compound(unquote(str(name)[:-1]), args, name.start_pos, close.end_pos)

    def parenthesised(self, children: list[Any]) -> Compound:
        opened, inside, closed = children
        return Compound("()", (inside,), opened.start_pos, closed.end_pos)

    def empty_list_term(self, children: list[Any]) -> ListNode:
        return ListNode((), children[0].start_pos, children[1].end_pos)

    def list_term(self, children: list[Any]) -> ListNode:
        opened, items, closed = children
        return ListNode(items, opened.start_pos, closed.end_pos)

    def fact(self, children: list[Any]) -> RawClause:
        head, end = children
        return RawClause("fact", (head,), head.start, end.end_pos)

    def rule(self, children: list[Any]) -> RawClause:
        head, _, body, end = children
        return RawClause("rule", (head, body), head.start, end.end_pos)

    def directive(self, children: list[Any]) -> RawClause:
        neck, body, end = children
        return RawClause("directive", (body,), neck.start_pos, end.end_pos)

    def declaration(self, children: list[Any]) -> RawClause:
        word, body, end = children
        return RawClause("declaration", (body,), word.start_pos, end.end_pos, str(word)[2:].strip())

    def start(self, children: list[RawClause]) -> RawClause:
        return children[0]


def _grammar() -> str:
    return resources.files("kb").joinpath("grammar.lark").read_text(encoding="utf-8")


@functools.cache
def _parser() -> lark.Lark:
    """The parser; its tables are kept between runs, as making them takes longer than reading a case."""
    grammar = _grammar()

    def tables() -> bytes:
        out = io.BytesIO()
        lark.Lark(grammar, parser="lalr", lexer="basic").save(out)
        return out.getvalue()

    saved = remember("grammar", [grammar.encode(), lark.__version__.encode()], tables)
    return lark.Lark.load(io.BytesIO(saved))


_CLAUSE_END = re.compile(r"\.(?=\s|%|\Z)")
_MAX_NESTING = 200
"""How deeply brackets and operators may nest: enough for any rule, and far from Python's recursion limit."""

_EXPECTED = {
    "END": "a full stop",
    "COMMA": "`,`",
    "CLOSE": "`)`",
    "CLOSE_LIST": "`]`",
    "NECK": "`:-`",
    "NAME": "an atom",
    "VAR": "a variable",
}


def read_clauses(source: SourceText) -> tuple[list[RawClause], list[Diagnostic]]:
    """The clauses of a text, and a diagnostic for each stretch of it that is none."""
    clauses: list[RawClause] = []
    diagnostics: list[Diagnostic] = []
    position = 0
    while position < len(source.text):
        start = position
        try:
            for pending in _token_groups(source.text, start):
                position = pending[-1].end_pos or 0
                found = _parse(source, pending)
                if isinstance(found, Diagnostic):
                    diagnostics.append(found)
                else:
                    clauses.append(found)
            break
        except lark.exceptions.UnexpectedCharacters as error:
            at = start + (error.pos_in_stream or 0)
            diagnostics.append(_bad_character(source, at))
            line_end = source.text.find("\n", at)
            resume = _CLAUSE_END.search(source.text, at + 1, line_end if line_end >= 0 else len(source.text))
            position = resume.end() if resume else (line_end if line_end >= 0 else len(source.text))
    return clauses, diagnostics


def _token_groups(text: str, start: int) -> Iterator[list[lark.Token]]:
    """The tokens from `start`, a list for each clause; the last list lacks its full stop if the text does."""
    pending: list[lark.Token] = []
    for token in _parser().lex(text[start:] if start else text):
        if start:
            token.start_pos = (token.start_pos or 0) + start
            token.end_pos = (token.end_pos or 0) + start
        pending.append(token)
        if token.type == "END":
            yield pending
            pending = []
    if pending:
        yield pending


def _parse(source: SourceText, tokens: list[lark.Token]) -> RawClause | Diagnostic:
    depth = deepest = 0
    for token in tokens:
        if token.type in ("OPEN", "CALL", "QUOTED_CALL", "OPEN_LIST", "NOT_PROVABLE"):
            depth += 1
            deepest = max(deepest, depth)
        elif token.type in ("CLOSE", "CLOSE_LIST"):
            depth -= 1
        if deepest > _MAX_NESTING:
            place = source.span(token.start_pos or 0, token.end_pos or 0)
            return Diagnostic("E101", f"brackets nest more than {_MAX_NESTING} deep", place)
    if tokens[-1].type != "END":
        return _no_full_stop(source, tokens)
    machine = _parser().parse_interactive("")
    try:
        for token in tokens:
            machine.feed_token(token)
        return _ToTerms().transform(machine.feed_eof(tokens[-1]))  # type: ignore[no-untyped-call] # lark is partly typed
    except lark.exceptions.UnexpectedToken as error:
        return _unexpected(source, tokens, error)
    except lark.exceptions.VisitError as error:
        if isinstance(error.orig_exc, BadEscapeError):
            return Diagnostic(
                "E102",
                f"`{error.orig_exc}` is no escape",
                source.span(tokens[0].start_pos or 0, tokens[-1].end_pos or 0),
            )
        raise
    except BadEscapeError as error:
        return Diagnostic(
            "E102", f"`{error}` is no escape", source.span(tokens[0].start_pos or 0, tokens[-1].end_pos or 0)
        )


def _no_full_stop(source: SourceText, tokens: list[lark.Token]) -> Diagnostic:
    last = tokens[-1]
    span = source.span(last.start_pos or 0, last.end_pos or 0)
    unclosed = [token for token in tokens if token.type in ("OPEN", "CALL", "QUOTED_CALL", "OPEN_LIST")]
    closed = [token for token in tokens if token.type in ("CLOSE", "CLOSE_LIST")]
    if len(unclosed) > len(closed):
        return Diagnostic(
            "E101", "the clause ends before its bracket is closed", span, ("the text ends here",), "write `).`"
        )
    return Diagnostic("E101", "the last clause has no full stop", span, (), "end it with `.`")


def _unexpected(source: SourceText, tokens: list[lark.Token], error: lark.exceptions.UnexpectedToken) -> Diagnostic:
    token = error.token
    span = source.span(token.start_pos or 0, token.end_pos or 0)
    index = next((i for i, each in enumerate(tokens) if each is token), 0)
    before = tokens[index - 1] if index else None
    suggestion: str | None = None
    notes: tuple[str, ...] = ()
    wanted = [text for name, text in _EXPECTED.items() if name in error.expected]
    match token.type:
        case "OPEN" if before is not None and before.type in ("NAME", "QUOTED"):
            suggestion = f"write `{before}(` without a space between"
        case "OPEN" if before is not None and before.type == "VAR":
            notes = ("a predicate's name begins with a lower-case letter",)
        case "END" if any(each.type in ("OPEN", "CALL", "QUOTED_CALL") for each in tokens):
            suggestion = "is a `)` missing?" if "CLOSE" in error.expected else None
        case "BAR":
            notes = ("lists with a tail are not in the language",)
        case "NECK" if index:
            suggestion = "does the clause before lack its full stop?"
        case _ if before is not None and (source.span(before.start_pos or 0, 0).line < span.line):
            suggestion = "does the line before lack its full stop or comma?"
        case _:
            pass
    if wanted and not notes:
        notes = (f"expected {' or '.join(wanted)}",)
    return Diagnostic("E101", f"unexpected `{_shorten(str(token))}`", span, notes, suggestion)


def _shorten(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."


def _bad_character(source: SourceText, at: int) -> Diagnostic:
    char = source.text[at]
    span = source.span(at, at + 1)
    if char in "'\"":
        kind = "quoted atom" if char == "'" else "string"
        return Diagnostic(
            "E102", f"the {kind} that begins here is not closed on this line", span, (), f"close it with `{char}`"
        )
    if char == "\\":
        return Diagnostic("E102", "a backslash begins no term", span, (), "negation is written `\\+`")
    if char.isdigit():
        word = re.match(r"\w+'?", source.text[at:])
        return Diagnostic(
            "E102", f"`{_shorten(word[0]) if word else char}` is neither a number nor an atom", span, (),
            "an atom that begins with a digit is written in quotes",
        )  # fmt: skip
    if char.isalpha():
        return Diagnostic(
            "E102", f"`{char}` begins no term", span, ("names without quotes are of a-z, A-Z, 0-9 and `_`",),
            "write the atom in quotes: `'...'`",
        )  # fmt: skip
    shown = char if char.isprintable() else f"U+{ord(char):04X}"
    return Diagnostic("E102", f"`{shown}` begins no term", span)
