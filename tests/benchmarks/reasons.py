"""What reasons cost: `python -m tests.benchmarks.reasons` prints `batch --explain` beside `batch` of the same cases.

Each run is a process of its own, from its start to its output, and the two alternate. Medians of processor time, which other work
on the machine sways less than the clock, and their ratio.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks.generate import rows, write_parquet
from tests.benchmarks.timing import Taken, measure

SIZES = (1, 10_000, 1_000_000)


def commands(folder: Path, output: Path) -> dict[str, list[str]]:
    """The command without reasons and the one with them."""
    plain = [sys.executable, "-m", "explain.cli", "batch", str(folder), "-o", str(output)]
    return {"batch": plain, "batch --explain": [*plain, "--explain", str(output.with_name("reasons.parquet"))]}


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.reasons", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    table = Table("cases", "command", "on the clock", "processor time", "ratio to batch")
    for size in asked.sizes:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "population"
            write_parquet(rows(size, 1), folder)
            asked_for = commands(folder, Path(place) / "out.parquet")
            taken: dict[str, list[Taken]] = {name: [] for name in asked_for}
            for _ in range(asked.runs):
                for name, command in asked_for.items():
                    taken[name].append(measure(command))
        clock, used = (
            {name: statistics.median(run[at] for run in runs) for name, runs in taken.items()} for at in (0, 1)
        )
        for name in taken:
            ratio = used[name] / used["batch"]
            table.add_row(f"{size:,}", name, f"{clock[name]:.2f} s", f"{used[name]:.2f} s", f"{ratio:.2f}")
        table.add_section()
    Console().print(table)


if __name__ == "__main__":
    main()
