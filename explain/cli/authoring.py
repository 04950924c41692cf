"""What `check --deep` and `mutate` do with their options."""

from __future__ import annotations

from collections.abc import Sequence

from engine.knowledge import EndlessError
from engine.symbolic.limits import OutOfTimeError
from explain.authoring import pool
from explain.authoring.deep import Deep, Finding, of_mutants
from explain.authoring.edits import Operator
from explain.authoring.mutation import Mutation
from explain.workspace import Workspace
from kb.language.diagnostics import Diagnostic
from kb.language.syntax import Span


def deep_findings(
    files: Sequence[str], workspace: Workspace, told: pool.Progress, processes: int | None = None
) -> list[Finding]:
    """What the solver shows about the policy of some files, by place."""
    own = pool.own_files(workspace, files)
    deep = Deep(workspace.rules, workspace.loaded.program, own)
    told(0.0, "looking for cases")
    found = list(deep.at_once())
    try:
        found += deep.findings()
    except (OutOfTimeError, EndlessError, RecursionError, MemoryError):
        said = "what can never be was not found out: its rules take too long"
        found.append(Finding(Diagnostic("N313", said, Span(sorted(own)[0], 0, 0))))
    job = pool.Job(tuple(files))
    edits = Mutation(workspace, own).edits
    chosen = [
        at
        for at, edit in enumerate(edits)
        if edit.operator is Operator.DROP_LITERAL or (edit.operator is Operator.DROP_RULE and not edit.old.is_fact)
    ]
    found += of_mutants(pool.mutants(job, chosen, told, processes))
    return sorted(found, key=lambda each: (each.diagnostic.span.file, each.diagnostic.span.line, each.diagnostic.code))
