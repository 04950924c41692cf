"""What `priorlog batch` shows: a progress bar while it works, and what became of the population."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from explain.words.phrases import DETERMINATIONS
from kb.language.terms import printable

if TYPE_CHECKING:
    from engine.batch import Progress, Summary


@contextmanager
def progress() -> Iterator[Progress]:
    """What is told how far the work has come, between 0 and 1, and what is being done; a bar on a terminal."""
    if not sys.stderr.isatty():
        yield lambda _share, _what: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=1.0)
        yield lambda share, what: bar.update(task, completed=share, description=what)


def print_summary(summary: Summary, out: Console) -> None:
    """The counts: cases in are those decided and those set aside."""
    out.print(f"{summary.cases:,} cases: {summary.decided:,} decided, {summary.set_aside:,} set aside")
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right")
    table.add_column()
    for word, count in summary.determinations:
        _, style = DETERMINATIONS[word]
        table.add_row(f"{count:,}", Text(word, style=style))
    out.print(table)
    if summary.rows_without_case:
        out.print(f"{summary.rows_without_case:,} rows are about no case that has a request")
    for fault in summary.faults:
        example = f", for example {fault.example}" if fault.example else ""
        out.print(Text(printable(f"{fault.count:,} set aside: {fault.reason} [{fault.code}]{example}")))
    out.print(Text(f"determinations: {summary.output}"))
    if summary.set_aside:
        out.print(Text(f"set aside: {summary.rejects}"))
    if summary.reasons:
        out.print(Text(f"reasons: {summary.reasons}"))


def summary_json(summary: Summary) -> dict[str, object]:
    """The counts as JSON data."""
    data = asdict(summary)
    data["determinations"] = dict(summary.determinations)
    data["quantities"] = dict(summary.quantities)
    data["statuses"] = {column: dict(words) for column, words in summary.statuses}
    return data
