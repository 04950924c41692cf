"""`priorlog mcp`: the Model Context Protocol server, on standard input and output."""

from __future__ import annotations

import argparse

from explain.cli.options import ANSWERED
from kb.language.diagnostics import Sources


def mcp(options: argparse.Namespace, _sources: Sources) -> int:
    """Answers an assistant until that ends it."""
    from explain.mcp.questions import Served
    from explain.mcp.server import serve

    serve(Served(tuple(options.file), options.max_steps), options.seconds)
    return ANSWERED
