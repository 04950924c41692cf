"""Stated facts against declarations: one value for each key, and what `complete/2` may name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.checks.context import Context
from kb.language.declarations import COMPLETE, Declarations
from kb.language.diagnostics import Diagnostic, did_you_mean
from kb.language.printer import show_atom
from kb.language.syntax import AtomF, Clause, Pred
from kb.language.terms import Atom, Term, term_text


def check(context: Context) -> Iterator[Diagnostic]:
    """E207 and E208."""
    yield from functional_values(context.clauses, context.declarations)
    yield from complete_records(context.clauses, context.declarations)


def functional_values(clauses: Iterable[Clause], declarations: Declarations) -> Iterator[Diagnostic]:
    """E207 for each key of a functional predicate that is stated with two values; both places are named."""
    stated: dict[tuple[Pred, tuple[Term, ...]], AtomF] = {}
    for clause in clauses:
        declared = declarations.functional.get(clause.head.pred)
        if declared is None or not clause.is_fact:
            continue
        pairs = list(zip(clause.head.args, declared.keys, strict=True))
        key = tuple(arg for arg, is_key in pairs if is_key)
        first = stated.setdefault((clause.head.pred, key), clause.head)
        if first.args != clause.head.args:
            yield Diagnostic(
                "E207", f"`{clause.head.pred}` has two values for one key: `{show_atom(first)}` and `{show_atom(clause.head)}`",
                clause.head.span, (f"the other is stated at {first.span}",), "remove the one that is wrong",
            )  # fmt: skip


def complete_records(clauses: Iterable[Clause], declarations: Declarations) -> Iterator[Diagnostic]:
    """E208 for a rule for `complete/2`, and for a fact that names a predicate whose record is never incomplete."""
    open_names = {pred.name for pred in declarations.abducible}
    for clause in clauses:
        if clause.head.pred.positive != COMPLETE:
            continue
        if clause.head.pred.negative or not clause.is_fact:
            yield Diagnostic("E208", "`complete/2` has facts only", clause.head.span)
            continue
        named = clause.head.args[1]
        if not isinstance(named, Atom) or named.name not in open_names:
            yield Diagnostic(
                "E208", f"`{term_text(named)}` is not an abducible predicate", clause.head.span,
                ("only the record of an abducible predicate can be incomplete",),
                did_you_mean(named.name, open_names) if isinstance(named, Atom) else None,
            )  # fmt: skip
