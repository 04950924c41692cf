"""Holds two payers' policies side by side against each alone: `python -m tests.benchmarks.side_by_side N SEED`.

Each random case is reviewed in a program that has both policies, and in two that have one each: all that the reports say in JSON,
hashes and proofs included, must be the same. Prints counts and differences, and ends with 1 if there are any.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from explain.report.data import review_json
from explain.workspace import Workspace
from kb.language.diagnostics import ProgramError, Sources
from kb.language.loader import POLICY_FILES, Loaded
from kb.language.program import Program
from kb.language.syntax import TRUE, AtomF, Clause, Span
from kb.language.terms import Atom
from tests.benchmarks.generate import cases

SECOND = Path(__file__).resolve().parents[2] / "examples" / "policies" / "selinexor_second_payer.pl"
NAME = Atom("c")


@dataclass(slots=True)
class SideBySide:
    """The program of both payers, and those of one each."""

    both: Workspace = field(default_factory=lambda: Workspace.open([*POLICY_FILES, SECOND]))
    alone: tuple[Workspace, ...] = field(
        default_factory=lambda: tuple(Workspace.open([file]) for file in (*POLICY_FILES, SECOND))
    )
    counts: Counter[str] = field(default_factory=Counter)

    def differences(self, number: int, facts: Iterable[AtomF]) -> Iterator[str]:
        """What a case's reports say otherwise side by side than alone."""
        own = tuple(
            Clause(AtomF(fact.pred, (NAME, *fact.args[1:])), TRUE, Span(f"case{number}.pl", line, 1))
            for line, fact in enumerate(facts, 1)
        )
        together = self._reviews(self.both, own)
        apart = [review for space in self.alone for review in self._reviews(space, own)]
        covered = [each for each in apart if each["policy"] is not None]
        apart = covered or apart[:1]  # of a drug that no policy covers there is one review, side by side as alone
        if [each["policy"] for each in together] != [each["policy"] for each in apart]:
            yield f"case {number}: reviewed under {[each['policy'] for each in together]}"
        for one, other in zip(together, apart, strict=False):
            self.counts[f"{one['policy']}: {one['determination']}"] += 1
            wrong = [key for key in one if one[key] != other[key]]
            if wrong:
                yield f"case {number}: the review under {one['policy']} differs in {', '.join(wrong)}"

    def _reviews(self, space: Workspace, facts: tuple[Clause, ...]) -> list[dict[str, object]]:
        space.set_facts(())
        try:
            (case,) = space.add_cases(Loaded(Program(facts), Sources(), ()))
        except ProgramError:
            self.counts["cases that contradict themselves in one key, not reviewed"] += 1
            return []
        return [json.loads(json.dumps(review_json(each))) for each in space.reviews(case)]


def compare(count: int, seed: int) -> tuple[Counter[str], list[str]]:
    """How often each determination was given, and what differs."""
    run = SideBySide()
    found = [said for number, facts in enumerate(cases(count, seed)) for said in run.differences(number, facts)]
    return run.counts, found


def main(arguments: list[str]) -> int:
    """Prints what a run has found."""
    count, seed = (int(each) for each in (*arguments, "1000", "7")[:2])
    counts, found = compare(count, seed)
    for what, number in sorted(counts.items()):
        print(f"{number:7,}  {what}")
    print(*found[:20], sep="\n")
    print(f"{count:,} cases, {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
