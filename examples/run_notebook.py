"""Runs `examples/priorlog.ipynb` from its beginning and writes its outputs into it:

python examples/run_notebook.py
"""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).with_name("priorlog.ipynb")
SECONDS = 300
"""So long a cell may take."""


def executed(path: Path = NOTEBOOK) -> nbformat.NotebookNode:
    """The notebook with the outputs of a run in its own folder. Raises `CellExecutionError` where a cell fails."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=SECONDS, record_timing=False, resources={"metadata": {"path": str(path.parent)}}
    )
    client.execute()
    notebook.metadata.pop("language_info", None)  # it is about the Python that ran it
    return notebook


if __name__ == "__main__":
    nbformat.write(executed(), NOTEBOOK)
