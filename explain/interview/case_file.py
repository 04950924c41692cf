"""The case file of an interview: what it says of an earlier one, and the answers of this one, which are put at its end.

What others have written there stays as it is. What was answered with `unknown` is a remark, from which a later interview goes on:

    % Not documented: What is the sex of the patient?
    %   sex(c1, female), sex(c1, _)
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

from engine.cases import Case
from explain.interview.questions import Asked, constants
from explain.interview.session import Answer, Interview
from explain.words.phrases import one_line
from kb.language.declarations import COMPLETE, Declarations
from kb.language.loader import read_goal
from kb.language.printer import show_atom, show_clause, show_declaration
from kb.language.syntax import AtomF, Pred, SourceDecl, walk
from kb.language.terms import Atom, Var, plain_text
from kb.names import Names

_REMARK = re.compile(r"^% Not documented: .*\n%   (.+)$", re.MULTILINE)


def left_undocumented(text: str, case: Case, names: Names) -> tuple[Asked | Pred, ...]:
    """What a case file says was answered with `unknown` and has not been documented since: facts and values, and predicates
    for individuals not named."""
    heads = [fact.head for fact in names.read(case.facts).facts]
    stated = {_asked(replace(head, pred=head.pred.positive), names.declarations) for head in heads}
    complete = {head.args[1] for head in heads if head.pred == COMPLETE}
    found: dict[Asked | Pred, None] = {}
    for remark in _REMARK.findall(text):
        goal = read_goal(remark)
        for atom in () if isinstance(goal, tuple) else walk(goal):
            if isinstance(atom, AtomF) and atom.args[:1] == (case.name,) and atom.pred in names.declarations.questions:
                asked = _asked(atom, names.declarations)
                if asked not in stated and Atom(atom.pred.own_name) not in complete:
                    found[asked] = None
    return tuple(found)


def _asked(atom: AtomF, declarations: Declarations) -> Asked | Pred:
    """What an atom is about: a fact, the value for a key, or individuals not named."""
    keys = _keys(atom.pred, declarations)
    key = constants(arg for arg, is_key in zip(atom.args, keys, strict=True) if is_key)
    return Asked(atom.pred, key) if len(key) == sum(keys) else atom.pred


def continued(text: str, interview: Interview) -> str:
    """The text of a case file with what was answered below it: everything there stays as it is, and the answers follow under a
    source that says who gave them and when."""
    lines = ["% Answers of an interview.", show_declaration(SourceDecl(interview.source))]
    for answer in interview.answers:
        asked = one_line(answer.question.text)
        if answer.facts:
            lines += ["", f"% {asked}", *map(show_clause, answer.facts)]
        else:
            lines += ["", f"% Not documented: {asked}", f"%   {_left(answer, interview)}"]
    end = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    return text + end + "\n".join(lines) + "\n"


def _left(answer: Answer, interview: Interview) -> str:
    """What an answer leaves undocumented, as a goal."""
    return ", ".join(one_line(show_atom(atom)) for atom in _atoms(answer, interview))


def _atoms(answer: Answer, interview: Interview) -> Iterator[AtomF]:
    for each in answer.passed_over:
        match each:
            case Asked(pred, key):
                values = iter(key)
                keys = _keys(pred, interview.reviewer.rules.declarations)
                yield AtomF(pred, tuple(next(values) if is_key else Var("_") for is_key in keys))
            case Pred():
                yield AtomF(each, (interview.case.name, *(Var("_") for _ in range(each.arity - 1))))


def _keys(pred: Pred, declarations: Declarations) -> tuple[bool, ...]:
    declared = declarations.functional.get(pred)
    return declared.keys if declared is not None else (True,) * pred.arity


def free_path(case: Case) -> Path:
    """A file in the current folder, named after the case, that is not there yet."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "_", plain_text(case.name))[:60].strip("_") or "case"
    paths = (Path(f"{stem}_answered{f'_{number}' if number > 1 else ''}.pl") for number in count(1))
    return next(path for path in paths if not os.path.lexists(path))
