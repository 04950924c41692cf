"""Whole populations, beside the same policy written by hand: `python -m tests.benchmarks.populations` prints one table.

`priorlog batch` decides in three values and reports every criterion's status; its peers (`by_hand.py`) decide in two
values and report the determination alone: DuckDB SQL and Polars over the same Parquet files, clingo and SWI-Prolog over
the facts as text they read fastest, compiled Soufflé where it is installed, and pyDatalog over facts in memory. Each run is a process of its own, from its start
to its output; runs of different peers alternate. Medians on the clock and of processor time, which other work on the
machine sways less, and ratios of the latter to hand-written DuckDB in the same run.

`--times N` tells how `batch` grows instead: each population beside N copies of it under other names, the memory of the database bounded by
`--memory`, and the processor time that N times as many take in proportion; with `--summed` by a policy that takes tables
(`engine/batch/general.py`), `--at-once` cases at a time.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from kb.language.loader import SHIPPED, load_text
from tests.benchmarks import by_hand
from tests.benchmarks.generate import COLUMNS, cases, column_types, rows, write_parquet
from tests.benchmarks.timing import Taken, measure, middle, of_children

SIZES = (1, 1_000, 100_000, 1_000_000)
MOST = {"clingo": 100_000, "swipl": 100_000, "pydatalog": 1_000}
"""The largest population that a peer is given."""

SUMMED = f"""
:- ensure_loaded('{SHIPPED / "library" / "cases.pl"}').
:- ensure_loaded('{SHIPPED / "library" / "conditions.pl"}').
brand(xpovio, selinexor).
:- policy(summed, [drug(selinexor)]).
policy_version(summed, 2019-07-01).
approval_duration(selinexor, initial, 12).
criterion(summed, initial, 1, lines, lines).
:- pred lines(Case: case) :: 'the numbers of prior lines come to three or more'.
lines(Case) :- request(Case, _, _, _), aggregate_all(sum(Line), Line, prior_therapy(Case, Line, _), Sum), Sum >= 3.
"""
"""A policy that compares a sum over facts."""


def commands(folder: Path, scratch: Path) -> dict[str, list[str]]:
    """The command of each peer for a population and the files made from it."""
    here = [sys.executable, "-m", "tests.benchmarks.populations", "--peer"]
    found = {
        "batch": [*here, "batch", str(folder)],
        "duckdb": [*here, "duckdb", str(folder)],
        "polars": [*here, "polars", str(folder)],
        "clingo": [*here, "clingo", str(folder)],
        "pydatalog": [*here, "pydatalog", str(folder)],
    }
    if shutil.which("swipl"):
        found["swipl"] = ["swipl", "-q", "-g", "main", "-t", "halt", str(scratch / "population.qlf")]
    if shutil.which("souffle"):
        found["souffle"] = [str(scratch / "policy"), "-F", str(scratch / "facts"), "-D", str(scratch)]
    return found


def prepare(folder: Path, size: int, scratch: Path) -> None:
    """Writes what clingo, SWI-Prolog and Soufflé read; that is not part of what is measured."""
    facts = folder.with_suffix(".lp")
    if shutil.which("souffle"):
        by_hand.write_souffle(folder, scratch / "policy.dl", scratch / "facts")
        subprocess.run(["souffle", "-o", str(scratch / "policy"), str(scratch / "policy.dl")], check=True)
    if size > max(MOST.values()):
        return
    by_hand.write_facts(folder, facts)
    if shutil.which("swipl"):
        source = scratch / "population.pl"
        dynamic = f":- dynamic {', '.join(by_hand.PREDICATES)}.\n" if size < 1000 else ""
        source.write_text(f":- style_check(-discontiguous).\n{dynamic}{by_hand.PROLOG}{facts.read_text()}")
        subprocess.run(
            ["swipl", "-q", "-g", f"qcompile('{source}')", "-t", "halt"], check=True, stderr=subprocess.DEVNULL
        )


def write(folder: Path, size: int) -> None:
    """Writes a population, with an empty table for each predicate without facts, which queries by hand expect to find."""
    import duckdb

    write_parquet(rows(size, 1), folder)
    folder.with_suffix(".size").write_text(str(size))
    for name in COLUMNS:
        if not by_hand.has(folder, name):
            columns = ", ".join(f'NULL::{kind} AS "{column}"' for column, kind in column_types(name).items())
            duckdb.execute(f"COPY (SELECT {columns} LIMIT 0) TO '{folder / name}.parquet' (FORMAT parquet)")


def copy(folder: Path, times: int, target: Path) -> None:
    """Writes a population that has each case of another so many times, under other names; the files of one copy follow each other."""
    import duckdb

    target.mkdir()
    for path in sorted(folder.iterdir()):
        files = path / "*.parquet" if path.is_dir() else path
        copies = (
            f"""SELECT * REPLACE ('{number}_' || "case" AS "case") FROM read_parquet('{files}')"""
            for number in range(times)
        )
        duckdb.execute(f"COPY ({' UNION ALL '.join(copies)}) TO '{target / path.stem}.parquet' (FORMAT parquet)")


def run_peer(peer: str, folder: Path, options: argparse.Namespace) -> None:
    """One run of a peer in this process; its output is thrown away. `options` say what `batch` may take, and what it decides by."""
    with tempfile.TemporaryDirectory() as scratch:
        output = Path(scratch) / "out.parquet"
        match peer:
            case "batch":
                _batch(folder, output, options)
            case "duckdb":
                by_hand.run_duckdb(folder, output)
            case "polars":
                by_hand.run_polars(folder, output)
            case "clingo":
                _clingo(folder.with_suffix(".lp"))
            case "pydatalog":
                _pydatalog(folder)


def _batch(folder: Path, output: Path, options: argparse.Namespace) -> None:
    import engine.batch
    from engine.knowledge import Rules

    rules = Rules.of(load_text(SUMMED).program) if options.summed else None
    at_once = options.at_once or engine.batch.AT_ONCE
    engine.batch.run(folder, output, memory=options.memory, rules=rules, at_once=at_once)


def _clingo(facts: Path) -> int:
    import clingo

    control = clingo.Control(["--warn=none"])
    control.load(str(facts))
    control.add("base", [], by_hand.CLINGO + by_hand.CLINGO_DAYS)
    control.ground([("base", [])])
    with control.solve(yield_=True) as handle:
        return sum(len(model.symbols(shown=True)) for model in handle)


def _pydatalog(folder: Path) -> int:
    from engine.knowledge import KnowledgeBase, Rules
    from kb.language.declarations import MEETS_CRITERIA
    from kb.language.loader import POLICY_FILES, load_files
    from kb.language.syntax import TRUE, AtomF, Clause
    from kb.language.truth import Truth

    rules = Rules.of(load_files(POLICY_FILES).program)
    met = 0
    for case in cases(int(folder.with_suffix(".size").read_text()), 1):
        kb = KnowledgeBase(rules, [Clause(fact, TRUE) for fact in case], closed_world=True)
        met += kb.truth(AtomF(MEETS_CRITERIA, case[0].args[:1])) is Truth.TRUE
    return met


def growth(sizes: Sequence[int], times: int, options: Sequence[str], runs: int) -> Table:
    """How the time of `batch`, run with some options, grows with the population."""
    table = Table("cases", "median", "processor time", "in proportion", "most memory")
    for size in sizes:
        with tempfile.TemporaryDirectory() as place:
            original, one, many = (Path(place) / name for name in ("original", "one", "many"))
            write(original, size)
            copy(original, 1, one)
            copy(original, times, many)
            taken: dict[Path, list[Taken]] = {one: [], many: []}
            most = dict.fromkeys(taken, 0)
            for _ in range(runs):
                for folder, so_far in taken.items():
                    with of_children() as measured:
                        most[folder] = max(most[folder], _most_memory(folder, options))
                    so_far += measured
        before, after = (middle(taken[folder]) for folder in (one, many))
        for number, each, folder in ((size, before, one), (size * times, after, many)):
            ratio = each.processor * size / (before.processor * number)
            cells = f"{each.clock:.2f} s", f"{each.processor:.2f} s", f"{ratio:.2f}", f"{most[folder] / 2**20:.2f} GB"
            table.add_row(f"{number:,}", *cells)
        table.add_section()
    return table


def _most_memory(folder: Path, options: Sequence[str]) -> int:
    """What a run of `batch` in a process of its own holds at most, in kilobytes."""
    command = [sys.executable, "-m", "tests.benchmarks.populations", "--peer", "batch", str(folder)]
    done = subprocess.run([*command, *options], check=True, stdout=subprocess.PIPE, text=True)
    return int(done.stdout)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.populations", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--peer", nargs=2, metavar=("PEER", "FOLDER"), help="one run of one peer (used for measuring)")
    parser.add_argument(
        "--times", type=int, metavar="N", help="measure `batch` of each size beside N times as many cases"
    )
    parser.add_argument("--memory", metavar="SIZE", help="what `batch` may take, as in 2GB")
    parser.add_argument(
        "--summed", action="store_true", help="decide by a policy that sums over facts, which takes tables"
    )
    parser.add_argument("--at-once", type=int, metavar="N", help="how many cases `batch` decides at a time")
    asked = parser.parse_args()
    if asked.peer:
        run_peer(asked.peer[0], Path(asked.peer[1]), asked)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        return
    if asked.times:
        given = {"--memory": asked.memory, "--at-once": asked.at_once}
        options = [part for name, value in given.items() if value for part in (name, str(value))]
        options += ["--summed"] if asked.summed else []
        Console().print(growth(asked.sizes, asked.times, options, asked.runs))
        return
    table = Table("cases", "peer", "median", "processor time", "ratio to DuckDB by hand", "cases a second")
    for size in asked.sizes:
        with tempfile.TemporaryDirectory() as place:
            folder, scratch = Path(place) / "population", Path(place)
            write(folder, size)
            prepare(folder, size, scratch)
            peers = {
                name: command for name, command in commands(folder, scratch).items() if size <= MOST.get(name, size)
            }
            taken: dict[str, list[Taken]] = {name: [] for name in peers}
            for _ in range(asked.runs):
                for name, command in peers.items():
                    taken[name].append(measure(command))
        medians = {name: middle(runs) for name, runs in taken.items()}
        for name, (clock, used) in medians.items():
            ratio = used / medians["duckdb"].processor
            table.add_row(f"{size:,}", name, f"{clock:.2f} s", f"{used:.2f} s", f"{ratio:.2f}", f"{size / clock:,.0f}")
        table.add_section()
    Console().print(table)


if __name__ == "__main__":
    main()
