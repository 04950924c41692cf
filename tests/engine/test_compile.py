"""`compile`: a program as a script of SQL gives the certain and possible rows when a database runs it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("duckdb")
pytest.importorskip("sqlglot")

from engine.backends.sql.duckdb import connect
from engine.backends.sql.statements import DIALECTS, RUN
from engine.knowledge import KnowledgeBase, Rules
from engine.reading.plan import Reading
from engine.sql_script import UnknownDialectError, sql_script
from kb.language.loader import shipped_policies
from kb.language.program import Program
from kb.language.syntax import Clause, Pred, VocabularyDecl
from kb.language.terms import Var, plain_text
from tests.texts import program_of

SMALL = (
    ":- pred e(From: atom, To: atom). :- cite(path/2, 'Section 1'). :- abducible open/1. case(a). case(b). case(d). "
    "e(a, b). e(b, c). e(c, a). path(X, Y) :- e(X, Y). path(X, Y) :- e(X, Z), path(Z, Y). "
    "open(a). -open(b). good(X) :- case(X), open(X). bad(X) :- case(X), \\+ open(X). "
    "two(X) :- case(X), at_least(2, Y, path(X, Y)). n(N) :- aggregate_all(count, X-Y, path(X, Y), N)."
)


def policy() -> Program:
    return shipped_policies().program


def test_views_hold_what_is_certain_and_possible() -> None:
    """Run in DuckDB, each view has the rows of its predicate in its reading."""
    program = program_of(SMALL)
    base = KnowledgeBase(Rules.of(program))
    connection = connect()
    connection.execute(sql_script(program, "duckdb"))
    for view, name, arity, reading in (
        ("path", "path", 2, Reading.CERTAIN), ("good", "good", 1, Reading.CERTAIN), ("bad", "bad", 1, Reading.CERTAIN),
        ("good_possible", "good", 1, Reading.POSSIBLE), ("bad_possible", "bad", 1, Reading.POSSIBLE),
        ("two", "two", 1, Reading.CERTAIN), ("n", "n", 1, Reading.CERTAIN),
    ):  # fmt: skip
        found = {tuple(map(str, row)) for row in connection.table(view).fetchall()}
        args = tuple(Var(f"X{index}") for index in range(arity))
        expected = {tuple(map(plain_text, row)) for row in base.rows(Pred(name, arity), args, reading)}
        assert found == expected, view
        assert found, view
    connection.close()


def test_a_script_says_that_names_are_to_be_constants() -> None:
    """A script reads facts of cases as they are: where arguments have a vocabulary, it says what may stand there."""
    named = "known(bortezomib). :- pred given(Case: case, Agent: agent). :- abducible given/2. :- vocabulary(agent, known/1)."
    told = "-- Names in them are to be constants of the vocabularies"
    assert told in sql_script(program_of(named))
    assert told not in sql_script(program_of(SMALL))


CALLED_ALIKE = (
    ":- pred t1(Case: atom, Rows1: atom). :- pred 'T1'(C2: atom, TimesA: atom). :- pred rows1(Case: atom). :- pred cases(X: atom). "
    ":- pred every_constant(X: atom). :- pred p(X: atom). :- pred p(X: atom, Y: atom). :- abducible t1/2. "
    "p(X) :- 'T1'(X, t1). p(X) :- 'T1'(X, t2). p(X, Y) :- t1(X, Y), \\+ rows1(Y), \\+ cases(X), \\+ every_constant(X). "
    "n(X, N) :- 'T1'(X, _), aggregate_all(count, Y, (rows1(Y), \\+ (t1(X, Y), Y @> X)), N). "
    "not_t1(X) :- -t1(X, _). said(priorlog_compare) :- p(_). said('RECURSIVE') :- p(_). said('DECIMAL(38, 0)'). "
)


def test_tables_have_names_of_their_own() -> None:
    """Predicates that a database would take for one another, or for the script's own tables, have tables of different
    names, and constants that look like SQL mean nothing."""
    program = program_of(CALLED_ALIKE)
    script = sql_script(program, "postgres")
    assert "ATTENTION" not in script
    connection = connect()
    connection.execute(sql_script(program, "duckdb"))
    connection.execute("INSERT INTO t1_2 VALUES ('a', 't1'), ('b', 't2'), ('c', 't3')")
    assert sorted(connection.table("p").fetchall()) == [("a",), ("b",)]
    connection.close()


@pytest.mark.parametrize("dialect", ["snowflake", "postgres", "trino", "databricks", "bigquery"])
def test_names_are_quoted_where_they_are_given_and_where_they_are_read(dialect: str) -> None:
    """By each dialect's rules for names with and without quotation marks, every column that is read is there."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.optimizer.qualify import qualify

    text = sql_script(program_of(CALLED_ALIKE + SMALL), dialect)
    known: dict[str, object] = {}
    for statement in sqlglot.parse(text, read=dialect):
        assert isinstance(statement, exp.Create)
        table = statement.find(exp.Table)
        assert table is not None
        name = table.sql(dialect)
        if statement.kind == "TABLE":
            known[name] = {each.this.sql(dialect): each.kind.sql() for each in statement.find_all(exp.ColumnDef)}
        else:
            query = qualify(statement.expression, schema=known, dialect=dialect)
            known[name] = {each.args["alias"].sql(dialect): "TEXT" for each in query.selects}


COMPUTED = (
    ":- pred n(X: integer). n(-7). n(7). n(2). n(0). n(-1). :- pred day(D: date). day(2024-01-31). day(2000-02-29). "
    "q(X, Y, Z) :- n(X), n(Y), Z is X // Y. m(X, Y, Z) :- n(X), n(Y), Z is X mod Y - abs(X) // 2. "
    "y(D, N) :- day(D), age(D, 2024-03-01, N). f(D, E) :- day(D), add_months(D, 1, E). g(D, E) :- day(D), add_days(D, 40, E). "
    "b(D, N) :- day(D), days_between(D, 2024-03-01, N). s(N) :- aggregate_all(sum(X), X, n(X), N). r(X) :- between(-1, 3, X)."
)
VIEWS = {"q": 3, "m": 3, "y": 2, "f": 2, "g": 2, "b": 2, "s": 1, "r": 1}


def expected_views() -> dict[str, set[tuple[str, ...]]]:
    """What the views of `COMPUTED` have to hold."""
    base = KnowledgeBase(Rules.of(program_of(COMPUTED)))
    args = {name: tuple(Var(f"X{index}") for index in range(arity)) for name, arity in VIEWS.items()}
    return {
        name: {tuple(map(plain_text, row)) for row in base.rows(Pred(name, len(each)), each)}
        for name, each in args.items()
    }


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_has_all_that_is_computed(dialect: str) -> None:
    """Arithmetic, dates and ranges are printed for each dialect and read back; where there are no integers of 128 bits no
    quotient is left to round; a dialect whose scripts were never run says so."""
    import sqlglot
    from sqlglot import exp

    script = sql_script(program_of(COMPUTED), dialect)
    assert "NOT TRANSLATED" not in script
    views = {
        table.name: each
        for each in sqlglot.parse(script, read=dialect)
        if each is not None and (table := each.find(exp.Table))
    }
    assert views.keys() >= VIEWS.keys()
    quotients = [each for name in ("q", "m") for each in views[name].find_all(exp.Div)]
    if dialect != "duckdb":
        assert quotients
        assert all(isinstance(each.this.unnest(), exp.Sub) and each.this.find(exp.Mod) for each in quotients)
    assert ("never run there" in script) == (dialect not in RUN)


@pytest.mark.parametrize(
    ("dialect", "told"),
    [("duckdb", None), ("spark", None), ("trino", None), ("postgres", "is an error"), ("snowflake", "gives a number")],
)
def test_what_becomes_of_large_numbers_is_told(dialect: str, told: str | None) -> None:
    """A script says of a dialect in which a number beyond 64 bits does not make the literal fail what it does there."""
    script = sql_script(program_of("n(1). m(Y) :- n(X), Y is X * X."), dialect)
    assert told == next(iter(re.findall("beyond 64 bits (.*);", script)), None)


@pytest.mark.parametrize("dialect", ["sqlite", "mysql", "tsql", "clickhouse"])
def test_a_dialect_that_was_never_tried_says_so(dialect: str) -> None:
    """A script for a dialect that sqlglot knows and nobody has tried says that it is not even read back."""
    assert f"-- ATTENTION: scripts for {dialect} are printed without a trial" in sql_script(
        program_of("n(1)."), dialect
    )


def test_what_a_dialect_cannot_say_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A view that is not printed for a dialect, for whatever reason, is a comment, and so is what depends on it."""

    def failing(script: object, name: str, query: object) -> str:
        if name == "r":
            raise AttributeError("no columns")
        return f"-- {name}"

    monkeypatch.setattr("engine.sql_script._Script._view", failing)
    script = sql_script(program_of("n(1). r(X) :- n(X). s(X) :- r(X)."), "snowflake")
    assert "-- NOT TRANSLATED: AttributeError: no columns" in script
    assert "-- NOT TRANSLATED: it uses r." in script


def test_postgres_computes_the_same(tmp_path: Path) -> None:
    """Where there is a Postgres to ask (`pip install pgserver`), its views have what the engine derives."""
    pgserver = pytest.importorskip("pgserver")
    server = pgserver.get_server(tmp_path / "postgres")
    server.psql(sql_script(program_of(COMPUTED), "postgres"))
    told = {name: server.psql(f'COPY (SELECT * FROM "{name}") TO STDOUT') for name in VIEWS}
    found = {name: {tuple(line.split("\t")) for line in text.splitlines()} for name, text in told.items()}
    server.cleanup()
    assert expected_views() == found


def test_several_rules_may_recur() -> None:
    """Linear recursion by two rules is one recursive view, which has what the engine derives."""
    program = program_of(
        ":- pred e(From: atom, To: atom). :- pred f(From: atom, To: atom). e(a, b). e(b, c). f(c, d). f(d, a). "
        "path(X, Y) :- e(X, Y). path(X, Y) :- path(X, Z), e(Z, Y). path(X, Y) :- path(X, Z), f(Z, Y)."
    )
    connection = connect()
    connection.execute(sql_script(program, "duckdb"))
    found = {tuple(map(str, row)) for row in connection.table("path").fetchall()}
    connection.close()
    rows = KnowledgeBase(Rules.of(program)).rows(Pred("path", 2), (Var("X"), Var("Y")))
    assert found == {tuple(map(plain_text, row)) for row in rows}


def test_the_script_is_commented_with_rules_and_citations() -> None:
    """Before each view stand the rules that it says and the place in the document."""
    script = sql_script(program_of(SMALL), "duckdb")
    before = script.split('VIEW "path"')[0]
    assert "-- path/2 [Section 1]" in before
    assert "-- path(X, Y) :- e(X, Z), path(Z, Y)." in before


@pytest.mark.heavy
def test_the_shipped_policy_decides_a_case_in_sql_alone() -> None:
    """The script for the shipped policy runs as it is, and its views decide what a case's tables state."""
    script = sql_script(policy(), "duckdb")
    assert "priorlog_" not in script.lower()
    connection = connect()
    connection.execute(script)
    connection.execute("PRAGMA disable_optimizer")  # which takes longer than the few rows here
    connection.execute(
        "INSERT INTO request VALUES ('c1', 'selinexor', 'initial', DATE '2024-09-03'), ('c2', 'selinexor', 'initial', DATE '2024-09-03')"
    )
    connection.execute("INSERT INTO birth_date VALUES ('c1', DATE '1960-01-01'), ('c2', DATE '2010-01-01')")
    connection.execute("INSERT INTO refractory VALUES ('c1', 'carfilzomib'), ('c1', 'bortezomib')")
    found = {
        view: {row[0] for row in connection.sql(f"SELECT * FROM {view}").fetchall()}
        for view in ("old_enough", "old_enough_possible", "meets_criteria", "meets_criteria_possible",
                     "refractory_to_two_proteasome_inhibitors", "refractory_to_two_proteasome_inhibitors_possible")
    }  # fmt: skip
    connection.close()
    assert found["old_enough"] == {"c1"} == found["old_enough_possible"]
    assert found["meets_criteria"] == set()
    assert found["meets_criteria_possible"] == {"c1"}
    assert found["refractory_to_two_proteasome_inhibitors"] == {"c1"}
    assert found["refractory_to_two_proteasome_inhibitors_possible"] == {"c1", "c2"}


@pytest.mark.parametrize("dialect", ["postgres", "snowflake"])
@pytest.mark.heavy
def test_scripts_of_other_dialects_can_be_read_back(dialect: str) -> None:
    """What is printed for a dialect is SQL of that dialect: all but the tables of names, rows that are like any others."""
    import sqlglot

    names = {each.pred for each in policy().items if isinstance(each, VocabularyDecl) and each.pred.arity == 2}
    items = (each for each in policy().items if not (isinstance(each, Clause) and each.head.pred in names))
    statements = sqlglot.parse(sql_script(Program(tuple(items)), dialect), read=dialect)
    assert len([each for each in statements if each is not None]) > 60


def test_recursion_that_sql_cannot_say_is_named() -> None:
    """A predicate that recurs through itself twice has a comment in place of its view, and so has what uses it."""
    script = sql_script(
        program_of("e(a, b). p(X, Y) :- e(X, Y). p(X, Y) :- p(X, Z), p(Z, Y). q(X) :- p(X, X)."), "postgres"
    )
    assert script.count("NOT TRANSLATED") == 2
    assert 'VIEW "p"' not in script
    assert 'VIEW "q"' not in script


def test_an_unknown_dialect_names_those_that_there_are() -> None:
    """A misspelt dialect is refused with the known ones."""
    with pytest.raises(UnknownDialectError, match="`postgres`"):
        sql_script(program_of("p(a)."), "postgers")


def test_recursion_that_asks_about_what_it_computes_is_named() -> None:
    """A view that would need constants which its own rows lead to is a comment; what is certain, and recursion that others ask
    about what they compute, has a view with the rows that the engine derives."""
    program = program_of(
        ":- abducible link/2. next(2). e(c, d). from(X, Y) :- link(X, Y). from(X, Y) :- from(X, Z), e(Z, Y). "
        "far(X) :- next(X). far(Y) :- far(X), Y is X + 1, Y < 6, from(Y, c). "
        "beyond(Y) :- next(X), Y is X + 1, from(Y, c). late(X) :- far(X), X > 4."
    )
    script = sql_script(program, "duckdb")
    assert ["far_possible", "late_possible"] == [
        name for name in ("far", "from", "beyond", "far_possible", "from_possible", "beyond_possible", "late", "late_possible")
        if f'VIEW "{name}"' not in script
    ]  # fmt: skip
    assert "NOT TRANSLATED: its recursion asks an open record about constants that it computes" in script
    assert "NOT TRANSLATED: it uses far_possible." in script
    connection = connect()
    connection.execute(script)
    assert connection.table("beyond_possible").fetchall() == [(3,)]
    connection.close()
