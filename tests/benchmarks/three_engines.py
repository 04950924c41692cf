"""Compares the engine of single cases, DuckDB and Spark on random cases: the determination and the status of every criterion of each.

    python -m tests.benchmarks.three_engines N SEED [--engine tabling|pydatalog] [--every K] [--closed-world] [--rename]

Generates cases 0 to N - 1 of a seed, decides them with a batch of DuckDB and one of Spark, whose reports are compared in
every column, and asks the engine of single cases about every K-th case (all of them, unless told otherwise). With `--rename` some names are
other names for the same, names for several or for nothing. Prints what was compared and
each difference; exits with 1 if there is any.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.batch import run
from engine.batch.report import column_of, columns_of
from engine.cases import Case, cases_of
from engine.knowledge import BACKENDS, KnowledgeBase, Rules
from engine.policies import Policies, Severity, Status, conflicts, determined
from engine.reading.plan import Reading
from kb.language.declarations import MEETS_CRITERIA
from kb.language.loader import POLICY_FILES, load_files
from kb.language.syntax import TRUE, AtomF, Clause, Pred
from kb.language.terms import Atom, Const, Var, plain_text
from kb.language.truth import Truth
from tests.benchmarks.generate import Row as Written
from tests.benchmarks.generate import atom, rows, write_parquet
from tests.benchmarks.renamed import renamed

Row = dict[str, Any]
SHOWN = 20
"""How many differences are printed."""


def report(file: Path) -> dict[str, Row]:
    """The rows of a batch's report, by case."""
    import duckdb

    found = duckdb.execute("SELECT * FROM read_parquet(?)", [str(file)])
    names = [column[0] for column in found.description]
    return {row[0]: dict(zip(names[1:], row[1:], strict=True)) for row in found.fetchall()}


def reviewed(case: Case, rules: Rules, said: Policies, *, closed_world: bool, engine: str = "tabling") -> Row:
    """What an engine says of a case, asked as a review asks it, without explanations."""
    read = rules.names.read(case.facts, closed_world=closed_world)
    (case,) = cases_of(read.facts)
    kb = KnowledgeBase(rules, read.facts, closed_world=read.closed_world, backend=BACKENDS[engine])

    def truth(name: str | Pred, *args: Const) -> Truth:
        pred = name if isinstance(name, Pred) else Pred(name, 1 + len(args))
        return kb.truth(AtomF(pred, (case.name, *args)))

    def some(name: str, width: int) -> list[tuple[Const, ...]]:
        free = tuple(Var(f"_{index}") for index in range(width))
        return sorted(kb.rows(Pred(name, 1 + width), (case.name, *free), Reading.CERTAIN), key=str)

    in_force = some("policy_in_force", 2)
    checks = [(severity, pred.name) for severity, pred in said.checks if some(pred.name, pred.arity - 1)]
    is_impossible = any(severity is Severity.IMPOSSIBLE for severity, _ in checks)
    has_conflict = is_impossible or next(conflicts(kb, case), None) is not None
    unknown = sorted({f"{each.pred.name}: {each.name}" for each in read.not_recognised})
    found: Row = {
        "determination": determined(
            has_conflict=has_conflict,
            is_in_force=bool(in_force),
            is_uncovered=bool(some("uncovered_indication", 1)),
            not_recognised={each.pred for each in read.not_recognised},
            meets=truth(MEETS_CRITERIA) if in_force else Truth.UNKNOWN,
        ),
        "not_recognised": "; ".join(unknown) or None,
        "checks": "; ".join(f"{severity}: {name}" for severity, name in checks) or None,
    }
    found |= dict.fromkeys(columns_of(said))
    kind = plain_text(case.request.args[2])  # type: ignore[arg-type] # a request is a fact, so this is a constant
    for item in said.items:
        if in_force and (item.policy, item.kind) == (plain_text(in_force[0][1]), kind):
            exempt = truth("not_applicable", Atom(item.id)) is Truth.TRUE
            found[column_of(item)] = "not_applicable" if exempt else Status.of(truth(item.pred))
    return found


def differences(one: Row, other: Row) -> Iterator[str]:
    """The columns of `one` in which `other` says otherwise."""
    for name, value in one.items():
        if value != other.get(name):
            yield f"{name} is {value!r} and {other.get(name)!r}"


def main(arguments: list[str]) -> int:
    """Runs the comparison; see the top of the file."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.three_engines")
    parser.add_argument("cases", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("--engine", choices=("tabling", "pydatalog"), default="tabling")
    parser.add_argument("--every", type=int, default=1, metavar="K")
    parser.add_argument("--closed-world", action="store_true")
    parser.add_argument("--rename", action="store_true", help="write other names in place of some, and unknown ones")
    asked = parser.parse_args(arguments)
    rules = Rules.of(load_files(POLICY_FILES).program)
    told: list[str] = []

    def population() -> Iterator[list[Written]]:
        for number, case in enumerate(rows(asked.cases, asked.seed)):
            yield renamed(case, rules.names, number) if asked.rename else case

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write_parquet(population(), folder / "in")
        reports = {}
        for engine in ("duckdb", "spark"):
            start = time.perf_counter()
            output = folder / f"{engine}.parquet"
            summary = run(folder / "in", output, engine=engine, closed_world=asked.closed_world)
            reports[engine] = report(output)
            print(f"{engine}: {summary.decided:,} decided, {time.perf_counter() - start:.0f} s", flush=True)
    duckdb, spark = reports["duckdb"], reports["spark"]
    told += [f"{name}: not in both reports" for name in sorted(set(duckdb) ^ set(spark))]
    for name in duckdb.keys() & spark.keys():
        told += [f"{name}: {each}, DuckDB and Spark" for each in differences(duckdb[name], spark[name])]
    start, compared, seen = time.perf_counter(), 0, Counter[str]()
    said = Policies.of(rules)
    chosen = (case for index, case in enumerate(population()) if index % asked.every == 0)
    for facts in chosen:
        (case,) = cases_of(Clause(atom(row), TRUE) for row in facts)
        found = reviewed(case, rules, said, closed_world=asked.closed_world, engine=asked.engine)
        seen[found["determination"]] += 1
        for name, theirs in reports.items():
            row = theirs.get(plain_text(case.name), {})
            told += [f"{plain_text(case.name)}: {each}, {asked.engine} and {name}" for each in differences(found, row)]
        compared += 1
        if compared % 500 == 0:
            print(
                f"{asked.engine}: {compared:,} cases, {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True
            )
    print(f"{asked.engine}: {compared:,} cases, {time.perf_counter() - start:.0f} s")
    print(", ".join(f"{count:,} {word}" for word, count in seen.most_common()))
    print(
        f"{len(duckdb):,} cases by DuckDB and Spark in every column, {compared:,} of them by {asked.engine} in "
        f"{3 + len(columns_of(said))}: {len(told):,} differences"
    )
    print("\n".join(told[:SHOWN]))
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
