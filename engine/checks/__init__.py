"""The checks that a program passes before it runs, all run at once: `check` for a program, `check_goal` for a question.

    program -> predicates, declarations, types, safety, stratification, lint -> diagnostics

Each is a module with a `check` from a `Context` to diagnostics. To add one, add its module to `CHECKS`, its codes to
kb/language/diagnostics.py and to the table in kb/README.md, and a program for each to tests/zoo.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.checks import declarations, lint, predicates, safety, stratification, types
from engine.checks.context import Context
from engine.scopes import answer_variables
from kb.language.diagnostics import Diagnostic, Sources, in_order
from kb.language.loader import Loaded
from kb.language.syntax import AtomF, Body, Clause, Pred, Program

CHECKS: tuple[Callable[[Context], Iterator[Diagnostic]], ...] = (
    predicates.check,
    declarations.check,
    types.check,
    safety.check,
    stratification.check,
    lint.check,
)


def check(loaded: Loaded) -> tuple[Diagnostic, ...]:
    """Every diagnostic of what was loaded, those of reading it included, by place."""
    context = Context(loaded.program, loaded.sources)
    found = [diagnostic for each in CHECKS for diagnostic in each(context)]
    return in_order((*loaded.diagnostics, *found))


def check_goal(program: Program, sources: Sources, goal: Body) -> tuple[Diagnostic, ...]:
    """The diagnostics of a question about a program that has been checked already."""
    asked = answer_variables(goal)
    question = Clause(AtomF(Pred(safety.QUESTION, len(asked)), asked, goal.span), goal, goal.span)
    context = Context(Program((*program.items, question)), sources)
    context.only(question)
    checks = (predicates.check, types.check, safety.check)
    found = [diagnostic for each in checks for diagnostic in each(context)]
    return in_order(found)
