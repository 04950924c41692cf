"""Facts from CSV files beside a program."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from engine.cases import check_cases
from engine.checks import check
from explain.proof.node_json import node_json
from explain.verify import verify
from explain.workspace import Workspace
from kb.language.diagnostics import Diagnostic
from kb.language.loader import load_cases, load_files, read_goal, shipped_policies
from kb.language.terms import plain_text, term_text
from tests.referees import swipl_answers, swipl_available

RULES = """
:- pred dose(Agent: agent, MaxMg: decimal, Times: integer, Since: date, Note: string) :: '@(Agent): @(MaxMg) mg'.
:- facts(dose/5, 'tables/doses.csv').
:- facts(pair/2, 'tables/pairs.csv').
high(Agent) :- dose(Agent, Mg, Times, _, _), Mg * Times > 100.
linked(X, Y) :- pair(X, Y), dose(Y, _, _, _, _).
"""
DOSES = (
    "since,agent,note,max_mg,times,further\n"
    '2024-01-01,selinexor,"once, or twice",100,1,x\n'
    '2019-07-03,\'Agent 2\',"say ""no""",80.5,2,\n'
)
PAIRS = "one,other\na,selinexor\nb,c\n"


def written(folder: Path, rules: str = RULES, doses: str | bytes = DOSES, pairs: str = PAIRS) -> Path:
    """A program with its tables in a folder below it."""
    (folder / "tables").mkdir()
    data = doses.encode() if isinstance(doses, str) else doses
    (folder / "tables" / "doses.csv").write_bytes(data)
    (folder / "tables" / "pairs.csv").write_text(pairs, encoding="utf-8")
    (folder / "rules.pl").write_text(rules, encoding="utf-8")
    return folder / "rules.pl"


def faults(file: Path) -> list[str]:
    """What is wrong with a program: code, file, line and column of each."""
    found: tuple[Diagnostic, ...] = check(load_files([file]))
    return [
        f"{each.code} {Path(each.span.file).name}:{each.span.line}:{each.span.column}"
        for each in found
        if each.is_error
    ]


@pytest.mark.parametrize("engine", ["tabling", "pydatalog", "duckdb"])
def test_rows_are_facts_of_the_declared_types(engine: str, tmp_path: Path) -> None:
    """Columns are found by the names of arguments, in any order, and values are read by their types; else by place, as names."""
    space = Workspace.open([written(tmp_path)])
    rows = [" ".join(map(term_text, row)) for row in space.ask("dose(A, M, T, S, N)", engine=engine).true]
    assert rows == [
        "'\\'Agent 2\\'' 80.5 2 2019-07-03 \"say \\\"no\\\"\"",
        'selinexor 100.0 1 2024-01-01 "once, or twice"',
    ]
    assert ["'Agent 2'"] == [plain_text(row[0]) for row in space.ask("high(A)", engine=engine).true]
    assert ["a selinexor"] == [" ".join(map(plain_text, row)) for row in space.ask("linked(X, Y)", engine=engine).true]


def test_evidence_is_the_line_of_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fact of a table has its line there as evidence, with the source that is declared, and the checker follows it."""
    rules = RULES.replace(":- facts(dose", ":- source('price list, 2024').\n:- facts(dose")
    file = written(tmp_path, rules)
    monkeypatch.chdir(tmp_path)
    space = Workspace.open(["rules.pl"])
    data = json.loads(json.dumps(node_json(space.explain("high('\\'Agent 2\\'')").node)))
    (evidence,) = data["children"][0]["evidence"]
    assert (str(Path("tables", "doses.csv")), 3) == (evidence["file"], evidence["line"])
    assert evidence["source"]["text"] == "price list, 2024"
    assert verify(data, space.loaded.program) == []
    (tmp_path / "tables" / "doses.csv").write_text(DOSES.replace("\n2019", "\n\n2019"), encoding="utf-8")
    assert verify(data, load_files([file.name]).program)


@pytest.mark.skipif(not swipl_available(), reason="SWI-Prolog is not installed")
def test_swi_prolog_reads_the_same_tables(tmp_path: Path) -> None:
    """SWI-Prolog has the facts of a table too."""
    file = written(tmp_path, RULES.replace("MaxMg: decimal", "MaxMg: integer"), DOSES.replace("80.5", "80"))
    space = Workspace.open([file])
    for text in ("dose(A, M, T, S, N)", "high(A)", "linked(X, Y)", "pair(X, Y)"):
        goal = read_goal(text)
        assert not isinstance(goal, tuple)
        assert swipl_answers([file], [goal]) == [frozenset(space.ask(text).true)]


WRONG = (
    "agent,max_mg,times,since,note\n"
    "a,high,1.5,2024-02-30,x\n"
    " b,1,1,2024-01-01,x\n"
    "c,1,1,2024-01-01\n"
    'd,,9223372036854775808,2024-1-1,"a, ""b"""\n'
)


def test_every_wrong_value_is_told_at_its_place(tmp_path: Path) -> None:
    """Values of the wrong type, missing ones and rows of another width are told all at once, by line and column."""
    assert faults(written(tmp_path, doses=WRONG)) == [
        "E206 doses.csv:2:3",
        "E206 doses.csv:2:8",
        "E206 doses.csv:2:12",
        "E206 doses.csv:3:1",
        "E107 doses.csv:4:1",
        "E206 doses.csv:5:3",
        "E206 doses.csv:5:4",
        "E206 doses.csv:5:24",
    ]


UNREADABLE: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "E107 doses.csv:0:0"),
    "no rows": ("agent,max_mg,times,since,note\n", "E107 doses.csv:1:1"),
    "a column is missing": ("agent,mg,times,since,note\na,1,1,2024-01-01,x\n", "E107 doses.csv:1:1"),
    "a column stands twice": ("agent,max_mg,times,since,note,agent\na,1,1,2024-01-01,x,b\n", "E107 doses.csv:1:1"),
    "a quotation mark is not closed": ('agent,max_mg,times,since,note\na,1,1,2024-01-01,"x\n', "E107 doses.csv:2:18"),
    "not UTF-8": (b"agent,max_mg,times,since,note\na\xff,1,1,2024-01-01,x\n", "E107 doses.csv:2:2"),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_table_that_cannot_be_read_is_an_error(what: str, tmp_path: Path) -> None:
    """A table without a header or rows, or that is no CSV in UTF-8, is E107 at its place, and nothing is half read."""
    text, place = UNREADABLE[what]
    assert place in faults(written(tmp_path, doses=text))


def test_a_missing_table_is_told_where_it_is_named(tmp_path: Path) -> None:
    """A table that is not there, or is no CSV file, is told at the declaration."""
    file = written(tmp_path, ":- facts(a/1, 'nosuch.csv').\n:- facts(b/1, 'rules.pl').\nc(X) :- d(X).\nd(1).\n")
    assert ["E107 rules.pl:1:1", "E107 rules.pl:2:1"] == faults(file)


def test_columns_without_declared_names_are_as_many_as_arguments(tmp_path: Path) -> None:
    """Of a predicate that is not declared, a table has a column for each argument."""
    assert faults(written(tmp_path, pairs="one,two,three\na,b,c\n")) == ["E107 pairs.csv:1:1"]


def test_case_files_have_no_tables(tmp_path: Path) -> None:
    """A table in a case file is an error, and is not read."""
    (tmp_path / "case.pl").write_text("request(c, xpovio, initial, 2024-01-01).\n:- facts(refractory/2, 'no.csv').\n")
    vocabulary = Workspace.open().reviewer.vocabulary
    found = check_cases(load_cases([tmp_path / "case.pl"]), vocabulary)
    assert ["E405"] == [each.code for each in found if each.is_error]
    assert shipped_policies().diagnostics == ()


def test_a_large_table_is_read_in_seconds(tmp_path: Path) -> None:
    """Fifty thousand rows are read and asked about at once."""
    rows = "".join(f"a{number},b{number % 100}\n" for number in range(50_000))
    file = written(
        tmp_path, ":- facts(pair/2, 'tables/pairs.csv').\nq(X) :- pair(X, b7).\n", pairs=f"one,other\n{rows}"
    )
    begun = time.monotonic()
    space = Workspace.open([file])
    assert len(space.ask("q(X)").true) == 500
    assert time.monotonic() - begun < 60
