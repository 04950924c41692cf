"""What each goal and command at the prompt does, and what it prints."""

from __future__ import annotations

import datetime
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import assert_never

from rich.console import Console
from rich.table import Table
from rich.text import Text

from engine.knowledge import AnswerRow, Answers
from explain.proof.missing import MOST_SETS
from explain.repl import sentences
from explain.repl.sentences import AboutGoal, Command, Goal
from explain.repl.session import Session, Stated, place_of
from explain.repl.verbs import COMMANDS, Takes, Verb, help_text
from explain.report import terminal
from explain.report.contents import Outcomes
from explain.report.review import Review
from explain.words.phrases import one_line
from explain.workspace import MOST_PROOFS, MOST_SWAPS
from kb.language.declarations import REQUEST
from kb.language.diagnostics import QUERY, Diagnostic, ProgramError, did_you_mean
from kb.language.loader import read_goal
from kb.language.printer import show_clause, show_indicator, show_item
from kb.language.syntax import (
    AbducibleDecl,
    AtomF,
    Clause,
    FactsDecl,
    InlineDecl,
    Item,
    LoadDecl,
    ModuleDecl,
    PolicyDecl,
    Pred,
    SourceDecl,
)
from kb.language.terms import Const, Var, term_text

WantsMore = Callable[[str, str], bool]
"""Shows an answer with a remark, and tells whether the next one is wanted."""

OPEN = " (not documented)"


class Leave(Exception):  # noqa: N818 # it is a request, no error
    """Raised by `halt`."""


@dataclass
class Shell:
    """Runs goals and commands over a session, and prints what comes of them.

    `wants_more` asks after each answer; without it all answers come as a table.
    """

    session: Session
    out: Console
    wants_more: WantsMore | None = None
    as_table: bool = False
    lines: Iterator[str] | None = None
    """In a pipe, the lines that follow: the answers of an interview are read from them."""

    def run(self, sentence: str) -> None:
        """Runs one sentence.

        Raises `ProgramError` if something in it is wrong, and `Leave` if it asks to leave.
        """
        match sentences.parse(sentence, self.session.defines):
            case Goal(text):
                self._goal(text)
            case Command(verb, argument, offset):
                self._command(verb, sentences.only(sentence, offset, len(argument)) if verb.takes.is_term else argument)

    def _command(self, verb: Verb, argument: str) -> None:
        if argument and verb.takes is Takes.NOTHING:
            raise _wrong(f"`{verb}` stands alone", f"write `{verb}.`")
        match verb:
            case Verb.ASSERT:
                self._assert(argument)
            case Verb.RETRACT:
                self._retract(argument)
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

    def _goal(self, text: str) -> None:
        answers = self.session.ask(text)
        self._remark(text)
        rows = [(row, "") for row in answers.true] + [(row, OPEN) for row in answers.unknown]
        if self.wants_more is None or self.as_table or not answers.variables or not rows:
            terminal.print_answers(answers, self.out)
            return
        for row, remark in rows[:-1]:
            if not self.wants_more(answer_line(answers, row), remark):
                return
        row, remark = rows[-1]
        self.out.print(Text(answer_line(answers, row)).append(remark, style="yellow").append("."), soft_wrap=True)

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
            raise _wrong("there is no goal to explain yet", f"write `{verb} goal.`")
        return replace(asked, goal=goal)

    # --- facts -------------------------------------------------------------------------------------------------

    def _assert(self, argument: str) -> None:
        stated = self.session.assert_facts(_fact(argument, Verb.ASSERT))
        for fact in stated.known:
            self._print(Text(f"stated already: {show_clause(fact)}  {place_of(fact)}"))
        for fact in stated.new:
            self._print(Text(f"asserted: {show_clause(fact)}"))
        self._remark_on_knowledge(stated)
        self._remark_on_doubts(stated)

    def _remark_on_doubts(self, stated: Stated) -> None:
        for each in stated.doubts:
            self._print(Text(f"{each.message}; {each.suggestion}" if each.suggestion else each.message, style="yellow"))

    def _remark_on_knowledge(self, stated: Stated) -> None:
        if self.session.is_about_cases and not all(map(self.session.is_case_fact, stated.new)):
            self._print(Text("it counts for goals and `why`; a review takes the policy as it was loaded", style="dim"))

    def _retract(self, argument: str) -> None:
        fact = self.session.retract_fact(_fact(argument, Verb.RETRACT))
        self._print(Text(f"retracted: {show_clause(fact)}  {place_of(fact)}"))

    def _load(self, argument: str) -> None:
        path = _path(argument)
        stated = self.session.load(path)
        number = len(stated.new)
        text = f"loaded {path}: {number} {'fact' if number == 1 else 'facts'}"
        cases = dict.fromkeys(fact.head.args[0] for fact in stated.new if self.session.is_case_fact(fact))
        if cases:
            text += f" about {', '.join(term_text(case) for case in cases)}"
        if stated.replaced:
            text += f", in place of {stated.replaced} from before"
        self._print(Text(text))
        self._remark_on_doubts(stated)

    def _undo(self) -> None:
        what = self.session.undo()
        self._print(Text("there is nothing to undo" if what is None else f"undone: {what}"))

    def _closed_world(self, argument: str) -> None:
        if argument:
            self.session.close_world(_switch(argument, Verb.CLOSED_WORLD))
        closed = self.session.workspace.closed_world
        self._print(Text(f"closed world is {'on: every record is taken to be complete' if closed else 'off'}"))

    # --- cases -------------------------------------------------------------------------------------------------

    def _cases(self) -> None:
        cases = self.session.case_facts()
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
        names = [_case_name(argument)] if argument else list(self.session.case_facts())
        if not names:
            raise _wrong("nothing is stated about a case", "write `load 'file.pl'.`, or assert facts")
        problems: list[Diagnostic] = []
        outcomes = Outcomes()
        for review in outcomes.noted(self._reviews(names, problems)):
            if outcomes.rows:
                self.out.rule()
            terminal.print_review(review, self.out)
        terminal.print_outcomes(outcomes, self.out)
        left_out = self.session.other_facts()
        if left_out and outcomes.rows:
            shown = " ".join(show_clause(fact) for fact in left_out)
            self._print(Text(f"left out, as the policy is taken as it was loaded: {shown}", style="yellow"))
        if problems:
            raise ProgramError(problems)

    def _reviews(self, names: Iterable[Const], problems: list[Diagnostic]) -> Iterator[Review]:
        """The reviews of cases; what is wrong with a case is added to the problems."""
        for name in names:
            try:
                yield from self.session.workspace.reviews(self.session.case(name))
            except ProgramError as error:
                problems += error.diagnostics

    def _interview(self, argument: str) -> None:
        from explain.interview.dialogue import conduct, reader
        from explain.interview.session import Interview

        names = list(self.session.case_facts())
        if not argument and len(names) != 1:
            raise _wrong(f"there are {len(names)} cases", "write `interview c1.`")
        case = self.session.case(_case_name(argument) if argument else names[0])
        workspace = self.session.workspace
        who = os.environ.get("USER") or "the prompt"
        under = workspace.reviewer_of(None, case)
        interview = Interview(under, case.within(under.vocabulary), who, datetime.date.today(), workspace.closed_world)
        conduct(interview, reader(self.out) if self.lines is None else self._next_line, self.out)
        if interview.new_facts:
            self.session.add_answers(interview.new_facts)

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
            for item in _defining(self._items, self._preds(argument)):
                self._print_item(item)
            return
        for fact in self.session.facts:
            self._print_item(fact)
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_column(no_wrap=True)
        table.add_column(style="dim")
        for indicator, counts in _counts(self._items):
            table.add_row(Text(indicator), counts)
        self.out.print(table)

    @property
    def _items(self) -> tuple[Item, ...]:
        return (*self.session.workspace.loaded.program.items, *self.session.facts)

    def _preds(self, argument: str) -> list[Pred]:
        goal = read_goal(argument.partition("/")[0])
        if isinstance(goal, tuple) or not isinstance(goal, AtomF):
            raise _wrong(f"`{argument}` names no predicate", "write `listing name.` or `listing name/2.`")
        known = self.session.names().preds
        arity = argument.partition("/")[2].strip()
        found = [pred for pred in known.get(goal.pred.name, ()) if not arity or str(pred.arity) == arity]
        if not found:
            raise _wrong(f"`{argument}` is not defined", did_you_mean(goal.pred.name, known))
        return found

    def _print_item(self, item: Item) -> None:
        """An item as one line in source form, and where it is written."""
        self.out.print(Text(show_item(item)).append(f"  % {place_of(item)}", style="dim"), soft_wrap=True)

    def _table(self, argument: str) -> None:
        if argument:
            self.as_table = _switch(argument, Verb.TABLE)
        on = self.as_table or self.wants_more is None
        self._print(Text(f"answers come {'as a table' if on else 'one at a time'}"))

    def _help(self, argument: str) -> None:
        topic = COMMANDS.get(argument, argument)
        text = help_text(topic)
        if text is None:
            known = [*Verb, "goals", "keys"]
            raise _wrong(f"there is no help on `{argument}`", did_you_mean(argument, known) or "write `help.`")
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


def _wrong(message: str, suggestion: str | None = None) -> ProgramError:
    return ProgramError.of("E502", message, QUERY, suggestion)


def _switch(argument: str, verb: Verb) -> bool:
    if argument not in ("on", "off"):
        raise _wrong(f"`{argument}` is neither on nor off", f"write `{verb} on.` or `{verb} off.`")
    return argument == "on"


def _fact(argument: str, verb: Verb) -> str:
    """The argument as a clause of its own, with a full stop and without brackets around it."""
    if not argument:
        raise _wrong(f"`{verb}` needs a fact", f"write `{verb}(sex(c1, female)).`")
    start = len(argument) - len(argument.lstrip())
    if sentences.bracketed(argument[start:]) is not None and argument[start] == "(":
        return f"{argument[:start]} {argument[start + 1 : -1]}."
    return argument + "."


def _path(argument: str) -> str:
    """The file that is named, with or without quotation marks."""
    if not argument:
        raise _wrong("`load` needs a file", "write `load file.pl.` or `load 'two words.pl'.`")
    goal = read_goal(argument) if argument[0] == "'" else ()
    return goal.pred.name if isinstance(goal, AtomF) and not goal.args else argument


def _case_name(argument: str) -> Const:
    goal = read_goal(f"review({argument})")
    if not isinstance(goal, AtomF) or len(goal.args) != 1 or isinstance(goal.args[0], Var):
        raise _wrong(f"`{argument}` names no case", "write `review c1.`, or `review.` for all cases")
    return goal.args[0]


def _preds_of(item: Item) -> tuple[Pred, ...]:
    """The predicates that an item defines or declares, without strong negation."""
    match item:
        case Clause(head):
            return (head.pred.positive,)
        case AbducibleDecl(preds) | InlineDecl(preds):
            return tuple(pred.positive for pred in preds)
        case PolicyDecl() | ModuleDecl() | LoadDecl() | FactsDecl() | SourceDecl():
            return ()
        case _:
            return (item.pred.positive,)


def _defining(items: Iterable[Item], wanted: Iterable[Pred]) -> list[Item]:
    """The items that define or declare some predicates, in the order they were read, declarations first."""
    preds = set(wanted)
    found = [item for item in items if preds & set(_preds_of(item))]
    return sorted(found, key=lambda item: isinstance(item, Clause))


def _counts(items: Iterable[Item]) -> Iterator[tuple[str, str]]:
    """Each predicate with the number of its facts and rules, by name."""
    clauses: dict[Pred, Counter[str]] = {}
    for item in items:
        for pred in _preds_of(item):
            counts = clauses.setdefault(pred, Counter())
            if isinstance(item, Clause):
                counts["fact" if item.is_fact else "rule"] += 1
    for pred in sorted(clauses, key=lambda each: (each.name, each.arity)):
        numbers = ((clauses[pred][what], what) for what in ("fact", "rule"))
        shown = [f"{number} {what}" if number == 1 else f"{number} {what}s" for number, what in numbers if number]
        yield show_indicator(pred), ", ".join(shown) or "declared"
