"""Recursion through the DuckDB back end, beside clingo and SWI-Prolog with tabling: `python -m tests.benchmarks.closure`.

Transitive closure of a chain and of a random graph, and same-generation over a binary tree. Each peer runs the same
program in a process of its own and counts the answers, which have to be the same; medians, runs alternating.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks.timing import measure

Pairs = list[tuple[int, int]]

RULES = {
    "path": "path(X, Y) :- edge(X, Y).\npath(X, Y) :- path(X, Z), edge(Z, Y).\n",
    "same": "same(X, Y) :- edge(P, X), edge(P, Y).\nsame(X, Y) :- edge(P, X), same(P, Q), edge(Q, Y).\n",
}


def chain(length: int = 2_000) -> Pairs:
    return [(number, number + 1) for number in range(length)]


def graph(nodes: int = 1_000, edges: int = 5_000, seed: int = 1) -> Pairs:
    chosen = random.Random(seed)
    found: dict[tuple[int, int], None] = {}
    while len(found) < edges:
        found[chosen.randrange(nodes), chosen.randrange(nodes)] = None
    return list(found)


def tree(depth: int = 9) -> Pairs:
    """From parents to children, two each."""
    return [(child // 2, child) for child in range(2, 2 ** (depth + 1))]


PROBLEMS: dict[str, tuple[str, Callable[[], Pairs]]] = {
    "transitive closure, chain of 2,000": ("path", chain),
    "transitive closure, 1,000 nodes and 5,000 edges": ("path", graph),
    "same generation, binary tree of 1,023": ("same", tree),
}


def program(goal: str, edges: Iterable[tuple[int, int]]) -> str:
    """The facts and rules, which all three read alike."""
    return "".join(f"edge({one}, {other}).\n" for one, other in edges) + RULES[goal]


def run_duckdb(file: Path, goal: str) -> int:
    from engine.knowledge import BACKENDS, KnowledgeBase, Rules
    from kb.language.loader import load_files, read_goal
    from kb.language.syntax import And

    asked = read_goal(f"{goal}(X, Y)")
    assert not isinstance(asked, tuple)
    assert not isinstance(asked, And)
    with KnowledgeBase(Rules.of(load_files([file]).program), backend=BACKENDS["duckdb"]) as kb:
        return len(kb.answers(asked).true)


def run_clingo(file: Path, goal: str) -> int:
    import clingo

    control = clingo.Control(["--warn=none"])
    control.load(str(file))
    control.ground([("base", [])])
    return sum(1 for _ in control.symbolic_atoms.by_signature(goal, 2))


def commands(file: Path, goal: str) -> dict[str, list[str]]:
    """The command of each peer; it prints the number of answers."""
    here = [sys.executable, "-m", "tests.benchmarks.closure", "--peer"]
    found = {peer: [*here, peer, str(file), goal] for peer in ("duckdb", "clingo")}
    if shutil.which("swipl"):
        count = f"table({goal}/2), load_files(['{file}']), aggregate_all(count, {goal}(_, _), N), writeln(N)"
        found["swipl"] = ["swipl", "-q", "--table-space=4g", "--stack-limit=4g", "-g", count, "-t", "halt"]
    return found


def count(command: list[str], seconds: int) -> str | None:
    """The number that a command prints; None if it takes longer."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds).stdout.strip()
    except subprocess.TimeoutExpired:
        return None


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.closure", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=120, help="how long a run may take")
    parser.add_argument("--peer", nargs=3, metavar=("PEER", "FILE", "GOAL"), help="one run of one peer")
    asked = parser.parse_args()
    if asked.peer:
        peer, file, goal = asked.peer
        print({"duckdb": run_duckdb, "clingo": run_clingo}[peer](Path(file), goal))
        return
    table = Table("program", "peer", "answers", "median", "ratio to DuckDB")
    for name, (goal, edges) in PROBLEMS.items():
        with tempfile.TemporaryDirectory() as place:
            file = Path(place) / "program.pl"
            file.write_text(program(goal, edges()))
            peers = commands(file, goal)
            counts = {peer: count(command, asked.seconds) for peer, command in peers.items()}
            peers = {peer: command for peer, command in peers.items() if counts[peer] is not None}
            taken: dict[str, list[float]] = {peer: [] for peer in peers}
            for _ in range(asked.runs):
                for peer, command in peers.items():
                    taken[peer].append(measure(command).clock)
        if len({found for found in counts.values() if found is not None}) > 1:
            raise SystemExit(f"{name}: the peers differ: {counts}")
        medians = {peer: statistics.median(times) for peer, times in taken.items() if times}
        for peer, found in counts.items():
            if found is None:
                table.add_row(name, peer, "", f"over {asked.seconds} s", "")
                continue
            ratio = f"{medians[peer] / medians['duckdb']:.2f}" if "duckdb" in medians else ""
            table.add_row(name, peer, found, f"{medians[peer]:.2f} s", ratio)
        table.add_section()
    Console().print(table)


if __name__ == "__main__":
    main()
