"""The dialogue of an interview: it asks, takes answers, shows what they settle, and keeps them as a case file.

An answer is `yes`, `no`, `unknown`, values, or a command such as `why`; what cannot be taken is said, and the same
question comes again. The logic is in explain/interview/session.py; lines are read by explain/interview/reading.py, and the file
is written by explain/interview/file.py.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.backends.pydatalog.machine import EndlessError
from engine.cases import Case
from explain.interview.file import case_text, free_path, not_written, plain_line, write_new
from explain.interview.questions import Question
from explain.interview.reading import Reader, known_names, read_values
from explain.interview.reading import reader as reader
from explain.interview.session import AnswerError, Interview
from explain.interview.standing import Item, Standing
from explain.report.statements import title_of
from explain.words.codes import DETERMINATIONS, STATUSES
from explain.workspace import Workspace, endless
from kb.language.diagnostics import ProgramError
from kb.language.syntax import AtomF
from kb.language.terms import Var, plain_text, printable

if TYPE_CHECKING:
    from rich.console import Console

COMPLETE = "the record is complete"
INTERRUPTED = 130
ANSWERS = ("yes", "no", "unknown", "why", "back", "stop", "help")
HELP = (
    ("yes, no", "the fact is so, or is not; of several, `no` says that none of those listed is so"),
    ("unknown", "it is not documented; it is not asked again"),
    ("a value", "a date as 2024-07-01, a number, or a name; drugs by generic or brand name"),
    (
        "several values",
        "separated by commas, where several can be so: `carfilzomib, ixazomib`, `4 velcade, 4 prednisone`",
    ),
    ("no and names", "that those are not so: `no ixazomib`"),
    (COMPLETE, "there is nothing more of the kind than the record and the answers have"),
    ("why", "what hangs on the question, and what each answer would do"),
    ("back", "takes the last answer back (also `undo`)"),
    ("stop", "ends the interview and keeps the answers (also `quit`, or the end of input)"),
)


@dataclass(frozen=True, slots=True)
class Ended:
    """How an interview ended: with what was answered, and whether it was interrupted while something was worked out."""

    interview: Interview
    standing: Standing | None
    is_settled: bool
    is_interrupted: bool = False


def run(
    workspace: Workspace,
    case: Case,
    *,
    output_path: str | None,
    who: str,
    today: datetime.date,
    read: Reader | None = None,
    out: Console | None = None,
) -> int:
    """Holds an interview about a case and writes it to a file that is not there yet; gives the exit code, 0, or 130
    after Ctrl-C, which keeps the answers too.

    Without `output_path` the file is named after the case, in the current folder. Raises `ProgramError` if the file
    is there already or cannot be written, and if the policy's rules do not come to an end.
    """
    from explain.report import terminal

    out = out or terminal.console()
    path = Path(output_path) if output_path is not None else free_path(case)
    if path.exists() or path.is_symlink():
        raise ProgramError([not_written(path, "it is there already", "name a file that is not there yet")])
    interview = Interview(workspace.reviewer, case, plain_line(who), today, workspace.closed_world)
    try:
        ended = conduct(interview, read or reader(out), out)
    finally:
        if interview.answers:
            write_new(path, case_text(interview))
            out.print(f"The case with these answers is in {printable(str(path))}.", markup=False)
        else:
            out.print("Nothing was answered, and no file is written.", markup=False)
    return INTERRUPTED if ended.is_interrupted else 0


def conduct(interview: Interview, read: Reader, out: Console) -> Ended:
    """Asks until the determination is settled, or the answers stop; for the prompt, which keeps the answers itself."""
    dialogue = _Dialogue(interview, read, out)
    try:
        dialogue.hold()
    except (EndlessError, RecursionError):
        raise ProgramError([endless(f"the interview about {plain_text(interview.case.name)}")]) from None
    except KeyboardInterrupt:
        out.print()
        out.print("Interrupted.", markup=False)
        return Ended(interview, dialogue.shown, False, is_interrupted=True)
    return Ended(interview, dialogue.shown, dialogue.is_settled)


class _Dialogue:
    def __init__(self, interview: Interview, read: Reader, out: Console) -> None:
        self.interview = interview
        self.read = read
        self.out = out
        self.shown: Standing | None = None
        self.is_settled = False

    def say(self, text: str = "", style: str | None = None) -> None:
        self.out.print(printable(text), style=style, markup=False)

    def hold(self) -> None:
        """Asks question after question; returns when nothing is left to ask or the answers stop."""
        self.say(f"Interview about case {plain_text(self.interview.case.name)}. `help` shows what can be answered.")
        self.shown = self.interview.standing()
        self.say(f"So far: {_determination(self.shown)}")
        while True:
            question = self.interview.question()
            if question is None:
                self.is_settled = True
                break
            self._ask(question)
            try:
                line = self.read(self._words(question))
            except EOFError:
                self.say("The interview stops here.")
                break
            if self._stops(line, question):
                self.say("The interview stops here.")
                break
        self._close(self.shown)

    def _ask(self, question: Question) -> None:
        self.say()
        self.say(f"{len(self.interview.answers) + 1}. {question.text}", style="bold")
        if question.options:
            names = [" ".join(plain_text(each.args[at]) for at in question.blanks) for each in question.options]
            self.say(f"   any of: {', '.join(names)}")
        elif question.kind == "value":
            listed = self.interview.reviewer.vocabulary.listed
            for index in question.blanks:
                if values := listed.get((question.atom.pred.name, index + 1)):
                    self.say(f"   one of: {', '.join(map(plain_text, values))}")

    def _words(self, question: Question) -> list[str]:
        options = {plain_text(arg) for each in question.options for arg in each.args[1:] if not isinstance(arg, Var)}
        return [*ANSWERS, COMPLETE, *sorted(options | known_names(self.interview))]

    def _stops(self, line: str, question: Question) -> bool:
        """Takes a line; tells whether it ends the interview."""
        text = " ".join(line.split()).rstrip(".").strip()
        word = text.casefold()
        match word:
            case "stop" | "quit" | "exit":
                return True
            case "help" | "?":
                for what, meaning in HELP:
                    self.say(f"   {what}: {meaning}")
            case "why":
                self._why(question)
            case "back" | "undo":
                self._back()
            case _:
                try:
                    self._take(text, word, question)
                except AnswerError as error:
                    self.say(f"   {error}")
                else:
                    self._settle()
        return False

    def _take(self, text: str, word: str, question: Question) -> None:
        interview = self.interview
        match word:
            case "yes" | "y":
                interview.affirm(question)
            case "no" | "n" | "none" | "none of them":
                interview.deny(question)
            case "unknown" | "not documented" | "u":
                interview.leave(question)
            case "the record is complete":
                interview.complete(question)
            case _:
                wide = _widened(question)
                is_denial = word.startswith(("no ", "not ")) and question.kind != "value"
                rest = text.split(" ", 1)[1] if is_denial else text
                interview.name(wide, read_values(rest, wide, interview), deny=is_denial)

    def _back(self) -> None:
        taken = self.interview.undo()
        self.say(
            f"   taken back: {taken.question.text} {taken.said}" if taken else "   there is no answer to take back"
        )
        if taken:
            self._settle()

    def _settle(self) -> None:
        """Shows what has changed in how the case stands."""
        before, now = self.shown, self.interview.standing()
        self.shown = now
        old = {item.atom: item.status for item in before.all_items()} if before else {}
        for item in now.all_items():
            if old.get(item.atom) != item.status:
                self.say(f"   {_line(item)}")
        if before is None or before.determination != now.determination:
            self.say(f"So far: {_determination(now)}")

    def _why(self, question: Question) -> None:
        self.say("   On this hangs:")
        for item in self.interview.criteria(question):
            self.say(f"   - {title_of(item.id)}: {item.text}" + (f" [{item.cite}]" if item.cite else ""))
        self.say("   What an answer would do:")
        for effect in self.interview.effects(question):
            what = (
                f"settles it: {_name_of(effect.determination)}"
                if effect.is_settled
                else _open_effect(effect.determination)
            )
            changes = "".join(f"; {title_of(id_)} {STATUSES[status]}" for id_, status in effect.changes)
            self.say(f"   - {effect.answer}: {what}{changes}")
        self.say("   - unknown: nothing changes, and it is not asked again")

    def _close(self, now: Standing) -> None:
        self.say()
        if self.is_settled and now.determination == "more_information_needed":
            self.say("No question that is left can change the determination.")
        self.say(f"{'Determination' if self.is_settled else 'So far'}: {_determination(now)}", style="bold")
        for item in now.items:
            self.say(f"   {_line(item)}")


def _widened(question: Question) -> Question:
    """The question with every argument but the case left to the answer, so that other values can be named too."""
    names = [f"_{index}" for index in range(question.atom.pred.arity)]
    if question.kind != "fact" or len(names) < 2:
        if question.kind == "fact":
            raise AnswerError("answer `yes`, `no` or `unknown`; `help` shows what else")
        return question
    atom = AtomF(question.atom.pred, (question.atom.args[0], *map(Var, names[1:])))
    return replace(question, kind="which", atom=atom, options=(question.atom,))


def _name_of(determination: str) -> str:
    return determination.upper().replace("_", " ")


def _determination(standing: Standing) -> str:
    return f"{_name_of(standing.determination)}: {DETERMINATIONS[standing.determination][0]}"


def _open_effect(determination: str) -> str:
    return "leaves it open" if determination == "more_information_needed" else f"{_name_of(determination)}, still open"


def _line(item: Item) -> str:
    return f"{STATUSES[item.status]}: {title_of(item.id)}"
