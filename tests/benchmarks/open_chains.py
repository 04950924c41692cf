"""Rules with ever more open literals, in proportion to a rule with one: `python -m tests.benchmarks.open_chains [SHAPE...]`.

Each shape is a rule with as many open literals as its length says, read and answered anew: plan rules, and the processor time of
making the knowledge base and of its answer, on each engine, with the ratio to length 1 (aim: no more than the length). DuckDB is
also asked, once, before the clock runs.

One run on a small, shared machine, pyDatalog, seconds at lengths 1, 10 and 20; and what it was before what occurs once was asked
for as a whole, and the most open answers were looked for first:

    chain            0.00   0.06   0.14
    one record       0.00   0.01   0.01
    derived, wide    0.00   0.01   0.01    before: 8 took 10.6 s, 16 did not end in 20 s
    head of a chain  0.00   0.01   0.01    before: 8 did not end in 20 s
    counted, wide    0.00   0.01   0.01    before: 8 took 4.8 s, 16 did not end in 20 s
    question         0.00   0.2    0.55    before: 6 took 2 s, 8 more than 3 million steps

What is left exponential is a rule in which many variables of different open records are all compared with each other, or added
up: it is given up with E501.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from rich.console import Console
from rich.table import Table

from engine.knowledge import BACKENDS, KnowledgeBase, Rules
from kb.language.loader import load_text, read_goal
from kb.language.program import Program
from tests.engine.test_reading import plan_rules

LENGTHS = (1, 2, 5, 10, 15, 20)
ENGINES = ("pydatalog", "duckdb")
WITHOUT_DUCKDB = frozenset({"window"})
"""Shapes of which DuckDB is not asked: a part that is asked about two values and more is written out wherever it is called, so that
the query grows exponentially (12: 7 s)."""

Shape = tuple[str, str, str]
"""Declarations and rules, the body of `q(C)`, and the goal that is asked."""


def _columns(length: int, name: str = "X") -> str:
    return ", ".join(f"{name}{number}" for number in range(1, length + 1))


def _unary(length: int) -> tuple[str, list[str]]:
    numbers = range(1, length + 1)
    return "".join(f":- abducible u{n}/2. " for n in numbers), [f"u{n}(C, X{n})" for n in numbers]


def _links(length: int, name: Callable[[int], str]) -> str:
    return ", ".join(f"{name(n)}(C, X{n - 1}, X{n})" for n in range(1, length + 1))


def chain(length: int) -> Shape:
    """A chain through as many records, whose ends are compared."""
    declared = "".join(f":- abducible p{n}/3. " for n in range(1, length + 1))
    return declared, f"{_links(length, lambda n: f'p{n}')}, X0 \\= X{length}", "q(c)"


def one_record(length: int) -> Shape:
    """A chain through one record, whose ends are compared."""
    return ":- abducible p/3. ", f"{_links(length, lambda _: 'p')}, X0 \\= X{length}", "q(c)"


def derived_wide(length: int) -> Shape:
    """A predicate of as many columns that a rule concludes from an open one."""
    columns = _columns(length)
    return f":- abducible p/{length + 1}. d(C, {columns}) :- p(C, {columns}). ", f"d(C, {columns})", "q(c)"


def head_of_chain(length: int) -> Shape:
    """A predicate with all variables of a chain."""
    head = f"d(C, {', '.join(f'X{n}' for n in range(length + 1))})"
    return f":- abducible p/3. {head} :- {_links(length, lambda _: 'p')}. ", head, "q(c)"


def counted_wide(length: int) -> Shape:
    """A count of as many variables at once."""
    template = "-".join(f"X{n}" for n in range(1, length + 1))
    return f":- abducible p/{length + 1}. ", f"at_least(2, {template}, p(C, {_columns(length)}))", "q(c)"


def window(length: int) -> Shape:
    """A value of each of as many records, compared with the two before it."""
    declared, atoms = _unary(length)
    pairs = [f"X{n} @< X{m}" for n in range(1, length + 1) for m in range(n + 1, min(n + 3, length + 1))]
    return declared, ", ".join(atoms + pairs), "q(c)"


def question(length: int) -> Shape:
    """A question for the values of as many records, of which one is complete."""
    declared, atoms = _unary(length)
    return f"{declared} complete(c, u1). u1(c, a). ", "r(C)", ", ".join(["r(C)", *atoms])


SHAPES: dict[str, Callable[[int], Shape]] = {
    "chain": chain,
    "one record": one_record,
    "derived, wide": derived_wide,
    "head of a chain": head_of_chain,
    "counted, wide": counted_wide,
    "window": window,
    "question": question,
}


def program_of(shape: Shape) -> Program:
    declared, body, _ = shape
    return load_text(f"{declared} r(c). q(C) :- r(C), {body}.").program


def seconds(shape: Shape, engine: str) -> float:
    """The processor time of reading a program and answering its goal."""
    program, goal = program_of(shape), read_goal(shape[2])
    assert not isinstance(goal, tuple), shape[2]
    begun = time.process_time()
    with KnowledgeBase(Rules.of(program), backend=BACKENDS[engine]) as base:
        base.answers(goal)
    return time.process_time() - begun


def main(names: list[str]) -> int:
    """Prints a table for each shape."""
    console = Console()
    for engine in ENGINES:
        seconds(chain(1), engine)  # what is imported, and started once
    for name in names or SHAPES:
        engines = ENGINES[:1] if name in WITHOUT_DUCKDB else ENGINES
        table = Table(
            "length", "plan rules", *(f"{each}{what}" for each in engines for what in ("", ", ratio")), title=name
        )
        first = {engine: max(seconds(SHAPES[name](1), engine), 0.001) for engine in engines}
        for length in LENGTHS:
            shape = SHAPES[name](length)
            row = [str(length), str(plan_rules(program_of(shape)))]
            for engine in engines:
                taken = seconds(shape, engine)
                row += [f"{taken:.2f} s", f"{taken / first[engine]:.1f}"]
            table.add_row(*row)
        console.print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
