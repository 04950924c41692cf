"""Times the search for missing facts: `python -m tests.benchmarks.repairs` prints one table.

Each time is a ratio to answering the goal itself on the same knowledge base in the same run: how much longer it takes to
say what is missing than that something is. The machine should be idle. Medians; no test depends on them.

`--beside CHECKOUT` times another checkout of this repository in the same run instead: each case in turn in one and in the other, and
prints the medians of processor time side by side.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console
from rich.table import Table

from engine.cases import Vocabulary
from engine.knowledge import KnowledgeBase
from engine.symbolic.places import Places
from explain.proof.missing import Repairs, truth_of
from explain.workspace import Workspace
from kb.language.declarations import MEETS_CRITERIA
from kb.language.syntax import AtomF, Body, Pred
from tests.benchmarks.repairs_timed import goal_of, rules_with
from tests.benchmarks.timing import ROOT, Timer, median

CASES = ROOT / "examples" / "cases"
NUMBERS, GOALS = (30, 300), ("enough(c)", "treated(c)")


def row(table: Table, name: str, repairs: Repairs, goal: Body) -> None:
    """Adds the times of a goal to the table."""
    kb = repairs.kb
    answer = median(lambda: truth_of(kb.with_facts(kb.facts), goal), 15)
    search = median(lambda: repairs.first(goal).sets, 7)
    ways = median(lambda: repairs.first(goal).ways, 7)
    sets = len(repairs.first(goal).sets)
    cells = (f"{answer * 1000:.1f} ms", f"{search * 1000:.0f} ms", f"{search / answer:.0f}", f"{ways * 1000:.0f} ms")
    table.add_row(name, str(sets), *cells)


def open_cases() -> Iterator[tuple[Path, Workspace]]:
    """The example cases of which more is to be known."""
    for path in sorted(CASES.glob("*.pl")):
        space = Workspace.open(cases=[path])
        (case,) = space.cases()
        if space.review(case).determination == "more_information_needed":
            yield path, space


def ratios() -> Table:
    """How much longer the search takes than the answer."""
    table = Table("what", "sets", "answering the goal", "what is missing", "ratio", "names put together")
    for number in NUMBERS:
        rules = rules_with(number)
        vocabulary = Vocabulary.of(rules)
        for text in GOALS:
            row(table, f"{number} drugs, {text}", Repairs(KnowledgeBase(rules), vocabulary), goal_of(text))
    places: dict[tuple[bool, Pred, Body], Places] = {}
    for path, space in open_cases():
        (case,) = space.cases()
        kb = KnowledgeBase(space.rules, case.facts)
        row(
            table,
            path.stem,
            Repairs(kb, space.reviewer.vocabulary, places),
            AtomF(MEETS_CRITERIA, (case.name,)),
        )
    return table


# --- two checkouts in one run ----------------------------------------------------------------------------------------


def beside(checkout: Path, rounds: int) -> Table:
    """The times of another checkout and of this one."""
    tasks = [f"drugs {number} {goal}" for number in NUMBERS for goal in GOALS]
    tasks += [f"case {path}" for path in sorted(CASES.glob("*.pl"))]
    taken: dict[tuple[str, int], list[float]] = {}
    with ExitStack() as stack:
        timers = [stack.enter_context(Timer.of(each, "repairs_timed.py")) for each in (checkout, ROOT)]
        for number in range(rounds + 1):  # the first round is not counted
            for task in tasks:
                for which, timer in enumerate(timers):
                    (time,) = timer.time(task)
                    if number:
                        taken.setdefault((task, which), []).append(time)
    table = Table("what", str(checkout), "here", "ratio")
    for task in tasks:
        before, after = (statistics.median(taken[task, which]) * 1000 for which in (0, 1))
        name = Path(task).stem if task.startswith("case") else task
        table.add_row(name, f"{before:.1f} ms", f"{after:.1f} ms", f"{after / before:.2f}")
    return table


def main() -> None:
    """Prints the table that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--beside", type=Path, metavar="CHECKOUT", help="time another checkout in the same run")
    parser.add_argument("--rounds", type=int, default=7, help="how often each search is timed (default 7)")
    options = parser.parse_args()
    table = beside(options.beside.resolve(), options.rounds) if options.beside else ratios()
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
