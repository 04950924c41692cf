"""What `check --deep` and `mutate` do with their options."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from engine.knowledge import EndlessError
from engine.symbolic.limits import OutOfTimeError
from explain.authoring import pool
from explain.authoring.deep import Deep, Finding, of_mutants
from explain.authoring.edits import Operator
from explain.authoring.mutation import Mutant, Mutation, tests_in
from explain.authoring.mutation_pages import lead, survivors
from explain.authoring.witnesses import confirmed_text
from explain.workspace import Workspace
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.loader import RULES
from kb.language.syntax import Span
from kb.output import write_new


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


def mutants(options: argparse.Namespace, workspace: Workspace, told: pool.Progress) -> list[Mutant]:
    """What becomes of the edits of a policy. Raises `ProgramError` for tests with errors, or that the policy does not pass."""
    tests, wrong = tests_in(options.tests, workspace) if options.tests else ([], [])
    errors = [each for each in wrong if each.is_error]
    if errors:
        raise ProgramError(errors, workspace.sources)
    mutation = Mutation(workspace, pool.own_files(workspace, options.file), tuple(tests))
    if failing := mutation.failing():
        names = ", ".join(f"`{each.name}`" for each in failing[:MOST_NAMED])
        said = f"the policy as it is fails {len(failing)} of its tests: {names}"
        raise ProgramError.of(
            "E409", said, options.tests[0], "make them pass first: `priorlog test` says why they fail"
        )
    chosen = list(range(len(mutation.edits)))
    if options.limit is not None and options.limit < len(chosen):
        chosen = [at * len(chosen) // options.limit for at in range(options.limit)]
    job = pool.Job(tuple(options.file), tuple(tests), options.max_steps)
    return pool.mutants(job, chosen, told, options.processes)


MOST_NAMED = 5
"""How many failing tests are named."""


def write_tests(folder: Path, alive: Iterable[Mutant], workspace: Workspace) -> list[Path]:
    """Writes a test for each edit that no test notices: the smallest case that it decides otherwise, with what the policy says of it."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number, mutant in enumerate(survivors(alive), 1):
        span = mutant.edit.span
        name = f"line_{span.line}_{mutant.edit.operator.value}"
        path = folder / f"{name}{RULES}"
        while path.exists():
            path = folder / f"{name}_{number}{RULES}"
            number += 1
        write_new(path, confirmed_text(workspace, mutant.facts, lead(mutant), path.stem))
        written.append(path)
    return written
