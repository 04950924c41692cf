"""Populations as tables in memory, in and out of `Program.batch`."""

from __future__ import annotations

import datetime
import json
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import priorlog
import pytest
from priorlog import Program, ProgramError

from explain.cli.entry import main
from tests.benchmarks.generate import COLUMNS, Row, rows, write_parquet

pandas = pytest.importorskip("pandas", reason="pandas is not installed")
polars = pytest.importorskip("polars", reason="Polars is not installed")
pyarrow = pytest.importorskip("pyarrow", reason="PyArrow is not installed: pip install 'priorlog[arrow]'")
pytest.importorskip("pyarrow.parquet")
pytest.importorskip("duckdb", reason="DuckDB is not installed: pip install 'priorlog[duckdb]'")

N, SEED = 300, 14
DAY = datetime.date(2024, 9, 3)
Frame = Callable[[list[dict[str, Any]]], Any]
KINDS: dict[str, Frame] = {
    "pandas": pandas.DataFrame,
    "Polars": lambda facts: polars.DataFrame(facts, infer_schema_length=None),
    "Arrow": pyarrow.Table.from_pylist,
}


@pytest.fixture(scope="module")
def program() -> Program:
    """The shipped policies."""
    return priorlog.load()


@pytest.fixture(scope="module")
def facts() -> dict[str, list[dict[str, Any]]]:
    """The facts of generated cases, by table."""
    found: dict[str, list[Row]] = defaultdict(list)
    for case in rows(N, SEED):
        for name, *row in case:
            found[str(name)].append(tuple(row))
    return {
        name: [dict(zip(COLUMNS[name.removeprefix("not_")], row, strict=True)) for row in several]
        for name, several in found.items()
    }


@pytest.fixture(scope="module")
def of_files(program: Program, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a batch decides of the same cases in files."""
    folder = tmp_path_factory.mktemp("population")
    write_parquet(rows(N, SEED), folder)
    return program.batch(folder)


@pytest.mark.heavy
@pytest.mark.parametrize("kind", KINDS)
def test_tables_are_decided_as_files(
    kind: str, program: Program, facts: dict[str, list[dict[str, Any]]], of_files: Any
) -> None:
    """Hundreds of cases in data frames or Arrow tables are decided, and set aside, as the same cases in files."""
    found = program.batch({name: KINDS[kind](several) for name, several in facts.items()})
    assert N == len(of_files) + len(set(of_files.rejects["case"].to_pylist()))
    assert of_files.table == found.table
    assert of_files.rejects == found.rejects
    assert of_files.to_dict() == found.to_dict()


@pytest.mark.heavy
def test_what_is_decided_comes_back_as_any_table(of_files: Any) -> None:
    """The rows that come back are the same in Arrow, pandas and Polars."""
    expected = of_files.to_arrow().to_pylist()
    assert expected == of_files.to_polars().to_dicts()
    from_pandas = pyarrow.Table.from_pandas(of_files.to_pandas(), schema=of_files.table.schema, preserve_index=False)
    assert expected == from_pandas.to_pylist()
    assert {"meets_criteria", "criteria_not_met", "more_information_needed"} <= {
        each["determination"] for each in expected
    }


def test_a_folder_is_decided_as_by_the_command(
    program: Program, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A batch from Python writes what `priorlog batch` writes, and sums it up alike, but for the files."""
    write_parquet(rows(30, 3), tmp_path / "in")
    found = program.batch(tmp_path / "in")
    capsys.readouterr()
    assert main(["batch", str(tmp_path / "in"), "-o", str(tmp_path / "out.parquet"), "--format", "json"]) == 0
    files = {"output": None, "rejects": None, "reasons": None}
    assert found.to_dict() == {**json.loads(capsys.readouterr().out), **files}
    assert pyarrow.parquet.read_table(tmp_path / "out.parquet") == found.table
    assert f"{len(found)} decided" in str(found)
    assert "parquet" not in str(found)


def test_a_review_and_a_batch_come_to_the_same(program: Program) -> None:
    """A case that is stated by values, and the same as rows of tables, have one determination."""
    case = program.case("c1", {"request": ("xpovio", "initial", DAY), "birth_date": datetime.date(2010, 1, 1)})
    found = program.batch({"request": requests(1), "birth_date": pandas.DataFrame({"case": ["c1"], "date": [CHILD]})})
    assert [case.review().determination.value] == found.table["determination"].to_pylist()


CHILD = datetime.date(2010, 1, 1)


def requests(count: int = 2, dates: Any = None) -> Any:
    """A data frame of requests."""
    names = [f"c{number + 1}" for number in range(count)]
    dates = [DAY] * count if dates is None else dates
    return pandas.DataFrame({"case": names, "drug": "xpovio", "kind": "initial", "date": dates})


@pytest.mark.parametrize(
    "table",
    [
        requests(),
        requests(dates=pandas.to_datetime(["2024-09-03"] * 2)),
        requests(dates=["2024-09-03"] * 2),
        requests().astype({"drug": "category", "kind": "string"}),
        polars.from_pandas(requests(dates=pandas.to_datetime(["2024-09-03"] * 2))),
        polars.DataFrame(requests().to_dict("list")),
        pyarrow.RecordBatch.from_pylist(requests().to_dict("records")),
        requests().assign(note="what no predicate has"),
    ],
    ids=["date", "datetime64", "text", "category", "Polars datetime", "Polars date", "record batch", "further column"],
)
def test_days_and_names_are_taken_as_libraries_have_them(table: Any, program: Program) -> None:
    """A day may be a date, a `datetime64` at midnight or text, a name text or a category; further columns are passed over."""
    found = program.batch({"request": table})
    assert [DAY, DAY] == found.table["date"].to_pylist()
    assert 0 == found.rejects.num_rows


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"date": pandas.to_datetime(["2024-09-03 10:00"] * 2)}, "`date` is not a date"),
        ({"date": ["3.9.2024"] * 2}, "`date` is not a date"),
        ({"date": [None] * 2}, "no value for `date`"),
    ],
)
def test_a_value_that_does_not_fit_sets_its_case_aside(values: dict[str, Any], reason: str, program: Program) -> None:
    """A case with a value that is none of its column's is set aside with why, as in files."""
    found = program.batch({"request": requests().assign(**values)})
    assert 0 == len(found)
    assert [("E206", reason)] * 2 == [(each["code"], each["reason"]) for each in found.rejects.to_pylist()]


def test_a_table_may_be_empty(program: Program) -> None:
    """A table without rows states nothing, whatever types a library gives its columns."""
    for empty in (
        pandas.DataFrame({"case": [], "mg": [], "times_per_week": []}),
        polars.DataFrame({"case": [], "mg": [], "times_per_week": []}),
    ):
        assert 2 == len(program.batch({"request": requests(), "regimen": empty}))
    assert 0 == len(program.batch({"request": requests().iloc[:0]}))


WRONG: dict[str, tuple[Any, tuple[str, str, str]]] = {
    "a column that is not there": (
        {"request": requests().drop(columns="kind")},
        ("E202", "request", "`request` has no column `kind`"),
    ),
    "a column that is the index": (
        {"request": requests().set_index("case")},
        ("E202", "request", "`request` has no column `case`"),
    ),
    "whether a row is so": (
        {"request": requests(), "contraception_advised": pandas.DataFrame({"case": ["c1"], "advised": [False]})},
        (
            "E202",
            "contraception_advised",
            "`contraception_advised` has the column `advised`, and each row states a fact",
        ),
    ),
    "no columns": (
        {"request": requests(), "tablet": pandas.DataFrame()},
        ("E202", "tablet", "`tablet` has no column `case`"),
    ),
    "another type": (
        {"request": requests(), "birth_date": pandas.DataFrame({"case": ["c1"], "date": [1950]})},
        ("E206", "birth_date", "the column `date` of `birth_date` has the type BIGINT, not a date"),
    ),
    "a time zone": (
        {"request": requests(dates=pandas.to_datetime(["2024-09-03"] * 2).tz_localize("UTC"))},
        ("E206", "request", "the column `date` of `request` has the type TIMESTAMP WITH TIME ZONE, not a date"),
    ),
    "values of several kinds": (
        {"request": requests(), "tablet": pandas.DataFrame({"case": ["c1", "c2"], "mg": [20, "twenty"]})},
        ("E206", "tablet", "`tablet` cannot be read as a table"),
    ),
    "a column twice": (
        {"request": pandas.concat([requests(), requests()[["kind"]]], axis=1)},
        ("E206", "request", "`request` cannot be read as a table"),
    ),
    "a table that nothing is stated by": (
        {"request": requests(), "refractery": requests()},
        ("E404", "refractery", "`refractery` is for no predicate"),
    ),
    "a name that would lead elsewhere": (
        {"request": requests(), "../../request": requests()},
        ("E404", "../../request", "`../../request` is for no predicate"),
    ),
    "a name that is no text": ({"request": requests(), 3: requests()}, ("E404", "3", "`3` is for no predicate")),
    "no requests": ({}, ("E401", "<batch>", "there are no requests")),
    "no table": ({"request": [("c1", "xpovio")]}, ("E206", "request", "`request` is stated by `list`")),
    "a column by itself": ({"request": requests()["case"]}, ("E206", "request", "`request` is stated by `Series`")),
    "a lazy frame": (
        {"request": polars.from_pandas(requests()).lazy()},
        ("E206", "request", "`request` is stated by `LazyFrame`"),
    ),
    "one table": (requests(), ("E206", "<batch>", "a population is given by `DataFrame`")),
    "nothing": (None, ("E206", "<batch>", "a population is given by `NoneType`")),
}


@pytest.mark.parametrize(("population", "told"), WRONG.values(), ids=list(WRONG))
def test_what_is_no_population_is_told_by_table(population: Any, told: tuple[str, str, str], program: Program) -> None:
    """What is wrong with tables is a diagnostic that names the table, and none of the files in between."""
    with pytest.raises(ProgramError) as raised:
        program.batch(population)
    first, *_ = raised.value.diagnostics
    assert told[:2] == (first.code, first.span.file)
    assert first.message.startswith(told[2])
    said = json.dumps(
        [[each.message, each.span.file, *each.notes, each.suggestion] for each in raised.value.diagnostics]
    )
    assert ".parquet" not in said


def test_all_that_is_wrong_with_tables_is_told_at_once(program: Program) -> None:
    """Faults of several tables come together."""
    with pytest.raises(ProgramError) as raised:
        program.batch({"refractery": requests(), "tablet": pandas.DataFrame({"case": ["c1"]})})
    assert ["E404", "E202", "E401"] == [each.code for each in raised.value.diagnostics]


def test_without_pyarrow_the_extra_is_named(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where PyArrow is not installed, a batch says which extra brings it."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ProgramError) as raised:
        program.batch({"request": requests()})
    (told,) = raised.value.diagnostics
    assert ("E107", "install it with `pip install 'priorlog[arrow]'`") == (told.code, told.suggestion)


def test_without_what_populations_need_the_extra_is_named(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is installed that decides populations, a batch says what brings it: it is no error of an import."""
    monkeypatch.setitem(sys.modules, "explain.api.frames", None)
    with pytest.raises(ProgramError) as raised:
        program.batch("a folder")
    (told,) = raised.value.diagnostics
    assert ("E107", "install them with `pip install 'priorlog[arrow]'`") == (told.code, told.suggestion)


def test_a_batch_is_shown_without_pandas(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """A notebook shows the first rows of a batch, escaped, whether or not pandas is installed."""
    found = program.batch({"request": requests(30).replace({"c1": "<b>"})})
    monkeypatch.setitem(sys.modules, "pandas", None)
    page = found._repr_html_()
    assert "<td>&lt;b&gt;</td>" in page
    assert 1 + 20 == page.count("<tr>")


def test_several_policies_are_decided_side_by_side() -> None:
    """Of policies that stand side by side, one is named; tables that only another one reads are passed over."""
    root = Path(__file__).resolve().parents[2]
    files = [root / "kb" / "policies" / "xpovio.pl", root / "examples" / "policies" / "evolocumab.pl"]
    program = priorlog.load(*files)
    ldl = pandas.DataFrame({"case": ["c1"], "date": [DAY], "value": [100]})
    with pytest.raises(ProgramError, match="several policies"):
        program.batch({"request": requests()})
    alone = priorlog.load(files[0]).batch({"request": requests()})
    assert alone.table == program.batch({"request": requests(), "ldl": ldl}, policy="xpovio").table


def test_a_population_is_decided_into_a_file(program: Program, tmp_path: Path) -> None:
    """A batch that writes a file gives the counts of the table in memory, and the rows of that."""
    write_parquet(rows(20, 3), tmp_path / "in")
    summary = program.batch_to(tmp_path / "out.parquet", tmp_path / "in")
    found = program.batch(tmp_path / "in")
    assert (summary.decided, dict(summary.determinations)) == (
        found.summary.decided,
        dict(found.summary.determinations),
    )
    assert found.table == pyarrow.parquet.read_table(tmp_path / "out.parquet")
