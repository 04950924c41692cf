"""How long the import of a bundle takes beside the plain reading of its JSON, in one run.

`python -m tests.benchmarks.fhir_import [BUNDLE.json]`; without a bundle, of one that has a megabyte of doses. A ratio says more than
seconds do on a machine that others use.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from explain.workspace import Workspace
from kb.importers.bundle import charts_of
from kb.importers.mapping import mapped
from tests.benchmarks.timing import median
from tests.kb.fhir_bundles import changed, given, rxnorm

TIMES = 7
DOSES = 2_700
"""So many doses are a megabyte."""


def bundle() -> str:
    """A chart with many doses of one drug."""
    doses = [given(rxnorm("342369", "Lenalidomide"), name=f"dose-{number}") for number in range(DOSES)]
    return json.dumps(changed(lambda found: found.extend(doses)))


def run(path: Path) -> None:
    """Prints the times, and their ratios to `json.load`."""
    workspace = Workspace.open(())
    names, facts = workspace.reviewer.vocabulary.names, workspace.rules.facts
    charts = [*charts_of(str(path))]
    plain = median(lambda: json.loads(path.read_text()), TIMES)
    print(f"{path.stat().st_size / 1e6:.2f} MB; json.loads {plain * 1000:.0f} ms")
    for what, taken in (
        ("read, with places", median(lambda: [*charts_of(str(path))], TIMES)),
        ("map", median(lambda: mapped(charts, names, facts), TIMES)),
        ("both", median(lambda: mapped(charts_of(str(path)), names, facts), TIMES)),
    ):
        print(f"{what}: {taken * 1000:.0f} ms, {taken / plain:.1f} times json.loads")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        run(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder, "bundle.json")
            made.write_text(bundle())
            run(made)
