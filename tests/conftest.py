"""How tests are run: which examples hypothesis draws, how many processes share the work, and who does what.

In the gate hypothesis draws the same examples in every run, so that a failure there can be had again; elsewhere it draws
at random. The scripts in `tests/benchmarks/` look further.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(  # a loaded machine is no reason to fail
    "everywhere", deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
settings.register_profile("gate", settings.get_profile("everywhere"), derandomize=True)
settings.load_profile("gate" if "PRIORLOG_GATE" in os.environ else "everywhere")


LONGEST_FIRST = (
    "spark",
    "tests/explain/test_random_cases.py",
    "tests/explain/test_html.py",
    "tests/explain/test_example_cases.py",
    "tests/engine/test_batch.py",
    "tests/zoo/test_generated.py",
    "tests/explain/test_interview.py",
    "tests/test_hostile_text.py",
    "tests/explain/test_cli.py",
    "tests/explain/test_verify.py",
    "tests/explain/test_missing.py",
)
"""The groups and files that take longest: one that begins late is what the other processes would wait for."""

ONE_BY_ONE = "tests/test_random_programs.py"
"""Tests that take long and share nothing: done last, by whichever process is free."""


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Gives each file, with what its tests share, to one process; the longest are given out first."""
    if not hasattr(config, "workerinput"):
        return
    group_of = {item: _group(item) for item in items}
    for item, group in group_of.items():
        if group is not None:
            item.add_marker(pytest.mark.xdist_group(group))
    places = {group: place for place, group in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: (group_of[item] is None, places.get(group_of[item] or "", len(places))))


def _group(item: pytest.Item) -> str | None:
    """The tests that one process is given together: those of a mark, or else of a file."""
    mark = item.get_closest_marker("xdist_group")
    if mark is not None:
        return str(mark.args[0])
    file = item.nodeid.partition("::")[0]
    return None if file == ONE_BY_ONE else file


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """A run of folders uses all processors; a run of files that are named does without other processes."""
    return 0 if all(".py" in each for each in config.args) else None
