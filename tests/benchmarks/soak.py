"""Whether memory stays level: `python -m tests.benchmarks.soak` makes 20,000 reviews in one process and asks 2,000 questions at the
prompt in another, and prints what each holds after every part of them.

Reviews are of random cases, each of another name, with what is missing and as JSON data; `--verified` has each checked too.
Questions are of all kinds, about cases that are stated, asked about and taken back. Ends with 1 if one of the two holds over a tenth
more at the end than after its first part.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TextIO

from explain.repl.prompt import in_pipe
from explain.repl.session import Session
from explain.report.data import review_json
from explain.verify import Verifier
from explain.workspace import Workspace
from kb.language.diagnostics import ProgramError, Sources
from kb.language.loader import Loaded
from kb.language.program import Program
from kb.language.syntax import TRUE, Clause, Span
from tests.benchmarks.generate import cases
from tests.benchmarks.timing import ROOT

MOST_GROWTH = 1.1
"""How many times what is held after the first part may be held at the end."""
SEED = 11
QUESTIONS = (
    "assert request({0}, selinexor, initial, 2024-07-15).",
    "assert prior_therapy({0}, 1, bortezomib).",
    "meets_criteria(C).",
    "why requested_drug({0}, D).",
    "whynot meets_criteria({0}).",
    "missing meets_criteria({0}).",
    "suppose sex({0}, female): meets_criteria({0}).",
    "review {0}.",
    "undo.",
    "undo.",
)
"""What is asked about a case."""


def resident() -> float:
    """The memory that this process holds, in megabytes."""
    told = subprocess.run(["ps", "-o", "rss=", "-p", str(os.getpid())], capture_output=True, text=True, check=True)
    return int(told.stdout) / 1024


def reviews(number: int, part: int, told: TextIO, *, is_verified: bool) -> None:
    """Makes so many reviews, and tells after each part what is held."""
    space = Workspace.open()
    verifier = Verifier.of(space.loaded.program)
    for done, facts in enumerate(cases(number, SEED), 1):
        stated = tuple(Clause(fact, TRUE, Span(f"case{done}.pl", line, 1)) for line, fact in enumerate(facts, 1))
        space.set_facts(())
        try:
            (case,) = space.add_cases(Loaded(Program(stated), Sources(), ()))
        except ProgramError:  # two values for one key
            continue
        finally:
            if done % part == 0:
                print(done, f"{resident():.1f}", file=told, flush=True)
        data = json.loads(json.dumps(review_json(space.review(case))))
        if is_verified:
            assert verifier.verify(data, case.facts) == []


def questions(number: int, part: int, told: TextIO) -> None:
    """Asks so many questions at one prompt, and tells after each part what is held."""

    def asked() -> Iterator[str]:
        for done in range(number):
            case, question = divmod(done, len(QUESTIONS))
            yield QUESTIONS[question].format(f"c{case}") + "\n"
            if (done + 1) % part == 0:
                print(done + 1, f"{resident():.1f}", file=told, flush=True)

    with Path(os.devnull).open("w") as nothing, redirect_stdout(nothing), redirect_stderr(nothing):
        in_pipe(Session(Workspace.open()), asked())


def is_level(what: str, command: list[str]) -> bool:
    """Prints what a process of its own tells of the memory that it holds; whether that stays level."""
    held: list[float] = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            done, megabytes = line.split()
            held.append(float(megabytes))
            print(f"{int(done):7,} {what}: {held[-1]:7.1f} MB, {held[-1] / held[0]:.3f} of the first", flush=True)
    return process.returncode == 0 and bool(held) and held[-1] <= MOST_GROWTH * held[0]


def main() -> int:
    """Runs what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.soak", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--reviews", type=int, default=20_000)
    parser.add_argument("--questions", type=int, default=2_000)
    parser.add_argument("--parts", type=int, default=20, help="after how many parts memory is told (default 20)")
    parser.add_argument("--verified", action="store_true", help="check each review too")
    parser.add_argument("--only", choices=("reviews", "questions"), help="make them in this process (used by itself)")
    asked = parser.parse_args()
    parts = {name: max(1, getattr(asked, name) // asked.parts) for name in ("reviews", "questions")}
    match asked.only:
        case "reviews":
            reviews(asked.reviews, parts["reviews"], sys.stdout, is_verified=asked.verified)
            return 0
        case "questions":
            questions(asked.questions, parts["questions"], sys.stdout)
            return 0
    numbers = {name: getattr(asked, name) for name in parts}
    here = [sys.executable, "-m", "tests.benchmarks.soak", *sys.argv[1:], "--only"]
    level = [is_level(name, [*here, name]) for name, number in numbers.items() if number]
    return 0 if all(level) else 1


if __name__ == "__main__":
    sys.exit(main())
