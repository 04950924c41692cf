"""The names that an interview offers as choices: those that the rules of a determination mention."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.graph import components
from engine.knowledge import Rules
from engine.policies import UNCOVERED_INDICATION
from explain.interview.questions import Values
from kb.language.declarations import MEETS_CRITERIA
from kb.language.syntax import AtomF, Clause, Pred
from kb.language.terms import Atom, Const, order_key
from kb.language.traversal import walk


def mentioned_names(rules: Rules) -> Mapping[str, Values]:
    """The names that the rules of a determination and the facts that they use have, by the type of the argument, those in rules
    first; where a type has a vocabulary, constants of that. Any other name is like any other to them."""
    of_head: dict[Pred, list[Clause]] = {}
    for clause in (*rules.clauses, *rules.facts):
        of_head.setdefault(clause.head.pred.positive, []).append(clause)

    found: dict[str, dict[Const, bool]] = {}
    reached = components(
        (MEETS_CRITERIA, UNCOVERED_INDICATION),
        lambda pred: [atom.pred.positive for clause in of_head.get(pred, ()) for atom in _atoms(clause)],
    )
    for clause in (clause for component in reached for pred in component for clause in of_head.get(pred, ())):
        for atom in _atoms(clause):
            types, known = rules.declarations.types_of(atom.pred), rules.names.at(atom.pred)
            for arg, type_, vocabulary in zip(atom.args, types, known, strict=True):
                if isinstance(arg, Atom) and type_ != "any" and (vocabulary is None or arg in vocabulary.constants):
                    of_type = found.setdefault(type_, {})
                    of_type[arg] = of_type.get(arg, True) and clause.is_fact
    return {type_: tuple(sorted(each, key=lambda name: (each[name], order_key(name)))) for type_, each in found.items()}


def _atoms(clause: Clause) -> Iterator[AtomF]:
    yield clause.head
    yield from (part for part in walk(clause.body) if isinstance(part, AtomF))
