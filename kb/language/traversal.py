"""Bodies and what stands in them: their goals, literals, terms and variables; and the same with others in their place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import overload

from msgspec.structs import replace

from kb.language.identity import by_part
from kb.language.syntax import (
    NOWHERE,
    Aggregate,
    And,
    AtomF,
    Body,
    Builtin,
    Clause,
    Compare,
    Conjunct,
    Count,
    Documented,
    Expr,
    Literal,
    Member,
    Not,
    Op,
    Or,
    Span,
)
from kb.language.terms import Term, Var


@by_part
def conjuncts(body: Body) -> tuple[Conjunct, ...]:
    """The goals of a conjunction, nested conjunctions opened; anything else is its own only goal. Of one body they are one tuple,
    by which is remembered what is found out about them.

    >>> from kb.language.syntax import Pred
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
