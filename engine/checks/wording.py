"""What explanations and interviews will lack words for: predicates without a sentence, open ones without a question."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.context import Context
from kb.language.diagnostics import Diagnostic
from kb.language.syntax import AtomF, Pred, Span, walk


def check(context: Context) -> Iterator[Diagnostic]:
    """W305 and W306, each only in a program that gives sentences, or questions, to some of its predicates."""
    declared = context.declarations
    if any(each.sentence is not None for each in declared.preds.values()):
        names = {pred.name for pred in declared.preds}  # another number of arguments is an error of its own
        for pred, span in _predicates(context).items():
            own = declared.preds.get(pred)
            if own.sentence is None if own is not None else pred.name not in names:
                yield Diagnostic(
                    "W305", f"`{pred}` has no sentence, so explanations show it as it is written", own.span if own else span,
                    (), f"declare it with `:- pred {_pattern(context, pred)} :: 'a sentence'.`",
                )  # fmt: skip
    if declared.questions:
        behind = _behind_questions(context)
        for pred in declared.abducible:
            if pred not in declared.questions and pred not in behind and pred in declared.preds:
                yield Diagnostic(
                    "W306", f"nothing asks for `{pred}`: it is open and has no question", declared.preds[pred].span,
                    ("what is missing is asked for by questions",),
                    f"declare one with `:- question {_names(context, pred)} :: 'Is it so?'.`",
                )  # fmt: skip


def _predicates(context: Context) -> dict[Pred, Span]:
    """The predicates that are defined or declared, with a place; a strong negation goes by its predicate."""
    found = {pred.positive: clause.head.span for pred, clause in context.defined.items()}
    return {**found, **{pred: declared.span for pred, declared in context.declarations.preds.items()}}


def _behind_questions(context: Context) -> set[Pred]:
    """The predicates that rules for a predicate with a question rest on: the question asks for what they tell."""
    found: set[Pred] = set()
    pending = list(context.declarations.questions)
    while pending:
        wanted = pending.pop()
        for rule in context.rules:
            if rule.head.pred.positive == wanted:
                for part in walk(rule.body):
                    if isinstance(part, AtomF) and part.pred.positive not in found:
                        found.add(part.pred.positive)
                        pending.append(part.pred.positive)
    return found


def _pattern(context: Context, pred: Pred) -> str:
    if not pred.arity:
        return pred.name
    names = context.declarations.names_of(pred) or [f"Name{index}" for index in range(1, pred.arity + 1)]
    types = context.declarations.types_of(pred)
    shown = (f"{name}: {'type' if kind == 'any' else kind}" for name, kind in zip(names, types, strict=True))
    return f"{pred.name}({', '.join(shown)})"


def _names(context: Context, pred: Pred) -> str:
    names = context.declarations.names_of(pred)
    return f"{pred.name}({', '.join(names)})" if names else pred.name
