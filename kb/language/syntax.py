"""Programs as data: literals, bodies, clauses and declarations, each with the place it was written at.

All are frozen msgspec structs, which take less time to define and to make than dataclasses; a `Span` is left out of equality, so
that two programs are equal if they say the same. They are trees, which nothing below leads back to, so Python need not look for
cycles among them (`gc=False`). Tags and places of fields are for the bytes of stored.py.
"""

from __future__ import annotations

import datetime
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from operator import attrgetter
from typing import Any, TypeAlias, overload

from msgspec import Struct
from msgspec.structs import replace

from kb.language.identity import by_part
from kb.language.terms import Atom, Const, Term, Var, plain_text, term_text
from kb.on_demand import OnDemand


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


Row: TypeAlias = tuple[Term, ...]
"""The arguments of a fact."""


class Stated(Sequence[Clause]):
    """Facts in their order, and by their predicates. What is found out about those of a predicate as a whole is remembered."""

    def __init__(self, facts: Iterable[Clause] = ()) -> None:
        self._given = facts if isinstance(facts, Sequence) else tuple(facts)
        self._columns: dict[Pred, tuple[frozenset[Term], ...]] = {}
        self._rows: dict[Pred, frozenset[Row]] = {}

    @cached_property
    def in_order(self) -> tuple[Clause, ...]:
        """All of them."""
        return tuple(self._given)

    @cached_property
    def by_predicate(self) -> Mapping[Pred, Sequence[Clause]]:
        """Those of each predicate, in their order."""
        found: dict[Pred, list[Clause]] = {}
        for fact in self.in_order:
            alike = found.get(fact.head.pred)
            if alike is None:
                alike = found[fact.head.pred] = []
            alike.append(fact)
        return found

    def of(self, pred: Pred) -> Sequence[Clause]:
        """Those of a predicate."""
        return self.by_predicate.get(pred, ())

    def columns(self, pred: Pred) -> tuple[frozenset[Term], ...]:
        """The terms that stand in each argument of those of a predicate."""
        if pred not in self._columns:
            self._columns[pred] = tuple(map(frozenset, zip(*(fact.head.args for fact in self.of(pred)), strict=True)))
        return self._columns[pred]

    def rows(self, pred: Pred) -> frozenset[Row]:
        """The rows of a predicate, each once."""
        if pred not in self._rows:
            self._rows[pred] = frozenset([fact.head.args for fact in self.of(pred)])
        return self._rows[pred]

    @staticmethod
    def of_parts(parts: Sequence[Stated]) -> Stated:
        """Several facts one after the other."""
        return _Joined(parts)

    def beside(self, facts: Sequence[Clause]) -> Stated:
        """The same, and others after them."""
        return _Joined((self, facts if isinstance(facts, Stated) else Stated(facts))) if facts else self

    def replaced(self, facts: Iterable[Clause]) -> Stated:
        """The same with others in the place of all facts of their predicates, as many of each, in their order."""
        return _Replaced(self, Stated(facts))

    @overload
    def __getitem__(self, index: int) -> Clause: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Clause, ...]: ...
    def __getitem__(self, index: int | slice) -> Clause | tuple[Clause, ...]:
        return self.in_order[index]

    def __iter__(self) -> Iterator[Clause]:
        return iter(self.in_order)

    def __len__(self) -> int:
        return len(self.in_order)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Stated) and self.in_order == other.in_order

    def __hash__(self) -> int:
        return hash(self.in_order)

    def __reduce__(self) -> tuple[type[Stated], tuple[tuple[Clause, ...]]]:
        return Stated, (self.in_order,)


class _Joined(Stated):
    """Several facts one after the other; those of a predicate are put together when they are asked for."""

    def __init__(self, parts: Sequence[Stated]) -> None:
        super().__init__()
        self._parts = parts

    @cached_property
    def in_order(self) -> tuple[Clause, ...]:
        return tuple(fact for part in self._parts for fact in part)

    @cached_property
    def by_predicate(self) -> Mapping[Pred, Sequence[Clause]]:
        found: dict[Pred, list[Stated]] = {}
        for part in self._parts:
            for pred in part.by_predicate:
                found.setdefault(pred, []).append(part)
        return OnDemand({pred: partial(_put_together, pred, parts) for pred, parts in found.items()})

    def columns(self, pred: Pred) -> tuple[frozenset[Term], ...]:
        """Those of all parts."""
        every = [part.columns(pred) for part in self._parts if pred in part.by_predicate]
        return tuple(frozenset().union(*column) for column in zip(*every, strict=True)) if len(every) > 1 else every[0]

    def rows(self, pred: Pred) -> frozenset[Row]:
        """Those of all parts."""
        return frozenset().union(*(part.rows(pred) for part in self._parts if pred in part.by_predicate))


def _put_together(pred: Pred, parts: Sequence[Stated]) -> Sequence[Clause]:
    return parts[0].of(pred) if len(parts) == 1 else tuple(fact for part in parts for fact in part.of(pred))


class _Replaced(Stated):
    """Facts with others in the place of those of some predicates, as many of each."""

    def __init__(self, first: Stated, others: Stated) -> None:
        super().__init__()
        self._first, self._others = first, others

    @cached_property
    def in_order(self) -> tuple[Clause, ...]:
        others = {pred: iter(each) for pred, each in self._others.by_predicate.items()}
        return tuple(next(others[fact.head.pred]) if fact.head.pred in others else fact for fact in self._first)

    @cached_property
    def by_predicate(self) -> Mapping[Pred, Sequence[Clause]]:
        return OnDemand({pred: partial(self._of, pred) for pred in self._first.by_predicate})

    def _of(self, pred: Pred) -> Sequence[Clause]:
        return self._others.of(pred) or self._first.of(pred)


TRUE = And(())


@by_part
def conjuncts(body: Body) -> tuple[Conjunct, ...]:
    """The goals of a conjunction, nested conjunctions opened; anything else is its own only goal. Of one body they are one tuple,
    by which is remembered what is found out about them.

    >>> goal = AtomF(Pred("p", 0), ())
    >>> conjuncts(goal) is conjuncts(goal)
    True
    """
    return tuple(goal for part in body.goals for goal in conjuncts(part)) if isinstance(body, And) else (body,)


def conjoin(goals: tuple[Body, ...], span: Span = NOWHERE) -> Body:
    """One body of several goals: a single goal stands for itself."""
    return goals[0] if len(goals) == 1 else And(goals, span)


def expr_terms(expr: Expr) -> Iterator[Term]:
    """The terms of an expression, left to right."""
    if isinstance(expr, Op):
        for arg in expr.args:
            yield from expr_terms(arg)
    else:
        yield expr


def literal_terms(literal: Literal) -> tuple[Term, ...]:
    """The terms that a literal mentions itself, left to right, without those of a goal inside it."""
    match literal:
        case AtomF(_, args) | Builtin(_, args):
            return args
        case Compare(_, left, right):
            return (*expr_terms(left), *expr_terms(right))
        case Member(item, items):
            return (item, *items)
        case Count(_, bound, template, _):
            return (bound, *template)
        case Aggregate(_, value, template, _, result):
            return (*template, result) if value is None else (value, *template, result)
        case Not() | Documented():
            return ()


def inner_goals(body: Body) -> tuple[Body, ...]:
    """The goals directly inside a body element: of a conjunction, a negation, `documented`, a count."""
    match body:
        case And(goals) | Or(goals):
            return goals
        case Not(goal) | Documented(goal) | Count(_, _, _, goal) | Aggregate(_, _, _, goal):
            return (goal,)
        case AtomF() | Compare() | Builtin() | Member():
            return ()


def walk(body: Body) -> Iterator[Body]:
    """The body and everything inside it, outermost first, left to right."""
    yield body
    for goal in inner_goals(body):
        yield from walk(goal)


def body_terms(body: Body) -> Iterator[Term]:
    """Every term of a body, with repetitions, left to right."""
    if isinstance(body, Aggregate):
        yield from literal_terms(body)[:-1]
        yield from body_terms(body.goal)
        yield body.result
        return
    if not isinstance(body, And | Or):
        yield from literal_terms(body)
    for goal in inner_goals(body):
        yield from body_terms(goal)


def variables(terms: Iterable[Term]) -> dict[Var, None]:
    """The variables among terms, in order of first occurrence, as an ordered set."""
    return {term: None for term in terms if isinstance(term, Var)}


def body_vars(body: Body) -> dict[Var, None]:
    """The variables of a body, in order of first occurrence."""
    return variables(body.args) if isinstance(body, AtomF) else _inner_vars(body)


@by_part
def _inner_vars(body: Body) -> dict[Var, None]:
    return variables(body_terms(body))


def map_expr(expr: Expr, change: Callable[[Term], Term]) -> Expr:
    """The expression with each of its terms changed."""
    if isinstance(expr, Op):
        return Op(expr.name, tuple(map_expr(arg, change) for arg in expr.args))
    return change(expr)


def map_literals(body: Body, change: Callable[[Literal], Body]) -> Body:
    """The body with each of its literals changed, those of inner goals before what they stand in."""
    match body:
        case And(parts) | Or(parts):
            return replace(body, goals=tuple(map_literals(part, change) for part in parts))
        case Not(goal) | Documented(goal) | Count(_, _, _, goal) | Aggregate(_, _, _, goal):
            return change(replace(body, goal=map_literals(goal, change)))
        case _:
            return change(body)


def map_terms(body: Body, change: Callable[[Term], Term]) -> Body:
    """The body with each of its terms changed, inner goals included."""

    def several(terms: tuple[Term, ...]) -> tuple[Term, ...]:
        return tuple(change(term) for term in terms)

    def goals(parts: tuple[Body, ...]) -> tuple[Body, ...]:
        return tuple(map_terms(part, change) for part in parts)

    match body:
        case AtomF(_, args) | Builtin(_, args):
            return replace(body, args=several(args))
        case Compare(_, left, right):
            return replace(body, left=map_expr(left, change), right=map_expr(right, change))
        case Member(item, _):
            return replace(body, item=change(item))
        case Not(goal) | Documented(goal):
            return replace(body, goal=map_terms(goal, change))
        case And(parts):
            return replace(body, goals=goals(parts))
        case Or(parts, _, call):
            changed = None if call is None else replace(call, args=several(call.args))
            return replace(body, goals=goals(parts), call=changed)
        case Count(_, bound, template, goal):
            return replace(body, bound=change(bound), template=several(template), goal=map_terms(goal, change))
        case Aggregate(_, value, template, goal, result):
            return replace(
                body,
                value=None if value is None else change(value),
                template=several(template),
                goal=map_terms(goal, change),
                result=change(result),
            )


def placed(clause: Clause, span: Span) -> Clause:
    """The clause as if all of it stood at one place."""

    def literal(each: Literal) -> Literal:
        return replace(each, span=span)

    return replace(clause, head=replace(clause.head, span=span), body=map_literals(clause.body, literal), span=span)


def with_plain_variables(clause: Clause) -> Clause:
    """The clause with variables named by number: two that differ in nothing but those names come to be equal."""
    terms = variables((*clause.head.args, *body_terms(clause.body)))
    numbered: dict[Var, Term] = {var: Var(f"V{number}") for number, var in enumerate(terms)}
    return replace(clause, head=substitute_atom(clause.head, numbered), body=substitute(clause.body, numbered))


@overload
def called(body: Conjunct) -> Conjunct: ...
@overload
def called(body: Body) -> Body: ...
def called(body: Body) -> Body:
    """The literal in whose place the clauses of a definition stand; any other body is itself."""
    return body.call if isinstance(body, Or) and body.call is not None else body


def is_choice(body: Body) -> bool:
    """Whether a body is a disjunction of the program's own, and not a definition."""
    return isinstance(body, Or) and body.call is None


@overload
def substitute(body: Conjunct, binding: Mapping[Var, Term]) -> Conjunct: ...
@overload
def substitute(body: Body, binding: Mapping[Var, Term]) -> Body: ...
def substitute(body: Body, binding: Mapping[Var, Term]) -> Body:
    """The body with variables replaced by what the binding gives them."""
    if isinstance(body, AtomF):
        return substitute_atom(body, binding)
    return map_terms(body, lambda term: binding.get(term, term) if isinstance(term, Var) else term)


def substitute_atom(atom: AtomF, binding: Mapping[Var, Term]) -> AtomF:
    """The atomic formula with variables replaced by what the binding gives them."""
    return AtomF(
        atom.pred, tuple([binding.get(arg, arg) if isinstance(arg, Var) else arg for arg in atom.args]), atom.span
    )
