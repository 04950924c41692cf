"""Which items of a program `listing` shows: those about some predicates, or how much there is of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from kb.language.declarations import preds_of
from kb.language.printer import show_indicator
from kb.language.syntax import Clause, FactsDecl, Item, Pred


def _preds_of(item: Item) -> tuple[Pred, ...]:
    """The predicates that an item defines or declares, without strong negation."""
    if isinstance(item, Clause):
        return (item.head.pred.positive,)
    return () if isinstance(item, FactsDecl) else tuple(pred.positive for pred in preds_of(item))


def defining(items: Iterable[Item], wanted: Iterable[Pred]) -> list[Item]:
    """The items that define or declare some predicates, in the order they were read, declarations first."""
    preds = set(wanted)
    found = [item for item in items if preds & set(_preds_of(item))]
    return sorted(found, key=lambda item: isinstance(item, Clause))


def counts(items: Iterable[Item]) -> Iterator[tuple[str, str]]:
    """Each predicate with the number of its facts and rules, by name."""
    clauses: dict[Pred, Counter[str]] = {}
    for item in items:
        for pred in _preds_of(item):
            known = clauses.setdefault(pred, Counter())
            if isinstance(item, Clause):
                known["fact" if item.is_fact else "rule"] += 1
    for pred in sorted(clauses, key=lambda each: (each.name, each.arity)):
        numbers = ((clauses[pred][what], what) for what in ("fact", "rule"))
        shown = [f"{number} {what}" if number == 1 else f"{number} {what}s" for number, what in numbers if number]
        yield show_indicator(pred), ", ".join(shown) or "declared"
