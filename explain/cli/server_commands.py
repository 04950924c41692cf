"""What the commands that answer until they are ended do: `lsp`, `mcp` and `serve`."""

from __future__ import annotations

import argparse
import os
from types import MappingProxyType

from explain.cli.exit_codes import ANSWERED
from kb.language.diagnostics import ProgramError, Sources


def lsp(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog lsp`: answers an editor on standard input and output."""
    from explain.lsp.server import serve

    serve(options.file, options.tests)
    return ANSWERED


def mcp(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog mcp`: answers an assistant on standard input and output."""
    from explain.mcp.questions import Served
    from explain.mcp.server import serve

    serve(Served(tuple(options.file), options.max_steps), options.seconds)
    return ANSWERED


TOKEN = "PRIORLOG_TOKEN"
"""The variable of the environment that has the token, where no option has it."""


SHORTEST_TOKEN = 16


def serve(options: argparse.Namespace, sources: Sources) -> int:
    """`priorlog serve`: answers over HTTP until the process is asked to end. Raises `ProgramError` (E502) for an address that others can reach without a token."""
    from explain.api import Program
    from explain.process import processors
    from explain.service.server import serve as answer
    from explain.service.settings import Settings
    from explain.workspace import Workspace

    settings = Settings(
        host=options.host,
        token=options.token or os.environ.get(TOKEN) or None,
        processes=options.processes or processors(),
        most_bytes=options.max_bytes,
        seconds=options.max_seconds,
        authorizes=options.authorizes,
    )
    if settings.token is None and not settings.is_loopback:
        said = f"others can reach `{options.host}`, so a request has to show a token, and there is none"
        raise ProgramError.of("E502", said, "--token", f"set {TOKEN}, or leave out `--host`")
    if settings.token is not None and len(settings.token) < SHORTEST_TOKEN:
        raise ProgramError.of(
            "E502", f"the token has fewer than {SHORTEST_TOKEN} characters", "--token", "take a random one"
        )
    closed_world, max_steps = options.closed_world, options.max_steps
    workspace = Workspace.open(options.file, sources=sources, closed_world=closed_world, max_steps=max_steps)
    answer(Program.opened(workspace, options.file, max_steps=max_steps), settings, options.port)
    return ANSWERED


COMMANDS = MappingProxyType({"lsp": lsp, "mcp": mcp, "serve": serve})
"""What runs, by the name that is typed."""
