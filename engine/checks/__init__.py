"""The checks that a program passes before it runs, one module for each, all run at once.

program -> predicates, declarations, facts, types, safety, stratification, style, wording -> diagnostics
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.checks import declared, facts, predicates, safety, stratification, style, types, wording
from engine.checks.context import Context
from engine.knowledge import answer_variables
from kb.language.diagnostics import Diagnostic, Sources, in_order
from kb.language.loader import Loaded
from kb.language.syntax import AtomF, Body, Clause, Pred, Program

CHECKS: tuple[Callable[[Context], Iterator[Diagnostic]], ...] = (
    predicates.check,
    declared.check,
    facts.check,
    types.check,
    safety.check,
    stratification.check,
    style.check,
    wording.check,
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
