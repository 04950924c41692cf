"""The case file that an interview writes: the text that it continues, as it is, then the answers under a source of their own."""

from __future__ import annotations

import os
import re
from itertools import count
from pathlib import Path

from engine.cases import Case
from explain.interview.session import Interview
from explain.words.phrases import one_line
from kb.language.printer import show_clause, show_declaration
from kb.language.syntax import SourceDecl
from kb.language.terms import plain_text


def continued(text: str, interview: Interview) -> str:
    """The text of a case file with what was answered below it: comments, facts and their sources stay as they are, and the answers
    say who gave them and when."""
    lines = [text.rstrip(), "", "% Answers of an interview.", show_declaration(SourceDecl(interview.source))]
    for answer in interview.answers:
        asked = one_line(answer.question.text)
        lines += ["", f"% {asked}" if answer.facts else f"% Not documented: {asked}"]
        lines += map(show_clause, answer.facts)
    return "\n".join(lines) + "\n"


def free_path(case: Case) -> Path:
    """A file in the current folder, named after the case, that is not there yet."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "_", plain_text(case.name))[:60].strip("_") or "case"
    paths = (Path(f"{stem}_answered{f'_{number}' if number > 1 else ''}.pl") for number in count(1))
    return next(path for path in paths if not os.path.lexists(path))
