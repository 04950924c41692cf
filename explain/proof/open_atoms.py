"""Why an open atom is not true: the lines that decide it, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from explain.proof import nodes
from explain.words.sentences import question, say
from kb.language.declarations import COMPLETE
from kb.language.printer import show_atom
from kb.language.syntax import AtomF, variables
from kb.language.terms import Atom, Var, row_key
from kb.language.truth import Truth

if TYPE_CHECKING:
    from explain.proof.why import Explainer


def open_atom(explainer: Explainer, atom: AtomF, status: Truth, said: str) -> nodes.Node:
    """Why an abducible atom, or its strong negation, is not true."""
    kb, goal = explainer.kb, show_atom(atom)
    if status is Truth.UNKNOWN:
        return nodes.NotDocumented(goal=goal, text=said, label=question(atom.pred, atom.args, kb.declarations))
    positive = AtomF(atom.pred.positive, atom.args)
    if atom.pred.negative:
        if not variables(atom.args) and kb.truth(positive) is Truth.TRUE:
            return nodes.NoRule(goal=goal, status=status, text=said, children=(explainer.atom_proof(positive),))
        return nodes.NoRule(goal=goal, status=status, text=said, label=say("no_other"))
    opposite = AtomF(atom.pred.opposite, atom.args)
    if not variables(atom.args) and kb.truth(opposite) is Truth.TRUE:
        return nodes.StatedFalse(goal=goal, text=said, children=(explainer.atom_proof(opposite),))
    record = complete_record(explainer, atom)
    if record is not None:
        return nodes.ClosedRecord(goal=goal, text=said, children=(record,))
    other = _other_value(explainer, atom)
    if other is not None:
        return nodes.OtherValue(goal=goal, text=said, children=(explainer.atom_proof(other),))
    return nodes.ClosedRecord(goal=goal, text=said, label=say("closed_world"))


def complete_record(explainer: Explainer, atom: AtomF) -> nodes.Fact | None:
    """The fact that the record of an atom's predicate is complete for its case, if it is stated."""
    if not atom.args or isinstance(atom.args[0], Var):
        return None
    record = AtomF(COMPLETE, (atom.args[0], Atom(atom.pred.name)))
    return explainer.fact(record) if explainer.kb.truth(record) is Truth.TRUE else None


def _other_value(explainer: Explainer, atom: AtomF) -> AtomF | None:
    declared = explainer.declared.functional.get(atom.pred)
    if declared is None or any(
        is_key and isinstance(arg, Var) for arg, is_key in zip(atom.args, declared.keys, strict=True)
    ):
        return None
    fresh = tuple(
        arg if key else Var(f"v{i}#") for i, (arg, key) in enumerate(zip(atom.args, declared.keys, strict=True))
    )
    rows = sorted(explainer.kb.rows(atom.pred, fresh), key=row_key)
    return AtomF(atom.pred, rows[0]) if rows else None
