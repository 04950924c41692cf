"""Several threads ask one workspace that nothing has been asked of, and each is told what one that is alone is told."""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.knowledge import BACKENDS, KnowledgeBase
from explain.workspace import Workspace
from kb.language.diagnostics import ProgramError, format_diagnostic
from kb.language.terms import plain_text
from tests.engine.test_questions import PROGRAM

Question = Callable[[Workspace], object]
CASES = sorted(Path("examples/cases").glob("03_*.pl"))
THREADS = 4


@pytest.fixture(autouse=True)
def _turns_that_change_often() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def told(workspace: Workspace, question: Question) -> object:
    """What a question is answered, or why it is not."""
    try:
        return question(workspace)
    except ProgramError as error:
        return [format_diagnostic(each, error.sources or workspace.sources) for each in error.diagnostics]


def different(fresh: Callable[[], Workspace], questions: list[Question], *, workspaces: int) -> list[int]:
    """Which questions some of several threads are told another thing to than a thread alone: each asks all, in its own order,
    of one workspace that is new to all of them; and so of several workspaces."""
    alone = fresh()
    expected = [told(alone, each) for each in questions]

    def ask(shared: Workspace, together: threading.Barrier, seed: int) -> list[int]:
        order = random.Random(seed).sample(range(len(questions)), len(questions))
        together.wait()
        return [index for index in order if told(shared, questions[index]) != expected[index]]

    found: list[int] = []
    with ThreadPoolExecutor(THREADS) as pool:
        for turn in range(workspaces):
            shared, together = fresh(), threading.Barrier(THREADS)
            asking = [pool.submit(ask, shared, together, turn * THREADS + thread) for thread in range(THREADS)]
            found += [index for each in asking for index in each.result()]
    return found


def asking(goal: str) -> list[Question]:
    """Some ways to ask about a goal."""
    return [
        lambda workspace: workspace.ask(goal),
        lambda workspace: workspace.explain(goal),
        lambda workspace: workspace.explain(goal, every=True),
        lambda workspace: workspace.proofs(goal, 3).nodes,
    ]


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[[], Workspace]:
    """What opens a small program with recursion, negation, counts and open records."""
    file = tmp_path / "program.pl"
    file.write_text(PROGRAM.partition("endless")[0], encoding="utf-8")
    return lambda: Workspace.open([file])


def test_threads_ask_and_explain(fresh: Callable[[], Workspace]) -> None:
    """Answers, explanations, proofs and missing facts are those that one thread is told, whatever another is asking."""
    questions = [each for goal in ("path(a, X)", "far(X)") for each in asking(goal)]
    questions.append(lambda workspace: workspace.missing("p(c)"))
    assert [] == different(fresh, questions, workspaces=6)


def test_threads_are_told_what_is_wrong_with_their_own_question(fresh: Callable[[], Workspace]) -> None:
    """A diagnostic of a question has the place and the line of that question, whatever others ask at the time."""
    goals = [f"{' ' * lead}{lines}path(a, b), Name{lead} > 1" for lead in range(4) for lines in ("", "\n", "\n\n")]
    questions: list[Question] = [lambda workspace, goal=goal: workspace.ask(goal) for goal in goals]  # type: ignore[misc] # bound early
    alone = fresh()
    assert len({str(told(alone, each)) for each in questions}) == len(goals)
    assert [] == different(fresh, questions, workspaces=6)


@pytest.mark.heavy
def test_threads_ask_duckdb(fresh: Callable[[], Workspace]) -> None:
    """Threads that ask DuckDB and the default engine about one workspace are told the same; so are those that share a base."""
    pytest.importorskip("duckdb")
    goals = ("path(a, X)", "r(X)")
    questions: list[Question] = [
        lambda workspace, goal=goal, engine=engine: workspace.ask(goal, engine=engine)  # type: ignore[misc] # bound early
        for goal in goals
        for engine in ("duckdb", "pydatalog")
    ]
    assert [] == different(fresh, questions, workspaces=1)
    workspace = fresh()
    asked = [workspace.goal(goal) for goal in goals]
    expected = [workspace.kb.answers(goal) for goal in asked]
    with KnowledgeBase(workspace.rules, backend=BACKENDS["duckdb"]) as kb, ThreadPoolExecutor(THREADS) as pool:
        assert expected * THREADS == list(pool.map(kb.answers, asked * THREADS))


@pytest.mark.heavy
def test_threads_review_cases() -> None:
    """Determinations, reports and answers about the shipped policy are those that one thread gives."""
    cases = [case for file in CASES for case in Workspace.open(cases=[file]).cases()]
    questions: list[Question] = [
        lambda workspace, case=case: workspace.review(case)  # type: ignore[misc] # bound early
        for case in cases
    ]
    for case in cases:
        questions += asking(f"meets_criteria({plain_text(case.name)})")[:2]
    assert [] == different(lambda: Workspace.open(cases=CASES), questions, workspaces=1)
