"""The predicates of a program under check: who defines, declares and uses each, and what is undefined, or contradicts a
declaration or what is stated elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from engine.facts import complete_records, functional_values
from engine.knowledge import names_of
from engine.reading.normal import AUXILIARY
from kb.language import syntax
from kb.language.builtins import is_reserved
from kb.language.declarations import COMPLETE, Declarations, declarations_of
from kb.language.definitions import Definitions
from kb.language.diagnostics import Diagnostic, Note, Sources, did_you_mean
from kb.language.printer import show_term
from kb.language.program import Program, Stated
from kb.language.syntax import AtomF, Clause, Pred, Span
from kb.language.terms import Term, Var
from kb.language.traversal import walk
from kb.normalization import Names

PLACEHOLDER = re.compile(r"@\((\w*)\)")
_OTHERWISE = re.compile(r"@(?!\(\w*\))[({\[]?\s*(\w+)\s*[)}\]]?|\{(\w+)\}")
"""What looks like a placeholder, and is not written as one."""


OF_PROGRAM = ("declarations", "definitions", "names", "known", "known_by_name", "declared")
"""What a context says of its program, whatever clauses are looked at."""


class Facts(Struct, dict=True):
    """The facts of a predicate that are looked at. What can be said of them as a whole spares looking at each: a table of thousands
    of rows is sound if its columns are."""

    pred: Pred
    written: Stated
    """All facts that are looked at, as they are written."""
    meant: Stated
    """These, or those of the predicate alone, as they are meant."""

    @cached_property
    def columns(self) -> tuple[frozenset[Term], ...]:
        """The terms that stand in each argument."""
        return self.meant.columns(self.pred)

    @cached_property
    def kinds(self) -> tuple[frozenset[type[Term]], ...]:
        """The kinds of these terms."""
        return tuple(frozenset(map(type, column)) for column in self.columns)

    @property
    def first(self) -> Clause:
        return self.meant.of(self.pred)[0]

    @cached_property
    def are_distinct(self) -> bool:
        """Whether no two state the same."""
        number = len(self.meant.of(self.pred))
        return number == max(map(len, self.columns), default=1) or number == len(self.meant.rows(self.pred))

    @property
    def pairs(self) -> Iterable[tuple[Clause, Clause]]:
        """The facts as they are written, each as it is meant."""
        return zip(self.written.of(self.pred), self.meant.of(self.pred), strict=True)


class Context(Struct, dict=True):
    """A program under check; the clauses `given` are looked at."""

    program: Program
    sources: Sources
    given: tuple[Clause, ...] = ()

    def looking_at(self, clauses: tuple[Clause, ...], sources: Sources) -> Context:
        """The same program, of which other clauses are looked at, which it may not have; what is known of the program is shared."""
        found = Context(self.program, sources, clauses)
        vars(found).update({name: getattr(self, name) for name in OF_PROGRAM})
        return found

    @cached_property
    def definitions(self) -> Definitions:
        """What the program makes of what is written."""
        return Definitions.of(self.program, self.declarations)

    @cached_property
    def facts(self) -> Mapping[Pred, Facts]:
        """The facts looked at, by their predicates."""
        is_whole = self.given is self.program.clauses
        facts = self.program.facts if is_whole else Stated(each for each in self.given if each.is_fact)
        meant = self.definitions
        return {
            pred: Facts(pred, facts, Stated(map(meant.clause, facts.of(pred))) if meant.has_decimals(pred) else facts)
            for pred in facts.by_predicate
        }

    def clauses(self, is_looked_at: Callable[[Pred, Facts], bool]) -> Iterable[Clause]:
        """The clauses looked at, as they are meant, in their order; of facts only those of predicates that are to be looked at
        one by one."""
        chosen = [each for pred, each in self.facts.items() if is_looked_at(pred, each)]
        if not chosen:
            return self.rules
        pairs = [*zip(self._rules, self.rules, strict=True)]
        pairs += [pair for each in chosen for pair in each.pairs]
        return [meant for _, meant in sorted(pairs, key=lambda pair: self._numbers[id(pair[0])])]

    @cached_property
    def _numbers(self) -> Mapping[int, int]:
        """The places of the clauses that are looked at, by which they are."""
        return {id(clause): number for number, clause in enumerate(self.given)}

    @cached_property
    def _rules(self) -> tuple[Clause, ...]:
        """The rules that are looked at, as they are written."""
        is_whole = self.given is self.program.clauses
        return self.program.rules if is_whole else tuple(each for each in self.given if not each.is_fact)

    def put_in(self, clauses: Iterable[Clause]) -> tuple[Clause, ...]:
        """Clauses with definitions put in."""
        return tuple(map(self.definitions.put_in, clauses))

    @cached_property
    def declarations(self) -> Declarations:
        """What the program declares."""
        return declarations_of(self.program)

    @cached_property
    def names(self) -> Names:
        """The vocabularies of the program."""
        return names_of(self.program)

    @cached_property
    def rules(self) -> tuple[Clause, ...]:
        """The clauses looked at that are not facts."""
        return tuple(map(self.definitions.clause, self._rules))

    @cached_property
    def defined(self) -> dict[Pred, Clause]:
        """The predicates that have clauses, each with its first."""
        found: dict[Pred, Clause] = {}
        for clause in self.program.clauses:
            found.setdefault(clause.head.pred, clause)
        return found

    @cached_property
    def known(self) -> set[Pred]:
        """The predicates that have clauses or are declared, and those that they negate; also those whose table is not read."""
        declared = {*self.declarations.preds, *self.declarations.abducible, *self.declarations.functional}
        tables = (item.pred for item in self.program.declared if isinstance(item, syntax.FactsDecl))
        stated = (*self.program.facts.by_predicate, *(rule.head.pred for rule in self.program.rules))
        every = (*stated, *declared, *self.declarations.questions, *tables, COMPLETE)
        return {pred.positive for pred in every}

    @cached_property
    def known_by_name(self) -> dict[str, list[Pred]]:
        """The same by name, in order."""
        found: dict[str, list[Pred]] = {}
        for pred in sorted(self.known, key=str):
            found.setdefault(pred.name, []).append(pred)
        return found

    @cached_property
    def declared(self) -> set[Pred]:
        """The predicates that are declared to be there or to be open."""
        return {pred.positive for pred in (*self.declarations.preds, *self.declarations.abducible)}

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
        return self.sources.place_of(show_term(var), span)


def check(context: Context) -> Iterator[Diagnostic]:
    """E201, E202 for each mention of a predicate that is not there, and E205."""
    for clause in context.rules:
        for part in walk(clause.body):
            if isinstance(part, AtomF) and part.pred.positive not in context.known:
                yield unknown_predicate(context, part.pred.positive, part.span)
    for clause in context.clauses(lambda _, facts: any(_defined(context, facts.first.head))):
        yield from _defined(context, clause.head)
    for pred, cites in context.declarations.cites.items():
        if pred.positive not in context.known:
            yield unknown_predicate(context, pred.positive, cites[0].span)


def _defined(context: Context, head: AtomF) -> Iterator[Diagnostic]:
    """E205 for a predicate that no program may define, E202 for one that is declared with other numbers of arguments."""
    pred = head.pred.positive
    instead = "give the predicate another name"
    others = [each for each in context.known_by_name.get(pred.name, ()) if each in context.declared]
    if is_reserved(pred.name):
        yield Diagnostic("E205", f"`{pred.name}` is built in and cannot be defined", head.span, (), instead)
    elif pred.name.startswith(AUXILIARY):
        why = f"begins with `{AUXILIARY}`, which the engine keeps for itself"
        yield Diagnostic("E205", f"`{pred.name}` {why} and cannot be defined", head.span, (), instead)
    elif others and pred not in context.declared:
        notes = (f"declared is {' and '.join(f'`{each}`' for each in others)}",)
        instead = f"write {others[0].arity} argument{'s' if others[0].arity != 1 else ''}"
        yield Diagnostic("E202", f"`{pred}` is not declared", head.span, notes, instead)


def unknown_predicate(context: Context, pred: Pred, span: Span) -> Diagnostic:
    """E201 or E202 for the mention of a predicate that is not there."""
    if pred.name in context.known_by_name:
        others = " and ".join(f"`{each}`" for each in context.known_by_name[pred.name])
        return Diagnostic("E202", f"there is no `{pred}`", span, (f"there is {others}",))
    notes = ("a predicate needs a clause, or a declaration if its facts come from cases",)
    return Diagnostic("E201", f"`{pred}` is not defined", span, notes, did_you_mean(pred.name, context.known_by_name))


def check_declarations(context: Context) -> Iterator[Diagnostic]:
    """E202, E209 and E210 for declarations, E207 and E208 for facts."""
    yield from _contradictions(context)
    functional = context.declarations.functional
    yield from functional_values(context.clauses(lambda pred, _: pred in functional), context.declarations)
    yield from complete_records(context.clauses(lambda pred, _: pred.positive == COMPLETE), context.declarations)


def _contradictions(context: Context) -> Iterator[Diagnostic]:
    """E209 for a second declaration that differs from the first, E210 for placeholders without an argument."""
    declarations = context.declarations
    for item in context.program.declared:
        match item:
            case syntax.PredDecl(pred, names, _, sentence):
                yield from _differs(f"`{pred}` is", declarations.preds[pred], item)
                yield from _one_name(pred, names, item.span)
                yield from _placeholders(sentence or "", names, item.span)
            case syntax.QuestionDecl(pred, names, text):
                asks = set(PLACEHOLDER.findall(text))
                first = next(
                    each for each in declarations.questions[pred] if set(PLACEHOLDER.findall(each.text)) == asks
                )
                yield from _differs(f"the question of `{pred}` is", first, item)
                yield from _one_name(pred, names, item.span)
                yield from _placeholders(text, names, item.span)
                yield from _arity(context, pred, item.span)
            case syntax.FunctionalDecl(pred):
                yield from _differs(f"the keys of `{pred}` are", declarations.functional[pred], item)
                yield from _arity(context, pred, item.span)
            case syntax.AbducibleDecl(preds):
                for pred in preds:
                    if pred.negative:
                        yield Diagnostic(
                            "E209", f"`{pred}` cannot be abducible by itself", item.span,
                            ("a predicate is open together with its strong negation",), f"write `{pred.positive}`",
                        )  # fmt: skip
                    if pred.positive == COMPLETE:
                        yield Diagnostic(
                            "E209", "`complete/2` is closed", item.span, ("it says which records are complete",)
                        )
                    yield from _arity(context, pred, item.span)
            case (
                syntax.CiteDecl()
                | syntax.PolicyDecl()
                | syntax.VocabularyDecl()
                | syntax.ModuleDecl()
                | syntax.InlineDecl()
                | syntax.LoadDecl()
                | syntax.FactsDecl()
                | syntax.SourceDecl()
            ):
                pass


def _arity(context: Context, pred: Pred, span: Span) -> Iterator[Diagnostic]:
    if pred.positive in context.declarations.preds:
        return
    others = [each for each in context.declarations.preds if each.name == pred.name and not each.negative]
    if others:
        yield Diagnostic("E202", f"`{pred}` is not declared", span, (f"declared is `{others[0]}`",))


def _one_name(pred: Pred, names: Sequence[str], span: Span) -> Iterator[Diagnostic]:
    if len(set(names)) < len(names):
        yield Diagnostic("E209", f"two arguments of `{pred}` have one name", span)


def _differs(what: str, first: syntax.Declaration, second: syntax.Declaration) -> Iterator[Diagnostic]:
    if first != second:
        notes = (Note.at("first declared", first.span),)
        yield Diagnostic("E209", f"{what} declared a second time, differently", second.span, notes)


def _placeholders(text: str, names: Iterable[str], span: Span) -> Iterator[Diagnostic]:
    known = tuple(names)
    for name in PLACEHOLDER.findall(text):
        if name not in known:
            note = f"the arguments are {', '.join(known)}" if known else "the predicate has no named arguments"
            yield Diagnostic("E210", f"`@({name})` names no argument", span, (note,), did_you_mean(name, known))
    for found in _OTHERWISE.finditer(text):
        if (name := found[1] or found[2]) in known or found[0].startswith("@("):
            told = f"`{found[0].strip()}` is no placeholder, and would stand in the text as it is"
            yield Diagnostic("E210", told, span, (), f"write `@({name})`")
