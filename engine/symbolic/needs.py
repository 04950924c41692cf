"""How many different values one way to make a question true can take: with so many that nothing mentions, no more need be tried."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct, field

from engine.graph import components
from engine.reading import plan
from kb.language.syntax import Pred
from kb.language.terms import Int, Term, Var
from kb.language.traversal import literal_terms, variables

Node: TypeAlias = tuple[plan.Rel, bool]
"""A relation of which a row is wanted, or not wanted."""


class Needs(Struct):
    """How many different values of each group one way to make a relation true can take, or to make it false."""

    rules: Mapping[plan.Rel, Sequence[plan.PlanRule]]
    counted: Mapping[object, int]
    is_fixed: Callable[[Pred], bool]
    """Whether documenting more changes nothing of a predicate."""
    group_of: Mapping[object, int] = field(default_factory=dict)
    many: float = math.inf
    """How often what there may be any number of is reckoned: without limit or, for an estimate, once."""
    _known: dict[Node, dict[int, float]] = field(default_factory=dict)

    def of_each(self, ways: Sequence[Sequence[Node]]) -> list[dict[int, float]]:
        """What each of some ways needs: what its relations need together, what a row of each that is wanted is among it."""
        self._find_out({node: None for way in ways for node in way})
        return [self._of_way(way) for way in ways]

    def _find_out(self, nodes: Iterable[Node]) -> None:
        """Finds out what nodes need, and those that they use, each once."""
        for component in components(nodes, lambda node: [each for rule in self._uses(node) for _, each in rule]):
            is_recursive = len(component) > 1 or component[0] in {
                e for rule in self._uses(component[0]) for _, e in rule
            }
            found = [self._need(node) for node in component]
            together = _most(found)
            if is_recursive:
                together = _times(together, self.many)
            self._known |= dict.fromkeys(component, together) if is_recursive else {component[0]: found[0]}

    def _of_way(self, way: Sequence[Node]) -> dict[int, float]:
        heads = (
            ((rel, at), var)
            for rel, is_wanted in way
            if is_wanted
            for at, rule in enumerate(self.rules[rel])
            for var in variables(rule.args)
        )
        rows = [{self.group_of[each]: 1.0} for each in heads if each in self.group_of]
        return _total([*(self._known[node] for node in way), *rows])

    def _uses(self, node: Node) -> list[list[tuple[float, Node]]]:
        """For each rule the relations that it uses, each with for how many rows."""
        rel, is_wanted = node
        return [
            [use for literal in rule.body for use in self._uses_of(rule, literal, is_wanted)]
            for rule in self.rules[rel]
        ]

    def _uses_of(self, rule: plan.PlanRule, literal: plan.PlanLiteral, is_wanted: bool) -> Iterator[tuple[float, Node]]:
        """The relations that a literal uses, each with for how many rows one way to make a rule hold, or fail, uses it."""
        known = variables(rule.args)
        is_of_many = not is_wanted and any(var not in known for each in rule.body for var in _variables_of(each))
        many = self.many if is_of_many else 1
        match literal:
            case plan.Call(plan.Rel() as rel):
                yield many, (rel, is_wanted)
            case plan.Absent(plan.Rel() as rel) | plan.NoOtherValue(rel):
                yield many, (rel, not is_wanted)
            case plan.CountTest(op, bound, sources):
                are_wanted = is_wanted == (op == "at_least")
                rows = bound.value + (op == "at_most") if isinstance(bound, Int) and are_wanted else self.many
                yield from ((many * max(1, rows), (each.rel, are_wanted)) for each in sources)
            case plan.AggregateTest(_, _, _, certain_, possible):
                yield from ((self.many, (each.rel, is_so)) for each in certain_ + possible for is_so in (True, False))
            case plan.Call() | plan.Absent() | plan.Test() | plan.Domain():
                return

    def _need(self, node: Node) -> dict[int, float]:
        """What a relation needs; of what is not wanted, every rule is to fail, by one of its literals."""
        rel, is_wanted = node
        found = []
        for number, (rule, uses) in enumerate(zip(self.rules[rel], self._uses(node), strict=True)):
            parts = [_times(self._known.get(each, {}), many) for many, each in uses]
            if is_wanted:
                found.append(_total([self._own(rel, number, variables(rule.args)), *parts]))
            else:
                found.append(_most([*parts, *(self._other_value(each) for each in rule.body)]))
        return _most(found) if is_wanted else _total(found)

    def _own(self, rel: plan.Rel, number: int, known: Iterable[Var]) -> dict[int, float]:
        """The values of the variables that a rule has beside those that are known."""
        rule, gone = self.rules[rel][number], set(known)
        for literal in rule.body:
            if isinstance(literal, plan.Call) and self.is_fixed(literal.source.pred):
                gone |= {
                    arg for at, arg in enumerate(literal.args) if isinstance(arg, Var) and self._has(literal.source, at)
                }
        own = dict.fromkeys(var for literal in rule.body for var in _variables_of(literal) if var not in gone)
        names = [((rel, number), var) for var in own]
        return _total([{self.group_of[each]: self.counted.get(each, 1)} for each in names if each in self.group_of])

    def _has(self, source: plan.Source, at: int) -> bool:
        """Whether what is fixed has values of its own for an argument, and does not only test those that it is given."""
        if isinstance(source, plan.Stored):
            return True
        heads = ((rule.args[at], rule) for rule in self.rules[source])
        return all(
            not isinstance(arg, Var) or any(arg in variables(args) for args in _calls(rule)) for arg, rule in heads
        )

    def _other_value(self, literal: plan.PlanLiteral) -> dict[int, float]:
        """Where that there is no other value is to be false: the other value."""
        if not isinstance(literal, plan.NoOtherValue):
            return {}
        places = [(literal.rel.pred.positive, at) for at, is_key in enumerate(literal.keys) if not is_key]
        return _total([{self.group_of[each]: 1} for each in places if each in self.group_of])


def _calls(rule: plan.PlanRule) -> Iterator[tuple[Term, ...]]:
    """The arguments of what a rule takes values from."""
    return (literal.args for literal in rule.body if isinstance(literal, plan.Call))


def _variables_of(literal: plan.PlanLiteral) -> Iterator[Var]:
    """The variables that a literal has outside what it counts, and the counted ones."""
    match literal:
        case plan.Call(_, args) | plan.Absent(_, args):
            yield from variables(args)
        case plan.NoOtherValue(_, _, key, value):
            yield from variables((*key, *(value or ())))
        case plan.CountTest(_, bound, sources):
            yield from variables((bound, *(arg for each in sources for arg in each.args)))
        case plan.AggregateTest(_, _, _, certain, possible, result):
            yield from variables((result, *(arg for each in certain + possible for arg in each.args)))
        case plan.Test(inner):
            yield from variables(literal_terms(inner))
        case plan.Domain(var):
            yield var


def _times(need: Mapping[int, float], many: float) -> dict[int, float]:
    return {group: number * many for group, number in need.items() if number}


def _total(needs: Iterable[Mapping[int, float]]) -> dict[int, float]:
    found: dict[int, float] = {}
    for group, number in (item for need in needs for item in need.items()):
        found[group] = found.get(group, 0) + number
    return found


def _most(needs: Iterable[Mapping[int, float]]) -> dict[int, float]:
    found: dict[int, float] = {}
    for group, number in (item for need in needs for item in need.items()):
        found[group] = max(found.get(group, 0), number)
    return found
