"""How a process that answers questions is set up, whether a command, a service or a protocol asks them; and how many are to share work."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from pathlib import Path

DEEPEST = 20_000
"""Python's recursion limit: proofs of long chains are deep trees."""
MOST_NEW = 200_000
"""How many objects are made before unreachable ones are looked for: most of what a question makes lasts until its end."""


def prepare() -> None:
    """Sets Python's limits for the work that follows, and how its end is gone about."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), DEEPEST))
    gc.set_threshold(MOST_NEW)
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)  # what is there at the end goes with the process: Python need not look for circles in it


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def processes_for(items: int, asked: int | None = None, *, few: int) -> int:
    """How many processes are to share so many items: as many as are asked for, else one for each processor, but no more than have
    `few` items each. It is 1 where all is to be done in this process."""
    if not _can_spawn():
        return 1
    return max(1, min(asked, items) if asked else min(processors(), items // few))


def _can_spawn() -> bool:
    """Whether another process can begin as this one did: not where the program was typed, or read from standard input."""
    main = sys.modules.get("__main__")
    file = getattr(main, "__file__", None)
    return file is None or Path(file).exists()
