"""What there is to report of every case under the policies of a program: criteria, alternatives, limits, durations.

The general predicates that say so (the README of `kb/` lists them) do not depend on cases, so the interactive engine
answers them once.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.knowledge import KnowledgeBase, Rules
from engine.reading.plan import Reading
from kb.language.syntax import Pred
from kb.language.terms import Const, Int, Var, plain_text

Row = tuple[Const, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A criterion, or an alternative of one, that a policy has for one kind of request: `pred` decides it."""

    policy: str
    kind: str
    id: str
    pred: Pred
    criterion: str | None = None

    @property
    def column(self) -> str:
        """The column of its status: its id, after that of its criterion if it is an alternative."""
        return self.id if self.criterion is None else f"{self.criterion}__{self.id}"


@dataclass(frozen=True, slots=True)
class Outline:
    """The items of all policies in order of report; `covers` has (policy, drug), `limits` (drug, tablets, days),
    `durations` (drug, kind, months)."""

    items: tuple[Item, ...]
    covers: tuple[Row, ...]
    limits: tuple[Row, ...]
    durations: tuple[Row, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of statuses, each once."""
        return tuple(dict.fromkeys(item.column for item in self.items))


def outline(rules: Rules) -> Outline:
    """The outline of a program's policies."""
    kb = KnowledgeBase(rules)

    def rows(name: str, arity: int) -> list[Row]:
        pred = Pred(name, arity)
        if pred not in rules.declarations.preds:
            return []
        found = kb.rows(pred, tuple(Var(f"A{index}") for index in range(arity)), Reading.CERTAIN)
        return sorted(found, key=lambda row: [plain_text(each) for each in row])

    alternatives = sorted(rows("alternative", 6), key=lambda row: _number(row[3]))
    items: list[Item] = []
    for policy, kind, _, name, pred in sorted(rows("criterion", 5), key=lambda row: _number(row[2])):
        items.append(_item(policy, kind, name, pred))
        items += [
            _item(policy, kind, part, decides, name)
            for other, of_kind, criterion, _, part, decides in alternatives
            if (other, of_kind, criterion) == (policy, kind, name)
        ]
    limits, durations = rows("quantity_limit", 3), rows("approval_duration", 3)
    return Outline(tuple(items), tuple(rows("policy_covers", 2)), tuple(limits), tuple(durations))


def _item(policy: Const, kind: Const, name: Const, pred: Const, criterion: Const | None = None) -> Item:
    of = None if criterion is None else plain_text(criterion)
    return Item(plain_text(policy), plain_text(kind), plain_text(name), Pred(plain_text(pred), 1), of)


def _number(term: Const) -> int:
    return term.value if isinstance(term, Int) else 0
