"""Times work on cases in a process that stays, as it is told on standard input: what `speed.py` runs over each checkout.

It uses only what all checkouts have. A line has the name of a task and how many cases it is for; the answer has the seconds on the
clock and of processor time that it took for one case, everything that does not depend on the case being ready. A line `step` is
answered with what a step of an interview takes, `open` with what it takes to open a policy of one's own once more, and `read` with
what reading its text alone takes.
"""

from __future__ import annotations

import datetime
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import clingo

from engine.cases import Case
from explain.interview.session import Interview
from explain.report.data import review_json
from explain.verify import Verifier
from explain.workspace import Workspace
from kb.language.diagnostics import ProgramError, Sources, SourceText
from kb.language.loader import Loaded, load_text, said_in
from kb.language.syntax import TRUE, AtomF, Clause, Span
from kb.language.terms import Date, Term, term_text
from tests.benchmarks.by_hand import CLINGO, CLINGO_DAYS, PREDICATES, knowledge
from tests.benchmarks.explained_cases import NAME
from tests.benchmarks.generate import cases

PROGRAM = type(Loaded().program)
"""Its module is not the same in all checkouts."""

SEED = 5
STEPS = 5
OWN = Path(__file__).parents[2] / "examples" / "policies" / "evolocumab.pl"
DAY = datetime.date(2026, 11, 22)


@dataclass(slots=True)
class Tasks:
    """What has been read for tasks, and is not timed."""

    space: Workspace = field(default_factory=Workspace.open)
    verifier: Verifier = field(init=False)
    empty: Case = field(init=False)
    policy: str = "\n".join((CLINGO, CLINGO_DAYS, *knowledge()))
    loaded: dict[int, list[tuple[Case, str]]] = field(default_factory=dict)
    """Random cases, each with its facts as clingo reads them."""

    def __post_init__(self) -> None:
        self.verifier = Verifier.of(self.space.loaded.program)
        (self.empty,) = self.space.add_cases(load_text("request(c, selinexor, initial, 2024-09-03).\n"))

    def cases(self, number: int) -> list[tuple[Case, str]]:
        """So many random cases that can be reviewed."""
        if number not in self.loaded:
            found = [case for index, facts in enumerate(cases(number, SEED)) for case in self._read(index, facts)]
            self.loaded[number] = [
                (case, " ".join(map(_as_clingo, filter(_is_for_clingo, case.facts)))) for case in found
            ]
        return self.loaded[number]

    def _read(self, index: int, facts: list[AtomF]) -> list[Case]:
        own = tuple(
            Clause(AtomF(fact.pred, (NAME, *fact.args[1:])), TRUE, Span(f"case{index}.pl", line, 1))
            for line, fact in enumerate(facts, 1)
        )
        self.space.set_facts(())
        try:
            return list(self.space.add_cases(Loaded(PROGRAM(own), Sources(), ())))
        except ProgramError:  # two values for one key
            return []

    # --- the tasks

    def clingo(self, _: Case, text: str) -> None:
        """Whether the criteria are met, by clingo: grounded and solved afresh."""
        control = clingo.Control(["--warn=none"])
        control.add("base", [], self.policy + text)
        control.ground([("base", [])])
        control.solve(on_model=lambda model: [str(each) for each in model.symbols(shown=True)])

    def explained(self, case: Case, _: str) -> None:
        """The review in the closed world, with all explanations."""
        self.space.reviewer.review(case, closed_world=True)

    def missing(self, case: Case, _: str) -> None:
        """The review with all explanations and what is missing, as JSON data."""
        review_json(self.space.review(case))

    def verified(self, case: Case, _: str) -> None:
        """The same, written, read and verified."""
        data = json.loads(json.dumps(review_json(self.space.review(case))))
        assert self.verifier.verify(data, case.facts) == []

    def step(self) -> None:
        """The first steps of an interview about a case of which nothing is known."""
        interview = Interview(self.space.reviewer, self.empty, "Ada", DAY)
        for _ in range(STEPS):
            interview.standing()
            question = interview.question()
            assert question is not None
            interview.leave(question)

    def open(self) -> None:
        """Opens a policy of one's own."""
        Workspace.open([OWN])

    def read(self) -> None:
        """Reads its text, and nothing that it loads."""
        list(said_in(SourceText(OWN.name, OWN.read_text(encoding="utf-8"))))

    def timed(self, name: str, number: int) -> tuple[float, float]:
        """What one case, or one step, takes on the clock and of processor time."""
        if name == "step":
            return _timed(self.step, STEPS)
        if name in ("open", "read"):
            return _timed(self.open if name == "open" else self.read, 1)
        task = {"clingo": self.clingo, "explained": self.explained, "missing": self.missing, "verified": self.verified}[
            name
        ]
        every = self.cases(number)
        return _timed(lambda: [task(*each) for each in every], len(every))


def _timed(run: Callable[[], object], number: int) -> tuple[float, float]:
    clock, used = time.perf_counter(), time.process_time()
    run()
    return (time.perf_counter() - clock) / number, (time.process_time() - used) / number


def _is_for_clingo(fact: Clause) -> bool:
    return str(fact.head.pred) in PREDICATES


def _as_clingo(fact: Clause) -> str:
    """A fact as the clingo program reads it: days as numbers, or as year, month and day where ages are compared."""

    def term(arg: Term) -> str:
        if not isinstance(arg, Date):
            return term_text(arg)
        is_ymd = fact.head.pred.name in ("request", "birth_date")
        return arg.value.strftime("%Y%m%d") if is_ymd else str(arg.value.toordinal())

    return f"{fact.head.pred.name}({', '.join(map(term, fact.head.args))})."


def main() -> None:
    """Answers line by line."""
    tasks = Tasks()
    for line in sys.stdin:
        name, _, number = line.strip().partition(" ")
        print(*tasks.timed(name, int(number or 0)), flush=True)


if __name__ == "__main__":
    main()
