"""Why one goal rather than another: the smallest changes of facts that swap the outcome.

Of two cases, what would have to be documented otherwise of the second for its goal to hold, and of the first for its
goal not to: among the facts in which the cases differ and, for the second, those that are not documented. Of one case,
after which changes the second goal holds and the first does not. A swap says what differs; it is no advice. Each is
replayed through the default back end, there and back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from engine.cases import Vocabulary
from engine.knowledge import KnowledgeBase, Question
from engine.symbolic.candidates import Candidates, Places, agrees
from engine.symbolic.grounding import Key, Row, certain
from explain.proof.missing import FactSet, Repairing, Repairs, truth_of
from explain.words.phrases import one_line, say
from explain.words.sentences import sentence
from kb.language.declarations import REQUEST, Declarations
from kb.language.printer import show_atom, show_body
from kb.language.syntax import TRUE, AtomF, Body, Clause, Pred, body_terms
from kb.language.terms import Const, Var, plain_text, printable
from kb.language.truth import Truth

WITHOUT = "without "
"""Begins the name of a predicate where a fact stands for its being taken away."""


@dataclass(frozen=True, slots=True)
class Swap:
    """A smallest change of the facts about a case, and what it brings about.

    `holds` is the goal that holds after it, `fails` the one that no longer does; either can be None. In `added` a
    variable stands for any value that nothing mentions.
    """

    case: Const | None
    added: FactSet
    removed: FactSet
    holds: Body | None
    fails: Body | None
    text: str = field(default="", compare=False)
    """The swap in sentences."""
    are_more: bool = field(default=False, compare=False)
    """Of the last swap that is given: whether there are more."""

    @property
    def size(self) -> int:
        """How many facts are added or taken away."""
        return len(self.added) + len(self.removed)


def contrast(kb: KnowledgeBase, vocabulary: Vocabulary, goal: Body, other: Body, most: int = 10) -> list[Swap]:
    """The smallest swaps for `goal rather than other`, at most so many for each thing that they bring about.

    If the goals are about two cases (each mentions a case, and they differ), first come the changes to the second
    case that make its goal hold, then those to the first that make its goal fail. If they are about one case, those
    that make `other` hold and `goal` fail. What holds, or fails, already needs no change and has no swap.
    Raises `EndlessError` if the rules do not come to an end.
    """
    named = _cases(kb)
    first, second = _case_of(goal, named), _case_of(other, named)
    kb = _with_movable(kb, {each for each in (first, second) if each is not None})
    if first is None or second is None or first == second:
        return _Question(kb, vocabulary, first or second, None, other, goal).swaps(most)
    needed = _Question(kb, vocabulary, second, first, other, None).swaps(most)
    return needed + _Question(kb, vocabulary, first, second, None, goal).swaps(most)


def _cases(kb: KnowledgeBase) -> set[Const]:
    """What the facts of the knowledge base are about: their first arguments."""
    facts = (*kb.rules.facts, *kb.facts)
    return {fact.head.args[0] for fact in facts if fact.head.args and not isinstance(fact.head.args[0], Var)}


def _case_of(goal: Body, named: set[Const]) -> Const | None:
    return next((term for term in body_terms(goal) if not isinstance(term, Var) and term in named), None)


def _with_movable(kb: KnowledgeBase, cases: set[Const]) -> KnowledgeBase:
    """The knowledge base with the facts about the cases beside the rules, where they can be taken away."""
    movable = [fact for fact in kb.rules.facts if fact.head.args and fact.head.args[0] in cases]
    if not movable:
        return kb
    fixed = tuple(fact for fact in kb.rules.facts if fact not in movable)
    return KnowledgeBase(kb.rules.with_facts(fixed), (*movable, *kb.facts), closed_world=kb.closed_world)


@dataclass(slots=True)
class _Question:
    """Which changes to a case make one goal hold and another fail."""

    kb: KnowledgeBase
    vocabulary: Vocabulary
    case: Const | None
    other: Const | None
    holds: Body | None
    fails: Body | None

    def swaps(self, most: int) -> list[Swap]:
        """The smallest swaps, in order."""
        if self.is_answered(self.kb):
            return []
        stated = {fact.head for fact in self.kb.facts if self.case is not None and self.case in fact.head.args[:1]}
        differing: set[AtomF] = set()
        removable = set(stated)
        if self.other is not None:
            theirs = {fact.head for fact in self.kb.facts if self.other in fact.head.args[:1]}
            differing = {self._renamed(fact) for fact in theirs} - stated
            removable -= {self._renamed(fact) for fact in theirs}
        repairs = Repairs(self.kb, self.vocabulary)
        asked = self.kb.questions(*(each for each in (self.holds, self.fails) if each is not None))
        changing = _Changing(
            repairs,
            self.holds or self.fails or TRUE,
            asked[0],
            (),
            asked,
            self,
            frozenset(differing),
            frozenset(fact for fact in removable if fact.pred != REQUEST),
            next((fact for fact in stated if fact.pred == REQUEST), None),
        )
        found = [self._swap(facts, changing) for facts in changing.first(most + 1)]
        shown = found[:most]
        if len(found) > most and shown:
            shown[-1] = replace(shown[-1], are_more=True)
        return shown

    def is_answered(self, kb: KnowledgeBase) -> bool:
        """Whether the one goal holds and the other does not."""
        return (self.holds is None or truth_of(kb, self.holds) is Truth.TRUE) and (
            self.fails is None or truth_of(kb, self.fails) is not Truth.TRUE
        )

    def _renamed(self, fact: AtomF) -> AtomF:
        assert self.case is not None
        return AtomF(fact.pred, tuple(self.case if arg == self.other else arg for arg in fact.args))

    def _swap(self, facts: FactSet, changing: _Changing) -> Swap:
        added = tuple(fact for fact in facts if not fact.pred.name.startswith(WITHOUT))
        removed = tuple(
            AtomF(Pred(fact.pred.name.removeprefix(WITHOUT), fact.pred.arity, fact.pred.negative), fact.args)
            for fact in facts
            if fact.pred.name.startswith(WITHOUT)
        )
        if changing.request is not None and any(fact.pred == REQUEST for fact in added):
            removed = tuple(sorted((*removed, changing.request), key=show_atom))
        text = _sentences(self.kb.declarations, self.case, added, removed, self.holds, self.fails)
        return Swap(self.case, added, removed, self.holds, self.fails, text)


@dataclass(slots=True)
class _Changing(Repairing):
    """The search for changes: additions are assumptions, and so is that a stated fact is taken away."""

    goals: tuple[Question, ...]
    change: _Question
    differing: frozenset[AtomF]
    removable: frozenset[AtomF]
    request: AtomF | None
    _stated: set[tuple[Pred, Row]] = field(default_factory=set)
    _extra: set[tuple[Pred, Row]] = field(default_factory=set)

    def __post_init__(self) -> None:
        kb = self.owner.kb
        whole = kb.numbered()
        self.candidates = Candidates(
            kb, self.owner.vocabulary, Places.of(*self.goals), whole, self.goals[0].completion, may_replace=True
        )
        replaced = {self.request} if any(fact.pred == REQUEST for fact in self.differing) else set()
        held_back = self.removable | {fact for fact in replaced if fact is not None}
        self._stated = {(fact.pred, self.candidates.numbers(fact)) for fact in held_back}
        self._extra = {(fact.pred, self.candidates.numbers(fact)) for fact in self.differing}
        self.grounder = self.candidates.grounder(self.offer, self.candidates.domain)
        self.grounder.facts = whole.instead(fact for fact in kb.facts if fact.head not in held_back)
        ground = self.grounder.ground
        results = []
        for each in self.goals:
            rel = certain(each.pred)
            result = ground.atom(("result", each.goal is self.change.holds))
            for row in list(self.grounder.rows(rel, (None,) * rel.pred.arity)):
                ground.add(result, frozenset((self.grounder.atom(rel, row),)), frozenset())
            results.append(result)
        self.target = ground.atom("goal")
        wanted = zip(self.goals, results, strict=True)
        positive = frozenset(result for each, result in wanted if each.goal is self.change.holds)
        ground.add(self.target, positive, frozenset(results) - positive)
        self._take_away()

    def offer(self, pred: Pred, key: Key) -> Iterator[Row]:
        """The facts that a change may add or take away."""
        known = [row for each, row in self._stated | self._extra if each == pred and agrees(row, key)]
        yield from known
        if self.change.holds is not None:
            yield from (row for row in self.candidates.offer(pred, key) if row not in known)

    def _take_away(self) -> None:
        """Makes stated facts hold unless they are taken away; a request unless there is another."""
        ground = self.grounder.ground
        others = frozenset(
            atom
            for atom, (pred, row) in ground.assumable.items()
            if pred == REQUEST and (pred, row) not in self._stated
        )
        for atom, (pred, row) in list(ground.assumable.items()):
            if (pred, row) not in self._stated:
                continue
            del ground.assumable[atom]
            if pred == REQUEST:
                ground.add(atom, frozenset(), others)
                continue
            away = ground.atom(((WITHOUT, pred), row))
            ground.assumable[away] = Pred(WITHOUT + pred.name, pred.arity, pred.negative), row
            ground.add(atom, frozenset(), frozenset((away,)))

    def _assumable(self, helpful: set[int], forbidden: list[frozenset[int]]) -> set[int]:
        """Those too that a conflict depends on: to take away a fact can avoid one."""
        self._take_away()
        ground = self.grounder.ground
        return helpful | (ground.needs(atom for each in forbidden for atom in each) & ground.assumable.keys())

    def _does(self, facts: list[tuple[Pred, Row]]) -> bool:
        """Whether the changes bring about what is asked, and to undo them what was there before."""
        kb = self.owner.kb
        atoms = [self.candidates.stated(pred, row) for pred, row in facts]
        away = {
            AtomF(Pred(atom.pred.name.removeprefix(WITHOUT), atom.pred.arity, atom.pred.negative), atom.args)
            for atom in atoms
            if atom.pred.name.startswith(WITHOUT)
        }
        added = [atom for atom in atoms if not atom.pred.name.startswith(WITHOUT)]
        if any(atom.pred == REQUEST for atom in added) and self.request is not None:
            away.add(self.request)
        left = tuple(fact for fact in kb.facts if fact.head not in away)
        changed = kb.with_facts((*left, *(Clause(atom, TRUE) for atom in added)))
        if not self.change.is_answered(changed):
            return False
        back = [fact for fact in changed.facts if fact.head not in set(added)]
        return not self.change.is_answered(kb.with_facts((*back, *(Clause(atom, TRUE) for atom in away))))


def _sentences(
    declarations: Declarations,
    case: Const | None,
    added: FactSet,
    removed: FactSet,
    holds: Body | None,
    fails: Body | None,
) -> str:
    goals: list[tuple[str, Body]] = [("differs_added", each) for each in added]
    goals += [("differs_removed", each) for each in removed]
    goals += [(key, each) for key, each in (("differs_holds", holds), ("differs_fails", fails)) if each is not None]
    lines = [say("differs_case", printable(plain_text(case))) if case is not None else say("differs")]
    for key, goal in goals:
        said, shown = sentence(goal, declarations), show_body(goal)
        lines.append("  " + one_line(say(key, said if said == shown else say("because", said, shown))))
    return "\n".join(lines)


def describe(swap: Swap) -> str:
    """The swap in sentences, on lines of their own: what would be documented otherwise, and what would follow; after the
    last of those that are given, that there are more."""
    return f"{swap.text}\n{say('more_swaps')}" if swap.are_more else swap.text
