"""The engine has the answers of its referees, on programs that are known to be hard, from many threads, beside others."""

from __future__ import annotations

import itertools
import random
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import networkx as nx
import pytest
from pyDatalog import pyDatalog
from pyDatalog.Logic import Logic

from engine.backends import BACKENDS
from engine.knowledge import KnowledgeBase, Rules
from kb.language.printer import show_program
from kb.language.program import Program
from kb.language.syntax import TRUE, AtomF, Body, Clause, Pred
from kb.language.terms import Atom, Int, Var, term_text
from tests.referees import (
    OpenRow,
    Rows,
    TooLargeError,
    agree,
    clingo_answers,
    differences,
    engine_answers,
    numbered,
    reference_answers,
    swipl_answers,
    swipl_available,
    three_valued_fault,
)
from tests.texts import goal_of, program_of


def rows(text: str) -> Rows:
    """Rows as text: constants separated by blanks, rows by semicolons; `()` is the empty row."""
    if text == "()":
        return frozenset({()})
    atoms = [goal_of(f"row({', '.join(row.split())})") for row in text.split(";") if row.strip()]
    return frozenset(tuple(term for term in atom.args if not isinstance(term, Var)) for atom in atoms)  # type: ignore[union-attr] # each is an atom


def open_rows(text: str) -> frozenset[OpenRow]:
    """The same, with variables for individuals that are not named."""
    if text == "()":
        return frozenset({()})
    atoms = [goal_of(f"row({', '.join(row.split())})") for row in text.split(";") if row.strip()]
    return frozenset(numbered(atom.args) for atom in atoms if isinstance(atom, AtomF))


# Programs that are known to be hard

E_AND_F = "e(a, b). e(b, c). e(a, c). e(b, b). e(c, b). f(a). f(c). "

HARD: list[tuple[str, str, dict[str, str]]] = [
    (
        "a repeated variable in a recursive rule",
        E_AND_F + "p(Z, Z) :- e(Z, b). p(X, Y) :- p(Z, Y), p(X, X).",
        {"p(X, Y)": "a a; b b; c c; a b; a c; b a; b c; c a; c b", "p(a, b)": "()", "p(X, X)": "a; b; c"},
    ),
    (
        "negation over recursion",
        E_AND_F
        + "path(X, Y) :- e(X, Y). path(X, Y) :- path(X, Z), path(Z, Y). node(X) :- e(X, _). node(X) :- e(_, X). "
        "apart(X, Y) :- node(X), node(Y), \\+ path(X, Y).",
        {"apart(X, Y)": "a a; b a; c a", "apart(a, a)": "()", "\\+ path(a, a)": "()", "apart(a, b)": ""},
    ),
    (
        "mutual recursion",
        "next(0, 1). next(1, 2). next(2, 3). next(3, 4). even(0). even(X) :- next(Y, X), odd(Y). "
        "odd(X) :- next(Y, X), even(Y).",
        {"even(X)": "0; 2; 4", "odd(X)": "1; 3", "odd(3)": "()", "even(3)": "", "even(X), odd(X)": ""},
    ),
    (
        "left, right and double recursion",
        E_AND_F
        + "l(X, Y) :- e(X, Y). l(X, Y) :- l(X, Z), e(Z, Y). r(X, Y) :- e(X, Y). r(X, Y) :- e(X, Z), r(Z, Y). "
        "d(X, Y) :- e(X, Y). d(X, Y) :- d(X, Z), d(Z, Y). differ(X, Y) :- l(X, Y), \\+ r(X, Y). "
        "differ(X, Y) :- r(X, Y), \\+ d(X, Y). differ(X, Y) :- d(X, Y), \\+ l(X, Y).",
        {"l(a, X)": "b; c", "r(X, b)": "a; b; c", "d(X, X)": "b; c", "differ(X, Y)": ""},
    ),
    (
        "at_least in recursion",
        "trusts(d, a). trusts(d, b). trusts(e, d). trusts(e, a). trusts(g, d). trusts(h, h). trusts(h, e). ok(a). ok(b). "
        "ok(X) :- trusts(X, _), at_least(2, Y, (trusts(X, Y), ok(Y))).",
        {"ok(X)": "a; b; d; e", "ok(g)": "", "ok(h)": ""},
    ),
    (
        "at_least that needs its own conclusion",
        "t(a, a). t(a, b). t(b, a). t(b, b). p(X) :- t(X, _), at_least(2, Y, (t(X, Y), p(Y))). p(c).",
        {"p(X)": "c", "at_least(1, X, p(X))": "()", "at_least(2, X, p(X))": ""},
    ),
    (
        "nested counts with variables of the rule around them",
        E_AND_F + "g(1, a). g(2, a). g(2, b). "
        "p(X) :- f(X), at_least(1, Y, (e(Y, Z), at_least(1, N, (g(N, Y), N >= 1, X @< Z)))). "
        "q(X) :- f(X), \\+ (e(Y, Z), \\+ (e(Z, V), V @>= Y, X @< V)). r(X, N) :- f(X), aggregate_all(count, Y, (e(X, Y), Y @> X), N).",
        {"p(X)": "a", "q(X)": "a", "r(X, N)": "a 2; c 0"},
    ),
    (
        "local variables of counts with one name",
        E_AND_F + "p(Y) :- f(Y), at_least(2, X, e(X, b)), at_most(1, X, e(X, Y)), at_least(1, X, f(X)).",
        {"p(X)": "a", "at_least(3, X, e(X, b)), at_most(2, X, e(X, c))": "()"},
    ),
    (
        "counts of nothing and of what is no number",
        "p(a). p(b). p(3). none(x) :- p(zz). c(N) :- aggregate_all(count, X, none(X), N). "
        "s(N) :- aggregate_all(sum(X), X, none(X), N). m(N) :- aggregate_all(max(X), X, none(X), N). "
        "t(N) :- aggregate_all(sum(X), X, p(X), N). u(N) :- aggregate_all(max(X), X, p(X), N). "
        "v(N) :- aggregate_all(min(X), X, p(X), N). w(N) :- aggregate_all(sum(2), X, p(X), N).",
        {"c(N)": "0", "s(N)": "0", "m(N)": "", "t(N)": "", "u(N)": "b", "v(N)": "3", "w(N)": "6"},
    ),
    (
        "bounds of counts that are variables, negative or no integer",
        "p(1). p(2). q(3). q(2). r(N) :- q(N), at_least(N, X, p(X)). s(N) :- p(N), at_most(N, X, p(X)). "
        "t(a) :- at_least(a, X, p(X)). t(b) :- at_least(0, X, q(X)). t(c) :- at_most(-1, X, q(X)). "
        "t(d) :- at_least(-1, X, q(X)).",
        {"r(N)": "2", "s(N)": "2", "t(X)": "b; d"},
    ),
    (
        "constants of different kinds",
        "n(1). n('1'). n(\"1\"). n(true). n(\"true\"). n(2024-01-01). n('2024-01-01'). n(\"2024-01-01\"). "
        "p(X) :- n(X), X = 1. q(X) :- n(X), n(Y), X == Y, Y = '1'. c(N) :- aggregate_all(count, X, n(X), N). "
        "number(X) :- n(X), X =:= X.",
        {
            "p(X)": "1", "q(X)": "'1'", "c(N)": "8", "n(true)": "()", 'n("1")': "()", "number(X)": "1",
            "n(X), X @< '1'": '1; "1"; "2024-01-01"; "true"', "n(X), X @> true": "2024-01-01", "n(false)": "",
        },
    ),
    (
        "dates",
        "b(ann, 2000-02-29). b(bob, 1999-12-31). on(2024-02-28). on(2023-03-01). "
        "years(P, On, N) :- b(P, B), on(On), age(B, On, N). "
        "d(N) :- days_between(2024-02-28, 2024-03-01, N). m(D) :- add_months(2024-01-31, 1, D). "
        "l(D) :- on(O), add_days(O, 366, D). old(P) :- b(P, B), B @< 2000-01-01. less(P) :- b(P, B), on(O), B < O.",
        {
            "years(ann, On, N)": "2024-02-28 23; 2023-03-01 23", "d(N)": "2", "m(D)": "2024-02-29",
            "l(D)": "2025-02-28; 2024-03-01", "old(P)": "bob", "less(P)": "",
        },
    ),
    (
        "arithmetic at its ends",
        "p(9223372036854775807). p(1). p(-7). q(Y) :- p(X), Y is X + 1. s(S) :- aggregate_all(sum(X), X, p(X), S). "
        "m(X, M) :- p(X), X < 10, M is X mod 3. d(X, M) :- p(X), X < 10, M is X // 2. z(M) :- p(X), M is X // 0.",
        {"q(X)": "2; -6", "s(S)": "9223372036854775801", "m(X, M)": "1 1; -7 2", "d(X, M)": "1 0; -7 -3", "z(M)": ""},
    ),
    (
        "strong negation beside negation",
        "p(a). -p(b). -p(c). p(c). d(a). d(b). d(c). d(x). q(X) :- d(X), -p(X). r(X) :- d(X), \\+ p(X). "
        "-s(X) :- d(X), \\+ -p(X). c(X) :- p(X), -p(X).",
        {"q(X)": "b; c", "r(X)": "b; x", "-s(X)": "a; x", "c(X)": "c", "-p(X)": "b; c"},
    ),
    (
        "recursion below a negation below a count",
        E_AND_F + "t(X, Y) :- e(X, Y). t(X, Y) :- t(X, Z), e(Z, Y). g(X) :- f(X), at_most(1, Y, (f(Y), \\+ t(Y, X))). "
        "h(N) :- aggregate_all(count, X-Y, (f(X), e(Y, _), \\+ t(X, Y)), N).",
        {"g(X)": "c", "h(N)": "2"},
    ),
    (
        "members and ranges that are tested and made",
        "p(2). p(b). q(X) :- member(X, [a, 2, \"b\", b]). r(X) :- p(X), member(X, [2, 2, b]). s(X) :- p(Y), between(1, Y, X). "
        "t(X) :- p(X), between(1, 9223372036854775807, X). u(X, Y) :- member(X, [1, 2]), member(Y, [2, 1]), X = Y.",
        {"q(X)": 'a; 2; "b"; b', "r(X)": "2; b", "s(X)": "1; 2", "t(X)": "2", "u(X, Y)": "1 1; 2 2"},
    ),
    (
        "propositions",
        "a :- b. b :- a. c. d :- c, \\+ a. e :- d ; a. f(x) :- e. g :- at_least(1, X, f(X)), \\+ b.",
        {"a": "", "b": "", "d": "()", "e": "()", "g": "()", "c, \\+ d": ""},
    ),
    (
        "alternatives inside a rule and inside a negation",
        E_AND_F + "p(X) :- e(X, Y), (f(Y) ; Y = b, X = c), \\+ (e(X, X) ; X == a).",
        {"p(X)": "c", "(f(X) ; e(X, X))": "a; b; c"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "asked"), [case[1:] for case in HARD], ids=[case[0].replace(" ", "_") for case in HARD]
)
def test_hard_programs_have_the_answers_written_here(text: str, asked: dict[str, str]) -> None:
    """Programs that a back end once got wrong, or may, have the same right answers everywhere."""
    program = program_of(text)
    goals = {goal: goal_of(goal) for goal in asked}
    for goal, expected in asked.items():
        assert (goal, rows(expected)) == (goal, engine_answers(program, goals[goal]))
    agree(program, list(goals.values()))


def test_decimals_are_exact_and_no_integers() -> None:
    """`1`, `1.0`, `'1'`, `"1"` and `true` are five constants, `1.0` and `1.00` one, and decimals do not round."""
    program = program_of(
        "n(1). n(1.0). n(1.00). n('1'). n(\"1\"). n(true). n(0.1). n(0.123456789012). c(N) :- aggregate_all(count, X, n(X), N). "
        "p(X) :- n(X), X =:= 1. q(X) :- n(Y), Y < 0.11, X is Y + 0.2. s(X, Y) :- n(X), n(Y), X @< Y, Y = 1."
    )
    expected = {
        "c(N)": "7",
        "p(X)": "1; 1.0",
        "q(X)": "0.3",
        "n(1.000)": "()",
        "s(X, Y)": "1.0 1; 0.1 1; 0.123456789012 1",
    }
    asked = {goal: goal_of(goal) for goal in expected}
    for goal, text in expected.items():
        assert (goal, rows(text)) == (goal, engine_answers(program, asked[goal]))
    assert differences([(program, list(asked.values()))], with_swipl=False) == []


OPEN: list[tuple[str, str, dict[str, tuple[str, str]]]] = [
    (
        "counts of an open record",
        ":- abducible t/2. t(k, 1). t(k, 3). complete(k, t). t(m, 1). d(k). d(m). "
        "n(C, N) :- d(C), aggregate_all(count, X, t(C, X), N). s(C, N) :- d(C), aggregate_all(sum(X), X, t(C, X), N). "
        "m(C, N) :- d(C), aggregate_all(max(X), X, t(C, X), N). two(C) :- d(C), at_least(2, X, t(C, X)). "
        "one(C) :- d(C), at_least(1, X, t(C, X)). few(C) :- d(C), at_most(2, X, t(C, X)). "
        "none(C) :- d(C), at_most(0, X, t(C, X)).",
        {
            "n(C, N)": ("k 2", "m N"), "s(C, N)": ("k 4", "m N"), "m(C, N)": ("k 3", "m N"), "n(m, 1)": ("", "()"),
            "two(C)": ("k", "m"), "one(C)": ("k; m", ""), "few(C)": ("k", "m"), "none(C)": ("", ""),
        },
    ),
    (
        "a functional predicate",
        ":- abducible b/2. :- functional b(+, -). b(k, 2). d(k). d(m). o(C) :- d(C), \\+ b(C, 3). "
        "u(C) :- d(C), b(C, X), X > 1.",
        {"o(C)": ("k", "m"), "u(C)": ("k", "m"), "b(C, X)": ("k 2", "C X"), "b(k, X)": ("2", ""), "b(m, X)": ("", "X")},
    ),
    (
        "strong negation of an open predicate",
        ":- abducible w/1. w(a). -w(b). w(x). -w(x). d(a). d(b). d(c). d(x). i(X) :- d(X), \\+ w(X). n(X) :- d(X), -w(X).",
        {"i(X)": ("b", "c"), "n(X)": ("b; x", "c"), "d(X), w(X)": ("a; x", "c"), "w(X), -w(X)": ("x", "X")},
    ),
    (
        "recursion through an open predicate",
        ":- abducible e/2. e(a, b). complete(b, e). t(X, Y) :- e(X, Y). t(X, Y) :- e(X, Z), t(Z, Y).",
        {"t(a, X)": ("b", "X"), "t(b, X)": ("", ""), "at_least(2, X, t(a, X))": ("", "()"), "\\+ t(b, _)": ("()", "")},
    ),
    (
        "joins of open records",
        ":- abducible p/2, q/2. d(k). d(m). d(n). complete(k, p). complete(k, q). p(k, 1). q(k, 2). complete(m, q). p(m, 1). "
        "j(C) :- d(C), p(C, X), q(C, X). all(C) :- d(C), \\+ (p(C, X), X \\= 1). some(C) :- d(C), p(C, X), X \\= 1. "
        "two(C) :- d(C), p(C, X), p(C, Y), X \\= Y. big(C) :- d(C), p(C, X), X > 5.",
        {
            "j(C)": ("", "n"), "all(C)": ("k", "m; n"), "some(C)": ("", "m; n"), "two(C)": ("", "m; n"),
            "big(C)": ("", "m; n"), "d(C), \\+ p(C, 2)": ("k", "m; n"), "d(C), \\+ q(C, _)": ("m", "n"),
        },
    ),
    (
        "what the record shows as it stands",
        ":- abducible t/3, p/2. t(k, 1, a). t(k, 3, b). d(k). d(m). complete(m, t). p(k, 2). -p(k, 1). "
        "last(C, X) :- t(C, L, X), \\+ documented((t(C, M, _), M > L)). "
        "skips(C, L) :- documented((t(C, L, _), L > 1)), B is L - 1, \\+ documented(t(C, B, _)). "
        "lines(C, N) :- d(C), aggregate_all(count, L, documented(t(C, L, _)), N). "
        "either(C, X) :- d(C), documented((p(C, X) ; t(C, X, _))). no(C) :- d(C), documented(\\+ t(C, 2, _)). "
        "most(C) :- d(C), documented(at_most(2, L, t(C, L, _))). denied(C, X) :- documented(-p(C, X)).",
        {
            "last(C, X)": ("k b", "C X"), "last(k, X)": ("b", "X"), "skips(C, L)": ("k 3", ""), "lines(C, N)": ("k 2; m 0", ""),
            "either(C, X)": ("k 1; k 2; k 3", ""), "no(C)": ("m", ""), "most(C)": ("m", ""), "denied(C, X)": ("k 1", ""),
            "t(k, L, _), documented(p(k, L))": ("", "2"), "\\+ documented(p(m, _))": ("()", ""),
        },
    ),
    (
        "a closed record",
        ":- abducible p/1. p(a). complete(a, p). complete(b, p). d(a). d(b). d(c). r(X) :- d(X), \\+ p(X).",
        {"p(X)": ("a", "X"), "p(b)": ("", ""), "r(X)": ("b", "c"), "at_least(2, X, r(X))": ("", "()")},
    ),
]  # fmt: skip


def short_answers(program: Program, goal: Body) -> tuple[frozenset[OpenRow], frozenset[OpenRow]]:
    """The default answers of the engine: true rows, and unknown ones."""
    answers = KnowledgeBase(Rules.of(program)).answers(goal)
    return frozenset(answers.true), frozenset(map(numbered, answers.unknown))


@pytest.mark.parametrize(
    ("text", "asked"), [case[1:] for case in OPEN], ids=[case[0].replace(" ", "_") for case in OPEN]
)
def test_open_records_have_the_answers_written_here(text: str, asked: dict[str, tuple[str, str]]) -> None:
    """What an incomplete record leaves open is unknown, neither true nor false; with every record complete all agree."""
    program = program_of(text)
    for goal, (true, unknown) in asked.items():
        assert (goal, open_rows(true), open_rows(unknown)) == (goal, *short_answers(program, goal_of(goal)))
        assert three_valued_fault(program, goal_of(goal)) is None
    agree(program, list(map(goal_of, asked)))


# Graphs


def graph_program(edges: Iterable[tuple[object, object]], rules: str) -> Program:
    """Rules about `e/2` with the edges of a graph as its facts."""
    facts = "".join(f"e({one}, {other}). " for one, other in edges)
    return program_of(f"{facts} {rules}")


def pairs(found: Rows) -> set[tuple[str, ...]]:
    """Rows with their constants as text."""
    return {tuple(map(term_text, row)) for row in found}


CLOSURES = {
    "right": "path(X, Y) :- e(X, Y). path(X, Y) :- e(X, Z), path(Z, Y).",
    "left": "path(X, Y) :- e(X, Y). path(X, Y) :- path(X, Z), e(Z, Y).",
    "double": "path(X, Y) :- e(X, Y). path(X, Y) :- path(X, Z), path(Z, Y).",
}


def closure(graph: nx.DiGraph) -> set[tuple[str, ...]]:
    """The pairs of nodes that a path of at least one edge joins."""
    closed = nx.transitive_closure(graph, reflexive=False)
    return {(str(one), str(other)) for one, other in closed.edges}


@pytest.mark.parametrize("form", CLOSURES)
def test_the_closure_of_a_chain_of_sixty(form: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A chain of 60 edges has 1,830 paths, whichever way the recursion is written."""
    chain = [(number, number + 1) for number in range(60)]
    program = graph_program(chain, CLOSURES[form])
    goal = goal_of("path(X, Y)")
    expected = closure(nx.DiGraph(chain))
    assert len(expected) == 1830
    assert expected == pairs(engine_answers(program, goal))
    assert expected == pairs(clingo_answers(program, goal))
    assert rows("60") == engine_answers(program, goal_of("path(59, X)"))
    assert {(str(number),) for number in range(60)} == pairs(engine_answers(program, goal_of("path(X, 60)")))
    if swipl_available():
        file = tmp_path_factory.mktemp("chain") / "chain.pl"
        file.write_text(show_program(program), encoding="utf-8")
        assert [engine_answers(program, goal)] == swipl_answers([file], [goal])


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.heavy
def test_closures_of_random_graphs(seed: int) -> None:
    """Closures of graphs with cycles, and what they leave apart, are those that networkx finds."""
    chosen = random.Random(seed)
    graph = nx.gnp_random_graph(9 + seed, 0.15, seed=seed, directed=True)
    graph.add_edge(0, chosen.randrange(1, 9))
    form = list(CLOSURES)[seed % 3]
    program = graph_program(
        graph.edges,
        CLOSURES[form] + " node(X) :- e(X, _). node(X) :- e(_, X). apart(X, Y) :- node(X), node(Y), \\+ path(X, Y).",
    )
    expected = closure(graph)
    nodes = {str(node) for edge in graph.edges for node in edge}
    assert expected == pairs(engine_answers(program, goal_of("path(X, Y)")))
    assert set(itertools.product(nodes, nodes)) - expected == pairs(engine_answers(program, goal_of("apart(X, Y)")))
    agree(program, [goal_of(text) for text in ("path(X, Y)", "apart(X, Y)", "path(0, X)", "path(X, X)")], most=200_000)


def test_same_generation() -> None:
    """Two people of a family tree are of one generation if they are equally far from the same ancestor."""
    tree = nx.balanced_tree(2, 4, create_using=nx.DiGraph)
    program = graph_program(
        tree.edges,
        "person(X) :- e(X, _). person(X) :- e(_, X). same(X, X) :- person(X). "
        "same(X, Y) :- e(P, X), same(P, Q), e(Q, Y).",
    )
    depth = nx.shortest_path_length(tree, source=0)
    expected = {(str(one), str(other)) for one in tree for other in tree if depth[one] == depth[other]}
    assert expected == pairs(engine_answers(program, goal_of("same(X, Y)")))
    found = differences([(program, [goal_of("same(X, Y)"), goal_of("same(15, X)")])], most=1000)
    assert not found, "\n\n".join(map(str, found))


# Threads

FAMILY = (
    "parent(a, b). parent(b, c). parent(c, d). parent(a, e). :- abducible well/1. well(a). -well(b). complete(c, well). "
    "above(X, Y) :- parent(X, Y). above(X, Y) :- parent(X, Z), above(Z, Y). "
    "ill(X) :- parent(_, X), \\+ well(X). many(X) :- parent(X, _), at_least(2, Y, above(X, Y)). "
    "heirs(X, N) :- parent(X, _), aggregate_all(count, Y, above(X, Y), N)."
)
FAMILY_GOALS = (
    "above(X, Y)", "above(a, X)", "ill(X)", "many(X)", "heirs(X, N)", "well(X)", "above(X, d), \\+ well(X)", "\\+ above(d, _)",
)  # fmt: skip


def in_eight_threads(work: Callable[[int], object]) -> list[object]:
    """What a function gives in eight threads that start together."""
    together = threading.Barrier(8)

    def start(index: int) -> object:
        together.wait()
        return work(index)

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(start, range(8)))


def test_threads_share_a_knowledge_base() -> None:
    """Eight threads that ask one knowledge base different goals, all at once, each get the right answers."""
    program = program_of(FAMILY)
    goals = [goal_of(text) for text in FAMILY_GOALS]
    expected = [KnowledgeBase(Rules.of(program)).answers(goal) for goal in goals]
    for _ in range(5):
        shared = KnowledgeBase(Rules.of(program))
        assert expected == in_eight_threads(lambda index, asked=shared: asked.answers(goals[index]))  # type: ignore[misc] # bound early
        turned = in_eight_threads(
            lambda index, asked=shared: [asked.answers(goals[(index + step) % 8]) for step in range(8)]  # type: ignore[misc] # bound early
        )
        assert [[expected[(index + step) % 8] for step in range(8)] for index in range(8)] == turned


@pytest.mark.heavy
def test_threads_with_knowledge_bases_of_their_own() -> None:
    """Knowledge bases with other facts or another reading, asked from eight threads at once, do not mix."""
    program = program_of(FAMILY)
    rules, goals = Rules.of(program), [goal_of(text) for text in FAMILY_GOALS]

    def base(index: int, own: Rules) -> KnowledgeBase:
        fact = Clause(AtomF(Pred("parent", 2), (Atom("d"), Atom(f"child{index}"))), TRUE)
        return KnowledgeBase(own, [fact], closed_world=index % 2 == 1)

    expected = [[base(index, Rules.of(program)).answers(goal) for goal in goals] for index in range(8)]
    for _ in range(3):
        assert expected == in_eight_threads(lambda index: [base(index, rules).answers(goal) for goal in goals])
        assert expected == in_eight_threads(
            lambda index: [base(index, Rules.of(program)).answers(goal) for goal in goals]
        )


def ask_beside_own_program(first: str) -> list[object]:
    """What a program of pyDatalog's own answers before and after the engine was asked in the same thread."""
    said: list[object] = []
    if first == "own program":
        Logic(True)
        pyDatalog.assert_fact("above", "mine", "yours")
        said.append(list(pyDatalog.ask("above(X, Y)").answers))
    base = KnowledgeBase(Rules.of(program_of(FAMILY)), backend=BACKENDS["pydatalog"])
    said.append(len(base.answers(goal_of("above(X, Y)")).true))
    if first != "own program":
        Logic(True)
        pyDatalog.assert_fact("above", "mine", "yours")
    pyDatalog.load("under(X, Y) <= above(Y, X)")
    said.append(list(pyDatalog.ask("under(X, Y)").answers))
    said.append(len(base.answers(goal_of("above(a, X)")).true))
    said.append(list(pyDatalog.ask("above(X, Y)").answers))
    return said


def test_a_users_own_program_is_left_alone() -> None:
    """What a user has in pyDatalog's thread-wide knowledge base is neither seen nor changed by the engine."""
    before = Logic.tl.logic if hasattr(Logic.tl, "logic") else None
    try:
        assert ask_beside_own_program("own program") == [
            [("mine", "yours")],
            7,
            [("yours", "mine")],
            4,
            [("mine", "yours")],
        ]
    finally:
        Logic.tl.logic = before
    own_first = in_eight_threads(lambda _: ask_beside_own_program("own program"))
    assert own_first == [[[("mine", "yours")], 7, [("yours", "mine")], 4, [("mine", "yours")]]] * 8
    engine_first = in_eight_threads(lambda _: ask_beside_own_program("engine"))
    assert engine_first == [[7, [("yours", "mine")], 4, [("mine", "yours")]]] * 8


def test_the_engine_leaves_nothing_behind_in_a_thread() -> None:
    """In a thread in which nothing but the engine used pyDatalog there is no knowledge base of pyDatalog's afterwards."""
    found: list[bool] = []

    def work() -> None:
        KnowledgeBase(Rules.of(program_of(FAMILY)), backend=BACKENDS["pydatalog"]).answers(goal_of("above(X, Y)"))
        found.append(hasattr(Logic.tl, "logic"))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [False]


def test_the_reference_is_bounded() -> None:
    """A goal that the reference evaluator would take too long for is given up, not waited for."""
    program = program_of("p(1). p(2). p(3). q(A, B, C, D) :- p(A), p(B), p(C), p(D).")
    goal = goal_of("q(A, B, C, D), A =:= B + C + D")
    assert rows("3 1 1 1") == reference_answers(program, goal)
    with pytest.raises(TooLargeError):
        reference_answers(program, goal, most=50)
    assert Int(3) in {row[0] for row in engine_answers(program, goal)}
