"""Runs what recurs deeply, as a proof of thousands of steps does, where there is room for it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

STACK = 512 * 1024 * 1024
"""Bytes of stack; what is not used is not taken."""
DEEPEST = 400_000


def with_room(run: Callable[[], Result]) -> Result:
    """The result of a call that is made in a thread with a large stack; what it raises is raised here.

    A keyboard interrupt leaves the thread behind, which does not keep the process from ending.
    """
    given: list[Result] = []
    raised: list[BaseException] = []

    def called() -> None:
        try:
            given.append(run())
        except BaseException as error:
            raised.append(error)

    before, limit = threading.stack_size(STACK), sys.getrecursionlimit()
    sys.setrecursionlimit(DEEPEST)
    try:
        thread = threading.Thread(target=called, daemon=True)
        thread.start()
        threading.stack_size(before)
        thread.join()
    finally:
        sys.setrecursionlimit(limit)
    if raised:
        raise raised[0]
    return given[0]
