"""The parser by tables reads what lark reads: the same tokens and parses, and where a clause goes wrong, the same token."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import lark
import pytest

from kb.language.lalr import END_OF_TOKENS, Tables, Token, UnexpectedTokenError, built, tables_of
from kb.language.reader import grammar_text, token_groups

SEED = 20240701
ROOT = Path(__file__).parents[2]
FILES = sorted(
    {*ROOT.glob("tests/zoo/E1*.pl"), *ROOT.glob("examples/cases/0*.pl"), ROOT / "kb" / "policies" / "xpovio.pl"}
)


@pytest.fixture(scope="module")
def peer() -> lark.Lark:
    return lark.Lark(grammar_text(), parser="lalr", lexer="basic")


@pytest.fixture(scope="module")
def tables() -> Tables:
    """The tables, after they were kept."""
    return Tables.of(tables_of(grammar_text()).stored())


def words(token: lark.Token | Token) -> tuple[str, str, int | None, int | None]:
    return str(token.type), str(token), token.start_pos, token.end_pos


def clauses() -> Iterator[list[Token]]:
    """The clauses of several files, and each with a token left out and with two exchanged."""
    chosen = random.Random(SEED)
    for file in FILES:
        for tokens in token_groups(file.read_text(encoding="utf-8", errors="replace")):
            yield tokens
            at, to = chosen.randrange(len(tokens)), chosen.randrange(len(tokens))
            yield tokens[:at] + tokens[at + 1 :]
            exchanged = list(tokens)
            exchanged[at], exchanged[to] = tokens[to], tokens[at]
            yield exchanged


def by_lark(peer: lark.Lark, tokens: list[Token]) -> object:
    """The tree of a clause, or the place of the token that cannot stand in it, with what could."""
    machine = peer.parse_interactive("")
    for place, token in enumerate([*tokens, Token(END_OF_TOKENS, "")]):
        accepted = frozenset(machine.accepts())
        if token.type not in accepted:
            return place, accepted
        if token.type != END_OF_TOKENS:
            machine.feed_token(lark.Token(token.type, str(token)))
    return plain(machine.feed_eof())


def plain(tree: lark.Tree[lark.Token] | lark.Token) -> object:
    return (str(tree.data), *map(plain, tree.children)) if isinstance(tree, lark.Tree) else str(tree)


class Trees(dict[str, object]):
    """Builders of trees, whatever they are called."""

    def __missing__(self, name: str) -> object:
        return lambda *parts: (name, *(str(each) if isinstance(each, Token) else each for each in parts))


def by_tables(tables: Tables, tokens: list[Token]) -> object:
    try:
        return built(tables.parse(tokens), Trees())  # type: ignore[arg-type] # it makes what is not there
    except UnexpectedTokenError as error:
        return next((at for at, each in enumerate(tokens) if each is error.token), len(tokens)), error.accepted


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_tokens_are_those_of_lark(peer: lark.Lark, tables: Tables, file: Path) -> None:
    """A text has the tokens that lark finds in it, at the same places."""
    text = file.read_text(encoding="utf-8", errors="replace")
    machine = peer.parse_interactive(text)
    expected = [words(each) for each in machine.lexer_thread.lex(machine.parser_state)]
    assert expected == [words(each) for each in tables.tokens(text)]


def test_parses_are_those_of_lark(peer: lark.Lark, tables: Tables) -> None:
    """A clause has the tree that lark makes of it; one that is none goes wrong at the same token, and the same could stand there."""
    read = [(tokens, by_lark(peer, tokens), by_tables(tables, tokens)) for tokens in clauses()]
    assert [] == [each for each in read if each[1] != each[2]]
    assert {True, False} == {isinstance(found, tuple) and isinstance(found[0], str) for _, _, found in read}
