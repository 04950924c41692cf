"""What a knowledge base and an engine ask of each other: the protocol of back ends.

A back end takes a program once. For each set of facts that are stated beside it there is a session, which gives the rows of
relations: of the program's, or of goals that are asked in a layer above it. A session keeps what it has worked out about the
program for as long as it is there; nothing that it is asked changes what another session, or a later question, is told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeAlias

from msgspec import Struct

from engine.backends.rows import Facts
from engine.endless import DEFAULT_STEPS, EndlessError, Exceeded
from engine.reading.completion import Completion
from engine.reading.plan import Rel
from kb.language.program import Stated
from kb.language.syntax import Clause, Pred
from kb.language.terms import Atom, Const, Int

if TYPE_CHECKING:
    import pyarrow

__all__ = [  # with what is raised of questions that are given up
    "DEFAULT_STEPS",
    "STEPS_FOR_A_ROUND",
    "STEPS_FOR_A_VALUE",
    "Backend",
    "EndlessError",
    "Exceeded",
    "Found",
    "MakeBackend",
    "PlanProgram",
    "Session",
]

STEPS_FOR_A_VALUE = 300
"""For how many of those steps a recursive component may compute one constant that was not there before it."""

STEPS_FOR_A_ROUND = 2_000
"""For how many of those steps a database may do one more round of recursion that computes constants: it takes about as long."""


class PlanProgram(Struct, frozen=True, dict=True):
    """A checked program as back ends take it: its plan rules, the constants that its rules mention and the facts that rules
    read, its facts, how many steps a question may take, and the arguments of facts that no rule reads. What only those
    mention is told apart by nothing that rules say, as individuals not named."""

    completion: Completion
    constants: Set[Const]
    facts: Stated
    max_steps: int
    unread: frozenset[tuple[Pred, int]] = frozenset()
    others: Sequence[Const] = ()
    """The constants that facts mention in those arguments alone."""

    @cached_property
    def numbered(self) -> Facts:
        """The facts as tables of numbered constants. All constants that plan rules can mention have a number."""
        made_by_the_reading: list[Const] = [
            Int(0),
            *(Atom(pred.own_name) for pred in self.completion.declarations.abducible),
        ]
        return Facts.of(self.facts, [*made_by_the_reading, *self.constants, *self.others], self.unread)


class Found(Struct, frozen=True):
    """The rows that a relation has for a key, and whether they may depend on which constants there are besides those of the key."""

    rows: list[tuple[Const, ...]]
    is_about_domain: bool = True


class Session(Protocol):
    """A program with one set of facts, at a back end."""

    def rows(self, completion: Completion, rel: Rel, key: tuple[Const | None, ...]) -> Found:
        """The rows of a relation, of the program or of a layer above it, that agree with a key: None for any constant.

        Raises `EndlessError` if that takes more than the allowed number of steps.
        """

    def table(self, completion: Completion, rel: Rel, key: tuple[Const | None, ...]) -> pyarrow.Table:
        """The same rows as a table of Arrow (engine/backends/tables.py), in no order."""

    def close(self) -> None:
        """Gives back what the session holds; it is not used afterwards."""


class Backend(Protocol):
    """An engine that has taken a program."""

    def session(self, facts: Sequence[Clause], mentioned: Sequence[Const]) -> Session:
        """The session for facts that are stated beside the program's; the domain has the constants of program and facts,
        and those that a question mentions."""


MakeBackend: TypeAlias = Callable[[PlanProgram], Backend]
"""Gives a program to an engine.

Raises `ImportError`, with a message for people, if the packages of the engine are not installed.
"""
