"""How the conditions of a criterion decide it: its rules as a formula over conditions, and the table of that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.bodies import independent
from engine.policies import Item
from explain.authoring import decision_table
from explain.authoring.asked import telling
from explain.authoring.decision_table import ANY, All, Formula, OneOf, Opposite, Shown
from explain.authoring.handbook import Decision
from explain.authoring.rule_words import RuleWords
from kb.language import syntax
from kb.language.syntax import AtomF, Clause
from kb.language.terms import Var
from kb.language.truth import Truth


def decision(words: RuleWords, item: Item) -> Decision | None:
    """How the conditions of a criterion, or of an alternative, decide it: the alternatives that it has, else what its rules ask for.
    None where there are not several."""
    conditions = _Conditions(words)
    case = Var("Case")
    leaves = [each.pred for each in item.alternatives] or ([item.pred] if words.asked.is_stated(item.pred) else [])
    parts = [conditions.of([AtomF(pred, (case,))], frozenset({case})) for pred in leaves]
    if not item.alternatives:
        rules = words.asked.rules(item.pred)
        parts += [conditions.of(_deciding(rule, words), frozenset(syntax.variables(rule.head.args))) for rule in rules]
    if len(conditions.texts) < 2:
        return None
    table = decision_table.decision_table(OneOf(tuple(parts)), conditions.domains)
    return Decision(tuple(conditions.texts), table)


def _deciding(clause: Clause, words: RuleWords) -> list[syntax.Conjunct]:
    """The literals of a rule that decide something: not what a list of the policy has in any case."""

    def is_certain(goal: syntax.Conjunct) -> bool:
        return isinstance(goal, AtomF) and words.asked.is_listed(goal.pred) and not syntax.variables(goal.args)

    return [goal for goal in telling(clause) if not is_certain(goal)]


@dataclass(slots=True)
class _Conditions:
    """The conditions of a decision, each once, with what they say and the truths that they can have."""

    words: RuleWords
    texts: list[str] = field(default_factory=list)
    domains: list[tuple[Truth, ...]] = field(default_factory=list)
    numbers: dict[syntax.Body, int] = field(default_factory=dict)

    def of(self, goals: Sequence[syntax.Conjunct], known: frozenset[Var]) -> Formula:
        """What goals that are all so say of conditions: those that share a value are one, the others stand by themselves."""
        parts = tuple(goals)
        return All(tuple(self.group([parts[at] for at in places], known) for places in independent(parts, known)))

    def group(self, goals: Sequence[syntax.Conjunct], known: frozenset[Var]) -> Formula:
        """What goals say that share a value."""
        match goals:
            case [syntax.Not(goal)]:
                return Opposite(self.of(syntax.conjuncts(goal), known))
            case [syntax.Documented(goal)]:
                return Shown(self.of(syntax.conjuncts(goal), known))
            case [syntax.Or(choices, _, None)]:
                return OneOf(tuple(self.of(syntax.conjuncts(each), known) for each in choices))
            case _:
                return self.condition(syntax.conjoin(tuple(goals)))

    def condition(self, goal: syntax.Body) -> Formula:
        """The condition that a goal is; the same with other names for its variables is one."""
        names = {var: Var(f"V{index}") for index, var in enumerate(syntax.body_vars(goal))}
        alike = syntax.substitute(goal, names)
        if alike not in self.numbers:
            self.numbers[alike] = len(self.texts)
            self.texts.append(self.words.said(goal))
            self.domains.append(ANY if self.is_open(goal) else ANY[:2])
        return decision_table.Condition(self.numbers[alike])

    def is_open(self, goal: syntax.Body) -> bool:
        """Whether a goal may be not documented."""
        if isinstance(goal, syntax.Documented):
            return False
        if isinstance(goal, AtomF):
            return not self.words.asked.kb.is_exact(goal.pred)
        return any(map(self.is_open, syntax.inner_goals(goal)))
