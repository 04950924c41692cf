"""What the options of a command name: the rules and cases that it opens, the files that it reads, and where its answer goes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from explain.cli.case_files import FED, TYPED
from explain.cli.messages import warn
from kb.language.diagnostics import Sources
from kb.output import Output

if TYPE_CHECKING:
    from explain.workspace import Workspace

NAMING = ("file", "directory", "appeal", "letter_template", "old", "new", "on", "answers", "decided")
"""The options that name files, beside those that name cases."""


def opened(options: argparse.Namespace, sources: Sources, *, with_cases: bool = True) -> Workspace:
    """The rules, and with them the cases, that the options name; tells what is doubtful about them."""
    from explain.workspace import Workspace

    workspace = Workspace.open(
        options.file,
        cases=options.case if with_cases else (),
        closed_world=options.closed_world,
        max_steps=options.max_steps,
        sources=sources,
    )
    warn(workspace, options)
    return workspace


def output_of(options: argparse.Namespace, sources: Sources) -> Output:
    """Where the answer goes: to none of the files that were read, or that were named to be."""
    return Output(options.output, inputs_of(options, sources))


def inputs_of(options: argparse.Namespace, sources: Sources) -> tuple[Path, ...]:
    """The files that were read, or that are named to be."""
    given = vars(options)
    cases = "case" if given.get("population") is None else "population"
    named = [given.get(each) for each in (*NAMING, cases)]
    paths = [path for each in named if each for path in ([each] if isinstance(each, str) else each)]
    return (*map(Path, paths), *([FED] if TYPED in paths else []), *sources.files.values())
