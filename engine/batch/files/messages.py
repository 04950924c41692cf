"""What is said of files that cannot be read or written, by either engine."""

from __future__ import annotations

from pathlib import Path

from kb.language.diagnostics import Diagnostic
from kb.language.syntax import Span


def file_span(path: Path, line: int = 0) -> Span:
    """The place of a file as a whole, or of one of its lines."""
    return Span(str(path), line, 1)


def batch_error(code: str, message: str, hint: str | None = None) -> Diagnostic:
    """What is wrong with a batch as a whole."""
    return Diagnostic(code, message, file_span(Path("<batch>")), (), hint)


def not_utf8(file: Path) -> Diagnostic:
    """A text file in another encoding, with the line of the first wrong byte."""
    return Diagnostic(
        "E107", f"`{file.name}` is not UTF-8 text", file_span(file, _wrong_line(file)), (), "save it as UTF-8"
    )


def _wrong_line(file: Path) -> int:
    with file.open("rb") as raw:
        for number, line in enumerate(raw, 1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return 0


def unclosed_quote(file: Path, line: int) -> Diagnostic:
    """A quotation mark in a CSV file that is not closed or not doubled."""
    message = f"`{file.name}` has a quotation mark that is not closed or not doubled"
    hint = 'write a value as "...", and a quotation mark inside it twice'
    return Diagnostic("E107", message, file_span(file, line), (), hint)


def wrong_width(file: Path, line: int, values: int, columns: int) -> Diagnostic:
    """A row of a CSV file with more or fewer values than there are columns."""
    message = f"`{file.name}` has a row of {values} values where there are {columns} columns"
    return Diagnostic("E107", message, file_span(file, line), (), "quote values that contain commas")


def not_parquet(file: Path, note: str, line: int = 0) -> Diagnostic:
    """A file that is not Parquet, or not all of it."""
    hint = "is it cut off, or still being written?"
    return Diagnostic("E107", f"`{file.name}` is not a whole Parquet file", file_span(file, line), (note,), hint)


def no_folder(target: Path, error: OSError) -> Diagnostic:
    """An output beside which nothing can be written."""
    message = f"`{target}` cannot be written: {error.strerror or error}"
    return Diagnostic("E107", message, file_span(target), (), "name a file in a folder that exists")


def not_written(target: Path, note: str) -> Diagnostic:
    """A failure to write the output."""
    hint = "free space on its disk, or write to another; nothing was written"
    return Diagnostic("E107", f"`{target.name}` could not be written", file_span(target), (note,), hint)


def too_little_memory(target: Path, note: str | None, hint: str) -> Diagnostic:
    """A batch that does not make do with its memory."""
    notes = () if note is None else (note,)
    hint = f"{hint}, or close other programs; nothing was written"
    return Diagnostic("E107", "the memory is not enough for this batch", file_span(target), notes, hint)
