"""What the proof checker expects a review to say of records that are stated to be complete: which records are open from
which rules could conclude more of them, and what is documented that they do not state or that speaks against them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial

from msgspec import Struct

from explain.verify.evaluator import Evaluator
from explain.verify.program import (
    Binding,
    Conjunction,
    Pattern,
    Row,
    Rule,
    Rulebook,
    is_constant,
    matched,
    pattern_under,
)
from kb.language.declarations import COMPLETE
from kb.language.syntax import AtomF, Or, Pred
from kb.language.terms import Const, in_standard_order, row_key
from kb.language.traversal import walk
from kb.language.truth import Truth

_Leads = Callable[[Row], bool]
"""Whether a row that is not known could lead to more of a complete record."""


class CompleteRecords(Struct):
    """The records of one case that are stated to be complete, and that rules conclude something of."""

    evaluator: Evaluator
    case: Const

    @property
    def book(self) -> Rulebook:
        return self.evaluator.book

    @property
    def preds(self) -> list[Pred]:
        """Their predicates, in the order of their names."""
        ruled = (pred for pred in self.book.open_preds if self.book.rules.get(pred))
        return [pred for pred in ruled if self._is_complete(pred)]

    def open_below(self, pred: Pred) -> list[Pred]:
        """The records that are open, and from which rules could conclude something of a predicate."""
        below = sorted({each.positive for each in self._below(pred)}, key=str)
        return [each for each in below if self.book.is_open(each) and not self._is_complete(each)]

    def beyond(self, pred: Pred) -> Iterator[AtomF]:
        """What rules conclude of a record from other records."""
        facts = (fact for fact in self.evaluator.facts if fact.head.pred != COMPLETE)
        own = tuple(fact for fact in facts if fact.head.pred.positive == pred or not self.book.is_open(fact.head.pred))
        alone = Evaluator(self.book, own, budget=self.evaluator.budget)
        rows = filter(is_constant, self.evaluator.rows(pred, self._all(pred), False))
        for row in in_standard_order(rows):
            if alone.atom(pred, row) is not Truth.TRUE:
                yield AtomF(pred, row)

    def against(self, pred: Pred) -> list[AtomF]:
        """What is documented from which, together with what is not, a rule could conclude more of a record."""
        found = dict.fromkeys(self._against(pred, self._all(pred), partial(self._is_more, pred), ()))
        return [AtomF(*each) for each in sorted(found, key=lambda each: (str(each[0]), row_key(each[1])))]

    def _against(
        self, pred: Pred, called: Pattern, leads: _Leads, above: tuple[Pred, ...]
    ) -> Iterator[tuple[Pred, tuple[Const, ...]]]:
        for rule in self.book.rules.get(pred, ()):
            start = matched(rule.head.args, called, Binding())
            for atom, goals in _atoms(rule.body) if start is not None else ():
                assert start is not None
                if not any(map(self.book.is_open, (atom.pred, *self._below(atom.pred)))):
                    continue
                pattern = pattern_under(atom.args, start)
                further = cache(partial(self._leads_on, rule, goals, atom, start, leads))
                for row in tuple(self.evaluator.rows(atom.pred, pattern, False)):
                    if is_constant(row) and further(row):
                        yield atom.pred, row
                if not self.book.is_open(atom.pred) and atom.pred not in (pred, *above):
                    yield from self._against(atom.pred, pattern, further, (pred, *above))

    def _leads_on(self, rule: Rule, goals: Conjunction, atom: AtomF, start: Binding, leads: _Leads, row: Row) -> bool:
        """Whether a body is not known where an atom of it is a row, for some head that leads to more."""
        binding = matched(atom.args, row, start)
        if binding is None:
            return False
        possible = set(self.evaluator.heads(rule.head, goals, binding, True))
        return any(map(leads, possible.difference(self.evaluator.heads(rule.head, goals, binding, False))))

    def _is_more(self, pred: Pred, row: Row) -> bool:
        return not is_constant(row) or self.evaluator.atom(pred, row) is not Truth.TRUE

    def _all(self, pred: Pred) -> Pattern:
        return (self.case, *(None,) * (pred.arity - 1))

    def _below(self, pred: Pred) -> set[Pred]:
        """The predicates that rules for a predicate speak of, for or against, and so on."""
        found: set[Pred] = set()
        pending = [pred]
        while pending:
            bodies = (rule.clause.body for rule in self.book.rules.get(pending.pop(), ()))
            new = {each.pred for body in bodies for each in walk(body) if isinstance(each, AtomF)} - found
            found |= new
            pending += [side for each in new for side in (each, each.opposite)]
        return found

    def _is_complete(self, pred: Pred) -> bool:
        return self.evaluator.tables.is_complete(pred, (self.case,))


def _atoms(
    goals: Conjunction, before: Conjunction = (), after: Conjunction = ()
) -> Iterator[tuple[AtomF, Conjunction]]:
    """The atoms of a conjunction, each with all that stands beside it where the alternatives that it is in are chosen."""
    for index, goal in enumerate(goals):
        left, right = (*before, *goals[:index]), (*goals[index + 1 :], *after)
        if isinstance(goal.literal, AtomF):
            yield goal.literal, (*left, goal, *right)
        elif isinstance(goal.literal, Or):
            for chosen in goal.inside:
                yield from _atoms(chosen, left, right)
