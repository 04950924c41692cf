"""The reports in `examples/reports/` and `examples/policies/reports/`, and the pages in `examples/policies/documents/`, are what the
command that is named for them writes."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path

import pytest

from explain.verify import verify
from explain.workspace import Workspace
from kb.language.loader import load_files
from kb.language.terms import plain_text
from tests.example_policies import POLICIES, cases_of

ROOT = Path(__file__).parents[2]
REPORTS = ROOT / "examples" / "reports"
POLICY_REPORTS = ROOT / "examples" / "policies" / "reports"
DOCUMENTS = ROOT / "examples" / "policies" / "documents"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the reports written anew."""
    folder = tmp_path_factory.mktemp("reports")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        script = runpy.run_path(str(ROOT / "examples" / "regenerate_reports.py"))
        script["regenerate"](folder)
        script["regenerate_for_policies"](folder)
        (folder / "documents").mkdir()
        script["regenerate_documents"](folder / "documents")
    return folder


@pytest.mark.parametrize(
    "report", sorted([*REPORTS.glob("*.*"), *POLICY_REPORTS.glob("*.*")]), ids=lambda path: path.name
)
@pytest.mark.heavy
def test_reports_are_as_the_command_writes_them(report: Path, written: Path) -> None:
    """`python examples/regenerate_reports.py` changes nothing."""
    assert report.read_text(encoding="utf-8") == (written / report.name).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", sorted(DOCUMENTS.glob("*.*")), ids=lambda path: path.name)
@pytest.mark.heavy
def test_pages_about_policies_are_as_the_command_writes_them(page: Path, written: Path) -> None:
    """The same of these, but for the drawing, which Graphviz makes, each version of it another."""
    known, new = (_undrawn(path.read_text(encoding="utf-8")) for path in (page, written / "documents" / page.name))
    assert known == new


def _undrawn(text: str) -> str:
    return re.sub(r'<div class="drawing".*?</div>', "", text, flags=re.DOTALL)


def test_there_is_a_page_about_each_policy() -> None:
    """The shipped policy and those beside it have one that a text editor shows; the shipped one is a web page too."""
    assert {path.stem for path in DOCUMENTS.glob("*.md")} == {"xpovio", *POLICIES}
    assert (DOCUMENTS / "xpovio.html").is_file()


def test_there_are_reports_of_both_kinds() -> None:
    """One case meets the criteria, one needs information, each in four formats."""
    assert len(list(REPORTS.glob("*.*"))) == 10
    found = [
        json.loads((REPORTS / f"{name}.json").read_text(encoding="utf-8"))[0]["determination"]
        for name in ("meets_criteria", "more_information_needed")
    ]
    assert found == ["meets_criteria", "more_information_needed"]


def test_there_is_a_report_under_each_policy() -> None:
    """Of the policies in `examples/policies/`, one case does not meet the criteria, one does, and one needs information."""
    found = {
        path.stem: json.loads(path.read_text(encoding="utf-8"))[0]["determination"]
        for path in POLICY_REPORTS.glob("*.json")
    }
    assert found == {
        "selinexor_second_payer": "more_information_needed",
        "evolocumab": "meets_criteria",
        "cgrp_antibodies": "criteria_not_met",
    }


@pytest.mark.parametrize("policy", POLICIES)
def test_the_checker_accepts_the_reports_under_each_policy(policy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every step of them in JSON checks."""
    monkeypatch.chdir(ROOT)
    data = json.loads((POLICY_REPORTS / f"{policy}.json").read_text(encoding="utf-8"))
    workspace = Workspace.open(files=[POLICIES[policy].relative_to(ROOT)])
    (facts,) = [
        clauses
        for clauses in (load_files([path.relative_to(ROOT)]).program.clauses for path in cases_of(policy))
        if plain_text(clauses[0].head.args[0]) == data[0]["case"]
    ]
    assert verify(data, workspace.loaded.program, facts) == []


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
