"""Which variables literals need and bind: which are local to a count or a negation, in what order goals can run, and the
bindings under which a comparison or built-in holds of constants.

`rename_locals` gives every local variable of a count a name of its own; after it, a variable is local to a negation
or a count exactly if it occurs nowhere else, so later passes need no scoping rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from kb.language.builtins import BUILTINS, calculate, compare
from kb.language.syntax import (
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
    Member,
    Not,
    Op,
    Or,
)
from kb.language.terms import Const, Int, Term, Var
from kb.language.traversal import (
    body_vars,
    called,
    conjoin,
    conjuncts,
    expr_terms,
    literal_terms,
    substitute,
    variables,
    walk,
)


def rename_locals(clause: Clause) -> Clause:
    """The clause with each count's and aggregate's local variables renamed apart (`Y` becomes `Y#1`)."""
    return replace(clause, body=_rename(clause.body, given(clause), _Names()))


def given(clause: Clause) -> frozenset[Var]:
    """The variables that have values before the body of a clause: those of the head of a definition."""
    return frozenset(variables(clause.head.args)) if clause.is_definition else frozenset()


def stands_alone(clause: Clause) -> bool:
    """Whether a clause binds the variables of its head itself, as one that is no definition has to."""
    plain = rename_locals(replace(clause, is_definition=False))
    head = frozenset(variables(clause.head.args))
    ordered = order_goals(plain.body, frozenset(), head)
    return not ordered.stuck and head <= ordered.bound


def rename_goal_locals(goal: Body) -> Body:
    """The same for a goal by itself."""
    return _rename(goal, frozenset(), _Names())


class _Names(Struct):
    used: int = 0

    def fresh(self, var: Var) -> Var:
        self.used += 1
        return Var(f"{var.name}#{self.used}")


def _rename(body: Body, outer: frozenset[Var], names: _Names) -> Body:
    """`outer` are the variables that positive literals around the body bind."""
    match body:
        case And(goals):
            parts = conjuncts(body)
            renamed: list[Body] = []
            for index, part in enumerate(parts):
                others = (*parts[:index], *parts[index + 1 :])
                has_locals = any(isinstance(inside, Count | Aggregate) for inside in walk(part))
                renamed.append(_rename(part, outer | bindable(others, outer), names) if has_locals else part)
            return replace(body, goals=tuple(renamed)) if goals else body
        case Or(goals):
            return replace(body, goals=tuple(_rename(goal, outer, names) for goal in goals))
        case Not(goal) | Documented(goal):
            return replace(body, goal=_rename(goal, outer, names))
        case Count(_, _, template, goal) | Aggregate(_, _, template, goal):
            inside = body_vars(goal) | variables(counted_terms(body))
            changes: dict[Var, Term] = {var: names.fresh(var) for var in inside if var not in outer}
            changed = replace(
                body,
                template=tuple(_changed(term, changes) for term in template),
                goal=_rename(substitute(goal, changes), outer, names),
            )
            if isinstance(changed, Aggregate) and changed.value is not None:
                changed = replace(changed, value=_changed(changed.value, changes))
            return changed
        case AtomF() | Compare() | Builtin() | Member():
            return body


def _changed(term: Term, changes: dict[Var, Term]) -> Term:
    return changes.get(term, term) if isinstance(term, Var) else term


def counted_terms(goal: Count | Aggregate) -> tuple[Term, ...]:
    """The terms that a count or aggregate is about: its template, and the value that is aggregated."""
    value = goal.value if isinstance(goal, Aggregate) else None
    return goal.template if value is None else (*goal.template, value)


def answer_variables(goal: Body) -> tuple[Var, ...]:
    """The variables that a question asks for, in order of first occurrence: not those that begin with `_`, nor those
    that occur only inside negations, counts and aggregates."""
    shown = set(_outside(goal))
    return tuple(var for var in body_vars(_as_written(goal)) if var in shown and not var.is_anonymous)


def _as_written(body: Body) -> Body:
    """A body with the literals of definitions in the place of what they stand for."""
    match body := called(body):
        case And(goals) | Or(goals):
            return replace(body, goals=tuple(map(_as_written, goals)))
        case Not(goal) | Documented(goal) | Count(_, _, _, goal) | Aggregate(_, _, _, goal):
            return replace(body, goal=_as_written(goal))
        case _:
            return body


def _outside(body: Body) -> Iterator[Var]:
    match body:
        case Not():
            return
        case Or(_, _, AtomF(_, args)):
            yield from variables(args)
        case And(goals) | Or(goals):
            for goal in goals:
                yield from _outside(goal)
        case Documented(goal):
            yield from _outside(goal)
        case Count(_, bound):
            yield from variables((bound,))
        case Aggregate(_, _, _, _, result):
            yield from variables((result,))
        case AtomF() | Compare() | Builtin() | Member():
            yield from variables(literal_terms(body))


def bindable(goals: Iterable[Body], bound: frozenset[Var]) -> frozenset[Var]:
    """The variables that are bound once the positive literals among the goals have all run, in whatever order.

    Counts bind nothing; an aggregate binds its result; of alternatives, what all of them bind is bound.
    """
    pending = [part for goal in goals for part in conjuncts(goal)]
    while True:
        before = bound
        for goal in pending:
            bound |= _binds(goal, bound)
        if bound == before:
            return bound


def _binds(goal: Body, bound: frozenset[Var]) -> frozenset[Var]:
    match goal:
        case AtomF(_, args):
            return frozenset(variables(args))
        case Member(item):
            return frozenset(variables((item,)))
        case Compare("=", left, right):
            return _equated(left, right, bound)
        case Compare("is", left, right):
            return frozenset(variables(expr_terms(left))) if _all_bound(expr_terms(right), bound) else frozenset()
        case Builtin(_, args):
            return frozenset(variables(args)) if _all_bound(args[:-1], bound) else frozenset()
        case Aggregate(_, _, _, _, result):
            return frozenset(variables((result,)))
        case And(goals):
            return bindable(goals, bound) - bound
        case Documented(inner):
            return bindable((inner,), bound) - bound
        case Or(goals):
            branches = [bindable((branch,), bound) for branch in goals]
            return frozenset.intersection(*branches) - bound if branches else frozenset()
        case Compare() | Not() | Count():
            return frozenset()


def _equated(left: Expr, right: Expr, bound: frozenset[Var]) -> frozenset[Var]:
    if _all_bound(expr_terms(left), bound):
        return frozenset(variables(expr_terms(right)))
    if _all_bound(expr_terms(right), bound):
        return frozenset(variables(expr_terms(left)))
    return frozenset()


def _all_bound(terms: Iterable[Term], bound: frozenset[Var]) -> bool:
    return all(term in bound for term in terms if isinstance(term, Var))


class Ordered(Struct, frozen=True):
    """Goals in an order that runs, the variables bound after them, and what cannot run: each goal with the
    variables that nothing binds for it."""

    goals: tuple[Body, ...]
    bound: frozenset[Var]
    stuck: tuple[tuple[Body, tuple[Var, ...]], ...] = ()
    moved: tuple[tuple[Body, tuple[Var, ...]], ...] = ()
    """Goals that had to wait for one written after them, with the variables they waited for."""


def order_goals(body: Body, bound: frozenset[Var], outside: frozenset[Var]) -> Ordered:
    """The goals of a body in the order written, except that one whose variables are unbound waits.

    `bound` are the variables bound before it, `outside` those that occur outside the body (so that variables of a
    negation that are in neither are its own). Goals inside a negation, count or alternative are ordered too.
    """
    pending = list(conjuncts(body))
    shared = elsewhere_of(pending, outside)
    done: list[Body] = []
    moved: list[tuple[Body, tuple[Var, ...]]] = []
    waited: dict[int, tuple[Var, ...]] = {}
    remaining = list(range(len(pending)))
    while remaining:
        for index in remaining:
            needs = [var for var in needs_of(pending[index], bound, shared[index]) if var not in bound]
            if not needs:
                break
            waited[index] = tuple(needs)
        else:
            stuck = [(pending[i], waited[i]) for i in remaining]
            return Ordered(tuple(done), bound, tuple(stuck), tuple(moved))
        remaining.remove(index)
        if index in waited:
            moved.append((pending[index], waited[index]))
        ordered, inner = _inside(pending[index], bound, shared[index])
        moved += inner.moved
        if inner.stuck:
            return Ordered(tuple(done), bound, inner.stuck, tuple(moved))
        done.append(ordered)
        bound |= _binds(pending[index], bound)
    return Ordered(tuple(done), bound, (), tuple(moved))


def elsewhere_of(goals: Sequence[Body], outside: frozenset[Var]) -> list[frozenset[Var]]:
    """For each goal, those of its variables that occur outside of it: in `outside` or in another goal."""
    everything = [body_vars(goal) for goal in goals]
    counts = Counter(var for each in everything for var in each)
    return [frozenset(var for var in each if var in outside or counts[var] > 1) for each in everything]


def inputs(goal: Body) -> tuple[Term, ...]:
    """The terms that a goal computes with, so that it takes a value for each: it can do nothing with an individual not named."""
    match goal:
        case Compare("=" | "\\=" | "==" | "\\=="):
            return ()
        case Compare("is", _, right):
            return tuple(expr_terms(right))
        case Compare(_, left, right):
            return (*expr_terms(left), *expr_terms(right))
        case Builtin(_, args):
            return args[:-1]
        case Count(_, bound):
            return (bound,)
        case AtomF() | Member() | Not() | Documented() | Aggregate() | And() | Or():
            return ()


def needs_of(goal: Body, bound: frozenset[Var], elsewhere: frozenset[Var]) -> list[Var]:
    """The variables that must be bound before the goal can run; of its own, `elsewhere` has those that occur outside it."""
    match goal:
        case AtomF() | Member():
            return []
        case Compare("=", left, right) if any(not isinstance(side, Var) or side in bound for side in (left, right)):
            return []
        case Compare("=" | "\\=" | "==" | "\\=="):
            return list(variables(literal_terms(goal)))
        case Compare() | Builtin():
            return list(variables(inputs(goal)))
        case Not(inner):
            return [var for var in body_vars(inner) if var in elsewhere]
        case Count(_, _, template, inner):
            return [
                *variables(inputs(goal)),
                *(var for var in body_vars(inner) | variables(template) if var in elsewhere),
            ]
        case Aggregate(_, value, template, inner, _):
            terms = (*template, *((value,) if value is not None else ()))
            return [var for var in body_vars(inner) | variables(terms) if var in elsewhere]
        case Or() | Documented():
            by_all = _binds(goal, bound)
            return [var for var in body_vars(goal) if var in elsewhere and var not in by_all]
        case And():
            return []


def _inside(goal: Body, bound: frozenset[Var], elsewhere: frozenset[Var]) -> tuple[Body, Ordered]:
    """The goal with the goals inside it ordered."""
    fine = Ordered((), bound)
    match goal:
        case Not(inner) | Count(_, _, _, inner) | Aggregate(_, _, _, inner):
            own = frozenset(variables(() if isinstance(goal, Not) else counted_terms(goal)))
            ordered = order_goals(inner, bound, elsewhere | own)
            missing = own - ordered.bound
            if missing and not ordered.stuck:
                ordered = replace(ordered, stuck=((goal, tuple(sorted(missing, key=lambda v: v.name))),))
            return replace(goal, goal=conjoin(ordered.goals, goal.span)), ordered
        case Documented(inner):
            ordered = order_goals(inner, bound, elsewhere)
            return replace(goal, goal=conjoin(ordered.goals, goal.span)), ordered
        case Or(branches):
            parts: list[Body] = []
            moved: list[tuple[Body, tuple[Var, ...]]] = []
            for branch in branches:
                ordered = order_goals(branch, bound, elsewhere)
                if ordered.stuck:
                    return goal, ordered
                parts.append(conjoin(ordered.goals, goal.span))
                moved += ordered.moved
            return replace(goal, goals=tuple(parts)), Ordered((), bound, (), tuple(moved))
        case AtomF() | Compare() | Builtin() | Member() | And():
            return goal, fine


# --- tests over constants ------------------------------------------------------------------------------------------

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


def how_many(literal: Compare | Builtin | Member, binding: Binding) -> int:
    """How many values a literal gives at most under a binding that has its inputs, without listing them."""
    match literal:
        case Builtin("between", (low, high, value)) if _value(value, binding) is None:
            match _value(low, binding), _value(high, binding):
                case Int(first), Int(last):
                    return max(0, last - first + 1)
            return 0
        case Member(_, items):
            return len(items)
        case Compare() | Builtin():
            return 1


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
