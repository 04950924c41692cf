"""How a command ended: what tests of the command line look at."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any


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
