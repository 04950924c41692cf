"""Offsets in a text as the protocol counts them: lines from 0, and characters in units of an encoding that client and server agree on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lsprotocol import types

from kb.language.diagnostics import SourceText
from kb.language.syntax import Span

_UNITS: Mapping[str, Callable[[str], int]] = MappingProxyType(
    {
        types.PositionEncodingKind.Utf8.value: lambda text: len(text.encode(errors="surrogatepass")),
        types.PositionEncodingKind.Utf16.value: lambda text: len(text.encode("utf-16-le", errors="surrogatepass")) // 2,
        types.PositionEncodingKind.Utf32.value: len,
    }
)


@dataclass(frozen=True)
class Positions:
    """Where things stand in a text."""

    source: SourceText
    encoding: str = types.PositionEncodingKind.Utf16.value

    def position(self, offset: int) -> types.Position:
        """The position before the character at an offset."""
        span = self.source.span(offset, offset + 1)
        line = self.source.line(span.line) or ""
        return types.Position(span.line - 1, _UNITS[self.encoding](line[: span.column - 1]))

    def range(self, start: int, end: int) -> types.Range:
        """The range of the characters from start to end."""
        return types.Range(self.position(start), self.position(end))

    def range_of(self, span: Span) -> types.Range:
        """The range of a span; a span without a line is the beginning of the text."""
        if self.source.line(span.line) is None:
            return types.Range(types.Position(0, 0), types.Position(0, 0))
        start = self.source.offset(span)
        return self.range(start, min(start + span.length, len(self.source.text)))

    def offset(self, position: types.Position) -> int:
        """The offset of a position; one behind the end of its line, or of the text, is that end."""
        line = self.source.line(position.line + 1)
        if line is None:
            return 0 if position.line < 0 else len(self.source.text)
        start = self.source.offset(Span("", position.line + 1, 1))
        units, width = 0, _UNITS[self.encoding]
        for index, char in enumerate(line):
            if units >= position.character:
                return start + index
            units += width(char)
        return start + len(line)

    @property
    def whole(self) -> types.Range:
        """The range of the whole text."""
        return self.range(0, len(self.source.text))
