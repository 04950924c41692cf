"""Declarations that contradict each other, and sentences that name no argument."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from engine.checks.context import Context
from kb.language.declarations import COMPLETE
from kb.language.diagnostics import Diagnostic, did_you_mean
from kb.language.syntax import AbducibleDecl, FunctionalDecl, Pred, PredDecl, QuestionDecl, Span

PLACEHOLDER = re.compile(r"@\((\w*)\)")


def check(context: Context) -> Iterator[Diagnostic]:
    """E209 for a second declaration that differs from the first, E210 for placeholders without an argument."""
    declarations = context.declarations
    for item in context.program.items:
        match item:
            case PredDecl(pred, names, _, sentence):
                first = declarations.preds[pred]
                if item != first:
                    yield _differs(f"`{pred}` is", first.span, item.span)
                if len(set(names)) < len(names):
                    yield Diagnostic("E209", f"two arguments of `{pred}` have one name", item.span)
                yield from _placeholders(sentence or "", names, item.span)
            case QuestionDecl(pred, names, text):
                if item != declarations.questions[pred]:
                    yield _differs(f"the question of `{pred}` is", declarations.questions[pred].span, item.span)
                yield from _placeholders(text, names, item.span)
                yield from _arity(context, pred, item.span)
            case FunctionalDecl(pred):
                if item != declarations.functional[pred]:
                    yield _differs(f"the keys of `{pred}` are", declarations.functional[pred].span, item.span)
                yield from _arity(context, pred, item.span)
            case AbducibleDecl(preds):
                for pred in preds:
                    if pred.negative:
                        yield Diagnostic(
                            "E209", f"`{pred}` cannot be abducible by itself", item.span,
                            ("a predicate is open together with its strong negation",), f"write `{pred.positive}`",
                        )  # fmt: skip
                    if pred.positive == COMPLETE:
                        yield Diagnostic(
                            "E209", "`complete/2` is closed", item.span, ("it says which records are complete",)
                        )
                    yield from _arity(context, pred, item.span)
            case _:
                pass


def _arity(context: Context, pred: Pred, span: Span) -> Iterator[Diagnostic]:
    if pred.positive in context.declarations.preds:
        return
    others = [each for each in context.declarations.preds if each.name == pred.name and not each.negative]
    if others:
        yield Diagnostic("E202", f"`{pred}` is not declared", span, (f"declared is `{others[0]}`",))


def _differs(what: str, first: Span, second: Span) -> Diagnostic:
    return Diagnostic("E209", f"{what} declared a second time, differently", second, (f"first declared at {first}",))


def _placeholders(text: str, names: Iterable[str], span: Span) -> Iterator[Diagnostic]:
    known = tuple(names)
    for name in PLACEHOLDER.findall(text):
        if name not in known:
            note = f"the arguments are {', '.join(known)}" if known else "the predicate has no named arguments"
            yield Diagnostic("E210", f"`@({name})` names no argument", span, (note,), did_you_mean(name, known))
