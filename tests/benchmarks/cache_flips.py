"""Flips every bit of what is kept of the grammar and the shipped policies: none may be taken for an entry.

python tests/benchmarks/cache_flips.py
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from kb.language.cache import Entry, folder
from kb.language.loader import shipped_policies


def taken(file: Path) -> int:
    """How many files that differ from an entry in one bit are taken for it."""
    name, key = file.name.split("-")
    entry, whole, found = Entry(name, bytes.fromhex(key)), bytearray(file.read_bytes()), 0
    assert entry.read() is not None
    with file.open("r+b", buffering=0) as opened:
        for bit in range(8 * len(whole)):
            at, flipped = bit // 8, whole[bit // 8] ^ 1 << bit % 8
            os.pwrite(opened.fileno(), bytes([flipped]), at)
            found += entry.read() is not None
            os.pwrite(opened.fileno(), whole[at : at + 1], at)
    print(f"{name}: {8 * len(whole):,} bits flipped, {found} taken for the entry")
    return found


def main() -> int:
    """Exit code 1 if any was taken."""
    with tempfile.TemporaryDirectory() as place:
        os.environ["XDG_CACHE_HOME"] = place
        shipped_policies()
        kept = folder()
        assert kept is not None
        return min(1, sum(map(taken, sorted(kept.iterdir()))))


if __name__ == "__main__":
    raise SystemExit(main())
