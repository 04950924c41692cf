"""Records of a case that are said to be complete, beside what rules conclude of them from other records.

`complete(Case, Predicate)` says that nothing else is so, also where rules could conclude it from records that are open. So a
review says which records these are, what is documented from which more could be concluded, and what is concluded already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, cached_property, partial

from msgspec import Struct

from engine.bodies import Partial, RuleBook, alternatives, ground, match_head, matched, own_names
from engine.cases import Case
from engine.knowledge import KnowledgeBase
from kb.language.declarations import COMPLETE
from kb.language.identity import by_part
from kb.language.syntax import AtomF, Body, Conjunct, Or, Pred
from kb.language.terms import Atom, Const, Var, row_key
from kb.language.traversal import conjoin, variables, walk
from kb.language.truth import Truth

Leads = Callable[[AtomF], bool]
"""Whether something that is not known, of constants and of individuals that variables stand for, could lead to more."""


class CompleteRecords(Struct, frozen=True, dict=True):
    """The records of one case that are stated to be complete, and that rules conclude something of."""

    kb: KnowledgeBase
    book: RuleBook
    case: Case

    @cached_property
    def preds(self) -> tuple[Pred, ...]:
        """Their predicates, in the order of their names."""
        complete = (
            pred for pred in self.kb.declarations.abducible if self._is_complete(pred) and self.book.rules(pred)
        )
        return tuple(sorted(complete, key=str))

    def open_below(self, pred: Pred) -> tuple[Pred, ...]:
        """The records that are open, and from which rules could conclude something of a predicate."""
        below = {each.positive for each in self._below(pred)}
        return tuple(sorted((each for each in below if self._is_record(each) and not self._is_complete(each)), key=str))

    def beyond(self, pred: Pred) -> Iterator[AtomF]:
        """What rules conclude of a complete record from other records, and it does not state under any name."""
        own = [
            fact for fact in self.case.facts if fact.head.pred.positive == pred or not self._is_record(fact.head.pred)
        ]
        alone = KnowledgeBase(self.kb.rules, own)
        free = tuple(Var(f"_{index}") for index in range(1, pred.arity))
        for row in sorted(self.kb.rows(pred, (self.case.name, *free)), key=row_key):
            if alone.truth(AtomF(pred, row)) is not Truth.TRUE:
                yield AtomF(pred, row)

    def against(self, pred: Pred) -> Iterator[AtomF]:
        """What is documented from which, together with what is not, a rule could conclude more of a complete record."""
        called = AtomF(pred, (self.case.name, *(Var(f"_{index}") for index in range(1, pred.arity))))
        found = {(str(atom.pred), row_key(row)): atom for atom, row in self._against(called, self._is_more, ())}
        yield from (found[key] for key in sorted(found))

    def _against(
        self, called: AtomF, leads: Leads, above: tuple[Pred, ...]
    ) -> Iterator[tuple[AtomF, tuple[Const, ...]]]:
        """The atoms that hold in the bodies of rules for what is called, where these bodies are not known and lead to more."""
        for rule in self.book.rules(called.pred):
            start = match_head(rule.head, called)
            if start is None:
                continue
            for literal, body in _atoms(rule.goals):
                if not self._depends_on_records(literal.pred):
                    continue
                further = cache(partial(self._leads_on, rule.head, body, literal, start, leads))
                atom = ground(literal, start)
                for row in self.kb.rows(atom.pred, atom.args):
                    if further(AtomF(atom.pred, row)):
                        yield AtomF(atom.pred, row), row
                if not self._is_record(literal.pred) and literal.pred not in (called.pred, *above):
                    yield from self._against(atom, further, (called.pred, *above))

    def _leads_on(self, head: AtomF, body: Body, literal: AtomF, start: Partial, leads: Leads, atom: AtomF) -> bool:
        """Whether a rule's body is not known where a literal of it is an atom, for some head that leads to more."""
        binding = matched(literal.args, atom.args, start)
        if binding is None:
            return False
        columns, own = tuple(variables(head.args)), own_names(binding)
        if own.keys() >= {*columns} and not leads(ground(head, own)):
            return False  # whatever its body is
        rows = self.kb.part_rows(body, columns, own)
        heads = (ground(head, dict(zip(columns, row, strict=True))) for row, state in rows if state is Truth.UNKNOWN)
        return any(map(leads, heads))

    def _is_more(self, atom: AtomF) -> bool:
        """Whether an atom is not true, as one about an individual that is not named never is."""
        return any(isinstance(arg, Var) for arg in atom.args) or self.kb.truth(atom) is not Truth.TRUE

    def _below(self, pred: Pred) -> set[Pred]:
        """The predicates that rules for a predicate speak of, for or against, and so on."""
        found: set[Pred] = set()
        pending = [pred]
        while pending:
            bodies: Iterator[Body] = (rule.clause.body for rule in self.book.rules(pending.pop()))
            new = {each.pred for body in bodies for each in walk(body) if isinstance(each, AtomF)} - found
            found |= new
            pending += [side for each in new for side in (each, each.opposite)]
        return found

    def _depends_on_records(self, pred: Pred) -> bool:
        return any(map(self._is_record, (pred, *self._below(pred))))

    def _is_record(self, pred: Pred) -> bool:
        return self.kb.declarations.is_abducible(pred.positive)

    @cached_property
    def _complete(self) -> frozenset[Const]:
        """The names of the predicates whose records are complete."""
        return frozenset(row[1] for row in self.kb.rows(COMPLETE, (self.case.name, Var("_"))))

    def _is_complete(self, pred: Pred) -> bool:
        return Atom(pred.own_name) in self._complete


@by_part
def _atoms(goals: tuple[Conjunct, ...]) -> list[tuple[AtomF, Body]]:
    """The atoms of a conjunction, each with all that stands beside it where the alternatives that it is in are chosen."""
    return [(atom, conjoin(beside)) for atom, beside in _atoms_within(goals)]


def _atoms_within(
    goals: tuple[Conjunct, ...], before: tuple[Conjunct, ...] = (), after: tuple[Conjunct, ...] = ()
) -> Iterator[tuple[AtomF, tuple[Conjunct, ...]]]:
    for index, goal in enumerate(goals):
        left, right = (*before, *goals[:index]), (*goals[index + 1 :], *after)
        if isinstance(goal, AtomF):
            yield goal, (*left, goal, *right)
        elif isinstance(goal, Or):
            for chosen in alternatives(goal):
                yield from _atoms_within(chosen, left, right)
