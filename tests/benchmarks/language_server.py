"""How long after a change of the Xpovio policy its diagnostics are told: `python -m tests.benchmarks.language_server [N]`.

A client changes a number in a rule, or writes an empty line above all rules, and waits for what is told of that text.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import time
from pathlib import Path

from lsprotocol import types
from pygls.lsp.client import LanguageClient

ROOT = Path(__file__).parents[2]
POLICY = ROOT / "kb" / "policies" / "xpovio.pl"


async def measured(times: int) -> dict[str, list[float]]:
    """Seconds from each change to its diagnostics, by what was changed."""
    client = LanguageClient("benchmark", "1")
    told: asyncio.Queue[int | None] = asyncio.Queue()

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def _(params: types.PublishDiagnosticsParams) -> None:
        if params.uri == POLICY.as_uri():
            told.put_nowait(params.version)

    await client.start_io(sys.executable, "-m", "explain.cli", "lsp", env={**os.environ, "PYTHONPATH": str(ROOT)})
    await client.initialize_async(
        types.InitializeParams(capabilities=types.ClientCapabilities(), root_uri=ROOT.as_uri())
    )
    client.initialized(types.InitializedParams())
    text = POLICY.read_text(encoding="utf-8")
    document = types.TextDocumentItem(POLICY.as_uri(), "prolog", 0, text)
    found: dict[str, list[float]] = {"opened": [], "a number": [], "an empty line": []}
    begun = time.perf_counter()
    client.text_document_did_open(types.DidOpenTextDocumentParams(document))
    await told.get()
    found["opened"].append(time.perf_counter() - begun)
    for number in range(1, 2 * times + 1):
        is_line = number % 2 == 0
        changed = "\n" * (number // 2) + text.replace("Years >= 18", f"Years >= {number}")
        begun = time.perf_counter()
        client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(number, POLICY.as_uri()),
                [types.TextDocumentContentChangeWholeDocument(changed)],
            )
        )
        while await told.get() != number:
            pass
        found["an empty line" if is_line else "a number"].append(time.perf_counter() - begun)
        await asyncio.sleep(1.5)
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()
    return found


def main() -> None:
    """Prints the median of each."""
    for what, seconds in asyncio.run(measured(int(sys.argv[1]) if len(sys.argv) > 1 else 5)).items():
        print(f"{what}: median {statistics.median(seconds):.2f} s of {len(seconds)}, at most {max(seconds):.2f} s")


if __name__ == "__main__":
    main()
