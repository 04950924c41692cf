"""Every built-in predicate, comparison and operation has all its parts, and they say the same."""

from __future__ import annotations

import datetime
import itertools
import re
from pathlib import Path

import pytest

pytest.importorskip("duckdb")
pytest.importorskip("sqlglot")

import sqlglot
from sqlglot import exp

from engine.knowledge import BACKENDS, KnowledgeBase, Rules
from explain.words.sentences import failing_sentence, holding_sentence
from kb.language.builtins import (
    BUILTINS,
    COMPARISONS,
    OPERATIONS,
    BuiltinPredicate,
    Comparison,
    ManyValues,
    OneValue,
    Operation,
    compare,
    evaluate_expr,
)
from kb.language.loader import PRELUDE, load_text, read_goal
from kb.language.printer import show_term
from kb.language.program import Program
from kb.language.syntax import Builtin
from kb.language.terms import INT_MAX, INT_MIN, Const, Date, Int, Var
from tests.referees import swipl_answers, swipl_available

INTEGERS: list[Const] = [Int(value) for value in (INT_MIN, -400, -7, -1, 0, 1, 2, 12, 366, INT_MAX)]
DATES: list[Const] = [
    Date(datetime.date.fromisoformat(text))
    for text in ("0001-01-01", "2000-02-29", "2023-02-28", "2023-03-01", "2024-01-31", "2024-02-29", "9999-12-31")
]
SAMPLES: dict[type[Const], list[Const]] = {Int: INTEGERS, Date: DATES}
OF_ANOTHER_KIND: dict[type[Const], Const] = {Int: DATES[0], Date: INTEGERS[0]}
README = Path(__file__).parents[2] / "kb" / "README.md"
MOST = 20
"""How many values of a predicate are compared."""

predicates = pytest.mark.parametrize("record", BUILTINS.values(), ids=lambda record: record.name)
comparisons = pytest.mark.parametrize("record", COMPARISONS.values(), ids=lambda record: record.op)
operations = pytest.mark.parametrize("record", OPERATIONS.values(), ids=lambda record: record.name)


def places(sql: str) -> set[str]:
    """The arguments that a text of SQL has places for."""
    return {node.name for node in sqlglot.parse_one(sql).find_all(exp.Placeholder)}


def program_of(text: str) -> Program:
    loaded = load_text(text)
    assert loaded.diagnostics == ()
    return loaded.program


def assert_everywhere(text: str, goal: str, expected: set[tuple[Const, ...]], folder: Path) -> None:
    """Asserts that pyDatalog, DuckDB and SWI-Prolog give a goal these answers."""
    program, asked = program_of(text), read_goal(goal)
    assert not isinstance(asked, tuple)
    assert set(KnowledgeBase(Rules.of(program)).answers(asked).true) == expected
    with KnowledgeBase(Rules.of(program), backend=BACKENDS["duckdb"]) as base:
        assert set(base.answers(asked).true) == expected
    if swipl_available():
        file = folder / "program.pl"
        file.write_text(text, encoding="utf-8")
        assert swipl_answers([file], [asked]) == [frozenset(expected)]


@predicates
def test_a_builtin_has_every_part(record: BuiltinPredicate) -> None:
    """A built-in predicate has words and SQL that mention its arguments, a clause in the prelude that reserves it, and a place in the manual."""
    names = [argument.name for argument in record.arguments]
    inputs = {argument.name for argument in record.inputs}
    assert len(set(names)) == len(names)
    assert set(re.findall(r"{(\w+)}", record.words)) == set(names)
    match record.sql:
        case OneValue(value):
            assert places(value) == inputs
        case ManyValues(series, test):
            assert (places(series), places(test)) == (inputs, set(names))
    prelude = PRELUDE.read_text(encoding="utf-8")
    blanks = ", ".join("_" * record.arity)
    assert f"\n{'gives_way' if record.gives_way else 'builtin'}({record.name}({blanks}))." in prelude
    clause, arity = record.prelude.split("/")
    heads = [found[0].count(",") + 1 for found in re.finditer(rf"^{clause}\((.*)\) :-$", prelude, re.MULTILINE)]
    assert int(arity) in heads
    assert f"`{record.name}(" in README.read_text(encoding="utf-8")


@predicates
def test_a_builtin_gives_the_same_everywhere(record: BuiltinPredicate, tmp_path: Path) -> None:
    """What a built-in predicate gives in Python it gives in every back end and in SWI-Prolog, and nothing else."""
    kinds = [argument.kind for argument in record.inputs]
    rows = list(itertools.product(*(SAMPLES[kind] for kind in kinds)))
    found = {row: list(itertools.islice(record.results(row), MOST + 1)) for row in rows}
    kept = {row: values for row, values in found.items() if len(values) <= MOST}
    other = tuple(OF_ANOTHER_KIND[kind] for kind in kinds)
    variables = [f"X{index}" for index in range(record.arity)]
    text = "".join(f"given({', '.join(map(show_term, row))}).\n" for row in [*kept, other])
    text += (
        f"gives({', '.join(variables)}) :- given({', '.join(variables[:-1])}), {record.name}({', '.join(variables)}).\n"
    )
    expected: set[tuple[Const, ...]] = {(*row, value) for row, values in kept.items() for value in values}
    assert expected
    assert not list(record.results(other))
    assert_everywhere(text, f"gives({', '.join(variables)})", expected, tmp_path)


@predicates
def test_a_builtin_is_tested_the_same_everywhere(record: BuiltinPredicate, tmp_path: Path) -> None:
    """A built-in predicate whose arguments are all bound holds of the same constants everywhere."""
    rows = list(itertools.product(*(SAMPLES[argument.kind][1:6] for argument in record.arguments)))
    rows += [(*row[:-1], next(iter(record.results(row[:-1])), row[-1])) for row in rows[::3]]
    rows.append((*rows[0][:-1], OF_ANOTHER_KIND[record.output.kind]))
    variables = ", ".join(f"X{index}" for index in range(record.arity))
    text = "".join(f"given({', '.join(map(show_term, row))}).\n" for row in dict.fromkeys(rows))
    text += f"holds({variables}) :- given({variables}), {record.name}({variables}).\n"
    expected = {row for row in rows if record.holds(row)}
    assert expected
    assert_everywhere(text, f"holds({variables})", expected, tmp_path)


@predicates
def test_a_builtin_is_said_in_words(record: BuiltinPredicate) -> None:
    """A built-in predicate has a sentence where it holds and another where it does not, with its constants in both."""
    constants = [SAMPLES[argument.kind][5] for argument in record.arguments]
    call = Builtin(record.name, tuple(constants))
    said = [holding_sentence(call), failing_sentence(call)]
    assert said[0] != said[1]
    assert all(show_term(each) in sentence for each in constants for sentence in said)


@comparisons
def test_a_comparison_has_every_part(record: Comparison, tmp_path: Path) -> None:
    """A comparison has SQL and words of its own where it holds and where not, and holds of the same pairs everywhere."""
    assert places(record.sql) == {"left", "right"}
    for words in (record.words, record.of_dates or record.words):
        assert words.holds != words.fails
        assert all(place in text for place in ("{0}", "{1}") for text in words)
    constants = [*INTEGERS[2:7], *DATES[1:3]]
    text = "".join(f"v({show_term(each)}).\n" for each in constants)
    text += f"holds(X, Y) :- v(X), v(Y), X {record.op} Y.\n"
    pairs = itertools.product(constants, constants)
    expected: set[tuple[Const, ...]] = {pair for pair in pairs if compare(record.op, *pair)}
    if record.op == "is":
        expected = {pair for pair in expected if isinstance(pair[1], Int)}
    assert expected
    assert_everywhere(text, "holds(X, Y)", expected, tmp_path)


@operations
def test_an_operation_has_every_part(record: Operation, tmp_path: Path) -> None:
    """An operation has SQL for its operands, and the same value everywhere."""
    assert places(record.sql) == ({"operand"} if record.arity == 1 else {"left", "right"})
    rows = list(itertools.product(INTEGERS, repeat=record.arity))
    variables = [f"X{index}" for index in range(record.arity)]
    infix = f" {record.name} ".join(variables)
    function = f"{'-' if record.name == 'neg' else record.name}({', '.join(variables)})"
    written = function if record.arity == 1 or record.name in ("min", "max") else infix
    text = "".join(f"given({', '.join(map(show_term, row))}).\n" for row in rows)
    text += f"value({', '.join([*variables, 'Y'])}) :- given({', '.join(variables)}), Y is {written}.\n"
    values = {row: evaluate_expr(record.name, row) for row in rows}
    expected: set[tuple[Const, ...]] = {(*row, value) for row, value in values.items() if value is not None}
    assert expected
    assert_everywhere(text, f"value({', '.join([*variables, 'Y'])})", expected, tmp_path)


def test_every_builtin_of_the_prelude_has_a_record() -> None:
    """The prelude has no clause for a predicate with arguments that only it knows."""
    prelude = PRELUDE.read_text(encoding="utf-8")
    reserved = set(re.findall(r"^builtin\(([a-z_]+)\(_, _, _\)\)\.", prelude, re.MULTILINE))
    giving_way = set(re.findall(r"^gives_way\(([a-z_0-9]+)\([_, ]+\)\)\.", prelude, re.MULTILINE))
    assert reserved == {"at_least", "at_most"} | {name for name, record in BUILTINS.items() if not record.gives_way}
    assert giving_way == {name for name, record in BUILTINS.items() if record.gives_way}
    assert "documented" in re.findall(r"^builtin\(([a-z_]+)\(_\)\)\.", prelude, re.MULTILINE)


def test_an_operation_of_the_prelude_has_a_record() -> None:
    """The prelude calculates what the language calculates."""
    prelude = PRELUDE.read_text(encoding="utf-8")
    found = re.findall(r"^function\((\S+), (\d)\)\.", prelude, re.MULTILINE)
    assert {("neg" if pair == ("-", "1") else pair[0], int(pair[1])) for pair in found} == {
        (record.name, record.arity) for record in OPERATIONS.values()
    }


def test_variables_of_a_test_stay_open_in_words() -> None:
    """A built-in predicate about a variable says what the variable is called."""
    assert (
        holding_sentence(Builtin("add_days", (Var("Start"), Int(60), Var("Limit"))))
        == "60 days after [start] it is [limit]"
    )
