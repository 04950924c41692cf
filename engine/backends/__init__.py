"""What answers plan rules: pyDatalog for one case and the prompt, DuckDB and Spark for populations.

`BACKENDS` has them by the names that users give them. Each keeps the protocol of engine/backends/protocol.py, and its packages are loaded
when it is first given a program.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.backends.failures import guarded
from engine.backends.protocol import Backend, MakeBackend, PlanProgram


def _pydatalog(program: PlanProgram) -> Backend:
    """The default back end."""
    from engine.backends.pydatalog import PydatalogBackend

    return PydatalogBackend(program)


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
    "pydatalog": guarded("pyDatalog", "try `--engine duckdb`", _pydatalog),
    "duckdb": guarded("DuckDB", "try `--engine pydatalog`", _duckdb),
    "spark": guarded("Spark", "try `--engine duckdb`", _spark),
}
DEFAULT = BACKENDS["pydatalog"]
