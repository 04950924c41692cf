"""Answers: rows of constants, and of individuals that no fact names, for which variables stand."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import count
from typing import TypeAlias

from msgspec import Struct

from engine.reading.plan import ANY
from kb.language.terms import Const, Var, row_key
from kb.language.truth import Truth

Individual: TypeAlias = Const | Var
"""A constant, or a variable for an argument that is open to any individual not named."""
AnswerRow: TypeAlias = tuple[Individual, ...]


class Answers(Struct, frozen=True):
    """The answers to a question: rows of its variables, certain ones and unknown ones, in standard order.

    In an unknown row a variable stands for an argument that any individual could take, as far as is documented.
    """

    variables: tuple[Var, ...]
    true: tuple[tuple[Const, ...], ...]
    unknown: tuple[AnswerRow, ...]

    @property
    def truth(self) -> Truth:
        """The truth value of the question read as `there is ...`."""
        return Truth.TRUE if self.true else Truth.UNKNOWN if self.unknown else Truth.FALSE


_Values: TypeAlias = tuple[Const | None, ...]
"""For each output of a question its constant, or None where it is another individual or not decided."""

Ask: TypeAlias = Callable[[Sequence[int], tuple[Const | None, ...]], list[tuple[Const, ...]]]
"""Gives the rows of a question for some kinds of individuals that agree with a key."""


class MostOpen(Struct, frozen=True):
    """The possible rows of a question, but not all of those that are instances of a more open one: where an output can be anyone,
    constants for it are looked for only where that does not say it all, so that ways to tell outputs apart are not counted out.

    `known` are the constants of the inputs, `choices` tells which of the outputs can be an individual not named.
    """

    ask: Ask
    outputs: tuple[Var, ...]
    known: tuple[Const, ...]
    choices: Sequence[bool]

    def rows(self) -> Iterator[AnswerRow]:
        """The rows, with variables for individuals not named."""
        kinds = tuple(None if is_open else 0 for is_open in self.choices)
        yield from self._of(kinds, (None,) * len(kinds))

    def _of(self, kinds: tuple[int | None, ...], values: _Values) -> Iterator[AnswerRow]:
        """The rows in which outputs are what is decided of them: a constant (0), which may be known, or an individual."""
        most = max((kind for kind in kinds if kind), default=0)
        anyone = [
            index
            for index, kind in enumerate(kinds)
            if kind is None and any(self._has(_at(kinds, index, each), values) for each in range(most + 1, 0, -1))
        ]
        numbers = count(most + 1)
        open_kinds = tuple(next(numbers) if index in anyone else kind or 0 for index, kind in enumerate(kinds))
        covered = set(self._constants(open_kinds, values))
        for row in covered:
            yield with_variables(_without_none(row), open_kinds, self.outputs, ())
        if not anyone:
            return
        rest_kinds = tuple(None if index in anyone else kind or 0 for index, kind in enumerate(kinds))
        others = set(self._constants(tuple(ANY if kind is None else kind for kind in rest_kinds), values)) - covered
        for row in others:
            if rest_kinds != kinds or row != values:
                yield from self._of(rest_kinds, row)
            else:
                for each in range(most + 2):
                    yield from self._of(_at(kinds, anyone[0], each), values)

    def _has(self, kinds: tuple[int | None, ...], values: _Values) -> bool:
        """Whether there is a row, whatever is not decided."""
        return bool(self._constants(tuple(ANY if kind is None else kind for kind in kinds), values))

    def _constants(self, kinds: tuple[int, ...], values: _Values) -> list[_Values]:
        """The values of the rows of some kinds that agree with what is known."""
        inputs = (0,) * len(self.known)
        key = (*self.known, *(value for value, kind in zip(values, kinds, strict=True) if kind == 0))
        found = []
        for row in self.ask((*inputs, *kinds), key):
            constants = iter(row[len(self.known) :])
            found.append(tuple(next(constants) if kind == 0 else None for kind in kinds))
        return found


def _at(kinds: tuple[int | None, ...], index: int, kind: int) -> tuple[int | None, ...]:
    """The kinds with another one in a place."""
    return (*kinds[:index], kind, *kinds[index + 1 :])


def _without_none(values: _Values) -> tuple[Const, ...]:
    return tuple(value for value in values if value is not None)


def kinds_of(terms: Iterable[Individual]) -> tuple[tuple[int, ...], tuple[Var, ...]]:
    """For each term 0 or the number of the individual that its variable stands for, and those individuals."""
    numbers: dict[Var, int] = {}
    kinds = tuple([numbers.setdefault(each, len(numbers) + 1) if isinstance(each, Var) else 0 for each in terms])
    return kinds, tuple(numbers)


def with_variables(
    row: AnswerRow, pattern: tuple[int, ...], asked: tuple[Var, ...], individuals: tuple[Var, ...]
) -> AnswerRow:
    """A row of constants with individuals not named among them: those that are given, and variables that are asked
    for."""
    constants = iter(row)
    names = dict(enumerate(individuals, 1))
    return tuple(
        next(constants) if kind == 0 else names.setdefault(kind, var) for kind, var in zip(pattern, asked, strict=True)
    )


def is_instance(row: AnswerRow, other: AnswerRow, fixed: Collection[Var]) -> bool:
    """Whether a row is another one with some of its variables filled in; fixed ones are constants of a kind."""
    if row == other:
        return False
    binding: dict[Var, Individual] = {var: var for var in fixed}
    return all(
        binding.setdefault(theirs, ours) == ours if isinstance(theirs, Var) else theirs == ours
        for ours, theirs in zip(row, other, strict=True)
    )


def open_row_key(row: AnswerRow) -> tuple[object, ...]:
    """The key that sorts rows in standard order, variables before constants."""
    return tuple((-1, each.name, 0) if isinstance(each, Var) else row_key((each,))[0] for each in row)
