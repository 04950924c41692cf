"""The checks that a program passes before it runs, all run at once: `check` for a program, `check_own` for files of one's own, `check_clause` for one more clause,
`check_goal` for a question.

    program -> predicates, definitions, types, vocabularies, safety, policies, stratification, lint, wording, slips -> diagnostics

Each is a module with a `check` from a `Context` to diagnostics. To add one, add it to `CHECKS`, its codes to
kb/language/diagnostics.py and to the table in kb/README.md, and a program for each to tests/zoo.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from os import PathLike
from pathlib import Path

from engine.checks import (
    definitions,
    lint,
    policies,
    predicates,
    safety,
    slips,
    stratification,
    types,
    vocabularies,
    wording,
)
from engine.checks.predicates import Context
from engine.scopes import answer_variables
from kb.language.diagnostics import Diagnostic, Sources, in_order
from kb.language.loader import SHIPPED, Loaded
from kb.language.program import Program
from kb.language.syntax import AtomF, Body, Clause, Pred

Check = Callable[[Context], Iterator[Diagnostic]]
OF_CLAUSES: tuple[Check, ...] = (predicates.check, definitions.check, types.check, vocabularies.check, safety.check)
"""Those that look at each clause by itself."""
CHECKS: tuple[Check, ...] = (
    *OF_CLAUSES,
    predicates.check_declarations,
    definitions.check_declarations,
    types.check_declarations,
    vocabularies.check_declarations,
    policies.check,
    stratification.check,
    lint.check,
    wording.check,
    slips.check,
)


def check(loaded: Loaded, files: Collection[str] | None = None) -> tuple[Diagnostic, ...]:
    """Every diagnostic of what was loaded, those of reading it included, by place; of clauses by themselves only those in some
    files, where these are named."""
    context = Context(loaded.program, loaded.sources, loaded.program.clauses)
    given = context
    if files is not None:
        clauses = tuple(each for each in context.given if each.span.file in files)
        given = context.looking_at(clauses, loaded.sources)
    unsettled = {
        each.span for each in loaded.diagnostics if each.code == "E214"
    }  # not undefined, but of several modules
    found = [
        diagnostic
        for each in CHECKS
        for diagnostic in each(given if each in OF_CLAUSES else context)
        if diagnostic.span not in unsettled
    ]
    return in_order((*loaded.diagnostics, *found))


def check_own(loaded: Loaded, files: Iterable[str | PathLike[str]]) -> tuple[Diagnostic, ...]:
    """Every error of what was loaded, and the warnings about some files and all that is no file of the library: who writes these
    files did not write that."""
    own = {Path(os.path.realpath(each)) for each in files}

    def is_library(diagnostic: Diagnostic) -> bool:
        file = loaded.sources.files.get(diagnostic.span.file)
        return file is not None and file.is_relative_to(SHIPPED) and file not in own

    return tuple(each for each in check(loaded) if each.is_error or not is_library(each))


def check_clause(program: Program, sources: Sources, clause: Clause) -> tuple[Diagnostic, ...]:
    """The diagnostics of a clause that is added to a program that has been checked already."""
    return _of_clauses(Context(Program((*program.items, clause)), sources, (clause,)))


def check_replaced(known: Context, old: Clause, new: Clause) -> tuple[Diagnostic, ...]:
    """The diagnostics of a program that has been checked already, with a clause in the place of another; they say nothing of what
    the other clauses no longer find."""
    found = _of_clauses(known.looking_at((new,), known.sources))
    if found or new.is_fact:
        return found
    clauses = [new if each is old else each for each in known.program.clauses]
    context = Context(Program(tuple(each for each in clauses if not each.is_fact)), known.sources)
    vars(context)["declarations"] = known.declarations
    return in_order(stratification.check(context))


def check_goal(known: Context, sources: Sources, goal: Body) -> tuple[Diagnostic, ...]:
    """The diagnostics of a question about a program that has been checked already, which a context remembers from one question
    to the next."""
    asked = answer_variables(goal)
    question = Clause(AtomF(Pred(safety.QUESTION, len(asked)), asked, goal.span), goal, goal.span)
    return _of_clauses(known.looking_at((question,), sources))


def _of_clauses(context: Context) -> tuple[Diagnostic, ...]:
    return in_order(diagnostic for each in OF_CLAUSES for diagnostic in each(context))
