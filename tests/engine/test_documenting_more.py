"""Documenting more settles what is open and leaves the rest: a smaller run of `tests/benchmarks/documenting_more.py`."""

from __future__ import annotations

from engine.knowledge import KnowledgeBase, Rules
from kb.language.loader import load_text, read_goal
from kb.language.syntax import AtomF
from kb.language.truth import Truth
from tests.benchmarks.documenting_more import of_cases, of_programs


def test_of_random_cases_only_what_is_open_changes() -> None:
    """A criterion that is met stays met, one that is not met stays so, and no case that does not meet the criteria comes to
    meet them, unless a record is complete that rules could conclude more of."""
    assert list(of_cases(16, 31)) == []


def test_of_random_programs_only_what_is_unknown_changes() -> None:
    """What is true stays true and what is false stays false, under whatever rules."""
    assert list(of_programs(40, 0)) == []


def test_a_complete_record_that_rules_could_conclude_is_the_exception() -> None:
    """The statement makes false what a rule concludes once more is documented; so the definitions have it."""
    rules = Rules.of(load_text(":- abducible p/2, q/2. p(C, X) :- q(C, X). complete(c, p).").program)
    atom, fact = read_goal("p(c, a)"), load_text("q(c, a).").program.clauses
    assert isinstance(atom, AtomF)
    assert (Truth.FALSE, Truth.TRUE) == (KnowledgeBase(rules).truth(atom), KnowledgeBase(rules, fact).truth(atom))
