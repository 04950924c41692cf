"""The library of DuckDB, imported while signals wait: a handler that raises inside it is lost, or ends the process in C++."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

ENDING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""The signals that ask a process to end, as far as the system has them."""


@contextmanager
def signals_held() -> Iterator[None]:
    """Handlers of the signals that ask the process to end run when the block has ended.

    They run in the main thread, whichever thread of the process a signal comes to; a block in another one they do not meet.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    handlers = {each: signal.getsignal(each) for each in ENDING}
    held = {each: handler for each, handler in handlers.items() if callable(handler)}
    for each in held:
        signal.signal(each, lambda number, _frame: came.append(number))
    try:
        yield
    finally:
        for each, handler in held.items():
            signal.signal(each, handler)
        for each in came:
            signal.raise_signal(each)


with signals_held():
    import duckdb as duckdb
