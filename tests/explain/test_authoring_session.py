"""The session in `examples/authoring/session.md` is what the command that it names records."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "examples" / "authoring"


@pytest.mark.heavy
def test_the_session_is_as_it_was_recorded() -> None:
    """An author changes a rule, sees what flips, adds tests and proves a refactoring equivalent: each command prints what is shown."""
    script = runpy.run_path(str(FOLDER / "record_session.py"))
    assert (FOLDER / "session.md").read_text(encoding="utf-8") == script["record"]()


def test_the_session_shows_each_step_of_the_work() -> None:
    """What a check says of the change, what flips, the tests that notice, and a refactoring that is equivalent."""
    text = (FOLDER / "session.md").read_text(encoding="utf-8")
    shown = ["warning[W319]", "looser", "Summary\n  29 passed", "F.F.F....     failed", "equivalent  in no case"]
    assert sorted(shown, key=text.index) == shown
