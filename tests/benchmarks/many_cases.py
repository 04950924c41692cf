"""What it takes to review many case files, or to import and review many bundles, in one run, in proportion to one.

`python -m tests.benchmarks.many_cases [ROUNDS] [NUMBER ...]`: each run is a process of its own, runs of all sizes in turn; what is told
is the median of the clock and of the processor time of all processes of a run, and what one more case takes.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.generate import rows, write_pl
from tests.kb.fhir_bundles import changed

NUMBERS = (1, 100, 1_000)
SEED = 7


def case_files(folder: Path, number: int) -> Path:
    """A folder with so many case files, of a case each."""
    folder.mkdir()
    for at, row in enumerate(rows(number, SEED)):
        write_pl([row], folder / f"case_{at:05}.pl")
    return folder


def bundles(folder: Path, number: int) -> Path:
    """A folder with so many bundles, of a patient each."""
    folder.mkdir()
    text = json.dumps(changed(lambda _: None))
    for at in range(number):
        (folder / f"bundle_{at:05}.json").write_text(text, encoding="utf-8")
    return folder


def run(arguments: Sequence[str]) -> tuple[float, float]:
    """The seconds of the clock, and of the processors, that a command takes with all its processes."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "explain.cli", *arguments]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    taken, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return taken, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(rounds: int, numbers: Sequence[int]) -> None:
    """Prints a line for each number of cases, of files and of bundles."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asked = {}
        for number in numbers:
            asked["files", number] = [str(case_files(folder / f"files{number}", number))]
            asked["bundles", number] = ["--from", str(bundles(folder / f"bundles{number}", number))]
        found: dict[tuple[str, int], list[tuple[float, float]]] = {each: [] for each in asked}
        for _ in range(rounds):
            for each, cases in asked.items():
                found[each].append(run(["review", *cases, "--format", "json", "-o", os.devnull]))
    for what in ("files", "bundles"):
        first: tuple[float, float] | None = None
        for number in numbers:
            clock, used = (statistics.median(each) for each in zip(*found[what, number], strict=True))
            print(f"{number:>6,} {what:<8} {clock:7.2f} s on the clock, {used:7.2f} s of processors", end="")
            if first is None:
                first = clock, used
                print()
            else:
                more = (used - first[1]) / (number - numbers[0]) * 1000
                print(f"; {more:.1f} ms of processors for each further one")


if __name__ == "__main__":
    main(int((sys.argv[1:2] or ["3"])[0]), [*map(int, sys.argv[2:])] or NUMBERS)
