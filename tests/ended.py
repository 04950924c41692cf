"""How a command ended: what tests of the command line look at."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from explain.cli.entry import main


@dataclass(frozen=True, slots=True)
class Ended:
    """The exit code of a command and what it printed."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """What it printed, as JSON data."""
        return json.loads(self.out)

    @property
    def diagnostics(self) -> list[tuple[str, str]]:
        """The code and place of each diagnostic on standard error, the place without its folder."""
        found = re.findall(r"^(.*?)(?:: )?(?:error|warning)\[([EW]\d{3})\]", self.err, re.MULTILINE)
        return [(code, place.rpartition("/")[2]) for place, code in found]

    @property
    def codes(self) -> list[str]:
        """The codes of the diagnostics on standard error."""
        return [code for code, _ in self.diagnostics]


def ran(capsys: pytest.CaptureFixture[str], *arguments: str | Path, stdin: bytes | None = None) -> Ended:
    """Runs a command in this process, with bytes as its standard input where they are given. What was printed before it does not
    count; wrong usage is an exit code, too."""
    capsys.readouterr()
    with pytest.MonkeyPatch.context() as patch:
        if stdin is not None:
            patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        try:
            code = main([str(each) for each in arguments])
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1
    printed = capsys.readouterr()
    return Ended(code, printed.out, printed.err)
