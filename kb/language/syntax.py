"""Programs as data: literals, bodies, clauses and declarations, each with the place it was written at.

All are frozen msgspec structs, which take less time to define and to make than dataclasses; a `Span` is left out of equality, so
that two programs are equal if they say the same. They are trees, which nothing below leads back to, so Python need not look for
cycles among them (`gc=False`). Tags and places of fields are for the bytes of stored.py.
"""

from __future__ import annotations

import datetime
import typing
from operator import attrgetter
from typing import Any, TypeAlias

from msgspec import Struct

from kb.language.terms import Atom, Const, Term, plain_text, term_text


class Span(Struct, frozen=True, gc=False, array_like=True):
    """A stretch of a source file: 1-based line and column, and the number of characters (at least 1)."""

    file: str
    line: int
    column: int
    length: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


NOWHERE = Span("<built in>", 0, 0)
"""The place of what no file says: built-in predicates and rules made by a pass."""


class Provenance(Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Where a fact comes from, in the words of a `source` declaration, and who stated it when, where that is said."""

    text: str
    by: str | None = None
    on: datetime.date | None = None


MODULE = "::"
"""What stands between a module's name and a predicate's in the name of a predicate; text has one colon there."""
USER = "user"
"""The module of files that have none."""


def shown_name(name: str) -> str:
    """The name of a predicate, in quotes where it needs them, after that of its module if it has one."""
    return ":".join(term_text(Atom(part)) for part in name.split(MODULE))


class Pred(Struct, frozen=True, gc=False, cache_hash=True, array_like=True):
    """A predicate: its name, its number of arguments, and whether it is the strong negation of that predicate.

    Where several modules of a program have predicates of one name, theirs begin with the module's: `xpovio::old_enough`, which text has as `xpovio:old_enough`.
    """

    name: str
    arity: int
    negative: bool = False

    def __str__(self) -> str:
        return f"{'-' if self.negative else ''}{shown_name(self.name)}/{self.arity}"

    @property
    def own_name(self) -> str:
        """The name without that of a module, by which a case says that its record is complete."""
        return self.name.rpartition(MODULE)[2]

    @property
    def opposite(self) -> Pred:
        """The strong negation of the predicate; of a strong negation, the predicate."""
        return Pred(self.name, self.arity, not self.negative)

    @property
    def positive(self) -> Pred:
        """The predicate without strong negation."""
        return Pred(self.name, self.arity) if self.negative else self


def qualified(module: str, name: str) -> str:
    """The name of a predicate after that of its module."""
    return f"{module}{MODULE}{name}"


def module_of(pred: Pred) -> str | None:
    """The module that a predicate's name begins with, if one does."""
    return pred.name.partition(MODULE)[0] if MODULE in pred.name else None


def unqualified(pred: Pred) -> Pred:
    """The predicate without its module."""
    return Pred(pred.own_name, pred.arity, pred.negative) if MODULE in pred.name else pred


class Written(Struct, frozen=True, eq=False, gc=False, tag=True, tag_field="node", array_like=True):
    """What stands somewhere in a file. Two are equal if they say the same, wherever they stand and come from."""

    _unsaid = frozenset({"span"})
    """The fields that tell where something stands and comes from."""
    _said: typing.ClassVar[Any]
    """Gives the values of the other fields."""

    def __init_subclass__(cls) -> None:
        cls._said = attrgetter(*(name for name in cls.__annotations__ if name not in cls._unsaid))

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self._said(self) == self._said(other)

    def __ne__(self, other: object) -> bool:  # a struct has one of its own
        return not self == other

    def __hash__(self) -> int:
        return hash(self._said(self))

    def __repr__(self) -> str:
        said = (f"{name}={getattr(self, name)!r}" for name in self.__struct_fields__ if name not in self._unsaid)
        return f"{type(self).__name__}({', '.join(said)})"


class AtomF(Written, frozen=True):
    """An atomic formula `p(t, ...)`, or `-p(t, ...)` when its predicate is negative."""

    pred: Pred
    args: tuple[Term, ...]
    span: Span = NOWHERE

    def __eq__(self, other: object) -> bool:  # as any other's, but quicker: atoms are what is looked up most
        return type(other) is AtomF and self.args == other.args and self.pred == other.pred

    def __hash__(self) -> int:
        return hash((self.pred, self.args))


class Op(Struct, frozen=True, gc=False, tag=True, tag_field="node", array_like=True):
    """An arithmetic operation: `+ - * // mod min max abs`, and `neg` for a leading minus."""

    name: str
    args: tuple[Expr, ...]


Expr: TypeAlias = Term | Op


class Compare(Written, frozen=True):
    """`left op right`; in `<  =<  >  >=  =:=  =\\=` both sides, and in `is` the right side, are expressions."""

    op: str
    left: Expr
    right: Expr
    span: Span = NOWHERE


class Builtin(Written, frozen=True):
    """A call of a built-in predicate such as `age/3`, which gives its last argument for the others."""

    name: str
    args: tuple[Term, ...]
    span: Span = NOWHERE


class Member(Written, frozen=True):
    """`member(X, [a, b])` with a literal list."""

    item: Term
    items: tuple[Const, ...]
    span: Span = NOWHERE


class Not(Written, frozen=True):
    """`\\+ goal`: the goal does not hold."""

    goal: Body
    span: Span = NOWHERE


class Documented(Written, frozen=True):
    """`documented(goal)`: the goal is true, and not merely unknown."""

    goal: Body
    span: Span = NOWHERE


class And(Written, frozen=True):
    """`goal, ...`: all hold; no goals at all is `true`."""

    goals: tuple[Body, ...]
    span: Span = NOWHERE


class Or(Written, frozen=True):
    """`goal ; ...`: at least one holds. In the place of a literal of a definition, it has a goal for each clause, and is
    written as the literal."""

    goals: tuple[Body, ...]
    span: Span = NOWHERE
    call: AtomF | None = None
    """The literal in whose place it stands."""


CountOp: TypeAlias = typing.Literal["at_least", "at_most"]
AggregateOp: TypeAlias = typing.Literal["count", "sum", "max", "min"]


class Count(Written, frozen=True):
    """`at_least(bound, template, goal)` or `at_most(...)` over distinct bindings of the template's variables."""

    op: CountOp
    bound: Term
    template: tuple[Term, ...]
    goal: Body
    span: Span = NOWHERE


class Aggregate(Written, frozen=True):
    """`aggregate_all(op(value), template, goal, result)`; `count` has no value."""

    op: AggregateOp
    value: Term | None
    template: tuple[Term, ...]
    goal: Body
    result: Term
    span: Span = NOWHERE


Literal: TypeAlias = AtomF | Compare | Builtin | Member | Not | Documented | Count | Aggregate
Body: TypeAlias = Literal | And | Or
Conjunct: TypeAlias = Literal | Or
"""What a conjunction is made of: literals, and disjunctions that are gone about as one. Nothing multiplies them out."""


class Clause(Written, frozen=True):
    """A fact or a rule: `head :- body.`; a fact's body is the empty conjunction. Equality ignores where it comes from."""

    _unsaid = frozenset({"span", "source", "written", "is_definition"})
    head: AtomF
    body: Body
    span: Span = NOWHERE
    source: Provenance | None = None
    """What the `source` declaration above a fact says."""
    written: AtomF | None = None
    """The fact as a case states it, where that has other names than are meant."""
    is_definition: bool = False
    """Whether it is a rule of a definition, whose head is bound where it is used."""

    @property
    def recorded_as(self) -> str | None:
        """The names that a case has for what is meant, where they are others."""
        if self.written is None:
            return None
        pairs = zip(self.written.args, self.head.args, strict=True)
        return ", ".join(plain_text(name) for name, meant in pairs if name != meant)

    @property
    def is_fact(self) -> bool:
        return isinstance(self.body, And) and not self.body.goals


class PredDecl(Written, frozen=True):
    """`:- pred p(Name: type, ...) :: 'sentence'.` The types are "any" where none is given."""

    pred: Pred
    names: tuple[str, ...]
    types: tuple[str, ...]
    sentence: str | None
    span: Span = NOWHERE


class AbducibleDecl(Written, frozen=True):
    """`:- abducible p/2.`: open world."""

    preds: tuple[Pred, ...]
    span: Span = NOWHERE


class FunctionalDecl(Written, frozen=True):
    """`:- functional p(+, -).`: at most one value (`-`) for each key (`+`)."""

    pred: Pred
    keys: tuple[bool, ...]
    span: Span = NOWHERE


class InlineDecl(Written, frozen=True):
    """`:- inline p/2.`: the predicate is a definition, put in where it is used."""

    preds: tuple[Pred, ...]
    span: Span = NOWHERE


class QuestionDecl(Written, frozen=True):
    """`:- question p(Name, ...) :: 'Question?'.`"""

    pred: Pred
    names: tuple[str, ...]
    text: str
    span: Span = NOWHERE


class CiteDecl(Written, frozen=True):
    """`:- cite(p/1, 'place in the document').`"""

    pred: Pred
    place: str
    span: Span = NOWHERE


class PolicyDecl(Written, frozen=True):
    """`:- policy(name, [key(value), ...]).`"""

    name: str
    properties: tuple[tuple[str, tuple[Const, ...]], ...]
    span: Span = NOWHERE

    def get(self, key: str) -> Const | None:
        """The first value of a property, or None."""
        return next((values[0] for name, values in self.properties if name == key and values), None)


VocabularyUse: TypeAlias = typing.Literal["vocabulary", "also_called", "broadly_called", "qualified_by"]


class VocabularyDecl(Written, frozen=True):
    """`:- vocabulary(type, p/1).`, `:- also_called(type, p/2).`, `:- broadly_called(type, p/2).` or `:- qualified_by(type, p/1).`:
    the predicate has the constants of a type, other names of them (name, constant), names that are broader than they are
    (name, constant), or words that may follow a name."""

    use: VocabularyUse
    type: str
    pred: Pred
    span: Span = NOWHERE


class ModuleDecl(Written, frozen=True):
    """`:- module(name, [p/1, ...]).`: the predicates of its file are its own, and other files may use those that it exports."""

    name: str
    exports: tuple[Pred, ...]
    span: Span = NOWHERE


LoadUse: TypeAlias = typing.Literal["ensure_loaded", "use_module"]


class LoadDecl(Written, frozen=True):
    """`:- ensure_loaded('file.pl').` or `:- use_module('file.pl').`, relative to the file that says it, or of a file of the shipped
    library, `library(cases)`. What a module exports is imported, or of that only the predicates in `only`."""

    path: str
    use: LoadUse = "ensure_loaded"
    is_library: bool = False
    only: tuple[Pred, ...] | None = None
    span: Span = NOWHERE


class FactsDecl(Written, frozen=True):
    """`:- facts(p/2, 'table.csv').`: the predicate has the rows of a table as facts, relative to the file that says it."""

    _unsaid = frozenset({"span", "source"})
    pred: Pred
    path: str
    span: Span = NOWHERE
    source: Provenance | None = None
    """What the `source` declaration above it says."""


class SourceDecl(Written, frozen=True):
    """`:- source('text', by('who'), on(2024-12-21)).`: where the facts below it in its file come from, until the next."""

    source: Provenance
    span: Span = NOWHERE


Declaration: TypeAlias = (
    PredDecl
    | AbducibleDecl
    | FunctionalDecl
    | InlineDecl
    | QuestionDecl
    | CiteDecl
    | PolicyDecl
    | VocabularyDecl
    | ModuleDecl
    | LoadDecl
    | FactsDecl
    | SourceDecl
)
Item: TypeAlias = Clause | Declaration


TRUE = And(())
