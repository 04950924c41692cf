"""Constants against declared types, and variables whose uses can never agree.

Only `integer`, `decimal`, `string`, `atom` and `date` are checked; other types are labels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from engine.checks.predicates import Context, Facts
from engine.facts import an, mistyped
from kb.language.builtins import BUILTINS, NUMERIC_COMPARISONS
from kb.language.declarations import CONSTANT_TYPES, Declarations
from kb.language.diagnostics import Diagnostic, DidYouMean, closest, did_you_mean
from kb.language.printer import show_term
from kb.language.syntax import (
    Aggregate,
    And,
    AtomF,
    Body,
    Builtin,
    Clause,
    Compare,
    Count,
    Documented,
    Member,
    Not,
    Or,
    Pred,
)
from kb.language.terms import Int, Term, Var, kind_name, kind_of, term_text
from kb.language.traversal import expr_terms, literal_terms, walk

NUMBERS = frozenset({"integer", "decimal"})
_FOREIGN = MappingProxyType(
    {
        **dict.fromkeys(("int", "number", "long"), "integer"),
        **dict.fromkeys(("float", "double", "real"), "decimal"),
        **dict.fromkeys(("str", "text", "varchar"), "string"),
        **dict.fromkeys(("datetime", "day"), "date"),
    }
)
"""What other languages call the types that are checked."""


def check(context: Context) -> Iterator[Diagnostic]:
    """E206."""
    for clause in context.clauses(lambda pred, facts: not _are_typed(pred, facts, context.declarations)):
        yield from _clause(context, clause)


def check_declarations(context: Context) -> Iterator[Diagnostic]:
    """W310 for a type that is hardly meant: as other languages call it, or a letter away from one that is used elsewhere."""
    declared = context.declarations
    uses = Counter(kind for each in declared.preds.values() for kind in each.types)
    known = {*CONSTANT_TYPES, *declared.vocabularies, *(kind for kind, number in uses.items() if number > 1)}
    for each in declared.preds.values():
        for kind in dict.fromkeys(each.types):
            is_vocabulary = kind in declared.vocabularies
            alike = (other for other in known if other[0] == kind[0])  # `thing` is no slip for `string`
            perhaps = _FOREIGN.get(kind) or (closest(kind, alike) if uses[kind] == 1 else None)
            if perhaps is not None and kind not in CONSTANT_TYPES and kind != "any" and not is_vocabulary:
                told = f"the type `{kind}` says nothing: no vocabulary has it, and it is none of those that are checked"
                span = context.sources.place_of(kind, each.span)
                yield Diagnostic("W310", told, span, (), DidYouMean.of(kind, perhaps))
    for kind, vocabulary in declared.vocabularies.items():
        if kind not in uses and vocabulary[0].use == "vocabulary" and declared.preds:
            told = f"no argument is of the type `{kind}`, so nothing is held against its vocabulary"
            span = context.sources.place_of(kind, vocabulary[0].span)
            yield Diagnostic("W310", told, span, (), did_you_mean(kind, uses))


def _are_typed(pred: Pred, facts: Facts, declarations: Declarations) -> bool:
    """Whether the constants in each argument of facts are of its declared type."""
    declared = zip(facts.kinds, declarations.types_of(pred), strict=True)
    return all(
        issubclass(kind, Var) or kind_name(kind) == type_
        for kinds, type_ in declared
        if type_ in CONSTANT_TYPES
        for kind in kinds
    )


def _clause(context: Context, clause: Clause) -> Iterator[Diagnostic]:
    if clause.is_fact:
        yield from mistyped(clause.head, context.declarations)
        return
    uses: dict[Var, dict[str, str]] = {}
    parts = tuple(walk(clause.body))
    for atom in (clause.head, *(part for part in parts if isinstance(part, AtomF))):
        yield from mistyped(atom, context.declarations)
        for arg, declared in zip(atom.args, context.declarations.types_of(atom.pred), strict=True):
            if isinstance(arg, Var) and declared in CONSTANT_TYPES:
                uses.setdefault(arg, {}).setdefault(declared, f"`{atom.pred}`")
    for var, where in _whole_numbers(parts, uses):
        if uses.get(var, {}).keys() - {"integer"}:
            uses[var].setdefault("integer", where)
    for part in parts:
        yield from _never_holds(context, part, uses)
    for var, kinds in uses.items():
        if len(kinds) > 1:
            message = f"`{show_term(var)}` is {' and '.join(f'{an(kind)} in {where}' for kind, where in kinds.items())}"
            yield Diagnostic("E206", message, context.place_of(var, clause.span), ("no constant is both",))


def _whole_numbers(parts: Iterable[Body], uses: Mapping[Var, Mapping[str, str]]) -> Iterator[tuple[Var, str]]:
    """The variables that are computed from integers alone, or count something, and what computes each."""
    whole = {var for var, kinds in uses.items() if kinds.keys() == {"integer"}}
    for part in parts:
        match part:
            case Compare("is", Var() as var, right) if all(
                isinstance(term, Int) or term in whole for term in expr_terms(right)
            ):
                whole.add(var)
                yield var, "`is`"
            case Aggregate("count", result=Var() as var):
                whole.add(var)
                yield var, "`aggregate_all(count)`"
            case _:
                pass


def _never_holds(context: Context, part: Body, uses: dict[Var, dict[str, str]]) -> Iterator[Diagnostic]:
    """E206 for each term of a literal that is of no kind that the literal takes; `uses` has the kinds of variables."""
    notes = ("the literal can never hold",)
    for term, wanted, where in _demands(part):
        if not isinstance(term, Var):
            if kind_of(term) not in wanted:
                message = f"{where} takes {_kinds(wanted)}, not the {kind_of(term)} `{term_text(term)}`"
                yield Diagnostic("E206", message, part.span, notes)
        elif (known := uses.get(term)) and not known.keys() & wanted:
            own = f"{an('/'.join(sorted(known)))} in {next(iter(known.values()))}"
            message = f"`{show_term(term)}` is {own}, and {where} takes {_kinds(wanted)}"
            is_order = isinstance(part, Compare) and part.op in NUMERIC_COMPARISONS
            instead = "compare with `@<`, `@=<`, `@>`, `@>=`" if is_order else None
            yield Diagnostic("E206", message, context.place_of(term, part.span), notes, instead)


def _kinds(wanted: frozenset[str]) -> str:
    return "numbers" if wanted == NUMBERS else " or ".join(f"{kind}s" for kind in sorted(wanted))


def _demands(part: Body) -> Iterator[tuple[Term, frozenset[str], str]]:
    """The terms of a literal that have to be of certain kinds, those kinds, and what it is that takes them."""
    match part:
        case Compare(op) if op == "is" or op in NUMERIC_COMPARISONS:
            yield from ((term, NUMBERS, f"`{op}`") for term in literal_terms(part))
        case Builtin(name, args):
            for term, argument in zip(args, BUILTINS[name].arguments, strict=True):
                yield term, frozenset({kind_name(argument.kind)}), f"`{name}/{len(args)}`"
        case AtomF() | Compare() | Member() | Not() | Documented() | And() | Or() | Count() | Aggregate():
            return
