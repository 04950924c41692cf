"""The state behind the prompt: a workspace, what has been changed in it, and how to take that back.

Everything here works on values and raises `ProgramError`; what is printed is decided in explain/repl/commands.py.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from engine.bodies import match_head
from engine.cases import Case, cases_of, check_cases
from engine.checks import check_goal
from engine.checks.context import Context
from engine.knowledge import Answers
from explain.proof.nodes import Node
from explain.repl.facts import check_asserted, check_loaded, is_case_fact
from explain.repl.names import Columns, Names
from explain.report.review import Review
from explain.workspace import Missing, Proofs, Workspace, raise_errors
from kb.language.diagnostics import Diagnostic, ProgramError, Sources, did_you_mean
from kb.language.loader import Loaded, load_files, read_facts
from kb.language.printer import show_atom, show_clause
from kb.language.syntax import Clause, Pred, Program, Span
from kb.language.terms import Const, Term, Var, plain_text, term_text

QUERY = "<query>"
"""The name that diagnostics give to what has been typed."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change that can be taken back: what it was, and how things stood before."""

    what: str
    facts: tuple[Clause, ...]
    closed_world: bool


@dataclass(frozen=True, slots=True)
class Stated:
    """What an assertion or a file has added, what of it was stated already, the facts it took the place of, and what is
    doubtful about it."""

    new: tuple[Clause, ...]
    known: tuple[Clause, ...] = ()
    replaced: int = 0
    doubts: tuple[Diagnostic, ...] = ()


@dataclass
class Session:
    """A workspace that is asked and changed step by step."""

    workspace: Workspace
    clock: Callable[[], datetime.datetime] = datetime.datetime.now
    changes: list[Change] = field(default_factory=list)
    last_goal: str | None = None
    _names: tuple[tuple[Clause, ...], Names] | None = None

    @cached_property
    def _known(self) -> frozenset[Pred]:
        return frozenset(Context(self.workspace.loaded.program, Sources()).known)

    def defines(self, name: str, arity: int) -> bool:
        """Whether the program has this predicate."""
        return Pred(name, arity) in self._known

    @cached_property
    def _columns(self) -> Columns:
        return Columns.of(self.workspace.loaded.program.clauses)

    def names(self) -> Names:
        """The names that can be typed now."""
        if self._names is None or self._names[0] is not self.facts:
            names = Names.of(self._columns, self._known, self.workspace.reviewer.vocabulary, self.facts)
            self._names = (self.facts, names)
        return self._names[1]

    # --- asking ------------------------------------------------------------------------------------------------

    def ask(self, goal: str) -> Answers:
        """The answers to a goal."""
        answers = self.workspace.ask(goal)
        self.last_goal = goal
        return answers

    def explain(self, goal: str) -> Node:
        """The explanation of a goal: of its first answer, or of why there is none."""
        node = self.workspace.explain(goal)
        self.last_goal = goal
        return node

    def proofs(self, goal: str, most: int) -> Proofs:
        """Every different proof of every answer to a goal, at most so many."""
        found = self.workspace.proofs(goal, most)
        self.last_goal = goal
        return found

    def why_not(self, goal: str, *, every: bool) -> Node:
        """Why a goal is not true, with the nearest alternative opened, or every one."""
        node = self.workspace.why_not(goal, every=every)
        self.last_goal = goal
        return node

    def rather_than(self, goal: str, other: str, most: int) -> list[str]:
        """What differs where a goal holds and another does not, or why the two cannot be contrasted: lines."""
        found = self.workspace.differences(goal, other, most)
        self.last_goal = goal
        return found

    def missing(self, goal: str, most: int) -> Missing:
        """What is not documented and would make a goal hold."""
        found = self.workspace.missing(goal, most)
        self.last_goal = goal
        return found

    def review(self, case: Case) -> Review:
        """The review of a case under the program as it was loaded."""
        return self.workspace.review(case)

    # --- cases -------------------------------------------------------------------------------------------------

    @property
    def facts(self) -> tuple[Clause, ...]:
        """What is stated beside the program."""
        return self.workspace.facts

    def case_facts(self) -> dict[Const, list[Clause]]:
        """The stated facts about each case, cases in the order of their first mention."""
        found: dict[Const, list[Clause]] = {}
        for fact in self.facts:
            if is_case_fact(fact, self.workspace):
                found.setdefault(_constant(fact.head.args[0]), []).append(fact)
        return found

    def other_facts(self) -> list[Clause]:
        """The stated facts that are about the program's own predicates and no case."""
        return [fact for fact in self.facts if not is_case_fact(fact, self.workspace)]

    def case(self, name: Const) -> Case:
        """A case that is ready for review.

        Raises `ProgramError` if nothing is stated about it, or if its request is missing.
        """
        known = self.case_facts()
        if name not in known:
            suggestion = did_you_mean(plain_text(name), (plain_text(each) for each in known))
            raise ProgramError(
                [
                    Diagnostic(
                        "E406", f"nothing is stated about a case `{term_text(name)}`", Span(QUERY, 0, 0), (), suggestion
                    )
                ]
            )
        facts = tuple(known[name])
        raise_errors(check_cases(Loaded(Program(facts)), self.workspace.reviewer.vocabulary))
        return cases_of(facts)[0]

    # --- changing ----------------------------------------------------------------------------------------------

    def assert_facts(self, text: str) -> Stated:
        """States the facts that a text says, as asserted at the prompt now."""
        self.workspace.sources.texts[QUERY] = text
        items, diagnostics = read_facts(text, QUERY)
        raise_errors(diagnostics)
        found = check_asserted(items, self.facts, self.workspace)
        raise_errors(found)
        place = Span(f"asserted at the prompt, {self.clock():%Y-%m-%d %H:%M}", 0, 0)
        clauses = [item for item in items if isinstance(item, Clause)]
        stated = set(self.facts)
        known = tuple(clause for clause in self.facts if clause in clauses)
        new = tuple(_placed(clause, place) for clause in dict.fromkeys(clauses) if clause not in stated)
        if new:
            self._change(f"assert {_listed(new)}", (*self.facts, *new))
        return Stated(new, known, doubts=_about(found, QUERY))

    def retract_fact(self, text: str) -> Clause:
        """Takes back the one stated fact that a text says or, with variables, matches."""
        self.workspace.sources.texts[QUERY] = text
        items, diagnostics = read_facts(text, QUERY)
        raise_errors(diagnostics)
        if len(items) != 1 or not isinstance(items[0], Clause) or not items[0].is_fact:
            raise ProgramError(
                [Diagnostic("E405", "what can be retracted is one fact", items[0].span if items else Span(QUERY, 0, 0))]
            )
        pattern = items[0]
        beside = self.workspace.loaded.program + Program(self.facts)
        raise_errors(check_goal(beside, self.workspace.sources, pattern.head))
        found = dict.fromkeys(fact for fact in self.facts if match_head(pattern.head, fact.head) is not None)
        if len(found) != 1:
            raise ProgramError([self._not_one(pattern, list(found))])
        fact = next(iter(found))
        self._change(f"retract {show_clause(fact)}", tuple(each for each in self.facts if each != fact))
        return fact

    def _not_one(self, pattern: Clause, found: Sequence[Clause]) -> Diagnostic:
        shown, span = f"`{show_atom(pattern.head)}`", pattern.head.span
        if found:
            notes = tuple(f"{show_clause(fact)}  {place_of(fact)}" for fact in found)
            return Diagnostic(
                "E502", f"{len(found)} stated facts match {shown}", span, notes, "say which one, without variables"
            )
        clauses = self.workspace.loaded.program.clauses
        own = next((each for each in clauses if each.is_fact and match_head(pattern.head, each.head) is not None), None)
        if own is not None:
            note = "what was asserted or loaded at the prompt can be retracted"
            return Diagnostic("E502", f"{shown} is part of the program, {place_of(own)}", span, (note,))
        rules = any(each.head.pred == pattern.head.pred and not each.is_fact for each in clauses)
        notes = ("rules conclude it: retract what they rest on; `why` shows that",) if rules else ()
        return Diagnostic("E502", f"{shown} is not stated", span, notes)

    def load(self, path: str) -> Stated:
        """Adds the facts of a file; of a file that is loaded again, in place of those that it stated before."""
        loaded = load_files([Path(path).expanduser()])
        self.workspace.sources.texts.update(loaded.sources.texts)
        kept = tuple(fact for fact in self.facts if fact.span.file not in loaded.sources.texts)
        found = check_loaded(loaded, kept, self.workspace)
        raise_errors(found)
        self._change(f"load {path}", (*kept, *loaded.program.clauses))
        replaced = len(self.changes[-1].facts) - len(kept)
        return Stated(loaded.program.clauses, replaced=replaced, doubts=_about(found, *loaded.sources.texts))

    def close_world(self, closed: bool) -> None:
        """Takes every record to be complete, or no longer."""
        self._change(f"closed_world {'on' if closed else 'off'}", self.facts, closed_world=closed)

    def undo(self) -> str | None:
        """Takes back the last change and says what it was; None if there is none."""
        if not self.changes:
            return None
        change = self.changes[-1]
        self._set(change.facts, change.closed_world)
        self.changes.pop()
        return change.what

    def add_answers(self, answers: Sequence[Clause]) -> None:
        """Adds what was answered in an interview; it is one change."""
        self._change("interview", (*self.facts, *answers))

    def _change(self, what: str, facts: tuple[Clause, ...], *, closed_world: bool | None = None) -> None:
        before = Change(what, self.facts, self.workspace.closed_world)
        self._set(facts, before.closed_world if closed_world is None else closed_world)
        self.changes.append(before)

    def _set(self, facts: tuple[Clause, ...], closed_world: bool) -> None:
        self.workspace.closed_world = closed_world
        self.workspace.set_facts(facts)


def place_of(clause: Clause) -> str:
    """Where a clause was written: file and line, or how it was asserted."""
    span = clause.span
    return f"{span.file}:{span.line}" if span.line else span.file


def _placed(clause: Clause, place: Span) -> Clause:
    return replace(clause, head=replace(clause.head, span=place), span=place)


def _listed(clauses: Sequence[Clause]) -> str:
    shown = " ".join(show_clause(clause) for clause in clauses[:3])
    return shown if len(clauses) <= 3 else f"{shown} and {len(clauses) - 3} more"


def _constant(term: Term) -> Const:
    assert not isinstance(term, Var)
    return term


def _about(diagnostics: Iterable[Diagnostic], *files: str) -> tuple[Diagnostic, ...]:
    """The diagnostics that are about some files, not about what was stated before."""
    return tuple(each for each in diagnostics if each.span.file in files)
