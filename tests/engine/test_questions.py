"""A question leaves nothing behind: what was asked before changes no answer, and nothing that is shared grows."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress

import pytest

from engine.backends.joins import Join
from engine.backends.protocol import Backend
from engine.backends.pydatalog import Machine
from engine.backends.rows import Steps
from engine.backends.tabling import TablingBackend, TablingSession
from engine.knowledge import BACKENDS, EndlessError, KnowledgeBase, Rules
from kb.language.syntax import TRUE, AtomF, Clause, Pred
from kb.language.terms import Atom, Int, Var
from kb.language.truth import Truth
from tests.texts import goal_of, program_of

PROGRAM = (
    ":- abducible p/1. :- abducible q/2. :- functional q(+, -). p(a). -p(b). q(a, 1). complete(c, q). "
    "d(a). d(b). d(c). e(a, b). e(b, c). path(X, Y) :- e(X, Y). path(X, Z) :- path(X, Y), e(Y, Z). "
    "far(X) :- d(X), at_least(2, Y, path(X, Y)). r(X) :- d(X), \\+ p(X). s(X) :- p(X), q(X, N), N > 0. "
    "t(X) :- p(X), q(Y, _), \\+ X \\= Y. n(0). n(Y) :- n(X), X < 5, Y is X + 1. endless(0). endless(Y) :- endless(X), Y is X + 1."
)
GOALS = (
    "p(X)", "r(X)", "s(X)", "path(a, X)", "path(X, c), \\+ p(X)", "far(X)", "n(N), N > 3", "p(z)", "t(z)", "t(X), X = y",
    "q(X, 7)", "(p(X) ; d(X)), \\+ (q(X, N), N > 3)", "at_least(2, X, p(X))", "aggregate_all(count, X, path(a, X), N)",
)  # fmt: skip


def sizes(rules: Rules, backend: Backend) -> Iterator[int]:
    """How much there is of everything that knowledge bases with the same rules share."""
    seen: set[int] = set()
    pending: list[object] = [rules, backend]
    while pending:
        each = pending.pop()
        if id(each) in seen or isinstance(each, str | bytes | int | type):
            continue
        seen.add(id(each))
        if isinstance(each, dict | list | tuple | set | frozenset):
            yield len(each)
            pending += [*each, *(each.values() if isinstance(each, dict) else ())]
        elif type(each).__module__.partition(".")[0] in {"engine", "kb", "pyDatalog"}:
            names = [
                *getattr(each, "__dict__", ()),
                *(name for kind in type(each).__mro__ for name in getattr(kind, "__slots__", ())),
            ]
            pending += [getattr(each, name, None) for name in names]


@pytest.mark.parametrize("name", ["tabling", "pydatalog", "duckdb"])
def test_answers_do_not_depend_on_what_was_asked_before(name: str) -> None:
    """Goals asked in any order of one knowledge base have the answers that a fresh one gives."""
    pytest.importorskip("duckdb")
    rules, chosen = Rules.of(program_of(PROGRAM)), random.Random(8)
    expected = {text: KnowledgeBase(Rules.of(program_of(PROGRAM))).answers(goal_of(text)) for text in GOALS}
    goals = [*GOALS, *GOALS]
    chosen.shuffle(goals)
    with KnowledgeBase(rules, backend=BACKENDS[name]) as kb:
        for text in goals:
            assert expected[text] == kb.answers(goal_of(text)), text


@pytest.mark.parametrize("at", range(1, 60, 4))
@pytest.mark.parametrize("engine", ["tabling", "pydatalog"])
@pytest.mark.heavy
def test_answers_do_not_depend_on_interrupted_questions(engine: str, at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A question interrupted at any step, or given up, changes no later answer of the same knowledge base."""
    kb = KnowledgeBase(Rules.of(program_of(PROGRAM), max_steps=20_000), backend=BACKENDS[engine])
    with pytest.raises(EndlessError):
        kb.answers(goal_of("endless(X)"))
    steps = [
        *((Machine, name) for name in ("define", "clause", "primitive", "run")),
        *((TablingBackend, name) for name in ("_plain", "_recursive", "relation")),
        *((TablingSession, name) for name in ("_worked_out", "_evaluate", "component")),
        (Join, "find"),
        (Steps, "spend"),
    ]
    for text in GOALS:
        with monkeypatch.context() as patched:
            for kind, name in steps:
                patched.setattr(kind, name, _interrupted_at(at, getattr(kind, name)))
            with suppress(KeyboardInterrupt):
                kb.answers(goal_of(text))
        assert KnowledgeBase(Rules.of(program_of(PROGRAM))).answers(goal_of(text)) == kb.answers(goal_of(text)), text


def _interrupted_at(at: int, method):  # type: ignore[no-untyped-def] # any method
    calls = iter(range(at))

    def called(*args, **named):  # type: ignore[no-untyped-def]
        if next(calls, None) is None:
            raise KeyboardInterrupt
        return method(*args, **named)

    return called


@pytest.mark.parametrize("engine", ["tabling", "pydatalog"])
@pytest.mark.heavy
def test_a_hundred_questions_add_nothing_to_what_is_shared(engine: str) -> None:
    """Different questions, of one knowledge base and of others with the same rules, leave rules and engine as large as they
    were after the first."""
    rules = Rules.of(program_of(PROGRAM))
    backend = rules.backend(BACKENDS[engine], False)
    kb = KnowledgeBase(rules, backend=BACKENDS[engine])

    def ask(number: int) -> None:
        goal = goal_of(f"d(X), \\+ (q(X, {number}), far(X)), (s(X) ; X = c{number}), at_least(1, Y, (p(Y), t(Y)))")
        stated = Clause(AtomF(Pred("q", 2), (Atom(f"k{number}"), Int(number))), TRUE)
        for each in (kb, kb.with_facts([stated])):
            each.answers(goal)
            each.part_truth(goal, {Var("X"): Atom(f"other{number}")})

    ask(0)
    before = sum(sizes(rules, backend))
    for number in range(1, 101):
        ask(number)
    assert before == sum(sizes(rules, backend))


def test_the_constants_of_an_atom_are_among_those_that_there_are() -> None:
    """An atom about a constant that nothing mentions has the truth value that the definitions give it."""
    kb = KnowledgeBase(Rules.of(program_of(PROGRAM)))
    atom = goal_of("t(z)")
    assert isinstance(atom, AtomF)
    assert (Truth.UNKNOWN, Truth.UNKNOWN) == (kb.answers(atom).truth, kb.truth(atom))


def test_pydatalog_is_loaded_where_it_is_asked_for() -> None:
    """Neither knowledge bases nor other commands than those that ask it load pyDatalog."""
    code = (
        "import sys, engine.knowledge; from explain.cli.entry import main\n"
        "sys.argv = ['priorlog', 'check']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "assert 'pyDatalog' not in sys.modules"
    )
    assert 0 == subprocess.run([sys.executable, "-c", code], check=False, stdout=subprocess.DEVNULL).returncode
