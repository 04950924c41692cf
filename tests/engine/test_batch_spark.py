"""Populations in Spark: the same report and the same rejects as DuckDB's, by one shuffle."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import time
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlglot import parse_one

duckdb = pytest.importorskip("duckdb")
pytest.importorskip("pyspark")
if shutil.which("java") is None:
    pytest.skip("Spark needs Java", allow_module_level=True)

pytestmark = pytest.mark.spark

import engine.batch  # noqa: E402 # needs DuckDB only when it runs
from engine.batch.names import Recognised  # noqa: E402
from engine.batch.population import Population  # noqa: E402
from engine.batch.report import Conditions  # noqa: E402
from engine.batch.spark.few import with_few  # noqa: E402
from engine.batch.spark.reading import open_all  # noqa: E402
from engine.batch.spark.rows import spark_query  # noqa: E402
from engine.batch.spark.run import batch_session, report_frame, tasks_for  # noqa: E402
from engine.batch.sql import spark_sql  # noqa: E402
from engine.knowledge import Rules  # noqa: E402
from kb.language.diagnostics import ProgramError  # noqa: E402
from tests.benchmarks.generate import rows, write_csv, write_parquet  # noqa: E402
from tests.engine.test_batch import (  # noqa: E402
    FAULTS,
    NAMED,
    OTHER_CRITERIA,
    READING,
    REQUESTS,
    SCORED,
    SCORES,
    UNREADABLE,
    WITH_A_DECIMAL,
    all_faults,
    named_population,
    other_policy,
    population,
    write_days,
    write_numbers,
    write_scores,
    write_unseen,
)
from tests.example_policies import rules_of, write_population  # noqa: E402

N, SEED = 400, 11


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with random cases as Parquet in `in`, and DuckDB's report of them."""
    made = tmp_path_factory.mktemp("population")
    write_parquet(rows(N, SEED), made / "in")
    return made


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Rules:
    """The rules of a policy that is soon decided by: for what hangs on the files alone."""
    return other_policy(tmp_path_factory.mktemp("reading"), READING).rules


def table(file: Path) -> tuple[list[tuple[str, str]], list[tuple[Any, ...]]]:
    """The columns of a Parquet file with their types, and its rows in order of their text."""
    found = duckdb.execute("SELECT * FROM read_parquet(?)", [str(file)])
    columns = [(each[0], str(each[1])) for each in found.description]
    return columns, sorted(found.fetchall(), key=str)


def both(source: Path, place: Path, **options: Any) -> tuple[engine.batch.Summary, engine.batch.Summary]:
    """What both engines tell of a population; their files are `duckdb.parquet` and `spark.parquet`."""
    found = [
        engine.batch.run(source, place / f"{name}.parquet", engine=name, **options) for name in ("duckdb", "spark")
    ]
    return found[0], found[1]


def counts(summary: engine.batch.Summary) -> dict[str, Any]:
    """A summary without the names of files."""
    found = {name: getattr(summary, name) for name in summary.__slots__ if name not in ("output", "rejects")}
    found["statuses"] = {name: dict(words) for name, words in summary.statuses}
    found |= {name: dict(found[name]) for name in ("determinations", "quantities")}  # equal counts in any order
    found["faults"] = set(summary.faults)
    return found


def mixed(folder: Path) -> int:
    """A population of random cases, of names that are not the constants' own, and of faults, as CSV; gives its number of
    rows."""
    write_csv(rows(N, SEED), folder)
    for files in (named_population(), all_faults()):
        for name, text in files.items():
            file, (header, *lines) = folder / name, str(text).splitlines(keepends=True)
            before = file.read_text() if file.exists() else header
            assert before.startswith(header)
            file.write_text(before + "".join(lines))
    return sum(len(file.read_text().splitlines()) - 1 for file in folder.iterdir())


def together(apart: Path, folder: Path) -> Path:
    """Writes the populations in some folders as one: a file of each for a predicate, cases called by the folder too."""
    for file in sorted(apart.glob("*/*")):
        name, target = file.parent.name, folder / file.stem / file.parent.name
        target.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".csv":
            header, *lines = file.read_text().splitlines()
            named = (f"{name} {line}" for line in lines)
            target.with_name(f"{name}.csv").write_text("\n".join([header, *named]) + "\n")
        else:
            renamed = f'SELECT \'{name} \' || "case" AS "case", * EXCLUDE ("case") FROM \'{file}\''
            duckdb.execute(f"COPY ({renamed}) TO '{target}.parquet'")
    return folder


def test_spark_reports_as_duckdb_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both engines give every column of every case alike, with the same types, and the same counts: what is recognised, set
    apart and checked. Every fault that DuckDB finds Spark finds: the same rejects with the same reasons and examples. It makes no
    difference which tables are looked at once for each different row: in Spark only some are, here."""
    count = mixed(tmp_path / "in")
    told = [engine.batch.run(tmp_path / "in", tmp_path / "duckdb.parquet")]
    monkeypatch.setattr("engine.batch.lift.few.MOST", 12)
    told.append(engine.batch.run(tmp_path / "in", tmp_path / "spark.parquet", engine="spark"))
    assert table(tmp_path / "duckdb.parquet") == table(tmp_path / "spark.parquet")
    assert table(tmp_path / "duckdb.rejects.parquet") == table(tmp_path / "spark.rejects.parquet")
    assert counts(told[0]) == counts(told[1])
    assert (count, 1) == (told[1].facts, told[1].rows_without_case)
    assert N + len(NAMED) <= told[1].decided
    assert len(FAULTS) - 1 <= told[1].set_aside
    assert told[1].not_recognised


@pytest.mark.parametrize(("policy", "closed_world"), [("evolocumab", False), ("cgrp_antibodies", True)])
def test_spark_decides_cases_of_the_example_policies_as_duckdb_does(
    policy: str, closed_world: bool, tmp_path: Path
) -> None:
    """Policies with values and counts of their own, in a file of their own, are the same to both, also where they compare two courses
    of treatment, which is not decided from one row a case, and where records are complete."""
    both(write_population(policy, tmp_path / "in"), tmp_path, rules=rules_of(policy), closed_world=closed_world)
    assert table(tmp_path / "duckdb.parquet") == table(tmp_path / "spark.parquet")


def test_values_that_are_none_are_none_to_both(reading: Rules, tmp_path: Path) -> None:
    """Names with characters that are not seen, times that are no day and numbers that are no integer set the same cases
    aside, for the same reasons, as in DuckDB."""
    for write, kind in ((write_unseen, "VARCHAR"), (write_days, "TIMESTAMP"), (write_numbers, "DOUBLE")):
        write(tmp_path / "apart" / kind, kind)
    told = both(together(tmp_path / "apart", tmp_path / "in"), tmp_path, rules=reading)
    assert table(tmp_path / "duckdb.parquet") == table(tmp_path / "spark.parquet")
    first, second = ({(each.predicate, each.reason, each.count) for each in one.faults} for one in told)
    assert (told[0].cases, first) == (told[1].cases, second)  # examples are written as each writes numbers and times
    assert {"VARCHAR good", "VARCHAR torn", "TIMESTAMP c0", "TIMESTAMP c1", "DOUBLE c0"} == {
        row[0] for row in table(tmp_path / "spark.parquet")[1]
    }


def test_types_that_spark_does_not_read_are_errors(tmp_path: Path) -> None:
    """A column that Spark would take for bytes, or not read at all, is an error that names it."""
    for name, column in (("birth_date", "TIMESTAMP_NS '2020-01-01' AS date"), ("sex", "'male' AS sex")):
        case = "uuid()" if name == "sex" else "'c1'"
        folder = population(tmp_path / name, {})
        duckdb.execute(f"COPY (SELECT {case} AS \"case\", {column}) TO '{folder}/{name}.parquet'")
        with pytest.raises(ProgramError, match="which Spark does not read"):
            engine.batch.run(folder, tmp_path / "out.parquet", engine="spark")


def test_the_report_is_one_file_and_nothing_is_left_beside_it(reading: Rules, tmp_path: Path) -> None:
    """What Spark writes in parts becomes one file, Parquet or CSV, in place of what was there under its name."""
    source = population(tmp_path / "in", {"sex.csv": 'case,sex\n"c1",female\n'})
    (tmp_path / "out.parquet").write_text("as before")
    for name in ("out.parquet", "out.csv"):
        engine.batch.run(source, tmp_path / name, engine="spark", rules=reading)
    found = {"in", "out.csv", "out.parquet", "out.rejects.csv", "out.rejects.parquet"}
    assert found == {path.name for path in tmp_path.iterdir()}
    columns, expected = table(tmp_path / "out.parquet")
    header, *lines = (tmp_path / "out.csv").read_text().splitlines()
    assert [name for name, _ in columns] == header.split(",")
    shown = [",".join("" if value is None else str(value) for value in row) for row in expected]
    assert sorted(lines) == sorted(shown)


def plan(folder: Path) -> str:
    """The physical plan that Spark has for the shipped policy."""
    population = Population.of(folder, None)
    session = batch_session(population.sources)
    session.conf.set("spark.sql.shuffle.partitions", "4")
    few, opened = with_few(session, open_all(session, population.sources), 4)
    recognised = Recognised.of(opened, (), population.rules, closed_world=False)
    values = few.values(session, recognised.tables)
    layers = spark_query(Conditions.of(population, recognised, values=values.values), recognised.all, few, 4)
    return str(report_frame(session, layers, few)._jdf.queryExecution().executedPlan().toString())


def test_a_population_is_decided_with_one_shuffle(folder: Path) -> None:
    """However many predicates a policy asks about, each table is scanned once and rows are exchanged once, by case; joins
    are with the few different rows of a table, which each task has."""
    found = plan(folder / "in")
    assert 1 == len(re.findall(r"(?<!Broadcast)Exchange", found))
    assert 1 == len(re.findall(r"Exchange hashpartitioning\(case", found))
    assert len(list((folder / "in").glob("*.parquet"))) == found.count("FileScan parquet")
    assert 1 == found.count("Coalesce 4"), "each task reads a copy of the plan of all tables"
    assert 20 < found.count("BroadcastHashJoin") == found.count("Join") == found.count("LocalTableScan")


NUMBERS = (
    "5 & 3",
    "6 | 1",
    "7 - 2",
    "4 + 9",
    "IF(true, 1, 0)",
    "CASE WHEN false THEN 1 ELSE 2 END",
    "COALESCE(NULL, 3)",
    "8",
)
TESTS = (
    "1 = 2",
    "3 <> 4",
    "2 < 3",
    "NOT false",
    "true AND false",
    "false OR true",
    "5 IN (5, 6)",
    "4 BETWEEN 3 AND 4",
    "1 IS NULL",
)


def test_parentheses_that_change_nothing_are_left_out(reading: Rules, tmp_path: Path) -> None:
    """Whatever is nested in an operator or a function that conditions are made of is the same to Spark as in parentheses."""
    session = batch_session(Population.of(population(tmp_path / "in", {}), reading).sources)
    kinds = ((NUMBERS, ("&", "|", "-", "+", "=", "<")), (TESTS, ("AND", "OR", "=")))
    whole = [
        f"({one}) {operator} ({other})"
        for parts, operators in kinds
        for one, operator, other in product(parts, operators, parts)
    ]
    whole += [f"NOT ({each})" for each in TESTS] + [f"IF(({each}), (1), (2))" for each in TESTS]
    whole += [f"({each}) IS NULL" for each in (*TESTS, *NUMBERS)] + [f"({each}) IN ((1), (2 | 4))" for each in NUMBERS]
    short = [spark_sql(parse_one(each, dialect="spark")) for each in whole]
    assert sum(map(len, short)) < sum(map(len, whole))
    asked = [f"({each}) <=> ({own})" for each, own in zip(whole, short, strict=True)]
    (found,) = session.sql(f"SELECT {', '.join(asked)}").collect()
    assert [] == [own for own, is_same in zip(short, found, strict=True) if not is_same]


def test_rows_that_would_not_be_found_again_are_not_told_apart_from_others(tmp_path: Path) -> None:
    """What Java reads in place of bytes that are no text is no text to find a row by, and one that is too long is not kept: all rows
    of such a table are looked at."""
    files = {
        "sex.csv": "case,sex\nc1,female\nc2,fem\ufffdle\n",
        "combination.csv": f"case,agent\nc1,bortezomib\nc2,{'bortezomib' * 200}\n",
        "tablet.csv": "case,mg\nc1,40\nc2,40\n",
    }
    source = population(tmp_path / "in", files)
    sources = Population.of(source, None).sources
    session = batch_session(sources)
    _, opened = with_few(session, open_all(session, sources), 1)
    assert ["tablet"] == [each.shape.name for each in opened if each.few is not None]
    both(source, tmp_path)
    assert table(tmp_path / "duckdb.parquet") == table(tmp_path / "spark.parquet")


def test_of_many_rows_the_first_tell_whether_few_are_different(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a table has many rows, and the first of them more different ones than are few, it is not sorted out; where they have few, the
    others may still have many."""
    monkeypatch.setattr("engine.batch.lift.few.SAMPLE", 4)
    monkeypatch.setattr("engine.batch.spark.few.LARGE", 7)
    monkeypatch.setattr("engine.batch.lift.few.MOST", 3)
    files = {
        "combination.csv": "case,agent\n" + "".join(f"c1,agent{number}\n" for number in range(8)),
        "prophylaxis.csv": "case,agent\n" + "c1,ondansetron\n" * 4 + "".join(f"c1,agent{at}\n" for at in range(8)),
        "tablet.csv": "case,mg\n" + "c1,40\n" * 8,
        "sex.csv": "case,sex\nc1,female\n",
    }
    sources = Population.of(population(tmp_path / "in", files), None).sources
    session = batch_session(sources)
    _, opened = with_few(session, open_all(session, sources), 1)
    assert {"tablet", "sex"} == {each.shape.name for each in opened if each.few is not None}
    found = session.table("`different rows`").collect()
    assert {"40", "female"} < {row["$0"] for row in found}
    assert 4 + 1 + 1 == len(found), "the different rows of a table with many were sorted out"


def test_tasks_gather_no_more_than_there_is_memory_for() -> None:
    """The less memory, the more tasks; each gathers about a million facts at most."""
    gigabyte, facts, cases = 2**30, 22_000_000, 1_000_000
    assert 2 == tasks_for(100_000, 5_000, cores=2, memory=gigabyte)
    assert (
        22
        < tasks_for(facts, cases, cores=2, memory=2 * gigabyte)
        < tasks_for(facts, cases, cores=2, memory=gigabyte // 2)
    )
    assert 22 == tasks_for(facts, cases, cores=2, memory=64 * gigabyte)


def test_equal_rows_are_no_second_value(reading: Rules, tmp_path: Path) -> None:
    """A case whose fact or request is stated twice alike is looked at again, and decided; records may be complete."""
    twice = {
        "birth_date.csv": "case,date\nc1,1950-01-01\nc1,1950-01-01\n",
        "request.csv": REQUESTS + REQUESTS.split("\n", 1)[1],
        "best_response.csv": "case,line,response\nc2,1,stable_disease\nc2,17,stable_disease\nc2,1,stable_disease\n",
    }
    told = both(population(tmp_path / "in", twice), tmp_path, rules=reading, closed_world=True)
    assert (3, 3, 0) == (told[1].cases, told[1].decided, told[1].set_aside)
    assert table(tmp_path / "duckdb.parquet") == table(tmp_path / "spark.parquet")


def test_other_types_of_columns_and_several_files_are_read(reading: Rules, tmp_path: Path) -> None:
    """Whole doubles, midnights, unsigned and numbered cases are taken, also where the files of a folder differ."""
    place = tmp_path / "in"
    (place / "tablet").mkdir(parents=True)
    for file, select in {
        "request.parquet": "SELECT 7 AS \"case\", 'xpovio' AS drug, 'initial' AS kind, TIMESTAMP '2024-01-01' AS date "
        "UNION ALL SELECT 8, 'xpovio', 'renewal', TIMESTAMP '2024-01-01 10:00:00'",
        "birth_date.parquet": "SELECT 7::UBIGINT AS \"case\", '1950-02-03' AS date",
        "tablet/a.parquet": 'SELECT 7 AS "case", 20.0::DOUBLE AS mg',
        "tablet/b.parquet": "SELECT '7' AS \"case\", 20::UTINYINT AS mg, 'more' AS note",
    }.items():
        duckdb.execute(f"COPY ({select}) TO '{place / file}'")
    told = engine.batch.run(place, tmp_path / "spark.parquet", engine="spark", rules=reading)
    assert (1, 1) == (told.decided, told.set_aside)
    ((case, *_),) = table(tmp_path / "spark.parquet")[1]
    assert "7" == case
    assert [("8", "request", "E206", "`date` is not a date")] == [row[:4] for row in table(tmp_path / "spark.rejects.parquet")[1]]  # fmt: skip


@pytest.mark.parametrize("what", [name for name in UNREADABLE if name != "two places"])
def test_what_cannot_be_read_is_named_as_by_duckdb(what: str, tmp_path: Path) -> None:
    """A population that cannot be read as a whole is the same error, with the same file and line, and nothing is written."""
    files, expected = UNREADABLE[what]
    source = population(tmp_path / "in", files)
    with pytest.raises(ProgramError) as raised:
        engine.batch.run(source, tmp_path / "out.parquet", engine="spark")
    said = [f"{each.code} {Path(each.span.file).name}:{each.span.line} {each.message}" for each in raised.value.diagnostics]  # fmt: skip
    assert expected in said
    assert ["in"] == [path.name for path in tmp_path.iterdir()]


def test_other_policies_are_decided_as_by_duckdb(tmp_path: Path) -> None:
    """Counts, strong negation, arithmetic, and what takes tables of its own (aggregates, the latest of several facts) come
    out alike."""
    write_parquet(rows(80, SEED), tmp_path / "in")
    told = both(tmp_path / "in", tmp_path, rules=other_policy(tmp_path, OTHER_CRITERIA).rules)
    assert table(tmp_path / "duckdb.parquet") == table(tmp_path / "spark.parquet")
    assert OTHER_CRITERIA.count("\ncriterion(") == len(told[1].statuses)
    for name, words in told[1].statuses:
        assert len(words) > 1, name


def test_decimals_of_a_policy_are_compared_exactly(tmp_path: Path) -> None:
    """What Spark cannot compute natively goes through the functions that all engines share."""
    requests = REQUESTS.replace("2024-01-01", "2024-08-01").replace("renewal", "initial")
    source = population(tmp_path / "in", {"request.csv": requests, "tablet.csv": "case,mg\nc1,40\nc2,41\n"})
    rules = other_policy(tmp_path, WITH_A_DECIMAL).rules
    engine.batch.run(source, tmp_path / "o.parquet", engine="spark", rules=rules)
    found = duckdb.execute(f"SELECT \"case\", large FROM '{tmp_path}/o.parquet' ORDER BY 1").fetchall()
    assert [("c1", "not_met"), ("c2", "met"), ("c3", "not_documented")] == found


def test_decimals_of_populations_are_decided_as_in_duckdb(tmp_path: Path) -> None:
    """Decimals of files, with many digits after the point or none, are read and compared in Spark as in DuckDB."""
    for kind in ("DECIMAL(38, 12)", "BIGINT"):
        write_scores(tmp_path / "apart" / kind.partition("(")[0], kind)
    both(together(tmp_path / "apart", tmp_path / "in"), tmp_path, rules=other_policy(tmp_path, SCORES).rules)
    assert table(tmp_path / "duckdb.parquet") == table(tmp_path / "spark.parquet")
    assert 2 * len(SCORED) == len(table(tmp_path / "spark.parquet")[1])


def test_reasons_are_asked_of_duckdb(folder: Path, tmp_path: Path) -> None:
    """Spark writes no reasons, and says so before anything is read."""
    with pytest.raises(ProgramError, match="does not write reasons"):
        engine.batch.run(folder / "in", tmp_path / "o.parquet", engine="spark", explain=tmp_path / "r.parquet")


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ there")
def test_an_interrupted_run_leaves_what_was_there(tmp_path: Path) -> None:
    """A run that is interrupted while Spark decides leaves the output as it was, no scratch files, and no traceback."""
    source = population(tmp_path / "in", {})
    (tmp_path / "out.parquet").write_text("as before")
    output, code = tmp_path / "out.parquet", "import sys; from explain.cli.entry import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "batch", str(source), "-o", str(output), "--engine", "spark"]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 100
    while not list(tmp_path.glob(".priorlog-*/result")) and run.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=60)
    assert "as before" == output.read_text()
    assert ["in", "out.parquet"] == sorted(path.name for path in tmp_path.iterdir())
    assert "Traceback" not in said


def test_an_output_in_no_folder_is_said_so(folder: Path, tmp_path: Path) -> None:
    """Where the output's folder does not exist, the error names it."""
    with pytest.raises(ProgramError, match="cannot be written"):
        engine.batch.run(folder / "in", tmp_path / "no" / "out.parquet", engine="spark")


@pytest.mark.parametrize("memory", ["much", "100MB"])
def test_too_little_memory_is_said_before_spark_starts(folder: Path, tmp_path: Path, memory: str) -> None:
    """An amount of memory with which Spark cannot start is an error that says what to write."""
    with pytest.raises(ProgramError, match="not an amount of memory"):
        engine.batch.run(folder / "in", tmp_path / "out.parquet", engine="spark", memory=memory)
    assert not list(tmp_path.iterdir())


def test_without_java_the_message_says_what_is_needed(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine without Java gets a message that names it, not a traceback."""
    monkeypatch.setattr("shutil.which", lambda _name: None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(ProgramError, match="needs Java 17 or later"):
        engine.batch.run(folder / "in", tmp_path / "out.parquet", engine="spark")


def test_without_pyspark_the_message_says_how_to_install_it(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where PySpark is not installed, the message names the extra that brings it."""
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    with pytest.raises(ProgramError, match=r"needs pyspark.*priorlog\[spark\]"):
        engine.batch.run(folder / "in", tmp_path / "out.parquet", engine="spark")
