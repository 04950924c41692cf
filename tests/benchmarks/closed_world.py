"""Holds batches in the closed-world reading against clingo and SWI-Prolog: `python -m tests.benchmarks.closed_world N SEED`.

N random cases are decided by `priorlog batch --closed-world` on DuckDB. The shipped policy with the same facts goes to
SWI-Prolog, as it stands, and to clingo, by the translation of tests/referees.py. Compared are the determination, whether
each criterion and alternative is met or does not apply, and whether the quantity is within the limit. Prints counts and
differences, and ends with 1 if there are any.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.batch import run
from engine.batch.population import shipped_rules
from engine.batch.report import column_of
from engine.policies import Item, Policies, Severity
from kb.language.declarations import MEETS_CRITERIA
from kb.language.loader import POLICY_FILES
from kb.language.program import Program
from kb.language.syntax import TRUE, AtomF, Clause, Pred
from kb.language.terms import Atom, Const, Var
from tests.benchmarks.generate import atom, rows, write_parquet, write_pl
from tests.referees import ClingoModel, Rows, swipl_answers, swipl_available

AT_ONCE = 1_000
"""How many cases are decided at a time."""
IN_FORCE = Pred("policy_in_force", 3)
UNCOVERED, EXEMPT = Pred("uncovered_indication", 2), Pred("not_applicable", 2)
WITHIN = Pred("quantity_within_limit", 1)
Answers = dict[Pred, dict[Const, Rows]]
"""The rows of each predicate by case."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What a batch says of a case."""

    name: str
    policy: str | None
    kind: str
    determination: str
    quantity: str | None
    statuses: dict[str, str | None]


def decided(folder: Path, columns: tuple[str, ...]) -> list[Decided]:
    """What a closed-world batch says of the cases in a folder; those that are set aside are left out, and those with names that
    are not recognised, whose records are open."""
    import duckdb

    output = folder.parent / "decided.parquet"
    run(folder, output, closed_world=True)
    found = duckdb.read_parquet(str(output))
    return [
        Decided(
            row["case"],
            row["policy"],
            row["kind"],
            row["determination"],
            row["quantity"],
            {name: row[name] for name in columns},
        )
        for row in (dict(zip(found.columns, values, strict=True)) for values in found.fetchall())
        if row["not_recognised"] is None
    ]


def expected(
    answers: Answers, items: Iterable[Item], case: Decided, conflicts: set[Const]
) -> Iterator[tuple[str, str]]:
    """What the rows of a referee say of a case: pairs of a column and its word."""
    name = Atom(case.name)

    def holds(pred: Pred, *rest: Const) -> bool:
        return any(row[1 : 1 + len(rest)] == rest for row in answers[pred].get(name, ()))

    if name in conflicts:
        yield "determination", "conflicting_evidence"
    elif not holds(IN_FORCE):
        yield "determination", "no_policy_in_force"
    elif holds(UNCOVERED):
        yield "determination", "investigational"
    else:
        yield "determination", "meets_criteria" if holds(MEETS_CRITERIA) else "criteria_not_met"
    for item in items:
        if (item.policy, item.kind) == (case.policy, case.kind) and holds(IN_FORCE):
            met = "met" if holds(item.pred) else "not_met"
            yield column_of(item), "not_applicable" if holds(EXEMPT, Atom(item.id)) else met
    if case.quantity in ("within_limit", "over_limit"):
        yield "quantity", "within_limit" if holds(WITHIN) else "over_limit"


def conflicts_of(answers: Answers, opened: Iterable[Pred]) -> set[Const]:
    """The cases of which an atom and its strong negation both hold."""
    return {
        case
        for pred in opened
        for case, own in answers[pred].items()
        if own & answers[pred.opposite].get(case, frozenset())
    }


def by_case(found: Rows) -> dict[Const, Rows]:
    """The rows of a predicate by case."""
    several: dict[Const, set[tuple[Const, ...]]] = {}
    for row in found:
        several.setdefault(row[0], set()).add(row)
    return {case: frozenset(own) for case, own in several.items()}


def compare(number: int, seed: int, start: int, *, with_swipl: bool) -> tuple[int, int, list[str]]:
    """Cases compared, statuses compared, and what differs."""
    rules = shipped_rules()
    policies = Policies.of(rules)
    items = policies.items
    impossible = [pred for severity, pred in policies.checks if severity is Severity.IMPOSSIBLE]
    opened = [pred for pred in rules.declarations.abducible if pred.arity]
    preds = [MEETS_CRITERIA, IN_FORCE, UNCOVERED, EXEMPT, WITHIN, *dict.fromkeys(item.pred for item in items)]
    preds += impossible
    preds += [each for pred in opened for each in (pred, pred.opposite)]
    goals = {pred: AtomF(pred, tuple(Var(f"X{index}") for index in range(pred.arity))) for pred in preds}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "population"
        folder.mkdir()
        every = list(rows(number, seed, start))
        write_parquet(every, folder)
        found = decided(folder, tuple(dict.fromkeys(column_of(item) for item in items)))
        names = {case.name for case in found}
        kept = [facts for facts in every if facts[0][1] in names]
        stated = Path(scratch) / "cases.pl"
        write_pl(kept, stated)
        facts = tuple(Clause(atom(row), TRUE) for own in kept for row in own)
        meant = rules.names.read(facts).facts  # what names mean is no question of logic
        model = ClingoModel(Program((*rules.clauses, *rules.facts, *meant)))
        referees = {"clingo": {pred: by_case(model.answers(goal)) for pred, goal in goals.items()}}
        if with_swipl:
            told = swipl_answers((*POLICY_FILES, stated), list(goals.values()))
            referees["swipl"] = {
                pred: by_case(each) for pred, each in zip(goals, told, strict=True) if each is not None
            }
    faults = []
    compared = 0
    for referee, answers in referees.items():
        conflicts = conflicts_of(answers, opened).union(*(answers[pred] for pred in impossible))
        for case in found:
            said = {"determination": case.determination, "quantity": case.quantity, **case.statuses}
            for column, word in expected(answers, items, case, conflicts):
                compared += 1
                if said[column] != word:
                    faults.append(f"{case.name}: {column} is {said[column]}, and {referee} has {word}")
    return len(found), compared, faults


def main(arguments: list[str] | None = None) -> int:
    """Runs the comparison; see the top of the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", type=int)
    parser.add_argument("seed", type=int)
    args = parser.parse_args(arguments)
    with_swipl = swipl_available()
    cases = compared = 0
    faults: list[str] = []
    started = time.monotonic()
    for start in range(0, args.number, AT_ONCE):
        some, more, differ = compare(min(AT_ONCE, args.number - start), args.seed, start, with_swipl=with_swipl)
        cases, compared, faults = cases + some, compared + more, faults + differ
        for each in differ[:20]:
            print(each)
        print(f"{cases} cases, {compared} words, {len(faults)} differences", file=sys.stderr)
    peers = "clingo and SWI-Prolog" if with_swipl else "clingo (SWI-Prolog is not installed)"
    seconds = time.monotonic() - started
    print(f"{cases} of {args.number} cases decided, {compared} words compared with {peers}: "
          f"{len(faults)} differences; {seconds:.0f} s")  # fmt: skip
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
