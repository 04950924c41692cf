"""Populations as tables in memory: Arrow, pandas and Polars in, and out again.

A batch reads files and writes one, whatever it is called from: here they are in a folder that is gone when it has ended.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeAlias

from engine.batch import Summary, installed, run
from engine.batch.files import batch_error
from engine.knowledge import Rules
from explain.api.results import Result
from kb.language.diagnostics import ProgramError

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow
    from rich.console import Console

    Table: TypeAlias = pyarrow.Table | pandas.DataFrame | polars.DataFrame

REPORT, REJECTS = "report.parquet", "report.rejects.parquet"


@dataclass(frozen=True)
class Decided(Result):
    """How every case of a population stands: a row for each, and one for each that was set aside, with why."""

    summary: Summary
    table: pyarrow.Table = field(repr=False)
    """A row for each case that was decided: the columns of the report of `priorlog batch`."""
    rejects: pyarrow.Table = field(repr=False)
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

    def to_dict(self) -> dict[str, object]:
        from explain.report.data import summary_json

        return {**summary_json(self.summary), "output": None, "rejects": None, "reasons": None}

    def show(self, out: Console) -> None:
        from explain.report import terminal

        terminal.print_summary(self.summary, out)

    def _repr_html_(self) -> str:
        return f"{super()._repr_html_()}{self.to_pandas().head(20)._repr_html_()}"


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
        if isinstance(population, Mapping):
            files = place / "population"
            files.mkdir()
            for name, table in population.items():
                parquet.write_table(_arrow(name, table), files / f"{name}.parquet")
        else:
            files = Path(population)
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
    return Decided(summary, table, rejects)


def _arrow(name: str, table: Any) -> pyarrow.Table:
    """A table of facts as Arrow has it. Raises `ProgramError` (E206) for what is no table."""
    import pyarrow

    if isinstance(table, pyarrow.Table):
        return table
    if hasattr(table, "to_arrow"):  # a Polars data frame
        return table.to_arrow()
    if hasattr(table, "iloc"):  # a pandas one
        return pyarrow.Table.from_pandas(table, preserve_index=False)
    raise ProgramError(
        [
            batch_error(
                "E206",
                f"`{name}` is stated by {type(table).__name__!r}, which is no table",
                "give an Arrow table, or a pandas or a Polars data frame",
            )
        ]
    )
