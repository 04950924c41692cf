"""What an engine fails with reaches people as a diagnostic, whatever it is, and an interruption as one."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Iterator
from itertools import combinations, count
from pathlib import Path

import pytest

pytest.importorskip("duckdb")
pytest.importorskip("sqlglot")
from engine import batch
from engine.backends.sql.duckdb import connect, interruptible
from engine.backends.sql.library import signals_held
from engine.backends.sql.session import SqlSession
from engine.backends.tabling import TablingBackend
from engine.knowledge import BACKENDS, KnowledgeBase, Rules
from engine.symbolic.minimal_sets import MinimalSets
from engine.symbolic.search import Search
from explain.cli.entry import main
from kb.language.diagnostics import ProgramError
from tests.texts import goal_of, program_of


class OddError(Exception):
    """An exception that no one knows of."""


def failing(*_args: object, **_named: object) -> None:
    raise OddError("\nthe \x1b[2J disk\nis full")


@pytest.mark.parametrize("where", ["session", "_fetch"])
@pytest.mark.parametrize("name", BACKENDS)
def test_a_failure_of_a_back_end_is_a_diagnostic(name: str, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a back end raises, as it begins or as it answers, by rows or a table, is E503 with the first line that it said."""
    pytest.importorskip("pyspark" if name == "spark" else "duckdb")
    if name in ("tabling", "pydatalog"):
        monkeypatch.setattr(TablingBackend, "session", failing)
    else:
        module = pytest.importorskip(f"engine.backends.sql.{name}")
        session = getattr(module, f"{name.capitalize()}Session")
        monkeypatch.setattr(session, "_open", failing if where == "session" else lambda _self: None)
        for method in ("_load", "_run", "_drop", "close"):
            monkeypatch.setattr(session, method, lambda *_: None)
        monkeypatch.setattr(SqlSession, "_fetched", failing if where == "_fetch" else SqlSession._fetched)
    for ask in (KnowledgeBase.answers, KnowledgeBase.table):
        with pytest.raises(ProgramError) as raised:
            ask(KnowledgeBase(Rules.of(program_of("p(a).")), backend=BACKENDS[name]), goal_of("p(X)"))
        (found,) = raised.value.diagnostics
        assert ("E503", ("OddError: the \\x1b\\[2J disk",)) == (found.code, found.notes)


def test_the_command_line_tells_of_a_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`query` with an engine that fails has the exit code of errors and prints the diagnostic, no traceback."""
    monkeypatch.setattr("engine.backends.sql.duckdb.connect", failing)
    program = tmp_path / "p.pl"
    program.write_text("p(a).")
    assert main(["query", "p(X)", "-f", str(program), "--engine", "duckdb"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "error[E503]: DuckDB failed" in printed.err
    assert "Traceback" not in printed.err


@pytest.mark.parametrize("engine", ["duckdb", "spark"])
def test_a_failure_of_a_batch_is_a_diagnostic(engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the engine of a batch raises is E503."""
    pytest.importorskip("duckdb" if engine == "duckdb" else "pyspark")
    monkeypatch.setattr(f"engine.batch.{engine}.run.run", failing)
    source = tmp_path / "in"
    source.mkdir()
    with pytest.raises(ProgramError) as raised:
        batch.run(source, tmp_path / "out.parquet", engine=engine)
    assert [each.code for each in raised.value.diagnostics] == ["E503"]


@pytest.fixture
def uncollected() -> Iterator[None]:
    """No garbage is collected meanwhile: hypothesis times collections, and what a signal raises inside that is lost."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("uncollected")
def test_a_query_of_duckdb_can_be_interrupted() -> None:
    """An interrupt while the database is at work ends the query, which would not come to an end by itself."""
    connection = connect()
    query = (
        "SELECT count(*) FROM range(100000) a, range(100000) b, range(100000) c WHERE a.range * b.range = c.range + 7"
    )
    threading.Timer(0.2, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        interruptible(connection, lambda: connection.execute(query))
    connection.close()


def test_signals_wait_until_a_library_is_imported() -> None:
    """A handler that raises runs once the block is done, and not inside an extension that would lose it."""
    done = []

    def end(_number: int, _frame: object) -> None:
        raise SystemExit(143)

    def load() -> None:
        with signals_held():
            os.kill(os.getpid(), signal.SIGTERM)
            done.append("imported")

    before = signal.signal(signal.SIGTERM, end)
    try:
        with pytest.raises(SystemExit):
            load()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert done == ["imported"]


def pigeons(number: int) -> MinimalSets:
    """The search for places of so many pigeons, each in a hole of its own, of which there is one too few."""
    atoms = count(2)
    place = {(pigeon, hole): next(atoms) for pigeon in range(number) for hole in range(number - 1)}
    together = [frozenset((place[one, hole], place[other, hole])) for one, other, hole in (
        (*pair, hole) for pair in combinations(range(number), 2) for hole in range(number - 1)
    )]  # fmt: skip
    search = Search(true=set(), assumable=[*place.values()], goal=1, forbidden=together)
    placed = [next(atoms) for _ in range(number)]
    for pigeon, atom in enumerate(placed):
        search.rules[atom] = {(frozenset((place[pigeon, hole],)), frozenset()) for hole in range(number - 1)}
    search.rules[1] = {(frozenset(placed), frozenset())}
    return MinimalSets(search, lambda found: ())


@pytest.mark.usefixtures("uncollected")
def test_a_search_of_the_solver_can_be_interrupted() -> None:
    """A signal that comes while clingo is at work ends the search, and not the process."""
    search = pigeons(40)

    def end(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, end)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(KeyboardInterrupt):
            list(search)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert list(pigeons(3)) == []
