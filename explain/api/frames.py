"""Populations as tables in memory: Arrow, pandas and Polars in, and out again.

A batch reads files and writes one, whatever it is called from: here they are in a folder that is gone when it has ended, and what is
said of them names the tables.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec.structs import replace

from engine.batch import Summary, installed, run
from engine.batch.files import batch_error, check_columns, file_error, passed_over, shapes, unknown_table
from engine.cases import Vocabulary
from engine.knowledge import Rules
from explain.api.results import Result
from kb.language.declarations import REQUEST
from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.syntax import Span

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow
    from rich.console import Console

    Table: TypeAlias = pyarrow.Table | pyarrow.RecordBatch | pandas.DataFrame | polars.DataFrame

REPORT, REJECTS = "report.parquet", "report.rejects.parquet"
MOST_ROWS = 20
"""So many rows are shown in a notebook."""


class Decided(Result, frozen=True):
    """How every case of a population stands: a row for each, and one for each that was set aside, with why."""

    _long = frozenset({"table", "rejects"})

    summary: Summary
    """The counts; its names of files are empty, as there are none."""
    table: pyarrow.Table
    """A row for each case that was decided: the columns of the report of `priorlog batch`."""
    rejects: pyarrow.Table
    """A row for each fault of a case that was set aside."""

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def to_arrow(self) -> pyarrow.Table:
        """The rows as an Arrow table."""
        return self.table

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a pandas data frame. Raises `ImportError` without pandas."""
        return self.table.to_pandas()

    def to_polars(self) -> polars.DataFrame:
        """The rows as a Polars data frame. Raises `ImportError` without Polars."""
        import polars

        found = polars.from_arrow(self.table)
        assert isinstance(found, polars.DataFrame)
        return found

    def _data(self) -> dict[str, object]:
        from explain.report.data import summary_json

        return {**summary_json(self.summary), "output": None, "rejects": None, "reasons": None}

    def show(self, out: Console) -> None:
        from explain.report import terminal

        terminal.print_counts(self.summary, out)

    def _repr_html_(self) -> str:
        return f"{super()._repr_html_()}{''.join(self._rows_html())}"

    def _rows_html(self) -> Iterator[str]:
        """The first rows as a table of HTML."""
        from html import escape

        heads = "".join(f"<th>{escape(name)}</th>" for name in self.table.column_names)
        yield f"<table><thead><tr>{heads}</tr></thead><tbody>"
        for row in self.table.slice(0, MOST_ROWS).to_pylist():
            values = "".join(f"<td>{'' if each is None else escape(str(each))}</td>" for each in row.values())
            yield f"<tr>{values}</tr>"
        yield "</tbody></table>"


def decided(
    population: str | os.PathLike[str] | Mapping[str, Table],
    *,
    rules: Rules,
    beside: Rules | None,
    engine: str,
    closed_world: bool,
    memory: str | None,
) -> Decided:
    """How every case of a folder, or of tables by predicate, stands. Raises `ProgramError` as `engine.batch.run` does, and (E107) if
    PyArrow, or what else a table takes, is not installed."""
    with installed("PyArrow", "arrow"):
        from pyarrow import parquet
    with TemporaryDirectory() as folder:
        place = Path(folder)
        with _files(population, place / "population", rules, beside) as files:
            summary = run(
                files,
                place / REPORT,
                engine=engine,
                closed_world=closed_world,
                rules=rules,
                memory=memory,
                beside=beside,
            )
        table, rejects = (parquet.read_table(place / name) for name in (REPORT, REJECTS))
    return Decided(dataclasses.replace(summary, output="", rejects="", reasons=None), table, rejects)


@contextmanager
def _files(population: object, folder: Path, rules: Rules, beside: Rules | None) -> Iterator[Path]:
    """The folder of a population, which tables are written to; what is said of these files is said of the tables."""
    if isinstance(population, str | os.PathLike):
        yield Path(population)
        return
    if not isinstance(population, Mapping):
        said = f"a population is given by {_kind(population)}, which is neither a folder nor tables by predicate"
        hint = 'name a folder, or give a table for each predicate, as in {"request": requests, "birth_date": births}'
        raise ProgramError([batch_error("E206", said, hint)])
    _write(population, folder, rules, beside)
    try:
        yield folder
    except ProgramError as error:
        raise ProgramError([_of_a_table(each, folder) for each in error.diagnostics]) from None


def _of_a_table(diagnostic: Diagnostic, folder: Path) -> Diagnostic:
    """What is said of a file that a table was written to, said of the table."""
    file = Path(diagnostic.span.file)
    if file.parent != folder:
        return diagnostic
    message = diagnostic.message.replace(f"`{file.name}`", f"`{file.stem}`")
    return replace(diagnostic, message=message, span=Span(file.stem, 0, 0))


def _write(tables: Mapping[object, Any], folder: Path, rules: Rules, beside: Rules | None) -> None:
    """Writes each table to a file of its own. Raises `ProgramError` with all that is wrong with their names and columns."""
    from pyarrow import parquet

    vocabulary = Vocabulary.of(rules)
    known, ignored = shapes(vocabulary), passed_over(vocabulary, None if beside is None else Vocabulary.of(beside))
    wrong: list[Diagnostic] = []
    folder.mkdir()
    for name, given in tables.items():
        place = Path(str(name))
        try:
            if name in known:
                table = _arrow(place, given)
                check_columns(known[str(name)], place, table.column_names)
                parquet.write_table(_with_types(table), folder / f"{name}.parquet")
            elif name not in ignored:
                wrong.append(unknown_table(place, str(name), str(name), known))
        except ProgramError as error:
            wrong += error.diagnostics
    if REQUEST.name not in tables:
        columns = ", ".join(column.name for column in known[REQUEST.name].columns)
        wrong.append(
            batch_error("E401", "there are no requests", f"give a table `{REQUEST.name}` with the columns {columns}")
        )
    if wrong:
        raise ProgramError(wrong)


def _arrow(place: Path, table: Any) -> pyarrow.Table:
    """A table of facts as Arrow has it. Raises `ProgramError` (E206) for what is no table, or has a column of values of several
    kinds."""
    import pyarrow

    try:
        if isinstance(table, pyarrow.Table):
            return table
        if isinstance(table, pyarrow.RecordBatch):
            return pyarrow.Table.from_batches([table])
        if hasattr(table, "to_arrow") and hasattr(table, "columns"):  # a Polars data frame
            return table.to_arrow()
        if hasattr(table, "iloc") and hasattr(table, "columns"):  # a pandas one
            return pyarrow.Table.from_pandas(table, preserve_index=False)
    except (ValueError, TypeError, pyarrow.ArrowException) as error:
        said = f"`{place}` cannot be read as a table"
        raise ProgramError([file_error("E206", said, place, note="; ".join(map(str, error.args)))]) from None
    said = f"`{place}` is stated by {_kind(table)}, which is no table"
    raise ProgramError([file_error("E206", said, place, "give an Arrow table, or a pandas or a Polars data frame")])


def _kind(value: object) -> str:
    return f"`{type(value).__name__}`"


def _with_types(table: pyarrow.Table) -> pyarrow.Table:
    """The table with a type for columns without any value, whose type says nothing of what they are for."""
    import pyarrow

    for number, name in enumerate(table.column_names):
        column = table.column(number)
        if column.null_count == len(column):
            table = table.set_column(number, name, pyarrow.nulls(len(column), pyarrow.string()))
    return table
