"""How far work that takes a while has come: a bar on a terminal, on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kb.screen import itself


@contextmanager
def progress() -> Iterator[Callable[[float, str], None]]:
    """What is told how far the work has come, between 0 and 1, and what is being done; a bar on a terminal."""
    if not sys.stderr.isatty():
        yield lambda _share, _what: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from explain.report.terminal import SafeConsole

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=SafeConsole(itself(sys.stderr), True), transient=True) as bar:
        task = bar.add_task("reading", total=1.0)
        yield lambda share, what: bar.update(task, completed=share, description=what)
