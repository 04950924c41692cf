"""Completion at the prompt: where a cursor stands, and what can stand there.

Where a goal stands that is a predicate or a command; in an argument its listed values; else the constants that facts and
rules have in that place, and in places of the same type.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TypeAlias

from msgspec import Struct, field

from engine.cases import Vocabulary
from explain.repl.sentences import Token, tokens
from explain.repl.verbs import COMMANDS, Takes, Verb
from explain.words.sentences import PLACEHOLDER, spaced
from kb.language.builtins import BUILTINS
from kb.language.declarations import COMPLETE, CONSTANT_TYPES
from kb.language.syntax import AtomF, Clause, Pred, shown_name
from kb.language.terms import Atom, Const, Var, order_key, plain_text, term_text
from kb.language.traversal import walk

# --- what there is ---

CASE = "case"
NARROWER = MappingProxyType({"agent": ("brand",)})
"""Types whose values may also be values of others: an agent goes by any name."""


Columns: TypeAlias = Mapping[tuple[Pred, int], set[Const]]
"""The constants of some clauses at each argument of a predicate, by its position from 0."""


def columns_of(clauses: Iterable[Clause]) -> Columns:
    """The constants of facts, and of the heads and bodies of rules; strong negation makes no difference."""
    found: dict[tuple[Pred, int], set[Const]] = {}
    parts = (part for clause in clauses for part in (clause.head, *walk(clause.body)))
    for atom in (part for part in parts if isinstance(part, AtomF)):
        for index, arg in enumerate(atom.args):
            if not isinstance(arg, Var):
                found.setdefault((atom.pred.positive, index), set()).add(arg)
    return found


class Names(Struct, dict=True):
    """The names of a program and of the facts stated beside it."""

    preds: dict[str, list[Pred]]
    vocabulary: Vocabulary
    columns: tuple[Columns, ...]
    _sorted: dict[tuple[str, int], list[Const]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, preds: dict[str, list[Pred]], vocabulary: Vocabulary, program: Columns, facts: Iterable[Clause]
    ) -> Names:
        """The names of a program, whose columns are known, with facts."""
        return cls(preds, vocabulary, (program, columns_of(facts)))

    def of_name(self, name: str, index: int) -> list[Pred]:
        """The predicates of this name that have an argument at this position."""
        return [pred for pred in self.preds.get(name, ()) if pred.arity > index]

    def type_of(self, pred: Pred, index: int) -> str:
        """The declared type of an argument, or "any"."""
        return self.vocabulary.declarations.types_of(pred)[index]

    def constants(self, name: str, index: int) -> list[Const]:
        """What an argument takes, in standard order."""
        if (name, index) not in self._sorted:
            found = {each for pred in self.of_name(name, index) for each in self._constants(pred, index)}
            self._sorted[name, index] = sorted(found, key=order_key)
        return self._sorted[name, index]

    def _constants(self, pred: Pred, index: int) -> Iterator[Const]:
        if pred == COMPLETE and index == 1:
            yield from (Atom(each.own_name) for each in self.vocabulary.declarations.abducible)
            return
        listed = self.vocabulary.listed_at(pred, index)
        if listed:
            yield from listed
            return
        declared = self.type_of(pred, index)
        own = {each for columns in self.columns for each in columns.get((pred.positive, index), ())}
        yield from own
        if declared not in CONSTANT_TYPES and (declared != "any" or not own):
            yield from self.of_type(declared)

    def of_type(self, wanted: str) -> list[Const]:
        """The constants that arguments of a type have, in standard order."""
        types = (wanted, *NARROWER.get(wanted, ()))
        return sorted({value for each in types for value in self._by_type.get(each, ())}, key=order_key)

    @cached_property
    def _by_type(self) -> dict[str, set[Const]]:
        found: dict[str, set[Const]] = {}
        for columns in self.columns:
            for (pred, index), values in columns.items():
                declared = self.type_of(pred, index)
                if declared not in CONSTANT_TYPES:
                    found.setdefault(declared, set()).update(values)
        return found


# --- where the cursor stands ---

_GOAL_PLACES: Mapping[str, int] = MappingProxyType(
    {"at_least": 2, "at_most": 2, "aggregate_all": 2, "not": 0, "documented": 0}
    | {word: 0 for word, verb in COMMANDS.items() if verb.takes.is_term}
)
"""What takes a goal or a fact as an argument, and as which one."""
_CONSTRUCTS = MappingProxyType(
    {
        "at_least": "at least K bindings of Template satisfy Goal",
        "at_most": "at most K bindings of Template satisfy Goal",
        "aggregate_all": "count, sum, max or min over the bindings of Template",
        "member": "one of a list of constants",
        "documented": "the record shows Goal as it stands",
    }
)
_PREFIX = re.compile(r"(?:'[^'\n]*|(?<!\d)(?<!\d-)\d+(?:-\d+)*-?|(?<!\w)\w*)\Z")


class Cursor(Struct, frozen=True):
    """Where the cursor stands: in which argument of what, or where a goal begins (`name` is None then).

    `command` is the command whose word begins the sentence; `prefix` is what of the name is typed already.
    """

    prefix: str
    name: str | None = None
    index: int = 0
    command: Verb | None = None
    is_first: bool = False
    variables: tuple[str, ...] = ()


class _Frame(Struct):
    """An open bracket: the name before it, the argument the cursor is in, and whether goals stand in it."""

    name: str | None
    index: int = 0
    goals: bool = True

    @property
    def takes_goal(self) -> bool:
        if self.name is None:
            return self.goals
        return _GOAL_PLACES.get(self.name) == self.index


def cursor_at_end(text: str) -> Cursor:
    """The cursor that stands at the end of a text.

    >>> cursor_at_end("?- refractory(c1, Ag")
    Cursor(prefix='Ag', name='refractory', index=1, command=None, is_first=False, variables=())
    >>> cursor_at_end("why drug_class(X, Y), ref").command
    <Verb.WHY: 'why'>
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
    return Cursor(prefix, where.name, where.index, command, not before, tuple(variables))


def _is_variable(token: Token) -> bool:
    return token.kind == "word" and (token.text[0].isupper() or token.text[0] == "_") and token.text != "_"


def _unclosed_quote(text: str) -> int | None:
    opened = next((token.start for token in tokens(text) if token.kind == "unclosed" and token.text[0] == "'"), None)
    return opened if opened is not None and "\n" not in text[opened:] else None


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


# --- what can stand there ---


class Candidate(Struct, frozen=True):
    """What can be typed, how it is shown, and a remark."""

    text: str
    shown: str
    remark: str = ""


def candidates(names: Names, topics: Iterable[str], at: Cursor) -> Iterator[Candidate]:
    """What can stand at a cursor, whatever of it is typed already."""
    verb = at.command if at.name is None else COMMANDS.get(at.name) if at.name not in names.preds else None
    match verb and verb.takes:
        case Takes.NOTHING:
            return
        case Takes.TOPIC:
            yield from (Candidate(topic, topic) for topic in topics)
        case Takes.SWITCH:
            yield from (Candidate(each, each) for each in ("on", "off"))
        case Takes.CASE:
            yield from (Candidate(term_text(each), plain_text(each), CASE) for each in names.of_type(CASE))
        case Takes.PREDICATE:
            yield from (Candidate(shown_name(name), name) for name in sorted(names.preds))
        case None | Takes.GOAL | Takes.CLAUSE | Takes.SUPPOSITION | Takes.FILE:
            yield from _goals(names, at) if at.name is None else _arguments(names, at.name, at)


def candidates_in_rules(names: Names, at: Cursor) -> Iterator[Candidate]:
    """What can stand at a cursor in a text of rules or facts, whatever of it is typed already."""
    yield from _predicates(names, with_built_in=not at.is_first) if at.name is None else _arguments(names, at.name, at)


def _goals(names: Names, at: Cursor) -> Iterator[Candidate]:
    if at.is_first:
        yield from (Candidate(verb.value, verb.value, "command") for verb in Verb)
    yield from _predicates(names, with_built_in=True)


def _predicates(names: Names, *, with_built_in: bool) -> Iterator[Candidate]:
    for name in sorted(names.preds):
        for pred in names.preds[name]:
            arguments = ", ".join(names.vocabulary.declarations.names_of(pred))
            text = shown_name(name) + ("(" if pred.arity else "")
            yield Candidate(text, f"{name}({arguments})" if arguments else f"{name}/{pred.arity}", _said(names, pred))
    if with_built_in:
        yield from (Candidate(f"{name}(", name, "built in") for name in BUILTINS)
        yield from (Candidate(f"{name}(", name, remark) for name, remark in _CONSTRUCTS.items())


def _arguments(names: Names, name: str, at: Cursor) -> Iterator[Candidate]:
    yield from (Candidate(variable, variable, "variable") for variable in at.variables)
    declared = [names.vocabulary.declarations.names_of(pred) for pred in names.of_name(name, at.index)]
    remark = next((spaced(each[at.index]) for each in declared if each), "")
    for constant in names.constants(name, at.index):
        yield Candidate(term_text(constant), plain_text(constant), remark)


def _said(names: Names, pred: Pred) -> str:
    declared = names.vocabulary.declarations.preds.get(pred)
    return PLACEHOLDER.sub(r"\1", declared.sentence or "") if declared else ""
