"""Highlighting of the rule language: what each piece of a line is, for the prompt and for anything that pygments feeds."""

from __future__ import annotations

from types import MappingProxyType
from typing import ClassVar

from pygments.lexer import RegexLexer, bygroups, words  # type: ignore[import-untyped] # has no type hints
from pygments.token import (  # type: ignore[import-untyped]
    Comment,
    Error,
    Keyword,
    Literal,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Text,
)

from explain.repl.text import COMMANDS
from kb.language.builtins import BUILTINS, CONSTRUCTS


class RuleLexer(RegexLexer):  # type: ignore[misc] # pygments is untyped
    """The language of rules, cases and the prompt.

    Dates are one piece, and the `-` of strong negation is a keyword, unlike the one that subtracts.
    """

    name = "Priorlog"
    aliases: ClassVar[list[str]] = ["priorlog"]
    filenames: ClassVar[list[str]] = []
    tokens: ClassVar[dict[str, list[object]]] = {
        "root": [
            (r"(\A\s*(?:\?-)?\s*|(?:[(,;]|:-|\\\+)\s*)(-)(?=[a-z'])", bygroups(Operator, Keyword)),
            (words(tuple(COMMANDS), prefix=r"\A\s*", suffix=r"(?![\w(])"), Keyword.Reserved),
            (r"\s+", Text),
            (r"%.*", Comment.Single),
            (r"/\*(?:.|\n)*?\*/", Comment.Multiline),
            (r"\d{4}-\d{2}-\d{2}(?!\w)", Literal.Date),
            (r"\d+\.\d+", Number.Float),
            (r"\d+", Number.Integer),
            (r"'(?:[^'\\\n]|''|\\.)*'(?=\()", Name.Function),
            (r"'(?:[^'\\\n]|''|\\.)*'", String.Symbol),
            (r'"(?:[^"\\\n]|""|\\.)*"', String.Double),
            (r"[A-Z_]\w*", Name.Variable),
            (words((*BUILTINS, *CONSTRUCTS, "is", "mod"), suffix=r"\b"), Keyword),
            (r"[a-z]\w*(?=\()", Name.Function),
            (r"[a-z]\w*", Name.Constant),
            (r":-|\?-|\\\+|[-+*/\\^<>=:?@|;]+", Operator),
            (r"[()\[\],.]", Punctuation),
            (r".", Error),
        ]
    }


STYLE = MappingProxyType(
    {
        "pygments.comment": "ansibrightblack",
        "pygments.error": "ansired",
        "pygments.keyword": "bold",
        "pygments.keyword.reserved": "ansigreen bold",
        "pygments.literal.date": "ansimagenta",
        "pygments.literal.number": "ansimagenta",
        "pygments.literal.string": "ansiyellow",
        "pygments.name.variable": "ansicyan",
        "pygments.name.function": "ansiblue",
        "prompt": "ansigreen",
        "answer.open": "ansiyellow",
        "answer.hint": "ansibrightblack",
    }
)
"""The colour of each piece at the prompt."""
