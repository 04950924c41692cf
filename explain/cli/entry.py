"""Where the `priorlog` command starts: makes sure that its three packages come from one place, then runs it.

What is read, and what imports much, comes after the options are known to be right.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

DEEPEST = 20_000
"""Python's recursion limit while a command runs: proofs of long chains are deep trees."""

MOST_NEW = 50_000
"""How many objects are made before unreachable ones are looked for: most of what a command makes lasts until its end."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line; gives its exit code, 1 with a message if another `kb` or `engine` is in the way."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), DEEPEST))
    gc.set_threshold(MOST_NEW)
    _open_streams()
    if not _is_at_home():
        return 1
    from kb.screen import on_screen

    with on_screen():
        return _run(arguments)


def _run(arguments: Sequence[str] | None) -> int:
    from explain.cli.options import ANSWERED, ERRORS, parsed

    options = parsed(sys.argv[1:] if arguments is None else arguments)
    from explain.cli.commands import run

    try:
        code = run(options)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ANSWERED
    except OSError as error:  # of writing: what is read reports its own
        print(f"priorlog: the answer cannot be written: {error.strerror or error}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ERRORS
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


def _open_streams() -> None:
    """Output that is closed goes nowhere; what an encoding cannot show is written as an escape."""
    sys.stdout, sys.stderr = (
        stream or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 # it stays open
        for stream in (sys.stdout, sys.stderr)
    )
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _is_at_home() -> bool:
    """Whether the three packages come from one place; tells on standard error where they come from if not."""
    import engine
    import explain
    import kb

    homes = {module.__name__: _home(module.__file__) for module in (kb, engine, explain)}
    if len(set(homes.values())) == 1 and hasattr(kb, "PRIORLOG"):
        return True
    print("priorlog: its packages do not come from one place:", file=sys.stderr)
    for name, home in homes.items():
        print(f"  {name}: {home}", file=sys.stderr)
    hint = "another package named kb, engine or explain is in the way; use a virtual environment of its own"
    print(hint, file=sys.stderr)
    return False


def _home(file: str | None) -> str:
    return str(Path(file).resolve().parent.parent) if file else "nowhere"
