"""What is computed from the shipped files alone is kept between runs, in a folder that only the user can write to.

A cache is never needed: if it cannot be read or written, or is in doubt, the value is computed. Its files are Python
pickles, so one is read only if it and its folder belong to the user and nobody else may write to them.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

Value = TypeVar("Value")


def folder() -> Path | None:
    """The folder of caches, or None where there is to be none (`PRIORLOG_NO_CACHE` set, or no home)."""
    if os.environ.get("PRIORLOG_NO_CACHE"):
        return None
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(base, "priorlog") if os.path.isabs(base) else None


def remember(name: str, sources: Iterable[bytes], make: Callable[[], Value]) -> Value:
    """The value for these sources, from the cache if it has it.

    `name` and the sources, with the versions of Python and of this package's own code, decide which value it is.
    """
    place = folder()
    if place is None:
        return make()
    digest = hashlib.sha256(sys.version.encode())
    for source in sources:
        digest.update(hashlib.sha256(source).digest())
    file = place / f"{name}-{digest.hexdigest()[:32]}.pickle"
    try:
        if _is_private(place) and _is_private(file):
            return pickle.loads(file.read_bytes())  # type: ignore[no-any-return] # what was written under that name
    except (OSError, pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError, TypeError, ValueError):
        pass
    value = make()
    _write(place, name, file, value)
    return value


def _is_private(path: Path) -> bool:
    """Whether the path belongs to the user and nobody else may change it."""
    found = path.stat()
    if not hasattr(os, "getuid"):
        return True
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _write(place: Path, name: str, file: Path, value: object) -> None:
    unfinished = file.with_suffix(f".{os.getpid()}")
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished.write_bytes(pickle.dumps(value))
        unfinished.chmod(0o600)
        for older in place.glob(f"{name}-*.pickle"):
            older.unlink(missing_ok=True)
        unfinished.replace(file)
    except OSError:
        unfinished.unlink(missing_ok=True)


def code_of(package: Path) -> Iterator[bytes]:
    """When each module of a package last changed, so that what older code computed is not taken for its work."""
    for module in sorted(package.glob("*.py")):
        status = module.stat()
        yield f"{module} {status.st_mtime_ns} {status.st_size}".encode()
