"""What every check looks at: the program, its declarations, who defines and who uses each predicate."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from kb.language.declarations import COMPLETE, Declarations, declarations_of
from kb.language.diagnostics import Sources
from kb.language.printer import show_term
from kb.language.syntax import AtomF, Clause, Pred, Program, Span, walk
from kb.language.terms import Var


@dataclass
class Context:
    """A program under check; of its clauses, those in `clauses` are looked at."""

    program: Program
    sources: Sources
    declarations: Declarations = field(init=False)
    clauses: tuple[Clause, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.declarations = declarations_of(self.program)
        self.clauses = self.program.clauses

    def only(self, clause: Clause) -> None:
        """Looks at no clause but this one."""
        self.clauses = (clause,)

    @property
    def rules(self) -> tuple[Clause, ...]:
        """The clauses looked at that are not facts."""
        return tuple(clause for clause in self.clauses if not clause.is_fact)

    @cached_property
    def defined(self) -> dict[Pred, Clause]:
        """The predicates that have clauses, each with its first."""
        found: dict[Pred, Clause] = {}
        for clause in self.program.clauses:
            found.setdefault(clause.head.pred, clause)
        return found

    @cached_property
    def known(self) -> set[Pred]:
        """The predicates that have clauses or are declared, and those that they negate."""
        declared = {*self.declarations.preds, *self.declarations.abducible, *self.declarations.functional}
        return {pred.positive for pred in (*self.defined, *declared, *self.declarations.questions)} | {COMPLETE}

    @cached_property
    def used(self) -> dict[Pred, AtomF]:
        """The predicates that bodies mention, each with its first mention."""
        found: dict[Pred, AtomF] = {}
        for clause in self.rules:
            for part in walk(clause.body):
                if isinstance(part, AtomF):
                    found.setdefault(part.pred, part)
        return found

    def place_of(self, var: Var, span: Span) -> Span:
        """The first place from a span on, within its length, where the variable is written; else the span itself."""
        return self.sources.place_of(written(var), span)


def written(var: Var) -> str:
    """The variable as the program wrote it."""
    return show_term(var)
