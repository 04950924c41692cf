"""The flags of a case as bits of words, in Spark: where each is, how conditions raise them, and how others ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from sqlglot import exp

from engine.batch.sql import column

BITS = 62
"""How many flags go into one 64-bit word."""
Place: TypeAlias = tuple[str, int]
"""A word's column, and a bit of it."""


def is_set(place: Place) -> exp.Expr:
    """Whether a bit is set."""
    return overlaps(place[0], 1 << place[1])


def with_bits(expression: exp.Expr, place: Mapping[str, Place]) -> exp.Expr:
    """The expression with a test of its bit for each flag in it; one test for all flags of a word that are joined by
    `OR`, or by `AND`."""
    if isinstance(expression, exp.Column) and not expression.table and expression.name in place:
        return exp.paren(is_set(place[expression.name]), copy=False)
    if isinstance(expression, exp.And | exp.Or):
        return _joined_bits(expression, place)
    found = expression.copy()
    for child in list(found.iter_expressions()):
        child.replace(with_bits(child, place))
    return found


def _joined_bits(expression: exp.And | exp.Or, place: Mapping[str, Place]) -> exp.Expr:
    """A conjunction is false if some bit is not as it has to be; a disjunction is true if some bit is."""
    is_and = isinstance(expression, exp.And)
    wanted: dict[str, dict[bool, int]] = {}
    others: list[exp.Expr] = []
    for part in expression.flatten(unnest=True):
        negated = isinstance(part, exp.Not)
        flag = part.this.unnest() if negated else part
        if isinstance(flag, exp.Column) and not flag.table and flag.name in place:
            word, bit = place[flag.name]
            masks = wanted.setdefault(word, {True: 0, False: 0})
            masks[not negated] |= 1 << bit
        else:
            others.append(with_bits(part, place))
    tests: list[exp.Expr] = []
    for word, masks in wanted.items():
        yes, no = (masks[True], masks[False]) if is_and else (masks[False], masks[True])
        if yes & no:
            return exp.false() if is_and else exp.true()
        kind = exp.EQ if is_and else exp.NEQ
        all_of = exp.paren(exp.BitwiseAnd(this=column(word), expression=big(yes | no)), copy=False)
        tests.append(kind(this=all_of, expression=big(yes)))
    parts = [exp.paren(each, copy=False) for each in (*tests, *others)]
    return exp.and_(*parts, copy=False) if is_and else exp.or_(*parts, copy=False)


def raised(masks: Mapping[exp.Expr, int]) -> exp.Expr:
    """The bits of all conditions that hold. Those that compare one column with texts are one choice."""
    terms: list[exp.Expr] = []
    always = sum(mask for when, mask in masks.items() if when == exp.true())
    choices: dict[exp.Expr, dict[exp.Expr, int]] = {}
    for when, mask in masks.items():
        compared = _text_and_column(when)
        if when == exp.true():
            continue
        if compared is None:
            terms.append(exp.Case().when(when.copy(), big(mask)).else_(big(0)))
            continue
        of = choices.setdefault(compared[1], {})
        of[compared[0]] = of.get(compared[0], 0) | mask
    for value, by_text in choices.items():
        choice = exp.Case(this=value.copy())
        for each, mask in by_text.items():
            choice = choice.when(each.copy(), big(mask))
        terms.append(choice.else_(big(0)))
    if always or not terms:
        terms.insert(0, big(always))
    return joined(terms)


def joined(terms: list[exp.Expr]) -> exp.Expr:
    """The bits of all terms."""
    total = terms[0]
    for term in terms[1:]:
        total = exp.BitwiseOr(this=total, expression=exp.paren(term, copy=False))
    return total


def big(value: int) -> exp.Expr:
    """An integer of 64 bits, as Spark writes it."""
    return exp.Literal.number(f"{value}L")


def _text_and_column(when: exp.Expr) -> tuple[exp.Expr, exp.Expr] | None:
    if isinstance(when, exp.EQ):
        for one, other in ((when.this, when.expression), (when.expression, when.this)):
            if isinstance(one, exp.Literal) and one.is_string and isinstance(other, exp.Column):
                return one, other
    return None


def overlaps(word: str, mask: int) -> exp.Expr:
    """Whether some bit of a mask is set in a word."""
    return exp.NEQ(this=exp.paren(exp.BitwiseAnd(this=column(word), expression=big(mask))), expression=big(0))
