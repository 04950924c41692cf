"""Records a session at the prompt, as a terminal shows it, for `examples/repl_session.txt`.

    python tests/explain/record_repl_session.py            prints it
    python tests/explain/record_repl_session.py --write    writes the file

It types what `STEPS` says into `priorlog` in a terminal of 120 columns and keeps what is then on the screen.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from repl_terminal import ROOT, Terminal

RECORDED = ROOT / "examples" / "repl_session.txt"
COMMAND = "python tests/explain/record_repl_session.py --write"
STEPS = (
    ("load examples/cases/03_rrmm_second_proteasome_inhibitor_open.pl", ""),
    ("drug_class(X, proteasome_inhibitor).", ";;"),
    ("refractory(rrmm_second_pi_open, X), drug_class(X, proteasome_inhibitor).", ";;"),
    ("why refractory_to_two_proteasome_inhibitors(rrmm_second_pi_open).", ""),
    ("assert(refractory(rrmm_second_pi_open, carfilzomib)).", ""),
    ("refractory_to_two_proteasome_inhibitors(rrmm_second_pi_open).", ""),
    ("review rrmm_second_pi_open.", ""),
    ("undo.", ""),
    ("meets_criteria(rrmm_second_pi_open).", ""),
    ("suppose refractory(rrmm_second_pi_open, ixazomib): meets_criteria(rrmm_second_pi_open).", ""),
    ("assert((refractory_to_two_proteasome_inhibitors(C) :- refractory(C, bortezomib))).", ""),
    ("assert((old_enough(C) :- sex(C, femal))).", ""),
    ("undo.", ""),
)
"""What is typed, and the keys that are pressed after answers."""


def record() -> str:
    """The session, from the greeting to the last answer."""
    with tempfile.TemporaryDirectory() as state, Terminal(state=Path(state), size=(60, 120)) as terminal:
        for line, keys in STEPS:
            terminal.ask(line, keys=keys)
        return terminal.text.rstrip().removesuffix("?-")


def comparable(session: str) -> str:
    """A session without what differs from one recording to the next: the time, and the hashes of policy and facts."""
    timeless = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "(time)", session)
    return re.sub(r"[0-9a-f]{64}", "(hash)", timeless)


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        RECORDED.write_text(record(), encoding="utf-8")
    else:
        sys.stdout.write(record())
