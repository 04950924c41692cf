"""What plan literals mention, need and bind: asked by every pass and back end that puts them in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.reading.plan import (
    Absent,
    AggregateTest,
    Call,
    Counted,
    CountTest,
    Domain,
    NoOtherValue,
    PlanLiteral,
    Rel,
    Test,
)
from kb.language.syntax import Builtin, Compare, Member, expr_terms, literal_terms, variables
from kb.language.terms import Term, Var


def relations_of(literal: PlanLiteral) -> Iterator[Rel]:
    """The relations that a literal mentions."""
    match literal:
        case Call(Rel() as rel) | Absent(Rel() as rel) | NoOtherValue(rel):
            yield rel
        case CountTest(_, _, sources):
            yield from (source.rel for source in sources)
        case AggregateTest(_, _, _, certain, possible):
            yield from (source.rel for source in certain + possible)
        case _:
            return


def _outer_terms(sources: tuple[Counted, ...]) -> Iterator[Term]:
    """What counted rows have from outside the count."""
    for source in sources:
        yield from (arg for arg in source.args if arg not in source.counted)


def binds(literal: PlanLiteral) -> frozenset[Var]:
    """The variables that are bound after a literal."""
    match literal:
        case Call(_, args):
            return frozenset(variables(args))
        case Domain(var):
            return frozenset((var,))
        case Test(inner):
            return frozenset(variables(literal_terms(inner)))
        case AggregateTest(_, _, _, _, _, result, is_open=False):
            return frozenset(variables((result,)))
        case _:
            return frozenset()


def inputs_of(literal: PlanLiteral, bound: frozenset[Var]) -> Iterable[Term]:
    """The terms that a literal other than a call needs the values of."""
    match literal:
        case Absent(_, args):
            return args
        case NoOtherValue(_, _, key, value):
            return key + (value or ())
        case Test(inner):
            return inputs_of_test(inner, bound)
        case CountTest(_, count, sources):
            return (count, *_outer_terms(sources))
        case AggregateTest(_, value, counted, certain, possible):
            outer = () if value is None or value in counted else (value,)
            return (*outer, *_outer_terms(certain), *_outer_terms(possible))
        case _:
            return ()


def inputs_of_test(literal: Compare | Builtin | Member, bound: frozenset[Var]) -> Iterable[Term]:
    """The terms that a comparison or built-in needs the values of."""
    match literal:
        case Compare("=", left, right):
            sides = (*expr_terms(left), *expr_terms(right))
            return () if any(not isinstance(side, Var) or side in bound for side in sides) else sides[:1]
        case Compare("is", _, right):
            return tuple(expr_terms(right))
        case Compare(_, left, right):
            return (*expr_terms(left), *expr_terms(right))
        case Builtin(_, args):
            return args[:-1]
        case Member():
            return ()
