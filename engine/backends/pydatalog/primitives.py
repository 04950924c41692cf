"""What plan literals hold of, each as a function from a key to the rows that agree with it.

Negations, counts and aggregates ask for the rows of their relations as a question of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeAlias

from engine.backends.tables import Facts, Key, Numbers, Row, bound_row
from engine.builtins import Binding, solve_test
from engine.reading import plan
from kb.language.syntax import literal_terms, variables
from kb.language.terms import Const, Int, Term, Var


class World(Protocol):
    """What a literal is evaluated in."""

    @property
    def facts(self) -> Facts:
        """What is stated, and the numbering."""

    def domain(self) -> Iterable[int]:
        """Every constant that there is."""

    def ask(self, rel: plan.Rel, key: Key) -> list[Row]:
        """The rows of a relation that agree with a key."""


Answer: TypeAlias = Callable[[World, Key], Iterable[Row]]


def arguments(literal: plan.PlanLiteral) -> tuple[Term, ...]:
    """The terms that a row of the literal has a constant for."""
    match literal:
        case plan.Call(_, args) | plan.Absent(_, args):
            return args
        case plan.Domain(var):
            return (var,)
        case plan.Test(inner):
            return tuple(variables(literal_terms(inner)))
        case plan.NoOtherValue(_, _, key, value):
            return (*key, *(value or ()))
        case plan.CountTest():
            return tuple(variables(plan.inputs_of(literal, frozenset())))
        case plan.AggregateTest():
            result = () if literal.is_open else (literal.result,)
            return tuple(variables((*plan.inputs_of(literal, frozenset()), *result)))


def answer_of(literal: plan.PlanLiteral) -> Answer:
    """What gives the rows of a literal, for keys over its `arguments`."""
    match literal:
        case plan.Call(source):
            return rows_of(source)
        case plan.Absent(source):
            rows = rows_of(source)
            return lambda world, key: _unless(rows(world, key), key)
        case plan.Domain():
            return _domain
        case plan.Test():
            return _test(literal)
        case plan.NoOtherValue():
            return _no_other_value(literal)
        case plan.CountTest():
            return _count(literal)
        case plan.AggregateTest():
            return _aggregate(literal)


def rows_of(source: plan.Source) -> Answer:
    """What gives the rows of a relation or of stated facts."""
    if isinstance(source, plan.Stored):
        return lambda world, key: world.facts.table(source.pred).match(key)
    return lambda world, key: world.ask(source, key)


def _domain(world: World, key: Key) -> Iterable[Row]:
    return ((key[0],),) if key[0] is not None else ((number,) for number in world.domain())


def _test(literal: plan.Test) -> Answer:
    args = tuple(variables(literal_terms(literal.literal)))

    def answer(world: World, key: Key) -> Iterable[Row]:
        interner = world.facts.interner
        constants = interner.constants
        binding: Binding = {var: constants[number] for var, number in zip(args, key, strict=True) if number is not None}
        for full in solve_test(literal.literal, binding):
            yield tuple(interner.number(full[var]) for var in args)

    return answer


def _no_other_value(literal: plan.NoOtherValue) -> Answer:
    keys, width = literal.keys, len(literal.key)

    def answer(world: World, key: Key) -> Iterable[Row]:
        known = iter(key[:width])
        rows = world.ask(literal.rel, tuple(next(known) if is_key else None for is_key in keys))
        values = {tuple(number for number, is_key in zip(row, keys, strict=True) if not is_key) for row in rows}
        if literal.value is not None:
            values.discard(bound_row(key[width:]))
        return _unless(values, key)

    return answer


def _counted_rows(world: World, source: plan.Counted, binding: Numbers) -> list[Numbers]:
    """The distinct rows of a source as what they give the counted variables."""
    number = world.facts.interner.number
    key = tuple(
        number(arg) if not isinstance(arg, Var) else binding.get(arg) if arg not in source.counted else None
        for arg in source.args
    )
    at = {var: source.args.index(var) for var in source.counted}
    return [{var: row[index] for var, index in at.items()} for row in world.ask(source.rel, key)]


def _count(literal: plan.CountTest) -> Answer:
    args, bound = arguments(literal), literal.bound

    def answer(world: World, key: Key) -> Iterable[Row]:
        binding = _binding(args, key)
        limit = world.facts.interner.constants[binding[bound]] if isinstance(bound, Var) else bound
        if not isinstance(limit, Int):
            return ()
        wanted = limit.value if literal.op == "at_least" else limit.value + 1
        enough = _has_at_least(world, wanted, literal.sources, binding)
        return _unless(enough != (literal.op == "at_least"), key)

    return answer


def _has_at_least(world: World, wanted: int, sources: tuple[plan.Counted, ...], binding: Numbers) -> bool:
    found = 0
    for source in sorted(sources, key=lambda each: not each.endless):
        if found >= wanted:
            break
        rows = _counted_rows(world, source, binding)
        if rows and source.endless:
            return True
        found += len(rows)
    return found >= wanted


def _aggregate(literal: plan.AggregateTest) -> Answer:
    args = arguments(literal)

    def answer(world: World, key: Key) -> Iterable[Row]:
        binding = _binding(args, key)
        certain = [row for source in literal.certain for row in _counted_rows(world, source, binding)]
        possible = sum(len(_counted_rows(world, source, binding)) for source in literal.possible)
        if literal.is_open:
            return _unless(possible <= len(certain), key)
        if possible > len(certain):
            return ()
        result = plan.aggregated(literal, certain, binding, world.facts.interner.constants)
        if result is None:
            return ()
        return _with_result(literal.result, world.facts.interner.number(result), result, args, binding)

    return answer


def _with_result(term: Term, number: int, result: Const, args: tuple[Term, ...], binding: Numbers) -> Iterable[Row]:
    if not isinstance(term, Var):
        if term != result:
            return ()
    elif binding.get(term, number) != number:
        return ()
    else:
        binding = {**binding, term: number}
    return (tuple(binding[arg] for arg in args if isinstance(arg, Var)),)


def _binding(args: tuple[Term, ...], key: Key) -> Numbers:
    pairs = zip(args, key, strict=True)
    return {arg: number for arg, number in pairs if number is not None and isinstance(arg, Var)}


def _unless(found: object, key: Key) -> Iterable[Row]:
    """The key itself, all bound, as the only row, unless something was found."""
    return () if found else (bound_row(key),)
