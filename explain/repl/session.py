"""A session at the prompt: its state, what has been changed in it, and how to take that back and make it again.

Facts of cases and of the program may be stated, asserted or from files, and rules of the program added and taken out. A case
may be stated fact by fact: that its request is still missing is no fault here, only a review asks for it. Everything works
on values and raises `ProgramError`; what is printed is decided in commands.py.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from msgspec import Struct

from engine.bodies import match_head
from engine.checks import check_goal
from engine.knowledge import AnswerRow, Answers
from explain.authoring.flips import Flip, flips
from explain.proof.nodes import Fact
from explain.repl.completion import Names
from explain.repl.state import State
from explain.report.layout import distinct
from explain.words.phrases import place
from explain.workspace import Workspace, raise_errors
from kb.language.declarations import REQUEST, Declarations
from kb.language.diagnostics import QUERY, Diagnostic, ProgramError, SourceText, did_you_mean, in_order
from kb.language.loader import Loaded, changed_files, load_cases, read_facts
from kb.language.modules import Edits, Placed
from kb.language.printer import show_atom, show_clause, show_indicator
from kb.language.syntax import AtomF, Clause, Item, Pred, SourceDecl, Span
from kb.language.terms import Const, Var
from kb.language.traversal import placed

MOST_COMPARED = 200
"""Of so many cases is it said what a change does to them."""
MOST_RULES = 5
"""So many rules are shown where another was named."""
EDITED = "<edited>"
"""What messages call the text of an editor."""


class Change(Struct, frozen=True):
    """A change that can be taken back and made again: what it was, and how things stood before and after."""

    what: str
    before: State
    after: State


class Stated(Struct, frozen=True):
    """What an assertion or a file has added, what of it was stated already, the facts it took the place of, and what is
    doubtful about it."""

    new: tuple[Clause, ...]
    known: tuple[Clause, ...] = ()
    replaced: int = 0
    doubts: tuple[Diagnostic, ...] = ()


class Redefined(Struct, frozen=True):
    """What a predicate's new text has added and taken out, and what is doubtful about it."""

    added: tuple[Clause, ...]
    removed: tuple[Clause, ...]
    doubts: tuple[Diagnostic, ...] = ()


@dataclass
class Session:
    """A program with facts beside it that is asked and changed step by step."""

    begun_with: Workspace = field(repr=False)
    clock: Callable[[], datetime.datetime] = datetime.datetime.now
    changes: list[Change] = field(default_factory=list)
    undone: list[Change] = field(default_factory=list)
    last_goal: str | None = None
    values: dict[str, Const] = field(default_factory=dict)
    """The last value that was shown for each variable of a goal."""
    state: State = field(init=False)
    _names: tuple[State, Names] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.state = State.begun_with(self.begun_with)

    @property
    def workspace(self) -> Workspace:
        """The program and the facts as they are, to be asked."""
        return self.state.workspace

    @property
    def facts(self) -> tuple[Clause, ...]:
        """What is stated beside the program."""
        return self.state.facts

    def before_and_after(self) -> tuple[Workspace, Workspace]:
        """The program as its files say, and as it is with what was changed of it at the prompt; the same facts beside both."""
        return self.state.under(self.state.version.as_read).workspace, self.workspace

    @contextmanager
    def about(self, goal: str) -> Iterator[Workspace]:
        """The workspace, to ask about a goal; it is the last goal from then on, if it can be answered."""
        yield self.workspace
        self.last_goal = goal

    def ask(self, goal: str) -> Answers:
        """The answers to a goal."""
        with self.about(goal) as workspace:
            return workspace.ask(goal)

    def show(self, answers: Answers, row: AnswerRow) -> None:
        """Notes that an answer was shown: its values are what `$X` stands for from then on."""
        pairs = zip(answers.variables, row, strict=True)
        self.values |= {var.name: value for var, value in pairs if not isinstance(value, Var)}

    # --- names -------------------------------------------------------------------------------------------------

    def defines(self, name: str, arity: int) -> bool:
        """Whether the program has this predicate."""
        return Pred(name, arity) in self.state.version.context.known

    def names(self) -> Names:
        """The names that can be typed now."""
        if self._names is None or self._names[0] is not self.state:
            version, vocabulary = self.state.version, self.workspace.reviewer.vocabulary
            self._names = self.state, Names.of(version.context.known_by_name, vocabulary, version.columns, self.facts)
        return self._names[1]

    # --- changing ----------------------------------------------------------------------------------------------

    def assert_clauses(self, text: str) -> Stated:
        """States the facts and adds the rules that a text says, as asserted at the prompt now."""
        state, stated = self._adding(text, self._place("asserted"))
        if stated.new:
            self._change(f"assert {_listed(stated.new)}", state)
        return stated

    def supposing(self, text: str) -> tuple[Session, tuple[Diagnostic, ...]]:
        """A session of its own in which the clauses that a text says are added, and what is doubtful of them; a value that is supposed
        takes the place of the one that is stated."""
        state, stated = self._adding(text, self._place("supposed"), replaces=True)
        other = Session(self.begun_with, self.clock)
        other.state = state
        return other, stated.doubts

    def _place(self, how: str) -> Span:
        return Span(f"{how} at the prompt, {self.clock():%Y-%m-%d %H:%M}", 0, 0)

    def _adding(self, text: str, at: Span, *, replaces: bool = False) -> tuple[State, Stated]:
        """The state with the clauses that a text says, and what of them is new."""
        state, typed = self.state, SourceText(QUERY, text)
        clauses = _clauses(typed)
        facts = [clause for clause in clauses if clause.is_fact]
        beside = [fact for fact in facts if state.is_case_fact(fact) or not state.is_about_cases]
        present = state.facts
        if replaces:
            present = tuple(
                fact for fact in present if not _is_replaced(fact, beside, state.workspace.rules.declarations)
            )
        found = list(in_order(state.check_facts(facts, present, typed)))
        raise_errors(found)
        known = [fact for fact in present if fact in beside]
        new = [placed(fact, at) for fact in beside if fact not in known]
        pairs = state.version.placed(clause for clause in clauses if clause not in beside)
        same = {pair: state.version.same(pair) for pair in pairs}
        added = [pair for pair in pairs if not same[pair]]
        if added:
            state = self._edited(state.version.edits.with_(added), typed, at)
            found += state.version.new_doubts(self.state.version)
        stated = [*new, *(clause for clause in clauses if any(clause.span == pair[1].span for pair in added))]
        known += [clause for pair in pairs for _, clause in same[pair]]
        return state.stating((*present, *new)), Stated(tuple(stated), tuple(known), doubts=in_order(found))

    def _edited(self, edits: Edits, typed: SourceText, at: Span) -> State:
        """The state with other edits of the program."""
        state = self.state.under(self.state.version.edited(edits, typed, at))
        state.check_present()
        return state

    def retract(self, text: str) -> Clause:
        """Takes out the one fact that a text says or, with variables, matches: one that is stated, else one of the program; or the
        rule that it says, whatever its variables are called."""
        typed = SourceText(QUERY, text)
        match _clauses(typed):
            case [pattern]:
                pass
            case _:
                raise ProgramError([Diagnostic("E405", "what can be retracted is one fact or rule", typed.span(0, 1))])
        stated = tuple(dict.fromkeys(fact for fact in self.facts if match_head(pattern.head, fact.head) is not None))
        if pattern.is_fact and len(stated) == 1:
            kept = (each for each in self.facts if each != stated[0])
            self._change(f"retract {show_clause(stated[0])}", self.state.stating(kept))
            return stated[0]
        if pattern.is_fact and stated:
            raise ProgramError([self._not_one(pattern, stated)])
        (wanted,) = self.state.version.placed([pattern])
        version = self.state.version
        found = version.matching(wanted) if pattern.is_fact else version.same(wanted)
        if not found and pattern.is_fact:
            raise_errors(check_goal(self.workspace.known, self.workspace.sources.beside(QUERY, text), pattern.head))
        if len(dict.fromkeys(found)) != 1:
            raise ProgramError([self._not_one(pattern, [clause for _, clause in found])])
        (_, clause) = found[0]
        self._change(f"retract {show_clause(clause)}", self._edited(version.edits.without(found), typed, clause.span))
        return clause

    # --- a predicate as a text ---------------------------------------------------------------------------------

    def definition(self, pred: Pred) -> str:
        """The clauses of the program for a predicate, as a text. Raises `ProgramError` if nothing is written of it."""
        version = self.state.version
        found = version.clauses_of(pred)
        if not found:
            said = f"no clause is written of `{show_indicator(pred)}`"
            if any(clause.head.pred.positive == pred for clause in version.loaded.program.clauses):
                said = f"`{show_indicator(pred)}` is concluded from what the policy lists"
            raise ProgramError.of("E502", said, QUERY, "`assert` adds rules, `edit criterion` lists what is required")
        return "".join(f"{version.written(clause)}\n" for _, clause in found)

    def redefine(self, pred: Pred, text: str) -> Redefined:
        """Puts the clauses that a text says in place of those of a predicate.

        Raises `ProgramError`, which quotes the text, if a check finds an error; then nothing is changed.
        """
        typed, version = SourceText(EDITED, text), self.state.version
        added, removed = version.difference(version.clauses_of(pred), version.placed(_clauses(typed)))
        doubts: tuple[Diagnostic, ...] = ()
        if added or removed:
            state = self._edited(version.edits.without(removed).with_(added), typed, self._place("edited"))
            doubts = state.version.new_doubts(version)
            self._change(f"edit {show_indicator(pred)}", state)
        return Redefined(_without_modules(added), _without_modules(removed), doubts)

    # --- files -------------------------------------------------------------------------------------------------

    def load(self, path: str) -> Stated:
        """Adds the facts of a file; of a file that is loaded again, in place of those that it stated before."""
        name = path
        with suppress(ValueError):  # of a NUL character: no file has such a name
            name = os.path.expanduser(path)
        loaded = load_cases([name])
        sources = self.workspace.sources
        sources.add(loaded.sources)
        again = {name for name, file in sources.files.items() if file in loaded.sources.files.values()}
        kept = tuple(fact for fact in self.facts if fact.span.file not in again)
        found = self._check_loaded(self.state, loaded, kept)
        raise_errors(found)
        replaced = len(self.facts) - len(kept)
        facts = self._facts_of(loaded)
        self._change(f"load {path}", self.state.stating((*kept, *facts)))
        return Stated(facts, replaced=replaced, doubts=found)

    def _facts_of(self, loaded: Loaded) -> tuple[Clause, ...]:
        """What a file states of its cases, without what tests expect of them."""
        aside = self.workspace.rules.declarations.expectations
        return tuple(each for each in loaded.program.clauses if each.head.pred not in aside)

    def make(self) -> list[str]:
        """Reads the files again that say something else now, and gives their names; what was typed stays.

        Raises `ProgramError` if a check finds an error in what they say; then the program and the facts stay as they were.
        """
        state = self.state
        changed = changed_files(state.workspace.sources)
        rules = [name for name in changed if name in state.version.reading.sources.files]
        cases = [name for name in changed if any(fact.span.file == name for fact in state.facts)]
        if rules:
            state = state.under(state.version.again())
        if cases:
            loaded = load_cases(self.workspace.sources.files[name] for name in cases)
            kept = tuple(fact for fact in state.facts if fact.span.file not in cases)
            raise_errors(self._check_loaded(state, loaded, kept), loaded.sources)
            state.workspace.sources.add(loaded.sources)
            state = state.stating((*kept, *self._facts_of(loaded)))
        state.check_present()
        read = list(dict.fromkeys((*rules, *cases)))
        if read:
            self._change(f"make {', '.join(read)}", state)
        return read

    def _check_loaded(self, state: State, loaded: Loaded, present: Sequence[Clause]) -> tuple[Diagnostic, ...]:
        """What is wrong with a file of facts that is loaded beside those that are present.

        Where the program is about cases, the file may state only what a case file may.
        """
        if state.is_about_cases:
            return in_order(state.check_cases(loaded, present))
        items = [item for item in loaded.program.items if not isinstance(item, SourceDecl)]
        found = [_no_fact(item) for item in items if not isinstance(item, Clause) or not item.is_fact]
        facts = [item for item in items if isinstance(item, Clause) and item.is_fact]
        return in_order((*loaded.diagnostics, *found, *state.check_facts(facts, present, SourceText(QUERY, ""))))

    # --- what else changes -------------------------------------------------------------------------------------

    def close_world(self, closed: bool) -> None:
        """Takes every record to be complete, or no longer."""
        state = self.state.stating(self.facts, closed_world=closed)
        self._change(f"closed_world {'on' if closed else 'off'}", state)

    def add_answers(self, answers: Sequence[Clause]) -> None:
        """Adds what was answered in an interview; it is one change."""
        self._change("interview", self.state.stating((*self.facts, *answers)))

    def undo(self) -> Change | None:
        """Takes back the last change, and gives it; None if there is none."""
        if not self.changes:
            return None
        change = self.changes.pop()
        self.undone.append(change)
        self._become(change.before)
        return change

    def redo(self) -> Change | None:
        """Makes the change again that was taken back last, and gives it; None if there is none."""
        if not self.undone:
            return None
        change = self.undone.pop()
        self.changes.append(change)
        self._become(change.after)
        return change

    def _change(self, what: str, state: State) -> None:
        self.changes.append(Change(what, self.state, state))
        self.undone.clear()
        self._become(state)

    def _become(self, state: State) -> None:
        """Goes on in another state; what was worked out for this one is let go of, and the state can be gone back to."""
        self.workspace.let_go()
        self.state = state

    # --- what is wrong with clauses ----------------------------------------------------------------------------

    def _not_one(self, pattern: Clause, found: Sequence[Clause]) -> Diagnostic:
        shown, span = f"`{show_atom(pattern.head)}`", pattern.head.span
        if found:
            said, which = f"{len(found)} facts match {shown}", "say which one, without variables"
            return Diagnostic("E502", said, span, tuple(map(_shown, found)), which)
        return self._not_stated(pattern.head) if pattern.is_fact else self._not_written(pattern)

    def _not_written(self, rule: Clause) -> Diagnostic:
        """What there is to say of a rule that the program does not have: those that it has of the predicate."""
        version, indicator = self.state.version, show_indicator(rule.head.pred)
        (meant,) = version.said.meant(version.placed([rule]))
        written = [clause for _, clause in version.clauses_of(meant.head.pred.positive) if not clause.is_fact]
        instead = f"`listing {indicator}.` shows them all, `edit {indicator}.` changes them" if written else None
        notes = tuple(map(_shown, written[:MOST_RULES]))
        return Diagnostic("E502", f"no rule of `{indicator}` is written so", rule.span, notes, instead)

    def _not_stated(self, atom: AtomF) -> Diagnostic:
        """What there is to say of a fact that is not stated: that it is, under another name, or what it is concluded from."""
        shown, goal = f"`{show_atom(atom)}`", show_atom(atom)
        meant, read = self.workspace.rules.names.goal(atom), self.workspace.rules.names.read
        said = {fact: tuple(each.head for each in read((fact,)).facts) for fact in self.facts}
        same = [fact for fact, heads in said.items() if isinstance(meant, AtomF) and _matching(meant, heads)]
        if same:
            notes = tuple(map(_shown, same))
            return Diagnostic(
                "E502", f"{shown} is stated under another name", atom.span, notes, "retract it as it is stated"
            )
        if self.workspace.ask(goal).true:
            rests_on = {each.goal for each in distinct(self.workspace.explain(goal).node) if isinstance(each, Fact)}
            stated = [fact for fact, heads in said.items() if not rests_on.isdisjoint(map(show_atom, heads))]
            lead = "rules conclude it from what is stated:" if stated else "rules conclude it"
            instead = f"a rule is taken out as it is written: `retract(({goal} :- ...)).`"
            return Diagnostic("E502", f"{shown} is not stated", atom.span, (lead, *map(_shown, stated)), instead)
        close = did_you_mean(goal, (show_atom(fact.head) for fact in self.facts))
        return Diagnostic("E502", f"{shown} is not stated", atom.span, (), close)


class Compared(Struct, frozen=True):
    """What flips between two states for the cases that there are in both, how many of those could be otherwise, and how many more
    there are that were not looked at."""

    flips: tuple[Flip, ...]
    cases: int
    left_out: int = 0


def compared(before: State, after: State) -> Compared:
    """What a change does to the cases that were ready for review before and are so after."""
    is_same = before.version is after.version and before.closed_world == after.closed_world
    names = [name for name in after.cases if name in before.cases]
    differ = [name for name in names if not is_same or before.cases[name] != after.cases[name]]
    found: list[Flip] = []
    ready = 0
    for name in differ[:MOST_COMPARED]:
        was, now = before.standings(name), after.standings(name)
        if was is not None and now is not None:
            ready += 1
            found += flips(name, was, now)
    return Compared(tuple(found), ready, len(differ[MOST_COMPARED:]))


def _clauses(typed: SourceText) -> list[Clause]:
    """The clauses that a text says, each once. Raises `ProgramError` if it has anything else."""
    items = read_facts(typed.text, typed.name)
    raise_errors(_no_clause(item) for item in items if not isinstance(item, Clause))
    return list(dict.fromkeys(item for item in items if isinstance(item, Clause)))


def _without_modules(pairs: Iterable[Placed]) -> tuple[Clause, ...]:
    return tuple(clause for _, clause in pairs)


def _is_replaced(fact: Clause, others: Iterable[Clause], declared: Declarations) -> bool:
    """Whether one of others gives another value where a fact has one: for a key, or in the request of a case."""
    pred = fact.head.pred
    functional = declared.functional.get(pred)
    keys = functional.keys if functional else (True, *(False,) * (pred.arity - 1))
    if functional is None and pred != REQUEST:
        return False
    return any(
        other.head.pred == pred
        and all(
            mine == theirs or not key for mine, theirs, key in zip(fact.head.args, other.head.args, keys, strict=True)
        )
        for other in others
    )


def _no_clause(item: Item) -> Diagnostic:
    return Diagnostic(
        "E405", "this is a declaration, and only facts and rules can be asserted", item.span, (),
        "put it in a rule file and start with `priorlog -f FILE`",
    )  # fmt: skip


def _no_fact(item: Item) -> Diagnostic:
    what = f"`{item.head.pred}` is concluded by a rule here" if isinstance(item, Clause) else "this is a declaration"
    return Diagnostic(
        "E405",
        f"{what}, and only facts can be loaded",
        item.span,
        (),
        "start with `priorlog -f FILE` for a file of rules",
    )


def place_of(item: Item) -> str:
    """Where an item was written: its source, file and line, or how it was asserted."""
    return place(item.span.file, item.span.line, item.source if isinstance(item, Clause) else None)


def _matching(pattern: AtomF, heads: Iterable[AtomF]) -> bool:
    return any(match_head(pattern, head) is not None for head in heads)


def _shown(fact: Clause) -> str:
    return f"{show_clause(fact)}  {place_of(fact)}"


def _listed(clauses: Sequence[Clause]) -> str:
    shown = " ".join(show_clause(clause) for clause in clauses[:3])
    return shown if len(clauses) <= 3 else f"{shown} and {len(clauses) - 3} more"
