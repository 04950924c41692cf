"""On random programs engines, referees, explanations and checker agree: `tests/agreement.py` says in what."""

from __future__ import annotations

import os
import random

import pytest

pytest.importorskip("duckdb")

from tests.agreement import differing  # needs DuckDB
from tests.strategies import Options

AT_A_TIME = 8
"""How many programs are drawn, and given to SWI-Prolog, at once."""


def parts(*, quick: int, heavy: int) -> list[object]:
    """The numbers of so many drawings of which some are for every day, and the others for the gate."""
    return [*range(quick), *(pytest.param(part, marks=pytest.mark.heavy) for part in range(quick, quick + heavy))]


def seed(part: int) -> int:
    """Where a drawing begins: in the gate the same place in every run."""
    return part if "PRIORLOG_GATE" in os.environ else random.SystemRandom().randrange(2**32)


@pytest.mark.parametrize("part", parts(quick=2, heavy=13))
def test_all_agree_on_programs_in_order(part: int) -> None:
    """With literals in SWI-Prolog's order, pyDatalog, DuckDB, clingo, SWI-Prolog, definitions and checker agree."""
    found = differing(AT_A_TIME, seed(part), Options(in_order=True))
    assert not found, "\n\n".join(found)


@pytest.mark.parametrize("part", parts(quick=1, heavy=9))
def test_all_but_swi_prolog_agree_on_programs_in_any_order(part: int) -> None:
    """With literals in any order and with decimals, which SWI-Prolog does without, the others agree."""
    found = differing(AT_A_TIME, seed(part), Options(decimals=True))
    assert not found, "\n\n".join(found)
