"""Where what is written goes: to standard output, or to a file that is whole or not there."""

from __future__ import annotations

import sys
from pathlib import Path

from kb.language.diagnostics import ProgramError


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
        raise not_written(path, error.strerror or str(error)) from None


def write_new(path: Path, text: str) -> None:
    """Writes a file that is not there yet.

    Raises `ProgramError` if it is there by now or cannot be written; then nothing half written is left.
    """
    is_ours = False
    try:
        with path.open("x", encoding="utf-8") as file:
            is_ours = True
            file.write(text)
    except FileExistsError:
        raise there_already(path) from None
    except OSError as error:
        if is_ours:
            path.unlink(missing_ok=True)
        raise not_written(path, error.strerror or str(error)) from None


def there_already(path: Path) -> ProgramError:
    """The error of a file that was to be new."""
    return not_written(path, "it is there already", "name a file that is not there yet")


def not_written(path: str | Path, why: str, suggestion: str | None = None) -> ProgramError:
    """The error of a file that cannot be written."""
    return ProgramError.of("E107", f"`{path}` cannot be written: {why}", str(path), suggestion)
