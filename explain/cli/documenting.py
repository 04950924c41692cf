"""What `priorlog document` does with its options."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from msgspec import to_builtins

from engine.checks import check
from explain.authoring import coverage_pages, results
from explain.authoring.asked import policies_of
from explain.authoring.coverage import Coverage, own_files
from explain.authoring.handbook import Handbook
from explain.authoring.handbook_page import handbook_page, shown_by_solver
from explain.authoring.make_handbook import handbook
from explain.authoring.policy_tests import PolicyTests, Run
from explain.authoring.witnesses import case_text
from explain.cli.formats import PageFormat
from explain.report import document as doc
from explain.report.json_text import json_text
from explain.report.review import Reviewer
from explain.workspace import Workspace, raise_errors
from kb.language.diagnostics import ProgramError, Sources, diagnostic_json, did_you_mean
from kb.output import Output

if TYPE_CHECKING:  # the solver is only imported where it is asked
    from explain.authoring.deep import Finding
    from explain.authoring.pool import Progress


@dataclass(frozen=True)
class Tested:
    """What became of tests, and how far they cover a policy."""

    run: Run
    coverage: Coverage


@dataclass(frozen=True)
class Described:
    """A handbook, with what tests cover and what the solver shows, each None where it was not asked for."""

    book: Handbook
    tested: Tested | None
    shown: list[Finding] | None

    def page(self, *, draws: bool = False) -> doc.Document:
        """All of it as a page."""
        findings = () if self.shown is None else tuple(shown_by_solver(self.shown))
        return handbook_page(self.book, draws=draws, coverage=tuple(self._coverage()), findings=findings)

    def _coverage(self) -> list[doc.Block]:
        if self.tested is None:
            return []
        said = f"Expectations of the policy's tests: {results.summary(self.tested.run)}."
        return [doc.Paragraph(said), *coverage_pages.blocks(self.tested.coverage)]

    def json(self) -> dict[str, object]:
        """The same as JSON data."""
        data: dict[str, object] = to_builtins(self.book)
        if self.tested is not None:
            data["coverage"] = coverage_pages.coverage_json(self.tested.coverage)
        if self.shown is not None:
            data["deep"] = [
                {**diagnostic_json(each.diagnostic), "case": case_text(each.facts) if each.facts else None}
                for each in self.shown
            ]
        return data


def described(options: argparse.Namespace, sources: Sources, told: Progress) -> Described:
    """What there is to say of the policy that the options name. Raises `ProgramError` where there is none, or something is wrong with
    its tests."""
    files = [options.file] if options.file else []
    workspace = Workspace.open(files, sources=sources)
    reviewer = workspace.reviewer_of(options.policy)
    policy = _policy(reviewer, options)
    with workspace.ending(f"the page about {policy}"):
        book = handbook(reviewer, policy, check(workspace.loaded))
    tested = _tested(workspace, policy, options) if options.tests else None
    shown = _shown(workspace, book.file, options, told) if options.deep else None
    return Described(book, tested, shown)


def _policy(reviewer: Reviewer, options: argparse.Namespace) -> str:
    """The policy that is meant. Raises `ProgramError` (E502) where there is none, or not that."""
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


def _tested(workspace: Workspace, policy: str, options: argparse.Namespace) -> Tested:
    """What the tests that were named come to. Raises `ProgramError` where something is wrong with their files."""
    run = PolicyTests(workspace, policy).run(options.tests)
    raise_errors(run.diagnostics, workspace.sources)
    is_own = own_files([options.file] if options.file else [], workspace.sources)
    return Tested(run, Coverage.of(run.reviewed, workspace.loaded.program, is_own))


def _shown(workspace: Workspace, file: str, options: argparse.Namespace, told: Progress) -> list[Finding]:
    """What the solver shows of the rules of a file."""
    from explain.cli.authoring import deep_findings

    found = deep_findings([options.file] if options.file else [], workspace, told, options.processes)
    return [each for each in found if each.diagnostic.span.file == file]


def write(found: Described, options: argparse.Namespace, output: Output) -> None:
    """Writes the page in the form that was asked for."""
    match PageFormat(options.format):
        case PageFormat.TEXT:
            from explain.report import terminal

            with terminal.page(output) as out:
                terminal.print_document(found.page(), out)
            return
        case PageFormat.JSON:
            text = json_text(found.json(), indent=options.indent)
        case PageFormat.MARKDOWN:
            from explain.report.markdown import document_markdown

            text = document_markdown(found.page())
        case PageFormat.HTML:
            from explain.report.html import policy_page

            text = policy_page(found.page(draws=True))
        case other:
            assert_never(other)
    output.write(text)
