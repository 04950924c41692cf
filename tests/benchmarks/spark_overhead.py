"""What Spark takes beside DuckDB: `python -m tests.benchmarks.spark_overhead` prints `batch --engine spark` beside `batch` of the same cases.

Each run is a process of its own, from its start until Java has ended too, and the engines alternate; with `--before CHECKOUT` so does
Spark with the code of another checkout. Medians of processor time, of Python and Java together, and their ratio to DuckDB. Linux alone
says what Java took, which outlives the process that starts it.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks.generate import rows, write_parquet
from tests.benchmarks.timing import ROOT, Taken, in_checkout, measure, middle, of_children

SIZES = (1_000, 100_000, 1_000_000)
_PR_SET_CHILD_SUBREAPER = 36


def measured(command: list[str], checkout: Path, cache: Path) -> Taken:
    """What a command takes, with the processes that it leaves behind."""
    with of_children() as taken:
        measure(command, checkout, in_checkout(checkout, cache))
        with suppress(ChildProcessError):
            while True:
                os.wait()
    return taken[0]


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.spark_overhead", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--before", type=Path, metavar="CHECKOUT")
    asked = parser.parse_args()
    if ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise SystemExit("this machine does not say what processes took that outlive those that started them")
    table = Table("cases", "engine", "on the clock", "processor time", "ratio to DuckDB")
    for size in asked.sizes:
        with tempfile.TemporaryDirectory() as place:
            folder, output = Path(place) / "population", Path(place) / "out.parquet"
            write_parquet(rows(size, 1), folder)
            batch = [sys.executable, "-m", "explain.cli", "batch", str(folder), "-o", str(output), "--engine"]
            runs = {"DuckDB": ("duckdb", ROOT), "Spark": ("spark", ROOT)}
            if asked.before is not None:
                runs["Spark, before"] = "spark", asked.before.absolute()
            taken: dict[str, list[Taken]] = {name: [] for name in runs}
            for _ in range(asked.runs):
                for name, (engine, checkout) in runs.items():
                    taken[name].append(measured([*batch, engine], checkout, Path(place) / f"cache {name}"))
        found = {name: middle(several) for name, several in taken.items()}
        for name, (clock, used) in found.items():
            ratio = used / found["DuckDB"].processor
            table.add_row(f"{size:,}", name, f"{clock:.1f} s", f"{used:.1f} s", f"{ratio:.1f}")
        table.add_section()
    Console().print(table)


if __name__ == "__main__":
    main()
