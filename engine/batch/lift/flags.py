"""The flags of a case as bits of words: which flags may share a bit, and conditions on flags as tests of a word.

A flag is a column whose name has a place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from itertools import count
from typing import TypeAlias

from sqlglot import exp

BITS = 62
"""How many flags go into one 64-bit word."""
Place: TypeAlias = tuple[str, int]
"""A word's column, and a bit of it."""


def big(value: int) -> exp.Expr:
    """A 64-bit integer."""
    return exp.Cast(this=exp.Literal.number(value), to=exp.DataType(this=exp.DataType.Type.BIGINT))


def places(flags: Iterable[str], uses: Iterable[exp.Expr]) -> dict[str, int]:
    """A number for each flag, for its place. Flags that occur only together, as alternatives of one `OR` or all denied by one `AND`, share
    theirs: the bit is then raised where any of them is."""
    names = list(flags)
    known = frozenset(names)
    seen: dict[str, set[int]] = {name: set() for name in names}
    numbers = count()
    for expression in uses:
        for group in _groups(expression, known):
            number = next(numbers)
            for name in group:
                seen[name].add(number)
    found: dict[str, int] = {}
    by_use: dict[frozenset[int], int] = {}
    for name in names:
        key = frozenset(seen[name]) or frozenset((-1 - len(by_use),))
        found[name] = by_use.setdefault(key, len(by_use))
    return found


def _groups(expression: exp.Expr, flags: frozenset[str]) -> Iterator[list[str]]:
    """The flags that stand side by side, for each place where flags stand."""
    if (name := _flag(expression, flags)) is not None:
        yield [name]
    elif isinstance(expression, exp.Or | exp.And):
        together = []
        for each in _operands(expression):
            name = _flag(each if isinstance(expression, exp.Or) else _denied(each), flags)
            if name is not None:
                together.append(name)
            else:
                yield from _groups(each, flags)
        if together:
            yield together
    else:
        for each in expression.iter_expressions():
            yield from _groups(each, flags)


def _operands(expression: exp.Expr) -> Iterator[exp.Expr]:
    """The operands of nested connectives of one kind, from left to right."""
    waiting = [expression]
    while waiting:
        each = waiting.pop().unnest()
        if type(each) is type(expression):
            waiting += [each.args["expression"], each.args["this"]]
        else:
            yield each


def _flag(expression: exp.Expr | None, flags: Iterable[str]) -> str | None:
    if isinstance(expression, exp.Column) and not expression.table and expression.name in flags:
        return expression.name
    return None


def _denied(expression: exp.Expr) -> exp.Expr | None:
    return expression.this.unnest() if isinstance(expression, exp.Not) else None


def at(number: int) -> Place:
    """Where the flag with a number is."""
    return f"w{number // BITS}", number % BITS


def is_set(place: Place) -> exp.Expr:
    """Whether the bit at a place is set."""
    return overlaps(place[0], 1 << place[1])


def overlaps(word: str, mask: int) -> exp.Expr:
    """Whether some bit of a mask is set in a word."""
    return exp.paren(exp.NEQ(this=_masked(word, mask), expression=big(0)), copy=False)


def masked(expression: exp.Expr, place: Mapping[str, Place]) -> exp.Expr:
    """The condition with its flags as tests of words: one test for all flags of a word that an `OR` or `AND` joins. It takes
    the place of the expression given, whose parts it uses."""
    if (name := _flag(expression, place)) is not None:
        return is_set(place[name])
    if isinstance(expression, exp.Or | exp.And):
        return _joined(expression, place)
    for key, value in list(expression.args.items()):
        if isinstance(value, exp.Expr):
            expression.set(key, masked(value, place))
        elif isinstance(value, list):
            expression.set(key, [masked(each, place) if isinstance(each, exp.Expr) else each for each in value])
    return expression


def _joined(expression: exp.Or | exp.And, place: Mapping[str, Place]) -> exp.Expr:
    """An `AND` is false if some bit is not as it has to be, an `OR` is true if some bit is not as its failure would have it."""
    is_and = isinstance(expression, exp.And)
    masks: dict[str, dict[bool, int]] = {}
    others: list[exp.Expr] = []
    for each in _operands(expression):
        name, denied = _flag(each, place), _flag(_denied(each), place)
        if name is None and denied is None:
            others.append(exp.paren(masked(each, place), copy=False))
        else:
            word, bit = place[name or denied or ""]
            masks.setdefault(word, {True: 0, False: 0})[name is not None] |= 1 << bit
    tests: list[exp.Expr] = []
    for word, by_sign in sorted(masks.items()):
        ones, zeros = by_sign[is_and], by_sign[not is_and]
        if ones & zeros:
            return exp.false() if is_and else exp.true()
        kind = exp.EQ if is_and else exp.NEQ
        tests.append(exp.paren(kind(this=_masked(word, ones | zeros), expression=big(ones)), copy=False))
    return (exp.and_ if is_and else exp.or_)(*tests, *others, copy=False)


def _masked(word: str, mask: int) -> exp.Expr:
    return exp.paren(exp.BitwiseAnd(this=exp.column(word), expression=big(mask)), copy=False)


def raised(conditions: Iterable[tuple[exp.Expr, int]]) -> exp.Expr:
    """A word with the bits of all conditions that hold. Those that compare one column with texts are one choice."""
    masks: dict[exp.Expr, int] = {}
    for when, bit in conditions:
        masks[when] = masks.get(when, 0) | 1 << bit
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
    return reduce(lambda one, other: exp.BitwiseOr(this=one, expression=exp.paren(other, copy=False)), terms)


def _text_and_column(when: exp.Expr) -> tuple[exp.Expr, exp.Expr] | None:
    if isinstance(when, exp.EQ):
        for one, other in ((when.this, when.expression), (when.expression, when.this)):
            if isinstance(one, exp.Literal) and one.is_string and isinstance(other, exp.Column):
                return one, other
    return None
