"""The dialogue of an interview: it asks, takes answers, shows what they settle, and keeps them as a case file.

An answer is `yes`, `no`, `unknown`, a command such as `why`, or values: dates, numbers and names, checked against what the
question asks. What cannot be taken is said, and the same question comes again.
"""

from __future__ import annotations

import datetime
import decimal
import io
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from types import MappingProxyType
from typing import TextIO

from rich.console import Console

from engine.cases import Case
from engine.knowledge import EndlessError
from engine.limits import endless
from engine.policies import Determination, Item, Status
from explain.interview.case_file import continued, free_path
from explain.interview.circuit import Values
from explain.interview.questions import Asks, Effect, Question, Said
from explain.interview.session import AnswerError, End, Interview, Standing
from explain.report import terminal
from explain.report.statements import title_of
from explain.words.phrases import DETERMINATIONS, STATUSES
from explain.words.sentences import sentence, spaced
from explain.workspace import Workspace
from kb.language.diagnostics import QUERY, ProgramError, SourceText, did_you_mean
from kb.language.loader import undecoded
from kb.language.syntax import AtomF, Pred
from kb.language.terms import INT_MAX, INT_MIN, Atom, Const, Date, Int, Str, Var, make_decimal, plain_text, printable
from kb.output import check_new, target_of, write_new

Reader = Callable[[Sequence[str]], str]
"""Gives the next line that is answered; it is told which words fit. Raises `EOFError` at the end of input."""
INTERRUPTED = 130
_ONE_WORD = {"date": "2024-07-01", "integer": "4", "decimal": "0.5"}
"""The types whose values have no blanks in them, with an example of each."""


class Control(Enum):
    """What is typed instead of an answer."""

    WHY = "why"
    BACK = "back"
    STOP = "stop"
    HELP = "help"


WORDS: Mapping[str, Said | Control] = MappingProxyType(
    {
        **dict.fromkeys(("yes", "y"), Said.YES),
        **dict.fromkeys(("no", "n", "none", "none of them"), Said.NO),
        **dict.fromkeys(("unknown", "not documented", "u"), Said.UNKNOWN),
        Said.COMPLETE.value: Said.COMPLETE,
        "why": Control.WHY,
        **dict.fromkeys(("back", "undo"), Control.BACK),
        **dict.fromkeys(("stop", "quit", "exit"), Control.STOP),
        **dict.fromkeys(("help", "?"), Control.HELP),
    }
)
"""The lines that are no values, and what each says."""
ENDS = MappingProxyType(
    {
        End.SETTLED: "No question that is left can change the determination.",
        End.UNMEETABLE: "No answer to a question that is left can meet the criteria.",
        End.NOT_FOUND: "No further question was found that can change the determination; not everything was tried.",
    }
)
OFFERED = ("yes", "no", "unknown", "why", "back", "stop", "help", Said.COMPLETE.value)
HELP = (
    ("yes, no", "the fact is so, or is not; of several, `no` says that none of those listed is so"),
    ("unknown", "it is not documented; it is not asked again"),
    ("a value", "a date as 2024-07-01, a number, or a name; drugs by generic or brand name"),
    (
        "several values",
        "separated by commas, where several can be so: `carfilzomib, ixazomib`, `4 velcade, 4 prednisone`",
    ),
    ("no and names", "that those are not so: `no ixazomib`"),
    (Said.COMPLETE.value, "there is nothing more of the kind than the record and the answers have"),
    ("why", "what hangs on the question, and what each answer would do"),
    ("back", "takes the last answer back (also `undo`)"),
    ("stop", "ends the interview and keeps the answers (also `quit`, or the end of input)"),
)


def reader(out: Console, stdin: TextIO | None = None) -> Reader:
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


def _terminal_reader() -> Reader:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter

    session: PromptSession[str] = PromptSession("> ", complete_while_typing=False)

    def read(words: Sequence[str]) -> str:
        return session.prompt(completer=WordCompleter(list(words), sentence=False, ignore_case=True))

    return read


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
    """Holds an interview about a case that one file states, and writes that file with the answers to one that is not there yet;
    gives the exit code, 0, or 130 after Ctrl-C, which keeps the answers too.

    Without `output_path` the file is named after the case, in the current folder. Raises `ProgramError` if the file
    is there already or cannot be written, and if the policy's rules do not come to an end.
    """
    out = out or terminal.console()
    path = target_of(output_path) if output_path is not None else free_path(case)
    check_new(path)
    (stated_in,) = {fact.span.file for fact in case.facts}
    interview = Interview(workspace.reviewer, case, who, today, workspace.closed_world)
    try:
        is_whole = conduct(interview, read or reader(out), out)
    finally:
        if interview.answers:
            write_new(path, continued(workspace.sources.texts[stated_in], interview))
            out.print(f"The case with these answers is in {printable(str(path))}.", markup=False)
        else:
            out.print("Nothing was answered, and no file is written.", markup=False)
    return 0 if is_whole else INTERRUPTED


def conduct(interview: Interview, read: Reader, out: Console) -> bool:
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


@dataclass(slots=True)
class _Dialogue:
    interview: Interview
    read: Reader
    out: Console
    shown: Standing | None = None
    is_settled: bool = False

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
            self.say(f"   any of: {', '.join(question.names)}")
        elif question.asks is Asks.VALUE:
            vocabulary = self.interview.reviewer.vocabulary
            for index in question.blanks:
                if values := vocabulary.listed_at(question.atom.pred, index):
                    self.say(f"   one of: {', '.join(map(plain_text, values))}")

    def _words(self, question: Question) -> list[str]:
        options = {plain_text(arg) for each in question.options for arg in each.args[1:] if not isinstance(arg, Var)}
        return [*OFFERED, *sorted(options | known_names(self.interview))]

    def _stops(self, line: str, question: Question) -> bool:
        """Takes a line; tells whether it ends the interview."""
        text = " ".join(line.split()).rstrip(".").strip()
        if (wrong := undecoded(SourceText(QUERY, text))) is not None:
            self.say(f"   {wrong.message}")
            return False
        match WORDS.get(text.casefold()):
            case Control.STOP:
                return True
            case Control.HELP:
                for what, meaning in HELP:
                    self.say(f"   {what}: {meaning}")
            case Control.WHY:
                self._why(question)
            case Control.BACK:
                self._back()
            case said:
                try:
                    self._take(text, said, question)
                except AnswerError as error:
                    self.say(f"   {error}")
                else:
                    self._settle()
        return False

    def _take(self, text: str, said: Said | None, question: Question) -> None:
        interview = self.interview
        match said:
            case Said.YES:
                interview.affirm(question)
            case Said.NO:
                interview.deny(question)
            case Said.UNKNOWN:
                interview.leave(question)
            case Said.COMPLETE:
                interview.complete(question)
            case None | Said.NAMED | Said.NOT_SO:
                wide = _widened(question)
                is_denial = text.casefold().startswith(("no ", "not ")) and question.asks is not Asks.VALUE
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

    def _close(self, now: Standing) -> None:
        self.say()
        if self.is_settled and now.determination is Determination.MORE_INFORMATION_NEEDED:
            self.say(ENDS[self.interview.end])
        self.say(f"{'Determination' if self.is_settled else 'So far'}: {_determination(now)}", style="bold")
        for item, status in now.statuses.items():
            if item.criterion is None:
                self.say(f"   {_line(item, status)}")


def _widened(question: Question) -> Question:
    """The question with every argument but the case left to the answer, so that other values can be named too."""
    names = [f"_{index}" for index in range(question.atom.pred.arity)]
    if question.asks is not Asks.FACT:
        return question
    if len(names) < 2:
        raise AnswerError("answer `yes`, `no` or `unknown`; `help` shows what else")
    atom = AtomF(question.atom.pred, (question.atom.args[0], *map(Var, names[1:])))
    return replace(question, asks=Asks.WHICH, atom=atom, options=(question.atom,))


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


def read_values(text: str, question: Question, interview: Interview) -> list[Values]:
    """The rows of values that an answer says, one for each fact.

    Raises `AnswerError` for what is not of the declared type, not listed, or a likely misspelling.
    """
    parts = filter(None, map(str.strip, re.split(r"[,;]", text)))
    rows = [_row(part, question, interview) for part in parts]
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
            example = " ".join({**_ONE_WORD, "agent": "velcade"}.get(types[each], "name") for each in blanks)
            raise AnswerError(f"give {asked}, in this order, as in `{example}`")
        values.append(_value(" ".join(words[:size]), pred, index, types[index], interview))
        words = words[size:]
    if words:
        raise AnswerError(f"`{' '.join(words)}` is one value too many; separate several with commas")
    return tuple(values)


def _value(text: str, pred: Pred, index: int, type_: str, interview: Interview) -> Const:
    listed = interview.reviewer.vocabulary.listed_at(pred, index)
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
