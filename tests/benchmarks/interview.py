"""How long an interview takes to its next question, beside a warm review of the same case.

python -m tests.benchmarks.interview
"""

from __future__ import annotations

import datetime

from explain.interview.session import Interview
from explain.workspace import Workspace
from kb.language.loader import load_text
from tests.benchmarks.timing import median

EMPTY = "request(c, selinexor, initial, 2024-09-03).\n"
STEPS = 5


def main() -> None:
    """Prints the medians of one run, and their ratio."""
    workspace = Workspace.open()
    (case,) = workspace.add_cases(load_text(EMPTY))

    def steps() -> None:
        interview = Interview(workspace.reviewer, case, "Ada", datetime.date(2026, 11, 22))
        for _ in range(STEPS):
            interview.standing()
            question = interview.question()
            assert question is not None
            interview.leave(question)

    step = median(steps, 5) / STEPS
    review = median(lambda: workspace.reviewer.review(case, closed_world=True), 10)
    print(
        f"a step of an interview {step * 1000:.0f} ms, a warm review in the closed world {review * 1000:.0f} ms: ",
        end="",
    )
    print(f"{step / review:.1f} times")


if __name__ == "__main__":
    main()
