"""How fast it is, in one table: `python -m tests.benchmarks.speed`.

Each figure is a ratio to a peer in the same run, or a rate: medians of runs of the one and the other in turn, on the clock and of
processor time, by which the ratios are. `--full` takes a million cases and ten million; rows are chosen by their names.
`--beside CHECKOUT` measures another checkout of this repository too, its runs between those of this one. What a checkout
cannot do yet is said to be not there.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from rich.console import Console
from rich.table import Table

from tests.benchmarks import closure, generate, populations
from tests.benchmarks.generate import rows, write_pl
from tests.benchmarks.timing import ROOT, Taken, Timer, in_checkout, measure, middle, of_children
from tests.explain.repl_terminal import Terminal

CASE = ROOT / "examples" / "cases" / "01_rrmm_meets_criteria.pl"
PRIORLOG = (sys.executable, "-c", "from explain.cli.entry import main; raise SystemExit(main())")
IMPORTS = (sys.executable, "-c", "import rich.console, rich.tree, rich.table, pyDatalog")
OWN = ROOT / "examples" / "policies" / "evolocumab.pl"
EPOCH = "1764374400"
SINGLE = frozenset(("birth_date", "sex", "indication", "regimen", "tablet", "quantity"))
"""The predicates of which a case may state one value."""

Runs: TypeAlias = Mapping[str, Callable[[], Taken]]
"""What is run in turn, by name."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of the table: what it measures and, by the names of what was run, what is divided by what."""

    name: str
    of: str
    peer: str | None = None
    aim: str = ""
    is_rate: bool = False
    by_clock: bool = False
    """Whether the ratio is of the time on the clock, where work is divided among processes."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """One that is measured, with a cache of its own and a place for what its runs write."""

    path: Path
    scratch: Path

    @property
    def environment(self) -> dict[str, str]:
        return {**in_checkout(self.path, self.scratch / "cache"), "SOURCE_DATE_EPOCH": EPOCH}

    def command(self, *command: str) -> Callable[[], Taken]:
        """A call that runs a command to its end."""
        return lambda: measure(command, self.path, self.environment)

    def priorlog(self, *arguments: str) -> Callable[[], Taken]:
        """A call that runs a command of `priorlog` to its end."""
        return self.command(*PRIORLOG, *arguments)

    def does(self, *arguments: str) -> bool:
        """Whether it has a command of `priorlog`: one that ends well on little."""
        done = subprocess.run(
            [*PRIORLOG, *arguments], cwd=self.path, env=self.environment, capture_output=True, check=False
        )
        return done.returncode == 0

    def prompt(self) -> Taken:
        """What it takes from a start to the first prompt in a terminal, and to be ended."""
        environment = self.environment
        with of_children() as taken, Terminal(state=self.scratch / "state", cwd=self.path, **environment):
            pass
        return taken[0]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured."""

    cases: int
    """In the smaller population; the larger has ten times as many."""
    reviews: int
    files: int


@dataclass(frozen=True, slots=True)
class Row:
    """Figures that are measured together: what makes the runs for a checkout, which gives none where it cannot do it."""

    figures: tuple[Figure, ...]
    runs: Callable[[Checkout, Sizes, ExitStack], Runs]
    most: int | None = None
    """How often each is run at most."""


# --- what is run -----------------------------------------------------------------------------------------------------


def process(checkout: Checkout, _: Sizes, __: ExitStack) -> Runs:
    """A review as a process of its own."""
    return {"import": checkout.command(*IMPORTS), "review": checkout.priorlog("review", str(CASE))}


def own(checkout: Checkout, _: Sizes, stack: ExitStack) -> Runs:
    """A policy of one's own, opened by processes and in one that stays."""
    timer = stack.enter_context(Timer.of(checkout.path, "speed_timed.py"))
    return {
        "import": checkout.command(*IMPORTS),
        "check": checkout.priorlog("check", str(OWN)),
        "read": lambda: Taken(*timer.time("read")),
        "open": lambda: Taken(*timer.time("open")),
    }


def reviews(checkout: Checkout, sizes: Sizes, stack: ExitStack) -> Runs:
    """Reviews in a process that stays."""
    timer = stack.enter_context(Timer.of(checkout.path, "speed_timed.py"))

    def task(name: str) -> Callable[[], Taken]:
        return lambda: Taken(*timer.time(f"{name} {sizes.reviews}"))

    return {name: task(name) for name in ("clingo", "explained", "missing", "verified")}


def step(checkout: Checkout, _: Sizes, stack: ExitStack) -> Runs:
    """Steps of an interview."""
    timer = stack.enter_context(Timer.of(checkout.path, "speed_timed.py"))
    return {"step": lambda: Taken(*timer.time("step"))}


def prompt(checkout: Checkout, _: Sizes, __: ExitStack) -> Runs:
    """The start of the prompt."""
    return {"prompt": checkout.prompt}


def population(checkout: Checkout, size: int) -> Path:
    """A population in a folder, made once for all checkouts."""
    folder = checkout.scratch.parent / f"population_{size}"
    if not folder.exists():
        populations.write(folder, size)
    return folder


def peer(checkout: Checkout, name: str, folder: Path) -> Callable[[], Taken]:
    """A run over a population, of `batch` or of a query by hand."""
    return checkout.command(sys.executable, "-m", "tests.benchmarks.populations", "--peer", name, str(folder))


def batch(checkout: Checkout, sizes: Sizes, _: ExitStack) -> Runs:
    """A population beside the query by hand, and ten times as large a one."""
    one, ten = (population(checkout, size) for size in (sizes.cases, 10 * sizes.cases))
    return {
        "duckdb": peer(checkout, "duckdb", one),
        "batch": peer(checkout, "batch", one),
        "batch of ten times as many": peer(checkout, "batch", ten),
    }


def explained_batch(checkout: Checkout, sizes: Sizes, _: ExitStack) -> Runs:
    """A population with explanations."""
    folder, output = population(checkout, sizes.cases), str(checkout.scratch / "out.parquet")
    explain = ("--explain", str(checkout.scratch / "reasons.parquet"))
    few = population(checkout, 10)
    if not checkout.does("batch", str(few), "-o", output, *explain):
        return {}
    return {
        "batch": checkout.priorlog("batch", str(folder), "-o", output),
        "explained": checkout.priorlog("batch", str(folder), "-o", output, *explain),
    }


def recursion(problem: str) -> Callable[[Checkout, Sizes, ExitStack], Runs]:
    """A problem of recursion, on DuckDB and by clingo."""

    def runs(checkout: Checkout, _: Sizes, __: ExitStack) -> Runs:
        goal, edges = closure.PROBLEMS[problem]
        file = checkout.scratch / f"{goal}.pl"
        file.write_text(closure.program(goal, edges()))
        here = (sys.executable, "-m", "tests.benchmarks.closure", "--peer")
        return {name: checkout.command(*here, name, str(file), goal) for name in ("clingo", "duckdb")}

    return runs


def folder(checkout: Checkout, sizes: Sizes, _: ExitStack) -> Runs:
    """Many case files in one run, and one of them."""
    source, output = checkout.scratch / "cases", f"{checkout.scratch / 'reviews'}/"
    one = checkout.scratch / "one"
    for each in (source, one):
        each.mkdir()
    for number, facts in zip(range(sizes.files), filter(_can_be_read, rows(2 * sizes.files, 1)), strict=False):
        write_pl([facts], source / f"case{number:05}.pl")
    shutil.copy(source / "case00000.pl", one)
    arguments = ("-o", output, "--format", "json")
    if not checkout.does("review", str(one), *arguments):
        return {}
    return {
        "one": checkout.priorlog("review", str(one), *arguments),
        "all": checkout.priorlog("review", str(source), *arguments),
    }


def _can_be_read(facts: list[generate.Row]) -> bool:
    """Whether a case has one value at most for each key of a birth date and the like."""
    keys = [row[:2] for row in facts if row[0] in SINGLE]
    return len(keys) == len(set(keys))


ROWS: Mapping[str, Row] = {
    "process": Row(
        (Figure("`review CASE` as a process, to importing rich and pyDatalog", "review", "import", "1.5"),), process
    ),
    "own": Row(
        (
            Figure(
                "`check` of a policy of one's own as a process, to importing rich and pyDatalog",
                "check",
                "import",
                "1.5",
            ),
            Figure("opening a policy of one's own once more, to reading its text alone", "open", "read", "2"),
        ),
        own,
    ),
    "reviews": Row(
        (
            Figure("a warm review with its proof, to one clingo solve of the case afresh", "explained", "clingo", "2"),
            Figure("reviews a second: explained", "explained", aim="500", is_rate=True),
            Figure("reviews a second: with what is missing", "missing", aim="200", is_rate=True),
            Figure("reviews a second: verified from their JSON", "verified", aim="100", is_rate=True),
        ),
        reviews,
    ),
    "batch": Row(
        (
            Figure("{0:,} cases in batch, to the query by hand in DuckDB", "batch", "duckdb", "1.5"),
            Figure("{1:,} cases to {0:,}", "batch of ten times as many", "batch", "11"),
        ),
        batch,
        3,
    ),
    "explain": Row(
        (Figure("`batch --explain` of {0:,} cases, to `batch`", "explained", "batch", "2"),), explained_batch, 3
    ),
    "closure": Row(
        (Figure("transitive closure of a chain of 2,000 on DuckDB, to clingo", "duckdb", "clingo", "1"),),
        recursion("transitive closure, chain of 2,000"),
        3,
    ),
    "generation": Row(
        (Figure("same generation on DuckDB, to clingo", "duckdb", "clingo", "1"),),
        recursion("same generation, binary tree of 1,023"),
        3,
    ),
    "folder": Row(
        (
            Figure(
                "reviews of {2:,} case files in one run, to one of them, on the clock",
                "all",
                "one",
                "under 5 s",
                by_clock=True,
            ),
        ),
        folder,
        3,
    ),
    "prompt": Row((Figure("the prompt, to its first line", "prompt", aim="0.2 s"),), prompt),
    "step": Row((Figure("a step of an interview", "step", aim="0.05 s"),), step),
}


# --- the table -------------------------------------------------------------------------------------------------------


def measured(row: Row, checkouts: Sequence[Checkout], sizes: Sizes, times: int) -> list[dict[str, Taken]]:
    """The medians of what a row runs, for each checkout; the first round fills caches, and is not counted."""
    with ExitStack() as stack:
        runs = [row.runs(each, sizes, stack) for each in checkouts]
        taken: list[dict[str, list[Taken]]] = [{name: [] for name in each} for each in runs]
        for number in range(min(times, row.most or times) + 1):
            for which, own in enumerate(runs):
                for name, run in own.items():
                    one = run()
                    if number:
                        taken[which][name].append(one)
    return [{name: middle(each) for name, each in own.items()} for own in taken]


def cells(figure: Figure, found: Mapping[str, Taken]) -> Iterator[str]:
    """The cells of a figure: its time on the clock and of processor time, that of its peer, and the ratio or the rate."""
    if figure.of not in found:
        yield from ("not there", "", "", "")
        return
    own, other = found[figure.of], found[figure.peer] if figure.peer else None
    yield seconds(own.clock)
    yield seconds(own.processor)
    if other is None:
        yield ""
        yield f"{1 / own.processor:.0f} a second" if figure.is_rate else ""
        return
    at = 0 if figure.by_clock else 1
    yield seconds(other[at])
    yield f"{own[at] / other[at]:.2f}"


def seconds(time: float) -> str:
    """A time in seconds, or milliseconds where it is short."""
    return f"{time:.2f} s" if time >= 1 else f"{time * 1000:.1f} ms"


def main() -> None:
    """Prints the table, a row as soon as it is measured on standard error."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.speed", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}; all if none is named")
    parser.add_argument("--beside", type=Path, metavar="CHECKOUT", help="measure another checkout in the same run")
    parser.add_argument(
        "--runs", type=int, default=5, help="how often each is run (default 5, and 3 of what takes long)"
    )
    parser.add_argument("--cases", type=int, default=100_000, help="in the smaller population (default 100,000)")
    parser.add_argument("--full", action="store_true", help="populations of a million and of ten million cases")
    parser.add_argument("--reviews", type=int, default=20, help="how many random cases are reviewed (default 20)")
    parser.add_argument("--files", type=int, default=1_000, help="how many case files one run is given (default 1,000)")
    asked = parser.parse_args()
    if unknown := [name for name in asked.rows if name not in ROWS]:
        parser.error(f"there is no row {unknown[0]!r}; rows are {', '.join(ROWS)}")
    sizes = Sizes(1_000_000 if asked.full else asked.cases, asked.reviews, asked.files)
    table = Table("figure", "checkout", "clock", "processor time", "peer", "ratio or rate", "aim")
    with tempfile.TemporaryDirectory() as place:
        checkouts = []
        for path in filter(None, (asked.beside, ROOT)):
            scratch = Path(place) / str(len(checkouts))
            scratch.mkdir()
            checkouts.append(Checkout(path.resolve(), scratch))
        for name in asked.rows or ROWS:
            found = measured(ROWS[name], checkouts, sizes, asked.runs)
            for figure in ROWS[name].figures:
                title = figure.name.format(sizes.cases, 10 * sizes.cases, sizes.files)
                for checkout, own in zip(checkouts, found, strict=True):
                    line = (title, checkout.path.name if len(checkouts) > 1 else "", *cells(figure, own), figure.aim)
                    print(*filter(None, line), sep="; ", file=sys.stderr, flush=True)
                    table.add_row(*line)
            table.add_section()
    Console(width=170).print(table)


if __name__ == "__main__":
    main()
