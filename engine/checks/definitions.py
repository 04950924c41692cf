"""Definitions (`:- inline p/2.`): that they can be put in where they are used, and that what they need is bound there."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.predicates import Context
from engine.graph import components
from kb.language.declarations import COMPLETE, REQUEST
from kb.language.diagnostics import Diagnostic, Note
from kb.language.syntax import AtomF, Pred, Span
from kb.language.traversal import walk


def check(context: Context) -> Iterator[Diagnostic]:
    """E213 for a fact of a definition, and for its strong negation."""
    inline = context.declarations.inline
    for clause in context.clauses(lambda pred, _: pred.positive in inline):
        atoms = [clause.head, *(part for part in walk(clause.body) if isinstance(part, AtomF))]
        for atom in atoms:
            if atom.pred.negative and atom.pred.positive in inline:
                yield _wrong(
                    f"`{atom.pred.positive}` is a definition, and has no strong negation", atom.span, "write `\\+`"
                )
        if clause.is_fact and clause.head.pred in inline:
            note = "a definition has rules, whose bodies are put in where it is used"
            yield _wrong(f"`{clause.head.pred}` is a definition, and has no facts", clause.span, None, note)


def check_declarations(context: Context) -> Iterator[Diagnostic]:
    """E213 for declarations of definitions that cannot be put in: without rules, open, or in a circle, which is printed."""
    declared = context.declarations
    for pred, item in declared.inline.items():
        others = {
            "open (`abducible`)": pred in declared.abducible,
            "functional": pred in declared.functional,
            "asked for by a question": pred in declared.questions,
        }
        wrong = [how for how, is_so in others.items() if is_so]
        if pred.negative or pred in (COMPLETE, REQUEST):
            yield _wrong(f"`{pred}` cannot be a definition", item.span)
        elif wrong:
            yield _wrong(f"`{pred}` is a definition, and cannot be {wrong[0]}", item.span)
        elif pred not in context.defined:
            yield _wrong(f"`{pred}` is a definition, and has no rule", item.span)
    yield from _circles(context)


def _circles(context: Context) -> Iterator[Diagnostic]:
    """E213 for each circle of definitions that use each other."""
    inline = context.declarations.inline
    rules = [clause for clause in context.rules if clause.head.pred in inline]
    uses: dict[Pred, dict[Pred, Span]] = {pred: {} for pred in inline}
    for clause in rules:
        for part in walk(clause.body):
            if isinstance(part, AtomF) and part.pred in uses:
                uses[clause.head.pred].setdefault(part.pred, part.span)
    for component in components(uses, lambda pred: uses[pred]):
        within = [pred for pred in uses if pred in component and not uses[pred].keys().isdisjoint(component)]
        if len(component) > 1 or within:
            notes = tuple(
                Note.at(f"`{pred}` uses `{other}`", span)
                for pred in within
                for other, span in uses[pred].items()
                if other in component
            )
            first = context.declarations.inline[within[0]]
            yield Diagnostic(
                "E213",
                f"the definition `{within[0]}` uses itself",
                first.span,
                notes,
                "leave `inline` out: a rule may use itself",
            )


def _wrong(message: str, span: Span, instead: str | None = None, *notes: str) -> Diagnostic:
    return Diagnostic("E213", message, span, notes, instead)
