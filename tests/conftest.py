"""How tests are run: which examples hypothesis draws, how many processes share the work, and who does what.

In the gate hypothesis draws the same examples in every run, so that a failure there can be had again; elsewhere it draws
at random. The scripts in `tests/benchmarks/` look further.
"""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

import explain.process
from explain.proof.missing import FirstSets

settings.register_profile(  # a loaded machine is no reason to fail
    "everywhere", deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
settings.register_profile("gate", settings.get_profile("everywhere"), derandomize=True)
os.environ["SOURCE_DATE_EPOCH"] = "1764374400"  # 29 November 2025: what day it is changes no report
explain.process.MOST_NEW = (
    1_000_000  # the programs that tests keep are large, and a collection goes through what is new of them
)
gc.set_threshold(explain.process.MOST_NEW, 20, 100)
settings.load_profile("gate" if "PRIORLOG_GATE" in os.environ else "everywhere")


@pytest.fixture
def without_repairs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves the search for missing facts, which costs most, out of reviews: for tests that do not look at it."""
    monkeypatch.setattr("explain.proof.missing.Repairs.first", lambda _self, _goal, *_: FirstSets())


LONGEST_FIRST = (
    "spark",
    "tests/engine/test_batch.py",
    "tests/explain/test_authoring.py",
    "tests/explain/test_example_policies.py",
    "tests/explain/test_cli.py",
    "tests/explain/test_serve.py",
    "tests/explain/test_interview.py",
    "tests/test_hostile_text.py",
    "tests/explain/test_api.py",
    "tests/explain/test_lsp.py",
    "tests/explain/test_repl_experiments.py",
    "tests/explain/test_policy_tests.py",
    "tests/explain/test_example_cases.py",
    "tests/explain/test_frames.py",
    "tests/explain/test_document.py",
    "tests/explain/test_terminal.py",
    "tests/explain/test_interview_terminal.py",
    "tests/explain/test_html.py",
    "tests/explain/test_fhir_questionnaire.py",
    "tests/explain/test_verify.py",
    "tests/explain/test_side_by_side.py",
    "tests/zoo/test_generated.py",
    "tests/engine/test_sql.py",
    "tests/kb/test_fhir_import.py",
)
"""The groups and files that take longest: one that begins late is what the other processes would wait for."""

ONE_BY_ONE = "tests/test_random_programs.py"
"""Tests that take long and share nothing: done last, by whichever process is free."""


def group_of(nodeid: str) -> str:
    """The tests that one process is given together: those of a file, those with Spark, or a test by itself."""
    file = nodeid.partition("::")[0]
    return nodeid if file == ONE_BY_ONE else "spark" if "spark" in file.rpartition("/")[2] else file


class ByGroup(LoadScopeScheduling):
    """Gives each group, with what its tests share, to one process, in the order of the tests."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Work is shared by groups, whatever `--dist` says."""
    return ByGroup(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several processes share the work, the longest groups are given out first, single tests last."""
    if hasattr(config, "workerinput"):
        places = {group: place for place, group in enumerate(LONGEST_FIRST)}
        items.sort(
            key=lambda item: (item.nodeid.startswith(ONE_BY_ONE), places.get(group_of(item.nodeid), len(places)))
        )


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """A run of folders has a process more than there are processors, since some tests wait for what they start; more would
    each collect all tests first. A run of files that are named does without other processes."""
    return 0 if all(".py" in each for each in config.args) else (os.cpu_count() or 1) + 1
