"""What flips in a population from one policy to another: how many cases of each determination and of each status, with a few of them.

A population is decided under each policy set-wise, as `run` does, and the two reports are joined case by case.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from msgspec import Struct

from engine.batch import installed, run
from engine.batch.population import Progress
from engine.batch.report import columns_of
from engine.knowledge import Rules
from engine.policies import Policies

DETERMINATION = "determination"
MOST_EXAMPLES = 3
"""How many cases are named of each flip."""


class Flipped(Struct, frozen=True):
    """So many cases go from one word to another in one column of the report; a word is None where the case has none there."""

    column: str
    before: str | None
    after: str | None
    count: int
    examples: tuple[str, ...]


class Flips(Struct, frozen=True):
    """What flips in a population: how many cases both reports have, and how many have a flip in each column."""

    cases: int
    only_old: int
    """How many cases only the old policy's report has, as the other sets them aside."""
    only_new: int
    flipped: tuple[Flipped, ...]


def flips(
    directory: str | os.PathLike[str],
    old: Rules,
    new: Rules,
    *,
    closed_world: bool = False,
    memory: str | None = None,
    progress: Progress | None = None,
    inputs: Iterable[Path] = (),
) -> Flips:
    """What flips in a population from the policy of some rules to that of others, in the columns that both reports have.

    Raises `ProgramError` as `run` does.
    """
    told = progress or (lambda _share, _what: None)
    with tempfile.TemporaryDirectory() as folder:
        reports = [Path(folder) / "old.parquet", Path(folder) / "new.parquet"]
        for at, (rules, report) in enumerate(zip((old, new), reports, strict=True)):
            half = partial(_told_within, told, at)
            run(directory, report, closed_world=closed_world, memory=memory, progress=half, rules=rules, inputs=inputs)
        told(0.96, "comparing")
        shared = [name for name in columns_of(Policies.of(new)) if name in set(columns_of(Policies.of(old)))]
        return _compared(reports[0], reports[1], [DETERMINATION, *shared])


def _told_within(told: Progress, half: int, share: float, what: str) -> None:
    """Tells how far one of the two reports has come as a part of the whole."""
    told(0.48 * (half + share), what)


def _compared(old: Path, new: Path, columns: list[str]) -> Flips:
    with installed("DuckDB", "duckdb"):
        from engine.backends.sql.library import duckdb
    with duckdb.connect() as db:
        for name, path in (("old", old), ("new", new)):
            db.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet(?)".replace("?", _text(path)))
        counted = db.execute(
            "SELECT count(*) FILTER (o.c IS NOT NULL AND n.c IS NOT NULL), count(*) FILTER (n.c IS NULL), count(*) FILTER (o.c IS NULL)"
            ' FROM (SELECT "case" AS c FROM old) o FULL JOIN (SELECT "case" AS c FROM new) n ON o.c = n.c'
        ).fetchone()
        assert counted is not None
        found: list[Flipped] = []
        for name in columns:
            quoted = '"' + name.replace('"', '""') + '"'
            rows = db.execute(
                f'SELECT CAST(o.{quoted} AS TEXT), CAST(n.{quoted} AS TEXT), count(*), min(o."case", {MOST_EXAMPLES})'
                f' FROM old o JOIN new n ON o."case" = n."case" WHERE o.{quoted} IS DISTINCT FROM n.{quoted}'
                " GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
            ).fetchall()
            found += (Flipped(name, before, after, count, tuple(examples)) for before, after, count, examples in rows)
    both, only_old, only_new = counted
    return Flips(both, only_old, only_new, tuple(found))


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
