"""A parser driven by tables: what a grammar says (grammar.lark), worked out once and kept between runs.

    grammar -> tables (lark makes them: terminals as one pattern, LALR(1) moves) -> tokens of a text -> rules in the order of a parse

lark is imported only to make the tables; tokens and parses are what it would give with the same grammar.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeAlias

from msgspec import Struct, msgpack

END_OF_TOKENS = "$END"
"""The kind of what follows the last token."""
SEVERAL = "several"
"""What is built of a rule that only lists parts of another: the parts, put in where it stands."""


class Token(str):
    """A stretch of a text that is one word of the language: its kind, and where it starts and ends."""

    __slots__ = ("end_pos", "start_pos", "type")

    def __new__(cls, type_: str, text: str, start_pos: int = 0, end_pos: int = 0) -> Token:
        token = super().__new__(cls, text)
        token.type, token.start_pos, token.end_pos = type_, start_pos, end_pos
        return token

    type: str
    start_pos: int
    end_pos: int


class GrammarRule(Struct, frozen=True, array_like=True):
    """A rule of the grammar: what it makes (`origin`) of how many parts, and what is built of them, if not the only part itself."""

    origin: str
    size: int
    builds: str | None
    listed: tuple[int, ...] = ()
    """The places of parts that are lists themselves, to be put in where they stand."""


class UnexpectedTokenError(ValueError):
    """Raised for a token that cannot stand where it does; `accepted` are the kinds of token that could."""

    def __init__(self, token: Token, accepted: frozenset[str]) -> None:
        super().__init__(str(token))
        self.token, self.accepted = token, accepted


Step: TypeAlias = Token | GrammarRule


class Tables(Struct, frozen=True, dict=True):
    """What a grammar comes to."""

    pattern: str
    """What matches a token; the group that does has the name of its kind."""
    ignored: frozenset[str]
    start: int
    rules: tuple[GrammarRule, ...]
    moves: tuple[dict[str, int], ...]
    """By state and kind of token or of what a rule makes: the next state, or of a rule that is to be applied the inverted place."""

    @classmethod
    def of(cls, data: bytes | memoryview) -> Tables:
        """The tables that bytes from `stored` hold."""
        return msgpack.decode(data, type=cls)

    def stored(self) -> bytes:
        """The tables as bytes that can be kept in a file."""
        return msgpack.encode(self)

    @cached_property
    def _match(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    def tokens(self, text: str) -> Iterator[Token]:
        """The tokens of a text, what is ignored left out."""
        scan, ignored = self._match.scanner(text).match, self.ignored  # type: ignore[attr-defined] # typeshed has no scanner
        while found := scan():
            kind = found.lastgroup
            if kind not in ignored:
                yield Token(kind, found[0], found.start(), found.end())

    def parse(self, tokens: Iterable[Token]) -> list[Step]:
        """The tokens, each rule that builds something after its parts. Raises `UnexpectedTokenError`."""
        states, steps = [self.start], list[Step]()
        for token in (*tokens, Token(END_OF_TOKENS, "")):
            before = states.copy()
            if not self._take(token.type, states, steps):
                raise UnexpectedTokenError(token, self._accepted(before))
            steps.append(token)
        steps.pop()
        return steps

    def _take(self, kind: str, states: list[int], steps: list[Step]) -> bool:
        """Applies the rules that end before a token, and goes on to the state after it; whether it can stand there."""
        while (move := self.moves[states[-1]].get(kind)) is not None:
            if move >= 0:
                states.append(move)
                return True
            rule = self.rules[~move]
            del states[len(states) - rule.size :]
            if rule.builds is not None:
                steps.append(rule)
            states.append(self.moves[states[-1]][rule.origin])
        return False

    def _accepted(self, states: list[int]) -> frozenset[str]:
        """The kinds of token that can stand after some states."""
        kinds = {kind for kind in self.moves[states[-1]] if kind.isupper()}
        return frozenset(kind for kind in kinds if self._take(kind, states.copy(), []))


def built(steps: Iterable[Step], builders: Mapping[str, Callable[..., Any]]) -> Any:
    """What the steps of a parse stand for: of each rule what its builder makes of the parts. No recursion, however deep they nest."""
    made: list[Any] = []
    for step in steps:
        if isinstance(step, Token):
            made.append(step)
            continue
        at = len(made) - step.size
        parts: Sequence[Any] = made[at:]
        if step.listed:
            parts = [each for place, part in enumerate(parts) for each in (part if place in step.listed else (part,))]
        made[at:] = [parts if step.builds == SEVERAL else builders[step.builds or ""](*parts)]
    (whole,) = made
    return whole


def tables_of(grammar: str) -> Tables:
    """The tables of a grammar in lark's notation, whose rules keep all tokens and whose terminals are told apart by one pattern."""
    import lark

    parser = lark.Lark(grammar, parser="lalr", lexer="basic").parser
    lexer, made = parser.lexer, parser.parser._parse_table
    rules = list(
        dict.fromkeys(arg for moves in made.states.values() for _, arg in moves.values() if not isinstance(arg, int))
    )
    places = {rule: ~place for place, rule in enumerate(rules)}
    moves = {
        state: {str(kind): arg if isinstance(arg, int) else places[arg] for kind, (_, arg) in of_state.items()}
        for state, of_state in made.states.items()
    }
    (start,), (end,) = made.start_states.values(), made.end_states.values()
    moves[end][END_OF_TOKENS] = end
    return Tables(
        "|".join(f"(?P<{each.name}>{each.pattern.to_regexp()})" for each in lexer.terminals),
        frozenset(map(str, lexer.ignore_types)),
        start,
        tuple(map(_rule, rules)),
        tuple(moves[state] for state in range(len(moves))),
    )


def _rule(rule: Any) -> GrammarRule:
    """A rule of lark's, by its name or that of its alternative; `?rule` with one part is the part."""
    parts = [str(each.name) for each in rule.expansion]
    listed = tuple(place for place, name in enumerate(parts) if name.startswith("_"))
    origin = str(rule.origin.name)
    builds: str | None = str(rule.alias or origin)
    if origin.startswith("_"):
        builds = SEVERAL
    elif rule.options.expand1 and not rule.alias and len(parts) == 1:
        builds = None
    return GrammarRule(origin, len(parts), builds, listed)
