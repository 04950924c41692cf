"""Whole populations of cases: their layout in files, validation, and deciding all of them at once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.batch.population import Fault, Summary
    from kb.language.syntax import Clause

__all__ = ["Fault", "Summary", "case_facts", "run"]


def run(directory: str | os.PathLike[str], output: str | os.PathLike[str], **options: Any) -> Summary:
    """Decides every case of a population; see `engine.batch.population.run`."""
    from engine.batch.population import run as decide

    return decide(directory, output, **options)


def case_facts(directory: str | os.PathLike[str], case: str, **options: Any) -> tuple[Clause, ...]:
    """The facts of one case of a population; see `engine.batch.files.one_case.case_facts`."""
    from engine.batch.files.one_case import case_facts as facts

    return facts(directory, case, **options)
