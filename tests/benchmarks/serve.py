"""How long replies of the service take: one request at a time, then fifty at once for a minute, none of them wrong and none lost.

python -m tests.benchmarks.serve [SECONDS] [AT_ONCE] [OPTIONS OF SERVE ...]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from statistics import quantiles

import httpx

from tests.explain.serving import ROOT, serving

CASES = sorted((ROOT / "examples" / "cases").glob("*.pl"))
DEFAULTS = ("60", "50")
"""For how many seconds so many requests are made at once."""
ALONE = 3
"""How many times each case is reviewed alone."""


def main() -> None:
    """Measures, and prints what came of it; ends with 1 if a reply was wrong or lost."""
    seconds, at_once = (int(given) for given in [*sys.argv[1:3], *DEFAULTS[len(sys.argv) - 1 :]])
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "log", *sys.argv[3:]) as running:
        measured = _Measured(running.address)
        alone = [measured.asked(case) for _ in range(ALONE) for case in CASES]
        _tell("one at a time", alone, sum(alone))
        began = time.monotonic()
        with ThreadPoolExecutor(at_once) as pool:
            several = pool.map(lambda first: measured.ask_until(first, began + seconds), range(at_once))
            together = [each for taken in several for each in taken]
        _tell(f"{at_once} at once", together, time.monotonic() - began)
    wrong = {each: number for each, number in measured.outcomes.items() if each != "right"}
    print(f"right: {measured.outcomes['right']}; wrong or lost: {wrong or 0}")
    sys.exit(bool(wrong))


class _Measured:
    """Asks for reviews, and compares each with the first one of its case."""

    def __init__(self, address: str) -> None:
        self.client = httpx.Client(base_url=address, timeout=600, limits=httpx.Limits(max_connections=None))
        self.outcomes: Counter[str] = Counter()
        self.expected: dict[Path, bytes] = {}

    def asked(self, case: Path) -> float:
        """How long the review of a case takes, in seconds."""
        began = time.monotonic()
        try:
            reply = self.client.post("/review", content=case.read_bytes(), headers={"content-type": "text/plain"})
        except httpx.HTTPError as error:
            self.outcomes[type(error).__name__] += 1
            return time.monotonic() - began
        taken = time.monotonic() - began
        is_right = reply.status_code == 200 and self.expected.setdefault(case, reply.content) == reply.content
        self.outcomes["right" if is_right else f"status {reply.status_code}"] += 1
        return taken

    def ask_until(self, first: int, end: float) -> list[float]:
        """Reviews of one case after the other, as long as there is time."""
        taken: list[float] = []
        for number in count(first):
            if time.monotonic() >= end:
                return taken
            taken.append(self.asked(CASES[number % len(CASES)]))
        raise AssertionError("numbers do not end")


def _tell(what: str, taken: Sequence[float], whole: float) -> None:
    cuts = quantiles(taken, n=100)
    middle, late, last = (f"{1000 * each:,.0f}" for each in (cuts[49], cuts[94], max(taken)))
    print(f"{what}: {len(taken)} replies in {whole:.1f} s; median {middle} ms, 95% within {late} ms, longest {last} ms")


if __name__ == "__main__":
    main()
