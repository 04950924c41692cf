"""Clauses as the proof checker reads them: alternatives opened, and each literal with the variables it shares.

A variable of a count that no positive literal outside it binds is the count's own; a variable that occurs only inside
one negation is the negation's own. All others are visible to the clause.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, product
from typing import TypeAlias

from kb.declarations import Declarations, declarations_of
from kb.printer import show_clause
from kb.syntax import (
    Aggregate,
    And,
    AtomF,
    Body,
    Builtin,
    Clause,
    Compare,
    Count,
    Expr,
    Literal,
    Member,
    Not,
    Or,
    Pred,
    Program,
    body_terms,
    body_vars,
    conjuncts,
    expr_terms,
    literal_terms,
    walk,
)
from kb.terms import Const, Term, Var


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """A literal with its visible variables and those that it can compute from the rest.

    A negation, a count and an aggregate have the conjunctions inside; `shared` are the variables they share with the
    clause, `terms` what is counted.
    """

    literal: Literal
    vars: frozenset[Var]
    gives: frozenset[Var] = frozenset()
    shared: tuple[Var, ...] = ()
    inside: tuple[Conjunction, ...] = ()
    terms: tuple[Term, ...] = ()


COMPLETE = Pred("complete", 2)

Conjunction: TypeAlias = tuple[Goal, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A rule, its text, and its body as alternatives."""

    clause: Clause
    text: str
    body: tuple[Conjunction, ...]

    @property
    def head(self) -> AtomF:
        return self.clause.head


@dataclass(slots=True)
class Rulebook:
    """What a program has, ready to look up: rules and facts by predicate, rules by their text, declarations."""

    declarations: Declarations = field(default_factory=Declarations)
    rules: dict[Pred, list[Rule]] = field(default_factory=dict)
    stated: dict[Pred, dict[tuple[Const | int, ...], list[Clause]]] = field(default_factory=dict)
    by_text: dict[str, list[Rule]] = field(default_factory=dict)
    constants: frozenset[Const] = frozenset()
    reach: dict[Pred, frozenset[Pred]] = field(default_factory=dict)
    """The predicates that each one with rules depends on, by one step or more."""
    settled: dict[tuple[Pred, tuple[Const | int | None, ...]], dict[tuple[Const | int, ...], None]] = field(
        default_factory=dict
    )
    """Rows worked out that do not depend on any case."""

    @classmethod
    def of(cls, program: Program) -> Rulebook:
        book = cls(declarations_of(program))
        constants: set[Term] = set()
        for clause in program.clauses:
            constants.update(clause.head.args, body_terms(clause.body))
            if clause.is_fact:
                row = tuple(arg for arg in clause.head.args if not isinstance(arg, Var))
                book.stated.setdefault(clause.head.pred, {}).setdefault(row, []).append(clause)
                continue
            rule = Rule(clause, show_clause(clause), scoped(clause.body, _vars(clause.head.args)))
            book.rules.setdefault(clause.head.pred, []).append(rule)
            book.by_text.setdefault(rule.text, []).append(rule)
        book.constants = frozenset(term for term in constants if not isinstance(term, Var))
        calls = {pred: book._calls(pred) for pred in (*book.rules, *book.declarations.abducible)}
        mentioned = frozenset().union(*calls.values())
        calls |= {pred: book._calls(pred) for pred in mentioned - calls.keys()}
        book.reach = {pred: _reached(pred, calls) for pred in calls}
        return book

    def _calls(self, pred: Pred) -> frozenset[Pred]:
        found = {
            each.pred for rule in self.rules.get(pred, ()) for each in walk(rule.clause.body) if isinstance(each, AtomF)
        }
        if pred in self.declarations.abducible:
            found |= {pred.opposite, COMPLETE}
        return frozenset(found | {each.positive for each in found} | ({pred.positive} if pred.negative else set()))

    def is_two_valued(self, pred: Pred) -> bool:
        """Whether nothing that a predicate depends on is open, so that what is possible is certain."""
        reached = (pred, *self.reach.get(pred, ()))
        return not any(each.negative or each in self.declarations.abducible for each in reached)

    def is_open(self, pred: Pred) -> bool:
        """Whether what is not stated of a predicate, or against it, is unknown."""
        return pred.positive in self.declarations.abducible


def _reached(pred: Pred, calls: dict[Pred, frozenset[Pred]]) -> frozenset[Pred]:
    found: set[Pred] = set()
    pending = list(calls[pred])
    while pending:
        each = pending.pop()
        if each not in found:
            found.add(each)
            pending += calls.get(each, ())
    return frozenset(found)


def scoped(
    body: Body, seen: frozenset[Var] = frozenset(), bound: frozenset[Var] = frozenset()
) -> tuple[Conjunction, ...]:
    """The body as a disjunction of conjunctions of goals.

    `seen` are the variables that occur outside the body, `bound` those that positive literals outside it bind.
    """
    parts = conjuncts(body)
    if len(parts) == 1 and isinstance(parts[0], Or):
        return tuple(chain.from_iterable(scoped(branch, seen, bound) for branch in parts[0].goals))
    within = bound | _binds(body)
    options = []
    for index, part in enumerate(parts):
        others = parts[:index] + parts[index + 1 :]
        outer = bound.union(*map(_binds, others))
        around = seen.union(*(_visible(other, within) for other in others))
        if isinstance(part, Or):
            options.append(scoped(part, around, outer))
        else:
            options.append(((_goal(part, around, outer),),))  # type: ignore[arg-type] # conjunctions are opened
    return tuple(tuple(chain.from_iterable(chosen)) for chosen in product(*options))


def _goal(literal: Literal, seen: frozenset[Var], bound: frozenset[Var]) -> Goal:
    match literal:
        case Not(goal):
            shared = _visible(goal, bound) & seen
            return Goal(literal, shared, shared=tuple(shared), inside=scoped(goal, shared, bound))
        case Count(_, own, template, goal):
            return _counting(literal, own, template, seen, bound)
        case Aggregate(_, value, template, goal, result):
            return _counting(literal, result, template if value is None else (*template, value), seen, bound)
        case _:
            return Goal(literal, _vars(literal_terms(literal)), _gives(literal))


def _counting(
    literal: Count | Aggregate, own: Term, terms: tuple[Term, ...], seen: frozenset[Var], bound: frozenset[Var]
) -> Goal:
    shared = (_vars(terms) | frozenset(body_vars(literal.goal))) & bound
    inside = scoped(literal.goal, shared | _vars(terms), bound)
    return Goal(literal, shared | _vars((own,)), _gives(literal) - shared, tuple(shared), inside, terms)


def _vars(terms: Iterable[Term]) -> frozenset[Var]:
    return frozenset(term for term in terms if isinstance(term, Var))


def _gives(literal: Body) -> frozenset[Var]:
    """The variables that a literal computes from its others; an equation computes either side."""
    match literal:
        case Compare("=", left, right):
            return frozenset() if left == right else _expr_vars(left, right)
        case Compare("is", left, right):
            return _expr_vars(left) - _expr_vars(right)
        case Builtin(_, (*inputs, result)):
            return _vars((result,)) - _vars(inputs)
        case Member(result) | Aggregate(result=result):
            return _vars((result,))
        case _:
            return frozenset()


def _expr_vars(*sides: Expr) -> frozenset[Var]:
    return _vars(chain.from_iterable(map(expr_terms, sides)))


def _binds(body: Body) -> frozenset[Var]:
    match body:
        case And(goals) | Or(goals):
            return frozenset().union(*map(_binds, goals))
        case AtomF(_, args):
            return _vars(args)
        case _:
            return _gives(body)


def _visible(body: Body, bound: frozenset[Var]) -> frozenset[Var]:
    """The variables of a body that are no count's own, if positive literals bind `bound`."""
    match body:
        case And(goals) | Or(goals):
            return frozenset().union(*(_visible(goal, bound) for goal in goals))
        case Not(goal):
            return _visible(goal, bound)
        case Count(_, own, _, _) | Aggregate(result=own):
            return _vars((own,)) | (frozenset(_counted_vars(body)) & bound)
        case _:
            return _vars(literal_terms(body))


def _counted_vars(body: Count | Aggregate) -> Iterator[Var]:
    value = body.value if isinstance(body, Aggregate) else None
    yield from _vars((*body.template, *(() if value is None else (value,))))
    yield from body_vars(body.goal)
