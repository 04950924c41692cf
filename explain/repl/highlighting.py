"""The pieces of the language of the prompt, for colours."""

from __future__ import annotations

from typing import ClassVar

from prompt_toolkit.lexers import PygmentsLexer
from pygments import token
from pygments.lexer import RegexLexer, bygroups, words

from explain.repl.verbs import COMMANDS
from kb.language.builtins import BUILTINS, CONSTRUCTS
from kb.language.terms import QUOTED_ATOM, QUOTED_STRING, UNCLOSED


class RuleLexer(RegexLexer):  # type: ignore[misc] # pygments is untyped
    """The language of rules, cases and the prompt.

    Dates are one piece, and the `-` of strong negation is a keyword, unlike the one that subtracts.
    """

    tokens: ClassVar[dict[str, list[object]]] = {
        "root": [
            (r"(\A\s*(?:\?-\s*)?|(?:[(,;]|:-|\\\+)\s*)(-)(?=[a-z'])", bygroups(token.Operator, token.Keyword)),
            (words(tuple(COMMANDS), prefix=r"\A\s*", suffix=r"(?![\w(])"), token.Keyword.Reserved),
            (r"\s+", token.Text),
            (r"%.*", token.Comment.Single),
            (r"/\*[\s\S]*?(?:\*/|\Z)", token.Comment.Multiline),
            (r"\d{4}-\d{2}-\d{2}(?!\w)", token.Literal.Date),
            (r"\d+\.\d+", token.Number.Float),
            (r"\d+", token.Number.Integer),
            (rf"{QUOTED_ATOM}(?=\()", token.Name.Function),
            (QUOTED_ATOM, token.String.Symbol),
            (QUOTED_STRING, token.String.Double),
            (UNCLOSED, token.Error),
            (r"[A-Z_]\w*", token.Name.Variable),
            (words((*BUILTINS, *CONSTRUCTS, "is", "mod"), suffix=r"\b"), token.Keyword),
            (r"[a-z]\w*(?=\()", token.Name.Function),
            (r"[a-z]\w*", token.Name.Constant),
            (r":-|\?-|\\\+|[-+*/\\^<>=:?@|;]+", token.Operator),
            (r"[()\[\],.]", token.Punctuation),
            (r".", token.Error),
        ]
    }


LEXER = PygmentsLexer(RuleLexer)
