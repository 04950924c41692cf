"""Whether an answer can still change the determination: the search for a completion under which it does.

Contradictions are not sought: an answer that makes one is reported as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from explain.interview.circuit import OPEN, YES, Answered, Asked, Assignment, Circuit

MOST_TRIALS = 600
"""How many completions are looked at for one question; one that is still open then is taken to matter."""


def matters(circuit: Circuit, asked: Asked) -> bool:
    """Whether some completion is found under which the answers lead to different determinations."""
    return _Search(circuit, asked).differs({})


@dataclass(slots=True)
class _Search:
    circuit: Circuit
    asked: Asked
    trials: int = 0

    def differs(self, assignment: Assignment) -> bool:
        """Whether the answers can lead to different determinations when others are answered as assigned."""
        if self.trials > MOST_TRIALS:
            return True
        circuit, asked = self.circuit, self.asked
        outcomes = [
            circuit.outcome(self._values({**assignment, asked: value})) for value in self.circuit.answers(asked)
        ]
        if len({determination for determination, is_settled in outcomes if is_settled}) > 1:
            return True
        values = self._values(assignment)
        path = self._path(values)
        if path is None:
            return False
        chosen = self._beside(path, values, {asked, *assignment})
        if chosen is None:
            return len({determination for determination, _ in outcomes}) > 1
        other, wanted = chosen
        options = sorted(circuit.answers(other), key=lambda value: value != wanted)
        return any(self.differs({**assignment, other: value}) for value in options)

    def _values(self, assignment: Assignment) -> list[int]:
        self.trials += 1
        return self.circuit.values(assignment)

    def _path(self, values: list[int]) -> list[int] | None:
        """Open gates from the determination down to what is asked; None if it makes no difference any more."""
        bit, dead = self.circuit.bits[self.asked], set[int]()

        def down(number: int) -> list[int] | None:
            gate = self.circuit.gates[number]
            if values[number] != OPEN or not gate.below & bit or number in dead:
                return None
            if gate.asked == self.asked:
                return [number]
            for child in gate.children:
                rest = down(child)
                if rest is not None:
                    return [number, *rest]
            dead.add(number)
            return None

        return down(self.circuit.uncovered) or down(self.circuit.meets)

    def _beside(self, path: list[int], values: list[int], taken: set[Asked]) -> tuple[Asked, Answered] | None:
        """Something else that decides whether the path stays open, with the answer that keeps it so."""
        for number, child in reversed(list(pairwise(path))):
            gate = self.circuit.gates[number]
            if gate.op == "not":
                continue
            true = sum(values[each] == YES for each in gate.children)
            wanted = gate.op == "and" or (gate.op == "count" and true < gate.bound - 1)
            for other in gate.children:
                found = self._open_leaf(other, values, taken, wanted) if other != child else None
                if found is not None:
                    return found
        for root in (self.circuit.uncovered, self.circuit.meets):
            found = self._open_leaf(root, values, taken, wanted=False)
            if found is not None:
                return found
        return None

    def _open_leaf(
        self, number: int, values: list[int], taken: set[Asked], wanted: bool
    ) -> tuple[Asked, Answered] | None:
        gate = self.circuit.gates[number]
        if values[number] != OPEN or gate.asked in taken:
            return None
        if gate.asked is not None:
            others = [value for value in self.circuit.answers(gate.asked) if value != gate.wanted]
            return gate.asked, gate.wanted if wanted or not others else others[-1]
        for child in gate.children:
            found = self._open_leaf(child, values, taken, wanted != (gate.op == "not"))
            if found is not None:
                return found
        return None
