"""What is said of an error that nothing foresaw."""

from __future__ import annotations

from pathlib import Path

from kb.language.diagnostics import Diagnostic
from kb.language.syntax import Span
from kb.language.terms import printable

MOST_SAID = 300
"""So many characters of what an unforeseen error says are told."""


def own_fault(error: Exception, command: str) -> Diagnostic:
    """E504 with what to report of an error while a command ran, and no facts but those in the error's message."""
    if isinstance(error, MemoryError):
        message = "the memory is not enough"
    elif isinstance(error, RecursionError):
        message = "something here is nested too deeply to be worked out"
    else:
        message = f"an error in Priorlog itself: {type(error).__name__}: {printable(' '.join(str(error).split()))[:MOST_SAID]}"
    import traceback  # only where there is a fault

    frames = traceback.extract_tb(error.__traceback__)[-3:]
    place = " < ".join(f"{Path(each.filename).name}:{each.lineno}" for each in reversed(frames))
    note = f"in `{f'priorlog {command}'.strip()}` at {place}"
    return Diagnostic(
        "E504", message, Span("priorlog", 0, 0), (note,), "please report these lines, without facts of a patient"
    )
