"""The commands that the README shows print what it shows."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from explain.cli.entry import main

ROOT = Path(__file__).parent.parent
BLOCKS = re.findall(r"```console\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
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
    """The README has commands to check."""
    assert len(COMMANDS) >= 5


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
