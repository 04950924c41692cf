"""Compares the engine with its referees on random programs, outside pytest.

    python -m tests.benchmarks.agreement PROGRAMS SEED [three|closed]

Half of the programs are read in three truth values, by engine and reference evaluator; half in the closed-world reading,
by engine, reference evaluator, clingo and SWI-Prolog. Every fourth of these has its literals in any order and decimals
too, and goes without SWI-Prolog. With `three` or `closed` all programs are read that way. Each program is also written to files,
with a module and tables, and read back. The same arguments give the same programs.

A goal is compared whatever it is made of, unless the reference evaluator would take more steps than `MOST`. Prints how many
programs and goals were compared, in how many programs what occurs, and each difference, made as small as it stays one; exits with 1
if there is any.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from engine.checks import check, check_goal
from engine.checks.predicates import Context
from kb.language.builtins import gives_way
from kb.language.loader import load_text
from kb.language.printer import show_program
from kb.language.program import Program
from kb.language.syntax import Aggregate, And, Body, Builtin, Clause, Count, Documented, InlineDecl, Not, Or
from kb.language.terms import Dec
from kb.language.traversal import body_terms, walk
from tests.in_files import fault_in_files, parts
from tests.referees import TooLargeError, columns, differences, engine_answers, three_valued_fault
from tests.strategies import Example, Options, random_examples

MOST = 300_000
"""How many steps the reference evaluator may take for a goal: some seconds."""

BATCH = 20
"""How many programs are given to SWI-Prolog at once."""

Asked = tuple[Program, tuple[Body, ...]]


@dataclass(slots=True)
class Tally:
    """What has been compared so far, and what differed."""

    counts: Counter[str] = field(default_factory=Counter)
    occurring: Counter[str] = field(default_factory=Counter)
    """In how many programs what occurs."""
    told: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    def progress(self, wanted: int) -> None:
        if sys.stderr.isatty() or self.counts["programs"] % 100 == 0:
            seconds = time.monotonic() - self.started
            line = f"{self.counts['programs']} of {wanted} programs, {self.counts['goals']} goals, "
            print(f"\r{line}{len(self.told)} differ, {seconds:.0f} s", end="", file=sys.stderr, flush=True)

    def difference(self, text: str) -> None:
        self.told.append(text)
        print(f"\n{text}\n", flush=True)


def accepted(example: Example, tally: Tally) -> Asked:
    """The program with those of its goals that the checker accepts."""
    loaded = load_text(show_program(example.program))
    if any(each.is_error for each in check(loaded)):
        tally.counts["programs refused"] += 1
        return example.program, ()
    known = Context(example.program, loaded.sources)
    fine = tuple(
        goal for goal in example.goals if not any(each.is_error for each in check_goal(known, loaded.sources, goal))
    )
    tally.counts["programs"] += 1
    tally.counts["goals refused"] += len(example.goals) - len(fine)
    tally.occurring.update(occurring(example.program, fine))
    with tempfile.TemporaryDirectory() as folder:
        if (fault := fault_in_files(example.program, Path(folder))) is not None:
            tally.difference(f"{show_program(example.program)}% in files\n{fault}")
    return example.program, fine


def occurring(program: Program, goals: Sequence[Body]) -> Iterator[str]:
    """What occurs in a program and its goals, of what is said in a way of its own."""
    in_module, in_tables = parts(program)
    bodies = [*(clause.body for clause in program.clauses), *goals]
    literals = [literal for body in bodies for literal in walk(body)]
    terms = [
        *(arg for clause in program.clauses for arg in clause.head.args),
        *(t for b in bodies for t in body_terms(b)),
    ]
    own = {clause.head.pred for clause in program.clauses if gives_way(clause.head.pred)}
    builtins = {each.name for each in literals if isinstance(each, Builtin)}
    found = {
        "modules": bool(in_module),
        "tables": bool(in_tables),
        "inline": any(isinstance(item, InlineDecl) for item in program.items),
        "documented": any(isinstance(each, Documented) for each in literals),
        "counts and aggregates": any(isinstance(each, Count | Aggregate) for each in literals),
        "decimals": any(isinstance(each, Dec) for each in terms),
        "earlier, later, overlap_days": not builtins.isdisjoint(("earlier", "later", "overlap_days")),
        "such a predicate of its own": bool(own),
    }
    yield from (what for what, occurs in found.items() if occurs)


def read_in_three_values(number: int, first: int, tally: Tally) -> None:
    """Compares engine and reference evaluator in three truth values."""
    for example in random_examples(number, first, Options(decimals=first % 2 == 1)):
        program, goals = accepted(example, tally)
        for goal in goals:
            fault = three_valued(program, goal)
            if fault is TOO_LARGE:
                tally.counts["goals too large"] += 1
                continue
            tally.counts["goals"] += 1
            if fault is not None:
                least = smallest(program, goal, lambda p, g: three_valued(p, g) not in (None, TOO_LARGE))
                tally.difference(str(three_valued(*least)))
        tally.progress(number)


TOO_LARGE = "too large"


def three_valued(program: Program, goal: Body) -> str | None:
    """What is wrong with the engine's answers, an exception included."""
    try:
        return three_valued_fault(program, goal, most=MOST)
    except TooLargeError:
        return TOO_LARGE
    except Exception as error:  # a crash is a difference too
        return f"{Example(program, (goal,))!r}  {type(error).__name__}: {error}"


def read_closed(number: int, first: int, tally: Tally) -> None:
    """Compares all referees in the closed-world reading."""
    for share, options, with_swipl in (
        (number - number // 4, Options(in_order=True), True),
        (number // 4, Options(decimals=True), False),
    ):
        waiting: list[Asked] = []
        several = random_examples(share, first, options) if share else []
        for index, example in enumerate(several):
            waiting.append(accepted(example, tally))
            if len(waiting) == BATCH or index == len(several) - 1:
                compare_closed(waiting, tally, with_swipl=with_swipl)
                waiting = []
                tally.progress(number)


def compare_closed(asked: list[Asked], tally: Tally, *, with_swipl: bool) -> None:
    """Compares the closed-world answers to the goals of several programs."""
    too_large: list[Body] = []
    found = differences(
        asked, most=MOST, seconds=5, with_swipl=with_swipl, skipped=lambda program, goal: too_large.append(goal)
    )
    tally.counts["goals too large for the reference"] += len(too_large)
    tally.counts["goals"] += sum(len(goals) for _, goals in asked)
    for program, goals in asked:
        for goal in goals:
            tally.counts["goals with answers"] += has_answers(program, goal)
    for each in found:

        def differs(program: Program, goal: Body) -> bool:
            return bool(differences([(program, (goal,))], most=MOST, seconds=5, with_swipl=with_swipl))

        program, goal = smallest(each.program, each.goal, differs)
        again = differences([(program, (goal,))], most=MOST, seconds=5, with_swipl=with_swipl)
        tally.difference("\n".join(map(str, again or [each])))


def has_answers(program: Program, goal: Body) -> bool:
    """Whether the engine has an answer to a goal; not if it fails."""
    try:
        return bool(engine_answers(program, goal))
    except Exception:  # told as a difference before
        return False


def smallest(program: Program, goal: Body, differs: Callable[[Program, Body], bool]) -> tuple[Program, Body]:
    """A program and a goal that still differ, and from which nothing more can be left out."""
    least = program, goal
    while True:
        for smaller in smaller_ones(*least):
            if is_accepted(*smaller) and columns(smaller[1]) == columns(goal) and differs(*smaller):
                least = smaller
                break
        else:
            return least


def smaller_ones(program: Program, goal: Body) -> Iterator[tuple[Program, Body]]:
    """The program and goal with something left out."""
    items = program.items
    for index in range(len(items)):
        yield Program(items[:index] + items[index + 1 :]), goal
    for index, item in enumerate(items):
        if isinstance(item, Clause) and not item.is_fact:
            for body in smaller_bodies(item.body):
                yield Program((*items[:index], replace(item, body=body), *items[index + 1 :])), goal
    for body in smaller_bodies(goal):
        yield program, body


def smaller_bodies(body: Body) -> Iterator[Body]:
    """The body with a goal, or what is around it, left out."""
    if isinstance(body, And | Or):
        for index, goal in enumerate(body.goals):
            rest = body.goals[:index] + body.goals[index + 1 :]
            yield rest[0] if len(rest) == 1 else replace(body, goals=rest)
            for smaller in smaller_bodies(goal):
                yield replace(body, goals=(*body.goals[:index], smaller, *body.goals[index + 1 :]))
        return
    if isinstance(body, Not | Documented | Count | Aggregate):
        for smaller in smaller_bodies(body.goal):
            yield replace(body, goal=smaller)


def is_accepted(program: Program, goal: Body) -> bool:
    """Whether the checker accepts program and goal."""
    loaded = load_text(show_program(program))
    found = (*check(loaded), *check_goal(Context(program, loaded.sources), loaded.sources, goal))
    return not any(each.is_error for each in found)


def main(arguments: list[str]) -> int:
    """Runs the comparison; see the top of the file."""
    number, first = int(arguments[0]), int(arguments[1])
    reading = arguments[2] if len(arguments) > 2 else "both"
    tally = Tally()
    if reading != "closed":
        read_in_three_values(number if reading == "three" else number // 2, first, tally)
    if reading != "three":
        read_closed(number if reading == "closed" else number - number // 2, first, tally)
    seconds = time.monotonic() - tally.started
    counted, occur = (
        ", ".join(f"{count} {what}" for what, count in sorted(each.items())) for each in (tally.counts, tally.occurring)
    )
    print(f"\n{reading}, seed {first}: {counted}, {len(tally.told)} differ; {seconds:.0f} s\nprograms with: {occur}")
    return 1 if tally.told else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
