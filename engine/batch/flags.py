"""The flags of a case as bits of words: which flags may share a bit, and conditions on flags as tests of a word.

A flag is a column whose name has a place: bit number `place % BITS` of the word `w{place // BITS}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import count

from sqlglot import exp

BITS = 62
"""How many flags go into one 64-bit word."""


def big(value: int) -> exp.Expr:
    """A 64-bit integer."""
    return exp.Cast(this=exp.Literal.number(value), to=exp.DataType(this=exp.DataType.Type.BIGINT))


def places(flags: Iterable[str], uses: Iterable[exp.Expr]) -> dict[str, int]:
    """A place for each flag. Flags that occur only together, as alternatives of one `OR` or all denied by one `AND`, share
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


def masked(expression: exp.Expr, place: Mapping[str, int]) -> exp.Expr:
    """The condition with its flags as tests of words: one test for all flags of a word that an `OR` or `AND` joins."""
    if (name := _flag(expression, place)) is not None:
        return test(place[name])
    if isinstance(expression, exp.Or | exp.And):
        return _joined(expression, place)
    for key, value in list(expression.args.items()):
        if isinstance(value, exp.Expr):
            expression.set(key, masked(value, place))
        elif isinstance(value, list):
            expression.set(key, [masked(each, place) if isinstance(each, exp.Expr) else each for each in value])
    return expression


def test(place: int) -> exp.Expr:
    """Whether the flag at a place is raised."""
    return exp.paren(exp.NEQ(this=_under(place // BITS, 1 << place % BITS), expression=big(0)), copy=False)


def _joined(expression: exp.Or | exp.And, place: Mapping[str, int]) -> exp.Expr:
    raised: dict[int, int] = {}
    lowered: dict[int, int] = {}
    others: list[exp.Expr] = []
    for each in _operands(expression):
        name, denied = _flag(each, place), _flag(_denied(each), place)
        if name is None and denied is None:
            others.append(masked(each, place))
        else:
            bits = raised if name is not None else lowered
            at = place[name or denied or ""]
            bits[at // BITS] = bits.get(at // BITS, 0) | 1 << at % BITS
    tests: list[exp.Expr] = []
    for word in sorted({*raised, *lowered}):
        up, down = raised.get(word, 0), lowered.get(word, 0)
        if isinstance(expression, exp.Or):
            tests += [test for test in (_differs(word, up, 0), _differs(word, down, down)) if test is not None]
        elif up & down:
            return exp.false()
        else:
            tests.append(exp.EQ(this=_under(word, up | down), expression=big(up)))
    return (exp.or_ if isinstance(expression, exp.Or) else exp.and_)(*tests, *others, copy=False)


def _differs(word: int, mask: int, value: int) -> exp.Expr | None:
    return exp.NEQ(this=_under(word, mask), expression=big(value)) if mask else None


def _under(word: int, mask: int) -> exp.Expr:
    return exp.paren(exp.BitwiseAnd(this=exp.column(f"w{word}"), expression=big(mask)), copy=False)
