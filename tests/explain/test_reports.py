"""The reports in `examples/reports/` are what the command that is named for them writes."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

from explain.verify import verify
from explain.workspace import Workspace
from kb.language.loader import load_files

ROOT = Path(__file__).parents[2]
REPORTS = ROOT / "examples" / "reports"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the reports written anew."""
    folder = tmp_path_factory.mktemp("reports")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        runpy.run_path(str(ROOT / "examples" / "regenerate_reports.py"))["regenerate"](folder)
    return folder


@pytest.mark.parametrize("report", sorted(REPORTS.glob("*.*")), ids=lambda path: path.name)
@pytest.mark.heavy
def test_reports_are_as_the_command_writes_them(report: Path, written: Path) -> None:
    """`python examples/regenerate_reports.py` changes nothing."""
    assert report.read_text(encoding="utf-8") == (written / report.name).read_text(encoding="utf-8")


def test_there_are_reports_of_both_kinds() -> None:
    """One case meets the criteria, one needs information, each in four formats."""
    assert len(list(REPORTS.glob("*.*"))) == 8
    found = [
        json.loads((REPORTS / f"{name}.json").read_text(encoding="utf-8"))[0]["determination"]
        for name in ("meets_criteria", "more_information_needed")
    ]
    assert found == ["meets_criteria", "more_information_needed"]


@pytest.mark.parametrize("name", ["meets_criteria", "more_information_needed"])
def test_the_checker_accepts_the_reports(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every step of the reports in JSON checks."""
    monkeypatch.chdir(ROOT)
    data = json.loads((REPORTS / f"{name}.json").read_text(encoding="utf-8"))
    workspace = Workspace.open()
    files = {
        "meets_criteria": "examples/cases/01_rrmm_meets_criteria.pl",
        "more_information_needed": "examples/cases/03_rrmm_second_proteasome_inhibitor_open.pl",
    }
    facts = load_files([files[name]]).program.clauses
    assert verify(data, workspace.loaded.program, facts) == []
