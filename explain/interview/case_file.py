"""The case file of an interview: what it says of an earlier one, and the answers of this one, which are put at its end.

What others have written there stays as it is. What was answered with `unknown` is a remark, from which a later interview goes on:

    % Not documented: What is the sex of the patient?
    %   sex(c1, female), sex(c1, _)
"""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from msgspec.structs import replace

from engine.cases import Case
from explain.interview.questions import Asked, constants
from explain.interview.session import Answer, Interview
from explain.report.review import Reviewer
from explain.words.phrases import one_line
from kb.language.declarations import COMPLETE, Declarations
from kb.language.diagnostics import ProgramError
from kb.language.loader import decode, read_goal
from kb.language.printer import show_atom, show_clause, show_declaration
from kb.language.syntax import AtomF, Pred, SourceDecl
from kb.language.terms import Atom, Var, plain_text
from kb.language.traversal import walk
from kb.normalization import Names
from kb.output import Output, check_new, failures_told, fault_of, target_of, write_new

INTERVIEW, QUESTIONNAIRE = "Answers of an interview.", "Answers to a questionnaire."
"""What stands above answers in a case file."""
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


def continued(text: str, interview: Interview, lead: str = INTERVIEW) -> str:
    """The text of a case file with what was answered below it: everything there stays as it is, and the answers follow, each under
    a source that says where it comes from, who gave it and when."""
    lines, source = [f"% {lead}"], None
    for answer in interview.answers:
        asked, before = one_line(answer.question.text), source
        source = answer.facts[0].source if answer.facts else source or interview.source
        if source is not None and source != before:
            lines += [*([""] if before else []), show_declaration(SourceDecl(source))]
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


@dataclass(frozen=True)
class CaseFile:
    """A case with the file that states it; `path` is None if there is none."""

    case: Case
    path: str | None

    def stated(self) -> str:
        """The text of the case just as it is, with its ends of lines. Raises `ProgramError` if it cannot be read any more."""
        if self.path is None:
            return "".join(f"{show_clause(fact)}\n" for fact in self.case.facts)
        path = Path(self.path)
        with failures_told(path):
            data = path.read_bytes()
        if not isinstance(wrong := decode(data, str(path)), str):
            raise ProgramError([wrong])
        return data.decode()

    def interview(self, reviewer: Reviewer, who: str, today: datetime.date, *, closed_world: bool = False) -> Interview:
        """An interview about the case that goes on from what the file says of an earlier one."""
        left = left_undocumented(self.stated(), self.case, reviewer.rules.names)
        return Interview(reviewer, self.case.within(reviewer.vocabulary), who, today, closed_world, left)


@dataclass(frozen=True)
class AnsweredFile:
    """The file that answers about a case are put at the end of: that of the case, or a new one."""

    of: CaseFile
    target: Path
    is_new: bool

    @classmethod
    def for_answers(cls, of: CaseFile, output_path: str | None) -> AnsweredFile:
        """The file that `output_path` names, else that of the case, else one that is named after the case, in the current folder.
        Raises `ProgramError` if it cannot be written, or a new one is there already."""
        if output_path is not None:
            target = target_of(output_path)
        else:
            target = free_path(of.case) if of.path is None else Path(of.path)
        is_new = output_path is not None or of.path is None
        if is_new:
            check_new(target)
        elif (wrong := fault_of(target, ())) is not None:
            raise ProgramError([wrong])
        return cls(of, target, is_new)

    def write(self, interview: Interview, lead: str = INTERVIEW) -> None:
        """Puts the answers at the end."""
        text = continued(self.of.stated(), interview, lead)
        if self.is_new:
            write_new(self.target, text)
        else:
            Output(str(self.target)).write(text)


def free_path(case: Case) -> Path:
    """A file in the current folder, named after the case, that is not there yet."""
    stem = re.sub(r"[^A-Za-z0-9_-]+", "_", plain_text(case.name))[:60].strip("_") or "case"
    paths = (Path(f"{stem}_answered{f'_{number}' if number > 1 else ''}.pl") for number in count(1))
    return next(path for path in paths if not os.path.lexists(path))
