"""What everything that reads a program must agree on, for random programs: each is drawn once, and worked out once.

    programs with goals -> the reference evaluator's answers -> what each engine, referee, explanation and check says

`COMPARISONS` lists what is compared. Each takes a `Question` and yields what differs, naming who says what.
"""

from __future__ import annotations

import itertools
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from msgspec.structs import replace

from engine.bodies import RuleBook
from engine.checks import check, check_goal
from engine.checks.predicates import Context
from engine.knowledge import BACKENDS, Answers, EndlessError, KnowledgeBase, Rules
from explain.proof.node_json import node_json
from explain.proof.why import Explainer
from explain.verify import verify
from explain.verify.evaluator import Evaluator, rulebook
from explain.verify.program import scoped
from kb.language.loader import load_text, read_goal
from kb.language.printer import show_body, show_program
from kb.language.program import Program
from kb.language.syntax import Aggregate, And, Body, Clause, Count, Documented, Not, Or
from kb.language.terms import Var
from kb.language.traversal import body_terms
from kb.language.truth import Truth
from tests.answer_tables import rows_in, rows_of
from tests.explain.mutations import Json, folded, spread
from tests.referees import (
    BoundedReference,
    ClingoModel,
    Rows,
    SwiplError,
    TooLargeError,
    answers_fault,
    columns,
    numbered,
    show_rows,
    swipl_available,
    swipl_batch,
)
from tests.reference import EndlessEvaluationError
from tests.strategies import Example, Options, random_examples

MOST, MOST_OF_A_STEP = 80_000, 4_000
"""How many steps the reference evaluator may take for a goal, and for a step of an explanation."""

MOST_STEPS, MOST_ROWS = 8, 16
"""How many different steps of an explanation, and rows of a goal, are worked out by the definitions."""

MOST_GOALS = 2
"""How many goals of a program are asked: another program finds more than another goal."""

CANNOT_STAND_ALONE = ("witness", "branch")
"""The kinds of steps whose goal is no goal."""


class World:
    """A program in one reading, with the engines and referees that can be asked about it."""

    def __init__(self, program: Program, *, closed_world: bool) -> None:
        self.program = program
        self.closed_world = closed_world

    @cached_property
    def kb(self) -> KnowledgeBase:
        return KnowledgeBase(Rules.of(self.program), closed_world=self.closed_world)

    @cached_property
    def clingo(self) -> ClingoModel:
        return ClingoModel(self.program)


@dataclass(eq=False)
class Question:
    """A goal in one reading of a program, whether DuckDB is asked it, and SWI-Prolog's answers where it was asked.

    `answers` and `reference` are None where engine or reference evaluator give up.
    """

    world: World
    goal: Body
    for_duckdb: bool
    in_swipl: Rows | str | None

    @cached_property
    def answers(self) -> Answers | None:
        try:
            return self.world.kb.answers(self.goal)
        except EndlessError:
            return None

    @cached_property
    def reference(self) -> BoundedReference | None:
        try:
            return BoundedReference(self.world.program, self.goal, closed_world=self.world.closed_world, most=MOST)
        except (TooLargeError, EndlessEvaluationError):
            return None

    @cached_property
    def explanation(self) -> Json:
        """The explanation as its JSON is read."""
        explainer = Explainer(self.world.kb, RuleBook.of(self.world.kb.rules.clauses))
        data: Json = spread(json.loads(json.dumps(node_json(explainer.goal(self.goal)))))
        return data

    def __str__(self) -> str:
        reading = "closed world" if self.world.closed_world else "three truth values"
        return f"{show_program(self.world.program)}?- {show_body(self.goal)}.  % {reading}"


Comparison: TypeAlias = Callable[[Question], Iterator[str]]


def by_the_definitions(question: Question) -> Iterator[str]:
    """The answers of the default engine, true and unknown, are what the reference evaluator finds."""
    if question.answers is None:
        if question.world.closed_world:
            yield "the default engine gives up"
    elif question.reference is not None:
        try:
            expected = question.reference.answers()
        except TooLargeError:
            return
        fault = answers_fault(question.world.program, question.goal, question.answers, expected)
        if fault is not None:
            yield f"the default engine and the reference evaluator:\n{fault}"


def in_duckdb(question: Question) -> Iterator[str]:
    """DuckDB has the answers that the default engine has."""
    if question.for_duckdb:
        yield from _in_engine(question, "duckdb")


def in_pydatalog(question: Question) -> Iterator[str]:
    """pyDatalog has the answers that the default engine has; it may give up earlier."""
    with suppress(EndlessError):
        yield from _in_engine(question, "pydatalog")


def _in_engine(question: Question, engine: str) -> Iterator[str]:
    """An engine has the answers that the default engine has, also as a table."""
    if question.answers is None:
        return
    rules, closed = Rules.of(question.world.program), question.world.closed_world
    with KnowledgeBase(rules, closed_world=closed, backend=BACKENDS[engine]) as base:
        found, table = base.answers(question.goal), rows_of(base.table(question.goal))
    if found != question.answers:
        yield f"{engine}: {found}\nthe default engine: {question.answers}"
    if table != rows_in(question.answers):
        yield f"{engine}, as a table: {table}\nthe default engine: {question.answers}"


def in_clingo_and_swipl(question: Question) -> Iterator[str]:
    """clingo and SWI-Prolog have the closed-world answers that the default engine has."""
    if question.answers is None or not question.world.closed_world:
        return
    ours = frozenset(question.answers.true)
    for name, theirs in (("clingo", question.world.clingo.answers(question.goal)), ("swipl", question.in_swipl)):
        if isinstance(theirs, str):
            yield f"{name}: {theirs}"
        elif theirs is not None and theirs != ours:
            yield f"only in {name}: {show_rows(theirs - ours)}\nonly in the default engine: {show_rows(ours - theirs)}"


def in_another_order(question: Question) -> Iterator[str]:
    """The order of clauses, literals and alternatives changes neither true nor unknown answers."""
    if question.answers is None or question.world.closed_world:
        return
    chosen = random.Random(0)
    items = [
        replace(item, body=shuffled(item.body, chosen)) if isinstance(item, Clause) else item
        for item in question.world.program.items
    ]
    chosen.shuffle(items)
    other, turned = Program(tuple(items)), shuffled(question.goal, chosen)
    try:
        found = KnowledgeBase(Rules.of(other)).answers(turned)
    except EndlessError:
        return
    places = [columns(turned).index(var) for var in columns(question.goal)]
    true, unknown = ({tuple(row[place] for place in places) for row in rows} for rows in (found.true, found.unknown))
    same_true = set(question.answers.true) == true
    if not same_true or set(map(numbered, question.answers.unknown)) != set(map(numbered, unknown)):
        yield f"otherwise in another order, to ?- {show_body(turned)}.\n{show_program(other)}"


def by_the_checker(question: Question) -> Iterator[str]:
    """The checker's own reading gives rows of constants and of individuals the truth that the definitions give."""
    reference = question.reference
    if reference is None:
        return
    reference.allow(MOST)
    asked, program = columns(question.goal), question.world.program
    constants = frozenset(term for term in body_terms(question.goal) if not isinstance(term, Var))
    evaluator = Evaluator(rulebook(program), (), question.world.closed_world, constants)
    rows = list(itertools.product([*itertools.islice(reference.domain, 8), 1, 2], repeat=len(asked)))
    for row in random.Random(0).sample(rows, min(len(rows), MOST_ROWS)):
        try:
            expected = reference.truth(row)
        except TooLargeError:
            return
        found = evaluator.truth(scoped(question.goal, frozenset(asked)), dict(zip(asked, row, strict=True)))
        if found is not expected:
            yield f"{show_rows([row])} is {expected.value} by the definitions and {found.value} to the checker"


def explanations(question: Question) -> Iterator[str]:
    """An explanation has the truth of its goal, and the checker accepts it."""
    if question.answers is None:
        return
    explanation, world = question.explanation, question.world
    if explanation["status"] != question.answers.truth.value:
        yield f"explained as {explanation['status']}, answered as {question.answers.truth.value}"
    for fault in verify(folded(explanation), world.program, closed_world=world.closed_world):
        yield f"the checker on the explanation: {fault}"


def steps_of_explanations(question: Question) -> Iterator[str]:
    """Each step of an explanation has the truth of its goal by the definitions.

    Steps about individuals that no fact names are not compared, nor what has variables below them: their goals by themselves
    are about anyone.
    """
    if question.answers is None or question.world.closed_world:
        return
    steps: dict[str, str] = {}
    for node in _about_constants(question.explanation):  # a rule comes after the goal that it is for, and has its name
        if node["kind"] not in CANNOT_STAND_ALONE:
            steps.setdefault(node["goal"], node["status"])
    for text, status in itertools.islice(steps.items(), MOST_STEPS):
        expected = truth_of_text(question.world.program, text)
        if expected is not None and expected.value != status:
            yield f"the step `{text}` is {status} in the explanation and {expected.value} by the definitions"


def _about_constants(node: Json, *, is_below: bool = False) -> Iterator[Json]:
    """The steps that are not about individuals that no fact names; `is_below` one that is, those without variables."""
    goal = read_goal(node["goal"]) if is_below and node["kind"] not in CANNOT_STAND_ALONE else None
    is_open = (
        goal is not None and not isinstance(goal, tuple) and any(isinstance(term, Var) for term in body_terms(goal))
    )
    is_about = any(re.fullmatch(r"_\d*", text) for text in node.get("binding", {}).values())
    if not (is_open or is_about):
        yield node
    for key in ("children", "about"):
        for child in node.get(key, ()):
            yield from _about_constants(child, is_below=is_below or is_about)


COMPARISONS: tuple[Comparison, ...] = (
    by_the_definitions,
    in_duckdb,
    in_pydatalog,
    in_clingo_and_swipl,
    in_another_order,
    by_the_checker,
    explanations,
    steps_of_explanations,
)


def truth_of_text(program: Program, text: str) -> Truth | None:
    """The truth of a goal by the definitions; None if that takes too long."""
    goal = read_goal(text)
    assert not isinstance(goal, tuple), text
    try:
        found = BoundedReference(program, goal, most=MOST_OF_A_STEP).answers()
    except (TooLargeError, EndlessEvaluationError):
        return None
    if found.true:
        return Truth.TRUE
    return Truth.UNKNOWN if found.unknown or found.unknown_computed else Truth.FALSE


def shuffled(body: Body, chosen: random.Random) -> Body:
    """The body with the goals of each conjunction and the alternatives of each disjunction in another order."""
    if isinstance(body, And | Or):
        goals = [shuffled(goal, chosen) for goal in body.goals]
        chosen.shuffle(goals)
        return replace(body, goals=tuple(goals))
    if isinstance(body, Not | Documented | Count | Aggregate):
        return replace(body, goal=shuffled(body.goal, chosen))
    return body


def accepted_goals(example: Example) -> tuple[Body, ...]:
    """Some goals that the checks let through; the program reads back as it was written, and is without an error."""
    text = show_program(example.program)
    loaded = load_text(text)
    wrong = [each.message for each in check(loaded) if each.is_error]
    assert not wrong, (wrong, text)
    assert text == show_program(loaded.program)
    sources = loaded.sources
    known = Context(example.program, sources)
    accepted = (goal for goal in example.goals if not any(e.is_error for e in check_goal(known, sources, goal)))
    return tuple(itertools.islice(accepted, MOST_GOALS))


def questions(number: int, first: int, options: Options) -> Iterator[Question]:
    """The goals of some random programs, each in both readings.

    SWI-Prolog, in one process, is asked what stands in its order. DuckDB, which takes longest, is asked the first goal of
    every other program, in one of the readings.
    """
    asked = [(each.program, accepted_goals(each)) for each in random_examples(number, first, options)]
    in_swipl: Sequence[Sequence[Rows | None] | SwiplError | None] = [None] * len(asked)
    if options.in_order and swipl_available():
        in_swipl = swipl_batch(asked)
    for index, ((program, goals), theirs) in enumerate(zip(asked, in_swipl, strict=True)):
        three, closed = (World(program, closed_world=closed_world) for closed_world in (False, True))
        meant = Rules.of(program).names
        for place, goal in enumerate(map(meant.goal, goals)):
            yield Question(three, goal, (place, index % 4) == (0, 0), None)
            yield Question(closed, goal, (place, index % 4) == (0, 2), _told(theirs, place))


def _told(theirs: Sequence[Rows | None] | SwiplError | None, place: int) -> Rows | str | None:
    """What SWI-Prolog said of a goal: rows, or in words what went wrong."""
    if theirs is None:
        return None
    if isinstance(theirs, SwiplError):
        return f"failed: {theirs}"
    return "failed: error or no end" if (rows := theirs[place]) is None else rows


def differing(number: int, first: int, options: Options) -> list[str]:
    """What differs about some random programs; an exception is a difference too."""
    found = []
    for question in questions(number, first, options):
        for compare in COMPARISONS:
            found += [f"{question}\n{compare.__name__}: {each}" for each in _or_exception(compare, question)]
    return found


def _or_exception(compare: Comparison, question: Question) -> list[str]:
    try:
        return list(compare(question))
    except Exception as error:  # whatever it is, it is no answer
        return [f"{type(error).__name__}: {error}"]
