"""Spark has the answers of the other engines. It is slow to start, so a few goals stand for each part of the language;
`python -m tests.engine.test_spark` runs all programs of tests/engine/test_sql.py."""

from __future__ import annotations

import shutil
import sys

import pytest

pytest.importorskip("pyspark")
pytest.importorskip("sqlglot")
if shutil.which("java") is None:
    pytest.skip("Spark needs Java", allow_module_level=True)
from engine.backends.sql.spark import local_session
from engine.knowledge import BACKENDS, EndlessError, Exceeded, KnowledgeBase, Rules
from engine.sql_script import sql_script
from tests.engine.test_compile import COMPUTED, expected_views
from tests.engine.test_computed_constants import ASKED, truth
from tests.engine.test_sql import PROGRAMS
from tests.texts import goal_of, program_of

pytestmark = pytest.mark.spark

TEXT = (
    ":- abducible r/2. :- abducible dose/2. :- functional dose(+, -). b(x, a). b(y, b). c(c1). c(c2). c(c3). d(a). d(b). "
    "r(c1, x). -r(c2, y). complete(c3, r). dose(c1, 5). day(2024-01-31). mix(1). mix(1.0). mix('1'). mix(3). "
    "r(C, G) :- b(B, G), r(C, B). -r(C, G) :- b(B, G), -r(C, B). two(C) :- c(C), at_least(2, A, (d(A), r(C, A))). "
    "sum(S) :- aggregate_all(sum(X), X, mix(X), S). small(X) :- mix(X), \\+ X > 2, X \\= '1'. "
    "next(D, A) :- day(D), add_months(D, 1, E), D @< E, days_between(D, E, A). "
    "near(L, E, O) :- day(D), add_days(D, 9, F), later(D, F, L), earlier(D, F, E), overlap_days(D, F, E, 2024-02-02, O). q(Z) :- between(1, 2, X), Z is X mod 2 - 7 // X. "
    "n(-9223372036854775808). n(9223372036854775807). least(Z) :- n(X), Z is X // -1."
)
GOALS = ("two(C)", "sum(S)", "small(X)", "next(D, A)", "near(L, E, O)", "mix(X), \\+ (mix(Y), X < Y)", "least(Z)")


def differing(text: str, goals: tuple[str, ...], *, closed_world: bool = False) -> list[str]:
    """The goals to which Spark answers otherwise than pyDatalog."""
    rules = Rules.of(program_of(text))
    other = KnowledgeBase(Rules.of(program_of(text)), closed_world=closed_world)
    with KnowledgeBase(rules, closed_world=closed_world, backend=BACKENDS["spark"]) as base:
        return [goal for goal in goals if base.answers(goal_of(goal)) != other.answers(goal_of(goal))]


def test_spark_answers_as_the_other_engines_do() -> None:
    """Recursion, open records, counts, sums, order, dates, decimals and arithmetic are the same in Spark."""
    assert differing(TEXT, GOALS) == []


def test_relations_over_relations_are_worked_out_once_each() -> None:
    """Where each relation reads the one before it twice, Spark is not given a plan that doubles with each of them."""
    text = " ".join(f"p{n + 1}(X, Y) :- p{n}(X, Z), p{n}(Z, Y)." for n in range(10))
    assert differing(f"p0(a, b). p0(b, c). p0(c, a). {text}", ("p10(X, Y)",)) == []


def test_a_script_for_spark_computes_the_same() -> None:
    """Run in Spark, the views of a script have what the engine derives."""
    session = local_session().newSession()
    for statement in sql_script(program_of(COMPUTED), "spark").replace("CREATE OR REPLACE VIEW", "CREATE OR REPLACE TEMPORARY VIEW").split(";\n"):  # fmt: skip
        text = "\n".join(line for line in statement.splitlines() if not line.startswith("--"))
        if text.strip() and "CREATE TABLE" not in text:
            session.sql(text)
    found = {name: {tuple(map(str, row)) for row in session.table(name).collect()} for name in ("q", "f", "r", "s")}
    assert found == {name: rows for name, rows in expected_views().items() if name in found}


def test_recursion_is_asked_about_constants_that_are_computed() -> None:
    """Views of recursion over an open record have rows about the constants that they are asked about."""
    asked = ASKED["a decimal"]
    assert asked.truth is truth(asked, "spark")


def test_knowledge_bases_that_are_open_at_a_time_are_apart() -> None:
    """Tables of one, also of a question that mentions other constants, are not those of another; decimals take functions,
    which the workers find."""
    one, other = (
        Rules.of(program_of(text)) for text in ("p(a). q(X) :- p(X).", "p(1.5). p(b). q(X) :- p(X), \\+ X > 2.0.")
    )
    with (
        KnowledgeBase(one, backend=BACKENDS["spark"]) as first,
        KnowledgeBase(other, backend=BACKENDS["spark"]) as second,
    ):
        goal = goal_of("q(X)")
        assert (1, 2) == (len(first.answers(goal).true), len(second.answers(goal).true))
        assert 1 == len(first.answers(goal_of("q(X), X \\= z")).true)
        assert (1, 2) == (len(first.answers(goal).true), len(second.answers(goal).true))


def test_a_range_with_too_many_numbers_is_given_up() -> None:
    """Java would make an array of it, and run out of memory."""
    rules = Rules.of(program_of("t :- at_least(3, X, between(1, 9223372036854775807, X)). p(X) :- between(1, 3, X)."))
    with KnowledgeBase(rules, backend=BACKENDS["spark"]) as base:
        with pytest.raises(EndlessError) as given_up:
            base.answers(goal_of("t"))
        assert Exceeded.RANGE is given_up.value.exceeded
        assert 3 == len(base.answers(goal_of("p(X)")).true)


def test_without_java_the_message_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A question to Spark on a machine without Java says what is needed."""
    monkeypatch.setattr("shutil.which", lambda _name: None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(ImportError, match="needs Java 17 or later"):
        differing("p(a).", ("p(X)",))


if __name__ == "__main__":
    found = {about: differing(text, goals) for about, text, goals in PROGRAMS}
    print("\n".join(f"{about}: {'; '.join(goals) or 'no difference'}" for about, goals in found.items()))
    sys.exit(any(found.values()))
