"""Writes the reports in `examples/reports/` anew, from the case files they are about:

python examples/regenerate_reports.py
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from explain.cli.entry import main

ROOT = Path(__file__).parents[1]
REPORTS = {
    "meets_criteria": "examples/cases/01_rrmm_meets_criteria.pl",
    "more_information_needed": "examples/cases/03_rrmm_second_proteasome_inhibitor_open.pl",
}
FORMATS = {"html": "html", "markdown": "md", "json": "json", "text": "txt"}


def regenerate(folder: Path) -> None:
    """Writes each report in each format into a folder; run from the root, so that evidence names files from there."""
    for name, case in REPORTS.items():
        for form, suffix in FORMATS.items():
            proof = ["--proof"] if form == "text" else []
            code = main(["review", case, "--format", form, *proof, "-o", str(folder / f"{name}.{suffix}")])
            if code:
                sys.exit(code)


if __name__ == "__main__":
    os.environ["SOURCE_DATE_EPOCH"] = "1764374400"  # the day on which these reports say that they were made
    os.chdir(ROOT)
    regenerate(ROOT / "examples" / "reports")
