"""Programs to text. What it prints reads back to an equal program, and printing that gives the same text again."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import assert_never

from kb.language import syntax
from kb.language.program import Program
from kb.language.terms import Atom, Term, Var, quote, term_text

_RANK = {"+": 500, "-": 500, "*": 400, "//": 400, "mod": 400}


def show_term(term: Term) -> str:
    """A term; a variable is written as the program wrote it, whatever a pass has made of its name."""
    return _variable_text(term.name) if isinstance(term, Var) else term_text(term)


@lru_cache(maxsize=1 << 12)
def _variable_text(name: str) -> str:
    return re.split("[#@]", name, maxsplit=1)[0] or "_"


def show_atom(atom: syntax.AtomF) -> str:
    """An atomic formula.

    >>> show_atom(syntax.AtomF(syntax.Pred("p", 1, negative=True), (Atom("a"),)))
    '-p(a)'
    """
    return _signature(atom.pred, [show_term(arg) for arg in atom.args])


def show_expr(expr: syntax.Expr, rank: int = 700) -> str:
    """An arithmetic expression, with brackets where an operator of the given rank needs them."""
    if not isinstance(expr, syntax.Op):
        text = show_term(expr)
        return f"({text})" if rank < 500 and text.startswith("-") else text
    if expr.name == "neg":
        return f"-({show_expr(expr.args[0])})"
    if expr.name not in _RANK:
        return f"{expr.name}({', '.join(show_expr(arg, 999) for arg in expr.args)})"
    own = _RANK[expr.name]
    left, right = expr.args
    text = f"{show_expr(left, own + 1)} {expr.name} {show_expr(right, own)}"
    return f"({text})" if own >= rank else text


def show_body(body: syntax.Body, rank: int = 1200) -> str:
    """A body, with brackets where an operator of the given rank needs them."""
    if isinstance(body, syntax.AtomF):
        return show_atom(body)

    def bracketed(text: str, own: int) -> str:
        return f"({text})" if own >= rank else text

    match body:
        case syntax.Builtin(name, args):
            return f"{name}({', '.join(show_term(arg) for arg in args)})"
        case syntax.Compare(op, left, right):
            return f"{show_expr(left)} {op} {show_expr(right)}"
        case syntax.Member(item, items):
            return f"member({show_term(item)}, [{', '.join(show_term(each) for each in items)}])"
        case syntax.Not(goal):
            return f"\\+ {show_body(goal, 701)}"
        case syntax.Documented(goal):
            return f"documented({show_body(goal, 1000)})"
        case syntax.And(goals):
            if not goals:
                return "true"
            return bracketed(", ".join(show_body(goal, 1000) for goal in goals), 1000)
        case syntax.Or(_, _, syntax.AtomF() as call):
            return show_atom(call)
        case syntax.Or(goals):
            if not goals:
                return "false"
            return bracketed(" ; ".join(show_body(goal, 1100) for goal in goals), 1100)
        case syntax.Count(op, bound, template, goal):
            return f"{op}({show_term(bound)}, {_template(template)}, {show_body(goal, 1000)})"
        case syntax.Aggregate(op, value, template, goal, result):
            what = op if value is None else f"{op}({show_term(value)})"
            return f"aggregate_all({what}, {_template(template)}, {show_body(goal, 1000)}, {show_term(result)})"
        case _:
            assert_never(body)


def _template(template: tuple[Term, ...]) -> str:
    first, *rest = (show_term(term) for term in template)
    return first + "".join(f"- {each}" if each.startswith("-") else f"-{each}" for each in rest)


def show_clause(clause: syntax.Clause) -> str:
    """A clause on one line, with its full stop."""
    if clause.is_fact:
        return show_atom(clause.head) + "."
    return f"{show_atom(clause.head)} :- {show_body(clause.body)}."


def show_declaration(declaration: syntax.Declaration) -> str:
    """A declaration on one line, with its full stop."""
    match declaration:
        case syntax.PredDecl(pred, names, types, sentence):
            args = [
                name if kind == "any" else f"{name}: {term_text(Atom(kind))}"
                for name, kind in zip(names, types, strict=True)
            ]
            text = _signature(pred, args)
            return f":- pred {text} :: {quote(sentence, chr(39))}." if sentence is not None else f":- pred {text}."
        case syntax.AbducibleDecl(preds):
            return f":- abducible {', '.join(show_indicator(pred) for pred in preds)}."
        case syntax.InlineDecl(preds):
            return f":- inline {', '.join(show_indicator(pred) for pred in preds)}."
        case syntax.FunctionalDecl(pred, keys):
            return f":- functional {_signature(pred, ['+' if key else '-' for key in keys])}."
        case syntax.QuestionDecl(pred, names, text):
            return f":- question {_signature(pred, list(names))} :: {quote(text, chr(39))}."
        case syntax.CiteDecl(pred, place):
            return f":- cite({show_indicator(pred)}, {quote(place, chr(39))})."
        case syntax.PolicyDecl(name, properties):
            pairs = [
                f"{term_text(Atom(key))}({', '.join(term_text(value) for value in values)})"
                for key, values in properties
            ]
            return f":- policy({term_text(Atom(name))}, [{', '.join(pairs)}])."
        case syntax.VocabularyDecl(use, kind, pred):
            return f":- {use}({term_text(Atom(kind))}, {show_indicator(pred)})."
        case syntax.ModuleDecl(name, exports):
            return f":- module({term_text(Atom(name))}, [{', '.join(map(show_indicator, exports))}])."
        case syntax.LoadDecl(path, use, is_library, only):
            file = f"library({term_text(Atom(path))})" if is_library else quote(path, chr(39))
            listed = "" if only is None else f", [{', '.join(map(show_indicator, only))}]"
            return f":- {use}({file}{listed})."
        case syntax.FactsDecl(pred, path):
            return f":- facts({show_indicator(pred)}, {quote(path, chr(39))})."
        case syntax.SourceDecl(source):
            by = f", by({quote(source.by, chr(39))})" if source.by is not None else ""
            on = f", on({source.on.isoformat()})" if source.on is not None else ""
            return f":- source({quote(source.text, chr(39))}{by}{on})."
        case _:
            assert_never(declaration)


def _signature(pred: syntax.Pred, args: list[str]) -> str:
    return f"{_functor(pred)}({', '.join(args)})" if args else _functor(pred)


@lru_cache(maxsize=1 << 13)
def _functor(pred: syntax.Pred) -> str:
    return f"{'-' if pred.negative else ''}{syntax.shown_name(pred.name)}"


def show_indicator(pred: syntax.Pred) -> str:
    """A predicate indicator, `p/2` or `-p/2`."""
    return f"{_functor(pred)}/{pred.arity}"


def show_item(item: syntax.Item) -> str:
    """A clause or a declaration on one line."""
    return show_clause(item) if isinstance(item, syntax.Clause) else show_declaration(item)


def show_program(program: Program) -> str:
    """The program as text, an item on each line."""
    return "".join(show_item(item) + "\n" for item in program.items)


@lru_cache(maxsize=4)
def program_hash(program: Program) -> str:
    """A hash of what a program says, whatever the order in which it says it."""
    lines = {show_item(item) for item in program.items}
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
