"""How tests are run: which examples hypothesis draws, and how many processes share the work.

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


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """A run of folders uses all processors; a run of files that are named does without other processes."""
    return 0 if all(".py" in each for each in config.args) else None
