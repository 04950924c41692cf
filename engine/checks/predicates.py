"""Undefined predicates, wrong numbers of arguments, redefined built-ins."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.context import Context
from engine.reading.normal import AUXILIARY
from kb.language.builtins import is_builtin
from kb.language.diagnostics import Diagnostic, did_you_mean
from kb.language.syntax import AtomF, Pred, walk


def check(context: Context) -> Iterator[Diagnostic]:
    """E201, E202 for each mention of a predicate that is not there, and E205."""
    by_name: dict[str, list[Pred]] = {}
    for pred in sorted(context.known, key=str):
        by_name.setdefault(pred.name, []).append(pred)
    for clause in context.rules:
        for part in walk(clause.body):
            if isinstance(part, AtomF) and part.pred.positive not in context.known:
                yield _unknown(part, by_name)
    declared = {pred.positive for pred in (*context.declarations.preds, *context.declarations.abducible)}
    declared_names = {pred.name for pred in declared}
    for clause in context.clauses:
        pred = clause.head.pred.positive
        if is_builtin(pred.name) or pred.name.startswith(AUXILIARY):
            why = (
                "is built in"
                if is_builtin(pred.name)
                else f"begins with `{AUXILIARY}`, which the engine keeps for itself"
            )
            yield Diagnostic(
                "E205",
                f"`{pred.name}` {why} and cannot be defined",
                clause.head.span,
                (),
                "give the predicate another name",
            )
        elif pred.name in declared_names and pred not in declared:
            others = [each for each in by_name[pred.name] if each in declared]
            yield Diagnostic(
                "E202", f"`{pred}` is not declared", clause.head.span,
                (f"declared is {' and '.join(f'`{each}`' for each in others)}",),
                f"write {others[0].arity} argument{'s' if others[0].arity != 1 else ''}",
            )  # fmt: skip
    for pred in context.declarations.cites:
        if pred.positive not in context.known:
            place = next(item.span for item in context.program.items if getattr(item, "pred", None) == pred)
            yield _unknown(AtomF(pred, (), place), by_name)


def _unknown(atom: AtomF, by_name: dict[str, list[Pred]]) -> Diagnostic:
    pred = atom.pred.positive
    if pred.name in by_name:
        others = " and ".join(f"`{each}`" for each in by_name[pred.name])
        return Diagnostic("E202", f"there is no `{pred}`", atom.span, (f"there is {others}",))
    return Diagnostic(
        "E201", f"`{pred}` is not defined", atom.span,
        ("a predicate needs a clause, or a declaration if its facts come from cases",),
        did_you_mean(pred.name, by_name),
    )  # fmt: skip
