"""Answers as tables of Arrow: the types of columns, and that no constant is taken for one of another kind. That tables have the answers is
shown where engines are compared, in `test_sql.py` and `tests/agreement.py`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pyarrow = pytest.importorskip("pyarrow")
pytest.importorskip("duckdb")

from pyarrow import parquet  # noqa: E402

from engine.knowledge import BACKENDS, KnowledgeBase, Rules  # noqa: E402
from explain.api import load  # noqa: E402
from explain.cli.entry import main  # noqa: E402
from kb.language.diagnostics import ProgramError  # noqa: E402
from tests.texts import goal_of, program_of  # noqa: E402

ENGINES = ("duckdb", "tabling", "pydatalog")
KINDS = (
    "c(1). c(1.0). c('1'). c(\"1\"). c(2024-07-01). c('2024-07-01'). i(1). n('1'). s(\"1\"). d(2024-07-01). m(1.5). m(0.25). "
    "m(12345678901234567890.5). far(0.00000000000000000001). far(12345678901234567890.5). e(1, 2). e(2, 3). "
    "path(X, Y) :- e(X, Y). path(X, Y) :- path(X, Z), e(Z, Y). :- abducible r/2. r(a, 1). t(X, Y) :- r(X, Y)."
)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("goal", "types", "kinds"),
    [
        ("i(X)", ["int64"], ["integer"]),
        ("n(X)", ["string"], ["name"]),
        ("s(X)", ["string"], ["string"]),
        ("d(X)", ["date32[day]"], ["date"]),
        ("m(X)", ["decimal128(22, 2)"], ["decimal"]),
        ("far(X)", ["string"], ["decimal"]),
        ("c(X)", ["string"], ["mixed"]),
        ("c(X), i(X)", ["int64"], ["integer"]),
        ("path(X, Y)", ["int64", "int64"], ["integer", "integer"]),
        ("t(X, Y)", ["string", "int64"], ["name", "integer"]),
        ("i(X), X > 1", ["string"], [None]),
    ],
)
def test_the_type_of_a_column_goes_with_the_kind_of_its_values(
    goal: str, types: list[str], kinds: list[str | None], engine: str
) -> None:
    """Integers, dates and decimals have types of their own, and the kind tells names, strings and mixed columns apart."""
    with KnowledgeBase(Rules.of(program_of(KINDS)), backend=BACKENDS[engine]) as kb:
        schema = kb.table(goal_of(goal)).schema
    assert [*types, "string"] == [str(field.type) for field in schema]
    assert kinds == [(field.metadata or {}).get(b"kind", b"").decode() or None for field in [*schema][:-1]]


def test_constants_of_several_kinds_are_as_the_language_writes_them() -> None:
    """In one column `1`, `1.0`, `'1'` and `"1"` are four texts."""
    with KnowledgeBase(Rules.of(program_of(KINDS)), backend=BACKENDS["duckdb"]) as kb:
        found = kb.table(goal_of("c(X)")).column("X").to_pylist()
    assert ['"1"', "'1'", "'2024-07-01'", "1", "1.0", "2024-07-01"] == sorted(found)


def test_a_goal_without_variables_has_its_truth_alone() -> None:
    """What is true or unknown is one row, what is false none."""
    with KnowledgeBase(Rules.of(program_of(KINDS)), backend=BACKENDS["duckdb"]) as kb:
        tables = [kb.table(goal_of(goal)) for goal in ("i(1)", "r(b, 1)", "i(2)")]
    assert [["true"], ["unknown"], []] == [each.column("truth").to_pylist() for each in tables]
    assert all(each.column_names == ["truth"] for each in tables)


def test_answers_that_cannot_be_unknown_leave_duckdb_without_python_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    """No row is decoded where the answers are taken as a table."""
    from engine.backends.sql import duckdb

    monkeypatch.setattr(duckdb, "decode_rows", None)
    with KnowledgeBase(Rules.of(program_of(KINDS)), backend=BACKENDS["duckdb"]) as kb:
        assert 3 == kb.table(goal_of("path(X, Y)")).num_rows


def test_the_command_line_writes_answers_as_parquet_and_csv(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The end of the file's name says the format; the kinds of columns are in the Parquet file."""
    rules = tmp_path / "rules.pl"
    rules.write_text(KINDS.replace(" :- abducible", "\n:- abducible"))
    asked = ["query", "path(X, Y)", "-f", str(rules), "--engine", "duckdb", "-o"]
    assert 0 == main([*asked, str(tmp_path / "out.parquet")])
    assert 0 == main([*asked, str(tmp_path / "out.csv")])
    written = parquet.read_table(tmp_path / "out.parquet")
    assert {(1, 2), (2, 3), (1, 3)} == {(row["X"], row["Y"]) for row in written.to_pylist()}
    assert b"integer" == written.schema.field("X").metadata[b"kind"]
    lines = (tmp_path / "out.csv").read_text().splitlines()
    assert ('"X","Y","truth"', ['1,2,"true"', '1,3,"true"', '2,3,"true"']) == (lines[0], sorted(lines[1:]))
    assert 1 == main([*asked, str(rules), "--format", "parquet"])
    assert "rules.pl" in capsys.readouterr().err


def test_tables_without_pyarrow_are_a_diagnostic(monkeypatch: pytest.MonkeyPatch) -> None:
    """What to install is said before anything is worked out."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ProgramError) as raised:
        load().ask_table("determination(D)")
    assert ["E107"] == [each.code for each in raised.value.diagnostics]
    assert "priorlog[arrow]" in (raised.value.diagnostics[0].suggestion or "")
