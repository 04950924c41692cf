"""A service in a process of its own, on a free port, as its users start it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVE = (sys.executable, "-m", "explain.cli", "serve", "--port", "0")


@dataclass
class Serving:
    """A running service, and what it writes."""

    address: str
    log: Path

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])


@contextmanager
def serving(log: Path, *options: str) -> Iterator[Serving]:
    """A service with some options, which ends with the block as after Ctrl-C."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    environment.pop("PRIORLOG_TOKEN", None)
    with log.open("w", encoding="utf-8") as written:
        process = subprocess.Popen(
            [*SERVE, *options], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment
        )
        assert process.stderr is not None
        try:
            first = process.stderr.readline()
            found = re.search(r"serves on (\S+)", first)
            assert found is not None, first + process.stderr.read()
            copying = subprocess.Popen(["cat"], stdin=process.stderr, stdout=written)
            yield Serving(found[1], log)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)
            process.stderr.close()
        copying.wait(timeout=30)
