"""Two versions of a program as one program: what both have alike under its own name, what differs once for each version.

    rules, rules -> rules in which `old:p` and `new:p` are the predicates that the versions do not have alike

A rule that reads of a table only columns that both versions have alike is one that they have alike: it reads the table of the newer.

So one search speaks of both versions of the same case. An open predicate that the versions conclude by different rules is stated once:
what is stated of it, for or against, holds of it in each version.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from msgspec import structs
from msgspec.structs import replace

from engine.knowledge import Rules
from kb.language.declarations import Declarations
from kb.language.program import Stated
from kb.language.syntax import AtomF, Body, Clause, Documented, Literal, Pred, qualified
from kb.language.terms import Term, Var
from kb.language.traversal import body_terms, map_literals, walk


class Version(StrEnum):
    """Which of two versions of a program is meant."""

    OLD = "old"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two versions in one program, and the predicates that they do not have alike."""

    rules: Rules
    differing: frozenset[Pred]

    @property
    def forked(self) -> frozenset[Pred]:
        """The open predicates of one version, of which nothing is stated: their own name is that under which it is."""
        opened = (pred for pred in self.differing if self.rules.declarations.is_abducible(pred))
        return frozenset(self.name(pred, version) for pred in opened for version in Version)

    @classmethod
    def of(cls, old: Rules, new: Rules) -> SideBySide:
        """The program of both."""
        clauses = {Version.OLD: _by_pred(old), Version.NEW: _by_pred(new)}
        differing = _differing(old, new, clauses)
        opened = {pred for rules in (old, new) for pred in rules.declarations.abducible if pred in differing}
        newer = _Naming(Version.NEW, differing)
        shared = [
            newer.clause(each) for pred, own in clauses[Version.NEW].items() if pred not in differing for each in own
        ]
        for version, by_pred in clauses.items():
            change = _Naming(version, differing)
            shared += [change.clause(each) for pred in differing for each in by_pred.get(pred, ())]
            shared += [each for pred in opened for each in change.stated(pred)]
        declarations = _declarations(old.declarations, new.declarations, differing)
        rules = tuple(each for each in shared if not each.is_fact)
        facts = Stated(each for each in shared if each.is_fact)
        names = new.names.beside(declarations, rules)
        return cls(Rules(rules, declarations, facts, names, new.max_steps), differing)

    def name(self, pred: Pred, version: Version) -> Pred:
        """What a predicate of a version is called in the program of both."""
        return _Naming(version, self.differing).pred(pred)


def _by_pred(rules: Rules) -> dict[Pred, list[Clause]]:
    """The clauses that conclude, or state, each predicate or its strong negation."""
    found: dict[Pred, list[Clause]] = {}
    for clause in (*rules.clauses, *rules.facts):
        found.setdefault(clause.head.pred.positive, []).append(clause)
    return found


def _differing(old: Rules, new: Rules, clauses: Mapping[Version, Mapping[Pred, list[Clause]]]) -> frozenset[Pred]:
    """The predicates that two versions do not have alike, and those that rules conclude from them."""
    one, other = clauses.values()
    changed = {pred for pred in {*one, *other} if not _are_same(one.get(pred, []), other.get(pred, []))}
    declared = {
        pred
        for pred in {*old.declarations.mentioned(), *new.declarations.mentioned()}
        if _are_declared_otherwise(pred.positive, old.declarations, new.declarations)
    }
    found = changed | declared
    tables = {
        pred: (one.get(pred, []), other.get(pred, []))
        for pred in changed - declared
        if all(each.is_fact for each in (*one.get(pred, []), *other.get(pred, [])))
        and not old.declarations.is_abducible(pred)
    }
    readers: dict[Pred, set[Pred]] = {}
    for clause in (*old.clauses, *new.clauses):
        counts = Counter((*clause.head.args, *body_terms(clause.body)))
        for part in walk(clause.body):
            if isinstance(part, AtomF):
                read = [at for at, arg in enumerate(part.args) if not (isinstance(arg, Var) and counts[arg] == 1)]
                versions = [{_columns(each, read) for each in table} for table in tables.get(part.pred, ())]
                if not versions or versions[0] != versions[1]:
                    readers.setdefault(part.pred.positive, set()).add(clause.head.pred.positive)
    waiting = list(found)
    while waiting:
        reached = readers.get(waiting.pop(), set()) - found
        found |= reached
        waiting += reached
    return frozenset(found)


def _columns(fact: Clause, columns: Iterable[int]) -> tuple[Term, ...]:
    """Some of the arguments of a fact."""
    return tuple(fact.head.args[column] for column in columns)


def _are_same(one: list[Clause], other: list[Clause]) -> bool:
    return one == other or Counter(one) == Counter(other)


def _are_declared_otherwise(pred: Pred, old: Declarations, new: Declarations) -> bool:
    """Whether two programs declare a predicate so that it may be read otherwise."""
    return (
        (pred in old.abducible) != (pred in new.abducible)
        or old.functional.get(pred) != new.functional.get(pred)
        or (pred in old.preds and pred in new.preds and old.types_of(pred) != new.types_of(pred))
    )


@dataclass(frozen=True, slots=True)
class _Naming:
    """The names of one version's predicates in the program of both."""

    version: Version
    differing: frozenset[Pred]

    def pred(self, pred: Pred) -> Pred:
        return (
            structs.replace(pred, name=qualified(self.version, pred.name)) if pred.positive in self.differing else pred
        )

    def clause(self, clause: Clause) -> Clause:
        if clause.is_fact and clause.head.pred.positive not in self.differing:
            return clause
        return replace(clause, head=replace(clause.head, pred=self.pred(clause.head.pred)), body=self.body(clause.body))

    def body(self, body: Body) -> Body:
        def named(literal: Literal) -> Literal:
            return replace(literal, pred=self.pred(literal.pred)) if isinstance(literal, AtomF) else literal

        return map_literals(body, named)

    def stated(self, pred: Pred) -> Iterator[Clause]:
        """That what is stated of an open predicate, for or against, is so in this version."""
        args = tuple(Var(f"A{place}") for place in range(pred.arity))
        for side in (pred, pred.opposite):
            yield Clause(AtomF(self.pred(side), args), Documented(AtomF(side, args)))


def _declarations(one: Declarations, other: Declarations, differing: frozenset[Pred]) -> Declarations:
    """What both declare, what differs under the name of each version."""
    found = Declarations(
        {**one.preds, **other.preds},
        {**one.abducible, **other.abducible},
        {**one.functional, **other.functional},
        {},
        {**one.questions, **other.questions},
        {**one.cites, **other.cites},
        tuple(dict.fromkeys((*one.policies, *other.policies))),
        {**one.vocabularies, **other.vocabularies},
    )
    for version, declared in ((Version.OLD, one), (Version.NEW, other)):
        naming = _Naming(version, differing)
        for pred in differing:
            for side in (pred, pred.opposite):
                if side in declared.preds:
                    found.preds[naming.pred(side)] = replace(declared.preds[side], pred=naming.pred(side))
            if pred in declared.abducible:
                found.abducible[naming.pred(pred)] = declared.abducible[pred]
            if pred in declared.functional:
                found.functional[naming.pred(pred)] = replace(declared.functional[pred], pred=naming.pred(pred))
    return found
