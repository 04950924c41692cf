"""Range restriction: every variable of a head, a negation, a comparison is bound by some positive literal."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.predicates import Context
from engine.scopes import bindable, given, order_goals, rename_locals
from kb.language.diagnostics import Diagnostic
from kb.language.printer import show_body, show_term
from kb.language.syntax import NOWHERE, Body, Clause, Or, Span
from kb.language.terms import Var, shorten
from kb.language.traversal import is_choice, variables, walk

QUESTION = "?-"
"""The name of the predicate that stands for a question while it is checked."""


def check(context: Context) -> Iterator[Diagnostic]:
    """E203, and W303 for literals that would run too early as they are written."""
    clauses = context.clauses(lambda _, facts: any(Var in kinds for kinds in facts.kinds))
    for clause in context.put_in(clauses):
        if not clause.is_fact or variables(clause.head.args):
            yield from _clause(context, clause)


def _clause(context: Context, clause: Clause) -> Iterator[Diagnostic]:
    renamed = rename_locals(clause)
    head_vars = variables(clause.head.args)
    ordered = order_goals(renamed.body, given(clause), frozenset(head_vars))
    seen = set()
    for goal, unbound in ordered.stuck:
        use = _use(renamed.body, goal)
        for var in unbound:
            is_own = (
                isinstance(use, Or) and use.call is not None and var not in use.call.args
            )  # and waits for one of these
            if not is_own and show_term(var) not in seen:
                seen.add(show_term(var))
                yield _stuck(context, clause, use, var)
    if ordered.stuck:
        return
    for var in head_vars:
        if var not in ordered.bound:
            yield _unbound(context, clause, var)
    for goal, waited in ordered.moved:
        names = ", ".join(f"`{show_term(var)}`" for var in waited)
        yield Diagnostic(
            "W303", f"{names} not bound yet where `{shorten(show_body(goal), 60)}` is written", _span(goal, clause),
            ("the meaning is the same, but SWI-Prolog runs literals from left to right",), "write it after the literal that binds it",
        )  # fmt: skip


def _use(body: Body, goal: Body) -> Body:
    """The literal of a definition that a goal was put in for, the outermost; a goal of the clause itself is itself."""
    uses = (part for part in walk(body) if isinstance(part, Or) and part.call is not None)
    return next(
        (use for use in uses if any(part.span == goal.span and type(part) is type(goal) for part in walk(use))), goal
    )


def _stuck(context: Context, clause: Clause, goal: Body, var: Var) -> Diagnostic:
    name = show_term(var)
    if isinstance(goal, Or) and is_choice(goal):
        lacking = [branch for branch in goal.goals if var not in bindable((branch,), frozenset())]
        if lacking and len(lacking) < len(goal.goals):
            return Diagnostic(
                "E203", f"this alternative does not bind the variable `{name}`", _span(lacking[0], clause),
                ("another alternative binds it, and it is needed outside",), "add a positive literal that gives its values",
            )  # fmt: skip
    return Diagnostic(
        "E203", f"nothing binds the variable `{name}`", context.place_of(var, _span(goal, clause)),
        (f"it is needed in `{shorten(show_body(goal), 60)}`",), "add a positive literal that gives its values",
    )  # fmt: skip


def _unbound(context: Context, clause: Clause, var: Var) -> Diagnostic:
    name, place = show_term(var), context.place_of(var, clause.head.span)
    message = f"nothing binds the variable `{name}`"
    if clause.head.pred.name == QUESTION:
        note = "a question's answers are constants; in `;` every alternative has to give them"
        return Diagnostic("E203", message, place, (note,), f"write `_{name}` if its value is not asked for")
    of_rule = "the head's variables are bound by positive literals of the body"
    notes = ("a fact has no variables" if clause.is_fact else of_rule,)
    return Diagnostic("E203", f"{message} of the head", place, notes)


def _span(goal: Body, clause: Clause) -> Span:
    return goal.span if goal.span != NOWHERE else clause.span
