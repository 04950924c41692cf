"""What the engine and the explanations say of a policy is the policy's: nothing in them names a drug, a unit or a criterion."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.knowledge import KnowledgeBase, Rules
from engine.policies import Policies, rows_of
from kb.language.loader import load_text, shipped_policies
from kb.language.syntax import AtomF, Pred
from kb.language.terms import plain_text

ROOT = Path(__file__).parents[1]
MODULES = sorted((*(ROOT / "engine").rglob("*.py"), *(ROOT / "explain").rglob("*.py")))
GENERAL = {"age", "diagnosis", "monitoring", "prednisone", "water", "iron", "none", "radiation", "observation"}
"""Names that are words of the language, too."""


def _words() -> set[str]:
    """The names of drugs, brands, conditions, units, criteria and policies of what is shipped."""
    rules = Rules.of(shipped_policies().program)
    declared = Policies.of(rules)
    words = {item.id for item in declared.items} | {item.pred.name for item in declared.items}
    words |= {item.name for item in rules.declarations.policies}
    for name, arity in (
        ("quantity_unit", 3),
        ("known_agent", 1),
        ("brand", 2),
        ("drug_class", 2),
        ("alternative_condition", 3),
    ):
        for atom in rules.facts_of(Pred(name, arity)):
            assert isinstance(atom, AtomF)
            words |= {plain_text(arg) for arg in atom.args}
    return {word for word in words if len(word) > 3} - GENERAL


@pytest.mark.parametrize("folder", ["engine", "explain"])
def test_no_module_names_what_is_a_policy_s(folder: str) -> None:
    """No text of a module has a word that a policy or its vocabulary brings."""
    words = _words()
    assert {"selinexor", "tablets", "bortezomib", "antiemetic_prophylaxis", "xpovio"} <= words
    found = {
        (str(path.relative_to(ROOT)), word)
        for path in MODULES
        if path.is_relative_to(ROOT / folder)
        for word in words.intersection(re.findall(r"[A-Za-z_]+", path.read_text(encoding="utf-8")))
    }
    assert found == set()


@pytest.mark.parametrize(
    "text",
    [
        None,
        "policy_covers(p, b). policy_covers(p, a). policy_covers(p, b). policy_version(p, 2024-07-01). quantity_limit(p, 3, 28).",
        "policy_covers(p, X) :- drug(X). drug(b). drug(a). quantity_limit(p, m, 3, 28). quantity_limit(p, 3.0, 28) :- drug(a).",
        ":- pred policy_covers(P: x, D: y).\n:- abducible policy_covers/2.\npolicy_covers(p, a). -policy_covers(p, b).",
    ],
)
def test_declared_rows_are_the_answers(text: str | None) -> None:
    """What facts alone state of policies is what the engine answers, in the same order, and so is what rules conclude."""
    program = shipped_policies().program if text is None else load_text(text).program
    rules = Rules.of(program)
    declared, kb = Policies.of(rules), KnowledgeBase(rules)
    assert rows_of(kb, "policy_covers", None, None) == [*declared.covers]
    assert rows_of(kb, "policy_version", None, None) == [*declared.versions]
    assert rows_of(kb, "kind_section", None, None, None) == [*declared.sections]
    assert rows_of(kb, "quantity_unit", None, None, None) == [*declared.units]
    limits = [row[-2:] for width in (3, 4) for row in rows_of(kb, "quantity_limit", *(None,) * width)]
    assert [*dict.fromkeys(limits)] == [*declared.limits]
