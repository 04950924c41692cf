"""Writes the reports in `examples/reports/` and `examples/policies/reports/` anew, from the case files they are about, and the pages
about policies in `examples/policies/documents/`:

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
POLICY_REPORTS = {
    "selinexor_second_payer": "02_two_regimens_partner_open",
    "evolocumab": "05_primary_hyperlipidemia_with_ezetimibe",
    "cgrp_antibodies": "04_preferred_for_89_days",
}
"""The policies in `examples/policies/`, each with the case that its report is about."""
DOCUMENTS = ("xpovio.html", "xpovio.md", "cgrp_antibodies.md", "evolocumab.md", "selinexor_second_payer.md")
"""The pages about policies: that about the shipped one, and those about the others."""
FORMATS = {"html": "html", "markdown": "md", "json": "json", "text": "txt"}


def regenerate(folder: Path) -> None:
    """Writes each report in each format into a folder, and the letters about one of the cases; run from the root, so that evidence names files from there."""
    for name, case in REPORTS.items():
        write(folder / name, [case])
    for reader in ("patient", "prescriber"):
        letter = str(folder / f"letter_to_the_{reader}.txt")
        if main(["review", REPORTS["more_information_needed"], "--letter", reader, "-o", letter]):
            sys.exit(1)


def regenerate_for_policies(folder: Path) -> None:
    """The same for the reports under the policies in `examples/policies/`."""
    for policy, case in POLICY_REPORTS.items():
        place = Path("examples/policies")
        write(folder / policy, [str(place / "cases" / policy / f"{case}.pl"), "-f", str(place / f"{policy}.pl")])


def regenerate_documents(folder: Path) -> None:
    """Writes each page about a policy into a folder. Exits where it fails."""
    for name in DOCUMENTS:
        path = Path("examples/policies", name).with_suffix(".pl")
        code = main(["document", *([str(path)] if path.is_file() else []), "-o", str(folder / name)])
        if code:
            sys.exit(code)


def write(report: Path, arguments: list[str]) -> None:
    """Writes a report in each format; `arguments` are those of `priorlog review`. Exits where it fails."""
    for form, suffix in FORMATS.items():
        proof = ["--proof"] if form == "text" else []
        code = main(["review", *arguments, "--format", form, *proof, "-o", f"{report}.{suffix}"])
        if code:
            sys.exit(code)


if __name__ == "__main__":
    os.environ["SOURCE_DATE_EPOCH"] = "1764374400"  # the day on which these reports say that they were made
    os.chdir(ROOT)
    regenerate(ROOT / "examples" / "reports")
    regenerate_for_policies(ROOT / "examples" / "policies" / "reports")
    regenerate_documents(ROOT / "examples" / "policies" / "documents")
