"""Constants against declared types, and variables whose uses can never agree.

Only `integer`, `decimal`, `string`, `atom` and `date` are checked; other types are labels.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.context import Context, written
from kb.language.builtins import BUILTINS, NUMERIC_COMPARISONS
from kb.language.declarations import Declarations
from kb.language.diagnostics import Diagnostic
from kb.language.syntax import (
    Aggregate,
    And,
    AtomF,
    Body,
    Builtin,
    Clause,
    Compare,
    Count,
    Member,
    Not,
    Or,
    Span,
    expr_terms,
    walk,
)
from kb.language.terms import Atom, Const, Term, Var, kind_name, kind_of, plain_text, term_text

CHECKED = frozenset({"integer", "decimal", "string", "atom", "date"})
NUMBERS = frozenset({"integer", "decimal"})


def check(context: Context) -> Iterator[Diagnostic]:
    """E206."""
    for clause in context.clauses:
        yield from _clause(context, clause)


def mistyped(atom: AtomF, declarations: Declarations) -> Iterator[Diagnostic]:
    """E206 for each constant of an atom that is not of its argument's declared type."""
    names = declarations.names_of(atom.pred)
    for index, (arg, declared) in enumerate(zip(atom.args, declarations.types_of(atom.pred), strict=True)):
        if isinstance(arg, Var) or declared not in CHECKED or kind_of(arg) == declared:
            continue
        name = f" ({names[index]})" if names else ""
        yield Diagnostic(
            "E206", f"argument {index + 1}{name} of `{atom.pred}` is {an(declared)}, not the {kind_of(arg)} `{term_text(arg)}`",
            atom.span, (), _instead(arg, declared),
        )  # fmt: skip


def _instead(arg: Const, declared: str) -> str | None:
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


def _clause(context: Context, clause: Clause) -> Iterator[Diagnostic]:
    uses: dict[Var, dict[str, str]] = {}
    places: dict[Var, Span] = {}
    atoms = [clause.head, *(part for part in walk(clause.body) if isinstance(part, AtomF))]
    for atom in atoms:
        yield from mistyped(atom, context.declarations)
        for arg, declared in zip(atom.args, context.declarations.types_of(atom.pred), strict=True):
            if isinstance(arg, Var) and declared in CHECKED:
                uses.setdefault(arg, {}).setdefault(declared, f"`{atom.pred}`")
                places[arg] = atom.span
    for part in walk(clause.body):
        for term, wanted, where, span in _demands(part):
            if isinstance(term, Var):
                known = set(uses.get(term, {})) & CHECKED
                if known and not known & wanted:
                    by = next(iter(uses[term].values()))
                    yield Diagnostic(
                        "E206", f"`{written(term)}` is {an('/'.join(sorted(known)))} in {by}, and {where} takes {_kinds(wanted)}",
                        context.place_of(term, span), ("the literal can never hold",),
                        "compare with `@<`, `@=<`, `@>`, `@>=`" if where.strip("`") in NUMERIC_COMPARISONS else None,
                    )  # fmt: skip
            elif kind_of(term) not in wanted:
                yield Diagnostic(
                    "E206",
                    f"{where} takes {_kinds(wanted)}, not the {kind_of(term)} `{term_text(term)}`",
                    span,
                    ("the literal can never hold",),
                )
    for var, kinds in uses.items():
        if len(kinds) > 1:
            told = " and ".join(f"{an(kind)} in {where}" for kind, where in kinds.items())
            yield Diagnostic(
                "E206", f"`{written(var)}` is {told}", context.place_of(var, clause.span), ("no constant is both",)
            )


def _kinds(wanted: frozenset[str]) -> str:
    return "numbers" if wanted == NUMBERS else " or ".join(f"{kind}s" for kind in sorted(wanted))


def _demands(part: Body) -> Iterator[tuple[Term, frozenset[str], str, Span]]:
    match part:
        case Compare(op, left, right) if op in NUMERIC_COMPARISONS:
            for term in (*expr_terms(left), *expr_terms(right)):
                yield term, NUMBERS, f"`{op}`", part.span
        case Compare("is", left, right):
            yield left, NUMBERS, "`is`", part.span  # type: ignore[misc] # `is` has a term on its left
            for term in expr_terms(right):
                yield term, NUMBERS, "`is`", part.span
        case Builtin(name, args):
            for term, argument in zip(args, BUILTINS[name].arguments, strict=True):
                yield term, frozenset({kind_name(argument.kind)}), f"`{name}/{len(args)}`", part.span
        case AtomF() | Compare() | Member() | Not() | And() | Or() | Count() | Aggregate():
            return
