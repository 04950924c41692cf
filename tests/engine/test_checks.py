"""How checks look at programs: what is said of them does not depend on what is looked at as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.checks import check
from engine.checks.predicates import Context, Facts
from kb.language.diagnostics import Diagnostic
from kb.language.loader import POLICY_FILES, Loaded, load_files, load_text
from kb.language.syntax import Clause, Pred

ROOT = Path(__file__).parents[2]
PROGRAMS = sorted(
    [
        *POLICY_FILES,
        *ROOT.glob("examples/policies/*.pl"),
        *ROOT.glob("tests/zoo/*.pl"),
        *ROOT.glob("examples/cases/*.pl"),
    ]
)
LIBRARY = "".join(f":- use_module(library({name})).\n" for name in ("cases", "plausibility", "icd10cm"))
ADDED = (
    ":- pred known_agent(Agent: integer).",
    ":- pred other_name(Name: decimal, Agent: agent).",
    ":- inline known_agent/1.",
    ":- functional other_name(+, -).",
    ":- abducible known_agent/1.",
    "known_agent(_).",
    "known_agent(bortezomib). known_agent(bortezomib).",
    "known_agent(5). drug_class(nonsense, proteasome_inhibitor).",
    "-known_agent(bortezomib).",
    "known_agent(new_drug, 2).",
    ":- vocabulary(agent, agent_kind/2).",
    "complete(c, known_agent). listed_value(kind, 1, other). policy_place(p, 'Place').",
)
"""What speaks of facts of the library in ways that they are not meant for."""


def one_by_one(monkeypatch: pytest.MonkeyPatch, loaded: Loaded) -> tuple[Diagnostic, ...]:
    """What is said of a program if each fact is looked at by every check."""
    some = Context.clauses

    def every(self: Context, _: Callable[[Pred, Facts], bool]) -> Iterator[Clause]:
        return some(self, lambda *_: True)

    with monkeypatch.context() as patched:
        patched.setattr(Context, "clauses", every)
        return check(loaded)


@pytest.mark.parametrize("file", PROGRAMS, ids=lambda file: file.stem)
def test_facts_as_a_whole_are_told_as_one_by_one(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a program it is said the same, in the same order, whether facts are looked at by predicates or each by itself."""
    loaded = load_files([file])
    assert one_by_one(monkeypatch, loaded) == check(loaded)


@pytest.mark.parametrize("added", ADDED)
def test_facts_of_the_library_are_told_as_one_by_one(added: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same where a program says something else of what the library states."""
    loaded = load_text(LIBRARY + added)
    assert one_by_one(monkeypatch, loaded) == check(loaded)


def test_variable_in_a_vocabulary_is_an_error() -> None:
    """A fact of a vocabulary that has a variable is told, and is no name."""
    found = check(load_text(":- pred p(A: thing).\n:- vocabulary(thing, known/1).\nknown(a).\nknown(_).\np(a)."))
    assert ["E203"] == [each.code for each in found if each.is_error]
