"""DuckDB has the answers of the other engines, on programs for every construct and shipped cases."""

from __future__ import annotations

import inspect
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")
pytest.importorskip("sqlglot")

from sqlglot import exp

from engine.backends.sql.compile import Compiler, Define
from engine.backends.sql.duckdb import connect, interruptible, load_rows, run, thread_beside
from engine.backends.sql.partial import MOST_JOINED
from engine.backends.sql.session import rows_by_predicate
from engine.backends.sql.values import Column, Kind, Table, decode
from engine.knowledge import BACKENDS, EndlessError, KnowledgeBase, Rules
from engine.reading.plan import Reading
from explain.workspace import Workspace
from kb.language.declarations import MEETS_CRITERIA, REQUEST
from kb.language.printer import show_body
from kb.language.program import Program
from kb.language.syntax import AtomF, Pred
from kb.language.terms import Atom, Int, Var
from tests.answer_tables import rows_in, rows_of
from tests.referees import three_valued_fault
from tests.texts import goal_of, program_of

CASES = Path(__file__).parents[2] / "examples" / "cases"
in_duckdb = partial(KnowledgeBase, backend=BACKENDS["duckdb"])

# Programs by hand: what each is about, its text, and goals

E = "e(a, b). e(b, c). e(c, a). e(c, d). e(d, d). "
REFRACTORY = (
    ":- abducible refractory/2. :- abducible dose/3. :- functional dose(+, +, -). "
    "case(c1). case(c2). case(c3). case(c4). agent(a). agent(b). agent(x). "
    "refractory(c1, a). refractory(c1, b). -refractory(c2, a). refractory(c2, b). complete(c3, refractory). "
    "refractory(c3, x). dose(c1, a, 5). dose(c2, a, 7). -dose(c2, b, 3). complete(c4, dose). "
)

PROGRAMS: list[tuple[str, str, tuple[str, ...]]] = [
    (
        "joins, constants and repeated variables",
        E + "p(X, Z) :- e(X, Y), e(Y, Z). loop(X) :- e(X, X). from_c(Y) :- e(c, Y).",
        ("p(X, Y)", "p(a, X)", "p(X, X)", "loop(X)", "from_c(Y)", "p(a, c)", "p(d, a)"),
    ),
    (
        "constants of different kinds are never equal",
        "c(1). c(1.0). c('1'). c(\"1\"). c(2024-01-01). c('2024-01-01'). d(1). d('1'). same(X) :- c(X), d(X). "
        "n(1). n(2). a('1'). a(b). s(\"1\"). s(\"b\"). pair(X, Y) :- n(X), a(Y), X = Y. both(X) :- a(X), s(X).",
        ("same(X)", "pair(X, Y)", "both(X)", "c(1)", "c(1.00)", "c(X), X \\= 1", "n(X), a(X)", "c(2024-01-01)"),
    ),
    (
        "texts of every kind",
        "t('it''s'). t(\"a\\\\b\"). t('x\\x0\\y'). t(\"\"). t('i:1'). t(\"é\"). t('-- no'). t(\"'; drop table x\").",
        ("t(X)", "t('it''s')", "t(\"a\\\\b\")", "t('x\\x0\\y')", "t('i:1')", "t(X), X @< 'j'", "t(\"'; drop table x\")"),
    ),
    (
        "standard order",
        "v(2). v(1.5). v(2.0). v(-3). v(\"b\"). v(\"B\"). v(a). v('Z'). v(2024-01-01). v(1999-12-31). v('é'). i(1). i(2). "
        "w(a). w(b). d(2024-01-01). d(2023-01-01).",
        ("v(X), v(Y), X @< Y", "v(X), X @>= 2", "v(X), X @=< a", "i(X), w(Y), X @< Y", "w(X), i(Y), X @< Y",
         "d(X), d(Y), X @> Y", "d(X), w(Y), Y @< X", "v(X), X > 1", "v(X), v(Y), X =:= Y", "w(X), X @< b"),
    ),
    (
        "arithmetic, and what fails it",
        "n(7). n(-7). n(2). n(-2). n(0). n(9223372036854775807). n(-9223372036854775808). "
        "q(X, Y, Z) :- n(X), n(Y), Z is X // Y. m(X, Y, Z) :- n(X), n(Y), Z is X mod Y. "
        "s(X, Y, Z) :- n(X), n(Y), Z is X + Y. t(X, Y, Z) :- n(X), n(Y), Z is X * Y. d(X, Y, Z) :- n(X), n(Y), Z is X - Y. "
        "x(X, Y, A, B) :- n(X), n(Y), A is min(X, Y), B is max(X, Y). a(X, Y) :- n(X), Y is abs(X). b(X, Y) :- n(X), Y is -X. "
        "no(X) :- n(X), \\+ 14 // X > 0. deep(Z) :- n(X), Z is ((X mod 5) * 3 - 1) // 2 + X mod (X * X + 3).",
        ("q(X, Y, Z)", "m(X, Y, Z)", "s(X, Y, Z)", "t(X, Y, Z)", "d(X, Y, Z)", "x(X, Y, A, B)", "a(X, Y)", "b(X, Y)",
         "no(X)", "deep(Z)", "n(X), X + 1 > X", "X is 1 // 0", "n(X), X * X =\\= 4", "3 is 1 + 2", "3.0 is 1 + 2"),
    ),
    (
        "decimals and mixed columns in arithmetic",
        "n(0.1). n(0.2). n(3). n(a). n(0.5). n(12345678901234567890123456789.123456789). "
        "s(X, Y, Z) :- n(X), n(Y), Z is X + Y. t(X, Y, Z) :- n(X), n(Y), Z is X * Y. h(X) :- n(X), X // 1 =:= X. "
        "k(Z) :- n(X), n(Y), Z is max(X, Y) - min(X, Y).",
        ("s(X, Y, 0.3)", "s(X, Y, Z)", "t(X, Y, Z)", "h(X)", "k(Z)", "n(X), X < 1", "n(X), X =:= 3.0", "X is 1.0 + 1"),
    ),
    (
        "dates",
        "d(2000-02-29). d(2023-02-28). d(2023-03-01). d(0001-01-01). d(9999-12-31). d(2024-01-31). k(1). k(-1). k(12). k(400). "
        "k(-13). k(9223372036854775807). k(3652058). k(119987). "
        "a(X, Y, N) :- d(X), d(Y), age(X, Y, N). b(X, Y, N) :- d(X), d(Y), days_between(X, Y, N). "
        "c(X, K, Y) :- d(X), k(K), add_days(X, K, Y). m(X, K, Y) :- d(X), k(K), add_months(X, K, Y). "
        "none(X, K) :- d(X), k(K), \\+ add_months(X, K, _).",
        ("a(X, Y, N)", "b(X, Y, N)", "c(X, K, Y)", "m(X, K, Y)", "none(X, K)", "age(2000-02-29, 2023-02-28, N)",
         "d(X), add_days(X, 1, 2024-02-01)", "age(a, b, N)", "d(X), \\+ age(X, 2020-01-01, 20)"),
    ),
    (
        "between and member",
        "l(1, 3). l(2, 1). l(0, a). l(1.0, 2). r(X) :- l(A, B), between(A, B, X). in(X) :- l(X, _), member(X, [1, 1.0, a]). "
        "of(X, Y) :- member(X, [a, 1, 2.5, \"s\", 2024-01-01, a]), Y = X. ",
        ("r(X)", "in(X)", "of(X, Y)", "between(1, 3, X), \\+ l(X, _)", "l(A, B), between(A, B, 2)", "member(X, [b])", "between(3, 1, X)"),
    ),
    (
        "negation, also over conjunctions and with local variables",
        E + "f(a). f(d). n(X) :- e(X, _), \\+ f(X). m(X) :- e(X, _), \\+ (e(X, Y), f(Y)). "
        "o(X, Y) :- e(X, Y), \\+ (e(Y, Z), Z @> X, \\+ f(Z)). p(X) :- f(X), \\+ \\+ e(X, X). z :- \\+ f(b). y :- \\+ f(a).",
        ("n(X)", "m(X)", "o(X, Y)", "p(X)", "z", "y", "f(X), \\+ e(_, X)", "\\+ (f(X), e(X, _))"),
    ),
    (
        "computed values under negation",
        "n(1). n(2). n(3). k(X) :- n(X), Y is X + 1, \\+ n(Y). j(X, Z) :- n(X), Z is X * 10, \\+ (n(W), W * 10 =:= Z + 10). "
        "i(X) :- n(X), \\+ (Z is X + 1, W = Z, \\+ n(W)).",
        ("k(X)", "j(X, Z)", "i(X)"),
    ),
    (
        "alternatives",
        E + "f(a). g(b). p(X) :- (f(X) ; g(X)). q(X, Y) :- e(X, Y), (f(X) ; X = Y ; e(Y, d)). "
        "r(X, V) :- e(X, _), (f(X), V = 1 ; g(X), V = b ; e(X, X), V = 2.5). s(X) :- (f(X) ; e(X, Y), (g(Y) ; f(Y))).",
        ("p(X)", "q(X, Y)", "r(X, V)", "s(X)", "(f(X) ; g(X)), e(X, Y)"),
    ),
    (
        "recursion: linear, double, mutual, through alternatives",
        E + "l(X, Y) :- e(X, Y). l(X, Y) :- l(X, Z), e(Z, Y). r(X, Y) :- e(X, Y). r(X, Y) :- e(X, Z), r(Z, Y). "
        "n(X, Y) :- e(X, Y). n(X, Y) :- n(X, Z), n(Z, Y). "
        "odd(X, Y) :- e(X, Y). odd(X, Y) :- even(X, Z), e(Z, Y). even(X, Y) :- odd(X, Z), e(Z, Y). "
        "u(a). u(Y) :- (e(Y, X), u(X) ; u(X), e(X, Y), X \\= Y). apart(X, Y) :- e(X, _), e(_, Y), \\+ n(X, Y). "
        "c(1). c(Y) :- c(X), X < 6, Y is X + 2.",
        ("l(X, Y)", "r(X, Y)", "n(X, Y)", "odd(X, Y)", "even(a, X)", "u(X)", "apart(X, Y)", "c(X)"),
    ),
    (
        "recursion through counts",
        "s(a). s(b). needs(c, a). needs(c, b). needs(d, c). needs(d, a). needs(f, d). needs(f, z). ok(X) :- s(X). "
        "ok(X) :- needs(X, _), at_least(2, Y, (needs(X, Y), ok(Y))).",
        ("ok(X)", "\\+ ok(f)"),
    ),
    (
        "counts and aggregates",
        "d(c1, a, 3). d(c1, b, 3). d(c1, b, 4). d(c2, a, -1). d(c3, z, q). c(c1). c(c2). c(c3). c(c4). k(2). k(0). k(-1). k(a). "
        "two(C) :- c(C), at_least(2, A, d(C, A, _)). pairs(C, K) :- c(C), k(K), at_least(K, A-V, d(C, A, V)). "
        "few(C, K) :- c(C), k(K), at_most(K, A, d(C, A, _)). n(C, N) :- c(C), aggregate_all(count, A, d(C, A, _), N). "
        "sum(C, S) :- c(C), aggregate_all(sum(V), A, d(C, A, V), S). max(C, M) :- c(C), aggregate_all(max(V), A, d(C, A, V), M). "
        "min(C, M) :- c(C), aggregate_all(min(A), A, d(C, A, _), M). same(C, S) :- c(C), aggregate_all(sum(5), A, d(C, A, _), S). "
        "top(C, S) :- c(C), aggregate_all(max(C), A, d(C, A, _), S). none(S) :- aggregate_all(sum(X), X, (c(X), \\+ c(X)), S).",
        ("two(C)", "pairs(C, K)", "few(C, K)", "n(C, N)", "sum(C, S)", "max(C, M)", "min(C, M)", "same(C, S)", "top(C, S)",
         "none(S)", "aggregate_all(count, X, c(X), N)", "n(C, 0)", "aggregate_all(max(X), X, d(_, _, X), M)"),
    ),
    (
        "sums beyond 64 bits and of decimals",
        "b(1, 9223372036854775807). b(2, 1). b(3, -2). f(0.1). f(0.2). f(1). "
        "s(S) :- aggregate_all(sum(X), K, b(K, X), S). o(S) :- aggregate_all(sum(X), K, (b(K, X), X > 0), S). "
        "t(S) :- aggregate_all(sum(X), X, f(X), S).",
        ("s(S)", "o(S)", "t(S)"),
    ),
    (
        "open records, strong negation, complete records and functional values",
        REFRACTORY + "two(C) :- case(C), at_least(2, A, (agent(A), refractory(C, A))). "
        "any(C) :- refractory(C, _). none(C) :- case(C), \\+ refractory(C, _). not_to(C, A) :- case(C), agent(A), -refractory(C, A). "
        "few(C) :- case(C), at_most(1, A, refractory(C, A)). high(C) :- dose(C, _, D), D > 5. off(C) :- dose(C, b, 3). "
        "number(C, N) :- case(C), aggregate_all(count, A, refractory(C, A), N). sensitive(C, A) :- case(C), agent(A), \\+ refractory(C, A).",
        ("two(C)", "any(C)", "none(C)", "not_to(C, A)", "few(C)", "high(C)", "off(C)", "number(C, N)", "sensitive(C, A)",
         "refractory(C, A)", "-refractory(C, A)", "\\+ refractory(c3, X)", "dose(c1, a, 6)", "dose(c2, b, X)", "dose(c9, a, 1)"),
    ),
    (
        "rules that differ only in constants that look like names of the engine's own",
        "stage(c1, t1). stage(c2, t2). stage(c3, \"t1\"). stage(c4, t4). n(c1, \"stage t1\"). n(c2, \"stage t2\"). "
        "early(C) :- stage(C, t1). early(C) :- stage(C, t2). early(C) :- stage(C, \"t1\"). early(C) :- stage(C, \"t3\"). "
        "noted(C) :- n(C, \"stage t1\"). noted(C) :- n(C, \"stage t2\"). :- abducible o/2. o(c1, t1). "
        "w(C) :- stage(C, _), o(C, t1). w(C) :- stage(C, _), o(C, t2). w(C) :- stage(C, X), \\+ o(C, X), o(C, t3).",
        ("early(C)", "noted(C)", "w(C)", "\\+ w(c1)", "stage(C, t1), (o(C, t1) ; o(C, t2))"),
    ),
    (
        "predicates that are called as tables and columns of the engine's own are",
        "t1(t1, t2). t1(t2, t3). t1(t3, \"t1\"). 'T1'(x). 'T1'(t2). p_next(a, b). p_next(b, c). p_next(c, d). p_delta(z, z). "
        "p(X, Y) :- p_next(X, Y). p(X, Y) :- p(X, Z), p(Z, Y). p(X, Y) :- p_delta(X, Y). q(X) :- t1(X, t2). q(X) :- t1(X, t3). "
        "'Q'(X) :- q(X), \\+ 'T1'(X). rows1(X, N) :- t1(X, _), aggregate_all(count, Y, (t1(X, Y) ; p(Y, _)), N). "
        "every_constant(X) :- t1(X, _), \\+ stated_0(X). stated_0(b). select(X) :- every_constant(_), X = 'p$new'. "
        "p_possible(X) :- case(X). case(t1). '_0'(X) :- p_possible(X), \\+ 'Q'(X). p(X) :- 'p_Next'(X). 'p_Next'(X) :- 'T1'(X).",
        ("p(X, Y)", "q(X)", "'Q'(X)", "rows1(X, N)", "every_constant(b)", "select(X)", "'_0'(X)", "p(X)"),
    ),
    (
        "literals whose variables nothing else needs, also more of them than one query joins",
        E + "f(1, a). f(2, b). f(a, a). f(2, 2.5). g(a, b). g(b, d). p(X) :- " + ", ".join(f"g(X, Y{n})" for n in range(30)) + ". "
        "q(X, Z) :- e(X, Y0), e(X, Y1), e(Y1, Z), e(X, Y2), e(Y2, Y2), \\+ e(Z, Y2), " + ", ".join(f"g(_, Z{n})" for n in range(3)) + ". "
        "r(X) :- e(X, X), e(_, Y), e(_, _), f(_, X), f(Y, Y). s(X) :- e(_, _), f(Y, X), e(_, Y). t(X) :- f(X, _), f(_, X). "
        "u(X) :- e(X, _), " + ", ".join(f"\\+ f(X, {n})" for n in range(30)) + ", e(_, Y), Y \\= X, \\+ f(Y, X).",
        ("p(X)", "q(X, Z)", "r(X)", "s(X)", "t(X)", "u(X)", "e(_, _), f(X, _)"),
    ),
    (
        "rules for open predicates, and recursion through them",
        ":- abducible r/2. :- abducible s/1. b(x, a). b(y, b). c(c1). c(c2). r(c1, x). s(c2). "
        "r(C, G) :- b(B, G), r(C, B). -r(C, G) :- b(B, G), -r(C, B). -r(c2, y). r(C, b) :- s(C). "
        "both(C) :- c(C), r(C, a), r(C, b). reach(C, X) :- r(C, X). reach(C, Y) :- reach(C, X), b(X, Y).",
        ("r(C, X)", "-r(C, X)", "both(C)", "reach(c1, X)", "\\+ s(c1)", "r(c2, b), -r(c2, b)"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("about", "text", "goals"), PROGRAMS, ids=[about for about, _, _ in PROGRAMS])
def test_every_construct_means_the_same_in_sql(about: str, text: str, goals: tuple[str, ...]) -> None:
    """True and unknown answers are those of the tabling back end, and those in a closed world, where that is another; each is once in
    the table that either gives, with its truth value."""
    program = program_of(text)
    for closed_world in (False, True) if "abducible" in text else (False,):
        means_the_same(program, goals, closed_world)


def means_the_same(program: Program, goals: tuple[str, ...], closed_world: bool) -> None:
    """Asserts that DuckDB and tabling have the same answers to goals, also as tables."""
    with in_duckdb(Rules.of(program), closed_world=closed_world) as base:
        other = KnowledgeBase(Rules.of(program), closed_world=closed_world)
        for goal in map(goal_of, goals):
            expected = other.answers(goal)
            assert base.answers(goal) == expected, show_body(goal)
            assert [rows_in(expected)] * 2 == [rows_of(each.table(goal)) for each in (base, other)], show_body(goal)


# The shipped policy


@pytest.mark.heavy
def test_shipped_cases_have_the_same_criteria() -> None:
    """For the twenty example cases, every predicate about a case alone is as pyDatalog has it."""
    space = Workspace.open(cases=sorted(CASES.glob("*.pl")))
    cases = [case.name for case in space.cases()]
    assert len(cases) == 20
    wanted = {clause.head.pred for clause in space.rules.clauses if clause.head.pred.arity == 1}
    assert MEETS_CRITERIA in wanted
    assert len(wanted) >= 25
    with in_duckdb(space.rules, space.facts) as base:
        for pred in wanted:
            for reading in Reading:
                found = {row[0] for row in base.rows(pred, (Var("C"),), reading)}
                expected = {case for case in cases if any(space.kb.rows(pred, (case,), reading))}
                assert found & set(cases) == expected, f"{pred} {reading.value}"


def test_calls_of_a_database_are_made_in_a_thread_beside() -> None:
    """Never in the thread that is told of interrupts; in a block, all in one thread, of which nothing is left after it."""
    connection = connect()
    with thread_beside():
        within = {interruptible(connection, threading.current_thread) for _ in range(3)}
    (one,) = within
    after = interruptible(connection, threading.current_thread)
    assert threading.current_thread() not in {one, after}
    assert one is not after
    assert not one.is_alive()
    assert not after.is_alive()
    connection.close()


def test_a_population_is_decided_at_once() -> None:
    """Relations of many cases, over a table of cases and native columns, hold exactly for the cases that they should."""
    program = program_of(
        ":- pred request(Case: case, Drug: agent, Kind: kind, Date: date). "
        ":- pred birth_date(Case: case, Date: date). :- abducible birth_date/2. :- functional birth_date(+, -). "
        ":- pred complete(Case: case, Predicate: predicate). "
        "minimum(18). adult(C) :- request(C, _, _, D), birth_date(C, B), age(B, D, Y), minimum(M), Y >= M. "
        "open(C) :- adult(C). request(c0, x, initial, 2024-01-01)."
    )
    rules = Rules.of(program)
    completion = rules.completion(False)
    connection = connect()
    connection.execute(
        "CREATE TABLE req AS SELECT range AS c, 'x' AS drug, 'initial' AS kind, DATE '2024-06-01' AS day FROM range(3000)"
    )
    connection.execute(
        "CREATE TABLE born AS SELECT range AS c, CASE WHEN range % 3 = 0 THEN DATE '2006-06-01' ELSE DATE '2006-06-02' END"
        " AS day FROM range(2000)"
    )
    connection.execute("CREATE TABLE cases AS SELECT c FROM req")
    case = Column(Kind.INTEGER, of_cases=True)
    minimum = Pred("minimum", 1)
    stored = {
        minimum: load_rows(connection, "minimum", rows_by_predicate(rules.facts)[minimum], minimum.arity),
        REQUEST: Table(
            "req", ("c", "drug", "kind", "day"), (case, Column(Kind.ATOM), Column(Kind.ATOM), Column(Kind.DATE))
        ),
        Pred("birth_date", 2): Table("born", ("c", "day"), (case, Column(Kind.DATE))),
    }
    domain = load_rows(connection, "domain", [(Atom("x"),), (Int(18),)], 1)
    compiler = Compiler(completion, stored, domain, cases=Table("cases", ("c",), (case,)))
    tables = {r: compiler.table(completion.rel(Pred("open", 1), r, (0,))) for r in Reading}
    run(connection, compiler.steps)
    found = {
        reading: {row[0] for row in connection.sql(f'SELECT * FROM "{table.name}"').fetchall()}
        for reading, table in tables.items()
    }
    connection.close()
    assert found[Reading.CERTAIN] == {number for number in range(2000) if number % 3 == 0}
    assert found[Reading.POSSIBLE] == found[Reading.CERTAIN] | set(range(2000, 3000))


def test_a_query_joins_no_more_than_planners_can_order() -> None:
    """A rule of 150 literals is asked in several parts: planners take time that grows with the cube of the tables."""
    text = "".join(f"e{n}(a). " for n in range(150)) + f"p(X) :- {', '.join(f'e{n}(X)' for n in range(150))}."
    rules = Rules.of(program_of(text))
    stored = {clause.head.pred: Table(f"s{at}", ("c",), (Column(Kind.ATOM),)) for at, clause in enumerate(rules.facts)}
    compiler = Compiler(rules.completion(False), stored, Table("domain", ("c",), (Column(Kind.ANY),)))
    compiler.table(rules.completion(False).rel(Pred("p", 1), Reading.CERTAIN, (0,)))
    (step,) = compiler.steps
    assert isinstance(step, Define)
    assert step.query is not None
    assert max(len(each.args.get("joins") or ()) for each in step.query.find_all(exp.Select)) <= MOST_JOINED


def test_an_evaluation_without_end_is_given_up() -> None:
    """Recursion that computes ever new constants is an error, as in the other back end."""
    rules = Rules.of(program_of("n(0). n(Y) :- n(X), Y is X + 1."), max_steps=30_000)
    with in_duckdb(rules) as base, pytest.raises(EndlessError):
        base.answers(goal_of("n(5)"))


def test_expressions_may_nest_deeper_than_a_database_expects() -> None:
    """A connection takes expressions that are nested more deeply than DuckDB does by default."""
    connection = connect()
    assert connection.execute("SELECT " + "(" * 600 + "1" + " + 1)" * 600).fetchone() == (601,)
    connection.close()


@contextmanager
def few_frames() -> Iterator[None]:
    """As much room for nested calls whatever calls the test."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 400)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


@pytest.mark.heavy
def test_what_nests_too_deeply_is_given_up() -> None:
    """Arithmetic that nests too deeply to be written as SQL is an error with a message, not a traceback."""
    rules = Rules.of(program_of(f"n(1). b(Y) :- n(X), Y is {'(' * 97}X{' + 1)' * 97}."))
    goal = goal_of("b(Y)")
    with in_duckdb(rules) as base, few_frames(), pytest.raises(EndlessError, match="nest too deeply"):
        base.answers(goal)


def test_constants_of_a_question_count_as_constants() -> None:
    """A question's own constants are taken into account, also by a base that has answered others before."""
    program = program_of(":- abducible p/1. q(X) :- \\+ p(X), p(X). p(a). -p(b).")
    with in_duckdb(Rules.of(program)) as base:
        for text in ("p(X)", "p(c)", "q(d)", "\\+ p(7)", "p(b)", "p(2024-01-01)"):
            goal = goal_of(text)
            assert base.answers(goal) == KnowledgeBase(Rules.of(program)).answers(goal), text


@pytest.mark.parametrize("value", ["3", "-9223372036854775808", "1.50", "'a b'", '"x"', "2024-02-29"])
def test_constants_come_back_as_they_were_stored(value: str) -> None:
    """A constant read from a table is the one that was stored, in a column of its kind and in one of several kinds."""
    atom = goal_of(f"p({value})")
    assert isinstance(atom, AtomF)
    constant = atom.args[0]
    assert not isinstance(constant, Var)
    connection = connect()
    for number, rows in enumerate([[(constant,)], [(constant,), (Atom("z"),), (Int(0),)]]):
        table = load_rows(connection, f"t{number}", rows, 1)
        assert table.columns is not None
        stored = connection.table(f"t{number}").fetchall()
        assert {decode(row[0], table.columns[0].kind) for row in stored} == {row[0] for row in rows}
    connection.close()


def test_nested_operations_that_sql_copies_take_no_longer_than_they_are() -> None:
    """Sixteen nested operations whose SQL has an operand several times are worked out at once, also in a comparison."""
    nested, other = "A", "A"
    for index in range(16):
        nested = f"min({('B', '7')[index % 2]}, {nested})"
        other = f"B mod ({other} + 3)"
    program = program_of(f"v(1000, 37). t(X) :- v(A, B), X is {nested}, {nested} >= 7, \\+ {other} > 40.")
    with in_duckdb(Rules.of(program)) as base:
        assert base.answers(goal_of("t(X)")).true == ((Int(7),),)


def test_recursion_over_an_open_record_is_open_about_what_is_computed() -> None:
    """A computed constant that no one mentions has as open a record as any other, in recursion too."""
    text = ":- abducible link/2. next(5). reach(X, Y) :- link(X, Y). reach(X, Y) :- link(X, Z), reach(Z, Y). "
    text += (
        "beyond(X) :- next(X), Y is X + 1, reach(Y, b). some(X) :- next(X), Y is X + 1, at_least(1, Z, reach(Y, Z)). "
    )
    text += "not_beyond(X) :- next(X), Y is X + 1, \\+ reach(Y, b)."
    program = program_of(text)
    with in_duckdb(Rules.of(program)) as base:
        for goal in ("beyond(X)", "some(X)", "not_beyond(X)"):
            answers = base.answers(goal_of(goal))
            assert (answers.true, answers.unknown) == ((), ((Int(5),),)), goal
            assert three_valued_fault(program, goal_of(goal)) is None
