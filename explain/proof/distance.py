"""Which of the rules that could conclude an atom comes nearest to it: near misses first."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.bodies import OrderedRule, Partial, ground
from engine.knowledge import Individual, KnowledgeBase
from explain.proof.counts import counted_rows
from explain.proof.derivations import Counted, RuleBook, premise_of
from explain.proof.ways import Issue, Nearest, Way, nearest
from kb.language.printer import show_clause
from kb.language.syntax import AtomF, Body, Clause, Count, variables
from kb.language.terms import Var
from kb.language.truth import Truth


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a rule is from concluding: the literals that fail or are not documented, followed down to where nothing
    more is concluded, and those that hold."""

    failed: int
    unknown: int
    holding: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """A rule that does not conclude, under its nearest way."""

    rule: OrderedRule
    found: Nearest
    distance: Distance

    @property
    def key(self) -> tuple[object, ...]:
        """Puts near misses first: what fails least, then what is documented most, then where most holds."""
        distance = self.distance
        return distance.failed, distance.unknown, -distance.holding, self.found.way.key, show_clause(self.rule.clause)


@dataclass(slots=True)
class Ranking:
    """Ranks the rules for atoms that are not true; what it has found out about an atom it remembers."""

    kb: KnowledgeBase
    book: RuleBook
    _ranked: dict[tuple[AtomF, frozenset[Var]], list[Ranked]] = field(default_factory=dict)

    def rules(self, atom: AtomF, individuals: frozenset[Var]) -> list[tuple[OrderedRule, tuple[Body, ...], Partial]]:
        """The rules whose heads match an atom, once for each choice among alternatives in their bodies."""
        found = []
        for rule, goals in self.book.rules(atom.pred):
            binding = _match(rule.head, atom, individuals)
            if binding is not None:
                found.append((rule, goals, binding))
        return found

    def by_distance(self, atom: AtomF, individuals: frozenset[Var]) -> list[Ranked]:
        """The rules that could conclude an atom, each the nearest way it comes to it, near misses first."""
        key = (atom, individuals)
        if key in self._ranked:
            return self._ranked[key]
        self._ranked[key] = []  # what leads back to the atom finds no way there
        best: dict[Clause, Ranked] = {}
        for rule, goals, binding in self.rules(atom, individuals):
            found = nearest(self.kb, goals, binding)
            if found is None:
                continue
            ranked = Ranked(rule, found, self._distance(found.way, len(goals)))
            if rule.clause not in best or ranked.key < best[rule.clause].key:
                best[rule.clause] = ranked
        self._ranked[key] = sorted(best.values(), key=lambda each: each.key)
        return self._ranked[key]

    def _distance(self, way: Way, literals: int) -> Distance:
        """How far a way is from holding, by what its literals come down to."""
        parts = [self._distance_of(issue) for issue in way.issues]
        holding = literals - len(way.issues) + sum(each.holding for each in parts)
        return Distance(sum(each.failed for each in parts), sum(each.unknown for each in parts), holding)

    def _distance_of(self, issue: Issue) -> Distance:
        goal, status = issue.goal, issue.status
        if isinstance(goal, AtomF):
            atom, individuals = atom_under(goal, issue.binding)
            is_open = self.kb.declarations.is_abducible(atom.pred.positive)
            ranked = [] if is_open else self.by_distance(atom, individuals)
            if ranked:
                return ranked[0].distance
        if isinstance(goal, Count) and goal.op == "at_least":
            counted = premise_of(goal, issue.binding)
            assert isinstance(counted, Counted)
            found, undocumented, others = counted_rows(self.kb, counted)
            lacking = max(0, (counted.bound or 0) - len(found))
            may = lacking if others else min(lacking, len(undocumented))
            return Distance(lacking - may, may, len(found))
        return Distance(1, 0, 0) if status is Truth.FALSE else Distance(0, 1, 0)


def atom_under(goal: AtomF, binding: Partial) -> tuple[AtomF, frozenset[Var]]:
    """The atom under a binding, and the individuals not named that it is about; they go by the atom's own variables."""
    names: dict[Var, Var] = {}
    own: dict[Var, Individual] = {}
    for var in variables(goal.args):
        value = binding.get(var)
        if isinstance(value, Var):
            own[var] = names.setdefault(value, var)
        elif value is not None:
            own[var] = value
    return ground(goal, own), frozenset(names.values())


def _match(head: AtomF, atom: AtomF, individuals: frozenset[Var]) -> Partial | None:
    """What an atom gives the variables of a head; its own variables give nothing, unless they stand for individuals."""
    binding: dict[Var, Individual] = {}
    for ours, theirs in zip(head.args, atom.args, strict=True):
        if isinstance(theirs, Var) and theirs not in individuals:
            continue
        if (binding.setdefault(ours, theirs) if isinstance(ours, Var) else ours) != theirs:
            return None
    return binding
