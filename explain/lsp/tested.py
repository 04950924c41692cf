"""What tests show of the rules that are saved, worked out in a process of its own, so that the server answers meanwhile.

What is known of a rule is known of what it says, not of where it stands: a rule that is another by now has not been tested.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TypeAlias

from explain.authoring.coverage import ORDER, Coverage, own_files
from explain.authoring.policy_tests import Named, PolicyTests
from explain.workspace import Workspace
from kb.language.diagnostics import ProgramError
from kb.language.syntax import Clause

log = logging.getLogger(__name__)
SeenRules: TypeAlias = Mapping[Clause, Mapping[str, Sequence[str]]]
"""By rule, the tests that show it in each truth value."""


def seen_rules(rules: Sequence[Named], tests: Sequence[Named]) -> SeenRules:
    """What tests show of some rules. Raises `ProgramError` if there is something wrong with these, or nothing to test."""
    workspace = Workspace.open(rules)
    run = PolicyTests(workspace).run(tests)
    coverage = Coverage.of(run.reviewed, workspace.loaded.program, own_files(rules, workspace.sources))
    by_place = {each.span: each for each in workspace.loaded.program.clauses if not each.is_fact}
    return {
        by_place[rule.key.span]: {truth.value: rule.seen.cases(truth) for truth in ORDER}
        for rule in coverage.rules
        if rule.key.span in by_place
    }


@dataclass
class Tested:
    """What the tests of an editor's rules show; `told` is called when that has changed."""

    rules: Sequence[Named]
    tests: Sequence[Named]
    told: Callable[[], object]
    seen: SeenRules = field(default_factory=dict)
    _is_asked: bool = False
    _task: asyncio.Task[None] | None = None
    _process: BaseProcess | None = None

    def again(self) -> None:
        """Has the tests run, again if they are running; nothing waits for it."""
        self._is_asked = bool(self.tests)
        if self._is_asked and (self._task is None or self._task.done()):
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        while self._is_asked:
            self._is_asked = False
            self.seen = await asyncio.to_thread(self._seen)
            self.told()

    def _seen(self) -> SeenRules:
        """What a process finds; nothing, if it ends without."""
        context = multiprocessing.get_context("spawn")
        receiver, sender = context.Pipe(duplex=False)
        self._process = context.Process(target=_find, args=(self.rules, self.tests, sender), daemon=True)
        self._process.start()
        sender.close()
        try:
            found: SeenRules = receiver.recv()
        except EOFError:
            return {}
        finally:
            receiver.close()
        return found

    def stop(self) -> None:
        """Ends what is running."""
        self._is_asked = False
        if self._process is not None and self._process.is_alive():
            self._process.terminate()


def _find(rules: Sequence[Named], tests: Sequence[Named], out: Connection) -> None:
    """What the process does: standard output belongs to the server."""
    sys.stdout = sys.stderr
    try:
        out.send(seen_rules(rules, tests))
    except ProgramError as error:
        log.warning("the tests were not run: %s", error.diagnostics[0].message)
