"""The case file that an interview writes: the original facts, and the answers with who said them and when."""

from __future__ import annotations

import re
from pathlib import Path

from engine.cases import Case
from explain.interview.session import Interview
from kb.language.printer import show_clause
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
