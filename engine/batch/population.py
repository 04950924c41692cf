"""A population that is to be decided, and what became of it: what both engines are given and give back."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.batch.files.layout import ColumnKind, Source, sources
from engine.batch.files.messages import file_span, no_folder
from engine.cases import Vocabulary
from engine.knowledge import Rules
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.loader import shipped_policies
from kb.language.printer import show_atom
from kb.language.syntax import AtomF, Body, Clause, Compare, Member, walk
from kb.language.terms import Const, Term, Var, term_text

CASE_TYPE = "case"
_ONE_CASE = "a batch decides every case by the same rules: leave the case a variable, or use `priorlog review`"
Progress = Callable[[float, str], None]
"""Told the share of the work that is done, from 0 to 1, and what is being done."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why cases were set aside: the predicate concerned, a diagnostic's code, the reason, how often, and an example."""

    predicate: str
    code: str
    reason: str
    count: int
    example: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of a population. Counts are of cases, but for `facts` and `rows_without_case`, which are of rows.

    `cases` is always `decided` and `set_aside` together; those that were set aside are in the table `rejects`.
    `determinations`, `quantities` and `statuses` (by column) say how often each word was given.
    """

    cases: int
    decided: int
    set_aside: int
    facts: int
    rows_without_case: int
    determinations: tuple[tuple[str, int], ...]
    quantities: tuple[tuple[str, int], ...]
    statuses: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
    faults: tuple[Fault, ...]
    output: str
    rejects: str
    reasons: str | None


@dataclass(frozen=True, slots=True)
class Population:
    """Cases in files, and the policies that they are decided under."""

    rules: Rules
    vocabulary: Vocabulary
    sources: tuple[Source, ...]

    @classmethod
    def of(cls, directory: str | os.PathLike[str], rules: Rules | None) -> Population:
        """The population in a folder, under the shipped policies if there are no others.

        Raises `ProgramError` for a folder without the layout of a population, and for a policy that cannot decide whole
        populations.
        """
        policy = rules or shipped_rules()
        vocabulary = Vocabulary.of(policy.declarations, policy.facts)
        found = sources(Path(directory), vocabulary)
        wrong = [*_decimals(found)]
        for clause in (*policy.clauses, *policy.facts):
            wrong += _named_cases(clause, vocabulary)
        if wrong:
            raise ProgramError(dict.fromkeys(wrong))
        return cls(policy, vocabulary, found)


def shipped_rules() -> Rules:
    """The rules of the shipped policies."""
    return Rules.of(shipped_policies().loaded.program)


def rejects_of(target: Path) -> Path:
    """Where the cases that are set aside are written, beside the report."""
    return target.with_name(f"{target.stem}.rejects{target.suffix}")


def hidden_folder(target: Path) -> tempfile.TemporaryDirectory[str]:
    """A folder beside the report for what is made on the way. Raises `ProgramError` if nothing can be written there."""
    try:
        return tempfile.TemporaryDirectory(prefix=".priorlog-", dir=target.parent, ignore_cleanup_errors=True)
    except OSError as error:
        raise ProgramError([no_folder(target, error)]) from None


# --- what a policy may not say if it is to decide whole populations -----------------------------------------------


def _decimals(found: tuple[Source, ...]) -> Iterator[Diagnostic]:
    for source in found:
        for column in source.shape.columns:
            if column.kind is ColumnKind.DECIMAL:
                message = f"`{source.shape.pred}` has a decimal, `{column.name}`, and batches have none"
                hint = "declare it an integer of a smaller unit, or use `priorlog review`"
                yield Diagnostic("E502", message, file_span(source.files[0]), (), hint)


def _named_cases(clause: Clause, vocabulary: Vocabulary) -> Iterator[Diagnostic]:
    """What a clause says of one case alone."""
    atoms = [clause.head, *(each for each in walk(clause.body) if isinstance(each, AtomF))]
    places = [(atom, term) for atom in atoms for term in _cases_of(atom, vocabulary)]
    for atom, term in places:
        if not isinstance(term, Var):
            message = f"`{show_atom(atom)}` is about one case, {term_text(term)}"
            yield Diagnostic("E502", message, atom.span if atom.span.line else clause.span, (), _ONE_CASE)
    variables = {term for _, term in places if isinstance(term, Var)}
    for each in walk(clause.body):
        named = _compared(each, variables)
        if named is not None and isinstance(each, Compare | Member):
            message = f"a case is compared with {term_text(named)}"
            yield Diagnostic("E502", message, each.span if each.span.line else clause.span, (), _ONE_CASE)


def _cases_of(atom: AtomF, vocabulary: Vocabulary) -> Iterator[Term]:
    """The arguments of an atom where cases stand."""
    types = vocabulary.declarations.types_of(atom.pred)
    for index, term in enumerate(atom.args):
        if types[index] == CASE_TYPE or (index == 0 and vocabulary.allows(atom.pred)):
            yield term


def _compared(goal: Body, cases: set[Var]) -> Const | None:
    """The constant that a case is compared with."""
    match goal:
        case Compare(_, Var() as case, other) | Compare(_, other, Var() as case) if case in cases:
            return other if isinstance(other, Const) else None
        case Member(Var() as case, (first, *_)) if case in cases:
            return first
    return None
