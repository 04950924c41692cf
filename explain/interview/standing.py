"""How a case stands during an interview: the determination and each criterion, without proofs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.cases import Case
from engine.knowledge import KnowledgeBase
from engine.policies import MEETS_CRITERIA, Status, conflicting_atoms, determined
from engine.reading.plan import Reading
from explain.words.sentences import sentence
from kb.language.syntax import AtomF, Pred
from kb.language.terms import Const, Var, order_key, plain_text
from kb.language.truth import Truth


@dataclass(frozen=True, slots=True)
class Item:
    """A criterion or one of its alternatives, and how it stands."""

    id: str
    atom: AtomF
    status: str
    text: str
    cite: str
    alternatives: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What a review would say of a case, without its proofs."""

    determination: str
    items: tuple[Item, ...]

    def all_items(self) -> Iterator[Item]:
        """The criteria, each followed by its alternatives."""
        for item in self.items:
            yield item
            yield from item.alternatives

    def undocumented(self) -> list[Item]:
        """The criteria and alternatives that are neither met nor not met."""
        return [item for item in self.all_items() if item.status == Status.NOT_DOCUMENTED]


def standing(kb: KnowledgeBase, case: Case) -> Standing:
    """How a case stands, by the definition that reviews follow."""
    in_force = _rows(kb, "policy_in_force", case.name, None, None)
    determination = determined(
        has_conflict=next(conflicting_atoms(kb, case), None) is not None,
        is_in_force=bool(in_force),
        is_uncovered=bool(_rows(kb, "uncovered_indication", case.name, None)),
        meets=kb.truth(AtomF(MEETS_CRITERIA, (case.name,))) if in_force else Truth.UNKNOWN,
    )
    return Standing(determination, tuple(_items(kb, case, in_force[0][1])) if in_force else ())


def _items(kb: KnowledgeBase, case: Case, policy: Const) -> Iterator[Item]:
    kind = case.request.args[2]
    assert not isinstance(kind, Var)
    sections = _rows(kb, "kind_section", policy, kind, None)
    section = plain_text(sections[0][2]) if sections else None
    criteria = _rows(kb, "criterion", policy, kind, None, None, None)
    for *_, name, pred in sorted(criteria, key=lambda row: order_key(row[2])):
        found = _rows(kb, "alternative", policy, kind, name, None, None, None)
        ways = [_item(kb, case, row[4], row[5], section) for row in sorted(found, key=lambda row: order_key(row[3]))]
        yield replace(_item(kb, case, name, pred, section), alternatives=tuple(ways))


def _item(kb: KnowledgeBase, case: Case, name: Const, pred_name: Const, section: str | None) -> Item:
    atom = AtomF(Pred(plain_text(pred_name), 1), (case.name,))
    exempt = AtomF(Pred("not_applicable", 2), (case.name, name))
    is_exempt = exempt.pred in kb.declarations.preds and kb.truth(exempt) is Truth.TRUE
    places = "; ".join(kb.declarations.places(atom.pred, section=section))
    status = Status.NOT_APPLICABLE if is_exempt else Status.of(kb.truth(atom))
    return Item(plain_text(name), atom, status, sentence(atom, kb.declarations), places)


def _rows(kb: KnowledgeBase, name: str, *args: Const | None) -> list[tuple[Const, ...]]:
    """The certain rows of a predicate, in standard order; None stands for any constant."""
    pred = Pred(name, len(args))
    if pred not in kb.declarations.preds:
        return []
    terms = tuple(Var(f"_{index}") if arg is None else arg for index, arg in enumerate(args))
    return sorted(kb.rows(pred, terms, Reading.CERTAIN), key=lambda row: [order_key(each) for each in row])
