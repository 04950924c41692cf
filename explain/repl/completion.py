"""Completion at the prompt: predicates and commands where a goal stands, and in an argument the constants it takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import MappingProxyType

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document

from explain.repl.names import CASE, Names
from explain.repl.text import COMMANDS, Token, tokens
from explain.words.sentences import spaced
from kb.language.builtins import BUILTINS
from kb.language.printer import show_name
from kb.language.syntax import Pred
from kb.language.terms import plain_text, term_text

_GOAL_PLACES = MappingProxyType(
    {
        "at_least": 2,
        "at_most": 2,
        "aggregate_all": 2,
        "assert": 0,
        "asserta": 0,
        "assertz": 0,
        "retract": 0,
        "why": 0,
        "whynot": 0,
        "missing": 0,
        "not": 0,
    }
)
"""What takes a goal or a fact as an argument, and as which one."""
_CONSTRUCTS = MappingProxyType(
    {
        "at_least": "at least K bindings of Template satisfy Goal",
        "at_most": "at most K bindings of Template satisfy Goal",
        "aggregate_all": "count, sum, max or min over the bindings of Template",
        "member": "one of a list of constants",
    }
)
_PREFIX = re.compile(r"(?:'[^'\n]*|\d[\d-]*|\w*)\Z")
_UNCLOSED = re.compile(r"'(?:[^'\\\n]|''|\\[^\n])*\Z")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the cursor stands: in which argument of what, or where a goal begins (`name` is None then).

    `command` is the command whose word begins the sentence; `prefix` is what of the name is typed already.
    """

    prefix: str
    name: str | None = None
    index: int = 0
    command: str | None = None
    is_first: bool = False
    variables: tuple[str, ...] = ()


@dataclass(slots=True)
class _Frame:
    """An open bracket: the name before it, the argument the cursor is in, and whether goals stand in it."""

    name: str | None
    index: int = 0
    goals: bool = True

    @property
    def takes_goal(self) -> bool:
        if self.name is None:
            return self.goals
        return _GOAL_PLACES.get(self.name) == self.index


def place(text: str) -> Place:
    """The place of a cursor that stands at the end of a text.

    >>> place("?- refractory(c1, Ag")
    Place(prefix='Ag', name='refractory', index=1, command=None, is_first=False, variables=())
    >>> place("why drug_class(X, Y), ref").command
    'why'
    """
    unclosed = _unclosed_quote(text)
    prefix = text[unclosed:] if unclosed is not None else (found[0] if (found := _PREFIX.search(text)) else "")
    before = [each for each in tokens(text[: len(text) - len(prefix)]) if not each.is_space]
    for index in range(len(before) - 1, -1, -1):
        if before[index].kind == "stop":
            before = before[index + 1 :]
            break
    frames: list[_Frame] = []
    for last, token in zip([None, *before], before, strict=False):
        _step(frames, last, token)
    command = COMMANDS.get(before[0].text) if before and before[0].end < len(text) else None
    variables = {token.text: None for token in before if _is_variable(token)}
    where = frames[-1] if frames and not frames[-1].takes_goal else _Frame(None)
    return Place(prefix, where.name, where.index, command, not before, tuple(variables))


def _is_variable(token: Token) -> bool:
    return token.kind == "word" and (token.text[0].isupper() or token.text[0] == "_") and token.text != "_"


def _unclosed_quote(text: str) -> int | None:
    opened = next((token for token in tokens(text) if token.kind == "other" and token.text == "'"), None)
    return opened.start if opened is not None and _UNCLOSED.match(text, opened.start) else None


def _step(frames: list[_Frame], last: Token | None, token: Token) -> None:
    match token.kind:
        case "open":
            called = (
                token.text == "(" and last is not None and last.end == token.start and last.kind in ("word", "quoted")
            )
            name = last.text.strip("'") if called and last is not None else None
            goals = token.text == "(" and (not frames or frames[-1].takes_goal)
            frames.append(_Frame(name, 0, goals))
        case "close" if frames:
            frames.pop()
        case "infix" if token.text == "," and frames:
            frames[-1].index += 1
        case _:
            return


@dataclass(slots=True)
class PromptCompleter(Completer):
    """Completes what is typed from the names that `names` gives at the time."""

    names: Callable[[], Names]
    topics: Iterable[str]
    _paths: PathCompleter = field(default_factory=lambda: PathCompleter(expanduser=True))

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """The names that can stand at the cursor and begin as typed."""
        text = document.text_before_cursor
        path = re.search(r"(?:^|\s)(?:load|consult)(?:\s+|\()'?([^'\n]*)\Z", text)
        if path is not None:
            return self._paths.get_completions(Document(path[1]), complete_event)
        return self._names_at(place(text))

    def _names_at(self, at: Place) -> Iterator[Completion]:
        for text, shown, meta in self._candidates(at):
            if text.startswith(at.prefix) and text != at.prefix:
                yield Completion(text, -len(at.prefix), display=shown, display_meta=meta)

    def _candidates(self, at: Place) -> Iterator[tuple[str, str, str]]:
        names = self.names()
        match at.command if at.name is None else COMMANDS.get(at.name) if at.name not in names.preds else None:
            case "cases" | "undo" | "halt":
                return
            case "help":
                yield from ((topic, topic, "") for topic in self.topics)
            case "table" | "closed_world":
                yield from (("on", "on", ""), ("off", "off", ""))
            case "review":
                yield from ((term_text(each), plain_text(each), CASE) for each in names.of_type(CASE))
            case "listing":
                yield from ((show_name(name), name, "") for name in sorted(names.preds))
            case _ if at.name is not None:
                yield from self._arguments(names, at)
            case _:
                yield from self._goals(names, at)

    def _goals(self, names: Names, at: Place) -> Iterator[tuple[str, str, str]]:
        if at.is_first:
            yield from ((word, word, "command") for word, command in COMMANDS.items() if word == command)
        for name in sorted(names.preds):
            for pred in names.preds[name]:
                arguments = ", ".join(names.declarations.names_of(pred))
                text = show_name(name) + ("(" if pred.arity else "")
                yield text, f"{name}({arguments})" if arguments else f"{name}/{pred.arity}", _said(names, pred)
        if at.command not in ("assert", "retract"):
            yield from ((f"{name}(", name, "built in") for name in BUILTINS)
            yield from ((f"{name}(", name, meta) for name, meta in _CONSTRUCTS.items())

    def _arguments(self, names: Names, at: Place) -> Iterator[tuple[str, str, str]]:
        yield from ((variable, variable, "variable") for variable in at.variables)
        preds = names.of_name(at.name or "", at.index)
        declared = [argument[at.index] for pred in preds if (argument := names.declarations.names_of(pred))]
        meta = spaced(declared[0]) if declared else ""
        for constant in names.constants(at.name or "", at.index):
            yield term_text(constant), plain_text(constant), meta


def _said(names: Names, pred: Pred) -> str:
    declared = names.declarations.preds.get(pred)
    return re.sub(r"@\((\w+)\)", r"\1", declared.sentence or "") if declared else ""
