"""Tries what a name that is not recognised may change: it may open a determination, and never decide one.

    python -m tests.benchmarks.unknown_names N SEED [--reviews M] [--engine duckdb|spark] [--closed-world]

Of each of the cases 0 to N - 1 of a seed, one name is replaced by one that no vocabulary has. A batch decides the cases before
and after, and pyDatalog the first M, as a review asks it. A determination may stay or become `more_information_needed`,
and each criterion's status may stay or become `not_documented`. `not_applicable` may become `met`, which counts as the same; from
`conflicting_evidence`, where a case says too much, all may go anywhere. Prints what became of each determination, and the cases that are decided otherwise; exits
with 1 if there is any.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.batch import run
from engine.batch.population import shipped_rules
from engine.batch.report import columns_of
from engine.cases import cases_of
from engine.policies import Determination, Policies, Status
from kb.language.syntax import TRUE, Clause
from kb.language.terms import plain_text
from tests.benchmarks.generate import Row, atom, rows, write_parquet
from tests.benchmarks.renamed import with_unknown_name
from tests.benchmarks.three_engines import differences, report, reviewed

Decided = dict[str, Any]
ALSO = {(Status.NOT_APPLICABLE, Status.MET)}
"""What else may become what: a determination, if no status says otherwise, and a status that counts as the other."""
SHOWN = 20
"""How many cases are printed that are decided otherwise."""


def told(before: Mapping[str, Decided], after: Mapping[str, Decided], names: Sequence[str], by: str) -> Iterator[str]:
    """Prints what became of each determination, and gives what is decided otherwise; `names` are the columns of statuses."""
    counts = Counter((before[case]["determination"], after[case]["determination"]) for case in before)
    for (one, other), count in sorted(counts.items(), key=lambda pair: -pair[1]):
        print(f"{by}: {count:,} {one}" + ("" if one == other else f" became {other}"))
    opened = {"determination": Determination.MORE_INFORMATION_NEEDED} | dict.fromkeys(names, Status.NOT_DOCUMENTED)
    for case, row in before.items():
        for name, may_become in opened.items():
            one, other = row[name], after[case][name]
            is_free = row["determination"] == Determination.CONFLICTING_EVIDENCE or (one, other) in ALSO
            if other not in (one, may_become) and other is not None and not is_free:
                yield f"{case}: {name} {one} became {other} by {by}"


def main(arguments: list[str]) -> int:
    """Runs the comparison; see the top of the file."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.unknown_names")
    parser.add_argument("cases", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("--reviews", type=int, default=0, metavar="M")
    parser.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb")
    parser.add_argument("--closed-world", action="store_true")
    asked = parser.parse_args(arguments)
    rules = shipped_rules()
    said = Policies.of(rules)
    names = columns_of(said)

    def changed(number: int, case: list[Row]) -> list[Row]:
        return with_unknown_name(case, rules.names, asked.seed * 1_000_003 + number)

    found: list[str] = []
    decided: dict[str, dict[str, Decided]] = {}
    with tempfile.TemporaryDirectory() as place:
        for what in ("before", "after"):
            folder, output = Path(place) / what, Path(place) / f"{what}.parquet"
            every = enumerate(rows(asked.cases, asked.seed))
            write_parquet((case if what == "before" else changed(number, case) for number, case in every), folder)
            run(folder, output, engine=asked.engine, closed_world=asked.closed_world, rules=rules)
            decided[what] = report(output)
    if decided["before"].keys() != decided["after"].keys():
        found.append("some cases were set aside")
    else:
        found += told(decided["before"], decided["after"], names, asked.engine)
    start = time.perf_counter()
    answers: dict[str, dict[str, Decided]] = {"before": {}, "after": {}}
    for number, written in enumerate(rows(asked.reviews, asked.seed)):
        for what, facts in (("before", written), ("after", changed(number, written))):
            (case,) = cases_of(Clause(atom(row), TRUE) for row in facts)
            answer = reviewed(case, rules, said, closed_world=asked.closed_world)
            answers[what][plain_text(case.name)] = answer
            theirs = decided[what].get(plain_text(case.name), {})
            found += (f"{case.name}: {each}, pyDatalog and {asked.engine}" for each in differences(answer, theirs))
    if asked.reviews:
        found += told(answers["before"], answers["after"], names, "pyDatalog")
        print(f"pyDatalog: {2 * asked.reviews:,} cases, {time.perf_counter() - start:.0f} s")
    print(f"{asked.cases:,} cases by batch, {asked.reviews:,} by pyDatalog: {len(found):,} decided otherwise")
    print("\n".join(found[:SHOWN]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
