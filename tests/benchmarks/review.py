"""Times reviews: `python tests/benchmarks/review.py` prints one table, each time as a ratio to a peer in the same run.

- a whole `priorlog review` process, beside the interpreter importing rich and pyDatalog, and beside `swipl` loading the
  same policy and case and answering whether the criteria are met (closed-world, no explanation);
- reviews a second in one process, with proofs, explanations of every criterion and what is missing.

The machine should be idle. Medians of several runs; no test depends on them.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks.timing import median

ROOT = Path(__file__).parent.parent.parent
CASES = ROOT / "examples" / "cases"
CASE = CASES / "01_rrmm_meets_criteria.pl"
OPEN_CASE = CASES / "03_rrmm_second_proteasome_inhibitor_open.pl"


def process(*command: str) -> Callable[[], object]:
    """A call that runs a command to its end."""
    return lambda: subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)


def reviews(case: Path) -> Callable[[], object]:
    """A call that reviews a case in this process, everything that does not depend on the case being ready."""
    from explain.report.data import review_json
    from explain.workspace import Workspace

    space = Workspace.open(cases=[case])
    (only,) = space.cases()
    return lambda: review_json(space.review(only))


def main() -> None:
    """Prints the table."""
    python = sys.executable
    imports = median(process(python, "-c", "import rich.console, rich.tree, rich.table, pyDatalog"), 15)
    review = median(process(python, "-c", "from explain.cli.entry import main; main()", "review", str(CASE)), 15)
    table = Table("what", "median", "ratio to importing rich and pyDatalog")
    table.add_row("import rich (console, tree, table) and pyDatalog", f"{imports * 1000:.0f} ms", "1")
    table.add_row("priorlog review CASE, whole process", f"{review * 1000:.0f} ms", f"{review / imports:.1f}")
    if shutil.which("swipl"):
        goal = "forall(meets_criteria(C), (print(C), nl)), halt"
        files = [str(ROOT / "kb" / "library" / "prelude.pl"), str(ROOT / "kb" / "policies" / "xpovio.pl"), str(CASE)]
        swipl = median(process("swipl", "-q", "-g", goal, *files), 15)
        table.add_row("swipl, the same policy and case, yes or no", f"{swipl * 1000:.0f} ms", f"{swipl / imports:.1f}")
    for name, case in (("meets criteria", CASE), ("needs information, with what is missing", OPEN_CASE)):
        once = median(reviews(case), 30)
        table.add_row(f"warm review in process: {name}", f"{once * 1000:.1f} ms", f"{1 / once:.0f} a second")
    Console().print(table)


if __name__ == "__main__":
    main()
