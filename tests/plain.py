"""Programs without what is short for something longer: definitions multiplied in, and decimals written as such.

What the language says of both is done here a second time, for the referees: every clause with a literal of a definition
becomes a clause, or an alternative, for each of its rules.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from decimal import Decimal
from typing import overload

from msgspec.structs import replace

from kb.language.program import Program
from kb.language.syntax import (
    Aggregate,
    And,
    AtomF,
    Body,
    Clause,
    Compare,
    Count,
    Documented,
    InlineDecl,
    Member,
    Not,
    Or,
    Pred,
    PredDecl,
)
from kb.language.terms import Const, Int, Term, Var, make_decimal
from kb.language.traversal import body_vars, substitute, walk

_ORDERED = ("=", "==", "\\=", "\\==", "@<", "@=<", "@>", "@>=")


def plain_program(program: Program) -> Program:
    """The program without definitions, and with decimals for integers where they are declared."""
    writer = _Writer(program)
    kept = (item for item in program.items if not isinstance(item, InlineDecl))
    kept = (item for item in kept if not (isinstance(item, Clause) and item.head.pred in writer.definitions))
    return Program(tuple(writer.clause(item) if isinstance(item, Clause) else item for item in kept))


def plain_goal(program: Program, goal: Body) -> Body:
    """The same of a goal about a program."""
    return _Writer(program).body(goal, None)


class _Writer:
    def __init__(self, program: Program) -> None:
        inline = {pred for item in program.items if isinstance(item, InlineDecl) for pred in item.preds}
        self.definitions = {pred: [each for each in program.clauses if each.head.pred == pred] for pred in inline}
        declared = (item for item in program.items if isinstance(item, PredDecl))
        self.types: Mapping[Pred, tuple[str, ...]] = {item.pred: item.types for item in declared}
        self.numbers = itertools.count(1)

    def clause(self, clause: Clause) -> Clause:
        head = self.atom(clause.head)
        return replace(clause, head=head, body=self.body(clause.body, clause.head))

    def body(self, body: Body, head: AtomF | None) -> Body:
        written = self.without_definitions(body)
        atoms = [part for part in walk(written) if isinstance(part, AtomF)]
        decimals = {
            arg
            for atom in (*atoms, *([head] if head else ()))
            for arg, kind in zip(atom.args, self.kinds(atom.pred), strict=True)
            if kind == "decimal" and isinstance(arg, Var)
        }
        return self.with_decimals(written, decimals)

    def without_definitions(self, body: Body) -> Body:
        if isinstance(body, Or) and body.call is not None:
            body = body.call
        match body:
            case AtomF(pred) if pred in self.definitions:
                branches = (self.instance(clause, self.atom(body)) for clause in self.definitions[pred])
                return Or(tuple(map(self.without_definitions, branches)))
            case And(goals) | Or(goals):
                return replace(body, goals=tuple(map(self.without_definitions, goals)))
            case Not(goal) | Documented(goal) | Count(goal=goal) | Aggregate(goal=goal):
                return replace(body, goal=self.without_definitions(goal))
            case _:
                return body

    def instance(self, clause: Clause, atom: AtomF) -> Body:
        """The body of a rule, its variables apart, beside equations of its head's arguments with those of a literal."""
        number = next(self.numbers)
        meant = self.clause_decimals(clause)
        names: dict[Var, Term] = {}
        for var in (*(arg for arg in meant.head.args if isinstance(arg, Var)), *body_vars(meant.body)):
            names.setdefault(var, Var(f"_{var.name}_{number}"))
        equations: list[Body] = []
        given: set[Term] = set()
        for term, arg in zip(meant.head.args, atom.args, strict=True):
            if isinstance(term, Var) and term not in given:
                names[term] = arg
                given.add(term)
            else:
                equations.append(Compare("=", arg, names[term] if isinstance(term, Var) else term))
        return And((*equations, substitute(meant.body, names)))

    def clause_decimals(self, clause: Clause) -> Clause:
        atoms = [clause.head, *(part for part in walk(clause.body) if isinstance(part, AtomF))]
        decimals = {
            arg
            for atom in atoms
            for arg, kind in zip(atom.args, self.kinds(atom.pred), strict=True)
            if kind == "decimal" and isinstance(arg, Var)
        }
        return replace(clause, head=self.atom(clause.head), body=self.with_decimals(clause.body, decimals))

    def kinds(self, pred: Pred) -> tuple[str, ...]:
        return self.types.get(pred) or self.types.get(pred.positive) or ("any",) * pred.arity

    def atom(self, atom: AtomF) -> AtomF:
        pairs = zip(atom.args, self.kinds(atom.pred), strict=True)
        return replace(atom, args=tuple(_decimal(arg) if kind == "decimal" else arg for arg, kind in pairs))

    def with_decimals(self, body: Body, decimals: set[Var]) -> Body:
        match body:
            case AtomF():
                return self.atom(body)
            case Compare(op, Var() as var, Int() as right) if op in _ORDERED and var in decimals:
                return replace(body, right=_decimal(right))
            case Compare(op, Int() as left, Var() as var) if op in _ORDERED and var in decimals:
                return replace(body, left=_decimal(left))
            case Member(Var() as var, items) if var in decimals:
                return replace(body, items=tuple(_decimal(each) for each in items))
            case And(goals) | Or(goals):
                return replace(body, goals=tuple(self.with_decimals(goal, decimals) for goal in goals))
            case Not(goal) | Documented(goal) | Count(goal=goal) | Aggregate(goal=goal):
                return replace(body, goal=self.with_decimals(goal, decimals))
            case _:
                return body


@overload
def _decimal(term: Const) -> Const: ...
@overload
def _decimal(term: Term) -> Term: ...
def _decimal(term: Term) -> Term:
    return make_decimal(Decimal(term.value)) if isinstance(term, Int) else term
