"""Edits decided on all processors: each process opens the policy anew, and is told which of its edits to decide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from explain.authoring.mutation import Mutant, Mutation, PolicyTest
from explain.process import processes_for
from explain.processes import divided
from explain.workspace import Workspace

FEW = 8
"""So many edits are decided in this process: it takes a second to begin another."""
Progress = Callable[[float, str], object]


class Job(Struct, frozen=True):
    """A policy by its files, and the tests that edits of it are tried with."""

    files: tuple[str, ...]
    """None for the policy that comes with the product."""
    tests: tuple[PolicyTest, ...] = ()
    max_steps: int | None = None

    def mutation(self) -> Mutation:
        """Opens the policy."""
        workspace = Workspace.open(self.files, max_steps=self.max_steps)
        return Mutation(workspace, own_files(workspace, self.files), self.tests)


def own_files(workspace: Workspace, files: Sequence[str]) -> frozenset[str]:
    """The names that messages have for the files of a policy: those that were asked for, or where none were the shipped one's."""
    named = {Path(each).resolve() for each in files}
    policies = {each.span.file for each in workspace.rules.declarations.policies}
    asked = {name for name, path in workspace.sources.files.items() if path.resolve() in named}
    return frozenset(asked or policies)


def mutants(job: Job, chosen: Sequence[int], told: Progress, processes: int | None = None) -> list[Mutant]:
    """What becomes of some of the edits of a policy, in the order of the edits."""
    workers = processes_for(len(chosen), processes, few=FEW)
    begin = Deciding(job)
    found: list[Mutant] = []
    for mutant in map(begin(), chosen) if workers < 2 else divided(begin, chosen, workers):
        found.append(mutant)
        told(len(found) / len(chosen), f"{len(found)} of {len(chosen)} edits")
    return found


class Deciding(Struct, frozen=True):
    """Begins to decide the edits of a policy, which are told by their numbers."""

    job: Job

    def __call__(self) -> Callable[[int], Mutant]:
        mutation = self.job.mutation()
        return lambda at: mutation.mutant(mutation.edits[at])
