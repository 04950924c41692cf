"""Warnings: what is probably a slip (variables that occur once, clauses that stand twice, predicates that nothing uses), and
what explanations and interviews will lack words for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from engine.checks.predicates import Context
from engine.graph import components
from kb.language.builtins import is_reserved
from kb.language.declarations import COMPLETE
from kb.language.diagnostics import Diagnostic, Note, did_you_mean
from kb.language.printer import show_term
from kb.language.syntax import AtomF, Clause, ModuleDecl, Pred, Span
from kb.language.terms import Atom, Var, term_text
from kb.language.traversal import body_terms, walk


def check(context: Context) -> Iterator[Diagnostic]:
    """W301, W302, W304 to W306, and W309."""
    modules = {item.span.file for item in context.program.declared if isinstance(item, ModuleDecl)}
    seen: dict[tuple[Clause, str | None], Clause] = {}
    for clause in context.clauses(lambda _, facts: not facts.are_distinct):
        yield from _singletons(context, clause)
        module = clause.span.file if clause.span.file in modules else None
        first = seen.setdefault((clause, module), clause)
        if first is not clause:
            yield Diagnostic("W304", "this clause stands twice", clause.span, (Note.at("the first is", first.span),))
    yield from _unused(context)
    yield from _wordless(context)


def _singletons(context: Context, clause: Clause) -> Iterator[Diagnostic]:
    if clause.is_fact:
        return  # a variable in a fact is an error of its own
    terms = Counter(term for term in (*clause.head.args, *body_terms(clause.body)) if isinstance(term, Var))
    for var, count in terms.items():
        if count == 1 and not var.is_anonymous:
            yield Diagnostic(
                "W301", f"`{show_term(var)}` occurs only once", context.place_of(var, clause.span), (),
                f"write `_` or `_{var.name}` if that is meant",
            )  # fmt: skip


def _unused(context: Context) -> Iterator[Diagnostic]:
    """In a program that declares predicates, one that is neither declared nor used has been forgotten or misspelt."""
    if not context.declarations.preds:
        return
    used = {pred.positive for pred in context.used}
    # another number of arguments is an error of its own
    names = {pred.name for pred in (*context.declarations.mentioned(), COMPLETE)}
    declared = {pred.name for pred in context.declarations.preds}
    instead = "declare it with `:- pred` if it is meant to be asked for"
    for pred, clause in context.defined.items():
        if pred.positive not in used and pred.name not in names and not is_reserved(pred.name):
            message = f"nothing uses `{pred}`, and it is not declared"
            yield Diagnostic("W302", message, clause.head.span, (), instead)
    for pred, span in _declared_in_part(context).items():
        if pred not in used and pred not in context.defined and pred.name not in declared:
            message = f"nothing uses `{pred}`, and `:- pred` does not declare it"
            perhaps = did_you_mean(pred.name, declared) or "declare it with `:- pred` if it is meant to be asked for"
            yield Diagnostic("W302", message, context.sources.place_of(pred.name, span), (), perhaps)


def _declared_in_part(context: Context) -> dict[Pred, Span]:
    """The predicates that are said to be open or functional, or that have a question, each with the place that says so first."""
    declared = context.declarations
    said = {
        **{pred: questions[0].span for pred, questions in declared.questions.items()},
        **{pred: each.span for pred, each in declared.functional.items()},
        **{pred: each.span for pred, each in declared.abducible.items()},
    }
    return {pred.positive: span for pred, span in said.items()}


def _wordless(context: Context) -> Iterator[Diagnostic]:
    """W305, W306 and W309, each only in a program that gives sentences, or questions, to some of its predicates."""
    declared = context.declarations
    if any(each.sentence is not None for each in declared.preds.values()):
        # another number of arguments is an error of its own
        names = {pred.name for pred in declared.preds if not pred.negative}
        for pred, span in _predicates(context).items():
            own = declared.preds.get(pred)
            if own.sentence is None if own is not None else pred.name not in names:
                yield Diagnostic(
                    "W305", f"`{pred}` has no sentence, so explanations show it as it is written", own.span if own else span,
                    (), f"declare it with `:- pred {_pattern(context, pred)} :: 'a sentence'.`",
                )  # fmt: skip
    if declared.questions:
        for pred, questions in declared.questions.items():
            if pred.positive in declared.preds and pred.positive not in declared.abducible:
                yield Diagnostic(
                    "W309", f"nothing asks this: `{pred.positive}` is not open", questions[0].span,
                    ("what is missing, and asked for, are facts of open predicates",),
                    f"declare it with `:- abducible {pred.positive}.`, or leave the question out",
                )  # fmt: skip
        behind = _behind_questions(context)
        for pred in declared.abducible:
            if pred not in behind and pred in declared.preds:
                yield Diagnostic(
                    "W306", f"nothing asks for `{pred}`: it is open and has no question", declared.preds[pred].span,
                    ("what is missing is asked for by questions",),
                    f"declare one with `:- question {_names(context, pred)} :: 'Is it so?'.`",
                )  # fmt: skip


def _predicates(context: Context) -> dict[Pred, Span]:
    """The predicates that are defined or declared, with a place; a strong negation goes by its predicate."""
    found = {pred.positive: each.span for pred, each in context.declarations.preds.items()}
    found |= {pred.positive: clause.head.span for pred, clause in context.defined.items()}
    return {**found, **{pred: declared.span for pred, declared in context.declarations.preds.items()}}


def _behind_questions(context: Context) -> set[Pred]:
    """The predicates with a question, and those that rules for one rest on: the question asks for what they tell."""
    uses: dict[Pred, list[Pred]] = {}
    for rule in context.rules:
        mentioned = (part.pred.positive for part in walk(rule.body) if isinstance(part, AtomF))
        uses.setdefault(rule.head.pred.positive, []).extend(mentioned)
    asked = [pred for pred in context.declarations.questions if pred.positive in context.declarations.abducible]
    reached = components(asked, lambda pred: uses.get(pred, ()))
    return {pred for component in reached for pred in component}


def _pattern(context: Context, pred: Pred) -> str:
    if not pred.arity:
        return term_text(Atom(pred.name))
    names = context.declarations.names_of(pred) or [f"Name{index}" for index in range(1, pred.arity + 1)]
    types = context.declarations.types_of(pred)
    shown = (f"{name}: {'type' if kind == 'any' else kind}" for name, kind in zip(names, types, strict=True))
    return f"{term_text(Atom(pred.name))}({', '.join(shown)})"


def _names(context: Context, pred: Pred) -> str:
    names = context.declarations.names_of(pred)
    name = term_text(Atom(pred.name))
    return f"{name}({', '.join(names)})" if names else name
