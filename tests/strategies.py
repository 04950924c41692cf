"""Hypothesis strategies for programs of the checked language with goals to ask them.

Every program passes the checker: predicates stand in layers and call their own layer or lower ones, those below a
negation, an upper bound or an aggregate lower ones only; every variable is bound by a positive literal, or local.
Columns have a kind (case, atom, integer, date), so that joins find something.
"""

from __future__ import annotations

import dataclasses
import datetime
import decimal
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal as OneOf
from typing import TypeAlias, TypeVar

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.checks import check
from kb.language.builtins import is_reserved
from kb.language.declarations import COMPLETE
from kb.language.loader import Loaded
from kb.language.printer import show_body, show_program
from kb.language.program import Program
from kb.language.syntax import (
    TRUE,
    AbducibleDecl,
    Aggregate,
    And,
    AtomF,
    Body,
    Builtin,
    Clause,
    Compare,
    Count,
    Documented,
    Expr,
    FunctionalDecl,
    InlineDecl,
    Item,
    Member,
    Not,
    Op,
    Or,
    Pred,
    PredDecl,
)
from kb.language.terms import Atom, Const, Date, Int, Str, Term, Var, make_decimal
from kb.language.traversal import (
    body_terms,
    body_vars,
    conjoin,
    conjuncts,
    literal_terms,
    map_terms,
    substitute,
    variables,
)

Kind: TypeAlias = OneOf["case", "atom", "int", "date", "record"]
_T = TypeVar("_T")

_CONSTANTS: dict[Kind, tuple[Const, ...]] = {
    "case": (Atom("k1"), Atom("k2")),
    "atom": (Atom("a"), Atom("b"), Atom("c")),
    "int": (Int(1), Int(0), Int(2), Int(3)),
    "date": tuple(Date(datetime.date.fromisoformat(day)) for day in ("2024-02-29", "2023-03-01", "2024-01-31")),
}
_NAMES = (
    "t1", "t2", "t3", "r0", "r1", "f1", "b1", "n1", "w0", "v0", "c0", "c1", "q", "case", "_0", "p$new", "#0", "rows1",
    "asked1", "part1", "g0", "holds", "cases", "constant", "every_constant", "stated_0", "stated_1", "T1", "p_next",
    "p_delta", "p_possible", "not_p", "p", "P", "select", "from", "null", "true", "order", "table", "with", "values",
    "asserta", "mod", "is", "end_of_file", "i:1", "a:t1", "--", "it's", ";", "!", "",
    "later", "overlap_days", "earlier",
)  # fmt: skip
"""Names that the engines use themselves, words of SQL and Prolog, and names that differ from others in case alone."""
_ODD: tuple[Const, ...] = (Str("a"), Atom("1"), Int(-1), Atom("a b"))
_DECIMALS: tuple[Const, ...] = (make_decimal(decimal.Decimal("1.0")), make_decimal(decimal.Decimal("0.5")))
_LETTERS: dict[Kind, str] = {"case": "C", "atom": "X", "int": "N", "date": "D", "record": "P"}


@dataclass(frozen=True, slots=True)
class Options:
    """What generated programs may contain.

    `abducible`: open predicates, `complete/2` and functional declarations; without them a program has two truth values.
    `in_order`: literals stand where SWI-Prolog reaches them with their inputs bound, else in any order; and a goal has
    no variables with names such as `_X`, which SWI-Prolog would give values for.
    `strong_negation`, `dates` and `decimals`: clauses and literals with these.
    """

    abducible: bool = True
    in_order: bool = False
    strong_negation: bool = True
    dates: bool = True
    decimals: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """A program and goals to ask it."""

    program: Program
    goals: tuple[Body, ...]

    def __repr__(self) -> str:
        return "\n" + show_program(self.program) + "".join(f"?- {show_body(goal)}.\n" for goal in self.goals)


@dataclass(frozen=True, slots=True)
class _Relation:
    """A predicate, the kinds of its columns, and the lowest layer whose rules may call it."""

    pred: Pred
    kinds: tuple[Kind, ...]
    layer: int


@dataclass(slots=True)
class _Scope:
    """What a body that is being written can use: the variables that are bound, and what it may call.

    A body of a layer calls lower layers, and its own if it is `recursive`. `names` counts the variables of a clause, so
    that each new one has its own name; in a count the names start anew behind `marker`, so that the counts of a clause
    use the same names for different variables. Goals are `asking`: what only one alternative binds is no answer there,
    and is called `_...`.
    """

    layer: int
    recursive: bool
    names: list[int] = field(default_factory=lambda: [0])
    marker: str = ""
    asking: bool = False
    depth: int = 0
    bound: dict[Kind, list[Var]] = field(default_factory=dict)

    def new(self, kind: Kind) -> Var:
        self.names[0] += 1
        name = f"{_LETTERS[kind]}{self.marker}{self.names[0]}"
        return Var(name if "_" not in self.marker else f"_{name}")

    def unnamed(self) -> Var:
        self.names[0] += 1
        return Var(f"_#{self.marker}{self.names[0]}")

    def bind(self, kind: Kind, var: Var) -> Var:
        if var not in self.known(kind):
            self.bound[kind] = [*self.known(kind), var]
        return var

    def known_kinds(self) -> list[Kind]:
        return [kind for kind in self.bound if self.bound[kind]]

    def known(self, kind: Kind) -> list[Var]:
        return self.bound.get(kind, [])

    def inner(self, *, recursive: bool = False) -> _Scope:
        """The scope of a goal inside: it sees these variables, and its own are not seen here."""
        return dataclasses.replace(self, recursive=recursive, depth=self.depth + 1, bound=dict(self.bound))

    def counted(self, *, recursive: bool = False) -> _Scope:
        """The scope of a goal inside a count."""
        return dataclasses.replace(self.inner(recursive=recursive), names=[0], marker=self.marker + "l")


def _without_singletons(body: Body, outside: frozenset[Var]) -> Body:
    """The body with `_` for each variable that occurs once in its alternative and not outside it."""
    match body:
        case And(goals):
            others = [outside.union(*(body_vars(each) for each in goals if each is not goal)) for goal in goals]
            return And(tuple(map(_without_singletons, goals, others)))
        case Or(goals):
            return Or(tuple(_with_singletons_unnamed(goal, outside) for goal in goals))
        case Not(goal):
            return Not(_without_singletons(goal, outside))
        case Documented(goal):
            return Documented(_without_singletons(goal, outside))
        case Count(_, _, _, goal) | Aggregate(_, _, _, goal):
            return replace(body, goal=_without_singletons(goal, outside.union(variables(literal_terms(body)))))
        case _:
            return body


def _with_singletons_unnamed(body: Body, outside: frozenset[Var]) -> Body:
    uses = Counter(term for term in body_terms(body) if isinstance(term, Var) and term not in outside)
    unnamed: dict[Var, Term] = {var: Var(f"_#{var.name}") for var, number in uses.items() if number == 1}
    return _without_singletons(substitute(body, unnamed), outside)


@dataclass(slots=True)
class _Naming:
    """Other names, each for one name: for predicates (and constants called as they are), other constants, variables."""

    free: list[str]
    free_preds: list[str]
    given: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, names: Sequence[str]) -> _Naming:
        """From names in the order in which they are given."""
        places = range(0, len(names), 2)
        return cls(
            [name for at, name in enumerate(names) if at not in places or not _names_predicate(name)],
            [name for at, name in enumerate(names) if at in places and _names_predicate(name)],
        )

    def pred(self, pred: Pred) -> Pred:
        if pred.positive == COMPLETE:
            return pred
        if pred.name not in self.given:
            self.given[pred.name] = self.free_preds.pop()
        return Pred(self.given[pred.name], pred.arity, pred.negative)

    def term(self, term: Term) -> Term:
        match term:
            case Atom(name):
                if name not in self.given:
                    self.given[name] = self.free.pop()
                return Atom(self.given[name])
            case Str():
                return Str(self.given.get("a", "t1"))
            case Var(name) if not term.is_anonymous:
                return Var(f"T{ord(name[0])}{name[1:]}")
            case _:
                return term

    def body(self, body: Body) -> Body:
        def named(part: Body) -> Body:
            match part:
                case AtomF(pred):
                    return replace(part, pred=self.pred(pred))
                case And(goals) | Or(goals):
                    return replace(part, goals=tuple(map(named, goals)))
                case Not(goal) | Documented(goal) | Count(goal=goal) | Aggregate(goal=goal):
                    return replace(part, goal=named(goal))
                case _:
                    return part

        return map_terms(named(body), self.term)

    def item(self, item: Item) -> Item:
        match item:
            case Clause(head, body):
                args = tuple(map(self.term, head.args))
                return replace(item, head=replace(head, pred=self.pred(head.pred), args=args), body=self.body(body))
            case AbducibleDecl(preds) | InlineDecl(preds):
                return replace(item, preds=tuple(map(self.pred, preds)))
            case FunctionalDecl(pred) | PredDecl(pred):
                return replace(item, pred=self.pred(pred))
            case _:
                raise AssertionError(item)


def _names_predicate(name: str) -> bool:
    return bool(name) and not is_reserved(name)


class _Writer:
    """Draws one example."""

    def __init__(self, draw: st.DrawFn, options: Options) -> None:
        self.draw = draw
        self.options = options
        self.items: list[Item] = []
        self.relations: list[_Relation] = []
        self.opened: set[Pred] = set()
        self.definitions: list[_Relation] = []
        """Those that need values for their arguments; a definition that binds them is a relation like others."""
        self.constants = {kind: among[: self.number(2, 3)] for kind, among in _CONSTANTS.items()}

        self.naming = _Naming.of(draw(st.permutations(_NAMES))) if self.chance(50) else None

    # Choices

    def number(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def chance(self, percent: int) -> bool:
        return self.number(0, 99) >= 100 - percent

    def choose(self, among: Sequence[_T]) -> _T:
        return among[self.number(0, len(among) - 1)]

    def constant(self, kind: Kind) -> Const:
        if kind != "record" and self.chance(3):
            return self.choose(_ODD + (_DECIMALS if self.options.decimals else ()))
        if kind == "int" and self.options.decimals and self.chance(20):
            return self.choose(_DECIMALS)
        return self.choose(self.constants[kind])

    def kinds(self, first: Kind | None, most: int) -> tuple[Kind, ...]:
        usual: tuple[Kind, ...] = ("atom", "int", "atom", "date") if self.options.dates else ("atom", "int", "atom")
        others = tuple(self.choose(usual) for _ in range(self.number(1 if first is None else 0, most)))
        return others if first is None else (first, *others)

    # Programs

    def example(self) -> Example:
        self.base_layer()
        for index in range(2):
            if self.options.abducible and (index == 0 or self.chance(60)):
                self.open_layer(index)
            self.closed_layer(index)
            if self.chance(35):
                self.definition(index)
        if self.options.decimals:
            self.declare_decimals()
        goals = tuple(self.goal() for _ in range(self.number(2, 4)))
        items = tuple(self.draw(st.permutations(self.items)) if self.chance(20) else self.items)
        if self.naming is None:
            return Example(Program(items), goals)
        return Example(Program(tuple(map(self.naming.item, items))), tuple(map(self.naming.body, goals)))

    @property
    def top(self) -> int:
        return max((relation.layer for relation in self.relations), default=0)

    def relation(self, name: str, kinds: tuple[Kind, ...], layer: int) -> _Relation:
        relation = _Relation(Pred(name, len(kinds)), kinds, layer)
        self.relations.append(relation)
        return relation

    def base_layer(self) -> None:
        """Closed predicates with facts only."""
        shapes: list[tuple[Kind, ...]] = [("case", "atom"), ("atom", "atom"), ("case", "int", "atom"), ("atom", "int")]
        if self.options.dates:
            shapes.append(("case", "date"))
        for index, kinds in enumerate(shapes):
            if index < 2 or self.chance(70):
                relation = self.relation(f"e{index}", kinds, 0)
                self.facts(relation, self.number(2, 5))

    def open_layer(self, index: int) -> None:
        """Abducible predicates; what is said against them and which records are complete comes in the layer below."""
        layer = self.top + 1
        opened = [
            _Relation(Pred(f"{name}{index}", len(kinds)), kinds, layer + 1)
            for name in ("p", "q")[: self.number(1, 2)]
            for kinds in (self.kinds("case", 2 if self.chance(12) else 1),)
        ]
        for relation in opened:
            self.items.append(AbducibleDecl((relation.pred,)))
            keys = self.functional(relation)
            if self.options.strong_negation:
                self.against(relation, layer)
            self.facts(relation, self.number(0, 3), keys)
        if index == 0:
            self.complete_records([relation.pred.name for relation in opened])
        self.relations += opened
        self.opened |= {relation.pred for relation in opened}
        for relation in opened:
            if self.chance(50):
                self.rule(relation)

    def functional(self, relation: _Relation) -> tuple[bool, ...] | None:
        if len(relation.kinds) < 2 or not self.chance(35):
            return None
        keys = (*(True for _ in relation.kinds[1:]), False)
        self.items.append(FunctionalDecl(relation.pred, keys))
        return keys

    def against(self, relation: _Relation, layer: int) -> None:
        """Facts and rules for the strong negation of a predicate."""
        negative = _Relation(relation.pred.opposite, relation.kinds, layer)
        self.facts(negative, self.number(0, 2))
        if self.chance(40):
            self.rule(negative)
        self.relations.append(_Relation(negative.pred, relation.kinds, max(layer, relation.layer)))

    def complete_records(self, names: list[str]) -> None:
        self.constants["record"] = tuple(Atom(name) for name in names)
        records = _Relation(COMPLETE, ("case", "record"), 0)
        if self.chance(60):
            self.facts(records, self.number(1, 2))
            self.relations.append(records)

    def closed_layer(self, index: int) -> None:
        """Derived predicates, which may call each other."""
        layer = self.top + 1
        first: Kind | None = "case" if self.chance(60) else None
        derived = [
            self.relation(f"{name}{index}", self.kinds(first, 2 if self.chance(30) else 1), layer)
            for name in ("r", "s")[: self.number(1, 2)]
        ]
        for relation in derived:
            is_definition = self.chance(15)
            if is_definition:
                self.items.append(InlineDecl((relation.pred,)))
            elif self.chance(25):
                self.facts(relation, 1)
            self.rule(relation, recursive=False)
            for _ in range(self.number(0, 2)):
                self.rule(relation, recursive=not is_definition)
            if self.opened and self.chance(15):
                self.long_rule(relation)
        inline = {pred for item in self.items if isinstance(item, InlineDecl) for pred in item.preds}
        if self.options.strong_negation and self.chance(20) and derived[0].pred not in inline:
            self.against_closed(derived[0])

    def definition(self, index: int) -> None:
        """A definition with rules that need values for its arguments."""
        relation = _Relation(Pred(f"d{index}", 0), self.kinds("case" if self.chance(50) else None, 2), self.top)
        relation = dataclasses.replace(relation, pred=Pred(f"d{index}", len(relation.kinds)))
        self.items.append(InlineDecl((relation.pred,)))
        for _ in range(self.number(1, 2)):
            scope = _Scope(self.top + 1, recursive=False)
            head: list[Term] = []
            for kind in relation.kinds:
                known = scope.known(kind)
                again = known and self.chance(10)
                head.append(
                    self.choose(known)
                    if again
                    else scope.bind(kind, scope.new(kind))
                    if self.chance(90)
                    else self.constant(kind)
                )
            goals = self.positive(scope, self.number(0, 1)) + self.extras(scope, self.number(1, 2))
            body = _with_singletons_unnamed(self.conjunction(goals), frozenset(variables(tuple(head))))
            self.items.append(Clause(AtomF(relation.pred, tuple(head)), body))
        self.definitions.append(relation)

    def use(self, scope: _Scope) -> Body:
        """A literal of a definition, whose arguments have values."""
        among = [each for each in self.definitions if each.layer < scope.layer]
        if not among:
            return self.comparison(scope)
        relation = self.choose(among)
        args = tuple(
            self.choose(scope.known(kind)) if scope.known(kind) and self.chance(85) else self.constant(kind)
            for kind in relation.kinds
        )
        return AtomF(relation.pred, args)

    def declare_decimals(self) -> None:
        """Declares integers of predicates to be decimals, where the program has no fault with that."""
        for relation in self.relations:
            if "int" in relation.kinds and not relation.pred.negative and self.chance(40):
                names = tuple(f"A{place}" for place, _ in enumerate(relation.kinds))
                types = tuple("decimal" if kind == "int" else "any" for kind in relation.kinds)
                program = Program((PredDecl(relation.pred, names, types, None), *self.items))
                if not any(each.is_error for each in check(Loaded(program))):
                    self.items = list(program.items)

    def against_closed(self, relation: _Relation) -> None:
        negative = _Relation(relation.pred.opposite, relation.kinds, relation.layer + 1)
        self.facts(negative, 1)
        self.rule(negative)
        self.relations.append(negative)

    def facts(self, relation: _Relation, number: int, keys: tuple[bool, ...] | None = None) -> None:
        taken = set()
        for _ in range(number):
            row = tuple(self.constant(kind) for kind in relation.kinds)
            key = tuple(value for value, is_key in zip(row, keys or (True,) * len(row), strict=True) if is_key)
            if key not in taken:
                taken.add(key)
                self.items.append(Clause(AtomF(relation.pred, row), TRUE))

    def rule(self, relation: _Relation, *, recursive: bool = True) -> None:
        """A rule for a predicate, which may call its own layer."""
        scope = _Scope(relation.layer, recursive and self.chance(60))
        goals = self.positive(scope, self.number(1, 2))
        goals += self.extras(scope, self.number(0, 2))
        if scope.recursive and self.chance(12):
            goals.append(self.count(scope))
        self.clause(relation, scope, goals)

    def long_rule(self, relation: _Relation) -> None:
        """A rule with more open atoms than are read at once, joined and compared with each other."""
        scope = _Scope(relation.layer, recursive=False)
        opened = [each for each in self.relations if each.pred in self.opened and each.layer < relation.layer]
        goals: list[Body] = []
        for _ in range(self.number(4, 6)):
            chosen = self.choose(opened)
            goals.append(AtomF(chosen.pred, tuple(self.argument(scope, kind) for kind in chosen.kinds)))
        goals += [goal for _ in range(self.number(0, 2)) for goal in conjuncts(self.comparison(scope))]
        self.clause(relation, scope, goals + self.extras(scope, self.number(0, 1)))

    def clause(self, relation: _Relation, scope: _Scope, goals: list[Body]) -> None:
        """A clause for a predicate with some goals, and others that bind what its head needs."""
        head: list[Term] = []
        for kind in relation.kinds:
            if not scope.known(kind) and not self.chance(25):
                goals += conjuncts(self.binder(scope, kind))
            known = scope.known(kind)
            head.append(self.choose(known) if known and not self.chance(5) else self.constant(kind))
        body = _with_singletons_unnamed(self.conjunction(goals), frozenset(variables(tuple(head))))
        self.items.append(Clause(AtomF(relation.pred, tuple(head)), body))

    def goal(self) -> Body:
        """A goal: an atom of any predicate, or a body as rules have them."""
        scope = _Scope(self.top + 1, recursive=False, asking=True)
        if self.chance(50):
            return self.positive(scope, 1)[0]
        goals = self.positive(scope, self.number(0, 2))
        goals += self.extras(scope, self.number(0 if goals else 1, 1))
        return self.conjunction(goals) if goals else self.positive(scope, 1)[0]

    # Bodies

    def conjunction(self, goals: list[Body]) -> Body:
        if len(goals) > 1 and not self.options.in_order and self.chance(50):
            goals = self.draw(st.permutations(goals))
        return conjoin(tuple(goals))

    def positive(self, scope: _Scope, number: int) -> list[Body]:
        return [self.atom(scope) for _ in range(number)]

    def atom(self, scope: _Scope) -> AtomF:
        """An atom, whose variables it binds."""
        callable_ = [each for each in self.relations if each.layer <= scope.layer - (not scope.recursive)]
        high = [each for each in callable_ if each.layer >= scope.layer - 1]
        opened = [each for each in callable_ if each.pred in self.opened]
        preferred = self.choose((high, opened, callable_, high)) if self.chance(70) else callable_
        relation = self.choose(preferred or callable_)
        return AtomF(relation.pred, tuple(self.argument(scope, kind) for kind in relation.kinds))

    def argument(self, scope: _Scope, kind: Kind) -> Term:
        if scope.known(kind) and self.chance(45):
            return self.choose(scope.known(kind))
        how = self.number(0, 99)
        if how < 75 and not ("_" in scope.marker and self.options.in_order):
            return scope.bind(kind, scope.new(kind))
        return self.constant(kind) if how < 90 else scope.unnamed()

    def extras(self, scope: _Scope, number: int) -> list[Body]:
        """Literals of all kinds for a scope that has positive ones."""
        simple = (self.comparison, self.negation, self.computation, *([self.use] if self.definitions else []))
        nested = (
            self.count, self.disjunction, self.deep_negation, self.documented, self.count, self.documented, self.aggregate,
        )  # fmt: skip
        goals: list[Body] = []
        for _ in range(number):
            writers = nested if scope.depth < 2 and self.chance(50) else simple
            goals += conjuncts(self.choose(writers)(scope))
        return goals

    def comparison(self, scope: _Scope) -> Body:
        kinds = scope.known_kinds()
        if not kinds:
            return self.negation(scope)
        kind = self.choose(kinds)
        if kind == "int" and self.chance(70):
            op = self.choose(("<", "=<", ">", ">=", "=:=", "=\\="))
            return Compare(op, self.expression(scope, 1), self.expression(scope, 1))
        others = scope.known(kind)[1:]
        right = self.choose(others) if others and self.chance(60) else self.constant(kind)
        op = self.choose(("\\=", "@<", "@>=", "=", "\\==", "==", "@=<", "@>"))
        return Compare(op, self.choose(scope.known(kind)), right)

    def expression(self, scope: _Scope, depth: int) -> Expr:
        if depth == 0 or self.chance(60):
            known = scope.known("int")
            return self.choose(known) if known and self.chance(70) else self.choose(self.constants["int"])
        op = self.choose(("+", "-", "*", "//", "mod", "min", "max", "abs", "neg"))
        return Op(op, tuple(self.expression(scope, depth - 1) for _ in range(1 if op in ("abs", "neg") else 2)))

    def negation(self, scope: _Scope) -> Body:
        return Not(self.atom(scope.inner()))

    def deep_negation(self, scope: _Scope) -> Body:
        inner = scope.inner()
        goals = [*self.positive(inner, self.number(1, 2)), *self.extras(inner, 1)]
        return Not(self.conjunction(goals))

    def documented(self, scope: _Scope) -> Body:
        """What is documented of some goals, or nothing documented of them; it binds what they bind."""
        inner = scope.inner()
        goals = [*self.positive(inner, self.number(1, 2)), *self.extras(inner, self.number(0, 1))]
        if self.chance(40):
            return Not(Documented(self.conjunction(goals)))
        for kind in inner.bound:
            for var in inner.known(kind):
                scope.bind(kind, var)
        return Documented(self.conjunction(goals))

    def disjunction(self, scope: _Scope) -> Body:
        """Two alternatives that bind the same new variable, or none."""
        kind: Kind = self.choose(("atom", "int"))
        var = scope.new(kind) if self.chance(60) else None
        branches = []
        for _ in range(2):
            inner = scope.inner(recursive=scope.recursive)
            inner.marker, inner.asking = ("_" if scope.asking else scope.marker), False
            goals = self.positive(inner, 1)
            if var is not None:
                known = inner.known(kind)
                goals.append(Compare("=", var, self.choose(known) if known else self.constant(kind)))
            if not (scope.asking and self.options.in_order):
                goals += self.extras(inner, self.number(0, 1))
            branches.append(self.conjunction(goals))
        if var is not None:
            scope.bind(kind, var)
        return Or(tuple(branches))

    def witnesses(self, scope: _Scope, inner: _Scope) -> tuple[Body, tuple[Var, ...]]:
        """A goal for a count, and the variables that it binds, its own first."""
        goals = [*self.positive(inner, self.number(1, 2)), *self.extras(inner, self.number(0, 1))]
        known = [var for kind in inner.bound for var in inner.known(kind)]
        outer = [var for kind in scope.bound for var in scope.known(kind)]
        return self.conjunction(goals), tuple(sorted(known, key=lambda var: var in outer))

    def template(self, among: tuple[Var, ...]) -> tuple[Term, ...]:
        if not among:
            return (self.choose(self.constants["atom"]),)
        return tuple(dict.fromkeys((among[0], self.choose(among)) if self.chance(25) else among[:1]))

    def count(self, scope: _Scope) -> Body:
        op = self.choose(("at_least", "at_most", "at_least"))
        inner = scope.counted(recursive=scope.recursive and op == "at_least")
        goal, among = self.witnesses(scope, inner)
        ints = scope.known("int")
        bound: Term = self.choose(ints) if ints and self.chance(20) else Int(self.choose((2, 1, 3, 0)))
        return Count(op, bound, self.template(among), goal)

    def aggregate(self, scope: _Scope) -> Body:
        op = self.choose(("count", "sum", "max", "min"))
        inner = scope.counted()
        goal, among = self.witnesses(scope, inner)
        kind, value = self.measured(op, inner)
        known = scope.known(kind)
        if self.chance(20):
            result: Term = self.choose(known) if known and self.chance(50) else self.constant(kind)
        else:
            result = scope.bind(kind, scope.new(kind))
        return Aggregate(op, value, self.template(among), goal, result)

    def measured(self, op: str, inner: _Scope) -> tuple[Kind, Term | None]:
        """The kind of an aggregate's result, and the term that it adds up or compares."""
        if op == "count":
            return "int", None
        kinds = inner.known_kinds()
        kind: Kind = "int" if op == "sum" or not kinds else self.choose(kinds)
        return kind, self.choose(inner.known(kind)) if inner.known(kind) else Int(2)

    # Literals that bind a new variable

    def computation(self, scope: _Scope) -> Body:
        kinds: tuple[Kind, ...] = ("int", "atom", "date") if self.options.dates else ("int", "atom")
        found = self.binder(scope, self.choose([kind for kind in scope.known_kinds() if kind in kinds] or kinds))
        return conjoin((found, self.atom(scope))) if self.chance(30) else found

    def binder(self, scope: _Scope, kind: Kind) -> Body:
        """A literal that binds a new variable of a kind; in recursion, to one of finitely many values."""
        choices = [self.listed, self.equation]
        if kind == "int":
            choices = [self.sum_, self.between, *choices]
        if kind in ("int", "date") and scope.known("date"):
            choices = [self.dated, self.dated, self.dated, *choices]
        return self.choose(choices)(scope, kind)

    def listed(self, scope: _Scope, kind: Kind) -> Body:
        items = tuple(dict.fromkeys(self.constant(kind) for _ in range(self.number(1, 3))))
        return Member(scope.bind(kind, scope.new(kind)), items)

    def equation(self, scope: _Scope, kind: Kind) -> Body:
        known = scope.known(kind)
        value = self.choose(known) if known and self.chance(60) else self.constant(kind)
        sides = (scope.bind(kind, scope.new(kind)), value)
        return Compare("=", *(sides if self.chance(70) else sides[::-1]))

    def between(self, scope: _Scope, kind: Kind) -> Body:
        known = scope.known(kind)
        low: Term = Int(self.number(0, 2))
        high: Term = self.choose(known) if known and self.chance(40) else Int(self.number(1, 3))
        return Builtin("between", (low, high, scope.bind(kind, scope.new(kind))))

    def sum_(self, scope: _Scope, kind: Kind) -> Body:
        known = scope.known(kind)
        if not scope.recursive or not known:
            expression = self.expression(scope, 2)
            return Compare("is", scope.bind(kind, scope.new(kind)), expression)
        step = Op("+", (self.choose(known), Int(self.number(1, 2))))
        var = scope.bind(kind, scope.new(kind))
        return And((Compare("is", var, step), Compare("=<", var, Int(self.number(2, 4)))))

    def dated(self, scope: _Scope, kind: Kind) -> Body:
        dates = scope.known("date")
        first = self.choose(dates)
        if kind == "int":
            second: Term = self.choose(dates) if self.chance(50) else self.constant("date")
            if not isinstance(second, Var | Date):
                return self.equation(scope, kind)
            if self.naming is None and self.chance(25):
                stretches = (first, self.choose(dates), second, self.choose(dates))
                return Builtin("overlap_days", (*stretches, scope.bind(kind, scope.new(kind))))
            return Builtin(self.choose(("age", "days_between")), (first, second, scope.bind(kind, scope.new(kind))))
        if self.naming is None and self.chance(40):  # else these are names of the program's own predicates
            pair = (first, self.choose(dates))
            return Builtin(self.choose(("earlier", "later")), (*pair, scope.bind(kind, scope.new(kind))))
        if scope.recursive:
            return self.equation(scope, kind)
        ints = scope.known("int")
        steps: Term = self.choose(ints) if ints and self.chance(50) else Int(self.choose((1, 12, -1, 30)))
        name = self.choose(("add_days", "add_months"))
        return Builtin(name, (first, steps, scope.bind(kind, scope.new(kind))))


@st.composite
def examples(draw: st.DrawFn, options: Options = Options()) -> Example:
    """Programs that pass the checker, and goals."""
    return _Writer(draw, options).example()


def random_examples(number: int, first: int, options: Options) -> list[Example]:
    """Random programs with goals, the same ones for the same arguments."""
    found: list[Example] = []

    @seed(first)
    @settings(
        max_examples=number, phases=[Phase.generate], deadline=None,
        suppress_health_check=list(HealthCheck), database=None,
    )  # fmt: skip
    @given(examples(options))
    def collect(example: Example) -> None:
        found.append(example)

    collect()
    return found
