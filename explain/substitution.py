"""Substitutions: what variables stand for while sets of facts are searched for, terms of either kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from engine.builtins import solve_test
from kb.syntax import AtomF, Body, Builtin, Compare, Member, expr_terms, map_terms, substitute_atom
from kb.terms import Const, Term, Var
from kb.vocabulary import BUILTIN_MODES

Substitution: TypeAlias = dict[Var, Term]


def resolve(term: Term, binding: Substitution) -> Term:
    """What a term stands for in the end."""
    while isinstance(term, Var) and term in binding:
        term = binding[term]
    return term


def apply(atom: AtomF, binding: Substitution) -> AtomF:
    """The atom with what its variables stand for."""
    return substitute_atom(atom, {arg: resolve(arg, binding) for arg in atom.args if isinstance(arg, Var)})


def known_constants(binding: Substitution) -> dict[Var, Const]:
    """The variables that stand for constants, with those."""
    found = {}
    for var in binding:
        value = resolve(var, binding)
        if not isinstance(value, Var):
            found[var] = value
    return found


def bind(args: tuple[Term, ...], row: tuple[Const, ...], binding: Substitution) -> Substitution:
    """The binding, extended by what a row of constants gives the variables among some arguments."""
    return {**binding, **{arg: value for arg, value in zip(args, row, strict=True) if isinstance(arg, Var)}}


def unify(ours: tuple[Term, ...], theirs: tuple[Term, ...], binding: Substitution) -> Substitution | None:
    """The binding under which two rows of terms are equal, or None if there is none."""
    binding = dict(binding)
    for one, other in zip(ours, theirs, strict=True):
        left, right = resolve(one, binding), resolve(other, binding)
        if left == right:
            continue
        if isinstance(left, Var):
            binding[left] = right
        elif isinstance(right, Var):
            binding[right] = left
        else:
            return None
    return binding


def test(goal: Compare | Builtin | Member, binding: Substitution) -> Iterator[Substitution]:
    """The bindings under which a test holds; one that compares or computes from what is not known is let through."""
    constants = known_constants(binding)
    if _is_open(goal, constants):
        yield binding
        return
    for found in solve_test(goal, constants):
        yield {**binding, **{_last(var, binding): value for var, value in found.items() if var not in constants}}


def _last(var: Var, binding: Substitution) -> Var:
    last = resolve(var, binding)
    assert isinstance(last, Var)
    return last


def _is_open(goal: Compare | Builtin | Member, constants: dict[Var, Const]) -> bool:
    match goal:
        case Member():
            return False
        case Builtin(name, args):
            modes = BUILTIN_MODES[name]
            terms: list[Term] = [arg for arg, is_input in zip(args, modes, strict=True) if is_input]
        case Compare("is", _, right):
            terms = list(expr_terms(right))
        case Compare("=", left, right):
            sides = [*expr_terms(left), *expr_terms(right)]
            return all(isinstance(side, Var) and side not in constants for side in sides)
        case Compare(_, left, right):
            terms = [*expr_terms(left), *expr_terms(right)]
    return any(isinstance(term, Var) and term not in constants for term in terms)


def rename(goal: Body, names: Substitution) -> Body:
    """The goal with its variables renamed."""
    return map_terms(goal, lambda term: names.get(term, term) if isinstance(term, Var) else term)
