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
PROOF, POPULATION, OUTPUT = "proof.json", "population", "out.parquet"
"""What stands in the place of the test's own files."""
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
    "review": (["review", MET], set(), {"engine.checks", "explain.report.letters", "shutil"}),
    "review, with what is missing": (["review", OPEN], SEARCH, set()),
    "review as JSON": (["review", MET, "--format", "json"], set(), {"rich"}),
    "query": (["query", GOAL, "--case", MET], set(), set()),
    "why": (["why", GOAL, "--case", MET], set(), set()),
    "whynot": (["whynot", GOAL, "--case", OPEN], set(), set()),
    "missing": (["missing", GOAL, "--case", OPEN], SEARCH, set()),
    "check": (["check", MET], {"explain.authoring"}, {"rich"}),
    "verify": (
        ["verify", PROOF, "--case", MET],
        {"explain.verify"},
        {"rich", "engine.backends.tabling", "kb.importers"},
    ),
    "batch": (
        ["batch", POPULATION, "-o", OUTPUT],
        {"duckdb", "sqlglot", "engine.batch", "engine.backends.sql", "kb.importers", "difflib", "importlib.resources"},
        set(),
    ),
    "format": (["format", "--check", MET], {"explain.authoring", "difflib"}, ENGINE | {"engine.knowledge"}),
    "the prompt, in a pipe": ([], {"explain.repl", "explain.authoring"}, {"pyDatalog"}),
    "help": (["review", "--help"], set(), ENGINE | {"engine.knowledge", "kb.language.loader", "difflib"}),
}
"""For each command what it may import of what others do not, and what it need not import of what they do."""


def within(module: str, names: set[str]) -> bool:
    """Whether a module is one of those named, or inside one."""
    return any(module == name or module.startswith(name + ".") for name in names)


def in_folder(arguments: list[str], folder: Path) -> list[str]:
    """Arguments with the test's own files: an explanation to verify, and a population."""
    if PROOF in arguments:
        goal = ["why", GOAL, "--case", MET, "--format", "json"]
        run = subprocess.run([sys.executable, "-m", "explain.cli", *goal], cwd=ROOT, capture_output=True, check=True)
        (folder / PROOF).write_bytes(run.stdout)
    if POPULATION in arguments:
        (folder / POPULATION).mkdir()
        (folder / POPULATION / "request.csv").write_text("case,drug,kind,date\nc1,selinexor,initial,2024-09-03\n")
    return [str(folder / each) if each in (PROOF, POPULATION, OUTPUT) else each for each in arguments]


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
def test_command_imports_what_it_needs(command: str, cache: Path, tmp_path: Path) -> None:
    """A command imports nothing that only others need."""
    arguments, needed, left_out = COMMANDS[command]
    found = imported(in_folder(arguments, tmp_path), cache)
    assert "kb" in found
    assert [] == [each for each in found if within(each, (NEVER - needed) | left_out)]


@pytest.mark.terminal
def test_prompt_imports_what_reads_a_line(cache: Path, tmp_path: Path) -> None:
    """At a terminal, what answers and what colours is not imported before there is something to answer and to colour."""
    import pexpect

    listed = tmp_path / "modules"
    program = LISTED.replace("file=sys.stderr", f"file=open({str(listed)!r}, 'w')")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(cache), "TERM": "xterm"}
    prompt = pexpect.spawn(sys.executable, ["-c", program], cwd=str(ROOT), env=environment, timeout=60)
    prompt.expect_exact("?- ")
    prompt.sendeof()
    prompt.expect(pexpect.EOF)
    needed = {"prompt_toolkit", "asyncio", "explain.repl", "explain.authoring", "importlib.resources"}
    found = listed.read_text().split()
    assert "prompt_toolkit" in found
    assert [] == [
        each for each in found if within(each, (NEVER - needed) | {"rich", "pyDatalog", "explain.report.terminal"})
    ]
