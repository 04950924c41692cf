"""The checker's own evaluator: calls of atoms, and facts that are tried beside others."""

from __future__ import annotations

from itertools import chain, combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explain.verify.evaluator import Evaluator, rulebook
from explain.verify.program import Row
from kb.language.loader import load_text
from kb.language.syntax import TRUE, AtomF, Clause, Pred
from kb.language.terms import Atom, Int
from kb.language.truth import Truth

RULES = """
:- abducible a/1, b/1, c/1.
only_a(X) :- a(X).
only_b(X) :- b(X), \\+ -b(X).
both(X) :- only_a(X), only_b(X).
either(X) :- only_a(X). either(X) :- only_b(X).
several :- at_least(2, X, either(X)).
aside(X) :- c(X).
listed(X) :- n(X).
"""
PREDS = [Pred(name, 1) for name in ("only_a", "only_b", "both", "either", "aside", "listed")] + [Pred("several", 0)]
SIDES = (Pred("a", 1), Pred("b", 1), Pred("b", 1, True), Pred("n", 1))
TRIED = [AtomF(pred, (Atom(name),)) for pred, name in product(SIDES, ("u", "v"))]


def evaluator(text: str, facts: tuple[Clause, ...] = ()) -> Evaluator:
    """One over rules and facts."""
    return Evaluator(rulebook(load_text(text).program), facts, asked=frozenset((Atom("u"), Atom("v"))))


def truths(tried: Evaluator) -> dict[tuple[Pred, Row], Truth]:
    """What is known of each predicate, of one individual and of any."""
    calls = ((pred, (name,) * pred.arity) for pred in PREDS for name in (Atom("u"), Atom("v"), None))
    return {(pred, pattern): tried.atom(pred, pattern) for pred, pattern in calls}  # type: ignore[misc]  # None is any


def test_what_is_tried_beside_other_facts_is_as_if_it_were_stated_with_them() -> None:
    """Trials share what their facts do not bear on, and nothing else, in whatever order they come."""
    stated = (Clause(AtomF(Pred("c", 1), (Atom("u"),)), TRUE),)
    base = evaluator(RULES, stated)
    for atoms in chain.from_iterable(combinations(TRIED, size) for size in (1, 2, 3)):
        facts = tuple(Clause(atom, TRUE) for atom in atoms)
        assert truths(base.beside(facts)) == truths(evaluator(RULES, stated + facts)), atoms


def test_no_more_is_possible_than_some_facts_make_true() -> None:
    """What is limited to facts has for possible what some of them would make true, whatever else has been looked at."""
    base = evaluator(RULES)
    for atoms in chain.from_iterable(combinations(TRIED[:4], size) for size in (1, 2, 3)):
        limited, beside = base.limited(atoms), base.beside(tuple(Clause(atom, TRUE) for atom in atoms))
        for pred, name in product(PREDS[:4], ("u", "v")):
            of_a, of_b = (AtomF(each, (Atom(name),)) in atoms for each in (Pred("a", 1), Pred("b", 1)))
            expected = {"only_a": of_a, "only_b": of_b, "both": of_a and of_b, "either": of_a or of_b}[pred.name]
            assert (limited.atom(pred, (Atom(name),)) is Truth.UNKNOWN) is expected, (atoms, pred, name)
            assert (beside.atom(pred, (Atom(name),)) is Truth.TRUE) is expected, (atoms, pred, name)


@pytest.mark.parametrize(
    ("body", "rows"),
    [("e(X, X)", [1, 3]), ("e(X, Y), e(Y, X)", [1, 2, 3]), ("e(X, Y), e(Y, Y)", [1, 2, 3]), ("f(_, X, X)", [2]), ("f(X, X, _)", [1])],
)  # fmt: skip
def test_a_variable_that_stands_twice_in_an_atom_has_one_value(body: str, rows: list[int]) -> None:
    """An atom whose variable is not known yet has it once, in whichever of its places."""
    facts = "e(1, 1). e(1, 2). e(2, 1). e(3, 3). f(1, 1, 2). f(1, 2, 2). f(1, 2, 3)."
    found = evaluator(f"{facts} p(X) :- {body}.").rows(Pred("p", 1), (None,), False)
    assert sorted(row[0].value for row in found if isinstance(row[0], Int)) == rows


def test_a_call_that_depends_on_itself_is_worked_out_to_the_end() -> None:
    """A call without free places may be true in one way before another one that depends on it has been looked at again."""
    rules = (
        "late(X) :- early(X). early(X) :- w(X). early(X) :- late(X), t(X). early(X) :- t(X). w(X) :- early(X). t(1)."
    )
    tried = evaluator(rules)
    assert [tried.atom(Pred(name, 1), (Int(1),)) for name in ("early", "late", "w")] == [Truth.TRUE] * 3


LOOPS = "abcde"
Bodies = list[list[str]]


@given(
    st.dictionaries(
        st.sampled_from(LOOPS), st.lists(st.lists(st.sampled_from(LOOPS), min_size=1, max_size=3), max_size=3)
    ),
    st.sets(st.sampled_from(LOOPS), max_size=2),
    st.permutations(LOOPS),
)
def test_what_depends_on_itself_is_found_in_whatever_order_it_is_asked(
    alternatives: dict[str, Bodies], stated: set[str], order: list[str]
) -> None:
    """Rules that call each other in circles, with disjunctions that stop at the first alternative, make true what naive rounds make true."""
    several = {head: bodies for head, bodies in alternatives.items() if bodies}
    rules = (
        f"{head}(X) :- ({' ; '.join(', '.join(f'{each}(X)' for each in (*body, 't')) for body in bodies)})."
        for head, bodies in several.items()
    )
    found = evaluator(" ".join((*rules, *(f"{each}(X) :- t(X)." for each in stated), "t(1).")))
    true: set[str] = set()
    while (
        more := {
            head
            for head, bodies in (*several.items(), *((each, [[]]) for each in stated))
            if any(map(true.issuperset, bodies))
        }
        - true
    ):
        true |= more
    assert {each for each in order if found.atom(Pred(each, 1), (Int(1),)) is Truth.TRUE} == true


@pytest.mark.parametrize("order", ["lvw", "vlw", "wvl"])
def test_a_call_that_the_last_round_does_not_look_at_is_not_finished(order: str) -> None:
    """Where an earlier alternative holds, what a later one calls is worked out when it is asked for."""
    found = evaluator("l(X) :- (w(X) ; v(X)). l(X) :- t(X). w(X) :- l(X). v(X) :- l(X), t(X). t(1).")
    assert [found.atom(Pred(name, 1), (Int(1),)) for name in order] == [Truth.TRUE] * 3
