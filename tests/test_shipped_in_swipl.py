"""The rule files and example cases that are shipped say the same in SWI-Prolog and clingo as in the engine."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from engine.knowledge import KnowledgeBase, Rules
from kb.language.declarations import REQUEST, TODAY
from kb.language.loader import POLICY_FILES, PRELUDE, SHIPPED, load_files
from kb.language.printer import show_body
from kb.language.program import Program
from kb.language.syntax import AtomF, Body, Clause, Declaration, Pred, PredDecl
from kb.language.terms import Const, Term, Var
from tests.referees import ClingoModel, Rows, run_swipl, show_rows, swipl_answers, swipl_available
from tests.texts import goal_of

RULE_FILES = sorted(path for path in SHIPPED.rglob("*.pl") if path != PRELUDE)
EXAMPLES = Path(__file__).parents[1] / "examples"
CASES, TESTS = (sorted((EXAMPLES / name).glob("*.pl")) for name in ("cases", "tests"))

needs_swipl = pytest.mark.skipif(not swipl_available(), reason="SWI-Prolog (swipl) is not installed")


@functools.cache
def program_of(*files: Path) -> Program:
    """The program of some files, read once."""
    loaded = load_files(files)
    assert [each.message for each in loaded.diagnostics] == []
    return loaded.program


@functools.cache
def base_of(*files: Path) -> KnowledgeBase:
    """Its knowledge base with every record complete."""
    return KnowledgeBase(Rules.of(program_of(*files)), closed_world=True)


def cases_in(file: Path) -> list[Const]:
    """The cases of a file, by their requests."""
    clauses = program_of(file).clauses
    first = [clause.head.args[0] for clause in clauses if clause.head.pred == REQUEST]
    return [term for term in dict.fromkeys(first) if not isinstance(term, Var)]


def predicates(program: Program, *, of_cases: bool) -> list[Pred]:
    """The predicates whose first argument is declared to be a case, or those of which that is not so."""
    known: dict[Pred, bool] = {}
    for item in program.items:
        if isinstance(item, PredDecl):
            known[item.pred] = item.types[:1] == ("case",)
    for item in program.items:
        if isinstance(item, Clause):
            known.setdefault(item.head.pred, known.get(item.head.pred.positive, False))
    return [pred for pred, is_of_cases in known.items() if is_of_cases == of_cases]


def atom(pred: Pred, *first: Term) -> AtomF:
    """The predicate with some first arguments and variables for the others."""
    return AtomF(pred, (*first, *(Var(f"X{index}") for index in range(pred.arity - len(first)))))


def complaints(file: Path, no_goals: Path) -> tuple[int, str]:
    """What SWI-Prolog answers, and complains of, when it loads a file and is asked the goals of an empty file."""
    done = run_swipl([no_goals, file])
    return done.returncode, done.stdout + done.stderr


def assert_same(goals: list[Body], expected: list[Rows], found: list[Rows | None]) -> None:
    """Asserts that the engine's rows and a referee's are the same for each goal."""
    for goal, ours, theirs in zip(goals, expected, found, strict=True):
        assert theirs is not None, f"no answer to {show_body(goal)}"
        assert (show_body(goal), ours - theirs, theirs - ours) == (show_body(goal), frozenset(), frozenset()), (
            show_rows(ours)
        )


def by_name(file: Path) -> str:
    """The name that a file has in test names."""
    return file.stem


@needs_swipl
@pytest.mark.parametrize("file", RULE_FILES + CASES + TESTS, ids=by_name)
@pytest.mark.heavy
def test_every_shipped_file_loads_in_swipl(file: Path, tmp_path: Path) -> None:
    """A rule file loads in SWI-Prolog through the prelude, by itself, without a warning."""
    no_goals = tmp_path / "no_goals.pl"
    no_goals.touch()
    assert complaints(file, no_goals) == (0, "")


def test_there_are_files_and_cases() -> None:
    """The files that the other tests go through are there, and each case file has a case."""
    assert {"xpovio.pl", "drugs.pl", "cases.pl", "imwg.pl", "conditions.pl"} <= {path.name for path in RULE_FILES}
    assert len(CASES) >= 20
    assert [file.name for file in CASES if not cases_in(file)] == []


@pytest.mark.heavy
def test_cases_have_the_same_answers_everywhere() -> None:
    """Whatever is said of a case has the same closed-world answers in the engine, clingo and SWI-Prolog."""
    files = (*POLICY_FILES, *CASES)
    program = program_of(*files)
    asked = [pred for pred in predicates(program, of_cases=True) if pred.arity <= 3]
    cases = [case for file in CASES for case in cases_in(file)]
    goals: list[Body] = [atom(pred, case) for case in cases for pred in asked]
    expected = [frozenset(base_of(*files).answers(goal).true) for goal in goals]
    assert len(goals) > 50 * len(cases)
    assert sum(bool(rows) for rows in expected) > 10 * len(cases)
    base = base_of(*files)  # what names mean is no question of logic
    model = ClingoModel(Program((*base.rules.clauses, *base.rules.facts)))
    assert_same(goals, expected, [model.answers(goal) for goal in goals])
    if swipl_available():
        assert_same(goals, expected, swipl_answers(files, goals))


def test_the_knowledge_has_the_same_answers_everywhere() -> None:
    """Whatever the shipped files say without a case is the same in the engine, clingo and SWI-Prolog."""
    program = program_of(*POLICY_FILES)
    known = [
        pred for pred in predicates(program, of_cases=False) if pred != TODAY
    ]  # which the program that runs it states
    goals: list[Body] = list(map(atom, known))
    expected = [frozenset(base_of(*POLICY_FILES).answers(goal).true) for goal in goals]
    assert sum(bool(rows) for rows in expected) > 20
    model = ClingoModel(program)
    assert_same(goals, expected, [model.answers(goal) for goal in goals])
    if swipl_available():
        assert_same(goals, expected, swipl_answers(POLICY_FILES, goals))


@needs_swipl
def test_the_package_table_in_swipl() -> None:
    """The package table has twelve rows, and its arithmetic is right in each, in SWI-Prolog as in the engine."""
    goals = [
        goal_of("package(Dose, Times, Tablet, Carton, Blister)"),
        goal_of("package_discrepancy(Dose, Times, Tablet)"),
    ]
    found = swipl_answers(POLICY_FILES, goals)
    assert [len(rows) for rows in found if rows is not None] == [12, 0]
    assert found == [frozenset(base_of(*POLICY_FILES).answers(goal).true) for goal in goals]


def declared(program: Program) -> list[Declaration]:
    """The declarations of a program."""
    return [item for item in program.items if not isinstance(item, Clause)]


@needs_swipl
def test_declarations_of_cases_make_their_predicates_known_in_swipl() -> None:
    """In SWI-Prolog a predicate that is declared and has no fact fails, and is not an error."""
    preds = [item.pred for item in declared(program_of(*POLICY_FILES)) if isinstance(item, PredDecl)]
    answers = swipl_answers(POLICY_FILES, [atom(pred) for pred in preds])
    assert [str(pred) for pred, rows in zip(preds, answers, strict=True) if rows is None] == []
