"""How the work of a call grows with what it is given: what tests of proportion look at."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import TypeVar

Given = TypeVar("Given")


def seconds(run: Callable[[Given], object], given: Given) -> float:
    """The processor time of a call, without the collection of what earlier tests left."""
    gc.disable()
    try:
        start = time.process_time()
        run(given)
        return time.process_time() - start
    finally:
        gc.enable()


def grows_in_proportion(run: Callable[[Given], object], few: Given, many: Given) -> bool:
    """Whether ten times as much takes about ten times as long, and not a hundred times: once of five times, since a loaded
    machine may hold up any of them."""
    return any(seconds(run, many) < 40 * max(seconds(run, few), 0.005) for _ in range(5))
