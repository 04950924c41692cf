"""Why one goal rather than another: the smallest changes of facts that swap the outcome.

Of two cases, what would have to be documented otherwise of the second for its goal to hold, and of the first for its
goal not to: among the facts in which the cases differ and, for the second, those that are not documented. Of one case,
after which changes the second goal holds and the first does not. A swap says what differs; it is no advice. Each is
replayed through the default back end, there and back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from msgspec import Struct
from msgspec.structs import replace

from engine.cases import Vocabulary
from engine.knowledge import KnowledgeBase, Question
from engine.symbolic.candidates import Candidates, agrees
from engine.symbolic.grounding import Key, Row, certain
from engine.symbolic.places import Places
from explain.proof.fact_search import FactSearch
from explain.proof.fact_sets import FactSet
from explain.proof.missing import truth_of
from explain.words.phrases import one_line, say
from explain.words.sentences import sentence
from kb.language.declarations import REQUEST, Declarations
from kb.language.printer import show_atom, show_body
from kb.language.syntax import TRUE, AtomF, Body, Clause, Pred
from kb.language.terms import Const, Var, plain_text, printable
from kb.language.traversal import body_terms
from kb.language.truth import Truth


class _Removal(Pred, frozen=True, kw_only=True):
    """The predicate of a fact that says that one which is stated is taken away."""

    of: Pred


def _removal(of: Pred) -> _Removal:
    """Its name is for the order in which changes are listed."""
    return _Removal(f"without {of.name}", of.arity, of.negative, of=of)


class Swap(Struct, frozen=True):
    """A smallest change of the facts about a case, and what it brings about.

    `holds` is the goal that holds after it, `fails` the one that no longer does; either can be None. In `added` a
    variable stands for any value that nothing mentions.
    """

    case: Const | None
    added: FactSet
    removed: FactSet
    holds: Body | None
    fails: Body | None
    text: str = ""
    """The swap in sentences."""
    are_more: bool = False
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
        return _Outcome(first or second, other, goal).swaps(kb, vocabulary, None, most)
    needed = _Outcome(second, other, None).swaps(kb, vocabulary, first, most)
    return needed + _Outcome(first, None, goal).swaps(kb, vocabulary, second, most)


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


class _Outcome(Struct, frozen=True):
    """What a change to a case is to bring about: that one goal holds, and another does not."""

    case: Const | None
    holds: Body | None
    fails: Body | None

    def is_so(self, kb: KnowledgeBase) -> bool:
        """Whether it is so in a knowledge base."""
        return (self.holds is None or truth_of(kb, self.holds) is Truth.TRUE) and (
            self.fails is None or truth_of(kb, self.fails) is not Truth.TRUE
        )

    def swaps(self, kb: KnowledgeBase, vocabulary: Vocabulary, model: Const | None, most: int) -> list[Swap]:
        """The smallest swaps, in order; facts are added and taken away as another case has them or not, if one is given."""
        if self.is_so(kb):
            return []
        search = _Changing.of(kb, vocabulary, self, model)
        found = [self._swap(kb.declarations, *search.parts(facts)) for facts in search.first(most + 1)]
        shown = found[:most]
        if len(found) > most and shown:
            shown[-1] = replace(shown[-1], are_more=True)
        return shown

    def _swap(self, declarations: Declarations, added: FactSet, removed: FactSet) -> Swap:
        swap = Swap(self.case, added, removed, self.holds, self.fails)
        return replace(swap, text=_sentences(declarations, swap))


@dataclass(slots=True)
class _Changing(FactSearch):
    """The search for changes: additions are assumptions, and so is that a stated fact is taken away."""

    outcome: _Outcome
    request: AtomF | None
    """The request of the case, which another takes the place of."""
    stated: set[tuple[Pred, Row]]
    """What can be taken away."""

    @classmethod
    def of(cls, kb: KnowledgeBase, vocabulary: Vocabulary, outcome: _Outcome, model: Const | None) -> _Changing:
        """The search over the rules that the outcome depends on."""
        case = outcome.case
        own = {fact.head for fact in kb.facts if case is not None and case in fact.head.args[:1]}
        theirs = {
            AtomF(fact.head.pred, tuple(case if arg == model else arg for arg in fact.head.args))
            for fact in kb.facts
            if case is not None and model is not None and model in fact.head.args[:1]
        }
        request = next((fact for fact in own if fact.pred == REQUEST), None)
        held_back = {fact for fact in own - theirs if fact.pred != REQUEST}
        if request is not None and any(fact.pred == REQUEST for fact in theirs - own):
            held_back.add(request)
        asked = kb.questions(*(each for each in (outcome.holds, outcome.fails) if each is not None))
        whole = kb.numbered()
        candidates = Candidates(kb, vocabulary, Places.of(*asked), whole, asked[0].completion, may_replace=True)
        stated, extra = ({(fact.pred, candidates.numbers(fact)) for fact in each} for each in (held_back, theirs - own))
        changing = stated | extra

        def offer(pred: Pred, key: Key) -> Iterator[Row]:
            known = [row for each, row in changing if each == pred and agrees(row, key)]
            yield from known
            if outcome.holds is not None:
                yield from (row for row in candidates.offer(pred, key) if row not in known)

        left = whole.instead(fact for fact in kb.facts if fact.head not in held_back)
        grounder = candidates.grounder(offer, candidates.domain, facts=left)
        search = cls(kb, candidates, grounder, grounder.ground.atom("goal"), outcome, request, stated)
        search._ground(asked)
        return search

    def _ground(self, asked: Iterable[Question]) -> None:
        """Makes the target hold where the one goal does and the other does not."""
        ground = self.grounder.ground
        results: dict[bool, int] = {}
        for each in asked:
            holds = each.goal is self.outcome.holds
            results[holds] = ground.atom(("result", holds))
            self.grounder.conclude(results[holds], certain(each.pred), (None,) * each.pred.arity)
        positive, negative = (frozenset(atom for holds, atom in results.items() if holds == of) for of in (True, False))
        ground.add(self.target, positive, negative)
        self._take_away()

    def _take_away(self) -> None:
        """Makes stated facts hold unless they are taken away; a request unless there is another."""
        ground = self.grounder.ground
        others = frozenset(
            atom for atom, fact in ground.assumable.items() if fact[0] == REQUEST and fact not in self.stated
        )
        for atom, (pred, row) in list(ground.assumable.items()):
            if (pred, row) not in self.stated:
                continue
            del ground.assumable[atom]
            if pred == REQUEST:
                ground.add(atom, frozenset(), others)
                continue
            removal = _removal(pred), row
            away = ground.atom(removal)
            ground.assumable[away] = removal
            ground.add(atom, frozenset(), frozenset((away,)))

    def _assumable(self, helpful: set[int], forbidden: list[frozenset[int]]) -> set[int]:
        """Those too that a conflict depends on: to take away a fact can avoid one."""
        self._take_away()
        ground = self.grounder.ground
        return helpful | (ground.needs(atom for each in forbidden for atom in each) & ground.assumable.keys())

    def parts(self, facts: Iterable[AtomF]) -> tuple[FactSet, FactSet]:
        """The facts that a change adds and takes away."""
        facts = tuple(facts)
        added = tuple(fact for fact in facts if not isinstance(fact.pred, _Removal))
        removed = tuple(AtomF(fact.pred.of, fact.args) for fact in facts if isinstance(fact.pred, _Removal))
        if self.request is not None and any(fact.pred == REQUEST for fact in added):
            removed = tuple(sorted((*removed, self.request), key=show_atom))
        return added, removed

    def does(self, facts: Iterable[AtomF]) -> bool:
        """Whether the changes bring about what is asked, and to undo them what was there before."""
        added, removed = self.parts(facts)
        left = tuple(fact for fact in self.kb.facts if fact.head not in removed)
        changed = self.kb.with_facts((*left, *(Clause(atom, TRUE) for atom in added)))
        if not self.outcome.is_so(changed):
            return False
        back = [fact for fact in changed.facts if fact.head not in added]
        return not self.outcome.is_so(self.kb.with_facts((*back, *(Clause(atom, TRUE) for atom in removed))))


def _sentences(declarations: Declarations, swap: Swap) -> str:
    goals: list[tuple[str, Body]] = [("differs_added", each) for each in swap.added]
    goals += [("differs_removed", each) for each in swap.removed]
    results = (("differs_holds", swap.holds), ("differs_fails", swap.fails))
    goals += [(key, each) for key, each in results if each is not None]
    lines = [say("differs") if swap.case is None else say("differs_case", printable(plain_text(swap.case)))]
    for key, goal in goals:
        said, shown = sentence(goal, declarations), show_body(goal)
        lines.append("  " + one_line(say(key, said if said == shown else say("because", said, shown))))
    return "\n".join(lines)


def describe(swap: Swap) -> str:
    """The swap in sentences, on lines of their own: what would be documented otherwise, and what would follow; after the
    last of those that are given, that there are more."""
    return f"{swap.text}\n{say('more_swaps')}" if swap.are_more else swap.text
