"""Flags of cases as bits of words: where each flag's bit is, and conditions on flags as tests of words.

One test looks at all flags of a word that an `AND` or an `OR` joins. A word has room for flags that are asked about together in
places that make one test of many pairs, too: where `f1 AND g1 OR f2 AND g2 OR ..` is asked, the bits of `g1, g2, ..` are
as far from each other as those of `f1, f2, ..`, so that a shifted word has each bit beside its partner's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import count
from typing import TypeAlias

from sqlglot import exp

BITS = 62
"""How many flags go into one 64-bit word."""
Place: TypeAlias = tuple[str, int]
"""A word's column, and a bit of it."""
_IN_A_CHAIN = 8
"""So many words are put together one after the other: in Spark, each operator of a chain is code that calls that of all before it."""
_Pair: TypeAlias = tuple[str, str]
"""Two flags that stand together in an `AND`."""


def big(value: int) -> exp.Expr:
    """A 64-bit integer."""
    return exp.Cast(this=exp.Literal.number(value), to=exp.DataType(this=exp.DataType.Type.BIGINT))


# --- where the bit of each flag is -----------------------------------------------------------------------------------


def places(flags: Iterable[str], uses: Iterable[exp.Expr]) -> dict[str, int]:
    """A number for each flag, for its place. Flags that occur only together, as alternatives of one `OR` or all denied by one `AND`, share
    theirs: the bit is then raised where any of them is."""
    names, conditions = list(flags), list(uses)
    shared = _shared(names, conditions)
    groups = (
        [(shared[one], shared[other]) for one, other in pairs] for each in conditions for pairs in _pairs(each, shared)
    )
    where = _arranged(max(shared.values(), default=-1) + 1, groups)
    return {name: where[number] for name, number in shared.items()}


def _shared(names: Sequence[str], uses: Iterable[exp.Expr]) -> dict[str, int]:
    """A number for each flag; those that share a place have the same."""
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
        for each in operands(expression):
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


def operands(expression: exp.Expr) -> Iterator[exp.Expr]:
    """The operands of nested operators of one kind, from left to right."""
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


def _signed(expression: exp.Expr, flags: Iterable[str]) -> tuple[str, bool] | None:
    """A flag, and whether it is to be raised rather than not; None for other conditions."""
    if (name := _flag(expression, flags)) is not None:
        return name, True
    return (name, False) if (name := _flag(_denied(expression), flags)) is not None else None


def _pair(expression: exp.Expr, flags: Iterable[str]) -> list[tuple[str, bool]] | None:
    """The two flags of a conjunction of two, one of them to be raised, that one first; None for other conditions."""
    if not isinstance(expression, exp.And):
        return None
    both = [_signed(each, flags) for each in operands(expression)]
    found = sorted((each for each in both if each is not None), key=lambda each: not each[1])
    return found if len(both) == len(found) == 2 and found[0][1] else None


def _pairs(expression: exp.Expr, flags: Mapping[str, int]) -> Iterator[list[_Pair]]:
    """For each `OR`, its alternatives that are two flags."""
    for each in expression.find_all(exp.Or):
        if not isinstance(each.parent, exp.Or):
            found = [_pair(one, flags) for one in operands(each)]
            yield [(pair[0][0], pair[1][0]) for pair in found if pair is not None]


@dataclass(slots=True)
class _Board:
    """The bits of words that are taken, word after word, and where the flags with numbers are."""

    words: list[int]
    where: dict[int, int] = field(default_factory=dict)

    def put(self, numbers: Sequence[int], pattern: Sequence[int]) -> None:
        """Puts flags in places of one word that are as far from each other as those of a pattern, if there are such."""
        lowest = min(pattern)
        steps = [each - lowest for each in pattern]
        mask = sum(1 << step for step in steps)
        for word, taken in enumerate(self.words):
            for start in range(BITS - max(steps)):
                if not taken & mask << start:
                    self.words[word] |= mask << start
                    self.where |= {each: word * BITS + start + step for each, step in zip(numbers, steps, strict=True)}
                    return

    def fill(self, numbers: Iterable[int]) -> None:
        """Puts the flags that have no place where there is room."""
        free = (
            word * BITS + bit for word, taken in enumerate(self.words) for bit in range(BITS) if not taken >> bit & 1
        )
        self.where |= dict(zip((each for each in numbers if each not in self.where), free, strict=False))


def _arranged(total: int, groups: Iterable[list[tuple[int, int]]]) -> dict[int, int]:
    """The place of each of so many flags, in as few words as there can be: pairs of one group are equally far apart as far as
    there is room. What fewer pairs ask for is seen to first, as that is what occurs often."""
    board = _Board([0] * -(-total // BITS))
    for pairs in sorted(groups, key=len):
        for rows in _alike(pairs):
            if len(rows) > 1:
                _place(board, rows)
    board.fill(range(total))
    return board.where


def _alike(pairs: Sequence[tuple[int, int]]) -> list[list[list[int]]]:
    """The flags of pairs, those that are paired with each other in one row, and rows of equal length together."""
    row_of: dict[int, list[int]] = {}
    for one, other in pairs:
        joined = list(dict.fromkeys((*row_of.get(one, (one,)), *row_of.get(other, (other,)))))
        row_of |= dict.fromkeys(joined, joined)
    found: dict[int, list[list[int]]] = {}
    for row in {id(each): each for each in row_of.values()}.values():
        found.setdefault(len(row), []).append(sorted(row))
    return list(found.values())


def _place(board: _Board, rows: Sequence[Sequence[int]]) -> None:
    """Places the flags of rows so that those of one column are as far apart as those of the others."""
    by_words: dict[tuple[int | None, ...], list[Sequence[int]]] = {}
    for row in rows:
        key = tuple(board.where[each] // BITS if each in board.where else None for each in row)
        by_words.setdefault(key, []).append(row)
    for words, within in by_words.items():
        columns = list(zip(*within, strict=True))
        placed = [column for column, word in zip(columns, words, strict=True) if word is not None]
        pattern = [board.where[each] for each in placed[0]] if placed else range(len(within))
        for column, word in zip(columns, words, strict=True):
            if word is None:
                board.put(column, pattern)


# --- conditions as tests of words ------------------------------------------------------------------------------------


def at(number: int, prefix: str = "w") -> Place:
    """Where the flag with a number is, in words whose names begin so."""
    return f"{prefix}{number // BITS}", number % BITS


def is_set(place: Place) -> exp.Expr:
    """Whether the bit at a place is set."""
    return overlaps(place[0], 1 << place[1])


def overlaps(word: str, mask: int) -> exp.Expr:
    """Whether some bit of a mask is set in a word."""
    return _is_some(_masked(exp.column(word), mask))


def masked(expression: exp.Expr, place: Mapping[str, Place]) -> exp.Expr:
    """The condition with its flags as tests of words: one test for all flags of a word that an `OR` or `AND` joins, for all pairs of
    flags of an `OR` that are equally far apart, and one number for all flags of a word that are counted. It takes
    the place of the expression given, whose parts it uses."""
    if (name := _flag(expression, place)) is not None:
        return is_set(place[name])
    if isinstance(expression, exp.Or | exp.And):
        return _joined(expression, place)
    if isinstance(expression, exp.Add):
        return _added(expression, place)
    return _parts_masked(expression, place)


def _parts_masked(expression: exp.Expr, place: Mapping[str, Place]) -> exp.Expr:
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
    pairs: list[tuple[Place, Place, bool]] = []
    others: list[exp.Expr] = []
    for each in operands(expression):
        if (signed := _signed(each, place)) is not None:
            word, bit = place[signed[0]]
            masks.setdefault(word, {True: 0, False: 0})[signed[1]] |= 1 << bit
        elif not is_and and (pair := _pair(each, place)) is not None:
            (one, _), (other, is_raised) = pair
            pairs.append((place[one], place[other], is_raised))
        else:
            others.append(exp.paren(masked(each, place), copy=False))
    tests: list[exp.Expr] = []
    for word, by_sign in sorted(masks.items()):
        ones, zeros = by_sign[is_and], by_sign[not is_and]
        if ones & zeros:
            return exp.false() if is_and else exp.true()
        kind = exp.EQ if is_and else exp.NEQ
        test = kind(this=_masked(exp.column(word), ones | zeros), expression=big(ones))
        tests.append(exp.paren(test, copy=False))
    return (exp.and_ if is_and else exp.or_)(*tests, *_paired(pairs), *others, copy=False)


def _paired(pairs: Iterable[tuple[Place, Place, bool]]) -> Iterator[exp.Expr]:
    """Tests of which one is true if the first flag of some pair is raised, and the other is or, if it is to be denied, is not."""
    by_distance: dict[tuple[str, str, int, bool], int] = {}
    for (one, bit), (other, at_bit), is_raised in pairs:
        if is_raised and (one, bit) > (other, at_bit):
            one, bit, other, at_bit = other, at_bit, one, bit
        key = one, other, at_bit - bit, is_raised
        by_distance[key] = by_distance.get(key, 0) | 1 << bit
    by_mask: dict[tuple[str, int], list[exp.Expr]] = {}
    for (one, other, distance, is_raised), mask in by_distance.items():
        moved = _moved(other, distance)
        by_mask.setdefault((one, mask), []).append(moved if is_raised else exp.BitwiseNot(this=moved))
    for (one, mask), several in by_mask.items():
        partners = reduce(lambda left, right: exp.BitwiseOr(this=left, expression=right), several)
        both = exp.BitwiseAnd(this=_masked(exp.column(one), mask), expression=exp.paren(partners, copy=False))
        yield _is_some(exp.paren(both, copy=False))


def _moved(word: str, distance: int) -> exp.Expr:
    """A word whose bits are moved down, or up; what is moved out of it is lost."""
    if not distance:
        return exp.column(word)
    kind = exp.BitwiseRightShift if distance > 0 else exp.BitwiseLeftShift
    kept = exp.column(word) if distance > 0 else _masked(exp.column(word), (1 << BITS + distance) - 1)
    return exp.paren(kind(this=kept, expression=exp.Literal.number(abs(distance))), copy=False)


def _added(expression: exp.Add, place: Mapping[str, Place]) -> exp.Expr:
    """A sum with one number for all the flags of a word that count as 1 where they are raised."""
    masks: dict[str, int] = {}
    terms: list[exp.Expr] = []
    for each in operands(expression):
        where = place[name] if (name := _counted(each, place)) is not None else None
        if where is None or masks.get(where[0], 0) >> where[1] & 1:
            terms.append(masked(each, place))
        else:
            masks[where[0]] = masks.get(where[0], 0) | 1 << where[1]
    counts = (
        exp.cast(exp.Anonymous(this="bit_count", expressions=[_masked(exp.column(word), mask)]), "INT")
        for word, mask in sorted(masks.items())
    )
    return reduce(lambda left, right: exp.Add(this=left, expression=right), (*counts, *terms))


def _counted(term: exp.Expr, flags: Iterable[str]) -> str | None:
    """The flag of a term that is 1 where it is raised and else 0."""
    if not isinstance(term, exp.Case) or term.this is not None or len(ifs := term.args["ifs"]) != 1:
        return None
    is_one = ifs[0].args["true"] == exp.Literal.number(1) and term.args.get("default") == exp.Literal.number(0)
    return _flag(ifs[0].this.unnest(), flags) if is_one else None


def _masked(word: exp.Expr, mask: int) -> exp.Expr:
    return exp.paren(exp.BitwiseAnd(this=word, expression=big(mask)), copy=False)


def _is_some(word: exp.Expr) -> exp.Expr:
    """Whether some bit of a word is set."""
    return exp.paren(exp.NEQ(this=word, expression=big(0)), copy=False)


def raised(conditions: Iterable[tuple[exp.Expr, int]]) -> exp.Expr:
    """A word with the bits of all conditions that hold. Those that compare one column with texts are one choice."""
    always = 0
    choices: dict[exp.Expr, dict[exp.Expr, int]] = {}
    for when, bit in conditions:
        if when == exp.true():
            always |= 1 << bit
            continue
        value, test = _column_and_text(when) or (when, when)
        masks = choices.setdefault(value, {})
        masks[test] = masks.get(test, 0) | 1 << bit
    terms: list[exp.Expr] = [big(always)] if always or not choices else []
    for value, masks in choices.items():
        choice = exp.Case() if value in masks else exp.Case(this=value.copy())
        for test, mask in masks.items():
            choice.when(test.copy(), big(mask), copy=False)
        terms.append(choice.else_(big(0), copy=False))
    together = [_all_bits(terms[start : start + _IN_A_CHAIN]) for start in range(0, len(terms), _IN_A_CHAIN)]
    return _all_bits(together)


def _all_bits(words: Iterable[exp.Expr]) -> exp.Expr:
    return reduce(lambda one, other: exp.BitwiseOr(this=one, expression=exp.paren(other, copy=False)), words)


def _column_and_text(when: exp.Expr) -> tuple[exp.Expr, exp.Expr] | None:
    if isinstance(when, exp.EQ):
        for one, other in ((when.this, when.expression), (when.expression, when.this)):
            if isinstance(one, exp.Literal) and one.is_string and isinstance(other, exp.Column):
                return other, one
    return None
