"""Text to Prolog terms: the lexer and the operator grammar (grammar.lark, by the tables of lalr.py), clause by clause.

    text -> tokens -> one term a clause -> clauses and declarations (interpret.py)

A term is as it is written, with its places, before it means anything in the language. Of a text that is no clause it says
where it goes wrong, what was expected, and what to write instead. Text is only ever read; nothing in it is executed.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

from msgspec import Struct

from kb.language import lalr
from kb.language.builtins import DIRECTIVES
from kb.language.cache import Entry
from kb.language.diagnostics import Diagnostic, Note, ProgramError, SourceText, did_you_mean
from kb.language.lalr import Tables, Token, UnexpectedTokenError, built, tables_of
from kb.language.syntax import Span
from kb.language.terms import QUOTED_ATOM, QUOTED_STRING, BadEscapeError, shorten, unquote


class Leaf(Struct, frozen=True):
    """A token that is a term by itself: kind is `var`, `atom`, `quoted`, `integer`, `decimal`, `date` or `string`.

    Of a quoted atom or a string, `text` is what it stands for.
    """

    kind: str
    text: str
    start: int
    end: int
    depth: int = 0


class Compound(Struct, frozen=True):
    """A functor with arguments; operators are functors too.

    A clause is one as well: `.` of a fact's head, `:-` of a rule's head and body or of what a directive or declaration says.
    """

    name: str
    args: tuple[Node, ...]
    start: int
    end: int
    is_operator: bool = False
    """Whether it was written as an operator, not with brackets after its name."""
    depth: int = 1
    """How deeply terms nest in it."""


class ListNode(Struct, frozen=True):
    """`[a, b]`."""

    items: tuple[Node, ...]
    start: int
    end: int
    depth: int = 1


Node: TypeAlias = Leaf | Compound | ListNode


class TooDeepError(ValueError):
    """Raised for a term that nests more than `MAX_NESTING` deep; its argument is where it stands."""


MAX_NESTING = 200
"""How deeply brackets and operators may nest: enough for any rule, and far from Python's recursion limit."""


def _place(source: SourceText, token: Token) -> Span:
    return source.span(token.start_pos, token.end_pos)


def _compound(name: str, args: tuple[Node, ...], start: int, end: int, *, is_operator: bool = False) -> Compound:
    """A compound term; chains of `,` and `;` nest only as deeply as their parts."""
    depths = [arg.depth for arg in args]
    if is_operator and name in ",;|" and len(args) == 2:
        depth = max(depths[0] + 1, depths[1])
    else:
        depth = 1 + max(depths, default=0)
    if depth > MAX_NESTING:
        raise TooDeepError(start)
    return Compound(name, args, start, end, is_operator, depth)


def _list(opened: Any, *rest: Any) -> ListNode:
    items = rest[0] if len(rest) == 2 else ()
    return ListNode(items, opened.start_pos, rest[-1].end_pos, 1 + max((item.depth for item in items), default=0))


def _declaration(declare: Any, what: Node, end: Any) -> Compound:
    word = str(declare).removeprefix(":-").strip()
    declared = Compound(word, (what,), declare.start_pos, what.end, is_operator=True)
    return Compound(":-", (declared,), declare.start_pos, end.end_pos)


def _leaf(kind: str, text: Callable[[str], str] = str) -> Callable[[Any], Leaf]:
    return lambda token: Leaf(kind, text(token), token.start_pos, token.end_pos)


_BUILDERS: MappingProxyType[str, Callable[..., Any]] = MappingProxyType(
    {
        **{kind: _leaf(kind) for kind in ("var", "integer", "decimal", "date", "atom")},
        **{kind: _leaf(kind, unquote) for kind in ("string", "quoted")},
        "fact": lambda head, end: Compound(".", (head,), head.start, end.end_pos),
        "rule": lambda head, _, body, end: Compound(":-", (head, body), head.start, end.end_pos),
        "directive": lambda neck, goal, end: Compound(":-", (goal,), neck.start_pos, end.end_pos),
        "declaration": _declaration,
        "binary": lambda left, infix, right: _compound(
            str(infix), (left, right), left.start, right.end, is_operator=True
        ),
        "prefix": lambda sign, argument: _compound(
            str(sign), (argument,), sign.start_pos, argument.end, is_operator=True
        ),
        "arguments": lambda *children: tuple(child for child in children if not isinstance(child, Token)),
        "compound": lambda name, args, close: _compound(str(name)[:-1], args, name.start_pos, close.end_pos),
        "quoted_compound": lambda name, args, close: _compound(unquote(name[:-1]), args, name.start_pos, close.end_pos),
        "parenthesised": lambda opened, inside, close: _compound("()", (inside,), opened.start_pos, close.end_pos),
        "empty_list_term": _list,
        "list_term": _list,
        "start": lambda clause: clause,
    }
)


_EXPECTED = {
    "END": "a full stop",
    "COMMA": "`,`",
    "CLOSE": "`)`",
    "CLOSE_LIST": "`]`",
    "NECK": "`:-`",
    "NAME": "an atom",
    "VAR": "a variable",
}
OPENING = frozenset({"OPEN", "CALL", "QUOTED_CALL", "OPEN_LIST"})
CLOSING = frozenset({"CLOSE", "CLOSE_LIST"})
_TEXTS = frozenset({"QUOTED", "QUOTED_CALL", "STRING"})
_OPERANDS = CLOSING | {"VAR", "INTEGER", "DECIMAL", "DATE", "STRING", "NAME", "QUOTED", "CUT"}
"""The tokens that a term may end with: a sign after one of them stands between two terms."""
_NUMBERS = frozenset({"INTEGER", "DECIMAL"})
_SIGNS = re.compile(r"[#$&*+\-./:<=>?@^~\\]+")
"""What Prolog reads as one operator, however many the language would see in it."""
_ELSEWHERE = MappingProxyType(
    {"<=": "=<", "=>": ">=", "<>": "\\=", "!=": "\\=", "===": "=="} | {"not": "\\+", "and": ",", "or": ";"}
)
"""What other languages write, and this one otherwise."""
_TYPESET = MappingProxyType(
    {"≥": ">=", "≤": "=<", "≠": "\\=", "¬": "\\+", "∧": ",", "&": ",", "∨": ";", "→": ":-", "←": ":-", "#": "%"}
    | dict.fromkeys("‘’‚‛", "'")
    | dict.fromkeys("“”„‟", '"')
    | dict.fromkeys("‐‑‒–—−", "-")
)
"""What text processors and other languages put in the place of the characters that the language has."""


def is_operand(kind: str) -> bool:
    """Whether a token of a kind may end a term, so that a sign after it stands between two terms."""
    return kind in _OPERANDS


def _problems(source: SourceText, tokens: list[Token]) -> Iterator[Diagnostic]:
    """What is wrong with the tokens of a clause before they are parsed: some belong to Prolog but not to this language,
    name no text, or nest too deeply, or the last is no full stop."""
    for token in tokens:
        start = token.start_pos
        if token.type == "UNCLOSED_COMMENT":
            span = source.span(start, start + 2)
            yield Diagnostic("E102", "the comment that begins here is not closed", span, (), "close it with `*/`")
        elif token.type == "COMMENT_IN_COMMENT":
            inner = token.index("/*", 2)
            note = Note.at("the first begins", source.span(start, start + 2))
            message = "a comment begins in a comment that is not closed, and what stands between them says nothing"
            span = source.span(start + inner, start + inner + 2)
            yield Diagnostic("E102", message, span, (note,), "close the first with `*/`")
        elif token.type == "GRAMMAR_ARROW":
            yield Diagnostic("E106", "grammar rules (`-->`) are not in the language", _place(source, token))
        elif token.type == "QUERY":
            message = "a query cannot stand in a file"
            yield Diagnostic("E106", message, _place(source, token), (), "ask it with `priorlog query`")
        elif token.type == "NO_TOKEN":
            yield bad_character(source, start)
        elif token.type in _TEXTS and "\\" in token:
            try:
                unquote(str(token).removesuffix("("))
            except BadEscapeError as error:
                yield Diagnostic("E102", f"`{error}` is no escape", _place(source, token))
        elif (run := _SIGNS.match(source.text, start)) and start < token.end_pos < run.end():
            yield _no_operator(source, run)
    for token, brackets in zip(tokens, _open_brackets(tokens), strict=True):
        if brackets > MAX_NESTING:
            start = token.start_pos
            yield Diagnostic("E101", f"brackets nest more than {MAX_NESTING} deep", source.span(start, start + 1))
    if tokens[-1].type != "END":
        span = _place(source, tokens[-1])
        if _are_open(tokens):
            message = "the clause ends before its bracket is closed"
            yield Diagnostic("E101", message, span, ("the text ends here",), "write `).`")
        yield Diagnostic("E101", "the last clause has no full stop", span, (), "end it with `.`")


def _no_operator(source: SourceText, run: re.Match[str]) -> Diagnostic:
    """The diagnostic for signs without a blank between them, which are one operator to Prolog, and one that there is not."""
    meant = _ELSEWHERE.get(run[0])
    instead = f"write `{meant}`" if meant else "if they are two, put a blank between them"
    return Diagnostic("E101", f"`{shorten(run[0])}` is no operator", source.span(run.start(), run.end()), (), instead)


def _open_brackets(tokens: Iterable[Token]) -> Iterator[int]:
    """How many brackets are open after each token."""
    return itertools.accumulate((token.type in OPENING) - (token.type in CLOSING) for token in tokens)


def _are_open(tokens: Iterable[Token]) -> bool:
    return list(_open_brackets(tokens))[-1] > 0


def unexpected(
    source: SourceText, tokens: list[Token], token: Token, accepted: Iterable[str], *, is_goal: bool
) -> Diagnostic:
    """The diagnostic for a token that cannot stand where it does."""
    span = _place(source, token)
    index = next((i for i, each in enumerate(tokens) if each is token), 0)
    before = tokens[index - 1] if index else Token("START", "")
    left_out = {"NECK"} if is_goal else set()
    wanted = [text for name, text in _EXPECTED.items() if name in set(accepted) - left_out]
    notes = (f"expected {' or '.join(wanted)}",) if wanted else ()
    message, suggestion = f"unexpected `{shorten(str(token))}`", None
    if token.type == "END" and is_goal and not str(token):
        message = "the goal ends here, before it is complete"
    if index == 2 and (tokens[0].type, before.type) == ("NECK", "NAME"):
        return unknown_directive(before, _place(source, before))
    match token.type, before.type:
        case "OPEN", "NAME" | "QUOTED":
            suggestion = f"write `{shorten(before)}(` without a space between"
        case "OPEN", "VAR":
            notes = ("a predicate's name begins with a lower-case letter",)
        case "END", _:
            suggestion = "is a `)` missing?" if _are_open(tokens) and "CLOSE" in accepted else None
        case "BAR", _:
            notes = ("lists with a tail are not in the language",)
        case _ if (meant := _elsewhere(source, token, before)) is not None:
            suggestion = meant
        case "NECK", _ if index:
            suggestion = "does the clause before lack its full stop?"
        case _ if index and _place(source, before).line < span.line:
            suggestion = "does the line before lack its full stop or comma?"
    return Diagnostic("E101", message, span, notes, suggestion)


def _elsewhere(source: SourceText, token: Token, before: Token) -> str | None:
    """What to write instead of what other languages write, where a token or the one before it is that."""
    signs = source.cut(token.start_pos, token.start_pos + 2)
    written = next((each for each in (signs, str(token), str(before)) if each in _ELSEWHERE), None)
    return f"write `{_ELSEWHERE[written]}` instead of `{written}`" if written is not None else None


def unknown_directive(name: str, span: Span) -> Diagnostic:
    """The diagnostic for a directive that the language does not have, or not in this form."""
    if name in DIRECTIVES:
        return Diagnostic("E108", f"`{name}` is not written like this", span, (), f"write `:- {DIRECTIVES[name]}.`")
    notes = (f"there are {', '.join(DIRECTIVES)}",)
    return Diagnostic("E108", f"the directive `{name}` is not known", span, notes, did_you_mean(name, DIRECTIVES))


def bad_character(source: SourceText, at: int) -> Diagnostic:
    """The diagnostic for a character that begins no token."""
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
        word = _WORD.match(source.text, at)
        return Diagnostic(
            "E102", f"`{shorten(word[0]) if word else char}` is neither a number nor an atom", span,
            ("numbers are written with the digits 0 to 9 alone, such as `1000` and `0.5`",),
            "an atom that begins with a digit is written in quotes",
        )  # fmt: skip
    if char.isalpha():
        return Diagnostic(
            "E102", f"`{char}` begins no term", span, ("names without quotes are of a-z, A-Z, 0-9 and `_`",),
            "write the atom in quotes: `'...'`",
        )  # fmt: skip
    shown = char if char.isprintable() else f"U+{ord(char):04X}"
    plain = unicodedata.normalize("NFKC", char)
    meant = _TYPESET.get(char, plain if len(plain) == 1 and plain.isascii() and plain != char else None)
    instead = f"write `{meant}`" if meant is not None and meant.strip() else None
    return Diagnostic("E102", f"`{shown}` begins no term", span, (), instead)


_WORD = re.compile(r"\w(?:\.?\w)*'?")


GRAMMAR = Path(__file__).with_name("grammar.lark")


def grammar_text() -> str:
    """The whole grammar: the patterns of what stands in quotes are kept beside what it stands for."""
    return f"{GRAMMAR.read_text(encoding='utf-8')}QUOTED.1: /{QUOTED_ATOM}/\nSTRING.1: /{QUOTED_STRING}/\n"


@functools.cache
def _tables() -> Tables:
    """The tables of the grammar; they are kept between runs, as making them takes longer than reading a case."""
    grammar = grammar_text()
    entry = Entry.of("grammar", [grammar.encode(), Path(lalr.__file__).read_bytes()])
    kept = entry.value(Tables.of)
    if kept is not None:
        return kept
    tables = tables_of(grammar)
    entry.write(tables.stored())
    return tables


def token_groups(text: str) -> Iterator[list[Token]]:
    """The tokens of a text, a list for each clause; a list ends with a full stop, with what is no token, or with the text."""
    pending: list[Token] = []
    for token in _tables().tokens(text):
        before = pending[-1] if pending else None
        if before is not None and _belong_together(pending, token):
            kind = "CALL" if token.type == "OPEN" else token.type
            pending[-1] = Token(kind, before + token, start_pos=before.start_pos, end_pos=token.end_pos)
        else:
            pending.append(token)
        if token.type in ("END", "NO_TOKEN"):
            yield pending
            pending = []
    if pending:
        yield pending


def _belong_together(tokens: list[Token], token: Token) -> bool:
    """Whether the last token is an operator that stands before a term, and right before this one: before a number it is the
    number's sign, if it is `-`; before a bracket it is a name with arguments."""
    operator = tokens[-1]
    if operator.end_pos != token.start_pos or (len(tokens) > 1 and tokens[-2].type in _OPERANDS):
        return False
    if token.type in _NUMBERS:
        return operator.type == "MINUS"
    return token.type == "OPEN" and operator.type in ("MINUS", "PLUS", "NOT_PROVABLE")


def read_goal_term(source: SourceText) -> Node | None:
    """The term of a goal, which needs no full stop; None if there is none or more than one clause.

    Raises `ProgramError` if it cannot be read.
    """
    groups = list(token_groups(source.text))
    for tokens in groups:
        if tokens[-1].type == "NO_TOKEN":
            raise ProgramError([bad_character(source, tokens[-1].start_pos)])
    if len(groups) != 1 or groups[0][0].type == "END":
        return None
    tokens = groups[0]
    if tokens[-1].type != "END":
        end = len(source.text.rstrip())
        tokens = [*tokens, Token("END", "", start_pos=end, end_pos=end)]
    found = read_clause(source, tokens, is_goal=True)
    return found.args[0] if found.name == "." else None


def read_clause(source: SourceText, tokens: list[Token], *, is_goal: bool = False) -> Compound:
    """The term that the tokens of a clause say. Raises `ProgramError` if they are none."""
    for problem in _problems(source, tokens):
        raise ProgramError([problem])
    try:
        clause: Compound = built(_tables().parse(tokens), _BUILDERS)
    except UnexpectedTokenError as error:
        raise ProgramError([unexpected(source, tokens, error.token, error.accepted, is_goal=is_goal)]) from None
    except TooDeepError as error:
        start = int(str(error))
        message = f"terms nest more than {MAX_NESTING} deep here"
        raise ProgramError([Diagnostic("E101", message, source.span(start, start + 1))]) from None
    return clause
