"""What may be stated at the prompt, and what a file loaded there may state: facts of cases and of the program.

A case may be stated fact by fact: that its request is still missing is no fault here, only a review asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.cases import check_cases
from engine.checks import check_goal, predicates, safety, types
from engine.checks.context import Context
from engine.checks.declarations import complete_records, functional_values
from explain.workspace import Workspace
from kb.language.declarations import REQUEST
from kb.language.diagnostics import Diagnostic, in_order
from kb.language.loader import Loaded
from kb.language.syntax import Clause, Item, Program

NO_REQUEST = "E401"
"""The diagnostic for a case that no request has been stated for."""


def has_requests(workspace: Workspace) -> bool:
    """Whether the program is about cases: it knows requests."""
    return REQUEST in workspace.rules.declarations.preds


def is_case_fact(fact: Clause, workspace: Workspace) -> bool:
    """Whether a fact is one that a case file may state."""
    return has_requests(workspace) and bool(fact.head.args) and workspace.reviewer.vocabulary.allows(fact.head.pred)


def check_asserted(items: Sequence[Item], present: Sequence[Clause], workspace: Workspace) -> tuple[Diagnostic, ...]:
    """What is wrong with facts that are stated at the prompt beside those that are present."""
    facts = [item for item in items if isinstance(item, Clause) and item.is_fact]
    found = [_no_fact(item) for item in items if item not in facts]
    cases = [fact for fact in facts if is_case_fact(fact, workspace)]
    if cases:
        found += _check_cases(Loaded(Program(tuple(cases))), present, workspace)
    program = workspace.loaded.program + Program(tuple(present))
    for fact in facts:
        if fact not in cases:
            found += _check_knowledge(fact, program, workspace)
    found += functional_values((*program.clauses, *facts), workspace.rules.declarations)
    return in_order(found)


def check_loaded(loaded: Loaded, present: Sequence[Clause], workspace: Workspace) -> tuple[Diagnostic, ...]:
    """What is wrong with a file of facts that is loaded beside those that are present.

    Where the program is about cases, the file may state only what a case file may.
    """
    if has_requests(workspace):
        return in_order(_check_cases(loaded, present, workspace))
    return in_order((*loaded.diagnostics, *check_asserted(loaded.program.items, present, workspace)))


def _check_cases(loaded: Loaded, present: Sequence[Clause], workspace: Workspace) -> list[Diagnostic]:
    """The diagnostics of case facts, those between them and the present ones included, without missing requests."""
    vocabulary = workspace.reviewer.vocabulary
    before = tuple(fact for fact in present if is_case_fact(fact, workspace))
    if not loaded.program.items:
        return list(check_cases(loaded, vocabulary))
    together = Loaded(Program((*before, *loaded.program.items)), loaded.sources, loaded.diagnostics)
    return [each for each in check_cases(together, vocabulary) if each.code != NO_REQUEST]


def _no_fact(item: Item) -> Diagnostic:
    if isinstance(item, Clause):
        what = f"`{item.head.pred}` is concluded by a rule here, and only facts can be asserted"
    else:
        what = "this is a declaration, and only facts can be asserted"
    return Diagnostic("E405", what, item.span, (), "put it in a rule file and start with `priorlog -f FILE`")


def _check_knowledge(fact: Clause, program: Program, workspace: Workspace) -> Iterator[Diagnostic]:
    """The diagnostics of a fact of one of the program's own predicates."""
    before = Context(program, workspace.sources)
    after = Context(Program((*program.items, fact)), workspace.sources)
    after.only(fact)
    found = [each for check in (predicates.check, types.check, safety.check) for each in check(after)]
    found += complete_records((fact,), after.declarations)
    found = found or list(check_goal(program, workspace.sources, fact.head))
    yield from found
    pred = fact.head.pred
    mentioned = pred in before.defined or pred in before.used or before.declarations.is_abducible(pred.positive)
    if not found and pred.negative and not mentioned:
        message = f"`{pred.positive}` is not open, so it cannot be stated to be false"
        yield Diagnostic("E404", message, fact.head.span, ("what nothing states of it is false already",))
