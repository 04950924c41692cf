"""A folder of reports: one for each case, an index, and what is kept when it is written again."""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path

import pytest

from explain.cli.report_folder import _names
from tests.ended import Ended, ran

CASES = Path(__file__).parents[2] / "examples" / "cases"
MEETS = CASES / "01_rrmm_meets_criteria.pl"
OPEN = CASES / "03_rrmm_second_proteasome_inhibitor_open.pl"
BREAST = CASES / "15_breast_cancer.pl"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]):
    """Runs a command."""

    return partial(ran, capsys)


@pytest.fixture
def cases(tmp_path: Path) -> list[str]:
    """Three cases, in files that tests may change."""
    copies = []
    for path in (MEETS, OPEN, BREAST):
        copies.append(tmp_path / path.name)
        copies[-1].write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    return list(map(str, copies))


def told(ended: Ended) -> list[int]:
    """How many reports were made, and how many kept."""
    return [int(each) for each in re.findall(r"(?:made|kept): (\d+)", ended.err)]


def test_each_case_has_a_report_and_a_row_of_the_index(run, cases: list[str], tmp_path: Path) -> None:
    """A name that ends as a folder's makes one, with a page for each case and an index with counts, questions and links."""
    folder = tmp_path / "reports"
    ended = run("review", *cases, "-o", f"{folder}/")
    assert (ended.code, ended.out, told(ended)) == (0, "", [3, 0])
    assert {each.name for each in folder.iterdir()} == {
        *("rrmm.html", "rrmm_second_pi_open.html", "breast.html"),
        *("index.html", "reports.json"),
    }
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert '<a href="rrmm_second_pi_open.html">rrmm_second_pi_open</a>' in index
    assert "Is the disease refractory to carfilzomib or ixazomib?" in index
    assert index.index("Outcomes") < index.index("<table>")
    assert "Meets criteria</span>: 1" in index


def test_a_report_that_would_be_the_same_is_kept(run, cases: list[str], tmp_path: Path) -> None:
    """The same cases, policy and options make nothing anew, and the index is the same."""
    folder = tmp_path / "reports"
    run("review", *cases, "-o", f"{folder}/")
    before = {each.name: (each.read_bytes(), each.stat().st_mtime_ns) for each in folder.glob("*r*m.html")}
    index = (folder / "index.html").read_bytes()
    assert told(run("review", *cases, "-o", str(folder))) == [0, 3]
    assert {each.name: (each.read_bytes(), each.stat().st_mtime_ns) for each in folder.glob("*r*m.html")} == before
    assert (folder / "index.html").read_bytes() == index


def test_what_a_report_is_made_of_makes_it_anew(run, cases: list[str], tmp_path: Path) -> None:
    """A changed case, option, policy or file of a report is made anew, and nothing else; `--again` makes all."""
    folder = tmp_path / "reports"
    to_folder = ("-o", f"{folder}/")
    run("review", *cases, *to_folder)
    changed = Path(cases[1])
    changed.write_text(
        changed.read_text(encoding="utf-8").replace("combination(", "% combination(", 1), encoding="utf-8"
    )
    assert told(run("review", *cases, *to_folder)) == [1, 2]
    (folder / "rrmm.html").write_text("altered", encoding="utf-8")
    (folder / "breast.html").unlink()
    assert told(run("review", *cases, *to_folder)) == [2, 1]
    assert told(run("review", *cases, *to_folder, "--closed-world")) == [3, 0]
    assert told(run("review", *cases, *to_folder, "--closed-world", "--again")) == [3, 0]


def test_a_run_that_was_broken_off_goes_on(run, cases: list[str], tmp_path: Path) -> None:
    """What was made before a run ended is in the manifest, and is kept by the next."""
    folder = tmp_path / "reports"
    run("review", cases[0], "-o", f"{folder}/")
    assert told(run("review", *cases, "-o", f"{folder}/")) == [2, 1]
    (folder / "reports.json").write_text("{ not JSON", encoding="utf-8")
    assert told(run("review", *cases, "-o", f"{folder}/")) == [3, 0]
    assert len(json.loads((folder / "reports.json").read_text(encoding="utf-8"))["reports"]) == 3


@pytest.mark.parametrize(("form", "suffix"), [("markdown", ".md"), ("text", ".txt"), ("json", ".json")])
def test_the_reports_are_in_the_format_that_is_asked_for(run, tmp_path: Path, form: str, suffix: str) -> None:
    """`--format` says how each report is written; the index is a page."""
    folder = tmp_path / "reports"
    assert run("review", str(MEETS), "--format", form, "-o", f"{folder}/").code == 0
    assert {each.name for each in folder.iterdir()} == {f"rrmm{suffix}", "index.html", "reports.json"}


def test_letters_go_into_a_folder_too(run, tmp_path: Path) -> None:
    """With `--letter` each case has a letter there."""
    folder = tmp_path / "letters"
    run("review", str(OPEN), "--letter", "patient", "--format", "text", "-o", f"{folder}/")
    assert "ABOUT YOUR REQUEST" in (folder / "rrmm_second_pi_open.txt").read_text(encoding="utf-8")


def test_a_case_with_errors_is_told_in_the_index(run, cases: list[str], tmp_path: Path) -> None:
    """The others have their reports, the exit code is 1, and the index says what is wrong."""
    Path(cases[0]).write_text(
        "request(bad, selinexor, initial, 2024-09-03).\nrequest(bad, selinexor, renewal, 2024-09-04).\n",
        encoding="utf-8",
    )
    folder = tmp_path / "reports"
    ended = run("review", *cases, "-o", f"{folder}/")
    assert (ended.code, told(ended)) == (1, [2, 0])
    assert "Not reviewed, because of these errors" in (folder / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("target", ["no/such/folder/report", "new/.", "taken/"])
def test_what_is_no_folder_is_told(run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    """A file in a folder that there is not, a name that a path would not tell, and a file where the folder should be."""
    monkeypatch.chdir(tmp_path)
    Path("taken").write_text("a file", encoding="utf-8")
    ended = run("review", str(MEETS), "--format", "html", "-o", target)
    assert (ended.code, ended.codes, {each.name for each in tmp_path.iterdir()}) == (1, ["E107"], {"taken"})


def test_names_of_files_are_safe_and_different() -> None:
    """Whatever a case is called, its file is in the folder, and no two cases have one file."""
    assert [*_names(["a b", "a/b", "A_B", "../x", "index", "é", "", "x" * 300])] == [
        *("a_b", "a_b-2", "A_B-3", "x", "index-2", "case", "case-2", "x" * 80),
    ]
