"""Programs of the user that the prompt at a terminal calls: the editor that a text is changed in, and the pager for what is longer
than the screen.

They are started as they are named, with their options, and by no shell.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from kb.language.diagnostics import QUERY, ProgramError
from kb.language.loader import RULES, decode

DEFAULT_PAGER = "less"
LESS = "FRX"
"""The options of `less` where the user has set none: colours, and the text stays on the screen."""


def edited(text: str) -> str:
    """A text as the user's editor leaves it. Raises `ProgramError` if there is no editor, or it fails."""
    command = _words(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")
    if not command:
        raise _no_editor("no editor is named", "set EDITOR, as in `EDITOR=nano priorlog`")
    with tempfile.TemporaryDirectory(prefix="priorlog-") as folder:
        path = Path(folder, f"clauses{RULES}")
        path.write_text(text, encoding="utf-8")
        try:
            code = subprocess.run([*command, str(path)], check=False).returncode  # it is the user's own
            data = path.read_bytes()
        except OSError as error:
            raise _no_editor(f"the editor `{command[0]}` cannot be used: {error.strerror}", "set EDITOR") from None
        if code:
            raise _no_editor(f"the editor `{command[0]}` ended with exit code {code}", "nothing was changed")
        found = decode(data, path.name)
        if not isinstance(found, str):
            raise ProgramError([found])
        return found


def _words(command: str) -> list[str]:
    """A command and its options; nothing if a quotation mark in it is not closed."""
    try:
        return shlex.split(command)
    except ValueError:
        return []


def _no_editor(said: str, suggestion: str) -> ProgramError:
    return ProgramError.of("E502", said, QUERY, suggestion)


@contextmanager
def paged(out: Console) -> Iterator[None]:
    """Shows what is printed in a block, by the user's pager if it is longer than the screen."""
    captured = out.capture()
    try:
        with captured:
            yield
    finally:
        text = captured.get()
        command = _pager() if text.count("\n") >= out.height else []
        if not command or not _shown_by(command, text):
            out.file.write(text)
            out.file.flush()


def _pager() -> list[str]:
    """The pager and its options; nothing if there is none, or one that would only print."""
    named = os.environ.get("PAGER")
    command = _words(DEFAULT_PAGER if named is None else named)
    return command if command and command != ["cat"] and shutil.which(command[0]) else []


def _shown_by(command: list[str], text: str) -> bool:
    """Shows a text by a pager, which Ctrl-C is left to; tells whether it could be started."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        process = subprocess.Popen(  # it is the user's own
            command, stdin=subprocess.PIPE, env={"LESS": LESS, **os.environ}, encoding="utf-8", errors="replace"
        )
    except OSError:
        return False
    else:
        process.communicate(text)
        return True
    finally:
        signal.signal(signal.SIGINT, before)
