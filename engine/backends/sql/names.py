"""Names of tables and columns for relations, readable and each used once."""

from __future__ import annotations

import re

from engine.reading.normal import AUXILIARY
from engine.reading.plan import Reading, Rel
from kb.language.declarations import Declarations

_LONGEST = 50
_PART = re.compile(r"(rows|asked|part|t)\d+\Z")
"""What common table expressions and aliases are called."""


class Names:
    """Gives each relation a table name, and its columns the names that arguments are declared with."""

    def __init__(self, declarations: Declarations, taken: set[str]) -> None:
        self._declarations = declarations
        self._taken = set(taken)

    def table(self, rel: Rel, of_cases: bool) -> str:
        """A new name: `p`, `p_possible`, `not_p`, with `_open` and numbers of open arguments where there are any."""
        stem = re.sub(r"\W", "_", rel.pred.name.lstrip(AUXILIARY), flags=re.ASCII).lower()[:_LONGEST] or "p"
        name = f"{'not_' if rel.pred.negative else ''}{stem}"
        if rel.reading is Reading.POSSIBLE:
            name += "_possible"
        if not rel.all_constant:
            name += "_open_" + "".join(map(str, rel.pattern))
        if name in self._taken and rel.reading is Reading.CERTAIN:
            name += "_certain"
        return self._unused(name)

    def _unused(self, name: str) -> str:
        found, number = name, 1
        while {found, f"{found}_newest"} & self._taken or _PART.match(found):
            number += 1
            found = f"{name}_{number}"
        self._taken |= {found, f"{found}_newest"}
        return found

    def columns(self, rel: Rel) -> tuple[str, ...]:
        """The names of a relation's columns, at least one."""
        declared = self._declarations.names_of(rel.pred) or ("",) * rel.pred.arity
        found: list[str] = []
        for index, (name, kind) in enumerate(zip(declared, rel.pattern, strict=True)):
            if kind == 0:
                plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
                if not re.match(r"[a-z_]\w*\Z", plain, re.ASCII) or plain in found:
                    plain = f"c{index + 1}"
                found.append(plain)
        return tuple(found) or ("holds",)
