"""Programs and goals of tests, as texts say them."""

from __future__ import annotations

from engine.checks import check
from kb.language.loader import load_text, read_goal
from kb.language.program import Program
from kb.language.syntax import Body


def program_of(text: str) -> Program:
    """The program that a text says; the checker finds no error in it."""
    loaded = load_text(text)
    assert [each.message for each in check(loaded) if each.is_error] == []
    return loaded.program


def goal_of(text: str) -> Body:
    """The goal that a text says."""
    goal = read_goal(text)
    assert not isinstance(goal, tuple), goal
    return goal
