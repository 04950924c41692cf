"""What explanations are made from: the program, what is stated, the ways to derive what holds, and every step that needs
nothing below it.

It is made once, and asks nothing of those who build explanations from it (explain/proof/why.py, explain/proof/whynot.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TypedDict

from msgspec import Struct, field

from engine.bodies import Partial, RuleBook, alternatives, ground
from engine.knowledge import KnowledgeBase
from explain.proof import nodes
from explain.proof.derivations import Counted, Derivations, Row, Rows
from explain.proof.near_misses import Attempt
from explain.words import claims
from explain.words.sentences import written
from kb.language import syntax
from kb.language.declarations import COMPLETE, Declarations
from kb.language.printer import show_body
from kb.language.syntax import AtomF, Body, Pred
from kb.language.terms import Atom, Term, Var, term_text
from kb.language.traversal import body_vars, called, conjoin, is_choice, variables
from kb.language.truth import Truth

_PLAIN = (AtomF, syntax.Compare, syntax.Builtin, syntax.Member)
"""The literals with no goal inside."""
_TESTS: Mapping[type, type[nodes.Test]] = MappingProxyType(
    {syntax.Compare: nodes.Comparison, syntax.Builtin: nodes.Builtin, syntax.Member: nodes.Member}
)


class Told(TypedDict):
    """What a step says whatever its kind."""

    goal: str
    status: Truth
    text: str


class Context(Struct, frozen=True):
    """A knowledge base as explanations see it; `of` makes one."""

    kb: KnowledgeBase
    book: RuleBook
    others: frozenset[str]
    """The sections of the policy document that are about other kinds of request than what is explained."""
    every: bool
    """Whether an explanation of what is not true opens every alternative, not only the nearest."""
    derivations: Derivations
    _facts: dict[AtomF, nodes.Fact] = field(default_factory=dict)
    _records: dict[tuple[Term, Pred], nodes.Fact | None] = field(default_factory=dict)
    _cites: dict[tuple[Pred, str | None], str | None] = field(default_factory=dict)
    _held: dict[tuple[Pred, tuple[Term, ...]], frozenset[AtomF]] = field(default_factory=dict)

    @classmethod
    def of(cls, kb: KnowledgeBase, book: RuleBook, others: frozenset[str], *, every: bool) -> Context:
        """The context of a knowledge base."""
        return cls(kb, book, others, every, Derivations(kb, book))

    @property
    def declared(self) -> Declarations:
        return self.kb.declarations

    def is_open(self, pred: Pred) -> bool:
        """Whether a predicate, or its positive, may be asked for."""
        return self.declared.is_abducible(pred.positive)

    def is_stated(self, atom: AtomF) -> bool:
        """Whether an atom is stated as a fact."""
        return atom in self.kb.facts_of(atom.pred)

    def told(self, goal: Body, status: Truth, claim: claims.Claim | None = None) -> Told:
        """What a step says whatever its kind: the goal as the program writes it, its truth, and the sentence of the claim: that
        the goal has this truth, where no other is given."""
        text = claims.said(claim or claims.Stands(goal, status), self.declared)
        return {"goal": show_body(goal), "status": status, "text": text}

    def cites(self, pred: Pred, clause: syntax.Clause | None = None) -> str | None:
        """Where the policy document has a predicate."""
        file = clause.span.file if clause else None
        if (pred, file) not in self._cites:
            self._cites[pred, file] = "; ".join(self.declared.places(pred, file, self.others)) or None
        return self._cites[pred, file]

    # --- steps that need nothing below them --------------------------------------------------------------------

    def fact(self, atom: AtomF) -> nodes.Fact:
        """A stated fact, with every place that states it."""
        if atom not in self._facts:
            self._facts[atom] = self._fact(atom)
        return self._facts[atom]

    def record(self, case: Term, pred: Pred) -> nodes.Fact | None:
        """The fact that the record of a predicate is complete for a case, if it is stated."""
        if (case, pred) not in self._records:
            complete = AtomF(COMPLETE, (case, Atom(pred.own_name)))
            is_stated = self.kb.truth(complete) is Truth.TRUE
            self._records[case, pred] = self.fact(complete) if is_stated else None
        return self._records[case, pred]

    def _fact(self, atom: AtomF) -> nodes.Fact:
        clauses = self.kb.facts_of(atom.pred)[atom]
        return nodes.Fact(
            **self.told(atom, Truth.TRUE), evidence=self._evidence(atom), conflict=self.conflict(atom),
            cite=None if self.is_open(atom.pred) else self.cites(atom.pred, clauses[0]),
        )  # fmt: skip

    def summary(self, atom: AtomF, status: Truth) -> nodes.Summary:
        """An atom in one line, with what is known of it but not why."""
        cite = None if self.is_open(atom.pred) else self.cites(atom.pred)
        return nodes.Summary(**self.told(atom, status), cite=cite)

    def test(
        self, goal: claims.Test, binding: Partial, status: Truth, about: tuple[nodes.Source, ...] = ()
    ) -> nodes.Test:
        """A comparison, built-in or membership: it shows its values, and is `about` what gave them."""
        return _TESTS[type(goal)](**self.told(written(goal, binding), status), about=about)

    def count(
        self, counted: Counted, status: Truth, rows: Rows, children: Iterable[nodes.Node], *, opened: bool = True
    ) -> nodes.Count | nodes.Aggregate:
        """A count or an aggregate, with how far it has got: rows that count, and what keeps others from it."""
        closed, columns, below = written(counted.goal, dict(counted.binding)), counted.columns, tuple(children)
        match closed:
            case syntax.Count(op):
                found, undocumented = (tuple(map(_row_text, each)) for each in (rows.found, rows.undocumented))
                state = nodes.CountState(op, counted.bound, found, undocumented, rows.others)
                claim: claims.Claim = claims.CountStands(closed, columns, rows.found, rows.undocumented, rows.others)
                return nodes.Count(**self.told(closed, status, claim), children=below, count=state, opened=opened)
            case syntax.Aggregate():
                fails = claims.AggregateFails(closed, status, bool(rows.undocumented or rows.others))
                claim = claims.AggregateHolds(closed, columns, rows.found) if status is Truth.TRUE else fails
                return nodes.Aggregate(**self.told(closed, status, claim), children=below, opened=opened)
            case _:
                raise AssertionError("filling in variables makes no other literal")

    def witness(self, counted: Counted, row: Row, children: tuple[nodes.Node, ...]) -> nodes.Witness:
        """A row that counts."""
        text = claims.said(claims.RowCounts(counted.columns, row), self.declared)
        return nodes.Witness(goal=_row_text(row), text=text, children=children)

    def conflict(self, atom: AtomF) -> str | None:
        """That the contrary of an open atom that holds does so too, with what states it; None if it does not."""
        contrary = AtomF(atom.pred.opposite, atom.args)
        if contrary not in self._holding(contrary.pred, atom.args[:1]):
            return None
        facts = (each for each in self.derivations.below(contrary) if isinstance(each, AtomF) and self.is_stated(each))
        stated = [(fact, ", ".join(map(str, self._evidence(fact)))) for fact in facts]
        return claims.in_conflict(None if self.is_stated(contrary) else contrary, stated, self.declared)

    def _evidence(self, fact: AtomF) -> tuple[nodes.Evidence, ...]:
        """Every place that states a fact."""
        places = dict.fromkeys(nodes.Evidence.of(each) for each in self.kb.facts_of(fact.pred)[fact])
        return tuple(sorted(places, key=str))

    def _holding(self, pred: Pred, case: tuple[Term, ...]) -> frozenset[AtomF]:
        """The atoms of an open predicate that hold of a case, or of its strong negation."""
        if not self.is_open(pred) or not (self.kb.facts_of(pred) or self.book.rules(pred)):
            return frozenset()
        if (pred, case) not in self._held:
            args = (*case, *(Var(f"_{index}") for index in range(pred.arity - len(case))))
            self._held[pred, case] = frozenset(AtomF(pred, row) for row in self.kb.rows(pred, args))
        return self._held[pred, case]

    # --- what stands beside what is not true -------------------------------------------------------------------

    def beside(self, attempt: Attempt) -> list[Body]:
        """The literals of an attempt that hold; in the place of a disjunction, or of a goal of `documented`, those of its
        first alternative that does, if all their variables have values."""
        return [each for goal in attempt.holding for each in self._shown(goal, attempt.binding)]

    def _shown(self, goal: Body, binding: Partial) -> list[Body]:
        for branch in _ways(goal):
            plain = conjoin(tuple(each for each in branch if isinstance(called(each), _PLAIN)))
            is_known = all(var in binding for var in body_vars(plain))
            if is_known and self.kb.part_truth(conjoin(branch), binding) is Truth.TRUE:
                return [each for part in branch for each in self._shown(part, binding)]
        return [goal]

    def holding_lines(self, attempt: Attempt) -> tuple[nodes.Fact | nodes.Summary, ...]:
        """The atoms of an attempt that hold, in one line each."""
        holding = map(called, self.beside(attempt))
        atoms = [ground(goal, attempt.binding) for goal in holding if isinstance(goal, AtomF)]
        return tuple(self.line(atom) for atom in atoms if not variables(atom.args))

    def line(self, atom: AtomF) -> nodes.Fact | nodes.Summary:
        """An atom that holds, in one line."""
        return self.fact(atom) if self.is_stated(atom) else self.summary(atom, Truth.TRUE)


def _ways(goal: Body) -> Iterator[tuple[syntax.Conjunct, ...]]:
    """The conjunctions that may stand in the place of a literal: those of a disjunction or of a goal of `documented`."""
    match goal:
        case syntax.Or() if is_choice(goal):
            return alternatives(goal, opens_calls=False)
        case syntax.Documented(inner):
            return alternatives(inner, opens_calls=False)
        case _:
            return iter(())


def _row_text(row: Row) -> str:
    """A counted row as the program would write it: `a`, `1-a`."""
    return "-".join(map(term_text, row))
