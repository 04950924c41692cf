"""The state behind the prompt: a workspace, what has been changed in it, and how to take that back.

Facts of cases and of the program may be stated, asserted or from files. A case may be stated fact by fact: that its
request is still missing is no fault here, only a review asks for it. Everything works on values and raises
`ProgramError`; what is printed is decided in commands.py.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property

from engine.bodies import match_head
from engine.cases import Case, cases_of, check_cases
from engine.checks import check_clause, check_goal
from engine.checks.predicates import Context, complete_records, functional_values
from engine.knowledge import Answers
from explain.proof.nodes import Fact
from explain.repl.completion import Columns, Names, columns_of
from explain.report.layout import distinct
from explain.words.phrases import place
from explain.workspace import Workspace, raise_errors
from kb.language.declarations import REQUEST
from kb.language.diagnostics import QUERY, Diagnostic, ProgramError, Sources, did_you_mean, in_order
from kb.language.loader import Loaded, load_cases, read_facts
from kb.language.printer import show_atom, show_clause
from kb.language.syntax import AtomF, Clause, Item, Pred, Program, SourceDecl, Span
from kb.language.terms import Const, Term, Var, plain_text, term_text

NO_REQUEST = "E401"
"""The diagnostic for a case that no request has been stated for."""


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

    @contextmanager
    def about(self, goal: str) -> Iterator[Workspace]:
        """The workspace, to ask about a goal; it is the last goal from then on, if it can be answered."""
        yield self.workspace
        self.last_goal = goal

    def ask(self, goal: str) -> Answers:
        """The answers to a goal."""
        with self.about(goal) as workspace:
            return workspace.ask(goal)

    # --- names -------------------------------------------------------------------------------------------------

    @cached_property
    def _context(self) -> Context:
        return Context(self.workspace.loaded.program, Sources(), ())

    def defines(self, name: str, arity: int) -> bool:
        """Whether the program has this predicate."""
        return Pred(name, arity) in self._context.known

    @cached_property
    def _columns(self) -> Columns:
        return columns_of(self.workspace.loaded.program.clauses)

    def names(self) -> Names:
        """The names that can be typed now."""
        if self._names is None or self._names[0] is not self.facts:
            vocabulary = self.workspace.reviewer.vocabulary
            self._names = self.facts, Names.of(self._context.known_by_name, vocabulary, self._columns, self.facts)
        return self._names[1]

    # --- cases -------------------------------------------------------------------------------------------------

    @property
    def facts(self) -> tuple[Clause, ...]:
        """What is stated beside the program."""
        return self.workspace.facts

    @property
    def is_about_cases(self) -> bool:
        """Whether the program knows requests."""
        return REQUEST in self.workspace.rules.declarations.preds

    def is_case_fact(self, fact: Clause) -> bool:
        """Whether a fact is one that a case file may state."""
        allows = self.workspace.reviewer.vocabulary.allows
        return self.is_about_cases and bool(fact.head.args) and allows(fact.head.pred)

    def case_facts(self) -> dict[Const, list[Clause]]:
        """The stated facts about each case, cases in the order of their first mention."""
        found: dict[Const, list[Clause]] = {}
        for fact in self.facts:
            if self.is_case_fact(fact):
                found.setdefault(_constant(fact.head.args[0]), []).append(fact)
        return found

    def other_facts(self) -> list[Clause]:
        """The stated facts that are about the program's own predicates and no case."""
        return [fact for fact in self.facts if not self.is_case_fact(fact)]

    def case(self, name: Const) -> Case:
        """A case that is ready for review.

        Raises `ProgramError` if nothing is stated about it, or if its request is missing.
        """
        known = self.case_facts()
        if name not in known:
            suggestion = did_you_mean(plain_text(name), (plain_text(each) for each in known))
            raise ProgramError.of("E406", f"nothing is stated about a case `{term_text(name)}`", QUERY, suggestion)
        facts = tuple(known[name])
        found = check_cases(Loaded(Program(facts)), self.workspace.reviewer.vocabulary)
        raise_errors(each for each in found if each.is_error)
        return cases_of(facts)[0]

    # --- changing ----------------------------------------------------------------------------------------------

    def assert_facts(self, text: str) -> Stated:
        """States the facts that a text says, as asserted at the prompt now."""
        items = read_facts(text, QUERY)
        found = self._check_asserted(items, self.facts, self.workspace.sources.beside(QUERY, text))
        raise_errors(found)
        place = Span(f"asserted at the prompt, {self.clock():%Y-%m-%d %H:%M}", 0, 0)
        clauses = [item for item in items if isinstance(item, Clause)]
        stated = set(self.facts)
        known = tuple(clause for clause in self.facts if clause in clauses)
        new = tuple(_placed(clause, place) for clause in dict.fromkeys(clauses) if clause not in stated)
        if new:
            self._change(f"assert {_listed(new)}", (*self.facts, *new))
        return Stated(new, known, doubts=found)

    def retract_fact(self, text: str) -> Clause:
        """Takes back the one stated fact that a text says or, with variables, matches."""
        match read_facts(text, QUERY):
            case [Clause(is_fact=True) as pattern]:
                pass
            case items:
                span = items[0].span if items else Span(QUERY, 0, 0)
                raise ProgramError([Diagnostic("E405", "what can be retracted is one fact", span)])
        found = dict.fromkeys(fact for fact in self.facts if match_head(pattern.head, fact.head) is not None)
        if not found:
            raise_errors(check_goal(self.workspace.known, self.workspace.sources.beside(QUERY, text), pattern.head))
        if len(found) != 1:
            raise ProgramError([self._not_one(pattern, list(found))])
        fact = next(iter(found))
        self._change(f"retract {show_clause(fact)}", tuple(each for each in self.facts if each != fact))
        return fact

    def _not_one(self, pattern: Clause, found: Sequence[Clause]) -> Diagnostic:
        shown, span = f"`{show_atom(pattern.head)}`", pattern.head.span
        if found:
            said, which = f"{len(found)} stated facts match {shown}", "say which one, without variables"
            return Diagnostic("E502", said, span, tuple(map(_shown, found)), which)
        clauses = self.workspace.loaded.program.clauses
        own = next((each for each in clauses if each.is_fact and match_head(pattern.head, each.head) is not None), None)
        if own is not None:
            note = "what was asserted or loaded at the prompt can be retracted"
            return Diagnostic("E502", f"{shown} is part of the program, {place_of(own)}", span, (note,))
        return self._not_stated(pattern.head)

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
            return Diagnostic("E502", f"{shown} is not stated", atom.span, (lead, *map(_shown, stated)))
        close = did_you_mean(goal, (show_atom(fact.head) for fact in self.facts))
        return Diagnostic("E502", f"{shown} is not stated", atom.span, (), close)

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
        found = self._check_loaded(loaded, kept)
        raise_errors(found)
        aside = self.workspace.rules.declarations.expectations
        facts = tuple(each for each in loaded.program.clauses if each.head.pred not in aside)
        self._change(f"load {path}", (*kept, *facts))
        replaced = len(self.changes[-1].facts) - len(kept)
        return Stated(facts, replaced=replaced, doubts=found)

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

    # --- what is wrong with facts ------------------------------------------------------------------------------

    def _check_asserted(
        self, items: Sequence[Item], present: Sequence[Clause], sources: Sources
    ) -> tuple[Diagnostic, ...]:
        """What is wrong with facts that are stated at the prompt beside those that are present."""
        facts = [item for item in items if isinstance(item, Clause) and item.is_fact]
        found = [_no_fact(item) for item in items if item not in facts]
        cases = [fact for fact in facts if self.is_case_fact(fact)]
        if cases:
            found += self._check_cases(Loaded(Program(tuple(cases))), present)
        program = self.workspace.loaded.program + Program(tuple(present))
        for fact in facts:
            if fact not in cases:
                found += _check_knowledge(fact, program, sources)
        found += functional_values((*program.clauses, *facts), self.workspace.rules.declarations)
        return in_order(found)

    def _check_loaded(self, loaded: Loaded, present: Sequence[Clause]) -> tuple[Diagnostic, ...]:
        """What is wrong with a file of facts that is loaded beside those that are present.

        Where the program is about cases, the file may state only what a case file may.
        """
        if self.is_about_cases:
            return in_order(self._check_cases(loaded, present))
        items = [item for item in loaded.program.items if not isinstance(item, SourceDecl)]
        found = self._check_asserted(items, present, self.workspace.sources)
        return in_order((*loaded.diagnostics, *found))

    def _check_cases(self, loaded: Loaded, present: Sequence[Clause]) -> list[Diagnostic]:
        """The diagnostics of case facts, those between them and the present ones included, without missing requests and
        without what is doubtful about the present ones, which was told when they were stated."""
        vocabulary = self.workspace.reviewer.vocabulary
        before = tuple(fact for fact in present if self.is_case_fact(fact))
        if not loaded.program.items:
            return list(check_cases(loaded, vocabulary))
        together = Loaded(Program((*before, *loaded.program.items)), loaded.sources, loaded.diagnostics)
        told = {each for each in check_cases(Loaded(Program(before)), vocabulary) if not each.is_error}
        return [each for each in check_cases(together, vocabulary) if each.code != NO_REQUEST and each not in told]


def _no_fact(item: Item) -> Diagnostic:
    if isinstance(item, Clause):
        what = f"`{item.head.pred}` is concluded by a rule here, and only facts can be asserted"
    else:
        what = "this is a declaration, and only facts can be asserted"
    return Diagnostic("E405", what, item.span, (), "put it in a rule file and start with `priorlog -f FILE`")


def _check_knowledge(fact: Clause, program: Program, sources: Sources) -> Iterator[Diagnostic]:
    """The diagnostics of a fact of one of the program's own predicates."""
    before = Context(program, sources, program.clauses)
    found = [*check_clause(program, sources, fact), *complete_records((fact,), before.declarations)]
    found = found or list(check_goal(before, sources, fact.head))
    yield from found
    pred = fact.head.pred
    mentioned = pred in before.defined or pred in before.used or before.declarations.is_abducible(pred.positive)
    if not found and pred.negative and not mentioned:
        message = f"`{pred.positive}` is not open, so it cannot be stated to be false"
        yield Diagnostic("E404", message, fact.head.span, ("what nothing states of it is false already",))


def place_of(item: Item) -> str:
    """Where an item was written: its source, file and line, or how it was asserted."""
    return place(item.span.file, item.span.line, item.source if isinstance(item, Clause) else None)


def _matching(pattern: AtomF, heads: Iterable[AtomF]) -> bool:
    return any(match_head(pattern, head) is not None for head in heads)


def _shown(fact: Clause) -> str:
    return f"{show_clause(fact)}  {place_of(fact)}"


def _placed(clause: Clause, place: Span) -> Clause:
    return replace(clause, head=replace(clause.head, span=place), span=place)


def _listed(clauses: Sequence[Clause]) -> str:
    shown = " ".join(show_clause(clause) for clause in clauses[:3])
    return shown if len(clauses) <= 3 else f"{shown} and {len(clauses) - 3} more"


def _constant(term: Term) -> Const:
    assert not isinstance(term, Var)
    return term
