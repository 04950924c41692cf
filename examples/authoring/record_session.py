"""Records an author at work on a policy, for `examples/authoring/session.md`.

    python examples/authoring/record_session.py            prints it
    python examples/authoring/record_session.py --write    writes the file

In a folder of its own it makes the edits that `STEPS` says, to copies of the Xpovio policy, and runs the commands in a shell; what they
print is kept as it is.
"""

from __future__ import annotations

import difflib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, assert_never

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RECORDED = HERE / "session.md"
COMMAND = "python examples/authoring/record_session.py --write"
SHELL = 'priorlog() { "$PYTHON" -m explain.cli "$@"; }\n'
"""What the shell takes the command for, installed or not."""


@dataclass(frozen=True)
class Say:
    """A paragraph for the reader."""

    text: str


@dataclass(frozen=True)
class Edit:
    """A part of a file that is replaced by another."""

    file: str
    old: str
    new: str


@dataclass(frozen=True)
class Run:
    """A command, with its exit code."""

    command: str
    code: int = 0


Step: TypeAlias = Say | Edit | Run
NEW, SPLIT = "one_inhibitor.pl", "split.pl"
RULE = """\
refractory_to_two_proteasome_inhibitors(Case) :-
    request(Case, _, _, _),
    at_least({0}, Agent, (drug_class(Agent, proteasome_inhibitor), refractory(Case, Agent))).
"""
IN_TWO = """\
refractory_to_two_proteasome_inhibitors(Patient) :-
    refractory(Patient, Drug),
    is_proteasome_inhibitor(Drug).

:- pred is_proteasome_inhibitor(Drug: agent) :: '@(Drug) is a proteasome inhibitor'.

is_proteasome_inhibitor(Drug) :- drug_class(Drug, proteasome_inhibitor).
"""
STEPS: tuple[Step, ...] = (
    Say(
        "The Xpovio policy asks that myeloma be refractory to two proteasome inhibitors. What if one were enough? "
        f"`{NEW}` is a copy of the policy, and this the change:"
    ),
    Edit(NEW, RULE.format(2), RULE.format(1)),
    Run(f"priorlog check {NEW}"),
    Say("The sentence that reports print still says two. It is mended with the rule:"),
    Edit(
        NEW,
        "'the disease is refractory to two proteasome inhibitors or more'",
        "'the disease is refractory to a proteasome inhibitor'",
    ),
    Run(f"priorlog check {NEW}"),
    Say("## What changes\n\nFor any case whatever, not only for those at hand:"),
    Run(f"priorlog diff xpovio {NEW}"),
    Say(
        "So the new policy is looser, for initial requests with heavily pretreated myeloma and nowhere else: what was met stays met, "
        "and nothing becomes harder to meet."
    ),
    Say("## Do the tests notice?\n\nThere is a test of such a case in `tests`. It passes under the new policy, and under the old one:"),
    Run(f"priorlog test tests -f {NEW}"),
    Run("priorlog test tests"),
    Say("It does not notice the change. The cases that do have just been found; `--write` makes tests of them:"),
    Run(f"priorlog diff xpovio {NEW} --write tests -o what_changes.html"),
    Run("cat tests/determination_not_met_to_met.pl"),
    Say("The author reads them, agrees with what they expect, and has tests that the new policy passes and the old one does not:"),
    Run(f"priorlog test tests -f {NEW}"),
    Run("priorlog test tests | head -n 22", 1),
    Say(
        "## A refactoring\n\nTo count to one is to say that there is one. The rule is written so, in two, with other names, in a copy "
        f"named `{SPLIT}`:"
    ),
    Edit(SPLIT, RULE.format(1), IN_TWO),
    Run(f"priorlog check {SPLIT}"),
    Say("The tests pass, which shows little; that no case at all is decided otherwise is shown by a comparison:"),
    Run(f"priorlog test tests -f {SPLIT}"),
    Run(f"priorlog diff {NEW} {SPLIT}"),
)  # fmt: skip
TITLE = f"""\
# An author at work

Recorded by `{COMMAND}`: the commands are run, and print what is shown.
"""


def record() -> str:
    """The session as a page."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(HERE / "tests", folder / "tests")
        shutil.copy(ROOT / "kb" / "policies" / "xpovio.pl", folder / NEW)
        return "\n".join([TITLE, *_told(folder)])


def _told(folder: Path) -> Iterator[str]:
    for step in STEPS:
        match step:
            case Say(text):
                yield f"{text}\n"
            case Edit():
                yield f"```diff\n{_edited(step, folder)}```\n"
            case Run():
                yield f"```console\n$ {step.command}\n{_printed(step, folder)}```\n"
            case other:
                assert_never(other)


def _edited(edit: Edit, folder: Path) -> str:
    """The lines that an edit changes, which it makes."""
    path = folder / edit.file
    if not path.exists():
        shutil.copy(folder / NEW, path)
    before = path.read_text(encoding="utf-8")
    if before.count(edit.old) != 1:
        raise ValueError(f"{edit.file} does not have exactly once: {edit.old}")
    after = before.replace(edit.old, edit.new)
    path.write_text(after, encoding="utf-8")
    lines = difflib.unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), n=1)
    return "".join(line for line in lines if line.strip() and not line.startswith(("---", "+++", "@@")))


def _printed(run: Run, folder: Path) -> str:
    """What a command prints, on both outputs in the order in which it does. Raises `ValueError` for another exit code."""
    env = {**os.environ, "PYTHON": sys.executable, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    script = f"{SHELL}set -o pipefail\n{run.command}"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != run.code:
        raise ValueError(f"{run.command} has exit code {done.returncode}:\n{done.stdout}")
    return done.stdout


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        RECORDED.write_text(record(), encoding="utf-8")
    else:
        sys.stdout.write(record())
