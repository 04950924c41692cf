"""The plan rules of a rule for one pattern of its head: which variables are anonymous, what that leaves to decide, and
an order of it that runs.

A variable that only incomplete records limit needs no constants from everywhere if an anonymous individual would do as
well, which the variant of the rule with that individual covers: if it occurs only in open atoms, comparisons, and `\\+`
of stated or derived atoms. Then only constants that some of these atoms hold for certain are tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from engine.reading import plan
from engine.reading.normal import NormalRule, is_auxiliary
from engine.reading.openness import DIFFERENCE, IDENTITY, Openness
from engine.scopes import inputs
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
    literal_terms,
    variables,
)
from kb.language.terms import Int, Term, Var

Literals: TypeAlias = tuple[plan.PlanLiteral, ...]


def specialised(openness: Openness, rule: NormalRule, rel: plan.Rel) -> Iterator[plan.PlanRule]:
    """The plan rules that a rule gives a relation of its head's predicate."""
    kinds: plan.Kinds = {}
    for arg, kind in zip(rule.head.args, rel.pattern, strict=True):
        if not isinstance(arg, Var):
            if kind:
                return
        elif kinds.setdefault(arg, kind) != kind:
            return
    may_vary = openness.open_vars(rule, rel.reading)
    if all(not kind or var in may_vary for var, kind in kinds.items()):
        yield from _Specialiser(openness, rule, rel, may_vary).rules(kinds)


@dataclass(slots=True)
class _Specialiser:
    """A rule for one pattern of its head: each way to choose which variables are anonymous, with the literals that this
    leaves to be decided over constants, in an order that runs."""

    openness: Openness
    rule: NormalRule
    rel: plan.Rel
    may_vary: frozenset[Var]

    def rules(self, kinds: plan.Kinds) -> Iterator[plan.PlanRule]:
        args = _constants(self.rule.head.args, kinds)
        for body, all_kinds in self._bodies(0, kinds):
            for arranged in self._arranged(body, all_kinds):
                yield plan.PlanRule(self.rel, args, arranged)

    # --- which variables are anonymous -------------------------------------------------------------------------------

    def _bodies(self, index: int, kinds: plan.Kinds) -> Iterator[tuple[Literals, plan.Kinds]]:
        if index == len(self.rule.body):
            yield (), kinds
            return
        literal = self.rule.body[index]
        for chosen in self._choices(literal, kinds):
            for first in self._residues(literal, chosen):
                for rest, final in self._bodies(index + 1, chosen):
                    yield first + rest, final

    def _choices(self, literal: Literal, kinds: plan.Kinds) -> Iterator[plan.Kinds]:
        terms: tuple[Term, ...] = literal_terms(literal)
        skipped: frozenset[Var] = frozenset()
        if isinstance(literal, Not | Count | Aggregate):
            assert isinstance(literal.goal, AtomF)
            terms += literal.goal.args
            if not isinstance(literal, Not):
                skipped = frozenset(variables(literal.template))
        new = [var for var in variables(terms) if var not in kinds and var not in skipped]
        most = max(kinds.values(), default=0)
        for chosen in plan.patterns([var in self.may_vary for var in new], most):
            yield kinds | dict(zip(new, chosen, strict=True))

    def _residues(self, literal: Literal, kinds: plan.Kinds) -> Iterator[Literals]:
        """What is left of a literal: nothing if it holds, no residue at all if it fails."""
        reading = self.rel.reading
        match literal:
            case AtomF(pred, args):
                rel = self.openness.rel(pred, reading, _kinds_of(args, kinds))
                if not self._empty(rel):
                    yield (plan.Call(rel, _constants(args, kinds)),)
            case Not(AtomF(pred, args)):
                rel = self.openness.rel(pred, reading.other, _kinds_of(args, kinds))
                yield () if self._empty(rel) else (plan.Absent(rel, _constants(args, kinds)),)
            case Compare(op) if op in IDENTITY | DIFFERENCE:
                first, second = (plan.kind_of(term, kinds) for term in literal_terms(literal))
                if not first and not second:
                    yield (plan.Test(literal),)
                elif (first == second) == (op in IDENTITY):
                    yield ()
            case Compare() | Builtin():
                if any(plan.kind_of(term, kinds) for term in inputs(literal)):
                    if reading is plan.Reading.POSSIBLE:
                        yield ()  # what is computed of an individual is unknown
                elif not any(plan.kind_of(term, kinds) for term in literal_terms(literal)):
                    yield (plan.Test(literal),)
            case Member(item):
                if not plan.kind_of(item, kinds):
                    yield (plan.Test(literal),)
            case Count():
                yield from self._count(literal, kinds)
            case Aggregate():
                yield from self._aggregate(literal, kinds)

    def _empty(self, rel: plan.Rel) -> bool:
        """Whether a relation has no rows because nothing certain is about anonymous individuals."""
        return (
            not rel.all_constant
            and not is_auxiliary(rel.pred)
            and (
                rel.reading is plan.Reading.CERTAIN
                or any(kind and not self.openness.may_be_anonymous(rel.pred, i) for i, kind in enumerate(rel.pattern))
            )
        )

    def _sources(
        self, goal: AtomF, counted: tuple[Var, ...], reading: plan.Reading, kinds: plan.Kinds
    ) -> tuple[plan.Counted, ...]:
        """The rows that a count counts, by which of the counted variables are anonymous; an individual that nothing
        outside the count mentions stands for unlimited many."""
        pred = goal.pred
        most = max(kinds.values(), default=0)
        open_positions = [
            (
                reading is plan.Reading.POSSIBLE
                and not self.openness.is_exact(pred)
                and self.openness.may_be_anonymous(pred, i)
            )
            or bool(most and self.openness.may_be_anonymous(pred, i))
            for i, arg in enumerate(goal.args)
            if arg in counted
        ]
        found = []
        for chosen in plan.patterns(open_positions, most):
            inner = kinds | dict(zip(counted, chosen, strict=True))
            rel = self.openness.rel(pred, reading, _kinds_of(goal.args, inner))
            columns = tuple(var for var, kind in zip(counted, chosen, strict=True) if kind == 0)
            endless = any(kind > most for kind in chosen)
            found.append(plan.Counted(rel, _constants(goal.args, inner), columns, endless))
        return tuple(found)

    def _count(self, literal: Count, kinds: plan.Kinds) -> Iterator[Literals]:
        reading = self.rel.reading
        if plan.kind_of(literal.bound, kinds):
            if reading is plan.Reading.POSSIBLE:
                yield ()
            return
        goal, counted = literal.goal, tuple(variables(literal.template))
        assert isinstance(goal, AtomF)
        counts = reading if literal.op == "at_least" else reading.other
        yield (plan.CountTest(literal.op, literal.bound, self._sources(goal, counted, counts, kinds)),)

    def _aggregate(self, literal: Aggregate, kinds: plan.Kinds) -> Iterator[Literals]:
        goal, counted = literal.goal, tuple(variables(literal.template))
        assert isinstance(goal, AtomF)
        certain = self._sources(goal, counted, plan.Reading.CERTAIN, kinds)
        possible = self._sources(goal, counted, plan.Reading.POSSIBLE, kinds)
        if literal.value is not None and literal.value not in counted and plan.kind_of(literal.value, kinds):
            yield from self._of_an_individual(literal, possible, kinds)
            return
        if not plan.kind_of(literal.result, kinds):
            yield (
                plan.AggregateTest(
                    literal.op, literal.value, counted, certain, possible, literal.result, is_open=False
                ),
            )
        if self.rel.reading is plan.Reading.POSSIBLE and possible != certain:
            yield (
                plan.AggregateTest(literal.op, literal.value, counted, certain, possible, literal.result, is_open=True),
            )

    def _of_an_individual(
        self, literal: Aggregate, rows: tuple[plan.Counted, ...], kinds: plan.Kinds
    ) -> Iterator[Literals]:
        """A sum, maximum or minimum of rows that all have one individual as their value is not known if there can be rows;
        of none, a sum is 0."""
        is_constant = not plan.kind_of(literal.result, kinds)
        if literal.op == "sum" and is_constant:
            yield (plan.CountTest("at_most", Int(0), rows), plan.Test(Compare("=", literal.result, Int(0))))
        if self.rel.reading is plan.Reading.POSSIBLE:
            domain = (plan.Domain(literal.result),) if isinstance(literal.result, Var) and is_constant else ()
            yield (plan.CountTest("at_least", Int(1), rows), *domain)

    # --- an order that runs ----------------------------------------------------------------------------------------

    def _arranged(self, body: Literals, kinds: plan.Kinds) -> Iterator[Literals]:
        bound = frozenset(
            arg
            for arg, is_input in zip(self.rule.head.args, self.rule.inputs, strict=True)
            if is_input and isinstance(arg, Var)
        )
        yield from self._next((), body, bound, kinds)

    def _next(self, done: Literals, pending: Literals, bound: frozenset[Var], kinds: plan.Kinds) -> Iterator[Literals]:
        while pending:
            index = next((i for i, literal in enumerate(pending) if not self._needs(literal, bound)), None)
            if index is None:
                break
            literal = pending[index]
            done, pending = (*done, literal), pending[:index] + pending[index + 1 :]
            bound |= plan.binds(literal)
        if pending:
            yield from self._limited(done, pending, bound, kinds)
            return
        missing = [arg for arg in variables(self.rule.head.args) if kinds[arg] == 0 and arg not in bound]
        if any(self._anonymous_does(var, in_head=True) for var in missing):
            return
        yield (*done, *(plan.Domain(var) for var in missing))

    def _limited(
        self, done: Literals, pending: Literals, bound: frozenset[Var], kinds: plan.Kinds
    ) -> Iterator[Literals]:
        """Goes on when all that is left waits for a variable that only incomplete records limit."""
        weak = [i for i, literal in enumerate(pending) if self._is_weak(literal)]
        for index in weak:
            for var in self._needs(pending[index], bound):
                if self._anonymous_does(var):
                    yield from self._generators(done, pending, bound, kinds, var)
                    return
        if weak:
            index = weak[0]
            literal = pending[index]
            rest = pending[:index] + pending[index + 1 :]
            yield from self._next((*done, literal), rest, bound | plan.binds(literal), kinds)
            return
        var = self._needs(pending[0], bound)[0]
        yield from self._next((*done, plan.Domain(var)), pending, bound | {var}, kinds)

    def _generators(
        self, done: Literals, pending: Literals, bound: frozenset[Var], kinds: plan.Kinds, var: Var
    ) -> Iterator[Literals]:
        for index, literal in enumerate(pending):
            if self._is_weak(literal) and var in plan.binds(literal):
                assert isinstance(literal, plan.Call)
                assert isinstance(literal.source, plan.Rel)
                if literal.source.all_constant:
                    certain = plan.Call(
                        plan.Rel(literal.source.pred, plan.Reading.CERTAIN, literal.source.pattern), literal.args
                    )
                    rest = pending[:index] + pending[index + 1 :]
                    yield from self._next((*done, certain), rest, bound | plan.binds(literal), kinds)

    def _is_weak(self, literal: plan.PlanLiteral) -> bool:
        match literal:
            case plan.Call(plan.Rel(pred, plan.Reading.POSSIBLE, _)):
                return self.openness.is_free(pred)
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
                return var not in args or self.openness.is_free(pred)
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
        needed = plan.inputs_of(literal, bound)
        if isinstance(literal, plan.Call) and isinstance(literal.source, plan.Rel):
            needed = literal.args if self._is_weak(literal) else self.openness.inputs(literal.source, literal.args)
        return [term for term in needed if isinstance(term, Var) and term not in bound]


def _kinds_of(args: tuple[Term, ...], kinds: plan.Kinds) -> tuple[int, ...]:
    return tuple(plan.kind_of(arg, kinds) for arg in args)


def _constants(args: tuple[Term, ...], kinds: plan.Kinds) -> tuple[Term, ...]:
    return tuple(arg for arg in args if not plan.kind_of(arg, kinds))
