"""The meaning of a program, said a second time and as plainly as possible: a slow evaluator to test the real ones by.

    program -> scoped clauses (which variables are local to what) -> strata -> true rows, then unknown rows, by stratum

Variables range over the constants of program and goal, over the values that arithmetic, dates and aggregates compute,
and over unlimited anonymous individuals, which are the integers 1, 2, ... here. Three facts make that finite:

- Nothing in a program names an individual, so a permutation of them changes no truth value. Rows are therefore kept
  with their individuals numbered by first occurrence, and a variable needs to try only the individuals that the
  valuation already has and one fresh one, which stands for all the rest; a witness with a fresh individual in it
  stands for unlimited witnesses.
- A constant that occurs nowhere fares no better than an individual: what is open for it is open for the individual,
  what compares it is unknown for the individual, and nothing else can bind a variable to it.
- A closed atom about a computed constant that no row lists is worked out from its rules when it is asked for.

Truth within a stratum is two least fixpoints. The true rows come first, since they need only true rows of the same
stratum; then the unknown ones, which may need to know what is not true (functional values, strong negation).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.truth import Truth
from kb.arithmetic import builtin_holds, calculate, call_builtin, compare, sum_numbers
from kb.syntax import (
    AbducibleDecl,
    Aggregate,
    And,
    AtomF,
    Body,
    Builtin,
    Clause,
    Compare,
    Count,
    FunctionalDecl,
    Literal,
    Member,
    Not,
    Or,
    Pred,
    Program,
    body_terms,
    body_vars,
    expr_terms,
    literal_terms,
    variables,
)
from kb.terms import Atom, Const, Int, Term, Var, order_key

Value: TypeAlias = Const | int
Row: TypeAlias = tuple[Value, ...]
Valuation: TypeAlias = dict[Var, Value]

MOST_ROWS = 5000
"""How many rows of one stratum, or values of one `between`, are taken for an evaluation without end."""

_COMPLETE = Pred("complete", 2)
_NO_VARS: frozenset[Var] = frozenset()


class EndlessEvaluationError(Exception):
    """Raised where rows keep being computed, as `p(Y) :- p(X), Y is X + 1.` does."""


class NotStratifiedError(ValueError):
    """Raised for recursion through negation, an upper bound or an aggregate; the argument names the predicates."""


@dataclass(frozen=True, slots=True)
class ReferenceAnswers:
    """The answers to a goal.

    In an unknown row an integer i stands for the i-th anonymous individual of the row, by first occurrence. `unknown`
    has the rows over individuals and the constants of program and goal; `unknown_computed` has those met with
    another constant in them, which a literal computed. Such rows can be without number, and not all are met.
    """

    variables: tuple[Var, ...]
    true: frozenset[tuple[Const, ...]]
    unknown: frozenset[Row]
    unknown_computed: frozenset[Row] = frozenset()


def evaluate(program: Program, goal: Body, *, closed_world: bool = False) -> ReferenceAnswers:
    """The answers to a goal, by the definitions of the language.

    With `closed_world` every record counts as complete: an abducible atom that is not true is false.

    Raises NotStratifiedError for a program that has no meaning, and EndlessEvaluationError.
    """
    return Reference(program, goal, closed_world=closed_world).answers()


# The scopes of variables


@dataclass(frozen=True, slots=True, eq=False)
class _Goal:
    """A literal in its place: the variables that mean something outside it, and those that it can compute.

    A negation, a count and an aggregate have a goal inside, and `shared` are its variables that mean something outside.
    """

    literal: Literal
    vars: frozenset[Var]
    gives: frozenset[Var]
    shared: tuple[Var, ...] = ()
    inside: tuple[_Conjunction, ...] = ()


_Conjunction: TypeAlias = tuple[_Goal, ...]


def _alternatives(body: Body, bound: frozenset[Var], seen: frozenset[Var]) -> tuple[_Conjunction, ...]:
    """The body as a disjunction of conjunctions, with the scopes of its variables.

    `bound` are the variables that positive literals outside the body bind, `seen` those that occur outside it.
    """
    match body:
        case And(goals):
            parts = []
            for index, goal in enumerate(goals):
                others = And(goals[:index] + goals[index + 1 :])
                visible = _visible(others, bound | _binds(body))
                parts.append(_alternatives(goal, bound | _binds(others), seen | visible))
            return tuple(tuple(itertools.chain(*choice)) for choice in itertools.product(*parts))
        case Or(goals):
            return tuple(each for goal in goals for each in _alternatives(goal, bound, seen))
        case Not(goal):
            shared = _visible(goal, bound) & seen
            return ((_nested(body, shared, _alternatives(goal, bound, shared)),),)
        case Count(_, _, _, goal) | Aggregate(_, _, _, goal):
            shared = _inner_vars(body) & bound
            return ((_nested(body, shared, _alternatives(goal, bound, shared | _vars(_witness(body)))),),)
        case _:
            return ((_Goal(body, _vars(literal_terms(body)), _gives(body)),),)


def _nested(literal: Not | Count | Aggregate, shared: frozenset[Var], inside: tuple[_Conjunction, ...]) -> _Goal:
    own = _NO_VARS if isinstance(literal, Not) else _vars((_own_term(literal),))
    return _Goal(literal, own | shared, _gives(literal) - shared, tuple(shared), inside)


def _own_term(literal: Count | Aggregate) -> Term:
    """The term that stands outside the goal: the bound of a count, the result of an aggregate."""
    return literal.bound if isinstance(literal, Count) else literal.result


def _witness(literal: Count | Aggregate) -> tuple[Term, ...]:
    """The terms whose bindings are the witnesses: the template, and after it the value of a sum, max or min."""
    value = literal.value if isinstance(literal, Aggregate) else None
    return literal.template if value is None else (*literal.template, value)


def _vars(terms: Iterable[Term]) -> frozenset[Var]:
    return frozenset(variables(iter(terms)))


def _inner_vars(literal: Count | Aggregate) -> frozenset[Var]:
    return _vars(_witness(literal)) | frozenset(body_vars(literal.goal))


def _gives(literal: Literal) -> frozenset[Var]:
    """The variables that a literal can compute from its others; an equation can compute either side."""
    match literal:
        case Compare("=", left, right):
            sides = _vars((*expr_terms(left), *expr_terms(right)))
            return sides if left != right else _NO_VARS
        case Compare("is", left, right):
            return _vars(expr_terms(left)) - _vars(expr_terms(right))
        case Builtin(_, (*inputs, term)):
            return _vars((term,)) - _vars(inputs)
        case Member(term) | Aggregate(result=term):
            return _vars((term,))
        case _:
            return _NO_VARS


def _binds(body: Body) -> frozenset[Var]:
    """The variables that positive literals of the body bind."""
    match body:
        case And(goals) | Or(goals):
            return _NO_VARS.union(*map(_binds, goals))
        case AtomF(_, args):
            return _vars(args)
        case _:
            return _gives(body)


def _visible(body: Body, bound: frozenset[Var]) -> frozenset[Var]:
    """The variables of the body that are not local to a count in it, if positive literals bind those of `bound`."""
    match body:
        case And(goals) | Or(goals):
            return _NO_VARS.union(*(_visible(goal, bound) for goal in goals))
        case Not(goal):
            return _visible(goal, bound)
        case Count() | Aggregate():
            return _vars((_own_term(body),)) | (_inner_vars(body) & bound)
        case _:
            return _vars(literal_terms(body))


def _answer_variables(goal: Body) -> tuple[Var, ...]:
    """The variables that a goal asks for, in the order in which its text has them."""
    answering = _NO_VARS.union(*(_visible(each, _binds(goal)) for each in _outside_negation(goal)))
    return tuple(var for var in variables(_in_text_order(goal)) if var in answering and not var.is_anonymous)


def _outside_negation(body: Body) -> Iterator[Body]:
    if isinstance(body, And | Or):
        for goal in body.goals:
            yield from _outside_negation(goal)
    elif not isinstance(body, Not):
        yield body


def _in_text_order(body: Body) -> Iterator[Term]:
    match body:
        case And(goals) | Or(goals):
            for goal in goals:
                yield from _in_text_order(goal)
        case Not(goal):
            yield from _in_text_order(goal)
        case Count(_, bound, template, goal):
            yield from (bound, *template, *_in_text_order(goal))
        case Aggregate(_, value, template, goal, result):
            yield from (*template, *_in_text_order(goal), result) if value is None else (
                value, *template, *_in_text_order(goal), result
            )  # fmt: skip
        case _:
            yield from literal_terms(body)


# Strata


def _calls(body: Body, negatively: bool = False) -> Iterator[tuple[Pred, bool]]:
    """The predicates that the truth of a body depends on, and whether it does so through negation or an aggregate."""
    match body:
        case AtomF(pred, _):
            yield pred, negatively
            yield pred.positive, negatively
        case And(goals) | Or(goals):
            for goal in goals:
                yield from _calls(goal, negatively)
        case Count("at_least", _, _, goal):
            yield from _calls(goal, negatively)
        case Not(goal) | Count(_, _, _, goal) | Aggregate(_, _, _, goal):
            yield from _calls(goal, True)
        case _:
            return


def _strata(program: Program, abducible: Collection[Pred]) -> list[frozenset[Pred]]:
    """The recursive components of the predicates, callees first."""
    edges = {(clause.head.pred, *call) for clause in program.clauses for call in _calls(clause.body)}
    edges |= {(pred, below, True) for pred in abducible for below in (pred.opposite, _COMPLETE)}
    heads = {clause.head.pred for clause in program.clauses}
    reach = {pred: {pred} for pred in heads.union(*((caller, callee) for caller, callee, _ in edges))}
    for _ in reach:
        for caller, callee, _ in edges:
            reach[caller] |= reach[callee]
    bad = sorted(f"{caller} and {callee}" for caller, callee, through in edges if through and caller in reach[callee])
    if bad:
        raise NotStratifiedError(", ".join(bad))
    components = {frozenset(each for each in reach[pred] if pred in reach[each]): len(reach[pred]) for pred in reach}
    return sorted(components, key=lambda component: components[component])


# Valuations


def _canonical(row: Row) -> Row:
    """The row with its individuals numbered by first occurrence.

    >>> _canonical((7, Int(7), 2, 7))
    (1, Int(value=7), 2, 1)
    """
    numbers: dict[int, int] = {}
    return tuple(numbers.setdefault(each, len(numbers) + 1) if isinstance(each, int) else each for each in row)


def _row(terms: Iterable[Term], valuation: Valuation) -> Row:
    return tuple(valuation[term] if isinstance(term, Var) else term for term in terms)


def _constants(row: Row) -> tuple[Const, ...] | None:
    """The row, if it has no individual in it."""
    constants = tuple(value for value in row if not isinstance(value, int))
    return constants if len(constants) == len(row) else None


def _individuals(valuation: Valuation) -> list[int]:
    """The individuals of a valuation and a fresh one."""
    known = sorted({value for value in valuation.values() if isinstance(value, int)})
    return [*known, known[-1] + 1 if known else 1]


def _instances(
    args: tuple[Term, ...], row: Row, valuation: Valuation, names: Mapping[int, int]
) -> Iterator[Valuation]:
    """The valuations of the arguments that make them a stored row; `names` says who the row's individuals are."""
    if not args:
        yield valuation
        return
    arg, value = args[0], row[0]
    for meant in _meant(value, valuation, names):
        extended = valuation | {arg: meant} if isinstance(arg, Var) else valuation
        if _row((arg,), valuation | extended)[0] != meant or (arg in valuation and valuation[arg] != meant):
            continue
        ...
