"""The names that a clause is written with, each with where it stands: predicates, variables, constants and files.

What a predicate's name means in the program is for `book.py` to say; here it is as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from kb.language.builtins import COMPARISONS
from kb.language.diagnostics import ProgramError, SourceText
from kb.language.reader import Compound, Leaf, ListNode, Node, read_clause, token_groups
from kb.language.syntax import Pred, qualified
from kb.language.terms import QUOTED_ATOM


class Role(Enum):
    """What a predicate's name does where it stands."""

    HEAD = "head"
    BODY = "body"
    DECLARATION = "declaration"
    MENTION = "mention"
    """It is a value of an argument, as in `criterion(a, initial, 1, b, p)`, or it is cited, exported or imported."""


@dataclass(frozen=True, slots=True)
class PredicateName:
    """A predicate's name; `written` has the module that stands before it, and `formula` is where its formula or indicator begins,
    by which the program knows it."""

    start: int
    end: int
    written: Pred
    role: Role
    formula: int


@dataclass(frozen=True, slots=True)
class VariableName:
    """A variable, or the name of an argument in a declaration; and the argument of which predicate it is, if of one."""

    start: int
    end: int
    name: str
    of: PredicateName | None = None
    index: int = 0


@dataclass(frozen=True, slots=True)
class ConstantName:
    """A constant as it is written, without quotation marks, and the argument of which predicate it is, if of one."""

    start: int
    end: int
    kind: str
    text: str
    of: PredicateName | None
    index: int


@dataclass(frozen=True, slots=True)
class FileName:
    """A file that is loaded, or a table that is read."""

    start: int
    end: int


Name: TypeAlias = PredicateName | VariableName | ConstantName | FileName
_NAME = re.compile(rf"{QUOTED_ATOM}|[^()\s]+")
_GOAL_ARGUMENTS = {"at_least": 2, "at_most": 2, "aggregate_all": 2, "documented": 0, "not": 0, "\\+": 0}
"""What takes a goal as an argument, and as which one."""
_PLACEHOLDER = re.compile(r"@\((\w+)\)")


def names_in(source: SourceText, start: int, end: int) -> tuple[Name, ...]:
    """The names in the clause that stands from start to end, in order; none if it cannot be read."""
    text = source.text[start:end]
    try:
        for tokens in token_groups(text):
            node = read_clause(SourceText(source.name, text), tokens)
            found = sorted(_Clause(text, start).clause(node), key=lambda each: each.start)
            return tuple(found)
    except ProgramError:
        pass
    return ()


@dataclass(frozen=True, slots=True)
class _Clause:
    text: str
    base: int

    def clause(self, node: Compound) -> Iterator[Name]:
        match node:
            case Compound(".", (head,)):
                yield from self.formula(head, Role.HEAD)
            case Compound(":-", (head, body)):
                yield from self.formula(head, Role.HEAD)
                yield from self.goal(body)
            case Compound(":-", (directive,)):
                yield from self.directive(directive)

    # --- goals and formulas

    def goal(self, node: Node) -> Iterator[Name]:
        match node:
            case Compound("()", (inside,)):
                yield from self.goal(inside)
            case Compound("," | ";" | "|" | "\\+", args, is_operator=True):
                for arg in args:
                    yield from self.goal(arg)
            case Compound(name, args, is_operator=False) if name in _GOAL_ARGUMENTS:
                for index, arg in enumerate(args):
                    yield from self.goal(arg) if index == _GOAL_ARGUMENTS[name] else self.term(arg)
            case Compound(name, (_, _), is_operator=True) if name in COMPARISONS:
                yield from self.terms(node.args)
            case _:
                yield from self.formula(node, Role.BODY)

    def formula(self, node: Node, role: Role) -> Iterator[Name]:
        """The names of an atomic formula."""
        node = _inside(node)
        name = self.predicate(node, role, node.start)
        if name is None:
            yield from self.term(node)
            return
        yield name
        for index, arg in enumerate(_formula(node)):
            yield from self.term(arg, name, index)

    def predicate(self, node: Node, role: Role, formula: int, module: str | None = None) -> PredicateName | None:
        """The name of a formula's predicate."""
        match node:
            case Compound("()", (inside,)):
                return self.predicate(inside, role, inside.start if formula == node.start else formula, module)
            case Compound("-", (inside,)):
                return self.predicate(inside, role, formula, module)
            case Compound(":", (Leaf("atom" | "quoted", of), inside), is_operator=True):
                return self.predicate(inside, role, formula, of)
            case Leaf("atom" | "quoted", name):
                arity = 0
            case Compound(name, args, is_operator=False):
                arity = len(args)
            case _:
                return None
        written = _NAME.match(self.text, node.start)
        end = written.end() if written else node.end
        pred = Pred(qualified(module, name) if module is not None else name, arity)
        return PredicateName(node.start + self.base, min(end, node.end) + self.base, pred, role, formula + self.base)

    def terms(self, nodes: Iterable[Node]) -> Iterator[Name]:
        for node in nodes:
            yield from self.term(node)

    def term(self, node: Node, of: PredicateName | None = None, index: int = 0) -> Iterator[Name]:
        match node:
            case Leaf("var", name, start, end):
                yield VariableName(start + self.base, end + self.base, name, of, index)
            case Leaf(kind, text, start, end):
                yield ConstantName(start + self.base, end + self.base, kind, text, of, index)
            case Compound("()", (inside,)):
                yield from self.term(inside, of, index)
            case Compound(args=args):
                yield from self.terms(args)
            case ListNode(items):
                yield from self.terms(items)

    # --- declarations

    def directive(self, node: Node) -> Iterator[Name]:
        match node:
            case Compound("pred" | "question", (Compound("::", (signature, sentence)),)):
                yield from self.signature(signature)
                yield from self.placeholders(sentence)
            case Compound("pred" | "question" | "functional", (signature,)):
                yield from self.signature(signature)
            case Compound("abducible" | "inline", (listed,)):
                for each in _flatten(listed):
                    yield from self.indicator(each, Role.DECLARATION)
            case Compound("facts", (what, path)):
                yield from self.indicator(what, Role.MENTION)
                yield FileName(path.start + self.base, path.end + self.base)
            case Compound("cite", (what, _)):
                yield from self.indicator(what, Role.MENTION)
            case Compound("module", (_, ListNode(exports))):
                for each in exports:
                    yield from self.indicator(each, Role.MENTION)
            case Compound("use_module" | "ensure_loaded", (path, *only)):
                yield FileName(path.start + self.base, path.end + self.base)
                for each in only[0].items if only and isinstance(only[0], ListNode) else ():
                    yield from self.indicator(each, Role.MENTION)
            case Compound("vocabulary" | "also_called" | "broadly_called" | "qualified_by", (_, what)):
                yield from self.indicator(what, Role.MENTION)
            case _:
                return

    def signature(self, node: Node) -> Iterator[Name]:
        """The predicate of a declaration with the names of its arguments."""
        node = _inside(node)
        name = self.predicate(node, Role.DECLARATION, node.start)
        if name is None:
            return
        yield name
        for index, arg in enumerate(_formula(node)):
            argument = arg.args[0] if isinstance(arg, Compound) and arg.name == ":" else arg
            if isinstance(argument, Leaf) and argument.kind == "var":
                yield from self.term(argument, name, index)

    def placeholders(self, sentence: Node) -> Iterator[Name]:
        """The names of arguments in a sentence."""
        for found in _PLACEHOLDER.finditer(self.text, sentence.start, sentence.end):
            yield VariableName(found.start(1) + self.base, found.end(1) + self.base, found[1])

    def indicator(self, node: Node, role: Role) -> Iterator[Name]:
        """The predicate of an indicator such as `p/2`."""
        match _inside(node):
            case Compound("-", (inside,)):
                yield from self.indicator(inside, role)
            case Compound("/", (named, Leaf("integer", arity))):
                name = self.predicate(_inside(named), role, node.start)
                if name is not None:
                    written = Pred(name.written.name, int(arity))
                    yield PredicateName(name.start, name.end, written, role, name.formula)
            case _:
                return


def _inside(node: Node) -> Node:
    while isinstance(node, Compound) and node.name == "()":
        node = node.args[0]
    return node


def _flatten(node: Node) -> Iterator[Node]:
    while isinstance(node, Compound) and node.name == "," and node.is_operator:
        yield node.args[0]
        node = node.args[1]
    yield node


def _formula(node: Node) -> tuple[Node, ...]:
    """The arguments of a formula, whatever sign or module stands before it."""
    match _inside(node):
        case Compound("-", (inside,)) | Compound(":", (_, inside), is_operator=True):
            return _formula(inside)
        case Compound(args=args, is_operator=False):
            return args
        case _:
            return ()
