"""Bad programs, cases and goals in files: each gets exactly the diagnostics of its `.expected` file.

`python -m pytest tests/zoo --regenerate` writes those files anew; the README of this folder says the rest.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from explain.cli import entry as cli
from kb.language.diagnostics import CATALOGUE

HERE = Path(__file__).parent
INPUTS = sorted([*HERE.glob("*.pl"), *HERE.glob("*.txt")], key=lambda path: path.name)
REPORTED = re.compile(r"(?:error|warning|note)\[([EWN]\d{3})\]")


def _command(path: Path) -> list[str]:
    if path.suffix == ".txt":
        return ["query", path.read_text(encoding="utf-8"), "-f", "beside/facts.pl"]
    if path.name.startswith("deep_"):
        return ["check", "--deep", "--processes", "1", path.name]
    return ["review" if path.name.startswith("case_") else "check", path.name]


def _expected(path: Path) -> Path:
    return path.with_suffix(".expected")


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.stem)
def test_zoo(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """An input gets the diagnostics that its expected text has, on standard error, and exit code 1 if one is an error."""
    monkeypatch.chdir(HERE)
    code = cli.main(_command(path))
    printed = capsys.readouterr()
    if request.config.getoption("--regenerate", default=False):
        _expected(path).write_text(printed.err, encoding="utf-8")
    expected = _expected(path).read_text(encoding="utf-8")
    assert (expected, int("error[" in expected)) == (printed.err, code)


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.stem)
def test_name_tells_the_code(path: Path) -> None:
    """Each input is named after a code that it gets, and one that is in order gets none."""
    named = path.stem.removeprefix("case_").removeprefix("goal_").removeprefix("deep_").partition("_")[0]
    codes = REPORTED.findall(_expected(path).read_text(encoding="utf-8"))
    assert (named in codes) if named != "ok" else codes == []


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.stem)
def test_every_error_has_a_place(path: Path) -> None:
    """Every diagnostic tells file, line and column, or the file alone where there is no line to tell."""
    heads = [line for line in _expected(path).read_text(encoding="utf-8").splitlines() if REPORTED.search(line)]
    placeless = [line for line in heads if not re.match(r"\S+?(:\d+:\d+)?: (error|warning|note)\[", line)]
    assert placeless == []


def test_every_expected_text_has_its_input() -> None:
    """No expected text is left over from an input that is gone."""
    assert sorted(path.stem for path in HERE.glob("*.expected")) == [path.stem for path in INPUTS]


ELSEWHERE = {"E109", "E110", "E406", "E407", "E408", "E409", "E410", "N313", "E501", "E503", "E504", "W308"}
"""The codes that other tests cover (`test_generated.py`, `test_commands.py`, `test_failures.py`, `test_cli.py`,
`test_policy_tests.py`, `test_fhir_questionnaire.py`): they need more than one text, another command, rules without an end, or an engine that fails."""


def test_the_zoo_covers_the_catalogue() -> None:
    """Every code in the catalogue is reported for some input, so none is dead and none is untested."""
    covered = {code for path in INPUTS for code in REPORTED.findall(_expected(path).read_text(encoding="utf-8"))}
    assert set(CATALOGUE) - covered == ELSEWHERE
