"""What answers plan rules: tabled joins or pyDatalog for one case and the prompt, DuckDB and Spark for populations.

`BACKENDS` has them by the names that users give them. Each keeps the protocol of engine/backends/protocol.py, and its packages are loaded
when it is first given a program.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.backends.failures import guarded
from engine.backends.protocol import Backend, MakeBackend, PlanProgram

if TYPE_CHECKING:
    from engine.backends.tabling import Scheduler, TablingBackend


def _tabling(program: PlanProgram) -> Backend:
    """Joins that remember what they were asked: what explains and searches asks thousands of small questions."""
    from engine.backends.tabling import TablingBackend

    return TablingBackend(program, _clauses)


def _pydatalog(program: PlanProgram) -> Backend:
    """pyDatalog runs every rule."""
    from engine.backends.pydatalog import Clauses
    from engine.backends.tabling import TablingBackend

    return TablingBackend(program, Clauses, most_joined=0)


def _clauses(backend: TablingBackend) -> Scheduler:
    """The relations of a back end as clauses of pyDatalog, which is only imported then."""
    from engine.backends.pydatalog import Clauses

    return Clauses(backend)


def _duckdb(program: PlanProgram) -> Backend:
    """DuckDB, in memory."""
    try:
        from engine.backends.sql.duckdb import DuckdbSession
        from engine.backends.sql.session import SqlBackend
    except ImportError as error:
        raise _not_installed(error, "DuckDB", "duckdb") from None
    return SqlBackend(program, DuckdbSession)


def _spark(program: PlanProgram) -> Backend:
    """Spark, on this machine."""
    try:
        from engine.backends.sql.session import SqlBackend
        from engine.backends.sql.spark import SparkSession
    except ImportError as error:
        raise _not_installed(error, "Spark", "spark") from None
    return SqlBackend(program, SparkSession)


def _not_installed(error: ImportError, name: str, extra: str) -> ImportError:
    return ImportError(
        f"the {name} back end needs {error.name}, which is not installed: pip install 'priorlog[{extra}]'"
    )


BACKENDS: Mapping[str, MakeBackend] = {
    "tabling": guarded("the evaluation by tabling", "try `--engine duckdb`", _tabling),
    "pydatalog": guarded("pyDatalog", "try `--engine duckdb`", _pydatalog),
    "duckdb": guarded("DuckDB", "try `--engine pydatalog`", _duckdb),
    "spark": guarded("Spark", "try `--engine duckdb`", _spark),
}
DEFAULT = BACKENDS["tabling"]
