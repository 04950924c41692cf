"""The dialogue of an interview: it asks, takes answers, says them back, shows what they settle, and keeps them in a case file.

What an answer says is found out in answers.py. What cannot be taken is said, and the same question comes again.
"""

from __future__ import annotations

import datetime
import io
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, TextIO

from rich.console import Console

from engine.cases import Case
from engine.knowledge import EndlessError
from engine.limits import endless
from engine.policies import Determination, Item, Standing, Status
from explain.interview.answers import (
    AnswerError,
    Control,
    NotRecognisedError,
    numbered,
    word_of,
)
from explain.interview.case_file import AnsweredFile, CaseFile
from explain.interview.effects import Effect
from explain.interview.hearing import Hearing
from explain.interview.questions import Asks, Question, Said
from explain.interview.session import Answer, End, Interview
from explain.report import terminal
from explain.report.statements import title_of
from explain.words.phrases import DETERMINATIONS, STATUSES
from explain.words.sentences import readable, sentence
from explain.workspace import Workspace
from kb.language.declarations import REQUEST
from kb.language.diagnostics import QUERY, ProgramError, SourceText
from kb.language.loader import undecoded
from kb.language.printer import show_clause
from kb.language.syntax import AtomF
from kb.language.terms import plain_text, printable

if TYPE_CHECKING:  # a pipe needs no line editor
    from prompt_toolkit.completion import CompleteEvent, Completion
    from prompt_toolkit.document import Document

ReadLine = Callable[[Sequence[str]], str]
"""Gives the next line that is answered; it is told which words fit. Raises `EOFError` at the end of input."""
INTERRUPTED = 130
MOST_OFFERED = 40
"""So many words are offered at most where nothing is typed yet."""

ENDS = MappingProxyType(
    {
        End.SETTLED: "No question that is left can change the determination.",
        End.UNMEETABLE: "No answer to a question that is left can meet the criteria.",
        End.NOT_FOUND: "No further question was found that can change the determination; not everything was tried.",
    }
)
ADVERSE = frozenset({Determination.CRITERIA_NOT_MET, Determination.INVESTIGATIONAL, Determination.CONFLICTING_EVIDENCE})
"""The determinations before which all answers are shown and confirmed."""
OFFERED = ("unknown", "why", "back", "again", "answers", "quit", "help")
HELP = (
    ("yes, no", "the fact is so, or is not"),
    ("unknown", "it is not documented (also `not sure`, `pending`, `see chart`, `-`); it is not asked again"),
    ("a value", "a date as 2024-07-01, a number, the number of a choice, or a name under any name that is usual"),
    ("several values", "one after the other, where several can be so: `1 3`, `one name, another`, `1 name, other; 2 name` for lines"),
    ("no and names", "that those are not so: `no NAME`"),
    ("none", "none of the choices; where others can be so too, that there is nothing more than the record has"),
    (Said.COMPLETE.value, "there is nothing more of the kind than the record and the answers have"),
    ("why", "what hangs on the question, and what each answer would do"),
    ("back", "takes the last answer back and asks again (also `undo`)"),
    ("again", "asks again what was answered with `unknown`"),
    ("answers", "shows the answers so far"),
    ("quit", "ends the interview and keeps the answers (also `stop`, or the end of input)"),
)  # fmt: skip


def reader(out: Console, stdin: TextIO | None = None) -> ReadLine:
    """What reads answers: a line editor on a terminal, else lines, which are shown as they are read."""
    stream = stdin or sys.stdin
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8-sig", errors="surrogateescape")
    if stream.isatty() and sys.stdout.isatty():
        return _terminal_reader()

    def read(_: Sequence[str]) -> str:
        line = stream.readline()
        if not line:
            raise EOFError
        out.print(f"> {printable(line.strip())}", markup=False)
        return line

    return read


def _terminal_reader() -> ReadLine:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import Completer, Completion

    class Words(Completer):
        """Completes the name that is being typed, the last of several."""

        def __init__(self, words: Sequence[str]) -> None:
            self.words = words

        def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
            typed = re.split(r"[,;]\s*|(?:^|\s)\d+\s+|^no\s+", document.text_before_cursor.lstrip())[-1]
            fitting = [each for each in self.words if each.casefold().startswith(typed.casefold())]
            yield from (Completion(each, -len(typed)) for each in (fitting if typed else fitting[:MOST_OFFERED]))

    session: PromptSession[str] = PromptSession("> ", complete_while_typing=False)
    return lambda words: session.prompt(completer=Words(words))


def run(
    workspace: Workspace,
    case: Case,
    *,
    case_path: str | None,
    output_path: str | None,
    who: str,
    today: datetime.date,
    read: ReadLine | None = None,
    out: Console | None = None,
    policy: str | None = None,
) -> int:
    """Holds an interview about a case, under the policy that is named if there are several, and puts the answers at the end of its file, or of a copy of that; gives the exit code, 0,
    or 130 after Ctrl-C, which keeps the answers too.

    `case_path` is the file of the case; None if it has none, and then a file named after the case is written in the current
    folder. `output_path` is a file that is not there yet, if another is to be written. Raises `ProgramError` if the file cannot
    be written, or is there already, and if the policy's rules do not come to an end.
    """
    out = out or terminal.console()
    stated = CaseFile(case, case_path)
    file = AnsweredFile.for_answers(stated, output_path)
    under = workspace.reviewer_of(policy, case)
    interview = stated.interview(under, who, today, closed_world=workspace.closed_world)
    try:
        is_whole = conduct(interview, read or reader(out), out)
    finally:
        if interview.answers:
            file.write(interview)
            out.print(f"The case with these answers is in {printable(str(file.target))}.", markup=False)
        else:
            out.print("Nothing was answered, and no file is written.", markup=False)
    return 0 if is_whole else INTERRUPTED


def conduct(interview: Interview, read: ReadLine, out: Console) -> bool:
    """Asks until the determination is settled, or the answers stop; for the prompt, which keeps the answers itself.

    Gives False if it was interrupted. Raises `ProgramError` if the policy's rules do not come to an end.
    """
    try:
        _Dialogue(interview, read, out).hold()
    except (EndlessError, RecursionError) as error:
        what = f"the interview about {plain_text(interview.case.name)}"
        raise ProgramError([endless(what, error, interview.reviewer.rules)]) from None
    except KeyboardInterrupt:
        out.print()
        out.print("Interrupted.", markup=False)
        return False
    return True


class _StopError(Exception):
    """The interview is left before its end."""


@dataclass(frozen=True, slots=True)
class _Misread:
    """A line with a name that is not recognised: one of the suggestions can be put in its place by its number."""

    line: str
    name: str
    instead: tuple[str, ...]


@dataclass(slots=True)
class _Dialogue:
    interview: Interview
    read: ReadLine
    out: Console
    shown: Standing | None = None
    is_settled: bool = False
    misread: _Misread | None = None
    hearing: Hearing = field(init=False)

    def __post_init__(self) -> None:
        self.hearing = Hearing(self.interview)

    def say(self, text: str = "", style: str | None = None) -> None:
        self.out.print(printable(text), style=style, markup=False)

    def hold(self) -> None:
        """Asks question after question; returns when nothing is left to ask or the answers stop."""
        self._begin()
        try:
            while True:
                question = self.interview.question()
                self.is_settled = question is None
                if question is not None:
                    self._ask(question)
                    self._answer(self._line(self._fitting(question)), question)
                elif self._is_confirmed():
                    break
        except (EOFError, _StopError):
            self.say("The interview stops here.")
            if self.is_settled and self.interview.answers:
                self.say("The answers were not confirmed; they are kept as they were given.")
        self._close(self.interview.standing())

    def _begin(self) -> None:
        interview = self.interview
        self.say(f"Interview about case {plain_text(interview.case.name)}. `help` shows what can be answered.")
        for each in interview.not_recognised:
            perhaps = f" (perhaps {' or '.join(each.perhaps)})" if each.perhaps else ""
            said = (
                "no policy is known to cover it"
                if each.pred == REQUEST
                else f"`{show_clause(each.fact)}` states nothing"
            )
            self.say(f"`{each.name}` is not recognised{perhaps}, so {said}.")
        if interview.left:
            self.say("What was answered with `unknown` before is not asked; `again` asks it.")
        self.shown = interview.standing()
        self.say(f"So far: {_determination(self.shown)}")

    def _line(self, words: Sequence[str]) -> str:
        return " ".join(self.read(words).split())

    # --- asking ------------------------------------------------------------------------------------------------------

    def _ask(self, question: Question) -> None:
        self.say()
        self.say(f"{len(self.interview.answers) + 1}. {question.text}", style="bold")
        for line in () if self.misread else self._hints(question):  # a number is of what was meant perhaps
            self.say(f"   {line}")

    def _hints(self, question: Question) -> list[str]:
        """What can be answered: numbered choices, or an example."""
        if form := self.hearing.form(question):
            return [form]
        if not (names := self.hearing.choices(question)):
            return []
        is_all = bool(self.interview.reviewer.vocabulary.listed_at(question.atom.pred, question.blanks[-1]))
        others = [] if is_all else ["or another name"]
        line = ", ".join((numbered(names), *others))
        return [line] if len(line) < 90 else [*(f"{at} {name}" for at, name in enumerate(names, 1)), *others]

    def _fitting(self, question: Question) -> list[str]:
        """The words that fit a question: yes and no, or names of its vocabulary under any of their names."""
        if question.asks is Asks.FACT:
            return ["yes", "no", *OFFERED]
        pred, last = question.atom.pred, question.blanks[-1]
        vocabulary = self.interview.reviewer.vocabulary
        values = [*self.interview.choices(question)]
        if (known := vocabulary.names.at(pred)[last]) is not None:
            others = (name for name, _ in (*known.others, *known.broader))
            values += sorted({*known.constants, *others}, key=plain_text)
        all_of_them = [] if question.asks is Asks.VALUE else ["none", Said.COMPLETE.value]
        return list(dict.fromkeys([*map(readable, values), *all_of_them, *OFFERED]))

    # --- answers -----------------------------------------------------------------------------------------------------

    def _answer(self, line: str, question: Question) -> None:
        """Takes a line that was answered to a question."""
        if (wrong := undecoded(SourceText(QUERY, line))) is not None:
            self.say(f"   {wrong.message}")
            return
        line, said = self._meant(line)
        if self._does(said, question):
            return
        before = len(self.interview.answers)
        try:
            self.hearing.take(line, said, question)
        except NotRecognisedError as error:
            self.misread = _Misread(line, error.name, error.instead) if error.instead else None
            self.say(f"   {error}" + ("" if error.instead else "; " + self._what_to_answer(question)))
        except AnswerError as error:
            self.say(f"   {error}")
        if len(self.interview.answers) > before:
            self._say_back(self.interview.answers[-1])

    def _meant(self, line: str) -> tuple[str, Said | Control | None]:
        """A line with what was meant in the one before in place of its name, if that is chosen; and what it says."""
        misread, self.misread = self.misread, None
        said = word_of(line)
        if misread is not None:
            chosen = int(line) if line.isdecimal() else 1 if said is Said.YES and len(misread.instead) == 1 else 0
            if 0 < chosen <= len(misread.instead):
                at = misread.line.casefold().find(misread.name.casefold())
                after = misread.line[at + len(misread.name) :] if at >= 0 else ""
                return misread.line[: max(at, 0)] + misread.instead[chosen - 1] + after, None
        return line, said

    def _what_to_answer(self, question: Question) -> str:
        if question.asks is Asks.FACT:
            return "answer `yes`, `no` or `unknown`"
        return "give another name for it, or answer `unknown`"

    def _does(self, said: Said | Control | None, question: Question | None) -> bool:
        """Does what a line tells to do; tells whether it does."""
        match said:
            case Control.STOP:
                raise _StopError
            case Control.HELP:
                for what, meaning in HELP:
                    self.say(f"   {what}: {meaning}")
            case Control.WHY if question is not None:
                self._why(question)
            case Control.BACK:
                self._back(self.interview.undo())
            case Control.AGAIN:
                if not self.interview.ask_again():
                    self.say("   nothing was answered with `unknown`")
                self._settle()
            case Control.ANSWERS:
                self._show_answers()
            case _:
                return False
        return True

    def _say_back(self, answer: Answer) -> None:
        """Says what was understood, and what is to be looked at because of it, which is kept if that is confirmed."""
        if answer.doubts:
            self.say(f"   {self.interview.said_of(answer)}")
            self.say(f"   to check: {'; '.join(answer.doubts)}")
            self.say("   `yes` keeps this answer; anything else takes it back, and is taken as another.")
            try:
                line = self._line(["yes", "no", "back"])
            except (EOFError, KeyboardInterrupt):
                self.interview.undo()
                raise
            said = word_of(line)
            if said is not Said.YES:
                self.interview.undo()
                if said not in (Said.NO, Control.BACK):
                    self._answer(line, answer.question)
                return
        self.say(f"   recorded: {self.interview.said_of(answer)}; `back` to change it")
        self._settle()

    def _back(self, taken: Answer | None) -> None:
        self.say(f"   taken back: {self.interview.said_of(taken)}" if taken else "   there is no answer to take back")
        if taken:
            self._settle()

    def _settle(self) -> None:
        """Shows what has changed in how the case stands."""
        before, now = self.shown, self.interview.standing()
        self.shown = now
        for item, status in now.statuses.items():
            if before is None or before.statuses.get(item) != status:
                self.say(f"   {_line(item, status)}")
        if before is None or before.determination != now.determination:
            self.say(f"So far: {_determination(now)}")

    def _why(self, question: Question) -> None:
        self.say("   On this hangs:")
        reviewer, case = self.interview.reviewer, self.interview.case
        declared = reviewer.rules.declarations
        for item in self.interview.open_items(question):
            cite = "; ".join(declared.places(item.pred, others=reviewer.policies.other_sections(item.kind)))
            text = sentence(AtomF(item.pred, (case.name,)), declared)
            self.say(f"   - {title_of(item.id)}: {text}" + (f" [{cite}]" if cite else ""))
        self.say("   What an answer would do:")
        if not question.is_laid_out:
            self.say("   - a value: it is tried when it is given")
        for effect in self.interview.effects(question):
            changes = "".join(f"; {title_of(id_)} {STATUSES[status]}" for id_, status in effect.changes)
            self.say(f"   - {effect.answer}: {_outcome(effect)}{changes}")
        self.say("   - unknown: nothing changes, and it is not asked again")

    # --- the end -----------------------------------------------------------------------------------------------------

    def _show_answers(self) -> None:
        for number, answer in enumerate(self.interview.answers, 1):
            self.say(f"   {number} {answer.question.text} {self.interview.said_of(answer)}")

    def _is_confirmed(self) -> bool:
        """Whether the interview may end here: after all answers were confirmed, where the determination is an adverse one, or
        what was left undocumented is to stay so."""
        interview, now = self.interview, self.interview.standing()
        is_left = interview.left or any(answer.passed_over for answer in interview.answers)
        if now.determination in ADVERSE and interview.answers:
            self.say()
            self.say(f"This comes to: {_determination(now)}")
            self._show_answers()
            self.say("Is all of this so? `yes` keeps it; a number asks that again; `back` takes the last answer back.")
        elif now.determination is Determination.MORE_INFORMATION_NEEDED and is_left:
            self.say()
            self.say("Nothing else is left to ask. `again` asks what was answered with `unknown`; `yes` ends.")
        else:
            return True
        line = self._line(["yes", "back", "again", "answers", "quit"])
        said = word_of(line)
        if said is Said.YES:
            return True
        if line.isdecimal() and 0 < int(line) <= len(interview.answers):
            self._back(interview.remove(int(line) - 1))
        elif not self._does(said, None):
            self.say("   answer `yes`, or the number of an answer that is not right")
        return False

    def _close(self, now: Standing) -> None:
        self.say()
        if self.is_settled and now.determination is Determination.MORE_INFORMATION_NEEDED:
            self.say(ENDS[self.interview.end])
        self.say(f"{'Determination' if self.is_settled else 'So far'}: {_determination(now)}", style="bold")
        for item, status in now.statuses.items():
            if item.criterion is None:
                self.say(f"   {_line(item, status)}")


def _name_of(determination: Determination) -> str:
    return determination.upper().replace("_", " ")


def _determination(standing: Standing) -> str:
    return f"{_name_of(standing.determination)}: {DETERMINATIONS[standing.determination][0]}"


def _outcome(effect: Effect) -> str:
    if effect.is_settled:
        return f"settles it: {_name_of(effect.determination)}"
    if effect.determination is Determination.MORE_INFORMATION_NEEDED:
        return "leaves it open"
    return f"{_name_of(effect.determination)}, still open"


def _line(item: Item, status: Status) -> str:
    return f"{STATUSES[status]}: {title_of(item.id)}"
