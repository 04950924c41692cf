"""The relational plan of relations: which become tables, in which order, and in which order their literals are joined.

A relation that is range-restricted by itself can be a table. One that a caller must give values (a part of a body, or
an open record, which holds of whatever is not excluded) is compiled where it is called.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec import structs

from engine.graph import components
from engine.reading.completion import Completion
from engine.reading.normal import is_auxiliary
from engine.reading.plan import (
    Call,
    Domain,
    PlanLiteral,
    PlanRule,
    Reading,
    Rel,
    binds,
    inputs_of,
    mentioned,
    tests_early,
)
from kb.language.terms import Term, Var
from kb.language.traversal import variables


@dataclass(slots=True)
class Relations:
    """The relations of a completion as the compiler sees them."""

    completion: Completion
    _rules: dict[Rel, tuple[PlanRule, ...]] = field(default_factory=dict)
    _component: dict[Rel, tuple[Rel, ...]] = field(default_factory=dict)
    _recursive: set[Rel] = field(default_factory=set)
    _ordered: dict[Rel, tuple[PlanRule, ...] | None] = field(default_factory=dict)
    _domain: dict[Rel, frozenset[int]] = field(default_factory=dict)

    def rules(self, rel: Rel) -> tuple[PlanRule, ...]:
        """The rules of a relation, each in an order that runs if its caller gives what it needs, and that tests early; without
        those that say the same as another, and more."""
        if rel not in self._rules:
            rules = self.completion.rules_for(rel)
            bodies = [(rule.args, frozenset(rule.body)) for rule in rules]
            self._rules[rel] = tuple(
                structs.replace(rule, body=tests_early(rule.body))
                for rule, (args, body) in zip(rules, bodies, strict=True)
                if not any(theirs == args and other < body for theirs, other in bodies)
            )
        return self._rules[rel]

    def component(self, rel: Rel) -> tuple[Rel, ...]:
        """The relations that recur together with this one, itself included."""
        if rel not in self._component:
            for found in components([rel], self._uses):
                if found[0] not in self._component:
                    self._component |= {each: tuple(found) for each in found}
                    if len(found) > 1 or found[0] in self._uses(found[0]):
                        self._recursive.update(found)
        return self._component[rel]

    def is_recursive(self, rel: Rel) -> bool:
        self.component(rel)
        return rel in self._recursive

    def _uses(self, rel: Rel) -> list[Rel]:
        return mentioned(self.rules(rel))

    def is_open(self, rel: Rel) -> bool:
        """Whether the relation is an open record in its possible reading, which holds of all that is not excluded."""
        return rel.reading is Reading.POSSIBLE and self.completion.openness.is_open(rel.pred)

    def domain_columns(self, rel: Rel) -> frozenset[int]:
        """The columns that take every constant if no caller gives a value."""
        if rel not in self._domain:
            inside = self.component(rel)
            self._domain |= dict.fromkeys(inside, frozenset())
            known = None
            while known != (found := [self._domain[each] for each in inside]):
                known = found
                for each in inside:
                    self._domain[each] = frozenset().union(*map(self._free, self.rules(each)))
        return self._domain[rel]

    def reaches_domain(self, rel: Rel) -> bool:
        """Whether a rule that the relation reaches goes through all constants."""
        reached, pending = {rel}, [rel]
        while pending:
            rules = self.rules(pending.pop())
            if any(isinstance(literal, Domain) for rule in rules for literal in rule.body):
                return True
            new = set(mentioned(rules)) - reached
            reached |= new
            pending += new
        return False

    def _free(self, rule: PlanRule) -> frozenset[int]:
        free: set[Term] = set()
        bound: set[Term] = set()
        for literal in rule.body:
            match literal:
                case Domain(var) if var not in bound:
                    free.add(var)
                case Call(Rel() as rel, args) if not is_auxiliary(rel.pred):
                    free |= {args[index] for index in self.domain_columns(rel) if args[index] not in bound}
                case _:
                    pass
            bound |= binds(literal)
        return frozenset(index for index, arg in enumerate(rule.args) if arg in free)

    def self_sufficient(self, rel: Rel) -> tuple[PlanRule, ...] | None:
        """The rules of a relation in an order that needs nothing from a caller; None if there is none."""
        if not is_auxiliary(rel.pred):
            return self.rules(rel)
        if rel not in self._ordered:
            ordered = [self._ordered_alone(rule) for rule in self.rules(rel)]
            complete = tuple(rule for rule in ordered if rule is not None)
            self._ordered[rel] = complete if len(complete) == len(ordered) else None
        return self._ordered[rel]

    def _ordered_alone(self, rule: PlanRule) -> PlanRule | None:
        pending = [literal for literal in rule.body if not isinstance(literal, Domain)]
        if len(pending) < len(rule.body):
            return None
        bound: set[Var] = set()
        done: list[PlanLiteral] = []
        while pending:
            ready = next((each for each in pending if not self.needs(each, bound)), None)
            if ready is None:
                return None
            pending.remove(ready)
            done.append(ready)
            bound |= binds(ready)
        if not set(variables(rule.args)) <= bound:
            return None
        return PlanRule(rule.head, rule.args, tuple(done))

    def needs(self, literal: PlanLiteral, bound: Iterable[Var]) -> set[Var]:
        """The variables that have to be bound before a literal."""
        return {term for term in self._inputs(literal, frozenset(bound)) if isinstance(term, Var)} - set(bound)

    def _inputs(self, literal: PlanLiteral, bound: frozenset[Var]) -> Iterable[Term]:
        match literal:
            case Call(Rel() as rel, args) if self.is_open(rel) and not rel.pred.negative:
                return args
            case Call(Rel() as rel, args) if is_auxiliary(rel.pred) and self.self_sufficient(rel) is None:
                return self.completion.openness.inputs(rel, args)
            case _:
                return inputs_of(literal, bound)
