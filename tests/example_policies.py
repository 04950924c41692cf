"""The policies in `examples/policies/` with their cases: where they are, and their cases as a population."""

from __future__ import annotations

import csv
import functools
import re
from collections import defaultdict
from pathlib import Path

from engine.knowledge import Rules
from kb.language.loader import load_files
from kb.language.syntax import PredDecl
from kb.language.terms import plain_text

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "examples" / "policies"
POLICIES = {file.stem: file for file in sorted(FOLDER.glob("*.pl"))}
"""The file of each policy, by its name."""


def cases_of(policy: str) -> list[Path]:
    """The case files of a policy, in order."""
    return sorted((FOLDER / "cases" / policy).glob("*.pl"))


def policy_tests_of(policy: str) -> list[Path]:
    """The files of a policy's tests, in order."""
    return sorted((FOLDER / "tests" / policy).glob("*.pl"))


@functools.cache
def rules_of(policy: str) -> Rules:
    """The rules of a policy."""
    return Rules.of(load_files([POLICIES[policy]]).program)


def write_population(policy: str, folder: Path) -> Path:
    """Writes the cases of a policy as a population: a CSV file for each predicate, with names as the cases have them."""
    items = load_files([POLICIES[policy]]).program.items
    columns = {item.pred: [_snake(arg) for arg in item.names] for item in items if isinstance(item, PredDecl)}
    rows = defaultdict(list)
    for clause in load_files(cases_of(policy)).program.clauses:
        rows[clause.head.pred].append([plain_text(arg) for arg in clause.head.args])
    folder.mkdir()
    for pred, facts in rows.items():
        name = f"not_{pred.name}" if pred.negative else pred.name
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([columns[pred.positive], *facts])
    return folder


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
