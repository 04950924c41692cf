"""What a program declares about its predicates, gathered from its directives for quick look-up."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct, field

from kb.language import syntax
from kb.language.program import Program
from kb.language.terms import Atom, Const, Term, kind_of

CONSTANT_TYPES = frozenset({"integer", "decimal", "string", "atom", "date"})
"""The types that are checked; any other is a label."""
COMPLETE = syntax.Pred("complete", 2)
"""`complete(Case, Predicate)`: the record of a predicate is complete for a case, so that what is not stated there is false."""
REQUEST = syntax.Pred("request", 4)
"""`request(Case, Drug, Kind, Date)`: what a case asks for; each case has one."""
TODAY = syntax.Pred("today", 1)
"""`today(Date)`: the day on which a program is run, known to a program that declares the predicate."""
EXPECT = syntax.Pred("expect", 2)
"""`expect(Case, Determination)`: what a policy test expects of a case as a whole."""
EXPECT_STATUS = syntax.Pred("expect", 3)
"""`expect(Case, Id, Status)`: what it expects of a criterion, an alternative or an item."""
EXPECT_MISSING = syntax.Pred("expect_missing", 2)
"""`expect_missing(Case, Predicate)`: that facts of a predicate are among those that are missing."""
EXPECTATIONS = (EXPECT, EXPECT_STATUS, EXPECT_MISSING)
"""What a case file may state beside the facts, and nothing but a policy test reads."""
MEETS_CRITERIA = syntax.Pred("meets_criteria", 1)
"""`meets_criteria(Case)`: what a policy concludes of a case that meets all its criteria."""


class Declarations(Struct, frozen=True):
    """The declarations of a program by predicate; where one is repeated, the first counts."""

    preds: dict[syntax.Pred, syntax.PredDecl] = field(default_factory=dict)
    abducible: dict[syntax.Pred, syntax.AbducibleDecl] = field(default_factory=dict)
    functional: dict[syntax.Pred, syntax.FunctionalDecl] = field(default_factory=dict)
    inline: dict[syntax.Pred, syntax.InlineDecl] = field(default_factory=dict)
    """The definitions."""
    questions: dict[syntax.Pred, tuple[syntax.QuestionDecl, ...]] = field(default_factory=dict)
    """The first asks for a fact; others leave arguments out of their text, and ask for all their values."""
    cites: dict[syntax.Pred, tuple[syntax.CiteDecl, ...]] = field(default_factory=dict)
    policies: tuple[syntax.PolicyDecl, ...] = ()
    vocabularies: dict[str, tuple[syntax.VocabularyDecl, ...]] = field(default_factory=dict)
    """What declares the constants of a type and their other names."""

    def is_abducible(self, pred: syntax.Pred) -> bool:
        """Whether what is not stated of the predicate is unknown rather than false."""
        return pred in self.abducible

    @property
    def expectations(self) -> tuple[syntax.Pred, ...]:
        """The predicates by which a case file says what a policy test expects: they are no facts of a case."""
        return tuple(pred for pred in EXPECTATIONS if pred in self.preds and pred not in self.abducible)

    def asks_for(self, pred: syntax.Pred) -> bool:
        """Whether a question asks for facts of a predicate; of a functional one it asks for the value, never for a negation."""
        is_value = pred.positive in self.functional
        return pred.positive in self.questions and not (pred.negative and is_value)

    def recorded(self, name: Term) -> list[syntax.Pred]:
        """The open predicates whose record `complete(Case, name)` is about."""
        return sorted((pred for pred in self.abducible if name == Atom(pred.own_name)), key=str)

    def names_of(self, pred: syntax.Pred) -> tuple[str, ...]:
        """The declared names of a predicate's arguments, or none."""
        declared = self.preds.get(pred) or self.preds.get(pred.positive)
        return declared.names if declared else ()

    def types_of(self, pred: syntax.Pred) -> tuple[str, ...]:
        """The declared type of each argument of a predicate; "any" where none is declared."""
        declared = self.preds.get(pred) or self.preds.get(pred.positive)
        return declared.types if declared else ("any",) * pred.arity

    def takes(self, pred: syntax.Pred, index: int, arg: Const) -> bool:
        """Whether a constant is of the type that is declared for an argument of a predicate; other types than those of
        constants are labels, of which any constant can be."""
        declared = self.types_of(pred)[index]
        return declared not in CONSTANT_TYPES or kind_of(arg) == declared

    def places(
        self, pred: syntax.Pred, file: str | None = None, others: Collection[str] = frozenset()
    ) -> tuple[str, ...]:
        """Where a policy document has what a predicate says.

        Of several citations, those in the file of the rule that is cited are meant for it, and those in `others`, sections
        about other kinds of request, are left out; where none would be left, all stand.
        """
        cites = self.cites.get(pred, ())
        cites = tuple(cite for cite in cites if cite.span.file == file) or cites
        cites = tuple(cite for cite in cites if not cite.place.startswith(tuple(others))) or cites
        return tuple(cite.place for cite in cites)

    def mentioned(self) -> set[syntax.Pred]:
        """Every predicate that some declaration names."""
        listed = (each.pred for declared in self.vocabularies.values() for each in declared)
        return {*self.preds, *self.abducible, *self.functional, *self.inline, *self.questions, *self.cites, *listed}


def declarations_of(program: Program) -> Declarations:
    """The declarations of a program."""
    found = Declarations(policies=tuple(item for item in program.declared if isinstance(item, syntax.PolicyDecl)))
    for item in program.declared:
        match item:
            case syntax.PredDecl(pred):
                found.preds.setdefault(pred, item)
            case syntax.AbducibleDecl(preds):
                for pred in preds:
                    found.abducible.setdefault(pred.positive, item)
            case syntax.FunctionalDecl(pred):
                found.functional.setdefault(pred, item)
            case syntax.InlineDecl(preds):
                for pred in preds:
                    found.inline.setdefault(pred, item)
            case syntax.QuestionDecl(pred):
                found.questions[pred] = (*found.questions.get(pred, ()), item)
            case syntax.CiteDecl(pred):
                found.cites[pred] = (*found.cites.get(pred, ()), item)
            case syntax.VocabularyDecl(_, kind):
                found.vocabularies[kind] = (*found.vocabularies.get(kind, ()), item)
            case (
                syntax.ModuleDecl() | syntax.LoadDecl() | syntax.FactsDecl() | syntax.PolicyDecl() | syntax.SourceDecl()
            ):
                pass
    return found


def preds_of(declaration: syntax.Declaration) -> tuple[syntax.Pred, ...]:
    """The predicates that a declaration is about."""
    match declaration:
        case syntax.AbducibleDecl(preds) | syntax.InlineDecl(preds):
            return preds
        case syntax.PolicyDecl() | syntax.ModuleDecl() | syntax.LoadDecl() | syntax.SourceDecl():
            return ()
        case _:
            return (declaration.pred,)
