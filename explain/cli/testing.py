"""What `priorlog test` does with its options: it runs the tests, measures coverage where that is asked for, and writes both."""

from __future__ import annotations

import argparse
from itertools import count
from pathlib import Path
from typing import assert_never

from msgspec import Struct

from explain.api import Program
from explain.authoring.coverage import Coverage, own_files
from explain.authoring.policy_tests import Run
from explain.cli.formats import ResultsFormat
from explain.report.json_text import json_text
from explain.words.phrases import say
from explain.workspace import Workspace
from kb.language.diagnostics import Sources
from kb.language.loader import RULES
from kb.language.terms import printable
from kb.output import Output, write_new


class Tested(Struct, frozen=True):
    """What came of the tests, with their coverage where it was asked for, and the share of it that is enough."""

    run: Run
    coverage: Coverage | None
    sources: Sources
    least: float | None = None

    @property
    def is_passed(self) -> bool:
        """Whether all is as expected, and enough is covered."""
        return self.run.is_passed and self.shortfall is None

    @property
    def shortfall(self) -> str | None:
        """What is said where too little is covered."""
        if self.coverage is None or self.least is None or self.coverage.percent >= self.least:
            return None
        return f"{self.coverage.percent:.1f} % of the values of literals were seen, fewer than {self.least:g} %"


def tested(workspace: Workspace, options: argparse.Namespace) -> Tested:
    """Runs the tests that the options name. Raises `ProgramError` where there is nothing to test."""
    run = Program(workspace).test(*options.path, policy=options.policy).run
    is_measured = (
        options.coverage or options.generate or options.fail_under is not None or options.format == ResultsFormat.LCOV
    )
    coverage = None
    if is_measured:
        is_own = own_files(options.file, workspace.sources)
        coverage = Coverage.of(run.reviewed, workspace.loaded.program, is_own)
    return Tested(run, coverage, workspace.sources, options.fail_under)


def write(found: Tested, options: argparse.Namespace, output: Output) -> None:
    """Writes the results in the form that was asked for."""
    from explain.authoring import coverage_pages, results

    measured = found.coverage
    match ResultsFormat(options.format):
        case ResultsFormat.TEXT:
            from explain.report import terminal

            further = () if measured is None else coverage_pages.sections(measured)
            with terminal.page(output) as out:
                terminal.print_document(results.document(found.run, further), out)
            return
        case ResultsFormat.JSON:
            data = results.run_json(found.run)
            data["coverage"] = None if measured is None else coverage_pages.coverage_json(measured)
            text = json_text(data, indent=options.indent)
        case ResultsFormat.HTML:
            further = () if measured is None else coverage_pages.sections(measured, most=None)
            document = results.document(found.run, further, folds=True)
            listings = () if measured is None else coverage_pages.listings(measured, found.sources)
            text = coverage_pages.page(document, listings)
        case ResultsFormat.JUNIT:
            text = results.junit(found.run)
        case ResultsFormat.LCOV:
            assert measured is not None
            text = coverage_pages.lcov(measured, found.sources)
        case other:
            assert_never(other)
    output.write(text)


def generate(found: Tested, workspace: Workspace, options: argparse.Namespace) -> list[str]:
    """Writes further cases that show what no test shows, beside the first tests that were named; gives what there is to say of that."""
    from explain.authoring.generation import Generation
    from explain.authoring.witnesses import confirmed_text

    assert found.coverage is not None
    alone = workspace.stating(())
    generated = Generation(alone, alone.reviewer_of(options.policy), found.coverage).generated()
    first = Path(options.path[0])
    folder = first if first.is_dir() else first.parent
    said = []
    for facts in generated.cases:
        path = next(each for number in count(1) if not (each := folder / f"generated_{number}{RULES}").exists())
        write_new(path, confirmed_text(alone, facts, say("generated_lead"), path.stem))
        said.append(say("to_confirm", printable(str(path))))
    if generated.left:
        said.append(say("not_generated", len(generated.left)))
    return said or [say("nothing_to_generate")]
