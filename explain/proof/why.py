"""Why a goal is true, false or not known: the explanation as a tree of nodes.

What is true is shown by its smallest proof (explain/proof/derivations.py); what is not by what would have had to hold
(explain/proof/whynot.py). Everything asked of the knowledge base is its truth; no step is taken on trust.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from engine.bodies import Binding, Partial, ground, prepared
from engine.knowledge import AnswerRow, KnowledgeBase
from explain.proof import nodes
from explain.proof.comparisons import worked_out
from explain.proof.counts import count_state, witness_node
from explain.proof.derivations import (
    Check,
    Counted,
    Derivations,
    Item,
    Premise,
    RuleBook,
    Step,
    Witness,
    shown_binding,
    without_or,
)
from explain.proof.nodes import Evidence, Node
from explain.proof.whynot import Shortfalls
from explain.words.claims import AggregateHolds, CountStands, Stands, in_conflict, said
from explain.words.sentences import say, written
from kb.language.declarations import Declarations
from kb.language.printer import show_atom, show_body
from kb.language.syntax import Aggregate, AtomF, Body, Clause, Count, Not, Pred, conjuncts, variables
from kb.language.terms import Term, Var
from kb.language.truth import Truth


@dataclass(slots=True)
class Explainer:
    """Explains goals over one knowledge base.

    With `every`, an explanation of what is not true opens every alternative, not only the nearest.
    """

    kb: KnowledgeBase
    book: RuleBook
    section: str | None = None
    """The section of the policy document whose citations are meant where a requirement has several."""
    every: bool = False
    derivations: Derivations = field(init=False)
    _proofs: dict[Premise, Node] = field(default_factory=dict)
    _shortfalls: Shortfalls = field(init=False)
    _held: dict[tuple[Pred, tuple[Term, ...]], frozenset[AtomF]] = field(default_factory=dict)
    _concluded: frozenset[Pred] = field(init=False)
    """The predicates of which something is stated or concluded by rules."""

    def __post_init__(self) -> None:
        stated: dict[tuple[Pred, tuple[object, ...]], list[Clause]] = {}
        for clause in (*self.kb.rules.facts, *self.kb.facts):
            stated.setdefault((clause.head.pred, clause.head.args), []).append(clause)
        self.derivations = Derivations(self.kb, self.book, stated)
        self._shortfalls = Shortfalls(self)
        heads = {clause.head.pred for clause in self.kb.rules.clauses}
        self._concluded = frozenset(heads | {pred for pred, _ in stated})

    @property
    def declared(self) -> Declarations:
        return self.kb.declarations

    # --- entry points ------------------------------------------------------------------------------------------

    def atom(self, atom: AtomF) -> Node:
        """The explanation of an atom without variables, whatever its truth."""
        if self.kb.truth(atom) is Truth.TRUE:
            return self.proof(atom)
        return self._shortfalls.of_goal(atom)

    def goal(self, goal: Body) -> Node:
        """The explanation of a goal, read as `there is ...`: of its first answer if it has one."""
        answers = self.kb.answers(goal)
        if answers.true:
            return self.answer(goal, dict(zip(answers.variables, answers.true[0], strict=True)))
        return self._shortfalls.of_goal(prepared(goal, {}))

    def answers(self, goal: Body) -> list[tuple[AnswerRow, Node]]:
        """Each certain answer of a goal with its proof, in standard order."""
        found = self.kb.answers(goal)
        return [(row, self.answer(goal, dict(zip(found.variables, row, strict=True)))) for row in found.true]

    def answer(self, goal: Body, binding: Binding) -> Node:
        """The proof of a goal that is true under the binding."""
        return self.holds(prepared(goal, binding), binding)

    # --- proofs of what is true --------------------------------------------------------------------------------

    def steps(self, goal: Body, binding: Binding) -> list[Step]:
        """The ways to show a goal that is true under a binding, each a step of its own, with their costs settled."""
        goals = conjuncts(goal)
        found = [step for each in without_or(goals) for step in self.derivations.instances(None, each, binding)]
        self._settle(premise for step in found for premise in step.premises)
        return found

    def holds(self, goal: Body, binding: Binding) -> Node:
        """The proof of a goal that is true under a binding, its other variables read as `there is`."""
        if isinstance(goal, AtomF):
            closed = ground(goal, binding)
            if not variables(closed.args):
                return self.proof(closed)
        best = self.derivations.best_of(self.steps(goal, binding))
        return self.conjunction(goal, binding, best, tuple(self._premise(premise) for premise in best.premises))

    def conjunction(self, goal: Body, binding: Binding, step: Step, children: tuple[Node, ...]) -> Node:
        """The node of a goal of several literals; a single one stands for itself."""
        if len(children) == 1:
            return children[0]
        closed = written(goal, binding)
        return nodes.Conjunction(
            goal=show_body(closed), status=Truth.TRUE, text=said(Stands(closed, Truth.TRUE), self.declared),
            children=children, binding=shown_binding(dict(step.binding)),
        )  # fmt: skip

    def _settle(self, premises: Iterable[Premise]) -> None:
        self.derivations.explore(tuple(each for each in premises if not isinstance(each, Check)))

    def proof(self, item: Item) -> Node:
        """The smallest proof, its parts made before it so that long chains need no deep recursion."""
        if item in self._proofs:
            return self._proofs[item]
        self._settle((item,))
        pending: list[Premise] = [item]
        order: list[Item] = []
        seen: set[Premise] = set()
        while pending:
            each = pending.pop()
            if each in seen or isinstance(each, Check) or each in self._proofs:
                continue
            seen.add(each)
            order.append(each)
            pending += self._parts(each)
        for each in sorted(order, key=lambda each: self.derivations.cost[each]):
            self._proofs[each] = self._atom_proof(each) if isinstance(each, AtomF) else self._count_proof(each)
        return self._proofs[item]

    def _parts(self, item: Item) -> Iterator[Premise]:
        if isinstance(item, AtomF):
            yield from self.derivations.best_step(item).premises
        else:
            for _, step in self.derivations.best_witnesses(item):
                yield from step.premises

    def _premise(self, premise: Premise) -> Node:
        if isinstance(premise, Check):
            return self.check(premise)
        return self._proofs.get(premise) or self.proof(premise)

    def check(self, premise: Check) -> Node:
        """The node of a comparison, built-in or negation that holds."""
        goal, binding = premise.goal, dict(premise.binding)
        return (
            self.refuted(goal, binding)
            if isinstance(goal, Not)
            else worked_out(goal, binding, Truth.TRUE, self.declared)
        )

    def refuted(self, goal: Not, binding: Partial) -> Node:
        """The node of a negation that holds: why the goal inside it does not."""
        closed, child = written(goal, binding), self._shortfalls.refuting(goal.goal, binding)
        text = said(Stands(closed, Truth.TRUE), self.declared)
        return nodes.Negation(goal=show_body(closed), status=Truth.TRUE, text=text, children=(child,))

    def atom_proof(self, atom: AtomF) -> nodes.Fact | nodes.Rule:
        """The smallest proof of an atom."""
        node = self.proof(atom)
        assert isinstance(node, nodes.Fact | nodes.Rule)
        return node

    def _atom_proof(self, atom: AtomF) -> Node:
        step = self.derivations.best_step(atom)
        return self.concluded(atom, step, tuple(self._premise(premise) for premise in step.premises))

    def concluded(self, atom: AtomF, step: Step, children: tuple[Node, ...]) -> nodes.Fact | nodes.Rule:
        """The node of an atom that is stated, or concluded by a rule whose literals the children show."""
        if step.rule is None:
            return self.fact(atom)
        return nodes.Rule(
            goal=show_atom(atom), status=Truth.TRUE, text=said(Stands(atom, Truth.TRUE), self.declared),
            rule=nodes.RuleRef.of(step.rule.clause), cite=self.cites(atom.pred, step.rule.clause), children=children,
            label=say("derived") if self.declared.is_abducible(atom.pred.positive) else None,
            binding=shown_binding(dict(step.binding)), conflict=self.conflict(atom),
        )  # fmt: skip

    def is_stated(self, atom: AtomF) -> bool:
        """Whether an atom is stated as a fact."""
        return (atom.pred, atom.args) in self.derivations.stated

    def conflict(self, atom: AtomF) -> str | None:
        """That the contrary of an open atom that holds does so too, with what states it; None if it does not."""
        contrary = AtomF(atom.pred.opposite, atom.args)
        if contrary not in self._holding(contrary.pred, atom.args[:1]):
            return None
        stated = [(fact, ", ".join(map(str, self._evidence(fact)))) for fact in self._leaves(contrary)]
        return in_conflict(None if self.is_stated(contrary) else contrary, stated, self.declared)

    def _holding(self, pred: Pred, case: tuple[Term, ...]) -> frozenset[AtomF]:
        """The atoms of an open predicate that hold of a case, or of its strong negation."""
        if not self.declared.is_abducible(pred.positive) or pred not in self._concluded:
            return frozenset()
        if (pred, case) not in self._held:
            args = (*case, *(Var(f"_{index}") for index in range(pred.arity - len(case))))
            self._held[pred, case] = frozenset(AtomF(pred, row) for row in self.kb.rows(pred, args))
        return self._held[pred, case]

    def _leaves(self, atom: AtomF) -> list[AtomF]:
        """The stated facts that the smallest proof of an atom rests on."""
        self._settle((atom,))
        found: dict[AtomF, None] = {}
        pending: list[Premise] = [atom]
        seen: set[Premise] = set()
        while pending:
            each = pending.pop()
            if each in seen or isinstance(each, Check):
                continue
            seen.add(each)
            if isinstance(each, AtomF) and self.is_stated(each):
                found[each] = None
            else:
                pending += reversed(list(self._parts(each)))
        return list(found)

    def _evidence(self, fact: AtomF) -> tuple[Evidence, ...]:
        """Every place that states a fact."""
        return tuple(
            sorted((Evidence.at(each.span) for each in self.derivations.stated[fact.pred, fact.args]), key=str)
        )

    def fact(self, atom: AtomF) -> nodes.Fact:
        """The node of a stated fact, with every place that states it."""
        clauses = self.derivations.stated[atom.pred, atom.args]
        cite = None if self.declared.is_abducible(atom.pred.positive) else self.cites(atom.pred, clauses[0])
        text = said(Stands(atom, Truth.TRUE), self.declared)
        return nodes.Fact(
            goal=show_atom(atom), text=text, cite=cite, evidence=self._evidence(atom), conflict=self.conflict(atom)
        )

    def cites(self, pred: Pred, clause: Clause | None = None) -> str | None:
        """Where the policy document has a predicate."""
        return "; ".join(self.declared.places(pred, clause.span.file if clause else None, self.section)) or None

    def _count_proof(self, counted: Counted) -> Node:
        chosen = [
            (witness, tuple(self._premise(premise) for premise in step.premises))
            for witness, step in self.derivations.best_witnesses(counted)
        ]
        return self.counted(counted, chosen)

    def counted(self, counted: Counted, chosen: Iterable[tuple[Witness, tuple[Node, ...]]]) -> Node:
        """The node of a count or aggregate that holds, with its witnesses and what shows each."""
        witnesses = list(chosen)
        rows = [witness.row for witness, _ in witnesses]
        undocumented, others = self._shortfalls.possible(counted) if is_at_most(counted) else ([], False)
        children = tuple(witness_node(counted, witness.row, parts, self.declared) for witness, parts in witnesses)
        closed = written(counted.goal, dict(counted.binding))
        match closed:
            case Count():
                text = said(CountStands(closed, counted.columns, rows, undocumented, others), self.declared)
                state = count_state(counted, closed, rows, undocumented, others)
                return nodes.Count(goal=show_body(closed), status=Truth.TRUE, text=text, children=children, count=state)
            case Aggregate():
                text = said(AggregateHolds(closed, counted.columns, rows), self.declared)
                return nodes.Aggregate(goal=show_body(closed), status=Truth.TRUE, text=text, children=children)
            case _:
                raise AssertionError("filling in variables makes no other literal")


def is_at_most(counted: Counted) -> bool:
    """Whether a count limits its rows."""
    return counted.goal.op == "at_most"
