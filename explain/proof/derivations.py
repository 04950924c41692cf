"""All the ways to derive what is true, and the cheapest: the search behind proofs.

From a goal it collects each rule instance whose body is true, down to stated facts; then the cost of every atom, the
number of nodes of its smallest proof, is the least fixpoint over that graph. As a step costs more than its premises,
proofs by the cheapest steps never loop.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TypeAlias

from engine.bodies import Binding, OrderedRule, Partial, ground, match_head, ordered_rule, solve
from engine.knowledge import Individual, KnowledgeBase
from kb.language import syntax
from kb.language.printer import show_atom, show_body, show_clause
from kb.language.terms import Const, Int, Term, Var, row_key, term_text


@dataclass(frozen=True, slots=True)
class Check:
    """A comparison, built-in or negation that holds: nothing further is to be proved."""

    goal: syntax.Compare | syntax.Builtin | syntax.Member | syntax.Not
    binding: tuple[tuple[Var, Individual], ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """A count or aggregate, with what is bound outside it."""

    goal: syntax.Count | syntax.Aggregate
    binding: tuple[tuple[Var, Individual], ...]

    @property
    def bound(self) -> int | None:
        """The number that a count compares with; None for an aggregate or what is no number."""
        if isinstance(self.goal, syntax.Aggregate):
            return None
        bound = dict(self.binding).get(self.goal.bound) if isinstance(self.goal.bound, Var) else self.goal.bound
        return bound.value if isinstance(bound, Int) else None

    @property
    def known(self) -> Binding:
        """What is bound outside it to a constant."""
        return {var: value for var, value in self.binding if not isinstance(value, Var)}

    @property
    def columns(self) -> tuple[Term, ...]:
        """What is counted: the template and, in an aggregate, the value."""
        value = self.goal.value if isinstance(self.goal, syntax.Aggregate) else None
        return self.goal.template if value is None else (*self.goal.template, value)


Item: TypeAlias = syntax.AtomF | Counted
Premise: TypeAlias = syntax.AtomF | Counted | Check


@dataclass(frozen=True, slots=True)
class Step:
    """One way to conclude something: the rule (None for a stated fact or a goal of its own) and its premises."""

    rule: OrderedRule | None
    premises: tuple[Premise, ...]
    binding: tuple[tuple[Var, Individual], ...] = field(default=(), compare=False)
    """What the variables of the rule, or of the goal, are."""

    @property
    def key(self) -> tuple[str, ...]:
        """Orders steps of equal cost, whatever the order of rules and facts."""
        return (show_clause(self.rule.clause) if self.rule else "", *(premise_text(each) for each in self.premises))


@dataclass(frozen=True, slots=True)
class Witness:
    """A counted row with the ways to show it."""

    row: tuple[Const, ...]
    steps: tuple[Step, ...]


@dataclass(slots=True)
class RuleBook:
    """The rules of a program by the predicate they conclude, their alternatives opened."""

    by_pred: dict[syntax.Pred, list[tuple[OrderedRule, tuple[syntax.Body, ...]]]] = field(default_factory=dict)

    @classmethod
    def of(cls, clauses: tuple[syntax.Clause, ...]) -> RuleBook:
        book = cls()
        for clause in clauses:
            rule = ordered_rule(clause)
            for goals in without_or(rule.goals):
                book.by_pred.setdefault(clause.head.pred, []).append((rule, goals))
        return book

    def rules(self, pred: syntax.Pred) -> list[tuple[OrderedRule, tuple[syntax.Body, ...]]]:
        """The rules that could conclude the predicate, once for each choice among alternatives in the body."""
        return self.by_pred.get(pred, [])


def without_or(goals: tuple[syntax.Body, ...]) -> Iterator[tuple[syntax.Body, ...]]:
    """The goals once for each choice of an alternative in every `;`."""
    options: list[list[tuple[syntax.Body, ...]]] = []
    for goal in goals:
        if isinstance(goal, syntax.Or):
            options.append([choice for branch in goal.goals for choice in without_or(syntax.conjuncts(branch))])
        elif isinstance(goal, syntax.And):
            options.append(list(without_or(syntax.conjuncts(goal))))
        else:
            options.append([(goal,)])
    for chosen in product(*options):
        yield tuple(goal for part in chosen for goal in part)


@dataclass(slots=True)
class Derivations:
    """The ways to derive a goal's atoms, and what each costs at least."""

    kb: KnowledgeBase
    book: RuleBook
    stated: dict[tuple[syntax.Pred, tuple[object, ...]], list[syntax.Clause]]
    steps: dict[syntax.AtomF, tuple[Step, ...]] = field(default_factory=dict)
    witnesses: dict[Counted, tuple[Witness, ...]] = field(default_factory=dict)
    cost: dict[Item, float] = field(default_factory=dict)

    def explore(self, roots: tuple[Item, ...]) -> None:
        """Collects everything below the roots and settles its costs."""
        pending = [root for root in roots if root not in self.cost]
        found: list[Item] = []
        users: dict[Item, list[Item]] = {}
        while pending:
            item = pending.pop()
            if item in self.cost:
                continue
            self.cost[item] = math.inf
            found.append(item)
            for step in self._expand(item):
                for premise in step.premises:
                    if not isinstance(premise, Check):
                        users.setdefault(premise, []).append(item)
                        pending.append(premise)
        waiting = dict.fromkeys(reversed(found))
        while waiting:
            item = next(iter(waiting))
            del waiting[item]
            cost = self._cost(item)
            if cost < self.cost[item]:
                self.cost[item] = cost
                waiting.update(dict.fromkeys(users.get(item, ())))

    def _expand(self, item: Item) -> list[Step]:
        if isinstance(item, syntax.AtomF):
            self.steps[item] = tuple(self._steps(item))
            return list(self.steps[item])
        self.witnesses[item] = tuple(self._witnesses(item))
        return [step for witness in self.witnesses[item] for step in witness.steps]

    def _steps(self, atom: syntax.AtomF) -> Iterator[Step]:
        if (atom.pred, atom.args) in self.stated:
            yield Step(None, ())
            return
        for rule, goals in self.book.rules(atom.pred):
            binding = match_head(rule.head, atom)
            if binding is not None:
                yield from self.instances(rule, goals, binding)

    def instances(self, rule: OrderedRule | None, goals: tuple[syntax.Body, ...], binding: Partial) -> Iterator[Step]:
        """The steps by a rule, or by a goal of its own, one for each solution of its literals."""
        seen = set()
        for final in self._solutions(goals, binding):
            step = Step(rule, tuple(premise_of(goal, final) for goal in goals), tuple(final.items()))
            if step not in seen:
                seen.add(step)
                yield step

    def _solutions(self, goals: tuple[syntax.Body, ...], binding: Partial) -> Iterator[Partial]:
        if not goals:
            yield binding
            return
        first = _most_bound(goals, binding)
        for extended in solve(self.kb, goals[first], binding):
            yield from self._solutions((*goals[:first], *goals[first + 1 :]), extended)

    def _witnesses(self, counted: Counted) -> Iterator[Witness]:
        rows: dict[tuple[Const, ...], list[Step]] = {}
        for goals in without_or(syntax.conjuncts(counted.goal.goal)):
            seen = set()
            for final in self._solutions(goals, dict(counted.binding)):
                columns = [final[term] if isinstance(term, Var) else term for term in counted.columns]
                row = tuple(each for each in columns if not isinstance(each, Var))
                if len(row) < len(columns):
                    continue  # an individual that is not named counts for no row
                step = Step(None, tuple(premise_of(each, final) for each in goals), tuple(final.items()))
                if (row, step) not in seen:
                    seen.add((row, step))
                    rows.setdefault(row, []).append(step)
        for row in sorted(rows, key=row_key):
            yield Witness(row, tuple(rows[row]))

    # --- costs -------------------------------------------------------------------------------------------------

    def _cost(self, item: Item) -> float:
        if isinstance(item, syntax.AtomF):
            return min((self.step_cost(step) for step in self.steps[item]), default=math.inf)
        costs = sorted(self.witness_cost(witness) for witness in self.witnesses[item])
        needed = self.needed(item)
        return math.inf if needed > len(costs) else 1 + sum(costs[:needed])

    def step_cost(self, step: Step) -> float:
        """The nodes of the smallest proof that ends in the step."""
        return 1 + sum(1 if isinstance(each, Check) else self.cost.get(each, math.inf) for each in step.premises)

    def witness_cost(self, witness: Witness) -> float:
        """The nodes of the smallest proof of a witness."""
        return min(self.step_cost(step) for step in witness.steps)

    def needed(self, counted: Counted) -> int:
        """How many witnesses show the count: as many as it asks for, or all where it limits or adds up."""
        if counted.goal.op == "at_least" and counted.bound is not None:
            return max(0, counted.bound)
        return len(self.witnesses[counted])

    def facts_below(self, atom: syntax.AtomF) -> list[syntax.AtomF]:
        """The stated facts that the smallest proof of an atom rests on."""
        self.explore((atom,))
        found: dict[syntax.AtomF, None] = {}
        pending: list[Premise] = [atom]
        seen: set[Premise] = set()
        while pending:
            each = pending.pop()
            if each in seen or isinstance(each, Check):
                continue
            seen.add(each)
            if isinstance(each, syntax.AtomF) and (each.pred, each.args) in self.stated:
                found[each] = None
            else:
                pending += reversed(list(self.best_premises(each)))
        return list(found)

    def best_premises(self, item: Item) -> Iterator[Premise]:
        """What the smallest proof of an atom or a count rests on."""
        if isinstance(item, syntax.AtomF):
            yield from self.best_step(item).premises
        else:
            for _, step in self.best_witnesses(item):
                yield from step.premises

    def best_step(self, atom: syntax.AtomF) -> Step:
        """The last step of an atom's smallest proof; of several, the first in the order of their texts."""
        return self.best_of(self.steps[atom])

    def best_of(self, steps: Sequence[Step]) -> Step:
        """The cheapest of some steps; of several, the first in the order of their texts."""
        least = min(self.step_cost(step) for step in steps)
        return min((step for step in steps if self.step_cost(step) == least), key=lambda step: step.key)

    def in_order(self, steps: Sequence[Step]) -> list[Step]:
        """Steps, the cheapest first; of one cost in the order of their texts."""
        return sorted(steps, key=lambda step: (self.step_cost(step), step.key))

    def best_witnesses(self, counted: Counted) -> list[tuple[Witness, Step]]:
        """The witnesses that make up the smallest proof of a count, in standard order."""
        ranked = sorted(self.witnesses[counted], key=lambda each: (self.witness_cost(each), row_key(each.row)))
        chosen = sorted(ranked[: self.needed(counted)], key=lambda each: row_key(each.row))
        return [(witness, self.best_of(witness.steps)) for witness in chosen]


def _most_bound(goals: tuple[syntax.Body, ...], binding: Partial) -> int:
    """Which literal to solve next: the first, unless nothing in it is bound and something is in a later atom."""

    def is_bound(goal: syntax.Body) -> bool:
        return isinstance(goal, syntax.AtomF) and any(not isinstance(arg, Var) or arg in binding for arg in goal.args)

    if not isinstance(goals[0], syntax.AtomF) or not goals[0].args or is_bound(goals[0]):
        return 0
    return next((index for index, goal in enumerate(goals) if is_bound(goal)), 0)


def premise_of(goal: syntax.Body, binding: Partial) -> Premise:
    """A goal of a rule instance as what remains to be shown."""
    match goal:
        case syntax.AtomF():
            return ground(goal, binding)
        case syntax.Count() | syntax.Aggregate():
            return Counted(goal, _used(goal, binding))
        case syntax.Compare() | syntax.Builtin() | syntax.Member() | syntax.Not():
            return Check(goal, _used(goal, binding))
        case _:
            raise AssertionError("conjunctions and alternatives are opened before")


def _used(goal: syntax.Body, binding: Partial) -> tuple[tuple[Var, Individual], ...]:
    return tuple((var, binding[var]) for var in syntax.body_vars(goal) if var in binding)


def premise_text(premise: Premise) -> str:
    """The premise as the program would write it."""
    match premise:
        case syntax.AtomF():
            return show_atom(premise)
        case Counted(goal, binding) | Check(goal, binding):
            return show_body(syntax.substitute(goal, dict(binding)))


def shown_binding(binding: Partial) -> dict[str, str]:
    """What variables that have names are, those local to a count left out. An individual that no fact names is `_`, or
    `_1`, `_2`, ... where several variables stand for the same."""
    named = {var: value for var, value in binding.items() if "#" not in var.name}
    ordered = sorted(named.items(), key=lambda pair: pair[0].name)
    shared = [value for _, value in ordered if isinstance(value, Var)]
    numbers = {each: number for number, each in enumerate(dict.fromkeys(x for x in shared if shared.count(x) > 1), 1)}
    return {
        var.name: f"_{numbers.get(value, '')}" if isinstance(value, Var) else term_text(value) for var, value in ordered
    }
