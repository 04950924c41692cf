"""Why a goal is true, false or not known: the explanation as a tree of nodes.

What is true is shown by its smallest proof (explain/proof/derivations.py); what is not by what would have had to hold
(explain/proof/whynot.py). Everything asked of the knowledge base is its truth; no step is taken on trust.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from msgspec import structs

from engine.bodies import Binding, Partial, RuleBook, answered, ground, prepared
from engine.knowledge import KnowledgeBase
from explain.proof import nodes
from explain.proof.context import Context
from explain.proof.derivations import (
    Check,
    Chosen,
    Counted,
    Derivations,
    Item,
    Premise,
    Row,
    Rows,
    Step,
    counted_rows,
    named_row,
    shown_binding,
    shown_individuals,
)
from explain.proof.nodes import Node
from explain.proof.whynot import REFUTED, WhyNot
from explain.words.phrases import say
from explain.words.sentences import written
from kb.language.declarations import REQUEST
from kb.language.sections import KIND_SECTION, other_sections
from kb.language.syntax import AtomF, Body, Not
from kb.language.terms import Const, Term, Var
from kb.language.traversal import called, conjuncts, variables
from kb.language.truth import Truth


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains goals over one knowledge base.

    With `every`, an explanation of what is not true opens every alternative, not only the nearest. `others` are the sections
    of the policy document that are about other kinds of request, whose citations are left out.
    """

    kb: KnowledgeBase
    book: RuleBook
    every: bool = False
    others: frozenset[str] = frozenset()
    _context: Context = field(init=False)
    _why_not: WhyNot = field(init=False)
    _proofs: dict[Item, Node] = field(default_factory=dict)
    _sections: tuple[Row, ...] = field(init=False)
    _about: dict[tuple[frozenset[Const], frozenset[str]], Explainer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        context = Context.of(self.kb, self.book, self.others, every=self.every)
        object.__setattr__(self, "_context", context)
        object.__setattr__(self, "_why_not", WhyNot.of(context, self))
        sections = self.kb.rows(KIND_SECTION, tuple(Var(f"_{index}") for index in range(KIND_SECTION.arity)))
        object.__setattr__(self, "_sections", tuple(sections))

    @property
    def derivations(self) -> Derivations:
        return self._context.derivations

    def about(self, goal: Body) -> Explainer:
        """What explains a goal: this, or one over the knowledge base that has the constants that nothing but the goal mentions,
        with the sections that are not about it. Every step of an explanation is about the same individuals."""
        kb, others = self.kb.mentioning(goal), other_sections(goal, self._sections, self._requests())
        if kb is self.kb and others == self.others:
            return self
        key = frozenset(kb.mentioned), others
        if key not in self._about:
            self._about[key] = Explainer(kb, self.book, self.every, others)
        return self._about[key]

    def _requests(self) -> Iterator[tuple[Term, ...]]:
        return (atom.args for atom in self.kb.facts_of(REQUEST))

    # --- entry points ------------------------------------------------------------------------------------------

    def atom(self, atom: AtomF) -> Node:
        """The explanation of an atom without variables, whatever its truth."""
        asked = self.about(atom)
        truth = asked.kb.truth(atom)
        return asked.proof(atom) if truth is Truth.TRUE else asked._why_not.stands(atom, {}, truth)

    def goal(self, goal: Body) -> Node:
        """The explanation of a goal, read as `there is ...`: of its first answer if it has one."""
        asked = self.about(goal)
        answers = asked.kb.answers(goal)
        if answers.true:
            return asked.answer(goal, dict(zip(answers.variables, answers.true[0], strict=True)))
        return asked._why_not.goal(prepared(goal, {}), {})

    def answer(self, goal: Body, binding: Binding) -> Node:
        """The proof of a goal that is true under the binding."""
        closed = answered(goal, binding)
        asked = self.about(closed)
        if isinstance(called(closed), AtomF):
            (shown,) = asked.derivations.best_of(asked.steps(closed, {})).premises
            assert isinstance(shown, AtomF)
            return self.about(shown).proof(shown)
        return asked.holds(closed, {})

    # --- proofs of what is true --------------------------------------------------------------------------------

    def steps(self, goal: Body, binding: Partial) -> list[Step]:
        """The ways to show a goal that is true under a binding, each a step of its own, with their costs settled."""
        found = list(self.derivations.instances(None, conjuncts(goal), binding))
        self.derivations.explore(
            tuple(premise for step in found for premise in step.premises if not isinstance(premise, Check))
        )
        return found

    def holds(self, goal: Body, binding: Partial) -> Node:
        """The proof of a goal that is true under a binding, its other variables read as `there is`."""
        if isinstance(call := called(goal), AtomF):
            closed = ground(call, binding)
            if not variables(closed.args):
                return self.proof(closed)
        best = self.derivations.best_of(self.steps(goal, binding))
        return self.conjunction(goal, binding, best, self._children(best))

    def conjunction(self, goal: Body, binding: Partial, step: Step, children: tuple[Node, ...]) -> Node:
        """The node of a goal of several literals; a single one stands for itself."""
        if len(children) == 1:
            return children[0]
        found = {var: value for var, value in step.binding if var not in binding}
        return nodes.Conjunction(
            **self._context.told(written(goal, binding), Truth.TRUE), children=children, binding=shown_binding(found)
        )

    def proof(self, atom: AtomF) -> nodes.Fact | nodes.Rule:
        """The smallest proof of an atom."""
        node = self._smallest(atom)
        assert isinstance(node, nodes.Fact | nodes.Rule)
        return node

    def _smallest(self, item: Item) -> Node:
        """The smallest proof, its parts made before it so that long chains need no deep recursion."""
        if item in self._proofs:
            return self._proofs[item]
        for each in sorted(self.derivations.below(item, self._proofs), key=lambda each: self.derivations.cost[each]):
            match each:
                case AtomF():
                    self._proofs[each] = self._atom_proof(each)
                case Counted():
                    self._proofs[each] = self._count_proof(each)
                case Chosen():
                    continue  # what shows it stands in its place
        return self._proofs[item]

    def _children(self, step: Step) -> tuple[Node, ...]:
        """The smallest proofs of what a step rests on."""
        return tuple(self._premise(premise) for premise in step.premises)

    def _premise(self, premise: Premise) -> Node:
        if isinstance(premise, Check):
            return self.check(premise)
        return self._proofs.get(premise) or self._smallest(premise)

    def check(self, premise: Check) -> Node:
        """The node of a comparison, built-in or negation that holds."""
        goal, binding = premise.goal, dict(premise.binding)
        if isinstance(goal, Not):
            return self._refuted(goal, binding)
        test = self._context.test(goal, binding, Truth.TRUE)
        individuals = shown_individuals(goal, binding)
        return structs.replace(test, id="", binding=individuals) if individuals else test

    def _refuted(self, goal: Not, binding: Partial) -> nodes.Negation:
        """The node of a negation that holds: why the goal inside it does not."""
        child = self._why_not.goal(goal.goal, binding, REFUTED)
        told = self._context.told(written(goal, binding), Truth.TRUE)
        return nodes.Negation(**told, children=(child,), binding=shown_individuals(goal, binding))

    def _atom_proof(self, atom: AtomF) -> Node:
        step = self.derivations.best_step(atom)
        return self.concluded(atom, step, self._children(step))

    def concluded(self, atom: AtomF, step: Step, children: tuple[Node, ...]) -> nodes.Fact | nodes.Rule:
        """The node of an atom that is stated, or concluded by a rule whose literals the children show."""
        context = self._context
        if step.rule is None:
            return context.fact(atom)
        return nodes.Rule(
            **context.told(atom, Truth.TRUE), rule=nodes.RuleRef.of(step.rule.clause),
            cite=context.cites(atom.pred, step.rule.clause), children=children,
            label=say("derived") if context.is_open(atom.pred) else None,
            binding=shown_binding(dict(step.binding)), conflict=context.conflict(atom),
        )  # fmt: skip

    def _count_proof(self, counted: Counted) -> Node:
        best = self.derivations.best_witnesses(counted)
        witnesses = [self.witness(counted, step, self._children(step)) for _, step in best]
        return self.counted(counted, [each.row for each, _ in best], witnesses)

    def witness(self, counted: Counted, step: Step, children: tuple[Node, ...]) -> Node:
        """The node of a row that counts, by a step whose premises the children show."""
        row = named_row(counted.columns, dict(step.binding))
        assert row is not None
        return self._context.witness(counted, row, children)

    def counted(self, counted: Counted, found: Sequence[Row], witnesses: Iterable[Node]) -> Node:
        """The node of a count or aggregate that holds, with the rows that are shown and their witnesses."""
        rows, children = Rows(found), [*witnesses]
        if counted.goal.op != "at_least":
            rows = structs.replace(counted_rows(self.kb, counted), found=found)
            children += self._why_not.closing(counted, found)
        return self._context.count(counted, Truth.TRUE, rows, children)
