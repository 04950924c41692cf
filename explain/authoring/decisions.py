"""How the conditions of a criterion decide it: its rules as a formula over conditions, and the table of that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from engine.bodies import independent
from engine.policies import Item
from explain.authoring import decision_table
from explain.authoring.asked import telling
from explain.authoring.decision_table import ANY, All, Formula, OneOf, Opposite, Shown
from explain.authoring.handbook import Decision
from explain.authoring.rule_words import RuleWords
from kb.language import syntax
from kb.language.syntax import AtomF, Clause, Pred
from kb.language.terms import Term, Var
from kb.language.traversal import body_vars, conjoin, conjuncts, inner_goals, substitute, variables
from kb.language.truth import Truth


def decision(words: RuleWords, item: Item) -> Decision | None:
    """How the conditions of a criterion, or of an alternative, decide it: the alternatives that it has, else what its rules ask for.
    None where there are not several."""
    conditions = _Conditions(words)
    leaves = [each.pred for each in item.alternatives] or ([item.pred] if words.asked.is_stated(item.pred) else [])
    parts: list[Formula] = list(map(conditions.leaf, leaves))
    if not item.alternatives:
        parts += map(conditions.of_rule, words.asked.rules(item.pred))
    if len(conditions.texts) < 2:
        return None
    table = decision_table.decision_table(OneOf(tuple(parts)), conditions.domains)
    return Decision(tuple(conditions.texts), table)


@dataclass(slots=True)
class _Conditions:
    """The conditions of a decision, each once, with what they say and the truths that they can have."""

    words: RuleWords
    texts: list[str] = field(default_factory=list)
    domains: list[tuple[Truth, ...]] = field(default_factory=list)
    numbers: dict[syntax.Body, int] = field(default_factory=dict)

    def leaf(self, pred: Pred) -> Formula:
        """The condition that a predicate of the case is."""
        return self.condition(AtomF(pred, (Var("Case"),)), (Var("Case"),), self.words.sentence_of(pred))

    def of_rule(self, clause: Clause) -> Formula:
        """What a rule asks for; where it is about one case only, that it is that case."""
        goals, (case,) = list(filter(self.decides, telling(clause))), clause.head.args
        if not isinstance(case, Var):
            (name,) = map(Var, self.words.names(clause.head.pred))
            clause = replace(clause, head=replace(clause.head, args=(name,)))
            goals = [syntax.Compare("=", name, case), *goals]
        return self.of(goals, clause)

    def decides(self, goal: syntax.Conjunct) -> bool:
        """Whether a literal decides something: what a list of the policy has in any case does not."""
        is_listed = isinstance(goal, AtomF) and self.words.asked.is_listed(goal.pred)
        return not is_listed or bool(body_vars(goal))

    def of(self, goals: Sequence[syntax.Conjunct], clause: Clause) -> Formula:
        """What goals that are all so say of conditions: those that share a value are one, the others stand by themselves."""
        groups = independent(tuple(goals), frozenset(_given(clause)))
        return All(tuple(self.group([goals[at] for at in places], clause) for places in groups))

    def group(self, goals: Sequence[syntax.Conjunct], clause: Clause) -> Formula:
        """What goals say that share a value."""
        match goals:
            case [syntax.Not(goal)]:
                return Opposite(self.of(conjuncts(goal), clause))
            case [syntax.Documented(goal)]:
                return Shown(self.of(conjuncts(goal), clause))
            case [syntax.Or(choices, _, None)]:
                return OneOf(tuple(self.of(conjuncts(each), clause) for each in choices))
            case _:
                goal = conjoin(tuple(goals))
                return self.condition(goal, _given(clause), self.words.said(goal, clause))

    def condition(self, goal: syntax.Body, given: Iterable[Var], text: str) -> Formula:
        """The condition that a goal is; the same with other names for its variables is one."""
        names: dict[Var, Term] = {var: Var(f"V{index}") for index, var in enumerate(body_vars(goal))}
        names |= {var: Var(f"H{index}") for index, var in enumerate(given)}
        alike = substitute(goal, names)
        if alike not in self.numbers:
            self.numbers[alike] = len(self.texts)
            self.texts.append(text)
            self.domains.append(ANY if self.is_open(goal) else ANY[:2])
        return decision_table.Condition(self.numbers[alike])

    def is_open(self, goal: syntax.Body) -> bool:
        """Whether a goal may be not documented."""
        if isinstance(goal, syntax.Documented):
            return False
        if isinstance(goal, AtomF):
            return not self.words.asked.kb.is_exact(goal.pred)
        return any(map(self.is_open, inner_goals(goal)))


def _given(clause: Clause) -> dict[Var, None]:
    """The variables of a rule's head."""
    return variables(clause.head.args)
