"""What an author waits for: `python -m tests.benchmarks.authoring [diff] [mutate] [population]`.

- diff: the Xpovio policy compared with each of its edits in one place, spread over it, in one process: processor time and clock, beside
  loading and checking the edited file; then one proteasome inhibitor for two.
- mutate: 200 edits of the Xpovio policy beside its tests, on all processors.
- population: `diff --on` beside one `batch` for the old policy and one for the new, on the same million cases (or so many: `population 100000`).
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from engine.batch import run
from engine.batch.flips import flips
from engine.policies import Policies
from explain.authoring.differences import Comparison, Verdict, difference
from explain.authoring.mutation import Mutation, tests_in
from explain.authoring.mutation_pages import summary
from explain.authoring.pool import Job, mutants, own_files
from explain.process import prepare
from explain.workspace import Workspace
from kb.language.loader import SHIPPED
from tests.benchmarks.generate import rows, write_parquet

TESTS = ("examples/cases", "examples/tests")
TWO = "at_least(2, Agent, (drug_class(Agent, proteasome_inhibitor)"
MOST_EDITS = 40
MUTANTS = 200


def _edited(folder: Path) -> Path:
    """The policy with one proteasome inhibitor for two."""
    path = folder / "new.pl"
    text = (SHIPPED / "policies" / "xpovio.pl").read_text(encoding="utf-8")
    path.write_text(text.replace(TWO, TWO.replace("2", "1", 1)), encoding="utf-8")
    return path


def diff() -> None:
    """Prints how long comparisons take, where unreachable objects are looked for as often as by the command line."""
    prepare()
    old = Workspace.open([])
    Policies.of(old.rules)
    mutation = Mutation(old, own_files(old, ()))
    edits = [each for each in mutation.edits if each.new is not None]
    chosen = [edits[at * len(edits) // MOST_EDITS] for at in range(MOST_EDITS)]
    clock, cpu, changed = [], [], 0
    for edit in chosen:
        if any(each.is_error for each in mutation.refusals(edit)):
            continue
        rules = mutation.rules_with(edit)
        begun, began = time.perf_counter(), time.process_time()
        found = Comparison(old.rules, rules)
        wanted = [each for pair in found.changed for each in found.flips(*pair).values()]
        search = found.search(wanted) if wanted else None
        shown = [search.smallest(each) for each in wanted] if search is not None else []
        clock.append(time.perf_counter() - begun)
        cpu.append(time.process_time() - began)
        changed += any(each.facts is not None for each in shown)
    print(f"diff of one literal: {len(cpu)} edits, {changed} of which change something")
    print(f"  clock: median {statistics.median(clock):.2f} s, at most {max(clock):.2f} s")
    print(f"  processor time: median {statistics.median(cpu):.2f} s, at most {max(cpu):.2f} s")
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        new = Workspace.open([_edited(Path(folder))])
        loaded = time.perf_counter()
        found_ = difference(old, new)
        done = time.perf_counter()
    assert found_.compared[0].verdict is Verdict.LOOSER
    sizes = [len(flip.facts) for flip in found_.compared[0].flips if flip.facts is not None]
    print(
        f"one proteasome inhibitor for two: loaded in {loaded - begun:.2f} s, decided in {done - loaded:.2f} s, sizes {sizes}"
    )


def mutate() -> None:
    """Prints how long edits take beside tests."""
    workspace = Workspace.open([])
    tests, _ = tests_in(TESTS, workspace)
    edits = Mutation(workspace, own_files(workspace, ()), tuple(tests)).edits
    many = min(MUTANTS, len(edits))
    begun = time.perf_counter()
    found = mutants(Job((), tuple(tests)), [at * len(edits) // many for at in range(many)], lambda share, what: None)
    print(f"mutate, {len(tests)} tests: {summary(found)}: {time.perf_counter() - begun:.0f} s")


def population(cases: int = 1_000_000) -> None:
    """Prints how long a comparison on a population takes, beside a batch for each policy."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        write_parquet(rows(cases, 7), folder / "in")
        old, new = Workspace.open([]).rules, Workspace.open([_edited(folder)]).rules
        begun = time.perf_counter()
        for rules in (old, new):
            run(folder / "in", folder / "out.parquet", rules=rules)
        both = time.perf_counter() - begun
        begun = time.perf_counter()
        found = flips(folder / "in", old, new)
        took = time.perf_counter() - begun
        print(
            f"diff --on, {found.cases:,} cases: {took:.1f} s, {took / both:.2f} times two batches ({both:.1f} s), {len(found.flipped)} kinds of flips"
        )


def main(arguments: list[str]) -> None:
    """Runs what is named, or all."""
    named = [each for each in arguments if not each.isdigit()] or ["diff", "mutate", "population"]
    many = next((int(each) for each in arguments if each.isdigit()), 1_000_000)
    if "diff" in named:
        diff()
    if "mutate" in named:
        mutate()
    if "population" in named:
        population(many)


if __name__ == "__main__":
    main(sys.argv[1:])
