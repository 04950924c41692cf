"""Why a goal is true, false or not known: the explanation as a tree of nodes.

What is true is shown by its smallest proof (explain/proof/derivations.py); what is not by what would have had to hold
(explain/proof/whynot.py). Everything asked of the knowledge base is its truth; no step is taken on trust.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from engine.bodies import Binding, Partial, ground, prepared
from engine.knowledge import AnswerRow, KnowledgeBase
from explain.proof import nodes
from explain.proof.context import Context
from explain.proof.counts import Rows, counted_node, counted_rows, witness_node
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
from explain.proof.nodes import Node
from explain.proof.whynot import REFUTED, WhyNot
from explain.words.phrases import say
from explain.words.sentences import written
from kb.language.printer import show_atom, show_body
from kb.language.syntax import AtomF, Body, Not, body_vars, conjuncts, variables
from kb.language.terms import Var
from kb.language.truth import Truth


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains goals over one knowledge base.

    `section` is that of the policy document whose citations are meant where a requirement has several. With `every`, an
    explanation of what is not true opens every alternative, not only the nearest.
    """

    kb: KnowledgeBase
    book: RuleBook
    section: str | None = None
    every: bool = False
    _context: Context = field(init=False)
    _why_not: WhyNot = field(init=False)
    _proofs: dict[Premise, Node] = field(default_factory=dict)

    def __post_init__(self) -> None:
        context = Context.of(self.kb, self.book, self.section, every=self.every)
        object.__setattr__(self, "_context", context)
        object.__setattr__(self, "_why_not", WhyNot.of(context, self))

    @property
    def derivations(self) -> Derivations:
        return self._context.derivations

    # --- entry points ------------------------------------------------------------------------------------------

    def atom(self, atom: AtomF) -> Node:
        """The explanation of an atom without variables, whatever its truth."""
        if self.kb.truth(atom) is Truth.TRUE:
            return self.proof(atom)
        return self._why_not.goal(atom, {})

    def goal(self, goal: Body) -> Node:
        """The explanation of a goal, read as `there is ...`: of its first answer if it has one."""
        answers = self.kb.answers(goal)
        if answers.true:
            return self.answer(goal, dict(zip(answers.variables, answers.true[0], strict=True)))
        return self._why_not.goal(prepared(goal, {}), {})

    def answers(self, goal: Body) -> list[tuple[AnswerRow, Node]]:
        """Each certain answer of a goal with its proof, in standard order."""
        found = self.kb.answers(goal)
        return [(row, self.answer(goal, dict(zip(found.variables, row, strict=True)))) for row in found.true]

    def answer(self, goal: Body, binding: Binding) -> Node:
        """The proof of a goal that is true under the binding."""
        return self.holds(prepared(goal, binding), binding)

    # --- proofs of what is true --------------------------------------------------------------------------------

    def steps(self, goal: Body, binding: Partial) -> list[Step]:
        """The ways to show a goal that is true under a binding, each a step of its own, with their costs settled."""
        goals = conjuncts(goal)
        found = [step for each in without_or(goals) for step in self.derivations.instances(None, each, binding)]
        self._settle(premise for step in found for premise in step.premises)
        return found

    def holds(self, goal: Body, binding: Partial) -> Node:
        """The proof of a goal that is true under a binding, its other variables read as `there is`."""
        if isinstance(goal, AtomF):
            closed = ground(goal, binding)
            if not variables(closed.args):
                return self.proof(closed)
        best = self.derivations.best_of(self.steps(goal, binding))
        return self.conjunction(goal, binding, best, tuple(self._premise(premise) for premise in best.premises))

    def conjunction(self, goal: Body, binding: Partial, step: Step, children: tuple[Node, ...]) -> Node:
        """The node of a goal of several literals; a single one stands for itself."""
        if len(children) == 1:
            return children[0]
        closed = written(goal, binding)
        return nodes.Conjunction(
            goal=show_body(closed), status=Truth.TRUE, text=self._context.says(closed, Truth.TRUE), children=children,
            binding=shown_binding(dict(step.binding)),
        )  # fmt: skip

    def _settle(self, premises: Iterable[Premise]) -> None:
        self.derivations.explore(tuple(each for each in premises if not isinstance(each, Check)))

    def proof(self, atom: AtomF) -> nodes.Fact | nodes.Rule:
        """The smallest proof of an atom."""
        node = self._smallest(atom)
        assert isinstance(node, nodes.Fact | nodes.Rule)
        return node

    def _smallest(self, item: Item) -> Node:
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
            pending += self.derivations.best_premises(each)
        for each in sorted(order, key=lambda each: self.derivations.cost[each]):
            self._proofs[each] = self._atom_proof(each) if isinstance(each, AtomF) else self._count_proof(each)
        return self._proofs[item]

    def _premise(self, premise: Premise) -> Node:
        if isinstance(premise, Check):
            return self.check(premise)
        return self._proofs.get(premise) or self._smallest(premise)

    def check(self, premise: Check) -> Node:
        """The node of a comparison, built-in or negation that holds."""
        goal, binding = premise.goal, dict(premise.binding)
        return self._refuted(goal, binding) if isinstance(goal, Not) else self._context.test(goal, binding, Truth.TRUE)

    def _refuted(self, goal: Not, binding: Partial) -> nodes.Negation:
        """The node of a negation that holds: why the goal inside it does not."""
        closed, child = written(goal, binding), self._why_not.goal(goal.goal, binding, REFUTED)
        text = self._context.says(closed, Truth.TRUE)
        individuals = {var: binding[var] for var in body_vars(goal) if isinstance(binding.get(var), Var)}
        return nodes.Negation(
            goal=show_body(closed), status=Truth.TRUE, text=text, children=(child,), binding=shown_binding(individuals)
        )

    def _atom_proof(self, atom: AtomF) -> Node:
        step = self.derivations.best_step(atom)
        return self.concluded(atom, step, tuple(self._premise(premise) for premise in step.premises))

    def concluded(self, atom: AtomF, step: Step, children: tuple[Node, ...]) -> nodes.Fact | nodes.Rule:
        """The node of an atom that is stated, or concluded by a rule whose literals the children show."""
        context = self._context
        if step.rule is None:
            return context.fact(atom)
        return nodes.Rule(
            goal=show_atom(atom), status=Truth.TRUE, text=context.says(atom, Truth.TRUE),
            rule=nodes.RuleRef.of(step.rule.clause), cite=context.cites(atom.pred, step.rule.clause), children=children,
            label=say("derived") if context.is_open(atom.pred) else None,
            binding=shown_binding(dict(step.binding)), conflict=context.conflict(atom),
        )  # fmt: skip

    def _count_proof(self, counted: Counted) -> Node:
        chosen = [
            (witness, tuple(self._premise(premise) for premise in step.premises))
            for witness, step in self.derivations.best_witnesses(counted)
        ]
        return self.counted(counted, chosen)

    def counted(self, counted: Counted, chosen: Iterable[tuple[Witness, tuple[Node, ...]]]) -> Node:
        """The node of a count or aggregate that holds, with its witnesses and what shows each."""
        witnesses, declared = list(chosen), self._context.declared
        rows = Rows([witness.row for witness, _ in witnesses])
        if counted.goal.op == "at_most":
            rows = replace(counted_rows(self.kb, counted), found=rows.found)
        children = (witness_node(counted, witness.row, parts, declared) for witness, parts in witnesses)
        return counted_node(counted, Truth.TRUE, rows, children, declared)
