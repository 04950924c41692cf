"""The shipped policies as they are loaded, kept between runs, and the hash that tells which program a report is of."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from kb.language.cache import code_of, remember
from kb.language.loader import POLICY_FILES, SHIPPED, Loaded, load_files
from kb.language.printer import show_item
from kb.language.syntax import Program


@dataclass(frozen=True, slots=True)
class Shipped:
    """The shipped policies, and the hash of what they say."""

    loaded: Loaded
    hash: str


def shipped_policies() -> Shipped:
    """The shipped policies, which the tests keep free of diagnostics."""

    def load() -> Shipped:
        loaded = load_files(POLICY_FILES)
        return Shipped(loaded, program_hash(loaded.program))

    sources = [path.read_bytes() for path in sorted(SHIPPED.rglob("*.pl"))]
    code = code_of(*(f"kb.language.{name}" for name in (
        "syntax", "terms", "interpret", "reader", "loader", "diagnostics", "printer", "shipped",
    )))  # fmt: skip
    return remember("policies", [*sources, *code], load)


def program_hash(program: Program) -> str:
    """A hash of what a program says, whatever the order in which it says it."""
    lines = {show_item(item) for item in program.items}
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
