"""`priorlog document`: a page about a policy, for people who do not read rules."""

from __future__ import annotations

import argparse
from pathlib import Path

from explain.cli.options import ANSWERED
from explain.cli.progress import progress
from kb.language.diagnostics import Sources
from kb.output import Output


def document(options: argparse.Namespace, sources: Sources) -> int:
    """Writes the page about the policy of a file, or the shipped one."""
    from explain.cli.documenting import described, write

    with progress() as told:
        found = described(options, sources, told)
    read = (*map(Path, [options.file] if options.file else []), *sources.files.values())
    write(found, options, Output(options.output, read))
    return ANSWERED
