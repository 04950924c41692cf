"""All the ways to derive what is true, and the cheapest: the search behind proofs.

From a goal it collects each rule instance whose body is true, down to stated facts; then the cost of every atom, the
number of nodes of its smallest proof, is the least fixpoint over that graph. As a step costs more than its premises,
proofs by the cheapest steps never loop.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterator, Sequence
from typing import TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from engine.bodies import (
    OrderedRule,
    Partial,
    RuleBook,
    alternatives,
    ground,
    independent,
    match_head,
    solutions,
)
from engine.knowledge import Individual, KnowledgeBase
from kb.language import syntax
from kb.language.identity import by_part_and_known
from kb.language.printer import show_atom, show_body
from kb.language.terms import Const, Int, Term, Var, row_key, term_text
from kb.language.traversal import body_vars, called, conjoin, conjuncts, substitute, variables
from kb.language.truth import Truth


class Check(Struct, frozen=True):
    """A comparison, built-in or negation that holds: nothing further is to be proved."""

    goal: syntax.Compare | syntax.Builtin | syntax.Member | syntax.Not
    binding: tuple[tuple[Var, Individual], ...]


class Counted(Struct, frozen=True):
    """A count or aggregate, with what is bound outside it."""

    goal: syntax.Count | syntax.Aggregate
    binding: tuple[tuple[Var, Individual], ...]

    @classmethod
    def of(cls, goal: syntax.Count | syntax.Aggregate, binding: Partial) -> Counted:
        """A count in the body of a rule, under a binding of the rule's variables."""
        return cls(goal, _used(goal, binding))

    @property
    def bound(self) -> int | None:
        """The number that a count compares with; None for an aggregate or what is no number."""
        if isinstance(self.goal, syntax.Aggregate):
            return None
        bound = dict(self.binding).get(self.goal.bound) if isinstance(self.goal.bound, Var) else self.goal.bound
        return bound.value if isinstance(bound, Int) else None

    @property
    def columns(self) -> tuple[Term, ...]:
        """What is counted: the template and, in an aggregate, the value; with the constants that are known outside."""
        value = self.goal.value if isinstance(self.goal, syntax.Aggregate) else None
        known = {var: each for var, each in self.binding if not isinstance(each, Var)}
        terms = self.goal.template if value is None else (*self.goal.template, value)
        return tuple(known.get(term, term) if isinstance(term, Var) else term for term in terms)


class Chosen(Struct, frozen=True):
    """A disjunction of which one alternative is to be shown, a goal of `documented`, or several literals that share variables of
    their own, whatever values these have: it is no step of its own, and what shows the choice stands in its place."""

    goal: syntax.Body
    binding: tuple[tuple[Var, Individual], ...]
    places: tuple[int, ...] = ()
    """Where the literals stand in the body, if they are several of it."""

    def outside(self, places: tuple[int, ...], place: int) -> list[int]:
        """Where what stands at some places of the choice stands in the body, in which the choice has a place itself."""
        return [self.places[each] for each in places] if self.places else [place] * len(places)


Row: TypeAlias = tuple[Const, ...]


class Rows(Struct, frozen=True):
    """The rows that count for certain, those that may, and whether individuals that are not named may."""

    found: Sequence[Row]
    undocumented: Sequence[Row] = ()
    others: bool = False


def counted_rows(kb: KnowledgeBase, counted: Counted) -> Rows:
    """The rows of a count or an aggregate, in standard order."""
    columns = tuple(variables(counted.columns))
    rows: dict[Truth, set[Row]] = {Truth.TRUE: set(), Truth.UNKNOWN: set()}
    others = False
    for values, state in kb.part_rows(counted.goal.goal, columns, dict(counted.binding)):
        row = named_row(counted.columns, dict(zip(columns, values, strict=True)))
        if row is None:
            others = True
        else:
            rows[state].add(row)
    return Rows(sorted(rows[Truth.TRUE], key=row_key), sorted(rows[Truth.UNKNOWN], key=row_key), others)


def named_row(columns: tuple[Term, ...], binding: Partial) -> Row | None:
    """The row that columns have under a binding; None if one of them is an individual that is not named."""
    values = [binding[term] if isinstance(term, Var) else term for term in columns]
    row = tuple(each for each in values if not isinstance(each, Var))
    return row if len(row) == len(values) else None


Item: TypeAlias = syntax.AtomF | Counted | Chosen
Premise: TypeAlias = Item | Check


class Step(Struct, frozen=True, eq=False):
    """One way to conclude something: the rule (None for a stated fact or a goal of its own) and its premises."""

    rule: OrderedRule | None
    premises: tuple[Premise, ...]
    binding: tuple[tuple[Var, Individual], ...] = ()
    """What the variables of the rule, or of the goal, are."""
    places: tuple[int, ...] = ()
    """Where the premises stand in the body."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Step) and (self.rule, self.premises) == (other.rule, other.premises)

    def __ne__(self, other: object) -> bool:  # a struct has one of its own
        return not self == other

    def __hash__(self) -> int:
        return hash((self.rule, self.premises))

    @property
    def key(self) -> tuple[str, ...]:
        """Orders steps of equal cost, whatever the order of rules and facts."""
        return (self.rule.text if self.rule else "", *(premise_text(each) for each in self.premises))


class Witness(Struct, frozen=True):
    """A counted row with the ways to show it."""

    row: Row
    steps: tuple[Step, ...]


STEPS_OF_A_WAY = 10
"""How many steps it counts for to find one way to make the literals of a rule true."""


class Derivations(Struct):
    """The ways to derive a goal's atoms, and what each costs at least."""

    kb: KnowledgeBase
    book: RuleBook
    steps: dict[Item, tuple[Step, ...]] = field(default_factory=dict)
    """The last steps of the ways to derive an atom, or to show a row of a count."""
    witnesses: dict[Counted, tuple[Witness, ...]] = field(default_factory=dict)
    cost: dict[Item, float] = field(default_factory=dict)
    tried: int = 0
    """How many ways to make literals true were met."""

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
            self._expand(item)
            for step in self.steps[item]:
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

    def _expand(self, item: Item) -> None:
        match item:
            case syntax.AtomF():
                self.steps[item] = tuple(self._steps(item))
            case Chosen():
                self.steps[item] = tuple(self._choices(item))
            case Counted():
                self.witnesses[item] = tuple(self._witnesses(item))
                self.steps[item] = tuple(step for witness in self.witnesses[item] for step in witness.steps)

    def _steps(self, atom: syntax.AtomF) -> Iterator[Step]:
        if atom in self.kb.facts_of(atom.pred):
            yield Step(None, ())
            return
        for rule in self.book.rules(atom.pred):
            binding = match_head(rule.head, atom)
            if binding is not None:
                yield from self.instances(rule, rule.goals, binding)

    def _choices(self, chosen: Chosen) -> Iterator[Step]:
        goal = chosen.goal.goal if isinstance(chosen.goal, syntax.Documented) else chosen.goal
        for goals in alternatives(goal, opens_calls=False):
            yield from self.instances(None, goals, dict(chosen.binding))

    def instances(
        self,
        rule: OrderedRule | None,
        goals: tuple[syntax.Conjunct, ...],
        binding: Partial,
        wanted: frozenset[Var] = frozenset(),
    ) -> Iterator[Step]:
        """The steps by a rule, or by a goal of its own, one for each solution of its literals; `wanted` are the variables that
        each has to have a value for. Raises `EndlessError` if there are too many."""
        own, together, apart = _apart(goals, (frozenset(binding), wanted))
        chosen = [Chosen(whole, _used(whole, binding), places) for whole, places in apart]
        if not all(self._is_so(each) for each in chosen):
            return
        seen = set()
        for final in solutions(self.kb, together, binding, wanted):
            self.tried += 1
            self.kb.allow(self.tried * STEPS_OF_A_WAY)
            places, premises = own, tuple([premise_of(goal, final) for goal in together])
            if chosen:
                shown = sorted(
                    [*zip(own, premises, strict=True), *((each.places[0], each) for each in chosen)], key=_first
                )
                places, premises = tuple(place for place, _ in shown), tuple(premise for _, premise in shown)
            if premises not in seen:
                seen.add(premises)
                yield Step(rule, premises, tuple(final.items()), places)

    def _is_so(self, chosen: Chosen) -> bool:
        return any(True for _ in solutions(self.kb, conjuncts(chosen.goal), dict(chosen.binding)))

    def _witnesses(self, counted: Counted) -> Iterator[Witness]:
        rows: dict[Row, list[Step]] = {}
        wanted = frozenset(variables(counted.columns))
        for step in self.instances(None, conjuncts(counted.goal.goal), dict(counted.binding), wanted):
            row = named_row(counted.columns, dict(step.binding))
            if row is not None:  # an individual that is not named counts for no row
                rows.setdefault(row, []).append(step)
        for row in sorted(rows, key=row_key):
            yield Witness(row, tuple(rows[row]))

    # --- costs -------------------------------------------------------------------------------------------------

    def _cost(self, item: Item) -> float:
        if isinstance(item, syntax.AtomF):
            return min((self.step_cost(step) for step in self.steps[item]), default=math.inf)
        if isinstance(item, Chosen):
            return min((self.step_cost(step) - 1 for step in self.steps[item]), default=math.inf)
        costs = sorted(self.witness_cost(witness) for witness in self.witnesses[item])
        needed = self.needed(item)
        return math.inf if needed > len(costs) else 1 + sum(costs[:needed])

    def step_cost(self, step: Step) -> float:
        """The nodes of the smallest proof that ends in the step."""
        cost: float = 1
        for each in step.premises:
            cost += 1 if isinstance(each, Check) else self.cost.get(each, math.inf)
        return cost

    def witness_cost(self, witness: Witness) -> float:
        """The nodes of the smallest proof of a witness."""
        return min(self.step_cost(step) for step in witness.steps)

    def needed(self, counted: Counted) -> int:
        """How many witnesses show the count: as many as it asks for, or all where it limits or adds up."""
        if counted.goal.op == "at_least" and counted.bound is not None:
            return max(0, counted.bound)
        return len(self.witnesses[counted])

    def below(self, root: Item, known: Container[Item] = ()) -> list[Item]:
        """The atoms and counts that the smallest proof of one rests on, itself included, from left to right; what is known, and
        what only that rests on, left out."""
        self.explore((root,))
        found: dict[Item, None] = {}
        pending: list[Premise] = [root]
        while pending:
            each = pending.pop()
            if not isinstance(each, Check) and each not in found and each not in known:
                found[each] = None
                pending += reversed(list(self.best_premises(each)))
        return list(found)

    def best_premises(self, item: Item) -> Iterator[Premise]:
        """What the smallest proof of an atom or a count rests on, or that of an alternative."""
        if isinstance(item, Counted):
            for _, step in self.best_witnesses(item):
                yield from step.premises
        else:
            yield from self.best_of(self.steps[item]).premises

    def best_step(self, atom: syntax.AtomF) -> Step:
        """The last step of an atom's smallest proof; of several, the first in the order of their texts."""
        return self.best_of(self.steps[atom])

    def best_of(self, steps: Sequence[Step]) -> Step:
        """The cheapest of some steps, with the cheapest alternative of each disjunction in its place; of several, the first in
        the order of their texts."""
        if len(steps) == 1:
            return self._opened(steps[0])
        least = min(self.step_cost(step) for step in steps)
        cheapest = [self._opened(step) for step in steps if self.step_cost(step) == least]
        return cheapest[0] if len(cheapest) == 1 else min(cheapest, key=lambda step: step.key)

    def _opened(self, step: Step) -> Step:
        if not any(isinstance(premise, Chosen) for premise in step.premises):
            return step
        shown: list[tuple[int, Premise]] = []
        binding = dict(step.binding)
        for place, premise in zip(step.places, step.premises, strict=True):
            if isinstance(premise, Chosen):
                best = self.best_of(self.steps[premise])
                shown += zip(premise.outside(best.places, place), best.premises, strict=True)
                binding |= dict(best.binding)
            else:
                shown.append((place, premise))
        shown.sort(key=lambda each: each[0])
        places, premises = tuple(place for place, _ in shown), tuple(premise for _, premise in shown)
        return replace(step, premises=premises, binding=tuple(binding.items()), places=places)

    def in_order(self, steps: Sequence[Step]) -> list[Step]:
        """Steps, the cheapest first; of one cost in the order of their texts."""
        return sorted(steps, key=lambda step: (self.step_cost(step), step.key))

    def ranked(self, counted: Counted) -> list[Witness]:
        """The witnesses of a count, the cheapest first; of one cost in standard order."""
        return sorted(self.witnesses[counted], key=lambda each: (self.witness_cost(each), row_key(each.row)))

    def best_witnesses(self, counted: Counted) -> list[tuple[Witness, Step]]:
        """The witnesses that make up the smallest proof of a count, in standard order."""
        chosen = sorted(self.ranked(counted)[: self.needed(counted)], key=lambda each: row_key(each.row))
        return [(witness, self.best_of(witness.steps)) for witness in chosen]


def _by_name(bound: tuple[Var, Individual]) -> str:
    return bound[0].name


def _first(shown: tuple[int, Premise]) -> int:
    return shown[0]


@by_part_and_known
def _apart(
    goals: tuple[syntax.Conjunct, ...], known: tuple[frozenset[Var], frozenset[Var]]
) -> tuple[tuple[int, ...], tuple[syntax.Conjunct, ...], list[tuple[syntax.Body, tuple[int, ...]]]]:
    """The goals to be solved together, with their places, and the rest as choices of their own with theirs: where several groups of
    goals have variables of their own, so that the solutions of one do not multiply those of another. Known is which variables
    have values, and which each solution is to give values."""
    bound, wanted = known
    groups = independent(goals, bound)
    free = [each for each in groups if _has_choice([goals[place] for place in each], bound, wanted)]
    apart = free if len(free) > 1 else []
    own = tuple(sorted(place for each in groups if each not in apart for place in each))
    wholes = [(conjoin(tuple(goals[place] for place in each)), each) for each in apart]
    return own, tuple(goals[place] for place in own), wholes


def _has_choice(goals: Sequence[syntax.Conjunct], bound: frozenset[Var], wanted: frozenset[Var]) -> bool:
    """Whether goals that share no variable with others may be solved in several ways, none of which is asked for."""
    own = {var for goal in goals for var in body_vars(goal) if var not in bound}
    is_choice = len(goals) > 1 or isinstance(called(goals[0]), syntax.AtomF | syntax.Member | syntax.Builtin)
    return bool(own) and is_choice and own.isdisjoint(wanted)


def premise_of(goal: syntax.Conjunct, binding: Partial) -> Premise:
    """A literal of a rule instance as what remains to be shown."""
    goal = called(goal)
    match goal:
        case syntax.AtomF():
            return ground(goal, binding)
        case syntax.Count() | syntax.Aggregate():
            return Counted.of(goal, binding)
        case syntax.Or() | syntax.Documented():
            return Chosen(goal, _used(goal, binding))
        case syntax.Compare() | syntax.Builtin() | syntax.Member() | syntax.Not():
            return Check(goal, _used(goal, binding))


def _used(goal: syntax.Body, binding: Partial) -> tuple[tuple[Var, Individual], ...]:
    return tuple((var, binding[var]) for var in body_vars(goal) if var in binding)


def premise_text(premise: Premise) -> str:
    """The premise as the program would write it."""
    match premise:
        case syntax.AtomF():
            return show_atom(premise)
        case Counted(goal, binding) | Check(goal, binding) | Chosen(goal, binding):
            return show_body(substitute(goal, dict(binding)))


def shown_individuals(goal: syntax.Body, binding: Partial) -> dict[str, str]:
    """Which variables of a goal are individuals that are not named."""
    return shown_binding({var: binding[var] for var in body_vars(goal) if isinstance(binding.get(var), Var)})


def shown_binding(binding: Partial) -> dict[str, str]:
    """What variables that have names are, those local to a count left out. An individual that no fact names is `_`, or
    `_1`, `_2`, ... where several variables stand for the same."""
    named = {var: value for var, value in binding.items() if "#" not in var.name}
    if not named:
        return {}
    ordered = sorted(named.items(), key=_by_name)
    shared = [value for _, value in ordered if isinstance(value, Var)]
    numbers = {each: number for number, each in enumerate(dict.fromkeys(x for x in shared if shared.count(x) > 1), 1)}
    return {
        var.name: f"_{numbers.get(value, '')}" if isinstance(value, Var) else term_text(value) for var, value in ordered
    }
