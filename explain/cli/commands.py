"""The commands of the command line by name, and what is told where one does not come to its end.

A command opens files, asks, and writes the answer once it is complete. It takes its options and the sources that diagnostics quote, and
gives its exit code; it imports what it needs only when it runs, so that a review does not wait for what a prompt or a population needs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from types import MappingProxyType
from typing import TypeAlias

from explain.cli.exit_codes import ERRORS
from explain.cli.messages import tell
from explain.cli.opening import opened
from explain.own_fault import own_fault
from kb.language.diagnostics import ProgramError, Sources

EXTRAS = MappingProxyType(
    {
        "duckdb": "duckdb",
        "numpy": "duckdb",
        "sqlglot": "duckdb",
        "pyspark": "spark",
        "py4j": "spark",
        "pygls": "lsp",
        "lsprotocol": "lsp",
        "anyio": "mcp",
        "mcp": "mcp",
        "fhir": "fhir",
        "pydantic": "fhir",
        "fastapi": "serve",
        "starlette": "serve",
        "uvicorn": "serve",
        "weasyprint": "pdf",
    }
)
"""The extra that a package comes with which the core does without."""

Command: TypeAlias = Callable[[argparse.Namespace, Sources], int]
"""What takes the options and gives the exit code."""


def run(options: argparse.Namespace) -> int:
    """The exit code of the command of the options; what is wrong with a program, a case or the installation is told on standard error."""
    sources = Sources()
    try:
        return command(options.command)(options, sources)
    except ProgramError as error:
        tell(error.diagnostics, error.sources or sources, options)
    except ImportError as error:
        package = (error.name or "").partition(".")[0]
        if package in {"kb", "engine", "explain"}:
            raise
        whole = f"priorlog[{EXTRAS[package]}]" if package in EXTRAS else "priorlog"
        hint = "" if "pip install" in str(error) else f"; it comes with `pip install '{whole}'`"
        print(f"priorlog: {error}{hint}", file=sys.stderr)
    except Exception as error:
        if (
            isinstance(error, OSError) and error.filename is None
        ):  # of writing the answer; told where the command starts
            raise
        tell([own_fault(error, options.command or "")], sources, options)
    return ERRORS


def prompt(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog` without a command."""
    from explain.repl.prompt import run as start

    return start(opened(options, sources), keeps_history=options.history)


def command(name: str | None) -> Command:
    """What runs, by the name that is typed; without one, the prompt. Of the modules of commands only its own is imported."""
    match name:
        case None:
            return prompt
        case "query" | "why" | "whynot" | "missing":
            from explain.cli.goal_commands import COMMANDS
        case "review" | "interview" | "verify" | "batch":
            from explain.cli.case_commands import COMMANDS
        case "format":
            from explain.cli.format_command import COMMANDS
        case "import":
            from explain.cli.import_command import COMMANDS
        case "lsp" | "mcp" | "serve":
            from explain.cli.server_commands import COMMANDS
        case _:
            from explain.cli.policy_commands import COMMANDS
    return COMMANDS[name]
