"""Where reports go: to standard output, or to a file that is whole or not there."""

from __future__ import annotations

import sys
from pathlib import Path

from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.syntax import Span


def write_out(text: str, path: str | None) -> None:
    """Writes a finished text. A file is replaced only once all of it is written.

    Raises `ProgramError` if the file cannot be written.
    """
    if path is None:
        sys.stdout.write(text)
        return
    target = Path(path)
    unfinished = target.parent / (target.name + ".part")
    try:
        if target.is_dir():
            raise IsADirectoryError(None, "it is a folder")
        if target.exists() and not target.is_file():  # a device or pipe is written to, not replaced
            target.write_text(text, encoding="utf-8")
            return
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(target)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        why = error.strerror or str(error)
        raise ProgramError([Diagnostic("E107", f"`{path}` cannot be written: {why}", Span(path, 0, 0))]) from None
