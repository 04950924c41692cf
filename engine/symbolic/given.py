"""What is known of a case without assumptions, which is the same for every goal: its facts, and what follows from them alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import RLock

from engine.backends.rows import Facts, Key, Row
from engine.knowledge import KnowledgeBase
from engine.reading.completion import Completion
from engine.reading.plan import Rel

MOST_KEPT = 100_000
"""After how many constants that searches have numbered the facts are numbered anew."""


@dataclass(slots=True)
class Given:
    """The facts of a case, numbered, and what its knowledge base says of them."""

    kb: KnowledgeBase
    facts: Facts = field(init=False)
    known: int = field(init=False)
    """How many constants program and case have: what is numbered later is computed, or stands for what is not known."""
    _lock: RLock = field(default_factory=RLock)

    def __post_init__(self) -> None:
        self._begin_anew()

    def _begin_anew(self) -> None:
        self.facts = self.kb.numbered()
        self.known = len(self.facts.interner.constants)

    @contextmanager
    def asked(self) -> Iterator[Given]:
        """What is known, for one search at a time; where that does not come to its end, what it has numbered goes."""
        with self._lock:
            try:
                yield self
            except BaseException:
                self._begin_anew()
                raise
            if len(self.facts.interner.constants) > MOST_KEPT + self.known:
                self._begin_anew()

    def rows(self, rel: Rel, key: Key) -> list[Row]:
        """The rows of a relation of the program that agree with a key."""
        interner = self.facts.interner
        asked = tuple([None if number is None else interner.constants[number] for number in key])
        return [interner.row(row) for row in self.kb.rows_of(rel, asked)]

    def knows(self, rel: Rel, completion: Completion) -> bool:
        """Whether a relation of a completion is the program's, and of no layer above."""
        return completion.owner(rel) is self.kb.completion
