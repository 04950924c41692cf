"""What each goal and command at the prompt does, and what it prints."""

from __future__ import annotations

import datetime
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import assert_never

from msgspec import Struct, field
from msgspec.structs import replace
from rich.console import Console
from rich.table import Table
from rich.text import Text

from engine.knowledge import AnswerRow, Answers
from explain.repl import sentences
from explain.repl.arguments import case_named, clause_text, listed, path_named, switch, wrong
from explain.repl.listing import counts, defining
from explain.repl.saving import save
from explain.repl.sentences import AboutGoal, Command, Goal
from explain.repl.session import Session, compared, place_of
from explain.repl.state import State
from explain.repl.verbs import COMMANDS, Leave, Takes, Verb, help_text
from explain.report import terminal
from explain.report.contents import Outcomes
from explain.report.review import Review
from explain.words.phrases import one_line, say
from explain.workspace import DEFAULT_ENGINE, MOST_PROOFS, MOST_SWAPS
from kb.language.declarations import REQUEST
from kb.language.diagnostics import QUERY, Diagnostic, ProgramError, Sources, did_you_mean
from kb.language.loader import read_goal
from kb.language.printer import show_clause, show_item
from kb.language.syntax import AtomF, Item, Pred
from kb.language.terms import Const, Var, term_text
from kb.language.truth import Truth

WantsMore = Callable[[str, str], bool]
"""Shows an answer with a remark, and tells whether the next one is wanted."""

Edited = Callable[[str], str]
"""Lets the user change a text, and gives what has become of it. Raises `ProgramError` if there is no editor."""

OPEN = " (not documented)"
ASKING = (Verb.WHY, Verb.WHYNOT, Verb.MISSING, Verb.REVIEW, Verb.TIME)
"""The commands that ask and change nothing."""
TALKING = (Verb.INTERVIEW, Verb.EDIT, Verb.SUPPOSE, Verb.TIME)
"""The commands that wait for the user, or run others that show their own answers."""


class Shell(Struct):
    """Runs goals and commands over a session, and prints what comes of them.

    `wants_more` asks after each answer; without it all answers come as a table.
    """

    session: Session
    out: Console
    wants_more: WantsMore | None = None
    as_table: bool = False
    lines: Iterator[str] | None = None
    """In a pipe, the lines that follow: the answers of an interview are read from them."""
    edited: Edited | None = None
    """At a terminal, lets the user change a text."""
    paged: Callable[[Console], AbstractContextManager[None]] = field(default=lambda _: nullcontext())
    """At a terminal, shows what is longer than the screen a screen at a time."""
    drafts: dict[Pred, str] = field(default_factory=dict)
    """The texts of predicates that were edited and not taken, as something is wrong with them."""
    unstated: list[str] = field(default_factory=list)
    """The goals asked last, one after the other, that are facts of a case that are not known."""

    def run(self, sentence: str) -> None:
        """Runs one sentence.

        Raises `ProgramError` if something in it is wrong, and `Leave` if it asks to leave.
        """
        text = sentences.with_values(sentence, self.session.values)
        try:
            self._run(text, 0)
        except ProgramError as error:  # what is quoted is the sentence, and no part of it
            raise ProgramError(error.diagnostics, (error.sources or Sources()).beside(QUERY, text)) from None

    def _run(self, sentence: str, start: int) -> None:
        """Runs what a sentence asks from a place on."""
        is_whole = start == 0
        start += len(sentence[start:]) - len(sentence[start:].lstrip())
        match sentences.parse(sentence[start:], self.session.defines):
            case Goal(text):
                answers = self._goal(sentences.only(sentence, start, len(text)))
                if is_whole and answers.truth is not Truth.TRUE:
                    self._remark_on_statement(text)
            case Command(verb, argument, offset):
                padded = sentences.only(sentence, start + offset, len(argument))
                self._command(verb, padded if verb.takes.is_term else argument)

    def _command(self, verb: Verb, argument: str) -> None:
        if argument and verb.takes is Takes.NOTHING:
            raise wrong(f"`{verb}` stands alone", f"write `{verb}.`")
        if verb in TALKING:
            self._do(verb, argument)
            return
        with self.paged(self.out):
            self._do(verb, argument)

    def _do(self, verb: Verb, argument: str) -> None:
        match verb:
            case Verb.ASSERT:
                self._assert(argument)
            case Verb.RETRACT:
                self._retract(argument)
            case Verb.EDIT:
                self._edit(argument)
            case Verb.SUPPOSE:
                self._suppose(argument)
            case Verb.TIME:
                self._time(argument)
            case Verb.SAVE:
                self._save(argument)
            case Verb.MAKE:
                self._make()
            case Verb.DIFF:
                self._diff()
            case Verb.REDO:
                self._redo()
            case Verb.LOAD:
                self._load(argument)
            case Verb.WHY:
                self._why(argument)
            case Verb.WHYNOT:
                self._whynot(argument)
            case Verb.MISSING:
                self._missing(argument)
            case Verb.REVIEW:
                self._review(argument)
            case Verb.INTERVIEW:
                self._interview(argument)
            case Verb.CASES:
                self._cases()
            case Verb.LISTING:
                self._listing(argument)
            case Verb.TABLE:
                self._table(argument)
            case Verb.CLOSED_WORLD:
                self._closed_world(argument)
            case Verb.UNDO:
                self._undo()
            case Verb.HELP:
                self._help(argument)
            case Verb.HALT:
                raise Leave
            case _:
                assert_never(verb)

    # --- goals -------------------------------------------------------------------------------------------------

    def _goal(self, text: str) -> Answers:
        answers = self.session.ask(text)
        self._remark(text)
        rows = [(row, "") for row in answers.true] + [(row, OPEN) for row in answers.unknown]
        if self.wants_more is None or self.as_table or not answers.variables or not rows:
            self._table_of(answers)
            return answers
        for row, remark in rows[:-1]:
            self.session.show(answers, row)
            if not self.wants_more(answer_line(answers, row), remark):
                return answers
        row, remark = rows[-1]
        self.session.show(answers, row)
        self.out.print(Text(answer_line(answers, row)).append(remark, style="yellow").append("."), soft_wrap=True)
        return answers

    def _table_of(self, answers: Answers) -> None:
        with self.paged(self.out):
            terminal.print_answers(answers, self.out)
        for row in (*answers.unknown[-1:], *answers.true[-1:]):
            self.session.show(answers, row)

    def _remark_on_statement(self, text: str) -> None:
        """Says of a goal that is not known to hold, and may be meant as a statement, how that is made."""
        if (fact := self.session.state.statement(text)) is not None:
            self.unstated.append(show_clause(fact))
            self._print(Text(f"not known; `assert({show_clause(fact)[:-1]}).` states it", style="dim"))

    def _time(self, argument: str) -> None:
        if not argument.strip():
            raise wrong("`time` needs a goal", "write `time meets_criteria(C).`")
        begun = time.perf_counter()
        answers = self.session.ask(argument)
        taken = time.perf_counter() - begun
        self._remark(argument)
        self._table_of(answers)
        self._print(Text(f"{taken:.3f} s with {DEFAULT_ENGINE}", style="dim"))

    def _suppose(self, argument: str) -> None:
        supposed, start = sentences.split_supposition(argument)
        if not argument.strip():
            raise wrong("`suppose` needs a fact", "write `suppose sex(c1, female): goal.`")
        other, doubts = self.session.supposing(supposed)
        self._remark_on_doubts(doubts)
        if not argument[start:].strip():
            self._tell_flips(self.session.state, other.state)
            return
        asked = sentences.parse(argument[start:].strip(), other.defines)
        if isinstance(asked, Command) and asked.verb not in ASKING:
            raise wrong(f"`{asked.verb}` cannot be supposed", f"after the colon stands a goal, or {listed(ASKING)}")
        other.last_goal = self.session.last_goal
        replace(self, session=other)._run(argument, start)

    def _why(self, argument: str) -> None:
        asked = self._asked(argument, Verb.WHY)
        if asked.rather_than is not None:
            with self.session.about(asked.goal) as workspace:
                found = workspace.rather_than(asked.goal, asked.rather_than, asked.limit or MOST_SWAPS)
            self._remark(asked.goal, asked.rather_than)
            for line in found.lines:
                self._print(Text(line))
        elif asked.every:
            self._proofs(asked)
        else:
            with self.session.about(asked.goal) as workspace:
                node = workspace.explain(asked.goal).node
            self._remark(asked.goal)
            terminal.print_tree(node, self.out)

    def _proofs(self, asked: AboutGoal) -> None:
        with self.session.about(asked.goal) as workspace:
            found = workspace.proofs(asked.goal, asked.limit or MOST_PROOFS)
        self._remark(asked.goal)
        for node in found.nodes:
            terminal.print_tree(node, self.out)
        if found.are_more:
            self._print(Text(f"there are more proofs than these {len(found.nodes)}: `--limit N` shows N"))

    def _whynot(self, argument: str) -> None:
        asked = self._asked(argument, Verb.WHYNOT)
        with self.session.about(asked.goal) as workspace:
            node = workspace.explain(asked.goal, every=asked.every).node
        self._remark(asked.goal)
        terminal.print_tree(node, self.out)

    def _missing(self, argument: str) -> None:
        from explain.proof.missing import MOST_SETS

        asked = self._asked(argument, Verb.MISSING)
        with self.session.about(asked.goal) as workspace:
            found = workspace.missing(asked.goal, asked.limit or MOST_SETS)
        self._remark(asked.goal)
        terminal.print_missing(found, self.out)

    def _remark(self, *goals: str) -> None:
        """Prints what there is to say of goals before what they come to."""
        for each in self.session.workspace.remarks(*goals):
            self._print(Text(one_line(each), style="yellow"))

    def _asked(self, argument: str, verb: Verb) -> AboutGoal:
        """What a command asks about: its own goal or the last one, and its options."""
        asked = sentences.read_options(argument, verb, QUERY)
        goal = asked.goal or self.session.last_goal
        if goal is None:
            raise wrong("there is no goal to explain yet", f"write `{verb} goal.`")
        return replace(asked, goal=goal)

    # --- facts and rules -------------------------------------------------------------------------------------------

    def _assert(self, argument: str) -> None:
        before = self.session.state
        stated = self.session.assert_clauses(clause_text(argument, Verb.ASSERT))
        for each in stated.known:
            self._print(Text(f"stated already: {show_clause(each)}  {place_of(each)}"))
        for each in stated.new:
            self._print(Text(f"asserted: {show_clause(each)}"))
        self._remark_on_doubts(stated.doubts)
        if stated.new:
            self._tell_flips(before, self.session.state)

    def state(self, facts: str) -> None:
        """States facts that were typed as goals, each with its full stop."""
        self._assert(facts.removesuffix("."))

    def _remark_on_doubts(self, doubts: Iterable[Diagnostic]) -> None:
        for each in doubts:
            self._print(Text(f"{each.message}; {each.suggestion}" if each.suggestion else each.message, style="yellow"))

    def _retract(self, argument: str) -> None:
        before = self.session.state
        clause = self.session.retract(clause_text(argument, Verb.RETRACT))
        self._print(Text(f"retracted: {show_clause(clause)}  {place_of(clause)}"))
        self._tell_flips(before, self.session.state)

    def _edit(self, argument: str) -> None:
        if not argument:
            raise wrong("`edit` needs a predicate", "write `edit name/2.`")
        preds = self._preds(argument, Verb.EDIT)
        if len(preds) > 1:
            raise wrong(f"there are several of that name: {listed(map(str, preds))}", f"write `edit {preds[0]}.`")
        if self.edited is None:
            raise wrong("there is no terminal to edit at", "`retract` takes clauses out, and `assert` adds others")
        (pred,) = preds
        before = self.session.state
        text = self.edited(self.drafts.get(pred) or self.session.definition(pred))
        self.drafts[pred] = text
        redefined = self.session.redefine(pred, text)
        del self.drafts[pred]
        for clause in redefined.removed:
            self._print(Text(f"retracted: {show_clause(clause)}  {place_of(clause)}"))
        for clause in redefined.added:
            self._print(Text(f"asserted: {show_clause(clause)}"))
        if not redefined.added and not redefined.removed:
            self._print(Text("nothing was changed"))
            return
        self._remark_on_doubts(redefined.doubts)
        self._tell_flips(before, self.session.state)

    def _tell_flips(self, before: State, after: State) -> None:
        """What a change does to the loaded cases; nothing if it cannot do anything to them."""
        found = compared(before, after)
        for flip in found.flips:
            self._print(Text(str(flip)))
        if found.cases and not found.flips:
            self._print(Text(say("no_flips"), style="dim"))
        if found.left_out:
            self._print(Text(say("flips_left_out", found.left_out), style="yellow"))

    # --- files -------------------------------------------------------------------------------------------------

    def _load(self, argument: str) -> None:
        before, path = self.session.state, path_named(argument, Verb.LOAD)
        stated = self.session.load(path)
        number = len(stated.new)
        text = f"loaded {path}: {number} {'fact' if number == 1 else 'facts'}"
        cases = dict.fromkeys(fact.head.args[0] for fact in stated.new if self.session.state.is_case_fact(fact))
        if cases:
            text += f" about {', '.join(term_text(case) for case in cases)}"
        if stated.replaced:
            text += f", in place of {stated.replaced} from before"
        self._print(Text(text))
        self._remark_on_doubts(stated.doubts)
        self._tell_flips(before, self.session.state)

    def _make(self) -> None:
        before = self.session.state
        read = self.session.make()
        self._print(Text(f"read again: {', '.join(read)}" if read else "no file that was read has changed"))
        if read:
            self._remark_on_doubts(self.session.state.version.new_doubts(before.version))
            self._tell_flips(before, self.session.state)

    def _diff(self) -> None:
        if not self.session.state.version.is_changed:
            self._print(Text(say("not_edited")))
            return
        from explain.authoring.difference_pages import document, pages_of
        from explain.report import terminal

        found = pages_of(say("as_read"), say("as_now"), *self.session.before_and_after())
        terminal.print_document(document(found), self.out)

    def _save(self, argument: str) -> None:
        for path, number in save(self.session.state, Path(path_named(argument, Verb.SAVE))):
            self._print(Text(f"written: {path}, {number}"))

    # --- changes -----------------------------------------------------------------------------------------------

    def _undo(self) -> None:
        change = self.session.undo()
        self._print(Text("there is nothing to undo" if change is None else f"undone: {change.what}"))
        if change is not None:
            self._tell_flips(change.after, change.before)

    def _redo(self) -> None:
        change = self.session.redo()
        self._print(Text("there is nothing to make again" if change is None else f"made again: {change.what}"))
        if change is not None:
            self._tell_flips(change.before, change.after)

    def _closed_world(self, argument: str) -> None:
        before = self.session.state
        if argument:
            self.session.close_world(switch(argument, Verb.CLOSED_WORLD))
        closed = self.session.state.closed_world
        self._print(Text(f"closed world is {'on: every record is taken to be complete' if closed else 'off'}"))
        self._tell_flips(before, self.session.state)

    # --- cases -------------------------------------------------------------------------------------------------

    def _cases(self) -> None:
        cases = self.session.state.cases
        if not cases:
            self._print(Text("nothing is stated about a case; load a case file or assert facts"))
            return
        table = Table(box=None, pad_edge=False, header_style="bold")
        for title in ("case", "facts", "request"):
            table.add_column(title, overflow="fold")
        for case, facts in cases.items():
            requests = [fact for fact in facts if fact.head.pred == REQUEST]
            request = show_clause(requests[0]) if requests else "not stated"
            table.add_row(Text(term_text(case)), str(len(facts)), Text(request))
        self.out.print(table)

    def _review(self, argument: str) -> None:
        names = [case_named(argument)] if argument else list(self.session.state.cases)
        if not names:
            raise wrong("nothing is stated about a case", "write `load 'file.pl'.`, or assert facts")
        problems: list[Diagnostic] = []
        outcomes = Outcomes()
        for number, review in enumerate(outcomes.of(self._reviews(names, problems))):
            if number:
                self.out.rule()
            terminal.print_review(review, self.out)
        terminal.print_outcomes(outcomes, self.out)
        if outcomes.noted and self.session.state.version.is_changed:
            self._print(Text(say("changed_program"), style="yellow"))
        if problems:
            raise ProgramError(problems)

    def _reviews(self, names: Iterable[Const], problems: list[Diagnostic]) -> Iterator[Review]:
        """The reviews of cases; what is wrong with a case is added to the problems."""
        for name in names:
            try:
                yield from self.session.workspace.reviews(self.session.state.case(name))
            except ProgramError as error:
                problems += error.diagnostics

    def _interview(self, argument: str) -> None:
        from explain.interview.dialogue import conduct, reader
        from explain.interview.session import Interview

        names = list(self.session.state.cases)
        if not argument and len(names) != 1:
            raise wrong(f"there are {len(names)} cases", "write `interview c1.`")
        case = self.session.state.case(case_named(argument) if argument else names[0])
        workspace = self.session.workspace
        who = os.environ.get("USER") or "the prompt"
        under = workspace.reviewer_of(None, case)
        interview = Interview(under, case.within(under.vocabulary), who, datetime.date.today(), workspace.closed_world)
        conduct(interview, reader(self.out) if self.lines is None else self._next_line, self.out)
        if interview.new_facts:
            before = self.session.state
            self.session.add_answers(interview.new_facts)
            self._tell_flips(before, self.session.state)

    def _next_line(self, _: object) -> str:
        assert self.lines is not None
        line = next(self.lines, None)
        if line is None:
            raise EOFError
        self._print(Text(f"> {line.strip()}"))
        return line

    # --- looking around ----------------------------------------------------------------------------------------

    def _listing(self, argument: str) -> None:
        if argument:
            for item in defining(self._items, self._preds(argument, Verb.LISTING)):
                self._print_item(item)
            return
        edits = self.session.state.version.edits
        for item in (*self.session.facts, *(clause for _, clause in edits.added)):
            self._print_item(item)
        for _, clause in edits.removed:
            self.out.print(Text(f"% retracted: {show_clause(clause)}  {place_of(clause)}", style="dim"), soft_wrap=True)
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_column(no_wrap=True)
        table.add_column(style="dim")
        for indicator, numbers in counts(self._items):
            table.add_row(Text(indicator), numbers)
        self.out.print(table)

    @property
    def _items(self) -> tuple[Item, ...]:
        return (*self.session.workspace.loaded.program.items, *self.session.facts)

    def _preds(self, argument: str, verb: Verb) -> list[Pred]:
        goal = read_goal(argument.partition("/")[0])
        if isinstance(goal, tuple) or not isinstance(goal, AtomF):
            raise wrong(f"`{argument}` names no predicate", f"write `{verb} name.` or `{verb} name/2.`")
        known = self.session.names().preds
        arity = argument.partition("/")[2].strip()
        found = [pred for pred in known.get(goal.pred.name, ()) if not arity or str(pred.arity) == arity]
        if not found:
            raise wrong(f"`{argument}` is not defined", did_you_mean(goal.pred.name, known))
        return found

    def _print_item(self, item: Item) -> None:
        """An item as one line in source form, and where it is written."""
        self.out.print(Text(show_item(item)).append(f"  % {place_of(item)}", style="dim"), soft_wrap=True)

    def _table(self, argument: str) -> None:
        if argument:
            self.as_table = switch(argument, Verb.TABLE)
        on = self.as_table or self.wants_more is None
        self._print(Text(f"answers come {'as a table' if on else 'one at a time'}"))

    def _help(self, argument: str) -> None:
        topic = COMMANDS.get(argument, argument)
        text = help_text(topic)
        if text is None:
            known = [*Verb, "goals", "keys"]
            raise wrong(f"there is no help on `{argument}`", did_you_mean(argument, known) or "write `help.`")
        self._print(Text(text))

    def _print(self, text: Text) -> None:
        """Prints a message: wrapped between words at a terminal, each on a line of its own in a pipe."""
        self.out.print(text, soft_wrap=not self.out.is_terminal)


def answer_line(answers: Answers, row: AnswerRow) -> str:
    """An answer as bindings: `X = a, Y = b`; what any individual can be is `_`, or shares a name with its like."""
    shared = [each for each in row if isinstance(each, Var) and row.count(each) > 1]
    shown = []
    for var, value in zip(answers.variables, row, strict=True):
        if isinstance(value, Var):
            shown.append(f"{var.name} = {'_' + value.name if value in shared else '_'}")
        else:
            shown.append(f"{var.name} = {term_text(value)}")
    return ", ".join(shown)
