"""The case file that an interview writes: the original facts, and the answers with who said them and when."""

from __future__ import annotations

import re
from pathlib import Path

from engine.cases import Case
from explain.interview.session import Interview
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.printer import show_clause
from kb.language.syntax import Span
from kb.language.terms import plain_text, printable


def plain_line(text: str) -> str:
    """A text as one line without control characters, for comments."""
    return " ".join(printable(text).split()) or "someone not named"


def case_text(interview: Interview) -> str:
    """The case file: the original facts, then those that were answered, each with who said it and when."""
    said = f"said by {interview.who} on {interview.today}"
    lines = [f"% The case {plain_line(plain_text(interview.case.name))} with the answers of an interview.", ""]
    lines += [show_clause(fact) for fact in interview.case.facts]
    for answer in interview.answers:
        asked = f"{plain_line(answer.question.text)}"
        lines.append("")
        if not answer.facts:
            lines.append(f"% Not documented, {said}: {asked}")
            continue
        lines += [f"% {asked}"]
        lines += [f"{show_clause(fact)}  % {said}" for fact in answer.facts]
    return "\n".join(lines) + "\n"


def free_path(case: Case) -> Path:
    """A file in the current folder, named after the case, that is not there yet."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "_", plain_text(case.name))[:60].strip("_") or "case"
    number = 1
    while True:
        path = Path(f"{stem}_answered{'' if number == 1 else f'_{number}'}.pl")
        if not path.exists() and not path.is_symlink():
            return path
        number += 1


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
        raise ProgramError([not_written(path, "it is there already", "name a file that is not there yet")]) from None
    except OSError as error:
        if is_ours:
            path.unlink(missing_ok=True)
        raise ProgramError([not_written(path, error.strerror or str(error), None)]) from None


def not_written(path: Path, why: str, hint: str | None) -> Diagnostic:
    """The diagnostic for a file that cannot be written."""
    return Diagnostic("E107", f"`{path}` cannot be written: {why}", Span(str(path), 0, 0), (), hint)
