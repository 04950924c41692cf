"""Where the `priorlog` command starts: makes sure that its three packages come from one place, then runs it.

What is read, and what imports much, comes after the options are known to be right.
"""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from explain.process import prepare


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line; gives its exit code: that of the command, 1 with a message if another `kb` or `engine` is in
    the way, 130 after Ctrl-C, and 128 and the signal's number where the process is asked to end."""
    with _told_to_end() as signals:
        try:
            code = _main(arguments)
            sys.stdout.flush()
        except BrokenPipeError:
            _abandon(sys.stdout)
            code = 0
        except OSError as error:  # of writing: what is read reports its own
            print(f"priorlog: the answer cannot be written: {error.strerror or error}", file=sys.stderr)
            _abandon(sys.stdout)
            code = 1
        except KeyboardInterrupt:
            print("interrupted", file=sys.stderr)
            code = 130
    return 128 + signals[0] if signals else code


def _main(arguments: Sequence[str] | None) -> int:
    prepare()
    _open_streams()
    sys.stdout, sys.stderr = _whole(sys.stdout), _whole(sys.stderr)
    if not _is_at_home():
        return 1
    from kb.screen import on_screen

    with on_screen():
        from explain.cli.options import parsed

        options = parsed(sys.argv[1:] if arguments is None else arguments)
        from explain.cli.commands import run

        return run(options)


class Interrupted(KeyboardInterrupt):
    """Ctrl-C. Where Python has seen a plain `KeyboardInterrupt`, even one that was dealt with, it ends by the signal and not
    with the exit code that was given."""


@contextmanager
def _told_to_end() -> Iterator[list[int]]:
    """The signals by which the process is asked to end: the first ends the block, so that what it has half done is taken
    back on the way; another ends the process at once."""
    received: list[int] = []

    def end(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        received.append(number)
        raise SystemExit(128 + number)

    def interrupt(_number: int, _frame: object) -> None:
        raise Interrupted

    handlers: dict[int, Callable[[int, object], None]] = {signal.SIGINT: interrupt, signal.SIGTERM: end}
    if hasattr(signal, "SIGHUP"):
        handlers[signal.SIGHUP] = end
    usual = (signal.SIG_DFL, signal.default_int_handler)  # what is ignored stays so
    is_main = threading.current_thread() is threading.main_thread()
    chosen = {number: each for number, each in handlers.items() if is_main and signal.getsignal(number) in usual}
    before = {number: signal.signal(number, handler) for number, handler in chosen.items()}
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _abandon(stream: TextIO) -> None:
    """Lets what is still written to a stream go nowhere."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _open_streams() -> None:
    """Input that is closed is empty, output that is closed goes nowhere."""
    sys.stdin, sys.stdout, sys.stderr = (
        stream or Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 # it stays open
        for stream, mode in ((sys.stdin, "r"), (sys.stdout, "w"), (sys.stderr, "w"))
    )


def _whole(stream: TextIO) -> TextIO:
    """The stream, on which what its encoding cannot show is written as an escape, and a text is written whole or is an
    error: where it has no buffer (`PYTHONUNBUFFERED`) it gets one, as Python does not look there at how much is taken."""
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    stream.reconfigure(errors="backslashreplace")
    if not isinstance(stream.buffer, io.FileIO):
        return stream
    buffer = io.BufferedWriter(io.FileIO(stream.fileno(), "w", closefd=False))
    return io.TextIOWrapper(buffer, stream.encoding, stream.errors, line_buffering=True)


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
