"""How benchmarks time calls, commands, and work in a process that stays: on the clock and in processor time."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Taken(NamedTuple):
    """Seconds on the clock, and of processor time, which other work on the machine sways less."""

    clock: float
    processor: float


def median(run: Callable[[], object], times: int) -> float:
    """The median time of a call in seconds, after one call that is not counted."""
    run()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def middle(runs: Iterable[Taken]) -> Taken:
    """The medians of several runs."""
    clock, processor = zip(*runs, strict=True)
    return Taken(statistics.median(clock), statistics.median(processor))


@contextmanager
def of_children() -> Iterator[list[Taken]]:
    """A block that starts processes and waits for their end; afterwards the list has what they took."""
    taken: list[Taken] = []
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    yield taken
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    taken.append(Taken(time.perf_counter() - start, used))


def measure(command: Sequence[str], checkout: Path = ROOT, environment: Mapping[str, str] | None = None) -> Taken:
    """What a command takes from its start to its end. Raises `CalledProcessError` if it fails."""
    with of_children() as taken:
        subprocess.run(command, cwd=checkout, env=environment, stdout=subprocess.DEVNULL, check=True)
    return taken[0]


def in_checkout(checkout: Path, cache: Path) -> dict[str, str]:
    """The environment in which Python runs the code of a checkout, with a cache of its own, and keeps what it compiles."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(checkout), "XDG_CACHE_HOME": str(cache)}


class Timer:
    """A process over the code of one checkout that is told tasks, a line each, and answers each with the numbers that it took."""

    def __init__(self, given: IO[str], told: IO[str]) -> None:
        self.given, self.told = given, told

    @classmethod
    @contextmanager
    def of(cls, checkout: Path, script: str) -> Iterator[Timer]:
        """One that runs a script beside this file, with a cache of its own."""
        with tempfile.TemporaryDirectory() as cache:
            command = [sys.executable, str(Path(__file__).with_name(script))]
            environment, pipe = in_checkout(checkout, Path(cache)), subprocess.PIPE
            with subprocess.Popen(
                command, stdin=pipe, stdout=pipe, text=True, env=environment, cwd=checkout
            ) as process:
                assert process.stdin
                assert process.stdout
                yield cls(process.stdin, process.stdout)
                process.stdin.close()

    def time(self, task: str) -> list[float]:
        """The numbers of seconds that a task takes, as the script says them."""
        print(task, file=self.given, flush=True)
        return [float(each) for each in self.told.readline().split()]
