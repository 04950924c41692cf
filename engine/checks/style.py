"""What is probably a slip: variables that occur once, clauses that stand twice, predicates that nothing uses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from engine.checks.context import Context, written
from kb.language.builtins import is_builtin
from kb.language.diagnostics import Diagnostic
from kb.language.syntax import Clause, body_terms
from kb.language.terms import Var


def check(context: Context) -> Iterator[Diagnostic]:
    """W301, W302 and W304."""
    seen: dict[Clause, Clause] = {}
    for clause in context.clauses:
        yield from _singletons(context, clause)
        first = seen.setdefault(clause, clause)
        if first is not clause:
            yield Diagnostic("W304", "this clause stands twice", clause.span, (f"the first is at {first.span}",))
    yield from _unused(context)


def _singletons(context: Context, clause: Clause) -> Iterator[Diagnostic]:
    if clause.is_fact:
        return  # a variable in a fact is an error of its own
    terms = Counter(term for term in (*clause.head.args, *body_terms(clause.body)) if isinstance(term, Var))
    for var, count in terms.items():
        if count == 1 and not var.is_anonymous:
            yield Diagnostic(
                "W301", f"`{written(var)}` occurs only once", context.place_of(var, clause.span), (),
                f"write `_` or `_{var.name}` if that is meant",
            )  # fmt: skip


def _unused(context: Context) -> Iterator[Diagnostic]:
    """In a program that declares predicates, one that is neither declared nor used has been forgotten or misspelt."""
    if not context.declarations.preds:
        return
    used = {pred.positive for pred in context.used}
    declared = {pred.positive for pred in context.declarations.mentioned()}
    names = {pred.name for pred in declared}  # another number of arguments is an error of its own
    for pred, clause in context.defined.items():
        if pred.positive not in used and pred.name not in {*names, "complete"} and not is_builtin(pred.name):
            yield Diagnostic(
                "W302",
                f"nothing uses `{pred}`, and it is not declared",
                clause.head.span,
                (),
                "declare it with `:- pred` if it is meant to be asked for",
            )
