"""What to say of a text that is not a clause: where it goes wrong, what was expected, what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable

import lark

from kb.language.builtins import DIRECTIVES
from kb.language.diagnostics import Diagnostic, did_you_mean
from kb.language.prolog_terms import BadEscapeError, SourceText, unquote

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


def foreign(source: SourceText, tokens: list[lark.Token]) -> Diagnostic | None:
    """The diagnostic for the first token that belongs to Prolog but not to this language, or that names no text."""
    for token in tokens:
        span = source.span(token.start_pos or 0, token.end_pos or 0)
        if token.type == "UNCLOSED_COMMENT":
            span = source.span(token.start_pos or 0, (token.start_pos or 0) + 2)
            return Diagnostic("E102", "the comment that begins here is not closed", span, (), "close it with `*/`")
        if token.type == "GRAMMAR_ARROW":
            return Diagnostic("E106", "grammar rules (`-->`) are not in the language", span)
        if token.type == "QUERY":
            return Diagnostic("E106", "a query cannot stand in a file", span, (), "ask it with `priorlog query`")
        if token.type in _TEXTS and "\\" in token:
            try:
                unquote(str(token).removesuffix("("))
            except BadEscapeError as error:
                return Diagnostic("E102", f"`{error}` is no escape", span)
    return None


def no_full_stop(source: SourceText, tokens: list[lark.Token]) -> Diagnostic:
    """The diagnostic for a last clause without its end."""
    last = tokens[-1]
    span = source.span(last.start_pos or 0, last.end_pos or 0)
    if _are_open(tokens):
        return Diagnostic(
            "E101", "the clause ends before its bracket is closed", span, ("the text ends here",), "write `).`"
        )
    return Diagnostic("E101", "the last clause has no full stop", span, (), "end it with `.`")


def _are_open(tokens: Iterable[lark.Token]) -> bool:
    kinds = [token.type for token in tokens]
    return sum(kind in OPENING for kind in kinds) > sum(kind in CLOSING for kind in kinds)


def unexpected(
    source: SourceText, tokens: list[lark.Token], token: lark.Token, accepted: Iterable[str], *, is_goal: bool
) -> Diagnostic:
    """The diagnostic for a token that cannot stand where it does."""
    span = source.span(token.start_pos or 0, token.end_pos or 0)
    index = next((i for i, each in enumerate(tokens) if each is token), 0)
    before = tokens[index - 1] if index else None
    left_out = {"NECK"} if is_goal else set()
    wanted = [text for name, text in _EXPECTED.items() if name in set(accepted) - left_out]
    notes = (f"expected {' or '.join(wanted)}",) if wanted else ()
    message, suggestion = f"unexpected `{shorten(str(token))}`", None
    if token.type == "END" and is_goal and not str(token):
        message = "the goal ends here, before it is complete"
    if index == 2 and tokens[0].type == "NECK" and before is not None and before.type == "NAME":
        place = source.span(before.start_pos or 0, before.end_pos or 0)
        return Diagnostic(
            "E108",
            f"the directive `{before}` is not known",
            place,
            (f"there are {', '.join(DIRECTIVES)}",),
            did_you_mean(before, DIRECTIVES),
        )
    match token.type:
        case "OPEN" if before is not None and before.type in ("NAME", "QUOTED"):
            suggestion = f"write `{shorten(before)}(` without a space between"
        case "OPEN" if before is not None and before.type == "VAR":
            notes = ("a predicate's name begins with a lower-case letter",)
        case "END" if _are_open(tokens):
            suggestion = "is a `)` missing?" if "CLOSE" in accepted else None
        case "BAR":
            notes = ("lists with a tail are not in the language",)
        case "NECK" if index:
            suggestion = "does the clause before lack its full stop?"
        case "END":
            pass
        case _ if before is not None and source.span(before.start_pos or 0, 0).line < span.line:
            suggestion = "does the line before lack its full stop or comma?"
        case _:
            pass
    return Diagnostic("E101", message, span, notes, suggestion)


def shorten(text: str) -> str:
    """The text, its middle left out if it is long."""
    return text if len(text) <= 40 else text[:37] + "..."


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
        word = re.match(r"\w+'?", source.text[at:])
        return Diagnostic(
            "E102", f"`{shorten(word[0]) if word else char}` is neither a number nor an atom", span, (),
            "an atom that begins with a digit is written in quotes",
        )  # fmt: skip
    if char.isalpha():
        return Diagnostic(
            "E102", f"`{char}` begins no term", span, ("names without quotes are of a-z, A-Z, 0-9 and `_`",),
            "write the atom in quotes: `'...'`",
        )  # fmt: skip
    shown = char if char.isprintable() else f"U+{ord(char):04X}"
    return Diagnostic("E102", f"`{shown}` begins no term", span)
