"""`priorlog format`: files are laid out in place, standard input on its way to standard output."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from explain.cli.exit_codes import ANSWERED, ERRORS
from kb.language.diagnostics import Diagnostic, ProgramError, Sources
from kb.language.loader import STANDARD_INPUT, file_bytes
from kb.language.terms import printable
from kb.output import Output, rewrite

if TYPE_CHECKING:
    from explain.authoring.formatting import Formatted


def format_(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog format`: lays out each file that has no syntax errors; the others are left as they are, and what is wrong with them is told."""
    from explain.authoring.formatting import formatted

    done: list[Formatted] = []
    wrong: list[Diagnostic] = []
    for name in dict.fromkeys(options.file):
        try:
            data = sys.stdin.buffer.read() if name == "-" else file_bytes(name)
            done.append(formatted(data, STANDARD_INPUT if name == "-" else name, sources))
        except ProgramError as error:
            wrong += error.diagnostics
    changed = [each for each in done if each.is_changed]
    only_says = options.check or options.diff
    if options.diff:
        sys.stdout.write("".join(each.diff() for each in changed))
    for each in done:
        if each.name == STANDARD_INPUT and not only_says:
            Output().write(each.after)
        elif each.is_changed:
            try:
                _change(each, options)
            except ProgramError as error:
                wrong += error.diagnostics
    if wrong:
        raise ProgramError(wrong)
    return ERRORS if options.check and changed else ANSWERED


def _change(each: Formatted, options: argparse.Namespace) -> None:
    """Writes one file anew and says so, or says that it would be; a diff says so itself."""
    if not (options.check or options.diff):
        rewrite(Path(each.name), each.after)
        print(f"{printable(each.name)} is laid out")
    elif options.check:
        print(f"{printable(each.name)} would be laid out", file=sys.stderr if options.diff else sys.stdout)


COMMANDS = MappingProxyType({"format": format_})
"""What runs, by the name that is typed."""
