"""What `priorlog diff` does with its options."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from msgspec.structs import replace

from explain.api import Program
from explain.authoring import difference_pages as pages
from explain.authoring.revisions import policy_file
from explain.cli.formats import PageFormat
from explain.report.json_text import json_text
from explain.workspace import Workspace
from kb.language.diagnostics import Sources
from kb.language.loader import RULES
from kb.output import Output, check_new, write_new

if TYPE_CHECKING:
    from engine.batch import Progress


def compare(options: argparse.Namespace, sources: Sources, output: Output, told_of: Progress) -> list[Path]:
    """Compares two policies, and writes what changes in the form that was asked for; with `--write`, a policy test for each case,
    whose files it gives."""
    with ExitStack() as files:
        old, new = (
            Workspace.open([files.enter_context(policy_file(name))], sources=sources, max_steps=options.max_steps)
            for name in (options.old, options.new)
        )
    population = None
    if options.on is not None:
        from engine.batch.flips import flips

        rules = [each.reviewer_of(None).rules for each in (old, new)]
        population = flips(options.on, rules[0], rules[1], memory=options.memory, progress=told_of)
    told = Program(old).diff(Program(new), names=(options.old, options.new))
    found = replace(told.pages, population=population)
    written = [] if options.write is None else _write_tests(Path(options.write), found)
    _write(found, options, output)
    return written


def _write_tests(folder: Path, found: pages.Pages) -> list[Path]:
    """Writes a policy test for each case that shows a flip. Raises `ProgramError` where a file of its name is there already."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [(folder / f"{name}{RULES}", text) for name, text in pages.tests(found)]
    for path, _ in files:
        check_new(path)
    for path, text in files:
        write_new(path, text)
    return [path for path, _ in files]


def _write(found: pages.Pages, options: argparse.Namespace, output: Output) -> None:
    match PageFormat(options.format):
        case PageFormat.TEXT:
            from explain.report import terminal

            with terminal.page(output) as out:
                terminal.print_document(pages.document(found), out)
            return
        case PageFormat.JSON:
            text = json_text(pages.difference_json(found), indent=options.indent)
        case PageFormat.MARKDOWN:
            from explain.report.markdown import document_markdown

            text = document_markdown(pages.document(found, folds=True))
        case PageFormat.HTML:
            from explain.report.html import report_page

            document = pages.document(found, folds=True)
            text = report_page(document.title, [document])
        case other:
            assert_never(other)
    output.write(text)
