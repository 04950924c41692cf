"""`priorlog document`: a page about a policy, for people who do not read rules."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from explain.cli.options import ANSWERED, ReportFormat
from kb.language.diagnostics import ProgramError, Sources, did_you_mean
from kb.output import Output

if TYPE_CHECKING:  # what a command does not need is not imported
    from explain.authoring.handbook import Handbook
    from explain.report.review import Reviewer


def document(options: argparse.Namespace, sources: Sources) -> int:
    """Writes the page about the policy of a file, or the shipped one."""
    from engine.checks import check
    from explain.authoring.make_handbook import handbook
    from explain.workspace import Workspace

    files = [options.file] if options.file else []
    workspace = Workspace.open(files, sources=sources)
    reviewer = workspace.reviewer_of(options.policy)
    policy = _policy(reviewer, options)
    with workspace.ending(f"the page about {policy}"):
        book = handbook(reviewer, policy, check(workspace.loaded))
    read = (*map(Path, files), *sources.files.values())
    _write(book, options, Output(options.output, read))
    return ANSWERED


def _policy(reviewer: Reviewer, options: argparse.Namespace) -> str:
    """The policy that is meant. Raises `ProgramError` (E502) where there is none, or not that."""
    from explain.authoring.asked import policies_of

    known = policies_of(reviewer)
    if options.policy in known or (options.policy is None and len(known) == 1):
        return options.policy or known[0]
    where = options.file or "<policy>"
    if not known:
        instead = "list what it requires: `criterion(Policy, initial, 1, Id, Predicate).`"
        raise ProgramError.of("E502", "there is no policy here to write about", where, instead)
    names = ", ".join(f"`{each}`" for each in known)
    if options.policy is None:
        raise ProgramError.of(
            "E502", "there are several policies here, and one is meant", where, f"name one with `--policy`: {names}"
        )
    hint = did_you_mean(options.policy, known) or f"there are {names}"
    raise ProgramError.of("E502", f"there is no policy `{options.policy}` here", where, hint)


def _write(book: Handbook, options: argparse.Namespace, output: Output) -> None:
    from explain.authoring.handbook_page import handbook_page

    match ReportFormat(options.format):
        case ReportFormat.TEXT:
            from explain.report import terminal

            with terminal.page(output) as out:
                terminal.print_document(handbook_page(book), out)
        case ReportFormat.JSON:
            from msgspec import to_builtins

            from explain.report.json_text import json_text

            output.write(json_text(to_builtins(book), indent=options.indent))
        case ReportFormat.MARKDOWN:
            from explain.report.markdown import document_markdown

            output.write(document_markdown(handbook_page(book)))
        case ReportFormat.HTML:
            from explain.report.html import policy_page

            output.write(policy_page(handbook_page(book, draws=True)))
        case other:
            assert_never(other)
