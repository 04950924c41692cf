"""What a command imports: only what it needs, so that it starts in the time that its own work takes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CASES = ROOT / "examples" / "cases"
MET = str(CASES / "01_rrmm_meets_criteria.pl")
OPEN = str(CASES / "03_rrmm_second_proteasome_inhibitor_open.pl")
GOAL = "meets_criteria(C)"
LISTED = (
    "import atexit, sys\n"
    "atexit.register(lambda: print(*sorted(sys.modules), file=sys.stderr))\n"
    "from explain.cli.entry import main\n"
    "sys.exit(main())\n"
)
NEVER = {
    "lark", "networkx", "prompt_toolkit", "pygments", "clingo", "clingcon", "jinja2", "jellyfish", "tomllib", "difflib",
    "duckdb", "numpy", "sqlglot", "pyarrow", "pandas", "polars", "pyspark", "fhir", "pydantic", "fastapi", "uvicorn", "pygls", "mcp",
    "weasyprint", "asyncio", "multiprocessing", "importlib.resources", "engine.batch", "engine.backends.sql", "engine.symbolic.unknowns",
    "explain.authoring", "explain.fhir", "explain.interview", "explain.lsp", "explain.mcp", "explain.repl", "explain.service",
    "explain.verify", "kb.importers",
}  # fmt: skip
"""What no command imports but those that need it, by name; what is inside a package goes with it."""
SEARCH = {"clingo", "engine.symbolic.unknowns"}
ENGINE = {"rich", "pyDatalog", "explain.proof", "explain.report.terminal"}
COMMANDS: dict[str, tuple[list[str], set[str], set[str]]] = {
    "review": (["review", MET], set(), set()),
    "review, with what is missing": (["review", OPEN], SEARCH, set()),
    "review as JSON": (["review", MET, "--format", "json"], set(), {"rich"}),
    "query": (["query", GOAL, "--case", MET], set(), set()),
    "why": (["why", GOAL, "--case", MET], set(), set()),
    "whynot": (["whynot", GOAL, "--case", OPEN], set(), set()),
    "missing": (["missing", GOAL, "--case", OPEN], SEARCH, set()),
    "check": (["check", MET], {"explain.authoring"}, {"rich"}),
    "format": (["format", "--check", MET], {"explain.authoring", "difflib"}, ENGINE | {"engine.knowledge"}),
    "the prompt, in a pipe": ([], {"explain.repl", "explain.authoring"}, {"pyDatalog"}),
    "help": (["review", "--help"], set(), ENGINE | {"engine.knowledge", "kb.language.loader", "difflib"}),
}
"""For each command what it may import of what others do not, and what it need not import of what they do."""


def within(module: str, names: set[str]) -> bool:
    """Whether a module is one of those named, or inside one."""
    return any(module == name or module.startswith(name + ".") for name in names)


def imported(arguments: list[str], cache: Path) -> list[str]:
    """The modules that there are when a command ends."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(cache)}
    run = [sys.executable, "-c", LISTED, *arguments]
    ended = subprocess.run(
        run, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert ended.returncode in (0, 1), ended.stderr
    return ended.stderr.splitlines()[-1].split()


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what is kept between runs."""
    place = tmp_path_factory.mktemp("cache")
    assert "lark" in imported(["query", GOAL, "--case", MET], place)
    return place


@pytest.mark.heavy
@pytest.mark.parametrize("command", COMMANDS)
def test_command_imports_what_it_needs(command: str, cache: Path) -> None:
    """A command imports nothing that only others need."""
    arguments, needed, left_out = COMMANDS[command]
    found = imported(arguments, cache)
    assert "kb" in found
    assert [] == [each for each in found if within(each, (NEVER - needed) | left_out)]
