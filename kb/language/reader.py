"""Text to Prolog terms: the lexer and the operator grammar (lark), clause by clause, going on after an error.

    text -> tokens -> one term a clause (prolog_terms.py) -> clauses and declarations (interpret.py)

Text is only ever read; nothing in it is executed.
"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Iterator
from importlib import resources

import lark

from kb.language.cache import remember
from kb.language.diagnostics import Diagnostic
from kb.language.prolog_terms import MAX_NESTING, Node, RawClause, RawFact, SourceText, TooDeepError, build
from kb.language.syntax_errors import CLOSING, OPENING, bad_character, foreign, no_full_stop, unexpected


def _grammar() -> str:
    return resources.files("kb.language").joinpath("grammar.lark").read_text(encoding="utf-8")


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
            diagnostics.append(bad_character(source, at))
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


def read_goal_term(source: SourceText) -> Node | Diagnostic | None:
    """The term of a goal, which needs no full stop; None if there is none or more than one clause."""
    try:
        groups = list(_token_groups(source.text, 0))
    except lark.exceptions.UnexpectedCharacters as error:
        return bad_character(source, error.pos_in_stream or 0)
    if len(groups) != 1 or groups[0][0].type == "END":
        return None
    tokens = groups[0]
    if tokens[-1].type != "END":
        end = len(source.text.rstrip())
        tokens = [*tokens, lark.Token("END", "", start_pos=end, end_pos=end)]
    found = _parse(source, tokens, is_goal=True)
    if isinstance(found, Diagnostic):
        return found
    return found.head if isinstance(found, RawFact) else None


def _parse(source: SourceText, tokens: list[lark.Token], *, is_goal: bool = False) -> RawClause | Diagnostic:
    strange = foreign(source, tokens)
    if strange is not None:
        return strange
    deep = _bracket_too_deep(tokens)
    if deep is not None:
        return Diagnostic("E101", f"brackets nest more than {MAX_NESTING} deep", source.span(deep, deep + 1))
    if tokens[-1].type != "END":
        return no_full_stop(source, tokens)
    machine = _parser().parse_interactive("")
    try:
        for token in tokens:
            machine.feed_token(token)
        return build(machine.feed_eof(tokens[-1]))  # type: ignore[no-untyped-call] # lark is partly typed
    except lark.exceptions.UnexpectedToken as error:
        return unexpected(source, tokens, error.token, _accepted_before(tokens, error.token), is_goal=is_goal)
    except TooDeepError as error:
        start = int(str(error))
        return Diagnostic("E101", f"terms nest more than {MAX_NESTING} deep here", source.span(start, start + 1))


def _bracket_too_deep(tokens: list[lark.Token]) -> int | None:
    """Where the first bracket stands that nests too deeply."""
    depth = 0
    for token in tokens:
        if token.type in OPENING:
            depth += 1
            if depth > MAX_NESTING:
                return token.start_pos or 0
        elif token.type in CLOSING:
            depth -= 1
    return None


def _accepted_before(tokens: list[lark.Token], failed: lark.Token) -> set[str]:
    """The kinds of token that could have stood in place of one that could not.

    The parser is run once more up to it, as its state after the failure has forgotten some.
    """
    machine = _parser().parse_interactive("")
    for token in tokens:
        if token is failed:
            break
        machine.feed_token(token)
    accepted: set[str] = machine.accepts()  # type: ignore[no-untyped-call] # lark is partly typed
    return accepted
