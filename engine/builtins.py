"""Comparisons and built-in predicates over constants: the bindings under which one holds."""

from __future__ import annotations

from collections.abc import Iterator

from kb.language.builtins import BUILTINS, calculate, compare
from kb.language.syntax import Builtin, Compare, Expr, Member, Op
from kb.language.terms import Const, Term, Var

Binding = dict[Var, Const]


def solve_test(literal: Compare | Builtin | Member, binding: Binding) -> Iterator[Binding]:
    """The bindings, extended by what the literal computes, under which it holds; its inputs are bound."""
    match literal:
        case Compare("is", left, right):
            result = calculate(right, binding)
            if result is not None:
                yield from _unify(left, result, binding)
        case Compare("=", left, right):
            one, other = _value(left, binding), _value(right, binding)
            if other is not None:
                yield from _unify(left, other, binding)
            elif one is not None:
                yield from _unify(right, one, binding)
        case Compare(op, left, right):
            one, other = _value(left, binding), _value(right, binding)
            if one is not None and other is not None and compare(op, one, other):
                yield binding
        case Builtin(name, args):
            yield from _call(name, args, binding)
        case Member(item, items):
            for constant in dict.fromkeys(items):
                yield from _unify(item, constant, binding)


def _call(name: str, args: tuple[Term, ...], binding: Binding) -> Iterator[Binding]:
    inputs = tuple(each for each in (_value(arg, binding) for arg in args[:-1]) if each is not None)
    last = _value(args[-1], binding)
    if last is None:
        for result in BUILTINS[name].results(inputs):
            yield from _unify(args[-1], result, binding)
    elif BUILTINS[name].holds((*inputs, last)):
        yield binding


def _value(expr: Expr, binding: Binding) -> Const | None:
    """What an expression stands for; None if a variable is unbound or there is no value."""
    if isinstance(expr, Op):
        return calculate(expr, binding)
    return binding.get(expr) if isinstance(expr, Var) else expr


def _unify(expr: Expr, result: Const, binding: Binding) -> Iterator[Binding]:
    known = _value(expr, binding)
    if known == result:
        yield binding
    elif known is None and isinstance(expr, Var):
        yield {**binding, expr: result}
