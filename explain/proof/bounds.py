"""Bounds for what sets of missing facts leave open, by the names of their variables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from msgspec import Struct, structs

from engine.symbolic.bounds import Bounds
from engine.symbolic.conditions import Kind, Limit, Op, Range
from engine.symbolic.unknowns import Unknowns
from explain.proof.fact_sets import MissingFact
from explain.words.bounds import Bounded, Interval, Separate, Together, ValueBound
from kb.language.terms import Const, Term, Var
from kb.language.traversal import variables


class BoundsByName(Struct, frozen=True):
    """Bounds for variables, and the values of those that can have one only."""

    bounds: tuple[Bounded, ...] = ()
    values: Mapping[Var, Term] = {}

    @classmethod
    def of(cls, facts: Iterable[MissingFact]) -> BoundsByName:
        """The bounds that facts have."""
        return cls(tuple(each for fact in facts for each in fact.bounds))

    def renamed(self, names: Mapping[Var, Term]) -> BoundsByName:
        """The same of variables that have other names."""
        bounds = (each.renamed(names) for each in self.bounds)
        return BoundsByName(tuple(sorted(bounds, key=_key)))

    def with_facts(self, facts: Iterable[MissingFact]) -> tuple[MissingFact, ...]:
        """The facts, each with the bounds for the variables that it is the first to have, those of several with the last."""
        own, met, left = [], set[Var](), list(self.bounds)
        for fact in facts:
            met.update(variables(fact.atom.args))
            here = [each for each in left if each.variables <= met]
            left = [each for each in left if each not in here]
            own.append(structs.replace(fact, bounds=tuple(here)))
        return tuple(own)


def _key(bound: Bounded) -> tuple[bool, list[str]]:
    """Bounds by the names of their variables; what they do not tell comes last."""
    return isinstance(bound, Separate), sorted(var.name for var in bound.variables)


NO_BOUNDS = BoundsByName()


def stated_bounds(bounds: Bounds, unknowns: Unknowns, named: Mapping[int, Term]) -> BoundsByName:
    """The bounds for values that are not known, by the variables that stand for these."""
    values: dict[Var, Term] = {}
    found: list[Bounded] = []
    for unknown, ranges in bounds.ranges.items():
        var = named[unknown]
        assert isinstance(var, Var)
        intervals = tuple(filter(None, (_interval(each, unknowns, unknowns.kinds[unknown]) for each in ranges)))
        first = intervals[0] if intervals else Interval()
        if len(intervals) == 1 and first.low is not None and first.low == first.high:
            values[var] = first.low
        elif len(intervals) == len(ranges):
            found.append(ValueBound(var, intervals))
    for relation in bounds.relations:
        terms = list(_terms(relation.factors, relation.unknowns, named))
        kinds = {unknowns.kinds[unknown] for unknown in relation.unknowns}
        is_open = len(terms) == len(relation.unknowns) and not values.keys() & {var for _, var in terms}
        if is_open and (relation.bound == 0 or not any(kind.is_text for kind in kinds)):
            op, bound = relation.op, relation.bound
            if kinds == {Kind.INTEGER}:
                op, bound = {
                    (Op.AT_LEAST, Fraction(1)): (Op.MORE, Fraction(0)),
                    (Op.AT_MOST, Fraction(-1)): (Op.LESS, Fraction(0)),
                }.get((op, bound), (op, bound))  # as people say it
            found.append(Together(tuple(terms), op.value, bound, kinds == {Kind.DATE}))
    separate = {var for unknown in bounds.separate if isinstance(var := named[unknown], Var) and var not in values}
    if len(separate) > 1:
        found.append(Separate.of_all(separate))
    return BoundsByName(tuple(found), values)


def _terms(factors: Iterable[int], of: Iterable[int], named: Mapping[int, Term]) -> Iterator[tuple[int, Var]]:
    for factor, unknown in zip(factors, of, strict=True):
        var = named.get(unknown)
        if isinstance(var, Var):
            yield factor, var


def _interval(values: Range, unknowns: Unknowns, kind: Kind) -> Interval | None:
    """The range as constants; None if there is none for an end."""
    low, high = _end(values.low, unknowns, kind), _end(values.high, unknowns, kind)
    if (low is None) != (values.low is None) or (high is None) != (values.high is None):
        return None
    is_low_in, is_high_in = values.low is None or values.low.is_in, values.high is None or values.high.is_in
    return Interval(low, is_low_in, high, is_high_in)


def _end(limit: Limit | None, unknowns: Unknowns, kind: Kind) -> Const | None:
    if limit is None:
        return None
    number = limit.at if not kind.is_whole else Fraction(round(limit.at))
    return unknowns.constant_of(kind, number)
