"""Rather than: the swaps equal those of exhaustive search, and each does what it says."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.cases import Vocabulary
from engine.knowledge import KnowledgeBase, Rules
from explain.proof.contrast import Swap, contrast, describe
from explain.proof.missing import truth_of
from explain.workspace import Workspace
from kb.language.loader import load_text
from kb.language.printer import show_atom
from kb.language.program import Program
from kb.language.syntax import TRUE, AtomF, Body, Clause, Pred
from kb.language.terms import Atom, Const, Var
from kb.language.truth import Truth
from tests.explain.brute_force import askable, has_conflict, program
from tests.texts import goal_of

OPEN = """
:- abducible p/2.  :- question p(C, X) :: 'p @(X)?'.
:- abducible q/2.  :- question q(C, X) :: 'q @(X)?'.  :- functional q(+, -).
:- abducible r/1.  :- question r(C) :: 'r?'.
:- abducible silent/1.
class(a, k). class(b, k).
case(c1). case(c2).
g(C) :- case(C), at_least(2, X, (class(X, k), p(C, X))), \\+ r(C).
g(C) :- q(C, a), silent(C).
h(C) :- case(C), q(C, b), \\+ p(C, a).
h(C) :- r(C).
"""
FACTS = {
    "two missing": "p(c1, a). p(c1, b). -r(c1). p(c2, a).",
    "a denial": "p(c1, a). p(c1, b). -r(c1). p(c2, a). p(c2, b). r(c2).",
    "another value": "q(c1, a). silent(c1). q(c2, b). -p(c2, a).",
    "a denied fact": "p(c1, a). p(c1, b). -r(c1). -p(c2, b). p(c2, a). -r(c2).",
    "nothing stated": "q(c1, a). silent(c1).",
}


def knowledge(facts: str) -> tuple[KnowledgeBase, Vocabulary]:
    rules = Rules.of(program(OPEN))
    stated = tuple(item for item in load_text(facts, "case.pl").program.items if isinstance(item, Clause))
    return KnowledgeBase(rules, stated), Vocabulary.of(rules)


Change = frozenset[tuple[str, str]]


def changes(swaps: list[Swap]) -> list[Change]:
    return [
        frozenset(
            [*(("+", show_atom(each)) for each in swap.added), *(("-", show_atom(each)) for each in swap.removed)]
        )
        for swap in swaps
    ]


def exhaustive(
    kb: KnowledgeBase, added: list[AtomF], removed: list[AtomF], holds: Body | None, fails: Body | None, most: int
) -> set[Change]:
    """Every minimal change of at most so many facts, by trying all."""
    options = [("+", fact) for fact in added] + [("-", fact) for fact in removed]
    found: list[frozenset[tuple[str, AtomF]]] = []
    for size in range(1, most + 1):
        for chosen in combinations(options, size):
            if any(each <= frozenset(chosen) for each in found):
                continue
            away = [fact for sign, fact in chosen if sign == "-"]
            stated = [fact for fact in kb.facts if fact.head not in away]
            after = kb.with_facts((*stated, *(Clause(fact, TRUE) for sign, fact in chosen if sign == "+")))
            if (
                (holds is None or truth_of(after, holds) is Truth.TRUE)
                and (fails is None or truth_of(after, fails) is not Truth.TRUE)
                and not has_conflict(after)
            ):
                found.append(frozenset(chosen))
    return {frozenset((sign, show_atom(fact)) for sign, fact in each) for each in found}


def about(kb: KnowledgeBase, case: str, name: str) -> set[AtomF]:
    """The facts about a case, as if it had another name."""
    return {
        AtomF(fact.head.pred, (Atom(name), *fact.head.args[1:])) for fact in kb.facts if fact.head.args[0] == Atom(case)
    }


@pytest.mark.parametrize("facts", FACTS.values(), ids=FACTS.keys())
def test_two_cases_differ_by_what_exhaustive_search_finds(facts: str) -> None:
    """The changes to the second case that make its goal hold, and those to the first that make its goal fail, are all
    the minimal ones of at most three facts."""
    kb, vocabulary = knowledge(facts)
    good, other = goal_of("g(c1)"), goal_of("g(c2)")
    swaps = contrast(kb, vocabulary, good, other, 200)
    mine, theirs = about(kb, "c2", "c2"), about(kb, "c1", "c2")
    names: list[Const] = [Atom("a"), Atom("b")]
    undocumented = [each for each in askable(kb, vocabulary, names, [Atom("c2")]) if each not in theirs]
    expected = exhaustive(kb, [*theirs - mine, *undocumented], [*mine - theirs], other, None, 3)
    needed = changes([swap for swap in swaps if swap.holds is not None and swap.size <= 3])
    assert (expected, len(expected)) == (set(needed), len(needed))
    ours, renamed = about(kb, "c1", "c1"), about(kb, "c2", "c1")
    expected = exhaustive(kb, [*renamed - ours], [*ours - renamed], None, good, 3)
    undone = changes([swap for swap in swaps if swap.fails is not None and swap.size <= 3])
    assert (expected, len(expected)) == (set(undone), len(undone))


@pytest.mark.parametrize(
    "facts", ["p(c1, a). p(c1, b). -r(c1).", "q(c1, a). silent(c1). p(c1, a).", "-r(c1). q(c1, b)."]
)
def test_two_goals_of_one_case_are_swapped_as_exhaustive_search_swaps_them(facts: str) -> None:
    """After each change the second goal holds and the first does not, and no smaller change does that."""
    kb, vocabulary = knowledge(facts)
    good, other = goal_of("g(c1)"), goal_of("h(c1)")
    actual = changes([each for each in contrast(kb, vocabulary, good, other, 200) if each.size <= 3])
    undocumented = list(askable(kb, vocabulary, [Atom("a"), Atom("b")], [Atom("c1")]))
    expected = exhaustive(kb, undocumented, [fact.head for fact in kb.facts], other, good, 3)
    assert (expected, len(expected)) == (set(actual), len(actual))


def test_swaps_come_smallest_first_and_at_most_ten() -> None:
    """The smallest differences come first."""
    kb, vocabulary = knowledge(FACTS["a denial"])
    swaps = contrast(kb, vocabulary, goal_of("g(c1)"), goal_of("g(c2)"))
    sizes = [swap.size for swap in swaps if swap.holds is not None]
    assert (True, sorted(sizes)) == (len(sizes) <= 10, sizes)


def test_two_reviewed_cases_differ_by_the_fact_that_decides() -> None:
    """What a case that needs information lacks beside one that meets the criteria is found in the shipped policy."""
    folder = "examples/cases"
    space = Workspace.open(
        cases=[f"{folder}/01_rrmm_meets_criteria.pl", f"{folder}/03_rrmm_second_proteasome_inhibitor_open.pl"]
    )
    first, second = (each.name for each in space.cases())
    goals = [goal_of(f"meets_criteria({name.name})") for name in (first, second) if isinstance(name, Atom)]
    swaps = contrast(space.kb, space.reviewer.vocabulary, goals[0], goals[1])
    needed = [describe(swap) for swap in swaps if swap.holds is not None and swap.size == 1]
    said = "also documented: the disease is refractory to carfilzomib (refractory(rrmm_second_pi_open, carfilzomib))"
    assert any(said in text and text.startswith("what would differ in the record of case") for text in needed)


def test_nothing_differs_where_both_hold() -> None:
    """A goal that holds already has no swap."""
    kb, vocabulary = knowledge("q(c1, a). silent(c1). q(c2, a). silent(c2).")
    swaps = contrast(kb, vocabulary, goal_of("g(c1)"), goal_of("g(c2)"))
    assert [] == [swap for swap in swaps if swap.holds is not None]


def test_facts_of_the_program_can_differ_too() -> None:
    """Facts about a case that the program states itself are taken away as facts of a case file are."""
    whole = Program((*program(OPEN).items, *program("q(c1, a). silent(c1).").items))
    rules = Rules.of(whole)
    kb = KnowledgeBase(rules)
    vocabulary = Vocabulary.of(rules)
    swaps = contrast(kb, vocabulary, goal_of("g(c1)"), goal_of("g(c2)"))
    removed = [changes([swap]) for swap in swaps if swap.fails is not None]
    assert [frozenset({("-", "q(c1, a)")})] in removed
    assert not any(isinstance(arg, Var) for swap in swaps for fact in swap.removed for arg in fact.args)


_STATEMENTS = [
    "p({}, a).",
    "p({}, b).",
    "-p({}, b).",
    "q({}, a).",
    "q({}, b).",
    "-r({}).",
    "r({}).",
    "silent({}).",
    "complete({}, p).",
]
_ABOUT = st.lists(st.sampled_from(_STATEMENTS), max_size=4, unique=True)


@settings(max_examples=25)
@given(_ABOUT, _ABOUT)
def test_random_cases_differ_by_what_exhaustive_search_finds(first: list[str], second: list[str]) -> None:
    """For random facts about two cases the changes that make the second goal hold are all the minimal ones of at most
    two facts."""
    facts = " ".join([each.format("c1") for each in first] + [each.format("c2") for each in second])
    kb, vocabulary = knowledge(facts)
    if has_conflict(kb):
        return
    other = goal_of("g(c2)")
    swaps = contrast(kb, vocabulary, goal_of("g(c1)"), other, 200)
    mine, theirs = about(kb, "c2", "c2"), about(kb, "c1", "c2")
    undocumented = [
        each for each in askable(kb, vocabulary, [Atom("a"), Atom("b")], [Atom("c2")]) if each not in theirs
    ]
    other_values = [AtomF(Pred("q", 2), (Atom("c2"), Atom(value))) for value in "ab"]
    undocumented += [each for each in other_values if each not in {*theirs, *mine, *undocumented}]
    is_true = truth_of(kb, other) is Truth.TRUE
    expected = set() if is_true else exhaustive(kb, [*theirs - mine, *undocumented], [*mine - theirs], other, None, 2)
    actual = changes([swap for swap in swaps if swap.holds is not None and swap.size <= 2])
    assert (expected, len(expected)) == (set(actual), len(actual))
