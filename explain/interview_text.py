"""The dialogue of an interview: it reads answers from a terminal or a pipe, prints, and writes them as a case file.

An answer is `yes`, `no`, `unknown`, values, or a command such as `why`; what cannot be taken is said, and the same
question comes again. The logic is in explain/interview.py.
"""

from __future__ import annotations

import datetime
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from engine.cases import Case
from engine.machine import EndlessError
from explain.interview import AnswerError, Interview
from explain.interview_circuit import Values
from explain.interview_questions import Question
from explain.interview_standing import Item, Standing
from explain.sentences import spaced
from explain.wording import DETERMINATIONS, STATUSES
from explain.workspace import Workspace, endless
from kb.diagnostics import Diagnostic, ProgramError, did_you_mean
from kb.printer import show_clause
from kb.syntax import AtomF, Pred, Span
from kb.terms import INT_MAX, INT_MIN, Atom, Const, Date, Int, Str, Var, make_decimal, plain_text, printable

if TYPE_CHECKING:
    from rich.console import Console

Reader = Callable[[Sequence[str]], str]
"""Gives the next line that is answered; it is told which words fit. Raises `EOFError` at the end of input."""

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
_ONE_WORD = {"date", "integer", "decimal"}


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
    from explain import terminal

    out = out or terminal.console()
    path = Path(output_path) if output_path is not None else free_path(case)
    if path.exists() or path.is_symlink():
        raise ProgramError([_not_written(path, "it is there already", "name a file that is not there yet")])
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


# --- reading ------------------------------------------------------------------------------------------------------


def reader(out: Console, stdin: TextIO | None = None) -> Reader:
    """What reads answers: a line editor on a terminal, else lines, which are shown as they are read."""
    stream = stdin or sys.stdin
    if stream.isatty() and sys.stdout.isatty():
        return _terminal_reader()

    def read(_: Sequence[str]) -> str:
        line = stream.readline()
        if not line:
            raise EOFError
        out.print(f"> {printable(line.strip())}", markup=False)
        return line

    return read


def _terminal_reader() -> Reader:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter

    session: PromptSession[str] = PromptSession("> ", complete_while_typing=False)

    def read(words: Sequence[str]) -> str:
        return session.prompt(completer=WordCompleter(list(words), sentence=False, ignore_case=True))

    return read


def read_values(text: str, question: Question, interview: Interview) -> list[Values]:
    """The rows of values that an answer says, one for each fact.

    Raises `AnswerError` for what is not of the declared type, not listed, or a likely misspelling.
    """
    rows = []
    for part in (each.strip() for each in re.split(r"[,;]", text)):
        if part:
            rows.append(_row(part, question, interview))
    if not rows:
        raise AnswerError("answer `yes`, `no`, `unknown` or a value; `help` shows what else")
    return rows


def _row(text: str, question: Question, interview: Interview) -> Values:
    pred, blanks = question.atom.pred, question.blanks
    types = interview.reviewer.rules.declarations.types_of(pred)
    words = re.findall(r"'[^']*'|\S+", text)
    values: list[Const] = []
    for position, index in enumerate(blanks):
        later = len(blanks) - position - 1
        size = 1 if types[index] in _ONE_WORD and blanks[1:] else len(words) - later
        if size < 1 or len(words) < size + later:
            names = interview.reviewer.rules.declarations.names_of(pred)
            asked = " and ".join(spaced(names[each]) if names else "a value" for each in blanks)
            raise AnswerError(f"give {asked}, in this order, as in `{_example(pred, blanks, types)}`")
        values.append(_value(" ".join(words[:size]), pred, index, types[index], interview))
        words = words[size:]
    if words:
        raise AnswerError(f"`{' '.join(words)}` is one value too many; separate several with commas")
    return tuple(values)


def _example(pred: Pred, blanks: tuple[int, ...], types: tuple[str, ...]) -> str:
    samples = {"date": "2024-07-01", "integer": "4", "decimal": "0.5"}
    return " ".join(samples.get(types[index], "velcade" if types[index] == "agent" else "name") for index in blanks)


def _value(text: str, pred: Pred, index: int, type_: str, interview: Interview) -> Const:
    listed = interview.reviewer.vocabulary.listed.get((pred.name, index + 1))
    if listed:
        same = [value for value in listed if _plain(plain_text(value)) == _plain(text)]
        if same:
            return same[0]
        known = [plain_text(value) for value in listed]
        hint = did_you_mean(_plain(text), known)
        raise AnswerError(
            f"`{text}` is not one of {', '.join(f'`{each}`' for each in known)}" + (f"; {hint}" if hint else "")
        )
    match type_:
        case "date":
            try:
                if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
                    return Date(datetime.date.fromisoformat(text))
            except ValueError:
                pass
            raise AnswerError(f"`{text}` is no date; write it as in 2024-07-01")
        case "integer":
            if not re.fullmatch(r"-?\d{1,19}", text, re.ASCII) or not INT_MIN <= int(text) <= INT_MAX:
                raise AnswerError(f"`{text}` is no whole number")
            return Int(int(text))
        case "decimal":
            if not re.fullmatch(r"-?\d{1,18}\.\d{1,18}", text, re.ASCII):
                raise AnswerError(f"`{text}` is no decimal; write it with a point, as in 0.5")
            import decimal

            return make_decimal(decimal.Decimal(text))
        case "string":
            return Str(text.strip('"'))
        case _:
            return _name(text, interview)


def _name(text: str, interview: Interview) -> Atom:
    """A name, known or new; one that is nearly a known name is asked for again, unless it stands in quotes."""
    if len(text) > 2 and text[0] == text[-1] == "'":
        return Atom(text[1:-1])
    name = _plain(text)
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise AnswerError(f"`{text}` is no name; a name begins with a letter and has letters and digits")
    known = known_names(interview)
    close = did_you_mean(name, known) if name not in known else None
    if close:
        raise AnswerError(f"`{name}` is not a known name; {close} (write '{name}' in quotes if it is meant as it is)")
    return Atom(name)


def _plain(text: str) -> str:
    return re.sub(r"[\s\-]+", "_", text.strip()).casefold()


def known_names(interview: Interview) -> set[str]:
    """The names of agents, conditions and the like that program and case have."""
    rules, found = interview.reviewer.rules, set()
    for fact in (*rules.facts, *interview.facts):
        for arg, type_ in zip(fact.head.args, rules.declarations.types_of(fact.head.pred), strict=True):
            if isinstance(arg, Atom) and type_ not in ("atom", "predicate", "part", "policy"):
                found.add(arg.name)
    return found


# --- the dialogue -------------------------------------------------------------------------------------------------


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
            self.say(f"   - {item.id}: {item.text}" + (f" [{item.cite}]" if item.cite else ""))
        self.say("   What an answer would do:")
        for effect in self.interview.effects(question):
            what = (
                f"settles it: {_name_of(effect.determination)}"
                if effect.is_settled
                else _open_effect(effect.determination)
            )
            changes = "".join(f"; {id_} {STATUSES[status]}" for id_, status in effect.changes)
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
    return f"{STATUSES[item.status]}: {item.id}"


# --- writing ------------------------------------------------------------------------------------------------------


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
        raise ProgramError([_not_written(path, "it is there already", "name a file that is not there yet")]) from None
    except OSError as error:
        if is_ours:
            path.unlink(missing_ok=True)
        raise ProgramError([_not_written(path, error.strerror or str(error), None)]) from None


def _not_written(path: Path, why: str, hint: str | None) -> Diagnostic:
    return Diagnostic("E107", f"`{path}` cannot be written: {why}", Span(str(path), 0, 0), (), hint)
