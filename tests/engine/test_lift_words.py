"""Conditions of cases as tests of words of bits, and as flags that facts raise."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp, parse_one

from engine.backends.sql.scalars import or_
from engine.backends.sql.values import Column, Kind, Table
from engine.batch.lift.layers import written_out
from engine.batch.lift.lifted import Lifter
from engine.batch.lift.values import as_facts, as_flags, shared
from engine.batch.lift.wide import layered
from engine.batch.lift.words import BITS, at, masked, places
from engine.batch.sql import value_column
from engine.knowledge import Rules
from kb.language.loader import load_text
from kb.language.syntax import Pred
from kb.language.terms import Int

duckdb = pytest.importorskip("duckdb")
FLAGS = [f"f{number}" for number in range(BITS + 20)]
SIGNS = st.sampled_from([lambda flag: flag, lambda flag: exp.not_(flag)])
PAIRS = st.builds(
    lambda one, other, sign: exp.and_(exp.column(one), sign(exp.column(other))),
    st.sampled_from(FLAGS), st.sampled_from(FLAGS), SIGNS,
)  # fmt: skip
COUNTS = st.lists(st.sampled_from(FLAGS), min_size=2, max_size=6).map(
    lambda flags: parse_one(f"({' + '.join(f'CASE WHEN {flag} THEN 1 ELSE 0 END' for flag in flags)}) >= 2")
)
RUNS = st.builds(
    lambda starts, length: or_(
        [exp.and_(*(exp.column(FLAGS[start + index]) for start in starts)) for index in range(length)]
    ),
    st.lists(st.integers(0, len(FLAGS) - 10), min_size=2, max_size=2, unique=True),
    st.integers(2, 8),
)


def words_of(place: dict[str, int], raised: Sequence[str]) -> dict[str, int]:
    """The words in which some flags are raised."""
    words = {f"w{number}": 0 for number in range(1 + max(place.values()) // BITS)}
    for name in raised:
        word, bit = at(place[name])
        words[word] |= 1 << bit
    return words


@settings(max_examples=60)
@given(st.lists(st.one_of(st.lists(PAIRS, min_size=2, max_size=12).map(or_), COUNTS, RUNS), min_size=1, max_size=4))
def test_pairs_and_counts_of_flags_mean_the_same_as_tests_of_words(conditions: list[exp.Expr]) -> None:
    """What is asked of pairs of flags, or of how many are raised, is what it is of the words that have these in places chosen for it."""
    place = places(FLAGS, conditions)
    bits_of = {name: at(number) for name, number in place.items()}
    assert max(place.values()) < BITS * -(-len(FLAGS) // BITS)
    tests = [masked(each.copy(), bits_of).sql("duckdb") for each in conditions]
    chance = random.Random(len(tests[0]))
    for share in (0.05, 0.2, 0.5, 0.9):
        raised = [name for name in FLAGS if chance.random() < share]
        flags = ", ".join(f"{name in raised} AS {name}" for name in FLAGS)
        words = ", ".join(f"{value}::BIGINT AS {word}" for word, value in words_of(place, raised).items())
        asked = ", ".join(each.sql("duckdb") for each in conditions)
        expected = duckdb.execute(f"SELECT {asked} FROM (SELECT {flags})").fetchall()
        assert expected == duckdb.execute(f"SELECT {', '.join(tests)} FROM (SELECT {words})").fetchall()


def test_pairs_of_two_rows_of_flags_are_one_test() -> None:
    """That some line has both a response and a therapy is one look at two words, whatever the order of the flags."""
    alternatives, others = (
        or_([exp.and_(exp.column(f"r{line}"), exp.column(f"{letter}{line}")) for line in range(5)]) for letter in "tu"
    )
    flags = ["r0", "r1", "r2", "r3", "r4", "t3", "t0", "t4", "t1", "t2", "u4", "u3", "u2", "u1", "u0"]
    bits_of = {name: at(number) for name, number in places(flags, [alternatives, others]).items()}
    for each in (alternatives, others):
        assert len(list(masked(each.copy(), bits_of).find_all(exp.NEQ, exp.EQ))) == 1


SIZE = Pred("size", 3)
TABLE = Table("case_size", ("case", "wide", "high"), (Column(Kind.ATOM), Column(Kind.INTEGER), Column(Kind.INTEGER)))
WIDE, HIGH = (f'"{value_column(SIZE, name)}"' for name in ("wide", "high"))


def lifter_of(*made: str) -> Lifter:
    """A lifter of some conditions as columns `b0`, `b1`, .. over the one size that a case has."""
    completion = Rules.of(load_text("p(a).").program).completion(False)
    layers = {f"b{number}": (1, parse_one(each, dialect="duckdb")) for number, each in enumerate(made)}
    return Lifter(completion, {SIZE: TABLE}, {}, singles={SIZE: TABLE}, layers=layers)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (f"{WIDE} = 3", "v1"),
        (f"NOT {WIDE} IS NULL AND NOT {HIGH} = 3", "v1"),
        (f"{WIDE} IS NULL", "NOT v1"),
        (f"NOT ({WIDE} = 3 AND {HIGH} = 4)", "v1"),
        (f"COALESCE({WIDE} * 2 > {HIGH}, FALSE) AND f1", "f1 AND v1"),
        (f"f1 OR {WIDE} < 3 OR f2 OR {HIGH} < 3", "f1 OR f2 OR v1"),
        (f"f1 AND ({WIDE} IS NULL OR {HIGH} = 2)", "f1 AND (NOT v1 OR v2)"),
    ],
)
def test_a_condition_on_values_is_a_flag_of_facts_only_where_it_needs_one(condition: str, expected: str) -> None:
    """A condition that holds of a case without a fact is not one that facts raise; that one is missing is."""
    lifter, scans, _ = as_flags(lifter_of(condition), [], [SIZE])
    assert lifter.layers["b0"][1].sql("duckdb") == expected
    assert not lifter.singles
    assert {column.table for when in scans[SIZE].flags.values() for column in when.find_all(exp.Column)} == {"r0"}


def test_values_that_something_else_is_asked_of_stay_columns() -> None:
    """Where a value is compared with another predicate's, there is a column for it, and no flag."""
    lifter, scans, (use,) = as_flags(lifter_of(f"{WIDE} = 3", f"{HIGH} > other"), [exp.column("b0")], [SIZE])
    assert (set(lifter.singles), scans, use.name) == ({SIZE}, {}, "b0")
    assert lifter.layers["b0"][1].sql("duckdb") == f"{WIDE} = 3"


def test_few_different_facts_have_a_flag_each_in_place_of_many_conditions() -> None:
    """Where there are fewer different facts than conditions, a condition is an `OR` of the flags of those for which it holds."""
    flagged = as_flags(lifter_of(f"{WIDE} = 3", f"{WIDE} > 1", f"{HIGH} = 9"), [], [SIZE])
    facts = [((Int(2), Int(5)), [False, True, False]), ((Int(3), Int(5)), [True, True, False])]
    lifter, scans, _ = as_facts(flagged, lambda _pred, _conditions: facts)
    first, second = scans[SIZE].flags
    found = [made for _, made in lifter.layers.values()]
    assert [{column.name for column in each.find_all(exp.Column)} for each in found] == [
        {second},
        {first, second},
        set(),
    ]


def test_what_is_asked_of_a_value_more_than_once_is_a_column() -> None:
    """A test that two conditions share is made once, below both."""
    lifter, (use,) = shared(lifter_of(f"{WIDE} = 3 AND f1", f"NOT {WIDE} = 3"), [parse_one(f"{WIDE} = 4")])
    assert {name: (level, made.sql("duckdb")) for name, (level, made) in lifter.layers.items()} == {
        "h0": (2, f"{WIDE} = 3"),
        "b0": (3, "h0 AND f1"),
        "b1": (3, "NOT h0"),
    }
    assert use.sql("duckdb") == f"{WIDE} = 4"


def test_what_is_asked_for_once_or_is_short_is_no_column_of_its_own() -> None:
    """Conditions are the same for every choice of flags, and nothing that is long is written twice."""
    flags = FLAGS[:4]
    made = {
        "b0": (1, parse_one("f0 AND NOT f1")),
        "b1": (1, parse_one("f0 AND f1 AND f2")),
        "b2": (2, parse_one("NOT b1")),
        "b3": (2, parse_one("b1 OR f3 AND f0")),
        "b4": (3, parse_one("NOT (b0 AND b3)")),
    }
    uses = [
        parse_one("b0 OR b2"),
        parse_one("CASE WHEN b0 THEN 1 WHEN b1 AND NOT b4 THEN 2 ELSE 3 END"),
        parse_one("b2"),
    ]
    lifter = Lifter(Rules.of(load_text("p(a).").program).completion(closed_world=False), {}, {}, layers=made)
    after, wanted = written_out(lifter, uses)
    assert {"b1": (1, made["b1"][1])} == after.layers

    def values(of: Lifter, asked: Sequence[exp.Expr]) -> list[tuple[object, ...]]:
        choices = " CROSS JOIN ".join(f"(VALUES (true), (false)) v{each}({each})" for each in flags)
        rows = parse_one(f"SELECT * FROM {choices}", dialect="duckdb")
        assert isinstance(rows, exp.Select)
        layers = layered(rows, of, lambda _, columns: [exp.alias_(each, name) for name, each in columns.items()])
        query = exp.select(*flags, *asked).from_(layers.subquery("layers"))
        return sorted(duckdb.execute(query.sql("duckdb")).fetchall())

    assert values(lifter, uses) == values(after, wanted)


def test_columns_are_not_written_one_in_another_without_end() -> None:
    """What would be nested too deeply stays a column here and there."""
    made = {f"b{level}": (level, parse_one(f"(b{level - 1} AND f1) OR f2")) for level in range(2, 60)}
    made["b1"] = 1, parse_one("(f3 AND f1) OR f2")
    lifter = Lifter(Rules.of(load_text("p(a).").program).completion(closed_world=False), {}, {}, layers=made)
    after, _ = written_out(lifter, [exp.column("b59")])
    assert 3 == len(after.layers)
    assert [1, 2, 3] == [level for level, _ in after.layers.values()]
