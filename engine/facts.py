"""What is wrong with facts, of a program as of a case: constants of another type than is declared, second values of what has one, records
that are never incomplete."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kb.language.declarations import COMPLETE, Declarations
from kb.language.diagnostics import Diagnostic, Note, did_you_mean
from kb.language.printer import show_atom
from kb.language.syntax import AtomF, Clause, Pred
from kb.language.terms import Atom, Const, Term, Var, kind_of, plain_text, term_text


def mistyped(atom: AtomF, declarations: Declarations) -> Iterator[Diagnostic]:
    """E206 for each constant of an atom that is not of its argument's declared type."""
    names = declarations.names_of(atom.pred)
    for index, (arg, declared) in enumerate(zip(atom.args, declarations.types_of(atom.pred), strict=True)):
        if isinstance(arg, Var) or declarations.takes(atom.pred, index, arg):
            continue
        name = f" ({names[index]})" if names else ""
        yield Diagnostic(
            "E206", f"argument {index + 1}{name} of `{atom.pred}` is {an(declared)}, not the {kind_of(arg)} `{term_text(arg)}`",
            atom.span, (), instead_of(arg, declared),
        )  # fmt: skip


def instead_of(arg: Const, declared: str) -> str:
    """What to write instead of a constant where another type is declared."""
    plain = plain_text(arg)
    match declared:
        case "atom":
            return f"write `{term_text(Atom(plain))}`"
        case "string":
            return f'write `"{plain}"`'
        case "date":
            return "write a date such as `2024-07-01`"
        case _:
            return f"write {an(declared)}"


def an(kind: str) -> str:
    """A kind of constant with its article."""
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


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
                clause.head.span, (Note.at("the other is stated", first.span),), "remove the one that is wrong",
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
