"""The smallest case in which a criterion or an alternative is met, not met or not documented, looked for when an editor asks for it.

What is found is a policy test: the facts of the case, with what the policy says of it now for its author to confirm.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from engine.checks import check
from engine.knowledge import EndlessError, Rules
from engine.symbolic.limits import OutOfTimeError
from explain.authoring.case_space import Decision
from explain.authoring.deep import NEVER, Deep
from explain.authoring.witnesses import confirmed_text, truth_of
from explain.workspace import Workspace, raise_errors
from kb.language.diagnostics import ProgramError
from kb.language.loader import Loaded
from kb.language.policy_rules import ALTERNATIVE, CRITERION
from kb.language.program import Program
from kb.language.syntax import Span
from kb.language.terms import Var, plain_text
from kb.language.truth import Truth

COMMAND = "priorlog.smallestCase"
"""The command that looks for it: the address of the policy, what is listed there by its names, and the truth value."""


class Listed(Struct, frozen=True):
    """A criterion or alternative as a policy lists it for one kind of request."""

    span: Span
    policy: str
    kind: str
    criterion: str | None
    """That which it is an alternative of."""
    id: str

    @property
    def names(self) -> tuple[str | None, ...]:
        """What tells it apart from others."""
        return self.policy, self.kind, self.criterion, self.id

    def is_of(self, decision: Decision) -> bool:
        """Whether it is this that is decided."""
        names = self.policy, self.criterion, self.id
        return names == (decision.policy, decision.criterion, decision.id) and self.kind in decision.kinds


def listed(program: Program, file: str) -> Iterator[Listed]:
    """What is listed in a file of a program."""
    for clause in program.clauses:
        if clause.span.file == file and clause.is_fact and clause.head.pred in (CRITERION, ALTERNATIVE):
            policy, kind, *names = [plain_text(arg) for arg in clause.head.args if not isinstance(arg, Var)]
            match names:
                case [_, name, _]:
                    yield Listed(clause.span, policy, kind, None, name)
                case [criterion, _, name, _]:
                    yield Listed(clause.span, policy, kind, criterion, name)


def smallest_case(loaded: Loaded, file: str, names: Sequence[str | None], truth: Truth) -> str | None:
    """The text of the smallest case in which what is listed under some names (the policy, the kind of request, the criterion and its own) has
    a truth value; None if none was found, or nothing is listed so. Raises `ProgramError` if the program is wrong."""
    raise_errors(check(loaded))
    found = next((each for each in listed(loaded.program, file) if each.names == tuple(names)), None)
    deep = Deep(Rules.of(loaded.program), loaded.program, frozenset((file,)))
    decision = next((each for each in deep.decisions if found is not None and found.is_of(each)), None)
    if decision is None:
        return None
    try:
        smallest = deep.smallest(decision, truth)
    except (EndlessError, OutOfTimeError, RecursionError):
        return None
    workspace = Workspace(loaded, deep.rules)
    for facts in (*smallest.plainer, *(() if smallest.facts is None else (smallest.facts,))):
        try:
            if truth_of(workspace, decision, facts) is truth:
                lead = f"The smallest case in which {decision.label} is {NEVER[truth]}."
                return confirmed_text(workspace, facts, lead)
        except (ProgramError, EndlessError):
            continue
    return None
