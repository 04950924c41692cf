"""What is known of a case without assumptions, which is the same for every goal: its facts, and what follows from them alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import RLock

from engine.backends.rows import Facts, Key, Row
from engine.knowledge import KnowledgeBase
from engine.symbolic.grounding import Grounder
from engine.symbolic.limits import Deadline
from engine.symbolic.unknowns import Unknowns
from kb.language.syntax import Pred

MOST_KEPT = 100_000
"""After how many relations and keys that were asked about, or constants, what is known is worked out anew."""


def offer_nothing(pred: Pred, key: Key) -> Iterable[Row]:
    """No facts to assume."""
    return ()


@dataclass(slots=True)
class Given:
    """The facts of a case, numbered, and a grounder with nothing to assume, whose program grows goal by goal."""

    kb: KnowledgeBase
    facts: Facts = field(init=False)
    known: int = field(init=False)
    """How many constants program and case have: what is numbered later is computed, or stands for what is not known."""
    base: Grounder = field(init=False)
    _lock: RLock = field(default_factory=RLock)

    def __post_init__(self) -> None:
        self._begin_anew()

    def _begin_anew(self) -> None:
        rules, self.facts = self.kb.rules, self.kb.numbered()
        program = rules.program(self.kb.closed_world)
        interner = self.facts.interner
        domain = frozenset((*self.facts.domain(), *map(interner.number, program.constants)))
        self.known = len(interner.constants)
        unknowns, deadline = Unknowns.beside(interner), Deadline.from_now()
        self.base = Grounder(program.completion, self.facts, offer_nothing, domain, rules.max_steps, unknowns, deadline)

    @contextmanager
    def asked(self) -> Iterator[Given]:
        """What is known, for one search at a time; where that does not come to its end, what was half worked out goes."""
        with self._lock:
            try:
                yield self
            except BaseException:
                self._begin_anew()
                raise
            if max(self.base.size, len(self.facts.interner.constants)) > MOST_KEPT + self.known:
                self._begin_anew()
