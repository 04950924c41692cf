"""What a policy may not say if it is to decide whole populations, told before anything is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeGuard

from engine.batch.files.layout import Kind, Source, file_span
from engine.cases import Vocabulary
from engine.knowledge import Rules
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.printer import show_atom
from kb.language.syntax import AtomF, Clause, Compare, Member, walk
from kb.language.terms import Const, Term, Var, term_text

CASE_TYPE = "case"
_HINT = "a batch decides every case by the same rules: leave the case a variable, or use `priorlog review`"


def check_limits(rules: Rules, vocabulary: Vocabulary, found: Iterable[Source]) -> None:
    """Raises `ProgramError` for rules and facts of the policy that name a case, and for tables with decimals."""
    wrong = [*_decimals(found)]
    for clause in (*rules.clauses, *rules.facts):
        wrong += _named_cases(clause, vocabulary)
    if wrong:
        raise ProgramError(dict.fromkeys(wrong))


def _decimals(found: Iterable[Source]) -> Iterator[Diagnostic]:
    for source in found:
        for column in source.shape.columns:
            if column.kind is Kind.DECIMAL:
                message = f"`{source.shape.pred}` has a decimal, `{column.name}`, and batches have none"
                hint = "declare it an integer of a smaller unit, or use `priorlog review`"
                yield Diagnostic("E502", message, file_span(source.files[0]), (), hint)


def _named_cases(clause: Clause, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    atoms = [clause.head, *(each for each in walk(clause.body) if isinstance(each, AtomF))]
    places = [(atom, term) for atom in atoms for term in _cases_of(atom, vocabulary)]
    for atom, term in places:
        if not isinstance(term, Var):
            message = f"`{show_atom(atom)}` is about one case, {term_text(term)}"
            yield Diagnostic("E502", message, atom.span if atom.span.line else clause.span, (), _HINT)
    variables = {term for _, term in places if isinstance(term, Var)}
    for each in walk(clause.body):
        named = _compared(each, variables)
        if named is not None and isinstance(each, Compare | Member):
            message = f"a case is compared with {term_text(named)}"
            yield Diagnostic("E502", message, each.span if each.span.line else clause.span, (), _HINT)


def _cases_of(atom: AtomF, vocabulary: Vocabulary) -> Iterator[Term]:
    """The arguments of an atom where cases stand."""
    types = vocabulary.declarations.types_of(atom.pred)
    for index, term in enumerate(atom.args):
        if types[index] == CASE_TYPE or (index == 0 and vocabulary.allows(atom.pred)):
            yield term


def _compared(goal: object, cases: set[Var]) -> Const | None:
    """The constant that a case is compared with."""
    match goal:
        case Compare(_, Var() as case, other) if case in cases and _is_constant(other):
            return other
        case Compare(_, other, Var() as case) if case in cases and _is_constant(other):
            return other
        case Member(Var() as case, (first, *_)) if case in cases:
            return first
    return None


def _is_constant(term: object) -> TypeGuard[Const]:
    return isinstance(term, Const)
