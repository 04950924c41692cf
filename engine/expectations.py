"""What policy tests expect of cases: the facts `expect/2`, `expect/3` and `expect_missing/2` of case files, checked and as values.

They stand beside a case's facts and are none of them: nothing that is concluded of a case can depend on them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from engine.bodies import RuleBook
from engine.cases import not_listed
from engine.facts import functional_values
from engine.policies import Determination, Policies, Status, conjuncts_of
from kb.language.declarations import EXPECT, EXPECT_STATUS, Declarations
from kb.language.diagnostics import Diagnostic, Sources, did_you_mean
from kb.language.printer import show_term
from kb.language.syntax import AtomF, Clause, Pred, unqualified
from kb.language.terms import Atom, Const, Var, plain_text, term_text
from kb.normalization import Names


class _Expected(Struct, frozen=True):
    """What is expected of a case, with the fact that says so."""

    case: Const
    fact: AtomF


class ExpectedDetermination(_Expected, frozen=True):
    """What the review comes to."""

    determination: Determination


class ExpectedStatus(_Expected, frozen=True):
    """How a criterion, an alternative or an item stands."""

    id: str
    status: Status


class ExpectedMissing(_Expected, frozen=True):
    """That facts of a predicate are in one of the sets that would meet the criteria."""

    pred: str


Expectation: TypeAlias = ExpectedDetermination | ExpectedStatus | ExpectedMissing


def parts_of(declared: Policies, book: RuleBook, declarations: Declarations) -> dict[str, dict[str, Pred]]:
    """What policies require of each kind of request, by its id, with the predicate that decides it: criteria, their alternatives,
    and the items that these ask for together, the outermost first."""
    found: dict[str, dict[str, Pred]] = {}
    for item in declared.items:
        found.setdefault(item.kind, {}).setdefault(item.id, item.pred)
    for kind, parts in found.items():
        waiting = list(parts.values())
        for pred in waiting:
            clauses = [rule.clause for rule in book.rules(pred)]
            new = conjuncts_of(clauses, declarations, declared.other_sections(kind))
            waiting += [each for each in new if each.name not in parts]
            parts |= {each.name: each for each in new if each.name not in parts}
    return found


class Expectable(Struct, frozen=True):
    """What can be expected under some policies."""

    names: Names
    """The vocabularies that have the determinations and the statuses."""
    parts: frozenset[str]
    """The ids of criteria, alternatives and items."""
    asked: frozenset[str]
    """The predicates that facts may be missing of."""

    @classmethod
    def of(cls, names: Names, parts: Iterable[str]) -> Expectable:
        """What can be expected under policies that have these parts, by the vocabularies of their program."""
        declared = names.declarations
        asked = frozenset(unqualified(pred).name for pred in declared.abducible if declared.asks_for(pred))
        return cls(names, frozenset(parts), asked)

    def check(self, stated: Sequence[Clause], cases: Collection[Const], sources: Sources) -> Iterator[Diagnostic]:
        """What is wrong with the expectations that case files state, beside the names of the cases that they mention."""
        for fact in (clause.head for clause in stated):
            yield from self._fact(fact, cases, sources)
        yield from functional_values(stated, self.names.declarations)

    def _fact(self, fact: AtomF, cases: Collection[Const], sources: Sources) -> Iterator[Diagnostic]:
        free = next((arg for arg in fact.args if isinstance(arg, Var)), None)
        if free is not None:
            place, said = sources.place_of(show_term(free), fact.span), f"`{show_term(free)}` is a variable"
            yield Diagnostic("E203", f"an expectation is about what it names, and {said}", place, (), "write a name")
            return
        case, *named = (arg for arg in fact.args if not isinstance(arg, Var))
        if case not in cases:
            said = f"no fact is about the case `{term_text(case)}`, of which something is expected"
            yield Diagnostic("E406", said, fact.span, (), did_you_mean(plain_text(case), map(plain_text, cases)))
        for index, (arg, (what, values)) in enumerate(zip(named, self._listed(fact.pred), strict=True), 1):
            if self._meant(fact.pred, index, arg, values) is None:
                said = f"`{term_text(arg)}` is no {what}"
                yield not_listed(said, arg, values, sources.place_of(term_text(arg), fact.span))

    def _listed(self, pred: Pred) -> list[tuple[str, Sequence[Const]]]:
        """What stands after the case in an expectation: what it is called, and the values that it can have."""
        parts = ("criterion, alternative or item of the policy", _atoms(self.parts))
        match pred:
            case _ if pred == EXPECT:
                return [("determination", self._constants(pred, 1))]
            case _ if pred == EXPECT_STATUS:
                return [parts, ("status", self._constants(pred, 2))]
            case _:
                return [("predicate of which facts are asked for", _atoms(self.asked))]

    def _constants(self, pred: Pred, index: int) -> Sequence[Const]:
        known = self.names.at(pred)[index]
        return () if known is None else tuple(known.constants)

    def _meant(self, pred: Pred, index: int, arg: Const, values: Collection[Const]) -> Const | None:
        """The value that an argument means: by any name that its vocabulary knows, or as it is listed."""
        known = self.names.at(pred)[index]
        if known is None:
            return arg if arg in values else None
        meant = known.meant(arg)
        return None if meant is None else meant.constant

    def read(self, stated: Iterable[Clause]) -> Mapping[Const, tuple[Expectation, ...]]:
        """The expectations that nothing is wrong with, by case, in the order in which they are stated."""
        found: dict[Const, tuple[Expectation, ...]] = {}
        for fact in (clause.head for clause in stated):
            expected = self._expectation(fact)
            if expected is not None:
                found[expected.case] = (*found.get(expected.case, ()), expected)
        return found

    def _expectation(self, fact: AtomF) -> Expectation | None:
        if any(isinstance(arg, Var) for arg in fact.args):
            return None
        case, *named = (arg for arg in fact.args if not isinstance(arg, Var))
        places = enumerate(zip(named, self._listed(fact.pred), strict=True), 1)
        values = [self._meant(fact.pred, index, arg, listed) for index, (arg, (_, listed)) in places]
        match [plain_text(value) for value in values if value is not None]:
            case [determination] if fact.pred == EXPECT:
                return ExpectedDetermination(case, fact, Determination(determination))
            case [part, status] if fact.pred == EXPECT_STATUS:
                return ExpectedStatus(case, fact, part, Status(status))
            case [pred] if fact.pred not in (EXPECT, EXPECT_STATUS):
                return ExpectedMissing(case, fact, pred)
            case _:
                return None


def _atoms(names: Iterable[str]) -> tuple[Const, ...]:
    return tuple(map(Atom, sorted(names)))
