"""Modules: which predicate a name means where files with modules of their own stand in one program, and what follows from what
their policies list."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.checks import check
from engine.knowledge import KnowledgeBase, Rules
from explain.proof.node_json import node_json
from explain.verify import verify
from explain.workspace import Workspace
from kb.language.loader import Loaded, load_files, read_goal
from kb.language.modules import Goals
from kb.language.syntax import AtomF, Clause, Pred
from kb.language.terms import plain_text
from kb.language.traversal import conjuncts
from tests.referees import swipl_answers, swipl_available

FIRST = """
:- module(first, [shared/1, exported/1]).
shared(a).
exported(X) :- hidden(X).
hidden(b).
"""
SECOND = """
:- module(second, [shared/1]).
:- use_module('first.pl', [exported/1]).
shared(c).
hidden(d).
uses(X) :- exported(X).
"""


def loaded(place: Path, files: dict[str, str], *names: str) -> Loaded:
    """What some of the files that are written here say."""
    for name, text in files.items():
        (place / name).write_text(text)
    return load_files([place / name for name in names or files])


def answers(program: Loaded, goal: str) -> set[str]:
    """What the variable of a goal is, in a program without errors."""
    assert [each for each in check(program) if each.is_error] == []
    asked = read_goal(goal)
    assert not isinstance(asked, tuple)
    named, wrong = Goals(program.program).named(asked)
    assert wrong == []
    return {plain_text(row[0]) for row in KnowledgeBase(Rules.of(program.program)).answers(named).true}


def said(program: Loaded) -> list[str]:
    """The codes of what is wrong, in order."""
    return [each.code for each in check(program) if each.is_error]


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        ("first:shared(X)", {"a"}), ("second:shared(X)", {"c"}), ("exported(X)", {"b"}),
        ("first:hidden(X)", {"b"}), ("second:hidden(X)", {"d"}), ("uses(X)", {"b"}), ("second:uses(X)", {"b"}),
    ],
)  # fmt: skip
def test_each_module_has_its_own(goal: str, expected: set[str], tmp_path: Path) -> None:
    """Predicates of one name in two modules are two; what is imported is the other module's; a goal may name what is not exported."""
    assert answers(loaded(tmp_path, {"first.pl": FIRST, "second.pl": SECOND}), goal) == expected


def test_a_goal_that_several_modules_have_is_an_error(tmp_path: Path) -> None:
    """A plain name that two modules have is E214, which lists them."""
    both = loaded(tmp_path, {"first.pl": FIRST, "second.pl": SECOND})
    goal = read_goal("shared(X)")
    assert not isinstance(goal, tuple)
    _, (wrong,) = Goals(both.program).named(goal)
    assert (wrong.code, wrong.suggestion) == ("E214", "write `first:shared` or `second:shared`")


def test_a_rule_sees_what_is_exported_only(tmp_path: Path) -> None:
    """A file without a module finds what modules export, and has to name the module for the rest."""
    files = {"first.pl": FIRST, "user.pl": "p(X) :- exported(X).\nq(X) :- first:hidden(X).\n"}
    assert answers(loaded(tmp_path, files), "p(X)") == answers(loaded(tmp_path, files), "q(X)") == {"b"}
    assert said(loaded(tmp_path, {**files, "user.pl": "p(X) :- hidden(X).\n"})) == ["E214"]


def test_facts_belong_to_what_declares_the_predicate(tmp_path: Path) -> None:
    """A fact of a file without a module is one of the module's predicate, and of each where several declare it."""
    one = ":- module(one, []).\n:- pred seen(Case: case).\n:- abducible seen/1.\np(X) :- seen(X).\n"
    other = ":- module(other, []).\n:- pred seen(Case: case).\n:- abducible seen/1.\nq(X) :- seen(X).\n"
    files = {"one.pl": one, "facts.pl": "seen(c1).\n"}
    assert answers(loaded(tmp_path, files), "p(X)") == {"c1"}
    both = loaded(tmp_path, {**files, "other.pl": other})
    assert answers(both, "p(X)") == answers(both, "q(X)") == {"c1"}


def test_a_clause_for_what_the_library_declares_is_the_library_s(tmp_path: Path) -> None:
    """A module adds to tables of the library that it loads, and other files see it."""
    text = ":- module(more, []).\n:- use_module(library(drugs)).\nknown_class(gene_therapy).\n"
    found = loaded(tmp_path, {"more.pl": text, "user.pl": "p(X) :- known_class(X).\n"})
    assert {"gene_therapy", "proteasome_inhibitor"} <= answers(found, "p(X)")


def test_a_file_that_is_not_there_is_one_of_the_library_or_of_nearly_its_name(tmp_path: Path) -> None:
    """Where a file that is loaded is missing, the error says what to write: `library(..)` for a file of the library, which authors
    had to copy once, or a file of nearly that name in its folder."""
    policy = ":- ensure_loaded('../cases.pl').\n:- use_module('thresholdz.pl').\n:- ensure_loaded('elsewhere.pl').\n"
    found = loaded(tmp_path, {"thresholds.pl": "limit(3).\n", "policy.pl": policy}, "policy.pl").diagnostics
    said = [(each.code, each.suggestion) for each in found]
    library = "write `:- use_module(library(cases)).`, which is found wherever this file lies"
    assert [("E107", library), ("E107", "did you mean `thresholds.pl`?"), ("E107", None)] == said


def test_a_policy_may_say_it_in_its_own_words(tmp_path: Path) -> None:
    """What an author declares of a predicate of the library takes the place of what the library declares."""
    text = ":- use_module(library(cases)).\n:- pred sex(Case: case, Sex: sex) :: 'the record has @(Sex)'.\n"
    found = loaded(tmp_path, {"own.pl": text})
    assert said(found) == []
    sentences = [
        item.sentence
        for item in found.program.items
        if getattr(item, "pred", None) == Pred("sex", 2) and hasattr(item, "sentence")
    ]
    assert sentences == ["the record has @(Sex)"]


POLICY = """
:- module({name}, []).
:- use_module(library(cases)).
:- policy({name}, [drug(selinexor), title('{name}'), effective(2024-01-01)]).
criterion({name}, initial, 1, age, adult).
criterion({name}, initial, 2, way, way).
alternative({name}, initial, way, 1, one, {first}).
alternative({name}, initial, way, 2, two, {second}).
:- pred adult(Case: case) :: 'the patient is an adult'.
adult(Case) :- request(Case, _, _, Date), birth_date(Case, Birth), age(Birth, Date, Years), Years >= 18.
:- pred way(Case: case) :: 'one of two'.
:- pred with_dexamethasone(Case: case) :: 'with dexamethasone'.
with_dexamethasone(Case) :- combination(Case, dexamethasone).
:- pred with_bortezomib(Case: case) :: 'with bortezomib'.
with_bortezomib(Case) :- combination(Case, bortezomib).
"""


def rules_for(program: Loaded, name: str, *, of: str | None = None) -> set[str]:
    """The goals of the rules for a predicate of a program, or of the view of a policy of it."""
    items = (program.program if of is None else program.views[of]).items
    heads = [item for item in items if isinstance(item, Clause) and item.head.pred.name == name]
    return {", ".join(sorted(each.pred.name for each in _atoms(item))) for item in heads}


def _atoms(clause: Clause) -> list[AtomF]:
    return [goal for goal in conjuncts(clause.body) if isinstance(goal, AtomF)]


def test_rules_follow_from_what_a_policy_lists(tmp_path: Path) -> None:
    """A request meets the criteria where all that are listed hold, and a criterion with alternatives where one of them does."""
    text = POLICY.format(name="pol", first="with_dexamethasone", second="with_bortezomib")
    found = loaded(tmp_path, {"pol.pl": text})
    assert said(found) == []
    assert rules_for(found, "meets_criteria") == {"adult, request_under, way"}
    assert rules_for(found, "way") == {"with_dexamethasone", "with_bortezomib"}
    assert answers(found, "policy_covers(pol, X)") == {"selinexor"}


def test_a_view_is_the_policy_alone(tmp_path: Path) -> None:
    """The program of one of several policies is what its file says by itself, in every item."""
    files = {
        "one.pl": POLICY.format(name="one", first="with_dexamethasone", second="with_bortezomib"),
        "two.pl": POLICY.format(name="two", first="with_bortezomib", second="adult"),
    }
    both = loaded(tmp_path, files)
    assert said(both) == []
    for name in ("one", "two"):
        alone = loaded(tmp_path, files, f"{name}.pl")
        assert set(both.views[name].items) == set(alone.program.items)
    assert rules_for(both, "two::way") == {"two::with_bortezomib", "two::adult"}


def test_what_a_forgotten_file_would_settle_is_left_out_of_a_view(tmp_path: Path) -> None:
    """Rules beside two policies that compare them are no part of either; others are part of both."""
    files = {
        "one.pl": POLICY.format(name="one", first="with_dexamethasone", second="with_bortezomib"),
        "two.pl": POLICY.format(name="two", first="with_bortezomib", second="adult"),
        "beside.pl": "agree(C) :- one:meets_criteria(C), two:meets_criteria(C).\nagreed(C) :- agree(C).\nboth(C) :- request(C, _, _, _).\n",
    }
    views = loaded(tmp_path, files).views
    heads = [{item.head.pred.name for item in view.items if isinstance(item, Clause)} for view in views.values()]
    assert [{"agree", "agreed", "both"} & each for each in heads] == [{"both"}, {"both"}]


COURSES = """
:- module(courses, [newer/2, later/3]).
:- pred course(Name: atom, Since: date).
course(a, 2024-01-01).
course(b, 2024-02-01).
newer(X, Y) :- later(X, Y, _).
later(X, Y, From) :- course(X, From), course(Y, Before), Before @< From.
"""
LINES = """
:- module(lines, [next/2]).
:- pred line(Name: atom, Number: integer).
line(l1, 1).
line(l2, 2).
next(X, Y) :- later(Y, X, 1).
later(X, Y, N) :- line(X, M), line(Y, Before), M is Before + 1, N is M - Before.
"""
DAYS = """
:- module(days, [last_day/2]).
:- pred day(Name: atom, One: date, Other: date).
day(d, 2024-01-01, 2024-03-01).
last_day(X, Day) :- day(X, One, Other), later(One, Other, Day).
"""
OWN_OR_BUILT_IN = {"courses.pl": COURSES, "lines.pl": LINES, "days.pl": DAYS}
"""Two modules with a predicate of their own that has the name of a built-in one, and one that uses the built-in one."""
SAID_OF_LATER = {
    "newer(X, a)": {"b"}, "next(l1, X)": {"l2"}, "last_day(d, X)": {"2024-03-01"},
    "courses:later(b, a, X)": {"2024-02-01"}, "lines:later(X, l1, 1)": {"l2"},
}  # fmt: skip


@pytest.mark.parametrize(("goal", "expected"), SAID_OF_LATER.items())
def test_a_predicate_in_place_of_a_built_in_one_is_that_of_its_module(
    goal: str, expected: set[str], tmp_path: Path
) -> None:
    """Each module has its own, and one that has none has the built-in predicate, whichever others there are."""
    assert answers(loaded(tmp_path, OWN_OR_BUILT_IN), goal) == expected


def test_a_question_means_the_one_that_a_module_has_in_place_of_a_built_in_one(tmp_path: Path) -> None:
    """In questions the built-in predicate gives way to that of a module; where several have one, the question has to say which."""
    assert answers(loaded(tmp_path, OWN_OR_BUILT_IN, "courses.pl", "days.pl"), "later(b, a, X)") == {"2024-02-01"}
    assert answers(loaded(tmp_path, OWN_OR_BUILT_IN, "days.pl"), "later(2024-01-01, 2024-02-01, X)") == {"2024-02-01"}
    asked = read_goal("later(b, a, X)")
    assert not isinstance(asked, tuple)
    _, (wrong,) = Goals(loaded(tmp_path, OWN_OR_BUILT_IN).program).named(asked)
    assert (wrong.code, wrong.suggestion) == ("E214", "write `courses:later` or `lines:later`")


@pytest.mark.parametrize("goal", SAID_OF_LATER)
def test_explanations_tell_them_apart(goal: str, tmp_path: Path) -> None:
    """The checker follows each explanation, of a module's own predicate as of the built-in one."""
    program = loaded(tmp_path, OWN_OR_BUILT_IN)
    space = Workspace(program, Rules.of(program.program))
    data = json.loads(json.dumps(node_json(space.explain(goal).node)))
    assert data["status"] == "true"
    assert verify(data, program.program) == []


USER_OF_LATER = """
since(X) :- newer(b, a), later(b, a, X).
"""


def test_an_exported_predicate_takes_the_place_of_the_built_in_one_where_it_is_imported(tmp_path: Path) -> None:
    """A file that imports `later/3` means that of the module, and one that imports something else the built-in one."""
    all_of_it = {"courses.pl": COURSES, "user.pl": ":- use_module('courses.pl')." + USER_OF_LATER}
    assert answers(loaded(tmp_path, all_of_it, "user.pl"), "since(X)") == {"2024-02-01"}
    built_in = ":- use_module('courses.pl', [newer/2]).\nsince(X) :- newer(b, a), later(2024-05-01, 2024-06-01, X).\n"
    assert answers(loaded(tmp_path, {**all_of_it, "user.pl": built_in}, "user.pl"), "since(X)") == {"2024-06-01"}


@pytest.mark.skipif(not swipl_available(), reason="SWI-Prolog is not installed")
def test_swi_prolog_tells_them_apart_too(tmp_path: Path) -> None:
    """Through the prelude each module has its own predicate or the built-in one, in files, and by the name of the module."""
    program = loaded(tmp_path, OWN_OR_BUILT_IN)
    goals = []
    for text in SAID_OF_LATER:
        goal = read_goal(text)
        assert not isinstance(goal, tuple)
        goals.append(goal)
    expected = [
        frozenset(KnowledgeBase(Rules.of(program.program)).answers(Goals(program.program).named(goal)[0]).true)
        for goal in goals
    ]
    assert swipl_answers([tmp_path / name for name in OWN_OR_BUILT_IN], goals) == expected
