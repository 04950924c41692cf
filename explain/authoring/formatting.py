"""The text of a file in the usual layout, which is given only if it says what the file says."""

from __future__ import annotations

import difflib

from msgspec import Struct

from kb.language.diagnostics import Diagnostic, ProgramError, Sources, SourceText
from kb.language.layout import comments_of, laid_out
from kb.language.loader import decode, said_in
from kb.language.syntax import Item


class LayoutError(Exception):
    """Raised where the text that was laid out does not say what the first one says: an error in Priorlog itself."""


class Formatted(Struct, frozen=True):
    """The text of a file, and the same laid out."""

    name: str
    before: str
    after: str
    is_changed: bool
    """Whether the file has other bytes than the new text, if only at the ends of its lines."""

    def diff(self) -> str:
        """What changes, as a unified diff."""
        before, after = (text.splitlines(keepends=True) for text in (self.before, self.after))
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in difflib.unified_diff(before, after, self.name, self.name)
        )


def formatted(data: bytes, name: str, sources: Sources) -> Formatted:
    """What a file holds, laid out. The text is added to `sources`.

    Raises `ProgramError` if it cannot be read, or has syntax errors.
    """
    text = decode(data, name)
    if isinstance(text, Diagnostic):
        raise ProgramError([text])
    sources.texts[name] = text
    after = formatted_text(SourceText(name, text))
    return Formatted(name, text, after, after.encode() != data)


def formatted_text(source: SourceText) -> str:
    """A text laid out. Raises `ProgramError` if it has syntax errors, and `LayoutError` if it could not be done well."""
    items = _items(source)
    after = laid_out(source)
    if _items(SourceText(source.name, after)) != items or comments_of(after) != comments_of(source.text):
        raise LayoutError(f"the layout of {source.name} does not say what the file says")
    return after


def _items(source: SourceText) -> list[Item]:
    said = [*said_in(source)]
    if wrong := [each for each in said if isinstance(each, Diagnostic)]:
        raise ProgramError(wrong)
    return [each for each in said if not isinstance(each, Diagnostic)]
