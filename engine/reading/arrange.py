"""Puts the literals of a plan rule in an order that runs, and says where constants for its variables come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.reading import plan
from engine.reading.normal import NormalRule, is_auxiliary
from engine.reading.openness import IDENTITY, Openness
from kb.language.syntax import (
    Aggregate,
    AtomF,
    Builtin,
    Compare,
    Count,
    Literal,
    Member,
    Not,
    expr_terms,
    variables,
)
from kb.language.terms import Term, Var


@dataclass(slots=True)
class Arranger:
    """Puts the literals of a body in an order that runs, and finds the constants for variables that only incomplete
    records limit.

    Such a variable needs no constants from everywhere if an anonymous individual would do as well, which the variant
    of the rule with that individual covers: if it occurs only in open atoms, comparisons, and `\\+` of stated or
    derived atoms. Then only constants that some of these atoms hold for certain are tried.
    """

    openness: Openness
    rule: NormalRule
    rel: plan.Rel
    kinds: plan.Kinds

    def arrange(self, body: tuple[plan.PlanLiteral, ...]) -> Iterator[tuple[plan.PlanLiteral, ...]]:
        bound = frozenset(
            arg
            for arg, is_input in zip(self.rule.head.args, self.rule.inputs, strict=True)
            if is_input and isinstance(arg, Var)
        )
        yield from self._next((), body, bound)

    def _next(
        self, done: tuple[plan.PlanLiteral, ...], pending: tuple[plan.PlanLiteral, ...], bound: frozenset[Var]
    ) -> Iterator[tuple[plan.PlanLiteral, ...]]:
        while pending:
            index = next((i for i, literal in enumerate(pending) if not self._needs(literal, bound)), None)
            if index is None:
                break
            literal = pending[index]
            done, pending = (*done, literal), pending[:index] + pending[index + 1 :]
            bound |= plan.binds(literal)
        if pending:
            yield from self._limited(done, pending, bound)
            return
        missing = [arg for arg in variables(self.rule.head.args) if self.kinds[arg] == 0 and arg not in bound]
        if any(self._anonymous_does(var, in_head=True) for var in missing):
            return
        yield (*done, *(plan.Domain(var) for var in missing))

    def _limited(
        self, done: tuple[plan.PlanLiteral, ...], pending: tuple[plan.PlanLiteral, ...], bound: frozenset[Var]
    ) -> Iterator[tuple[plan.PlanLiteral, ...]]:
        """Goes on when all that is left waits for a variable that only incomplete records limit."""
        weak = [i for i, literal in enumerate(pending) if self._is_weak(literal)]
        for index in weak:
            for var in self._needs(pending[index], bound):
                if self._anonymous_does(var):
                    yield from self._generators(done, pending, bound, var)
                    return
        if weak:
            index = weak[0]
            literal = pending[index]
            rest = pending[:index] + pending[index + 1 :]
            yield from self._next((*done, literal), rest, bound | plan.binds(literal))
            return
        var = self._needs(pending[0], bound)[0]
        yield from self._next((*done, plan.Domain(var)), pending, bound | {var})

    def _generators(
        self, done: tuple[plan.PlanLiteral, ...], pending: tuple[plan.PlanLiteral, ...], bound: frozenset[Var], var: Var
    ) -> Iterator[tuple[plan.PlanLiteral, ...]]:
        for index, literal in enumerate(pending):
            if self._is_weak(literal) and var in plan.binds(literal):
                assert isinstance(literal, plan.Call)
                assert isinstance(literal.source, plan.Rel)
                if literal.source.all_constant:
                    certain = plan.Call(
                        plan.Rel(literal.source.pred, plan.Reading.CERTAIN, literal.source.pattern), literal.args
                    )
                    rest = pending[:index] + pending[index + 1 :]
                    yield from self._next((*done, certain), rest, bound | plan.binds(literal))

    def _is_weak(self, literal: plan.PlanLiteral) -> bool:
        match literal:
            case plan.Call(plan.Rel(pred, plan.Reading.POSSIBLE, _)):
                return self.openness.is_open(pred)
            case _:  # neither other calls nor literals of other kinds
                return False

    def _anonymous_does(self, var: Var, *, in_head: bool = False) -> bool:
        if (in_head or var in self.rule.head.args) and not self.openness.has_open_head(self.rule.head.pred):
            return False
        return self.rel.reading is plan.Reading.POSSIBLE and all(
            self._allows(literal, var) for literal in self.rule.body
        )

    def _allows(self, literal: Literal, var: Var) -> bool:
        match literal:
            case AtomF(pred, args):
                return var not in args or self.openness.is_open(pred)
            case Not(AtomF(pred, args)):
                return var not in args or not is_auxiliary(pred)
            case Compare(op, left, right):
                return op not in IDENTITY or var not in (*expr_terms(left), *expr_terms(right))
            case Builtin():
                return True
            case Member(item):
                return item != var
            case Count(_, _, _, AtomF(_, args)) | Aggregate(_, _, _, AtomF(_, args)):
                return var not in args
            case Not() | Count() | Aggregate():
                raise AssertionError("normal literals are over one atom")

    def _needs(self, literal: plan.PlanLiteral, bound: frozenset[Var]) -> list[Var]:
        """The unbound variables that the literal waits for."""
        return [term for term in self._inputs(literal, bound) if isinstance(term, Var) and term not in bound]

    def _inputs(self, literal: plan.PlanLiteral, bound: frozenset[Var]) -> Iterable[Term]:
        match literal:
            case plan.Call(plan.Rel(pred) as rel, args):
                if self._is_weak(literal):
                    return args
                rules = self.openness.rules(pred)
                if not is_auxiliary(pred) or not rules:
                    return ()
                inputs = [is_input for is_input, kind in zip(rules[0].inputs, rel.pattern, strict=True) if kind == 0]
                return [arg for arg, is_input in zip(args, inputs, strict=True) if is_input]
            case plan.Call() | plan.Domain():
                return ()
            case plan.Absent() | plan.NoOtherValue() | plan.Test() | plan.CountTest() | plan.AggregateTest():
                return plan.inputs_of(literal, bound)
