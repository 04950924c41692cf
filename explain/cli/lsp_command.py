"""`priorlog lsp`: the language server, on standard input and output."""

from __future__ import annotations

import argparse

from explain.cli.options import ANSWERED
from kb.language.diagnostics import Sources


def lsp(options: argparse.Namespace, _sources: Sources) -> int:
    """Answers an editor until that ends it."""
    from explain.lsp.server import serve

    serve(options.file, options.tests)
    return ANSWERED
