"""The program and what is stated beside it at one time of a session, with the checks that more has to pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from msgspec import Struct

from engine.cases import Case, cases_of, check_cases
from engine.checks import check_clause, check_goal
from engine.checks.predicates import Context
from engine.facts import complete_records, functional_values
from explain.authoring.flips import Standings
from explain.repl.version import Version
from explain.workspace import Workspace, raise_errors
from kb.language.declarations import REQUEST
from kb.language.diagnostics import QUERY, Diagnostic, ProgramError, Sources, SourceText, did_you_mean
from kb.language.loader import Loaded, read_goal
from kb.language.program import Program
from kb.language.syntax import TRUE, AtomF, Clause
from kb.language.terms import Const, Term, Var, plain_text, term_text

NO_REQUEST = "E401"
"""The diagnostic for a case that no request has been stated for."""


class State(Struct, frozen=True, eq=False, dict=True):
    """The program at one time, and what is stated beside it. It does not change: what is asked leaves nothing behind in it."""

    version: Version
    workspace: Workspace

    @classmethod
    def begun_with(cls, workspace: Workspace) -> State:
        """The state of a session that nothing has been changed in."""
        return cls(Version(workspace), workspace)

    @property
    def facts(self) -> tuple[Clause, ...]:
        """What is stated beside the program."""
        return self.workspace.facts

    @property
    def closed_world(self) -> bool:
        return self.workspace.closed_world

    def stating(self, facts: Iterable[Clause], *, closed_world: bool | None = None) -> State:
        """The same program with other facts beside it, or with every record taken to be complete."""
        return State(self.version, self.workspace.stating(facts, closed_world=closed_world))

    def under(self, version: Version) -> State:
        """The same facts beside another program."""
        return State(version, version.workspace.stating(self.facts, closed_world=self.closed_world))

    # --- cases -------------------------------------------------------------------------------------------------

    @property
    def is_about_cases(self) -> bool:
        """Whether the program knows requests."""
        return REQUEST in self.workspace.rules.declarations.preds

    def is_case_fact(self, fact: Clause) -> bool:
        """Whether a fact is one that a case file may state."""
        allows = self.workspace.reviewer.vocabulary.allows
        return self.is_about_cases and fact.is_fact and bool(fact.head.args) and allows(fact.head.pred)

    @cached_property
    def cases(self) -> dict[Const, tuple[Clause, ...]]:
        """The stated facts about each case, cases in the order of their first mention."""
        found: dict[Const, list[Clause]] = {}
        for fact in filter(self.is_case_fact, self.facts):
            found.setdefault(_constant(fact.head.args[0]), []).append(fact)
        return {name: tuple(facts) for name, facts in found.items()}

    def case(self, name: Const) -> Case:
        """A case that is ready for review.

        Raises `ProgramError` if nothing is stated about it, or if its request is missing.
        """
        if name not in self.cases:
            suggestion = did_you_mean(plain_text(name), (plain_text(each) for each in self.cases))
            raise ProgramError.of("E406", f"nothing is stated about a case `{term_text(name)}`", QUERY, suggestion)
        facts = self.cases[name]
        found = check_cases(Loaded(Program(facts)), self.workspace.reviewer.vocabulary)
        raise_errors(each for each in found if each.is_error)
        return cases_of(facts)[0]

    def standings(self, name: Const) -> Standings | None:
        """How a case stands; None if it is not ready for review, nothing if that cannot be decided."""
        key = self.closed_world, self.cases.get(name, ())
        kept = self.version.standings
        if key not in kept:
            try:
                case = self.case(name)
            except ProgramError:
                return None
            try:
                kept[key] = self.workspace.standings(case)
            except ProgramError:
                kept[key] = {}
        return kept[key]

    def statement(self, goal: str) -> Clause | None:
        """The fact of a case that a goal would be as a statement, if it could be stated; not of one that `?-` says is a question."""
        read = read_goal(goal)
        if (
            not isinstance(read, AtomF)
            or goal.lstrip().startswith("?-")
            or any(isinstance(arg, Var) for arg in read.args)
        ):
            return None
        fact = Clause(read, TRUE, read.span)
        if self.closed_world or not self.is_case_fact(fact) or fact in self.facts:
            return None
        found = self.check_facts([fact], self.facts, SourceText(QUERY, goal))
        return None if any(each.is_error for each in found) else fact

    # --- what is wrong with facts ------------------------------------------------------------------------------

    def check_cases(self, loaded: Loaded, present: Sequence[Clause]) -> list[Diagnostic]:
        """The diagnostics of case facts, those between them and the present ones included, without missing requests and
        without what is doubtful about the present ones, which was told when they were stated."""
        vocabulary = self.workspace.reviewer.vocabulary
        before = tuple(fact for fact in present if self.is_case_fact(fact))
        if not loaded.program.items:
            return list(check_cases(loaded, vocabulary))
        together = Loaded(Program((*before, *loaded.program.items)), loaded.sources, loaded.diagnostics)
        told = {each for each in check_cases(Loaded(Program(before)), vocabulary) if not each.is_error}
        return [each for each in check_cases(together, vocabulary) if each.code != NO_REQUEST and each not in told]

    def check_facts(self, facts: Sequence[Clause], present: Sequence[Clause], typed: SourceText) -> list[Diagnostic]:
        """The diagnostics of facts that are stated beside the program and those that are present."""
        found: list[Diagnostic] = []
        cases = [fact for fact in facts if self.is_case_fact(fact)]
        if cases:
            found += self.check_cases(Loaded(Program(tuple(cases))), present)
        program = self.version.loaded.program + Program(tuple(present))
        sources = self.workspace.sources.beside(typed.name, typed.text)
        others = [fact for fact in facts if fact not in cases]
        for fact in others:
            found += _check_knowledge(fact, program, sources)
        return [*found, *functional_values((*program.clauses, *others), self.workspace.rules.declarations)]

    def check_present(self) -> None:
        """Raises `ProgramError` if what is stated cannot stand beside the program, which was changed after it was stated."""
        found = (
            check_cases(Loaded(Program(self.facts)), self.workspace.reviewer.vocabulary) if self.is_about_cases else ()
        )
        raise_errors(each for each in found if each.is_error and each.code != NO_REQUEST)


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


def _constant(term: Term) -> Const:
    assert not isinstance(term, Var)
    return term
