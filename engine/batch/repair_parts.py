"""Sizes of repairs as ranges of numbers, and how they are put together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from sqlglot import exp

from engine.backends.sql.scalars import both, either
from engine.batch.lift.standing import Args, any_args
from kb.language.declarations import Declarations
from kb.language.syntax import Pred
from kb.language.terms import Var

NONE = 1_000
"""The size where there is no repair."""


@dataclass(frozen=True, slots=True)
class Use:
    """A fact that may be assumed, a variable for any value; `when` names the column that says where it matters."""

    pred: Pred
    args: Args
    when: str = ""

    def shares(self, other: Use) -> bool:
        """Whether both may be about one atom, or about it and its strong negation."""
        if self.pred.positive != other.pred.positive:
            return False
        pairs = zip(self.args[1:], other.args[1:], strict=True)
        return all(isinstance(one, Var) or isinstance(two, Var) or one == two for one, two in pairs)


@dataclass(frozen=True, slots=True)
class Size:
    """A range for the number of facts, `NONE` for never, and what may be assumed."""

    low: exp.Expr
    high: exp.Expr
    uses: frozenset[Use] = frozenset()


def number_of(value: int) -> exp.Expr:
    """A number of facts or literals."""
    return exp.Literal.number(value)


def _condition(text: str) -> exp.Expr:
    return exp.column(text) if text else exp.true()


def choice(*whens: tuple[exp.Expr, exp.Expr], otherwise: exp.Expr) -> exp.Expr:
    """The value of the first condition that holds."""
    found = exp.Case()
    for when, value in whens:
        if when == exp.true():
            otherwise = value
            break
        if when != exp.false():
            found = found.when(when.copy(), value.copy())
    return found.else_(otherwise.copy()) if found.args.get("ifs") else otherwise.copy()


def total(parts: Iterable[exp.Expr]) -> exp.Expr:
    """The sum of parts."""
    found = number_of(0)
    for each in parts:
        if each != number_of(0):
            found = each.copy() if found == number_of(0) else exp.Add(this=found, expression=each.copy())
    return found


def least_of(parts: list[exp.Expr]) -> exp.Expr:
    """The least of one part or more."""
    first, *rest = [part.copy() for part in parts]
    return exp.Least(this=first, expressions=rest) if rest else first


def _at_most_none(size: exp.Expr) -> exp.Expr:
    return exp.Least(this=size, expressions=[number_of(NONE)])


def _positive(part: exp.Expr) -> exp.Expr:
    return exp.GT(this=exp.paren(part.copy()), expression=number_of(0))


def any_of(sizes: list[Size]) -> Size:
    """The smallest of alternatives."""
    if not sizes:
        return Size(number_of(NONE), number_of(NONE))
    uses = frozenset().union(*(each.uses for each in sizes))
    return Size(least_of([each.low for each in sizes]), least_of([each.high for each in sizes]), uses)


def guarded(size: Size, holds: exp.Expr, never: exp.Expr) -> Size:
    """The size, but nothing where all holds already, and no repair where it never can."""
    low, high = (
        choice((holds, number_of(0)), (never, number_of(NONE)), otherwise=each) for each in (size.low, size.high)
    )
    return Size(low, high, size.uses)


def uses_of(pred: Pred, args: Args, derived: exp.Expr, helpers: Iterable[Pred]) -> frozenset[Use]:
    """An open atom, and the facts that could conclude it where `derived` holds."""
    found = {Use(pred, args)}
    if derived != exp.false():
        when = derived.name if isinstance(derived, exp.Column) else ""
        found |= {Use(each, any_args(each), when) for each in helpers}
    return frozenset(found)


def every(parts: list[Size], declared: Declarations) -> Size:
    """All parts together: what two of them may have in common counts once at the least."""
    low, high = total(part.low for part in parts), total(part.high for part in parts)
    saved: list[exp.Expr] = []
    clash: list[exp.Expr] = []
    for one, two in combinations(parts, 2):
        pairs = [(a, b) for a in one.uses for b in two.uses if a.shares(b)]
        if not pairs:
            continue
        conditions = [_condition(a.when or b.when) for a, b in pairs]
        common = least_of([one.low, two.low])
        saved.append(choice((either(conditions), common), otherwise=number_of(0)))
        if any(a.pred != b.pred or a.pred in declared.functional for a, b in pairs):
            clash.append(both([_positive(one.low), _positive(two.low)]))
    if saved:
        most = exp.Greatest(
            this=exp.Sub(this=exp.paren(low), expression=exp.paren(total(saved))),
            expressions=[part.low.copy() for part in parts],
        )
        low = most
    high = choice((either(clash), number_of(NONE)), otherwise=high)
    return Size(_at_most_none(low), _at_most_none(high), frozenset().union(*(part.uses for part in parts)))
