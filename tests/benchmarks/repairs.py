"""Times the search for missing facts: `python tests/benchmarks/repairs.py` prints one table.

Each time is a ratio to answering the goal itself on the same knowledge base in the same run: how much longer it takes to
say what is missing than that something is. The machine should be idle. Medians; no test depends on them.
"""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from engine.cases import Vocabulary
from engine.knowledge import KnowledgeBase, Rules
from engine.symbolic.places import Places
from explain.proof.missing import Repairs, truth_of
from explain.workspace import Workspace
from kb.language.declarations import MEETS_CRITERIA
from kb.language.loader import load_text, read_goal
from kb.language.syntax import AtomF, Body, Pred
from tests.benchmarks.timing import median

CASES = Path(__file__).parent.parent.parent / "examples" / "cases"
RULES = """
:- abducible refractory/2. :- question refractory(C, A) :: 'Is the disease refractory to @(A)?'.
:- abducible line/3. :- question line(C, L, A) :: 'Was @(A) part of line @(L)?'.
case(c).
refractory(C, A) :- line(C, L, A), failed(C, L).
failed(c, 4).
enough(C) :- case(C), at_least(2, A, (drug(A, class), refractory(C, A))).
treated(C) :- enough(C), at_least(3, L, line(C, L, _)).
"""


def goal_of(text: str) -> Body:
    """The goal of a text."""
    goal = read_goal(text)
    assert not isinstance(goal, tuple)
    return goal


def row(table: Table, name: str, repairs: Repairs, goal: Body) -> None:
    """Adds the times of a goal to the table."""
    kb = repairs.kb
    answer = median(lambda: truth_of(kb.with_facts(kb.facts), goal), 15)
    search = median(lambda: repairs.first(goal).sets, 7)
    ways = median(lambda: repairs.first(goal).ways, 7)
    sets = len(repairs.first(goal).sets)
    cells = (f"{answer * 1000:.1f} ms", f"{search * 1000:.0f} ms", f"{search / answer:.0f}", f"{ways * 1000:.0f} ms")
    table.add_row(name, str(sets), *cells)


def main() -> None:
    """Prints the table."""
    table = Table("what", "sets", "answering the goal", "what is missing", "ratio", "names put together")
    for number in (30, 300):
        drugs = "".join(f"drug(drug_{each:03}, class).\n" for each in range(number))
        rules = Rules.of(load_text(RULES + drugs, "rules.pl").program)
        vocabulary = Vocabulary.of(rules)
        for text in ("enough(c)", "treated(c)"):
            repairs = Repairs(KnowledgeBase(rules), vocabulary)
            row(table, f"{number} drugs, {text}", repairs, goal_of(text))
    places: dict[tuple[bool, Pred], Places] = {}
    for path in sorted(CASES.glob("*.pl")):
        space = Workspace.open(cases=[path])
        for case in space.cases():
            if space.review(case).determination == "more_information_needed":
                kb = KnowledgeBase(space.rules, case.facts)
                repairs = Repairs(kb, space.reviewer.vocabulary, places)
                row(table, path.stem, repairs, AtomF(MEETS_CRITERIA, (case.name,)))
    Console(width=150).print(table)


if __name__ == "__main__":
    main()
