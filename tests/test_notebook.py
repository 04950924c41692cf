"""The notebook in `examples/` runs, and shows what it shows."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed: pip install 'priorlog[test]'")
pytest.importorskip("nbclient", reason="nbclient is not installed: pip install 'priorlog[test]'")
pytest.importorskip("ipykernel", reason="ipykernel is not installed: pip install 'priorlog[test]'")
pytest.importorskip("pandas", reason="pandas is not installed: pip install 'priorlog[test]'")
pytest.importorskip("pyarrow", reason="PyArrow is not installed: pip install 'priorlog[arrow]'")

ROOT = Path(__file__).parent.parent
NOTEBOOK = ROOT / "examples" / "priorlog.ipynb"


def texts(notebook: nbformat.NotebookNode) -> list[tuple[str, str]]:
    """What each cell of code prints and comes to, as text; the pieces in which it came make no difference."""
    return [
        (cell.source, "".join(each.get("text") or each.data["text/plain"] for each in cell.outputs))
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


@pytest.mark.heavy
def test_the_notebook_shows_what_it_shows_when_it_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run from its beginning, the notebook has no error, and its text outputs are those that are stored in it."""
    monkeypatch.syspath_prepend(ROOT / "examples")
    monkeypatch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)
    from run_notebook import executed

    assert texts(nbformat.read(NOTEBOOK, as_version=4)) == texts(executed(NOTEBOOK))


def test_the_notebook_shows_pages() -> None:
    """What is asked, explained, reviewed and decided is stored as pages that need no script."""
    stored = nbformat.read(NOTEBOOK, as_version=4)
    pages = [
        each.data["text/html"]
        for cell in stored.cells
        for each in cell.get("outputs", ())
        if "data" in each and "text/html" in each.data
    ]
    assert 5 == len(pages)
    assert not [each for each in pages if re.search(r"<script|https?://(?!www\.w3\.org)", each)]
