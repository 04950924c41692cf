"""The commands that the README shows print what it shows."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest

from explain.cli.entry import main

ROOT = Path(__file__).parent.parent
BLOCKS = re.findall(r"```console\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
PYTHON = [
    doctest.DocTestParser().get_doctest("".join(blocks), {}, name, name, 0)
    for name in ("README.md", "explain/README.md")
    if (blocks := re.findall(r"```python\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL))
]
"""The lines of Python of each README, as one test."""
PACKAGES = ("pandas", "pyarrow")
"""What they import beside what Priorlog needs."""
COMMANDS = [part for block in BLOCKS for part in re.split(r"(?m)^\$ ", block) if part]


def matches(shown: list[str], printed: list[str]) -> bool:
    """Whether the lines shown are those printed; `...` stands for any lines."""
    if not shown:
        return not printed
    if shown[0] == "...":
        return any(matches(shown[1:], printed[start:]) for start in range(len(printed) + 1))
    return bool(printed) and shown[0] == printed[0] and matches(shown[1:], printed[1:])


@pytest.mark.parametrize("command", COMMANDS, ids=lambda text: text.split("\n")[0][:50])
def test_readme_commands(command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that the README shows prints the lines that it shows."""
    monkeypatch.chdir(ROOT)
    line, *shown = command.rstrip("\n").split("\n")
    name, *arguments = shlex.split(line)
    assert name == "priorlog"
    assert main(arguments) == 0
    assert matches(shown, capsys.readouterr().out.rstrip("\n").split("\n"))


def test_readme_shows_commands() -> None:
    """The README has commands and lines of Python to check."""
    assert len(COMMANDS) >= 5
    assert sum(len(each.examples) for each in PYTHON) >= 5


@pytest.mark.parametrize("block", PYTHON, ids=lambda block: block.name)
def test_readme_python(block: doctest.DocTest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines of Python that a README shows give what it shows, those of one block after another."""
    for package in PACKAGES:
        pytest.importorskip(package)
    monkeypatch.chdir(ROOT)
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert 0 == runner.run(block, out=said.append).failed, "".join(said)


def test_readme_goes_from_a_bundle_to_a_letter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The four commands from a bundle of health records to a letter work one after another, and leave the files that they name."""
    (block,) = re.findall(
        r"```sh\n(priorlog import fhir .*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL
    )
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    lines = block.strip().split("\n")
    assert len(lines) == 4
    for line in lines:
        assert main(shlex.split(line)[1:]) == 0
    assert {"renewal.pl", "renewal.html", "letter.md"} <= {each.name for each in tmp_path.iterdir()}
