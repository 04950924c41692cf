"""The case file of an interview: what it says of an earlier one, and the answers of this one, which are put at its end.

What others have written there stays as it is. What was answered with `unknown` is a remark, from which a later interview goes on:

    % Not documented, said by Ada on 2024-09-03: To which drugs is the disease refractory?
    %   refractory(c1, carfilzomib), refractory(c1, _)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from engine.cases import Case
from explain.interview.circuit import Asked, constants
from explain.interview.session import Answer, Interview
from kb.language.declarations import COMPLETE, Declarations
from kb.language.loader import read_goal
from kb.language.printer import show_atom, show_clause
from kb.language.syntax import AtomF, Pred, walk
from kb.language.terms import Atom, Var, plain_text, printable
from kb.names import Names

_REMARK = re.compile(r"^% Not documented, said by .*\n%   (.+)$", re.MULTILINE)


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
                if asked not in stated and Atom(atom.pred.name) not in complete:
                    found[asked] = None
    return tuple(found)


def _asked(atom: AtomF, declarations: Declarations) -> Asked | Pred:
    """What an atom is about: a fact, the value for a key, or individuals not named."""
    keys = _keys(atom.pred, declarations)
    key = constants(arg for arg, is_key in zip(atom.args, keys, strict=True) if is_key)
    return Asked(atom.pred, key) if len(key) == sum(keys) else atom.pred


def with_answers(text: str, interview: Interview) -> str:
    """The text of a case file with the answers of an interview, each with who said it and when."""
    said = f"said by {interview.who} on {interview.today}"
    lines = [f"% Answers of an interview about {plain_line(plain_text(interview.case.name))}, {said}."]
    for answer in interview.answers:
        asked = plain_line(answer.question.text)
        if answer.facts:
            lines += ["", f"% {asked}", *(f"{show_clause(fact)}  % {said}" for fact in answer.facts)]
        else:
            lines += ["", f"% Not documented, {said}: {asked}", f"%   {_left(answer, interview)}"]
    end = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    return text + end + "\n".join(lines) + "\n"


def _left(answer: Answer, interview: Interview) -> str:
    """What an answer leaves undocumented, as a goal."""
    return ", ".join(plain_line(show_atom(atom)) for atom in _atoms(answer, interview))


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


def plain_line(text: str) -> str:
    """A text as one line without control characters, for comments."""
    return " ".join(printable(text).split()) or "someone not named"
