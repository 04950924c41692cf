"""What is meant by what a program says: which predicates, and which numbers.

- Text says `later(A, B, C)` alike of the built-in predicate and of one that the program defines. The program's own is meant
  where it has one.
- Where a decimal is declared, an integer is that decimal: `score(c1, 300)` says `score(c1, 300.0)`.
- A literal of a definition (`:- inline within/3.`) stands for the bodies of its rules, each with the arguments of the literal
  in the place of those of its head. So it may be used wherever these bodies may, and its own variables need not be bound by
  them. What becomes of it remembers the literal (`syntax.Or.call`), by which it is printed and explained.

Clauses, goals about a program and facts beside it are all taken through here.
"""

from __future__ import annotations

import decimal
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import overload

from msgspec import Struct, field
from msgspec.structs import replace

from kb.language import syntax
from kb.language.builtins import NUMERIC_COMPARISONS, gives_way
from kb.language.declarations import Declarations
from kb.language.program import Program
from kb.language.syntax import AtomF, Body, Builtin, Clause, Compare, Expr, Literal, Member, Op, Or, Pred
from kb.language.terms import Const, Int, Term, Var, make_decimal
from kb.language.traversal import body_vars, conjoin, conjuncts, map_literals, substitute, walk


class Definitions(Struct, frozen=True):
    """What a program makes of what is written."""

    own: frozenset[Pred] = frozenset()
    """The predicates that it has in place of built-in ones."""
    decimals: Mapping[Pred, tuple[bool, ...]] = field(default_factory=dict)
    """Which arguments are declared decimals, of the predicates that have such."""
    inline: Mapping[Pred, tuple[Clause, ...]] = field(default_factory=dict)
    """The rules of definitions, with those that they use put in."""

    @classmethod
    def of(cls, program: Program, declarations: Declarations) -> Definitions:
        """What a program defines and declares."""
        decimals = {pred: tuple(kind == "decimal" for kind in each.types) for pred, each in declarations.preds.items()}
        found = cls(
            frozenset(pred.positive for pred in _there(program) if gives_way(pred.positive)),
            {pred: places for pred, places in decimals.items() if any(places)},
        )
        rules = {pred: tuple(map(found.clause, _rules(program, pred))) for pred in declarations.inline}
        for pred in in_order(rules):
            found = replace(found, inline={**found.inline, pred: tuple(map(found.put_in, rules[pred]))})
        return found

    def put_in(self, clause: Clause) -> Clause:
        """A clause with the bodies of definitions in the place of their literals."""
        if clause.is_fact:
            return clause
        body = self.expanded(clause.body) if self.inline else clause.body
        return replace(clause, body=body, is_definition=clause.head.pred in self.inline or clause.is_definition)

    def expanded(self, body: Body) -> Body:
        """A body with the bodies of definitions in the place of their literals."""
        numbers = itertools.count(1)

        def change(literal: Literal) -> Body:
            if isinstance(literal, AtomF) and literal.pred in self.inline:
                return self._used(literal, next(numbers))
            return literal

        return map_literals(body, change)

    def _used(self, atom: AtomF, number: int) -> Or:
        """What stands for a literal of a definition, the variables of its rules named apart by a number."""
        return Or(tuple(_body_for(clause, atom, number) for clause in self.inline[atom.pred]), atom.span, atom)

    def clause(self, clause: Clause) -> Clause:
        """A clause as it is meant, with definitions left as they are written."""
        if clause.is_fact:
            head = self.atom(clause.head)
            return clause if head is clause.head else replace(clause, head=head)
        if not self.own and not self.decimals:
            return clause
        change = self._changed(clause.head, clause.body)
        return replace(clause, head=self.atom(clause.head), body=map_literals(clause.body, change))

    def has_decimals(self, pred: Pred) -> bool:
        """Whether a predicate has arguments that are declared decimals, so that its facts may say other numbers than is written."""
        return bool(self._places(pred))

    def goal(self, body: Body) -> Body:
        """A goal as it is meant, with definitions left as they are written."""
        return map_literals(body, self._changed(None, body)) if self.own or self.decimals else body

    def atom(self, atom: AtomF) -> AtomF:
        """An atomic formula with the decimals that are meant."""
        places = self._places(atom.pred)
        if not places or not any(
            is_decimal and isinstance(arg, Int) for arg, is_decimal in zip(atom.args, places, strict=False)
        ):
            return atom
        pairs = zip(atom.args, places, strict=True)
        return replace(atom, args=tuple(_decimal(arg) if is_decimal else arg for arg, is_decimal in pairs))

    def _places(self, pred: Pred) -> tuple[bool, ...]:
        return self.decimals.get(pred) or self.decimals.get(pred.positive, ()) if self.decimals else ()

    def _changed(self, head: AtomF | None, body: Body) -> _Change:
        atoms = [part for part in walk(body) if isinstance(part, AtomF)]
        pairs = (
            pair
            for atom in (*atoms, *([head] if head is not None else ()))
            for pair in zip(atom.args, self._places(atom.pred), strict=False)
        )
        return _Change(self, frozenset(arg for arg, is_decimal in pairs if is_decimal and isinstance(arg, Var)))


class _Change(Struct, frozen=True):
    """What becomes of the literals of a clause, in which some variables are decimals."""

    definitions: Definitions
    decimals: frozenset[Var]

    def __call__(self, literal: Literal) -> Literal:
        match literal:
            case AtomF():
                return self.definitions.atom(literal)
            case Builtin(name, args) if Pred(name, len(args)) in self.definitions.own:
                return AtomF(Pred(name, len(args)), args, literal.span)
            case Compare(op, left, right) if op != "is" and op not in NUMERIC_COMPARISONS:
                return replace(literal, left=self._beside(left, right), right=self._beside(right, left))
            case Member(Var() as var, items) if var in self.decimals:
                return replace(literal, items=tuple(_decimal(each) for each in items))
            case _:
                return literal

    def _beside(self, side: Expr, other: Expr) -> Expr:
        """A side of a comparison by identity or order, whose other side may be a decimal."""
        return _decimal(side) if other in self.decimals and not isinstance(side, Op) else side


def _rules(program: Program, pred: Pred) -> Iterator[Clause]:
    return (replace(each, is_definition=True) for each in program.rules if each.head.pred == pred)


def in_order(rules: Mapping[Pred, Sequence[Clause]]) -> list[Pred]:
    """The definitions that have rules, each after those that it uses; those that use themselves are left out, and what uses
    one of them."""
    uses = {
        pred: {each for clause in several for each in used_by(clause) if each in rules}
        for pred, several in rules.items()
    }
    found: dict[Pred, None] = {}
    while ready := [pred for pred in rules if pred not in found and rules[pred] and uses[pred] <= found.keys()]:
        found.update(dict.fromkeys(ready))
    return list(found)


def used_by(clause: Clause) -> Iterator[Pred]:
    """The predicates that the body of a clause speaks of."""
    return (part.pred for part in walk(clause.body) if isinstance(part, AtomF))


def _body_for(clause: Clause, atom: AtomF, number: int) -> Body:
    """The body of a rule for a literal: with its arguments in the place of the head's, and equations where that has constants
    or one variable twice."""
    values: dict[Var, Term] = {}
    equations: list[Body] = []
    for term, arg in zip(clause.head.args, atom.args, strict=True):
        if isinstance(term, Var) and term not in values:
            values[term] = arg
        else:
            equations.append(Compare("=", arg, values[term] if isinstance(term, Var) else term, atom.span))
    own = {var: Var(f"{var.name}#{number}of") for var in body_vars(clause.body) if var not in values}
    return conjoin((*equations, *conjuncts(substitute(clause.body, {**values, **own}))))


@overload
def _decimal(term: Const) -> Const: ...
@overload
def _decimal(term: Term) -> Term: ...
def _decimal(term: Term) -> Term:
    return make_decimal(decimal.Decimal(term.value)) if isinstance(term, Int) else term


def _there(program: Program) -> Iterator[Pred]:
    """The predicates of the program's clauses, and those that it declares to be there or to be open."""
    yield from {*program.facts.by_predicate, *(rule.head.pred for rule in program.rules)}
    for item in program.declared:
        match item:
            case syntax.PredDecl(pred) | syntax.FunctionalDecl(pred):
                yield pred
            case syntax.AbducibleDecl(preds) | syntax.InlineDecl(preds):
                yield from preds
            case _:
                pass
