"""What a command says on standard error, beside its answer: diagnostics, and remarks on the answer."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from explain.cli.formats import PlainFormat
from explain.report.json_text import json_text
from explain.words.phrases import one_line
from kb.language.diagnostics import Diagnostic, Sources, diagnostic_json, format_diagnostic

if TYPE_CHECKING:
    from explain.workspace import Workspace


def tell(diagnostics: Sequence[Diagnostic], sources: Sources, options: argparse.Namespace) -> None:
    """Diagnostics on standard error."""
    if options.format == PlainFormat.JSON:
        sys.stderr.write(json_text([diagnostic_json(each) for each in diagnostics], indent=options.indent))
    else:
        for each in diagnostics:
            print(format_diagnostic(each, sources), file=sys.stderr)


def warn(workspace: Workspace, options: argparse.Namespace) -> None:
    """What is doubtful about rules and cases, on standard error."""
    if workspace.warnings:
        tell(workspace.warnings, workspace.sources, options)


def remark(remarks: Iterable[str]) -> None:
    """Remarks beside an answer that has no place for them, on standard error."""
    for each in remarks:
        print(one_line(each), file=sys.stderr)
