"""Ranges that are far larger than what is asked of them: narrowed by comparisons, or given up."""

from __future__ import annotations

import decimal
import operator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("duckdb")
pytest.importorskip("sqlglot")
from engine.knowledge import BACKENDS, EndlessError, Exceeded, KnowledgeBase, Rules
from kb.language.syntax import Pred
from kb.language.terms import INT_MAX, INT_MIN, Int
from tests.texts import goal_of, program_of

WIDE = (
    "d(1). d(7). p(X) :- between(1, 9223372036854775807, X), X < 3. q(X) :- between(1, 2000000, X), 1999998 < X. "
    "r(X) :- X = 5, between(-9223372036854775808, 9223372036854775807, X). v(X) :- d(Y), between(Y, 400000000, X), X =< 3. "
    "w(X) :- between(-9223372036854775808, 9223372036854775807, X), X > 1.5, X < 3.5. m(X) :- between(0, 4000000000, X), X =:= 3.0. "
    "e(X) :- between(1, 9223372036854775807, X), X > 9223372036854775807. n(X) :- d(X), \\+ (between(2, 9223372036854775807, Y), Y < 9, X = Y)."
)  # fmt: skip
FOUND = {"p": [1, 2], "q": [1999999, 2000000], "r": [5], "v": [1, 2, 3], "w": [2, 3], "m": [3], "e": [], "n": [1]}


@pytest.mark.parametrize("engine", ["tabling", "pydatalog", "duckdb"])
def test_comparisons_narrow_a_range(engine: str) -> None:
    """A range of up to all integers, of which comparisons with numbers leave few, is not gone through."""
    with KnowledgeBase(Rules.of(program_of(WIDE)), backend=BACKENDS[engine]) as base:
        assert {name: [(Int(each),) for each in numbers] for name, numbers in FOUND.items()} == {
            name: sorted(base.answers(goal_of(f"{name}(X)")).true, key=lambda row: row[0].value) for name in FOUND
        }


@pytest.mark.parametrize("goal", ["at_least(3, X, between(1, 9223372036854775807, X))", "d(Y), between(Y, 900000000, X), X mod 7 =:= 3"])  # fmt: skip
def test_a_range_with_too_many_numbers_is_given_up(goal: str) -> None:
    """DuckDB, which would make a list of them, gives up what no comparison limits."""
    with KnowledgeBase(Rules.of(program_of("d(1).")), backend=BACKENDS["duckdb"]) as base, pytest.raises(EndlessError):
        base.answers(goal_of(goal))


def test_what_a_database_gives_up_is_told_with_the_predicate_of_the_program() -> None:
    """A limit that a table comes to names the predicate whose rule it stands in, not what the engine made for a count."""
    rules = Rules.of(program_of("t :- at_least(3, X, between(1, 9223372036854775807, X))."))
    with KnowledgeBase(rules, backend=BACKENDS["duckdb"]) as base, pytest.raises(EndlessError) as given_up:
        base.answers(goal_of("t"))
    assert (Exceeded.RANGE, Pred("t", 0)) == (given_up.value.exceeded, given_up.value.pred)


def test_what_was_given_up_is_not_asked_again_with_other_questions() -> None:
    """A relation that cannot be made fails the questions that need it, and no other."""
    program = program_of("d(1). t :- at_least(3, X, between(1, 9223372036854775807, X)). p(X) :- d(X), between(1, 3, X). u(X) :- p(X), t.")  # fmt: skip
    with KnowledgeBase(Rules.of(program), backend=BACKENDS["duckdb"]) as base:
        for goal in ("t", "u(X)", "d(X), t"):
            with pytest.raises(EndlessError):
                base.answers(goal_of(goal))
            assert [(Int(1),)] == list(base.answers(goal_of("p(X)")).true)


HOLDS = {"<": operator.lt, "=<": operator.le, ">": operator.gt, ">=": operator.ge, "=:=": operator.eq, "=\\=": operator.ne}  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    st.integers(-5, 5), st.integers(-5, 5),
    st.lists(
        st.tuples(st.sampled_from(sorted(HOLDS)), st.sampled_from(["-6", "-2", "-1.5", "0", "0.5", "2", "3.0", "9"]), st.booleans()),
        min_size=1, max_size=3,
    ),
)  # fmt: skip
def test_a_narrowed_range_has_the_numbers_that_hold(low: int, high: int, compared: list[tuple[str, str, bool]]) -> None:
    """Whatever is compared, on either side, the numbers are those of the range for which the comparisons hold."""
    texts = [f"{number} {op} X" if turned else f"X {op} {number}" for op, number, turned in compared]

    def holds(each: int) -> bool:
        sides = ((each, decimal.Decimal(number)) for _, number, _ in compared)
        pairs = zip(sides, compared, strict=True)
        return all(HOLDS[op](*(sides[::-1] if turned else sides)) for sides, (op, _, turned) in pairs)

    found = KnowledgeBase(Rules.of(program_of("a."))).answers(goal_of(f"between({low}, {high}, X), {', '.join(texts)}"))
    assert {(Int(each),) for each in range(low, high + 1) if holds(each)} == set(found.true)


@pytest.mark.parametrize("number", [INT_MIN, INT_MAX])
@pytest.mark.parametrize("op", ["<", ">", "=<", ">=", "=:="])
def test_the_ends_of_the_integers_narrow_too(op: str, number: int) -> None:
    """A comparison with the least or the greatest integer leaves a range that is one."""
    found = KnowledgeBase(Rules.of(program_of("a."))).answers(
        goal_of(f"X = {number}, between({INT_MIN}, {INT_MAX}, X), X {op} {number}")
    )
    assert bool(found.true) == HOLDS[op](number, number)
