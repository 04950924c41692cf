"""What hangs on a question: what each answer would do, and the criteria that it bears on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.policies import Status
from explain.interview.circuit import LEVELS, OPEN
from explain.interview.layout import Layout
from explain.interview.questions import Question, possible_answers
from explain.interview.standing import Item, Standing


@dataclass(frozen=True, slots=True)
class Effect:
    """What an answer would do: the determination, and the criteria and alternatives whose status it would change."""

    answer: str
    determination: str
    is_settled: bool
    changes: tuple[tuple[str, str], ...]


_STATUSES: dict[int, str] = {level: Status.of(truth) for truth, level in LEVELS.items()}


def effects(layout: Layout, standing: Standing, question: Question) -> Iterator[Effect]:
    """What each answer to a question would do; answers that do the same are one."""
    circuit, found = layout.circuit, dict[tuple[str, bool, tuple[tuple[str, str], ...]], list[str]]()
    items = standing.undocumented()
    for name, assignment in possible_answers(layout, question.asked):
        values = circuit.values(assignment)
        levels = [(item.id, values[circuit.roots[item.atom]]) for item in items]
        changes = tuple((id_, _STATUSES[level]) for id_, level in levels if level != OPEN)
        found.setdefault((*circuit.outcome(values), changes), []).append(name)
    types = layout.candidates.kb.declarations.types_of(question.atom.pred)
    is_sample = question.kind == "value" and any(types[index] in ("date", "integer") for index in question.blanks)
    for (determination, is_settled, changes), names in found.items():
        yield Effect(_joined(names, is_sample), determination, is_settled, changes)


def criteria(layout: Layout, standing: Standing, question: Question) -> list[Item]:
    """The criteria and alternatives that are not settled and hang on a question."""
    circuit, bits = layout.circuit, 0
    for asked in question.asked:
        bits |= circuit.bits[asked]
    return [item for item in standing.undocumented() if circuit.gates[circuit.roots[item.atom]].below & bits]


def _joined(names: list[str], is_sample: bool) -> str:
    """Answers with one effect, as one name; samples of a date or number stand for what is like them."""
    names = list(dict.fromkeys(names))
    if is_sample:
        return f"a value such as {names[0]}"
    return " or ".join(names) if len(names) < 5 else f"{names[0]}, {names[1]} or another of the {len(names)}"
