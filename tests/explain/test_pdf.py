"""Reports and letters as PDF, by WeasyPrint, and what is said without it."""

from __future__ import annotations

import builtins
import sys
from pathlib import Path

import priorlog
import pytest

from explain.cli.entry import main
from explain.report.pdf import LIBRARIES, pdf_of

CASES = Path(__file__).parents[2] / "examples" / "cases"
OPEN = str(CASES / "03_rrmm_second_proteasome_inhibitor_open.pl")


@pytest.fixture(scope="module")
def weasyprint() -> None:
    """Where no PDF can be made, what needs one is skipped."""
    try:
        pdf_of("<p>x</p>")
    except ImportError as error:
        pytest.skip(str(error))


@pytest.mark.usefixtures("weasyprint")
@pytest.mark.heavy
@pytest.mark.parametrize("arguments", [[], ["--letter", "patient"]], ids=["report", "letter"])
def test_a_report_and_a_letter_are_written_as_pdf(tmp_path: Path, arguments: list[str]) -> None:
    """The end of the file's name asks for PDF, as `--format pdf` does."""
    path, other = tmp_path / "report.pdf", tmp_path / "report"
    assert main(["review", OPEN, *arguments, "-o", str(path)]) == 0
    assert main(["review", OPEN, *arguments, "--format", "pdf", "-o", str(other)]) == 0
    assert path.read_bytes().startswith(b"%PDF-")
    assert other.read_bytes().startswith(b"%PDF-")


@pytest.mark.usefixtures("weasyprint")
@pytest.mark.heavy
def test_a_review_in_python_is_given_as_pdf() -> None:
    """The report of a review in Python is a PDF too."""
    assert priorlog.load(cases=OPEN).only_case().review().to_pdf().startswith(b"%PDF-")


@pytest.mark.usefixtures("weasyprint")
@pytest.mark.heavy
def test_a_folder_of_pdf_reports_has_an_index(tmp_path: Path) -> None:
    """Each report is a PDF, and the index a page."""
    assert main(["review", OPEN, "--format", "pdf", "-o", f"{tmp_path}/reports/"]) == 0
    names = {each.name for each in (tmp_path / "reports").iterdir()}
    assert names == {"rrmm_second_pi_open.pdf", "index.html", "reports.json"}


@pytest.mark.usefixtures("weasyprint")
def test_nothing_is_fetched_for_a_pdf() -> None:
    """A page that names a picture elsewhere becomes a PDF without it."""
    assert pdf_of('<p>x</p><img src="https://example.org/x.png"><img src="file:///etc/hostname">').startswith(b"%PDF-")


def test_without_weasyprint_it_is_told_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The message names the extra, and no file is written."""
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    path = tmp_path / "report.pdf"
    assert main(["review", OPEN, "-o", str(path)]) == 1
    assert "pip install 'priorlog[pdf]'" in capsys.readouterr().err
    assert not path.exists()


def test_without_its_libraries_it_is_told_which(monkeypatch: pytest.MonkeyPatch) -> None:
    """WeasyPrint that does not find Pango is no failure to write a file."""
    known = builtins.__import__

    def without_pango(name: str, *others: object, **named: object) -> object:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return known(name, *others, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without_pango)
    with pytest.raises(ImportError, match="Pango"):
        pdf_of("<p>x</p>")
    assert "apt install" in LIBRARIES
