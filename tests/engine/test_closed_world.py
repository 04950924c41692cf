"""Batches in the closed-world reading say what clingo and SWI-Prolog say of the same facts: a smaller run of
`tests/benchmarks/closed_world.py`."""

from __future__ import annotations

import pytest

pytest.importorskip("duckdb", reason="DuckDB is not installed: pip install 'priorlog[duckdb]'")

from tests.benchmarks.closed_world import compare  # needs DuckDB
from tests.referees import swipl_available


@pytest.mark.heavy
def test_batches_agree_with_clingo_and_swi_prolog() -> None:
    """Determination, each criterion and alternative, and quantity of random cases are those of the shipped rules there."""
    cases, words, faults = compare(130, 19, 0, with_swipl=swipl_available())
    assert faults == []
    assert (cases > 60, words > 10 * cases) == (True, True)
