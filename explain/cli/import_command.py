"""`priorlog import fhir`: case files of health records."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from explain.cli.exit_codes import ANSWERED, ERRORS
from explain.cli.formats import PlainFormat
from explain.cli.messages import tell
from explain.cli.options import is_folder
from explain.report.json_text import json_text
from kb.language.diagnostics import ProgramError, Sources
from kb.language.loader import RULES
from kb.language.terms import printable
from kb.output import Inputs, Output, failures_told

if TYPE_CHECKING:
    from kb.importers.mapping import Mapped, MappedCase
    from kb.language.declarations import Declarations


def import_(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog import`: writes a case file for each patient for whom something is requested, and tells what is not mapped; errors
    if there is a case that cannot be written."""
    from explain.workspace import Workspace
    from kb.importers.bundle import charts_of
    from kb.importers.mapping import mapped, no_case
    from kb.importers.requests import Given

    charts = [*charts_of(options.bundle)]
    if options.validate:
        from kb.importers.validation import invalid

        if wrong := [each for chart in charts for each in invalid(chart)]:
            raise ProgramError(wrong)
    workspace = Workspace.open(options.file, sources=sources)
    names = workspace.reviewer.vocabulary.names
    given = Given(options.drug, options.kind, options.date)
    given.check(names)
    found = mapped(charts, names, workspace.rules.facts, given)
    files = _written(found, names.declarations, options)
    _tell_mapped(found, files, options)
    wrong = [error for case in found.cases for error in case.errors]
    if not found.cases:
        wrong = [no_case(options.bundle)]
    if wrong:
        tell(wrong, sources, options)
    return ERRORS if wrong else ANSWERED


def _written(found: Mapped, declarations: Declarations, options: argparse.Namespace) -> dict[str, str]:
    """Writes the cases that have a request; the file of each, by its name. With JSON on standard output, and no file named,
    none is written."""
    from kb.importers.writing import case_text

    whole = [each for each in found.cases if not each.errors]
    is_json = options.format == PlainFormat.JSON
    if options.output is None:
        if whole and not is_json:
            Output().write("\n".join(case_text(each, declarations) for each in whole))
        return {}
    inputs = Inputs.of([Path(options.bundle)])
    if is_folder(options.output) or os.path.isdir(options.bundle):
        folder = Path(options.output)
        with failures_told(folder):
            folder.mkdir(parents=True, exist_ok=True)
        files = {each.name: str(folder / f"{each.name}{RULES}") for each in whole}
    elif len(found.cases) > 1:
        said = f"`{options.bundle}` has {len(found.cases)} cases: `{options.output}` can only have one"
        raise ProgramError.of("E407", said, options.bundle, "name a folder with -o")
    else:
        files = {each.name: options.output for each in whole}
    for each in whole:
        Output(files[each.name], inputs).write(case_text(each, declarations))
    return files


def _tell_mapped(found: Mapped, files: dict[str, str], options: argparse.Namespace) -> None:
    """What is written, and what is not mapped."""
    from kb.importers.writing import import_json

    if options.format == PlainFormat.JSON:
        sys.stdout.write(json_text(import_json(found.cases, found.not_mapped, files), indent=options.indent))
        return
    for each in found.not_mapped:
        print(printable(f"not mapped: {' '.join(str(each).split())}"), file=sys.stderr)
    print(_summary(found.cases, found, files), file=sys.stderr)


def _summary(cases: Sequence[MappedCase], found: Mapped, files: dict[str, str]) -> str:
    facts = sum(len(each.facts) for each in cases)
    said = f"{len(cases)} case(s), {facts} fact(s); {len(found.not_mapped)} thing(s) not mapped"
    return said + (f"; written: {printable(', '.join(files.values()))}" if files else "")


COMMANDS = MappingProxyType({"import": import_})
"""What runs, by the name that is typed."""
