"""Which case files are reviewed, and which of them together: those that mention one case."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from kb.language.diagnostics import Diagnostic, ProgramError
from kb.language.loader import RULES, STANDARD_INPUT, Loaded, decode, file_bytes, load_case, load_cases, shown_path
from kb.language.mentions import mentioned
from kb.language.syntax import Span

FED = Path("/dev/stdin")
"""What leads to the file that standard input comes from, if it comes from one."""
TYPED = "-"
"""What names standard input."""


class CaseFile(Struct, frozen=True):
    """A case file, or with what it says something that is read as one, such as standard input."""

    name: str
    data: bytes | None = None

    @classmethod
    def named(cls, name: str) -> CaseFile:
        """The file of a name; what can be read once, such as a pipe that the shell names, with what it says."""
        if name == TYPED:
            return cls(STANDARD_INPUT, sys.stdin.buffer.read())
        with suppress(OSError, ValueError):
            if stat.S_ISFIFO(os.stat(name).st_mode):
                return cls(name, file_bytes(name))
        return cls(name)

    @property
    def shown(self) -> str:
        """What messages call the file."""
        return shown_path(Path(self.name)) if self.data is None else self.name

    @property
    def loaded(self) -> Loaded:
        """What the file says; of a folder, that it has no case files."""
        if self.data is None and os.path.isdir(self.name):
            instead = f"name a folder that has files ending in `{RULES}` in it or below it"
            said = f"`{self.shown}` has no case files"
            return Loaded(diagnostics=(Diagnostic("E107", said, Span(self.shown, 0, 0), (), instead),))
        return load_cases([self.name]) if self.data is None else load_case(self.data, self.name)

    @property
    def mentions(self) -> frozenset[str]:
        """The cases that the file may be about; none if it cannot be read."""
        try:
            text = decode(file_bytes(self.name) if self.data is None else self.data, self.name)
        except ProgramError:
            return frozenset()
        return mentioned(text) if isinstance(text, str) else frozenset()


class Together(Struct, frozen=True):
    """Case files that are read together, since some mention a case that others do too."""

    files: tuple[CaseFile, ...]
    most_cases: int
    """How many cases they may be about, at most."""
    place: int = 0
    """Which of all files the first of them is."""

    @property
    def loaded(self) -> Loaded:
        """What the files say."""
        loaded = Loaded()
        for each in self.files:
            loaded += each.loaded
        return loaded


def different(names: Iterable[str]) -> list[str]:
    """Names of files, the first for each file."""
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(os.path.realpath(FED if name == TYPED else name), name)
    return [*first.values()]


def in_folders(names: Iterable[str]) -> Iterator[str]:
    """Names of case files: for a folder those in it and in folders in it, by name. A folder that has none is named itself."""
    for name in names:
        found = _in_folder(name) if name != TYPED and os.path.isdir(name) else []
        yield from found or [name]


def _in_folder(name: str) -> list[str]:
    return [str(each) for each in sorted(Path(name).rglob(f"*{RULES}"))]


def together(files: Sequence[CaseFile]) -> list[Together]:
    """The files, those together that mention one case, in the order of the first of each."""
    group = list(range(len(files)))
    first: dict[str, int] = {}
    cases = [0] * len(files)

    def root(at: int) -> int:
        while group[at] != at:
            group[at] = at = group[group[at]]
        return at

    for number, file in enumerate(files):
        for name in file.mentions:
            other = root(first.setdefault(name, number))
            one = root(number)
            group[max(one, other)] = min(one, other)
    for at in first.values():
        cases[root(at)] += 1
    found: dict[int, list[CaseFile]] = {}
    for number, file in enumerate(files):
        found.setdefault(root(number), []).append(file)
    return [Together(tuple(several), cases[at], at) for at, several in found.items()]
