"""What `listing` shows: declarations, facts and rules in source form, each with the place it was written at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kb.language.printer import show_indicator, show_item
from kb.language.syntax import AbducibleDecl, Clause, Item, LoadDecl, PolicyDecl, Pred


@dataclass(frozen=True, slots=True)
class Line:
    """An item as source text, and where it is written."""

    text: str
    place: str


def preds_of(item: Item) -> tuple[Pred, ...]:
    """The predicates that an item defines or declares, without strong negation."""
    match item:
        case Clause(head):
            return (head.pred.positive,)
        case AbducibleDecl(preds):
            return tuple(pred.positive for pred in preds)
        case PolicyDecl() | LoadDecl():
            return ()
        case _:
            return (item.pred.positive,)


def listing(items: Iterable[Item], wanted: Iterable[Pred]) -> list[Line]:
    """The items that define or declare some predicates, in the order they were read, declarations first."""
    preds = set(wanted)
    found = [item for item in items if preds & set(preds_of(item))]
    found.sort(key=lambda item: isinstance(item, Clause))
    return [line_of(item) for item in found]


def line_of(item: Item) -> Line:
    """An item as one line."""
    span = item.span
    return Line(show_item(item), f"{span.file}:{span.line}" if span.line else span.file)


def summary(items: Iterable[Item]) -> Iterator[tuple[str, str]]:
    """Each predicate with the number of its facts and rules, by name."""
    facts: Counter[Pred] = Counter()
    rules: Counter[Pred] = Counter()
    preds: set[Pred] = set()
    for item in items:
        preds.update(preds_of(item))
        if isinstance(item, Clause):
            (facts if item.is_fact else rules)[item.head.pred.positive] += 1
    for pred in sorted(preds, key=lambda each: (each.name, each.arity)):
        counts = [_counted(facts[pred], "fact"), _counted(rules[pred], "rule")]
        yield show_indicator(pred), ", ".join(each for each in counts if each) or "declared"


def _counted(number: int, what: str) -> str:
    return "" if not number else f"{number} {what}" if number == 1 else f"{number} {what}s"
