"""What explanations are made from: the program, what is stated, the ways to derive what holds, and every step that needs
nothing below it.

It is made once, and asks nothing of those who build explanations from it (explain/proof/why.py, explain/proof/whynot.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from engine.bodies import Partial, ground
from engine.knowledge import KnowledgeBase
from explain.proof import nodes
from explain.proof.derivations import Derivations, RuleBook
from explain.proof.near_misses import Attempt, Issue
from explain.words.claims import Stands, in_conflict, said
from explain.words.sentences import written
from kb.language.declarations import Declarations
from kb.language.printer import show_atom, show_body
from kb.language.syntax import (
    Aggregate,
    AtomF,
    Body,
    Builtin,
    Clause,
    Compare,
    Member,
    Pred,
    body_vars,
    expr_terms,
    variables,
)
from kb.language.terms import Term, Var
from kb.language.truth import Truth

_TESTS: Mapping[type, type[nodes.Test]] = MappingProxyType(
    {Compare: nodes.Comparison, Builtin: nodes.Builtin, Member: nodes.Member}
)


@dataclass(frozen=True, slots=True)
class Context:
    """A knowledge base as explanations see it; `of` makes one."""

    kb: KnowledgeBase
    book: RuleBook
    section: str | None
    """The section of the policy document whose citations are meant where a requirement has several."""
    every: bool
    """Whether an explanation of what is not true opens every alternative, not only the nearest."""
    derivations: Derivations
    concluded: frozenset[Pred]
    """The predicates of which something is stated or concluded by rules."""
    _held: dict[tuple[Pred, tuple[Term, ...]], frozenset[AtomF]] = field(default_factory=dict)

    @classmethod
    def of(cls, kb: KnowledgeBase, book: RuleBook, section: str | None, *, every: bool) -> Context:
        """The context of a knowledge base, with what is stated in it looked up once."""
        stated: dict[tuple[Pred, tuple[object, ...]], list[Clause]] = {}
        for clause in (*kb.rules.facts, *kb.facts):
            stated.setdefault((clause.head.pred, clause.head.args), []).append(clause)
        heads = {clause.head.pred for clause in kb.rules.clauses}
        concluded = frozenset(heads | {pred for pred, _ in stated})
        return cls(kb, book, section, every, Derivations(kb, book, stated), concluded)

    @property
    def declared(self) -> Declarations:
        return self.kb.declarations

    def is_open(self, pred: Pred) -> bool:
        """Whether a predicate, or its positive, may be asked for."""
        return self.declared.is_abducible(pred.positive)

    def is_stated(self, atom: AtomF) -> bool:
        """Whether an atom is stated as a fact."""
        return (atom.pred, atom.args) in self.derivations.stated

    def says(self, goal: Body, status: Truth) -> str:
        """The sentence that a goal has a truth."""
        return said(Stands(goal, status), self.declared)

    def cites(self, pred: Pred, clause: Clause | None = None) -> str | None:
        """Where the policy document has a predicate."""
        return "; ".join(self.declared.places(pred, clause.span.file if clause else None, self.section)) or None

    # --- steps that need nothing below them --------------------------------------------------------------------

    def fact(self, atom: AtomF) -> nodes.Fact:
        """A stated fact, with every place that states it."""
        clauses = self.derivations.stated[atom.pred, atom.args]
        return nodes.Fact(
            goal=show_atom(atom), text=self.says(atom, Truth.TRUE), evidence=self._evidence(atom), conflict=self.conflict(atom),
            cite=None if self.is_open(atom.pred) else self.cites(atom.pred, clauses[0]),
        )  # fmt: skip

    def summary(self, atom: AtomF, status: Truth) -> nodes.Summary:
        """An atom in one line, with what is known of it but not why."""
        cite = None if self.is_open(atom.pred) else self.cites(atom.pred)
        return nodes.Summary(goal=show_atom(atom), status=status, text=self.says(atom, status), cite=cite)

    def test(
        self, goal: Compare | Builtin | Member, binding: Partial, status: Truth, about: tuple[nodes.Source, ...] = ()
    ) -> nodes.Test:
        """A comparison, built-in or membership: it shows its values, and is `about` what gave them."""
        closed = written(goal, binding)
        kind = _TESTS[type(goal)]
        return kind(goal=show_body(closed), status=status, text=self.says(closed, status), about=about)

    def conflict(self, atom: AtomF) -> str | None:
        """That the contrary of an open atom that holds does so too, with what states it; None if it does not."""
        contrary = AtomF(atom.pred.opposite, atom.args)
        if contrary not in self._holding(contrary.pred, atom.args[:1]):
            return None
        stated = [(fact, ", ".join(map(str, self._evidence(fact)))) for fact in self.derivations.facts_below(contrary)]
        return in_conflict(None if self.is_stated(contrary) else contrary, stated, self.declared)

    def _evidence(self, fact: AtomF) -> tuple[nodes.Evidence, ...]:
        """Every place that states a fact."""
        stated = self.derivations.stated[fact.pred, fact.args]
        return tuple(sorted((nodes.Evidence.at(each.span) for each in stated), key=str))

    def _holding(self, pred: Pred, case: tuple[Term, ...]) -> frozenset[AtomF]:
        """The atoms of an open predicate that hold of a case, or of its strong negation."""
        if not self.is_open(pred) or pred not in self.concluded:
            return frozenset()
        if (pred, case) not in self._held:
            args = (*case, *(Var(f"_{index}") for index in range(pred.arity - len(case))))
            self._held[pred, case] = frozenset(AtomF(pred, row) for row in self.kb.rows(pred, args))
        return self._held[pred, case]

    # --- what stands beside what is not true -------------------------------------------------------------------

    def sources(self, attempt: Attempt, issue: Issue) -> tuple[nodes.Source, ...]:
        """What gave the values of a test that is not true, in the order of the rule: atoms in one line each, and what is
        worked out, with what gave its values below it."""
        return self._sources(attempt, issue.goal, list(_holding_goals(attempt)))

    def _sources(self, attempt: Attempt, test: Body, holding: list[Body]) -> tuple[nodes.Source, ...]:
        wanted = [var for var in body_vars(test) if not isinstance(attempt.binding.get(var, var), Var)]
        giving = [next((goal for goal in holding if var in set(_gives(goal))), None) for var in wanted]
        return tuple(
            self._source(attempt, goal, [other for other in holding if other is not goal])
            for goal in holding
            if goal in giving
        )

    def _source(self, attempt: Attempt, goal: Body, others: list[Body]) -> nodes.Source:
        match goal:
            case AtomF():
                return self._line(ground(goal, attempt.binding))
            case Compare() | Builtin() | Member():
                return self.test(goal, attempt.binding, Truth.TRUE, self._sources(attempt, goal, others))
            case _:
                closed, below = written(goal, attempt.binding), self._sources(attempt, goal, others)
                text = self.says(closed, Truth.TRUE)
                return nodes.Summary(goal=show_body(closed), status=Truth.TRUE, text=text, about=below)

    def holding_lines(self, attempt: Attempt) -> tuple[nodes.Fact | nodes.Summary, ...]:
        """The atoms of an attempt that hold, in one line each."""
        atoms = [ground(goal, attempt.binding) for goal in _holding_goals(attempt) if isinstance(goal, AtomF)]
        return tuple(self._line(atom) for atom in atoms if not variables(atom.args))

    def _line(self, atom: AtomF) -> nodes.Fact | nodes.Summary:
        return self.fact(atom) if self.is_stated(atom) else self.summary(atom, Truth.TRUE)


def _holding_goals(attempt: Attempt) -> Iterator[Body]:
    """The literals of an attempt that are true."""
    failing = {id(each.goal) for each in attempt.issues}
    return (goal for goal in attempt.goals if id(goal) not in failing)


def _gives(goal: Body) -> Iterator[Var]:
    """The variables that a literal can give values to."""
    match goal:
        case AtomF(_, args):
            yield from variables(args)
        case Builtin(_, args):
            yield from variables(args[-1:])
        case Aggregate(result=result):
            yield from variables((result,))
        case Compare("=" | "is", left, right):
            yield from variables((*expr_terms(left), *(expr_terms(right) if goal.op == "=" else ())))
        case Member(item, _):
            yield from variables((item,))
        case _:
            return
