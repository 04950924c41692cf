"""Times searches for missing facts one by one, as it is told on standard input: what `repairs.py --beside` runs of each checkout.

It uses only what all checkouts have, and is run with the path of one of them: a line names a task, `case FILE` or `drugs NUMBER GOAL`,
and the answer is the processor time in seconds that the search took on a knowledge base of its own.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from engine.cases import Vocabulary
from engine.knowledge import KnowledgeBase, Rules
from explain.proof.missing import Repairs
from explain.workspace import Workspace
from kb.language.declarations import MEETS_CRITERIA
from kb.language.loader import load_text, read_goal
from kb.language.syntax import AtomF, Body

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


def rules_with(number: int) -> Rules:
    """The rules above with so many drugs of a class."""
    drugs = "".join(f"drug(drug_{each:03}, class).\n" for each in range(number))
    return Rules.of(load_text(RULES + drugs, "rules.pl").program)


class Tasks:
    """What has been read for tasks, and is not timed."""

    def __init__(self) -> None:
        self.places: dict[object, object] = {}
        self.known: dict[str, tuple[Rules, tuple[object, ...], Vocabulary, Body]] = {}

    def read(self, task: str) -> tuple[Rules, tuple[object, ...], Vocabulary, Body]:
        """The rules, facts, vocabulary and goal of a task."""
        if task not in self.known:
            kind, _, rest = task.partition(" ")
            if kind == "case":
                space = Workspace.open(cases=[Path(rest)])
                (case,) = space.cases()
                facts = space.rules.names.read(case.facts).facts
                goal = AtomF(MEETS_CRITERIA, (case.name,))
                self.known[task] = space.rules, facts, space.reviewer.vocabulary, goal
            else:
                number, _, text = rest.partition(" ")
                rules = rules_with(int(number))
                self.known[task] = rules, (), Vocabulary.of(rules), goal_of(text)
        return self.known[task]

    def timed(self, task: str) -> float:
        """The processor time that the search of a task takes."""
        rules, facts, vocabulary, goal = self.read(task)
        kb = KnowledgeBase(rules, facts)  # type: ignore[arg-type] # the facts of a case are clauses
        repairs = Repairs(kb, vocabulary, self.places if task.startswith("case") else {})  # type: ignore[arg-type] # as it keeps
        start = time.process_time()
        repairs.first(goal)
        return time.process_time() - start


def main() -> None:
    """Answers line by line."""
    tasks = Tasks()
    for line in sys.stdin:
        print(tasks.timed(line.strip()), flush=True)


if __name__ == "__main__":
    main()
