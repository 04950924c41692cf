"""Edits decided on all processors: each process opens the policy anew, and is told which of its edits to decide."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from threading import Thread

from msgspec import Struct

from explain.authoring.mutation import Mutant, Mutation, PolicyTest
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
    workers = min(processes or os.cpu_count() or 1, max(1, len(chosen) // FEW))
    found: dict[int, Mutant] = {}
    for at, mutant in _decided(job, chosen, workers):
        found[at] = mutant
        told(len(found) / len(chosen), f"{len(found)} of {len(chosen)} edits")
    return [found[at] for at in chosen]


def _decided(job: Job, chosen: Sequence[int], workers: int) -> Iterator[tuple[int, Mutant]]:
    if workers < 2 or not _can_spawn():
        mutation = job.mutation()
        yield from ((at, mutation.mutant(mutation.edits[at])) for at in chosen)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(job,)) as pool:
        waiting = {pool.submit(_decide, at): at for at in chosen}
        try:
            for done in as_completed(waiting):
                yield waiting[done], done.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _can_spawn() -> bool:
    """Whether another process can begin as this one did: not where the program was typed, or read from standard input."""
    main = sys.modules.get("__main__")
    file = getattr(main, "__file__", None)
    return file is None or Path(file).exists()


_mutation: Mutation | None = None
"""In a process of the pool, its policy."""


def _begin(job: Job) -> None:
    global _mutation  # a process of the pool has one policy, and is given the edits one by one
    Thread(target=_end_with_parent, daemon=True).start()
    _mutation = job.mutation()


def _end_with_parent() -> None:
    """A process of the pool whose parent was ended from outside is told nothing, and would wait on."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _decide(at: int) -> Mutant:
    assert _mutation is not None
    return _mutation.mutant(_mutation.edits[at])
