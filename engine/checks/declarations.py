"""Declarations against each other, and stated facts against declarations: one value for each key, and what is complete."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from engine.checks.context import Context
from kb.language import syntax
from kb.language.declarations import COMPLETE, Declarations
from kb.language.diagnostics import Diagnostic, did_you_mean
from kb.language.printer import show_atom
from kb.language.terms import Atom, Term, term_text

PLACEHOLDER = re.compile(r"@\((\w*)\)")


def check(context: Context) -> Iterator[Diagnostic]:
    """E202, E209 and E210 for declarations, E207 and E208 for facts."""
    yield from _contradictions(context)
    yield from functional_values(context.clauses, context.declarations)
    yield from complete_records(context.clauses, context.declarations)


def _contradictions(context: Context) -> Iterator[Diagnostic]:
    """E209 for a second declaration that differs from the first, E210 for placeholders without an argument."""
    declarations = context.declarations
    for item in context.program.items:
        match item:
            case syntax.PredDecl(pred, names, _, sentence):
                first = declarations.preds[pred]
                if item != first:
                    yield _differs(f"`{pred}` is", first.span, item.span)
                if len(set(names)) < len(names):
                    yield Diagnostic("E209", f"two arguments of `{pred}` have one name", item.span)
                yield from _placeholders(sentence or "", names, item.span)
            case syntax.QuestionDecl(pred, names, text):
                if item != declarations.questions[pred]:
                    yield _differs(f"the question of `{pred}` is", declarations.questions[pred].span, item.span)
                yield from _placeholders(text, names, item.span)
                yield from _arity(context, pred, item.span)
            case syntax.FunctionalDecl(pred):
                if item != declarations.functional[pred]:
                    yield _differs(f"the keys of `{pred}` are", declarations.functional[pred].span, item.span)
                yield from _arity(context, pred, item.span)
            case syntax.AbducibleDecl(preds):
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
            case syntax.Clause() | syntax.CiteDecl() | syntax.PolicyDecl() | syntax.LoadDecl():
                pass


def _arity(context: Context, pred: syntax.Pred, span: syntax.Span) -> Iterator[Diagnostic]:
    if pred.positive in context.declarations.preds:
        return
    others = [each for each in context.declarations.preds if each.name == pred.name and not each.negative]
    if others:
        yield Diagnostic("E202", f"`{pred}` is not declared", span, (f"declared is `{others[0]}`",))


def _differs(what: str, first: syntax.Span, second: syntax.Span) -> Diagnostic:
    return Diagnostic("E209", f"{what} declared a second time, differently", second, (f"first declared at {first}",))


def _placeholders(text: str, names: Iterable[str], span: syntax.Span) -> Iterator[Diagnostic]:
    known = tuple(names)
    for name in PLACEHOLDER.findall(text):
        if name not in known:
            note = f"the arguments are {', '.join(known)}" if known else "the predicate has no named arguments"
            yield Diagnostic("E210", f"`@({name})` names no argument", span, (note,), did_you_mean(name, known))


def functional_values(clauses: Iterable[syntax.Clause], declarations: Declarations) -> Iterator[Diagnostic]:
    """E207 for each key of a functional predicate that is stated with two values; both places are named."""
    stated: dict[tuple[syntax.Pred, tuple[Term, ...]], syntax.AtomF] = {}
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


def complete_records(clauses: Iterable[syntax.Clause], declarations: Declarations) -> Iterator[Diagnostic]:
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
