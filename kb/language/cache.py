"""What is computed from the shipped files alone is kept between runs, in a folder that only the user can write to.

A cache is never needed: if it cannot be read or written, or is in doubt, the value is computed. An entry is bytes under a
key, behind a checksum of both: what is read is what was written for just that key, or nothing. No code is ever read.

Keys are made of contents, never of places: installations of the same version share their entries, and those of several versions stand
beside each other. What has not been used for long goes, and of more than the folder may hold, what was not used for longest.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from msgspec import DecodeError, Struct

Value = TypeVar("Value")
FOLDER = "priorlog"
MOST_BYTES = 16 * 1024 * 1024
"""A larger entry is none."""
MOST_KEPT = 256 * 1024 * 1024
"""How many bytes the folder may hold: some fifty versions of the shipped files."""
DAY = 24 * 3600.0
"""An entry that is used is marked as used, but once a day is enough."""
OLDEST = 90 * DAY
"""The time in seconds after which an entry that was not used is removed, as the files that it was made from are likely to be gone."""
UNFINISHED = 3600.0
"""The age in seconds at which an unfinished entry is removed: nobody is at it any more."""
_OURS = re.compile(r"[a-z]+-[0-9a-f]{64}(\.[0-9a-f]{16})?")
_KNOWS_LINKS = {os.open, os.unlink, os.rename, os.mkdir, os.stat} <= os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")
"""Whether the system can be asked not to follow links; where it cannot, nothing is kept."""


def folder() -> Path | None:
    """The folder of caches, or None where there is to be none (`PRIORLOG_NO_CACHE` set, or no home)."""
    if os.environ.get("PRIORLOG_NO_CACHE") or not _KNOWS_LINKS:
        return None
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        base = os.path.expanduser("~/.cache") if os.environ.get("HOME", "/") else ""
    return Path(base, FOLDER) if os.path.isabs(base) else None


class Entry(Struct, frozen=True):
    """A place for what is computed from some sources; `name` says what, in small letters."""

    name: str
    key: bytes

    @classmethod
    def of(cls, name: str, sources: Iterable[bytes]) -> Entry:
        """The entry for all that the value depends on, the code that computes it included."""
        digest = hashlib.sha256(name.encode())
        for source in sources:
            digest.update(hashlib.sha256(source).digest())
        return cls(name, digest.digest())

    def beside(self, name: str, sources: Iterable[bytes]) -> Entry:
        """The entry for what is made of the value of this one, by the code that the sources have."""
        return Entry.of(name, [self.key, *sources])

    def read(self) -> memoryview | None:
        """What is kept, or None if that is nothing or in any doubt."""
        with suppress(OSError), _opened_folder() as place:
            found = memoryview(_contents(self._file, place))
            checksum, kept = found[: hashlib.sha256().digest_size], found[hashlib.sha256().digest_size :]
            return kept if checksum == self._checksum(kept) else None
        return None

    def value(self, decode: Callable[[memoryview], Value]) -> Value | None:
        """What is kept, decoded; None also where the bytes say something else, as those of an installation that was changed while
        a process of it ran."""
        kept = self.read()
        with suppress(DecodeError):
            return None if kept is None else decode(kept)
        return None

    def write(self, kept: bytes) -> bool:
        """Keeps a value, if that is possible; tells whether it was."""
        with suppress(OSError), _opened_folder(is_made=True) as place:
            _put(self._file, self._checksum(kept) + kept, place)
            _remove_old(place)
            return True
        return False

    @property
    def _file(self) -> str:
        return f"{self.name}-{self.key.hex()}"

    def _checksum(self, kept: bytes | memoryview) -> bytes:
        checksum = hashlib.sha256(self.key)
        checksum.update(kept)
        return checksum.digest()


@contextmanager
def _opened_folder(*, is_made: bool = False) -> Iterator[int]:
    """The folder of caches, open; no link is followed to it. Raises `OSError` if it is not there or not private."""
    path = folder()
    if path is None:
        raise FileNotFoundError
    if is_made:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        _demand_private(os.fstat(place))
        yield place
    finally:
        os.close(place)


def _demand_private(found: os.stat_result) -> None:
    """Raises `PermissionError` unless the file or folder belongs to the user and nobody else may change it."""
    if found.st_uid != os.geteuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise PermissionError


def _contents(file: str, place: int) -> bytes:
    opened = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=place)
    try:
        found = os.fstat(opened)
        _demand_private(found)
        if not stat.S_ISREG(found.st_mode):
            return b""
        if time.time() - found.st_mtime > DAY:
            with suppress(OSError):
                os.utime(opened)
        with open(opened, "rb", closefd=False) as data:
            return data.read(MOST_BYTES)
    finally:
        os.close(opened)


def _put(file: str, data: bytes, place: int) -> None:
    unfinished = f"{file}.{os.urandom(8).hex()}"
    opened = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=place)
    try:
        with open(opened, "wb") as out:
            out.write(data)
        os.rename(unfinished, file, src_dir_fd=place, dst_dir_fd=place)
    except BaseException:
        with suppress(OSError):
            os.unlink(unfinished, dir_fd=place)
        raise


def _remove_old(place: int) -> None:
    """Removes entries that were not used for long, and of too many bytes those not used for longest; other versions keep theirs."""
    now, found = time.time(), dict[str, os.stat_result]()
    for file in filter(_OURS.fullmatch, os.listdir(place)):
        with suppress(OSError):
            found[file] = os.stat(file, dir_fd=place, follow_symlinks=False)
    kept = 0
    for file in sorted(found, key=lambda each: found[each].st_mtime, reverse=True):
        kept += found[file].st_size
        if now - found[file].st_mtime > (UNFINISHED if "." in file else OLDEST) or kept > MOST_KEPT:
            with suppress(OSError):
                os.unlink(file, dir_fd=place)
