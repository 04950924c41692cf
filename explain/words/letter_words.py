"""The words of letters: what a requirement or a fact is called in a letter to a patient or a prescriber.

They stand beside a rule file `NAME.pl`, in `NAME.letters.toml`, a table for each predicate and reader:

    ["refractory(Case, Agent)".prescriber]
    yes = "the disease did not respond to @(Agent)"

Of a requirement, `not_met` and `not_documented` say why it is not met, `not_shown` both of them, `ask` says what would change that, and
`name` what one of several ways is called. Of a fact, `yes` and `no` end "a note that ...", `any` as `yes` for any one of many names, and `open`
names a value that is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from msgspec import Struct, field

from explain.words.sentences import PLACEHOLDER, fill
from kb.language.diagnostics import ProgramError
from kb.language.terms import Term, Var

SUFFIX = ".letters.toml"
"""What stands in the place of `.pl` in the name of a file with words."""
KEYS = frozenset({"not_met", "not_documented", "not_shown", "ask", "name", "yes", "no", "any", "open"})
_HEAD = re.compile(r"([a-z]\w*)\(\s*([A-Z]\w*(?:\s*,\s*[A-Z]\w*)*)\s*\)")


class Reader(StrEnum):
    """Whom a letter is to."""

    PATIENT = "patient"
    PRESCRIBER = "prescriber"


class Entry(Struct, frozen=True):
    """A text with the names of the arguments that it may speak of."""

    names: tuple[str, ...]
    text: str


class LetterWords(Struct, frozen=True):
    """Words by predicate (name and number of arguments), reader and key."""

    entries: Mapping[tuple[str, int, Reader, str], Entry] = field(default_factory=dict)

    @classmethod
    def beside(cls, files: Iterable[Path]) -> LetterWords:
        """The words beside some rule files, as far as there are any; of two the first file's. Raises `ProgramError` (E110)."""
        found: dict[tuple[str, int, Reader, str], Entry] = {}
        for path in (each.with_name(each.stem + SUFFIX) for each in files):
            if path.is_file():
                found = dict(_entries(path)) | found
        return cls(found)

    def of(self, name: str, reader: Reader, *keys: str) -> str | None:
        """The first text there is by some keys about a requirement, which has the case as its only argument."""
        found = (self.entries.get((name, 1, reader, key)) for key in keys)
        return next((each.text for each in found if each is not None), None)

    def clause(
        self, name: str, args: tuple[Term, ...], reader: Reader, key: str, word: Callable[[Term, str], str]
    ) -> str | None:
        """What a fact says, its arguments in their places; None where there are no words, or they speak of one that is a
        variable."""
        entry = self.entries.get((name, len(args), reader, key))
        if entry is None:
            return None
        said = {*PLACEHOLDER.findall(entry.text)}
        if any(isinstance(arg, Var) and each in said for each, arg in zip(entry.names, args, strict=True)):
            return None
        return fill(entry.text, entry.names, args, word)


class WordsBeside(Struct, frozen=True, dict=True):
    """The words beside some rule files, which are read where a letter is written."""

    files: tuple[Path, ...]

    @cached_property
    def found(self) -> LetterWords:
        """The words. Raises `ProgramError` (E110)."""
        return LetterWords.beside(self.files)


def _entries(path: Path) -> Iterable[tuple[tuple[str, int, Reader, str], Entry]]:
    import tomllib  # here, as only letters need it

    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _wrong(path, str(error)) from None
    for head, readers in data.items():
        found = _HEAD.fullmatch(head)
        if found is None or not isinstance(readers, dict):
            raise _wrong(path, f'`{head}` is no predicate; write it as in ["refractory(Case, Agent)".patient]')
        names = tuple(each.strip() for each in found[2].split(","))
        for reader, texts in readers.items():
            if reader not in set(Reader) or not isinstance(texts, dict):
                raise _wrong(path, f"`{head}` has words for `{reader}`; a letter is to a patient or a prescriber")
            for key, text in texts.items():
                if key not in KEYS or not isinstance(text, str):
                    raise _wrong(path, f"`{head}` has `{key}`; there are {', '.join(sorted(KEYS))}, each a text")
                if unknown := [each for each in PLACEHOLDER.findall(text) if each not in names]:
                    raise _wrong(path, f"a text of `{head}` names `{unknown[0]}`, which is no argument of it")
                yield (found[1], len(names), Reader(reader), key), Entry(names, text)


def _wrong(path: Path, why: str) -> ProgramError:
    return ProgramError.of("E110", f"the words of letters cannot be read: {why}", str(path))
