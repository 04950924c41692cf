"""Goals that are asked of a program: their own rules, run row by row over the relations of the program.

Nothing in the program uses them and they do not recur, so they need no clauses and no tables of the engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from engine.backends.pydatalog.primitives import Answer, World, answer_of, arguments
from engine.backends.tables import Facts, Key, Numbers, Row
from engine.reading.completion import Completion
from engine.reading.plan import PlanRule, Rel
from kb.language.terms import Term


@dataclass(slots=True)
class GoalWorld:
    """A layer of goals above a program: the rows of its own relations, and through it those of the program."""

    program: World
    completion: Completion
    _rows: dict[tuple[Rel, Key], list[Row]] = field(default_factory=dict)

    @property
    def facts(self) -> Facts:
        """What is stated, and the numbering."""
        return self.program.facts

    def domain(self) -> Iterable[int]:
        """Every constant that there is."""
        return self.program.domain()

    def ask(self, rel: Rel, key: Key) -> list[Row]:
        """The rows of a relation that agree with a key."""
        if self.completion.owner(rel) is not self.completion:
            return self.program.ask(rel, key)
        found = self._rows.get((rel, key))
        if found is None:
            rules = self.completion.rules_for(rel)
            found = list(dict.fromkeys(row for rule in rules for row in self._applied(rule, key)))
            self._rows[rel, key] = found
        return found

    def _applied(self, rule: PlanRule, key: Key) -> Iterator[Row]:
        start = self.facts.interner.matched(rule.args, key, {})
        if start is not None:
            steps = [(arguments(literal), answer_of(literal)) for literal in rule.body]
            for binding in self._solved(steps, 0, start):
                yield tuple(self.facts.interner.value(arg, binding) for arg in rule.args)

    def _solved(self, steps: list[tuple[tuple[Term, ...], Answer]], index: int, binding: Numbers) -> Iterator[Numbers]:
        if index == len(steps):
            yield binding
            return
        args, answer = steps[index]
        interner = self.facts.interner
        for row in answer(self, interner.key(args, binding)):
            extended = interner.matched(args, row, binding)
            if extended is not None:
                yield from self._solved(steps, index + 1, extended)
