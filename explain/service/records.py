"""Health records in a request as case files."""

from __future__ import annotations

from collections.abc import Sequence

from explain.api.program import Program
from kb.importers.bundle import Chart, charts_in
from kb.importers.mapping import MappedCase, mapped, no_case
from kb.importers.requests import Given
from kb.importers.writing import case_text
from kb.language.diagnostics import ProgramError

BUNDLE = "<bundle>"
"""What messages call the records of a request."""


def case_file_of(program: Program, data: bytes, name: str, given: Given) -> str:
    """The case file of the cases in a FHIR bundle. Raises `ProgramError` where nothing is requested in it, or a request is not whole."""
    return "\n".join(text_of(program, each) for each in cases_of(program, charts_in(data, name), name, given))


def cases_of(program: Program, charts: Sequence[Chart], name: str, given: Given) -> tuple[MappedCase, ...]:
    """The cases of charts, each whole. Raises `ProgramError` as `case_file_of` does."""
    names = program.workspace.reviewer.vocabulary.names
    given.check(names)
    found = mapped(charts, names, program.workspace.rules.facts, given)
    if wrong := [error for case in found.cases for error in case.errors]:
        raise ProgramError(wrong)
    if not found.cases:
        raise ProgramError([no_case(name)])
    return found.cases


def text_of(program: Program, case: MappedCase) -> str:
    """The case file of a case."""
    return case_text(case, program.workspace.reviewer.vocabulary.names.declarations)
