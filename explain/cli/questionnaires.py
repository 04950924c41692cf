"""What `interview` does without asking: it writes a questionnaire, or takes the answers to one."""

from __future__ import annotations

import argparse
import datetime
import os
import sys
from typing import TYPE_CHECKING

from explain.interview.case_file import QUESTIONNAIRE, AnsweredFile, CaseFile
from explain.interview.session import Interview
from explain.report.json_text import json_text
from explain.report.statements import badge_of
from explain.words.phrases import say
from explain.workspace import Workspace
from kb.language.terms import printable
from kb.output import Output

if TYPE_CHECKING:
    from engine.cases import Case


def write_questionnaire(workspace: Workspace, case: Case, options: argparse.Namespace, output: Output) -> None:
    """Writes what an interview would ask about a case as a FHIR Questionnaire; says so if that is nothing."""
    from explain.fhir.questionnaire import questionnaire
    from explain.fhir.resources import json_of

    interview = _interview(workspace, _file(case, options), options)
    made, is_whole = questionnaire(interview)
    output.write(json_text(json_of(made), indent=options.indent))
    if not is_whole:
        _tell(say("enabled_untried"))
    if not made.item:
        _tell(say("nothing_to_ask", _standing(interview)))


def take_answers(workspace: Workspace, case: Case, options: argparse.Namespace) -> None:
    """Puts the answers of a QuestionnaireResponse at the end of the case file, or of a copy. Raises `ProgramError` for answers that
    cannot be taken; then none is."""
    from explain.fhir.responses import take_answers as take

    stated = _file(case, options)
    file = AnsweredFile.for_answers(stated, options.output)
    interview = _interview(workspace, stated, options)
    taken = take(interview, options.answers)
    for doubt in dict.fromkeys(each for answer in interview.answers for each in answer.doubts):
        _tell(say("to_look_at", doubt))
    if taken:
        file.write(interview, QUESTIONNAIRE)
        _tell(say("answers_taken", taken, str(file.target), _standing(interview)))
    else:
        _tell(say("no_answers_taken", _standing(interview)))


def _file(case: Case, options: argparse.Namespace) -> CaseFile:
    return CaseFile(case, options.case if os.path.isfile(options.case) else None)


def _interview(workspace: Workspace, stated: CaseFile, options: argparse.Namespace) -> Interview:
    under, today = workspace.reviewer_of(options.policy, stated.case), datetime.date.today()
    return stated.interview(under, options.who, today, closed_world=workspace.closed_world)


def _standing(interview: Interview) -> str:
    return badge_of(interview.standing().determination).word


def _tell(text: str) -> None:
    print(printable(text), file=sys.stderr)
