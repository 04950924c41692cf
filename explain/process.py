"""How a process that answers questions is set up, whether a command, a service or a protocol asks them."""

from __future__ import annotations

import gc
import sys

DEEPEST = 20_000
"""Python's recursion limit: proofs of long chains are deep trees."""
MOST_NEW = 200_000
"""How many objects are made before unreachable ones are looked for: most of what a question makes lasts until its end."""


def prepare() -> None:
    """Sets Python's limits for the work that follows."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), DEEPEST))
    gc.set_threshold(MOST_NEW)
