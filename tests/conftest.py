"""How hypothesis draws examples: at random, but the same ones in every run of the gate, so that a failure there can be
had again. The scripts in `tests/benchmarks/` look further."""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("gate", derandomize=True, database=None)
if "PRIORLOG_GATE" in os.environ:
    settings.load_profile("gate")
